"""The corpus: networks as people write them, what is wrong with them, and what torch makes of them."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import torch
import yaml

from shapecalc.checking.files import CheckOptions
from shapecalc.formats.source.programs import Source

FOLDER = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Mistake:
    """A line that is wrong.

    Attributes:
        line: its number; in a notebook, that among the lines of code.
        code: the code of the problem.
        mended: the line as it should be.
        by_hand: whether that is more than a check proposes.
        at: the number of the line as it should be, where it is another, because what is wrong shows only further on.
    """

    line: int
    code: str
    mended: str
    by_hand: bool = False
    at: int = 0

    @property
    def is_repaired(self) -> bool:
        """Whether a check proposes how to mend it."""
        return not (self.by_hand or self.at)


@dataclass(frozen=True)
class CorpusFile:
    """A file of the corpus.

    Attributes:
        name: the name of the file.
        style: what it is an example of.
        inputs: the shapes of the inputs without the batch; "int" before those that are indices.
        outputs: the shapes of what comes out, likewise.
        call: how the network is built; "" where the file says it.
        mistakes: the lines that are wrong.
        loses_batch: whether torch runs it all the same, with another number of examples.
    """

    name: str
    style: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    call: str = ""
    mistakes: tuple[Mistake, ...] = field(default=())
    loses_batch: bool = False

    @property
    def source(self) -> Source:
        """What stands in it."""
        return Source.of_file(FOLDER / self.name)

    @property
    def is_right(self) -> bool:
        """Whether it runs."""
        return not self.mistakes

    @property
    def mended(self) -> Source:
        """The source with every line as it should be."""
        lines = self.source.text.split("\n")
        for mistake in self.mistakes:
            lines[(mistake.at or mistake.line) - 1] = mistake.mended
        return replace(self.source, text="\n".join(lines))

    @property
    def options(self) -> CheckOptions:
        """The check with the input."""
        shapes = tuple(_shape(each) for each in self.inputs)
        inputs = () if "int" in self.inputs else shapes  # an index an example is no shape that can be given
        return CheckOptions(name=self.call.partition("(")[0], call=self.call, inputs=inputs)

    def runs(self, source: Source) -> TorchRun | None:
        """What torch makes of a source in this file's place, with batches of two and three; None where it fails."""
        try:
            network = _network(source.text, self.call)
            first, second = (_outputs(network, self.inputs, batch) for batch in (2, 3))
        except Exception:  # noqa: BLE001  whatever the program raises
            return None
        if len(first) != len(second):
            return None
        shapes = tuple(map(_without_batch, first, second))
        return TorchRun(shapes, sum(each.numel() for each in network.parameters()))


@dataclass(frozen=True)
class TorchRun:
    """What comes out in torch.

    Attributes:
        outputs: the shapes without the batch, as text; None for one in which the batch is no longer a size.
        parameters: how many numbers the network learns.
    """

    outputs: tuple[str | None, ...]
    parameters: int


@cache
def corpus() -> dict[str, CorpusFile]:
    """The files by their names."""
    index = yaml.safe_load((FOLDER / "index.yaml").read_text(encoding="utf-8"))
    return {name: CorpusFile(name, **_fields(entry)) for name, entry in index.items()}


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    mistakes = tuple(Mistake(**each) for each in entry.pop("mistakes", ()))
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()} | {
        "mistakes": mistakes
    }


def _shape(text: str) -> tuple[int, ...]:
    sizes = text.removeprefix("int").strip()
    return tuple(map(int, sizes.split("x"))) if sizes else ()


def _network(text: str, call: str) -> Any:
    """The network that a text defines: by the call, else its class without arguments, or what the file makes itself."""
    names: dict[str, Any] = {"__name__": "program"}
    with _quiet(), _stand_ins():
        exec(compile(text, "program", "exec"), names)  # noqa: S102  our own programs
        if call:
            return eval(call, names)  # noqa: S307  likewise
        classes = [each for each in names.values() if isinstance(each, type) and issubclass(each, torch.nn.Module)]
        own = [each for each in classes if each.__module__ == "program"]
        made = next((each for each in names.values() if type(each) in own), None)
        return made if made is not None else own[-1]()


def _outputs(network: Any, inputs: tuple[str, ...], batch: int) -> list[tuple[int, ...]]:
    values = [
        torch.zeros((batch, *_shape(each)), dtype=torch.long if each.startswith("int") else torch.float32)
        for each in inputs
    ]
    with _quiet():
        return [tuple(each.shape) for each in _flat(network(*values))]


def _flat(value: Any) -> Iterator[Any]:
    """The tensors in what forward returns."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _flat([*value.values()])
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _flat(each)


def _without_batch(first: tuple[int, ...], second: tuple[int, ...]) -> str | None:
    """The shape without the size that is two for a batch of two, and three for one of three."""
    places = [place for place, sizes in enumerate(zip(first, second, strict=True)) if sizes == (2, 3)]
    same = sum(one == other for one, other in zip(first, second, strict=True))
    if len(places) != 1 or same != len(first) - 1:
        return None
    return "x".join(str(size) for place, size in enumerate(first) if place != places[0])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    """Modules that programs import and that need not be installed; what they are used for has no effect on shapes."""
    names = ("torchvision", "torchvision.transforms", "torchvision.transforms.functional", "timm", "timm.models")
    modules: dict[str, Any] = {name: MagicMock() for name in names}
    modules |= {"timm.models.layers": MagicMock(DropPath=torch.nn.Dropout), "program": MagicMock()}
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
