"""Frozen records: dataclasses that share their methods.

``dataclass(frozen=True)`` writes and compiles six methods for each class, half a millisecond whenever the program
starts, and the kinds of steps and blocks are some hundred and fifty.  A record has what such a class has (fields,
``replace``, patterns, equality by all fields, hash, repr, no assignment); its methods read the list of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field
from inspect import Parameter, Signature
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """The class as a frozen record of its annotated fields."""
    made = dataclass(init=False, repr=False, eq=False)(cls)
    methods = _METHODS | ({"__init__": _checked} if hasattr(made, "__post_init__") else {})
    for name, method in methods.items():
        setattr(made, name, method)
    return made


def _init(self: Any, *values: Any, **named: Any) -> None:
    """Raises TypeError for fields that are missing, unknown or given twice."""
    names = self.__match_args__
    if named or len(values) != len(names):
        values = _complete(type(self), values, named)
    self.__dict__.update(zip(names, values, strict=True))


def _checked(self: Any, *values: Any, **named: Any) -> None:
    """With what the class says about its values."""
    _init(self, *values, **named)
    self.__post_init__()


def _complete(cls: Any, values: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
    """A value for every field: as given, else its default."""
    names, fields = cls.__match_args__, cls.__dataclass_fields__
    given = dict(zip(names, values, strict=False))
    wrong = [name for name in named if name not in fields or name in given]
    if wrong or len(values) > len(names):
        raise TypeError(f"{cls.__name__} takes {', '.join(names)}, each once")
    given.update(named)
    found = []
    for name in names:
        one = fields[name]
        if name in given:
            found.append(given[name])
        elif one.default is not MISSING:
            found.append(one.default)
        elif one.default_factory is not MISSING:
            found.append(one.default_factory())
        else:
            raise TypeError(f"{cls.__name__} needs {name}")
    return tuple(found)


def _values(self: Any) -> tuple[Any, ...]:
    held = self.__dict__
    return tuple([held[name] for name in self.__match_args__])


def _equal(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self is other or _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    fields = zip(self.__match_args__, _values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in fields)})"


def _set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


class _Shown:
    """The signature that help and editors show, made when it is asked for."""

    def __get__(self, made: object, cls: Any) -> Signature:
        parameters = []
        for name in cls.__match_args__:
            one = cls.__dataclass_fields__[name]
            default = one.default if one.default_factory is MISSING else one.default_factory
            parameters.append(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=one.type,
                                        default=Parameter.empty if default is MISSING else default))  # fmt: skip
        return Signature(parameters)


_METHODS: dict[str, Any] = {
    "__init__": _init, "__eq__": _equal, "__hash__": _hash, "__repr__": _repr, "__setattr__": _set,
    "__delattr__": _delete, "__signature__": _Shown(),
}  # fmt: skip
