"""The words of a question about a matrix-level program → the Question."""

from __future__ import annotations

from jacocalc.asked import Asked
from jacocalc.digits import fraction
from jacocalc.errors import JacocalcError
from jacocalc.programs import Program
from jacocalc.questions import BackpropOf, ProgramDifferential
from jacocalc.reading.values import read_values, spelled


def program_question(asked: Asked, program: Program) -> BackpropOf | ProgramDifferential:
    """The Question that a command asks of a program.  Raises ReadError, JacocalcError."""
    if asked.ask == "differential":
        if asked.at or asked.vector:
            raise JacocalcError("a differential of a program has no point", hint="in Python: .evaluate({…})")
        of, by = spelled(asked.of), spelled(asked.wrt.strip())
        return ProgramDifferential(program, of, by, asked.second, asked.kronecker)
    wrt = tuple(map(spelled, asked.wrt.replace(",", " ").split()))
    given = read_values(asked.at) if asked.at else ()
    return BackpropOf(program, wrt, spelled(asked.loss), given, asked.random, read_rate(asked.update),
                      asked.hessian_vector, asked.gauss_newton)  # fmt: skip


def read_rate(text: str) -> str:
    """The rate of a descent step as a fraction.  Raises JacocalcError."""
    try:
        rate = fraction(text.strip()) if text.strip() else None
        if rate is None or 0 < rate < 10**6:
            return "" if rate is None else str(rate)
        raise JacocalcError(f"a rate is a positive number, not {text[:20]}", hint="--update 0.1")
    except (ValueError, ZeroDivisionError):
        raise JacocalcError(f"a rate is a number, not {text}", hint="--update 0.1") from None
