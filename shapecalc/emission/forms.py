"""How a layer is written: the constructor of its module, and the expression in forward."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from shapecalc.algebra import Expr
from shapecalc.algebra.memo import remember
from shapecalc.emission.expressions import ACTIVATIONS, EXPRESSIONS, FUNCTIONS
from shapecalc.emission.parts import Item, LayerPart, Submodule
from shapecalc.emission.ratios import Product
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.definitions import DEFINITIONS, IMPORTED
from shapecalc.layers import REGISTRY, Layer, Shape
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.kinds import SHAPE, write_value

#: Modules that return more than one value, of which the first one counts.
_TUPLES = frozenset({"MultiheadAttention", "RNN", "LSTM", "GRU", "LSTMCell"})
#: The padding rules that torch lacks.
_RULES = ("causal", "tf_same")
#: Arguments of a convolution that its function takes.
_CALLED = frozenset({"stride", "padding", "dilation", "groups"})
#: Arguments that people write without their name, though they may be left out, where they stand alone.
_BARE = frozenset({"p", "negative_slope", "alpha", "upscale_factor", "drop_prob"})


class Slot(NamedTuple):
    """An argument of a constructor: its name and value, the default, and whether it is written by position."""

    name: str
    value: Any
    default: Any
    by_position: bool


class Form(NamedTuple):
    """How a layer is written.

    Assignments:
        module: the name of the class of its module; "" where it has none.
        slots: the arguments of the constructor.
        text: the expression, with ``{m}`` for the module and ``{0}``, ``{1}`` for what it reads.
        returns_more: whether the expression is a tuple, of which the layer's output is the first entry.
        start: how a learned tensor starts.
    """

    module: str
    slots: tuple[Slot, ...]
    text: str
    returns_more: bool = False
    start: str = ""

    @property
    def is_call(self) -> bool:
        """Whether what it reads stands alone between brackets, where another call can stand."""
        return self.text.count("{0}") == 1 and bool(re.search(r"\(\{0\}[,)]", self.text)) and not self.returns_more

    def has_bare(self, name: str) -> bool:
        """Whether an argument that stands alone is written without its name."""
        return name in _BARE

    @property
    def is_plain(self) -> bool:
        """Whether it is a module that is called with its one input."""
        return bool(self.module) and self.text == "{m}({0})" and not self.returns_more


def is_default_name(leaf: LayerPart) -> bool:
    """Whether nobody has named a node: it has the nickname of its layer, and a number."""
    name = leaf.node.name.rpartition(".")[2]
    return name.startswith(leaf.layer.nick) and name[len(leaf.layer.nick) :].isdigit()


def form_of(leaf: LayerPart, *, as_module: bool = False) -> Form:
    """How a layer is written.

    Args:
        leaf: the layer, with what it reads.
        as_module: whether it is to be a module, if torch has one.

    Raises:
        ShapecalcError: torch has no such layer, or a letter stands for an argument.
    """
    # a name that is no attribute's, as of a layer in a block that is none, is not kept anyway
    has_attribute = leaf.path[-1] == leaf.node.name.rpartition(".")[2]
    is_free = not as_module and (is_default_name(leaf) or not has_attribute)
    return _form(leaf.layer.interned, leaf.inputs, leaf.shape, is_free=is_free, gives_indices=len(leaf.writes) > 1)


@remember(parts=lambda form: len(form.slots))
def _form(shared: Interned, inputs: tuple[Shape, ...], shape: Shape, *, is_free: bool, gives_indices: bool) -> Form:
    """The key is not the layer, because one with 2.0 equals one with 2, which is written otherwise."""
    layer: Layer = shared.layer
    name = type(layer).__name__
    for value in layer.values.values():
        _refuse_letters(layer, value)
    if name == "Parameter":
        sizes = enumerate(layer.values["sizes"])
        slots = [Slot(f"size_{number}", size, REQUIRED, by_position=True) for number, size in sizes]
        start = f"{layer.values['batch_dim']} {layer.values['init']}"
        return Form("nn.Parameter", tuple(slots), "{m}", start=start)
    if name in EXPRESSIONS:
        return Form("", (), EXPRESSIONS[name](layer, inputs, shape))
    if is_free and name in FUNCTIONS:
        return Form("", (), FUNCTIONS[name](layer, inputs, shape))
    if is_free and name in ACTIVATIONS and layer.values.get("dim", 0) is not None:
        return Form("", (), _activation(layer, ACTIVATIONS[name]))
    module = name if name in DEFINITIONS or name in IMPORTED else f"nn.{name}"
    if not type(layer).__module__.startswith("shapecalc.layers.") or name not in REGISTRY:
        raise ShapecalcError(f"torch has no {name}, so no source without shapecalc can be written for {layer!r}.")
    if layer.values.get("padding") == "causal" and layer.values["padding_mode"] == "zeros":
        slots = [slot for slot in _slots(layer) if slot.name not in {"padding", "padding_mode"}]
        return Form(f"Causal{name}", tuple(slots), "{m}({0})")
    if layer.values.get("padding") in _RULES:
        return _by_rule(layer, module, inputs, shape)
    slots = [slot for slot in _slots(layer) if not (gives_indices and slot.name == "return_indices")]
    if gives_indices:
        slots.append(Slot("return_indices", True, False, by_position=False))
    text, returns_more = _call(layer, len(inputs))
    return Form(module, tuple(slots), text, returns_more and not gives_indices)


def _refuse_letters(layer: Layer, value: Any) -> None:
    if isinstance(value, Expr) or (isinstance(value, tuple) and any(isinstance(part, Expr) for part in value)):
        raise ShapecalcError(f"Source needs numbers, but {layer!r} has a letter; give it.")


def _activation(layer: Any, function: str) -> str:
    arguments = ["{0}", *(_written(slot) for slot in _slots(layer) if slot.value != slot.default)]
    return f"F.{function}({', '.join(arguments)})"


def _written(slot: Slot) -> str:
    value = value_text(slot.value)
    return value if slot.by_position or slot.name in _BARE else f"{slot.name}={value}"


def _slots(layer: Layer) -> Iterator[Slot]:
    cls = type(layer)
    for name, field in cls.fields.items():
        if name in cls.call_arguments:
            continue
        is_required = field.default is REQUIRED or name in cls.infers
        default = REQUIRED if is_required else _plain(field.default_at(cls.rank), field)
        yield Slot(name, _plain(layer.values[name], field), default, is_required)


def _plain(value: Any, field: Any) -> Any:
    """A value as people write it: a number for axes that agree, and for a list of one size."""
    if not isinstance(value, tuple):
        return value
    if len(value) == 1 and field.kind is SHAPE:
        return value[0]
    return value if field.write(value).startswith("(") else value[0]


def _call(layer: Layer, count: int) -> tuple[str, bool]:
    """The call of a module, and whether it returns a tuple."""
    name = type(layer).__name__
    returns_more = name in _TUPLES or layer.values.get("return_indices") is True
    reads = [f"{{{number}}}" for number in range(count + layer.reads_indices)]
    if name == "MultiheadAttention":
        reads = [*reads, *[reads[-1]] * (3 - count)]
    if layer.values.get("batch_first") is False:
        call = f"{{m}}({', '.join(f'{read}.transpose(0, 1)' for read in reads)})"
        return f"{call}{'[0]' * returns_more}.transpose(0, 1)", False
    sizes = [(key, layer.values[key]) for key in layer.call_arguments if layer.values[key] is not None]
    arguments = [*reads, *(f"{key}={write_value(value)}" for key, value in sizes)]
    return f"{{m}}({', '.join(arguments)})", returns_more


def _by_rule(layer: Any, module: str, inputs: tuple[Shape, ...], shape: Shape) -> Form:
    """A layer whose padding torch has no name for: the input is padded before it, or the output cut behind it."""
    slots = {slot.name: slot for slot in _slots(layer)}
    envs = [env for _, env in layer.axis_envs(inputs[0])]
    if "output_padding" in slots:
        for name, key in (("padding", "before"), ("output_padding", "output_padding")):
            value = tuple(env[key] for env in envs)
            slots[name] = slots[name]._replace(value=_plain(value, type(layer).fields[name]))
        cut = ", ".join(f":{size}" for size in shape[1:])
        return Form(module, tuple(slots.values()), f"{{m}}({{0}})[:, :, {cut}].contiguous()")
    slots["padding"] = slots["padding"]._replace(value=0)
    if "padding_mode" in slots:
        slots["padding_mode"] = slots["padding_mode"]._replace(value="zeros")
    sides = tuple([amount for env in reversed(envs) for amount in (env["before"], env["after"])])
    if not any(sides):
        return Form(module, tuple(slots.values()), "{m}({0})")
    amounts = write_value(sides)
    mode = "" if layer.edge() == "zeros" else f', mode="{layer.edge()}"'
    edge = ', value=float("-inf")' if layer.padding_value else ""
    text = f"{{m}}(F.pad({{0}}, {amounts}{mode}{edge}))"
    if getattr(layer, "counts_inputs", bool)():
        text = f"{text} / {{m}}(F.pad(torch.ones_like({{0}}[:1, :1]), {amounts}))"
    return Form(module, tuple(slots.values()), text)


def tied_text(layer: Layer, owner: Layer) -> str:
    """The expression of a layer that has the weights of another kind of layer, the module ``{m}``.

    Raises:
        ShapecalcError: no function of torch takes them.
    """
    weights = [f"{{m}}.{tensor}" for tensor, formula, env in layer.tensors() if formula.at(env) is not None]
    functions = {"Linear": "linear", "Embedding": "embedding", **{f"Conv{rank}d": f"conv{rank}d" for rank in (1, 2, 3)}}
    name, values = type(layer).__name__, layer.values
    options = [slot for slot in _slots(layer) if slot.name in _CALLED and slot.value != slot.default]
    is_plain = values.get("padding_mode", "zeros") == "zeros" and values.get("max_norm") is None
    if name not in functions or not is_plain or values.get("padding") in _RULES:
        raise ShapecalcError(f"No source can be written for {layer!r} with the weights of {owner!r}.")
    return f"F.{functions[name]}({', '.join(['{0}', *weights, *map(_written, options)])})"


def value_text(value: Any) -> str:
    """A value in Python source."""
    if isinstance(value, Product):
        return value.text
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, tuple):
        return f"({', '.join(map(value_text, value))}{',' * (len(value) == 1)})"
    return write_value(value)


def own_names(text: str) -> list[str]:
    """The names of the definitions that a text needs."""
    return [name for name in DEFINITIONS if re.search(rf"\b{name}\(", text)]


def is_sequential(scope: Submodule) -> bool:
    """Whether a module is written as nn.Sequential: a chain of modules under their numbers or names."""
    if not scope.is_chain or not all(map(_is_module, scope.items)):
        return False
    return is_numbered(scope) or (bool(scope.path) and all(len(item.path) == 1 for item in scope.items))


def is_numbered(scope: Submodule) -> bool:
    """Whether the weights of a chain stand where their names, numbers from 0 on, say."""
    return all(not item.is_weighted or item.path == (str(number),) for number, item in enumerate(scope.items))


def _is_module(item: Item) -> bool:
    if isinstance(item, Submodule):
        return item.owner is None
    return not item.node.share and form_of(item, as_module=True).is_plain
