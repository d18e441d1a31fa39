"""A layer's arguments are torch's: the same names in the same order with the same defaults."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from torch import nn

from shapecalc import parse
from shapecalc.layers import REGISTRY, Layer
from shapecalc.layers.core.arguments import REQUIRED

#: Arguments that say where a layer is put or what its numbers are, old names of others, and any at all (Identity).
_ELSEWHERE = {
    "device", "dtype", "process_group", "_weight", "_freeze", "_random_samples", "min_value", "max_value",
    "args", "kwargs",
}  # fmt: skip

FROM_TORCH = [name for name in REGISTRY if issubclass(getattr(nn, name, object), nn.Module)]
LAZY = [name for name in REGISTRY if REGISTRY[name].has_lazy]


def theirs(cls: type[nn.Module]) -> dict[str, Any]:
    """The arguments of a torch class with their defaults."""
    return {
        name: REQUIRED if parameter.default is parameter.empty else _word(parameter.default)
        for name, parameter in inspect.signature(cls).parameters.items()
        if name not in _ELSEWHERE
    }


def _word(default: Any) -> Any:
    """An activation that torch gives as a function is a word here."""
    return default.__name__ if callable(default) else default


def ours(cls: type[Layer], *, lazy: bool = False) -> dict[str, Any]:
    """The arguments of a layer with their defaults; those of its Lazy form."""
    if lazy:
        return {
            name: cls.lazy_defaults.get(name, field.default)
            for name, field in cls.fields.items()
            if name not in cls.infers
        }
    return {name: field.default for name, field in cls.fields.items() if name not in cls.call_arguments}


#: Their signature in torch is (*args, **kwargs).
RECURRENT = ("RNN", "LSTM", "GRU")


@pytest.mark.parametrize("name", [name for name in FROM_TORCH if name not in RECURRENT])
def test_the_arguments_are_torchs(name: str):
    """Names, order and defaults are those of torch's class."""
    assert list(ours(REGISTRY[name]).items()) == list(theirs(getattr(nn, name)).items())


@pytest.mark.parametrize("name", FROM_TORCH)
def test_the_arguments_of_the_call_are_torchs(name: str):
    """What a class takes besides is an argument of torch's forward."""
    assert REGISTRY[name].call_arguments <= inspect.signature(getattr(nn, name).forward).parameters.keys()


@pytest.mark.parametrize("name", LAZY)
def test_the_lazy_arguments_are_torchs(name: str):
    """The Lazy class takes what torch's takes, with its defaults."""
    assert ours(REGISTRY[name], lazy=True) == theirs(getattr(nn, f"Lazy{name}"))


@pytest.mark.parametrize("name", FROM_TORCH)
def test_a_lazy_class_is_known_where_torch_has_one(name: str):
    """Lazy layers are those of torch, no more and no fewer."""
    assert REGISTRY[name].has_lazy == hasattr(nn, f"Lazy{name}")


@pytest.mark.parametrize("spec", ["LazyInstanceNorm2d()", "LazyInstanceNorm2d(affine=False)", "LazyConv2d(4, 3)"])
def test_a_lazy_layer_is_written_as_it_was_read(spec: str):
    """The defaults of a Lazy class come back when it is written."""
    assert str(parse(spec).nodes[0].layer) == spec
