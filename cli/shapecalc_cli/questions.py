"""The questions of ``shapecalc solve``: two sizes, or layers with options that say what to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.errors import SpecError

if TYPE_CHECKING:
    from shapecalc.net import Net

#: The options of a command line by name, without those that have no value.
Options = dict[str, Any]

#: The options of a question with two sizes, with the parameters of :func:`shapecalc.solve.layers_for`.
_SIZE_OPTIONS = {
    "--layer": "layer",
    "--k": "kernel_size",
    "--s": "stride",
    "--p": "padding",
    "--d": "dilation",
    "--a": "output_padding",
    "--ceil": "ceil_mode",
    "--dims": "dims",
}
#: The goals of a question about the values of a letter.
_GOALS = ("--output", "--field", "--parameters", "--macs", "--memory")


def answer(question: str, options: Options) -> Any:
    """The library's answer to the question that the words and options of the command line make.

    Raises:
        SpecError: an option belongs to another question, or one is missing.
    """
    from shapecalc.solve import ARROWS

    if any(arrow in question for arrow in ARROWS):
        return _layers_between(question, options)
    if "--restore" in options:
        return _restoring_layer(question, options)
    if "--repeat" in options:
        return _repetitions(question, options)
    return _values_of_a_letter(question, options)


def _layers_between(sizes: str, options: Options) -> Any:
    from shapecalc.solve import layers_for

    _allow("two sizes", options, (*_SIZE_OPTIONS, "--all"))
    return layers_for(sizes, **{name: options[option] for option, name in _SIZE_OPTIONS.items() if option in options})


def _restoring_layer(layer: str, options: Options) -> Any:
    from shapecalc.solve import restore

    _allow("--restore", options, ("--restore", "--input"), required="--input")
    return restore(layer, options["--input"])


def _repetitions(layers: str, options: Options) -> Any:
    from shapecalc.solve import depth_for

    _allow("--repeat", options, ("--repeat", "--field"), required="--field")
    return depth_for(layers, field=options["--field"])


def _values_of_a_letter(spec: str, options: Options) -> Any:
    from shapecalc.formats import open_net

    goals = [goal for goal in _GOALS if goal in options]
    if len(goals) != 1:
        raise SpecError(f"Say what is wanted of these layers with one of {', '.join(_GOALS)}, --restore or --repeat.")
    (goal,) = goals
    _allow(goal, options, ("--input", goal, *(("--training", "--dtype") if goal == "--memory" else ())))
    return _reach(goal, open_net(spec, input_shape=options.get("--input", ())), options)


def _reach(goal: str, net: Net, options: Options) -> Any:
    from shapecalc.solve import inputs_for, largest_for, smallest_for

    if goal == "--output":
        return inputs_for(net, options[goal])
    if goal == "--field":
        return smallest_for(net, field=options[goal])
    settings = {name: options[f"--{name}"] for name in ("training", "dtype") if f"--{name}" in options}
    return largest_for(net, **{goal.removeprefix("--"): options[goal]}, **settings)


def _allow(question: str, options: Options, allowed: tuple[str, ...], *, required: str = "") -> None:
    """Refuse options that belong to another question, and a question without its required option."""
    foreign = next((option for option in options if option not in allowed), None)
    if foreign is not None:
        raise SpecError(f"{foreign} does not belong to a question with {question}; see shapecalc solve --help.")
    if required and required not in options:
        raise SpecError(f"{question} needs {required}; see shapecalc solve --help.")
