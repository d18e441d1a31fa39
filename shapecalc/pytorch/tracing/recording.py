"""A run of a module, written down: each function of torch that it calls, and each module that is a layer.

The module runs on torch's meta device, where tensors have shapes and no numbers, so nothing is allocated. Functions are
seen by torch's own means, a mode for functions; what stands between them is plain Python, which may do what it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode, resolve_name

from shapecalc.errors import ShapecalcError
from shapecalc.pytorch.tracing.leaves import is_leaf

#: Functions that read nothing of a tensor but its sizes or its number type.
_CONSTANT = frozenset(
    f"{head}{tail}" for head in ("new_", "") for tail in ("zeros", "ones", "full", "empty", "tensor", "empty_strided")
) | frozenset(f"{head}_like" for head in ("zeros", "ones", "full", "empty", "rand", "randn"))


@final
class RecordedCall(NamedTuple):
    """A call that a run has made.

    Attributes:
        name: the last part of the function's name, without the mark of those that work in place; "" of a module.
        function: the function, or the module.
        path: the name of the module, or of the one in whose forward the function is called.
        args: what it was called with.
        kwargs: the same by name.
        outputs: the tensors that it returned, in their order.
        shapes: the sizes of these tensors at that moment, batch included.
        inputs: the sizes of the tensors among the arguments.
    """

    name: str
    function: Callable[..., Any]
    path: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[Tensor, ...]
    shapes: tuple[tuple[int, ...], ...]
    inputs: tuple[tuple[int, ...], ...]

    @property
    def is_module(self) -> bool:
        """Whether it is the call of a module, not of a function."""
        return isinstance(self.function, nn.Module)

    @property
    def module(self) -> nn.Module:
        """The module that is called."""
        if not isinstance(self.function, nn.Module):
            raise TypeError(f"{self.name} is a function.")
        return self.function

    def numbers(self) -> list[Any]:
        """The numbers among its arguments."""
        return [*_numbers_in((self.args, self.kwargs))]

    def is_like(self, other: RecordedCall) -> bool:
        """Whether it is the same call, whatever the sizes."""
        return (self.name, self.path, len(self.inputs), [*map(len, self.shapes)]) == (
            *(other.name, other.path, len(other.inputs), [*map(len, other.shapes)]),
        )


@final
@dataclass(eq=False)
class Recording:
    """What a run has called, and between which tensors.

    Attributes:
        batch: how many inputs it ran on at once.
        inputs: the tensors that went in.
        names: of the parameters and buffers, by their tensors.
        calls: in their order.
        outputs: the tensors that came out.
    """

    batch: int
    inputs: tuple[Tensor, ...]
    names: dict[int, str]
    tensors: Mapping[str, Tensor]
    calls: list[RecordedCall] = field(default_factory=list)
    outputs: tuple[Tensor, ...] = ()


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors in tuples, lists and dicts, in their order, however deep."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from tensors_in(entry)
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from tensors_in(entry)


def _numbers_in(value: Any) -> Iterator[Any]:
    if isinstance(value, int | float | slice):
        yield value
    elif isinstance(value, Mapping | tuple | list):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers_in(entry)


def record(module: nn.Module, inputs: tuple[Tensor, ...]) -> Recording:
    """Run a module, and write down what it calls.

    Args:
        module: the module.
        inputs: the tensors that it is called with.
    """
    tensors = dict([*module.named_parameters(), *module.named_buffers()])
    recording = Recording(inputs[0].shape[0], inputs, {id(tensor): name for name, tensor in tensors.items()}, tensors)
    paths = {id(part): path for path, part in reversed([*module.named_modules(remove_duplicate=False)])}
    mode = _FunctionMode(recording, paths)
    hooks = [
        register_module_forward_pre_hook(mode.enter),
        register_module_forward_hook(mode.leave, with_kwargs=True),
    ]
    try:
        with mode, torch.enable_grad():
            result = module(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    recording.outputs = tuple(tensors_in(result if not hasattr(result, "to_tuple") else result.to_tuple()))
    if not recording.outputs:
        raise ShapecalcError(f"{type(module).__name__} returns no tensor.")
    return recording


@final
class _FunctionMode(TorchFunctionMode):
    """Writes down each function that depends on what goes into a module, but not what happens inside of a layer."""

    def __init__(self, recording: Recording, paths: Mapping[int, str]) -> None:
        super().__init__()
        self.recording = recording
        self.paths = paths
        self.stack: list[str] = []
        #: how many layers run at the moment, one inside of the other
        self.depth = 0
        #: the tensors that depend on inputs and parameters, which must live as long as their identities count
        self.dependent = {id(tensor): tensor for tensor in recording.inputs}
        self.dependent |= {
            id(tensor): tensor for name, tensor in recording.tensors.items() if isinstance(tensor, nn.Parameter)
        }

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        sizes = () if self.depth else _sizes((args, kwargs))
        self.depth += 1
        try:
            result = func(*args, **kwargs)
        finally:
            self.depth -= 1
        if not self.depth:
            outputs = (args[0],) if _name(func) == "setitem" else tuple(tensors_in(result))
            self.write(func, _name(func), self.stack[-1] if self.stack else "", args, kwargs, outputs, sizes)
        return result

    def enter(self, module: nn.Module, args: Any) -> None:
        """A module is called."""
        self.stack.append(self.paths.get(id(module), ""))
        self.depth += is_leaf(module)

    def leave(self, module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        """A module has returned."""
        path = self.stack.pop()
        self.depth -= is_leaf(module)
        if is_leaf(module) and not self.depth:
            self.write(module, "", path, args, kwargs, tuple(tensors_in(output)), _sizes((args, kwargs)))

    def write(
        self,
        function: Any,
        name: str,
        path: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        outputs: tuple[Tensor, ...],
        sizes: tuple[tuple[int, ...], ...],
    ) -> None:
        """Write down a call, if its output depends on what goes into the module."""
        reads = [*tensors_in((args, kwargs))]
        for tensor in reads:
            if tensor.grad_fn is not None and id(tensor) not in self.dependent:
                where = f" in {path}" if path else ""
                raise ShapecalcError(f"{name or type(function).__name__}{where} reads a tensor that no function gives.")
        if outputs and name not in _CONSTANT and (not name or any(id(tensor) in self.dependent for tensor in reads)):
            self.dependent.update((id(tensor), tensor) for tensor in outputs)
            shapes = tuple([tuple(tensor.shape) for tensor in outputs])
            call = RecordedCall(name, function, path, _snapshot(args), _snapshot(kwargs), outputs, shapes, sizes)
            self.recording.calls.append(call)


def _snapshot(value: Any) -> Any:
    """Arguments as they are now; a list may grow after the call."""
    if isinstance(value, dict):
        return {key: _snapshot(entry) for key, entry in value.items()}
    if type(value) in (tuple, list):
        return type(value)(map(_snapshot, value))
    return value


def _sizes(arguments: Any) -> tuple[tuple[int, ...], ...]:
    return tuple([tuple(tensor.shape) for tensor in tensors_in(arguments)])


def _name(function: Any) -> str:
    """The last part of the name of a function of torch, without the marks of operators and of work in place."""
    name = str(resolve_name(function) or getattr(function, "__name__", function))
    return name.removesuffix(".__get__").rpartition(".")[2].strip("_")
