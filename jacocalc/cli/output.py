"""The one place where pages meet a terminal, a pipe or a file."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jacocalc.errors import JacocalcError
from jacocalc.saving import save

if TYPE_CHECKING:
    from jacocalc.document import Document

_PROBE = "∂⎡√₁⊙ᵀ"


@dataclass(frozen=True)
class Output:
    """Where the page goes and how it is written; where its animation goes, if one is wanted."""

    form: str
    file: str = ""
    standalone: bool = False
    animation: str = ""
    pictures: tuple[str, ...] = ()


ENDINGS = {".txt": "text", ".tex": "latex", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
           ".json": "json", ".dot": "dot", ".mmd": "mermaid", ".pdf": "pdf"}  # fmt: skip
_OTHERS = {
    **dict.fromkeys((".svg", ".png"), "jacocalc picture draws; --animate FILE.svg shows a product being formed"),
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf"), "an .html file opens in every word processor"),
    ".ipynb": "%load_ext jacocalc, and %jacocalc in a cell",
}
_ANY = "the ending is .txt, .tex, .md, .html, .json or .pdf, or --format says what is written"
_PDF = {"terminal": "pdf", "pdf": "pdf", "latex": "pdf-latex", "beamer": "pdf-beamer", "html": "pdf-html"}


def destination(form: str, file: str, standalone: bool = False) -> Output:
    """Where no format is asked for, the name of the file says it; a .tex or .pdf is a whole document."""
    ending = Path(file).suffix.lower()
    ending = "" if ending[1:].isdigit() else ending  # of exercise1.2
    if ending == ".pdf":
        if form not in _PDF:
            raise JacocalcError(f"a PDF is made of latex or html, not of {form}", hint="-o FILE.pdf alone is enough")
        return Output(_PDF[form], file, standalone)
    if form == "terminal" and ending and ending not in ENDINGS:
        raise JacocalcError(f"a page is not written as {ending}", hint=_OTHERS.get(ending, _ANY))
    named = ENDINGS.get(ending, form) if form == "terminal" else form
    return Output(named, file, standalone or (named == "latex" and form == "terminal"))


def write(page: str | Document, wanted: Output) -> None:
    """Write a text, or a Document in the format that is wanted.  Raises JacocalcError for a page that has none such."""
    content = page if isinstance(page, str) else _in_format(page, wanted)
    if wanted.file:
        _to_file(content if isinstance(content, str | bytes) else _lines(content, True, wanted.form), wanted.file)
        return
    unicode = _shows_mathematics()
    if isinstance(content, bytes):
        write_bytes(content, "")
        return
    with for_a_reader():
        if isinstance(content, str):
            _print(content, unicode)
        elif wanted.form == "terminal" and (sys.stdout.isatty() or _colour_is_forced()):
            _to_terminal(content, unicode)
        else:
            _print(_lines(content, unicode, wanted.form), unicode)


@contextmanager
def for_a_reader() -> Iterator[None]:
    """Where the reader is gone, as head is, what is written goes nowhere, and the work keeps its exit status."""
    try:
        yield
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """What is left to be written has no place to go."""
    with suppress(OSError, ValueError):  # no file at all, in a notebook
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_format(page: Document, wanted: Output) -> str | bytes | Document:
    from jacocalc.render.formats import written

    if wanted.form == "json":
        raise JacocalcError("this page is not written as JSON", hint="-o FILE.txt, .tex, .md, .html or .pdf")
    return written(page, wanted.form, wanted.standalone)


def refuse_unwritable(path: str) -> None:
    """Raise JacocalcError where a file plainly cannot be written, before there is work that would be lost."""
    if "\0" in path:
        raise JacocalcError("the name of a file holds a NUL")
    folder = os.path.dirname(path) or "."
    code = errno.EISDIR if os.path.isdir(path) else errno.ENOENT if not os.path.isdir(folder) else 0
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        code = code or errno.EACCES
    if code:
        raise JacocalcError(f"{path} cannot be written: {os.strerror(code)}")


def write_animation(text: str, wanted: Output) -> None:
    """Write the animated picture beside the page."""
    _to_file(text, wanted.animation)


def write_data(text: str) -> None:
    """Write data for another program to stdout: UTF-8 in any locale; a notebook's stdout takes text only."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        write(text, Output("text"))
        return
    write_bytes(text.encode("utf-8", "replace"), "")


def write_bytes(data: bytes, path: str) -> None:
    """Write data to a file, or to stdout where there is none.  Raises JacocalcError."""
    if path:
        _to_file(data, path)
        return
    with for_a_reader():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def write_aside(page: Document) -> None:
    """Write a page beside the results: to stderr, as text."""
    unicode = (sys.stderr.encoding or "ascii").lower().startswith("utf")
    tell(_lines(page, unicode, "text").removesuffix("\n"))


def tell(text: str) -> None:
    """Say something beside the results: on stderr, spelled out where its encoding lacks a sign."""
    encoding = sys.stderr.encoding or "ascii"
    print(_spelled(text, encoding), file=sys.stderr, flush=True)


def _spelled(text: str, encoding: str) -> str:
    """d for ∂ in a line that cannot be encoded; a quoted line keeps its columns, with ? for what is not there."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from jacocalc.render.inline import plain

        lines = (line if line.startswith("  ") else plain(line) for line in text.split("\n"))
        return "\n".join(lines).encode(encoding, "replace").decode(encoding)
    return text


Told = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str, told: Told) -> Iterator[Told]:
    """What is called with (done, total): a bar on stderr where that is a terminal; ``told`` is told as well."""
    if not sys.stderr.isatty():
        yield told
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False, markup=False), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            told(done, total)
            bar.update(task, completed=done, total=total)

        yield show


def _lines(page: Document, unicode: bool, form: str) -> str:
    from jacocalc.render.text import rows

    return "\n".join(row.text for row in rows(page, 80, unicode, stacked=form == "terminal")) + "\n"


def _to_terminal(page: Document, unicode: bool) -> None:
    from rich.console import Console

    from jacocalc.render.terminal import to_terminal

    forced = _colour_is_forced() or None
    to_terminal(page, Console(highlight=False, markup=False, force_terminal=forced, force_jupyter=False), unicode)


def _colour_is_forced() -> bool:
    """Colour in a pipe too; NO_COLOR and a terminal without colours have the last word."""
    return any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))


def _shows_mathematics() -> bool:
    try:
        _PROBE.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _print(text: str, unicode: bool) -> None:
    if not unicode:
        from jacocalc.render.inline import plain

        text = plain(text) if not text.startswith("{") else text.encode("ascii", "backslashreplace").decode()
    sys.stdout.write(text)


def _to_file(content: str | bytes, path: str) -> None:
    save(path, content.encode("utf-8", "replace") if isinstance(content, str) else content)
