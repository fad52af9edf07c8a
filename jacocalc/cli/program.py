"""The commands.  Arguments are read without SymPy; ``api`` is imported once there is something to derive.

Exit status: 0 done, 2 input or usage, 3 undecided or a limit reached, 4 a fault of ours.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from jacocalc import sources
from jacocalc.cli.output import Output, write
from jacocalc.errors import JacocalcError
from jacocalc.functions import Chain, Point, chain
from jacocalc.options import Detail, Options
from jacocalc.questions import Asked, Compose, ComposeLayers, GradientOf, JacobianOf, Question, stacked
from jacocalc.reading.definitions import read_layers
from jacocalc.reading.points import read_point

if TYPE_CHECKING:
    from jacocalc.api import Solution

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Jacobians and the chain rule, worked out step by step the way a good textbook does.",
    epilog='Try: jacocalc compose f g --at 1,2   or   jacocalc jacobian "f(x, y) = [x^2 + y, 2xy]"',
)


class Format(StrEnum):
    """How the page is written."""

    TERMINAL = "terminal"
    TEXT = "text"
    LATEX = "latex"
    JSON = "json"


class Reading(StrEnum):
    """How 1/2x is read: (1/2)·x tightly from the left, or 1/(2x)."""

    TIGHT = "tight"
    LOOSE = "loose"


Functions = Annotated[
    list[str], typer.Argument(metavar="F [G ...]", help="Names, or definitions in quotation marks; the innermost first.")
]
AtOption = Annotated[str, typer.Option("--at", metavar="P", help="The point: 1,2 or x=1,y=2 or pi/2,sqrt(2).")]
FromOption = Annotated[str, typer.Option("--from", metavar="FILE", help="A problem file, or one definition a line.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to write the solution.")]
DetailOption = Annotated[Detail, typer.Option("--detail", "-d", help="How much of the working to write.")]
DigitsOption = Annotated[
    int | None, typer.Option("--digits", min=1, max=1000, help="Also in decimals: N significant digits, each proved.")
]
FileOption = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.")]
StandaloneOption = Annotated[bool, typer.Option("--standalone", help="LaTeX: a whole document.")]
ReadingOption = Annotated[
    Reading | None, typer.Option("--juxtaposition", help="Read 1/2x as (1/2)·x (tight to the left: loose) or 1/(2x) (tight).")
]


@app.command(epilog='Example: jacocalc compose "f(x, y) = [x^2 + y, 2xy]" "g(u, v) = [u + v, u^2, sin(v)]" --at 1,2')
def compose(
    functions: Functions,
    at: AtOption = "",
    file: FromOption = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    digits: DigitsOption = None,
    output: FileOption = "",
    standalone: StandaloneOption = False,
    juxtaposition: ReadingOption = None,
) -> None:
    """The chain rule for y = h(g(f(x))), every step."""
    wanted = Output(form.value, output, standalone)
    layers = read_layers(" ".join(functions))
    if layers:
        _solve(ComposeLayers(*layers), "", wanted, Options(detail, digits))
        return
    found = sources.look_up(functions, file, _loose(juxtaposition))
    stages = chain(tuple(one.function for one in found))
    _solve(Compose(stages, _point(at, stages)), sources.said(found), wanted, Options(detail, digits), found)


@app.command(epilog='Example: jacocalc jacobian "f(x, y) = 3x^2 y" "g(x, y) = 2x + y^8" --at 1,1')
def jacobian(
    functions: Functions,
    at: AtOption = "",
    file: FromOption = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    digits: DigitsOption = None,
    output: FileOption = "",
    standalone: StandaloneOption = False,
    juxtaposition: ReadingOption = None,
) -> None:
    """Partial derivatives and the Jacobian matrix; several functions of the same inputs are stacked."""
    found = sources.look_up(functions, file, _loose(juxtaposition))
    one = chain((stacked(tuple(f.function for f in found)),))
    wanted = Output(form.value, output, standalone)
    _solve(JacobianOf(one, _point(at, one)), sources.said(found), wanted, Options(detail, digits), found)


@app.command(epilog='Example: jacocalc gradient "f(x, y) = [x + y, xy]" "L(u, v) = u^2 + v" --at 1,2')
def gradient(
    functions: Functions,
    at: AtOption = "",
    file: FromOption = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    digits: DigitsOption = None,
    output: FileOption = "",
    standalone: StandaloneOption = False,
    juxtaposition: ReadingOption = None,
) -> None:
    """The gradient of a scalar function, through a chain: ∇L = J_fᵀ ∇_f L."""
    found = sources.look_up(functions, file, _loose(juxtaposition))
    stages = chain(tuple(one.function for one in found))
    wanted = Output(form.value, output, standalone)
    _solve(GradientOf(stages, _point(at, stages)), sources.said(found), wanted, Options(detail, digits), found)


@app.command(epilog="Example: jacocalc examples chain-rule-for-jacobians")
def examples(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="The example to show.", show_default=False)] = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    output: FileOption = "",
    standalone: StandaloneOption = False,
) -> None:
    """The worked examples: a list, or one of them solved."""
    wanted = Output(form.value, output, standalone)
    if not name:
        lines = [f"{one:<28}{sources.example(one).title}" for one in sources.example_names()]
        write("\n".join([*lines, "", "Show one with: jacocalc examples NAME"]) + "\n", wanted)
        return
    problem = sources.example(name)
    known = dict(problem.functions)
    for asked in problem.questions:
        question = question_of(asked, known)
        _solve(question, f"{', '.join(asked.functions)}: from the worked example {name}", wanted, Options(detail))


def question_of(asked: Asked, known: dict[str, sources.VectorFunction]) -> Question:
    """The Question that a problem file asks."""
    layers = read_layers(" ".join(asked.functions))
    if layers:
        return ComposeLayers(*layers)
    stages = tuple(known[name] if name in known else sources.look_up([name])[0].function for name in asked.functions)
    match asked.ask:
        case "jacobian":
            one = chain((stacked(stages),))
            return JacobianOf(one, _point(asked.at, one))
        case "gradient":
            linked = chain(sources.linked(list(stages)))
            return GradientOf(linked, _point(asked.at, linked))
        case _:
            linked = chain(sources.linked(list(stages)))
            return Compose(linked, _point(asked.at, linked))


def _loose(reading: Reading | None) -> bool | None:
    return None if reading is None else reading is Reading.LOOSE


def _point(at: str, stages: Chain) -> Point | None:
    return read_point(at, stages.inputs, stages.parameters) if at else None


def _solve(
    question: Question, source: str, wanted: Output, options: Options, found: list[sources.Found] | None = None
) -> None:
    """Derive, print, and end with status 3 where the result is not confirmed."""
    from jacocalc import api

    listed = {one.function.name: one.source for one in found or ()}
    solution = api.answer(question, options, sources=listed)
    write(_page(solution, source, wanted), wanted)
    if solution.verified == "undecided":
        raise typer.Exit(3)


def _page(solution: Solution, source: str, wanted: Output) -> object:
    from dataclasses import replace

    if wanted.form == Format.JSON:
        return solution.to_json()
    page = replace(solution.document(), sources=(source,) if source else ())
    if wanted.form == Format.LATEX:
        from jacocalc.render.latex import to_latex

        return to_latex(page, wanted.standalone)
    return page


def main(arguments: list[str] | None = None) -> int:
    """Run a command and give its exit status; every error is one line on stderr, never a traceback."""
    words = [_protected(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    try:
        result = app(args=words, prog_name="jacocalc", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except JacocalcError as error:
        return _failed(error.report(), error.exit_status)
    except typer.Exit as ending:
        return ending.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _failed("interrupted", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if hasattr(error, "format_message"):
            return _failed(f"error: {error.format_message()}\nhint: jacocalc --help", 2)
        if os.environ.get("JACOCALC_TRACEBACK"):
            raise
        return _failed(f"error: a fault of jacocalc ({type(error).__name__}: {error})\nhint: please report the input", 4)


def _failed(report: str, status: int) -> int:
    encoding = sys.stderr.encoding or "ascii"
    print(report.encode(encoding, "replace").decode(encoding), file=sys.stderr)
    return status


_WORDS = frozenset(
    {"--at", "--from", "--format", "-f", "--detail", "-d", "--digits", "-o", "--output", "--standalone",
     "--juxtaposition", "--help", "--version", "--"}
)  # fmt: skip


def _protected(word: str) -> str:
    """``-x^2`` is mathematics, not an option: a space before it keeps it from being taken for one."""
    if word.startswith("-") and word.split("=")[0] not in _WORDS and not word.startswith("--"):
        return f" {word}"
    return word


def _version(wanted: bool) -> None:
    if wanted:
        from jacocalc import __version__

        print(f"jacocalc {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Jacobians and the chain rule, worked out step by step the way a good textbook does."""
