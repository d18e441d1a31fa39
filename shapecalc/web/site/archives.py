"""The archives that the browser unpacks: the engine, and what reads documents. The same files give the same bytes."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from shapecalc.formats.document.files import read_data
from shapecalc.web.site.downloads import GRANDALF, PYODIDE, WHEELS, Download, fetch

_PACKAGE = Path(__file__).parents[2]
#: What stays at home, by the beginning of its path in the package: it needs torch, a server or a database.
_AT_HOME = ("pytorch/", "web/site/files/", "checking/server.py", "checking/documents.py")
#: The folders whose YAML files become JSON; others are named by the files that use them.
_SHELVES = ("zoo", "grading/quizzes")
_ENDINGS = (".py", ".json", ".yaml", ".css", ".js", ".svg")
#: The files of Pyodide that a browser asks for.
_PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
#: What of the wheels is never imported here, by the beginning of its path.
_UNUSED = ("pydantic/v1/", "pydantic/mypy.py", "pydantic/_internal/_git.py")
#: The date of every entry, the first that the format has.
_DATE = (1980, 1, 1, 0, 0, 0)


def engine_archive(libraries: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The package as a zip file; its nets and quizzes are JSON there, which take a fraction of YAML's time.

    Args:
        libraries: files of other packages, which are put beside it.
    """
    return _zip({**dict(_engine_files()), **libraries})


def _engine_files() -> Iterator[tuple[str, bytes]]:
    for file in sorted(_PACKAGE.rglob("*")):
        path = file.relative_to(_PACKAGE).as_posix()
        if file.suffix not in _ENDINGS or path.startswith(_AT_HOME) or "__pycache__" in path:
            continue
        name = f"{_PACKAGE.name}/{path}"
        if file.suffix == ".yaml" and path.rpartition("/")[0] in _SHELVES:
            content = json.dumps(read_data(file), ensure_ascii=False, separators=(",", ":"))
            yield name.removesuffix(".yaml") + ".json", content.encode()
        else:
            yield name, file.read_bytes()


def library_files(folder: Path) -> Mapping[str, bytes]:
    """The files of the library that pictures take, by their paths.

    Raises:
        SpecError: its wheel cannot be fetched into the folder.
    """
    return _wheel_files(folder, GRANDALF)


def documents_archive(folder: Path) -> bytes:
    """What reads documents, pydantic and PyYAML, as one zip file.

    Raises:
        SpecError: a wheel cannot be fetched into the folder.
    """
    return _zip({name: content for wheel in WHEELS for name, content in _wheel_files(folder, wheel).items()})


def _wheel_files(folder: Path, wheel: Download) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(fetch(folder, wheel))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if _is_used(name)}


def _is_used(name: str) -> bool:
    """Whether a file of a wheel is imported in the browser, or is a licence; PyYAML's library for Linux is not."""
    is_code = name.endswith((".py", "wasm32-emscripten.so")) and not name.startswith(("_yaml/", *_UNUSED))
    return is_code or "/licenses/" in name or name.endswith("/LICENSE")


def pyodide_files(folder: Path) -> Mapping[str, bytes]:
    """The files of Pyodide by name.

    Raises:
        SpecError: its package cannot be fetched into the folder.
    """
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(fetch(folder, PYODIDE)), mode="r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            stream = archive.extractfile(member) if name in (*_PYODIDE_FILES, _LOCK) else None
            if stream is not None:
                files[name] = stream.read()
    # no package of its distribution is loaded, so its list need not be
    lock = json.loads(files[_LOCK]) | {"packages": {}}
    return files | {_LOCK: json.dumps(lock, separators=(",", ":")).encode()}


_LOCK = "pyodide-lock.json"


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    return buffer.getvalue()
