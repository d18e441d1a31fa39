"""A record: an immutable value with declared arguments, checked where they enter, and written as it is called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self, dataclass_transform

from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError, check_choice
from shapecalc.layers.core.arguments import REQUIRED, Field, bind_arguments, missing_arguments
from shapecalc.layers.core.declaration import declared_fields
from shapecalc.layers.core.interning import Interned, interned


@remember()
def _defaults(cls: type[Record]) -> Mapping[str, Any]:
    """The value of each argument that is not given; REQUIRED where it must be."""
    values: dict[str, Any] = {}
    for name, field in cls.fields.items():
        if field.default is None or (field.default is REQUIRED and name in cls.infers):
            values[name] = None
        else:
            is_required = field.default is REQUIRED
            values[name] = REQUIRED if is_required else field.read(field.default, cls.__name__, cls.rank)
    return MappingProxyType(values)


@dataclass_transform(frozen_default=True)
class Record:
    """Arguments by name, each an attribute. Abstract: a layer is one.

    A class declares its arguments by annotations, as a dataclass does: those of its base classes come first. Records
    are equal where class and values are.
    """

    __slots__ = ("__dict__", "__weakref__", "interned")

    #: the number of values in an argument that has one for each axis.
    rank: ClassVar[int] = 0
    #: fields that may be omitted, because they are inferred from the input.
    infers: ClassVar[tuple[str, ...]] = ()
    #: whether torch has a Lazy class for it, named after it.
    has_lazy: ClassVar[bool] = False
    #: defaults that torch's Lazy class has and the class itself has not.
    lazy_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    #: the declared arguments by name, in their order.
    fields: ClassVar[Mapping[str, Field]] = MappingProxyType({})
    #: those of them that have a value for each axis.
    per_axis: ClassVar[tuple[str, ...]] = ()
    #: those of them that may be floating-point numbers.
    reals: ClassVar[tuple[str, ...]] = ()

    #: what all records of this class and these values share.
    interned: Interned

    def __init_subclass__(cls) -> None:
        fields = declared_fields(cls)
        if fields:
            cls.fields = MappingProxyType({**cls.fields, **fields})
            cls.per_axis = tuple([name for name, field in cls.fields.items() if field.per_axis])
            cls.reals = tuple([name for name, field in cls.fields.items() if field.kind.is_real])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        fields = cls.fields
        arguments = bind_arguments(cls.__name__, fields, args, kwargs)
        values = vars(self)  # a record's own attributes are its arguments, and nothing else
        values.update(_defaults(cls))
        for name, value in arguments.items():
            if value is None and name in cls.infers:
                values[name] = None
            elif value is not REQUIRED:
                values[name] = fields[name].read(value, cls.__name__, cls.rank)
        if REQUIRED in values.values():
            raise SpecError(missing_arguments(cls, args, kwargs))
        self.validate()
        object.__setattr__(self, "interned", cls._interned(values))

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Self:
        """The record with these values, one for each field, which have been checked before."""
        return cls.of_interned(cls._interned(values))

    @classmethod
    def _interned(cls, values: Mapping[str, Any]) -> Interned:
        return interned(cls, tuple(values.values()), tuple([repr(values[name]) for name in cls.reals]))

    @classmethod
    def of_interned(cls, shared: Interned) -> Self:
        """A record of these values."""
        record = object.__new__(cls)
        vars(record).update(zip(cls.fields, shared.values, strict=True))
        object.__setattr__(record, "interned", shared)
        return record

    def validate(self) -> None:
        """Refuse arguments that no input could make legal and that no formula can judge (an unknown word).

        Raises:
            SpecError: naming the argument and what it may be.
        """

    def check_word(self, name: str) -> None:
        """Refuse a word that is not in the vocabulary of its argument.

        Raises:
            SpecError: listing the vocabulary.
        """
        check_choice(type(self).__name__, name, vars(self)[name], type(self).fields[name].kind.vocabulary)

    @property
    def values(self) -> Mapping[str, Any]:
        """The arguments by name."""
        return MappingProxyType(vars(self))

    def replace(self, **changes: Any) -> Self:
        """The same record with some arguments changed."""
        return type(self)(**{**vars(self), **changes})

    def is_lazy(self) -> bool:
        """Whether a count is still to be inferred from the input."""
        infers = self.infers
        return bool(infers) and None in map(vars(self).__getitem__, infers)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"A layer cannot be changed; make another with replace({name}={value!r}).")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"A layer cannot be changed; {name} stays.")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        left, right = self.interned, other.interned
        return left is right or (left.cls is right.cls and left.values == right.values)

    def __hash__(self) -> int:
        return self.interned.hash

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of_values, (dict(vars(self)),)

    def __repr__(self) -> str:
        """The record in torch's call syntax: what is required by position, the others by name where they differ."""
        cls, values, is_lazy = type(self), vars(self), self.is_lazy() and self.has_lazy
        defaults = {**_defaults(cls), **cls.lazy_defaults} if is_lazy else _defaults(cls)
        arguments: list[str] = []
        by_name = False
        for name, field in cls.fields.items():
            value = values[name]
            if name in cls.infers and value is None:
                by_name = by_name or not cls.has_lazy
            elif field.default is REQUIRED or name in cls.infers:
                arguments.append(f"{name}={field.write(value)}" if by_name else field.write(value))
            elif value != defaults[name]:
                by_name = True
                arguments.append(f"{name}={field.write(value)}")
        return f"{'Lazy' * is_lazy}{cls.__name__}({', '.join(arguments)})"
