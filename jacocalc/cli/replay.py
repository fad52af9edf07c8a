"""``jacocalc replay``: a solution in JSON, verified step by step.

Exit status: 0 nothing is wrong, 1 a step is wrong, 2 the file is no solution, 3 undecided.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jacocalc.cli.options import MemoryOption, TimeoutOption
from jacocalc.cli.output import Output, write

_WIDTH = 80
_LARGEST = 50_000_000
_STATUS = {"proved": 0, "agrees": 0, "wrong": 1, "undecided": 3}
_SAID = {"proved": "accepted", "agrees": "accepted", "wrong": "rejected", "undecided": "undecided"}


def replay(
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="What --format json wrote.")],
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """Verify every step of a solution from its JSON alone.  The rules that made it are not used.

    Values come from the functions that the question states, derivatives from differences of such values.  The first
    step that is wrong is named, with the field.
    """
    import textwrap
    from pathlib import Path

    from jacocalc.reading.files import text_of

    text = text_of(Path(file), file, _LARGEST)
    from jacocalc import api

    del timeout, memory
    report = api.replay(text)
    lines = [f"{file}: {_SAID[report.outcome]}", *textwrap.wrap(f"{report.message}.", _WIDTH)]
    write("\n".join(lines) + "\n", Output("text"))
    raise typer.Exit(_STATUS[report.outcome])
