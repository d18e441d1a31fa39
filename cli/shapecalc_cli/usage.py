"""How a command is called: each option once and with a value, and mistakes in plain words."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperOption

#: Messages of typer, and how they read here.
_WORDS = (
    (
        r"Got unexpected extra argument\(s\) \((.*)\)",
        r"There is an argument too many: \1; put a text with spaces in quotes",
    ),
    (r" is not a valid int(eger)?( range)?\b", " is not a whole number"),
    (r" is not a valid float\b", " is not a number"),
    (r" is not in the range (\S+?)<=x<=(\S+)", r" is not from \1 to \2"),
    (r"(No such option: \S+) \(Possible options: (.+)\)", r"\1 (did you mean \2?)"),
    (r"No such option: -\d", "A size is at least 1, and what begins with a dash is an option"),
    (r"('-[\w-]+')( / '-[\w-]+')+", r"\1"),  # one name of an option is enough
)


class Command(TyperCommand):
    """A command of typer that refuses what typer passes over: an option given twice, or with an empty value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in order:
            if not isinstance(parameter, TyperOption):
                continue
            value: Any = values.get(parameter.name or "")
            name = parameter.opts[0]
            if not parameter.multiple and not parameter.is_flag and order.count(parameter) > 1:
                ctx.fail(f"Option '{name}' is given {order.count(parameter)} times; give it once")
            if any(isinstance(text, str) and not text.strip() for text in (value if parameter.multiple else [value])):
                ctx.fail(f"Option '{name}' is empty; give it a value, or leave it out")
        return super().parse_args(ctx, args)


def mistake(error: Any, command: str) -> str:
    """What is wrong with how a command is called, in one line, and what to try."""
    message: str = error.format_message().rstrip(".")
    for pattern, words in _WORDS:
        message = re.sub(pattern, words, message)
    return f"{message}{'' if message[-1] == '?' else '.'} See {' '.join(filter(None, ['shapecalc', command]))} --help."
