"""The table of mistakes: every row makes wrong answers; each is judged wrong, and nearly all are named uniquely."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from jacocalc import sources
from jacocalc.answers.judge import Judge
from jacocalc.answers.marking import Marker
from jacocalc.answers.mistakes import MISTAKES, WrongAnswer, wrong_answers
from jacocalc.answers.naming import Named, said
from jacocalc.answers.slips import RIGHT, RULE_SLIPS, Manner, manners, slipped
from jacocalc.asked import Asked, Problem
from jacocalc.derive.answer import derive
from jacocalc.derive.partials import partial
from jacocalc.evaluate.equality import Outcome, equality
from jacocalc.evaluate.samples import sampled
from jacocalc.notation import children
from jacocalc.options import Options
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope
from jacocalc.sources import asked_question
from jacocalc.steps import Derivation
from jacocalc.verdicts import WRONG, Side, Wanted


@cache
def derived(
    ask: str, *functions: str, at: str = "", vector: str = "", unit: bool = False, solve_for: str = ""
) -> Derivation:
    asked = Asked("q", ask, functions, at, vector=vector, unit=unit, solve_for=solve_for)
    return derive(asked_question(asked, Problem("", (), ())), Options())


F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u v, u + v^2]"
# One row a mistake: its code, and a question to which it leads to a wrong answer.
ROWS: list[tuple[str, Derivation]] = [
    ("transposed", derived("jacobian", F)),
    ("order", derived("compose", F, G, at="1,2")),
    ("composition-swapped", derived("compose", F, G)),
    ("jacobian-not-transposed", derived("gradient", F, "L(u, v) = u^2 v")),
    ("elementwise", derived("compose", F, G)),
    ("sum", derived("compose", F, G)),
    ("sum", derived("compose", "f(x) = x^2", "g(u) = sin(u)")),
    ("outer-at-x", derived("compose", F, G)),
    ("intermediates", derived("compose", F, G)),
    ("outer-missing", derived("compose", F, G, at="1,2")),
    ("inner-missing", derived("compose", F, G, at="1,2")),
    ("middle-missing", derived("compose", "f(x) = x^2", "g(u) = sin(u)", "h(v) = e^v")),
    ("inner-derivative-doubled", derived("compose", F, G, at="1,2")),
    ("path-missing", derived("compose", F, G)),
    ("evaluated-too-early", derived("jacobian", F, at="1,2")),
    ("value", derived("jacobian", "f(x, y) = x y + x", at="2,3")),
    ("point-not-inserted", derived("jacobian", F, at="1,2")),
    ("coordinates-swapped", derived("jacobian", F, at="1,2")),
    ("degrees", derived("jacobian", "f(x) = sin(x)", at="1")),
    ("degrees", derived("hessian", "f(x) = x^2", "g(u) = sin(u)", at="1")),
    ("rows-swapped", derived("jacobian", F)),
    ("columns-swapped", derived("jacobian", F)),
    ("sign", derived("jacobian", F)),
    ("integrated", derived("jacobian", "f(x) = x^3 + cos(x)")),
    ("softmax-diagonal", derived("jacobian", "p(x, y) = softmax(x, y)")),
    ("not-unit", derived("jvp", "f(x, y) = x^2 y", at="1,2", vector="3,4", unit=True)),
    ("vector-side", derived("vjp", F, at="1,2", vector="1,3")),
    ("vector-missing", derived("jvp", F, at="1,2", vector="1,3")),
    ("mixed-partial-missing", derived("hessian", "f(x, y) = x^2 y")),
    ("components-swapped", derived("hessian", "f(x, y) = [x^2 y, y^3]")),
    ("first-derivative", derived("hessian", "f(x, y) = x^2 y")),
    ("hessian-term-missing", derived("hessian", F, "L(u, v) = u^2 v")),
    ("implicit-sign", derived("implicit", "x^2 + x y + y^3 = 3", solve_for="y")),
    ("implicit-inverted", derived("implicit", "x^2 + x y + y^3 = 3", solve_for="y")),
    ("implicit-one-block", derived("implicit", "x^2 + x y + y^3 = 3", solve_for="y")),
    ("determinant-sign", derived("volume", F)),
    ("absolute-value-of-determinant", derived("volume", F)),
    ("determinant-rule", derived("volume", F)),
    ("root-missing", derived("volume", "s(u, v) = [u, v, u^2 + v]")),
    ("change-missing", derived("differential", "f(x, y) = x^2 y")),
    ("linear-approximation", derived("differential", "f(x, y) = x^2 y", at="1,2")),
    ("increment", derived("differential", "f(x, y) = x^2 y", at="1,2", vector="0.1,0.2")),
    ("other-reading", derived("jacobian", "f(x) = e^2x")),
    ("inner-derivative-forgotten", derived("jacobian", "f(x) = sin(x^2)")),
    ("inner-derivative-doubled", derived("jacobian", "f(x) = sin(x^2)")),
    ("constant-factor", derived("jacobian", "f(x) = 3sin(x)")),
    ("inner-derivative-misplaced", derived("jacobian", "f(x) = sin(x^2)")),
    ("product-rule", derived("jacobian", "f(x) = x^2 sin(x)")),
    ("quotient-rule", derived("jacobian", "f(x) = sin(x)/x^2")),
    ("power-rule", derived("jacobian", "f(x) = x^3")),
    ("exponential-rule", derived("jacobian", "f(x) = 2^x")),
    ("logarithm-rule", derived("jacobian", "f(x) = ln(x^2 + 1)")),
    ("sine-cosine-sign", derived("jacobian", "f(x) = cos(x)")),
    ("sine-cosine-rule", derived("jacobian", "f(x) = cos(x)")),
    ("trigonometric-rule", derived("jacobian", "f(x) = tan(x)")),
    ("hyperbolic-rule", derived("jacobian", "f(x) = cosh(x)")),
    ("sigmoid-rule", derived("jacobian", "f(x) = sigmoid(x)")),
    ("tanh-rule", derived("jacobian", "f(x) = tanh(x)")),
    ("absolute-value", derived("jacobian", "f(x) = |x|")),
    ("relu-rule", derived("jacobian", "f(x) = relu(x)")),
    ("variable-not-constant", derived("jacobian", "f(x, y) = x^2 y")),
]  # fmt: skip


def marker_of(derivation: Derivation) -> Marker:
    return Judge(derivation).marker


@pytest.mark.parametrize(("code", "derivation"), ROWS, ids=[f"{k}: {code}" for k, (code, _) in enumerate(ROWS)])
def test_the_answer_that_a_mistake_leads_to_is_wrong_and_named(code: str, derivation: Derivation) -> None:
    marker = marker_of(derivation)
    made = [wrong for wrong in wrong_answers(derivation) if wrong.code == code]
    assert made
    verdicts = [marker.mark(Side(wrong.values, wrong.values, "as typed"), Wanted()) for wrong in made]
    named = [verdict for verdict in verdicts if code in verdict.mistakes]
    assert named
    assert all(verdict.outcome == WRONG and verdict.message for verdict in named)


IN_DEGREES = [  # (question, answer): the number of degrees for the angle, or what a calculator says in its other mode
    *((derived("jacobian", "f(t) = sin t", at="pi/6"), typed) for typed in ("cos(30)", "0.99996")),
    (derived("jacobian", "f(x, y) = x sin(2y)", at="3,pi/6"), "[sin 60, 6cos 60]"),
    (derived("hessian", "f(t) = t sin t", at="pi/3"), "2cos 60 - (pi/3) sin 60"),
    (derived("compose", "f(t) = t^2", "g(u) = sin u", at="1"), "1.9997"),
]  # fmt: skip


@pytest.mark.parametrize(("derivation", "answer"), IN_DEGREES, ids=[row[1] for row in IN_DEGREES])
def test_angles_in_degrees_are_named(derivation: Derivation, answer: str) -> None:
    assert Judge(derivation).verdict(answer, Wanted()).mistakes == ("degrees",)


@pytest.mark.parametrize(
    ("function", "answer", "said"),
    [
        ("f(x) = (2x)^5", "5·2x^4·2", "the whole of u is raised"),
        ("f(x) = (x^4 + 1)^5", "20x^3 (x^4 + 1)^5", "the exponent behind the brackets of u goes down by one"),
        ("f(x) = (x^4 + 1)^5", "4x^3 (x^4 + 1)^4", "the factor n before the brackets of u is missing"),
        ("f(x) = e^(2x)", "2x e^(2x - 1)", "that is the rule for powers"),
        ("f(x) = ln(x^2 + 1)", "2x/x^2 + 1", "If you mean 2x/(x^2 + 1), it is right"),
        ("f(x) = sqrt(1 - x^2)", "-x/√1 - x²", "If you mean -x/√(1 - x^2), it is right"),
    ],
)
def test_slips_in_one_place_and_forgotten_brackets_are_named(function: str, answer: str, said: str) -> None:
    verdict = Judge(derived("jacobian", function)).verdict(answer, Wanted())
    assert (verdict.outcome, len(verdict.mistakes), said in verdict.message) == ("wrong", 1, True), verdict


def test_every_row_of_the_table_has_a_question_here() -> None:
    assert {code for code, _ in ROWS} == {mistake.code for mistake in MISTAKES}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("root-missing", derived("volume", F)),
        ("root-missing", derived("jacobian", "f(x, y) = [x, y, x y]")),
        ("integrated", derived("compose", "f(x) = x^2", "g(u) = 3u")),
        ("integrated", derived("hessian", "f(x) = x^3")),
        ("integrated", derived("jacobian", "f(x) = x^3 + 2x", at="2")),
        ("integrated", derived("implicit", "x + y = 3", solve_for="y")),
    ],
)
def test_no_mistake_is_made_where_it_has_no_meaning(code: str, kind: Derivation) -> None:
    assert code not in {wrong.code for wrong in wrong_answers(kind)}


SLIPPED = "x^3 + x^2 sin(x) cos(x) + sin(x)/x^2 + 3^x + e^(x^2) + sqrt(x) + ln(x^2 + 1) + tan(x) + atan(x) + asin(x)"
MORE = (
    "x^x + sin(cos(3x)) + sinh(x) + cosh(x) + sigmoid(x) + tanh(x) + |x| + relu(x) + log_2(x) + x y + (x^2 + 1)^3"
    " + 1/(x^2 + 3) + atan(2x) + asin(3x) + (2x)^5"
)


@pytest.mark.parametrize("manner", list(manners()), ids=lambda manner: manner.said[:50])
def test_every_slip_changes_the_derivative_of_something(manner: Manner) -> None:
    sums = [read_expression(text, Scope.of(["x", "y"])) for text in (SLIPPED, MORE)]
    assert any(slipped(term, "x", manner) != slipped(term, "x", RIGHT) for whole in sums for term in children(whole))


SAID = [  # the words of a slip, a function, its derivative with that slip
    ("the minus sign is missing", "cos(3x)", "3sin(3x)"),
    ("u′/(1 + u²): the whole of u is squared", "atan(2x)", "2/(1 + 2x^2)"),
    ("u′/√(1 − u²): the whole of u is squared", "asin(3x)", "3/sqrt(1 - 3x^2)"),
    ("u′/(1 + u²): the whole of u is squared", "atan(x/3)", "1/3/(1 + x^2/3)"),
    ("(sin u)′ = cos u · u′, without a minus sign", "sin(3x)", "-3cos(3x)"),
    ("(sin u)′ = cos u · u′, not sin u · u′", "sin(3x)", "3sin(3x)"),
    ("(cos u)′ = −sin u · u′, not cos u · u′", "cos(3x)", "3cos(3x)"),
    ("(cos u)′ = −sin u · u′, not −cos u · u′", "cos(3x)", "-3cos(3x)"),
    ("F′ is taken at u, not at x", "sin(3x)", "3cos(x)"), ("F′ is taken at u, not at x", "(x^2 + 1)^3", "6x^3"),
    ("not n (u′)ⁿ⁻¹", "cos(x)^2", "-2sin(x)"), ("not n (u′)ⁿ⁻¹", "(x^2 + 1)^5", "80x^4"),
    ("(c/u)′ = −c u′/u², not c/u′", "3/(x^2 + 1)", "3/(2x)"),
    ("(c/u)′ = −c u′/u²: the inner derivative", "3/(x^2 + 1)", "-3/(x^2 + 1)^2"),
    ("not u′v − uv′", "x^2 e^(3x)", "2x e^(3x) - 3x^2 e^(3x)"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "text", "wrong"), SAID)
def test_a_slip_leads_to_what_its_words_say(said: str, text: str, wrong: str) -> None:
    (manner,) = (manner for manner in manners() if said in manner.said)
    of, expected = (read_expression(written, Scope.of(["x"])) for written in (text, wrong))
    assert equality(expected, slipped(of, "x", manner), sampled(["x"])).outcome == Outcome.PROVED


@pytest.mark.parametrize("text", [SLIPPED, MORE])
def test_the_engine_of_slips_is_right_without_a_slip(text: str) -> None:
    of = read_expression(text, Scope.of(["x", "y"]))
    found = equality(partial(of, "x").result, slipped(of, "x", RIGHT), sampled(["x", "y"]))
    assert found.outcome in (Outcome.PROVED, Outcome.AGREES)


def test_nearly_all_wrong_answers_are_named_uniquely() -> None:
    """Over a quarter of the exercises: at least 95 of 100 different wrong answers match one mistake only."""
    counts: Counter[str] = Counter()
    for name in sources.exercise_names()[::4]:
        asked = sources.exercise(name)
        derivation = derive(asked.question, Options())
        if asked.explained or not wrong_answers(derivation):
            continue
        marker = marker_of(derivation)
        for matrices in marker.namer.different():
            verdict = marker.mark(Side(matrices, matrices, "as typed"), Wanted())
            assert verdict.outcome == WRONG, (name, verdict)
            counts["named" if len(verdict.mistakes) == 1 else "several" if verdict.mistakes else "none"] += 1
    assert counts["none"] == 0
    assert counts["named"] / counts.total() >= 0.95, counts
    assert counts.total() > 200


HALF, SIGN = WrongAnswer("half", "half of it", (), "look at ∂f/∂x"), WrongAnswer("sign", "the opposite sign", ())
SAID_OF = [
    ([HALF], "", "This matches half of it; look at ∂f/∂x."),
    ([SIGN], "", "This matches the opposite sign."),
    ([HALF], " in entry 1", "This matches in entry 1 half of it; look at ∂f/∂x."),
    ([HALF, SIGN], "", "This matches half of it; or the opposite sign."),
    ([SIGN, HALF], "", "This matches the opposite sign; or half of it."),
    ([HALF, replace(HALF, words="the other half")], "", "This matches half of it; look at ∂f/∂x."),
    ([], "", ""),
]


@pytest.mark.parametrize(("answers", "where", "words"), SAID_OF, ids=range(len(SAID_OF)))
def test_the_step_where_the_ways_part_is_said_of_one_mistake_alone(
    answers: list[WrongAnswer], where: str, words: str
) -> None:
    assert said(answers, where) == Named(tuple(dict.fromkeys(wrong.code for wrong in answers)), words)


def test_there_are_slips_of_every_rule() -> None:
    rules = {"product", "quotient", "power", "exponential", "function", "log", "general", "other"}
    assert {slip.rule for slip in RULE_SLIPS} == rules
