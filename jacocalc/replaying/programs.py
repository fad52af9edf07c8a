"""A derivation about a program being replayed: probes at small sizes, where adjoints and changes are differences.

The program is put together from the forward pass as it is stated, and compared with the one in the question.  Loops
run for three steps.  An adjoint ∂L/∂v is known at a probe as the quotients (L(v + hE) − L(v − hE))/2h; a change dv
along dX as (v(X + h dX) − v(X − h dX))/2h.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.arrays import BALLS, Array
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.program_quotients import STEP, Probe, agree, directions, keeping_facts, probes, telling
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.evaluate.programs import in_balls
from jacocalc.program_steps import DifferentialKind, ForwardProgram, Gradients, HessianTerm, ImplicitAdjoint
from jacocalc.programs import Assignment, Loop, Program, Statement, unrolled
from jacocalc.questions import BackpropOf
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.steps import Derivation
from jacocalc.terms import Adjoint, Differential, Index, Term, Var, numbered

_PROBES = 2
_NO_STEP: Mapping[str, int] = MappingProxyType({})  # outside loops
Truth: TypeAlias = Callable[..., Array]  # of a probe
_MOST = 150  # statements after unrolling


@dataclass
class ProgramCase:
    """A derivation about a program, with its probes; ``counted`` are comparisons of arrays."""

    derivation: Derivation
    counted: int = 0

    @cached_property
    def stated(self) -> ForwardProgram:
        """The forward pass.  Raises Unknown where there is none."""
        for step in self.derivation.steps:
            if isinstance(step, ForwardProgram):
                return step
        raise Unknown("declared", "there is no forward pass")

    @cached_property
    def program(self) -> Program:
        """The forward pass as a program."""
        asked: Program = self.derivation.question.program  # type: ignore[union-attr]
        made: list[Statement] = []
        for block in self.stated.blocks:
            lines = tuple(Assignment(line.variable, line.term, line.implicit) for line in block.lines)
            if block.first is None or block.last is None:
                made += lines
            else:
                made.append(Loop(block.letter, block.first, block.last, lines))
        return Program(self.stated.declared, tuple(made), asked.functions)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Small numbers for symbolic sizes."""
        return small_sizes(self.program)

    @cached_property
    def ends(self) -> dict[str, int]:
        """A number for the end of each loop."""
        return {loop.last.letter: self.sizes[loop.last.letter] for loop in self.program.loops}

    @cached_property
    def flat(self) -> Program:
        """The program without symbolic loops."""
        return unrolled(self.program, self.ends)

    @cached_property
    def probes(self) -> list[Probe]:
        """Places where the program has values, with every adjoint and change that the steps may speak of."""
        if len(self.flat.statements) > _MOST:
            raise Unknown("blocks", "the program is too long")
        found = list(telling(self.flat, probes(self.flat, self.sizes), _PROBES))
        for turn, probe in enumerate(found):
            if isinstance(self.derivation.question, BackpropOf):
                self._learn_adjoints(probe)
            else:
                self._learn_changes(probe, turn)
        if not found:
            raise Unknown("blocks", "no place is found where the program has values")
        return found

    @property
    def of(self) -> Var:
        """What is differentiated."""
        return next(step.of for step in self.derivation.steps if isinstance(step, Gradients | DifferentialKind))

    @property
    def by(self) -> Var:
        """By what, in a differential."""
        return next(step.by for step in self.derivation.steps if isinstance(step, DifferentialKind | HessianTerm))

    # -- what is known at a probe ---------------------------------------------------------------------

    def _learn_adjoints(self, probe: Probe) -> None:
        loss = numbered(self.of, self.ends)
        for var in self.flat.variables:
            probe.values.known[Adjoint(self.of.key, var)] = adjoint(probe, loss, var)
        for step in self.derivation.steps:
            if isinstance(step, ImplicitAdjoint):
                probe.values.known[step.name] = self.implicit_weight(probe, step.variable)

    def implicit_weight(self, probe: Probe, variable: Var) -> Array:
        """w with (I − ∂φ/∂h)ᵀ w = ∂L/∂h for h = φ(h)."""
        term = next(one.term for one in self.flat.assignments if one.variable == variable)
        slope = jacobian_of(probe, term, variable)
        count = slope.shape[0]
        eye = BALLS.full((count, count), Fraction(0))
        eye[range(count), range(count)] = ball_of(Fraction(1))
        return BALLS.inverse((eye - slope).T).dot(probe.values.known[Adjoint(self.of.key, variable)])

    def _learn_changes(self, probe: Probe, turn: int) -> None:
        by = self.by
        shape = probe.values.known[by].shape
        change = BALLS.array([[ball_of(Fraction(3 + 7 * i + 5 * j + turn, 11)) for j in range(shape[1])]
                              for i in range(shape[0])])  # fmt: skip
        probe.values.known[Differential(by)] = keeping_facts(by, change)
        for one in self.flat.assignments:
            probe.values.known[Differential(one.variable)] = self.change(probe, one.variable)

    def change(self, probe: Probe, of: Term) -> Array:
        """How a term changes along dX."""
        step = ball_of(STEP)
        direction = probe.values.known[Differential(self.by)]
        sides = []
        for sign in (1, -1):
            moved = {**probe.given, self.by: probe.values.known[self.by] + sign * step * direction}
            sides.append(in_balls(self.flat, moved, self.sizes).of(of))
        return (sides[0] - sides[1]) / (2 * step)

    # -- comparisons ----------------------------------------------------------------------------------

    def told(self, name: str, given: object, expected: object) -> None:
        """A field that is no number."""
        if given != expected:
            raise Wrong(name, f"it says {given}, but it is {expected}")

    def equal(self, name: str, term: Term | None, truth: Truth, step: Mapping[str, int] = _NO_STEP) -> None:
        """A term against its truth at every probe; ``step`` says which step of a loop it is about."""
        if term is None:
            return
        settled = False
        for probe in self.probes:
            try:
                found = probe.values.of(self.at_step(term, step))
                expected = truth(probe)
            except JacocalcError:
                continue
            except (KeyError, ValueError) as error:
                raise Wrong(name, f"{term} has no value ({error})") from None
            settled = True
            self.counted += 1
            if found.shape != expected.shape:
                raise Wrong(name, f"its shape is {_shape(found)}, but it should be {_shape(expected)}")
            if not agree(found, expected):
                raise Wrong(name, f"{term} has another value")
        if not settled:
            raise Unknown(name, "it has no value at any probe")

    def equal_arrays(self, name: str, found: Truth, truth: Truth) -> None:
        """Two arrays at every probe."""
        for probe in self.probes:
            self.counted += 1
            left, right = found(probe), truth(probe)
            if left.shape != right.shape or not agree(left, right):
                raise Wrong(name, "their sum is another value")

    def at_step(self, term: Term, step: Mapping[str, int]) -> Term:
        """The term with numbers for the ends of loops and for their letters."""
        return numbered(term, {**self.ends, **step})

    def adjoint(self, var: Term, step: Mapping[str, int] = _NO_STEP) -> Truth:
        """∂L/∂v at a probe.  Raises Wrong for what is no variable."""
        key = Adjoint(self.of.key, self.at_step(var, step))

        def found(probe: Probe) -> Array:
            if key not in probe.values.known:
                raise Wrong("variable", f"{var} is no variable of the program")
            return probe.values.known[key]

        return found

    def sum_of(self, terms: Sequence[Term], step: Mapping[str, int] = _NO_STEP) -> Truth:
        """The sum of terms at a probe."""

        def total(probe: Probe) -> Array:
            arrays = [probe.values.of(self.at_step(term, step)) for term in terms]
            found = arrays[0]
            for array in arrays[1:]:
                found = found + array
            return found

        return total


def adjoint(probe: Probe, loss: Var, var: Var) -> Array:
    """∂L/∂v in the shape of v, by differences of L; half of a pair for each entry of a symmetric v."""
    shape = probe.values.known[var].shape
    found = BALLS.full(shape, Fraction(0))
    if var == loss:
        found[0, 0] = ball_of(Fraction(1))
        return found
    for places in directions(var, shape):
        quotient = probe.quotient(loss, var, places)[0, 0]
        for place in places:
            found[place] = quotient / len(places)
    return found


def jacobian_of(probe: Probe, term: Term, by: Term) -> Array:
    """The Jacobian of a term by one column, all other variables held."""
    width, height = probe.values.known[by].shape[0], probe.values.of(term).shape[0]
    found = BALLS.full((height, width), Fraction(0))
    for j in range(width):
        found[:, j : j + 1] = probe.partial_quotient(term, by, [(j, 0)])
    return found


def pulled_back(probe: Probe, term: Term, by: Term, weight: Array) -> Array:
    """Σ weight · ∂term/∂by, in the shape of ``by``, all other variables held."""
    rows, columns = probe.values.known[by].shape
    found = BALLS.full((rows, columns), Fraction(0))
    for i in range(rows):
        for j in range(columns):
            found[i, j] = (weight * probe.partial_quotient(term, by, [(i, j)])).sum()
    return found


def steps_of(first: Index, last: Index, ends: Mapping[str, int]) -> Iterator[int]:
    """The steps of a loop, the last one first."""
    end = ends.get(last.letter, 0) + last.offset
    yield from range(end, first.offset - 1, -1)


def _shape(array: Array) -> str:
    return "×".join(map(str, array.shape))
