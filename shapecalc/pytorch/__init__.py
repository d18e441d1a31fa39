"""The only room that imports torch: a net as a module, a module as a net, a check that they agree, and training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.errors import ShapecalcError

try:
    import torch as _torch  # noqa: F401  imported first, so that one message explains its absence
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ShapecalcError("This needs torch, which is not installed. Try pip install 'shapecalc[torch]'.") from None

from shapecalc.pytorch.modules.building import NetModule as NetModule
from shapecalc.pytorch.modules.building import build as build
from shapecalc.pytorch.modules.building import example_inputs as example_inputs
from shapecalc.pytorch.modules.registry import module_for as module_for
from shapecalc.pytorch.tracing.tracer import trace as trace
from shapecalc.pytorch.verification import Check as Check
from shapecalc.pytorch.verification import Verification as Verification
from shapecalc.pytorch.verification import verify as verify

if TYPE_CHECKING:
    from shapecalc.pytorch.training.trainer import load_trained as load_trained
    from shapecalc.pytorch.training.trainer import train as train

#: Imported on first use: training needs packages that building does not.
_TRAINING = ("load_trained", "train")


def __getattr__(name: str) -> Any:
    if name not in _TRAINING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from shapecalc.pytorch.training import trainer  # noqa: PLC0415  training needs packages that building does not

    return getattr(trainer, name)
