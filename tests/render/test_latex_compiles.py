"""Every golden LaTeX document compiles as it stands, without a box that runs off the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import jacocalc as jc
from jacocalc import document
from jacocalc.notation import Symbol
from jacocalc.render.latex import to_latex
from jacocalc.render.latex_preambles import FIT
from tests.regenerate import EXAMPLES

GOLDENS = sorted(EXAMPLES.rglob("*.tex"))


def compiled(text: str, folder: Path, engine: str = "pdflatex") -> str:
    """What the engine says of a document that it accepts."""
    if shutil.which(engine) is None:
        pytest.skip(f"{engine} is not installed")
    path = folder / "page.tex"
    path.write_text(text, "utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={folder}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]
    assert (folder / "page.pdf").stat().st_size > 1000
    return done.stdout


def together(texts: dict[str, str]) -> str:
    """Whole documents with one preamble as one, each saying its name to the log."""
    begin, end = r"\begin{document}", r"\end{document}"
    preambles = {
        "\n".join(line for line in text.split(begin)[0].splitlines() if line[:1] != "%") for text in texts.values()
    }
    assert len(preambles) == 1
    bodies = [rf"\typeout{{in {name}}}{text.split(begin)[1].split(end)[0]}\clearpage" for name, text in texts.items()]
    return "\n".join([preambles.pop(), begin, *bodies, end])


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_every_golden_compiles(engine: str, tmp_path: Path) -> None:
    said = compiled(together({path.stem: path.read_text("utf-8") for path in GOLDENS}), tmp_path, engine)
    assert "Overfull" not in said, said[: said.index("Overfull") + 200][-600:]


def test_a_golden_compiles_as_it_stands(tmp_path: Path) -> None:
    compiled(GOLDENS[0].read_text("utf-8"), tmp_path)


def test_a_sum_wider_than_the_page_is_broken_between_its_terms(tmp_path: Path) -> None:
    f = "f(x, y) = sin(x y)/(x^2 + y^2) + cos(x y)/(x^2 + y^2 + 1) + e^(x y)/(x^2 + y^2 + 2)"
    page = jc.jacobian(f).to_latex(standalone=True)
    assert r"\hangindent=2em \quad $\fit{= " in page
    said = compiled(page.replace(r"\resizebox", r"\typeout{shrunk}\resizebox"), tmp_path)
    assert "shrunk" not in said
    assert "Overfull" not in said


def test_fractions_of_a_long_line_are_as_tall_as_displayed_ones(tmp_path: Path) -> None:
    boxes = r"\setbox1\hbox{$\fit{\frac{x}{y}}$}\setbox2\hbox{$\displaystyle\frac{x}{y}$}"
    told = r"\typeout{tall: \ifdim\ht1=\ht2 yes\else no\fi}"
    head = r"\documentclass{article}\usepackage{amsmath,graphicx}"
    page = rf"{head}{FIT}\begin{{document}}{boxes}{told}\box1\end{{document}}"
    assert "tall: yes" in compiled(page, tmp_path)


FRAMES: list[Callable[[], jc.Solution]] = [
    lambda: jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]", at="1, 2"),
    lambda: jc.hessian("f(x, y) = exp(x y) sin(x + y)/sqrt(1 + x^2)", at="1, 2"),
    lambda: jc.backprop("two-layer"),
]


def test_frames_compile(tmp_path: Path) -> None:
    if shutil.which("kpsewhich") is None or not kpsewhich("beamer.cls") or not kpsewhich("pgfmath.sty"):
        pytest.skip("beamer is not installed")
    texts = {str(i): make().to_beamer(standalone=True) for i, make in enumerate(FRAMES)}
    said = compiled(together(texts), tmp_path)
    assert r"\begin{frame}[allowframebreaks]{The product}" in texts["0"]
    widths = [float(width) for width in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", said)]
    assert max(widths, default=0) < 5


def kpsewhich(name: str) -> str:
    return subprocess.run(["kpsewhich", name], capture_output=True, text=True).stdout.strip()


WIDE = [
    lambda: jc.jacobian("f(x) = sin(cos(tan(exp(sin(cos(tan(exp(x))))))))"),
    lambda: jc.compose("f: R^3 -> R^3", "g: R^3 -> R^3", "h: R^3 -> R^2"),
    lambda: jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]", at="1, 2", digits=60),
    lambda: jc.gradient("L(x, y; a, b) = exp(-(x-a)^2/2 - (y-b)^2/2)/sqrt(1 + x^2 + y^2)"),
    lambda: jc.jacobian("f(a, b, c, d, p, q) = [a b c, b c d, c d p, d p q, p q a, sin(a) sin(b)]"),
    lambda: jc.jacobian("f(x) = |x| + piecewise(x if x > 0, x^2 otherwise)", at=0, kink="1/2"),
]


@pytest.mark.parametrize("number", range(len(WIDE)))
def test_wide_formulas_stay_on_the_page(number: int, tmp_path: Path) -> None:
    said = compiled(WIDE[number]().to_latex(detail="full", standalone=True), tmp_path)
    widths = [float(width) for width in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", said)]
    assert max(widths, default=0) < 25, "runs off the page by more than the margin takes"


def test_the_sides_of_a_chain_stay_in_their_order() -> None:
    """Also where a wide one stands between two that fit the page."""
    wide = document.Grid((tuple(Symbol("w" * 30) for _ in range(4)),))
    equation = document.Equation((Symbol("a"), Symbol("b"), wide, Symbol("c"), Symbol("d")))
    text = to_latex(document.Document(("t",), (document.Section(("s",), (equation,)),)))
    assert re.search(r"a &= b.*www.*\\hphantom\{a\} &= c.*&= d", text, re.DOTALL)
    first = document.Equation((Symbol("a"), wide, Symbol("c")))
    text = to_latex(document.Document(("t",), (document.Section(("s",), (first,)),)))
    assert re.search(r"\$\\displaystyle a\$.*www.*\\hphantom\{a\} &= c", text, re.DOTALL)


@pytest.mark.parametrize(("equations", "solve_for"), [
    (["x^3 + y^3 = 3x y"], "y"), (["x u + y v = 1", "x v - y u = 0"], "u, v"),
])  # fmt: skip
def test_a_fraction_is_less_wide_than_it_is_long(equations: list[str], solve_for: str) -> None:
    text = jc.implicit(*equations, solve_for=solve_for.split(", ")).to_latex()
    assert "hangindent" not in text


def test_there_are_goldens() -> None:
    assert GOLDENS
