"""The computational graph as a straight-line program: nodes are integers, equal nodes are one node.

A tape is built from notation, so nothing is expanded and a chain of L stages costs L times one stage.
Derivatives are more nodes on the same tape: forward accumulation carries sparse rows ∂node/∂input,
reverse accumulation carries adjoints ∂output/∂node.  Numbers come from evaluating the nodes in a field
(``fields``).  Everything is iterative; no depth meets a recursion limit.

Operations: number, constant, input, add, multiply, negate, divide, power (whole exponent), raise, call, select.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import KNOWN
from jacocalc.notation import (
    Applied,
    Call,
    Comparison,
    Constant,
    Expr,
    Junction,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    postorder,
)

Node: TypeAlias = int


@dataclass(frozen=True)
class Operation:
    """One line of the program: what is done, to which earlier nodes, and a constant part."""

    name: str
    arguments: tuple[Node, ...]
    payload: Any = None


class Tape:
    """A growing straight-line program; see the module's head.

    ``whole``: calls are kept as they are written, also those that ball arithmetic lacks (for a picture).
    ``strict``: 0 times a part that is undefined is undefined (for what people type).
    """

    def __init__(self, whole: bool = False, strict: bool = False) -> None:
        self.whole = whole
        self.strict = strict
        self.operations: list[Operation] = []
        self._index: dict[tuple[object, ...], Node] = {}
        self.inputs: list[Node] = []

    def __len__(self) -> int:
        return len(self.operations)

    def add_node(self, name: str, arguments: tuple[Node, ...] = (), payload: Any = None) -> Node:
        """The node of this operation, made unless it is there already."""
        key = (name, arguments, type(payload), payload)
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.operations)
            self.operations.append(Operation(name, arguments, payload))
        return found

    # -- making nodes -------------------------------------------------------------------------------

    def input(self) -> Node:
        """A new input."""
        node = self.add_node("input", (), len(self.inputs))
        self.inputs.append(node)
        return node

    def number(self, value: Fraction | int) -> Node:
        """A rational number."""
        return self.add_node("number", (), Fraction(value))

    def _value(self, node: Node) -> Fraction | None:
        operation = self.operations[node]
        return operation.payload if operation.name == "number" else None

    def add(self, terms: Iterable[Node]) -> Node:
        """Σ terms, zeros dropped, numbers folded."""
        total = Fraction(0)
        kept: list[Node] = []
        for term in terms:
            value = self._value(term)
            if value is None:
                kept.append(term)
            else:
                total += value
        if total or not kept:
            kept.append(self.number(total))
        return kept[0] if len(kept) == 1 else self.add_node("add", tuple(kept))

    def multiply(self, factors: Iterable[Node]) -> Node:
        """Π factors, ones dropped, zero if one is zero."""
        total = Fraction(1)
        kept: list[Node] = []
        for factor in factors:
            value = self._value(factor)
            if value is None:
                kept.append(factor)
            else:
                total *= value
        if not kept or (total == 0 and not self.strict):
            return self.number(total)
        if total == -1:
            return self.negate(self.multiply(kept))
        if total != 1:
            kept.insert(0, self.number(total))
        return kept[0] if len(kept) == 1 else self.add_node("multiply", tuple(kept))

    def negate(self, node: Node) -> Node:
        """−node."""
        value = self._value(node)
        if value is not None:
            return self.number(-value)
        operation = self.operations[node]
        return operation.arguments[0] if operation.name == "negate" else self.add_node("negate", (node,))

    def divide(self, over: Node, under: Node) -> Node:
        """over / under."""
        top, bottom = self._value(over), self._value(under)
        if bottom == 1:
            return over
        if top is not None and bottom:
            return self.number(top / bottom)
        if top == 0 and not self.strict:
            return over
        return self.add_node("divide", (over, under))

    def power(self, base: Node, exponent: int) -> Node:
        """base^exponent with a whole exponent."""
        if exponent == 0:
            return self.number(1)
        return base if exponent == 1 else self.add_node("power", (base,), exponent)

    # -- from notation ------------------------------------------------------------------------------

    def build(self, expr: Expr, names: Mapping[str, Node]) -> Node:
        """The node of an expression whose symbols are bound to nodes."""
        done: dict[Expr, Node | Any] = {}
        for part in postorder(expr):
            done[part] = self._built(part, [done[child] for child in children(part)], names)
        return int(done[expr])

    def apply(self, function: VectorFunction, arguments: Sequence[Node], parameters: Mapping[str, Node]) -> list[Node]:
        """The nodes of f's components at these nodes."""
        names = {**parameters, **dict(zip(function.inputs, arguments, strict=True))}
        if function.components is None:
            raise JacocalcError(f"{function.name} is unspecified and has no values")
        return [self.build(component, names) for component in function.components]

    def _built(self, expr: Expr, parts: list[Any], names: Mapping[str, Node]) -> Any:
        match expr:
            case Number(value):
                return self.number(value)
            case Constant(name):
                return self.add_node("constant", (), name)
            case Symbol(name):
                if name not in names:
                    raise JacocalcError(f"the value of {name} is not given", hint=f"add {name}=… to the point")
                return names[name]
            case Sum():
                return self.add(parts)
            case Minus() | Negative():
                return self.negate(parts[0])
            case Product():
                return self.multiply(parts)
            case Quotient():
                return self.divide(parts[0], parts[1])
            case Power(_, exponent):
                return self._powered(parts[0], parts[1], as_rational(exponent))
            case Call(function):
                return self.call(function, tuple(parts))
            case Comparison(relation):
                return ("compare", relation, parts[0], parts[1])
            case Junction(word):
                return (word, *parts)
            case Piecewise(branches, otherwise):
                return self._select(parts, len(branches), otherwise is not None)
            case Applied():
                raise JacocalcError(f"{expr.function} is unspecified and has no values")
        raise TypeError(f"no operation for {type(expr).__name__}")

    def _powered(self, base: Node, exponent: Node, raised: Fraction | None) -> Node:
        if raised is not None and raised.denominator == 1:
            return self.power(base, int(raised))
        operation = self.operations[base]
        if operation.name == "constant" and operation.payload == "e":
            return self.call("exp", (exponent,))
        return self.add_node("raise", (base, exponent))

    def call(self, function: str, arguments: tuple[Node, ...]) -> Node:
        """A known function; one that ball arithmetic lacks is written by those that it has."""
        row = KNOWN[function]
        if function in ("max", "min"):
            arguments = tuple(dict.fromkeys(arguments))
            if len(arguments) == 1:
                return arguments[0]
        if row.lowered is None or self.whole:
            return self.add_node("call", arguments, function)
        symbols = [Symbol(f"_{i}") for i in range(len(arguments))]
        return self.build(row.lowered(*symbols), {s.name: node for s, node in zip(symbols, arguments, strict=True)})

    def _select(self, parts: list[Any], count: int, otherwise: bool) -> Node:
        values = [parts[2 * i] for i in range(count)] + ([parts[2 * count]] if otherwise else [])
        conditions = tuple(parts[2 * i + 1] for i in range(count))
        return self.select(conditions, values)

    def select(self, conditions: tuple[Any, ...], values: Sequence[Node]) -> Node:
        """The value of the first condition that holds (one more value than conditions: otherwise)."""
        if len(values) > len(conditions) and len(set(values)) == 1:
            return values[0]
        compared = tuple(sorted({node for c in conditions for node in _compared(c)}))
        return self.add_node("select", (*values, *compared), (conditions, len(values)))

    # -- derivatives --------------------------------------------------------------------------------

    def partials(self, node: Node) -> list[tuple[Node, Node]]:
        """(argument, ∂node/∂argument) for each argument that the node depends on directly."""
        operation = self.operations[node]
        a = operation.arguments
        match operation.name:
            case "number" | "constant" | "input":
                return []
            case "add":
                return [(term, self.number(1)) for term in a]
            case "multiply":
                return [(factor, self.multiply((*a[:i], *a[i + 1 :]))) for i, factor in enumerate(a)]
            case "negate":
                return [(a[0], self.number(-1))]
            case "divide":
                return [
                    (a[0], self.divide(self.number(1), a[1])),
                    (a[1], self.negate(self.divide(node, a[1]))),
                ]
            case "power":
                k = operation.payload
                return [(a[0], self.multiply((self.number(k), self.power(a[0], k - 1))))]
            case "raise":
                return [
                    (
                        a[0],
                        self.multiply((a[1], self.add_node("raise", (a[0], self.add((a[1], self.number(-1))))))),
                    ),
                    (a[1], self.multiply((node, self.call("ln", (a[0],))))),
                ]
            case "call":
                return self._call_partials(operation.payload, a)
            case "select":
                return self._select_partials(operation)
        raise TypeError(f"no partials for {operation.name}")

    def _call_partials(self, function: str, arguments: tuple[Node, ...]) -> list[tuple[Node, Node]]:
        if function in ("max", "min"):
            return self._extreme_partials(function, arguments)
        symbols = [Symbol(f"_{i}") for i in range(len(arguments))]
        names = {s.name: node for s, node in zip(symbols, arguments, strict=True)}
        written: list[Expr] = list(symbols)
        if function == "root":
            value = self._value(arguments[1])
            assert value is not None
            written[1] = Number(value)
        formulas = KNOWN[function].derivatives
        return [
            (argument, self.build(formula(*written), names))
            for argument, formula in zip(arguments, formulas, strict=False)
        ]

    def _extreme_partials(self, function: str, arguments: tuple[Node, ...]) -> list[tuple[Node, Node]]:
        """∂max(a, b, …)/∂a is 1 where a is the greatest, 0 where it is not, undefined at a tie."""
        relation = ">" if function == "max" else "<"
        one, zero = self.number(1), self.number(0)
        result = []
        for i, argument in enumerate(arguments):
            others = [other for j, other in enumerate(arguments) if j != i]
            wins = ("and", *(("compare", relation, argument, other) for other in others))
            loses = ("or", *(("compare", relation, other, argument) for other in others))
            result.append((argument, self.select((wins, loses), (one, zero)) if others else one))
        return result

    def _select_partials(self, operation: Operation) -> list[tuple[Node, Node]]:
        conditions, count = operation.payload
        one, zero = self.number(1), self.number(0)
        values = operation.arguments[:count]
        strict = tuple(_interior(condition) for condition in conditions)
        return [
            (value, self.select(strict, [one if i == j else zero for j in range(count)]))
            for i, value in enumerate(values)
        ]

    def forward(self, outputs: Sequence[Node], inputs: Sequence[Node]) -> list[list[Node]]:
        """J by forward accumulation: each node carries its sparse row ∂node/∂input."""
        rows: dict[Node, dict[int, Node]] = {node: {j: self.number(1)} for j, node in enumerate(inputs)}
        for node in self.needed(outputs):
            if node in rows:
                continue
            terms: dict[int, list[Node]] = {}
            for argument, local in self.partials(node):
                for j, inner in rows.get(argument, {}).items():
                    terms.setdefault(j, []).append(self.multiply((local, inner)))
            rows[node] = {j: self.add(parts) for j, parts in terms.items()}
        zero = self.number(0)
        return [[rows[output].get(j, zero) for j in range(len(inputs))] for output in outputs]

    def reverse(self, outputs: Sequence[Node], inputs: Sequence[Node]) -> list[list[Node]]:
        """J by reverse accumulation: for each output, adjoints ∂output/∂node from the output back."""
        one, zero = self.number(1), self.number(0)
        passes = [self.adjoints({output: one}) for output in outputs]
        return [[adjoints.get(node, zero) for node in inputs] for adjoints in passes]

    def adjoints(self, seeds: Mapping[Node, Node]) -> dict[Node, Node]:
        """∂s/∂node for s = Σ seed · output, for each node that s depends on, from the outputs back."""
        gathered: dict[Node, list[Node]] = {output: [seed] for output, seed in seeds.items()}
        adjoints: dict[Node, Node] = {}
        for node in reversed(self.needed(seeds)):
            if node not in gathered:
                continue
            adjoints[node] = self.add(gathered[node])
            for argument, local in self.partials(node):
                gathered.setdefault(argument, []).append(self.multiply((adjoints[node], local)))
        return adjoints

    def needed(self, nodes: Iterable[Node]) -> list[Node]:
        """All nodes that these depend on, in order."""
        wanted = set(nodes)
        stack = list(wanted)
        while stack:
            for argument in self.operations[stack.pop()].arguments:
                if argument not in wanted:
                    wanted.add(argument)
                    stack.append(argument)
        return sorted(wanted)

    # -- numbers ------------------------------------------------------------------------------------

    def evaluate(self, nodes: Sequence[Node], inputs: Sequence[Any], field: Any) -> list[Any]:
        """The values of the nodes in a field, the inputs being values of that field."""
        values: dict[Node, Any] = {}
        for node in self.needed(nodes):
            operation = self.operations[node]
            arguments = [values[a] for a in operation.arguments]
            values[node] = self._evaluated(operation, arguments, inputs, field, values)
        return [values[node] for node in nodes]

    def chosen(self, node: Node, inputs: Sequence[Any], field: Any) -> Node | None:
        """The argument of a select whose condition holds first, None where there is none."""
        operation = self.operations[node]
        conditions, count = operation.payload
        compared = sorted({part for condition in conditions for part in _compared(condition)})
        values = dict(zip(compared, self.evaluate(compared, inputs, field), strict=True))
        for condition, argument in zip(conditions, operation.arguments, strict=False):
            if _holds(condition, values, field):
                return argument
        return operation.arguments[count - 1] if count > len(conditions) else None

    def rationals(self, nodes: Sequence[Node], inputs: Sequence[Fraction | None], field: Any) -> list[Fraction | None]:
        """Exact values of the nodes that are rational; None for the others."""
        values: dict[Node, Any] = {}
        for node in self.needed(nodes):
            operation = self.operations[node]
            arguments = [values[a] for a in operation.arguments]
            known = None not in arguments and (operation.name != "input" or inputs[operation.payload] is not None)
            values[node] = (
                field.attempt(self._evaluated, operation, arguments, inputs, field, values) if known else None
            )
        return [values[node] for node in nodes]

    def _evaluated(
        self,
        operation: Operation,
        a: list[Any],
        inputs: Sequence[Any],
        field: Any,
        values: Mapping[Node, Any],
    ) -> Any:
        match operation.name:
            case "input":
                return inputs[operation.payload]
            case "number":
                return field.number(operation.payload)
            case "constant":
                return field.constant(operation.payload)
            case "add":
                return field.add(a)
            case "multiply":
                return field.multiply(a)
            case "negate":
                return -a[0]
            case "divide":
                return field.divide(a[0], a[1])
            case "power":
                return field.power(a[0], operation.payload)
            case "raise":
                return field.raised(a[0], a[1])
            case "call":
                return _called(operation.payload, a, field)
            case "select":
                conditions, count = operation.payload
                for condition, value in zip(conditions, a, strict=False):
                    if _holds(condition, values, field):
                        return value
                return a[count - 1] if count > len(conditions) else field.undefined()
        raise TypeError(f"no evaluation for {operation.name}")


def _called(function: str, arguments: list[Any], field: Any) -> Any:
    """The value of a call; of one that was kept whole, by the functions that the field has."""
    if KNOWN[function].lowered is None:
        return field.call(function, arguments)
    tape = Tape()
    node = tape.call(function, tuple(tape.input() for _ in arguments))
    return tape.evaluate([node], arguments, field)[0]


def _compared(condition: Any) -> list[Node]:
    if condition[0] == "compare":
        return [condition[2], condition[3]]
    return [node for part in condition[1:] for node in _compared(part)]


def _interior(condition: Any) -> Any:
    """The open part of a condition: the derivative of a branch holds inside it only."""
    if condition[0] == "compare":
        return ("compare", {"<=": "<", ">=": ">"}.get(condition[1], condition[1]), *condition[2:])
    return (condition[0], *map(_interior, condition[1:]))


def _holds(condition: Any, values: Mapping[Node, Any], field: Any) -> bool:
    if condition[0] == "compare":
        return bool(field.compare(condition[1], values[condition[2]], values[condition[3]]))
    results = (_holds(part, values, field) for part in condition[1:])
    return all(results) if condition[0] == "and" else any(results)
