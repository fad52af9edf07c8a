"""Mistakes with the product of Jacobians: shape, order, factors, paths, rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise

from jacocalc.answers.cases import Case, jacobian_of
from jacocalc.answers.making import Made, Mistake, argument_name, jacobian_name, product_name, result_of, single, swaps
from jacocalc.derive.matrices import written_product
from jacocalc.linear import paper_name
from jacocalc.notation import ZERO, Expr, Matrix, Negative, Product, Sum, names
from jacocalc.questions import Compose, GradientOf, GraphOf, HessianOf, ImplicitFunction, VolumeOf


def _transposed(case: Case) -> Made:
    found = single(case)
    if found is not None and found.shape != (1, 1) and not isinstance(case.question, HessianOf):
        yield (found.transposed,), "rows are components, columns are inputs"


def _order(case: Case) -> Made:
    """J_f J_g, and two neighbours swapped in a longer chain."""
    count = len(case.stages)
    if count < 2:
        return
    orders = [tuple(reversed(range(count)))]
    orders += [(*range(k), k + 1, k, *range(k + 2, count)) for k in range(count - 1)] if count > 2 else []
    for order in orders:
        values = case.answered([case.jacobians[k] for k in order])
        if values is not None:
            yield values, product_name(case)


def _swapped_composition(case: Case) -> Made:
    """f∘g in place of g∘f"""
    if len(case.stages) < 2 or any(a.n != b.n or a.m != b.m for a, b in pairwise(case.stages)):
        return
    stages = tuple(reversed(case.stages))
    values, current = [], case.start
    for stage in stages:
        values.append(case.inserted(jacobian_of(stage), stage, current))
        current = case.value(stage, current)
    found = case.answered(values)
    if found is not None:
        yield found, f"the innermost function comes first: {paper_name(case.stages[0].name)} is applied to the inputs"


def _not_transposed(case: Case) -> Made:
    """J_f ∇L in place of J_fᵀ ∇L"""
    if not isinstance(case.question, GradientOf):
        return
    *inner, outer = case.jacobians
    values = case.answered([*(matrix.transposed for matrix in reversed(inner)), outer])
    if inner and values is not None:
        yield values, f"{jacobian_name(case.stages[0])} is transposed in a gradient" if len(inner) == 1 else ""


def _elementwise(case: Case) -> Made:
    yield from _entrywise(case, lambda entries: Product(tuple(entries)), "rows times columns, not entry times entry")


def _added(case: Case) -> Made:
    yield from _entrywise(case, lambda entries: Sum(tuple(entries)), product_name(case))


def _entrywise(case: Case, join: Callable[[Sequence[Expr]], Expr], where: str) -> Made:
    matrices = case.jacobians
    if len(matrices) < 2 or len({matrix.shape for matrix in matrices}) > 1 or matrices[0].shape == (1, 1):
        return
    rows, columns = matrices[0].shape
    whole = Matrix(
        tuple(tuple(join([m.rows[i][j] for m in reversed(matrices)]) for j in range(columns)) for i in range(rows))
    )
    values = case.arranged(whole)
    if values is not None:
        yield values, where


def _scalar_sum(case: Case) -> Made:
    """g′ + f′ for functions of one variable"""
    if len(case.stages) > 1 and all(matrix.shape == (1, 1) for matrix in case.jacobians):
        values = case.arranged(Matrix(((Sum(tuple(m.rows[0][0] for m in reversed(case.jacobians))),),)))
        if values is not None:
            yield values, product_name(case)


def _outer_at_x(case: Case) -> Made:
    """J_g at x in place of f(x)"""
    for place in range(1, len(case.stages)):
        stage = case.stages[place]
        if len(case.start) == stage.n:
            changed = list(case.jacobians)
            changed[place] = case.inserted(case.locals[place], stage, case.start)
            values = case.answered(changed)
            if values is not None:
                at = f"{argument_name(case, place)}, not at {argument_name(case, 0)}"
                yield values, f"{jacobian_name(stage)} is to be taken at {at}"


def _intermediates(case: Case) -> Made:
    """J_g(u, v) J_f(x, y) with u and v left in"""
    if case.question.at is not None or len(case.stages) < 2:
        return
    changed = [case.jacobians[0], *case.locals[1:]]
    left = {name for stage in case.stages[1:] for name in stage.inputs} - set(case.chain.inputs)
    values = case.answered(changed)
    if values is not None and left & {name for value in values for name in names(value)}:
        yield values, f"insert {' and '.join(map(paper_name, sorted(left)))} from the inner function"


def _outer_missing(case: Case) -> Made:
    yield from _left_out(case, len(case.stages) - 1, "the outer Jacobian {} is missing")


def _inner_missing(case: Case) -> Made:
    yield from _left_out(case, 0, "the inner Jacobian {} is missing")


def _left_out(case: Case, place: int, where: str) -> Made:
    """The product without one factor; whatever shape comes out."""
    if len(case.stages) < 2 or isinstance(case.question, VolumeOf):
        return
    rest = [matrix for k, matrix in enumerate(case.jacobians) if k != place]
    if any(outer.shape[1] != inner.shape[0] for inner, outer in pairwise(rest)):
        return
    whole = reduce(lambda inner, outer: written_product(outer, inner), rest)
    if isinstance(case.question, GradientOf):
        whole = whole.transposed
    if isinstance(case.question, Compose | GradientOf | GraphOf):
        yield (whole,), where.format(jacobian_name(case.stages[place]))
    else:
        values = case.arranged(whole)
        if values is not None:
            yield values, where.format(jacobian_name(case.stages[place]))


def _middle_missing(case: Case) -> Made:
    for place in range(1, len(case.stages) - 1):
        yield from _left_out(case, place, "the Jacobian {} is missing")


def _inner_doubled(case: Case) -> Made:
    """J_g J_f J_f"""
    inner = case.jacobians[0]
    if len(case.stages) > 1 and inner.shape[0] == inner.shape[1]:
        values = case.answered([inner, *case.jacobians])
        if values is not None:
            yield values, f"the inner Jacobian {jacobian_name(case.stages[0])} stands there twice"


def _path_missing(case: Case) -> Made:
    """Σ_k ∂g/∂u_k ∂u_k/∂x without one k"""
    for place in range(1, len(case.stages)):
        stage = case.stages[place]
        count = case.jacobians[place].shape[1]
        for k in range(count if count > 1 else 0):
            outer = case.jacobians[place]
            cut = Matrix(tuple((*r[:k], ZERO, *r[k + 1 :]) for r in outer.rows))
            values = case.answered([*case.jacobians[:place], cut, *case.jacobians[place + 1 :]])
            if values is not None:
                yield values, f"the path through {paper_name(stage.inputs[k])} is missing in the sum"


def _rows_swapped(case: Case) -> Made:
    found = single(case)
    if found is None or isinstance(case.question, HessianOf):
        return
    of = "input" if isinstance(case.question, GradientOf) else "component"
    for i, rows in swaps(found.rows):
        yield (Matrix(rows),), f"row {i + 1} belongs to {of} {i + 1}"


def _columns_swapped(case: Case) -> Made:
    found = single(case)
    if found is None or isinstance(case.question, HessianOf) or found.shape[1] < 2:
        return
    for i, columns in swaps(found.transposed.rows):
        yield (Matrix(columns).transposed,), f"column {i + 1} belongs to input {i + 1}"


def _sign(case: Case) -> Made:
    if isinstance(case.question, ImplicitFunction | VolumeOf):
        return
    yield tuple(v.map(Negative) if isinstance(v, Matrix) else Negative(v) for v in result_of(case)), ""


PRODUCT_MISTAKES: tuple[Mistake, ...] = (
    Mistake("transposed", "the transposed matrix", _transposed),
    Mistake("order", "the product with its factors in another order", _order),
    Mistake("composition-swapped", "the composition the other way round", _swapped_composition),
    Mistake("jacobian-not-transposed", "the Jacobian itself times the gradient, J∇L in place of Jᵀ∇L", _not_transposed),
    Mistake("elementwise", "the Jacobians multiplied entry by entry", _elementwise),
    Mistake("sum", "the Jacobians added instead of multiplied", _added),
    Mistake("sum", "the derivatives added instead of multiplied", _scalar_sum),
    Mistake("outer-at-x", "the outer Jacobian taken at the inputs instead of at the inner value", _outer_at_x),
    Mistake("intermediates", "the right product with intermediate variables left in", _intermediates),
    Mistake("outer-missing", "the result without the outer factor", _outer_missing),
    Mistake("inner-missing", "the result without the inner factor", _inner_missing),
    Mistake("middle-missing", "the result without a factor in the middle", _middle_missing),
    Mistake("inner-derivative-doubled", "the product with the inner factor twice", _inner_doubled),
    Mistake("path-missing", "the sum over the paths with one path left out", _path_missing),
    Mistake("rows-swapped", "the right matrix with two rows swapped", _rows_swapped),
    Mistake("columns-swapped", "the right matrix with two columns swapped", _columns_swapped),
    Mistake("sign", "the right result with the opposite sign", _sign),
)  # fmt: skip
