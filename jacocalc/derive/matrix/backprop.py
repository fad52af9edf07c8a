"""The backward pass of a program with a scalar loss: each adjoint from the next by the rules of pullbacks.

Statements are taken in reverse.  What a statement sends back to a variable is a *use*; the adjoint of a
variable is the sum of its uses.  In a loop, h_t is used at step t and, as h_{t−1}, at step t + 1; a variable
without an index gets the sum over all steps.

Post-condition: every adjoint has the shape of its variable, and is written in the adjoints of later variables;
those that are short (ŷ − y) are inserted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, pairwise
from typing import Any

from jacocalc.derive.matrix.differentials import changes_of, differential
from jacocalc.derive.matrix.factoring import multiplied_out, shortest
from jacocalc.derive.matrix.forms import (
    eye,
    inserted,
    is_zero,
    operation,
    opposite,
    over,
    plus,
    scalar_product,
    simplified,
    times,
    transpose,
    without_factors,
)
from jacocalc.derive.matrix.linear_forms import matrix_of
from jacocalc.derive.matrix.pullbacks import contributions
from jacocalc.derive.matrix.recognition import for_derivation
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.program_steps import (
    AdjointOf,
    BackwardStep,
    ImplicitAdjoint,
    LoopAdjoint,
    LoopAdjoints,
    StageJacobian,
    Use,
)
from jacocalc.programs import Assignment, Loop, Program, Statement, body_of, shape_text
from jacocalc.terms import (
    HALF,
    ONE,
    SUMS,
    Adjoint,
    Differential,
    Extent,
    Eye,
    Index,
    Inverted,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Scalar,
    Scaled,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
    parts_of,
    replaced,
    shifted,
    subterms,
    tree_size,
    variables_of,
    with_parts,
)


def loss_of(program: Program, name: str = "") -> Var:
    """The loss: the last variable, or the one that is named.  Raises ShapeError where it is no scalar."""
    loss = program.find(name) if name else program.output
    if loss is None:
        raise JacocalcError(f"the program computes no {name}")
    if not loss.is_scalar:
        raise ShapeError(
            f"{loss.key} is {shape_text(loss.shape)}; backprop needs a scalar loss",
            hint=f"did you want differential? jacocalc differential PROGRAM --of {loss.key} --wrt x",
            **_place(program, loss),
        )
    if loss.index is not None:
        raise ShapeError(f"{loss.key} is one of many; backprop needs one scalar loss", hint=f"L = sum_t {loss.key}")
    return loss


def _place(program: Program, var: Var) -> dict[str, Any]:
    """Where a variable is computed in the text of the program."""
    spelled = "".join(f"{re.escape(letter)}[_{{^(]*" for letter in var.name)
    found = list(re.finditer(rf"(?:^|[;\n:])\s*({spelled}[^=;\n]*?)\s*=", program.text))
    return {"text": program.text, "start": found[-1].start(1), "end": found[-1].end(1)} if found else {}


def default_wrt(program: Program, loss: Var) -> tuple[Var, ...]:
    """The declared variables that L depends on, without data: what enters only where scalars are computed.

    A matrix before what is computed, V in ‖V h − y‖², is no data.
    """
    needed = _needed(program, loss)
    used = [var for var in program.declared if _family(var) in needed]
    inside = {_family(v) for a in program.formulas if not a.variable.is_scalar for v in variables_of(a.term)}
    inside |= {_family(var) for a in program.formulas if a.variable.is_scalar for var in _weights(program, a.term)}
    return tuple([var for var in used if _family(var) in inside] or used)


def _weights(program: Program, term: Term) -> Iterator[Var]:
    """The declared matrices that stand before what is computed."""
    computed = {_family(a.variable) for a in program.formulas}
    for part in subterms(term):
        for factor, after in pairwise(part.factors) if isinstance(part, Times) else ():
            follows = any(_family(var) in computed for var in variables_of(after))
            if isinstance(factor, Var) and 1 not in factor.shape and follows:
                yield factor


def _family(var: Var) -> tuple[str, bool]:
    """Variables of one name with an index are one family."""
    return var.name, var.index is not None


def _depend(program: Program, wanted: Iterable[Var]) -> set[tuple[str, bool]]:
    """The families that depend on the wanted variables, those included."""
    return _closure({_family(var) for var in wanted}, [(read, of) for of, read in _edges(program)])


def _needed(program: Program, loss: Var) -> set[tuple[str, bool]]:
    """The families that the loss depends on."""
    return _closure({_family(loss)}, _edges(program))


def _edges(program: Program) -> list[tuple[tuple[str, bool], tuple[str, bool]]]:
    """(h, W) for each family W that the formula of h reads."""
    return [(_family(a.variable), _family(var)) for a in program.formulas for var in variables_of(a.term)]


def _closure(
    found: set[tuple[str, bool]], edges: list[tuple[tuple[str, bool], tuple[str, bool]]]
) -> set[tuple[str, bool]]:
    """All that is reached along the edges; in a loop a chain may run through several steps."""
    while new := {end for start, end in edges if start in found} - found:
        found = found | new
    return found


@dataclass
class _Collected:
    """Uses of one family: at every step of a loop, from the step after, and at fixed indices."""

    every: list[Use] = field(default_factory=list)
    ahead: list[Use] = field(default_factory=list)
    fixed: dict[Var, list[Use]] = field(default_factory=dict)


class Backward:
    """The backward pass; ``steps`` are the adjoints in the order in which they are computed."""

    def __init__(self, program: Program, loss: Var, wrt: tuple[Var, ...]) -> None:
        self.program = program
        self.loss = loss
        self.wrt = wrt
        self.relevant = _depend(program, wrt) & _needed(program, loss)
        self.uses: dict[tuple[str, bool], _Collected] = {}
        self.steps: list[BackwardStep] = []
        self.stages: list[StageJacobian] = []
        self.results: dict[Var, Term] = {}
        self.steady: dict[str, tuple[Var, Term]] = {}
        self.short: dict[Term, Term] = {}
        self.even: dict[Term, Term] = {}  # (∂L/∂K)ᵀ = ∂L/∂K, of every adjoint that is symmetric
        self.names = named_terms(program)
        self.letters = program.letters

    def run(self) -> list[BackwardStep]:
        """All adjoints that the wanted variables need."""
        statements = self.program.statements
        for place in range(len(statements) - 1, -1, -1):
            statement = statements[place]
            if isinstance(statement, Assignment):
                self._assignment(statement)
            else:
                self._loop(statement)
            self._close_declared(statement, statements[:place])
        for var in self.wrt:
            if var not in self.results:
                self._close(var)
        self.steps += self.stages
        return self.steps

    def _close_declared(self, statement: Statement, earlier: tuple[Statement, ...]) -> None:
        """The wanted variables that no earlier statement uses: parameters first, the input of a product last."""
        terms = [a.term for a in body_of(statement)]
        before = {self._own(v) for s in earlier for a in body_of(s) for v in variables_of(a.term)}
        inputs = {part.factors[-1] for term in terms for part in subterms(term) if isinstance(part, Times)}
        found = dict.fromkeys(var for term in terms for var in variables_of(term))
        for var in sorted(found, key=lambda var: var in inputs):
            if var in self.wrt and var not in self.results and self._own(var) not in before:
                self._close(var)
        for var in self.wrt:  # h_0, which a loop begins with
            looped = isinstance(statement, Loop) and var.index is not None and var not in self.results
            if looped and self._own(var) not in before and var in self.uses.get(_family(var), _Collected()).fixed:
                self._close(var)

    def _own(self, var: Var) -> object:
        """What stands for the variable among its uses: its family in a symbolic loop, else the variable itself."""
        return _family(var) if self.letters and var.index is not None else var

    # -- collecting ---------------------------------------------------------------------------------

    def wanted(self, node: Term) -> bool:
        """Whether the loss must be differentiated by this leaf."""
        return isinstance(node, Var) and _family(node) in self.relevant

    def adjoint(self, var: Var) -> Term:
        """∂L/∂v by name; of the loss itself 1."""
        return ONE if var == self.loss else Adjoint(self.loss.key, var)

    def _collected(self, var: Var) -> _Collected:
        return self.uses.setdefault(_family(var), _Collected())

    def _send(self, assignment: Assignment, seed: Term, loop: Loop | None = None) -> None:
        """Distribute what a statement sends back."""
        for one in contributions(for_derivation(assignment.term), seed, assignment.variable, self.wanted):
            part = one.part
            assert isinstance(part, Var)
            use = Use(assignment.variable, one.rules, self._polished(one.result))
            total = use if loop is None else _over_steps(use, loop)
            found = self._collected(part)
            if part.index is None:
                found.every.append(total)
            elif part.index.letter in self.letters:
                letter = part.index.letter
                if part.index.offset == 0:
                    found.every.append(use)
                elif part.index.offset == -1:
                    found.ahead.append(use.shifted(letter, Index(letter, 1)))
                    begin = next(one.first for one in self.program.loops if one.letter == letter)
                    first = shifted(part, letter, begin)
                    found.fixed.setdefault(first, []).append(use.shifted(letter, begin))
                else:
                    raise JacocalcError(
                        f"{part.key} lies {-part.index.offset} steps back", hint="a loop may look one step back"
                    )
            else:
                self._readable(part, assignment.variable)
                found.fixed.setdefault(part, []).append(total)

    def _readable(self, part: Var, reader: Var) -> None:
        """Of what a loop with a symbolic end computes or reads, only the last step and a first value stand alone."""
        lasts = {str(loop.last) for loop in self.program.loops}
        if part.index is not None and part.index.letter and str(part.index) not in lasts:
            raise JacocalcError(
                f"{part.name}_{part.index} stands in a sum over {part.index.letter} at every step of a loop",
                hint="give both the same number: for t = 1..3; or write matrices, softmax_rows(Q K') V",
                **_place(self.program, reader),
            )
        if str(part.index) not in lasts and part not in self.program.variables:
            raise JacocalcError(
                f"{part.key} is one step of a loop with a symbolic end",
                hint="the last step, a first value and sums over the steps are read; or give the loop a number",
            )

    def _polished(self, term: Term) -> Term:
        """The names of the program for its own parts, common factors taken out."""
        return _polished(simplified(term), self.names)

    # -- plain statements ---------------------------------------------------------------------------

    def _assignment(self, assignment: Assignment) -> None:
        var = assignment.variable
        if _family(var) not in self.relevant:
            return
        if var != self.loss:
            self._close(var)
        if assignment.implicit:
            self._implicit(assignment)
        else:
            self._send(assignment, self.adjoint(var))

    def _close(self, var: Var) -> None:
        """The adjoint of a variable, once all its uses are known."""
        found = self.uses.get(_family(var), _Collected())
        uses = found.every if var.index is None else found.fixed.get(var, [])
        applied = plus(*(use.result for use in uses)) if uses else Zeros(var.shape)
        applied = inserted(applied, self._steady_in(applied))
        applied = shortest(self._evened(self._symmetrised(var, applied)))
        general, result = self._inserted(applied)
        self.results[var] = result
        self.steps.append(AdjointOf(var, tuple(uses), applied, general, result))
        self._remember(var, result)

    def _symmetrised(self, var: Var, applied: Term) -> Term:
        """(G + Gᵀ)/2 for a symmetric variable."""
        if "symmetric" not in var.facts:
            return applied
        turned = transpose(applied)
        return applied if turned == applied else times(HALF, plus(applied, turned))

    def _evened(self, term: Term) -> Term:
        """The term without the transposes of adjoints that are symmetric."""
        return simplified(replaced(term, self.even)) if any(node in self.even for node in subterms(term)) else term

    def _inserted(self, applied: Term) -> tuple[Term | None, Term]:
        """Short adjoints inserted; first without Σy = 1 where that makes a difference."""
        result = self._polished(inserted(applied, self.short))
        read = {v for term in (applied, *self.short.values()) for v in variables_of(term)}
        plain = {v: replace(v, facts=()) for v in read if {*SUMS.values()} & {*v.facts}}
        if not plain:
            return None, result
        values = {key: _without(value, plain) for key, value in self.short.items()}
        general = self._polished(inserted(_without(applied, plain), values))
        return (general if general != result else None), result

    def _remember(self, var: Var, result: Term) -> None:
        square = var.shape[0] == var.shape[1] and not var.is_scalar and var.index is None
        if square and is_zero(plus(result, opposite(self._evened(transpose(result))))):
            adjoint = Adjoint(self.loss.key, var)
            self.even[Transposed(adjoint)] = adjoint
        if is_short(result):
            self.short[Adjoint(self.loss.key, var)] = result

    def _implicit(self, assignment: Assignment) -> None:
        """h = φ(h, θ): (I − ∂φ/∂h)ᵀ w = ∂L/∂h, then θ gets the pullback of w through φ."""
        var = assignment.variable
        inner = Var(self._free_name(), var.size)
        jacobian = matrix_of(differential(assignment.term, changes_of((var,)), var), Differential(var))
        if jacobian is None:
            raise JacocalcError(f"the equation of {var} is not one for a vector", hint="solve for a vector")
        jacobian = self._polished(jacobian)
        applied = self.adjoint(var)
        system = plus(eye(var.shape[0]), Opposite(jacobian))
        solved = over(applied, system) if var.is_scalar else Times((Transposed(Inverted(system)), applied))
        self.steps.append(ImplicitAdjoint(var, inner, jacobian, solved))
        kept = self.relevant
        self.relevant = kept - {_family(var)}
        self._send(assignment, inner)
        self.relevant = kept

    def _free_name(self) -> str:
        """A name for the adjoint of an equation, another one for each."""
        taken = {name for var in self.program.variables for name in (var.name, var.key)}
        taken |= {step.name.name for step in self.steps if isinstance(step, ImplicitAdjoint)}
        names = chain("wvuqs", (f"w_{number}" for number in count(1)))
        return next(name for name in names if name not in taken)

    # -- loops --------------------------------------------------------------------------------------

    def _loop(self, loop: Loop) -> None:
        lines: list[LoopAdjoint] = []
        own = {_family(assignment.variable) for assignment in loop.body}
        for assignment in reversed(loop.body):
            var = assignment.variable
            if _family(var) not in self.relevant:
                continue
            self._ahead(loop, var)
            self._send(assignment, self.adjoint(var), loop)
        for assignment in reversed(loop.body):
            if _family(assignment.variable) in self.relevant:
                lines.append(self._loop_line(assignment.variable, loop))
        declared = [var for var in self.program.declared if var.index is not None and var.index.letter == loop.letter]
        for var in declared:
            if var in self.wrt and _family(var) not in own and self._first_reader(_family(var)) == loop:
                lines.append(self._loop_line(var, loop))
        for line in lines:
            self.results[line.variable] = line.result
        self.steps.append(LoopAdjoints(loop.letter, loop.first, loop.last, tuple(lines)))
        self._stage(loop)

    def _first_reader(self, family: tuple[str, bool]) -> Loop | None:
        """The first loop that reads a declared family x_t: all its uses are known once that one is reached."""
        readers = (loop for loop in self.program.loops
                   if any(_family(v) == family for a in loop.body for v in variables_of(a.term)))  # fmt: skip
        return next(readers, None)

    def _ahead(self, loop: Loop, var: Var) -> None:
        """Nothing may use the variable at an index that is neither a step nor the last."""
        for fixed in self.uses.get(_family(var), _Collected()).fixed:
            if fixed.index != loop.last and fixed.index is not None and fixed.index.letter:
                raise JacocalcError(f"{fixed.key} is neither the last step nor one of the loop")

    def _loop_line(self, var: Var, loop: Loop) -> LoopAdjoint:
        found = self.uses.get(_family(var), _Collected())
        last_var = shifted(var, loop.letter, loop.last)
        last = found.fixed.pop(last_var, []) if isinstance(last_var, Var) else []
        every, ahead = found.every, found.ahead
        result = self._total(var, [*every, *ahead])
        at_last = None
        if ahead or last:
            parts = [*(use.shifted(loop.letter, loop.last) for use in every), *last]
            at_last = self._total(var, parts) if parts else Zeros(last_var.shape)
            at_last = inserted(at_last, self.short)
        found.every, found.ahead = [], []
        if at_last is None and is_short(result):
            self.steady[var.name] = (var, result)
        return LoopAdjoint(var, tuple(every), tuple(ahead), tuple(last), result, at_last)

    def _total(self, var: Var, uses: list[Use]) -> Term:
        if not uses:
            return Zeros(var.shape)
        total = plus(*(use.result for use in uses))
        return shortest(self._symmetrised(var, inserted(total, self._steady_in(total))))

    def _steady_in(self, term: Term) -> dict[Term, Term]:
        """The adjoints in a term that are the same short formula at every step."""
        found: dict[Term, Term] = {}
        for node in subterms(term):
            if isinstance(node, Adjoint) and isinstance(node.of, Var) and node.of.index is not None:
                known = self.steady.get(node.of.name)
                if known is not None and known[0].index is not None:
                    found[node] = shifted(known[1], known[0].index.letter, node.of.index)
        return found

    def _stage(self, loop: Loop) -> None:
        """∂h_t/∂h_{t−1}, for the one variable that is carried from step to step."""
        carried = {
            var for assignment in loop.body for var in variables_of(assignment.term)
            if var.index == Index(loop.letter, -1)
        }  # fmt: skip
        if len(carried) != 1:
            return
        before = carried.pop()
        after = shifted(before, loop.letter, Index(loop.letter, 1))
        if before.shape[1] != 1 or all(assignment.variable != after for assignment in loop.body):
            return
        changes: dict[Term, Term] = {before: Differential(before)}
        for assignment in loop.body:
            change = differential(assignment.term, changes, assignment.variable)
            changes[assignment.variable] = named(change, self.names)
        found = matrix_of(changes[after], Differential(before))
        if found is not None and isinstance(after, Var):
            self.stages.append(StageJacobian(loop.letter, loop.last, after, before, self._polished(found)))


def _without(term: Term, plain: dict[Var, Var]) -> Term:
    """The term with variables of which less is known."""
    if isinstance(term, Var):
        return plain.get(term, term)
    if isinstance(term, Adjoint):
        return term
    parts = parts_of(term)
    if not parts:
        return term
    return with_parts(term, tuple(_without(part, plain) for part in parts))


def _over_steps(use: Use, loop: Loop) -> Use:
    return replace(use, result=Summed(loop.letter, loop.first, loop.last, use.result))


def named_terms(program: Program) -> dict[Term, Term]:
    """What the program itself calls its formulas: W x + b is z."""
    names: dict[Term, Term] = {}
    for assignment in program.formulas:
        term = simplified(assignment.term)
        if not assignment.implicit and tree_size(term) > 1 and not isinstance(term, Summed | Scalar | Opposite):
            names.setdefault(term, assignment.variable)
    return names


def named(term: Term, names: Mapping[Term, Term]) -> Term:
    """The term with what the program calls its parts: z for W x + b"""
    return simplified(replaced(term, names)) if any(node in names for node in subterms(term)) else term


def _polished(term: Term, names: Mapping[Term, Term]) -> Term:
    """The shortest form with names: 2 L for 2 a b/c where L = a b/c, unless more cancels without."""
    term = _without_sums_of_0(term, names)
    whole, other = _with_names(term, names)
    found = shortest(whole)
    if other != whole:
        found = min(shortest(other), found, key=tree_size)
    again = named(found, names)
    return found if again == found else _polished(again, names)


_MEAN = 12  # nodes of a mean, or of what it is subtracted from


def _without_sums_of_0(term: Term, names: Mapping[Term, Term]) -> Term:
    """The term without Σ(x − m 1) and 1ᵀ(X − 1 mᵀ), where m is the mean by its name."""
    means = {name: formula for formula, name in names.items() if tree_size(formula) <= _MEAN}
    values: dict[Term, Term] = {}
    for node in subterms(term):
        body, total = _added_up(node)
        if body is None or not any(var in means for var in variables_of(body)):
            continue
        parts = body.terms if isinstance(body, Plus) else (body,)
        sums = [multiplied_out(total(written_out(part, means))) for part in parts]
        kept = [part for part, one in zip(parts, sums, strict=True) if not is_zero(one)]
        if not kept or is_zero(plus(*sums)):
            values[node] = Zeros(node.shape)
        elif len(kept) < len(parts):
            values[node] = total(plus(*kept))
    return inserted(term, values) if values else term


def _added_up(node: Term) -> tuple[Term | None, Callable[[Term], Term]]:
    """What a sum is of, X in 1ᵀ X B, and the same sum of something else."""
    match node:
        case Operation("sum", (body,)):
            return body, lambda part: operation("sum", part)
        case Times(factors):
            for at, (left, right) in enumerate(pairwise(factors)):
                if isinstance(left, Transposed) and isinstance(left.body, Ones):
                    return right, _in_place_of(factors, at + 1)
                if isinstance(right, Ones) and right.shape[1] == 1:
                    return left, _in_place_of(factors, at)
    return None, lambda part: part


def _in_place_of(factors: tuple[Term, ...], at: int) -> Callable[[Term], Term]:
    return lambda part: times(*factors[:at], part, *factors[at + 1 :])


def _with_names(term: Term, names: Mapping[Term, Term]) -> tuple[Term, Term]:
    """The term with names for its parts, and also for factors of its scalars"""
    whole = named(term, names)
    scalars = [(one, name) for one, name in names.items() if one.is_scalar and _is_quotient(one)]
    other = _with_products(whole, scalars) if scalars else whole
    return whole, whole if other == whole else simplified(other)


def _is_quotient(term: Term) -> bool:
    """a b or a/c, whose name is read more easily than they are, but not 1/c"""
    return isinstance(term, Times) or (isinstance(term, Over) and term.numerator != ONE)


def _with_products(term: Term, names: Sequence[tuple[Term, Term]]) -> Term:
    if isinstance(term, Times | Over) and term.is_scalar:
        for product, name in names:
            rest = without_factors(term, product)
            if rest is not None:
                return scalar_product([_with_products(rest, names), name])
    parts = parts_of(term)
    changed = tuple(_with_products(part, names) for part in parts)
    return term if changed == parts else with_parts(term, changed)


def is_short(term: Term) -> bool:
    """Whether an adjoint is inserted where it is used: ŷ − y, 2 x, −y ⊘ p, 1, I, but no product and no function."""
    match term:
        case Var() | Scalar() | Extent() | Ones() | Eye():
            return True
        case Opposite(body):
            return is_short(body)
        case Scaled(scalar, body):
            return is_short(body) and all(isinstance(p, Scalar | Extent | Over | Times) for p in subterms(scalar))
        case Plus(parts):
            return len(parts) <= 3 and all(map(is_short, parts))
        case Over(a, b):
            return all(isinstance(part, Var | Scalar | Extent | Opposite) for part in (a, b))
    return False


_WRITTEN = 150  # nodes of a formula without adjoints; a longer one is given by its adjoints only


def expanded(
    steps: Iterable[BackwardStep], loss: str, generated: Mapping[Term, Term], names: Mapping[Term, Term]
) -> dict[Var, Term]:  # fmt: skip
    """∂L/∂v without any other adjoint, for every v where that is not too long; with ``names``, without ``generated``.

    What lies behind a loop or an equation has none.
    """
    known: dict[Term, Term] = {}
    found: dict[Var, Term] = {}
    for step in steps:
        if not isinstance(step, AdjointOf):
            break
        inside = [node for node in subterms(step.applied) if isinstance(node, Adjoint)]
        size = tree_size(step.applied) + sum(tree_size(known[one]) for one in inside if one in known)
        if size > _WRITTEN or not all(one in known for one in inside):
            continue
        known[Adjoint(loss, step.variable)] = _without_sums_of_0(inserted(step.applied, known), names)
        found[step.variable] = shortest(written_out(known[Adjoint(loss, step.variable)], generated))
    typed = {written_out(term, generated): name for term, name in names.items() if name not in generated}
    unnamed = {var: term for var, term in found.items() if {*_with_names(term, typed)} == {term}}
    return {var: unnamed.get(var) or _polished(term, typed) for var, term in found.items()}


def written_out(term: Term, values: Mapping[Term, Term]) -> Term:
    """The term with names replaced by what they name, again and again."""
    found = inserted(term, dict(values)) if values else term
    return found if found == term else written_out(found, values)
