"""A formula as a tree of its own, with a value in any space of numbers (see ``spaces``).

    sum, product, negative, quotient, power, call, piecewise, number, constant, name

``mark`` is what a leaf holds (a Fraction, a name), the name of the function that is called, or the relations of the
branches of a piecewise formula, whose parts are value, left, right, value, left, right, …, otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracles.spaces import Space


@dataclass(frozen=True)
class Tree:
    """One node; see the module's head."""

    op: str
    parts: tuple[Tree, ...] = ()
    mark: Any = None

    def __add__(self, other: Tree) -> Tree:
        return Tree("sum", (self, other))

    def __sub__(self, other: Tree) -> Tree:
        return Tree("sum", (self, -other))

    def __mul__(self, other: Tree) -> Tree:
        return Tree("product", (self, other))

    def __truediv__(self, other: Tree) -> Tree:
        return Tree("quotient", (self, other))

    def __pow__(self, other: Tree) -> Tree:
        return Tree("power", (self, other))

    def __neg__(self) -> Tree:
        return Tree("negative", (self,))


def number(value: Fraction | int) -> Tree:
    """3, 1/2; a negative number is the negative of one."""
    value = Fraction(value)
    return Tree("number", (), value) if value >= 0 else -Tree("number", (), -value)


def name(letter: str) -> Tree:
    """A variable."""
    return Tree("name", (), letter)


def call(function: str, *arguments: Tree) -> Tree:
    """A function of arguments."""
    return Tree("call", arguments, function)


def piecewise(value: Tree, relation: str, left: Tree, right: Tree, otherwise: Tree) -> Tree:
    """value if left relation right, otherwise …"""
    return Tree("piecewise", (value, left, right, otherwise), (relation,))


E, PI = Tree("constant", (), "e"), Tree("constant", (), "pi")


def value(tree: Tree, space: Space, names: Mapping[str, Any]) -> Any:
    """The value of a tree in a space, at the values of its names."""
    if tree.op == "name":
        return names[tree.mark]
    if tree.op == "number":
        return space.number(tree.mark)
    if tree.op == "constant":
        return space.constants[tree.mark]
    if tree.op == "power" and (exponent := whole(tree.parts[1])) is not None:
        return space.whole_power(value(tree.parts[0], space, names), exponent)
    if tree.op == "piecewise":
        return _branch(tree, space, names)
    parts = [value(part, space, names) for part in tree.parts]
    match tree.op:
        case "sum":
            return space.kept(sum(parts[1:], parts[0]))
        case "product":
            found = parts[0]
            for part in parts[1:]:
                found = found * part
            return space.kept(found)
        case "negative":
            return -parts[0]
        case "quotient":
            return space.quotient(*parts)
        case "power":
            return space.apply("power", parts)
        case "call":
            return space.apply(tree.mark, parts)
    raise TypeError(tree.op)


def _branch(tree: Tree, space: Space, names: Mapping[str, Any]) -> Any:
    cut = [tree.parts[k : k + 3] for k in range(0, 3 * len(tree.mark), 3)]

    def later(part: Tree) -> Callable[[], Any]:
        return lambda: value(part, space, names)

    branches = [
        (relation, value(left, space, names), value(right, space, names), later(given))
        for relation, (given, left, right) in zip(tree.mark, cut, strict=True)
    ]
    return space.choose(branches, later(tree.parts[-1]))


def whole(tree: Tree) -> int | None:
    """The whole number that an exponent is."""
    if tree.op == "negative":
        inner = whole(tree.parts[0])
        return None if inner is None else -inner
    if tree.op == "number" and tree.mark.denominator == 1:
        return int(tree.mark)
    return None


def letters(tree: Tree) -> set[str]:
    """The variables that occur."""
    if tree.op == "name":
        return {tree.mark}
    return set().union(*(letters(part) for part in tree.parts))


def replaced(tree: Tree, inserted: Mapping[str, Tree]) -> Tree:
    """The tree with trees in the place of its variables."""
    if tree.op == "name":
        return inserted.get(tree.mark, tree)
    return Tree(tree.op, tuple(replaced(part, inserted) for part in tree.parts), tree.mark)
