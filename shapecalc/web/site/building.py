"""The static site as a folder: its pages, the worker with the engine, and what keeps them in the browser."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from shapecalc.errors import SpecError
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.page.numbers import thousands
from shapecalc.web.markup import element
from shapecalc.web.request import WebRequest
from shapecalc.web.respond import STATIC, respond, static_file
from shapecalc.web.site.answering import body_of
from shapecalc.web.site.archives import documents_archive, engine_archive, library_files, pyodide_files
from shapecalc.web.site.downloads import PYODIDE_VERSION

#: The most bytes of all files together, compressed as a host sends them.
COMPRESSED_LIMIT = 10_000_000
#: What a page may load: what its host has. WebAssembly is compiled; nothing is evaluated, and nothing inline runs.
SITE_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
_FILES = Path(__file__).with_name("files")
_KEEPER = "sw.js"
_PAGE = "index.html"


@final
@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the site: its path, its bytes, and those of it when a host has compressed it."""

    path: str
    size: int
    compressed: int


@final
@dataclass(frozen=True, slots=True)
class StaticSite(Presentable):
    """A site that was written, with the size of each file."""

    folder: str
    files: tuple[SiteFile, ...]

    @property
    def compressed(self) -> int:
        """The bytes of all files, compressed."""
        return sum(file.compressed for file in self.files)

    def page(self) -> Page:
        columns = (Column("file", least=20), Column("bytes", "right"), Column("compressed", "right"))
        rows = [(file.path, thousands(file.size), thousands(file.compressed)) for file in self.files]
        total = ("total", thousands(sum(file.size for file in self.files)), thousands(self.compressed))
        sizes = f"{thousands(self.compressed)} of at most {thousands(COMPRESSED_LIMIT)} bytes"
        limit = f"{self.folder}: {sizes}, compressed by gzip"
        return Page((Table(columns, (*rows, total)), Lines((limit,))))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each file with its sizes."""
        files = [{"path": file.path, "bytes": file.size, "compressed": file.compressed} for file in self.files]
        return {"folder": self.folder, "files": files, "compressed": self.compressed, "limit": COMPRESSED_LIMIT}


def build_site(folder: str | Path, *, downloads: str | Path) -> StaticSite:
    """Write the site into a folder; the same version of the package always writes the same bytes.

    Args:
        folder: a new one, an empty one, or one with an earlier site, whose other files are deleted.
        downloads: where what comes from registries lies, or is put.

    Raises:
        SpecError: the folder holds something else, or a registry's client fails.
    """
    folder = Path(folder)
    older = _older_files(folder)
    files = site_files(Path(downloads))
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for path in older - files.keys():
        (folder / path).unlink(missing_ok=True)
        if not any((folder / path).parent.iterdir()):
            (folder / path).parent.rmdir()
    sizes = [SiteFile(path, len(content), len(gzip.compress(content, mtime=0))) for path, content in files.items()]
    return StaticSite(str(folder), tuple(sizes))


def _older_files(folder: Path) -> set[str]:
    """The files of an earlier site in a folder."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    keeper = folder / _KEEPER
    first = keeper.read_text(encoding="utf-8").partition("\n")[0] if keeper.is_file() else ""
    if not first.startswith(_LIST):
        raise SpecError(f"{folder} holds something else than an earlier site; choose an empty folder.")
    return {path for path in json.loads(first.removeprefix(_LIST).rstrip(";")) if ".." not in path}


_LIST = "const FILES = "


def site_files(downloads: Path) -> Mapping[str, bytes]:
    """The files of the site by their paths. But for the page and what keeps the files, a changed one has a new name.

    Raises:
        SpecError: as :func:`build_site`.
    """
    pyodide = f"pyodide-{PYODIDE_VERSION}/"
    files = {f"{pyodide}{name}": content for name, content in sorted(pyodide_files(downloads).items())}
    engine, documents = engine_archive(library_files(downloads)), documents_archive(downloads)
    archives = {"ENGINE": f"engine-{_digest(engine)}.zip", "DOCUMENTS": f"documents-{_digest(documents)}.zip"}
    files |= {archives["ENGINE"]: engine, archives["DOCUMENTS"]: documents}
    memory = f"memory-{_digest(engine, (_FILES / 'engine.js').read_bytes(), pyodide.encode())}"
    names = {"PYODIDE": pyodide, **archives, "MEMORY": memory}
    static = _static_files("".join(f'export const {name} = "../{path}";\n' for name, path in names.items()))
    files |= {f"static-{_digest(*static.values())}/{name}": content for name, content in static.items()}
    listing = json.dumps(sorted(files))
    keeper = f"{_LIST}{listing};\n{(_FILES / _KEEPER).read_text(encoding='utf-8')}"
    page = _page(next(path for path in files if path.startswith("static-")).partition("/")[0])
    return {_PAGE: page, _KEEPER: keeper.encode(), **dict(sorted(files.items()))}


def _static_files(names: str) -> dict[str, bytes]:
    """The files beside the page: those of every host, and in place of some of them the site's own."""
    files = {name: static_file(name) for name in STATIC}
    files |= {file.name: file.read_bytes() for file in _FILES.iterdir() if file.name != _KEEPER}
    return dict(sorted((files | {"files.js": names.encode()}).items()))


def _page(static: str) -> bytes:
    """The one page: the start page, as every host has it, with the policy that a server sends in its head."""
    policy = element("meta", http_equiv="Content-Security-Policy", content=SITE_POLICY)
    style = element("link", rel="stylesheet", href=f"./{static}/site.css")
    script = element("script", type="module", src=f"./{static}/site.js")
    note = element("p", id="engine", class_="engine", aria_live="off")
    text = body_of(respond(WebRequest("GET", ""))).decode()
    text = text.replace("<head>", f"<head>{policy}", 1).replace("</head>", f"{style}{script}</head>", 1)
    return text.replace("./static/", f"./{static}/").replace("</footer>", f"{note}</footer>", 1).encode()


def _digest(*contents: bytes) -> str:
    """What changes with the content of files."""
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:12]
