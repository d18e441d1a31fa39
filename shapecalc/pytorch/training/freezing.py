"""Weights that stay as they are, for the whole training or for its first epochs; and rates that differ by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, final

from torch import nn
from torch.nn import Parameter

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.training.settings import Settings


@final
@dataclass(frozen=True, slots=True, eq=False)
class Freezing:
    """What does not learn, as a function of the epoch alone, so that a training goes on from any step.

    Attributes:
        parameters: the frozen weights.
        modules: the frozen modules with running statistics.
        epochs: the number of epochs for which they are frozen; 0 for all.
    """

    parameters: tuple[Parameter, ...] = ()
    modules: tuple[nn.Module, ...] = ()
    epochs: int = 0

    def hold(self, epoch: int) -> None:
        """Freeze what is frozen in an epoch, counted from 1, of a module that is in training mode."""
        frozen = not self.epochs or epoch <= self.epochs
        for parameter in self.parameters:
            parameter.requires_grad_(not frozen)
        for module in self.modules:
            module.train(not frozen)


def freezing_of(module: NetModule, settings: Settings) -> Freezing:
    """What the settings freeze of a net.

    Raises:
        SpecError: a pattern matches nothing, or everything.
    """
    learning = {name: weight for name, weight in module.named_parameters() if weight.requires_grad}
    modules = dict(module.named_modules())
    for pattern in settings.freeze:
        names = [*(name for name, _ in module.named_parameters()), *filter(None, modules)]
        if not any(fnmatchcase(name, pattern) for name in names):
            vocabulary = [*names, *(f"{name}.*" for name, part in modules.items() if name and [*part.children()])]
            raise SpecError(f"--freeze: nothing in the net is called {pattern}{did_you_mean(pattern, vocabulary)}.")
    frozen = {name: weight for name, weight in learning.items() if _is_frozen(name, settings.freeze)}
    if frozen and len(frozen) == len(learning):
        raise SpecError(f"--freeze: {', '.join(settings.freeze)} leaves no weights that learn; leave the head out.")
    counting = tuple(
        part
        for name, part in modules.items()
        if [*part.buffers(recurse=False)] and _rests(part, name, settings.freeze, frozen)
    )
    return Freezing(tuple(frozen.values()), counting, settings.unfreeze_after)


def _is_frozen(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern matches a name, or that of a module around it."""
    return any(fnmatchcase(outer, pattern) for outer in _around(name) for pattern in patterns)


def _around(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _rests(part: nn.Module, name: str, patterns: tuple[str, ...], frozen: dict[str, Parameter]) -> bool:
    """Whether a module is frozen by its own name, or because all its weights are."""
    weights = [inner for inner, _ in part.named_parameters(recurse=False)]
    return _is_frozen(name, patterns) or (bool(weights) and all(f"{name}.{inner}" in frozen for inner in weights))


def parameter_groups(module: NetModule, settings: Settings) -> list[dict[str, Any]]:
    """The weights that ever learn, one group for each distance from the head, the head first; frozen ones too.

    All of them belong to the optimizer from the start, so that its groups are the same before and after weights are
    unfrozen; it passes over those without a gradient. With a layer decay, each layer nearer to the input has a smaller
    rate. Layers whose weights are vectors, such as batch norm, belong to the layer before them.
    """
    learning = [weight for weight in module.parameters() if weight.requires_grad]
    if settings.layer_decay == 1:
        return [{"params": learning}]
    depths = _depths(module)
    by_depth: dict[int, list[Parameter]] = {}
    for weight in learning:
        by_depth.setdefault(depths[weight], []).append(weight)
    return [{"params": by_depth[depth], "lr": settings.lr * settings.layer_decay**depth} for depth in sorted(by_depth)]


def _depths(module: NetModule) -> dict[Parameter, int]:
    """For each weight, the most layers with weights that come after it; the fewest where layers share it."""
    after: dict[str, int] = {}
    depths: dict[Parameter, int] = {}
    for node in reversed(module.net.nodes):
        depth = after.get(node.name, 0)
        weights = list(module.part(node.name).parameters())
        for weight in weights:
            depths[weight] = min(depth, depths.get(weight, depth))
        counts = any(weight.dim() > 1 for weight in weights)
        for name in node.inputs:
            after[name] = max(after.get(name, 0), depth + counts)
    return depths
