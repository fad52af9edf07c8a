"""The command ``picture``: a function at a point, drawn; SVG, PNG or PDF by the ending of the file."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from jacocalc.asked import PICTURES, Asked
from jacocalc.cli.options import AtOption, FromOption, MemoryOption, Stages, TimeoutOption
from jacocalc.cli.output import refuse_unwritable, tell, write_bytes
from jacocalc.errors import JacocalcError


class Kind(StrEnum):
    """What is drawn."""

    MAP = "map"
    GRADIENT = "gradient"
    GRAPH = "graph"
    FLOW = "flow"


class PictureFormat(StrEnum):
    """How a picture is written."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"


def picture(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="What is drawn.", show_default=False)],
    functions: Stages,
    at: AtOption = "",
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="The file, .svg, .png or .pdf; else standard output.")
    ] = "",
    form: Annotated[
        PictureFormat | None, typer.Option("--format", "-f", help="The format, where no ending says it.")
    ] = None,
    kink: Annotated[str, typer.Option("--kink", metavar="T", help="At a kink: the weight of the right side.")] = "",
    file: FromOption = "",
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """A picture of a function at a point.  Several functions are composed first.

    map: the grid, its image, and what the Jacobian makes of a square.  gradient: level curves and gradients.  graph:
    the computational graph with both passes.  flow: the size of the gradient by depth.
    """
    import logging

    from jacocalc import sources
    from jacocalc.reading.questions import question_of

    del timeout, memory
    desk = context.obj
    written = _format(output, form.value if form else "", desk is not None)
    asked = Asked("picture", PICTURES[kind.value], tuple(functions), at=at, kink=kink)
    if kink and asked.ask == "graph":
        raise JacocalcError("--kink belongs to picture map, gradient and flow")
    found = sources.look_up(asked.functions, file, None, True, at_hand=desk.at_hand if desk else {})
    question = question_of(asked, tuple(one.function for one in found))
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its own font cache on stderr
    from jacocalc.solutions import answer

    solution = answer(question)
    drawn = solution.picture(kind.value)
    if desk and not output:
        desk.take(drawn)
    else:
        write_bytes(drawn.data(written), output)
    if solution.verified == "undecided":
        tell("note: the derivative in this picture is not confirmed by a second road")
        raise typer.Exit(3)


def _format(output: str, form: str, taken: bool) -> str:
    """Raises JacocalcError for an unknown ending, and where a picture would be poured over a terminal."""
    from jacocalc.pictures.canvas import format_of, require_matplotlib

    written = format_of(output, form)
    if not output and not taken and sys.stdout.isatty():
        raise JacocalcError("a picture is written to a file", hint=f"-o picture.{written}")
    if output:
        refuse_unwritable(output)
    require_matplotlib()
    return written
