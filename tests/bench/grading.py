"""Grading answers, their mistakes named, against the check of one answer with sympy that other graders make.

Beside them stands otter-grader, which runs the student's code and compares.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from shapecalc.grading import QuizTemplate, plain_seeds
from shapecalc.grading.judge import judge
from tests.bench.timing import forget, in_turn, ratio

ROUNDS, CLASS_ROUNDS = 5, 3
#: Answers that are judged in one round; sympy takes seconds for so many.
ANSWERS, SYMPY_ANSWERS, OTTER_ANSWERS = 20_000, 500, 50
#: Students with a variant each: one course, and one that many follow.
STUDENTS = (500, 10_000)

QUIZ = {
    "title": "Sizes",
    "questions": [
        {
            "id": "width",
            "text": "How wide is the output?",
            "kind": "expression",
            "vary": {"W": "28..256", "F": [3, 5, 7], "S": [1, 2], "P": "0..3"},
            "when": "S divides W - F + 2*P",
            "net": {"spec": "Conv2d(3, 8, {F}, stride={S}, padding={P})", "input": "3x{W}x{W}"},
            "ask": "width",
        }
    ],
}


def run() -> None:
    """Print answers a second, and the ratio to sympy."""
    import sympy  # noqa: PLC0415  a peer, which no other benchmark needs
    from sympy.parsing.sympy_parser import parse_expr  # noqa: PLC0415  likewise

    template = QuizTemplate(QUIZ)
    (question,) = template.variant(plain_seeds("1")).questions
    table = question.diagnoses.table if question.diagnoses else None
    mistakes = [str(value) for value in (table.names if table else ()) if not isinstance(value, tuple)]
    pick = random.Random(1)  # noqa: S311  the same answers each time
    answers = [
        pick.choice([str(question.key), pick.choice(mistakes), str(pick.randrange(10**6))]) for _ in range(ANSWERS)
    ]

    def ours() -> None:
        for answer in answers:
            judge(question, answer)

    def peer() -> None:
        for answer in answers[:SYMPY_ANSWERS]:
            _ = sympy.simplify(parse_expr(answer) - question.key) == 0

    seconds, peers = in_turn(ours, peer, ROUNDS, cpu=True)
    print(f"one variant: {ANSWERS / statistics.median(seconds):12,.0f} answers a second, mistakes named")
    print(f"sympy:       {SYMPY_ANSWERS / statistics.median(peers):12,.0f} answers a second, right or wrong alone")
    print(f"times faster: {ratio(peers, seconds) * ANSWERS / SYMPY_ANSWERS:.0f}")

    _print_otter(ours, int(question.key))
    for count in STUDENTS:
        _print_variants(count, pick)


def _print_otter(ours: Callable[[], None], key: int) -> None:
    """Print how many answers otter-grader checks, in this process, where it is fastest: none is started for each."""
    if find_spec("otter") is None:
        print("otter-grader is not installed: pip install otter-grader")
        return
    from otter import Notebook  # noqa: PLC0415  a peer, which is not needed otherwise

    case = {"code": f">>> width == {key}\nTrue", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "width.py").write_text(
            f"OK_FORMAT = True\ntest = {{'name': 'width', 'points': 1, 'suites': [{suite!r}]}}\n", encoding="utf-8"
        )
        notebook = Notebook(tests_dir=folder)

        def peer() -> None:
            for number in range(OTTER_ANSWERS):
                notebook.check("width", global_env={"width": number})

        seconds, peers = in_turn(ours, peer, ROUNDS, cpu=True)
    print(f"otter:       {OTTER_ANSWERS / statistics.median(peers):12,.0f} answers a second, right or wrong alone")
    print(f"times faster: {ratio(peers, seconds) * ANSWERS / OTTER_ANSWERS:.0f}")


def _print_variants(count: int, pick: random.Random) -> None:
    """Print answers a second of a class in which each student has a variant."""
    students = [str(student) for student in range(count)]
    template = QuizTemplate(QUIZ)
    written = [_answer(template, student, pick) for student in students]
    variants = len({template.variant(plain_seeds(student)).questions[0].numbers for student in students})

    def each_its_own() -> None:
        forget()
        fresh = QuizTemplate(QUIZ)
        for student, answer in zip(students, written, strict=True):
            (own,) = fresh.variant(plain_seeds(student)).questions
            judge(own, answer)

    own, _ = in_turn(each_its_own, lambda: None, CLASS_ROUNDS, cpu=True)
    rate = count / statistics.median(own)
    print(f"{count:6,} students, {variants:,} variants: {rate:,.0f} answers a second, a third of them wrong")


def _answer(template: QuizTemplate, student: str, pick: random.Random) -> str:
    """What a student may write: two in three are right, and the others made a mistake that has a name."""
    (question,) = template.variant(plain_seeds(student)).questions
    if pick.randrange(3) or question.diagnoses is None:
        return str(question.key)
    return str(pick.choice([value for value in question.diagnoses.table.names if isinstance(value, int)]))
