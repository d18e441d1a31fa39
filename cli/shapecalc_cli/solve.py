"""``shapecalc solve``: the questions asked backwards."""

from typing import Annotated, Any

import typer


def solve(
    question: Annotated[
        str,
        typer.Argument(metavar="QUESTION", help='Two sizes, such as "227 -> 55", or layers, a file or zoo:NAME.'),
    ],
    *,
    layer: Annotated[
        str | None, typer.Option("--layer", help="For two sizes: conv (the default), pool, avgpool or deconv.")
    ] = None,
    k: Annotated[
        str | None, typer.Option("--k", help="For two sizes: kernel sizes to try, as 3, 3..7 or 1,3,5.")
    ] = None,
    s: Annotated[str | None, typer.Option("--s", help="Likewise strides.")] = None,
    p: Annotated[str | None, typer.Option("--p", help="Likewise paddings.")] = None,
    d: Annotated[str | None, typer.Option("--d", help="Likewise dilations.")] = None,
    a: Annotated[str | None, typer.Option("--a", "--output-padding", help="Likewise output paddings (deconv).")] = None,
    ceil: Annotated[bool, typer.Option("--ceil", help="Poolings with ceil_mode.")] = False,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Print all layers, not only the ten simplest.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="For one layer: the transposed convolution that gives its --input back.")
    ] = False,
    repeat: Annotated[
        bool, typer.Option("--repeat", help="For layers: how often to repeat them to see --field; i counts from 0.")
    ] = False,
    input_: Annotated[
        str | None,
        typer.Option("--input", "-i", help="For layers: their input, as 3xHxW."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Which inputs give this output: 20x16x16.")
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="From which value of a letter on so many inputs are seen.")
    ] = None,
    parameters: Annotated[
        str | None, typer.Option("--parameters", help="Up to which value of a letter so many suffice: 1e6, 25.6M.")
    ] = None,
    macs: Annotated[str | None, typer.Option("--macs", help="Likewise multiply-accumulates: 4.1G.")] = None,
    memory: Annotated[str | None, typer.Option("--memory", help='Likewise memory: "2 GiB".')] = None,
    training: Annotated[bool, typer.Option("--training", help="With --memory: that of a training step.")] = False,
    dtype: Annotated[str | None, typer.Option(help="With --memory: its number type, float32 by default.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Which layers, inputs, depths or sizes give what is wanted.

    Two sizes ask for the layers that make one of the other. With a letter they must do so for every number; a slash
    rounds down, ceil(W/2) rounds up.

    Layers ask for the values of a letter: those that give --output, reach --field, or stay within --parameters, --macs
    or --memory.

    Examples:
      shapecalc solve "227 -> 55"
      shapecalc solve "3x227x227 -> 96x55x55" --k 3..11 --d 1
      shapecalc solve "W -> W" --k 5 --d 2
      shapecalc solve "W -> W/4" --layer pool
      shapecalc solve "Conv2d(64, 128, 3, stride=2, padding=1)" --restore --input 7
      shapecalc solve "Conv1d(32, 32, 2, dilation=2**i, padding='causal')" --repeat --field 512
      shapecalc solve "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW --output 10x32x32
      shapecalc solve "Conv2d(3, 8, F) Conv2d(8, 8, F)" --input 3x64x64 --field 31
      shapecalc solve zoo:resnet50 --input 3xWxW --memory "2 GiB"
    """
    from shapecalc_cli.output import say, say_json

    given: dict[str, Any] = {
        "--layer": layer,
        "--k": k,
        "--s": s,
        "--p": p,
        "--d": d,
        "--a": a,
        "--ceil": ceil,
        "--dims": dims,
        "--all": all_,
        "--restore": restore,
        "--repeat": repeat,
        "--input": input_,
        "--output": output,
        "--field": field,
        "--parameters": parameters,
        "--macs": macs,
        "--memory": memory,
        "--training": training,
        "--dtype": dtype,
    }
    answer = _answer(question, {name: value for name, value in given.items() if value not in {None, False}})
    if json:
        say_json(answer.as_dict())
    else:
        say(answer.text(limit=None) if all_ else str(answer))


#: What belongs to a question between two sizes, and to one about what may be.
_SIZES = ("--layer", "--k", "--s", "--p", "--d", "--a", "--ceil", "--dims", "--all")
_WISHES = ("--output", "--field", "--parameters", "--macs", "--memory")


def _answer(question: str, given: dict[str, Any]) -> Any:
    """The answer of the library to the question that the options make."""
    from shapecalc import solve as solved
    from shapecalc.errors import SpecError
    from shapecalc.formats import open_net

    if any(arrow in question for arrow in solved.ARROWS):
        _only("two sizes", given, _SIZES)
        names = ("layer", "kernel_size", "stride", "padding", "dilation", "output_padding", "ceil_mode", "dims")
        asked = {name: given[option] for name, option in zip(names, _SIZES, strict=False) if option in given}
        return solved.layers_for(question, **asked)
    if "--restore" in given:
        _only("--restore", given, ("--restore", "--input"), "--input")
        return solved.restore(question, given["--input"])
    if "--repeat" in given:
        _only("--repeat", given, ("--repeat", "--field"), "--field")
        return solved.depth_for(question, field=given["--field"])
    wishes = [wish for wish in _WISHES if wish in given]
    if len(wishes) != 1:
        raise SpecError(f"Say what is wanted of these layers with one of {', '.join(_WISHES)}, --restore or --repeat.")
    (wish,) = wishes
    _only(wish, given, ("--input", wish, *(("--training", "--dtype") if wish == "--memory" else ())))
    net = open_net(question, input_shape=given.get("--input", ()))
    if wish == "--output":
        return solved.inputs_for(net, given[wish])
    if wish == "--field":
        return solved.smallest_for(net, field=given[wish])
    more = {name: given[f"--{name}"] for name in ("training", "dtype") if f"--{name}" in given}
    return solved.largest_for(net, **{wish.removeprefix("--"): given[wish]}, **more)


def _only(question: str, given: dict[str, Any], options: tuple[str, ...], needed: str = "") -> None:
    """Refuse options that belong to another question, and a question without the option it needs."""
    from shapecalc.errors import SpecError

    other = next((option for option in given if option not in options), None)
    if other is not None:
        raise SpecError(f"{other} does not belong to a question with {question}; see shapecalc solve --help.")
    if needed and needed not in given:
        raise SpecError(f"{question} needs {needed}; see shapecalc solve --help.")
