"""Implicit functions: F(x, y) = 0 is solved for y beside the point by Newton's method, and y(x) is differenced.

F = G − G(a, b), so that the point lies on the curve exactly, whatever G is.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import jacocalc as jc
from tests.oracles.cases import Case, Maker, entries
from tests.oracles.differences import FIRST, determinant, jacobian, moved, solved
from tests.oracles.drawing import Drawer, Given
from tests.oracles.spaces import NEAR, REAL, Unfit, real
from tests.oracles.trees import Tree, letters, name, replaced, value
from tests.oracles.writing import Habit, typed

ENOUGH = real.mpf(10) ** -85


def _drawn(rng: Random, drawer: Drawer) -> tuple[Given, tuple[Tree, ...], tuple[str, ...]]:
    """F, a point of F = 0, and the letters to solve for."""
    n = rng.choice([2, 2, 3])
    count = rng.choice([1, 1, 2]) if n == 3 else 1
    names = drawer.letters(n)
    point = tuple(drawer.closed(plain=rng.random() < 0.6) for _ in names)
    inserted = dict(zip(names, point, strict=True))
    scope = {one: value(tree, REAL, {}) for one, tree in inserted.items()}
    unknown = tuple(rng.sample(names, count))
    components = []
    for one in unknown:
        tree, _ = drawer.fit(names, scope, 5)
        tree = tree + name(one) * drawer.leaf(names)
        components.append(tree - replaced(tree, inserted))
    return Given("F", names, tuple(components), (), Habit.drawn(rng)), point, unknown


def followed(f: Given, at: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """The unknowns for which f is 0 beside a point of the curve."""
    current = list(at)
    for _ in range(12):
        said = f.values(REAL, current, {})
        if max(abs(one) for one in said) < ENOUGH:
            return [current[k] for k in places]
        grid = jacobian(lambda x: f.values(REAL, x, {}), current)
        steps = solved([[row[k] for k in places] for row in grid], said)
        for k, step in zip(places, steps, strict=True):
            current[k] -= step
    raise Unfit("Newton's method does not settle")


def _wanted(f: Given, at: list[Any], unknown: tuple[str, ...]) -> list[list[Any]]:
    places = [f.inputs.index(one) for one in unknown]
    free = [k for k in range(len(f.inputs)) if k not in places]
    grid = jacobian(lambda x: f.values(REAL, x, {}), at)
    if abs(determinant([[row[k] for k in places] for row in grid])) < NEAR:
        raise Unfit("∂F/∂y is singular")
    columns = []
    for k in free:
        above, below = (followed(f, moved(at, (k, step)), places) for step in (FIRST, -FIRST))
        columns.append([(p - q) / (2 * FIRST) for p, q in zip(above, below, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def implicit(rng: Random) -> Case:
    """dy/dx of F(x, y) = 0, at a point of the curve, or as a formula that is evaluated there."""
    drawer = Drawer(rng)
    while True:
        try:
            f, point, unknown = _drawn(rng, drawer)
            at = [value(tree, REAL, {}) for tree in point]
            wanted = _wanted(f, at, unknown)
            break
        except (Unfit, ZeroDivisionError):
            continue
    given: dict[str, Any] = {"solve_for": list(unknown)}
    if rng.random() < 0.6:
        given["at"] = ", ".join(f"{one} = {typed(tree, f.habit)}" for one, tree in zip(f.inputs, point, strict=True))
    text = f.text
    if len(unknown) == 1 and _in_order(f) and rng.random() < 0.5:
        left, right = f.components[0].parts
        text = f"{typed(left, f.habit)} = {typed(right.parts[0], f.habit)}"
    names = dict(zip(f.inputs, at, strict=True))
    return Case(f"jc.implicit({text!r}, {given})", lambda: jc.implicit(text, **given),
                lambda solution: entries(solution.result, wanted, names))  # fmt: skip


def _in_order(f: Given) -> bool:
    """Whether the letters appear in the order of the inputs: that of an equation is the order of first appearance."""
    found: list[str] = []

    def walk(tree: Tree) -> None:
        if tree.op == "name" and tree.mark not in found:
            found.append(tree.mark)
        for part in tree.parts:
            walk(part)

    walk(f.components[0])
    return tuple(found) == f.inputs and letters(f.components[0]) == set(f.inputs)


KINDS: dict[str, Maker] = {"implicit": implicit}
