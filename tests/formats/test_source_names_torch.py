"""The names that the reader of source code follows are torch's, and those that it calls none are none."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shapecalc.formats.source.torch.declarations import declare_rules
from shapecalc.formats.source.torch.lacking import LACKING
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.torch.tensors import ENTRYWISE, OTHERS

pytestmark = pytest.mark.torch

OWNERS: dict[str, Any] = {
    "Tensor": torch.Tensor,
    "torch": torch,
    "torch.nn": torch.nn,
    "torch.nn.functional": torch.nn.functional,
}
#: Names that the reader uses for itself, or for what has another name in torch.
OWN = {"Tensor.unsafe_view", "torch.Variable"}


def test_every_rule_is_of_a_function_of_torch() -> None:
    """A rule for what torch has not would call a program fine that fails."""
    declare_rules()
    paths = [path.rpartition(".") for path in RULES if path not in OWN]
    assert [(owner, name) for owner, _, name in paths if owner in OWNERS and not hasattr(OWNERS[owner], name)] == []


@pytest.mark.parametrize("owner", OWNERS)
def test_what_torch_lacks_is_not_there(owner: str) -> None:
    """A name in the list would make a mistake of a program that runs."""
    assert [name for name in LACKING[owner] if hasattr(OWNERS[owner], name)] == []


def test_every_attribute_of_a_tensor_is_followed_or_listed() -> None:
    """What is in neither list is a mistake of the program, so that none may be missing."""
    declare_rules()
    followed = {path.removeprefix("Tensor.") for path in RULES if path.startswith("Tensor.")} | (
        ENTRYWISE - LACKING["Tensor"]
    )
    plain = {
        "data",
        "real",
        "shape",
        "ndim",
        "T",
        "mT",
        "H",
        "device",
        "dtype",
        "layout",
        "grad_fn",
        "requires_grad",
        "grad",
        "is_leaf",
        "is_cuda",
        "is_sparse",
        "is_quantized",
        "is_mps",
    }
    names = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    missing = {name for name in names if name.rstrip("_") not in followed} - followed - plain - OTHERS
    assert missing == set()
