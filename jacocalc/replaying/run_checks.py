"""Programs in numbers: both passes run again in balls from what was given, gradients by differences.

The arrays were computed in double precision and are shown with six digits, so they are compared as such.  Where a
kink is met exactly, any slope between those of both sides is a gradient.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.arrays import BALLS, Array, Generic
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.given import as_matrix, by_declared_names, ends_of
from jacocalc.evaluate.program_quotients import directions
from jacocalc.evaluate.program_samples import MANNERS, sampled, small_sizes
from jacocalc.evaluate.programs import forward
from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.program_steps import ArrayValue, DescentStep, Gradients, ProgramNumbers
from jacocalc.programs import Program, unrolled
from jacocalc.questions import BackpropOf
from jacocalc.replaying.balls import shown
from jacocalc.replaying.programs import ProgramCase
from jacocalc.replaying.report import Unknown, Wrong, asked
from jacocalc.replaying.spectra import fraction, half_unit
from jacocalc.terms import Adjoint, Elementwise, Term, Var, numbered, subterms

_DIGITS = 6
_ROUNDING = Fraction(1, 10**9)  # of the largest number of a run: what double precision may lose
_STEP = Fraction(1, 2**90)
_MOST = 40  # entries of an array that are looked at one by one; of larger ones so many are chosen


@dataclass
class _Run:
    """A program with numbers: its values, and its adjoints by differences."""

    program: Program
    sizes: Mapping[str, int]
    given: Mapping[Term, Array]
    generic: Mapping[str, Generic]
    loss: Var

    def __post_init__(self) -> None:
        self.known = self.forward(self.given).known
        entries = [abs(entry) for array in self.known.values() for entry in array.flat]
        self.near = ball_of(_ROUNDING) * max(entries, key=float).max(ball_of(Fraction(1)))

    def forward(self, given: Mapping[Term, Array]) -> Any:
        """All variables; one that is given is not computed."""
        return forward(self.program, given, self.sizes, BALLS, self.generic)

    def slopes(self, var: Var, places: list[tuple[int, int]]) -> tuple[Any, Any]:
        """The share of each of these entries in ∂L/∂(all of them together), from the left and from the right."""
        if var == self.loss:
            return ball_of(Fraction(1)), ball_of(Fraction(1))
        step, heights = ball_of(_STEP), []
        for sign in (-1, 0, 1):
            there = self.known[var].copy()
            for place in places:
                there[place] = there[place] + sign * step
            heights.append(self.forward({**self.given, var: there}).known[self.loss][0, 0])
        left, middle, right = heights
        return (middle - left) / (step * len(places)), (right - middle) / (step * len(places))


def _run(case: ProgramCase, shown_first: tuple[ArrayValue, ...]) -> _Run:
    """The run of a question: of the numbers that were given, or of those random ones that are shown."""
    for given in _numbers(case):
        named = by_declared_names(case.program, given)
        ends = ends_of(case.program, named)
        flat, sizes = unrolled(case.program, ends), dict(ends)
        arrays: dict[Term, Array] = {
            var: as_matrix(var, BALLS.array([[ball_of(x) for x in row] for row in named[var.key]]), sizes)
            for var in flat.declared if var.key in named
        }  # fmt: skip
        loss = numbered(case.of, ends)
        try:
            run = _Run(flat, sizes, arrays, _generics(case.program, named), loss)
            for one in shown_first:
                _shown(run, "forward", one, run.known[one.variable])
        except (JacocalcError, KeyError, Wrong):
            if len(shown_first) and asked(case.derivation, BackpropOf).given:
                raise
            continue
        return run
    raise Wrong("forward", "the numbers are not those of the source")


def _numbers(case: ProgramCase) -> Iterator[dict[str, Any]]:
    """What is given for the variables, functions and ends of loops, by name; random numbers of every manner."""
    question = asked(case.derivation, BackpropOf)
    if question.given:
        yield {name: _plain(rows) for name, rows in question.given}
        return
    sizes = small_sizes(case.program)
    ends = {loop.last.letter: sizes[loop.last.letter] for loop in case.program.loops}
    for manner in MANNERS:
        grids = sampled(unrolled(case.program, ends), sizes, question.seed or 0, manner)
        values = {var.key: grid for var, grid in grids.items() if isinstance(var, Var)}
        yield {**values, **dict.fromkeys(_functions(case.program), "tanh"), **ends}


def _plain(rows: tuple[tuple[str, ...], ...]) -> Any:
    """Numbers, or the name of a function."""
    if len(rows) == 1 and len(rows[0]) == 1 and SPELLINGS.get(rows[0][0]):
        return rows[0][0]
    return [[fraction("given", text) for text in row] for row in rows]


def _functions(program: Program) -> list[str]:
    """The generic functions that occur, σ apart."""
    names = {node.function for one in program.formulas for node in subterms(one.term) if isinstance(node, Elementwise)}
    return [name for name in program.functions if name in names]


def _generics(program: Program, named: Mapping[str, Any]) -> dict[str, Generic]:
    """What generic functions are: those named, σ else the sigmoid; their derivatives by differences."""
    named = {"sigma": "sigmoid", **named}
    return {name: _differentiable(SPELLINGS[named[name]]) for name in ("sigma", *program.functions) if name in named}


def _differentiable(function: str) -> Generic:
    if KNOWN[function].arity != (1, 1):
        raise Wrong("source", f"{function} is no function of one number")

    def apply(order: int, array: Array) -> Array:
        if not order:
            return BALLS.apply(function, array)
        step = ball_of(_STEP)
        return (apply(order - 1, array + step) - apply(order - 1, array - step)) / (2 * step)

    return apply


# -- comparisons --------------------------------------------------------------------------------------


def _fits(text: str, name: str, low: Any, high: Any, near: Any) -> bool:
    """Whether a decimal rounds a number from low to high."""
    value = fraction(name, text)
    slack = ball_of(half_unit(value, _DIGITS)) + near
    return bool(ball_of(value) > low - slack) and bool(ball_of(value) < high + slack)


def _shown(run: _Run, name: str, one: ArrayValue, truth: Array) -> None:
    """All entries of an array."""
    if [len(row) for row in one.result] != [truth.shape[1]] * truth.shape[0]:
        raise Wrong(name, f"{one.variable} has another shape")
    for texts, row in zip(one.result, truth, strict=True):
        for text, value in zip(texts, row, strict=True):
            if not _fits(text, name, value, value, run.near):
                raise Wrong(name, f"{one.variable} has the entry {shown(value)}, not {text}")


def program_numbers(case: ProgramCase, step: ProgramNumbers) -> None:
    """Every variable from the numbers given, every adjoint from differences of the loss."""
    run = _run(case, step.forward)
    case.told("source", step.source, _source(case))
    sizes = {name: number for name, number in run.sizes.items() if name in case.program.sizes or name in case.ends}
    case.told("sizes", dict(step.sizes), sizes)
    case.told("forward", [one.variable for one in step.forward], list(run.program.variables))
    case.counted += len(step.forward)
    for k, one in enumerate(step.result):
        _adjoint(run, one, f"result[{k}]")
        case.counted += 1
    if len({one.variable for one in step.result}) < len(step.result):
        raise Wrong("result", "an adjoint stands twice")


def _source(case: ProgramCase) -> str:
    question = asked(case.derivation, BackpropOf)
    said = "given" if question.given else f"random, seed {question.seed or 0}"
    formulas = (node for one in case.program.formulas for node in subterms(one.term))
    if any(isinstance(node, Elementwise) and node.function == "sigma" for node in formulas):
        said += f"; σ is {dict(question.given).get('sigma', (('sigmoid',),))[0][0]}"
    return said


def _adjoint(run: _Run, one: ArrayValue, name: str) -> None:
    """∂L/∂v entry by entry; of a large array a sample of them."""
    if not isinstance(one.variable, Adjoint) or one.variable.loss != run.loss.key or one.variable.of not in run.known:
        raise Wrong(name, f"{one.variable} is no adjoint")
    var = one.variable.of
    assert isinstance(var, Var)
    shape = run.known[var].shape
    if [len(row) for row in one.result] != [shape[1]] * shape[0]:
        raise Wrong(name, f"{one.variable} has another shape")
    every = list(directions(var, shape))
    for places in every if len(every) <= _MOST else random.Random("entries").sample(every, _MOST):
        left, right = run.slopes(var, places)
        for i, j in places:
            if not _fits(one.result[i][j], name, left.min(right), left.max(right), run.near):
                raise Wrong(name, f"{one.variable} has the entry {shown(right)}, not {one.result[i][j]}")


def descent_step(case: ProgramCase, step: DescentStep) -> None:
    """θ − η ∂L/∂θ for each variable that is asked for, and the loss before and after."""
    question = asked(case.derivation, BackpropOf)
    case.told("rate", step.rate, question.update)
    run = _run(case, ())
    found = next((one.result for one in case.derivation.steps if isinstance(one, Gradients)), ())
    wanted = {var.name for var, _, _ in found}
    declared = {var for var in run.program.declared if var.name in wanted}
    case.told("variables", sorted(set(step.variables), key=str), sorted(declared, key=str))
    case.told("result", [one.variable for one in step.result], list(step.variables))
    moved: dict[Term, Array] = {}
    for k, one in enumerate(step.result):
        assert isinstance(one.variable, Var)
        moved[one.variable] = _moved(run, one.variable, fraction("rate", step.rate))
        _shown(run, f"result[{k}]", one, moved[one.variable])
    before, after = (run.forward({**run.given, **there}).known[run.loss][0, 0] for there in ({}, moved))
    for name, value in (("before", before), ("after", after)):
        case.counted += 1
        if not _fits(getattr(step, name), name, value, value, run.near):
            raise Wrong(name, f"it says {getattr(step, name)}, but it is {shown(value)}")


def _moved(run: _Run, var: Var, rate: Fraction) -> Array:
    """One step against the gradient.  Raises Unknown at a kink."""
    found = run.known[var].copy()
    for places in directions(var, found.shape):
        left, right = run.slopes(var, places)
        if not abs(left - right) < run.near:
            raise Unknown("result", f"{var} is at a kink")
        for place in places:
            found[place] = found[place] - ball_of(rate) * (left + right) / 2
    return found
