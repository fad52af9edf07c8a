"""Short forms of determinants: sin² u + cos² u is 1, what can be factored is factored, |·| and ln by factors.

shortest     r cos² θ + r sin² θ → r,  a² (sinh² u cos² v + cosh² u sin² v) → a² (sinh² u + sin² v)
magnitude    |ρ² sin φ| → ρ² |sin φ|: no bars around what is provably not negative
logarithm    ln |x e^s| → ln |x| + s
root         √(x²/(4 − y²)) → |x|/√(4 − y²)

``facts`` are signs that hold wherever the formulas do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations, product
from types import UnionType
from typing import Any

import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.plain_signs import negated
from jacocalc.algebra.tidy import tidy
from jacocalc.algebra.values import exact, order_of, simplest, without_minus
from jacocalc.derive.signs import Facts, Sign, sign
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
from jacocalc.evaluate.equality import with_square
from jacocalc.notation import (
    Call,
    Expr,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    names,
    rebuild,
    tree_size,
    walk,
)

SEARCHED = 60  # nodes of what is not asked for by itself
_CALLS = 4_000_000
_SMALL = 400
_PAIRS = 2
_LONG = 40
_VERY_LONG = 60
_TIMES = 2
_TREE = 600
_EXCLUDED = (sympy.Piecewise, sympy.Max, sympy.Min)
_PARITY = dict.fromkeys(("abs", "cos", "sec", "cosh", "sech"), 1) | dict.fromkeys(
    ("sin", "tan", "csc", "cot", "sinh", "tanh", "csch", "coth", "asin", "atan", "asinh", "atanh", "erf"), -1
)


def short(exprs: Sequence[Expr], alike: Expr) -> tuple[Expr, ...]:
    """The shortest forms of several pieces of notation, letters in the order in which ``alike`` has them."""
    if any(tree_size(expr) > _TREE for expr in exprs):
        return tuple(map(exact, exprs))
    forms = shortest([to_sympy(expr) for expr in exprs])
    return tuple(_shorter(expr, form, alike, Sum | Product) for form, expr in zip(forms, exprs, strict=True))


def short_matrix(matrix: Matrix, alike: Expr) -> Matrix:
    """Every entry in its shortest form."""
    entries = iter(short(matrix.entries, alike))
    return matrix.map(lambda entry: next(entries))


def searched(matrix: Matrix, alike: Expr) -> Matrix:
    """Every entry in its shortest form.  Raises LimitReached where the budget is spent."""
    forms = iter(_bounded([to_sympy(entry) for entry in matrix.entries]))
    return matrix.map(lambda entry: _shorter(entry, next(forms), alike))


def evaluated(matrix: Matrix, alike: Expr) -> Matrix:
    """Every entry as it is evaluated without a search, where that is shorter."""
    return matrix.map(lambda entry: _shorter(entry, to_sympy(entry), alike))


def _shorter(expr: Expr, form: Any, alike: Expr, kind: type[Expr] | UnionType = Product) -> Expr:
    """The shorter of the expression, tidied, and the form; of two as long the one that has xy for yx (x + y, y + x)."""
    return min(tidy(expr), notation(form, alike), key=lambda found: (tree_size(found), _disorder(found, alike, kind)))


def _disorder(expr: Expr, alike: Expr, kind: type[Expr] | UnionType) -> int:
    """In how many products (sums) that do not stand in ``alike`` letters stand in another order than there."""
    letters, known = names(alike), set(walk(alike))
    parts = (children(node) for node in walk(expr) if isinstance(node, kind) and node not in known)
    bases = ([part.base if isinstance(part, Power) else part for part in some] for some in parts)
    places = ([letters.index(base.name) for base in some if isinstance(base, Symbol)] for some in bases)
    return sum(some != sorted(some) for some in places)


def notation(value: Any, alike: Expr) -> Expr:
    """The notation of a SymPy expression, letters and differences in the order in which ``alike`` has them."""
    return turned_alike(from_sympy(value, order_of(alike)), alike)


def shortest(values: Sequence[Any]) -> list[Any]:
    """The shortest among equal forms of each value; SymPy's own evaluation where the budget is spent."""
    try:
        return _bounded(list(values))
    except LimitReached:
        return list(values)


def _bounded(values: list[Any]) -> list[Any]:
    if all(value.is_Rational or value.is_Symbol for value in values):
        return values
    return within(_CALLS, _shortest_of_each, values)


def _shortest_of_each(values: list[Any]) -> list[Any]:
    return [_shortest(value) for value in values]


def _shortest(value: Any) -> Any:
    if value.is_number or value.count_ops() > _SMALL or value.has(*_EXCLUDED):
        return simplest(value)
    return min(map(_over_one, dict.fromkeys((value, _in_sines(value)))), key=_length)


def _over_one(value: Any) -> Any:
    """The shortest as one fraction, its numerator and its denominator in their shortest forms, or in terms."""
    over, under = (min(_forms(part), key=_length) for part in sympy.fraction(sympy.together(value)))
    quotient = sympy.cancel(over / under)
    forms = [value, over / under, quotient, sympy.factor(quotient), sympy.expand(quotient), sympy.powsimp(quotient)]
    return without_minus(min(forms, key=_length))


def _length(value: Any) -> tuple[int, bool, int, str]:
    text = str(value)
    below = value.as_numer_denom()[1] if value.is_Mul or value.is_Pow else value
    summed = value.is_Add or (below.is_Add and bool(set.intersection(*map(_bases, below.args))))
    return (int(value.count_ops()), summed, len(text), text)


def _bases(product: Any) -> set[Any]:
    """What stands in a product, without exponents."""
    return {factor.as_base_exp()[0] for factor in sympy.Mul.make_args(product)}


# -- sin² + cos² = cosh² − sinh² = sech² + tanh² = 1 --------------------------------------------------

_SQUARES = (
    (sympy.cos, sympy.sin, 1, -1),
    (sympy.sin, sympy.cos, 1, -1),
    (sympy.cosh, sympy.sinh, 1, 1),
    (sympy.sinh, sympy.cosh, -1, 1),
    (sympy.sech, sympy.tanh, 1, -1),
    (sympy.tanh, sympy.sech, 1, -1),
)
_RATIOS = {  # what is above, None for 1, and what is below
    sympy.tan: (sympy.sin, sympy.cos), sympy.sec: (None, sympy.cos),
    sympy.cot: (sympy.cos, sympy.sin), sympy.csc: (None, sympy.sin),
    sympy.tanh: (sympy.sinh, sympy.cosh), sympy.sech: (None, sympy.cosh),
    sympy.coth: (sympy.cosh, sympy.sinh), sympy.csch: (None, sympy.sinh),
}  # fmt: skip
_BESIDE = {sympy.tanh: sympy.sech}  # 1 − tanh² stays where no sech is
_TURNING = tuple(kind for kind, *_ in _SQUARES)
_PARTNERS = {sympy.sin: sympy.cos, sympy.cos: sympy.sin}


def _in_sines(value: Any) -> Any:
    """cosh u (1 − sinh² u/cosh² u) for cosh u (1 − tanh² u): ratios where what is below is beside."""
    parts = {atom: _RATIOS[atom.func] for atom in value.atoms(*_RATIOS)}
    beside = {atom: (over, under(*atom.args)) for atom, (over, under) in parts.items() if value.has(under(*atom.args))}
    return value.xreplace({atom: (over(*atom.args) if over else 1) / below for atom, (over, below) in beside.items()})


def _forms(value: Any) -> list[Any]:
    """The value, expanded and factored, sums and multiples of angles resolved, sin² + cos² = cosh² − sinh² = 1 used."""
    meant = _tangled(value)
    letters = {part: letter for letter, part in meant.items()}
    plain = {atom: _at_letter(atom, letters) for atom in value.atoms(*_TURNING)}
    return [value, *(form.xreplace(meant) for form in _resolved(value.xreplace(plain)))]


def _tangled(value: Any) -> dict[Any, Any]:
    """A letter for each angle, its rational factor apart, in which an angle stands: nothing in it is resolved."""
    parts = {angle.as_coeff_Mul()[1] for angle in _angles(value) if angle.has(*_TURNING)}
    return {sympy.Dummy(f"u{place}", real=True): part for place, part in enumerate(sorted(parts, key=str))}


def _at_letter(atom: Any, letters: dict[Any, Any]) -> Any:
    """sin 2v for sin(2x cos y), where v stands for x cos y"""
    factor, angle = atom.args[0].as_coeff_Mul()
    return atom.func(factor * letters.get(angle, angle))


def _resolved(value: Any) -> list[Any]:
    expanded = sympy.expand(value)
    found = [expanded]
    if any(angle.is_Add or angle.as_coeff_Mul()[0] != 1 for angle in _angles(expanded)):
        resolved = sympy.expand(sympy.expand_trig(expanded))
        if resolved.count_ops() <= _TIMES * expanded.count_ops():
            found += _reduced(resolved)
    found += _reduced(expanded)
    if any(angle.is_Add for angle in _angles(expanded)):
        found += [_in_sums(form) for form in found if form.count_ops() <= _VERY_LONG]
    return found


def _in_sums(value: Any) -> Any:
    """sin u cos v + cos u sin v → sin(u + v), cos u cos v − sin u sin v → cos(u + v), in every sum."""
    return value.replace(lambda part: part.is_Add, _joined_waves)


def _joined_waves(total: Any) -> Any:
    for one, other in permutations(sympy.Add.make_args(total), 2):
        waves = [factor for factor in sympy.Mul.make_args(one) if factor.func in _PARTNERS]
        for u, v in permutations(waves, 2):
            turned = _PARTNERS[u.func](*u.args) * _PARTNERS[v.func](*v.args)
            ratio = other / (one / (u * v) * turned)
            if v.func is sympy.cos and ratio in (1, -1):
                angle = u.args[0] + (ratio if u.func is sympy.sin else -ratio) * v.args[0]
                return _joined_waves(total - one - other + one / (u * v) * u.func(angle))
    return total


def _angles(value: Any) -> list[Any]:
    return [atom.args[0] for atom in value.atoms(*_TURNING)]


def _reduced(expanded: Any) -> list[Any]:
    """The expanded value with its squares replaced in every way, and each of these factored.

    Of more than two angles, or in a long expression, one after the other is taken, in the way that is the shortest
    for it; in a very long one that is all.
    """
    ways, tried = _ways(expanded), set()
    while len(ways) > (_PAIRS if expanded.count_ops() < _LONG else 0):
        some = next((some for some in ways if some[0][0] not in tried), None)
        if some is None:
            break
        tried.add(some[0][0])
        expanded = min((expanded, *(_without_squares(expanded, *way) for way in some)), key=_length)
        ways = _ways(expanded)
    found: list[Any] = []
    pairs = _PAIRS if expanded.count_ops() < _VERY_LONG else 0
    for choice in product(*([None, *some] for some in ways[:pairs])):
        changed = expanded
        for way in filter(None, choice):
            changed = _without_squares(changed, *way)
        found += [changed, sympy.factor(changed)] if changed not in found else []
    return [*found, _each_reduced(found[1])] if pairs else found


def _each_reduced(factored: Any) -> Any:
    """r sin² t cos² t (sin² t + cos² t) → r sin² t cos² t"""
    parts = sympy.Mul.make_args(factored)
    if len(parts) == 1:
        return factored
    return sympy.Mul(*(min(_reduced(part), key=_length) if part.is_Add and _ways(part) else part for part in parts))


def _ways(value: Any) -> list[list[tuple[Any, Any]]]:
    """For each argument u, the replacements (f(u), f(u)²) that can be tried: those of which a square is there."""
    found: dict[Any, list[tuple[Any, Any]]] = {}
    raised = {power.base for power in value.atoms(sympy.Pow) if power.exp.is_Integer and power.exp > 1}
    for kind, other, start, times in _SQUARES:
        for atom in raised & value.atoms(kind):
            square = start + times * other(atom.args[0]) ** 2
            if kind in _BESIDE and not value.has(_BESIDE[kind](*atom.args)):
                continue
            found.setdefault((kind in (sympy.sin, sympy.cos), atom.args[0]), []).append((atom, square))
    return [found[key] for key in sorted(found, key=str)]


def _without_squares(value: Any, atom: Any, square: Any) -> Any:
    """f² → square in every even power of f, all multiplied out."""
    changed = with_square(value, atom, square)
    return value if changed is value else sympy.expand(changed)


# -- factors ------------------------------------------------------------------------------------------


def factors(value: Any) -> list[tuple[Any, Any]]:
    """value = Π base^exponent, numbers and e^u as factors of their own."""
    return [(part, sympy.S.One) if _is_exponential(part) else part.as_base_exp() for part in sympy.Mul.make_args(value)]


def _is_exponential(value: Any) -> bool:
    return isinstance(value, sympy.exp) or (value.is_Pow and value.base is sympy.E)


def magnitude(value: Any, facts: Facts = ()) -> Any:
    """|value| with as little between bars as can be proved, the value as it is or factored."""
    ways = [_by_factors(form, facts) for form in (value, *_factored([value]))]
    return min(ways, key=lambda way: sum(int(inside.count_ops()) for inside in between_bars(way)))


def _factored(values: list[Any]) -> list[Any]:
    try:
        return within(_CALLS, _each_factored, values)
    except LimitReached:
        return []


def _each_factored(values: list[Any]) -> list[Any]:
    return [sympy.factor(value) for value in values if not value.has(*_EXCLUDED)]


def _by_factors(value: Any, facts: Facts) -> Any:
    """Π |factor|, without bars where the sign of the factor, or of all, is known."""
    plain: list[Any] = []
    barred: list[Any] = []
    for base, exponent in factors(value):
        whole = base**exponent
        found = sign(whole, facts)
        if found.upward or found.downward:
            plain.append(whole if found.upward else _negated(base) ** exponent if exponent.is_Integer else -whole)
        elif isinstance(base, sympy.sign):
            continue  # defined for u ≠ 0 only, where |sign u| is 1
        elif exponent == 1:
            barred.append(base)
        else:
            plain.append(abs(base) ** exponent if exponent.is_positive else 1 / abs(base) ** -exponent)
    known = sign(value, facts) if barred else Sign.UNKNOWN
    if known.upward or known.downward:
        return value if known.upward else _negated(value)
    return sympy.Mul(*plain, abs(sympy.Mul(*barred)))


def _negated(value: Any) -> Any:
    """1 − x for x − 1"""
    return sympy.Add(*(-term for term in value.args)) if value.is_Add else -value


def root(value: Any, facts: Facts = ()) -> Any:
    """√value = Π |base|^(exponent/2), for a value that is not negative; as it is or factored."""
    return min((_root(form, facts) for form in (value, *_factored([value]))), key=_under_roots)


def _under_roots(value: Any) -> tuple[int, tuple[int, bool, int, str]]:
    """What stands under roots first: √(u² + 1) |u| is shorter than √(u⁴ + u²)."""
    inside = [part.base for part in value.atoms(sympy.Pow) if part.exp in (sympy.S.Half, -sympy.S.Half)]
    return sum(int(base.count_ops()) for base in inside), _length(value)


def _root(value: Any, facts: Facts) -> Any:
    """Squares before the root, |·| around what may be negative; √a/√b where a and b have one known sign."""
    before: list[Any] = []
    over, under = sympy.S.One, sympy.S.One
    for base, exponent in factors(value):
        if exponent.is_Integer and exponent % 2 == 0:
            before.append(_by_factors(base, facts) ** (exponent / 2))
        elif exponent.is_Integer and exponent < 0:
            under *= base**-exponent
        else:
            over *= base**exponent
    over, under = (min((part, sympy.expand(part)), key=_length) for part in (over, under))
    for part in (over, under):
        known = sign(part, facts)
        if known.strict:  # and so the other has the same sign
            turned = (over, under) if known is Sign.POSITIVE else (_turned(over), _turned(under))
            return sympy.Mul(*before, sympy.sqrt(turned[0]), 1 / sympy.sqrt(turned[1]))
    whole = sympy.sqrt(over / under)
    return sympy.Mul(*before, whole) if not whole.has(sympy.I) else sympy.sqrt(value, evaluate=False)


def _turned(value: Any) -> Any:
    """4 − x² for x² − 4"""
    return sympy.expand(-value)


def written_magnitude(value: Expr, form: Any, alike: Expr, facts: Facts) -> Expr:
    """|value| as notation, ``form`` being its short form: ± the value itself, where its sign is known."""
    found = sign(form, facts)
    if found.downward:
        return _opposite(value, form, alike, facts)
    if found.upward or found is Sign.ZERO:
        return value
    size = magnitude(form, facts)
    if isinstance(size, sympy.Abs):
        return Call("abs", (value.operand if isinstance(value, Negative) else value,))
    return turned_alike(notation(size, alike), value)


def _opposite(value: Expr, form: Any, alike: Expr, facts: Facts) -> Expr:
    """−value; 1 − tanh u for tanh u − 1, 1/(3 − 2u) for 1/(2u − 3) where 2u < 3."""
    for base, exponent in factors(form):
        if base.is_Add and exponent.is_odd and sign(base, facts).downward:
            return notation(form / base**exponent * _negated(base) ** exponent, alike)
    if isinstance(value, Sum):
        turned = (tidy(Negative(term)) for term in value.terms)
        return tidy(Sum(tuple(sorted(turned, key=lambda term: isinstance(term, Negative)))))
    return tidy(Negative(value))


def turned_alike(expr: Expr, alike: Expr) -> Expr:
    """|1 − pq| for |pq − 1|, −sin(x − at) for sin(at − x), where 1 − pq and x − at stand in ``alike``.

    And −x(a + b) for x(−a − b).
    """
    known = _sums(alike)

    def turned(node: Expr) -> Expr | None:
        inside = to_sympy(node) if isinstance(node, Sum) else None
        return None if inside is None or inside in known else known.get(_negated(inside))

    def visit(node: Expr) -> Expr:
        before, parts = children(node), tuple(map(visit, children(node)))
        node = node if parts == before else rebuild(node, parts)
        if any(isinstance(part, Negative) and part not in before for part in parts):
            node = tidy(node)
        match node:
            case Call(function, (u,)) if function in _PARITY and (other := turned(u)) is not None:
                return _signed(_PARITY[function], Call(function, (other,)))
            case Power(u, Number(n)) if n.denominator == 1 and (other := turned(u)) is not None:
                return _signed((-1) ** n.numerator, Power(other, node.exponent))
            case Quotient(over, u) if (other := turned(u)) is not None:
                return _signed(-1, Quotient(over, other))
            case Product(factors):
                plain = tuple(negated(factor) or factor for factor in factors)
                turns = sum(one != factor for one, factor in zip(plain, factors, strict=True))
                return _signed((-1) ** turns, Product(plain)) if turns else node
        return node

    return visit(expr)


@lru_cache(maxsize=2)  # the entries of a matrix ask for the same ones
def _sums(alike: Expr) -> dict[Any, Expr]:
    return {to_sympy(node): node for node in walk(alike) if isinstance(node, Sum)}


def _signed(sign: int, expr: Expr) -> Expr:
    return expr if sign > 0 else Negative(expr)


def between_bars(value: Any) -> tuple[Any, ...]:
    """What stands between bars, in an order of its own."""
    return tuple(sorted((bar.args[0] for bar in value.atoms(sympy.Abs)), key=str))


def barred(value: Expr) -> tuple[Expr, ...]:
    """What stands between bars, in reading order."""
    return tuple(node.arguments[0] for node in walk(value) if isinstance(node, Call) and node.function == "abs")


def logarithm(value: Any, facts: Facts = ()) -> Any:
    """ln |value| = Σ exponent · ln |base|, ln e^u = u, ln |sign u| = 0."""
    return sympy.Add(*(_logarithm(base, exponent, facts) for base, exponent in factors(value)))


def _logarithm(base: Any, exponent: Any, facts: Facts) -> Any:
    if _is_exponential(base):
        return base.exp
    if isinstance(base, sympy.sign):
        return sympy.S.Zero
    found = sign(base, facts)
    return exponent * sympy.log(base if found.upward else _negated(base) if found.downward else abs(base))
