"""What wrong answers are made of: the stages of a question, their Jacobians, the places at which they are taken.

A Case rebuilds the answer to a question from the Jacobians of its stages: ``answered(jacobians)`` is right when the
right ones go in, so a mistake is the same road with one thing changed.  Everything is notation, nothing is simplified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, reduce
from itertools import pairwise

from jacocalc.derive.chain import composed_size
from jacocalc.derive.differentials import change_names
from jacocalc.derive.matrices import columns_at, minor, written_norm, written_product
from jacocalc.derive.partials import partial
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import sqrt
from jacocalc.notation import (
    ZERO,
    Expr,
    Matrix,
    Minus,
    Negative,
    Product,
    Quotient,
    Sum,
    Symbol,
    column,
    row,
    substitute,
    summed,
)
from jacocalc.questions import (
    Compose,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    JacobianVector,
    PointReport,
    Question,
    VectorJacobian,
    VolumeOf,
)
from jacocalc.steps import Derivation

_LARGEST = 1_500
JACOBIANS = (Compose, JacobianOf, GradientOf, GraphOf, VectorJacobian, JacobianVector, DifferentialOf, VolumeOf)


class Case:
    """A question about functions with formulas, ready for mistakes; see the module's head."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.question = derivation.question
        self.chain = self.question.chain
        self.stages = self.chain.stages
        self.parameters = dict(self.question.at.parameters) if self.question.at is not None else {}

    @staticmethod
    def fits(derivation: Derivation) -> bool:
        """Whether wrong answers can be made: formulas are known and short, and the result is written out."""
        question, chain = derivation.question, derivation.question.chain
        known = isinstance(question, (*JACOBIANS, HessianOf, ImplicitFunction))
        short = known and bool(chain.stages) and not chain.abstract and composed_size(chain) <= _LARGEST
        return short and derivation.result is not None

    @property
    def without_point(self) -> Case | None:
        """The same question for formulas; None where it needs a point."""
        asked = without_point(self.question)
        return None if asked is None else Case(replace(self.derivation, question=asked))

    # -- places -------------------------------------------------------------------------------------

    @property
    def start(self) -> tuple[Expr, ...]:
        """The point, or the innermost inputs."""
        at = self.question.at
        return at.coordinates if at is not None else tuple(map(Symbol, self.chain.inputs))

    @cached_property
    def arguments(self) -> list[tuple[Expr, ...]]:
        """What each stage is taken at: x, f(x), g(f(x)), …"""
        return self.carried(self.start)

    def carried(self, start: tuple[Expr, ...]) -> list[tuple[Expr, ...]]:
        """The arguments of every stage from another start."""
        found = [start]
        for stage in self.stages[:-1]:
            found.append(self.value(stage, found[-1]))
        return found

    def value(self, stage: VectorFunction, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """f(a), nothing calculated."""
        return stage.at(arguments, tuple(self.parameters.items())).entries

    def inserted(self, matrix: Matrix, stage: VectorFunction, arguments: Sequence[Expr]) -> Matrix:
        """A matrix in the inputs of a stage, at these arguments."""
        bound = stage.bound(tuple(arguments), tuple(self.parameters.items()))
        return matrix.map(lambda entry: substitute(entry, bound))

    # -- Jacobians ----------------------------------------------------------------------------------

    @cached_property
    def locals(self) -> list[Matrix]:
        """J of each stage in its own inputs."""
        return [jacobian_of(stage) for stage in self.stages]

    @cached_property
    def jacobians(self) -> list[Matrix]:
        """J of each stage at its arguments, innermost first."""
        return self.placed(self.locals)

    def placed(self, matrices: Sequence[Matrix]) -> list[Matrix]:
        """Matrices in the inputs of the stages, each at its arguments."""
        return [
            self.inserted(matrix, stage, a)
            for matrix, stage, a in zip(matrices, self.stages, self.arguments, strict=True)
        ]

    # -- answers ------------------------------------------------------------------------------------

    def answered(self, jacobians: Sequence[Matrix]) -> tuple[Expr, ...] | None:
        """The answer that these Jacobians of the stages lead to (innermost first); None where nothing fits."""
        if any(inner.shape[0] != outer.shape[1] for inner, outer in pairwise(jacobians)):
            return None
        return self.arranged(reduce(lambda inner, outer: written_product(outer, inner), jacobians))

    def arranged(self, whole: Matrix) -> tuple[Expr, ...] | None:
        """What the question asks of the Jacobian of the composition."""
        match self.question:
            case GradientOf():
                return (whole.transposed,)
            case VectorJacobian(_, vector) | GraphOf(_, _, vector) if vector:
                return (written_product(row(vector), whole),) if whole.shape[0] == len(vector) else None
            case JacobianVector():
                direction = self.direction
                return (written_product(whole, column(direction)),) if whole.shape[1] == len(direction) else None
            case DifferentialOf():
                return (written_product(whole, column(self.changes)),)
            case VolumeOf():
                found = volume_of(whole)
                return None if found is None else (found,)
            case ImplicitFunction():
                found_j = self.implicit(whole)
                return None if found_j is None else (found_j,)
            case _:
                return (whole,)

    @property
    def direction(self) -> tuple[Expr, ...]:
        """The vector of Jv, of length 1 where the directional derivative is asked for."""
        assert isinstance(self.question, JacobianVector)
        vector = self.question.vector
        if not self.question.unit:
            return vector
        return tuple(Quotient(entry, written_norm(vector)) for entry in vector)

    @property
    def changes(self) -> tuple[Expr, ...]:
        """dx, dy, … or the change that is given."""
        assert isinstance(self.question, DifferentialOf)
        return self.question.vector or tuple(map(Symbol, change_names(self.stages[0])))

    # -- implicit functions -------------------------------------------------------------------------

    def blocks(self, whole: Matrix) -> tuple[Matrix, Matrix]:
        """∂F/∂y and ∂F/∂x."""
        assert isinstance(self.question, ImplicitFunction)
        solved = self.question.solve_for
        inputs = self.stages[0].inputs
        by_y = [inputs.index(name) for name in solved]
        by_x = [j for j, name in enumerate(inputs) if name not in solved]
        return columns_at(whole, by_y), columns_at(whole, by_x)

    def implicit(self, whole: Matrix) -> Matrix | None:
        """−[∂F/∂y]⁻¹ ∂F/∂x"""
        by_y, by_x = self.blocks(whole)
        inverse = inverse_of(by_y)
        return None if inverse is None else written_product(inverse, by_x).map(Negative)


def without_point(question: Question) -> Question | None:
    """The same question about formulas; None where it is always asked at a point."""
    match question:
        case GraphOf() | PointReport():
            return None
        case JacobianOf() | HessianOf():
            return replace(question, at=None, newton=0)
        case DifferentialOf():
            return replace(question, at=None, vector=())
        case _:
            return replace(question, at=None)


def jacobian_of(stage: VectorFunction) -> Matrix:
    """[∂f_i/∂x_j]"""
    return Matrix(tuple(tuple(partial(value, name).result for name in stage.inputs) for value in stage.values))


def hessian_of(value: Expr, inputs: Sequence[str]) -> Matrix:
    """[∂²f/∂x_i∂x_j]"""
    first = {name: partial(value, name).result for name in inputs}
    return Matrix(tuple(tuple(partial(first[a], b).result for b in inputs) for a in inputs))


def determinant_of(matrix: Matrix) -> Expr:
    """Cofactors along the first row, nothing calculated."""
    rows = matrix.rows
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Expr] = []
    for j, entry in enumerate(rows[0]):
        term = Product((entry, determinant_of(minor(matrix, 0, j))))
        terms.append(Minus(term) if j % 2 else term)
    return Sum(tuple(terms))


_LARGEST_DETERMINANT = 4


def volume_of(whole: Matrix) -> Expr | None:
    """det J, or √det(JᵀJ) where there are more components than inputs; None beyond what is written out."""
    rows, columns = whole.shape
    if columns > _LARGEST_DETERMINANT:
        return None
    if rows == columns:
        return determinant_of(whole)
    return sqrt(determinant_of(written_product(whole.transposed, whole)))


def inverse_of(matrix: Matrix) -> Matrix | None:
    """adj A / det A; None beyond what is written out."""
    n = matrix.shape[0]
    if n > _LARGEST_DETERMINANT - 1:
        return None
    under = determinant_of(matrix)
    if n == 1:
        return Matrix(((1 / under,),))

    def cofactor(i: int, j: int) -> Expr:
        value = determinant_of(minor(matrix, j, i))
        return Quotient(Negative(value) if (i + j) % 2 else value, under)

    return Matrix(tuple(tuple(cofactor(i, j) for j in range(n)) for i in range(n)))


def diagonal_of(matrix: Matrix) -> Matrix:
    """The matrix with 0 beside its diagonal."""
    return Matrix(tuple(tuple(e if i == j else ZERO for j, e in enumerate(r)) for i, r in enumerate(matrix.rows)))


def weighted_sum(weights: Sequence[Expr], matrices: Sequence[Matrix]) -> Matrix:
    """Σ w_i A_i"""
    rows, columns = matrices[0].shape

    def entry(i: int, j: int) -> Expr:
        return summed(tuple(Product((w, a.rows[i][j])) for w, a in zip(weights, matrices, strict=True)))

    return Matrix(tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows)))
