"""Terms and lines → nodes of the graph, at numbers for sizes; loops are written out step by step.

A value is a node and the shape that it stands for: 1_N bᵀ is the node bᵀ in the shape N×k, and A 1 is a sum of rows,
so that nothing is spread out which NumPy broadcasts.  Products are multiplied in the cheapest order, scalars on the
smallest factor, A⁻¹ B by solving.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from jacocalc import terms
from jacocalc.compiled.matrix.functions import Named, generic
from jacocalc.compiled.matrix.graph import Graph, Sizes, Value
from jacocalc.compiled.matrix.operations import OPERATIONS
from jacocalc.evaluate.arrays import number_of
from jacocalc.functions import Size
from jacocalc.targets.chains import Factors, chain_of, inverse_of, is_diagonal
from jacocalc.targets.lines import Add, Choice, Each, Let, Line, Settle, Start
from jacocalc.terms import numbered, subterms


@dataclass(frozen=True)
class Equation:
    """h = φ(h, …) as a graph of its own: its inputs are the number of h, then those that φ reads, by place."""

    name: str
    graph: Graph
    unknown: int
    reads: tuple[int, ...]
    result: int
    shape: Sizes


class Lowering:
    """Terms as nodes; ``known`` are the values of variables and adjoints, ``sizes`` numbers for symbolic sizes.

    ``statements`` remembers which line made which node first, for whoever reports on values.
    """

    def __init__(self, sizes: Mapping[str, int], functions: Mapping[str, Named], graph: Graph | None = None) -> None:
        self.graph = Graph() if graph is None else graph
        self.sizes = sizes
        self.functions = functions
        self.known: dict[terms.Term, Value] = {}
        self.statements: dict[int, tuple[terms.Term, terms.Term]] = {}

    def size(self, size: Size) -> int:
        """The number that a size stands for."""
        return number_of(size, self.sizes)

    def shape(self, shape: tuple[Size, Size]) -> Sizes:
        """Numbers for both sizes."""
        return self.size(shape[0]), self.size(shape[1])

    def declare(self, var: terms.Var) -> int:
        """The input node of a variable."""
        shape = self.shape(var.size)
        self.known[var] = Value(self.graph.make("input", (), shape, var.key), shape)
        return self.known[var].node

    # -- lines ------------------------------------------------------------------------------------------

    def run(self, lines: Iterable[Line], steps: Mapping[str, int]) -> None:
        """All lines; ``steps`` are the ends of loops and the steps at which they stand."""
        for line in lines:
            if isinstance(line, Each):
                last = line.last.offset + (steps[line.last.letter] if line.last.letter else 0)
                turns = range(line.first.offset, last + 1)
                for step in reversed(turns) if line.backwards else turns:
                    self.run(line.body, {**steps, line.letter: step})
                continue
            target, term = numbered(line.target, steps), _chosen(line, steps)
            self.known[target] = self._line(line, target, None if term is None else numbered(term, steps))
            if term is not None:
                self.statements.setdefault(self.known[target].node, (target, numbered(term, steps)))

    def _line(self, line: Line, target: terms.Term, term: terms.Term | None) -> Value:
        if isinstance(line, Settle):
            return self._settled(line.target, line.term)
        value = self._constant(0.0, target.shape) if term is None else self.of(term)
        return self._apply("add", value.shape, self.known[target], value) if isinstance(line, Add) else value

    def _settled(self, target: terms.Var, term: terms.Term) -> Value:
        """The solution of an equation, which is a graph of its own inside one node."""
        inner = Lowering(self.sizes, self.functions)
        unknown = inner.declare(target)
        outside = {node: self.known[node] for node in subterms(term) if isinstance(node, terms.Var) and node != target}
        for node in outside:
            if isinstance(node, terms.Var):
                inner.declare(node)
        shape = self.shape(target.size)
        result = inner.graph.full(inner.of(term).node, shape)
        reads = tuple(inner.known[node].node for node in outside)
        equation = Equation(str(target), inner.graph, unknown, reads, result, shape)
        return Value(self.graph.make("settle", tuple(map(self.full, outside.values())), shape, equation), shape)

    def statement(self, node: int) -> str:
        """The first statement that a node belongs to; an empty text for one that comes after all of them."""
        later = [number for number in sorted(self.statements) if number >= node]
        return "{} = {}".format(*self.statements[later[0]]) if later else ""

    # -- terms ------------------------------------------------------------------------------------------

    def full(self, value: Value) -> int:
        """A node with all the entries of a value."""
        same = self.graph[value.node].shape == value.shape and not self.graph.is_kind(value.node, "constant")
        return value.node if same else self.graph.full(value.node, value.shape)

    def of(self, term: terms.Term) -> Value:
        """The value of a term; all its variables are known."""
        found = self.known.get(term)
        if found is not None:
            return found
        shape, graph = self.shape(term.shape), self.graph
        match term:
            case terms.Scalar(value):
                return self._constant(float(value), shape)
            case terms.Letter(name):
                return self._constant(math.pi if name == "pi" else math.e, shape)
            case terms.Extent(size):
                return self._constant(self.size(size), shape)
            case terms.Ones():
                return self._constant(1.0, shape)
            case terms.Zeros():
                return self._constant(0.0, shape)
            case terms.Eye():
                return Value(graph.make("eye", (), shape), shape) if shape != (1, 1) else self._constant(1.0, shape)
            case terms.Plus(parts):
                return self._folded("add", parts)
            case terms.Hadamard(parts):
                return self._folded("multiply", parts)
            case terms.Over(a, b) if not b.is_scalar or term.is_scalar:
                return self._apply("divide", shape, self.of(a), self.of(b))
            case terms.Times() | terms.Scaled() | terms.Over():
                return self._product(term)
            case terms.Opposite(body):
                return self._apply("negative", shape, self.of(body))
            case terms.Raised(base, exponent):
                return self._apply("power", shape, self.of(base), self.of(exponent))
            case terms.Transposed(body):
                return Value(graph.transpose(self.of(body).node), shape)
            case terms.Inverted(body):
                return self._inverse(self.of(body))
            case terms.Elementwise(function, body, order):
                return Value(generic(graph, self.functions, function, order, self.of(body).node), shape)
            case terms.Operation(name, arguments):
                return OPERATIONS[name](self, arguments, shape)
        raise TypeError(f"no operations for {type(term).__name__}: {term}")

    def _constant(self, value: float, shape: tuple[Size, Size]) -> Value:
        return Value(self.graph.constant(value), self.shape(shape))

    def _apply(self, kind: str, shape: tuple[Size, Size], *parts: Value) -> Value:
        return Value(self.graph.apply(kind, *(part.node for part in parts)), self.shape(shape))

    def _folded(self, kind: str, parts: tuple[terms.Term, ...]) -> Value:
        total = self.of(parts[0])
        for part in parts[1:]:
            total = self._apply(kind, total.shape, total, self.of(part))
        return total

    def _inverse(self, value: Value) -> Value:
        if value.shape == (1, 1):
            return self._apply("reciprocal", value.shape, value)
        return Value(self.graph.make("inverse", (self.full(value),), value.shape), value.shape)

    # -- products ---------------------------------------------------------------------------------------

    def _product(self, term: terms.Term) -> Value:
        """Scalars, and at most a column of matrices times a row of them."""
        chain = chain_of(term)
        matrices = [self._multiplied(part) for part in (chain.left, chain.right) if part]
        numbers = [self.of(part) for part in chain.above] + [self._multiplied(part) for part in chain.numbers]
        scalar = Value(self.graph.constant(1.0), (1, 1))
        for number in numbers:
            scalar = self._apply("multiply", (1, 1), scalar, number)
        for part in chain.below:
            scalar = self._apply("divide", (1, 1), scalar, self.of(part))
        if chain.minus:
            scalar = self._apply("negative", (1, 1), scalar)
        if not matrices:
            return Value(scalar.node, self.shape(term.shape))
        smallest = min(matrices, key=self._stored)
        matrices[matrices.index(smallest)] = self._apply("multiply", smallest.shape, smallest, scalar)
        if len(matrices) == 1:
            return matrices[0]
        return self._matmul(matrices[0], matrices[1])

    def _stored(self, value: Value) -> int:
        rows, columns = self.graph[value.node].shape
        return rows * columns

    def _multiplied(self, factors: Factors) -> Value:
        """The product in the order that costs least; of two that cost the same, from the right."""
        sizes = [self.shape(factor.shape) for factor in factors]
        best: dict[tuple[int, int], tuple[float, int]] = {}

        def cost(first: int, last: int) -> float:
            if first == last:
                return 0.0
            if (first, last) not in best:
                rows, columns = sizes[first][0], sizes[last][1]
                ways = []
                for cut in range(first, last):
                    diagonal = (cut == first and is_diagonal(factors[first])) or (
                        cut + 1 == last and is_diagonal(factors[last])
                    )
                    inner = 1 if diagonal else sizes[cut][1]
                    ways.append((cost(first, cut) + cost(cut + 1, last) + float(rows * inner * columns), cut))
                best[first, last] = min(ways)
            return best[first, last][0]

        def made(first: int, last: int) -> Value:
            if first == last:
                return self.of(factors[first])
            cut = best[first, last][1]
            return self._pair(factors[first : cut + 1], factors[cut + 1 : last + 1],
                              lambda: made(first, cut), lambda: made(cut + 1, last))  # fmt: skip

        cost(0, len(factors) - 1)
        return made(0, len(factors) - 1)

    def _pair(self, left: Factors, right: Factors, a: Callable[[], Value], b: Callable[[], Value]) -> Value:
        """A B, where A or B may be an inverse or a diagonal matrix."""
        inverse = inverse_of(left[0]) if len(left) == 1 else None
        if inverse is not None and not inverse.is_scalar:
            return self._solved(self.of(inverse), b())
        inverse = inverse_of(right[0]) if len(right) == 1 else None
        if inverse is not None and not inverse.is_scalar:
            turned = self._solved(self._turned(self.of(inverse)), self._turned(a()))
            return self._turned(turned)
        if len(left) == 1 and is_diagonal(left[0]):
            value, column = b(), self.of(left[0].arguments[0])
            return self._apply("multiply", value.shape, value, column)
        if len(right) == 1 and is_diagonal(right[0]):
            value, column = a(), self.of(right[0].arguments[0])
            return self._apply("multiply", value.shape, value, self._turned(column))
        return self._matmul(a(), b())

    def _turned(self, value: Value) -> Value:
        return Value(self.graph.transpose(value.node), value.shape[::-1])

    def _solved(self, a: Value, b: Value) -> Value:
        """A⁻¹ B; by the inverse where that is known already."""
        made = self.graph.made("inverse", (self.full(a),), a.shape)
        if made is not None:
            return self._matmul(Value(made, a.shape), b)
        return Value(self.graph.make("solve", (self.full(a), self.full(b)), b.shape), b.shape)

    def _matmul(self, a: Value, b: Value) -> Value:
        """A B; where all rows of B are one row, the sums of A's rows times that row, and so on."""
        graph = self.graph
        (rows, inner), columns = a.shape, b.shape[1]
        left, right = graph[a.node].shape[1], graph[b.node].shape[0]
        shape = (rows, columns)
        if inner > 1 and right == 1:
            return self._apply("multiply", shape, self.summed(a, 1), b)
        if inner > 1 and left == 1:
            return self._apply("multiply", shape, a, self.summed(b, 0))
        if inner == 1:
            return self._apply("multiply", shape, a, b)
        return Value(graph.matmul(a.node, b.node), shape)

    def summed(self, value: Value, axis: int) -> Value:
        """The sums along an axis, which is kept; n times an entry where all are the same."""
        shape = (1, value.shape[1]) if axis == 0 else (value.shape[0], 1)
        count, stored = value.shape[axis], self.graph[value.node].shape[axis]
        if stored == count:
            return Value(self.graph.reduce("sum", value.node, axis), shape)
        return Value(self.graph.apply("multiply", value.node, self.graph.constant(count)), shape)

    def total(self, value: Value) -> Value:
        """The sum of all entries."""
        node = self.graph[value.node]
        if node.shape == value.shape and 1 not in node.shape:
            source = node.parts[0] if node.kind == "transpose" else value.node
            return Value(self.graph.make("total", (source,), (1, 1)), (1, 1))
        return self.summed(self.summed(value, 1), 0)

    def inner(self, a: Value, b: Value) -> Value:
        """⟨A, B⟩"""
        if self.graph[a.node].shape == self.graph[b.node].shape == a.shape:
            return Value(self.graph.inner(a.node, b.node), (1, 1))
        return self.total(self._apply("multiply", a.shape, a, b))


def _chosen(line: Line, steps: Mapping[str, int]) -> terms.Term | None:
    """The term of a line at a step; None where it starts at 0."""
    match line:
        case Let(_, term) | Add(_, term) | Settle(_, term):
            return term
        case Choice(_, letter, last, at_last, otherwise):
            return at_last if steps[letter] == last.offset + steps.get(last.letter, 0) else otherwise
        case Start():
            return None
    raise TypeError(f"no term in {type(line).__name__}")
