"""Chains of layers as large as a text may be, and printed modules: each with the input that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, final

from shapecalc.formats.text.tokens import MAX_LAYERS, MAX_TEXT, MAX_WORDS


@final
class Text(NamedTuple):
    """A text with the shape of its input."""

    text: str
    shape: str


def _times(layer: str, shape: str, count: int = MAX_LAYERS) -> Callable[[], Text]:
    return lambda: Text(f"{layer} " * count, shape)


def _each(layer: Callable[[int], str], shape: str, count: int = MAX_LAYERS) -> Callable[[], Text]:
    return lambda: Text(" ".join(map(layer, range(count))), shape)


def _printed(children: int) -> Text:
    lines = "".join(f"  ({number}): Conv2d(8, 8, kernel_size=(1, 1), stride=(1, 1))\n" for number in range(children))
    return Text(f"Sequential(\n{lines})", "8x8x8")


def _nested(depth: int) -> Text:
    opened = "".join(f"{'  ' * level}(0): Sequential(\n" for level in range(1, depth))
    closed = "".join(f"{'  ' * level})\n" for level in range(depth - 1, 0, -1))
    return Text(f"Sequential(\n{opened}{'  ' * depth}(0): ReLU()\n{closed})", "8x8x8")


def _primes() -> Iterator[int]:
    number = 2
    while True:
        if all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
            yield number
        number += 1


def _strides(count: int) -> Text:
    primes = _primes()
    return Text(" ".join(f"MaxPool2d({next(primes)})" for _ in range(count)), "3xHxW")


CHAINS: dict[str, Callable[[], Text]] = {
    "relu": _times("ReLU", "3x32x32"),
    "relu, letters": _times("ReLU", "3xHxW"),
    "conv": _times("Conv2d(8, 8, 3, padding=1)", "8x32x32"),
    "conv, letters": _times("Conv2d(8, 8, 3, padding=1)", "8xHxW"),
    "kernels": _each(lambda i: f"Conv2d(8, 8, {2 * i + 1}, padding={i})", "8x32x32"),
    "kernels, letters": _each(lambda i: f"Conv2d(8, 8, {2 * i + 1}, padding={i})", "8xHxW"),
    "shrinking": _times("Conv2d(8, 8, 3)", "8x32000x32000"),
    "shrinking, letters": _times("Conv2d(8, 8, 3)", "8xHxW", 850),
    "linear": _each(lambda i: f"Linear({i + 1}, {i + 2})", "1"),
    "linear, letters": _times("Linear(D, D)", "D"),
    "linear, many letters": _each(lambda i: f"Linear(A{i}, A{i + 1})", "A0", 800),
    "mixed": _times("Conv2d(8, 8, 3, padding=1) BatchNorm2d(8) ReLU Conv2d(8, 8, 1)", "8x32x32", MAX_LAYERS // 4),
    "mixed, letters": _times("Conv2d(8, 8, 3, padding=1) BatchNorm2d(8) ReLU Dropout", "8xHxW", MAX_LAYERS // 4),
    "transformers": _times("TransformerEncoderLayer(64, 4, 128)", "100x64"),
    "transformers, letters": _times("TransformerEncoderLayer(64, 4, 128)", "Lx64"),
    "transformers, all letters": _times("TransformerEncoderLayer(D, 4, F)", "LxD"),
    "lstm": _times("LSTM(8, 8, 2)", "5x8"),
    "lstm, deep": _times("LSTM(8, 8, 100)", "5x8", 100),
    "lstm, letters": _times("LSTM(8, 8)", "Lx8"),
    "pools, letters": _times("MaxPool2d(3, 2, 1, ceil_mode=True)", "3xHxW", 300),
    "strides, letters": lambda: _strides(20),
    "up and down": _times("Upsample(scale_factor=3) MaxPool2d(2)", "3xHxW", 40),
    "arguments in letters": _times("Conv2d(K, K, F, S, P)", "KxHxW", 60),
    "flat": _times("Flatten LazyLinear(10)", "3x32x32", MAX_LAYERS // 2),
    "grown": _times("Upsample(scale_factor=10**9)", "3x8x8", 100),
    "dims": _times("ReLU", "x".join(["2"] * 16)),
    "dims, letters": _times("ReLU", "x".join(f"A{i}" for i in range(16))),
    "turned": _times("Permute((1, 2, 0))", "3x32x32"),
    "turned, letters": _times("Permute((1, 2, 0))", "3xHxW"),
    "named": _each(lambda i: f"self.{'n' * 150}{i} = nn.ReLU()\n", "3x8x8"),
    "long argument": lambda: Text(f"Conv2d(3, 4, {'W+' * (MAX_WORDS // 2 - 10)}1)", "3x8x8"),
    "long name": lambda: Text(f"self.{'n' * (MAX_TEXT - 50)} = nn.ReLU()", "3x8x8"),
    "blank": lambda: Text(f"ReLU{' ' * (MAX_TEXT - 10)}", "3x8x8"),
    "separated": lambda: Text(f"ReLU{' ,' * (MAX_WORDS - 10)} ReLU", "3x8x8"),
    "refused last": lambda: Text("ReLU " * (MAX_LAYERS - 1) + "Conv2d(4, 4, 3)", "3x8x8"),
    "refused last, letters": lambda: Text("ReLU " * (MAX_LAYERS - 1) + "Conv2d(4, 4, 3)", "3xHxW"),
    "unknown last": lambda: Text("ReLU " * (MAX_LAYERS - 1) + "Conv9d(4, 4, 3)", "3x8x8"),
    "printed": lambda: _printed(MAX_LAYERS),
    "printed, nested": lambda: _nested(900),
    "keras": _times("Conv2D(8, 3, padding='same', activation='relu')", "32x32x8", MAX_LAYERS // 2),
    "textbook": _times("conv3-8", "8x32x32"),
}
