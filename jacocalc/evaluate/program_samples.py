"""Small sizes and sample points for a program: rational entries that keep what is declared of its variables."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import cycle, islice, permutations, product

from jacocalc.errors import DomainError, LimitReached
from jacocalc.evaluate.arrays import BALLS, Array
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.programs import in_balls
from jacocalc.programs import SMALL_SIZES, Program, at_sizes, small_ends, small_layer_size
from jacocalc.terms import (
    DEFINITE,
    ONE_HOT,
    SUMS,
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
        for numbers in (SMALL_SIZES[: len(free)], *permutations(sorted(SMALL_SIZES), len(free))):
            if _is_regular(program, inverted, sized(numbers)):
                return sized(numbers)
    return sized(SMALL_SIZES)


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
    return list(dict.fromkeys(stem_and_index(size)[0] for size in program.sizes if at_a_step(size, program.letters)))


def layer_sizes(program: Program, sizes: Mapping[str, int]) -> dict[str, int]:
    """A number for n_0, n_1, …, where sizes depend on the step of a loop."""
    bases = _layered(program)
    found: dict[str, int] = {}
    last = max((sizes.get(loop.last.letter, 0) for loop in program.loops), default=0)
    for turn, base in enumerate(bases):
        for step in range(last + 1):
            found[indexed_size(base, Index("", step))] = small_layer_size(turn, step)
    return {size: number for size, number in found.items() if size not in sizes}


_MOST_ENTRIES = 10_000_000


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


def rare_points(program: Program, sizes: Mapping[str, int], hot: bool = False) -> Iterator[dict[Term, Array]]:
    """Many more, for a program that is hardly anywhere defined."""
    return _drawn(program, sizes, hot, product(range(_MIXED), ("mixed",)))


def _drawn(
    program: Program, sizes: Mapping[str, int], hot: bool, ways: Iterable[tuple[int, str]]
) -> Iterator[dict[Term, Array]]:
    for seed, manner in ways:
        grids = sampled(program, sizes, seed, manner)
        if hot:
            grids = {var: _hot(grid, var, seed) for var, grid in grids.items()}
        yield {var: BALLS.array([[ball_of(value) for value in row] for row in grid]) for var, grid in grids.items()}
