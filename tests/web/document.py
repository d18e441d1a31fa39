"""A page as a browser reads it: its elements, the fields of its forms, its tables and pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html.parser import HTMLParser
from unicodedata import category
from xml.etree import ElementTree as ET

#: The elements that pages are made of, besides pictures; those of them that have no end.
VOID = frozenset({"br", "img", "input", "link", "meta"})
TAGS = VOID | frozenset(
    ("a", "b", "body", "button", "caption", "code", "details", "div", "footer", "form", "h1", "h2", "h3", "head",
     "header", "html", "label", "li", "main", "nav", "ol", "option", "output", "p", "pre", "script", "section",
     "select", "span", "sub", "summary", "sup", "table", "tbody", "td", "textarea", "th", "thead", "title", "tr", "ul")
)  # fmt: skip
#: The attributes whose value the browser opens, and what it may begin with.
ADDRESSES = {
    "href": ("./", "#", "data:image/svg+xml;base64,"),
    "src": ("./static/", "data:image/svg+xml;base64,"),
    "action": ("./",),
    "formaction": ("./",),
}
_PICTURE = "data:image/svg+xml;base64,"


@dataclass
class PageElement:
    """An element.

    Attributes:
        tag: its name.
        attributes: their values, by name; "" for one without a value.
        text: what stands in it, with that of the elements in it.
    """

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Control:
    """A field of a form.

    Attributes:
        kind: the tag, or the type of an input.
        value: what it holds as the page comes.
        choices: the values among which a person chooses.
    """

    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)


class Document(HTMLParser):
    """A page; an end tag without its start, or an element that is left open, is an error."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.elements: list[PageElement] = []
        self.tables: list[list[list[str]]] = []
        self._open: list[PageElement] = []
        self.feed(body.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs) -> None:
        names = [name for name, _ in attrs]
        assert len({*names}) == len(names), self.get_starttag_text()
        part = PageElement(tag, {name: value or "" for name, value in attrs})
        self.elements.append(part)
        if tag not in VOID:
            self._open.append(part)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])

    def handle_endtag(self, tag) -> None:
        part = self._open.pop()
        assert part.tag == tag
        if tag in {"td", "th"}:
            self.tables[-1][-1].append(part.text)

    def handle_data(self, data) -> None:
        for part in self._open:
            part.text += data

    def handle_comment(self, data) -> None:
        raise AssertionError(data)

    def of(self, tag: str, **attributes: str) -> list[PageElement]:
        """The elements of a tag with such attributes."""
        return [part for part in self.elements if part.tag == tag and attributes.items() <= part.attributes.items()]

    @property
    def text(self) -> str:
        """All of the main part."""
        return self.of("main")[0].text

    @property
    def controls(self) -> dict[str, Control]:
        """The fields by name; a button is one whose choices are those of all of its name."""
        controls: dict[str, Control] = {}
        choice = Control("select")
        for part in self.elements:
            name, value = part.attributes.get("name", ""), part.attributes.get("value", "")
            if part.tag == "option":
                choice.choices.append(value)
                choice.value = value if "selected" in part.attributes else choice.value
            elif part.tag == "select":
                choice = controls[name] = Control("select")
            elif part.tag == "textarea" and name:
                controls[name] = Control("textarea", part.text.removeprefix("\n"))
            elif part.tag == "button" and name:
                controls.setdefault(name, Control("button")).choices.append(value)
            elif part.tag == "input":
                kind = part.attributes["type"]
                is_empty = kind == "checkbox" and "checked" not in part.attributes
                controls[name] = Control(kind, "" if is_empty else value)
        return controls

    def filled(self) -> dict[str, str]:
        """What the browser sends of the form as it is, without a button."""
        kinds = {"button", "file", "image"}
        named = {name: control for name, control in self.controls.items() if control.kind not in kinds}
        return {name: each.value for name, each in named.items() if each.kind != "checkbox" or each.value}


def check_harmless(body: bytes) -> Document:
    """The page, of which no part runs or leads elsewhere, whatever it was made from."""
    page = Document(body)
    scripts = [part.attributes for part in page.of("script")]
    assert scripts == [{"type": "module", "src": scripts[0]["src"]}]
    for part in page.elements:
        assert part.tag in TAGS, part
        for name, value in part.attributes.items():
            assert not name.startswith("on"), part
            assert name not in {"style", "srcdoc", "http-equiv"}, part
            assert value.startswith(ADDRESSES.get(name, ("",))), part
            if value.startswith(_PICTURE):
                _check_picture(base64.b64decode(value.removeprefix(_PICTURE)))
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # but for joiners of letters
    assert not [letter for letter in {*body.decode()} - {*"\n\t\u200c\u200d"} if category(letter) in hidden]
    return page


def _check_picture(svg: bytes) -> None:
    """A picture has no script, no link and no handler."""
    assert b"<!" not in svg
    for part in ET.fromstring(svg).iter():  # noqa: S314  without a document type there are no entities
        tag = str(part.tag).rpartition("}")[2]
        assert tag not in {"script", "foreignObject", "a", "iframe", "use"}, tag
        for name, value in part.attrib.items():
            assert not name.startswith("on"), name
            assert "href" not in name or value.startswith(("#", "data:image/png;base64,")), value
