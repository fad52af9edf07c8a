"""The kind of a critical point by f − f(a) beside it: lowest terms by values close to it, the kind by their signs.

That a minimum is one is believed where no curve through the point refutes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import cycle, product
from math import factorial

from jacocalc.evaluate.fields import ball_of
from jacocalc.notation import ZERO, Expr, names
from jacocalc.replaying.balls import Ball, Grid, close, number, vanishes
from jacocalc.replaying.behaviour import curves
from jacocalc.replaying.case import Case
from jacocalc.replaying.places import Place
from jacocalc.replaying.report import Unknown, Wrong
from jacocalc.replaying.second_checks import kind_of, signature
from jacocalc.steps import AlongCurve, BesideCritical

_NEAR, _BESIDE, _FAR = 60, 10, 3  # t = 2^-60
_TINY = 1000  # below 2^-1000 differences of values tell nothing
_SCALES = (24, 25)
_ALIKE = ball_of(Fraction(1, 2**5))
_FACTORS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(3, 7), Fraction(-8, 5))
_TOO_SMALL = "f - f(a) is too small to be compared"
_EXTREMES = {1: "minimum", -1: "maximum"}


class Beside:
    """f beside the point of a question."""

    def __init__(self, case: Case, step: BesideCritical) -> None:
        self.case, self.step = case, step
        (self.place,) = case.fixed
        self.inputs, self.start = case.chain.inputs, self.place.inputs

    @property
    def hessian(self) -> Grid:
        """H at the point."""
        return self.place.hessian(0, self.case.last, 0)

    def moved(self, steps: Sequence[Ball]) -> list[Ball]:
        """a + h."""
        return [x + h for x, h in zip(self.start, steps, strict=True)]

    def change(self, steps: Sequence[Ball]) -> Ball:
        """f(a + h) − f(a).  Raises Unknown."""
        (there,) = self.place.moved(0, self.case.last, steps)
        if there is None:
            raise Unknown("curves", "no value to compare with")
        self.case.counted += 1
        return there - self.place.values[-1][0]

    def terms(self, steps: Sequence[Ball]) -> Ball:
        """The terms at a + h.  Raises Wrong."""
        return _known("terms", self.step.terms or ZERO, dict(zip(self.inputs, self.moved(steps), strict=True)))

    def slopes(self, steps: Sequence[Ball]) -> list[Ball]:
        """∇f(a + h)."""
        place = Place(self.place.stages, self.moved(steps), self.place.parameters, exact=True)
        found: list[Ball] = place.jacobian(0, self.case.last)[0]
        return found


def beside_critical(case: Case, step: BesideCritical) -> None:
    """The curves, the terms, and the kind that follows from them."""
    case.told("whole", step.whole or step.reason == "form", True)
    beside = Beside(case, step)
    gradient = beside.place.jacobian(0, case.last)[0]
    case.told("result", kind_of(gradient, beside.hessian), "degenerate")
    if step.reason not in (_ONE_INPUT if len(beside.inputs) == 1 else _SEVERAL):
        raise Wrong("reason", f"{step.reason} says nothing here")
    signs = [_along(beside, one, f"curves[{k}]") for k, one in enumerate(step.curves)]
    case.told("result", step.result, _KINDS[step.reason](beside, signs))
    _believed(beside)


def _known(name: str, expr: Expr, values: dict[str, Ball]) -> Ball:
    found = number(expr, values)
    if found is None:
        raise Wrong(name, "it has no value")
    return found


def _sign(value: Ball) -> int:
    """The sign of a ball, 0 where none is seen."""
    return int(bool(value > 0)) - int(bool(value < 0))


def _tiny(scale: int) -> Ball:
    return ball_of(Fraction(1, 2**scale))


def _alike(name: str, change: Ball, terms: Ball) -> None:
    """Whether f − f(a) is close to its lowest terms.  Raises Wrong, Unknown."""
    if not _sign(change) and _sign(terms):
        raise Unknown(name, _TOO_SMALL)
    if _sign(terms) and not abs(change - terms) < _ALIKE * abs(change):
        raise Wrong(name, "it is not what f - f(a) begins with")


# -- curves -------------------------------------------------------------------------------------------


def _along(beside: Beside, one: AlongCurve, name: str) -> int:
    """The sign of f − f(a) on a curve through a, whose lowest term is as it says."""
    for entry in (*one.curve, one.lowest):
        if set(names(entry)) - {_letter(one)}:
            raise Wrong(f"{name}.curve", "it is no curve")
    beside.case.told(f"{name}.curve", len(one.curve), len(beside.inputs))
    if not all(close(x, a) for x, a in zip(_on(one, name, None), beside.start, strict=True)):
        raise Wrong(f"{name}.curve", "it does not begin at the point")
    if one.whole:
        change, lowest = _compared(beside, one, name, _BESIDE)
        if not close(change, lowest):
            raise Wrong(f"{name}.lowest", "it is not f - f(a)")
    change, lowest = _compared(beside, one, name, _NEAR)
    beside.case.told(f"{name}.whole", one.whole or one.lowest != ZERO, True)
    _alike(f"{name}.lowest", change, lowest)
    beside.case.told(f"{name}.sign", one.sign, _sign(lowest))
    return one.sign


def _compared(beside: Beside, one: AlongCurve, name: str, scale: int) -> tuple[Ball, Ball]:
    """f − f(a) and the lowest term at t = 2^-scale."""
    t = _tiny(scale)
    return beside.change(_steps(beside, one, name, t)), _known(f"{name}.lowest", one.lowest, {_letter(one): t})


def _letter(one: AlongCurve) -> str:
    return next((name for entry in one.curve for name in names(entry)), "")


def _on(one: AlongCurve, name: str, t: Ball | None) -> list[Ball]:
    """The point of the curve at t, or where it begins."""
    return [_known(f"{name}.curve", entry, {_letter(one): t or ball_of(Fraction(0))}) for entry in one.curve]


def _steps(beside: Beside, one: AlongCurve, name: str, t: Ball) -> list[Ball]:
    return [x - a for x, a in zip(_on(one, name, t), beside.start, strict=True)]


def _by_curves(beside: Beside, signs: list[int]) -> str:
    beside.case.told("curves", sorted(signs), [-1, 1])
    return "saddle"


def _extreme(sign: int, strict: bool) -> str:
    return ("strict " if strict else "") + _EXTREMES.get(sign, "constant")


def _both_ways(beside: Beside) -> int:
    """The input that is a_j + t on one curve and a_j − t on the other.  Raises Wrong."""
    beside.case.told("curves", len(beside.step.curves), 2)
    t = _tiny(_BESIDE)
    there, back = (_steps(beside, one, "curves", t) for one in beside.step.curves)
    for j, (one, other) in enumerate(zip(there, back, strict=True)):
        if close(one, t) and close(other, -t):
            return j
    raise Wrong("curves", "they do not lead to both sides")


def _by_valley(beside: Beside, signs: list[int]) -> str:
    """The sign across the curves, on which the other partials are so small that f is known by its lowest term."""
    free, n = _both_ways(beside), len(beside.inputs)
    positive, negative = signature(beside.hessian)
    beside.case.told("reason", positive + negative, n - 1)
    for k, one in enumerate(beside.step.curves):
        steps = _steps(beside, one, "curves", _tiny(_NEAR))
        rest = max(abs(slope) for j, slope in enumerate(beside.slopes(steps)) if j != free)
        change = abs(beside.change(steps)) if signs[k] else _tiny(_TINY)
        if not change >= _tiny(_TINY):
            raise Unknown(f"curves[{k}].lowest", _TOO_SMALL)
        if not rest * rest < _ALIKE * change:
            raise Wrong(f"curves[{k}].curve", "the other partial derivatives do not vanish on it")
    across = 1 if positive else -1
    return "saddle" if -across in signs else _extreme(across, 0 not in signs)


# -- terms --------------------------------------------------------------------------------------------


def _by_derivative(beside: Beside, signs: list[int]) -> str:
    """f(a + h) − f(a) = f^(m)(a) h^m/m! + ⋯"""
    beside.case.told("curves", len(signs), 0)
    beside.case.told("weights", len(beside.step.weights), 1)
    (order,) = beside.step.weights
    value = _known("terms", beside.step.terms or ZERO, {})
    for side in (1, -1):
        step = side * _tiny(_NEAR)
        _alike("terms", beside.change([step]), value * step**order / factorial(order))
    return "neither" if order % 2 else _extreme(_sign(value), True)


def _by_form(beside: Beside, signs: list[int]) -> str:
    """The form is what f − f(a) begins with, of one order for h_j of the orders w_j, and it has one sign."""
    beside.case.told("curves", len(signs), 0)
    beside.case.told("weights", len(beside.step.weights), len(beside.inputs))
    found, ratios = set(), list[Ball]()
    for factors in filter(any, product(_FACTORS, repeat=min(3, len(beside.inputs)))):
        changes, terms = zip(*(_both(beside, factors, scale) for scale in (_FAR, *_SCALES)), strict=True)
        if beside.step.whole and not close(changes[0], terms[0]):
            raise Wrong("whole", "f - f(a) has other terms")
        found.add(_sign(terms[1]))
        if not _sign(terms[1]) or not close(terms[1] / terms[2], ratios[0] if ratios else terms[1] / terms[2]):
            raise Wrong("terms", "they are 0 beside the point or not of one order")
        ratios.append(terms[1] / terms[2])
        _alike("terms", changes[1], terms[1])
    beside.case.told("terms", len(found), 1)
    return _extreme(found.pop(), True)


def _both(beside: Beside, factors: Sequence[Fraction], scale: int) -> tuple[Ball, Ball]:
    """f − f(a) and the terms at h_j = c_j 2^(-scale w_j)."""
    weighed = zip(cycle(factors), beside.step.weights, strict=False)
    steps = [ball_of(c * Fraction(1, 2 ** (scale * w))) for c, w in weighed]
    return beside.change(steps), beside.terms(steps)


def _by_sign(beside: Beside, signs: list[int]) -> str:
    """The terms are f − f(a) beside the point and have one sign; whether they are 0 there is not settled by values."""
    beside.case.told("curves", len(signs), 0)
    beside.case.told("weights", beside.step.weights, ())
    found = {0}
    for curve in curves(len(beside.inputs)):
        steps = curve(_BESIDE)
        if not close(beside.change(steps), beside.terms(steps)):
            raise Wrong("terms", "it is not f - f(a)")
        found.add(_sign(beside.terms(steps)))
    return _extreme(sum(found) if len(found) == 2 else 0, beside.step.result.startswith("strict "))


def _by_constant(beside: Beside, signs: list[int]) -> str:
    """No other value is seen."""
    step = beside.step
    beside.case.told("terms", (step.curves, step.terms, step.weights), ((), None, ()))
    if not all(vanishes(beside.change(curve(_BESIDE))) for curve in curves(len(beside.inputs))):
        raise Wrong("result", "there are other values beside the point")
    return "constant"


def _believed(beside: Beside) -> None:
    """No value on a curve through the point contradicts a minimum or maximum."""
    result = beside.step.result
    sign = next((sign for sign, word in _EXTREMES.items() if result.endswith(word)), 0)
    for curve, scale in product(curves(len(beside.inputs)), _SCALES if sign else ()):
        change = beside.change(curve(scale))
        if _sign(change) == -sign or (result.startswith("strict") and change == 0):
            raise Wrong("result", f"it says {result}, but there are other values beside the point")


_KINDS: dict[str, Callable[[Beside, list[int]], str]] = {
    "curves": _by_curves,
    "derivative": _by_derivative,
    "form": _by_form,
    "valley": _by_valley,
    "sign": _by_sign,
    "constant": _by_constant,
}
_ONE_INPUT = ("derivative", "sign", "constant")
_SEVERAL = ("curves", "form", "valley", "sign", "constant")
