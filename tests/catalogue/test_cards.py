"""What the catalogue says of each net, against the numbers that were published."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from shapecalc import measure, zoo
from shapecalc.catalogue import cards
from shapecalc.catalogue.card_page import listing_page
from shapecalc.catalogue.cards import shown

NAMES = zoo.names()

#: Printed counts that are not ours, each with the reason; the entry's note says it, too.
DIFFERS = {("alexnet_2012", "parameters"): "60.97 million, cut off to 60"}


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


def test_the_listing_fits_a_terminal() -> None:
    """One line for each net, in at most 100 columns, with its counts in three digits."""
    nets = [shown(name) for name in ("resnet50", "inception_v3_no_aux")]
    tables = [listing_page(nets).text(width=width).splitlines() for width in (100, 90)]
    told = [table[2].split() for table in tables]
    assert ([max(map(len, table)) <= width for table, width in zip(tables, (100, 90), strict=True)], told) == (
        [True, True],
        [["resnet50", "ResNet-50", "3x224x224", "25.6M", "4.09G", "427", "≥", "1"]] * 2,
    )


def test_a_net_is_told_for_programs() -> None:
    """Exact counts, and the published ones as they were printed."""
    told = shown("mobilenet_v1").as_dict()
    assert (told["parameters"], told["published"], told["receptive_field"]["size"], told["inputs"]) == (
        4231976,
        {"parameters": "4.2M", "macs": "569M"},
        [315, 315],
        {"input": [3, 224, 224]},
    )
