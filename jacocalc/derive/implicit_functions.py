"""Functions given by equations: F(x, y) = 0 defines y(x) where ∂F/∂y is invertible.

    J_y = −[∂F/∂y]⁻¹ ∂F/∂x        (implicit function theorem)
    ∂²y/∂x_j∂x_k = −(F_jk + F_jy y_k + F_yk y_j + F_yy y_j y_k)/F_y      for one equation

The second road: without a point, F_x + F_y J_y is proved to be 0 and y_jk is compared with the total
derivative of y_j by x_k; at a point, F(x ± h, y) = 0 is solved for y by Newton's method in balls, and
difference quotients of the solutions are compared.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from jacocalc.algebra.tidy import essential
from jacocalc.algebra.values import cancelled, exact
from jacocalc.derive.book_forms import author_letters, printed_entries
from jacocalc.derive.chain import Work, all_parameters, local_steps
from jacocalc.derive.implicit_roads import verify_at, verify_identity, verify_second, verify_second_at
from jacocalc.derive.jacobians import jacobian_at, stage_value
from jacocalc.derive.matrices import adjugate, columns_at, determinant, written_product
from jacocalc.derive.on_curve import shortened
from jacocalc.derive.partials import partial
from jacocalc.errors import JacocalcError, TooLarge, Undecided
from jacocalc.evaluate.equality import surely_equal
from jacocalc.evaluate.numbers import sign_of
from jacocalc.functions import Point, VectorFunction
from jacocalc.linear import paper, paper_name
from jacocalc.notation import (
    ZERO,
    Applied,
    Comparison,
    Expr,
    Matrix,
    Negative,
    Product,
    Quotient,
    Sum,
    Symbol,
    column,
    in_rows,
    integer,
    substitute,
)
from jacocalc.questions import ImplicitFunction
from jacocalc.steps import (
    BlockDeterminant,
    BlockInverse,
    Blocks,
    ImplicitJacobian,
    ImplicitSecond,
    LocalJacobian,
    OnCurve,
    SecondOnCurve,
)

_LARGEST = 5


def implicit_jacobian(work: Work, question: ImplicitFunction) -> Matrix:
    """J_y, k×n for k equations and n independent inputs; the steps go into ``work``.

    Raises JacocalcError for a point off the curve and where ∂F/∂y is singular, DomainError, TooLarge.
    """
    stage = question.chain.stages[0]
    if len(question.solve_for) > _LARGEST:
        raise TooLarge(f"a system of {len(question.solve_for)} equations is too large to be inverted on a page")
    dependent = question.solve_for
    independent = tuple(name for name in stage.inputs if name not in dependent)
    if work.at is not None:
        _on_curve(work, stage, work.at)
    local = local_steps(work)[0]
    matrix = local.result if work.at is None else _jacobian_at(work, stage, work.at, local)
    blocks = _blocks(work, stage, matrix, independent, dependent)
    inverse = _inverse(work, stage, blocks)
    if work.at is None:
        work.assumptions.append(_condition(blocks))
    result = _value(written_product(inverse, blocks.by_independent, dot=False).map(Negative), stage)
    work.steps.append(ImplicitJacobian(independent, dependent, blocks.at, inverse, blocks.by_independent, result))
    if work.at is None:
        work.outcomes.append(verify_identity(blocks, result))
    else:
        work.outcomes.append(verify_at(stage, work.at, blocks, result))
    if len(dependent) == 1 and not stage.abstract:
        with suppress(TooLarge):  # the first derivatives stand there all the same
            _second(work, stage, blocks, result, local)
    return result


def _value(matrix: Matrix, stage: VectorFunction) -> Matrix:
    letters = _letters(stage)
    found = matrix.map(lambda entry: cancelled(entry, letters))
    return found if stage.abstract else printed_entries(found, column(stage.values), stage.inputs)


def _letters(stage: VectorFunction) -> tuple[Expr, ...]:
    """The letters in the author's order; of F(x, y) = 0, G(x, y) = 0 the partials row by row: F_y G_x, not G_x F_y."""
    if not stage.abstract:
        return tuple(map(Symbol, author_letters(Sum(stage.values), stage.inputs)))
    plain = [value for value in stage.values if isinstance(value, Applied)]
    partials = [replace(value, derivatives=(k,)) for value in plain for k in range(1, len(value.inputs) + 1)]
    return (*map(Symbol, stage.parameters), *partials)


def _jacobian_at(work: Work, stage: VectorFunction, at: Point, local: LocalJacobian) -> Matrix:
    here = jacobian_at(stage, local, at.coordinates, all_parameters(work))
    work.steps.append(here)
    return here.result


# -- the point ----------------------------------------------------------------------------------------


def _on_curve(work: Work, stage: VectorFunction, at: Point) -> None:
    """Raise JacocalcError unless F(a) = 0."""
    if stage.abstract:
        hint = f"leave the point out: the formulas hold wherever {stage.name} = 0 can be solved"
        raise JacocalcError(f"{stage.unknown} is unspecified, so whether it is 0 at the point is not known", hint=hint)
    value = stage_value(stage, 0, at.coordinates, all_parameters(work))
    for label, entry in zip(stage.labels, value.result.entries, strict=True):
        sign = 0 if entry == ZERO else sign_of(entry)
        where = ", ".join(f"{paper_name(n)} = {paper(c)}" for n, c in zip(stage.inputs, at.coordinates, strict=True))
        if sign is None:
            raise Undecided(f"whether {paper_name(label)} = 0 at {where} is undecided")
        if sign:
            raise JacocalcError(
                f"the point is not on the curve: {paper_name(label)} is {paper(entry)} at {where}, not 0",
                hint=f"the inputs in order are {', '.join(stage.inputs)}",
            )
    work.steps.append(OnCurve(at.coordinates, value.inserted, value.result))


# -- the blocks ---------------------------------------------------------------------------------------


def _blocks(
    work: Work, stage: VectorFunction, matrix: Matrix, independent: tuple[str, ...], dependent: tuple[str, ...]
) -> Blocks:
    at = work.at.coordinates if work.at is not None else ()
    found = Blocks(
        independent, dependent, at, _columns(matrix, stage, independent), _columns(matrix, stage, dependent)
    )  # fmt: skip
    work.steps.append(found)
    return found


def _columns(matrix: Matrix, stage: VectorFunction, names: tuple[str, ...]) -> Matrix:
    return columns_at(matrix, [stage.inputs.index(name) for name in names])


def _inverse(work: Work, stage: VectorFunction, blocks: Blocks) -> Matrix:
    """[∂F/∂y]⁻¹, its determinant shown and found to be different from 0."""
    block = blocks.by_dependent
    written, value = determinant(block) if block.shape != (1, 1) else (block.rows[0][0], exact(block.rows[0][0]))
    work.steps.append(BlockDeterminant(blocks.dependent, blocks.at, written, value))
    _refuse_singular(work, stage, blocks, value)
    if block.shape == (1, 1):
        return _value(Matrix(((Quotient(integer(1), value),),)), stage)
    cofactors = adjugate(block)
    inverse = _value(cofactors.map(lambda entry: Quotient(entry, value)), stage)
    work.steps.append(BlockInverse(blocks.dependent, value, cofactors, inverse))
    return inverse


def _refuse_singular(work: Work, stage: VectorFunction, blocks: Blocks, value: Expr) -> None:
    sign = 0 if value == ZERO else sign_of(value) if work.at is not None else 1
    if sign is None:
        raise Undecided("whether ∂F/∂y is singular at the point is undecided")
    if sign == 0:
        names = ", ".join(map(paper_name, blocks.dependent))
        by = f"({names})" if len(blocks.dependent) > 1 else names
        where = " at the point" if work.at is not None else ""
        raise JacocalcError(
            f"∂{paper_name(stage.name)}/∂{by} is singular{where} (its determinant is 0), so the theorem gives no "
            f"{by} as a function of {', '.join(map(paper_name, blocks.independent))} there",
            hint=_other(blocks),
        )


def _other(blocks: Blocks) -> str:
    """What could be solved for instead, for one equation at a point."""
    if len(blocks.dependent) > 1 or not blocks.at:
        return "solve for other variables, or choose another point"
    for name, entry in zip(blocks.independent, blocks.by_independent.rows[0], strict=True):
        if sign_of(entry) in (1, -1):
            return f"∂F/∂{paper_name(name)} = {paper(entry)} is not 0: solve for {paper_name(name)} instead"
    return "all partial derivatives are 0: a singular point of the curve"


def _condition(blocks: Blocks) -> Expr:
    """det ∂F/∂y ≠ 0."""
    block = blocks.by_dependent
    return Comparison("!=", essential(block.rows[0][0] if block.shape == (1, 1) else determinant(block)[1]), ZERO)


# -- the second derivative ----------------------------------------------------------------------------


def _second(work: Work, stage: VectorFunction, blocks: Blocks, first: Matrix, local: LocalJacobian) -> None:
    y = blocks.dependent[0]
    names = (*blocks.independent, y)
    by_name = dict(zip(stage.inputs, (one.result for one in local.partials[0]), strict=True))
    formulas = {(a, b): partial(by_name[b], a).result for a in names for b in names}
    values = stage.bound(work.at.coordinates, work.at.parameters) if work.at is not None else {}
    second = Matrix(tuple(tuple(_value_of(formulas[a, b], values) for b in names) for a in names))
    slopes = first.rows[0]
    under = blocks.by_dependent.rows[0][0]
    n = len(blocks.independent)
    written = Matrix(tuple(tuple(_entry(second, slopes, under, j, k) for k in range(n)) for j in range(n)))
    result = _symmetric(written, second, stage)
    work.steps.append(ImplicitSecond(blocks.independent, y, blocks.at, second, slopes, written, result))
    if work.at is None:
        work.measured = "values of the second derivative by another road"
        work.outcomes.append(verify_second(blocks, first, result, stage.parameters))
        _on_the_curve(work, stage, blocks, result)
    else:
        work.outcomes.append(verify_second_at(stage, work.at, blocks, first, result))


def _symmetric(written: Matrix, second: Matrix, stage: VectorFunction) -> Matrix:
    """The values of y_jk, those of y_kj where F_jk is F_kj for all j and k."""
    pairs = zip(second.entries, second.transposed.entries, strict=True)
    same = all(surely_equal(a, b) for a, b in pairs)
    n = range(written.shape[0])
    places = [(j, k) for j in n for k in n if k >= j or not same]
    found = _value(column(tuple(written.rows[j][k] for j, k in places)), stage)
    once = dict(zip(places, found.entries, strict=True))
    return Matrix(tuple(tuple(once[min(j, k), max(j, k)] if same else once[j, k] for k in n) for j in n))


def _on_the_curve(work: Work, stage: VectorFunction, blocks: Blocks, result: Matrix) -> None:
    """−x²/y³ − 1/y = −1/y³ where x² + y² = 1."""
    once = {entry: shortened(entry, stage.values[0], stage.inputs) for entry in dict.fromkeys(result.entries)}
    found = [once[entry] for entry in result.entries]
    if not any(found):
        return
    pairs = [pair or (ZERO, entry) for pair, entry in zip(found, result.entries, strict=True)]
    multiples, shorter = (in_rows(side, result.shape[0]) for side in zip(*pairs, strict=True))
    work.steps.append(SecondOnCurve(blocks.independent, blocks.dependent[0], multiples, shorter))


def _value_of(formula: Expr, values: dict[str, Expr]) -> Expr:
    return exact(substitute(formula, values)) if values else formula


def _entry(second: Matrix, slopes: tuple[Expr, ...], under: Expr, j: int, k: int) -> Expr:
    """−(F_jk + F_jy y_k + F_yk y_j + F_yy y_j y_k)/F_y"""
    rows, y = second.rows, len(slopes)
    terms = (
        rows[j][k], Product((rows[j][y], slopes[k]), dot=True), Product((rows[y][k], slopes[j]), dot=True),
        Product((rows[y][y], slopes[j], slopes[k]), dot=True),
    )  # fmt: skip
    return Negative(Quotient(Sum(terms), under))
