"""The commands and their options.  What they do is in ``run``, which is imported when a command runs.

Exit status: 0 done or right, 1 wrong, 2 input or usage, 3 undecided or a limit reached, 4 a fault of ours.
"""

from __future__ import annotations

import copy
import errno
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Annotated, Any

import typer

from jacocalc.asked import COMPOSING, OPTIONS, Asked
from jacocalc.cli import completion
from jacocalc.cli.desk import Desk
from jacocalc.cli.grade import grade
from jacocalc.cli.guard import guarded, unguarded
from jacocalc.cli.options import (
    COMMON,
    OWN,
    CodeAtOption,
    CodeFileOption,
    CodeText,
    DetailOption,
    ExactOption,
    FileOption,
    Format,
    FormatOption,
    FormOption,
    FromOption,
    LossOption,
    MemoryOption,
    PagerOption,
    ProgramText,
    Reading,
    Rows,
    RtolOption,
    Stages,
    StandaloneOption,
    Target,
    TimeoutOption,
    ValuesOption,
    WrtOption,
)
from jacocalc.cli.output import Output, destination, drop_stdout, for_a_reader, tell
from jacocalc.cli.picture import picture
from jacocalc.cli.practice import practice
from jacocalc.cli.replay import replay
from jacocalc.cli.synonyms import refuse_synonym
from jacocalc.errors import JacocalcError
from jacocalc.options import Detail, Options

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Jacobians and the chain rule, worked out step by step the way a good textbook does.",
    epilog='\b\nTry: jacocalc compose f g --at 1,2\n     jacocalc jacobian "f(x, y) = [x^2 + y, 2xy]" --at 1,2',
)


QUESTIONS: dict[str, tuple[str, str]] = {
    "compose": (
        "The chain rule for y = h(g(f(x))), every step.",
        'jacocalc compose "f(x, y) = [x^2 + y, 2xy]" "g(u, v) = [u + v, u^2, sin(v)]" --at 1,2',
    ),
    "jacobian": (
        "Partial derivatives and the Jacobian matrix.  Several functions of the same inputs are stacked.",
        'jacocalc jacobian "f(x, y) = 3x^2 y" "g(x, y) = 2x + y^8" --at 1,1',
    ),
    "gradient": (
        "The gradient of a scalar function.  Through a chain it is ∇L = J_fᵀ ∇_f L.",
        'jacocalc gradient "f(x, y) = [x + y, xy]" "L(u, v) = u^2 + v" --at 1,2',
    ),
    "hessian": (
        "Second derivatives, and the kind of a critical point.  Through a chain the second-order chain rule.",
        'jacocalc hessian "f(x, y) = x^3 - 3x y + y^3" --at 1,1',
    ),
    "vjp": (
        "The vector-Jacobian product vᵀJ.  From the left, stage by stage.",
        "jacocalc vjp f g --at 1,2 --vector 1,0,0",
    ),
    "jvp": (
        "The Jacobian-vector product Jv; directional derivatives.  From the right; --unit makes a unit vector of V.",
        'jacocalc jvp "f(x, y) = x^2 y" --at 1,2 --vector 3,4 --unit',
    ),
    "differential": (
        "The differential df = f′(x)[dx] of a function or program.  Of matrix-level programs with --of and --wrt.",
        'jacocalc differential "z = x^2 + 3x y - y^2" --at 2,3 --vector 0.05,-0.04',
    ),
    "implicit": (
        "The derivative of y(x) where F(x, y) = 0.  By the implicit function theorem.",
        'jacocalc implicit "x^2 + y^2 = 25" --solve-for y --at 3,4',
    ),
    "volume": (
        "det J and what it does to volumes, integrals and densities.",
        'jacocalc volume "f(r, theta) = [r cos theta, r sin theta]" --at 2,pi/3',
    ),
    "point": (
        "Is f continuous and differentiable at a point, and why.  Is it defined, and are its derivatives continuous?",
        'jacocalc point "f(x, y) = piecewise(x y/(x^2 + y^2) if x != 0 or y != 0, 0 otherwise)" --at 0,0',
    ),
    "graph": (
        "The computational graph: forward and backward pass.  Values and adjoints of all nodes; without P as formulas.",
        'jacocalc graph "f(x, y) = x y + sin x" --at 2,3',
    ),
    "backprop": (
        "Backpropagation at matrix level, with symbolic shapes.  A program is declarations and statements, or a name.",
        'jacocalc backprop "x: n; W: m x n; b: m; y: m; z = W x + b; h = tanh(z); L = 1/2 ||h - y||^2" --wrt W,b',
    ),
}


def _command(ask: str) -> Callable[..., None]:
    """The command that asks this question, with the options that its row names and those of all commands."""

    def command(context: typer.Context, **given: Any) -> None:
        from jacocalc.cli import run

        loose = None if given["juxtaposition"] is None else given["juxtaposition"] is Reading.LOOSE
        own = {name: given[name] for name in (*OPTIONS[ask], "answer")}
        own |= {name: own[name].value if own[name] else "" for name in ("order", "density") if name in own}
        asked = Asked(ask, ask, tuple(given["functions"]), **own)
        page = destination(given["form"].value, given["output"], given["standalone"])
        pictures = _pictures(given["picture"] or (), page.form, given["answer"])
        page = replace(page, animation=given["animate"], pictures=pictures)
        wanted = {"exact": given["exact"], "rtol": given["rtol"], "form": given["answer_form"]}
        options = Options(given["detail"], given["digits"])
        timeout = given["timeout"] if context.obj and _typed(context, "timeout") else None
        status = run.solve(run.Command(asked, page, options, given["file"], loose, wanted, context.obj, timeout))
        if status:
            raise typer.Exit(status)

    options = {name: OWN[name] for name in OPTIONS[ask]} | COMMON
    functions = Stages if ask in COMPOSING else Rows
    if ask == "backprop":
        options["at"], functions = (ValuesOption, ""), ProgramText
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("context", kind, annotation=typer.Context)]
    parameters += [inspect.Parameter("functions", kind, annotation=functions)]
    parameters += [inspect.Parameter(name, kind, default=d, annotation=a) for name, (a, d) in options.items()]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _typed(context: typer.Context, option: str) -> bool:
    """Whether an option was typed, and is not what it is by itself."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def _whole(example: str) -> str:
    """An example on one line, however long, so that it can be copied (\\b keeps Click from breaking it)."""
    return f"\b\nExample: {example}"


def _pictures(named: Sequence[str], form: str, answer: str) -> tuple[str, ...]:
    """The kinds of pictures that are asked for, each once.  Raises JacocalcError where the page has no room for any."""
    kinds = ",".join(named).replace(",", " ").split()
    if kinds and (form not in ("html", "pdf-html") or answer):
        hint = f"--format html, or jacocalc picture {kinds[0]} F --at P -o {kinds[0]}.svg"
        raise JacocalcError("--picture puts a picture into the HTML page of a solution", hint=hint)
    return tuple(dict.fromkeys(kinds))


for _ask, (_help, _example) in QUESTIONS.items():
    app.command(_ask, help=_help, epilog=_whole(_example))(_command(_ask))


@app.command(epilog=_whole('jacocalc check exercise-1 "[[3e + 2, e + 2], [e + 4, 3]]"'))
def check(
    context: typer.Context,
    exercise: Annotated[
        str,
        typer.Argument(
            metavar="EXERCISE",
            help="An exercise by name, such as chain-rule-7.",
            autocompletion=completion.exercises,
        ),
    ],
    answer: Annotated[
        str, typer.Argument(metavar="ANSWER", help="Text or LaTeX, also J = … = …, or a file (.txt, .md, .tex).")
    ],
    file: Annotated[str, typer.Option("--from", metavar="FILE", help="The problem file that has the exercise.")] = "",
    exact: ExactOption = False,
    rtol: RtolOption = "",
    answer_form: FormOption = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    output: FileOption = "",
    standalone: StandaloneOption = False,
    pager: PagerOption = False,
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """Judge an answer: right, wrong and why, or undecided.  Exit status 0, 1, 3; 2 where it cannot be read."""
    from jacocalc.cli.check import check_exercise

    del pager, timeout, memory
    page = destination(form.value, output, standalone)
    wanted = {"exact": exact, "rtol": rtol, "form": answer_form}
    status = check_exercise(exercise, answer, file, wanted, page, detail, context.obj)
    if status:
        raise typer.Exit(status)


@app.command(epilog=_whole('jacocalc code "f(x, y) = [x^2 + y, 2xy]" --target c'))
def code(
    context: typer.Context,
    functions: CodeText,
    target: Annotated[
        Target, typer.Option("--target", help="The language; latex writes the equations.")
    ] = Target.NUMPY,
    at: CodeAtOption = "",
    wrt: WrtOption = "",
    loss: LossOption = "",
    file: FromOption = "",
    output: CodeFileOption = "",
    pager: PagerOption = False,
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """Functions and programs with their derivatives, as code.  It checks itself when it is run.

    Of functions value and Jacobian, of scalar ones gradient and Hessian too.  Of a program, such as two-layer, both
    passes; --wrt and --loss belong to programs.
    """
    from jacocalc.cli import run

    del pager, timeout, memory
    run.code(Asked("code", "backprop", tuple(functions), at=at, wrt=wrt, loss=loss), file, target.value,
             Output("text", output), context.obj)  # fmt: skip


@app.command(epilog=_whole("jacocalc examples chain-rule-for-jacobians"))
def examples(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The example to show.", show_default=False, autocompletion=completion.examples
        ),
    ] = "",
    form: FormatOption = Format.TERMINAL,
    detail: DetailOption = Detail.NORMAL,
    output: FileOption = "",
    standalone: StandaloneOption = False,
    pager: PagerOption = False,
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """The worked examples: a list, or one of them solved."""
    from jacocalc.cli import run

    del pager, timeout, memory
    if not run.examples(name, destination(form.value, output, standalone), Options(detail), context.obj):
        raise typer.Exit(3)


app.command(epilog=_whole("jacocalc grade problems.toml answers.csv -o marks.csv --summary class.md"))(grade)
app.command(epilog=_whole('jacocalc picture map "f(r, t) = [r cos t, r sin t]" --at 2,pi/3 -o map.svg'))(picture)
app.command(epilog=_whole("jacocalc practice chain-rule --seed 7 --level 2 --print 3 --solutions"))(practice)
app.command(epilog=_whole("jacocalc compose f g --at 1,2 -o s.json && jacocalc replay s.json"))(replay)
_COMMANDS = {info.name or info.callback.__name__: info for info in app.registered_commands if info.callback}
_BOUNDED_INSIDE = (["grade"], ["practice"])
_ENDLESS = 1e12
_INTERRUPTED = 130


def main() -> int:
    """The program: a command under its limits; those of grading and practice hold for every answer instead."""
    words = sys.argv[1:]
    if "_JACOCALC_COMPLETE" in os.environ:
        return unguarded(lambda: run_command(words))
    if not words and sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty():
        from jacocalc.cli.guide import converse

        return unguarded(lambda: _reported(lambda: converse(_bounded)))
    if "--pager" not in words:
        return _bounded(words)
    from jacocalc.cli.pager import paged

    return paged(lambda: _bounded(words))


def _bounded(words: list[str]) -> int:
    if words[:1] in _BOUNDED_INSIDE:
        return unguarded(lambda: run_command(words))
    return guarded(lambda: run_command(words), *_limits(words))


def _limits(words: list[str]) -> tuple[float, int]:
    """The limits that are asked for; what is not a number is refused when the options are read."""
    found = {"--timeout": 30.0, "--memory": 1000.0}
    for i, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in found:
            with suppress(ValueError, IndexError):
                number = float(value or words[i + 1])
                found[name] = min(number, _ENDLESS) if number > 0 else found[name]
    return max(found["--timeout"], 0.1), max(int(found["--memory"]), 1)


def run_command(arguments: list[str], desk: Desk | None = None) -> int:
    """Run a command and give its exit status; a ``desk`` takes the results of questions, and no page is written."""
    return _reported(lambda: _run(arguments, desk), " ".join(["jacocalc", *_command_of(arguments)]))


@cache
def _built(name: str) -> Callable[..., Any]:
    """The command of that name with its options, or all commands, made once: a notebook runs many."""
    chosen = copy.copy(app)
    chosen.registered_commands = [_COMMANDS[name]] if name else app.registered_commands
    return typer.main.get_command(chosen)


def _run(arguments: list[str], desk: Desk | None) -> int:
    words = [_protected(_utf8(word), before) for before, word in zip(["", *arguments], arguments, strict=False)]
    name = "".join(_command_of(words))
    if words and not name:
        refuse_synonym(words[0])
    try:
        result = _built(name)(args=words, prog_name="jacocalc", standalone_mode=False, obj=desk)
    except OSError as error:
        if "--install-completion" not in words:
            raise
        raise JacocalcError(f"{error.filename} cannot be written: {error.strerror}") from None
    with for_a_reader():
        sys.stdout.flush()
    if result == _INTERRUPTED:  # which is what Typer makes of Ctrl-C
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def _command_of(words: list[str]) -> list[str]:
    """The name of the command, if there is one."""
    return [word for word in words[:1] if word in _COMMANDS]


def _reported(work: Callable[[], int], command: str = "jacocalc") -> int:
    """The exit status of ``work``; every error is one line on stderr, never a traceback."""
    try:
        return work()
    except JacocalcError as error:
        return _failed(error.report(), error.exit_status)
    except typer.Exit as ending:
        return ending.exit_code
    except SystemExit as ending:  # completion is shown, installed or answered; grading has said how far it is
        if isinstance(ending.__context__, BrokenPipeError):  # help that nobody reads, for which Click ends with 1
            drop_stdout()
            return 0
        return ending.code if isinstance(ending.code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _failed("interrupted", _INTERRUPTED)
    except MemoryError:
        return _failed("error: the limit of memory is reached\nhint: raise it with --memory MB", 3)
    except BrokenPipeError:
        drop_stdout()
        return 0
    except OSError as error:
        if error.errno in _UNWRITABLE:
            drop_stdout()
            return _failed(f"error: the page cannot be written: {error.strerror}", 2)
        if error.errno in _REFUSED:
            return _failed(f"error: the system refuses to go on: {error.strerror}", 3)
        return _fault(error)
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            return _failed(str(error), 2)
        if hasattr(error, "format_message"):
            message = error.format_message().replace("Value error, ", "")
            return _failed(JacocalcError(message, hint=f"{command} --help").report(), 2)
        return _fault(error)


_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}  # stdout is on a full disk, say
_REFUSED = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}


def _fault(error: Exception) -> int:
    if os.environ.get("JACOCALC_TRACEBACK"):
        raise error
    said = f"a fault of jacocalc ({type(error).__name__}: {error})"
    return _failed(JacocalcError(said, hint="please report the input").report(), 4)


def _failed(report: str, status: int) -> int:
    tell(report)
    return status


_SHORT = ("-o", "-f", "-d")


def _utf8(word: str) -> str:
    """An argument as UTF-8, whatever the locale says."""
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError as error:
        place = getattr(error, "start", 0) + 1
        raise JacocalcError("an argument is not UTF-8 text", hint=f"byte {place} cannot be read") from None


def _protected(word: str, before: str) -> str:
    """``-x^2`` is mathematics and gets a space, to be no option; ``-o -`` is standard output."""
    if word == "-" and before in ("-o", "--output"):
        return ""
    option = word.startswith("--") or word.split("=")[0] in _SHORT
    return f" {word}" if word.startswith("-") and not option else word


def _version(wanted: bool) -> None:
    if wanted:
        from jacocalc import __version__

        print(f"jacocalc {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Jacobians and the chain rule, worked out step by step the way a good textbook does."""
