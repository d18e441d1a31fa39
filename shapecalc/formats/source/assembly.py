"""The net of a network that was followed: its layers, what each reads, and whose weights it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from shapecalc.algebra.names import names_in
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Stuck
from shapecalc.formats.source.origins import LeafTensor, Operation, Origin, Unfollowed
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.members import buffers, parameters, submodules, weight_tensors
from shapecalc.formats.source.unbatched import MixedBatchError, batch_axis, in_net, without
from shapecalc.formats.source.values import LayerObject, Tensor, Value
from shapecalc.layers import Layer, Shape, layer_classes, shape_text
from shapecalc.layers.opaque import Constant
from shapecalc.net import Net, Node
from shapecalc.net.net import default_name

#: How many parts of a network a remark lists.
LISTED = 5


def assemble(network: Value, inputs: Mapping[str, Shape], outputs: Sequence[Tensor], name: str) -> Net:
    """The net whose outputs are tensors of a program, with all that they need and nothing else.

    Args:
        network: the module, after which weights are named.
        inputs: the shapes of its inputs by name, without the batch.
        outputs: what its forward returns.
        name: the name of the net.

    Raises:
        Stuck: a tensor is made by what is no layer of a net.
    """
    assembly = _Assembly(network, inputs)
    origins = [tensor.origin for tensor in outputs]
    for operation in _operations(origins):
        assembly.add(operation)
    names = tuple(dict.fromkeys([assembly.node_of(origin) for origin in origins]))
    return Net(dict(inputs), tuple(assembly.nodes), names, name, remarks=tuple(assembly.remarks()))


def assemble_refused(
    network: Value, inputs: Mapping[str, Shape], module: LayerObject, tensors: Sequence[Tensor], name: str
) -> Net | None:
    """The net up to a layer that refuses tensors of a program; None where a net would not refuse there.

    Args:
        network: the module, after which weights are named.
        inputs: the shapes of its inputs by name, without the batch.
        module: the layer.
        tensors: what it gets.
        name: the name of the net.
    """
    assembly = _Assembly(network, inputs)
    try:
        for operation in _operations([tensor.origin for tensor in tensors]):
            assembly.add(operation)
        return assembly.refused(module, [tensor.origin for tensor in tensors], name)
    except Stuck:
        return None


def _operations(outputs: list[Origin]) -> list[Operation]:
    """What the outputs need, in the order in which it runs.

    Raises:
        Stuck: one is made by what cannot be followed.
    """
    needed: dict[int, Operation] = {}
    pending = [*reversed(outputs)]
    while pending:
        origin = pending.pop()
        if isinstance(origin, Unfollowed):
            raise Stuck(origin.construct, origin.line, origin.file)
        if isinstance(origin, Operation) and origin.number not in needed:
            needed[origin.number] = origin
            pending += reversed(origin.inputs)
    return [needed[number] for number in sorted(needed)]


@final
class _Assembly:
    """A net that is put together, operation by operation."""

    def __init__(self, network: Value, inputs: Mapping[str, Shape]) -> None:
        self.nodes: list[Node] = []
        self._inputs = inputs
        modules = [*submodules(network)]
        learned = parameters(network)  # which also lists the tensors of layers
        self._learned = [path for path, _ in learned]
        self._modules = {id(module): path for path, module in modules}
        #: the layer that has a tensor, for layers that are given one of another.
        self._owners: dict[int, int] = {
            id(tensor): id(module)
            for _, module in modules
            for tensor in (module.weights.values() if isinstance(module, LayerObject) else ())
        }
        self._parameters = {id(tensor.origin): path for path, tensor in learned if id(tensor) not in self._owners}
        self._buffers = {id(tensor.origin): path for path, tensor in buffers(network) if tensor.shape is not None}
        self._trained = {id(tensor.origin): tensor.trained for _, tensor in learned}
        #: names in use, and those that others may not have.
        self._names = {*inputs}
        self._taken = {*inputs, *self._modules.values(), *self._parameters.values()}
        self._counts: dict[str, dict[str, int]] = {}
        #: the node of each origin, by the origin's identity, and of each other form of it.
        self._made: dict[int, str] = {}
        self._forms: dict[tuple[str, Shape], str] = {}
        #: the node that has the weights of a module, or a parameter in its first form.
        self._weights: dict[int, str] = {}

    def node_of(self, origin: Origin) -> str:
        """The name of the node or input that gives a tensor.

        Raises:
            Stuck: no node does.
        """
        if isinstance(origin, LeafTensor):
            shape = without(origin.shape, batch_axis(origin.shape))
            return origin.input or self._leaf(origin, shape, batch_dim=False)
        return self._made[id(origin)]

    def add(self, operation: Operation) -> None:
        """Add what an operation is in a net.

        Raises:
            Stuck: a net has no such thing.
        """
        try:
            self._made[id(operation)] = self._add(operation)
        except MixedBatchError as mixed:
            raise Stuck(f"{operation.layer!r} {mixed}", line_of(operation.place), operation.file) from None
        except Stuck as stuck:
            raise Stuck(stuck.construct, stuck.line or line_of(operation.place), operation.file) from None

    def refused(self, module: LayerObject, origins: Sequence[Origin], name: str) -> Net | None:
        """The net that ends with a layer that refuses; None where the layer takes the tensors without their batch.

        Raises:
            Stuck: a tensor has no node.
        """
        layer, shapes = module.known(), [_shape(origin) for origin in origins]
        if any(batch_axis(shape) != 0 for shape in shapes):
            return None
        reads = tuple([self.node_of(origin) for origin in origins])
        sizes = tuple([without(shape, 0) for shape in shapes])
        try:
            layer.accept(sizes).output_shape(sizes)
        except ShapecalcError:
            path = self._modules.get(id(module), "")
            name_of_node = self._free_name(layer, "") if not path or path in self._names else path
            self._append(name_of_node, layer, reads, "")
            return Net(dict(self._inputs), tuple(self.nodes), (name_of_node,), name)
        return None

    def remarks(self) -> Iterator[str]:
        """What the network has beside the net."""
        parts = [*dict.fromkeys(path.partition(".")[0] for path in self._learned if not self._runs(path))]
        if parts:
            more = f" and {len(parts) - LISTED} more" if len(parts) > LISTED else ""
            what = ", ".join(parts[:LISTED]) + more
            yield f"Weights in {what} serve no output in evaluation; the net leaves them out."

    def _runs(self, path: str) -> bool:
        """Whether a node has a weight: the node of its name, or that of a layer in which it stands."""
        parts = path.split(".")
        return any(".".join(parts[:count]) in self._names for count in range(1, len(parts) + 1))

    def _add(self, operation: Operation) -> str:
        first = operation.inputs[0]
        shape, output, layer = _shape(first), operation.shape, operation.layer
        translated = in_net(layer, shape, output) if operation.batch is None else layer
        rank, axis = self._frame(operation)
        reads = tuple([self._fitted(origin, axis, rank or len(_shape(origin))) for origin in operation.inputs])
        if translated is None:
            return reads[0]
        self._check(translated, [_fit(origin, axis, rank) for origin in operation.inputs], output)
        return self._node(translated, reads, operation)

    @staticmethod
    def _frame(operation: Operation) -> tuple[int, int | None]:
        """How many dimensions all tensors of an operation have, 0 for each its own; and which is the batch."""
        if operation.batch is not None:
            return 0, operation.batch
        output = batch_axis(operation.shape)
        if type(operation.layer).__name__ in _BROADCASTING:
            return len(operation.shape), output
        axes = [axis for origin in operation.inputs if (axis := batch_axis(_shape(origin))) is not None]
        return 0, axes[0] if axes else output

    def _fitted(self, origin: Origin, axis: int | None, rank: int) -> str:
        """The node that gives a tensor as one of so many dimensions, with the batch at a place.

        Raises:
            MixedBatchError: its batch is elsewhere.
        """
        shape, target = _shape(origin), _fit(origin, axis, rank)
        present = without(shape, batch_axis(shape))
        if present == target:
            return self.node_of(origin)
        if isinstance(origin, LeafTensor) and not origin.input and shape == (1, *target):
            return self._leaf(origin, target, batch_dim=True)
        name = self.node_of(origin)
        if (name, target) not in self._forms:
            layer = layer_classes()["Reshape"](target)
            self._forms[name, target] = self._append(self._free_name(layer, ""), layer, (name,), "")
        return self._forms[name, target]

    def _leaf(self, leaf: LeafTensor, sizes: Shape, *, batch_dim: bool) -> str:
        """The node of a parameter, or of numbers of the program, of some sizes, of 1 for the batch or of none."""
        key = self._parameters.get(id(leaf)) or f" {id(leaf)}"
        if (key, sizes) not in self._forms:
            is_constant = leaf.is_constant
            name = self._constant(leaf, sizes) if is_constant else self._parameter(leaf, sizes, batch_dim=batch_dim)
            self._forms[key, sizes] = name
        return self._forms[key, sizes]

    def _constant(self, leaf: LeafTensor, sizes: Shape) -> str:
        path = self._buffers.get(id(leaf), "")
        layer = Constant(sizes)
        name = path if path and path not in self._taken else self._free_name(layer, "")
        return self._append(name, layer, (), "")

    def _parameter(self, leaf: LeafTensor, sizes: Shape, *, batch_dim: bool) -> str:
        path = self._parameters.get(id(leaf))
        if path is None:
            raise Stuck("the weight of a layer, used by itself", 0)
        if path.rpartition(".")[0] in self._names:
            raise Stuck("the weight of a layer, used by itself", 0)
        layer = layer_classes()["Parameter"](sizes, batch_dim)
        owner = self._weights.get(id(leaf), "")
        name = self._free_name(layer, path + ".") if owner else path
        self._append(name, layer, (), owner, trainable=_trained(layer, {self._trained[id(leaf)]}))
        self._weights.setdefault(id(leaf), name)
        return name

    def _node(self, layer: Layer, reads: tuple[str, ...], operation: Operation) -> str:
        module = operation.module
        path = self._modules.get(id(module), "") or self._path_of_weights(module)
        owner = self._owner(module, layer, path) if module is not None else ""
        trainable = module is None or _trained(layer, _states(module))
        name = path
        if not path or path in self._names:
            home = self._modules.get(id(operation.owner), "")
            name = self._numbered(path) if path else self._free_name(layer, f"{home}." if home else "")
        return self._append(name, layer, reads, owner, trainable=trainable)

    def _owner(self, module: LayerObject, layer: Layer, path: str) -> str:
        """The node before it that has the weights of a module; "" where there is none.

        Raises:
            Stuck: the network has no such weights, or not as a layer of a net has them.
        """
        if next(layer.tensors(), None) is None:
            return ""
        tied = self._owners.get(id(module.arguments.get("weight")))
        if module.altered and (tied is None or len(module.weights) > 1):
            raise Stuck(module.altered, 0)
        if id(module) not in self._modules and path:  # a function that is given weights
            tied = tied or id(_weights_given(module)["weight"].origin)
            self._weights.setdefault(tied, path)
        key = id(module) if tied is None else tied
        if key not in self._weights and key not in self._modules:
            raise Stuck(f"{layer!r}, whose weights are no part of the network", 0)
        owner = self._weights.setdefault(key, path)
        return "" if owner == path and path not in self._names else owner

    def _path_of_weights(self, module: LayerObject | None) -> str:
        """The name of the module whose weights a function is given: a layer's, or those of a class with its names.

        Raises:
            Stuck: it is given some of them only, or they are used by themselves too.
        """
        weights = _weights_given(module)
        if module is None or id(module) in self._modules or "weight" not in weights:
            return ""
        owner = self._owners.get(id(weights["weight"]))
        if owner is not None:
            tensors = [tensor for tensor, other in self._owners.items() if other == owner]
            if {*tensors} != {id(tensor) for tensor in weights.values()}:
                raise Stuck(f"{module.layer!r} as a function with some of the weights of a layer", 0)
            return self._modules.get(owner, "")
        paths = {key: self._parameters.get(id(tensor.origin), "") for key, tensor in weights.items()}
        stem = paths["weight"].removesuffix(".weight")
        is_named = bool(stem) and all(path == f"{stem}.{key}" for key, path in paths.items())
        if any(path in self._names for path in paths.values()):
            raise Stuck("the weight of a layer, used by itself", 0)
        return stem if is_named else ""

    def _numbered(self, path: str) -> str:
        """The name of a module that runs once more."""
        counts = self._counts.setdefault(path, {})
        counts[""] = counts.get("", 1) + 1
        name = f"{path}_{counts['']}"
        return self._numbered(path) if name in self._taken else name

    def _free_name(self, layer: Layer, prefix: str) -> str:
        return prefix + default_name(layer, self._counts.setdefault(prefix, {}), self._taken, prefix)

    def _append(self, name: str, layer: Layer, reads: tuple[str, ...], owner: str, *, trainable: bool = True) -> str:
        self.nodes.append(Node(name, layer, reads, owner, trainable))
        self._names.add(name)
        self._taken.add(name)
        return name

    @staticmethod
    def _check(layer: Layer, shapes: list[Shape], output: Shape) -> None:
        """Refuse a layer of a net that does not give what the layer of the program gives.

        Raises:
            Stuck: it does not; which would be a fault of the translation.
        """
        expected = without(output, batch_axis(output))
        try:
            stated = layer.accept(tuple(shapes)).output_shape(tuple(shapes))
        except ShapecalcError as refused:
            raise Stuck(str(refused), 0) from None
        if stated != expected and not names_in((*stated, *expected)):
            raise Stuck(f"{layer!r} from {' and '.join(map(shape_text, shapes))} to {shape_text(expected)}", 0)


def _weights_given(module: LayerObject | None) -> dict[str, Tensor]:
    """The tensors of the program that a layer has in place of its own, by name."""
    arguments = module.arguments if module is not None else {}
    return {name: value for name, value in arguments.items() if isinstance(value, Tensor)}


def _states(module: LayerObject) -> set[bool | None]:
    """Whether training changes each weight of a layer, one that it is given in place of its own included."""
    weights = [module.arguments.get(name, tensor) for name, tensor in weight_tensors(module).items()]
    return {weight.trained for weight in weights if isinstance(weight, Tensor)}


def _trained(layer: Layer, states: set[bool | None]) -> bool:
    """Whether training changes the weights of a layer, which are all trained or all frozen in a net.

    Raises:
        Stuck: some are frozen, or nobody knows which.
    """
    if None in states:
        raise Stuck(f"{layer!r}, of which it is not known whether its weights are trained", 0)
    if len(states) > 1:
        raise Stuck(f"{layer!r}, of which some weights are frozen and others trained", 0)
    return states != {False}


def _shape(origin: Origin) -> Shape:
    return () if isinstance(origin, Unfollowed) else origin.shape


def _fit(origin: Origin, axis: int | None, rank: int) -> Shape:
    """The shape of a tensor without the batch, as one of so many dimensions."""
    shape = _shape(origin)
    own, lead = batch_axis(shape), max(rank - len(shape), 0)
    shape = (*[1] * lead, *shape)
    if axis is None:
        return shape
    if own is None and shape[axis] != 1:
        raise MixedBatchError(f"reads a tensor of {shape_text(shape)} with the batch as dimension {axis}")
    if own is not None and own + lead != axis:
        raise MixedBatchError(
            f"reads a tensor of {shape_text(_shape(origin))} whose batch is dimension {own}, not {axis - lead}"
        )
    return without(shape, axis)


#: The layers that stretch their tensors to a common shape, by name.
_BROADCASTING = frozenset({"Add", "Multiply", "MatMul", "Entrywise"})
