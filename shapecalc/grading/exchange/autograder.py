"""Marks of a submission in the form that Gradescope takes; what was submitted is read and never run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, final

from shapecalc.checking import check
from shapecalc.checking.page import page as check_page
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.errors import SpecError
from shapecalc.formats.source.programs import Source
from shapecalc.formats.writing import make_folder, write_atomically
from shapecalc.grading.book.marking import Marking
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.receipts import Audience
from shapecalc.grading.book.result import Result
from shapecalc.grading.book.sheets import sheet
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.quiz.policy import Feedback
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate, load_template
from shapecalc.grading.submissions.columns import match_columns
from shapecalc.grading.submissions.documents import table_of
from shapecalc.grading.submissions.folders import read_submission, submitted_texts
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.grading.submissions.table import AnswerRow, Unreadable
from shapecalc.grading.variants.seeds import plain_seeds
from shapecalc.page import Page, visible

#: Where the quiz and the codes of its papers lie in an autograder.
QUIZ_FILE, PAPERS_FILE = "quiz/quiz.json", "papers.json"
#: The name under which a submission says which paper it answers.
CODE = "code"
#: The most problems of a submission that are listed.
_LISTED = 20
#: Gradescope holds back what waits for the deadline, so that the text is written as it is shown then.
_AUDIENCE = Audience(is_after_deadline=True)


@final
@dataclass(frozen=True)
class PaperSet:
    """The quiz of an autograder, and the papers that were handed out.

    Attributes:
        template: the quiz.
        seeds: the seed of each paper by its code; one paper needs no code.
    """

    template: QuizTemplate
    seeds: Mapping[str, str]

    def paper(self, code: str) -> Quiz | None:
        """The paper with a code, with or without the zeros in front; None where there is none."""
        if len(self.seeds) == 1:
            return self.template.variant(plain_seeds(next(iter(self.seeds.values()))))
        seeds = {name.lstrip("0"): seed for name, seed in self.seeds.items()}
        seed = seeds.get(code.strip().lstrip("0"))
        return None if seed is None else self.template.variant(plain_seeds(seed))

    @property
    def any_paper(self) -> Quiz:
        """One that stands for all: the ids of their questions are the same."""
        return self.template.variant(plain_seeds(next(iter(self.seeds.values()))))


@final
class Submission(NamedTuple):
    """What a student submitted.

    Attributes:
        answers: by the names that the files give them.
        remarks: what the student should know of how they were read.
    """

    answers: dict[str, str]
    remarks: tuple[str, ...]


def open_paper_set(source: Path) -> PaperSet:
    """The quiz of an autograder.

    Raises:
        SpecError: it is not there, or no quiz.
    """
    try:
        seeds = json.loads((source / PAPERS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as refused:
        raise SpecError(f"{source / PAPERS_FILE} cannot be read: {refused}.") from None
    papers = PaperSet(load_template(source / QUIZ_FILE), seeds)
    papers.any_paper  # noqa: B018  what is no quiz is refused now
    return papers


def autograde(root: Path) -> None:
    """Grade what lies in ``submission``, print what the instructor should know, and write ``results/results.json``.

    Raises:
        ShapecalcError: the quiz cannot be read, or the results cannot be written.
    """
    papers = open_paper_set(root / "source")
    results, report = graded_submission(papers, root / "submission")
    print(report)  # noqa: T201  Gradescope shows it to the instructor
    make_folder(root / "results")
    write_atomically(root / "results" / "results.json", (json.dumps(results, indent=1) + "\n").encode())


def graded_submission(papers: PaperSet, folder: Path) -> tuple[dict[str, Any], str]:
    """The results of a submission, by Gradescope's specification, and a text for the instructor.

    Each test has its score, and there is no score for all, which would take their place.
    """
    submission = read_answers_of(folder)
    code = submission.answers.get(CODE, "").strip()
    quiz = papers.paper(code)
    if quiz is None:
        problem = f"there is no paper {visible(code, 20)}" if code else "it does not say which paper it answers"
        remark = f"Nothing is graded: {problem}. Write the code of your paper on a line: code: 007."
        output = _listed([*submission.remarks, remark])
        return {"score": 0, "output": output, "output_format": "text", "stdout_visibility": "hidden"}, output
    answers, problems = _answers_to(quiz, submission.answers)
    result = _result(papers, quiz, answers)
    output = _listed([*submission.remarks, *problems])
    report = "\n".join([output, *_undecided(result), result.page().text()]).lstrip()
    head = {"output": output, "output_format": "text"} if output else {}
    return {**head, "stdout_visibility": "hidden", "tests": [*_tests(quiz, result), *_checks(folder)]}, report


def _listed(remarks: list[str]) -> str:
    more = [f"and {len(remarks) - _LISTED} more"] if len(remarks) > _LISTED else []
    return "\n".join([*remarks[:_LISTED], *more])


def read_answers_of(folder: Path) -> Submission:
    """The answers in the files of a submission; a question that two files answer differently has none."""
    try:
        rows = [*read_submission(folder)]
    except SpecError as refused:
        return Submission({}, (f"The submission cannot be read: {refused}",))
    values: dict[str, list[str]] = {}
    for row in rows:
        for name, answer in {} if isinstance(row, Unreadable) else row.items():
            values.setdefault(name, []).append(answer)
    twice = sorted(name for name, answers in values.items() if len({answer.strip() for answer in answers}) > 1)
    remarks = [f"{visible(row.place, 80)}: {visible(row.reason)}." for row in rows if isinstance(row, Unreadable)]
    remarks += [f"{visible(name, 40)} is answered differently in two files; submit one of them." for name in twice]
    if not any(answer.strip() for answers in values.values() for answer in answers):
        remarks.append("No answers are submitted: write a line for each question, such as q1: 5120.")
    return Submission({name: answers[0] for name, answers in values.items() if name not in twice}, tuple(remarks))


def _answers_to(quiz: Quiz, answers: Mapping[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """The answers in the order of the questions, and what is to be said of their names."""
    if not answers:
        return (), []
    entry = {"student": "submission", **{name: text for name, text in answers.items() if name != CODE}}
    table = table_of("the submission", [("the submission", entry)])
    try:
        columns = match_columns(table, quiz)
    except SpecError as refused:
        return (), [f"Nothing is graded: {refused}"]
    row = next(row for row in table.rows() if isinstance(row, AnswerRow))
    missing = any(place is None for place in columns.questions)
    return columns.answers(row), [*columns.remarks[missing:]]


def _result(papers: PaperSet, quiz: Quiz, answers: tuple[str, ...]) -> Result:
    marking = Marking(Papers(papers.template))
    return marking.result_of(Sitting("submission", (answers or ("",) * len(quiz.questions),)), quiz)


def _tests(quiz: Quiz, result: Result) -> Iterator[dict[str, Any]]:
    _, *blocks = sheet(quiz, Result(result.student, tuple(map(_shown, result.marks))), _AUDIENCE).blocks
    for number, (mark, block) in enumerate(zip(result.marks, blocks, strict=True), 1):
        is_late = mark.question.policy.feedback is Feedback.AFTER_DEADLINE
        yield {
            "name": f"{mark.question.id}: {mark.verdict}",
            "number": str(number),
            "score": plain_points(mark.points),
            "max_score": plain_points(mark.question.points),
            "status": "passed" if mark.verdict is Verdict.RIGHT else "failed",
            "output": Page((block,)).text(),
            "output_format": "text",
            "visibility": "after_due_date" if is_late else "visible",
        }


def _shown(mark: Mark) -> Mark:
    """A mark as it is shown: who may submit again is not given the key for no answer."""
    if mark.verdict is not Verdict.BLANK:
        return mark
    policy = replace(mark.question.policy, feedback=Feedback.NEVER)
    return replace(mark, question=replace(mark.question, policy=policy))


def _checks(folder: Path) -> Iterator[dict[str, Any]]:
    """What ``check`` says of each submitted program with a network, which is worth nothing."""
    with suppress(SpecError):  # of a folder that cannot be read, the answers say it
        for path, text in submitted_texts(folder, (".py",)):
            result = check(Source(path, text))
            if result.verdict is not None:
                yield {
                    "name": f"check {visible(path, 60)}: {result.verdict}",
                    "score": 0,
                    "max_score": 0,
                    "status": "failed" if result.verdict is CodeVerdict.WRONG else "passed",
                    "output": check_page(result).text(),
                    "output_format": "text",
                    "visibility": "visible",
                }


def _undecided(result: Result) -> Iterator[str]:
    marks: list[Mark] = [mark for mark in result.marks if mark.verdict.is_undecided]
    if marks:
        subject = "1 answer has 0 points until you have looked at it" if len(marks) == 1 else ""
        yield f"For the instructor: {subject or f'{len(marks)} answers have 0 points until you have looked at them'}."
    yield from (f"  {mark.question.id}: {visible(mark.answer, 200)}" for mark in marks)
