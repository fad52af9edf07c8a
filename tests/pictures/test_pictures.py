"""Pictures as files, pages and commands: formats, bytes, words for those who cannot see them, errors."""

from __future__ import annotations

import os
import pickle
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import jacocalc as jc
from jacocalc.cli import run_command
from jacocalc.document import Document, Figure, Section
from jacocalc.errors import JacocalcError
from jacocalc.pictures import canvas
from jacocalc.pictures.canvas import format_of
from jacocalc.pictures.kinds import fitting
from jacocalc.pictures.picture import Picture
from jacocalc.render.html import to_html
from jacocalc.render.latex import to_latex
from jacocalc.render.markdown import to_markdown
from jacocalc.render.speech import to_speech
from jacocalc.render.text import to_text

F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"
SVG = "{http://www.w3.org/2000/svg}"

PICTURES = {
    "plane": ("map", ("f(r, theta) = [r cos theta, r sin theta]",), "2, pi/3"),
    "space": ("map", ("f(u, v) = [u cos v, u sin v, v]", "g(x, y, z) = x y + z"), "1, 1"),
    "curves": ("map", ("f(x) = sin(x^2)", "g(u) = exp(u)"), "1"),
    "gradient": ("gradient", ("L(x, y) = x^2 y",), "1, 2"),
    "graph": ("graph", ("f(x, y) = x y + sin x",), "2, 3"),
    "flow": ("flow", (F, G), "1, 2"),
}


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {name: jc.picture(kind, *functions, at=at) for name, (kind, functions, at) in PICTURES.items()}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_one_accessible_element(pictures: dict[str, Picture], name: str) -> None:
    picture = pictures[name]
    root = ElementTree.fromstring(picture.svg)
    first, second = list(root)[:2]
    assert (root.tag, first.tag, second.tag) == (f"{SVG}svg", f"{SVG}title", f"{SVG}desc")
    assert (first.text, second.text) == (picture.title, picture.alt)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
    assert "<metadata" not in picture.svg
    assert not re.search(r"\b(NaN|nan|inf)\b", picture.svg.split("</desc>")[1])


@pytest.mark.parametrize("name", PICTURES)
def test_every_reference_inside_a_picture_is_answered(pictures: dict[str, Picture], name: str) -> None:
    svg = pictures[name].svg
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(ids)


WORDS = {
    "plane": ["a = (2, π/3)", "unit square", "parallelogram", "∂f/∂θ = (-√3, 1)", "area = |det J_f| = 2"],
    "space": ["its image under g∘f", "∂(g∘f)/∂u"],
    "curves": ["graphs of the stages", "slope df/dx = 2 cos(1)"],
    "gradient": ["Level curves of L", "∇L(1, 2) = (4, 1)", "‖∇L‖ = √17 ≈ 4.123"],
    "graph": ["5 nodes and 5 edges", "v₁ = xy = 6, v̄₁ = 1", "x̄ = cos(2) + 3"],
    "flow": ["2 stages", "logarithmic", "explodes"],
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_in_words_what_is_seen(pictures: dict[str, Picture], name: str) -> None:
    for words in WORDS[name]:
        assert words in pictures[name].alt


def test_what_is_written_in_a_picture_is_what_was_derived(pictures: dict[str, Picture]) -> None:
    """Matplotlib leaves each text as a comment before its outlines."""
    written = pictures["graph"].svg
    for text in (r"$f$ = $v_{3}$ = $v_{1} + v_{2}$", r"$\bar{v}_{1}$ = 1", r"$\cos(x)$ = $\cos(2)$", "= 6"):
        assert f"<!-- {text} -->" in written, text
    for text in (r"$\dfrac{\partial \mathbf{f}}{\partial \theta}$", r"$\left|\det J_{\mathbf{f}}\right|$"):
        assert text in pictures["plane"].svg, text


@pytest.mark.parametrize("name", ["flow", "graph"])
def test_the_same_question_gives_the_same_bytes(pictures: dict[str, Picture], name: str) -> None:
    kind, functions, at = PICTURES[name]
    again = jc.picture(kind, *functions, at=at)
    for form in ("svg", "png") if name == "flow" else ("svg",):
        assert again.data(form) == pictures[name].data(form), form


def test_the_same_bytes_in_another_process_and_with_other_settings(
    pictures: dict[str, Picture], tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsvg.hashsalt: other\nlines.linewidth: 9\n")
    arguments = ["picture", "flow", F, G, "--at", "1,2"]
    changed = {**os.environ, "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"), "PYTHONHASHSEED": "5", "MPLBACKEND": "svg"}
    done = subprocess.run([sys.executable, "-m", "jacocalc", *arguments], capture_output=True, env=changed)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == pictures["flow"].data("svg")


def test_drawing_leaves_the_settings_of_others_alone(pictures: dict[str, Picture]) -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 33}):
        before = dict(matplotlib.rcParams)
        assert jc.picture("flow", F, G, at=(1, 2)).data("svg") == pictures["flow"].data("svg")
        assert dict(matplotlib.rcParams) == before


def test_files_by_their_endings(pictures: dict[str, Picture], tmp_path: Path) -> None:
    heads = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    for form, head in heads.items():
        path = tmp_path / f"flow.{form}"
        pictures["flow"].save(str(path))
        assert path.read_bytes().startswith(head)
    for path, message in ((tmp_path / "flow.xyz", "not as .xyz"), (tmp_path / "no" / "flow.svg", "cannot be written")):
        with pytest.raises(JacocalcError, match=message):
            pictures["flow"].save(str(path))


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [("a.svg", "", "svg"), ("A.PNG", "", "png"), ("a", "", "svg"), ("a", "pdf", "pdf"), ("x.y/a", "png", "png"),
     ("", "", "svg"), (".svg", "", "svg"), ("a.png", "png", "png")],
)  # fmt: skip
def test_the_ending_says_the_format(path: str, form: str, expected: str) -> None:
    assert format_of(path, form) == expected


def test_a_picture_in_a_notebook_and_in_a_pickle(pictures: dict[str, Picture]) -> None:
    bundle = pictures["flow"]._repr_mimebundle_()
    assert bundle["image/svg+xml"] == pictures["flow"].svg
    assert set(bundle) == {"image/svg+xml", "image/png", "text/plain"}
    again = pickle.loads(pickle.dumps(pictures["flow"]))
    assert again == pictures["flow"]
    assert len({again, *pictures.values()}) == len(pictures)


def test_letters_stand_out_from_white_and_colours_from_each_other() -> None:
    """The contrast that WCAG asks of text (AA, 4.5 to 1); directions differ in their dashes too."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in canvas.INK.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour
    assert set(canvas.DIRECTIONS) <= set(canvas.INK)
    assert len(set(canvas.DIRECTIONS)) == len({str(dashes) for dashes in canvas.DASHES}) == 3


# -- solutions and pages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solution", "kinds"),
    [
        (jc.jacobian(F, at=(1, 2)), ("map", "graph")),
        (jc.compose(F, G, at=(1, 2)), ("map", "graph", "flow")),
        (jc.gradient("L(x, y) = x^2 y", at=(1, 2)), ("gradient", "map", "graph")),
        (jc.implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)), ("gradient", "map", "graph")),
        (jc.graph("L(x, y) = x^2 y", at=(1, 2)), ("graph", "map", "gradient")),
        (jc.point("f(x) = |x|", at=0), ()),
        (jc.compose("g: R^2 -> R^3", "h: R^3 -> R^2"), ()),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_which_pictures_fit_a_question(solution: jc.Solution, kinds: tuple[str, ...]) -> None:
    assert fitting(solution.question) == kinds


def test_a_solution_draws_itself() -> None:
    solution = jc.volume("f(r, theta) = [r cos theta, r sin theta]", at="2, pi/3")
    assert solution.picture().alt == solution.picture("map").alt
    assert "area = |det J_f| = 2" in solution.picture().alt
    assert jc.vjp(F, G, at=(1, 2), vector=(1, 0, 0)).picture("graph").alt.startswith("The computational graph of g∘f")


def test_pictures_stand_in_the_report_without_clashing() -> None:
    page = jc.compose(F, G, at=(1, 2)).to_html(pictures=("flow", "graph", "flow"))
    assert page.count("<figure>") == page.count("<svg ") == page.count("</figcaption>") == 2
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "http" not in page.replace("http://www.w3.org/", "")  # nothing is fetched
    assert "<!DOCTYPE svg" not in page
    assert jc.compose(F, G, at=(1, 2)).to_html().count("<figure") == 0


def test_two_kinds_that_are_one_picture_stand_in_the_report_once() -> None:
    page = jc.gradient("f(x) = x^2", at=1).to_html(pictures=("gradient", "map"))
    assert page.count("<figure>") == 1
    assert ">In a picture<" in page


def test_other_formats_write_the_caption() -> None:
    figure = Figure("<svg></svg>", ("The map of ", "f"))
    page = Document(("Title",), (Section(("Figure",), (figure,)),))
    for write in (to_text, to_latex, to_markdown, to_speech):
        text = write(page)
        assert "The map of f" in text
        assert "svg" not in text
    assert "<figure>\n<svg></svg>\n<figcaption>The map of f</figcaption>\n</figure>" in to_html(page)


# -- commands -----------------------------------------------------------------------------------------


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run_command(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_the_example_of_the_help_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = " ".join(shown(capsys, "picture", "--help")[1].split()).split("Example: jacocalc ")[1]
    assert shown(capsys, *shlex.split(example)) == (0, "", "")
    assert ElementTree.fromstring((tmp_path / "map.svg").read_bytes()).tag == f"{SVG}svg"


ERRORS = [
    (["picture", "map", F], "none is given"),
    (["picture", "plot", F, "--at", "1,2"], "'plot' is not one of"),
    (["picture", "map", F, "--at", "1,2", "-o", "map.jpeg"], "not as .jpeg"),
    (["picture", "map", F, "--at", "1,2", "-o", "map.svg", "--format", "png"], "say different things"),
    (["picture", "flow", F, G, "--at", "1,2", "-o", "/nonexistent/x.svg"], "cannot be written"),
    (["picture", "map", "nosuch", "--at", "1,2"], "no function is called nosuch"),
    (["picture", "map", F, "--at", "1"], "the function takes 2 inputs"),
    (["picture", "map", "f(x) = ln(x)", "--at", "0"], "ln is undefined"),
    (["picture", "graph", "f(x) = |x|", "--at", "1", "--kink", "1"], "--kink belongs to"),
    (["jacobian", F, "--at", "1,2", "--picture", "map"], "into the HTML page"),
    (["jacobian", F, "--at", "1,2", "--format", "html", "--picture", "flow"], "the stages of a composition"),
    (["jacobian", F, "--at", "1,2", "--format", "html", "--picture", "plot"], "a picture is one of"),
    (["backprop", "two-layer", "--format", "html", "--picture", "map"], "no picture of what backprop answers"),
]


@pytest.mark.parametrize(("arguments", "message"), ERRORS, ids=lambda v: str(v)[:50])
def test_errors_are_one_kind_line(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    status, out, err = shown(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.startswith("error: ")
    assert len(err.splitlines()) <= 4


def test_a_picture_in_the_page_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = shown(capsys, "compose", F, G, "--at", "1,2", "-f", "html", "--picture", "flow,flow", "--picture",
                           "flow")  # fmt: skip
    assert status == 0
    assert out.count("<figure>") == 1


def test_without_matplotlib_one_line_says_what_to_install_and_all_else_works() -> None:
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from jacocalc.cli import run_command as run\n"
        "asked = ['jacobian', 'f', '--at', '1,2', '--format', 'html', '-o', '/dev/null']\n"
        "drawn = ['picture', 'map', 'f', '--at', '1,2', '-o', 'x.svg']\n"
        "print(run(drawn), run([*asked, '--picture', 'map']), run(asked))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["2", "2", "0"]
    assert done.stderr.count("hint: pip install 'jacocalc[plot]'") == 2
    assert done.stderr.count("error: pictures are drawn by Matplotlib, which is not installed") == 2
