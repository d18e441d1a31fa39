"""The archives of the static site: what they hold, and that they are the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from shapecalc import zoo
from shapecalc.formats.document.files import read_data
from shapecalc.grading.quizzes import QUIZ_NAMES, quiz_file
from shapecalc.web.site.archives import engine_archive
from shapecalc.web.site.downloads import GRANDALF, WHEELS
from tests.needs import ROOT


@pytest.fixture(scope="module")
def engine() -> zipfile.ZipFile:
    """The archive with the package."""
    return zipfile.ZipFile(io.BytesIO(engine_archive()))


def test_the_same_files_give_the_same_bytes():
    """Neither dates nor the order of a folder are in an archive."""
    assert engine_archive() == engine_archive()


def test_what_needs_torch_stays_at_home(engine):
    """The rooms of the calculator, of checks and of practice are there, pytorch is not."""
    rooms = {name.split("/")[1] for name in engine.namelist()}
    assert {"measures", "checking", "grading", "zoo", "page"} <= rooms
    assert not {"pytorch", "__pycache__"} & rooms


@pytest.mark.parametrize("name", ["resnet50", "unet", "quiz:one-layer", *(f"quiz:{name}" for name in QUIZ_NAMES[-2:])])
def test_documents_are_json_with_the_same_content(name, engine):
    """A net or quiz has its content as text, as YAML's reader gives it."""
    file = quiz_file(name) if ":" in name else zoo.path(name)
    path = file.relative_to(ROOT).with_suffix(".json").as_posix()
    assert json.loads(engine.read(path)) == read_data(file)
    assert path.replace(".json", ".yaml") not in engine.namelist()


def test_json_is_read_where_there_is_no_yaml(tmp_path):
    """The path of a net is that of its YAML file if there is one."""
    yaml = tmp_path / "net.yaml"
    assert zoo.as_shipped(yaml) == tmp_path / "net.json"
    yaml.touch()
    assert zoo.as_shipped(yaml) == yaml


def test_versions_are_those_of_development():
    """The wheels have the versions with which the package is tested."""
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-").splitlines()
    assert {wheel.requirement.lower() for wheel in (*WHEELS, GRANDALF)} <= {*pinned}
