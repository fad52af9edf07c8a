"""Every kind of step of a derivation: frozen data, each with its result.  Whoever prints never computes.

Stages are named by their place in the question's chain: 0 is the innermost.  A range (i, j) stands for
the composition of stages i … j.
"""

from __future__ import annotations

from typing import TypeAlias

from jacocalc.functions import Size
from jacocalc.notation import Expr, Matrix
from jacocalc.program_steps import BackwardStep, Gradients, ProgramStep
from jacocalc.questions import Question
from jacocalc.records import record


@record
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


@record
class Composed:
    """y = h(g(f(x))) written out: ``arguments`` are what each outer stage is applied to."""

    arguments: tuple[Matrix, ...]
    written: Matrix
    result: Matrix


@record
class Shapes:
    """(p×q)(q×n) = (p×n), the outermost Jacobian first."""

    shapes: tuple[tuple[Size, Size], ...]
    result: tuple[Size, Size]


@record
class LocalJacobian:
    """J of one stage, partial by partial."""

    stage: int
    partials: tuple[tuple[Partial, ...], ...]
    result: Matrix


@record
class StageValue:
    """f(a): the numbers inserted, then evaluated."""

    stage: int
    arguments: tuple[Expr, ...]
    inserted: Matrix
    result: Matrix


@record
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


@record
class Substituted:
    """J_g(f(x)): the inner function substituted."""

    stage: int
    arguments: tuple[Expr, ...]
    result: Matrix


@record
class MatrixProduct:
    """J of stages (first, last) = left · right, entry by entry; ``at`` where it is taken, if at a point.

    ``left`` is J of the stages split + 1 … last, ``right`` of first … split.
    """

    first: int
    split: int
    last: int
    at: tuple[Expr, ...]
    left: Matrix
    right: Matrix
    written: Matrix
    result: Matrix


@record
class Leibniz:
    """∂z/∂s = Σ ∂z/∂x ∂x/∂s over the paths, for each output and input of two neighbouring stages.

    ``sums[i][j]`` holds the pairs (∂z_i/∂u_k, ∂u_k/∂x_j), as results; ``result`` the sums tidied.
    """

    first: int
    sums: tuple[tuple[tuple[tuple[Expr, Expr], ...], ...], ...]
    result: Matrix


@record
class Dependencies:
    """Which quantity depends on which: (outer, inner) pairs, outermost first."""

    result: tuple[tuple[str, tuple[str, ...]], ...]


@record
class GeneralRule:
    """The chain rule for functions of which only the sizes are known; ``result`` are the shapes, outermost first."""

    result: tuple[tuple[Size, Size], ...]


@record
class GeneralHessian:
    """The second-order chain rule for functions known by their sizes; ``result``: the shapes, outermost first."""

    result: tuple[tuple[Size, Size], ...]


@record
class LayerRule:
    """The chain rule for L layers f_1 … f_L, L a symbol; ``result`` names L."""

    result: str


@record
class MatrixReason:
    """Why the Jacobians are multiplied as matrices and not entry by entry; ``result`` are the shapes."""

    result: tuple[tuple[Size, Size], ...]


@record
class Determinant:
    """det J; ``applied`` is the Leibniz or cofactor expression before it is tidied."""

    matrix: Matrix
    applied: Expr
    result: Expr


@record
class Rank:
    """The rank of J at the point."""

    matrix: Matrix
    result: int


@record
class Linearisation:
    """f(x) ≈ f(a) + J_f(a)(x − a), multiplied out."""

    stage: int
    point: tuple[Expr, ...]
    value: Matrix
    jacobian: Matrix
    result: Matrix


@record
class Transposed:
    """∇L = J_Lᵀ: the row becomes a column; ``last`` is the stage of L, ``first`` where the inputs are."""

    first: int
    last: int
    at: tuple[Expr, ...]
    row: Matrix
    result: Matrix


@record
class GradientChain:
    """∇_x L = J_fᵀ ∇_f L, entry by entry, through stage ``stage``."""

    stage: int
    last: int
    at: tuple[Expr, ...]
    left: Matrix
    right: Matrix
    written: Matrix
    result: Matrix


@record
class GreatestRate:
    """‖∇L(a)‖, the greatest rate of change, in the direction of the gradient."""

    gradient: Matrix
    written: Expr
    result: Expr


@record
class Decimals:
    """The result in decimals, each digit proved."""

    digits: int
    result: tuple[tuple[str, ...], ...]


@record
class StageDecimals:
    """The value of a stage of a long chain, in decimals, each digit proved."""

    stage: int
    digits: int
    result: tuple[str, ...]


@record
class Assumed:
    """The conditions under which the formulas hold."""

    result: tuple[Expr, ...]


@record
class Verified:
    """Two independent roads led to the result: ``method`` says which, ``result`` is the outcome."""

    method: str
    points: int
    result: str


@record
class Bracketing:
    """What an order of multiplication costs.

    ``shapes``: the factors before each product and at the end, outermost first; ``pairs``: the place of the
    pair that is multiplied next.  ``written`` are the multiplications product by product, ``result`` their
    number; ``nonzero`` those without factors that are always 0.  ``largest``: entries of the largest product
    held; ``stored``: numbers of the forward pass to be kept.
    """

    order: str
    shapes: tuple[tuple[tuple[Size, Size], ...], ...]
    pairs: tuple[int, ...]
    written: Expr
    result: Expr
    nonzero: Expr | None
    largest: Expr
    stored: Expr


@record
class OrderAdvice:
    """Which order suits J: m×n, ``shape`` tall, wide, square or open; ``condition``: where reverse costs less.

    ``largest``: the entries of the largest stage Jacobian.
    """

    shape: str
    m: Size
    n: Size
    condition: Expr | None
    largest: Expr | None


@record
class UnitVector:
    """v/‖v‖."""

    vector: Matrix
    norm: Expr
    length: Expr
    result: Matrix


@record
class VectorProduct:
    """A row times J of a stage (``left``), or J of a stage times a column, entry by entry.

    ``first`` … ``last``: the stages whose product with the vector this is.
    """

    from_left: bool
    stage: int
    first: int
    last: int
    at: tuple[Expr, ...]
    left: Matrix
    right: Matrix
    written: Matrix
    result: Matrix


@record
class RowForm:
    """∂L/∂x = J_L · J_f, the row that the gradient is the transpose of; ``factors`` outermost first."""

    at: tuple[Expr, ...]
    factors: tuple[Matrix, ...]
    result: Matrix


@record
class NormsByDepth:
    """Singular values of J of the stages k … last, from the outermost inwards, in decimals.

    A row is (stage, the largest singular value of its own J, largest and smallest of the product).
    ``levels``: the logarithms of the largest on a scale from 0 to 7.  ``result``: vanishing, exploding,
    steady or zero; ``cause``: the stage that does most of it, ``functions``: its functions with small derivatives.
    """

    rows: tuple[tuple[int, str, str, str], ...]
    levels: tuple[int, ...]
    result: str
    cause: int
    functions: tuple[str, ...]


@record
class SecondPartials:
    """H of one component of a stage: entry (i, j) is ∂²f/∂x_i∂x_j = ∂/∂x_i (∂f/∂x_j).

    ``mixed``: proved where ∂²f/∂x_i∂x_j = ∂²f/∂x_j∂x_i was proved for all i, j.
    """

    stage: int
    component: int
    partials: tuple[tuple[Partial, ...], ...]
    result: Matrix
    mixed: str


@record
class HessianAt:
    """H of one component of a stage at a point: the numbers inserted, then evaluated.

    ``by_limits``: the rules do not hold at the point, so every entry is the limit of a difference quotient of
    first partials.
    """

    stage: int
    component: int
    arguments: tuple[Expr, ...]
    inserted: Matrix
    result: Matrix
    by_limits: bool = False


@record
class HessianInserted:
    """H_g(f(x)) of one component: the inner function substituted."""

    stage: int
    component: int
    arguments: tuple[Expr, ...]
    result: Matrix


@record
class WeighedHessian:
    """∂g/∂z_i · H_{f_i}, one term of the second-order chain rule."""

    inner: int
    weight: Expr
    hessian: Matrix
    result: Matrix


@record
class SecondOrderChain:
    """H_{g∘f} = J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i} for one component g of a stage.

    ``half`` is H_g J_f, ``quadratic`` J_fᵀ (H_g J_f).
    """

    stage: int
    component: int
    at: tuple[Expr, ...]
    jacobian: Matrix
    outer: Matrix
    half: Matrix
    quadratic: Matrix
    terms: tuple[WeighedHessian, ...]
    result: Matrix


@record
class Laplacian:
    """Δf = tr H."""

    component: int
    written: Expr
    result: Expr


@record
class Divergence:
    """div f = tr J."""

    written: Expr
    result: Expr


@record
class Curl:
    """curl f, a column of three entries, or one number in the plane."""

    written: Matrix
    result: Matrix


@record
class CriticalPoint:
    """The kind of a point by its gradient and the eigenvalues of H.

    ``result``: minimum, maximum, saddle, degenerate, regular (the gradient is not 0), asymmetric or undecided.
    ``eigenvalues`` are exact, or decimals as text; ``discriminant``: f_xx f_yy − f_xy², written and as a value.
    """

    gradient: Matrix
    hessian: Matrix
    eigenvalues: tuple[Expr, ...]
    decimals: tuple[str, ...]
    discriminant: tuple[Expr, ...]
    result: str


@record
class AlongCurve:
    """f − f(a) on a curve through a, t > 0: its lowest term c t^m with its sign, or 0; ``whole``: the only one."""

    curve: tuple[Expr, ...]
    lowest: Expr
    sign: int
    whole: bool


@record
class BesideCritical:
    """The kind of a critical point that H leaves open, by f − f(a) beside it.

    ``result``: (strict) minimum, (strict) maximum, saddle, neither (of one input) or constant.  ``reason``:

        curves       two on which f − f(a) has opposite signs
        derivative   of one input: ``terms`` is f^(m)(a), the first that is not 0, ``weights`` (m)
        form         ``terms`` is the lowest form where x_j − a_j is of the order ``weights``; it is definite
        valley       f is convex (or concave) across the curves, on which the other partials vanish
        sign         ``terms`` is f − f(a), which is nowhere below (or above) 0
        constant     f − f(a) is 0
    """

    reason: str
    curves: tuple[AlongCurve, ...]
    terms: Expr | None
    weights: tuple[int, ...]
    whole: bool
    result: str


@record
class NewtonStep:
    """x⁺ = x + d with J(x) d = −f(x), or H(x) d = −∇f(x) for a minimum; decimals, each digit proved."""

    number: int
    minimum: bool
    start: tuple[str, ...]
    value: tuple[str, ...]
    matrix: tuple[tuple[str, ...], ...]
    change: tuple[str, ...]
    result: tuple[str, ...]


@record
class OnCurve:
    """F(a) = 0: the point lies on the curve (or surface) that the equations define."""

    arguments: tuple[Expr, ...]
    inserted: Matrix
    result: Matrix


@record
class Blocks:
    """J_F split into ∂F/∂x and ∂F/∂y; ``at`` where, if at a point; ``inserted`` the numbers inserted."""

    independent: tuple[str, ...]
    dependent: tuple[str, ...]
    at: tuple[Expr, ...]
    by_independent: Matrix
    by_dependent: Matrix


@record
class BlockDeterminant:
    """det ∂F/∂y, which must not be 0."""

    dependent: tuple[str, ...]
    at: tuple[Expr, ...]
    written: Expr
    result: Expr


@record
class BlockInverse:
    """[∂F/∂y]⁻¹: the adjugate over the determinant."""

    dependent: tuple[str, ...]
    determinant: Expr
    adjugate: Matrix
    result: Matrix


@record
class ImplicitJacobian:
    """J_y = −[∂F/∂y]⁻¹ ∂F/∂x."""

    independent: tuple[str, ...]
    dependent: tuple[str, ...]
    at: tuple[Expr, ...]
    inverse: Matrix
    by_independent: Matrix
    result: Matrix


@record
class ImplicitSecond:
    """∂²y/∂x_j∂x_k = −(F_jk + F_jy y_k + F_yk y_j + F_yy y_j y_k)/F_y, for one equation.

    ``second``: the Hessian of F, x first, then y; ``slopes``: the y_j.
    """

    independent: tuple[str, ...]
    dependent: str
    at: tuple[Expr, ...]
    second: Matrix
    slopes: tuple[Expr, ...]
    written: Matrix
    result: Matrix


@record
class SecondOnCurve:
    """The second derivatives on the curve F = 0, shortened with its equation: as formulas they are result + multiple F.

    Entries that it makes no shorter are as they were, and their multiple is 0.
    """

    independent: tuple[str, ...]
    dependent: str
    multiples: Matrix
    result: Matrix


@record
class Differential:
    """df = f′(x)[dx]: entry i is Σ_j ∂f_i/∂x_j dx_j; ``changes`` are dx, dy, …; ``at`` where, if at a point."""

    at: tuple[Expr, ...]
    changes: tuple[str, ...]
    jacobian: Matrix
    written: Matrix
    result: Matrix


@record
class Increment:
    """f(x + dx) − f(x), sorted: the part linear in dx and the rest; None for a rest that is no polynomial."""

    at: tuple[Expr, ...]
    changes: tuple[str, ...]
    inserted: Matrix
    linear: Matrix
    rest: Matrix | None


@record
class ChangeGiven:
    """df for numbers dx beside the true change Δf = f(a + dx) − f(a); decimals, each digit proved.

    ``increment`` is None, and there are no decimals, where f is undefined at a + dx.
    """

    at: tuple[Expr, ...]
    change: tuple[Expr, ...]
    written: Matrix
    result: Matrix
    moved: Matrix
    increment: Matrix | None
    decimals: tuple[tuple[str, str, str], ...]


@record
class LinearError:
    """The error of the linear approximation along a direction: rows (t, ‖f(a + t v) − f(a) − t J v‖, that over t)."""

    direction: tuple[Expr, ...]
    result: tuple[tuple[str, str, str], ...]


@record
class Decided:
    """One of five questions about f at a point: yes, no or undecided; ``reason`` is a code, ``shown`` its formulas."""

    question: str
    answer: str
    reason: str
    shown: tuple[Expr, ...] = ()


@record
class OneSided:
    """∂f/∂by from the left and from the right: finite, with its value, or why not (plus, minus, outside, jump, …)."""

    by: str
    left: str
    left_value: Expr | None
    right: str
    right_value: Expr | None


@record
class ComponentReport:
    """The five questions about one component, with its one-sided derivatives.

    ``extended``: where a limit fills a hole, the same questions about the function so extended.
    """

    component: int
    value: Expr | None
    sides: tuple[OneSided, ...]
    result: tuple[Decided, ...]
    extended: tuple[Decided, ...] = ()


@record
class KinkConventions:
    """The kinked functions that meet the point: automatic differentiation returns a number there by convention."""

    result: tuple[str, ...]


@record
class PointSummary:
    """The five answers for f as a whole: no if one component says no, else undecided if one does."""

    result: tuple[tuple[str, str], ...]


@record
class Amount:
    """A number: exact (None where that is too long), and in certified decimals where exact is not plain."""

    exact: Expr | None
    decimal: str = ""


@record
class GraphNode:
    """A quantity of the graph: an input, a parameter, or ``formula`` in the names of its arguments.

    ``place`` is input, parameter, inner or output; ``labels`` are the components that it is.
    """

    name: str
    place: str
    labels: tuple[str, ...]
    formula: Expr | None
    value: Amount


@record
class GraphEdge:
    """``end`` is computed from ``start``; the local derivative ∂end/∂start, none towards a parameter."""

    start: str
    end: str
    local: Expr | None
    value: Amount | None


@record
class GraphNodes:
    """The computational graph, arguments before users; ``result`` are its edges."""

    nodes: tuple[GraphNode, ...]
    result: tuple[GraphEdge, ...]


@record
class ForwardPass:
    """The values, from the inputs to the outputs: ``result`` are those of the outputs, by their labels."""

    result: tuple[tuple[str, Amount], ...]


@record
class AdjointTerm:
    """One user's share of an adjoint: the adjoint of ``user`` times the local derivative there."""

    user: str
    local: Expr
    adjoint: Amount
    value: Amount


@record
class AdjointSum:
    """The adjoint of a node: what it begins with, if it is an output, plus a term for each user."""

    node: str
    seed: Expr | None
    terms: tuple[AdjointTerm, ...]
    result: Amount


@record
class BackwardPass:
    """The adjoints of the scalar ``of`` = Σ weight · label, from the outputs back.

    ``result`` are the adjoints of the inputs.
    """

    of: str
    weights: tuple[tuple[str, Expr], ...]
    sums: tuple[AdjointSum, ...]
    result: tuple[Amount, ...]


@record
class StoredValues:
    """(node, the nodes whose local derivatives need its value); ``result`` is the memory of all of them in bytes."""

    needs: tuple[tuple[str, tuple[str, ...]], ...]
    given: tuple[str, ...]
    result: int


@record
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


@record
class ZeroCase:
    """One way in which a product is 0: ``equation``; each (u, a, c) of ``multiples`` solves it by u = a + ckπ.

    ``sure`` is whether this is known to happen within the domain.
    """

    equation: Expr
    multiples: tuple[tuple[Expr, Expr, Expr], ...] = ()
    sure: bool = True


@record
class SingularSet:
    """Where det J (or det JᵀJ) is 0: in any of the cases of ``result``, or everywhere."""

    everywhere: bool
    result: tuple[ZeroCase, ...]


@record
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


@record
class SingularPoint:
    """det J = 0 at the point; ``result`` is the rank of J there, −1 where that is not settled."""

    at: tuple[Expr, ...]
    result: int


@record
class ChangeOfVariables:
    """∬ h(y) dy = ∬ h(f(x)) |det J_f(x)| dx; ``outputs`` names y.

    ``injective`` is why f is: affine, triangular, monotone, rising; or refuted, or assumed.
    """

    outputs: tuple[str, ...]
    values: tuple[Expr, ...]
    injective: str
    result: Expr


@record
class DensityRule:
    """p_Y(f(x)) = p_X(x)/|det J_f(x)|, and in logarithms; ``back`` is det J_{f⁻¹} at f(x), where it is known."""

    determinant: Expr
    diagonal: tuple[Expr, ...]
    back: Expr | None
    result: Expr | None


@record
class CarriedDensity:
    """p_X and p_Y(f(x)) for inputs of a known density, and ln p_Y."""

    density: str
    given: Expr
    applied: Expr
    logarithm: Expr | None
    result: Expr


@record
class TotalProbability:
    """Σ p_Y(f(c)) · (volume of the image of the cell around c), in decimals; ``bound`` is k in |Σ − 1| < 10^-k.

    ``method``: "intervals" that fill the axis of y, small "cells" around the points of a grid, or why there
    is no sum: "parameters", "inputs", "singular", "unsettled", "refuted" (several points have one image).
    """

    density: str
    method: str
    points: int
    bound: int
    result: str


@record
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
    | Dependencies | GeneralRule | GeneralHessian | LayerRule | MatrixReason | Determinant | Rank | Linearisation
    | Transposed | GradientChain | GreatestRate | Decimals | StageDecimals | Assumed | Verified
    | SecondPartials | HessianAt | HessianInserted | SecondOrderChain | Laplacian | Divergence | Curl | CriticalPoint
    | BesideCritical | OnCurve | Blocks | BlockDeterminant | BlockInverse | ImplicitJacobian | ImplicitSecond
    | SecondOnCurve | Differential | Increment | ChangeGiven | LinearError | NewtonStep
    | ComponentReport | KinkConventions | PointSummary
    | GraphNodes | ForwardPass | BackwardPass | StoredValues
    | VolumeFactor | SingularSet | LocalInverse | SingularPoint | ChangeOfVariables | DensityRule | CarriedDensity
    | TotalProbability | GramDeterminant
    | Bracketing | OrderAdvice | UnitVector | VectorProduct | RowForm | NormsByDepth
    | ProgramStep
)  # fmt: skip


@record
class Derivation:
    """A question, the steps that answer it, and the result.

    ``result`` is a Matrix, an Expr for scalar questions, a tuple of matrices (the Hessians of a vector
    function), the Gradients of a program, or None where it is too large or symbolic in size.  ``verified`` is the
    weakest outcome among all displayed results.
    """

    question: Question
    steps: tuple[Step, ...]
    result: Expr | tuple[Matrix, ...] | Gradients | None
    verified: Verified
    assumptions: tuple[Expr, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def backward(self) -> list[BackwardStep]:
        """The steps of a backward pass, in order."""
        return [step for step in self.steps if isinstance(step, BackwardStep)]
