"""The engine in WebAssembly, as the static site has it, gives what it gives here; node runs it in a browser's place."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from shapecalc.web.site.archives import documents_archive, engine_archive, library_files, pyodide_files
from tests.needs import ROOT
from tests.services import engine_numbers

pytestmark = pytest.mark.service("node")

SITE_FILES = ROOT / "shapecalc" / "web" / "site" / "files"
DOWNLOADS = ROOT / "build" / "downloads"
NUMBERS = Path(engine_numbers.__file__)


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    """A folder with what the site's worker reads."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "pyodide").mkdir()
    for name, content in pyodide_files(DOWNLOADS).items():
        (folder / "pyodide" / name).write_bytes(content)
    (folder / "engine.zip").write_bytes(engine_archive(library_files(DOWNLOADS)))
    (folder / "documents.zip").write_bytes(documents_archive(DOWNLOADS))
    return folder


def in_node(archives: Path, code: str) -> str:
    """What Python code gives in the engine of the site."""
    script = ROOT / "tests" / "services" / "engine_in_node.mjs"
    command = [shutil.which("node") or "node", *map(str, (script, SITE_FILES, archives / "pyodide", archives))]
    ended = subprocess.run(  # noqa: S603  our script
        command, input=code, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


@cache
def _code() -> str:
    return NUMBERS.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["of_the_calculator", "of_a_quiz", "of_the_zoo"])
def test_the_engine_gives_the_same_in_webassembly(what, archives):
    """Tables, derivations, domains, verdicts, keys, and the numbers of every net of the zoo; freshly started."""
    (archives / "snapshot").unlink(missing_ok=True)
    given = in_node(archives, f"{_code()}\n{what}()")
    assert json.loads(given) == json.loads(getattr(engine_numbers, what)())


def test_the_engine_starts_from_its_memory(archives):
    """A start from the memory of an earlier one gives the same, documents as well."""
    both = f"{_code()}\nof_the_calculator() + '\\n' + of_a_quiz()"
    in_node(archives, "''")
    assert (archives / "snapshot").exists()
    given = in_node(archives, both)
    assert given == f"{engine_numbers.of_the_calculator()}\n{engine_numbers.of_a_quiz()}"


def test_the_calculator_needs_no_documents(archives):
    """What tables and verdicts take is there without pydantic and PyYAML."""
    modules = "str([name for name in ('pydantic', 'yaml') if name in sys.modules])"
    assert in_node(archives, f"{_code()}\nof_the_calculator()\nimport sys\n{modules}") == "[]"
