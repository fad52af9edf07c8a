"""The second road: every adjoint and every derivative of a program against difference quotients of values.

The program is expanded to components at small unequal sizes (loops to three steps); the formulas are evaluated
there in ball arithmetic and compared, entry by entry, with 50-digit difference quotients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from jacocalc.derive.matrix.forms import times
from jacocalc.errors import DomainError, RoadsDisagree
from jacocalc.evaluate.arrays import Array, Values
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.program_quotients import LONG, MANY, Probe, agree, directions, probes, telling
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.evaluate.programs import BITS
from jacocalc.linear import paper_name
from jacocalc.program_steps import (
    AdjointOf,
    BackwardStep,
    ImplicitAdjoint,
    JacobianChain,
    LocalDerivative,
    LoopAdjoints,
    StageJacobian,
)
from jacocalc.programs import Program, unrolled
from jacocalc.steps import Verified
from jacocalc.terms import Adjoint, Index, Term, Var, numbered, shifted

POINTS = 2


def _check_shown(
    probe: Probe, program: Program, loss: Var, shown: Sequence[LocalDerivative | JacobianChain], ends: dict[str, int]
) -> None:
    """Local Jacobians by differences of their statement alone; a chain of them against the gradient."""
    for step in shown:
        if isinstance(step, JacobianChain):
            row = probe.values.of(times(*step.factors))
            if not agree(row.T, probe.values.known[Adjoint(loss.key, step.quantities[-1])]):
                raise RoadsDisagree(f"the chain of Jacobians to {step.quantities[-1]} differs from the gradient")
            if not agree(row, probe.values.of(step.result)):
                raise RoadsDisagree(f"two forms of the row to {step.quantities[-1]} differ")
        elif step.result is not None:
            term = next(a.term for a in program.formulas if a.variable == step.of)
            parts: list[Term] = [term, step.by, step.result]
            index = step.of.index
            if index is not None and index.letter:
                last = Index("", ends[program.loop_of(step.of).last.letter])
                parts = [shifted(part, index.letter, last) for part in parts]
            check_partial(probe, *(numbered(part, ends) for part in parts))


def check_partial(probe: Probe, term: Term, by: Term, jacobian: Term) -> None:
    """The Jacobian of a term by one vector, all other variables held.  Raises RoadsDisagree."""
    matrix = probe.values.of(jacobian)
    for j in range(matrix.shape[1]):
        if not agree(probe.partial_quotient(term, by, [(j, 0)]), matrix[:, j : j + 1]):
            raise RoadsDisagree(f"∂({term})/∂{by} differs from the difference quotient in column {j + 1}")


def check_same(probe: Probe, left: Term, right: Term) -> None:
    """Two terms with one value.  Raises RoadsDisagree."""
    if not agree(probe.values.of(left), probe.values.of(right)):
        raise RoadsDisagree(f"{left} and {right} differ")


def verified_backward(
    program: Program, loss: Var, steps: Iterable[BackwardStep], shown: Sequence[LocalDerivative | JacobianChain] = ()
) -> Verified:
    """Every adjoint of the backward pass, computed in order, against difference quotients of the loss.

    ``shown``: the local Jacobians and their products that stand beside it are checked as well.  Raises RoadsDisagree.
    """
    sizes = small_sizes(program)
    ends = {loop.last.letter: sizes[loop.last.letter] for loop in program.loops}
    flat = unrolled(program, ends)
    listed = list(steps)

    def check(probe: Probe) -> None:
        _check_point(probe, loss, listed, ends)
        _check_shown(probe, program, loss, shown, ends)

    return verified_by_quotients(flat, sizes, check)


def verified_by_quotients(program: Program, sizes: dict[str, int], check: Callable[[Probe], None]) -> Verified:
    """50-digit difference quotients at n = 3, m = 2: at how many points ``check`` agrees.  Raises RoadsDisagree."""
    count = 0
    with precision(BITS):
        for probe in telling(program, probes(program, sizes), POINTS):
            try:
                check(probe)
            except DomainError:  # the formulas need more than the program: det(A) A⁻ᵀ where det A is 0
                continue
            count += 1
    said = ", ".join(f"{paper_name(name)} = {number}" for name, number in sizes.items())
    method = f"50-digit difference quotients{f' at {said}' if said else ''}"
    return Verified(method, count, (Outcome.AGREES if count else Outcome.UNDECIDED).value)


def _check_point(probe: Probe, loss: Var, steps: list[BackwardStep], ends: dict[str, int]) -> None:
    for adjoint, value in evaluated(probe.values, loss.key, steps, ends):
        var = adjoint.of
        assert isinstance(var, Var)
        check_gradient(probe, loss, var, value)
    for step in steps:
        if isinstance(step, StageJacobian):
            _check_stage(probe, step, ends)


def evaluated(
    values: Values, loss: str, steps: Iterable[BackwardStep], ends: dict[str, int]
) -> Iterator[tuple[Adjoint, Array]]:
    """The adjoints as arrays, in the order of the backward pass; they become known to ``values``.

    Raises RoadsDisagree where a displayed form of one differs from another.
    """
    for step in steps:
        match step:
            case AdjointOf(variable, _, applied, general, result):
                found = values.of(numbered(applied, ends))
                for form in (general, result):
                    if form is not None and not _same(values.of(numbered(form, ends)), found):
                        raise RoadsDisagree(f"two forms of ∂{loss}/∂{variable} differ: {applied} and {form}")
                yield _learn(values, loss, variable, found, ends)
            case ImplicitAdjoint(_, name, _, result):
                values.known[name] = values.of(result)
            case LoopAdjoints(letter, first, last, lines):
                end = ends.get(last.letter, last.offset)
                for number in range(end, first.offset - 1, -1):
                    for line in lines:
                        at_end = number == end and line.at_last is not None
                        form = line.at_last if at_end else line.result
                        assert form is not None
                        index = Index("", number)
                        found = values.of(shifted(numbered(form, ends), letter, index))
                        member = shifted(line.variable, letter, index)
                        yield _learn(values, loss, member, found, ends)


def _learn(values: Values, loss: str, variable: Var, found: Array, ends: dict[str, int]) -> tuple[Adjoint, Array]:
    moved = numbered(variable, ends)
    adjoint = Adjoint(loss, moved)
    values.known[adjoint] = found
    return adjoint, found


def _same(left: Array, right: Array) -> bool:
    if left.dtype != object:
        return bool(np.allclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True))
    return agree(left, right)


def _together(probe: Probe, entries: int) -> bool:
    """Whether entries are too many to be changed one by one."""
    return len(probe.program.statements) > LONG or entries > MANY


def check_gradient(probe: Probe, loss: Var, var: Var, value: Array) -> None:
    """Each entry of ∂L/∂v against the change of L with that entry."""
    for places in directions(var, value.shape, _together(probe, value.size)):
        quotient = probe.quotient(loss, var, places)
        expected = sum(value[place] for place in places)
        if not agree(quotient, np.array([[expected]], dtype=object)):
            raise RoadsDisagree(f"∂{loss}/∂{var} differs from the difference quotient at entry {places[0]}")


def _check_stage(probe: Probe, step: StageJacobian, ends: dict[str, int]) -> None:
    index = Index("", ends[step.last.letter])
    parts: tuple[Term, ...] = (step.of, step.by, step.result)
    of, by, jacobian = (shifted(numbered(part, ends), step.letter, index) for part in parts)
    assert isinstance(of, Var)
    assert isinstance(by, Var)
    check_jacobian(probe, of, by, probe.values.of(jacobian))


def check_jacobian(probe: Probe, of: Var, by: Var, value: Array) -> None:
    """Each column of ∂of/∂by for vectors against the change of ``of`` with that entry.  Raises RoadsDisagree."""
    for places in directions(by, (value.shape[1], 1), _together(probe, value.size)):
        quotient = probe.quotient(of, by, places)
        if not agree(quotient, value[:, [i for i, _ in places]].sum(axis=1).reshape(-1, 1)):
            raise RoadsDisagree(f"∂{of}/∂{by} differs from the difference quotient in column {places[0][0] + 1}")


def check_map(probe: Probe, of: Var, by: Var, change: Term, small: Term) -> None:
    """df for dX = E against the change of f with the entries of E, for every E.  Raises RoadsDisagree."""
    shape = probe.values.known[by].shape
    for places in directions(by, shape, _together(probe, probe.values.known[by].size)):
        direction = probe.values.field.array([[0] * shape[1] for _ in range(shape[0])])
        for place in places:
            direction[place] = 1
        balls = probe.values.field.full(shape, 0) + direction  # type: ignore[arg-type]
        probe.values.known[small] = balls
        if not agree(probe.quotient(of, by, places), probe.values.of(change)):
            raise RoadsDisagree(f"d{of} differs from the difference quotient along entry {places[0]} of {by}")
