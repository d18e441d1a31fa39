"""Training: the best weights are kept, measured in eval mode, written and read back."""

from __future__ import annotations

import csv
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from shapecalc_cli.train import train as command
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import shapecalc
from shapecalc import Builder, ShapecalcError, ShapeError, SpecError, layers
from shapecalc.pytorch.modules.weights import load_trained
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.measuring import Evaluator, Scores
from shapecalc.pytorch.training.results import Training
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.normalisation import measure_normalisation
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.settings import Settings
from shapecalc.pytorch.training.trainer import train
from tests.narrow import present
from tests.pytorch.training.run_files import RUN_FILES

#: The net of docs/how-to/train.md.
SPEC = (
    "Conv2d(1, 32, 3, padding=1) BatchNorm2d(32) ReLU() MaxPool2d(2) "
    "Conv2d(32, 64, 3, padding=1) BatchNorm2d(64) ReLU() MaxPool2d(2) "
    "Flatten() Dropout(0.25) LazyLinear(10)"
)
LINEAR = "Flatten() LazyLinear(10)"
SOFTMAX = (
    "but the loss (cross entropy) takes the logits and applies the softmax itself; leave softmax1 out, the class with "
    "the largest output stays the same."
)


@pytest.fixture(scope="module")
def digits() -> Samples:
    return open_data("digits")


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Training:
    """The how-to's net, trained as the how-to trains it."""
    return train(shapecalc.parse(SPEC), out=tmp_path_factory.mktemp("trained"), progress=False)


@torch.no_grad()
def measured(module: nn.Module, data: Samples, positions: tuple[int, ...]) -> tuple[float, float]:
    """Loss and accuracy, computed here with torch alone and on all images at once."""
    labels = data.targets[list(positions)]
    logits = module.eval()(measure_normalisation(data)(data.inputs.read(positions)))
    return cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()


def refusal(spec: str | shapecalc.Net, **settings: object) -> str:
    """What training says when it refuses."""
    net = shapecalc.parse(spec) if isinstance(spec, str) else spec
    with pytest.raises(ShapecalcError) as refused:
        train(net, out=None, **{"epochs": 1, **settings})  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_documented_net_learns_digits(trained):
    """With the defaults, at least 97 of 100 test images are classified rightly."""
    assert trained.accuracy >= 0.97


def test_the_documented_net_is_this_one():
    """The how-to trains the net that this file trains."""
    page = Path(__file__).parents[3] / "docs" / "how-to" / "train.md"
    assert SPEC.replace("()", "") in " ".join(page.read_text(encoding="utf-8").split())


def test_written_weights_give_the_same_accuracy(trained, digits):
    """The file's module, read back, classifies the test images as the training reported."""
    assert measured(load_trained(trained.path), digits, digits.test)[1] == pytest.approx(trained.accuracy, abs=1e-6)


def test_written_weights_are_the_best_by_validation_loss(trained, digits):
    """The file's module has the smallest validation loss of the history."""
    smallest = min(epoch.validation_loss for epoch in trained.history)
    assert measured(load_trained(trained.path), digits, digits.validation)[0] == pytest.approx(smallest, rel=1e-4)


def test_the_parts_are_disjoint_and_complete(digits):
    """Every image is in exactly one part."""
    assert list(range(1797)) == sorted([*digits.train, *digits.validation, *digits.test])


def test_the_parts_are_stratified(digits):
    """Each class's share of each part is its share of the whole, to within one image."""
    parts = (digits.train, digits.validation, digits.test)
    whole = digits.targets.bincount() / 1797
    off = [(digits.targets[list(part)].bincount() - whole * len(part)).abs().max().item() for part in parts]
    assert [most <= 1 for most in off] == [True, True, True]


def test_no_test_image_is_learned_under_another_number(digits):
    """No image of one part is, pixel by pixel, in another."""
    assert len(digits.inputs.values.flatten(1).unique(dim=0)) == 1797


def test_the_split_never_changes(digits):
    """Another opening gives the same parts."""
    assert digits.test == open_data("digits").test


def test_digits_are_scaled(digits):
    """1797 images of 1x8x8 with values from 0 to 1, in 10 classes."""
    found = (
        tuple(digits.inputs.values.shape),
        digits.inputs.values.min().item(),
        digits.inputs.values.max().item(),
        len(digits.names),
    )
    assert found == ((1797, 1, 8, 8), 0.0, 1.0, 10)


def test_the_same_seed_gives_the_same_training():
    """Two trainings with one seed have the same history, with dropout and shuffling."""
    net = shapecalc.parse("Flatten() Dropout(0.5) LazyLinear(10)")
    first, second = (train(net, epochs=2, seed=5, out=None) for _ in range(2))
    assert first == second


def test_another_seed_gives_another_training():
    """The seed decides the first weights."""
    first, second = (train(shapecalc.parse(LINEAR), epochs=1, seed=seed, out=None) for seed in (1, 2))
    assert first.history != second.history


def test_the_callers_random_numbers_are_left_alone():
    """Training draws from its own random state."""
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    train(shapecalc.parse(LINEAR), epochs=1, out=None)
    assert expected == torch.rand(1)


def test_the_weights_say_what_they_are_for(trained):
    """The file's metadata holds the spec and the input shape."""
    with safe_open(trained.path, framework="pt") as file:
        about = file.metadata()
    assert ("1x8x8", str(trained.net)) == (about["input_shape"], about["spec"])


def test_a_graph_with_names_shared_and_frozen_weights_comes_back(tmp_path):
    """Branches, given names, a layer used twice and one that is not trained are all read back from the file."""
    builder = Builder((1, 8, 8))
    first = builder.add(layers.Conv2d(1, 4, 3, padding=1), name="stem.conv")
    twice = layers.Conv2d(4, 4, 3, padding=1)
    builder.add(twice, name="again")
    builder.add(twice)
    builder.add(layers.Add(), inputs=(first, builder.last))
    builder.add(layers.Conv2d(4, 4, 1), name="frozen", trainable=False)
    builder.chain(layers.Flatten(), layers.Linear(out_features=10))
    training = train(builder.build(), epochs=1, out=tmp_path)
    module = load_trained(present(training.path))
    assert measured(module, open_data("digits"), open_data("digits").test)[1] == pytest.approx(
        training.accuracy, abs=1e-6
    )


def test_nothing_is_written_without_a_folder(tmp_path, monkeypatch):
    """out=None leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    assert (train(shapecalc.parse(LINEAR), epochs=1, out=None).path, list(tmp_path.iterdir())) == (None, [])


def test_own_data_can_be_trained_on():
    """Any images and labels make a data set, split like the bundled one."""
    labels = torch.arange(3).repeat(20)
    data = split("stripes", torch.eye(3)[labels].reshape(60, 3, 1, 1), labels)
    assert train(shapecalc.parse("Flatten() Linear(3, 3)"), data, epochs=60, lr=0.1, out=None).accuracy == 1.0


def test_a_last_batch_of_one_is_left_out():
    """1257 images in batches of 8 leave one, from which batch norm could not learn."""
    assert train(shapecalc.parse("Flatten() BatchNorm1d() LazyLinear(10)"), epochs=1, batch_size=8, out=None).history


def test_batches_larger_than_the_data_are_all_of_it():
    """A batch size beyond the data set is one batch."""
    assert len(train(shapecalc.parse(LINEAR), epochs=1, batch_size=5000, out=None).history) == 1


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "Conv2d(1, 20, 3) MaxPool2d(3)",
            "The net ends in 20x2x2 but digits has 10 classes; end it with Flatten() LazyLinear(10).",
        ),
        (
            "Flatten() Linear(64, 20)",
            (
                "The net ends in 20 but digits has 10 classes; end it with LazyLinear(10), or try --adapt (linear1 "
                "gets 10 outputs)."
            ),
        ),
        ("Conv2d(1, 10, 8)", "The net ends in 10x1x1 but digits has 10 classes; end it with Flatten()."),
        (
            "Flatten() Linear(64, 10) Softmax(1)",
            f"The net ends in Softmax(dim=1), {SOFTMAX}",
        ),
        (
            "Conv2d(1, 10, 8) Softmax2d() Flatten()",
            f"The net ends in Softmax2d(), {SOFTMAX}",
        ),
        (
            "AdaptiveAvgPool2d((2, 5)) Flatten()",
            "The net has no trainable parameters; add a layer such as LazyLinear(10).",
        ),
        (
            "Flatten() Linear(64, K) LazyLinear(10)",
            "Training needs numbers, but the net's parameters come to 75K + 10.",
        ),
    ],
)
def test_a_net_that_cannot_classify_is_refused(spec, message):
    """Before training, in one line that says what came out and what to write."""
    assert message == refusal(spec)


def test_a_net_that_does_not_fit_the_images_is_refused():
    """The layer that refuses is named, with repairs that leave the images alone."""
    message = refusal("Conv2d(1, 4, 9) Flatten() LazyLinear(10)")
    where, _, remedy = message.partition(": the kernel must fit")
    assert (where, remedy.partition("The ")[2]) == (
        "conv1: Conv2d(1, 4, 9)",
        "images of digits are 1x8x8. Try padding=1, or kernel_size=8.",
    )


def test_the_refusal_of_a_layer_is_a_shape_error():
    """It carries the node and its repairs."""
    with pytest.raises(ShapeError) as refused:
        train(shapecalc.parse("Flatten() Linear(60, 10)"), out=None)
    assert (refused.value.node, refused.value.repairs) == ("linear1", ("in_features=64",))


def test_a_log_softmax_at_the_end_is_harmless():
    """Its softmax is itself, so cross entropy computes the same."""
    plain, log = (train(shapecalc.parse(LINEAR + end), epochs=1, out=None) for end in ("", " LogSoftmax(1)"))
    assert plain.best.validation_loss == pytest.approx(log.best.validation_loss, rel=1e-4)


def test_an_unknown_data_set_is_refused():
    """The nearest name is suggested and all are listed."""
    assert refusal(LINEAR, data="digit") == (
        "There is no data set 'digit' (did you mean digits?); known are digits, mnist5k, shapes, series, mnist, "
        "fashion-mnist, cifar10, cifar100, a folder with a sub-folder of images for each class, and NPZ and CSV files."
    )


@pytest.mark.parametrize(
    ("content", "message"), [(None, "No such file"), (b"", "Cannot read weights"), (b"\x80\x02}q\x00.", "Cannot read")]
)
def test_what_is_no_weights_file_is_refused(tmp_path, content, message):
    """A missing, an empty and a pickled file are each one line."""
    path = tmp_path / "weights.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SpecError, match=message):
        load_trained(path)


def test_weights_of_another_net_are_refused(tmp_path):
    """The net in the file's metadata must be the one that its weights fit."""
    path = tmp_path / "weights.safetensors"
    save_file(
        {"linear1.weight": torch.zeros(10, 64)}, path, {"net": "input: 1x8x8\nlayers:\n- Flatten() Linear(64, 9)\n"}
    )
    with pytest.raises(SpecError, match="does not hold the weights that its own net needs"):
        load_trained(path)


def test_weights_without_a_net_are_refused(tmp_path):
    """A safetensors file from elsewhere does not say what its weights are for."""
    path = tmp_path / "weights.safetensors"
    save_file({"weight": torch.zeros(1)}, path)
    with pytest.raises(SpecError, match="does not say which net its weights are for"):
        load_trained(path)


@pytest.mark.parametrize("package", ["torch", "accelerate", "safetensors", "sklearn", "tqdm"])
def test_a_missing_package_is_named(package):
    """Without the extra the error says what is missing and how to get it."""
    script = f"""
import sys
sys.modules[{package!r}] = None
from shapecalc import ShapecalcError
try:
    import shapecalc.pytorch.training.trainer
except ShapecalcError as refused:
    print(refused)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
    assert (package in said, said.endswith(" Try pip install 'shapecalc[torch]'.\n")) == (True, True)


def test_the_command_refuses_in_one_line(tmp_path):
    """A net with a wrong ending is one line on stderr and exit status 2, and leaves no folder."""
    command = [sys.executable, "-m", "shapecalc_cli.main", "train", "Flatten()", "--out", str(tmp_path / "out")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert (ran.returncode, ran.stdout, ran.stderr, (tmp_path / "out").exists()) == (
        2,
        "",
        "The net ends in 64 but digits has 10 classes; end it with LazyLinear(10).\n",
        False,
    )


def scripted(monkeypatch, losses: list[float]) -> list[dict[str, Tensor]]:
    """Gives evaluations these losses in turn, and returns the weights that each of them saw."""
    seen: list[dict[str, Tensor]] = []

    def measure(_evaluator, module, _positions):
        seen.append({name: value.clone() for name, value in module.state_dict().items()})
        return Scores(losses[len(seen) - 1], 0.5)

    monkeypatch.setattr(Evaluator, "measure", measure)
    return seen


def test_the_best_weights_are_restored_when_later_ones_are_worse(monkeypatch, tmp_path):
    """Validation losses of 0.9, 0.1, 0.5 keep the weights of the second epoch."""
    seen = scripted(monkeypatch, [0.9, 0.1, 0.5, 7.0])
    training = train(shapecalc.parse(LINEAR), epochs=3, out=tmp_path)
    kept = load_trained(present(training.path)).state_dict()
    assert [all(torch.equal(kept[name], at[name]) for name in kept) for at in seen] == [False, True, False, True]


def test_the_best_epoch_is_named(monkeypatch):
    """Of equal validation losses the first counts."""
    scripted(monkeypatch, [0.9, 0.1, 0.1, 7.0])
    assert train(shapecalc.parse(LINEAR), epochs=3, out=None).best.number == 2


@pytest.mark.parametrize(("patience", "epochs"), [(0, 6), (1, 3), (2, 4)])
def test_patience_ends_a_training(monkeypatch, patience, epochs):
    """After so many epochs without a lower validation loss; 0 trains all epochs."""
    scripted(monkeypatch, [0.9, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert len(train(shapecalc.parse(LINEAR), epochs=6, patience=patience, out=None).history) == epochs


@pytest.mark.parametrize(("steps", "ends"), [(7, [7]), (20, [20]), (25, [20, 25])])
def test_steps_take_the_place_of_epochs(steps, ends):
    """A training of so many steps ends after them, in the middle of an epoch, too."""
    training = train(shapecalc.parse("Flatten() LazyLinear(10)"), out=None, progress=False, steps=steps)
    assert [epoch.steps for epoch in training.history] == ends


def test_learning_is_in_train_mode(monkeypatch):
    """After an evaluation the next epoch switches training on again: dropout acts in every one."""
    modes = []
    move = Fitting._move

    def watched(fitting):
        modes.append(fitting.equipment.module.training)
        move(fitting)

    monkeypatch.setattr(Fitting, "_move", watched)
    train(shapecalc.parse(LINEAR), epochs=2, batch_size=2000, out=None)
    assert modes == [True, True]


@pytest.mark.parametrize(("spec", "threads"), [(SPEC, 1), ("Conv2d(1, 512, 7, padding=3) Flatten() LazyLinear(10)", 3)])
def test_a_small_net_is_trained_in_one_thread(monkeypatch, spec, threads):
    """Fewer than 10^8 multiply-accumulates per step need one thread; the caller's number comes back."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    seen = []

    def watched(*_, **__):
        seen.append(torch.get_num_threads())
        raise ShapecalcError("enough")

    monkeypatch.setattr(Fitting, "fit", watched)
    refusal(spec)
    after = torch.get_num_threads()
    torch.set_num_threads(before)
    assert ([threads], 3) == (seen, after)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "--epochs: it must be at least 1, but is 0."),
        ({"lr": 100_000}, "--lr: it must be at most 10,000, but is 100,000."),
        ({"lr": -0.5}, "--lr: it must be above 0, but is -0.5."),
        ({"batch_size": 0}, "--batch-size: it must be at least 1, but is 0."),
        ({"seed": -1}, "--seed: it must be at least 0, but is -1."),
        ({"lr": float("nan")}, "--lr: it must be a finite number, but is nan."),
        ({"lr": 1e30}, "--lr: it must be at most 10,000, but is 1e+30."),
        ({"replace_head": 0}, "--replace-head: it must be at least 1, but is 0."),
        ({"epoch": 3}, "settings: there is no key epoch (did you mean epochs?)."),
        (
            {"lr": 1e4, "optimizer": "sgd", "epochs": 20},
            (
                "The loss is no longer a number in epoch 2, at step 32. The outputs are finite, their loss is not. Try "
                "--lr 0.005, or --clip 1."
            ),
        ),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    """Each is named with what it may be."""
    assert message == refusal(LINEAR, **settings)


def test_a_norm_of_a_single_value_is_refused_by_name():
    """With one sample at a time, torch would refuse in the first step; where a batch has several, nothing is said."""
    spec = "Conv2d(1, 4, 3) BatchNorm2d AdaptiveAvgPool2d(1) Flatten BatchNorm1d LazyLinear(10)"
    message = refusal(spec, batch_size=1)
    assert message == (
        "norm2 takes a mean and a spread of each channel over the batch, and a batch of 1 sample has a single value of "
        "each there. Try --batch-size 2 or more, or freeze it."
    )


def test_samples_that_are_no_numbers_are_named():
    """A loss that is not finite may come from the samples."""
    data = split("holes", torch.full((40, 1, 2, 2), torch.nan), torch.arange(2).repeat(20))
    with pytest.raises(ShapecalcError, match="The samples themselves hold numbers that are not finite"):
        train(shapecalc.parse("Flatten() LazyLinear(2)"), data, out=None)


def test_a_net_with_two_inputs_is_refused():
    """Images come one at a time."""
    builder = Builder((1, 8, 8), other=(1, 8, 8))
    builder.chain(layers.Flatten(), layers.Linear(64, 10))
    assert refusal(builder.build()) == "Training takes a net with one input, but this one has 2."


def test_auxiliary_outputs_are_learned():
    """The outputs after the first have the weight of the setting in the loss; at 0 their layers stay as they were."""
    builder = Builder((1, 8, 8))
    flat = builder.add(layers.Flatten())
    main = builder.add(layers.Linear(64, 10), inputs=flat, name="main")
    auxiliary = builder.add(layers.Linear(64, 10), inputs=flat, name="auxiliary")
    net = builder.build(main, auxiliary)
    losses = [train(net, epochs=1, out=None, auxiliary_weight=weight).history[0].train_loss for weight in (0.0, 0.5)]
    assert losses[1] > losses[0] * 1.3


def test_the_command_prints_the_training(tmp_path):
    """With --json, the history and the scores; nothing else is printed, and the metrics file has the same history."""
    folder = tmp_path / "out"
    arguments = ["train", LINEAR, "--epochs", "2", "--out", str(folder), "--json"]
    command = [sys.executable, "-m", "shapecalc_cli.main", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    history = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    printed = json.loads(ran.stdout)
    assert (printed["history"], ran.stderr) == (history, "")
    assert sum(map(sum, printed["confusion"])) == printed["test_samples"] == 360


def test_the_command_says_the_librarys_defaults():
    """The help of each option names the default of the setting."""
    helps = {
        name: vars(option.annotation.__metadata__[0]) for name, option in inspect.signature(command).parameters.items()
    }
    assert set(Settings.model_fields) <= set(helps)
    for name, setting in Settings.model_fields.items():
        if setting.default not in (None, False, (), ""):
            default = f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)
            assert re.search(rf": {re.escape(default)}\b", str(helps[name])), name


def test_the_folder_holds_the_run(trained):
    """What was asked, how it went, the weights, the state, the source, the sizing and the figures."""
    folder = present(trained.path).parent
    assert sorted(path.name for path in folder.iterdir()) == RUN_FILES
    rows = list(csv.DictReader((folder / "metrics.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["validation_loss"]) for row in rows] == [epoch.validation_loss for epoch in trained.history]
