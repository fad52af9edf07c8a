"""50-digit difference quotients of programs at sample points, which verify derivations at small unequal sizes.

Every entry of a derivative is compared with (L(θ + hE) − L(θ − hE))/2h in ball arithmetic, h = 2⁻¹⁸⁰.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Protocol, TypeVar

from jacocalc.errors import DomainError
from jacocalc.evaluate.arrays import Array, Values
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.program_samples import points, rare_points
from jacocalc.evaluate.programs import in_balls
from jacocalc.programs import Program
from jacocalc.terms import KINKED, ONE_HOT, SUMS, Elementwise, Term, Var, subterms

STEP = Fraction(1, 2**180)  # its square leaves 45 digits where third derivatives are 10^60 times the first
_AGREE = Fraction(1, 10**45)


def agree(left: Array, right: Array) -> bool:
    """Whether two arrays of balls are the same to 45 digits."""
    if left.shape != right.shape:
        return False
    bound = ball_of(_AGREE)
    one = ball_of(Fraction(1))
    for a, b in zip(left.flat, right.flat, strict=True):
        difference, scale = abs(a - b), abs(a).max(one)
        if not difference.is_finite() or not difference < bound * scale:
            return False
    return True


MANY = 400  # entries of a variable, and
LONG = 30  # statements: beyond that, entries are checked by their sums, all of them and every second one


def directions(var: Var, shape: tuple[int, int], together: bool = False) -> Iterator[list[tuple[int, int]]]:
    """The entries that change together: one, or a symmetric pair; ``together``: all, and every second one."""
    if together:
        places = [(i, j) for i in range(shape[0]) for j in range(shape[1])]
        yield places
        yield [place for place in places if sum(place) % 2 == 0]
        return
    symmetric = "symmetric" in var.facts
    for i in range(shape[0]):
        for j in range(i if symmetric else 0, shape[1]):
            yield [(i, j), (j, i)] if symmetric and i != j else [(i, j)]


def keeping_facts(var: Var, direction: Array) -> Array:
    """The part of a direction along which a symmetric variable stays so, or one whose rows or columns sum to 1."""
    if "symmetric" in var.facts:
        return (direction + direction.T) / 2
    for fact in var.facts:
        if fact in SUMS.values():
            axis = 1 if fact == "rows sum to 1" else 0
            return direction - direction.sum(axis=axis, keepdims=True) / direction.shape[axis]
    return direction


def difference_quotient(
    function: Callable[[Mapping[Term, Array]], Array],
    at: Mapping[Term, Array],
    var: Term,
    places: list[tuple[int, int]],
) -> Array:
    """(f(θ + hE) − f(θ − hE))/2h, E with ones at the places."""
    step = ball_of(STEP)
    sides = []
    for sign in (1, -1):
        moved = at[var].copy()
        for place in places:
            moved[place] = moved[place] + sign * step
        sides.append(function({**at, var: moved}))
    return (sides[0] - sides[1]) / (2 * step)


class Probe:
    """A sample point where a program is defined: its values, and difference quotients of any of its variables."""

    def __init__(self, program: Program, sizes: Mapping[str, int], given: Mapping[Term, Array]) -> None:
        self.program = program
        self.sizes = sizes
        self.given = given
        self.values = in_balls(program, given, sizes)
        self._parts = [(a.variable, frozenset(subterms(a.term))) for a in program.assignments]

    def _kept(self, by: Var) -> dict[Term, Array]:
        """The values that do not change with ``by``, and its own."""
        moved: set[Term] = {by}
        for variable, parts in self._parts:
            if not moved.isdisjoint(parts):
                moved.add(variable)
        known = self.values.known
        kept: dict[Term, Array] = {variable: known[variable] for variable, _ in self._parts if variable not in moved}
        return {**self.given, **kept, by: known[by]}

    def quotient(self, of: Var, by: Var, places: list[tuple[int, int]]) -> Array:
        """How the variable ``of`` changes with entries of ``by``, declared or computed."""

        def function(given: Mapping[Term, Array]) -> Array:
            return in_balls(self.program, given, self.sizes).known[of]

        return difference_quotient(function, self._kept(by), by, places)

    def partial_quotient(self, term: Term, by: Term, places: list[tuple[int, int]]) -> Array:
        """How a term changes with entries of ``by``, all other variables held."""
        held = Values(self.values.known, self.values.sizes, self.values.field, self.values.generic)

        def function(known: Mapping[Term, Array]) -> Array:
            held.known[by] = known[by]
            return held.of(term)

        return difference_quotient(function, {by: self.values.known[by]}, by, places)


def probes_for_answers(program: Program, sizes: Mapping[str, int]) -> Iterator[Probe]:
    """Sample points with a single 1 in what is one-hot, where the program is defined there: p - y is right only so."""
    hot = any(ONE_HOT in var.facts for var in program.declared)
    return probes(program, sizes, hot and next(probes(program, sizes, hot), None) is not None)


def probes(program: Program, sizes: Mapping[str, int], hot: bool = False) -> Iterator[Probe]:
    """Sample points where the program is defined; to be used within ``precision(BITS)``.

    Where it is hardly anywhere defined, as ln(x - a) + ln(b - x), two are looked for.
    """
    found = False
    for probe in _defined(program, sizes, points(program, sizes, hot)):
        found = True
        yield probe
    if not found:
        yield from islice(_defined(program, sizes, rare_points(program, sizes, hot)), 2)


def _defined(program: Program, sizes: Mapping[str, int], found: Iterable[dict[Term, Array]]) -> Iterator[Probe]:
    """The points where the program has values, away from kinks."""
    for given in found:
        try:
            probe = Probe(program, sizes, given)
        except DomainError:
            continue
        if all(_usable(probe.values.known[one.variable]) for one in program.assignments) and not _at_kink(probe):
            yield probe


class _Valued(Protocol):
    """A point with the values of a program."""

    @property
    def values(self) -> Values: ...


_P = TypeVar("_P", bound=_Valued)


def telling(program: Program, found: Iterable[_P], least: int) -> Iterator[_P]:
    """The first points, and every later one on a side of a kink, u > 0 or u < 0 in relu(u), where none was before."""
    bodies = {*_at_kinks(program)}
    seen: set[tuple[Term, bool]] = set()
    for count, point in enumerate(found, 1):
        sides = {(body, bool(entry > 0)) for body in bodies for entry in point.values.of(body).flat}
        if count <= least or not sides <= seen:
            seen |= sides
            yield point
        if count >= least and len(seen) == 2 * len(bodies):
            return


def _at_kinks(program: Program) -> Iterator[Term]:
    """The u of relu(u), |u| and the like."""
    for one in program.assignments:
        for node in subterms(one.term):
            if isinstance(node, Elementwise) and node.function in (*KINKED, "elu"):
                yield node.body


def _at_kink(probe: Probe) -> bool:
    """Whether an entry lies where difference quotients across it mean nothing."""
    near = ball_of(Fraction(1, 10**6))
    bodies = _at_kinks(probe.program)
    return any(not abs(entry) > near for body in bodies for entry in probe.values.of(body).flat)


def _usable(array: Array) -> bool:
    return all(ball.is_finite() and float(ball.rad()) < 1e-105 for ball in array.flat)
