"""The report on a point: the five questions of every component, and of f as a whole.

An undefined point is an answer too: it says whether a limit fills the hole, and what the function so
extended is like.
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.algebra.domain import Condition
from jacocalc.algebra.values import exact
from jacocalc.derive.differentiability import NO, OPEN, QUESTIONS, YES, Regularity, oscillation
from jacocalc.derive.kinks import Kinks
from jacocalc.derive.limits import (
    FINITE,
    MINUS,
    OUTSIDE,
    PLUS,
    Approach,
    Path,
    Spot,
    approach,
    axis,
    bound,
    differs,
    linear,
    paths,
)
from jacocalc.derive.points import PointCheck, needed
from jacocalc.errors import DomainError, JacocalcError, LimitReached, Undecided
from jacocalc.evaluate.equality import Outcome, proved_equal
from jacocalc.evaluate.numbers import coordinates_of
from jacocalc.known_functions import BENT
from jacocalc.notation import ZERO, Call, Comparison, Expr, substitute
from jacocalc.questions import PointReport
from jacocalc.steps import ComponentReport, Decided, Derivation, KinkConventions, PointSummary, Verified


def point_report(question: PointReport) -> Derivation:
    """The five questions of every component, and of f as a whole.  Raises RoadsDisagree, JacocalcError."""
    chain, at = question.chain, question.at
    assert at is not None
    function = chain.stages[0]
    if function.abstract:
        raise JacocalcError(f"{function.unknown} is unspecified and has no values")
    coordinates_of(chain, at)
    check = PointCheck(function, function.bound(at.coordinates, at.parameters))
    reports = tuple(_component(check, i) for i in range(len(check.components)))
    summary = PointSummary(tuple((name, _weakest(reports, place)) for place, name in enumerate(QUESTIONS)))
    kinks = KinkConventions(_kinked(check, reports))
    steps = (summary, *reports, *((kinks,) if kinks.result else ()))
    outcome = Outcome.UNDECIDED if any(map(_open, reports)) else Outcome.PROVED
    verified = Verified("a proof of every answer", 0, outcome.value)
    return Derivation(question, steps, None, verified, (), tuple(dict.fromkeys(function.notes)))


def _weakest(reports: Sequence[ComponentReport], place: int) -> str:
    answers = {report.result[place].answer for report in reports}
    return NO if NO in answers else OPEN if OPEN in answers else YES


def _open(report: ComponentReport) -> bool:
    return OPEN in {one.answer for one in report.result}


def _kinked(check: PointCheck, reports: Sequence[ComponentReport]) -> tuple[str, ...]:
    """Of which of |·|, relu, max, min a convention decides at the point: |x| at 0, but not x|x|, nor 1/|x|."""
    found: set[str] = set()
    for report in reports:
        if report.value is None or report.result[0].answer != YES:
            continue
        kinks = Kinks(check, check.components[report.component])
        if kinks.differ():
            found |= {kink.function for kink in kinks.found if isinstance(kink, Call)}
    return tuple(name for name in BENT if name in found)


def _component(check: PointCheck, i: int) -> ComponentReport:
    component = check.components[i]
    spot = Spot(component, check.function.inputs, check.values)
    try:
        undefined = _undefined(check, component)
        if undefined:
            return _hole(spot, i, undefined)
        kinks = Kinks(check, component)
        value = exact(substitute(check.resolved(component), check.values))
    except Undecided:
        return ComponentReport(i, None, (), tuple(Decided(name, OPEN, "unsettled") for name in QUESTIONS))
    except LimitReached:
        return _long(i, smooth=not kinks.found)
    found = Regularity(spot, value, kinks)
    return ComponentReport(i, value, found.sides, (Decided("defined", YES, "value", (value,)), *found.answers()))


def _long(i: int, smooth: bool) -> ComponentReport:
    """A value too long to write: only what the rules alone tell."""
    answer, reason = (YES, "smooth") if smooth else (OPEN, "unsettled")
    rest = tuple(Decided(name, answer, reason) for name in QUESTIONS[1:])
    return ComponentReport(i, None, (), (Decided("defined", YES, "long-value"), *rest))


# -- where f is undefined -----------------------------------------------------------------------------


def _undefined(check: PointCheck, component: Expr) -> Decided | None:
    """Why the component is undefined at the point; None where it is defined."""
    failed: list[tuple[Expr, Condition]] = []

    def look(node: Expr) -> None:
        condition = None if failed else check.failing(node)
        if condition is not None:
            failed.append((node, condition))

    try:
        check.visit(component, look)
    except DomainError:
        if not failed:
            return Decided("defined", NO, "branchless")
    if not failed:
        return None
    node, condition = failed[0]
    match condition.holds:
        case Comparison("!=", under, right) if right == ZERO and not isinstance(node, Call):
            return Decided("defined", NO, "division", (node, under))
    return Decided("defined", NO, "domain", (node, needed(condition)))


def _hole(spot: Spot, i: int, undefined: Decided) -> ComponentReport:
    """Not defined: does a limit fill the hole, and what is the function extended by it like?"""
    rest = tuple(Decided(name, NO, "undefined") for name in QUESTIONS[2:])
    value = _limit(spot)
    if value is None:
        return ComponentReport(i, None, (), (undefined, _no_limit(spot), *rest))
    extended = Regularity(spot, value, None)
    answers = (undefined, Decided("continuous", NO, "hole", (value,)), *rest)
    return ComponentReport(
        i, None, extended.sides, answers, (Decided("defined", YES, "filled", (value,)), *extended.answers())
    )


def _limit(spot: Spot) -> Expr | None:
    """lim f at the point, where it is proved."""
    n = len(spot.inputs)
    first = _end(spot, axis(n, 0, 1))
    if first is None:
        return None
    if n > 1:
        return first.expr if bound(spot, linear(spot, first.expr)) else None
    other = _end(spot, axis(1, 0, -1))
    return first.expr if other is not None and proved_equal(other.value, first.value) else None


def _end(spot: Spot, path: Path) -> Approach | None:
    """The one finite limit along a path."""
    found = approach(spot, path)
    return found[0] if len(found) == 1 and found[0].end == FINITE else None


def _no_limit(spot: Spot) -> Decided:
    """Why there is no limit at a point where f is undefined, if that is proved."""
    seen: list[tuple[Path, Approach]] = []
    outside = False
    for path in paths(len(spot.inputs)):
        found = approach(spot, path)
        if len(found) > 1:
            reason, shown = oscillation(spot, path, found)
            return Decided("continuous", NO, f"undefined-{reason}", shown)
        if found[0].end in (PLUS, MINUS):
            return Decided("continuous", NO, "undefined-infinite", (spot.shown(path),))
        outside = outside or found[0].end == OUTSIDE
        if found[0].end != FINITE:
            continue
        for other, end in seen:
            if differs(end.value, found[0].value):
                shown = (spot.shown(other), end.expr, spot.shown(path), found[0].expr)
                return Decided("continuous", NO, "undefined-paths", shown)
        seen.append((path, found[0]))
    if outside and seen and len(spot.inputs) == 1:
        return Decided("continuous", NO, "undefined-one-sided", (seen[0][1].expr,))
    return Decided("continuous", NO, "undefined")
