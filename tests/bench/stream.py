"""Submissions streamed into a gradebook, and the memory that takes; ``python -m tests.bench.stream 1000000``."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from shapecalc.grading import load_quiz, read_answers
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.marking import AS_WRITTEN

QUIZ = Path(__file__).parents[2] / "docs" / "examples" / "flatten-quiz.yaml"
#: Students, and what a million of them may need.
STUDENTS, MOST_MEMORY = 200_000, 400


def run(students: int = STUDENTS) -> None:
    """Stream them in a process of its own, whose memory nothing else has used."""
    subprocess.run([sys.executable, "-m", "tests.bench.stream", str(students)], check=True)  # noqa: S603  our own module


def stream(students: int) -> None:
    """Grade so many students, each with four answers, and print the time of the processor and the most memory."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.csv")
        with answers.open("w", encoding="utf-8") as file:
            file.write("student,depth,flat,conv1,entries\n")
            file.writelines(f"s{n:07},{n % 40},16*16*{n % 30},{n % 7},784\n" for n in range(students))
        start = time.process_time()
        with open_book(str(Path(folder, "course.db"))) as book:
            course = Course(book, load_quiz(QUIZ))
            course.grade(read_answers(answers), AS_WRITTEN)
            count = book.count(course.title)
        seconds = time.process_time() - start
    print(f"{count:,} students: {seconds:.0f} s of the processor, at most {_peak():.0f} MiB (goal: {MOST_MEMORY})")


def _peak() -> float:
    """The most memory that this process had, in MiB; Linux counts it in KiB, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    stream(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS)
