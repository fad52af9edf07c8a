"""What is said of a report on a point: a table of five answers with their reasons for each component.

A reason is one row of REASONS: words with places for its formulas.  {0} is the first formula; {0p} a path,
{0d} a direction, {s} the steps of a bound, {g} the partial derivatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jacocalc.document import Block, Prose, Section, Table, Text, Tuple, Written, joined
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.symbols import function_name, partial_of, together, together_named
from jacocalc.functions import VectorFunction
from jacocalc.notation import ONE, Call, Comparison, Expr, Matrix, Power, Symbol
from jacocalc.options import Detail
from jacocalc.steps import ComponentReport, Decided, KinkConventions, OneSided, PointSummary

REASONS: dict[str, str] = {
    "value": "the value is {0}",
    "long-value": "every part of it has a value there",
    "filled": "its limit {0} is taken as its value",
    "division": "in {0} the denominator {1} is 0 there, and division by 0 has no value",
    "domain": "{0} needs {1}",
    "branchless": "none of its cases applies there",
    "undefined": "it is not defined there",
    "unsettled": "no proof was found either way",
    "smooth": "it is composed of functions that are continuously differentiable close to the point",
    "same": "close to the point it is the same function as {0}",
    # continuous
    "hole": "it is not defined there; its limit is {0}, so with the value {0} it would be continuous",
    "undefined-paths": "it is not defined there, and it has no limit: along {0p} it tends to {1}, along {2p} to {3}",
    "undefined-one-sided": "it is not defined there; from the one side on which it is defined it tends to {0}",
    "undefined-infinite": "it is not defined there, and along {0p} it grows beyond all bounds",
    "undefined-oscillates": (
        "it is not defined there, and it oscillates: along {0p}, "
        "where {1} = {2} it tends to {3}, where {1} = {4} to {5}"
    ),
    "undefined-swings": (
        "it is not defined there, and it oscillates: along {0p}, where {1} = {2} it tends to {3}, "
        "where {1} = {4} it grows beyond all bounds"
    ),
    "composed": "it is composed of continuous functions",
    "inside": "it is composed of continuous functions; the point lies on the boundary of its domain",
    "isolated": "it is defined at no other point close by, so there is nothing to compare",
    "sides": "from the left and from the right it tends to {0}, its value there",
    "limit-inside": "it tends to {0}, its value there, from the one side on which it is defined",
    "bounded": "over a step {s} it changes by at most a constant times {0}",
    "two-sides": "it tends to {0} from the left and to {1} from the right",
    "moved": "it tends to {0}, but its value there is {1}",
    "paths": "along {0p} it tends to {1}, along {2p} to {3}",
    "path": "along {0p} it tends to {1}, but its value there is {2}",
    "infinite": "along {0p} it grows beyond all bounds",
    "oscillates": "it oscillates: along {0p}, where {1} = {2} it tends to {3}, where {1} = {4} to {5}",
    "swings": (
        "it oscillates: along {0p}, where {1} = {2} it tends to {3}, where {1} = {4} it grows beyond all bounds"
    ),
    # partial derivatives
    "values": "{g}",
    "two-sided": "by {0} the derivative is {1} from the left and {2} from the right",
    "jump": "in the direction of {0} it is not even continuous",
    "one-sided": "by {0} there is a one-sided derivative at most: the other side lies outside the domain",
    "nowhere": "in the direction of {0} it is defined on neither side",
    "vertical": "by {0} the difference quotient grows beyond all bounds",
    "no-quotient": "by {0} the difference quotient oscillates and has no limit",
    # differentiable
    "not-continuous": "a differentiable function is continuous, and this one is not",
    "no-partials": "a differentiable function has all its partial derivatives",
    "no-derivative": "it has no derivative there",
    "border": "along {0p} it is not defined: the point lies on the boundary of the domain",
    "one-input": "in one variable this means that the derivative exists",
    "pieces": "all smooth pieces that meet there have the gradient {0d}",
    "linear": "its derivative along a direction d is linear in d, in every one of the sectors between its kinks",
    "direction": "along {0d} the one-sided derivative is {1}, but the partial derivatives would give {2}",
    "steep": "along {0p} it differs from its linear approximation by more than what is small beside the step",
    "curve": "along {0p} its difference from the linear approximation, divided by {1}, tends to {2} and not to 0",
    "remainder": (
        "over a step {s} it differs from its linear approximation by at most a constant times {0}, "
        "which is small beside the step"
    ),
    # C¹
    "not-differentiable": "it is not differentiable there",
    "derivative-tends": "close to the point it has a derivative, which tends to {0} from both sides",
    "derivatives-tend": "close to the point its partial derivatives exist, and they tend to those at the point",
    "continued": (
        "the zeros of numerator and denominator in {0} cancel, and where the denominator is 0 "
        "the value is what is left: around the point it is a power series"
    ),
    "derivative-path": "along {1p} the derivative by {0} tends to {2}, but it is {3} at the point",
    "derivative-infinite": "along {1p} the derivative by {0} grows beyond all bounds",
    "derivative-oscillates": (
        "the derivative by {0} oscillates: along {1p}, where {2} = {3} it tends to {4}, where {2} = {5} to {6}"
    ),
    "derivative-swings": (
        "the derivative by {0} oscillates: along {1p}, where {2} = {3} it tends to {4}, "
        "where {2} = {5} it grows beyond all bounds"
    ),
    "gap": "close to the point, at {0p}, it jumps",
    "crease": "close to the point, at {1p}, the derivative by {0} from one side differs from that of the other",
    "creases-vanish": "at the kinks close to the point the derivatives from both sides agree",
}

_ENDS = {
    "plus": "+infinity",
    "minus": "-infinity",
    "outside": "outside the domain",
    "jump": "not continuous",
    "oscillates": "no limit",
    "unknown": "undecided",
}

_LABELS = {"partials": "partial derivatives exist", "C1": "continuously differentiable"}  # others are words


# -- a reason -----------------------------------------------------------------------------------------


def reason(decided: Decided, stage: VectorFunction, label: str) -> Text:
    """The words of a reason with its formulas in their places."""
    text: list[str | Written] = []
    for piece in re.split(r"(\{\d?[a-z]?\})", REASONS[decided.reason]):
        found = re.fullmatch(r"\{(\d?)([a-z]?)\}", piece)
        if not found:
            text.append(piece)
        elif found[2] == "s":
            text += _step(decided.shown)
        elif found[2] == "g":
            text += _partials(decided.shown, stage, label)
        else:
            text += _FORMS[found[2]](decided.shown[int(found[1])], stage)
    return tuple(part for part in text if part != "")


def _partials(values: tuple[Expr, ...], stage: VectorFunction, label: str) -> Text:
    """∂f/∂x = 0, ∂f/∂y = 1"""
    if not values:
        return ("by the rules of differentiation",)
    pairs = zip(stage.inputs, values, strict=True)
    return joined((partial_of(stage, label, name), " = ", value) for name, value in pairs)


def _path(shown: Expr, stage: VectorFunction) -> Text:
    """(x, y) = (t, t²)"""
    assert isinstance(shown, Matrix)
    return (together_named(stage.inputs), " = ", together(shown.entries))


def _direction(shown: Expr, _: VectorFunction) -> Text:
    assert isinstance(shown, Matrix)
    return (Tuple(shown.entries),)


def _step(shown: tuple[Expr, ...]) -> Text:
    """of length r; with |h₁| ≤ r², |h₂| ≤ r"""
    weights = shown[1]
    assert isinstance(weights, Matrix)
    if all(weight == ONE for weight in weights.entries):
        return ("of length ", Symbol("r"))
    sizes = (Call("abs", (Symbol(f"h_{j}"),)) for j in range(1, len(weights.entries) + 1))
    pairs = zip(sizes, weights.entries, strict=True)
    return ("with ", *joined((Comparison("<=", size, _raised(weight)),) for size, weight in pairs))


def _raised(power: Expr) -> Expr:
    return Symbol("r") if power == ONE else Power(Symbol("r"), power)


_FORMS: dict[str, Callable[[Expr, VectorFunction], Text]] = {
    "": lambda shown, _: (shown,),
    "p": _path,
    "d": _direction,
}

# -- steps --------------------------------------------------------------------------------------------


def explain_summary(step: PointSummary, page: Page) -> list[Section]:
    """question · answer for each component and for f"""
    stage = page.stage(0)
    reports = [other for other in page.derivation.steps if isinstance(other, ComponentReport)]
    columns: list[tuple[dict[str, str], Text]] = []
    for report in reports if len(reports) > 1 else []:
        answers = {one.question: one.answer for one in report.result}
        columns.append((answers, (Symbol(stage.labels[report.component]),)))
    columns.append((dict(step.result), (function_name(stage),)))
    rows = tuple((asked_of(name, stage), *((said[name],) for said, _ in columns)) for name, _ in step.result)
    table = Table((("question",), *(heading for _, heading in columns)), rows)
    return [Section(("At a glance",), (table,), Detail.BRIEF, key=True)]


def explain_component(step: ComponentReport, page: Page) -> list[Section]:
    """Each answer with its reason, then the one-sided derivatives, then the function with its hole filled"""
    stage = page.stage(0)
    label = stage.labels[step.component]
    heading: Text = ("Why: the component ", Symbol(label)) if len(stage.labels) > 1 else ("Why",)
    sections = [Section(heading, _answers(step.result, stage, label), Detail.BRIEF)]
    if step.extended:
        words: Text = ("With the hole filled by the limit",)
        sections.append(Section(words, _answers(step.extended, stage, label), Detail.NORMAL))
    if step.sides:
        sections.append(Section(("One-sided derivatives",), (_sides(step.sides, stage, label),), Detail.NORMAL))
    return sections


def _answers(decided: tuple[Decided, ...], stage: VectorFunction, label: str) -> tuple[Block, ...]:
    """Continuous: yes, since …"""
    blocks = [Prose((*asked_of(one.question, stage), f": {one.answer}, since ", *reason(one, stage, label), "."))
              for one in decided]  # fmt: skip
    note = "".join(words for sign, words in _NOTES.items() if any(sign in REASONS[one.reason] for one in decided))
    return (*blocks, *((Prose((note.strip(),)),) if note else ()))


_NOTES = {
    "p}": " Along a path its parameter is positive and tends to 0.",
    "oscillates:": " A whole number counts the turns.",
}


def asked_of(name: str, stage: VectorFunction) -> Text:
    """The words for one of the five questions."""
    return ("derivative exists",) if name == "partials" and len(stage.inputs) == 1 else (_LABELS.get(name, name),)


def _sides(sides: tuple[OneSided, ...], stage: VectorFunction, label: str) -> Table:
    rows = [
        ((partial_of(stage, label, one.by),), _end(one.left, one.left_value), _end(one.right, one.right_value))
        for one in sides
    ]
    return Table((("derivative",), ("from the left",), ("from the right",)), tuple(rows))


def _end(end: str, value: Expr | None) -> Text:
    return (_ENDS[end],) if value is None else (value,)


CONVENTIONS = {
    "abs": "for |u| at u = 0 PyTorch returns 0 and JAX 1 as the derivative by u",
    "relu": "for relu(u) at u = 0 both PyTorch and JAX return 0",
    "max": "at a tie of max both give 1/2 to each of two",
    "min": "at a tie of min both give 1/2 to each of two",
}


def explain_conventions(step: KinkConventions, page: Page) -> list[Section]:
    """What automatic differentiation returns at these kinks"""
    del page
    words = "; ".join(CONVENTIONS[name] for name in step.result)
    said = f"Automatic differentiation returns a number at a kink whether there is a derivative or not: {words}."
    return [Section(("At a kink, by convention",), (Prose((said,)),), Detail.NORMAL)]


EXPLAIN_REPORTS: Wordings = {
    ComponentReport: explain_component,
    KinkConventions: explain_conventions,
    PointSummary: explain_summary,
}
