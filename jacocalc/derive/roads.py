"""The other roads to a Jacobian, independent of the rules table.

    by differentiation: SymPy differentiates the composed expressions directly; equality is proved
    by differences:     (f(a + h e_j) − f(a − h e_j))/2h of values in ball arithmetic, h small and exact

A result that another road contradicts is never shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import flint
import sympy

from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.algebra.domain import needed
from jacocalc.algebra.sure_signs import EVERYWHERE, Region, region
from jacocalc.algebra.towers import is_towering
from jacocalc.algebra.values import simplest
from jacocalc.errors import JacocalcError, LimitReached, RoadsDisagree, TooLarge
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import Outcome, proved_equal, worst
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.numbers import ChainTape, ball, chain_tape, coordinates_of
from jacocalc.evaluate.stagewise import Stagewise
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.functions import Chain, Point
from jacocalc.notation import Applied, Expr, Matrix, Piecewise, rational, substitute, tree_size, walk
from jacocalc.options import LIMITS
from jacocalc.steps import Verified

_BITS = 512
_BITS_OF_A_STAGE = 16  # more of them for steps that are small against the higher derivatives of a long chain
_FINER = (1, 4, 16)  # how many times as many bits there are in a first, second and third comparison
_CLOSE = 100
_STILL = 20  # bits to which a quotient has come near its limit
_QUICK = 120
_STRICT = (sympy.StrictGreaterThan, sympy.StrictLessThan)
_CALLS = 1_500_000


@dataclass(frozen=True)
class Claim:
    """A Jacobian to be checked: the functions, the inputs they are differentiated by, and the result.

    ``beside``: what else is differentiable wherever the result is meant.
    """

    values: tuple[Expr, ...]
    inputs: tuple[str, ...]
    result: Matrix
    beside: tuple[Expr, ...] = ()


def by_differentiation(claim: Claim, at: dict[str, Expr] | None) -> list[Outcome]:
    """Proved where SymPy's derivative of the composed expression equals the entry, else undecided.

    A proof that may take long is given a budget.
    """
    size = sum(map(tree_size, (*claim.values, *claim.result.entries)))
    undecided = [Outcome.UNDECIDED] * len(claim.result.entries)
    if size > 4 * LIMITS.proof or (at and any(is_towering(substitute(value, at)) for value in claim.values)):
        return undecided
    try:
        if size <= _QUICK:
            return _differentiated(claim, at)
        return within(_CALLS, _differentiated, claim, at)
    except (LimitReached, TooLarge):
        return undecided


def _differentiated(claim: Claim, at: dict[str, Expr] | None) -> list[Outcome]:
    outcomes = []
    point = {symbol(name): simplest(to_sympy(value)) for name, value in (at or {}).items()}
    where = EVERYWHERE if point else region(needed((*claim.values, *claim.beside), claim.inputs))
    for value, row in zip(claim.values, claim.result.rows, strict=True):
        whole = to_sympy(value)
        for name, entry in zip(claim.inputs, row, strict=True):
            outcomes.append(_direct(whole, symbol(name), entry, point, where))
    return outcomes


def _direct(whole: Any, by: Any, entry: Expr, point: dict[Any, Any], where: Region) -> Outcome:
    """``where`` the function has a derivative."""
    found = derivative(whole, by)
    if found.has(sympy.Derivative):  # of ⌊u⌋, which SymPy does not know
        return Outcome.UNDECIDED
    return Outcome.PROVED if same_values(found, entry, point, where) else Outcome.UNDECIDED


def derivative(value: Any, *letters: Any) -> Any:
    """SymPy's derivative by one letter after another, wherever |u| and sign u have one."""
    for letter in letters:
        value = in_roots(in_roots(value).diff(letter))
    return value


def same_values(value: Any, entry: Expr, point: Mapping[Any, Any], where: Region = EVERYWHERE) -> bool:
    """Whether SymPy's expression is proved to be our formula, at a point or in a region where given."""
    ours = in_roots(to_sympy(entry))
    if point:
        value = value.subs(point, simultaneous=True)
        if value.is_number and simplest(value - ours) == 0:
            return True
    return proved_within(value, ours, where) or (not point and _same_in_pieces(value, entry))


def _same_in_pieces(value: Any, entry: Expr) -> bool:
    """Whether SymPy's expression is proved to be each piece of ours where that is chosen by one side of u = v."""
    if not isinstance(entry, Piecewise) or entry.otherwise is not None:
        return False
    conditions = [to_sympy(when) for _, when in entry.branches]
    return all(isinstance(when, _STRICT) for when in conditions) and all(
        same_values(_chosen(value, when), ours, {}, region((condition,)))
        for (ours, condition), when in zip(entry.branches, conditions, strict=True)
    )


def _chosen(value: Any, when: Any) -> Any:
    """The expression where the condition u > v holds: its pieces, max(u, v), the step at u = v and its derivative."""
    more, less = (when.lhs, when.rhs) if isinstance(when, sympy.StrictGreaterThan) else (when.rhs, when.lhs)
    sides = {sympy.Max(more, less): more, sympy.Min(more, less): less}
    sides |= {sympy.Heaviside(more - less): sympy.S.One, sympy.Heaviside(less - more): sympy.S.Zero}
    sides |= {sympy.DiracDelta(side): sympy.S.Zero for side in (more - less, less - more)}
    holds = {kind(more, less) for kind in (sympy.StrictGreaterThan, sympy.GreaterThan, sympy.Ne)} - {sympy.true}
    holds |= {condition.reversed for condition in holds} | {sympy.true}

    def piece(pieces: Any) -> Any:
        possible = [(part, condition) for part, condition in pieces.args if sympy.Not(condition) not in holds]
        return possible[0][0] if possible and possible[0][1] in holds else pieces

    return value.xreplace(sides).replace(lambda part: isinstance(part, sympy.Piecewise), piece)


def proved_within(value: Any, ours: Any, where: Region) -> bool:
    """Whether they are proved equal in a region, x as t + 1 where x > 1, or what that leaves with x − 1 for t."""
    if proved_equal(value, ours, where.known):
        return True
    signed = where.letters
    if not signed:
        return False
    inside = [part.xreplace(signed) for part in (value, ours)]
    if proved_equal(*inside):
        return True
    sizes = {size: (letter - start) / times for letter, image in signed.items() if image.is_Add
             for start, whole in [image.as_coeff_Add()] for times, size in [whole.as_coeff_Mul()]}  # fmt: skip
    return bool(sizes) and proved_equal(*(part.xreplace(sizes) for part in inside))


def in_roots(value: Any) -> Any:
    """|u| as √(u²), sign u as u/|u|, which it is where |u| has a derivative: SymPy takes |ln x| apart into real and
    imaginary parts, and differentiates sign u to a distribution."""
    if not value.has(sympy.Abs, sympy.sign):
        return value
    value = value.replace(lambda part: isinstance(part, sympy.sign), lambda part: part.args[0] / abs(part.args[0]))
    return value.replace(lambda part: isinstance(part, sympy.Abs), lambda part: sympy.sqrt(part.args[0] ** 2))


def by_undefined_functions(claim: Claim) -> bool:
    """Whether unspecified functions occur, which have no values to take differences of."""
    return any(isinstance(node, Applied) for value in claim.values for node in walk(value))


def against_differences(
    on_tape: ChainTape,
    point: Sequence[Expr],
    ours: Callable[[list[Any]], Sequence[Any]],
    bits: int = _BITS,
    measured: Callable[[Any], Sequence[Any]] = flint.arb_mat.entries,
) -> Outcome:
    """Compare numbers, made from the coordinates as balls, with what is ``measured`` on the difference quotients.

    Two that differ are compared again with smaller steps and more bits before that is believed: a long
    chain has large higher derivatives.
    """

    def verdicts(precise: int) -> Iterable[bool | None]:
        coordinates = [ball(c, precise) for c in point]
        return by_quotients(
            ours(coordinates), lambda size: measured(difference_quotients(on_tape, coordinates, size)), precise // 3
        )

    return agreement(finer(bits), verdicts)


def finer(bits: int) -> tuple[int, ...]:
    """The precisions of a comparison with difference quotients: with more bits their steps are smaller.

    For most chains the first few bits do, however long they are.
    """
    return tuple(dict.fromkeys((_BITS, *(bits * times for times in _FINER))))


def agreement(precisions: Sequence[int], verdicts: Callable[[int], Iterable[bool | None]]) -> Outcome:
    """Whether all pairs of balls agree; those that differ are tried again with more bits before that is believed."""
    outcome = Outcome.UNDECIDED
    for bits in precisions:
        try:
            with precision(bits):
                found = list(verdicts(bits))
        except (Unsettled, ZeroDivisionError, JacocalcError):
            outcome = Outcome.UNDECIDED
            continue
        if all(found):
            return Outcome.AGREES
        outcome = Outcome.DIFFERENT if False in found else Outcome.UNDECIDED
    return outcome


def difference_quotients(on_tape: ChainTape, coordinates: Sequence[Any], size: int) -> Any:
    """(f(a + h e_j) − f(a − h e_j))/2h, h = 2^-size, for each component and each input, as a matrix of balls."""
    outputs = on_tape.values[-1]
    step = flint.arb(1) / (1 << size)
    sides = on_tape.tape.along(outputs, on_tape.inputs, coordinates, (step, -step), Balls())
    columns = [[(a - b) / (2 * step) for a, b in zip(ahead, behind, strict=True)] for ahead, behind in sides]
    return flint.arb_mat([list(row) for row in zip(*columns, strict=True)])


def by_quotients(
    ours: Sequence[Any], quotients: Callable[[int], Sequence[Any]], size: int
) -> list[bool | None]:
    """:func:`close` for each number and its quotient with the step 2^-size.

    None where half the step moves the quotient by much, since it has not come near its limit, and everywhere where a
    function has no value: a formula says nothing outside the domain of all of them.
    """
    taken = quotients(size)
    if not all(quotient.is_finite() for quotient in taken):
        return [None] * len(taken)
    found = all_close(ours, taken)
    if False not in found:
        return found
    near = [_is_near_limit(*three) for three in zip(ours, taken, quotients(size + 1), strict=True)]
    return [None if verdict is False and not settled else verdict for verdict, settled in zip(found, near, strict=True)]


def _is_near_limit(ours: Any, quotient: Any, half: Any) -> bool:
    """Whether half the step moves a quotient by little, beside its size and beside what it is off from ours."""
    moved = abs(quotient - half)
    return bool(2 * moved < abs(quotient - ours) and moved * (1 << _STILL) < 1 + abs(quotient))


def all_close(ours: Sequence[Any], others: Sequence[Any]) -> list[bool | None]:
    """:func:`close` for each pair."""
    return [close(mine, other) for mine, other in zip(ours, others, strict=True)]


def close(ours: Any, other: Any) -> bool | None:
    """Whether two balls agree to about 100 bits relative to their size; None where that is not settled."""
    if not (ours.is_finite() and other.is_finite()):
        return None
    gap = abs(ours - other) / (1 + abs(ours) + abs(other))
    least = flint.arb(1) / (1 << _CLOSE)
    return True if gap < least else False if gap > least else None


_NEAR = (1, Fraction(1, 3), 2, 1, Fraction(1, 2), 1)
_FAR = (5, 10, Fraction(1, 10), 30, 100, Fraction(1, 100), 1000)  # where arcosh(x/10) is defined


def sample_points(count: int, wanted: int, scales: Sequence[Fraction | int] = _NEAR) -> list[list[Expr]]:
    """Rational points, the same ones every time: positive ones first, then all signs."""
    source = random.Random(count)
    points = []
    for k in range(wanted):
        signs = [1 if k % 3 != 2 else source.choice((-1, 1)) for _ in range(count)]
        scale = scales[k % len(scales)]
        points.append([rational(sign * scale * Fraction(source.randrange(17, 97), 61)) for sign in signs])
    return points


def verify(claim: Claim, chain: Chain, at: Point | None, direct: bool = True) -> tuple[Outcome, int]:
    """The outcome for one displayed Jacobian, and at how many points values were compared.

    ``chain`` gives the values to take differences of.  Raises RoadsDisagree.
    """
    if at is not None and at.parameters:
        claim, chain, at = _with_parameters(claim, chain, at)
    values = None
    if at is not None:
        values = {**dict(zip(chain.inputs, at.coordinates, strict=True)), **dict(at.parameters)}
    if direct:
        outcomes = by_differentiation(claim, values)
        if worst(outcomes) is Outcome.PROVED:
            return Outcome.PROVED, 0
    if by_undefined_functions(claim):
        return Outcome.UNDECIDED, 0
    return by_differences(chain, at, claim.result.entries)


def _with_parameters(claim: Claim, chain: Chain, at: Point) -> tuple[Claim, Chain, Point]:
    """The same claim with the values of the parameters inserted: x^a at a = 2 is x²."""
    given = dict(at.parameters)

    def closed(value: Expr) -> Expr:
        return substitute(value, given)

    stages = tuple(replace(stage, components=tuple(map(closed, stage.values)), parameters=()) for stage in chain.stages)
    return replace(claim, values=tuple(map(closed, claim.values))), Chain(stages), Point(at.coordinates)


def by_differences(
    chain: Chain,
    at: Point | None,
    claims: Sequence[Expr],
    measured: Callable[[Any], Sequence[Any]] = flint.arb_mat.entries,
) -> tuple[Outcome, int]:
    """The entries of a Jacobian, or formulas made from it, against the same ``measured`` on difference quotients.

    Raises RoadsDisagree.
    """
    on_tape = chain_tape(chain)
    entries, nodes = written_on_tape(chain, claims)

    def compared(point: list[Expr]) -> Outcome:
        return against_differences(
            on_tape, point, lambda values: entries.evaluate(nodes, values, Balls()), measured=measured
        )

    return at_points(chain, at, compared)


def written_on_tape(chain: Chain, formulas: Sequence[Expr]) -> tuple[Tape, list[Node]]:
    """Formulas in the inputs and parameters of a chain, on a tape that has these for its inputs."""
    tape = Tape()
    bound = {name: tape.input() for name in (*chain.inputs, *chain.parameters)}
    return tape, [tape.build(formula, bound) for formula in formulas]


def at_points(
    chain: Chain, at: Point | None, compared: Callable[[list[Expr]], Outcome]
) -> tuple[Outcome, int]:
    """The outcome at the point, else at three sample points, and at how many values agreed.  Raises RoadsDisagree."""
    count = len(chain.inputs) + len(chain.parameters)
    near = [coordinates_of(chain, at)] if at is not None else sample_points(count, 18)
    agreed = 0
    for points in (near, sample_points(count, 18, _FAR) if at is None else []):
        for point in points:
            agreed += shown(compared(point)) is Outcome.AGREES
            if agreed == 3:
                break
        if agreed:
            break
    return (Outcome.AGREES if agreed else Outcome.UNDECIDED), agreed


def verify_on_tape(chain: Chain, at: Point) -> tuple[Outcome, int]:
    """The product of the Jacobians of the stages against differences of values, for chains too long to write out."""
    stages, point = Stagewise(chain), coordinates_of(chain, at)
    bits = _BITS + _BITS_OF_A_STAGE * len(chain.stages)
    outcome = against_differences(chain_tape(chain), point, lambda at: stages.balls(at)[1].entries(), bits)
    return shown(outcome), int(outcome is Outcome.AGREES)


def shown(outcome: Outcome) -> Outcome:
    """The outcome, unless two roads differ.  Raises RoadsDisagree."""
    if outcome is Outcome.DIFFERENT:
        raise RoadsDisagree(
            "the chain rule and differences of values disagree; nothing is shown",
            hint="this is a fault of jacocalc: please report the input",
        )
    return outcome


def combined(found: list[tuple[Outcome, int]], measured: str) -> Verified:
    """One line for all displayed Jacobians: the weakest outcome."""
    outcome = worst([one for one, _ in found])
    if outcome is Outcome.PROVED:
        return Verified("direct differentiation of the composed function", 0, outcome.value)
    points = min((count for one, count in found if one is not Outcome.PROVED), default=0)
    return Verified(measured if outcome is Outcome.AGREES else "none", points, outcome.value)
