"""A trained net: what it says of images, what its layers make of them, and its ONNX."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.pytorch.figures import canvas
from shapecalc.pytorch.inference import onnx_export
from shapecalc.pytorch.inference.features import draw_features
from shapecalc.pytorch.inference.inputs import changes_of
from shapecalc.pytorch.inference.onnx_export import to_onnx
from shapecalc.pytorch.inference.predicting import predict
from shapecalc.pytorch.inference.trained import open_trained
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.trainer import train
from tests.tools.pages import Shell


def samples_of(goal: Goal, shape: tuple[int, ...]) -> Samples:
    """Forty bright and dark samples, mixed."""
    bright = torch.arange(2).repeat(20)
    values = bright.float().reshape(-1, *[1] * len(shape)).expand(-1, *shape).contiguous() * 0.8 + 0.1
    targets = {Goal.CLASS: bright, Goal.LABELS: torch.stack([bright, 1 - bright], 1).float()}
    numbers = targets.get(goal, bright.float().unsqueeze(1))
    names = () if goal is Goal.VALUES else ("dark", "=bright")
    places = tuple(range(40))
    return Samples("lights", goal, InMemory(values), numbers, names, places[:20], places[20:30], places[30:])


NETS = {
    Goal.CLASS: ("Conv2d(3, 2, 3, padding=1) ReLU Flatten LazyLinear(2)", (3, 4, 6)),
    Goal.LABELS: ("Flatten LazyLinear(2)", (1, 4, 4)),
    Goal.VALUES: ("LazyLinear(1)", (5,)),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> dict[Goal, Path]:
    """A training for each goal, without figures."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "find_spec", lambda _: None)
        for goal, (spec, shape) in NETS.items():
            samples = samples_of(goal, shape)
            train(shapecalc.parse(spec), samples, out=folder / goal, epochs=20, lr=0.1, progress=False)
    return {goal: folder / goal for goal in NETS}


def image(path: Path, grey: int, size: tuple[int, int] = (6, 4)) -> Path:
    Image.new("RGB", size, (grey, grey, grey)).save(path)
    return path


@pytest.mark.parametrize(
    ("size", "shape", "words"),
    [
        ((1, 8, 8), (1, 4, 4), "scaled to 4x4"),
        ((1, 8, 12), (1, 4, 4), "scaled to 4x4, cut in the middle"),
        ((3, 4, 4), (1, 4, 4), "in grey"),
        ((3, 9, 8), (1, 4, 4), "scaled to 4x4, cut in the middle, in grey"),
        ((1, 4, 4), (3, 4, 4), "grey in three channels"),
    ],
)
def test_what_happens_to_an_image_is_said(size, shape, words):
    """No more than what happens, and no less."""
    assert changes_of(size, shape) == words


def test_the_page_says_it_of_each_kind_of_image(runs, tmp_path):
    """A colour image as it is, one on its side, and a grey one."""
    for name, mode, size in (("a", "RGB", (6, 4)), ("b", "RGB", (8, 8)), ("c", "L", (6, 4)), ("d", "L", (6, 4))):
        Image.new(mode, size).save(tmp_path / f"{name}.png")
    text = predict(runs[Goal.CLASS], [tmp_path / f"{name}.png" for name in "abcd"]).page().text(width=500)
    assert text.rstrip().split("\n\n")[1:] == [
        f"scaled to 4x6, cut in the middle: {tmp_path / 'b.png'} from 3x8x8",
        f"grey in three channels: {tmp_path / 'c.png'} from 1x4x6 and 1 more",
    ]


def test_nothing_to_predict_is_refused(runs, tmp_path):
    """Where each file is left out."""
    (tmp_path / "a.png").write_bytes(b"none")
    with pytest.warns(UserWarning, match="left out"), pytest.raises(SpecError, match="None of the files can be read"):
        predict(runs[Goal.CLASS], [tmp_path / "a.png"], skip_unreadable=True)


@pytest.mark.parametrize(
    ("goal", "option"), [(Goal.LABELS, {"top": 1}), (Goal.VALUES, {"top": 1}), (Goal.CLASS, {"threshold": 0.5})]
)
def test_an_option_for_another_goal_is_refused(runs, goal, option):
    """It would change nothing."""
    with pytest.raises(SpecError, match=rf"^--{next(iter(option))} would change nothing: the net gives"):
        predict(runs[goal], ["a.png"], **option)


def test_images_are_named(runs, tmp_path):
    """The likeliest class first; the probabilities of all classes make 1."""
    files = [image(tmp_path / "dark.png", 25), image(tmp_path / "bright.png", 230)]
    predictions = predict(runs[Goal.CLASS], files).predictions
    assert [each.scores[0][0] for each in predictions] == ["dark", "=bright"]
    assert [sum(value for _, value in each.scores) for each in predictions] == pytest.approx([1, 1])
    assert [len(each.scores) for each in predict(runs[Goal.CLASS], files, top=1).predictions] == [1, 1]


def test_probabilities_are_those_of_torch(runs, tmp_path):
    """The softmax of the module's output for the image, normalised as in the training."""
    trained = open_trained(runs[Goal.CLASS])
    pixels = torch.full((1, 3, 4, 6), 100 / 255)
    expected = trained.module(trained.normalisation(pixels)).softmax(1)[0].tolist()
    (prediction,) = predict(runs[Goal.CLASS], [image(tmp_path / "a.png", 100)]).predictions
    assert [dict(prediction.scores)[name] for name in trained.names] == pytest.approx(expected, rel=1e-5)


def test_a_scaled_image_is_said_to_be(runs, tmp_path):
    """With its size; an image of the right size is not."""
    images = [image(tmp_path / "a.png", 9), image(tmp_path / "b.png", 9, (30, 20))]
    page = " ".join(str(predict(runs[Goal.CLASS], images)).split())
    assert page.endswith(f"scaled to 4x6: {tmp_path / 'b.png'} from 3x20x30")
    assert "a.png from" not in page


def test_labels_are_those_above_the_threshold(runs, tmp_path):
    """Any number of them."""
    files = [image(tmp_path / "a.png", 230, (4, 4))]
    names = [
        [name for name, _ in predict(runs[Goal.LABELS], files, threshold=threshold).predictions[0].scores]
        for threshold in (0.0, 0.5, 1.0)
    ]
    assert [sorted(names[0]), names[2]] == [["=bright", "dark"], []]
    assert set(names[1]) < set(names[0])


def test_samples_of_files_are_named(runs, tmp_path):
    """NPZ and CSV, with or without a target; each sample by its place."""
    rows = np.array([[0.1] * 5, [0.9] * 5])
    np.savez(tmp_path / "a.npz", x=rows)
    (tmp_path / "b.csv").write_text("a,b,target,c,d,e\n.1,.1,7,.1,.1,.1\n.9,.9,7,.9,.9,.9\n")
    files = [tmp_path / "a.npz", tmp_path / "b.csv"]
    predictions = predict(runs[Goal.VALUES], files).predictions
    values = [each.scores[0][1] for each in predictions]
    assert values[:2] == pytest.approx(values[2:], abs=1e-5)
    assert [each.item for each in predictions][:2] == [f"{files[0]}[0]", f"{files[0]}[1]"]


def test_a_cell_is_no_formula(runs, tmp_path):
    """The class is called =bright; a spreadsheet would run it."""
    text = predict(runs[Goal.CLASS], [image(tmp_path / "a.png", 230)], top=1).csv()
    assert [row[1] for row in csv.reader(io.StringIO(text))] == ["class", "'=bright"]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def refusal(call) -> str:
    with pytest.raises(ShapecalcError) as refused:
        call()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_what_cannot_be_read_is_refused(runs, tmp_path):
    """In one line that names the file; or left out where that is asked for."""
    bad = write(tmp_path / "bad.png", b"\x89PNG\r\n\x1a\nno")
    assert "is no image, or is damaged." in refusal(lambda: predict(runs[Goal.CLASS], [bad]))
    assert "Cannot read" in refusal(lambda: predict(runs[Goal.VALUES], [write(tmp_path / "a.npz", b"no")]))
    np.savez(tmp_path / "nan.npz", x=np.full((2, 5), np.nan))
    assert "not finite" in refusal(lambda: predict(runs[Goal.VALUES], [tmp_path / "nan.npz"]))
    np.savez(tmp_path / "object.npz", x=np.array([print], dtype=object))
    assert "Cannot read arrays" in refusal(lambda: predict(runs[Goal.VALUES], [tmp_path / "object.npz"]))
    np.savez(tmp_path / "wide.npz", x=np.zeros((2, 6)))
    assert refusal(lambda: predict(runs[Goal.VALUES], [tmp_path / "wide.npz"])).endswith("are 6, but the net takes 5.")
    assert "give NPZ or CSV" in refusal(lambda: predict(runs[Goal.VALUES], [bad]))
    with pytest.warns(UserWarning, match="left out"):
        assert "None of the files can be read" in refusal(
            lambda: predict(runs[Goal.CLASS], [bad], skip_unreadable=True)
        )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("names", '["a"]', "has 1 names, but its net gives 2"),
        ("names", "[", "names: line 1"),
        ("goal", "wishes", "goal"),
        ("normalisation", '{"mean": [0], "std": [1]}', "normalises 1 channels, but its net takes 3x4x6"),
        ("normalisation", '{"mean": [0, 0, 0], "std": [1, 0, 1]}', "std"),
        ("normalisation", '{"mean": [0, NaN, 0], "std": [1, 1, 1]}', "mean"),
    ],
)
def test_a_changed_file_is_refused(runs, tmp_path, key, value, message):
    """Names, goal and normalisation that are not those of the net."""
    path = runs[Goal.CLASS] / "model.safetensors"
    with safe_open(path, framework="pt") as file:
        about = {**file.metadata(), key: value}
    save_file(load_file(path), tmp_path / "changed.safetensors", about)
    assert message in refusal(lambda: open_trained(tmp_path / "changed.safetensors"))


def test_outputs_that_are_not_finite_are_refused(runs, tmp_path):
    """The sample is named."""
    path = runs[Goal.VALUES] / "model.safetensors"
    with safe_open(path, framework="pt") as file:
        about = file.metadata()
    weights = {name: torch.full_like(value, 3e38) for name, value in load_file(path).items()}
    save_file(weights, tmp_path / "huge.safetensors", about)
    np.savez(tmp_path / "a.npz", x=np.full((1, 5), 9.0))
    message = refusal(lambda: predict(tmp_path / "huge.safetensors", [tmp_path / "a.npz"]))
    assert message == f"The net gives numbers that are not finite for {tmp_path / 'a.npz'}[0]."


@pytest.mark.peer("onnxruntime")
def test_onnx_gives_what_torch_gives(runs, tmp_path):
    """For a batch of another size, with the normalisation inside."""
    exported = to_onnx(runs[Goal.CLASS], tmp_path / "net.onnx")
    assert exported.difference is not None
    assert exported.difference <= 1e-5 * max(exported.largest, 1)


@pytest.mark.peer("onnx")
def test_without_onnxruntime_the_file_is_written(runs, tmp_path, monkeypatch):
    """And the page says that nothing was compared."""
    monkeypatch.setattr(onnx_export, "find_spec", lambda name: None if name == "onnxruntime" else find_spec(name))
    exported = to_onnx(runs[Goal.VALUES], tmp_path / "net.onnx")
    assert str(exported).splitlines()[-1] == (
        "not compared: onnxruntime is not installed. Try pip install onnxruntime."
    )
    assert (tmp_path / "net.onnx").stat().st_size > 100


@pytest.mark.peer("onnx")
def test_onnx_cannot_be_written_without_a_folder(runs, tmp_path):
    """The message names the path."""
    assert "Cannot write" in refusal(lambda: to_onnx(runs[Goal.VALUES], tmp_path / "no" / "net.onnx"))


def test_a_layer_is_drawn(runs, tmp_path):
    """Four figures in the folder that was named; the unit and what it sees are those of the engine."""
    features = draw_features(
        runs[Goal.CLASS], [image(tmp_path / "a.png", 200)], out=tmp_path / "look", layer="conv1", unit=(1, 0, 5)
    )
    assert sorted(path.name for path in (tmp_path / "look").iterdir()) == [
        "field.png",
        "filters.png",
        "maps.png",
        "patches.png",
    ]
    text = features.files[tmp_path / "look" / "field.png"]
    assert text == "conv1, map 1, row 0, column 5 sees rows -1 to 1, columns 4 to 6"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layer": "conv2"}, "There is no layer 'conv2' (did you mean conv1?); try conv1, relu1."),
        ({"layer": "linear1"}, "The output of linear1, 2, is no map of the image; try conv1, relu1."),
        ({"unit": (2,)}, "conv1 has channels 0 to 1, but the unit has channel 2."),
        ({"unit": (0, 0)}, "A unit is a channel, or channel,row,column, such as 3,5,5."),
        ({"kind": "pdf"}, "Figures are written as png or svg, not 'pdf'."),
        ({"data": "digits"}, "The samples of digits are 1x8x8, but the net takes 3x4x6."),
    ],
)
def test_what_cannot_be_drawn_is_refused(runs, tmp_path, settings, message):
    """With what there is."""
    file = image(tmp_path / "a.png", 200)
    assert message == refusal(lambda: draw_features(runs[Goal.CLASS], [file], out=tmp_path / "look", **settings))
    assert not (tmp_path / "look").exists()


def test_vectors_have_no_maps(runs, tmp_path):
    """A net that takes no images is refused."""
    np.savez(tmp_path / "a.npz", x=np.zeros((1, 5)))
    with pytest.raises(SpecError, match="has no layer whose output is maps"):
        draw_features(runs[Goal.VALUES], [tmp_path / "a.npz"], out=tmp_path / "look")


@pytest.mark.parametrize("width", [40, 80])
def test_the_commands_print_the_results(runs, tmp_path, monkeypatch, width):
    """As tables that fit, and as JSON."""
    monkeypatch.setenv("COLUMNS", str(width))
    file, run = image(tmp_path / "a.png", 230, (60, 40)), runs[Goal.CLASS]
    printed = Shell().run(f"shapecalc predict {run} {file}")
    assert all(len(line) <= max(width, len(str(file))) for line in printed.splitlines())
    data = json.loads(Shell().run(f"shapecalc predict {run} {file} --json --top 1"))
    assert data["predictions"][0]["scores"][0]["class"] == "=bright"


@pytest.mark.peer("onnx")
def test_the_command_exports(runs, tmp_path):
    """And says as JSON what the file takes."""
    exported = json.loads(Shell().run(f"shapecalc export {runs[Goal.CLASS]} -o {tmp_path / 'net.onnx'} --json"))
    assert exported["input"] == [3, 4, 6]


def test_without_onnx_the_package_is_named(runs, tmp_path, monkeypatch):
    """In one line, and nothing is written."""
    monkeypatch.setattr(onnx_export, "find_spec", lambda _: None)
    message = "ONNX needs onnx, which is not installed. Try pip install onnx."
    assert refusal(lambda: to_onnx(runs[Goal.VALUES], tmp_path / "net.onnx")) == message
    assert not (tmp_path / "net.onnx").exists()
