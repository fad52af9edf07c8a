"""The derivative of a matrix-level program as somebody wrote it: a Jacobian, a gradient, or df in dx.

Values are compared at small unequal sizes, at random points; an answer that holds dx is a linear map and is compared
with the change that is derived.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from jacocalc.answers.backward_mistakes import slips_in_formulas, told
from jacocalc.derive.matrix.forms import transpose
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import DomainError, JacocalcError, ShapeError
from jacocalc.evaluate.arrays import Values
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.program_quotients import Probe, agree, probes_for_answers, telling
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.evaluate.programs import BITS
from jacocalc.program_steps import DifferentialKind
from jacocalc.programs import Program, shape_text, unrolled
from jacocalc.questions import ProgramDifferential
from jacocalc.reading.answer_terms import read_answer_term
from jacocalc.reading.programs import names_of
from jacocalc.reading.term_names import Names
from jacocalc.steps import Derivation
from jacocalc.terms import Differential, Opposite, Term, subterms
from jacocalc.verdicts import CORRECT, WRONG, Verdict, undecided

_POINTS = 2
_KRONECKER = re.compile(r"⊗|\\otimes")


def judge_terms(derivation: Derivation, text: str) -> Verdict:
    """The verdict on a formula such as 2A'(A x - b), or df = A dx.  Raises JacocalcError for what cannot be read."""
    question = derivation.question
    assert isinstance(question, ProgramDifferential)
    kind = next(step for step in derivation.steps if isinstance(step, DifferentialKind))
    program = prepared(question.program)
    bare = re.sub(r"\$|\\\[|\\\]", " ", text).strip()
    try:
        term = _term(bare.rpartition("=")[2], names_of(program, kind.of.key, differentials=True), kind)
    except ShapeError as error:  # what can be read, and cannot be formed
        if kind.result is None and _KRONECKER.search(bare):
            hint = f"write d{kind.of} = …, a formula in d{kind.by}"
            raise JacocalcError("a Kronecker product of matrices is not read", hint=hint) from None
        hint = f" ({error.hint})" if error.hint else ""
        return Verdict(WRONG, mistakes=("shape",), message=f"{error.message}{hint}.", read=bare)
    differential = _has_change(term)
    expected = kind.change if differential or kind.result is None else kind.result
    read = str(term)
    if kind.result is None and not differential:
        message = f"The derivative is a linear map: write d{kind.of} = …, a formula in d{kind.by}."
        return Verdict(WRONG, mistakes=("shape",), message=message, read=read)
    try:
        points = [probe.values for probe in telling(program, _points(program, kind), _POINTS)]
    except DomainError as error:
        return undecided(error.message, read)
    if not points:
        return undecided("the derivative has values at no sample point", read)
    if term.shape == expected.shape and all(_same(term, expected, values) for values in points):
        certainty = f"agrees at {len(points)} points"
        return Verdict(CORRECT, certainty, "", 1.0, message=f"Correct ({certainty}, not proved).", read=read)
    return _wrong(term, expected, kind, program, points)


def _term(text: str, names: Names, kind: DifferentialKind) -> Term:
    """The formula, as one for the derivative or, where it holds dx, for the change."""
    if kind.result is not None:
        found = read_answer_term(text, names, kind.result.shape)
        if not _has_change(found):
            return found
    return read_answer_term(text, names, kind.change.shape)


def _has_change(term: Term) -> bool:
    return any(isinstance(part, Differential) for part in subterms(term))


def _wrong(term: Term, expected: Term, kind: DifferentialKind, program: Program, points: list[Values]) -> Verdict:
    a, b = shape_text(term.shape), shape_text(expected.shape)
    codes: tuple[str, ...] = ("shape",) if term.shape != expected.shape else ()
    said = ""
    if term.shape != expected.shape:
        said = f"Your formula is {a}, but {b} is wanted. "
    if all(_same(transpose(term), expected, values) for values in points):
        codes, said = ("transposed",), f"{said}This matches the transpose: {_layout(kind)}. "
    elif all(_same(term, Opposite(expected), values) for values in points):
        codes, said = ("sign",), f"{said}This matches the right result with the opposite sign. "
    else:
        slips = slips_in_formulas(expected, kind.by, program)
        found, words = told(slips, lambda wrong: all(_same(term, wrong, values) for values in points))
        codes, said = found or codes, f"{said}{words}" or "It has another value. "
    return Verdict(WRONG, "witness", "", 0.0, mistakes=codes, message=said.strip(), read=str(term))


def _layout(kind: DifferentialKind) -> str:
    if kind.form == "jacobian":
        return "a Jacobian has a row for each component and a column for each input"
    if kind.form == "derivative":
        return f"the derivative by a number has the shape of {kind.of}"
    return f"the gradient has the shape of {kind.by}"


def _same(left: Term, right: Term, values: Values) -> bool:
    try:
        with precision(BITS):
            return left.shape == right.shape and agree(values.of(left), values.of(right))
    except JacocalcError:
        return False


def _points(program: Program, kind: DifferentialKind) -> Iterator[Probe]:
    """Points at which the program has values, with a random change."""
    sizes = {name: number + 1 for name, number in small_sizes(program).items()}
    source = random.Random(5)
    with precision(BITS):
        for probe in probes_for_answers(unrolled(program, {}), sizes):
            shape = probe.values.known[kind.by].shape
            change = np.empty(shape, dtype=object)
            for place in np.ndindex(*shape):
                change[place] = ball_of(Fraction(source.randrange(-90, 90), 61))
            if "symmetric" in kind.by.facts:
                change = change + change.T
            probe.values.known[Differential(kind.by)] = change
            yield probe
