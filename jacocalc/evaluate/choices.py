"""Derivatives of choices: of a piecewise node, and of max and min.

The derivative of a choice is the choice among the derivatives of its branches, not a sum of branches times 0 and 1: a
branch that does not apply may be undefined where another one does.  A branch is differentiated inside its region, which
lies outside those of the branches before it.  On the border, and at a tie, the tape's ``kink`` says what holds:

    UNSAID   on a border the branch that comes next, at a tie undefined (for proofs, which look at borders themselves)
    None     undefined
    t        the convention (1 − t)·left + t·right for |u| and ReLU; of a piecewise node the branch that holds, of max
             and min the mean over the arguments that are equal
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from jacocalc.evaluate.rows import Row
from jacocalc.evaluate.tape import UNSAID, Node, Rational, Tape, compared_in
from jacocalc.known_functions import KNOWN
from jacocalc.notation import RELATIONS, Comparison, Expr, Symbol, integer

Condition: TypeAlias = tuple[Any, ...]
_FEW = 3  # arguments of max and min that are compared with each other
_OPEN = {"<=": "<", ">=": ">"}


def is_choice(tape: Tape, node: Node) -> bool:
    """Whether the node takes the value of one of its arguments."""
    return tape.names[node] == "select" or (tape.names[node] == "call" and tape.payloads[node] in ("max", "min"))


def branches(tape: Tape, node: Node) -> Sequence[Node]:
    """The arguments that the node chooses among."""
    a = tape.arguments[node]
    return a[: tape.payloads[node][1]] if tape.names[node] == "select" else a


def choice_row(tape: Tape, node: Node, rows: Mapping[Node, Row]) -> dict[int, Node]:
    """The sparse row of a choice from the rows of its branches.

    Where borders are undefined, an entry of 0 is one only beside the border, so the variables of the conditions count.
    """
    listed = [rows.get(branch, {}) for branch in branches(tape, node)]
    touched = listed if tape.kink is not None else [rows.get(part, {}) for part in tape.arguments[node]]
    zero = tape.number(0)
    row = {}
    for j in dict.fromkeys(j for one in touched for j in one):
        entry = _where_steady(tape, node, _chosen(tape, node, [one.get(j, zero) for one in listed]))
        if entry != zero:
            row[j] = entry
    return row


def choice_partials(tape: Tape, node: Node) -> list[tuple[Node, Node]]:
    """(argument, ∂node/∂argument): 1 where it applies, 0 where another does; 0 or nothing for what is only compared."""
    parts, one = list(dict.fromkeys(tape.arguments[node])), tape.number(1)
    row = choice_row(tape, node, {part: {k: one} for k, part in enumerate(parts)})
    return [(parts[k], entry) for k, entry in row.items()]


def _chosen(tape: Tape, node: Node, entries: list[Node]) -> Node:
    """The entry of the branch that applies."""
    if tape.names[node] == "call":
        return _extreme(tape, node, entries)
    conditions, count = tape.payloads[node]
    if tape.kink is UNSAID:
        return tape.select(tuple(interior(condition) for condition in conditions), entries)
    inside = _regions(conditions, count)
    if tape.kink is None:
        return tape.select(inside, entries)
    holds = [_solid(condition) for condition in conditions]
    if count > len(conditions) and any(map(_has_points, conditions)):
        holds.append(("and", *(_solid(denied(condition)) for condition in conditions)))
    return tape.select((*inside, *holds), [*entries, *entries])


def _regions(conditions: Sequence[Condition], count: int) -> tuple[Condition, ...]:
    """For each branch the open region in which it is the first that applies."""
    outside = [exterior(condition) for condition in conditions]
    inside = [_both(_solid(interior(condition)), outside[:i]) for i, condition in enumerate(conditions)]
    return (*inside, ("and", *outside)) if count > len(conditions) else tuple(inside)


def _extreme(tape: Tape, node: Node, entries: list[Node]) -> Node:
    """Of the greatest or least argument; at a tie the mean of those that are equal, or nothing."""
    arguments = tape.arguments[node]
    one, zero = tape.number(1), tape.number(0)
    reached = [("compare", "=", a, node) for a in arguments]
    relation = ">" if tape.payloads[node] == "max" else "<"
    if tape.kink is UNSAID or (tape.kink is None and len(arguments) <= _FEW):
        wins = tuple(("and", *(("compare", relation, a, b) for b in arguments if b != a)) for a in arguments)
        return tape.select(wins, entries)
    ties = tape.add([tape.select((condition,), (one, zero)) for condition in reached])
    listed = [(condition, entry) for condition, entry in zip(reached, entries, strict=True) if entry != zero]
    if tape.kink is None:  # the square of so many comparisons would be too many
        tape.steady[ties] = one  # it jumps only where there is no derivative already
        alone = ("compare", "<", ties, tape.number(Fraction(3, 2)))
        winners = [win for win, entry in zip(_winners(tape, node, relation), entries, strict=True) if entry != zero]
        return tape.select((*winners, alone), [*(entry for _, entry in listed), zero])
    return tape.divide(tape.add([tape.select((condition,), (entry, zero)) for condition, entry in listed]), ties)


def _winners(tape: Tape, node: Node, relation: str) -> list[Condition]:
    """For each argument that it is greater, or less, than the extreme of those before it and of those behind it."""
    a, call = tape.arguments[node], tape.payloads[node]
    before, behind = [a[0]], [a[-1]]
    for one, other in zip(a[1:], a[-2::-1], strict=True):
        before.append(tape.call(call, (before[-1], one)))
        behind.append(tape.call(call, (other, behind[-1])))
    sides = zip([None, *before], a, [*behind[-2::-1], None], strict=False)
    return [("and", *(("compare", relation, u, rest) for rest in (left, right) if rest is not None))
            for left, u, right in sides]  # fmt: skip


def _where_steady(tape: Tape, node: Node, entry: Node) -> Node:
    """The entry; where borders are undefined, only where nothing jumps that the choice compares."""
    if tape.kink is not None:
        return entry
    compared = tape.arguments[node] if tape.names[node] == "call" else compared_in(("and", *tape.payloads[node][0]))
    steady = tape.multiply(dict.fromkeys(_steady(tape, part) for part in compared))
    return entry if steady == tape.one else tape.select((("compare", ">", steady, tape.number(0)),), (entry,))


def _steady(tape: Tape, node: Node) -> Node:
    """1 where nothing jumps that the node is computed from, undefined elsewhere."""
    known, stack = tape.steady, [node]
    while stack:
        one = stack.pop()
        missing = [part for part in tape.arguments[one] if part not in known]
        if missing:
            stack += [one, *missing]
        elif one not in known:
            parts = [known[part] for part in tape.arguments[one]]
            parts += [tape.select(beside, (tape.number(1),)) for beside in _beside_jumps(tape, one)]
            known[one] = tape.multiply(dict.fromkeys(parts))
    return known[node]


def _beside_jumps(tape: Tape, node: Node) -> tuple[Condition, ...]:
    """Where a node that may jump does not; nothing for others."""
    a, zero = tape.arguments[node], tape.number(0)
    if tape.names[node] == "select":
        return () if _meet(tape, node) else ((("or", *_regions(*tape.payloads[node])),),)
    jumping = tape.payloads[node] if tape.names[node] == "call" else ""
    if jumping in ("floor", "ceil"):
        return ((("compare", "!=", a[0], node),),)
    if jumping in ("sign", "atan2"):
        beside = ("compare", "!=", a[0], zero)
        return ((beside if jumping == "sign" else ("or", beside, ("compare", ">", a[1], zero)),),)
    return ()


def _meet(tape: Tape, node: Node) -> bool:
    """Whether two branches are plainly equal on their border, as where u > 0, u, u/10 or where u > v, u, v."""
    conditions, count = tape.payloads[node]
    if (len(conditions), count, conditions[0][0]) != (1, 2, "compare"):
        return False
    u, v = conditions[0][2:]
    chosen = branches(tape, node)
    zero = u if tape.numbers.get(u) == 0 else v
    multiples = tape.numbers.get(zero) == 0 and all(_multiplied(tape, one) in (u, v) for one in chosen)
    return multiples or {u, v}.issuperset(chosen)


def _multiplied(tape: Tape, node: Node) -> Node:
    """u of c u and −u."""
    while tape.names[node] == "negate" or (tape.names[node] == "multiply" and tape.arguments[node][0] in tape.numbers):
        node = tape.arguments[node][-1]
    return node


def interior(condition: Condition) -> Condition:
    """The open part of a condition."""
    if condition[0] == "compare":
        return ("compare", _OPEN.get(condition[1], condition[1]), *condition[2:])
    return (condition[0], *(interior(part) for part in condition[1:]))


def _both(condition: Condition, others: Sequence[Condition]) -> Condition:
    """The condition and the others, without those that it says itself."""
    said = condition[1:] if condition[0] == "and" else (condition,)
    needed = [other for other in others if other not in said]
    return ("and", condition, *needed) if needed else condition


def _solid(condition: Condition) -> Condition:
    """The condition without what has no inside: on u = v alone no derivative can be taken."""
    if condition[0] != "compare":
        return (condition[0], *(_solid(part) for part in condition[1:]))
    return _never(condition) if condition[1] == "=" else condition


def _never(condition: Condition) -> Condition:
    return ("and", ("compare", "<", *condition[2:]), ("compare", ">", *condition[2:]))


def denied(condition: Condition) -> Condition:
    """Where a condition does not hold."""
    if condition[0] != "compare":
        return ("or" if condition[0] == "and" else "and", *map(denied, condition[1:]))
    return ("compare", RELATIONS[condition[1]], *condition[2:])


def _has_points(condition: Condition) -> bool:
    """Whether u = v or u ≠ v occurs: no border lies between two regions there, so that no convention is asked for."""
    return condition[1] in ("=", "!=") if condition[0] == "compare" else any(map(_has_points, condition[1:]))


def exterior(condition: Condition) -> Condition:
    """Where a condition does not hold, its border left out; where it holds but for one point, nothing."""
    return interior(_solid(denied(condition)))


# Functions that end where the formulas of their derivatives go on: 1/u is that of ln u for u > 0 only.
_ENDING = frozenset({"ln", "acosh", "atanh", "acoth", "asech", "log1p", "loggamma", "CosIntegral", "CoshIntegral"})


def within_domain(tape: Tape, function: str, a: Sequence[Node], u: Node, derivative: Node) -> Node:
    """The derivative by an argument u where the function is smooth; beside the cut of atan2(y, x), unless kinks are
    agreed on, the one by y."""
    cut = function == "atan2" and u == a[0] and tape.kink is None
    if not (cut or function in _ENDING) or tape.kink is UNSAID or u in tape.numbers:
        return derivative
    row, symbols = KNOWN.get(function), [Symbol(f"_{k}") for k in range(len(a))]
    if row is None:
        written: Sequence[Expr] = (Comparison(">", symbols[0], integer(-1)),)
    else:
        written = (*(() if cut else row.domain(*symbols)), *row.smooth(*symbols))
    bound = {symbol.name: node for symbol, node in zip(symbols, a, strict=True)}
    conditions: list[Any] = [*dict.fromkeys(tape.build_all(written, bound))]
    return tape.select((conditions[0] if len(conditions) == 1 else ("and", *conditions),), (derivative,))


def by_side(tape: Tape, u: Node, right: Node, left: Node) -> Node:
    """``right`` for u > 0, ``left`` for u < 0; at 0 what the kink says."""
    zero = tape.number(0)
    sides = (("compare", ">", u, zero), ("compare", "<", u, zero))
    if tape.kink is UNSAID or tape.kink is None:
        return tape.select(sides, (right, left))
    t: Rational = Fraction(tape.kink)
    mean = tape.plus(tape.times(tape.number(1 - t), left), tape.times(tape.number(t), right))
    return tape.select(sides, (right, left, mean))
