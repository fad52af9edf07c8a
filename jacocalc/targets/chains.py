"""A product taken apart: its sign, its scalars above and below a bar, and its matrices cut where one number wide.

    −(2/n) u xᵀy Bᵀ:   minus, above 2, below n, numbers (xᵀ y), left (u), right (Bᵀ)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from jacocalc import terms
from jacocalc.terms import ONE, Term, Var, parts_of, with_parts

Factors = tuple[Term, ...]


@dataclass(frozen=True)
class Chain:
    """minus · above/below · numbers · left · right; ``left`` ends, ``right`` begins one number wide."""

    minus: bool
    above: Factors
    below: Factors
    numbers: tuple[Factors, ...]
    left: Factors
    right: Factors


def chain_of(term: Term) -> Chain:
    """The parts of a product or of a scalar multiple."""
    taken = _Taken([], [], [])
    taken.take(term)
    pieces: list[Factors] = []
    for factor in taken.matrices:
        if pieces and pieces[-1][-1].shape[1] != 1:
            pieces[-1] = (*pieces[-1], factor)
        else:
            pieces.append((factor,))
    numbers = tuple(piece for piece in pieces if piece[0].shape[0] == 1 and piece[-1].shape[1] == 1)
    others = [piece for piece in pieces if piece not in numbers]
    if not pieces and not term.is_scalar:
        others = [(terms.Eye(term.shape[0]),)]
    left = others[0] if others else ()
    right = others[1] if len(others) > 1 else ()
    return Chain(taken.minus, tuple(taken.above), tuple(taken.below), numbers, left, right)


def grouped(term: Term) -> Term:
    """u vᵀ A⁻ᵀ as u (A⁻¹ v)ᵀ: the column and the row of a product as terms of their own, which others may share."""
    parts = parts_of(term)
    term = with_parts(term, tuple(map(grouped, parts))) if parts else term
    if not isinstance(term, terms.Times) or term.is_scalar:
        return term
    chain = chain_of(term)
    if not (chain.left and chain.right) or len(chain.left) + len(chain.right) != len(term.factors):
        return term
    left = terms.Times(chain.left) if len(chain.left) > 1 else chain.left[0]
    row: Term = terms.Times(chain.right) if len(chain.right) > 1 else chain.right[0]
    if len(chain.right) > 1 and not is_row_of_ones(chain.right[:1]):
        row = terms.Transposed(terms.Times(tuple(map(_turned, reversed(chain.right)))))
    return terms.Times((left, row))


def _turned(term: Term) -> Term:
    """The transpose of a factor, as one would write it."""
    if isinstance(term, terms.Transposed):
        return term.body
    symmetric = (isinstance(term, Var) and "symmetric" in term.facts) or is_diagonal(term)
    return term if symmetric else terms.Transposed(term)


@dataclass
class _Taken:
    """What is found in a product, collected from left to right."""

    above: list[Term]
    below: list[Term]
    matrices: list[Term]
    minus: bool = False

    def take(self, term: Term) -> None:
        """One factor, taken apart itself."""
        match term:
            case terms.Opposite(body):
                self.minus = not self.minus
                self.take(body)
            case terms.Times(factors) if not term.is_scalar or any(not factor.is_scalar for factor in factors):
                for factor in factors:
                    if factor.is_scalar:
                        self.take_scalar(factor)
                    else:
                        self.take(factor)
            case terms.Scaled(scalar, body):
                self.take_scalar(scalar)
                self.take(body)
            case terms.Over(a, b) if b.is_scalar and not term.is_scalar:
                self.take(a)
                self.take_scalar(b, below=True)
            case terms.Ones((rows, columns)) if rows != 1 and columns != 1:
                self.matrices += [terms.Ones((rows, 1)), terms.Ones((1, columns))]
            case terms.Transposed(terms.Transposed(body)):
                self.take(body)
            case terms.Eye():
                return
            case _ if term.is_scalar:
                self.take_scalar(term)
            case _:
                self.matrices.append(term)

    def take_scalar(self, term: Term, below: bool = False) -> None:
        """A scalar factor above or below the bar."""
        above, under = (self.below, self.above) if below else (self.above, self.below)
        match term:
            case terms.Opposite(body):
                self.minus = not self.minus
                self.take_scalar(body, below)
            case terms.Times(factors) if all(factor.is_scalar for factor in factors):
                for factor in factors:
                    self.take_scalar(factor, below)
            case terms.Scaled(scalar, body):
                self.take_scalar(scalar, below)
                self.take_scalar(body, below)
            case terms.Over(a, b):
                self.take_scalar(a, below)
                self.take_scalar(b, not below)
            case terms.Scalar(value) if value != 1 and not _is_decimal(value):
                if value.numerator != 1:
                    above.append(terms.Scalar(Fraction(value.numerator)))
                under.append(terms.Scalar(Fraction(value.denominator)))
            case _ if term != ONE:
                above.append(term)


def _is_decimal(value: Fraction) -> bool:
    text = str(float(value))
    return Fraction(text) == value and len(text) <= 6


def kind_of(term: Term) -> str:
    """S for a number, C for a column, R for a row, M for a matrix."""
    rows, columns = term.shape
    return "S" if term.is_scalar else "C" if columns == 1 else "R" if rows == 1 else "M"


def is_column_of_ones(factors: Factors) -> bool:
    """Whether the product is 1_n."""
    return len(factors) == 1 and _is_ones(factors[0]) and kind_of(factors[0]) == "C"


def is_row_of_ones(factors: Factors) -> bool:
    """Whether the product is 1_nᵀ."""
    return len(factors) == 1 and _is_ones(factors[0]) and kind_of(factors[0]) == "R"


def _is_ones(term: Term) -> bool:
    return isinstance(term, terms.Ones) or (isinstance(term, terms.Transposed) and isinstance(term.body, terms.Ones))


def is_diagonal(term: Term) -> TypeGuard[terms.Operation]:
    """Whether the term is diag(v)."""
    return isinstance(term, terms.Operation) and term.name == "diag"


def inverse_of(term: Term) -> Term | None:
    """A for A⁻¹, Aᵀ for A⁻ᵀ; None for what is no inverse."""
    match term:
        case terms.Inverted(body):
            return body
        case terms.Transposed(terms.Inverted(terms.Transposed(body))):
            return body
        case terms.Transposed(terms.Inverted(body)):
            return terms.Transposed(body)
        case _:
            return None
