"""Gradescope: an autograder that reads what is submitted, and never runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, final

from shapecalc.errors import SpecError
from shapecalc.formats.open import path_and_variant
from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.autograder import PAPERS_FILE, QUIZ_FILE
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.markup import archive
from shapecalc.grading.exchange.paper import paper_code
from shapecalc.grading.exchange.wheels import WheelSet, installed_wheels, wheels_in

#: What Gradescope runs: the first when it builds the image, the second for each submission.
SCRIPTS = ("setup.sh", "run_autograder")


@final
@dataclass(frozen=True)
class GradescopeFormat(ExchangeFormat):
    """An autograder for Gradescope.

    Args:
        wheels: the folder of the wheels that it is installed from; what is installed here is packed by default.
    """

    wheels: Path | None = None

    name = "gradescope"
    title = "a Gradescope autograder"
    ending = ".zip"
    lacks = MappingProxyType(
        {
            Ability.VARIANTS: "a submission says which paper it answers, such as code: 007; without it, nothing is "
            "graded. `--to html` and `--to pdf` write the papers with the same codes",
            Ability.UNLISTED_WORDS: "an answer that a person has to look at has 0 points until its points are edited "
            "there; the autograder's output lists it for instructors",
            Ability.ATTEMPTS: "how often a student may submit is a setting of the assignment there",
            Ability.PENALTY: "the submission that a student chooses counts there, and further ones cost nothing",
        }
    )
    afterwards = (
        "Upload the file as the assignment's autograder, and limit the submissions there: a key that is shown can be "
        "submitted. A submission is a .py, .ipynb, .csv, .txt, .md, .yaml or .json file."
    )

    @cached_property
    def wheel_set(self) -> WheelSet:
        """What it is installed from."""
        return wheels_in(self.wheels) if self.wheels else installed_wheels()

    def amount(self, bank: QuizBank) -> str:
        count = len(bank.papers)
        return f"{count:,} paper{'s' * (count != 1)}; for {self.wheel_set.words()}"

    def write(self, bank: QuizBank) -> WrittenFiles:
        wheels = self.wheel_set
        names = {"@PYTHON@": wheels.python, "@MACHINE@": wheels.machine}
        files = {name: _script(name, names) for name in SCRIPTS}
        seeds = {paper_code(seed): seed for seed, _ in bank.papers}
        files[PAPERS_FILE] = _json(seeds)
        files |= quiz_files(bank)
        files |= {f"wheels/{name}": content for name, content in wheels.files.items()}
        return WrittenFiles(archive(files, executable=SCRIPTS))


def quiz_files(bank: QuizBank) -> dict[str, bytes]:
    """The quiz and the files of its networks, as they lie in an archive."""
    template = bank.template
    files = {QUIZ_FILE: _json(template.content)}
    if template.folder is None:
        return files
    root, home = template.folder.resolve(), Path(QUIZ_FILE).parent
    for text in sorted(set(_texts(template.content))):
        path = _net_file(root, text, template.source)
        if path is not None:
            files[f"{home}/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    return files


def _net_file(root: Path, text: str, source: str) -> Path | None:
    """The file of a network that a text of a quiz names; None where it names none."""
    name = path_and_variant(text)
    if name is None:
        return None
    if "{" in name[0]:
        raise SpecError(f"{source}: {text} is drawn; name the files of networks without letters.")
    path = (root / name[0]).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def _texts(data: Any) -> Iterator[str]:
    match data:
        case dict():
            for value in data.values():
                yield from _texts(value)
        case list():
            for value in data:
                yield from _texts(value)
        case str():
            yield data.strip()


def _script(name: str, values: dict[str, str]) -> bytes:
    text = Path(__file__).with_name("gradescope_scripts").joinpath(name).read_text(encoding="utf-8")
    for place, value in values.items():
        text = text.replace(place, value)
    return text.encode()


def _json(data: Any) -> bytes:
    return (json.dumps(data) + "\n").encode()
