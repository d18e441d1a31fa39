"""docs/reference/api.md, written from the docstrings of what shapecalc exports."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import shapecalc
from shapecalc import zoo
from shapecalc.compare.counters import count_work
from shapecalc.compare.frameworks import compare_frameworks
from shapecalc.grading import grade, load_quiz, read_answers
from shapecalc.measures import Row, footprint
from shapecalc.measures.domain import Domain
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.memory import Memory
from shapecalc.pytorch import build, example_inputs, load_trained, train, verify
from shapecalc.solve import depth_for, inputs_for, largest_for, layers_for, smallest_for
from shapecalc.solve import restore as restore_size
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "api.md"

HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from the docstrings; change them there. -->

# The Python API

Everything here is imported from `shapecalc`. Shapes are tuples of sizes without the batch, as in `(3, 130, 130)`; a
size is an integer or an expression with letters. Every refusal is a `ShapecalcError`. The layers are in
`shapecalc.layers`, under torch's names and with torch's arguments: see [the layers](layers.md).

`shapecalc.grading` ([quizzes](quiz.md)) and `shapecalc.pytorch` ([training](../how-to/train.md)) are imported by name;
the latter needs the extra `[torch]`.
"""
_ROLE = re.compile(r":\w+:`~?(?:shapecalc\.)?([^`]+)`")
_HEADING = re.compile(r"^(Args|Attributes|Returns|Raises|Example):$", re.MULTILINE)


def exported() -> dict[str, Any]:
    """The public names of the package with what they stand for: what its __init__ imports from its rooms."""
    later = {name: getattr(shapecalc, name) for name in shapecalc.EXPORTS}
    return later | {
        name: value
        for name, value in vars(shapecalc).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("shapecalc.")
    }


#: Classes that are not exported but occur in a report, and what is imported from shapecalc.measures.
IN_REPORTS = {"Row": Row, "AxisField": AxisField, "Memory": Memory, "Domain": Domain, "footprint": footprint}

REPORTS_HEAD = """\
# In a report

A `Report` has rows, and a row has fields. Measures create these classes; they are not made by hand. `footprint` is
imported from `shapecalc.measures`.
"""

#: What is imported by its room's name.
ROOMS = {
    "shapecalc.solve": (layers_for, restore_size, depth_for, inputs_for, largest_for, smallest_for),
    "shapecalc.compare.counters": (count_work,),
    "shapecalc.compare.frameworks": (compare_frameworks,),
    "shapecalc.zoo": (zoo.names,),
    "shapecalc.grading": (load_quiz, read_answers, grade),
    "shapecalc.pytorch": (build, example_inputs, verify, train, load_trained),
}


def page() -> str:
    """The page as it should be."""
    sections = [_section(name, value) for name, value in sorted(exported().items(), key=_order)]
    sections += [REPORTS_HEAD, *(_section(name, value) for name, value in IN_REPORTS.items())]
    for room, functions in ROOMS.items():
        sections += [f"# {room}\n", *(_section(function.__name__, function) for function in functions)]
    return "\n".join([HEAD, *sections])


def _order(item: tuple[str, Any]) -> tuple[bool, bool, str]:
    """Functions first, errors last."""
    name, value = item
    return inspect.isclass(value), name.endswith("Error"), name


def _section(name: str, value: Any) -> str:
    parts = [f"## {name}", f"```text\n{_call(name, value)}\n```", _prose(value)]
    parts += [f"### {name}.{member}\n\n{_member(member, of)}" for member, of in _members(value)]
    return "\n\n".join(parts) + "\n"


def _call(name: str, value: Any) -> str:
    if inspect.isclass(value) and (issubclass(value, Exception | tuple) or value.__init__ is object.__init__):
        return f"class {name}"
    signature = inspect.signature(value)
    shown = signature.replace(
        parameters=[
            one.replace(annotation=_Unquoted(one.annotation))
            for one in signature.parameters.values()
            if one.name != "self"
        ],
        return_annotation=inspect.Signature.empty if inspect.isclass(value) else _Unquoted(signature.return_annotation),
    )
    return f"class {name}{shown}" if inspect.isclass(value) else f"{name}{shown}"


class _Unquoted(str):
    """An annotation that a signature writes as the source does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class declares itself."""
    if inspect.isclass(value):
        for name, member in vars(value).items():
            if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                yield name, member


def _member(name: str, member: Any) -> str:
    call = "" if isinstance(member, property) else f"```text\n{_call(name, member)}\n```\n\n"
    return f"{call}{_prose(member)}"


def _prose(value: Any) -> str:
    """A docstring as Markdown: its headings in bold, its entries as a list, its examples as Python."""
    text = _ROLE.sub(r"`\1`", inspect.getdoc(value) or "").replace("``", "`")
    first, *rest = _HEADING.split(text)
    parts = [first.strip()]
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        content = inspect.cleandoc(body)
        if heading == "Example":
            parts.append(f"```python\n{content}\n```")
        else:
            parts.append(f"**{heading}**\n\n{content if heading == 'Returns' else _entries(content)}")
    return "\n\n".join(parts)


def _entries(content: str) -> str:
    """Lines such as ``name: what it is``, each an item of a list; what is indented belongs to the line above."""
    items = re.sub(r"\n +", " ", content).splitlines()
    return "\n".join(re.sub(r"^(\*{0,2}\w+): ", r"- `\1`: ", item) for item in items if item)
