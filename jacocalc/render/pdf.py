"""Document → PDF, by LaTeX or by Chromium, whichever is installed.

Both are programs of the system, run in a folder of their own, without a shell.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from jacocalc.document import Document
from jacocalc.errors import JacocalcError, MissingExtra
from jacocalc.render.html import to_html
from jacocalc.render.latex import to_beamer, to_latex

_LATEX = ("pdflatex", "lualatex", "xelatex")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_SECONDS = 60


def to_pdf(document: Document, by: str = "") -> bytes:
    """The page as PDF; ``by``: latex, html or beamer, what it is made of; else LaTeX or HTML, as what is installed.

    Raises MissingExtra, with what to install; JacocalcError where the program fails.
    """
    for road, (programs, write, make) in _ROADS.items():
        found = next(filter(None, map(shutil.which, programs)), None)
        if found and (road == by or (not by and road != "beamer")):
            with TemporaryDirectory(prefix="jacocalc-") as folder:
                return make(write(document), found, Path(folder))
    named = {"latex": "LaTeX (pdflatex)", "beamer": "LaTeX (pdflatex)", "html": "Chromium"}.get(
        by, "LaTeX (pdflatex) or Chromium"
    )
    raise MissingExtra(
        f"a PDF needs {named}, which is not installed", hint="write -o solution.html and print it from a browser"
    )


def _by_latex(text: str, program: str, folder: Path) -> bytes:
    (folder / "page.tex").write_text(text, "utf-8")
    return _made([program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"], folder)


def _by_chromium(text: str, program: str, folder: Path) -> bytes:
    (folder / "page.html").write_text(text, "utf-8")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/user"]
    return _made([program, *quiet, "--print-to-pdf=page.pdf", (folder / "page.html").as_uri()], folder)


_ROADS: dict[str, tuple[Sequence[str], Callable[[Document], str], Callable[[str, str, Path], bytes]]] = {
    "latex": (_LATEX, partial(to_latex, standalone=True), _by_latex),
    "html": (_BROWSERS, to_html, _by_chromium),
    "beamer": (_LATEX, partial(to_beamer, standalone=True), _by_latex),
}


def _made(command: list[str], folder: Path) -> bytes:
    """page.pdf, as the command writes it.  Raises JacocalcError with the last words of a command that does not."""
    name = Path(command[0]).name
    try:
        with _all_memory():
            done = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                timeout=_SECONDS, env={**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"},
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise JacocalcError(f"{name} made no PDF in {_SECONDS} s") from None
    except OSError as error:
        raise JacocalcError(f"{name} cannot be run: {error.strerror}") from None
    made = folder / "page.pdf"
    if done.returncode == 0 and made.exists():
        return made.read_bytes()
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("!")]
    said = lines[0].removeprefix("! ") if lines else f"exit status {done.returncode}"
    raise JacocalcError(f"{name} made no PDF: {said}")


@contextmanager
def _all_memory() -> Iterator[None]:
    """The limit of this process is not for a browser, which reserves far more addresses than it uses."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
