"""Values that stand for arguments which a program gives nowhere: such as their names and their uses ask for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import final

from shapecalc.algebra import Int, Name
from shapecalc.formats.source.argument_use import ArgumentUse, MeantValue
from shapecalc.formats.source.made_values import MadeFields, MadeObject
from shapecalc.formats.source.python.names import library
from shapecalc.formats.source.usages import attribute_use, attributes_in, parameters_of, use_of
from shapecalc.formats.source.values import Class, Fields, ProgramFunction, Unknown, Value, Variables, name_set

#: How many objects that stand for arguments may stand in one another.
MAX_NESTED = 3
#: How many items a list has, where the code does not show it.
ITEMS = 4

_Choices = tuple[tuple[frozenset[str], tuple[int, int]], ...]
#: Words of names of whole numbers that no size is, or their role in a layer, and what stands for them in each choice.
_STRUCTURE: _Choices = (
    (name_set("kernel ksize ks kernels kernel_size"), (3, 5)),
    (name_set("stride strides"), (1, 2)),
    (name_set("padding pad"), (1, 2)),
    (name_set("dilation dilations groups group cardinality"), (1, 1)),
    (name_set("heads nhead nheads numhead"), (4, 8)),
    (name_set("patch patchsize"), (8, 16)),
    (name_set("depth depths layers layer nlayers nlayer blocks nblocks repeats repeat stages iterations iters steps "
              "count"), (2, 3)),
    (name_set("reduction ratio expansion expand mult factor scale upscale multiplier downsample levels"), (2, 4)),
)  # fmt: skip
#: The same of counts and lengths.
_COUNTS: _Choices = (
    (name_set("headdim dimhead dk dv dq head"), (16, 12)),
    (name_set("classes class labels label ncls nclass nclasses categories"), (10, 7)),
    (name_set("image img resolution"), (64, 96)),
    (name_set("vocab vocabulary tokens token ntoken ntokens words voc embeddings"), (100, 120)),
    (name_set("length len maxlen seq seqlen context window positions frames timesteps"), (32, 48)),
)
#: Widths, each name its own: those that must be equal show.
_WIDTHS = ((64, 128, 32, 256, 16, 512, 48, 80, 112, 144), (96, 48, 192, 24, 384, 72, 120, 168, 216, 240))
#: How many choices of values there are.
CHOICES = 2

#: Names of modules.
_MODULES = name_set("model net network module backbone encoder decoder generator discriminator fn student teacher "
                    "extractor transformer basemodel feature featureextractor")  # fmt: skip
#: Names of the channels of an image.
_IMAGE = name_set("inchannels inch inchans inputchannels nchannels imgchannels imagechannels inc cin inputnc nc colors "
                  "inchannel inputchannel channelsin chin inputch channelsimg imgch imagech imgc")  # fmt: skip
#: Words of names of the size of an image.
_SIDES = name_set("imgsize imagesize image img resolution")
_FLAG_WORDS = name_set("is use with has bias bidirectional pretrained bilinear residual training affine bn batchnorm")
_FRACTION_WORDS = name_set("dropout drop p prob rate eps epsilon momentum slope alpha beta lr temperature std droprate")
_WIDTH_WORDS = name_set(
    "num n dim dims size channels features hidden planes in out width height nc nf ch inp oup outp output input ninp "
    "nhid embed emb embedding filters cin cout latent z c h w k d model inplanes outplanes units hid ff ffn inner "
    "channel feature neurons nodes actions action state states obs observation noise code bottleneck base ngf ndf nz "
    "nin nout rank capsules"
)
_SHAPE_WORDS = name_set("shape imgsize imagesize obs observation")
_LISTED = {"kernel": (3, 5, 7, 9), "stride": (1, 2, 2, 2), "rates": (1, 2, 3, 4), "dilat": (1, 2, 4, 8)}


#: Words for numbers of parts, which change no size where they change nothing but how often a part stands there.
_PARTS = name_set("heads nhead nheads numhead depth depths layers layer nlayers nlayer blocks nblocks repeats repeat "
                  "stages iterations iters")  # fmt: skip


def is_structure(name: str) -> bool:
    """Whether a name is that of a number that shapes sizes and has no letter: a kernel size, a stride, a padding."""
    words = _words(name)
    return _PARTS.isdisjoint(words) and any(not names.isdisjoint(words) for names, _ in _STRUCTURE)


def _counts(words: list[str]) -> bool:
    """Whether a name is that of a number of kernels or filters, which is a width."""
    return not {"num", "n"}.isdisjoint(words) and not {"kernel", "kernels", "filters", "filter"}.isdisjoint(words)


def _words(name: str) -> list[str]:
    """The words of a name, in lower case, and all of it as one word."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    words = [part.lower() for part in parts]
    return ["".join(words), *words]


@final
class StandIns:
    """The values that stand for what a program does not give, in several choices.

    Args:
        scope: the variables of the file.
        tree: its syntax.
        choice: which of the choices.
        flag: what stands for a flag.
        letters: whether letters stand for widths and lengths, so that what fails, fails for every value of them.
        settled: values that the network itself requires, by the names of their letters.
        image: the channels and the size of the images on which the network is tried; None where they are not known.
    """

    def __init__(
        self,
        scope: Variables,
        tree: ast.Module,
        choice: int,
        *,
        flag: bool = False,
        letters: bool = False,
        settled: Mapping[str, int] | None = None,
        image: tuple[Int, Int] | None = None,
    ) -> None:
        self.image = image
        self.scope, self.tree, self.choice, self.flag, self.letters = scope, tree, choice, flag, letters
        self.settled = settled or {}
        self.has_flags = False
        self.widths: dict[str, int] = {}

    def arguments(self, cls: Class, names: Sequence[str], depth: int = 0) -> dict[str, Value]:
        """A value for each of the arguments of a class."""
        return {name: self._value(cls, name, use_of(cls, name, self._look_up), depth) for name in names}

    def _look_up(self, name: str) -> object:
        return self.scope.names.get(name)

    def _value(self, cls: Class, name: str, use: ArgumentUse, depth: int) -> Value:
        kind = _kind(name, use)
        if kind is None:
            return self._object(cls, name, depth) or self.number(name)
        return self._of_kind(kind, cls, name, use, depth)

    def _of_kind(self, kind: MeantValue, cls: Class, name: str, use: ArgumentUse, depth: int) -> Value:
        match kind:
            case MeantValue.NUMBER:
                return self.number(name, use.role)
            case MeantValue.FLAG:
                return False if "pretrained" in name else self._flag()
            case MeantValue.FRACTION:
                return 0.1
            case MeantValue.DEVICE:
                return "cpu"
            case MeantValue.TEXT if use.texts:
                return [*use.texts][self.choice % len(use.texts)]
            case MeantValue.LIST:
                return self._list(name, use.length)
            case MeantValue.MAKER | MeantValue.MODULE:
                return self._module(kind, cls, name, depth)
            case MeantValue.FIELDS | MeantValue.TABLE:
                return self._fields(kind, cls, name, use, depth)
        return _unknown(cls, name)

    def _flag(self) -> bool:
        self.has_flags = True
        return self.flag

    def number(self, name: str, role: str = "") -> Int:
        """A whole number for an argument of a name, which becomes an argument of a layer."""
        words = _words(name)
        if name in self.settled:
            return self.settled[name]
        structure = (
            None
            if _counts(words)
            else next((values for names, values in _STRUCTURE if not names.isdisjoint({*words, role})), None)
        )
        if structure is not None:
            return structure[self.choice]
        if self.image is not None and (words[0] in _IMAGE or not _SIDES.isdisjoint(words)):
            return self.image[words[0] not in _IMAGE]
        if self.letters:
            return Name(name)
        if words[0] in _IMAGE and self.choice == 0:
            return 3
        for names, values in _COUNTS:
            if not names.isdisjoint(words):
                return values[self.choice]
        widths = _WIDTHS[self.choice]
        return self.widths.setdefault(words[0] or name, widths[len(self.widths) % len(widths)])

    def _list(self, name: str, length: int) -> list[Value]:
        words = _words(name)
        if not _SHAPE_WORDS.isdisjoint(words):
            return [(3, 4)[self.choice], *[(64, 84)[self.choice]] * (max(length, 3) - 1)]
        count = length or ITEMS
        if "filter" in words and not name_set("size sizes").isdisjoint(words):
            words = ["kernel"]
        if not _FRACTION_WORDS.isdisjoint(words):
            return [0.1] * count
        for part, values in _LISTED.items():
            if part in words[0]:
                return [values[place % len(values)] for place in range(count)]
        if not name_set("depth depths layers blocks repeats nblocks heads").isdisjoint(words):
            return [2] * count
        if self.letters:
            return [Name(f"{name}{place}") for place in range(count)]
        return [(16, 24)[self.choice % 2] * 2 ** (place % 5) for place in range(count)]

    def _module(self, kind: MeantValue, cls: Class, name: str, depth: int) -> Value:
        """What stands for a layer, or for what makes layers."""
        words = _words(name)[0]
        makes = kind is MeantValue.MAKER
        if words.startswith(("act", "nonlin", "nl", "relu")):
            return library("torch.nn.ReLU", 0) if makes else MadeObject("nn.ReLU", {})
        if makes and "norm" in words:
            return library(f"torch.nn.{_norm(cls)}", 0)
        if makes and ("block" in words or "bottleneck" in words):
            block = next((entry for entry in self._classes() if _is_block(entry)), None)
            if block is not None:
                return ast.Name(block.name, ast.Load())
        if not makes:
            return self._object(cls, name, depth) or _unknown(cls, name)
        return _unknown(cls, name)

    def _classes(self) -> Iterator[Class]:
        return (entry for entry in self.scope.names.values() if isinstance(entry, Class) and entry.node is not None)

    def _object(self, cls: Class, name: str, depth: int) -> Value:
        """An object of the class that has the name of an argument; None where the file has none."""
        wanted = name.replace("_", "").lower()
        if depth >= MAX_NESTED or not wanted:
            return None
        for entry in self._classes():
            if entry is not cls and entry.name.lower() == wanted:
                missing = [
                    argument
                    for argument in parameters_of(entry.find("__init__"))
                    if argument not in _defaults(entry.find("__init__"))
                ]
                return MadeObject(entry.name, self.arguments(entry, missing, depth + 1))
        return None

    def _fields(self, kind: MeantValue, cls: Class, name: str, use: ArgumentUse, depth: int) -> Value:
        """A configuration: the program's own, else one with the attributes that are asked of it."""
        names = dict.fromkeys([*use.attributes, *attributes_in(self.tree, name)])
        own = self.scope.names.get(name)
        if isinstance(own, Fields | dict) and kind is MeantValue.FIELDS:
            return ast.Name(name, ast.Load())
        made = next((entry for entry in self._classes() if _is_configuration(entry, names)), None)
        if made is not None and kind is MeantValue.FIELDS:
            return MadeObject(made.name, {})
        if kind is MeantValue.TABLE and not use.attributes:
            return _unknown(cls, name)
        uses = {entry: attribute_use(self.tree, name, entry, self._look_up) for entry in names}
        values = {entry: self._value(cls, entry, uses[entry], depth + 1) for entry in names}
        return MadeFields(values, is_table=kind is MeantValue.TABLE)


def _unknown(cls: Class, name: str) -> Unknown:
    return Unknown(f"the argument {name} of {cls.name}", cls.node.lineno if cls.node else 0)


#: Which kind is meant where the code of a class shows several: the first of these.
_ORDER = (
    MeantValue.DEVICE,
    MeantValue.TEXT,
    MeantValue.TABLE,
    MeantValue.MAKER,
    MeantValue.MODULE,
    MeantValue.LIST,
    MeantValue.FIELDS,
    MeantValue.FRACTION,
    MeantValue.NUMBER,
    MeantValue.FLAG,
)


def _kind(name: str, use: ArgumentUse) -> MeantValue | None:
    """The kind of value that an argument has; None where nothing shows it."""
    words = _words(name)
    kind = next((entry for entry in _ORDER if entry in use.kinds), None)
    if kind in {None, MeantValue.NUMBER, MeantValue.FRACTION, MeantValue.FLAG}:
        if "device" in words:
            return MeantValue.DEVICE
        if words[0] in _MODULES and kind is not MeantValue.NUMBER:
            return MeantValue.MODULE
        if (not _FRACTION_WORDS.isdisjoint(words) or "drop" in words[0]) and "dim" not in words:
            return MeantValue.FRACTION
    if kind in {None, MeantValue.FLAG} and not _FLAG_WORDS.isdisjoint(words):
        return MeantValue.FLAG
    numbers = _WIDTH_WORDS.union(*[names for names, _ in (*_STRUCTURE, *_COUNTS)])
    if kind in {None, MeantValue.FLAG} and not numbers.isdisjoint(words):
        return MeantValue.NUMBER
    return kind


def _norm(cls: Class) -> str:
    """The norm that fits the first layers that a class names."""
    text = ast.unparse(cls.node) if cls.node is not None else ""
    ranks = [rank for rank in "231" if f"Conv{rank}d" in text]
    return f"BatchNorm{ranks[0]}d" if ranks else "LayerNorm"


def _is_block(cls: Class) -> bool:
    return "expansion" in cls.names or any(word in cls.name.lower() for word in ("block", "bottleneck"))


def _is_configuration(cls: Class, names: Mapping[str, None]) -> bool:
    """Whether a class can be made without arguments and has the attributes that are asked of a configuration."""
    if cls.find("forward") is not None:
        return False
    annotated = cls.names.get("__annotated__", ())
    is_whole = all(entry in cls.names for entry in annotated) if "__dataclass__" in cls.names else True
    initializer = cls.find("__init__")
    if len(parameters_of(initializer)) > len(_defaults(initializer)):
        return False
    text = ast.unparse(cls.node) if cls.node is not None else ""
    return is_whole and bool(names) and all(re.search(rf"\b{re.escape(entry)}\b", text) for entry in names)


def _defaults(function: object) -> Mapping[str, Value]:
    return function.defaults if isinstance(function, ProgramFunction) else {}
