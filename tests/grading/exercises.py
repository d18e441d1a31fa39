"""Exercises of courses and papers as questions: what is asked of which network, and what comes out.

Each entry: the question's name; its kind; its network and input; its keys in a quiz file; the published answer, in the
ways in which people write it.
"""
# ruff: noqa: E501 - an exercise stands in one line

from __future__ import annotations

from typing import Any, NamedTuple


class Exercise(NamedTuple):
    """A question and its published answer, in several notations."""

    name: str
    kind: str
    net: str
    shape: str
    keys: dict[str, Any]
    answers: tuple[str, ...]


def _number(value: int) -> tuple[str, ...]:
    return (str(value), f"{value:,}", f" {value} ", f"{value}.0", f"+{value}", f"{value}.00")


def _calculation(*texts: str) -> tuple[str, ...]:
    return texts


def _shape(*sizes: int) -> tuple[str, ...]:
    texts = [*map(str, sizes)]
    return (
        "x".join(texts),
        " × ".join(texts),
        f"({', '.join(texts)})",
        f"[{', '.join(texts)}]",
        f"torch.Size([{', '.join(texts)}])",
    )


def _integer(name: str, net: str, shape: str, ask: Any, value: int) -> Exercise:
    return Exercise(name, "integer", net, shape, {"ask": ask}, _number(value))


def _counted(name: str, net: str, shape: str, ask: Any, value: int, *texts: str) -> Exercise:
    """A count, as a number in any spelling and as calculations."""
    return Exercise(
        name,
        "expression",
        net,
        shape,
        {"ask": ask},
        (str(value), f"{value:,}", f"{value} = {value}", f"= {value}", f"{value}*1", *texts),
    )


def _typed(name: str, kind: str, key: Any, *answers: str, **keys: Any) -> Exercise:
    """A question whose key no engine knows."""
    return Exercise(name, kind, "", "", {"key": key, **keys}, answers)


def _volume(name: str, net: str, shape: str, *sizes: int, **keys: Any) -> Exercise:
    return Exercise(
        name, "shape", net, shape, {"ask": "output_shape", "order": "channels-last", **keys}, _shape(*sizes)
    )


def _window(name: str, size: int, kernel: int, stride: int, padding: int, value: int) -> Exercise:
    return _integer(
        name, f"Conv2d(1, 1, {kernel}, stride={stride}, padding={padding})", f"1x{size}x{size}", "height", value
    )


def _turned(name: str, size: int, kernel: int, stride: int, padding: int, value: int) -> Exercise:
    net = f"ConvTranspose2d(1, 1, {kernel}, stride={stride}, padding={padding})"
    return _integer(name, net, f"1x{size}x{size}", "height", value)


def _field(name: str, windows: list[tuple[int, int]], value: int) -> Exercise:
    net = " ".join(f"Conv2d(1, 1, {kernel}, stride={stride}, padding={kernel})" for kernel, stride in windows)
    return _integer(name, net, "1x224x224", "receptive_field", value)


def _dilated(name: str, dilations: list[int], value: int, tail: str = "") -> Exercise:
    net = " ".join(f"Conv2d(1, 1, 3, padding={dilation}, dilation={dilation})" for dilation in dilations)
    return _integer(name, net + tail, "1x64x64", "receptive_field", value)


def _weights(name: str, net: str, shape: str, value: int, node: str = "conv1") -> Exercise:
    return _counted(name, net, shape, {"measure": "parameters", "node": node, "tensor": "weight"}, value)


_VGG_ROWS = [
    ("28", 64, 64, 224),
    ("31", 128, 128, 112),
    ("34", 256, 256, 56),
    ("37", 256, 512, 28),
    ("43", 512, 512, 14),
]
_VGG = "CCPCCPCCCPCCCPCCCP"
_ALEXNET = (
    "Conv2d(1, 96, 11, stride=4, padding=1) MaxPool2d(3, 2) Conv2d(96, 256, 5, padding=2) MaxPool2d(3, 2) "
    "Conv2d(256, 384, 3, padding=1) Conv2d(384, 384, 3, padding=1) Conv2d(384, 256, 3, padding=1) MaxPool2d(3, 2) Flatten"
)
_HAPPY_HOUSE = "ZeroPad2d(3) Conv2d(3, 32, 7) BatchNorm2d(32) ReLU MaxPool2d(2) Flatten Linear(32768, 1)"
_LENET = "Conv2d(1, 6, 5) AvgPool2d(2) Conv2d(6, 16, 5) AvgPool2d(2) Conv2d(16, 120, 5)"
_BLOG = "CPCPCCP"


def _stack(letters: str) -> list[tuple[int, int]]:
    return [(3, 1) if letter == "C" else (2, 2) for letter in letters]


def _vgg_activations() -> str:
    channels = iter(
        [
            (3, 64),
            (64, 64),
            (64, 128),
            (128, 128),
            (128, 256),
            (256, 256),
            (256, 256),
            (256, 512),
            (512, 512),
            (512, 512),
            (512, 512),
            (512, 512),
            (512, 512),
        ]
    )
    layers = [
        "Conv2d({}, {}, 3, padding=1)".format(*next(channels)) if letter == "C" else "MaxPool2d(2)" for letter in _VGG
    ]
    return " ".join([*layers, "Conv2d(512, 4096, 7) Conv2d(4096, 4096, 1) Conv2d(4096, 1000, 1)"])


EXERCISES = [
    _counted("001", "Linear(3072, 1, bias=False)", "3072", "parameters", 3072, "32*32*3", "32x32x3"),
    _volume("004", "MaxPool2d(2)", "12x32x32", 16, 16, 12),
    _typed("007", "expression", "(10 - 3 + 2*0)/2 + 1", "4.5", "9/2", "(10-3)/2+1", "7/2 + 1", "3.5 + 1"),
    _counted("010", "Identity", "96x55x55", {"measure": "values", "node": "input"}, 290400, "55*55*96"),
    _counted("013", "Conv2d(3, 96, 11)", "3x227x227", "parameters", 34944, "96*11*11*3 + 96", "96(11*11*3 + 1)".replace("(", "*(")),
    _typed("016", "shape", "96x363", *_shape(96, 363)),
    _field("019", [(3, 1), (3, 1)], 5),
    Exercise("022", "formula", "Conv2d(C, C, 3, bias=False) Conv2d(C, C, 3, bias=False) Conv2d(C, C, 3, bias=False)", "CxHxW", {"ask": "parameters"}, ("27C²", "27*C*C", "27 C^2", "3*(3*3*C*C)", "3(9C²)")),
    _typed("025", "expression", "1 - 1/4", "0.75", "3/4", "75%", "1 - 1/4", "6/8"),
    *[_volume(f"0{row}a", f"Conv2d({before}, {after}, 3, padding=1)", f"{before}x{size}x{size}", size, size, after) for row, before, after, size in _VGG_ROWS],
    *[_weights(f"0{row}b", f"Conv2d({before}, {after}, 3, padding=1)", f"{before}x{size}x{size}", 9 * before * after) for row, before, after, size in _VGG_ROWS],
    _volume("040a", "MaxPool2d(2)", "512x28x28", 14, 14, 512),
    _integer("040b", "MaxPool2d(2)", "512x28x28", "parameters", 0),
    _weights("046", "Linear(4096, 4096)", "4096", 16777216, "linear1"),
    _counted("049", _vgg_activations(), "3x224x224", "activations", 15237608),
    _window("052", 5, 3, 1, 0, 3),
    _window("055", 7, 3, 2, 0, 3),
    _counted("058", "Linear(150528, 100)", "150528", "parameters", 15052900, "150528*100 + 100", "150,529*100"),
    _volume("061", "Conv2d(3, 10, 5, padding=2)", "3x32x32", 32, 32, 10),
    _window("064", 5, 3, 1, 1, 5),
    _window("067", 5, 3, 2, 1, 3),
    _turned("070a", 6, 4, 1, 2, 5),
    _typed("070b", "integer", 1, *_number(1)),
    _turned("073a", 2, 3, 2, 0, 5),
    _typed("073b", "integer", 2, *_number(2)),
    _typed("076", "interval", "5..6", "5..6", "[5, 6]", "5 to 6", "5 and 6", "5-6"),
    _typed("079", "formula", "i", "o = i", "i", "o=i+2*floor(k/2)-k+1", "i + 2n - k + 1", "i+(2n+1)-k", letters=["i", "n"], where=["k = 2n + 1"]),
    _typed("082", "formula", "floor((i + 2p - k)/s) + 1", "o=floor((i+2p-k)/s)+1", "⌊(i+2p−k)/s⌋ + 1", "(i + 2*p - k)//s + 1", "floor((i - k + 2p + s)/s)", "floor((i+2p-k)/s + 1)", letters={"i": "1..", "k": "1..", "s": "1..", "p": "0.."}),
    _typed("085", "formula", "i + k - 1", "o'=i'+(k-1)", "i + (k - 1)", "i+k-1", "k + i - 1", "(i - 1) + k"),
    _typed("088", "formula", "i - (k - 1)", "o'=i'-(k-1)", "i - (k - 1)", "i-k+1", "1 + i - k", "i + 1 - k"),
    _typed("091", "formula", "s*(i - 1) + a + k - 2p", "o'=s(i'-1)+a+k-2p", "s(i-1)+a+k-2p", "s*i - s + a + k - 2*p", "si - s + a + k - 2p", "a + k + s*(i - 1) - 2p", letters={"s": "1..", "i": "1..", "a": "0..", "k": "1..", "p": "0.."}),
    Exercise("094", "formula", "Linear(Nin, Nout)", "Nin", {"ask": "parameters"}, ("(Nin+1)*Nout", "Nin*Nout + Nout", "Nout(Nin + 1)", "Nin Nout + Nout", "Nout + Nout·Nin")),
    _integer("097a", "Conv2d(1, 1, 1, stride=3, padding='tf_same')", "1x5x5", "height", 2),
    _integer("097b", "Conv2d(1, 1, 1, stride=3, padding='tf_same')", "1x5x5", {"measure": "padding", "node": "conv1", "axis": "height"}, 0),
    _volume("100", "Conv2d(16, 32, 7, stride=2)", "16x63x63", 29, 29, 32),
    _volume("103", "MaxPool2d(2)", "16x32x32", 16, 16, 16),
    Exercise("106", "single-choice", "Conv2d(3, 128, 7)", "3x256x256", {"ask": "parameters", "options": [6400, 1233125504, 18816, 18944]}, ("d", "18944", "(d)", "d) 18944", "D.")),
    _volume("109", "MaxPool2d(4)", "12x128x128", 32, 32, 12),
    _typed("112", "expression", "4*32", "128", "4*32", "32·4", "2*32 + 2*32", "2^7"),
    _typed("115a", "expression", 37633, "37633", "37,633", "37569 + 64", "4736 + 128 + 32769", "= 37633"),
    _counted("115b", _HAPPY_HOUSE, "3x64x64", "parameters", 37569, "37633 - 64"),
    _typed("115c", "expression", 64, "64", "2*32", "2^6", "8²", "37633 - 37569"),
    _counted("118", "Conv2d(3, 20, 8)", "3x64x64", "parameters", 3860, "20*(8*8*3 + 1)"),
    _integer("121", " ".join(["Conv2d(1, 1, 5)"] * 10), "1x240x240", "height", 200),
    *[_integer(f"124{axis[0]}", "Conv2d(1, 1, 3, padding=1)", "1x8x8", axis, 8) for axis in ("height", "width")],
    *[_integer(f"127{axis[0]}", "Conv2d(1, 1, (3, 5), padding=(0, 1), stride=(3, 4))", "1x8x8", axis, 2) for axis in ("height", "width")],
    _counted("130", _ALEXNET, "1x224x224", "values", 6400, "256*5*5"),
    Exercise("133a", "formula", "Conv2d(c, c, 5, bias=False)", "cxHxW", {"ask": "parameters"}, ("25c²", "25*c*c", "5*5*c*c", "25 c^2", "c²·25")),
    Exercise("133b", "formula", "Conv2d(c, c, 3, bias=False) Conv2d(c, c, 3, bias=False) Conv2d(c, c, 3, bias=False)", "cxHxW", {"ask": "parameters"}, ("27c²", "27*c*c", "3*3*3*c*c", "27 c^2", "3(9c²)")),
    _turned("136", 2, 2, 1, 1, 1),
    *[_integer(f"139{axis[0]}", "ConvTranspose2d(1, 1, 64, stride=32, padding=16)", "1x10x15", axis, size) for axis, size in (("height", 320), ("width", 480))],
    _typed("142", "number", 60000, "60,000", "60k", "6*10^4", "60000", "58 000", tolerance="10%"),
    _counted("145", "Conv2d(96, 256, 5)", "96x27x27", "parameters", 614656, "256*(5*5*96+1)"),
    _counted("148", "Conv2d(384, 256, 3)", "384x13x13", "parameters", 884992, "256*(3*3*384+1)"),
    _counted("151", "Linear(4096, 1000)", "4096", "parameters", 4097000, "4097*1000", "4.097M"),
    _counted("154", "Conv2d(96, 256, 5, groups=2)", "96x27x27", "parameters", 307456, "256*(5*5*48+1)"),
    _typed("157a", "expression", 1516, "1516", "1,516", "60*25 + 16", "6*(3*25+1) + 9*(4*25+1) + 6*25+1", "1516.0"),
    _typed("157b", "expression", "1516*100", "151600", "151,600", "1516*10*10", "151.6k", "1516*100"),
    _counted("160", "Linear(120, 84)", "120", "parameters", 10164, "84*121"),
    *[_integer(f"163{node}", _LENET, "1x32x32", {"measure": "height", "node": node}, size) for node, size in (("conv1", 28), ("pool1", 14), ("conv2", 10), ("pool2", 5), ("conv3", 1))],
    _volume("166", "Conv2d(3, 5, 3, stride=2, padding='tf_same')", "3x28x28", 1, 14, 14, 5, batch=1),
    _volume("169", "MaxPool2d(2)", "10x32x32", 16, 16, 10),
    _volume("172", "Conv2d(3, 16, 3)", "3x32x32", 1, 30, 30, 16, batch=1),
    _window("175", 7, 3, 2, 0, 3),
    _integer("178a", "Conv2d(1, 4, 3, stride=2, padding=1)", "1x28x28", "height", 14),
    _counted("178b", "Conv2d(1, 4, 3, stride=2, padding=1)", "1x28x28", "parameters", 40, "4*9 + 4"),
    _integer("181a", "Conv2d(16, 32, 3, stride=2, padding=1)", "16x4x4", "height", 2),
    _counted("181b", "Conv2d(16, 32, 3, stride=2, padding=1)", "16x4x4", "parameters", 4640, "32*(16*9+1)"),
    _integer("184", "MaxPool1d(1, stride=2)", "1x10", "length", 5),
    *[_integer(f"187{axis[0]}", "MaxPool2d(1, stride=2, ceil_mode=True)", "1x6x7", axis, size) for axis, size in (("height", 3), ("width", 4))],
    *[_integer(name, "ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)", "1x5x5", "height", 10) for name in ("190", "193")],
    _counted("196", "ConvTranspose2d(3, 1, 2, stride=2, bias=False)", "3x2x2", "macs", 48, "3*2*2*2*2"),
    _counted("199", "ConvTranspose2d(6, 6, 2, stride=2, groups=3, bias=False)", "6x8x8", "macs", 3072, "6144/2"),
    *[_field(f"20{2 + 3 * place}", _stack(_BLOG[:count]), value) for place, (count, value) in enumerate([(1, 3), (4, 10), (7, 30)])],
    _dilated("211", [1, 2, 4], 15),
    _dilated("214", [1, 1], 5),
    _dilated("217", [1, 1, 2, 4, 8], 33),
    _dilated("220", [1, 1, 2, 4, 8, 16, 1], 67, " Conv2d(1, 1, 1)"),
    _field("223", [(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)], 70),
    _field("226", [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2), (6, 1)], 355),
    _field("229", _stack(_VGG), 212),
    _typed("232", "integer", 427, *_number(427)),
    _typed("235", "shape", "524x540x556x572x588", *_shape(524, 540, 556, 572, 588)),
    Exercise("238", "text", "", "", {"accepted": ["same"], "rejected": ["valid"]}, ("same", "SAME", "'same'", " Same ", "same.")),
    *[_typed(name, "expression", key, str(value), f"{value:,}", key, f"{value}.0", f"= {value}") for name, key, value in [
        ("241", "16*97 + 64*17 + 64*(16*9 + 1)", 11920),
        ("244", "32*257 + 128*33 + 128*(32*9 + 1)", 49440),
        ("247", "64*385 + 256*65 + 256*(64*9 + 1)", 188992),
    ]],
    _counted("250", "zoo:squeezenet1_0", "", "parameters", 1248424),
    *[_typed(name, "expression", value, str(value), f"{value:,}", f"{value}.0", f"= {value}", f"{value}*1") for name, value in [
        ("253a", 375552), ("253b", 73608192), ("256a", 604672), ("256b", 118515712), ("259a", 1442816), ("259b", 70697984),
    ]],
]  # fmt: skip
