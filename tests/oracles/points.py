"""Reports on points: functions that are smooth, kinked, torn or undefined there by construction.

With h(a) = 0 and ∇h(a) ≠ 0: |h| has a kink at a, h|h| has none, sign h jumps, 1/h has no value.  A border of pieces is
smooth or not by what is added behind it.  xᵖyᑫ/(x² + y²)ʳ has degree d = p + q − 2r: continuous at the origin if and
only if d > 0, differentiable if and only if d > 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import jacocalc as jc
from tests.oracles.cases import Case, Maker
from tests.oracles.differences import jacobian
from tests.oracles.drawing import Drawer, Given
from tests.oracles.spaces import NEAR, REAL, Unfit
from tests.oracles.trees import E, Tree, call, name, number, piecewise, replaced, value
from tests.oracles.writing import Habit, typed

ASKED = ("defined", "continuous", "differentiable")
ONE, TWO, ZERO = number(1), number(2), number(0)


@dataclass(frozen=True)
class Truth:
    """What the report must say: yes, no, or "" where nothing is claimed here."""

    defined: str = "yes"
    continuous: str = "yes"
    differentiable: str = "yes"


SMOOTH, KINK, JUMP, NONE = Truth(), Truth(differentiable="no"), Truth("yes", "no", "no"), Truth("no", "no", "no")


class Local:
    """Draws a function at a point together with what is true of it."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.drawer = rng, Drawer(rng)
        self.names = self.drawer.letters(rng.choice([1, 1, 2]))
        self.point = tuple(self.drawer.closed(plain=rng.random() < 0.7) for _ in self.names)
        self.inserted = dict(zip(self.names, self.point, strict=True))
        self.scope = {one: value(tree, REAL, {}) for one, tree in self.inserted.items()}

    def smooth(self, size: int = 4) -> Tree:
        """A tree that is smooth at the point."""
        return self.drawer.fit(self.names, self.scope, size, kinks=False)[0]

    def root(self) -> Tree:
        """h with h(a) = 0 and ∇h(a) ≠ 0."""
        for _ in range(40):
            one = self.rng.choice(self.names)
            tree = self._ascending(name(one))
            try:
                grid = jacobian(partial(self._value, tree), [self.scope[k] for k in self.names])
            except Unfit:
                continue
            if max(abs(entry) for entry in grid[0]) > NEAR:
                return tree - replaced(tree, self.inserted)
        raise Unfit("no root")

    def _value(self, tree: Tree, at: Sequence[Any]) -> list[Any]:
        return [value(tree, REAL, dict(zip(self.names, at, strict=True)))]

    def _ascending(self, letter: Tree) -> Tree:
        """Mostly x, kx or xᵏ, so that the constants stay short; now and then any formula."""
        kind = self.rng.random()
        if kind < 0.5:
            return letter
        if kind < 0.9:
            other = name(self.rng.choice(self.names))
            product = letter * other + letter
            return self.rng.choice([number(3) * letter, letter**TWO, product, letter + other, E**letter])
        return self.smooth(3) + letter

    def border(self) -> tuple[str, str, Tree, Tree, Tree]:
        """A letter, a relation, its value at the point, and letter − value."""
        one = self.rng.choice(self.names)
        letter, at = name(one), self.inserted[one]
        return one, self.rng.choice(["<", "<=", ">", ">="]), letter, at, letter - at

    def dressed(self, core: Tree) -> Tree:
        """c·core + g with g smooth: as smooth as the core."""
        factor = number(self.rng.randint(1, 3))
        found = factor * core if self.rng.random() < 0.5 else -core
        return found + self.smooth() if self.rng.random() < 0.6 else found


def _kink(d: Local) -> tuple[Tree, Truth]:
    h = d.root()
    core = d.rng.choice([
        call("abs", h), call("relu", h), call("max", h, -h), call("min", h, TWO * h), call("sqrt", h**TWO),
        call("cbrt", h),
        call("leaky_relu", h), call("abs", call("sin", h)), call("root5", h), call("abs", h) ** (ONE / TWO),
        call("exp", -call("abs", h)), call("max", h, ZERO) + call("abs", h), call("tanh", call("abs", h)),
        call("abs", TWO * h) - call("abs", h),
    ])  # fmt: skip
    return d.dressed(core), KINK


def _no_kink(d: Local) -> tuple[Tree, Truth]:
    h = d.root()
    core = d.rng.choice([
        h * call("abs", h), call("abs", h) ** number(3), call("relu", h) ** TWO, call("relu", h) - call("relu", -h),
        call("max", h, -h) - call("abs", h), call("abs", h) ** (number(3) / TWO), call("cbrt", h) ** number(4),
        call("cos", call("abs", h)), call("elu", h), h * call("cbrt", h), call("abs", h**TWO), call("max", h, h),
        call("cosh", call("abs", h)), h**TWO * call("sign", h), call("abs", h) ** TWO,
    ])  # fmt: skip
    return d.dressed(core), SMOOTH


def _jump(d: Local) -> tuple[Tree, Truth]:
    h = d.root()
    core = d.rng.choice([
        call("sign", h), call("sign", h) * (ONE + h**TWO), call("exp", call("sign", h)),
        piecewise(ONE, ">", h, ZERO, ZERO),
        call("atan2", h, number(-1)), piecewise(ONE, "!=", h, ZERO, number(3)), call("sign", h) ** TWO,
    ])  # fmt: skip
    return d.dressed(core), JUMP


def _undefined(d: Local) -> tuple[Tree, Truth]:
    h = d.root()
    core = d.rng.choice([
        ONE / h, call("ln", h), call("ln", call("abs", h)), h / h, call("sqrt", -(h**TWO) - ONE), call("asin", h + TWO),
        h ** number(-2), call("cot", h), call("acosh", h), call("csch", h), call("ln", h**TWO), h * call("ln", h),
        call("sin", h) / h, (h**TWO) / h, call("coth", h), call("acsch", h), call("atanh", h - ONE),
    ])  # fmt: skip
    return d.dressed(core), NONE


def _smooth(d: Local) -> tuple[Tree, Truth]:
    return d.smooth(8), SMOOTH


def _border(d: Local) -> tuple[Tree, Truth]:
    """p on one side, p + c(x − a)ᵏ on the other: a jump for k = 0, a kink for k = 1, else smooth."""
    _, relation, letter, at, step = d.border()
    p, k = d.smooth(4), d.rng.choice([0, 1, 2, 3])
    added = number(d.rng.randint(1, 3)) * (step ** number(k) if k else ONE)
    truth = (JUMP, KINK, SMOOTH, SMOOTH)[k]
    return piecewise(p, relation, letter, at, p + added), truth


def _wave(d: Local) -> tuple[Tree, Truth]:
    """(x − a)ᵏ sin(1/(x − a)), 0 at a."""
    _, _, letter, at, step = d.border()
    k = d.rng.choice([0, 1, 2, 3])
    wave = call(d.rng.choice(["sin", "cos"]), ONE / step)
    core = step ** number(k) * wave if k else wave
    return d.dressed(piecewise(core, "!=", letter, at, ZERO)), (JUMP, KINK, SMOOTH, SMOOTH)[k]


def _two(d: Local) -> tuple[Tree, Truth]:
    """xᵖyᑫ/(x² + y²)ʳ, 0 at the origin, moved to the point."""
    if len(d.names) < 2:
        raise Unfit("two letters are needed")
    u, v = (name(one) - d.inserted[one] if d.inserted[one] != ZERO else name(one) for one in d.names)
    p, q, r = d.rng.randint(0, 4), d.rng.randint(1, 4), d.rng.choice([1, 1, 2])
    degree = p + q - 2 * r
    if p == 0 and q == 2 * r:
        degree = 0
    square = u**TWO + v**TWO
    below = square if r == 1 else square ** number(r)
    core = (u ** number(p) * v ** number(q) if p else v ** number(q)) / below
    whole = piecewise(core, "!=", square, ZERO, ZERO)
    return d.dressed(whole), SMOOTH if degree > 1 else KINK if degree > 0 else JUMP


FAMILIES = (_smooth, _kink, _no_kink, _jump, _undefined, _border, _wave, _two)


def _drawn(rng: Random) -> tuple[Local, Tree, Truth]:
    while True:
        try:
            maker = Local(rng)
            tree, truth = rng.choice(FAMILIES)(maker)
            return maker, tree, truth
        except Unfit:
            continue


def point(rng: Random) -> Case:
    """The report says what is true by construction, or that it is undecided."""
    maker, tree, truth = _drawn(rng)
    habit = Habit.drawn(rng)
    text = Given("f", maker.names, (tree,), (), habit).text
    at = ", ".join(typed(one, habit) for one in maker.point)
    return Case(f"jc.point({text!r}, at={at!r})  # {truth}", lambda: jc.point(text, at=at),
                lambda solution: judged(solution.result, truth, ASKED))  # fmt: skip


def judged(said: dict[str, Any], truth: Truth, asked: Sequence[str]) -> str:
    """What is said against the truth; undecided where one of the answers is."""
    for one in asked:
        wanted = getattr(truth, one)
        if said[one] not in (wanted, "undecided") and not (wanted == "no" and said[one] not in ("yes", "no")):
            return f"{one}: {said[one]}, not {wanted}"
    open_ = [one for one in asked if said[one] == "undecided"]
    return f"undecided: {', '.join(open_)}" if open_ else ""


KINDS: dict[str, Maker] = {"point": point}
