"""Matrix notation with shapes: what stands in a matrix-level program and in its derivatives.

Every term is a matrix of a known shape (rows, columns): a scalar is 1×1, a vector is a column n×1.  Sizes are
numbers or symbols.  Terms are frozen and keep the author's order; nothing here simplifies.  The kinds are
closed; an operation over them is one ``match`` whose last case raises with the type's name.

    Scalar 1/2 · Letter e, π · Extent n (a size as a number) · Var W, h_{t-1}, W^(l) · Differential dW ·
    Adjoint ∂L/∂W · Ones · Eye · Zeros · Plus a + b · Opposite −a · Times A B x · Scaled c A · Hadamard a ⊙ b ·
    Over a/c, a ⊘ b · Raised a^k entry by entry · Transposed Aᵀ · Inverted A⁻¹ · Elementwise σ′(z) ·
    Operation tr, det, softmax, … · Summed Σ_t
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias, overload

from jacocalc.functions import Size
from jacocalc.notation import Node

Shape: TypeAlias = tuple[Size, Size]
SCALAR: Shape = (1, 1)


class Term(Node):
    """A matrix of a known shape."""

    @cached_property
    def shape(self) -> Shape:
        """(rows, columns)."""
        return _shape(self)

    @property
    def is_scalar(self) -> bool:
        """Whether the shape is 1×1."""
        return self.shape == SCALAR

    def __getstate__(self) -> dict[str, object]:
        """Without what is cached."""
        return {name: value for name, value in super().__getstate__().items() if name != "shape"}

    def __str__(self) -> str:
        """On one line, as on paper: ``(∂L/∂z) xᵀ``."""
        from jacocalc.term_writing import paper_term

        return paper_term(self)

    def __repr__(self) -> str:
        """The same: a dictionary of gradients reads as mathematics."""
        return str(self)


@dataclass(frozen=True)
class Index:
    """A step of a loop: t − 1 is Index("t", −1), the number 3 is Index("", 3)."""

    letter: str
    offset: int = 0

    def __str__(self) -> str:
        if not self.letter:
            return str(self.offset)
        return f"{self.letter}{self.offset:+d}" if self.offset else self.letter


@dataclass(frozen=True, eq=False, repr=False)
class Scalar(Term):
    """A rational number that is not negative."""

    value: Fraction


@dataclass(frozen=True, eq=False, repr=False)
class Letter(Term):
    """e or pi."""

    name: str


@dataclass(frozen=True, eq=False, repr=False)
class Extent(Term):
    """A symbolic size as a number: the n of 1/n."""

    size: str


@dataclass(frozen=True, eq=False, repr=False)
class Var(Term):
    """A variable of a program: ``name``, its shape, its index in a loop, and what is known of it.

    ``layered`` indices stand above, W^(l); others below, h_t.  ``facts``: symmetric, invertible, positive, those of
    ``SUMS``, DEFINITE and ONE_HOT.
    """

    name: str
    size: Shape
    index: Index | None = None
    layered: bool = field(default=False, compare=False)
    facts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """The name with its index: W, h_2, h_t-1."""
        return self.name if self.index is None else f"{self.name}_{self.index}"

    def stands_for(self, other: Var) -> bool:
        """Whether this is the other, or W_l with a letter and the other of its family: W_1, W_2, W_l-1."""
        if self.index is not None and self.index.letter:
            return self.name == other.name and other.index is not None
        return self.key == other.key


@dataclass(frozen=True, eq=False, repr=False)
class Differential(Term):
    """dX, a small change of a variable, or d(∂L/∂X), one of an adjoint."""

    of: Term


@dataclass(frozen=True, eq=False, repr=False)
class Adjoint(Term):
    """∂L/∂X, in the shape of X; X is a variable, or a part of a statement."""

    loss: str
    of: Term


@dataclass(frozen=True, eq=False, repr=False)
class Ones(Term):
    """The matrix of ones."""

    size: Shape


@dataclass(frozen=True, eq=False, repr=False)
class Eye(Term):
    """The identity matrix."""

    size: Size


@dataclass(frozen=True, eq=False, repr=False)
class Zeros(Term):
    """The zero matrix; the zero scalar too."""

    size: Shape


@dataclass(frozen=True, eq=False, repr=False)
class Plus(Term):
    """a + b − c; a subtracted term is an Opposite."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Opposite(Term):
    """−a."""

    body: Term


@dataclass(frozen=True, eq=False, repr=False)
class Times(Term):
    """The matrix product A B x; of scalars the ordinary product."""

    factors: tuple[Term, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Scaled(Term):
    """c A: a scalar in front of a matrix."""

    scalar: Term
    body: Term


@dataclass(frozen=True, eq=False, repr=False)
class Hadamard(Term):
    """a ⊙ b, entry by entry."""

    factors: tuple[Term, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Over(Term):
    """a/c for a scalar c, else a ⊘ b entry by entry."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True, eq=False, repr=False)
class Raised(Term):
    """Every entry raised to a scalar power."""

    base: Term
    exponent: Term


@dataclass(frozen=True, eq=False, repr=False)
class Transposed(Term):
    """Aᵀ."""

    body: Term


@dataclass(frozen=True, eq=False, repr=False)
class Inverted(Term):
    """A⁻¹."""

    body: Term


@dataclass(frozen=True, eq=False, repr=False)
class Elementwise(Term):
    """A function of one number at every entry; ``order`` counts the derivatives of a generic one: σ′(z)."""

    function: str
    body: Term
    order: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class Operation(Term):
    """A function of matrices that OPERATIONS lists: tr, det, softmax, …"""

    name: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Summed(Term):
    """Σ_{t = first}^{last} body."""

    letter: str
    first: Index
    last: Index
    body: Term


ZERO = Zeros(SCALAR)
ONE = Scalar(Fraction(1))
HALF = Scalar(Fraction(1, 2))

SCALAR_OPERATIONS = ("tr", "det", "logdet", "sum", "mean", "var", "norm", "norm2", "logsumexp", "inner")
SUMS = {"softmax": "sums to 1", "softmax_rows": "rows sum to 1", "softmax_columns": "columns sum to 1"}
SAME_SHAPE = tuple(SUMS)
DEFINITE, ONE_HOT = "spd", "one-hot"  # beside symmetric and invertible; beside one of the sums
KINKED = ("relu", "leaky_relu", "abs", "step", "sign")  # functions of one number, at 0
OPERATIONS = (*SCALAR_OPERATIONS, *SAME_SHAPE, "diag", "diagonal", "grad", "vec", "kron")


def _shape(term: Term) -> Shape:
    match term:
        case Scalar() | Letter() | Extent():
            return SCALAR
        case Var(_, size) | Ones(size) | Zeros(size):
            return size
        case Eye(size):
            return (size, size)
        case Differential(of):
            return of.shape
        case Adjoint(_, of):
            return of.shape
        case Plus(parts) | Hadamard(parts):
            return parts[0].shape
        case Opposite(body) | Scaled(_, body) | Inverted(body) | Elementwise(_, body) | Summed(_, _, _, body):
            return body.shape
        case Times(factors):
            return (factors[0].shape[0], factors[-1].shape[1])
        case Over(a, _) | Raised(a, _):
            return a.shape
        case Transposed(body):
            return body.shape[::-1]
        case Operation(name, arguments):
            inner = arguments[0].shape
            if name in SCALAR_OPERATIONS:
                return SCALAR
            if name == "grad":
                return arguments[1].shape
            if name == "vec":
                return (_multiplied(*inner), 1)
            if name == "kron":
                other = arguments[1].shape
                return (_multiplied(inner[0], other[0]), _multiplied(inner[1], other[1]))
            return (inner[0], inner[0]) if name == "diag" else (inner[0], 1) if name == "diagonal" else inner
    raise TypeError(f"no shape for {type(term).__name__}")


def said_facts(facts: tuple[str, ...]) -> tuple[str, ...]:
    """The facts in words, without what others say: symmetric, positive definite; one-hot rows."""
    if DEFINITE in facts:
        return tuple("positive definite" if fact == DEFINITE else fact for fact in facts if fact != "invertible")
    if ONE_HOT in facts:
        line = next((word for word in ("rows", "columns") if f"{word} sum to 1" in facts), "")
        return (*(fact for fact in facts if fact not in (*SUMS.values(), ONE_HOT)), f"{ONE_HOT} {line}".strip())
    return facts


def _multiplied(a: Size, b: Size) -> Size:
    """The size m·n of a stacked matrix."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    return b if a == 1 else a if b == 1 else f"{a}·{b}"


def parts_of(term: Term) -> tuple[Term, ...]:
    """The direct parts of a term, in reading order."""
    match term:
        case Scalar() | Letter() | Extent() | Var() | Differential() | Adjoint() | Ones() | Eye() | Zeros():
            return ()
        case Plus(parts) | Times(parts) | Hadamard(parts) | Operation(_, parts):
            return parts
        case Opposite(body) | Transposed(body) | Inverted(body) | Elementwise(_, body) | Summed(_, _, _, body):
            return (body,)
        case Scaled(a, b) | Over(a, b) | Raised(a, b):
            return (a, b)
    raise TypeError(f"no parts for {type(term).__name__}")


def with_parts(term: Term, parts: tuple[Term, ...]) -> Term:
    """The same kind of term with other parts; the inverse of :func:`parts_of`."""
    match term:
        case Scalar() | Letter() | Extent() | Var() | Differential() | Adjoint() | Ones() | Eye() | Zeros():
            return term
        case Plus() | Times() | Hadamard():
            return type(term)(parts)
        case Operation(name):
            return Operation(name, parts)
        case Opposite() | Transposed() | Inverted():
            return type(term)(parts[0])
        case Elementwise(function, _, order):
            return Elementwise(function, parts[0], order)
        case Summed(letter, first, last):
            return Summed(letter, first, last, parts[0])
        case Scaled() | Over() | Raised():
            return type(term)(parts[0], parts[1])
    raise TypeError(f"no way to rebuild {type(term).__name__}")


def subterms(term: Term, within_sums: bool = True) -> Iterator[Term]:
    """Every different part once, wholes before parts; or without what stands only in the bodies of sums over steps."""
    seen: set[Term] = set()
    stack = [term]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            yield node
            if within_sums or not isinstance(node, Summed):
                stack.extend(reversed(parts_of(node)))


def variables_of(term: Term) -> tuple[Var, ...]:
    """The variables that occur, in order of first appearance."""
    return tuple(node for node in subterms(term) if isinstance(node, Var))


def occurs(inner: Term, term: Term) -> bool:
    """Whether a part occurs in a term."""
    return any(node == inner for node in subterms(term))


def replaced(term: Term, values: Mapping[Term, Term]) -> Term:
    """Parts replaced by others of the same shape, all at once, the largest first."""
    if term in values:
        return values[term]
    parts = parts_of(term)
    if not parts:
        return term
    changed = tuple(replaced(part, values) for part in parts)
    return term if all(a is b for a, b in zip(parts, changed, strict=True)) else with_parts(term, changed)


def tree_size(term: Term) -> int:
    """The number of nodes."""
    return 1 + sum(map(tree_size, parts_of(term)))


# -- indices ------------------------------------------------------------------------------------------

_SIZE = re.compile(r"(?P<base>[A-Za-z]\w*?)_(?:\{(?P<long>[A-Za-z]+[+-]\d+)\}|(?P<short>[A-Za-z]+\d*|\d+))")
_INDEX = re.compile(r"(?P<letter>[A-Za-z]*)(?P<offset>[+-]?\d+)?")


def index_of(text: str) -> Index:
    """The index that a text says: t, t-1, 3."""
    match = _INDEX.fullmatch(text)
    if match is None or not text:
        raise ValueError(text)
    return Index(match["letter"], int(match["offset"] or 0))


def indexed_size(base: str, index: Index) -> str:
    """n_l, n_{l-1}."""
    text = str(index)
    return f"{base}_{text}" if text.isalnum() else f"{base}_{{{text}}}"


def stem_and_index(size: Size) -> tuple[str, Index | None]:
    """(n, l − 1) for n_{l-1}; the size itself and None where it has no index."""
    match = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if match is None:
        return str(size), None
    return match["base"], index_of(match["long"] or match["short"])


def at_a_step(size: Size, letters: Collection[str]) -> bool:
    """Whether a size changes from step to step of the loops over these letters."""
    index = stem_and_index(size)[1]
    return index is not None and index.letter in letters


@overload
def shifted(term: Var, letter: str, by: Index) -> Var: ...


@overload
def shifted(term: Term, letter: str, by: Index) -> Term: ...


def shifted(term: Term, letter: str, by: Index) -> Term:
    """The term with the index ``letter`` replaced: t ↦ t + 1, or t ↦ T."""

    def index(old: Index) -> Index:
        return Index(by.letter, old.offset + by.offset) if old.letter == letter else old

    def size(old: Size) -> Size:
        stem, inner = stem_and_index(old)
        return indexed_size(stem, index(inner)) if inner is not None and inner.letter == letter else old

    def visit(node: Term) -> Term:
        match node:
            case Var(name, (rows, columns), place, layered, facts):
                moved = None if place is None else index(place)
                return Var(name, (size(rows), size(columns)), moved, layered, facts)
            case Differential(of):
                return Differential(visit(of))
            case Adjoint(loss, of):
                return Adjoint(loss, visit(of))
            case Ones((rows, columns)):
                return Ones((size(rows), size(columns)))
            case Zeros((rows, columns)):
                return Zeros((size(rows), size(columns)))
            case Eye(old):
                return Eye(size(old))
            case Summed(inner, first, last, body):
                return Summed(inner, index(first), index(last), body if inner == letter else visit(body))
            case Extent(old):
                moved_size = size(old)
                return Scalar(Fraction(moved_size)) if isinstance(moved_size, int) else Extent(moved_size)
            case _:
                return with_parts(node, tuple(map(visit, parts_of(node))))

    return visit(term)


@overload
def numbered(term: Var, steps: Mapping[str, int]) -> Var: ...


@overload
def numbered(term: Term, steps: Mapping[str, int]) -> Term: ...


def numbered(term: Term, steps: Mapping[str, int]) -> Term:
    """A term about a loop with a number for the end of the loop."""
    for letter, count in steps.items():
        term = shifted(term, letter, Index("", count))
    return term
