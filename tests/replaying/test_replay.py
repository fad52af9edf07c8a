"""Replay accepts what is right and rejects every change to a mathematical field of any step."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import to_sympy
from jacocalc.answers.generated import TOPICS, _suitable
from jacocalc.errors import JacocalcError
from jacocalc.notation import Expr
from jacocalc.replaying.asked_for import PARTS
from jacocalc.replaying.door import CHECKS, NO_MATHEMATICS, PROGRAM_CHECKS
from jacocalc.replaying.report import Report
from jacocalc.steps import Step
from tests.replaying.mutants import Mutant, mutants, value_at
from tests.replaying.structures import broken, examples, fault
from tests.shares import FULL

EXAMPLES = Path(__file__).parents[2] / "worked_examples"
FILES = sorted(EXAMPLES.glob("*/*.json"))
ROWS = {kind.__name__ for kind in (*CHECKS, *PROGRAM_CHECKS)}


def test_every_kind_of_step_has_a_row_or_a_reason() -> None:
    kinds = [*CHECKS, *PROGRAM_CHECKS, *NO_MATHEMATICS]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(typing.get_args(Step))
    assert all(NO_MATHEMATICS.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_worked_examples_are_accepted(path: Path) -> None:
    report = jc.replay(path.read_text("utf-8"))
    assert report, report.message


MUTATED = [
    "exercise-1/exercise-1", "chain-rule-for-jacobians/chain-rule-for-jacobians",
    "gradient-through-a-chain/gradient-through-a-chain", "vector-jacobian-products/*",
    "hessian-through-a-chain/hessian-through-a-chain", "critical-point/saddle", "newton/*", "implicit-circle/circle*",
    "differential/*", "polar-coordinates/*", "area-of-a-torus/*", "normalising-flow/normalising-flow",
    "computational-graph/computational-graph", "honest-points/a-kink", "exercise-2/exercise-2*",
    "vanishing-gradients/vanishing", "order-of-multiplication/*",
    "two-layer-network/two-layer-network-in-numbers", "flow-layer/*",
    "batch-and-normalisation/hinge-loss", "least-squares/least-squares", "log-determinant/*", "exercise-4/exercise-4",
    "quadratic-form/*",
]  # fmt: skip


MADE: dict[str, Callable[[], jc.Solution]] = {
    "equations": lambda: jc.compose("x = s t, y = s + t^2", "z = x^2 y"),
    "equations at a point": lambda: jc.compose("x = s t, y = s + t^2", "z = x^2 y", at=(1, 2)),
    "symbolic": lambda: jc.compose("f(x, y) = [x y, x + y^2]", "g(u, v) = [u v, sin(u)]"),
    "a singular point": lambda: jc.volume("f(x, y) = [x^2 - y^2, 2xy]", at=(0, 0)),
    "a Hessian inside": lambda: jc.hessian("f(x, y) = [x y, x + y]", "g(u, v) = u^2 v"),
    "two curves": lambda: jc.hessian("f(x, y) = x^3 + x^5 - y^2", at=(0, 0)),
    "a valley": lambda: jc.hessian("f(x, y) = (x + y)^2 + y^4 + y^5", at=(0, 0)),
    "a flat valley": lambda: jc.hessian("f(x, y) = (x + y)^2 (1 - x)", at=(0, 0)),
    "a definite form": lambda: jc.hessian("f(x, y) = sin(x - 1)^4 + y^2", at=(1, 0)),
    "one sign": lambda: jc.hessian("f(x, y) = 1 - x^2 y^2", at=(0, 0)),
    "a third derivative": lambda: jc.hessian("f(x) = x^3", at=0),
    "two equations": lambda: jc.implicit("F(x, u, v) = [x u + v - 2, x v - u]", solve_for=["u", "v"]),
    "a second derivative": lambda: jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)),
    "a weighted graph": lambda: jc.graph("f(x, y) = [x y + sin(x), x y^2]", at=(2, 3), vector=(1, -2)),
    "a graph in letters": lambda: jc.graph("f(x, y; a) = [a x y + sin(x), e^(x y)]"),
    "a kink": lambda: jc.jacobian("f(x, y) = [abs(x) + y, relu(x) y]", at=(0, 1), kink="1/3"),
    "a loop": lambda: jc.backprop("a: scalar; h_0: 1\nfor t = 1..T:\n h_t = tanh(a h_{t-1})\nL = 1/2 h_T^2", wrt=["a"]),
    "conditions": lambda: jc.jacobian("f(x, y) = [sqrt(x) ln(y), 1/(x - y)]"),
    "two factors": lambda: jc.volume("f(u, v) = [u cos(v), u sin(v), u^2]"),
    "a wave": lambda: jc.volume("f(x, y) = [cos(x), y]"),
    "a density": lambda: jc.volume("f(x) = x^3 + x", density="normal"),
    "folded": lambda: jc.volume("f(x) = x^2", density="normal"),
    "a Hessian for sizes": lambda: jc.hessian("f: R^n -> R^m", "g: R^m -> R"),
    "an order for sizes": lambda: jc.compose("f: R^n -> R^p", "g: R^p -> R^q", "h: R^q -> R^m", order="compare"),
    "a matrix by a number": lambda: jc.differential("t: scalar; A: n x n; F = (I(n) + t A)^-1", wrt="t"),
    "a Kronecker form": lambda: jc.differential("X: n x n; A: n x n; Y = A X' A + 3 X .* A", wrt="X", kronecker=True),
    "a Hessian-vector product": lambda: jc.backprop(
        "x: n; W: m x n; y: m\nz = W x\nh = tanh(z)\nL = 1/2 ||h - y||^2", wrt=["W"], hessian_vector=True
    ),
    "a Hessian-vector product with d": lambda: jc.backprop("x: n; d: n; L = x' x d' x", wrt=["x"], hessian_vector=True),
    "a softmax against another": lambda: jc.backprop("z: n; w: n; p = softmax(z); q = softmax(w); L = -p' ln(q)"),
    "a Gauss-Newton matrix": lambda: jc.backprop(
        "x: n; A: m x n; y: m\nh = tanh(A x)\nL = 1/2 ||h - y||^2", wrt=["x"], gauss_newton=True
    ),
    "random numbers": lambda: jc.backprop("x: n; W: m x n; h = tanh(W x); L = sum(h)", seed=3, update="1/100"),
    "an equilibrium": lambda: jc.backprop("x: 1; h: 1; w: scalar\nsolve h = tanh(w h + x)\nL = 1/2 h^2", wrt=["w"]),
}


@cache
def _texts() -> dict[str, str]:
    """The derivations that are changed, by name."""
    files = {path.stem: path for pattern in MUTATED for path in sorted(EXAMPLES.glob(f"{pattern}.json"))}
    texts = {name: path.read_text("utf-8") for name, path in files.items()}
    return texts | {name: make().to_json() for name, make in MADE.items()}


@cache
def _mutants() -> dict[str, list[Mutant]]:
    """The mutants by the derivation: all of them in a full run, else one of each sort."""
    tried: set[tuple[str, ...]] | None = None if FULL else set()
    return {name: list(mutants(text, ROWS, tried)) for name, text in _texts().items()}


def test_a_step_that_is_left_out_or_stands_twice_is_found() -> None:
    """Every kind once, and all of them in a full run."""
    seen: set[str] = set()
    left_out: set[str] = set()
    for name, text in _texts().items():
        steps = json.loads(text)["steps"]
        for place, step in enumerate(steps):
            if FULL or step["kind"] not in seen:
                seen.add(step["kind"])
                twice = _field_with(text, [*steps, step])
                assert step["kind"] == "Decimals" or twice, f"{name}: {step['kind']} twice"
                if _field_with(text, [*steps[:place], *steps[place + 1 :]]):
                    left_out.add(step["kind"])
    assert left_out >= seen & {kind.__name__ for _, kinds, _ in PARTS for kind in kinds}


def _field_with(text: str, steps: list[dict[str, typing.Any]]) -> str:
    """The field that is wrong with other steps; "record" where it is refused when it is read."""
    try:
        report = jc.replay(json.dumps({**json.loads(text), "steps": steps}))
    except JacocalcError:
        return "record"
    return report.field if report.outcome == "wrong" else ""


def test_every_change_is_rejected() -> None:
    for name, text in _texts().items():
        for mutant in _mutants()[name]:
            assert _rejected(mutant, text), f"{name}: {mutant.kind} {mutant.path} {mutant.change}"


def test_the_mutants_are_many_and_of_every_kind() -> None:
    found = [mutant for some in _mutants().values() for mutant in some]
    assert len(found) > 400
    assert {mutant.kind for mutant in found} == ROWS


def _rejected(mutant: Mutant, text: str) -> bool:
    """Refused when it is read, or wrong; a change that leaves the value is no change."""
    try:
        report = jc.replay(mutant.text)
    except JacocalcError:
        return True
    if report.outcome == "wrong" and report.field != "steps":  # a mutant has only the steps that it is about
        return report.kind == mutant.kind or report.place == -1 or mutant.kind in ("ForwardProgram", "GraphNodes")
    return (_same_stage(mutant, text) or _same_angles(mutant) or _free_name(mutant, text) or _left_unsaid(mutant)
            or _same_value(mutant, text))  # fmt: skip


def _left_unsaid(mutant: Mutant) -> bool:
    """That there are no terms but the lowest ones is no longer said."""
    return mutant.path[-1] == "whole" and not value_at(mutant.text, mutant.path)


def _same_stage(mutant: Mutant, text: str) -> bool:
    """Another stage that is the same function."""
    stages = json.loads(text)["question"]["chain"]["stages"]
    return mutant.path[-1] == "stage" and all(stage == stages[0] for stage in stages)


def _free_name(mutant: Mutant, text: str) -> bool:
    """Another new name for Σ weight · component."""
    return mutant.kind == "BackwardPass" and mutant.path[-1] == "of" and bool(json.loads(text)["question"]["vector"])


def _same_angles(mutant: Mutant) -> bool:
    """−u = a + ckπ for all whole k, which is u = a + ckπ for the a that occur: 0 and c/2."""
    angle = "multiples" in mutant.path and mutant.path[-1] == 0
    return mutant.kind == "SingularSet" and angle and mutant.change == "sign"


def _same_value(mutant: Mutant, text: str) -> bool:
    """−0 for 0, two equal entries swapped, a sign between bars."""
    record = json.loads(text)
    record["steps"] = json.loads(mutant.text)["steps"]
    place = next(k for k, step in enumerate(json.loads(text)["steps"]) if _differs(step, record["steps"], mutant))
    before, after = value_at(text, ("steps", place, *mutant.path[2:])), value_at(mutant.text, mutant.path)
    if not isinstance(before, Expr):
        return False
    old, new = to_sympy(before), to_sympy(after)
    if "barred" in mutant.path:
        old, new = sympy.Abs(old), sympy.Abs(new)
    gap = old - new
    entries = list(gap) if isinstance(gap, sympy.MatrixBase) else [gap]
    return all(sympy.simplify(entry) == 0 for entry in entries)


def _differs(step: dict[str, object], steps: list[dict[str, object]], mutant: Mutant) -> bool:
    """Whether this is the step that the mutant changed: of its kind, unlike it in the changed field alone."""
    changed, name = steps[mutant.path[1]], mutant.path[2]
    rest = {key: value for key, value in changed.items() if key != name}
    return step != changed and rest == {key: value for key, value in step.items() if key != name}


GENERATED = 500 if FULL else 26


@pytest.mark.parametrize("topic", TOPICS)
def test_generated_questions_are_accepted(topic: str) -> None:
    for seed in range(GENERATED // len(TOPICS) + 1):
        level = seed % 3 + 1 if FULL else 1
        _, derivation = next(_suitable(f"{topic}/{level}/{seed}", topic, level))
        report = jc.replay(jc.Solution(derivation).to_json())
        assert report, f"{topic} {seed}: {report.message}"


@pytest.mark.parametrize(
    ("field", "new"),
    [("entries", [["7", "2"], ["3", "4"]]), ("linear", [["2", "1"]]), ("numeric", [[4.0, 2.0]]), ("shape", [2, 1]),
     ("latex", r"\begin{bmatrix} 4 & 2 \end{bmatrix}"), ("latex", None)],
)
def test_the_result_is_checked_in_every_form(field: str, new: object) -> None:
    record = json.loads(jc.jacobian("f(x, y) = x^2 y", at=(1, 2)).to_json())
    report = jc.replay(json.dumps({**record, "result": {**record["result"], field: new}}))
    assert (report.outcome, report.place) == ("wrong", -1)


@pytest.mark.parametrize(("field", "new"), [("wrt", ["W", "x"]), ("wrt", ["W", "V"]), ("loss", "h"), ("loss", "M")])
def test_a_gradient_of_another_question_is_found(field: str, new: object) -> None:
    record = json.loads(jc.backprop("two-layer", wrt=["W", "b"]).to_json())
    record["question"][field] = new
    assert jc.replay(json.dumps(record)).outcome == "wrong"


@pytest.mark.parametrize(("field", "new"), [("wrt", "A"), ("wrt", "y"), ("of", "x")])
def test_a_differential_of_another_question_is_found(field: str, new: str) -> None:
    record = json.loads(jc.differential("x: n; A: m x n; f = A x", of="f", wrt="x").to_json())
    record["question"][field] = new
    assert jc.replay(json.dumps(record)).outcome == "wrong"


CIRCLES = "f(x, y) = [x^2 + y^2 - 4, x y - 1]"
LINES = ("f(x, y) = [x + y, x y]", "g(u, v) = [u v, u]", "h(a, b) = a b")
SQUARES = "x: n; A: m x n; y: m; z = A x; L = 1/2 ||z - y||^2"
ASKED: dict[str, tuple[Callable[[], jc.Solution], str, object]] = {
    "a step of Newton's method": (lambda: jc.jacobian(CIRCLES, at=(2, 1), newton=1), "newton", 2),
    "no step of Newton's method": (lambda: jc.jacobian(CIRCLES, at=(2, 1)), "newton", 1),
    "a step towards a minimum": (lambda: jc.hessian("f(x, y) = x^4 + y^2", at=(1, 1)), "newton", 1),
    "an order": (lambda: jc.compose(*LINES), "order", "best"),
    "no order": (lambda: jc.compose(*LINES, order="forward"), "order", ""),
    "every order": (lambda: jc.compose(*LINES, order="forward"), "order", "compare"),
    "a Hessian-vector product": (lambda: jc.backprop(SQUARES, wrt="x"), "hessian_vector", True),
    "a Gauss-Newton matrix": (lambda: jc.backprop(SQUARES, wrt="x"), "gauss_newton", True),
    "random numbers": (lambda: jc.backprop(SQUARES, wrt="x"), "seed", 3),
    "no random numbers": (lambda: jc.backprop(SQUARES, wrt="x", seed=3), "seed", None),
    "a descent step": (lambda: jc.backprop(SQUARES, wrt="x", seed=3), "update", "1/10"),
    "a Hessian": (lambda: jc.differential("x: n; A: n x n; f = x' A x", wrt="x"), "second", True),
    "a Kronecker form": (lambda: jc.differential("X: n x n; Y = X X", wrt="X"), "kronecker", True),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_was_asked_for_and_is_missing_is_found(case: str) -> None:
    make, field, new = ASKED[case]
    record = json.loads(make().to_json())
    assert jc.replay(json.dumps(record))
    record["question"][field] = new
    assert jc.replay(json.dumps(record)).outcome == "wrong"


@pytest.mark.parametrize(
    "more",
    [{"assumptions": ["1"]}, {"assumptions": ["x > 0", "y != 1"]}, {"proof": "by hand"}, {"steps": [{"why": "so"}]},
     {"question": {"depth": 3}}, {"verified": {"by": ["two roads"]}}],
)  # fmt: skip
def test_what_is_not_read_is_found(more: dict[str, typing.Any]) -> None:
    record = json.loads(jc.backprop("two-layer", wrt=["W"]).to_json())
    for name, new in more.items():
        if isinstance(new, dict):
            record[name] |= new
        elif name == "steps":
            record[name][0] |= new[0]
        else:
            record[name] = new
    report = jc.replay(json.dumps(record))
    assert (report.outcome, report.place) == ("wrong", -1)


def test_conditions_that_no_step_says_are_found() -> None:
    record = json.loads(jc.jacobian("f(x, y) = [x y, x]", at=(1, 2)).to_json())
    report = jc.replay(json.dumps({**record, "assumptions": ["x > 0"]}))
    assert (report.outcome, report.field) == ("wrong", "assumptions")


def test_how_it_was_verified_is_one_word_in_both_places() -> None:
    text = jc.gradient("f(x, y) = x^2 y").to_json()
    assert text.count('"proved"') == 2
    assert jc.replay(text.replace('"proved"', '"agrees"', 1)).field == "verified"
    with pytest.raises(JacocalcError):
        jc.replay(text.replace('"proved"', '"surely"'))


def test_the_latex_of_gradients_is_checked() -> None:
    text = jc.backprop("two-layer", wrt=["W"]).to_json()
    changed = text.replace(r"\\frac{\\partial L}{\\partial z} x^\\top", r"\\frac{\\partial L}{\\partial z} x")
    assert changed != text
    assert (jc.replay(changed).outcome, jc.replay(changed).place) == ("wrong", -1)


@pytest.mark.parametrize(
    ("changed", "new"),
    [('"coordinates": [\n        "1"', '"coordinates": [\n        "3"'), ('"x^2 + y"', '"x^3 + y"')],
)
def test_another_question_does_not_fit_the_steps(changed: str, new: str) -> None:
    text = jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2]", at=(1, 2)).to_json()
    assert changed in text
    assert jc.replay(text.replace(changed, new, 1)).outcome == "wrong"


@pytest.mark.parametrize("kind", ["ChangeGiven", "LinearError"])
def test_a_step_of_another_question_has_no_place(kind: str) -> None:
    text = "f(x, y) = [x y, x + y]"
    steps = json.loads(jc.differential(text, at=(1, 2), vector=("1/10", "1/5")).to_json())["steps"]
    record = json.loads(jc.jacobian(text, at=(1, 2)).to_json())
    record["steps"].append(next(step for step in steps if step["kind"] == kind))
    found = jc.replay(json.dumps(record))
    assert (found.outcome, found.kind, found.field) == ("wrong", kind, "kind")


@pytest.mark.parametrize(
    ("text", "at", "kink"),
    [("f(x) = relu(x)", 0, "1/2"), ("f(x, y) = [abs(x) + y, max(x, y)]", (0, 0), "left"),
     ("f(x) = relu(x) - relu(-x)", 0, "1/2"), ("f(x) = relu(-x)", 0, "1"), ("f(x) = cbrt(x)", -8, None),
     ("f(x) = piecewise(x^2 sin(1/x) if x != 0, 0 otherwise)", 0, None)],
)  # fmt: skip
def test_kinks_and_definitions(text: str, at: object, kink: str | None) -> None:
    solution = jc.jacobian(text, at=at, kink=kink)
    assert jc.replay(solution)
    written = solution.to_json()
    record = json.loads(written)
    step = next(one for one in record["steps"] if one["kind"] == "JacobianAt")
    step["result"][0][0] = f"({step['result'][0][0]}) + 1/4"
    assert jc.replay(json.dumps(record)).field == "result"


def test_mixed_partials_that_differ() -> None:
    text = "f(x, y) = piecewise(x y (x^2 - y^2)/(x^2 + y^2) if x^2 + y^2 != 0, 0 otherwise)"
    solution = jc.hessian(text, at=(0, 0))
    assert jc.replay(solution)
    assert jc.replay(solution.to_json().replace('"-1"', '"1"')).outcome == "wrong"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', "null", "\x00", 7])
def test_what_is_no_derivation_is_refused(text: object) -> None:
    with pytest.raises(JacocalcError):
        jc.replay(text)  # type: ignore[arg-type]


def test_nothing_of_the_rules_is_imported() -> None:
    room = Path(jc.__file__).parent / "replaying"
    assert not [path for path in room.glob("*.py") if "jacocalc.derive" in path.read_text("utf-8")]


# -- what values along curves tell of a point ---------------------------------------------------------

POINTS = [
    ("f(x) = abs(x)", (0,), "differentiable", "yes"), ("f(x) = x^2", (1,), "differentiable", "no"),
    ("f(x) = x abs(x)", (0,), "C1", "no"), ("f(x) = sign(x)", (0,), "continuous", "yes"),
    ("f(x) = 1/x", (0,), "defined", "yes"), ("f(x) = e^x", (1,), "defined", "no"),
    ("f(x, y) = sqrt(x^2 + y^2)", (0, 0), "partials", "yes"),
    ("f(x, y) = piecewise(x^3/(x^2 + y^2) if x^2 + y^2 != 0, 0 otherwise)", (0, 0), "differentiable", "yes"),
    ("f(x, y) = piecewise(x^2 y/(x^4 + y^2) if x^2 + y^2 != 0, 0 otherwise)", (0, 0), "continuous", "yes"),
    ("f(x) = piecewise(x^2 sin(1/x) if x != 0, 0 otherwise)", (0,), "C1", "yes"),
]  # fmt: skip
_ORDER = ("defined", "continuous", "partials", "differentiable", "C1")


@pytest.mark.parametrize(("text", "at", "question", "answer"), POINTS)
def test_an_answer_about_a_point_changed_in_every_step(text: str, at: object, question: str, answer: str) -> None:
    """The answer, and all that follow from it, in the report, in the summary and in the result."""
    record = json.loads(jc.point(text, at=at).to_json())
    assert jc.replay(json.dumps(record))
    changed = _ORDER[_ORDER.index(question) :] if answer == "no" else _ORDER[: _ORDER.index(question) + 1]
    report, summary = (next(s for s in record["steps"] if s["kind"] == kind)
                       for kind in ("ComponentReport", "PointSummary"))  # fmt: skip
    for one in report["result"]:
        one["answer"] = answer if one["question"] in changed else one["answer"]
    summary["result"] = [[name, answer if name in changed else old] for name, old in summary["result"]]
    for answers in (record["result"], *record["result"]["components"].values()):
        answers |= dict.fromkeys(changed, answer)
    found = jc.replay(json.dumps(record))
    assert (found.outcome, found.kind) == ("wrong", "ComponentReport"), found.message


@pytest.mark.parametrize("text", ["cbrt(x)", "sqrt(x)", "sign(x)", "abs(x)", "max(x, 2x)"])
@pytest.mark.parametrize("word", ["finite", "plus", "outside", "jump", "other"])
def test_a_one_sided_end_is_seen_in_the_values(text: str, word: str) -> None:
    record = json.loads(jc.point(f"f(x) = {text}", at=(0,)).to_json())
    side = next(step for step in record["steps"] if step["kind"] == "ComponentReport")["sides"][0]
    same = side["right"] == word
    side["right"] = word
    assert bool(jc.replay(json.dumps(record))) is same


# -- sets ---------------------------------------------------------------------------------------------


def _changed(solution: jc.Solution, kind: str, change: Callable[[dict[str, typing.Any]], object]) -> Report:
    """The replay of a derivation of which one step was changed."""
    record = json.loads(solution.to_json())
    change(next(step for step in record["steps"] if step["kind"] == kind))
    return jc.replay(json.dumps(record))


def _dropped(place: int, step: dict[str, typing.Any]) -> None:
    del step["result"][place]


@pytest.mark.parametrize(
    ("text", "cases"),
    [("f(x, y, z) = [x y, y, z^2/2]", 2), ("f(x, y) = [x^2 - y^2, 2 x y]", 1),
     ("f(x, y) = [x^3/3 - x, y]", 2)],
)  # fmt: skip
def test_a_case_of_a_singular_set_that_is_dropped_or_added_is_found(text: str, cases: int) -> None:
    solution = jc.volume(text)
    for place in range(cases):
        assert _changed(solution, "SingularSet", partial(_dropped, place)).field == "result"
    more = {"kind": "ZeroCase", "equation": "x = 3", "multiples": [], "sure": True}
    report = _changed(solution, "SingularSet", lambda step: step["result"].append(more))
    assert report.field == f"result[{cases}].equation"


@pytest.mark.parametrize(
    "text", ["f(x, y) = [erf(x), y^2]", "f(a, b, c) = [e^(a b c), a + b, b c]", "f(x, y) = [10^200 (x^3/3 - x), y]"]
)
def test_a_determinant_that_is_only_small_is_not_0(text: str) -> None:
    """2/√π e^(-x²) at x = -20; and 10²⁰⁰(x² - 1) is 0 at 1, by differences only beside what is near."""
    assert jc.replay(jc.volume(text))


@pytest.mark.parametrize("text", ["u(t; a) = 1/t^a", "u(x, t; a, b) = t^a sin(x/t^b)"])
def test_a_power_that_is_only_small_is_not_0(text: str) -> None:
    """t^a ≠ 0 holds wherever t > 0 does."""
    assert jc.replay(jc.jacobian(text))


@pytest.mark.parametrize(
    "text",
    ["f(x, y) = [sqrt(x) ln(y), 1/(x - y)]", "f(x, y) = [max(x, y), tan(x), abs(y - 2)]",
     "f(x, y) = [x^(3/2) y, 1/(x - y)]", "f(x, y; a) = [sqrt(a) x, 1/(x - y)]"],
)  # fmt: skip
def test_a_condition_that_is_dropped_or_added_is_found(text: str) -> None:
    solution = jc.jacobian(text)
    record = json.loads(solution.to_json())
    assert jc.replay(solution)
    for place in range(len(record["assumptions"])):
        left = [one for k, one in enumerate(record["assumptions"]) if k != place]
        assert _assuming(record, left) == "a condition is missing"
    assert _assuming(record, [*record["assumptions"], "x != 5"]) == "a condition is not needed"


def _assuming(record: dict[str, typing.Any], conditions: list[str]) -> str:
    """Why other conditions are wrong, stated in both places."""
    steps = [{**one, "result": conditions} if one["kind"] == "Assumed" else one for one in record["steps"]]
    report = jc.replay(json.dumps({**record, "assumptions": conditions, "steps": steps}))
    assert (report.outcome, report.kind) == ("wrong", "Assumed")
    return report.message.rpartition(": ")[2]


@pytest.mark.parametrize(
    "text", ["f(x; a) = max(x, a, 1)", "f(x) = 1/gamma(x + 1)", "f(x, y; a) = min(a, 2) + max(x, y, a)"]
)
def test_conditions_are_those_of_what_moves(text: str) -> None:
    assert jc.replay(jc.jacobian(text))


def test_a_condition_of_a_program_that_is_dropped_is_found() -> None:
    solution = jc.backprop("x: n; y: n; z = y/sum(x); L = sum(ln(z))")
    assert jc.replay(solution)
    for place in range(2):
        assert _changed(solution, "Conditions", partial(_dropped, place)).kind == "Conditions"


EIGENVALUES = "f(x, y, z) = x^2 + 2 y^2 - 3 z^2 + x y + 3 y z"


@pytest.mark.parametrize("swap", [(0, 1), (1, 2)])
def test_decimal_eigenvalues_are_counted_and_not_only_summed(swap: tuple[int, int]) -> None:
    """Two of them moved against each other, which leaves the trace."""

    def move(step: dict[str, typing.Any]) -> None:
        for place, sign in zip(swap, (1, -1), strict=True):
            step["decimals"][place] = f"{float(step['decimals'][place]) + sign * 0.001:.6g}"

    solution = jc.hessian(EIGENVALUES, at=(0, 0, 0))
    assert jc.replay(solution)
    assert _changed(solution, "CriticalPoint", move).field == "decimals"


def test_a_curve_that_is_no_valley_proves_no_minimum() -> None:
    """On every line through the point f is greater, and not on y = 3x²/2."""
    solution = jc.hessian("f(x, y) = (y - x^2) (y - 2x^2)", at=(0, 0))
    lines = {"kind": "AlongCurve", "lowest": "2*t^4", "sign": 1, "whole": True}
    curves = [{**lines, "curve": [t, "0"]} for t in ("t", "-t")]

    def forge(step: dict[str, typing.Any]) -> None:
        step |= {"reason": "valley", "curves": curves, "result": "strict minimum"}

    assert _changed(solution, "BesideCritical", forge).field == "curves[0].curve"


def test_a_record_without_the_values_beside_a_point_is_accepted() -> None:
    record = json.loads(jc.hessian("f(x, y) = x^4 + y^4", at=(0, 0)).to_json())
    record["steps"] = [step for step in record["steps"] if step["kind"] != "BesideCritical"]
    assert jc.replay(json.dumps(record))


OUTSIDE = ["sqrt(x) + sqrt(y) = 1", "sqrt(x y) = 2", "sqrt(x + y) = x"]


@pytest.mark.parametrize("equation", OUTSIDE)
def test_a_condition_may_fail_outside_the_domain_only(equation: str) -> None:
    assert jc.replay(jc.implicit(equation, solve_for="y").to_json()).outcome == "agrees"


def test_what_a_long_sum_leaves_out_is_known_when_it_is_replayed() -> None:
    letters = [f"x{k}" for k in range(12)]
    text = f"f({', '.join(letters)}) = " + " - ".join(f"{letter}^2 x0" for letter in letters)
    assert jc.replay(jc.gradient(text).to_json()).outcome == "agrees"


# -- what is no derivation ----------------------------------------------------------------------------

BROKEN = 4_000 if FULL else 30  # 20,000 by python -m tests.replaying.structures 20000 1


@pytest.mark.parametrize(
    "program",
    ["S: n x n symmetric; A: n x n; L = tr(A S)", "x: n; y: n; S: n x n symmetric; u = S x; L = ||u - S S y||^2",
     "x: n; h_0: n; S: n x n symmetric\nfor t = 1..T:\n h_t = tanh(S h_{t-1} + x)\nL = sum(h_T)"],
)  # fmt: skip
def test_what_is_sent_back_to_a_symmetric_matrix_is_judged_by_its_symmetric_part(program: str) -> None:
    assert jc.replay(jc.backprop(program, wrt="S").to_json())


@pytest.mark.parametrize(
    "program",
    ["W: n x n; h_0: n\nfor t = 1..T: h_t = tanh(W h_{t-1} + h_0)\nL = ||h_T||^2",
     "W: n x n; h_0: n; g_0: n\nfor t = 1..T: h_t = tanh(W h_{t-1} + h_0)\nfor s = 1..S: g_s = tanh(W g_{s-1} + h_T)\n"
     "L = ||g_S||^2"],
)  # fmt: skip
def test_a_first_value_that_every_step_reads_is_sent_back_what_all_steps_do(program: str) -> None:
    assert jc.replay(jc.backprop(program, wrt="h_0").to_json())


def test_changes_of_what_swings_a_million_times_in_a_unit() -> None:
    assert jc.replay(jc.differential("A: 2 x 2 invertible; z = exp(A .* A); F = cos(z z)").to_json())


@pytest.mark.parametrize(
    ("text", "at"),
    [("f(x, y) = [x y, x + y]", "1, 2"), ("f(x, y) = [x y, x + y, x]", None), ("f(x, y) = x max(x, y)", "1, 2"),
     ("f(x, y) = x relu(y - x)", "1, 2"), ("f(x, y) = min(x, y, x y) leaky_relu(x)", "2, 3")],
)  # fmt: skip
def test_graphs_of_several_outputs_and_with_branches(text: str, at: str | None) -> None:
    assert jc.replay(jc.graph(text, at=at))


def test_names_stand_in_order_in_what_is_said() -> None:
    """Red where a message has a set, whose order is another one in every process."""
    solution = jc.graph("f(x, y) = x y + x sin(y)", at=(1, 2))
    report = jc.replay(solution.to_json().replace('"needs": [', '"needs": [["z", ["v3", "v2"]],', 1))
    assert "it says {'z': ['v2', 'v3'], " in report.message


def test_a_broken_structure_is_refused_or_reported() -> None:
    """Fields deleted, of another type, wrapped, doubled, exchanged, far too large."""
    for text in broken(examples(), BROKEN, seed=9):
        assert not fault(text), text


EXTREME = [
    ("f(x) = 1/x", "10^-300"), ("f(x, y) = [x^50, y^50]", "1/100, 1/1000"), ("f(x, y) = [e^(-x), y]", "1000, 1"),
    ("f(x, y) = sqrt(x^2 + y^2)", "10^-300, 10^-300"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at"), EXTREME)
def test_numbers_that_differences_cannot_judge_are_undecided(text: str, at: str) -> None:
    report = jc.replay(jc.jacobian(text, at=at))
    assert (report.outcome, bool(report)) == ("undecided", False)
    assert "10^-30" in report.message


SLOW: list[tuple[Callable[[], jc.Solution], bool]] = [
    (lambda: jc.jacobian("f(x) = x abs(x)^(1/5)", at=0), False),
    (lambda: jc.jacobian("f(x, y) = [abs(x)^(11/10), y]", at=(0, 1)), True),
    (lambda: jc.jacobian("f(x, y) = [x/10^200 + y, y]", at=(1, 1)), False),
    (lambda: jc.jacobian("f(x, y) = [e^x y, e^x]", at=(200, 1)), True),
    (lambda: jc.hessian("f(x, y) = (x^2)^(5/4) + y^2", at=(0, 0)), True),
    (lambda: jc.hessian("f(x, y) = (x^2)^(11/10) + y^2", at=(0, 0)), False),
    (lambda: jc.hessian("f(x) = x^2 abs(x)^(1/3)", at=0), True),
    (lambda: jc.hessian("f(x, y) = x^2 abs(x)^(1/3) + y^2", at=(0, 0)), True),
    (lambda: jc.hessian("f(x, y) = 10^300 x^4 + y^4", at=(0, 0)), False),
    (lambda: jc.hessian("f(x, y) = 10^100 x^2 y"), True),
    (lambda: jc.implicit("x^2 + y^2 = 10^100", solve_for="y"), True),
]


@pytest.mark.parametrize(("make", "settled"), SLOW)
def test_what_differences_tell_roughly_refutes_nothing(make: Callable[[], jc.Solution], settled: bool) -> None:
    """Quotients that tend to their limit slowly, and differences of large numbers."""
    assert jc.replay(make()).outcome == ("agrees" if settled else "undecided")


LINEAR = ["z = x", "z = x/3 + y/7", "f(x, y) = [x/3, y]"]


@pytest.mark.parametrize("text", LINEAR)
def test_a_linear_error_of_0(text: str) -> None:
    many = 2 if "y" in text else 1
    assert jc.replay(jc.differential(text, at=(1, 2)[:many], vector=(1, "1/3")[:many]))


@pytest.mark.parametrize(
    ("text", "at"),
    [("f(x) = x", "1"), ("f(x, y) = [x, x y]", "1, 2"), ("f(x, y) = [y, y]", "1, 2"), ("f(x; a) = [a, x]", "1, a=2")],
)
def test_a_component_that_is_an_input(text: str, at: str) -> None:
    solution = jc.graph(text, at=at, vector=(1, 2) if "[" in text else None)
    assert jc.replay(solution)
    record = json.loads(solution.to_json())
    node = next(one for one in record["steps"][0]["nodes"] if one["place"] == "output")
    node["place"] = "inner"
    assert jc.replay(json.dumps(record)).outcome == "wrong"


@pytest.mark.parametrize(
    ("name", "options"),
    [("attention", {"hessian_vector": True}), ("deep", {"seed": 3, "update": "1/10"}), ("rnn-T", {"seed": 3})],
)
def test_what_a_size_is_called_and_how_long_a_loop_is(name: str, options: dict[str, typing.Any]) -> None:
    """The size d stands beside the changes d(dL_dW); y: n_L has n_3 entries where L is 3."""
    solution = jc.backprop(name, **options)
    assert jc.from_json(solution.to_json()) == solution
    assert jc.replay(solution)


def test_decimals_beyond_what_is_read_are_undecided() -> None:
    report = jc.replay(jc.compose(*["f(x) = x^2 + 1"] * 30, at=2))
    assert (report.outcome, report.kind) == ("undecided", "StageDecimals")


def test_a_slow_limit_is_still_measured() -> None:
    record = json.loads(jc.hessian("f(x, y) = (x^2)^(5/4) + y^2", at=(0, 0)).to_json())
    step = next(one for one in record["steps"] if one["kind"] == "HessianAt")
    step["result"][0][0] = "1/100"
    assert jc.replay(json.dumps(record)).kind == "HessianAt"


def test_what_is_no_number_is_wrong_with_extreme_numbers_too() -> None:
    """A shape, and a result that is not the same in another form, are not measured by differences."""
    record = json.loads(jc.jacobian("f(x, y) = [x^50, y^50]", at="1/100, 1/1000").to_json())
    record["result"]["shape"] = [1, 1]
    report = jc.replay(json.dumps(record))
    assert (report.outcome, report.field) == ("wrong", "shape")


@pytest.mark.parametrize("coordinate", ["[]", '[["1"]]', '[["1", "2"]]'])
def test_a_coordinate_that_is_a_list_is_refused(coordinate: str) -> None:
    text = jc.point("f(x, y) = x y", at=(0, 1)).to_json()
    record = json.loads(text)
    record["question"]["at"]["coordinates"][1] = json.loads(coordinate)
    with pytest.raises(JacocalcError, match="a coordinate of a point is a number"):
        jc.replay(json.dumps(record))


@pytest.mark.parametrize(("coordinates", "said"), [([], "0 coordinates"), (["1", "2", "3"], "3 coordinates")])
def test_a_point_has_as_many_coordinates_as_there_are_inputs(coordinates: list[str], said: str) -> None:
    record = json.loads(jc.point("f(x, y) = x y", at=(0, 1)).to_json())
    record["question"]["at"]["coordinates"] = coordinates
    with pytest.raises(JacocalcError, match=f"the point of this solution has {said}"):
        jc.replay(json.dumps(record))
