"""Formulas of a matrix-level program as people hand them in: what ``TermParser`` reads, and looser spellings.

    [z > 0], 1[z > 0], (z > 0), 1_{z>0}     step(z), the derivative of relu
    [[0, 0], [10, 20]], (0, 10)^T           numbers, where the question has numbers
    dh * sigma'(z)                          entry by entry, where only that fits
    dZ 1, 1^T dZ                            the vector of ones, where the shape asks for it
    A + lambda I                            the identity in the size of A
    [h - y] x', X.T, X⁻ᵀ, a ⊗ b, g_W        brackets, transposes, an outer product, the gradient by W

Every reading has one meaning; what fits without it is never read in another way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from jacocalc.errors import JacocalcError
from jacocalc.reading import comparisons
from jacocalc.reading.lexer import Token
from jacocalc.reading.programs import in_one_spelling, whole
from jacocalc.reading.term_names import Names, NumberRows
from jacocalc.reading.terms import TermParser
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.unsized import IDENTITY, VECTOR, in_size, ones_in_shape, sized_ones
from jacocalc.terms import (
    ZERO,
    Adjoint,
    Hadamard,
    Opposite,
    Over,
    Plus,
    Scalar,
    Shape,
    Term,
    Times,
    Transposed,
    Var,
    parts_of,
    with_parts,
)

_TURNED = re.compile(r"(?<=[\w)\]}'])\.T(?!\w)")
_DECIMAL = re.compile(r"[-+−]?\s*[0-9]*\.([0-9]+)")
_GRADIENT_NAMES = ("g_", "grad_")
_UNIT = Scalar(Fraction(1))


def read_answer_term(text: str, names: Names, shape: Shape | None) -> Term:
    """One formula that was handed in; ``shape`` is the wanted one.  Raises ReadError, ShapeError."""
    spelled = in_one_spelling(_TURNED.sub("'", text))
    try:
        term = _read(spelled, names, ones=False)
    except JacocalcError:
        with_ones = _with_ones(spelled, names, shape)
        if with_ones is None:
            raise
        return with_ones
    if shape is None or term.shape == shape:
        return _settled(term)
    square = term.is_scalar and shape[0] == shape[1]
    widened = in_size(term, shape[0]) if square else ones_in_shape(term, shape)
    turned = ones_in_shape(term, shape[::-1])  # b 1ᵀ for 1 bᵀ
    return widened or _with_ones(spelled, names, shape) or turned or _settled(term)


def _with_ones(text: str, names: Names, shape: Shape | None) -> Term | None:
    """The reading where a 1 beside a matrix is a vector of ones, if that has the wanted shape."""
    if shape is None or not re.search(r"1|ones", text):
        return None
    try:
        read = _read(text, names, ones=True)
        found = ones_in_shape(read, shape) or _settled(read)
    except JacocalcError:
        return None
    return found if found.shape == shape else None


def _read(text: str, names: Names, ones: bool) -> Term:
    found = whole(AnswerParser(text, tokens_of(text, matrix=True), names, ones))
    number = number_of(found)
    if names.numbers is not None and number is not None:
        return known_rows(names, text.strip(), (((number, half_unit(text)),),))
    return found


def _settled(term: Term) -> Term:
    """A 1 and an I that no matrix stands beside are the number 1."""
    if term in (VECTOR, IDENTITY):
        return _UNIT
    parts = parts_of(term)
    return with_parts(term, tuple(map(_settled, parts))) if parts else term


# -- numbers ------------------------------------------------------------------------------------------


def number_of(term: Term) -> Fraction | None:
    """The number that a formula without names is."""
    if term == ZERO:
        return Fraction(0)
    if isinstance(term, Scalar):
        return term.value
    parts = [number_of(part) for part in parts_of(term)]
    known = [part for part in parts if part is not None]
    if not known or len(known) != len(parts):
        return None
    match term:
        case Opposite():
            return -known[0]
        case Plus():
            return sum(known, Fraction(0))
        case Over() if known[1]:
            return known[0] / known[1]
        case Times():
            product = Fraction(1)
            for factor in known:
                product *= factor
            return product
    return None


def half_unit(text: str) -> Fraction:
    """Half a unit of the last digit of a decimal; 0 for what is exact."""
    match = _DECIMAL.fullmatch(text.strip())
    return Fraction(1, 2 * 10 ** len(match[1])) if match else Fraction(0)


def known_rows(names: Names, written: str, rows: NumberRows) -> Var:
    """A matrix of numbers as a variable whose value is known."""
    assert names.numbers is not None
    found = Var(written, (len(rows), len(rows[0])))
    names.numbers[found] = rows
    return found


class AnswerParser(TermParser):
    """Reads what was handed in; see the module's head.  ``ones``: a 1 beside a matrix is a vector of ones."""

    def __init__(self, text: str, tokens: list[Token], names: Names, ones: bool) -> None:
        super().__init__(text, tokens, names)
        self.ones = ones

    # -- atoms --------------------------------------------------------------------------------------

    def atom(self) -> Term:
        """Brackets of all kinds, and a 1 that may be a vector."""
        if self.sees("(", "{", "["):
            return self._bracket()
        if self.ones and self.token.text == "ones" and self.following.text != "(":
            self.take()
            return VECTOR
        return super().atom()

    def is_vector(self) -> bool:
        """Every 1, in the reading with vectors of ones."""
        return self.ones or super().is_vector()

    def ones_behind(self, factors: list[Term], right: Term, start: Token) -> Term:
        """A 1, where the reading without vectors is tried first."""
        return right

    def starts_factor(self) -> bool:
        """Brackets of all kinds are factors: 1[z > 0], [h - y] {x}'."""
        return super().starts_factor() or self.sees("[", "{")

    def _bracket(self) -> Term:
        """(a), [a], (z > 0), [[1, 2], [3, 4]], (a, b)"""
        opener = self.open()
        found = [self._entry()]
        if self.sees(*comparisons.COMPARISONS):
            mask = comparisons.indicator(self, found[0][0])
            self.close()
            return mask
        while self.sees(","):
            self.take()
            found.append(self._entry())
        self.close()
        parts = [term for term, _ in found]
        if opener.text != "[" and len(parts) == 2 and None in map(number_of, parts):
            return self.inner(parts[0], parts[1], opener)
        if len(found) == 1 and not self._is_list(parts[0], opener):
            return parts[0]
        return self._rows(found, opener)

    def _is_list(self, only: Term, opener: Token) -> bool:
        """Whether brackets around one thing are a list: [5], [[1, 2]]."""
        listed = self.names.numbers is not None and (number_of(only) is not None or only in self.names.numbers)
        return listed and opener.text == "["

    def _entry(self) -> tuple[Term, str]:
        start = self.token.start
        term = self.expression()
        return term, self.typed_since(start)

    # -- numbers ------------------------------------------------------------------------------------

    def _rows(self, found: Sequence[tuple[Term, str]], opener: Token) -> Term:
        """A matrix of numbers: one row, or a list of rows."""
        end = self.before.end
        if self.names.numbers is None:
            raise self.error("a matrix of numbers cannot stand here: this question has no numbers", opener,
                             "write a formula", end)  # fmt: skip
        rows = [self.names.numbers[term] for term, _ in found if isinstance(term, Var) and term in self.names.numbers]
        numbers = [(number, half_unit(text)) for term, text in found
                   if (number := number_of(term)) is not None]  # fmt: skip
        written = self.text[opener.start : end]
        if len(numbers) == len(found):
            return known_rows(self.names, written, (tuple(numbers),))
        if len(rows) == len(found) and all(len(row) == 1 and len(row[0]) == len(rows[0][0]) for row in rows):
            return known_rows(self.names, written, tuple(row[0] for row in rows))
        raise self.error("a list of numbers, or of rows of the same length, is expected here", opener, end=end)

    def _turnable(self, term: Term) -> bool:
        """Whether a term is a row of numbers, which may stand for a column."""
        return self.names.numbers is not None and term in self.names.numbers and term.shape[0] == 1

    # -- operators ----------------------------------------------------------------------------------

    def times(self, factors: list[Term], right: Term, operator: Token) -> list[Term]:
        """One more factor: an outer product for ⊗; entry by entry for a * where only that fits."""
        chain = self.joined(factors)
        if operator.text == "⊗":
            return super().times(factors, right, operator)
        if right.is_scalar or chain.is_scalar or chain.shape[1] == right.shape[0]:
            return super().times(factors, right, operator)
        if operator.text == "*" and chain.shape == right.shape:
            return [Hadamard((chain, right))]
        if self._turnable(right) and chain.shape[1] == right.shape[1]:
            return [*factors, Transposed(right)]
        if self._turnable(chain) and right.shape[0] == 1:
            return [Transposed(chain), right]
        return super().times(factors, right, operator)

    def joined(self, factors: list[Term]) -> Term:
        """The product of the factors, 1 A as 1ᵀ A."""
        turned = len(factors) > 1 and factors[0] == VECTOR and factors[1].shape[0] != 1
        return super().joined(sized_ones([Transposed(VECTOR), *factors[1:]]) if turned else factors)

    def outer(self, a: Term, b: Term, token: Token) -> Term:
        """a bᵀ of two vectors, rows of numbers among them."""
        first, second = (Transposed(part) if self._turnable(part) else part for part in (a, b))
        return super().outer(first, second, token)

    # -- names --------------------------------------------------------------------------------------

    def special(self, token: Token) -> Term | None:
        """g_W"""
        name = token.text
        prefix = next((prefix for prefix in _GRADIENT_NAMES if name.startswith(prefix)), "")
        by = self.names.variable(name[len(prefix) :]) if prefix and self.names.adjoints else None
        if by is not None:
            self.take()
            return Adjoint(self.names.adjoints, by)
        return super().special(token)
