"""The generated table of torch.nn's classes is complete and current."""

from __future__ import annotations

import pytest

from shapecalc.layers import REGISTRY
from tests.tools.layers_table import LEFT_OUT, PAGE, page, public_classes, status


@pytest.mark.parametrize("name", public_classes())
def test_every_class_of_torch_nn_is_accounted_for(name: str):
    """Each public class is supported, or there is a reason why not."""
    assert status(name)[1] != ""


def test_nothing_is_both_supported_and_left_out():
    """A class that has become a layer is no longer among those left out."""
    assert set(REGISTRY) & set(LEFT_OUT) == set()


def test_a_class_that_nobody_has_accounted_for_is_noticed():
    """A new class of torch.nn fails the test above."""
    with pytest.raises(KeyError):
        status("BrandNewLayer3d")


def test_the_page_is_current():
    """`python -m tests.tools.layers_table` would not change docs/reference/layers.md."""
    assert PAGE.read_text(encoding="utf-8") == page()
