"""The nets of the zoo with letters: legal just where the engine accepts numbers, with the sizes that it gives."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import ClosedForm, ShapecalcError, closed_form, measure
from shapecalc.formats import parse
from shapecalc.layers import Shape
from shapecalc.solve import with_letters
from tests.zoo.members import members


def _sizes(form: ClosedForm) -> list[int]:
    """Small ones, and those about the least and the largest legal square."""
    square = form.domain.equal()
    assert square is not None
    edges = [edge for edge in (square.smallest, square.largest) if edge is not None]
    near = {edge + step for edge in edges for step in (-1, 0, 1, 15, 16)}
    return sorted({1, 2, 3, *(size for size in near if size > 0)})


def _engine(name: str, shape: Shape) -> Any:
    net = parse(f"zoo:{name}")
    try:
        return measure(net.with_input(shape)).output_shape
    except ShapecalcError:
        return None


@pytest.mark.parametrize("name", members())
def test_a_net_is_legal_where_the_engine_accepts_it(name: str) -> None:
    """At the least square size, just below and above it, and at the largest where there is one."""
    net = parse(f"zoo:{name}")
    ((depth, *axes),) = net.inputs.values()
    form = closed_form(with_letters(net))
    sizes = _sizes(form)
    ours = [form.at(**dict.fromkeys(form.letters, size)) for size in sizes]
    assert ours == [_engine(name, (depth, *[size] * len(axes))) for size in sizes]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("resnet152", "legal for H ≥ 1 and W ≥ 1"),
        ("densenet121", "legal for H ≥ 29 and W ≥ 29"),
        ("inception_v3_no_aux", "legal for H ≥ 75 and W ≥ 75"),
        ("unet_bn", "legal for H ≡ 0 (mod 16) and W ≡ 0 (mod 16)"),
        ("unet", "legal for H ≥ 188 and W ≥ 188"),
    ],
)
def test_merges_are_proved_for_all_sizes(name: str, said: str) -> None:
    """Additions and concatenations ask for nothing where the branches have one form; U-Net's ask for divisibility."""
    assert str(closed_form(with_letters(parse(f"zoo:{name}"))).domain).split("\n")[0].split(":")[0] == said
