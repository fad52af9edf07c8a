"""What the makers of wrong answers share: a row of the table, and the names of things in words.

Every maker gives (values, where): the values as notation in the shape that the mistake gives them, and the place in
the worked solution where the ways part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias, TypeVar

from jacocalc.answers.cases import Case
from jacocalc.functions import VectorFunction
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr, Matrix

Values: TypeAlias = tuple[Expr, ...]
Where: TypeAlias = str | Callable[[], str]  # found out once it is said
Made: TypeAlias = Iterator[tuple[Values, Where]]
T = TypeVar("T")


@dataclass(frozen=True)
class Mistake:
    """One mistake: ``said`` completes “this matches …”; ``make`` gives the answers that it leads to."""

    code: str
    said: str
    make: Callable[[Case], Made]


def jacobian_name(stage: VectorFunction) -> str:
    """J_f"""
    return f"J_{paper_name(stage.name)}"


def placed_name(case: Case, place: int) -> str:
    """J_g(3, 4), or J_g(f(x, y)) without a point"""
    return f"{jacobian_name(case.stages[place])}({argument_name(case, place)})"


def argument_name(case: Case, place: int) -> str:
    """1, 2 for the innermost stage, f(1, 2) for the next one"""
    written = ", ".join(map(paper, case.start))
    for stage in case.stages[:place]:
        written = f"{paper_name(stage.name)}({written})"
    return written


def product_name(case: Case) -> str:
    """the product is J_g(f(x, y)) · J_f(x, y)"""
    return "the product is " + " · ".join(placed_name(case, place) for place in reversed(range(len(case.stages))))


def result_of(case: Case) -> Values:
    """The right answer, one matrix or several."""
    found = case.derivation.result
    return found if isinstance(found, tuple) else (found,) if isinstance(found, Expr) else ()


def single(case: Case) -> Matrix | None:
    """The result, where it is one matrix."""
    found = case.derivation.result
    return found if isinstance(found, Matrix) else None


def swaps(items: tuple[T, ...]) -> Iterator[tuple[int, tuple[T, ...]]]:
    """The items with two of them in each other's place, for every pair, with the index of the first of the two."""
    for i, j in combinations(range(len(items)), 2):
        yield i, (*items[:i], items[j], *items[i + 1 : j], items[i], *items[j + 1 :])
