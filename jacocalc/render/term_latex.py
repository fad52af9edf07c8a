"""Terms → LaTeX: ``\\frac{\\partial L}{\\partial z} x^\\top``."""

from __future__ import annotations

import re

from jacocalc.known_functions import KNOWN
from jacocalc.render.latex_signs import SIGNS, fenced, latex_name
from jacocalc.render.term_typesetting import Typeset
from jacocalc.terms import Elementwise, Index, Operation, Term

_SIGNS = SIGNS | {"d": r"\mathrm{d}"}
_FENCES = {"‖": (r"\lVert", r"\rVert"), "|": (r"\lvert", r"\rvert"), "⟨": (r"\langle", r"\rangle")}
_OPERATORS = {"det": r"\det", "logdet": r"\log\det", "diagonal": r"\operatorname{diag}"}
_SHORT = re.compile(r"\w|\\[a-zA-Z]+")


class TermLatex(Typeset):
    """The script of LaTeX."""

    def digits(self, text: str) -> str:
        return text

    def name(self, name: str, below: str = "") -> str:
        return latex_name(name, below=below)

    def bold(self, digit: str) -> str:
        return rf"\mathbf{{{digit}}}"

    def index(self, index: Index) -> str:
        return str(index)

    def prefix(self, sign: str) -> str:
        code = _SIGNS.get(sign, sign)
        return f"{code} " if code[-1].isalpha() else code

    def infix(self, sign: str) -> str:
        return ", " if sign == "," else f" {_SIGNS.get(sign, sign)} "

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def superscript(self, base: str, script: str) -> str:
        inner = script.strip()
        return f"{base}^{inner}" if _SHORT.fullmatch(inner) else f"{base}^{{{inner}}}"

    def subscript(self, base: str, script: str) -> str:
        return f"{base}_{{{script}}}"

    def fence(self, text: str, left: str, right: str) -> str:
        return fenced(text, *_FENCES.get(left, (left, right)))

    def root(self, text: str, index: str) -> str:
        return rf"\sqrt[{index}]{{{text}}}" if index else rf"\sqrt{{{text}}}"

    def function(self, name: str, order: int) -> str:
        head = KNOWN[name].latex if name in KNOWN else latex_name(name)
        if name == "sigmoid":  # σ is any activation here
            head = r"\operatorname{sigmoid}"
        return head + "'" * order

    def operator(self, name: str) -> str:
        stem, _, way = name.partition("_")
        below = rf"_{{\mathrm{{{way}}}}}" if way else ""
        return _OPERATORS.get(name, rf"\operatorname{{{stem}}}{below}")

    def call(self, head: str, inner: str) -> str:
        return head + fenced(inner)

    def summation(self, letter: str, first: str, last: str) -> str:
        return rf"\sum_{{{letter}={first}}}^{{{last}}} "

    def gap(self, right: Term) -> str:
        return " " if isinstance(right, Elementwise | Operation) else r" \, "

    def beside(self) -> str:
        return " "


def term_latex(term: Term) -> str:
    """A term as LaTeX mathematics."""
    return TermLatex().write(term)
