"""Every command on every large input: the words of the command, what it reads, and the files in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, final

from tests.largest.documents import DOCUMENTS, YAMLS
from tests.largest.programs import NOTEBOOKS, PROGRAMS
from tests.largest.quizzes import CLASSES
from tests.largest.texts import CHAINS

#: The commands that read a network, by what they ask.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "net": ("net",),
    "net json": ("net", "--json"),
    "net by type": ("net", "--by", "type"),
    "net columns": ("net", "--columns", "name,output,values,parameters,MACs,saved,field,jump"),
    "net depth": ("net", "--depth", "1"),
    "net training": ("net", "--batch", "N", "--optimizer", "adam", "--dtype", "amp"),
    "net torch": ("net", "--convention", "torch"),
    "net fvcore": ("net", "--convention", "fvcore"),
    "net thop json": ("net", "--convention", "thop", "--json"),
    "net keras": ("net", "--semantics", "keras"),
    "net onnx": ("net", "--semantics", "onnx"),
    "domain": ("domain",),
    "domain json": ("domain", "--json"),
    "explain": ("explain",),
    "explain json": ("explain", "--json"),
    "explain latex": ("explain", "--latex"),
    "solve memory": ("solve", "--memory", "8 GiB", "--batch", "N"),
    "solve parameters": ("solve", "--parameters", "1e9"),
    "solve macs": ("solve", "--macs", "1e12"),
    "solve training": ("solve", "--memory", "8 GiB", "--training", "--optimizer", "adam"),
    "solve field": ("solve", "--field", "31"),
    "solve output": ("solve", "--output", "8x16x16"),
}
#: Those that read a chain of layers in text alone.
TEXT_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "solve repeat": ("solve", "--repeat", "--field", "100000"),
    "solve restore": ("solve", "--restore"),
}


@final
class Case(NamedTuple):
    """A command on an input.

    Attributes:
        name: what it is, to find it again.
        words: the words behind ``shapecalc``.
        text: what stands on standard input.
        files: the files in the folder where it runs.
    """

    name: str
    words: tuple[str, ...]
    text: str = ""
    files: tuple[tuple[str, str], ...] = ()

    def write(self, folder: Path) -> None:
        """Write its files."""
        for name, content in self.files:
            (folder / name).write_text(content, encoding="utf-8")


def cases(chosen: Callable[[str], bool] = lambda _: True) -> Iterator[Case]:
    """All cases whose names are chosen."""
    for case in _all():
        if chosen(case.name):
            yield case


def _all() -> Iterator[Case]:
    yield from _chains()
    yield from _documents()
    for name, class_ in CLASSES.items():
        quiz, answers = class_()
        for option in ((), ("--json",), ("--csv",)):
            words = ("grade", "quiz.json", "answers.csv", *option)
            yield Case(f"grade{' '.join(('', *option))}: {name}", words, "", (("quiz.json", quiz), ("answers.csv", answers)))
    for name, program in PROGRAMS.items():
        files = (("net.py", program()),)
        yield Case(f"check: {name}", ("check", "net.py"), "", files)
        yield Case(f"check input: {name}", ("check", "net.py", "--json", "-i", "8x32x32"), "", files)
    for name, notebook in NOTEBOOKS.items():
        yield Case(f"check notebook: {name}", ("check", "net.ipynb"), "", (("net.ipynb", notebook()),))


def _chains() -> Iterator[Case]:
    for name, chain in CHAINS.items():
        text, shape = chain()
        for question, (command, *options) in {**QUESTIONS, **TEXT_QUESTIONS}.items():
            yield Case(f"{question}: {name}", (command, "-", "--input", shape, *options), text)
        yield Case(f"net inputless: {name}", ("net", "-"), text)


def _documents() -> Iterator[Case]:
    for name, document in DOCUMENTS.items():
        for question, (command, *options) in QUESTIONS.items():
            yield Case(f"{question}: {name}", (command, "net.json", *options), "", (("net.json", document()),))
        yield Case(f"net yaml: {name}", ("net", "net.yaml"), "", (("net.yaml", document()),))
        yield Case(f"grade net: {name}", ("grade", "net.json", "net.json"), "", (("net.json", document()),))
    for name, document in YAMLS.items():
        yield Case(f"net: {name}", ("net", "net.yaml"), "", (("net.yaml", document()),))
