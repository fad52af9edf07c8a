"""Hints built from the question: two or three for each kind, the gentlest first.

One row of HINTS is one kind of question.  A hint says what to do next, never the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jacocalc.functions import VectorFunction, count
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr
from jacocalc.questions import (
    BackpropOf,
    Compose,
    ComposeLayers,
    DifferentialOf,
    GradientOf,
    GraphOf,
    HessianOf,
    ImplicitFunction,
    JacobianOf,
    JacobianVector,
    PointReport,
    ProgramDifferential,
    VectorJacobian,
    VolumeOf,
)
from jacocalc.steps import Derivation, StageValue
from jacocalc.terms import Var

Hints = tuple[str, ...]


def hints(derivation: Derivation) -> Hints:
    """The hints for a question, in the order in which they are given."""
    make = HINTS.get(type(derivation.question))
    if make is None:
        raise TypeError(f"no hints for {type(derivation.question).__name__}")
    return make(derivation)


# -- words that several kinds share -------------------------------------------------------------------


def _tuple(items: Sequence[Expr]) -> str:
    """(1, 2), or 3 alone"""
    words = ", ".join(map(paper, items))
    return f"({words})" if len(items) > 1 else words


def _names(names: Sequence[str]) -> str:
    words = ", ".join(map(paper_name, names))
    return f"({words})" if len(names) > 1 else words


def _jacobian(stage: VectorFunction) -> str:
    """J_f; ∂(x, y)/∂(s, t) for equations"""
    if not stage.outputs:
        return f"J_{paper_name(stage.name)}"
    return f"∂{_names(stage.outputs)}/∂{_names(stage.inputs)}"


def _partials(stage: VectorFunction) -> str:
    """Begin with the partial derivatives of f: there are 4, in 2 rows and 2 columns."""
    of = _names(stage.outputs) if stage.outputs else paper_name(stage.name)
    assert isinstance(stage.m, int)
    number = len(stage.inputs) * stage.m
    if number == 1:
        return f"Begin with the derivative of {of}: there is only one."
    shape = f", in {count(stage.m, 'row')} and {count(len(stage.inputs), 'column')}" if stage.m > 1 else ""
    return f"Begin with the partial derivatives of {of}: there are {number}{shape}."


def _held(stage: VectorFunction) -> str:
    """For ∂/∂x hold y fixed."""
    if len(stage.inputs) == 1:
        return f"Every component is differentiated by {paper_name(stage.inputs[0])}."
    first, *others = map(paper_name, stage.inputs)
    like = "it like a number" if len(others) == 1 else "them like numbers"
    return f"For ∂/∂{first} hold {' and '.join(others)} fixed: treat {like}."


def _insert_last(derivation: Derivation) -> Hints:
    at = derivation.question.at
    if at is None:
        return ()
    return (f"Differentiate first, and insert {_tuple(at.coordinates)} afterwards.",)


def _inner_values(derivation: Derivation) -> Hints:
    """f(1, 2) = (3, 4), so J_g is taken at (3, 4)."""
    stages = derivation.question.chain.stages
    found = [step for step in derivation.steps if isinstance(step, StageValue) and step.stage + 1 < len(stages)]
    if not found:
        return ()
    step = min(found, key=lambda one: one.stage)
    inner, outer = stages[step.stage], stages[step.stage + 1]
    value = _tuple(step.result.entries)
    named = f"{_names(inner.outputs)} = {value}" if inner.outputs else (
        f"{paper_name(inner.name)}{_bracketed(step.arguments)} = {value}"
    )  # fmt: skip
    return (f"{named}: {_jacobian(outer)} is taken there, not at {_tuple(step.arguments)}.",)


def _bracketed(items: Sequence[Expr]) -> str:
    return f"({', '.join(map(paper, items))})"


def _product(stages: Sequence[VectorFunction]) -> str:
    """J_g · J_f, the outermost first"""
    return " · ".join(_jacobian(stage) for stage in reversed(stages))


# -- one function for each kind -----------------------------------------------------------------------


def _compose(derivation: Derivation) -> Hints:
    stages = derivation.question.chain.stages
    if len(stages) == 1:
        return _jacobian_of(derivation)
    if not derivation.question.chain.specified:
        return (f"The Jacobian of the composition is a product of {len(stages)} Jacobians, the outermost first.",
                "Say at which point each of them is taken.")  # fmt: skip
    rule = f"By the chain rule the answer is the product {_product(stages)}: the outer Jacobian stands on the left."
    inner = _inner_values(derivation) or (
        f"Insert the components of {paper_name(stages[0].name)} into {_jacobian(stages[1])} before you multiply.",
    )
    return (rule, _partials(stages[0]), *inner)


def _jacobian_of(derivation: Derivation) -> Hints:
    stage = derivation.question.chain.stages[0]
    return (_partials(stage), _held(stage), *_insert_last(derivation))


def _gradient(derivation: Derivation) -> Hints:
    stages = derivation.question.chain.stages
    if len(stages) == 1:
        return (f"The gradient is the column of the {count(len(stages[0].inputs), 'partial derivative')}.",
                _held(stages[0]), *_insert_last(derivation))  # fmt: skip
    outer = paper_name(stages[-1].name)
    return (
        f"The gradient is {_jacobian(stages[0])}ᵀ times the gradient of {outer}: a column.",
        _partials(stages[0]),
        *_inner_values(derivation),
    )


def _hessian(derivation: Derivation) -> Hints:
    stages = derivation.question.chain.stages
    n = len(stages[0].inputs)
    symmetric = f"The Hessian is symmetric: {n * (n + 1) // 2} of its {n * n} entries are enough."
    return (_partials(stages[-1]), symmetric, *_insert_last(derivation))


def _vjp(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, VectorJacobian)
    stages = question.chain.stages
    outermost = _jacobian(stages[-1])
    if len(stages) == 1:
        first = f"The row {_bracketed(question.vector)} stands on the left of {outermost}; the answer is a row."
    else:
        first = f"Multiply from the left, row times matrix: first {_bracketed(question.vector)} · {outermost}."
    return (first, _partials(stages[0]), *_inner_values(derivation))


def _jvp(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, JacobianVector)
    stages = question.chain.stages
    innermost = _jacobian(stages[0])
    if question.unit:
        return ("The direction must have length 1: divide the vector by its length.", _partials(stages[0]),
                *_insert_last(derivation))  # fmt: skip
    first = f"Multiply from the right, matrix times column: first {innermost} times {_bracketed(question.vector)}."
    return (first, _partials(stages[0]), *_inner_values(derivation))


def _differential(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, DifferentialOf)
    stage = question.chain.stages[0]
    sum_of = " + ".join(f"∂{paper_name(stage.name)}/∂{paper_name(x)} · d{paper_name(x)}" for x in stage.inputs)
    whole = f"d{paper_name(stage.name)} = {sum_of}."
    if not stage.scalar:
        whole = f"The differential is {_jacobian(stage)} times the change."
    changes = ", ".join(f"d{paper_name(x)} = {paper(v)}" for x, v in zip(stage.inputs, question.vector, strict=False))
    return (whole, _partials(stage), *((f"The changes are {changes}.",) if changes else ()))


def _implicit(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, ImplicitFunction)
    stage = question.chain.stages[0]
    others = [name for name in stage.inputs if name not in question.solve_for]
    solved = _names(question.solve_for)
    function = f"{solved} {'is a function' if len(question.solve_for) == 1 else 'are functions'} of {_names(others)}"
    name = paper_name(stage.name)
    if len(question.solve_for) == 1:
        rule = f"Then ∂{name}/∂{{x}} + ∂{name}/∂{solved} · ∂{solved}/∂{{x}} = 0.".replace("{x}", paper_name(others[0]))
    else:
        rule = f"The answer is −A⁻¹B with A = ∂{name}/∂{solved} (square) and B = ∂{name}/∂{_names(others)}."
    return (f"Think of the equations as of identities in which {function}.", rule, *_insert_last(derivation))


def _volume(derivation: Derivation) -> Hints:
    stage = derivation.question.chain.stages[0]
    if stage.n == stage.m:
        return (_partials(stage), f"Then take the determinant of {_jacobian(stage)}.", *_insert_last(derivation))
    return (_partials(stage), f"The factor is √det({_jacobian(stage)}ᵀ {_jacobian(stage)}).", *_insert_last(derivation))


def _report(derivation: Derivation) -> Hints:
    return ("Ask in this order: defined, continuous, partial derivatives, differentiable.",
            "Come to the point along different lines, and along a parabola.")  # fmt: skip


def _graph(derivation: Derivation) -> Hints:
    return ("First the forward pass: the value of every node, from the inputs on.",
            "Then backwards: an adjoint is the sum over all arrows that leave the node.")  # fmt: skip


def _layers(derivation: Derivation) -> Hints:
    return ("Write h⁽¹⁾ = f₁(x), h⁽²⁾ = f₂(h⁽¹⁾), and so on.",
            "The Jacobian of the last layer stands on the left.")  # fmt: skip


def _backprop(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, BackpropOf)
    program = question.program
    last = program.output.name
    before = [one.variable.key for one in program.formulas][-2::-1]
    order = ", then ".join(f"∂{last}/∂{paper_name(name)}" for name in (*before[:2],))
    wanted = [var for var in program.declared if var.name in question.wrt]
    shapes = "; ".join(f"∂{last}/∂{paper_name(var.name)} is {_shape(var)}" for var in wanted[:2])
    return (
        f"Go backwards from the loss: first {order}." if order else "Begin with the differential of the loss.",
        f"A gradient has the shape of its variable{f': {shapes}' if shapes else ''}.",
        "Where z = W x, the gradient of x is Wᵀ times that of z, and the gradient of W is that of z times xᵀ.",
    )


def _shape(var: Var) -> str:
    rows, columns = var.shape
    return f"{rows}×{columns}"


def _program_differential(derivation: Derivation) -> Hints:
    question = derivation.question
    assert isinstance(question, ProgramDifferential)
    of, by = question.of or question.program.output.name, paper_name(question.wrt)
    output = question.program.find(of)
    scalar = output is not None and output.shape == (1, 1)
    form = f"⟨G, d{by}⟩: then G is the gradient" if scalar else f"K d{by}: then K is the Jacobian"
    return (f"Take the differential of both sides, with d of everything but {by} equal to 0.",
            "Use the product rule d(A B) = dA B + A dB; the order of the factors stays.",
            f"Bring it into the form d{paper_name(of)} = {form}.")  # fmt: skip


HINTS: dict[type, Callable[[Any], Hints]] = {
    Compose: _compose,
    ComposeLayers: _layers,
    JacobianOf: _jacobian_of,
    GradientOf: _gradient,
    HessianOf: _hessian,
    VectorJacobian: _vjp,
    JacobianVector: _jvp,
    DifferentialOf: _differential,
    ImplicitFunction: _implicit,
    VolumeOf: _volume,
    PointReport: _report,
    GraphOf: _graph,
    BackpropOf: _backprop,
    ProgramDifferential: _program_differential,
}
