"""Programs → numbers: values of all variables, samples at small sizes, 50-digit difference quotients.

A derivation about a program is verified at small unequal sizes: its variables get rational entries, every
entry of a derivative is compared with (L(θ + hE) − L(θ − hE))/2h in ball arithmetic, h = 2⁻¹⁰⁰.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import cycle, islice, permutations, product
from typing import Protocol, TypeVar

import numpy as np

from jacocalc.errors import DomainError, LimitReached
from jacocalc.evaluate.arrays import BALLS, FLOATS, Arithmetic, Array, Generic, Values, sample
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.programs import Program, at_sizes, small_ends
from jacocalc.terms import (
    DEFINITE,
    KINKED,
    ONE_HOT,
    SUMS,
    Elementwise,
    Index,
    Inverted,
    Operation,
    Term,
    Var,
    at_a_step,
    indexed_size,
    stem_and_index,
    subterms,
)

BITS = 640
STEP = Fraction(1, 2**180)  # its square leaves 45 digits where third derivatives are 10^60 times the first
_AGREE = Fraction(1, 10**45)
_SMALL = (3, 2, 4, 5, 3, 2, 4, 5)
_ITERATIONS = 3000
_CHORDS = 60


def small_sizes(program: Program) -> dict[str, int]:
    """A small number for every symbolic size, unequal while there are few: 3, 2, 4, 5, …

    Where X Xᵀ is inverted, X must be wider than high: others are tried until nothing is singular.
    """
    ends, layered = small_ends(program), _layered(program)
    free = [size for size in program.sizes if size not in ends and stem_and_index(size)[0] not in layered]

    def sized(numbers: Sequence[int]) -> dict[str, int]:
        sizes = ends | dict(zip(free, cycle(numbers), strict=False))
        return sizes | layer_sizes(program, sizes)

    inverted = tuple(_inverted(program))
    if inverted and not program.loops and 2 <= len(free) <= _MOST_FREE:
        for numbers in (_SMALL[: len(free)], *permutations(sorted(set(_SMALL)), len(free))):
            if _is_regular(program, inverted, sized(numbers)):
                return sized(numbers)
    return sized(_SMALL)


_MOST_FREE = 4


def _inverted(program: Program) -> Iterator[Term]:
    """What is inverted, or has a determinant, and so an inverse in its derivative; nothing that is declared."""
    for one in program.assignments:
        for part in subterms(one.term):
            match part:
                case Inverted(body) | Operation("det" | "logdet", (body,)) if body not in program.declared:
                    yield body


def _is_regular(program: Program, inverted: Sequence[Term], sizes: Mapping[str, int]) -> bool:
    """Whether all of these have inverses at a sample point."""
    with precision(_ROUGH):
        for given in islice(points(program, sizes), _ATTEMPTS):
            try:
                known = in_balls(program, given, sizes)
                for body in inverted:
                    known.of(Inverted(body))
                return True
            except DomainError:
                continue
    return False


_ROUGH, _ATTEMPTS = 256, 6


def _layered(program: Program) -> list[str]:
    """The n of n_l and n_{l-1}, where l is the letter of a loop."""
    letters = {loop.letter for loop in program.loops}
    return list(dict.fromkeys(stem_and_index(size)[0] for size in program.sizes if at_a_step(size, letters)))


def layer_sizes(program: Program, sizes: Mapping[str, int]) -> dict[str, int]:
    """A number for n_0, n_1, …, where sizes depend on the step of a loop."""
    bases = _layered(program)
    found: dict[str, int] = {}
    last = max((sizes.get(loop.last.letter, 0) for loop in program.loops), default=0)
    for turn, base in enumerate(bases):
        for step in range(last + 1):
            found[indexed_size(base, Index("", step))] = _SMALL[(step + turn + 1) % len(_SMALL)]
    return {size: number for size, number in found.items() if size not in sizes}


_MOST_ENTRIES = 10_000_000


# -- samples ------------------------------------------------------------------------------------------


def _entries(shape: tuple[int, int], seeded: random.Random, low: int, high: int) -> list[list[Fraction]]:
    numbers = [number for number in range(low, high + 1) if number]  # an entry that is 0 sits on kinks
    return [[Fraction(seeded.choice(numbers), 64) for _ in range(shape[1])] for _ in range(shape[0])]


def _sampled(var: Var, shape: tuple[int, int], seeded: random.Random, manner: str) -> list[list[Fraction]]:
    """Entries for a variable: signed, positive, small, or square matrices near the identity.

    mixed: some variables are large, some positive, some small, as in ln(b - A x).
    """
    if manner == "mixed":
        manner = seeded.choice(("positive", "small", "large"))
    low, high = {"signed": (-80, 80), "positive": (16, 90), "identity": (-20, 20), "small": (-14, 14),
                 "large": (96, 200)}[manner]  # fmt: skip
    if {"positive", *SUMS.values()} & set(var.facts):
        low, high = 16, 90
    grid = _entries(shape, seeded, low, high)
    square = shape[0] == shape[1]
    if "symmetric" in var.facts:
        grid = [[(grid[i][j] + grid[j][i]) / 2 for j in range(shape[1])] for i in range(shape[0])]
    if square and shape[0] > 1 and (manner == "identity" or "invertible" in var.facts):
        for i in range(shape[0]):
            grid[i][i] += 1 if manner == "identity" else 2
    if DEFINITE in var.facts:
        grid = _definite(grid)
    for fact in var.facts:
        if fact == "rows sum to 1":
            grid = [[entry / sum(row, Fraction(0)) for entry in row] for row in grid]
        elif fact in SUMS.values():
            totals = [sum(column, Fraction(0)) for column in zip(*grid, strict=True)]
            grid = [[entry / total for entry, total in zip(row, totals, strict=True)] for row in grid]
    return grid


def _definite(grid: list[list[Fraction]]) -> list[list[Fraction]]:
    """1/2 (G Gᵀ + I)"""
    products = [[sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0)) for other in grid] for one in grid]
    return [[(entry + (i == j)) / 2 for j, entry in enumerate(row)] for i, row in enumerate(products)]


def _hot(grid: list[list[Fraction]], var: Term, seed: int) -> list[list[Fraction]]:
    """The numbers of a variable; of one that is one-hot a 1 in a column, or in each row, or in each column."""
    if not isinstance(var, Var) or ONE_HOT not in var.facts:
        return grid
    rows, columns = len(grid), len(grid[0])
    by_rows = "rows sum to 1" in var.facts
    return [[Fraction((i + seed) % columns == j if by_rows else (j + seed) % rows == i) for j in range(columns)]
            for i in range(rows)]  # fmt: skip


def sampled(program: Program, sizes: Mapping[str, int], seed: int, manner: str) -> dict[Term, list[list[Fraction]]]:
    """Rational entries for every declared variable of a program without symbolic loops."""
    seeded = random.Random(f"{seed} {manner}")
    known = dict(sizes)
    shapes = {var: (at_sizes(var.size[0], known), at_sizes(var.size[1], known)) for var in program.declared}
    entries = sum(rows * columns for rows, columns in shapes.values())
    if entries > _MOST_ENTRIES:
        raise LimitReached(f"the variables have {entries:,} entries, too many for numbers",
                           hint="smaller sizes, or letters for them")  # fmt: skip
    return {var: _sampled(var, shape, seeded, manner) for var, shape in shapes.items()}


MANNERS = ("signed", "positive", "identity", "small")
_TRIES = 4
_MIXED = 100  # more tries, where a program is hardly anywhere defined


def points(program: Program, sizes: Mapping[str, int], hot: bool = False) -> Iterator[dict[Term, Array]]:
    """Sample points in balls, of different manners; a program may be undefined at some of them.

    ``hot``: what is one-hot has a single 1, else any numbers with that sum.
    """
    return _drawn(program, sizes, hot, product(range(_TRIES), MANNERS))


def _drawn(
    program: Program, sizes: Mapping[str, int], hot: bool, ways: Iterable[tuple[int, str]]
) -> Iterator[dict[Term, Array]]:
    for seed, manner in ways:
        grids = sampled(program, sizes, seed, manner)
        if hot:
            grids = {var: _hot(grid, var, seed) for var, grid in grids.items()}
        yield {var: BALLS.array([[ball_of(value) for value in row] for row in grid]) for var, grid in grids.items()}


# -- forward ------------------------------------------------------------------------------------------


def forward(
    program: Program,
    given: Mapping[Term, Array],
    sizes: Mapping[str, int],
    field: Arithmetic = FLOATS,
    generic: Mapping[str, Generic] | None = None,
) -> Values:
    """All variables of a program without symbolic loops; one that is given is not computed.

    Raises DomainError where one has no value.
    """
    values = Values(given, sizes, field, generic)
    for assignment in program.assignments:
        if assignment.variable in given:
            continue
        if assignment.implicit:
            values.known[assignment.variable] = _solved(assignment.variable, assignment.term, values)
        else:
            values.known[assignment.variable] = values.of(assignment.term)
    return values


def in_balls(program: Program, given: Mapping[Term, Array], sizes: Mapping[str, int]) -> Values:
    """All variables in balls; a sample function stands for every generic one.  Raises DomainError."""
    return forward(program, given, sizes, BALLS, dict.fromkeys(("sigma", *program.functions), sample(BALLS)))


def _solved(variable: Var, term: Term, values: Values) -> Array:
    """The solution of h = φ(h) that iteration from 0 leads to, refined by chords.

    Raises DomainError where the iteration does not settle.
    """
    field = values.field
    shape = (values.size(variable.size[0]), values.size(variable.size[1]))
    tolerance = 2.0 ** (-48 if field is FLOATS else 60 - BITS)

    def step(current: Array) -> Array:
        values.known[variable] = current
        return middles(values.of(term))

    current = _iterated(step, field.full(shape, Fraction(0)), 2.0**-20)
    if field is not FLOATS and shape[1] == 1:
        current = _by_chords(step, current, tolerance)
    found = _iterated(step, current, tolerance)
    if not all(change <= tolerance for change in abs(step(found) - found).flat):
        raise DomainError(f"{variable} is not found: iterating its equation from 0 does not settle")
    return found


def _iterated(step: Callable[[Array], Array], current: Array, tolerance: float) -> Array:
    """h ← φ(h) until it changes by less than the tolerance, or for long enough."""
    for _ in range(_ITERATIONS):
        following = step(current)
        if all(change <= tolerance for change in abs(following - current).flat):
            return following
        current = following
    return current


def _by_chords(step: Callable[[Array], Array], current: Array, tolerance: float) -> Array:
    """h ← h − (I − J)⁻¹ (h − φ(h)) with J, from differences, at the first h: each step gains as many digits again."""
    count, width = current.shape[0], ball_of(Fraction(1, 2**80))
    columns = []
    for j in range(count):
        moved = current.copy()
        moved[j, 0] = moved[j, 0] + width
        columns.append((step(moved) - step(current)) / width)
    identity = BALLS.full((count, count), Fraction(0))
    identity[range(count), range(count)] = ball_of(Fraction(1))
    system = BALLS.inverse(middles(identity - np.concatenate(columns, axis=1)))
    for _ in range(_CHORDS):
        change = middles(np.dot(system, current - step(current)))
        current = middles(current - change)
        if all(size <= tolerance for size in abs(change).flat):
            break
    return current


def middles(array: Array) -> Array:
    """Balls shrunk to their middles, so that an iteration does not widen them."""
    return array if array.dtype != object else np.frompyfunc(lambda ball: ball.mid(), 1, 1)(array)


# -- differences --------------------------------------------------------------------------------------


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
        yield from islice(_defined(program, sizes, _drawn(program, sizes, hot, product(range(_MIXED), ("mixed",)))), 2)


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
