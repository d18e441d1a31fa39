"""The terms in which counters of work differ: each is a name and a formula.

One name may have several formulas: a bias, for example, adds as many numbers as come out of a convolution, but as many
as an LSTM adds at every step. A number that only one tool counts is a term as well: it explains a difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import truediv
from typing import Any, NamedTuple, final

from shapecalc.algebra import Formula, Int, product
from shapecalc.layers import Shape


@final
class Term(NamedTuple):
    """A part of a count.

    Attributes:
        name: the quantity that is counted, in words.
        formula: the amount, from the names of :func:`shapecalc.compare.counters.inputs.term_inputs`.
    """

    name: str
    formula: Formula


def _called(name: str) -> Callable[[Callable[..., Any]], Term]:
    return lambda count: Term(name, Formula(count))


_bias = _called("bias")
_norm = _called("normalisation")
_pool = _called("pooling")
_activation = _called("activations")
_resize = _called("resizing")
_state = _called("work on each number of a recurrent state")
_unseen = _called("multiply-accumulates that it does not see")
_again = _called("the same again as a function")

#: Our own count, with which every comparison starts.
MACS = _called("multiply-accumulates, as shapecalc counts")(lambda macs: macs)

# torch counts a multiplication and an addition as two operations; these are the additions that it counts
_additions = _called("additions as operations of their own")
ADDITIONS = _additions(lambda macs: macs)
ADDITIONS_UNFUSED = _additions(
    lambda macs, L, S, extra, embed_dim, fused: macs - (2 * (L * (S + extra) * embed_dim) if fused else 0)
)
ADDITIONS_PROJECTED = _additions(lambda macs, proj_size: macs if proj_size else 0)

UNSEEN = _unseen(lambda macs: -macs)
UNCHECKED = _called("multiply-accumulates of layers that it was not tried on")(lambda macs: -macs)
UNUSED = _called("multiply-accumulates of layers that lead to no output")(lambda macs: -macs)
#: Inside a transformer layer, torch runs both products of attention as one operation.
UNSEEN_FUSED = _unseen(lambda L, S, extra, embed_dim, fused: -2 * (L * (S + extra) * embed_dim) if fused else 0)
#: An LSTM without a projection is one operation on a CPU.
UNSEEN_UNPROJECTED = _unseen(lambda macs, proj_size: 0 if proj_size else -macs)
#: A convolution padded by a word is an operation with another name, unless its padding is not zeros.
UNSEEN_NAMED_PADDING = _unseen(
    lambda macs, padding, padding_mode: -macs if padding in ("same", "valid") and padding_mode == "zeros" else 0
)
#: Capsules: only the votes, or only the weights, are a product that it counts, each once.
UNSEEN_ROUTING = _unseen(
    lambda in_capsules, out_capsules, out_dim, num_iterations: (
        -(in_capsules * out_capsules * out_dim * (2 * num_iterations - 1))
    )
)
UNSEEN_PROJECTION = _unseen(
    lambda L, directions, num_layers, state, hidden_size, proj_size: (
        -(L * (directions * num_layers * (state * hidden_size))) if proj_size else 0
    )
)

BIAS = _bias(lambda n_out, bias: n_out if bias else 0)
BIAS_OF_STEPS = _bias(lambda L, n_weights, matrices: L * (n_weights - matrices))
BIAS_OF_PROJECTED = _bias(lambda L, n_weights, matrices, proj_size: L * (n_weights - matrices) if proj_size else 0)
BIAS_OF_CELL = _bias(lambda n_weights, macs: n_weights - macs)
BIAS_OF_ATTENTION = _bias(lambda L, S, embed_dim, bias: 2 * (L + S) * embed_dim if bias else 0)
#: The output is always taken to have a bias, with as many features as the values.
BIAS_OF_ATTENTION_ALWAYS = _bias(
    lambda L, S, embed_dim, v_features, bias: ((L + 2 * S) * embed_dim if bias else 0) + L * v_features
)

TRANSPOSED = _called("transposed convolutions at output places")(
    lambda weights, places_in, places_out: weights * (places_out - places_in)
)


def norm(plain: int, scaled: int) -> Term:
    """The given number of operations for each number of the input: without a learned scale, and with one."""
    return _norm(lambda n_in, is_scaled: (scaled if is_scaled else plain) * n_in)


#: fvcore: with running statistics, only the scaling is counted; without them, the statistics of the input as well.
NORM_KEPT = _norm(
    lambda n_in, is_scaled, track_running_stats: (
        ((2 if is_scaled else 1) if track_running_stats else (5 if is_scaled else 4)) * n_in
    )
)
NORM_WEIGHTS = _norm(lambda n_weights, leading: leading * n_weights)
#: The functions that a local response norm calls: a square, a mean over padded channels, a product, a sum.
NORM_LOCAL = _norm(lambda n_in, places_in, size: 4 * n_in + (size - 1) * places_in)

POOL_INPUT = _pool(lambda n_in: n_in)
POOL_OUTPUT = _pool(lambda n_out: n_out)
POOL_BOTH = _pool(lambda n_in, n_out: n_in + n_out)
#: The functions that a power-average pooling calls: an average pooling, a ReLU, a product.
POOL_POWER = _pool(lambda n_in, n_out: n_in + 2 * n_out)


def _cut(shape: Shape, output: Shape, n_in: Int, n_out: Int) -> Int:
    """The loss where (W/N + 1)·N is computed in floating point and truncated."""
    if not isinstance(n_in, int) or not isinstance(n_out, int) or n_out == 0:
        return 0
    windows: float = math.prod(map(truediv, shape[1:], output[1:]))
    return int((windows + 1) * n_out) - (n_in + n_out)


POOL_CUT = _called("lost in rounding")(_cut)

ACTIVATION = _activation(lambda n_in: n_in)
ACTIVATION_WEIGHTS = _activation(lambda n_weights: n_weights)
#: An exponential and a division for each entry, and one sum for each line of entries.
SOFTMAX = _activation(lambda n_in, lines: 3 * n_in - lines)
AGAIN = _again(lambda n_in: n_in)


def resize(**modes: int) -> Term:
    """The given number of operations for each number of the output, by mode."""
    return _resize(lambda n_out, mode: modes.get(mode, 0) * n_out)


def _image(shape: Shape, n_in: Int, n_out: Int, mode: str) -> Int:
    """Only images are counted; "area" is adaptive pooling, counted by its input."""
    return {"nearest": n_out, "bilinear": 4 * n_out, "area": n_in}.get(mode, 0) if len(shape) == 3 else 0


def _scaled(shape: Shape, n_in: Int, n_out: Int, scale_factor: Any) -> Int:
    """The size for a factor before it is rounded; several factors are truncated to integers first."""
    if not scale_factor:
        return n_out
    if isinstance(scale_factor, tuple):
        return n_in * product(tuple(map(int, scale_factor)))
    power = scale_factor ** (len(shape) - 1)
    return n_in * int(power) if power == int(power) else int(n_in * power)


RESIZE_IMAGE = _resize(_image)
RESIZE_OUTPUT = _resize(lambda n_out: n_out)
RESIZE_SCALED = _resize(_scaled)
RESIZE_AGAIN = _again(_scaled)
AREA_AGAIN = _again(lambda n_in, mode: n_in if mode == "area" else 0)


def states(times: int) -> Term:
    """The given number of operations for each number of each state of a recurrent layer, at every step."""
    return _state(lambda L, directions, num_layers, hidden_size: times * (L * directions * num_layers * hidden_size))


def state(times: int) -> Term:
    """The given number of operations for each number of a cell's state."""
    return _state(lambda hidden_size: times * hidden_size)


def _unprojected(
    L: Int, directions: Int, num_layers: Int, input_size: Int, hidden_size: Int, matrices: Int, proj_size: Int
) -> Int:
    if not proj_size:
        return 0
    deeper = (num_layers - 1) * (directions * hidden_size + hidden_size)
    return L * (directions * (4 * hidden_size) * (input_size + hidden_size + deeper) - matrices)


PROJECTION = _called("an LSTM's projection (proj_size) left out")(_unprojected)

ATTENTION = _called("scaling and softmax of attention")(
    lambda L, S, embed_dim, num_heads: L * embed_dim + num_heads * (L * S)
)
ATTENTION_AGAIN = _again(
    lambda L, S, extra, embed_dim, num_heads, fused: (
        0 if fused else 2 * (L * (S + extra) * embed_dim) + num_heads * (L * (S + extra))
    )
)


def _other_sizes(L: Int, S: Int, extra: Int, embed_dim: Int, num_heads: Int, k_features: Int, v_features: Int) -> Int:
    """Keys and values projected to their own size instead of the query's, and additions such as add_bias_kv."""
    projections = S * (k_features * (k_features - embed_dim) + v_features * (v_features - embed_dim))
    values = L * S * (num_heads * (v_features // num_heads) - embed_dim)
    output = L * (v_features * v_features - embed_dim * embed_dim)
    return projections + values + output - 2 * (L * extra * embed_dim)


ATTENTION_SIZES = _called("attention with other sizes than it has")(_other_sizes)

EMBEDDING = _called("all rows of an embedding")(lambda n_weights, leading: leading * n_weights)
#: Dense layers: weights and biases times the first dimension, whatever dimensions follow before the features.
FIRST_PLACE = _called("places that it leaves out")(
    lambda n_weights, leading, macs, n_out, bias: leading * n_weights - macs - (n_out if bias else 0)
)
#: Cells: the size of the state is mistaken for a number of steps.
STATE_AS_STEPS = _called("cells: the state's size taken for steps")(
    lambda n_weights, hidden_size: (hidden_size - 1) * n_weights
)
