"""``jacocalc`` alone: what it offers fits, nothing that was typed is lost, its last line gives the same page."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from jacocalc.cli import run_command
from jacocalc.cli.guide import (
    CHOICES,
    FIRST,
    MENU,
    NEXT,
    OPTIONS,
    START,
    Choice,
    Guide,
    Left,
    checked,
    command,
    fitting,
    given,
    menu,
)  # fmt: skip
from jacocalc.cli.talk import Talk
from jacocalc.errors import JacocalcError, ReadError, ShapeError
from tests.test_imports import loaded_by

F, G, L = "f(x, y) = [x y, x]", "g(u, v) = [u, u v]", "h(u, v) = u v"
PROGRAM = "x: n; W: m x n; h = tanh(W x); L = 1/2 ||h||^2"
GIVEN = {
    "function": (F,), "scalar": ("f(x, y) = x y",), "square": (F,), "chain": (F, G), "scalar chain": (F, L),
    "equation": ("x^2 + y^2 = 25",), "program": (PROGRAM,), "map": (F,), "curve": ("f(x) = x^2",),
    "landscape": ("f(x, y) = x y",),
}  # fmt: skip


@pytest.mark.parametrize("kind", GIVEN)
def test_what_is_typed_is_known_for_what_it_is(kind: str) -> None:
    assert kind in given(GIVEN[kind]).kinds
    assert fitting(given(GIVEN[kind]))


def test_only_what_fits_is_offered() -> None:
    offered = {kind: [choice.command[0] for choice in fitting(given(texts))] for kind, texts in GIVEN.items()}
    assert offered["chain"][0] == "compose"
    assert offered["scalar"][0] == "gradient"
    assert offered["function"][0] == "jacobian"
    assert offered["equation"] == ["implicit"]
    assert "gradient" not in offered["chain"]
    assert "volume" not in offered["scalar"]
    assert "compose" not in offered["function"]
    assert set(offered["program"]) == {"backprop", "code"}


@pytest.mark.parametrize(
    ("text", "words"),
    [(F, ["a picture: what the map does to a square"]), ("f(x) = x^2", ["a picture: the graph and its tangent"]),
     ("f(x, y) = x y", ["a picture: level curves and the gradient"]), ("f(w, x, y, z) = w x y z", [])],
)  # fmt: skip
def test_a_function_is_offered_the_picture_that_shows_it(text: str, words: list[str]) -> None:
    offered = [choice.words for choice in fitting(given((text,))) if choice.command[0] == "picture"]
    assert offered == words


@pytest.mark.parametrize(
    ("texts", "error"),
    [(("f(x) = ",), ReadError), (("nosuch",), ReadError), ((F, "g(a) = a"), ShapeError), (("z = W x +",), ReadError)],
)
def test_what_cannot_be_read_is_refused_at_once(texts: tuple[str, ...], error: type[JacocalcError]) -> None:
    with pytest.raises(error):
        given(texts)


@pytest.mark.parametrize(
    ("ask", "options"),
    [
        ("jacobian", {"at": "1"}),
        ("jvp", {"at": "1, 2", "vector": "1"}),
        ("implicit", {"solve-for": "z"}),
        ("implicit", {"solve-for": "y", "at": "3"}),
    ],
)
def test_options_are_checked_at_once(ask: str, options: dict[str, str]) -> None:
    choice = next(one for one in CHOICES if one.command[0] == ask)
    with pytest.raises(JacocalcError):
        checked(choice, given(GIVEN["equation" if ask == "implicit" else "function"]), options)


# -- a whole conversation -----------------------------------------------------------------------------


class Script(Talk):
    """Types these lines, and keeps what was said and what stood there to be mended."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.said: list[str] = []
        self.offered: list[str] = []

    def say(self, text: str = "") -> None:
        self.said.append(text)

    def ask(self, prompt: str, begun: str = "") -> str:
        self.offered += [begun] if begun else []
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    @property
    def command(self) -> str:
        """The command that is said at the end."""
        return self.said[-1].split("\n\n")[1].strip()


def led(capsys: pytest.CaptureFixture[str], *lines: str) -> tuple[Script, str]:
    """The conversation, and the page that was shown."""
    script = Script(*lines)
    assert Guide(script, run_command).lead() == 0
    return script, capsys.readouterr().out


ANSWERS = {"at": "1, 2", "point": "", "vector": "", "solve-for": "", "answer": "[[2, 1], [1, 0]]"}


def lines_for(choice: Choice) -> tuple[str, ...]:
    """What is typed to see this; for the kind that is named first."""
    kind = next(kind for kind in GIVEN if kind in choice.kinds)
    texts = GIVEN[kind]
    number = fitting(given(texts)).index(choice) + 1
    answers = {**ANSWERS, "at": "3, 4"} if kind == "equation" else ANSWERS
    answers = {**answers, "point": "3"} if kind == "curve" else answers
    if kind in ("chain", "scalar"):
        answers = {**answers, "answer": {"chain": "[[2, 1], [4, 1]]", "scalar": "[2, 1]"}[kind]}
    more = () if kind in ("equation", "program") else ("",)
    return (*texts, *more, str(number), *(answers[name] for name in choice.asks))


@pytest.mark.parametrize("choice", CHOICES, ids=[choice.words for choice in CHOICES])
def test_the_last_line_gives_the_same_page(
    choice: Choice, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if choice.command[0] == "picture":
        pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    monkeypatch.chdir(tmp_path)
    script, page = led(capsys, *lines_for(choice))
    written = [path.read_bytes() for path in tmp_path.iterdir()]
    words = shlex.split(script.command)
    assert words[0] == "jacocalc"
    assert run_command(words[1:]) == 0
    assert capsys.readouterr().out == page
    assert [path.read_bytes() for path in tmp_path.iterdir()] == written
    assert page or written


def test_nothing_of_the_reader_is_written_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    choice = next(choice for choice in CHOICES if "map.svg" in choice.command)
    assert command(choice, ("f",), {"at": "1"})[-1] == "map.svg"
    for taken, free in (("map.svg", "map-2.svg"), ("map-2.svg", "map-3.svg")):
        Path(taken).write_text("mine", "utf-8")
        assert command(choice, ("f",), {"at": "1"})[-1] == free


def test_enter_alone_takes_what_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    script, page = led(capsys, "", "", "", "")
    assert script.command == f"jacocalc jacobian {shlex.quote(FIRST)}"
    assert "The Jacobian of f" in page


def test_an_error_costs_nothing_and_a_question_mark_explains(capsys: pytest.CaptureFixture[str]) -> None:
    script, _ = led(capsys, "?", "f(x) = (x +", "f(x) = x^3", "", "0", "1", "1, 2", "2")
    assert script.offered == ["f(x) = (x +", "1, 2"]
    assert any(said.startswith("Several components") for said in script.said)
    assert any("^" in said and said.startswith("error: ") for said in script.said)
    assert script.command == "jacocalc gradient 'f(x) = x^3' --at 2"


def test_a_refusal_leads_back_to_the_menu(capsys: pytest.CaptureFixture[str]) -> None:
    script, page = led(capsys, "f(x) = log x", "", "1", "-1", "1", "2")
    assert script.command == "jacocalc gradient 'f(x) = log x' --at 2"
    assert "1/2" in page


@pytest.mark.parametrize("lines", [("q",), ("", "q"), ("", "", "quit")])
def test_q_leaves(lines: tuple[str, ...]) -> None:
    with pytest.raises(Left):
        Guide(Script(*lines), run_command).lead()


def test_a_formula_that_begins_with_a_minus_is_no_option() -> None:
    choice = CHOICES[0]
    assert command(choice, ("--x",), {"at": "-1, 2"}) == ["compose", " --x", "--at", "-1, 2"]


def test_the_guide_loads_neither_sympy_nor_numpy_before_there_is_a_page() -> None:
    code = f"from jacocalc.cli.guide import given, fitting\nfitting(given(({F!r}, {G!r})))\ngiven(({PROGRAM!r},))"
    assert not loaded_by(code) & {"sympy", "numpy", "flint", "mpmath"}


def test_without_a_terminal_there_is_help() -> None:
    done = subprocess.run([sys.executable, "-m", "jacocalc"], stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 2
    assert b"Usage: jacocalc" in done.stderr


def test_what_is_said_fits_a_narrow_terminal() -> None:
    said = [text for one in (START, NEXT, MENU, *OPTIONS.values()) for text in (one.before, one.explained)]
    assert max(len(line) for text in said for line in text.splitlines()) <= 80
    assert max(len(line) for line in menu(list(CHOICES)).splitlines()) <= 60
