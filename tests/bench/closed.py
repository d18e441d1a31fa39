"""Closed form and domain of ResNet-152 and a U-Net, in process, against torch.export of the same nets."""

from __future__ import annotations

import warnings
from functools import partial

import torch

import shapecalc
from shapecalc import Net
from shapecalc.formats import parse
from shapecalc.pytorch import build
from shapecalc.solve import with_letters
from tests.bench.timing import forget, in_turn, line, ratio

NETS = ("resnet152", "unet_bn")
ROUNDS, EXPORTS = 25, 2


def run() -> None:
    """Print the times of each net, with what is remembered from an earlier run and with nothing remembered."""
    for name in NETS:
        net = with_letters(parse(f"zoo:{name}"))
        module = build(net.with_input((3, 224, 224))).eval()
        exported, cold = in_turn(partial(_export, module), partial(_from_nothing, net), EXPORTS)
        _, warm = in_turn(_nothing, partial(shapecalc.closed_form, net), ROUNDS)
        _, again = in_turn(_nothing, partial(_from_nothing, net), ROUNDS)
        print(f"{name}: {shapecalc.closed_form(net).domain}".split("\n", maxsplit=1)[0])
        print(line("torch.export, H and W left open", exported))
        print(line("shapecalc.closed_form, nothing remembered", again))
        print(line("shapecalc.closed_form, seen before", warm))
        print(f"times faster, nothing remembered: {ratio(exported, cold):.0f}\n")


def _export(module: torch.nn.Module) -> object:
    """The same network as torch tells it, with H and W left open."""
    auto = {2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.export.export(module, (torch.zeros(2, 3, 224, 224),), dynamic_shapes=((auto,),))


def _from_nothing(net: Net) -> object:
    forget()
    return shapecalc.closed_form(net)


def _nothing() -> None:
    return None
