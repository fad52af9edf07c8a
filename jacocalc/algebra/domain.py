"""Where a formula is defined, and where its derivative formula holds: conditions collected from notation.

A condition is kept although the formula may later be cancelled: x/x is defined for x ≠ 0 only.  A part that no
variable of the differentiation occurs in has derivative 0 wherever it is defined, so it need not be smooth: asin(1) x.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from sympy import Poly, expand

from jacocalc.algebra.convert import from_sympy, symbol, to_sympy
from jacocalc.algebra.one_letter import COMPARE, cover, settled_together
from jacocalc.algebra.powers import whole_power
from jacocalc.algebra.sure_signs import without_implied
from jacocalc.algebra.tidy import over_one, tidy
from jacocalc.known_functions import KNOWN
from jacocalc.notation import (
    ONE,
    RELATIONS,
    ZERO,
    Call,
    Comparison,
    Constant,
    Expr,
    Junction,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    exponent_value,
    integer,
    joined,
    names,
    postorder,
    rational,
    tree_size,
)

Branches: TypeAlias = tuple[tuple[Expr, Expr], ...]

_HIGHEST = 20
_SHORT = 40
_TURNED = str.maketrans("<>", "><")


@dataclass(frozen=True)
class Condition:
    """``holds`` must be true where ``part`` is to be defined (``smooth`` False) or differentiable (True)."""

    holds: Expr
    part: Expr
    smooth: bool = False


def conditions_of(node: Expr) -> tuple[Condition, ...]:
    """The conditions that this node adds by itself, whatever its parts need."""
    match node:
        case Quotient(_, under):
            return (Condition(Comparison("!=", under, ZERO), node),)
        case Power(base, exponent):
            return _power(node, base, exponent)
        case Call(function, arguments):
            row = KNOWN[function]
            smooth = tuple(Condition(c, node, smooth=True) for c in row.smooth(*arguments))
            return tuple(Condition(c, node) for c in row.domain(*arguments)) + smooth
        case _:
            return ()


def _power(node: Expr, base: Expr, exponent: Expr) -> tuple[Condition, ...]:
    number = as_rational(base)
    if isinstance(base, Constant) or (number is not None and number > 0):  # e and π are positive
        return ()
    raised = exponent_value(exponent)
    if raised is None:
        return (Condition(Comparison(">", exponent if number == 0 else base, ZERO), node),)  # 0^u is 0 for u > 0
    if raised.denominator == 1:
        return (Condition(Comparison("!=", base, ZERO), node),) if raised < 0 else ()
    if raised < 0:
        return (Condition(Comparison(">", base, ZERO), node),)
    found = (Condition(Comparison(">=", base, ZERO), node),)
    return found if raised >= 1 else (*found, Condition(Comparison(">", base, ZERO), node, smooth=True))


def moving(exprs: tuple[Expr, ...], by: Collection[str] | None = None) -> frozenset[Expr]:
    """The parts of these formulas that depend on one of the names, or on any name at all."""
    found: set[Expr] = set()
    for expr in exprs:
        for node in postorder(expr):
            itself = isinstance(node, Symbol) and (by is None or node.name in by)
            if itself or any(part in found for part in children(node)):
                found.add(node)
    return frozenset(found)


def collected(exprs: tuple[Expr, ...], by: Collection[str] | None = None) -> tuple[Expr, ...]:
    """Where these formulas are differentiable by these names (by all), in reading order."""
    found: dict[Expr, None] = {}
    parts = moving(exprs, by)

    def visit(node: Expr) -> None:
        if isinstance(node, Piecewise):
            borders = (border for _, when in reached(node.branches, node.otherwise)[0] for border in _borders(when))
            found.update(dict.fromkeys(border for border in borders if moving((border,), by)))
            found.update(dict.fromkeys(_covered(node)))
            found.update(dict.fromkeys(_of_pieces(node, by)))
            return
        for part in children(node):
            visit(part)
        for condition in conditions_of(node):
            if node in parts:
                found[inside(condition.holds)] = None
            elif not condition.smooth:
                found[condition.holds] = None
        found.update(dict.fromkeys(untied(node, parts)))

    for expr in exprs:
        visit(expr)
    return without_redundant(tuple(found))


def untied(node: Expr, parts: frozenset[Expr]) -> Iterator[Expr]:
    """x ≠ y for max(x, y), where one of them is among the parts: those that move."""
    if isinstance(node, Call) and node.function in ("max", "min"):
        for a, b in combinations(dict.fromkeys(node.arguments), 2):
            if parts.intersection((a, b)) and not _within(node.function, a, b):
                yield Comparison("!=", a, b)


def _within(function: str, a: Expr, b: Expr) -> bool:
    """Whether a tie of the two is none of others: that of x and max(x, y) in max(x, max(x, y)) is no kink."""
    calls = ((one, other) for one, other in ((a, b), (b, a)) if isinstance(other, Call))
    return any(other.function == function and one in other.arguments for one, other in calls)


def _covered(pieces: Piecewise) -> tuple[Expr, ...]:
    """x > 0 for u if x > 0: where one of the pieces applies, if that is not everywhere beside their borders."""
    branches, otherwise = reached(pieces.branches, pieces.otherwise)
    cases = [when for _, when in branches]
    if otherwise is not None or not cases or cover(cases):
        return ()
    plain = [case for case in cases if isinstance(case, Comparison)]
    unequal = [c for c in plain if c.relation not in ("=", "!=")]
    turned = tuple(Comparison(RELATIONS[c.relation].removesuffix("="), c.left, c.right) for c in unequal)
    if any(case.relation == "!=" for case in plain) or excluding(turned):
        return ()
    return (joined("or", cases),)


def _of_pieces(pieces: Piecewise, by: Collection[str] | None) -> Iterator[Expr]:
    """What each piece needs where it applies: x ≠ −3 for 1/(x + 3) if x < 1, nothing for ln x if x > 1."""
    branches, otherwise = reached(pieces.branches, pieces.otherwise)
    region: tuple[Expr, ...] = ()
    for value, when in (*branches, *([] if otherwise is None else [(otherwise, None)])):
        here = region if when is None else (*region, when)
        known = without_redundant(here)
        for condition in () if excluding(known) else collected((value,), by):
            if set(without_redundant((*here, condition))) != set(known):
                yield _or_outside(condition, here, by)
        region += () if when is None else (negation(when),)


def _or_outside(condition: Expr, region: tuple[Expr, ...], by: Collection[str] | None) -> Expr:
    """The condition, or that one is outside of the region; the condition alone where it holds there."""
    outside = dict.fromkeys(open_ for part in region if (open_ := interior(negation(part), by)) is not None)
    if all(_implies(part, condition) for part in outside):
        return condition
    return Junction("or", tuple({**outside, condition: None}))


def negation(condition: Expr) -> Expr:
    """not C"""
    match condition:
        case Comparison(relation, left, right):
            return Comparison(RELATIONS[relation], left, right)
        case Junction(word, conditions):
            return Junction("or" if word == "and" else "and", tuple(map(negation, conditions)))
    raise TypeError(f"no negation for {type(condition).__name__}")


def interior(condition: Expr, inputs: Collection[str] | None = None) -> Expr | None:
    """The open set inside C: ≤ becomes <; None where C holds on a border only (x = 0)."""
    match condition:
        case Comparison(relation, left, right):
            if not moving((left, right), inputs):
                return condition
            if relation == "=":
                return None
            return Comparison({"<=": "<", ">=": ">"}.get(relation, relation), left, right)
        case Junction("and", conditions):
            parts = [interior(part, inputs) for part in conditions]
            return None if None in parts else _strict([p for p in parts if p is not None])
        case Junction(_, conditions):
            kept = tuple(p for part in conditions if (p := interior(part, inputs)) is not None)
            return joined("or", kept) if kept else None
    raise TypeError(f"no interior for {type(condition).__name__}")


def _strict(conditions: list[Expr]) -> Expr:
    """x > 0 and x ≠ 0 → x > 0"""
    strict = {(c.left, c.right) for c in conditions if isinstance(c, Comparison) and c.relation in ("<", ">")}
    kept = tuple(
        c for c in conditions
        if not (isinstance(c, Comparison) and c.relation == "!=" and (c.left, c.right) in strict)
    )  # fmt: skip
    return joined("and", kept)


def inside(condition: Expr) -> Expr:
    """u > 0 for u ≥ 0, since a border has no derivative from both sides; u² ≥ 0 has none."""
    match condition:
        case Comparison(">=" | "<=" as relation, left, right) if not surely(condition):
            return Comparison(relation[0], left, right)
    return condition


def without_redundant(conditions: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Conditions as a person writes them, each once, none that follows from the others or always holds."""
    plain: dict[Any, Expr] = {}
    for part in (part for condition in conditions for part in _plain(condition)):
        plain.setdefault(_meant(part), part)
    kept = without_implied([condition for condition in plain.values() if not surely(condition)])
    return settled_together([c for c in kept if not any(other != c and _implies(other, c) for other in kept)])


def needed(exprs: tuple[Expr, ...], by: Collection[str] | None = None) -> tuple[Expr, ...]:
    """:func:`collected` as a person writes them."""
    return without_redundant(collected(exprs, by))


def _meant(condition: Expr) -> Any:
    """The same for x ≠ y, x − y ≠ 0 and 2y ≠ 2x."""
    match condition:
        case Comparison("!=", left, right) if len(set(names(condition))) > 1 and tree_size(condition) <= _SHORT:
            found = expand(to_sympy(left) - to_sympy(right)).as_content_primitive()[1]
            return frozenset((found, -found))
    return condition


def _borders(condition: Expr) -> tuple[Expr, ...]:
    match condition:
        case Comparison(_, left, right):
            return (Comparison("!=", left, right),)
        case Junction("or", parts) if all(isinstance(p, Comparison) and p.relation == "!=" for p in parts):
            return (condition,)  # the border of x ≠ 0 or y ≠ 0 is one point, not two lines
        case Junction("and", parts) if all(isinstance(p, Comparison) and p.relation == "=" for p in parts):
            return (Junction("or", tuple(b for part in parts for b in _borders(part))),)
        case Junction(_, parts):
            return tuple(border for part in parts for border in _borders(part))
    return ()


_NEVER_ZERO = frozenset({"gammafn", "sec", "csc", "sech", "csch"})
_INVERSES = {"sec": "cos", "csc": "sin"}  # of the same sign
_RISING = frozenset({"sign", "cbrt", "sinh", "tanh", "asinh", "atanh", "asin", "atan", "erf"})  # f(u) has the sign of u


def _plain(condition: Expr) -> tuple[Expr, ...]:
    """The same in the conditions on the fewest and plainest parts: ln u > 0 is u > 1, 1/u > 2 is 0 < u < 1/2, −u > 0
    is u < 0, min(x, 1) ≠ 0 is x ≠ 0, 3 − 2x ≥ 0 is x ≤ 3/2."""
    match condition:
        case Comparison(relation, u, Number(0)) if found := _of_parts(relation, u):
            return tuple(part for inner in found for part in _plain(Comparison(*inner, ZERO)))
        case Comparison(relation, Call("ln", (u,)), Number(0)):
            return _plain(Comparison(relation, u, ONE))
        case Comparison(">" | ">=" | "<" | "<=" as relation, Quotient(above, u), Number(n)) if (
            (over := as_rational(above)) and (n > 0) == relation.startswith(">") and n != 0
        ):
            near, far = (">", "<") if over / n > 0 else ("<", ">")
            bound = Comparison(far + relation[1:], u, rational(over / n))
            return (*_plain(Comparison(near, u, ZERO)), *_plain(bound))
        case Comparison(">", u, Number(0)) if (parts := _by_factors(u)) is not None:
            return parts
        case Comparison(">" | ">=" as relation, Negative(u), Number(0)):
            return _plain(Comparison(relation.translate(_TURNED), u, ZERO))
        case Comparison("!=") if (parts := _without_ties(condition)) is not None:
            return parts
        case Junction("and", parts):
            return tuple(part for whole in parts for part in _plain(whole))
        case Comparison():
            return (_solved(condition),)
        case _:
            return (condition,)


def _of_parts(relation: str, u: Expr) -> tuple[tuple[str, Expr], ...]:
    """Where u R 0 is v R′ 0 for parts v of u, R′ and v: u² > 0, |u| > 0 and √u ≠ 0 are u ≠ 0; a·b ≠ 0 and a/b ≠ 0 are
    a ≠ 0 and b ≠ 0; u^v ≠ 0 is u > 0, where it is defined; 1 − sin² u ≠ 0 is cos u ≠ 0, eᵘ − 1 ≠ 0 is u ≠ 0;
    u^(3/2) > 0 is u > 0; sec u > 0 is cos u > 0.  Else nothing."""
    match relation, u:
        case "!=" | ">", Call("abs", (v,)):
            return (("!=", v),)
        case "!=", Negative() | Product() | Quotient():
            return tuple(("!=", part) for part in children(u))
        case "!=" | ">", Call("sqrt" | "root", (v, *_)):
            return ((relation, v),)
        case _, Call(function, (v,)) if function in _RISING:
            return ((relation, v),)
        case ">" | "<", Call(function, (v,)) if function in _INVERSES:
            return ((relation, Call(_INVERSES[function], (v,))),)
        case "!=" | ">" | "<", Power(v, exponent):
            raised = exponent_value(exponent)
            if relation != "<" and (raised is None or relation == "!=" or raised % 2 == 0):
                return ((">" if raised is None else "!=", v),)
            return ((relation, v),) if raised is not None and raised.denominator > 1 else ()
        case "!=" | ">", Sum() if power := whole_power(u):
            return (("!=" if power[1] % 2 == 0 else relation, power[0]),)
        case _, Sum((Power(Constant("e"), v), Minus(Number(1)))):
            return ((relation, v),)
        case _, Sum((Number(1), Minus(Power(Constant("e"), v)))):
            return ((relation.translate(_TURNED), v),)
    return ()


def _by_factors(u: Expr) -> tuple[Expr, ...] | None:
    """a³ > 0 and 1/a > 0 are a > 0, a b² > 0 is a > 0 and b ≠ 0, a e^b > 0 is a > 0; None where u stays as it is."""
    odd = _odd(u)
    turned = odd.pop(integer(-1), False)
    known = [base for base in odd if surely(Comparison(">", base, ZERO))]
    left = [base for base, alone in odd.items() if alone and base not in known]
    even = [base for base, alone in odd.items() if not alone and base not in known]
    if (turned and not left) or (len(left) > 1 and not (even or known)):
        return None
    rest = Product(tuple(left)) if len(left) > 1 else left[0] if left else ONE
    above = [Comparison(">", Negative(rest) if turned else rest, ZERO)] if left else []
    if above and above[0].left == u:
        return None
    conditions = (*above, *(Comparison("!=", base, ZERO) for base in even))
    return tuple(part for condition in conditions for part in _plain(condition))


def _odd(u: Expr) -> dict[Expr, bool]:
    """For each factor above and below whether it stands there an odd number of times, so that u has its sign."""
    odd: dict[Expr, bool] = {}
    for base, alone in _signed(u):
        odd[base] = alone != odd.get(base, False)
    return odd


def _signed(u: Expr) -> Iterator[tuple[Expr, bool]]:
    """The factors above and below, and whether they stand there an odd number of times."""
    match u:
        case Product() | Quotient():
            for part in children(u):
                yield from _signed(part)
        case Negative(operand):
            yield integer(-1), True
            yield from _signed(operand)
        case Number(value) if value < 0:
            yield integer(-1), True
        case Power(base, exponent) if (times := exponent_value(exponent)) is not None and times.denominator == 1:
            yield from ((part, alone and times % 2 == 1) for part, alone in _signed(base))
        case Call("abs" | "sqrt", (operand,)):
            yield from ((part, False) for part, _ in _signed(operand))
        case _:
            yield u, True


def compared(condition: Expr) -> Expr:
    """min(u, v) > w is u > w and v > w, min(u, v) < w is u < w or v < w; so also for max, ≥ and ≤."""
    match condition:
        case Comparison("<" | "<=" | ">" | ">=" as relation, Call("max" | "min" as function, arguments), other):
            word = "and" if (function == "min") == relation.startswith(">") else "or"
            return Junction(word, tuple(compared(Comparison(relation, one, other)) for one in arguments))
        case Comparison("<" | "<=" | ">" | ">=" as relation, other, Call("max" | "min") as extreme):
            return compared(Comparison(relation.translate(_TURNED), extreme, other))
        case Junction(word, parts):
            return Junction(word, tuple(map(compared, parts)))
    return condition


def _without_ties(condition: Comparison) -> tuple[Expr, ...] | None:
    """min(x, 1) ≠ 0 is x ≠ 0: u ≠ w for every argument that can be the least; None where that depends on letters."""
    extreme, other = condition.left, condition.right
    if not isinstance(extreme, Call):
        extreme, other = other, extreme
    if not isinstance(extreme, Call) or extreme.function not in ("max", "min"):
        return None
    beyond = "<" if extreme.function == "min" else ">"
    found: list[Expr] = []
    for one in extreme.arguments:
        rivals = (Comparison(beyond, rival, other) for rival in extreme.arguments if rival != one)
        left = _settled(Junction("or", (Comparison("!=", one, other), *rivals)))
        if isinstance(left, Junction) or left is False:
            return None
        found += [] if left is True else _plain(left)
    return tuple(found)


def decided(condition: Expr) -> Expr | bool:
    """A condition as a person writes it: max and min resolved, without what holds always, and what follows."""
    found = _settled(compared(condition))
    if isinstance(found, bool):
        return found
    parts = without_redundant((found,))
    if excluding(parts):
        return False
    return joined("and", parts) if parts else True


def _solved(condition: Comparison) -> Comparison:
    """x/2 + 1 > 0 is x > −2, 3 − 2x ≥ 0 is x ≤ 3/2, x ≠ −x is x ≠ 0, where one letter stands in it."""
    solved = isinstance(condition.left, Symbol) and not names(condition.right)
    if solved or len(found := set(names(condition))) != 1:
        return condition
    (name,) = found
    difference, letter = to_sympy(condition.left) - to_sympy(condition.right), symbol(name)
    if not difference.is_polynomial(letter) or Poly(difference, letter).degree() != 1:
        return condition
    slope, start = Poly(difference, letter).all_coeffs()
    if not slope.is_Rational or not start.is_real:
        return condition
    relation = condition.relation if slope > 0 else condition.relation.translate(_TURNED)
    return Comparison(relation, Symbol(name), from_sympy(-start / slope))


def _implies(strong: Expr, weak: Expr) -> bool:
    """u > v implies u ≥ v and u ≠ v; x > 1 implies x > 0; y ≠ 0 or x > 0 implies x² + y² > 0; uv > 0 implies v ≠ 0
    and u/v > 0."""
    match strong, weak:
        case Junction("or", parts), Comparison():
            return all(_implies(part, weak) for part in parts)
        case Comparison(_, u, _), Comparison(">" | "!=", Sum(terms) as v, Number(0)) if u != v:
            away = [_plain(Comparison("!=", term, ZERO)) for term in terms]
            some = any(all(strong == one or _implies(strong, one) for one in parts) for parts in away)
            return some and all(surely(Comparison(">=", term, ZERO)) for term in terms)
        case Comparison(">", Product() as u, Number(0)), Comparison(">", Quotient() as v, Number(0)):
            return _odd(u) == _odd(v)
        case Comparison(">" | "<", Product() | Quotient() as u, Number(0)), Comparison("!=") if any(
            weak == _solved(Comparison("!=", factor, ZERO)) for factor in _odd(u)
        ):
            return True
        case Comparison(relation, a, b), Comparison(other, c, d) if a == c and b != d and relation not in ("=", "!="):
            one, bound, sign = as_rational(b), as_rational(d), relation[0]
            known = one is not None and bound is not None and other in (sign, f"{sign}=", "!=")
            return known and compare(sign, one, bound)
        case Comparison(">" | "<" as sign, a, b), Comparison(other, c, d):
            return (a, b) == (c, d) and other in (f"{sign}=", "!=")
        case Junction("or", parts), Junction("or", others):
            return all(any(p == o or _implies(p, o) for o in others) for p in parts)
        case _, Junction("or", parts):
            return any(strong == part or _implies(strong, part) for part in parts)
        case _:
            return False


def surely(condition: Expr) -> bool:
    """Whether the condition holds for all real values of its variables, as far as signs alone tell."""
    match condition:
        case Comparison("!=", Call(function), Number(0)) if function in _NEVER_ZERO:
            return True
        case Comparison(relation, left, Number(0)) if names(left):
            return _sign_tells(relation, left)
        case Comparison(relation, left, right):
            one, other = as_rational(left), as_rational(right)
            if one is not None and other is not None:
                return compare(relation, one, other)
            return bool(to_sympy(condition) == True) or _difference_tells(relation, left, right)  # noqa: E712
        case Junction(word, parts):
            return all(map(surely, parts)) if word == "and" else any(map(surely, parts))
        case _:
            return False


def never(condition: Expr) -> bool:
    """Whether the condition holds nowhere, as far as SymPy sees it at once."""
    return bool(to_sympy(condition) == False)  # noqa: E712


def reached(branches: Branches, otherwise: Expr | None) -> tuple[Branches, Expr | None]:
    """u if 1 < 1, v if 1 < 2, w otherwise → v: the branches that can apply, and what applies where none does."""
    kept: list[tuple[Expr, Expr]] = []
    for value, when in branches:
        left = _settled(when)
        if left is True:
            return tuple(kept), value
        if left is not False:
            kept.append((value, left))
    return (tuple(kept), otherwise) if kept or otherwise is not None else (branches, None)


def _settled(condition: Expr) -> Expr | bool:
    """A condition without its parts that hold always or never: because no name stands in them, or as x < x."""
    match condition:
        case Comparison(relation, u, v) if u == v:
            return relation in ("=", "<=", ">=")
        case Comparison() if not names(condition):
            return True if surely(condition) else False if never(condition) else condition
        case Junction(word, conditions):
            parts = [_settled(part) for part in conditions]
            decisive = word == "or"
            if decisive in parts:
                return decisive
            left = tuple(part for part in parts if not isinstance(part, bool))
            return joined(word, left) if left else not decisive
    return condition


def excluding(conditions: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """An inequality that never holds, or two that never hold together: x > 0, x < 0; empty where none are seen."""
    found = [c for c in conditions if isinstance(c, Comparison) and c.relation in ("<", "<=", ">", ">=")]
    for one in found:
        if never(one):
            return (one,)
    return next((pair for pair in combinations(found, 2) if _exclude(*map(_above_zero, pair))), ())


def _above_zero(condition: Comparison) -> tuple[Any, bool]:
    """(u, strict) for a condition that says u > 0 or u ≥ 0."""
    difference = to_sympy(condition.left) - to_sympy(condition.right)
    upward = condition.relation.startswith(">")
    return expand(difference if upward else -difference), condition.relation in ("<", ">")


def _exclude(one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
    """a p + c > 0 and −b p + d > 0 with a, b > 0 need a d + b c > 0."""
    (first, strict), (second, strict_too) = one, other
    (c, moving_one), (d, moving_other) = first.as_coeff_Add(), second.as_coeff_Add()
    (a, p), (b, q) = moving_one.as_content_primitive(), moving_other.as_content_primitive()
    if not p.free_symbols or expand(p + q) != 0:
        return False
    least = a * d + b * c
    return bool(least < 0 or (least == 0 and (strict or strict_too)))


def _difference_tells(relation: str, left: Expr, right: Expr) -> bool:
    """1/(1 + e^(−x)) < 1, since the difference is −e^(−x)/(1 + e^(−x))."""
    difference = over_one(tidy(Sum((left, Minus(right)))), 1)
    if isinstance(difference, Negative):
        return _sign_tells(relation.translate(_TURNED), difference.operand)
    return isinstance(difference, Quotient) and _sign_tells(relation, difference)


def _sign_tells(relation: str, left: Expr) -> bool:
    if isinstance(left, Negative | Minus):
        return False
    value = to_sympy(left)
    known = {
        ">": value.is_positive, ">=": value.is_nonnegative, "<": value.is_negative, "<=": value.is_nonpositive,
        "!=": value.is_nonzero, "=": value.is_zero,
    }[relation]  # fmt: skip
    return known is True or (known is None and _without_roots(relation, value))


def _without_roots(relation: str, value: Any) -> bool:
    """Whether a polynomial of one letter without real roots has the sign that is asked for: x² + x + 1 > 0."""
    letters = value.free_symbols
    if len(letters) != 1 or not value.is_polynomial(*letters):
        return False
    poly = Poly(value, *letters)
    if (not poly.domain.is_QQ and not poly.domain.is_ZZ) or poly.degree() > _HIGHEST or poly.count_roots():
        return False
    return compare(relation, poly.eval(0), 0)


def compare(relation: str, left: Any, right: Any) -> bool:
    """left R right for numbers."""
    return bool(COMPARE[relation](left, right))
