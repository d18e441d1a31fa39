"""The operators of torch that run, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

from torch.utils._python_dispatch import TorchDispatchMode


@final
class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
    """Notes the operators that run while it is entered, as ``aten::relu``; ``names`` may be emptied."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.names.add(getattr(func, "name", str)().split(".")[0])
        return func(*args, **(kwargs or {}))
