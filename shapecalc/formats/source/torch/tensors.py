"""What stands behind the dot of a tensor."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra import product
from shapecalc.algebra.memo import remember
from shapecalc.algebra.normal_form import factored
from shapecalc.errors import did_you_mean
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import line_of, overwrite
from shapecalc.formats.source.torch.activations import functional_layer
from shapecalc.formats.source.torch.arguments import trained
from shapecalc.formats.source.torch.elementwise import stretched
from shapecalc.formats.source.torch.lacking import LACKING
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.values import BATCH, UNBOUND, Bound, Native, Tensor, Unknown, Value, name_set
from shapecalc.layers import Layer, Shape, shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: Attributes that say nothing of a shape.
_FREE = frozenset({"device", "dtype", "layout", "grad_fn", "requires_grad", "grad", "is_leaf"})
#: Those that are not so of tensors as a program is read: on the processor, with all of their entries.
_FALSE = frozenset({"is_cuda", "is_sparse", "is_quantized", "is_mps"})

#: To search for the attribute that was likely meant takes as long as so many steps.
_SEARCH = 200

#: Functions of each entry on its own, as methods, in torch and in torch.nn.functional.
ENTRYWISE = name_set(
    "relu relu6 elu selu celu gelu silu mish sigmoid tanh softplus softsign leaky_relu rrelu prelu hardtanh "
    "hardswish hardsigmoid logsigmoid tanhshrink hardshrink softshrink threshold exp expm1 log log2 log10 log1p "
    "sqrt rsqrt square abs neg sin cos tan asin acos atan sinh cosh erf erfinv floor ceil round sign clamp clip "
    "clamp_min clamp_max reciprocal pow sigmoid logit contiguous clone detach to cuda cpu float "
    "double half bfloat16 type type_as int long bool byte short masked_fill nan_to_num dropout alpha_dropout "
    "feature_alpha_dropout dropout1d dropout2d dropout3d softmax log_softmax softmin normalize layer_norm "
    "batch_norm instance_norm group_norm local_response_norm rms_norm cumsum cumprod fliplr flipud roll triu "
    "tril trunc frac bernoulli normal_ uniform_ zero_ fill_ copy_ add_ sub_ mul_ div_ data_ptr retain_grad "
    "pin_memory logical_not isnan isinf isfinite sort_ masked_fill_ scatter scatter_ scatter_add index_fill "
    "index_copy gumbel_softmax bitwise_not positive angle sgn lerp addcmul addcdiv detach_ random_ exponential_ "
    "deg2rad digamma lgamma xlogy remainder fmod heaviside logcumsumexp cummax_ unsafe_chunk_ numpy_ contiguous_ "
    "set_ bernoulli_ erfc exp2 sinc relu_ elu_ leaky_relu_ sigmoid_ tanh_ clamp_ hardtanh_ softmax_ abs_ exp_ "
    "log_ sqrt_ neg_ pow_ rsqrt_ square_ round_ floor_ trunc_ zeros_ ones_ nan_to_num_ float_power hardswish_ "
    "selu_ requires_grad"
)
#: Those after which a loss must know of them.
_PASSED = {"softmax": "softmax", "log_softmax": "log_softmax", "sigmoid": "sigmoid"}
#: Those that leave the numbers as they are, but for how and where they are stored.
_UNCHANGED = name_set(
    "contiguous clone detach detach_ to cuda cpu float double half bfloat16 type type_as int long "
    "pin_memory retain_grad positive"
)
#: Those that make numbers of another kind.
_KINDS = {
    "int": "int",
    "long": "int",
    "bool": "bool",
    "float": "float",
    "double": "float",
    "half": "float",
    "byte": "int",
}


def tensor_attribute(reader: Interpreter, value: Tensor, name: str, node: ast.AST) -> Value:
    """An attribute or method of a tensor.

    Raises:
        Fault: a tensor has none of that name.
    """
    if value.kind == "array" and name in {"astype", "copy", "size"}:
        if name == "size":
            return count(value, node)
        return Native(f"numpy.ndarray.{name}", lambda *args, **kwargs: Tensor(value.shape, "array"))
    plain = _plain_attribute(value, name, node)
    if plain is not UNBOUND:
        return plain
    if name in {"T", "mT", "H"}:
        return _turned(reader, value, node)
    rule = RULES.get(f"Tensor.{name}")
    if rule is not None:
        return Bound(Native(f"Tensor.{name}", rule), value)
    if name in LACKING["Tensor"] or name.rstrip("_") in LACKING["Tensor"]:
        function = f"torch.nn.functional.{name}"
        hint = f"; write F.{name}(x)" if function in RULES else ""
        raise Fault("attribute", f"A tensor has no method {name}{hint}.", node, type_="AttributeError")
    if name in ENTRYWISE or name.rstrip("_") in ENTRYWISE:
        return Bound(Native(f"Tensor.{name}", entrywise(name)), value)
    if name in OTHERS:
        return Unknown(f"Tensor.{name}", line_of(node))
    reader.run.step(node, _SEARCH)
    hint = _hint(name)
    if name.startswith("_") or not hint:
        return Unknown(f"Tensor.{name}", line_of(node))
    raise Fault("attribute", f"A tensor has no attribute {name}{hint}.", node, type_="AttributeError")


@remember()
def _hint(name: str) -> str:
    """The attribute that was likely meant; a loop may ask thousands of times."""
    known = [path.removeprefix("Tensor.") for path in RULES if path.startswith("Tensor.")]
    return did_you_mean(name, [*known, *ENTRYWISE, "shape", "ndim"])


@declare("Tensor.requires_grad_")
def require_gradient(reader: Interpreter, node: ast.AST, value: Tensor, *args: Value, **kwargs: Value) -> Value:
    """The tensor, of which training changes the numbers, or not."""
    value.trained = trained(args, kwargs)
    return value


def _plain_attribute(value: Tensor, name: str, node: ast.AST) -> Value:
    """An attribute that is no method; :data:`UNBOUND` for others."""
    if name in {"data", "real"}:
        return Tensor(value.shape, value.kind, value.learned, value.passed, value.origin)
    if name in _FALSE:
        return False
    if name == "requires_grad" and value.learned and value.trained is not None:
        return value.trained
    if name in _FREE or (name in {"shape", "ndim"} and value.shape is None):
        return Unknown(f"the {name} of a tensor", line_of(node))
    if name in {"shape", "ndim"}:
        return value.shape if name == "shape" else len(value.shape or ())
    return UNBOUND


#: The other methods and attributes of torch's tensors, whose result is not followed.
OTHERS = name_set(
    "absolute absolute_ acosh acosh_ addbmm addbmm_ addmm addmm_ addmv addmv_ addr addr_ adjoint allclose aminmax "
    "apply_ arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan2 arctan2_ arctan_ arctanh "
    "arctanh_ argsort argwhere as_strided as_strided_ as_strided_scatter as_subclass asinh asinh_ atanh atanh_ "
    "backward baddbmm baddbmm_ bincount bitwise_and bitwise_and_ bitwise_left_shift bitwise_left_shift_ bitwise_or "
    "bitwise_or_ bitwise_right_shift bitwise_right_shift_ bitwise_xor bitwise_xor_ cauchy_ ccol_indices cdouble "
    "cfloat chalf char cholesky cholesky_inverse cholesky_solve coalesce col_indices conj conj_physical "
    "conj_physical_ const_data_ptr copysign copysign_ corrcoef cov cross crow_indices cummin dense_dim dequantize det "
    "diag diag_embed diagflat diagonal diagonal_scatter diff dim_order dist dsplit eig element_size equal "
    "fill_diagonal_ fix fix_ fmax fmin frexp gcd gcd_ geometric_ geqrf ger get_device grad_dtype greater greater_ "
    "greater_equal greater_equal_ hash_tensor histc histogram hsplit i0 i0_ igamma igamma_ igammac igammac_ imag "
    "index index_add index_add_ index_put index_put_ index_reduce index_reduce_ indices inner int_repr inverse ipu "
    "is_coalesced is_complex is_conj is_contiguous is_cpu is_distributed is_floating_point is_inference is_ipu "
    "is_maia is_meta is_mkldnn is_mtia is_neg is_nested is_nonzero is_pinned is_same_size is_set_to is_shared "
    "is_signed is_sparse_csr is_vulkan is_xla is_xpu isclose isneginf isposinf isreal istft item itemsize kron lcm "
    "lcm_ ldexp ldexp_ less less_ less_equal less_equal_ log_normal_ logaddexp logaddexp2 logdet lstsq lu lu_solve mH "
    "map2_ map_ masked_scatter masked_scatter_ masked_select matrix_exp matrix_power module_load msort mtia "
    "multinomial mvlgamma mvlgamma_ name nanmedian nanquantile narrow_copy nbytes negative negative_ new "
    "new_empty_strided new_tensor nextafter nextafter_ nonzero nonzero_static not_equal not_equal_ numpy orgqr ormqr "
    "output_nr pinverse polygamma polygamma_ put put_ q_per_channel_axis q_per_channel_scales "
    "q_per_channel_zero_points q_scale q_zero_point qr qscheme quantile rad2deg rad2deg_ record_stream register_hook "
    "register_post_accumulate_grad_hook reinforce renorm renorm_ repeat_interleave resize_ resize_as resize_as_ "
    "resize_as_sparse_ resolve_conj resolve_neg retains_grad rot90 row_indices scatter_reduce scatter_reduce_ select "
    "select_scatter share_memory_ signbit slice_inverse slice_scatter slogdet smm solve sparse_dim sparse_mask "
    "sparse_resize_ sparse_resize_and_clear_ split_with_sizes sspaddmm stft storage storage_offset storage_type "
    "stride sum_to_size svd swapaxes_ swapdims_ symeig t_ take take_along_dim tensor_split to_dense to_mkldnn "
    "to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr tolist trace "
    "transpose_ triangular_solve unique unique_consecutive unsafe_chunk unsafe_split unsafe_split_with_sizes "
    "untyped_storage values vdot volatile vsplit where xpu"
)


def _turned(reader: Interpreter, value: Tensor, node: ast.AST) -> Value:
    if value.shape is None:
        return Tensor(None, value.kind)
    return value if len(value.shape) < 2 else RULES["torch.transpose"](reader, node, value, -2, -1)


def entrywise(name: str) -> Callable[..., Value]:
    """The rule of a function of each entry on its own."""

    def rule(reader: Interpreter, node: ast.AST, input: Value = None, *args: Value, **kwargs: Value) -> Value:
        if isinstance(input, Unknown):
            reader.run.skip(input)
            return Tensor(None)
        if isinstance(input, int | float):
            return Unknown(f"{name} of a number", line_of(node))
        if not isinstance(input, Tensor):
            what = "None" if input is None else f"a {type(input).__name__.lower()}"
            raise Fault("type", f"{name} takes a tensor but gets {what}.", node, type_="TypeError")
        if name in _ALONG and input.shape is not None:
            place, default = _ALONG[name]
            dim = kwargs.get("dim", args[place] if len(args) > place else default)
            _check_dim(name, input.shape, dim, node)
            if name in _PASSED:
                remark_batch(reader, name, input.shape, dim, node)
        if name in _UNCHANGED:
            kind, is_copied = _KINDS.get(name, input.kind), input.is_copied or name == "contiguous"
            return Tensor(input.shape, kind, passed=input.passed, made=input.origin, is_copied=is_copied)
        layer = functional_layer(name, args, kwargs) if input.shape is not None else None
        if layer is not None:
            return _drawn(reader, layer, input, name, kwargs, node)
        others = [each for each in args if isinstance(each, Tensor)]
        shape = input.shape
        if others and name.rstrip("_") in {"pow", "masked_fill", "add", "sub", "mul", "div", "remainder", "lerp"}:
            shape = stretched(reader.run, input, others[0], node).shape
        return Tensor(shape, _KINDS.get(name, input.kind), passed=_PASSED.get(name, ""))

    return rule


def _drawn(
    reader: Interpreter, layer: Layer, input: Tensor, name: str, kwargs: dict[str, Value], node: ast.AST
) -> Tensor:
    output = reader.run.drawn(layer, (input,), input.shape or (), node)
    output.passed = _PASSED.get(name, "")
    if kwargs.get("inplace") is True:
        overwrite(input, output)
    return output


def declare_entrywise() -> None:
    """Declare the functions of each entry that have no rule of their own."""
    for name in ENTRYWISE:
        RULES.setdefault(f"torch.{name}", entrywise(name))
        RULES.setdefault(f"torch.nn.functional.{name}", entrywise(name))


#: Those that run along a dimension: its place behind the tensor among their arguments, and its default.
_ALONG: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(("softmax", "log_softmax", "softmin", "cumsum", "cumprod", "logcumsumexp"), (0, None)),
    "normalize": (1, 1),
}


def _check_dim(name: str, shape: Shape, dim: Value, node: ast.AST) -> None:
    if isinstance(dim, int) and not -len(shape) <= dim < max(len(shape), 1):
        message = f"{name} runs along dimension {dim}, but {shape_text(shape)} has {len(shape)} dimensions."
        raise Fault("dimension", message, node, type_="IndexError")


def remark_batch(reader: Interpreter, name: str, shape: Shape, dim: Value, node: ast.AST) -> None:
    """Note a softmax along the batch: its probabilities add up over the examples."""
    rank = len(shape)
    if dim is None:  # as torch chooses it, and warns
        dim = 0 if rank in {0, 1, 3} else 1
    if isinstance(dim, int) and rank > 1 and shape[dim] == BATCH:
        message = f"{name} runs over the batch (dimension {dim} of {shape_text(shape)}): write dim=1 for the classes."
        reader.run.remark("softmax-over-batch", message, node)


def count(value: Tensor, node: ast.AST) -> Value:
    """How many entries a tensor has."""
    if value.shape is None:
        return Unknown("the number of entries of a tensor", line_of(node))
    return factored(product(value.shape))
