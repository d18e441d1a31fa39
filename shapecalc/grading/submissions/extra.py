"""What to say where a package is missing that only some commands need."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError


def missing_package(missing: ModuleNotFoundError, subject: str, package: str, extra: str) -> Exception:
    """The refusal of what needs a package that is not installed; any other module that is missing is a mistake of ours.

    Args:
        missing: what Python says.
        subject: what needs it.
        package: what it is called where packages come from.
        extra: the extra of shapecalc that brings it.
    """
    if missing.name and missing.name.startswith("shapecalc"):
        return missing
    verb = "need" if subject.endswith("s") else "needs"
    return ShapecalcError(f"{subject} {verb} {package}, which is not installed. Try pip install 'shapecalc[{extra}]'.")
