"""Answers to questions with a function f of which no formula is given: its partials are letters of their own."""

from __future__ import annotations

import pytest

import jacocalc as jc
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG

CHAIN = jc.gradient("x = 2s + t, y = s - t", "z = f(x, y)")
CHAIN_AT = jc.gradient("x = 2s + t, y = s - t", "f(x, y)", at=(1, 2))
BARE = jc.jacobian("f(x, y)")
SECOND = jc.hessian("x = 2s + 3t, y = 3s - 2t", "f(x, y)")
OF_ONE = jc.gradient("u = x - y", "z = f(u)")
ROW = jc.compose("u = x - y", "z = f(u)")
POLAR = jc.gradient("x = r cos(t), y = r sin(t)", "u(x, y)")
IMPLICIT = jc.implicit("F(x, y, z) = 0", solve_for="z")
GREEK = jc.gradient("x = r cos(θ), y = r sin(θ)", "φ(x, y)")
VECTORS = jc.compose("f: R^2 -> R^2", "g: R^2 -> R^2")
SQUARED = jc.gradient("z = f(x, y)", "w = z^2")
CALLED = jc.gradient("f: R -> R; z(x, y) = y f(x^2 - y^2)")
WAVE = jc.gradient("f(r); g(s); u(x, t; c) = f(x - c t) + g(x + c t)")
AT_TWO = jc.gradient("f(r); u(x, t; c) = f(x - c t) + f(x + c t)")
CURVE = jc.gradient("x = g(t), y = h(t)", "z = f(x, y)")
NAMED = jc.gradient("z = f(x, y), x = x(s, t), y = y(s, t)")
RATE = jc.gradient("z = x^2 y, x = x(t), y = y(t)")
OF_TWO = jc.gradient("F: R^2 -> R; h(x, y) = F(x y, x + y)")
NESTED = jc.jacobian("f: R^2 -> R; g: R -> R; h: R -> R; k: R -> R; F(x, y) = f(g(x) k(y), g(x) + h(y))")
SQUARE = jc.jacobian("f: R -> R; F(x) = f(x)^2")
PRODUCT = jc.jacobian("f: R -> R; g: R -> R; F(x) = f(x) g(x)")
QUOTIENT = jc.jacobian("f: R -> R; g: R -> R; F(x) = f(x)/g(x)")
TWICE = jc.jacobian("g: R^2 -> R^2")
DECLARED = jc.gradient("f(u, v); g(s, t) = f(s^2 - t^2, t^2 - s^2)")
SCALED = jc.hessian("f(x, y); g(t; x, y) = f(t x, t y)")
RENAMED = jc.gradient("F(u, v); z = x F(x, y)")
CROSSED = jc.gradient("F(y, x); z = x F(x, y)")
TOTAL = jc.differential("z = f(x, y)")
TOTAL_OF_ONE = jc.differential("y = f(x)")
WAVES = jc.hessian("u = f(ξ, η), ξ = x + y, η = x - y")
SECOND_OF_CURVE = jc.hessian("z = f(x, y), x = g(t), y = h(t)")
GAS = jc.implicit("f(P, V, T) = 0", solve_for="P")
ENTHALPY = jc.differential("U(S, V); H(S, V, P) = U(S, V) + P V")
RADIAL = jc.gradient("u(x, y) = f(x^2 + y^2), where f is a differentiable function of r")
S_S, S_T, T_T = "4f_xx + 12f_xy + 9f_yy", "6f_xx + 5f_xy - 6f_yy", "9f_xx - 12f_xy + 4f_yy"
F_X, F_Y = r"\frac{\partial f}{\partial x}", r"\frac{\partial f}{\partial y}"
COLUMN = rf"$$\begin{{pmatrix}} 2{F_X} + f_{{y}} \\ \dfrac{{\partial}}{{\partial x}} f - \partial_y f \end{{pmatrix}}$$"
HESSIAN = (
    r"\begin{pmatrix} 4\frac{\partial^2 f}{\partial x^2} + 12\frac{\partial^2 f}{\partial y\partial x} + 9f_{yy}"
    r" & 6f_{xx} + 5f_{xy} - 6f_{yy} \\ 6f_{xx} + 5f_{xy} - 6f_{yy} & 9f_{xx} - 12f_{xy} + 4f_{yy} \end{pmatrix}"
)
TURNED = (
    r"\cos\theta \frac{\partial\phi}{\partial x} + \sin\theta \phi_y,"
    r" -r\sin\theta \phi_x + r\cos\theta \frac{\partial\phi}{\partial y}"
)

RIGHT = [
    *((CHAIN, answer) for answer in (
        "[2 f_x + f_y, f_x - f_y]", "2f_1 + f_2, f_1 - f_2", "2f₁ + f₂, f₁ - f₂", "[2fx + fy, fx - fy]",
        "2∂f/∂x + ∂f/∂y, ∂f/∂x - ∂f/∂y", "2∂z/∂x + ∂z/∂y, ∂z/∂x - ∂z/∂y", "2∂_x f + ∂_y f, ∂_x f - ∂_y f",
        "2f'_x + f'_y, f'_x - f'_y", "2f_1' + f_2', f_1' - f_2'", r"2f'_{x} + f^\prime_y, f'_x - f'_{y}",
        "2∂₁f + ∂₂f, ∂₁f - ∂₂f", "2D₁f + D₂f, D₁f - D₂f",
        "[2D1_f + D2_f, D1_f - D2_f]", "[2 D_1 f + D_2 f, D_1 f - D_2 f]", "f_x·2 + f_y, -(f_y - f_x)",
        "[2f_x(x, y) + f_y(x, y), f_x(x, y) - f_y(x, y)]",
        "[2f_x(2s + t, s - t) + f_y(2s + t, s - t), f_x(t + 2s, s - t) - f_y(2s + t, -t + s)]",
        rf"2{F_X} + {F_Y}, {F_X} - {F_Y}", COLUMN,
        "∂z/∂s = ∂f/∂x ∂x/∂s + ∂f/∂y ∂y/∂s = 2∂f/∂x + ∂f/∂y; ∂z/∂t = ∂f/∂x - ∂f/∂y",
        "2f_x|_{(2s + t, s - t)} + f_y|_(2s+t, s-t), f_x - f_y", "2∂f/∂x|_{(2s + t, s - t)} + f_y, f_x - f_y",
        rf"2\left.{F_X}\right|_{{(2s+t,s-t)}} + {F_Y}\Big|_{{(2s+t,s-t)}}, f_x - f_y",
        "z_s = 2f_x + f_y, z_t = f_x - f_y",
        "f_s = 2f_x + f_y, f_t = f_x - f_y", "∂z/∂s = 2(∂f/∂x)(2s + t, s - t) + f_y, ∂z/∂t = f_x - f_y",
    )),
    *((CHAIN_AT, answer) for answer in (
        "2f_x(4, -1) + f_y(4, -1), f_x(4, -1) - f_y(4, -1)", "2f_x + f_y, f_x - f_y",
        "2f_x(2s + t, s - t) + f_y, f_x - f_y", "2f_x + f_y|_{(1, 2)}, f_x - f_y|_{(1, 2)}",
    )),
    *((CALLED, answer) for answer in (
        "[2xy f'(x^2 - y^2), f(x^2 - y^2) - 2y^2 f'(x^2 - y^2)]", "2xy f', f - 2y^2 f'",
        "2xy f'(u), f(u) - 2y^2 f'(u) where u = x^2 - y^2", "[2xy f'(u), f(u) - 2y^2 f'(u)], where u = x^2 - y^2",
        r"\begin{pmatrix} 2xy f'(x^2-y^2) \\ f(x^2-y^2) - 2y^2 f'(x^2-y^2) \end{pmatrix}",
    )),
    *((WAVE, answer) for answer in ("f'(x-ct) + g'(x+ct), c g'(x+ct) - c f'(x-ct)", "f' + g', c(g' - f')")),
    (AT_TWO, "f'(x - ct) + f'(x + ct), c(f'(x + ct) - f'(x - ct))"),
    *((CURVE, answer) for answer in (
        "f_x g'(t) + f_y h'(t)", "f_x x' + f_y y'", "∂f/∂x dx/dt + ∂f/∂y dy/dt", "∂z/∂x dx/dt + ∂z/∂y dy/dt",
        rf"{F_X} g'(t) + {F_Y} h'(t)", "f_x(g(t), h(t)) g'(t) + f_y(g(t), h(t)) h'(t)",
    )),
    *((NAMED, answer) for answer in (
        "f_x x_s + f_y y_s, f_x x_t + f_y y_t", "∂f/∂x ∂x/∂s + ∂f/∂y ∂y/∂s, ∂f/∂x ∂x/∂t + ∂f/∂y ∂y/∂t",
    )),
    *((RATE, answer) for answer in (
        "2xy x' + x^2 y'", "x(2y x' + x y')", "x(2y dx/dt + x dy/dt)",
        "2 x(t) y(t) x'(t) + x(t)^2 y'(t)", "2xy dx/dt + x^2 dy/dt",
        "2xy(dx/dt) + x^2(dy/dt)", r"2xy\left(\frac{dx}{dt}\right) + x^2\left(\frac{dy}{dt}\right)",
        "2xyẋ + x²ẏ", "2xy ẋ + x² ẏ",
    )),
    *((PRODUCT, answer) for answer in (
        "f'g + fg'", "F' = gf' + g'f", "(fg)' = f'g + fg'", "f'(x)g(x) + f(x)g'(x)", "f(dg/dx) + g(df/dx)",
    )),
    *((QUOTIENT, answer) for answer in ("(f'g - fg')/g²", "(f/g)' = (gf' - fg')/g^2")),
    *((OF_TWO, answer) for answer in (
        "y F_1 + F_2, x F_1 + F_2", "y D_1F(xy, x+y) + D_2F(xy, x+y), x D_1 F + D_2 F",
    )),
    *((NESTED, answer) for answer in (
        "D_1f g'(x) k(y) + D_2f g'(x), D_1f g(x) k'(y) + D_2f h'(y)", "f_1 g' k + f_2 g', f_1 g k' + f_2 h'",
    )),
    *((BARE, answer) for answer in ("[f_x, f_y]", "J = [∂f/∂x, ∂f/∂y]", "[f_x(x, y), f_y(x, y)]")),
    *((SECOND, f"[[{corner}, {S_T}], [{S_T}, {T_T}]]") for corner in (
        S_S, "4f''_xx + 12f''_{xy} + 9f''_22",
        "4f_xx + 6f_xy + 6f_yx + 9f_yy", "4f_11 + 12f_{12} + 9f_22", "4∂²f/∂x² + 12∂²f/∂x∂y + 9∂²f/∂y²",
        "4D1D1_f + 12D1D2_f + 9D2D2_f", "4 ∂^2f/∂x^2 + 12 ∂^2f/(∂x∂y) + 9 ∂^2f/∂y^2",
    )),
    (SECOND, HESSIAN),
    *((OF_ONE, answer) for answer in (
        "[f'(x - y), -f'(x - y)]", "f', -f'",
        "f'|_{(x - y)}, -f'", "df/du, -df/du", "[f'(u), -f'(u)]", "∂z/∂x = f'(x - y), ∂z/∂y = -f'(x - y)",
    )),
    *((ROW, answer) for answer in ("[f'(x - y), -f'(x - y)]", "(f'(u), -f'(u))", "⟨f', -f'⟩", "[[f', -f']]")),
    (POLAR, "u_x cos t + u_y sin t, -r sin t u_x + r cos t u_y"),
    (POLAR, "cos(t)u_x + sin(t)u_y, -ru_x sin t + ru_y cos t"),
    (POLAR, "∂u/∂x cos t + ∂u/∂y sin t, -r sin t ∂u/∂x + r cos t ∂u/∂y"),
    *((IMPLICIT, answer) for answer in (
        "[-F_x/F_z, -F_y/F_z]", "∂z/∂x = -F_x/F_z, ∂z/∂y = -F_y/F_z", "-F_1/F_3, -F_2/F_3",
        r"-\frac{\partial F/\partial x}{\partial F/\partial z}, -\frac{F_y}{F_z}",
    )),
    (GREEK, "[cos(θ) φ_x + sin(θ) φ_y, -r sin(θ) ∂φ/∂x + r cos(θ) ∂φ/∂y]"),
    (GREEK, TURNED), (GREEK, "cos(θ) φ_x|_{(r cos(θ), r sin(θ))} + sin(θ) φ_y, -r sin(θ) φ_x + r cos(θ) φ_y"),
    *((SQUARED, answer) for answer in (
        "2z z_x, 2z z_y", "2f f_x, 2f f_y", "∂w/∂x = 2z ∂z/∂x, ∂w/∂y = 2z ∂z/∂y", "2f(x, y) f_x(x, y), 2z f_y",
    )),
    (VECTORS, str(VECTORS.result.tolist())),
    *((DECLARED, answer) for answer in (
        "2s f_u - 2s f_v, -2t f_u + 2t f_v", "[2s(∂f/∂u - ∂f/∂v), 2t(∂f/∂v - ∂f/∂u)]", "2s(f_1 - f_2), 2t(D_2f - D_1f)",
        "2s f_u(s^2 - t^2, t^2 - s^2) - 2s f_v(u, v), 2t(f_v - f_u)",
        r"2s\frac{\partial f}{\partial u} - 2s\frac{\partial f}{\partial v}, 2t(f_v - f_u)",
    )),
    (SCALED, "x^2 f_xx + 2xy f_xy + y^2 f_yy"), (SCALED, "x^2 f_11 + 2xy f_12 + y^2 ∂²f/∂y²"),
    *((RENAMED, answer) for answer in ("F + x F_u, x F_v", "F + x F_x, x F_y", "F + x F_1, x F_2")),
    (CROSSED, "F + x F_1, x F_2"),
    *((TOTAL, answer) for answer in (
        "f_x dx + f_y dy", "dz = ∂z/∂x dx + ∂z/∂y dy", "∂f/∂x dx + ∂f/∂y dy",
        r"dz = \frac{\partial z}{\partial x} dx + \frac{\partial z}{\partial y}\, dy",
    )),
    *((TOTAL_OF_ONE, answer) for answer in ("f'(x) dx", "f' dx", "df/dx dx", "dy = (dy/dx) dx", r"\frac{dy}{dx} dx")),
    (WAVES, "[[f_ξξ + 2f_ξη + f_ηη, u_ξξ - u_ηη], [f_ξξ - f_ηη, f_{ξξ} - 2∂²f/∂ξ∂η + f_ηη]]"),
    *((SECOND_OF_CURVE, answer) for answer in (
        "f_xx (dx/dt)^2 + 2 f_xy (dx/dt)(dy/dt) + f_yy (dy/dt)^2 + f_x d^2x/dt^2 + f_y d²y/dt²",
        "d²z/dt² = f_xx x'^2 + 2 f_xy (dy/dt)(dx/dt) + f_yy y'^2 + f_x g'' + f_y h''",
        r"f_{xx}\dot{x}^2 + 2f_{xy}\dot x \dot y + f_{yy}\dot{y}^2 + f_x\ddot{x} + f_y\ddot{y}",
        "f_xx ẋ² + 2 f_xy ẋẏ + f_yy ẏ² + f_x ẍ + f_y y″",
        r"\frac{d^2z}{dt^2} = f_{xx}\left(\frac{dx}{dt}\right)^2 + 2f_{xy}\frac{dx}{dt}\frac{dy}{dt}"
        r" + f_{yy}\left(\frac{dy}{dt}\right)^2 + \frac{\partial z}{\partial x}\frac{d^2x}{dt^2}"
        r" + f_y\frac{d^2y}{dt^2}",
    )),
    *((GAS, answer) for answer in (
        "(∂P/∂V)_T = -f_V/f_P, (∂P/∂T)_V = -f_T/f_P",
        r"\left(\frac{\partial P}{\partial V}\right)_T = -\frac{f_V}{f_P},"
        r" \left(\frac{\partial P}{\partial T}\right)_{V} = -\frac{f_T}{f_P}",
        "-(∂f/∂V)_{P,T}/(∂f/∂P)_{V,T}, -f_T/f_P",
    )),
    *((ENTHALPY, answer) for answer in (
        "dH = (∂U/∂S)_V dS + ((∂U/∂V)_S + P) dV + V dP",
        r"\left(\frac{\partial U}{\partial S}\right)_V dS + (U_V + P) dV + V dP",
    )),
    *((RADIAL, answer) for answer in ("2x f'(r), 2y f'(r)", "2x df/dr, 2y f'", "2x f'(x^2 + y^2), 2y f'")),
    (TWICE, "[[∂g₁/∂u₁, ∂g₁/∂u₂], [∂g_2/∂u_1, D2_g2]]"),
]  # fmt: skip
WRONG_ONES = [  # (solution, answer, score, a part of the message)
    (CHAIN, "[2f_x + f_y, f_x + f_y]", 1, "f_x = -3, f_y = 4 the right value is -7, yours is 1"),
    (CHAIN, "2f_xx + f_y, f_x - f_y", 1, "Only entry 1 is wrong"), (OF_ONE, "f', -f''", 1, "yours is"),
    (CHAIN, "2f + f_y, f_x - f_y", 1, "Only entry 1 is wrong"), (IMPLICIT, "-F_x/F_z, -F_yy/F_z", 1, ""),
    (SECOND, f"[[{S_S}, {S_T}], [{S_T}, 9f_xx - 12f_x + 4f_yy]]", 3, "Only row 2, column 2"),
    (CHAIN, "[f_x + 2f_y, f_x]", 0, "0 of 2 entries"), (CHAIN, "∂z/∂s = 2f_x + f_y", 1, "∂z/∂t is missing"),
    (CHAIN, "[[2f_x + f_y, f_x - f_y]]", 0, "the transposed matrix"),
    (ROW, "[f', -f']'", 0, "the transposed matrix"), (ROW, "(f'(u), -f'(u))^T", 0, "the transposed matrix"),
    (CHAIN, "[2f_x(s, t) + f_y(s, t), f_x(s, t) - f_y(s, t)]", 0,
     "f_x(s, t) is a value at another place: f and its partials are taken at (2s + t, s - t) here."),
    (CHAIN, "2f_x|_{(s, t)} + f_y, f_x - f_y", 0, "f_x(s, t) is a value at another place"),
    (CHAIN_AT, "2f_x(1, 2) + f_y(1, 2), f_x(1, 2) - f_y(1, 2)", 0, "taken at (4, -1) here"),
    (DECLARED, "2s(f_v - f_u), 2t(f_v - f_u)", 1, ""),
    (CALLED, "2xy f', f + 2y^2 f'", 1, ""), (WAVE, "f' + g', c(f' - g')", 1, ""),
    (CALLED, "2xy f'(u), f(u) + 2y^2 f'(u) where u = x^2 - y^2", 1, "Only entry 2 is wrong"),
    (CALLED, "2xy f'(x), f - 2y^2 f'", 0, "f'(x) is a value at another place"),
    (OF_TWO, "y F_2 + F_1, x F_1 + F_2", 1, ""),
    (AT_TWO, "f'(x - ct) + f'(x + ct), 0", 1, ""), (CURVE, "f_x h' + f_y g'", 0, ""),
    (CHAIN, "f_s = f_x - f_y, f_t = 2f_x + f_y", 0, ""),
    (PRODUCT, "fg'", 0, ""), (PRODUCT, "f'g - fg'", 0, ""), (QUOTIENT, "(fg' - f'g)/g^2", 0, ""),
    (RATE, "2xy(dy/dt) + x^2(dx/dt)", 0, ""),
    (RATE, "x(2y x' - x y')", 0, ""), (SQUARE, "2f(f'(x))", 0, "is a value at another place"),
    (BARE, "[f_y, f_x]", 0, ""), (SECOND, f"[[{S_S}, {S_T}], [{S_T}, 9f_xx + 12f_xy + 4f_yy]]", 3, ""),
    (SECOND, f"[[4f_xx + 9f_yy, {S_T}], [{S_T}, {T_T}]]", 3, ""), (OF_ONE, "[f'(x - y), f'(x - y)]", 1, ""),
    (IMPLICIT, "[F_x/F_z, -F_y/F_z]", 1, ""), (IMPLICIT, "[-F_z/F_x, -F_z/F_y]", 0, ""),
    (POLAR, "u_x cos t + u_y sin t, -y u_x + x u_y", 1, "x, y must not be left in"),
]  # fmt: skip


@pytest.mark.parametrize(("solution", "answer"), RIGHT)
def test_partials_of_an_unspecified_function_are_read_as_they_are_written(solution: jc.Solution, answer: str) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.certainty) == (CORRECT, "proved"), verdict.message


@pytest.mark.parametrize(("solution", "answer", "score", "said"), WRONG_ONES)
def test_other_formulas_in_the_partials_are_wrong(solution: jc.Solution, answer: str, score: int, said: str) -> None:
    verdict = solution.check(answer)
    assert (verdict.outcome, verdict.score) == (WRONG, score)
    assert said in verdict.message


def test_a_name_of_two_places_is_not_guessed_at() -> None:
    """F_x of x F(x, y), where F(y, x) is declared"""
    assert CROSSED.check("F + x F_x, x F_y").outcome == UNREADABLE


def test_both_readings_of_a_quotient_before_a_derivative_are_written_as_derivatives() -> None:
    verdict = jc.gradient("f: R -> R; z = x f(x/y)").check("f(x/y) + x/y f'(x/y), 0")
    assert "write (x/y)·f′(x/y) or x/(y f′(x/y))" in verdict.message


@pytest.mark.parametrize("answer", ["(∂U/∂S)_P dS + (U_V + P) dV + V dP", "(∂U/∂S)_{V,P} dS + (U_V + P) dV + V dP"])
def test_a_partial_with_other_constants_is_not_guessed_at(answer: str) -> None:
    assert ENTHALPY.check(answer).outcome == UNREADABLE


def test_what_no_function_has_is_not_read() -> None:
    verdict = CHAIN.check("[2f_u + f_v, f_u - f_v]")
    assert verdict.outcome == UNREADABLE
    assert "f_u is not declared" in verdict.message
