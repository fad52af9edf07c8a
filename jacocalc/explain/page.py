"""Derivation → Document: the title, what is given, and behind it every step in its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from jacocalc import questions
from jacocalc.document import Arrow, At, Block, Document, Equation, Prose, Section, Shape, Space, Text, Written, joined
from jacocalc.explain.naming import Page, output_letter
from jacocalc.explain.symbols import (
    arguments,
    column_or_scalar,
    composed_jacobian,
    function_name,
    nested,
    together,
    together_named,
)
from jacocalc.explain.wordings import EXPLAIN
from jacocalc.functions import Point, VectorFunction
from jacocalc.notation import Matrix, Symbol
from jacocalc.options import Detail
from jacocalc.program_steps import Gradients
from jacocalc.steps import Derivation, Step

# -- what is given ------------------------------------------------------------------------------------


def given(page: Page) -> list[Block]:
    """f(x, y) = …, or f: ℝⁿ → ℝᵐ."""
    blocks: list[Block] = []
    for stage in dict.fromkeys(page.chain.stages):
        blocks += given_stage(stage)
    blocks += [Prose((f"Note: {note}.",)) for note in page.derivation.notes]
    return blocks


def given_stage(stage: VectorFunction) -> list[Block]:
    """One function, or the equations of one stage."""
    arrow: Text = (function_name(stage), ": ", Arrow((Space(stage.n), Space(stage.m))))
    if stage.components is None and stage.outputs:
        sides = (Symbol(stage.outputs[0]), At(function_name(stage), arguments(stage)))
        return [Equation(sides, (), (*arrow, ", not specified"))]
    if stage.components is None:
        return [Prose((*arrow, ", not specified"))]
    if stage.outputs:
        pairs = zip(stage.outputs, stage.components, strict=True)
        return [Equation((Symbol(name), value)) for name, value in pairs]
    matrix = Matrix(tuple((component,) for component in stage.components))
    return [Equation((At(function_name(stage), arguments(stage)), column_or_scalar(matrix, stage)), (), arrow)]


# -- the page -----------------------------------------------------------------------------------------


def explain(derivation: Derivation, sources: tuple[str, ...] = ()) -> Document:
    """The page of a derivation: what is given, then every step in words and formulas."""
    page = Page(derivation)
    program = isinstance(page.question, questions.BackpropOf | questions.ProgramDifferential)
    sections = [] if program else [Section(("Given",), tuple(given(page)))]
    for step in derivation.steps:
        sections += explain_step(step, page)
    if isinstance(page.question, questions.GradientOf) and page.chain.symbolic:
        sections.append(_transposed(page))
    return Document(title(page), tuple(_joined(sections)), sources)


def _transposed(page: Page) -> Section:
    """∇(L∘f)(x) = J_fᵀ(x) · J_Lᵀ(f(x)), a column, where sizes are symbols."""
    words: Text = ("a column ", Shape(page.chain.stages[0].n, 1), ", the transpose of the Jacobian")
    return Section(("The gradient",), (Equation(page.rule(), (), words),), Detail.BRIEF, key=True)


def _joined(sections: list[Section]) -> list[Section]:
    """A section without a heading goes on with the one before."""
    made: list[Section] = []
    for section in sections:
        if made and not section.heading and section.detail == made[-1].detail:
            made[-1] = replace(made[-1], blocks=made[-1].blocks + section.blocks)
        else:
            made.append(section)
    return made


def explain_step(step: Step, page: Page) -> list[Section]:
    """The sections of one step."""
    return EXPLAIN[type(step)](step, page)


def _at_point(page: Page) -> Text:
    """at (x, y) = (1, 2), or at x = 1"""
    if page.at is None:
        return ()
    names = together(arguments(page.chain.stages[0]))
    return (" at ", names, " = ", together(page.at.coordinates), *parameters_at(page.at))


def parameters_at(at: Point) -> Text:
    """, a = 3 behind the coordinates of a point"""
    return tuple(part for name, value in at.parameters for part in (", ", Symbol(name), " = ", value))


Title: TypeAlias = Callable[[Any, Page], Text]  # of a question of one kind


def title(page: Page) -> Text:
    """What was asked, in one line."""
    return TITLES[type(page.question)](page.question, page)


def _compose_title(question: questions.Compose, page: Page) -> Text:
    letter = output_letter(page.chain)
    if page.stage(page.last).outputs:
        return ("The chain rule for ", together_named(page.stage(page.last).outputs), *_at_point(page))
    return ("The chain rule for ", letter, " = ", nested(page.chain.stages), *_at_point(page))


def _layers_title(question: questions.ComposeLayers, page: Page) -> Text:
    return ("The chain rule for ", Symbol(f"{question.name}_{question.last}"), " ∘ ⋯ ∘ ", Symbol(f"{question.name}_1"))


def _of(words: str, name: Callable[[Page], Written]) -> Title:
    return lambda _, page: (words, name(page), *_at_point(page))


def _whole(page: Page) -> Written:
    outputs = page.stage(page.last).outputs
    if page.last and outputs:
        return together_named(outputs)
    return nested(page.chain.stages) if page.last else function_name(page.stage(0))


def _product(page: Page) -> Written:
    return composed_jacobian(page.chain, 0, page.last, ())


def _implicit_title(question: questions.ImplicitFunction, page: Page) -> Text:
    stage = page.stage(0)
    y = together_named(question.solve_for)
    x = together_named([name for name in stage.inputs if name not in question.solve_for])
    equations = joined(((At(Symbol(label), arguments(stage)), " = 0") for label in stage.labels), " and ")
    return ("The derivative of ", y, " by ", x, " where ", *equations, *_at_point(page))


def _program_title(question: questions.BackpropOf | questions.ProgramDifferential, page: Page) -> Text:
    result = page.derivation.result
    assert isinstance(result, Gradients)
    name = f" ({question.program.name})" if question.program.name else ""
    if isinstance(question, questions.BackpropOf):
        return ("Backpropagation: the gradients of ", result.of, name)
    return ("The differential of ", result.of, " with respect to ", result.result[0][0], name)


TITLES: dict[type, Title] = {
    questions.Compose: _compose_title,
    questions.ComposeLayers: _layers_title,
    questions.GradientOf: _of("The gradient of ", lambda page: nested(page.chain.stages)),
    questions.JacobianOf: _of("The Jacobian of ", lambda page: function_name(page.stage(0))),
    questions.HessianOf: _of("The Hessian of ", _whole),
    questions.VectorJacobian: _of("The vector-Jacobian product with ", _product),
    questions.JacobianVector: _of("The Jacobian-vector product with ", _product),
    questions.DifferentialOf: _of("The differential of ", lambda page: function_name(page.stage(0))),
    questions.ImplicitFunction: _implicit_title,
    questions.VolumeOf: _of("Volumes under ", lambda page: function_name(page.stage(0))),
    questions.PointReport: _of("A report on ", lambda page: function_name(page.stage(0))),
    questions.GraphOf: _of("The computational graph of ", _whole),
    questions.BackpropOf: _program_title,
    questions.ProgramDifferential: _program_title,
}
