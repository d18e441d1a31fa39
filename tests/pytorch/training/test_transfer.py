"""Transfer: weights that fit are loaded, frozen ones stay, heads are replaced, and layers have rates of their own."""

from __future__ import annotations

import os
import pickle
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.net import Node
from shapecalc.pytorch import build
from shapecalc.pytorch.training.adapting import output_shapes, replace_heads
from shapecalc.pytorch.training.freezing import freezing_of, parameter_groups
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.results import Training
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.settings import read_settings
from shapecalc.pytorch.training.state import read_state
from shapecalc.pytorch.training.trainer import resume, train
from shapecalc.pytorch.training.transfer import read_weights

pytestmark = pytest.mark.service("trainings")

SPEC = (
    "Conv2d(1, 4, 3) BatchNorm2d(4) ReLU() Conv2d(4, 6, 3) BatchNorm2d(6) ReLU() Flatten() Dropout(0.2) Linear(96, 10)"
)
FEATURES = ("conv*", "norm*")
#: What a training from other weights than all says.
PARTLY = "tensors are loaded"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Training:
    """A net with weights to begin from."""
    return train(shapecalc.parse(SPEC), epochs=1, out=tmp_path_factory.mktemp("first"), progress=False)


def tensors(training: Training) -> dict[str, Tensor]:
    assert training.path
    return load_file(training.path)


def unequal(first: dict[str, Tensor], second: dict[str, Tensor]) -> list[str]:
    """The names of the tensors that are not equal, bit for bit."""
    return sorted(name for name, tensor in first.items() if not torch.equal(tensor, second[name]))


def test_a_training_begins_with_the_weights_of_another(trained, tmp_path):
    """With everything but the head frozen, everything but the head is what it was; running statistics, too."""
    again = train(
        shapecalc.parse(SPEC), epochs=2, weights=trained.path.parent, freeze=FEATURES, out=tmp_path, progress=False
    )
    assert unequal(tensors(trained), tensors(again)) == ["linear1.bias", "linear1.weight"]


def test_a_pattern_takes_one_layer(trained, tmp_path):
    """The statistics of a batch norm whose weights are frozen stay; those of another move."""
    again = train(shapecalc.parse(SPEC), epochs=1, weights=trained.path, freeze="norm1.*", out=tmp_path, progress=False)
    moved = unequal(tensors(trained), tensors(again))
    assert sorted(name for name in tensors(trained) if name not in moved) == [
        "norm1.bias", "norm1.num_batches_tracked", "norm1.running_mean", "norm1.running_var", "norm1.weight"
    ]  # fmt: skip


def test_what_is_frozen_thaws(trained, tmp_path):
    """After two of three epochs everything learns."""
    net = shapecalc.parse(SPEC)
    settings: dict[str, Any] = {"weights": trained.path, "freeze": FEATURES, "progress": False, "lr": 0.001}
    frozen = train(net, epochs=2, out=tmp_path / "frozen", **settings)
    assert unequal(tensors(trained), tensors(frozen)) == ["linear1.bias", "linear1.weight"]
    thawed = train(net, epochs=3, unfreeze_after=2, out=tmp_path / "thawed", **settings)
    state = read_state(tmp_path / "thawed" / "state.safetensors")
    assert len(unequal(tensors(trained), state.part("model"))) == len(tensors(trained))
    assert len(thawed.history) == 3


@pytest.mark.parametrize(("step", "optimizer"), [(5, "adamw"), (7, "adamw"), (9, "adamw"), (7, "sgd"), (12, "sgd")])
def test_going_on_is_exact_around_the_thaw(monkeypatch, tmp_path, trained, step, optimizer):
    """Killed before, at and after it: everything ends equal to the bit, and the first file is not needed."""
    net, data = shapecalc.parse(SPEC), split("few", torch.randn(150, 1, 8, 8), torch.arange(10).repeat(15))
    weights = tmp_path / "first.safetensors"
    weights.write_bytes(trained.path.read_bytes())
    settings: dict[str, Any] = {
        "epochs": 3, "save_every": 2, "batch_size": 16,
        "weights": weights, "freeze": FEATURES, "unfreeze_after": 1, "layer_decay": 0.5,
        "optimizer": optimizer, "replace_head": 10, "progress": False,
    }  # fmt: skip
    move = Fitting._move

    def dies(fitting):
        move(fitting)
        if fitting._steps == step:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match=PARTLY):
        whole = train(net, data, out=tmp_path / "whole", **settings)
    with monkeypatch.context() as patched:
        patched.setattr(Fitting, "_move", dies)
        with pytest.raises(KeyboardInterrupt), pytest.warns(UserWarning, match=PARTLY):
            train(net, data, out=tmp_path / "killed", **settings)
    weights.unlink()
    resumed = resume(tmp_path / "killed", data, progress=False)
    assert (resumed.history, resumed.scores) == (whole.history, whole.scores)
    states = [read_state(tmp_path / name / "state.safetensors") for name in ("whole", "killed")]
    assert states[0].progress["optimizer"] == states[1].progress["optimizer"]
    assert states[0].tensors.keys() == states[1].tensors.keys()
    assert unequal(states[0].tensors, states[1].tensors) == []


def test_a_training_without_its_first_state_is_not_resumed(trained, tmp_path):
    """It would begin with random weights."""
    train(shapecalc.parse(SPEC), epochs=1, weights=trained.path, out=tmp_path, progress=False)
    (tmp_path / "state.safetensors").unlink()
    with pytest.raises(SpecError, match=r"has no state to go on from .* begin the training again"):
        resume(tmp_path, progress=False)


def refusal(spec: str | shapecalc.Net, **settings: Any) -> str:
    net = shapecalc.parse(spec) if isinstance(spec, str) else spec
    with pytest.raises(ShapecalcError) as refused:
        train(net, **{"out": None, "epochs": 1, "progress": False, **settings})
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("conf1", "--freeze: nothing in the net is called conf1 (did you mean conv1?)."),
        ("*", "--freeze: * leaves no weights that learn; leave the head out."),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(pattern, words):
    """One that matches nothing, with what is near; one that matches everything."""
    assert refusal(SPEC, freeze=pattern) == words


def test_what_does_not_fit_is_listed(tmp_path):
    """Names that the net lacks, other shapes, and what the file lacks."""
    sizes = {"conv1.weight": (4, 1, 3, 3), "conv2.weight": (5, 4, 3, 3), "fc.weight": (2,)}
    save_file({name: torch.zeros(size) for name, size in sizes.items()}, tmp_path / "some.safetensors")
    with pytest.warns(UserWarning, match=PARTLY) as warned:
        train(shapecalc.parse(SPEC), epochs=1, weights=tmp_path / "some.safetensors", out=None, progress=False)
    text = str(warned[0].message)
    assert "1 tensors are loaded; left out: conv2.weight (5x4x3x3 there, 6x4x3x3 here), fc.weight" in text
    assert "random, because the file has none: conv1.bias, norm1.weight" in text


def test_weights_of_another_net_are_refused(tmp_path):
    """If nothing fits, the file is the wrong one."""
    save_file({"fc.weight": torch.ones(2)}, tmp_path / "other.safetensors")
    assert "fits this net: fc.weight (the net has none)." in refusal(SPEC, weights=tmp_path / "other.safetensors")
    assert "There are no weights in" in refusal(SPEC, weights=tmp_path / "missing")


@pytest.mark.parametrize(("kind", "name"), [(torch.complex64, "complex64"), (torch.int8, "int8"), (torch.bool, "bool")])
def test_weights_of_another_kind_of_number_are_left_out(tmp_path, kind, name):
    """Nothing drops the imaginary part of a complex number, or takes codes for weights."""
    save_file({"conv1.bias": torch.ones(4).to(kind)}, tmp_path / "other.safetensors")
    assert f"conv1.bias ({name} there, float32 here)." in refusal(SPEC, weights=tmp_path / "other.safetensors")


def test_weights_that_are_not_finite_are_refused(tmp_path):
    """With their name."""
    save_file({"conv1.bias": torch.full((4,), torch.nan)}, tmp_path / "nan.safetensors")
    assert "conv1.bias holds numbers that are not finite" in refusal(SPEC, weights=tmp_path / "nan.safetensors")


@pytest.mark.parametrize("name", ["squeezenet1_1", "mobilenet_v2", "resnet18"])
def test_state_dicts_of_torchvision_load_as_they_are(tmp_path, name):
    """A file of torch.save under the names of torchvision, which are those of the zoo: every tensor is taken."""
    net = shapecalc.parse(f"zoo:{name}")
    torch.save(build(net).state_dict(), tmp_path / "weights.pth")
    weights = read_weights(tmp_path / "weights.pth")
    state = build(net, device="meta").state_dict()
    assert {key: value.shape for key, value in weights.tensors.items()} == {
        key: value.shape for key, value in state.items()
    }


def test_a_file_of_torch_trains(tmp_path):
    """Weights alone, or under a key beside other things."""
    net = shapecalc.parse(SPEC)
    first = build(net.with_input((1, 8, 8))).state_dict()
    for content in (first, {"epoch": 3, "state_dict": first}):
        torch.save(content, tmp_path / "weights.pth")
        training = train(
            net,
            epochs=1,
            weights=tmp_path / "weights.pth",
            freeze=FEATURES,
            out=tmp_path / "run",
            overwrite=True,
            progress=False,
        )
        assert unequal(first, tensors(training)) == ["linear1.bias", "linear1.weight"]


class Bomb:
    """Something that acts when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("name", ["bomb.pth", "bomb.pt", "bomb.safetensors"])
@pytest.mark.parametrize("is_plain", [False, True])
def test_a_bomb_does_not_go_off(tmp_path, name, is_plain):
    """A pickle that would run a command is refused, in torch's file and alone, under every name."""
    path, proof = tmp_path / name, tmp_path / "ran"
    content = {"conv1.weight": torch.zeros(4, 1, 3, 3), "bomb": Bomb(f"touch {proof}")}
    if is_plain:
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path)
    words = refusal(SPEC, weights=path)
    assert "nothing of it was executed" in words or "Cannot read weights" in words
    assert not proof.exists()


@pytest.mark.parametrize("content", [b"", b"\x80", b"PK\x03\x04", b"no weights"])
def test_a_damaged_file_is_refused(tmp_path, content):
    """In one line."""
    (tmp_path / "bad.pth").write_bytes(content)
    assert "is damaged, or holds more than weights" in refusal(SPEC, weights=tmp_path / "bad.pth")


def test_a_compressed_file_is_refused(tmp_path):
    """It could unfold to any size."""
    with zipfile.ZipFile(tmp_path / "zip.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"0" * 100_000)
    assert "is compressed: it holds 100,000 bytes" in refusal(SPEC, weights=tmp_path / "zip.pth")


def test_a_file_without_names_is_refused(tmp_path):
    """A single tensor belongs to no layer."""
    torch.save(torch.zeros(2), tmp_path / "tensor.pth")
    assert "holds no weights by name, but a Tensor" in refusal(SPEC, weights=tmp_path / "tensor.pth")


def test_a_replaced_head_begins_anew(trained, tmp_path):
    """Three classes in the place of ten, with the rest of the weights; the file holds the new net."""
    data = split("three", torch.randn(60, 1, 8, 8), torch.arange(3).repeat(20))
    with pytest.warns(UserWarning, match="random, because the head was replaced: linear1.weight, linear1.bias"):
        training = train(
            shapecalc.parse(SPEC), data, epochs=1, replace_head=3, weights=trained.path, out=tmp_path, progress=False
        )
    assert tensors(training)["linear1.weight"].shape == (3, 96)


def test_the_head_of_each_output_is_replaced():
    """Auxiliary ones too; a convolution before the pooling may be one."""
    net = shapecalc.parse("Conv2d(1, 4, 3) ReLU() Conv2d(4, 9, 1) AdaptiveAvgPool2d(1) Flatten()", input_shape="1x8x8")
    aside = Node("aside", shapecalc.parse("LazyLinear(7)").nodes[0].layer, ("flatten1",))
    two = replace(net, nodes=(*net.nodes, aside), outputs=("flatten1", "aside"))
    adapted = replace_heads(two, 3)
    assert adapted.heads == {"conv2", "aside"}
    assert output_shapes(adapted.net) == [(3,), (3,)]


def test_rates_fall_towards_the_input():
    """Each layer's rate is that of the next times the factor; batch norms go with the layer before them."""
    module = build(shapecalc.parse(SPEC, input_shape="1x8x8"))
    groups = parameter_groups(module, read_settings({"lr": 1.0, "layer_decay": 0.5}))
    names = {parameter: name for name, parameter in module.named_parameters()}
    assert [(group["lr"], [names[each] for each in group["params"]]) for group in groups] == [
        (1.0, ["linear1.weight", "linear1.bias"]),
        (0.5, ["conv2.weight", "conv2.bias", "norm2.weight", "norm2.bias"]),
        (0.25, ["conv1.weight", "conv1.bias", "norm1.weight", "norm1.bias"]),
    ]


def test_the_optimizer_has_the_frozen_weights_from_the_start():
    """So that its groups are the same before and after they thaw."""
    module = build(shapecalc.parse(SPEC, input_shape="1x8x8"))
    settings = read_settings({"freeze": ("conv1",), "unfreeze_after": 1})
    before = parameter_groups(module, settings)
    freezing_of(module, settings).hold(1)
    assert [each.requires_grad for each in module.parameters()][:3] == [False, False, True]
    assert sum(len(group["params"]) for group in before) == len(list(module.parameters()))


def test_an_input_far_from_the_one_trained_at_is_a_warning(trained):
    """A factor of 2 or more."""
    data = split("large", torch.randn(60, 1, 16, 16), torch.arange(3).repeat(20))
    net = shapecalc.parse("Conv2d(1, 4, 3) ReLU() AdaptiveAvgPool2d(1) Flatten() Linear(4, 3)")
    with (
        pytest.warns(UserWarning, match="trained at 1x8x8, and the net now gets 1x16x16"),
        pytest.warns(UserWarning, match=PARTLY),
    ):
        train(net, data, epochs=1, weights=trained.path, out=None, progress=False)


def batch_norms(module: nn.Module) -> list[bool]:
    return [part.training for part in module.modules() if isinstance(part, nn.BatchNorm2d)]


def test_only_frozen_batch_norms_rest():
    """And only while they are frozen."""
    module = build(shapecalc.parse(SPEC, input_shape="1x8x8")).train()
    freezing = freezing_of(module, read_settings({"freeze": ("norm2",), "unfreeze_after": 2}))
    freezing.hold(2)
    assert batch_norms(module) == [True, False]
    freezing.hold(3)
    assert batch_norms(module) == [True, True]
