"""A net as torch source that needs nothing but torch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecalc.emission.arguments import bind_classes
from shapecalc.emission.class_names import name_classes
from shapecalc.emission.constructors import Assignments, Constructors
from shapecalc.emission.forms import own_names, value_text
from shapecalc.emission.forward import Forward
from shapecalc.emission.keras_source import keras_source
from shapecalc.emission.layout import INDENT, Argument, Brackets, lines
from shapecalc.emission.part_names import check_part_names
from shapecalc.emission.parts import is_attribute
from shapecalc.emission.ratios import ratios
from shapecalc.emission.scopes import Partition
from shapecalc.emission.shape_comments import Comments
from shapecalc.emission.templates import ALWAYS, Template, Templates
from shapecalc.errors import SpecError, check_choice, check_type
from shapecalc.formats.source.definitions import DEFINITIONS, IMPORTED
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.net import Net
from shapecalc.net.arguments import check_computes, check_net

#: The name of the class, or for Keras of the function, where nobody says one, by what source is for.
NAMES = {"torch": "Net", "keras": "build_net"}


def emit(net: Net, *, class_name: str = "", to: str = "torch") -> str:
    """The network as Python source: a torch module with the weights' names of :func:`shapecalc.pytorch.build`.

    Blocks that repeat are classes of their own. Comments have the shapes, with the batch as N. The text is formatted
    as ``ruff format`` does, and needs torch alone.

    Args:
        net: the network, its input shapes known.
        class_name: the name of its class, by default Net; for Keras that of the function that makes the model.
        to: "torch", or "keras" for Keras 3, with channels first.

    Raises:
        ShapeError: a layer refuses its inputs.
        ShapecalcError: torch, or Keras, has no such layer, a letter stands for an argument of one, or torch has no part
            of that name.
        SpecError: the name is none of a class; ``to`` is neither word.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) ReLU MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> print(shapecalc.emit(net))
        import torch.nn.functional as F
        from torch import nn
        <BLANKLINE>
        <BLANKLINE>
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 10, 3)
                self.pool1 = nn.MaxPool2d(4)
        <BLANKLINE>
            def forward(self, x):  # (N, 3, 130, 130)
                x = F.relu(self.conv1(x))  # (N, 10, 128, 128)
                return self.pool1(x)  # (N, 10, 32, 32)
        <BLANKLINE>
    """
    check_net(net)
    check_computes(net, "written as source")
    check_type("class_name", class_name, str, "a name as text, such as 'Net'")
    check_choice("emit", "to", to, tuple(NAMES))
    class_name = class_name or NAMES[to]
    if to == "keras":
        return keras_source(net, class_name)
    if not is_attribute(class_name):
        raise SpecError(f"{class_name!r} is no name of a class; write letters, digits and _, such as Net.")
    partition = Partition(net)
    check_part_names(leaf.node.name for leaf in partition.leaves if leaf.is_weighted)
    templates = Templates(partition.whole(), ratios(partition.leaves))
    bind_classes(templates, partition.shapes)
    name_classes(templates, class_name)
    classes = [
        "\n".join(_class(template, Comments(template, partition.shapes, partition.calls), tuple(net.inputs)))
        for template in templates.ordered
        if template.is_class
    ]
    return _file("\n\n\n".join(classes))


def _file(classes: str) -> str:
    """The classes with what they need: imports, and layers that torch lacks."""
    names = own_names(classes)
    names += own_names("".join(DEFINITIONS[name] for name in names))
    texts = [DEFINITIONS[name].strip("\n") for name in DEFINITIONS if name in names]
    body = "\n\n\n".join([*texts, classes])
    code = re.sub(r"#.*", "", body)
    blocks = [
        ["from collections import OrderedDict"] if "OrderedDict(" in code else [],
        [
            *(["import torch"] if re.search(r"\btorch\.", code) else []),
            *(["import torch.nn.functional as F"] if re.search(r"\bF\.", code) else []),
            "from torch import nn",
            *(f"from {package} import {name}" for name, package in IMPORTED.items() if f"{name}(" in code),
        ],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + f"\n\n\n{body}\n"


def _class(template: Template, comments: Comments, inputs: tuple[str, ...]) -> Iterator[str]:
    constructors = Constructors(template, comments)
    base = "Sequential" if template.is_sequential else "Module"
    yield f"class {template.name}(nn.{base}):"
    yield from lines(_signature(template), lead="def ", tail=":", margin=INDENT)
    if template.is_sequential:
        yield from lines(constructors.sequential(template, (), template.scope, "super().__init__"), margin=INDENT * 2)
        return
    yield f"{INDENT * 2}super().__init__()"
    attributes = Assignments(constructors)
    yield from attributes.statements()
    yield ""
    names = inputs if not template.scope.path else ()
    yield from Forward(template, attributes.access, comments, names).statements()


def _signature(template: Template) -> Brackets:
    arguments = [Argument("self")]
    for argument in template.arguments:
        default = "" if argument.default in {REQUIRED, ALWAYS} else f"={value_text(argument.default)}"
        arguments.append(Argument(f"{argument.name}{default}"))
    return Brackets("__init__(", arguments, ")")
