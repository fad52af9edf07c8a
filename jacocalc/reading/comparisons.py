"""[z > 0], (z < y), 1{z ≥ 0}: indicators in programs, 1 at the entries where a comparison holds, else 0.

where(z > 0, a, b) has the entries of a there, and of b elsewhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from jacocalc.terms import SCALAR, ZERO, Elementwise, Hadamard, Ones, Opposite, Plus, Scalar, Scaled, Term, Times, Zeros

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

COMPARISONS = (">", "<", ">=", "<=")


def opens_comparison(parser: TermParser) -> bool:
    """Whether the bracket that opens here holds a comparison."""
    return any(token.text in COMPARISONS for token in parser.inside())


def indicator(parser: TermParser, left: Term) -> Term:
    """1 where left > right, else 0; left ≥ right is not left < right"""
    operator = parser.take()
    left, right = _in_one_shape(parser, left, parser.expression(), operator)
    larger, smaller = (left, right) if operator.text in (">", "<=") else (right, left)
    difference: Term = Plus((larger, Opposite(smaller)))
    if ZERO in (larger, smaller):
        difference = larger if smaller == ZERO else Opposite(smaller)
    step = Elementwise("step", difference)
    return step if operator.text in (">", "<") else Plus((Ones(step.shape), Opposite(step)))


def _in_one_shape(parser: TermParser, left: Term, right: Term, operator: Token) -> tuple[Term, Term]:
    """Both sides of a comparison; a number is compared with every entry, a vector with every column or row."""
    parser.refuse_two_axes(left, right, operator)
    if left.shape == right.shape or ZERO in (left, right):
        return left, right
    if right.is_scalar:
        return left, Scaled(right, Ones(left.shape))
    if left.is_scalar:
        return Scaled(left, Ones(right.shape)), right
    if (spread := parser.spread(right, left.shape)) is not None:
        return left, spread
    if (spread := parser.spread(left, right.shape)) is not None:
        return spread, right
    raise parser.mismatch(left, right, operator, "-")


def choice(parser: TermParser, arguments: list[Term], token: Token) -> Term:
    """where(c, a, b) = c ⊙ a + (1 − c) ⊙ b;  where(x > 0, x, 0) = relu(x)"""
    if len(arguments) != 3 or not _is_indicator(arguments[0]):
        raise parser.error("where takes a comparison and two values", token, "where(x > 0, x, y)")
    here, *values = arguments
    if values[1] == ZERO and here == Elementwise("step", values[0]):
        return Elementwise("relu", values[0])
    elsewhere = _denied(here)
    chosen = [_scaled(parser, side, value, token) for side, value in zip((here, elsewhere), values, strict=True)
              if value != ZERO]  # fmt: skip
    return Plus(tuple(chosen)) if len(chosen) == 2 else chosen[0] if chosen else Zeros(here.shape)


def _denied(indicator: Term) -> Term:
    """1 − c of c, and the reverse"""
    match indicator:
        case Plus((_, Opposite(denied))):
            return denied
    one: Term = Scalar(Fraction(1)) if indicator.is_scalar else Ones(indicator.shape)
    return Plus((one, Opposite(indicator)))


def _is_indicator(term: Term) -> bool:
    """[u > 0] or 1 - [u > 0]"""
    match term:
        case Elementwise("step") | Plus((Ones() | Scalar(), Opposite(Elementwise("step")))):
            return True
    return False


def _scaled(parser: TermParser, side: Term, value: Term, token: Token) -> Term:
    """The value where the indicator is 1, else 0"""
    if value == Scalar(Fraction(1)):
        return side
    if value.is_scalar and not side.is_scalar:
        return Scaled(value, side)
    value = parser.spread(value, side.shape) or value
    if value.shape != side.shape:
        raise parser.mismatch(side, value, token, "⊙")
    return Times((side, value)) if side.shape == SCALAR else Hadamard((side, value))
