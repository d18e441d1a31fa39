"""Every command on every large input: the words of the command, what it reads, and the files in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, final

from tests.largest.documents import DOCUMENTS, YAMLS
from tests.largest.programs import NOTEBOOKS, PROGRAMS
from tests.largest.quizzes import CLASSES, Class
from tests.largest.texts import CHAINS, Text

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
    """All cases whose names are chosen; each is made only when its turn comes."""
    for name, make in _makers():
        if chosen(name):
            words, text, files = make()
            yield Case(name, words, text, files)


#: The words of a command, what stands on standard input, and the files in its folder.
_Parts = tuple[tuple[str, ...], str, tuple[tuple[str, str], ...]]


def _makers() -> Iterator[tuple[str, Callable[[], _Parts]]]:
    """The name of each case, with what makes it."""
    for name, chain in CHAINS.items():
        for question, words in {**QUESTIONS, **TEXT_QUESTIONS}.items():
            yield f"{question}: {name}", partial(_of_chain, chain, words)
        yield f"net without input: {name}", partial(_of_chain, chain, ("net",), has_input=False)
    for name, document in DOCUMENTS.items():
        for question, words in QUESTIONS.items():
            yield f"{question}: {name}", partial(_of_file, document, words, "net.json")
        yield f"net yaml: {name}", partial(_of_file, document, ("net",), "net.yaml")
        yield f"grade: {name}", partial(_of_file, document, ("grade",), "quiz.json", behind=("answers.csv",))
    for name, document in YAMLS.items():
        yield f"net: {name}", partial(_of_file, document, ("net",), "net.yaml")
    for name, class_ in CLASSES.items():
        for option in ("", "--json", "--csv"):
            yield f"grade{option}: {name}", partial(_of_class, class_, option)
    for name, program in PROGRAMS.items():
        yield f"check: {name}", partial(_of_file, program, ("check",), "net.py")
        yield f"check input: {name}", partial(_of_file, program, ("check", "--json", "-i", "8x32x32"), "net.py")
    for name, notebook in NOTEBOOKS.items():
        yield f"check: {name}", partial(_of_file, notebook, ("check",), "net.ipynb")


def _of_chain(chain: Callable[[], Text], words: tuple[str, ...], *, has_input: bool = True) -> _Parts:
    text, shape = chain()
    return (*words[:1], "-", *words[1:], *(("--input", shape) if has_input else ())), text, ()


def _of_file(content: Callable[[], str], words: tuple[str, ...], file: str, *, behind: tuple[str, ...] = ()) -> _Parts:
    return (*words[:1], file, *behind, *words[1:]), "", ((file, content()),)


def _of_class(class_: Callable[[], Class], option: str) -> _Parts:
    quiz, answers = class_()
    words = ("grade", "quiz.json", "answers.csv", *filter(None, (option,)))
    return words, "", (("quiz.json", quiz), ("answers.csv", answers))
