"""Both passes in numbers: every array, forward and backward, and a step of gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from jacocalc.derive.matrix.checks import evaluated
from jacocalc.derive.matrix.elementwise import concrete
from jacocalc.errors import DomainError, JacocalcError
from jacocalc.evaluate.arrays import FLOATS, Array, Generic, Values
from jacocalc.evaluate.given import (
    as_matrix,
    by_declared_names,
    check_facts,
    ends_of,
    is_given,
    named_function,
    used_variables,
)
from jacocalc.evaluate.program_samples import MANNERS, sampled, small_sizes
from jacocalc.evaluate.programs import forward
from jacocalc.program_steps import ArrayValue, BackwardStep, DescentStep, ProgramNumbers
from jacocalc.programs import Program, unrolled
from jacocalc.questions import BackpropOf
from jacocalc.terms import Adjoint, Elementwise, Term, Var, subterms

Given = Mapping[str, Any]
_DIGITS = 6


def number_steps(
    question: BackpropOf, program: Program, loss: Var, adjoints: Iterable[BackwardStep]
) -> list[ProgramNumbers | DescentStep]:
    """The arrays of both passes, and a descent step where one is asked for."""
    adjoints = list(adjoints)
    run, source = run_of(question, program)
    gradients = run.backward(loss, adjoints)
    sizes = tuple((name, number) for name, number in run.sizes.items() if name in program.sizes or name in run.ends)
    shown = tuple(_shown(var, run.values.known[var]) for var in run.program.variables)
    steps: list[ProgramNumbers | DescentStep] = [
        ProgramNumbers(source, sizes, shown, tuple(_shown(key, value) for key, value in gradients.items()))
    ]
    if question.update:
        steps.append(_descent(question.update, run, loss, gradients))
    return steps


def run_of(question: BackpropOf, program: Program) -> tuple[Run, str]:
    """The run at the numbers of a question, and where they come from."""
    if question.given:
        run, source = Run(program, {name: _plain(rows) for name, rows in question.given}), "given"
    else:
        seed = question.seed if question.seed is not None else 0
        run, source = random_values(program, seed), f"random, seed {seed}"
    if uses(program, "sigma"):
        source += f"; σ is {run.given['sigma']}"
    return run, source


def random_values(program: Program, seed: int, functions: Mapping[str, Any] | None = None) -> Run:
    """A run at small sizes with random numbers where the program is defined.

    ``functions`` says what generic functions are; σ is else the sigmoid, others tanh.

    Raises DomainError where no such numbers are found.
    """
    sizes = small_sizes(program)
    ends = {end: sizes[end] for end in program.ends}
    flat = unrolled(program, ends)
    generic = {name: "tanh" for name in program.functions if uses(program, name)}
    for manner in MANNERS:
        grids = sampled(flat, sizes, seed, manner)
        values = {v.key: [[float(x) for x in row] for row in grid] for v, grid in grids.items() if isinstance(v, Var)}
        try:
            return Run(program, {**values, **generic, **(functions or {}), **ends})
        except DomainError:
            continue
    raise DomainError("no random numbers are found where the program is defined", hint="give numbers with --at")


def uses(program: Program, function: str) -> bool:
    """Whether an elementwise function of this name occurs."""
    nodes = (node for assignment in program.formulas for node in subterms(assignment.term))
    return any(isinstance(node, Elementwise) and node.function == function for node in nodes)


def _plain(rows: tuple[tuple[str, ...], ...]) -> Any:
    if len(rows) == 1 and len(rows[0]) == 1 and not _is_number(rows[0][0]):
        return rows[0][0]
    return [[float(Fraction(text)) for text in row] for row in rows]


def _is_number(text: str) -> bool:
    try:
        Fraction(text)
    except ValueError:
        return False
    return True


class Run:
    """A program with numbers for its declared variables: sizes are read off the arrays."""

    def __init__(self, program: Program, given: Given) -> None:
        self.given = by_declared_names(program, given)
        if uses(program, "sigma"):
            self.given.setdefault("sigma", "sigmoid")  # what σ means where nobody says another function
        self.ends = ends_of(program, self.given)
        self.program = unrolled(program, self.ends)
        self.sizes: dict[str, int] = dict(self.ends)
        used = used_variables(self.program)
        declared = (var for var in self.program.declared if is_given(var, used, self.given))
        arrays: dict[Term, Array] = {var: self._array(var) for var in declared}
        self.values = forward(self.program, arrays, self.sizes, FLOATS, self._generics(program))
        for var, value in self.values.known.items():
            if not np.isfinite(value).all():
                raise DomainError(f"{var} is not finite at these values")

    def _array(self, var: Var) -> Array:
        """A value as a matrix of two axes; its axes say what the sizes are.  Raises ShapeError."""
        try:
            array = np.asarray(self.given[var.key], dtype=np.float64)
        except (TypeError, ValueError):
            raise JacocalcError(f"the value of {var.key} is not an array of numbers") from None
        except OverflowError:
            raise JacocalcError(f"float64 cannot hold the value of {var.key}") from None
        if not np.isfinite(array).all():
            raise JacocalcError(f"the value of {var.key} is not finite")
        array = as_matrix(var, array, self.sizes)
        check_facts(var, array)
        return array

    def _generics(self, program: Program) -> dict[str, Generic]:
        return {
            name: _function(name, self.given[name])
            for name in program.generic
            if name in self.given
        }  # fmt: skip

    def backward(self, loss: Var, adjoints: Iterable[BackwardStep]) -> dict[Adjoint, Array]:
        """All adjoints, in the order of the backward pass."""
        found = dict(evaluated(self.values, loss.key, list(adjoints), self.ends))
        for adjoint, array in found.items():
            if not np.isfinite(array).all():
                raise DomainError(f"{adjoint} has no value at these numbers", hint="the formula divides by 0 there")
        return found


def _function(name: str, value: Any) -> Generic:
    """A known function by its name, or a pair of Python functions (σ, σ′)."""
    given = named_function(name, value)
    if isinstance(given, str):
        return _known(given)
    return lambda order, array: np.asarray(given[order](array), dtype=np.float64)


def _known(function: str) -> Generic:
    def apply(order: int, array: Array) -> Array:
        u = Var("u", array.shape)
        return Values({u: array}, {}).of(concrete(Elementwise(function, u, order)))

    return apply


def _shown(term: Term, array: Array) -> ArrayValue:
    return ArrayValue(term, tuple(tuple(_text(value) for value in row) for row in array))


def _text(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _descent(rate: str, run: Run, loss: Var, gradients: Mapping[Adjoint, Array]) -> DescentStep:
    """θ − η ∂L/∂θ for every declared variable that has a gradient, the wanted ones; the loss before and after."""
    eta = float(Fraction(rate))
    flat = [adjoint.of for adjoint in gradients if adjoint.of in run.program.declared]
    given: dict[Term, Array] = {var: run.values.known[var] for var in run.program.declared if var in run.values.known}
    moved: dict[Term, Array] = {var: given[var] - eta * gradients[Adjoint(loss.key, var)] for var in flat}
    after = forward(run.program, {**given, **moved}, run.sizes, FLOATS, run.values.generic)
    before_text, after_text = (_text(float(values.known[loss][0, 0])) for values in (run.values, after))
    variables = tuple(var for var in flat if isinstance(var, Var))
    return DescentStep(rate, variables, before_text, after_text, tuple(_shown(v, moved[v]) for v in variables))
