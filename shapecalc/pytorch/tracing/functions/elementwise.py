"""Functions that keep the shape, and layers without weights in their functional form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.arithmetic import NAMED_OPERATORS, Power, Scale, operator_layers
from shapecalc.layers.merge import Add, Multiply
from shapecalc.layers.opaque import ENTRYWISE, MIXING, Entrywise, Mixing
from shapecalc.pytorch.tracing.functions.table import FUNCTIONS, PAIR, Entry, FunctionSite, Translation, as_tuple, entry
from shapecalc.pytorch.tracing.graph import Value
from shapecalc.pytorch.tracing.leaves import layer_of_arguments

#: torch.nn.functional's form of a layer without weights: the class, and the arguments in the function's order.
LAYERS: Mapping[str, tuple[str, str]] = {
    "relu": ("ReLU", "inplace"),
    "relu6": ("ReLU6", "inplace"),
    "selu": ("SELU", "inplace"),
    "silu": ("SiLU", "inplace"),
    "mish": ("Mish", "inplace"),
    "hardsigmoid": ("Hardsigmoid", "inplace"),
    "hardswish": ("Hardswish", "inplace"),
    "elu": ("ELU", "alpha inplace"),
    "celu": ("CELU", "alpha inplace"),
    "leaky_relu": ("LeakyReLU", "negative_slope inplace"),
    "gelu": ("GELU", "approximate"),
    "hardtanh": ("Hardtanh", "min_val max_val inplace"),
    "softplus": ("Softplus", "beta threshold"),
    "sigmoid": ("Sigmoid", ""),
    "logsigmoid": ("LogSigmoid", ""),
    "tanh": ("Tanh", ""),
    "softsign": ("Softsign", ""),
    "softmax": ("Softmax", "dim"),
    "log_softmax": ("LogSoftmax", "dim"),
    "softmin": ("Softmin", "dim"),
    "glu": ("GLU", "dim"),
    "dropout": ("Dropout", "p"),
    "dropout1d": ("Dropout1d", "p"),
    "dropout2d": ("Dropout2d", "p"),
    "dropout3d": ("Dropout3d", "p"),
    "pixel_shuffle": ("PixelShuffle", "upscale_factor"),
    "pixel_unshuffle": ("PixelUnshuffle", "downscale_factor"),
    "channel_shuffle": ("ChannelShuffle", "groups"),
    "unfold": ("Unfold", "kernel_size dilation padding stride"),
    "fold": ("Fold", "output_size kernel_size dilation padding stride"),
    "local_response_norm": ("LocalResponseNorm", "size alpha beta k"),
    **{
        f"max_pool{n}d": (f"MaxPool{n}d", "kernel_size stride padding dilation ceil_mode return_indices")
        for n in (1, 2, 3)
    },
    "avg_pool1d": ("AvgPool1d", "kernel_size stride padding ceil_mode count_include_pad"),
    **{
        f"avg_pool{n}d": (f"AvgPool{n}d", "kernel_size stride padding ceil_mode count_include_pad divisor_override")
        for n in (2, 3)
    },
    **{f"lp_pool{n}d": (f"LPPool{n}d", "norm_type kernel_size stride ceil_mode") for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": (f"AdaptiveAvgPool{n}d", "output_size") for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": (f"AdaptiveMaxPool{n}d", "output_size return_indices") for n in (1, 2, 3)},
}


def _functional(cls_name: str, order: Sequence[str]) -> Entry:
    def rule(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
        value = at.value(input)
        if value is None or at.output:
            return None
        cls = layer_classes()[cls_name]
        arguments = dict(zip(order, args, strict=False)) | kwargs
        if "dim" in arguments:
            arguments["dim"] = value.dim(-1 if arguments["dim"] is None else arguments["dim"])
        if "p" in order and (kwargs.get("training") is False or arguments.get("p") == 0):
            return Translation((), (value,))  # dropout that drops nothing
        known = {name: as_tuple(entry) for name, entry in arguments.items() if name in cls.fields and name != "inplace"}
        return Translation(
            [layer_of_arguments(cls, {name: entry for name, entry in known.items() if entry is not None})], (value,)
        )

    return rule


FUNCTIONS.update({name: _functional(cls, order.split()) for name, (cls, order) in LAYERS.items()})


@entry("contiguous clone detach to float half bfloat16 double type type_as alias requires_grad_ cuda cpu data "
       "expand_as broadcast_to repeat alpha_dropout feature_alpha_dropout identity positive")  # fmt: skip
def _same(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    return None if value is None else Translation((), (value,))


#: The operators of Python, by the names of torch's functions; "r" before a name says that the operands are turned.
_OPERATORS = {
    **dict.fromkeys(("add", "iadd", "radd"), "+"),
    **dict.fromkeys(("sub", "isub", "rsub", "subtract"), "-"),
    **dict.fromkeys(("mul", "imul", "rmul", "multiply"), "*"),
    **dict.fromkeys(("div", "divide", "true_divide", "truediv", "itruediv", "rtruediv"), "/"),
    **dict.fromkeys(("pow", "ipow", "rpow"), "**"),
}
_TURNED = frozenset({"radd", "rsub", "rmul", "rtruediv", "rpow"})
#: Operators between tensors: the layer that joins them, and what the second tensor goes through before.
_JOINTS: Mapping[str, tuple[type[Layer], Layer | None]] = {
    "+": (Add, None),
    "-": (Add, Scale(-1)),
    "*": (Multiply, None),
    "/": (Multiply, Power(-1)),
}


@entry(" ".join((*_OPERATORS, *NAMED_OPERATORS)))
def _operator(at: FunctionSite, *args: Any, **kwargs: Any) -> Translation | None:
    name = kwargs["_name"]
    operands = args[::-1] if name in _TURNED else args
    if len(kwargs) > 1 or len(operands) != (1 if name in NAMED_OPERATORS else PAIR):
        return _entrywise(at, *args, **kwargs)
    values = [at.value(operand) for operand in operands]
    tensors = tuple([value for value in values if value is not None])
    step = None
    if name in NAMED_OPERATORS:
        step = Translation([NAMED_OPERATORS[name]], tensors)
    elif len(tensors) == PAIR:
        step = _joined(at, _OPERATORS[name], tensors)
    elif tensors and isinstance(number := operands[values.index(None)], int | float) and not isinstance(number, bool):
        layers = operator_layers(_OPERATORS[name], number, is_first=operands[0] is number)
        step = Translation(layers, tensors) if layers else None
    return step or _entrywise(at, *args, **kwargs)


def _joined(at: FunctionSite, sign: str, values: tuple[Value, ...]) -> Translation | None:
    """What an operator between two tensors is; a learned one goes through no layer, because it may have no batch."""
    if sign not in _JOINTS:
        return None
    joint, inverse = _JOINTS[sign]
    first, second = at.align(*values)
    if inverse is not None:
        if second.node in at.graph.learned:
            return None
        second = second._replace(node=at.graph.add([inverse], (second,)))
    return Translation([joint()], (first, second))


@entry(" ".join(sorted(ENTRYWISE)))
def _entrywise(at: FunctionSite, *args: Any, **kwargs: Any) -> Translation | None:
    name = kwargs.pop("_name")
    operands = [*args, *kwargs.values()]
    values = tuple([value for value in map(at.value, operands) if value is not None])
    if len(values) == 1:
        numbers = tuple([number for number in operands if isinstance(number, int | float) and math.isfinite(number)])
        return Translation([Entrywise(name.removeprefix("i"), *([numbers] if numbers else ()))], values)
    return Translation([Entrywise(name)], at.align(*values))


@entry(" ".join(sorted(MIXING)))
def _mixing(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    return None if value is None else Translation([Mixing(kwargs["_name"])], (value,))
