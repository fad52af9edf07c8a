"""The command line as a user meets it: what is printed, where, and with which exit status."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from jacocalc.asked import COMPOSING, OPTIONS
from jacocalc.cli import run_command
from jacocalc.cli.program import app
from jacocalc.cli.synonyms import SYNONYMS
from tests.shares import share

F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONUTF8": "1", **changes}
    return subprocess.run([sys.executable, "-m", "jacocalc", *arguments], capture_output=True, env=environment)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run_command(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_the_first_example_in_an_empty_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = shown(capsys, "compose", "f", "g", "--at", "1,2")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "f and g: from the worked example chain-rule-for-jacobians"
    assert "4 cos(4)" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_digits_that_add_nothing_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    said = "note: --digits adds nothing here: decimals are of a function's result in numbers, at a point"
    implicit = ["implicit", "x^2 + y^2 = 25", "--solve-for", "y"]
    for asked in (["hessian", "f(x) = x^3/3"], ["compose", "f", "g"], implicit):
        status, out, err = shown(capsys, *asked, "--digits", "20")
        assert (status, err) == (0, f"{said}: add --at 1,2\n")
        assert out == shown(capsys, *asked)[1]
    assert shown(capsys, "backprop", "two-layer", "--digits", "20")[2] == f"{said}\n"
    assert shown(capsys, "point", "f(x) = |x|", "--at", "1/3", "--digits", "20")[2] == f"{said}\n"
    for name in ("jacobian", "hessian", "gradient", "graph", "volume"):
        assert shown(capsys, name, "f(x) = x^3/3", "--at", "1/3", "--digits", "20")[2] == ""


def test_where_a_name_comes_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jacocalc.toml").write_text('functions = """\nf(x) = [x, x^3]\n"""\n')
    (tmp_path / "mine.txt").write_text("f(x) = [x, x^4]\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert shown(capsys, "jacobian", "f")[1].startswith("f: from ../jacocalc.toml")
    out = shown(capsys, "jacobian", "f", "--from", "../mine.txt")[1]
    assert out.startswith("f: from ../mine.txt")
    assert "4x^3" in out
    assert shown(capsys, "compose", "f(x) = [x, x^5]", "g")[1].startswith(
        "f: given on the line; g: from the worked example"
    )
    assert shown(capsys, "compose", F, "f", "--detail", "brief")[1].startswith("f: given on the line")


def test_a_dash_for_a_file_is_standard_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(capsys, "jacobian", F, "-o", "-") == shown(capsys, "jacobian", F)
    assert list(tmp_path.iterdir()) == []


ERRORS = [
    (["compose", "f", "g", "--at", "1"], 2, "1 coordinate, but the function takes 2 inputs (x, y)"),
    (["compose", "f", "g", "--at", "1,2,3"], 2, "(x, y)\n  1,2,3\n  ^^^^^\n"),
    (["compose", "f", "g", "--at", "0,5; 2"], 2, "hint: decimals are written with a point: 0.5\n"),
    (["compose", "f", "g", "--at", "0,5,1,5"], 2, "hint: decimals are written with a point: 0.5\n"),
    (["compose", "w = f(u, v)", "u = x + y"], 2, "hint: the inner function comes first: swap them"),
    (["compose", "u = x + y", "w = u + v"], 2, "v in the stage for w is given by no stage before it"),
    (["compose", "f", "h(a, b, c) = a"], 2, "h takes 3 inputs (R^3 -> R^1)"),
    (["compose", "f", "nosuch"], 2, "no function is called nosuch"),
    (["jacobian", __file__], 2, f"hint: the functions of a file have names: f --from {__file__}"),
    (["jacobian", "-"], 2, 'hint: a function is written "f(x, y) = …" or "f = …"'),
    (["jacobian", "2"], 2, 'hint: a function is written "f(x, y) = …" or "f = …"'),
    (["jacobian", "f(x) = x + sni(x)"], 2, "hint: did you mean sin?"),
    (["jacobian", "-x^2"], 2, "write f(x) = -x^2"),
    (["jacobian", ""], 2, "expected a function"),
    (["jacobian", "f(x) = ln(x)", "--at", "0"], 2, "ln is undefined at x = 0"),
    (["jacobian", "f(x) = |x|", "--at", "0"], 2, "not differentiable"),
    (["gradient", "f"], 2, "a gradient needs a scalar function"),
    (["jacobian", "f", "--from", "missing.toml"], 2, "missing.toml does not exist"),
    (["jacobian", "f", "--from", "."], 2, ". is a folder"),
    (["jacobian", "f", "--from", "-"], 2, "error: standard input is not read here"),
    (["jacobian", "f", "-o", "/nonexistent/x"], 2, "cannot be written"),
    (["jacobian", "f", "-o", "page.xyz"], 2, "hint: the ending is .txt"),
    (["jacobian", "f", "--format", "pdf"], 2, "pdf"),
    (["jacobian", "f", "--digits", "x"], 2, "digits"),
    (["nosuch"], 2, "hint: jacocalc --help\n"),
    (["compose"], 2, "Missing argument 'F"),
    (["compose"], 2, "hint: jacocalc compose --help\n"),
    (["practice", "volume", "--level", "9"], 2, "hint: jacocalc practice --help\n"),
    (["practice", "volume", "--format", "latex"], 2, "--format is for a sheet"),
    (["practice", "--lint", "chain-rule-1", "-o", "lint.txt"], 2, "-o is for a sheet"),
    (["practice", "gradient", "--print", "1", "-o", "sheet.json"], 2, "this page is not written as JSON"),
    (["lagrange", "f(x, y) = x y"], 2, "hint: jacocalc gradient "),
    (["Tangent-Plane", "f(x, y) = x y"], 2, "hint: jacocalc jacobian "),
    (["jacobian", "f", "--at"], 2, "hint: jacocalc jacobian --help"),
    (["hessian", "f: R^n -> R^m"], 2, "f has m components, and with symbols as sizes only a scalar function has a H"),
    (["examples", "exercise"], 2, "did you mean exercise-"),
    (["examples", "two-layer"], 2, "did you mean two-layer-network?"),
    (["examples", "chain-rule"], 2, "did you mean chain-rule-for-jacobians?"),
    (["practice", "chain"], 2, "did you mean chain-rule?"),
    (["jacobian", "f(x, y) = piecewise(x^2 sin(1/(x - 3y)) if x != 0, 0 otherwise)", "--at", "0,0"], 3, "undecided"),
]


@pytest.mark.parametrize(("arguments", "status", "message"), ERRORS, ids=lambda v: str(v)[:40])
def test_errors_are_short_and_on_stderr(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    found, out, err = shown(capsys, *arguments)
    assert (found, out) == (status, "")
    assert message in err
    assert "Traceback" not in err
    assert err.startswith("error: ")
    assert len(err.splitlines()) <= 4


@pytest.mark.parametrize("command", sorted({command for command, _ in SYNONYMS.values()}))
def test_what_is_shown_for_a_word_of_the_course_runs(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert shown(capsys, *shlex.split(command))[0] == 0


def test_three_coordinates_for_two_are_not_taken_for_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    assert "hint" not in shown(capsys, "compose", "f", "g", "--at", "1,2,3")[2]


def test_no_command_is_taken_for_a_word_of_the_course() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert not [name for name in commands if name.startswith(tuple(SYNONYMS))]


def test_a_formula_that_begins_with_a_minus_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "jacobian", "f(x) = -x^2", "--at", "-3")[0] == 0


@pytest.mark.parametrize("form", ["terminal", "text", "latex", "markdown", "html", "json", "speech"])
@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_formats_and_details(capsys: pytest.CaptureFixture[str], form: str, detail: str) -> None:
    status, out, _ = shown(capsys, "compose", F, G, "--at", "1,2", "--format", form, "--detail", detail)
    assert status == 0
    assert "cos" in out or "cosine" in out


def test_details_nest(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [len(shown(capsys, "compose", F, G, "--at", "1,2", "-d", d)[1]) for d in ("brief", "normal", "full")]
    assert sizes[0] < sizes[1] < sizes[2]


def test_json_says_what_the_contract_asks(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(shown(capsys, "compose", "f", "g", "--at", "1,2", "--format", "json")[1])
    assert record["schema"] == 1
    assert record["result"]["kind"] == "matrix"
    assert record["result"]["shape"] == [3, 2]
    assert record["result"]["entries"] == [["6", "3"], ["12", "6"], ["4*cos(4)", "2*cos(4)"]]
    assert record["result"]["numeric"][2] == [-2.6145744834544478, -1.3072872417272239]
    assert record["verified"]["outcome"] == "proved"
    assert set(record["sources"]) == {"f", "g"}
    assert record["question"]["kind"] == "compose"
    assert "numeric" not in json.loads(shown(capsys, "compose", "f", "g", "--format", "json")[1])["result"]


def test_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert "-2.6145744834544476586" in shown(capsys, "compose", "f", "g", "--at", "1,2", "--digits", "20")[1]


def test_an_answer_that_cannot_be_read_is_said_where_the_verdict_goes_to_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "verdict.md"
    assert run_command(["jacobian", "f(x) = x^2", "--answer", "2x +", "-o", str(page)]) == 2
    assert "Unreadable" in page.read_text("utf-8")
    assert capsys.readouterr().err.startswith("error: expected a number")


def test_output_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "solution.tex"
    assert shown(capsys, "compose", "f", "g", "--format", "latex", "--standalone", "-o", str(path))[:2] == (0, "")
    assert path.read_text("utf-8").rstrip().endswith(r"\end{document}")


@pytest.mark.parametrize("name", ["", "chain-rule-for-jacobians", "exercise-2", "network-3-2-1"])
def test_examples(capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, out, _ = shown(capsys, "examples", *([name] if name else []))
    assert status == 0
    assert name in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_list_of_examples_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    starts = {"json": "{", "html": "<!", "markdown": "## The worked", "latex": "\\", "speech": "The worked"}
    for form, start in starts.items():
        status, out, _ = shown(capsys, "examples", "--format", form)
        assert (status, out[: len(start)]) == (0, start)
        assert "polar-coordinates" in out
    assert json.loads(shown(capsys, "examples", "-f", "json")[1])["newton"].startswith("Newton's method")


PROBLEM = """
functions = "f(x) = x^2"
[[question]]
name = "q"
ask = "jacobian"
functions = ["f"]
"""


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))  # type: ignore[attr-defined]
def test_every_command_has_an_example_that_runs(
    capsys: pytest.CaptureFixture[str], command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if command == "picture":
        pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problems.toml").write_text(PROBLEM, "utf-8")
    (tmp_path / "answers.csv").write_text("student,question,answer\nAda,q,2x\n", "utf-8")
    last_line = shown(capsys, command, "--help")[1].splitlines()[-1]
    for example in last_line.split("Example: ")[1].split(" && "):
        assert run_command(shlex.split(example.removeprefix("jacocalc "))) == 0


@pytest.mark.parametrize("ask", sorted(OPTIONS.keys() - {"backprop"}))
def test_the_help_says_what_becomes_of_several_functions(capsys: pytest.CaptureFixture[str], ask: str) -> None:
    told = " ".join(shown(capsys, ask, "--help")[1].split())
    assert ("the innermost first" in told) == (ask in COMPOSING)
    assert ("several are stacked" in told) == (ask not in COMPOSING)


def test_replay(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(tmp_path / "s.json")
    assert shown(capsys, "gradient", "f(x, y) = x^2 y", "--at", "1,2", "-o", file)[0] == 0
    text = Path(file).read_text("utf-8")
    status, out, _ = shown(capsys, "replay", file)
    assert (status, out.splitlines()[0]) == (0, f"{file}: accepted")
    Path(file).write_text(text.replace('"2*x*y"', '"3*x*y"'), "utf-8")
    status, out, _ = shown(capsys, "replay", file)
    assert (status, out.splitlines()[0]) == (1, f"{file}: rejected")
    assert "partials[0][0].result" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"\xff", "is not UTF-8 text"),
        (b"x^2", "is no solution in JSON"),
        (b"{}", "is no solution in JSON: schema is missing"),
        (b"[1]", "is no solution in JSON"),
        (b"[" * 9999, "is no solution in JSON"),
    ],
)
def test_what_is_not_replayed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "s.json"
    if content is not None:
        file.write_bytes(content)
    status, out, err = shown(capsys, "replay", str(file))
    assert (status, out) == (2, "")
    assert said in err


def test_the_list_of_commands_says_each_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = shown(capsys, "--help")
    listed = out.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    assert (status, len(listed)) == (0, len(app.registered_commands))
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)
    assert out.splitlines()[-1].strip() == 'jacocalc jacobian "f(x, y) = [x^2 + y, 2xy]" --at 1,2'


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "--version")[1].startswith("jacocalc 0.")


def test_a_terminal_without_unicode_gets_ascii() -> None:
    done = run("compose", "f", "g", "--at", "1,2", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    text = done.stdout.decode("ascii")
    assert "1*2 + 1*4" in text
    assert "?" not in text


def test_errors_are_spelled_out_in_ascii() -> None:
    plain = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = run("implicit", "x^2 + y^2 = 25", "--solve-for", "y", "--at", "5,0", **plain)
    assert b"?" not in done.stderr
    assert b"dF/dy" in done.stderr
    done = run("jacobian", "f(x) = |x|", "--at", "0", **plain)
    assert done.stderr.decode("ascii").endswith("(1 - T)*left + T*right; jacocalc point says more\n")
    done = run("jacobian", "f(θ) = θ + 1/2θ", **plain)
    assert done.stderr.decode("ascii").splitlines()[1:3] == ["  f(?) = ? + 1/2?", "             ^^^^"]


def test_errors_in_a_terminal_without_unicode() -> None:
    done = run("jacobian", "f(x) = х", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 2
    assert b"cyrillic" in done.stderr


@pytest.mark.parametrize(("words", "status"), [
    (("compose", "f", "g"), 0), (("compose", "f", "g", "--format", "json"), 0), (("code", "f"), 0), (("--help",), 0),
    (("check", "exercise-1", "1"), 1),
])  # fmt: skip
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_changes_no_exit_status(words: tuple[str, ...], status: int, unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "jacocalc", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == status


@pytest.mark.parametrize("seed", share(["0", "1", "42"], 3))
def test_same_input_same_bytes(seed: str) -> None:
    first = run("compose", F, G, "--format", "json", PYTHONHASHSEED="7").stdout
    assert run("compose", F, G, "--format", "json", PYTHONHASHSEED=seed).stdout == first


TWO_LAYER = (
    "x: n; W: m x n; b: m; U: k x m; c: k; y: k; z = W x + b; h = sigma(z); yhat = U h + c; L = 1/2 ||yhat - y||^2"
)


@pytest.mark.parametrize("form", ["terminal", "text", "latex", "markdown", "html", "json", "speech"])
@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_programs_in_all_formats(capsys: pytest.CaptureFixture[str], form: str, detail: str) -> None:
    status, out, err = shown(capsys, "backprop", TWO_LAYER, "--format", form, "--detail", detail)
    assert (status, err) == (0, "")
    assert "agree" in out


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [("dU = dyhat h'", 0, "This is right."), ("dU = dyhat x'", 1, "x stands where h belongs"), ("dq = 1", 2, "dq")],
)
def test_an_answer_has_an_exit_status(
    capsys: pytest.CaptureFixture[str], answer: str, status: int, words: str
) -> None:  # fmt: skip
    found, out, _ = shown(capsys, "backprop", "two-layer", "--answer", answer)
    assert found == status
    assert words in " ".join(out.split())  # lines are broken at 80 columns


def test_programs_come_from_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.txt").write_text(TWO_LAYER.replace("; ", "\n"))
    (tmp_path / "jacocalc.toml").write_text('[programs]\nmine = """\nx: n\nL = sum(x)\n"""\n')
    (tmp_path / "values.toml").write_text("x = [1, 2]\n")
    monkeypatch.chdir(tmp_path)
    assert "∂L/∂W = (∂L/∂z)xᵀ" in shown(capsys, "backprop", "net.txt")[1]
    assert shown(capsys, "backprop", "net", "--from", "net.txt")[0] == 0
    assert shown(capsys, "backprop", "mine")[1].startswith("mine: from jacocalc.toml")
    assert "L = 3" in shown(capsys, "backprop", "mine", "--at", "values.toml")[1]


PROGRAM_ERRORS = [
    (["backprop", "x: n; y = 2 x"], "y is n×1; backprop needs a scalar loss"),
    (["backprop", "x: n; W: m x k; L = sum(W x)"], "W is m×k and x is n×1"),
    (["backprop", "nosuch"], "no program is called nosuch"),
    (["backprop", "two-lyer"], "did you mean two-layer?"),
    (["backprop", "two-layer", "--wrt", "q"], "the program has no variable q"),
    (["backprop", "two-layer", "--update", "x"], "a rate is a number"),
    (["backprop", "two-layer", "--at", "x = [1"], "never closed"),
    (["backprop", "two-layer", "--at", "missing.npz"], "missing.npz does not exist"),
    (["backprop", "x: n; L = argmax(x)"], "frameworks stop the gradient"),
    (["differential", "x: n; A: n x n; f = x' A x"], "--wrt names one of x, A"),
    (["differential", "x: n; f = x", "--of", "g"], "the program computes no g"),
    (["differential", "x: n; y = x x'", "--second"], "a second differential gives a Hessian"),
    (["code", "two-layer", "--target", "cobol"], "cobol"),
    (["jacobian", "x: n; A: m x n; f = A x"], "differential PROGRAM --of h --wrt x a Jacobian"),
    (["implicit", "x: n; A: n x n; b: n; A x = b", "--solve-for", "x"], "this declares matrices: it is a program"),
]


@pytest.mark.parametrize(("arguments", "message"), PROGRAM_ERRORS, ids=lambda v: str(v)[:40])
def test_errors_about_programs(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    status, out, err = shown(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) <= 5


def test_a_differential_of_a_function_is_still_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "dx" in shown(capsys, "differential", "z = x^2 + 3x y", "--at", "1,2")[1]
    assert "∂f/∂x = A" in shown(capsys, "differential", "x: n; A: m x n; f = A x", "--wrt", "x")[1]
