"""A derivation about a program, at NumPy arrays: the loss and its gradients, or the array of a derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from jacocalc.derive.matrix.numbers import Run
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import DomainError
from jacocalc.evaluate.arrays import Array
from jacocalc.program_steps import DifferentialKind, Gradients
from jacocalc.questions import BackpropOf, ProgramDifferential
from jacocalc.steps import Derivation
from jacocalc.terms import Differential, Var


def evaluated_at(derivation: Derivation, values: dict[str, Any]) -> Any:
    """{"L": float, "W": array, …} of a backward pass, the array of a differential."""
    question, result = derivation.question, derivation.result
    assert isinstance(question, BackpropOf | ProgramDifferential)
    assert isinstance(result, Gradients)
    program = prepared(question.program)
    run = Run(program, values)
    if isinstance(question, BackpropOf):
        return _gradients(derivation, run, result)
    kind = next(step for step in derivation.steps if isinstance(step, DifferentialKind))
    return _derivative(kind, run)


def _gradients(derivation: Derivation, run: Run, result: Gradients) -> dict[str, Any]:
    found: dict[str, Any] = {result.of.key: float(run.values.known[result.of][0, 0])}
    wanted = [var for var, _, _ in result.result]
    for adjoint, array in run.backward(result.of, derivation.backward).items():
        var = adjoint.of
        if isinstance(var, Var) and any(one.stands_for(var) for one in wanted):
            found[var.key] = plain(array, var)
    return found


def plain(array: Array, var: Var) -> Any:
    """A float, an array with one axis for a column, else the matrix."""
    if var.is_scalar:
        return float(array[0, 0])
    return array[:, 0].copy() if var.shape[1] == 1 else array.copy()


def _derivative(kind: DifferentialKind, run: Run) -> Any:
    """The matrix or gradient; for a map the axes of the output, then those of the input."""
    if kind.result is not None:
        array = run.values.of(kind.result)
        if not np.isfinite(array).all():
            raise DomainError(f"the derivative by {kind.by} has no value at these numbers")
        if kind.form == "jacobian" and kind.by.is_scalar:
            return array[:, 0].copy()
        return array if kind.form == "jacobian" else plain(array, kind.of if kind.form == "derivative" else kind.by)
    out, into = run.values.known[kind.of].shape, run.values.known[kind.by].shape
    made = np.zeros((*out, *into))
    for place in np.ndindex(*into):
        direction = np.zeros(into)
        direction[place] = 1.0
        if "symmetric" in kind.by.facts and place[0] != place[1]:
            direction[place] = direction[place[::-1]] = 0.5
        run.values.known[Differential(kind.by)] = direction
        made[(..., *place)] = run.values.of(kind.change)
    shape = [n for n, size in zip(out, kind.of.shape, strict=True) if size != 1]
    shape += [n for n, size in zip(into, kind.by.shape, strict=True) if size != 1]
    return made.reshape(shape)
