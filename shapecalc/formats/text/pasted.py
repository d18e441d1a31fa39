"""A chain as it is pasted, with quotes and arrows of word processors, bullets, imports, comments; places stay."""

from __future__ import annotations

import re

from shapecalc.errors import SpecError
from shapecalc.formats.text.tokens import location

#: Signs that stand for a sign of ours.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‘’‚‛′´", "'"),
        **dict.fromkeys("–—‒―‐‑", "-"),  # dashes of a word processor
        **dict(zip("（）［］，；：＝＊／．", "()[],;:=*/.", strict=True)),
        **dict.fromkeys("`\u200b\ufeff\u2009\u202f\u3000", " "),
        **dict.fromkeys("→⇒⟶⟹➔➜➝➞➡⇨↦⟼↓⇓⬇▶►▸⭢⮕", "→"),
        **dict.fromkeys("✕✖⨯", "×"),
    }
)
_ARROW = re.compile(r"[-=~]{0,9}>{1,9}")
_BACK = re.compile(r"<[-=]|[←⇐⟵⬅↑⇑]")
#: What begins a line of a list: a dash, a star or a dot; a number; "Layer 3:".
_BULLET = re.compile(
    r"[ \t]*(?:[-*•◦‣▪·][ \t]+|(?:\(?\d{1,3}[.):]|(?:layer|step)[ \t]*\d{1,3}[ \t]*[:.)-])[ \t]+)(?=\S)", re.IGNORECASE
)
_NAME = r"[A-Za-z_][\w.]*"
_IMPORTED = rf"(?:\*|{_NAME}(?:[ \t]+as[ \t]+\w+)?)"
_IMPORTED = rf"{_IMPORTED}(?:[ \t]*,\s*{_IMPORTED})*"
#: Lines of a program that change nothing of a chain.
_BESIDES = re.compile(
    rf"""^[ \t]*(?:import[ \t]+{_IMPORTED}
        | from[ \t]+{_NAME}[ \t]+import[ \t]+(?:\(\s*{_IMPORTED}\s*,?\s*\)|{_IMPORTED})
        | print\({_NAME}(?:\.summary\(\))?\)
        | {_NAME}\.summary\([^()\n]*\)
        | super\([^()\n]*\)\.__init__\(\)
        )[ \t]*(?=[;\#]|$)""",
    re.MULTILINE | re.VERBOSE,
)
_PROGRAM = re.compile(
    r"""^[ \t]*(?:class[ \t]+\w+[ \t]*[(:] | def[ \t]+\w+[ \t]*\( | return\b | @\w)
      | \b(?:F|torch\.nn\.functional)\.\w+\( | \bself(?:\.\w+)*\.(?!add\(|append\(|extend\(|add_module\()\w+\(""",
    re.MULTILINE | re.VERBOSE,
)
_ADVICE = (
    "this is a program; save it, with its class, as net.py: `shapecalc net net.py` and `shapecalc check net.py` read "
    "it and do not run it"
)
_SUMMARY = re.compile(r"Layer \(type|Output Shape|Param #")
#: What is no chain, and what to write. The pattern is that of the notes of CS231n: ``[[CONV -> RELU]*N -> POOL?]*M``.
_UNREADABLE = (
    (_SUMMARY, "this table has no kernel sizes and strides; write the layers, or what print(model) prints in torch"),
    (
        _PROGRAM,
        _ADVICE,
    ),
    (
        re.compile(r"[A-Za-z)\]]\?"),
        "this is the pattern of many nets; write numbers and layers, as in [[conv3-64 relu]*2 pool]*3 fc-10",
    ),
    (
        re.compile(r"\bfor[ \t]+\w+[ \t,\w]*[ \t]in\b"),
        "this is a loop; write how often its layers run, as in 3 x [Linear(8, 8), ReLU]",
    ),
    (re.compile(r"\.\.\.|…"), "the dots stand for layers that are left out; write them"),
)
#: What says where brackets stand: comments and quoted words have none.
_PIECE = re.compile(r"""\#[^\n]*|"[^"\n]*"|'[^'\n]*'|//(?!\d)|[()\[\]]""")


def as_typed(text: str) -> str:
    """The text with what stands around its layers replaced by spaces, and with signs that are typed.

    Raises:
        SpecError: it is a program, a table of another tool, or the pattern of a family of nets.
    """
    _check(text)
    text = _unquoted(text.translate(_SIGNS))
    text = _BESIDES.sub(_blank, text)
    back = _BACK.search(text)
    if back is not None:
        message = f"{back[0]} points back; write the layers in the order in which they run, with -> between them"
        raise SpecError(f"{location(text, back.start())}: {message}.")
    text = _ARROW.sub(lambda match: "→".rjust(len(match[0])), text)
    return _unlisted(text)


def is_program(text: str) -> bool:
    """Whether a text is source code with a class, a function or calls, rather than a chain of layers."""
    return _PROGRAM.search(text) is not None


def _check(text: str) -> None:
    """Refuse what is no chain.

    Raises:
        SpecError: with what reads it, or what to write.
    """
    for pattern, message in _UNREADABLE:
        match = pattern.search(text)
        if match is not None:
            raise SpecError(f"{location(text, match.start())}: {message}.")


def _unquoted(text: str) -> str:
    """The text without quotes around the whole."""
    quoted = re.fullmatch(r"""(\s*)(["'])([^"']*)\2(\s*)""", text)
    return text if quoted is None else f"{quoted[1]} {quoted[3]} {quoted[4]}"


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _unlisted(text: str) -> str:
    """The text without the signs of a list, and without comments behind ``//``, where no bracket is open."""
    lines = []
    depth = 0
    for line in text.split("\n"):
        bullet = _BULLET.match(line) if depth == 0 else None
        bare = f"{' ' * bullet.end()}{line[bullet.end() :]}" if bullet else line
        for piece in _PIECE.finditer(bare):
            if piece[0] == "//" and depth == 0:
                bare = bare[: piece.start()].ljust(len(bare))
                break
            depth = max(depth + (piece[0] in "([") - (piece[0] in ")]"), 0)
        lines.append(bare)
    return "\n".join(lines)
