"""Padding by the name of a rule: what it puts before and after an axis, and the size that it is made for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from shapecalc.algebra import Env, Formula, Int, ceildiv, maximum
from shapecalc.layers.core.kinds import amounts_or
from shapecalc.layers.windows import extent

#: What is put before and after an axis by each named rule. "same" and "valid" are torch's; the other two are ours:
#: "causal" lets no output see a later input, "tf_same" is TensorFlow's "SAME", which allows a stride.
RULES: Mapping[str, tuple[Formula, Formula]] = MappingProxyType(
    {
        "valid": (Formula(lambda: 0), Formula(lambda: 0)),
        "same": (
            Formula(lambda kernel_size, dilation: dilation * (kernel_size - 1) // 2),
            Formula(lambda kernel_size, dilation: ceildiv(dilation * (kernel_size - 1), 2)),
        ),
        "causal": (Formula(lambda kernel_size, dilation: dilation * (kernel_size - 1)), Formula(lambda: 0)),
        "tf_same": (
            Formula(lambda W, kernel_size, stride, dilation: _tf_total(W, kernel_size, stride, dilation) // 2),
            Formula(lambda W, kernel_size, stride, dilation: ceildiv(_tf_total(W, kernel_size, stride, dilation), 2)),
        ),
    }
)
#: What comes out by the rules that keep a size, or divide it, whatever they pad for that.
_SIZES = {
    "same": Formula(lambda W: W),
    "tf_same": Formula(lambda W, stride: ceildiv(W, stride)),  # noqa: PLW0108  a formula's names are its arguments
}
#: Padding: an amount per axis, or the name of a rule ("same", "valid", ...).
Padding = Annotated[Int | tuple[Int, ...] | str, amounts_or(RULES, "same")]
#: The same, of windows that have one rule alone.
TfPadding = Annotated[Int | tuple[Int, ...] | str, amounts_or(("tf_same",), "tf_same")]


def _tf_total(W: Int, kernel_size: Int, stride: Int, dilation: Int) -> Int:
    # https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    span = extent(kernel_size, dilation)
    if isinstance(span, int) and isinstance(stride, int):
        if span == 1:
            return 0
        if span >= stride:  # what the last window lacks is never negative
            return (ceildiv(W, stride) - 1) * stride + span - W
    return maximum((ceildiv(W, stride) - 1) * stride + span - W, 0)


def rule_of(padding: Any) -> tuple[Formula, Formula] | None:
    """What the rule of a padding puts before and after an axis; None of an amount."""
    return RULES[padding] if isinstance(padding, str) else None


def add_padding(env: dict[str, Any]) -> None:
    """Give the values along an axis what its padding, an amount or a rule, puts before and after it.

    A rule that depends on the size is left for later where there is no size yet.
    """
    padding = env["padding"]
    if isinstance(padding, str):
        before, after = RULES["valid" if env["stride"] == 0 else padding]  # the stride itself is refused later
        if "W" in env or "W" not in before.names:
            env["before"], env["after"] = before.at(env), after.at(env)
    else:
        env["before"] = env["after"] = padding


def size_by_rule(padding: Any, env: Env) -> Formula | None:
    """With letters, the size that a rule is made for; None where the formula of the window says it."""
    size = _SIZES.get(padding) if isinstance(padding, str) else None
    letters = size and any(not isinstance(env[name], int) for name in ("W", "kernel_size", "stride", "dilation"))
    return size if letters else None


#: What comes out of a transposed window by "tf_same": S outputs for each input.
TRANSPOSED_SIZE = Formula(lambda W, stride: W * stride)


def add_cut(env: dict[str, Any]) -> None:
    """As :func:`add_padding`, of a transposed window, which cuts its padding off.

    TensorFlow's rule cuts F − S off, an odd one at the end; where the stride is the larger, it adds S − F at the end.
    """
    padding = env["padding"]
    if isinstance(padding, str):
        excess = extent(env["kernel_size"], env["dilation"]) - env["stride"]
        cut = maximum(excess, 0)
        env["before"], env["after"] = cut // 2, ceildiv(cut, 2)
        env["output_padding"] = maximum(-excess, 0)
    else:
        env["before"] = env["after"] = padding
