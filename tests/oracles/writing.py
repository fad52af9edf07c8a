"""A tree as a student types it: with stars or without, bars or ``abs``, ``sin^2(x)`` or ``(sin x)^2``, as habits go.

Brackets stand where the language of section 3 of the design needs them, and now and then where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from tests.oracles.trees import Tree

SUM, QUOTIENT, PRODUCT, POWER, ATOM = range(5)

SPELLINGS: dict[str, tuple[str, ...]] = {
    "asin": ("asin", "arcsin"), "acos": ("acos", "arccos"), "atan": ("atan", "arctan"), "acot": ("acot", "arccot"),
    "asec": ("asec", "arcsec"), "acsc": ("acsc", "arccsc"), "tan": ("tan", "tg"), "cot": ("cot", "ctg"),
    "csc": ("csc", "cosec"), "csch": ("csch", "cosech"), "asinh": ("asinh", "arsinh", "arcsinh"),
    "acosh": ("acosh", "arcosh", "arccosh"), "atanh": ("atanh", "artanh", "arctanh"), "acoth": ("acoth", "arcoth"),
    "asech": ("asech", "arsech"), "acsch": ("acsch", "arcsch"), "ln": ("ln", "log"), "sign": ("sign", "sgn"),
    "relu": ("relu", "ReLU"), "sigmoid": ("sigmoid", "logistic", "expit"), "silu": ("silu", "swish"),
    "atan2": ("atan2", "arctan2"), "sqrt": ("sqrt", "√"), "log2": ("log2", "log_2"), "log10": ("log10", "log_10"),
    "log3": ("log_3",),
}  # fmt: skip
SIMPLE = ("sin", "cos", "tan", "ln", "exp", "sinh", "cosh", "tanh")


@dataclass(frozen=True)
class Habit:
    """How somebody types."""

    star: str = "*"
    power: str = "^"
    bars: bool = False
    glued: bool = False
    pi: str = "pi"
    decimals: bool = False
    bare: bool = False
    squared: bool = False
    spelling: int = 0

    @classmethod
    def drawn(cls, rng: Random) -> Habit:
        """Any of them."""
        bars, glued, decimals, bare, squared = (rng.random() < 0.5 for _ in range(5))
        star, power, pi = rng.choice(["*", " * ", "·"]), rng.choice(["^", "^", "**"]), rng.choice(["pi", "π"])
        return cls(star, power, bars, glued, pi, decimals, bare, squared, rng.randrange(3))


PLAIN = Habit()


def typed(tree: Tree, habit: Habit = PLAIN) -> str:
    """The text of a tree."""
    return _written(tree, habit)[0]


def _at(tree: Tree, habit: Habit, level: int) -> str:
    """The text, in brackets if it binds less than the place needs."""
    text, own = _written(tree, habit)
    return text if own >= level else f"({text})"


def _written(tree: Tree, habit: Habit) -> tuple[str, int]:
    return _WRITERS[tree.op](tree, habit)


def _number(tree: Tree, habit: Habit) -> tuple[str, int]:
    q: Fraction = tree.mark
    if q.denominator == 1:
        return str(q.numerator), ATOM
    if habit.decimals and set(_primes(q.denominator)) <= {2, 5}:
        return f"{float(q)}", ATOM
    return f"{q.numerator}/{q.denominator}", QUOTIENT


def _primes(n: int) -> list[int]:
    return [p for p in range(2, n + 1) if n % p == 0 and all(p % q for q in range(2, p))]


def _constant(tree: Tree, habit: Habit) -> tuple[str, int]:
    return (habit.pi if tree.mark == "pi" else "e"), ATOM


def _name(tree: Tree, _habit: Habit) -> tuple[str, int]:
    return tree.mark, ATOM


def _sum(tree: Tree, habit: Habit) -> tuple[str, int]:
    text = ""
    for place, part in enumerate(tree.parts):
        minus = part.op == "negative"
        inner = _at(part.parts[0] if minus else part, habit, QUOTIENT)
        if place:
            text += f" {'-' if minus else '+'} {inner}"
        else:
            text = f"-{inner}" if minus else inner
    return text, SUM


def _negative(tree: Tree, habit: Habit) -> tuple[str, int]:
    return f"-{_at(tree.parts[0], habit, QUOTIENT)}", SUM


def _product(tree: Tree, habit: Habit) -> tuple[str, int]:
    factors = [_at(part, habit, POWER) for part in tree.parts]
    if not habit.glued or any(text[0].isdigit() for text in factors[1:]) or any("|" in text for text in factors):
        return habit.star.join(factors), PRODUCT
    text = factors[0]
    for factor in factors[1:]:
        number_first = text.isdigit() and factor[0] != "e"
        bracketed = factor[0] == "(" and text[-1] in "0123456789)" and "^" not in text
        text += factor if number_first or bracketed else f" {factor}"
    return text, PRODUCT


def _quotient(tree: Tree, habit: Habit) -> tuple[str, int]:
    above, below = tree.parts
    return f"{_at(above, habit, POWER)}/{_at(below, habit, ATOM)}", QUOTIENT


def _power(tree: Tree, habit: Habit) -> tuple[str, int]:
    base, exponent = tree.parts
    inner = typed(exponent, habit)
    if not (inner.isdigit() or (exponent.op == "name" and not habit.glued)):
        inner = f"({inner})"
    if base.op == "call" and base.mark in SIMPLE and inner.isdigit() and inner != "0" and habit.squared:
        return f"{base.mark}{habit.power}{inner}({typed(base.parts[0], habit)})", POWER
    return f"{_at(base, habit, ATOM)}{habit.power}{inner}", POWER


def _call(tree: Tree, habit: Habit) -> tuple[str, int]:
    if tree.mark == "abs" and habit.bars:
        inner = typed(tree.parts[0], habit)
        if "|" not in inner:
            return f"|{inner}|", ATOM
    if tree.mark in SIMPLE and habit.bare and tree.parts[0].op == "name":
        return f"({tree.mark} {tree.parts[0].mark})", ATOM
    arguments = [typed(part, habit) for part in tree.parts]
    if tree.mark.startswith("root"):
        return f"root({arguments[0]}, {tree.mark[4:]})", ATOM
    listed = SPELLINGS.get(tree.mark, (tree.mark,))
    return f"{listed[habit.spelling % len(listed)]}({', '.join(arguments)})", ATOM


def _piecewise(tree: Tree, habit: Habit) -> tuple[str, int]:
    parts = [typed(part, habit) for part in tree.parts]
    cut = [parts[k : k + 3] for k in range(0, 3 * len(tree.mark), 3)]
    listed = [f"{v} if {a} {relation} {b}" for relation, (v, a, b) in zip(tree.mark, cut, strict=True)]
    return f"piecewise({', '.join([*listed, f'{parts[-1]} otherwise'])})", ATOM


_WRITERS = {
    "number": _number, "constant": _constant, "name": _name, "sum": _sum, "negative": _negative, "product": _product,
    "quotient": _quotient, "power": _power, "call": _call, "piecewise": _piecewise,
}  # fmt: skip
