"""What the shell completes: names of functions, programs, exercises, topics, worked examples.

Each of these is called with the beginning of a word; where none fits, the shell offers files.  Nothing is derived, so
neither SymPy nor NumPy is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from typer import Context

from jacocalc.errors import JacocalcError

Completed = Callable[[Context, str], list[str]]


def _beginning(names: Callable[[str], list[str]]) -> Completed:
    """Those of the names that begin so; ``names`` is given the file of --from, or nothing."""

    def completed(ctx: Context, incomplete: str) -> list[str]:
        try:
            found = names(ctx.params.get("file") or "")
        except (JacocalcError, OSError):
            return []
        return [name for name in found if name.startswith(incomplete)]

    # Typer reads the annotations, which are text here and are not found by name in another module.
    completed.__annotations__ = {"ctx": Context, "incomplete": str}
    return completed


def _exercises(file: str) -> list[str]:
    from pathlib import Path

    from jacocalc.reading.problems import read_file

    if file:
        return [asked.name for asked in read_file(Path(file), file).questions if asked.name]
    found: list[str] = _sources().exercise_names()
    return found


def _sources() -> ModuleType:
    """Loaded when a word is completed: every command defines these."""
    return import_module("jacocalc.sources")


functions = _beginning(lambda file: _sources().known_functions(file))
programs = _beginning(lambda file: _sources().known_programs(file))
code = _beginning(lambda file: [*_sources().known_functions(file), *_sources().known_programs(file)])
exercises = _beginning(_exercises)
topics = _beginning(lambda file: _sources().topics())
examples = _beginning(lambda file: _sources().example_names())
sides = _beginning(lambda file: ["left", "right"])
forms = _beginning(lambda file: ["evaluated", "expanded", "factored"])
