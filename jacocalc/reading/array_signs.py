"""Signs between vectors and matrices that are no matrix product.

    x · y, x @ y   xᵀ y, of two vectors of one size
    x @ W          Wᵀ x, where NumPy is written, whose vectors have one axis
    x * y, x / y   entry by entry, where NumPy is written; so is 1/x of a column
    x ** 2         entry by entry, where no power of a matrix is meant

What is read so is noted; where a matrix product is possible too, both readings are said, unless np., torch. or axis=
says that it is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jacocalc.reading.mismatches import primed, typed
from jacocalc.term_writing import paper_term
from jacocalc.terms import Raised, Term, Times, Transposed

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_ARRAYS = r"\b(?:np|numpy|jnp|torch)\.|\b(?:axis|dim|keepdims?)=|\[(?::, ?None|None, ?:)\]|\.unsqueeze\("
NUMPY = re.compile(rf"@|\.(?:sum|mean|dot)\(|{_ARRAYS}")
_SURELY = re.compile(_ARRAYS)
_TORCH = re.compile(r"\b(?:torch|nn|F)\.|\.unsqueeze\(|\.(?:mm|mv|t)\(|\b(?:dim|keepdim)=")
_DOTS = ("·", "⋅", "∙", "•", "@", "\\cdot", "\\bullet")


def _sign(parser: TermParser, sign: re.Pattern[str]) -> re.Match[str] | None:
    """A sign of NumPy or PyTorch in the text or its other lines."""
    texts = () if parser.names.verbatim else (parser.text, parser.names.beside)
    return next(filter(None, map(sign.search, texts)), None)


def is_numpy(parser: TermParser) -> bool:
    """Whether the text is NumPy's, whose signs are entry by entry."""
    return parser.names.entrywise or _sign(parser, NUMPY) is not None


def _is_surely_numpy(parser: TermParser) -> bool:
    """Whether the text is NumPy's beyond doubt: @ and x.sum() are others' too."""
    return _sign(parser, _SURELY) is not None


def is_torch(parser: TermParser) -> bool:
    """Whether the text is PyTorch's, whose variance divides by n - 1."""
    found = _sign(parser, _TORCH)
    return found is not None and (found[0] != "F." or parser.names.variable("F") is None)


def before_a_matrix(parser: TermParser, left: Term, right: Term) -> Term | None:
    """Wᵀ x for a vector x of NumPy before W, which fits it from neither side as a column."""
    fits = 1 == left.shape[1] != right.shape[0] == left.shape[0]
    if not fits or 1 in right.shape or not is_numpy(parser) or parser.names.is_column(left):
        return None
    found = Times((right.body if isinstance(right, Transposed) else Transposed(right), left))
    parser.names.note(f"{typed(left)} @ {typed(right)} is {paper_term(found)}, as in NumPy")
    return found


def _laid(vector: Term) -> list[Term]:
    """The row of a vector: xᵀ A of Aᵀ x"""
    match vector:
        case Times((Transposed(matrix), inner)):
            return [*_laid(inner), matrix]
    return [Transposed(vector)]


def multiplied(parser: TermParser, factors: list[Term], right: Term, operator: Token) -> list[Term] | None:
    """The factors with one more by an explicit sign; None where only a matrix product or a multiple is possible."""
    left = parser.joined(factors)
    sign = parser.text[operator.start : operator.end]
    if parser.names.verbatim or left.is_scalar or right.is_scalar:
        return None
    entries = sign == "*" and _is_surely_numpy(parser) and _is_entrywise_too(parser, left, right)
    if left.shape[1] == right.shape[0] != 1 and not entries:
        return None
    if sign in _DOTS and left.shape == right.shape and right.shape[1] == 1:
        parser.names.note(f"{typed(left)} · {typed(right)} is the inner product")
        return [Times((*_laid(left), right))]
    scalars = [factor for factor in factors if factor.is_scalar]
    left = parser.joined([factor for factor in factors if not factor.is_scalar])
    if sign == "@" and (turned := before_a_matrix(parser, left, right)) is not None:
        return [*scalars, turned]
    if entries or (sign == "*" and left.shape[1] != right.shape[0] and is_numpy(parser)):
        return [*scalars, _entrywise(parser, left, right, operator, "⊙")]
    return None


def refuse_star(parser: TermParser, start: Token, factors: list[Term], right: Term, operator: Token) -> None:
    """A * B of square matrices, A * x and x.T * y are A ⊙ B, A diag(x) and x ⊙ y where NumPy is written."""
    left = parser.joined(factors)
    if operator.text != "*" or left.is_scalar or left.shape[1] != right.shape[0] or not is_numpy(parser):
        return
    a, b = typed(factors[-1]), typed(right)
    if 1 in left.shape and left.shape == right.shape[::-1] and not parser.names.is_column(left):
        row, column = (left, right) if left.shape[0] == 1 else (right, left)
        raise parser.ambiguous(start.start, parser.before.end, f"{primed(row)} .* {typed(column)}", f"{a} @ {b}")
    if _is_entrywise_too(parser, left, right) and not _is_surely_numpy(parser):
        raise parser.ambiguous(start.start, parser.before.end, f"{a} .* {b}", f"{a} @ {b}")


def _is_entrywise_too(parser: TermParser, left: Term, right: Term) -> bool:
    """Whether a matrix fits another entry by entry, or a vector its rows or columns."""
    lines = parser.line_of(right, left.shape) or parser.line_of(left, right.shape)
    return left.shape == right.shape or lines is not None


def divided(parser: TermParser, above: Term, below: Term, operator: Token) -> Term | None:
    """a / x of arrays where NumPy is written, and 1/x of a column"""
    number = above.is_scalar and below.shape[1] == 1 and not parser.names.verbatim
    return _entrywise(parser, above, below, operator, "⊘") if number or is_numpy(parser) else None


def _entrywise(parser: TermParser, left: Term, right: Term, operator: Token, sign: str) -> Term:
    found = parser.entry_by_entry(left, right, operator._replace(text=sign), [])
    numpy = ", as in NumPy" if is_numpy(parser) else ""
    parser.names.note(f"{typed(left)} {operator.text} {typed(right)} is entry by entry{numpy}")
    return found


def raised(parser: TermParser, base: Term, operator: Token) -> Term | None:
    """x ** 2 of an array; None for a power of a matrix."""
    if parser.text[operator.start : operator.end] != "**" or base.is_scalar or parser.names.verbatim:
        return None
    square = base.shape[0] == base.shape[1]
    if square and not is_numpy(parser):
        return None
    exponent = parser.exponent(operator)
    a, n = typed(base), parser.text[operator.end : parser.before.end].strip()
    if square and not _is_surely_numpy(parser):
        raise parser.ambiguous(operator.start, parser.before.end, f"{a}.^{n}", f"{a}^{n}")
    parser.names.note(f"{a}**{n} raises every entry")
    return Raised(base, exponent)
