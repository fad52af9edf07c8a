"""A program with outputs h, … → one whose loss is ⟨v, h⟩ + …, for declared v: its gradients are vᵀJ."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from jacocalc.errors import JacocalcError
from jacocalc.programs import Assignment, Program
from jacocalc.terms import Operation, Plus, Term, Var


@dataclass(frozen=True)
class Paired:
    """The program with its loss; ``cotangents`` names the vector of each output."""

    program: Program
    loss: Var
    cotangents: dict[str, str]


def paired(program: Program, outputs: Sequence[Var]) -> Paired:
    """The loss is the sum of ⟨v, h⟩ over the outputs h, v in the shape of h.

    Raises JacocalcError for an output that stands for one at every step of a loop.
    """
    taken = {name for var in program.variables for name in (var.name, var.key)}
    vectors: dict[str, Var] = {}
    for output in outputs:
        if output.index is not None and output.index.letter:
            raise JacocalcError(f"{output.key} is one of many", hint="an output is one variable, h_T")
        vectors[output.key] = Var(_fresh(f"v_for_{output.key}", taken), output.size)
    pairs: list[Term] = [Operation("inner", (vectors[output.key], output)) for output in outputs]
    loss = Var(_fresh("loss", taken), (1, 1))
    made = Assignment(loss, Plus(tuple(pairs)) if len(pairs) > 1 else pairs[0])
    declared = (*program.declared, *vectors.values())
    whole = replace(program, declared=declared, statements=(*program.statements, made))
    return Paired(whole, loss, {key: vector.key for key, vector in vectors.items()})


def _fresh(name: str, taken: Container[str]) -> str:
    """The name, or with a number behind it."""
    return next(one for one in chain((name,), (f"{name}_{number}" for number in count(1))) if one not in taken)
