"""Terms → expressions of a language: one recursive walk, the language being a table of forms.

Where vectors have one axis (``flat``), column algebra is translated: u vᵀ → outer(u, v), xᵀ y → x @ y,
A 1 → A.sum(axis=1), diag(v) A → v[:, None] * A, A⁻¹ b → solve(A, b).  A vector that a product with ones repeats
in every column is not repeated but spread (b[:, None]) wherever it meets a matrix entry by entry.

Post-condition: ``full`` gives the very shape of the term; ``loose`` may lack axes that a sum or a product
entry by entry fills in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from jacocalc import terms
from jacocalc.errors import JacocalcError
from jacocalc.functions import Size
from jacocalc.known_functions import KNOWN
from jacocalc.targets.chains import chain_of
from jacocalc.targets.forms import ATOM, PRODUCT, Axes, Form, Forms, Piece, applied, axes_of
from jacocalc.targets.lines import Target
from jacocalc.targets.products import product
from jacocalc.terms import Shape, Term, Var, subterms

_SELF = ("tr", "det", "sum", "mean", "diag", "diagonal", "vec", "logsumexp")
_OF_A_NUMBER = {"norm": "abs", "logdet": "ln"}


@dataclass
class Expressions:
    """The expressions of one function: its names and sizes, and the helpers that were needed."""

    forms: Forms
    name: Callable[[Target], str]
    size: Callable[[Size], str]
    generic: Callable[[str, int], str]
    flat: bool = True
    like: str = ""
    helpers: dict[str, None] = field(default_factory=dict)

    def text(self, term: Term) -> str:
        """The term in its own shape."""
        return self.full(term).text

    # -- pieces -------------------------------------------------------------------------------------

    def form(self, key: str, size: Shape, *operands: Piece, covers: Axes | None = None, **named: str) -> Piece:
        """A form at its operands, for a result of a shape."""
        found = self.forms.get(f"{key}/{len(axes_of(size))}") or self.forms[key]
        if found.helper:
            self.helpers[found.helper] = None
        dot = "." if axes_of(size) else ""
        text, strength = applied(found, operands, dot, like=self.like, **named)
        return Piece(text, strength, axes_of(size) if covers is None else covers)

    def shape(self, shape: Shape) -> str:
        """The shape as it stands in a call."""
        sizes = [size for size in shape if size != 1] if self.flat and 1 in shape else list(shape)
        pieces = tuple(Piece(self.size(size)) for size in sizes)
        return applied(self.forms[f"shape/{len(pieces)}"], pieces)[0]

    def full(self, term: Term) -> Piece:
        """The term in its own shape."""
        return self.filled(self.loose(term), term.shape)

    def filled(self, piece: Piece, shape: Shape) -> Piece:
        """What is spread, in the whole shape."""
        if piece.covers >= axes_of(shape):
            return piece
        if not piece.covers and piece.text in ("0", "1"):
            return self.form("ones" if piece.text == "1" else "zeros", shape, shape=self.shape(shape))
        if not piece.covers:
            value = Piece(f"{piece.text}.0") if piece.text.isdigit() else piece
            return self.form("full", shape, value, shape=self.shape(shape))
        zeros = self.form("zeros", shape, shape=self.shape(shape))
        return self.form("plus_spread" if "plus_spread" in self.forms else "plus", shape, piece, zeros)

    def loose(self, term: Term) -> Piece:
        """The term, perhaps spread."""
        minus, piece = self.signed(term)
        return self.form("opposite", term.shape, piece, covers=piece.covers) if minus else piece

    def signed(self, term: Term) -> tuple[bool, Piece]:
        """(whether a minus stands in front, the rest)."""
        match term:
            case terms.Opposite(body):
                minus, piece = self.signed(body)
                return not minus, piece
            case terms.Scaled(scalar, terms.Over(terms.Ones(), b)) if not b.is_scalar:
                return self.signed(terms.Over(terms.Scaled(scalar, terms.Ones(b.shape)), b))
            case terms.Times() | terms.Scaled():
                chain = chain_of(term)
                return chain.minus, product(self, chain, term.shape)
            case terms.Over(a, b) if b.is_scalar and not a.is_scalar:
                minus, piece = self.signed(a)
                return minus, self.form("over", term.shape, piece, self.loose(b), covers=piece.covers)
            case terms.Over(terms.Opposite(a), b):
                return True, self.loose(terms.Over(a, b))
            case _:
                return False, self.unsigned(term)

    def unsigned(self, term: Term) -> Piece:
        """A term that begins without a minus."""
        shape = term.shape
        match term:
            case terms.Scalar(value):
                return self.number(value)
            case terms.Letter(name):
                return self.form(name, shape)
            case terms.Extent(size):
                return Piece(self.size(size), PRODUCT if "*" in self.size(size) else ATOM)
            case Var() | terms.Adjoint():
                return Piece(self.name(term), ATOM, axes_of(shape))
            case terms.Ones():
                return Piece("1")
            case terms.Zeros():
                return Piece("0")
            case terms.Eye(1):
                return Piece("1")
            case terms.Eye(size):
                return self.form("eye", shape, Piece(self.size(size)))
            case terms.Plus(parts):
                return self.sum(parts, shape)
            case terms.Hadamard(factors):
                pieces = [self.loose(factor) for factor in factors]
                total = pieces[0]
                for piece in pieces[1:]:
                    total = self.form("hadamard", shape, total, piece, covers=total.covers | piece.covers)
                return total
            case terms.Over(a, b):
                above, below = self.loose(a), self.loose(b)
                covers = above.covers | below.covers
                return self.form("over" if b.is_scalar else "divide", shape, above, below, covers=covers)
            case terms.Raised(base, exponent):
                piece = self.loose(base)
                return self.form("power", shape, piece, self.full(exponent), covers=piece.covers)
            case terms.Transposed(body):
                return self.transposed(body)
            case terms.Inverted(body) if term.is_scalar:
                return self.form("over", shape, self.number(Fraction(1)), self.full(body))
            case terms.Inverted(body):
                return self.form("inverse", shape, self.full(body))
            case terms.Elementwise(function, body, order):
                return self.elementwise(function, order, body)
            case terms.Operation(name, arguments):
                return self.operation(name, arguments, shape)
        raise TypeError(f"no code for {type(term).__name__}")

    # -- kinds of terms -----------------------------------------------------------------------------

    def number(self, value: Fraction) -> Piece:
        """3, 0.5, 1 / 3"""
        decimal = str(float(value))
        if value.denominator == 1:
            return Piece(str(value.numerator))
        if Fraction(decimal) == value and len(decimal) <= 6:
            return Piece(decimal)
        return Piece(f"{value.numerator} / {value.denominator}", PRODUCT)

    def sum(self, parts: tuple[Term, ...], shape: Shape) -> Piece:
        """a - b + c"""
        minus, total = self.signed(parts[0])
        if minus:
            total = self.form("opposite", shape, total, covers=total.covers)
        for part in parts[1:]:
            minus, piece = self.signed(part)
            key = "minus" if minus else "plus"
            spread = f"{key}_spread" if total.covers != piece.covers and f"{key}_spread" in self.forms else key
            total = self.form(spread, shape, total, piece, covers=total.covers | piece.covers)
        return total

    def transposed(self, body: Term) -> Piece:
        """Aᵀ; a vector with one axis is its own transpose."""
        if isinstance(body, terms.Transposed):
            return self.full(body.body)
        piece = self.full(body)
        turned = axes_of(body.shape[::-1])
        if body.is_scalar or (self.flat and 1 in body.shape):
            return Piece(piece.text, piece.strength, turned)
        return self.form("transpose", body.shape[::-1], piece)

    def elementwise(self, function: str, order: int, body: Term) -> Piece:
        """np.tanh(z); of a generic function its derivative of an order by the name that it has in the code."""
        shape = body.shape
        if function not in KNOWN and function != "step":
            generic = Form(self.generic(function, order) + ("{dot}({0})" if "dotted" in self.forms else "({0})"))
            text, strength = applied(generic, (self.full(body),), "." if axes_of(shape) else "")
            return Piece(text, strength, axes_of(shape))
        if order or f"f:{function}" not in self.forms:
            called = function + "'" * order
            raise JacocalcError(f"{called} has no code", hint=f"write {called} out")
        piece = self.full(body)
        constant = body.is_scalar and not any(isinstance(node, Var | terms.Adjoint) for node in subterms(body))
        if constant and "constant" in self.forms:
            if f"c:{function}" in self.forms:
                return self.form(f"c:{function}", shape, piece)
            piece = self.form("constant", shape, piece)
        return self.form(f"f:{function}", shape, piece)

    def operation(self, name: str, arguments: tuple[Term, ...], shape: Shape) -> Piece:
        """A function of matrices; of a single number what is left of it."""
        first = arguments[0]
        if name not in self.forms and name != "norm2":
            raise JacocalcError(f"{name} has no code")
        if all(argument.is_scalar for argument in arguments):
            return self.of_numbers(name, arguments)
        if name == "norm2":
            squared = self.form("power", first.shape, self.full(first), self.number(Fraction(2)))
            return self.form("sum", first.shape, squared, covers=frozenset())
        if name == "tr" and isinstance(first, terms.Times):
            pair = _turned_pair(first.factors)
            if pair is not None:
                return self.form("inner", first.shape, self.full(pair[0]), self.full(pair[1]), covers=frozenset())
        if self.flat and 1 in first.shape and name in ("softmax_rows", "softmax_columns"):
            along = name == "softmax_rows" if first.shape[0] == 1 else name == "softmax_columns"
            return self.form("softmax", shape, self.full(first)) if along else self.filled(Piece("1"), shape)
        if name == "vec" and 1 in first.shape:
            return Piece(self.full(first).text, self.full(first).strength, axes_of(shape))
        inner = first.shape if name != "diag" else shape
        return self.form(name, inner, *map(self.full, arguments), covers=axes_of(shape))

    def of_numbers(self, name: str, arguments: tuple[Term, ...]) -> Piece:
        """A function of matrices where these are single numbers."""
        first = arguments[0]
        if name in ("norm2", "inner", "kron"):
            squared = terms.Raised(first, terms.Scalar(Fraction(2)))
            return self.full(squared if name == "norm2" else terms.Times(arguments))
        if name in ("softmax", "softmax_rows", "softmax_columns", "var"):
            return self.number(Fraction(0 if name == "var" else 1))
        return self.full(first) if name in _SELF else self.elementwise(_OF_A_NUMBER[name], 0, first)


def _turned_pair(factors: tuple[Term, ...]) -> tuple[Term, Term] | None:
    """(A, B) for tr(Aᵀ B) and tr(A Bᵀ): then the trace is Σ A ⊙ B."""
    first, last = factors[0], factors[-1]
    if isinstance(first, terms.Transposed) and len(factors) > 1 and not isinstance(first.body, terms.Inverted):
        return first.body, factors[1] if len(factors) == 2 else terms.Times(factors[1:])
    if isinstance(last, terms.Transposed) and len(factors) > 1 and not isinstance(last.body, terms.Inverted):
        return factors[0] if len(factors) == 2 else terms.Times(factors[:-1]), last.body
    return None
