"""The door of this room: JSON in, a Report out.  Which check a kind of step has is a row of CHECKS."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jacocalc import program_steps, steps
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.programs import BITS as PROGRAM_BITS
from jacocalc.exchange import from_json
from jacocalc.questions import BackpropOf, ProgramDifferential
from jacocalc.replaying import chain_checks as chain
from jacocalc.replaying import cost_checks as cost
from jacocalc.replaying import depth_checks as depth
from jacocalc.replaying import differential_checks as differential
from jacocalc.replaying import graph_checks as graph
from jacocalc.replaying import implicit_checks as implicit
from jacocalc.replaying import order_checks as order
from jacocalc.replaying import point_checks as point
from jacocalc.replaying import program_checks as program
from jacocalc.replaying import run_checks as run
from jacocalc.replaying import second_checks as second
from jacocalc.replaying import second_program_checks as second_program
from jacocalc.replaying import set_checks as sets
from jacocalc.replaying import total_checks as total
from jacocalc.replaying import volume_checks as volume
from jacocalc.replaying.asked_for import check_asked_for
from jacocalc.replaying.balls import BITS
from jacocalc.replaying.beside_checks import beside_critical
from jacocalc.replaying.case import Case
from jacocalc.replaying.programs import ProgramCase
from jacocalc.replaying.report import Finding, Report, Unknown, Wrong
from jacocalc.replaying.results import check_result, decimals, stage_decimals
from jacocalc.steps import Derivation, Step

Check = Callable[[Case, Any], None]
Written = Callable[[Derivation], str]

CHECKS: dict[type, Check] = {
    steps.LocalJacobian: chain.local_jacobian,
    steps.Composed: chain.composed,
    steps.StageValue: chain.stage_value,
    steps.JacobianAt: chain.jacobian_at,
    steps.Substituted: chain.substituted,
    steps.MatrixProduct: chain.matrix_product,
    steps.Leibniz: chain.leibniz,
    steps.Transposed: chain.transposed_row,
    steps.GradientChain: chain.gradient_chain,
    steps.GreatestRate: chain.greatest_rate,
    steps.RowForm: chain.row_form,
    steps.VectorProduct: chain.vector_product,
    steps.UnitVector: chain.unit_vector,
    steps.Determinant: chain.determinant_of,
    steps.Rank: chain.rank_of,
    steps.Linearisation: chain.linearisation,
    steps.Divergence: chain.divergence,
    steps.Curl: chain.curl,
    steps.Decimals: decimals,
    steps.StageDecimals: stage_decimals,
    steps.Shapes: chain.shapes,
    steps.GeneralRule: chain.general_rule,
    steps.GeneralHessian: chain.general_rule,
    steps.MatrixReason: chain.general_rule,
    steps.LayerRule: chain.layer_rule,
    steps.Dependencies: chain.dependencies,
    steps.SecondPartials: second.second_partials,
    steps.HessianAt: second.hessian_at,
    steps.HessianInserted: second.hessian_inserted,
    steps.SecondOrderChain: second.second_order_chain,
    steps.Laplacian: second.laplacian,
    steps.CriticalPoint: second.critical_point,
    steps.BesideCritical: beside_critical,
    steps.NewtonStep: second.newton_step,
    steps.OnCurve: implicit.on_curve,
    steps.Blocks: implicit.blocks,
    steps.BlockDeterminant: implicit.block_determinant,
    steps.BlockInverse: implicit.block_inverse,
    steps.ImplicitJacobian: implicit.implicit_jacobian,
    steps.ImplicitSecond: implicit.implicit_second,
    steps.SecondOnCurve: implicit.second_on_curve,
    steps.Differential: differential.differential,
    steps.Increment: differential.increment,
    steps.ChangeGiven: differential.change_given,
    steps.LinearError: differential.linear_error,
    steps.VolumeFactor: volume.volume_factor,
    steps.LocalInverse: volume.local_inverse,
    steps.SingularPoint: volume.singular_point,
    steps.ChangeOfVariables: volume.change_of_variables,
    steps.DensityRule: volume.density_rule,
    steps.CarriedDensity: volume.carried_density,
    steps.GramDeterminant: volume.gram_determinant,
    steps.SingularSet: sets.singular_set,
    steps.Assumed: sets.assumed,
    steps.TotalProbability: total.total_probability,
    steps.Bracketing: order.bracketing,
    steps.OrderAdvice: order.order_advice,
    steps.NormsByDepth: depth.norms_by_depth,
    steps.GraphNodes: graph.graph_nodes,
    steps.ForwardPass: graph.forward_pass,
    steps.BackwardPass: graph.backward_pass,
    steps.StoredValues: graph.stored_values,
    steps.ComponentReport: point.component_report,
    steps.PointSummary: point.point_summary,
    steps.KinkConventions: point.kink_conventions,
}


PROGRAM_CHECKS: dict[type, Callable[[ProgramCase, Any], None]] = {
    program_steps.ForwardProgram: program.forward_program,
    program_steps.AdjointOf: program.adjoint_of,
    program_steps.LoopAdjoints: program.loop_adjoints,
    program_steps.ImplicitAdjoint: program.implicit_adjoint,
    program_steps.LocalDerivative: program.local_derivative,
    program_steps.JacobianChain: program.jacobian_chain,
    program_steps.StageJacobian: program.stage_jacobian,
    program_steps.Gradients: program.gradients,
    program_steps.DeltaProof: program.delta_proof,
    program_steps.DifferentialLine: program.differential_line,
    program_steps.DifferentialKind: program.differential_kind,
    program_steps.HessianTerm: program.hessian_term,
    program_steps.PassCosts: cost.pass_costs,
    program_steps.Conditions: cost.conditions,
    program_steps.KroneckerForm: second_program.kronecker_form,
    program_steps.HessianVector: second_program.hessian_vector,
    program_steps.GaussNewton: second_program.gauss_newton,
    program_steps.ProgramNumbers: run.program_numbers,
    program_steps.DescentStep: run.descent_step,
}

NO_MATHEMATICS: dict[type, str] = {
    steps.Verified: "it says how the derivation was verified, which a replay does anew",
}


def replayed(text: str, written: Written) -> Report:
    """Every step of a derivation in JSON against its own meaning; ``written`` makes the JSON of a derivation anew.

    Raises JacocalcError for anything else.
    """
    derivation, _ = from_json(text)
    if isinstance(derivation.question, BackpropOf | ProgramDifferential):
        with precision(PROGRAM_BITS):
            return _replayed(ProgramCase(derivation), text, written, PROGRAM_CHECKS)
    with precision(BITS):
        more = Case(derivation).length
    with precision(BITS + more):  # so many bits are lost where two values of that length are subtracted
        return _replayed(Case(derivation), text, written, CHECKS)


_Part = tuple[int, str, Callable[[], None]]  # its place, its kind, its check
_UNFIT = (
    LookupError, ValueError, TypeError, AttributeError, AssertionError, StopIteration, ArithmeticError, RecursionError,
    MemoryError, JacocalcError,
)  # fmt: skip


def _replayed(case: Any, text: str, written: Written, rows: Mapping[type, Callable[[Any, Any], None]]) -> Report:
    """The steps in order, then the result; the first that is wrong ends it."""
    checks: list[_Part] = [
        (place, type(step).__name__, partial(_check_step, case, step, rows))
        for place, step in enumerate(case.derivation.steps) if type(step) not in NO_MATHEMATICS
    ]  # fmt: skip
    whole: _Part = (-1, "Derivation", partial(_check_whole, case, text, written))
    unknown = None
    for done, (place, kind, check) in enumerate([*checks, whole]):
        try:
            check()
        except Wrong as found:
            return _stopped(place, kind, found, done)
        except Unknown as found:
            unknown = unknown or (place, kind, found)
        except _UNFIT as found:
            what, verb = ("result", "it does") if place < 0 else ("its fields", "they do")
            unfit = Wrong(what, f"{verb} not fit the question ({type(found).__name__})")
            return _stopped(place, kind, unfit, done)
    return _stopped(*unknown, len(checks)) if unknown else _accepted(len(checks), case.counted)


def _check_step(case: Any, step: Step, rows: Mapping[type, Callable[[Any, Any], None]]) -> None:
    if type(step) not in rows:
        raise Wrong("kind", "it has no place in such a derivation")
    rows[type(step)](case, step)


def _check_whole(case: Any, text: str, written: Written) -> None:
    _check_record(case.derivation, text, written)
    check_asked_for(case.derivation)
    if isinstance(case, Case):
        check_result(case)


def _stopped(place: int, kind: str, found: Finding, done: int) -> Report:
    """The report of a step that is wrong or could not be settled."""
    named = "the result" if place < 0 else f"step {place + 1}, {kind}"
    message = f"{named}, {found.field}: {found.why}"
    if isinstance(found, Wrong):
        return Report("wrong", message, done, place, kind, found.field)
    return Report("undecided", f"undecided: {message}", done, place, kind, found.field)


def _accepted(done: int, counted: int) -> Report:
    if not done:
        return Report("undecided", "no step was replayed", done)
    how = f" in {counted} comparisons to 60 digits" if counted else ""
    said = "1 step was" if done == 1 else f"{done} steps were"
    return Report("agrees" if counted else "proved", f"{said} replayed{how}", done)


def _check_record(derivation: Derivation, text: str, written: Written) -> None:
    """The result as other programs read it is the result written again: entries, floats, LaTeX, ….  Raises Wrong."""
    if any(isinstance(step, steps.Verified) and step != derivation.verified for step in derivation.steps):
        raise Wrong("verified", "the step says something else")
    if not any(isinstance(step, steps.Assumed) for step in derivation.steps) and derivation.assumptions:
        raise Wrong("assumptions", "no step says them")
    record = json.loads(text)
    try:
        again = json.loads(written(derivation))
    except _UNFIT as found:
        raise Wrong("result", f"it is no result of this derivation ({type(found).__name__})") from None
    for name in sorted({*record["result"], *again["result"]}):
        if record["result"].get(name) != again["result"].get(name):
            raise Wrong(name, "it is not the result in another form")
    for name in sorted({*record, *again} - {"result", "sources"}):
        _check_fields(name, record.get(name), again.get(name))


def _check_fields(name: str, given: Any, again: Any) -> None:
    """Nothing stands in a record that is not read, and so not verified.  Raises Wrong."""
    if isinstance(given, dict) and isinstance(again, dict):
        for key in sorted({*given, *again}):
            _check_fields(f"{name}.{key}", given.get(key), again.get(key))
    elif isinstance(given, list) and isinstance(again, list):
        if len(given) != len(again):
            raise Wrong(name, f"it has {len(given)} parts, of which {len(again)} are known")
        for k, (one, other) in enumerate(zip(given, again, strict=True)):
            _check_fields(f"{name}[{k}]", one, other)
    elif type(given) is not type(again):
        raise Wrong(name, "it is no part of such a derivation")
