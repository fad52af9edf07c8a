"""Terms → text: one skeleton that knows brackets and order, and scripts that know signs.

A script says how a sum, a product, a transpose are written, given its parts; the skeleton asks for the parts
and puts them in brackets where they bind less tightly than their place demands.  ``Linear`` is the script of
one line: as on paper (``(∂L/∂z)xᵀ``), in ASCII, or strictly (``dL_dz*x'``), which our own reader reads back.
LaTeX, MathML, speech and programming languages are scripts in the rooms that need them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from jacocalc.functions import Size
from jacocalc.linear import PAPER, STRICT, Manner, paper_name
from jacocalc.terms import (
    Adjoint,
    Differential,
    Elementwise,
    Extent,
    Eye,
    Hadamard,
    Index,
    Inverted,
    Letter,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Shape,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
)

SUM, SIGNED, ENTRYWISE, PRODUCT, FRACTION, RAISED, ATOM = 1, 2, 3, 4, 5, 6, 7

_STRENGTH: dict[type[Term], int] = {
    Plus: SUM, Opposite: SIGNED, Summed: SIGNED, Hadamard: ENTRYWISE, Over: ENTRYWISE, Adjoint: FRACTION,
    Times: PRODUCT, Scaled: PRODUCT, Raised: RAISED, Transposed: RAISED, Inverted: RAISED,
}  # fmt: skip


class Script(ABC):
    """The skeleton: how any term is taken apart; subclasses are final and write the pieces."""

    def strength(self, term: Term) -> int:
        """How tightly a term binds."""
        if isinstance(term, Scalar) and term.value.denominator != 1:
            return FRACTION
        if isinstance(term, Var) and term.layered and term.index is not None:
            return RAISED
        if isinstance(term, Over) and term.denominator.is_scalar:
            return PRODUCT if len(self.aside(term)) > 1 else FRACTION
        if isinstance(term, Operation) and term.name == "norm2":
            return RAISED
        if self.twice and is_square(term):
            return ENTRYWISE
        return _STRENGTH.get(type(term), ATOM)

    def part(self, term: Term, least: int) -> str:
        """A part at a place that demands a strength."""
        text = self.write(term)
        return self.bracketed(text) if self.strength(term) < least else text

    def write(self, term: Term) -> str:
        """The term as text."""
        match term:
            case Scalar(value):
                return self.number(value)
            case Letter(name):
                return self.letter(name)
            case Extent(size):
                return self.size(size)
            case Var():
                return self.variable(term)
            case Differential(of):
                return self.differential(of)
            case Adjoint(loss, of):
                return self.adjoint(loss, of)
            case Ones(shape):
                return self.ones(shape)
            case Eye(size):
                return self.eye(size)
            case Zeros(shape):
                return self.number(Fraction(0)) if term.is_scalar else self.zeros(shape)
            case Plus(parts):
                signed = [(isinstance(p, Opposite), p.body if isinstance(p, Opposite) else p) for p in parts]
                return self.sum([(minus, self.part(p, ENTRYWISE if minus or i else SIGNED))
                                 for i, (minus, p) in enumerate(signed)])  # fmt: skip
            case Opposite(body):
                return self.opposite(self.part(body, ENTRYWISE))
            case Times((*first, Times(inner))) if self.loose and term.is_scalar and all(f.is_scalar for f in first):
                return self.product((*first, *inner))
            case Times(factors):
                return self.product(factors)
            case Scaled(scalar, body):
                inner = body.factors if isinstance(body, Times) else self.aside(body)
                outer = scalar.factors if isinstance(scalar, Times) and self.flat(scalar) else self.aside(scalar)
                return self.product((*outer, *inner))
            case Over() if len(self.aside(term)) > 1:
                return self.product(self.aside(term))
            case Hadamard(factors):
                return self.hadamard([self.part(one, FRACTION) for factor in factors for one in self.each(factor)])
            case Over(a, b):
                return self.over(a, b)
            case Raised(base, exponent):
                factors = self.each(term)
                return self.write(Hadamard(factors)) if len(factors) > 1 else self.raised(base, exponent)
            case Transposed(Inverted(body)):
                return self.transposed_inverse(self.part(body, self.marked))
            case Transposed(body):
                return self.transposed(self.part(body, self.marked))
            case Inverted(body):
                return self.inverse(self.part(body, self.marked))
            case Elementwise(function, body, order):
                return self.elementwise(function, order, self.argument(body))
            case Operation(name, arguments):
                return self.operation(name, arguments)
            case Summed(letter, first, last, body):
                return self.summed(letter, first, last, self.part(body, ENTRYWISE))
        raise TypeError(f"no way to write {type(term).__name__}")

    def aside(self, factor: Term) -> tuple[Term, ...]:
        """A factor, or the factors that it is written as."""
        return partials_aside(factor) if self.loose else (factor,)

    @property
    def loose(self) -> bool:
        """Whether 2 (xᵀ y) may be written 2 xᵀ y."""
        return True

    @property
    def twice(self) -> bool:
        """Whether a square entry by entry is written h ⊙ h."""
        return True

    @property
    def marked(self) -> int:
        """What the marks of a transpose and an inverse demand of the term that they mark."""
        return ATOM

    def each(self, factor: Term) -> tuple[Term, ...]:
        """A factor of a product entry by entry: h ⊙ h is two."""
        return (factor.base,) * 2 if self.twice and isinstance(factor, Raised) and is_square(factor) else (factor,)

    def argument(self, term: Term) -> str:
        """A term at which a function is taken."""
        return self.write(term)

    def flat(self, scalar: Times) -> bool:
        """Whether the factors of a product of scalars may stand without brackets among other factors."""
        return all(factor.is_scalar for factor in scalar.factors)

    @abstractmethod
    def bracketed(self, text: str) -> str: ...
    @abstractmethod
    def number(self, value: Fraction) -> str: ...
    @abstractmethod
    def letter(self, name: str) -> str: ...
    @abstractmethod
    def size(self, size: Size) -> str: ...
    @abstractmethod
    def variable(self, var: Var) -> str: ...
    @abstractmethod
    def differential(self, of: Term) -> str: ...
    @abstractmethod
    def adjoint(self, loss: str, of: Term) -> str: ...
    @abstractmethod
    def ones(self, shape: Shape) -> str: ...
    @abstractmethod
    def eye(self, size: Size) -> str: ...
    @abstractmethod
    def zeros(self, shape: Shape) -> str: ...
    @abstractmethod
    def sum(self, parts: Sequence[tuple[bool, str]]) -> str: ...
    @abstractmethod
    def opposite(self, text: str) -> str: ...
    @abstractmethod
    def product(self, factors: tuple[Term, ...]) -> str: ...
    @abstractmethod
    def hadamard(self, parts: Sequence[str]) -> str: ...
    @abstractmethod
    def over(self, a: Term, b: Term) -> str: ...
    @abstractmethod
    def raised(self, base: Term, exponent: Term) -> str: ...
    @abstractmethod
    def transposed(self, text: str) -> str: ...
    @abstractmethod
    def inverse(self, text: str) -> str: ...
    @abstractmethod
    def transposed_inverse(self, text: str) -> str: ...
    @abstractmethod
    def elementwise(self, function: str, order: int, argument: str) -> str: ...
    @abstractmethod
    def operation(self, name: str, arguments: tuple[Term, ...]) -> str: ...
    @abstractmethod
    def summed(self, letter: str, first: Index, last: Index, body: str) -> str: ...


PAPER_OPERATIONS = {"logdet": "log det", "diagonal": "diag"}
_STRICT_OPERATIONS = {"inner": "dot", "diagonal": "diag"}


def written_sizes(shape: Shape) -> tuple[Size, ...]:
    """m, n of a matrix; n of a column."""
    return shape if shape[1] != 1 else shape[:1]


@dataclass(frozen=True)
class Linear(Script):
    """One line of text; what a :class:`Manner` says of other notation holds for terms too."""

    manner: Manner = PAPER

    @property
    def plain(self) -> bool:
        """Whether only ASCII may occur."""
        return self.manner.strict or not self.manner.unicode

    @property
    def loose(self) -> bool:
        """What is read back keeps its brackets."""
        return not self.manner.strict

    @property
    def twice(self) -> bool:
        """What is typed has .^2."""
        return not self.plain

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def number(self, value: Fraction) -> str:
        return str(value)

    def letter(self, name: str) -> str:
        return "π" if name == "pi" and not self.plain else name

    def size(self, size: Size) -> str:
        return str(size) if self.plain or isinstance(size, int) else _paper_size(size)

    def variable(self, var: Var) -> str:
        name = paper_name(var.name, not self.plain)
        if var.index is None:
            return name
        text = str(var.index)
        if var.layered:
            return f"{name}^({text})"
        if not self.plain and text.isdigit():
            return paper_name(f"{var.name}_{text}")
        return f"{name}_{text}" if text.isalnum() else f"{name}_{{{text}}}"

    def differential(self, of: Term) -> str:
        return f"d{self.variable(of)}" if isinstance(of, Var) else f"d({self.write(of)})"

    def adjoint(self, loss: str, of: Term) -> str:
        if self.plain:
            return f"d{loss}_d{self.variable(of)}" if isinstance(of, Var) else f"d{loss}_d({self.write(of)})"
        return f"∂{paper_name(loss)}/∂{self.part(of, RAISED)}"

    def ones(self, shape: Shape) -> str:
        if self.plain:
            return f"ones({', '.join(map(self.size, written_sizes(shape)))})"
        return f"1_{_below('×'.join(map(self.size, written_sizes(shape))))}"

    def eye(self, size: Size) -> str:
        return f"I({size})" if self.plain else f"I_{_below(self.size(size))}"

    def zeros(self, shape: Shape) -> str:
        if self.plain:
            return f"zeros({', '.join(map(self.size, written_sizes(shape)))})"
        return f"0_{_below('×'.join(map(self.size, written_sizes(shape))))}"

    def sum(self, parts: Sequence[tuple[bool, str]]) -> str:
        first = ("-" if parts[0][0] else "") + parts[0][1]
        return first + "".join(f" {'-' if minus else '+'} {text}" for minus, text in parts[1:])

    def opposite(self, text: str) -> str:
        return f"-{text}"

    def product(self, factors: tuple[Term, ...]) -> str:
        texts = [self._factor(factor, place) for place, factor in enumerate(factors)]
        if self.plain:
            return "*".join(texts)
        line = texts[0]
        for (before, left), (after, right) in pairwise(zip(texts, factors, strict=True)):
            brackets = self._in_brackets(left, before) or self._in_brackets(right, after)
            closed = brackets and not (isinstance(left, Scalar) and "/" in before)
            numbers = before[-1].isdigit() and after[0].isdigit()
            line += ("·" if numbers else "" if closed else " ") + after
        return line

    def _in_brackets(self, factor: Term, text: str) -> bool:
        """Whether a factor stands in brackets, perhaps with a mark behind: (ŷ - y), (ŷ - y)ᵀ."""
        body = factor.body if isinstance(factor, Transposed | Inverted) else factor
        return text.startswith("(") and self.strength(body) < RAISED

    def _factor(self, factor: Term, place: int) -> str:
        """A factor; a fraction of numbers may stand in front."""
        leading = place == 0 and not self.manner.strict and isinstance(factor, Scalar)
        return self.write(factor) if leading else self.part(factor, RAISED)

    def hadamard(self, parts: Sequence[str]) -> str:
        return (" .* " if self.plain else " ⊙ ").join(parts)

    def over(self, a: Term, b: Term) -> str:
        if b.is_scalar:
            return f"{self.part(a, PRODUCT)}/{self.part(b, RAISED)}"
        return f"{self.part(a, FRACTION)} {'./' if self.plain else '⊘'} {self.part(b, FRACTION)}"

    def raised(self, base: Term, exponent: Term) -> str:
        raised = self.part(exponent, ATOM)
        if base.is_scalar:
            return f"{self.part(base, ATOM)}^{raised}"
        return f"{self.part(base, ATOM)}.^{raised}"

    def transposed(self, text: str) -> str:
        return f"{text}'" if self.plain else f"{text}ᵀ"

    def inverse(self, text: str) -> str:
        return f"inv({text})" if self.plain else f"{text}⁻¹"

    def transposed_inverse(self, text: str) -> str:
        return f"inv({text})'" if self.plain else f"{text}⁻ᵀ"

    def elementwise(self, function: str, order: int, argument: str) -> str:
        name = "σ" if function == "sigma" and not self.plain else function
        if function == "step" and not self.plain:
            return f"[{argument} > 0]"
        return f"{name}{('′', chr(39))[self.plain] * order}({argument})"

    def operation(self, name: str, arguments: tuple[Term, ...]) -> str:
        inner = ", ".join(map(self.write, arguments))
        if name == "norm2":
            return f"norm({inner})^2" if self.plain else f"‖{inner}‖²"
        if self.plain:
            return f"{_STRICT_OPERATIONS.get(name, name)}({inner})"
        if name == "norm":
            return f"‖{inner}‖"
        if name == "kron":
            return f"({' ⊗ '.join(self.part(argument, FRACTION) for argument in arguments)})"
        if name == "inner":
            return f"⟨{inner}⟩"
        return f"{PAPER_OPERATIONS.get(name, name)}({inner})"

    def summed(self, letter: str, first: Index, last: Index, body: str) -> str:
        if self.plain:
            return f"sum({letter}={first}..{last}, {body})"
        return f"Σ_{{{letter}={first}}}^{last} {body}"


def is_square(term: Term) -> bool:
    """Whether every entry is squared."""
    return isinstance(term, Raised) and not term.base.is_scalar and term.exponent == Scalar(Fraction(2))


def partials_aside(term: Term) -> tuple[Term, ...]:
    """2 (∂L/∂v)/n → 2/n and ∂L/∂v: a partial beside a line of division is a factor of its own."""
    if not isinstance(term, Over) or not term.denominator.is_scalar:
        return (term,)
    above = term.numerator
    factors = above.factors if isinstance(above, Times) else (above,)
    partials = tuple(factor for factor in factors if isinstance(factor, Adjoint))
    others = tuple(factor for factor in factors if not isinstance(factor, Adjoint))
    if not partials or not all(factor.is_scalar for factor in factors if factor is not above):
        return (term,)
    rest = others[0] if len(others) == 1 else Times(others) if others else Scalar(Fraction(1))
    return Over(rest, term.denominator), *partials


def _below(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def split_size(size: str) -> tuple[str, str]:
    """The stem and the index of a size: n_{l-1} → n, l-1."""
    stem, _, index = size.partition("_")
    return stem, index.strip("{}")


def _paper_size(size: str) -> str:
    stem, _, index = size.partition("_")
    return paper_name(size) if index.isdigit() else f"{paper_name(stem)}_{index}" if index else paper_name(size)


def paper_term(term: Term) -> str:
    """One line as people write it: ``(∂L/∂z)xᵀ``."""
    return Linear(PAPER).write(term)


def strict_term(term: Term) -> str:
    """One line from which reading gives the very same term."""
    return Linear(STRICT).write(term)
