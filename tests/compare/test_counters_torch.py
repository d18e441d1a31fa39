"""What other tools print for a net now, against what the engine says that they print."""

from __future__ import annotations

import pytest
from hypothesis import given

import shapecalc
from shapecalc.compare.counters import count_work
from tests.campaigns import examples
from tests.compare.counted import LAYERS, NETS, prediction
from tests.nets.drawn import small_nets
from tests.tools.counters import TOOLS, printed

#: The tools that are always installed where the tests run.
CI = ("torch", "torchinfo")

#: Whole nets that the tools run in a test; the others were run once, and are held to what was recorded.
RUN = ("LSTM classifier", "LeNet-5", "ResNet-18", "DCGAN's generator", "TCN")


@pytest.mark.parametrize("name", [*LAYERS, *RUN])
@pytest.mark.parametrize("tool", CI)
def test_what_a_tool_prints(tool, name):
    """What the tool prints now is what the engine says that it prints."""
    assert printed(tool, NETS[name]()) == prediction(name, tool)


@examples(12, deep=250)
@given(net=small_nets(least=4, most=12))
def test_random_nets(net):
    """Nets that branch and join at random: torch's counter and torchinfo print what the engine says."""
    report = shapecalc.measure(net)
    assert {tool: printed(tool, net) for tool in CI} == {tool: count_work(report, tool).total for tool in CI}


@pytest.mark.parametrize(
    "tool",
    [pytest.param(tool, marks=pytest.mark.peer(package)) for tool, (package, _) in TOOLS.items() if package not in CI],
)
def test_what_an_optional_tool_prints(tool):
    """What a tool that need not be installed prints now, for layer after layer and a few whole nets."""
    names = [*LAYERS, *RUN]
    assert {name: printed(tool, NETS[name]()) for name in names} == {name: prediction(name, tool) for name in names}
