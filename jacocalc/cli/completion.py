"""What the shell completes: names of functions, programs, exercises, topics, worked examples.

Each of these is called with the beginning of a word; where none fits, the shell offers files.  Nothing is derived, so
neither SymPy nor NumPy is loaded.
"""

from __future__ import annotations

from collections.abc import Callable

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


def _functions(file: str) -> list[str]:
    from jacocalc.sources import known_functions

    return known_functions(file)


def _programs(file: str) -> list[str]:
    from jacocalc.sources import known_programs

    return known_programs(file)


def _exercises(file: str) -> list[str]:
    from pathlib import Path

    from jacocalc import sources
    from jacocalc.reading.problems import read_file

    if file:
        return [asked.name for asked in read_file(Path(file), file).questions if asked.name]
    return sources.exercise_names()


def _topics(file: str) -> list[str]:
    from jacocalc.sources import topics

    return topics()


def _examples(file: str) -> list[str]:
    from jacocalc.sources import example_names

    return example_names()


functions = _beginning(_functions)
programs = _beginning(_programs)
code = _beginning(lambda file: [*_functions(file), *_programs(file)])
exercises = _beginning(_exercises)
topics = _beginning(_topics)
examples = _beginning(_examples)
sides = _beginning(lambda file: ["left", "right"])
forms = _beginning(lambda file: ["evaluated", "expanded", "factored"])
