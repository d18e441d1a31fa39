"""Other tools' counts of work: ``python -m tests.tools.counters`` runs those that are installed and records them.

What they print stands in ``tests/data/counters.json``, with the versions; the tests hold the engine to it where the
tools themselves are not installed. All run on a CPU, in evaluation mode, on one input.
"""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from shapecalc import Net
from shapecalc.pytorch import build, example_inputs
from tests.compare.counted import NETS
from tests.services.torchvision_beside_cpu import declare_operators

DATA = Path(__file__).parents[1] / "data" / "counters.json"


def _torch(module: nn.Module, inputs: tuple[Tensor, ...]) -> int:
    with FlopCounterMode(display=False) as counter:
        module(*inputs)
    return counter.get_total_flops()


def _fvcore(module: nn.Module, inputs: tuple[Tensor, ...]) -> int:
    from fvcore.nn import FlopCountAnalysis

    analysis = FlopCountAnalysis(module, inputs)
    return int(analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False).total())


def _thop(module: nn.Module, inputs: tuple[Tensor, ...]) -> int:
    from thop import profile

    return int(profile(module, inputs, verbose=False)[0])


class _Named(nn.Module):
    """A module whose inputs have names, as ptflops gives several."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, **inputs: Tensor) -> Any:
        return self.module(*inputs.values())


def _ptflops(module: nn.Module, inputs: tuple[Tensor, ...], backend: str = "pytorch") -> int:
    declare_operators()  # ptflops imports torchvision if it is there
    from ptflops import get_model_complexity_info

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found, _ = get_model_complexity_info(
            _Named(module),
            (1,),
            print_per_layer_stat=False,
            as_strings=False,
            ost=said,
            backend=backend,
            input_constructor=lambda _: {f"input{number}": value for number, value in enumerate(inputs)},
        )
    return int(found)


def _torchinfo(module: nn.Module, inputs: tuple[Tensor, ...]) -> int:
    from torchinfo import summary

    return int(summary(module, input_data=list(inputs), verbose=0).total_mult_adds)


#: Each convention with the package that must be installed for it, and how it is run.
TOOLS: dict[str, tuple[str, Callable[..., int]]] = {
    "torch": ("torch", _torch),
    "fvcore": ("fvcore", _fvcore),
    "thop": ("thop", _thop),
    "ptflops": ("ptflops", _ptflops),
    "ptflops-aten": ("ptflops", lambda module, inputs: _ptflops(module, inputs, "aten")),
    "torchinfo": ("torchinfo", _torchinfo),
}

#: What the tools fail with.
FAILURES = (TypeError, RuntimeError)


def printed(tool: str, net: Net) -> int | None:
    """What a tool prints for a net; None where it fails."""
    module = build(net).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return TOOLS[tool][1](module, example_inputs(net, 1))
        except FAILURES:
            return None


def record() -> None:
    """Run every installed tool on every net, and write down what it prints; other tools' records stay."""
    kept = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"versions": {}, "counts": {}}
    for tool, (package, _) in TOOLS.items():
        try:
            kept["versions"][tool] = version(package).split("+")[0].replace("-", ".post")
        except PackageNotFoundError:
            print(f"{tool} is not installed")
            continue
        for name, net in NETS.items():
            kept["counts"].setdefault(name, {})[tool] = printed(tool, net())
            print(tool, name, kept["counts"][name][tool], flush=True)
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(kept['counts'][name])}" for name in NETS)
    DATA.write_text(
        f'{{\n  "versions": {json.dumps(kept["versions"])},\n  "counts": {{\n{rows}\n  }}\n}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    record()
