"""Mistakes with the point: too early, not at all, with its coordinates swapped, in degrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jacocalc.answers.cases import Case, hessian_of
from jacocalc.answers.making import Made, Mistake, Values, result_of, swaps
from jacocalc.linear import paper, paper_name
from jacocalc.notation import PI, ZERO, Call, Constant, Expr, Matrix, Product, Quotient, column, integer, names, rebuild
from jacocalc.notation import children as parts_of
from jacocalc.questions import DifferentialOf, HessianOf, ImplicitFunction, VolumeOf


def _too_early(case: Case) -> Made:
    """Numbers inserted before differentiating: every derivative is 0"""
    if case.question.at is not None and not isinstance(case.question, ImplicitFunction | VolumeOf):
        yield tuple(_zeros(value) for value in result_of(case)), "differentiate first, then insert the point"


def _zeros(value: Expr) -> Expr:
    return value.map(lambda _: ZERO) if isinstance(value, Matrix) else ZERO


def _value(case: Case) -> Made:
    """g(f(x)) in place of its derivative"""
    if isinstance(case.question, ImplicitFunction | VolumeOf):
        return
    whole = column(case.value(case.stages[-1], case.arguments[-1]))
    yield (whole,), "the function's value was computed, not its derivative"
    if whole.shape != (1, 1):
        yield (whole.transposed,), "the function's value was computed, not its derivative"


def _not_inserted(case: Case) -> Made:
    """The formula in place of its value at the point"""
    symbolic = case.without_point
    if case.question.at is None or symbolic is None:
        return
    if isinstance(case.question, ImplicitFunction | HessianOf | DifferentialOf):
        return
    values = symbolic.answered(symbolic.jacobians)
    if values is not None:
        yield values, "insert the point"


def _coordinates_swapped(case: Case) -> Made:
    """At (2, 1) in place of (1, 2)"""
    at = case.question.at
    if at is None or isinstance(case.question, ImplicitFunction):
        return
    if _constant(case):
        return  # at every point the same
    for _, moved in swaps(at.coordinates):
        question = replace(case.question, at=replace(at, coordinates=moved))
        other = Case(replace(case.derivation, question=question))
        values = _answer(other)
        if values is not None:
            yield values, f"the point is {', '.join(_assigned(case, at.coordinates))}"


def _constant(case: Case) -> bool:
    """Whether the formulas of a Hessian do not depend on the point."""
    if not isinstance(case.question, HessianOf) or len(case.stages) > 1:
        return False
    stage = case.stages[0]
    return not any(names(entry) for value in stage.values for entry in hessian_of(value, stage.inputs).entries)


def _answer(case: Case) -> Values | None:
    """The answer to a question at a point; of Hessians only without a chain."""
    if not isinstance(case.question, HessianOf):
        return case.answered(case.jacobians)
    if len(case.stages) > 1:
        return None
    stage = case.stages[0]
    return tuple(case.inserted(hessian_of(value, stage.inputs), stage, case.start) for value in stage.values)


def _assigned(case: Case, coordinates: Sequence[Expr]) -> list[str]:
    return [f"{paper_name(n)} = {paper(c)}" for n, c in zip(case.chain.inputs, coordinates, strict=True)]


def _degrees(case: Case) -> Made:
    """sin 4 as the sine of 4 degrees"""
    if case.question.at is None:
        return
    right = result_of(case)
    turned = tuple(_in_degrees(value) for value in right)
    if turned != right:
        yield turned, "angles are in radians"


def _in_degrees(expr: Expr) -> Expr:
    if isinstance(expr, Call) and expr.function in ("sin", "cos", "tan", "cot", "sec", "csc"):
        inner = expr.arguments[0]
        if not any(isinstance(part, Constant) and part.name == "pi" for part in _parts(inner)):
            return Call(expr.function, (Quotient(Product((inner, PI)), integer(180)),))
    return rebuild(expr, tuple(_in_degrees(part) for part in parts_of(expr))) if parts_of(expr) else expr


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for part in parts_of(expr):
        yield from _parts(part)


POINT_MISTAKES: tuple[Mistake, ...] = (
    Mistake("evaluated-too-early", "a derivative of numbers, which is 0", _too_early),
    Mistake("value", "the value of the function instead of its derivative", _value),
    Mistake("point-not-inserted", "the formula before the point is inserted", _not_inserted),
    Mistake("coordinates-swapped", "the result at the point with its coordinates swapped", _coordinates_swapped),
    Mistake("degrees", "angles taken in degrees", _degrees),
)  # fmt: skip
