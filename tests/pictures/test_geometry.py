"""What is drawn, as geometry: areas, tangents, gradients across level curves."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.document import Decimal
from jacocalc.errors import JacocalcError
from jacocalc.linear import paper
from jacocalc.notation import Expr
from jacocalc.pictures.flow import flow_scene, logarithm
from jacocalc.pictures.mapping import MapScene, map_scene
from jacocalc.pictures.slopes import SlopeScene, curve_scene, slope_scene
from jacocalc.pictures.stages import Array, Stages, jacobians_by_balls, size_of, stages_of, values_by_balls
from jacocalc.pictures.typesetting import formula, shown, spoken, typeset
from jacocalc.pictures.windows import view

F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"
POLAR = "f(r, theta) = [r cos theta, r sin theta]"
BALL = "f(r, t, p) = [r sin t cos p, r sin t sin p, r cos t]"


def stages(*functions: str, at: str) -> Stages:
    return stages_of(jc.compose(*functions, at=at).derivation)


def mapped(*functions: str, at: str) -> MapScene:
    return map_scene(stages(*functions, at=at))


def slopes(*functions: str, at: str) -> SlopeScene:
    return slope_scene(stages(*functions, at=at))


def volume(arrows: tuple[Array, ...]) -> float:
    """The size of the parallelogram between the drawn arrows."""
    sides = np.array([arrow[1] - arrow[0] for arrow in arrows])
    return math.sqrt(max(np.linalg.det(sides @ sides.T), 0.0))


# -- the local linear map -----------------------------------------------------------------------------

MAPS = [
    ((POLAR,), "2, pi/3", 2.0),  # det J = r
    (("f(x, y) = [3x - y, x + y]",), "5, -1", 4.0),
    (("f(x, y) = [x^2 - y^2, 2xy]",), "1, 2", 20.0),  # 4(x² + y²)
    ((BALL,), "2, 1, 1/2", 4 * math.sin(1)),  # r² sin t
    (("f(u, v) = [u cos v, u sin v, v]",), "1, 1", math.sqrt(2)),  # √(1 + u²)
    (("f(t) = [cos t, sin t, 2t]",), "1", math.sqrt(5)),
    ((POLAR, "g(x, y) = [2x, 3y]"), "2, 1", 12.0),
    ((F,), "1, 2", 0.0),  # the parallelogram is a segment
]


@pytest.mark.parametrize(("functions", "at", "factor"), MAPS, ids=lambda v: str(v)[:40])
def test_the_drawn_parallelogram_has_the_area_of_the_determinant(
    functions: tuple[str, ...], at: str, factor: float
) -> None:
    scene = mapped(*functions, at=at)
    n, last = len(scene.inputs), scene.spaces[-1]
    assert volume(last.arrows) / float(scene.side) ** n == pytest.approx(factor, abs=1e-9)
    assert size_of(stages(*functions, at=at).products[-1])[1] == pytest.approx(factor, abs=1e-9)
    assert volume(scene.spaces[0].arrows) == pytest.approx(float(scene.side) ** n)


@pytest.mark.parametrize(("functions", "at", "_factor"), MAPS, ids=lambda v: str(v)[:40])
def test_the_image_begins_at_the_corner_and_leaves_it_along_the_arrows(
    functions: tuple[str, ...], at: str, _factor: float
) -> None:
    scene = mapped(*functions, at=at)
    n = len(scene.inputs)
    for space in scene.spaces:
        starts = [line for line in space.cell if np.allclose(line[0], space.corner, atol=1e-12)]
        assert len(starts) == n  # one edge of the square for each input
        for line, arrow in zip(starts, space.arrows, strict=True):
            step = (line[1] - line[0]) * (len(line) - 1)
            length = float(np.linalg.norm(np.ptp(line, axis=0)))
            assert np.linalg.norm(step - (arrow[1] - arrow[0])) <= 0.1 * length + 1e-9


def test_an_affine_image_is_the_parallelogram_itself() -> None:
    space = mapped("f(x, y) = [3x - y + 1, x + y]", at="5, -1").spaces[-1]
    for true, linear in zip(space.cell, space.edges, strict=True):
        assert np.allclose(true[[0, -1]], linear)


def test_each_space_of_a_composition_has_the_product_so_far() -> None:
    scene = mapped(F, G, at="1, 2")
    assert [len(space.corner) for space in scene.spaces] == [2, 2, 3]
    assert np.allclose(scene.spaces[2].corner, [7, 9, math.sin(4)])
    columns = np.array([(a[1] - a[0]) / float(scene.side) for a in scene.spaces[2].arrows]).T
    assert np.allclose(columns, np.array(jc.compose(F, G, at=(1, 2)).result, float))
    assert [spoken(label) for label in scene.spaces[1].labels] == ["∂f/∂x = (2, 4)", "∂f/∂y = (1, 2)"]
    assert spoken(scene.spaces[1].title) == "f(a) = (3, 4)"


@pytest.mark.parametrize(
    ("function", "at", "side"),
    [(POLAR, "2, pi/3", 1), ("f(x, y) = [exp(10x), y]", "0, 0", Fraction(1, 20)), ("f(x, y) = [ln(x), y]", "1, 1", 1),
     ("f(x, y) = [sqrt(1 - x), y]", "0.9, 0", Fraction(1, 20)), ("f(x, y) = [x, y]", "10^9, 0", 10**4)],
)  # fmt: skip
def test_the_square_is_as_large_as_the_function_allows(function: str, at: str, side: Fraction) -> None:
    assert mapped(function, at=at).side == side


def test_undefined_parts_of_the_grid_are_gaps() -> None:
    scene = mapped("f(x, y) = [ln(x), y]", at="1, 1")
    lines = [line for family in scene.spaces[1].lines for line in family]
    assert any(np.isnan(line).any() for line in lines)
    assert any(np.isfinite(line).any() for line in lines)


def test_a_line_does_not_go_through_infinity() -> None:
    for line in mapped("f(x, y) = [1/x, y]", at="1, 1").spaces[1].lines[0]:
        steps = np.abs(np.diff(line[:, 0]))
        assert np.nanmax(steps) < 2


def test_a_view_holds_all_that_is_needed_and_no_far_away_point() -> None:
    needed = np.array([[0.0, 0.0], [1.0, 1.0]])
    low, high = view(needed, np.array([[-1e6, 0.5], [1.5, 0.5]]))
    assert (low <= 0).all()
    assert (high >= 1).all()
    assert low[0] > -10
    assert high[0] == 1.5


def test_the_jacobian_at_a_kink_is_that_of_the_convention() -> None:
    found = stages_of(jc.jacobian("f(x, y) = [|x|, y]", at=(0, 1), kink="right").derivation)
    assert np.allclose(found.products[-1].numbers, np.eye(2))


def test_numbers_are_those_of_compiled_code_and_of_balls() -> None:
    question = jc.compose(F, G, at=(1, 2)).question
    assert question.at is not None
    first, second = jacobians_by_balls(question.chain, question.at)
    assert np.allclose(second @ first, np.array(jc.compose(F, G, at=(1, 2)).result, float))
    assert np.allclose(values_by_balls(question.chain, question.at)[-1], [7, 9, math.sin(4)])
    parts = [jc.function("f(x, y) = [x^2 y + x/3 + y/7, x y^2 - 2x + 1/9]")] * 4
    found = stages_of(jc.compose(*parts, at="1/3, 1/7").derivation)
    assert np.allclose(found.values[-1].numbers, jc.compile(*parts).value(np.array([1 / 3, 1 / 7])))
    assert np.allclose(found.products[-1].numbers, jc.compile(*parts).jacobian(np.array([1 / 3, 1 / 7])))


# -- slopes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "at"), [("f(x) = sin(x^2)", "1"), ("f(x) = exp(100x)", "1/10"), ("f(x) = 1/x", "1/1000")]
)
def test_the_tangent_touches(function: str, at: str) -> None:
    curve = slopes(function, at=at).curves[0]
    middle = len(curve.x) // 2
    assert (curve.x[middle], curve.y[middle]) == pytest.approx(curve.point)
    assert curve.tangent(curve.x[middle]) == pytest.approx(curve.point[1])
    rise, run = (np.ptp(line[[middle - 1, middle + 1]]) for line in (curve.y, curve.x))
    assert rise / run == pytest.approx(abs(curve.slope), rel=0.01)


def test_the_tangent_plane_touches_and_the_gradient_is_its_slope() -> None:
    part = slopes("f(x, y) = x^2 y", at="1, 2").slices[0]
    middle = part.heights.shape[0] // 2
    around = np.s_[middle - 1 : middle + 2, middle - 1 : middle + 2]
    apart = np.abs(part.heights - part.plane(part.x, part.y))
    assert np.allclose(part.gradient, [4, 1])
    assert apart[middle, middle] < 1e-9
    assert apart[around].max() < 0.01


def test_gradients_stand_across_the_level_curves_and_point_upwards() -> None:
    part = slopes("f(x, y) = x^2 + 3y^2 + x y", at="1, 1").slices[0]
    f = jc.compile("f(x, y) = x^2 + 3y^2 + x y")
    arrows, at = part.field.reshape(-1, 2), part.at.reshape(-1, 2)
    assert (f.value(at + 1e-4 * arrows) > f.value(at)).all()
    across = np.stack([-arrows[:, 1], arrows[:, 0]], axis=-1)
    assert np.abs(f.value(at + 1e-4 * across) - f.value(at)).max() < 1e-6
    assert np.linalg.norm(arrows, axis=1).max() == pytest.approx(1)


def test_three_inputs_give_three_slices_through_the_point() -> None:
    scene = slopes("f(x, y, z) = x y + z^2", at="1, 2, 3")
    assert [spoken(part.title) for part in scene.slices] == ["z = 3", "y = 2", "x = 1"]
    assert [tuple(part.gradient) for part in scene.slices] == [(2, 1), (2, 6), (1, 6)]
    assert all(part.height == 11 for part in scene.slices)


def test_a_chain_of_curves_has_the_slope_of_each_stage() -> None:
    scene = curve_scene(stages("f(x) = x^2", "g(u) = 1/u", at="2"))
    assert [curve.slope for curve in scene.curves] == [4, -1 / 16]
    assert [curve.point for curve in scene.curves] == [(2, 4), (4, 0.25)]


def test_the_area_beside_a_curved_image_is_that_of_the_parallelogram() -> None:
    flat = jc.jacobian("f(x, y) = [x^2, y^2]", at=(0, 0)).picture("map").alt
    assert "The area of the parallelogram = |det J_f| = 0: J is singular here" in flat


def test_where_a_square_folds_its_image_is_more_than_its_boundary_encloses() -> None:
    folded = mapped("f(x, y) = [x + y, x y]", at="0, 0").spaces[-1]
    assert folded.surface is not None  # all images under the parabola y = (x/2)², which no edge is sent to
    rim = folded.surface[..., 0] ** 2 / 4 - folded.surface[..., 1]
    assert np.abs(rim.diagonal()).max() < 1e-12
    assert mapped("f(x, y) = [x^2, y^2]", at="0, 0").spaces[-1].surface is None


# -- kinks and jumps ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "function", "at", "what"),
    [("gradient", "f(x, y) = |x| + y", "0, 1", "tangent"), ("map", "f(x) = |x|", "0", "tangent"),
     ("map", "f(x, y) = [|x|, y]", "0, 1", "linear map")],
)  # fmt: skip
def test_a_convention_is_named_and_promises_no_rate(kind: str, function: str, at: str, what: str) -> None:
    picture = jc.jacobian(function, at=at, kink="1/2").picture(kind)
    assert f"no derivative exists there; the {what} is that of the convention" in picture.alt
    assert picture.title.endswith("by the convention t = 1/2")
    assert "rate of change" not in picture.alt
    assert "convention" not in jc.jacobian(function, at="1" if at == "0" else "1, 1", kink="1/2").picture(kind).alt


def test_the_page_promises_no_greatest_rate_by_a_convention() -> None:
    assert "rate of change" not in jc.gradient("f(x, y) = |x| + y", at=(0, 1), kink="1/2").to_text()
    assert "rate of change" in jc.gradient("f(x, y) = |x| + y", at=(1, 1), kink="1/2").to_text()


@pytest.mark.parametrize(("function", "at"), [("f(x, y) = 1/(x - y)", "0.2, 0"), ("f(x, y) = 1/(x y)", "0.01, 1")])
def test_no_level_curve_and_no_surface_goes_through_a_pole(function: str, at: str) -> None:
    part = slopes(function, at=at).slices[0]
    for heights in (part.heights, part.heights.T):
        signs = np.sign(heights[:, :-1]) * np.sign(heights[:, 1:])
        assert not (signs < 0).any()  # these functions change their sign at poles only
    assert np.isfinite(part.heights).mean() > 0.9


def test_a_jump_is_a_gap_and_a_steep_climb_is_none() -> None:
    jump = slopes("f(x) = piecewise(x^2 if x < 1, x + 5 otherwise)", at="1/2").curves[0]
    assert np.nanmax(np.abs(np.diff(jump.y))) < 0.1
    assert np.isnan(jump.y).sum() == 1
    assert np.isfinite(slopes("f(x) = tanh(300(x - 1)) + x^2", at="1/2").curves[0].y).all()
    for line in mapped("f(x, y) = [piecewise(x if x < 1.5, x + 5 otherwise), y]", at="0, 0").spaces[1].lines[0]:
        assert np.nanmax(np.abs(np.diff(line[:, 0]))) < 1


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: jc.picture("map", "f(a, b, c, d) = a b c d", at=(1, 2, 3, 4)), "f has 4 inputs"),
        (lambda: jc.picture("gradient", "f(a, b, c, d) = a b c d", at=(1, 2, 3, 4)), "level curves are drawn"),
        (lambda: jc.picture("map", "f(x) = exp(x)", at="1000"), "too large to be drawn"),
        (lambda: jc.picture("map", *[jc.function("f(x) = x + 1")] * 12, at=1), "a map of 12 stages"),
        (lambda: jc.picture("flow", "f(x) = x^2", at=1), "goes through the stages"),
        (lambda: jc.picture("gradient", F, at=(1, 2)), "needs a scalar function"),
        (lambda: jc.picture("map", F, at=None), "none is given"),
        (lambda: jc.picture("map", "g: R^2 -> R^2", at=(1, 2)), "only functions with formulas"),
        (lambda: jc.picture("map", "f(x) = ln(x)", at=0), "ln is undefined at x = 0"),
        (lambda: jc.picture("map", "f(x) = |x|", at=0), "not differentiable"),
        (lambda: jc.picture("plot", F, at=(1, 2)), "a picture is one of map, gradient, graph, flow"),
        (lambda: jc.backprop("two-layer").picture("map"), "no picture of what backprop answers"),
        (lambda: jc.jacobian(F, at=(1, 2)).picture("flow"), "the stages of a composition"),
    ],
)
def test_what_cannot_be_drawn_is_one_kind_line(work: object, message: str) -> None:
    assert callable(work)
    with pytest.raises(JacocalcError, match=message) as caught:
        work()
    assert len(caught.value.report().splitlines()) <= 4


# -- the flow -----------------------------------------------------------------------------------------


def test_norms_are_those_of_numpy() -> None:
    derivation = jc.compose(*[jc.function("f(x, y) = [x y + x/4, x - 2y^2]")] * 4, at="1/3, 1/7").derivation
    scene = flow_scene(derivation)
    product, expected = np.eye(2), []
    for jacobian in reversed(stages_of(derivation).jacobians):
        product = product @ jacobian.numbers
        expected.append(math.log10(np.linalg.norm(product, 2)))
    assert np.allclose(np.array(scene.largest, float), expected[::-1], atol=1e-3)


def test_zero_has_no_logarithm_and_small_numbers_do() -> None:
    scene = flow_scene(jc.compose("f(x, y) = [relu(x), relu(y)]", "g(u, v) = [u, v]", at=(-3, -1)).derivation)
    assert scene.largest == (None, 0.0)
    assert scene.said == "nothing of the gradient reaches the inputs"
    assert logarithm("1.5e-400") == pytest.approx(-400 + math.log10(1.5))
    assert logarithm("0") is None


# -- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sqrt(3)/2", r"$\frac{\sqrt{3}}{2}$"),
        ("-3", "−3"),
        ("theta", r"$\theta$"),
        ("piecewise(x if x > 0, 0 otherwise)", "piecewise(x if x > 0, 0 otherwise)"),  # mathtext has no cases
    ],
)
def test_formulas_are_typeset_where_mathtext_can(text: str, shown: str) -> None:
    from jacocalc.reading.parser import read_expression
    from jacocalc.reading.scope import Scope

    found = read_expression(text, Scope.of(["x", "theta"]))
    assert isinstance(found, Expr)
    assert formula(found) == shown, paper(found)


def test_a_dollar_sign_in_words_is_no_formula() -> None:
    assert typeset(("5$ ", Decimal("2"))) == r"5\$ 2"


@pytest.mark.parametrize(
    ("exactly", "value", "sign", "written"),
    [
        ("7", 7.0, "=", "7"),
        ("10^24", 1e24, "=", "1e24"),
        ("2*10^12", 2e12, "=", "2e12"),
        ("1/50000000", 2e-8, "=", "2e-8"),
        ("20001/2", 10000.5, "=", "20001/2"),
        ("123456789", 123456789.0, "=", "123456789"),
        ("10^12 sqrt(5)", 2.23606797749979e12, "≈", "2.236e12"),
        ("10^24 + 1", 1e24, "≈", "1e24"),
        ("", 10000.5, "≈", "10000.5"),
        ("", 12345.678, "≈", "12346"),
        ("", 0.00012345678, "≈", "0.0001235"),
        ("", 1.00034e24, "≈", "1.000e24"),
    ],
)
def test_exact_values_that_are_short_are_equal_and_others_have_four_digits(
    exactly: str, value: float, sign: str, written: str
) -> None:
    from jacocalc.algebra.values import exact
    from jacocalc.reading.parser import read_expression
    from jacocalc.reading.scope import Scope

    found = read_expression(exactly, Scope.of([])) if exactly else None
    assert found is None or isinstance(found, Expr)
    said, item = shown(None if found is None else exact(found), value)
    assert (said, spoken((item,))) == (sign, written)


def test_the_length_of_the_gradient_is_exact_where_it_can_be() -> None:
    said = [spoken(text) for text in slopes("f(x, y, z) = x y z", at="1, 2, 3").said]
    assert said[1] == "‖∇f‖ = 7, the greatest rate of change"
