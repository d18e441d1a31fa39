"""What formats are written with: elements, numbers as decimals, identifiers, and archives that are always the same."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Mapping
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from xml.etree.ElementTree import Element, indent, tostring

from shapecalc.drawing.svg import add
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.grading.exchange.bank import QuizEntry
from shapecalc.page import visible

#: The date of every file in an archive: the first that a ZIP archive can name.
_DATE = (1980, 1, 1, 0, 0, 0)
#: Digits of a number that has no end.
_DIGITS = 15


def question_elements(entry: QuizEntry) -> list[Element]:
    """A question as a student reads it, in HTML: its text, what it shows of a network, how to write the answer."""
    elements = [_paragraph(entry.question.text)]
    if entry.question.exhibit:
        shown = Element("pre")
        shown.text = "\n".join(map(visible, entry.question.exhibit))
        elements.append(shown)
    if entry.instruction:
        paragraph = Element("p")
        add(paragraph, "em", entry.instruction)
        elements.append(paragraph)
    return elements


def line_elements(lines: tuple[str, ...]) -> list[Element]:
    """Lines, a paragraph each."""
    return [_paragraph(line) for line in lines]


def _paragraph(text: str) -> Element:
    paragraph = Element("p")
    paragraph.text = visible(text)
    return paragraph


def html_text(elements: list[Element]) -> str:
    """Elements as HTML in one line; a line break within is an element of its own."""
    html = "".join(tostring(element, "unicode", method="html") for element in elements)
    return html.replace("\n", "<br>")


def html_of(text: str) -> str:
    """A text as HTML."""
    return html_text([_paragraph(text)]) if text else ""


def xml_bytes(root: Element) -> bytes:
    """A document, its elements indented where nothing but elements stands in them."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, "unicode")}\n'.encode()


def decimal_text(value: Fraction) -> str:
    """A number as a decimal one, without an exponent; one without an end is rounded to 15 digits."""
    text = rational_text(value)
    if "/" not in text:
        return text
    places = max(0, _DIGITS - len(str(abs(value.numerator) // value.denominator)))
    return rational_text(Fraction(round(value * 10**places), 10**places))


def identifier(*words: str) -> str:
    """A name that XML takes for an identifier, the same for the same words, and for no others."""
    text = "\n".join(words)
    return f"s{sha256(text.encode()).hexdigest()[:24]}"


def file_stem(title: str) -> str:
    """A title as a part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "quiz"


def archive(files: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """A ZIP archive of files, in their order, all of the same date; some of them may be run."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = (0o755 if name in executable else 0o644) << 16
            target.writestr(info, data, compresslevel=9)
    return content.getvalue()
