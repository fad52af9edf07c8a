"""The Jacobian of one function: the grid of partials, at a point, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.derive.kinks import derivatives_at
from jacocalc.derive.matrices import determinant, rank, settled
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.errors import TooLarge
from jacocalc.functions import Point, VectorFunction
from jacocalc.notation import Expr, Matrix, Product, Sum, Symbol, column, substitute, tree_size
from jacocalc.options import LIMITS
from jacocalc.steps import Curl, Determinant, Divergence, JacobianAt, Linearisation, LocalJacobian, Rank, StageValue

S = TypeVar("S")


def local_jacobian(function: VectorFunction, stage: int) -> LocalJacobian:
    """J_f: row i is component f_i, column j is input x_j."""
    inputs = function.inputs
    partials = tuple(tuple(partial(value, name, inputs) for name in inputs) for value in function.values)
    return LocalJacobian(stage, partials, Matrix(tuple(tuple(p.result for p in row) for row in partials)))


def stage_value(
    function: VectorFunction, stage: int, arguments: tuple[Expr, ...], parameters: Mapping[str, Expr]
) -> StageValue:
    """f(a).  Raises DomainError where f is undefined, TooLarge beyond the limits."""
    inserted = inserted_at(function, arguments, parameters)
    return StageValue(stage, arguments, inserted, exact_matrix(inserted))


def inserted_at(function: VectorFunction, arguments: tuple[Expr, ...], parameters: Mapping[str, Expr]) -> Matrix:
    """f(a), the arguments inserted, nothing calculated.  Raises DomainError where f is undefined."""
    check = PointCheck(function, function.bound(arguments, tuple(parameters.items())))
    check.defined()
    return check.inserted()


def jacobian_at(
    function: VectorFunction,
    local: LocalJacobian,
    arguments: tuple[Expr, ...],
    parameters: Mapping[str, Expr],
    kink: Expr | None = None,
) -> JacobianAt:
    """J_f(a).  Raises NotDifferentiable at a kink without a convention, Undecided where that is not settled."""
    return calculated(inserted_jacobian(function, local, arguments, parameters, kink))


def inserted_jacobian(
    function: VectorFunction,
    local: LocalJacobian,
    arguments: tuple[Expr, ...],
    parameters: Mapping[str, Expr],
    kink: Expr | None = None,
) -> JacobianAt:
    """J_f(a), the arguments inserted, nothing calculated.  Raises as :func:`jacobian_at`."""
    values = function.bound(arguments, tuple(parameters.items()))
    check = PointCheck(function, values)
    special = derivatives_at(check, kink)
    rows = tuple(
        special.rows.get(i) or tuple(substitute(check.resolved(entry), values) for entry in row)
        for i, row in enumerate(local.result.rows)
    )
    inserted = Matrix(rows)
    defined = tuple(i for i in special.rows if i not in special.by_convention)
    weight = kink if special.by_convention else None
    return JacobianAt(local.stage, arguments, inserted, inserted, defined, special.by_convention, weight)


def calculated(step: JacobianAt) -> JacobianAt:
    """The exact values of what was inserted."""
    return replace(step, result=exact_matrix(step.inserted))


def exact_matrix(matrix: Matrix) -> Matrix:
    """Every entry's exact value."""
    return matrix.map(exact)


def short_enough(steps: Callable[[], Sequence[S]]) -> Sequence[S]:
    """What follows from a matrix, and nothing where it is too long: the matrix stands there all the same."""
    try:
        return steps()
    except TooLarge:
        return []


def square_steps(matrix: Matrix, value: Callable[[Matrix], Matrix], at: bool) -> list[Determinant | Rank]:
    """Determinant of a square matrix, where it is short enough to be read, and at a point the rank of any.

    ``value`` writes what was computed.
    """
    steps: list[Determinant | Rank] = []
    rows, columns = matrix.shape
    if rows == columns and 1 < rows <= 6:
        steps += short_enough(lambda: _determinant_step(matrix, value))
    if at and rows * columns <= 100 and max(rows, columns) > 1:
        found = rank(matrix)
        if found is not None:
            steps.append(Rank(matrix, found))
    return steps


def _determinant_step(matrix: Matrix, value: Callable[[Matrix], Matrix]) -> list[Determinant]:
    written, found = determinant(matrix)
    (found,) = value(column((found,))).entries
    return [Determinant(matrix, written, found)] if written != found or tree_size(found) <= LIMITS.page else []


def field_steps(
    function: VectorFunction, matrix: Matrix, value: Callable[[Matrix], Matrix]
) -> Sequence[Divergence | Curl]:
    """Divergence and curl of a vector field: as many components as inputs, two or three, in the order of the axes."""
    n, axes = matrix.shape[0], [name for name in function.inputs if name in ("x", "y", "z")]
    if function.outputs or not 2 <= n <= 3 or matrix.shape != (n, n) or axes != sorted(axes):
        return []
    return short_enough(lambda: _divergence_and_curl(matrix, value))


def _divergence_and_curl(matrix: Matrix, value: Callable[[Matrix], Matrix]) -> list[Divergence | Curl]:
    n = matrix.shape[0]
    trace = Sum(tuple(matrix.rows[i][i] for i in range(n)))
    pairs = [(2, 1), (0, 2), (1, 0)] if n == 3 else [(1, 0)]
    entries = column(tuple(matrix.rows[i][j] - matrix.rows[j][i] for i, j in pairs))
    divergence = settled(value(column((trace,)))).entries[0]
    return [Divergence(trace, divergence), Curl(entries, settled(value(entries)))]


def linearisation(
    function: VectorFunction, stage: int, arguments: tuple[Expr, ...], value: Matrix, jacobian: Matrix
) -> Linearisation:
    """L(x) = f(a) + J_f(a)(x − a), entry by entry."""
    entries = []
    for i, start in enumerate(value.entries):
        terms = [start]
        for j, name in enumerate(function.inputs):
            terms.append(Product((jacobian.rows[i][j], tidy(Symbol(name) - arguments[j]))))
        entries.append(exact(Sum(tuple(terms))))
    return Linearisation(stage, arguments, value, jacobian, column(tuple(entries)))


def parameters_of(point: Point | None) -> dict[str, Expr]:
    """The parameters that a point gives by name."""
    return dict(point.parameters) if point else {}
