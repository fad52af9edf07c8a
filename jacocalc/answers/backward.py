"""A backward pass that somebody wrote, line by line or as a Python function, against the derived one.

Every line is judged with the right adjoints in place of those that it uses, so a wrong line is marked once.
What is compared are values: 45 digits at random points for formulas, double precision for functions.  A wrong
line is compared with the slips that people make, and the ones that it matches are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from jacocalc.answers.backward_mistakes import told, wrong_formulas
from jacocalc.answers.circles import Explained, adjoints_in, circular, consumers
from jacocalc.answers.kept import Kept
from jacocalc.answers.number_lines import NumberLines, has_numbers, holds_a_value, number_lines
from jacocalc.answers.pass_names import Targets
from jacocalc.answers.pass_reading import GivenLine, PassReader, UnreadLine
from jacocalc.derive.matrix.backprop import Backward
from jacocalc.derive.matrix.checks import evaluated
from jacocalc.derive.matrix.evaluation import plain
from jacocalc.derive.matrix.forms import transpose
from jacocalc.derive.matrix.numbers import random_values
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.errors import DomainError, JacocalcError, ShapeError
from jacocalc.evaluate.arrays import Array, Values
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.program_quotients import agree, probes_for_answers, telling
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.evaluate.programs import BITS
from jacocalc.program_steps import AdjointOf, Gradients, LoopAdjoints
from jacocalc.programs import Program, shape_text, unrolled
from jacocalc.reading.programs import names_of
from jacocalc.steps import Derivation
from jacocalc.terms import Adjoint, Index, Term, Zeros, numbered, shifted
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, EntryVerdict, Verdict, undecided

_POINTS, _RUNS = 2, 16
CIRCULAR = "circular"
_ORDER = (UNREADABLE, WRONG, CORRECT)
Function = Callable[[dict[str, Any]], Mapping[str, Any]]


def check_backward(
    derivation: Derivation, answer: str | Function, functions: Mapping[str, Any] | None = None
) -> Verdict:  # fmt: skip
    """The verdict on formulas ``dW = dz x'`` (lines or semicolons between them) or on a function of arrays.

    ``functions`` says what generic functions are.  A function takes a dict of arrays by name and gives a dict of
    gradients, by name or as dW.  Gradients that the question names and the answer leaves out are missing: wrong
    entries.  Never raises for what was typed; undecided where there is no point to compare at.
    """
    judge = _judges.of(derivation)
    try:
        judged = judge.lines(answer) if isinstance(answer, str) else judge.function(answer, functions or {})
    except DomainError as error:
        return undecided(error.message)
    entries = judged.entries
    if not entries:
        message = "nothing to check; write dW = … for the gradients"
        return Verdict(UNREADABLE, message=f"{message}. {judged.note}" if judged.note else message)
    outcome = _outcome(entries)
    missing = () if outcome == UNREADABLE else tuple(judge.missing(judged.handed_in))
    seen = any(entry.outcome == WRONG and entry.mistakes != (CIRCULAR,) for entry in entries)
    agrees = f"agrees at {judged.points} points"
    certainty = {CORRECT: agrees, WRONG: "witness" if seen else "none"}.get(outcome, "none")
    message = _message(entries)
    if missing:
        listed = " and ".join(entry.name for entry in missing)
        said = f"{listed} {'is' if len(missing) == 1 else 'are'} missing."
        certainty = certainty if outcome == WRONG else "none"
        message = f"{message}\n{said}" if outcome == WRONG else f"{message.removesuffix('.')}, but {said}"
    message = f"{message}\n{judged.note}" if judged.note else message
    every = (*entries, *missing)
    right = sum(entry.outcome == CORRECT for entry in entries)
    mistakes = tuple(dict.fromkeys(code for entry in every for code in entry.mistakes))
    return Verdict(_outcome(every), certainty, "", float(right), float(len(every)), every, mistakes, message)


def _outcome(entries: tuple[EntryVerdict, ...]) -> str:
    return next(one for one in _ORDER if any(entry.outcome == one for entry in entries))


def _message(entries: tuple[EntryVerdict, ...]) -> str:
    """What cannot be read first, then every line; the first that is wrong above them."""
    wrong = [entry for entry in entries if entry.outcome == WRONG]
    unread = [_capital(entry.message) for entry in entries if entry.outcome == UNREADABLE]
    if not wrong and not unread:
        return f"All {len(entries)} lines are right." if len(entries) > 1 else "This is right."
    lines = [f"{entry.name}: right" if entry.outcome == CORRECT else f"{entry.name}: wrong. {entry.message}"
             for entry in entries if entry.outcome != UNREADABLE]  # fmt: skip
    if wrong and len(entries) > 1:
        lines.insert(0, f"The first line that is not right: {wrong[0].name} = {wrong[0].given}")
    return "\n".join(unread + lines)


def _capital(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}"


@dataclass(frozen=True)
class Judged:
    """What was found out about one answer: its entries, which gradients it gives, at how many points, what was not."""

    entries: tuple[EntryVerdict, ...]
    handed_in: frozenset[str]
    points: int = 0
    note: str = ""


@dataclass
class _Point:
    """A sample point with all values and adjoints, and how to compare there."""

    values: Values
    ends: dict[str, int]
    same: Callable[[Array, Array], bool]


class Judge:
    """What is right, at sample points; the same for all answers to a question."""

    def __init__(self, derivation: Derivation) -> None:
        question, result = derivation.question, derivation.result
        assert isinstance(result, Gradients)
        self.derivation = derivation
        self.loss = result.of
        self.program = prepared(question.program)  # type: ignore[union-attr]
        self.steps = Backward(self.program, self.loss, self.program.declared).run()  # all, whatever was asked for
        self.adjoints = {step.variable.key: step for step in self._listed()}
        self.derived = {step.variable.name for step in self.adjoints.values()}
        shown = [(var.key, str(term)) for var, term, _ in result.result]
        self.only = shown[0][0] if len(shown) == 1 else ""
        self.wanted = shown if question.wrt else []  # type: ignore[union-attr]

    def missing(self, handed_in: frozenset[str]) -> Iterator[EntryVerdict]:
        """The gradients that the question names and that were not handed in."""
        for key, right in self.wanted:
            if key not in handed_in:
                yield EntryVerdict(f"d{key}", WRONG, "", right, ("missing",), "is missing")

    def _listed(self) -> Iterator[AdjointOf]:
        """Every adjoint as a step; those of a loop by their general formula."""
        for step in self.steps:
            if isinstance(step, AdjointOf):
                yield step
            elif isinstance(step, LoopAdjoints):
                for line in step.result:
                    yield AdjointOf(line.variable, (*line.uses, *line.ahead), line.result, None, line.result)

    # -- formulas -----------------------------------------------------------------------------------

    def lines(self, text: str) -> Judged:
        """A verdict for every line that gives a gradient."""
        with precision(BITS):
            points = self._points
            if not points:
                raise DomainError("the gradients have values at none of the sample points")
            reader = PassReader(self.program, self.loss.key, self.adjoints, self.only, self._numbers is not None)
            read = reader.read(text)
            entries = [_unread(one) if isinstance(one, UnreadLine) else self._line(one, points) for one in read]
        given = [(place, one) for place, one in enumerate(read) if isinstance(one, GivenLine)]
        explained = [self._explained(one, points[0]) for _, one in given]
        for place, said in circular(explained, self._later).items():
            at = given[place][0]
            if entries[at].outcome == CORRECT:
                message = f"{said}. The right one is {entries[at].name} = {entries[at].expected}."
                entries[at] = replace(entries[at], outcome=WRONG, mistakes=(CIRCULAR,), message=message)
        handed_in = frozenset(one.step.variable.key for one in read if one.step is not None)
        return Judged(tuple(entries), handed_in, len(points), reader.note())

    @cached_property
    def _points(self) -> list[_Point]:
        return list(telling(self._flat, self._exact_points(), _POINTS))

    @cached_property
    def _numbers(self) -> NumberLines | None:
        return number_lines(self.derivation, self.program, self.loss, self.steps)

    def _one_side(self, one: GivenLine, shown: Term, term: Term, points: list[_Point]) -> EntryVerdict:
        """Numbers, a formula, or one with numbers of the question inserted: 5 h for (ŷ − t) h."""
        if self._numbers is None:
            return self._side(one.name, shown, term, one.step, points)
        if has_numbers(term, one.numbers):
            return self._in_numbers(self._numbers, one, term)
        found = self._side(one.name, shown, term, one.step, points)
        if found.outcome == WRONG and holds_a_value(term) and self._numbers.agrees(term, one.step):
            return self._in_numbers(self._numbers, one, term)
        return found

    def _in_numbers(self, lines: NumberLines, one: GivenLine, term: Term) -> EntryVerdict:
        """Numbers, at those of the question."""
        def slips(matches: Callable[[Term], bool]) -> tuple[tuple[str, ...], str]:
            return self._slips(lambda wrong, _: matches(wrong), one.step, self._points[:1])

        return lines.judged(one.name, term, one.step, one.numbers, slips)

    @cached_property
    def _later(self) -> dict[str, frozenset[str]]:
        return consumers(unrolled(self.program, self._points[0].ends))

    def _explained(self, one: GivenLine, point: _Point) -> Explained:
        """Which gradients a line uses: by that of its sides that needs the fewest."""
        uses = {}
        for place in self._places(one.step, point):
            sides = (frozenset(adjoints_in(place(term))) for term in one.terms)
            uses[place(one.step.variable).key] = min(sides, key=len)  # type: ignore[attr-defined]
        return Explained(f"d{one.step.variable.key}", uses)

    def _line(self, one: GivenLine, points: list[_Point]) -> EntryVerdict:
        """Every side must be right; the first that is not is named."""
        for shown, term in zip(one.shown, one.terms, strict=True):
            found = self._one_side(one, shown, term, points)
            if found.outcome != CORRECT:
                return found
        return EntryVerdict(one.name, CORRECT, " = ".join(map(str, one.shown)), str(one.step.result))

    def _side(self, name: str, shown: Term, term: Term, step: AdjointOf, points: list[_Point]) -> EntryVerdict:
        if term.shape != step.variable.shape:
            return self._other_shape(name, shown, term, step, points)
        if all(self._equal(term, step, point) for point in points):
            return EntryVerdict(name, CORRECT, str(shown), str(step.result))
        codes, words = self._slips(self._matching(term, step), step, points)
        words = words or "It is another value. "
        message = f"{words}The right one is {name} = {step.result}."
        return EntryVerdict(name, WRONG, str(shown), str(step.result), codes, message)

    def _matching(self, term: Term, step: AdjointOf) -> Callable[[Term, _Point], bool]:
        """Whether a formula is this one, in shape and value."""
        return lambda wrong, point: wrong.shape == term.shape and self._same_terms(term, wrong, step, point)

    def _other_shape(
        self, name: str, shown: Term, term: Term, step: AdjointOf, points: list[_Point]
    ) -> EntryVerdict:  # fmt: skip
        a, b = shape_text(term.shape), shape_text(step.variable.shape)
        words = f"Your formula is {a}, but {step.variable} and its gradient are {b}. "
        codes, said = self._slips(self._matching(term, step), step, points)
        if all(self._same_terms(transpose(term), step.applied, step, point) for point in points):
            codes, said = ("transposed",), "It is the transpose of the gradient. "
        right = f"The right one is {name} = {step.result}."
        return EntryVerdict(name, WRONG, str(shown), str(step.result), codes or ("shape",), words + said + right)

    def _truth(self, step: AdjointOf, point: _Point) -> Array:
        return point.values.of(numbered(step.applied, point.ends))

    def _places(self, step: AdjointOf, point: _Point) -> Iterator[Callable[[Term], Term]]:
        """How a formula is made concrete: once, or for every step of a loop but the last."""
        index = step.variable.index
        loops = {loop.letter: loop for loop in self.program.loops}
        if index is None or index.letter not in loops:
            yield lambda term: numbered(term, point.ends)
            return
        loop = loops[index.letter]

        def at(number: int) -> Callable[[Term], Term]:
            return lambda term: shifted(numbered(term, point.ends), loop.letter, Index("", number))

        yield from map(at, range(loop.first.offset, point.ends[loop.last.letter]))

    def _equal(self, term: Term, step: AdjointOf, point: _Point) -> bool:
        return self._same_terms(term, step.applied, step, point)

    def _same_terms(self, left: Term, right: Term, step: AdjointOf, point: _Point) -> bool:
        try:
            return all(
                point.same(point.values.of(place(left)), point.values.of(place(right)))
                for place in self._places(step, point)
            )
        except JacocalcError:
            return False

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """One more than for a derivation, so that no size is 2 and no factor 2 is taken for a size."""
        return {name: number + (name not in self.program.ends) for name, number in small_sizes(self.program).items()}

    @cached_property
    def _ends(self) -> dict[str, int]:
        return {end: self._sizes[end] for end in self.program.ends}

    @cached_property
    def _flat(self) -> Program:
        return unrolled(self.program, self._ends)

    def _exact_points(self) -> Iterator[_Point]:
        for probe in probes_for_answers(self._flat, self._sizes):
            try:
                list(evaluated(probe.values, self.loss.key, self.steps, self._ends))
            except DomainError:  # the formulas need more than the program: det(A) A⁻ᵀ where det A is 0
                continue
            for var in self.program.variables:  # what the loss does not depend on
                if var.index is None:
                    at_ends = numbered(var, self._ends)
                    probe.values.known.setdefault(
                        Adjoint(self.loss.key, at_ends), probe.values.of(Zeros(at_ends.shape))
                    )
            yield _Point(probe.values, self._ends, agree)

    # -- functions ----------------------------------------------------------------------------------

    def function(self, function: Function, generic: Mapping[str, Any]) -> Judged:
        """A verdict for every gradient that a Python function gives."""
        targets = Targets(self.program, self.loss.key, self.adjoints, names_of(self.program, self.loss.key))
        points: list[tuple[_Point, Mapping[str, Any]]] = []
        runs = (random_values(self.program, seed, generic) for seed in range(_RUNS))
        for run in telling(self._flat, runs, _POINTS):
            run.backward(self.loss, self.steps)
            arrays = {v.key: plain(run.values.known[v], v) for v in run.program.declared if v in run.values.known}
            try:
                gradients = function(arrays)
            except Exception as error:  # whatever a user's function raises is the user's
                return _no_gradients(f"the function fails: {type(error).__name__}: {error}")
            if not isinstance(gradients, Mapping):
                return _no_gradients("the function must give a dict of gradients by name")
            named = {targets.gradient(str(key)): value for key, value in gradients.items()}
            points.append((_Point(run.values, run.ends, _close), named))
        entries = [self._returned(key, points) for key in points[0][1]]
        return Judged(tuple(entries), frozenset(points[0][1]) & frozenset(self.adjoints), len(points))

    def _returned(self, key: str, points: list[tuple[_Point, Mapping[str, Any]]]) -> EntryVerdict:
        step = self.adjoints.get(key)
        if step is None:
            return EntryVerdict(key, UNREADABLE, message=f"no gradient is called {key}")
        return self._array(step, [(point, given.get(key)) for point, given in points])

    def _array(self, step: AdjointOf, points: list[tuple[_Point, Any]]) -> EntryVerdict:
        name = f"d{step.variable.key}"
        right = f"The right one is {name} = {step.result}."
        arrays = []
        for _, given in points:
            array = _numbers(given)
            if array is None:
                message = f"the gradient of {step.variable} is no array of real numbers"
                return EntryVerdict(name, UNREADABLE, "array", str(step.result), message=message)
            arrays.append(array)
        said, turned = "", False
        for place, (point, _) in enumerate(points):
            truth, array = self._truth(step, point), arrays[place]
            wanted = plain(truth, step.variable)
            if array.shape != np.shape(wanted):
                axes = _axes(np.shape(wanted))
                said = f"Your array is {_axes(array.shape)}, but the gradient of {step.variable} is {axes}. "
                turned = array.T.shape == np.shape(wanted) and np.allclose(array.T, wanted)
                break
            arrays[place] = array.reshape(truth.shape)
        if not said and all(_close(a, self._truth(step, point)) for a, (point, _) in zip(arrays, points, strict=True)):
            return EntryVerdict(name, CORRECT, "array", str(step.result))
        turn = ("transposed",), "This is the transpose of the gradient. "
        codes, words = turn if turned else self._slips_of(arrays, step, [point for point, _ in points])
        if said:
            codes = codes or ("shape",)
        else:
            words = words or "It is another value. "
        return EntryVerdict(name, WRONG, "array", str(step.result), codes, said + words + right)

    def _slips_of(self, arrays: list[Array], step: AdjointOf, points: list[_Point]) -> tuple[tuple[str, ...], str]:
        """The slips that give these arrays."""
        by_point = {id(point): _as_matrix(array) for point, array in zip(points, arrays, strict=True)}
        return self._slips(
            lambda wrong, point: _close(by_point[id(point)], point.values.of(numbered(wrong, point.ends))), step, points
        )

    # -- slips --------------------------------------------------------------------------------------

    def _slips(
        self, matches: Callable[[Term, _Point], bool], step: AdjointOf, points: list[_Point]
    ) -> tuple[tuple[str, ...], str]:
        slips = wrong_formulas(step, self.program, self.derived)
        return told(slips, lambda wrong: all(self._tried(matches, wrong, point) for point in points))

    @staticmethod
    def _tried(matches: Callable[[Term, _Point], bool], wrong: Term, point: _Point) -> bool:
        try:
            return matches(wrong, point)
        except JacocalcError:
            return False


def _numbers(given: Any) -> Array | None:
    """An array of real numbers, where it is one."""
    try:
        array = np.asarray(given)
        return None if given is None or array.dtype.kind in "cSU" else array.astype(np.float64)
    except (TypeError, ValueError):
        return None


def _as_matrix(array: Array) -> Array:
    """A vector as a column, a number as a 1×1 matrix."""
    return array.reshape(-1, 1) if array.ndim < 2 else array


def _close(left: Array, right: Array) -> bool:
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=1e-6, atol=1e-9))


def _axes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "a scalar"


def _no_gradients(message: str) -> Judged:
    return Judged((EntryVerdict("function", UNREADABLE, message=message),), frozenset())


def _unread(one: UnreadLine) -> EntryVerdict:
    """A line that cannot be read, or a product that cannot be formed."""
    right = str(one.step.result) if one.step is not None else ""
    if isinstance(one.error, ShapeError) and one.step is not None:
        hint = f" ({one.error.hint})" if one.error.hint else ""
        message = f"{one.error.message}{hint}. The right one is {one.name} = {right}."
        return EntryVerdict(one.name, WRONG, one.given, right, ("shape",), message)
    said = one.error.report().removeprefix("error: ")
    return EntryVerdict(one.name, UNREADABLE, one.given, right, (), f"{one.line.said} cannot be read: {said}")


_judges = Kept(Judge)
