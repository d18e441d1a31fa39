"""Learned tensors that stand by themselves, and what joins them to the values of a net."""

from __future__ import annotations

import pytest
import torch

from shapecalc import Builder, Net, ShapecalcError, dumps, explain, layers, measure, parse
from shapecalc.algebra import Name
from shapecalc.formats.document.loading import loads
from shapecalc.measures import footprint
from shapecalc.pytorch import build, verify
from tests.layers.saved import saved_bytes
from tests.narrow import integers

VISION = """
input: 3x32x32
layers:
  - {layer: "Conv2d(3, 16, 8, 8)", name: conv_proj}
  - Flatten(2) Transpose(1, 2)
  - {layer: Identity, name: patches}
  - {layer: "Parameter(1, 16, batch_dim=True)", name: class_token}
  - {layer: Concat(1), inputs: [class_token, patches], name: tokens}
  - {layer: "Parameter(17, 16, batch_dim=True)", name: encoder.pos_embedding}
  - {layer: Add, inputs: [tokens, encoder.pos_embedding]}
  - TransformerEncoderLayer(16, 2, 32, batch_first=True) Select(1, 0) Linear(16, 10)
"""
SCALE = """
input: 4x6x6
layers:
  - residual:
      - {layer: "Conv2d(4, 4, 3, padding=1)", name: conv}
      - parallel: [[{layer: "Parameter(4, 1, 1, init=1e-6)", name: layer_scale}], []]
        merge: Multiply
"""


def test_a_learned_tensor_has_the_name_of_its_node_in_torch() -> None:
    """As torchvision names its class token and position embedding, with a dimension for the batch."""
    module = build(loads(VISION))
    shapes = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items() if "conv" not in name}
    assert {name: shapes[name] for name in ("class_token", "encoder.pos_embedding")} == {
        "class_token": (1, 1, 16),
        "encoder.pos_embedding": (1, 17, 16),
    }


@pytest.mark.parametrize("text", [VISION, SCALE])
def test_a_net_with_learned_tensors_agrees_with_torch(text: str) -> None:
    """Shapes, parameters and work, and it runs with a batch."""
    net = loads(text)
    (shape,) = net.inputs.values()
    output = build(net)(torch.zeros(3, *integers(shape)))
    assert (verify(net).ok, tuple(output.shape)) == (True, (3, *measure(net).output_shape))
    assert measure(net).parameters == sum(tensor.numel() for tensor in build(net).parameters())


def test_what_a_layer_scale_saves_is_what_torch_saves() -> None:
    """The scaled value for the gradient of the scale; the scale itself is a weight, and counts with these."""
    net = loads(SCALE)
    module = build(net)
    actual = saved_bytes(lambda: module(torch.zeros(1, 4, 6, 6)), [*module.parameters()])
    assert measure(net).memory.saved == actual


def test_its_derivation_ends_in_its_numbers() -> None:
    """Sizes and parameters; it has no field, and what reads it first explains none."""
    lines = str(explain(loads(SCALE))).splitlines()
    start = lines.index("layer_scale  Parameter(4, 1, 1, init=1e-06)  → 4x1x1 (4 values)")
    assert lines[start + 1 : start + 4] == ["  output      (4, 1, 1)", "  parameters  4", ""]


def test_a_frozen_tensor_is_not_trained() -> None:
    """As of every layer."""
    b = Builder((4, 6))
    b.add(layers.Add(), inputs=("input", b.add(layers.Parameter(4, 1), trainable=False, name="shift")))
    assert [tensor.requires_grad for tensor in build(b.build()).parameters()] == [False]
    assert (measure(b.build()).parameters, measure(b.build()).trainable) == (4, 0)


def test_its_start_may_be_a_number() -> None:
    """A layer scale starts small."""
    assert set(build(loads(SCALE)).get_parameter("layer_scale").flatten().tolist()) == {torch.tensor(1e-6).item()}


def test_a_written_net_reads_back() -> None:
    """A learned tensor reads nothing in the file that is written, and nothing again."""
    net = loads(VISION)
    assert loads(dumps(net)) == net
    assert net["class_token"].inputs == ()


def summed(shape: tuple[int, ...], sizes: tuple[int, ...]) -> Net:
    """A convolution whose output is added to a learned tensor of some sizes."""
    b = Builder(shape)
    conv = b.add(layers.Conv1d(shape[0], 2, 3))
    b.add(layers.Add(), inputs=(b.add(layers.Parameter(*sizes)), conv))
    return b.build()


def test_a_learned_tensor_reads_no_input() -> None:
    """The field of a sum is that of what is added to it."""
    net = summed((2, 8), (2, 6))
    (field,) = measure(net).rows[-1].fields
    assert (field.size, field.bound, footprint(net, net.outputs[0], (3,))) == (3, "", ((3, 5),))
    assert measure(net).rows[1].fields == ()


def test_a_single_position_is_stretched_to_a_learned_tensor() -> None:
    """All outputs then read that position."""
    net = summed((2, 3), (2, 5))
    (field,) = measure(net).rows[-1].fields
    assert (field.size, field.count, field.jump, field.bound) == (3, 5, 0, "")
    assert footprint(net, net.outputs[0], (4,)) == ((0, 2),)


def test_a_token_in_front_moves_positions() -> None:
    """Behind a concatenation along the axis, an output of the net still reads its own input."""
    b = Builder((2, 6))
    b.add(layers.Concat(2), inputs=(b.add(layers.Parameter(2, 1)), "input"))
    net = b.build()
    assert [footprint(net, net.outputs[0], (place,)) for place in range(1, 3)] == [((0, 0),), ((1, 1),)]
    assert measure(net).rows[-1].reason == "Concat moves positions between dimensions"


def test_in_a_chain_it_is_refused() -> None:
    """Each layer of a chain reads the one before it, which it does not."""
    with pytest.raises(ShapecalcError, match="reads nothing, so it has no place in a chain"):
        measure(parse("Linear(4, 4) Parameter(4)", input_shape="4"))


def test_letters_may_stand_for_its_sizes() -> None:
    """Its parameters are then a formula."""
    b = Builder((4, Name("L")))
    b.add(layers.Add(), inputs=("input", b.add(layers.Parameter(4, Name("L")))))
    report = measure(b.build())
    assert (str(report.parameters), list(map(str, report.output_shape))) == ("4L", ["4", "L"])
