"""Several files at once, and folders of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from shapecalc.checking.judgement import check
from shapecalc.checking.verdict import FileCheck, worst
from shapecalc.errors import SpecError
from shapecalc.formats.source.programs import Source
from shapecalc.formats.text.files import read_standard_input
from shapecalc.layers import Shape

#: The most files of one command.
MAX_FILES = 2_000
#: The most characters of all files of a folder, which are held together.
MAX_CHARACTERS = 50_000_000
#: With fewer files, starting processes takes longer than checking them.
FEW_FILES = 12


@final
@dataclass(frozen=True, eq=False)
class Checks:
    """The verdicts on files."""

    files: tuple[FileCheck, ...]

    @property
    def status(self) -> int:
        """The exit status: 1 where something is wrong, else 3 where something is not known, else 0."""
        verdict = worst([each.verdict for each in self.files if each.verdict is not None])
        return verdict.status if verdict is not None else 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"version": 1, "files": [each.as_dict() for each in self.files]}


@final
@dataclass(frozen=True, eq=False)
class CheckOptions:
    """What a check is told, the same for every file.

    Attributes:
        name: the class to check; "" for all.
        call: the call that builds the network; "" for those of the file.
        inputs: the shapes of its inputs, without the batch.
        ignored: codes of warnings that are left out.
        domains: whether to derive the domains of inputs that are inferred.
    """

    name: str = ""
    call: str = ""
    inputs: tuple[Shape, ...] = ()
    ignored: frozenset[str] = frozenset()
    domains: bool = False

    def check(self, source: Source) -> FileCheck:
        """The verdict on a file."""
        result = check(source, name=self.name, call=self.call, inputs=self.inputs)
        if self.domains and any(network.inputs_from == "inferred" for network in result.networks):
            from shapecalc.checking.domains import with_domains  # noqa: PLC0415  few files need closed forms

            result = with_domains(result, source)
        return result.without(self.ignored)


def check_files(sources: Sequence[Source], options: CheckOptions, *, jobs: int = 0) -> Iterator[FileCheck]:
    """The verdicts on files, in their order, each as soon as it is there.

    Args:
        sources: the files.
        options: what to check.
        jobs: how many processes share the files; 0 for one a processor, or none where there are few files.

    Raises:
        SpecError: a file cannot be checked as the options say.
    """
    if len(sources) < FEW_FILES and not jobs:
        jobs = 1
    jobs = min(jobs or os.cpu_count() or 1, max(1, len(sources)))
    if jobs == 1:
        yield from map(options.check, sources)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  slow to import, and few files do without

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(options.check, sources, chunksize=max(1, min(8, len(sources) // (4 * jobs))))


def sources(paths: Sequence[str], *, root: str = "") -> list[Source]:
    """The programs in files, notebooks, folders and standard input.

    Args:
        paths: where they are; ``-`` is standard input.
        root: the folder from which they may import; by default the folder of each, or the one that is named.

    Raises:
        SpecError: a path leads nowhere, or a folder has no files or too many.
    """
    return [*_sources(paths, Path(root).resolve() if root else None)]


def _sources(paths: Sequence[str], root: Path | None) -> Iterator[Source]:
    for path in paths:
        place = Path(path)
        if path == "-":
            yield Source(path, read_standard_input(), root)
        elif place.is_dir():
            files = sorted(file for file in [*place.rglob("*.py"), *place.rglob("*.ipynb")] if not _is_hidden(file))
            if not files:
                raise SpecError(f"{path} has no Python files and no notebooks.")
            if len(files) > MAX_FILES:
                raise SpecError(f"{path} has more than {MAX_FILES:,} files.")
            characters = 0
            for file in files:
                source = _source_in_folder(file, root or place.resolve())
                characters += len(source.text)
                if characters > MAX_CHARACTERS:
                    raise SpecError(
                        f"{path} has more than {MAX_CHARACTERS:,} characters in its files; name some of them."
                    )
                yield source
        else:
            yield Source.of_file(place, root)


def _source_in_folder(file: Path, root: Path) -> Source:
    """A file of a folder; one that cannot be read does not end the check of the others."""
    try:
        return Source.of_file(file, root)
    except SpecError as refused:
        return Source(str(file), "", root, refusal=str(refused))


def _is_hidden(file: Path) -> bool:
    """Whether a file belongs to a tool and not to the program: a checkpoint of a notebook, an environment."""
    return any(part.startswith(".") and part.strip(".") for part in file.parts)
