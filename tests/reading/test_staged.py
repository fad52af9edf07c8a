"""Several stages in one text: which equations are one stage, and what stays refused."""

from __future__ import annotations

import pytest
from sympy import Matrix

import jacocalc as jc
from jacocalc.errors import ReadError, ShapeError
from jacocalc.linear import paper
from jacocalc.reading.definitions import read_function
from jacocalc.reading.staged import read_stages

Stages = list[tuple[tuple[str, ...], tuple[str, ...]]]  # of each stage the inputs and what they give
XY: Stages = [(("s", "t"), ("x", "y")), (("x", "y"), ("z",))]


@pytest.mark.parametrize(
    ("text", "stages"),
    [*((text, XY) for text in (
         "z = x^2 y, x = s t, y = s", "z = xy where x = st and y = s", "Let z = xy, where x = st, y = s.",
         "x = s t, y = s, z = x + y", "z = xy\nx = st\ny = s", "z = x^2 y; x = s t; y = s",
         "z = x² y with x = st, y = s",
         "$z = x^2 y$, where $x = s t$ and $y = s$", r"z = x^2 y,\quad x = s t,\quad y = s",
         r"z = \frac{x}{y} \text{ where } x = s t \text{ and } y = s", "z = f(x, y), x = s t, y = s",
         "Find ∂z/∂s if z = xy, x = st, y = s", "find dz/ds, given that z = xy, x = st, y = s",
         "Find ∂z/∂s and ∂z/∂t where z = xy, x = st and y = s.",
         "Use the chain rule to find ∂z/∂t: z = xy, x = st, y = s", "3. Find ∂z/∂s for z = xy, x = st, y = s",
         "If z = xy and x = st, y = s, find ∂z/∂s.", "z = xy, x = st, y = s. Find ∂z/∂s, ∂z/∂t.",
         r"Let $z = xy$, $x = st$, $y = s$. Find $\frac{\partial z}{\partial s}$.",
         "z = x(s, t) y(s, t), x(s, t) = s t, y(s, t) = s", "z = f(x(s, t), y(s, t)), x(s, t) = s t, y(s, t) = s",
         "z(x, y) = x^2 y, x(s, t) = t, y(s, t) = s", "z = x y, x(s, t) = s t, y(s, t) = s",
         "z = f(x, y) = x y, x = x(s, t) = s t, y = y(s, t) = s",
         "z = xy, x = g(s, t) = s t, and y = h(s, t) = s", "x = g(s, t) = s t, y = h(s, t) = s, z = f(x, y) = x^2 y",
         "z = x(s, t) y(s, t), x = x(s, t) = st, y = y(s, t) = s",
         r"z = xy\,\hspace{0.5in}x = st,\,\,\,\,y = \sqrt{s}", r"z = x \, y \: \: x = s t \hspace*{1cm} y = \ln s",
     )),
     ("f(x, y) = x^4, x = t, y = t", [(("t",), ("x", "y")), (("x", "y"), ("f",))]),
     ("f(x, y; a) = a x^2 y where y = t and x = t^2", [(("t",), ("y", "x")), (("x", "y"), ("f",))]),
     ("f(x, y, z) = 1/r where r = sqrt(x^2 + y^2 + z^2)", [(("x", "y", "z"), ("r",)), (("r",), ("f",))]),
     ("f(x, y; a) = tan(r) where r = a x + y", [(("x", "y"), ("r",)), (("r",), ("f",))]),
     ("f(x, y; α, b_1) = b_1 tan r + α where r = αx + y", [(("x", "y"), ("r",)), (("r",), ("f",))]),
     ("f(x, y; abc, a) = abc tan r where r = ax + 2abc y", [(("x", "y"), ("r",)), (("r",), ("f",))]),
     (r"f(x, y; \alpha) = \tan(\alpha r) where r = \alpha x + y", [(("x", "y"), ("r",)), (("r",), ("f",))]),
     (r"\phi(y, x) = \theta v where \theta = x y, v = x", [(("y", "x"), ("theta", "v")), (("theta", "v"), ("phi",))]),
     ("f(y, x; a) = a x u, u = x + y", [(("y", "x"), ("u",)), (("x", "u"), ("f",))]),
     ("z = g(u), u = x^2 + y^2", [(("x", "y"), ("u",)), (("u",), ("z",))]),
     ("f(x, y) = [u - v, u v] where u = x + y and v = x", [(("x", "y"), ("u", "v")), (("u", "v"), ())]),
     ("w = a b, b = a + s, a = s t", [(("s", "t"), ("a",)), (("a", "s"), ("b",)), (("a", "b"), ("w",))]),
     ("z = x y, u = x + y, x = s t, y = s", [(("s", "t"), ("x", "y")), (("x", "y"), ("z", "u"))]),
     ("w = x y t, x = t^2, y = ln t", [(("t",), ("x", "y")), (("x", "y", "t"), ("w",))])],
)  # fmt: skip
def test_equations_that_use_others_are_stages_behind_them(text: str, stages: Stages) -> None:
    assert [(stage.inputs, stage.outputs) for stage in read_stages(text)] == stages


@pytest.mark.parametrize("text", ["x = s t, y = s + t^2", "f(x, y) = [x y, x]", "f(x, y)", "f: R^2 -> R^3"])
def test_one_stage_stays_one(text: str) -> None:
    assert len(read_stages(text)) == 1


@pytest.mark.parametrize(
    ("text", "point"),
    [("z = x^2 y, x = s - t, y = 2s + 4t; s = 1, t = 0", "s = 1, t = 0"), ("z = x y, x = t, y = t, t = 1", "t = 1"),
     ("z = xy, x = st, y = s at (s, t) = (1, 2)", "(s, t) = (1, 2)"), ("z = xy, x = st, y = s at (1, 2)", "(1, 2)"),
     (r"z = xy, \quad x = st, \quad y = s; \quad s = 1, \; t = \pi/2", r"s = 1, \; t = \pi/2"),
     (r"z = xy, x = st, y = s \text{ when } s = 2 \text{ and } t = 1", r"s = 2 \text{ and } t = 1")],
)  # fmt: skip
def test_a_point_behind_stages_is_given_apart(text: str, point: str) -> None:
    with pytest.raises(ReadError, match="a point stands behind the definition") as caught:
        read_stages(text)
    assert f"--at “{point}”" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "head", "formula"),
    [("g(s, t) = f(s^2 - t^2, t^2 - s^2)", "f: R^2 -> R", "f(s^2 - t^2, t^2 - s^2)"),
     ("$z = F(xy, y/x)$", "F: R^2 -> R", "F(xy, y/x)"), ("u = h(x, x y, x y z)", "h: R^3 -> R", "h(x, xy, xyz)")],
)  # fmt: skip
def test_a_call_that_is_all_of_an_equation_needs_no_declaration(text: str, head: str, formula: str) -> None:
    (function,) = read_stages(text)
    assert paper(function.values[0]) == formula
    assert any("any differentiable function" in note for note in function.notes)
    assert function.values == read_function(f"{head}; {text}").values


@pytest.mark.parametrize(
    "text",
    ["z = f(s + t)", "z = f(s + t, s - t) + 1", "f(x, y) = f(x + y, x - y)", "z = f(x -, y)",
     "z = f(1, 2)", "z = erg(x + y, x)"],
)  # fmt: skip
def test_no_other_call_declares_a_function(text: str) -> None:
    with pytest.raises(ReadError):
        read_stages(text)


def test_what_is_known_is_called() -> None:
    (function,) = read_stages("g(s, t) = f(s + t, s t)", {"f": read_function("f(x, y) = x - y")})
    assert not function.abstract


def test_a_program_is_told_from_a_function() -> None:
    with pytest.raises(ReadError, match="it is a program") as caught:
        read_stages("x: n; W: m x n; h = tanh(W x)")
    assert "dot(v, h) vᵀJ" in caught.value.hint
    with pytest.raises(ReadError) as plain:
        read_stages("f: R^2 -> R^3; f(x, y) = x +")
    assert "program" not in str(plain.value)


@pytest.mark.parametrize("text", [";", " ", ", ", " with ", "np.where"])
def test_what_has_no_equation_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read_stages(text)


@pytest.mark.parametrize(
    "text",
    ["w = x + y, x = y^2, y = x", "x = x + 1, z = x", "z = x^4, x = t, y = t", "z = x y, x = 2 +, y = t",
     "z = x y, x = t, x = t^2", "f(x; a); z = f(x)", "z = x(t) y(t), x = t^2, y = t^3",
     "z = x(s) y(t), x(t) = t^2, y(t) = t^3", "f = u(x, y), u = x y", "z = x^2, x = t; b", "z = a·u, u = [x, y]",
     "z = x y, x = t, y = t, t = 1", "x = y, y = x", "x + y = 1, x = t",
     ", ".join(f"a{i} = a{i + 1}" for i in range(40))],
)  # fmt: skip
def test_circles_and_equations_that_have_to_do_with_no_other_are_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read_stages(text)


def test_parameters_stand_behind_all_equations() -> None:
    wave = read_stages("u = f(w), w = x - ct; c")
    assert [(stage.inputs, stage.parameters) for stage in wave] == [(("x", "t"), ("c",)), (("w",), ())]
    both = read_stages("z = a x y, x = a s, y = b s; a, b")
    assert [(stage.inputs, stage.parameters) for stage in both] == [(("s",), ("a", "b")), (("x", "y"), ("a",))]


def test_what_an_equation_defines_may_have_its_arguments() -> None:
    assert jc.compose("z = x(t) y(t), x(t) = t^2, y(t) = t^3", at="t = 2").result == Matrix([[80]])


@pytest.mark.parametrize("text", ["z = x(t) y(t)", "z = x(t)^2 + y", "z = y x(s, t)", "z = x^2(t) y"])
def test_what_a_stage_before_gives_is_not_called(text: str) -> None:
    with pytest.raises(ReadError, match="can be read in two ways"):
        jc.compose("x(t) = t^2, y(t) = t^3", text)


def test_one_text_is_the_chain_of_two() -> None:
    one = jc.compose("z = x^2 y, x = s t, y = s + t^2", at="s = 1, t = 2")
    two = jc.compose("x = s t, y = s + t^2", "z = x^2 y", at="s = 1, t = 2")
    assert one.result == two.result
    assert one.to_text() == two.to_text()
    assert jc.hessian("z = x y, x = t^2, y = t").result == Matrix([[jc.read("6t", variables=["t"])]])
    assert jc.function("w = a b, b = a + s, a = s t")(1, 2) == 6


def test_inputs_in_a_header_keep_their_order() -> None:
    """f(x, y) = x - 2y, y = t, x = s: by name, not by place."""
    assert jc.compose("f(x, y) = x - 2y, y = t, x = s").result == Matrix([[-2, 1]])
    assert jc.compose("f(x, y) = x - 2y, x(s, t) = t, y(s, t) = s").result == Matrix([[-2, 1]])


def test_a_jacobian_is_of_one_stage() -> None:
    with pytest.raises(ShapeError, match="compose"):
        jc.jacobian("z = x^2 y, x = s t, y = s")
