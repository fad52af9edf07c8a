"""Second order without second derivatives written out: Hessian–vector products, and Gauss–Newton matrices.

H V is the change of the gradient along dθ = V, so it is what the rules of differentials make of the backward
pass; Jᵀ H_ℓ J is the Hessian of L = ℓ(out(θ)) without the second derivatives of out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from jacocalc.derive.matrix.checks import POINTS, check_jacobian, check_partial, evaluated
from jacocalc.derive.matrix.differentials import changes_of, differential
from jacocalc.derive.matrix.factoring import shortest
from jacocalc.derive.matrix.forms import inserted, times, transpose
from jacocalc.derive.matrix.linear_forms import matrix_of
from jacocalc.derive.matrix.pullbacks import gradient_of
from jacocalc.errors import JacocalcError, RoadsDisagree
from jacocalc.evaluate.arrays import Array
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.program_quotients import STEP, Probe, agree, keeping_facts, probes, telling
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.evaluate.programs import BITS, in_balls
from jacocalc.program_steps import AdjointOf, BackwardStep, GaussNewton, HessianVector, HessianVectorLine
from jacocalc.programs import Program
from jacocalc.terms import Adjoint, Differential, Term, Var, Zeros, variables_of


def hessian_vector(
    program: Program, loss: Var, wrt: tuple[Var, ...], adjoints: Iterable[BackwardStep]
) -> HessianVector:
    """d(∂L/∂θ) along given dθ, line by line.  Raises JacocalcError for loops and equations."""
    steps = [step for step in adjoints if isinstance(step, AdjointOf)]
    if program.loops:
        raise JacocalcError("Hessian-vector products are formed for programs without symbolic loops",
                            hint="for t = 1..3:")  # fmt: skip
    if any(assignment.implicit for assignment in program.assignments):
        raise JacocalcError("Hessian-vector products are formed for programs without equations to be solved")
    changes: dict[Term, Term] = changes_of(wrt)
    used = {var for step in steps for var in variables_of(step.result)}
    first: list[HessianVectorLine] = []
    for assignment in program.assignments:
        if assignment.variable == loss and loss not in used:
            continue
        change = differential(assignment.term, changes, assignment.variable)
        if not isinstance(change, Zeros):
            changes[assignment.variable] = Differential(assignment.variable)
            first.append(HessianVectorLine(changes[assignment.variable], change))
    second: list[HessianVectorLine] = []
    for step in steps:
        adjoint = Adjoint(loss.key, step.variable)
        change = shortest(differential(step.result, changes))
        changes[adjoint] = Differential(adjoint) if not isinstance(change, Zeros) else change
        second.append(HessianVectorLine(Differential(adjoint), change))
    wanted = {Differential(Adjoint(loss.key, var)) for var in wrt}
    found = HessianVector(wrt, tuple(first), tuple(second), tuple(line for line in second if line.of in wanted))
    _check_tangent(program, loss, steps, found)
    return found


def _check_tangent(program: Program, loss: Var, steps: list[AdjointOf], found: HessianVector) -> None:
    """The change of every gradient along a direction against difference quotients of gradients."""
    sizes = small_sizes(program)
    with precision(BITS):
        for probe in telling(program, probes(program, sizes), POINTS):
            directions = {var: keeping_facts(var, _direction(probe.values.known[var])) for var in found.by}
            for var, direction in directions.items():
                probe.values.known[Differential(var)] = direction
            list(evaluated(probe.values, loss.key, steps, {}))
            for line in (*found.forward, *found.backward):
                probe.values.known[line.of] = probe.values.of(line.result)
            sides = [_gradients_at(program, loss, steps, probe, directions, sign) for sign in (1, -1)]
            for line in found.result:
                assert isinstance(line.of, Differential)
                quotient = (sides[0][line.of.of] - sides[1][line.of.of]) / (2 * _step())
                if not agree(quotient, probe.values.known[line.of]):
                    raise RoadsDisagree(f"{line.of} differs from the difference quotient of the gradient")


def _step() -> Array:
    return ball_of(STEP)


def _direction(array: Array) -> Array:
    made = np.empty(array.shape, dtype=object)
    for place, _ in np.ndenumerate(array):
        made[place] = ball_of(Fraction(1 + (3 * place[0] + 5 * place[1]) % 7, 4))
    return made


def _gradients_at(
    program: Program, loss: Var, steps: list[AdjointOf], probe: Probe, directions: dict[Var, Array], sign: int
) -> dict[Term, Array]:
    given = dict(probe.given)
    for var, direction in directions.items():
        given[var] = given[var] + sign * _step() * direction
    values = in_balls(program, given, probe.sizes)
    return dict(evaluated(values, loss.key, steps, {}))


def gauss_newton(program: Program, loss: Var, wrt: tuple[Var, ...]) -> Iterator[GaussNewton]:
    """Jᵀ H_ℓ J for every vector among the variables.  Raises JacocalcError where there is none."""
    if any(a.implicit for a in program.assignments):
        raise JacocalcError("a Gauss-Newton matrix is formed for programs without equations to be solved")
    last = next(a for a in program.assignments if a.variable == loss)
    computed = {a.variable: a for a in program.assignments}
    outputs = [var for var in variables_of(last.term) if var in computed and var.shape[1] == 1]
    vectors = [var for var in wrt if var.shape[1] == 1]
    if len(outputs) != 1 or not vectors or program.loops:
        raise JacocalcError(
            "a Gauss-Newton matrix needs a loss of one output vector, and a vector to differentiate by",
            hint="name the output: yhat = …; L = 1/2 ||yhat - y||^2; and give --wrt a vector",
        )
    output = outputs[0]
    gradient = gradient_of(last.term, output)
    outer = matrix_of(differential(gradient, changes_of((output,))), Differential(output))
    for by in vectors:
        changes: dict[Term, Term] = {by: Differential(by)}
        for assignment in program.assignments:
            if any(var in changes for var in variables_of(assignment.term)) and assignment.variable != loss:
                used = [var for var in variables_of(assignment.term) if var in changes]
                change = differential(assignment.term, changes_of(tuple(used)), assignment.variable)
                values: dict[Term, Term] = {Differential(var): changes[var] for var in used if var != by}
                changes[assignment.variable] = shortest(inserted(change, values)) if values else change
        jacobian = matrix_of(changes.get(output, Zeros(output.shape)), Differential(by))
        if jacobian is None or outer is None:
            raise JacocalcError(f"∂{output}/∂{by} has no matrix in closed form")
        _check_jacobians(program, output, by, jacobian, gradient, outer)
        yield GaussNewton(output, by, jacobian, outer, shortest(times(transpose(jacobian), outer, jacobian)))


def _check_jacobians(
    program: Program, output: Var, by: Var, jacobian: Term, gradient: Term, outer: Term
) -> None:  # fmt: skip
    sizes = small_sizes(program)
    with precision(BITS):
        for probe in telling(program, probes(program, sizes), POINTS):
            check_jacobian(probe, output, by, probe.values.of(jacobian))
            check_partial(probe, gradient, output, outer)
