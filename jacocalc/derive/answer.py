"""The door of this room: a Question in, a Derivation out.  A question loads its own engine only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from jacocalc.algebra.domain import excluding, without_redundant
from jacocalc.algebra.values import exact
from jacocalc.derive.accumulation import conventional, jacobian_vector, vector_jacobian
from jacocalc.derive.bracketing import order_steps
from jacocalc.derive.chain import (
    Work,
    all_parameters,
    chain_rule,
    conditions,
    decimals_only,
    local_steps,
    open_chain,
    shapes,
    stages_at,
    substituted,
    verified_whole,
)
from jacocalc.derive.jacobians import (
    exact_matrix,
    field_steps,
    jacobian_at,
    linearisation,
    short_enough,
    square_steps,
    stage_value,
)
from jacocalc.derive.matrices import written_norm, written_product
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, ShapeError, TooLarge
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.numbers import chain_numbers, hessian_numbers, matrix_numbers
from jacocalc.functions import Chain, along, weighted
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Applied, Expr, Matrix, Symbol, substitute, walk
from jacocalc.options import Options
from jacocalc.questions import (
    BackpropOf,
    Compose,
    ComposeLayers,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    JacobianVector,
    PointReport,
    ProgramDifferential,
    Question,
    VectorJacobian,
    VolumeOf,
)
from jacocalc.steps import (
    Assumed,
    Decimals,
    Derivation,
    GeneralHessian,
    GeneralRule,
    GradientChain,
    GreatestRate,
    JacobianAt,
    LayerRule,
    LocalJacobian,
    MatrixReason,
    RowForm,
    Substituted,
    Transposed,
    Verified,
)

_BY_DEFINITION = Verified("the definition of the chain rule; no formula to compare", 0, Outcome.PROVED.value)


def derive(question: Question, options: Options) -> Derivation:
    """Answer a question, every displayed result reached by two roads.

    Raises DomainError, NotDifferentiable, Undecided, TooLarge, RoadsDisagree, JacocalcError.
    """
    question.chain.check_length()
    try:
        return _derived(question, options)
    except NotDifferentiable as error:
        if not hasattr(question, "kink"):  # no convention can be asked for here
            error.hint = "; ".join(part for part in error.hint.split("; ") if "--kink" not in part)
        raise


def _derived(question: Question, options: Options) -> Derivation:
    match question:
        case ComposeLayers():
            return _layers(question)
        case Compose(chain) | GradientOf(chain) | JacobianOf(chain) if chain.symbolic:
            return _general(question)
        case JacobianOf() | Compose(Chain((_,))):
            return _jacobian(question, options)
        case Compose():
            return _compose(question, options)
        case GradientOf():
            return _gradient(question, options)
        case ImplicitFunction() | DifferentialOf():
            return _one(question, options)
        case HessianOf(chain) if chain.symbolic:
            return _general_hessian(question)
        case HessianOf():
            return _hessian(question, options)
        case VectorJacobian() | JacobianVector():
            return _product(question, options)
        case PointReport():
            from jacocalc.derive.reports import point_report

            return point_report(question)
        case GraphOf():
            from jacocalc.derive.graph import computational_graph

            work = Work(question.chain, question.at, options)
            return _finished(work, question, computational_graph(work, question.vector))
        case BackpropOf():
            from jacocalc.derive.matrix.answer import backprop

            return backprop(question)
        case ProgramDifferential():
            from jacocalc.derive.matrix.answer import program_differential

            return program_differential(question)
        case VolumeOf():
            return _volume(question, options)
    raise TypeError(f"no derivation for {type(question).__name__}")


def _finished(work: Work, question: Question, result: Expr | tuple[Matrix, ...] | None) -> Derivation:
    """Close a derivation: decimals if asked for, assumptions, verification."""
    _decimals(work, result)
    assumptions = without_redundant((*conditions(work.chain, work.options), *work.assumptions))
    if work.at is None and (needed := excluding(assumptions)):
        raise DomainError(f"the formulas hold nowhere: they need {' and '.join(map(paper, needed))}")
    if assumptions:
        work.steps.append(Assumed(assumptions))
    verified = work.verified() if work.outcomes else _BY_DEFINITION
    if work.chain.abstract and verified.result == Outcome.AGREES:
        verified = replace(verified, method="difference quotients of sample functions in place of the unspecified ones")
    work.steps.append(verified)
    notes = tuple(dict.fromkeys(note for stage in work.chain.stages for note in stage.notes))
    return Derivation(question, tuple(work.steps), result, verified, assumptions, notes)


def _decimals(work: Work, result: Expr | tuple[Matrix, ...] | None) -> None:
    digits = work.options.digits
    if digits is None or work.at is None or result is None:
        return
    for matrix in result if isinstance(result, tuple) else (result,):
        grid = matrix if isinstance(matrix, Matrix) else Matrix(((matrix,),))
        if not any(isinstance(node, Symbol | Applied) for entry in grid.entries for node in walk(entry)):
            work.steps.append(Decimals(digits, tuple(map(tuple, matrix_numbers(grid, digits)))))


def numbers_of(question: Question, digits: int) -> list[list[str]]:
    """The result at the point in decimals, without its exact form: for results that are too long to write.

    Raises JacocalcError for questions that have no such numbers.
    """
    chain, at = question.chain, question.at
    assert at is not None
    match question:
        case GradientOf():
            return [list(row) for row in zip(*chain_numbers(chain, at, digits), strict=True)]
        case VectorJacobian(_, vector) | GraphOf(_, _, vector) if vector:
            return chain_numbers(weighted(chain, vector), at, digits)
        case JacobianVector(_, vector, _, _, False):
            return chain_numbers(along(chain, at, vector), replace(at, coordinates=(ZERO,)), digits)
        case HessianOf():
            return hessian_numbers(chain, at, 0, digits)
        case VolumeOf():
            from jacocalc.derive.volumes import volume

            return _volume_there(volume(Work(chain, None, Options()), ""), question, digits)
        case Compose() | JacobianOf() | GraphOf():
            return chain_numbers(chain, at, digits)
    raise JacocalcError("this result has no numbers of its own", hint="ask with digits=N")


# -- one function -------------------------------------------------------------------------------------


def _jacobian(question: JacobianOf | Compose, options: Options) -> Derivation:
    """The grid of partials; at a point the inserted numbers, the values, and what follows from J."""
    work = Work(question.chain, question.at, options, kink=question.kink)
    function = question.chain.stages[0]
    local = local_steps(work)[0]
    if question.at is None:
        if not function.abstract:
            work.steps += square_steps(local.result, work.searched, at=False)
            work.steps += field_steps(function, local.result, work.printed)
        if function.m == 1 and function.n != 1:
            work.steps.append(Transposed(0, 0, (), local.result, local.result.transposed))
        return _finished(work, question, local.result)
    at, parameters = question.at.coordinates, all_parameters(work)
    try:
        value = stage_value(function, 0, at, parameters)
        here = jacobian_at(function, local, at, parameters, question.kink)
    except TooLarge:
        decimals_only(work)
        return _finished(work, question, None)
    work.steps += [value, here]
    if not here.conventional:
        _verify_at(work, here.result)
    if function.m == 1 and function.n != 1:
        work.steps.append(Transposed(0, 0, at, here.result, here.result.transposed))
    if not function.abstract:
        work.steps += square_steps(here.result, exact_matrix, at=True)
        work.steps += field_steps(function, here.result, exact_matrix)
        if not here.conventional:
            work.steps += short_enough(lambda: [linearisation(function, 0, at, value.result, here.result)])
    if isinstance(question, JacobianOf) and question.newton:
        from jacocalc.derive.newton import newton

        work.steps += newton(question.chain, question.at, question.newton, False, options.digits)
    return _finished(work, question, here.result)


def _verify_at(work: Work, result: Matrix) -> None:
    stage = work.chain.stages[0]
    work.outcomes.append(verified_whole(work.chain, stage.at(tuple(map(Symbol, stage.inputs))), result, work.at))


# -- chains -------------------------------------------------------------------------------------------


def _compose(question: Compose, options: Options) -> Derivation:
    work = Work(question.chain, question.at, options, kink=question.kink, order=question.order)
    result = chain_rule(work)
    if not question.chain.specified and len(question.chain.stages) > 1:
        work.steps.append(MatrixReason(tuple((s.m, s.n) for s in reversed(question.chain.stages))))
    _depth(work)
    return _finished(work, question, result)


def _depth(work: Work) -> None:
    """The singular values of the partial products, for three stages or more at a point."""
    if work.at is not None and len(work.chain.stages) > 2 and not work.chain.abstract and not conventional(work):
        from jacocalc.derive.norms import norms_by_depth

        found = norms_by_depth(work.chain, work.at)
        work.steps += [found] if found else []


def _general(question: Question) -> Derivation:
    """The rule itself, where a size is a symbol."""
    chain = question.chain
    pairs = tuple((stage.m, stage.n) for stage in reversed(chain.stages))
    order = question.order if isinstance(question, Compose) else ""
    costs = order_steps(order, chain, None) if order else []
    steps = (shapes(chain), GeneralRule(pairs), *costs, MatrixReason(pairs))
    return Derivation(question, steps, None, _BY_DEFINITION)


def _general_hessian(question: HessianOf) -> Derivation:
    """The second-order chain rule itself, where a size is a symbol."""
    stages = question.chain.stages
    last = stages[-1]
    if last.m != 1:
        said = f"{last.name} has {last.m} components, and with symbols as sizes only a scalar function has a Hessian"
        raise ShapeError(said, hint=f"one component of {last.name} is a function to R")
    if len(stages) > 2:
        said = "with symbols as sizes the second-order chain rule takes two functions"
        raise ShapeError(said, hint="take two at a time")
    pairs = tuple((stage.m, stage.n) for stage in reversed(stages))
    return Derivation(question, (GeneralHessian(pairs),), None, _BY_DEFINITION)


def _layers(question: ComposeLayers) -> Derivation:
    return Derivation(question, (LayerRule(question.last),), None, _BY_DEFINITION)


def _product(question: VectorJacobian | JacobianVector, options: Options) -> Derivation:
    if question.chain.symbolic:
        raise ShapeError("the sizes are symbols, so the vector cannot be multiplied", hint="give sizes as numbers")
    work = Work(question.chain, question.at, options, kink=question.kink)
    if isinstance(question, VectorJacobian):
        result = vector_jacobian(work, question.vector)
    else:
        result = jacobian_vector(work, question.vector, question.unit)
    _depth(work)
    return _finished(work, question, result)


def _one(question: ImplicitFunction | DifferentialOf, options: Options) -> Derivation:
    if question.chain.symbolic:
        raise ShapeError("the sizes are symbols, so nothing can be written out", hint="give sizes as numbers")
    work = Work(question.chain, question.at, options)
    if isinstance(question, ImplicitFunction):
        from jacocalc.derive.implicit_functions import implicit_jacobian

        result = implicit_jacobian(work, question)
    else:
        from jacocalc.derive.differentials import differential

        result = differential(work, question)
    return _finished(work, question, result)


def _hessian(question: HessianOf, options: Options) -> Derivation:
    work = Work(question.chain, question.at, options)
    from jacocalc.derive.second_order import hessians

    found = hessians(work)
    if question.newton and question.at is not None:
        from jacocalc.derive.newton import newton

        work.steps += newton(question.chain, question.at, question.newton, True, options.digits)
    scalar = found is not None and question.chain.stages[-1].m == 1
    return _finished(work, question, found[0] if scalar and found else found)


def _volume(question: VolumeOf, options: Options) -> Derivation:
    """det J at the point; its formula, with decimals there, where its value is too long to write."""
    from jacocalc.derive.volumes import volume

    work = Work(question.chain, question.at, options)
    try:
        return _finished(work, question, volume(work, question.density))
    except TooLarge:
        if question.at is None:
            raise
    work = Work(question.chain, None, options)
    digits, formula = options.digits or 10, volume(work, question.density)
    work.steps.append(Decimals(digits, tuple(map(tuple, _volume_there(formula, question, digits)))))
    return _finished(work, question, None)


def _volume_there(formula: Expr, question: VolumeOf, digits: int) -> list[list[str]]:
    assert question.at is not None
    given = question.chain.stages[0].bound(question.at.coordinates, question.at.parameters)
    return matrix_numbers(Matrix(((substitute(formula, given),),)), digits)


# -- gradients ----------------------------------------------------------------------------------------


def _gradient(question: GradientOf, options: Options) -> Derivation:
    """∇_x L = J_fᵀ ∇_f L, from the outermost stage inwards."""
    work = Work(question.chain, question.at, options, kink=question.kink)
    if len(question.chain.stages) > 1:
        open_chain(work)
    locals_ = local_steps(work)
    if question.at is None:
        column: Matrix | None = _symbolic_gradient(work, locals_)
    else:
        try:
            column = _gradient_at(work, locals_)
        except TooLarge:
            decimals_only(work, transposed=True)
            column = None
    return _finished(work, question, column)


def _symbolic_gradient(work: Work, locals_: list[LocalJacobian]) -> Matrix | None:
    """∇L in the innermost inputs; None where the composition is not written out."""
    last = len(work.chain.stages) - 1
    if last and work.composition is None:
        return None
    there = substituted(work, locals_)
    work.steps += there[1:]
    column = _adjoints(work, there, work.printed)
    if last:
        work.steps.append(RowForm((), tuple(one.result for one in reversed(there)), column.transposed))
        work.outcomes.append(verified_whole(work.chain, work.written, column.transposed, None))
    return column


def _adjoints(
    work: Work, stages: Sequence[JacobianAt | Substituted], value: Callable[[Matrix], Matrix]
) -> Matrix:  # fmt: skip
    """∇_f L = J_Lᵀ, then ∇_x L = J_fᵀ ∇_f L, from the outermost stage inwards."""
    *inner, outer = stages
    column = outer.result.transposed
    work.steps.append(Transposed(outer.stage, outer.stage, outer.arguments, outer.result, column))
    for one in reversed(inner):
        left = one.result.transposed
        written = written_product(left, column)
        result = value(written)
        work.steps.append(GradientChain(one.stage, outer.stage, one.arguments, left, column, written, result))
        column = result
    return column


def _row(factors: tuple[Matrix, ...]) -> Matrix:
    """J_L · … · J_f, multiplied from the left."""
    product = factors[0]
    for factor in factors[1:]:
        product = exact_matrix(written_product(product, factor))
    return product


def _gradient_at(work: Work, locals_: list[LocalJacobian]) -> Matrix:
    """∇L at the point, and the greatest rate of change.  Raises TooLarge."""
    chain = work.chain
    assert work.at is not None
    values, here = stages_at(work, locals_)
    work.steps += [*values, *here[::-1]]
    column = _adjoints(work, here, exact_matrix)
    if not any(step.conventional for step in here):
        work.outcomes.append(verified_whole(chain, work.written, column.transposed, work.at))
    if len(chain.stages) > 1:
        factors = tuple(one.result for one in reversed(here))
        work.steps.append(RowForm(work.at.coordinates, factors, _row(factors)))
        _depth(work)
    if not chain.abstract and not any(step.conventional for step in here):  # a convention promises no rate
        work.steps += short_enough(lambda: [_greatest_rate(column)])
    return column


def _greatest_rate(column: Matrix) -> GreatestRate:
    """‖∇L‖.  Raises TooLarge."""
    norm = written_norm(column.entries)
    return GreatestRate(column, norm, exact(norm))
