"""Derivation → Document: one function per kind of step, and the order in which they stand on the page."""

from __future__ import annotations

from jacocalc.document import (
    Arrow,
    At,
    Block,
    Document,
    Equation,
    Name,
    Prose,
    Section,
    Space,
    Text,
    Tuple,
    Written,
)
from jacocalc.explain.naming import Page
from jacocalc.explain.symbols import (
    arguments,
    column_or_scalar,
    function_name,
    nested,
)
from jacocalc.explain.wordings import EXPLAIN
from jacocalc.functions import VectorFunction
from jacocalc.notation import Matrix, Symbol
from jacocalc.questions import Compose, ComposeLayers, GradientOf, JacobianOf
from jacocalc.steps import (
    Derivation,
    Step,
)

# -- what is given ------------------------------------------------------------------------------------


def given(page: Page) -> list[Block]:
    """f(x, y) = …, or f: ℝⁿ → ℝᵐ."""
    blocks: list[Block] = []
    for stage in page.chain.stages:
        blocks += _given_stage(stage)
    blocks += [Prose((f"Note: {note}.",)) for note in page.derivation.notes]
    return blocks


def _given_stage(stage: VectorFunction) -> list[Block]:
    arrow: Text = (function_name(stage), ": ", Arrow((Space(stage.n), Space(stage.m))))
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
    sections = [Section(("Given",), tuple(given(page)))]
    for step in derivation.steps:
        sections += explain_step(step, page)
    return Document(title(page), tuple(sections), sources)


def explain_step(step: Step, page: Page) -> list[Section]:
    """The sections of one step."""
    return EXPLAIN[type(step)](step, page)


def _at_point(page: Page) -> Text:
    """at (x, y) = (1, 2), or at x = 1"""
    if page.at is None:
        return ()
    names = arguments(page.chain.stages[0])
    where: list[str | Written] = [" at ", Tuple(names), " = ", Tuple(page.at.coordinates)]
    if len(names) == 1:
        where = [" at ", names[0], " = ", page.at.coordinates[0]]
    for name, value in page.at.parameters:
        where += [", ", Symbol(name), " = ", value]
    return tuple(where)


def title(page: Page) -> Text:
    """What was asked, in one line."""
    at = _at_point(page)
    match page.question:
        case ComposeLayers(name, last):
            return ("The chain rule for ", Symbol(f"{name}_{last}"), " ∘ ⋯ ∘ ", Symbol(f"{name}_1"))
        case Compose():
            letter = Name("y", vector=not page.stage(page.last).scalar)
            if page.stage(page.last).outputs:
                outputs = tuple(map(Symbol, page.stage(page.last).outputs))
                return ("The chain rule for ", outputs[0] if len(outputs) == 1 else Tuple(outputs), *at)
            return ("The chain rule for ", letter, " = ", nested(page.chain), *at)
        case GradientOf():
            return ("The gradient of ", nested(page.chain), *at)
        case JacobianOf():
            return ("The Jacobian of ", function_name(page.stage(0)), *at)
    raise TypeError(f"no title for {type(page.question).__name__}")
