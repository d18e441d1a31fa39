"""What memory and the work of a training step depend on besides the net: batch, optimizer, number type, device."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, final

from shapecalc.algebra import Expr, Int, Name, plain
from shapecalc.errors import SpecError, check_type, did_you_mean
from shapecalc.page.numbers import thousands

#: Bytes of one number of a weight, and of one that a layer computes.
DTYPES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "float64": (8, 8),
        "float32": (4, 4),
        "float16": (2, 2),
        "bfloat16": (2, 2),
        "int64": (8, 8),
        "int32": (4, 4),
        "int16": (2, 2),
        "int8": (1, 1),
        "amp": (4, 2),
    }
)
#: Other words for them.
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("fp64", "f64", "double"), "float64"),
        **dict.fromkeys(("fp32", "f32", "float", "single"), "float32"),
        **dict.fromkeys(("fp16", "f16", "half"), "float16"),
        **dict.fromkeys(("mixed", "autocast"), "amp"),
        "bf16": "bfloat16",
    }
)
#: How many numbers each optimizer keeps for a parameter, and bytes for each tensor of parameters.
OPTIMIZERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"sgd": (0, 0), "momentum": (1, 0), "adam": (2, 4), "adamw": (2, 4)}
)
DEVICES = ("cpu", "cuda")
#: Number types whose weights have no gradients.
_INTEGERS = frozenset({"int64", "int32", "int16", "int8"})


@final
class Setting(NamedTuple):
    """What memory depends on besides the net.

    Attributes:
        batch: how many inputs are computed at a time; a number or a letter.
        optimizer: sgd, momentum (SGD with momentum), adam or adamw.
        dtype: the number type; amp is torch's automatic mixed precision, whose weights are float32.
        device: cpu or cuda.
    """

    batch: Int = 1
    optimizer: str = "sgd"
    dtype: str = "float32"
    device: str = "cpu"

    def words(self) -> str:
        """The number type, and what differs from the defaults: float32, adam, batch of 32."""
        parts = [self.dtype]
        parts += [self.optimizer] if self.optimizer != "sgd" else []
        parts += [self.device] if self.device != "cpu" else []
        parts += [f"batch of {thousands(self.batch)}"] if self.batch != 1 else []
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each word by its name, the batch as a number or as text."""
        return {**self._asdict(), "batch": plain(self.batch)}

    @property
    def is_integer(self) -> bool:
        """Whether weights are whole numbers, which have no gradients."""
        return self.dtype in _INTEGERS

    @property
    def weight_size(self) -> int:
        """Bytes of one number of a weight, a gradient or an optimizer's state."""
        return DTYPES[self.dtype][0]

    @property
    def value_size(self) -> int:
        """Bytes of one number that a layer computes."""
        return DTYPES[self.dtype][1]


def read_setting(batch: int | str | Expr, optimizer: str, dtype: str, device: str) -> Setting:
    """The setting of these words.

    Raises:
        SpecError: the batch is below 1, a word is not known, or an optimizer is to train integers.
    """
    setting = Setting(
        _batch(batch),
        _choice("optimizer", optimizer, OPTIMIZERS),
        read_dtype(dtype),
        _choice("device", "cuda" if device == "gpu" else device, dict.fromkeys(DEVICES)),
    )
    if setting.is_integer and setting.optimizer != "sgd":
        raise SpecError(f"There is nothing for {setting.optimizer} to train: {untrained(setting.dtype)}.")
    return setting


def untrained(dtype: str) -> str:
    """Why weights of an integer type are not trained."""
    return f"weights of {dtype} have no gradients"


def read_dtype(text: str) -> str:
    """A number type by its name in torch or a common short word: ``fp16``, ``bf16``.

    Raises:
        SpecError: there is no such type.
    """
    check_type("dtype", text, str, _words(DTYPES))
    word = text.strip().lower().removeprefix("torch.")
    return _choice("number type", _ALIASES.get(word, word), DTYPES)


def _words(choices: Mapping[str, object]) -> str:
    """What a word may be, in words."""
    return f"a word such as {next(iter(choices))!r}"


def _choice(noun: str, word: str, choices: Mapping[str, object]) -> str:
    check_type(noun, word, str, _words(choices))
    word = word.strip().lower()
    if word not in choices:
        raise SpecError(f"There is no {noun} {word}{did_you_mean(word, choices)}; known are {', '.join(choices)}.")
    return word


def _batch(batch: int | str | Expr) -> Int:
    if isinstance(batch, str):
        text = batch.strip()
        if text.isascii() and (text.removeprefix("-").isdecimal() or text.isidentifier()) and len(text) >= _DIGITS:
            raise SpecError(f"The batch has {len(text):,} characters; at most {_DIGITS - 1} are read.")
        if text.isascii() and text.removeprefix("-").isdecimal():
            batch = int(text)
        elif text.isascii() and text.isidentifier():
            return Name(text)
        else:
            raise SpecError(f"The batch must be a number or a letter, not {text[:60]!r}.")
    check_type("batch", batch, (int, Expr), "a whole number or a letter")
    if isinstance(batch, int) and batch < 1:
        raise SpecError(f"The batch must be at least 1, not {batch}.")
    return batch


#: Digits or letters of a batch.
_DIGITS = 20
