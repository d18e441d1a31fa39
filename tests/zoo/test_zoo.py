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
    "word", ["ResNet50", "resnet-50", "ResNet 50", " zoo:RESNET_50 ", "ZOO:resnet50", "zoo: resnet50", "resnet50()"]
)
def test_a_name_is_read_in_any_case(word: str) -> None:
    """With other separators, or none."""
    spec = word if "zoo" in word.lower() else f"zoo:{word}"
    assert open_net(spec) == open_net("zoo:resnet50")


def test_no_two_names_differ_in_case_or_separators_alone() -> None:
    """So each is found by its letters and digits."""
    assert zoo.canonical("RegNet-X-1.6GF") == "regnet_x_1_6gf"
    assert {zoo.canonical(name.upper().replace("_", "-")) for name in zoo.names()} == {*zoo.names()}


def test_a_family_takes_parameters() -> None:
    """Other values of its parameters make another member."""
    net = open_net("zoo:resnet50(groups=32, base=4, classes=10)", input_shape="3x64x64")
    same = open_net("zoo:resnext50_32x4d(classes=10)", input_shape="3x64x64")
    assert (net.nodes, measure(net).output_shape, net.name) == (same.nodes, (10,), "resnet50")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("resnet50(clases=10)", r"the file does not take clases \(did you mean classes\?\); it takes unit"),
        ("resnet50(10)", r"write the parameters by name and nothing behind them, as in zoo:resnet50\(classes=10\)\."),
        ("resnet50(classes=10", r"column 20: '\)' is missing"),
        ("resnet50(classes=10) ReLU", "and nothing behind them, as in zoo:resnet50"),
        ("lenet5(classes=10)", "the file does not take classes; it takes nothing"),
        ("resnet50(n1=100000)", "It unfolds to more than"),
    ],
)
def test_wrong_parameters_are_refused(spec: str, message: str) -> None:
    """With what the family takes."""
    with pytest.raises(SpecError, match=message):
        open_net(f"zoo:{spec}")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("resnet50", "; zoo:resnet50 is a net of the zoo."),
        ("VGG16", "; zoo:vgg16 is a net of the zoo."),
        ("resnet", "; the command `shapecalc zoo resnet` lists nets of that name."),
        ("vgg", "; the command `shapecalc zoo vgg` lists nets of that name."),
        ("res", " (did you mean Reshape?)."),
    ],
)
def test_a_bare_name_hints_at_the_zoo(word: str, hint: str) -> None:
    """Where a layer is expected."""
    with pytest.raises(SpecError, match=re.escape(f"there is no layer {word}{hint}")):
        open_net(word, input_shape="3x8x8")


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
        ("retinanet_resnet50_fpn", "c2.0.norm1", "backbone.body.layer1.0.bn1"),
        ("retinanet_resnet50_fpn_v2", "boxes3.last", "head.regression_head.bbox_reg"),
        ("unet", "up4.up", "up4.up.deconv1"),
        ("unet_bn", "pool1", "down2.pool1"),
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
