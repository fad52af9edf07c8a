"""A real terminal: colour where it is wanted, the width that it has, and nothing lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="this platform has no pseudo-terminals")


def shown(columns: int, **changes: str) -> str:
    """What a terminal of this width shows."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "PYTHONUTF8": "1", **changes}
    environment = {name: value for name, value in environment.items() if value}
    process = subprocess.Popen(
        [sys.executable, "-m", "jacocalc", "compose", "f", "g", "--at", "1,2"],
        stdout=slave,
        stderr=slave,
        env=environment,
    )
    os.close(slave)
    text = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    process.wait()
    os.close(master)
    return text.decode().replace("\r\n", "\n")


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_colour_in_a_terminal_and_none_where_it_is_not_wanted() -> None:
    assert "\x1b[" in shown(100, NO_COLOR="")
    plain = shown(100, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)
    assert "4 cos(4)" in bare(plain)


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_the_page_fits_the_terminal(columns: int) -> None:
    text = bare(shown(columns))
    assert max(map(len, text.splitlines())) <= columns
    assert "0·2 + cos(4)·4" in text


def test_square_brackets_are_printed_as_typed() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "jacocalc", "jacobian", "[red]x[/red]"], capture_output=True, text=True, errors="replace"
    ).stderr
    assert "[red]x[/red]" in text
