"""What runs but is surely not meant: one function for each kind, with the problems that it sees."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, final

from shapecalc.algebra import product
from shapecalc.algebra.memo import remember
from shapecalc.checking.verdict import Problem
from shapecalc.formats.source.networks import FollowedNetwork, Module
from shapecalc.formats.source.programs import Program
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.members import parameters, submodules
from shapecalc.formats.source.values import Class, Instance, LayerObject, Tensor, Value


@final
class Examined(NamedTuple):
    """A network that runs, with what a warning looks at.

    Attributes:
        program: the file.
        cls: the class of the network.
        readings: its readings.
        is_whole: whether all of them came to their end, and nothing in them is unknown.
    """

    program: Program
    cls: Class
    readings: Sequence[FollowedNetwork]
    is_whole: bool

    @property
    def network(self) -> Module | None:
        """The network as its first reading builds it."""
        return self.readings[0].network

    def problem(self, code: str, place: ast.AST | None, message: str) -> Iterator[Problem]:
        """A warning at a place of the file."""
        if place is not None:
            line = line_of(place)
            yield Problem(code, "warning", line, getattr(place, "col_offset", 0) + 1, line, message)


def warnings(examined: Examined) -> list[Problem]:
    """The warnings on a network, each once, by line."""
    kinds = (*IN_PARTS, *(IN_WHOLE if examined.is_whole else ()))
    problems = {(each.code, each.line): each for kind in kinds for each in kind(examined)}
    return sorted(problems.values(), key=lambda problem: (problem.line, problem.code))


def _noted(examined: Examined) -> Iterator[Problem]:
    """What the rules for torch's functions and layers have noted."""
    for reading in examined.readings:
        for remark in reading.run.remarks:
            if remark.file == examined.program.source.path:
                yield from examined.problem(remark.code, remark.place, remark.message)


def _layers_in_lists(examined: Examined) -> Iterator[Problem]:
    """Layers in a list, a tuple or a dict of Python's, whose weights no optimizer sees."""
    registered = {id(module) for _, module in submodules(examined.network)}
    for owner in _instances(examined):
        for name, value in owner.attributes.items():
            if not isinstance(value, list | tuple | dict):
                continue
            layers = [each for each in flat(value) if id(each) not in registered and parameters(each)]
            if layers:
                kind = "nn.ModuleDict" if isinstance(value, dict) else "nn.ModuleList"
                count = sum(_count(each) for each in layers)
                message = (
                    f"{name} is a {type(value).__name__}: the {count:,} weights of its layers are not among "
                    f"parameters(), so that no optimizer trains them; {kind} holds layers."
                )
                yield from examined.problem("plain-list", _assignment(owner.cls, name), message)


def _count(module: Value) -> int:
    total = sum(product(tensor.shape or ()) for _, tensor in parameters(module))
    return total if isinstance(total, int) else 0


def _layers_without_use(examined: Examined) -> Iterator[Problem]:
    """Layers that are built and never named again."""
    ran = {id(call.module) for reading in examined.readings for call in reading.run.calls}
    names = {id(module): name for reading in examined.readings for module, name in _named(reading)}
    ran_names = {names[key] for key in ran if key in names}
    read, words = examined.program.names_read
    instances = [*_instances(examined)]
    open_classes = {cls for cls in {owner.cls for owner in instances} if cls.node is None or _walks_over_modules(cls)}
    for owner in instances:
        if owner.cls in open_classes:
            continue
        for name, value in owner.attributes.items():
            inner = [path for path, module in submodules(value) if isinstance(module, LayerObject)]
            prefix = names.get(id(value), name)
            if not inner or any(path in ran_names for path in _paths(prefix, inner)):
                continue
            if name in read or _is_spelled(name, words):
                continue
            count = _count(value)
            weights = f": its {count:,} weights learn nothing" if count else ""
            message = f"{name} is built but never called{weights}."
            yield from examined.problem("unused-layer", _assignment(owner.cls, name), message)


#: The longest name whose parts are put together.
_LONGEST = 60


def _is_spelled(name: str, words: set[str]) -> bool:
    """Whether a name contains one of some texts; there may be as many texts as names."""
    if len(name) > _LONGEST:
        return any(word in name for word in words)
    return any(name[start:end] in words for start in range(len(name) + 1) for end in range(start, len(name) + 1))


def _named(reading: FollowedNetwork) -> Iterator[tuple[Value, str]]:
    if reading.network is not None:
        for path, module in submodules(reading.network):
            yield module, path


def _paths(prefix: str, inner: list[str]) -> list[str]:
    return [f"{prefix}.{path}" if path else prefix for path in inner]


def _walks_over_modules(cls: Class) -> bool:
    """Whether a class asks itself for its modules, or for attributes by names that it puts together."""
    asks = {"children", "named_children", "modules", "named_modules", "_modules", "__dict__"}
    for each in cls.order:
        for node in ast.walk(each.node) if each.node is not None else ():
            if (isinstance(node, ast.Attribute) and node.attr in asks) or (
                isinstance(node, ast.Name) and node.id in {"getattr", "vars"}
            ):
                return True
    return False


def _instances(examined: Examined) -> Iterator[Instance]:
    """The network and the networks in it."""
    for _, module in submodules(examined.network):
        if isinstance(module, Instance) and module.cls.file in ("", examined.program.source.path):
            yield module


def _assignment(cls: Class, name: str) -> ast.AST | None:
    """Where a class sets an attribute."""
    places = (_assignments(each.node).get(name) for each in cls.order if each.node is not None)
    return next((place for place in places if place is not None), None)


@remember(parts=len)
def _assignments(node: ast.AST) -> dict[str, ast.AST]:
    """Where a part of a program first sets each attribute."""
    places: dict[str, ast.AST] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign):
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                if isinstance(target, ast.Attribute):
                    places.setdefault(target.attr, each)
    return places


def _no_output(examined: Examined) -> Iterator[Problem]:
    """A forward without a return."""
    forward = getattr(examined.cls.find("forward"), "node", None)
    if all(reading.output is None for reading in examined.readings):
        yield from examined.problem("no-return", forward, "forward returns nothing: its last line needs a return.")


def _losses(examined: Examined) -> Iterator[Problem]:
    """What comes out of the network does not suit the loss of the file."""
    networks = [*islice(examined.program.networks(), 2)]  # there may be thousands
    outputs = [each for reading in examined.readings for each in flat(reading.output) if isinstance(each, Tensor)]
    if len(networks) != 1 or not outputs:
        return
    passed = {output.passed for output in outputs}
    for node in examined.program.nodes:
        if isinstance(node, ast.Call):
            loss = _last_name(node.func)
            for name, (wrong, message) in _UNSUITED.items():
                if loss in name.split() and passed == {wrong}:
                    yield from examined.problem("loss", node, message)
            if loss in {"NLLLoss", "nll_loss"} and passed <= {"", "softmax"} and not _takes_logarithms(examined):
                message = f"{loss} takes logarithms of probabilities: end the network with log_softmax."
                yield from examined.problem("loss", node, message)


#: What a network may have ended with, by the loss that does not want it.
_UNSUITED = {
    "CrossEntropyLoss cross_entropy": (
        "softmax",
        "CrossEntropyLoss takes the softmax itself: behind a network that ends with one, it is taken twice.",
    ),
    "BCEWithLogitsLoss binary_cross_entropy_with_logits": (
        "sigmoid",
        "BCEWithLogitsLoss takes the sigmoid itself: behind a network that ends with one, it is taken twice.",
    ),
}


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _takes_logarithms(examined: Examined) -> bool:
    return any(
        _last_name(node) in {"log", "log_softmax", "LogSoftmax", "logsigmoid", "log_prob"}
        for node in examined.program.nodes
        if isinstance(node, ast.Attribute | ast.Name)
    )


#: Layers that do another thing in training.
_BY_MODE = ("Dropout", "BatchNorm", "AlphaDropout", "FeatureAlphaDropout")


def _no_eval(examined: Examined) -> Iterator[Problem]:
    """An evaluation without eval()."""
    layers = [module.type for _, module in submodules(examined.network) if isinstance(module, LayerObject)]
    name = next((each for each in layers if each.startswith(_BY_MODE)), None)
    if name is None:
        return
    nodes = examined.program.nodes
    if any(_sets_mode(node) for node in nodes):
        return
    for node in nodes:
        if isinstance(node, ast.With) and any("no_grad" in ast.unparse(item) for item in node.items):
            message = f"Nothing calls eval(): what runs here is in training mode, where nn.{name} does another thing."
            yield from examined.problem("no-eval", node, message)


def _sets_mode(node: ast.AST) -> bool:
    """Whether a call leaves training mode."""
    match node:
        case ast.Call(func=ast.Attribute(attr="eval")):
            return True
        case ast.Call(func=ast.Attribute(attr="train"), args=args, keywords=keywords):
            return bool(args or keywords)
    return False


_Kind = Callable[[Examined], Iterator[Problem]]
#: Each looks at a network for one kind of mistake, whether or not all of it is known.
IN_PARTS: tuple[_Kind, ...] = (_noted, _layers_in_lists, _no_eval)
#: Those that need to know all of it.
IN_WHOLE: tuple[_Kind, ...] = (_layers_without_use, _no_output, _losses)
