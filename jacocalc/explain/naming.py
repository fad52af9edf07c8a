"""What the wordings need to know of the whole derivation: stages, the point, the name of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from jacocalc import questions
from jacocalc.document import (
    At,
    Dots,
    Gradient,
    Grid,
    Layered,
    Name,
    Operated,
    PartialOf,
    Section,
    Subscripted,
    Times,
    Transpose,
    Written,
)
from jacocalc.explain.symbols import (
    arguments,
    composed_jacobian,
    composition,
    function_name,
    implicit_jacobian,
    jacobian_at,
    jacobian_name,
    nested,
    volume_name,
)
from jacocalc.functions import Chain, VectorFunction
from jacocalc.notation import Expr, Symbol, integer
from jacocalc.program_steps import DifferentialKind
from jacocalc.steps import Derivation
from jacocalc.terms import Adjoint, Differential, Var


class Page:
    """What the wordings need to know of the whole derivation."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.question = derivation.question
        self.chain: Chain = derivation.question.chain
        self.at = derivation.question.at

    def stage(self, place: int) -> VectorFunction:
        """A stage, the innermost being 0."""
        return self.chain.stages[place]

    @property
    def last(self) -> int:
        """The place of the outermost stage."""
        return len(self.chain.stages) - 1

    @property
    def named(self) -> frozenset[str]:
        """The names of all functions, components, inputs and parameters."""
        stages = self.chain.stages
        return frozenset(n for one in stages for n in (one.name, *one.outputs, *one.inputs, *one.parameters))

    @property
    def innermost(self) -> tuple[Written, ...]:
        """The point, or the innermost inputs."""
        return self.at.coordinates if self.at else arguments(self.chain.stages[0])

    def whole(self) -> Written:
        """J_{h∘g∘f}(x): the Jacobian asked for, at the variables."""
        if isinstance(self.question, questions.ComposeLayers):
            return At(Subscripted(Name("J"), Name("y", vector=True)), (Name("x", vector=True),))
        return composed_jacobian(self.chain, 0, self.last, arguments(self.chain.stages[0]))

    def factors(self) -> tuple[Written, ...]:
        """J_h(g(f(x))), J_g(f(x)), J_f(x)"""
        if isinstance(self.question, questions.ComposeLayers):
            return _layer_factors(self.question)
        names: list[Written] = []
        for place, stage in enumerate(self.chain.stages):
            if stage.outputs:
                names.append(jacobian_name(stage))
            elif place == 0:
                names.append(jacobian_at(stage, arguments(stage)))
            else:
                names.append(jacobian_at(stage, (nested(self.chain.stages[:place]),)))
        return tuple(reversed(names))

    def rule(self) -> tuple[Written, ...]:
        """J_{g∘f}(x) = J_g(f(x)) · J_f(x); of a gradient ∇(L∘f)(x) = J_fᵀ(x) · J_Lᵀ(f(x))."""
        if not isinstance(self.question, questions.GradientOf):
            return (self.whole(), Times(self.factors()))
        columns = tuple(Transpose(factor) for factor in reversed(self.factors()))
        return (result_name(self), columns[0] if len(columns) == 1 else Times(columns))


Wordings: TypeAlias = dict[type, Callable[[Any, Page], list[Section]]]
"""What is said of each kind of step."""


def output_letter(chain: Chain) -> Name:
    """The y of y = g(f(x)).  The y of a vector is another letter than the number y among the inputs."""
    return Name(chain.output_letter, vector=not chain.stages[-1].scalar)


def inner_letter(chain: Chain, beside: str) -> Name | None:
    """The z of y = g(z), z = f(x); None where no letter is free, or where there are not two functions."""
    letter = chain.inner_letter(beside)
    return Name(letter, vector=not chain.stages[0].scalar) if letter else None


def result_name(page: Page) -> Written:
    """J_{g∘f}(1, 2), ∇L(1, 2): what the question asks for."""
    match page.question:
        case questions.ComposeLayers():
            return page.whole()
        case questions.VolumeOf():
            return volume_name(page.stage(0), page.innermost)
        case questions.GradientOf():
            return At(Gradient(composition(page.chain)), page.innermost)
        case questions.ImplicitFunction(chain, solve_for):
            independent = tuple(name for name in chain.inputs if name not in solve_for)
            return implicit_jacobian(independent, solve_for)
        case questions.DifferentialOf():
            return Operated("d", function_name(page.stage(0)))
        case questions.HessianOf():
            return At(Subscripted(Name("H"), composition(page.chain)), page.innermost)
        case questions.VectorJacobian():
            whole = composed_jacobian(page.chain, 0, page.last, page.innermost)
            return Times((Transpose(Name("v", vector=True)), whole))
        case questions.JacobianVector(_, _, _, _, unit):
            whole = composed_jacobian(page.chain, 0, page.last, page.innermost)
            return Times((whole, Name("u" if unit else "v", vector=True)))
        case questions.GraphOf(_, _, vector) if vector:
            jacobian = composed_jacobian(page.chain, 0, page.last, page.innermost)
            return Times((Grid((vector,)), jacobian))
        case _:
            return composed_jacobian(page.chain, 0, page.last, page.innermost)


def derivative_name(derivation: Derivation, of: Var, by: Var) -> Written:
    """∂L/∂W of a backward pass; of a differential ∂f/∂x, or dY where it is a linear map of dX."""
    if isinstance(derivation.question, questions.BackpropOf):
        return Adjoint(of.key, by)
    linear = any(isinstance(step, DifferentialKind) and step.form == "map" for step in derivation.steps)
    return Differential(of) if linear else PartialOf(of, by)


def layer(name: str, index: Expr) -> Written:
    """f_l"""
    return Subscripted(Name(name, vector=True), index)


def _layer_factors(question: questions.ComposeLayers) -> tuple[Written, ...]:
    """J_{f_L}(h^(L−1)), …, J_{f_2}(h^(1)), J_{f_1}(x)"""
    last = Symbol(question.last)

    def jacobian(index: Expr, inside: Written) -> Written:
        return At(Subscripted(Name("J"), layer(question.name, index)), (inside,))

    return (
        jacobian(last, Layered("h", last - 1)),
        Dots(),
        jacobian(integer(2), Layered("h", integer(1))),
        jacobian(integer(1), Name("x", vector=True)),
    )
