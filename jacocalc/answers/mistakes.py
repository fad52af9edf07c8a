"""The wrong answers that people really give, computed on purpose.

A row of the table is one mistake: its code, what is said of an answer that matches it, and how the answer comes
about.  Every maker gives (values, where), the values as notation in the shape that the mistake gives them and the
place in the worked solution where the ways part.  Slips in a rule of differentiation have their rows in ``slips``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, pairwise
from typing import TypeAlias

from jacocalc.algebra.tidy import tidy
from jacocalc.answers.cases import (
    Case,
    determinant_of,
    hessian_of,
    inverse_of,
    jacobian_of,
    volume_of,
    weighted_sum,
)
from jacocalc.answers.other_readings import otherwise_read
from jacocalc.answers.slips import RIGHT, Manner, integrated, manners, slipped
from jacocalc.derive.matrices import written_product
from jacocalc.derive.partials import partial
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import absolute
from jacocalc.linear import paper, paper_name
from jacocalc.notation import (
    PI,
    ZERO,
    Call,
    Constant,
    Expr,
    Matrix,
    Negative,
    Product,
    Quotient,
    Sum,
    column,
    integer,
    names,
    rebuild,
    row,
    summed,
    tree_size,
)
from jacocalc.notation import children as parts_of
from jacocalc.questions import (
    Compose,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianVector,
    VectorJacobian,
    VolumeOf,
)
from jacocalc.steps import Derivation

Values: TypeAlias = tuple[Expr, ...]
Made: TypeAlias = Iterator[tuple[Values, str]]


@dataclass(frozen=True)
class Mistake:
    """One mistake: ``said`` completes “this matches …”; ``make`` gives the answers that it leads to."""

    code: str
    said: str
    make: Callable[[Case], Made]


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that a mistake leads to; ``where`` is the step of the worked solution where the ways part."""

    code: str
    words: str
    values: Values
    where: str = ""


def wrong_answers(derivation: Derivation) -> list[WrongAnswer]:
    """The answers that the mistakes of the table lead to; none for questions without formulas."""
    if not Case.fits(derivation):
        return []
    case = Case(derivation)
    found: list[WrongAnswer] = []
    for mistake in MISTAKES:
        found += [WrongAnswer(mistake.code, mistake.said, values, where) for values, where in mistake.make(case)
                  if sum(map(tree_size, values)) <= _LARGEST]  # fmt: skip
    return list(dict.fromkeys(found))


_LARGEST = 4_000


# -- names of things ----------------------------------------------------------------------------------


def _j(stage: VectorFunction, at: str = "") -> str:
    """J_f"""
    return f"J_{paper_name(stage.name)}{at}"


def _placed(case: Case, place: int) -> str:
    """J_g(3, 4), or J_g(f(x, y)) without a point"""
    return f"{_j(case.stages[place])}({_argument(case, place)})"


def _argument(case: Case, place: int) -> str:
    """1, 2 for the innermost stage, f(1, 2) for the next one"""
    written = ", ".join(map(paper, case.start))
    for stage in case.stages[:place]:
        written = f"{paper_name(stage.name)}({written})"
    return written


def _product_of(case: Case) -> str:
    """the product is J_g(f(x, y)) · J_f(x, y)"""
    return "the product is " + " · ".join(_placed(case, place) for place in reversed(range(len(case.stages))))


def _result(case: Case) -> Values:
    found = case.derivation.result
    return found if isinstance(found, tuple) else (found,) if isinstance(found, Expr) else ()


def _single(case: Case) -> Matrix | None:
    """The result, where it is one matrix."""
    found = case.derivation.result
    return found if isinstance(found, Matrix) else None


# -- shape, order, factors ----------------------------------------------------------------------------


def _transposed(case: Case) -> Made:
    found = _single(case)
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
            yield values, _product_of(case)


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


def _elementwise(case: Case) -> Made:
    yield from _entrywise(case, lambda entries: Product(tuple(entries)), "rows times columns, not entry times entry")


def _added(case: Case) -> Made:
    yield from _entrywise(case, lambda entries: Sum(tuple(entries)), _product_of(case))


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
            yield values, _product_of(case)


def _outer_at_x(case: Case) -> Made:
    """J_g at x in place of f(x)"""
    for place in range(1, len(case.stages)):
        stage = case.stages[place]
        if len(case.start) == stage.n:
            changed = list(case.jacobians)
            changed[place] = case.inserted(case.locals[place], stage, case.start)
            values = case.answered(changed)
            if values is not None:
                at = f"{_argument(case, place)}, not at {_argument(case, 0)}"
                yield values, f"{_j(stage)} is to be taken at {at}"


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
        yield (whole,), where.format(_j(case.stages[place]))
    else:
        values = case.arranged(whole)
        if values is not None:
            yield values, where.format(_j(case.stages[place]))


def _middle_missing(case: Case) -> Made:
    for place in range(1, len(case.stages) - 1):
        yield from _left_out(case, place, "the Jacobian {} is missing")


def _inner_doubled(case: Case) -> Made:
    """J_g J_f J_f"""
    inner = case.jacobians[0]
    if len(case.stages) > 1 and inner.shape[0] == inner.shape[1]:
        values = case.answered([inner, *case.jacobians])
        if values is not None:
            yield values, f"the inner Jacobian {_j(case.stages[0])} stands there twice"


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


# -- the point ----------------------------------------------------------------------------------------


def _too_early(case: Case) -> Made:
    """Numbers inserted before differentiating: every derivative is 0"""
    if case.question.at is not None and not isinstance(case.question, ImplicitFunction | VolumeOf):
        yield tuple(_zeros(value) for value in _result(case)), "differentiate first, then insert the point"


def _zeros(value: Expr) -> Expr:
    return value.map(lambda _: ZERO) if isinstance(value, Matrix) else ZERO


def _value(case: Case) -> Made:
    """g(f(x)) in place of its derivative"""
    if isinstance(case.question, ImplicitFunction | VolumeOf):
        return
    whole = column(case.value(case.stages[-1], case.arguments[-1]))
    yield (whole,), "the function's value was computed, not its derivative"
    if whole.shape != (1, 1):
        yield (whole.transposed,), "the function's value was computed, not its derivative"


def _not_inserted(case: Case) -> Made:
    """The formula in place of its value at the point"""
    at = case.question.at
    if at is None or isinstance(case.question, ImplicitFunction | HessianOf | DifferentialOf | GraphOf):
        return
    symbolic = Case(replace(case.derivation, question=replace(case.question, at=None)))
    values = symbolic.answered(symbolic.jacobians)
    if values is not None:
        yield values, "insert the point"


def _coordinates_swapped(case: Case) -> Made:
    """At (2, 1) in place of (1, 2)"""
    at = case.question.at
    if at is None or isinstance(case.question, HessianOf | ImplicitFunction):
        return
    for i, j in combinations(range(len(at.coordinates)), 2):
        moved = list(at.coordinates)
        moved[i], moved[j] = moved[j], moved[i]
        question = replace(case.question, at=replace(at, coordinates=tuple(moved)))
        other = Case(replace(case.derivation, question=question))
        values = other.answered(other.jacobians)
        if values is not None:
            yield values, f"the point is {', '.join(_assigned(case, at.coordinates))}"


def _assigned(case: Case, coordinates: Sequence[Expr]) -> list[str]:
    return [f"{paper_name(n)} = {paper(c)}" for n, c in zip(case.chain.inputs, coordinates, strict=True)]


def _degrees(case: Case) -> Made:
    """sin 4 as the sine of 4 degrees"""
    if case.question.at is None:
        return
    right = _result(case)
    turned = tuple(_in_degrees(value) for value in right)
    if turned != right:
        yield turned, "angles are in radians"


def _in_degrees(expr: Expr) -> Expr:
    if isinstance(expr, Call) and expr.function in ("sin", "cos", "tan", "cot", "sec", "csc"):
        inner = expr.arguments[0]
        if not any(isinstance(part, Constant) and part.name == "pi" for part in _parts(inner)):
            return Call(expr.function, (Quotient(Product((inner, PI)), integer(180)),))
    return rebuild(expr, tuple(_in_degrees(part) for part in parts_of(expr))) if parts_of(expr) else expr


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for part in parts_of(expr):
        yield from _parts(part)


# -- places and signs ---------------------------------------------------------------------------------


def _rows_swapped(case: Case) -> Made:
    found = _single(case)
    if found is None or isinstance(case.question, HessianOf):
        return
    for i, j in combinations(range(found.shape[0]), 2):
        rows = list(found.rows)
        rows[i], rows[j] = rows[j], rows[i]
        yield (Matrix(tuple(rows)),), f"row {i + 1} belongs to component {i + 1}"


def _columns_swapped(case: Case) -> Made:
    found = _single(case)
    if found is None or isinstance(case.question, HessianOf) or found.shape[1] < 2:
        return
    for (values,), where in _rows_swapped_of(found.transposed):
        assert isinstance(values, Matrix)
        yield (values.transposed,), where


def _rows_swapped_of(matrix: Matrix) -> Made:
    for i, j in combinations(range(matrix.shape[0]), 2):
        rows = list(matrix.rows)
        rows[i], rows[j] = rows[j], rows[i]
        yield (Matrix(tuple(rows)),), f"column {i + 1} belongs to input {i + 1}"


def _sign(case: Case) -> Made:
    if isinstance(case.question, ImplicitFunction | VolumeOf):
        return
    yield tuple(v.map(Negative) if isinstance(v, Matrix) else Negative(v) for v in _result(case)), ""


# -- rules of differentiation -------------------------------------------------------------------------


def _slips(case: Case, manner: Manner) -> Made:
    """One rule remembered wrongly: in one stage, or in all of them."""
    if isinstance(case.question, HessianOf):
        yield from _slipped_hessian(case, manner)
        return
    wrong = [_slipped_jacobian(stage, manner) for stage in case.stages]
    changed = [k for k, stage in enumerate(case.stages) if wrong[k] != _slipped_jacobian(stage, RIGHT)]
    groups = [[k] for k in changed] + ([changed] if len(changed) > 1 else [])
    for group in groups:
        mixed = [wrong[k] if k in group else case.locals[k] for k in range(len(wrong))]
        values = case.answered(case.placed(mixed))
        if values is not None:
            yield values, _parting(case, group[0], wrong[group[0]])


def _slipped_jacobian(stage: VectorFunction, manner: Manner) -> Matrix:
    return Matrix(tuple(tuple(slipped(value, name, manner) for name in stage.inputs) for value in stage.values))


def _parting(case: Case, place: int, wrong: Matrix) -> str:
    """at ∂f₁/∂x = 2x: you have x²"""
    stage = case.stages[place]
    for label, mine, theirs in zip(stage.labels, case.locals[place].rows, wrong.rows, strict=True):
        for name, right, other in zip(stage.inputs, mine, theirs, strict=True):
            if tidy(right) != other:
                what = f"∂{paper_name(label)}/∂{paper_name(name)}"
                return f"the ways part at {what} = {paper(right)}, where this mistake gives {paper(other)}"
    return ""


def _slipped_hessian(case: Case, manner: Manner) -> Made:
    """A slip in the second derivative, or in both."""
    if len(case.stages) > 1:
        return
    stage = case.stages[0]
    second, both = [], []
    for value in stage.values:
        first = {name: partial(value, name).result for name in stage.inputs}
        second.append(_grid(first, stage.inputs, manner))
        both.append(_grid({name: slipped(value, name, manner) for name in stage.inputs}, stage.inputs, manner))
    right = [_grid({name: slipped(value, name, RIGHT) for name in stage.inputs}, stage.inputs, RIGHT)
             for value in stage.values]  # fmt: skip
    for matrices in (second, both):
        if matrices != right:
            placed = tuple(case.inserted(matrix, stage, case.start) for matrix in matrices)
            yield placed, "the ways part at the second derivatives"


def _grid(first: dict[str, Expr], inputs: Sequence[str], manner: Manner) -> Matrix:
    return Matrix(tuple(tuple(slipped(first[a], b, manner) for b in inputs) for a in inputs))


def _integrated(case: Case) -> Made:
    if isinstance(case.question, HessianOf | ImplicitFunction) or len(case.stages) > 1:
        return
    stage = case.stages[0]
    rows = [[integrated(value, name) for name in stage.inputs] for value in stage.values]
    if any(entry is None for r in rows for entry in r):
        return
    whole = Matrix(tuple(tuple(entry for entry in r if entry is not None) for r in rows))
    values = case.answered([case.inserted(whole, stage, case.start)])
    if values is not None:
        yield values, f"{_j(stage)} comes from differentiating"


def _read_otherwise(case: Case) -> Made:
    """f read with e^2x as e^(2x)"""
    changed = [tuple(otherwise_read(value) for value in stage.values) for stage in case.stages]
    if not any(value is not None for values in changed for value in values):
        return
    stages = [
        replace(stage, components=tuple(new or old for new, old in zip(values, stage.values, strict=True)))
        for stage, values in zip(case.stages, changed, strict=True)
    ]
    values = case.answered(case.placed([jacobian_of(stage) for stage in stages]))
    if values is not None:
        read = next(v for stage, made in zip(case.stages, changed, strict=True)
                    for v, new in zip(stage.values, made, strict=True) if new is not None)  # fmt: skip
        yield values, f"the formula is read as {paper(read)}"


def _softmax_diagonal(case: Case) -> Made:
    """∂p_i/∂z_j = p_i(1 − p_i) on the diagonal and 0 beside it"""
    for place, stage in enumerate(case.stages):
        if stage.n != stage.m or not all(_is_share(value) for value in stage.values):
            continue
        local = case.locals[place]
        cut = Matrix(tuple(tuple(e if i == j else ZERO for j, e in enumerate(r)) for i, r in enumerate(local.rows)))
        values = case.answered(case.placed([cut if k == place else m for k, m in enumerate(case.locals)]))
        if values is not None:
            yield values, "every p_i depends on every z_j: ∂p_i/∂z_j = −p_i p_j beside the diagonal"


def _is_share(value: Expr) -> bool:
    """e^a/(e^a + e^b + …)"""
    match value:
        case Quotient(over, Sum(terms)):
            return over in terms
        case _:
            return False


# -- questions of their own ---------------------------------------------------------------------------


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
        diagonals = tuple(_diagonal(v) for v in _result(case) if isinstance(v, Matrix))
        yield diagonals, "the mixed partial derivatives are not 0"


def _diagonal(matrix: Matrix) -> Matrix:
    return Matrix(tuple(tuple(e if i == j else ZERO for j, e in enumerate(r)) for i, r in enumerate(matrix.rows)))


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
    right = _single(case)
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
        yield (whole.map(lambda e: e),), "every partial derivative is multiplied by its change"
        sums = tuple(summed(r) for r in whole.rows)
        yield (column(sums),), "every partial derivative is multiplied by its change"


def _increment(case: Case) -> Made:
    """f(x + dx) − f(x) in place of df"""
    if isinstance(case.question, DifferentialOf) and case.question.vector:
        stage = case.stages[0]
        moved = tuple(a + d for a, d in zip(case.start, case.changes, strict=True))
        there, here = case.value(stage, moved), case.value(stage, case.start)
        yield (column(tuple(b - a for a, b in zip(here, there, strict=True))),), "this is f(x + dx) − f(x), not df"


_FIRST: tuple[Mistake, ...] = (
    Mistake("transposed", "the transposed matrix", _transposed),
    Mistake("order", "the product with its factors in another order", _order),
    Mistake("composition-swapped", "the composition the other way round", _swapped_composition),
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
    Mistake("evaluated-too-early", "a derivative of numbers, which is 0", _too_early),
    Mistake("value", "the value of the function instead of its derivative", _value),
    Mistake("point-not-inserted", "the formula before the point is inserted", _not_inserted),
    Mistake("coordinates-swapped", "the result at the point with its coordinates swapped", _coordinates_swapped),
    Mistake("degrees", "angles taken in degrees", _degrees),
    Mistake("rows-swapped", "the right matrix with two rows swapped", _rows_swapped),
    Mistake("columns-swapped", "the right matrix with two columns swapped", _columns_swapped),
    Mistake("sign", "the right result with the opposite sign", _sign),
)
_LAST: tuple[Mistake, ...] = (
    Mistake("integrated", "an integral instead of a derivative", _integrated),
    Mistake("other-reading", "the function's formula read in another way", _read_otherwise),
    Mistake("softmax-diagonal", "the Jacobian of the softmax with its diagonal only", _softmax_diagonal),
    Mistake("not-unit", "the product with the vector itself, not with the unit vector", _not_unit),
    Mistake("vector-side", "the product with the vector on the other side", _from_the_other_side),
    Mistake("vector-missing", "the Jacobian before it is multiplied by the vector", _vector_missing),
    Mistake("mixed-partial-missing", "the Hessian without its mixed partial derivatives", _mixed_missing),
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
    Mistake("increment", "the change of the function itself", _increment),
)  # fmt: skip


def _by_manner(manner: Manner) -> Callable[[Case], Made]:
    return lambda case: _slips(case, manner)


MISTAKES: tuple[Mistake, ...] = (
    *_FIRST, *(Mistake(manner.code, f"a slip in a rule, {manner.said}", _by_manner(manner)) for manner in manners()),
    *_LAST,
)  # fmt: skip
