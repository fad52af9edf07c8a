"""Newton's method as a worked use of J and H: J(x) d = −f(x) for f(x) = 0, H(x) d = −∇f(x) for a minimum.

Everything is done in balls of a precision that grows with the number of steps, so that every digit shown is
proved; an iterate is never rounded on the way.
"""

from __future__ import annotations

from typing import Any

from jacocalc.errors import DomainError, JacocalcError, Undecided
from jacocalc.evaluate.accumulation import dense, forward, gradient
from jacocalc.evaluate.fields import Balls, Unsettled, bounded, decimal, newton_step, precision
from jacocalc.evaluate.numbers import ball, coordinates_of
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.functions import Chain, Point
from jacocalc.steps import NewtonStep

_DIGITS = 10


def newton(chain: Chain, at: Point, steps: int, minimum: bool, digits: int | None) -> list[NewtonStep]:
    """So many steps from the point.  Raises JacocalcError where the matrix is singular, Undecided."""
    tape, values, matrix = _program(chain, minimum)
    bits = 256 + 128 * steps
    with precision(bits):
        numbers = [ball(c, bits) for c in coordinates_of(chain, at)]
        width = len(chain.inputs)
        current, parameters = numbers[:width], numbers[width:]
        found = []
        for number in range(1, steps + 1):
            step, current = _step(tape, values, matrix, current, parameters, number, minimum, digits or _DIGITS)
            found.append(step)
    return found


def _program(chain: Chain, minimum: bool) -> tuple[Tape, list[Node], list[list[Node]]]:
    """f and J on a tape, or ∇f and H."""
    tape = Tape()
    inputs = [tape.input() for _ in chain.inputs]
    parameters = {name: tape.input() for name in chain.parameters}
    outputs = inputs
    for stage in chain.stages:
        outputs = tape.apply(stage, outputs, parameters)
    if minimum:
        outputs = gradient(tape, outputs[0], inputs)
    return tape, outputs, dense(tape, forward(tape, outputs, inputs), len(inputs))


def _step(
    tape: Tape, values: list[Node], matrix: list[list[Node]], current: list[Any], parameters: list[Any],
    number: int, minimum: bool, digits: int,
) -> tuple[NewtonStep, list[Any]]:  # fmt: skip
    try:
        numbers = [*current, *parameters]
        value = tape.evaluate(values, numbers, Balls())
        grid = [tape.evaluate(row, numbers, Balls()) for row in matrix]
    except (Unsettled, ZeroDivisionError) as error:
        raise Undecided(f"step {number} of Newton's method cannot be evaluated: {error}") from None
    if not all(entry.is_finite() for entry in (*value, *(entry for row in grid for entry in row))):
        where = ", ".join(_said(entry, 6) for entry in current)
        raise DomainError(
            f"step {number} of Newton's method leaves the domain: the function or a derivative is undefined at {where}",
            hint="start from a point nearer to the solution",
        )
    change = _solved(grid, value, number, minimum)
    moved = [a + b for a, b in zip(current, change, strict=True)]

    def said(entries: list[Any]) -> tuple[str, ...]:
        return tuple(_said(entry, digits) for entry in entries)

    step = NewtonStep(
        number, minimum, said(current), said(value), tuple(map(said, grid)), said(change), said(moved)
    )  # fmt: skip
    return step, moved


def _solved(grid: list[list[Any]], value: list[Any], number: int, minimum: bool) -> list[Any]:
    """d with (matrix) d = −value."""
    try:
        solution = newton_step(grid, value)
    except ZeroDivisionError:
        name = "the Hessian" if minimum else "the Jacobian"
        raise JacocalcError(
            f"Newton's method stops at step {number}: {name} is singular there", hint="start from another point"
        ) from None
    return [solution[i, 0] for i in range(len(value))]


def _said(value: Any, digits: int) -> str:
    if value.is_zero():
        return "0"
    return decimal(value, digits) or bounded(value)
