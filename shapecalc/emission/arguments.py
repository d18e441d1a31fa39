"""The arguments of a class: what differs between the modules of one structure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from shapecalc.emission.forms import Slot, form_of, value_text
from shapecalc.emission.parts import LayerPart, Submodule
from shapecalc.emission.ratios import as_ratio
from shapecalc.emission.templates import ALWAYS, RESIDUAL, Binding, ClassArgument, Place, Template, Templates
from shapecalc.layers import Shape
from shapecalc.layers.core.arguments import REQUIRED

#: Arguments that count channels, or features, with the name of what they count.
_COUNTS: Mapping[str, str] = {
    **{word: word for word in ("filters", "units")},  # of Keras, where what comes in is not counted
    **dict.fromkeys(("in_channels", "out_channels", "num_features", "num_channels", "channels", "size_0"), "channels"),
    **dict.fromkeys(("in_features", "out_features", "features", "normalized_shape"), "features"),
}
#: What the channels are called that a function of Keras reads, which it can ask its input for.
READ = "channels"
#: A multiple is no chance where so many different numbers have it.
_DISTINCT = 3
#: The largest multiple.
_LARGEST_FACTOR = 16

#: The name of a part that says nothing of what it is.
_PLAIN_LABEL = re.compile(r"(block|body|conv|layers?|main|f)_?\d*")

Values = dict[Submodule, Any]
#: The arguments of a layer, the part of a template with a number, each with a name of its own among them.
LayerSlots = Callable[[Template, int, LayerPart], Iterable[tuple[str, Slot]]]


def bind_classes(templates: Templates, shapes: Mapping[str, Shape], layer_slots: LayerSlots | None = None) -> None:
    """Give every class its arguments, those of inner modules first.

    Args:
        templates: the classes.
        shapes: the shape of each value.
        layer_slots: the arguments of a layer; by default those of its torch module.
    """
    for template in templates.ordered:
        if template.is_class:
            _bind(templates, template, shapes, layer_slots or _module_slots)


def _module_slots(template: Template, _: int, leaf: LayerPart) -> Iterator[tuple[str, Slot]]:
    """The arguments of a layer's torch module."""
    for slot in form_of(leaf, as_module=template.is_sequential).slots:
        yield slot.name, slot


def _slots_of(
    templates: Templates, template: Template, scope: Submodule, layer_slots: LayerSlots
) -> Iterator[tuple[Place, Slot]]:
    """The arguments of all constructors in a module, each with its place."""
    for number, item in enumerate(template.places[scope]):
        if item is None:
            continue
        if isinstance(item, LayerPart):
            for key, slot in layer_slots(template, number, item):
                value = as_ratio(templates.ratios, item, slot.name, slot.value)
                yield (number, key), slot._replace(value=value)
            continue
        if item.owner is not None:
            continue
        child = templates.of[item]
        if child.is_class:
            for argument in child.arguments:
                value = argument.values.get(item, argument.default)
                yield (number, argument.name), Slot(argument.name, value, argument.default, _is_required(argument))
        else:
            for place, slot in _slots_of(templates, child, item, layer_slots):
                yield (number, *place), slot


def _is_required(argument: ClassArgument) -> bool:
    return argument.default in {REQUIRED, ALWAYS}


def _bind(templates: Templates, template: Template, shapes: Mapping[str, Shape], layer_slots: LayerSlots) -> None:
    columns: dict[Place, Values] = {}
    slots: dict[Place, Slot] = {}
    for scope in template.places:
        for place, slot in _slots_of(templates, template, scope, layer_slots):
            columns.setdefault(place, {})[scope] = slot.value
            slots.setdefault(place, slot)
    sources: dict[int, list[Place]] = {}
    for place, values in columns.items():
        binding = _binding(template.arguments, values, slots[place])
        template.bindings[place] = binding
        if binding.argument is not None:
            sources.setdefault(id(binding.argument), []).append(place)
    _name(template, sources, shapes)
    if template.optional >= 0:
        _add_flag(template, template.optional, template.items[template.optional].path[0])
    if template.tail >= 0:
        _add_flag(template, template.tail, RESIDUAL)
    template.arguments.sort(key=lambda argument: (_order(argument.default), _rank(argument)))


def _order(default: Any) -> int:
    """Arguments by position stand before those by name, and those without a default before the others."""
    return 0 if default is REQUIRED else 1 if default is ALWAYS else 2


def _rank(argument: ClassArgument) -> int:
    """What people write first: what comes in, then what goes out."""
    return next((rank for rank, side in enumerate(_FIRST) if argument.name.startswith(side)), len(_FIRST))


#: How the names of arguments begin that people write first.
_FIRST = ("in", "out", "filters", "units", "kernel")


def _add_flag(template: Template, number: int, name: str) -> None:
    """Add the argument that says whether optional parts are there; what they alone take is optional, too."""
    for argument in template.arguments:
        if len(argument.values) < len(template.places) and _is_required(argument):
            argument.default = None
    present = {scope: items[number] is not None for scope, items in template.places.items()}
    default = name == RESIDUAL and 2 * sum(present.values()) > len(present)
    template.arguments.append(ClassArgument(name, present, default))


def _binding(arguments: list[ClassArgument], values: Values, slot: Slot) -> Binding:
    """What stands for an argument: one value, an argument that there is already, or a new one."""
    first, *others = values.values()
    if all(_is_same(first, value) for value in others):
        return Binding(first)
    for argument in arguments:
        common = [scope for scope in values if scope in argument.values]
        if common and all(_is_same(argument.values[scope], values[scope]) for scope in common):
            argument.values |= values
            return Binding(argument=argument)
    for argument in arguments:
        factor = _factor(argument.values, values)
        if factor:
            return Binding(argument=argument, factor=factor)
        if slot.name == "padding" and argument.name == "kernel_size" and _are_halves(argument.values, values):
            return Binding(argument=argument, divisor=2)
    has_default = slot.default is not REQUIRED and any(_is_same(slot.default, value) for value in values.values())
    default = slot.default if has_default else REQUIRED
    if slot.default is ALWAYS or (has_default and _doubles([*values.values()])):
        default = ALWAYS
    argument = ClassArgument(slot.name, dict(values), default)
    arguments.append(argument)
    return Binding(argument=argument)


def _are_halves(kernels: Values, paddings: Values) -> bool:
    """Whether each padding is half of its window, rounded down, which keeps the size."""
    pairs = [(kernels.get(scope), padding) for scope, padding in paddings.items()]
    return all(type(kernel) is type(padding) is int and padding == kernel // 2 for kernel, padding in pairs)


def _doubles(values: Sequence[Any]) -> bool:
    """Whether each number is twice the one before it, as dilations are, so that a loop can count them."""
    pairs = list(pairwise(values))
    return len(pairs) > 1 and all(type(left) is type(right) is int and right == 2 * left for left, right in pairs)


def _is_same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _factor(bases: Values, values: Values) -> int:
    """How many times the numbers of an argument others are; 0 where they are no multiples, or may be so by chance."""
    if len({*values.values()}) < _DISTINCT or not all(type(value) is int for value in values.values()):
        return 0
    factors = set()
    for scope, value in values.items():
        base = bases.get(scope)
        if type(base) is not int or base < 1 or value % base:
            return 0
        factors.add(value // base)
    factor = factors.pop()
    return factor if not factors and 1 < factor <= _LARGEST_FACTOR else 0


def _name(template: Template, sources: dict[int, list[Place]], shapes: Mapping[str, Shape]) -> None:
    """Name the arguments of a class after what they count, or after the arguments that they stand for."""
    names: set[str] = set()
    counts = [argument for argument in template.arguments if argument.name in _COUNTS]
    for argument in counts:
        side = _side(argument, shapes)
        word = _COUNTS[argument.name]
        label = f"{side}_{word}" if side else ""
        if argument.name in {"filters", "units"}:
            label = {"in": READ, "out": word}.get(side, "")
        argument.name = label if label not in names else ""
        names.add(argument.name)
        argument.name = argument.name or f" {word}"  # named below
    inner = [argument for argument in counts if argument.name.startswith(" ")]
    words = Counter(argument.name for argument in inner)
    for argument in template.arguments:
        word = argument.name.strip()
        if argument in counts and argument not in inner:
            continue
        alone = argument not in inner or words[argument.name] == 1
        place = sources[id(argument)][0]
        if argument in inner and _owner(template, place).squeezes:
            word = f"squeeze_{word}"
        elif not alone or word in names:
            word = next(name for name in _long_names(template, place, word) if name not in names)
        while word in names:
            word += "_"
        argument.name = word
        names.add(word)


def _long_names(template: Template, place: Place, word: str) -> Iterator[str]:
    """Names of an argument after the part in which it stands, the shortest first."""
    label = _label(template, place)
    stem = re.sub(r"(_\d+)+$", "", label)
    yield f"{'hidden' if _PLAIN_LABEL.fullmatch(label) else stem}_{word}"
    yield f"{stem}_hidden_{word}"
    yield from (f"{label}_{word}{'_' * count}" for count in range(_MOST_NAMES))


#: So many arguments with one name there are at most: each is a number of a layer.
_MOST_NAMES = 1 << 20


def _owner(template: Template, place: Place) -> Template:
    """The template of the innermost part in which an argument stands."""
    for number in place[:-1]:
        template = template.children.get(number, template)
    return template


def _side(argument: ClassArgument, shapes: Mapping[str, Shape]) -> str:
    """Whether the numbers are the channels that a module reads, or gives."""
    place = 0 if _COUNTS[argument.name] in {"channels", "filters"} else -1
    for side, values in (("in", "reads"), ("out", "writes")):
        if all(shapes[getattr(scope, values)[0]][place] == value for scope, value in argument.values.items()):
            return side
    return ""


def _label(template: Template, place: Place) -> str:
    """The names of the parts in which an argument stands, as the beginning of a name."""
    labels: list[str] = []
    for number in place[:-1]:
        item = template.items[number]
        label = "_".join(item.path)
        if not label.isidentifier() and not labels:
            label = f"{item.layer.nick}{label}" if isinstance(item, LayerPart) else f"part{label}"
        labels.append(label)
        if isinstance(item, Submodule):
            template = template.children[number]
    return "_".join(labels)


def binding_text(binding: Binding) -> str:
    """What is written for an argument."""
    if binding.argument is None:
        return value_text(binding.value)
    if binding.divisor > 1:
        return f"{binding.argument.name} // {binding.divisor}"
    return binding.argument.name if binding.factor == 1 else f"{binding.factor} * {binding.argument.name}"
