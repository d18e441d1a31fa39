"""The rules for torch's functions by their full names, and the names under which programs reach them."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.algebra.memo import remember
from shapecalc.formats.source.values import Container, Fields, Instance, LayerObject, Native, Tensor, Value, name_set

Rule = Callable[..., Value]

#: The functions and classes of torch and of the libraries around it.
RULES: dict[str, Rule] = {}

#: The beginnings of the names of functions that have no effect on shapes.
_WITHOUT_SHAPE = ("torch.nn.init.", "torch.jit.", "timm.models.layers.trunc_normal_", "timm.layers.trunc_normal_")
#: Functions after which a layer has other weights, though it gives the same shape.
_REPARAMETRIZED = frozenset({"torch.nn.utils.weight_norm", "torch.nn.utils.spectral_norm"})

#: The modules of torch in which its layers stand.
_MODULES = ("activation", "batchnorm", "container", "conv", "dropout", "linear", "loss", "module", "normalization",
            "pooling", "rnn", "sparse", "transformer", "upsampling")  # fmt: skip

#: The same thing under another name, at the beginning of a full name.
_ALIASES = {
    **{f"torch.nn.modules.{name}": "torch.nn" for name in _MODULES},
    "torch.nn.modules": "torch.nn",
    "torch.nn.parameter": "torch.nn",
    "torch.functional": "torch",
    "torch.special": "torch",
    "torch.autograd.Variable": "torch.Variable",
    "np": "numpy",
}
_LIBRARIES = name_set(
    "torch torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.utils torch.utils.checkpoint "
    "torch.nn.utils.rnn torch.autograd torch.cuda torch.backends torch.backends.mps torch.sparse torch.nn.parallel "
    "torch.distributions torch.optim torch.linalg torch.fft torch.jit math numpy inspect "
    "functools itertools collections collections.abc types copy operator typing argparse abc os warnings "
    "numpy.random einops einops.layers einops.layers.torch builtins torchvision torchvision.models timm timm.models "
    "timm.models.layers timm.layers torchvision.ops torchvision.ops.misc torchvision.ops.stochastic_depth"
)


def declare(*paths: str) -> Callable[[Rule], Rule]:
    """Declare a rule under full names; ``Tensor.view`` is the method of a tensor."""

    def declared(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(paths, rule))
        return rule

    return declared


@remember()
def full_name(path: str) -> str:
    """A full name without detours."""
    for alias, target in _ALIASES.items():
        if path == alias or path.startswith(f"{alias}."):
            return target + path.removeprefix(alias)
    return path


def find(path: str) -> Native | None:
    """The function or class with a full name."""
    if path.startswith(_WITHOUT_SHAPE) and not is_library(path):
        return Native(path, _first)
    if path in _REPARAMETRIZED:
        return Native(path, _altering(path))
    return Native(path, RULES[path]) if path in RULES else None


def _first(reader: object, node: object, *args: Value, **kwargs: Value) -> Value:
    """What a function that only changes numbers gives: what it got."""
    return args[0] if args else None


def _altering(path: str) -> Rule:
    def rule(reader: object, node: object, module: Value, *args: Value, **kwargs: Value) -> Value:
        if isinstance(module, LayerObject):
            module.altered = f"{path.rpartition('.')[2]} of nn.{module.type}"
        return module

    return rule


def is_library(path: str) -> bool:
    """Whether a full name is that of a package or module."""
    return path in _LIBRARIES


def copied(value: Value, copies: dict[int, Value] | None = None) -> Value:
    """A deep copy of an object of the program: its layers have weights of their own."""
    copies = {} if copies is None else copies
    if id(value) in copies:
        return copies[id(value)]
    match value:
        case list():
            copies[id(value)] = items = []
            items += [copied(each, copies) for each in value]
            return items
        case tuple():
            return copies.setdefault(id(value), tuple([copied(each, copies) for each in value]))
        case dict():
            return {key: copied(each, copies) for key, each in value.items()}
        case LayerObject():
            arguments = dict(value.arguments)
            layer, place, file = value.layer, value.place, value.file
            return LayerObject(value.type, layer, place, file, arguments, altered=value.altered, frame=value.frame)
        case Tensor(learned=True):
            return copies.setdefault(id(value), Tensor(value.shape, value.kind, learned=True))
        case Container():
            return Container(value.type, copied(value.children, copies), value.place, value.open, {**value.attributes})
        case Fields():
            return Fields(copied(value.attributes, copies))
        case Instance():
            copy = copies[id(value)] = Instance(value.cls, {}, value.line, value.ready)
            copy.attributes = copied(value.attributes, copies)
            return copy
    return value
