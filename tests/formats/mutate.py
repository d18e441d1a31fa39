"""Wrong texts in great number: valid specs and documents with random damage, and random noise. Deterministic."""

# ruff: noqa: E501  the texts stand as a person would type them

from __future__ import annotations

import random
from collections.abc import Iterator

#: Each can be applied to 3x32x32.
SPECS = (
    "Conv2d(3, 10, 3) MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)",
    "nn.Conv2d(3, 8, (3, 5), padding='same'), nn.ReLU(), nn.MaxPool2d((2, 1)), nn.Flatten(), nn.LazyLinear(10)",
    "Sequential(Conv2d(3, 4, 3, padding_mode='reflect', padding=1) | BatchNorm2d(4); GELU)  # a comment",
    "ConvTranspose2d(3, 6, 4, stride=2, padding=1, output_padding=1, groups=3) PixelUnshuffle(1) Upsample(scale_factor=2)",
    "AdaptiveAvgPool2d((7, None)) AvgPool2d(3, ceil_mode=True) LPPool2d(2.0, 2) ZeroPad2d((1, -1, 0, 2))",
    "Flatten(2) LSTM(1024, 16, num_layers=2, bidirectional=True, proj_size=4) MultiheadAttention(8, 2)",
    "Conv2d(3, 4, 3, padding='tf_same', stride=2) Unfold(3, dilation=2, padding=1, stride=2) Unflatten(1, (3, -1))",
    "Upsample(size=(5, 7), mode='bilinear', align_corners=True) FractionalMaxPool2d(2, output_ratio=0.5) PReLU(3)",
    "LayerNorm((3, 32, 32)) GroupNorm(3, 3) ChannelShuffle(3) Dropout(0.25) Flatten(2) TransformerEncoderLayer(1024, 2, 16)",
    "Linear(2**5, 16*5*5) Conv2d(3, K, F, stride=S, padding=P) AdaptiveMaxPool2d(7) Softmax(dim=1)",
    "MaxPool2d(2) MaxUnpool2d(2) Identity() RMSNorm(32) Flatten(1, 2) RNN(32, 8) GRU(8, 8, 3)",
    "Conv2d(3, 4, ⌊(9 − 2)/4⌋ + 1) Conv2d(4, 4, min(3, 5)², dilation=2) ReflectionPad2d(3) CircularPad2d((1, 2, 0, 0))",
)
DOCUMENTS = (
    "name: small\ninput: 3x32x32\nlayers:\n  - Conv2d(3, 8, 3) ReLU\n  - {layer: MaxPool2d(2), name: pool}\n",
    (
        "inputs: {a: 3x8x8, b: [3, 8, 8]}\nlayers:\n  - {layer: Conv2d(3, 4, 1), name: x, inputs: a}\n"
        "  - {layer: Conv2d(3, 4, 1), name: y, inputs: b, trainable: false}\n  - {layer: Add(), inputs: [x, y]}\n"
        "outputs: [add1]\n"
    ),
    (
        "input: 8xHxW\nlayers:\n  - {layer: 'Conv2d(8, 8, 3, padding=1)', name: one}\n"
        "  - {layer: 'Conv2d(8, 8, 3, padding=1)', share: one}\n  - {layer: Concat(1), inputs: [one, conv1]}\n"
    ),
    '{"input": [3, 16, 16], "layers": ["Conv2d(3, 4, 3)", {"layer": "Flatten()", "name": "flat"}]}',
    (
        "input: 8x16x16\ntakes: {n: 2, unit: conv}\nvariants:\n  big: {with: {n: 3}, about: {title: big}}\nblocks:\n"
        "  conv: {takes: {width: , stride: 1}, layers: ['LazyConv2d(4*width, 3, stride, 1) ReLU']}\n"
        "  two:\n    takes: {w: }\n    layers:\n      - residual: unit(w)\n        skip: ['unit(w)', {layer: Tanh, name: t}]\n"
        "layers:\n  - {layer: 'two(2**i)', repeat: n, index: i, name: stage}\n"
        "  - {layer: Add, inputs: [stage.0.t, stage.0], name: sum}\n  - {parallel: [[], ReLU], merge: Concat()}\n"
        "  - {dense: conv(1), repeat: 2}\n  - {layer: Identity, inputs: 'stage.*.t'}\n"
    ),
    (
        '{"input": "3x8x8", "blocks": {"b": {"takes": {"k": 3}, "layers": [{"layers": ["Conv2d(3, 3, k, padding=k//2)"]}]}}, '
        '"layers": [{"layer": "b(5)", "name": "x"}, {"layer": "b", "name": "y", "repeat": 2}], "outputs": ["y", "x"], '
        '"about": {"published": {"parameters": "4.2M", "macs": 5}, "year": 2015}}'
    ),
)
SHAPES = (*("3x32x32",) * 6, "3x8x8", "3xHxW", (3, 10**30, 10**30), "8x8", "64", (3, 8, 8, 8), "10**90x5", "5x3")

#: What damage puts in: parts of the grammar, extreme numbers, and what means something to YAML, JSON or Python.
PIECES = (
    "(", ")", "((", "))", ",", ";", "|", "=", "-", "+", "*", "**", "/", "//", "x", "²", "⌊", "⌋", "⌈", "⌉", "·", "−", "#",
    "'", '"', ":", "[", "]", "{", "}", "\n", "\n  - ", "\t", " ", "0", "1", "-1", "2", "7", "10**90", "9**9**9", "10**30",
    "4096", "4097", "0.5", "1e308", "1e-300", "1e400", ".3", "True", "None", "W", "H", "P", "nn.", "torch.nn.", "Lazy",
    "same", "Sequential(", "Conv2d(", "Conv2d(3, 4, 3)", "ReLU", "Linear(5, 5)", "padding=", "stride=", "num_layers=",
    "groups=", "kernel_size=", "scale_factor=", "size=", "dim=", "&a ", "*a", "!!python/object/apply:os.system ", "? ",
    "<<: ", "|-\n", ">\n", "%YAML 1.1\n---\n", "---\n", "...", '"\\uD800"', '"\\UFFFFFFFF"', "\x00", "\ufeff", "é", "𝟘", "٣",
    "repeat: ", "repeat: 10**9", "index: i", "residual: ", "parallel: ", "dense: ", "skip: ", "merge: ", "blocks: ", "takes: ",
    "variants: ", "about: ", "with: ", "conv(1)", "two(w)", "stage.*.t", "*", "4*width", "2**i", "n - 1",
    "min(", "max(", "__import__('os')", "lambda: 0", "eval", "\u2028", "inputs: ", "layer: ", "share: ", "outputs: ",
)  # fmt: skip


def damaged(rng: random.Random, text: str) -> str:
    """The text with one to five places cut out, doubled, swapped or overwritten."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.choice((0, 0, 1, 1, 2, 5, 20)))
        match rng.randrange(5):
            case 0 | 1:
                text = text[:at] + rng.choice(PIECES) + text[end:]
            case 2:
                text = text[:at] + text[end:]
            case 3:
                text = text[:end] + text[at:end] * rng.choice((1, 2, 9)) + text[end:]
            case _:
                other = rng.choice(SPECS + DOCUMENTS)
                start = rng.randrange(len(other))
                text = text[:at] + other[start : start + rng.choice((3, 10, 40))] + text[end:]
    return text


def noise(rng: random.Random) -> str:
    """Pieces and letters in any order."""
    return "".join(
        rng.choice(PIECES) if rng.random() < 0.7 else chr(rng.randrange(32, 0x3000)) for _ in range(rng.randrange(30))
    )


def extreme(rng: random.Random, text: str) -> str:
    """The text with one of its numbers replaced by one that no network has."""
    starts = [i for i, c in enumerate(text) if c.isdigit() and not text[i - 1 : i].isalnum()]
    at = rng.choice(starts)
    end = next((i for i in range(at, len(text)) if not text[i].isdigit()), len(text))
    numbers = (
        "0",
        "-1",
        "-7",
        "10**90",
        "10**30",
        "4096",
        "4095",
        "99999",
        "W",
        "(2, 3)",
        "None",
        "1e308",
        "0.5",
        "1e-300",
    )
    return text[:at] + rng.choice(numbers) + text[end:]


def texts(seed: int, count: int) -> Iterator[str]:
    """So many texts, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  nothing secret: the same texts every time
    for _ in range(count):
        kind = rng.random()
        source = rng.choice(SPECS if kind < 0.6 else DOCUMENTS)
        if kind > 0.92:
            yield noise(rng)
        elif kind < 0.15:
            yield extreme(rng, source)
        else:
            yield damaged(rng, source)
