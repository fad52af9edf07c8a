"""Terms as a person would write them: constructors that simplify where they build.

Post-condition of every constructor: numbers stand in front, multiplied; scalars stand before matrices; no
double transpose, opposite or inverse; nothing is multiplied by 1 or I or added to 0; (AB)ᵀ = BᵀAᵀ;
A A⁻¹ = I; like terms of a sum are collected.  The author's order is kept otherwise.

What is used of variables: X that is symmetric or computed so (Xᵀ = X), and vectors that sum to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from jacocalc.functions import Size
from jacocalc.terms import (
    ONE,
    SCALAR,
    SCALAR_OPERATIONS,
    SUMS,
    ZERO,
    Adjoint,
    Differential,
    Elementwise,
    Extent,
    Eye,
    Hadamard,
    Index,
    Inverted,
    Letter,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Shape,
    Summed,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
    parts_of,
    subterms,
    with_parts,
)


def number(value: int | Fraction) -> Term:
    """The scalar; −3 is Opposite(3), 0 the zero."""
    fraction = Fraction(value)
    if not fraction:
        return ZERO
    return Scalar(fraction) if fraction > 0 else Opposite(Scalar(-fraction))


def ones(rows: Size, columns: Size = 1) -> Term:
    """1 in a shape; the scalar 1 where that is 1×1."""
    return ONE if (rows, columns) == SCALAR else Ones((rows, columns))


def eye(size: Size) -> Term:
    """The identity; of size 1 the number 1."""
    return ONE if size == 1 else Eye(size)


def is_zero(term: Term) -> bool:
    """Whether the term is the zero of its shape."""
    return isinstance(term, Zeros)


# -- scalars: products of powers ----------------------------------------------------------------------

Powers = dict[Term, int]


def _monomial(term: Term, powers: Powers, sign: int = 1) -> Fraction:
    """Collect a scalar as number · Π base^exponent; gives the number."""
    match term:
        case Zeros():
            return Fraction(0)
        case Scalar(value):
            return value if sign > 0 else 1 / value
        case Opposite(body):
            return -_monomial(body, powers, sign)
        case Times(factors) if _of_scalars(term):
            total = Fraction(1)
            for factor in factors:
                total *= _monomial(factor, powers, sign)
            return total
        case Over(a, b):
            return _monomial(a, powers, sign) * _monomial(b, powers, -sign)
        case Raised(base, Scalar(value)) if value.denominator == 1:
            inner: Powers = {}
            number_ = _monomial(base, inner)
            for part, exponent in inner.items():
                _power_of(part, sign * exponent * value.numerator, powers)
            return number_ ** (sign * value.numerator)
        case Operation("norm2", arguments):
            return _power_of(Operation("norm", arguments), 2 * sign, powers)
        case _:
            return _power_of(term, sign, powers)


def _power_of(base: Term, exponent: int, powers: Powers) -> Fraction:
    """One more power, and its sign: (b − a)³ is −(a − b)³ where a − b was met before"""
    key = _as_met(base, powers)
    turned = opposite(key) if isinstance(key, Plus) and key not in powers else key
    sign = -1 if turned != key and turned in powers and exponent % 2 else 1
    key = turned if turned in powers else key
    powers[key] = powers.get(key, 0) + exponent
    return Fraction(sign)


def _reduced(powers: Powers) -> Iterator[tuple[Term, int]]:
    """What is taken out of the powers, and (u, ±1) that comes in its place.

    sign(u) |u| = u, sign(u)/|u| = 1/u; [u > 0] relu(u) = relu(u); e^U/(e^U 1 1ᵀ) is the softmax of rows;
    n mean(x) = sum(x); √u² = u, u/√u = √u; u^k u = u^(k + 1);
    e^u/(1 + e^u) = sigmoid(u); sin u/cos u = tan u
    """
    for base in list(powers):
        count = powers[base]
        match base:
            case Elementwise("sign", u) if count > 0 and powers.get(size := Elementwise("abs", u)):
                step = 1 if powers[size] > 0 else -1
                powers[base] -= 1
                powers[size] -= step
                yield u, step
            case Elementwise("sqrt", u, 0) if count:
                inner = _factors(u)
                whole = _multiple(inner, powers)
                halves = count + 2 * whole
                if halves % 2 and not (whole and min(count, whole) < 0):
                    continue
                for factor, n in inner.items():
                    powers[factor] = powers.get(factor, 0) - whole * n
                powers[base] = halves % 2 and halves
                if halves % 2 == 0:
                    yield from [(u, 1 if halves > 0 else -1)] * abs(halves // 2)
            case Elementwise("step", u, 0) if count > 0 and (count > 1 or powers.get(Elementwise("relu", u), 0) > 0):
                powers[base] = int(powers.get(Elementwise("relu", u), 0) <= 0)
            case Times() if count > 0 and (share := _share_of_lines(base)) and powers.get(share[0], 0) > 0:
                powers[base] -= 1
                powers[share[0]] -= 1
                yield from [(share[1], 1), (share[2], 1)]
            case Operation("mean", (u,)) if count > 0 and u.shape[1] == 1 and powers.get(extent(u.shape[0]), 0) > 0:
                powers[base] -= 1
                powers[extent(u.shape[0])] -= 1
                yield operation("sum", u), 1
            case Raised(u, k) if count == 1 and powers.get(u):
                more = number(powers[u])
                powers[base] = powers[u] = 0
                yield raised(u, plus(k, more)), 1
            case Elementwise("sin" | "sinh" as above, u, 0) if count > 0:
                name, quotient = _QUOTIENTS[above]
                both = min(count, -powers.get(Elementwise(name, u), 0))
                if both > 0:
                    powers[base] -= both
                    powers[Elementwise(name, u)] += both
                    yield from [(Elementwise(quotient, u), 1)] * both
            case Elementwise("exp", u, 0) if count > 0 and (below := _one_more(base, powers)) is not None:
                if powers[below] == -count:
                    powers[base] = powers[below] = 0
                    yield from [(Elementwise("sigmoid", u), 1)] * count


def _share_of_lines(term: Term) -> tuple[Term, Term, Term] | None:
    """e^U, a 1ᵀ and the softmax of rows, of (a ⊘ (e^U 1))1ᵀ; e^U, 1 aᵀ and that of columns, of 1(a ⊘ (e^Uᵀ 1))ᵀ"""
    match term:
        case Times((Over(a, Times((Elementwise("exp", u, 0) as power, Ones()))), Transposed(Ones()) as row)):
            return power, times(a, row), operation("softmax_rows", u)
        case Times((Ones() as column, Transposed(Over(a, Times((Transposed(power), Ones())))))):
            if isinstance(power, Elementwise) and power.function == "exp":
                return power, times(column, transpose(a)), operation("softmax_columns", power.body)
    return None


def _factors(u: Term) -> Powers:
    """The powers that a scalar is the product of; any other term alone"""
    found: Powers = {}
    return found if u.is_scalar and _monomial(u, found) == 1 and found else {u: 1}


def _multiple(inner: Powers, powers: Powers) -> int:
    """The k of the largest power of a product that stands in another, negative where it stands below."""
    return _least([int(powers.get(factor, 0) / n) for factor, n in inner.items()])


_QUOTIENTS = {"sin": ("cos", "tan"), "sinh": ("cosh", "tanh")}


def _one_more(term: Term, known: Iterable[Term]) -> Term | None:
    """1 + u among the terms that are known."""
    both = {ones(*term.shape), term}
    return next((one for one in known if isinstance(one, Plus) and {*one.terms} == both), None)


def _as_met(scalar: Term, known: Mapping[Term, object]) -> Term:
    """bᵀa is aᵀb, b a is a b, b ⊙ a is a ⊙ b: the one that was met before."""
    if scalar not in known and (isinstance(scalar, Hadamard) or _of_scalars(scalar)):
        same = Counter(parts_of(scalar))
        return next((o for o in known if type(o) is type(scalar) and Counter(parts_of(o)) == same), scalar)
    if isinstance(scalar, Times) and scalar.is_scalar and scalar not in known:
        other = Times(tuple(transpose(factor) for factor in reversed(scalar.factors)))
        return other if other in known else scalar
    return scalar


def _of_scalars(term: Term) -> bool:
    """Whether a term is a product of scalars, in which the order is free."""
    return isinstance(term, Times) and all(factor.is_scalar for factor in term.factors)


def _from_monomial(coefficient: Fraction, powers: Powers) -> Term:
    """number · above / below"""
    if not coefficient:
        return ZERO
    ordered = sorted(powers.items(), key=_behind_letters)
    above = [_to_power(base, n) for base, n in ordered if n > 0]
    below = [_to_power(base, -n) for base, n in ordered if n < 0]
    size = abs(coefficient)
    if below:
        if size.denominator != 1:
            below.insert(0, Scalar(Fraction(size.denominator)))
        over = _scalars([*([Scalar(Fraction(size.numerator))] if size.numerator != 1 else []), *above])
        found: Term = Over(over, _scalars(below))
    else:
        found = _scalars([*([Scalar(size)] if size != 1 else []), *above])
    return found if coefficient > 0 else Opposite(found)


def _behind_letters(factor: tuple[Term, int]) -> bool:
    """n a² (bᵀ x) sin(a): what is no letter, or power of one, stands behind those."""
    base = factor[0].base if isinstance(factor[0], Raised) else factor[0]
    return not isinstance(base, Var | Letter | Extent | Adjoint | Differential)


def _to_power(base: Term, exponent: int) -> Term:
    if isinstance(base, Operation) and base.name == "norm" and exponent == 2:
        return Operation("norm2", base.arguments)
    return base if exponent == 1 else Raised(base, Scalar(Fraction(exponent)))


def _scalars(factors: list[Term]) -> Term:
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Times(tuple(factors))


def scalar_product(factors: Iterable[Term]) -> Term:
    """a b c of scalars, numbers multiplied, equal factors collected, fractions cancelled."""
    powers: Powers = {}
    coefficient = Fraction(1)
    for factor in factors:
        coefficient *= _monomial(factor, powers)
    for base, exponent in _reduced(powers):
        coefficient *= _monomial(base, powers, exponent)
    return _from_monomial(coefficient, powers)


# -- products -----------------------------------------------------------------------------------------


def times(*factors: Term) -> Term:
    """A B x with scalars in front."""
    scalars: list[Term] = []
    chain: list[Term] = []
    for factor in factors:
        _collect(factor, scalars, chain)
    rows = next((f.shape[0] for f in factors if not f.is_scalar), 1)
    columns = next((f.shape[1] for f in reversed(factors) if not f.is_scalar), 1)
    kept = _cancelled(_thin(chain))
    if any(is_zero(factor) for factor in (*scalars, *kept)):
        return Zeros((rows, columns))
    moved, kept = _split(kept)
    scalar = scalar_product([*scalars, *moved])
    if not kept:
        if rows == columns and chain and not moved and rows != 1:
            return _scaled(scalar, eye(rows))
        return scalar
    body = kept[0] if len(kept) == 1 else Times(tuple(kept))
    return _scaled(scalar, body)


def _collect(factor: Term, scalars: list[Term], chain: list[Term]) -> None:
    """Take a factor apart into scalars and matrices."""
    if factor.is_scalar:
        scalars.append(ONE if isinstance(factor, Eye) else transpose(factor))
        return
    match factor:
        case Times(factors):
            for inner in factors:
                _collect(inner, scalars, chain)
        case Scaled(scalar, body):
            scalars.append(scalar)
            _collect(body, scalars, chain)
        case Opposite(body):
            scalars.append(number(-1))
            _collect(body, scalars, chain)
        case Plus(parts) if all(isinstance(part, Opposite) for part in parts):
            scalars.append(number(-1))
            chain.append(Plus(tuple(map(opposite, parts))))
        case Over(a, b) if b.is_scalar and not factor.is_scalar:
            scalars.append(Over(ONE, b))
            _collect(a, scalars, chain)
        case _:
            chain.append(factor)


def _thin(chain: list[Term]) -> list[Term]:
    """1_{m×n} as 1_m 1_nᵀ, and the row of ones as 1_nᵀ, beside other factors."""
    if sum(not isinstance(factor, Eye) for factor in chain) < 2:
        return chain
    made: list[Term] = []
    for factor in chain:
        match factor:
            case Ones((rows, columns)) if columns != 1:
                made += [Ones((rows, 1))] * (rows != 1) + [Transposed(Ones((columns, 1)))]
            case _:
                made.append(factor)
    return made


def _cancelled(chain: list[Term]) -> list[Term]:
    """The chain without I, without A A⁻¹ and without (A B)⁻¹ A B."""
    kept: list[Term] = []
    for factor in chain:
        if isinstance(factor, Eye):
            continue
        if kept and (kept[-1] == Inverted(factor) or factor == Inverted(kept[-1]) or kept[-1] == inverse(factor)):
            kept.pop()
            continue
        if kept and (merged := _merged(kept[-1], factor)) is not None:
            kept[-1] = merged
            continue
        kept.append(factor)
        if (undone := _undone(kept)) > 1:
            del kept[-undone:]
    return kept


def _undone(chain: list[Term]) -> int:
    """How many factors at the end of a chain are I together: 3 of (A B)⁻¹ A B and of A B (A B)⁻¹"""
    for at, factor in enumerate(chain):
        if isinstance(factor.body if isinstance(factor, Transposed) else factor, Inverted):
            whole = inverse(factor)
            inside = [*whole.factors] if isinstance(whole, Times) else [whole]
            before = chain[max(at - len(inside), 0) : at] if at == len(chain) - 1 else []
            if inside in (before, chain[at + 1 :]):
                return len(inside) + 1
    return 0


def _merged(left: Term, right: Term) -> Term | None:
    """diag(a) diag(b) = diag(a ⊙ b), diag(a) 1 = a, 1ᵀ diag(a) = aᵀ, diag(1 ⊘ a) a = 1

    P 1 = 1 where the rows of P sum to 1, 1ᵀ P = 1ᵀ where its columns do; (A ⊙ (v 1ᵀ)) 1 = v ⊙ A 1
    """
    match left, right:
        case Hadamard(factors), Ones((_, 1)) if (line := _line_of_one(factors)) is not None:
            at = factors.index(line)
            rest = hadamard(*factors[:at], *factors[at + 1 :])
            return hadamard(line.factors[0], times(rest, right))
        case Transposed(Ones((_, 1)) as column), Hadamard(factors):
            turned = tuple(map(transpose, factors))
            return None if _line_of_one(turned) is None else transpose(times(hadamard(*turned), column))
        case Operation("diag", (a,)), Operation("diag", (b,)):
            return operation("diag", hadamard(a, b))
        case Operation("diag", (a,)), Ones((_, 1)):
            return a
        case Transposed(Ones((_, 1))), Operation("diag", (a,)):
            return transpose(a)
        case Operation("diag", (a,)), v if v.shape[1] == 1 and isinstance(both := hadamard(a, v), Ones):
            return both
        case _, Ones((_, 1)) if _sum_to_1("rows", left):
            return ones(left.shape[0])
        case Transposed(Ones((_, 1))), _ if _sum_to_1("columns", right):
            return transpose(ones(right.shape[1]))
    return None


def _line_of_one(factors: Iterable[Term]) -> Times | None:
    """v 1ᵀ among the factors of an entrywise product"""
    for factor in factors:
        match factor:
            case Times((column, Transposed(Ones((_, 1))))) if column.shape[1] == 1:
                return factor
    return None


def _sum_to_1(lines: str, term: Term) -> bool:
    """Whether all rows, or all columns, are known to sum to 1."""
    match term:
        case Var(facts=facts):
            return f"{lines} sum to 1" in facts
        case Operation(name):
            return SUMS.get(name) == f"{lines} sum to 1"
        case Transposed(body):
            return _sum_to_1("columns" if lines == "rows" else "rows", body)
    return False


def _split(chain: list[Term]) -> tuple[list[Term], list[Term]]:
    """Cut a chain where it is one number wide; pieces that are scalars move in front."""
    pieces: list[list[Term]] = []
    for factor in chain:
        if pieces and pieces[-1][-1].shape[1] != 1:
            pieces[-1].append(factor)
        else:
            pieces.append([factor])
    numbers = [piece for piece in pieces if piece[0].shape[0] == piece[-1].shape[1] == 1]
    return list(map(_inner_product, numbers)), [factor for piece in pieces if piece not in numbers for factor in piece]


def _inner_product(piece: list[Term]) -> Term:
    """xᵀ … y as a scalar; 1ᵀx is the sum of x, xᵀ(y ⊘ x) the sum of y."""
    if len(piece) == 2:
        left, right = transpose(piece[0]), piece[1]
        for a, b in ((left, right), (right, left)):
            if isinstance(a, Ones):
                return operation("sum", b)
            if isinstance(b, Over) and b.denominator == a:
                return operation("sum", b.numerator)
    return Times(tuple(piece))


def _scaled(scalar: Term, body: Term) -> Term:
    match scalar:
        case Scalar(1):
            return body
        case Zeros():
            return Zeros(body.shape)
        case Opposite(inner):
            return opposite(_scaled(inner, body))
    if body.is_scalar:
        return scalar_product([scalar, body])
    if (softmax := _softmax_in(scalar, body)) is not None:
        return softmax
    if isinstance(scalar, Over) and scalar.numerator == ONE and isinstance(body, Var | Differential | Adjoint):
        return Over(body, scalar.denominator)
    return Scaled(scalar, body)


def _softmax_in(scalar: Term, body: Term) -> Term | None:
    """(1/Σ e^x) e^x = softmax(x), also among the factors of a product"""
    for power in subterms(scalar):
        match power:
            case Operation("sum", (Elementwise("exp", u) as above,)) if u.shape[1] == 1:
                rest = without_factors(scalar, Over(ONE, power))
                factors = body.factors if isinstance(body, Times) else (body,)
                if rest is not None and above in factors:
                    place = factors.index(above)
                    return times(rest, *factors[:place], operation("softmax", u), *factors[place + 1 :])
    return None


def opposite(term: Term) -> Term:
    """−a"""
    match term:
        case Opposite(body):
            return body
        case Zeros():
            return term
        case Plus(parts) if any(isinstance(part, Opposite) for part in parts):
            return plus(*(opposite(part) for part in parts))
        case _:
            return Opposite(term)


# -- sums ---------------------------------------------------------------------------------------------


def plus(*parts: Term) -> Term:
    """a + b, like terms collected."""
    if not parts:
        raise ValueError("an empty sum has no shape")
    collected: dict[Term, Fraction] = {}
    for part in _flat(parts):
        coefficient, body = _coefficient(part)
        body = _as_met(body, collected)
        collected[body] = collected.get(body, Fraction(0)) + coefficient
    _one_fraction(collected)
    _one_without_sigmoid(collected)
    kept = _one_diagonal([_with_coefficient(c, body) for body, c in _turned_behind(collected) if c])
    if not kept:
        return Zeros(parts[0].shape)
    if len(kept) > 1 and (turned := _with_transposes_inside(kept)) is not None:
        return turned
    if isinstance(kept[0], Opposite):
        if len(kept) > 1 and all(isinstance(part, Opposite) for part in kept):
            kept = _with_one_turned(kept)
        ahead = next((i for i, part in enumerate(kept) if not isinstance(part, Opposite)), 0)
        kept = [kept[ahead], *kept[:ahead], *kept[ahead + 1 :]]
    return kept[0] if len(kept) == 1 else Plus(tuple(kept))


def _one_fraction(collected: dict[Term, Fraction]) -> None:
    """1 − a/(1 + a) = 1/(1 + a): a number and a quotient with a number above their sum"""
    value = collected.get(ONE, Fraction(0))
    for body in [*collected] if value else ():
        if isinstance(body, Over) and body.is_scalar and collected[body]:
            a, b = body.numerator, body.denominator
            below = b.terms if isinstance(b, Plus) else (b,)
            above = plus(*(times(number(value), term) for term in below), times(number(collected[body]), a))
            if isinstance(above.body if isinstance(above, Opposite) else above, Scalar):
                found, rest = _coefficient(over(above, b))
                del collected[ONE], collected[body]
                collected[rest] = collected.get(rest, Fraction(0)) + found
                return


def _one_without_sigmoid(collected: dict[Term, Fraction]) -> None:
    """1 − σ(−u) = σ(u)"""
    for body in [body for body, coefficient in collected.items() if coefficient]:
        match body:
            case Elementwise("sigmoid", Opposite(u), 0) if collected[body] == -collected.get(one := ones(*u.shape), 0):
                turned = Elementwise("sigmoid", u)
                collected[turned] = collected.get(turned, Fraction(0)) + collected.pop(one)
                collected[body] = Fraction(0)


def _with_transposes_inside(parts: list[Term]) -> Term | None:
    """A − B + (A − B)ᵀ = 2 A − B − Bᵀ for A = Aᵀ: where terms are collected by that, else None"""
    inside: list[Term] = []
    for part in parts:
        match part:
            case Transposed(Plus(terms)):
                inside += map(transpose, terms)
            case Opposite(Transposed(Plus(terms))):
                inside += (opposite(transpose(term)) for term in terms)
            case _:
                inside.append(part)
    if len(inside) == len(parts):
        return None
    found = plus(*inside)
    return found if len(found.terms if isinstance(found, Plus) else (found,)) < len(inside) else None


def _turned_behind(collected: dict[Term, Fraction]) -> list[tuple[Term, Fraction]]:
    """Aᵀ + A = A + Aᵀ"""
    ordered = list(collected.items())
    for i, (body, c) in enumerate(ordered):
        if isinstance(body, Transposed) and (body.body, c) in ordered[i:]:
            j = ordered.index((body.body, c))
            ordered[i], ordered[j] = ordered[j], ordered[i]
    return ordered


def _with_one_turned(parts: list[Term]) -> list[Term]:
    """−x ⊘ y − (a − b) ⊘ c = −x ⊘ y + (b − a) ⊘ c: of terms that all have a minus, the first bracket that takes it."""
    for i, part in enumerate(parts):
        match part:
            case Opposite(Over(Plus(inner) as a, b)) if any(isinstance(term, Opposite) for term in inner):
                return [*parts[:i], over(opposite(a), b), *parts[i + 1 :]]
    return parts


def _one_diagonal(parts: list[Term]) -> list[Term]:
    """diag(a) + diag(b) = diag(a + b)"""
    places = [i for i, part in enumerate(parts) if _diagonal_of(part) is not None]
    if len(places) < 2:
        return parts
    vector = plus(*(found for part in parts if (found := _diagonal_of(part)) is not None))
    kept = [part for i, part in enumerate(parts) if i not in places[1:]]
    kept[places[0]] = operation("diag", vector)
    return [part for part in kept if not is_zero(part)]


def _diagonal_of(term: Term) -> Term | None:
    """The vector a of c diag(a)."""
    match term:
        case Operation("diag", (vector,)):
            return vector
        case Opposite(body):
            inner = _diagonal_of(body)
            return None if inner is None else opposite(inner)
        case Scaled(scalar, body):
            inner = _diagonal_of(body)
            return None if inner is None else times(scalar, inner)
    return None


def _flat(parts: Iterable[Term], minus: bool = False) -> Iterable[Term]:
    for part in parts:
        match part:
            case Plus(inner):
                yield from _flat(inner, minus)
            case Opposite(Plus(inner)):
                yield from _flat(inner, not minus)
            case Zeros():
                continue
            case _:
                yield opposite(part) if minus else part


def _coefficient(term: Term) -> tuple[Fraction, Term]:
    """3 A as (3, A)."""
    match term:
        case Opposite(body):
            inner, rest = _coefficient(body)
            return -inner, rest
        case Scalar(value):
            return value, ONE
        case Scaled(scalar, body):
            powers: Powers = {}
            value = _monomial(scalar, powers)
            return value, _scaled(_from_monomial(Fraction(1), powers), body)
    if term.is_scalar and isinstance(term, Times | Over):
        powers = {}
        value = _monomial(term, powers)
        return value, _from_monomial(Fraction(1), powers)
    return Fraction(1), term


def _with_coefficient(value: Fraction, body: Term) -> Term:
    if body == ONE:
        return number(value)
    found = body if abs(value) == 1 else times(Scalar(abs(value)), body)
    return found if value > 0 else Opposite(found)


def summed(letter: str, first: Index, last: Index, body: Term) -> Term:
    """Σ_t body; the same term at every step is a multiple."""
    if is_zero(body):
        return body
    indices = (node.index for node in _with_adjoints(body) if isinstance(node, Var) and node.index is not None)
    steady = all(index.letter != letter for index in indices)
    if steady and first == Index("", 1) and last.letter and not last.offset:
        return times(Extent(last.letter), body)
    return Summed(letter, first, last, body)


def _with_adjoints(term: Term) -> Iterable[Term]:
    """All parts, and what adjoints and differentials are of."""
    for node in subterms(term):
        yield node
        if isinstance(node, Adjoint | Differential):
            yield node.of


def taken_apart(term: Term) -> tuple[Term, tuple[Term, ...]]:
    """c and (A, B, x) of c A B x"""
    scalars: list[Term] = []
    chain: list[Term] = []
    _collect(term, scalars, chain)
    return scalar_product(scalars), tuple(chain)


def common_scalar(scalars: list[Term]) -> Term | None:
    """What all scalars have in common, up to sign; None where that is nothing."""
    found: list[tuple[Fraction, Powers]] = []
    for scalar in scalars:
        powers: Powers = {}
        found.append((abs(_monomial(scalar, powers)), powers))
    sizes = {size for size, _ in found}
    size = sizes.pop() if len(sizes) == 1 else Fraction(1)
    shared = {base: _least([powers.get(base, 0) for _, powers in found]) for base in found[0][1]}
    shared = {base: n for base, n in shared.items() if n}
    return None if size == 1 and not shared else _from_monomial(size, shared)


def without_factors(scalar: Term, other: Term) -> Term | None:
    """c/d of c, where all powers of d occur in c, and no number but ±1 in d; else None"""
    powers: Powers = {}
    inner: Powers = {}
    value, unit = _monomial(scalar, powers), _monomial(other, inner)
    if abs(unit) != 1 or any(powers.get(base, 0) * n < n * n for base, n in inner.items()):
        return None
    rest = {base: n - inner.get(base, 0) for base, n in powers.items()}
    return scalar_product([_from_monomial(value / unit, rest)])


def shared_entries(terms: Iterable[Term]) -> Term | None:
    """s of u ⊙ s and v ⊙ s; None where they have nothing in common, as v and u/s do, or a term is s alone."""
    found: list[Powers] = []
    for term in terms:
        powers: Powers = {}
        _entries(term, [], powers, 1)
        found.append(powers)
    shared = {base: _least([powers.get(base, 0) for powers in found]) for base in found[0]}
    shared = {base: n for base, n in shared.items() if n}
    return None if not shared or shared in found else _from_entries(shared, next(iter(shared)).shape)


def _least(exponents: list[int]) -> int:
    """b² and b³ have b² in common, b⁻² and b⁻³ have b⁻², and b and b⁻¹ nothing."""
    return max(min(exponents), 0) or min(max(exponents), 0)


# -- entry by entry -----------------------------------------------------------------------------------


def hadamard(*factors: Term) -> Term:
    """a ⊙ b, scalars in front, equal factors collected, quotients cancelled."""
    shape = next((f.shape for f in factors if not f.is_scalar), SCALAR)
    if shape == SCALAR:
        return scalar_product(factors)
    if any(map(is_zero, factors)):
        return Zeros(shape)
    scalars: list[Term] = []
    powers: Powers = {}
    for factor in factors:
        _entries(factor, scalars, powers, 1)
    for base, exponent in _reduced(powers):
        _entries(base, scalars, powers, exponent)
    return _scaled(scalar_product(scalars), _from_entries(powers, shape))


def _entries(term: Term, scalars: list[Term], powers: Powers, sign: int) -> None:
    match term:
        case _ if term.is_scalar:
            scalars.append(term if sign > 0 else Over(ONE, term))
        case Hadamard(factors):
            for factor in factors:
                _entries(factor, scalars, powers, sign)
        case Scaled(scalar, body):
            scalars.append(scalar if sign > 0 else Over(ONE, scalar))
            _entries(body, scalars, powers, sign)
        case Opposite(body):
            scalars.append(number(-1))
            _entries(body, scalars, powers, sign)
        case Over(a, b):
            _entries(a, scalars, powers, sign)
            _entries(b, scalars, powers, -sign)
        case Raised(base, Scalar(value)) if value.denominator == 1:
            _power_entry(base, sign * value.numerator, scalars, powers)
        case Ones() | Times((Ones((_, 1)), Transposed(Ones((_, 1))))):
            return
        case Eye() if sign > 0:
            powers[term] = 1
        case _:
            _power_entry(term, sign, scalars, powers)


def _power_entry(base: Term, exponent: int, scalars: list[Term], powers: Powers) -> None:
    if _power_of(base, exponent, powers) < 0:
        scalars.append(number(-1))


def _from_entries(powers: Powers, shape: Shape) -> Term:
    above = [_to_power(base, n) for base, n in powers.items() if n > 0]
    below = [_to_power(base, -n) for base, n in powers.items() if n < 0]
    over: Term = Hadamard(tuple(above)) if len(above) > 1 else above[0] if above else Ones(shape)
    if not below:
        return over
    return Over(over, Hadamard(tuple(below)) if len(below) > 1 else below[0])


def over(a: Term, b: Term) -> Term:
    """a/c, a ⊘ b"""
    if b.is_scalar:
        if a.is_scalar:
            return scalar_product([a, Over(ONE, b)])
        return times(scalar_product([Over(ONE, b)]), a)
    return hadamard(a, Over(Ones(b.shape), b))


def raised(base: Term, exponent: Term) -> Term:
    """Every entry to a power, √A for the half."""
    match exponent:
        case Zeros():
            return ones(*base.shape)
        case Scalar(1):
            return base
        case Scalar(value) if value == Fraction(1, 2):
            return Elementwise("sqrt", base)
        case Scalar(value) if value.denominator == 1:
            powers: Powers = {}
            if base.is_scalar:
                coefficient = _monomial(base, powers)
                whole = {b: n * value.numerator for b, n in powers.items()}
                return _from_monomial(coefficient**value.numerator, whole)
            return hadamard(*(base,) * value.numerator) if value <= 12 else Raised(base, exponent)
        case Opposite(Scalar(value)) if value.denominator == 1:
            return over(ones(*base.shape), raised(base, Scalar(value)))
    return Raised(base, exponent)


# -- transposes and inverses --------------------------------------------------------------------------


OWN_TRANSPOSE = "equal to its transpose"  # of a computed variable, whose adjoint is not symmetric for that reason


def is_symmetric(term: Term) -> bool:
    """Whether Aᵀ = A by the rules for transposes."""
    return term.shape[0] == term.shape[1] and is_zero(plus(simplified(term), opposite(transpose(simplified(term)))))


def transpose(term: Term) -> Term:
    """Aᵀ, carried to the variables."""
    match term:
        case Transposed(body):
            return body
        case _ if term.is_scalar:
            return term
        case Var(facts=facts) | Differential(Var(facts=facts)) if "symmetric" in facts or OWN_TRANSPOSE in facts:
            return term
        case Eye():
            return term
        case Ones(shape) if shape[1] != 1:
            return Ones(shape[::-1])
        case Zeros(shape):
            return Zeros(shape[::-1])
        case Plus(parts):
            return _shorter(plus(*map(transpose, parts)), term)
        case Opposite(body):
            return opposite(transpose(body))
        case Times(factors):
            return times(*(transpose(factor) for factor in reversed(factors)))
        case Scaled(scalar, body):
            return times(scalar, transpose(body))
        case Hadamard(factors):
            return _shorter(hadamard(*map(transpose, factors)), term)
        case Over(a, b):
            return _shorter(over(transpose(a), transpose(b)), term)
        case Raised(base, exponent):
            return raised(transpose(base), exponent)
        case Inverted(body):
            turned = transpose(body)
            return term if turned == body else Transposed(term) if turned == Transposed(body) else inverse(turned)
        case Operation("diag"):
            return term
        case Summed(letter, first, last, body):
            return Summed(letter, first, last, transpose(body))
        case Elementwise(function, body, order):
            return _shorter(Elementwise(function, transpose(body), order), term)
    return Transposed(term)


def _shorter(turned: Term, term: Term) -> Term:
    """The transpose carried inside where that needs no more signs than (…)ᵀ."""
    return turned if _marks(turned) <= _marks(term) else Transposed(term)


def _marks(term: Term) -> int:
    return sum(isinstance(part, Transposed) for part in subterms(term))


def inverse(term: Term) -> Term:
    """A⁻¹; of a product of square matrices the product of the inverses, in reverse."""
    if term.is_scalar:
        return over(ONE, term)
    match term:
        case Inverted(body):
            return body
        case Transposed(Inverted(body)):
            return transpose(body)
        case Transposed(body):
            return Transposed(Inverted(body))
        case Eye():
            return term
        case Times(factors) if all(factor.shape[0] == factor.shape[1] for factor in factors):
            return times(*(inverse(factor) for factor in reversed(factors)))
        case Scaled(scalar, body):
            return times(over(ONE, scalar), inverse(body))
        case Opposite(body):
            return opposite(inverse(body))
        case Operation("diag", (vector,)):
            return Operation("diag", (over(Ones(vector.shape), vector),))
    return Inverted(term)


# -- operations ---------------------------------------------------------------------------------------


def operation(name: str, *arguments: Term) -> Term:
    """tr, det, sum, norm, softmax, … with what is plain about them."""
    found = _linear(name, *arguments) if name in _LINEAR else None
    if found is None and name in _SIMPLER:
        found = _SIMPLER[name](*arguments)
    return Operation(name, arguments) if found is None else found


def _linear(name: str, first: Term) -> Term | None:
    """f(c A) = c f(A) for tr, sum, mean, diag and the diagonal; of a number it is that number."""
    match first:
        case _ if first.is_scalar:
            return first
        case Zeros():
            return Zeros(Operation(name, (first,)).shape)
        case Opposite(body):
            return opposite(operation(name, body))
        case Scaled(scalar, body):
            return times(scalar, operation(name, body))
        case Over(a, b) if b.is_scalar and name in SCALAR_OPERATIONS:
            return scalar_product([operation(name, a), Over(ONE, b)])
    return None


def _trace(first: Term) -> Term | None:
    """tr I_n = n, tr Aᵀ = tr A, tr(A u vᵀ) = vᵀ A u; fewer transposes in tr(Aᵀ Bᵀ C) = tr(Cᵀ B A)"""
    match first:
        case Eye(size):
            return extent(size)
        case Transposed(body):
            return operation("tr", body)
        case Times(factors):
            narrow = _narrow(factors)
            if narrow is not None:
                return times(*factors[narrow + 1 :], *factors[: narrow + 1])
            marks = sum(isinstance(factor, Transposed) for factor in factors)
            if 2 * marks > len(factors):
                return Operation("tr", (transpose(first),))
    return None


def _narrow(factors: tuple[Term, ...]) -> int | None:
    """Where a chain of factors is one number wide: u vᵀ after u."""
    return next((i for i, factor in enumerate(factors[:-1]) if factor.shape[1] == 1), None)


def _sum(first: Term) -> Term | None:
    """The sum of the entries: of ones m n, of a softmax 1, of Aᵀ that of A, of I ⊙ A the trace, of x − mean(x) 1 0"""
    match first:
        case Ones((rows, columns)):
            return scalar_product([extent(rows), extent(columns)])
        case Var(facts=facts) if "sums to 1" in facts:
            return ONE
        case Operation("softmax"):
            return ONE
        case Hadamard(factors) if any(isinstance(factor, Eye) for factor in factors):
            return operation("tr", hadamard(*(factor for factor in factors if not isinstance(factor, Eye))))
        case _ if _sum_to_1("rows", first):
            return extent(first.shape[0])
        case _ if _sum_to_1("columns", first):
            return extent(first.shape[1])
        case Transposed(body):
            return operation("sum", body)
        case Plus(terms) if is_zero(plus(*(operation("sum", term) for term in terms))):
            return ZERO
    return None


def _norm2(first: Term) -> Term | None:
    """‖c A‖² = c² ‖A‖², ‖Aᵀ‖ = ‖A‖"""
    if first.is_scalar:
        return raised(first, Scalar(Fraction(2)))
    match first:
        case Zeros():
            return ZERO
        case Opposite(body) | Transposed(body):
            return operation("norm2", body)
        case Scaled(scalar, body):
            return scalar_product([raised(scalar, Scalar(Fraction(2))), operation("norm2", body)])
    return None


def _inner(a: Term, b: Term) -> Term | None:
    """⟨a, b⟩ = aᵀ b, ⟨1, B⟩ = sum B, ⟨I, B⟩ = tr B, ⟨A, u vᵀ⟩ = uᵀ A v, ⟨c A, B⟩ = c ⟨A, B⟩

    ⟨A ⊙ B, C ⊘ A⟩ = ⟨B, C⟩, ⟨A, B⁻ᵀ⟩ = tr(B⁻¹ A), ⟨A, A⟩ = ‖A‖²
    """
    if a.is_scalar:
        return scalar_product([a, b])
    if a.shape[1] == 1:
        return times(transpose(a), b)
    if a == b:
        return operation("norm2", a)
    if isinstance(a, Zeros) or isinstance(b, Zeros):
        return ZERO
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Ones | Eye):
            return operation("sum" if isinstance(one, Ones) else "tr", other)
        if isinstance(other, Times) and (narrow := _narrow(other.factors)) is not None:
            left, right = times(*other.factors[: narrow + 1]), times(*other.factors[narrow + 1 :])
            return times(transpose(left), one, transpose(right))
    scalars: list[Term] = []
    bodies = []
    for side in (a, b):
        chain: list[Term] = []
        _collect(side, scalars, chain)
        bodies.append(chain[0] if len(chain) == 1 else times(*chain))
    if scalars:
        return scalar_product([*scalars, operation("inner", *bodies)])
    if any(isinstance(side, Over) for side in (a, b)) and not isinstance(both := hadamard(a, b), Over):
        return operation("sum", both)
    turned = _without_marks(a), _without_marks(b)
    match turned:
        case Term() as one, Term() as other:
            return operation("inner", one, other)
        case Term() as one, None:
            return operation("tr", times(one, b))
        case None, Term() as other:
            return operation("tr", times(other, a))
    return None


def _without_marks(term: Term) -> Term | None:
    """The transpose of a term, where that takes all its marks away: A B of Bᵀ Aᵀ."""
    turned = transpose(term)
    return turned if _marks(term) and not _marks(turned) else None


def _diag(first: Term) -> Term | None:
    """diag(1) = I"""
    return Eye(first.shape[0]) if isinstance(first, Ones) and first.shape[1] == 1 else None


def _diagonal(first: Term) -> Term | None:
    """The diagonal of diag(a) is a, of A u vᵀ it is A u ⊙ v, of diag(v) A it is v ⊙ that of A, of Aᵀ that of A"""
    match first:
        case Operation("diag", (vector,)):
            return vector
        case Times((Operation("diag", (vector,)), *rest)) | Times((*rest, Operation("diag", (vector,)))):
            return hadamard(vector, operation("diagonal", times(*rest)))
        case Times(factors) if (narrow := _narrow(factors)) is not None:
            return hadamard(times(*factors[: narrow + 1]), transpose(times(*factors[narrow + 1 :])))
        case Eye(size):
            return ones(size)
        case Transposed(body):
            return operation("diagonal", body)
    return None


def _determinant(first: Term) -> Term | None:
    """det I = 1, det Aᵀ = det A, det A⁻¹ = 1/det A"""
    match first:
        case _ if first.is_scalar:
            return first
        case Eye():
            return ONE
        case Transposed(body):
            return operation("det", body)
        case Inverted(body):
            return over(ONE, operation("det", body))
    return None


_LINEAR = frozenset({"tr", "sum", "mean", "diag", "diagonal"})
_SIMPLER: dict[str, Callable[..., Term | None]] = {
    "tr": _trace, "sum": _sum, "norm2": _norm2, "inner": _inner, "diag": _diag, "diagonal": _diagonal,
    "det": _determinant,
}  # fmt: skip


def extent(size: Size) -> Term:
    """A size as a number."""
    return number(size) if isinstance(size, int) else Extent(size)


# -- whole terms --------------------------------------------------------------------------------------


def simplified(term: Term) -> Term:
    """The same term, built anew by the constructors above."""
    parts = tuple(map(simplified, parts_of(term)))
    if isinstance(term, Operation):
        return operation(term.name, *parts)
    build = _BUILD.get(type(term))
    return build(*parts) if build is not None else with_parts(term, parts)


_BUILD: dict[type[Term], Callable[..., Term]] = {
    Plus: plus, Opposite: opposite, Times: times, Scaled: times, Hadamard: hadamard, Over: over, Raised: raised,
    Transposed: transpose, Inverted: inverse,
}  # fmt: skip


def inserted(term: Term, values: dict[Term, Term]) -> Term:
    """Parts replaced, and the whole built anew."""
    if term in values:
        return values[term]
    parts = parts_of(term)
    if not parts:
        return term
    changed = tuple(inserted(part, values) for part in parts)
    return term if changed == parts else simplified(with_parts(term, changed))
