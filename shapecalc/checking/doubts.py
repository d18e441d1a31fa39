"""Mistakes of a network that may not be its own: the program around it, or its caller, may give what it lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapecalc.checking.trials import InputTrial
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.programs import Program
from shapecalc.formats.source.values import MODULE, Instance


def is_doubtful(program: Program, trial: InputTrial) -> bool:
    """Whether what a network stops at may be no mistake."""
    failure = trial.best.failure
    if not isinstance(failure, Fault) or trial.candidate.origin == "call":
        return False
    if failure.code == "call" and isinstance(failure.place, ast.ClassDef):
        return True  # a field of a dataclass, which whoever makes it gives
    return _is_set_elsewhere(program, failure) or _is_none_by_default(program, failure) or _has_no_parts(trial, failure)


def _is_set_elsewhere(program: Program, failure: Fault) -> bool:
    """Whether the program gives an object from outside the attribute that it lacks: ``model.fc = ...``."""
    name = getattr(failure.place, "attr", "")
    return failure.code == "attribute" and any(
        isinstance(entry, ast.Attribute)
        and entry.attr == name
        and isinstance(entry.ctx, ast.Store)
        and not (isinstance(entry.value, ast.Name) and entry.value.id == "self")
        for entry in ast.walk(program.tree)
    )


def _is_none_by_default(program: Program, failure: Fault) -> bool:
    """Whether it stops at an argument that is None where its caller gives nothing."""
    if failure.code not in {"type", "attribute"}:
        return False
    names = {entry.id for entry in ast.walk(failure.place) if isinstance(entry, ast.Name)}
    names |= {entry.attr for entry in ast.walk(failure.place) if isinstance(entry, ast.Attribute)}
    return not names.isdisjoint(_optional(program.tree))


def _optional(tree: ast.Module) -> Iterator[str]:
    """The parameters of the functions of a file whose default is None."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            positional = zip([*node.posonlyargs, *node.args][::-1], node.defaults[::-1], strict=False)
            named = zip(node.kwonlyargs, node.kw_defaults, strict=True)
            pairs: list[tuple[ast.arg, ast.expr | None]] = [*positional, *named]
            yield from (entry.arg for entry, value in pairs if isinstance(value, ast.Constant) and value.value is None)


def _has_no_parts(trial: InputTrial, failure: Fault) -> bool:
    """Whether it is a container, which whoever uses it fills."""
    network = trial.best.network
    kinds = [entry.name for entry in network.cls.order if entry.node is None] if isinstance(network, Instance) else []
    return failure.code in {"type", "index"} and not trial.best.names and kinds != [MODULE.name]
