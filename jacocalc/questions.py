"""All that can be asked, as data: the closed union Question.

A command, a ``[[question]]`` of a problem file and a call of the Python API are the same value.  Every
question has a ``chain`` (of one stage, where functions are not composed) and may have a point ``at``;
``kink`` is the weight of the right side where a derivative has two sides, if a convention is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.functions import Chain, Point, Size, VectorFunction, by_rates, count, is_rate, order_note
from jacocalc.notation import Expr
from jacocalc.records import record

if TYPE_CHECKING:
    from jacocalc.programs import Program

ORDERS = ("forward", "reverse", "best", "compare")
DENSITIES = ("normal", "uniform")


@record
class Compose:
    """J of y = h(g(f(x))), by the chain rule; ``order`` says in which order the factors are multiplied."""

    chain: Chain
    at: Point | None = None
    kink: Expr | None = None
    order: str = ""

    def __post_init__(self) -> None:
        _one_of("order", self.order, ORDERS)


@record
class JacobianOf:
    """J of one function, or of several functions of the same inputs stacked; ``newton`` steps for f(x) = 0."""

    chain: Chain
    at: Point | None = None
    kink: Expr | None = None
    newton: int = 0

    def __post_init__(self) -> None:
        _check_newton(self.newton, self.at)
        stage = self.chain.stages[0]
        if self.newton and stage.n != stage.m:
            raise ShapeError(
                f"Newton's method for {stage.name} = 0 needs as many components as inputs, but {stage.name} has "
                f"{count(stage.m, 'component')} and {count(stage.n, 'input')}"
            )


@record
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


@record
class HessianOf:
    """H of a scalar function, or one of each component, through a chain; ``newton`` steps for a minimum."""

    chain: Chain
    at: Point | None = None
    newton: int = 0

    def __post_init__(self) -> None:
        _check_newton(self.newton, self.at)
        outer = self.chain.stages[-1]
        if self.newton and outer.m != 1:
            raise ShapeError(
                f"a minimum needs a scalar function, but {outer.name} has {count(outer.m, 'component')}",
                hint=f"Newton's method for {outer.name} = 0 is jacobian {outer.name} --newton N",
            )


@record
class VectorJacobian:
    """vᵀJ (VJP), from the left, stage by stage."""

    chain: Chain
    vector: tuple[Expr, ...]
    at: Point | None = None
    kink: Expr | None = None

    def __post_init__(self) -> None:
        _check_covector(self.chain, self.vector)


@record
class JacobianVector:
    """Jv (JVP), from the right, stage by stage; ``unit``: along v/‖v‖, the directional derivative."""

    chain: Chain
    vector: tuple[Expr, ...]
    at: Point | None = None
    kink: Expr | None = None
    unit: bool = False

    def __post_init__(self) -> None:
        inner = self.chain.stages[0]
        _check_vector("Jv", self.vector, inner.n, f"{inner.name} has {count(inner.n, 'input')}")


@record
class DifferentialOf:
    """df = f′(x)[dx], by components; ``vector`` gives numbers for dx."""

    chain: Chain
    at: Point | None = None
    vector: tuple[Expr, ...] = ()

    def __post_init__(self) -> None:
        stage = self.chain.stages[0]
        if self.vector:
            _need_point("a change dx", self.at)
            _check_vector("f′(x)[dx]", self.vector, stage.n, f"{stage.name} has {count(stage.n, 'input')}")


@record
class ImplicitFunction:
    """J of the solution y(x) of F(x, y) = 0; ``solve_for`` names y, the other inputs are independent."""

    chain: Chain
    solve_for: tuple[str, ...]
    at: Point | None = None

    def __post_init__(self) -> None:
        stage = self.chain.stages[0]
        if len(set(self.solve_for)) < len(self.solve_for):
            raise ShapeError("a variable to solve for is named twice")
        for name in self.solve_for:
            if name not in stage.inputs:
                raise ShapeError(
                    f"{name} does not occur in {stage.name}", hint=f"the inputs are {', '.join(stage.inputs)}"
                )
        if len(self.solve_for) != stage.m:
            raise ShapeError(
                f"{count(stage.m, 'equation')} can be solved for {count(stage.m, 'variable')}, "
                f"not for {len(self.solve_for)}",
                hint=f"--solve-for names {count(stage.m, 'input')} of {', '.join(stage.inputs)}",
            )
        if len(self.solve_for) == stage.n:
            raise ShapeError(
                "no variable is left to differentiate by", hint="the equations fix a point, not a function"
            )


@record
class VolumeOf:
    """det J and |det J|, √det JᵀJ for m > n: volumes, integrals and densities; ``density`` of the inputs, if any."""

    chain: Chain
    at: Point | None = None
    density: str = ""

    def __post_init__(self) -> None:
        _one_of("density", self.density, DENSITIES)
        stage = self.chain.stages[0]
        if isinstance(stage.n, int) and isinstance(stage.m, int) and stage.m < stage.n:
            raise ShapeError(
                f"J of {stage.name} is {stage.m}×{stage.n}: it has no determinant and no volume factor",
                hint="it needs at least as many components as inputs; constants are parameters: f(u, v; a) = [a u, v]",
            )
        if self.density and stage.m != stage.n:
            raise ShapeError(f"a density is carried by a square Jacobian, not by one of {stage.m}×{stage.n}")


@record
class PointReport:
    """Is f defined, continuous, differentiable at the point, and why?"""

    chain: Chain
    at: Point | None

    def __post_init__(self) -> None:
        _need_point("point", self.at)


@record
class GraphOf:
    """The computational graph of a chain; ``vector`` weighs the components of the last stage."""

    chain: Chain
    at: Point | None
    vector: tuple[Expr, ...] = ()

    def __post_init__(self) -> None:
        if self.vector:
            _check_covector(self.chain, self.vector)


@record
class ComposeLayers:
    """The chain rule for layers f_1, …, f_L with a symbolic number of layers."""

    name: str
    last: str
    chain: Chain = Chain(())
    at: Point | None = None


@record
class BackpropOf:
    """∂L/∂v for the variables ``wrt`` of a program (all parameters where none is named).

    ``given``: numbers for variables, rows of text; ``seed``: random ones; ``update``: the rate of a descent step.
    """

    program: Program
    wrt: tuple[str, ...] = ()
    loss: str = ""
    given: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()
    seed: int | None = None
    update: str = ""
    hessian_vector: bool = False
    gauss_newton: bool = False
    chain: Chain = Chain(())
    at: Point | None = None

    def __post_init__(self) -> None:
        if self.seed is not None and type(self.seed) is not int:
            raise JacocalcError(f"a seed is a whole number, not {self.seed!r}")


@record
class ProgramDifferential:
    """df = f′(x)[dx] of a variable of a program; ``second``: the Hessian too; ``kronecker``: vec df = K vec dX."""

    program: Program
    of: str = ""
    wrt: str = ""
    second: bool = False
    kronecker: bool = False
    chain: Chain = Chain(())
    at: Point | None = None


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value and value not in known:
        raise JacocalcError(f"{what} is one of {', '.join(known)}, not {value}")


def _need_point(what: str, at: Point | None) -> None:
    if at is None:
        raise JacocalcError(f"{what} needs a point", hint="add --at 1,2 (in Python at=(1, 2))")


_MOST_STEPS = 50


def _check_newton(steps: int, at: Point | None) -> None:
    if type(steps) is not int or not 0 <= steps <= _MOST_STEPS:
        raise JacocalcError(f"newton is a number of steps from 1 to {_MOST_STEPS}, not {steps}")
    if steps:
        _need_point("Newton's method", at)


def _check_covector(chain: Chain, vector: tuple[Expr, ...]) -> None:
    outer = chain.stages[-1]
    _check_vector("vᵀJ", vector, outer.m, f"{outer.name} has {count(outer.m, 'component')}")


def _check_vector(what: str, vector: tuple[Expr, ...], size: Size, reason: str) -> None:
    if isinstance(size, int) and len(vector) != size:
        raise ShapeError(
            f"{what} needs a vector with {count(size, 'entry')}, since {reason}; "
            f"the vector given has {count(len(vector), 'entry')}"
        )


Question: TypeAlias = (
    Compose | JacobianOf | GradientOf | HessianOf | VectorJacobian | JacobianVector | DifferentialOf
    | ImplicitFunction | VolumeOf | PointReport | GraphOf | ComposeLayers | BackpropOf | ProgramDifferential
)  # fmt: skip

COMMANDS: dict[type, str] = {
    Compose: "compose", JacobianOf: "jacobian", GradientOf: "gradient", HessianOf: "hessian",
    VectorJacobian: "vjp", JacobianVector: "jvp", DifferentialOf: "differential", ImplicitFunction: "implicit",
    VolumeOf: "volume", PointReport: "point", GraphOf: "graph", ComposeLayers: "compose", BackpropOf: "backprop",
    ProgramDifferential: "differential",
}  # fmt: skip

def stacked(functions: tuple[VectorFunction, ...], united: bool = False) -> VectorFunction:
    """Several functions of the same inputs as one: rows of a Jacobian are functions, columns inputs.

    Equations take the inputs of all of them (``united``).  Raises ShapeError where the inputs differ.
    """
    first = functions[0]
    if len(functions) == 1:
        return first
    if len({function.name for function in functions}) < len(functions):
        raise ShapeError("stacked functions need different names", hint="f and g, say")
    if any(function.symbolic for function in functions):
        raise ShapeError("functions of symbolic sizes cannot be stacked", hint="write them as one, f: R^n -> R^m")
    outputs = [label for function in functions for label in function.outputs]
    rates = bool(outputs) and all(map(is_rate, outputs))  # of ẋ = a x - y alone y is a parameter
    named = [(*function.inputs, *(function.parameters if rates else ())) for function in functions]
    seen = tuple(dict.fromkeys(chain.from_iterable(named)))
    equations = united or all(function.outputs for function in functions)
    if equations:
        inputs = by_rates(outputs, seen)
        given = chain.from_iterable(function.parameters for function in functions)
        others = tuple(name for name in dict.fromkeys((*given, *seen)) if name not in inputs)
        functions = tuple(replace(function, inputs=inputs, n=len(inputs), parameters=others) for function in functions)
        first = functions[0]
    for other in functions[1:]:
        if set(other.inputs) != set(first.inputs):
            raise ShapeError(
                f"{first.name} has the inputs {', '.join(first.inputs)}, but {other.name} has "
                f"{', '.join(other.inputs)}; stacked functions share their inputs",
                hint=f"to apply one to the other, ask compose {first.name} {other.name}",
            )
    labels = tuple(label for function in functions for label in function.labels)
    components = tuple(c for function in functions for c in function.values)
    name = f"({', '.join(f.name for f in functions)})"
    if united and labels == tuple(f"F_{i}" for i in range(1, len(labels) + 1)):
        name, labels = "F", ()
    return VectorFunction(
        name, first.inputs, components, first.n, len(components),
        tuple(dict.fromkeys(p for function in functions for p in function.parameters)), labels, False,
        _notes(functions, equations, seen),
    )  # fmt: skip


def _notes(functions: tuple[VectorFunction, ...], equations: bool, seen: tuple[str, ...]) -> tuple[str, ...]:
    """How they were read; equations have their inputs in one order, said once."""
    notes = tuple(dict.fromkeys(note for function in functions for note in function.notes))
    if not equations:
        return notes
    kept = tuple(note for note in notes if not note.startswith("inputs in "))
    told = len(kept) < len(notes) or all(function.outputs for function in functions)
    inputs = functions[0].inputs
    return (*kept, order_note(inputs, seen)) if told and len(inputs) > 1 else kept
