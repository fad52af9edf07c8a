"""Functions and points, drawn at random: awkward on purpose, but fit for a derivative at the point.

A draw that is undefined, near a kink or very large there is thrown away and drawn again, so that no question is
trivial and none is unfair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from tests.oracles.spaces import REAL, Space, Unfit
from tests.oracles.trees import PI, E, Tree, call, letters, name, number, piecewise, value
from tests.oracles.writing import PLAIN, Habit, typed

SMOOTH = ("sin", "cos", "exp", "atan", "tanh", "sinh", "cosh", "sigmoid", "softplus", "erf", "asinh", "sech")
PARTIAL = ("ln", "sqrt", "tan", "cot", "sec", "csc", "asin", "acos", "acot", "asec", "acsc", "acosh", "atanh", "acoth",
           "asech", "acsch", "coth", "csch", "log2", "log10", "log3", "cbrt", "root4", "root5")  # fmt: skip
KINKED = ("abs", "relu", "leaky_relu", "elu", "sign")
UNITS = ("gelu", "silu")
PAIRS = ("max", "min", "atan2")
LETTERS = (("x", "y", "z"), ("u", "v", "w"), ("s", "t", "r"), ("x_1", "x_2", "x_3"), ("p", "q", "h"),
           ("alpha", "theta", "rho"))  # fmt: skip
PARAMETERS = ("a", "b", "c", "k")


@dataclass(frozen=True)
class Given:
    """A function: its name, its inputs and parameters, its components, and its text."""

    name: str
    inputs: tuple[str, ...]
    components: tuple[Tree, ...]
    parameters: tuple[str, ...] = ()
    habit: Habit = PLAIN

    @property
    def text(self) -> str:
        """f(x, y; a) = […]"""
        listed = [typed(component, self.habit) for component in self.components]
        body = listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
        inside = ", ".join(self.inputs) + (f"; {', '.join(self.parameters)}" if self.parameters else "")
        return f"{self.name}({inside}) = {body}"

    def values(self, space: Space, point: Sequence[Any], parameters: dict[str, Any]) -> list[Any]:
        """[f_1, …, f_m] at the point."""
        names = {**parameters, **dict(zip(self.inputs, point, strict=True))}
        return [value(component, space, names) for component in self.components]


@dataclass(frozen=True)
class Posed:
    """Functions, the innermost first, and a point that fits them: closed trees for the inputs and the parameters."""

    stages: tuple[Given, ...]
    point: tuple[Tree, ...]
    parameters: tuple[tuple[str, Tree], ...] = ()

    @property
    def texts(self) -> list[str]:
        """The definitions."""
        return [stage.text for stage in self.stages]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Those of the innermost function."""
        return self.stages[0].inputs

    @property
    def at(self) -> str:
        """The point, as it is typed: in order, or by name where there are parameters."""
        habit = self.stages[0].habit
        listed = [typed(tree, habit) for tree in self.point]
        if not self.parameters:
            return ", ".join(listed)
        named = [*zip(self.inputs, listed, strict=True), *((one, typed(tree, habit)) for one, tree in self.parameters)]
        return ", ".join(f"{one} = {text}" for one, text in named)

    def place(self, space: Space = REAL) -> list[Any]:
        """The point in a space."""
        return [value(tree, space, {}) for tree in self.point]

    def given(self, space: Space = REAL) -> dict[str, Any]:
        """The parameters in a space."""
        return {one: value(tree, space, {}) for one, tree in self.parameters}

    def names(self) -> dict[str, Any]:
        """Every name of the question with its value."""
        return {**self.given(), **dict(zip(self.inputs, self.place(), strict=True))}

    def function(self, space: Space = REAL) -> Callable[[Sequence[Any]], list[Any]]:
        """The composed function, the parameters at their values."""
        parameters = self.given(space)

        def composed(point: Sequence[Any]) -> list[Any]:
            current = list(point)
            for stage in self.stages:
                current = stage.values(space, current, parameters)
            return current

        return composed

    @property
    def m(self) -> int:
        """How many components the outermost function has."""
        return len(self.stages[-1].components)


class Drawer:
    """Draws trees and functions; the same for the same seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    # -- trees ----------------------------------------------------------------------------------------

    def leaf(self, names: Sequence[str]) -> Tree:
        """Mostly a letter; else a small number, a fraction, e or π."""
        rng = self.rng
        if names and rng.random() < 0.72:
            return name(rng.choice(names))
        kind = rng.random()
        if kind < 0.6:
            return number(rng.randint(1, 5))
        if kind < 0.85:
            return number(Fraction(rng.randint(1, 7), rng.choice([2, 3, 4, 5, 7])))
        return rng.choice([E, PI])

    def tree(self, names: Sequence[str], size: int, kinks: bool = True) -> Tree:
        """A tree of about ``size`` nodes."""
        if size <= 1:
            return self.leaf(names)
        makers = [self._sum, self._sum, self._product, self._product, self._quotient, self._power, self._call,
                  self._call, self._call]  # fmt: skip
        if kinks:
            makers.append(self._kinked)
        return self.rng.choice(makers)(names, size - 1, kinks)

    def _halves(self, names: Sequence[str], size: int, kinks: bool) -> tuple[Tree, Tree]:
        left = self.rng.randint(1, max(1, size - 1))
        return self.tree(names, left, kinks), self.tree(names, size - left, kinks)

    def _sum(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        left, right = self._halves(names, size, kinks)
        kind = self.rng.random()
        if kind < 0.1:
            return -left + right
        return left - right if kind < 0.45 else left + right

    def _product(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        parts = list(self._halves(names, size, kinks))
        if self.rng.random() < 0.4:
            parts.insert(0, number(self.rng.randint(2, 5)))
        return Tree("product", tuple(parts))

    def _quotient(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        above, below = self._halves(names, size, kinks)
        if self.rng.random() < 0.4:
            below = below ** number(2) + number(self.rng.randint(1, 3))
        return above / below

    def _power(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        rng = self.rng
        kind = rng.random()
        if kind < 0.12:
            return E ** self.tree(names, size, kinks)
        if kind < 0.2:
            return number(rng.choice([2, 3])) ** self.tree(names, size, kinks)
        if kind < 0.3:
            left, right = self._halves(names, size, kinks)
            return left**right
        exponent: Tree = number(rng.choice([2, 2, 2, 3, 3, 4, -1, -2]))
        if kind > 0.85:
            exponent = number(Fraction(rng.choice([1, -1, 2, 3, 5]), rng.choice([2, 3, 4])))
        return self.tree(names, size, kinks) ** exponent

    def _call(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        if self.rng.random() < 0.5:
            return call(self.rng.choice(SMOOTH), self.tree(names, size, kinks))
        if self.rng.random() < 0.15:
            return call(self.rng.choice(UNITS), self.tree(names, size, kinks))
        return call(self.rng.choice(PARTIAL), self.tree(names, size, kinks))

    def _kinked(self, names: Sequence[str], size: int, kinks: bool) -> Tree:
        kind = self.rng.random()
        if kind < 0.4:
            return call(self.rng.choice(KINKED), self.tree(names, size, kinks))
        left, right = self._halves(names, size, kinks)
        if kind < 0.8:
            return call(self.rng.choice(PAIRS), left, right)
        relation = self.rng.choice([">", "<", ">=", "<=", "!="])
        return piecewise(left, relation, self.leaf(names), number(self.rng.randint(0, 2)), right)

    def vanishing(self, names: Sequence[str]) -> Tree:
        """A tree whose derivatives are 0 though its letters occur."""
        u = self.tree(names, self.rng.randint(1, 3), kinks=False)
        two = number(2)
        return self.rng.choice([
            call("sin", u) ** two + call("cos", u) ** two, call("cosh", u) ** two - call("sinh", u) ** two,
            u - u, call("atan2", u, u * two) - number(1), call("ln", E ** u) - u, (E ** u) * (E ** -u),
            call("sec", u) ** two - call("tan", u) ** two, u / u, (u + number(1)) ** two - u ** two - two * u,
        ])  # fmt: skip

    # -- numbers, vectors, points ---------------------------------------------------------------------

    def closed(self, plain: bool = False) -> Tree:
        """A coordinate: whole, negative, a fraction, or a closed form."""
        rng = self.rng
        kind = rng.random()
        if plain or kind < 0.45:
            return number(rng.choice([-3, -2, -1, 1, 1, 2, 2, 3, 4, 0]))
        if kind < 0.8:
            return number(Fraction(rng.choice([-7, -5, -3, -1, 1, 2, 3, 4, 5, 9]), rng.choice([2, 3, 4, 5, 7])))
        return rng.choice([
            E, PI, PI / number(3), PI / number(4), -(PI / number(6)), call("sqrt", number(2)), call("ln", number(2)),
            -call("sqrt", number(3)), number(2) * PI / number(3), E ** number(-1), call("sqrt", number(5)) / number(2),
            number(1) - call("sqrt", number(2)),
        ])  # fmt: skip

    def vector(self, n: int) -> tuple[Tree, ...]:
        """A vector that is not 0."""
        found = (number(0),) * n
        while set(found) == {number(0)}:
            found = tuple(self.closed() for _ in range(n))
        return found

    # -- functions ------------------------------------------------------------------------------------

    def letters(self, n: int) -> tuple[str, ...]:
        """n inputs that belong together."""
        return self.rng.choice(LETTERS)[:n]

    def component(self, names: Sequence[str], size: int, kinks: bool = True) -> Tree:
        """A component; now and then of some inputs only, a constant, or one with vanishing derivatives."""
        kind = self.rng.random()
        if kind < 0.04:
            return self.tree((), self.rng.randint(1, 2))
        if kind < 0.08:
            return self.vanishing(names)
        if kind < 0.2:
            names = self.rng.sample(list(names), self.rng.randint(1, len(names)))
        return self.tree(names, size, kinks)

    def posed(self, stages: int = 1, n: int = 0, m: int = 0, size: int = 7, kinks: bool = True,
              parameters: bool = True) -> Posed:  # fmt: skip
        """A question: so many stages from n inputs to m components (0: any), and a point that fits."""
        while True:
            try:
                return self._tried(stages, n, m, size, kinks, parameters)
            except Unfit:
                continue

    def _tried(self, count: int, n: int, m: int, size: int, kinks: bool, parameters: bool) -> Posed:
        rng = self.rng
        shapes = [n or rng.randint(1, 3), *(rng.randint(1, 3) for _ in range(count - 1)), m or rng.randint(1, 3)]
        point = tuple(self.closed() for _ in range(shapes[0]))
        listed = tuple(sorted(rng.sample(PARAMETERS, rng.randint(1, 2)))) if parameters and rng.random() < 0.2 else ()
        values = tuple((one, self.closed()) for one in listed)
        habit = Habit.drawn(rng)
        inner = self.letters(3)
        current = [value(tree, REAL, {}) for tree in point]
        given = {one: value(tree, REAL, {}) for one, tree in values}
        made: list[Given] = []
        for place, (inputs, components) in enumerate(pairwise(shapes)):
            names = inner if place == 0 or rng.random() < 0.4 else self.letters(3)
            called, used_names = "fgh"[place], names[:inputs]
            stage, current = self._stage(called, used_names, components, size, kinks, listed, given, current, habit)
            made.append(stage)
        used = set().union(*(letters(component) for stage in made for component in stage.components))
        made = [Given(one.name, one.inputs, one.components,
                      tuple(p for p in one.parameters if any(p in letters(c) for c in one.components)), habit)
                for one in made]  # fmt: skip
        return Posed(tuple(made), point, tuple((one, tree) for one, tree in values if one in used))

    def _stage(self, called: str, names: tuple[str, ...], m: int, size: int, kinks: bool, parameters: tuple[str, ...],
               given: dict[str, Any], at: list[Any], habit: Habit) -> tuple[Given, list[Any]]:  # fmt: skip
        """A function that is fit at the values of its inputs, and its own values there."""
        if called in names:
            raise Unfit("a function is not called as its input")
        scope = {**given, **dict(zip(names, at, strict=True))}
        found: list[Tree] = []
        values = []
        for _ in range(m):
            tree, one = self.fit((*names, *parameters), scope, size, kinks)
            found.append(tree)
            values.append(one)
        return Given(called, names, tuple(found), parameters, habit), values

    def fit(self, names: tuple[str, ...], scope: dict[str, Any], size: int, kinks: bool = True) -> tuple[Tree, Any]:
        """A component and its value, after at most 60 draws."""
        for _ in range(60):
            tree = self.component(names, self.rng.randint(1, size), kinks)
            try:
                return tree, value(tree, REAL, scope)
            except Unfit:
                continue
        raise Unfit("nothing fits at this point")
