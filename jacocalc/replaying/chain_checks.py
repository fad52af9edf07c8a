"""The steps of the chain rule: partials, values, Jacobians, products, gradients, products with vectors."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

from jacocalc import steps
from jacocalc.functions import VectorFunction
from jacocalc.linear import strict
from jacocalc.notation import Expr, Product, Sum, children, leading, names, walk
from jacocalc.questions import JacobianVector, VectorJacobian
from jacocalc.replaying.balls import Ball, Grid, column, determinant, norm, product, rank, trace, transposed, vanishes
from jacocalc.replaying.case import Case
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Wrong, asked


def stage_of(case: Case, place: int, name: str = "stage") -> VectorFunction:
    """The stage of this place.  Raises Wrong."""
    if not 0 <= place <= case.last:
        raise Wrong(name, f"there is no stage {place}")
    return case.chain.stages[place]


# -- partials -----------------------------------------------------------------------------------------


def partial(case: Case, step: steps.Partial, places: list[Place], inputs: tuple[str, ...], name: str) -> None:
    """∂of/∂by: ``applied`` and ``result`` are the slope of ``of``; the parts are partials of parts of it."""
    if step.by not in inputs:
        raise Wrong(f"{name}.by", f"{step.by} is no input")

    @cache
    def slope(place: Place) -> Ball | None:
        return place.slope_of(step.of, step.by, inputs)

    case.equal(f"{name}.result", step.result, slope, places)
    case.equal(f"{name}.applied", step.applied, slope, places)
    if step.inner is not None and not _occurs(step.inner, step.of):
        raise Wrong(f"{name}.inner", "it is no part of the function")
    for k, part in enumerate(step.parts):
        case.told(f"{name}.parts[{k}].by", part.by, step.by)
        if not _occurs(part.of, step.of):
            raise Wrong(f"{name}.parts[{k}].of", "it is no part of the function")
        partial(case, part, places, inputs, f"{name}.parts[{k}]")


def _occurs(part: Expr, whole: Expr) -> bool:
    """Whether a formula stands in another one, some terms of a sum or some factors of a product included."""
    wanted = _members(part)
    return any(leading(node) == part or (type(node) is type(part) and wanted and wanted <= _members(node))
               for node in walk(whole))  # fmt: skip


def _members(expr: Expr) -> Counter[Expr]:
    """The terms of a sum, the factors of a product."""
    return Counter(map(leading, children(expr) if isinstance(expr, Sum | Product) else ()))


def local_jacobian(case: Case, step: steps.LocalJacobian) -> None:
    """J of one stage: entry (i, j) is ∂f_i/∂x_j."""
    stage = stage_of(case, step.stage)
    case.told("partials", [len(row) for row in step.partials], [len(stage.inputs)] * len(stage.values))
    for i, (row, value) in enumerate(zip(step.partials, stage.values, strict=True)):
        for j, one in enumerate(row):
            case.told(f"partials[{i}][{j}].by", one.by, stage.inputs[j])
            case.told(f"partials[{i}][{j}].of", one.of, value)
            partial(case, one, case.local[step.stage], stage.inputs, f"partials[{i}][{j}]")
    case.equal("result", step.result, lambda p: p.jacobian(0, 0), case.local[step.stage])


# -- values and Jacobians of stages -------------------------------------------------------------------


def composed(case: Case, step: steps.Composed) -> None:
    """y = h(g(f(x))) written out."""
    case.told("arguments", len(step.arguments), case.last)
    for k, argument in enumerate(step.arguments):
        case.equal(f"arguments[{k}]", argument, lambda p, k=k: column(p.entering(k + 1)), case.free)
    case.fields(step, ("written", "result"), lambda p: column(p.values[-1]), case.free)


def stage_value(case: Case, step: steps.StageValue) -> None:
    """f(a) at what enters the stage."""
    stage_of(case, step.stage)
    case.equal("arguments", step.arguments, lambda p: column(p.entering(step.stage)), case.fixed)
    case.fields(step, ("inserted", "result"), lambda p: column(p.values[step.stage + 1]), case.fixed)


def jacobian_at(case: Case, step: steps.JacobianAt) -> None:
    """J_f(a) at what enters the stage."""
    stage = stage_of(case, step.stage)
    case.told("kink", step.kink, getattr(case.derivation.question, "kink", None) if step.conventional else None)
    if not set(step.defined) <= set(range(len(stage.values))):
        raise Wrong("defined", "there is no such component")
    case.told("conventional", step.conventional, case.fixed[0].bent(step.stage))
    case.equal("arguments", step.arguments, lambda p: column(p.entering(step.stage)), case.fixed)
    case.equal("result", step.result, lambda p: p.jacobian(step.stage, step.stage), case.fixed)
    case.same("inserted", step.inserted, step.result, case.fixed)


def substituted(case: Case, step: steps.Substituted) -> None:
    """J_g(f(x))."""
    stage_of(case, step.stage)
    case.equal("arguments", step.arguments, lambda p: column(p.entering(step.stage)), case.free)
    case.equal("result", step.result, lambda p: p.jacobian(step.stage, step.stage), case.free)


# -- products -----------------------------------------------------------------------------------------


def at_of(case: Case, at: tuple[Expr, ...], stage: int) -> list[Place]:
    """The places of a step, its point being what enters the stage."""
    places = case.where(at)
    if at:
        case.equal("at", at, lambda p: column(p.entering(stage)), places)
    return places


def multiplied(
    case: Case, step: steps.MatrixProduct | steps.GradientChain | steps.VectorProduct, places: list[Place]
) -> None:
    """left · right, entry by entry."""

    def truth(place: Place) -> Grid:
        return _product(case.numbers(step.left, place), case.numbers(step.right, place))

    case.fields(step, ("written", "result"), truth, places)


def _product(left: Grid, right: Grid) -> Grid:
    if any(value is None for row in (*left, *right) for value in row):
        return [[None] * len(right[0]) for _ in left]
    return product(left, right)


def matrix_product(case: Case, step: steps.MatrixProduct) -> None:
    """J(first … last) = J(split + 1 … last) · J(first … split)."""
    if not 0 <= step.first <= step.split < step.last <= case.last:
        raise Wrong("split", "there are no such stages")
    places = at_of(case, step.at, 0)
    case.equal("left", step.left, lambda p: p.jacobian(step.split + 1, step.last), places)
    case.equal("right", step.right, lambda p: p.jacobian(step.first, step.split), places)
    multiplied(case, step, places)


def leibniz(case: Case, step: steps.Leibniz) -> None:
    """∂z/∂s = Σ ∂z/∂x ∂x/∂s: each pair is two entries of the stages' Jacobians."""
    case.told("first", step.first, 0)
    places = case.here

    def entries(place: Place) -> list[list[Grid]]:
        outer, inner = place.jacobian(1, 1), place.jacobian(0, 0)
        return [[[[a, b] for a, b in zip(row, col, strict=True) if not (vanishes(a) or vanishes(b))]
                 for col in zip(*inner, strict=True)] for row in outer]  # fmt: skip

    for i, row in enumerate(step.sums):
        for j, pairs in enumerate(row):
            kept = [pair for pair in pairs if not any(strict(one) == "0" for one in pair)]
            case.equal(f"sums[{i}][{j}]", kept, lambda p, i=i, j=j: entries(p)[i][j], places)
    case.equal("result", step.result, lambda p: p.jacobian(0, 1), places)


def transposed_row(case: Case, step: steps.Transposed) -> None:
    """∇L = J_Lᵀ."""
    stage_of(case, step.first, "first")
    stage_of(case, step.last, "last")
    places = at_of(case, step.at, step.first)
    case.equal("row", step.row, lambda p: p.jacobian(step.first, step.last), places)
    case.equal("result", step.result, lambda p: transposed(p.jacobian(step.first, step.last)), places)


def gradient_chain(case: Case, step: steps.GradientChain) -> None:
    """∇_x L = J_fᵀ ∇_f L."""
    stage_of(case, step.stage)
    stage_of(case, step.last, "last")
    places = at_of(case, step.at, step.stage)
    case.equal("left", step.left, lambda p: transposed(p.jacobian(step.stage, step.stage)), places)
    case.equal("right", step.right, lambda p: transposed(p.jacobian(step.stage + 1, step.last)), places)
    multiplied(case, step, places)


def greatest_rate(case: Case, step: steps.GreatestRate) -> None:
    """‖∇L(a)‖."""
    case.equal("gradient", step.gradient, lambda p: transposed(p.jacobian(0, case.last)), case.here)
    case.fields(step, ("written", "result"), lambda p: norm(p.jacobian(0, case.last)[0]), case.here)


def row_form(case: Case, step: steps.RowForm) -> None:
    """∂L/∂x = J_L · J_f: the factors are the stages' own, the outermost first."""
    places = at_of(case, step.at, 0)
    case.told("factors", len(step.factors), case.last + 1)
    for k, factor in enumerate(step.factors):
        stage = case.last - k
        case.equal(f"factors[{k}]", factor, lambda p, s=stage: p.jacobian(s, s), places)
    case.equal("result", step.result, lambda p: p.jacobian(0, case.last), places)


def vector_of(case: Case, place: Place) -> Grid:
    """The vector of the question as a column; of length 1 where that is asked for."""
    question = case.derivation.question
    if not isinstance(question, VectorJacobian | JacobianVector):
        raise Wrong("", "the question has no vector")
    numbers = [place.number(entry) for entry in question.vector]
    if isinstance(question, JacobianVector) and question.unit:
        length = norm(numbers)
        numbers = [value / length for value in numbers]
    return column(numbers)


def vector_product(case: Case, step: steps.VectorProduct) -> None:
    """vᵀJ from the left, or Jv from the right, through one stage."""
    stage_of(case, step.stage)
    places = at_of(case, step.at, step.stage)
    case.told("from_left", step.from_left, isinstance(case.derivation.question, VectorJacobian))
    ends = (step.stage, case.last) if step.from_left else (0, step.stage)
    case.told("first", step.first, ends[0])
    case.told("last", step.last, ends[1])
    s = step.stage
    if step.from_left:
        case.equal("right", step.right, lambda p: p.jacobian(s, s), places)
        case.equal("left", step.left,
                   lambda p: product(transposed(vector_of(case, p)), p.jacobian(s + 1, case.last)), places)  # fmt: skip
    else:
        case.equal("left", step.left, lambda p: p.jacobian(s, s), places)
        case.equal("right", step.right, lambda p: product(p.jacobian(0, s - 1), vector_of(case, p)), places)
    multiplied(case, step, places)


def unit_vector(case: Case, step: steps.UnitVector) -> None:
    """v/‖v‖."""
    question = asked(case.derivation, JacobianVector)
    places = case.here
    case.same("vector", step.vector, question.vector, places)
    case.fields(step, ("norm", "length"), lambda p: norm([p.number(v) for v in question.vector]), places)
    case.equal("result", step.result, lambda p: vector_of(case, p), places)


# -- one Jacobian -------------------------------------------------------------------------------------


def determinant_of(case: Case, step: steps.Determinant) -> None:
    """det J."""
    case.equal("matrix", step.matrix, lambda p: p.jacobian(0, case.last), case.here)
    case.fields(step, ("applied", "result"), lambda p: determinant(p.jacobian(0, case.last)), case.here)


def rank_of(case: Case, step: steps.Rank) -> None:
    """The rank of J at the point."""
    case.equal("matrix", step.matrix, lambda p: p.jacobian(0, case.last), case.here)
    found = rank(case.here[0].jacobian(0, case.last))
    if step.result != found:
        raise case.differs("result", f"it says {step.result}, but it is {found}")


def linearisation(case: Case, step: steps.Linearisation) -> None:
    """f(a) + J_f(a)(x − a)."""
    stage_of(case, step.stage)
    (point,) = case.fixed
    case.equal("point", step.point, lambda p: column(p.entering(step.stage)), case.fixed)
    case.equal("value", step.value, lambda p: column(p.values[step.stage + 1]), case.fixed)
    case.equal("jacobian", step.jacobian, lambda p: p.jacobian(step.stage, step.stage), case.fixed)

    def line(place: Place) -> Grid:
        moved = [[x - a] for x, a in zip(place.entering(step.stage), point.entering(step.stage), strict=True)]
        change = product(point.jacobian(step.stage, step.stage), moved)
        return [[b + c[0]] for b, c in zip(point.values[step.stage + 1], change, strict=True)]

    shifted = [Place(p.stages, p.inputs, point.parameters) for p in case.free]
    case.equal("result", step.result, line, shifted)


def divergence(case: Case, step: steps.Divergence) -> None:
    """tr J."""
    case.fields(step, ("written", "result"), lambda p: trace(p.jacobian(0, case.last)), case.here)


def curl(case: Case, step: steps.Curl) -> None:
    """(∂f₃/∂y − ∂f₂/∂z, …), or ∂f₂/∂x − ∂f₁/∂y in the plane."""

    def truth(place: Place) -> Grid:
        j = place.jacobian(0, case.last)
        if len(j) == 2:
            return [[j[1][0] - j[0][1]]]
        return [[j[2][1] - j[1][2]], [j[0][2] - j[2][0]], [j[1][0] - j[0][1]]]

    case.fields(step, ("written", "result"), truth, case.here)


# -- shapes and names ---------------------------------------------------------------------------------


def shapes(case: Case, step: steps.Shapes) -> None:
    """(p×q)(q×n) = (p×n)."""
    case.told("shapes", step.shapes, case.shapes)
    for (_, inner), (outer, _) in pairwise(step.shapes):
        case.told("shapes", inner, outer)
    case.told("result", step.result, (case.chain.stages[-1].m, case.chain.stages[0].n))


def general_rule(case: Case, step: steps.GeneralRule | steps.GeneralHessian | steps.MatrixReason) -> None:
    """The shapes of the stages' Jacobians."""
    case.told("result", step.result, case.shapes)


def layer_rule(case: Case, step: steps.LayerRule) -> None:
    """The number of layers."""
    case.told("result", step.result, getattr(case.derivation.question, "last", None))


def dependencies(case: Case, step: steps.Dependencies) -> None:
    """Which inputs occur in the formula of which component."""
    expected = []
    for stage in reversed(case.chain.stages):
        for label, value in zip(stage.labels, stage.values, strict=True):
            inner = tuple(name for name in stage.inputs if name in names(value))
            if inner != (label,):
                expected.append((label, inner))
    case.told("result", step.result, tuple(expected))
