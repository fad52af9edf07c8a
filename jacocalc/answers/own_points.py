"""Values where formulas are asked for: (4, 1) for ∇x²y = (2xy, x²) is right at (1, 2), a point that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from jacocalc.answers.naming import Named, flat
from jacocalc.answers.reference import Reference
from jacocalc.evaluate.samples import Coordinates, Missing, Samples
from jacocalc.evaluate.screen import differ
from jacocalc.linear import paper_name
from jacocalc.notation import ZERO, Matrix, names
from jacocalc.questions import ImplicitFunction

_MOST_VARIABLES, _MOST_ENTRIES = 3, 16
_SMALL, _SMALLEST = (1, 2, 3, 0, -1, 4, 5, -2, -3), (1, 2, 3, 0, -1)


def at_own_point(reference: Reference, given: Sequence[Matrix]) -> Named:
    """The point of small whole numbers at which the formulas have these values, said; nothing where there is none."""
    right, numbers = flat(reference.values), flat(given)
    if reference.at_point or any(map(names, numbers)) or not any(map(names, right)) or set(numbers) == {ZERO}:
        return Named()
    if len(reference.variables) > _MOST_VARIABLES or len(right) > _MOST_ENTRIES:
        return Named()
    samples = Samples(reference.variables, list(_points(reference)), domain=reference.assumptions)
    pairs = list(zip(map(samples.values, right), map(samples.values, numbers), strict=True))
    for k, point in enumerate(samples.points):
        here = [(values[k], typed[k]) for values, typed in pairs]
        if all(not isinstance(v, Missing) and not isinstance(t, Missing) and differ(v, t) is False for v, t in here):
            where = ", ".join(f"{paper_name(n)} = {c}" for n, c in zip(samples.variables, point, strict=True))
            few = "This is the value" if len(numbers) == 1 else "These are the values"
            return Named(("point-of-own",), f"{few} at {where}: the formula is asked for, and no point is given.")
    return Named()


def _points(reference: Reference) -> Iterator[Coordinates]:
    """Points of the curve that are fractions; else all with small coordinates."""
    if isinstance(reference.question, ImplicitFunction):
        return (point for point in reference.samples.points if all(isinstance(c, Fraction) for c in point))
    count = len(reference.variables)
    return product(map(Fraction, _SMALL if count < _MOST_VARIABLES else _SMALLEST), repeat=count)
