"""The names of layers as people write them: in any case, with or without underscores, or nearly right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from shapecalc import zoo
from shapecalc.algebra.memo import remember
from shapecalc.errors import did_you_mean, nearest
from shapecalc.layers import Layer, layer_classes

#: What may stand before the name of a layer.
_PREFIXES = (
    *("torch.nn.", "nn.", "collections."),
    *("tf.keras.models.", "tf.keras.", "tensorflow.keras.models.", "tensorflow.keras.", "keras.models.", "keras."),
    "models.",
)
#: Other words for layers, which are suggestions and no names.
_OTHER_WORDS = MappingProxyType(
    {
        "pool": "MaxPool",
        "pooling": "MaxPool",
        "convolution": "Conv",
        "deconv": "ConvTranspose",
        "transposedconv": "ConvTranspose",
        "bn": "BatchNorm",
        "norm": "BatchNorm",
        "fc": "Linear",
        "dense": "Linear",
        "swish": "SiLU",
        "hswish": "Hardswish",
        "lrelu": "LeakyReLU",
    }
)
_HOLDS = "; it holds layers and does not run them; where they run one behind the other, write Sequential"
_BRANCHES = "; branches are written in a network file, with the keys residual, parallel or inputs"
_NOTHING = "; what comes out of the last layer is the output, so leave it out"
_LEAVE = "; it is no layer, so leave it out"
#: What to write in place of words that are no layers.
_ADVICE = MappingProxyType(
    {
        **dict.fromkeys(("modulelist", "moduledict"), _HOLDS),
        **dict.fromkeys(("skip", "residual", "shortcut", "resblock", "branch", "inception"), _BRANCHES),
        **dict.fromkeys(("output", "outputs"), _NOTHING),
        **dict.fromkeys(("bottleneck", "basicblock"), _BRANCHES),
        **dict.fromkeys(
            ("compile", "fit", "evaluate", "predict", "eval", "train", "cuda"), "; it is no layer, so leave it out"
        ),
        **dict.fromkeys(("depthwise", "dw"), "; write Conv2d(64, 64, 3, groups=64) for 64 channels"),
        "dilated": "; write the dilation behind the layer, as in 3x3 conv, 64, dilation 2",
        "hidden": "; write fc-128 for a hidden layer of 128",
        "lrn": "; it needs its size, as in LocalResponseNorm(5)",
    }
)
#: The least length of a word that means nets whose names begin with it, and where a layer has a similar name.
_PREFIX, _LONG_PREFIX = 3, 6
#: Layers behind whose names a textbook writes numbers without brackets: Conv2d 3x3, 64.
NUMBERED = re.compile(r"(?:Lazy)?(?:(?:Conv|MaxPool|AvgPool)[123]d|Linear)|Dropout|Dense|Input|Upsample", re.IGNORECASE)
#: What holds layers one behind the other, and is no layer itself.
CONTAINERS = ("Sequential", "OrderedDict")


def find_layer(name: str) -> type[Layer] | None:
    """The layer class of exactly that name; a Lazy name finds the class that it becomes."""
    classes = layer_classes()
    cls = classes.get(name)
    if cls is not None or not name.startswith("Lazy"):
        return cls
    cls = classes.get(name.removeprefix("Lazy"))
    return cls if cls is not None and cls.has_lazy else None


def layer_names() -> list[str]:
    """Every name that a spec may use for a layer."""
    classes = layer_classes()
    return [*classes, *(f"Lazy{name}" for name, cls in classes.items() if cls.has_lazy), "Sequential"]


def bare_name(word: str) -> str:
    """A word without ``nn.`` or ``torch.nn.`` before it."""
    if "." in word:
        for prefix in _PREFIXES:
            if word.startswith(prefix):
                return word.removeprefix(prefix)
    return word


def torch_name(word: str) -> str:
    """The name of the layer or container that a word writes in any case (``conv2d``, ``batch_norm2d``); or ""."""
    if find_layer(word) is not None or word in CONTAINERS:
        return word
    return _names_byfold(len(layer_classes())).get(fold(word), "")


def fold(word: str) -> str:
    """The letters of a word, without case and underscores."""
    return word.replace("_", "").lower()


@remember(parts=len)
def _names_byfold(count: int) -> Mapping[str, str]:  # noqa: ARG001  a layer may be declared at any time
    """The names of so many layers by their letters alone."""
    return {fold(name): name for name in (*layer_names(), *CONTAINERS)}


def nearest_layer(word: str, blocks: Collection[str] = (), *, axes: int = 2) -> str:
    """A clause with the name that is most similar to a word, or "" if none is.

    Args:
        word: no name of a layer.
        blocks: the names of blocks, which stand beside those of layers.
        axes: the rank of the layer that is meant, where the word leaves it open: ``conv`` is Conv2d.
    """
    names = [*blocks, *layer_names()]
    if re.search(r"\d", word):
        return did_you_mean(word, names)
    stems: dict[str, str] = {}
    for name in names:
        stem = re.sub(r"[123]d$", "", name)
        if name == f"{stem}{axes}d" or stem not in stems:
            stems[stem] = name
    stem = _OTHER_WORDS.get(fold(word)) or nearest(word, stems)
    return f" (did you mean {stems[stem]}?)" if stem else ""


def suggestion(word: str, blocks: Collection[str] = (), *, axes: int = 2) -> str:
    """A clause with what a word that is no layer may mean: a net of the zoo, the most similar layer, or several nets.

    Args:
        word: the word.
        blocks: the names of blocks, which stand beside those of layers.
        axes: the rank of the layer that is meant, where the word leaves it open.
    """
    advice = _ADVICE.get(fold(word.rpartition(".")[2]))
    if advice:
        return advice
    name = zoo.canonical(word)
    if name:
        return f"; zoo:{name} is a net of the zoo"
    layer = nearest_layer(word, blocks, axes=axes)
    is_prefix = len(word) >= _PREFIX and any(name.startswith(word.lower()) for name in zoo.names())
    if is_prefix and (not layer or len(word) >= _LONG_PREFIX):
        return f"; the command `shapecalc zoo {word.lower()}` lists nets of that name"
    return layer or "; the command `shapecalc layers` lists all that are known"
