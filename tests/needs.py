"""What tests need beside the engine: torch, which half of them compare it with, and services that few ask for."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: What cannot be imported without torch.
NEED_TORCH = ("torch", "torchinfo", "accelerate", "safetensors", "sklearn", "shapecalc.pytorch")

#: What drives a browser.
BROWSER = ("playwright", "axe_playwright_python")

#: What `make services` installs, by name, each with its package.
SERVICES = {
    "torchvision": "torchvision",
    "timm": "timm",
    "language-client": "pytest_lsp",
    "postgresql": "psycopg",
    "ray": "ray",
    "processes": "accelerate",
    "tensorboard": "tensorboard",
    "graphviz": "dot",
    "chromium": "chromium",
    "browser": "playwright",
    "mkdocs": "mkdocs",
    "libreoffice": "soffice",
    "node": "node",
    "trainings": "torch",  # and minutes, for many whole ones
}
#: Those of them that are programs.
PROGRAMS = ("dot", "chromium", "node", "soffice")
#: The other tools that `make peers` installs.
PEERS = {name: name for name in ("fvcore", "thop", "ptflops", "keras", "onnx", "onnxruntime", "torchview")}

#: The markers of such tests, which are the options that run them too, and what each may name.
TIERS = {"service": SERVICES, "peer": PEERS}
#: The command that installs what the tests of a tier need, and runs them.
COMMANDS = {"service": "make services", "peer": "make peers"}


def has_torch() -> bool:
    return find_spec("torch") is not None


def has(package: str) -> bool:
    if package in PROGRAMS:
        return shutil.which(package) is not None
    is_there = has_torch() and find_spec(package) is not None
    return is_there and (package != "psycopg" or postgres_programs() is not None)


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's programs, which Debian keeps out of the way; None where it is not installed."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *map(Path, os.get_exec_path())]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def everything_required() -> bool:
    """Whether REQUIRE=all is set: a test that lacks what it needs then fails instead of being skipped."""
    return os.environ.get("REQUIRE") == "all"


def needs_torch(path: Path) -> bool:
    """Whether a module of the tests imports torch at its top, or imports another one that does."""
    return needs_any(path, NEED_TORCH)


def needs_browser(path: Path) -> bool:
    """Whether it imports what drives a browser, which comes with the services."""
    return needs_any(path, BROWSER)


@cache
def needs_any(path: Path, packages: tuple[str, ...]) -> bool:
    """Whether a module of the tests imports one of some packages at its top, or another module that does."""
    return any(_brings(name, packages) for name in imports(path))


def _brings(name: str, packages: tuple[str, ...]) -> bool:
    if any(f"{name}.".startswith(f"{package}.") for package in packages):
        return True
    if not name.startswith("tests."):
        return False
    path = ROOT / name.replace(".", "/")
    modules = [module for module in (path.with_suffix(".py"), path / "__init__.py") if module.is_file()]
    return any(needs_any(module, packages) for module in modules)


def imports(path: Path) -> Iterator[str]:
    """The modules that a module imports at its top, and the names that it imports from them."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        match statement:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(str(module), names):
                yield from (module, *(f"{module}.{alias.name}" for alias in names))
