"""Kinds of numbers: what functions make of whole numbers, truth values and floats, and which of them torch refuses.

A kind is "float", "int", "bool", or "" where it is not known; only a kind that is certain is refused. All of this was
measured with torch itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.notes import Frame
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.values import Tensor, Unknown, Value, name_set

#: Functions that give floats, whatever they get.
_FLOATS = name_set(
    "acos angle asin atan bfloat16 cos cosh deg2rad digamma double erf erfc erfinv exp exp2 expm1 float float_power "
    "half lgamma log log10 log1p log2 logit logsumexp reciprocal rsqrt sigmoid sin sinc sinh sqrt tan tanh xlogy "
    "softsign tanhshrink div divide true_divide linspace eye embedding rand randn"
)
#: Functions that give truth values.
_BOOLS = name_set(
    "all any bool isfinite isinf isnan logical_not logical_and logical_or logical_xor eq ne lt le gt ge isclose"
)
#: Functions that give whole numbers.
_INTS = name_set("argmax argmin argsort count_nonzero int long short one_hot randint randperm")
#: Functions that count truth values, and keep other numbers.
_COUNTING = name_set("sum prod cumsum cumprod nansum")
#: Functions that take floats only, and give them.
_OF_FLOATS = name_set(
    "celu elu frac gelu group_norm gumbel_softmax hardshrink hardsigmoid hardswish layer_norm leaky_relu log_softmax "
    "logcumsumexp logsigmoid mean mish nanmean norm normalize rms_norm rrelu selu silu softmax softmin softplus "
    "softshrink std var adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d interpolate linear batch_norm "
    "instance_norm scaled_dot_product_attention conv1d conv2d conv3d conv_transpose1d conv_transpose2d "
    "conv_transpose3d"
)
#: Functions that take no truth values.
_NOT_OF_TRUTH = name_set("abs ceil floor hardtanh neg positive relu relu6 round trunc argmax argmin")
#: Functions of several tensors that give the widest of their kinds.
_JOINING = name_set("cat concat concatenate stack hstack vstack where maximum minimum outer broadcast_tensors")
#: Products of matrices, whose sides are of one kind.
_PRODUCTS = name_set("matmul mm bmm mv dot")
#: Functions that make floats where nothing says of which type.
_NEW = name_set("zeros ones empty range Tensor FloatTensor DoubleTensor HalfTensor")
#: Functions that keep the kind of their first tensor.
_KEEPING = name_set(
    "abs ceil floor hardtanh kthvalue median neg positive pow_ relu relu6 round trunc amax amin clone contiguous cpu "
    "cuda detach dropout dropout1d dropout2d dropout3d alpha_dropout flip fliplr flipud masked_fill mode roll "
    "tril triu clamp clip clamp_max clamp_min square zeros_like ones_like empty_like rand_like randn_like "
    "index_select gather repeat_interleave pad unfold fold pixel_shuffle"
)
#: Functions whose argument of a name, and of a place among them, must be whole numbers or truth values.
_PLACES = {"gather": ("index", 2), "index_select": ("index", 2), "scatter": ("index", 2), "scatter_": ("index", 2)}
#: Layers without weights that keep the kind of what they get; those without an entry give floats.
_LAYERS_THAT_KEEP = name_set(
    "Identity Flatten Unflatten Dropout Dropout1d Dropout2d Dropout3d ReLU ReLU6 Hardtanh MaxPool1d MaxPool2d "
    "MaxPool3d AvgPool1d AvgPool2d AvgPool3d ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d "
    "ConstantPad3d ReflectionPad1d ReflectionPad2d ReplicationPad1d ReplicationPad2d PixelShuffle PixelUnshuffle "
    "ChannelShuffle Unfold Fold DropPath StochasticDepth Permute MaxUnpool1d MaxUnpool2d MaxUnpool3d"
)
#: Layers that give floats of whole numbers too, or of which that is not known.
_LAYERS_OF_ALL = name_set("Sigmoid Tanh Softsign Tanhshrink")
#: The words for kinds in messages.
_WORDS = {"float": "floats", "int": "whole numbers", "bool": "truth values"}

#: The kinds that functions give whatever they get.
_RESULTS = {"float": _FLOATS | _OF_FLOATS | _NEW, "bool": _BOOLS, "int": _INTS | {"LongTensor"}}
#: Functions that make tensors of the numbers that they get.
_CONTENTS = name_set("tensor as_tensor")

#: Names of torch's types of numbers.
_DTYPES = {
    **dict.fromkeys(("float", "float32", "float64", "float16", "bfloat16", "double", "half", "FloatTensor",
                     "DoubleTensor", "HalfTensor", "Tensor"), "float"),
    **dict.fromkeys(("long", "int", "int64", "int32", "LongTensor", "IntTensor"), "int"),
    **dict.fromkeys(("bool", "BoolTensor"), "bool"),
}  # fmt: skip
#: How many numbers of a list are looked at.
_ENTRIES = 100
#: The kinds from the narrowest to the widest.
_WIDTHS = ("bool", "int", "float")


def kind_of_type(value: Value) -> str:
    """The kind of numbers that a type of torch's stands for, or of Python's; "" where it is not known."""
    path = value.construct if isinstance(value, Unknown) else value if isinstance(value, str) else ""
    path = getattr(value, "path", path)  # a function of a library
    root, _, name = path.rpartition(".")
    return _DTYPES.get(name, "") if root in {"torch", "torch.cuda", "builtins", ""} else ""


def widest(kinds: Iterable[str]) -> str:
    """The kind to which torch promotes several; "" where one is not known and might be wider."""
    kinds = [*kinds]
    if "float" in kinds:
        return "float"
    return "" if not {*kinds} <= {*_WIDTHS} else max(kinds, key=_WIDTHS.index, default="")


def kind_of_number(value: Value) -> str:
    """The kind of a tensor or of a number of the program."""
    if isinstance(value, Tensor):
        return value.kind
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else ""


def kind_of_operation(sign: str, left: Value, right: Value) -> str:
    """The kind that an operator gives: a number beside a tensor counts only where it is of a wider kind."""
    kinds = [kind_of_number(left), kind_of_number(right)]
    if "array" in kinds:
        return "array"
    return "float" if sign in {"/", "div", "divide", "true_divide"} else widest(kinds)


def kind_made(name: str, args: Sequence[Value], kwargs: Mapping[str, Value], output: Tensor) -> str:  # noqa: C901
    """The kind of numbers that a function of torch gives: one case for each group of them.

    Args:
        name: the function, without its module and without the stroke of those that work in place.
        args: its arguments.
        kwargs: those by name.
        output: what comes out, with the kind that the function's own rule says.
    """
    tensors = [entry for entry in (*args, *kwargs.values()) if isinstance(entry, Tensor)]
    if "array" in {output.kind, *[tensor.kind for tensor in tensors]}:
        return output.kind
    first = tensors[0].kind if tensors else ""
    if kwargs.get("dtype") is not None:
        return kind_of_type(kwargs["dtype"])
    if name in {"to", "type", "type_as"}:
        return _converted(first, args[1:], kwargs)
    if name in _CONTENTS:
        return widest([kind_of_number(entry) for entry in _entries(args[:1])])
    if name == "full":
        return kind_of_number(kwargs.get("fill_value", args[1] if len(args) > 1 else None))
    for kind, names in _RESULTS.items():
        if name in names:
            return kind
    if name in _COUNTING:
        return "int" if first == "bool" else first
    if name in _KEEPING:
        return first
    if name in _JOINING:
        return widest([kind_of_number(entry) for entry in (args[1:] if name == "where" else _spread(args))])
    return widest([tensor.kind for tensor in tensors]) if name in _PRODUCTS else output.kind


def _converted(kind: str, arguments: Sequence[Value], kwargs: Mapping[str, Value]) -> str:
    """The kind after ``to`` or ``type``: a device changes nothing, another tensor or a type says which."""
    for value in (
        *arguments,
        *[entry for key, entry in kwargs.items() if key not in {"device", "non_blocking", "copy"}],
    ):
        if isinstance(value, Tensor):
            return value.kind
        if kind_of_type(value):
            return kind_of_type(value)
        if isinstance(value, Unknown) and "device" not in value.construct:
            return ""
    return kind


def _spread(values: Iterable[Value]) -> list[Tensor]:
    """The tensors among arguments, and in the lists among them."""
    lists = [value if isinstance(value, tuple | list) else (value,) for value in values]
    return [entry for items in lists for entry in items if isinstance(entry, Tensor)]


def _entries(values: Iterable[Value]) -> list[Value]:
    """The numbers in lists in lists; what is neither stands for itself."""
    entries: list[Value] = []
    pending = [*values]
    while pending and len(entries) < _ENTRIES:
        value = pending.pop()
        pending += value if isinstance(value, tuple | list) else ()
        entries += () if isinstance(value, tuple | list) else (value,)
    return entries


def refuse_kind(
    frame: Frame | None, name: str, args: Sequence[Value], kwargs: Mapping[str, Value], node: ast.AST
) -> None:
    """Refuse numbers of a kind that a function of torch does not take.

    Raises:
        Fault: it surely gets such.
    """
    tensors = [entry for entry in args if isinstance(entry, Tensor)]
    if name in _OF_FLOATS and tensors and "dtype" not in kwargs:
        _refuse(frame, name, tensors[0], ("int", "bool"), "floats", node)
    if name in _NOT_OF_TRUTH and tensors:
        _refuse(frame, name, tensors[0], ("bool",), "floats", node)
    if name in {"one_hot", "embedding"} and tensors:
        _refuse(frame, name, tensors[0], ("float", "bool"), "whole numbers", node)
    if name in {"masked_fill", "masked_fill_"} and len(tensors) > 1:
        _refuse(frame, f"the mask of {name}", tensors[1], ("float", "int"), "truth values", node)
    if name == "where" and len(args) > 1 and args and isinstance(args[0], Tensor):
        _refuse(frame, "the condition of where", args[0], ("float", "int"), "truth values", node)
    if name in _PLACES:
        word, place = _PLACES[name]
        index = kwargs.get(word, args[place] if len(args) > place else None)
        if isinstance(index, Tensor):
            _refuse(frame, f"the index of {name}", index, ("float", "bool"), "whole numbers", node)


def refuse_mixture(left: Tensor, right: Tensor, node: ast.AST) -> None:
    """Refuse a product of matrices of different kinds.

    Raises:
        Fault: they surely are.
    """
    if {left.kind, right.kind} <= {*_WIDTHS} and left.kind != right.kind:
        message = f"A product of matrices takes numbers of one kind, but gets {_WORDS[left.kind]} and "
        raise _fault(f"{message}{_WORDS[right.kind]}.", node, None, left if left.kind != "float" else right)


def refuse_index(frame: Frame | None, index: Tensor, node: ast.AST) -> None:
    """Refuse floats in the brackets behind a tensor.

    Raises:
        Fault: they surely are.
    """
    _refuse(frame, "an index", index, ("float",), "whole numbers or truth values", node)


def refuse_difference(left: Value, right: Value, node: ast.AST) -> None:
    """Refuse a difference from truth values, or between them.

    Raises:
        Fault: it surely is one.
    """
    kinds = {kind_of_number(left), kind_of_number(right)}
    values = next((entry for entry in (left, right) if isinstance(entry, Tensor) and entry.kind == "bool"), None)
    if values is not None and (kinds == {"bool"} or not (isinstance(left, Tensor) and isinstance(right, Tensor))):
        message = "torch does not subtract truth values; write ~ before them, or .float() behind them."
        raise _fault(message, node, None, values)


def refuse_sign(value: Tensor, sign: str, node: ast.AST) -> None:
    """Refuse floats behind ``~``, and truth values behind a minus.

    Raises:
        Fault: they surely are.
    """
    if sign == "~":
        _refuse(None, "what stands behind ~", value, ("float",), "truth values", node)
    elif sign == "-" and value.kind == "bool":
        raise _fault("torch does not negate truth values with a minus; write ~ before them.", node, None, value)


def refuse_input(frame: Frame | None, type_: str, value: Tensor, node: ast.AST) -> None:
    """Refuse numbers of a kind that a layer does not take.

    Raises:
        Fault: it surely gets such.
    """
    if type_ in {"Embedding", "EmbeddingBag"}:
        _refuse(frame, f"nn.{type_}", value, ("float", "bool"), "whole numbers", node)
    elif type_ not in _LAYERS_THAT_KEEP | _LAYERS_OF_ALL:
        _refuse(frame, f"nn.{type_}", value, ("int", "bool"), "floats", node)


def kind_through(type_: str, kind: str) -> str:
    """The kind that a layer gives of a kind."""
    return kind if type_ in _LAYERS_THAT_KEEP else "float"


def _refuse(frame: Frame | None, name: str, value: Tensor, kinds: Sequence[str], takes: str, node: ast.AST) -> None:
    if value.kind in kinds:
        words = "" if name.startswith(("the ", "an ")) else "takes "
        verb = "must be " if not words else ""
        subject = name[0].upper() + name[1:] if not words else name
        method = {"floats": "float()", "whole numbers": "long()", "truth values": "bool()"}.get(takes, "long()")
        message = f"{subject} {words}{verb}{takes}, but gets {_WORDS[value.kind]}; write .{method} behind them."
        raise _fault(message, node, frame, value)


def _fault(message: str, node: ast.AST, frame: Frame | None, value: Tensor) -> Fault:
    """The fault, with what made the numbers of that kind as its cause where nothing else reads them."""
    making = value.making
    cause = making.place if making is not None and _is_read_once(frame, node, making.place) else None
    fault = Fault("dtype", message, node, cause=cause, type_="RuntimeError")
    fault.tensors = (value,)
    return fault


def _is_read_once(frame: Frame | None, node: ast.AST, making: ast.AST) -> bool:
    """Whether the variable that a call reads is read nowhere else in the function once it is made."""
    argument = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if frame is None or not isinstance(argument, ast.Name):
        return False
    names = [
        entry for entry in ast.walk(frame.function.node) if isinstance(entry, ast.Name) and entry.id == argument.id
    ]
    return sum(isinstance(entry.ctx, ast.Load) and entry.lineno > line_of(making) for entry in names) == 1


#: Functions that make a tensor of sizes.
OF_SIZES = name_set("zeros ones empty full rand randn Tensor FloatTensor LongTensor new new_zeros new_ones new_empty")
#: Functions that a program calls for the kind of their numbers, or for a new tensor.
MAKERS = name_set("type type_as float double half long int bool tensor arange eye") | OF_SIZES
