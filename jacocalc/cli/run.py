"""What the commands do: look up, read, ask, print.  SymPy is loaded only once there is something to derive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from jacocalc import sources
from jacocalc.cli.output import Output, write
from jacocalc.functions import VectorFunction
from jacocalc.options import Detail, Options
from jacocalc.questions import COMPOSING, Asked, ComposeLayers, Question
from jacocalc.reading.definitions import linked, read_layers
from jacocalc.reading.questions import question_of

if TYPE_CHECKING:
    from jacocalc.solutions import Solution


def solve(asked: Asked, file: str, loose: bool | None, page: Output, options: Options) -> bool:
    """Answer a question of the command line and print the page; False where the result is not confirmed."""
    layers = read_layers(" ".join(asked.functions)) if asked.ask == "compose" else None
    if layers:
        return _show(ComposeLayers(*layers), "", {}, page, options)
    implicit = asked.ask == "implicit"
    found = sources.look_up(asked.functions, file, loose, asked.ask in COMPOSING, implicit)
    question = question_of(asked, tuple(one.function for one in found))
    return _show(question, sources.said(found), {one.function.name: one.source for one in found}, page, options)


def examples(name: str, page: Output, options: Options) -> bool:
    """The list of worked examples, or the solution of one; False where a result is not confirmed."""
    if not name:
        lines = [f"{one:<28}{sources.example(one).title}" for one in sources.example_names()]
        write("\n".join([*lines, "", "Show one with: jacocalc examples NAME"]) + "\n", page)
        return True
    problem = sources.example(name)
    confirmed = [_example(name, asked, dict(problem.functions), page, options) for asked in problem.questions]
    return all(confirmed)


def _example(
    name: str, asked: Asked, known: Mapping[str, VectorFunction], page: Output, options: Options
) -> bool:  # fmt: skip
    source = f"from the worked example {name}"
    listed = dict.fromkeys(asked.functions, source)
    chosen = replace(options, detail=Detail(asked.detail or options.detail), digits=asked.digits or options.digits)
    return _show(asked_question(asked, known), f"{', '.join(asked.functions)}: {source}", listed, page, chosen)


def asked_question(asked: Asked, known: Mapping[str, VectorFunction]) -> Question:
    """The Question of a problem file; its functions are the file's own, or definitions."""
    layers = read_layers(" ".join(asked.functions))
    if layers:
        return ComposeLayers(*layers)
    implicit = asked.ask == "implicit"
    functions = [
        known[name] if name in known else sources.look_up([name], implicit=implicit)[0].function
        for name in asked.functions
    ]
    return question_of(asked, linked(functions) if asked.ask in COMPOSING else tuple(functions))


def _show(question: Question, source: str, listed: Mapping[str, str], page: Output, options: Options) -> bool:
    from jacocalc import api

    solution = api.answer(question, options, sources=listed)
    write(_written(solution, source, page), page)
    return solution.verified != "undecided"


def _written(solution: Solution, source: str, page: Output) -> object:
    from jacocalc.solutions import written

    if page.form == "json":
        return solution.to_json()
    document = replace(solution.document(), sources=(source,) if source else ())
    return written(document, page.form, page.standalone)
