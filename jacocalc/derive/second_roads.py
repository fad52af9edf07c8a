"""The other roads to a Hessian, independent of the second-order chain rule.

by differentiation: SymPy differentiates the composed expression twice; equality is proved
by differences:     (f(++) − f(+−) − f(−+) + f(−−))/4h² of values in ball arithmetic, h = 2^-170
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import flint

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.algebra.domain import needed
from jacocalc.algebra.sure_signs import EVERYWHERE, region
from jacocalc.algebra.towers import is_towering
from jacocalc.derive.roads import (
    agreement,
    at_points,
    by_quotients,
    derivative,
    finer,
    same_values,
    shown,
    written_on_tape,
)
from jacocalc.derive.sample_functions import filled, with_samples
from jacocalc.errors import TooLarge
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.fields import Balls
from jacocalc.evaluate.numbers import ChainTape, ball, chain_tape, coordinates_of
from jacocalc.evaluate.tape import Tape
from jacocalc.functions import Chain, Point
from jacocalc.notation import Expr, Matrix, substitute, tree_size
from jacocalc.options import LIMITS
from jacocalc.steps import Composed

_BITS = 768


def verify_hessian(
    chain: Chain, component: int, result: Matrix, at: Point | None, formula: Composed | None
) -> tuple[Outcome, int]:
    """The outcome for H of one component of a chain, and at how many points values were compared.

    Raises RoadsDisagree.
    """
    if chain.abstract:
        concrete, samples = with_samples(chain)
        return _numeric(concrete, component, result.map(lambda entry: filled(entry, samples)), at)
    if formula is not None and _differentiated(chain, formula.written.entries[component], result, at):
        return Outcome.PROVED, 0
    return _numeric(chain, component, result, at)


def _differentiated(chain: Chain, value: Expr, result: Matrix, at: Point | None) -> bool:
    if tree_size(value) + sum(map(tree_size, result.entries)) > 4 * LIMITS.proof:
        return False
    place = {} if at is None else {**dict(zip(chain.inputs, at.coordinates, strict=True)), **dict(at.parameters)}
    if is_towering(substitute(value, place)):
        return False
    try:
        return _same_everywhere(chain, value, result, place)
    except TooLarge:
        return False


def _same_everywhere(chain: Chain, value: Expr, result: Matrix, place: dict[str, Expr]) -> bool:
    whole, letters = to_sympy(value), [symbol(name) for name in chain.inputs]
    point = {symbol(name): to_sympy(coordinate) for name, coordinate in place.items()}
    where = EVERYWHERE if point else region(needed((value,), chain.inputs))
    return all(
        same_values(derivative(whole, letters[j], letters[i]), entry, point, where)
        for i, row in enumerate(result.rows)
        for j, entry in enumerate(row)
    )


def _numeric(chain: Chain, component: int, result: Matrix, at: Point | None) -> tuple[Outcome, int]:
    on_tape = chain_tape(chain)
    entries, nodes = written_on_tape(chain, result.entries)
    return at_points(chain, at, lambda point: _compared(on_tape, component, entries, nodes, point))


def verify_hessian_on_tape(chain: Chain, component: int, at: Point) -> tuple[Outcome, int]:
    """The Hessian accumulated on the tape against differences of values, for chains too long to write out."""
    on_tape = chain_tape(chain)
    nodes = [node for row in on_tape.hessian(component) for node in row]
    outcome = _compared(on_tape, component, on_tape.tape, nodes, coordinates_of(chain, at))
    return shown(outcome), int(outcome is Outcome.AGREES)


def _compared(
    on_tape: ChainTape, component: int, entries: Tape, nodes: Sequence[int], point: Sequence[Expr]
) -> Outcome:
    """As for Jacobians, a difference is believed only after smaller steps and more bits."""

    def verdicts(bits: int) -> Iterable[bool | None]:
        coordinates = [ball(c, bits) for c in point]
        ours = entries.evaluate(nodes, coordinates, Balls())
        return by_quotients(
            ours, lambda size: second_quotients(on_tape, component, coordinates, size), bits // 5
        )

    return agreement(finer(_BITS), verdicts)


def second_quotients(on_tape: ChainTape, component: int, coordinates: Sequence[Any], size: int) -> list[Any]:
    """(f(++) − f(+−) − f(−+) + f(−−))/4h² for every pair of inputs, row by row."""
    step = flint.arb(1) / (1 << size)
    output, inputs = on_tape.values[-1][component], on_tape.inputs
    found: dict[tuple[int, int], Any] = {}
    for i in range(len(inputs)):
        ahead, behind = (_slopes(on_tape, output, i, coordinates, side, step) for side in (step, -step))
        for j, (after, before) in enumerate(zip(ahead, behind, strict=True), start=i):
            found[i, j] = found[j, i] = (after - before) / (4 * step * step)
    return [found[pair] for pair in sorted(found)]


def _slopes(
    on_tape: ChainTape, output: int, i: int, coordinates: Sequence[Any], side: Any, step: Any
) -> list[Any]:
    """f(x + s e_i + h e_j) − f(x + s e_i − h e_j) for j = i, i + 1, …"""
    moved = [*coordinates[:i], coordinates[i] + side, *coordinates[i + 1 :]]
    sides = on_tape.tape.along([output], on_tape.inputs[i:], moved, (step, -step), Balls())
    return [after[0] - before[0] for after, before in sides]
