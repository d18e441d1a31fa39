"""Workbooks as LibreOffice computes them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

from openpyxl import load_workbook


def recalculated(files: dict[str, bytes], folder: Path) -> dict[str, dict[str, list[float]]]:
    """For each file, the values on each of its sheets, in the order of the tensor that they are.

    Args:
        files: workbooks by name.
        folder: an empty one to work in.
    """
    for name, content in files.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--convert-to", "xlsx", "--outdir", str(folder / "computed")),
        *(str(folder / f"{name}.xlsx") for name in files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)  # noqa: S603  ours
    return {name: _values(content, folder / "computed" / f"{name}.xlsx") for name, content in files.items()}


def _values(content: bytes, computed: Path) -> dict[str, list[float]]:
    """The numbers in the cells that the written file marks as values."""
    written, numbers = load_workbook(io.BytesIO(content)), load_workbook(computed, data_only=True)
    return {
        sheet.title: [
            numbers[sheet.title].cell(cell.row, cell.column).value
            for line in sheet.iter_rows()
            for cell in line
            if cell.style == "value"
        ]
        for sheet in written
    }
