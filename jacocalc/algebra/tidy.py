"""Tidying on notation: what a person does without thinking, and nothing more.

    0·a → 0    1·a → a    a + 0 → a    2·3x → 6x    x·x² → x³    2x + 3x → 5x    a·(b/c) → (a b)/c
    1/(x(1 + y²/x²)) → x/(x² + y²)    (√u − x²/√u)/u → (u − x²)/u^(3/2)    cos² u + sin² u → 1
    (eˣ(1 + eˣ)² − 2(1 + eˣ)e²ˣ)/(1 + eˣ)⁴ → (eˣ − e²ˣ)/(1 + eˣ)³    (x − 2x ln x)/x⁴ → (1 − 2 ln x)/x³
    1/√(1 − (x²)²) → 1/√(1 − x⁴)    1/(2√(1 − (x/2)²)) → 1/√(4 − x²)    |2x| sign(2x) → 2x

Terms keep the order in which they first appear; factors stand as number, letters, the rest.  The inside
of functions and of exponents is left as its author wrote it, but for the squares that rules put under roots, and
for what comes out between bars.  A value never changes where both sides are defined; the conditions under
which the original was defined are kept elsewhere (``algebra.domain``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil, gcd, isqrt, lcm
from typing import TypeAlias, TypeGuard

from jacocalc.algebra.expansion import expanded_terms, length
from jacocalc.algebra.like_terms import (
    is_plain,
    like_key,
    opposite_term_set,
    ordered_product,
    term_set,
    with_coefficient,
    written_terms,
)
from jacocalc.algebra.plain_signs import least_sign, negated
from jacocalc.algebra.pythagoras import squared_secant, with_one_pair_less
from jacocalc.algebra.roots import as_root, has_inserted, is_constant_root, meets_its_root, root_index, whole_root
from jacocalc.algebra.triangles import HYPERBOLIC, RECIPROCALS, cosecant_of_twice, ratio, side
from jacocalc.notation import (
    ONE,
    ZERO,
    Applied,
    Call,
    Comparison,
    Constant,
    E,
    Expr,
    Matrix,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    exponent_value,
    factors_of,
    integer,
    leading,
    opposite,
    rational,
    rebuild,
    terms_of,
    tree_size,
    unsigned,
    walk,
)

_Exponent: TypeAlias = dict[Hashable, tuple[Fraction, Expr]]  # {x: (3, x)} for e^(3x), by terms in any order
_Monomial: TypeAlias = tuple[Fraction, frozenset[tuple[Hashable, Fraction]]]
_Key: TypeAlias = tuple[Expr, Expr | None]  # a base and its exponent, None where that is a number

_MAX_BITS = 4_096
_ROOTS = 100  # up to which the number before a root is looked for
_LONG = 300  # nodes of a sum in which no multiple of another is looked for
_SPARE = 2  # times its denominator a numerator without fractions may be longer
_FEW = 6  # terms that are compared with as many others


def tidy(expr: Expr) -> Expr:
    """The expression tidied; see the module's head."""
    match expr:
        case Sum() | Minus() | Negative() | Product() | Quotient() | Power() | Number():
            return with_coefficient(*_split(expr))
        case Matrix():
            return expr.map(tidy)
        case Call():
            return _undone(expr)
        case _:
            return expr


def tidy_inside(expr: Expr, known: Container[Expr] = ()) -> Expr:
    """Tidied throughout, but for what an author wrote: √((r cos t)² + (r sin t)²) → |r|, e^(2 ln t) → t²."""
    if expr in known:
        return expr
    parts = tuple(tidy_inside(part, known) for part in children(expr))
    if isinstance(expr, Call | Power | Comparison):
        parts = tuple(min(map(_shorter, (part, over_one(part, 1))), key=length) for part in parts)
    if isinstance(expr, Call) and expr.function == "sqrt":
        return _root(parts[0])
    return tidy(rebuild(expr, parts))


def _root(u: Expr) -> Expr:
    """√(4x/(1 + x)²) → 2√x/|1 + x|: the root of a denominator, or of all, where every exponent is even;
    √(1 − 4x² + 4x⁴) → |1 − 2x²|, √(4x² − 4x⁴) → 2|x| √(1 − x²)."""
    u = squared(u)
    if isinstance(u, Sum) and (root := _shared_root(u)) != ONE:
        return tidy(Product((root, _root(divided(u, Power(root, integer(2)))))))
    coefficient, body = _split(u)
    over, under = (body.numerator, body.denominator) if isinstance(body, Quotient) else (body, ONE)
    over = ONE if over is None else over
    below, above = _square_root(under), _square_root(over)
    number = Fraction(isqrt(max(coefficient.numerator, 0)), isqrt(coefficient.denominator))
    if below is None or number**2 != coefficient:
        return tidy(Call("sqrt", (u,)))
    return tidy(Product((rational(number), Quotient(Call("sqrt", (over,)) if above is None else above, below))))


def _shared_root(total: Sum) -> Expr:
    """2|x| y² for 8x²y⁵ + 4x³y⁴: the root of a number and of even powers of letters in all terms"""
    letters = [base for base, power in _factors_of(total.terms[0]).powers if isinstance(base, Symbol) and power is None]
    least = {letter: min(_power_of(letter, term) for term in total.terms) // 2 * 2 for letter in letters}
    square = ordered_product([_raised(letter, None, Fraction(times)) for letter, times in least.items() if times])
    number = integer(isqrt(number_in(total, Fraction(1, 2))))
    return tidy(Product((number, (square and _square_root(square)) or ONE)))


def _square_root(product: Expr) -> Expr | None:
    """|x| e^t for x² e^(2t); None for what is no square."""
    powers = _factors_of(product).powers
    if any(exponent is None and times % 2 for (_, exponent), times in powers.items()):
        return None
    roots = [
        Power(Call("abs", (base,)), rational(times / 2)) if exponent is None
        else Power(base, tidy(Product((rational(times / 2), exponent))))
        for (base, exponent), times in powers.items()
    ]  # fmt: skip
    return tidy(Product((ONE, *roots)))


def _split(expr: Expr) -> tuple[Fraction, Expr | None]:
    """expr = coefficient · body; body None stands for 1.  What has parts remembers it: parts are asked again at every
    level above them."""
    known: tuple[Fraction, Expr | None] | None = expr.__dict__.get("_tidied")
    if known is None:
        known = expr.__dict__["_tidied"] = _taken_apart(expr)
    return known


def _taken_apart(expr: Expr) -> tuple[Fraction, Expr | None]:
    match expr:
        case Number(value):
            return value, None
        case Minus(operand) | Negative(operand):
            coefficient, body = _split(operand)
            return -coefficient, body
        case Sum():
            return _sum(expr.terms)
        case Product() | Quotient() | Power() | Call("sqrt" | "cbrt" | "root" | "abs" | "sign" | "ln"):
            factors = _Factors()
            factors.take(expr, Fraction(1))
            return factors.result()
        case Call():
            undone = _undone(expr)
            return (Fraction(1), expr) if undone is expr else _split(undone)
        case _:
            return Fraction(1), expr


def _undone(expr: Expr) -> Expr:
    """tan(arctan u) → u, cos(arcsin u) → √(1 − u²), ln(eᵘ) → u, e^(n ln u + v) → uⁿ eᵛ, exp(ln u) → u, b^(log_b u) → u,
    √(u²) → |u|, √(1 − tanh² u) → sech u; others as they are."""
    match expr:
        case Call("exp", (Call("ln", (u,)),)):
            return u
        case Call("ln", (Power(Constant("e"), exponent),)):
            return exponent
        case Call("sqrt", (Power(u, exponent),)) if exponent_value(exponent) == 2:
            return Call("abs", (u,))
        case Call(function, (Call(inner, (u,)),)) if (found := side(function, inner, u)) is not None:
            return found
        case Call("sqrt", (Sum() as u,)) if (secant := squared_secant(u)) is not None:
            return secant
        case Call("log", (Power(b, u), base)) | Power(b, Call("log", (u, base))) if b == base:
            return u
        case Power(Constant("e"), exponent) if any(map(_logarithm, terms := terms_of(exponent))):
            powers = [Power(*one) for one in map(_logarithm, terms) if one]
            rest = tuple(term for term in terms if not _logarithm(term))
            return Product((*powers, *([Power(expr.base, tidy(Sum(rest)))] if rest else [])))
    return expr


def _has_logarithm(term: Expr) -> bool:
    """Whether a factor is a logarithm, seen without looking into exponents, whose terms are asked in turn."""
    match term:
        case Negative(inner) | Minus(inner) | Quotient(inner, _) | Power(inner, _):
            return _has_logarithm(inner)
        case Product(factors):
            return any(map(_has_logarithm, factors))
    return isinstance(term, Call) and term.function == "ln"


def _logarithm(term: Expr) -> tuple[Expr, Expr] | None:
    """(u, n) for n ln u with a whole n."""
    if not _has_logarithm(term):
        return None
    coefficient, body = _split(term)
    if not isinstance(body, Call) or body.function != "ln" or coefficient.denominator != 1:
        return None
    return body.arguments[0], rational(coefficient)


# -- sums ---------------------------------------------------------------------------------------------


def _sum(terms: tuple[Expr, ...]) -> tuple[Fraction, Expr | None]:
    collected: dict[Hashable, tuple[Expr | None, Fraction]] = {}
    for term in terms:
        _collect(term, Fraction(1), collected)
    kept = [(body, coefficient) for body, coefficient in collected.values() if coefficient]
    if not kept:
        return Fraction(0), None
    if merged := with_one_pair_less(kept):
        return _sum(written_terms(merged))
    if len(kept) == 1:
        body, coefficient = kept[0]
        return coefficient, body
    total = Sum(written_terms(kept))
    if meets_its_root(kept):
        over, under = _whole(total)
        if under != ONE:
            return _split(Quotient(over, under))
    return Fraction(1), total


def _collect(term: Expr, sign: Fraction, collected: dict[Hashable, tuple[Expr | None, Fraction]]) -> None:
    if term is ZERO:
        return
    if isinstance(term, Minus | Negative):
        _collect(term.operand, -sign, collected)
    elif isinstance(term, Sum):
        for inner in term.terms:
            _collect(inner, sign, collected)
    else:
        coefficient, body = _split(term)
        if isinstance(body, Sum) and abs(coefficient) == 1:
            _collect(body, sign * coefficient, collected)
        else:
            first, so_far = collected.get(like_key(body), (body, Fraction(0)))
            collected[like_key(body)] = first, so_far + sign * coefficient


# -- products -----------------------------------------------------------------------------------------


class _Factors:
    """A product as coefficient · Π base^exponent; exponents are rational, or notation."""

    def __init__(self) -> None:
        self.coefficient = Fraction(1)
        self.powers: dict[tuple[Expr, Expr | None], Fraction] = {}
        self.sums: dict[Hashable, Sum] = {}  # by their terms, in whatever order these stand
        self.written: dict[tuple[Hashable, bool], Sum] = {}  # by their terms too, and whether they stood above

    def take(self, expr: Expr, times: Fraction) -> None:
        """Multiply by expr^times, times being a whole number."""
        match expr:
            case Product(factors):
                for factor in factors:
                    self.take(factor, times)
            case Quotient(over, under):
                self.take(over, times)
                self.take(under, -times)
            case Negative(operand) | Minus(operand):
                self.coefficient *= 1 if times % 2 == 0 else -1
                self.take(operand, times)
            case Number(value):
                self._number(expr, value, times)
            case Power(base, exponent):
                undone = _undone(expr)
                self._power(base, exponent, times) if undone is expr else self.take(undone, times)
            case Sum():
                self._sum(expr, times)
            case Call() if (undone := _undone(expr)) is not expr:
                self.take(undone, times)
            case Call("sqrt" | "cbrt" | "root", (Power(Constant("e"), exponent), *_)) if (index := root_index(expr)):
                self._add(E, exponent, times / index)
            case Call("root", (u, Number(2))):
                self.take(Call("sqrt", (u,)), times)
            case Call("sqrt" | "cbrt" | "root", (Product() | Quotient() | Power() | Call() | Negative() as u, *_)) if (
                (index := root_index(expr)) and self._root_taken(u, index, times, index % 2 == 0)
            ):
                return
            case Call("cbrt" | "root") if root_index(expr):
                self._higher_root(expr, times)
            case Call("sqrt", (Sum() as u,)) if has_inserted(u):
                self._root(u, times)
            case Call("sqrt", (Product() as u,)) if (whole := tidy(u)) != u and tree_size(whole) < tree_size(u):
                self._add(Call("sqrt", (whole,)), None, times)
            case Call("abs" | "sign" as function, (u,)):
                self._bars(function, u, times)
            case Call("ln", (u,)) if u == ONE and times > 0:
                self.coefficient = Fraction(0)
            case _:
                self._add(expr, None, times)

    def _add(self, base: Expr, exponent: Expr | None, times: Fraction) -> None:
        if isinstance(base, Sum):
            if exponent is None and times.denominator == 1 and term_set(base) not in self.sums:
                base = self._like_another(base, int(times))
            base = self.sums.setdefault(term_set(base), base)
        elif root_index(base) and isinstance(base, Call) and isinstance(u := base.arguments[0], Sum):
            base = Call(base.function, (self.sums.setdefault(term_set(u), u), *base.arguments[1:]))
        key = (base, exponent)
        self.powers[key] = self.powers.get(key, Fraction(0)) + times

    def _like_another(self, base: Sum, times: int) -> Sum:
        """(a − b)(b − a)² = (a − b)³, (x − 1/2)²/(2x − 1) = (x − 1/2)/2: the sum that was taken and is a multiple."""
        for other in self.sums.values():
            if (ratio := _ratio(base, other)) is not None:
                self.coefficient *= ratio**times
                return other
        return base

    def _number(self, expr: Number, value: Fraction, times: Fraction) -> None:
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        if (value == 0 and times < 0) or bits * abs(times) > _MAX_BITS:
            self._add(expr, None, times)
        else:
            self.coefficient *= value ** int(times)

    def _power(self, base: Expr, exponent: Expr, times: Fraction) -> None:
        raised = exponent_value(exponent)
        if base == ONE:
            return
        if raised is None:
            self._add(base, exponent, times)
        elif raised.denominator == 1 and abs(raised * times) <= 10_000:
            self.take(base, raised * times)
        else:
            number = as_rational(base)
            if number is not None:
                self._add(Power(base, exponent), None, times)
            elif isinstance(base, Power) and base.base == E:
                self._add(E, base.exponent, raised * times)
            elif not isinstance(base, Product | Quotient | Power | Call) or not self._root_taken(
                base, raised.denominator, raised.numerator * times, True
            ):
                self._add(base, None, raised * times)

    def _root(self, u: Sum, times: Fraction) -> None:
        """√(1 − (x²)²) → √(1 − x⁴), √(1 − (x/2)²) → √(4 − x²)/2, √(1 − (1/x)²) → √(x² − 1)/|x|,
        √((2 cos x)² + (2 sin x)²) → 2."""
        whole, below = _over_a_square(tidy(u))
        if whole == ZERO and times < 0:
            self._add(Call("sqrt", (u,)), None, times)
            return
        self.take(below, -times)
        whole = squared(whole)
        number = whole_root(whole.value, 2) if isinstance(whole, Number) else None
        if number is not None:
            self.coefficient *= number ** int(times)
        elif isinstance(whole, Sum):
            self._add(Call("sqrt", (whole,)), None, times)
        else:
            self.take(Call("sqrt", (whole,)), times)

    def _higher_root(self, root: Call, times: Fraction) -> None:
        """∛(8x²/y) → 2(∛x)²/∛y, ∛(xⁿ) → x^(n/3); what has no power in it, and an even root, stay whole."""
        u, index = root.arguments[0], root_index(root)
        inside = _factors_of(u)
        number = whole_root(inside.coefficient, index)
        powers = inside.powers.items()
        parted = any(exponent or power != 1 for (_, exponent), power in powers) or abs(inside.coefficient) != 1
        whole = all(exponent or power.denominator == 1 for (_, exponent), power in powers)
        if isinstance(u, Sum) or index % 2 == 0 or number is None or not (powers and parted and whole):
            self._add(root, None, times)
            return
        self.coefficient *= number ** int(times)
        for (base, exponent), power in powers:
            below = base if exponent else Call(root.function, (base, *root.arguments[1:]))
            self._add(below, exponent, power * times / (index if exponent else 1))

    def _bars(self, function: str, u: Expr, times: Fraction) -> None:
        """|−2x| → 2|x|, |x²| → x², |x³| → |x|³, |1/x| → 1/|x|; sign(−2x) → −sign x, sign(x³) → sign x,
        sign(x/(x² + 1)) → sign x."""
        inside = _Factors()
        if isinstance(u, Sum):
            inside.powers[u, None] = Fraction(1)
        else:
            inside.take(u, Fraction(1))
        if inside.coefficient == 0 or not inside.powers:
            self._add(Call(function, (u,)), None, times)
            return
        sign = Fraction(1 if inside.coefficient > 0 else -1)
        self.coefficient *= (abs(inside.coefficient) if function == "abs" else sign) ** int(times)
        kept: dict[_Key, Fraction] = {}
        for (base, exponent), power in inside.powers.items():
            least = least_sign(part := _raised(base, exponent, abs(power)))
            if function == "abs" and least is not None:
                self.take(part, times if power > 0 else -times)
            elif least is None or (least == 0 and power > 0):
                odd = function == "sign" and exponent is None and power.denominator == 1 and power % 2
                kept[base, exponent] = Fraction(1 if power > 0 else -1) if odd else power
        if not kept:
            return
        if all(power < 0 for power in kept.values()):
            kept, times = {key: -power for key, power in kept.items()}, -times if function == "abs" else times
        ((base, exponent), power), *others = kept.items()
        if not others and exponent is None and power.denominator == 1 and (function == "abs" or power == 1):
            self._add(Call(function, (base,)), None, power * times)
        else:
            self._add(Call(function, (_written(kept),)), None, times)

    def _sum(self, expr: Sum, times: Fraction) -> None:
        self.written[term_set(expr), times > 0] = expr
        coefficient, body = _split(expr)
        if coefficient == 0 and times < 0:
            self._add(expr, None, times)
        elif not isinstance(body, Sum) or coefficient != 1:
            self.coefficient *= coefficient ** int(times)
            if body is not None:
                self.take(body, times)
        elif times != 1 and (turned := negated(body)) is not None:
            self.coefficient *= 1 if times % 2 == 0 else -1
            self._add(turned, None, times)
        else:
            self._add(body, None, times)

    def result(self) -> tuple[Fraction, Expr | None]:
        if self.coefficient == 0 and not any(base == ZERO for base, _ in self.powers):
            return Fraction(0), None
        self._collected()
        if self.coefficient.denominator > 1 or any(times < 0 for times in self.powers.values()):
            before = dict(self.powers)
            self._cancelled()
            if self.powers != before:
                self._collected()
        over: list[Expr] = []
        under: list[Expr] = []
        coefficient, left = self.coefficient, [(*key, times) for key, times in self.powers.items() if times]
        alone = coefficient == 1 and [times for *_, times in left] == [1]
        for base, exponent, times in left:
            turns = not alone and exponent is None and times.denominator == 1
            turned = negated(base) if turns else None  # x(−a − b) is −x(a + b)
            if turns and coefficient < 0 and times % 2 and isinstance(base, Sum):
                turned = turned or self._as_written(base, times > 0)
            coefficient *= 1 if turned is None or times % 2 == 0 else -1
            if times < 0 and isinstance(exponent, Negative):
                exponent, times = exponent.operand, -times  # 1/e^(−x) is eˣ
            (over if times > 0 else under).append(_raised(turned or base, exponent, abs(times)))
        top, bottom = ordered_product(over), ordered_product(under)
        return coefficient, top if bottom is None else Quotient(ONE if top is None else top, bottom)

    def _as_written(self, base: Sum, above: bool) -> Sum | None:
        """b − a for a − b, where that stood so on this side and a − b on the other"""
        if (term_set(base), above) in self.written:
            return None
        found = self.written.get((opposite_term_set(base), above))
        return None if found is None or isinstance(found.terms[0], Negative) else found

    def _collected(self) -> None:
        """Powers of one base, and roots, bars and functions of one angle, as few as they can be."""
        self._whole_powers()
        self._exponentials()
        self._secants()
        self._ratios()
        self._different_roots()
        self._squared_roots()
        self._roots_to_powers()
        self._roots_of_products()
        self._signs()
        self._bars_apart()
        self._sizes()
        self._like_exponents()

    def _cancelled(self) -> None:
        """Sums above and below without fractions in them, and without what they have in common."""
        self._fractions_below()
        self._sums_below()
        self._conjugates_apart()
        self._conjugates_below()
        self._above()
        self._reciprocals()
        self._shared_numbers()
        self._shared_letters()
        self._shared_exponents()

    def _one_by_one(self) -> Iterator[tuple[Expr, Expr | None, Fraction]]:
        """The factors with the powers that they have when it is their turn: those before may have changed them."""
        for base, exponent in list(self.powers):
            if times := self.powers.get((base, exponent)):
                yield base, exponent, times

    def _like_exponents(self) -> None:
        """e^a · e^b → e^(a + b), x^n · x → x^(n + 1)."""
        by_base: dict[Expr, list[tuple[Expr | None, Fraction]]] = {}
        for (base, exponent), times in self.powers.items():
            if times:
                by_base.setdefault(base, []).append((exponent, times))
        self.powers = {}
        for base, parts in by_base.items():
            if len(parts) == 1 and (parts[0][0] is None or abs(parts[0][1]) == 1):
                self.powers[(base, parts[0][0])] = parts[0][1]
            else:
                self._merge(base, parts)

    def _whole_powers(self) -> None:
        """(x/2)^(1/2) (x/2)^(3/2) → x²/4, where (x/2)^(7/2) stays."""
        for base, exponent, times in self._one_by_one():
            if exponent is None and isinstance(base, Product | Quotient) and times.denominator == 1:
                self.take(base, self.powers.pop((base, None)))

    def _exponentials(self) -> None:
        """exp(2u) exp(−u) → exp(u), exp(u)² exp(−2u) → 1, exp(u + v)/exp(v) → exp(u): where exponents share a term."""
        groups: list[tuple[_Exponent, list[Expr]]] = []
        for base, exponent, times in self._one_by_one():
            if exponent is None and _is_exp(base):
                whole: _Exponent = {}
                parts = _exponent_of(base, exponent, times)
                near = [one for one in groups if not one[0].keys().isdisjoint(parts)] + [(parts, [base])]
                groups = [one for one in groups if one[0].keys().isdisjoint(parts)]
                for other, _ in near:
                    _add_exponent(whole, other)
                groups.append((whole, [one for _, bases in near for one in bases]))
        for whole, bases in groups:
            if len(bases) > 1:
                for base in bases:
                    del self.powers[base, None]
                self.take(_power_with(None, whole), Fraction(1))

    def _secants(self) -> None:
        """(1 − tanh² u) cosh u → sech u, (1 − tanh² u)/tanh² u → csch² u, (1 − tanh² u)^(−1/2) → cosh u;
        tanh u (1 − tanh² u) stays."""
        for base, exponent, times in self._one_by_one():
            if not isinstance(base, Sum) or exponent is not None:
                continue
            if (secant := squared_secant(base)) is not None and (times.denominator > 1 or any(
                isinstance(other, Call) and other.arguments == secant.arguments and other.function in HYPERBOLIC
                and (other.function != "tanh" or power < 0)
                for other, _, power in self._one_by_one()
            )):
                del self.powers[base, None]
                self._add(secant, None, 2 * times)

    def _ratios(self) -> None:
        """sin u/cos u → tan u, sec u cos u → 1"""
        angles: dict[Expr, dict[str, int]] = {}
        for base, exponent, times in self._one_by_one():
            if exponent is None and times.denominator == 1 and isinstance(base, Call) and len(base.arguments) == 1:
                angles.setdefault(base.arguments[0], {})[base.function] = int(times)
        doubled = False
        for u, powers in angles.items():
            found = ratio(powers)
            for name in {**powers, **found} if found != powers else ():
                self.powers[Call(name, (u,)), None] = Fraction(found.get(name, 0))
            doubled |= self._double(u, found)
        if doubled:
            self._ratios()

    def _double(self, half: Expr, powers: Mapping[str, int]) -> bool:
        """sec(x/2) csc(x/2) → 2 csc x, sech(x/2) csch(x/2) → 2 csch x; whether there is that."""
        for secant, cosecant in (("sec", "csc"), ("sech", "csch")):
            times = powers.get(secant, 0)
            twice = cosecant_of_twice(half, cosecant) if 0 < times == powers.get(cosecant) else None
            if twice is not None:
                for name in (secant, cosecant):
                    del self.powers[Call(name, (half,)), None]
                self.coefficient *= 2**times
                self.take(twice, Fraction(times))
                return True
        return False

    def _reciprocals(self) -> None:
        """1/sec u → cos u"""
        for base, exponent, times in self._one_by_one():
            if times < 0 and exponent is None and isinstance(base, Call) and base.function in RECIPROCALS:
                del self.powers[base, None]
                self._add(Call(RECIPROCALS[base.function], base.arguments), None, -times)

    def _different_roots(self) -> None:
        """√x ∛x → x^(5/6), √x/x^(1/3) → x^(1/6), ∛x root(x, 9) → root(x, 9)⁴: different roots of one base are one."""
        kinds: dict[Expr, dict[Expr, Fraction]] = {}
        for base, exponent, times in self._one_by_one():
            u, power = as_root(base)
            if exponent is None and (power * times).denominator > 1 and not isinstance(u, Number):
                kinds.setdefault(u, {})[base] = power * times
        for u, parts in kinds.items():
            if len(parts) > 1 and any(power.denominator > 2 for power in parts.values()):
                for base in parts:
                    del self.powers[base, None]
                whole = sum(parts.values(), self.powers.pop((u, None), Fraction(0)))
                above_zero = u in parts or any(root_index(base) % 2 == 0 for base in parts)
                self._add_power(u, whole, above_zero)

    def _add_power(self, u: Expr, power: Fraction, above_zero: bool) -> None:
        """x^(5/6) where x ≥ 0, x root(x, 9)⁴ else."""
        index = power.denominator
        if index == 1 or (above_zero and index > 2):
            self._add(u, None, power)
        elif index == 2:
            self._add(Call("sqrt", (u,)), None, 2 * power)
        else:
            root = Call("cbrt", (u,)) if index == 3 else Call("root", (u, integer(index)))
            self._add(root, None, power % 1 * index if power > 0 else -(-power % 1 * index))
            self._add(u, None, Fraction(int(power)))

    def _root_taken(self, u: Expr, index: int, times: Fraction, above_zero: bool) -> bool:
        """√(x⁴) → x², √(x √x) → x^(3/4), √(x³) → x √x, √(−4x) → 2√(−x), ∛(∛x) → root(x, 9), √(√(4x)) →
        (4x)^(1/4); whether it is so.

        ``above_zero``: whether it is defined for u ≥ 0 only.
        """
        inside = _factors_of(u)
        sign = Fraction(-1 if index == 2 and inside.coefficient < 0 else 1)
        number = whole_root(sign * inside.coefficient, index)
        square = _square_root(u) if index == 2 and sign > 0 else None
        plain = not square and sign > 0 and not any(exponent for _, exponent in inside.powers)
        powers = _of_bases(inside, above_zero) if plain else {}
        if number is None and inside.powers and isinstance(u, Call) and (inner := root_index(u)):
            number, powers = Fraction(1), {(u.arguments[0], inner % 2 == 0): Fraction(1, inner)}
        if number is None or not (square or powers or (index == 2 and number != 1)):
            return False
        self.coefficient *= number ** int(times)
        if square:
            self.take(square, times)
        elif not powers:
            self._add(Call("sqrt", (with_coefficient(sign, _split(u)[1]),)), None, times)
        for (base, known), power in powers.items():
            self._add_power(base, power * times / index, known)
        return True

    def _squared_roots(self) -> None:
        """√u · √u → u, √u/u → 1/√u, and u √u → u^(3/2) for a sum u."""
        for base, exponent, times in self._one_by_one():
            if not (isinstance(base, Call) and base.function == "sqrt" and exponent is None):
                continue
            u, whole = base.arguments[0], Fraction(int(times / 2))
            times -= 2 * whole
            self.powers[(base, None)] = times
            self.take(u, whole)
            others = self.powers.get((u, None), Fraction(0))
            if others.denominator == 2 or (times * others and (isinstance(u, Sum) or times * others < 0)):
                halves = times + 2 * others
                kept = abs(halves) == 1 or (halves.denominator == 1 and halves % 2 and not isinstance(u, Sum))
                root = Fraction((1 if halves > 0 else -1) if kept else 0)
                self.powers[(base, None)] = root
                self.powers[(u, None)] = (halves - root) / 2

    def _roots_to_powers(self) -> None:
        """(∛u)⁴ → u ∛u, u/(∛u)² → ∛u"""
        waiting = list(self.powers)
        while waiting:
            base, exponent = waiting.pop()
            index, times = root_index(base), self.powers[base, exponent]
            if index < 3 or exponent is not None or times.denominator != 1 or not isinstance(base, Call):
                continue
            u = base.arguments[0]
            others = self.powers.get((u, None), Fraction(0))
            if others.denominator == 1 and (abs(times) >= index or times * others < 0):
                whole = Fraction(int((times + index * others) / index))
                self.powers[base, None] = times + index * (others - whole)
                self.take(u, whole - others)
                waiting += [(u, None)] if (u, None) in self.powers else []

    def _roots_of_products(self) -> None:
        """√(2π)/(2π) → 1/√(2π), xy/√(xy) → √(xy), 2/√2 → √2, 1/(√π √2) → 1/√(2π), 1/(√x √2) → 1/√(2x); x √(1/x) and
        √2/2 stay."""
        factors = [base for base, _, times in self._one_by_one() if times == -1 and isinstance(base, Call)]
        roots = [base for base in factors if base.function == "sqrt"]
        below = [root for root in roots if is_constant_root(root)]
        below += [root for root in roots if below and isinstance(root.arguments[0], Symbol)][:1]
        if len(below) > 1:
            for root in below:
                del self.powers[root, None]
            self.take(Call("sqrt", (tidy(Product(tuple(root.arguments[0] for root in below))),)), Fraction(-1))
        for base, exponent, times in self._one_by_one():
            if abs(times) != 1 or exponent is not None or not isinstance(base, Call) or base.function != "sqrt":
                continue
            inside = _factors_of(base.arguments[0])
            other = self.coefficient.denominator if times > 0 else self.coefficient.numerator
            turned = all(-times * self.powers.get(key, 0) * n >= n**2 > 0 for key, n in inside.powers.items())
            above = any(n > 0 for n in inside.powers.values())
            whole = times < 0 and not inside.powers and inside.coefficient.denominator == 1
            if inside.coefficient > 0 and turned and (above or whole) and other % inside.coefficient == 0:
                self.powers[base, None] = -times
                self.coefficient *= inside.coefficient ** int(times)
                for key, power in inside.powers.items():
                    self.powers[key] += times * power

    def _bars_apart(self) -> None:
        """|u/v| |v| → |u|; v² |u/v| stays, as the sign of u/v does beside it."""
        for u in _inside(self.powers, "abs"):
            if not isinstance(u, Product | Quotient):
                continue
            times, parts = self.powers.get(size := (Call("abs", (u,)), None), Fraction(0)), _factors_of(u).powers
            sizes = ((power, self.powers.get((Call("abs", (base,)), None), 0)) for (base, _), power in parts.items())
            if times.denominator == 1 and any(power * times * beside < 0 for power, beside in sizes):
                del self.powers[size]
                for (base, exponent), power in parts.items():
                    self._bars("abs", _raised(base, exponent, abs(power)), times if power > 0 else -times)
                self._signs()

    def _signs(self) -> None:
        """|u|² → u²; |u| sign u → u; sign u/|u| → 1/u, |u|³ sign u → u³."""
        before, found = self.powers, {u: self._shared(u) for u in _inside(self.powers, "abs")}
        if not any(map(any, found.values())):
            return
        self.powers = {}
        bars: dict[Expr, Expr] = {Call("abs", (u,)): u for u in found}
        signs: dict[Expr, Expr] = {Call("sign", (u,)): u for u in found}
        for (base, exponent), times in before.items():
            left = times
            if exponent is None and base in bars:
                moved = sum(found[bars[base]], Fraction(0)) * (1 if times > 0 else -1)
                self.take(bars[base], moved)
                left = times - moved
            elif exponent is None and base in signs:
                left = times - found[signs[base]][0]
            self._add(base, exponent, left)

    def _sizes(self) -> None:
        """u sign u → |u|, u sign² u → u; |u|/u² → 1/|u|, u⁵/|u|³ → u |u|"""
        for u in _inside(self.powers, "abs"):
            times, others = self.powers[size := (Call("abs", (u,)), None)], self.powers.get((u, None), Fraction(0))
            if times * others < 0 and times % 2 == 1 and others.denominator == 1:
                whole = times + others
                kept = min((1, -1), key=lambda side: (abs(whole - side), side * times < 0))
                self.powers[size], self.powers[u, None] = Fraction(kept), whole - kept
        for u in _inside(self.powers, "sign"):
            times, others = self.powers[sign := (Call("sign", (u,)), None)], self.powers.get((u, None), Fraction(0))
            if min(times, others) >= 1 and times.denominator == others.denominator == 1:
                self.powers[sign] = Fraction(0)
                self.powers[u, None] -= times % 2
                self._add(Call("abs", (u,)), None, times % 2)

    def _shared(self, u: Expr) -> tuple[Fraction, Fraction]:
        """How many factors |u|, above or below, are u: one for each sign, and all of an even number."""
        times = abs(self.powers[Call("abs", (u,)), None])
        signs = self.powers.get((Call("sign", (u,)), None), Fraction(0))
        if times.denominator != 1 or signs.denominator != 1 or signs < 0:
            return Fraction(0), Fraction(0)
        by_sign = min(signs, times)
        return by_sign, Fraction(0) if (times - by_sign) % 2 else times - by_sign

    def _fractions_below(self) -> None:
        """1/(x²·(1 + y²/x²)) → 1/(x² + y²): a sum of fractions below is multiplied by its common denominator."""
        for base, exponent, times in self._one_by_one():
            if times >= 0 or times.denominator != 1 or exponent is not None or not isinstance(base, Sum):
                continue
            common = _common_denominator(base.terms)
            if common is None:
                continue
            whole = tidy(Sum(tuple(_shared(term, common) for term in base.terms)))
            if tree_size(whole) <= tree_size(base):
                self._drop(base, base)
                self.take(whole, times)
                self.take(common, -times)

    def _sums_below(self) -> None:
        """1/((1 − x)² + (1 + x)²) → 1/(2 + 2x²): a sum below is multiplied out where that makes it shorter."""
        for base, u, power in self._sums():
            if power < 0 and base is u and power.denominator == 1 and (whole := _shorter(u)) is not u:
                self._drop(u, u)
                self.take(whole, power)

    def _conjugates_apart(self) -> None:
        """(x + y)³/(x² − y²)² → (x + y)/(x − y)², where one of the two stands above"""
        sums = [(u, power) for base, u, power in self._sums() if base is u and len(u.terms) == 2]
        above = {term_set(u) for u, power in sums if power > 0}
        above |= {opposite_term_set(u) for u, power in sums if power > 0}
        for u, power in sums if above else ():
            both = _conjugates(u) if power < 0 and power.denominator == 1 else ()
            if not above.isdisjoint(map(term_set, both)):
                del self.powers[u, None]
                self.take(Product(both), power)

    def _conjugates_below(self) -> None:
        """1/((x + y)(x − y)) → 1/(x² − y²), where that is no longer"""
        below = [(u, power) for base, u, power in self._sums() if power < 0 and base is u and len(u.terms) == 2]
        for (u, power), (v, other) in combinations(below, 2):
            whole = _of_squares(u, v) if power == other and power.denominator == 1 else None
            if whole is not None and self.powers.get((u, None)) == self.powers.get((v, None)) == power:
                del self.powers[u, None], self.powers[v, None]
                self.take(whole, power)

    def _shared_numbers(self) -> None:
        """4x/(2x² + 2) → 2x/(x² + 1), 2/√(4 + 4x) → 1/√(1 + x): the number in all terms of a sum, where it cancels."""
        parts = [(*part, number) for part in self._sums() if (number := number_in(*part[1:])) > 1]
        over, under = abs(self.coefficient.numerator), self.coefficient.denominator
        for *_, power, number in parts:
            size = isqrt(number ** int(2 * abs(power)))
            over, under = (over * size, under) if power > 0 else (over, under * size)
        if gcd(over, under) == 1:
            return
        self.coefficient = Fraction(over if self.coefficient > 0 else -over, under)
        divisors: list[Expr] = []
        for *_, power, number in parts:
            kept = 1
            if abs(power) == 1:
                kept = gcd(number, self.coefficient.numerator if power > 0 else self.coefficient.denominator)
                self.coefficient /= Fraction(kept) ** int(power)
            divisors.append(integer(number // kept))
        self._divide([part[:3] for part in parts], divisors)

    def _shared_letters(self) -> None:
        """x/(x² + xy)² → 1/(x(x + y)²): the letter in all terms of a sum, where it cancels."""
        for letter in [one for one, exponent in self.powers if isinstance(one, Symbol) and exponent is None]:
            parts = [(base, u, power) for base, u, power in self._sums() if power.denominator == 1]
            divisors: list[Expr] = []
            for _, u, power in parts:
                ratio = max(-self.powers[letter, None] / power, Fraction(0))
                times = min(*(int(_power_of(letter, term)) for term in u.terms), ceil(ratio)) if ratio else 0
                self.powers[letter, None] += times * power
                divisors.append(letter**times if times > 1 else letter if times else ONE)
            self._divide(parts, divisors)

    def _shared_exponents(self) -> None:
        """e^(4u)/(e^(2u) + v e^(2u))² → 1/(1 + v)², u^a/(u^a + v u^a) → 1/(1 + v): what the exponents of all terms of
        a sum share, where it cancels."""
        for base, exponent in [key for key in self.powers if key[1] is not None or _is_exp(key[0])]:
            whole = _exponent_of(base, exponent, self.powers[base, exponent])
            kind = None if exponent is None else base
            parts = [(base, u, power) for base, u, power in self._sums() if power.denominator == 1]
            divisors: list[_Exponent] = [{} for _ in parts]
            for key, (times, body) in whole.items():
                for (_, u, power), by in zip(parts, divisors, strict=True):
                    shared = _exponent_in(u, kind, body)
                    if shared * power * times < 0:
                        times += shared * power
                        by[key] = shared, body
                whole[key] = times, body
            if any(divisors):
                del self.powers[base, exponent]
                side = next((1 if times > 0 else -1 for times, _ in whole.values() if times), 1)
                self.take(_power_with(kind, whole, side), Fraction(side))
                self._divide(parts, [_power_with(kind, by) for by in divisors])

    def _drop(self, base: Expr, u: Sum) -> None:
        """Without the sum u, or a root of it, in whose place another comes."""
        del self.powers[base, None]
        self.sums.pop(term_set(u), None)

    def _sums(self) -> list[tuple[Expr, Sum, Fraction]]:
        """The factors that are powers u^p of sums, with u and p; √u with u and 1/2."""
        found: list[tuple[Expr, Sum, Fraction]] = []
        for (base, exponent), times in self.powers.items():
            match base:
                case Call("sqrt", (Sum() as u,)) if times and exponent is None and times.denominator == 1:
                    found.append((base, u, times / 2))
                case Sum() if times and exponent is None and times.denominator <= 2:
                    found.append((base, base, times))
        return found

    def _divide(self, parts: list[tuple[Expr, Sum, Fraction]], divisors: list[Expr]) -> None:
        """(u/d)^p for each u^p."""
        for base, u, _ in parts:
            self._drop(base, u)
        for (_, u, power), by in zip(parts, divisors, strict=True):
            rest = u if by == ONE else divided(u, by)
            whole = power.denominator == 1 and not isinstance(rest, Sum)
            self.take(rest, power) if whole else self._add(rest, None, power)

    def _above(self) -> None:
        """A numerator that is a sum: multiplied out where that makes it shorter, without fractions in it, and what all
        terms have in common with the denominator cancelled: (√u − x²/√u)/u → (u − x²)/u^(3/2)."""
        by_number = all(times >= 0 for times in self.powers.values())
        if by_number and self.coefficient.denominator == 1:
            return
        for base, exponent, times in self._one_by_one():
            if times != 1 or exponent is not None or not isinstance(base, Sum):
                continue
            if by_number and tree_size(base) > _LONG:
                continue
            first = base if _is_of_letters(base) else self._without_common(base, whole_powers=True)
            whole, common = _whole(_shorter(first), self.powers)
            whole = self._without_multiple(self._without_signs(self._without_common(whole)))
            if whole is not base:
                self._drop(base, base)
                self.take(whole, Fraction(1))
                self.take(common, Fraction(-1))

    def _without_common(self, whole: Expr, whole_powers: bool = False) -> Expr:
        """The numerator without what all its terms have in common with the denominator, or without whole powers only:
        (x − 2x ln x)/x⁴ → (1 − 2 ln x)/x³."""
        for u, inner, below in self._one_by_one():
            if below < 0 and inner is None and not isinstance(u, Number) and isinstance(whole, Sum):
                shared = min(_power_of(u, term) for term in whole.terms)
                shared = Fraction(int(shared)) if whole_powers else shared
                whole = divided(whole, Power(u, rational(shared))) if shared else whole
                self.powers[u, None] += shared
        return whole

    def _without_signs(self, whole: Expr) -> Expr:
        """(2u² − 1) sign u for 2u |u| − sign u, and (2 |u| − 1) sign u for 2u − sign u over |u|, which is u sign u"""
        for sign in dict.fromkeys(node for node in walk(whole) if isinstance(node, Call) and node.function == "sign"):
            size = Call("abs", sign.arguments)
            if isinstance(whole, Sum):
                by = [Quotient(ONE, sign) if _power_of(sign, term) else sign for term in whole.terms]
                rest = tidy(Sum(tuple(map(_shared, whole.terms, by))))
                bare = {sign, size}.isdisjoint(walk(rest))
                below = self.powers.get((size, None), 0) < 0 and tree_size(rest) <= tree_size(whole)
                if bare or (below and sign not in walk(rest)):
                    self._add(sign, None, Fraction(1))
                    whole = rest
        return whole

    def _without_multiple(self, whole: Expr) -> Expr:
        """f for the numerator f·u over u: (sec x tan x + sec² x)/(sec x + tan x) → sec x; f √u for f·u over √u."""
        for base, u, power in self._sums():
            factor = _multiple(whole, u) if power < 0 and isinstance(whole, Sum) else None
            if factor is not None:
                self.powers[base, None] += 1 if base is u else 2
                whole = factor
        return whole

    def _merge(self, base: Expr, parts: list[tuple[Expr | None, Fraction]]) -> None:
        bodies: dict[Expr | None, Fraction] = {}
        for exponent, times in parts:
            coefficient, body = (Fraction(1), None) if exponent is None else _split(exponent)
            bodies[body] = bodies.get(body, Fraction(0)) + times * coefficient
        left = [(coefficient, body) for body, coefficient in bodies.items() if coefficient]
        coefficient, body = left[0] if len(left) == 1 else _sum(tuple(with_coefficient(*one) for one in left))
        if body is None and isinstance(base, Number) and coefficient.denominator == 1:
            self._number(base, base.value, coefficient)
        elif body is None:
            self.powers[(base, None)] = coefficient
        else:
            self.powers[(base, _number_last(_shorter(with_coefficient(coefficient, body))))] = Fraction(1)


def _of_bases(inside: _Factors, above_zero: bool) -> dict[tuple[Expr, bool], Fraction]:
    """{(x, True): 3/2} for x √x, x ≥ 0: a product as powers of what its roots are of, each with whether it is ≥ 0.

    Nothing where a base may be negative and its root would not be real, and where no root or power is in it.
    """
    powers: dict[Expr, Fraction] = {}
    known: set[Expr] = set()
    for (base, _), times in inside.powers.items():
        body, part = as_root(base)
        powers[body] = powers.get(body, Fraction(0)) + part * times
        known |= {body} if times.denominator > 1 or ((index := root_index(base)) and index % 2 == 0) else set()
    if above_zero and len(powers) == 1:
        known |= {body for body, power in powers.items() if power.numerator % 2}
    nested = any(power.denominator > 1 for power in powers.values())
    real = known.issuperset(powers) or (not above_zero and nested and len(powers) == 1)
    plain = any(isinstance(body, Number) for body in powers) or all(abs(power) == 1 for power in powers.values())
    return {(body, body in known): power for body, power in powers.items()} if real and not plain else {}


def _inside(powers: Mapping[tuple[Expr, Expr | None], Fraction], function: str) -> list[Expr]:
    """What that function is taken of among the factors."""
    return [b.arguments[0] for b, e in powers if e is None and isinstance(b, Call) and b.function == function]


def _common_denominator(terms: tuple[Expr, ...]) -> Expr | None:
    """The least product that every denominator of the terms divides; None where there is none, or one is 0."""
    powers: dict[_Key, Fraction] = {}
    wholes: dict[Expr, Fraction] = {}  # of x √x the power 3/2 of x, which is in x²
    sums: dict[Hashable, Sum] = {}
    number = 1
    for term in terms:
        if isinstance(inner := unsigned(term), Quotient):
            below = _Factors()
            below.sums = sums
            below.take(inner.denominator, Fraction(1))
            if below.coefficient == 0:
                return None
            number = lcm(number, below.coefficient.numerator)
            powers |= {key: max(times, powers.get(key, times)) for key, times in below.powers.items()}
            for u in _inside(below.powers, "sqrt"):
                whole = below.powers.get((u, None), Fraction(0)) + below.powers[Call("sqrt", (u,)), None] / 2
                wholes[u] = max(whole, wholes.get(u, whole))
    for u, whole in wholes.items():
        if whole <= powers.get((u, None), 0):
            del powers[Call("sqrt", (u,)), None]
    factors = [_raised(base, exponent, times) for (base, exponent), times in powers.items()]
    return ordered_product([*([integer(number)] if number != 1 else []), *factors])


def _over_a_square(whole: Expr) -> tuple[Expr, Expr]:
    """1 − x²/4 → 4 − x² and 2, 1 − 1/x² → x² − 1 and |x|: a sum times a square, where that has no fraction left and is
    no longer, and the root of the square."""
    common = _common_denominator(whole.terms) if isinstance(whole, Sum) else None
    if common is None or not isinstance(whole, Sum):
        return whole, ONE
    number, body = _split(common)
    size, root = isqrt(int(number)), ONE if body is None else _square_root(body)
    total = _shorter(tidy(Sum(tuple(_shared(term, common) for term in whole.terms))))
    if root is None or size**2 != number or tree_size(total) > tree_size(whole):
        return whole, ONE
    return total, tidy(Product((integer(size), root)))


def squared(whole: Expr) -> Expr:
    """(1 − x²)² for 1 − 2x² + x⁴; others as they are."""
    terms = whole.terms if isinstance(whole, Sum) and len(whole.terms) == 3 else ()
    for place, middle in enumerate(terms):
        a, b = (_half(term) for term in (*terms[:place], *terms[place + 1 :]))
        if a is None or b is None:
            continue
        for other in (b, Minus(b)):
            if tidy(Sum((middle, Minus(Product((integer(2), a, other)))))) == ZERO:
                return Power(Sum((a, other)), integer(2))
    return whole


def _half(term: Expr) -> Expr | None:
    """3xy² for 9x²y⁴; None for what is no square."""
    inside = _factors_of(term)
    number = whole_root(inside.coefficient, 2)
    if number is None or any(exponent or times % 2 for (_, exponent), times in inside.powers.items()):
        return None
    return tidy(Product((rational(number), *(_raised(base, None, n / 2) for (base, _), n in inside.powers.items()))))


def _conjugates(u: Sum) -> tuple[Sum, ...]:
    """a + b and a − b for a² − b²; none for others"""
    minus = [isinstance(term, Minus | Negative) for term in u.terms]
    if sorted(minus) != [False, True]:
        return ()
    a, b = (_half(unsigned(term)) for term in u.terms)
    if a is None or b is None:
        return ()
    return (Sum((a, b)), Sum((a, Minus(b)) if minus[1] else (Minus(a), b)))


def _of_squares(u: Sum, v: Sum) -> Expr | None:
    """a² − b² for a + b and a − b; None for others, and where that is longer."""
    for a, b in (u.terms, u.terms[::-1]):
        if term_set(Sum((a, opposite(b)))) == term_set(v):
            whole = tidy(Sum((Power(leading(a), integer(2)), Minus(Power(leading(b), integer(2))))))
            return whole if tree_size(whole) <= tree_size(Product((u, v))) else None
    return None


def _ratio(u: Sum, v: Sum) -> Fraction | None:
    """c where u is c·v term by term; None where there is none."""
    if len(u.terms) != len(v.terms):
        return None
    above = {like_key(body): coefficient for coefficient, body in map(_split, v.terms)}
    parts = [(coefficient, above.get(like_key(body))) for coefficient, body in map(_split, u.terms)]
    found = {over / under if under else None for over, under in parts}
    return found.pop() if len(found) == 1 else None


def _is_of_letters(expr: Expr) -> bool:
    """Whether it is a polynomial, of which ``algebra.values`` finds all common factors."""
    return not any(
        isinstance(node, Call | Applied | Constant)
        or (isinstance(node, Power) and exponent_value(node.exponent) is None)
        for node in walk(expr)
    )


def _shorter(base: Expr) -> Expr:
    """What is shorter multiplied out is."""
    if not isinstance(base, Sum | Product):
        return base
    expanded = expand(base)
    return expanded if length(expanded) < length(base) else base


def _number_last(exponent: Expr) -> Expr:
    """a + b − 1 for a − 1 + b, 1 − a for −a + 1; where a number stands first it stays."""
    if not isinstance(exponent, Sum):
        return exponent
    first, *others = exponent.terms
    others.sort(key=lambda term: as_rational(leading(term)) is not None)
    *between, last = others
    if isinstance(first, Negative) and (as_rational(last) or 0) > 0:
        return Sum((last, Minus(first.operand), *between))
    return Sum((first, *others))


def _whole(expr: Expr, above: Mapping[_Key, Fraction] | None = None) -> tuple[Expr, Expr]:
    """A sum of fractions as (numerator, denominator), where the numerator is no longer than the sum; or, in a fraction,
    little longer, or what stands beside it cancels the denominator."""
    if not isinstance(expr, Sum):
        return expr, ONE
    flat = expr if above is None else tidy(Sum(tuple(map(_over_one_each, expr.terms))))
    common = _common_denominator(flat.terms) if isinstance(flat, Sum) else None
    if common is None:
        return expr, ONE
    shared = tidy(Sum(tuple(_shared(term, common) for term in terms_of(flat))))
    joined = min(expand(shared), shared, key=tree_size)
    below = _factors_of(common)
    gone = above and below.coefficient == 1 and all(above.get(key, 0) >= times for key, times in below.powers.items())
    spare = 0 if above is None else _SPARE * tree_size(common)
    return (joined, common) if gone or tree_size(joined) <= tree_size(expr) + spare else (expr, ONE)


def _over_one_each(term: Expr) -> Expr:
    """cos x (x² + 1)/x for cos x (x + 1/x)"""
    if isinstance(term, Minus):
        return Minus(_over_one_each(term.operand))
    factors = factors_of(term)
    found = tuple(over_one(factor, 1) for factor in factors)
    return term if found == factors else tidy(Product(found))


def _power_of(u: Expr, term: Expr) -> Fraction:
    """The exponent of u among the factors of a term, 1/2 for a root; never below 0."""
    factors = _Factors()
    if isinstance(u, Sum):
        factors.sums[term_set(u)] = u
    factors.take(term, Fraction(1))
    found = factors.powers.get((u, None), Fraction(0))
    return max(found + factors.powers.get((Call("sqrt", (u,)), None), Fraction(0)) / 2, Fraction(0))


def _is_exp(base: Expr) -> TypeGuard[Call]:
    return isinstance(base, Call) and base.function == "exp"


def _exponent_of(base: Expr, exponent: Expr | None, times: Fraction) -> _Exponent:
    """6 of x and −3 of y for (e^(2x − y))³ and for exp(2x − y)³; times of 1 where there is no exponent."""
    found: _Exponent = {}
    whole, body = _split(base.arguments[0] if _is_exp(base) else exponent or ONE)
    for part in terms_of(ONE if body is None else body):
        coefficient, inner = _split(part)
        one = ONE if inner is None else inner
        _add_exponent(found, {like_key(one): (times * whole * coefficient, one)})
    return found


def _add_exponent(whole: _Exponent, parts: _Exponent) -> None:
    for key, (times, body) in parts.items():
        whole[key] = whole.get(key, (Fraction(0), body))[0] + times, body


def _power_with(kind: Expr | None, exponent: _Exponent, side: int = 1) -> Expr:
    """The power of this base, exp for None, with the exponent; its inverse for −1."""
    shared, *others = {times.denominator for times, _ in exponent.values() if times} or {1}
    number = Fraction(side * (1 if others else shared))
    parts = ((number * times, None if body == ONE else body) for times, body in exponent.values())
    total = Sum(tuple(with_coefficient(*part) for part in parts))
    whole = tidy(total if others else Quotient(total, integer(shared)))
    return ONE if whole == ZERO else Call("exp", (whole,)) if kind is None else Power(kind, whole)


def _exponent_in(u: Sum, kind: Expr | None, body: Expr) -> Fraction:
    """c of the factor e^(c·body) that all terms share, 1 of e^(x − y) + e^x by x; 0 where they share none."""
    found = [Fraction(0)] * len(u.terms)
    for place, term in enumerate(u.terms):
        for (base, exponent), times in _factors_of(term).powers.items():
            if base == kind or (kind is None and _is_exp(base)):
                found[place] += _exponent_of(base, exponent, times).get(like_key(body), (Fraction(0), body))[0]
    return min(found, key=abs) if min(found) > 0 or max(found) < 0 else Fraction(0)


def number_in(u: Sum, power: Fraction = Fraction(1)) -> int:
    """The number that all terms share, the largest square of it where a root is taken; 1 where one has a fraction."""
    numbers = [_split(term)[0] for term in u.terms]
    shared = gcd(*(number.numerator for number in numbers)) if all(n.denominator == 1 for n in numbers) else 1
    if shared.bit_length() * abs(power) > _MAX_BITS:
        return 1
    if power.denominator == 1 or shared == 1:
        return shared
    return max(k * k for k in range(1, min(isqrt(shared), _ROOTS) + 1) if shared % (k * k) == 0)


def _multiple(whole: Sum, u: Sum) -> Expr | None:
    """f where the terms of the whole are those of u, each times f; None where there is none."""
    if len(whole.terms) != len(u.terms) or len(u.terms) > _FEW or tree_size(whole) > _LONG:
        return None
    above, below = ([_monomial(term) for term in total.terms] for total in (whole, u))
    for term, one in zip(u.terms, below, strict=True):
        factor = _times_monomial(above[0], one, -1)
        if Counter(above) == Counter(_times_monomial(factor, other) for other in below):
            return tidy(Quotient(leading(whole.terms[0]), leading(term)))
    return None


def _monomial(term: Expr) -> _Monomial:
    """A number and exponents, −2 and {x: 1/2, (e, y): 3} for −2√x e^(3y), the same for equal products."""
    found: dict[Hashable, Fraction] = {}
    factors = _factors_of(term)
    for (base, exponent), times in factors.powers.items():
        plain, root = (ONE, Fraction(1)) if _is_exp(base) else as_root(base)
        kind = term_set(plain) if isinstance(plain, Sum) else plain
        for key, (part, _) in _exponent_of(base, exponent, times * root).items():
            found[kind, key] = found.get((kind, key), Fraction(0)) + part
    return factors.coefficient, frozenset((key, times) for key, times in found.items() if times)


def _times_monomial(one: _Monomial, other: _Monomial, power: int = 1) -> _Monomial:
    exponents = dict(one[1])
    for key, times in other[1]:
        exponents[key] = exponents.get(key, Fraction(0)) + power * times
    return one[0] * other[0] ** power, frozenset((key, times) for key, times in exponents.items() if times)


def _shared(term: Expr, common: Expr) -> Expr:
    return Minus(_shared(term.operand, common)) if isinstance(term, Minus) else tidy(Product((common, term)))


def _written(powers: Mapping[_Key, Fraction]) -> Expr:
    """The product of powers, those below in a denominator."""
    over, under = (
        ordered_product([_raised(*key, abs(times)) for key, times in powers.items() if times * side > 0])
        for side in (1, -1)
    )
    return (over or ONE) if under is None else Quotient(over or ONE, under)


def _raised(base: Expr, exponent: Expr | None, times: Fraction) -> Expr:
    if exponent is not None:
        return Power(base, exponent if times == 1 else tidy(Product((rational(times), exponent))))
    if isinstance(base, Sum) and times == Fraction(1, 2):
        return Call("sqrt", (base,))
    return base if times == 1 else Power(base, rational(times))


def over_one(total: Expr, least: int = 2) -> Expr:
    """−ln(x)/x² + 1/x² → (1 − ln(x))/x²: a sum of so many fractions over one denominator that has letters."""
    if not isinstance(total, Sum):
        return total
    fractions = sum(isinstance(unsigned(term), Quotient) for term in total.terms)
    common = _common_denominator(total.terms) if fractions >= least else None
    if common is None or as_rational(common) is not None:
        return total
    return tidy(Quotient(tidy(Sum(tuple(_shared(term, common) for term in total.terms))), common))


def essential(expr: Expr) -> Expr:
    """What is 0 where the expression is: 2x − y for 2y − 4x, 1 + x² + y for −1 − y/(1 + x²), y(1 + x) for y + xy."""
    expr = over_one(tidy(expr), 1)
    while isinstance(expr, Negative | Quotient):
        expr = expr.operand if isinstance(expr, Negative) else expr.numerator
    if not isinstance(expr, Sum):
        return expr
    number = number_in(expr)
    shared = (one for one in walk(expr.terms[0]) if all(_power_of(one, term) for term in expr.terms))
    letters = [one for one in shared if isinstance(one, Symbol)]
    found = divided(expr, Product((integer(-number if isinstance(expr.terms[0], Negative) else number), *letters)))
    return tidy(Product((*letters, found)))


def common_factor(total: Sum, letters: bool = False) -> Expr:
    """What all terms share, 2x e⁻ˣ of 4x e⁻ˣ + 2x² e⁻ˣ; 1 where that has numbers only, or ``letters`` not asked for."""
    first, *others = parts = [_factors_of(term) for term in total.terms]
    shared = {
        key: min(times, *(one.powers.get(key, Fraction(0)) for one in others)) for key, times in first.powers.items()
    }
    factors = [_raised(base, exponent, times) for (base, exponent), times in shared.items() if times > 0]
    for kind in (E, None):
        growths = [_growth(one, kind, shared) for one in parts]
        factors += [_power_with(kind, least)] if (least := _least_growth(growths)) else []
    if all(map(is_plain, factors)) and not (letters and factors):
        return ONE
    number = number_in(total)
    return ordered_product([*([integer(number)] if number > 1 else []), *factors]) or ONE


def _growth(factors: _Factors, kind: Expr | None, known: Mapping[_Key, Fraction]) -> _Exponent:
    """The exponent of e, or of exp for None, in what is not known to be shared."""
    found: _Exponent = {}
    for (base, exponent), times in factors.powers.items():
        if (base == kind or (kind is None and _is_exp(base))) and not known.get((base, exponent)):
            _add_exponent(found, _exponent_of(base, exponent, times))
    return found


def _least_growth(parts: Sequence[_Exponent]) -> _Exponent:
    """x of x and 3x, −x of −x and −2x, x of x − y and x + y: what all exponents share."""
    found: _Exponent = {}
    for key, (_, body) in parts[0].items():
        times = [part.get(key, (Fraction(0), body))[0] for part in parts]
        if min(times) > 0 or max(times) < 0:
            found[key] = min(times, key=abs), body
    return found


def _factors_of(term: Expr) -> _Factors:
    found = _Factors()
    found.take(term, Fraction(1))
    return found


def divided(total: Sum, by: Expr) -> Expr:
    """The sum with each term over the divisor."""
    return tidy(Sum(tuple(tidy(Quotient(term, by)) for term in total.terms)))


def expand(expr: Expr, limit: int = 60) -> Expr:
    """Products of sums multiplied out and like terms collected, while at most ``limit`` terms arise."""
    terms = expanded_terms(expr, limit)
    if terms is None:
        return tidy(expr)
    return tidy(Sum(tuple(terms))) if len(terms) > 1 else tidy(terms[0])
