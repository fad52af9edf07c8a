"""det J and what it does to volumes; √det(JᵀJ) where there are more components than inputs.

    det J          by cofactors, or along the diagonal of a triangular J; its shortest form; |det J|, ln |det J|
    det J = 0      where, factor by factor; elsewhere J_{f⁻¹}(f(x)) = J_f(x)⁻¹ = adj J / det J
    √det(JᵀJ)      lengths ‖f′(t)‖ dt, areas √det(JᵀJ) du dv

The second roads: SymPy's determinant of its own derivatives; elimination on difference quotients of values,
in ball arithmetic; for JᵀJ the sum of the squares of all n×n minors (Cauchy and Binet).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import sympy

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.algebra.domain import needed
from jacocalc.algebra.sure_signs import Region, region
from jacocalc.algebra.values import exact
from jacocalc.derive.book_forms import author_letters
from jacocalc.derive.chain import Work, all_parameters, conditions, local_steps
from jacocalc.derive.densities import carried, covered_twice, injective, total_probability
from jacocalc.derive.jacobians import exact_matrix, jacobian_at, parameters_of, short_enough, stage_value
from jacocalc.derive.matrices import adjugate as adjugate_of
from jacocalc.derive.matrices import determinant, rank, written_product
from jacocalc.derive.roads import by_differences, proved_within, sample_points
from jacocalc.derive.short_forms import (
    barred,
    logarithm,
    notation,
    root,
    short,
    short_matrix,
    shortest,
    turned_alike,
    written_magnitude,
)
from jacocalc.derive.signs import Facts, facts_of, sign
from jacocalc.derive.zeros import singular_set
from jacocalc.errors import JacocalcError, LimitReached, TooLarge, Undecided
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import Outcome, proved_equal
from jacocalc.evaluate.fields import Unsettled
from jacocalc.evaluate.numbers import ball, sign_of
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import sqrt
from jacocalc.notation import (
    ONE,
    ZERO,
    Expr,
    Matrix,
    Negative,
    Piecewise,
    Product,
    Sum,
    Symbol,
    column,
    integer,
    names,
    row,
    substitute,
    tree_size,
    walk,
)
from jacocalc.options import LIMITS
from jacocalc.steps import (
    ChangeOfVariables,
    DensityRule,
    GramDeterminant,
    JacobianAt,
    LocalInverse,
    LocalJacobian,
    SingularPoint,
    SingularSet,
    VolumeFactor,
)

_CALLS = 1_500_000
_SAMPLES = 18
_MOST = 6
_INVERTED = 3
_PAGE = 120


def volume(work: Work, density: str) -> Expr:
    """det J, or √det(JᵀJ), at the point if there is one; the steps go into ``work``."""
    function = work.chain.stages[0]
    if function.abstract:
        raise JacocalcError(f"{function.unknown} is unspecified: a volume factor needs its formulas")
    local = local_steps(work)[0]
    here = _at_point(work, function, local) if work.at is not None else None
    return (_square if function.n == function.m else _longer)(work, local.result, here, density)


def _at_point(work: Work, function: VectorFunction, local: LocalJacobian) -> JacobianAt:
    """f(a) and J_f(a)."""
    assert work.at is not None
    at, parameters = work.at.coordinates, all_parameters(work)
    work.steps += short_enough(lambda: [stage_value(function, 0, at, parameters)])
    here = jacobian_at(function, local, at, parameters)
    work.steps.append(here)
    return here


# -- as many components as inputs ---------------------------------------------------------------------


def _square(work: Work, jacobian: Matrix, here: JacobianAt | None, density: str) -> Expr:
    alike = _alike(work.chain.stages[0])
    domain = conditions(work.chain, work.options)
    factor = volume_factor(jacobian, (), alike, facts_of(domain))
    _check_somewhere_nonzero(factor.determinant)
    work.steps.append(factor)
    work.outcomes.append(_determinant_outcome(work, factor))
    there = None
    if here is not None:
        there = volume_factor(here.result, here.arguments, alike)
        work.steps.append(there)
        work.outcomes.append(_at_point_outcome(work, factor, there))
    singular = singular_set(factor.determinant, alike, work.chain.inputs, domain)
    if not _in_pieces(singular):
        work.steps.append(singular)
    inverse = None
    if not singular.everywhere:
        inverse = _inverses(work, factor, there)
        _changes(work, factor, inverse, domain)
        if density:
            _density(work, factor, density)
    return (there or factor).determinant


def _alike(function: VectorFunction) -> Matrix:
    """The components, behind their parameters in the author's order."""
    letters = author_letters(column(function.values), function.inputs)
    return column((*(Symbol(name) for name in letters if name not in function.inputs), *function.values))


def _in_pieces(singular: SingularSet) -> bool:
    """Whether an equation has cases, so that it would have to be solved piece by piece."""
    return any(isinstance(node, Piecewise) for case in singular.result for node in walk(case.equation))


def volume_factor(matrix: Matrix, at: tuple[Expr, ...], alike: Matrix, facts: Facts = ()) -> VolumeFactor:
    """det J and |det J| of a square matrix, letters in the order in which ``alike`` has them.

    Raises TooLarge beyond 6×6, unless the matrix is triangular, and where det J is too long.
    """
    triangular = is_triangular(matrix)
    written, value = (_along_diagonal(matrix), None) if triangular else _expansion(matrix)
    if value != ZERO:
        value = _number(written) if at else short((written,), alike)[0]
    (known,) = shortest([to_sympy(value)])
    if any(map(_is_zero, sympy.Mul.make_args(known))):
        known, value = sympy.S.Zero, ZERO
    size = written_magnitude(value, known, alike, facts)
    log = None if value == ZERO else turned_alike(notation(logarithm(known, facts), value), value)
    return VolumeFactor(at, matrix, triangular, written, value, sign(known, facts), barred(size), log, size)


def _expansion(matrix: Matrix) -> tuple[Expr, Expr]:
    """As it is written, and its value."""
    found = determinant(matrix) if matrix.shape[0] <= _MOST else None
    if found is None or tree_size(found[0]) > LIMITS.operations:
        raise TooLarge(f"the determinant of a {matrix.shape[0]}×{matrix.shape[0]} matrix is too long to write out")
    return found


def _is_zero(factor: Any) -> bool:
    """0, or 0 in each of its pieces."""
    return not any(branch for branch, _ in factor.args) if isinstance(factor, sympy.Piecewise) else factor == 0


def _number(written: Expr) -> Expr:
    """The exact value, 0 where it is proved to be 0.  Raises Undecided where it may be 0."""
    value = exact(written)
    if sign_of(value) is None:
        if not proved_equal(to_sympy(value), sympy.S.Zero):
            raise Undecided("whether det J is 0 at the point is undecided")
        return ZERO
    return value


def _check_somewhere_nonzero(formula: Expr) -> None:
    """Raise Undecided where a formula has the value 0 at all sample points, although it is not written as 0."""
    letters, met = names(formula), False
    for scale, point in product((1, 10), sample_points(len(letters), _SAMPLES)):  # pieces may lie far out
        scaled = {letter: exact(integer(scale) * value) for letter, value in zip(letters, point, strict=True)}
        try:
            value = ball(substitute(formula, scaled), 256)
        except (Unsettled, JacocalcError):
            continue
        if value.is_finite():
            met = True
            if not value.contains(0):
                return
    if met and formula != ZERO:
        raise Undecided("det J seems to be 0 everywhere, but that could not be proved")


def is_triangular(matrix: Matrix) -> bool:
    """Whether all entries on one side of the diagonal are 0, for two rows or more."""
    places = [(i, j) for i, row in enumerate(matrix.rows) for j, entry in enumerate(row) if entry != ZERO]
    return matrix.shape[0] > 1 and (all(i >= j for i, j in places) or all(i <= j for i, j in places))


def _along_diagonal(matrix: Matrix) -> Expr:
    return Product(tuple(matrix.rows[i][i] for i in range(matrix.shape[0])), dot=True)


def _inverses(work: Work, factor: VolumeFactor, there: VolumeFactor | None) -> LocalInverse | None:
    """The inverse matrix, symbolic and at the point, where it is short enough to write."""
    alike = _alike(work.chain.stages[0])
    inverse = None
    short_enough = factor.matrix.shape[0] <= _INVERTED
    if short_enough and _invertible_on_a_page(factor):
        inverse = local_inverse(factor, alike)
        work.steps.append(inverse)
        work.outcomes.append(_inverse_outcome(work, factor, inverse))
    if there is not None and there.determinant == ZERO:
        found = rank(there.matrix)
        work.steps.append(SingularPoint(there.at, -1 if found is None else found))
    elif there is not None and short_enough:
        at_point = local_inverse(there, alike)
        work.steps.append(at_point)
        work.outcomes.append(_inverse_outcome(work, there, at_point))
    return inverse


def _invertible_on_a_page(factor: VolumeFactor) -> bool:
    """Whether the inverse matrix is short enough to be written, and needs no distinction of cases."""
    pieces = any(isinstance(node, Piecewise) for node in walk(factor.matrix))
    return not pieces and tree_size(factor.matrix) <= _PAGE and tree_size(factor.determinant) <= _PAGE


def local_inverse(factor: VolumeFactor, alike: Matrix) -> LocalInverse:
    """J⁻¹ = adj J / det J, and the determinant of J⁻¹ by its own entries."""

    def shortened(matrix: Matrix) -> Matrix:
        return exact_matrix(matrix) if factor.at else short_matrix(matrix, alike)

    adjugate = shortened(adjugate_of(factor.matrix))
    result = shortened(adjugate.map(lambda entry: entry / factor.determinant))
    scalars = shortened(row((ONE / factor.determinant, determinant(result)[0])))
    reciprocal, back = scalars.entries
    return LocalInverse(factor.at, factor.determinant, reciprocal, adjugate, back, result)


def _changes(work: Work, factor: VolumeFactor, inverse: LocalInverse | None, domain: tuple[Expr, ...]) -> None:
    """The rules for integrals and for densities."""
    function = work.chain.stages[0]
    found = injective(work.chain, factor, domain)
    work.steps.append(ChangeOfVariables(names_of_outputs(function), function.values, found, factor.result))
    diagonal = tuple(factor.matrix.rows[i][i] for i in range(factor.matrix.shape[0])) if factor.triangular else ()
    back = None if inverse is None else inverse.back
    work.steps.append(DensityRule(factor.determinant, diagonal, back, factor.logarithm))


def _density(work: Work, factor: VolumeFactor, density: str) -> None:
    function, given = work.chain.stages[0], parameters_of(work.at)
    total = total_probability(function, factor.determinant, density, given)
    if covered_twice(work.chain, factor, density):
        work.steps.append(replace(total, method="refuted", points=0, bound=0, result=""))
        return
    work.steps += [carried(function, factor, density), total]


def names_of_outputs(function: VectorFunction) -> tuple[str, ...]:
    """x, y of equations; otherwise x, y, z or y, y₁, …, whichever are free; otherwise f₁, f₂."""
    taken = {function.name, *function.inputs, *function.parameters}
    count = len(function.values)
    choices = [("y",)] if count == 1 else [("x", "y", "z")[:count]] if count <= 3 else []
    choices += [tuple(f"{letter}_{i}" for i in range(1, count + 1)) for letter in "yz"]
    free = (choice for choice in choices if not taken & {*choice, *(name.replace("_", "") for name in choice)})
    return function.outputs or next(free, function.labels)


# -- second roads -------------------------------------------------------------------------------------


def _determinant_outcome(work: Work, factor: VolumeFactor) -> tuple[Outcome, int]:
    """SymPy's own determinant of its own derivatives, and elimination on differences of values."""
    agreed = _values_outcome(work, factor, None)
    function = work.chain.stages[0]
    return _proof(agreed, function, factor.determinant, False)


def _proof(agreed: tuple[Outcome, int], function: VectorFunction, ours: Expr, gram: bool) -> tuple[Outcome, int]:
    values, letters = to_sympy(column(function.values)), [symbol(name) for name in function.inputs]
    where = region(needed(function.values, function.inputs))
    settled = _settled(_is_determinant, values, letters, to_sympy(ours), gram, where)
    return (Outcome.PROVED, 0) if settled else agreed


def _is_determinant(values: Any, letters: list[Any], ours: Any, gram: bool, where: Region) -> bool:
    """det J, or the sum of the squares of all minors of J with as many rows as J has columns (= det JᵀJ).

    ``where`` J is defined.
    """
    jacobian = values.jacobian(letters)
    rows, columns = jacobian.shape
    chosen = combinations(range(rows), columns)
    minors = [jacobian.extract(list(kept), list(range(columns))).det(method="berkowitz") for kept in chosen]
    found = sympy.Add(*(one**2 for one in minors)) if gram else minors[0]
    return proved_within(found, ours, where)


def _at_point_outcome(work: Work, factor: VolumeFactor, there: VolumeFactor) -> tuple[Outcome, int]:
    """The determinant of the numbers, and the numbers inserted into the determinant."""
    agreed = _values_outcome(work, there, None)
    return (Outcome.PROVED, 0) if _same_at_point(work, factor.determinant, there.determinant) else agreed


def _same_at_point(work: Work, formula: Expr, value: Expr) -> bool:
    assert work.at is not None
    given = work.chain.stages[0].bound(work.at.coordinates, work.at.parameters)
    try:
        return proved_equal(to_sympy(substitute(formula, given)), to_sympy(value))
    except JacocalcError:
        return False


def _inverse_outcome(work: Work, factor: VolumeFactor, inverse: LocalInverse) -> tuple[Outcome, int]:
    """J · J⁻¹ = I and det J · det J⁻¹ = 1, proved, or at sample points."""
    agreed = _values_outcome(work, factor, inverse)
    product = to_sympy(factor.matrix) * to_sympy(inverse.result)
    wanted = sympy.eye(factor.matrix.shape[0])
    pairs = [*zip(product, wanted, strict=True), (to_sympy(inverse.back * factor.determinant), sympy.S.One)]
    return (Outcome.PROVED, 0) if all(proved_equal(a, b) for a, b in pairs) else agreed


def _settled(proof: Callable[..., bool], *arguments: Any) -> bool:
    """Whether a proof succeeds within the budget."""
    try:
        return within(_CALLS, proof, *arguments)
    except LimitReached:
        return False


def _values_outcome(work: Work, factor: VolumeFactor, inverse: LocalInverse | None) -> tuple[Outcome, int]:
    """det J, |det J|, ln |det J| and J⁻¹ against elimination on difference quotients, in ball arithmetic."""
    claims = [factor.determinant, factor.result]
    if factor.logarithm is not None:
        claims.append(factor.logarithm)
    if inverse is not None:
        claims += [*inverse.result.entries, inverse.back]

    def measured(jacobian: Any) -> list[Any]:
        size = jacobian.det()
        found = [size, abs(size)] + ([abs(size).log()] if factor.logarithm is not None else [])
        if inverse is None:
            return found
        back = jacobian.inv()
        return [*found, *back.entries(), back.det()]

    return by_differences(work.chain, work.at if factor.at else None, claims, measured)


# -- more components than inputs ----------------------------------------------------------------------


def _longer(work: Work, jacobian: Matrix, here: JacobianAt | None, _density: str) -> Expr:
    """√det(JᵀJ), and where it is 0."""
    alike = _alike(work.chain.stages[0])
    domain = conditions(work.chain, work.options)
    found = gram(jacobian, (), alike, facts_of(domain))
    work.steps.append(found)
    agreed = _gram_values(work, found)
    work.outcomes.append(_proof(agreed, work.chain.stages[0], found.determinant, True))
    there = None
    if here is not None:
        there = gram(here.result, here.arguments, alike)
        work.steps.append(there)
        agreed = _gram_values(work, there)
        same = _same_at_point(work, found.determinant, there.determinant)
        work.outcomes.append((Outcome.PROVED, 0) if same else agreed)
    singular = singular_set(found.determinant, alike, work.chain.inputs, domain)
    if not _in_pieces(singular):
        work.steps.append(singular)
    return (there or found).result


def gram(matrix: Matrix, at: tuple[Expr, ...], alike: Matrix, facts: Facts = ()) -> GramDeterminant:
    """√det(JᵀJ) of a matrix with more rows than columns, letters in the order in which ``alike`` has them."""
    if matrix.shape[1] > _MOST:
        raise TooLarge(f"the determinant of a {matrix.shape[1]}×{matrix.shape[1]} matrix is too long to write out")

    def shortened(one: Matrix) -> Matrix:
        return exact_matrix(one) if at else short_matrix(one, alike)

    written = written_product(matrix.transposed, matrix)
    product = shortened(written)
    applied = determinant(product)[0]
    value = shortened(row((applied,))).entries[0]
    size = notation(root(to_sympy(value), facts), alike)
    cross = shortened(_cross(matrix)) if matrix.shape == (3, 2) else None
    return GramDeterminant(at, matrix, written, product, applied, value, cross, barred(size), size)


def _cross(matrix: Matrix) -> Matrix:
    """f_u × f_v, the columns of J multiplied."""
    (a, b, c), (p, q, r) = matrix.transposed.rows

    def entry(one: Expr, two: Expr, three: Expr, four: Expr) -> Expr:
        return Sum((Product((one, two)), Negative(Product((three, four)))))

    return column((entry(b, r, c, q), entry(c, p, a, r), entry(a, q, b, p)))


def _gram_values(work: Work, found: GramDeterminant) -> tuple[Outcome, int]:
    """√det(JᵀJ) against difference quotients of values, the root of the Gram determinant by elimination."""
    claims: list[Expr] = [found.determinant, found.result]
    if found.cross is not None:
        claims.append(sqrt(Sum(tuple(entry**2 for entry in found.cross.entries))))

    def measured(jacobian: Any) -> Sequence[Any]:
        whole = (jacobian.transpose() * jacobian).det()
        root = abs(whole).sqrt() if whole.contains(0) else whole.sqrt()
        return [whole, root, root][: len(claims)]

    return by_differences(work.chain, work.at if found.at else None, claims, measured)
