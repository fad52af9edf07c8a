"""[z > 0], (z < y), 1{z ≥ 0}: indicators in programs, 1 at the entries where a comparison holds, else 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jacocalc.reading.brackets import closed_at, own_level
from jacocalc.terms import ZERO, Elementwise, Ones, Opposite, Plus, Scaled, Term

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

COMPARISONS = (">", "<", ">=", "<=")


def opens_comparison(parser: TermParser) -> bool:
    """Whether the bracket that opens here holds a comparison."""
    inside = parser.tokens[parser.at + 1 : closed_at(parser.tokens, parser.at)]
    return any(token.text in COMPARISONS for token in own_level(inside))


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
    """Both sides of a comparison; a number is compared with every entry."""
    if left.shape == right.shape or ZERO in (left, right):
        return left, right
    if right.is_scalar:
        return left, Scaled(right, Ones(left.shape))
    if left.is_scalar:
        return Scaled(left, Ones(right.shape)), right
    raise parser.mismatch(left, right, operator, "-")
