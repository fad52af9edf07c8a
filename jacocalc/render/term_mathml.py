"""Terms → MathML Core: elements side by side, as in :mod:`jacocalc.render.mathml`."""

from __future__ import annotations

import re

from jacocalc.known_functions import KNOWN
from jacocalc.linear import letters
from jacocalc.render.mathml_elements import TIGHT, fenced, fraction, index_elements, mathml_name, mo, row
from jacocalc.render.term_typesetting import Typeset
from jacocalc.term_writing import PAPER_OPERATIONS
from jacocalc.terms import Index, Term

_BOLD = {ord("0") + k: 0x1D7CE + k for k in range(10)}
_THIN = '<mspace width="0.17em"/>'
_UPRIGHT = re.compile(r"\\(?:operatorname\{)?(\w+)\}?")


class TermMathml(Typeset):
    """The script of MathML."""

    def digits(self, text: str) -> str:
        return f"<mn>{text}</mn>"

    def name(self, name: str, below: str = "") -> str:
        return mathml_name(name, below=below)

    def bold(self, digit: str) -> str:
        return self.digits(digit.translate(_BOLD))

    def index(self, index: Index) -> str:
        return index_elements(str(index))

    def prefix(self, sign: str) -> str:
        if sign == "d":
            return '<mi mathvariant="normal">d</mi>'
        return mo("−" if sign == "-" else sign, f' form="prefix"{TIGHT}')

    def infix(self, sign: str) -> str:
        return mo("−" if sign == "-" else sign, TIGHT if sign == "×" else "")

    def fraction(self, above: str, below: str) -> str:
        return fraction(above, below)

    def superscript(self, base: str, script: str) -> str:
        if base.startswith("<msub>") and base.endswith("</msub>"):
            return f"<msubsup>{base.removeprefix('<msub>').removesuffix('</msub>')}{row(script)}</msubsup>"
        return f"<msup>{row(base)}{row(script)}</msup>"

    def subscript(self, base: str, script: str) -> str:
        return f"<msub>{row(base)}{row(script)}</msub>"

    def fence(self, text: str, left: str, right: str) -> str:
        return fenced(text, left, right)

    def root(self, text: str, index: str) -> str:
        return f"<mroot>{row(text)}<mn>{index}</mn></mroot>" if index else f"<msqrt>{text}</msqrt>"

    def function(self, name: str, order: int) -> str:
        known = _UPRIGHT.fullmatch(KNOWN[name].latex) if name in KNOWN else None
        head = f"<mi>{letters(known[1])}</mi>" if known else mathml_name(name)
        if name == "sigmoid":  # σ is any activation here
            head = "<mi>sigmoid</mi>"
        return self.superscript(head, mo("′" * order)) if order else head

    def operator(self, name: str) -> str:
        stem, _, way = name.partition("_")
        words = _THIN.join(f"<mi>{word}</mi>" for word in PAPER_OPERATIONS.get(name, stem).split())
        return self.subscript(words, f"<mi>{way}</mi>") if way else words

    def call(self, head: str, inner: str) -> str:
        return head + mo("\u2061") + fenced(inner)

    def summation(self, letter: str, first: str, last: str) -> str:
        return f"<munderover>{mo('∑')}{row(mathml_name(letter), mo('='), first)}{row(last)}</munderover>"

    def gap(self, right: Term) -> str:
        return _THIN

    def beside(self) -> str:
        return mo("\u2062")


def term_mathml(term: Term) -> str:
    """A term as MathML elements."""
    return row(TermMathml().write(term))
