"""Numbers of closed notation and of whole chains: exact where they are rational, else balls sharp enough.

The precision is doubled until every digit asked for is proved, or until a limit is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from jacocalc.errors import JacocalcError
from jacocalc.evaluate.accumulation import dense, hessian, jacobian
from jacocalc.evaluate.fields import Balls, Rationals, Unsettled, bounded, decimal, exact_decimal, precision
from jacocalc.evaluate.stagewise import Stagewise
from jacocalc.evaluate.tape import UNSAID, Kink, Node, Tape
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.notation import Comparison, Expr, Junction, Matrix

_PRECISIONS = (64, 128, 256, 512, 1024, 2048, 4096, 8192)


def ball(expr: Expr, bits: int, values: Mapping[str, Any] | None = None) -> Any:
    """The ball of an expression at this precision, its symbols bound to balls."""
    tape = Tape()
    names = {name: tape.input() for name in values or {}}
    node = tape.build(expr, names)
    with precision(bits):
        return tape.evaluate([node], list((values or {}).values()), Balls())[0]


def rational_value(expr: Expr) -> Fraction | None:
    """The exact value of closed notation when rational arithmetic alone gives it."""
    tape = Tape()
    try:
        value = tape.evaluate([tape.build(expr, {})], [], Rationals())[0]
    except (Unsettled, JacocalcError):
        return None
    return Fraction(value)


def sign_of(expr: Expr, most_bits: int = 2048) -> int | None:
    """−1, 0 or 1 for closed notation; None where neither rational arithmetic nor balls settle it."""
    value = rational_value(expr)
    if value is not None:
        return (value > 0) - (value < 0)
    for bits in _PRECISIONS:
        if bits > most_bits:
            break
        try:
            found = ball(expr, bits)
        except Unsettled:
            continue
        if found > 0:
            return 1
        if found < 0:
            return -1
        if found.is_zero():
            return 0
    return None


def holds(condition: Expr, sign: Callable[[Expr], int | None]) -> bool | None:
    """Whether a closed condition is true; None where ``sign`` does not settle it."""
    match condition:
        case Comparison(relation, left, right):
            found = sign(left - right)
            if found is None:
                return None
            return {"<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0, "=": found == 0,
                    "!=": found != 0}[relation]  # fmt: skip
        case Junction(word, conditions):
            results = [holds(part, sign) for part in conditions]
            decisive = word == "or"
            if decisive in results:
                return decisive
            return None if None in results else not decisive
    raise TypeError(f"no truth for {type(condition).__name__}")


class ChainTape:
    """A chain on one tape: the nodes of every stage's values and of every local Jacobian."""

    def __init__(
        self,
        stages: Sequence[VectorFunction],
        parameters: Sequence[str],
        count: int,
        drawn: bool = False,
        kept: Collection[str] = (),
        kink: Kink = UNSAID,
    ) -> None:
        self.tape = Tape(drawn=drawn, kept=kept, kink=kink)
        self.inputs = [self.tape.input() for _ in range(count)]
        self.parameters = {name: self.tape.input() for name in parameters}
        self.values: list[list[Node]] = []
        self.jacobians: list[list[list[Node]]] = []
        current = self.inputs
        for stage in stages:
            current = self.tape.apply(stage, current, self.parameters)
            self.values.append(current)

    def jacobian(self) -> list[list[Node]]:
        """∂(last values)/∂inputs, in the cheaper order of accumulation."""
        return dense(self.tape, jacobian(self.tape, self.values[-1], self.inputs), len(self.inputs))

    def hessian(self, component: int) -> list[list[Node]]:
        """∂²(component)/∂inputs², forward accumulation over reverse."""
        return dense(self.tape, hessian(self.tape, self.values[-1][component], self.inputs), len(self.inputs))

    def evaluate(self, nodes: Sequence[Node], coordinates: Sequence[Any], field: Any) -> list[Any]:
        """Values of nodes, the coordinates being the inputs and then the parameters."""
        return self.tape.evaluate(nodes, coordinates, field)


def chain_tape(chain: Chain, kink: Kink = UNSAID) -> ChainTape:
    """The chain on a tape."""
    return ChainTape(chain.stages, chain.parameters, len(chain.inputs), kink=kink)


def missing_parameter(name: str) -> JacocalcError:
    """What is said where a point has no value for a parameter."""
    hint = f"add {name}=… to the point; the formulas without a point hold for every {name}"
    return JacocalcError(f"the value of the parameter {name} is not given", hint=hint)


def coordinates_of(chain: Chain, point: Point) -> list[Expr]:
    """The coordinates and then the values of the parameters.  Raises JacocalcError where one is missing."""
    given = dict(point.parameters)
    for name in chain.parameters:
        if name not in given:
            raise missing_parameter(name)
    return [*point.coordinates, *(given[name] for name in chain.parameters)]


def chain_numbers(chain: Chain, point: Point, digits: int) -> list[list[str]]:
    """The Jacobian of a chain at a point, every entry to ``digits`` proved digits."""
    stages, coordinates = Stagewise(chain), coordinates_of(chain, point)

    def at(bits: int) -> list[Any]:
        with precision(bits):
            return list(stages.balls([ball(c, bits) for c in coordinates])[1].entries())

    found = certified(at, digits, len(chain.inputs) * len(chain.stages[-1].values))
    if "undecided" in found:  # one entry may keep the others from being settled
        on_tape = chain_tape(chain, kink=None)
        return _numbers(on_tape, on_tape.jacobian(), coordinates, digits)
    exact = [entry for row in stages.rationals([rational_value(c) for c in coordinates]) for entry in row]
    found = [text if value is None else exact_decimal(value, digits) for text, value in zip(found, exact, strict=True)]
    width = len(chain.inputs)
    return [found[i : i + width] for i in range(0, len(found), width)]


def hessian_numbers(chain: Chain, point: Point, component: int, digits: int) -> list[list[str]]:
    """The Hessian of one component of a chain at a point, every entry to ``digits`` proved digits."""
    on_tape = chain_tape(chain, kink=None)
    return _numbers(on_tape, on_tape.hessian(component), coordinates_of(chain, point), digits)


def stage_numbers(chain: Chain, point: Point, digits: int) -> list[list[str]]:
    """The values of every stage of a chain at a point, to ``digits`` proved digits."""
    on_tape = chain_tape(chain)
    return _numbers(on_tape, on_tape.values, coordinates_of(chain, point), digits)


def node_numbers(on_tape: ChainTape, nodes: list[Node], coordinates: list[Expr], digits: int) -> list[str]:
    """The values of nodes on the tape of a chain, to ``digits`` proved digits."""
    return _numbers(on_tape, [nodes], coordinates, digits)[0]


def _numbers(on_tape: ChainTape, grid: list[list[Node]], coordinates: list[Expr], digits: int) -> list[list[str]]:
    flat = [node for row in grid for node in row]

    def at(bits: int) -> list[Any]:
        with precision(bits):
            return on_tape.evaluate(flat, [ball(c, bits) for c in coordinates], Balls())

    def one(node: Node, bits: int) -> list[Any]:
        with precision(bits):
            return on_tape.evaluate([node], [ball(c, bits) for c in coordinates], Balls())

    found = certified(at, digits, len(flat))
    if "undecided" in found:  # one entry may keep the others from being settled
        found = [certified(partial(one, node), digits, 1)[0] for node in flat]
    exact = on_tape.tape.rationals(flat, [rational_value(c) for c in coordinates], Rationals())
    found = [text if value is None else exact_decimal(value, digits) for text, value in zip(found, exact, strict=True)]
    texts = iter(found)
    return [[next(texts) for _ in row] for row in grid]


def matrix_numbers(matrix: Matrix, digits: int) -> list[list[str]]:
    """The entries of a closed matrix to ``digits`` proved digits."""
    tape = Tape()
    nodes = [tape.build(entry, {}) for entry in matrix.entries]
    texts = certified(lambda bits: _at(tape, nodes, bits), digits, len(nodes))
    for i, entry in enumerate(matrix.entries):
        rational = rational_value(entry)
        texts[i] = texts[i] if rational is None else exact_decimal(rational, digits)
    width = matrix.shape[1]
    return [texts[i : i + width] for i in range(0, len(texts), width)]


def _at(tape: Tape, nodes: list[Node], bits: int) -> list[Any]:
    with precision(bits):
        return tape.evaluate(nodes, [], Balls())


def certified(at: Callable[[int], list[Any]], digits: int, count: int) -> list[str]:
    """Decimals of ``count`` values, the precision raised until each is proved.

    A value that no ball separates from 0 is written ``|v| < 10^-k``.
    """
    found: list[str | None] = [None] * count
    last: list[Any] = []
    start = max(64, int(digits * 3.4) + 32)
    for bits in (start, 2 * start, 4 * start, 8 * start, 16 * start):
        try:
            last = at(bits)
        except Unsettled:
            continue
        with precision(bits):
            found = [text or decimal(value, digits) for text, value in zip(found, last, strict=True)]
        if None not in found:
            break
    return [text or (bounded(last[i]) if last else "undecided") for i, text in enumerate(found)]
