"""What is said of the differential and of the linear approximation."""

from __future__ import annotations

from jacocalc.document import (
    At,
    Block,
    Decimal,
    Equation,
    Grid,
    Name,
    Norm,
    Operated,
    Opposite,
    PartialOf,
    Plus,
    Prose,
    Section,
    Table,
    Text,
    Times,
    Written,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import arguments, column_or_scalar, function_name, grid, jacobian_at, plus, together
from jacocalc.functions import VectorFunction
from jacocalc.notation import ZERO, Expr, Symbol
from jacocalc.options import Detail
from jacocalc.steps import ChangeGiven, Differential, Increment, LinearError


def differential_name(stage: VectorFunction) -> Written:
    """df"""
    return Operated("d", function_name(stage))


def explain_differential(step: Differential, page: Page) -> list[Section]:
    """df = J_f [dx; dy] = [∂f₁/∂x dx + ∂f₁/∂y dy; …]"""
    stage = page.stage(0)
    changes = tuple(map(Symbol, step.changes))
    at = step.at or arguments(stage)
    head = differential_name(stage)
    vector = Grid(tuple((dx,) for dx in changes))
    total = len(changes) == 1
    partials = [
        plus([Times((PartialOf(Symbol(label), Symbol(x), total), dx))
              for x, dx in zip(stage.inputs, changes, strict=True)])
        for label in stage.labels
    ]  # fmt: skip
    general: Written = partials[0] if stage.scalar else Grid(tuple((entry,) for entry in partials))
    rule = Equation((head, Times((jacobian_at(stage, at), vector)), general))
    written = step.written.rows[0][0] if stage.scalar else Grid(step.written.rows, (grid(step.jacobian), vector))
    product = () if stage.scalar and total else (Times((grid(step.jacobian), vector)),)
    sides = once((head, *product, written, column_or_scalar(step.result, stage)))
    words: Text = (
        "The Jacobian is the linear map that takes a small change of the inputs to the change of the outputs.",
    )
    return [
        Section(("The differential by components",), (Prose(words), rule), Detail.BRIEF),
        Section(("The differential",), (Equation(sides),), Detail.BRIEF, key=True),
    ]


def explain_increment(step: Increment, page: Page) -> list[Section]:
    """f(x + dx) − f(x) = df + terms of higher order"""
    stage = page.stage(0)
    starts = step.at or tuple(map(Symbol, stage.inputs))
    moved = tuple(start + Symbol(dx) for start, dx in zip(starts, step.changes, strict=True))
    difference = Operated("Delta", function_name(stage))
    values = Equation((difference, _difference(stage, moved, starts)))
    if step.rest is None:
        words: Text = ("The part that is linear in the changes is ", differential_name(stage),
                       "; what is left over is small against their size.")  # fmt: skip
        return [Section(("The change of the function",), (values, Prose(words)), Detail.NORMAL)]
    linear = column_or_scalar(step.linear, stage)
    if all(entry == ZERO for entry in step.rest.entries):
        words = ("There are no terms of higher order: the change is linear in the changes of the inputs, so ",
                 differential_name(stage), " is the whole change and the Jacobian is a constant matrix.")  # fmt: skip
        return [Section(("The change of the function",), (Equation((*values.sides, linear)), Prose(words)))]
    rest = column_or_scalar(step.rest, stage)
    words = ("The first part is linear in the changes: it is ", differential_name(stage),
             ". The rest is of higher order.")  # fmt: skip
    return [Section(("The change of the function, its linear part picked out",),
                    (Equation((*values.sides, Plus((linear, rest)))), Prose(words)))]  # fmt: skip


def _difference(stage: VectorFunction, moved: tuple[Expr, ...], starts: tuple[Expr, ...]) -> Written:
    name = function_name(stage)
    return Plus((At(name, moved), Opposite(At(name, starts))))


def explain_change(step: ChangeGiven, page: Page) -> list[Section]:
    """df for given numbers beside the true change"""
    stage = page.stage(0)
    d, delta = differential_name(stage), Operated("Delta", function_name(stage))
    given = Equation((_changes(page), Grid(tuple((entry,) for entry in step.change))))
    linear = Equation(once((d, column_or_scalar(step.written, stage), column_or_scalar(step.result, stage))))
    brief = [Section(("The differential for this change",), (given, linear), Detail.BRIEF, key=True)]
    if step.increment is None:
        words: Text = (At(function_name(stage), step.moved.entries),
                       " is not defined, so there is no true change to compare with.")  # fmt: skip
        return [*brief, Section(("The true change",), (Prose(words),), Detail.BRIEF)]
    true = Equation(once((
        delta, _difference(stage, step.moved.entries, step.at), column_or_scalar(step.increment, stage),
    )))  # fmt: skip
    rows: tuple[tuple[Text, ...], ...] = tuple(
        ((Symbol(label),), *((Decimal(text),) for text in texts))
        for label, texts in zip(stage.labels, step.decimals, strict=True)
    )
    table = Table((("component",), (d,), (delta,), (delta, " - ", d)), rows)
    return [*brief, Section(("The true change beside it",), (true, table), Detail.BRIEF)]


def _changes(page: Page) -> Written:
    found = next(s for s in page.derivation.steps if isinstance(s, Differential))
    return Grid(tuple((Symbol(dx),) for dx in found.changes))


def explain_error(step: LinearError, page: Page) -> list[Section]:
    """‖f(a + t v) − f(a) − t J v‖/t → 0"""
    stage = page.stage(0)
    v, t = Name("v", vector=True), Symbol("t")
    size: Written = Plus((Operated("Delta", function_name(stage)), Opposite(differential_name(stage))))
    rows: tuple[tuple[Text, ...], ...] = tuple(tuple((Decimal(text),) for text in row) for row in step.result)
    words: list[Block] = [
        Prose(("For the changes ", Times((t, v)), " with ", v, " = ", together(step.direction),
               " the error falls faster than ", t, ":")),
        Table(((t,), ("error ", Norm(size)), ("error divided by ", t)), rows),
    ]  # fmt: skip
    return [Section(("How good the linear approximation is",), tuple(words))]


DIFFERENTIALS: Wordings = {
    Differential: explain_differential,
    Increment: explain_increment,
    ChangeGiven: explain_change,
    LinearError: explain_error,
}
