"""The text in a file that a person gives: a text, the code of a notebook, or the layers in a spreadsheet."""

from __future__ import annotations

from shapecalc.errors import SpecError
from shapecalc.formats.source.programs import join_cells, notebook_cells
from shapecalc.web.layer_tables import workbook_layers
from shapecalc.web.reading import MAX_CHARACTERS
from shapecalc.web.request import form_text

#: What a notebook begins with, and an archive such as a workbook.
_NOTEBOOK, _ARCHIVE = '"cells"', b"PK\x03\x04"


def uploaded_text(content: bytes) -> str:
    """The text in a file, for :func:`shapecalc.web.reading.read_net`.

    Raises:
        SpecError: it is no text, or too long.
    """
    if content.startswith(_ARCHIVE):
        return workbook_layers(content)
    try:
        text = form_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SpecError("The file is no text in UTF-8.") from None
    if text.lstrip().startswith("{") and _NOTEBOOK in text:
        text = form_text(join_cells(notebook_cells("the file", text)))
    if len(text) > MAX_CHARACTERS:
        raise SpecError(f"The file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
    return text
