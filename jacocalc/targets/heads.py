"""What a file says at its top: the program, the shape of every variable and gradient, and its conventions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator

from jacocalc.functions import enumerated
from jacocalc.programs import Loop, Program, Statement, shape_text
from jacocalc.targets.identifiers import Identifiers
from jacocalc.targets.lines import Plan, targets_of
from jacocalc.targets.plan import variable_of
from jacocalc.term_writing import paper_term
from jacocalc.terms import Adjoint, Index, Shape, Var, said_facts

WIDTH = 88
_ORDINALS = ("", "first", "second", "third")


def program_lines(program: Program) -> Iterator[str]:
    """The program as it is written on paper."""
    declared = [f"{var}: {' '.join((_shape(var.shape), *said_facts(var.facts)))}"
                for var in program.declared]  # fmt: skip
    declared += [f"{name}: elementwise" for name in program.functions]
    line = ""
    for one in declared:
        if line and len(line) + len(one) + 3 > WIDTH - 4:
            yield line
            line = ""
        line += (";  " if line else "") + one
    yield line
    for statement in program.statements:
        yield from _statement_lines(statement)


def _shape(shape: Shape) -> str:
    return "scalar" if shape == (1, 1) else str(shape[0]) if shape[1] == 1 else shape_text(shape)


def _statement_lines(statement: Statement) -> Iterator[str]:
    if isinstance(statement, Loop):
        yield f"for {statement.letter} = {statement.first}..{statement.last}:"
        yield from (f"    {line}" for one in statement.body for line in _statement_lines(one))
    else:
        solve = "solve " if statement.implicit else ""
        yield f"{solve}{statement.variable} = {paper_term(statement.term)}"


def shape_table(identifiers: Identifiers, shape: Callable[[Shape], str]) -> Iterator[str]:
    """Name, shape, and the name of the gradient, one variable a line."""
    plan = identifiers.plan
    adjoints = {variable_of(target): identifiers.of(target)
                for line in plan.backward for target in targets_of(line) if isinstance(target, Adjoint)}  # fmt: skip
    rows = [("variable", "shape", "gradient")]
    for var in dict.fromkeys(plan.program.variables):
        rows.append((identifiers.of(var), shape(var.shape), adjoints.get(var, "")))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, size, adjoint in rows:
        yield f"{name:<{widths[0]}}  {size:<{widths[1]}}  {adjoint}".rstrip()


def notes(identifiers: Identifiers) -> Iterator[str]:
    """What a reader must know of functions, lists and properties, one sentence each."""
    plan = identifiers.plan
    for one in identifiers.generic:
        if one.order == 0:
            others = [g for g in identifiers.generic if g.function == one.function and g.order]
            slopes = "".join(f", {g.name} its {_ORDINALS[g.order]} derivative" for g in others)
            yield f"{one.name} is any function of one number, applied entry by entry{slopes}; the check takes tanh."
    listed = {identifiers.whole(var): var for var in plan.program.variables
              if identifiers.is_family(var) and var.index and var.index.letter}  # fmt: skip
    if listed:
        yield _lists(identifiers, listed)
    for var in plan.program.declared:
        if var.facts:
            yield f"{identifiers.of(var)} {_said(var)}."


def _lists(identifiers: Identifiers, listed: dict[str, Var]) -> str:
    """x and h are lists: x[t] is x_t; x[0] is None."""
    said = f"{enumerated(list(listed))} {'are lists' if len(listed) > 1 else 'is a list'}"
    members = ", ".join(f"{identifiers.of(var)} is {var}" for var in listed.values())
    from_0 = {var.name for var in identifiers.plan.program.variables if var.index == Index("", 0)}
    late = [name for name, var in listed.items() if var.name not in from_0 and not identifiers.based]
    return f"{said}: {members}{f'; index 0 of {enumerated(late)} is not used' if late else ''}."


def _said(var: Var) -> str:
    words = {"symmetric": "is symmetric, and so is its gradient", "invertible": "is invertible",
             "sums to 1": "sums to 1", "rows sum to 1": "has rows that sum to 1",
             "columns sum to 1": "has columns that sum to 1", "positive": "is positive",
             "positive definite": "is positive definite", "one-hot": "is one-hot",
             "one-hot rows": "has one-hot rows", "one-hot columns": "has one-hot columns"}  # fmt: skip
    return " and ".join(words[fact] for fact in said_facts(var.facts))


def wrapped(sentences: list[str]) -> list[str]:
    """Sentences as lines of text."""
    return [line for sentence in sentences for line in textwrap.wrap(sentence, WIDTH)]


def head_lines(
    plan: Plan, identifiers: Identifiers, language: str, layout: str, shape: Callable[[Shape], str]
) -> list[str]:
    """The whole head of a file."""
    said = wrapped(list(notes(identifiers)))
    return [
        title(plan, language), "", *map(_inside, program_lines(plan.program)), "", *wrapped([layout]), "",
        *map(_inside, shape_table(identifiers, shape)), *(["", *said] if said else []),
    ]  # fmt: skip


def _inside(line: str) -> str:
    return f"    {line}"


def title(plan: Plan, language: str) -> str:
    """The first line of a file; of a name nothing that could end a comment."""
    name = " ".join(re.sub(r"[^\w .,()+-]", " ", plan.program.name).split()) or plan.loss.key
    return f"{name[0].upper()}{name[1:]} and its gradients in {language}: forward and backward pass, by jacocalc."
