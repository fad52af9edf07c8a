"""HTML: what holds without a browser."""

from __future__ import annotations

import re

import jacocalc as jc


def test_a_wide_product_is_written_factor_by_factor_and_its_entries_term_by_term() -> None:
    wide = jc.compose(
        "f(x, y, z) = [x y z, x^2 + y^2 + z^2, e^(x - z)]", "g(u, v, w) = [u v w, sin(u v)/w]",
        "h(p, q) = [p^2 q, p/q, tanh(p q)]",
    )  # fmt: skip
    widths = [float(width) for width in re.findall(r"--w: ([\d.]+)", wide.to_html())]
    assert 0 < max(widths) < 130, "in letters; 287 where the product is one formula, 218 where an entry is one"
