"""Verdicts: what is right by construction is never said to be wrong, what is wrong never to be right.

Right: a formula rewritten by laws that hold wherever it is defined (``REWRITINGS``), SymPy's derivative of the composed
expression as SymPy prints it, the digits of differences.  Wrong: the same with one part changed, so that the values at
a point differ, as numbers of 100 digits say.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import sympy

import jacocalc as jc
from tests.oracles.cases import Case, Maker
from tests.oracles.differences import jacobian
from tests.oracles.drawing import Drawer, Posed
from tests.oracles.spaces import DIGITS, REAL, SYMBOLIC, Unfit, real
from tests.oracles.trees import PI, E, Tree, call, letters, number, value, whole
from tests.oracles.writing import Habit, typed

ONE, TWO = number(1), number(2)
CLEARLY = real.mpf(10) ** -4  # how far a wrong value must be from the right one


EQUAL = real.mpf(10) ** -60
NO_DIGITS = real.mpf(10) ** -20  # what is typed as 0

# -- rewritings ---------------------------------------------------------------------------------------

Law = Callable[[Tree], Tree | None]


def _turned(t: Tree) -> Tree | None:
    return Tree(t.op, t.parts[::-1]) if t.op in ("sum", "product") else None


def _square(t: Tree) -> Tree | None:
    return t.parts[0] * t.parts[0] if t.op == "power" and whole(t.parts[1]) == 2 else None


def _cube(t: Tree) -> Tree | None:
    return t.parts[0] * t.parts[0] ** TWO if t.op == "power" and whole(t.parts[1]) == 3 else None


def _squared_sum(t: Tree) -> Tree | None:
    if t.op != "power" or whole(t.parts[1]) != 2 or t.parts[0].op != "sum":
        return None
    a, b = t.parts[0].parts[0], Tree("sum", t.parts[0].parts[1:])
    b = b.parts[0] if len(b.parts) == 1 else b
    return a**TWO + TWO * a * b + b**TWO


def _spread(t: Tree) -> Tree | None:
    if t.op != "product" or len(t.parts) != 2 or t.parts[1].op != "sum":
        return None
    return Tree("sum", tuple(t.parts[0] * part for part in t.parts[1].parts))


def _inverse(t: Tree) -> Tree | None:
    return t.parts[0] * t.parts[1] ** number(-1) if t.op == "quotient" else None


def _double_sign(t: Tree) -> Tree | None:
    return Tree("negative", (-t,)) if t.op in ("sum", "call") else None


def _of(function: str, law: Callable[[Tree], Tree]) -> Law:
    return lambda t: law(t.parts[0]) if t.op == "call" and t.mark == function else None


def _exponents(t: Tree) -> Tree | None:
    if t.op == "power" and t.parts[0] == E and t.parts[1].op == "sum":
        a, *rest = t.parts[1].parts
        return E**a * E ** (rest[0] if len(rest) == 1 else Tree("sum", tuple(rest)))
    return None


def _halves(t: Tree) -> Tree | None:
    if t.op != "number" or t.mark == 0:
        return None
    q: Fraction = t.mark
    return number(q.numerator * 2) / number(q.denominator * 2)


REWRITINGS: tuple[Law, ...] = (
    _turned, _square, _cube, _squared_sum, _spread, _inverse, _double_sign, _exponents, _halves,
    _of("tan", lambda u: call("sin", u) / call("cos", u)), _of("sec", lambda u: ONE / call("cos", u)),
    _of("csc", lambda u: ONE / call("sin", u)), _of("cot", lambda u: call("cos", u) / call("sin", u)),
    _of("sin", lambda u: TWO * call("sin", u / TWO) * call("cos", u / TWO)),
    _of("cos", lambda u: ONE - TWO * call("sin", u / TWO) ** TWO),
    _of("sinh", lambda u: (E**u - E**-u) / TWO), _of("cosh", lambda u: (E**u + E**-u) / TWO),
    _of("tanh", lambda u: (E**u - E**-u) / (E**u + E**-u)), _of("sech", lambda u: TWO / (E**u + E**-u)),
    _of("csch", lambda u: TWO / (E**u - E**-u)), _of("coth", lambda u: call("cosh", u) / call("sinh", u)),
    _of("sigmoid", lambda u: E**u / (ONE + E**u)), _of("softplus", lambda u: call("ln", ONE + E**u)),
    _of("exp", lambda u: E**u), _of("sqrt", lambda u: u ** (ONE / TWO)),
    _of("asinh", lambda u: call("ln", u + call("sqrt", u**TWO + ONE))),
    _of("log2", lambda u: call("ln", u) / call("ln", TWO)),
    _of("log10", lambda u: call("ln", u) / call("ln", number(10))),
    _of("acos", lambda u: PI / TWO - call("asin", u)),
    _of("ln", lambda u: TWO * call("ln", call("sqrt", u))),
    _of("atan", lambda u: -call("atan", -u)), _of("cbrt", lambda u: -call("cbrt", -u)),
    _of("erf", lambda u: -call("erf", -u)),
    _of("abs", lambda u: call("max", u, -u)), _of("relu", lambda u: (u + call("abs", u)) / TWO),
    _of("silu", lambda u: u * call("sigmoid", u)), _of("atanh", lambda u: call("ln", (ONE + u) / (ONE - u)) / TWO),
    _of("sign", lambda u: u / call("abs", u)),
)  # fmt: skip


def rewritten(tree: Tree, rng: Random, share: float = 0.5) -> Tree:
    """The tree with laws applied to some of its nodes."""
    current = Tree(tree.op, tuple(rewritten(part, rng, share) for part in tree.parts), tree.mark)
    if tree.op == "power":
        current = Tree("power", (current.parts[0], tree.parts[1]))  # x^2 keeps its exponent
    if rng.random() < share:
        found = [one for law in REWRITINGS if (one := law(current)) is not None]
        if found:
            return rng.choice(found)
    return current


_SWAPPED = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tanh": "atan", "ln": "log2", "tan": "cot"}


def spoiled(tree: Tree, rng: Random) -> Tree:
    """The tree with one part changed: a sign, a number, a function, a factor, an operation."""
    if tree.parts and rng.random() < 0.6:
        place = rng.randrange(len(tree.parts))
        parts = list(tree.parts)
        parts[place] = spoiled(parts[place], rng)
        return Tree(tree.op, tuple(parts), tree.mark)
    choices = [-tree, tree + ONE, TWO * tree, tree**TWO]
    if tree.op == "number":
        choices = [number(tree.mark + 1)]
    if tree.op == "call":
        choices.append(call(_SWAPPED[tree.mark], *tree.parts) if tree.mark in _SWAPPED else tree.parts[0])
    if tree.op == "sum":
        choices.append(tree.parts[0] - tree.parts[1])
    if tree.op == "quotient":
        choices.append(tree.parts[1] / tree.parts[0])
    return rng.choice(choices)


# -- equivalent ---------------------------------------------------------------------------------------


def equivalent(rng: Random) -> Case:
    """Any two expressions: equal by laws, or with different values at a point."""
    drawer = Drawer(rng)
    names = ("x", "y")[: rng.randint(1, 2)]
    right = rng.random() < 0.5
    while True:
        places = [Fraction(rng.choice([-5, -3, -1, 1, 2, 3, 5]), rng.choice([2, 3, 4])) for _ in names]
        scope = {one: REAL.number(place) for one, place in zip(names, places, strict=True)}
        try:
            tree, at = drawer.fit(names, scope, 7)
            other = rewritten(tree, rng)
            if not right:
                other = spoiled(other, rng)
            far = abs(value(other, REAL, scope) - at)
        except Unfit:
            continue
        sure = far < EQUAL and other != tree if right else far > CLEARLY * (1 + abs(at))
        if letters(tree) and sure:
            break
    texts = typed(tree, Habit.drawn(rng)), typed(other, Habit.drawn(rng))
    where = ", ".join(f"{one} = {real.nstr(v, 6)}" for one, v in scope.items())
    return Case(f"jc.equivalent{texts!r}  # {'equal' if right else f'differ at {where}'}",
                lambda: jc.equivalent(*texts), lambda verdict: judged(verdict, right))  # fmt: skip


def judged(verdict: Any, right: bool) -> str:
    """What is wrong with a verdict."""
    if verdict.outcome == ("wrong" if right else "correct") or verdict.outcome == "unreadable":
        return f"said to be {verdict.outcome}: {verdict.message}"
    return "undecided: " + verdict.message if verdict.outcome == "undecided" else ""


# -- check --------------------------------------------------------------------------------------------

_UNTYPED = ("Piecewise", "DiracDelta", "Subs", "zoo", "nan", "I*")  # what SymPy prints and nobody types
QUESTIONS = ("jacobian", "compose", "gradient", "hessian")


class _Typed(sympy.printing.str.StrPrinter):  # type: ignore[misc]
    """SymPy's own way of writing, with the e that people type."""

    def _print_Exp1(self, expr: Any) -> str:
        return "e"


def _derived(posed: Posed, ask: str) -> sympy.Matrix:
    """SymPy's own derivative of the composed expression."""
    inputs = [sympy.Symbol(one, real=True) for one in posed.inputs]
    given = {one: sympy.Symbol(one, real=True) for one, _ in posed.parameters}
    current: list[Any] = list(inputs)
    for stage in posed.stages:
        current = stage.values(SYMBOLIC, current, given)
    if ask == "hessian":
        return sympy.hessian(current[0], inputs)
    found = sympy.Matrix([[sympy.diff(component, one) for one in inputs] for component in current])
    return found.T if ask == "gradient" else found


def _text(rows: list[list[str]]) -> str:
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"


def check(rng: Random) -> Case:
    """SymPy's derivative, as SymPy prints it, to a question without a point; or with one entry changed."""
    right = rng.random() < 0.5
    ask = rng.choice(QUESTIONS)
    while True:
        posed = Drawer(rng).posed(2 if ask == "compose" else 1, m=1 if ask in ("gradient", "hessian") else 0, size=5,
                                  kinks=False, parameters=False)  # fmt: skip
        grid = _derived(posed, ask)
        rows = [[_Typed().doprint(entry) for entry in grid.row(i)] for i in range(grid.rows)]
        if len(str(rows)) > 600 or any(one in str(rows) for one in _UNTYPED):
            continue
        break
    if not right:
        i, j = rng.randrange(grid.rows), rng.randrange(grid.cols)
        changed = ["{0} + 1", "{0} - 2"] + (["-({0})", "2*({0})"] if grid[i, j].is_nonzero else [])
        rows[i][j] = rng.choice(changed).format(rows[i][j])
    text = _text(rows)
    return Case(f"jc.{ask}{tuple(posed.texts)!r}.check({text!r})  # {'right' if right else 'wrong'}",
                lambda: getattr(jc, ask)(*posed.texts).check(text), lambda verdict: judged(verdict, right))  # fmt: skip


def decimals(rng: Random) -> Case:
    """The digits of differences at a point; or with the third digit of one entry changed."""
    right = rng.random() < 0.5
    ask = rng.choice(("jacobian", "compose"))
    posed = Drawer(rng).posed(2 if ask == "compose" else 1, size=6)
    grid = _certain(posed)
    if not right:
        i, j = rng.randrange(len(grid)), rng.randrange(len(grid[0]))
        grid[i][j] = grid[i][j] * real.mpf("1.02") + real.mpf("0.001")
    rows = [[_decimal(entry, rng.choice([6, 8, 12])) for entry in row] for row in grid]
    text = _text(rows)
    return Case(f"jc.{ask}({posed.texts!r}, at={posed.at!r}).check({text!r})  # {'right' if right else 'wrong'}",
                lambda: getattr(jc, ask)(*posed.texts, at=posed.at).check(text),
                lambda verdict: judged(verdict, right))  # fmt: skip


def _certain(posed: Posed) -> list[list[Any]]:
    """J by differences.  Raises Unfit where an entry that is 0 in these digits is not in more: 10⁻¹¹⁵ is no 0."""
    grid = jacobian(posed.function(), posed.place())
    with real.workdps(5 * DIGITS):
        finer = jacobian(posed.function(), posed.place())
    for row, exact in zip(grid, finer, strict=True):
        for entry, fine in zip(row, exact, strict=True):
            if abs(entry) < NO_DIGITS and abs(fine) > real.mpf(10) ** (-4 * DIGITS):
                raise Unfit("an entry without digits")
    return grid


def _decimal(entry: Any, digits: int) -> str:
    """So many significant digits without an exponent."""
    if abs(entry) < NO_DIGITS:
        return "0"
    text: str = real.nstr(entry, digits, min_fixed=-30, max_fixed=30, strip_zeros=False)
    return text.removesuffix(".0").removesuffix(".") if abs(entry) >= real.mpf(10) ** (digits - 1) else text


KINDS: dict[str, Maker] = {"equivalent": equivalent, "check": check, "check decimals": decimals}
