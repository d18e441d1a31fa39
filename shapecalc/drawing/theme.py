"""Colours and type of the pictures, light and dark. What a colour says, a word, a line or a pattern says as well."""

from __future__ import annotations

#: The size of the text in pixels, of what stands in small type, and the distance of lines.
SIZE, SMALL, LINE = 13, 11.5, 17

#: Each colour by its use, in a light and in a dark surrounding. Text on its background has a contrast of 4.5 and more.
COLOURS = {
    "ground": ("#ffffff", "#16181d"),
    "ink": ("#1b1f24", "#e8eaed"),
    "faint": ("#57606a", "#a9b1bb"),
    "line": ("#6e7781", "#8b949e"),
    "box": ("#f6f8fa", "#22262d"),
    "work": ("#ddeeff", "#1b3350"),
    "pool": ("#e6f4e6", "#1e3a26"),
    "join": ("#fff1d6", "#463614"),
    "end": ("#ece8f7", "#322a4d"),
    "wrong": ("#ffebe9", "#4a1a1c"),
    "alarm": ("#b3261e", "#ff9a92"),
    "mark": ("#0b63ce", "#79b8ff"),
    "spot": ("#ffd33d", "#7d6000"),
    "grid": ("#c3cad2", "#444c56"),
    "padding": ("#eceff2", "#2a2f37"),
}
_RULES = (
    "font-family:system-ui,'Segoe UI',Arial,'DejaVu Sans',sans-serif;font-size:13px",
    " .ground{fill:var(--ground)}",
    " text{fill:var(--ink)}",
    " .name{font-weight:600}",
    " .small{font-size:11.5px}",
    " .faint{fill:var(--faint)}",
    " .middle{text-anchor:middle}",
    " .end{text-anchor:end}",
    " .halo{stroke:var(--ground);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}",
    " .alarm{fill:var(--alarm)}",
)


def _block(rules: tuple[str, ...]) -> str:
    first, *others = rules
    return "".join((f".shapecalc{{{first}}}", *(f".shapecalc{rule}" for rule in others)))


def style(*rules: str) -> str:
    """The style sheet of a picture: colours as variables, the rules of all pictures, and its own.

    Args:
        rules: a selector and its declarations each, such as ``.box{fill:var(--box)}``; one that begins with @ stands as
            it is.
    """
    light, dark = (";".join(f"--{name}:{pair[place]}" for name, pair in COLOURS.items()) for place in (0, 1))
    own = "".join(rule if rule.startswith("@") else f".shapecalc {rule}" for rule in rules)
    return (
        f".shapecalc{{{light};color-scheme:light dark}}"
        f"@media (prefers-color-scheme:dark){{.shapecalc{{{dark}}}}}{_block(_RULES)}{own}"
    )
