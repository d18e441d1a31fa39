"""What the catalogue says of each net, against the numbers that were published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shapecalc import SpecError, measure, zoo
from shapecalc.catalogue import architecture, card
from shapecalc.catalogue.card_page import listing_page
from shapecalc.formats.document.published import read_published_count
from tests.narrow import present

NAMES = zoo.names()

#: Printed counts that are not ours, each with the reason; its note says it, too.
DIFFERS = {("alexnet_2012", "parameters"): "60.97 million, cut off to 60"}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_comes_from(name: str) -> None:
    """It has a title, the address of its source and a year."""
    net = architecture(name)
    told = (bool(net.title), bool(re.match("https?://", net.source)), 1980 < (net.year or 0) < 2030)
    assert told == (True, True, True)


def published() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        yield from ((name, key) for key in architecture(name).published)


@pytest.mark.parametrize(("name", "key"), list(published()))
def test_an_entry_has_its_published_count(name: str, key: str) -> None:
    """Trained parameters and multiply-accumulates are what was printed, to the digits that were printed."""
    source = architecture(name)
    report = measure(source.net)
    count = {"parameters": report.trainable, "macs": report.macs}[key]
    assert source.published[key].agrees(count) != ((name, key) in DIFFERS)


@pytest.mark.parametrize(("name", "key"), DIFFERS)
def test_an_entry_explains_a_count_that_differs(name: str, key: str) -> None:
    """Where a printed count is not ours, the note says so, and the command too."""
    source = architecture(name)
    assert (bool(source.note), f"{source.published[key].text}, which differs" in str(card(name))) == (True, True)


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
    fields = present(card(name).last_map).fields
    assert (*{(axis.size, axis.jump) for axis in fields},) == (FIELDS[name],)


def test_the_listing_fits_a_terminal() -> None:
    """One line for each net, in at most 100 columns, with its counts in three digits."""
    nets = [card(name) for name in ("resnet50", "inception_v3_no_aux")]
    tables = [listing_page(nets).text(width=width).splitlines() for width in (100, 90)]
    told = [table[2].split() for table in tables]
    assert ([max(map(len, table)) <= width for table, width in zip(tables, (100, 90), strict=True)], told) == (
        [True, True],
        [["resnet50", "ResNet-50", "3x224x224", "25.6M", "4.09G", "427", "≥", "1"]] * 2,
    )


def test_a_net_is_told_for_programs() -> None:
    """Exact counts, and the published ones as they were printed."""
    content = card("mobilenet_v1").as_dict()
    assert (content["parameters"], content["published"], content["receptive_field"]["size"], content["inputs"]) == (
        4231976,
        {"parameters": "4.2M", "macs": "569M"},
        [315, 315],
        {"input": [3, 224, 224]},
    )


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("25557032", 25_557_032, 0),
        ("4.2M", 4_200_000, 50_000),
        ("60K", 60_000, 500),
        ("1.814G", 1_814_000_000, 500_000),
        ("1 816 000", None, None),
        ("3.8B", 3_800_000_000, 50_000_000),
        ("1.5e3", 1500, 50),
        ("lots", None, None),
    ],
)
def test_a_published_count_has_the_digits_that_were_printed(
    text: str, value: int | None, tolerance: int | None
) -> None:
    """Half of the last digit is the tolerance of a rounded one."""
    if value is None or tolerance is None:
        with pytest.raises(SpecError, match="is no published count"):
            read_published_count(text)
        return
    count: Any = read_published_count(text)
    assert (count.value, count.tolerance, count.agrees(value + tolerance), count.agrees(value - tolerance - 1)) == (
        *(value, tolerance, True, False),
    )
