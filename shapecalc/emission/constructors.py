"""The constructor of a class: what stands behind ``self.conv1 =``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import final

from shapecalc.emission.arguments import binding_text
from shapecalc.emission.containers import Child, list_of_modules, looped, name_text, named
from shapecalc.emission.forms import form_of, is_numbered, value_text
from shapecalc.emission.layout import (
    INDENT,
    Argument,
    Brackets,
    Expression,
    bracketed,
    lines,
)
from shapecalc.emission.parts import Item, LayerPart, Submodule, is_attribute
from shapecalc.emission.shape_comments import Comments
from shapecalc.emission.templates import RESIDUAL, Binding, Place, Template
from shapecalc.layers.core.arguments import REQUIRED

#: Names that nn.ModuleDict has for itself.
_METHODS = frozenset({"clear", "pop", "keys", "items", "values", "update"})


@final
class Constructors:
    """The constructors in one class.

    Args:
        template: the class.
        comments: the shapes in it.
    """

    def __init__(self, template: Template, comments: Comments) -> None:
        self.template = template
        self.comments = comments
        self._numbers = {item: number for number, item in enumerate(template.items)}

    def value(self, item: Item) -> Expression:
        """The constructor of a part of the class."""
        return self._value(self._numbers[item], item, self.template, ())

    def _value(self, number: int, item: Item, template: Template, place: Place) -> Expression:
        """The constructor of a part of a template that stands at a place in the class."""
        place = (*place, number)
        if isinstance(item, LayerPart):
            return self._module(item, template, place)
        child = template.children[number]
        if child.is_class:
            names = [(argument.name, argument.default) for argument in child.arguments]
            return bracketed(child.name, *self._arguments(names, place))
        return self.sequential(child, place, item)

    def _module(self, leaf: LayerPart, template: Template, place: Place) -> Expression:
        form = form_of(leaf, as_module=template.is_sequential)
        if form.module == "nn.Parameter":
            return self._parameter(leaf, place)
        arguments = self._arguments([(slot.name, slot.default) for slot in form.slots], place)
        if len(arguments) == 1 and not isinstance(arguments[0], str) and form.has_bare(arguments[0].lead[:-1]):
            arguments = [Argument(arguments[0].value)]
        module = bracketed(form.module, *arguments)
        # an attribute is frozen by a statement of its own
        is_inner = template.is_sequential or len(leaf.path) > 1
        return module if leaf.node.trainable or not is_inner else module._replace(tail=").requires_grad_(False)")

    def _arguments(self, names: Sequence[tuple[str, object]], place: Place) -> list[Argument]:
        """The arguments that differ from their defaults; those without one stand first."""
        arguments = []
        for name, default in names:
            binding = self.template.bindings[*place, name]
            if default is REQUIRED:
                arguments.append(Argument(binding_text(binding)))
            elif not _is_default(binding, default):
                arguments.append(Argument(binding_text(binding), f"{name}="))
        return arguments

    def _parameter(self, leaf: LayerPart, place: Place) -> Expression:
        values = leaf.layer.values
        texts = [binding_text(self.template.bindings[*place, slot.name]) for slot in form_of(leaf).slots]
        sizes = ", ".join([*["1"] * values["batch_dim"], *texts])
        init = values["init"]
        if init is None:
            start = f"0.02 * torch.randn({sizes})"
        elif init in {0, 1}:
            start = f"torch.{'ones' if init else 'zeros'}({sizes})"
        else:
            start = f"torch.full(({sizes}{',' * (',' not in sizes)}), {value_text(float(init))})"
        return bracketed("nn.Parameter", start, *([] if leaf.node.trainable else ["requires_grad=False"]))

    def sequential(self, template: Template, place: Place, scope: Submodule, name: str = "nn.Sequential") -> Brackets:
        """The call that makes a chain, one of those of its template."""
        children = self._chain(template, place, scope)
        if is_numbered(scope):
            return Brackets(f"{name}(", [*looped(children)], ")")
        return bracketed(name, Argument(named(children)))

    def _chain(self, template: Template, place: Place, scope: Submodule) -> list[Child]:
        children = []
        before = scope.reads[0]
        for number, item in enumerate(scope.items):
            (after,) = item.writes
            # the shape behind the last one is said where the whole chain is called
            is_shown = self.comments.is_single and (template is self.template or number < len(scope.items) - 1)
            comment = self.comments.change(before, after) if is_shown else ""
            children.append(Child(item.path[0], self._value(number, item, template, place), comment, item))
            before = after
        return children


def _is_default(binding: Binding, default: object) -> bool:
    return (
        binding.argument is None
        and isinstance(binding.value, bool) == isinstance(default, bool)
        and bool(binding.value == default)
    )


@final
class Assignments:
    """The modules of a class by name: the statements that make them, and how forward reads them."""

    def __init__(self, constructors: Constructors) -> None:
        self.constructors = constructors
        self.template = constructors.template
        #: how forward reads each part
        self.access: dict[Item, str] = {}
        self._names: set[str] = set()
        self._taken: dict[tuple[str, ...], str] = {}

    def statements(self) -> Iterator[str]:
        """The lines that make the modules."""
        items = [item for item in self.template.items if self._has_module(item)]
        self._names = {item.path[0] for item in items if item.is_weighted}
        groups: dict[str, list[Item]] = {}
        for item in items:
            groups.setdefault(item.path[0] if item.is_weighted else self._free_name(item), []).append(item)
        if self.template.tail >= 0:
            yield f"{INDENT * 2}self.{RESIDUAL} = {RESIDUAL}"
        for name, group in groups.items():
            if len(group) == 1 and (len(group[0].path) == 1 or not group[0].is_weighted):
                yield from self._single(name, group[0])
            else:
                yield from self._container(name, group)

    def _has_module(self, item: Item) -> bool:
        if isinstance(item, Submodule):
            return item.owner is None
        return not item.node.share and bool(form_of(item, as_module=self.template.is_sequential).module)

    def _free_name(self, leaf: Item) -> str:
        """An attribute for a module without weights: its own name, unless it is taken."""
        name = re.sub(r"\W", "_", leaf.path[0])
        name = name if is_attribute(name) else f"layer_{name}"
        while name in self._names:
            name += "_"
        self._names.add(name)
        return name

    def _single(self, name: str, item: Item) -> Iterator[str]:
        value = self.constructors.value(item)
        margin = INDENT * 2
        self.access[item] = _attribute("self", name)
        optional = self.template.optional >= 0 and item is self.template.items[self.template.optional]
        if optional:
            yield f"{margin}self.{name} = None"
            yield f"{margin}if {name}:"
            margin += INDENT
        if item in self.template.items[self.template.tail :] and self.template.tail >= 0:
            yield f"{margin}if {RESIDUAL}:"
            margin += INDENT
        if is_attribute(name):
            yield from lines(value, lead=f"self.{name} = ", margin=margin)
        else:
            yield from lines(bracketed("self.add_module", name_text(name), Argument(value)), margin=margin)
        if isinstance(item, LayerPart) and not item.node.trainable and not item.is_free:
            yield f"{margin}{self.access[item]}.requires_grad_(False)"

    def _container(self, name: str, group: Sequence[Item]) -> Iterator[str]:
        """Modules whose names have several parts, though those with the first part are no module of their own."""
        margin = INDENT * 2
        tree = _tree(group)
        if is_attribute(name) and not _is_irregular(tree):
            yield from lines(self._collection(tree, f"self.{name}"), lead=f"self.{name} = ", margin=margin)
        else:
            yield from self._assigned("self", name, tree)

    def _collection(self, tree: _Tree, access: str) -> Expression:
        """Modules in nn.ModuleList or nn.ModuleDict."""
        is_list = list(tree) == [str(number) for number in range(len(tree))]
        children: list[Argument] = []
        plain = [branch for branch in tree.values() if not isinstance(branch, dict)]
        if is_list and len(plain) == len(tree):
            self.access |= {item: f"{access}[{number}]" for number, item in enumerate(plain)}
            modules = [Child(item.path[-1], self.constructors.value(item), "", item) for item in plain]
            return bracketed("nn.ModuleList", list_of_modules(modules))
        for name, branch in tree.items():
            place = f"{access}[{name if is_list else name_text(name)}]"
            if isinstance(branch, dict):
                children.append(Argument(self._collection(branch, place), "" if is_list else f"{name_text(name)}: "))
                continue
            self.access[branch] = place
            value = self.constructors.value(branch)
            children.append(Argument(value, "" if is_list else f"{name_text(name)}: "))
        head, tail = ("[", "]") if is_list else ("{", "}")
        return bracketed("nn.ModuleList" if is_list else "nn.ModuleDict", Argument(Brackets(head, children, tail)))

    def _assigned(self, owner: str, name: str, tree: _Tree | Item) -> Iterator[str]:
        """Modules that are put into an empty module one by one."""
        access = _attribute(owner, name)
        value = "nn.Module()" if isinstance(tree, dict) else self.constructors.value(tree)
        if is_attribute(name):
            yield from lines(value, lead=f"{owner}.{name} = ", margin=INDENT * 2)
        else:
            yield from lines(bracketed(f"{owner}.add_module", name_text(name), Argument(value)), margin=INDENT * 2)
        if not isinstance(tree, dict):
            self.access[tree] = access
            return
        for part, branch in tree.items():
            yield from self._assigned(access, part, branch)


_Tree = dict[str, "_Tree | Item"]


def _tree(group: Sequence[Item]) -> _Tree:
    tree: _Tree = {}
    for item in group:
        branch = tree
        for part in item.path[1:-1]:
            branch = branch.setdefault(part, {})  # type: ignore[assignment]  # a node is no prefix of another
        branch[item.path[-1]] = item
    return tree


def _is_irregular(tree: _Tree) -> bool:
    """Whether nn.ModuleDict cannot hold some of the parts."""
    for name, branch in tree.items():
        if name in _METHODS or (isinstance(branch, dict) and _is_irregular(branch)):
            return True
        if isinstance(branch, LayerPart) and branch.is_free:
            return True
    return False


def _attribute(owner: str, name: str) -> str:
    return f"{owner}.{name}" if is_attribute(name) else f"getattr({owner}, {name_text(name)})"
