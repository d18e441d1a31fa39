"""Networks of a file that have no class of their own: variables that hold them, and functions that build them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple, final

from shapecalc.formats.source.constructions import calls_of
from shapecalc.formats.source.mentions import mentioned
from shapecalc.formats.source.networks import construct, move, reached, required
from shapecalc.formats.source.programs import Program, Source
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.values import MODULE, Class, Container, Instance, LayerObject, ProgramFunction, Value

#: How many functions of a file are tried.
MAX_FUNCTIONS = 4


@final
class UnclassedNetwork(NamedTuple):
    """A network without a class.

    Attributes:
        cls: a class of the same name, which stands for it.
        expression: what builds it.
    """

    cls: Class
    expression: ast.expr


def unclassed_networks(source: Source, program: Program, classes: Sequence[Class]) -> list[UnclassedNetwork]:
    """The networks in the variables of a file; where there are none, those that its functions build.

    Args:
        source: the file.
        program: what its reading came to.
        classes: the networks that have a class: those that they mention, and that mention them, are no others.
    """
    variables = [*_in_variables(program)]
    return variables or [*_of_functions(source, program, classes)]


def named_network(program: Program, name: str, expression: ast.expr) -> UnclassedNetwork | None:
    """The network that a call of a function builds; None where the file has no such function."""
    value = program.scope.names.get(name)
    if not isinstance(value, ProgramFunction):
        return None
    move(expression, value.node if isinstance(value.node, ast.FunctionDef) else None)
    return UnclassedNetwork(_stand_in(program, name, value.node), expression)


def without_parts(program: Program, classes: list[Class], networks: Sequence[UnclassedNetwork]) -> list[Class]:
    """The classes that are no parts of networks without a class."""
    functions = {node.name: node for node in program.tree.body if isinstance(node, ast.FunctionDef)}
    texts = [functions.get(network.cls.name, network.cls.place) for network in networks]
    names = reached(
        frozenset().union(*[mentioned(node) for node in texts if node is not None]),
        {name: mentioned(node) for name, node in functions.items()},
    )
    return [cls for cls in classes if cls.name not in names]


def _stand_in(program: Program, name: str, node: ast.AST) -> Class:
    cls = Class(name, (MODULE,), {}, file=program.source.path)
    cls.place = node
    return cls


def _is_of_library(value: Value, program: Program) -> bool:
    """Whether a value is a network whose class the file does not define."""
    if isinstance(value, Instance):
        return value.is_module and value.cls.file != program.source.path and value.cls.node is not None
    return isinstance(value, Container) and value.type == "Sequential" and not value.open and bool(value.children)


def _in_variables(program: Program) -> Iterator[UnclassedNetwork]:
    """The networks in the variables of the file that are no parts of others."""
    assigned = {
        target.id: node
        for node in program.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    values = {name: program.scope.names.get(name) for name in assigned}
    networks = {name: value for name, value in values.items() if _is_of_library(value, program)}
    networks_held = [value for value in program.scope.names.values() if isinstance(value, Instance | Container)]
    parts = {id(part) for holder in networks_held for _, part in submodules(holder) if part is not holder}
    arguments_of_others = {id(entry) for made in program.run.instances for entry in flat(_arguments(made))}
    for name, value in networks.items():
        if id(value) not in parts | arguments_of_others:
            node = assigned[name]
            yield UnclassedNetwork(_stand_in(program, name, node), ast.copy_location(ast.Name(name, ast.Load()), node))


def _arguments(made: Value) -> list[Value]:
    return [*made.args, *made.kwargs.values()] if isinstance(made, Instance) else []


def _of_functions(source: Source, program: Program, classes: Sequence[Class]) -> Iterator[UnclassedNetwork]:
    """The networks that functions build, with the arguments of a call in the file, or with none."""
    functions = [node for node in program.tree.body if isinstance(node, ast.FunctionDef)]
    bodies = [(node.name, mentioned(node)) for node in functions]
    bodies += [(cls.name, mentioned(cls.node)) for cls in classes if cls.node is not None]
    inner = frozenset().union(*[names - {name} for name, names in bodies])
    for node in [entry for entry in functions if entry.name not in inner and _returns(entry)][:MAX_FUNCTIONS]:
        function = program.scope.names.get(node.name)
        calls = [call for call, _ in calls_of(program, node.name)]
        if isinstance(function, ProgramFunction) and not required(function):
            call = ast.Call(ast.Name(node.name, ast.Load()), [], [])
            calls = [*calls, ast.fix_missing_locations(ast.copy_location(call, node))]
        for call in calls[:1]:
            network = construct(source, node.name, call)
            if _is_of_library(network, program) and not isinstance(network, LayerObject):
                yield UnclassedNetwork(_stand_in(program, node.name, node), call)


def _returns(node: ast.FunctionDef) -> bool:
    """Whether a function returns something, and mentions torch's containers or a library's models."""
    names = {entry.attr if isinstance(entry, ast.Attribute) else getattr(entry, "id", "") for entry in ast.walk(node)}
    has_value = any(isinstance(entry, ast.Return) and entry.value is not None for entry in ast.walk(node))
    return has_value and not names.isdisjoint({"Sequential", "models", "torchvision", "timm", *_BUILDERS})


#: Words of torchvision's functions, where a file imports them one by one.
_BUILDERS = ("resnet18", "resnet34", "resnet50", "vgg16", "densenet121", "mobilenet_v2", "efficientnet_b0", "alexnet")
