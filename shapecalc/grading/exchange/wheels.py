"""Wheels that an autograder is installed from: those of a folder, or what is installed here, packed again."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path, PurePosixPath
from typing import final

from shapecalc.errors import SpecError
from shapecalc.grading.exchange.markup import archive

#: What grading needs beside the package itself, notebooks included.
_NEEDED = ("pydantic", "PyYAML", "nbformat")
#: Rooms that grading cannot use, which need not be there.
_LEFT_OUT = ("pytorch", "web")
#: A requirement with its name; what stands behind a semicolon says for whom it is.
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)[^;]*(?:;\s*(.*))?")
#: The name of a wheel: its Python, ABI and platform behind name and version.
_WHEEL = re.compile(r"(?P<name>[^-]+)-[^-]+-(?:\d[^-]*-)?(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl")
_ADVICE = (
    "fetch wheels for Linux with `pip download --only-binary=:all: --platform manylinux_2_28_x86_64 --platform "
    "manylinux2014_x86_64 --python-version 3.11 -d wheels pydantic PyYAML nbformat`, and add --wheels wheels"
)


@final
@dataclass(frozen=True)
class WheelSet:
    """Wheels by their file names, and what they are built for.

    Attributes:
        files: the content of each, in the order of the names.
        python: the version of Python, such as ``3.11``; "" where any will do.
        machine: the processor, such as ``x86_64``; "" where any will do.
    """

    files: Mapping[str, bytes]
    python: str
    machine: str

    def words(self) -> str:
        """What they are built for, in words."""
        return f"CPython {self.python or '3.11 or later'} on Linux, {self.machine or 'any processor'}"


def wheels_in(folder: Path) -> WheelSet:
    """The wheels of a folder, and that of this package.

    Raises:
        SpecError: what is needed is not there, or it is for several Pythons or not for Linux.
    """
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.whl")) if path.is_file()}
    except OSError as refused:
        raise SpecError(f"Cannot read {folder}: {refused.strerror or refused}.") from None
    names = {name.split("-", 1)[0].lower().replace("_", "-") for name in files}
    missing = [name for name in _NEEDED if name.lower() not in names]
    if missing:
        raise SpecError(f"{folder} has no wheel of {', '.join(missing)}; {_ADVICE}.")
    return _wheel_set({**files, **_own_wheel()}, str(folder))


@cache
def installed_wheels() -> WheelSet:
    """The packages that are installed here, packed as wheels again: the same bytes for the same packages.

    Raises:
        SpecError: they are not for Linux, or not as their makers built them.
    """
    files: dict[str, bytes] = {}
    for package in _closure(_NEEDED):
        name, content = _packed(package)
        files[name] = content
    return _wheel_set({**files, **_own_wheel()}, "What is installed here")


def _wheel_set(files: Mapping[str, bytes], source: str) -> WheelSet:
    pythons, machines = set[str](), set[str]()
    for name in files:
        match = _WHEEL.fullmatch(name)
        if match is None:
            raise SpecError(f"{source}: {name} is not the name of a wheel.")
        python, platform = match["python"], match["platform"]
        if platform != "any":
            machine = re.search(r"manylinux(?:_\d+_\d+|1|2010|2014)_(\w+?)(?:\.|$)", platform)
            if machine is None:
                raise SpecError(f"{source}: {name} is not for every Linux; {_ADVICE}.")
            machines.add(machine[1])
        if match["abi"] not in ("none", "abi3"):
            pythons.add(re.sub(r"cp(\d)(\d+).*", r"\1.\2", python))
    if len(pythons) > 1 or len(machines) > 1:
        raise SpecError(f"{source}: there are wheels for {', '.join(sorted(pythons | machines))}; take one of each.")
    return WheelSet(dict(sorted(files.items())), "".join(pythons), "".join(machines))


def _closure(names: Iterable[str]) -> Iterator[Distribution]:
    """Packages with all that they require, each once."""
    waiting, known = [*names], set[str]()
    while waiting:
        name = waiting.pop(0)
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in known:
            continue
        known.add(key)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            raise SpecError(f"{name} is not installed: pip install 'shapecalc[notebook]'; or {_ADVICE}.") from None
        yield package
        for requirement in package.requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and not match[2]:  # what is for other systems, other Pythons or extras only is not needed
                waiting.append(match[1])


def _packed(package: Distribution) -> tuple[str, bytes]:
    """An installed package as a wheel, under the name by which its maker published it."""
    tags = [line.removeprefix("Tag: ") for line in (package.read_text("WHEEL") or "").splitlines() if "Tag: " in line]
    files: dict[str, bytes] = {}
    for path in sorted(package.files or (), key=str):
        inner = PurePosixPath(path)
        is_local = inner.name in ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json") or inner.suffix == ".pyc"
        if ".." not in inner.parts and not is_local:
            files[str(inner)] = Path(str(path.locate())).read_bytes()
    parts = [set(column) for column in zip(*(tag.split("-") for tag in tags), strict=True)]
    if not files or len(parts) != 3:
        raise SpecError(f"{package.name} was not installed from a wheel; {_ADVICE}.")
    tag = "-".join(".".join(sorted(part)) for part in parts)
    return _wheel(package.name, package.version, tag, files)


def _own_wheel() -> dict[str, bytes]:
    """The package itself as a wheel, without the rooms that grading does not use."""
    root = Path(__file__).parents[2]
    files = {
        f"{root.name}/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(root).parts[0] not in _LEFT_OUT
    }
    number = version(root.name)
    folder = f"{root.name}-{number}.dist-info"
    requires = "".join(f"Requires-Dist: {name}\n" for name in _NEEDED)
    files[f"{folder}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {root.name}\nVersion: {number}\nRequires-Python: >=3.11\n{requires}".encode()
    )
    files[f"{folder}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    name, content = _wheel(root.name, number, "py3-none-any", files)
    return {name: content}


def _wheel(name: str, number: str, tag: str, files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name and the content of a wheel of files, the hash of each in its record."""
    record = next(path for path in files if path.endswith(".dist-info/METADATA")).replace("METADATA", "RECORD")
    lines = [f'"{path}",sha256={_hash(content)},{len(content)}' for path, content in files.items()]
    text = "\n".join([*lines, f"{record},,", ""])
    stem = re.sub(r"[-_.]+", "_", name)
    return f"{stem}-{number}-{tag}.whl", archive({**files, record: text.encode()})


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
