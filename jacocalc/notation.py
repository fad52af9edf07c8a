"""Mathematics as it stands on paper: a frozen tree in the author's own order.

Nothing here simplifies.  ``x/x`` stays ``x/x``, ``1^2 + 2`` stays as it was written, and a term ``0·4``
keeps its zero.  What comes in are parts, what goes out is a tree; every tree hashes once, compares by
content, and ignores where in a text it was read (its span).

The kinds of node are closed.  An operation over them is one function with one ``match`` whose last case
raises with the type's name.

    Number 3, 0.5 · Constant e, π · Symbol x · Sum a + b − c · Minus (a subtracted term of a Sum) ·
    Negative −a · Product a b · Quotient a/b · Power a^b · Call sin(a) · Applied g_2(u, v), ∂g_2/∂u ·
    Piecewise · Comparison a < b · Junction (and, or) · Matrix
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from math import prod
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


@cache
def _compared(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind) if part.compare)


class Node:
    """A frozen tree: it hashes once, and compares by content without the places where it was read."""

    @cached_property
    def _key(self) -> tuple[object, ...]:
        return (type(self), *[self.__dict__[name] for name in _compared(type(self))])  # type: ignore[arg-type]

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:
            try:
                known = self.__dict__["_hash"] = hash(self._key)
            except RecursionError:
                known = _hashed_from_below(self)
        return known

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or type(self) is not type(other) or hash(self) != hash(other):
            return False
        mine, others = self._key, other._key
        if mine is others:
            return True
        try:
            found = mine == others
        except RecursionError:
            found = _equal_from_below(self, other)
        if found:
            self.__dict__["_key"] = others  # one key from now on: what is met again is not compared again
        return found

    def __getstate__(self) -> dict[str, object]:
        """Without what is cached: string hashes differ between processes."""
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}


def _nodes_in(key: tuple[object, ...]) -> Iterator[Node]:
    """The direct parts of the node of this key."""
    for part in key:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            yield from _nodes_in(part)


def _hashed_from_below(node: Node) -> int:
    """The hash of a node of any depth: each part before its whole, which nests no calls."""
    stack = [node]
    while stack:
        waiting = [part for part in _nodes_in(stack[-1]._key) if "_hash" not in part.__dict__]
        if not waiting:
            hash(stack.pop())
        stack.extend(waiting)
    return hash(node)


def _equal_from_below(left: Node, right: Node) -> bool:
    """Whether nodes of any depth with one hash are equal: each part before its whole."""
    stack, compared = [(left, right)], set[tuple[int, int]]()
    while stack:
        a, b = stack[-1]
        pairs = zip(_nodes_in(a._key), _nodes_in(b._key), strict=False)
        waiting = [(p, q) for p, q in pairs if p._key is not q._key and (id(p), id(q)) not in compared]
        if not waiting:
            compared.add((id(a), id(b)))
            stack.pop()
            if a != b:
                return False
        stack.extend(waiting)
    return True


class Expr(Node):
    """A node of notation; the operators build nodes and never calculate."""

    span: Span | None

    def __add__(self, other: Expr | int) -> Sum:
        return Sum((self, _lift(other)))

    def __radd__(self, other: int) -> Sum:
        return Sum((_lift(other), self))

    def __sub__(self, other: Expr | int) -> Sum:
        return Sum((self, Minus(_lift(other))))

    def __rsub__(self, other: int) -> Sum:
        return Sum((_lift(other), Minus(self)))

    def __mul__(self, other: Expr | int) -> Product:
        return Product((self, _lift(other)))

    def __rmul__(self, other: int) -> Product:
        return Product((_lift(other), self))

    def __truediv__(self, other: Expr | int) -> Quotient:
        return Quotient(self, _lift(other))

    def __rtruediv__(self, other: int) -> Quotient:
        return Quotient(_lift(other), self)

    def __pow__(self, other: Expr | int) -> Power:
        return Power(self, _lift(other))

    def __neg__(self) -> Negative:
        return Negative(self)


@dataclass(frozen=True, eq=False)
class Number(Expr):
    """A number that is not negative: a whole number, or a decimal as it was typed, 0.5 or 0.333…."""

    value: Fraction
    literal: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Constant(Expr):
    """e or pi."""

    name: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Symbol(Expr):
    """A variable or parameter, spelled as it was declared: ``x``, ``x_1``, ``theta``."""

    name: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Sum(Expr):
    """a + b − c; a subtracted term is a :class:`Minus`, an added negative number a :class:`Negative`."""

    terms: tuple[Expr, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Minus(Expr):
    """A subtracted term of a Sum: ``5 − 2`` holds Minus(2), ``5 + (−2)`` holds Negative(2)."""

    operand: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Negative(Expr):
    """−a."""

    operand: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Product(Expr):
    """a·b·c; ``dot`` asks for the dots to be written between all factors."""

    factors: tuple[Expr, ...]
    dot: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Quotient(Expr):
    """a/b."""

    numerator: Expr
    denominator: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Power(Expr):
    """a^b."""

    base: Expr
    exponent: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Call(Expr):
    """A known function at its arguments; the name is the row's name in ``known_functions``."""

    function: str
    arguments: tuple[Expr, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Applied(Expr):
    """A component of an unspecified function, or a partial of it.

    ``Applied("g", 2, (1,), (a, b))`` is ∂g₂/∂u₁ at (a, b).  ``component`` is 0 for a scalar function;
    ``inputs`` names u₁, u₂ for writing, where the place is said elsewhere: a function that formulas call at
    one place or another has none and is written D₁g(a, b), f′(a).  ``declared`` are the names that its author gave
    them, as g(u, v), by which answers may call its partials.
    """

    function: str
    component: int
    derivatives: tuple[int, ...]
    arguments: tuple[Expr, ...]
    inputs: tuple[str, ...] = field(default=(), compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)
    declared: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def letters(self) -> tuple[str, ...]:
        """x and y of f(x, y); nothing where the arguments are no different letters, and for one alone: f′(x)."""
        found = tuple(argument.name for argument in self.arguments if isinstance(argument, Symbol))
        return found if len(set(found)) == len(self.arguments) > 1 else ()

    @property
    def slots(self) -> tuple[str, ...]:
        """What the arguments are told by: the names of the inputs, else what they are, if letters, else 1, 2, …"""
        letters = tuple(argument.name for argument in self.arguments if isinstance(argument, Symbol))
        plain = len(set(letters)) == len(self.arguments)
        return self.inputs or (letters if plain else tuple(str(k) for k in range(1, len(self.arguments) + 1)))

    @property
    def is_fraction(self) -> bool:
        """Whether it is written ∂g₂/∂u₁; places are no names, D₁f(a, b)."""
        return bool(self.derivatives and self.inputs and not self.inputs[0].isdigit())

    @property
    def component_name(self) -> str:
        """g2, or g for a scalar function."""
        return f"{self.function}{self.component or ''}"

    @property
    def subscripted_name(self) -> str:
        """g_2, or g for a scalar function."""
        return f"{self.function}_{self.component}" if self.component else self.function

    @property
    def name(self) -> str:
        """The name of the applied undefined function: g2, D1_g2, and D1D2_g2 for a second partial."""
        order = "".join(f"D{k}" for k in self.derivatives)
        return f"{order}_{self.component_name}" if order else self.component_name


@dataclass(frozen=True, eq=False)
class Comparison(Expr):
    """left R right with R one of <, <=, >, >=, =, !=."""

    relation: str
    left: Expr
    right: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Junction(Expr):
    """Conditions joined by ``and`` or by ``or``."""

    word: str
    conditions: tuple[Expr, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Piecewise(Expr):
    """The value of the first branch whose condition holds, else ``otherwise`` (None: undefined)."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Matrix(Expr):
    """Rows of entries; a column is a matrix with one entry a row."""

    rows: tuple[tuple[Expr, ...], ...]
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """(number of rows, number of columns)."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def entries(self) -> tuple[Expr, ...]:
        """All entries, row by row."""
        return tuple(entry for row in self.rows for entry in row)

    def map(self, change: Callable[[Expr], Expr]) -> Matrix:
        """The matrix with every entry changed."""
        return Matrix(tuple(tuple(change(entry) for entry in row) for row in self.rows))

    @property
    def transposed(self) -> Matrix:
        """Rows for columns."""
        return Matrix(tuple(zip(*self.rows, strict=True)))


def in_rows(entries: Sequence[Expr], columns: int) -> Matrix:
    """The matrix of these entries, row by row."""
    return Matrix(tuple(tuple(entries[i : i + columns]) for i in range(0, len(entries), columns)))


def spanned(expr: Expr, span: Span) -> Expr:
    """The same node at a wider place: brackets are not kept, but carets include them."""
    copy = object.__new__(type(expr))
    copy.__dict__.update(expr.__dict__)
    copy.__dict__["span"] = span
    return copy


def entries_of(value: Expr) -> tuple[Expr, ...]:
    """The entries of a matrix, row by row; what is none is its own."""
    return value.entries if isinstance(value, Matrix) else (value,)


def factors_of(expr: Expr) -> tuple[Expr, ...]:
    """a and b of ab; what is no product is its own."""
    return expr.factors if isinstance(expr, Product) else (expr,)


def terms_of(expr: Expr) -> tuple[Expr, ...]:
    """a and −b of a − b; what is no sum is its own."""
    return expr.terms if isinstance(expr, Sum) else (expr,)


def joined(word: str, conditions: Sequence[Expr]) -> Expr:
    """p and q and …, or p or q or …; a condition that is alone is itself."""
    return conditions[0] if len(conditions) == 1 else Junction(word, tuple(conditions))


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
E = Constant("e")
PI = Constant("pi")
RELATIONS = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def integer(value: int) -> Expr:
    """The whole number as notation: −3 is Negative(3)."""
    return Number(Fraction(value)) if value >= 0 else Negative(Number(Fraction(-value)))


def rational(value: Fraction) -> Expr:
    """The fraction as notation: −1/2 is Negative(Quotient(1, 2))."""
    size = abs(value)
    over = Number(Fraction(size.numerator))
    unsigned = over if size.denominator == 1 else Quotient(over, Number(Fraction(size.denominator)))
    return unsigned if value >= 0 else Negative(unsigned)


def _lift(value: Expr | int) -> Expr:
    return integer(value) if isinstance(value, int) else value


def column(entries: tuple[Expr, ...]) -> Matrix:
    """The column vector with these entries."""
    return Matrix(tuple((entry,) for entry in entries))


def leading(term: Expr) -> Expr:
    """A term as the first of a sum: −u where it was subtracted."""
    return Negative(term.operand) if isinstance(term, Minus) else term


def unsigned(term: Expr) -> Expr:
    """u of −u, as a number or as what is subtracted"""
    return term.operand if isinstance(term, Minus | Negative) else term


def opposite(term: Expr) -> Expr:
    """u for −u, and −u, subtracted, for u"""
    return term.operand if isinstance(term, Minus | Negative) else Minus(term)


def summed(terms: Sequence[Expr]) -> Expr:
    """a + b + …; a term that is alone is no sum."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def with_differences(terms: Sequence[Expr]) -> tuple[Expr, ...]:
    """The terms of a sum as people write them: a − b for a + (−b)."""
    return (terms[0], *(Minus(term.operand) if isinstance(term, Negative) else term for term in terms[1:]))


def row(entries: tuple[Expr, ...]) -> Matrix:
    """The row vector with these entries."""
    return Matrix((entries,))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in reading order."""
    match expr:
        case Number() | Constant() | Symbol():
            return ()
        case Sum(terms):
            return terms
        case Minus(operand) | Negative(operand):
            return (operand,)
        case Product(factors):
            return factors
        case Quotient(a, b) | Power(a, b) | Comparison(_, a, b):
            return (a, b)
        case Call(_, arguments) | Applied(_, _, _, arguments):
            return arguments
        case Junction(_, conditions):
            return conditions
        case Piecewise(branches, otherwise):
            parts = tuple(part for branch in branches for part in branch)
            return parts if otherwise is None else (*parts, otherwise)
        case Matrix():
            return expr.entries
    raise TypeError(f"no children rule for {type(expr).__name__}")


def rebuild(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The node with other direct parts; the inverse of :func:`children`."""
    match expr:
        case Number() | Constant() | Symbol():
            return expr
        case Sum():
            return Sum(parts, expr.span)
        case Minus():
            return Minus(parts[0], expr.span)
        case Negative():
            return Negative(parts[0], expr.span)
        case Product(_, dot):
            return Product(parts, dot, expr.span)
        case Quotient():
            return Quotient(parts[0], parts[1], expr.span)
        case Power():
            return Power(parts[0], parts[1], expr.span)
        case Comparison(relation):
            return Comparison(relation, parts[0], parts[1], expr.span)
        case Call(function):
            return Call(function, parts, expr.span)
        case Applied():
            return replace(expr, arguments=parts)
        case Junction(word):
            return Junction(word, parts, expr.span)
        case Piecewise(branches, otherwise):
            count = 2 * len(branches)
            pairs = tuple((parts[i], parts[i + 1]) for i in range(0, count, 2))
            return Piecewise(pairs, None if otherwise is None else parts[count], expr.span)
        case Matrix():
            width = expr.shape[1]
            return Matrix(tuple(parts[i : i + width] for i in range(0, len(parts), width)), expr.span)
    raise TypeError(f"no rebuild rule for {type(expr).__name__}")


Listed: TypeAlias = tuple[Expr, tuple[int, ...]]  # a node with nothing in its parts, and where these stand in the list


def listed(exprs: Sequence[Expr]) -> tuple[list[Listed], list[int]]:
    """Formulas of any depth as one flat list, parts before wholes, and where the formulas stand in it.

    Parts that are one object stay one; equal ones that were read at different places keep their places.
    """
    found: list[Listed] = []
    places: dict[int, int] = {}
    stack = list(exprs)
    while stack:
        node = stack[-1]
        parts = children(node)
        waiting = [part for part in parts if id(part) not in places]
        if not waiting and id(stack.pop()) not in places:
            places[id(node)] = len(found)
            found.append((rebuild(node, (ZERO,) * len(parts)), tuple(places[id(part)] for part in parts)))
        stack.extend(waiting)
    return found, [places[id(expr)] for expr in exprs]


def unlisted(found: Sequence[Listed], wanted: Sequence[int]) -> tuple[Expr, ...]:
    """The formulas of a flat list; each part is hashed before its whole, which no depth makes recursive."""
    made: list[Expr] = []
    for node, parts in found:
        made.append(rebuild(node, tuple(made[part] for part in parts)))
        hash(made[-1])
    return tuple(made[place] for place in wanted)


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Every symbol replaced by its value, all at once: f(x, y) ↦ f(a, b)."""
    done: dict[Expr, Expr] = {}

    def visit(node: Expr) -> Expr:
        if isinstance(node, Symbol):
            return values.get(node.name, node)
        found = done.get(node)
        if found is None:
            found = rebuild(node, tuple(visit(part) for part in children(node)))
            done[node] = found
        return found

    return visit(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """Every different node once, parts after wholes, in reading order."""
    seen: set[Expr] = set()
    stack = [expr]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        stack.extend(reversed(children(node)))


def postorder(expr: Expr, known: Container[Expr] = ()) -> list[Expr]:
    """Every different node once, parts before wholes, without those known; no recursion, so depth is no limit."""
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen and node not in known:
            seen.add(node)
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(children(node)))
    return order


def names(expr: Expr) -> tuple[str, ...]:
    """The names of the symbols, in order of first appearance."""
    return tuple(node.name for node in walk(expr) if isinstance(node, Symbol))


def names_as_typed(exprs: Iterable[Expr]) -> tuple[str, ...]:
    """The names of the symbols in the order of their places in the text: a, b, c, d of ad - bc = det [a, b; c, d]."""
    found = (node for expr in exprs for node in walk(expr) if isinstance(node, Symbol))
    return tuple(dict.fromkeys(node.name for node in sorted(found, key=lambda node: node.span or (0, 0))))


def symbols(expr: Expr) -> frozenset[str]:
    """The names of the symbols; every node keeps its own, so that asking each part of a formula costs one walk."""
    stack = [expr]
    while stack:
        node = stack[-1]
        waiting = [part for part in children(node) if "_symbols" not in part.__dict__]
        if not waiting:
            node.__dict__["_symbols"] = _own_symbols(stack.pop())
        stack.extend(waiting)
    return _own_symbols(expr)


def _own_symbols(node: Expr) -> frozenset[str]:
    """Those that the node keeps, or the union of what its parts keep: the set of one part where that holds all."""
    if "_symbols" in node.__dict__:
        kept: frozenset[str] = node.__dict__["_symbols"]
        return kept
    if isinstance(node, Symbol):
        return frozenset((node.name,))
    parts = [part.__dict__["_symbols"] for part in children(node)]
    largest: frozenset[str] = max(parts, key=len, default=frozenset())
    return largest if all(part <= largest for part in parts) else largest.union(*parts)


def depends(expr: Expr, name: str) -> bool:
    """Whether the symbol occurs in the expression."""
    return name in symbols(expr)


def tree_size(expr: Expr, inserted: Mapping[str, int] | None = None) -> int:
    """The number of nodes when written out as a tree (shared parts counted each time).

    ``inserted``: the sizes of what stands for symbols.
    """
    known, sizes = inserted or {}, dict[Expr, int]()
    for node in postorder(expr):
        own = known.get(node.name, 1) if isinstance(node, Symbol) else 1
        sizes[node] = own + sum(sizes[part] for part in children(node))
    return sizes[expr]


def tree_depth(expr: Expr, inserted: Mapping[str, int] | None = None) -> int:
    """How deep the parts stand inside each other; ``inserted``: the depths of what stands for symbols."""
    known, depths = inserted or {}, dict[Expr, int]()
    for node in postorder(expr):
        own = known.get(node.name, 1) if isinstance(node, Symbol) else 1
        depths[node] = own + max((depths[part] for part in children(node)), default=0)
    return depths[expr]


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The same for all spellings of one name: ``x1``, ``x_1``, ``x_{1}``."""
    return name.replace("_", "").replace("{", "").replace("}", "")


def as_rational(expr: Expr) -> Fraction | None:
    """The value of a number, a fraction of numbers or their negatives; None for anything else."""
    return _rational(expr, as_rational)


def exponent_value(exponent: Expr) -> Fraction | None:
    """The value of an exponent of numbers, sums and products of them too: 2 of 3 − 1; None for anything else."""
    match exponent:
        case Sum(parts) | Product(parts):
            values = [exponent_value(part) for part in parts]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            return sum(known, Fraction(0)) if isinstance(exponent, Sum) else prod(known, start=Fraction(1))
        case _:
            return _rational(exponent, exponent_value)


def _rational(expr: Expr, value_of: Callable[[Expr], Fraction | None]) -> Fraction | None:
    match expr:
        case Number(value):
            return value
        case Negative(operand) | Minus(operand):
            inner = value_of(operand)
            return None if inner is None else -inner
        case Quotient(a, b):
            over, under = value_of(a), value_of(b)
            return None if over is None or not under else over / under
        case _:
            return None
