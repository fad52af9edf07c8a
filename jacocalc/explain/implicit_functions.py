"""What is said of functions that are given by equations."""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc import steps
from jacocalc.document import (
    At,
    Block,
    Equation,
    Grid,
    Inverse,
    JacobianRatio,
    Name,
    Opposite,
    PartialOf,
    Plus,
    Prose,
    SecondPartialOf,
    Section,
    Text,
    Times,
    Written,
    joined,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import (
    arguments,
    column_or_scalar,
    function_name,
    grid,
    grid_or_number,
    implicit_jacobian,
    together_named,
)
from jacocalc.functions import VectorFunction
from jacocalc.notation import ZERO, Symbol
from jacocalc.options import Detail

_FEW = 3  # variables


def explain_on_curve(step: steps.OnCurve, page: Page) -> list[Section]:
    """F(3, 4) = 3² + 4² − 25 = 0"""
    stage = page.stage(0)
    head = At(function_name(stage), step.arguments)
    sides = once((head, column_or_scalar(step.inserted, stage), column_or_scalar(step.result, stage)))
    remark: Text = (
        "the point makes the equations true" if len(stage.labels) > 1 else "the point makes the equation true",
    )
    place = {2: "The point lies on the curve", 3: "The point lies on the surface"} if stage.scalar else {}
    return [Section((place.get(len(stage.inputs), "The point is a solution"),),
                    (Equation(sides, (), remark),), Detail.BRIEF)]  # fmt: skip


def _block(stage: VectorFunction, names: tuple[str, ...]) -> Written:
    """∂F/∂y, ∂(F₁, F₂)/∂(y, z)"""
    if stage.scalar and len(names) == 1:
        return PartialOf(function_name(stage), Symbol(names[0]))
    return JacobianRatio(stage.labels, names, partial=True)


def explain_blocks(step: steps.Blocks, page: Page) -> list[Section]:
    """∂F/∂x and ∂F/∂y: which columns of J_F belong to which variables"""
    stage = page.stage(0)
    y, x = together_named(step.dependent), together_named(step.independent)
    slope = implicit_jacobian(step.independent, step.dependent)
    by_x, by_y = _block(stage, step.independent), _block(stage, step.dependent)
    verb = "depends" if len(step.dependent) == 1 else "depend"
    equations = joined(((Symbol(label), " = 0") for label in stage.labels), " and ")
    words: Text = (y, f" {verb} on ", x, " through ", *equations, ". Differentiated by ", x, " this gives ",
                   Plus((by_x, Times((by_y, slope)))), " = 0, so")  # fmt: skip
    rule = Equation((slope, Opposite(Times((Inverse(by_y), by_x)))))
    pairs = ((by_x, grid_or_number(step.by_independent)), (by_y, grid_or_number(step.by_dependent)))
    shown = tuple(Equation(pair) for pair in pairs if once(pair) == pair)
    said = Section(("The rule",), (Prose(words), rule), Detail.BRIEF)
    return [said, Section(("The two blocks of the Jacobian",), shown, Detail.BRIEF)] if shown else [said]


def explain_block_determinant(step: steps.BlockDeterminant, page: Page) -> list[Section]:
    """det ∂F/∂y ≠ 0"""
    block = _block(page.stage(0), step.dependent)
    head = block if len(step.dependent) == 1 else At(Name("det"), (block,))
    words: Text = ("different from 0, so the theorem applies",) if step.at else ("must be different from 0",)
    heading = "Is the equation solvable?" if len(step.dependent) == 1 else "Are the equations solvable?"
    return [Section((heading,), (Equation(once((head, step.written, step.result)), (), words),), Detail.BRIEF)]


def explain_block_inverse(step: steps.BlockInverse, page: Page) -> list[Section]:
    """[∂F/∂y]⁻¹ = adj/det"""
    head = Inverse(_block(page.stage(0), step.dependent))
    scaled = Times((1 / step.determinant, grid(step.adjugate)))
    return [Section(("The inverse",), (Equation(once((head, scaled, grid(step.result)))),), Detail.BRIEF)]


def explain_implicit_jacobian(step: steps.ImplicitJacobian, page: Page) -> list[Section]:
    """J_y = −[∂F/∂y]⁻¹ ∂F/∂x = …"""
    head = implicit_jacobian(step.independent, step.dependent)
    stage = page.stage(0)
    if step.inverse.shape == (1, 1) and step.by_independent.shape == (1, 1):
        named = Opposite(Times((Inverse(_block(stage, step.dependent)), _block(stage, step.independent))))
        product: Written = Opposite(Times((step.inverse.rows[0][0], step.by_independent.rows[0][0])))
        sides = once((head, named, product, step.result.rows[0][0]))
    else:
        product = Opposite(Times((grid_or_number(step.inverse), grid(step.by_independent))))
        sides = once((head, product, grid(step.result)))
    return [Section(("The derivative",), (Equation(sides),), Detail.BRIEF, key=True)]


def explain_implicit_second(step: steps.ImplicitSecond, page: Page) -> list[Section]:
    """d²y/dx² = −(F_xx + 2 F_xy y′ + F_yy y′²)/F_y"""
    y, names = Symbol(step.dependent), tuple(map(Symbol, step.independent))
    total = len(names) == 1
    stage = page.stage(0)
    all_names = (*names, y)
    label = function_name(stage)
    second = Grid(tuple(tuple(SecondPartialOf(label, a, b) for b in all_names) for a in all_names))
    blocks: list[Block] = [Equation((second, grid(step.second)))]
    for j, a in enumerate(names):
        for k, b in enumerate(names[j:], j):
            head = SecondPartialOf(y, a, b, total)
            blocks.append(Equation(once((head, step.written.rows[j][k], step.result.rows[j][k]))))
    rule: Text = ("Differentiating once more, with ", PartialOf(y, names[0], total), " in the place of the derivative:")
    return [Section(("The second derivative",), (Prose(rule), *blocks), _detail(names))]


def explain_second_on_curve(step: steps.SecondOnCurve, page: Page) -> list[Section]:
    """Where F(x, y) = 0, this is shorter: d²y/dx² = …"""
    y, names = Symbol(step.dependent), tuple(map(Symbol, step.independent))
    stage = page.stage(0)
    rule: Text = ("Where ", At(function_name(stage), arguments(stage)), " = 0, this is shorter:")
    blocks = [
        Equation((SecondPartialOf(y, a, b, len(names) == 1), step.result.rows[j][k]))
        for j, a in enumerate(names) for k, b in enumerate(names) if j <= k and step.multiples.rows[j][k] != ZERO
    ]  # fmt: skip
    return [Section((), (Prose(rule), *blocks), _detail(names))]


def _detail(names: Sequence[Symbol]) -> Detail:
    """Second derivatives by many variables are too many for a page that nobody asked for in full."""
    return Detail.NORMAL if len(names) <= _FEW else Detail.FULL


IMPLICIT: Wordings = {
    steps.OnCurve: explain_on_curve,
    steps.Blocks: explain_blocks,
    steps.BlockDeterminant: explain_block_determinant,
    steps.BlockInverse: explain_block_inverse,
    steps.ImplicitJacobian: explain_implicit_jacobian,
    steps.ImplicitSecond: explain_implicit_second,
    steps.SecondOnCurve: explain_second_on_curve,
}
