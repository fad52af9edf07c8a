"""Seeded drafts of functions, as text: polynomials, elementary functions with exact values, quotients.

A variable is drawn together with its value at the point, so that e^(x − 2) is drawn where x is 2 and ln y where y
is 1: what comes out is short.  The same seed gives the same text on every machine and in every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices that a seed makes; only ``random.random`` is used, whose sequence is the same in every Python."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def below(self, end: int) -> int:
        """A whole number from 0 to end − 1."""
        return int(self._random.random() * end)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def several(self, items: Sequence[T], count: int) -> list[T]:
        """So many different items, in a drawn order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(count)]

    def chance(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.below(100) < percent


@dataclass(frozen=True)
class Variable:
    """An input and its value at the point."""

    name: str
    value: int


Variables = Sequence[Variable]
Form = Callable[[Draw, Variables], str]
COEFFICIENTS = (1, 1, 1, 2, 2, 3, -1, -2)


def polynomial(draw: Draw, variables: Variables, terms: int = 2, degree: int = 3) -> str:
    """3x^2 y − 2x: different monomials, none constant."""
    names = [variable.name for variable in variables]
    found: dict[tuple[int, ...], int] = {}
    while len(found) < terms:
        powers = [0] * len(names)
        for _ in range(1 + draw.below(degree)):
            powers[draw.below(len(names))] += 1
        found.setdefault(tuple(powers), draw.pick(COEFFICIENTS))
    if all(coefficient < 0 for coefficient in found.values()):
        first = next(iter(found))
        found[first] = -found[first]
    ordered = sorted(found, key=lambda powers: (found[powers] < 0, -sum(powers), [-power for power in powers]))
    return signed([(found[powers], _monomial(names, powers)) for powers in ordered])


def _monomial(names: Sequence[str], powers: Sequence[int]) -> str:
    """x^2 y"""
    parts = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, powers, strict=True) if power]
    return " ".join(parts)


def signed(terms: Sequence[tuple[int, str]]) -> str:
    """2x − y^2"""
    text = ""
    for coefficient, body in terms:
        if not coefficient:
            continue
        size = abs(coefficient)
        sign = (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
        text += sign + ("" if size == 1 else str(size)) + body
    return text


def shifted(name: str, by: int) -> str:
    """x + 3, x − 2, x"""
    return name if by == 0 else f"{name} {'-' if by < 0 else '+'} {abs(by)}"


# -- elementary functions, at an argument where their value is exact -----------------------------------


def _exponential(draw: Draw, one: Variable) -> str:
    if abs(one.value) == 1 and draw.chance(50):
        return f"e^{one.name}"
    return f"e^({shifted(one.name, -one.value)})" if one.value else f"e^{one.name}"


def _logarithm(_: Draw, one: Variable) -> str:
    return f"ln({shifted(one.name, 1 - one.value)})"


def _sine(_: Draw, one: Variable) -> str:
    return f"sin({one.name})" if one.value == 0 else f"sin(pi {one.name})"


def _root(draw: Draw, one: Variable) -> str:
    square = draw.pick((1, 4, 9))
    return f"sqrt({shifted(one.name, square - one.value)})"


def _reciprocal(_: Draw, one: Variable) -> str:
    return f"1/{one.name}" if abs(one.value) in (1, 2) else f"1/({shifted(one.name, 1 - one.value)})"


def _cosine(_: Draw, one: Variable) -> str:
    """Where the angle is an odd multiple of π/2, or 0."""
    return f"cos(pi {one.name}/2)" if one.value % 2 else _sine(_, one)


_ELEMENTARY = (_exponential, _exponential, _logarithm, _sine, _root, _reciprocal)
_FACTORS = (_exponential, _exponential, _root, _logarithm, _cosine)


def alone(draw: Draw, variables: Variables) -> str:
    """e^(x − 1) + y, ln(y) − 2x: an elementary function of one input, and a monomial."""
    one = draw.pick(variables)
    others = [variable for variable in variables if variable != one] or [one]
    body = draw.pick(_ELEMENTARY)(draw, one)
    coefficient = draw.pick(COEFFICIENTS)
    return f"{body}{' - ' if coefficient < 0 else ' + '}{signed([(abs(coefficient), draw.pick(others).name)])}"


def product(draw: Draw, variables: Variables) -> str:
    """x^2 e^(y − 1), y sin(pi x): a power times an elementary function."""
    left, right = draw.several(variables, 2) if len(variables) > 1 else (variables[0], variables[0])
    power = draw.pick((1, 1, 2))
    factor = draw.pick(_FACTORS)(draw, right)
    front = draw.pick(("", "", "2"))
    return f"{front}{left.name if power == 1 else f'{left.name}^{power}'} {factor}"


def quotient(draw: Draw, variables: Variables) -> str:
    """(x + 2y)/y, x^2/(y − 1): the denominator is 1, −1 or 2 at the point."""
    top, bottom = draw.several(variables, 2) if len(variables) > 1 else (variables[0], variables[0])
    wanted = draw.pick((1, -1, 2))
    below = shifted(bottom.name, wanted - bottom.value)
    below = below if below.isidentifier() else f"({below})"
    above = draw.pick((f"{top.name}^2", f"({top.name} + {bottom.name})", f"({top.name} - 2{bottom.name})", top.name))
    return f"{above}/{below}"


def composition(draw: Draw, variables: Variables) -> str:
    """e^(x y − 2), ln(x^2 + y), sqrt(x^2 + y^2 + 4), sin(pi x y): of a product or a sum."""
    one, other = draw.several(variables, 2) if len(variables) > 1 else (variables[0], variables[0])
    body, value = draw.pick((
        (f"{one.name} {other.name}", one.value * other.value),
        (f"{one.name}^2 + {other.name}", one.value**2 + other.value),
        (f"{one.name} - 2{other.name}", one.value - 2 * other.value),
        (f"{one.name}^2 + {other.name}^2", one.value**2 + other.value**2),
    ))  # fmt: skip
    kind = draw.pick(("exp", "ln", "sin", "sqrt", "power"))
    if kind == "exp":
        return f"e^({shifted(body, -value)})"
    if kind == "ln":
        return f"ln({shifted(body, 1 - value)})"
    if kind == "sin":
        return f"sin({shifted(body, -value)})"
    if kind == "power":
        return f"({shifted(body, draw.pick((1, -1)) - value)})^3"
    square = (isqrt(max(value, 0)) + draw.pick((0, 1))) ** 2 or 1
    return f"sqrt({shifted(body, square - value)})"


_FORMS: dict[int, tuple[Form, ...]] = {
    1: (polynomial,),
    2: (product, product, alone, polynomial),
    3: (product, quotient, composition, composition),
}


def component(draw: Draw, variables: Variables, level: int) -> str:
    """A formula of the level: 1 polynomials, 2 elementary functions and products, 3 quotients and compositions."""
    return draw.pick(_FORMS[level])(draw, variables)


def elementary(draw: Draw, variables: Variables, level: int) -> str:
    """A formula of the level that is no mere polynomial, where the level knows others; no sum that could collect."""
    forms = _FORMS[level]
    return draw.pick(tuple(form for form in forms if form not in (polynomial, alone)) or forms)(draw, variables)


def defined(name: str, inputs: Sequence[str], components: Sequence[str]) -> str:
    """f(x, y) = [x^2 + y, 2x y]"""
    body = components[0] if len(components) == 1 else f"[{', '.join(components)}]"
    return f"{name}({', '.join(inputs)}) = {body}"
