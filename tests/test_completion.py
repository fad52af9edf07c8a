"""What a shell completes: asked as the shell asks, and in a bash that is really there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from jacocalc.cli import program as commands
from jacocalc.cli import run_command
from jacocalc.cli.program import QUESTIONS, app
from tests.test_imports import loaded_by

COMMANDS = {*QUESTIONS, "check", "code", "examples", "grade", "practice", "replay"}


def completed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str) -> list[str]:
    """The completions of the last word of a line, as bash asks for them."""
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_JACOCALC_COMPLETE", "complete_bash")
    assert run_command([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.split()


CASES = {
    "jacocalc com": {"compose"},
    "jacocalc compose f g --order ": {"forward", "reverse", "best", "compare"},
    "jacocalc compose f g --ord": {"--order"},
    "jacocalc compose neu": {"neuron"},
    "jacocalc compose f --format te": {"terminal", "text"},
    "jacocalc jacobian f --detail f": {"full"},
    "jacocalc jacobian f --kink l": {"left"},
    "jacocalc backprop two": {"two-layer"},
    "jacocalc code two": {"two-layer"},
    "jacocalc code f --target j": {"jax", "julia"},
    "jacocalc check exercise-": {"exercise-1", "exercise-2", "exercise-3", "exercise-4"},
    "jacocalc check exercise-1 --form e": {"evaluated", "expanded"},
    "jacocalc examples chain": {"chain-rule-for-jacobians"},
    "jacocalc practice ch": {"chain-rule"},
    "jacocalc jacobian f --from ": set(),
    "jacocalc jacobian f -o ": set(),
    'jacocalc compose "f(x)': set(),
}


@pytest.mark.parametrize("line", CASES)
def test_the_last_word_is_completed(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(completed(monkeypatch, capsys, line)) == CASES[line]


def test_all_commands_are_offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(completed(monkeypatch, capsys, "jacocalc ")) >= COMMANDS


def test_names_of_a_file_that_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine(x) = x^2\n")
    (tmp_path / "broken.txt").write_text("mine(x) = = x^2\n")
    monkeypatch.chdir(tmp_path)
    assert completed(monkeypatch, capsys, "jacocalc jacobian --from mine.txt mi") == ["mine"]
    assert completed(monkeypatch, capsys, "jacocalc jacobian --from broken.txt mi") == []
    assert completed(monkeypatch, capsys, "jacocalc jacobian --from nowhere.txt mi") == []


@pytest.mark.parametrize("line", ["jacocalc compose ne", "jacocalc check ch", "jacocalc --"])
def test_a_completion_loads_neither_sympy_nor_numpy(line: str) -> None:
    given = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_JACOCALC_COMPLETE": "complete_bash"}
    code = f"import os\nos.environ.update({given!r})\nfrom jacocalc.cli import run_command\nrun_command([])"
    loaded = loaded_by(code)
    assert not loaded & {"sympy", "numpy", "flint", "mpmath"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown(shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    monkeypatch.setattr(commands, "_built", commands._built.__wrapped__)  # the shell is looked for when they are built
    assert run_command(["--show-completion", shell]) == 0
    assert f"complete_{shell}" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_a_real_bash_completes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script is read, the key is pressed by calling what it has registered."""
    program = tmp_path / "jacocalc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jacocalc "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1",
                   "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # fmt: skip
    typed = """
        source <(jacocalc --show-completion bash)
        COMP_WORDS=(jacocalc compose "'f(x) = x'" neu); COMP_CWORD=3
        $(complete -p jacocalc | sed 's/.*-F \\([^ ]*\\).*/\\1/') jacocalc
        echo "found: ${COMPREPLY[*]}"
    """
    done = subprocess.run(["bash", "-c", typed], capture_output=True, encoding="utf-8", env=environment)
    assert done.stdout.splitlines()[-1] == "found: neuron", done.stderr


def test_every_command_has_an_example_and_says_what_its_options_do() -> None:
    group = typer.main.get_command(app)
    assert set(group.commands) >= COMMANDS  # type: ignore[attr-defined]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert "Example: jacocalc " in command.epilog, name
        assert f"jacocalc {name}" in command.epilog
        for parameter in command.params:
            assert parameter.help, (name, parameter.name)
