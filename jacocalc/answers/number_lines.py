"""Lines of a backward pass that give numbers, dW = [[0, 0], [10, 20]], where the question has numbers.

They are compared entry by entry with the gradient at those numbers.  A decimal is rounded: it is right where half a
unit of its last digit holds the right value, and less than half a unit of its third digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from jacocalc.derive.matrix.numbers import Run, run_of
from jacocalc.evaluate.arrays import FLOATS, Array, Values
from jacocalc.program_steps import AdjointOf, BackwardStep, ProgramNumbers
from jacocalc.programs import Program, shape_text
from jacocalc.questions import BackpropOf
from jacocalc.reading.term_names import NumberRows
from jacocalc.steps import Derivation
from jacocalc.terms import Scalar, Term, Var, numbered, subterms
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, EntryVerdict

Slips = Callable[[Callable[[Term], bool]], tuple[tuple[str, ...], str]]
_RELATIVE, _ABSOLUTE = 1e-7, 1e-9
_THIRD_DIGIT = 1 / 200
_NEARLY = 1 + 1 / 64  # what was lost before the last digit was rounded
_MOST_LISTED = 3
_OF_RULES = (0, 1, 2, Fraction(1, 2))


def has_numbers(term: Term, numbers: Mapping[Term, NumberRows]) -> bool:
    """Whether a formula holds a matrix of numbers."""
    return any(node in numbers for node in subterms(term))


def holds_a_value(term: Term) -> bool:
    """Whether a formula holds a number that no rule of differentiation makes: not 0, 1, 2 or 1/2."""
    return any(isinstance(node, Scalar) and abs(node.value) not in _OF_RULES for node in subterms(term))


class NumberLines:
    """The gradients at the numbers of a question, and lines compared with them."""

    def __init__(self, run: Run, loss: Var, steps: list[BackwardStep]) -> None:
        self.run = run
        run.backward(loss, steps)

    def judged(
        self, name: str, term: Term, step: AdjointOf, numbers: Mapping[Term, NumberRows], slips: Slips
    ) -> EntryVerdict:  # fmt: skip
        """The verdict on one side of a line."""
        index, given = step.variable.index, str(term)
        if index is not None and index.letter:
            message = f"{name} is one gradient for every {index.letter}: write a formula"
            return EntryVerdict(name, UNREADABLE, given, str(step.result), message=message)
        truth, array = self._value(step.applied, {}), self._value(term, numbers)
        row = truth.shape[1] == 1 and array.shape == truth.shape[::-1] and term in numbers
        array = array.T if row else array
        right = f"The right one is {name} = {listed(truth)}."
        if array.shape != truth.shape:
            a, b = shape_text(array.shape), shape_text(truth.shape)
            said = f"What you give is {a}, but {step.variable} and its gradient are {b}. {right}"
            return EntryVerdict(name, WRONG, given, listed(truth), ("shape",), said)
        off = self._off(array, truth, _rounding(term, numbers, row))
        if not off:
            return EntryVerdict(name, CORRECT, given, listed(truth))
        codes, words = slips(lambda wrong: self._is(wrong, array))
        words = words if len(codes) == 1 else ""
        said = f"{words}{_places(off, truth)}{right}"
        return EntryVerdict(name, WRONG, given, listed(truth), codes if words else (), said)

    def agrees(self, term: Term, step: AdjointOf) -> bool:
        """Whether a formula has the value of the gradient at the numbers of the question."""
        index = step.variable.index
        return (index is None or not index.letter) and self._is(term, self._value(step.applied, {}))

    def _value(self, term: Term, numbers: Mapping[Term, NumberRows]) -> Array:
        known = {var: np.array([[float(number) for number, _ in row] for row in rows]) for var, rows in numbers.items()}
        values = Values({**self.run.values.known, **known}, self.run.sizes, FLOATS, self.run.values.generic)
        return values.of(numbered(term, self.run.ends))

    def _is(self, wrong: Term, array: Array) -> bool:
        found = self._value(wrong, {})
        return found.shape == array.shape and bool(np.allclose(found, array, rtol=1e-6, atol=_ABSOLUTE))

    @staticmethod
    def _off(array: Array, truth: Array, rounding: Array) -> list[tuple[int, int]]:
        """The entries that are not right."""
        exact = _ABSOLUTE + _RELATIVE * np.abs(truth).max()
        loose = np.where(rounding <= _THIRD_DIGIT * np.abs(truth), _NEARLY * rounding, 0.0) + exact
        return [(int(i), int(j)) for i, j in np.argwhere(~(np.abs(array - truth) <= loose))]


def number_lines(derivation: Derivation, program: Program, loss: Var, steps: list[BackwardStep]) -> NumberLines | None:
    """What compares numbers, where the question has numbers."""
    question = derivation.question
    if not isinstance(question, BackpropOf) or not any(isinstance(s, ProgramNumbers) for s in derivation.steps):
        return None
    return NumberLines(run_of(question, program)[0], loss, steps)


def _rounding(term: Term, numbers: Mapping[Term, NumberRows], turned: bool) -> Array:
    """Half a unit of the last digit of every entry, where nothing but decimals is given."""
    rows = numbers.get(term)
    if rows is None:
        return np.zeros((1, 1))
    found = np.array([[float(half) for _, half in row] for row in rows])
    return found.T if turned else found


def listed(array: Array) -> str:
    """[0, 10], [0, 0; 10, 20], 5"""
    texts = [[_text(value) for value in row] for row in array]
    if array.shape == (1, 1):
        return texts[0][0]
    if array.shape[1] == 1:
        return f"[{', '.join(row[0] for row in texts)}]"
    return f"[{'; '.join(', '.join(row) for row in texts)}]"


def _text(value: float) -> str:
    near = Fraction(float(value)).limit_denominator(1000)
    exact = abs(float(near) - value) < 1e-12 and near.denominator in (1, 2, 4, 5, 8, 10, 20, 25, 50, 100)
    return f"{float(near):g}" if exact else f"{value:.6g}"


def _places(off: list[tuple[int, int]], truth: Array) -> str:
    """Which entries are not right, where some are."""
    if len(off) == truth.size or len(off) > _MOST_LISTED:
        return "" if truth.size == 1 else f"{len(off)} of {truth.size} entries are not right. "
    column = truth.shape[1] == 1
    places = [f"{i + 1}" if column else f"({i + 1}, {j + 1})" for i, j in off]
    said = "Entry" if len(off) == 1 else "Entries"
    return f"{said} {' and '.join(places)} {'is' if len(off) == 1 else 'are'} not right. "
