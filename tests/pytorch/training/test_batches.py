"""Which samples a step takes: every sample once an epoch, over any number of processes, in an order of the seed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecalc.pytorch.training.samples.batches import Batch, Batching
from tests.campaigns import examples


def batching(count: int = 10, size: int = 4, accumulate: int = 1, processes: int = 1, least: int = 1, seed: int = 0):
    """So many samples, whose positions begin at 100."""
    return Batching(tuple(range(100, 100 + count)), size, accumulate, processes, least, seed)


def dealt(deal: Batching, epoch: int = 1, first: int = 0) -> list[list[Batch]]:
    """The batches of each process."""
    return [list(deal.batches(epoch, first, process)) for process in range(deal.processes)]


@examples(40, deep=1000)
@given(
    count=st.integers(1, 60),
    size=st.integers(1, 7),
    accumulate=st.integers(1, 3),
    processes=st.integers(1, 4),
    seed=st.integers(0, 9),
)
def test_every_sample_is_taken_once(count, size, accumulate, processes, seed):
    """Over all processes, with batches that stay in step: the same number, each ending a step together."""
    deal = batching(count, size, accumulate, processes, seed=seed)
    by_process = dealt(deal)
    counted = [place for batches in by_process for batch in batches if batch.counted for place in batch.positions]
    assert sorted(counted) == list(deal.positions)
    assert len({tuple((batch.step_size, batch.ends_step) for batch in batches) for batches in by_process}) == 1
    assert sum(batch.ends_step for batch in by_process[0]) == deal.steps


def test_a_step_of_several_processes_takes_what_one_takes():
    """Two processes with batches of 4 take the samples of one process with batches of 8."""
    together = [
        sorted(left.positions + right.positions)
        for left, right in zip(*dealt(batching(20, 4, processes=2)), strict=True)
    ]
    assert together == [sorted(batch.positions) for batch in dealt(batching(20, 8))[0]]


@pytest.mark.parametrize(("count", "steps"), [(8, 2), (9, 2), (10, 3), (1, 1)])
def test_a_last_step_too_small_for_batch_norm_is_left_out(count, steps):
    """With at least 2 samples for each process; where there is no other step, it stays."""
    assert batching(count, 4, least=2).steps == steps


@examples(40, deep=1000)
@given(count=st.integers(2, 60), size=st.integers(2, 7), accumulate=st.integers(1, 3), processes=st.integers(1, 3))
def test_no_batch_is_too_small_for_batch_norm(count, size, accumulate, processes):
    """Nor is the last one of several that make a step; what is counted is what was taken."""
    assume(count >= 2 * processes)
    for batches in dealt(batching(count, size, accumulate, processes, least=2)):
        assert all(len(batch.positions) >= 2 and batch.counted for batch in batches)
    taken = sum(
        len(batch.positions) for batches in dealt(batching(count, size, accumulate, processes, 2)) for batch in batches
    )
    assert count - taken < 2 * processes


def test_an_epoch_begins_in_the_middle():
    """From its second step on, an epoch gives what it gives there when it is begun at the start."""
    assert dealt(batching(), first=1)[0] == dealt(batching())[0][1:]


def test_the_order_belongs_to_the_seed_and_the_epoch():
    """Another of either gives another order; both together always the same."""
    orders = [batching(50, seed=seed).order(epoch) for seed, epoch in [(0, 1), (0, 1), (0, 2), (1, 1)]]
    assert (orders[0] == orders[1], orders[0] == orders[2], orders[0] == orders[3]) == (True, False, False)


def test_the_order_never_changes():
    """A run of today goes on tomorrow: the draw is pinned."""
    assert batching(6).order(1) == [102, 105, 100, 104, 103, 101]
