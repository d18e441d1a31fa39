"""What people write in forward for the layers that torch has no module for, batch first.

``{0}`` and ``{1}`` stand for what a layer reads, ``{m}`` for its module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from shapecalc.layers import Shape

#: A completed layer, the shapes of its inputs, and that of its output.
Writer = Callable[[Any, tuple[Shape, ...], Shape], str]


def places(count: int) -> str:
    """As many places for inputs, with commas."""
    return ", ".join(f"{{{number}}}" for number in range(count))


def _infix(operator: str) -> Writer:
    return lambda layer, inputs, shape: f" {operator} ".join(f"{{{number}}}" for number in range(len(inputs)))


def _joined(function: str) -> Writer:
    return lambda layer, inputs, shape: f"torch.{function}(({places(len(inputs))}), dim={layer.dim})"


def _resized(method: str) -> Writer:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
        batch = "{0}.shape[0]" if -1 in layer.sizes else "-1"
        return f"{{0}}.{method}({_listed((batch, *layer.sizes))})"

    return writer


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


def _indexed(dim: int, shape: Shape, index: str) -> str:
    place = dim if dim >= 0 else dim + len(shape) + 1
    return f"{{0}}[{':, ' * place}{index}]"


def _slice(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    start, end = ("" if bound is None else bound for bound in (layer.start, layer.end))
    return _indexed(layer.dim, inputs[0], f"{start}:{end}" + (f":{layer.step}" if layer.step != 1 else ""))


def _crop(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    if len(inputs) > 1 and layer.offset is None and len(shape) == _MAP:
        return "center_crop({0}, {1})"
    axes = [_range(env["left"], env["n_out"], env["W"]) for _, env in layer.axis_envs(inputs[0])]
    return f"{{0}}[:, :, {', '.join(axes)}]"


#: How many dimensions a map has, without the batch.
_MAP = 3


def _range(first: int, count: int, size: int) -> str:
    return ":" if count == size else f"{first}:{first + count}"


def _interpolate(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    size = "{1}.shape[2:]" if len(inputs) > 1 else _tuple(shape[1:])
    mode = "" if layer.mode == "nearest" else f', mode="{layer.mode}"'
    aligned = "" if layer.align_corners is None else f", align_corners={layer.align_corners}"
    return f"F.interpolate({{0}}, size={size}{mode}{aligned})"


def _tuple(values: Iterable[object]) -> str:
    texts = [*map(str, values)]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _dims(dim: Any) -> str:
    return _tuple(dim) if isinstance(dim, tuple) else str(dim)


def _squeeze(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    if layer.dim is not None:
        return f"{{0}}.squeeze({_dims(layer.dim)})"
    single = [dim for dim, size in enumerate(inputs[0], 1) if size == 1] or [1]
    return f"{{0}}.squeeze({single[0] if len(single) == 1 else _tuple(single)})"


def _reduced(method: str) -> Writer:
    def writer(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
        return f"{{0}}.{method}({_dims(layer.dim)}{', keepdim=True' * layer.keepdim})"

    return writer


def _maximum(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    return _reduced("amax")(layer, inputs, shape) if isinstance(layer.dim, tuple) else _largest(layer)


def _largest(layer: Any) -> str:
    return f"{{0}}.max({layer.dim}{', keepdim=True' * layer.keepdim}).values"


def _split(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    lengths = layer.split_size_or_sections
    sizes = list(lengths) if isinstance(lengths, tuple) else lengths
    return f"{{0}}.split({sizes}, dim={layer.dim})[{layer.index}]"


def _scaled(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    factor, offset = layer.factor, layer.offset
    if factor == -1:
        return f"{offset} - {{0}}" if offset != 0 else "-{0}"
    product = "{0}" if factor == 1 and offset != 0 else f"{{0}} * {factor}"
    sign = "-" if offset < 0 else "+"
    return product if offset == 0 else f"{product} {sign} {abs(offset)}"


#: The expression of each layer that torch has no module for, by its name.
EXPRESSIONS: Mapping[str, Writer] = MappingProxyType(
    {
        "Add": _infix("+"),
        "Multiply": _infix("*"),
        "MatMul": _infix("@"),
        "Concat": _joined("cat"),
        "Stack": _joined("stack"),
        "Permute": lambda layer, inputs, shape: f"{{0}}.permute({_listed(layer.order)})",
        "Transpose": lambda layer, inputs, shape: f"{{0}}.transpose({layer.dim0}, {layer.dim1})",
        "Reshape": _resized("reshape"),
        "View": _resized("view"),
        "Squeeze": _squeeze,
        "Unsqueeze": lambda layer, inputs, shape: f"{{0}}.unsqueeze({layer.dim})",
        "Expand": lambda layer, inputs, shape: f"{{0}}.expand(-1, {_listed(layer.sizes)})",
        "Select": lambda layer, inputs, shape: _indexed(layer.dim, inputs[0], str(layer.index)),
        "Slice": _slice,
        "Chunk": lambda layer, inputs, shape: f"{{0}}.chunk({layer.chunks}, dim={layer.dim})[{layer.index}]",
        "Split": _split,
        "Mean": _reduced("mean"),
        "Sum": _reduced("sum"),
        "Max": _maximum,
        "Crop": _crop,
        "Interpolate": _interpolate,
        "Scale": _scaled,
        "Power": lambda layer, inputs, shape: f"{{0}}**{layer.exponent}",
        "Squash": lambda layer, inputs, shape: "squash({0})",
        "CapsuleLength": lambda layer, inputs, shape: "capsule_lengths({0})",
        "CapsuleMask": lambda layer, inputs, shape: "mask_capsules({0})",
        "Parameter": lambda layer, inputs, shape: "{m}",
    }
)


def _flatten(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> str:
    end = "" if layer.end_dim == -1 else f", {layer.end_dim}"
    return f"torch.flatten({{0}}, {layer.start_dim}{end})"


#: Modules without weights that people write as a function where nobody names them.
FUNCTIONS: Mapping[str, Writer] = MappingProxyType(
    {
        "Flatten": _flatten,
        "Unflatten": lambda layer, inputs, shape: f"{{0}}.unflatten({layer.dim}, {_tuple(layer.unflattened_size)})",
        "Sigmoid": lambda layer, inputs, shape: "torch.sigmoid({0})",
        "Tanh": lambda layer, inputs, shape: "torch.tanh({0})",
    }
)

#: Activations with the same arguments as functions, by the names of their functions.
ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name.lower() for name in ("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardsigmoid", "Hardswish", "ELU")},
        **{name: name.lower() for name in ("CELU", "GELU", "Hardtanh", "Hardshrink", "Softshrink", "Softplus")},
        **{name: name.lower() for name in ("LogSigmoid", "Tanhshrink", "Softsign", "GLU", "Softmax")},
        "LeakyReLU": "leaky_relu",
        "LogSoftmax": "log_softmax",
    }
)
