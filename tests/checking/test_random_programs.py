"""The reader against torch: random programs have the same shapes and the same verdict, at three batches."""

from __future__ import annotations

import pytest
from hypothesis import given

from shapecalc.algebra.evaluation import evaluate
from shapecalc.checking import check
from shapecalc.checking.trials import tensors
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.formats.source.networks import outcomes
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.values import BATCH
from tests.campaigns import examples
from tests.checking.random_programs import BATCHES, RandomProgram, random_programs

pytestmark = pytest.mark.torch

#: More batches, of which one may show why a program that runs for the others is wrong.
MORE = (1, 4, 6, 7, 8, 9, 12, 16)


def stated(program: RandomProgram) -> NetworkCheck:
    (network,) = check(Source("program.py", program.text), inputs=[program.shape]).networks
    return network


def shapes_read(program: RandomProgram, batch: int) -> tuple[tuple[int, ...], ...]:
    """The shapes that come out as the program is read, with a number for the batch."""
    (reading, *_) = outcomes(Source("program.py", program.text), "Net", {}, [program.shape])
    shapes = [each.shape or () for each in tensors(reading.output)]
    return tuple(tuple(int(str(evaluate(size, {BATCH: batch}))) for size in shape) for shape in shapes)


def keeps_batch(runs: dict[int, tuple[tuple[int, ...], ...] | None]) -> bool:
    """Whether every batch comes out as one of as many."""
    return all(shape[:1] == (batch,) for batch, outputs in runs.items() for shape in outputs or ())


def disagreement(program: RandomProgram) -> str:
    """How the verdict differs from torch; "" where it does not, or says that it cannot tell."""
    network = stated(program)
    runs = {batch: program.run(batch) for batch in BATCHES}
    if network.verdict is CodeVerdict.FINE:
        if None in runs.values():
            return f"fine, but torch fails: {runs}"
        read = {batch: shapes_read(program, batch) for batch in BATCHES}
        return "" if read == runs else f"{read} stated, {runs} in torch"
    if network.verdict is CodeVerdict.WRONG:
        runs |= {batch: program.run(batch) for batch in MORE}
        if None not in runs.values() and keeps_batch(runs):
            return f"wrong, but torch runs: {network.problems[0].message}"
    return ""


@examples(60, deep=3_000)
@given(random_programs())
def test_a_random_program_is_to_us_what_it_is_to_torch(program: RandomProgram) -> None:
    """Nothing that fails for a batch is called fine, nothing that runs is called wrong, and the shapes are equal."""
    assert disagreement(program) == "", program.text
