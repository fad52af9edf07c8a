"""Reports about a point: values and one-sided derivatives by differences, and the summary of the answers."""

from __future__ import annotations

from jacocalc.evaluate.fields import ball_of
from jacocalc.notation import Call, walk
from jacocalc.replaying.balls import ROUGHLY, Ball, close, number, shown
from jacocalc.replaying.behaviour import NO, OPEN, YES, Behaviour, bends, in_pieces
from jacocalc.replaying.case import Case
from jacocalc.replaying.places import concrete
from jacocalc.replaying.report import Wrong
from jacocalc.steps import ComponentReport, Decided, KinkConventions, OneSided, PointSummary

ANSWERS = (NO, OPEN, YES)  # the worst of the components is the answer for f
QUESTIONS = ("defined", "continuous", "partials", "differentiable", "C1")
_ENDS = ("finite", "plus", "minus", "outside", "jump", "oscillates", "unknown")
_FOLLOWS = (("C1", "differentiable"), ("differentiable", "partials"), ("differentiable", "continuous"),
            ("partials", "defined"), ("continuous", "defined"))  # fmt: skip


def component_report(case: Case, step: ComponentReport) -> None:
    """The value, the one-sided derivatives, and the five answers as far as values along curves tell."""
    (place,) = case.fixed
    stage = case.chain.stages[0]
    if not 0 <= step.component < len(stage.values):
        raise Wrong("component", f"there is no component {step.component}")
    value = place.values[1][step.component]
    if step.value is not None:
        case.equal("value", step.value, lambda p: value, case.fixed)
    answers = _answers(step.result, "result")
    case.told("result", answers["defined"], _defined(case, step, value))
    case.counted += 1
    filled = None
    if step.extended:
        case.told("result", answers["defined"], NO)
        extended = _answers(step.extended, "extended")
        case.told("extended", extended["defined"], YES)
        filled = step.extended[0].shown[0] if step.extended[0].shown else None
    if filled is not None:
        value = place.number(filled)
    if value is None:
        case.told("result", answers["defined"] == YES and step.value is not None, False)
        case.told("sides", step.sides, ())
        return
    behaviour = Behaviour(place, step.component, value)
    _believed(case, behaviour, extended if step.extended else answers, "extended" if step.extended else "result")
    for k, one in enumerate(step.sides):
        _side(case, behaviour, one, f"sides[{k}]")


def _answers(decided: tuple[Decided, ...], name: str) -> dict[str, str]:
    """The answers by question, of which stronger ones imply weaker ones.  Raises Wrong."""
    answers = {one.question: one.answer for one in decided}
    if tuple(answers) != QUESTIONS or len(decided) != len(QUESTIONS) or not set(answers.values()) <= set(ANSWERS):
        raise Wrong(name, "it does not answer each question once, by yes, no or undecided")
    for strong, weak in _FOLLOWS:
        if (answers[strong] == YES != answers[weak]) or (answers[weak] == NO != answers[strong]):
            raise Wrong(name, f"{strong}: {answers[strong]}, but {weak}: {answers[weak]}")
    return answers


def _defined(case: Case, step: ComponentReport, value: Ball | None) -> str:
    """yes where the formula has a value as it is written, no where it has none; what is said where neither is seen."""
    said = next(one.answer for one in step.result if one.question == "defined")
    if said == OPEN or value is None:
        return OPEN if said == OPEN else NO
    (place,) = case.fixed
    expr = concrete(case.chain.stages[0].values[step.component])
    return YES if number(expr, place.names, strict=True) is not None else NO


def _believed(case: Case, behaviour: Behaviour, answers: dict[str, str], name: str) -> None:
    """No answer is contradicted by the values."""
    expr = case.chain.stages[0].values[behaviour.component]
    alone = behaviour.count == 1
    seen = {
        "continuous": (behaviour.continuous, alone or not in_pieces(expr)),
        "partials": (behaviour.partials, True),
        "differentiable": (behaviour.differentiable, alone or not in_pieces(expr)),
        "C1": (behaviour.smooth, alone or not bends(expr)),
    }
    for question, (found, everywhere) in seen.items():
        case.counted += 1
        said = answers[question]
        if (said == YES and found == NO) or (said == NO and found == YES and everywhere):
            raise Wrong(name, f"{question}: it says {said}, but the values say {found}")


def _side(case: Case, behaviour: Behaviour, one: OneSided, name: str) -> None:
    inputs = case.chain.stages[0].inputs
    if one.by not in inputs:
        raise Wrong(f"{name}.by", f"{one.by} is no input")
    j = inputs.index(one.by)
    for sign, given, word in ((-1, one.left_value, "left"), (1, one.right_value, "right")):
        said = getattr(one, word)
        if said not in _ENDS:
            raise Wrong(f"{name}.{word}", f"there is no end {said}")
        case.told(f"{name}.{word}_value", given is not None, said == "finite")
        found = behaviour.side(j, sign)
        case.counted += 1
        if found and said in ("finite", "plus", "minus", "outside", "jump") and found != said:
            raise Wrong(f"{name}.{word}", f"it says {said}, but the values say {found}")
        if given is not None:
            truth = behaviour.quotients(j, sign)[-1]
            _slope(case, f"{name}.{word}_value", behaviour.place.number(given), truth)


def _slope(case: Case, name: str, given: Ball | None, truth: Ball) -> None:
    case.counted += 1
    if given is None or (not close(given, truth, ROUGHLY) and abs(given - truth) > ball_of(ROUGHLY)):
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
