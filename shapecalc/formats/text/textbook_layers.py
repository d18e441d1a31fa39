"""What a textbook's word and its attributes are in torch, where that is certain."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.formats.keras.paddings import padded_pool
from shapecalc.formats.text.attributes import Attributes
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.textbook_words import Word

_RANK = re.compile(r"([123])d", re.IGNORECASE)
#: The most channels of an image that is written with its sizes in either order.
_MAX_CHANNELS = 4
#: The largest kernel of a textbook; where more stand before fewer, as in conv64-3, they may be the filters.
_MAX_KERNEL = 11


class Spelling(NamedTuple):
    """The layer of torch that a textbook's words mean; no name where they state the input."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    label: str = ""


def two_readings(reader: Reader, start: int, first: str, second: str) -> SpecError:
    """The refusal of words, from a token to the next, with both of their meanings."""
    at = reader.tokens[start].at
    text = reader.source[at : reader.next.at].strip(" ,;|\r\n\t-→>")
    return reader.error(f"{text} has two readings, {first} and {second}; write either", at)


@final
class TextbookLayer:
    """A layer between its word and its attributes.

    Args:
        reader: the reader of the text, behind the layer.
        start: the position of its first token.
        word: its word.
        attributes: its attributes.
        axes: its rank, if its word has none.
        sign: what stands behind the word.
    """

    def __init__(self, reader: Reader, start: int, word: Word, attributes: Attributes, axes: int, *, sign: str) -> None:
        self.reader = reader
        self.start = start
        self.word = word
        self.values = dict(attributes.values)
        self.numbers = list(attributes.numbers)
        self.is_joined, self.is_called = sign == "-", sign == "("
        rank = _RANK.search(word.text)
        self.axes = int(rank[1]) if rank else axes
        self.is_torch = rank is not None

    def spelling(self, *, flat: bool) -> Spelling | None:
        """The layer of torch; None where a number has no meaning.

        Args:
            flat: whether a vector reaches it.

        Raises:
            SpecError: it has two readings, or something is missing.
        """
        match self.word.kind:
            case "conv":
                return self.conv()
            case "deconv":
                return self.deconv()
            case "MaxPool" | "AvgPool":
                return self.pool(self.word.kind)
            case "AdaptiveAvgPool" | "AdaptiveMaxPool":
                return Spelling(f"{self.word.kind}{self.axes}d", [1], {}) if self.is_bare() else None
            case "fc":
                return self.fully_connected()
            case "BatchNorm":
                return Spelling(f"LazyBatchNorm{1 if flat else self.axes}d", [], {}) if self.is_bare() else None
            case "Softmax":
                return Spelling("Softmax", [], {"dim": 1}) if self.is_bare() else None
            case "Dropout":
                return Spelling("Dropout", [], {"p": self.values["p"]}) if set(self.values) == {"p"} else None
            case "Upsample":
                return self.upsample()
        return self.stated_input()

    def is_bare(self) -> bool:
        """Whether it has neither numbers nor words."""
        return not (self.values or self.numbers or self.word.sizes) and self.word.number is None

    def error(self, message: str) -> SpecError:
        return self.reader.error(f"{self.word.text} {message}", self.reader.tokens[self.start].at)

    def two_readings(self, first: dict[str, Any], second: dict[str, Any], *, name: str, args: list[Any]) -> SpecError:
        """The refusal of words that mean a layer with these arguments, or with those."""
        texts = (
            f"{name}({', '.join([*map(str, args), *(f'{key}={value}' for key, value in arguments.items())])})"
            for arguments in (first, second)
        )
        return two_readings(self.reader, self.start, *texts)

    def kernel(self, *, counted: bool) -> tuple[int, ...] | None:
        """The size of the window along each axis.

        Args:
            counted: whether a number without a word is a number of filters.

        Raises:
            SpecError: it has more sizes, or fewer.
        """
        written = self.values.pop("kernel_size", None) or self.word.sizes or None
        if "f" in self.values:
            written = written or self.values.pop("f")
            if "k" in self.values:
                self.values.setdefault("count", self.values.pop("k"))
        elif "k" in self.values:
            written = written or self.values.pop("k")
        if written is not None and self.word.number is not None and not self.word.sizes:
            return None
        if self.word.number is not None and not self.word.sizes:
            written = self.word.number
        elif written is None and not counted and self.numbers:
            written = self.numbers.pop(0)
        if written is None:
            return None
        sizes = (written,) * self.axes if isinstance(written, int) else tuple(written)
        if 0 in sizes:
            return None
        if len(sizes) != self.axes:
            written_sizes = "x".join(map(str, sizes))
            raise self.error(f"has {len(sizes)} sizes, {written_sizes}, where it slides over {self.axes} axes")
        return sizes

    def filters(self) -> int | None:
        count = self.values.pop("count", None)
        return self.numbers.pop() if count is None and self.numbers else count

    def per_axis(self, name: str, default: int) -> tuple[int, ...]:
        """An argument along each axis."""
        value = self.values.get(name, default)
        values = value if isinstance(value, tuple) else (value,) * self.axes
        if len(values) != self.axes:
            raise self.error(f"needs a number for its {name}, or {self.axes} of them")
        return values

    def conv(self) -> Spelling | None:
        """A convolution, which keeps the size if no padding is written."""
        is_kernel = self.word.number is not None
        kernel, filters = self.kernel(counted=True), self.filters()
        if is_kernel and not self.is_joined and not self.word.sizes:
            if filters is None or self.is_called:
                return None
            size = self.word.number
            raise self.error(f"may be a name or have a kernel of {size}; write {size}x{size} conv, {filters}")
        if kernel is None or filters is None or self.numbers:
            if self.is_called or self.is_torch:
                return None
            example = "3x3 conv, 64 or conv3-64" if self.axes == 2 else "conv3-64"
            raise self.error(f"needs one size and one number of filters: write {example}")
        if is_kernel and isinstance(self.word.number, int) and filters < self.word.number > _MAX_KERNEL:
            larger, less = self.word.number, filters
            name = f"LazyConv{self.axes}d"
            raise two_readings(self.reader, self.start, f"{name}({less}, {larger})", f"{name}({larger}, {less})")
        arguments = self.conv_padding(kernel)
        arguments |= {
            name: self.values[name] for name in ("stride", "dilation", "groups") if self.values.get(name, 1) != 1
        }
        if self.values.keys() - {"stride", "dilation", "groups", "padding"}:
            return None
        ordered: dict[str, Any] = {
            name: arguments[name] for name in ("stride", "padding", "dilation", "groups") if name in arguments
        }
        return Spelling(f"LazyConv{self.axes}d", [filters, _agreed(kernel)], ordered)

    def conv_padding(self, kernel: tuple[int, ...]) -> dict[str, Any]:
        """The padding of a convolution, by its name in torch.

        Raises:
            SpecError: none is written, and there is none that keeps the size.
        """
        strides = self.per_axis("stride", 1)
        written = self.values.get("padding")
        if written == "same":
            return {"padding": "same" if set(strides) == {1} else "tf_same"}
        if written is not None:
            return {} if written in (0, "valid") else {"padding": written}
        spans = [(size - 1) * step for size, step in zip(kernel, self.per_axis("dilation", 1), strict=True)]
        if not any(spans):
            return {}
        if any(span % 2 for span in spans):
            if set(strides) != {1}:
                raise self.error("needs its padding, as in pad 1")
            self.say_padding()
            return {"padding": "same"}
        self.say_padding()
        return {"padding": _agreed([span // 2 for span in spans])}

    def say_padding(self) -> None:
        """Have the net say that no padding is written."""
        tokens = self.reader.tokens
        text = self.reader.source[tokens[self.start].at : self.reader.next.at].split("\n")[0].strip(" ,;|\r\t-→>")
        self.reader.unpadded[text] = None

    def deconv(self) -> Spelling | None:
        """A transposed convolution, whose stride is its size where that is 2 and no stride is written."""
        kernel, filters = self.kernel(counted=True), self.filters()
        if kernel is None or filters is None or self.numbers or self.word.number is not None:
            raise self.error("needs the size and the number of filters, once: write 2x2 deconv, 64, stride 2")
        if "stride" not in self.values and set(kernel) != {2}:
            raise self.error("needs its stride, as in stride 2")
        strides = self.per_axis("stride", 2)
        name, args = f"LazyConvTranspose{self.axes}d", [filters, _agreed(kernel)]
        arguments: dict[str, Any] = {"stride": _agreed(strides)}
        excess = {size - step for size, step in zip(kernel, strides, strict=True)}
        padding = self.values.get("padding")
        if padding is None and excess != {0}:
            (more, *others) = excess
            if others or more < 0 or more % 2:
                raise self.error("needs its padding, as in pad 1")
            raise self.two_readings(arguments | {"padding": more // 2}, arguments, name=name, args=args)
        if self.values.keys() - {"stride", "padding"} or isinstance(padding, str):
            return None
        return Spelling(name, args, arguments | ({"padding": padding} if padding else {}))

    def pool(self, kind: str) -> Spelling | None:
        """A pooling: by 2, or by the number that is written; other windows need their stride, and their padding."""
        is_plain = "kernel_size" not in self.values and not self.word.sizes
        kernel = self.kernel(counted=False)
        if self.numbers or self.values.keys() - {"stride", "padding"}:
            return None
        name = f"{kind}{self.axes}d"
        if kernel is None:
            kernel, is_plain = (2,) * self.axes, True
            if self.values:
                raise self.error("needs its size, as in 2x2 maxpool, stride 2")
            if kind == "AvgPool":
                raise two_readings(self.reader, self.start, f"{name}(2)", f"AdaptiveAvgPool{self.axes}d(1)")
        size = _agreed(kernel)
        halves = [(length - 1) // 2 for length in kernel]
        if "stride" not in self.values and not is_plain and set(kernel) != {2}:
            raise self.two_readings({}, {"stride": 1, "padding": _agreed(halves)}, name=name, args=[size])
        strides = self.per_axis("stride", 1) if "stride" in self.values else kernel
        arguments: dict[str, Any] = {} if strides == kernel else {"stride": _agreed(strides)}
        padding = self.values.get("padding")
        if padding == "same":
            return Spelling(name, [size], arguments | padded_pool(kind, self.axes, size, _agreed(strides)))
        if padding is None and any(step < length for step, length in zip(strides, kernel, strict=True)):
            if not any(halves):
                raise self.error("needs its padding, as in pad 0")
            raise self.two_readings(arguments, arguments | {"padding": _agreed(halves)}, name=name, args=[size])
        return Spelling(name, [size], arguments | ({"padding": padding} if padding not in (None, 0, "valid") else {}))

    def fully_connected(self) -> Spelling | None:
        """A matrix over all values."""
        count = self.filters()
        if count is None:
            count = self.word.number
        elif self.word.number is not None:
            return None
        if count is None and not (self.values or self.word.sizes):
            raise self.error("needs its number of outputs, as in fc-10")
        is_read = not (self.values or self.numbers or self.word.sizes)
        return Spelling("LazyLinear", [count], {}) if is_read else None

    def upsample(self) -> Spelling | None:
        """Nearest neighbours, by the number that is written: 2, 2x or x2."""
        token = self.reader.next
        behind = self.reader.tokens[self.reader.position - 1]
        if not self.numbers and token.text[:1] in ("x", "X") and token.text[1:].isdecimal():
            self.numbers.append(int(self.reader.take().text[1:]))
        elif self.numbers and token.text in ("x", "X") and token.at == behind.at + len(behind.text):
            self.reader.take()
        if len(self.numbers) != 1 or self.values or self.word.sizes or self.word.number is not None:
            return None
        return Spelling("Upsample", [], {"scale_factor": self.numbers[0]})

    def stated_input(self) -> Spelling | None:
        """The input, at the beginning of a text."""
        sizes = self.values.pop("kernel_size", None)
        if self.start or self.values or self.word.sizes or self.word.number is not None or len(self.numbers) > 1:
            return None
        if self.numbers:
            sizes = tuple(self.numbers)
        if sizes:
            self.reader.input_shape = self.channels_first(sizes)
        return Spelling("", [], {})

    def channels_first(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """The sizes with the channels before the others, if it is certain which they are."""
        if len(sizes) == 1 or (sizes[0] <= _MAX_CHANNELS < min(sizes[1:]) and len(sizes) > 2):
            return sizes
        if sizes[-1] <= _MAX_CHANNELS < min(sizes[:-1]) and len(sizes) > 2:
            return (sizes[-1], *sizes[:-1])
        raise self.error("does not show which size counts the channels; give it with --input, channels first")


def _agreed(values: Any) -> Any:
    """One number for equal ones."""
    return values[0] if len(set(values)) == 1 else tuple(values)
