"""The zoo: every net against the numbers that were published, and against torch at several sizes."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapecalc import Net, ShapeError, SpecError, measure, open_net, zoo
from shapecalc.catalogue import cards
from shapecalc.catalogue.cards import listing, rounded, shown
from shapecalc.formats import parse
from shapecalc.formats.document.files import read_model
from shapecalc.formats.document.model import Document
from shapecalc.measures import footprint
from shapecalc.pytorch import verify
from tests.measures.gradient import seen_by

FOLDER = Path(zoo.__file__).parent
NAMES = zoo.names()

#: Printed counts that are not ours, each with the reason; the entry's note says it, too.
DIFFERS = {("alexnet_2012", "parameters"): "60.97 million, cut off to 60"}


def test_every_file_is_listed() -> None:
    """The list of files and variants is that of the folder."""
    found = {path.stem: {*read_model(path, Document).variants} or {path.stem} for path in FOLDER.glob("*.yaml")}
    assert found == {file: {*names} for file, names in zoo.FILES.items()}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_comes_from(name: str) -> None:
    """It has a title, the address of its source and a year."""
    entry = cards.entry(name)
    told = (bool(entry.title), bool(re.match("https?://", entry.source)), 1980 < (entry.year or 0) < 2030)
    assert told == (True, True, True)


def published() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        entry = cards.entry(name)
        yield from ((name, key) for key in ("parameters", "macs") if getattr(entry, key))


@pytest.mark.parametrize(("name", "key"), list(published()))
def test_an_entry_has_its_published_count(name: str, key: str) -> None:
    """Trained parameters and multiply-accumulates are what was printed, to the digits that were printed."""
    entry = cards.entry(name)
    report = measure(entry.net)
    ours = {"parameters": report.trainable, "macs": report.macs}[key]
    assert getattr(entry, key).agrees(ours) != ((name, key) in DIFFERS)


@pytest.mark.parametrize(("name", "key"), DIFFERS)
def test_an_entry_explains_a_count_that_differs(name: str, key: str) -> None:
    """Where a printed count is not ours, the note says so, and the command too."""
    assert (
        bool(cards.entry(name).note),
        f"{getattr(cards.entry(name), key).text}, which differs" in str(shown(name)),
    ) == (
        True,
        True,
    )


#: How much larger than its own an input is that a net is tried on, along its axes, until three are legal.
LARGER = ((0, 0), (32, 64), (31, 7), (1, 0), (0, 1), (28, -14), (-14, 28), (64, 64))

#: Nets that take the size they are known by and no other, with what fixes it.
ONE_SIZE = {"capsnet": "its capsules are as many as the primary maps have positions"}


def inputs(net: Net) -> list[tuple[int, ...]]:
    """Up to three shapes that the net takes, its own first."""
    ((depth, *sizes),) = net.inputs.values()
    tried = dict.fromkeys((depth, *(size + more for size, more in zip(sizes, by, strict=False))) for by in LARGER)
    return list(itertools.islice((shape for shape in tried if takes(net, shape)), 3))


def takes(net: Net, shape: tuple[int, ...]) -> bool:
    try:
        measure(net.with_input(shape))
    except (ShapeError, SpecError):
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_is_what_torch_says(name: str) -> None:
    """At three sizes every shape, parameter, buffer and MAC is that of the module built from the net."""
    net = parse(f"zoo:{name}")
    shapes = inputs(net)
    differing = [(shape, row) for shape in shapes for row in verify(net.with_input(shape)).rows if not row.ok]
    assert (len(shapes), differing) == (1 if name in ONE_SIZE else 3, [])


#: Nets that are small enough for a gradient, at an input that is; others have activations that hide it.
SMALL = {
    "quiz": "3x40x43",
    "two_blocks": "1x31x40",
    "spreadsheet": "1x28x28",
    "cifar_cnn": "3x32x32",
    "nin": "3x32x32",
    "resnet18": "3x33x36",
}


def features(net: Net) -> Net:
    """A net up to its last map that has more than one position."""
    last = next(row for row in measure(net).rows[::-1] if any(size != 1 for size in row.output_shape[1:]))
    return Net(net.inputs, tuple(net.ancestors(last.name))[::-1])


@pytest.mark.parametrize("name", SMALL)
def test_a_footprint_is_where_the_gradient_is(name: str) -> None:
    """The first, middle and last position of the last map see the pixels that have a gradient."""
    net = features(parse(f"zoo:{name}", input_shape=SMALL[name]))
    (height, width), seen = measure(net).output_shape[1:], seen_by(net)
    places = [(0, 0), (height // 2, width // 2), (height - 1, width - 1)]
    assert [footprint(net, net.outputs[0], place) for place in places] == [seen(place) for place in places]


#: Receptive fields and strides of the last map, as published.
FIELDS = {
    "alexnet": (195, 32),
    "vgg16": (212, 32),
    "resnet50_v2": (483, 32),
    "resnet101_v2": (1027, 32),
    "resnet152_v2": (1507, 32),
    "mobilenet_v1": (315, 32),
    "inception_v3": (1311, 32),
    "resnet50": (427, 32),
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_last_map_has_its_published_field(name: str) -> None:
    """Receptive field and stride are those of https://distill.pub/2019/computing-receptive-fields/ and the tables.

    Unlike the paddings they do not depend on the framework; TF-slim's two versions of a ResNet have the same.
    """
    one = shown(name)
    assert (*{(axis.size, axis.jump) for axis in one.map.fields},) == (FIELDS[name],)


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


def test_the_listing_fits_a_terminal() -> None:
    """One line for each net, in at most 100 columns, with its counts in three digits."""
    nets = [shown(name) for name in ("resnet50", "inception_v3_no_aux")]
    tables = [listing(nets, width=width).splitlines() for width in (100, 90)]
    told = [table[2].split() for table in tables]
    assert ([max(map(len, table)) <= width for table, width in zip(tables, (100, 90), strict=True)], told) == (
        [True, True],
        [["resnet50", "ResNet-50", "3x224x224", "25.6M", "4.09G", "427", "≥", "1"]] * 2,
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (342, "342"),
        (999, "999"),
        (1000, "1.00K"),
        (5300, "5.30K"),
        (9_543_680, "9.54M"),
        (999_499, "999K"),
        (999_500, "1.00M"),
        (15_470_264_320, "15.5G"),
        (10**12, "1.00T"),
    ],
)
def test_counts_are_rounded_to_three_digits(value: int, text: str) -> None:
    """The unit is that of the rounded count."""
    assert rounded(value) == text


def test_a_net_is_told_for_programs() -> None:
    """Exact counts, and the published ones as they were printed."""
    told = shown("mobilenet_v1").as_dict()
    assert (told["parameters"], told["published"], told["receptive_field"]["size"], told["inputs"]) == (
        4231976,
        {"parameters": "4.2M", "macs": "569M"},
        [315, 315],
        {"input": [3, 224, 224]},
    )
