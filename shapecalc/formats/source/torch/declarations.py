"""The rules for torch, all of them: some modules declare theirs when they are imported, others ask for layers first."""

from __future__ import annotations

from shapecalc.formats.source.torch import (  # noqa: F401  their import declares their rules
    containers,
    distributions,
    einops,
    joining,
    products,
    sampling,
    settings,
    shaping,
)
from shapecalc.formats.source.torch.creation import declare_creation
from shapecalc.formats.source.torch.functional import declare_functional
from shapecalc.formats.source.torch.lacking import LACKING
from shapecalc.formats.source.torch.layers import declare_layers
from shapecalc.formats.source.torch.operations import declare_operations
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.torch.tensors import declare_entrywise


def declare_rules() -> None:
    """Declare the rules that are made from lists of names, once the layers of the engine are registered."""
    declare_layers()
    declare_creation()
    declare_functional()
    declare_operations()
    declare_entrywise()
    for owner, names in LACKING.items():
        for name in names:
            RULES.pop(f"{owner}.{name}", None)
