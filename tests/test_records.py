"""A record is what a frozen dataclass is: every case is asked of both."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from jacocalc.records import record


@record
class Point:
    """A record."""

    x: int
    label: str = "a"
    parts: tuple[int, ...] = field(default_factory=lambda: (1, 2))


@record
class Other:
    """The same fields, another kind."""

    x: int
    label: str = "a"
    parts: tuple[int, ...] = field(default_factory=lambda: (1, 2))


@record
class Whole:
    """Its number is not negative."""

    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("negative")

    @property
    def double(self) -> int:
        """2n"""
        return 2 * self.number


def twin() -> Any:
    """The frozen dataclass of the same name."""

    @dataclass(frozen=True)
    class Point:
        """A record."""

        x: int
        label: str = "a"
        parts: tuple[int, ...] = field(default_factory=lambda: (1, 2))

    Point.__qualname__ = "Point"
    return Point


def outcome(work: Callable[[], object]) -> object:
    """What comes of it: the text of a value, or the kind of an error."""
    try:
        return repr(work())
    except Exception as error:
        return type(error)


CASES: list[Callable[[Any], object]] = [
    lambda kind: kind(1),
    lambda kind: kind(1, "b"),
    lambda kind: kind(1, "b", ()),
    lambda kind: kind(label="c", x=2),
    lambda kind: kind(1, parts=(3,)),
    lambda kind: kind(),
    lambda kind: kind(label="c"),
    lambda kind: kind(1, x=2),
    lambda kind: kind(1, colour="red"),
    lambda kind: kind(1, "b", (), 4),
    lambda kind: replace(kind(1, "b"), x=5),
    lambda kind: replace(kind(1), colour="red"),
    lambda kind: setattr(kind(1), "x", 2),
    lambda kind: setattr(kind(1), "y", 2),
    lambda kind: delattr(kind(1), "x"),
    lambda kind: kind(1) == kind(1, "a", (1, 2)),
    lambda kind: kind(1) == kind(2),
    lambda kind: kind(1) != kind(1, parts=()),
    lambda kind: kind(1) == (1, "a", (1, 2)),
    lambda kind: hash(kind(1)) == hash(kind(1)),
    lambda kind: len({kind(1), kind(1), kind(2)}),
    lambda kind: hash(kind([1])),
    lambda kind: kind([1]) == kind([1]),
    lambda kind: [one.name for one in fields(kind)],
    lambda kind: kind.__match_args__,
    lambda kind: is_dataclass(kind),
    lambda kind: copy.deepcopy(kind(1, "b")),
    lambda kind: copy.copy(kind(1, "b")),
    lambda kind: vars(kind(1, "b")),
    lambda kind: kind(kind(1), "nested"),
    lambda kind: list(inspect.signature(kind).parameters),
    lambda kind: [p.default is inspect.Parameter.empty for p in inspect.signature(kind).parameters.values()],
]


@pytest.mark.parametrize("case", CASES)
def test_as_a_frozen_dataclass(case: Callable[[Any], object]) -> None:
    wanted = outcome(lambda: case(twin()))
    assert outcome(lambda: case(Point)) == wanted


def test_the_errors_say_which_field() -> None:
    with pytest.raises(TypeError, match="Point needs x"):
        Point(label="b")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Point takes x, label, parts, each once"):
        Point(1, colour="red")  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        Point(1).x = 2  # type: ignore[misc]


def test_kinds_differ() -> None:
    found: object = Other(1)
    assert Point(1) != found


def test_what_a_class_says_about_its_values_holds_however_it_is_made() -> None:
    assert Whole(3).double == 6
    with pytest.raises(ValueError, match="negative"):
        Whole(-1)
    with pytest.raises(ValueError, match="negative"):
        Whole(number=-1)
    with pytest.raises(ValueError, match="negative"):
        replace(Whole(1), number=-1)


def test_patterns_and_storage() -> None:
    match Point(1, "b"):
        case Point(x, label, parts=(first, _)):
            assert (x, label, first) == (1, "b", 1)
        case _:
            pytest.fail("no match")
    assert pickle.loads(pickle.dumps(Point(1, "b"))) == Point(1, "b")
