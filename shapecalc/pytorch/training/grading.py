"""Nets trained for a grade: in one thread, so that a kind of processor always gives the same result."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import torch

from shapecalc.errors import ShapecalcError
from shapecalc.grading.training import TRAINED_BATCH, TrainedNet, TrainingTask, digest
from shapecalc.net import Net
from shapecalc.pytorch.training.trainer import train

#: The packages on whose versions the result depends.
_PACKAGES = ("torch", "accelerate", "scikit-learn")


def train_for_grade(net: Net, task: TrainingTask) -> TrainedNet:
    """Train a net as a question asks, and measure it on the test samples.

    The trainer that ``shapecalc grade`` hands to :mod:`shapecalc.grading`, which keeps the bounds. What is the net's
    fault is no error: it stands in the result.
    """
    net_digest = digest(net, task)
    versions = {name: version(name) for name in _PACKAGES}
    about = (net_digest, task.data, task.seed, task.steps)
    try:
        with _single_thread():
            training = train(
                net,
                task.data,
                out=None,
                progress=False,
                steps=task.steps,
                seed=task.seed,
                batch_size=TRAINED_BATCH,
                precision="fp32",
            )
    except ShapecalcError as refused:
        return TrainedNet(*about, 0, task.facts.test, _processor(), versions, str(refused))
    right = sum(row[place] for place, row in enumerate(training.scores.confusion))
    return TrainedNet(*about, right, training.tested, _processor(), versions)


@contextmanager
def _single_thread() -> Iterator[None]:
    """One thread, because sums depend on how they are shared out; the number of threads is restored afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _processor() -> str:
    """The kind of processor: the device's name, or the instructions that torch computes with."""
    if torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
