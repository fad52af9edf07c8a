"""Where a formula needs brackets, in whatever it is written: the rules that the renderers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from jacocalc.document import At, Bracketed, Circle, JacobianRatio, PartialOf, Plus, Shape, SumOver, Times, Written
from jacocalc.notation import Applied, Call, Expr, Minus, Negative, Quotient, Sum
from jacocalc.precedence import Place, brackets
from jacocalc.term_writing import ATOM, ENTRYWISE, PRODUCT, Linear
from jacocalc.terms import Term

T = TypeVar("T")


@dataclass(frozen=True)
class Parts(Generic[T]):
    """Parts of a formula in what a renderer makes of them, in brackets where their place needs some."""

    write: Callable[[Written], T]
    fence: Callable[[T], T]

    def factor(self, item: Written) -> T:
        """A · (B + C), A · (−B)"""
        return self._fenced(item, is_bracketed_factor(item))

    def term(self, item: Written) -> T:
        """A + (−B)"""
        return self._fenced(item, isinstance(item, Negative) or binds_loosely(item, ENTRYWISE))

    def marked(self, item: Written) -> T:
        """(A + B)ᵀ, (∂F/∂y)⁻¹, (∂(x, y)/∂(s, t))⁻¹ also at a point, (g∘f)⁻¹"""
        head = item.head if isinstance(item, At) else item
        loose = isinstance(item, Circle) or isinstance(head, JacobianRatio | PartialOf) or binds_loosely(head, ATOM)
        return self._fenced(item, loose)

    def named(self, item: Written) -> T:
        """∇(g∘f), (g∘f)(x)"""
        return self._fenced(item, isinstance(item, Circle))

    def placed(self, expr: Expr, place: Place) -> T:
        """x (y + 1), where fractions are drawn: a fraction bar brackets by itself."""
        return self._fenced(expr, brackets(expr, place) and not isinstance(expr, Quotient))

    def base(self, expr: Expr) -> T:
        """(x + 1)², (√x)², (∂g/∂u)², where they are drawn"""
        drawn = isinstance(expr, Call) and expr.function in ("exp", "sqrt", "cbrt", "root")
        fraction = isinstance(expr, Applied) and expr.is_fraction
        return self._fenced(expr, drawn or fraction or brackets(expr, Place.BASE))

    def _fenced(self, item: Written, bracketed: bool) -> T:
        made = self.write(item)
        return self.fence(made) if bracketed else made


def signed(terms: Sequence[Expr]) -> Iterator[tuple[str, Expr]]:
    """(-, b) and (+, c), what follows the first term of a − b + c"""
    return (("-", term.operand) if isinstance(term, Minus) else ("+", term) for term in terms[1:])


def is_bracketed_factor(item: Written) -> bool:
    """A · (B + C), A · (−B)"""
    return isinstance(item, Negative | Sum | Plus) or binds_loosely(item)


def binds_loosely(item: Written, least: int = PRODUCT) -> bool:
    """Whether a term needs brackets at a place that demands a strength; the place of a factor, if none is said."""
    return isinstance(item, Term) and Linear().strength(item) < least


def between_factors(factors: tuple[Written, ...], dot: str) -> str:
    """A · B, but (m×n)(n×p) and Σ ⋯ Σ"""
    if all(map(is_shape, factors)):
        return ""
    return " " if any(isinstance(factor, SumOver) for factor in factors[1:]) else dot


def is_shape(item: Written) -> bool:
    """Whether a factor is a shape, or shapes in brackets: those stand side by side without a dot."""
    match item:
        case Bracketed(Times(factors)):
            return all(map(is_shape, factors))
        case _:
            return isinstance(item, Shape)
