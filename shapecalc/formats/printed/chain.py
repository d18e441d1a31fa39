"""A print as a net: a chain where its classes call their layers one behind the other, else a list of layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, final

from shapecalc import zoo
from shapecalc.errors import SpecError, UnknownOrderError
from shapecalc.formats.printed.leaves import ASSUMED, ATTENTION, is_layer, read_leaf
from shapecalc.formats.printed.tree import Module, read_tree
from shapecalc.formats.text.chain import NO_LAYERS
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.formats.text.tokens import MAX_LAYERS, location
from shapecalc.net.net import INPUT, Net, chain_nodes

#: Classes that call their layers one behind the other: torch's, and those that torchvision derives from it.
_SEQUENTIAL = frozenset({"Sequential", "Conv2dNormActivation", "Conv3dNormActivation", "ConvNormActivation"})
#: Classes that call the one module that they hold.
_WRAPPERS = frozenset({"DataParallel", "DistributedDataParallel", "OptimizedModule"})
#: Classes of torch that hold layers and no tensors of their own.
_HOLDERS = _SEQUENTIAL | _WRAPPERS | {"ModuleList", "ModuleDict", "Transformer", "TransformerEncoder"}
_HOLDERS |= {"TransformerDecoder", "TransformerEncoderLayer", "TransformerDecoderLayer"}
#: How many names a message has.
_NAMED = 4


@final
class Leaf(NamedTuple):
    """A layer in a print: its full name, as in a state_dict, and its module."""

    name: str
    module: Module


def read_print(text: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """The chain that a print of torch shows, with its names; see :func:`shapecalc.parse`.

    Raises:
        UnknownOrderError: a class in it is not known to call its layers in the order of the print.
        SpecError: it is no print of torch, or a layer is not known.
    """
    root = read_tree(text)
    _check_order(text, root)
    leaves = list(_leaves(root))
    if not leaves:
        raise SpecError(NO_LAYERS)
    layers = [read_leaf(text, leaf.module) for leaf in leaves]
    shape = read_shape(input_shape) if input_shape != () else ()
    nodes = chain_nodes(layers, [leaf.name for leaf in leaves])
    return Net({INPUT: shape}, nodes, name=name, remarks=tuple(_assumptions(leaves)))


def printed_layers(text: str) -> tuple[list[Leaf], list[str]]:
    """The layers of a print whatever their order, and the classes in it that may hold tensors of their own.

    Raises:
        SpecError: it is no print of torch, or has too many layers.
    """
    root = read_tree(text)
    holders = dict.fromkeys(module.cls for module in _modules(root) if not _is_leaf(module))
    return list(_leaves(root)), [cls for cls in holders if cls not in _HOLDERS]


def _is_leaf(module: Module) -> bool:
    return not module.children or module.cls == ATTENTION  # whose one child is no part of its forward


def _leaves(root: Module) -> Iterator[Leaf]:
    """The layers in a module, equal ones behind each other.

    Raises:
        SpecError: there are too many.
    """
    unread = [(root, "")]
    count = 0
    while unread:
        module, path = unread.pop()
        count += 1
        if count > MAX_LAYERS or module.copies > MAX_LAYERS:
            raise SpecError(f"The print has more than {MAX_LAYERS:,} modules.")
        if _is_leaf(module):
            if module.cls not in _HOLDERS:  # an empty one holds nothing
                yield Leaf(path, module)
            continue
        prefix = f"{path}." if path else ""
        inner = [(child, prefix + label) for child in module.children for label in child.labels()]
        unread += reversed(inner)


def _modules(root: Module) -> Iterator[Module]:
    """A module and all in it, in the order of the print."""
    unread = [root]
    while unread:
        module = unread.pop()
        yield module
        unread += reversed(module.children)


def _check_order(text: str, root: Module) -> None:
    """Refuse a print whose layers may run in another order.

    Raises:
        UnknownOrderError: they may.
        SpecError: a layer of torch is printed with layers in it, as an attention is.
    """
    modules = list(_modules(root))
    unordered = {
        module.cls: module
        for module in reversed(modules)
        if not (_is_leaf(module) or is_layer(module.cls) or _is_ordered(module))
    }
    if unordered:
        raise UnknownOrderError(_question(text, list(reversed(unordered.values()))), text)
    for module in modules:
        if module.children and is_layer(module.cls):
            read_leaf(text, module)  # says why it is not read


def _is_ordered(module: Module) -> bool:
    """Whether a module calls its layers in the order of the print."""
    labels = [label for child in module.children for label in child.labels()]
    if module.cls in _WRAPPERS:
        return len(labels) == 1
    is_numbered = labels == list(map(str, range(len(labels))))
    return module.cls == "Sequential" or (module.cls in _SEQUENTIAL and is_numbered)


def _question(text: str, unordered: list[Module]) -> str:
    first, *others = unordered
    classes = [module.cls for module in unordered]
    besides = f" (nor {listed(classes[1:])} theirs)" if others else ""
    family = first.cls.lower()
    is_known = any(name.rstrip("0123456789") == family for name in zoo.names())
    hint = f"; `shapecalc zoo {family}` lists nets of that kind" if is_known else ""
    return (
        f"{location(text, first.at)}: a print does not show in which order {first.cls} calls its layers "
        f"{listed([child.label for child in first.children])}{besides}. Where they run as printed, write Sequential "
        f"in place of {listed(classes)}; without an input, the command net counts the parameters of each layer{hint}."
    )


def listed(names: list[str]) -> str:
    """Some names in a sentence; of many, the first."""
    rest = len(names) - _NAMED
    if rest > 1:
        return f"{', '.join(names[:_NAMED])} and {rest} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _assumptions(leaves: list[Leaf]) -> Iterator[str]:
    """What is read in place of what the print leaves out."""
    by_assumption: dict[tuple[str, str], list[str]] = {}
    for leaf in leaves:
        if leaf.module.cls in ASSUMED:
            by_assumption.setdefault(ASSUMED[leaf.module.cls], []).append(leaf.name)
    for (argument, default), names in by_assumption.items():
        yield f"a print leaves out {argument}, which is read as {default}: {listed(names)}"
