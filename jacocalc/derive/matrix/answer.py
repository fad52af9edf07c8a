"""The door of this room: a question about a program in, a Derivation out.

Every displayed derivative has been compared with 50-digit difference quotients at small sizes before it is
shown; where no sample point lies in the domain of the program the outcome is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jacocalc.derive.matrix.backprop import Backward, default_wrt, expanded, loss_of, written_out
from jacocalc.derive.matrix.checks import (
    check_gradient,
    check_jacobian,
    check_map,
    check_same,
    verified_backward,
    verified_by_quotients,
)
from jacocalc.derive.matrix.conditions import conditions_of
from jacocalc.derive.matrix.costs import pass_costs
from jacocalc.derive.matrix.differentials import changes_of, differential, differential_lines
from jacocalc.derive.matrix.factoring import shortest
from jacocalc.derive.matrix.forms import inserted, operation, opposite, over, plus, simplified, times, transpose
from jacocalc.derive.matrix.kronecker import as_term, kronecker_form
from jacocalc.derive.matrix.linear_forms import matrix_of
from jacocalc.derive.matrix.numbers import number_steps
from jacocalc.derive.matrix.prepare import prepared
from jacocalc.derive.matrix.pullbacks import gradient_of
from jacocalc.derive.matrix.second_order import gauss_newton, hessian_vector
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.evaluate.arrays import Array
from jacocalc.evaluate.program_quotients import Probe
from jacocalc.evaluate.program_samples import small_sizes
from jacocalc.program_steps import (
    AdjointOf,
    DeltaProof,
    DifferentialKind,
    DifferentialLine,
    ForwardProgram,
    Gradients,
    HessianTerm,
    JacobianChain,
    KroneckerForm,
    LocalDerivative,
    LoopAdjoints,
    ProgramBlock,
    ProgramLine,
)
from jacocalc.programs import Assignment, Loop, Program, shape_text
from jacocalc.questions import BackpropOf, ProgramDifferential
from jacocalc.steps import Derivation, Step, Verified
from jacocalc.terms import HALF, ONE, Differential, Operation, Term, Var, Zeros, variables_of


def backprop(question: BackpropOf) -> Derivation:
    """∂L/∂v for every variable v that is asked for.  Raises ShapeError for a loss that is no scalar."""
    program = prepared(question.program)
    loss = loss_of(program, question.loss)
    asked = [one for name in question.wrt for one in program.members(variable_of(program, name))]
    wrt = tuple(dict.fromkeys(asked)) or default_wrt(question.program, loss)
    if not wrt:
        raise JacocalcError(f"{loss} depends on no declared variable")
    if loss in wrt:
        raise JacocalcError(f"{loss} is the loss itself", hint="--wrt names what it is differentiated by")
    if question.hessian_vector:
        _no_clash(program, wrt)
    backward = Backward(program, loss, wrt)
    adjoints = backward.run()
    steps: list[Step] = [forward_program(program), *adjoints]
    shown: list[LocalDerivative | JacobianChain] = [
        *_local_derivatives(program, loss, backward),
        *_jacobian_chains(program, loss, wrt, backward),
    ]
    steps += shown
    steps += _delta_proof(program, backward)
    if question.hessian_vector:
        steps.append(hessian_vector(program, loss, wrt, adjoints))
    if question.gauss_newton:
        steps += gauss_newton(program, loss, wrt)
    steps.append(pass_costs(program, loss, adjoints))
    gradients = _gradients(loss, wrt, backward, _generated(question.program, program))
    steps.append(gradients)
    if question.given or question.seed is not None or question.update:
        steps += number_steps(question, program, loss, adjoints)
    conditions = conditions_of(program)
    steps += [conditions] if conditions.result else []
    verified = verified_backward(program, loss, adjoints, shown)
    steps.append(verified)
    notes = program.notes if question.loss else (*program.notes, *_other_losses(question.program, loss))
    return Derivation(question, tuple(steps), gradients, verified, (), notes)


def _other_losses(program: Program, loss: Var) -> Iterator[str]:
    """What is said of scalars that are computed and enter nothing."""
    read = {var.name for one in program.formulas for var in variables_of(one.term)} | {loss.name}
    for one in program.formulas:
        other = one.variable
        if other.is_scalar and other.index is None and other.name not in read:
            yield f"{other} is computed too; --loss {other.key} differentiates it"


def _no_clash(program: Program, changing: tuple[Var, ...]) -> None:
    """dx cannot be a variable where it is the change of x."""
    for var in changing:
        if program.find(f"d{var.key}") is not None:
            raise JacocalcError(
                f"d{var.key} is a variable of the program, and the change of {var.key} is written so too",
                hint=f"give the variable d{var.key} another name",
            )


def _generated(given: Program, program: Program) -> dict[Term, Term]:
    """The parts of statements that were given names of their own."""
    return {a.variable: a.term for a in program.assignments if given.find(a.variable.key) is None}


def variable_of(program: Program, name: str) -> Var:
    """The variable with this name, or the one family of this stem.  Raises JacocalcError."""
    family = [var for var in program.variables if var.name == name]
    found = program.find(name) or next((var for var in family if set(family) == set(program.members(var))), None)
    if found is None and family:
        raise JacocalcError(f"{name} is one of many", hint=f"say which: {', '.join(var.key for var in family)}")
    if found is None:
        known = ", ".join(var.key for var in program.declared)
        raise JacocalcError(f"the program has no variable {name}", hint=f"declared are {known}")
    return found


def forward_program(program: Program) -> ForwardProgram:
    """The forward pass as a step."""
    blocks: list[ProgramBlock] = []
    for statement in program.statements:
        if isinstance(statement, Loop):
            lines = tuple(ProgramLine(a.variable, a.term) for a in statement.body)
            blocks.append(ProgramBlock(lines, statement.letter, statement.first, statement.last))
        else:
            line = ProgramLine(statement.variable, statement.term, statement.implicit)
            if blocks and not blocks[-1].letter:
                blocks[-1] = ProgramBlock((*blocks[-1].lines, line))
            else:
                blocks.append(ProgramBlock((line,)))
    return ForwardProgram(program.declared, tuple(blocks), program.output)


def _gradients(loss: Var, wrt: tuple[Var, ...], backward: Backward, generated: dict[Term, Term]) -> Gradients:
    alone = expanded(backward.steps, loss.key, generated, backward.names)
    return Gradients(loss, tuple((var, backward.results[var], alone.get(var, backward.results[var])) for var in wrt))


def _local_derivatives(program: Program, loss: Var, backward: Backward) -> Iterator[LocalDerivative]:
    """∂out/∂in of every statement of the backward pass; of a matrix by a matrix only the product is formed."""
    solved = [assignment.variable for assignment in program.assignments if assignment.implicit]
    for step in backward.steps:
        lines = [(step.variable, step.uses)] if isinstance(step, AdjointOf) else []
        if isinstance(step, LoopAdjoints):
            lines = [(line.variable, line.uses) for line in step.result]
        for var, uses in lines:
            for use in uses:
                if use.statement == loss or use.statement.is_scalar or use.statement in solved:
                    continue
                yield LocalDerivative(use.statement, var, use.result, _local_matrix(program, use.statement, var))


def _local_matrix(program: Program, of: Var, by: Var) -> Term | None:
    if of.shape[1] != 1 or by.shape[1] != 1:
        return None
    term = next((a.term for a in program.formulas if a.variable == of and not a.implicit), None)
    if term is None:
        return None
    return matrix_of(differential(term, changes_of((by,)), of), Differential(by))


def _jacobian_chains(program: Program, loss: Var, wrt: tuple[Var, ...], backward: Backward) -> Iterator[JacobianChain]:
    """The whole chain of Jacobians from L to a vector that reaches it through vectors, each used once."""
    uses = {step.variable: step.uses for step in backward.steps if isinstance(step, AdjointOf)}
    for var in wrt:
        quantities: list[Var] = [var]
        factors: list[Term] = []
        while quantities[0] != loss and len(uses.get(quantities[0], ())) == 1:
            inner = quantities[0]
            outer = uses[inner][0].statement
            factor = transpose(uses[inner][0].result) if outer == loss else _local_matrix(program, outer, inner)
            if factor is None or inner.shape[1] != 1:
                break
            quantities.insert(0, outer)
            factors.insert(0, factor)
        if quantities[0] == loss and len(factors) > 1 and not program.loops:
            yield JacobianChain(tuple(quantities), tuple(factors), transpose(backward.results[var]))


def _delta_proof(program: Program, backward: Backward) -> Iterator[DeltaProof]:
    """Softmax with cross-entropy, in components, for a z that is used in the softmax alone."""
    for assignment in program.assignments:
        term, p = assignment.term, assignment.variable
        if not (isinstance(term, Operation) and term.name == "softmax" and isinstance(term.arguments[0], Var)):
            continue
        z, result = term.arguments[0], backward.results.get(p)
        if sum(z in variables_of(formula.term) for formula in program.formulas) > 1:
            continue
        for y in program.variables:
            if result == opposite(over(y, p)) and z in backward.results:
                sums = "sums to 1" in y.facts
                yield DeltaProof(z, p, y, z.shape[0], sums, backward.results[z])


# -- differentials ------------------------------------------------------------------------------------


def program_differential(question: ProgramDifferential) -> Derivation:
    """df = f′(x)[dx] of a variable of the program by one of its declared variables, and what it says."""
    program = prepared(question.program)
    if program.loops:
        raise JacocalcError("a differential is taken of a program without symbolic loops", hint="for t = 1..3:")
    if any(assignment.implicit for assignment in program.assignments):
        raise JacocalcError("a differential does not pass through an equation", hint="backprop does")
    of = _computed(program, question.of)
    by = _by(program, of, question.wrt)
    _no_clash(program, (by, *(assignment.variable for assignment in program.assignments)))
    if question.kronecker and of.is_scalar:
        raise ShapeError(f"{of} is a scalar: its derivative is a gradient, and there is nothing to stack")
    lines, change = _changes(program, of, by)
    change = written_out(change, _generated(question.program, program))
    steps: list[Step] = [forward_program(program), *lines]
    kind = _kind(of, by, change)
    steps.append(kind)
    if question.kronecker:
        steps.append(kronecker_form(of, by, change))
    if question.second:
        steps.append(_second(program, of, by, kind))
    conditions = conditions_of(program)
    steps += [conditions] if conditions.result else []
    verified = _verified(program, of, by, steps)
    steps.append(verified)
    result = kind.result if kind.result is not None else kind.change
    return Derivation(question, tuple(steps), Gradients(of, ((by, result, result),)), verified, (), program.notes)


def _computed(program: Program, name: str) -> Var:
    found = program.find(name) if name else program.output
    if found is None or found in program.declared:
        known = ", ".join(a.variable.key for a in program.assignments)
        raise JacocalcError(f"the program computes no {name}", hint=f"it computes {known}")
    return found


def _by(program: Program, of: Var, name: str) -> Var:
    if len(name.replace(",", " ").split()) > 1:
        raise JacocalcError(f"a differential is taken by one variable, not by {name}", hint="ask once for each")
    if name:
        found = variable_of(program, name)
        if found not in program.declared:
            raise JacocalcError(f"{name} is computed by the program; a differential is taken by a declared variable")
        return found
    used = [var for var in program.declared if of in _dependents(program, var)]
    if len(used) == 1:
        return used[0]
    known = ", ".join(var.key for var in used or program.declared)
    raise JacocalcError("which variable changes?", hint=f"--wrt names one of {known}")


def _dependents(program: Program, var: Var) -> set[Var]:
    found = {var}
    for assignment in program.assignments:
        if any(used in found for used in variables_of(assignment.term)):
            found.add(assignment.variable)
    return found


def _changes(program: Program, of: Var, by: Var) -> tuple[list[DifferentialLine], Term]:
    """The differential of every variable between x and f, in dx."""
    changes: dict[Term, Term] = {by: Differential(by)}
    lines: list[DifferentialLine] = []
    for assignment in program.assignments:
        if not any(used in changes for used in variables_of(assignment.term)):
            continue
        named: dict[Term, Term] = {v: Differential(v) for v in variables_of(assignment.term) if v in changes}
        found: list[DifferentialLine] = []
        change = differential_lines(assignment.term, named, found, assignment.variable)
        values: dict[Term, Term] = {Differential(v): changes[v] for v in named if v != by}
        whole = inserted(change, values) if values else change
        changes[assignment.variable] = whole
        lines += found[:-1] if found else []
        rule = found[-1].rule if found else "sum rule"
        lines.append(DifferentialLine(assignment.variable, rule, change, whole))
        if assignment.variable == of:
            break
    return lines, changes.get(of, Zeros(of.shape))


def _kind(of: Var, by: Var, change: Term) -> DifferentialKind:
    """A derivative, a gradient, a Jacobian, or a linear map."""
    dx = Differential(by)
    if of.is_scalar:
        g = shortest(gradient_of(change, dx)) if not isinstance(change, Zeros) else Zeros(by.shape)
        cookbook = None
        if "symmetric" in by.facts:
            plain = plus(g, transpose(g))
            cookbook = plus(plain, opposite(Operation("diag", (Operation("diagonal", (g,)),))))
            g = g if transpose(g) == g else shortest(times(HALF, plain))
        return DifferentialKind("derivative" if by.is_scalar else "gradient", of, by, change, g, cookbook)
    if of.shape[1] == 1 and by.shape[1] == 1:
        jacobian = matrix_of(change, dx)
        if jacobian is not None:
            return DifferentialKind("jacobian", of, by, change, jacobian)
    if by.is_scalar:
        return DifferentialKind("derivative", of, by, change, shortest(inserted(change, {dx: ONE})))
    return DifferentialKind("map", of, by, change, None)


def _second(program: Program, of: Var, by: Var, kind: DifferentialKind) -> HessianTerm:
    """d²f = dxᵀ H dx; of a matrix ⟨d(∇f), dX⟩."""
    if kind.result is None or not of.is_scalar:
        raise ShapeError(f"a second differential gives a Hessian for a scalar function; {of} is {shape_text(of.shape)}")
    inside = {a.variable: a.term for a in program.assignments}
    gradient = _written_out(kind.result, inside)
    change = differential(gradient, changes_of((by,)))
    if by.shape[1] != 1:
        return HessianTerm(of, by, gradient, change, operation("inner", change, Differential(by)))
    hessian = matrix_of(change, Differential(by))
    if hessian is None:
        raise JacocalcError(f"the differential {change} of the gradient has no matrix in closed form")
    return HessianTerm(of, by, gradient, change, shortest(hessian))


def _written_out(term: Term, inside: dict[Var, Term]) -> Term:
    """The term in declared variables only."""
    values: dict[Term, Term] = {v: _written_out(inside[v], inside) for v in variables_of(term) if v in inside}
    return simplified(inserted(term, values)) if values else term


def _verified(program: Program, of: Var, by: Var, steps: list[Step]) -> Verified:
    """df along every direction, J column by column, H as the Jacobian of the gradient.  Raises RoadsDisagree."""

    def check(probe: Probe) -> None:
        _check_steps(program, probe, of, by, steps)

    return verified_by_quotients(program, small_sizes(program), check)


def _check_steps(program: Program, probe: Probe, of: Var, by: Var, steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step, DifferentialKind):
            check_map(probe, of, by, step.change, Differential(by))
            if step.form == "jacobian" and step.result is not None:
                check_jacobian(probe, of, by, probe.values.of(step.result))
            elif step.form == "derivative" and step.result is not None:
                check_map(probe, of, by, step.result, Differential(by))
            elif step.result is not None:
                check_gradient(probe, of, by, probe.values.of(step.result))
        elif isinstance(step, KroneckerForm):
            check_same(probe, step.change, as_term(step))
        elif isinstance(step, HessianTerm):
            _check_hessian(program, dict(probe.sizes), probe.given, step)


def _check_hessian(program: Program, sizes: dict[str, int], given: Mapping[Term, Array], step: HessianTerm) -> None:
    """H against difference quotients of the gradient, which was checked against those of f."""
    name = Var("gradient of f", step.by.shape)
    longer = Program(program.declared, (*program.statements, Assignment(name, step.gradient)), program.functions)
    probe = Probe(longer, sizes, given)
    if step.by.shape[1] == 1:
        check_jacobian(probe, name, step.by, probe.values.of(step.result))
        return
    dx = Differential(step.by)
    check_map(probe, name, step.by, step.change, dx)
    probe.values.known[dx] = probe.values.known[step.by]
    check_same(probe, step.result, Operation("inner", (step.change, dx)))
