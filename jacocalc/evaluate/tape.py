"""The computational graph as a straight-line program: nodes are integers, equal nodes are one node.

A tape is built from notation, so nothing is expanded and a chain of L stages costs L times one stage.  A node is
three entries of flat lists: what is done (its name), to which earlier nodes, and a constant part.  Sums and products
are binary, subtraction is an operation of its own, and a minus sign moves outwards, so that different ways of writing
one thing meet in one node.  Derivatives are more nodes on the same tape (``accumulation``); numbers come from
evaluating the nodes in a field (``fields``).  Everything is iterative; no depth meets a recursion limit.

Operations: number, constant, input, add, subtract, multiply, negate, divide, power (whole exponent), raise, call,
select.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from jacocalc import notation
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.stable_forms import formulas_of
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import Formula
from jacocalc.notation import Expr, Symbol, children, exponent_value, postorder

Node: TypeAlias = int
_FOLDED = ("number", "negate")
_BITS = 4096  # of a power of numbers that is computed at once
Rational: TypeAlias = Fraction | int
UNSAID = "unsaid"
Kink: TypeAlias = Rational | str | None


@dataclass(frozen=True)
class Operation:
    """One line of the program: what is done, to which earlier nodes, and a constant part."""

    name: str
    arguments: tuple[Node, ...]
    payload: Any = None


class Tape:
    """A growing straight-line program; see the module's head.

    ``strict``: 0 times a part that is undefined is undefined (for what people type).
    ``kept``: functions that are one operation although ball arithmetic lacks them.
    ``drawn``: for a picture: all calls are kept, sums and products have as many parts as the author wrote.
    ``machine``: powers are products, also those of equal factors that meet later.
    ``kink``: what a derivative is on borders and at ties (``choices``).
    """

    def __init__(
        self,
        strict: bool = False,
        kept: Collection[str] = (),
        drawn: bool = False,
        machine: bool = False,
        kink: Kink = UNSAID,
    ) -> None:
        self.kink = kink
        self.machine = machine
        self.strict = strict
        self.kept = kept
        self.drawn = drawn
        self.names: list[str] = []
        self.arguments: list[tuple[Node, ...]] = []
        self.payloads: dict[Node, Any] = {}
        self.inputs: list[Node] = []
        self.numbers: dict[Node, Rational] = {}
        self.one: Node = -1  # the number 1, once there is one
        self.steady: dict[Node, Node] = {}  # for nodes that may jump where they do not (``choices``)
        self._set_index()

    def _set_index(self) -> None:
        self.folded: set[Node] = set()  # numbers and negatives, which sums and products fold away
        self.coefficients: set[Node] = set()  # numbers above 0 other than 1, which stay in products
        self.index: dict[str, dict[Hashable, Node]] = defaultdict(dict)
        self._numbers = self.index["number"]
        self.sums = self.index["add"]
        self.differences = self.index["subtract"]
        self.products = self.index["multiply"]
        self._negatives = self.index["negate"]

    def __len__(self) -> int:
        return len(self.names)

    def __getstate__(self) -> dict[str, Any]:
        """Without the index, whose keys are made again."""
        made_again = (
            "index", "_numbers", "sums", "differences", "products", "_negatives", "folded", "coefficients"
        )  # fmt: skip
        return {name: value for name, value in self.__dict__.items() if name not in made_again}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._set_index()
        for node, (name, arguments) in enumerate(zip(self.names, self.arguments, strict=True)):
            self.index[name][_key(name, arguments, self.payloads.get(node))] = node
            if name in _FOLDED:
                self.folded.add(node)
        self.coefficients |= {node for node, value in self.numbers.items() if value > 0 and node != self.one}

    def operation(self, node: Node) -> Operation:
        """The line of a node."""
        return Operation(self.names[node], self.arguments[node], self.payloads.get(node))

    def add_node(self, name: str, arguments: tuple[Node, ...] = (), payload: Any = None) -> Node:
        """The node of this operation, made unless it is there already."""
        index, key = self.index[name], _key(name, arguments, payload)
        found = index.get(key)
        if found is not None:
            return found
        if payload is not None:
            self.payloads[len(self.names)] = payload
        return self._append(index, key, name, arguments)

    def _append(
        self, index: dict[Hashable, Node], key: Hashable, name: str, arguments: tuple[Node, ...]
    ) -> Node:
        node = index[key] = len(self.names)
        if name in _FOLDED:
            self.folded.add(node)
        self.names.append(name)
        self.arguments.append(arguments)
        return node

    # -- making nodes -------------------------------------------------------------------------------

    def input(self) -> Node:
        """A new input."""
        node = self.add_node("input", (), len(self.inputs))
        self.inputs.append(node)
        return node

    def number(self, value: Rational) -> Node:
        """A rational number."""
        key = value if type(value) is int else _in_lowest_terms(value)
        found = self._numbers.get(key)
        if found is None:
            found = self._append(self._numbers, key, "number", ())
            self.payloads[found] = self.numbers[found] = key if type(key) is int else value
            if key == 1:
                self.one = found
            elif value.numerator > 0:
                self.coefficients.add(found)
        return found

    def plus(self, a: Node, b: Node) -> Node:
        """a + b"""
        if a not in self.folded and b not in self.folded:
            return self._pair(self.sums, "add", a, b)
        numbers, names = self.numbers, self.names
        if a in numbers or b in numbers:
            if a in numbers and b in numbers:
                return self.number(numbers[a] + numbers[b])
            for one, other in ((a, b), (b, a)):
                value = numbers.get(one, 1)
                if value <= 0:
                    return other if value == 0 else self.minus(other, self.number(-value))
        if names[b] == "negate":
            return self.minus(a, self.arguments[b][0])
        if names[a] == "negate":
            return self.minus(b, self.arguments[a][0])
        return self._pair(self.sums, "add", a, b)

    def minus(self, a: Node, b: Node) -> Node:
        """a − b"""
        numbers, names = self.numbers, self.names
        if a in numbers or b in numbers:
            if a in numbers and b in numbers:
                return self.number(numbers[a] - numbers[b])
            if numbers.get(a) == 0:
                return self.negate(b)
            value = numbers.get(b, 1)
            if value <= 0:
                return a if value == 0 else self.plus(a, self.number(-value))
        if names[b] == "negate":
            return self.plus(a, self.arguments[b][0])
        if names[a] == "negate":
            return self.negate(self.plus(self.arguments[a][0], b))
        pair = (a, b)
        found = self.differences.get(pair)
        return self._append(self.differences, pair, "subtract", pair) if found is None else found

    def _pair(self, index: dict[Hashable, Node], name: str, a: Node, b: Node) -> Node:
        """A sum or product of two, whichever comes first."""
        pair = (a, b)
        key = pair if a <= b else (b, a)
        found = index.get(key)
        if found is None:
            found = index[key] = len(self.names)
            self.names.append(name)
            self.arguments.append(pair)
        return found

    def times(self, a: Node, b: Node) -> Node:
        """a · b"""
        folded, numbers, names = self.folded, self.numbers, self.names
        if b in folded and a not in folded:
            a, b = b, a
        if b not in folded and a != b:
            if a not in folded or (a in self.coefficients and names[b] != "multiply"):
                return self._pair(self.products, "multiply", a, b)
            if a in numbers:
                return self._scaled(numbers[a], a, b)
        elif a in numbers:
            return self._scaled(numbers[a], a, b)
        elif b in numbers:
            return self._scaled(numbers[b], b, a)
        if names[a] == "negate":
            return self.negate(self.times(self.arguments[a][0], b))
        if names[b] == "negate":
            return self.negate(self.times(a, self.arguments[b][0]))
        return self.power(a, 2)

    def _scaled(self, value: Rational, number: Node, b: Node) -> Node:
        """value · b"""
        if b in self.numbers:
            return self.number(value * self.numbers[b])
        if type(value) is int and -1 <= value <= 1:
            if value:
                return b if value == 1 else self.negate(b)
            if not self.strict:
                return number
        name, arguments = self.names[b], self.arguments[b]
        if name == "negate":
            return self._scaled(-value, self.number(-value), arguments[0])
        if value.numerator < 0:
            return self.negate(self._scaled(-value, self.number(-value), b))
        if name == "multiply" and arguments[0] in self.numbers:
            return self.multiply((self.number(value * self.numbers[arguments[0]]), *arguments[1:]))
        return self._pair(self.products, "multiply", number, b)

    def add(self, terms: Iterable[Node]) -> Node:
        """Σ terms, from the left, numbers folded."""
        if self.drawn:
            return self._sum(terms)
        total: Node | None = None
        for term in terms:
            total = term if total is None else self.plus(total, term)
        return self.number(0) if total is None else total

    def multiply(self, factors: Collection[Node]) -> Node:
        """Π factors, from the left, numbers first."""
        if self.drawn:
            return self._product(factors)
        if len(factors) == 2:
            return self.times(*factors)
        numbers = self.numbers
        number: Node | None = None
        total: Node | None = None
        for factor in factors:
            if factor in numbers:
                number = factor if number is None else self.number(numbers[number] * numbers[factor])
            else:
                total = factor if total is None else self.times(total, factor)
        if total is None:
            return self.number(1) if number is None else number
        return total if number is None else self.times(number, total)

    def _sum(self, terms: Iterable[Node]) -> Node:
        """A sum as it is drawn, its number last."""
        listed = list(terms)
        value = sum(self.numbers.get(term, 0) for term in listed)
        kept = [term for term in listed if term not in self.numbers]
        if value or not kept:
            kept.append(self.number(value))
        return kept[0] if len(kept) == 1 else self.add_node("add", tuple(kept))

    def _product(self, factors: Iterable[Node]) -> Node:
        """A product as it is drawn, its number first."""
        listed = list(factors)
        value = Fraction(1)
        for factor in listed:
            value *= self.numbers.get(factor, 1)
        kept = [factor for factor in listed if factor not in self.numbers]
        if not kept or value == 0:
            return self.number(value)
        if value == -1:
            return self.negate(self._product(kept))
        if value != 1:
            kept.insert(0, self.number(value))
        return kept[0] if len(kept) == 1 else self.add_node("multiply", tuple(kept))

    def negate(self, node: Node) -> Node:
        """−node"""
        if node in self.numbers:
            return self.number(-self.numbers[node])
        if self.names[node] == "negate":
            return self.arguments[node][0]
        if self.names[node] == "subtract":
            return self.add_node("subtract", self.arguments[node][::-1])
        key = (node,)
        found = self._negatives.get(key)
        return self._append(self._negatives, key, "negate", key) if found is None else found

    def divide(self, over: Node, under: Node) -> Node:
        """over / under"""
        top, bottom = self.numbers.get(over), self.numbers.get(under)
        if bottom == 1 or (top == 0 and not self.strict):
            return over
        if bottom and (top is not None or not self.drawn):
            return self.times(self.number(1 / Fraction(bottom)), over)
        if not self.drawn:
            if self.names[over] == "negate":
                return self.negate(self.divide(self.arguments[over][0], under))
            if self.names[under] == "negate":
                return self.negate(self.divide(over, self.arguments[under][0]))
        return self.add_node("divide", (over, under))

    def power(self, base: Node, exponent: int) -> Node:
        """base^exponent with a whole exponent"""
        if exponent == 0:
            return self.number(1)
        if exponent == 1:
            return base
        value = self.numbers.get(base)
        if value and not self.drawn:
            bits = max(abs(value.numerator), value.denominator).bit_length()
            if abs(exponent) * bits < _BITS:
                return self.number(Fraction(value) ** exponent)
        if not self.drawn and self.names[base] == "negate":
            inner = self.power(self.arguments[base][0], exponent)
            return self.negate(inner) if exponent % 2 else inner
        return self._squared(base, exponent) if self.machine else self.add_node("power", (base,), exponent)

    def _squared(self, base: Node, exponent: int) -> Node:
        """base^exponent by squaring; what different powers share is one node."""
        if exponent < 0:
            return self.divide(self.number(1), self.power(base, -exponent))
        if exponent % 2:
            return self.times(self.power(base, exponent - 1), base)
        half = self.power(base, exponent // 2)
        return self.add_node("multiply", (half, half))

    # -- from notation ------------------------------------------------------------------------------

    def build(self, expr: Expr, names: Mapping[str, Node]) -> Node:
        """The node of an expression whose symbols are bound to nodes."""
        return self.build_all([expr], names)[0]

    def build_all(self, expressions: Iterable[Expr], names: Mapping[str, Node]) -> list[Node]:
        """The nodes of expressions, parts that they share visited once."""
        done: dict[Expr, Any] = {}
        listed = list(expressions)
        for expr in listed:
            for part in postorder(expr, done):
                done[part] = self._built(part, [done[child] for child in children(part)], names)
        return [done[expr] for expr in listed]

    def apply(self, function: VectorFunction, arguments: Sequence[Node], parameters: Mapping[str, Node]) -> list[Node]:
        """The nodes of f's components at these nodes."""
        names = dict(parameters) | dict(zip(function.inputs, arguments, strict=True))
        if function.components is None:
            raise JacocalcError(f"{function.name} is unspecified and has no values")
        return self.build_all(function.components, names)

    def _built(self, expr: Expr, parts: list[Any], names: Mapping[str, Node]) -> Any:
        match expr:
            case notation.Number(value):
                return self.number(value)
            case notation.Constant(name):
                return self.add_node("constant", (), name)
            case Symbol(name):
                if name not in names:
                    raise JacocalcError(f"the value of {name} is not given", hint=f"add {name}=… to the point")
                return names[name]
            case notation.Sum():
                return self.add(parts)
            case notation.Minus() | notation.Negative():
                return self.negate(parts[0])
            case notation.Product():
                return self.multiply(parts)
            case notation.Quotient():
                return self.divide(parts[0], parts[1])
            case notation.Power(_, exponent):
                return self.raised(parts[0], parts[1], exponent_value(exponent))
            case notation.Call(function):
                return self.call(function, tuple(parts))
            case notation.Comparison(relation):
                return ("compare", relation, parts[0], parts[1])
            case notation.Junction(word):
                return (word, *parts)
            case notation.Piecewise(branches, otherwise):
                return self._piecewise(parts, len(branches), otherwise is not None)
            case notation.Applied():
                raise JacocalcError(f"{expr.function} is unspecified and has no values")
        raise TypeError(f"no operation for {type(expr).__name__}")

    def raised(self, base: Node, exponent: Node, value: Rational | None) -> Node:
        """base^exponent; ``value`` is the exponent where it is a number"""
        if value is not None and value.denominator == 1:
            return self.power(base, int(value))
        if self.names[base] == "constant" and self.payloads[base] == "e":
            return self.call("exp", (exponent,))
        return self.add_node("raise", (base, exponent))

    def call(self, function: str, arguments: tuple[Node, ...]) -> Node:
        """A known function; one that ball arithmetic lacks is written by those that it has."""
        if function in ("max", "min"):
            arguments = tuple(dict.fromkeys(arguments))
            if len(arguments) == 1:
                return arguments[0]
        lowered = formulas_of(function).lowered
        if lowered is None or self.drawn or function in self.kept:
            return self.add_node("call", arguments, function)
        return self.formula(lowered, arguments)

    def formula(self, written: Formula, arguments: Sequence[Node]) -> Node:
        """A formula of the tables at these nodes; an index or order stands in it as the number that it is."""
        indices = tuple(self.numbers.get(argument) for argument in arguments) if len(arguments) > 1 else (None,)
        source, node = _on_a_tape(written, len(arguments), indices)
        return self.graft(source, [node], arguments)[0]

    def graft(self, source: Tape, nodes: Iterable[Node], arguments: Sequence[Node]) -> list[Node]:
        """The nodes of another tape, its inputs bound to these nodes."""
        listed = list(nodes)
        made: dict[Node, Node] = {}
        for node in source.needed(listed):
            is_input = source.names[node] == "input"
            made[node] = arguments[source.payloads[node]] if is_input else made_on(self, source, node, made)
        return [made[node] for node in listed]

    def _piecewise(self, parts: list[Any], count: int, otherwise: bool) -> Node:
        values = [parts[2 * i] for i in range(count)] + ([parts[2 * count]] if otherwise else [])
        conditions = tuple(parts[2 * i + 1] for i in range(count))
        return self.select(conditions, values)

    def select(self, conditions: tuple[Any, ...], values: Sequence[Node]) -> Node:
        """The value of the first condition that holds (one more value than conditions: otherwise)."""
        if len(values) > len(conditions) and len(set(values)) == 1:
            return values[0]
        compared = tuple(sorted({node for c in conditions for node in compared_in(c)}))
        return self.add_node("select", (*values, *compared), (conditions, len(values)))

    # -- reading it ---------------------------------------------------------------------------------

    def needed(self, nodes: Iterable[Node]) -> list[Node]:
        """All nodes that these depend on, in order."""
        wanted = set(nodes)
        stack = list(wanted)
        arguments = self.arguments
        while stack:
            for argument in arguments[stack.pop()]:
                if argument not in wanted:
                    wanted.add(argument)
                    stack.append(argument)
        return sorted(wanted)

    def lines(self, nodes: Sequence[Node]) -> tuple[Hashable, ...]:
        """What these nodes compute, the same on every tape on which they are made the same way."""
        place = {node: i for i, node in enumerate(self.needed(nodes))}
        keys = (
            (self.names[node], tuple(place[argument] for argument in self.arguments[node]), self.payloads.get(node))
            for node in place
        )
        return *((name, _key(name, arguments, payload)) for name, arguments, payload in keys), *map(place.get, nodes)

    def evaluate(self, nodes: Sequence[Node], inputs: Sequence[Any], field: Any) -> list[Any]:
        """The values of the nodes in a field, the inputs being values of that field."""
        values: dict[Node, Any] = {}
        for node in self.needed(nodes):
            values[node] = self.evaluated(node, inputs, field, values)
        return [values[node] for node in nodes]

    def along(
        self, nodes: Sequence[Node], moved: Sequence[Node], inputs: Sequence[Any], steps: Sequence[Any], field: Any
    ) -> Iterator[list[list[Any]]]:
        """For each input that is moved, the values of the nodes after each of the steps along it.

        What does not depend on that input is evaluated once for all: a sum of terms in few inputs moves by a few terms.
        """
        order = self.needed(nodes)
        readers = self._readers(order)
        still: dict[Node, Any] = {}
        for place in moved:
            moving = _reached(place, readers)
            for node in order:
                if node not in still and node not in moving:
                    still[node] = self.evaluated(node, inputs, field, still)
            sides = []
            for step in steps:
                values = {**still, place: inputs[self.payloads[place]] + step}
                for node in sorted(moving - {place}):
                    values[node] = self.evaluated(node, inputs, field, values)
                sides.append([values[node] for node in nodes])
            yield sides

    def _readers(self, order: Iterable[Node]) -> dict[Node, list[Node]]:
        """For each node those that it is an argument of."""
        readers: dict[Node, list[Node]] = defaultdict(list)
        for node in order:
            for argument in self.arguments[node]:
                readers[argument].append(node)
        return readers

    def chosen(self, node: Node, inputs: Sequence[Any], field: Any) -> Node | None:
        """The argument of a select whose condition holds first, None where there is none."""
        conditions, count = self.payloads[node]
        compared = sorted({part for condition in conditions for part in compared_in(condition)})
        values = dict(zip(compared, self.evaluate(compared, inputs, field), strict=True))
        for condition, argument in zip(conditions, self.arguments[node], strict=False):
            if _holds(condition, values, field):
                return argument
        return self.arguments[node][count - 1] if count > len(conditions) else None

    def rationals(self, nodes: Sequence[Node], inputs: Sequence[Fraction | None], field: Any) -> list[Fraction | None]:
        """Exact values of the nodes that are rational; None for the others."""
        values: dict[Node, Any] = {}
        for node in self.needed(nodes):
            known = all(values[a] is not None for a in self.arguments[node])
            known = known and (self.names[node] != "input" or inputs[self.payloads[node]] is not None)
            values[node] = field.attempt(self.evaluated, node, inputs, field, values) if known else None
        return [values[node] for node in nodes]

    def evaluated(self, node: Node, inputs: Sequence[Any], field: Any, values: Mapping[Node, Any]) -> Any:
        """The value of one node from those of its arguments, which are among ``values``."""
        payload: Any = self.payloads.get(node)
        a = [values[argument] for argument in self.arguments[node]]
        match self.names[node]:
            case "multiply":
                return field.multiply(a)
            case "add":
                return field.add(a)
            case "subtract":
                return field.add((a[0], -a[1]))
            case "input":
                return inputs[payload]
            case "number":
                return field.number(payload)
            case "constant":
                return field.constant(payload)
            case "negate":
                return -a[0]
            case "divide":
                return field.divide(a[0], a[1])
            case "power":
                return field.power(a[0], payload)
            case "raise":
                return field.raised(a[0], a[1])
            case "call":
                return _called(payload, a, field)
            case "select":
                conditions, count = payload
                for condition, value in zip(conditions, a, strict=False):
                    if _holds(condition, values, field):
                        return value
                return a[count - 1] if count > len(conditions) else field.undefined()
        raise TypeError(f"no evaluation for {self.names[node]}")


def _reached(place: Node, readers: Mapping[Node, Sequence[Node]]) -> set[Node]:
    """The node and all that depend on it."""
    found, stack = {place}, [place]
    while stack:
        ahead = [node for node in readers.get(stack.pop(), ()) if node not in found]
        found.update(ahead)
        stack.extend(ahead)
    return found


def made_on(tape: Tape, source: Tape, node: Node, made: Mapping[Node, Node]) -> Node:
    """A node of another tape whose arguments are made already."""
    name, payload = source.names[node], source.payloads.get(node)
    a = [made[argument] for argument in source.arguments[node]]
    if name == "select":
        conditions, count = payload  # type: ignore[misc]
        return tape.select(tuple(_renamed(condition, made) for condition in conditions), a[:count])
    return _GRAFTED[name](tape, a, payload)


_GRAFTED: dict[str, Callable[[Tape, list[Node], Any], Node]] = {
    "number": lambda tape, _, value: tape.number(value),
    "constant": lambda tape, _, name: tape.add_node("constant", (), name),
    "add": lambda tape, a, _: tape.add(a) if tape.drawn else tape.plus(*a),
    "subtract": lambda tape, a, _: tape.add((a[0], tape.negate(a[1]))) if tape.drawn else tape.minus(*a),
    "multiply": lambda tape, a, _: tape.multiply(a) if tape.drawn else tape.times(*a),
    "negate": lambda tape, a, _: tape.negate(a[0]),
    "divide": lambda tape, a, _: tape.divide(a[0], a[1]),
    "power": lambda tape, a, exponent: tape.power(a[0], exponent),
    "raise": lambda tape, a, _: tape.raised(a[0], a[1], tape.numbers.get(a[1])),
    "call": lambda tape, a, function: tape.call(function, tuple(a)),
}


@lru_cache(maxsize=1000)
def _on_a_tape(written: Formula, count: int, indices: tuple[Rational | None, ...]) -> tuple[Tape, Node]:
    """A formula as the author of the table wrote it; ``indices``: the arguments that are numbers, of several."""
    tape = Tape(drawn=True)
    bound = {f"_{i}": tape.input() for i in range(count)}
    symbols: list[Expr] = [Symbol(name) for name in bound]
    for i, value in enumerate(indices):
        if value is not None:
            symbols[i] = notation.rational(Fraction(value))
    return tape, tape.build(written(*symbols), bound)


def _renamed(condition: Any, made: Mapping[Node, Node]) -> Any:
    """A condition about other nodes."""
    if condition[0] == "compare":
        return (*condition[:2], made[condition[2]], made[condition[3]])
    return (condition[0], *(_renamed(part, made) for part in condition[1:]))


def _in_lowest_terms(value: Rational) -> int | tuple[int, int]:
    """p/q as (p, q), a whole number as itself."""
    over, under = value.as_integer_ratio()
    return over if under == 1 else (over, under)


def _key(name: str, arguments: tuple[Node, ...], payload: Any) -> Hashable:
    """What makes two lines one: keys carry the type, so that 1 and True differ; a + b and b + a do not."""
    if type(payload) is Fraction:
        return _in_lowest_terms(payload)
    if type(payload) is int and not arguments:
        return payload
    if payload is not None:
        return (arguments, type(payload), payload)
    if len(arguments) == 2 and arguments[1] < arguments[0] and name in ("add", "multiply"):
        return arguments[::-1]
    return arguments


def _called(function: str, arguments: list[Any], field: Any) -> Any:
    """The value of a call; of one that was kept whole, by the functions that the field has."""
    lowered = formulas_of(function).lowered
    if lowered is None:
        return field.call(function, arguments)
    tape = Tape()
    node = tape.formula(lowered, [tape.input() for _ in arguments])
    return tape.evaluate([node], arguments, field)[0]


def compared_in(condition: Any) -> list[Node]:
    """The nodes that a condition compares."""
    if condition[0] == "compare":
        return [condition[2], condition[3]]
    return [node for part in condition[1:] for node in compared_in(part)]


def _holds(condition: Any, values: Mapping[Node, Any], field: Any) -> bool:
    if condition[0] == "compare":
        return bool(field.compare(condition[1], values[condition[2]], values[condition[3]]))
    results = (_holds(part, values, field) for part in condition[1:])
    return all(results) if condition[0] == "and" else any(results)
