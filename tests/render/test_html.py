"""HTML: what holds without a browser."""

from __future__ import annotations

import re

import jacocalc as jc
from jacocalc.notation import Applied, Call, Power, Symbol, integer
from jacocalc.render.mathml import mathml
from jacocalc.render.mathml_elements import fenced


def test_a_wide_product_is_written_factor_by_factor_and_its_entries_term_by_term() -> None:
    wide = jc.compose(
        "f(x, y, z) = [x y z, x^2 + y^2 + z^2, e^(x - z)]", "g(u, v, w) = [u v w, sin(u v)/w]",
        "h(p, q) = [p^2 q, p/q, tanh(p q)]",
    )  # fmt: skip
    widths = [float(width) for width in re.findall(r"--w: ([\d.]+)", wide.to_html())]
    assert 0 < max(widths) < 130, "in letters; 287 where the product is one formula, 218 where an entry is one"


def test_steps_have_their_brackets_and_the_gamma_function_its_letter() -> None:
    page = jc.jacobian("f(x) = gamma(x) floor(x^2) + digamma(ceil(x))").to_html()
    assert all(f">{sign}</mo>" in page for sign in "⌊⌋⌈⌉")
    assert "<mi>Γ</mi>" in page
    assert "<mi>digamma</mi>" in page
    assert "gammafn" not in page


def test_a_power_has_brackets_around_a_base_that_is_a_fraction_a_root_or_a_power() -> None:
    slope = Applied("g", 0, (1,), (Symbol("u"),), ("u",))
    for base in (slope, Call("sqrt", (Symbol("x"),)), Call("exp", (Symbol("x"),)), Symbol("x") + 1):
        assert mathml(Power(base, integer(2))).startswith(f"<msup><mrow>{fenced(mathml(base))}</mrow>")
    assert "(" not in mathml(Power(Symbol("x"), integer(2)))


def test_a_bessel_function_has_its_order_below() -> None:
    page = jc.jacobian("f(x) = besselj(0, x)").to_html()
    assert "<msub><mi>J</mi><mn>0</mn></msub>" in page
    assert "<mi>besselj</mi>" not in page
