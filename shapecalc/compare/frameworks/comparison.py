"""The same net in another framework: where its sizes differ from torch's, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import Env, Formula, Int, normal, plain
from shapecalc.compare.frameworks.aspect import Aspect
from shapecalc.compare.frameworks.comparison_page import comparison_page
from shapecalc.compare.frameworks.readings import Framework, Rule
from shapecalc.compare.frameworks.tables import FRAMEWORKS
from shapecalc.errors import ShapeError, check_choice
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.effort import Effort
from shapecalc.measures.sizes import apply, input_shapes, walk
from shapecalc.net import Net, Node
from shapecalc.net.arguments import check_net
from shapecalc.page import Page, Presentable

#: In torch, the padding is both the reach of the first window and the cut at the start of a transposed layer.
_BEFORE = Formula(lambda before: before)


@final
@dataclass(frozen=True, slots=True)
class Difference:
    """A number in which a framework differs from torch for the same input.

    Attributes:
        axis: "height", "width", ...; several axes if their differences are equal.
        quantity: the number that differs.
        torch_value: torch's number.
        framework_value: the framework's number.
        formulas: torch's formula and the framework's formula.
        env: the names in the two formulas, with their values.
        rule: how the framework reads the layer.
    """

    axis: str
    quantity: Aspect
    torch_value: Int
    framework_value: Int
    formulas: tuple[Formula, Formula]
    env: Env
    rule: Rule

    @property
    def certain(self) -> bool:
        """Whether the two differ by a number; with letters, they may agree for some sizes."""
        return isinstance(normal(self.torch_value - self.framework_value), int)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "axis": self.axis,
            "what": self.quantity,
            "torch": plain(self.torch_value),
            "theirs": plain(self.framework_value),
            "certain": self.certain,
            "written": self.rule.arguments,
            "why": self.rule.reason,
        }


@final
@dataclass(frozen=True, slots=True)
class LayerComparison:
    """A layer in torch and in another framework.

    Attributes:
        name: the node's name.
        layer: the layer.
        torch_shape: the shape of its output in torch.
        framework_shape: the shape in the framework; None for a layer that it refuses, and for those that follow.
        differences: the numbers in which the layer itself differs, for the same input.
        refusal: the reason why the framework refuses the layer, or "".
        remarks: remarks on the layer.
    """

    name: str
    layer: Layer
    torch_shape: Shape
    framework_shape: Shape | None
    differences: tuple[Difference, ...] = ()
    refusal: str = ""
    remarks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON; no shape is null."""
        return {
            "name": self.name,
            "layer": repr(self.layer),
            "torch": plain(self.torch_shape),
            "theirs": plain(self.framework_shape),
            "differences": [difference.as_dict() for difference in self.differences],
            **({"refused": self.refusal} if self.refusal else {}),
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }


@final
@dataclass(frozen=True, eq=False, repr=False)  # it prints as a table, and is compared by its as_dict()
class FrameworkComparison(Presentable):
    """A net in torch and in another framework; see :func:`compare_frameworks`.

    Attributes:
        net: the net.
        framework: the other framework.
        layers: one entry for each node, in order.
    """

    net: Net
    framework: Framework
    layers: tuple[LayerComparison, ...]

    @property
    def differing(self) -> tuple[LayerComparison, ...]:
        """The layers that are not as in torch: their numbers differ, or they are refused."""
        return tuple(layer for layer in self.layers if layer.differences or layer.refusal)

    @property
    def taken_over(self) -> tuple[LayerComparison, ...]:
        """The layers of classes that were not compared and are taken to be as in torch."""
        return tuple(layer for layer in self.layers if self.framework.reading(layer.layer) is None)

    @property
    def has_letters(self) -> bool:
        """Whether a difference depends on letters."""
        return any(not difference.certain for layer in self.layers for difference in layer.differences)

    def as_dict(self) -> dict[str, Any]:
        """The content of ``--json``."""
        return {
            "semantics": self.framework.name,
            "version": self.framework.version,
            "input": {name: plain(shape) for name, shape in self.net.inputs.items()},
            "layers": [layer.as_dict() for layer in self.layers],
            "differing": [layer.name for layer in self.differing],
            "taken_over": [layer.name for layer in self.taken_over],
        }

    def page(self) -> Page:
        """The sizes side by side, and the layers that differ with the formulas of both."""
        return comparison_page(self)


def compare_frameworks(net: Net, semantics: str) -> FrameworkComparison:
    """The sizes of a net in another framework that reads the same arguments, beside those in torch.

    After a layer that differs, sizes are the framework's.

    Args:
        net: the network; it must be legal in torch.
        semantics: "torch", "keras" or "onnx".

    Raises:
        SpecError: there is no such framework.
        ShapeError: torch refuses the net.
        ShapecalcError: its letters take too many steps.

    Example:
        >>> import shapecalc
        >>> from shapecalc.compare.frameworks import compare_frameworks
        >>> net = shapecalc.parse("MaxPool2d(3, stride=2, ceil_mode=True)", input_shape=(8, 7, 7))
        >>> compare_frameworks(net, "keras").layers[0].framework_shape
        (8, 4, 4)
    """
    check_net(net)
    check_choice("compare", "semantics", semantics, FRAMEWORKS)
    framework = FRAMEWORKS[semantics]
    shapes: dict[str, Shape | None] = dict(input_shapes(net))
    layers = []
    effort = Effort()
    alike: dict[tuple[Interned, tuple[Shape, ...], Shape], LayerComparison] = {}
    for node, layer, _, torch_shape in walk(net):
        inputs = [shapes[name] for name in node.inputs]
        legal_inputs = tuple(shape for shape in inputs if shape is not None)
        if len(legal_inputs) < len(inputs):
            comparison = LayerComparison(node.name, layer, torch_shape, None)
        else:
            place = (layer.interned, legal_inputs, torch_shape)
            if place not in alike:  # equal layers that read equal shapes are compared once
                alike[place] = _compare_layer(framework, node, layer, legal_inputs, torch_shape)
            comparison = replace(alike[place], name=node.name)
            if not all(isinstance(size, int) for size in torch_shape):
                sizes = [difference.framework_value for difference in comparison.differences]
                effort.count_letters(node.name, (layer.interned, legal_inputs), (*torch_shape, *sizes))
        shapes[node.name] = comparison.framework_shape
        layers.append(comparison)
    return FrameworkComparison(net, framework, tuple(layers))


def _compare_layer(
    framework: Framework, node: Node, layer: Layer, inputs: tuple[Shape, ...], torch_shape: Shape
) -> LayerComparison:
    try:
        completed, output = apply(_uncounted(layer) if framework.infers else layer, inputs)
    except ShapeError as error:
        return LayerComparison(node.name, layer, torch_shape, None, refusal=error.reason)
    reading = framework.reading(completed)
    for refusal in reading.refusals if reading else ():
        if refusal.condition.at(completed.values):
            return LayerComparison(node.name, layer, torch_shape, None, refusal=refusal.text)
    rule = reading.rules.get(reading.kind.at(completed.values)) if reading else None
    shape, differences = _apply_rule(rule, completed, inputs[0], output)
    remarks = framework.remarks_on(completed)
    texts = tuple(remark.text for remark in remarks if _holds(remark.condition, completed, inputs))
    return LayerComparison(node.name, layer, torch_shape, shape, differences, remarks=texts)


def _uncounted(layer: Layer) -> Layer:
    """The layer without its number of input channels, if it can infer it."""
    return layer.replace(**dict.fromkeys(type(layer).infers)) if type(layer).has_lazy else layer


def _apply_rule(rule: Rule | None, layer: Layer, shape: Shape, output: Shape) -> tuple[Shape, tuple[Difference, ...]]:
    """The shape of the output by a rule, and the differences from torch's output for the same input."""
    if rule is None or not isinstance(layer, Axiswise):
        return output, ()
    sizes: list[Int] = []
    differences: list[Difference] = []
    for axis, env in layer.axis_envs(shape):
        sizes.append(normal(rule.size.at(env)))
        for quantity, formulas in (
            (Aspect.SIZE, (layer.size_formula(env), rule.size)),
            (Aspect.BEFORE, (_BEFORE, rule.before)),
        ):
            torch_value, framework_value = (formula.at(env) for formula in formulas)
            if normal(torch_value - framework_value) != 0:
                values = normal(torch_value), normal(framework_value)
                differences.append(Difference(axis, quantity, *values, formulas, env, rule))
    return (*output[: len(output) - len(sizes)], *sizes), _merge_axes(differences)


def _merge_axes(differences: list[Difference]) -> tuple[Difference, ...]:
    """Equal differences along several axes as one: "height, width"."""
    merged: dict[Any, Difference] = {}
    for difference in differences:
        key = (difference.quantity, difference.torch_value, difference.framework_value)
        before = merged.get(key)
        merged[key] = replace(before, axis=f"{before.axis}, {difference.axis}") if before else difference
    return tuple(merged.values())


def _holds(condition: Formula, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Whether a condition holds: along any axis, for a layer that has axes."""
    envs = [env for _, env in layer.axis_envs(inputs[0])] if isinstance(layer, Axiswise) else [layer.bind(inputs)]
    return any(condition.at(env) for env in envs)
