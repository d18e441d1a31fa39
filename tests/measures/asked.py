"""What exercises ask, each kind as a function of its inputs that asks the engine."""

from __future__ import annotations

import itertools
import json
import math
import re
from pathlib import Path
from typing import Any

from shapecalc import Builder, Net, ShapeError, layers
from shapecalc.algebra import Name, evaluate
from shapecalc.formats import parse
from shapecalc.formats.text.expression import read_expression
from shapecalc.measures import measure
from tests import nets
from tests.narrow import integer, integers
from tests.nets.parts import conv

ROWS = {
    row["id"]: row
    for row in json.loads((Path(__file__).parents[1] / "data" / "exercises.json").read_text(encoding="utf-8"))
}

Inputs = dict[str, Any]


def chain(shape: tuple[Any, ...], *parts: Any) -> Any:
    """The report of a chain of layers."""
    b = Builder(shape)
    b.chain(*parts)
    return measure(b.build())


def last_shape(report: Any) -> list[Any]:
    """The output as courses write it: height, width, channels."""
    (channels, *axes) = report.output_shape
    return [*axes, channels]


def square(n: Inputs) -> tuple[Any, Any, Any]:
    size = n.get("w") or n.get("h") or n.get("i")
    return n.get("c", n.get("cin", 3)), size, size


def window(n: Inputs, filters: int = 1) -> Any:
    """The convolution that an exercise describes: f or k is its kernel."""
    kernel = n["f"] if "f" in n else n["k"]
    return conv(n.get("cout", filters), kernel, n.get("s", 1), n.get("p", 0), groups=n.get("groups", 1))


def size(n: Inputs) -> Any:
    report = chain(square(n), window(n))
    return report.output_shape[1] if "cin" not in n else {"size": report.output_shape[1], "params": report.parameters}


def parameters(n: Inputs) -> int:
    channels = n.get("c", n.get("cin"))
    filters = n["k"] if "f" in n else n["cout"]
    return chain(
        (channels, 99, 99),
        window({"f": n.get("f", n.get("k")), "groups": n.get("groups", 1)}, 0).replace(out_channels=filters),
    ).parameters


def dense(n: Inputs) -> int:
    """Parameters of a dense layer on a volume, or on so many numbers."""
    shape = (n["c"], n["h"], n["w"]) if "c" in n else (n.get("n", n.get("nin")),)
    neuron = "c" in n  # the one neuron is asked for without a bias
    units = n.get("units", n.get("nout", 1))
    return chain(shape, layers.Flatten(), layers.Linear(out_features=units, bias=not neuron)).parameters


def pooled(n: Inputs) -> list[int]:
    return last_shape(chain(square(n), layers.MaxPool2d(n.get("f", 2), n.get("s", 2))))


def field(n: Inputs) -> int:
    """The receptive field of windows (kernel, stride), or of 3x3 windows with dilations."""
    parts = [conv(1, k, s) for k, s in n.get("layers", ())]
    parts += [conv(1, 3, dilation=dilation) for dilation in n.get("dilations", ())]
    (axis, _) = chain((1, 999, 999), *parts).rows[-1].fields
    return axis.size


def fits(n: Inputs) -> dict[str, Any]:
    """Whether the last window ends where the input does, and what the division would have given."""
    (axis, _) = chain(square(n), window(n)).rows[-1].fields
    left = axis.length - 1 + n["p"] - axis.interval(axis.count - 1)[1]
    return {"fits": left == 0, "value": axis.count + left / axis.jump}


def vgg_row(number: int) -> dict[str, Any]:
    """A row of CS231n's table: convolutions and poolings counted from 1, weights without biases."""
    rows = [row for row in measure(parse("zoo:vgg16")) if row.type in ("Conv2d", "MaxPool2d")]
    row = rows[number - 1]
    return {"volume": last_shape(row), "weights": math.prod(row.weights["weight"]) if row.weights else 0}


def vgg_of_the_table() -> Net:
    """VGG-16 with the values that CS231n's table counts: no copies that an activation or dropout makes."""
    net = parse("zoo:vgg16")
    for row in measure(net):
        if row.type == "ReLU":
            net = net.replacing(row.name, layers.ReLU(inplace=True))
        elif row.type in ("Dropout", "AdaptiveAvgPool2d"):
            net = net.replacing(row.name, layers.Identity())
    return net


def activations(net: Net) -> int:
    """How many numbers the input and the outputs of all layers hold."""
    shapes = [*net.inputs.values(), *(row.output_shape for row in measure(net) if not row.layer.is_view())]
    return sum(math.prod(integers(shape)) for shape in shapes)


def transposed(n: Inputs) -> Any:
    """The output of a transposed convolution, and the direct convolution of the stretched input that equals it."""
    k, s, p = n["k"], n["s"], n["p"]
    if "i_prime" not in n:
        shape = (1, *n["i"]) if isinstance(n["i"], list) else (1, n["i"], n["i"])
        found = chain(shape, layers.ConvTranspose2d(1, 1, k, stride=s, padding=p)).output_shape[1:]
        return list(found) if isinstance(n["i"], list) else found[0]
    shape = (1, n["i_prime"])
    (_, output) = chain(shape, layers.ConvTranspose1d(1, 1, k, stride=s, padding=p)).output_shape
    stretch = layers.ConvTranspose1d(1, 1, 1, stride=s)
    (_, stretched) = chain(shape, stretch).output_shape
    equivalent = [
        padding
        for padding in range(k)
        if chain(shape, stretch, layers.Conv1d(1, 1, k, padding=padding)).output_shape == (1, output)
    ]
    return {"o_prime": output, "equiv_padding": equivalent[0], "stretched": stretched}


def inputs_giving(output: int, layer: Any) -> list[int]:
    """The lengths up to 40 of which a layer makes ``output``."""
    found = []
    for length in range(1, 40):
        try:
            found += [length] if chain((1, length), layer).output_shape == (1, output) else []
        except ShapeError:
            continue
    return found


def same_identity(row: dict[str, Any], net: Net) -> bool:
    """Whether a measured size in letters equals the published closed form wherever the engine allows the letters."""
    form = row["answer"].split("=", 1)[1].split(",")[0].replace("i'", "i")
    form = re.sub(r"floor\(((?:[^()]|\([^()]*\))*)\)", r"⌊\1⌋", form).replace("s(", "s*(")
    (_, measured), published = measure(net).output_shape, read_expression(form)
    grid = [dict(zip((I, K, S, P, N, A), point, strict=True)) for point in itertools.product(*[range(1, 5)] * 6)]
    return all(evaluate(measured, env) == evaluate(published, env) for env in grid)


def letters(**arguments: Any) -> Net:
    """A convolution over an input of length i, transposed or not, whose arguments are letters."""
    transposing = arguments.pop("transposing", False)
    b = Builder((1, Name("i")))
    b.add((layers.ConvTranspose1d if transposing else layers.Conv1d)(1, 1, **arguments))
    return b.build()


I, K, S, P, N, A = map(Name, "ikspna")

#: Each relationship of Dumoulin and Visin with the convolution that it speaks of.
RELATIONSHIPS = {
    "ex079": letters(kernel_size=2 * N + 1, padding=N),
    "ex082": letters(kernel_size=K, stride=S, padding=P),
    "ex085": letters(kernel_size=K, transposing=True),
    "ex088": letters(kernel_size=K, padding=K - 1, transposing=True),
    "ex091": letters(kernel_size=K, stride=S, padding=P, output_padding=A, transposing=True),
}


def dense_formula() -> bool:
    """Whether a dense layer's parameters in letters are the published formula."""
    units = Name("Nin"), Name("Nout")
    b = Builder((units[0],))
    b.add(layers.Linear(*units))
    measured, published = measure(b.build()).parameters, read_expression(ROWS["ex094"]["answer"])
    pairs = itertools.product(range(1, 9), repeat=2)
    return all(
        evaluate(measured, env) == evaluate(published, env)
        for env in (dict(zip(units, pair, strict=True)) for pair in pairs)
    )


def same_padding(n: Inputs) -> dict[str, int]:
    layer: Any = layers.Conv1d(1, 1, n["f"], stride=n["s"], padding="tf_same")
    ((_, env),) = layer.axis_envs((1, n["i"]))
    return {"out": chain((1, n["i"]), layer).output_shape[1], "pstart": env["before"], "pend": env["after"]}


def edge_detection() -> str:
    """How many times fewer operations a 1x2 window takes than a matrix, to one digit (Deep Learning, figure 9.6)."""
    seen = chain((1, 280, 320), conv(1, (1, 2), bias=False))
    values = math.prod(seen.output_shape)
    matrix = chain((280 * 320,), layers.Linear(out_features=values, bias=False))
    operations = 2 * seen.macs - values  # the first product of each sum is not added to anything
    return f"about {round(2 * matrix.macs / operations, -4):,.0f}x"


def lenet(node: str) -> dict[str, int]:
    """Parameters and connections of a layer of LeNet-5, which may be several nodes here."""
    part = {"C3": "map", "F6": "f6"}[node]
    rows = [row for row in within("lenet5_1998", part) if row.parameters]
    biases = sum(math.prod(row.output_shape) for row in rows)  # one connection per bias and place
    return {"params": sum(row.parameters for row in rows), "connections": sum(row.macs for row in rows) + biases}


def happy_house() -> dict[str, int]:
    report: Any = measure(nets.happy_house())
    kept = sum(math.prod(shape) for row in report for shape in row.buffers.values() if shape)
    return {"total": report.trainable + kept, "trainable": report.trainable, "non_trainable": kept}


def keras_batch_norm(n: Inputs) -> int:
    report = chain((n["c"], 4, 4), layers.BatchNorm2d())
    return report.parameters + sum(math.prod(shape) for shape in report.rows[0].buffers.values() if shape)


def unet_tiles(n: Inputs, count: int) -> list[int]:
    """The largest tiles up to a size for which every pooling of U-Net reads an even size; the table lists five."""
    found = []
    for tile in range(n["max"], 0, -1):
        report: Any = measure(parse("zoo:unet", input_shape=(1, tile, tile)))
        pools = [row for row in report if row.type == "MaxPool2d"]
        if all(row.input_shapes[0][1] % 2 == 0 for row in pools):
            found.append(tile)
        if len(found) == count:
            return found[::-1]
    return found


def fire(module: str) -> int:
    """The parameters of one of SqueezeNet's modules."""
    return sum(row.parameters for row in within("squeezenet1_0", module))


def inception(module: str) -> dict[str, int]:
    """Weights without biases, and multiply-accumulates, of one of GoogLeNet's modules."""
    rows = within("googlenet_2014", module)
    weights = [math.prod(row.weights["weight"]) for row in rows if row.weights]
    return {"params": sum(weights), "macs": sum(row.macs for row in rows)}


def within(net: str, module: str) -> list[Any]:
    """The rows of a module of a net of the zoo."""
    return [row for row in measure(parse(f"zoo:{net}")) if f"{row.name}.".startswith(f"{module}.")]


def capsnet_padding(n: Inputs) -> str:
    """Which padding gives the 35.4 million parameters, each padding's own number being as published too."""
    found = {padding: integer(measure(nets.capsnet_baseline(padding)).parameters) for padding in ("valid", "same")}
    assert {padding: n[padding] for padding in found} == found
    return next(padding for padding, count in found.items() if f"{count / 1e6:.1f}" == "35.4")


def transposed_macs(n: Inputs) -> int:
    part = layers.ConvTranspose2d(n["cin"], n["cout"], n["k"], stride=2, groups=n.get("groups", 1), bias=False)
    return n.get("batch", 1) * chain((n["cin"], n["i"], n["i"]), part).macs


def ceil_pool(n: Inputs) -> Any:
    sizes = n["i"] if isinstance(n["i"], list) else [n["i"]]
    pool = {1: layers.MaxPool1d, 2: layers.MaxPool2d}[len(sizes)]
    found = list(chain((1, *sizes), pool(n["k"], n["s"], ceil_mode=n["ceil"])).output_shape[1:])
    return found if isinstance(n["i"], list) else found[0]


def tensorflow(n: Inputs, filters: int) -> list[int]:
    """A shape as TensorFlow writes it, with the batch."""
    padding = "tf_same" if n.get("padding") == "SAME" else "valid"
    return [1, *last_shape(chain(square(n), conv(filters, n["k"], n.get("s", 1), padding)))]


def d2l_window(n: Inputs) -> list[int]:
    part = conv(1, tuple(n["k"]), tuple(n["s"]), tuple(n["p"]))
    return list(chain((1, n["h"], n["w"]), part).output_shape[1:])


def keras_transposed(n: Inputs) -> int:
    """Keras: with no output padding the largest input of which a "same" convolution makes this; else torch's rule."""
    if n["op"] is None:
        return max(inputs_giving(n["i"], layers.Conv1d(1, 1, n["k"], stride=n["s"], padding="tf_same")))
    part = layers.ConvTranspose1d(1, 1, n["k"], stride=n["s"], padding=n["k"] // 2, output_padding=n["op"])
    return chain((1, n["i"]), part).output_shape[1]
