"""Every command that the README shows runs, and what stands beneath a command is what it prints."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from jacocalc.cli import run_command
from tests.test_cli import PROBLEM, shown

FILES = {
    "problems.toml": PROBLEM,
    "answers.csv": "student,question,answer\nAda,q,2x\n",
    "roster.csv": "student,name\n1,Ada\n",
    "solution.md": "J = [[3e + 2, e + 2], [e + 4, 3]]\n",
}
WRONG = ("dh = U dyhat", "4cos 2", '"2x + 2"')  # answers
LEFT_OUT = ("…", ".pdf")  # what stands for an answer, and what needs LaTeX or Chromium
README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
_COMMAND = re.compile(r"^\$ jacocalc ((?:\"[^\"]*\"|[^\"\n])*)\n", re.MULTILINE)


def _examples() -> Iterator[tuple[str, list[str]]]:
    """Each command without its comment, and the lines that it prints: none are shown where it has no dollar."""
    for block in _BLOCK.findall(README.read_text("utf-8")):
        text = re.sub("^ {4}", "", block, flags=re.MULTILINE)
        if found := _COMMAND.match(text):
            yield found[1], text[found.end() :].splitlines()
        else:
            lines = (re.split(" +# ", line)[0] for line in text.splitlines())
            yield from ((line[9:], []) for line in lines if line.startswith("jacocalc "))


EXAMPLES = [(command, beneath) for command, beneath in _examples() if not any(part in command for part in LEFT_OUT)]


@pytest.mark.parametrize(("command", "beneath"), EXAMPLES, ids=lambda value: str(value)[:60])
def test_a_command_of_the_readme(
    command: str, beneath: list[str],
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    words = shlex.split(command)
    if "picture" in command:
        pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    if words[0] == "replay":
        run_command(["compose", "f", "g", "--at", "1,2", "-o", words[1]])
    status, out, err = shown(capsys, *words)
    printed = iter(f"{out}{err}".splitlines())
    assert [line for line in beneath if line != "…" and line not in printed] == []
    refused = beneath[:1] and beneath[0].startswith("error: ")
    assert status == (2 if refused else 1 if any(wrong in command for wrong in WRONG) else 0)
