"""``shapecalc net``: a network as a table."""

from typing import Annotated, Any

import typer

from shapecalc_cli.options import Batch, Device, Dtype, Optimizer, setting


def net(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="SPEC",
            help="The layers, as torch writes or prints them, or the path of a file with them; - reads standard input.",
        ),
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 3x130x130.")
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(metavar="N", help="Fold blocks, with subtotals: 1 for a row layer1, 2 for layer1.0."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="type", help="A row for all layers of a type, with their sums.")
    ] = None,
    totals: Annotated[bool, typer.Option("--totals", help="The totals alone.")] = False,
    columns: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="The columns to show, such as name,output,values,parameters,MACs,saved."),
    ] = None,
    batch: Batch = None,
    optimizer: Optimizer = None,
    dtype: Dtype = None,
    device: Device = None,
    convention: Annotated[
        str | None,
        typer.Option(
            metavar="TOOL",
            help="Count work as another tool does, term by term: torch, fvcore, thop, ptflops, ptflops-aten, torchinfo "
            "or paper.",
        ),
    ] = None,
    semantics: Annotated[
        str | None,
        typer.Option(metavar="FRAMEWORK", help="Compare the sizes of torch with those of keras or onnx."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What each layer of a network gives, costs and sees, with totals.

    Without an input: the parameters and the fields alone.

    Examples:
      shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4) Flatten" --input 3x130x130
      shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW
      shapecalc net zoo:resnet50 --depth 1
      shapecalc net zoo:resnet50 --by type
      shapecalc net zoo:resnet50 --columns name,output,values,MACs
      shapecalc net zoo:resnet50 --batch 32 --optimizer adam --totals
      shapecalc net "Conv2d(3, 10, 3) ReLU" -i 3x32x32 --convention fvcore
      shapecalc net "MaxPool2d(3, 2, ceil_mode=True)" -i 3x7x7 --semantics keras
      shapecalc net network.yaml --json
    """
    from shapecalc.errors import RefusedSourceError, ShapeError, UnknownOrderError
    from shapecalc.formats import open_net
    from shapecalc_cli.opening import read_inputs
    from shapecalc_cli.output import say_json, show

    # parameters and fields need no input; a comparison with another tool does
    needs_input = convention is not None or semantics is not None
    unread = "--convention" if convention is not None else "--semantics" if semantics not in {None, "torch"} else ""
    reason = f"{unread} is about one input, without its memory; leave one of them out" if unread else ""
    words = setting(batch, optimizer, dtype, device, without=reason)
    rows = _rows(depth, by, totals, columns, without=unread)
    try:
        network = open_net(spec, input_shape=read_inputs(input_), needs_input=needs_input)
        result = _result(network, words, rows, convention, semantics)
    except UnknownOrderError as question:
        if input_ or needs_input or rows:
            raise
        result = _inventory(question.text)
    except RefusedSourceError as refused:
        _show_source(refused, {**words, "rows": rows}, json)
        raise
    except ShapeError as refusal:
        _show_layers(network, refusal, {**words, "rows": rows}, json)
        raise
    if json:
        say_json(result.as_dict())
    else:
        show(result.page())


def _inventory(text: str) -> Any:
    """The layers that torch prints, where their order is not known."""
    from shapecalc.measures.inventory import take_inventory

    return take_inventory(text)


def _show_source(refused: Any, words: dict[str, Any], json: bool) -> None:
    """:func:`_show_layers` of a network of source code, whose refusal names the line."""
    from shapecalc.errors import ShapeError
    from shapecalc.measures import measure

    try:
        measure(refused.net)
    except ShapeError as refusal:
        _show_layers(refused.net, refusal, words, json, message=str(refused))


def _show_layers(net: Any, refusal: Any, words: dict[str, Any], json: bool, message: str = "") -> None:
    """Print the layers before the one that refuses; with --json also the refusal, which ends the command."""
    from shapecalc.measures.partial import partial_report
    from shapecalc_cli.output import leave, say, say_json, show

    if not refusal.node:
        return
    part = partial_report(net, refusal, **words)
    if json:
        say_json({**part.as_dict(), "error": message or str(refusal)})
        leave(message or str(refusal))
    show(part.layers())
    say("")


def _rows(depth: int | None, by: str | None, totals: bool, columns: str | None, *, without: str) -> dict[str, Any]:
    """The rows and columns of the table that are asked for, by their names in the library.

    Raises:
        SpecError: there is no such thing to show ``by``, or an option is there that shows another table.
    """
    from shapecalc.errors import SpecError

    if by not in (None, "type"):
        raise SpecError(f"--by takes the word type, not {by}.")
    options = {"depth": depth, "by": by and True, "totals": totals or None, "columns": columns}
    present = [name for name, value in options.items() if value is not None]
    if present and without:
        raise SpecError(f"--{present[0]} would change nothing: {without} has a table of its own.")
    return {"by_type" if name == "by" else name: options[name] for name in present}


def _result(
    net: Any, words: dict[str, str], rows: dict[str, Any], convention: str | None, semantics: str | None
) -> Any:
    """The measures, or the comparison that an option requests; each is imported only when it is needed."""
    from shapecalc.errors import SpecError
    from shapecalc.measures import measure

    if convention is not None and semantics is not None:
        raise SpecError("--convention and --semantics are two questions; ask one at a time.")
    if semantics not in (None, "torch"):  # the measures are torch's
        from shapecalc.compare.frameworks import compare_frameworks

        return compare_frameworks(net, semantics)
    if len(net.inputs) == 1 and not all(net.inputs.values()):
        from shapecalc.measures.outline import outline

        if words:
            raise SpecError(
                f"--{next(iter(words))} needs the input: memory depends on it; add it as --input 3x130x130."
            )
        if rows:
            raise SpecError("The rows and columns of a table need the input; add it as --input 3x130x130.")
        return outline(net)
    report = measure(net, **words)
    if convention is None:
        return report.summary(**rows) if rows else report
    from shapecalc.compare.counters import count_work

    return count_work(report, convention)
