"""Exact values, conversion both ways, and conditions."""

from __future__ import annotations

import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.domain import collected, compare, surely
from jacocalc.algebra.values import _spread, cancelled, check_size, exact
from jacocalc.errors import DomainError, JacocalcError, TooLarge
from jacocalc.known_functions import KNOWN
from jacocalc.linear import paper
from jacocalc.notation import Applied, Call, Comparison, Product, Symbol, tree_size, walk
from jacocalc.reading.points import read_value

EXACT = [
    ("0·2 + cos(4)·4", "4 cos(4)"),
    ("1·e + (e + 1)·2", "3e + 2"),
    ("1·1 + (e + 1)·1", "e + 2"),
    ("1·2 + 1·4", "6"),
    ("cos(pi/3)", "1/2"),
    ("sqrt(8)", "2√2"),
    ("1/sqrt(2)", "√2/2"),
    ("1/(1 + sqrt(2))", "√2 - 1"),
    ("(1 + sqrt(2))^2", "2√2 + 3"),
    ("2 sin(1)^2 + 2 cos(1)^2", "2"),
    ("sin(1)·2 + cos(1)·3", "2 sin(1) + 3 cos(1)"),
    ("sqrt(3) + sqrt(2)", "√3 + √2"),
    ("sqrt(2) + sqrt(3)", "√2 + √3"),
    ("sin(1) cos(1)", "sin(1) cos(1)"),
    ("pi + e", "π + e"),
    ("cbrt(-8)", "-2"),
    ("root(-32, 5)", "-2"),
    ("e^(ln(3))", "3"),
    ("ln(e^2)", "2"),
    ("|-3|", "3"),
    ("max(1, 2, -5)", "2"),
    ("relu(-2) + sigmoid(0)", "1/2"),
    ("atan2(1, -1)", "3π/4"),
    ("leaky_relu(-2) + leaky_relu(3)", "149/50"),
    ("log2(8)", "3"),
    ("0.1 + 0.2", "3/10"),
    ("(-3)^2", "9"),
    ("2^(-3)", "1/8"),
    ("pi·2 - pi", "π"),
    ("piecewise(1 if 2 > 1, 0 otherwise)", "1"),
    ("0·ln(2)", "0"),
    ("e^(-1)", "1/e"),
    ("(sin(1) + cos(1))(sin(1) - cos(1))", "2 sin(1)^2 - 1"),
    ("(1/sqrt(pi) - pi) sqrt(pi)/ln(2)", "(1 - π^(3/2))/ln(2)"),
    ("(1 + sin(1))^2 - 2 sin(1)", "sin(1)^2 + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), EXACT)
def test_exact_values_in_our_own_order(text: str, value: str) -> None:
    assert paper(exact(read_value(text, []))) == value


def test_what_is_no_real_number_is_refused() -> None:
    with pytest.raises(DomainError):
        exact(read_value("sqrt(1 - 2)", []))
    with pytest.raises(DomainError):
        exact(read_value("1/(1 - 1)", []))


def test_too_many_digits_are_refused_before_they_are_made() -> None:
    with pytest.raises(TooLarge):
        exact(read_value("(12345678901234567890^900)^9", []))


@pytest.mark.parametrize(
    "written",
    ["(sin(1) + sqrt(2) cos(3))^12 (erf(2) + ln(5))^12 (3 - atan(4))^12",
     "ln(3)/((erf(2)/2 + 3/2)^24 (e^24/(erf(2)/2 + 3/2)^24 + 1)^2 sqrt((erf(2)/2 + 3/2)^24 - 1))"],
)  # fmt: skip
def test_what_would_be_long_is_not_multiplied_out(written: str) -> None:
    assert tree_size(exact(read_value(written, []))) < 2 * tree_size(read_value(written, []))


DEEP = "sin(cos(sin(cos(sin(1)))))"
NESTED = [
    (f"({DEEP} + 1)^2 - 2 {DEEP}", f"{DEEP}^2 + 1"),
    (f"{DEEP} - {DEEP}", "0"),
    (f"ln(e^{DEEP})", DEEP),
    (f"|{DEEP}|", DEEP),
    (f"sqrt({DEEP}^2)", DEEP),
    (f"cbrt({DEEP} - 5)", f"-(5 - {DEEP})^(1/3)"),
    ("sin(cos(acos(cos(acos(0)))))", "0"),
    ("sin(2 acos(cos(acos(cos(acos(0))))))", "0"),
    ("sqrt(sqrt(sqrt(sqrt(16) + 12) + 12))", "2"),
    ("relu(tanh(relu(tanh(relu(tanh(1/2))))))", "tanh(tanh(tanh(1/2)))"),
    ("sin(e) + cos(sin(cos(sin(cos(e)))))", "sin(e) + cos(sin(cos(sin(cos(e)))))"),
    ("acosh(e^(e^(e^(e^(e^(e^2))))))", "acosh(e^e^e^e^e^e^2)"),  # no number is that large
    ("|sinh(cosh(sinh(cosh(sinh(cosh(3))))))|", "|sinh(cosh(sinh(cosh(sinh(cosh(3))))))|"),
    ("max(sinh(cosh(sinh(cosh(5)))), 5)", "max(sinh(cosh(sinh(cosh(5)))), 5)"),
    ("sinh(cosh(sinh(cosh(sinh(cosh(3))))))", "sinh(cosh(sinh(cosh(sinh(cosh(3))))))"),
]


@pytest.mark.parametrize(("written", "expected"), NESTED)
def test_constants_that_stand_deep_in_each_other(written: str, expected: str) -> None:
    assert paper(exact(read_value(written, []))) == expected


@pytest.mark.parametrize("function", ["sqrt", "ln", "asin", "acos", "acosh"])
def test_the_domain_is_kept_deep_inside(function: str) -> None:
    with pytest.raises(DomainError, match="is not a real number"):
        exact(read_value(f"1 + {function}({DEEP} - 5)", []))


SPREADS = [
    ("a^12", 1),
    ("a b - c + d", 3),
    ("(a + b)^12", 13),
    ("(a + b + c)^2", 6),
    ("(a + b)^12/(c + d)^12", 169),
    ("(a + b)^12 + c", 14),
    ("sin((a + b)^12) + c", 13),
]


@pytest.mark.parametrize(("text", "terms"), SPREADS)
def test_terms_are_counted_before_anything_is_multiplied_out(text: str, terms: int) -> None:
    assert _spread(to_sympy(read_value(text, list("abcd")))) == terms


def test_bits_are_judged_over_the_common_denominator() -> None:
    """49^900 + 1/49^900 is (49^1800 + 1)/49^900: a numerator of 10,107 bits over one of 5,054."""
    with pytest.raises(TooLarge, match="more than 4,096 bits"):
        check_size(read_value("49^900 + 1/49^900", []))
    check_size(read_value("49^300 + 1/49^300", []))


def test_unspecified_functions_come_back_as_they_were_given() -> None:
    partial = Applied("g", 0, (1,), (Symbol("x"),), ("t",))
    value = cancelled(Product((read_value("(x^2 - 1)/(x - 1)", ["x"]), partial)))
    assert paper(value) == "(x + 1) ∂g/∂t"
    assert [node for node in walk(value) if isinstance(node, Applied)] == [partial]


@pytest.mark.parametrize("row", [r for r in KNOWN.values() if r.name != "root"], ids=lambda r: r.name)
def test_every_known_function_goes_to_sympy(row: object) -> None:
    from jacocalc.known_functions import KnownFunction

    assert isinstance(row, KnownFunction)
    arguments = tuple(Symbol(name) for name in "xy"[: max(row.arity[0], 1)])
    value = to_sympy(Call(row.name, arguments))
    assert value.free_symbols == {sympy.Symbol(a.name, real=True) for a in arguments}


def test_no_complex_number_stands_for_a_real_one() -> None:
    """SymPy writes atan2 as a logarithm where it does not find the signs."""
    written = read_value("y atan2(1 - acsc(2^(1/5)), 1 - 2 acsc(2^(1/5)))", ["y"])
    assert not to_sympy(written).has(sympy.I)
    solution = jc.jacobian("f(x, y) = y atan2(x - acsc(2^(1/5)), x - 2 acsc(2^(1/5)))", at=(1, 2))
    assert not solution.result.has(sympy.I)


def test_symbols_handed_in_are_used() -> None:
    x = sympy.Symbol("x", positive=True)
    assert to_sympy(read_value("x^2", ["x"]), {"x": x}) == x**2


@pytest.mark.parametrize("text", ["x^2*y + sin(x)/y", "exp(x)*sqrt(y)", "x^(1/3)", "Abs"])
def test_there_and_back(text: str) -> None:
    value = to_sympy(read_value(text.replace("Abs", "|x|"), ["x", "y"]))
    assert to_sympy(from_sympy(value)) == value


def test_terms_come_back_in_the_order_of_their_first_symbols() -> None:
    x, y, z = (sympy.Symbol(name, real=True) for name in "xyz")
    assert paper(from_sympy(y + x * z, {x: 0, y: 1, z: 2})) == "xz + y"
    assert paper(from_sympy(y + x * z, {y: 0, x: 1, z: 2})) == "y + xz"


def test_only_known_functions_come_back() -> None:
    with pytest.raises(JacocalcError, match="not among the functions"):
        from_sympy(sympy.zeta(sympy.Symbol("x")))


CONDITIONS = [
    ("x/x", ["x ≠ 0"]),
    ("(x^2 - 1)/(x - 1)", ["x - 1 ≠ 0"]),
    ("e^(ln(x))", ["x > 0"]),
    ("sqrt(x)", ["x > 0"]),
    ("ln(x^2 + 1)", []),
    ("x/2", []),
    ("1/(x^2 + 1)", []),
    ("log(x, 2)", ["x > 0"]),
    ("x^(-2)", ["x ≠ 0"]),
    ("x^y", ["x > 0"]),
    ("2^x", []),
    ("asin(x)", ["x > -1", "x < 1"]),
    ("|x|", ["x ≠ 0"]),
    ("tan(x)", ["cos(x) ≠ 0"]),
    ("asec(x)", ["|x| > 1"]),
    ("acoth(x)", ["|x| > 1"]),
    ("asech(x)", ["x > 0", "x < 1"]),
    ("acosh(x)", ["x > 1"]),
    ("root(x, 4)", ["x > 0"]),
    ("root(x, 3)", ["x ≠ 0"]),
    ("log(x, y)", ["x > 0", "y > 0", "y ≠ 1"]),
    ("1/(x^2 + y^2)", ["x^2 + y^2 ≠ 0"]),
    ("max(x, y)", ["x ≠ y"]),
    ("piecewise(x^2 if x > 0, x otherwise)", ["x ≠ 0"]),
    ("piecewise(1 if x < 0 or y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    ("piecewise(1 if x != 0 or y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    ("piecewise(1 if x != 0 or y != 0, 0 otherwise)", ["x ≠ 0 or y ≠ 0"]),
    ("piecewise(1 if x = 0 and y = 0, 0 otherwise)", ["x ≠ 0 or y ≠ 0"]),
    ("piecewise(1 if x > 0 and y > 1, 0 otherwise)", ["x ≠ 0", "y ≠ 1"]),
    ("ln(x^2)", ["x ≠ 0"]),
    ("1/(x y^3)", ["x ≠ 0", "y ≠ 0"]),
    ("ln(-x)", ["x < 0"]),
    ("atan2(y, x)", ["y ≠ 0 or x > 0"]),
    ("|x| + |-x|", ["x ≠ 0"]),
    ("ln(x) + 1/x", ["x > 0"]),
    ("x/(y/2)", ["y ≠ 0"]),
    ("1/(x/(y - 1))", ["y - 1 ≠ 0", "x ≠ 0"]),
]


@pytest.mark.parametrize(("text", "conditions"), CONDITIONS)
def test_conditions_are_kept(text: str, conditions: list[str]) -> None:
    found = collected((read_value(text, ["x", "y"]),))
    assert [paper(condition) for condition in found] == conditions


SURE = [
    ("x^2 + 1", ">", "0", True),
    ("x^2", ">", "0", False),
    ("x^2", ">=", "0", True),
    ("-1 - x^2", "<", "0", True),
    ("-x^2 - y^2", "<", "0", False),
    ("-x^2 - y^2", "<=", "0", True),
    ("e^x", "<=", "0", False),
    ("x^2 + 1", "!=", "0", True),
    ("x", "!=", "0", False),
    ("x - x", "=", "0", True),
    ("x", "=", "0", False),
    ("3", ">", "2", True),
    ("3", "<=", "2", False),
    ("pi", ">", "3", True),
    ("pi", "<", "3", False),
    ("x", "<", "x + 1", True),
]


@pytest.mark.parametrize(("left", "relation", "right", "holds"), SURE)
def test_what_holds_for_all_real_values_is_sure(left: str, relation: str, right: str, holds: bool) -> None:
    one, other = (read_value(text, ["x", "y"]) for text in (left, right))
    assert surely(Comparison(relation, one, other)) == holds


@pytest.mark.parametrize(
    ("relation", "below", "same", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True),
     (">=", False, True, True), ("=", False, True, False), ("!=", True, False, True)],
)  # fmt: skip
def test_numbers_are_compared(relation: str, below: bool, same: bool, above: bool) -> None:
    assert [compare(relation, 1, 2), compare(relation, 2, 2), compare(relation, 2, 1)] == [below, same, above]


@pytest.mark.parametrize("function", ["sinh", "cosh", "tanh", "coth", "sech", "csch"])
def test_functions_of_an_inverse_hyperbolic_cotangent_below_minus_one(function: str) -> None:
    """sinh(acoth(z)) = 1/(z √(1 − 1/z²)), where z < −1 has no real √(z − 1)."""
    found = to_sympy(read_value(f"{function}(acoth(2/5 - e))", []))
    roots = [power for power in found.atoms(sympy.Pow) if not power.exp.is_integer]
    assert all(root.base.is_positive for root in roots)
    z = sympy.Rational(2, 5) - sympy.E
    wanted = getattr(sympy, function)(sympy.log((z + 1) / (z - 1)) / 2)
    assert abs((found - wanted).evalf(30)) < sympy.Float("1e-25")


@pytest.mark.parametrize("function", ["sec", "csc"])
@pytest.mark.parametrize("inner", ["cosh(1)", "sech(1)"])
@pytest.mark.parametrize("shift", ["pi", "pi/2", "25pi/7"])
def test_reciprocals_of_shifted_hyperbolic_functions_stay_real(function: str, inner: str, shift: str) -> None:
    """SymPy shifts sec and csc by parts of π, rewrites what is inside by sec(i x), and may fail over it."""
    found = to_sympy(read_value(f"{function}({inner} + {shift})", []))
    assert not found.has(sympy.I)
    under = {"sec": sympy.cos, "csc": sympy.sin}[function]
    z = to_sympy(read_value(f"{inner} + {shift}", []))
    assert abs((found - 1 / under(z.evalf(40))).evalf(30)) < sympy.Float("1e-25")


def test_a_relation_between_pieces_comes_back() -> None:
    x, y = (sympy.Symbol(name, real=True) for name in "xy")
    value = from_sympy(sympy.Piecewise((x, sympy.ITE(x > 0, y > 1, y < 2)), (y, True)))
    assert paper(value) == "piecewise(x if (x ≤ 0 or y > 1) and (x > 0 or y < 2), y otherwise)"


_LONG = " + ".join(f"sin({k}x + y)^{k}" for k in range(2, 40))
KEPT = [  # numbers, what is long, and pieces keep their form
    "2sqrt(2) + 2sqrt(3)", "(x^2 - 1)/(x - 1) + max(x, y)",
    "(x^2 - 1)/(x - 1) + piecewise(x if x > y, 0 otherwise)", f"(x^2 - 1)/(x - 1) + {_LONG}",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT, ids=["number", "max", "piecewise", "long"])
def test_what_is_not_cancelled(text: str) -> None:
    expr = read_value(text, ["x", "y"])
    assert cancelled(expr) == exact(expr)
    assert cancelled(read_value("(x^2 - 1)/(x - 1)", ["x", "y"])) == read_value("x + 1", ["x", "y"])
