"""A PDF in one command, and what is said where it cannot be made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import jacocalc as jc
from jacocalc.cli.output import destination
from jacocalc.cli.program import run_command
from jacocalc.errors import JacocalcError, MissingExtra

ASKED = ["compose", "f", "g", "--at", "1,2"]
LATEX = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
CHROMIUM = pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")


def pages(made: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", made)) + len(re.findall(rb"/Type /ObjStm", made))


@LATEX
def test_by_latex(tmp_path: Path) -> None:
    path = tmp_path / "solution.pdf"
    assert run_command([*ASKED, "-o", str(path)]) == 0
    assert path.read_bytes().startswith(b"%PDF")
    assert pages(path.read_bytes()) >= 1


@CHROMIUM
def test_by_chromium(tmp_path: Path) -> None:
    path = tmp_path / "solution.pdf"
    assert run_command([*ASKED, "--format", "html", "-o", str(path)]) == 0
    assert path.read_bytes().startswith(b"%PDF")
    assert pages(path.read_bytes()) >= 2


def test_neither_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "solution.pdf"
    assert run_command([*ASKED, "-o", str(path)]) == 2
    assert "a PDF needs LaTeX (pdflatex) or Chromium, which is not installed" in capsys.readouterr().err
    assert not path.exists()
    with pytest.raises(MissingExtra, match="needs Chromium"):
        jc.jacobian("f(x) = x^2").to_pdf(by="html")


def test_a_program_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "pdflatex"
    broken.write_text("#!/bin/sh\necho '! LaTeX Error: File amsmath.sty not found.'\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(JacocalcError, match=r"pdflatex made no PDF: LaTeX Error: File amsmath\.sty not found"):
        jc.jacobian("f(x) = x^2").to_pdf(by="latex")


@pytest.mark.parametrize(
    ("form", "file", "expected"),
    [("terminal", "a.html", ("html", False)), ("terminal", "a.tex", ("latex", True)),
     ("latex", "a.tex", ("latex", False)),
     ("terminal", "A.PDF", ("pdf", False)), ("html", "a.pdf", ("pdf-html", False)), ("text", "a.html", ("text", False)),
     ("terminal", "a.markdown", ("markdown", False)), ("terminal", "exercise1.2", ("terminal", False)),
     ("terminal", "a", ("terminal", False)), ("terminal", "", ("terminal", False))],
)  # fmt: skip
def test_the_ending_says_the_format(form: str, file: str, expected: tuple[str, bool]) -> None:
    found = destination(form, file)
    assert (found.form, found.standalone) == expected


def test_no_pdf_of_json() -> None:
    with pytest.raises(JacocalcError, match="a PDF is made of latex or html, not of json"):
        destination("json", "a.pdf")


def test_an_unwritable_path_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["jacobian", "f(x) = x^2", "-o", str(tmp_path / "no" / "a.html")]) == 2
    assert capsys.readouterr().err.startswith("error: ")
