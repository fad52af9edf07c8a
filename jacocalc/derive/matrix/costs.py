"""What the two passes cost, in multiplications and additions, and what is kept from one to the other.

A product (r×k)(k×c) costs 2 r k c, an operation entry by entry one for each entry, an inverse or a determinant of
an n×n matrix n³.
"""

from __future__ import annotations

from collections.abc import Iterable

from jacocalc.derive.matrix.forms import extent, number, plus, scalar_product
from jacocalc.evaluate.arrays import Values
from jacocalc.program_steps import AdjointOf, BackwardStep, LoopAdjoints, PassCost, PassCosts, Use
from jacocalc.programs import Loop, Program, Statement, body_of
from jacocalc.terms import (
    ZERO,
    Elementwise,
    Extent,
    Hadamard,
    Index,
    Inverted,
    Operation,
    Over,
    Plus,
    Raised,
    Scaled,
    Shape,
    Summed,
    Term,
    Times,
    Var,
    subterms,
    variables_of,
)

_EXAMPLE = 100
_STEPS = 10


def _entries(shape: Shape, factor: int = 1) -> Term:
    return scalar_product([number(factor), extent(shape[0]), extent(shape[1])])


def cost(term: Term) -> Term:
    """The operations of one term, shared parts counted once; the body of a sum over steps is counted with the sum."""
    parts = [_own(node) for node in subterms(term, within_sums=False)]
    return plus(*parts) if parts else ZERO


def _own(node: Term) -> Term:
    """The operations of a node without those of its parts."""
    match node:
        case Times(factors) if not all(factor.is_scalar for factor in factors):
            return _chain(factors)
        case Plus(parts):
            return _entries(node.shape, len(parts) - 1)
        case Hadamard(parts) | Times(parts):
            return _entries(node.shape, len(parts) - 1)
        case Scaled() | Over() | Raised() | Elementwise():
            return _entries(node.shape)
        case Inverted():
            return scalar_product([extent(node.shape[0])] * 3)
        case Operation(name, (first, *_)):
            if name in ("det", "logdet"):
                return scalar_product([extent(first.shape[0])] * 3)
            if name in ("diag", "diagonal"):
                return ZERO
            return _entries(first.shape, 1 if name in ("tr", "sum", "mean") else 3 if "softmax" in name else 2)
        case Summed(_, first, last, body):
            return scalar_product([extent(str(last)), cost(body)]) if last.letter else cost(body)
    return ZERO


def _chain(factors: tuple[Term, ...]) -> Term:
    """A chain, multiplied from the side of a vector: from the right where that is one."""
    from_right = factors[-1].shape[1] == 1
    start, *others = reversed(factors) if from_right else factors
    total: Term = ZERO
    shape = start.shape
    for factor in others:
        left, right = (factor.shape, shape) if from_right else (shape, factor.shape)
        outer = left[1] == 1
        sizes = [extent(left[0]), extent(left[1]), extent(right[1])]
        total = plus(total, scalar_product([number(1 if outer else 2), *sizes]))
        shape = (left[0], right[1])
    return total


def pass_costs(program: Program, loss: Var, steps: Iterable[BackwardStep]) -> PassCosts:
    """Forward and backward by statement, the stored values, and an example with all sizes equal."""
    uses = list(_uses(steps))
    lines = []
    for statement in program.statements:
        for assignment in body_of(statement):
            own = [use for use in uses if use.statement == assignment.variable]
            back = plus(*(cost(_one_step(use.result, statement)) for use in own)) if own else ZERO
            lines.append(PassCost(assignment.variable, cost(assignment.term), back))
    computed = {assignment.variable for assignment in program.formulas}
    stored = dict.fromkeys(var for use in uses for var in variables_of(use.result) if var in computed)
    return PassCosts(tuple(lines), tuple(var for var in stored if var != loss), _example(program, lines))


def _one_step(result: Term, statement: Statement) -> Term:
    """What a statement of a loop sends back at one step."""
    return result.body if isinstance(statement, Loop) and isinstance(result, Summed) else result


def _uses(steps: Iterable[BackwardStep]) -> Iterable[Use]:
    """All uses, by the statement at one step: what h_{t+1} sends back to h_t is what h_t sends back to h_{t−1}."""
    for step in steps:
        if isinstance(step, AdjointOf):
            yield from step.uses
        elif isinstance(step, LoopAdjoints):
            for line in step.result:
                yield from (*line.uses, *line.last)
                yield from (use.shifted(step.letter, Index(step.letter, -1)) for use in line.ahead)


def _example(program: Program, lines: list[PassCost]) -> tuple[int, int]:
    """Both totals where all sizes are equal; loops run ten steps."""
    looped = {a.variable for loop in program.loops for a in loop.body}
    parts = (part for line in lines for one in (line.forward, line.backward) for part in subterms(one))
    sizes = {part.size for part in parts if isinstance(part, Extent)}
    values = Values({}, {size: _STEPS if size in program.ends else _EXAMPLE for size in sizes})
    totals = []
    for which in ("forward", "backward"):
        total = 0.0
        for line in lines:
            times = _STEPS if line.variable in looped else 1
            total += times * float(values.of(getattr(line, which))[0, 0])
        totals.append(round(total))
    return totals[0], totals[1]
