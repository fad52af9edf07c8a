"""The steps of derivations about programs: forward passes, adjoints, Jacobians of statements, differentials."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jacocalc import program_steps
from jacocalc.evaluate.arrays import BALLS, Array
from jacocalc.evaluate.program_quotients import Probe, agree
from jacocalc.evaluate.programs import in_balls
from jacocalc.programs import Loop, unrolled
from jacocalc.questions import BackpropOf, ProgramDifferential
from jacocalc.replaying.programs import ProgramCase, jacobian_of, pulled_back, steps_of
from jacocalc.replaying.report import Wrong
from jacocalc.terms import Differential, Operation, Term, Var, numbered, occurs, subterms


def forward_program(case: ProgramCase, step: program_steps.ForwardProgram) -> None:
    """The statements compute what the program in the question computes."""
    asked = case.derivation.question.program  # type: ignore[union-attr]
    case.told("declared", step.declared, asked.declared)
    loops = [(block.letter, block.first, block.last) for block in step.blocks if block.letter]
    case.told("blocks", loops, [(loop.letter, loop.first, loop.last) for loop in asked.loops])
    written = [line.variable for block in step.blocks for line in block.lines]
    names = {var.name for var in asked.variables}
    if len(set(written)) < len(written) or not {one.variable for one in asked.formulas} <= set(written):
        raise Wrong("blocks", "a statement is missing or stands twice")
    for line in (line for block in step.blocks for line in block.lines):
        case.told("blocks", line.implicit, occurs(line.variable, line.term))
    if step.result not in written:
        raise Wrong("result", f"{step.result} is not computed")
    parts = (node for one in asked.formulas for node in subterms(one.term))
    if not any(isinstance(node, Operation) and node.name == "grad" for node in parts):
        flat = unrolled(asked, case.ends)
        for probe in case.probes:
            _same_values(case, probe, in_balls(flat, probe.given, case.sizes).known, names)
    case.told("result", step.result.key, written[-1].key)


def _same_values(case: ProgramCase, probe: Probe, known: dict[Term, Array], names: set[str]) -> None:
    for var, array in known.items():
        if isinstance(var, Var) and var.name in names:
            case.counted += 1
            if var not in probe.values.known or not agree(probe.values.known[var], array):
                raise Wrong("blocks", f"{var} is not what the program computes")


# -- backward passes ----------------------------------------------------------------------------------


def _uses(case: ProgramCase, uses: tuple[program_steps.Use, ...], name: str) -> None:
    """What sends something back is a statement, perhaps one step ahead."""
    names = {one.variable.name for one in case.program.formulas}
    for k, use in enumerate(uses):
        if use.statement.name not in names:
            raise Wrong(f"{name}[{k}].statement", f"there is no statement {use.statement}")


def adjoint_of(case: ProgramCase, step: program_steps.AdjointOf) -> None:
    """∂L/∂v = Σ over the uses of v."""
    truth = case.adjoint(step.variable)
    case.equal("applied", step.applied, truth)
    case.equal("result", step.result, truth)
    case.equal("general", step.general, truth)
    _uses(case, step.uses, "uses")
    for group in _computed_apart(case, [use.statement for use in step.uses]):
        total = case.sum_of([use.result for use in step.uses if use.statement in group])
        case.equal_arrays(
            "uses",
            lambda p, total=total: _symmetric_part(total(p), step.variable),
            lambda p, group=group: _symmetric_part(_contribution(case, p, group, step.variable), step.variable),
        )


def _computed_apart(case: ProgramCase, statements: Sequence[Var]) -> list[list[Var]]:
    """The statements one by one; h_1 and h_t of all t are together, since h_1 is computed once."""
    looped = {one.name for one in statements if len(_all_turns(case, one)) > 1}
    groups: dict[object, dict[Var, None]] = {}
    for one in statements:
        groups.setdefault(one.name if one.name in looped else one, {})[one] = None
    return [list(group) for group in groups.values()]


def _symmetric_part(array: Array, of: Var) -> Array:
    """(G + Gᵀ)/2 for a symmetric variable, G being one of many that give the same change; else G."""
    return (array + array.T) / 2 if "symmetric" in of.facts else array


def _contribution(case: ProgramCase, probe: Probe, statements: Sequence[Var], variable: Term) -> Array:
    """What statements send back, at all steps where they stand in a loop."""
    of = case.at_step(variable, {})
    places = {case.at_step(one, turn): None for one in statements for turn in _all_turns(case, one)}
    shares = [_share(case, probe, one, of) for one in places]
    found = [share for share in shares if share is not None]
    if not found:
        raise Wrong("uses", f"{variable} does not stand in {statements[0]}")
    total = found[0]
    for share in found[1:]:
        total = total + share
    return total


def _all_turns(case: ProgramCase, var: Var) -> list[dict[str, int]]:
    """The steps of the loop that a variable belongs to, the last one first; one without numbers for others."""
    for loop in case.program.loops:
        if var.index is not None and var.index.letter == loop.letter:
            return [{loop.letter: turn} for turn in steps_of(loop.first, loop.last, case.ends)]
    return [{}]


def _share(case: ProgramCase, probe: Probe, statement: Term, of: Term) -> Array | None:
    """The adjoint of a statement, pulled back through it alone; None where it does not contain the variable."""
    term = _term(case, statement)
    if term is None or not occurs(of, term):
        return None
    assert isinstance(statement, Var)
    implicit = occurs(statement, term)
    weight = case.implicit_weight(probe, statement) if implicit else case.adjoint(statement)(probe)
    return pulled_back(probe, term, of, weight)


def _loop(case: ProgramCase, letter: str) -> Loop:
    """The loop over a letter.  Raises Wrong."""
    found = next((loop for loop in case.program.loops if loop.letter == letter), None)
    if found is None:
        raise Wrong("letter", f"there is no loop over {letter}")
    return found


def _term(case: ProgramCase, var: Term) -> Term | None:
    """What a variable is computed by, the ends of loops being numbers; None for what is not computed."""
    return next((one.term for one in case.flat.assignments if one.variable == var), None)


def loop_adjoints(case: ProgramCase, step: program_steps.LoopAdjoints) -> None:
    """The adjoints at every step: the uses at the step, those one step ahead, those of the last step."""
    loop = _loop(case, step.letter)
    case.told("first", step.first, loop.first)
    case.told("last", step.last, loop.last)
    turns = list(steps_of(step.first, step.last, case.ends))
    for k, line in enumerate(step.result):
        for turn in turns:
            _loop_line(case, line, {step.letter: turn}, turn == turns[0], f"result[{k}]")


def _loop_line(
    case: ProgramCase, line: program_steps.LoopAdjoint, step: dict[str, int], at_end: bool, name: str
) -> None:
    truth = case.adjoint(line.variable, step)
    if at_end and line.at_last is not None:
        case.equal(f"{name}.at_last", line.at_last, truth, step)
    else:
        case.equal(f"{name}.result", line.result, truth, step)
    parts = (*line.uses, *(line.last if at_end else line.ahead))
    for group in ("uses", "ahead", "last"):
        _uses(case, getattr(line, group), f"{name}.{group}")
    if parts:
        case.equal_arrays(f"{name}.uses", case.sum_of([use.result for use in parts], step), truth)


def implicit_adjoint(case: ProgramCase, step: program_steps.ImplicitAdjoint) -> None:
    """(I − ∂φ/∂h)ᵀ w = ∂L/∂h."""
    term = next((one.term for one in case.flat.assignments if one.variable == step.variable and one.implicit), None)
    if term is None:
        raise Wrong("variable", f"{step.variable} solves no equation")
    case.equal("jacobian", step.jacobian, lambda p: jacobian_of(p, term, step.variable))
    case.equal("result", step.result, lambda p: case.implicit_weight(p, step.variable))


def local_derivative(case: ProgramCase, step: program_steps.LocalDerivative) -> None:
    """∂of/∂by of one statement, and its product with the adjoint of ``of``."""
    turn = _turn(case, step.of)
    of, by = case.at_step(step.of, turn), case.at_step(step.by, turn)
    term = _term(case, of)
    if term is None:
        raise Wrong("of", f"there is no statement {step.of}")
    if not occurs(by, term):
        raise Wrong("by", f"{step.by} does not stand in the statement")
    if step.result is not None:
        case.equal("result", step.result, lambda p: jacobian_of(p, term, by), turn)
    known = (one for one in case.derivation.steps if isinstance(one, program_steps.LocalDerivative))
    alike = [one for one in known if one.by == step.by]
    if _turn(case, step.by):
        shares = [one.product for one in alike if one.of == step.of]
        case.equal_arrays("product", case.sum_of(shares, turn), lambda p: pulled_back(p, term, by, case.adjoint(of)(p)))
        return
    group = next(group for group in _computed_apart(case, [one.of for one in alike]) if step.of in group)
    shares = [one.product for one in alike if one.of in group]
    case.equal_arrays("product", case.sum_of(shares), lambda p: _contribution(case, p, group, step.by))


def _turn(case: ProgramCase, var: Var) -> dict[str, int]:
    """A step for a variable of a loop: the last."""
    return _all_turns(case, var)[0]


def jacobian_chain(case: ProgramCase, step: program_steps.JacobianChain) -> None:
    """The row J_L(x) as a product of the Jacobians of neighbours."""
    case.told("factors", len(step.factors), len(step.quantities) - 1)
    case.told("quantities", step.quantities[0], case.of)
    for k, ((outer, inner), factor) in enumerate(zip(pairwise(step.quantities), step.factors, strict=True)):
        turn = _turn(case, outer)
        of, by = case.at_step(outer, turn), case.at_step(inner, turn)
        term = _term(case, of)
        if term is None or not occurs(by, term):
            raise Wrong(f"quantities[{k + 1}]", f"{inner} does not stand in {outer}")
        case.equal(f"factors[{k}]", factor, lambda p, t=term, b=by: jacobian_of(p, t, b), turn)
    case.equal("result", step.result, lambda p: case.adjoint(step.quantities[-1])(p).T)


def stage_jacobian(case: ProgramCase, step: program_steps.StageJacobian) -> None:
    """∂h_t/∂h_{t−1}."""
    case.told("last", step.last, _loop(case, step.letter).last)
    turn = {step.letter: case.ends[step.last.letter]}
    of, by = (numbered(var, {**case.ends, **turn}) for var in (step.of, step.by))
    if of not in case.flat.variables or by not in case.flat.variables:
        raise Wrong("of", "there is no such variable")

    def truth(probe: Probe) -> Array:
        return BALLS.array([
            [probe.quotient(of, by, [(j, 0)])[i, 0] for j in range(probe.values.known[by].shape[0])]
            for i in range(probe.values.known[of].shape[0])
        ])  # fmt: skip

    case.equal("result", step.result, truth, turn)


def gradients(case: ProgramCase, step: program_steps.Gradients) -> None:
    """Each derivative that was asked for, in adjoints and alone."""
    if step.of not in case.program.variables:
        raise Wrong("of", f"there is no {step.of}")
    _asked(case, step.of, [var for var, _, _ in step.result])
    for k, (var, formula, alone) in enumerate(step.result):
        for name, term in (("formula", formula), ("expanded", alone)):
            turns = _all_turns(case, var)
            for turn in turns[1:] if turns[0] else turns:  # the formula in a loop is that of all steps but the last
                case.equal(f"result[{k}].{name}", term, case.adjoint(var, turn), turn)


def _asked(case: ProgramCase, of: Var, by: Sequence[Var]) -> None:
    """Whether the question is about these variables; where it names none, all are right.  Raises Wrong."""
    question = case.derivation.question
    assert isinstance(question, BackpropOf | ProgramDifferential)
    top, names = (question.loss, question.wrt) if isinstance(question, BackpropOf) else (question.of, (question.wrt,))
    if top and case.program.find(top) != of:
        raise Wrong("of", f"the question is about {top}")
    asked = [name for name in names if name]
    if asked and len(by) != len(asked):
        raise Wrong("result", "a derivative is missing")
    for name in asked:
        if not any(name == var.name or case.program.find(name) == var for var in by):
            raise Wrong("result", f"the derivative by {name} is missing")


def delta_proof(case: ProgramCase, step: program_steps.DeltaProof) -> None:
    """∂L/∂z = p − y for p = softmax(z)."""
    case.told("size", step.size, step.logits.shape[0])
    case.told("sums_to_one", step.sums_to_one, "sums to 1" in step.target.facts)
    case.equal("probabilities", Operation("softmax", (step.logits,)), lambda p: p.values.of(step.probabilities))
    if step.target not in case.program.variables:
        raise Wrong("target", f"{step.target} is not given")
    if step.sums_to_one:
        case.equal("target", step.result, lambda p: p.values.of(step.probabilities) - p.values.of(step.target))
    case.equal("result", step.result, case.adjoint(step.logits))


# -- differentials ------------------------------------------------------------------------------------


def differential_line(case: ProgramCase, step: program_steps.DifferentialLine) -> None:
    """d(of) by one rule."""
    for name in ("applied", "result"):
        case.equal(name, getattr(step, name), lambda p: case.change(p, step.of))


def differential_kind(case: ProgramCase, step: program_steps.DifferentialKind) -> None:
    """What df says: J dx, ⟨G, dX⟩, or D dt for a number t."""
    _asked(case, step.of, [step.by])
    case.equal("change", step.change, lambda p: case.change(p, step.of))
    if step.result is None:
        case.told("form", step.form, "map")
        return

    def applied(probe: Probe) -> Array:
        found, dx = probe.values.of(step.result), probe.values.known[Differential(step.by)]  # type: ignore[arg-type]
        if step.form == "jacobian":
            return found.dot(dx)
        if step.form == "derivative":
            return found * dx[0, 0]
        return BALLS.array([[(found * dx).sum()]])

    if step.form not in ("jacobian", "gradient", "derivative"):
        raise Wrong("form", f"{step.form} has no derivative")
    case.equal("result", step.change, applied)
    _cookbook(case, step)


def _cookbook(case: ProgramCase, step: program_steps.DifferentialKind) -> None:
    """G + Gᵀ − diag G for the symmetric gradient G as other books have it: 2 G off the diagonal, G on it."""
    if step.cookbook is None or step.result is None:
        return

    def doubled(probe: Probe) -> Array:
        g = probe.values.of(step.result)  # type: ignore[arg-type]
        found = g + g.T
        for i in range(g.shape[0]):
            found[i, i] = g[i, i]
        return found

    case.equal("cookbook", step.cookbook, doubled)


def hessian_term(case: ProgramCase, step: program_steps.HessianTerm) -> None:
    """∇f, its change H dx, and H, or d²f of a matrix."""
    case.told("by", step.by, case.by)

    def gradient(probe: Probe) -> Array:
        rows, columns = probe.values.known[step.by].shape
        quotients = BALLS.array([[probe.quotient(step.of, step.by, [(i, j)])[0, 0] for j in range(columns)]
                                 for i in range(rows)])  # fmt: skip
        return _symmetric_part(quotients, step.by)

    def change(probe: Probe) -> Array:
        return case.change(probe, step.gradient)

    case.equal("gradient", step.gradient, gradient)
    case.equal("change", step.change, change)
    dx = Differential(step.by)
    if step.by.shape[1] == 1:
        case.equal("result", step.change, lambda p: p.values.of(step.result).dot(p.values.known[dx]))
    else:
        case.equal("result", step.result, lambda p: BALLS.array([[(change(p) * p.values.known[dx]).sum()]]))
