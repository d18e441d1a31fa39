"""What pure functions have returned is remembered within one budget, and forgotten when asked."""

from __future__ import annotations

from shapecalc.algebra.memo import Memo


def counted(memo, **how):
    """A remembered function that doubles a number, and the numbers that it was really called with."""
    calls = []

    @memo.remember(**how)
    def double(number):
        calls.append(number)
        return 2 * number

    return double, calls


def test_a_value_is_worked_out_once():
    """The second call with the same arguments returns what the first one did."""
    double, calls = counted(Memo(10))
    assert ([double(3), double(3), double(4)], calls) == ([6, 6, 8], [3, 4])


def test_clearing_forgets_every_function():
    """After clear() everything is worked out again, and nothing counts any longer."""
    memo = Memo(10)
    (double, calls), (twin, other_calls) = counted(memo), counted(memo)
    double(1), twin(1)
    memo.clear()
    assert memo.parts == 0
    double(1), twin(1)
    assert (calls, other_calls) == ([1, 1], [1, 1])


def test_the_budget_is_shared():
    """Where two functions together exceed the limit, both forget."""
    memo = Memo(3)
    (double, calls), (twin, _) = counted(memo), counted(memo)
    double(1), double(2), twin(1), twin(2)
    double(1)
    assert calls == [1, 2, 1]


def test_a_large_value_counts_by_its_parts():
    """A value counts what its function says besides the entry itself."""
    memo = Memo(10)
    double, calls = counted(memo, parts=lambda value: value)
    double(3)
    assert memo.parts == 7
    double(2), double(3)
    assert calls == [3, 2, 3]


def test_what_is_refused_is_not_remembered():
    """A call that raises is made again."""
    memo, calls = Memo(10), []

    @memo.remember()
    def refuse(number):
        calls.append(number)
        raise ValueError

    for _ in range(2):
        try:
            refuse(1)
        except ValueError:
            continue
    assert (calls, memo.parts) == ([1, 1], 0)
