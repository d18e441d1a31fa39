"""Grades a class into a gradebook in many small transactions, to be killed on the way: ``FILE BOOK STUDENTS``."""

from __future__ import annotations

import sys
from pathlib import Path

from shapecalc.grading import load_quiz
from shapecalc.grading.book import chunks, course
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.marking import AS_WRITTEN

QUIZ = Path(__file__).parents[2] / "docs/examples/flatten-quiz.yaml"


def class_of(students: int) -> str:
    """Answers of a class, some of them right."""
    rows = (f"s{number:05},{number % 40},16*16*{number % 30},{number % 7}\n" for number in range(students))
    return "student,depth,flat,conv1\n" + "".join(rows)


def main(book: str, students: int) -> None:
    """Grade, after a line that says that everything is imported."""
    for module in (chunks, course):
        vars(module)["CHUNK"] = 10
    quiz, answers = load_quiz(QUIZ), answers_from(class_of(students))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with open_book(book) as database:
        Course(database, quiz).grade(answers, AS_WRITTEN)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
