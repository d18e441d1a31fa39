"""How a command is called: its help, each option once and with a value, and mistakes in plain words."""

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


#: Types of typer, and what stands for a value in the help.
_VALUES = (
    (r"<str>", "TEXT"),
    (r"<int( range)?>", "N"),
    (r"<float>", "NUMBER"),
    (r"<([\w|]+)>", r"\1"),
    (r"\[(default: \d+; )?(\d+)<=x<=(\d+)\]", r"[\1\2 to \3]"),
    (r"\[(default: \d+; )?x>=(\d+)\]", r"[\1\2 or more]"),
)
#: Options that say how the answer is printed.
_OUTPUT = ("--json", "--latex", "--csv", "--report", "--format", "--help")


class Command(TyperCommand):
    """A command whose help has groups, and that refuses what typer passes over: an option given twice, or empty."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", "Options")}
        for parameter in sorted(self.get_params(ctx), key=_is_output):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(_group(parameter), []).append((_plain(record[0]), _plain(record[1])))
        for name, records in groups.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)

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
                remedy = "give it a value" if parameter.required else "give it a value, or leave it out"
                ctx.fail(f"Option '{name}' is empty; {remedy}")
        return super().parse_args(ctx, args)


def _is_output(parameter: Any) -> bool:
    return any(name in _OUTPUT for name in parameter.opts)


def _group(parameter: Any) -> str:
    """The heading under which a parameter stands in the help."""
    if parameter.param_type_name == "argument":
        return "Arguments"
    return getattr(parameter, "rich_help_panel", None) or ("Output" if _is_output(parameter) else "Options")


def _plain(text: str) -> str:
    for pattern, words in _VALUES:
        text = re.sub(pattern, words, text)
    return text


def mistake(error: Any, command: str) -> str:
    """What is wrong with how a command is called, in one line, and what to try."""
    message: str = error.format_message().rstrip(".")
    for pattern, words in _WORDS:
        message = re.sub(pattern, words, message)
    return f"{message}{'' if message[-1] == '?' else '.'} See {' '.join(filter(None, ['shapecalc', command]))} --help."
