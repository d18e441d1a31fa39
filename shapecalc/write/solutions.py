"""The answers to questions asked backwards, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from shapecalc.algebra import names_in
from shapecalc.algebra.trend import trend
from shapecalc.layers import shape_text
from shapecalc.layers.conv import RULES
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.layers.core.letters import written
from shapecalc.page.numbers import thousands as count

if TYPE_CHECKING:
    from shapecalc.solve.depth import Depth
    from shapecalc.solve.restoring import Restored
    from shapecalc.solve.windows.layers import Along, Layers, Solution

#: How wide the lines below a table are.
WIDTH = 98
#: A table of depths has at most so many rows, so many of them at its end.
ROWS, TAIL = 16, 3


def notes(lines: list[tuple[str, str]]) -> str:
    """Lines of a word and what it says, as below a table."""
    hanging = " " * 10
    return "\n".join(
        textwrap.fill(f"{word:<10}{said}", WIDTH, subsequent_indent=hanging, break_on_hyphens=False)
        for word, said in lines
    )


def layers_text(answer: Layers, limit: int | None) -> str:
    """The layers that answer a question as a table of at most ``limit`` rows (None: all), with what was searched."""
    shown = answer.solutions[:limit]
    parts = [_title(answer), _table(answer, shown) if shown else _nearest(answer), notes(_notes(answer, shown))]
    return "\n\n".join(filter(None, parts))


def _title(answer: Layers) -> str:
    number, kind = len(answer.solutions), answer.kind
    if number < 2:
        return f"{answer.question}: {'one' if number else 'no'} {kind.one}{'' if number else ' within these ranges'}"
    return f"{answer.question}: {count(number)} {kind.many}, simplest first"


def _table(answer: Layers, shown: tuple[Solution, ...]) -> str:
    from tabulate import tabulate

    headers, rows = _rows(shown)
    left = len(answer.solutions) - len(shown)
    table = tabulate(rows, headers, disable_numparse=True)
    return f"{table}\n... and {count(left)} more" if left else table


def _rows(shown: tuple[Solution, ...]) -> tuple[list[str], list[list[str]]]:
    """The layers; beside them for which letters they are legal, or which inputs they leave out, where there are any."""
    if shown[0].legal:
        legal = [" and ".join(values.text(letter) for letter, values in one.legal.items()) for one in shown]
        return ["layer", "legal for"], [[str(one), text] for one, text in zip(shown, legal, strict=True)]
    unread = [_unread(one) for one in shown]
    if not any(unread):
        return ["layer"], [[str(one)] for one in shown]
    return ["layer", "inputs left out"], [[str(one), text] for one, text in zip(shown, unread, strict=True)]


def _unread(solution: Solution) -> str:
    end = f"{solution.unread} at the end" if solution.unread else ""
    return " and ".join(filter(None, (end, "between windows" if solution.has_gaps else "")))


def _nearest(answer: Layers) -> str:
    several = len(answer.along) > 1
    return "\n".join(
        f"{layer!r} gives {size}{f' along the {one.axis}' if several else ''}"
        for one in answer.along
        for layer, size in one.near
    )


def _grows(along: Along) -> bool:
    return isinstance(along.before, int) and isinstance(along.after, int) and along.after > along.before


def _why(along: Along) -> str:
    """Why no window gives the size: what comes out passes over it, or grows at another rate."""
    sizes = [size for _, size in along.near]
    wanted = trend(along.after)
    for size in sizes:
        found = trend(size)
        if wanted is not None and found is not None and wanted.slope != found.slope:
            return f"{size} grows by {found.slope} with each input, {along.after} by {wanted.slope}"
    if len(sizes) == 2:
        return f"nothing between {sizes[0]} and {sizes[1]} comes out within these ranges"
    if not sizes or not isinstance(sizes[0], int) or not isinstance(along.after, int):
        return ""
    return f"nothing {'below' if sizes[0] > along.after else 'above'} {sizes[0]} comes out within these ranges"


def _notes(answer: Layers, shown: tuple[Solution, ...]) -> list[tuple[str, str]]:
    searched = answer.ranges.texts(answer.kind.classes[answer.question.dims - 1].fields)
    found = [("why", why) for one in answer.along if not one.windows and (why := _why(one))]
    found.append(("searched", ", ".join(f"{name} {values}" for name, values in searched.items())))
    if shown and len(answer.along) > 1:
        each = ", ".join(f"{count(len(one.windows))} along the {one.axis}" for one in answer.along)
        found.append(("windows", f"{each}; any can be combined, and above are the simplest layers"))
    if len(shown) > 1:
        found.append(("simplest", answer.kind.simplest))
    uneven = next((one.layers[0] for one in shown if len(one.layers) > 1), None)
    if uneven is not None:
        sides = {1: "left, right", 2: "left, right, top, bottom"}.get(uneven.rank, "left, right, ..., front, back")
        pad = f"{type(uneven).__name__}(({sides}))"
        found.append(("zeros", f"no symmetric padding fits: {pad} puts one more behind"))
    if answer.kind.pads_zeros and all(before == after for before, after in answer.question.axes):
        found.append(("rule", same_rule()))
    if any(isinstance(one.after, int) and names_in(one.before) for one in answer.along):
        pool = f"AdaptiveAvgPool{answer.question.dims}d"
        found.append(("instead", f"one size from every input is what {pool} makes"))
    if not answer.solutions and not answer.kind.is_transposed and any(_grows(one) for one in answer.along):
        found.append(("instead", "a transposed convolution makes a size larger: --layer deconv"))
    if answer.question.channels is None and answer.kind.is_learned:
        found.append(("letters", "D channels in, K channels out"))
    return found


def same_rule() -> str:
    """The padding that keeps a size at stride 1, for any kernel and dilation."""
    env = {"kernel_size": 2, "dilation": 2}  # numbers at which the names of both are written
    before, behind = (written(rule.tree(env)) for rule in RULES["same"])
    return f'{before} before and {behind} behind keep any size at stride 1, as padding="same" does'


def restored_text(restored: Restored) -> str:
    """The transposed convolution that gives a size back: one for a number, for letters a table by their remainders."""
    before, after = shape_text(restored.before), shape_text(restored.after)
    head = f"{restored.layer!r}: {before} → {after}"
    if restored.answers[0].cases:
        from tabulate import tabulate

        rows = [(" and ".join(map(str, answer.cases)), repr(answer.layer)) for answer in restored.answers]
        body = tabulate(rows, ("for", "back by"), disable_numparse=True)
    else:
        head, body = f"{head}\n{restored.answers[0].layer!r}: {after} → {before}", ""
    lines = [("rule", f"output_padding = {restored.rule}")] if restored.rule else []
    alike = len(set(restored.worked)) == 1
    axes = ["numbers"] if alike else AXIS_NAMES[len(restored.worked)]
    lines += list(zip(axes, restored.worked, strict=False)) if restored.rule else []
    return "\n\n".join(filter(None, (head, body, notes(lines))))


def depth_text(depth: Depth) -> str:
    """The field after each repetition, with the first that reaches far enough as the last row."""
    from tabulate import tabulate

    rows = [[count(row.depth), " ".join(map(repr, row.layers)), count(row.field)] for row in depth.rows]
    if len(rows) > ROWS:
        rows[ROWS - TAIL - 1 : -TAIL] = [["...", "...", "..."]]
    thing = _repeated(depth, 2)
    left = WIDTH - len(thing) - max(len(row[-1]) for row in rows) - 4
    rows = [
        [number, text if len(text) <= left else f"{text[: max(left, 8) - 3]}...", size] for number, text, size in rows
    ]
    table = tabulate(rows, (thing, "the last one", "field"), colalign=("right", "left", "right"), disable_numparse=True)
    kept = [("field", f"a bound: {depth.bound}")] if depth.bound else []
    return "\n\n".join(filter(None, (_reached(depth), table, notes(kept))))


def _reached(depth: Depth) -> str:
    wanted, last = count(depth.wanted), depth.rows[-1]
    if depth.reason:
        return f"{wanted} inputs are not reached: {depth.reason.removesuffix('.')}."
    seen = "sees" if last.depth == 1 else "see"
    return f"{count(last.depth)} {_repeated(depth, last.depth)} {seen} {count(last.field)} inputs ({wanted} wanted)"


def _repeated(depth: Depth, number: int) -> str:
    one = "layer" if len(depth.rows[0].layers) == 1 else "repetition"
    return one if number == 1 else f"{one}s"
