"""Program and backward pass → the lines that run: sums over steps become loops, what nothing needs is left out.

Of the two forms of an adjoint the shorter one runs: dz = p − y rather than p ⊙ dp − (pᵀdp) p, and
dU = dyhat hᵀ rather than (yhat − y) hᵀ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jacocalc.errors import JacocalcError
from jacocalc.program_steps import AdjointOf, BackwardStep, ImplicitAdjoint, LoopAdjoint, LoopAdjoints
from jacocalc.programs import Loop, Program, Statement
from jacocalc.targets.lines import Add, Choice, Each, Let, Line, Plan, Settle, Start, Target, mapped, terms_of
from jacocalc.terms import (
    ONE,
    Adjoint,
    Index,
    Opposite,
    Plus,
    Summed,
    Term,
    Var,
    Zeros,
    parts_of,
    replaced,
    shifted,
    subterms,
    tree_size,
    with_parts,
)

Family = tuple[bool, str, str]


def plan_of(program: Program, loss: Var, wrt: tuple[Var, ...], steps: Sequence[BackwardStep]) -> Plan:
    """Both passes as lines."""
    looped = looped_names(program.variables)
    sums = _Sums()
    forward = tuple(line for statement in program.statements for line in sums.statement(statement))
    backward = _Backward(loss, looped, sums).lines(steps)
    wanted = {family_of(Adjoint(loss.key, var), looped) for var in wrt}
    return Plan(program, loss, wrt, forward, _needed(_without_ones(backward, looped), wanted, looped))


def looped_names(variables: Iterable[Var]) -> frozenset[str]:
    """The names that stand for one variable at every step of a loop."""
    return frozenset(var.name for var in variables if var.index is not None and var.index.letter)


def variable_of(target: Target) -> Var:
    """The variable itself, also of an adjoint."""
    found = target.of if isinstance(target, Adjoint) else target
    assert isinstance(found, Var)
    return found


def family_of(target: Target, looped: frozenset[str]) -> Family:
    """What is stored under one name: (adjoint or not, name, index); all steps of a loop together."""
    var = variable_of(target)
    place = "" if var.index is None else "*" if var.name in looped else str(var.index)
    return isinstance(target, Adjoint), var.name, place


def families_in(term: Term, looped: frozenset[str]) -> set[Family]:
    """What a term reads."""
    return {family_of(node, looped) for node in subterms(term) if isinstance(node, Var | Adjoint)}


# -- sums over the steps of a loop --------------------------------------------------------------------


class _Sums:
    """Sums over the steps of a loop as loops of their own; one that stands inside a term is a total with a name."""

    def __init__(self) -> None:
        self.totals: dict[Term, Term] = {}

    def statement(self, statement: Statement) -> Iterator[Line]:
        """The lines of a statement of the program."""
        match statement:
            case Loop(letter, first, last, body):
                yield from self.ahead(one.term for one in body)
                lines = [Let(one.variable, replaced(one.term, self.totals)) for one in body]
                yield Each(letter, first, last, tuple(lines))
            case _ if statement.implicit:
                yield Settle(statement.variable, statement.term)
            case _:
                yield from self.lowered(statement.variable, statement.term)

    def lowered(self, target: Target, term: Term) -> Iterator[Line]:
        """target = term, without sums over steps."""
        sums, rest = _parted(term)
        if sums:
            yield Start(target)
            for one in sums:
                yield Each(one.letter, one.first, one.last, (Add(target, one.body),))
            if rest is not None:
                yield Add(target, rest)
            return
        yield from self.ahead([term])
        yield Let(target, replaced(term, self.totals))

    def ahead(self, terms: Iterable[Term]) -> Iterator[Line]:
        """The lines of the totals that terms contain, of each once."""
        for one in [node for term in terms for node in subterms(term) if isinstance(node, Summed)]:
            if any(isinstance(node, Summed) for node in subterms(one.body)):
                raise JacocalcError("a sum over steps inside another has no code", hint="give the inner sum a name")
            if one not in self.totals:
                total = Var(f"total_{one.letter}_{len(self.totals) + 1}", one.shape)
                self.totals[one] = total
                yield from self.lowered(total, one)


def _parted(term: Term) -> tuple[list[Summed], Term | None]:
    """The sums over steps among the terms of a sum, and the rest; (none, term) where a sum stands deeper."""
    parts = term.terms if isinstance(term, Plus) else (term,)
    sums, rest = [], []
    for part in parts:
        match part:
            case Summed():
                sums.append(part)
            case Opposite(Summed(letter, first, last, body)):
                sums.append(Summed(letter, first, last, Opposite(body)))
            case _:
                rest.append(part)
    if any(isinstance(node, Summed) for part in (*rest, *(one.body for one in sums)) for node in subterms(part)):
        return [], term
    return sums, (Plus(tuple(rest)) if len(rest) > 1 else rest[0]) if rest else None


# -- the backward pass --------------------------------------------------------------------------------


class _Backward:
    """Steps of the backward pass → lines; sums over the steps of a loop are added up inside it."""

    def __init__(self, loss: Var, looped: frozenset[str], sums: _Sums) -> None:
        self.loss = loss
        self.looped = looped
        self.sums = sums
        self.known: set[Family] = set()
        self.absorbed: set[Var] = set()

    def lines(self, steps: Sequence[BackwardStep]) -> list[Line]:
        """All adjoints, in the order in which they are computed."""
        made: list[Line] = []
        for place, step in enumerate(steps):
            match step:
                case AdjointOf(variable, _, applied, _, result):
                    made += self._adjoint(variable, _shorter(applied, result))
                case ImplicitAdjoint(_, name, _, result):
                    made.append(Let(name, result))
                case LoopAdjoints():
                    made += self._loop(step, steps[place + 1 :])
        return made

    def _target(self, var: Var) -> Adjoint:
        self.known.add(family_of(Adjoint(self.loss.key, var), self.looped))
        return Adjoint(self.loss.key, var)

    def _adjoint(self, var: Var, term: Term) -> Iterator[Line]:
        target = self._target(var)
        if var not in self.absorbed:
            yield from self.sums.lowered(target, term)
            return
        rest = _parted(term)[1]
        if rest is not None:
            yield Add(target, rest)

    def _loop(self, step: LoopAdjoints, later: Sequence[BackwardStep]) -> Iterator[Line]:
        lines = [line for line in step.result if not self._comes_later(line, later)]
        yield from self.sums.ahead(term for line in lines for term in (line.result, line.at_last) if term is not None)
        body = [self._line(line, step) for line in lines]
        for one in later:
            if isinstance(one, AdjointOf):
                sums = _parted(_shorter(one.applied, one.result))[0]
                if sums and all(self._fits(total, step) for total in sums):
                    self.absorbed.add(one.variable)
                    target = Adjoint(self.loss.key, one.variable)
                    yield Start(target)
                    body += [Add(target, shifted(s.body, s.letter, Index(step.letter))) for s in sums]
        totalled = [mapped(line, lambda term: replaced(term, self.sums.totals)) for line in body]
        yield Each(step.letter, step.first, step.last, tuple(totalled), True)

    def _comes_later(self, line: LoopAdjoint, later: Sequence[BackwardStep]) -> bool:
        """Whether a loop that comes later computes the adjoint, and this one has nothing to say."""
        others = [one.variable for step in later if isinstance(step, LoopAdjoints) for one in step.result]
        return isinstance(line.result, Zeros) and line.at_last is None and line.variable in others

    def _fits(self, total: Summed, step: LoopAdjoints) -> bool:
        """Whether a sum runs over the steps of the loop and reads nothing that comes after them."""
        read = {family for family in families_in(total.body, self.looped) if family[0]}
        return (total.letter, total.first, total.last) == (step.letter, step.first, step.last) and read <= self.known

    def _line(self, line: LoopAdjoint, step: LoopAdjoints) -> Line:
        target = self._target(line.variable)
        if line.at_last is None or line.at_last == line.result:
            return Let(target, line.result)
        return Choice(target, step.letter, step.last, _at_step(line.at_last, step), line.result)


def _at_step(term: Term, step: LoopAdjoints) -> Term:
    """The formula at the last step in terms of t, which is T there."""
    if any(isinstance(node, Summed) for node in subterms(term)):
        return term
    return shifted(term, step.last.letter, Index(step.letter, -step.last.offset))


def _shorter(applied: Term, result: Term) -> Term:
    return result if tree_size(result) < tree_size(applied) else applied


def _without_ones(lines: list[Line], looped: frozenset[str]) -> list[Line]:
    """Adjoints that are 1 put in as 1."""
    ones = {family_of(line.target, looped) for top in lines for line in (top.body if isinstance(top, Each) else (top,))
            if isinstance(line, Let) and line.term == ONE}  # fmt: skip

    def change(term: Term) -> Term:
        if isinstance(term, Adjoint) and family_of(term, looped) in ones:
            return ONE
        return with_parts(term, tuple(map(change, parts_of(term))))

    return [mapped(line, change) for line in lines] if ones else lines


def _needed(lines: list[Line], wanted: set[Family], looped: frozenset[str]) -> tuple[Line, ...]:
    """The lines that lead to what is wanted."""
    reads: dict[Family, set[Family]] = {}

    def visit(line: Line) -> None:
        if isinstance(line, Each):
            for inner in line.body:
                visit(inner)
        else:
            found = {family for term in terms_of(line) for family in families_in(term, looped)}
            reads.setdefault(family_of(line.target, looped), set()).update(found)

    for line in lines:
        visit(line)
    alive, stack = set(wanted), list(wanted)
    while stack:
        for family in reads.get(stack.pop(), set()) - alive:
            alive.add(family)
            stack.append(family)

    def kept(line: Line) -> Line | None:
        if not isinstance(line, Each):
            return line if family_of(line.target, looped) in alive else None
        body = tuple(inner for inner in map(kept, line.body) if inner is not None)
        return Each(line.letter, line.first, line.last, body, line.backwards) if body else None

    return tuple(line for line in map(kept, lines) if line is not None)
