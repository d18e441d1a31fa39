"""Published sets of images: read from files of their own formats, which these tests write small."""

from __future__ import annotations

import gzip
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.catalogue.data_sets import PUBLISHED_DATA
from shapecalc.pytorch.training.samples import published
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.samples.published import PUBLISHED
from shapecalc.pytorch.training.trainer import resume, train

#: Where torchvision puts the files, or the archive of CIFAR unfolds.
PLACES = {
    "mnist": "MNIST/raw",
    "fashion-mnist": "FashionMNIST/raw",
    "cifar10": "cifar-10-batches-bin",
    "cifar100": "cifar-100-binary",
}
#: Two of the files of MNIST.
IMAGES, TARGETS = "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
RANDOM = np.random.default_rng(0)
LABELS: dict[str, Any] = {"train": np.arange(200, dtype=np.uint8) % 10, "test": np.arange(30, dtype=np.uint8) % 10}


def idx(values: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes((0, 0, 8, values.ndim)) + sizes + values.tobytes()


def write_idx(folder: Path, *, packed: bool) -> np.ndarray:
    """The four files of MNIST with 200 and 30 images; the images are returned."""
    folder.mkdir(parents=True)
    images = RANDOM.integers(0, 256, (230, 28, 28), dtype=np.uint8)
    for name, part, own in (("train", "train", images[:200]), ("t10k", "test", images[200:])):
        for kind, values in (("images-idx3", own), ("labels-idx1", LABELS[part])):
            path, content = folder / f"{name}-{kind}-ubyte", idx(values)
            (path.with_name(f"{path.name}.gz") if packed else path).write_bytes(
                gzip.compress(content) if packed else content
            )
    return images[:, None]


def write_cifar(folder: Path, *, fine: bool) -> np.ndarray:
    """The files of CIFAR-10, or CIFAR-100, with 200 and 30 images; the images are returned."""
    folder.mkdir(parents=True)
    images = RANDOM.integers(0, 256, (230, 3, 32, 32), dtype=np.uint8)
    classes = np.concatenate([LABELS["train"], LABELS["test"]])
    labels = np.stack([classes // 2, classes] if fine else [classes], 1)
    records = np.concatenate([labels, images.reshape(230, -1)], 1)
    files = {"train.bin": records[:200], "test.bin": records[200:]}
    if not fine:
        files = {f"data_batch_{number + 1}.bin": records[40 * number : 40 * number + 40] for number in range(5)}
        files["test_batch.bin"] = records[200:]
    for name, rows in files.items():
        (folder / name).write_bytes(rows.tobytes())
    (folder / "fine_label_names.txt").write_text("".join(f"name{number}\n" for number in range(10)), encoding="utf-8")
    return images


def write(name: str, root: Path, *, inside: bool = True, packed: bool = True) -> np.ndarray:
    folder = root / PLACES[name] if inside else root / "flat"
    if "mnist" in name:
        return write_idx(folder, packed=packed)
    return write_cifar(folder, fine=name == "cifar100")


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("inside", [True, False])
def test_a_set_is_read_from_its_files(tmp_path, name, inside):
    """Its test images are the test samples, a tenth of the others the validation; compressed or not, nested or flat."""
    images = write(name, tmp_path, inside=inside, packed=inside)
    samples = open_data(name, root=str(tmp_path if inside else tmp_path / "flat"))
    assert samples.test == tuple(range(200, 230))
    assert (len(samples.train), len(samples.validation)) == (180, 20)
    assert sorted(samples.train + samples.validation) == list(range(200))
    np.testing.assert_allclose(samples.inputs.read([5, 210]).numpy(), images[[5, 210]] / 255, rtol=1e-6)
    assert samples.targets.tolist() == [*LABELS["train"], *LABELS["test"]]
    assert samples.targets[list(samples.validation)].bincount().tolist() == [2] * 10


def test_their_facts_are_known_before_they_are_opened():
    """A plan needs no files."""
    assert sorted(PUBLISHED_DATA) == sorted(PUBLISHED)
    for name in PLACES:
        facts = PUBLISHED_DATA[name]
        train_images = 60_000 if "mnist" in name else 50_000
        assert (facts.train, facts.validation, facts.test) == (0.9 * train_images, 0.1 * train_images, 10_000)
        assert (facts.shape, facts.classes) == (
            (1, 28, 28) if "mnist" in name else (3, 32, 32),
            100 if name == "cifar100" else 10,
        )


def test_a_training_goes_on_with_the_same_files(monkeypatch, tmp_path):
    """Wherever it is called from: the run records the folder."""
    write("mnist", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    trained = train(
        shapecalc.parse("Flatten LazyLinear(10)"), "mnist", root="data", steps=3, out=tmp_path / "run", progress=False
    )
    monkeypatch.chdir("/")
    assert resume(tmp_path / "run", progress=False).scores == trained.scores


def test_a_set_without_a_folder_is_refused(tmp_path):
    """As is a folder for data that needs none."""
    with pytest.raises(SpecError, match=r"^mnist is read from a folder, or downloaded into one; name it with --root"):
        open_data("mnist")
    with pytest.raises(SpecError, match=r"^--root is for .*cifar100, and digits is none of them; leave it out\.$"):
        open_data("digits", root=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "file", "change", "message"),
    [
        ("mnist", IMAGES, lambda data: data[:-9], "Cannot read .*train-images-idx3-ubyte.gz"),
        ("mnist", IMAGES, lambda _: pickle.dumps([]), "Cannot read .*Not a gzipped file"),
        ("mnist", TARGETS, lambda _: gzip.compress(idx(LABELS["train"])), "30 images but 200 labels"),
        ("mnist", TARGETS, lambda _: gzip.compress(idx(LABELS["test"] + 5)), "label 14, but .* 10 classes"),
        ("mnist", TARGETS, lambda _: gzip.compress(bytes((0, 0, 8, 1, *[255] * 4))), "is damaged, or no IDX"),
        ("mnist", TARGETS, lambda _: gzip.compress(bytes(10**6)), "holds more than"),
        (
            "cifar10",
            "data_batch_2.bin",
            lambda data: data[:-1],
            r"bin is damaged: its .* no multiple of 3,073",
        ),
        ("cifar10", "data_batch_2.bin", lambda _: b"", "is damaged"),
        (
            "cifar10",
            "data_batch_2.bin",
            lambda data: bytes([10]) + data[1:],
            "has a label 10, but there are 10",
        ),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, name, file, change, message):
    """Cut off, of another kind, too large, or with labels that there are none of."""
    write(name, tmp_path)
    path = tmp_path / PLACES[name] / file
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(SpecError, match=message):
        open_data(name, root=str(tmp_path))


def test_what_is_not_there_needs_torchvision(monkeypatch, tmp_path):
    """The message says how to get it."""
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(ShapecalcError, match=r"has no files of mnist, and a download needs torchvision.*pip install"):
        open_data("mnist", root=str(tmp_path))


def test_a_download_that_fails_is_one_line(monkeypatch, tmp_path):
    """As without a network."""

    def fails(*_: object) -> None:
        raise OSError("<urlopen error no network>")

    monkeypatch.setitem(sys.modules, "torchvision", type(sys)("torchvision"))
    monkeypatch.setattr(sys.modules["torchvision"], "datasets", None, raising=False)
    monkeypatch.setitem(published._DOWNLOADS, "mnist", fails)
    with pytest.raises(ShapecalcError, match=r"cannot be downloaded: <urlopen error no network>\. Copy them there\.$"):
        open_data("mnist", root=str(tmp_path))


def test_a_download_is_read(monkeypatch, tmp_path):
    """It comes to where the files are looked for."""
    monkeypatch.setitem(sys.modules, "torchvision", type(sys)("torchvision"))
    monkeypatch.setattr(sys.modules["torchvision"], "datasets", None, raising=False)
    monkeypatch.setitem(published._DOWNLOADS, "cifar10", lambda _, root: write("cifar10", Path(root)))
    assert len(open_data("cifar10", root=str(tmp_path)).inputs) == 230
