"""Functions that compute: products, reductions, layers in their functional form, and new tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra import Int
from shapecalc.algebra.expr import Expr
from shapecalc.algebra.normal_form import normal
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.elementwise import joined, matrix_product, stretched
from shapecalc.formats.source.torch.modules import run_on
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.torch.shaping import dimension_index, make, spread, tensor, unknown_in
from shapecalc.formats.source.torch.tensors import ENTRYWISE, entrywise
from shapecalc.formats.source.values import LayerObject, Ratio, Tensor, Unknown, Value, name_set
from shapecalc.layers import layer_classes, shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

_FUNCTIONAL = "torch.nn.functional."

#: Functions of two tensors, entry by entry.
_PAIRS = name_set(
    "add sub mul div true_divide floor_divide subtract multiply divide maximum minimum where_ eq ne lt le gt ge "
    "logical_and logical_or logical_xor atan2 hypot"
)
#: Functions that join the entries of dimensions, and whether they give the places too.
_REDUCTIONS = name_set(
    "sum mean prod std var norm amax amin any all logsumexp nansum nanmean argmax argmin count_nonzero"
)
_WITH_PLACES = ("max", "min", "median", "cummax", "kthvalue", "mode")
#: torch.nn.functional's form of a layer: the function, the class, and those of its arguments that shape the output.
_LAYERS = {
    **{f"max_pool{n}d": f"MaxPool{n}d" for n in (1, 2, 3)},
    **{f"avg_pool{n}d": f"AvgPool{n}d" for n in (1, 2, 3)},
    **{f"lp_pool{n}d": f"LPPool{n}d" for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": f"AdaptiveAvgPool{n}d" for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": f"AdaptiveMaxPool{n}d" for n in (1, 2, 3)},
    "pixel_shuffle": "PixelShuffle",
    "pixel_unshuffle": "PixelUnshuffle",
    "channel_shuffle": "ChannelShuffle",
    "unfold": "Unfold",
    "fold": "Fold",
    "glu": "GLU",
    "interpolate": "Upsample",
    "upsample": "Upsample",
}
_LOSSES = name_set(
    "cross_entropy nll_loss mse_loss l1_loss binary_cross_entropy binary_cross_entropy_with_logits smooth_l1_loss "
    "kl_div huber_loss"
)


def declare_functions() -> None:
    """Declare what needs no rule of its own."""
    for name in ENTRYWISE:
        RULES.setdefault(f"torch.{name}", entrywise(name))
        RULES.setdefault(_FUNCTIONAL + name, entrywise(name))
    for name in _LOSSES:
        RULES[_FUNCTIONAL + name] = _loss
    for name in ("zeros_like", "ones_like", "rand_like", "randn_like", "empty_like", "full_like", "randint_like"):
        RULES[f"torch.{name}"] = entrywise(name)
    for name in ("zeros", "ones", "rand", "randn", "empty", "full"):
        RULES[f"torch.{name}"] = _new(name)
        RULES[f"Tensor.new_{name}"] = _new_of(name)
    _declare_operations()


def _declare_operations() -> None:
    for name in _PAIRS:
        for path in (f"torch.{name}", f"Tensor.{name}", f"Tensor.{name}_"):
            RULES[path] = _pair(name)
    for name in _REDUCTIONS:
        for path in (f"torch.{name}", f"Tensor.{name}"):
            RULES[path] = _reduction(name, places=False)
    for name in _WITH_PLACES:
        for path in (f"torch.{name}", f"Tensor.{name}"):
            RULES[path] = _reduction(name, places=True)
    for name, cls in _LAYERS.items():
        RULES[_FUNCTIONAL + name] = _functional(name, cls)
        RULES.setdefault(f"torch.{name}", RULES[_FUNCTIONAL + name])


def _pair(name: str) -> Callable[..., Value]:
    def rule(reader: Interpreter, node: ast.AST, input: Value, other: Value, **kwargs: Value) -> Value:
        output = stretched(reader.run, input, other, node)
        return Tensor(output.shape, "bool") if name in {"eq", "ne", "lt", "le", "gt", "ge"} else output

    return rule


def _reduction(name: str, *, places: bool) -> Callable[..., Value]:
    def rule(
        reader: Interpreter,
        node: ast.AST,
        input: Value,
        dim: Value = None,
        keepdim: Value = None,
        *more: Value,
        axis: Value = None,
        keepdims: Value = False,
        **kwargs: Value,
    ) -> Value:
        value = tensor(reader, input, f"torch.{name}", node)
        if name == "norm" and "p" not in kwargs and not isinstance(keepdim, bool):
            dim, keepdim = keepdim, more[0] if more else False  # norm(p, dim): what stands first is p
        elif (
            name == "norm"
            and isinstance(dim, int | float | str)
            and keepdim is None
            and "dim" not in kwargs
            and axis is None
        ):
            return Tensor(())
        if places and isinstance(dim, Tensor):
            return stretched(reader.run, value, dim, node)
        dims = dim if axis is None else axis
        kind = "int" if name.startswith("arg") else value.kind
        if dims is None or value.shape is None:
            return Tensor(() if dims is None else None, kind)
        if unknown_in(dims):
            return Tensor(None, kind)
        if isinstance(dims, bool):  # std(unbiased)
            return Tensor(())
        gone = {dimension_index(each, len(value.shape), node) for each in spread((dims,))}
        keeps = keepdim is True or keepdims is True
        sizes = [1 if each in gone else size for each, size in enumerate(value.shape) if keeps or each not in gone]
        output = Tensor(tuple(sizes), kind)
        return (output, Tensor(output.shape, "int")) if places else output

    return rule


def _functional(name: str, cls_name: str) -> Callable[..., Value]:
    cls = layer_classes()[cls_name]
    names = [*cls.fields]
    if name == "interpolate":
        names = ["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"]
    elif name.startswith(("max_pool",)):
        names = ["kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"]

    def rule(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
        value = tensor(reader, input, f"F.{name}", node)
        arguments = {
            key: each for key, each in {**dict(zip(names, args, strict=False)), **kwargs}.items() if key in names
        }
        if value.shape is None or unknown_in(*arguments.values()):
            for each in arguments.values():
                if isinstance(each, Unknown):
                    reader.run.skip(each)
            return Tensor(None, value.kind)
        arguments = {key: tuple(each) if isinstance(each, list) else each for key, each in arguments.items()}
        module = LayerObject(cls_name, make(cls_name, arguments, node), node, reader.run.file)
        output = Tensor(run_on(reader, module, [value], node), value.kind)
        return (output, Tensor(output.shape, "int")) if arguments.get("return_indices") else output

    return rule


@declare(*[f"torch.nn.functional.max_pool{n}d_with_indices" for n in (1, 2, 3)])
def _with_indices(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
    return Unknown("max pooling with indices", line_of(node))


def _loss(reader: Interpreter, node: ast.AST, input: Value, target: Value, *args: Value, **kwargs: Value) -> Value:
    return Tensor(() if kwargs.get("reduction", "mean") != "none" else None)


@declare("torch.matmul", "Tensor.matmul", "torch.mm", "Tensor.mm", "torch.mv", "Tensor.mv", "torch.dot", "Tensor.dot")
def matmul(reader: Interpreter, node: ast.AST, input: Value, other: Value) -> Value:
    """A product of matrices."""
    return matrix_product(reader.run, input, other, node)


@declare("torch.bmm", "Tensor.bmm")
def bmm(reader: Interpreter, node: ast.AST, input: Value, mat2: Value) -> Value:
    """A product of as many matrices on either side."""
    for value in (input, mat2):
        if isinstance(value, Tensor) and value.shape is not None and len(value.shape) != 3:
            message = f"torch.bmm takes tensors of 3 dimensions, but one is {shape_text(value.shape)}."
            raise Fault("shape", message, node)
    return matrix_product(reader.run, input, mat2, node)


@declare("torch.einsum")
def einsum(reader: Interpreter, node: ast.AST, equation: Value, *operands: Value) -> Value:
    """A sum of products, written with a letter for each dimension."""
    tensors = [tensor(reader, each, "torch.einsum", node) for each in spread(operands)]
    if not isinstance(equation, str) or "." in equation or any(each.shape is None for each in tensors):
        reader.run.unknown("torch.einsum", node)
        return Tensor(None)
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(tensors):
        message = f"The equation {equation!r} is for {len(terms)} tensors, but there are {len(tensors)}."
        raise Fault("shape", message, node)
    sizes: dict[str, Int] = {}
    for term, each in zip(terms, tensors, strict=True):
        shape = each.shape or ()
        if len(term) != len(shape):
            message = (
                f"{term!r} in {equation!r} stands for {len(term)} dimensions, but {shape_text(shape)} has {len(shape)}."
            )
            raise Fault("shape", message, node)
        for letter, size in zip(term, shape, strict=True):
            if letter in sizes:
                joined(reader.run, (sizes[letter],), (size,), node)
            sizes[letter] = size if sizes.get(letter, 1) == 1 else sizes[letter]
    output = right if arrow else "".join(sorted(letter for letter in sizes if left.count(letter) == 1))
    missing = next((letter for letter in output if letter not in sizes), None)
    if missing:
        raise Fault("shape", f"The letter {missing} on the right of {equation!r} does not stand on the left.", node)
    return Tensor(tuple(sizes[letter] for letter in output))


@declare("torch.nn.functional.pad")
def pad(
    reader: Interpreter, node: ast.AST, input: Value, pad: Value, mode: Value = "constant", value: Value = None
) -> Value:
    """Entries added at the ends of the last dimensions, or taken away."""
    inside = tensor(reader, input, "F.pad", node)
    if inside.shape is None or unknown_in(pad) or isinstance(pad, int):
        return Tensor(None)
    sizes = [*inside.shape]
    if len(pad) > 2 * len(sizes) or len(pad) % 2:
        raise Fault("shape", f"F.pad takes two numbers for each dimension, at most {2 * len(sizes)}.", node)
    for number, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        if any(isinstance(each, float | Ratio) for each in (before, after)):
            raise Fault("type", "A number of F.pad is a float; use '//'.", node, type_="TypeError")
        sizes[-number] = normal(sizes[-number] + before + after)
    return Tensor(tuple(sizes), inside.kind)


@declare("torch.nn.functional.linear")
def linear(reader: Interpreter, node: ast.AST, input: Value, weight: Value, bias: Value = None) -> Value:
    """A product with a matrix of weights, which is turned over."""
    value, matrix = tensor(reader, input, "F.linear", node), tensor(reader, weight, "F.linear", node)
    if value.shape is None or matrix.shape is None:
        return Tensor(None)
    return matrix_product(reader.run, value, Tensor(matrix.shape[::-1]), node)


def _convolution(rank: int, *, transposed: bool) -> Callable[..., Value]:
    name = f"Conv{'Transpose' if transposed else ''}{rank}d"

    def rule(
        reader: Interpreter,
        node: ast.AST,
        input: Value,
        weight: Value,
        bias: Value = None,
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        value, kernel = tensor(reader, input, f"F.conv{rank}d", node), tensor(reader, weight, f"F.conv{rank}d", node)
        named = (
            "stride",
            "padding",
            *(("output_padding", "groups", "dilation") if transposed else ("dilation", "groups")),
        )
        options = {**dict(zip(named, args, strict=False)), **kwargs}
        if value.shape is None or kernel.shape is None or unknown_in(*options.values()):
            return Tensor(None)
        first, second, *window = kernel.shape
        groups = options.get("groups", 1)
        channels = (first, second * groups) if transposed else (second * groups, first)
        arguments = (
            dict(zip(("in_channels", "out_channels"), channels, strict=True)) | {"kernel_size": tuple(window)} | options
        )
        module = LayerObject(name, make(name, arguments, node), node, reader.run.file)
        return Tensor(run_on(reader, module, [value], node))

    return rule


for _rank in (1, 2, 3):
    RULES[f"{_FUNCTIONAL}conv{_rank}d"] = _convolution(_rank, transposed=False)
    RULES[f"{_FUNCTIONAL}conv_transpose{_rank}d"] = _convolution(_rank, transposed=True)


@declare("torch.nn.functional.embedding")
def embedding(reader: Interpreter, node: ast.AST, input: Value, weight: Value, **kwargs: Value) -> Value:
    """A row of weights for each index."""
    value, table = tensor(reader, input, "F.embedding", node), tensor(reader, weight, "F.embedding", node)
    return Tensor(None if value.shape is None or table.shape is None else (*value.shape, *table.shape[1:]))


@declare("torch.nn.functional.one_hot")
def one_hot(reader: Interpreter, node: ast.AST, tensor: Value, num_classes: Value = -1) -> Value:
    """A 1 among zeros for each index."""
    known = isinstance(tensor, Tensor) and tensor.shape is not None and num_classes != -1
    return Tensor((*tensor.shape, num_classes) if known else None, "int")


@declare("torch.nn.functional.scaled_dot_product_attention")
def attention(
    reader: Interpreter, node: ast.AST, query: Value, key: Value, value: Value, *args: Value, **kwargs: Value
) -> Value:
    """Attention: as many rows as the queries have, as many columns as the values."""
    keys = tensor(reader, key, "attention", node)
    if keys.shape is None:
        return Tensor(None)
    scores = matrix_product(reader.run, query, Tensor((*keys.shape[:-2], keys.shape[-1], keys.shape[-2])), node)
    return matrix_product(reader.run, scores, value, node)


@declare("torch.where")
def where(reader: Interpreter, node: ast.AST, condition: Value, input: Value = None, other: Value = None) -> Value:
    """Entries of one tensor or of the other."""
    if input is None:
        return Unknown("torch.where of a condition", line_of(node))
    return stretched(reader.run, stretched(reader.run, condition, input, node), other, node)


@declare("torch.gather", "Tensor.gather")
def gather(reader: Interpreter, node: ast.AST, input: Value, dim: Value, index: Value) -> Value:
    """Entries at places: the shape is that of the places."""
    return Tensor(tensor(reader, index, "gather", node).shape, getattr(input, "kind", "float"))


@declare("torch.index_select", "Tensor.index_select")
def index_select(reader: Interpreter, node: ast.AST, input: Value, dim: Value, index: Value) -> Value:
    """Slices at places along one dimension."""
    value, places = tensor(reader, input, "index_select", node), tensor(reader, index, "index_select", node)
    if value.shape is None or places.shape is None or unknown_in(dim):
        return Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    return Tensor((*value.shape[:along], *places.shape, *value.shape[along + 1 :]), value.kind)


@declare("torch.topk", "Tensor.topk")
def topk(
    reader: Interpreter, node: ast.AST, input: Value, k: Value, dim: Value = -1, *args: Value, **kwargs: Value
) -> Value:
    """The largest entries along a dimension, and their places."""
    value = tensor(reader, input, "topk", node)
    if value.shape is None or unknown_in(k, dim):
        return Tensor(None), Tensor(None)
    along = dimension_index(dim, len(value.shape), node)
    shape = (*value.shape[:along], k, *value.shape[along + 1 :])
    return Tensor(shape, value.kind), Tensor(shape, "int")


@declare("torch.sort", "Tensor.sort")
def sort(reader: Interpreter, node: ast.AST, input: Value, *args: Value, **kwargs: Value) -> Value:
    """The entries in order, and their places."""
    value = tensor(reader, input, "sort", node)
    return value, Tensor(value.shape, "int")


@declare("torch.cdist")
def cdist(reader: Interpreter, node: ast.AST, x1: Value, x2: Value, p: Value = 2.0) -> Value:
    """The distances of rows."""
    second = tensor(reader, x2, "cdist", node)
    return (
        Tensor(None)
        if second.shape is None
        else matrix_product(reader.run, x1, Tensor((*second.shape[:-2], second.shape[-1], second.shape[-2])), node)
    )


@declare("torch.nn.functional.cosine_similarity", "torch.cosine_similarity")
def cosine_similarity(
    reader: Interpreter, node: ast.AST, x1: Value, x2: Value, dim: Value = 1, eps: Value = 1e-8
) -> Value:
    """The cosine between vectors along a dimension."""
    output = stretched(reader.run, x1, x2, node)
    return RULES["torch.sum"](reader, node, output, dim)


def _sizes(sizes: tuple[Value, ...], kwargs: dict[str, Value]) -> tuple[Value, ...]:
    return spread((kwargs["size"],)) if "size" in kwargs else spread(sizes)


def _new(name: str) -> Callable[..., Value]:
    def rule(reader: Interpreter, node: ast.AST, *size: Value, **kwargs: Value) -> Value:
        sizes = _sizes(size[:1] if name == "full" else size, kwargs)
        if unknown_in(*sizes):
            return Tensor(None)
        if any(not isinstance(each, Int) for each in sizes):
            raise Fault("type", f"torch.{name} takes whole numbers as sizes.", node, type_="TypeError")
        return Tensor(tuple(sizes))

    return rule


def _new_of(name: str) -> Callable[..., Value]:
    rule = _new(name)
    return lambda reader, node, input, *size, **kwargs: rule(reader, node, *size, **kwargs)


@declare("torch.randint")
def randint(reader: Interpreter, node: ast.AST, *args: Value, size: Value = None, **kwargs: Value) -> Value:
    """Whole numbers."""
    sizes = size if size is not None else args[-1]
    return Tensor(None if unknown_in(sizes) or isinstance(sizes, int) else tuple(sizes), "int")


@declare("torch.arange", "torch.range")
def arange(reader: Interpreter, node: ast.AST, *bounds: Value, **kwargs: Value) -> Value:
    """Numbers in a row."""
    ends = (*bounds, *[kwargs[key] for key in ("start", "end", "step") if key in kwargs])
    if unknown_in(*ends) or not ends:
        return Tensor(None)
    if all(isinstance(end, int) for end in ends):
        return Tensor((len(range(*ends)),), "int")
    start, end, *step = (0, *ends) if len(ends) == 1 else ends
    if all(isinstance(each, float | int) for each in ends):
        return Tensor((max(0, -int(-(end - start) // (step[0] if step else 1))),))
    if step or not all(isinstance(each, Int) for each in ends):
        return Tensor(None)
    return Tensor((normal(end - start),), "int")


@declare("torch.linspace", "torch.logspace")
def linspace(reader: Interpreter, node: ast.AST, start: Value, end: Value, steps: Value, **kwargs: Value) -> Value:
    """Numbers at equal distances."""
    return Tensor(None if unknown_in(steps) else (steps,))


@declare("torch.eye")
def eye(reader: Interpreter, node: ast.AST, n: Value, m: Value = None, **kwargs: Value) -> Value:
    """The unit matrix."""
    return Tensor(None if unknown_in(n, m) else (n, n if m is None else m))


@declare("torch.tensor", "torch.as_tensor", "torch.Tensor", "torch.FloatTensor", "torch.LongTensor", "torch.from_numpy")
def new_tensor(reader: Interpreter, node: ast.AST, *data: Value, **kwargs: Value) -> Value:
    """A tensor of numbers that are written out, or of a size."""
    value = data[0] if len(data) == 1 else None
    if len(data) > 1 and all(isinstance(each, Int) for each in data):
        return Tensor(tuple(data))
    if isinstance(value, Tensor):
        return value
    if isinstance(value, int | Expr) and ast.unparse(node).partition("(")[0].endswith("Tensor"):
        return Tensor((value,))
    if isinstance(value, int | float | Expr):
        return Tensor(())
    shape: list[Int] = []
    while isinstance(value, list | tuple):
        shape.append(len(value))
        value = value[0] if value else 0
    return Tensor(tuple(shape) if isinstance(value, int | float) and shape else None)


@declare("torch.nn.Parameter")
def parameter(reader: Interpreter, node: ast.AST, data: Value = None, requires_grad: Value = None) -> Value:
    """A tensor that is learned."""
    value = tensor(reader, data, "nn.Parameter", node)
    return Tensor(value.shape, value.kind, learned=True)


@declare("torch.Variable")
def variable(reader: Interpreter, node: ast.AST, data: Value, *args: Value, **kwargs: Value) -> Value:
    """The tensor itself."""
    return data


@declare("torch.utils.checkpoint.checkpoint")
def checkpoint(
    reader: Interpreter, node: ast.AST, function: Value, *args: Value, use_reentrant: Value = None, **kwargs: Value
) -> Value:
    """A call whose values are computed once more on the way back."""
    return reader.call(function, [*args], kwargs, node)


@declare(
    "torch.no_grad", "torch.enable_grad", "torch.inference_mode", "torch.manual_seed", "torch.device", "torch.autocast"
)
def context(reader: Interpreter, node: ast.AST, *args: Value, **kwargs: Value) -> Value:
    """What has no effect on shapes."""
    return Unknown("a setting of torch", line_of(node))


@declare("torch.is_tensor")
def is_tensor(reader: Interpreter, node: ast.AST, obj: Value) -> Value:
    """Whether a value is a tensor."""
    return obj if isinstance(obj, Unknown) else isinstance(obj, Tensor)


@declare("torch.outer", "torch.ger", "Tensor.outer")
def outer(reader: Interpreter, node: ast.AST, input: Value, vec2: Value) -> Value:
    """Every product of an entry of one and an entry of the other."""
    first, second = tensor(reader, input, "outer", node), tensor(reader, vec2, "outer", node)
    return Tensor(None if first.shape is None or second.shape is None else (*first.shape, *second.shape))
