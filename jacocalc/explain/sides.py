"""The sides of a displayed chain of equations: what is said twice is written once."""

from __future__ import annotations

from jacocalc.document import Grid, Written
from jacocalc.linear import paper
from jacocalc.notation import Expr


def once(sides: tuple[Written, ...]) -> tuple[Written, ...]:
    """Neighbouring sides that are the same are written once."""
    kept = [sides[0]]
    for side in sides[1:]:
        if _looks(side) != _looks(kept[-1]):
            kept.append(side)
    return tuple(kept)


def _looks(side: Written) -> object:
    """What is compared: dots between factors make no difference."""
    match side:
        case Grid(rows):
            return tuple(tuple(map(_looks, row)) for row in rows)
        case Expr():
            return paper(side).replace("·", " ")
        case _:
            return side
