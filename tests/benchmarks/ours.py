"""jacocalc asked in the words of the peers: SymPy expressions in, the shared graph of the derivatives out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from jacocalc.algebra.convert import FUNCTIONS, to_sympy
from jacocalc.compiled.functions import CompiledFunction
from jacocalc.evaluate.accumulation import adjoints, forward, hessian, jacobian, operations
from jacocalc.evaluate.sympy_tape import read_sympy
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.evaluate.tracing import Trace
from jacocalc.evaluate.writing import notation_of
from jacocalc.known_functions import KNOWN
from jacocalc.notation import Symbol
from tests.benchmarks.peers import Array, Compiled, namespace, peer
from tests.benchmarks.problems import Problem


class Ours:
    """The tape, and what is compiled from it, by one of the back ends."""

    def __init__(self, backend: str = "numpy") -> None:
        self.backend = backend
        self.name = f"jacocalc {'C' if backend == 'c' else 'NumPy'}"

    def prepare(self, problem: Problem) -> Any:
        """SymPy's symbols and expressions."""
        library = peer("SymPy")
        assert not isinstance(library, str)
        symbols, expressions = library.prepare(problem)
        return symbols, [sympy.sympify(expression) for expression in expressions]

    def derive(self, prepared: Any) -> tuple[Tape, list[Node]]:
        """From SymPy in to graph out."""
        symbols, expressions = prepared
        tape = Tape(kept=KNOWN)
        bound = {symbol: tape.input() for symbol in symbols}
        outputs = read_sympy(tape, expressions, bound)
        rows = jacobian(tape, outputs, tape.inputs)
        return tape, [node for row in rows for node in row.values()]

    def graphs(self, problem: Problem, count: int) -> list[Trace]:
        """The problem on so many tapes, one for each derivation: what a tape has already costs nothing."""
        return [trace(problem) for _ in range(count)]

    def derive_graph(self, graphs: list[Trace]) -> list[Node]:
        """From graph to graph, as the peers that have one do it."""
        traced = graphs.pop()
        return [node for row in jacobian(traced.tape, traced.outputs, traced.tape.inputs) for node in row.values()]

    def hessian_graph(self, graphs: list[Trace]) -> list[Node]:
        """The Hessian of the first output, from graph to graph."""
        traced = graphs.pop()
        return [node for row in hessian(traced.tape, traced.outputs[0], traced.tape.inputs) for node in row.values()]

    def hessian(self, prepared: Any) -> tuple[Tape, list[Node]]:
        """The Hessian of the first output, from SymPy in to graph out."""
        symbols, expressions = prepared
        tape = Tape(kept=KNOWN)
        bound = {symbol: tape.input() for symbol in symbols}
        (output,) = read_sympy(tape, expressions[:1], bound)
        found = adjoints(tape, {output: tape.number(1)}, tape.inputs)
        rows = forward(tape, [found[node] for node in tape.inputs if node in found], tape.inputs)
        return tape, [node for row in rows for node in row.values()]

    def back(self, prepared: Any) -> list[Any]:
        """From SymPy in to SymPy out."""
        tape, nodes = self.derive(prepared)
        return _sympy_of(tape, nodes, dict(zip(tape.inputs, prepared[0], strict=True)))

    def operations(self, problem: Problem, values: bool = True) -> int:
        """Operations of the shared graph, counted as those of the peers."""
        traced = trace(problem)
        rows = jacobian(traced.tape, traced.outputs, traced.tape.inputs)
        entries = [node for row in rows for node in row.values()]
        return operations(traced.tape, [*entries, *(traced.outputs if values else ())])

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        """The Jacobian or the Hessian at many points."""
        traced = trace(problem)
        names = [f"x{i}" for i in range(problem.inputs)]
        c = CompiledFunction(traced.tape, traced.outputs, names, scalar=problem.outputs == 1, backend=self.backend)

        def compiled(points: Array) -> Array:
            return c.hessian(points) if second else c.jacobian(points)

        return compiled


def trace(problem: Problem) -> Trace:
    """The problem on a tape, by running its code."""
    import numpy as np

    m = namespace(np, lambda value: value)
    return Trace(lambda x: problem.function(list(x), m), (problem.inputs,))


def _sympy_of(tape: Tape, nodes: Sequence[Node], symbols: Mapping[Node, Any]) -> list[Any]:
    """The nodes as SymPy expressions in these symbols; equal parts are one object."""
    done: dict[Node, Any] = dict(symbols)
    for node in tape.needed(nodes):
        if node not in done:
            done[node] = _written(tape, node, done)
    return [done[node] for node in nodes]


def _written(tape: Tape, node: Node, done: Mapping[Node, Any]) -> Any:
    operation = tape.operation(node)
    a = [done[argument] for argument in operation.arguments]
    match operation.name:
        case "number":
            return sympy.Rational(operation.payload.numerator, operation.payload.denominator)
        case "add":
            return sympy.Add(*a)
        case "subtract":
            return a[0] - a[1]
        case "multiply":
            return sympy.Mul(*a)
        case "negate":
            return -a[0]
        case "divide":
            return a[0] / a[1]
        case "power":
            return a[0] ** operation.payload
        case "call" if operation.payload in FUNCTIONS.values():
            return getattr(sympy, KNOWN[operation.payload].sympy)(*a)
    inside = {argument: sympy.Dummy(real=True) for argument in operation.arguments}
    names = {argument: Symbol(f"_{i}") for i, argument in enumerate(inside)}
    formula = notation_of(tape, [node], names)[0]
    bound = {names[argument].name: dummy for argument, dummy in inside.items()}
    return to_sympy(formula, bound).subs({inside[argument]: done[argument] for argument in inside}, simultaneous=True)
