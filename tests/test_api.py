"""The Python API as the contract writes it, and the JSON round trip."""

from __future__ import annotations

import doctest
import json
import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.physics.mechanics import ReferenceFrame, dynamicsymbols
from sympy.vector import CoordSys3D

import jacocalc as jc
from jacocalc import api, given_functions
from jacocalc.errors import DomainError, JacocalcError, NotDifferentiable, ReadError, ShapeError, TooLarge
from jacocalc.verdicts import Verdict
from tests import regenerate
from tests.shares import share

x, y = (sympy.Symbol(name, real=True) for name in "xy")
F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"


def test_a_function_has_sympys_habits() -> None:
    f = jc.function("f(x, y; a) = [a x^2 + y, 2xy]")
    a = sympy.Symbol("a", real=True)
    assert (f.name, f.inputs, f.parameters) == ("f", (x, y), (a,))
    assert f.components == (a * x**2 + y, 2 * x * y)
    assert f.jacobian == sympy.ImmutableMatrix([[2 * a * x, 1], [2 * y, 2 * x]])
    assert repr(f) == "function('f(x, y; a) = [ax^2 + y, 2xy]')"
    assert eval(repr(f), {"function": jc.function}) == f


def test_composition_as_mathematicians_write_it() -> None:
    f, g = jc.function(F), jc.function(G)
    assert (g @ f)(1, 2) == sympy.ImmutableMatrix([7, 9, sympy.sin(4)])
    assert (g @ f).jacobian == jc.compose(f, g).result
    assert (g @ f).name == "g∘f"
    assert f(1, 2) == f((1, 2)) == f(sympy.Matrix([1, 2]))
    with pytest.raises(ShapeError):
        _ = f @ g


def test_sympy_functions_keep_their_own_symbols() -> None:
    p, q = sympy.symbols("p q")
    f = jc.from_sympy("f", [p, q], [p**2 + q, sympy.exp(p * q)])
    assert f.jacobian == sympy.ImmutableMatrix([[2 * p, 1], [q * sympy.exp(p * q), p * sympy.exp(p * q)]])
    assert f.jacobian.free_symbols == {p, q}
    assert jc.jacobian(f, at={p: 1, q: 0}).result == sympy.ImmutableMatrix([[2, 1], [0, 1]])
    assert jc.from_sympy("f", [p, q], sympy.Matrix([p * q])).jacobian == sympy.ImmutableMatrix([[q, p]])
    assert jc.from_sympy("f", [], sympy.Lambda((p, q), p * q)).jacobian == sympy.ImmutableMatrix([[q, p]])
    assert jc.jacobian(sympy.Lambda((p, q), (p * q, p))).result == sympy.ImmutableMatrix([[q, p], [1, 0]])
    with pytest.raises(JacocalcError) as caught:
        jc.from_sympy("f", [x], [sympy.Symbol("x") ** 2])
    assert "differ in their assumptions" in caught.value.hint
    with pytest.raises(JacocalcError, match="not among the inputs"):
        jc.from_sympy("f", [p], [p * q])


@pytest.mark.parametrize(
    "given",
    [[x, [2 * y]], sympy.Tuple(x, sympy.Tuple(2 * y)), [sympy.Matrix([x, 2 * y])], [sympy.ImmutableMatrix([x, 2 * y])],
     sympy.Array([[x], [2 * y]]), np.array([x, 2 * y]), (entry for entry in (x, 2 * y))],
)  # fmt: skip
def test_sympy_components_in_every_form(given: object) -> None:
    assert jc.from_sympy("f", [x, y], given).jacobian == sympy.ImmutableMatrix([[1, 0], [0, 2]])


@pytest.mark.parametrize(
    "given",
    [None, x > 0, [sympy.Eq(x, y)], [sympy.ITE(x > 0, x, True)], sympy.Poly(x**2, x), {1: x}, sympy.sin,
     sympy.FiniteSet(x, y), sympy.MatMul(sympy.ones(2, 2), sympy.Matrix([x, y]), evaluate=False)],
)  # fmt: skip
def test_what_is_no_expression_is_no_component(given: object) -> None:
    with pytest.raises(JacocalcError, match="a component is a SymPy expression, not"):
        jc.from_sympy("f", [x, y], given)


@pytest.mark.parametrize(
    ("name", "written"),
    [("theta_dot_1", "theta_dot1"), ("q_1_dot", "q1_dot"), ("x__1", "x_1"), ("a_1_2", "a1_2"), ("k1f", "k1_f"),
     ("x1y2", "x1_y2"), ("α_1", "alpha_1"), (r"\hat{x}_{12}", "xhat_12"), ("_q", "q"), ("x1", "x1"), ("v_x", "v_x")],
)  # fmt: skip
def test_names_of_symbols_are_written_so_that_they_are_read_again(name: str, written: str) -> None:
    s = sympy.Symbol(name)
    f = jc.from_sympy("f", [s, x], s**2 * x)
    assert (f.stages[0].inputs, f.jacobian) == ((written, "x"), sympy.ImmutableMatrix([[2 * s * x, s**2]]))
    assert jc.from_json(jc.jacobian(f).to_json()).derivation == jc.jacobian(f).derivation
    assert jc.jacobian(f, at={s: 2, x: 3}).result == sympy.ImmutableMatrix([[12, 4]])
    assert f({s: 2, x: 3}) == 12
    assert jc.implicit(f, solve_for=s).result == sympy.ImmutableMatrix([[-s / (2 * x)]])


@pytest.mark.parametrize("name", ["θ", "theta", r"\theta"])
def test_greek_names_in_a_point_and_in_what_is_solved_for(name: str) -> None:
    assert jc.jacobian("f(r, θ) = r cos θ", at={"r": 1, name: 0}).result == sympy.ImmutableMatrix([[1, 0]])
    r, theta = sympy.symbols("r theta", real=True)
    polar = jc.implicit("x = r cos θ", "y = r sin θ", solve_for=["r", name]).result
    assert polar[1, 1] == sympy.cos(theta) / r
    assert jc.implicit("x = r cos θ", "y = r sin θ", solve_for=f"r, {name}").result == polar


(q1, q2), C, U = dynamicsymbols("q1:3"), CoordSys3D("C"), sympy.IndexedBase("u")
W, w, N = sympy.MatrixSymbol("W", 2, 2), sympy.MatrixSymbol("w", 2, 1), ReferenceFrame("N")


@pytest.mark.parametrize(
    ("inputs", "components", "parameters", "names"),
    [([q1, q2], [sympy.cos(q1 + q2), q1 * q2**2], (), "q1 q2"),
     ([q1, q1.diff()], [q1.diff(), -(x**2) * sympy.sin(q1)], x, "q1 qdot1"),
     ([q1.diff(), q1.diff().diff()], [q1.diff() * q1.diff().diff()], (), "qdot1 qddot1"),
     ([C.x, C.y, C.z], [C.x * C.y, C.y * C.z, C.x**2], (), "x y z"),
     ([U[0], U[1]], [U[0] * U[1] ** 2], (), "u_0 u_1"), (list(w), list((W * w).as_explicit()), list(W), "w_00 w_10")],
)  # fmt: skip
def test_what_sympy_differentiates_by_is_an_input(inputs: Any, components: Any, parameters: Any, names: str) -> None:
    f = jc.from_sympy("f", inputs, components, parameters)
    s = jc.jacobian(f)
    assert f.stages[0].inputs == tuple(names.split())
    assert (f.inputs, s.result) == (tuple(inputs), sympy.Matrix(components).jacobian(inputs))
    assert jc.from_json(s.to_json()).derivation == s.derivation
    values = dict.fromkeys(f.inputs, sympy.Integer(2)) | dict.fromkeys(f.parameters, sympy.Integer(3))
    assert list(f(values)) == [entry.xreplace(values).doit() for entry in components]


def test_vectors_of_sympy_are_columns() -> None:
    field = jc.from_sympy("F", [C.x, C.y, C.z], C.x * C.y * C.i + C.z * C.k)
    assert jc.jacobian(field).result == sympy.Matrix([[C.y, C.x, 0], [0, 0, 0], [0, 0, 1]])
    assert jc.jacobian(jc.from_sympy("r", [q1], q1**2 * N.x)).result == sympy.Matrix([2 * q1, 0, 0])
    with pytest.raises(JacocalcError, match="q1 occurs but is not among the inputs"):
        jc.from_sympy("f", [q1], q1 * sympy.Symbol("q1"))


c, (p, q) = sympy.Symbol("c", imaginary=True), sympy.symbols("p q", commutative=False)


@pytest.mark.parametrize(
    ("inputs", "components", "message"),
    [({x, y}, [x], "no order"), ([x], {x, 2 * x}, "no order"), ([x], sympy.Eq(x, 1), "Eq"), ([x], [x > 1], "x > 1"),
     ([x], sympy.true, "True"), ([x], "x^2", "'x\\^2'"), ([x], None, "None"), (None, [x], "inputs are"),
     ([sympy.Dummy("x"), x], [x], "same name"), (sympy.symbols("x1 x_1"), [1], "same name"),
     (sympy.symbols("α alpha"), [1], "same name"), ([sympy.Symbol("or")], [1], "fixed meaning"),
     ([sympy.Symbol("pi")], [1], "fixed meaning"), ([c], [abs(c) ** 2], "c is assumed not to be real"),
     ([p, q], [p * q - q * p], "p is assumed not to be real")],
)  # fmt: skip
def test_what_is_no_function_of_sympy_is_refused(inputs: Any, components: object, message: str) -> None:
    with pytest.raises(JacocalcError, match=message):
        jc.from_sympy("f", inputs, components)


def test_whole_numbers_of_numpy_and_symbols_for_names() -> None:
    square = "x: n; L = ||x||^2"
    made = jc.backprop(square, wrt=[sympy.Symbol("x")], seed=np.int64(3))  # type: ignore[arg-type]
    assert jc.from_json(made.to_json()) == jc.backprop(square, wrt="x", seed=3)
    steps = jc.jacobian("f(x) = x^2 - 2", at=1, newton=np.int64(2))  # type: ignore[arg-type]
    assert jc.from_json(steps.to_json()) == jc.jacobian("f(x) = x^2 - 2", at=1, newton=2)
    assert jc.read("2x", x) == 2 * x


def test_inputs_and_parameters_may_be_one_symbol_or_nested() -> None:
    a = sympy.Symbol("a", real=True)
    assert jc.from_sympy("f", x, a * x**2, a).jacobian == sympy.ImmutableMatrix([[2 * a * x]])
    assert jc.jacobian(sympy.Lambda(((x, y),), x * y)).result == sympy.ImmutableMatrix([[y, x]])


@pytest.mark.parametrize(
    "at",
    [(1, 2), [1, 2], {"x": 1, "y": 2}, {x: 1, y: 2}, "1, 2", "x=1, y=2", (sympy.Integer(1), Fraction(2)), (1.0, 2.0),
     sympy.Matrix([1, 2]), ("1", "4/2")],
)  # fmt: skip
def test_points_in_every_form(at: object) -> None:
    assert jc.jacobian(F, at=at).result == sympy.ImmutableMatrix([[2, 1], [4, 2]])


@pytest.mark.parametrize("at", [0.1, np.array(0.1), *(kind("0.1") for kind in (np.float64, np.float32, np.float16))])
def test_floats_are_the_decimals_they_print_as(at: object) -> None:
    assert jc.jacobian("f(x) = x^2", at=at).result == sympy.ImmutableMatrix([[sympy.Rational(1, 5)]])
    assert jc.function("f(x) = x^2")(at) == sympy.Rational(1, 100)


@pytest.mark.parametrize("at", [(1,), (1, 2, 3), {"q": 1, "x": 2}, (True, 1), (float("nan"), 1), (x, 1), ("a", 1)])
def test_bad_points(at: object) -> None:
    with pytest.raises(JacocalcError):
        jc.jacobian(F, at=at)


@pytest.mark.parametrize(
    "value", [float("nan"), Decimal("nan"), sympy.nan, sympy.oo, sympy.I, object(), [1], {1}, len, sympy.Matrix([1])]
)
def test_what_is_no_number_is_no_coordinate(value: object) -> None:
    for call in (lambda: jc.jacobian(F, at=(value, 1)), lambda: jc.function(F)(value, 1)):
        with pytest.raises(JacocalcError, match="a coordinate is"):
            call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: jc.jacobian(),
        lambda: jc.compose(),
        lambda: jc.function(5),  # type: ignore[arg-type]
        lambda: jc.read(None),  # type: ignore[arg-type]
        lambda: jc.jacobian(F, at=(1, 2), digits=0),
        lambda: jc.jacobian(F, at=(1, 2)).numeric(-3),
        lambda: jc.jacobian(F).to_text(detail="foo"),
        lambda: jc.jacobian(F, at=(None, 1)),
        lambda: jc.jacobian(F, at=(1j, 1)),
        lambda: jc.jacobian(F, at=(1, 2), newton=2.0),  # type: ignore[arg-type]
        lambda: jc.hessian("f(x) = x^2", at=1, newton="2"),  # type: ignore[arg-type]
        lambda: jc.backprop("two-layer", seed="a"),  # type: ignore[arg-type]
        lambda: jc.backprop("two-layer", seed=1.5),  # type: ignore[arg-type]
        lambda: jc.backprop("two-layer", wrt=5),
        lambda: jc.backprop("two-layer", wrt={"W", "b"}),
        lambda: jc.implicit("x^2 + y^2 = 25", solve_for=None),
        lambda: jc.from_sympy("f", [x], []),
        lambda: jc.from_sympy(None, [x], [x]),  # type: ignore[arg-type]
        lambda: jc.jacobian("f(x, y, z) = x", at=b"1,2"),
        lambda: jc.from_sympy("f", ["x"], [x]),
        lambda: jc.from_sympy("f", [x], ["x^2"]),
        lambda: jc.compose(3),
    ],
)
def test_misuse_raises_our_own_errors(call: Callable[[], object]) -> None:
    with pytest.raises(JacocalcError):
        call()


a, p, q, f, h = sympy.symbols("a p q f h")


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        (lambda: jc.jacobian([a * p**2 + q, p], [p, q]), lambda: sympy.Matrix([a * p**2 + q, p]).jacobian([p, q])),
        (lambda: jc.jacobian(sympy.Matrix([p * q]), sympy.Matrix([q, p])), lambda: sympy.Matrix([[p, q]])),
        (lambda: jc.jacobian(p**3), lambda: sympy.Matrix([[3 * p**2]])),
        (lambda: jc.jacobian(p * q, [p, q], p + q, [p, q]), lambda: sympy.Matrix([[q, p], [1, 1]])),
        (lambda: jc.gradient(p**2 * q, p), lambda: sympy.Matrix([2 * p * q])),
        (lambda: jc.gradient(f * h, [h, f], at=(2, 5)), lambda: sympy.Matrix([5, 2])),
        (lambda: jc.hessian(p**2 * q, (p, q)), lambda: sympy.hessian(p**2 * q, (p, q))),
        (lambda: jc.compose([x + y, x], [x, y], p * q, [p, q]), lambda: sympy.Matrix([[2 * x + y, x]])),
        (lambda: jc.compose("u = x y", p**2, at=(1, 2)), lambda: sympy.Matrix([[8, 4]])),
        (lambda: jc.vjp([p * q, q], [p, q], vector=(1, 1)), lambda: sympy.Matrix([[q, p + 1]])),
        (lambda: jc.implicit(sympy.Eq(p**2 + q**2, 25), solve_for=q), lambda: sympy.Matrix([[-p / q]])),
        (lambda: jc.implicit([sympy.Eq(p, -x), q - p], [x, p, q], solve_for=[p, q]), lambda: sympy.Matrix([-1, -1])),
        (lambda: jc.implicit(sympy.Eq(p, -x), q - p, solve_for=[p, q]), lambda: sympy.Matrix([-1, -1])),
        (lambda: jc.implicit(sympy.Eq(p, -x), sympy.Eq(q, 0), solve_for=[p, q]), lambda: sympy.Matrix([-1, 0])),
        (lambda: jc.implicit(sympy.Eq(p, -x), "q = p", solve_for=[p, q]), lambda: sympy.Matrix([-1, -1])),
        (lambda: jc.jacobian(p, [p, q], q, [p, q]), lambda: sympy.eye(2)),
        (lambda: jc.jacobian("g(p, q) = p q", p + q, [p, q]), lambda: sympy.Matrix([[q, p], [1, 1]])),
        (lambda: jc.compose(jc.function("g(x) = 2x"), p**2), lambda: sympy.Matrix([8 * x])),
    ],
)  # fmt: skip
def test_expressions_of_sympy_and_what_they_are_differentiated_by(asked: Any, same: Any) -> None:
    assert (asked().result - same()).expand() == sympy.zeros(*same().shape)


def test_what_sympy_has_of_a_name_is_no_name_of_a_function() -> None:
    unknown = sympy.Function("f")(x, y)
    assert "The Jacobian of g\n" in jc.jacobian(x * unknown, [x, y]).to_text()
    assert jc.compile(x * y, [x, y]).gradient([2.0, 3.0]).tolist() == [3.0, 2.0]
    assert jc.compose([x * y, x], [x, y], sympy.Function("f")(p, q), [p, q]).result.shape == (1, 2)
    other = sympy.Symbol("p", positive=True)
    with pytest.raises(JacocalcError, match="p occurs"):
        jc.jacobian(p * other, [p])


@pytest.mark.parametrize("behind", [(x, y), (x, y, p), (x, x), ([x, y], x)])
@pytest.mark.parametrize("ask", [jc.gradient, jc.hessian, jc.compose, jc.jacobian])
def test_a_symbol_behind_the_inputs_is_no_function(ask: Any, behind: Any) -> None:
    with pytest.raises(JacocalcError, match="is no function") as caught:
        ask(x**2 * y, *behind)
    assert "one list" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "hint"), [(x * y, "from_sympy("), ([x, y], "from_sympy("), (sympy.sin, "trace("), (3, "for example")]
)
def test_what_is_no_function_is_told_how_to_become_one(given: object, hint: str) -> None:
    for call in (jc.function, jc.jacobian):
        with pytest.raises(JacocalcError) as caught:
            call(given)  # type: ignore[arg-type]
        assert hint in caught.value.hint


def test_a_point_may_be_a_dict_of_sympy_and_a_vector_is_no_dict() -> None:
    f = jc.function("f(x, y) = [x^2, x y]")
    at = sympy.Dict({x: 3, y: 2})
    assert jc.jacobian(f, at=at).result == sympy.ImmutableMatrix([[6, 0], [2, 3]])
    assert f(at) == sympy.ImmutableMatrix([9, 6])
    for vector in ({0: 1, 1: 5}, sympy.Dict({x: 1, y: 5})):
        with pytest.raises(JacocalcError, match="numbers in order are expected"):
            jc.jvp(f, at=at, vector=vector)


def test_names_in_one_text_are_read_as_names() -> None:
    s, t = (sympy.Symbol(name, real=True) for name in ("x1", "theta"))
    assert jc.read("2 x1 theta", variables="x1, theta") == jc.read("2 x1 theta", variables="x1 theta") == 2 * s * t


def test_read() -> None:
    assert jc.read("2xy", variables=["x", "y"]) == 2 * x * y
    p = sympy.Symbol("p", positive=True)
    assert jc.read("p^2", variables=[p]) == p**2
    assert jc.read("[[1, 2], [3, 4]]") == sympy.ImmutableMatrix([[1, 2], [3, 4]])
    with pytest.raises(ReadError) as caught:
        jc.read("2x +", variables=["x"])
    assert (caught.value.text, caught.value.start) == ("2x +", 4)


def test_a_solution() -> None:
    s = jc.compose(F, G, at=(1, 2))
    assert s.result == sympy.ImmutableMatrix([[6, 3], [12, 6], [4 * sympy.cos(4), 2 * sympy.cos(4)]])
    assert s.factors == (
        sympy.ImmutableMatrix([[2, 1], [4, 2]]),
        sympy.ImmutableMatrix([[1, 1], [6, 0], [0, sympy.cos(4)]]),
    )
    assert s.numeric(8)[2] == ("-2.6145745", "-1.3072872")
    assert s._repr_latex_().startswith(r"$\displaystyle J_{\mathbf{g} \circ \mathbf{f}}(1, 2) = \begin{bmatrix}")
    assert str(s) == s.to_text()
    assert repr(s) == "<Solution of Compose: proved>"
    assert pickle.loads(pickle.dumps(s)) == s
    assert len({s, jc.compose(F, G, at=(1, 2))}) == 1
    assert jc.compose(F, G) != s


def test_what_json_gives_back_is_the_solution_of_sympy_functions_too() -> None:
    x, y = sympy.symbols("x y")
    s = jc.jacobian(jc.from_sympy("f", [x, y], [x**2 * y]), at=(1, 2))
    assert jc.from_json(s.to_json()) == s
    assert jc.replay(s.to_json().encode()) == jc.replay(s)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_tensors_are_points_and_vectors(kind: str) -> None:
    torch = pytest.importorskip("torch")
    point = torch.tensor([0.1, 2], dtype=getattr(torch, kind), requires_grad=True)
    expected = jc.jacobian("f(x, y) = x^2 y", at=("1/10", 2)).result
    assert jc.jacobian("f(x, y) = x^2 y", at=point).result == expected
    assert jc.jacobian("f(x, y) = x^2 y", at={"x": point[0], "y": point[1:]}).result == expected
    assert jc.jvp("f(x, y) = x^2 y", at=(1, 2), vector=torch.tensor([1, 0])).result == sympy.Matrix([4])
    with pytest.raises(JacocalcError, match="a coordinate is one number"):
        jc.jacobian("f(x, y) = x^2 y", at=(point, 2))


def test_names_of_variables_are_names() -> None:
    number: Any = 3
    for ask in (jc.backprop, jc.compile):
        with pytest.raises(JacocalcError, match="loss names a variable, not 3"):
            ask("x: n; L = ||x||^2", loss=number)
    with pytest.raises(JacocalcError, match="of names a variable, not 3"):
        jc.differential("x: n; f = ||x||^2", of=number, wrt="x")
    assert jc.backprop("x: n; λ = ||x||^2", loss="λ").verified == "agrees"


def test_a_solution_displays_itself_in_a_notebook() -> None:
    bundle = jc.compose(F, G, at=(1, 2))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/latex", "text/plain"}
    assert "<math" in bundle["text/html"]
    assert str(jc.function(F)._repr_latex_()).startswith(r"$\displaystyle f(x, y) = \begin{bmatrix}")
    assert "compose" in dir(jc)
    assert "result" in dir(jc.compose(F, G))


def test_pickles_of_functions_and_errors() -> None:
    f = jc.function(F)
    assert pickle.loads(pickle.dumps(f)) == f
    with pytest.raises(ReadError) as caught:
        jc.function("f(x) = x +")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.start, again.text) == (caught.value.message, 10, "f(x) = x +")


QUESTIONS: list[Callable[[], jc.Solution]] = [
    lambda: jc.compose(F, G, at=(1, 2)),
    lambda: jc.compose(F, G),
    lambda: jc.compose("x = s t, y = s + t^2", "z = x^2 y", at="1, 2"),
    lambda: jc.compose("f: R^2 -> R^2", "g: R^2 -> R"),
    lambda: jc.compose("z(x1, x2): R^2 -> R^2", "y(z1, z2)"),
    lambda: jc.compose("f: R^n -> R^m", "g: R^m -> R^p"),
    lambda: jc.compose("f_1 ... f_L"),
    lambda: jc.jacobian("f(x, y; a) = [a |x|, max(x, y), piecewise(x if x > 0, 0 otherwise)]"),
    lambda: jc.jacobian("f(x) = log_2(x) + root(x, 3) + 0.5x", at="8", digits=10),
    lambda: jc.jacobian("f(e, x_max) = e^2 x_max"),
    lambda: jc.gradient(F, "L(u, v) = u^2 + v", at="1, -2"),
    lambda: jc.gradient(F, G, "L(a, b, c) = a b + c"),
    lambda: jc.compose(F, G, "L(a, b, c) = a b + c", at=(1, 2), order="compare"),
    lambda: jc.compose("f: R^n -> R^p", "g: R^p -> R^q", "h: R^q -> R^m", order="compare"),
    lambda: jc.compose("f: R^2 -> R^3", "g: R^3 -> R^2", "h: R^2 -> R", order="reverse"),
    lambda: jc.compose("f_1: R^2 -> R^2", "f_2: R^2 -> R"),
    lambda: jc.compose("f_max: R -> R^2", "g: R^2 -> R"),
    lambda: jc.compose("x = g(t)", "z = x t"),
    lambda: jc.compose("x1 = f1(s, t), x2 = f2(s, t)", "z = g(x1, x2)"),
    lambda: jc.hessian("sigma: R -> R; z = sigma(w x + b) + sigmoid(w)"),
    lambda: jc.compose(*["f(x) = sigmoid(2x)"] * 6, at=1),
    lambda: jc.vjp(F, G, at=(1, 2), vector=(1, 0, 2)),
    lambda: jc.vjp(F, G, vector="1, 0, 2"),
    lambda: jc.jvp(F, G, at=(1, 2), vector=(1, -1), unit=True),
    lambda: jc.hessian("f(x, y) = x^3 - 3x y + y^3", at=(1, 1)),
    lambda: jc.hessian("f(x, y; a) = a x^3 y"),
    lambda: jc.hessian(F, "L(u, v) = u^2 v", at=(1, 2)),
    lambda: jc.hessian(F, G, "L(a, b, c) = a b + c"),
    lambda: jc.hessian(F),
    lambda: jc.hessian("f: R^2 -> R^2", "g: R^2 -> R"),
    lambda: jc.hessian("f(x, y) = x^4 + y^2 - x y", at=(1, 1), newton=2),
    lambda: jc.jacobian("f(x, y, z) = [x y, y z, z x]", at=(1, 2, 3), newton=1),
    lambda: jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)),
    lambda: jc.implicit("x^2 + y^2 + z^2 = 6", "x + y + z = 0", solve_for=["y", "z"]),
    lambda: jc.differential("z = x^2 + 3x y - y^2", at=(2, 3), vector="0.05, -0.04"),
    lambda: jc.differential("f(r, theta) = [r cos theta, r sin theta]"),
    lambda: jc.point("f(x, y) = [|x| + y, piecewise(x y/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)]", at="0, 0"),
    lambda: jc.point("f(x) = x^2 sin(1/x)", at="0"),
    lambda: jc.graph("f(x, y; a) = [a sigmoid(x y) + y^2/x, x y - |x|, 3]", at="1, 2, a=3"),
    lambda: jc.graph(F, "g(yhat, v) = [yhat v, max(yhat, v)]", at="1, 2", vector=(1, -2)),
    lambda: jc.volume("f(x, y) = [x^2 - y^2, 2 x y]", at="0, 0"),
    lambda: jc.volume(
        "f(rho, phi, theta) = [rho sin phi cos theta, rho sin phi sin theta, rho cos phi]", at="2, pi/2, 0"
    ),
    lambda: jc.volume("f(x, y; s) = [x, y e^(s x) + x^2]", at="x=1, y=2, s=1/2", density="normal"),
    lambda: jc.volume("x = u/v, y = v", density="uniform"),
    lambda: jc.volume("f(u, v; a, b) = [(b + a cos v) cos u, (b + a cos v) sin u, a sin v]"),
    lambda: jc.volume("f(t) = [t^2, t^3]", at="2", digits=10),
    *(
        lambda text=text, options=options: jc.backprop(text, **options)
        for text, options in (
            ("two-layer", {"seed": 1, "update": "0.1", "hessian_vector": True, "gauss_newton": True, "wrt": "W, c"}),
            ("softmax-cross-entropy", {}), ("deep", {}), ("rnn-T", {}), ("equilibrium", {}), ("attention", {}),
            ("layer-norm", {}), ("hinge", {}), ("meta-learning", {}),
        )
    ),
    lambda: jc.differential("least-squares", of="f", wrt="x", second=True),
    lambda: jc.differential("symmetric-quadratic-form", of="f", wrt="S"),
    lambda: jc.differential("X: n x n invertible; A: n x n; Y = A X^-1 A' + X'", of="Y", wrt="X", kronecker=True),
]


@cache
def solved(number: int) -> jc.Solution:
    """The solution of a question of the table, derived once."""
    return QUESTIONS[number]()


@pytest.mark.parametrize("number", share(range(len(QUESTIONS)), 3))
def test_json_round_trip(number: int) -> None:
    solution = solved(number)
    text = solution.to_json()
    again = jc.from_json(text)
    assert again.to_json() == text
    assert again.derivation == solution.derivation
    assert again.to_text(detail="full") == solution.to_text(detail="full")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"schema": 2}', '{"schema": 1}', "nonsense", '{"schema": 1, "steps": 3}']
)
def test_bad_json(text: str) -> None:
    with pytest.raises(JacocalcError):
        jc.from_json(text)


def test_json_of_a_changed_file_is_not_executed() -> None:
    record = json.loads(jc.jacobian("f(x) = x^2").to_json())
    record["steps"][0]["result"] = [["__import__('os').system('true')"]]
    with pytest.raises(JacocalcError):
        jc.from_json(json.dumps(record))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: jc.from_json({"schema": 1}), "the JSON of a solution is text, not dict"),  # type: ignore[arg-type]
        (lambda: jc.jacobian("f(x, y) = x y", at=((1, 2),)), "a coordinate is one number, not (1, 2)"),
        (lambda: jc.jacobian(sympy.Eq(sympy.Symbol("x"), 1)), 'text, "x^2 + y^2 = 25"'),
        (lambda: jc.jacobian("f(x) = x").to_text(width=-1), "a width is a whole number from 1 on, not -1"),
    ],
)
def test_what_was_handed_in_is_named(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        ask()
    assert said in caught.value.report()


@pytest.mark.parametrize("module", [api, given_functions], ids=lambda module: str(module.__name__))
def test_docstring_examples_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", sorted(set(jc.__all__) - {"ClassMarks"}))
def test_every_public_docstring_says_what_is_raised(name: str) -> None:
    assert re.search(r"[Rr]aise|AssertionError with", getattr(jc, name).__doc__)


@pytest.mark.parametrize(
    ("ask", "raised"),
    [
        (lambda: jc.compose("f(x) = [x, x]", "g(u) = u"), ShapeError),
        (lambda: jc.compose("f(x) = 1/x", "g(u) = u", at=0), DomainError),
        (lambda: jc.compose("f(x) = |x|", "g(u) = u", at=0), NotDifferentiable),
        (lambda: jc.jacobian("f(x) = x", "g(y) = y"), ShapeError),
        (lambda: jc.gradient("f(x) = [x, x]"), ShapeError),
        (lambda: jc.hessian("f(x) = x |x|", at=0), NotDifferentiable),
        (lambda: jc.vjp("f(x) = [x, x]", vector=1), ShapeError),
        (lambda: jc.jvp("f(x, y) = x", vector=1), ShapeError),
        (lambda: jc.jvp("f(x, y) = x y", vector=(0, 0), unit=True), JacocalcError),
        (lambda: jc.differential("f(x) = x", at=0, vector=(1, 2)), ShapeError),
        (lambda: jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(1, 1)), JacocalcError),
        (lambda: jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(5, 0)), JacocalcError),
        (lambda: jc.volume("f(x, y) = x"), ShapeError),
        (lambda: jc.point("f(x) = x"), JacocalcError),
        (lambda: jc.graph("f(x) = [x, x]", vector=1), ShapeError),
    ],
)
def test_what_the_docstrings_say_is_raised(ask: Callable[[], object], raised: type[JacocalcError]) -> None:
    with pytest.raises(JacocalcError) as caught:
        ask()
    assert type(caught.value) is raised


def test_goldens_read_back() -> None:
    goldens = [path.read_text("utf-8") for path in regenerate.EXAMPLES.glob("*/*.json")]
    assert goldens
    for text in goldens:
        assert jc.from_json(text).to_json() == text


DEEP = "sin(" * 29 + "x" + ")" * 29


@pytest.mark.parametrize(
    "make",
    [
        lambda: jc.gradient("f(x, y) = x^200 y^300", at=(7, 9)),
        lambda: jc.compose(f"f(x) = {DEEP}", f"g(x) = {DEEP}"),
        lambda: jc.compose("f(x) = x^900 + 1", "g(u) = u^900"),
    ],
    ids=["digits", "depth", "exponents"],
)
def test_what_we_write_is_not_bounded_as_what_is_typed(make: Callable[[], jc.Solution]) -> None:
    text = make().to_json()
    assert jc.from_json(text).to_json() == text
    assert jc.replay(text)


# -- the algebra of functions -------------------------------------------------------------------------


def test_equations_compose_by_name_everywhere() -> None:
    composed = jc.function("z = x^2 y") @ jc.function("y = s t, x = s + t^2")
    assert composed(2, 3) == 726
    s, t = composed.inputs
    assert composed.components is not None
    assert sympy.expand(composed.components[0] - s * t * (s + t**2) ** 2) == 0
    assert list(composed.jacobian.subs({s: 2, t: 3})) == [495, 1034]
    assert r"(s + t^{2})^{2}" in str(composed._repr_latex_())


def test_the_symbols_of_an_outer_function_are_no_inputs_of_an_inner_one() -> None:
    x, y = sympy.symbols("x y", positive=True)
    inner = jc.function("f(x, y) = [sqrt(x^2), y]")
    outer = jc.from_sympy("g", [x, y], [x + y, x * y])
    assert (outer @ inner).inputs == inner.inputs
    a, b = inner.inputs
    assert (outer @ inner).jacobian.subs({a: -1, b: 2}) == jc.compose(inner, outer, at=(-1, 2)).result
    assert jc.compose(inner, outer).result.subs({a: -1, b: 2}) == jc.compose(inner, outer, at=(-1, 2)).result
    assert jc.compose(outer, "h(p, q) = p q").result.free_symbols == {x, y}


def test_values_by_name_in_a_dictionary() -> None:
    f = jc.function("f(x, y) = [x^2 + y, 2xy]")
    x, y = sympy.symbols("x y")
    assert f({y: 2, x: 1}) == f({"x": 1, "y": 2}) == f(1, 2)
    with pytest.raises(JacocalcError, match="has no input z"):
        f({"x": 1, "z": 2})


@pytest.mark.parametrize(
    ("text", "arguments", "named"),
    [("q(x; a) = a/x", (0,), {"a": 3}), ("q(x; a) = a/x", (0,), {}), ("d(x, y) = [ln x, sqrt y]", (-1, 2), {}),
     ("d(x, y) = [ln x, sqrt y]", (-1, sympy.Symbol("z")), {})],
)  # fmt: skip
def test_outside_the_domain_there_is_no_value(text: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        jc.function(text)(*arguments, **named)


def test_what_is_no_chain_has_no_formula_of_one() -> None:
    with pytest.raises(JacocalcError, match="a program has no chain of Jacobians"):
        _ = jc.backprop("two-layer").formula


def test_a_number_is_a_component() -> None:
    (x,) = sympy.symbols("x,")
    assert jc.from_sympy("f", [x], 3).jacobian == sympy.Matrix([[0]])


def test_a_map_of_matrices_is_said_as_a_differential() -> None:
    solution = jc.differential("X: n x n invertible; Y = X^-1", of="Y", wrt="X")
    assert solution._repr_latex_().startswith(r"$\displaystyle \mathrm{d}Y = ")
    gradient = jc.differential("x: n; L = ||x||^2", of="L", wrt="x")
    assert r"\frac{\partial L}{\partial x} = " in gradient._repr_latex_()


def test_a_page_of_a_long_chain_is_written_in_every_format() -> None:
    solution = jc.compose(*["g(x) = sin x + x/10"] * 300, at=(1,))
    text = solution.to_text()
    assert text.startswith("The chain rule for y = (g∘g∘⋯∘g)(x) at x = 1")
    assert "· J_g((g∘g∘⋯∘g)(x))" in text
    assert "J_g(g(g(x)))" in text
    assert solution._repr_html_()


def turns(count: int, plus: Any = 0) -> jc.function:
    """sin x + plus·x/10, again and again: with plus of 2^count parts."""

    def code(x: Any) -> Any:
        for _ in range(count):
            x = np.sin(x) + plus * x / 10
        return x

    return jc.trace(code, 1, name="f")


@pytest.mark.parametrize("f", [turns(400), turns(5000), turns(40, 1), turns(2000, 1)], ids=range(4))
@pytest.mark.parametrize(
    "ask",
    [
        lambda f: jc.gradient(f),
        lambda f: jc.gradient(f, at=(1,), digits=50),
        lambda f: jc.hessian(f, at=(1,)),
        lambda f: jc.graph(f, at=(1,)),
        lambda f: f(1),
    ],
)
def test_traced_code_of_many_turns_is_too_large_at_once(f: jc.function, ask: Callable[[jc.function], object]) -> None:
    with pytest.raises(TooLarge, match="the formulas of f are too long to be written out") as caught:
        ask(f)
    assert "jc.compile" in caught.value.hint
    assert "ℝ" in f._repr_html_() or "R^1" in f._repr_html_()


def test_long_compositions_of_short_functions() -> None:
    g = jc.function("g(x) = sin x + x/10")
    for count in (40, 300):
        f = jc.function.of(g.stages * count)
        assert f._repr_latex_() is None
        assert "composition" in f._repr_html_()
    with pytest.raises(TooLarge, match="nested too deep"):
        _ = f.components
    sums = jc.function.of(jc.function("s(x, y) = [x + y, x]").stages * 300)
    assert sums(1, 1)[1] == sympy.fibonacci(301)


def test_a_long_function_shows_its_shape_only() -> None:
    x, y = sympy.symbols("x y")
    f = jc.from_sympy("f", [x, y], sympy.expand((x + y + 1) ** 40))
    assert len(f._repr_html_()) < 10_000
    assert f._repr_latex_() is None


@pytest.mark.parametrize(
    ("name", "written"), [("x_{1}", "x_{1}"), (r"\theta", r"\theta"), (r"\hat{y}", r"\hat{y}"), ("k1", "k_{1}")]
)
def test_symbols_named_in_latex(name: str, written: str) -> None:
    x = sympy.Symbol(name)
    f = jc.from_sympy("f", [x], x**2)
    assert f.jacobian == sympy.Matrix([[2 * x]])
    assert f._repr_latex_() == rf"$\displaystyle f({written}) = {written}^{{2}}$"


@pytest.mark.parametrize("name", ["f g", "1f", "(f, g)", "", 3])
def test_a_function_that_cannot_be_written_is_refused(name: str) -> None:
    x = sympy.Symbol("x")
    with pytest.raises(JacocalcError, match="cannot be written"):
        jc.from_sympy(name, [x], x**2)


@pytest.mark.parametrize("name", ["ñ", "ẋ", "ℓ", "ℝ", "if", "for", "lambda", "E", "S"])
def test_a_symbol_in_other_letters_is_read_back(name: str) -> None:
    x, y = sympy.Symbol(name), sympy.Symbol("y")
    f = jc.from_sympy("f", [x, y], [x**2 * y])
    assert f.jacobian == sympy.Matrix([[2 * x * y, x**2]])
    s = jc.jacobian(f, at={x: 1, y: 2})
    assert jc.from_json(s.to_json()) == s
    assert jc.replay(s)


@pytest.mark.parametrize("name", ["é", "变", "ж"])
def test_a_symbol_that_is_not_read_back_is_refused(name: str) -> None:
    x = sympy.Symbol(name)
    with pytest.raises(JacocalcError, match="not part of the language"):
        jc.from_sympy("f", [x], x**2)


def test_a_point_with_two_values_for_one_input_is_refused() -> None:
    x = sympy.Symbol("x")
    with pytest.raises(JacocalcError, match="two values for x"):
        jc.jacobian("f(x, y) = x y", at={x: 1, "x": 2, "y": 3})


def test_a_symbol_that_cannot_be_written_is_refused() -> None:
    x = sympy.Symbol("a<b")
    with pytest.raises(JacocalcError, match="cannot be written"):
        jc.from_sympy("f", [x], x**2)


def test_one_unit_vector_is_a_direction() -> None:
    assert jc.jvp("f(x, y) = x^2 y", at=(1, 2), vector="-2i").result == sympy.ImmutableMatrix([[-8]])
    assert jc.vjp("f(x) = [x, x^2, x^3]", at=(2,), vector="k").result == sympy.ImmutableMatrix([[12]])
    with pytest.raises(ShapeError, match="the vector given has 3 entries"):
        jc.jvp("f(x, y) = x^2 y", at=(1, 2), vector="k")


@pytest.mark.parametrize(("left", "right", "known"), [
    ("2x", "x + x", True), ("x", "y", False), ("x +", "x", False),
])  # fmt: skip
def test_a_verdict_is_true_only_where_the_answer_is_right(left: str, right: str, known: bool) -> None:
    assert bool(jc.equivalent(left, right)) is known
    assert not Verdict("undecided")
