"""The verdict on layers and arguments is what torch does, size by size."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.grading.quizzes import mark, question

torch = pytest.importorskip("torch")

#: The sizes that are tried.
SIZES = range(1, 41)


def size_behind(layer: Any, size: int) -> int | None:
    """What torch makes of a height; None where it refuses."""
    try:
        with torch.no_grad():
            return int(layer(torch.empty(1, 3, size, size, device="meta")).shape[2])
    except (RuntimeError, ValueError):
        return None


@st.composite
def layers(draw: st.DrawFn) -> str:
    """Windows with random arguments, in torch's notation."""
    kernel, stride = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    kind = draw(st.sampled_from(["conv", "max", "avg", "deconv", "adaptive", "up"]))
    padding = draw(st.integers(0, kernel // 2))
    match kind:
        case "conv":
            dilation = draw(st.integers(1, 3))
            return f"Conv2d(3, 3, {kernel}, stride={stride}, padding={draw(st.integers(0, 4))}, dilation={dilation})"
        case "max" | "avg":
            name = "MaxPool2d" if kind == "max" else "AvgPool2d"
            return f"{name}({kernel}, stride={stride}, padding={padding}, ceil_mode={draw(st.booleans())})"
        case "deconv":
            return f"ConvTranspose2d(3, 3, {kernel}, stride={stride}, padding={padding})"
        case "adaptive":
            return f"AdaptiveAvgPool2d({draw(st.integers(1, 9))})"
        case _:
            return f"Upsample(scale_factor={draw(st.integers(1, 4))})"


EFFECTS = st.one_of(
    st.just({"keeps": "size"}),
    st.builds(lambda number: {"divides": number}, st.integers(1, 5)),
    st.builds(
        lambda number, way: {"divides": number, "rounded": way}, st.integers(1, 5), st.sampled_from(["up", "down"])
    ),
    st.builds(lambda number: {"multiplies": number}, st.integers(1, 4)),
    st.builds(lambda number: {"output": str(number), "inputs": "3xHxW"}, st.integers(1, 9)),
)
#: What does each of them, whatever its number.
DOES_IT = {"keeps": "ReLU()", "output": "AdaptiveAvgPool2d({})", "multiplies": "Upsample(scale_factor={})"}


def asked(effect: dict[str, Any], size: int) -> int | None:
    """The size that an effect asks for; None where it asks for nothing."""
    match effect:
        case {"keeps": _}:
            return size
        case {"divides": number, "rounded": "up"}:
            return -(-size // number)
        case {"divides": number, "rounded": _}:
            return size // number
        case {"divides": number}:
            return None if size % number else size // number
        case {"multiplies": number}:
            return number * size
    return int(effect["output"])


def of_effect(effect: dict[str, Any]) -> Any:
    """A question about an effect."""
    key = next(iter(effect))
    if key == "divides":
        number, up = effect["divides"], effect.get("rounded") == "up"
        return question("layer", example=f"MaxPool2d({number}, ceil_mode={up})" if number > 1 else "ReLU()", **effect)
    return question("layer", example=DOES_IT[key].format(effect[key]), **effect)


@examples(120, deep=20_000)
@given(layers(), EFFECTS)
def test_a_verdict_is_what_torch_does(text, effect):
    """Right where torch gives what is asked for at every size; wrong with a size at which it does not."""
    if effect == {"divides": 1}:
        effect = {"keeps": "size"}
    judged = mark(of_effect(effect), text)
    layer = eval(f"torch.nn.{text}", {"torch": torch})  # noqa: S307  our own text
    outcomes = {size: size_behind(layer, size) for size in SIZES}
    refuting = [size for size, out in outcomes.items() if out is not None and asked(effect, size) not in (None, out)]
    legal = [size for size, out in outcomes.items() if out is not None]
    assert (str(judged.verdict) == "right") == (not refuting and bool(legal)), (text, effect, judged.note, refuting[:3])
    place = re.search(r"at H = (\d+)", judged.note)
    if place:
        size = int(place[1])
        assert size_behind(layer, size) != asked(effect, size)


@examples(60, deep=10_000)
@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.integers(0, 9))
def test_a_value_is_what_torch_does(kernel, stride, dilation, padding):
    """The padding that keeps a size, or divides it, is the one for which torch does."""
    layer = f"Conv2d(3, 3, {kernel}, stride={stride}, padding=?, dilation={dilation})"
    of = question("argument", layer=layer, divides=stride, example="") if stride > 1 else None
    of = of or _keeping(layer, dilation * (kernel - 1))
    if of is None:
        return
    made = torch.nn.Conv2d(3, 3, kernel, stride=stride, padding=padding, dilation=dilation, device="meta")
    outcomes = {size: size_behind(made, size) for size in SIZES if size % stride == 0}
    wrong = any(out is not None and out != size // stride for size, out in outcomes.items())
    assert (str(mark(of, str(padding)).verdict) == "right") == (not wrong)


def _keeping(layer: str, span: int) -> Any:
    """The question which padding keeps the size; None where none does, because the kernel spans an even number."""
    return None if span % 2 else question("argument", layer=layer, keeps="size", example=str(span // 2))
