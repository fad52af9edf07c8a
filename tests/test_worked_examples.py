"""The worked examples: their goldens byte for byte, their stated answers, and that they are found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sympy

from jacocalc import sources
from jacocalc.algebra.convert import to_sympy
from jacocalc.reading.points import read_value
from tests import regenerate
from tests.notebooks import NOTEBOOKS

GOLDENS = regenerate.goldens()
PICTURES = regenerate.drawn()


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.name)
def test_goldens(path: Path) -> None:
    assert path.read_text("utf-8") == GOLDENS[path](), "run python -m tests.regenerate and read the difference"


def test_no_golden_is_left_over() -> None:
    expected = {*GOLDENS, *PICTURES, regenerate.PICTURE, regenerate.SCREENSHOT, regenerate.MAP, *NOTEBOOKS}
    found = {path for path in regenerate.EXAMPLES.rglob("*") if path.is_file() and path.suffix not in (".toml", ".py")}
    assert found == expected


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_pictures_show_what_was_derived(path: Path) -> None:
    picture = PICTURES[path]()
    root = ElementTree.parse(path).getroot()
    assert [child.text for child in root[:2]] == [picture.title, picture.alt]


def test_the_picture_is_what_the_program_shows() -> None:
    assert regenerate.PICTURE.read_text("utf-8") == regenerate.picture()


ASKED = {stem: asked for stem, (_, asked) in regenerate.asked().items()}


@pytest.mark.parametrize("stem", ASKED, ids=lambda stem: stem.name)
def test_stated_answers_are_the_derived_ones(stem: Path) -> None:
    asked, solution = ASKED[stem], regenerate.solved(stem)
    if asked.answer:
        stages = solution.question.chain.stages
        answer = sympy.Matrix([to_sympy(read_value(asked.answer, stages[0].inputs))])
        result = sympy.Matrix([solution.result])
        if 1 in answer.shape:  # a flat answer is accepted for a row and for a column
            answer = answer.reshape(*result.shape)
        assert sympy.simplify(result - answer) == sympy.zeros(*result.shape)
    assert solution.verified in ("proved", "agrees")


def test_every_line_of_the_document_is_on_the_page() -> None:
    """Section 3 of the document, line by line."""
    page = (regenerate.EXAMPLES / sources.FIRST_EXAMPLE / f"{sources.FIRST_EXAMPLE}.txt").read_text("utf-8")
    for piece in (
        "x^2 + y", "2xy", "u + v", "u^2", "sin(v)", "y = g(f(x, y)) = g(x^2 + y, 2xy)",
        "∂f₁/∂x", "∂f₂/∂y", "⎡ 2x  1  ⎤", "⎣ 2y  2x ⎦", "∂g₃/∂v", "2u", "cos(v)",
        "z = f(1, 2)", "1^2 + 2", "2·1·2", "J_g(3, 4)", "2·3", "cos(4)", "J_f(1, 2)", "2·1", "2·2",
        "J_{g∘f}(1, 2) = J_g(3, 4) · J_f(1, 2)", "1·2 + 1·4", "1·1 + 1·2", "6·2 + 0·4", "6·1 + 0·2",
        "0·2 + cos(4)·4", "0·1 + cos(4)·2", "4 cos(4)", "2 cos(4)", "(3×2)(2×2) = (3×2)",
    ):  # fmt: skip
        assert piece in page, piece


def test_examples_are_found_in_a_source_tree_and_in_a_wheel(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    assert sources.examples_folder().is_dir()
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-q",
            "-w",
            str(tmp_path),
            str(root),
        ],
        capture_output=True,
        text=True,
    )
    if built.returncode:
        pytest.skip(f"a wheel cannot be built here: {built.stderr.splitlines()[-1:]}")
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site")], check=True)
    assert (tmp_path / "site" / "jacocalc" / "py.typed").is_file(), "type checkers skip a package without this mark"
    code = "from jacocalc import sources; print(sources.__file__); print(*sources.example_names())"
    code += "; print(*sources.exercise_names()); print(sources.exercise('volume-1').title)"
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); {code}"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    ).stdout.splitlines()  # fmt: skip
    assert str(tmp_path) in shown[0]
    assert shown[1].split() == sources.example_names()
    assert shown[2].split() == sources.exercise_names()
    assert shown[3] == sources.exercise("volume-1").title
