"""Laws over generated functions: what must hold whatever the functions are."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

from hypothesis import given, reject
from hypothesis import strategies as st

from jacocalc.algebra.convert import to_sympy
from jacocalc.derive.answer import derive
from jacocalc.derive.partials import partial
from jacocalc.errors import DomainError, JacocalcError
from jacocalc.evaluate.fields import Balls, ball_of, precision
from jacocalc.evaluate.tape import Tape
from jacocalc.exchange import from_json, to_json
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.linear import paper, strict
from jacocalc.notation import Expr, Matrix, Sum, Symbol, integer, rational
from jacocalc.options import Options
from jacocalc.questions import Compose, JacobianOf
from jacocalc.reading.definitions import read_function
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope
from jacocalc.render.latex_formulas import latex
from tests.laws.expressions import NAMES, cases, expressions, positive_values

LAW = cases(40)
WIDE = cases(200)


def function(name: str, inputs: tuple[str, ...], components: list[Expr]) -> VectorFunction:
    return VectorFunction(name, inputs, tuple(components), len(inputs), len(components))


def jacobian_of(stages: tuple[VectorFunction, ...]) -> Matrix:
    try:
        result = derive(Compose(Chain(stages)), Options()).result
    except DomainError:
        reject()
    assert isinstance(result, Matrix)
    return result


def balls(matrix: Matrix, values: list[Fraction], names: tuple[str, ...] = NAMES) -> list[Any]:
    tape = Tape()
    bound = {name: tape.input() for name in names}
    nodes = [tape.build(entry, bound) for entry in matrix.entries]
    with precision(300):
        return tape.evaluate(nodes, [ball_of(v) for v in values], Balls())


def close(left: list[Any], right: list[Any]) -> bool:
    with precision(300):
        return all(not a.is_finite() or abs(a - b) <= 1e-40 * (1 + abs(a)) for a, b in zip(left, right, strict=True))


def vectors(count: int = 2) -> st.SearchStrategy[list[Expr]]:
    return st.lists(expressions(size=4), min_size=count, max_size=count)


@LAW
@given(vectors(3), positive_values())
def test_the_identity_changes_nothing(components: list[Expr], values: list[Fraction]) -> None:
    f = function("f", NAMES, components)
    identity = function("i", NAMES, [Symbol(name) for name in NAMES])
    alone = derive(JacobianOf(Chain((f,))), Options()).result
    assert isinstance(alone, Matrix)
    assert close(balls(jacobian_of((identity, f)), values), balls(alone, values))


@LAW
@given(st.lists(st.integers(-4, 4), min_size=9, max_size=9), vectors(3), positive_values())
def test_a_linear_map_multiplies_by_its_matrix(
    entries: list[int], components: list[Expr], values: list[Fraction]
) -> None:
    matrix = [entries[i : i + 3] for i in (0, 3, 6)]
    rows: list[Expr] = [
        Sum(tuple(integer(k) * Symbol(name) for k, name in zip(row, NAMES, strict=True))) for row in matrix
    ]
    f, linear = function("f", NAMES, components), function("a", NAMES, rows)
    inner = derive(JacobianOf(Chain((f,))), Options()).result
    assert isinstance(inner, Matrix)
    expected = Matrix(tuple(
        tuple(Sum(tuple(integer(k) * inner.rows[p][j] for p, k in enumerate(row))) for j in range(3)) for row in matrix
    ))  # fmt: skip
    assert close(balls(jacobian_of((f, linear)), values), balls(expected, values))


@LAW
@given(vectors(2), vectors(2), vectors(1), positive_values(2))
def test_three_stages_associate(f: list[Expr], g: list[Expr], h: list[Expr], values: list[Fraction]) -> None:
    names = ("x", "y")
    drop = {"z": integer(1)}
    from jacocalc.notation import substitute

    stages = tuple(
        function(name, names, [substitute(c, drop) for c in parts]) for name, parts in (("f", f), ("g", g), ("h", h))
    )
    inner = stages[1].at(stages[0].values).entries
    outer = stages[2].at(stages[1].values).entries
    left = function("gf", names, list(inner))
    right = function("hg", names, list(outer))
    positive = all(value.is_finite() for value in balls(Matrix((inner,)), values, names))
    if positive:
        whole = balls(jacobian_of(stages), values, names)
        assert close(whole, balls(jacobian_of((left, stages[2])), values, names))
        assert close(whole, balls(jacobian_of((stages[0], right)), values, names))


@WIDE
@given(expressions(), expressions(), positive_values())
def test_sum_and_product_rules(u: Expr, v: Expr, values: list[Fraction]) -> None:
    du, dv = (partial(e, "x").result for e in (u, v))
    row = Matrix(((partial(u + v, "x").result, partial(u * v, "x").result),))
    assert close(balls(row, values), balls(Matrix(((du + dv, du * v + u * dv),)), values))


@LAW
@given(st.integers(1, 5), st.integers(-5, 5), st.integers(1, 5), positive_values(2))
def test_the_inverse_has_the_inverse_jacobian(a: int, b: int, c: int, values: list[Fraction]) -> None:
    names = ("x", "y")
    x, y = map(Symbol, names)
    f = function("f", names, [integer(a) * x + integer(b) * y**3, integer(c) * y])
    back_y = y / integer(c)
    back = function("g", names, [(x - integer(b) * back_y**3) / integer(a), back_y])
    found = balls(jacobian_of((f, back)), values, names)
    assert close(found, [ball_of(Fraction(k)) for k in (1, 0, 0, 1)])


@LAW
@given(vectors(2), positive_values())
def test_a_point_gives_the_symbolic_jacobian_there(components: list[Expr], values: list[Fraction]) -> None:
    f = function("f", NAMES, components)
    symbolic = derive(JacobianOf(Chain((f,))), Options()).result
    assert isinstance(symbolic, Matrix)
    try:
        there = derive(JacobianOf(Chain((f,)), Point(tuple(map(rational, values)))), Options())
    except JacocalcError:
        return
    assert isinstance(there.result, Matrix)
    assert there.verified.result in ("proved", "agrees")
    assert close(balls(there.result, values), balls(symbolic, values))


@WIDE
@given(expressions())
def test_strict_notation_reads_back_as_the_same_tree(expr: Expr) -> None:
    scope = Scope.of(NAMES)
    scope.verbatim = True
    assert read_expression(strict(expr), scope) == expr


@WIDE
@given(expressions())
def test_paper_notation_reads_back_with_the_same_value(expr: Expr) -> None:
    again = read_expression(paper(expr), Scope.of(NAMES))
    assert to_sympy(again) == to_sympy(expr)


@WIDE
@given(expressions())
def test_latex_reads_back_with_the_same_value(expr: Expr) -> None:
    again = read_expression(f"${latex(expr)}$", Scope.of(NAMES))
    assert to_sympy(again) == to_sympy(expr)


@LAW
@given(vectors(2))
def test_json_of_any_function_reads_back_as_the_same_derivation(components: list[Expr]) -> None:
    try:
        derivation = derive(JacobianOf(Chain((function("f", NAMES, components),))), Options())
    except DomainError:
        reject()
    text = to_json(derivation)
    again, _ = from_json(text)
    assert again == derivation
    assert to_json(again) == text


@cases(1_000)
@given(st.text("xyzabe0123456789+-*/^()[]{}|,;.= \\_²√πθsincoslnqrt", max_size=40))
def test_nothing_but_our_own_errors_come_from_any_text(text: str) -> None:
    for made in (text, f"f(x, y) = {text}"):
        report = ""
        with suppress(JacocalcError):
            try:
                read_function(made)
            except JacocalcError as error:
                report = error.message
                raise
        assert "\n" not in report
