"""A verdict depends on values, not on how they are written: each rewriting of a right answer is right, of a wrong
one wrong, and what a mistake leads to is wrong exactly where its values differ by another road (SymPy's numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from jacocalc import sources
from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.answers.judge import Judge, judge
from jacocalc.answers.mistakes import wrong_answers
from jacocalc.asked import Asked, Problem
from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError
from jacocalc.linear import strict
from jacocalc.notation import Expr, Matrix, Minus, Negative, Power, Product, Quotient, Sum, children, integer, rebuild
from jacocalc.options import Options
from jacocalc.sources import asked_question
from jacocalc.steps import Derivation
from jacocalc.verdicts import CORRECT, WRONG, Side, Wanted
from tests.shares import FULL

EXERCISES = [e for e in map(sources.exercise, sources.exercise_names())
             if not (e.explained or e.asked.program or e.asked.ask == "point")]  # fmt: skip
QUESTIONS = (
    Asked("a", "jacobian", ("f(x, y) = [x^2 sin(x y) + y^3, (x + y)^3/(x^2 + 1)]",)),
    Asked("b", "jacobian", ("f(x) = tanh(x)^2 + sinh(2x) e^x",)),
    Asked("c", "jacobian", ("f(x, y) = [ln(x^2 + y^2 + 1) sqrt(x^2 + 1), cos(x)^2 sin(y)^3]",)),
    Asked("d", "hessian", ("f(x, y) = x^3 y^2 + e^(x + 2y)",)),
    Asked("e", "compose", ("f(x, y) = [x^2 + y, 2x y]", "g(u, v) = [u v, ln(u^2 + 1) - v^2]")),
    Asked("f", "jacobian", ("f(x, y) = [sqrt(x) e^y, x/(y + 1)]",), "2,1"),
)  # fmt: skip


@cache
def derived(asked: Asked) -> Derivation:
    return derive(asked_question(asked, Problem("", (), ())), Options())


def values_of(derivation: Derivation) -> tuple[Expr, ...]:
    found = derivation.result
    assert isinstance(found, Expr | tuple)
    return found if isinstance(found, tuple) else (found,)


# -- rewritings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rewriting:
    """The same values written otherwise; ``narrower``: it may be undefined where the answer is defined."""

    name: str
    rewrite: Callable[[Expr], Expr]
    narrower: bool = False


def by_sympy(change: Callable[[Any], Any]) -> Callable[[Expr], Expr]:
    def rewrite(expr: Expr) -> Expr:
        made = to_sympy(expr)
        return from_sympy(made.applyfunc(change) if isinstance(made, sympy.MatrixBase) else change(made))

    return rewrite


def throughout(change: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    """At every node, the inner ones first."""

    def rewrite(expr: Expr) -> Expr:
        return change(rebuild(expr, tuple(map(rewrite, children(expr)))))

    return rewrite


def backwards(expr: Expr) -> Expr:
    """a + b − c → −c + b + a; a b → b a"""
    match expr:
        case Sum(terms):
            first, *rest = reversed(terms)
            return Sum((Negative(first.operand) if isinstance(first, Minus) else first, *rest))
        case Product(factors):
            return Product(factors[::-1])
    return expr


def opposed(expr: Expr) -> Expr:
    """a − b → −(b − a)"""
    match expr:
        case Sum((left, Minus(right))):
            return Negative(Sum((right, Minus(left))))
    return expr


def multiplied(expr: Expr) -> Expr:
    """a² → a a"""
    return Product((expr.base, expr.base)) if isinstance(expr, Power) and expr.exponent == integer(2) else expr


def inverted(expr: Expr) -> Expr:
    """a/b → a b⁻¹"""
    match expr:
        case Quotient(over, under):
            return Product((over, Power(under, Negative(integer(1)))))
    return expr


def exponentials(expr: Any) -> Any:
    """sinh(u) → (eᵘ − e⁻ᵘ)/2"""
    return expr.replace(lambda node: isinstance(node, HyperbolicFunction), lambda node: node.rewrite(sympy.exp))


def hyperbolics(expr: Any) -> Any:
    """eᵘ → cosh(u) + sinh(u)"""
    return expr.replace(lambda node: isinstance(node, sympy.exp), lambda n: sympy.cosh(n.exp) + sympy.sinh(n.exp))


def pythagoras(expr: Any) -> Any:
    """sin²(u) → 1 − cos²(u)"""
    square = sympy.sin(sympy.Wild("u")) ** 2
    return expr.replace(square, 1 - sympy.cos(sympy.Wild("u")) ** 2)


def partial_fractions(expr: Any) -> Any:
    for letter in sorted(expr.free_symbols, key=str):
        if expr.is_rational_function():
            return sympy.apart(expr, letter)
    return expr


REWRITINGS = (
    Rewriting("expanded", by_sympy(sympy.expand)),
    Rewriting("factored", by_sympy(sympy.factor)),
    Rewriting("over one denominator", by_sympy(sympy.together)),
    Rewriting("cancelled", by_sympy(sympy.cancel)),
    Rewriting("partial fractions", by_sympy(partial_fractions)),
    Rewriting("Horner's form", by_sympy(lambda e: sympy.horner(e) if e.is_polynomial() and e.free_symbols else e)),
    Rewriting("sums of angles", by_sympy(sympy.expand_trig), narrower=True),
    Rewriting("products to sums of angles", by_sympy(sympy.trigsimp)),
    Rewriting("sines as cosines", by_sympy(lambda e: e.replace(sympy.sin, lambda u: sympy.cos(sympy.pi / 2 - u,
                                                               evaluate=False)))),
    Rewriting("half angles", by_sympy(lambda e: e.replace(sympy.sin, lambda u: sympy.sin(u).rewrite(sympy.tan))),
              narrower=True),
    Rewriting("Pythagoras", by_sympy(pythagoras)),
    Rewriting("exponentials", by_sympy(exponentials)),
    Rewriting("hyperbolic functions", by_sympy(hyperbolics)),
    Rewriting("powers apart", by_sympy(sympy.expand_power_exp)),
    Rewriting("powers together", by_sympy(lambda e: sympy.powsimp(sympy.expand(e)))),
    Rewriting("logarithms together", by_sympy(lambda e: sympy.logcombine(sympy.expand(e))), narrower=True),
    Rewriting("backwards", throughout(backwards)),
    Rewriting("opposite differences", throughout(opposed)),
    Rewriting("squares as products", throughout(multiplied)),
    Rewriting("quotients as products", throughout(inverted)),
)  # fmt: skip


def written(values: tuple[Expr, ...], rewriting: Rewriting) -> str:
    return ", ".join(strict(rewriting.rewrite(value)) for value in values)


def spoiled(values: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The last entry with another sign, or 1 for 0: a slip that no rewriting mends."""
    *rest, last = values
    entries = last.entries if isinstance(last, Matrix) else (last,)
    nought = next((k for k, entry in enumerate(entries) if to_sympy(entry) != 0), -1)
    wrong = tuple(Negative(e) if k == nought else integer(1) if nought < 0 else e for k, e in enumerate(entries))
    if not isinstance(last, Matrix):
        return (*rest, wrong[0])
    width = last.shape[1]
    return (*rest, Matrix(tuple(wrong[k : k + width] for k in range(0, len(wrong), width))))


@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda rewriting: rewriting.name)
def test_a_rewriting_changes_no_verdict(rewriting: Rewriting) -> None:
    changed = 0
    for asked in QUESTIONS:
        derivation = derived(asked)
        values = values_of(derivation)
        text = written(values, rewriting)
        changed += text != ", ".join(map(strict, values))
        verdict = judge(derivation, text)
        assert verdict.outcome == CORRECT, (asked, text, verdict)
        assert rewriting.narrower or not verdict.restriction, (asked, text, verdict)
    for asked in QUESTIONS[1:2]:
        wrong = judge(derived(asked), written(spoiled(values_of(derived(asked))), rewriting))
        assert wrong.outcome == WRONG, (asked, wrong)
    assert changed, "this rewriting leaves all of these answers as they are"


@pytest.mark.parametrize("exercise", EXERCISES if FULL else EXERCISES[::20], ids=lambda exercise: exercise.name)
def test_all_rewritings_of_all_exercises(exercise: Any) -> None:
    derivation = derive(exercise.question, Options())
    values = values_of(derivation)
    for rewriting in REWRITINGS:
        try:
            right, wrong = written(values, rewriting), written(spoiled(values), rewriting)
        except (JacocalcError, sympy.PolynomialError):  # a function that has no such form
            continue
        assert judge(derivation, right).outcome == CORRECT, (rewriting.name, right)
        assert judge(derivation, wrong).outcome == WRONG, (rewriting.name, wrong)


# -- mistakes -----------------------------------------------------------------------------------------------------

POINTS = ((7, 11, 5, 13, 3, 17), (3, 2, 7, 5, 11, 13), (19, 23, 17, 29, 31, 13), (-7, 11, -5, -13, 3, 17))


def numbers(values: tuple[Expr, ...], letters: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The values at a few points, by SymPy; what is no real number is None."""
    entries = [entry for value in values for entry in made(value)]
    for place in POINTS:
        point = {letter: sympy.Rational(place[k % 6] + k // 6, 10) for k, letter in enumerate(letters)}
        found = [sympy.N(entry.subs(point), 30) for entry in entries]
        yield tuple(v if v.is_comparable and v.is_finite else None for v in found)


def made(value: Expr) -> tuple[Any, ...]:
    """The entries in SymPy."""
    return tuple(map(to_sympy, value.entries if isinstance(value, Matrix) else (value,)))


def differ(wrong: tuple[Expr, ...], right: tuple[Expr, ...]) -> bool | None:
    """Whether the values differ; None where there is no point at which both are known."""
    shapes = [[v.shape if isinstance(v, Matrix) else (1, 1) for v in values] for values in (wrong, right)]
    if shapes[0] != shapes[1]:
        return True
    letters = sorted({s for value in (*wrong, *right) for entry in made(value) for s in entry.free_symbols}, key=str)
    rows = zip(numbers(wrong, letters), numbers(right, letters), strict=True)
    pairs = [(a, b) for row in rows for a, b in zip(*row, strict=True) if a is not None and b is not None]
    return any(abs(a - b) > 1e-20 * (1 + abs(a)) for a, b in pairs) if pairs else None


@pytest.mark.parametrize("exercise", EXERCISES if FULL else EXERCISES[::16], ids=lambda exercise: exercise.name)
def test_what_a_mistake_leads_to_is_wrong_exactly_where_its_values_differ(exercise: Any) -> None:
    derivation = derive(exercise.question, Options())
    marker, right = Judge(derivation).marker, values_of(derivation)
    for wrong in dict.fromkeys(wrong.values for wrong in wrong_answers(derivation)):
        known = differ(wrong, right)
        if known is not None:
            verdict = marker.mark(Side(wrong, wrong, "as typed"), Wanted())
            assert verdict.outcome == (WRONG if known else CORRECT), (wrong, verdict)
