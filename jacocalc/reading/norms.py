"""Norms and other bars in programs: ||…||, |…| and norm(…), with the p of the norm.

    ||x||, ||A||_F, norm(A, 'fro')     the root of the sum of squares      ||x||_2^2     the sum alone
    ||x||_1, norm(x, 1)                sum(abs(x))                         ||x||_p       sum(abs(x).^p)^(1/p)
    |a|                                the absolute value                  ln|S|         of the determinant

A norm that is no sum of powers, ‖x‖_∞ or the largest singular value, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from jacocalc.reading.brackets import closed_at
from jacocalc.reading.mismatches import named_term, typed
from jacocalc.reading.program_words import NORMS, REFUSED
from jacocalc.term_writing import paper_term
from jacocalc.terms import Elementwise, Operation, Over, Raised, Scalar, Term

if TYPE_CHECKING:
    from jacocalc.errors import ReadError
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

NORM_INDEX = (
    r"(\s*+(?:\^\s*+(?:\{\s*+2\s*+\}|2))?)(\s*+_\s*+(?:\{\s*+(?:\\(?:mathrm|text|mathcal)\s*+\{([^{}]*+)\}\s*+"
    r"|([^{}]*+))\}|(\\?[A-Za-z][A-Za-z0-9]*|[0-9]+|[*∞]))|\s*+[₁-₉])"
)
_NORM_INDEX = re.compile(NORM_INDEX)


def between_bars(parser: TermParser) -> Term:
    """||…||, |…|"""
    opener = parser.open()
    inner = parser.expression()
    parser.close()
    return _norm(parser, inner, opener) if opener.text == "||" else _size(parser, inner, opener)


def _size(parser: TermParser, inner: Term, opener: Token) -> Term:
    """|a|, and the determinant |S|"""
    if _is_determinant(parser, inner, opener):
        parser.names.note(f"|{paper_term(inner)}| is the determinant")
        return Operation("det", (inner,))
    if not inner.is_scalar and not _added_up(parser, opener):
        size = f"det({typed(inner)})" if inner.shape[0] == inner.shape[1] else "||…||"
        hint = f"write abs(…) entry by entry, or {size} for the {'determinant' if size[0] == 'd' else 'norm'}"
        raise parser.error("bars take a scalar here", opener, hint)
    return Elementwise("abs", inner)


def _is_determinant(parser: TermParser, inner: Term, opener: Token) -> bool:
    """Whether bars around a square matrix can only be its determinant: ln|S|, |S|^(-1/2)."""
    place = parser.tokens.index(opener)
    words = [token.text for token in parser.tokens[max(place - 2, 0) : place] if token.text != "("]
    before = words[-1] if words else ""
    if inner.is_scalar or inner.shape[0] != inner.shape[1] or before in ("sum", "mean"):
        return False
    return parser.sees("^") or before in ("ln", "log", "sqrt", "√")


def _added_up(parser: TermParser, opener: Token) -> bool:
    """Whether the bars that were just closed hold all of sum(|…|) or mean(|…|): only entry by entry makes sense."""
    place = parser.tokens.index(opener)
    before = [token.text for token in parser.tokens[max(place - 2, 0) : place]]
    return before in (["sum", "("], ["mean", "("]) and parser.sees(")")


def _norm(parser: TermParser, inner: Term, opener: Token) -> Term:
    """||…||, ||…||_2"""
    match = _NORM_INDEX.match(parser.text, parser.before.end)
    index = "" if match is None else unicodedata.normalize("NFKC", _index_of_norm(match))
    return of_order(parser, inner, index, opener)


def _index_of_norm(match: re.Match[str]) -> str:
    """What stands below the bars: 2, F, ∞ of \\infty"""
    inside = next((part for part in match.groups()[2:] if part is not None), match[2])
    return inside.strip(" _\\")


def called(parser: TermParser, token: Token, base: Term | None = None) -> Term:
    """norm(x, 1), norm(A, 'fro'), norm(x, ord=2), x.norm(p=1)"""
    end = closed_at(parser.tokens, parser.at)
    entries = base is not None or parser.text[: token.start].endswith("torch.")
    parser.open()
    if base is None:
        base = parser.expression()
        parser.take()
    words = [one.text for one in parser.tokens[parser.at : end] if one.text not in ("'", '"', "ord", "p", "=")]
    if "," in words:
        said = "norm takes a vector or a matrix, and which norm it is"
        raise parser.error(said, token, "norm(x, 1), norm(A, 'fro')")
    parser.at = end
    parser.close()
    return of_order(parser, base, "".join(words), token, entries)


def of_order(parser: TermParser, inner: Term, index: str, opener: Token, entries: bool = False) -> Term:
    """||x||_1 = sum(abs(x)), ||x||_p = sum(abs(x).^p)^(1/p); so of all entries of a matrix in PyTorch"""
    entries = entries or 1 in inner.shape
    if index.lower() in ("", "f", "fro") or (index == "2" and entries):
        return Operation("norm", (inner,))
    power = _power_of_norm(parser, index) if entries else None
    if power is None:
        raise _no_norm(parser, index, inner, opener)
    even = isinstance(power, Scalar) and power.value % 2 == 0
    size: Term = inner if even else Elementwise("abs", inner)
    if power == Scalar(Fraction(1)):
        return Operation("sum", (size,))
    parser.names.note(f"‖…‖_{index} is sum(abs(…).^{index})^(1/{index})")
    return Raised(Operation("sum", (Raised(size, power),)), _root(power))


def _root(power: Term) -> Term:
    """1/p"""
    return Scalar(1 / power.value) if isinstance(power, Scalar) else Over(Scalar(Fraction(1)), power)


def _power_of_norm(parser: TermParser, index: str) -> Term | None:
    """The p of ‖x‖_p: a whole number or a declared scalar."""
    if index.isdigit():
        return Scalar(Fraction(index)) if int(index) else None
    found = parser.names.variable(index)
    return found if found is not None and found.is_scalar else None


def _no_norm(parser: TermParser, index: str, inner: Term, opener: Token) -> ReadError:
    """A norm whose derivative is not known here, and what is."""
    vector = 1 in inner.shape
    size = NORMS.get(index, ("", ""))[not vector]
    of = f"{'' if vector else 'the matrix '}{named_term(inner)}"
    said = f"the {index}-norm of {of}{f', its {size},' if size else ''} is not read here"
    hint = "||x||_p takes a whole number or a declared scalar p; ||x|| is the Euclidean norm"
    if not vector:
        hint = "sum(abs(…)) adds up all entries" if index == "1" else "||…||_F, or ||…||, is the Frobenius norm"
    elif size:
        hint = REFUSED["max"]
    return parser.error(said, opener, hint)


def without_root(base: Term, exponent: Term) -> Term | None:
    """The sum of squares of ‖x‖², Σ |x|^p of ‖x‖_p^p; None for other powers"""
    if isinstance(base, Operation) and base.name == "norm" and exponent == Scalar(Fraction(2)):
        return Operation("norm2", base.arguments)
    if isinstance(base, Raised) and base.exponent == _root(exponent) and _adds_sizes(base.base):
        return base.base
    return None


def _adds_sizes(term: Term) -> bool:
    """Whether a term is Σ |x|^p, which is never negative."""
    match term:
        case Operation("sum", (Raised(base, power),)):
            even = isinstance(power, Scalar) and power.value % 2 == 0
            return even or (isinstance(base, Elementwise) and base.function == "abs")
    return False
