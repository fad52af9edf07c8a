"""A derivation being replayed: its places, and the comparisons that every check is made of.

A comparison raises Wrong with the name of the field, or Unknown where nothing could be compared.  The truth of a
field is a function of a place, so that a formula is compared at several places and a number at the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from jacocalc.evaluate.fields import ball_of
from jacocalc.functions import Chain, Size
from jacocalc.notation import Expr, Matrix, names
from jacocalc.replaying.balls import AGREE, ROUGHLY, Ball, Grid, close, number, rounds_to, shown, unread
from jacocalc.replaying.places import Place, random_places
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.steps import Derivation

Truth = Callable[..., Any]  # of a place: a grid of balls, entries None where nothing is known
_LONGEST = 10_000
_SMALLEST, _LARGEST = ball_of(Fraction(1, 10**30)), ball_of(Fraction(10**30))


@dataclass
class Case:
    """A derivation with the places at which it is compared; ``counted`` are comparisons of values."""

    derivation: Derivation
    counted: int = 0
    weights: dict[str, Ball] = field(default_factory=dict)

    @property
    def chain(self) -> Chain:
        """The chain of the question."""
        return self.derivation.question.chain

    @property
    def last(self) -> int:
        """The place of the outermost stage."""
        return len(self.chain.stages) - 1

    @property
    def shapes(self) -> tuple[tuple[Size, Size], ...]:
        """The shapes of the stages' Jacobians, the outermost first."""
        return tuple((stage.m, stage.n) for stage in reversed(self.chain.stages))

    @cached_property
    def free(self) -> list[Place]:
        """Places for formulas."""
        return random_places(self.chain)

    @cached_property
    def fixed(self) -> list[Place]:
        """The point of the question."""
        at, kink = self.derivation.question.at, getattr(self.derivation.question, "kink", None)
        if at is None:
            return []
        inputs = [number(value, {}) for value in at.coordinates]
        return [Place(self.chain.stages, inputs, {n: number(v, {}) for n, v in at.parameters}, kink, exact=True)]

    def differs(self, name: str, why: str) -> Wrong | Unknown:
        """What it means that two numbers differ: a wrong field, unless numbers at the point are too extreme."""
        if self._extreme:
            return Unknown(name, "numbers beyond 10^30 or below 10^-30 at the point are not compared")
        return Wrong(name, why)

    @cached_property
    def _extreme(self) -> bool:
        """Whether numbers at the point are so large or small that differences and 60 digits refute nothing."""
        grids = [grid for place in self.fixed for grid in (*place.values, *place.jacobian(0, self.last))]
        values = [value for grid in grids for value in grid if value is not None]
        return any(value != 0 and not _SMALLEST < abs(value) < _LARGEST for value in values)

    @property
    def length(self) -> int:
        """How many bits the largest value at the point has before its point; 0 where it has too many."""
        values = [value for place in self.fixed for row in place.values for value in row if value is not None]
        logarithms = [abs(value).upper().log_base(2) for value in values if value != 0]
        return max((int(float(one)) for one in logarithms if 0 < one < _LONGEST), default=0)

    @property
    def here(self) -> list[Place]:
        """The point if there is one, else places for formulas."""
        return self.fixed or self.free

    def where(self, at: Sequence[Expr]) -> list[Place]:
        """The point for a step with a point, places for formulas for one without or in a question without."""
        return self.fixed if at and self.fixed else self.free

    @cached_property
    def within(self) -> Fraction:
        """How near is equal: 60 digits, 20 where derivatives come from their definition."""
        steps = self.derivation.steps
        limits = any(getattr(step, "defined", ()) or getattr(step, "by_limits", False) for step in steps)
        return ROUGHLY if limits else AGREE

    @cached_property
    def local(self) -> list[list[Place]]:
        """Places for the formulas of each stage by itself, in its own inputs."""
        return [random_places(Chain((stage,)), f"stage {k}") for k, stage in enumerate(self.chain.stages)]

    # -- comparisons ----------------------------------------------------------------------------------

    def told(self, name: str, given: object, expected: object) -> None:
        """A field that is no number: names, shapes, places."""
        if given != expected:
            raise Wrong(name, f"it says {_plain(given)}, but it is {_plain(expected)}")

    def equal(
        self, name: str, given: Expr | Sequence[Any], truth: Truth, places: Sequence[Place],
        more: Mapping[str, Ball] | None = None,
    ) -> None:  # fmt: skip
        """A formula, or a matrix of formulas, against its truth, entry by entry; balls that overlap refute nothing."""
        rows = rows_of(given)
        compared = [0] * sum(map(len, rows))
        for place in places:
            expected = truth(place)
            expected = expected if isinstance(expected, list) else [[expected]]
            if [len(row) for row in rows] != [len(row) for row in expected]:
                raise Wrong(name, f"its shape is {_shape(rows)}, but it should be {_shape(expected)}")
            for k, (expr, value) in enumerate(_pairs(rows, expected)):
                found = self._known(name, expr, place, {**self.weights, **(more or {})})
                if found is None or value is None or not value.is_finite():
                    continue
                if not self._agree(found, value):
                    if found.overlaps(value):
                        continue
                    raise self.differs(name, f"it says {shown(found)}, but it is {shown(value)}{_entry(rows, k)}")
                compared[k] += 1
                self.counted += 1
        if compared and not all(compared):
            raise Unknown(name, f"no value to compare with{_entry(rows, compared.index(0))}")

    def fields(
        self, step: Any, fields: Sequence[str], truth: Truth, places: Sequence[Place], **options: Any
    ) -> None:  # fmt: skip
        """Several fields of a step against one truth: what is written out, and what comes of it."""
        for name in fields:
            self.equal(name, getattr(step, name), truth, places, **options)

    def _agree(self, found: Ball, value: Ball) -> bool:
        """Whether two balls are equal, those that overlap by their distance: quotients may tend to 0 slowly."""
        near = found.overlaps(value) and bool(abs(found - value) < ball_of(ROUGHLY))
        return near or close(found, value, self.within)

    @staticmethod
    def _known(name: str, expr: Expr, place: Place, more: Mapping[str, Ball]) -> Ball | None:
        """The value of a formula.  Raises Wrong where it has a name that means nothing here."""
        strange = [one for one in names(expr) if one not in place.names and one not in more]
        if strange:
            raise Wrong(name, f"{strange[0]} is not known here")
        return place.number(expr, more)

    def same(self, name: str, given: Any, other: Any, places: Sequence[Place], **options: Any) -> None:
        """Two formulas, or matrices of formulas, of one value."""
        self.equal(name, given, lambda place: self.numbers(other, place), places, **options)

    def numbers(self, given: Any, place: Place) -> Grid:
        """The values of formulas at a place."""
        return [[place.number(entry, self.weights) for entry in row] for row in rows_of(given)]

    def decimals(
        self, name: str, texts: Sequence[str], values: Sequence[Ball], digits: int, padded: bool = True
    ) -> None:
        """Decimals against the numbers that they round."""
        self.told(name, len(texts), len(values))
        for text, value in zip(texts, values, strict=True):
            if value is None:
                raise Unknown(name, "no value to compare with")
            self.counted += 1
            self.rounded(name, text, value, digits, padded)

    def rounded(self, name: str, text: str, value: Ball, digits: int, padded: bool = True) -> None:
        """A decimal against the number that it rounds."""
        try:
            fits = rounds_to(text, value, digits, padded)
        except ValueError:
            raise unread(name, text) from None
        if not fits:
            raise self.differs(name, f"it says {text}, but it is {shown(value)}")


def rows_of(given: Any) -> list[list[Expr]]:
    """Entries by rows: a formula is one row of one entry, a tuple a column."""
    if isinstance(given, Matrix):
        return [list(row) for row in given.rows]
    if isinstance(given, Expr):
        return [[given]]
    return [list(one) if isinstance(one, tuple | list) else [one] for one in given]


def _pairs(rows: Sequence[Sequence[Any]], others: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, Any]]:
    for row, other in zip(rows, others, strict=True):
        yield from zip(row, other, strict=True)


def _shape(rows: Sequence[Sequence[Any]]) -> str:
    return f"{len(rows)}×{len(rows[0]) if rows else 0}"


def _entry(rows: Sequence[Sequence[Any]], k: int) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return ""
    width = max(1, len(rows[0]))
    return f" (row {k // width + 1}, column {k % width + 1})"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
