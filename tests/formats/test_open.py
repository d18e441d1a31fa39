"""The doors: which of them a text opens, and which files it may reach."""

from __future__ import annotations

import builtins
import contextlib
import io
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shapecalc import Net, SpecError, dumps, load, open_net, parse, zoo
from shapecalc.formats import open_within
from shapecalc.formats.document import files, loading
from shapecalc.formats.text import files as texts

SMALL = "input: 3x8x8\nlayers: [ReLU]\n"
FAMILY = (
    "takes: {n: }\nvariants: {one: {with: {n: 1}}, two: {with: {n: 2}}}\ninput: 8\nlayers: [{layer: ReLU, repeat: n}]\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with network files in it, beside and below it."""
    inside = tmp_path / "quiz"
    (inside / "nets").mkdir(parents=True)
    for path in (inside / "small.yaml", inside / "nets" / "small.json", tmp_path / "outside.yaml"):
        path.write_text(SMALL if path.suffix == ".yaml" else '{"input": "3x8x8", "layers": ["ReLU"]}', encoding="utf-8")
    (inside / "family.yaml").write_text(FAMILY, encoding="utf-8")
    return inside


def refusal(call: Callable[[], Any]) -> str:
    """The one line with which a call is refused."""
    with pytest.raises(SpecError) as refused:
        call()
    assert "\n" not in str(refused.value)
    return str(refused.value)


#: Texts that name files, or try to.
REACHING = (
    "small.yaml", "./small.yaml", "/etc/passwd", "zoo:../../etc/passwd", "zoo:/etc/passwd", "zoo:small.yaml",
    "file:///etc/passwd", "input: small.yaml\nlayers: [ReLU]", "layers: [small.yaml]",
    "layers: [ReLU]\ninclude: small.yaml",
    "input: 3x8x8\nlayers: !!python/object/apply:open [small.yaml]", '{"layers": ["small.yaml"]}',
    "%TAG ! small.yaml\n--- !x",
    "layers: [{layer: ReLU, share: small.yaml}]", "# small.yaml", "net.py", "net.py:Net",
    "Conv2d(small.yaml)", "Conv2d(3, 4, 'small.yaml')",
)  # fmt: skip


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Whatever opens or looks for a file fails the test."""
    parse("zoo:resnet18")  # what the doors and their messages import
    for text in ("layers: [ReLU]\nlayer: x", "layers: [Relu66]", "zoo:resnt"):
        refusal(partial(parse, text))
    monkeypatch.chdir(folder)

    def touched(*arguments: object, **_: object) -> None:
        pytest.fail(f"a file is touched: {arguments}")

    for module, names in {
        builtins: ["open"],
        io: ["open"],
        os: ["open", "stat", "lstat", "scandir", "listdir"],
    }.items():
        for name in names:
            monkeypatch.setattr(module, name, touched)


@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize("text", REACHING)
def test_parse_touches_no_file_that_a_text_names(text: str) -> None:
    """The text is refused, or it is a network without it."""
    try:
        net = parse(text, input_shape="3x8x8")
    except SpecError:
        return
    assert net.inputs == {"input": (3, 8, 8)}


@pytest.mark.usefixtures("no_files")
def test_a_file_that_is_touched_is_noticed() -> None:
    """The check above can fail."""
    with pytest.raises(pytest.fail.Exception, match="a file is touched"):
        load("small.yaml")


def test_parse_reads_files_of_the_zoo_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A net of the zoo is in a file of the package."""
    paths = []
    read = texts.read_text

    def recorded(path: Path) -> str:
        paths.append(path)
        return read(path)

    for module in (files, texts):
        monkeypatch.setattr(module, "read_text", recorded)
    loading._zoo_file.cache_clear()
    for name in zoo.names():
        parse(f"zoo:{name}")
    assert {path.parent for path in paths} == {Path(zoo.__file__).parent}


def test_load_reads_a_member_of_a_family(folder: Path) -> None:
    """A path may name the variant, as for open_net."""
    nets = [
        load(f"{folder}/family.yaml:two"),
        load(folder / "family.yaml:two"),
        open_net(f" {folder}/family.yaml: two "),
    ]
    assert [(net.name, len(net)) for net in nets] == [("two", 2)] * 3


@pytest.mark.parametrize("text", ["ReLU", "zoo:resnet18", SMALL])
def test_load_reads_paths_alone(text: str) -> None:
    """Neither a spec nor a net of the zoo."""
    with pytest.raises(SpecError, match=r"^Cannot read "):
        load(text)


def is_relu(net: Net) -> bool:
    """Whether a net is the one of the folder's files."""
    return net.nodes == parse("ReLU").nodes


@pytest.mark.parametrize("spec", ["small.yaml", "nets/small.json", "./nets/../small.yaml", "ReLU", SMALL])
def test_a_file_opens_what_lies_in_its_folder(folder: Path, spec: str) -> None:
    """Relative to the folder; and whatever parse reads."""
    assert is_relu(open_within(folder, spec, input_shape="3x8x8"))


def test_a_file_opens_a_net_of_the_zoo_and_a_variant(folder: Path) -> None:
    """As everywhere."""
    nets = [open_within(folder, "zoo:lenet5"), open_within(folder, "family.yaml:two", input_shape="9")]
    assert (nets[0], nets[1].inputs, len(nets[1])) == (open_net("zoo:lenet5"), {"input": (9,)}, 2)


def test_a_folder_may_be_a_link(folder: Path) -> None:
    """What lies in it is inside."""
    (folder.parent / "link").symlink_to(folder)
    assert is_relu(open_within(folder.parent / "link", "nets/small.json"))


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    """It does not leave it."""
    (folder / "link.yaml").symlink_to(folder / "small.yaml")
    assert is_relu(open_within(folder, "link.yaml"))


@pytest.mark.parametrize(
    "path", ["../outside.yaml", "nets/../../outside.yaml", "link.yaml", "out/outside.yaml", "ABSOLUTE"]
)
def test_a_path_may_not_leave_the_folder(folder: Path, path: str) -> None:
    """Neither by its dots, nor by links, nor as an absolute path, even of a file inside."""
    (folder / "link.yaml").symlink_to("../outside.yaml")
    (folder / "out").symlink_to("..")
    written = path.replace("ABSOLUTE", str(folder / "small.yaml"))
    message = f"{written!r} leads out of the folder of the file that names it; put the network's file there."
    assert refusal(lambda: open_within(folder, written)) == message


def test_a_path_that_leads_nowhere_is_refused(folder: Path) -> None:
    """A missing file, a circle of links, a name that no file has."""
    (folder / "circle.yaml").symlink_to("circle.yaml")
    messages = [refusal(partial(open_within, folder, name)) for name in ("none.yaml", "circle.yaml", "\0.yaml")]
    assert [message.partition(" ")[0] for message in messages] == ["Cannot"] * 3


def test_a_network_in_a_file_needs_an_input(folder: Path) -> None:
    """As for open_net."""
    (folder / "bare.yaml").write_text("layers: [ReLU]", encoding="utf-8")
    messages = {refusal(partial(open_within, folder, spec)) for spec in ("bare.yaml", "ReLU", "layers: [ReLU]")}
    assert messages == {"The shape of the input is not known; give it without the batch, as in input: 3x130x130."}


def test_a_text_may_be_a_document_for_open_net() -> None:
    """What dumps writes is a text that open_net reads, too."""
    net = parse("ReLU Flatten", input_shape="3x8x8")
    assert open_net(dumps(net)) == net


def test_a_file_of_another_kind_is_no_text(folder: Path) -> None:
    """Its name is not read as a layer; a file that is called like a layer hides none."""
    (folder / "notes.md").write_text(SMALL, encoding="utf-8")
    (folder / "ReLU").touch()
    endings = "is not a network file; the name of one ends in .yaml, .yml, .json, .txt, .py or .ipynb."
    messages = [refusal(partial(open_net, f"{path}")) for path in (folder / "notes.md", folder)]
    assert messages == [f"{folder / 'notes.md'} {endings}", f"{folder} {endings}"]
    with contextlib.chdir(folder):
        assert is_relu(open_net("ReLU", input_shape="3x8x8"))
        assert "there is no layer note.md" in refusal(partial(open_net, "note.md"))


@pytest.mark.parametrize("length", [10, 300, 5_000])
def test_a_refused_text_may_be_longer_than_a_path(length: int) -> None:
    """It is refused as any other text is, whatever the file system says of it as a name."""
    with pytest.raises(SpecError, match=r"there is no layer Con2d \(did you mean Conv2d\?\)"):
        open_net("ReLU " * length + "Con2d(3, 4, 3)", input_shape="3x8x8")
