"""Every row of the tables against 50-digit differences of values, and the rule that each expression takes."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest

import jacocalc as jc
from jacocalc import notation
from jacocalc.algebra.domain import interior, negation
from jacocalc.derive import points
from jacocalc.derive.partials import partial
from jacocalc.derive.points import PointCheck
from jacocalc.evaluate.fields import Balls, ball_of, precision
from jacocalc.evaluate.tape import Tape
from jacocalc.explain.rules import WORDS
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import KNOWN, ORDERED
from jacocalc.linear import paper
from jacocalc.notation import ONE, Call, Expr, Number, Symbol, children, rational
from jacocalc.reading.branches import condition
from jacocalc.reading.parser import Parser
from jacocalc.reading.points import read_value
from jacocalc.reading.scope import Scope

# points inside the domain of each function, on both sides of every kink
POINTS: dict[str, list[tuple[str, ...]]] = {
    "acosh": [("7/3",)], "acoth": [("7/3",), ("-7/3",)], "asec": [("7/3",), ("-7/3",)], "acsc": [("7/3",), ("-7/3",)],
    "ln": [("7/3",)], "sqrt": [("7/3",)], "asech": [("2/7",)], "log": [("7/3", "5/2")],
    "root": [("7/3", "4"), ("-7/3", "3"), ("7/3", "5")], "max": [("7/3", "5/2"), ("7/3", "1/2")],
    "min": [("7/3", "5/2"), ("7/3", "1/2")], "atan2": [("7/3", "5/2"), ("7/3", "-5/2"), ("-7/3", "-5/2")],
    **{name: [("7/3",), ("2/7",)] for name in ("loggamma", "CosIntegral", "CoshIntegral", "LogIntegral")},
    "lambertw": [("7/3",), ("-2/7",)], "erfinv": [("2/7",), ("-2/7",)],
    "polygamma": [("0", "7/3"), ("1", "-7/3"), ("4", "2/7")],
    **{f"bessel{kind}": [("0", "7/3"), ("3", "2/7"), ("-1/2", "7/3"), *[("1", "-7/3")] * (kind in "ij")]
       for kind in "jyik"},
    "asin": [("2/7",), ("-2/7",)], "acos": [("2/7",), ("-2/7",)], "atanh": [("2/7",), ("-2/7",)],
}  # fmt: skip
STEP = Fraction(1, 2**60)


def value(expr: Expr, bound: dict[str, Fraction]) -> Any:
    tape = Tape()
    names = {name: tape.input() for name in bound}
    node = tape.build(expr, names)
    return tape.evaluate([node], [ball_of(v) for v in bound.values()], Balls())[0]


def difference(expr: Expr, by: str, bound: dict[str, Fraction]) -> Any:
    """(8(f(a+h) − f(a−h)) − (f(a+2h) − f(a−2h)))/12h, right to h⁴."""

    def at(k: int) -> Any:
        return value(expr, {**bound, by: bound[by] + k * STEP})

    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * ball_of(STEP))


@pytest.mark.parametrize("row", KNOWN.values(), ids=lambda row: row.name)
def test_each_derivative_of_the_table_to_fifty_digits(row: Any) -> None:
    for texts in POINTS.get(row.name, [("7/3",), ("-7/3",), ("2/7",)]):
        letters = "uv"[: len(texts)]
        bound = {name: Fraction(text) for name, text in zip(letters, texts, strict=True)}
        arguments: tuple[Expr, ...] = tuple(Symbol(name) for name in letters)
        if row.name == "root":
            arguments = (Symbol("u"), Number(bound.pop("v")))
        if row.name in ORDERED:
            arguments = (rational(bound.pop("u")), Symbol("v"))
        for by in bound:
            with precision(500):
                ours = value(partial(Call(row.name, arguments), by).result, bound)
                gap = abs(ours - difference(Call(row.name, arguments), by, bound))
                assert gap < ball_of(Fraction(1, 10**50)), f"{row.name} by {by} at {texts}"


RULES = [
    ("7", "constant", "0"),
    ("y^2", "constant", "0"),
    ("x", "variable", "1"),
    ("x + y", "sum", "1"),
    ("y - x", "sum", "-1"),
    ("a + b + c + d + p + q + r + s + t", "constant", "0"),
    ("a + b + c + d + p + q + r + s - xy", "sum", "-y"),
    ("a + b + c + d + p + q + r + s + t - xy", "constant terms", "-y"),
    ("a + b + c + d - x^2 + p + q + r + s + t - xy", "constant terms", "-2x - y"),
    ("-x", "negative", "-1"),
    ("2xy", "constant multiple", "2y"),
    ("x/3", "constant multiple", "1/3"),
    ("x sin(x)", "product", "sin(x) + x cos(x)"),
    ("sin(x)/x", "quotient", "(x cos(x) - sin(x))/x^2"),
    ("y/x", "reciprocal", "-y/x^2"),
    ("x^3", "power", "3x^2"),
    ("(x^2 + y)^3", "chain power", "6x(x^2 + y)^2"),
    ("x^(-1)", "power", "-1/x^2"),
    ("x^(1/2)", "power", "1/(2x^(1/2))"),
    ("x^n", "power", "nx^(n - 1)"),
    ("e^x", "exponential", "e^x"),
    ("2^x", "exponential", "2^x ln(2)"),
    ("0^x", "exponential", "0"),
    ("e^(xy)", "chain exponential", "y e^(xy)"),
    ("x^x", "general power", "x^x (ln(x) + 1)"),
    ("sin(x)", "function", "cos(x)"),
    ("sin(2x)", "chain function", "2 cos(2x)"),
    ("ln(x^2 + 1)", "chain function", "2x/(x^2 + 1)"),
    ("atan2(x, 2x)", "function of several", "0"),
    ("max(x, y)", "maximum", "piecewise(1 if x > y, 0 if y > x)"),
    ("max(x, x)", "maximum", "1"),
    ("|x|", "function", "sign(x)"),
    ("piecewise(x^2 if x < 0, 0 otherwise)", "piecewise", "piecewise(2x if x < 0, 0 if x > 0)"),
    ("piecewise(-1 if x < 0, 0 if x = 0, x otherwise)", "piecewise", "piecewise(0 if x < 0, 1 if x > 0)"),
    ("piecewise(1 if x > 0, 0 if x < 0)", "piecewise", "0"),
    ("sqrt(x^2 + y^2)", "chain function", "x/√(x^2 + y^2)"),
]


@pytest.mark.parametrize(("text", "rule", "result"), RULES)
def test_the_rule_and_its_result(text: str, rule: str, result: str) -> None:
    step = partial(read_value(text, ["x", "y", "n", *"abcdpqrst"]), "x")
    assert (step.rule, paper(step.result)) == (rule, result)


def test_every_rule_has_words_and_a_case() -> None:
    assert {rule for _, rule, _ in RULES} | {"unspecified", "called"} == set(WORDS)


def test_the_last_branch_holds_where_no_other_does() -> None:
    given = read_value("piecewise(x if 0 < x and x < 1, x^2 if x > 3, x^3 otherwise)", ["x"])
    expected = "piecewise(1 if 0 < x and x < 1, 2x if x > 3, 3x^2 if (0 > x or x > 1) and x < 3)"
    assert paper(partial(given, "x").result) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("piecewise(1 if 1 < 1, x otherwise)", "1"),
        ("piecewise(x^2 if 1 < 2, x otherwise)", "2x"),
        ("piecewise(x if x < 0, x^2 if pi < 4, x^3 otherwise)", "piecewise(1 if x < 0, 2x if x > 0)"),
        ("piecewise(x if 1 < 1, x^2 if x < 0, x^3 otherwise)", "piecewise(2x if x < 0, 3x^2 if x > 0)"),
        ("piecewise(x if 1 < 2 and x > 0, -x otherwise)", "piecewise(1 if x > 0, -1 if x < 0)"),
        ("piecewise(x if 1 < 2 or x > 0, -x otherwise)", "1"),
        ("piecewise(x if 2 < 1 or x > 0, -x if 2 < 1)", "piecewise(1 if x > 0)"),
        ("piecewise(x if 1 < 1)", "piecewise(1 if 1 < 1)"),
        (
            "piecewise(x if y > 0, x^2 if x^2 >= 0, 0 otherwise)",
            "piecewise(1 if y > 0, 2x if x^2 > 0)",
        ),
    ],
)
def test_conditions_of_numbers_choose_the_branch(text: str, expected: str) -> None:
    assert paper(partial(read_value(text, ["x", "y"]), "x").result) == expected


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("x <= 1", "x < 1", "x > 1"),
        ("x = 0", None, "x ≠ 0"),
        ("x != 0", "x ≠ 0", None),
        ("0 < x and x <= 1", "0 < x and x < 1", "0 > x or x > 1"),
        ("x < 0 or x = 3", "x < 0", "x > 0 and x ≠ 3"),
    ],
)
def test_the_open_inside_of_a_condition_and_of_its_opposite(text: str, inside: str | None, outside: str | None) -> None:
    given = condition(Parser(text, Scope.of(["x"])))
    for found, expected in ((interior(given), inside), (interior(negation(given)), outside)):
        assert (None if found is None else paper(found)) == expected


@pytest.mark.parametrize(
    ("text", "derivative"),
    [("ln|x|", "1/x"), ("|x|^3", "3x |x|"), ("1/|x|", "-1/(x |x|)"), ("|x^2 - 1|^2", "4x(x^2 - 1)"),
     ("(x^2 - 1)/(x - 1)", "1"), ("(x^3 - x)/(x^2 - 1)", "1"), ("x/(1 + x)^2", "(1 - x)/(1 + x)^3"),
     ("-x/(1 + x)^2", "(x - 1)/(1 + x)^3"), ("2 - x/(1 + x)^2", "(x - 1)/(1 + x)^3"),
     ("cos(x/(1 + x)^2)", "sin(x/(1 + x)^2) (x - 1)/(1 + x)^3"), ("-2x/(1 + x^2)^2", "2(3x^2 - 1)/(1 + x^2)^3")],
)  # fmt: skip
def test_derivatives_are_written_as_a_person_does(text: str, derivative: str) -> None:
    solution = jc.jacobian(f"f(x) = {text}")
    assert paper(solution.derivation.result.entries[0]) == derivative  # type: ignore[union-attr]
    assert solution.verified == "proved"


def steps_of(levels: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many parts are looked at for the first two derivatives of x ↦ sin x + x/10 after so many turns."""
    turned: Expr = Symbol("x")
    for _ in range(levels):
        turned = Call("sin", (turned,)) + turned / 10
    looked = 0

    def counted(node: Expr) -> tuple[Expr, ...]:
        nonlocal looked
        looked += 1
        return children(node)

    with monkeypatch.context() as patched:
        for module in (notation, points):
            patched.setattr(module, "children", counted)
        second = partial(partial(turned, "x").result, "x").result
        check = PointCheck(VectorFunction("f", ("x",), (turned,), 1, 1), {"x": ONE})
        check.defined()
        check.resolved(second)
    return looked


def test_a_formula_with_shared_parts_is_walked_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_of(14, monkeypatch) < 6 * steps_of(7, monkeypatch)


def test_the_symbols_of_a_formula_are_kept_part_by_part() -> None:
    total: Expr = Symbol("x")
    for k in range(3_000):
        total = Call("sin", (total + Symbol(f"y_{k % 5}"),))
        hash(total)
    assert notation.symbols(total) == {"x", "y_0", "y_1", "y_2", "y_3", "y_4"} == set(notation.names(total))
    assert notation.depends(total, "x")
    assert not notation.depends(total, "y")
    assert pickle.loads(pickle.dumps(Symbol("x") + Symbol("y"))).__dict__.keys() == {"terms", "span"}
