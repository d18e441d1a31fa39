"""The same net under another framework: where its sizes differ from torch's, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, final

from shapecalc.algebra import Env, Formula, Int, normal
from shapecalc.compare.frameworks.readings import Framework, Rule
from shapecalc.compare.frameworks.tables import FRAMEWORKS
from shapecalc.errors import ShapeError, check_choice
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.measures.report import plain
from shapecalc.measures.sizes import apply, given, walk
from shapecalc.net import Net, Node

#: What differs: the size along an axis, or where the first window starts.
SIZE, BEFORE = "size", "padding before"
#: torch's own: of a window, and of what is cut off the start of a transposed layer, it is the padding.
_BEFORE = Formula(lambda before: before)


@final
class Difference(NamedTuple):
    """One number in which a framework differs from torch for the same input.

    Attributes:
        axis: "height", "width", ...; several where they differ alike.
        what: "size", or "padding before": how far the first window reaches beyond the start of the input, or how much
            a transposed layer cuts off there.
        torch: torch's number.
        theirs: the framework's.
        formulas: how the two come about: torch's formula and the framework's.
        env: the names that both use, with their values.
        rule: how the framework reads the layer.
    """

    axis: str
    what: str
    torch: Int
    theirs: Int
    formulas: tuple[Formula, Formula]
    env: Env
    rule: Rule

    @property
    def certain(self) -> bool:
        """Whether they differ by a number; where letters are left, they may agree for some sizes."""
        return isinstance(normal(self.torch - self.theirs), int)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "axis": self.axis,
            "what": self.what,
            "torch": plain(self.torch),
            "theirs": plain(self.theirs),
            "certain": self.certain,
            "written": self.rule.written,
            "why": self.rule.why,
        }


@final
class LayerComparison(NamedTuple):
    """One layer under both.

    Attributes:
        name: the node's name.
        layer: the layer.
        torch: what comes out in torch.
        theirs: what comes out in the framework; None from where it refuses on.
        differences: the numbers in which the layer itself differs, for the same input.
        refused: why the framework takes no such layer, or "".
        remarks: what else to know.
    """

    name: str
    layer: Layer
    torch: Shape
    theirs: Shape | None
    differences: tuple[Difference, ...]
    refused: str
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON; no shape is null."""
        return {
            "name": self.name,
            "layer": repr(self.layer),
            "torch": plain(self.torch),
            "theirs": plain(self.theirs),
            "differences": [one.as_dict() for one in self.differences],
            **({"refused": self.refused} if self.refused else {}),
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }


@final
@dataclass(frozen=True, eq=False, repr=False)  # it prints as a table, and is compared by its as_dict()
class FrameworkComparison:
    """A net under torch and under another framework; see :func:`compare_frameworks`.

    Attributes:
        net: the net.
        framework: how the other one reads layers.
        places: one for each node, in order.
    """

    net: Net
    framework: Framework
    places: tuple[LayerComparison, ...]

    @property
    def differing(self) -> tuple[LayerComparison, ...]:
        """The layers that are not as in torch: other numbers, or refused."""
        return tuple(place for place in self.places if place.differences or place.refused)

    @property
    def taken_over(self) -> tuple[LayerComparison, ...]:
        """The layers of classes that were not compared, and are taken to be as in torch."""
        return tuple(place for place in self.places if self.framework.reading(place.layer) is None)

    @property
    def has_letters(self) -> bool:
        """Whether letters are left in a difference."""
        return any(not one.certain for place in self.places for one in place.differences)

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "semantics": self.framework.name,
            "version": self.framework.version,
            "input": {name: plain(shape) for name, shape in self.net.inputs.items()},
            "layers": [place.as_dict() for place in self.places],
            "differing": [place.name for place in self.differing],
            "taken_over": [place.name for place in self.taken_over],
        }

    def __str__(self) -> str:
        from shapecalc.write.comparison import comparison_text

        return comparison_text(self)


def compare_frameworks(net: Net, semantics: str) -> FrameworkComparison:
    """What becomes of a net's sizes under another framework that reads the same arguments.

    After a layer that differs, sizes are the framework's.

    Args:
        net: the network; torch must take it as it is.
        semantics: "torch", "keras" or "onnx".

    Raises:
        SpecError: there is no such framework.
        ShapeError: torch refuses the net.

    Example:
        >>> import shapecalc
        >>> from shapecalc.compare.frameworks import compare_frameworks
        >>> net = shapecalc.parse("MaxPool2d(3, stride=2, ceil_mode=True)", input_shape=(8, 7, 7))
        >>> compare_frameworks(net, "keras").places[0].theirs
        (8, 4, 4)
    """
    check_choice("compare", "semantics", semantics, FRAMEWORKS)
    framework = FRAMEWORKS[semantics]
    shapes: dict[str, Shape | None] = dict(given(net))
    places = []
    for node, layer, _, torch in walk(net):
        known = [shapes[name] for name in node.inputs]
        inputs = tuple(shape for shape in known if shape is not None)
        if len(inputs) < len(known):
            place = LayerComparison(node.name, layer, torch, None, (), "", ())
        else:
            place = _place(framework, node, layer, inputs, torch)
        shapes[node.name] = place.theirs
        places.append(place)
    return FrameworkComparison(net, framework, tuple(places))


def _place(framework: Framework, node: Node, layer: Layer, inputs: tuple[Shape, ...], torch: Shape) -> LayerComparison:
    try:
        whole, here = apply(_uncounted(layer) if framework.infers else layer, inputs)
    except ShapeError as refused:
        return LayerComparison(node.name, layer, torch, None, (), refused.reason, ())
    reading = framework.reading(whole)
    refused_as = [one.words for one in reading.refuses if one.when.at(whole.values)] if reading else []
    if refused_as:
        return LayerComparison(node.name, layer, torch, None, (), refused_as[0], ())
    rule = reading.rules.get(reading.kind.at(whole.values)) if reading else None
    theirs, differences = _read(whole, rule, inputs[0], here)
    remarks = tuple(one.words for one in framework.remarked(whole) if _holds(one.when, whole, inputs))
    return LayerComparison(node.name, layer, torch, theirs, differences, "", remarks)


def _uncounted(layer: Layer) -> Layer:
    """The layer without the number of input channels, where it can find it by itself."""
    return layer.replace(**dict.fromkeys(type(layer).infers)) if type(layer).has_lazy else layer


def _read(layer: Layer, rule: Rule | None, shape: Shape, here: Shape) -> tuple[Shape, tuple[Difference, ...]]:
    """What comes out by a rule, and where that is not what comes out in torch for the same input."""
    if rule is None or not isinstance(layer, Axiswise):
        return here, ()
    size = type(layer).axis_size
    sizes: list[Int] = []
    found: list[Difference] = []
    for axis, env in layer.axis_envs(shape):
        sizes.append(normal(rule.size.at(env)))
        pairs = ((SIZE, size, rule.size), (BEFORE, _BEFORE, rule.before))
        both = [(what, ours.at(env), theirs.at(env), (ours, theirs)) for what, ours, theirs in pairs]
        found += [
            Difference(axis, what, normal(ours), normal(theirs), formulas, env, rule)
            for what, ours, theirs, formulas in both
            if normal(ours - theirs) != 0
        ]
    return (*here[: len(here) - len(sizes)], *sizes), _merged(found)


def _merged(found: list[Difference]) -> tuple[Difference, ...]:
    """Axes that differ alike as one: "height, width"."""
    kept: dict[Any, Difference] = {}
    for one in found:
        alike = (one.what, one.torch, one.theirs)
        kept[alike] = kept[alike]._replace(axis=f"{kept[alike].axis}, {one.axis}") if alike in kept else one
    return tuple(kept.values())


def _holds(when: Formula, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Whether a remark applies: along any axis, for a layer that has axes."""
    envs = [env for _, env in layer.axis_envs(inputs[0])] if isinstance(layer, Axiswise) else [layer.bind(inputs)]
    return any(when.at(env) for env in envs)
