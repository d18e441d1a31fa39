"""A step of ``shapecalc train`` against a plain loop written by hand, and the share of a step spent on data."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import torch
from torch.nn.functional import cross_entropy
from torch.optim import AdamW
from torch.optim.lr_scheduler import ConstantLR
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

import shapecalc
from shapecalc.pytorch.modules.building import build
from shapecalc.pytorch.training import equipping
from shapecalc.pytorch.training.head import check_net_for
from shapecalc.pytorch.training.loop import Equipment, Fitting
from shapecalc.pytorch.training.samples.batches import batch_loader
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.settings import read_settings
from tests.bench.timing import cpu_once, in_turn, ratio

#: What a loop adds to a step weighs most where steps are short.
NETS = {
    "a convolution, 8x8": "Conv2d(1, 16, 3, padding=1) ReLU Flatten LazyLinear(10)",
    "the how-to's net, 8x8": (
        "Conv2d(1, 32, 3, padding=1) BatchNorm2d(32) ReLU MaxPool2d(2) Conv2d(32, 64, 3, padding=1) BatchNorm2d(64) "
        "ReLU MaxPool2d(2) Flatten Dropout(0.25) LazyLinear(10)"
    ),
}
#: Pairs of epochs that are timed.
ROUNDS = 7


def run() -> None:
    """Print the processor's time for a step in one thread, the ratio, and the share of data."""
    samples = open_data("digits")
    settings = read_settings({"schedule": "constant", "save_every": 1 << 30})
    print(f"{'':<24} {'plain':>8} {'ours':>8}  ms of CPU a step    ratio     data")
    for name, spec in NETS.items():
        report = check_net_for(shapecalc.parse(spec), samples)
        with equipping.prepared(report, samples, settings) as (tools, _):
            ours, plain = in_turn(_epoch(tools), _epoch_by_hand(tools), ROUNDS, cpu=True)
            reading = statistics.median(cpu_once(_reading(tools)) for _ in range(3))
        steps = tools.batching.steps
        middles = [1000 * statistics.median(seconds) / steps for seconds in (plain, ours)]
        share = 100 * reading / statistics.median(ours)
        print(f"{name:<24} {middles[0]:8.3f} {middles[1]:8.3f} {ratio(ours, plain):25.3f} {share:6.1f} %")


def _epoch(tools: Equipment) -> Callable[[], object]:
    """An epoch as the command trains it, without its measurement."""
    fitting = Fitting(tools)

    def work() -> None:
        fitting._steps_of_epoch = 0
        fitting._learn(lambda *_: None, tqdm(disable=True))

    return work


def _epoch_by_hand(tools: Equipment) -> Callable[[], object]:
    """The same module, optimizer, schedule, batch size and normalisation, as a person writes them."""
    samples, settings = tools.samples, tools.settings
    torch.manual_seed(settings.seed)
    module = build(tools.module.net).train()
    optimizer = AdamW(module.parameters(), settings.lr, weight_decay=settings.weight_decay)
    schedule = ConstantLR(optimizer, factor=1.0)
    dataset = TensorDataset(samples.inputs.read(samples.train), samples.targets[list(samples.train)])
    loader = DataLoader(dataset, settings.batch_size, shuffle=True)
    mean, std = (
        torch.tensor(values).reshape(1, -1, 1, 1) for values in (tools.normalisation.mean, tools.normalisation.std)
    )

    def work() -> None:
        total = 0.0
        for inputs, targets in loader:
            loss = cross_entropy(module((inputs - mean) / std), targets)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            total += loss.item()

    return work


def _reading(tools: Equipment) -> Callable[[], object]:
    """The data of an epoch alone."""
    positions = [batch.positions for batch in tools.batching.batches(1, 0, 0)]
    return lambda: list(batch_loader(tools.samples, positions, workers=0, pin=False))
