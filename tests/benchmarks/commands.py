"""Starting up: whole commands as processes, beside ``import sympy`` and a minimal typer program."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.tables import Table, child, median, progress

MINIMAL = """
import typer
from typing import Annotated
app = typer.Typer()
@app.command()
def add(
    a: Annotated[str, typer.Argument(help="A number.")], b: Annotated[int, typer.Option("--b", help="Another.")] = 1
) -> None:
    '''Add two numbers.'''
    print(a, b)
@app.command()
def other(a: str) -> None:
    '''Something else.'''
app()
"""


def tables(short: bool) -> Iterator[Table]:
    """CPU seconds of each, and the ratios of the aims."""
    python, runs = sys.executable, 1 if short else 11
    with tempfile.TemporaryDirectory() as folder:
        smallest = Path(folder) / "minimal.py"
        smallest.write_text(MINIMAL, "utf-8")
        cases = {
            'python -c "import sympy"': [python, "-c", "import sympy"],
            "a minimal typer program, `--help`": [python, str(smallest), "--help"],
            "a minimal typer program, `add x`": [python, str(smallest), "add", "x"],
            "jacocalc compose f g --at 1,2": [python, "-m", "jacocalc", "compose", "f", "g", "--at", "1,2"],
            "jacocalc --help": [python, "-m", "jacocalc", "--help"],
            'jacocalc jacobian "f(x) = x +"': [python, "-m", "jacocalc", "jacobian", "f(x) = x +"],
        }
        found = {}
        for name, words in cases.items():
            progress(name)
            found[name] = median(lambda words=words: child(words), runs)  # type: ignore[misc]
    engine, *minimal = list(found.values())[:3]
    rows = [
        [name if "`" in name else f"`{name}`", f"{s:.3f}", *(f"{s / other:.2f}" for other in (engine, *minimal))]
        for name, s in found.items()
    ]
    head = ["command", "s", "× import sympy", "× minimal typer, `--help`", "× minimal typer, `add x`"]
    yield Table("Whole commands (CPU seconds, median)", head, rows)
