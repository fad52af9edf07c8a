"""The words of a question about functions → the Question: points, vectors and weights once the functions are known."""

from __future__ import annotations

from collections.abc import Callable

from jacocalc.asked import COMPOSING, Asked
from jacocalc.errors import JacocalcError
from jacocalc.functions import Chain, Point, Size, VectorFunction, chain
from jacocalc.notation import Expr, name_key
from jacocalc.questions import (
    Compose,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    JacobianVector,
    PointReport,
    Question,
    VectorJacobian,
    VolumeOf,
    stacked,
)
from jacocalc.reading.points import read_changes, read_kink, read_point, read_vector
from jacocalc.reading.values import spelled


def question_of(asked: Asked, functions: tuple[VectorFunction, ...]) -> Question:
    """The Question that a command asks of these functions.  Raises ShapeError, ReadError, JacocalcError."""
    stages = chain(functions if asked.ask in COMPOSING else (stacked(functions, asked.ask == "implicit"),))
    return _MAKERS[asked.ask](asked, stages, _point(asked.at, stages))


def _point(at: str, stages: Chain) -> Point | None:
    return read_point(at, stages.inputs, stages.parameters) if at else None


def _vector(asked: Asked, size: Size) -> tuple[Expr, ...]:
    return read_vector(_asked_vector(asked), size)


def _changes(asked: Asked, stages: Chain) -> tuple[Expr, ...]:
    return read_changes(_asked_vector(asked), stages.inputs, stages.n)


def _asked_vector(asked: Asked) -> str:
    if not asked.vector:
        raise JacocalcError(f"{asked.ask} needs a vector", hint="add --vector 1,2")
    return asked.vector


def solved_for(text: str, inputs: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs that are solved for; spellings of one name are one."""
    if not text.strip():
        raise JacocalcError("implicit needs to know what to solve for", hint="add --solve-for y")
    known = {name_key(name): name for name in inputs}
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").split()
    return tuple(known.get(name_key(spelled(word)), word) for word in words)


Maker = Callable[[Asked, Chain, Point | None], Question]

_MAKERS: dict[str, Maker] = {
    "compose": lambda asked, stages, at: Compose(stages, at, read_kink(asked.kink), asked.order),
    "jacobian": lambda asked, stages, at: JacobianOf(stages, at, read_kink(asked.kink), asked.newton),
    "gradient": lambda asked, stages, at: GradientOf(stages, at, read_kink(asked.kink)),
    "hessian": lambda asked, stages, at: HessianOf(stages, at, asked.newton),
    "vjp": lambda asked, stages, at: VectorJacobian(stages, _vector(asked, stages.m), at, read_kink(asked.kink)),
    "jvp": lambda asked, stages, at: JacobianVector(
        stages, _changes(asked, stages), at, read_kink(asked.kink), asked.unit
    ),
    "differential": lambda asked, stages, at: DifferentialOf(
        stages, at, _changes(asked, stages) if asked.vector else ()
    ),
    "implicit": lambda asked, stages, at: ImplicitFunction(stages, solved_for(asked.solve_for, stages.inputs), at),
    "volume": lambda asked, stages, at: VolumeOf(stages, at, asked.density),
    "point": lambda asked, stages, at: PointReport(stages, at),
    "graph": lambda asked, stages, at: GraphOf(stages, at, _vector(asked, stages.m) if asked.vector else ()),
}  # fmt: skip
