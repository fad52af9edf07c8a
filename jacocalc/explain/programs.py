"""What is said of programs: the forward pass, the backward pass, Jacobians, costs and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Any

from jacocalc import program_steps
from jacocalc.document import (
    At,
    Block,
    Bracketed,
    Dots,
    Equation,
    Line,
    Name,
    PartialOf,
    Prose,
    Section,
    Subscripted,
    SumOver,
    Table,
    Text,
    Times,
    Written,
    joined,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.program_names import loss_of, matrix_shape, said_shape
from jacocalc.explain.program_results import RESULTS
from jacocalc.explain.sides import once
from jacocalc.notation import Minus, Negative, Quotient, Sum, Symbol
from jacocalc.options import Detail
from jacocalc.questions import BackpropOf
from jacocalc.terms import (
    ONE,
    SUMS,
    Adjoint,
    Elementwise,
    Extent,
    Index,
    Ones,
    Operation,
    Plus,
    Term,
    Transposed,
    Var,
    said_facts,
    shifted,
    subterms,
    tree_size,
    variables_of,
)
from jacocalc.terms import Times as Product

_FACTS = {"sums to 1": "entries sum to 1"}  # others are words


# -- both passes --------------------------------------------------------------------------------------


def explain_forward(step: program_steps.ForwardProgram, page: Page) -> list[Section]:
    """The variables with their shapes, and the statements in order."""
    blocks: list[Block] = [declared_table(step.declared)]
    blocks += [Prose((f"Note: {note}.",)) for note in page.derivation.notes]
    blocks.append(Prose(("A vector is a column; a gradient has the shape of its variable.",)))
    if any(isinstance(part, Ones) for term in _shown_terms(page) for part in subterms(term)):
        blocks.append(Prose((Ones(("n", 1)), " is the column of n ones, ", Ones(("m", "n")), " the matrix of ones.")))
    operations = [part for term in _shown_terms(page) for part in subterms(term) if isinstance(part, Operation)]
    if any(one.name in ("norm", "norm2") and 1 not in one.arguments[0].shape for one in operations):
        blocks.append(Prose(("The norm of a matrix is Frobenius's, the root of the sum of its squared entries.",)))
    if any(one.name == "var" for one in operations):
        blocks.append(Prose(("var is the mean of the squared deviations, with 1/n and not 1/(n - 1).",)))
    sections = [Section(("Given",), tuple(blocks))]
    lines: list[Block] = []
    for block in step.blocks:
        lines += forward_block(block)
    return [*sections, Section(("Forward pass",), tuple(lines))]


def declared_table(declared: Iterable[Var]) -> Table:
    """The declared variables with their shapes, neighbours of one shape in one row."""
    rows: list[tuple[Text, ...]] = []
    for (shape, facts), group in groupby(declared, lambda var: (var.shape, var.facts)):
        names = joined((var,) for var in group)
        words = ", ".join(_FACTS.get(fact, fact) for fact in said_facts(facts))
        rows.append((names, (*said_shape(shape), f", {words}" if words else "")))
    return Table((("variable",), ("shape",)), tuple(rows))


def _shown_terms(page: Page) -> Iterator[Term]:
    """The formulas of both passes."""
    for step in page.derivation.steps:
        match step:
            case program_steps.ForwardProgram(_, blocks):
                yield from (line.term for block in blocks for line in block.lines)
            case program_steps.AdjointOf():
                yield step.applied
            case program_steps.LoopAdjoints(_, _, _, lines):
                yield from (line.result for line in lines)
            case program_steps.DifferentialLine() | program_steps.DifferentialKind():
                yield step.result if step.result is not None else ONE


def forward_block(block: program_steps.ProgramBlock) -> list[Block]:
    """z = W x + b, with its shape; those of a loop below its head."""
    lines: list[Block] = []
    if block.letter:
        lines.append(Prose(("for ", Extent(block.letter), f" = {block.first}, …, ", Extent(str(block.last)), ":")))
    depth = 1 if block.letter else 0
    for line in block.lines:
        remark = said_shape(line.variable.shape)
        if line.implicit:
            remark = (*remark, ", the solution of this equation")
        lines.append(Line((line.variable, line.term), remark, depth))
    return lines


def explain_adjoint(step: program_steps.AdjointOf, page: Page) -> list[Section]:
    """One line of the backward pass; the first one carries the heading."""
    adjoint = Adjoint(loss_of(page).key, step.variable)
    sides = once((adjoint, step.applied, *([] if step.general is None else [step.general]), step.result))
    remark: list[str | Written] = [*said_shape(step.variable.shape), "; ", *_reasons(step.uses)]
    if step.general is not None:
        facts = (fact for var in variables_of(step.result) for fact in var.facts if fact in SUMS.values())
        fact = next(facts, "sums to 1")
        remark.append(f", then the {_FACTS.get(fact, fact)}")
    line = Line(sides, tuple(remark))
    return [_joined(step, page, (line,))]


def _joined(step: Any, page: Page, blocks: tuple[Block, ...]) -> Section:
    """Neighbouring lines of the backward pass stand under one heading."""
    steps = page.derivation.steps
    kinds = (program_steps.AdjointOf, program_steps.LoopAdjoints, program_steps.ImplicitAdjoint)
    first = next(one for one in steps if isinstance(one, kinds))
    return Section(("Backward pass",) if step is first else (), blocks)


def _reasons(uses: Iterable[program_steps.Use]) -> Text:
    """product rule in ŷ = U h + c"""
    listed = list({(use.rules, use.statement): use for use in uses}.values())
    if not listed:
        return ("the loss does not depend on it",)
    if len(listed) > 3:
        return (f"sum over {len(listed)} uses; ", _rules(listed[0].rules))
    return joined(((_rules(use.rules), " in ", use.statement) for use in listed), "; ")


def _rules(rules: tuple[str, ...]) -> str:
    plain = ("sum", "scalar multiple")
    kept = [rule for rule in dict.fromkeys(rules) if rule not in plain] or list(rules[-1:])
    return ", ".join(kept) if kept else "the same variable"


def explain_loop(step: program_steps.LoopAdjoints, page: Page) -> list[Section]:
    """for t = T, …, 1: the recursion; where it begins stands before it, or at its place where it needs the last step"""
    loss = loss_of(page).key
    last = {line.variable: Adjoint(loss, shifted(line.variable, step.letter, step.last)) for line in step.result}
    early: list[Block] = []
    inside: list[Block] = []
    unknown = set(last.values())
    for line in step.result:
        if line.at_last is not None:
            begins = not unknown & set(subterms(line.at_last))
            shape, reasons = said_shape(last[line.variable].shape), _reasons((*line.uses, *line.last))
            remark = (*shape, "; at the last step: ", *reasons)
            start = Line((last[line.variable], line.at_last), remark, 0 if begins else 1)
            (early if begins else inside).append(start)
            unknown -= {last[line.variable]} if begins else set()
        inside.append(_recursion(line, step, loss))
    head = Prose(("for ", Extent(step.letter), " = ", Extent(str(step.last)), f", …, {step.first}:"))
    return [_joined(step, page, (*early, head, *inside))]


def _recursion(line: program_steps.LoopAdjoint, step: program_steps.LoopAdjoints, loss: str) -> Line:
    """∂L/∂v_t at every step, or at every step but the last"""
    remark: list[str | Written] = [*said_shape(line.variable.shape), "; ", *_reasons((*line.uses, *line.ahead))]
    if line.ahead or line.at_last is not None:
        remark = ["only for ", Extent(step.letter), " < ", Extent(str(step.last)), "; ", *remark]
    return Line((Adjoint(loss, line.variable), line.result), tuple(remark), 1)


def explain_implicit_adjoint(step: program_steps.ImplicitAdjoint, page: Page) -> list[Section]:
    """(I − ∂φ/∂h)ᵀ w = ∂L/∂h"""
    loss = loss_of(page).key
    name = Name("phi", vector=True)
    blocks: tuple[Block, ...] = (
        Prose((step.variable, " solves an equation ", step.variable, " = ", name, ": by the implicit function theorem "
               "its adjoint passes through the equation as ", step.name, ".")),
        Line((PartialOf(name, step.variable), step.jacobian), matrix_shape(step.jacobian.shape)),
        Line((step.name, step.result), ("solves (I − ", PartialOf(name, step.variable), ")ᵀ ", step.name, " = ",
                                        Adjoint(loss, step.variable))),
    )  # fmt: skip
    return [_joined(step, page, blocks)]


def explain_stage(step: program_steps.StageJacobian, page: Page) -> list[Section]:
    """∂h_t/∂h_{t−1}, and the product over the steps"""
    steps = (step.last, Index(step.last.letter, step.last.offset - 1), Index(step.letter, 1))
    last, before, after = (shifted(step.of, step.letter, one) for one in steps)
    blocks: tuple[Block, ...] = (
        Equation((PartialOf(step.of, step.by), step.result), (), matrix_shape(step.result.shape)),
        Equation((
            PartialOf(last, step.of),
            Times((PartialOf(last, before), Dots(), PartialOf(after, step.of))),
        )),
        Prose((f"This is the product of these Jacobians over the steps after {step.letter}, the last one on the left. "
               "Its size decides whether gradients vanish or explode.",)),
    )  # fmt: skip
    return [Section(("From step to step",), blocks)]


# -- the Jacobian perspective -------------------------------------------------------------------------


def explain_local(step: program_steps.LocalDerivative, page: Page) -> list[Section]:
    """∂out/∂in as a matrix; as a tensor, what its product with the adjoint collapses to"""
    known = [one for one in page.derivation.steps if isinstance(one, program_steps.LocalDerivative)]
    uses = [one for one in known if (one.of, one.by) == (step.of, step.by)]
    if step is not uses[0]:  # a variable used again in one statement
        return []
    heading: Text = ("The Jacobian perspective",) if step is known[0] else ()
    adjoint = Adjoint(loss_of(page).key, step.of)
    ratio = PartialOf(step.of, step.by)
    if step.result is not None:
        line: Block = Line((ratio, step.result), (*matrix_shape(step.result.shape), ", a matrix"))
        return [Section(heading, (line,), Detail.FULL)]
    order = sum(size != 1 for size in (*step.of.shape, *step.by.shape))
    words = {2: "a matrix", 3: "a third-order tensor", 4: "a fourth-order tensor"}.get(order, "an array")
    text: list[str | Written] = [
        ratio, f" is {words} (", *said_shape(step.of.shape), " × ", *said_shape(step.by.shape), "); its product with ",
        adjoint, " is ",
    ]  # fmt: skip
    product = Plus(tuple(one.product for one in uses)) if len(uses) > 1 else step.product
    text.append(product)
    match product:
        case Product((Adjoint(_, of), Transposed(Var() as vector))) if of == step.of and step.of.shape[1] == 1:
            taken = {part.index.letter for part in (step.of, step.by, vector) if part.index is not None}
            i, j, k = [letter for letter in "ijlkmn" if letter not in taken][:3]
            x, delta = _entry(vector, k), Symbol(f"delta_{i}{j}")
            entry = [delta * x] if isinstance(x, Symbol) else [delta, " ", x]
            sent = PartialOf(Symbol(loss_of(page).name), _entry(step.of, j))
            text += [": ", PartialOf(_entry(step.of, i), _entry(step.by, j + k)), " = ", *entry,
                     f", so the sum over {i} leaves ", sent, " ", x]  # fmt: skip
    return [Section(heading, (Prose((*text, ".")),), Detail.FULL)]


def _entry(var: Var, place: str) -> Written:
    """z_i; of a variable with an index z^(l)_i and (z_t)_i"""
    if var.index is None:
        return Symbol(f"{var.name}_{place}")
    return Subscripted(var if var.layered else Bracketed(var), Symbol(place))


def explain_chain(step: program_steps.JacobianChain, page: Page) -> list[Section]:
    """J_L(x) = J_L(p) J_p(z) J_z(x)"""
    loss, by = step.quantities[0], step.quantities[-1]

    def jacobian(of: Var, at: Var) -> Written:
        return At(Subscripted(Name("J"), of), (at,))

    names = tuple(jacobian(of, at) for of, at in pairwise(step.quantities))
    shapes: list[str | Written] = []
    for factor in step.factors:
        shapes += ["(", *matrix_shape(factor.shape), ")"]
    blocks: tuple[Block, ...] = (
        Equation((jacobian(loss, by), Times(names)), (), tuple(shapes)),
        Equation(once((jacobian(loss, by), Times(step.factors), step.result)), (), ("a row",)),
        Prose(("Its transpose is the gradient ", Adjoint(loss.key, by), ".")),
    )
    return [Section(("The whole chain of Jacobians to ", by), blocks, Detail.FULL)]


def explain_delta_proof(step: program_steps.DeltaProof, page: Page) -> list[Section]:
    """Σ_i (−y_i/p_i) p_i (δ_ij − p_j) = p_j Σ_i y_i − y_j"""
    loss = Symbol(loss_of(page).name)
    p_i, p_j, y_i, y_j, z_j = (
        Symbol(f"{var.name}_{i}")
        for var, i in ((step.probabilities, "i"), (step.probabilities, "j"), (step.target, "i"), (step.target, "j"),
                       (step.logits, "j"))
    )  # fmt: skip
    i, delta = Symbol("i"), Symbol("delta_ij")
    total = SumOver(i, step.size, y_i)
    after: Written = Sum((p_j, Minus(y_j)))
    general: tuple[Written, ...] = (
        SumOver(i, step.size, Negative(y_i / p_i) * p_i * Sum((delta, Minus(p_j)))),
        SumOver(i, step.size, y_i * Sum((p_j, Minus(delta)))),
    )
    blocks: list[Block] = [
        Equation((PartialOf(p_i, z_j), p_i * Sum((delta, Minus(p_j)))), (), ("δ is 1 where i = j, else 0",)),
        Equation((PartialOf(loss, p_i), Negative(Quotient(y_i, p_i)))),
        Equation((PartialOf(loss, z_j), *general)),
        Prose(("The terms with p leave ", p_j, " times ", total, ", the term with δ leaves ", y_j, ".")),
    ]
    if step.sums_to_one:
        blocks.append(Equation((PartialOf(loss, z_j), after), (), ("since ", total, " = 1")))
    else:
        blocks.append(Prose(("Where ", total, " = 1 (one-hot or any probabilities) this is ", after, ".")))
    return [Section(("Softmax with cross-entropy, in components",), tuple(blocks))]


# -- costs and results --------------------------------------------------------------------------------


def explain_costs(step: program_steps.PassCosts, page: Page) -> list[Section]:
    """Operations of both passes, and what is kept"""
    rows = tuple(((line.variable,), (line.forward,), (line.backward,)) for line in step.lines)
    blocks: list[Block] = [Table((("statement",), ("forward",), ("backward",)), rows)]
    forward, backward = step.result
    ratio = f", {backward / forward:.1f} times as many" if forward else ""
    loops = any(line.variable.index is not None and line.variable.index.letter for line in step.lines)
    steps = " and 10 steps" if loops else ""
    again = ", and what has no name is computed again where it is used" if backward > 3 * forward else ""
    blocks.append(Prose((
        f"Multiplications and additions{', for one step of the loop' if loops else ''}. With all sizes 100{steps}: "
        f"{forward:,} forward and {backward:,} backward{ratio}; both grow in proportion, since each product of the "
        f"forward pass gives at most two of the same size in the backward pass{again}.",
    )))  # fmt: skip
    if step.stored:
        blocks.append(Prose(("Kept from the forward pass: ", *joined((var,) for var in step.stored), ".")))
    return [Section(("Cost",), tuple(blocks), Detail.FULL)]


_SHOWN = 30  # nodes of a formula without adjoints that still reads well


def explain_gradients(step: program_steps.Gradients, page: Page) -> list[Section]:
    """All gradients that were asked for"""
    if not isinstance(page.question, BackpropOf):
        return []
    blocks = tuple(
        Line(once((Adjoint(step.of.key, var), result, *([alone] if tree_size(alone) <= _SHOWN else []))),
             said_shape(var.shape))
        for var, result, alone in step.result
    )  # fmt: skip
    symmetric = [var for var, _, _ in step.result if "symmetric" in var.facts]
    remarks = tuple(
        Prose((var, " is symmetric: its gradient is that of the inner product on symmetric matrices, (G + Gᵀ)/2."))
        for var in symmetric
    )
    return [Section(("The gradients",), (*blocks, *remarks), Detail.BRIEF, key=True)]


_KINK = (
    "where the function has a kink or jumps; there PyTorch takes the slope on the left of ReLU and leaky ReLU, and 0 "
    "for the absolute value and the sign"
)
_CONDITIONS: dict[str, tuple[str, str]] = {
    "invertible": ("", " is invertible"),
    "positive determinant": ("det of ", " is positive"),
    "nonzero": ("", " is not 0"),
    "nonzero entries": ("no entry of ", " is 0"),
    "positive": ("the entries of ", " are positive"),
    "solvable": ("the equation of ", " has a solution, and I minus its Jacobian is invertible"),
    "kink": ("no entry of ", f" is 0, {_KINK}"),
    "kink of a number": ("", f" is not 0, {_KINK}"),
}


def explain_conditions(step: program_steps.Conditions, page: Page) -> list[Section]:
    """The formulas hold where …"""
    lines = []
    for term, kind in step.result:
        before, after = _CONDITIONS[kind]
        if kind == "positive" and term.is_scalar:
            before, after = "", " is positive"
        if kind == "kink" and term.is_scalar:
            before, after = _CONDITIONS["kink of a number"]
        lines.append(Prose((before, term, f"{after}.")))
        step_of = Elementwise("step", term)
        if any(step_of in subterms(shown) for shown in _shown_terms(page)):
            lines.append(Prose((step_of, " is 1 where ", term, " is positive and 0 where it is negative.")))
    return [Section(("The formulas hold where",), tuple(lines), Detail.BRIEF)]


PROGRAMS: Wordings = {
    program_steps.ForwardProgram: explain_forward,
    program_steps.AdjointOf: explain_adjoint,
    program_steps.LoopAdjoints: explain_loop,
    program_steps.ImplicitAdjoint: explain_implicit_adjoint,
    program_steps.StageJacobian: explain_stage,
    program_steps.LocalDerivative: explain_local,
    program_steps.JacobianChain: explain_chain,
    program_steps.DeltaProof: explain_delta_proof,
    program_steps.PassCosts: explain_costs,
    program_steps.Gradients: explain_gradients,
    program_steps.Conditions: explain_conditions,
    **RESULTS,
}
