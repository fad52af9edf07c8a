"""Second order in programs by differences: Kronecker forms, Hessian-vector products, Gauss–Newton matrices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from jacocalc.evaluate.arrays import BALLS, Array
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.program_quotients import Probe, agree, keeping_facts
from jacocalc.evaluate.programs import in_balls
from jacocalc.program_steps import GaussNewton, Gradients, HessianVector, HessianVectorLine, KroneckerForm
from jacocalc.questions import ProgramDifferential
from jacocalc.replaying.programs import ProgramCase, adjoint
from jacocalc.replaying.report import Wrong, asked
from jacocalc.terms import Adjoint, Differential, Term, Var, subterms

_STEP = Fraction(1, 2**90)  # for differences of differences


# -- vec df = K vec dX --------------------------------------------------------------------------------


def kronecker_form(case: ProgramCase, step: KroneckerForm) -> None:
    """K vec dX = vec df, K = Σ c diag(vec W) (Bᵀ ⊗ A), for dX with one entry and for a full one."""
    case.told("of", step.of.key, asked(case.derivation, ProgramDifferential).of or step.of.key)
    case.told("by", step.by, case.by)
    case.equal("change", step.change, lambda p: case.change(p, step.of))
    case.equal_arrays("result", lambda p: _applied(p, step, p.values.known[Differential(step.by)]),
                      lambda p: _stacked(case.change(p, step.of)))  # fmt: skip


def _applied(probe: Probe, step: KroneckerForm, change: Array) -> Array:
    total: Any = 0
    for part in step.result:
        left, right = probe.values.of(part.left), probe.values.of(part.right)
        matrix = _kronecker(right.T, left)
        given = _stacked(change.T if part.transposed else change)
        if matrix.shape[1] != given.shape[0]:
            raise Wrong("result", f"{part.left} and {part.right} do not fit d{step.by}")
        column = matrix.dot(given) * probe.values.of(part.coefficient)[0, 0]
        if part.weight is not None:
            column = column * _stacked(probe.values.of(part.weight))
        total = column + total
    if not step.result:
        raise Wrong("result", "it has no part")
    return total


def _kronecker(a: Array, b: Array) -> Array:
    """a ⊗ b: every entry of a times b."""
    return BALLS.array([[x * y for x in row for y in other] for row in a for other in b])


def _stacked(array: Array) -> Array:
    """vec: the columns, one above the other."""
    return array.T.reshape(-1, 1)


# -- H V ----------------------------------------------------------------------------------------------


def hessian_vector(case: ProgramCase, step: HessianVector) -> None:
    """Every line is how a variable, or an adjoint, changes along V; all changes that are used have a line."""
    asked = [step.result for step in case.derivation.steps if isinstance(step, Gradients)]
    case.told("by", list(step.by), [var for var, _, _ in asked[0]] if asked else list(step.by))
    case.told("result", {line.of for line in step.result}, {Differential(Adjoint(case.of.key, v)) for v in step.by})
    lines = [(f"forward[{k}]", line) for k, line in enumerate(step.forward)]
    lines += [(f"backward[{k}]", line) for k, line in enumerate(step.backward)]
    _in_order(lines, {Differential(var) for var in step.by})
    for probe in case.probes:
        along = {var: keeping_facts(var, _direction(probe.values.known[var])) for var in step.by}
        sides = _moved(case, probe, along)
        probe.values.known |= {Differential(var): direction for var, direction in along.items()}
        for _, line in lines:
            probe.values.known[line.of] = _change(case, sides, line.of)
        for name, line in (*lines, *((f"result[{k}]", line) for k, line in enumerate(step.result))):
            _line(case, probe, name, line)


def _in_order(lines: list[tuple[str, HessianVectorLine]], known: set[Differential]) -> None:
    """A line uses changes of the lines before it only."""
    for name, line in lines:
        if not isinstance(line.of, Differential):
            raise Wrong(f"{name}.of", f"{line.of} is no change")
        used = {node for node in subterms(line.result) if isinstance(node, Differential)}
        if not used <= known:
            raise Wrong(f"{name}.result", "it uses a change that is not known yet")
        known = known | {line.of}


def _line(case: ProgramCase, probe: Probe, name: str, line: HessianVectorLine) -> None:
    found, truth = probe.values.of(line.result), probe.values.known[line.of]
    case.counted += 1
    if found.shape != truth.shape or not agree(found, truth):
        raise Wrong(f"{name}.result", f"{line.result} has another value")


def _direction(array: Array) -> Array:
    return BALLS.array([[ball_of(Fraction(2 + (5 * i + 3 * j) % 7, 5)) for j in range(array.shape[1])]
                        for i in range(array.shape[0])])  # fmt: skip


def _moved(case: ProgramCase, probe: Probe, along: Mapping[Var, Array]) -> list[Probe]:
    """The program at θ + kV and at θ − kV."""
    sides = []
    for sign in (1, -1):
        moved: dict[Term, Array] = {var: probe.values.known[var] + sign * ball_of(_STEP) * along[var] for var in along}
        sides.append(Probe(case.flat, probe.sizes, {**probe.given, **moved}))
    return sides


def _change(case: ProgramCase, sides: list[Probe], of: Term) -> Array:
    """How a variable or an adjoint changes along V."""
    inner = of.of if isinstance(of, Differential) else of
    known = sides[0].values.known
    if isinstance(inner, Var) and inner in known:
        values = [side.values.known[inner] for side in sides]
    elif isinstance(inner, Adjoint) and isinstance(inner.of, Var) and inner.of in known:
        values = [adjoint(side, case.of, inner.of) for side in sides]
    else:
        raise Wrong("of", f"{inner} is no variable and no adjoint")
    return (values[0] - values[1]) / (2 * ball_of(_STEP))


# -- Jᵀ H J -------------------------------------------------------------------------------------------


def gauss_newton(case: ProgramCase, step: GaussNewton) -> None:
    """J of the output by differences, H of the loss in the output by second differences, and Jᵀ H J."""
    known = case.flat.variables
    for name, var in (("output", step.output), ("by", step.by)):
        if var not in known or var == case.of:
            raise Wrong(name, f"there is no variable {var}")
    case.equal("jacobian", step.jacobian, lambda p: _slopes(p, step.output, step.by))
    case.equal("outer", step.outer, lambda p: _curvature(case, p, step.output))

    def whole(probe: Probe) -> Array:
        j = _slopes(probe, step.output, step.by)
        return j.T.dot(_curvature(case, probe, step.output)).dot(j)

    case.equal("result", step.result, whole)


def _slopes(probe: Probe, of: Var, by: Var) -> Array:
    columns = [probe.quotient(of, by, [(j, 0)])[:, 0] for j in range(probe.values.known[by].shape[0])]
    return BALLS.array(columns).T


def _curvature(case: ProgramCase, probe: Probe, output: Var) -> Array:
    """∂²L/∂o_i∂o_j, o being held as an input of the loss."""
    start, step = probe.values.known[output], ball_of(_STEP)
    count = start.shape[0]
    found = BALLS.full((count, count), Fraction(0))

    def loss(moves: tuple[tuple[int, int], ...]) -> Any:
        there = start.copy()
        for place, sign in moves:
            there[place, 0] = there[place, 0] + sign * step
        given = {**probe.given, output: there}
        return in_balls(case.flat, given, probe.sizes).known[case.of][0, 0]

    for i in range(count):
        for j in range(count):
            four = [loss(((i, a), (j, b))) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            found[i, j] = (four[0] - four[1] - four[2] + four[3]) / (4 * step * step)
    return found
