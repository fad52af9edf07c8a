"""Unspecified functions have no values, so their rule is tried on sample functions put in their place.

Every component g_i of an unspecified g becomes Σ_k (i + 2k) u_k + u_1 u_k + sin((k + 1) u_k)/i; ∂g_i/∂u_k
in the result becomes SymPy's derivative of it.  Then values are compared as for any other function.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.derive.roads import Claim, verify
from jacocalc.evaluate.equality import Outcome
from jacocalc.functions import Chain, Point, VectorFunction, unspecified
from jacocalc.known_functions import sin
from jacocalc.notation import Applied, Expr, Matrix, Symbol, children, integer, rebuild, substitute


def verify_unspecified(chain: Chain, result: Matrix, at: Point | None) -> tuple[Outcome, int]:
    """The outcome for the chain with sample functions in the place of its unspecified stages."""
    sampled, samples = with_samples(chain)
    claim = Claim(sampled.stages[-1].values, chain.inputs, result.map(lambda entry: filled(entry, samples)))
    return verify(claim, sampled, at, direct=False)


def with_samples(chain: Chain) -> tuple[Chain, dict[str, VectorFunction]]:
    """The chain with sample functions in the place of unspecified ones, also of those called, and these by name."""
    calls = [call for stage in chain.stages for call in stage.called]
    needed = {call.function: unspecified(call.function, len(call.arguments), 1) for call in calls}
    needed |= {stage.name: stage for stage in chain.stages if not stage.specified}
    samples = {name: _sample(function, place) for place, (name, function) in enumerate(needed.items())}
    return Chain(tuple(_concrete(stage, samples) for stage in chain.stages)), samples


def _concrete(stage: VectorFunction, samples: dict[str, VectorFunction]) -> VectorFunction:
    if not stage.specified:
        return samples[stage.name]
    return replace(stage, components=tuple(filled(value, samples) for value in stage.values)) if stage.called else stage


def _sample(function: VectorFunction, place: int) -> VectorFunction:
    """Another one for every function."""
    letters = tuple(map(Symbol, function.inputs))
    components = tuple(_component(10 * place + i, letters) for i in range(1, int(function.m) + 1))
    return replace(function, components=components)


def _component(i: int, letters: tuple[Symbol, ...]) -> Expr:
    terms: list[Expr] = []
    for k, letter in enumerate(letters, 1):
        terms += [integer(i + 2 * k) * letter, letters[0] * letter, sin(integer(k + 1) * letter) / integer(i)]
    return reduce(lambda a, b: a + b, terms)


def filled(expr: Expr, samples: dict[str, VectorFunction]) -> Expr:
    """The formula with the sample functions and their derivatives in it."""
    parts = tuple(filled(part, samples) for part in children(expr))
    if not isinstance(expr, Applied):
        return rebuild(expr, parts)
    sample = samples[expr.function]
    value = sample.values[max(expr.component, 1) - 1]
    derivative = to_sympy(value)
    for k in expr.derivatives:
        derivative = derivative.diff(symbol(sample.inputs[k - 1]))
    return substitute(from_sympy(derivative), dict(zip(sample.inputs, parts, strict=True)))
