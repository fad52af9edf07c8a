"""The words of a question → the Question: points, vectors and weights are read once the functions are known."""

from __future__ import annotations

from collections.abc import Callable

from jacocalc.digits import fraction
from jacocalc.errors import JacocalcError
from jacocalc.functions import Chain, Point, VectorFunction, chain
from jacocalc.notation import Expr, name_key
from jacocalc.programs import Program
from jacocalc.questions import (
    COMPOSING,
    Asked,
    BackpropOf,
    Compose,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    JacobianVector,
    PointReport,
    ProgramDifferential,
    Question,
    VectorJacobian,
    VolumeOf,
    stacked,
)
from jacocalc.reading.points import read_kink, read_point, read_vector
from jacocalc.reading.values import read_values


def question_of(asked: Asked, functions: tuple[VectorFunction, ...]) -> Question:
    """The Question that a command asks of these functions.  Raises ShapeError, ReadError, JacocalcError."""
    stages = chain(functions if asked.ask in COMPOSING else (stacked(functions, asked.ask == "implicit"),))
    return _MAKERS[asked.ask](asked, stages, _point(asked.at, stages))


def program_question(asked: Asked, program: Program) -> BackpropOf | ProgramDifferential:
    """The Question that a command asks of a program.  Raises ReadError, JacocalcError."""
    if asked.ask == "differential":
        if asked.at or asked.vector:
            raise JacocalcError("a differential of a program has no point", hint="in Python: .evaluate({…})")
        return ProgramDifferential(program, asked.of, asked.wrt.strip(), asked.second, asked.kronecker)
    wrt = tuple(word for word in asked.wrt.replace(",", " ").split())
    given = read_values(asked.at) if asked.at else ()
    return BackpropOf(program, wrt, asked.loss, given, asked.random, read_rate(asked.update), asked.hessian_vector,
                      asked.gauss_newton)  # fmt: skip


def read_rate(text: str) -> str:
    """The rate of a descent step as a fraction.  Raises JacocalcError."""
    try:
        rate = fraction(text.strip()) if text.strip() else None
        if rate is None or 0 < rate < 10**6:
            return "" if rate is None else str(rate)
        raise JacocalcError(f"a rate is a positive number, not {text[:20]}", hint="--update 0.1")
    except (ValueError, ZeroDivisionError):
        raise JacocalcError(f"a rate is a number, not {text}", hint="--update 0.1") from None


def _point(at: str, stages: Chain) -> Point | None:
    return read_point(at, stages.inputs, stages.parameters) if at else None


def _vector(asked: Asked) -> tuple[Expr, ...]:
    if not asked.vector:
        raise JacocalcError(f"{asked.ask} needs a vector", hint="add --vector 1,2")
    return read_vector(asked.vector)


def solved_for(text: str, inputs: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs that are solved for; spellings of one name are one."""
    if not text.strip():
        raise JacocalcError("implicit needs to know what to solve for", hint="add --solve-for y")
    known = {name_key(name): name for name in inputs}
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").split()
    return tuple(known.get(name_key(word), word) for word in words)


Maker = Callable[[Asked, Chain, Point | None], Question]

_MAKERS: dict[str, Maker] = {
    "compose": lambda asked, stages, at: Compose(stages, at, read_kink(asked.kink), asked.order),
    "jacobian": lambda asked, stages, at: JacobianOf(stages, at, read_kink(asked.kink), asked.newton),
    "gradient": lambda asked, stages, at: GradientOf(stages, at, read_kink(asked.kink)),
    "hessian": lambda asked, stages, at: HessianOf(stages, at, asked.newton),
    "vjp": lambda asked, stages, at: VectorJacobian(stages, _vector(asked), at, read_kink(asked.kink)),
    "jvp": lambda asked, stages, at: JacobianVector(stages, _vector(asked), at, read_kink(asked.kink), asked.unit),
    "differential": lambda asked, stages, at: DifferentialOf(stages, at, _vector(asked) if asked.vector else ()),
    "implicit": lambda asked, stages, at: ImplicitFunction(stages, solved_for(asked.solve_for, stages.inputs), at),
    "volume": lambda asked, stages, at: VolumeOf(stages, at, asked.density),
    "point": lambda asked, stages, at: PointReport(stages, at),
    "graph": lambda asked, stages, at: GraphOf(stages, at, _vector(asked) if asked.vector else ()),
}  # fmt: skip
