"""Every kind of step of a derivation: frozen data, each with its result.  Whoever prints never computes.

Stages are named by their place in the question's chain: 0 is the innermost.  A range (i, j) stands for
the composition of stages i … j.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from jacocalc.functions import Size
from jacocalc.notation import Expr, Matrix
from jacocalc.questions import Question


@dataclass(frozen=True)
class Partial:
    """∂of/∂by by one rule; ``parts`` are the partials that the rule needs.

    ``applied`` is the rule with the parts' results inserted, ``result`` the same tidied; ``inner`` is the
    inner function u of a chain rule.
    """

    rule: str
    of: Expr
    by: str
    parts: tuple[Partial, ...]
    applied: Expr
    result: Expr
    inner: Expr | None = None


@dataclass(frozen=True)
class Composed:
    """y = h(g(f(x))) written out: ``arguments`` are what each outer stage is applied to."""

    arguments: tuple[Matrix, ...]
    written: Matrix
    result: Matrix


@dataclass(frozen=True)
class Shapes:
    """(p×q)(q×n) = (p×n), the outermost Jacobian first."""

    shapes: tuple[tuple[Size, Size], ...]
    result: tuple[Size, Size]


@dataclass(frozen=True)
class LocalJacobian:
    """J of one stage, partial by partial."""

    stage: int
    partials: tuple[tuple[Partial, ...], ...]
    result: Matrix


@dataclass(frozen=True)
class StageValue:
    """f(a): the numbers inserted, then evaluated."""

    stage: int
    arguments: tuple[Expr, ...]
    inserted: Matrix
    result: Matrix


@dataclass(frozen=True)
class JacobianAt:
    """J_f(a): the numbers inserted, then evaluated.

    ``defined``: the components (from 0) whose row comes from the definition of the derivative, since the
    rules do not hold at the point; ``conventional``: those that take the weight ``kink`` for the right side.
    """

    stage: int
    arguments: tuple[Expr, ...]
    inserted: Matrix
    result: Matrix
    defined: tuple[int, ...] = ()
    conventional: tuple[int, ...] = ()
    kink: Expr | None = None


@dataclass(frozen=True)
class Substituted:
    """J_g(f(x)): the inner function substituted."""

    stage: int
    arguments: tuple[Expr, ...]
    result: Matrix


@dataclass(frozen=True)
class MatrixProduct:
    """J of stages (first, last) = left · right, entry by entry; ``at`` where it is taken, if at a point."""

    first: int
    last: int
    at: tuple[Expr, ...]
    left: Matrix
    right: Matrix
    written: Matrix
    result: Matrix


@dataclass(frozen=True)
class Leibniz:
    """∂z/∂s = Σ ∂z/∂x ∂x/∂s over the paths, for each output and input of two neighbouring stages.

    ``sums[i][j]`` holds the pairs (∂z_i/∂u_k, ∂u_k/∂x_j), as results; ``result`` the sums tidied.
    """

    first: int
    sums: tuple[tuple[tuple[tuple[Expr, Expr], ...], ...], ...]
    result: Matrix


@dataclass(frozen=True)
class Dependencies:
    """Which quantity depends on which: (outer, inner) pairs, outermost first."""

    result: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class GeneralRule:
    """The chain rule for functions of which only the sizes are known; ``result`` are the shapes, outermost first."""

    result: tuple[tuple[Size, Size], ...]


@dataclass(frozen=True)
class LayerRule:
    """The chain rule for L layers f_1 … f_L, L a symbol; ``result`` names L."""

    result: str


@dataclass(frozen=True)
class MatrixReason:
    """Why the Jacobians are multiplied as matrices and not entry by entry; ``result`` are the shapes."""

    result: tuple[tuple[Size, Size], ...]


@dataclass(frozen=True)
class Determinant:
    """det J; ``applied`` is the Leibniz or cofactor expression before it is tidied."""

    matrix: Matrix
    applied: Expr
    result: Expr


@dataclass(frozen=True)
class Rank:
    """The rank of J at the point."""

    matrix: Matrix
    result: int


@dataclass(frozen=True)
class Linearisation:
    """f(x) ≈ f(a) + J_f(a)(x − a), multiplied out."""

    stage: int
    point: tuple[Expr, ...]
    value: Matrix
    jacobian: Matrix
    result: Matrix


@dataclass(frozen=True)
class Transposed:
    """∇L = J_Lᵀ: the row becomes a column; ``last`` is the stage of L, ``first`` where the inputs are."""

    first: int
    last: int
    at: tuple[Expr, ...]
    row: Matrix
    result: Matrix


@dataclass(frozen=True)
class GradientChain:
    """∇_x L = J_fᵀ ∇_f L, entry by entry, through stage ``stage``."""

    stage: int
    last: int
    at: tuple[Expr, ...]
    left: Matrix
    right: Matrix
    written: Matrix
    result: Matrix


@dataclass(frozen=True)
class GreatestRate:
    """‖∇L(a)‖, the greatest rate of change, in the direction of the gradient."""

    gradient: Matrix
    written: Expr
    result: Expr


@dataclass(frozen=True)
class Decimals:
    """The result in decimals, each digit proved."""

    digits: int
    result: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StageDecimals:
    """The value of a stage of a long chain, in decimals, each digit proved."""

    stage: int
    digits: int
    result: tuple[str, ...]


@dataclass(frozen=True)
class Assumed:
    """The conditions under which the formulas hold."""

    result: tuple[Expr, ...]


@dataclass(frozen=True)
class Verified:
    """Two independent roads led to the result: ``method`` says which, ``result`` is the outcome."""

    method: str
    points: int
    result: str


@dataclass(frozen=True)
class VolumeFactor:
    """det J and |det J|, at ``at`` if at a point; ``triangular``: ``applied`` is the product of the diagonal.

    ``sign`` is the provable sign of det J, ``barred`` are the factors of |det J| whose sign is not known, and
    ``logarithm`` is ln |det J|, by factors.
    """

    at: tuple[Expr, ...]
    matrix: Matrix
    triangular: bool
    applied: Expr
    determinant: Expr
    sign: str
    barred: tuple[Expr, ...]
    logarithm: Expr | None
    result: Expr


@dataclass(frozen=True)
class ZeroCase:
    """One way in which a product is 0: ``equation``; each pair (u, a) of ``multiples`` solves it by u = a + kπ."""

    equation: Expr
    multiples: tuple[tuple[Expr, Expr], ...] = ()


@dataclass(frozen=True)
class SingularSet:
    """Where det J (or det JᵀJ) is 0: in any of the cases of ``result``, or everywhere."""

    everywhere: bool
    result: tuple[ZeroCase, ...]


@dataclass(frozen=True)
class LocalInverse:
    """J_{f⁻¹}(f(x)) = J_f(x)⁻¹ = adj J / det J; ``back`` is the determinant of ``result``, by its own entries.

    ``reciprocal`` is 1/det J.
    """

    at: tuple[Expr, ...]
    determinant: Expr
    reciprocal: Expr
    adjugate: Matrix
    back: Expr
    result: Matrix


@dataclass(frozen=True)
class SingularPoint:
    """det J = 0 at the point; ``result`` is the rank of J there, −1 where that is not settled."""

    at: tuple[Expr, ...]
    result: int


@dataclass(frozen=True)
class ChangeOfVariables:
    """∬ h(y) dy = ∬ h(f(x)) |det J_f(x)| dx; ``outputs`` names y.

    ``injective`` is why f is: affine, triangular, monotone; or refuted, or assumed.
    """

    outputs: tuple[str, ...]
    values: tuple[Expr, ...]
    injective: str
    result: Expr


@dataclass(frozen=True)
class DensityRule:
    """p_Y(f(x)) = p_X(x)/|det J_f(x)|, and in logarithms; ``back`` is det J_{f⁻¹} at f(x), where it is known."""

    determinant: Expr
    diagonal: tuple[Expr, ...]
    back: Expr | None
    result: Expr | None


@dataclass(frozen=True)
class CarriedDensity:
    """p_X and p_Y(f(x)) for inputs of a known density, and ln p_Y."""

    density: str
    given: Expr
    applied: Expr
    logarithm: Expr | None
    result: Expr


@dataclass(frozen=True)
class TotalProbability:
    """Σ p_Y(f(c)) · (volume of the image of the cell around c), in decimals; ``bound`` is k in |Σ − 1| < 10^-k.

    ``method``: "intervals" that fill the axis of y, small "cells" around the points of a grid, or why there
    is no sum: "parameters", "inputs", "singular", "unsettled".
    """

    density: str
    method: str
    points: int
    bound: int
    result: str


@dataclass(frozen=True)
class GramDeterminant:
    """√det(JᵀJ), the factor of lengths, areas, … for more components than inputs; ``cross`` is the cross product."""

    at: tuple[Expr, ...]
    matrix: Matrix
    written: Matrix
    product: Matrix
    applied: Expr
    determinant: Expr
    cross: Matrix | None
    barred: tuple[Expr, ...]
    result: Expr


Step: TypeAlias = (
    Composed | Shapes | LocalJacobian | StageValue | JacobianAt | Substituted | MatrixProduct | Leibniz
    | Dependencies | GeneralRule | LayerRule | MatrixReason | Determinant | Rank | Linearisation | Transposed
    | GradientChain | GreatestRate | Decimals | StageDecimals | Assumed | Verified
    | VolumeFactor | SingularSet | LocalInverse | SingularPoint | ChangeOfVariables | DensityRule | CarriedDensity
    | TotalProbability | GramDeterminant
)  # fmt: skip


@dataclass(frozen=True)
class Derivation:
    """A question, the steps that answer it, and the result.

    ``result`` is a Matrix, an Expr for scalar questions, a tuple of matrices (the Hessians of a vector
    function), or None where it is too large or symbolic in size.  ``verified`` is the weakest outcome among
    all displayed results.
    """

    question: Question
    steps: tuple[Step, ...]
    result: Expr | tuple[Matrix, ...] | None
    verified: Verified
    assumptions: tuple[Expr, ...] = ()
    notes: tuple[str, ...] = ()
