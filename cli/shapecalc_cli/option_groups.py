"""Options that belong together: a command declares them as one dataclass, and gets them as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def taking(**groups: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take the fields of dataclasses as options.

    Args:
        groups: the dataclass of each parameter that holds one; each of its fields is annotated as an option.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**values: Any) -> None:
            for name, group in groups.items():
                values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
            function(**values)

        hints = get_type_hints(function, include_extras=True)
        parameters: list[Parameter] = []
        for parameter in signature(function).parameters.values():
            if parameter.name in groups:
                parameters += _options(groups[parameter.name])
            else:
                parameters.append(parameter.replace(annotation=hints[parameter.name]))
        command.__dict__.pop("__wrapped__")  # whoever asks for the parameters would be shown those of the function
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # inspect reads it
        return command

    return decorate


def _options(group: type[Any]) -> list[Parameter]:
    """A parameter for each field of a group."""
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name])
        for field in fields(group)
    ]
