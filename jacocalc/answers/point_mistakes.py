"""Mistakes with the point: too early, not at all, with its coordinates swapped, in degrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from jacocalc.answers.cases import Case, hessian_of
from jacocalc.answers.making import Made, Mistake, Values, result_of, swaps
from jacocalc.linear import paper, paper_name
from jacocalc.notation import PI, ZERO, Call, Expr, Matrix, Product, Quotient, column, integer, names, rebuild, walk
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


def _answer(case: Case, changed: Callable[[Expr], Expr] = lambda entry: entry) -> Values | None:
    """The answer to a question at a point, with its formulas changed before that; of Hessians only without a chain."""
    if not isinstance(case.question, HessianOf):
        return case.answered(case.placed([matrix.map(changed) for matrix in case.locals]))
    if len(case.stages) > 1:
        return None
    stage = case.stages[0]
    hessians = (hessian_of(value, stage.inputs).map(changed) for value in stage.values)
    return tuple(case.inserted(hessian, stage, case.start) for hessian in hessians)


def _assigned(case: Case, coordinates: Sequence[Expr]) -> list[str]:
    return [f"{paper_name(n)} = {paper(c)}" for n, c in zip(case.chain.inputs, coordinates, strict=True)]


_OF_ANGLES = ("sin", "cos", "tan", "cot", "sec", "csc")


def _degrees(case: Case) -> Made:
    """sin 4 as the sine of 4 degrees, and cos 30 for cos(π/6)"""
    if case.question.at is None or not any(_takes_angles(v) for stage in case.stages for v in stage.values):
        return
    in_pi = any(node == PI for value in case.start for node in walk(value))
    for unit in (Quotient(PI, integer(180)), Quotient(integer(180), PI))[: 1 + in_pi]:
        values = _answer(case, partial(_in_units, unit=unit)) or tuple(_in_units(v, unit) for v in result_of(case))
        yield values, "angles are in radians"


def _takes_angles(expr: Expr) -> bool:
    return any(isinstance(node, Call) and node.function in _OF_ANGLES for node in walk(expr))


def _in_units(expr: Expr, unit: Expr) -> Expr:
    """Every angle times a unit"""
    if isinstance(expr, Call) and expr.function in _OF_ANGLES:
        return Call(expr.function, (Product((expr.arguments[0], unit)),))
    return rebuild(expr, tuple(_in_units(part, unit) for part in parts_of(expr))) if parts_of(expr) else expr


POINT_MISTAKES: tuple[Mistake, ...] = (
    Mistake("evaluated-too-early", "a derivative of numbers, which is 0", _too_early),
    Mistake("value", "the value of the function instead of its derivative", _value),
    Mistake("point-not-inserted", "the formula before the point is inserted", _not_inserted),
    Mistake("coordinates-swapped", "the result at the point with its coordinates swapped", _coordinates_swapped),
    Mistake("degrees", "angles taken in degrees", _degrees),
)  # fmt: skip
