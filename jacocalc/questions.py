"""All that can be asked, as data: the closed union Question.

A command, a ``[[question]]`` of a problem file and a call of the Python API are the same value.  ``kink``
is the weight of the right side where a derivative has two sides, if a convention is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from jacocalc.errors import ShapeError
from jacocalc.functions import Chain, Point, VectorFunction, count
from jacocalc.notation import Expr


@dataclass(frozen=True)
class Compose:
    """J of y = h(g(f(x))), by the chain rule."""

    chain: Chain
    at: Point | None = None
    kink: Expr | None = None


@dataclass(frozen=True)
class JacobianOf:
    """J of one function, or of several functions of the same inputs stacked."""

    chain: Chain
    at: Point | None = None
    kink: Expr | None = None


@dataclass(frozen=True)
class GradientOf:
    """∇L of a scalar function, through a chain where there is one."""

    chain: Chain
    at: Point | None = None
    kink: Expr | None = None

    def __post_init__(self) -> None:
        outer = self.chain.stages[-1]
        if outer.m != 1:
            raise ShapeError(
                f"a gradient needs a scalar function, but {outer.name} has {count(outer.m, 'component')}",
                hint="ask for the Jacobian instead",
            )


@dataclass(frozen=True)
class ComposeLayers:
    """The chain rule for layers f_1, …, f_L with a symbolic number of layers."""

    name: str
    last: str
    chain: Chain = field(default_factory=lambda: Chain(()))
    at: Point | None = None


@dataclass(frozen=True)
class Asked:
    """A ``[[question]]`` of a problem file, before its functions are looked up: the command and its options."""

    name: str
    ask: str
    functions: tuple[str, ...]
    at: str = ""
    answer: str = ""
    kink: str = ""


@dataclass(frozen=True)
class Problem:
    """A problem file: definitions, in order, and questions about them."""

    title: str
    functions: tuple[tuple[str, VectorFunction], ...]
    questions: tuple[Asked, ...]


Question: TypeAlias = Compose | JacobianOf | GradientOf | ComposeLayers

COMMANDS: dict[type, str] = {
    Compose: "compose", JacobianOf: "jacobian", GradientOf: "gradient", ComposeLayers: "compose",
}  # fmt: skip


def stacked(functions: tuple[VectorFunction, ...]) -> VectorFunction:
    """Several functions of the same inputs as one: rows of a Jacobian are functions, columns inputs.

    Raises ShapeError where the inputs differ.
    """
    first = functions[0]
    if len(functions) == 1:
        return first
    if len({function.name for function in functions}) < len(functions):
        raise ShapeError("stacked functions need different names", hint="f and g, say")
    inputs = tuple(dict.fromkeys(name for function in functions for name in function.inputs))
    if all(function.outputs for function in functions):
        functions = tuple(replace(function, inputs=inputs, n=len(inputs)) for function in functions)
        first = functions[0]
    for other in functions[1:]:
        if set(other.inputs) != set(first.inputs):
            raise ShapeError(
                f"{first.name} has the inputs {', '.join(first.inputs)}, but {other.name} has "
                f"{', '.join(other.inputs)}; stacked functions share their inputs",
                hint=f"to apply one to the other, ask compose {first.name} {other.name}",
            )
        if not (first.specified and other.specified):
            raise ShapeError("only functions with formulas can be stacked")
    labels = tuple(label for function in functions for label in function.labels)
    components = tuple(c for function in functions for c in function.values)
    return VectorFunction(
        f"({', '.join(f.name for f in functions)})", first.inputs, components, first.n, len(components),
        tuple(dict.fromkeys(p for function in functions for p in function.parameters)), labels, False,
        tuple(note for function in functions for note in function.notes),
    )  # fmt: skip
