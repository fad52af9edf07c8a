"""What a notebook shows: forms by MIME type, the algebra of functions, completion, and the example notebooks."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sympy

import jacocalc as jc
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.render import notebook
from tests import notebooks

F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"
PROGRAM = "x: n; W: m x n; y: m; L = 1/2 ||W x - y||^2"
PROBLEMS = """
functions = "f(x, y) = x^2 y"
[[question]]
name = "q<1>"
ask = "gradient"
functions = ["f"]
"""
ROWS = [("Ada <script>", "q<1>", "[2xy, x^2]"), ("Bob", "q<1>", "[2xy, -x^2]"), ("Cem", "q<1>", "[2xy, <b>")]

# -- forms by MIME type -------------------------------------------------------------------------------


@cache
def marks() -> jc.ClassMarks:
    return jc.grade(PROBLEMS, ROWS, jobs=1)


SHOWN: dict[str, Callable[[], Any]] = {
    "compose": lambda: jc.compose(F, G, at=(1, 2)),
    "jacobian": lambda: jc.jacobian("f(x; a, theta) = [a |x|, piecewise(x/2 if x > 0, 0 otherwise)]"),
    "sizes": lambda: jc.compose("f: R^n -> R^m", "g: R^m -> R^p"),
    "graph": lambda: jc.graph(F, G, at=(1, 2), vector=(1, 0, 0)),
    "backprop": lambda: jc.backprop("two-layer"),
    "point": lambda: jc.point("f(x) = |x|", at=0),
    "hessian": lambda: jc.hessian(F),
    "function": lambda: jc.function("f(x_1, yhat; alpha) = x_1 yhat/alpha"),
    "composition": lambda: jc.function(G) @ jc.function(F),
    "unspecified": lambda: jc.function("f: R^n -> R^3"),
    "stage": lambda: jc.function("x = s t, y = s + t^2").stages[0],
    "right": lambda: jc.equivalent("(x + 1)^2", "x^2 + 2x + 1"),
    "wrong": lambda: jc.jacobian(F, at=(1, 2)).check("[[2, 1], [4, 3]]"),
    "unreadable": lambda: jc.jacobian(F, at=(1, 2)).check("[[2, 1"),
    "compiled": lambda: jc.compile(F, G),
    "program": lambda: jc.compile(PROGRAM, wrt="W"),
    "marks": lambda: marks(),
    "summary": lambda: marks().summary(),
    "mark": lambda: marks()[0],
}  # fmt: skip
FORMULAS = {"compose", "jacobian", "sizes", "graph", "backprop", "point", "hessian", "function", "composition",
            "unspecified", "stage"}  # fmt: skip
BUNDLES: dict[str, dict[str, str]] = {}


def bundle(name: str) -> dict[str, str]:
    if name not in BUNDLES:
        item = SHOWN[name]()
        BUNDLES[name] = item._repr_mimebundle_()
        assert item._repr_html_() == BUNDLES[name]["text/html"]
    return BUNDLES[name]


# What JupyterLab leaves of a notebook that is not trusted, as far as it is used here; and what it takes out.
KEPT = {"div", "p", "br", "strong", "span", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "ul",
        "li"}  # fmt: skip
TAKEN = {"style", "math", "mrow", "mi", "mn", "mo", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot",
         "mtable", "mtr", "mtd", "mover", "munder", "munderover", "mspace", "mstyle", "mpadded"}  # fmt: skip


class Page(HTMLParser):
    """Checks that elements are nested, and keeps their names, and what stands outside every fold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.first_sight = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "details" not in self.open and "style" not in self.open:
            self.first_sight += data


@pytest.mark.parametrize("name", SHOWN)
def test_html_is_sound_short_and_safe(name: str) -> None:
    page = Page(bundle(name)["text/html"])
    assert page.tags <= KEPT | TAKEN, page.tags - KEPT - TAKEN
    assert not {attribute for attribute in page.attributes if attribute == "id" or attribute.startswith("on")}
    assert len(page.first_sight) < 1500


MACROS = re.compile(
    r"""\\(displaystyle|frac|dfrac|partial|nabla|mathbf|boldsymbol|mathrm|mathbb|hat|bar|circ|cdot|top|odot|times|to|text
    |left|right|begin|end|sin|cos|operatorname|lvert|rvert|quad|alpha|theta|sigma|le|ge|ne|det|sqrt|ln|tanh|sum)""",
    re.VERBOSE,
)


@pytest.mark.parametrize("name", SHOWN)
def test_latex_is_one_line_that_mathjax_reads(name: str) -> None:
    text = bundle(name).get("text/latex", "")
    assert bool(text) == (name in FORMULAS)
    if text:
        assert re.fullmatch(r"\$\\displaystyle [^$\n]+\$", text)
        assert all(map(MACROS.fullmatch, re.findall(r"\\[A-Za-z]+", text)))
        assert set(re.findall(r"\\begin\{(\w+)\}", text)) <= {"bmatrix", "array", "cases"}
        assert text.count("{") == text.count("}")
        assert not re.search(r"\\[()\[\]](?!\d)", text)


def test_plain_text_says_what_is_shown() -> None:
    assert bundle("compose")["text/plain"].startswith("The chain rule for y = g(f(x, y)) at (x, y) = (1, 2)\n")
    assert bundle("composition")["text/plain"] == "<composition g∘f: R^2 -> R^3>"
    assert bundle("right")["text/plain"] == "Correct (proved)."
    assert "3 answers by 3 students" in bundle("marks")["text/plain"]
    assert bundle("program")["text/plain"] == "<compiled program: L by W>"


def test_include_and_exclude() -> None:
    f = jc.function(F)
    assert set(f._repr_mimebundle_()) == {"text/html", "text/latex", "text/plain"}
    assert set(f._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(f._repr_mimebundle_(exclude={"text/html"})) == {"text/latex", "text/plain"}
    assert f._repr_mimebundle_(include={"image/png"}) == {}


def test_the_result_is_open_and_the_steps_are_folded() -> None:
    page = Page(bundle("compose")["text/html"])
    assert "The product" in page.first_sight
    assert "The chain rule for" in page.first_sight
    assert "Each partial derivative" not in page.first_sight
    assert "Each partial derivative" in bundle("compose")["text/html"]
    assert "Working (11 parts)" in bundle("compose")["text/html"]


def test_a_judgement_wears_its_outcome() -> None:
    for name, outcome in (("right", "correct"), ("wrong", "wrong"), ("unreadable", "unreadable"), ("mark", "correct")):
        assert bundle(name)["text/html"].startswith(f'<div class="jacocalc {outcome}">')


def test_what_students_typed_is_escaped() -> None:
    assert "Ada &lt;script&gt;" in bundle("mark")["text/html"]
    assert "q&lt;1&gt;" in bundle("marks")["text/html"]


def test_the_style_touches_nothing_else_and_brings_no_ground_of_its_own() -> None:
    rules = re.findall(r"([^{}]+)\{([^}]*)\}", notebook._style())
    for selectors, body in rules:
        assert all(one.strip().startswith(".jacocalc") for one in selectors.split(","))
        assert not re.search(r"(^|;)\s*(background|color):\s*(#|white|black)", body), "the theme of the notebook holds"
    assert ".jacocalc .untrusted { display: none; }" in notebook._style()
    formula = bundle("compose")["text/latex"].replace("&", "&amp;")
    assert f'<p class="untrusted">{formula}<br>' in bundle("compose")["text/html"]


# -- the algebra of functions -------------------------------------------------------------------------


def test_composition_and_its_derivatives() -> None:
    f, g = jc.function(F), jc.function("g(u, v) = u v")
    p, q = sympy.symbols("p q")
    assert (g @ f)(1, 2) == 12
    assert (g @ f).gradient == (g @ f).jacobian.T == jc.compose(f, g).result.T
    assert (g @ f).hessian == jc.hessian(f, g).result
    assert (g @ f)(p, q) == 2 * p * q * (p**2 + q)
    assert (g @ F) == (g @ f) == ("g(u, v) = u v" @ f)
    assert hash(g @ f) == hash(g @ F)
    assert f != g
    assert repr(g @ f) == "<composition g∘f: R^2 -> R^1>"
    assert len(f.hessian) == 2
    assert jc.function("f: R^n -> R^m").jacobian is None
    assert f(f(1, 2)) == (f @ f)(1, 2), "a result is a point"
    one = jc.function("h(t) = t^3")
    assert (one @ one)(2) == 512
    assert one(sympy.Rational(1, 3)) == sympy.Rational(1, 27)


def test_arguments_by_name() -> None:
    f = jc.function("f(x_1, y; a) = a x_1 y")
    x1, y, a = *f.inputs, *f.parameters
    assert f(x_1=2, y=3) == f(2, 3) == f(2, y=3) == 6 * a
    assert f(2, 3, a=5) == f(a=5, y=3, x1=2) == 30
    assert f(y, x1) == a * x1 * y, "inserted all at once"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f, g: f(1), "f takes 2 inputs, not 1"),
        (lambda f, g: f(), "f takes 2 inputs, not 0"),
        (lambda f, g: f(1, 2, 3), "f takes 2 inputs, not 3"),
        (lambda f, g: f(1, x=1), "f is given x twice"),
        (lambda f, g: f(1, z=1), "f has no input z"),
        (lambda f, g: f(1, True), "a coordinate is one number"),
        (lambda f, g: f @ g, r"g gives 3 components \(R\^2 -> R\^3\), but f takes 2 inputs \(R\^2 -> R\^2\)"),
        (lambda f, g: f.gradient, "a gradient needs a scalar function, but f has 2 components"),
        (lambda f, g: jc.function("h: R^2 -> R")(1, 2), "h is unspecified"),
    ],
)
def test_misuse_of_a_function(call: Callable[[Any, Any], object], message: str) -> None:
    with pytest.raises((ShapeError, JacocalcError), match=message):
        call(jc.function(F), jc.function(G))


def test_a_number_is_no_function() -> None:
    with pytest.raises(TypeError):
        _ = jc.function(F) @ 3  # type: ignore[operator]
    with pytest.raises(TypeError):
        _ = 3 @ jc.function(F)  # type: ignore[operator]


# -- completion and help ------------------------------------------------------------------------------


def test_completion_shows_public_names_only() -> None:
    for name in ("function", "compose", "wrong", "compiled", "marks", "stage"):
        assert not [one for one in dir(SHOWN[name]()) if one.startswith("_")]
    assert {"jacobian", "gradient", "hessian", "components", "inputs"} <= set(dir(jc.function(F)))
    assert [name for name in dir(jc) if not name.startswith("__")] == sorted([*jc.__all__, "errors"])
    assert issubclass(ShapeError, jc.errors.JacocalcError)


def test_completion_loads_nothing() -> None:
    code = "import sys, jacocalc as jc; dir(jc); jc.errors; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("name", jc.__all__)
def test_every_public_name_has_an_example_that_runs(name: str) -> None:
    value = getattr(jc, name)
    home = importlib.import_module(value.__module__)
    tests = [one for one in doctest.DocTestFinder(recurse=False).find(value, name, home, vars(home)) if one.examples]
    assert tests, f"{name} has no example"
    for test in tests:
        test.globs["jc"] = jc
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
    assert "self" not in inspect.signature(value).parameters
    assert inspect.getdoc(value) == inspect.cleandoc(value.__doc__)


def test_the_package_says_how_it_is_used() -> None:
    assert doctest.testmod(jc).attempted >= 4
    assert doctest.testmod(jc).failed == 0


# -- the example notebooks ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", notebooks.NOTEBOOKS, ids=[path.stem for path in notebooks.NOTEBOOKS])
def test_notebooks_show_what_is_stored(path: Path) -> None:
    """In a process of its own: kernels and the loops that talk to them have warnings of their own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.notebooks", path.stem, "-"], capture_output=True, cwd=notebooks.ROOT, check=True
    )
    assert run.stdout.decode() == path.read_text("utf-8"), "run python -m tests.notebooks and read the difference"


@pytest.mark.parametrize("path", notebooks.NOTEBOOKS, ids=[path.stem for path in notebooks.NOTEBOOKS])
def test_notebooks_are_silent_and_say_no_place(path: Path) -> None:
    text = path.read_text("utf-8")
    outputs = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", ())]
    assert not [one for one in outputs if one.get("name") == "stderr" or one["output_type"] == "error"]
    assert not re.search(r"/(home|root|tmp|work)/|0x[0-9a-f]{6}", text)
    assert sum("text/html" in one.get("data", ()) for one in outputs) >= 4
