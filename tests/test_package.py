"""The wheel that is built holds the two packages and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
    """Each module and each net of the zoo is in the wheel, and no other file but the marks that types can be used."""
    modules = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (*folder.rglob("*.py"), *folder.rglob("*.yaml"))
    }
    typed = {f"{package}/py.typed" for package in PACKAGES}
    assert {name for name in wheel if ".dist-info/" not in name} == modules | typed


def test_the_wheel_describes_itself(wheel):
    """Metadata, the command's entry point, the licence and the record."""
    described = {name.split(".dist-info/")[1] for name in wheel if ".dist-info/" in name}
    assert described == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
