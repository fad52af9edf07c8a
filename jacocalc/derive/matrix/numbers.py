"""Both passes in numbers: every array, forward and backward, and a step of gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from jacocalc.derive.matrix.checks import evaluated
from jacocalc.derive.matrix.elementwise import concrete
from jacocalc.errors import DomainError, JacocalcError, ShapeError
from jacocalc.evaluate.arrays import FLOATS, Array, Generic, Values
from jacocalc.evaluate.programs import MANNERS, forward, sampled, small_sizes
from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.notation import name_key
from jacocalc.program_steps import ArrayValue, BackwardStep, DescentStep, ProgramNumbers
from jacocalc.programs import Program, shape_text, unrolled
from jacocalc.questions import BackpropOf
from jacocalc.terms import Adjoint, Elementwise, Term, Var, subterms

Given = Mapping[str, Any]
_DIGITS = 6


def number_steps(
    question: BackpropOf, program: Program, loss: Var, wrt: tuple[Var, ...], adjoints: Iterable[BackwardStep]
) -> list[ProgramNumbers | DescentStep]:
    """The arrays of both passes, and a descent step where one is asked for."""
    adjoints = list(adjoints)
    if question.given:
        run, source = Run(program, {name: _plain(rows) for name, rows in question.given}), "given"
    else:
        seed = question.seed if question.seed is not None else 0
        run, source = random_values(program, seed), f"random, seed {seed}"
    if uses(program, "sigma"):
        source += f"; σ is {run.given['sigma']}"
    gradients = run.backward(loss, adjoints)
    sizes = tuple((name, number) for name, number in run.sizes.items() if name in program.sizes or name in run.ends)
    shown = tuple(_shown(var, run.values.known[var]) for var in run.program.variables)
    steps: list[ProgramNumbers | DescentStep] = [
        ProgramNumbers(source, sizes, shown, tuple(_shown(key, value) for key, value in gradients.items()))
    ]
    if question.update:
        steps.append(_descent(question.update, run, loss, wrt, gradients))
    return steps


def random_values(program: Program, seed: int, functions: Mapping[str, Any] | None = None) -> Run:
    """A run at small sizes with random numbers where the program is defined.

    ``functions`` says what generic functions are; σ is else the sigmoid, others tanh.

    Raises DomainError where no such numbers are found.
    """
    sizes = small_sizes(program)
    ends = {end: sizes[end] for end in _ends(program)}
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


def _ends(program: Program) -> list[str]:
    return [loop.last.letter for loop in program.loops]


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
        spelled = {name_key(var.key): var.key for var in program.declared}
        self.given = {spelled.get(name_key(str(name)), str(name)): value for name, value in given.items()}
        if uses(program, "sigma"):
            self.given.setdefault("sigma", "sigmoid")  # what σ means where nobody says another function
        self._known(program)
        self.ends = self._ends(program)
        self.program = unrolled(program, self.ends)
        self.sizes: dict[str, int] = dict(self.ends)
        arrays: dict[Term, Array] = {var: self._array(var) for var in self.program.declared if self._wanted(var)}
        self.values = forward(self.program, arrays, self.sizes, FLOATS, self._generics(program))
        for var, value in self.values.known.items():
            if not np.isfinite(value).all():
                raise DomainError(f"{var} is not finite at these values")

    def _known(self, program: Program) -> None:
        """Raise for a name that is no declared variable."""
        known = {name_key(var.key) for var in program.declared} | {"sigma", *program.functions}
        known |= {loop.last.letter for loop in program.loops}
        for name in self.given:
            stem, _, number = name.rpartition("_")
            member = number.isdigit() and any(v.name == stem and v.index is not None for v in program.declared)
            if name_key(name) not in known and not member:
                listed = ", ".join(var.key for var in program.declared)
                raise JacocalcError(f"{name} is no declared variable", hint=f"declared are {listed}")

    def _wanted(self, var: Var) -> bool:
        used = any(node == var for a in self.program.assignments for node in subterms(a.term))
        if var.key not in self.given and used:
            raise JacocalcError(f"no value is given for {var.key}", hint=f"it is {shape_text(var.shape)}")
        return var.key in self.given

    def _ends(self, program: Program) -> dict[str, int]:
        """The number of steps: given by name, or by how many h_1, h_2, … there are."""
        found: dict[str, int] = {}
        for loop in program.loops:
            letter = loop.last.letter
            if letter in self.given:
                found[letter] = int(np.asarray(self.given.pop(letter)).reshape(()))
                continue
            names = {v.name for v in program.declared if v.index is not None and v.index.letter == loop.letter}
            steps = [int(key[len(n) + 1 :]) for n in names for key in self.given
                     if key.startswith(f"{n}_") and key[len(n) + 1 :].isdigit()]  # fmt: skip
            if not steps:
                raise JacocalcError(f"the number of steps {letter} is not known", hint=f"give {letter}=3")
            found[letter] = max(steps)
        return found

    def _array(self, var: Var) -> Array:
        """A value as a matrix of two axes; its axes say what the sizes are.  Raises ShapeError."""
        try:
            array = np.asarray(self.given[var.key], dtype=np.float64)
        except (TypeError, ValueError):
            raise JacocalcError(f"the value of {var.key} is not an array of numbers") from None
        if not np.isfinite(array).all():
            raise JacocalcError(f"the value of {var.key} is not finite")
        if array.ndim < 2:
            array = array.reshape(-1, 1) if var.shape[1] == 1 else array.reshape(1, -1)
        if array.ndim != 2:
            raise ShapeError(f"{var.key} is {shape_text(var.shape)}, but its value has {array.ndim} axes")
        if array.shape[0] == 1 and var.shape[1] == 1 and array.shape[1] != 1:
            array = array.T
        for size, number in zip(var.shape, array.shape, strict=True):
            if isinstance(size, str):
                known = self.sizes.setdefault(size, number)
            else:
                known = size
            if known != number:
                said = f"{size} is {known} already" if isinstance(size, str) else f"{size} is expected"
                raise ShapeError(
                    f"{var.key} is {shape_text(var.shape)}, but its value is {array.shape[0]}×{array.shape[1]}: {said}"
                )
        if "symmetric" in var.facts and not np.allclose(array, array.T):
            raise ShapeError(f"{var.key} is declared symmetric, but its value is not")
        if "sums to 1" in var.facts and not np.isclose(array.sum(), 1.0):
            raise DomainError(f"{var.key} is declared to sum to 1, but its entries sum to {array.sum():g}")
        if "positive" in var.facts and not (array > 0).all():
            raise DomainError(f"{var.key} is declared positive, but its value is not")
        return array

    def _generics(self, program: Program) -> dict[str, Generic]:
        return {
            name: _function(name, self.given[name])
            for name in ("sigma", *program.functions)
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
    if isinstance(value, str) and value in SPELLINGS and KNOWN[SPELLINGS[value]].arity == (1, 1):
        return _known(SPELLINGS[value])
    if isinstance(value, tuple | list) and all(callable(part) for part in value):
        listed = list(value)
        return lambda order, array: np.asarray(listed[order](array), dtype=np.float64)
    raise JacocalcError(f"{name} is a generic function: give the name of a known one, or (σ, σ′)", hint='"tanh"')


def _known(function: str) -> Generic:
    def apply(order: int, array: Array) -> Array:
        u = Var("u", array.shape)
        return Values({u: array}, {}).of(concrete(Elementwise(function, u, order)))

    return apply


def _shown(term: Term, array: Array) -> ArrayValue:
    return ArrayValue(term, tuple(tuple(_text(value) for value in row) for row in array))


def _text(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _descent(rate: str, run: Run, loss: Var, wrt: tuple[Var, ...], gradients: Mapping[Adjoint, Array]) -> DescentStep:
    """θ − η ∂L/∂θ for every wanted variable; the loss before and after."""
    eta = float(Fraction(rate))
    flat = [adjoint.of for adjoint in gradients if adjoint.of in run.program.declared and _among(adjoint.of, wrt)]
    given: dict[Term, Array] = {var: run.values.known[var] for var in run.program.declared if var in run.values.known}
    moved: dict[Term, Array] = {var: given[var] - eta * gradients[Adjoint(loss.key, var)] for var in flat}
    after = forward(run.program, {**given, **moved}, run.sizes, FLOATS, run.values.generic)
    before_text, after_text = (_text(float(values.known[loss][0, 0])) for values in (run.values, after))
    variables = tuple(var for var in flat if isinstance(var, Var))
    return DescentStep(rate, variables, before_text, after_text, tuple(_shown(v, moved[v]) for v in variables))


def _among(var: Term, wrt: tuple[Var, ...]) -> bool:
    return isinstance(var, Var) and any(var.name == one.name for one in wrt)
