"""The work of a function that no layer here is, as torch counts it."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode, flop_registry

from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.values import name_set
from shapecalc.measures.sizes import apply
from shapecalc.measures.work import macs
from shapecalc.pytorch.modules.refusals import REFUSALS
from shapecalc.pytorch.tracing.leaves import layer_of_module
from shapecalc.pytorch.tracing.recording import RecordedCall

#: Operators that multiply nothing by something learned or summed: they move, choose, join or reduce values.
_WITHOUT_WORK = name_set(
    "index index_put index_put_ index_select gather scatter cat stack roll flip repeat unfold im2col col2im "
    "masked_fill sum mean amax amin max min argmax argmin prod any all cumsum sort topk var std var_mean std_mean norm "
    "linalg_vector_norm clone copy_ _to_copy lift_fresh scalar_tensor _local_scalar_dense triu tril "
    "empty_like zeros_like ones_like full_like new_zeros new_ones zeros ones full fill_ arange rand randn bernoulli_ "
    "constant_pad_nd reflection_pad2d replication_pad2d _unsafe_view _reshape_alias as_strided "
    "upsample_nearest2d upsample_bilinear2d upsample_bicubic2d _upsample_bicubic2d_aa _upsample_bilinear2d_aa "
    "grid_sampler_2d _softmax _log_softmax glu native_dropout native_layer_norm native_group_norm native_batch_norm "
    "empty _native_batch_norm_legit _native_batch_norm_legit_no_training cudnn_batch_norm "
    "avg_pool1d avg_pool2d avg_pool3d max_pool2d_with_indices _adaptive_avg_pool2d"
)


def work_of_rows(call: RecordedCall, dim: int, batch: int) -> int | None:
    """The work for one of ``batch`` inputs of a module that takes several rows of each as a larger batch.

    Args:
        call: of a module that is a layer.
        dim: the dimension of the larger batch.
        batch: how many inputs there are.
    """
    shapes = tuple([sizes[:dim] + sizes[dim + 1 :] for sizes in call.inputs])
    try:
        layer, output = apply(layer_of_module(call.module), shapes)
    except ShapecalcError:
        return None
    if output != call.shapes[0][:dim] + call.shapes[0][dim + 1 :]:
        return None
    work = macs(layer, shapes, output)
    return work * call.inputs[0][dim] // batch if isinstance(work, int) else None


def work_of(call: RecordedCall, batch: int) -> int | None:
    """The multiply-accumulates of a call for one of ``batch`` inputs; None where torch does not count all of them."""
    try:
        with FlopCounterMode(display=False) as counter, _UncountedOperators() as operators:
            call.function(*call.args, **call.kwargs)
    except REFUSALS:
        return None
    return None if operators.names else counter.get_total_flops() // 2 // batch


class _UncountedOperators(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
    """Notes operators that torch's counter passes over and that may multiply."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func._schema.name.removeprefix("aten::")  # noqa: SLF001  there is no other way to it
        is_free = func.is_view or torch.Tag.pointwise in func.tags or name in _WITHOUT_WORK
        if not is_free and func.overloadpacket not in flop_registry:
            self.names.add(name)
        return func(*args, **(kwargs or {}))
