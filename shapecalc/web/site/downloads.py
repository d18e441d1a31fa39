"""What the static site takes from the registries of npm and Python: exact files, fetched by their own clients."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import final

from shapecalc.errors import SpecError

#: Pyodide numbers its versions by that of its Python.
PYODIDE_VERSION = "314.0.7"
_PYTHON = "3.14"
#: The platform of its wheels; a wheel of pydantic-core with another tag is an empty placeholder.
_PLATFORM = "pyemscripten_2026_0_wasm32"
#: How long a client may take, in seconds.
_PATIENCE = 300


@final
@dataclass(frozen=True, slots=True)
class Download:
    """A file of a registry.

    Attributes:
        requirement: the package and its version, as its client takes them.
        file: the name of the file.
        sha256: the hash of its content.
        platform: what ``pip`` is asked for; without it, ``npm`` is asked.
    """

    requirement: str
    file: str
    sha256: str
    platform: tuple[str, ...] = ()

    def command(self, folder: Path) -> list[str]:
        """The command that puts the file into a folder."""
        if not self.platform:
            return [
                shutil.which("npm") or "npm",
                "pack",
                self.requirement,
                "--silent",
                "--pack-destination",
                f"{folder}",
            ]
        options = ["--disable-pip-version-check", "--quiet", "--no-deps", "--only-binary", ":all:"]
        return [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options,
            *self.platform,
            "--dest",
            str(folder),
            self.requirement,
        ]


def _wheel(requirement: str, sha256: str, tag: str = "py3-none-any") -> Download:
    name = requirement.replace("-", "_").replace("==", "-")
    platform = ("--platform", _PLATFORM, "--python-version", _PYTHON, "--implementation", "cp")
    return Download(requirement, f"{name}-{tag}.whl", sha256, platform)


PYODIDE = Download(
    f"pyodide@{PYODIDE_VERSION}",
    f"pyodide-{PYODIDE_VERSION}.tgz",
    "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0",
)
#: What reads documents: pydantic, and the Python files of PyYAML, the same in its wheels for all platforms. To fetch a
#: wheel runs nothing of it.
WHEELS = (
    _wheel("annotated-types==0.8.0", "f072f4d804ea359e4eaf198b1af7a8b0943881a87f31bb764f8bf219bb9419e0"),
    _wheel("pydantic==2.14.4", "653a2ad9f6d8858529c77c72717d0ea991d6c6837fe683246b2f4b2bbfc3fadc"),
    _wheel(
        "pydantic-core==2.50.5",
        "b2910ec0fa5aeb9bef70156f2b79f4783978fdcfaa7b2f1b5d1814458d2e79a1",
        f"cp314-cp314-{_PLATFORM}",
    ),
    Download(
        "PyYAML==6.0.4",
        "pyyaml-6.0.4-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl",
        "93bfb2459195406a518e2f487a9bbf01df240175f31e06f5a252ac6734c7bbf0",
        ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--implementation", "cp"),
    ),
    _wheel("typing-extensions==4.16.0", "481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8"),
    _wheel("typing-inspection==0.4.5", "bc210535442b39e1bf2805e0c7a17dfd6a4ace760c84c7f7d16245d23a6b1c39"),
)

#: What pictures of nets take to find their places; it needs no other package.
GRANDALF = _wheel("grandalf==0.8", "793ca254442f4a79252ea9ff1ab998e852c1e071b863593e5383afee906b4185")


def fetch(folder: Path, download: Download) -> bytes:
    """The content of a file of a registry, from a folder if it lies there; otherwise its client puts it there first.

    Raises:
        SpecError: the client is missing or refuses, or the file is another than the one expected.
    """
    file = folder / download.file
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(download, folder)
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != download.sha256:
        raise SpecError(f"{file} is not {download.requirement}: its SHA-256 is {digest}; delete it and try again.")
    return content


def _run(download: Download, folder: Path) -> None:
    """Have the client put a file into a folder, in whole: several processes may do so at the same time."""
    with TemporaryDirectory(dir=folder) as scratch:
        _download(download, Path(scratch), folder).replace(folder / download.file)


def _download(download: Download, scratch: Path, folder: Path) -> Path:
    command, file = download.command(scratch), scratch / download.file
    client = "pip" if download.platform else "npm"
    remedy = f"Go online for the first build, or put the file {download.file} into {folder}."
    try:
        ended = subprocess.run(  # noqa: S603  the client of the registry, asked for a version of ours
            command, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except FileNotFoundError:
        raise SpecError(f"{download.requirement} is fetched by {client}, which is not installed. {remedy}") from None
    except subprocess.TimeoutExpired:
        raise SpecError(f"{client} did not get {download.requirement} in {_PATIENCE} seconds. {remedy}") from None
    if ended.returncode or not file.exists():
        reason = next((line for line in reversed(ended.stderr.splitlines()) if "rror" in line), "no such file")
        raise SpecError(f"{client} did not get {download.requirement}: {reason.strip()[:200]} {remedy}")
    return file
