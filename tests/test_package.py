"""The wheel that is built, and what a program gets from `import shapecalc` alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import shapecalc

ROOT = Path(__file__).parents[1]
PACKAGES = {"shapecalc": ROOT / "shapecalc", "shapecalc_cli": ROOT / "cli" / "shapecalc_cli"}


def test_the_wheel_holds_every_module(tmp_path):
    """Each module, the nets and list of the zoo, scripts and files of the web are in the wheel, and no more but types.

    It describes itself by metadata, the command's entry point, the licence and the record.
    """
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  ours
    (built,) = tmp_path.glob("*.whl")
    wheel = zipfile.ZipFile(built).namelist()
    modules = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (
            *folder.rglob("*.py"),
            *folder.rglob("*.yaml"),
            *folder.glob("zoo/*.json"),
            *folder.glob("grading/exchange/gradescope_scripts/*"),
            *folder.glob("web/static/*"),
            *folder.glob("web/site/files/*"),
        )
    }
    typed = {f"{package}/py.typed" for package in PACKAGES}
    assert {name for name in wheel if ".dist-info/" not in name} == modules | typed
    described = {name.split(".dist-info/")[1] for name in wheel if ".dist-info/" in name}
    assert described == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def fresh(program: str) -> object:
    """What a program prints in an interpreter of its own, as JSON."""
    command = [sys.executable, "-c", program]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603  ours


def documented_paths() -> list[str]:
    """What docs/reference/api.md calls by a dotted name, and the functions of each room under their room's heading."""
    text = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"\bshapecalc(?:\.\w+)+", text))
    room = ""
    for level, name in re.findall(r"^(#{1,2}) (.+)$", text, re.MULTILINE):
        if level == "#":
            room = "shapecalc" if name == "The Python API" else name
        elif room.startswith("shapecalc"):
            paths.add(f"{room}.{name}")
    return sorted(paths)


#: Reads each path from the package alone, then imports every module; prints the paths that are missing, and the modules
#: that are no attribute of their package, or another attribute.
READ = """
import importlib, json, sys, shapecalc
def missing(path):
    value = shapecalc
    for name in path.split(".")[1:]:
        if not hasattr(value, name):
            return True
        value = getattr(value, name)
def hides(path):
    package, _, attribute = path.rpartition(".")
    return bool(package) and getattr(sys.modules[package], attribute, None) is not sys.modules[path]
paths = [path for path in {paths!r} if missing(path)]
for module in {modules!r}:
    importlib.import_module(module)
print(json.dumps([paths, [module for module in {modules!r} if hides(module)]]))
"""


@pytest.mark.torch
def test_every_path_of_the_api_page_works():
    """After `import shapecalc` alone, each name on the page is an attribute; with all imported, none hides a module."""
    paths = documented_paths()
    assert {"shapecalc.solve.layers_for", "shapecalc.measures", "shapecalc.pytorch.train"} <= {*paths}
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGES["shapecalc"].rglob("*.py"))
    ]
    assert fresh(READ.format(paths=paths, modules=modules)) == [[], []]


def test_what_does_not_work_is_reported():
    """The check can fail, for a name, for a room, and for a module that a function hides."""
    paths = ["shapecalc.measure", "shapecalc.measure.rows", "shapecalc.measured", "shapecalc.room.measure"]
    hiding = "sys.modules['shapecalc.measure'] = json\n"
    program = READ.format(paths=paths, modules=["shapecalc.measure"]).replace(
        "for module in", hiding + "for module in", 1
    )
    assert fresh(program) == [paths[1:], ["shapecalc.measure"]]


#: Prints the rooms that the package alone imports, and those of its names that are not listed or have no value.
LAZY = """
import json, sys, shapecalc
loaded = [name for name in sys.modules if name.startswith("shapecalc.")]
names = [*shapecalc.ROOMS, *shapecalc.EXPORTS]
print(json.dumps([loaded, [name for name in names if name not in dir(shapecalc) or not hasattr(shapecalc, name)]]))
"""


@pytest.mark.torch
def test_a_room_is_imported_when_its_name_is_first_used():
    """The package alone imports its exceptions; what it exports is listed all the same, each room among it."""
    assert fresh(LAZY) == [["shapecalc.errors"], []]
    rooms = {path.parent.name for path in PACKAGES["shapecalc"].glob("*/__init__.py")}
    assert rooms == {*shapecalc.ROOMS}


def test_every_dependency_has_an_exact_version():
    """Whatever pyproject.toml allows to be installed is in constraints.txt, in one version that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    versions = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    requirements = map(Requirement, [*project["dependencies"], *chain(*project["optional-dependencies"].values())])
    unmet = [
        str(wish) for wish in requirements if versions.get(canonicalize_name(wish.name), "0") not in wish.specifier
    ]
    assert unmet == []
