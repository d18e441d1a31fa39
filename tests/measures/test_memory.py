"""Memory of published nets, in every number type."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import SpecError, measure
from shapecalc.algebra import Name, evaluate
from shapecalc.formats import parse
from shapecalc.measures.memory import Memory
from shapecalc.solve import measure_at
from tests.measures import asked
from tests.narrow import integer


def test_vgg16_computes_what_cs231n_should_have_printed() -> None:
    """The rows of CS231n's table sum to 61.0 MB per image in single precision (58.1 MiB), where it prints 93."""
    outputs = 4 * asked.activations(asked.vgg_of_the_table())
    assert (outputs, f"{outputs / 1e6:.1f}", f"{outputs / 2**20:.1f}") == (60950432, "61.0", "58.1")


def lenet(**setting: Any) -> Memory:
    return measure(parse("zoo:lenet5"), **setting).memory


def test_training_is_the_sum_of_its_parts() -> None:
    """Weights, buffers, gradients, the optimizer's state, and what is saved; plain SGD keeps no state."""
    used = lenet(batch=3)
    assert (used.gradients, used.optimizer, used.buffers) == (used.parameters, 0, 0)
    assert used.training == integer(used.parameters) + integer(used.gradients) + integer(used.saved)


def test_memory_in_letters_has_the_batch_as_one() -> None:
    """N stands for a batch of any size; what does not depend on it has no N."""
    net = parse("Embedding(10, 4) Flatten Linear(20, 2)", input_shape="5")
    memory = measure(net, batch="N", optimizer="adam").memory
    assert (str(memory.saved), str(memory.inference), memory.optimizer) == ("120N", "120N", 2 * 4 * 82 + 3 * 4)
    one, many = (measure(net, batch=batch, optimizer="adam").memory.training for batch in (1, 7))
    assert memory.training is not None
    assert [evaluate(memory.training, {Name("N"): batch}) for batch in (1, 7)] == [one, many]


def test_a_dropout_saves_a_smaller_mask_on_cuda() -> None:
    """There its mask is of truth values."""
    net = parse("Conv2d(3, 8, 3) Dropout", input_shape="3x12x12")
    assert [measure(net, device=device)["dropout1"].saved for device in ("cpu", "cuda")] == [3200, 800]


def test_mixed_precision_halves_what_layers_compute() -> None:
    """Weights, gradients and state stay float32; a copy of the weights is saved besides."""
    full, mixed = (lenet(dtype=dtype, optimizer="adam") for dtype in ("float32", "mixed"))
    assert (mixed.parameters, mixed.gradients, mixed.optimizer) == (full.parameters, full.gradients, full.optimizer)
    assert mixed.saved == (integer(full.saved) + integer(full.parameters)) // 2
    assert "autocast" in mixed.reason


@pytest.mark.parametrize(("word", "dtype"), [("fp16", "float16"), ("bf16", "bfloat16"), ("torch.float32", "float32")])
def test_short_words_for_number_types_are_read(word: str, dtype: str) -> None:
    """People write fp16; the report has torch's name."""
    assert lenet(dtype=word).as_dict() == lenet(dtype=dtype).as_dict()


def test_a_bound_is_named() -> None:
    """Where a layer's own tensors are torch's choice, the report says so, with the node."""
    memory = measure(parse("LSTM(4, 8)", input_shape="10x4")).memory
    assert memory.reason.startswith("lstm1: ")
    assert memory.as_dict()["reason"] == memory.reason


@pytest.mark.parametrize("change", [{"batch": 0}, {"batch": "-1"}, {"optimizer": "adm"}, {"device": "tpu"}])
def test_an_unknown_setting_is_refused(change: dict[str, Any]) -> None:
    """A refusal names what is known."""
    with pytest.raises(SpecError, match=r"batch must|There is no"):
        lenet(**change)


def test_an_unknown_number_type_is_refused() -> None:
    """A type that does not exist is refused with the nearest that does."""
    with pytest.raises(SpecError, match=r"no number type float33 \(did you mean float32\?\)"):
        measure(parse("zoo:lenet5"), dtype="float33")


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_integers_are_not_trained(dtype: str) -> None:
    """As in torch, they have no gradient: nothing is saved, there is no training step, and an optimizer is refused."""
    data = lenet(dtype=dtype).as_dict()
    assert [data[name] for name in ("training", "gradients", "optimizer", "saved")] == [None, 0, 0, 0]
    assert data["reason"] == f"weights of {dtype} have no gradients"
    with pytest.raises(SpecError, match=f"nothing for adam to train: weights of {dtype} have no gradients"):
        lenet(dtype=dtype, optimizer="adam")


def test_a_size_that_falls_while_its_letter_rises() -> None:
    """The largest moment of inference is another one for a large stride: input and first output."""
    net = parse("Conv2d(3, 4, 3, stride=S) Conv2d(4, 4, 1)", input_shape="3x40x40")
    inference = measure(net).memory.inference
    assert inference is not None
    for number in (1, 2, 3, 5, 38, 60):
        at_number = measure_at(net, {"S": number}).memory.inference
        assert evaluate(inference, {Name("S"): number}) == at_number


def test_the_keys_of_memory_are_those_of_the_schema():
    """In this order; what memory depends on stands beside it."""
    data = measure(parse("Conv2d(3, 8, 3)", input_shape="3xHxW"), batch="N", optimizer="adam").as_dict()
    keys = "dtype unit batch parameters buffers gradients optimizer saved inference training"
    assert list(data["memory"]) == keys.split()
    assert data["setting"] == {"batch": "N", "optimizer": "adam", "dtype": "float32", "device": "cpu"}
