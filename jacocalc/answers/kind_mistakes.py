"""Mistakes that belong to one kind of question: vectors, Hessians, implicit functions, determinants, differentials."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from jacocalc.answers.cases import Case, determinant_of, diagonal_of, hessian_of, inverse_of, volume_of, weighted_sum
from jacocalc.answers.making import Made, Mistake, result_of, single, swaps
from jacocalc.derive.matrices import written_product
from jacocalc.known_functions import absolute
from jacocalc.notation import Call, Expr, Matrix, Negative, Product, column, row, summed
from jacocalc.questions import DifferentialOf, HessianOf, ImplicitFunction, JacobianVector, VectorJacobian, VolumeOf


def _not_unit(case: Case) -> Made:
    if isinstance(case.question, JacobianVector) and case.question.unit:
        whole = reduce(lambda inner, outer: written_product(outer, inner), case.jacobians)
        yield (written_product(whole, column(case.question.vector)),), "divide the direction by its length first"


def _from_the_other_side(case: Case) -> Made:
    """vᵀJ in place of Jv, or Jv in place of vᵀJ"""
    if not isinstance(case.question, VectorJacobian | JacobianVector):
        return
    whole = reduce(lambda inner, outer: written_product(outer, inner), case.jacobians)
    vector = case.question.vector
    rows, columns = whole.shape
    if rows == columns == len(vector) > 1:
        if isinstance(case.question, VectorJacobian):
            yield (written_product(whole, column(vector)).transposed,), "v stands on the left: vᵀJ"
        else:
            yield (written_product(row(case.direction), whole).transposed,), "v stands on the right: Jv"


def _vector_missing(case: Case) -> Made:
    if isinstance(case.question, VectorJacobian | JacobianVector):
        yield (reduce(lambda inner, outer: written_product(outer, inner), case.jacobians),), "multiply J by the vector"


def _mixed_missing(case: Case) -> Made:
    """∂²f/∂x∂y left at 0"""
    if isinstance(case.question, HessianOf):
        diagonals = tuple(diagonal_of(v) for v in result_of(case) if isinstance(v, Matrix))
        yield diagonals, "the mixed partial derivatives are not 0"


def _components_swapped(case: Case) -> Made:
    """The Hessians of the components in another order"""
    if isinstance(case.question, HessianOf):
        for i, values in swaps(result_of(case)):
            yield values, f"Hessian {i + 1} belongs to component {i + 1}"


def _first_derivative(case: Case) -> Made:
    """The gradient in place of the Hessian"""
    if isinstance(case.question, HessianOf):
        whole = reduce(lambda inner, outer: written_product(outer, inner), case.jacobians)
        yield (whole,), "differentiate once more"
        yield (whole.transposed,), "differentiate once more"


def _hessian_terms(case: Case) -> Made:
    """J_fᵀ H_g J_f without Σ ∂g/∂z_i H_{f_i}, and the sum alone"""
    if not isinstance(case.question, HessianOf) or len(case.stages) != 2:
        return
    inner, outer = case.stages
    jacobian = case.jacobians[0]
    firsts, seconds = [], []
    for k, value in enumerate(outer.values):
        middle = case.inserted(hessian_of(value, outer.inputs), outer, case.arguments[1])
        firsts.append(written_product(jacobian.transposed, written_product(middle, jacobian)))
        own = [case.inserted(hessian_of(v, inner.inputs), inner, case.start) for v in inner.values]
        seconds.append(weighted_sum(case.jacobians[1].rows[k], own))
    yield tuple(firsts), "the terms ∂g/∂z_i H_{f_i} are missing"
    yield tuple(seconds), "the term J_fᵀ H_g J_f is missing"


def _implicit_sign(case: Case) -> Made:
    right = single(case)
    if isinstance(case.question, ImplicitFunction) and right is not None:
        yield (right.map(Negative),), "J_y = −[∂F/∂y]⁻¹ ∂F/∂x has a minus sign"


def _implicit_inverted(case: Case) -> Made:
    """−[∂F/∂x]⁻¹ ∂F/∂y"""
    if not isinstance(case.question, ImplicitFunction):
        return
    by_y, by_x = case.blocks(case.jacobians[0])
    inverse = inverse_of(by_x) if by_x.shape[0] == by_x.shape[1] else None
    if inverse is not None:
        yield (written_product(inverse, by_y).map(Negative),), "∂F/∂y is inverted, not ∂F/∂x"


def _implicit_one_block(case: Case) -> Made:
    """∂F/∂x alone"""
    if isinstance(case.question, ImplicitFunction):
        _, by_x = case.blocks(case.jacobians[0])
        yield (by_x,), "∂F/∂x is still to be multiplied by −[∂F/∂y]⁻¹"
        yield (by_x.map(Negative),), "−∂F/∂x is still to be multiplied by [∂F/∂y]⁻¹"


def _determinants(case: Case, wrong: Callable[[Matrix], Expr | None], where: str) -> Made:
    if isinstance(case.question, VolumeOf) and case.jacobians[0].shape[0] == case.jacobians[0].shape[1]:
        found = wrong(case.jacobians[0])
        if found is not None:
            yield (found,), where


def _permanent(matrix: Matrix) -> Expr | None:
    if matrix.shape != (2, 2):
        return None
    (a, b), (c, d) = matrix.rows
    return a * d + b * c


def _main_diagonal(matrix: Matrix) -> Expr:
    return Product(tuple(matrix.rows[i][i] for i in range(matrix.shape[0])))


def _no_root(case: Case) -> Made:
    """det(JᵀJ) in place of its root"""
    if isinstance(case.question, VolumeOf) and case.jacobians[0].shape[0] > case.jacobians[0].shape[1]:
        found = volume_of(case.jacobians[0])
        if isinstance(found, Call):
            yield (found.arguments[0],), "the volume factor is the root √det(JᵀJ)"


def _change_missing(case: Case) -> Made:
    """∂f/∂x + ∂f/∂y without dx and dy"""
    if isinstance(case.question, DifferentialOf):
        whole = case.jacobians[0]
        yield (whole,), "every partial derivative is multiplied by its change"
        sums = tuple(summed(r) for r in whole.rows)
        yield (column(sums),), "every partial derivative is multiplied by its change"


def _with_value(case: Case) -> Made:
    """f(x) + df in place of df"""
    if isinstance(case.question, DifferentialOf):
        values, whole = case.value(case.stages[0], case.start), case.jacobians[0]
        rises = (summed(tuple(slope * d for slope, d in zip(row, case.changes, strict=True))) for row in whole.rows)
        found = tuple(value + rise for value, rise in zip(values, rises, strict=True))
        yield (column(found),), "the differential is what is added to the value, f(x) + df"


def _increment(case: Case) -> Made:
    """f(x + dx) − f(x) in place of df"""
    if isinstance(case.question, DifferentialOf) and case.question.vector:
        stage = case.stages[0]
        moved = tuple(a + d for a, d in zip(case.start, case.changes, strict=True))
        there, here = case.value(stage, moved), case.value(stage, case.start)
        yield (column(tuple(b - a for a, b in zip(here, there, strict=True))),), "this is f(x + dx) − f(x), not df"


KIND_MISTAKES: tuple[Mistake, ...] = (
    Mistake("not-unit", "the product with the vector itself, not with the unit vector", _not_unit),
    Mistake("vector-side", "the product with the vector on the other side", _from_the_other_side),
    Mistake("vector-missing", "the Jacobian before it is multiplied by the vector", _vector_missing),
    Mistake("mixed-partial-missing", "the Hessian without its mixed partial derivatives", _mixed_missing),
    Mistake("components-swapped", "the Hessians of two components swapped", _components_swapped),
    Mistake("first-derivative", "the first derivatives instead of the second", _first_derivative),
    Mistake("hessian-term-missing", "the second-order chain rule with one term left out", _hessian_terms),
    Mistake("implicit-sign", "the implicit derivative without its minus sign", _implicit_sign),
    Mistake("implicit-inverted", "the implicit derivative upside down", _implicit_inverted),
    Mistake("implicit-one-block", "one block of the theorem alone", _implicit_one_block),
    Mistake("determinant-sign", "the determinant with the opposite sign",
            lambda case: _determinants(case, lambda m: Negative(determinant_of(m)), "the determinant is ad − bc")),
    Mistake("absolute-value-of-determinant", "the absolute value of the determinant",
            lambda case: _determinants(case, lambda m: absolute(determinant_of(m)), "det J keeps its sign")),
    Mistake("determinant-rule", "ad + bc instead of ad − bc",
            lambda case: _determinants(case, _permanent, "the determinant is ad − bc")),
    Mistake("determinant-rule", "the product of the diagonal alone",
            lambda case: _determinants(case, _main_diagonal, "the determinant is ad − bc")),
    Mistake("root-missing", "det(JᵀJ) without its root", _no_root),
    Mistake("change-missing", "the partial derivatives without the changes dx", _change_missing),
    Mistake("linear-approximation", "the linear approximation instead of the differential", _with_value),
    Mistake("increment", "the change of the function itself", _increment),
)  # fmt: skip
