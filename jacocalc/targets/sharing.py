"""Parts that both passes use more than once get names: s = tanh(W x) is computed once and kept.

A part is worth a name where it costs a function, a product or an inverse.  In a loop the part at step t and
the same part at step t + 1 are one; the name is a family then, sqrt_1[t].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from jacocalc import terms
from jacocalc.known_functions import KNOWN
from jacocalc.targets.chains import grouped
from jacocalc.targets.lines import Each, Let, Line, Plan, Settle, mapped, targets_of, terms_of
from jacocalc.targets.plan import variable_of
from jacocalc.terms import Term, Var, parts_of, replaced, shifted, subterms, tree_size

_COSTLY = ("det", "logdet", "softmax", "softmax_rows", "softmax_columns", "logsumexp", "norm", "var")
_LARGE = 7
_ROUNDS = 100  # sizes of shared parts; what is left after these is computed where it stands


@dataclass(frozen=True)
class _Scope:
    """Where a part stands: outside loops (letter ""), or at a step of a loop over these indices."""

    letter: str
    first: terms.Index
    last: terms.Index


_OUTSIDE = _Scope("", terms.Index(""), terms.Index(""))


def shared(plan: Plan) -> Plan:
    """The plan with a name for every part that is worth one."""
    forward, backward = (tuple(mapped(line, grouped) for line in lines) for lines in (plan.forward, plan.backward))
    plan = replace(plan, forward=forward, backward=backward)
    for _ in range(_ROUNDS):
        found = _worthiest(plan)
        for scope, part in found:
            plan = _named(plan, scope, part)
        if not found:
            break
    return plan


def _worthiest(plan: Plan) -> list[tuple[_Scope, Term]]:
    """The largest parts that occur more than once, all of one size, so that none contains another."""
    counted: Counter[tuple[_Scope, Term]] = Counter()
    for scope, line in _scoped((*plan.forward, *plan.backward)):
        for part in (part for term in terms_of(line) for part in _occurrences(term, bare=True)):
            if _worth(part):
                counted[_canonical(part, scope)] += 1
    often = [key for key, times in counted.items() if times > 1]
    size = max((tree_size(part) for _, part in often), default=0)
    return [key for key in often if tree_size(key[1]) == size]


def _scoped(lines: Iterable[Line], scope: _Scope = _OUTSIDE) -> Iterator[tuple[_Scope, Line]]:
    """The lines that are no loops, and where they stand; equations that are solved keep their terms."""
    for line in lines:
        if isinstance(line, Each):
            yield from _scoped(line.body, _Scope(line.letter, line.first, line.last))
        elif not isinstance(line, Settle):
            yield scope, line


def _occurrences(term: Term, bare: bool) -> Iterator[Term]:
    """Every part as often as it occurs; an inverse only where it does not merely solve for a vector."""
    if isinstance(term, terms.Summed):
        return
    if bare or not isinstance(term, terms.Inverted):
        yield term
    solves = isinstance(term, terms.Times) and 1 in term.shape
    for part in parts_of(term):
        inner = part.body if isinstance(part, terms.Transposed) and isinstance(part.body, terms.Inverted) else part
        yield from _occurrences(inner, bare=not solves)


def _worth(term: Term) -> bool:
    if not any(isinstance(node, Var | terms.Adjoint) for node in subterms(term)):
        return False
    if isinstance(term, terms.Elementwise):
        return term.function not in ("step", "sign", "abs", "relu") or tree_size(term) > 2
    if isinstance(term, terms.Inverted) or (isinstance(term, terms.Operation) and term.name in _COSTLY):
        return True
    if isinstance(term, terms.Opposite | terms.Transposed):
        return False
    if isinstance(term, terms.Times) and not any(isinstance(node, terms.Ones) for node in subterms(term)):
        return tree_size(term) > 3 or not term.is_scalar
    if any(isinstance(node, terms.Elementwise) for node in subterms(term)):
        return True
    return tree_size(term) >= _LARGE


def _offsets(term: Term, letter: str) -> set[int]:
    """The steps t + k at which a term reads."""
    read = [variable_of(node) for node in subterms(term) if isinstance(node, Var | terms.Adjoint)]
    return {var.index.offset for var in read if var.index and var.index.letter == letter}


def _canonical(term: Term, scope: _Scope) -> tuple[_Scope, Term]:
    """The part at step t, wherever it stands; a part without the letter belongs outside the loop."""
    offsets = _offsets(term, scope.letter) if scope.letter else set()
    if not offsets:
        return _OUTSIDE, term
    return scope, shifted(term, scope.letter, terms.Index(scope.letter, -1)) if max(offsets) == 1 else term


# -- a name for a part --------------------------------------------------------------------------------


def _named(plan: Plan, scope: _Scope, part: Term) -> Plan:
    """The part computed where all that it reads is known, and its name wherever it stood later."""
    own = _definition(plan, scope, part)
    index = terms.Index(scope.letter) if scope.letter else None
    uses = [_first_use(lines, scope, part) for lines in (plan.forward, plan.backward)]
    var = Var(_name(part, plan, uses[0] is None), part.shape, index) if own is None else own.target
    assert isinstance(var, Var)
    values = _everywhere(part, var, scope)

    def renamed(lines: tuple[Line, ...], start: int = 0) -> tuple[Line, ...]:
        return (*lines[:start], *(_replaced(line, values, own) for line in lines[start:]))

    if own is not None:
        return replace(plan, forward=renamed(plan.forward), backward=renamed(plan.backward))
    line, shared = Let(var, part), (*plan.shared, var)
    if uses[0] is not None:
        forward = _placed(renamed(plan.forward, uses[0]), uses[0], scope, line)
        return replace(plan, forward=forward, backward=renamed(plan.backward), shared=shared)
    assert uses[1] is not None
    backward = _placed(renamed(plan.backward, uses[1]), uses[1], scope, line)
    return replace(plan, backward=backward, shared=shared)


def _definition(plan: Plan, scope: _Scope, part: Term) -> Let | None:
    """The line of the program itself that computes just this part, before others use it."""
    for place, line in _scoped(plan.forward):
        if isinstance(line, Let) and line.term == part and isinstance(line.target, Var):
            return line if place == scope else None
        if any(part == node for term in terms_of(line) for node in subterms(term)):
            return None
    return None


def _everywhere(part: Term, var: Var, scope: _Scope) -> dict[Term, Term]:
    """The part at the steps t, t + 1, the first and the last, each with its name."""
    if not scope.letter:
        return {part: var}
    steps = (terms.Index(scope.letter), terms.Index(scope.letter, 1), scope.first, scope.last)
    return {shifted(part, scope.letter, step): shifted(var, scope.letter, step) for step in steps}


def _replaced(line: Line, values: dict[Term, Term], own: Let | None = None) -> Line:
    """The names for the parts; the line of the part itself, and an equation that is solved, keep theirs."""
    if isinstance(line, Settle) or line == own:
        return line
    if isinstance(line, Each):
        return replace(line, body=tuple(_replaced(inner, values, own) for inner in line.body))
    return mapped(line, lambda term: replaced(term, values))


def _first_use(lines: tuple[Line, ...], scope: _Scope, part: Term) -> int | None:
    """The place of the first line that uses the part; of a part at step t the first loop that does."""
    values = _everywhere(part, Var("?", part.shape), scope)
    fitting = [i for i, line in enumerate(lines) if not scope.letter or _is_loop(line, scope)]
    return next((i for i in fitting if _replaced(lines[i], values) != lines[i]), None)


def _is_loop(line: Line, scope: _Scope) -> bool:
    return isinstance(line, Each) and (line.letter, line.first, line.last) == (scope.letter, scope.first, scope.last)


def _placed(lines: tuple[Line, ...], first: int, scope: _Scope, own: Let) -> tuple[Line, ...]:
    """The line of the part before its first use; in a loop behind the lines whose values it reads."""
    if not scope.letter:
        return (*lines[:first], own, *lines[first:])
    head = lines[first]
    assert isinstance(head, Each)
    reads = {node for node in subterms(own.term) if isinstance(node, Var | terms.Adjoint)}
    behind = [i for i, line in enumerate(head.body, 1) if reads & set(targets_of(line))]
    place = max(behind, default=0)
    return (*lines[:first], replace(head, body=(*head.body[:place], own, *head.body[place:])), *lines[first + 1 :])


def _name(part: Term, plan: Plan, backward: bool) -> str:
    """A_inv, tanh_z, sqrt_1; delta_1 for what only the backward pass uses."""
    taken = {var.name for var in (*plan.program.variables, *plan.shared)} | {var.key for var in plan.program.variables}
    argument = parts_of(part)[0] if len(parts_of(part)) == 1 else None
    delta = backward and not part.is_scalar and isinstance(part, terms.Plus | terms.Times | terms.Hadamard | terms.Over)
    kind = "delta" if delta else _kind(part)
    if isinstance(argument, Var) and argument.index is None:
        name = f"{argument.name}_inv" if isinstance(part, terms.Inverted) else f"{kind}_{argument.name}"
        if name not in taken:
            return name
    return next(f"{kind}_{number}" for number in count(1) if f"{kind}_{number}" not in taken)


def _kind(part: Term) -> str:
    match part:
        case terms.Elementwise(function, _, order):
            return "d" * order + function if function in KNOWN or order else function
        case terms.Inverted():
            return "inverse"
        case terms.Operation(name):
            return name
        case terms.Plus(parts):
            return "difference" if any(isinstance(one, terms.Opposite) for one in parts) else "total"
        case terms.Times():
            return "product"
        case _:
            return "part"


