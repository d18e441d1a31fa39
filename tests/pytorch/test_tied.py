"""Weights that layers of two classes share: an embedding, and the dense layer that turns vectors back into words."""

from __future__ import annotations

import pytest
import torch

from shapecalc import SpecError, dumps, measure
from shapecalc.formats.document.loading import loads
from shapecalc.pytorch import build, verify

WORDS = """
input: 7
layers:
  - {layer: "Embedding(50, 6)", name: embedding}
  - TransformerEncoderLayer(6, 2, 12, dropout=0, batch_first=True)
  - {layer: "Linear(6, 50, bias=False)", name: words, share: embedding}
"""


def test_tied_weights_count_once() -> None:
    """The dense layer adds no parameters, and its work is its own."""
    report = measure(loads(WORDS))
    assert (report["words"].parameters, report["words"].macs) == (0, 7 * 6 * 50)
    assert report.parameters == sum(tensor.numel() for tensor in build(loads(WORDS)).parameters())


def test_tied_weights_are_one_tensor_in_torch() -> None:
    """Found under the name of the first; the gradient of either use reaches it."""
    module = build(loads(WORDS))
    assert "words.weight" not in module.state_dict()
    module.load_state_dict({name: torch.zeros_like(tensor) for name, tensor in module.state_dict().items()})
    assert not module(torch.zeros(2, 7, dtype=torch.int64)).any()
    module = build(loads(WORDS))
    weight = module.get_parameter("embedding.weight")
    module(torch.zeros(2, 7, dtype=torch.int64)).sum().backward()
    assert weight.grad is not None
    assert weight.grad[1:].abs().sum() > 0  # of words that only come out


def test_a_net_with_tied_weights_agrees_with_torch() -> None:
    """Every output, weight and count of work."""
    assert verify(loads(WORDS)).ok


def test_a_net_with_tied_weights_is_written_and_read() -> None:
    """As any share."""
    assert loads(dumps(loads(WORDS))) == loads(WORDS)


REFUSED = {
    "Linear(6, 50)": "a bias of its own",
    "Linear(50, 6, bias=False)": "the other way round",
    "Linear(out_features=50, bias=False)": "a count that is left out",
}


@pytest.mark.parametrize("layer", REFUSED)
def test_other_tensors_are_not_shared(layer: str) -> None:
    """Names and sizes must be those of the owner."""
    with pytest.raises(SpecError, match="words shares the weights of embedding, which is no layer before it with the"):
        loads(WORDS.replace("Linear(6, 50, bias=False)", layer))
