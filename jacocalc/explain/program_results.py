"""What is said of differentials, second derivatives and numbers of programs."""

from __future__ import annotations

from jacocalc import program_steps, terms
from jacocalc.document import (
    Block,
    Equation,
    Gradient,
    Line,
    Name,
    Operated,
    PartialOf,
    Prose,
    Section,
    Text,
    Times,
    Transpose,
    Written,
    joined,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.program_names import loss_of, matrix_shape, said_shape
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import decimals
from jacocalc.options import Detail
from jacocalc.terms import ONE, Term, Var
from jacocalc.terms import Times as Product

# -- differentials ------------------------------------------------------------------------------------


def explain_differential_line(step: program_steps.DifferentialLine, page: Page) -> list[Section]:
    """d(A B) = dA B + A dB"""
    first = next(one for one in page.derivation.steps if isinstance(one, program_steps.DifferentialLine))
    heading: Text = ("The differential, rule by rule",) if step is first else ()
    small = terms.Differential(step.of)
    sides = once((small, *([step.applied] if isinstance(step.of, Var) else []), step.result))
    return [Section(heading, (Line(sides, (step.rule,), 0 if isinstance(step.of, Var) else 1),))]


def explain_kind(step: program_steps.DifferentialKind, page: Page) -> list[Section]:
    """df = J dx, df = ⟨G, dX⟩, or a linear map"""
    small, change = terms.Differential(step.of), terms.Differential(step.by)
    if step.form == "map":
        blocks: list[Block] = [
            Equation((small, step.change)),
            Prose(("This is a linear map of ", change, ": ", *said_shape(step.by.shape), " to ",
                   *said_shape(step.of.shape), ". As an array its axes are those of the output, then of the input.")),
        ]  # fmt: skip
        return [Section(("A linear map",), tuple(blocks), Detail.BRIEF, key=True)]
    assert step.result is not None
    if step.form == "jacobian":
        heading, name = "The Jacobian", PartialOf(step.of, step.by)
        form: Term = Product((step.result, change)) if not isinstance(step.result, terms.Eye) else change
        said: Text = (*matrix_shape(step.result.shape), ": row i is component i, column j is entry j of the input")
        chain: tuple[Written, ...] = once((small, step.change, form))
    else:
        heading = "The derivative" if step.form == "derivative" else "The gradient"
        name, said = PartialOf(step.of, step.by), said_shape(step.result.shape)
        inner = terms.Operation("inner", (step.result, change)) if step.by.shape[1] != 1 else Product(
            (terms.Transposed(step.result), change)
        )  # fmt: skip
        chain = once((small, step.change, inner if not step.by.is_scalar else Product((step.result, change))))
    blocks = [Equation(chain), Equation((name, step.result), (), said)]
    if step.cookbook is not None:
        blocks.append(Prose((
            step.by, " is symmetric: this is the gradient of the inner product on symmetric matrices, (G + Gᵀ)/2. "
            "Books that count each entry off the diagonal once have ", step.cookbook, ".",
        )))  # fmt: skip
    return [Section((heading,), tuple(blocks), Detail.BRIEF, key=True)]


def explain_kronecker(step: program_steps.KroneckerForm, page: Page) -> list[Section]:
    """vec df = (Bᵀ ⊗ A) vec dX"""
    vec_f = terms.Operation("vec", (terms.Differential(step.of),))
    vec_x = terms.Operation("vec", (terms.Differential(step.by),))
    parts = tuple(map(_kronecker_part, step.result))
    matrix: Term = terms.Plus(parts) if len(parts) > 1 else parts[0]
    remarks = ["vec stacks columns, ⊗ is the Kronecker product"]
    if any(part.transposed for part in step.result):
        remarks.append("K is the commutation matrix: vec of the transpose is K vec")
    return [
        Section(("As one matrix",), (Equation((vec_f, Product((matrix, vec_x)))), Prose(("; ".join(remarks) + ".",))))
    ]


def _kronecker_part(part: program_steps.KroneckerPart) -> Term:
    factors: list[Term] = [terms.Operation("kron", (_turned(part.right), part.left))]
    if part.weight is not None:
        factors.insert(0, terms.Operation("diag", (terms.Operation("vec", (part.weight,)),)))
    if part.transposed:
        factors.append(Var("K", factors[-1].shape))
    body: Term = Product(tuple(factors)) if len(factors) > 1 else factors[0]
    if part.coefficient == ONE:
        return body
    if isinstance(part.coefficient, terms.Opposite):
        inner = part.coefficient.body
        return terms.Opposite(body if inner == ONE else terms.Scaled(inner, body))
    return terms.Scaled(part.coefficient, body)


def _turned(term: Term) -> Term:
    if isinstance(term, terms.Eye | terms.Scalar) or (isinstance(term, Var) and "symmetric" in term.facts):
        return term
    return term.body if isinstance(term, terms.Transposed) else terms.Transposed(term)


def explain_hessian_term(step: program_steps.HessianTerm, page: Page) -> list[Section]:
    """d(∇f) = H dx, or d²f of a matrix"""
    small, nabla = terms.Differential(step.by), Gradient(step.of)
    if step.by.shape[1] != 1:
        lines = Equation((nabla, step.gradient)), Equation((Operated("d", nabla), step.change))
        said = Prose(("The Hessian is the linear map from ", small, " to ", Operated("d", nabla),
                      "; the second differential of ", step.of, " is ", step.result, "."))  # fmt: skip
        return [Section(("The Hessian",), (*lines, said), Detail.BRIEF, key=True)]
    blocks: tuple[Block, ...] = (
        Equation((nabla, step.gradient)),
        Equation(once((Operated("d", nabla), step.change, Product((step.result, small))))),
        Equation((Name("H"), step.result), (), (*matrix_shape(step.result.shape), ", the matrix of second partials")),
    )
    return [Section(("The Hessian",), blocks, Detail.BRIEF, key=True)]


def explain_hessian_vector(step: program_steps.HessianVector, page: Page) -> list[Section]:
    """d(∂L/∂θ) along dθ: both passes differentiated"""
    small = joined((terms.Differential(var),) for var in step.by)
    blocks: list[Block] = [Prose(("Along a direction ", *small, " every variable and every adjoint changes; the "
                                  "changes of the gradients are the Hessian times the direction."))]  # fmt: skip
    blocks += [Line((line.of, line.result), ("forward",)) for line in step.forward]
    blocks += [Line((line.of, line.result), ("backward",)) for line in step.backward]
    return [Section(("Hessian-vector product",), tuple(blocks), Detail.BRIEF)]


def explain_gauss_newton(step: program_steps.GaussNewton, page: Page) -> list[Section]:
    """Jᵀ H_ℓ J"""
    blocks: tuple[Block, ...] = (
        Equation((Name("J"), PartialOf(step.output, step.by), step.jacobian), (), matrix_shape(step.jacobian.shape)),
        Equation((Name("H"), step.outer), (), ("second derivatives of the loss by ", step.output)),
        Equation(
            (Times((Transpose(Name("J")), Name("H"), Name("J"))), step.result), (), matrix_shape(step.result.shape)
        ),
    )
    return [Section(("Gauss-Newton matrix for ", step.by), blocks, Detail.BRIEF)]


# -- numbers ------------------------------------------------------------------------------------------


def explain_numbers(step: program_steps.ProgramNumbers, page: Page) -> list[Section]:
    """Every array of both passes"""
    sizes = ", ".join(f"{name} = {number}" for name, number in step.sizes)
    words = f"Numbers: {step.source}." + (f" Sizes: {sizes}." if sizes else "")
    return [
        Section(("Forward pass in numbers",), (Prose((words,)), *map(_array, step.forward)), Detail.BRIEF),
        Section(("Backward pass in numbers",), tuple(map(_array, step.result)), Detail.BRIEF),
    ]


def _array(value: program_steps.ArrayValue) -> Block:
    return Equation((value.variable, decimals(value.result)))


def explain_descent(step: program_steps.DescentStep, page: Page) -> list[Section]:
    """θ − η ∂L/∂θ, the loss before and after"""
    loss = loss_of(page)
    blocks: list[Block] = [*map(_array, step.result)]
    blocks.append(Prose((loss, f" before: {step.before}, after: {step.after}.")))
    heading = f"One step of gradient descent, rate {step.rate}"
    return [Section((heading,), tuple(blocks), Detail.BRIEF)]


RESULTS: Wordings = {
    program_steps.DifferentialLine: explain_differential_line,
    program_steps.DifferentialKind: explain_kind,
    program_steps.KroneckerForm: explain_kronecker,
    program_steps.HessianTerm: explain_hessian_term,
    program_steps.HessianVector: explain_hessian_vector,
    program_steps.GaussNewton: explain_gauss_newton,
    program_steps.ProgramNumbers: explain_numbers,
    program_steps.DescentStep: explain_descent,
}
