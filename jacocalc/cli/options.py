"""The options that commands share: each with its type, its words for --help, and its value where it is not typed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from jacocalc.cli import completion
from jacocalc.options import Detail


class Format(StrEnum):
    """How the page is written."""

    TERMINAL = "terminal"
    TEXT = "text"
    LATEX = "latex"
    BEAMER = "beamer"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    SPEECH = "speech"
    DOT = "dot"
    MERMAID = "mermaid"


class Reading(StrEnum):
    """How 1/2x is read: 1/(2x) where juxtaposition binds tightly, (1/2)·x where it binds like a dot."""

    TIGHT = "tight"
    LOOSE = "loose"


class Order(StrEnum):
    """In which order the Jacobians of a chain are multiplied."""

    FORWARD = "forward"
    REVERSE = "reverse"
    BEST = "best"
    COMPARE = "compare"


class Target(StrEnum):
    """The languages that code is written in."""

    NUMPY = "numpy"
    C = "c"
    JAX = "jax"
    TORCH = "torch"
    JULIA = "julia"
    MATLAB = "matlab"
    LATEX = "latex"


class Density(StrEnum):
    """How the inputs are distributed."""

    NORMAL = "normal"
    UNIFORM = "uniform"


Stages = Annotated[list[str], typer.Argument(
    metavar="F", help="Names, or definitions in quotation marks; the innermost first.",
    autocompletion=completion.functions,
)]  # fmt: skip
Rows = Annotated[list[str], typer.Argument(
    metavar="F", help="Names, or definitions in quotation marks; several are stacked.",
    autocompletion=completion.functions,
)]  # fmt: skip
ProgramText = Annotated[list[str], typer.Argument(
    metavar="PROGRAM", help="Declarations and statements, the name of a program, or a file with one.",
    autocompletion=completion.programs,
)]  # fmt: skip
CodeText = Annotated[list[str], typer.Argument(
    metavar="F", help="Functions, the innermost first, or a program: names, texts, a file.",
    autocompletion=completion.code,
)]  # fmt: skip
CodeAtOption = Annotated[
    str, typer.Option("--at", metavar="P", help="Of functions: say on stderr where digits are lost at this point.")
]
AtOption = Annotated[str, typer.Option("--at", metavar="P", help="The point: 1,2 or x=1,y=2 or pi/2,sqrt(2).")]
ValuesOption = Annotated[
    str,
    typer.Option("--at", metavar="VALUES", help="Also in numbers: W=[[1,2],[3,4]], x=[1,2]; or a .toml, .json, .npz."),
]
FromOption = Annotated[str, typer.Option("--from", metavar="FILE", help="A problem file, or one definition a line.")]
FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="How to write the page; dot and mermaid write a graph.")
]
DetailOption = Annotated[Detail, typer.Option("--detail", "-d", help="How much of the working to write.")]
CodeFileOption = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Write the code to a file.")]
FileOption = Annotated[str, typer.Option(
    "-o", "--output", metavar="FILE", help="Write to a file; .txt, .tex, .md, .html, .json, .pdf say how."
)]  # fmt: skip
StandaloneOption = Annotated[bool, typer.Option("--standalone", help="LaTeX: a whole document.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", metavar="S", min=0.1, help="Give up after S seconds.")]
MemoryOption = Annotated[int, typer.Option("--memory", metavar="MB", min=100, help="Use at most so much memory.")]
WrtOption = Annotated[str, typer.Option("--wrt", metavar="W,b", help="The variables to differentiate by.")]
LossOption = Annotated[str, typer.Option("--loss", metavar="L", help="The scalar loss, if not the last one.")]
ExactOption = Annotated[bool, typer.Option("--exact", help="Decimals count only where they are exact.")]
RtolOption = Annotated[str, typer.Option("--rtol", metavar="R", help="Decimals may be off by this part: 0.01.")]
FormOption = Annotated[str, typer.Option(
    "--form", metavar="FORM", help="The answer must be evaluated, expanded or factored.",
    autocompletion=completion.forms,
)]  # fmt: skip
PagerOption = Annotated[bool, typer.Option("--pager", help="On a terminal: read it in JACOCALC_PAGER, PAGER or less.")]


def _option(kind: Any, default: object, *names: str, **words: Any) -> tuple[object, object]:
    """An option of questions, and its value where it is not typed."""
    return Annotated[kind, typer.Option(*names, **words)], default


OWN: dict[str, tuple[object, object]] = {
    "at": (AtOption, ""),
    "kink": _option(
        str, "", "--kink", metavar="T", help="At a kink: (1 - T)·left + T·right, T from 0 to 1, or left or right.",
        autocompletion=completion.sides,
    ),
    "order": _option(
        Order | None, None, "--order",
        help="Multiply from the inside, from the outside, by the cheapest bracketing, or compare."
    ),
    "vector": _option(str, "", "--vector", metavar="V", help="The vector: 1,2 or [1, 2]."),
    "unit": _option(bool, False, "--unit", help="Along V/‖V‖: the directional derivative."),
    "solve_for": _option(str, "", "--solve-for", metavar="Y", help="The dependent variables: y or y,z."),
    "newton": _option(int, 0, "--newton", metavar="N", min=0, help="Also N steps of Newton's method."),
    "density": _option(
        Density | None, None, "--density", help="The density of the inputs, to be carried to the outputs."
    ),
    "wrt": (WrtOption, ""),
    "of": _option(str, "", "--of", metavar="F", help="The variable of a program to differentiate."),
    "loss": (LossOption, ""),
    "random": _option(
        int | None, None, "--random", metavar="SEED", help="Also in numbers: random arrays at small sizes."
    ),
    "update": _option(
        str, "", "--update", metavar="RATE", help="Also a step of gradient descent: the loss before and after."
    ),
    "second": _option(bool, False, "--second", help="Also the second differential: the Hessian."),
    "kronecker": _option(bool, False, "--kronecker", help="Also as one matrix: vec df = K vec dX."),
    "hessian_vector": _option(
        bool, False, "--hessian-vector", help="Also the Hessian times a direction, by differentiating both passes."
    ),
    "gauss_newton": _option(bool, False, "--gauss-newton", help="Also the Gauss-Newton matrix of vectors."),
}
COMMON: dict[str, tuple[object, object]] = {
    "file": (FromOption, ""),
    "form": (FormatOption, Format.TERMINAL),
    "detail": (DetailOption, Detail.NORMAL),
    "digits": _option(
        int | None, None, "--digits", min=1, max=1000, help="Also in decimals: N significant digits, each proved."
    ),
    "output": (FileOption, ""),
    "standalone": (StandaloneOption, False),
    "animate": _option(
        str, "", "--animate", metavar="FILE.svg",
        help="Also an animated picture: products entry by entry, a graph's passes."
    ),
    "picture": _option(
        list[str] | None, None, "--picture", metavar="KIND", help="HTML: also drawn, as map, gradient, graph, flow."
    ),
    "juxtaposition": _option(
        Reading | None, None, "--juxtaposition", help="Read 1/2x as 1/(2x) (tight) or as (1/2)·x (loose)."
    ),
    "answer": _option(
        str, "", "--answer", metavar="TEXT", help="Check an answer to this question, or a file with one."
    ),
    "exact": (ExactOption, False),
    "rtol": (RtolOption, ""),
    "answer_form": (FormOption, ""),
    "pager": (PagerOption, False),
    "timeout": (TimeoutOption, 30.0),
    "memory": (MemoryOption, 1000),
}
