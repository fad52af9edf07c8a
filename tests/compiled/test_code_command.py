"""jacocalc code for functions: which argument is what, what stands on stdout, what on stderr."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import jacocalc as jc
from jacocalc.cli import run_command

F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run_command(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize("target", ["numpy", "c", "jax", "torch", "julia", "matlab", "latex"])
def test_functions_by_name_and_by_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = jc.compile(F, G).to_code(target)
    assert shown(capsys, "code", "f", "g", "--target", target) == (0, wanted, "")
    assert shown(capsys, "code", F, "g", "--target", target) == (0, wanted, "")


def test_numpy_is_the_target_if_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "code", F)[1] == jc.compile(F).to_code("numpy")


def test_functions_of_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("f(x) = [x, x^4]\n")
    out = shown(capsys, "code", "f", "--from", str(path), "--target", "c")[1]
    assert " *     f(x) = [x, x^4]\n" in out


@pytest.mark.parametrize("given", [["two-layer"], ["x: n; W: m x n; z = W x; L = ||z||^2"]])
def test_programs_are_programs(capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    status, out, err = shown(capsys, "code", *given, "--target", "torch")
    assert (status, err) == (0, "")
    assert "def loss_and_gradients(" in out


def test_the_code_goes_to_a_file_and_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    assert shown(capsys, "code", "f(x) = x^2 sin x", "-o", str(path)) == (0, "", "")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "check passed")


def test_what_cancels_at_a_point_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    text = "f(x; a) = [a (x - sin x), x]"
    status, out, err = shown(capsys, "code", text, "--at", "x=1/10^4, a=2", "--target", "c")
    assert (status, out) == (0, jc.compile(text).to_code("c"))
    assert err.splitlines() == [
        "warning: x - sin(x) loses 8 of 16 digits here: it is about 1.66667e-13",
        "warning: 1 - cos(x) loses 8 of 16 digits here: it is about 5e-09",
    ]
    assert shown(capsys, "code", text, "--at", "x=pi/2, a=2", "--target", "c")[2] == ""


@pytest.mark.parametrize("text", ["f(x) = (1 - cos x)/x^2", "f(x) = (e^x - 1)/x"])
def test_what_cancels_in_derivatives_alone_is_said_too(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """The second loses digits only in the Hessian, which code of a scalar function has."""
    err = shown(capsys, "code", text, "--at", "1/100")[2]
    assert err
    assert all(line.startswith("warning: ") and " loses 5 of 16 digits here" in line for line in err.splitlines())
    assert shown(capsys, "code", text, "--at", "1/2")[2] == ""


def test_an_operation_without_a_value_at_a_point_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = shown(capsys, "code", "f(x) = [ln x, x]", "--at", "-1", "--target", "julia")
    assert (status, out) == (0, jc.compile("f(x) = [ln x, x]").to_code("julia"))
    assert err == "warning: ln(x) has no value at x = -1\n"
    err = shown(capsys, "code", "f(x) = [sqrt x, x]", "--at", "0")[2]
    assert err.count("warning: ") == err.count("\n") == 1
    assert "is infinite at x = 0" in err


ERRORS = [
    (["nosuch"], 2, "no function is called nosuch"),
    (["two-layr"], 2, "did you mean two-layer?"),
    (["f(x) = x +"], 2, "error: "),
    ([F, "h(a, b, c) = a"], 2, "h takes 3 inputs (R^3 -> R^1)"),
    ([F, "--at", "1"], 2, "1 coordinate, but the function takes 2 inputs (x, y)"),
    (["f(x; a) = a x", "--at", "1"], 2, "the value of the parameter a is not given"),
    ([F, "--wrt", "x"], 2, "--wrt belongs to programs"),
    ([F, "--loss", "x"], 2, "--loss belongs to programs"),
    (["two-layer", "--at", "1"], 2, "--at belongs to functions"),
    (["two-layer", "--target", "c"], 2, "code of programs is written for numpy, jax, torch"),
    ([F, "--target", "cobol"], 2, "cobol"),
    (["g: R^2 -> R^3"], 2, "unspecified function"),
]


@pytest.mark.parametrize(("arguments", "status", "message"), ERRORS)
def test_errors(capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str) -> None:
    found, out, err = shown(capsys, "code", *arguments)
    assert (found, out) == (status, "")
    assert message in err


def test_the_help_says_both(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(shown(capsys, "code", "--help")[1].split())
    assert "Functions and programs with their derivatives" in text
    assert "numpy|c|jax|torch|julia|matlab|latex" in text


def test_help_loads_no_engine() -> None:
    program = (
        "import sys; from jacocalc.cli import run_command; run_command(['code', '--help']);"
        "sys.exit(bool({'sympy', 'numpy', 'flint'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0
