"""What a question asks for, and the steps that answer it: none is missing or stands twice, none was not asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from jacocalc import program_steps, steps
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
    VectorJacobian,
    VolumeOf,
)
from jacocalc.replaying.report import Wrong, asked

Row = tuple[type, str, type, Callable[[Any], int]]  # a question, its field, a kind of step, how many (True: some)


ROWS: tuple[Row, ...] = (
    (JacobianOf, "newton", steps.NewtonStep, lambda question: question.newton),
    (HessianOf, "newton", steps.NewtonStep, lambda question: question.newton),
    (Compose, "order", steps.OrderAdvice, lambda question: bool(question.order) and len(question.chain.stages) > 1),
    (BackpropOf, "hessian_vector", program_steps.HessianVector, lambda question: question.hessian_vector),
    (BackpropOf, "gauss_newton", program_steps.GaussNewton, lambda question: question.gauss_newton),
    (BackpropOf, "given", program_steps.ProgramNumbers, lambda q: bool(q.given or q.seed is not None or q.update)),
    (BackpropOf, "update", program_steps.DescentStep, lambda question: bool(question.update)),
    (ProgramDifferential, "second", program_steps.HessianTerm, lambda question: question.second),
    (ProgramDifferential, "kronecker", program_steps.KroneckerForm, lambda question: question.kronecker),
)

_RULES = (Compose, JacobianOf, GradientOf, HessianOf, VectorJacobian, JacobianVector, DifferentialOf, ImplicitFunction,
          VolumeOf)  # fmt: skip  # questions whose stages are differentiated by the rules
_CHAINS = (Compose, GradientOf, HessianOf, VectorJacobian, JacobianVector)
_PROGRAMS = (BackpropOf, ProgramDifferential)


def _once(derivation: steps.Derivation) -> int:
    return 1


def _stages(derivation: steps.Derivation) -> int:
    return len(derivation.question.chain.stages)


def _further(derivation: steps.Derivation) -> int:
    """The stages but for one, where the result is written out."""
    return _stages(derivation) - 1 if derivation.result is not None else 0


def _at_point(derivation: steps.Derivation) -> int:
    """The stages, where there is a point and the result is written out."""
    return _stages(derivation) if derivation.question.at is not None and derivation.result is not None else 0


def _different(derivation: steps.Derivation) -> int:
    return len(set(derivation.question.chain.stages))


def _components(derivation: steps.Derivation) -> int:
    """The components of all stages that differ."""
    return sum(int(stage.m) for stage in set(derivation.question.chain.stages))


def _components_at_point(derivation: steps.Derivation) -> int:
    return sum(int(stage.m) for stage in derivation.question.chain.stages) if _at_point(derivation) else 0


def _backward_passes(derivation: steps.Derivation) -> int:
    """One for each output, or one of the row vᵀJ."""
    question = asked(derivation, GraphOf)
    return 1 if question.vector else int(question.chain.stages[-1].m)


PARTS: tuple[tuple[tuple[type, ...], tuple[type, ...], Callable[[Any], int]], ...] = (
    (_RULES, (steps.LocalJacobian,), _different),
    ((*_RULES, GraphOf, *_PROGRAMS), (steps.Verified,), _once),
    (_RULES, (steps.JacobianAt,), _at_point),
    (_CHAINS, (steps.Shapes,), lambda derivation: int(_stages(derivation) > 1)),
    ((Compose,), (steps.MatrixProduct,), _further),
    ((GradientOf,), (steps.Transposed,), lambda derivation: int(derivation.result is not None)),
    ((GradientOf,), (steps.GradientChain,), _further),
    ((VectorJacobian, JacobianVector), (steps.VectorProduct,), lambda d: _stages(d) if d.result is not None else 0),
    ((JacobianVector,), (steps.UnitVector,), lambda derivation: int(derivation.question.unit)),
    ((HessianOf,), (steps.SecondPartials,), _components),
    ((HessianOf,), (steps.HessianAt,), _components_at_point),
    ((DifferentialOf,), (steps.Differential,), _once),
    ((DifferentialOf,), (steps.Increment,), lambda derivation: int(not derivation.question.chain.abstract)),
    ((DifferentialOf,), (steps.ChangeGiven,), lambda derivation: int(bool(derivation.question.vector))),
    ((ImplicitFunction,), (steps.Blocks, steps.BlockDeterminant, steps.ImplicitJacobian), _once),
    ((VolumeOf,), (steps.SingularSet,), _once),
    ((GraphOf,), (steps.GraphNodes, steps.ForwardPass, steps.StoredValues), _once),
    ((GraphOf,), (steps.BackwardPass,), _backward_passes),
    ((PointReport,), (steps.PointSummary,), _once),
    ((PointReport,), (steps.ComponentReport,), _components),
    ((ComposeLayers,), (steps.LayerRule,), _once),
    (_PROGRAMS, (program_steps.ForwardProgram,), _once),
    ((BackpropOf,), (program_steps.PassCosts, program_steps.Gradients), _once),
    ((ProgramDifferential,), (program_steps.DifferentialKind,), _once),
)
_REPEATED = (steps.Decimals, program_steps.LocalDerivative)  # of equal components, of x + x
GENERAL: tuple[type, ...] = (steps.GeneralRule, steps.MatrixReason, steps.Shapes)  # where a size is a symbol


def check_parts(derivation: steps.Derivation) -> None:
    """As many steps of each kind as such a question has, and none of them twice.  Raises Wrong."""
    question, counts = derivation.question, Counter(map(type, derivation.steps))
    rows = [(kind, wanted) for questions, kinds, wanted in PARTS if isinstance(question, questions) for kind in kinds]
    if question.chain.symbolic:
        rows = [(kind, _once) for kind in ((steps.GeneralHessian,) if isinstance(question, HessianOf) else GENERAL)]
    for kind, wanted in rows:
        if counts[kind] != (many := wanted(derivation)):
            raise Wrong("steps", f"{kind.__name__} stands {counts[kind]} times, not {many}")
    step, often = Counter(derivation.steps).most_common(1)[0]
    if often > 1 and not isinstance(step, _REPEATED):
        raise Wrong("steps", f"a step {type(step).__name__} stands twice")


def check_asked_for(derivation: steps.Derivation) -> None:
    """As many steps of each kind as the question asks for.  Raises Wrong."""
    check_parts(derivation)
    question, counts = derivation.question, Counter(map(type, derivation.steps))
    for kind, field, step, wanted in ROWS:
        if isinstance(question, kind):
            many, found = wanted(question), counts[step]
            if many != (bool(found) if isinstance(many, bool) else found):
                raise Wrong(field, f"there are {found} steps {step.__name__}, which is not what is asked for")
    if isinstance(question, Compose) and question.order and len(question.chain.stages) > 2:
        _check_orders(question.order, derivation)


def _check_orders(order: str, derivation: steps.Derivation) -> None:
    """One order, or all; there is none that is best where a size is a symbol.  Raises Wrong."""
    wanted = {"forward", "reverse", "best"} if order == "compare" else {order}
    found = {step.order.partition("-")[0] for step in derivation.steps if isinstance(step, steps.Bracketing)}
    if not wanted - {"best"} <= found <= wanted:
        raise Wrong("order", f"it asks for {order}, but there is {', '.join(sorted(found)) or 'none'}")
