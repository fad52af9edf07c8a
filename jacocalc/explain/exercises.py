"""The words of an exercise, and sheets of exercises: what is given, and what is to be computed.

One row of TASKS is one kind of question.  An exercise with a statement of its own is asked in that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from jacocalc import questions
from jacocalc.document import (
    Block,
    Document,
    Name,
    PartialOf,
    Prose,
    Section,
    Subscripted,
    Table,
    Text,
    Transpose,
    Tuple,
    joined,
)
from jacocalc.explain.differentiability import asked_of
from jacocalc.explain.naming import Page, derivative_name, result_name
from jacocalc.explain.page import explain, given_stage, parameters_at
from jacocalc.explain.programs import declared_table, forward_block
from jacocalc.explain.symbols import composition, function_name, grid, grid_or_number, nested, together, together_named
from jacocalc.notation import Matrix, Symbol
from jacocalc.options import Detail
from jacocalc.program_steps import Gradients, ProgramBlock, ProgramLine
from jacocalc.programs import Loop, Program, body_of
from jacocalc.steps import Derivation, PointSummary, Verified
from jacocalc.terms import Adjoint, Var
from jacocalc.verdicts import Exercise


def statement(exercise: Exercise) -> tuple[Block, ...]:
    """Let f(x, y) = …, g(u, v) = ….  Compute J_{g∘f}(1, 1)."""
    if exercise.asked.statement:
        return (Prose((exercise.asked.statement,)),)
    page = _begun(exercise.question)
    return (*_given(exercise.question), *map(Prose, TASKS[type(exercise.question)](exercise.question, page)))


def statement_page(exercise: Exercise) -> Document:
    """The exercise as a page of its own."""
    heading = f"{exercise.name}, level {exercise.level}"
    return Document((exercise.title,), (Section((heading,), statement(exercise), Detail.BRIEF),))


def sheet(title: str, exercises: Sequence[Exercise], solutions: Sequence[Derivation] = ()) -> Document:
    """Numbered exercises; with solutions each is followed by its own, and a table of all answers ends the sheet."""
    sections: list[Section] = []
    for number, exercise in enumerate(exercises, 1):
        heading = f"{number}. {exercise.name if exercise.title == title else f'{exercise.title} ({exercise.name})'}"
        sections.append(Section((heading,), statement(exercise), Detail.BRIEF))
        if solutions:
            sections.append(_solution(number, solutions[number - 1]))
    return Document((title,), (*sections, *_answers(title, exercises, solutions)))


def _answers(title: str, exercises: Sequence[Exercise], solutions: Sequence[Derivation]) -> list[Section]:
    """All answers at a glance: the number, the exercise, the result."""
    found = zip(exercises, solutions, strict=False)  # a sheet without solutions has no answers
    rows: list[tuple[Text, ...]] = [
        ((str(number),), (exercise.name if exercise.title == title else exercise.title,), answer)
        for number, (exercise, solution) in enumerate(found, 1)
        if (answer := _answer(solution))
    ]
    table = Table((("No.",), ("Exercise",), ("Answer",)), tuple(rows))
    return [Section(("Answers",), (table,), Detail.BRIEF)] if rows else []


def _answer(derivation: Derivation) -> Text:
    """J_{g∘f}(1, 2) = [[6, 3], …], the gradients of a program, what a report says; nothing where it is too long."""
    result, page = derivation.result, Page(derivation)
    if isinstance(result, Gradients):
        named = partial(derivative_name, derivation, result.of)
        return joined(((named(var), " = ", alone) for var, _, alone in result.result), "; ")
    if isinstance(derivation.question, questions.PointReport):
        said = (step.result for step in derivation.steps if isinstance(step, PointSummary))
        given = ((*asked_of(name, page.stage(0)), f": {answer}") for answers in said for name, answer in answers)
        return joined(given, "; ")
    if isinstance(result, tuple):
        numbered = ((Subscripted(Name("H"), Name(str(i))), " = ", grid(one)) for i, one in enumerate(result, 1))
        return joined(numbered, "; ")
    if result is None:
        return ()
    return (result_name(page), " = ", grid_or_number(result) if isinstance(result, Matrix) else result)


def _solution(number: int, derivation: Derivation) -> Section:
    """The worked solution under one heading, without what is given, which stands in the exercise."""
    blocks: list[Block] = []
    for one in explain(derivation).sections:
        if one.detail != Detail.FULL and one.blocks and one.heading != ("Given",):
            heading = [] if one.heading == ("Check",) else [Prose(_ended(one.heading))]  # it says “Checked: …”
            blocks += [*heading, *one.blocks]
    return Section((f"Solution of {number}",), tuple(blocks), Detail.NORMAL)


def _ended(heading: Text) -> Text:
    """A heading as a sentence: a question has its sign."""
    return heading if str(heading[-1]).endswith("?") else (*heading, ".")


def _begun(question: questions.Question) -> Page:
    """What the names on a page need to know of a question that no one has answered yet."""
    return Page(Derivation(question, (), None, Verified("", 0, "undecided")))


# -- what is given ------------------------------------------------------------------------------------


def _given(question: questions.Question) -> list[Block]:
    if isinstance(question, questions.BackpropOf | questions.ProgramDifferential):
        return _given_program(question.program)
    stages = dict.fromkeys(question.chain.stages)
    blocks = [block for stage in stages for block in given_stage(stage)]
    return [Prose(("Let",)), *blocks] if blocks else []


def _given_program(program: Program) -> list[Block]:
    """The declared variables and the statements."""
    blocks: list[Block] = [declared_table(program.declared)]
    for made in program.statements:
        lines = tuple(ProgramLine(one.variable, one.term, one.implicit) for one in body_of(made))
        loop = (made.letter, made.first, made.last) if isinstance(made, Loop) else ()
        blocks += forward_block(ProgramBlock(lines, *loop))
    return blocks


# -- what is to be done -------------------------------------------------------------------------------

Task = Callable[[Any, Page], list[Text]]


def _at(page: Page) -> Text:
    """ at (1, 2); nothing without a point"""
    if page.at is None:
        return ()
    return (" at ", together(page.at.coordinates), *parameters_at(page.at))


def _kink(page: Page) -> list[Text]:
    """The weight of the right side, where one was chosen."""
    weight = getattr(page.question, "kink", None)
    return [] if weight is None else [("At a kink the right side has the weight ", weight, ".")]


def _compute(words: str, page: Page) -> list[Text]:
    """Compute … J_{g∘f}(1, 2)."""
    return [(words, result_name(page), "."), *_kink(page)]


def _compose(question: questions.Compose, page: Page) -> list[Text]:
    if page.chain.specified:
        return _compute("Compute the Jacobian ", page)
    return [("Write the Jacobian of ", nested(page.chain.stages), " as a product, and say where each factor is taken.")]


def _layers(question: questions.ComposeLayers, page: Page) -> list[Text]:
    last, first = Symbol(f"{question.name}_{question.last}"), Symbol(f"{question.name}_1")
    return [("Let ", Name("y", vector=True), " = ", last, " ∘ ⋯ ∘ ", first, "."),
            ("Write the Jacobian of ", Name("y", vector=True), " as a product of Jacobians.")]  # fmt: skip


def _jacobian(question: questions.JacobianOf, page: Page) -> list[Text]:
    made = _compute("Compute the Jacobian ", page)
    if question.newton:
        steps = f"Then make {question.newton} step{'s' if question.newton > 1 else ''} of Newton’s method for "
        made.append((steps, function_name(page.stage(0)), " = 0."))
    return made


def _hessian(question: questions.HessianOf, page: Page) -> list[Text]:
    if page.stage(page.last).scalar or page.stage(page.last).m == 1:
        return _compute("Compute the Hessian ", page)
    return [("Compute the Hessians of all components of ", composition(page.chain), *_at(page), ".")]


def _vector_jacobian(question: questions.VectorJacobian, page: Page) -> list[Text]:
    row = Transpose(Name("v", vector=True))
    return [("Compute the row ", result_name(page), " for ", row, " = ", Tuple(question.vector), "."), *_kink(page)]


def _jacobian_vector(question: questions.JacobianVector, page: Page) -> list[Text]:
    vector: Text = (Name("v", vector=True), " = ", Tuple(question.vector))
    if question.unit:
        function = composition(page.chain)
        words: Text = ("Compute the directional derivative of ", function, *_at(page), " along ", *vector)
        return [(*words, ", made a unit vector."), *_kink(page)]
    return [("Compute the column ", result_name(page), " for ", *vector, "."), *_kink(page)]


def _differential(question: questions.DifferentialOf, page: Page) -> list[Text]:
    words: Text = ("Compute the differential ", result_name(page), *_at(page))
    if not question.vector:
        return [(*words, ".")]
    changes = tuple(Symbol(f"d{name}") for name in page.stage(0).inputs)
    return [(*words, " for ", together(changes), " = ", together(question.vector), ".")]


def _implicit(question: questions.ImplicitFunction, page: Page) -> list[Text]:
    stage = page.stage(0)
    others = [name for name in stage.inputs if name not in question.solve_for]
    one = stage.m == 1
    said: Text = (
        f"The equation{'' if one else 's'} ", function_name(stage), f" = 0 define{'s' if one else ''} ",
        together_named(question.solve_for), " as a function of ", together_named(others), ".",
    )  # fmt: skip
    return [said, ("Compute ", result_name(page), *_at(page), ".")]


def _volume(question: questions.VolumeOf, page: Page) -> list[Text]:
    made = _compute("Compute ", page)
    if question.density:
        made.append((f"What happens to the {question.density} density of the inputs?",))
    return made


def _report(question: questions.PointReport, page: Page) -> list[Text]:
    function = function_name(page.stage(0))
    return [("Is ", function, " defined, continuous and differentiable", *_at(page), "? Say why.")]


def _graph(question: questions.GraphOf, page: Page) -> list[Text]:
    words = "Compute the values and the adjoints of all nodes of the computational graph"
    return [(words, *_at(page), "; write down ", result_name(page), ".")]


def _backprop(question: questions.BackpropOf, page: Page) -> list[Text]:
    program = question.program
    loss = program.find(question.loss) if question.loss else program.output
    wanted = [var for name in question.wrt if (var := program.find(name)) is not None]
    made: list[Text] = []
    if question.given:
        made.append(("Take " + "; ".join(f"{name} = {_rows(rows)}" for name, rows in question.given) + ".",))
    if wanted and loss is not None:
        return [*made, ("Compute ", *joined(((Adjoint(loss.key, var),) for var in wanted), last=" and "), ".")]
    return [*made, ("Compute the gradients of ", loss or Name("L"), " with respect to all parameters.")]


def _rows(rows: Sequence[Sequence[str]]) -> str:
    """[[1, 2], [3, 4]]; [1, 2] for a column; 3 for a number"""
    if all(len(row) == 1 for row in rows):
        return rows[0][0] if len(rows) == 1 else f"[{', '.join(row[0] for row in rows)}]"
    return f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"


def _program_differential(question: questions.ProgramDifferential, page: Page) -> list[Text]:
    program = question.program
    of = (program.find(question.of) if question.of else None) or program.output
    by = program.find(question.wrt) if question.wrt else program.declared[0]
    assert isinstance(by, Var)
    kind = "gradient" if of.shape == (1, 1) else "derivative"
    made: list[Text] = [(f"Compute the {kind} ", PartialOf(of, by), " by its differential.")]
    if question.second:
        made.append(("Compute the Hessian too.",))
    if question.kronecker:
        made.append(("Write it as one matrix too: the vec of the output is a matrix times the vec of the input.",))
    return made


TASKS: dict[type, Task] = {
    questions.Compose: _compose,
    questions.ComposeLayers: _layers,
    questions.JacobianOf: _jacobian,
    questions.GradientOf: lambda _, page: _compute("Compute the gradient ", page),
    questions.HessianOf: _hessian,
    questions.VectorJacobian: _vector_jacobian,
    questions.JacobianVector: _jacobian_vector,
    questions.DifferentialOf: _differential,
    questions.ImplicitFunction: _implicit,
    questions.VolumeOf: _volume,
    questions.PointReport: _report,
    questions.GraphOf: _graph,
    questions.BackpropOf: _backprop,
    questions.ProgramDifferential: _program_differential,
}
