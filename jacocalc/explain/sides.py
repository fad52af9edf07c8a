"""The sides of a displayed chain of equations: what is said twice is written once."""

from __future__ import annotations

from jacocalc.document import Grid, Name, PartialOf, Written
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr, Symbol


def once(sides: tuple[Written, ...]) -> tuple[Written, ...]:
    """Neighbouring sides that are the same are written once."""
    kept = [sides[0]]
    for side in sides[1:]:
        if _looks(side) != _looks(kept[-1]):
            kept.append(side)
    return tuple(kept)


def _looks(side: Written) -> object:
    """What is compared: dots between factors make no difference; ∂F/∂x of a name is that of the function."""
    match side:
        case PartialOf(Name(of) | Symbol(of), Symbol(by), False):
            return f"∂{paper_name(of)}/∂{paper_name(by)}"
        case Grid(rows):
            return tuple(tuple(map(_looks, row)) for row in rows)
        case Expr():
            return paper(side).replace("·", " ")
        case _:
            return side
