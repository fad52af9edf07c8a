"""The runnable examples run, small, as a reader runs them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from jacocalc.sources import examples_folder
from tests.regenerate import EXAMPLES
from tests.shares import share


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("vector-jacobian-at-scale", ("--single",)),
        ("million-parameter-network", ()),
        *share([("vector-jacobian-at-scale", ()), ("million-parameter-network", ("--single",))], 3),
    ],
)
def test_an_example_runs_and_agrees(name: str, options: tuple[str, ...]) -> None:
    """Red where a script fails, its values are not those by hand (status 1), or it needs more than a few vectors."""
    script = examples_folder() / name / "run.py"
    run = subprocess.run(
        [sys.executable, str(script), "--size", "200", "--times", "3", *options],
        capture_output=True, text=True, cwd=EXAMPLES.parent,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert not run.stderr
    memory = re.search(r"peak memory beyond .*: ([\d.]+) MB", run.stdout)
    assert memory is not None
    assert float(memory[1]) < 2
    assert re.search(r"compiled [\d.]+ ms, by hand [\d.]+ ms \(medians of 3\)", run.stdout)
    assert re.search(r"difference from the form by hand: \d\.\de[-+]\d\d", run.stdout)
