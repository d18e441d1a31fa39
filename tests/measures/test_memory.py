"""Memory of published nets, in every number type."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import SpecError, measure
from shapecalc.formats import parse
from tests.measures.asked import vgg_of_the_table


def test_vgg16_takes_what_cs231n_should_have_printed() -> None:
    """The rows of CS231n's table sum to 61.0 MB per image in single precision (58.1 MiB), where it prints 93."""
    used: Any = measure(vgg_of_the_table()).memory
    assert (used.training, f"{used.training / 1e6:.1f}", f"{used.training / 2**20:.1f}") == (60950432, "61.0", "58.1")


def test_an_unknown_number_type_is_refused() -> None:
    """A type that does not exist is refused with the nearest that does."""
    with pytest.raises(SpecError, match=r"no number type float33 \(did you mean float32\?\)"):
        measure(parse("zoo:lenet5"), dtype="float33")
