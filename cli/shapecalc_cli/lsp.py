"""``shapecalc lsp``: the language server, which an editor starts."""

from __future__ import annotations


def lsp() -> None:
    """Check networks while they are written, in an editor.

    This is a language server, which talks over standard input and output. docs/how-to/in-the-editor.md has the settings
    of editors.
    Needs the extra: pip install 'shapecalc[lsp]'.

    Example:
      shapecalc lsp
    """
    from shapecalc.errors import ShapecalcError

    try:
        from shapecalc.checking.server import make_server
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith("shapecalc"):
            raise
        raise ShapecalcError(
            "The language server needs pygls, which is not installed. Try pip install 'shapecalc[lsp]'."
        ) from None
    make_server().start_io()
