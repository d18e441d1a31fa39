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

ROOT = Path(__file__).parents[1]
PACKAGES = {"shapecalc": ROOT / "shapecalc", "shapecalc_cli": ROOT / "cli" / "shapecalc_cli"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel that is built here."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  ours
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_holds_two_packages(wheel):
    """Besides its own description, the wheel installs shapecalc and shapecalc_cli."""
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"shapecalc", "shapecalc_cli"}


def test_the_wheel_holds_every_module(wheel):
    """Each module, the nets of the zoo and their list are in the wheel, and no other file but the marks of types."""
    modules = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (*folder.rglob("*.py"), *folder.rglob("*.yaml"), *folder.glob("zoo/*.json"))
    }
    typed = {f"{package}/py.typed" for package in PACKAGES}
    assert {name for name in wheel if ".dist-info/" not in name} == modules | typed


def test_the_wheel_describes_itself(wheel):
    """Metadata, the command's entry point, the licence and the record."""
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


#: Reads each path from the package alone, and prints those that are missing.
READ_PATHS = """
import json, shapecalc
def missing(path):
    value = shapecalc
    for name in path.split(".")[1:]:
        if not hasattr(value, name):
            return True
        value = getattr(value, name)
print(json.dumps([path for path in {paths!r} if missing(path)]))
"""


@pytest.mark.torch
def test_every_path_of_the_api_page_works():
    """After `import shapecalc` and nothing else, every name on the page is an attribute."""
    paths = documented_paths()
    assert {"shapecalc.solve.layers_for", "shapecalc.measures", "shapecalc.pytorch.train"} <= {*paths}
    assert fresh(READ_PATHS.format(paths=paths)) == []


def test_a_path_that_does_not_work_is_reported():
    """The check of the page's paths can fail, for a name and for a room."""
    paths = ["shapecalc.measure", "shapecalc.measure.rows", "shapecalc.measured", "shapecalc.room.measure"]
    assert fresh(READ_PATHS.format(paths=paths)) == paths[1:]


#: Imports every module, and prints those that are no attribute of their package, or another attribute.
READ_MODULES = """
import importlib, json, sys
hidden = []
for name in {modules!r}:
    module = importlib.import_module(name)
for name in {modules!r}:
    package, _, attribute = name.rpartition(".")
    if package and getattr(sys.modules[package], attribute, None) is not sys.modules[name]:
        hidden.append(name)
print(json.dumps(hidden))
"""


@pytest.mark.torch
def test_no_function_hides_a_module():
    """When all modules are imported, each is the attribute of its package that has its name."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGES["shapecalc"].rglob("*.py"))
    ]
    assert fresh(READ_MODULES.format(modules=modules)) == []


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
