"""Terms in print: what LaTeX and MathML share, from a few pieces of which each has its own.

A fraction bar needs no brackets around what stands above and below it, a sum runs to the end of its product,
and factors stand side by side: with a dot between numbers, with a gap beside words and small changes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from jacocalc import terms
from jacocalc.functions import Size
from jacocalc.linear import GREEK_LETTERS, split_name
from jacocalc.term_writing import ATOM, ENTRYWISE, FRACTION, RAISED, Script, split_size, written_sizes
from jacocalc.terms import Shape, Term, Var

_FENCED = {"norm": "‖‖", "norm2": "‖‖", "inner": "⟨⟩"}
_ROOTS = {"sqrt": "", "cbrt": "3"}


class Typeset(Script):
    """The skeleton of print; subclasses are final and give the pieces."""

    # -- pieces -------------------------------------------------------------------------------------

    @abstractmethod
    def digits(self, text: str) -> str: ...
    @abstractmethod
    def name(self, name: str, below: str = "") -> str: ...
    @abstractmethod
    def bold(self, digit: str) -> str: ...
    @abstractmethod
    def index(self, index: terms.Index) -> str: ...
    @abstractmethod
    def prefix(self, sign: str) -> str: ...
    @abstractmethod
    def infix(self, sign: str) -> str: ...
    @abstractmethod
    def fraction(self, above: str, below: str) -> str: ...
    @abstractmethod
    def superscript(self, base: str, script: str) -> str: ...
    @abstractmethod
    def subscript(self, base: str, script: str) -> str: ...
    @abstractmethod
    def fence(self, text: str, left: str, right: str) -> str: ...
    @abstractmethod
    def root(self, text: str, index: str) -> str: ...
    @abstractmethod
    def function(self, name: str, order: int) -> str: ...
    @abstractmethod
    def operator(self, name: str) -> str: ...
    @abstractmethod
    def call(self, head: str, inner: str) -> str: ...
    @abstractmethod
    def summation(self, letter: str, first: str, last: str) -> str: ...
    @abstractmethod
    def gap(self, right: Term) -> str: ...
    @abstractmethod
    def beside(self) -> str: ...

    # -- atoms --------------------------------------------------------------------------------------

    def strength(self, term: Term) -> int:
        """A sum with its sign stands among other terms; a root is drawn over its radicand only."""
        if isinstance(term, terms.Summed):
            return ENTRYWISE
        return RAISED if isinstance(term, terms.Elementwise) and term.function in _ROOTS else super().strength(term)

    def bracketed(self, text: str) -> str:
        return self.fence(text, "(", ")")

    def number(self, value: Fraction) -> str:
        over, under = value.as_integer_ratio()
        return self.digits(str(over)) if under == 1 else self.fraction(self.digits(str(over)), self.digits(str(under)))

    def letter(self, name: str) -> str:
        return self.name(name)

    def size(self, size: Size) -> str:
        return self.digits(str(size)) if isinstance(size, int) else self.name(*split_size(size))

    def sizes(self, shape: Shape) -> str:
        """m × n"""
        return self.infix("×").join(map(self.size, written_sizes(shape)))

    def variable(self, var: Var) -> str:
        if var.index is None:
            return self.name(var.name)
        if var.layered:
            return self.superscript(self.name(var.name), self.fence(self.index(var.index), "(", ")"))
        return self.name(var.name, str(var.index))

    def differential(self, of: Term) -> str:
        return self.prefix("d") + (self.variable(of) if isinstance(of, Var) else self.bracketed(self.write(of)))

    def adjoint(self, loss: str, of: Term) -> str:
        d = self.prefix("∂")
        return self.fraction(d + self.name(loss), d + self.part(of, RAISED))

    def ones(self, shape: Shape) -> str:
        return self.subscript(self.bold("1"), self.sizes(shape))

    def eye(self, size: Size) -> str:
        return self.subscript(self.name("I"), self.size(size))

    def zeros(self, shape: Shape) -> str:
        return self.subscript(self.digits("0"), self.sizes(shape))

    # -- sums and products --------------------------------------------------------------------------

    def sum(self, parts: Sequence[tuple[bool, str]]) -> str:
        first = (self.prefix("-") if parts[0][0] else "") + parts[0][1]
        return first + "".join(self.infix("-" if minus else "+") + text for minus, text in parts[1:])

    def opposite(self, text: str) -> str:
        return self.prefix("-") + text

    def product(self, factors: tuple[Term, ...]) -> str:
        *others, last = factors
        texts = [self.part(factor, FRACTION) for factor in others]
        texts.append(self.write(last) if isinstance(last, terms.Summed) else self.part(last, FRACTION))
        line = texts[0]
        for (left, right), text in zip(pairwise(factors), texts[1:], strict=True):
            line += self._between(left, right) + text
        return line

    def _between(self, left: Term, right: Term) -> str:
        left, right = (self._bare(factor) for factor in (left, right))
        if _needs_dot(left, right):
            return self.infix("·")
        return self.gap(right) if _is_worded(left) or _is_worded(right) else self.beside()

    def _bare(self, factor: Term) -> Term:
        """The factor without the marks behind it, where these stand behind no brackets."""
        body = factor.body if isinstance(factor, terms.Transposed | terms.Inverted) else factor
        body = body.base if isinstance(body, terms.Raised) else body
        return factor if self.strength(body) < ATOM else body

    def hadamard(self, parts: Sequence[str]) -> str:
        return self.infix("⊙").join(parts)

    def over(self, a: Term, b: Term) -> str:
        if b.is_scalar:
            return self.fraction(self.write(a), self.write(b))
        return self.part(a, FRACTION) + self.infix("⊘") + self.part(b, FRACTION)

    def summed(self, letter: str, first: terms.Index, last: terms.Index, body: str) -> str:
        return self.summation(letter, self.index(first), self.index(last)) + body

    # -- marks and functions ------------------------------------------------------------------------

    def raised(self, base: Term, exponent: Term) -> str:
        sign = "" if base.is_scalar else self.prefix("⊙")
        return self.superscript(self.part(base, ATOM), sign + self.write(exponent))

    def transposed(self, text: str) -> str:
        return self.superscript(text, self.prefix("⊤"))

    def inverse(self, text: str) -> str:
        return self.superscript(text, self.prefix("-") + self.digits("1"))

    def transposed_inverse(self, text: str) -> str:
        return self.superscript(text, self.prefix("-") + self.prefix("⊤"))

    def elementwise(self, function: str, order: int, argument: str) -> str:
        if function in _ROOTS:
            return self.root(argument, _ROOTS[function])
        if function == "abs":
            return self.fence(argument, "|", "|")
        if function == "step":
            return self.bold("1") + self.fence(argument + self.infix(">") + self.digits("0"), "[", "]")
        return self.call(self.function(function, order), argument)

    def operation(self, name: str, arguments: tuple[Term, ...]) -> str:
        if name == "kron":
            return self.bracketed(self.infix("⊗").join(self.part(argument, FRACTION) for argument in arguments))
        inner = self.infix(",").join(map(self.write, arguments))
        if name in _FENCED:
            text = self.fence(inner, *_FENCED[name])
            return self.superscript(text, self.digits("2")) if name == "norm2" else text
        return self.call(self.operator(name), inner)


def _needs_dot(left: Term, right: Term) -> bool:
    """2 · 3, 1/2 · 1/n, 2 · 1_n"""
    if isinstance(right, terms.Over):
        return right.denominator.is_scalar and isinstance(left, terms.Scalar | terms.Over)
    step = isinstance(right, terms.Elementwise) and right.function == "step"
    bold = step or isinstance(right, terms.Ones | terms.Zeros)
    return isinstance(right, terms.Scalar) or (bold and isinstance(left, terms.Scalar) and left.value.denominator == 1)


def _is_worded(term: Term) -> bool:
    """Whether a neighbour needs a gap: dx, a name of several letters, a function and its brackets."""
    match term:
        case Var(name) | terms.Extent(name):
            stem = split_name(name)[0]
            return len(stem) > 1 and stem not in GREEK_LETTERS
        case terms.Elementwise(function):
            return function not in _ROOTS
        case terms.Operation(name):
            return name not in _FENCED
        case _:
            return isinstance(term, terms.Differential)
