"""The only room that knows torch: a net as a module, and the proof that the two agree."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError

try:
    import torch as _torch  # noqa: F401 - asked for first, so that its absence is explained once, here
except ModuleNotFoundError as missing:
    if missing.name != "torch":
        raise
    raise ShapecalcError("This needs torch, which is not installed. Try pip install 'shapecalc[torch]'.") from None

from shapecalc.pytorch.build import NetModule as NetModule
from shapecalc.pytorch.build import build as build
from shapecalc.pytorch.build import example_inputs as example_inputs
from shapecalc.pytorch.verify import Check as Check
from shapecalc.pytorch.verify import Verification as Verification
from shapecalc.pytorch.verify import verify as verify
