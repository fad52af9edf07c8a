"""Are two expressions equal?  Structure, then balls at sample points, then a proof under a budget.

Screen: disjoint balls at a point prove that they differ (``screen``).  Proof: the difference is 0 as a quotient of
polynomials with its functions as independent letters, or it is expanded under a budget; where that leaves 0 the two
are equal wherever both are defined.  Nothing here calls an unbounded simplification, and an expression that could be
costly even to convert is converted in a child process.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

import sympy

from jacocalc.algebra.convert import FAILURES, Symbols, to_sympy
from jacocalc.algebra.exponents import lettered
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.quotients import zero_quotient
from jacocalc.evaluate.samples import Samples
from jacocalc.evaluate.screen import Screening, screen, screen_deeply, screen_widely
from jacocalc.notation import (
    Expr,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    exponent_value,
    names,
    postorder,
    tree_size,
    walk,
)
from jacocalc.options import LIMITS

_QUICK = 30
_CALLS, _MANY_CALLS = 600_000, 3_000_000
_TIMES = 5  # as long as what is expanded may a quotient of polynomials be
_MOST_PARTS = 12  # functions and powers that are compared with each other
_POWERS = (sympy.Pow, sympy.exp)
_MOST_ROOTS = 1000  # of unity


class Outcome(StrEnum):
    """What is known of an equality, from the best to the worst."""

    PROVED = "proved"
    AGREES = "agrees"
    UNDECIDED = "undecided"
    DIFFERENT = "different"


_RANK = [Outcome.PROVED, Outcome.AGREES, Outcome.UNDECIDED, Outcome.DIFFERENT]


def worst(outcomes: list[Outcome]) -> Outcome:
    """The weakest of several outcomes; proved for none."""
    return max(outcomes, key=_RANK.index, default=Outcome.PROVED)


@dataclass(frozen=True)
class Equality:
    """What is known of a pair; ``screening`` holds the witness, the gaps and the sides of kinks not seen."""

    outcome: Outcome
    screening: Screening = field(default_factory=Screening)


def equality(expected: Expr, given: Expr, samples: Samples) -> Equality:
    """The second against the first, which is the reference: values at sample points, then a proof."""
    if expected == given:
        return Equality(Outcome.PROVED)
    found = screen(expected, given, samples)
    if found.witness is not None:
        return Equality(Outcome.DIFFERENT, found)
    if _proved(expected, given, samples.positive):
        return Equality(Outcome.PROVED, found)
    if tree_size(expected) + tree_size(given) <= LIMITS.proof:
        witness = screen_widely(expected, given, samples) or screen_deeply(expected, given, samples)
        if witness is not None:
            return Equality(Outcome.DIFFERENT, replace(found, witness=witness))
    return Equality(Outcome.AGREES if found.agreed else Outcome.UNDECIDED, found)


_PROOF_SECONDS = 2.0
_LIGHT = 80
_MOST_TERMS = 300


def _proved(expected: Expr, given: Expr, positive: frozenset[str]) -> bool:
    """Whether a proof is found; what could be costly is tried in a child process."""
    if tree_size(expected) + tree_size(given) > LIMITS.proof:
        return False
    try:
        if light(expected) and light(given):
            return proof(expected, given, positive)
        return within(_CALLS, proof, expected, given, positive, seconds=_PROOF_SECONDS)
    except FAILURES:
        return False


def light(expr: Expr) -> bool:
    """Whether converting and comparing costs little, whatever else: short, with small numbers and exponents."""
    if tree_size(expr) > _LIGHT or _terms(expr) > _MOST_TERMS:
        return False
    for node in walk(expr):
        if isinstance(node, Number) and max(node.value.numerator, node.value.denominator) > 10**9:
            return False
        if isinstance(node, Power):
            exponent = exponent_value(node.exponent)
            inside = any(isinstance(part, Power) for part in walk(node.base))
            if exponent is None and not names(node.exponent) and any(isinstance(p, Power) for p in walk(node.exponent)):
                return False
            if exponent is not None and abs(exponent) > (3 if inside else 8):
                return False
    return True


def _terms(expr: Expr) -> float:
    """About how many terms there are when everything is multiplied out."""
    found: dict[Expr, float] = {}
    for node in postorder(expr):
        counts = [found[part] for part in children(node)]
        match node:
            case Sum():
                found[node] = sum(counts)
            case Product() | Quotient():
                found[node] = math.prod(counts)
            case Power(_, exponent):
                found[node] = counts[0] ** min(abs(float(exponent_value(exponent) or 1)), 20)
            case _:
                found[node] = 1.0
        found[node] = min(found[node], 1e9)
    return found[expr]


def proof(expected: Expr, given: Expr, positive: frozenset[str] = frozenset()) -> bool:
    """Whether two pieces of notation are proved equal; ``positive`` names variables that are."""
    symbols: Symbols = {name: sympy.Symbol(name, positive=True) for name in positive}
    left = to_sympy(expected, symbols)
    right = to_sympy(given, symbols)
    if left.has(*_INFINITE) or right.has(*_INFINITE):
        return False
    return proved_equal(left, right) or _logarithms_and_radicals(left - right)


_INFINITE = (sympy.nan, sympy.zoo, sympy.oo, sympy.S.NegativeInfinity)


def _logarithms_and_radicals(difference: Any) -> bool:
    """ln 12 is 2 ln 2 + ln 3; √(3 + 2√2) is 1 + √2: numbers without variables."""
    if difference.free_symbols or not _bounded(difference):
        return False
    if sympy.expand(sympy.expand_log(difference, factor=True)) == 0:
        return True
    if not difference.is_algebraic or len(difference.atoms(sympy.Pow)) > 8:
        return False
    ratios = _replaced(difference, _RATIOS)
    return _in_roots_of_unity(ratios) or within(_MANY_CALLS, _has_only_the_root_zero, ratios)


def _has_only_the_root_zero(number: Any) -> bool:
    """Whether x is the minimal polynomial of an algebraic number."""
    letter = sympy.Dummy()
    return bool(sympy.minimal_polynomial(number, letter) == letter)


def _in_roots_of_unity(difference: Any) -> bool:
    """cos(2π/7) + cos(4π/7) + cos(6π/7) + 1/2 is a multiple of 1 + ζ + … + ζ⁶, so it is 0: ζ is a root of that."""
    parts = {of.args[0] / sympy.pi for of in difference.atoms(sympy.sin, sympy.cos)}
    if not parts or not all(part.is_Rational for part in parts):
        return False
    count = sympy.ilcm(4, *(2 * part.q for part in parts))
    if count > _MOST_ROOTS:
        return False
    root = sympy.Dummy()

    def root_at(angle: Any) -> Any:
        return root ** (angle / sympy.pi * count / 2 % count)

    numerator = sympy.fraction(sympy.together(difference))[0]
    numerator = numerator.replace(sympy.cos, lambda u: (root_at(u) + root_at(-u)) / 2)
    numerator = numerator.replace(sympy.sin, lambda u: (root_at(u) - root_at(-u)) / (2 * sympy.I))
    numerator = numerator.subs(sympy.I, root ** (count // 4))
    poly = sympy.fraction(sympy.together(numerator))[0].as_poly(root)
    rational = poly is not None and poly.domain in (sympy.ZZ, sympy.QQ)
    return rational and bool(poly.rem(sympy.cyclotomic_poly(count, root, polys=True)).is_zero)


def surely_equal(left: Expr, right: Expr) -> bool:
    """Whether two formulas are written alike, or proved to be equal."""
    return left == right or proved_equal(to_sympy(left), to_sympy(right))


def proved_equal(left: Any, right: Any, known: Sequence[Any] = ()) -> bool:
    """Whether two SymPy expressions are proved equal within the budget; False says nothing.

    ``known`` is what is not negative where that is asked.
    """
    if left == right:
        return True
    difference = left - right
    if difference == 0:
        return True
    if difference.count_ops() > _TIMES * LIMITS.proof:
        return False
    if _is_zero_quotient(difference, known):
        return True
    joined = _alike(difference, known) if _smooth(difference) else difference
    if joined != difference and _is_zero_quotient(joined, known):
        return True
    difference = lettered(difference)[0]
    if not (_bounded(difference) and _smooth(difference)):
        return False
    if difference.count_ops() <= _QUICK:
        return _expanded_to_zero(difference)
    try:
        return within(_CALLS, _expanded_to_zero, difference)
    except (LimitReached, pickle.PicklingError, AttributeError, TypeError):
        return False


def _is_zero_quotient(difference: Any, known: Sequence[Any]) -> bool:
    whole = difference
    difference = lettered(whole)[0]
    if difference == 0 or any(map(zero_quotient, _written(difference))):
        return True
    powers = _in_powers_of_e(whole)
    if powers != whole and (powers == 0 or zero_quotient(powers)):
        return True
    return bool(known) and zero_quotient(difference, known)


def _alike(difference: Any, known: Sequence[Any]) -> Any:
    """f(u) for f(v) and u^b for v^b, where u = v is proved: e^(1/(x² − y²)) for e^(1/((x + y)(x − y)))"""
    inside = filter(_has_inside, sympy.ordered(difference.atoms(sympy.Function, sympy.Pow)))
    parts = sorted(inside, key=lambda part: part.count_ops())
    for one, other in combinations(parts if len(parts) <= _MOST_PARTS else [], 2):
        (u, *_), (v, *more) = one.args, other.args
        if u != v and one.func == other.func and zero_quotient(u - v, known):
            return _alike(difference.xreplace({other: one.func(u, *more)}), known)
    return difference


def _has_inside(part: Any) -> bool:
    """Whether it is a function, or a power with letters above, of what can be written in many ways."""
    letters = not part.is_Pow or not part.exp.is_Rational
    return bool(letters and part.args and isinstance(part.args[0], sympy.Expr) and not part.args[0].is_Atom)


def _written(difference: Any) -> Iterator[Any]:
    """The difference as it is, in sines and cosines, and in exponentials, each form once."""
    yield difference
    in_sines, in_exponentials = _replaced(difference, _SINES), _replaced(difference, _RATIOS)
    if in_sines != difference:
        yield in_sines
    if in_exponentials not in (difference, in_sines):
        yield in_exponentials


def _in_powers_of_e(expr: Any) -> Any:
    """12^u → e^(2u ln 2 + u ln 3), x^x → e^(x ln x)"""
    return expr.replace(lambda part: isinstance(part, _POWERS) and bool(part.exp.free_symbols), _power_of_e)


def _power_of_e(power: Any) -> Any:
    logarithm = power.exp * sympy.log(power.base)
    return sympy.exp(sympy.expand(sympy.expand_log(logarithm, factor=True)))


def _expanded_to_zero(difference: Any) -> bool:
    difference = _in_whole_angles(difference)
    if sympy.expand(difference) == 0 or _with_squares_to_zero(difference):
        return True
    plain = difference.replace(_is_root, lambda power: _plain_root(power.base) ** (2 * power.exp))
    plain = plain.replace(sympy.Abs, lambda u: _plain_root(u**2))
    return plain != difference and _with_squares_to_zero(plain)


def _is_root(part: Any) -> bool:
    halves = part.is_Pow and part.exp.is_Rational and part.exp.q == 2
    return bool(halves and part.base.free_symbols and not part.base.is_Symbol)


def _plain_root(base: Any) -> Any:
    """√(a/b) → √(a b)/|b|, a and b in factors: √(r² sin² t + r² cos² t) → |r|, √(4x/(1 + x)²) → 2√x/|1 + x|"""
    over, under = sympy.fraction(sympy.together(_by_sine_and_exponential(base)))
    whole = sympy.factor(_squares(sympy.expand(over * under)))
    return sympy.sqrt(whole) / abs(sympy.factor(under))


def _with_squares_to_zero(difference: Any) -> bool:
    basic = _by_sine_and_exponential(difference)
    numerator = sympy.fraction(sympy.together(basic))[0]
    if not _bounded(numerator):
        return False
    return bool(sympy.expand(_squares(sympy.expand(numerator))) == 0)


def _smooth(expr: Any) -> bool:
    kinds = (sympy.Heaviside, sympy.DiracDelta, sympy.Piecewise, sympy.Derivative, sympy.Max, sympy.Min)
    return not expr.has(*kinds)


def _bounded(expr: Any) -> bool:
    if expr.count_ops() > LIMITS.proof:
        return False
    return all(not (p.exp.is_Integer and abs(p.exp) > 12 and p.base.is_Add) for p in expr.atoms(sympy.Pow))


_ANGLES = {
    sympy.tan: lambda u: sympy.sin(u) / sympy.cos(u),
    sympy.cot: lambda u: sympy.cos(u) / sympy.sin(u),
    sympy.sec: lambda u: 1 / sympy.cos(u),
    sympy.csc: lambda u: 1 / sympy.sin(u),
}
_SINES = _ANGLES | {
    sympy.tanh: lambda u: sympy.sinh(u) / sympy.cosh(u),
    sympy.coth: lambda u: sympy.cosh(u) / sympy.sinh(u),
    sympy.sech: lambda u: 1 / sympy.cosh(u),
    sympy.csch: lambda u: 1 / sympy.sinh(u),
}
_RATIOS = _ANGLES | {
    sympy.sinh: lambda u: (sympy.exp(u) - sympy.exp(-u)) / 2,
    sympy.cosh: lambda u: (sympy.exp(u) + sympy.exp(-u)) / 2,
    sympy.tanh: lambda u: (sympy.exp(u) - sympy.exp(-u)) / (sympy.exp(u) + sympy.exp(-u)),
    sympy.coth: lambda u: (sympy.exp(u) + sympy.exp(-u)) / (sympy.exp(u) - sympy.exp(-u)),
    sympy.sech: lambda u: 2 / (sympy.exp(u) + sympy.exp(-u)),
    sympy.csch: lambda u: 2 / (sympy.exp(u) - sympy.exp(-u)),
    sympy.asinh: lambda u: sympy.log(u + sympy.sqrt(u**2 + 1)),
    sympy.acosh: lambda u: sympy.log(u + sympy.sqrt(u**2 - 1)),
    sympy.atanh: lambda u: sympy.log((1 + u) / (1 - u)) / 2,
}


def _by_sine_and_exponential(expr: Any) -> Any:
    """What stands for the other functions, and sin 2x is 2 sin x cos x."""
    expr = _replaced(expr, _RATIOS)
    return sympy.expand_trig(expr) if expr.has(sympy.sin, sympy.cos) else expr


def _in_whole_angles(expr: Any) -> Any:
    """sin 2u cos u for sin x cos(x/2), where u stands for x/2"""
    waves = expr.atoms(sympy.sin, sympy.cos, *_ANGLES)
    terms = [term.as_coeff_Mul(rational=True) for wave in waves for term in sympy.Add.make_args(wave.args[0])]
    lowest: dict[Any, int] = {}
    for times, angle in terms:
        lowest[angle] = math.lcm(lowest.get(angle, 1), times.q)
    whole = {angle: q * sympy.Dummy(real=True) for angle, q in lowest.items() if q > 1 and angle.free_symbols}

    def turned(total: Any) -> Any:
        parts = (term.as_coeff_Mul(rational=True) for term in sympy.Add.make_args(total))
        return sympy.Add(*(times * whole.get(angle, angle) for times, angle in parts))

    return expr.xreplace({wave: wave.func(turned(wave.args[0])) for wave in waves}) if whole else expr


def _replaced(expr: Any, ratios: Mapping[Any, Any]) -> Any:
    """The expression with what stands for these functions."""
    for kind, ratio in ratios.items():
        if expr.has(kind):
            expr = expr.replace(kind, ratio)
    return expr


def _squares(expr: Any) -> Any:
    """cos² u → 1 − sin² u in every even power; functions of cos u, as tan(cos u), are letters meanwhile."""
    for cosine in expr.atoms(sympy.cos):
        inside = {part: sympy.Dummy() for part in expr.atoms(sympy.Function) if part != cosine and part.has(cosine)}
        whole = with_square(expr.xreplace(inside), cosine, 1 - sympy.sin(cosine.args[0]) ** 2)
        expr = whole.xreplace({name: part for part, name in inside.items()})
    return expr


def with_square(expr: Any, f: Any, square: Any) -> Any:
    """f² → square in every even power of f, where f stands in whole powers only."""
    letter = sympy.Dummy()
    raised = expr.xreplace({f: letter})
    if not raised.is_polynomial(letter):
        return expr
    terms = sympy.Poly(raised, letter).terms()
    return sympy.Add(*(c * f ** (k % 2) * square ** (k // 2) for (k,), c in terms))
