"""A program as it is differentiated: gradients and tanh′ worked out, deeply nested statements taken apart.

t = theta - eta grad(L1, theta)   →   t = theta - eta Xᵀ(X theta - y)
d = tanh'(z)                      →   d = 1 - tanh(z) ⊙ tanh(z)
L = 1/2 ||V tanh(W x) - y||^2     →   v_1 = V tanh(W x) - y;  L = 1/2 ||v_1||^2
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from jacocalc.derive.matrix.backprop import Backward, expanded, loss_of
from jacocalc.derive.matrix.checks import verified_backward
from jacocalc.derive.matrix.elementwise import without_primes
from jacocalc.derive.matrix.forms import (
    OWN_TRANSPOSE,
    is_symmetric,
    ones,
    operation,
    opposite,
    plus,
    simplified,
    times,
)
from jacocalc.derive.matrix.recognition import of_total, recognised
from jacocalc.errors import JacocalcError
from jacocalc.programs import Assignment, Loop, Program, Statement
from jacocalc.term_writing import paper_term
from jacocalc.terms import (
    ONE,
    SUMS,
    Elementwise,
    Inverted,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Scalar,
    Scaled,
    Term,
    Times,
    Transposed,
    Var,
    parts_of,
    replaced,
    subterms,
    variables_of,
    with_parts,
)

_LINEAR = ("tr", "sum", "mean", "inner", "diag", "diagonal", "grad")


def prepared(program: Program) -> Program:
    """The program with every gradient inserted and no function of a function of a product in one statement.

    E/Σ E is softmax(z) also where E = e^z stands in a statement of its own.
    """
    made: list[Statement] = []
    powers: dict[Term, Term] = {}
    numbers = _fresh(program)
    notes = list(program.notes)
    for statement in program.statements:
        if isinstance(statement, Loop):
            body = tuple(replace(one, term=without_primes(one.term)) for one in statement.body)
            made.append(replace(statement, body=body))
            continue
        term = _without_gradients(without_primes(statement.term), replace(program, statements=tuple(made)))
        if statement.implicit:
            made.append(replace(statement, term=term))
            continue
        opened = replaced(term, powers)
        if _is_large(opened):
            powers[statement.variable] = opened
        if powers and (share := _with_shares(term, powers)) != term:
            notes.append(f"{statement.variable} is {paper_term(share)}")
            term = share
        named, term = _taken_apart(term, numbers)
        if named:
            listed = " and ".join(str(one.variable) for one in named)
            notes.append(f"{listed} name{'s a part' if len(named) == 1 else ' parts'} of {statement.variable}")
        made += [*named, replace(statement, term=term)]
    return replace(program, statements=tuple(_with_facts(made)), notes=tuple(notes))


def _with_shares(term: Term, powers: Mapping[Term, Term]) -> Term:
    """softmax(z) and σ(z) of quotients of e^z that were named before"""
    parts = parts_of(term)
    term = with_parts(term, tuple(_with_shares(part, powers) for part in parts)) if parts else term
    return recognised(replaced(term, powers)) or term


def _with_facts(statements: list[Statement]) -> Iterator[Statement]:
    """The statements, where Kᵀ = K is known of what is computed as W Wᵀ + s I, and Σq = 1 of q = (1 - e) y + e p."""
    known: dict[Term, Term] = {}
    for statement in statements:
        if isinstance(statement, Loop):
            body = tuple(replace(one, term=replaced(one.term, known)) for one in statement.body)
            yield replace(statement, body=body)
            continue
        variable, term = statement.variable, replaced(statement.term, known)
        found = () if statement.implicit or variable.is_scalar else _facts(term)
        if not {*found} <= {*variable.facts}:
            variable = replace(variable, facts=tuple(dict.fromkeys((*variable.facts, *found))))
            known[variable] = variable
        yield replace(statement, variable=variable, term=term)


def _facts(term: Term) -> tuple[str, ...]:
    """What is known of all values of a term."""
    if term.shape[1] != 1:
        return (OWN_TRANSPOSE,) if is_symmetric(term) else ()
    parts = term.terms if isinstance(term, Plus) else (term,)
    return (SUMS["softmax"],) if plus(*(operation("sum", simplified(part)) for part in parts)) == ONE else ()


def steady(program: Program) -> Program:
    """The program with ln Σ e^z, ln softmax(z), ln σ(z), ln(1 − σ(z)) and ln(1 + e^z) in forms that do not overflow,
    and softmax and tanh that are written by hand.

    Also where e^z, Σ e^z, 1 + e^z, softmax(z) or σ(z) has been given a name before.
    """
    named: dict[Term, Term] = {}
    made: list[Statement] = []
    for statement in program.statements:
        if isinstance(statement, Loop):
            body = tuple(replace(one, term=_steady(one.term, {})) for one in statement.body)
            made.append(replace(statement, body=body))
            continue
        term = _steady(statement.term, named)
        made.append(replace(statement, term=term))
        opened = replaced(term, named)
        if not statement.implicit and (_is_share(opened) or _is_large(opened)):
            named[statement.variable] = opened
    return replace(program, statements=tuple(made))


def _is_share(term: Term) -> bool:
    """Whether this is softmax(z) or σ(z), which may underflow to 0."""
    match term:
        case Operation("softmax") | Elementwise("sigmoid", _, 0):
            return True
    return False


def _is_large(term: Term) -> bool:
    """Whether this is e^z, Σ e^z, 1 + e^z, e^Z 1 or e^Zᵀ 1, which may overflow."""
    match term:
        case Elementwise("exp", _, 0) | Times((Elementwise("exp", _, 0), Ones())):
            return True
        case Times((Transposed(Elementwise("exp", _, 0)), Ones())):
            return True
    return of_total(term) is not None or _beside_one(term) is not None


def _beside_one(term: Term) -> Term | None:
    """z of 1 + e^z"""
    match term:
        case Plus((Ones() | Scalar(1), Elementwise("exp", z, 0)) | (Elementwise("exp", z, 0), Ones() | Scalar(1))):
            return z
    return None


def _steady(term: Term, named: Mapping[Term, Term]) -> Term:
    parts = parts_of(term)
    term = with_parts(term, tuple(_steady(part, named) for part in parts)) if parts else term
    match term:
        case Elementwise("ln", inner, 0):
            return _logarithm(replaced(inner, named)) or term
        case Over() | Scaled() | Times():
            return recognised(replaced(term, named)) or term
    return term


def _logarithm(inner: Term) -> Term | None:
    """The logarithm of a term in a form that does not overflow, if there is one."""
    z = _beside_one(inner)
    if z is not None:
        return Elementwise("softplus", z)
    z = of_total(inner)
    if z is not None and inner.is_scalar:
        return operation("logsumexp", z)
    match inner:
        case Operation("softmax", (z,)):
            return plus(z, opposite(times(operation("logsumexp", z), ones(*z.shape))))
        case Elementwise("sigmoid", z, 0):
            return opposite(Elementwise("softplus", opposite(z)))
        case Plus((Ones() | Scalar(1), Opposite(Elementwise("sigmoid", z, 0)))):
            return opposite(Elementwise("softplus", z))
    return None


def _fresh(program: Program) -> Iterator[str]:
    """v_1, v_2, …, without names that are taken."""
    taken = {var.key for var in program.variables} | {var.name for var in program.variables}
    letter = next(letter for letter in ("v", "u", "s", "q", "part") if letter not in taken)
    number = 1
    while True:
        if f"{letter}_{number}" not in taken:
            yield f"{letter}_{number}"
        number += 1


def _curved(term: Term) -> bool:
    """Whether the term itself is a function that is not linear."""
    return isinstance(term, Elementwise | Inverted) or (isinstance(term, Operation) and term.name not in _LINEAR)


def _deep(term: Term) -> bool:
    """Whether a function that is not linear stands in the argument of another."""
    return any(_curved(part) for part in subterms(term)) and bool(variables_of(term))


def _taken_apart(term: Term, numbers: Iterator[str]) -> tuple[list[Assignment], Term]:
    """Arguments of functions that hold functions themselves get names."""
    named: list[Assignment] = []
    known: dict[Term, Term] = {}

    def visit(node: Term) -> Term:
        if not parts_of(node):
            return node
        built = with_parts(node, tuple(map(visit, parts_of(node))))
        if not _curved(built) or not _worth_naming(built):
            return built
        return with_parts(built, tuple(map(name, parts_of(built))))

    def name(part: Term) -> Term:
        if part not in known and _deep(part) and not isinstance(part, Var):
            variable = Var(next(numbers), part.shape)
            named.append(Assignment(variable, part))
            known[part] = variable
        return known.get(part, part)

    return named, visit(term)


def _worth_naming(function: Term) -> bool:
    """Whether an argument holds both a function and a product; ln(1 + e^z) and ln Σ e^z are one function."""
    if isinstance(function, Elementwise) and function.function == "ln" and _is_large(function.body):
        return False
    return any(_deep(part) and any(isinstance(inner, Times) for inner in subterms(part)) for part in parts_of(function))


def _without_gradients(term: Term, before: Program) -> Term:
    """grad(L, v) replaced by ∂L/∂v, worked out from the statements before and verified."""
    values: dict[Term, Term] = {}
    for node in subterms(term):
        if isinstance(node, Operation) and node.name == "grad":
            loss, var = node.arguments
            assert isinstance(loss, Var)
            assert isinstance(var, Var)
            values[node] = _gradient(before, loss, var)
    return replaced(term, values) if values else term


def _gradient(before: Program, loss: Var, var: Var) -> Term:
    loss_of(before, loss.key)
    until = next(i for i, s in enumerate(before.statements) if isinstance(s, Assignment) and s.variable == loss)
    program = replace(before, statements=before.statements[: until + 1])
    steps = Backward(program, loss, (var,)).run()
    found = expanded(steps, loss.key, {}, {}).get(var)
    if found is None:
        raise JacocalcError(
            f"grad({loss}, {var}) passes through a loop or an equation and is not written in one formula"
        )
    verified_backward(program, loss, steps)
    return found
