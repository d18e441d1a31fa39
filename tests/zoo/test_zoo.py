"""The zoo: its files, its names, and how a net of it is opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shapecalc import SpecError, open_net, zoo
from shapecalc.formats.document.files import read_model
from shapecalc.formats.document.model import Document

FOLDER = Path(zoo.__file__).parent


def test_every_file_is_listed() -> None:
    """The list of files and variants is that of the folder."""
    found = {path.stem: {*read_model(path, Document).variants} or {path.stem} for path in FOLDER.glob("*.yaml")}
    assert found == {file: {*names} for file, names in zoo.FILES.items()}


def test_an_entry_is_opened_like_a_file() -> None:
    """zoo:NAME opens a net, at its own input or another, with letters too."""
    nets = [open_net("zoo:resnet18"), open_net(" zoo:resnet18 ", input_shape="3xHxW")]
    assert [(net.name, len(net.nodes), net.input_text()) for net in nets] == [
        ("resnet18", 69, "3x224x224"),
        ("resnet18", 69, "3xHxW"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("resnt50", r"There is no resnt50 in the zoo \(did you mean resnet50\?\)\."),
        ("qqqq", "There is no qqqq in the zoo; the command `shapecalc zoo` lists all"),
        ("../../etc/passwd", r"There is no \.\./\.\./etc/passwd in the zoo"),
        ("", "There is no '' in the zoo"),
    ],
)
def test_an_unknown_name_is_refused(name: str, message: str) -> None:
    """The message names the nearest net; a name is never a path."""
    with pytest.raises(SpecError, match=message):
        open_net(f"zoo:{name}")


def test_names_are_known_without_reading_a_file() -> None:
    """The names need neither yaml nor pydantic, and reading an entry does not import torch."""
    code = "import sys; from shapecalc import zoo; zoo.names(); print({'yaml', 'pydantic', 'torch'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603  ours
    assert done.stdout.strip() == "set()"
