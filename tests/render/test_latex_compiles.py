"""Every golden LaTeX document compiles as it stands, without a box that runs off the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import jacocalc as jc
from tests.regenerate import EXAMPLES

GOLDENS = sorted(EXAMPLES.rglob("*.tex"))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_pdflatex_accepts_it(path: Path, tmp_path: Path) -> None:
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]
    assert "Overfull" not in done.stdout
    assert (tmp_path / f"{path.stem}.pdf").stat().st_size > 1000


WIDE = [
    lambda: jc.jacobian("f(x) = sin(cos(tan(exp(sin(cos(tan(exp(x))))))))"),
    lambda: jc.compose("f: R^3 -> R^3", "g: R^3 -> R^3", "h: R^3 -> R^2"),
    lambda: jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]", at="1, 2", digits=60),
    lambda: jc.gradient("L(x, y; a, b) = exp(-(x-a)^2/2 - (y-b)^2/2)/sqrt(1 + x^2 + y^2)"),
    lambda: jc.jacobian("f(a, b, c, d, p, q) = [a b c, b c d, c d p, d p q, p q a, sin(a) sin(b)]"),
    lambda: jc.jacobian("f(x) = |x| + piecewise(x if x > 0, x^2 otherwise)", at=0, kink="1/2"),
]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("number", range(len(WIDE)))
def test_wide_formulas_stay_on_the_page(number: int, tmp_path: Path) -> None:
    path = tmp_path / "wide.tex"
    path.write_text(WIDE[number]().to_latex(detail="full", standalone=True), "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]
    widths = [float(width) for width in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", done.stdout)]
    assert max(widths, default=0) < 25, "runs off the page by more than the margin takes"


def test_there_are_goldens() -> None:
    assert GOLDENS
