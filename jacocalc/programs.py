"""Matrix-level programs: declared variables with symbolic shapes, and statements, each computing a new variable.

    x: n;  W: m x n;  b: m          z = W x + b;  h = tanh(z);  L = 1/2 ||h - y||^2

Every variable is assigned once.  A loop ``for t = 1..T`` with a symbolic end computes h_1, h_2, …; loops with
numbers are written out when they are read.  An implicit statement defines its variable as the solution of an
equation h = φ(h, …).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from jacocalc.errors import JacocalcError
from jacocalc.functions import Size
from jacocalc.notation import name_key
from jacocalc.terms import (
    Index,
    Plus,
    Shape,
    Summed,
    Term,
    Var,
    Zeros,
    numbered,
    parts_of,
    shifted,
    variables_of,
    with_parts,
)


@dataclass(frozen=True)
class Assignment:
    """variable = term; ``implicit``: the variable also occurs in the term, and solves the equation."""

    variable: Var
    term: Term
    implicit: bool = False

    def shifted(self, letter: str, by: Index) -> Assignment:
        """The assignment at another step: to h_3 for h_t."""
        return Assignment(shifted(self.variable, letter, by), shifted(self.term, letter, by), self.implicit)


@dataclass(frozen=True)
class Loop:
    """The assignments of a body for letter = first, …, last; ``last`` is a symbol."""

    letter: str
    first: Index
    last: Index
    body: tuple[Assignment, ...]


Statement: TypeAlias = Assignment | Loop
FEW_STEPS = 3


def enough_steps(loop: Loop) -> int:
    """A small last step: a change passes through all that is carried from one step to the next before it."""
    read = (var for assignment in loop.body for var in variables_of(assignment.term))
    carried = {var.name for var in read if var.index == Index(loop.letter, -1)}
    return max(FEW_STEPS, len(carried) + 1) + max(loop.first.offset - 1, 0)


def small_ends(program: Program) -> dict[str, int]:
    """A small number for the end of every loop."""
    ends: dict[str, int] = {}
    for loop in program.loops:
        ends[loop.last.letter] = max(enough_steps(loop), ends.get(loop.last.letter, 0))
    return ends


SMALL_SIZES = (3, 2, 4, 5)


def small_layer_size(turn: int, step: int) -> int:
    """A small number for n_0, n_1, … of each size that depends on the step of a loop: 2, 4, 5, 3, …"""
    return SMALL_SIZES[(step + turn + 1) % len(SMALL_SIZES)]


def body_of(statement: Statement) -> tuple[Assignment, ...]:
    """The assignments of a statement: those of a loop, or itself."""
    return statement.body if isinstance(statement, Loop) else (statement,)


@dataclass(frozen=True)
class Program:
    """Declarations and statements; ``functions`` are generic elementwise functions, ``notes`` how it was read."""

    declared: tuple[Var, ...]
    statements: tuple[Statement, ...]
    functions: tuple[str, ...] = ()
    name: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False, repr=False)

    @property
    def assignments(self) -> Iterator[Assignment]:
        """The assignments outside loops."""
        return (statement for statement in self.statements if isinstance(statement, Assignment))

    @property
    def formulas(self) -> Iterator[Assignment]:
        """All assignments, those inside loops included, in order."""
        return (assignment for statement in self.statements for assignment in body_of(statement))

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops with a symbolic end."""
        return tuple(statement for statement in self.statements if isinstance(statement, Loop))

    @property
    def letters(self) -> tuple[str, ...]:
        """t of ``for t = 1..T``, for every loop."""
        return tuple(dict.fromkeys(loop.letter for loop in self.loops))

    @property
    def ends(self) -> tuple[str, ...]:
        """T of ``for t = 1..T``, for every loop."""
        return tuple(dict.fromkeys(loop.last.letter for loop in self.loops))

    @property
    def variables(self) -> tuple[Var, ...]:
        """The declared variables, then those that are computed."""
        return (*self.declared, *(assignment.variable for assignment in self.formulas))

    @property
    def sizes(self) -> tuple[str, ...]:
        """The symbols among the sizes, in order of appearance, without those that depend on an index."""
        found = dict.fromkeys(size for var in self.variables for size in var.shape if isinstance(size, str))
        return tuple(found)

    @property
    def output(self) -> Var:
        """What the last statement computes."""
        return body_of(self.statements[-1])[-1].variable

    @property
    def generic(self) -> tuple[str, ...]:
        """The names of functions that are not said: σ, unless it is a variable, and those that are declared so."""
        return (*(() if self.find("sigma") else ("sigma",)), *self.functions)

    def loop_of(self, var: Var) -> Loop:
        """The loop over the letter of x_t."""
        return next(loop for loop in self.loops if var.index is not None and loop.letter == var.index.letter)

    def find(self, key: str) -> Var | None:
        """The variable with this name, its index included (h_2); spellings of one name are one."""
        return next((var for var in self.variables if name_key(var.key) == name_key(key)), None)

    def members(self, var: Var) -> tuple[Var, ...]:
        """x_t and x_1, where x_t: n declares what loops read before their first step; else the variable alone."""
        if var.index is None or not var.index.letter or var not in self.declared:
            return (var,)
        return tuple(one for one in self.declared if one.name == var.name and one.index is not None)


def by_name(values: Any) -> Mapping[str, Any]:
    """Values by the names of variables.  Raises JacocalcError for a list of them."""
    if not isinstance(values, Mapping):
        hint = '{"W": [[1, 2]], "x": [1, 2]}'
        raise JacocalcError(f"values are given by name, not as {type(values).__name__}", hint=hint)
    return values


def written_out(term: Term) -> Term:
    """Σ_{t=1}^3 h_t → h_1 + h_2 + h_3; sums with letters for bounds stay."""
    parts = parts_of(term)
    built = with_parts(term, tuple(map(written_out, parts))) if parts else term
    if not isinstance(built, Summed) or built.first.letter or built.last.letter:
        return built
    steps = range(built.first.offset, built.last.offset + 1)
    terms = tuple(shifted(built.body, built.letter, Index("", step)) for step in steps)
    return Plus(terms) if len(terms) > 1 else terms[0] if terms else Zeros(built.shape)


def shape_text(shape: Shape) -> str:
    """m×n; n for a column, 1 for a scalar."""
    return "×".join(map(str, shape))


def at_sizes(size: Size, sizes: dict[str, int]) -> int:
    """The number that a size stands for.  Raises KeyError."""
    return size if isinstance(size, int) else sizes[size]


def unrolled(program: Program, steps: Mapping[str, int]) -> Program:
    """The program with a number for the end of every loop: T = 3 computes h_1, h_2, h_3, and sums have three terms."""

    def assigned(one: Assignment) -> Assignment:
        return Assignment(numbered(one.variable, steps), written_out(numbered(one.term, steps)), one.implicit)

    def families(var: Var) -> Iterator[Var]:
        if var.index is None or var.index.letter not in program.letters:
            yield numbered(var, steps)
            return
        loop = program.loop_of(var)
        for step in range(loop.first.offset, steps[loop.last.letter] + 1):
            yield numbered(shifted(var, loop.letter, Index("", step)), steps)

    made: list[Statement] = []
    for statement in program.statements:
        if isinstance(statement, Assignment):
            made.append(assigned(statement))
            continue
        for step in range(statement.first.offset, steps[statement.last.letter] + 1):
            made += (assigned(one.shifted(statement.letter, Index("", step))) for one in statement.body)
    declared = tuple(one for var in program.declared for one in families(var))
    return Program(declared, tuple(made), program.functions, program.name, program.notes, program.text)
