"""Data sets: the same every time, split into parts, and read from folders and files as their viewers show them."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from shapecalc import SpecError
from shapecalc.drawing import images
from shapecalc.pytorch.training.samples import arrays, image_folder
from shapecalc.pytorch.training.samples.image_folder import read_image
from shapecalc.pytorch.training.samples.labelled import Goal, Samples
from shapecalc.pytorch.training.samples.opening import DATA_SETS, open_data

SIZES: dict[str, tuple[int, tuple[int, ...], tuple[int, ...]]] = {}
SIZES |= {"digits": (1797, (1, 8, 8), (10,)), "mnist5k": (5000, (1, 28, 28), (10,))}
SIZES |= {"shapes": (4000, (3, 32, 32), (5,)), "series": (2000, (1, 64), (1, 64))}


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_is_what_its_name_says(name):
    """So many samples of that shape, in three disjoint parts, with 70, 10 and 20 of 100."""
    samples = open_data(name)
    assert (len(samples.inputs), samples.shape, samples.output_shape) == SIZES[name]
    assert sorted([*samples.train, *samples.validation, *samples.test]) == list(range(len(samples.inputs)))
    assert [
        round(10 * len(part) / len(samples.inputs)) for part in (samples.train, samples.validation, samples.test)
    ] == [
        7,
        1,
        2,
    ]
    assert samples.name == name


@pytest.mark.parametrize(
    ("name", "fingerprint"),
    [("digits", "275992b04a3a4e73"), ("shapes", "a1a1869e5495f772"), ("series", "aa97f387b246ee9c")],
)
def test_a_data_set_never_changes(name, fingerprint):
    """Targets and parts are those of the first opening ever."""
    assert open_data(name).fingerprint() == fingerprint


def test_the_labels_of_shapes():
    """Each image has one to three."""
    samples = open_data("shapes")
    assert set(samples.targets.sum(1).tolist()) == {1.0, 2.0, 3.0}
    assert samples.goal is Goal.LABELS
    assert 0.3 < samples.targets.mean() < 0.5


def test_the_targets_of_series_are_the_next_values():
    """Each number's target is the number after it."""
    samples = open_data("series")
    values = samples.inputs.read(range(5))
    assert torch.equal(values[..., 1:], samples.targets[:5, :, :-1])


def save(path: Path, image: Image.Image, **options: object) -> None:
    """Write an image, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def folder_of_images(folder: Path, count: int = 12, size: tuple[int, int] = (6, 4), mode: str = "RGB") -> Path:
    """Dark images and light ones, named by number."""
    for name, value in (("dark", 30), ("light", 220)):
        for number in range(count):
            save(folder / name / f"{number}.png", Image.new(mode, size, value if mode == "L" else (value, number, 0)))
    return folder


def test_a_folder_has_a_class_for_each_sub_folder(tmp_path):
    """The classes in the order of their names; values from 0 to 1; width and height as torch has them."""
    samples = open_data(str(folder_of_images(tmp_path)))
    assert (samples.names, samples.shape, samples.targets.tolist()) == (
        ("dark", "light"),
        (3, 4, 6),
        [0] * 12 + [1] * 12,
    )
    assert samples.inputs.read([23])[0, :, 0, 0].tolist() == pytest.approx(
        [220 / 255, 9 / 255, 0]
    )  # 9 is the last by name


def test_a_folder_that_is_split_keeps_its_parts(tmp_path):
    """The sub-folders train, val and test are the parts."""
    for part, count in (("train", 5), ("val", 2), ("test", 3)):
        folder_of_images(tmp_path / part, count)
    samples = open_data(str(tmp_path))
    assert [len(part) for part in (samples.train, samples.validation, samples.test)] == [10, 4, 6]
    assert samples.names == ("dark", "light")


def test_a_split_folder_without_a_part_is_refused(tmp_path):
    """Named is the one that is missing."""
    for part in ("train", "test"):
        folder_of_images(tmp_path / part, 2)
    with pytest.raises(SpecError, match="is split into parts but has no validation folder"):
        open_data(str(tmp_path))


def test_grey_images_have_one_channel(tmp_path):
    """If all of them are grey."""
    assert open_data(str(folder_of_images(tmp_path, mode="L"))).shape == (1, 4, 6)
    save(tmp_path / "dark" / "colour.png", Image.new("RGB", (6, 4)))
    assert open_data(str(tmp_path)).shape == (3, 4, 6)


def test_images_of_several_sizes_are_scaled_where_asked(tmp_path):
    """Without the option, two of them are named with their sizes."""
    folder_of_images(tmp_path)
    save(tmp_path / "light" / "wide.png", Image.new("RGB", (9, 4)))
    with pytest.raises(SpecError, match=r"0\.png is 3x4x6, wide\.png 3x4x9; --image-size 6 scales them\."):
        open_data(str(tmp_path))
    assert open_data(str(tmp_path), image_size=5).shape == (3, 5, 5)


def test_images_of_no_size_are_refused(tmp_path):
    """The option is named at fault, not an image."""
    with pytest.raises(SpecError, match="at least one pixel, not to -3"):
        open_data(str(folder_of_images(tmp_path)), image_size=-3)


def test_the_exif_orientation_is_applied(tmp_path):
    """An image that a camera stored lying stands up."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    save(tmp_path / "lying.jpg", Image.new("RGB", (8, 4)), exif=exif)
    assert tuple(read_image(tmp_path / "lying.jpg", grey=False, size=None).shape) == (3, 8, 4)


@pytest.mark.parametrize(
    ("mode", "colour", "grey", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), False, [255, 255, 255]),
        ("LA", (0, 0), True, [255]),
        ("L", 7, False, [7, 7, 7]),
        ("P", 0, False, [0, 0, 0]),
        ("CMYK", (0, 0, 0, 0), False, [255, 255, 255]),
        ("I;16", 65535, True, [255]),
        ("1", 1, True, [255]),
    ],
)
def test_every_kind_of_pixel_is_read(tmp_path, mode, colour, grey, expected):
    """What is transparent lies on white; 16 bits become 8."""
    path = tmp_path / ("image.tif" if mode == "CMYK" else "image.png")
    save(path, Image.new(mode, (2, 2), colour))
    assert read_image(path, grey=grey, size=None)[:, 0, 0].tolist() == expected


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", pickle.dumps([1])])
def test_an_unreadable_image_is_named(tmp_path, content):
    """It ends the opening, or is left out where that was asked for."""
    folder_of_images(tmp_path)
    (tmp_path / "dark" / "broken.png").write_bytes(content)
    with pytest.raises(SpecError, match=r"broken\.png is no image, or is damaged\. .*--skip-unreadable"):
        open_data(str(tmp_path))
    with pytest.warns(UserWarning, match=r"broken\.png.* It is left out\."):
        samples = open_data(str(tmp_path), skip_unreadable=True)
    assert len(samples.inputs) == 24


def test_a_cut_off_image_is_unreadable(tmp_path):
    """Its header is whole, its pixels are not."""
    folder_of_images(tmp_path, size=(64, 64))
    path = tmp_path / "dark" / "0.png"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:800])
    with pytest.raises(SpecError, match=r"Cannot read the image .*0\.png"):
        open_data(str(tmp_path))


def test_an_image_of_too_many_pixels_is_refused(tmp_path, monkeypatch):
    """Before it is decoded."""
    monkeypatch.setattr(images, "MAX_PIXELS", 20)
    folder_of_images(tmp_path)
    with pytest.raises(SpecError, match="has 6x4 pixels; at most 20 are read"):
        open_data(str(tmp_path))


def test_an_empty_class_is_named(tmp_path):
    """A net cannot learn what it never sees."""
    (folder_of_images(tmp_path) / "grey").mkdir()
    with pytest.raises(SpecError, match="grey has no images"):
        open_data(str(tmp_path))


def test_images_that_do_not_fit_memory_are_read_again(tmp_path, monkeypatch):
    """The same pixels, decoded each time."""
    kept = open_data(str(folder_of_images(tmp_path))).inputs.read(range(24))
    monkeypatch.setattr(image_folder, "MAX_DECODED", 100)
    assert torch.equal(open_data(str(tmp_path)).inputs.read(range(24)), kept)


def npz(path: Path, **content: object) -> Samples:
    """The samples of a file with these arrays."""
    np.savez(path / "own.npz", **content)  # type: ignore[arg-type]
    return open_data(str(path / "own.npz"))


def test_whole_numbers_are_classes(tmp_path):
    """Named by their numbers; grey images get their channel."""
    samples = npz(tmp_path, images=np.full((40, 5, 6), 51, np.uint8), labels=np.tile([3, 7], 20))
    assert (samples.goal, samples.names, samples.shape) == (Goal.CLASS, ("3", "7"), (1, 5, 6))
    assert samples.inputs.read([0]).unique().tolist() == pytest.approx([0.2])


def test_columns_of_0_and_1_are_labels_and_other_numbers_values(tmp_path):
    """The goal follows from the targets."""
    samples = npz(tmp_path, x=np.zeros((40, 8)), y=np.tile([[0, 1, 1], [1, 0, 0]], (20, 1)))
    assert (samples.goal, samples.output_shape, samples.shape) == (Goal.LABELS, (3,), (8,))
    assert npz(tmp_path, x=np.zeros((40, 8)), y=np.linspace(0, 1, 40)).output_shape == (1,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"a": np.zeros(3)}, r"^\S+ holds a; name the arrays x and y\.$"),
        ({"x": np.zeros((0, 2)), "y": np.zeros(0)}, "has no samples"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(4)}, "has 3 samples but 4 targets"),
        ({"x": np.full((3, 2), np.nan), "y": np.zeros(3)}, "the samples hold numbers that are not finite"),
        ({"x": np.array(["a", "b"]), "y": np.zeros(2)}, "the samples are of type <U1"),
        ({"x": np.array([{}, []], dtype=object), "y": np.zeros(2)}, "Cannot read arrays from"),
    ],
)
def test_other_arrays_are_refused(tmp_path, content, message):
    """Objects, which would have to be unpickled, too."""
    with pytest.raises(SpecError, match=message):
        npz(tmp_path, **content)


def test_a_file_that_unfolds_is_refused(tmp_path, monkeypatch):
    """By the sizes that the archive names."""
    monkeypatch.setattr(arrays, "MAX_BYTES", 1000)
    with pytest.raises(SpecError, match="unfolds to more than 1,000 bytes"):
        npz(tmp_path, x=np.zeros((40, 8)), y=np.zeros(40))


def test_no_pickle_in_an_archive_runs(tmp_path):
    """An array file that is a pickle is refused as it is."""
    bomb = b"cos\nsystem\n(S'touch %s'\ntR." % str(tmp_path / "ran").encode()
    with zipfile.ZipFile(tmp_path / "own.npz", "w") as archive:
        archive.writestr("x.npy", bomb)
        archive.writestr("y.npy", bomb)
    with pytest.raises(SpecError, match="the samples are no array"):
        open_data(str(tmp_path / "own.npz"))
    assert not (tmp_path / "ran").exists()


def csv_file(path: Path, text: str) -> Samples:
    """The samples of a CSV file."""
    (path / "own.csv").write_text(text, encoding="utf-8")
    return open_data(str(path / "own.csv"))


def test_a_table_has_a_label_or_a_target(tmp_path):
    """The label may be a word; the other columns are the sample."""
    rows = "".join(f"{number},{number / 2},{'cat' if number % 2 else 'dog'}\n" for number in range(40))
    samples = csv_file(tmp_path, "a,b,Label\n" + rows)
    assert (samples.names, samples.shape, samples.goal) == (("cat", "dog"), (2,), Goal.CLASS)
    assert samples.inputs.read([3]).tolist() == [[3.0, 1.5]]
    rows = "".join(f"{number},{number / 2}\n" for number in range(40))
    assert csv_file(tmp_path, "a,target\n" + rows).goal is Goal.VALUES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "needs a header with one column called label or target"),
        ("a,label\n1,x\n2\n", "line 3: 1 cells under a header of 2"),
        ("a,label\n1,x\nnan,y\n", "line 3, column a: 'nan' is not a finite number"),
        ("a,label\n", "has no samples"),
        ("a,label\n1,x\n", "has 1 samples and 1 of class x, too few"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, message):
    """The line and the column are named."""
    with pytest.raises(SpecError, match=message):
        csv_file(tmp_path, text)


def test_a_single_number_is_no_array(tmp_path):
    """An NPZ file may hold one."""
    np.savez(tmp_path / "own.npz", x=np.zeros((3, 2)), y=np.float32(1))
    with pytest.raises(SpecError, match="the targets are a single number, not an array with an entry for each sample"):
        open_data(str(tmp_path / "own.npz"))


def test_too_few_samples_for_three_parts_are_refused(tmp_path):
    """Of values, too, which have no classes."""
    np.savez(tmp_path / "own.npz", x=np.zeros((3, 2)), y=np.zeros(3))
    with pytest.raises(SpecError, match=r"own has 3 samples, too few for training, validation and test; give"):
        open_data(str(tmp_path / "own.npz"))


def test_an_image_that_is_a_pipe_is_refused(tmp_path):
    """It could block for ever; and a missing one has no number of an error in its message."""
    os.mkfifo(tmp_path / "pipe.png")
    for name, reason in (("pipe.png", "Not a regular file"), ("none.png", "No such file or directory")):
        with pytest.raises(SpecError) as refused:
            read_image(tmp_path / name, grey=True, size=None)
        assert str(refused.value) == f"Cannot read the image {tmp_path / name}: {reason}."
