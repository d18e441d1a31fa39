"""Sheets of layers that work on each entry by itself, that join inputs, or that only move entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shapecalc.drawing.sheet.cells import PlacedTensor, indices
from shapecalc.drawing.sheet.job import SheetJob, UnwritableError, number

#: The formula of an entry x, for a layer; each x is a cell.
Template = Callable[[Any], str]


def _gelu(layer: Any) -> str:
    if layer.approximate == "tanh":
        return "0.5*x*(1+TANH(SQRT(2/PI())*(x+0.044715*x^3)))"
    return "x*NORMSDIST(x)"


def _power(layer: Any) -> str:
    return f"x^{number(layer.exponent)}"


#: Functions of each entry, by the layer's class.
TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "ReLU": lambda layer: "MAX(0,x)",
        "ReLU6": lambda layer: "MIN(MAX(0,x),6)",
        "LeakyReLU": lambda layer: f"IF(x>0,x,{number(layer.negative_slope)}*x)",
        "ELU": lambda layer: f"IF(x>0,x,{number(layer.alpha)}*(EXP(x)-1))",
        "CELU": lambda layer: f"MAX(0,x)+MIN(0,{number(layer.alpha)}*(EXP(x/{number(layer.alpha)})-1))",
        "SELU": lambda layer: "1.0507009873554805*IF(x>0,x,1.6732632423543772*(EXP(x)-1))",
        "SiLU": lambda layer: "x/(1+EXP(-x))",
        "GELU": _gelu,
        "Mish": lambda layer: "x*TANH(LN(1+EXP(x)))",
        "Sigmoid": lambda layer: "1/(1+EXP(-x))",
        "LogSigmoid": lambda layer: "-LN(1+EXP(-x))",
        "Tanh": lambda layer: "TANH(x)",
        "Tanhshrink": lambda layer: "x-TANH(x)",
        "Softsign": lambda layer: "x/(1+ABS(x))",
        "Softplus": lambda layer: (
            f"IF({number(layer.beta)}*x>{number(layer.threshold)},x,LN(1+EXP({number(layer.beta)}*x))/{number(layer.beta)})"
        ),
        "Hardtanh": lambda layer: f"MIN(MAX({number(layer.min_val)},x),{number(layer.max_val)})",
        "Hardsigmoid": lambda layer: "MIN(MAX(0,x/6+0.5),1)",
        "Hardswish": lambda layer: "x*MIN(MAX(0,x/6+0.5),1)",
        "Hardshrink": lambda layer: f"IF(ABS(x)>{number(layer.lambd)},x,0)",
        "Softshrink": lambda layer: f"SIGN(x)*MAX(0,ABS(x)-{number(layer.lambd)})",
        "Threshold": lambda layer: f"IF(x>{number(layer.threshold)},x,{number(layer.value)})",
        "Scale": lambda layer: f"x*{number(layer.factor)}+{number(layer.offset)}",
        "Power": _power,
        **dict.fromkeys(
            ("Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"),
            lambda layer: "x",
        ),
    }
)
#: Operators between the entries of several inputs.
_OPERATORS = {"Add": "+", "Multiply": "*"}


def write_template(job: SheetJob) -> PlacedTensor:
    """A function of each entry. In evaluation a dropout changes nothing."""
    (tensor,) = job.inputs
    pieces = _pieces(TEMPLATES[type(job.layer).__name__](job.layer))
    return job.write(job.output(), lambda index: tensor.cell(index, job.home).join(pieces))


def _pieces(template: str) -> list[str]:
    """A template around its x, which stands alone, and not in EXP or MAX."""
    marked = template.replace("EXP", "E\0P").replace("MAX", "MA\0")
    return [piece.replace("\0", "X") for piece in marked.split("x")]


def write_prelu(job: SheetJob) -> PlacedTensor:
    """X above 0, a learned slope below: one for all channels, or one for each."""
    (tensor,) = job.inputs
    slopes = job.numbers["weight"].flat
    output = job.output()
    grid = job.weights(job.draft.stack(1, len(slopes)), "slopes", [[slope] for slope in slopes], headers=())

    def formula(index: tuple[int, ...]) -> str:
        cell = tensor.cell(index, job.home)
        slope = grid.cell(index[0] if len(slopes) > 1 else 0, 0, job.home, fixed=True)
        return f"IF({cell}>0,{cell},{slope}*{cell})"

    return job.write(output, formula)


def write_operator(job: SheetJob) -> PlacedTensor:
    """Inputs joined entry by entry; a size of 1 is stretched."""
    operator: str = _OPERATORS[type(job.layer).__name__]

    def formula(index: tuple[int, ...]) -> str:
        cells = [
            tensor.cell(
                tuple(place if size > 1 else 0 for place, size in zip(index, tensor.shape, strict=True)), job.home
            )
            for tensor in job.inputs
        ]
        return operator.join(cells)

    return job.write(job.output(), formula)


def write_concat(job: SheetJob) -> PlacedTensor:
    """Inputs one behind the other."""
    along: int = job.layer.along(job.inputs[0].shape)
    sources = [(tensor, place) for tensor in job.inputs for place in range(tensor.shape[along])]

    def formula(index: tuple[int, ...]) -> str:
        tensor, place = sources[index[along]]
        return tensor.cell((*index[:along], place, *index[along + 1 :]), job.home)

    return job.write(job.output(), formula)


def write_view(job: SheetJob) -> PlacedTensor:
    """The same entries in the same order, in another shape; beside features stands the place that they come from."""
    (tensor,) = job.inputs
    sources = dict(zip(indices(job.shape), indices(tensor.shape), strict=True))
    labels = [", ".join(map(str, source)) for source in sources.values()] if len(job.shape) == 1 else ()
    return job.write(job.output(labels=labels), lambda index: tensor.cell(sources[index], job.home))


def write_permutation(job: SheetJob) -> PlacedTensor:
    """The dimensions in another order."""
    (tensor,) = job.inputs
    dims = job.layer.motion((tensor.shape,), job.shape).dims
    if dims is None or not all(len(sources) == 1 for sources in dims):
        raise UnwritableError("it does not only change the order of dimensions")
    order = [sources[0] for sources in dims]

    def formula(index: tuple[int, ...]) -> str:
        source = [0] * len(order)
        for place, dim in zip(index, order, strict=True):
            source[dim] = place
        return tensor.cell(tuple(source), job.home)

    return job.write(job.output(), formula)
