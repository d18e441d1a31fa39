"""``shapecalc sheet``: a network as a spreadsheet with live formulas."""

from __future__ import annotations

from typing import Annotated

import typer


def sheet(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 1x8x8.")
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The XLSX file that is written.")],
    seed: Annotated[int, typer.Option(help="Draw the input and the weights from another seed.")] = 0,
    weights: Annotated[
        str | None, typer.Option(metavar="FILE", help="Take the weights of a file of safetensors instead.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a network as a spreadsheet with live formulas.

    One sheet for each layer. The input, weights and biases may be changed by hand; everything
    else is a formula, in Excel and in LibreOffice.

    Examples:
      shapecalc sheet "Conv2d(1, 2, 3) ReLU" -i 1x8x8 -o conv.xlsx
      shapecalc sheet zoo:lenet5 -o lenet.xlsx --seed 7
    """
    from pathlib import Path

    from shapecalc.errors import SpecError, missing_package
    from shapecalc.formats.writing import write_atomically
    from shapecalc.measures import measure
    from shapecalc_cli.opening import open_with_warnings, read_inputs
    from shapecalc_cli.output import say, say_json, show

    try:
        from shapecalc.drawing.sheet import read_values, seeded_values, write_formulas
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "Spreadsheets", "openpyxl", "draw") from None
    if Path(output).suffix.lower() != ".xlsx":
        raise SpecError(f"A spreadsheet is written as XLSX; give -o a name that ends in .xlsx, not {output}.")
    report = measure(open_with_warnings(spec, input_shape=read_inputs(input_)))
    values = seeded_values(report, seed)
    if weights is not None:
        values |= read_values(Path(weights), report)
    origin = f"Input and weights are drawn from seed {seed}."
    if weights is not None:
        origin = f"The weights are those of {Path(weights).name}; the input is drawn from seed {seed}."
    book = write_formulas(report, values, origin=origin)
    content = book.content()
    write_atomically(Path(output), content)
    if json:
        say_json(book.as_dict())
        return
    show(book.page())
    say(f"\nWrote {output}: {len(content):,} bytes. {origin}")
