"""One maker for each topic: a drawn question as text.

A maker gives a draft; whether its result is short and no common mistake gives it too is judged by ``generated``,
which draws again where it is not so.  A maker raises Unsuitable where an inner value is not a small whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jacocalc.algebra.values import exact
from jacocalc.answers.draws import Draw, Variable, component, defined, elementary, polynomial, shifted, signed
from jacocalc.answers.program_generators import backprop, matrix_differential
from jacocalc.asked import Asked
from jacocalc.notation import as_rational, integer
from jacocalc.reading.definitions import read_function

Maker = Callable[[Draw, int], Asked]


class Unsuitable(Exception):
    """The draft has an inner value that no one would like to insert."""


_LETTERS = (("x", "y", "z"), ("s", "t", "r"), ("u", "v", "w"), ("p", "q", "r"))
_LARGEST_INNER = 8
_COORDINATES = {1: (-2, 2, 3, -3, -1), 2: (-2, 2, 2, 3, -1), 3: (-2, 2, 2, 3, -1)}  # at 0 and 1 all powers are equal


def _point(draw: Draw, letters: Sequence[str], level: int) -> list[Variable]:
    """Different coordinates, so that no two inputs can be told apart by luck only."""
    left = list(_COORDINATES[level])
    found: list[Variable] = []
    for letter in letters:
        value = draw.pick(left)
        left = [other for other in left if other != value]
        found.append(Variable(letter, value))
    return found


def _inputs(draw: Draw, count: int) -> tuple[str, ...]:
    return draw.pick(_LETTERS[:2])[:count]


def _components(draw: Draw, variables: Sequence[Variable], count: int, level: int) -> list[str]:
    """Different formulas in which every input occurs."""
    for _ in range(20):
        found = [component(draw, variables, level) for _ in range(count)]
        found[draw.below(count)] = elementary(draw, variables, level)
        words = _words(" ".join(found))
        if len(set(found)) == count and all(variable.name in words for variable in variables):
            return found
    raise Unsuitable


def _words(text: str) -> set[str]:
    return set("".join(sign if sign.isalpha() else " " for sign in text).split())


def _at(variables: Sequence[Variable]) -> str:
    return ", ".join(str(variable.value) for variable in variables)


def _values(text: str, variables: Sequence[Variable]) -> list[int]:
    """The components at the point.  Raises Unsuitable where one is not a small whole number."""
    found: list[int] = []
    for entry in read_function(text).at(tuple(integer(variable.value) for variable in variables)).entries:
        value = as_rational(exact(entry))
        if value is None or value.denominator != 1 or abs(value) > _LARGEST_INNER:
            raise Unsuitable
        found.append(int(value))
    return found


def _inner(text: str, variables: Sequence[Variable], letters: Sequence[str]) -> list[Variable]:
    """What a stage hands on: different values, at which powers differ.  Raises Unsuitable."""
    values = _values(text, variables)
    if len(set(values)) < len(values) or not {0, 1}.isdisjoint(values):
        raise Unsuitable
    return [Variable(letter, value) for letter, value in zip(letters, values, strict=True)]


def _stage(name: str, variables: Sequence[Variable], components: Sequence[str]) -> str:
    return defined(name, [variable.name for variable in variables], components)


def _stages(draw: Draw, sizes: Sequence[int], levels: Sequence[int], scalar: str = "") -> tuple[list[str], str]:
    """Stages of these sizes (inputs, then the components of each), and the point."""
    names = ["f", "g", "h"][: len(levels)]
    if scalar:
        names[-1] = scalar
    letters = [_inputs(draw, sizes[0]), *(_LETTERS[i][:size] for i, size in enumerate(sizes[1:-1], 2))]
    variables = _point(draw, letters[0], max(levels))
    at, texts = _at(variables), []
    for place, level in enumerate(levels):
        text = _stage(names[place], variables, _components(draw, variables, sizes[place + 1], level))
        texts.append(text)
        if place + 1 < len(levels):
            variables = _inner(text, variables, letters[place + 1])
    return texts, at


def _symbolic(draw: Draw, level: int) -> bool:
    """Whether the result is wanted as a formula, without a point."""
    return level == 3 and draw.chance(30)


# -- topics of functions ------------------------------------------------------------------------------


def chain_rule(draw: Draw, level: int) -> Asked:
    """J_{g∘f}: polynomials; elementary functions or equations; three stages, quotients, or a formula."""
    if level == 2 and draw.chance(25):
        return _equations(draw)
    if _symbolic(draw, level):
        texts, _ = _stages(draw, (2, 2, draw.pick((1, 2))), (1, 1))
        return Asked("", "compose", tuple(texts))
    sizes, levels = {
        1: (draw.pick(((2, 2, 2), (1, 2, 2), (2, 2, 1), (2, 3, 2))), (1, 1)),
        2: (draw.pick(((2, 2, 2), (2, 2, 3), (1, 3, 2), (3, 2, 2))), draw.pick(((1, 2), (2, 1)))),
        3: draw.pick((((2, 2, 2, 2), (1, 1, 2)), ((2, 2, 2), (2, 3)), ((2, 2, 2, 1), (1, 2, 1)))),
    }[level]  # fmt: skip
    texts, at = _stages(draw, sizes, levels)
    return Asked("", "compose", tuple(texts), at)


def _equations(draw: Draw) -> Asked:
    """x = s t, y = s + t^2 and z = x^2 y"""
    inner = _point(draw, ("s", "t"), 1)
    first, second = _components(draw, inner, 2, 1)
    text = f"x = {first}, y = {second}"
    middle = _inner(_stage("f", inner, (first, second)), inner, "xy")
    return Asked("", "compose", (text, f"z = {_components(draw, middle, 1, 1)[0]}"), f"s = {inner[0].value}, "
                 f"t = {inner[1].value}")  # fmt: skip


def jacobian(draw: Draw, level: int) -> Asked:
    """J_f of one function."""
    n, m = draw.pick({1: ((2, 2), (2, 3), (1, 3)), 2: ((2, 2), (3, 2)), 3: ((3, 3), (2, 2), (3, 2))}[level])
    texts, at = _stages(draw, (n, m), (level,))
    return Asked("", "jacobian", tuple(texts), "" if _symbolic(draw, level) else at)


def gradient(draw: Draw, level: int) -> Asked:
    """∇f; at level 3 also through a chain."""
    if level == 3 and draw.chance(50):
        texts, at = _stages(draw, (2, 2, 1), draw.pick(((1, 2), (2, 1))), "L")
        return Asked("", "gradient", tuple(texts), at)
    text, at = _scalar(draw, level)
    return Asked("", "gradient", text, "" if _symbolic(draw, level) else at)


def _scalar(draw: Draw, level: int) -> tuple[tuple[str, ...], str]:
    """A scalar function of two or three inputs, of two terms at level 2 and 3."""
    variables = _point(draw, _inputs(draw, draw.pick((2, 2, 3) if level > 1 else (2,))), level)
    if level == 1:
        body = _whole(draw, variables)
    else:
        body = f"{elementary(draw, variables[:2], level)} + {_whole(draw, variables)}"
    return (_stage("f", variables, (body,)),), _at(variables)


def _whole(draw: Draw, variables: Sequence[Variable]) -> str:
    """A polynomial in which every input occurs."""
    for _ in range(20):
        text = polynomial(draw, variables, 2 + draw.below(2))
        if all(variable.name in _words(text) for variable in variables):
            return text
    raise Unsuitable


def hessian(draw: Draw, level: int) -> Asked:
    """H_f of a scalar function."""
    texts, at = _scalar(draw, level)
    return Asked("", "hessian", texts, "" if _symbolic(draw, level) else at)


def critical_point(draw: Draw, level: int) -> Asked:
    """The Hessian where ∇f = 0: of a quadratic form about the point; of a cubic; of a cubic with e^(x − p) − x."""
    if level == 1:
        p, q = draw.several((-2, -1, 1, 2, 3), 2)
        form = [(draw.pick((1, 2, -1, -2)), f"({shifted('x', -p)})^2"),
                (draw.pick((1, -1, 2, 3)), f"({shifted('x', -p)})({shifted('y', -q)})"),
                (draw.pick((1, 2, -1, 3)), f"({shifted('y', -q)})^2")]  # fmt: skip
        return Asked("", "hessian", (f"f(x, y) = {signed(form)}",), f"{p}, {q}")
    p, q, c = draw.pick((2, -2)), draw.pick((1, -1, 2, 3)), draw.pick((1, -1, 2, 3))
    b = -2 * c * q // p
    terms = [(1, "x^3"), (b, "x y"), (c, "y^2"), (-3 * p * p - b * q - (level == 3), "x")]
    if level == 3:
        terms.insert(0, (1, f"e^({shifted('x', -p)})"))
    return Asked("", "hessian", (f"f(x, y) = {signed(terms)}",), f"{p}, {q}")


_DIRECTIONS = {2: ("3, 4", "4, -3", "-3, 4", "5, 12", "6, 8"), 3: ("1, 2, 2", "2, -1, 2", "2, 3, 6", "-2, 2, 1")}


def directional_derivative(draw: Draw, level: int) -> Asked:
    """Along v/‖v‖, where ‖v‖ is a whole number."""
    texts, at = _scalar(draw, level)
    return Asked("", "jvp", texts, at, vector=draw.pick(_DIRECTIONS[at.count(",") + 1]), unit=True)


_WEIGHTS = (1, 2, -1, 3, -2)


def _vector(draw: Draw, size: int) -> str:
    return ", ".join(str(value) for value in draw.several(_WEIGHTS, size))


def _through(draw: Draw, level: int) -> tuple[tuple[int, ...], list[str], str]:
    """One stage, two, or three."""
    sizes, levels = {1: ((2, 2), (1,)), 2: ((2, 2, 2), (1, 2)), 3: ((2, 2, 2, 2), (1, 1, 1))}[level]
    if level == 3 and draw.chance(50):
        sizes, levels = (2, 3, 2), (2, 1)
    return sizes, *_stages(draw, sizes, levels)


def vector_jacobian(draw: Draw, level: int) -> Asked:
    """vᵀJ"""
    sizes, texts, at = _through(draw, level)
    return Asked("", "vjp", tuple(texts), at, vector=_vector(draw, sizes[-1]))


def jacobian_vector(draw: Draw, level: int) -> Asked:
    """Jv"""
    sizes, texts, at = _through(draw, level)
    return Asked("", "jvp", tuple(texts), at, vector=_vector(draw, sizes[0]))


_CHANGES = ("0.1", "-0.1", "0.2", "-0.2", "0.3", "0.01", "-0.02")


def differential(draw: Draw, level: int) -> Asked:
    """df for a small change of the inputs."""
    texts, at = _scalar(draw, level)
    return Asked("", "differential", texts, at, vector=", ".join(draw.several(_CHANGES, at.count(",") + 1)))


def implicit(draw: Draw, level: int) -> Asked:
    """dy/dx of a curve; of a surface or with elementary functions; of two equations, or as a formula."""
    if level == 3 and draw.chance(70):
        return _two_equations(draw)
    variables = _point(draw, ("x", "y", "z")[: draw.pick((2, 3) if level == 2 else (2,))], level)
    body = _whole(draw, variables)
    if level > 1:
        body = f"{elementary(draw, variables[:2], 2)} + {body}"
    text = _through_point("F", variables, body)
    at = "" if level == 3 else _at(variables)
    return Asked("", "implicit", (text,), at, solve_for=variables[-1].name)


def _through_point(name: str, variables: Sequence[Variable], *bodies: str) -> str:
    """F with F = 0 at the point: its value there is taken off."""
    ends: list[str] = []
    for body in bodies:
        (value,) = _values(_stage(name, variables, (body,)), variables)
        ends.append(body if value == 0 else f"{body} {'-' if value > 0 else '+'} {abs(value)}")
    return _stage(name, variables, ends)


def _two_equations(draw: Draw) -> Asked:
    variables = _point(draw, ("x", "y", "z"), 1)
    bodies = [_whole(draw, variables), polynomial(draw, variables, 3, 2)]
    text = _through_point("F", variables, *bodies)
    return Asked("", "implicit", (text,), _at(variables), solve_for="y, z")


_ANGLES = ("pi/6", "pi/3", "2pi/3", "5pi/6")


def volume(draw: Draw, level: int) -> Asked:
    """det J of a polynomial map; of coordinates of the plane; of coordinates of space."""
    if level == 1:
        texts, at = _stages(draw, (2, 2), (1,))
        return Asked("", "volume", tuple(texts), at)
    a, b, c = draw.pick(("", "2", "3")), draw.pick(("", "2", "3", "-")), draw.pick((1, 2, 3))
    stretched = (f"{a}r cos(t) + r", f"{b}r sin(t)")
    at = f"{c}, {draw.pick(_ANGLES)}"
    if level == 2:
        plane = draw.pick(((f"{a}r cos(t)", f"{b}r sin(t)"), (f"{a}r^2 cos(t)", f"{b}r^2 sin(t)"), stretched))
        return Asked("", "volume", (defined("f", ("r", "t"), plane),), at)
    z = draw.pick(("z^2", "z^2 + r", "z^3", "r z^2"))
    return Asked("", "volume", (defined("f", ("r", "t", "z"), (*stretched, z)),), f"{at}, {draw.pick((2, -2, 3))}")


MAKERS: dict[str, Maker] = {
    "chain-rule": chain_rule,
    "jacobian": jacobian,
    "gradient": gradient,
    "hessian": hessian,
    "critical-point": critical_point,
    "directional-derivative": directional_derivative,
    "vector-jacobian": vector_jacobian,
    "jacobian-vector": jacobian_vector,
    "differential": differential,
    "implicit": implicit,
    "volume": volume,
    "backprop": backprop,
    "matrix-differential": matrix_differential,
}
