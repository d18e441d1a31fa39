"""The zoo: its files, its names, and how a net of it is opened."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shapecalc import SpecError, measure, open_net, parse, zoo
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


@pytest.mark.parametrize(
    ("net", "former", "name"),
    [
        ("resnet50", "layer1.0.norm1", "layer1.0.bn1"),
        ("resnet50", "layer2.0.downsample.conv1", "layer2.0.downsample.0"),
        ("vgg16", "block5.pool", "features.30"),
        ("vgg16", "fc2", "classifier.3"),
        ("alexnet", "features.conv5", "features.10"),
        ("densenet121", "block1.layer.0.norm1", "features.denseblock1.denselayer1.norm1"),
        ("mobilenet_v2", "stage2.1.conv3", "features.3.conv.2"),
        ("squeezenet1_0", "fire2.conv1", "features.3.squeeze"),
        ("googlenet_2014", "inception4a.branch2.conv2", "inception4a.branch2.1.conv"),
        ("inception_v3", "mixed6a.conv2", "Mixed_6a.branch3x3dbl_1.conv"),
    ],
)
def test_a_former_name_is_refused_with_the_new_one(net: str, former: str, name: str) -> None:
    """What the node is called now stands in the message, for another input too."""
    opened = parse(f"zoo:{net}")
    (shape,) = opened.inputs.values()
    message = re.escape(f"The network has no node {former}; it is called {name}.")
    for named in (opened, opened.with_input((*shape[:1], *(axis + 32 for axis in shape[1:])))):
        with pytest.raises(SpecError, match=message):
            named[former]
        with pytest.raises(SpecError, match=message):
            measure(named)[former]


def test_a_name_that_never_was_has_no_former_one() -> None:
    """Nor has a member that the family did not have."""
    with pytest.raises(SpecError, match=r"The network has no node norm1\.$"):
        parse("zoo:resnext50_32x4d")["norm1"]
    assert dict(parse("zoo:lenet5").former) == {}


def test_names_are_known_without_reading_a_file() -> None:
    """The names need neither yaml nor pydantic, and reading an entry does not import torch."""
    code = "import sys; from shapecalc import zoo; zoo.names(); print({'yaml', 'pydantic', 'torch'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603  ours
    assert done.stdout.strip() == "set()"
