"""Verdicts on programs in the styles that people use, and on their mutants, are those of torch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict, FileCheck
from shapecalc.formats.source.programs import Source
from tests.checking.mutants import PROGRAMS, input_shape, mutants, runs

pytestmark = pytest.mark.torch

FILES = sorted(PROGRAMS.glob("*.py"))
#: How many mutants of each program the usual tests try.
SAMPLE = 6


def verdict(text: str) -> FileCheck:
    return check(Source("program.py", text), name="Net", inputs=[input_shape(text)])


def stated_shapes(check_: FileCheck) -> list[int | str]:
    (network,) = check_.networks
    return network.outputs[0] if network.outputs else []


def _is_multiple(output: tuple[int, ...] | None, batch: int) -> bool:
    """Whether the first size is no longer the batch, but a multiple of it."""
    return bool(output) and output[0] != batch and output[0] % batch == 0  # type: ignore[index]


def disagreement(text: str) -> str:
    """How the verdict on a program differs from torch; "" where it does not."""
    shape = input_shape(text)
    outputs, result = runs(text, shape), verdict(text)
    fails = None in outputs.values()
    if result.verdict is CodeVerdict.FINE and fails:
        return f"fine, but torch fails: {outputs}"
    loses_batch = all(_is_multiple(output, batch) for batch, output in outputs.items())
    if result.verdict is CodeVerdict.WRONG and not fails and not loses_batch:
        return f"wrong, but torch runs: {result.networks[0].problems[0].message}"
    if result.verdict is CodeVerdict.FINE:
        stated = [*stated_shapes(result)]
        output = [*(outputs[5] or ())]
        output.remove(5)
        if stated != output:
            return f"{stated} stated, {output} in torch"
    return ""


def inferred_disagreement(text: str) -> str:
    """How the verdict without an input differs from torch: fine is what runs on the inferred input."""
    (network,) = check(Source("program.py", text), name="Net").networks
    batch_inside = any("N" in each.split("x") for each in network.inputs)  # runs() has the batch in front
    if network.verdict is CodeVerdict.FINE and not batch_inside:
        (shape,) = [tuple(map(int, each.split("x"))) for each in network.inputs]
        outputs = runs(text, shape)
        return f"fine with {shape}, but torch fails: {outputs}" if None in outputs.values() else ""
    if network.verdict is CodeVerdict.WRONG:
        outputs = runs(text, input_shape(text))
        loses_batch = all(_is_multiple(output, batch) for batch, output in outputs.items())
        if None not in outputs.values() and not loses_batch:
            return f"wrong with {network.inputs}, but torch runs: {network.problems[0].message}"
    return ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_program_is_fine(file: Path) -> None:
    """Every program runs in torch, and is called fine with the shape that comes out; without an input, too."""
    text = file.read_text(encoding="utf-8")
    assert verdict(text).verdict is CodeVerdict.FINE
    assert not disagreement(text)
    assert check(Source("program.py", text), name="Net").verdict is CodeVerdict.FINE
    assert not inferred_disagreement(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sample_of_mutants_has_torchs_verdict(file: Path) -> None:
    """With one number changed: nothing that fails is called fine, and nothing that runs is called wrong."""
    text = file.read_text(encoding="utf-8")
    every = [*mutants(text)]
    sample = random.Random(1).sample(every, min(SAMPLE, len(every)))  # noqa: S311  a fixed sample
    assert [problem for mutant in sample if (problem := disagreement(mutant) or inferred_disagreement(mutant))] == []


@pytest.mark.deep
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_mutant_has_torchs_verdict(file: Path) -> None:
    """Likewise, for each number of each program."""
    text = file.read_text(encoding="utf-8")
    each = [disagreement(mutant) or inferred_disagreement(mutant) for mutant in mutants(text)]
    assert [problem for problem in each if problem] == []
