"""How many random cases a test tries: a fixed sample by default, a whole campaign on fresh randomness with --deep."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import Phase, settings


@dataclass
class Campaign:
    """What conftest.py reads from the command line, before the tests are imported.

    Attributes:
        deep: whether whole campaigns run.
        most: the largest number of cases that one may try; None for as many as its test asks for.
    """

    deep: bool = False
    most: int | None = None


_CAMPAIGN = Campaign()


def start(*, deep: bool, most: int | None) -> None:
    """Settle how much is tried, by properties that do not say how many examples they need too."""
    _CAMPAIGN.deep, _CAMPAIGN.most = deep, most
    settings.register_profile(
        "shapecalc",
        max_examples=cases(50, deep=1_000),
        deadline=None,
        derandomize=not deep,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),  # the one that explains a failure traces every line
    )
    settings.load_profile("shapecalc")


def cases(usual: int, *, deep: int) -> int:
    """The number of cases that a test tries in this run."""
    return min(deep, _CAMPAIGN.most or deep) if _CAMPAIGN.deep else usual


def examples(usual: int, *, deep: int) -> settings:
    """The settings of a property that tries so many examples."""
    return settings(max_examples=cases(usual, deep=deep))
