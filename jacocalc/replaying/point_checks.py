"""Reports about a point: values and one-sided derivatives by differences, and the summary of the answers."""

from __future__ import annotations

from fractions import Fraction

from jacocalc.evaluate.fields import ball_of
from jacocalc.notation import Call, walk
from jacocalc.replaying.balls import ROUGHLY, Ball, close, shown
from jacocalc.replaying.case import Case
from jacocalc.replaying.report import Wrong
from jacocalc.steps import ComponentReport, KinkConventions, OneSided, PointSummary

_STEP = Fraction(1, 2**300)
ANSWERS = ("no", "undecided", "yes")  # the worst of the components is the answer for f


def component_report(case: Case, step: ComponentReport) -> None:
    """The value and the one-sided derivatives; where a value is stated, the function is defined."""
    (place,) = case.fixed
    stage = case.chain.stages[0]
    if not 0 <= step.component < len(stage.values):
        raise Wrong("component", f"there is no component {step.component}")
    value = place.values[1][step.component]
    if step.value is not None:
        case.equal("value", step.value, lambda p: value, case.fixed)
    answers = {one.question: one.answer for one in step.result}
    if len(answers) < len(step.result) or not set(answers.values()) <= set(ANSWERS):
        raise Wrong("result", "it does not answer each question once, by yes, no or undecided")
    if step.value is not None:
        case.told("result", answers.get("defined"), "yes")
    for k, one in enumerate(step.sides):
        _side(case, one, step.component, f"sides[{k}]")


def _side(case: Case, one: OneSided, component: int, name: str) -> None:
    (place,) = case.fixed
    inputs = case.chain.stages[0].inputs
    if one.by not in inputs:
        raise Wrong(f"{name}.by", f"{one.by} is no input")
    middle = place.values[1][component]
    for sign, given, word in ((-1, one.left_value, "left"), (1, one.right_value, "right")):
        if given is not None:
            case.told(f"{name}.{word}", getattr(one, word), "finite")
        if given is None or middle is None:
            continue
        changes = [ball_of(Fraction(0))] * len(inputs)
        changes[inputs.index(one.by)] = ball_of(sign * _STEP)
        moved = place.moved(0, 0, changes)[component]
        if moved is not None:
            _slope(case, f"{name}.{word}_value", place.number(given), (moved - middle) / ball_of(sign * _STEP))


def _slope(case: Case, name: str, given: Ball | None, truth: Ball) -> None:
    case.counted += 1
    if given is not None and not close(given, truth, ROUGHLY) and abs(given - truth) > ball_of(ROUGHLY):
        raise Wrong(name, f"it says {shown(given)}, but it is {shown(truth)}")


def point_summary(case: Case, step: PointSummary) -> None:
    """no if one component says no, else undecided if one does."""
    reports = [one for one in case.derivation.steps if isinstance(one, ComponentReport)]
    for question, answer in step.result:
        found = [one.answer for report in reports for one in report.result if one.question == question]
        if found:
            case.told("result", f"{question}: {answer}", f"{question}: {min(found, key=ANSWERS.index)}")


def kink_conventions(case: Case, step: KinkConventions) -> None:
    """The functions named occur."""
    calls = {n.function for value in case.chain.stages[0].values for n in walk(value) if isinstance(n, Call)}
    for name in step.result:
        if name not in calls and name != "piecewise":
            raise Wrong("result", f"{name} does not occur")
