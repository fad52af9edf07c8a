"""Second derivatives: Hessians by the rules table, and through a chain by the second-order chain rule.

    H_{g∘f} = J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i}      one component g of the outer function at a time
    (J. R. Magnus and H. Neudecker, Matrix Differential Calculus, chapter 6)

Longer chains are done from the inside out: J and all H of the inner composition are carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact
from jacocalc.derive.beside_critical import beside_critical
from jacocalc.derive.chain import Work, all_parameters, inserted, local_steps, shapes, substituted
from jacocalc.derive.critical_points import critical_point
from jacocalc.derive.jacobians import exact_matrix, jacobian_at, stage_value
from jacocalc.derive.kinks import derivatives_at
from jacocalc.derive.limits import Spot
from jacocalc.derive.matrices import settled, written_product
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.derive.second_by_limits import second_by_limits
from jacocalc.derive.second_roads import verify_hessian, verify_hessian_on_tape
from jacocalc.derive.short_forms import evaluated, searched
from jacocalc.derive.unspecified import gathered
from jacocalc.errors import LimitReached, NotDifferentiable, TooLarge
from jacocalc.evaluate.equality import Outcome, surely_equal
from jacocalc.evaluate.numbers import hessian_numbers
from jacocalc.functions import Point, VectorFunction
from jacocalc.notation import Applied, Expr, Matrix, Piecewise, Product, Sum, Symbol, names, substitute, tree_size, walk
from jacocalc.options import LIMITS
from jacocalc.steps import (
    BesideCritical,
    CriticalPoint,
    Decimals,
    HessianAt,
    HessianInserted,
    JacobianAt,
    Laplacian,
    LocalJacobian,
    MatrixProduct,
    SecondOrderChain,
    SecondPartials,
    StageValue,
    WeighedHessian,
)

_SMALL = 60
_LARGE = 250


def hessians(work: Work) -> tuple[Matrix, ...] | None:
    """The Hessian of every component of the chain; the steps go into ``work``.

    None where only decimals fit the page.  Raises DomainError, NotDifferentiable, Undecided, TooLarge.
    """
    if len(work.chain.stages) > 1:
        work.steps.append(shapes(work.chain))
        work.steps += [work.composition] if work.composition else []
    locals_ = local_steps(work)
    seconds = [second_partials(stage, locals_[place]) for place, stage in enumerate(work.chain.stages)]
    shown: list[VectorFunction] = []
    for stage, found in zip(work.chain.stages, seconds, strict=True):
        work.steps += found if stage not in shown else []
        shown.append(stage)
    known = len(work.steps)
    try:
        if work.at is None:
            given = _inserted(work, locals_, seconds)
        else:
            given = _at_point(work, work.at, locals_, seconds)
        result = _carried(work, given)
    except TooLarge:
        if work.at is None or work.chain.abstract:
            raise
        del work.steps[known:]
        _decimals_only(work, work.at)
        return None
    limits = {step.component for step in work.steps if isinstance(step, HessianAt) and step.by_limits}
    for component, matrix in enumerate(result):
        if component in limits:  # every limit was confirmed by a value; differences of f would mix the two orders
            work.outcomes.append((Outcome.AGREES, 1))
            continue
        work.outcomes.append(verify_hessian(work.chain, component, matrix, work.at, work.composition))
    _consequences(work, given, result)
    return result


def _decimals_only(work: Work, at: Point) -> None:
    """The Hessians in decimals, for values that are too long to write."""
    digits = work.options.digits or 10
    for component in range(int(work.chain.stages[-1].m)):
        numbers = hessian_numbers(work.chain, at, component, digits)
        work.steps.append(Decimals(digits, tuple(map(tuple, numbers))))
        work.outcomes.append(verify_hessian_on_tape(work.chain, component, at))


def second_partials(stage: VectorFunction, local: LocalJacobian) -> list[SecondPartials]:
    """The Hessian of every component of a stage, each second partial by the rules."""
    found = []
    for component, row in enumerate(local.result.rows):
        partials = tuple(tuple(partial(first, name, stage.inputs) for first in row) for name in stage.inputs)
        result = Matrix(tuple(tuple(one.result for one in line) for line in partials))
        mixed = _mixed(result)
        result = _symmetric(result, stage.inputs) if mixed == Outcome.PROVED.value else result
        if stage.called:
            result = _shortening(stage.inputs)(result)
        found.append(SecondPartials(local.stage, component, partials, result, mixed))
    return found


def _symmetric(hessian: Matrix, inputs: Sequence[str]) -> Matrix:
    """Equal entries in the same form, the shorter one, 4xy before 4yx."""

    def length(entry: Expr) -> tuple[int, list[int]]:
        return tree_size(entry), [inputs.index(name) for name in names(entry) if name in inputs]

    n, rows = hessian.shape[0], hessian.rows
    pairs = {(i, j): (rows[min(i, j)][max(i, j)], rows[max(i, j)][min(i, j)]) for i in range(n) for j in range(n)}
    return Matrix(tuple(tuple(min(pairs[i, j], key=length) for j in range(n)) for i in range(n)), hessian.span)


def _mixed(hessian: Matrix) -> str:
    """Proved where every mixed partial is proved to be equal to the one in the other order."""
    n = hessian.shape[0]
    rows = hessian.rows
    pairs = [(rows[i][j], rows[j][i]) for i in range(n) for j in range(i)]
    same = all(surely_equal(a, b) for a, b in pairs)
    return (Outcome.PROVED if same else Outcome.UNDECIDED).value


# -- each stage where it is taken ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Stage:
    """J and the Hessians of one stage, at its point or with the inner function inserted."""

    at: tuple[Expr, ...]
    jacobian: Matrix
    hessians: tuple[Matrix, ...]


def _inserted(
    work: Work, locals_: Sequence[LocalJacobian], seconds: Sequence[list[SecondPartials]]
) -> list[_Stage]:
    """J and the second partials of each stage in the innermost inputs."""
    found = []
    for one, stage, given in zip(substituted(work, locals_), work.chain.stages, seconds, strict=True):
        values = dict(zip(stage.inputs, one.arguments, strict=True))
        matrices = tuple(inserted(second.result, values) for second in given)
        if one.stage:
            work.steps.append(one)
            work.steps += [HessianInserted(one.stage, c, one.arguments, matrix) for c, matrix in enumerate(matrices)]
        found.append(_Stage(one.arguments, one.result, matrices))
    return found


def _at_point(
    work: Work, at: Point, locals_: Sequence[LocalJacobian], seconds: Sequence[list[SecondPartials]]
) -> list[_Stage]:
    parameters = all_parameters(work)
    current = at.coordinates
    found = []
    for place, stage in enumerate(work.chain.stages):
        value = stage_value(stage, place, current, parameters)
        here = jacobian_at(stage, locals_[place], current, parameters)
        work.steps += [value, here]
        alone = len(work.chain.stages) == 1
        matrices = [
            _by_limits(stage, second, here, parameters)
            if alone and second.component in here.defined
            else _hessian_at(stage, second, here, parameters)
            for second in seconds[place]
        ]
        work.steps += matrices
        found.append(_Stage(current, here.result, tuple(matrix.result for matrix in matrices)))
        current = value.result.entries
    return found


def _hessian_at(
    stage: VectorFunction, second: SecondPartials, here: JacobianAt, parameters: dict[str, Expr]
) -> HessianAt:
    """H(a), where the gradient is differentiable at a by the rules.  Raises DomainError, NotDifferentiable."""
    values = stage.bound(here.arguments, tuple(parameters.items()))
    gradient = gradient_of(stage, second)
    check = PointCheck(gradient, values)
    try:
        check.defined()
        special = derivatives_at(check)
    except NotDifferentiable as error:
        raise NotDifferentiable(f"there is no second derivative: {error.message}") from None
    rows = [special.rows.get(j) for j in range(int(stage.n))]
    inserted_ = Matrix(tuple(
        tuple(_entry(rows[j], i) or substitute(check.resolved(entry), values) for j, entry in enumerate(row))
        for i, row in enumerate(second.result.rows)
    ))  # fmt: skip
    return HessianAt(second.stage, second.component, here.arguments, inserted_, exact_matrix(inserted_))


def _by_limits(
    stage: VectorFunction, second: SecondPartials, here: JacobianAt, parameters: dict[str, Expr]
) -> HessianAt:
    """H(a) where the rules do not hold at a: ∂/∂x_i of ∂f/∂x_j by limits of difference quotients."""
    values = stage.bound(here.arguments, tuple(parameters.items()))
    component, first = stage.values[second.component], here.result.rows[second.component]
    try:
        matrix = exact_matrix(second_by_limits(stage, values, component, first))
    except NotDifferentiable as error:
        raise NotDifferentiable(f"there is no second derivative: {error.message}") from None
    return HessianAt(second.stage, second.component, here.arguments, matrix, matrix, True)


def _entry(row: tuple[Expr, ...] | None, place: int) -> Expr | None:
    return row[place] if row else None


def gradient_of(stage: VectorFunction, second: SecondPartials) -> VectorFunction:
    """∇f of one component, as a function."""
    firsts = tuple(one.of for one in second.partials[0])
    label = stage.labels[second.component]
    return VectorFunction(f"grad_{label}", stage.inputs, firsts, stage.n, len(firsts), stage.parameters)


# -- the chain ----------------------------------------------------------------------------------------


def _carried(work: Work, given: Sequence[_Stage]) -> tuple[Matrix, ...]:
    value = _written_out(_valued(work))
    jacobian, found = given[0].jacobian, given[0].hessians
    where = work.at.coordinates if work.at is not None else ()
    for place in range(1, len(given)):
        one = given[place]
        steps = [
            _second_order(place, c, where, jacobian, found, one.jacobian.rows[c], outer, value, work.chain.inputs)
            for c, outer in enumerate(one.hessians)
        ]
        work.steps += steps
        found = tuple(step.result for step in steps)
        if place + 1 < len(given):
            written = written_product(one.jacobian, jacobian)
            product = value(written)
            work.steps.append(MatrixProduct(0, place - 1, place, where, one.jacobian, jacobian, written, product))
            jacobian = product
    return found


def _valued(work: Work) -> Callable[[Matrix], Matrix]:
    """Exact values at the point; without one the shortest forms, as textbooks print them."""
    if work.at is not None:
        return exact_matrix
    shorten = _shortening(work.chain.inputs)
    return lambda matrix: work.printed(shorten(matrix))


def _written_out(value: Callable[[Matrix], Matrix]) -> Callable[[Matrix], Matrix]:
    """The values of the entries.  Raises TooLarge beyond what is written out, before anything is made from them."""

    def bounded(matrix: Matrix) -> Matrix:
        found = value(matrix)
        if sum(map(tree_size, found.entries)) > LIMITS.operations:
            raise TooLarge("the second derivatives are too long to write out", hint="give a point with --at")
        return found

    return bounded


def _shortening(inputs: Sequence[str]) -> Callable[[Matrix], Matrix]:
    """The shortest form of every entry, x before y; once a budget is spent, none is searched for what is as long."""
    most = _LARGE

    def shorten(matrix: Matrix) -> Matrix:
        nonlocal most
        alike = Sum((*map(Symbol, _in_order(names(matrix), inputs)), *matrix.entries))
        try:
            return _shortest(matrix, alike, most)
        except LimitReached:
            most = _longest(matrix.map(tidy)) - 1
            return _shortest(matrix, alike, most)

    return shorten


def _shortest(matrix: Matrix, alike: Expr, most: int) -> Matrix:
    """The shortest form of every entry, searched for up to so many nodes, its letters as in ``alike``; 0 where proved.

    Raises LimitReached where the budget for it is spent.
    """
    kinds = {type(node) for entry in matrix.entries for node in walk(entry)}
    if Applied in kinds and Piecewise not in kinds:
        return settled(gathered(matrix, alike))
    if kinds & {Applied, Piecewise}:
        return settled(matrix.map(lambda entry: exact(entry) if tree_size(entry) <= _SMALL else tidy(entry)))
    tidied = matrix.map(tidy)
    if _longest(tidied) > _LARGE:
        return tidied
    return settled((searched if _longest(tidied) <= most else evaluated)(tidied, alike))


def _in_order(letters: Sequence[str], inputs: Sequence[str]) -> list[str]:
    """Letters as they first appear, the inputs among them in their own order: a, y, x → a, x, y."""
    once = dict.fromkeys(letters)
    ordered = iter([name for name in inputs if name in once])
    return [next(ordered) if name in inputs else name for name in once]


def _longest(matrix: Matrix) -> int:
    return max(map(tree_size, matrix.entries))


def _second_order(
    stage: int, component: int, at: tuple[Expr, ...], jacobian: Matrix, inner: tuple[Matrix, ...],
    weights: tuple[Expr, ...], outer: Matrix, value: Callable[[Matrix], Matrix], inputs: Sequence[str],
) -> SecondOrderChain:  # fmt: skip
    """J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i}"""
    half = value(written_product(outer, jacobian))
    quadratic = value(written_product(jacobian.transposed, half))
    terms = tuple(
        WeighedHessian(i, weight, hessian, value(hessian.map(_times(weight))))
        for i, (weight, hessian) in enumerate(zip(weights, inner, strict=True))
    )
    total = value(_added([quadratic, *(term.result for term in terms)]))
    if all(matrix == matrix.transposed for matrix in (outer, *inner)):
        total = _symmetric(total, inputs)
    return SecondOrderChain(stage, component, at, jacobian, outer, half, quadratic, terms, total)


def _times(weight: Expr) -> Callable[[Expr], Expr]:
    return lambda entry: Product((weight, entry))


def _added(matrices: Sequence[Matrix]) -> Matrix:
    rows, columns = matrices[0].shape
    return Matrix(tuple(
        tuple(Sum(tuple(matrix.rows[i][j] for matrix in matrices)) for j in range(columns)) for i in range(rows)
    ))  # fmt: skip


# -- what follows -------------------------------------------------------------------------------------


def _consequences(work: Work, given: Sequence[_Stage], result: tuple[Matrix, ...]) -> None:
    """The Laplacian, and the kind of a critical point of a scalar function."""
    n = result[0].shape[0]
    if n > 1 and len(result) == 1:
        written = Sum(tuple(result[0].rows[i][i] for i in range(n)))
        value = _valued(work)(Matrix(((written,),))).rows[0][0]
        work.steps.append(Laplacian(0, written, value))
    if work.at is not None and len(result) == 1 and not work.chain.abstract:
        gradient = given[-1].jacobian
        for one in reversed(given[:-1]):
            gradient = exact_matrix(written_product(gradient, one.jacobian))
        critical = critical_point(gradient.transposed, result[0])
        work.steps += [critical, *_beside(work, critical)]


def _beside(work: Work, critical: CriticalPoint) -> list[BesideCritical]:
    """What decides where H does not."""
    stages, at = work.chain.stages, work.at
    whole = work.composition
    written = stages[0].values[0] if len(stages) == 1 else whole.result.entries[0] if whole else None
    if critical.result != "degenerate" or written is None or at is None:
        return []
    value = next(step for step in reversed(work.steps) if isinstance(step, StageValue)).result.entries[0]
    values = {**dict(zip(work.chain.inputs, at.coordinates, strict=True)), **all_parameters(work)}
    found = beside_critical(Spot(written, tuple(work.chain.inputs), values), value, critical)
    return [] if found is None else [found]
