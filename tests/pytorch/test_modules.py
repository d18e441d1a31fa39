"""The modules of layers that torch.nn lacks: their numbers, not only their shapes."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shapecalc import Net, Node, ShapecalcError, layers, parse
from shapecalc.algebra import Formula
from shapecalc.formats.text.chain import read_layer
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.layers import module_of
from tests.layers import besides
from tests.narrow import present
from tests.pytorch.samples import SAMPLES


def tensors(name: str) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = SAMPLES[name][1] or ((3,),)  # for a learned tensor, which reads only how many there are
    return [torch.randn(2, *shape, generator=generator, dtype=torch.float64) for shape in shapes]


@pytest.mark.parametrize("name", besides.MODULES)
def test_a_module_computes_what_the_paper_says(name: str):
    """Built here and written out in the tests, a layer gives the same numbers for the same weights."""
    layer = SAMPLES[name][0].resolve(SAMPLES[name][1])
    ours = module_of(layer).double()
    theirs = besides.MODULES[name](**layer.values).double()
    theirs.load_state_dict(ours.state_dict())
    values = []
    for module in (theirs, ours):
        torch.manual_seed(0)  # some draw a mask
        values.append(module(*tensors(name)))
    torch.testing.assert_close(*values)


@pytest.mark.parametrize("masked", [True, False])
def test_a_deformable_convolution_has_the_gradients_of_its_parts(masked: bool):
    """Its operator computes the way back by itself: for the input, the offsets, the mask and the weights."""
    layer = SAMPLES["DeformConv2d"][0]
    ours = module_of(layer).double()
    theirs = besides.MODULES["DeformConv2d"](**layer.values).double()
    theirs.load_state_dict(ours.state_dict())
    gradients = []
    for module in (theirs, ours):
        inputs = [value.requires_grad_() for value in tensors("DeformConv2d")][: 2 + masked]
        module(*inputs).square().sum().backward()
        gradients.append([tensor.grad for tensor in (*inputs, *module.parameters())])
    torch.testing.assert_close(*gradients)


def test_offsets_of_zero_make_a_plain_convolution():
    """And a mask of ones changes nothing."""
    layer = layers.DeformConv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2)
    plain = torch.nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2)
    module = module_of(layer)
    module.load_state_dict(plain.state_dict())
    value = torch.rand(2, 4, 9, 8)
    expected = plain(value)
    sizes = expected.shape[2:]
    output = module(value, torch.zeros(2, 2 * 2 * 6, *sizes), torch.ones(2, 2 * 6, *sizes))
    torch.testing.assert_close(output, expected)


@pytest.mark.parametrize("iterations", [1, 2, 5])
def test_routing_takes_so_many_iterations(iterations: int):
    """With one iteration the votes are averaged; with more they are weighed."""
    layer = layers.Capsules(9, 4, 3, 5, num_iterations=iterations)
    ours = module_of(layer)
    theirs = besides.Capsules(**layer.values)
    theirs.load_state_dict(ours.state_dict())
    value = torch.randn(2, 4, 9)
    torch.testing.assert_close(theirs(value), ours(value))


def test_routing_settles_on_the_capsule_that_the_votes_agree_on():
    """Where the votes for the first capsule are one vector, and those for the second quarrel, the first one wins."""
    module: Any = module_of(layers.Capsules(4, 2, 2, 2))
    agreed, quarrel = torch.eye(2), torch.tensor([[0.0, -1.0], [1.0, 0.0]])
    turned = [torch.eye(2), quarrel, -torch.eye(2), -quarrel]
    with torch.no_grad():
        module.weight.copy_(torch.stack([torch.stack([agreed, other]) for other in turned]))
    first, second = torch.linalg.vector_norm(module(torch.ones(1, 2, 4)), dim=1)[0].tolist()
    assert first > 0.5 > second


def test_a_vector_of_zeros_has_a_gradient():
    """Nothing is divided by the length of a vector."""
    value = torch.zeros(1, 3, 4, requires_grad=True)
    build(parse("Squash CapsuleMask CapsuleLength", input_shape="3x4"))(value).sum().backward()
    assert present(value.grad).isfinite().all()


def test_a_built_net_takes_another_size():
    """A crop and a resizing take their size from the second input when they run, not from the net that was measured."""
    crop, resized = module_of(layers.Crop((3, 3))), module_of(layers.Interpolate((3, 3)))
    value, second = torch.randn(1, 2, 9, 8), torch.randn(1, 5, 4, 6)
    assert [tuple(module(value, second).shape) for module in (crop, resized)] == [(1, 2, 4, 6)] * 2


@pytest.mark.parametrize(("length", "size", "first"), [(9, 4, 2), (8, 4, 2), (5, 5, 0), (6, 1, 2)])
def test_a_crop_takes_the_middle(length: int, size: int, first: int):
    """Where an odd number is left over, the middle lies half a position towards the start, as in Keras."""
    found = module_of(layers.Crop(size))(torch.arange(length).reshape(1, 1, length))
    assert found.flatten().tolist() == [*range(first, first + size)]


TRACED = {
    "Crop()": ((2, 9, 8), (5, 4, 6)),
    "Conv2d(4, 6, 3, stride=2, padding='tf_same')": ((4, 8, 8),),
    "Conv1d(4, 6, 3, padding='causal')": ((4, 8),),
}


@pytest.mark.filterwarnings("ignore")  # torch says that tracing is deprecated, and which sizes it takes for constants
@pytest.mark.parametrize("spec", TRACED)
def test_a_module_can_be_traced(spec: str):
    """While torch traces a module, as some counters of work do, sizes are tensors; they are read as numbers."""
    inputs = tuple(torch.randn(1, *shape) for shape in TRACED[spec])
    shapes = {f"input{place}": shape for place, shape in enumerate(TRACED[spec])}
    module = build(Net(shapes, (Node("layer", read_layer(spec), tuple(shapes)),)))
    assert torch.equal(torch.jit.trace(module, inputs)(*inputs), module(*inputs))


def test_a_layer_without_a_module_is_named():
    """A user's own layer is refused by `build`, with the decorator that gives it a module."""

    class Fancy(layers.Layer):
        """A layer that torch lacks."""

        shape = Formula(lambda input: input)

    net = Net({"input": (3, 8, 8)}, (Node("fancy1", Fancy(), ("input",)),))
    with pytest.raises(ShapecalcError, match=r"torch has no Fancy\. .* @shapecalc\.pytorch\.module_for\(Fancy\)"):
        build(net)
