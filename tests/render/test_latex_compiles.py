"""Every golden LaTeX document compiles as it stands, without a box that runs off the page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.regenerate import EXAMPLES

GOLDENS = sorted(EXAMPLES.rglob("*.tex"))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_pdflatex_accepts_it(path: Path, tmp_path: Path) -> None:
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]
    assert "Overfull" not in done.stdout
    assert (tmp_path / f"{path.stem}.pdf").stat().st_size > 1000


def test_there_are_goldens() -> None:
    assert GOLDENS
