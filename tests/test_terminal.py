"""A real terminal: colour where it is wanted, the width that it has, and nothing lost."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from jacocalc.cli.pager import command_of

pty = pytest.importorskip("pty", reason="this platform has no pseudo-terminals")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")


COMPOSE = ("compose", "f", "g", "--at", "1,2")


@cache
def shown(columns: int, *words: str, **changes: str) -> str:
    """What a terminal of this width shows."""
    return session(columns, *(words or COMPOSE), typed=(), **changes)[0]


def session(columns: int, *words: str, typed: Sequence[tuple[str, str]] = (), **changes: str) -> tuple[str, int]:
    """What a terminal shows, and the exit status; where it shows the first of a pair, the second is typed."""
    master, slave = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(columns), "PYTHONUTF8": "1", **changes}
    process = subprocess.Popen([sys.executable, "-m", "jacocalc", *words], stdin=slave, stdout=slave, stderr=slave,
                               env=environment, start_new_session=True, preexec_fn=_takes_the_terminal)  # fmt: skip
    os.close(slave)
    text, waiting, seen = b"", list(typed), 0
    while part := _read(master, text):
        text += part
        while waiting and (found := text.find(waiting[0][0].encode(), seen)) >= 0:
            seen = found + len(waiting[0][0].encode())
            os.write(master, waiting.pop(0)[1].encode())
    os.close(master)
    assert not waiting, text.decode()
    return text.decode().replace("\r\n", "\n"), process.wait()


def _takes_the_terminal() -> None:
    """So that Ctrl-C reaches the process, as in a shell."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(master: int, text: bytes) -> bytes:
    """The next part; nothing when the terminal is closed.  On Linux that is an error.

    A Ctrl-C that comes just before Python's prompt begins to wait is lost in Python itself: it is typed once more.
    """
    if not select.select([master], [], [], 10)[0] and text.endswith(b"> "):
        os.write(master, b"\x03")
    assert select.select([master], [], [], 30)[0], f"nothing follows {text.decode()}"
    try:
        return os.read(master, 65536)
    except OSError:
        return b""


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_colour_in_a_terminal_and_none_where_it_is_not_wanted() -> None:
    assert "\x1b[36m" in shown(80)
    plain = shown(80, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)
    assert "4 cos(4)" in bare(plain)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_page_fits_the_terminal(columns: int) -> None:
    text = bare(shown(columns))
    assert max(map(len, text.splitlines())) <= columns
    assert "0·2 + cos(4)·4" in text


def test_square_brackets_are_printed_as_typed() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "jacocalc", "jacobian", "[red]x[/red]"], capture_output=True, text=True, errors="replace"
    ).stderr
    assert "[red]x[/red]" in text


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_colour_in_a_pipe(variables: dict[str, str], coloured: bool, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"PYTHONUTF8": "1", "TERM": "xterm", "JACOCALC_DATA": str(tmp_path), **variables}
    done = subprocess.run([sys.executable, "-m", "jacocalc", "practice"], capture_output=True, env=environment)
    assert (b"\x1b[1;36m" in done.stdout) is coloured
    assert "chain-rule" in done.stdout.decode()


def test_a_terminal_that_cannot_do_it_shows_no_colour(tmp_path: Path) -> None:
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", shown(80, "practice", TERM="dumb", JACOCALC_DATA=str(tmp_path)))


def test_a_terminal_without_unicode_gets_ascii_in_colour() -> None:
    text = shown(80, PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0")
    assert bare(text).isascii()
    assert "\x1b[" in text
    assert "0*2 + cos(4)*4" in bare(text)


# -- the pager ----------------------------------------------------------------------------------------

LIST = ("examples", "--pager")


@cache
def example_lines() -> list[str]:
    """The list of worked examples."""
    done = subprocess.run([sys.executable, "-m", "jacocalc", "examples"], capture_output=True, encoding="utf-8")
    return done.stdout.splitlines()


def script(folder: Path, text: str) -> str:
    """A pager that is this shell script."""
    path = folder / "pager"
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_page_goes_through_the_pager_in_colour(tmp_path: Path) -> None:
    text = shown(80, *COMPOSE, "--pager", PAGER=script(tmp_path, "sed 's/^/| /'"))
    assert "\x1b[" in text
    lines = bare(text).splitlines()
    assert all(line.startswith("| ") for line in lines)
    assert bare(shown(80)) == "".join(f"{line[2:]}\n" for line in lines)


def test_a_pager_that_is_left_in_the_middle_is_no_error(tmp_path: Path) -> None:
    text, status = session(80, *LIST, PAGER=script(tmp_path, "head -n 1"))
    assert (bare(text), status) == (f"{example_lines()[0]}\n", 0)


@pytest.mark.parametrize("pager", ["/nowhere/to/be/found", "false", "'"])
def test_a_pager_that_fails_loses_nothing(pager: str) -> None:
    text, status = session(80, *LIST, PAGER=pager)
    assert bare(text).endswith("\n".join([*example_lines(), ""]))
    assert status == 0


def test_an_error_needs_no_pager(tmp_path: Path) -> None:
    text, status = session(80, "jacobian", "f(x) = x +", "--pager", PAGER=script(tmp_path, "echo never"))
    assert status == 2
    assert "never" not in text


def test_a_pipe_gets_the_page_as_ever(tmp_path: Path) -> None:
    environment = {**os.environ, "PAGER": script(tmp_path, "echo never")}
    done = subprocess.run([sys.executable, "-m", "jacocalc", *LIST], capture_output=True, env=environment)
    assert done.stdout.decode().splitlines() == example_lines()


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ({"PAGER": "more"}, ["more"]),
        ({"PAGER": "more", "JACOCALC_PAGER": "less -S"}, ["less", "-S", "-R"]),
        ({"PAGER": ""}, []),
        ({"PAGER": "cat"}, []),
        ({"PAGER": "less", "TERM": "dumb"}, []),
    ],
)
def test_which_pager(variables: dict[str, str], command: list[str]) -> None:
    assert command_of(variables) == command


# -- the guide ----------------------------------------------------------------------------------------


def test_the_guide_in_a_terminal() -> None:
    """What cannot be read stands there again; only its end is mended."""
    typed = [
        ("function> ", "f(x) = x^2 +\n"),
        ("function> ", "\x7f\x7f\n"),
        ("then> ", "\n"),
        ("see> ", "\n"),
        ("at> ", "3\n"),
    ]
    text, status = session(80, typed=typed)
    assert status == 0
    assert "jacocalc gradient 'f(x) = x^2' --at 3" in text
    assert "\x1b[" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(("key", "status"), [("q\n", 0), ("\x04", 0), ("\x03", 130)], ids=["q", "Ctrl-D", "Ctrl-C"])
def test_the_guide_is_left_politely(key: str, status: int) -> None:
    text, found = session(80, typed=[("function> ", key)])
    assert found == status
    assert "Traceback" not in text
