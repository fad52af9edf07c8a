"""The options that commands share: each with its type, its words for --help, and its value where it is not typed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

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


Functions = Annotated[list[str], typer.Argument(
    metavar="F [G ...]", help="Names, or definitions in quotation marks; the innermost first.",
    autocompletion=completion.functions,
)]  # fmt: skip
ProgramText = Annotated[list[str], typer.Argument(
    metavar="PROGRAM", help="Declarations and statements, the name of a program, or a file with one.",
    autocompletion=completion.programs,
)]  # fmt: skip
CodeText = Annotated[list[str], typer.Argument(
    metavar="F [G ...]", help="Functions, the innermost first, or a program: names, texts, a file.",
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
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to write the solution.")]
DetailOption = Annotated[Detail, typer.Option("--detail", "-d", help="How much of the working to write.")]
DigitsOption = Annotated[
    int | None,
    typer.Option("--digits", min=1, max=1000, help="Also in decimals: N significant digits, each proved."),
]
FileOption = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="Write to a file; .html, .tex, .md, .json, .pdf say how.")
]
AnimateOption = Annotated[str, typer.Option(
    "--animate", metavar="FILE.svg", help="Also an animated picture: products entry by entry, a graph's passes.",
)]  # fmt: skip
StandaloneOption = Annotated[bool, typer.Option("--standalone", help="LaTeX: a whole document.")]
KinkOption = Annotated[str, typer.Option(
    "--kink", metavar="T", help="At a kink: (1 - T)·left + T·right, T from 0 to 1, or left or right.",
    autocompletion=completion.sides,
)]  # fmt: skip
OrderOption = Annotated[
    Order | None,
    typer.Option("--order", help="Multiply from the inside, from the outside, by the cheapest bracketing, or compare."),
]
VectorOption = Annotated[str, typer.Option("--vector", metavar="V", help="The vector: 1,2 or [1, 2].")]
UnitOption = Annotated[bool, typer.Option("--unit", help="Along V/‖V‖: the directional derivative.")]
SolveForOption = Annotated[str, typer.Option("--solve-for", metavar="Y", help="The dependent variables: y or y,z.")]
NewtonOption = Annotated[int, typer.Option("--newton", metavar="N", min=0, help="Also N steps of Newton's method.")]
DensityOption = Annotated[
    Density | None, typer.Option("--density", help="The density of the inputs, to be carried to the outputs.")
]
TimeoutOption = Annotated[float, typer.Option("--timeout", metavar="S", min=0.1, help="Give up after S seconds.")]
MemoryOption = Annotated[int, typer.Option("--memory", metavar="MB", min=100, help="Use at most so much memory.")]
ReadingOption = Annotated[
    Reading | None,
    typer.Option("--juxtaposition", help="Read 1/2x as 1/(2x) (tight) or as (1/2)·x (loose)."),
]
WrtOption = Annotated[str, typer.Option("--wrt", metavar="W,b", help="The variables to differentiate by.")]
OfOption = Annotated[str, typer.Option("--of", metavar="F", help="The variable of a program to differentiate.")]
LossOption = Annotated[str, typer.Option("--loss", metavar="L", help="The scalar loss, if not the last one.")]
RandomOption = Annotated[
    int | None, typer.Option("--random", metavar="SEED", help="Also in numbers: random arrays at small sizes.")
]
UpdateOption = Annotated[
    str, typer.Option("--update", metavar="RATE", help="Also a step of gradient descent: the loss before and after.")
]
SecondOption = Annotated[bool, typer.Option("--second", help="Also the second differential: the Hessian.")]
KroneckerOption = Annotated[bool, typer.Option("--kronecker", help="Also as one matrix: vec df = K vec dX.")]
HessianVectorOption = Annotated[
    bool, typer.Option("--hessian-vector", help="Also the Hessian times a direction, by differentiating both passes.")
]
AnswerOption = Annotated[
    str, typer.Option("--answer", metavar="TEXT", help="Check an answer to this question, or a file with one.")
]
PictureOption = Annotated[
    list[str] | None, typer.Option("--picture", metavar="KIND", help="HTML: also drawn, as map, gradient, graph, flow.")
]
GaussNewtonOption = Annotated[bool, typer.Option("--gauss-newton", help="Also the Gauss-Newton matrix of vectors.")]
ExactOption = Annotated[bool, typer.Option("--exact", help="Decimals count only where they are exact.")]
RtolOption = Annotated[str, typer.Option("--rtol", metavar="R", help="Decimals may be off by this part: 0.01.")]
FormOption = Annotated[str, typer.Option(
    "--form", metavar="FORM", help="The answer must be evaluated, expanded or factored.",
    autocompletion=completion.forms,
)]  # fmt: skip
PagerOption = Annotated[bool, typer.Option("--pager", help="On a terminal: read it in JACOCALC_PAGER, PAGER or less.")]

OWN: dict[str, tuple[object, object]] = {
    "at": (AtOption, ""),
    "kink": (KinkOption, ""),
    "order": (OrderOption, None),
    "vector": (VectorOption, ""),
    "unit": (UnitOption, False),
    "solve_for": (SolveForOption, ""),
    "newton": (NewtonOption, 0),
    "density": (DensityOption, None),
    "wrt": (WrtOption, ""),
    "of": (OfOption, ""),
    "loss": (LossOption, ""),
    "random": (RandomOption, None),
    "update": (UpdateOption, ""),
    "second": (SecondOption, False),
    "kronecker": (KroneckerOption, False),
    "hessian_vector": (HessianVectorOption, False),
    "gauss_newton": (GaussNewtonOption, False),
}
COMMON: dict[str, tuple[object, object]] = {
    "file": (FromOption, ""),
    "form": (FormatOption, Format.TERMINAL),
    "detail": (DetailOption, Detail.NORMAL),
    "digits": (DigitsOption, None),
    "output": (FileOption, ""),
    "standalone": (StandaloneOption, False),
    "animate": (AnimateOption, ""),
    "picture": (PictureOption, None),
    "juxtaposition": (ReadingOption, None),
    "answer": (AnswerOption, ""),
    "exact": (ExactOption, False),
    "rtol": (RtolOption, ""),
    "answer_form": (FormOption, ""),
    "pager": (PagerOption, False),
    "timeout": (TimeoutOption, 30.0),
    "memory": (MemoryOption, 1000),
}
