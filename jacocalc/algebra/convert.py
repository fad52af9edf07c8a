"""Notation → SymPy and back, node by node through a whitelist.  No string ever reaches a SymPy call.

Variables become ``Symbol(name, real=True)`` unless the caller hands in symbols of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import sympy
from sympy.core.function import AppliedUndef
from sympy.polys.polyerrors import BasePolynomialError

from jacocalc.algebra.plain_signs import one_turned
from jacocalc.algebra.towers import is_towering
from jacocalc.errors import JacocalcError, TooLarge
from jacocalc.known_functions import KNOWN, ORDERED, SPECIAL, is_odd_root, order_fault
from jacocalc.notation import (
    PI,
    Applied,
    Call,
    Comparison,
    Constant,
    E,
    Expr,
    Junction,
    Matrix,
    Minus,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    integer,
    rational,
    with_differences,
)

Symbols: TypeAlias = Mapping[str, sympy.Symbol]

FAILURES = (JacocalcError, ArithmeticError, TypeError, ValueError, AttributeError, RecursionError,
            NotImplementedError, BasePolynomialError)  # whatever SymPy trips over: then nothing is known
_MOST_BITS = 100_000

_RELATIONS = {
    "<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan,
    "=": sympy.Equality, "!=": sympy.Unequality,
}  # fmt: skip


def symbol(name: str, symbols: Symbols | None = None) -> sympy.Symbol:
    """The SymPy symbol of a name: the one handed in, else a real one."""
    found = symbols.get(name) if symbols else None
    return sympy.Symbol(name, real=True) if found is None else found


def to_sympy(expr: Expr, symbols: Symbols | None = None) -> Any:
    """The SymPy expression (or ImmutableMatrix) of a piece of notation.

    Raises TooLarge for what SymPy could not evaluate in any time.
    """
    if is_towering(expr):
        raise TooLarge("a number in it is too large to be computed")
    done: dict[Expr, Any] = {}

    def visit(node: Expr) -> Any:
        found = done.get(node)
        if found is None:
            found = _converted(node, visit, symbols)
            done[node] = found
        return found

    return visit(expr)


def _converted(expr: Expr, visit: Any, symbols: Symbols | None) -> Any:
    match expr:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Constant(name):
            return sympy.E if name == "e" else sympy.pi
        case Symbol(name):
            return symbol(name, symbols)
        case Sum(terms):
            return sympy.Add(*map(visit, terms))
        case Minus(operand) | Negative(operand):
            return -visit(operand)
        case Product(factors):
            return sympy.Mul(*map(visit, factors))
        case Quotient(over, under):
            return visit(over) / visit(under)
        case Power(base, exponent):
            return _power(base, exponent, visit)
        case Call(function, arguments):
            return _call(function, arguments, visit)
        case Applied():
            return sympy.Function(expr.name)(*map(visit, expr.arguments))
        case Comparison(relation, left, right):
            return _relation(relation, visit(left), visit(right))
        case Junction(word, conditions):
            return (sympy.And if word == "and" else sympy.Or)(*map(visit, conditions))
        case Piecewise(branches, otherwise):
            pieces = [(visit(value), visit(condition)) for value, condition in branches]
            return _pieces([*pieces, *([] if otherwise is None else [(visit(otherwise), True)])])
        case Matrix(rows):
            return sympy.ImmutableMatrix([[visit(entry) for entry in row] for row in rows])
    raise TypeError(f"no conversion for {type(expr).__name__}")


def _relation(relation: str, left: Any, right: Any) -> Any:
    """SymPy compares no value that it knows to be no real number; nor does it fulfil a condition: arccos(ln 3) > 0."""
    try:
        return _RELATIONS[relation](left, right)
    except TypeError:
        return sympy.false


def _pieces(pieces: list[tuple[Any, Any]]) -> Any:
    """SymPy turns the same inequality round and round: 2(x + y) > −(x/2 + y)^(3/2)."""
    try:
        return sympy.Piecewise(*pieces)
    except RecursionError:
        return sympy.Piecewise(*pieces, evaluate=False)


def _extreme(kind: Any, values: list[Any]) -> Any:
    """SymPy sorts no arguments that it knows to have no real value, ln(−x⁴): neither has what is made of them."""
    try:
        return kind(*values)
    except ValueError:
        return sympy.nan


def _power(base: Expr, exponent: Expr, visit: Any) -> Any:
    """An even power of an odd real root has no sign: cbrt(u)² is |u|^(2/3)."""
    even = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value.numerator % 2 == 0
    if even and isinstance(base, Call) and base.function in ("cbrt", "root"):
        index = base.arguments[1] if base.function == "root" else integer(3)
        if is_odd_root(index):
            return sympy.Abs(visit(base.arguments[0])) ** (visit(exponent) / visit(index))
    below, above = visit(base), visit(exponent)
    if below.is_Rational and above.is_Rational:
        bits = max(abs(int(below.p)), int(below.q)).bit_length() * abs(int(above.p))
        if bits > _MOST_BITS:  # ((9^900)^900)^900 would be written out by SymPy
            raise TooLarge(f"a power of numbers has more than {_MOST_BITS:,} bits")
    return below**above


def _real_root(radicand: Any, index: Any) -> Any:
    root = radicand.is_Pow and radicand.exp.is_Rational and radicand.exp.q % 2 == 0
    if int(index) % 2 == 0 or root or radicand.is_nonnegative or isinstance(radicand, sympy.exp):
        return radicand ** (1 / index)
    return sympy.sign(radicand) * sympy.Abs(radicand) ** (1 / index)


_RECIPROCALS = {"sec": sympy.cos, "csc": sympy.sin}
_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})


def _call(function: str, arguments: tuple[Expr, ...], visit: Any) -> Any:
    values = [visit(argument) for argument in arguments]
    match function:
        case "cbrt":
            return _real_root(values[0], sympy.Integer(3))
        case "root":
            return _real_root(values[0], values[1])
        case "log":
            return sympy.log(values[0]) / sympy.log(values[1])
        case "relu":
            return sympy.Max(values[0], 0)
        case "max" | "min":
            return _extreme(sympy.Max if function == "max" else sympy.Min, values)
        case "atan2":
            found = sympy.atan2(*values)  # a logarithm of complex numbers where SymPy does not find their signs
            return sympy.atan2(*values, evaluate=False) if found.has(sympy.I) else found
    if function in _HYPERBOLIC and isinstance(values[0], sympy.acoth):
        values = [sympy.atanh(1 / values[0].args[0])]  # else roots of z - 1 and z + 1, negative numbers for z < -1
    if function in _RECIPROCALS and values[0].has(sympy.cosh, sympy.sech):
        return 1 / _RECIPROCALS[function](values[0])  # SymPy's sec(cosh(1) + pi) is written with i, or it fails
    row = KNOWN[function]
    if not row.sympy and row.lowered is not None:
        return visit(row.lowered(*arguments))
    kind = getattr(sympy, row.sympy)
    found = kind(*values)
    broken = function in ORDERED and not values[0].is_Integer  # J_ν(−x) is written with (−x)^ν x^(−ν)
    return kind(*values, evaluate=False) if broken or (function in SPECIAL and found.has(*_FOREIGN)) else found


_FOREIGN = (sympy.I, sympy.expint, sympy.oo, -sympy.oo, sympy.S.ComplexInfinity, sympy.nan)  # what it is elsewhere


# -- back ---------------------------------------------------------------------------------------------

FUNCTIONS: dict[Any, str] = {
    getattr(sympy, row.sympy): row.name
    for row in KNOWN.values()
    if row.sympy and row.sympy != "real_root" and row.name not in ("log", "relu")
}
_BACK_RELATIONS = {kind: relation for relation, kind in _RELATIONS.items()}


def from_sympy(expr: Any, order: Mapping[Any, int] | None = None) -> Expr:
    """The notation of a SymPy expression; raises JacocalcError for what is not in the whitelist.

    Terms and factors stand in an order of our own: by ``order`` (an index for each function or symbol
    that occurs), then by their text; rational terms come last.
    """
    named = [one for one in expr.atoms(*_NAMED) if one in _NUMBERS or (one.args and one.args[0] in _WHOLE)]
    if named:
        expr = expr.xreplace({one: _NUMBERS.get(one) or _zeta(int(one.args[0])) for one in named})
    return _Back(order or {}).visit(expr)


def _psi(order: int, value: Any) -> Any:
    return sympy.polygamma(order, value, evaluate=False)


def _zeta(n: int) -> Any:
    """ζ(n) = (−1)ⁿ ψ⁽ⁿ⁻¹⁾(1)/(n − 1)!: DLMF 25.6"""
    return (-1) ** n * _psi(n - 1, sympy.S.One) / sympy.factorial(n - 1)


_NUMBERS = {  # that SymPy has names for: γ = −ψ(1), Catalan's G = (ψ′(1/4) − π²)/8
    sympy.EulerGamma: -_psi(0, sympy.S.One),
    sympy.Catalan: (_psi(1, sympy.Rational(1, 4)) - sympy.pi**2) / 8,
}  # fmt: skip
_NAMED = (type(sympy.EulerGamma), type(sympy.Catalan), sympy.zeta)
_WHOLE = range(2, 100)


def _told_by(expr: Any, order: Mapping[Any, int]) -> Iterator[Any]:
    """The parts of an expression; of D₁f(x, y) with a place of its own not x and y, which all partials share."""
    parts = sympy.preorder_traversal(expr)
    for part in parts:
        if isinstance(part, AppliedUndef) and part in order:
            parts.skip()
        yield part


class _Back:
    def __init__(self, order: Mapping[Any, int]) -> None:
        self.order = order

    def rank(self, expr: Any) -> tuple[int, str]:
        places = [self.order[node] for node in _told_by(expr, self.order) if node in self.order]
        text = sympy.srepr(expr, order="none")  # the usual order of printing evaluates every constant
        return (min(places, default=len(self.order)), text)

    def visit(self, expr: Any) -> Expr:
        if isinstance(expr, sympy.MatrixBase):
            rows, columns = expr.shape
            return Matrix(tuple(tuple(self.visit(expr[i, j]) for j in range(columns)) for i in range(rows)))
        if expr.is_Rational:
            return rational(Fraction(int(expr.p), int(expr.q)))
        if expr.is_Float:
            return rational(Fraction(str(expr)))
        if expr is sympy.E:
            return E
        if expr is sympy.pi:
            return PI
        if isinstance(expr, sympy.Symbol):
            if expr.is_extended_real is False:  # AB - BA is 0 of numbers only, and |c|^2 is -c^2 of an imaginary c
                raise JacocalcError(f"{expr.name} is assumed not to be real, and variables are real here")
            return Symbol(expr.name)
        if expr.is_Add:
            return self.sum(expr)
        if expr.is_Mul:
            return self.product(expr)
        if expr.is_Pow:
            return self.power(expr.base, expr.exp)
        return self.function(expr)

    def sum(self, expr: Any) -> Expr:
        terms = sorted((t for t in expr.args if not t.is_Rational), key=self.rank)
        terms += [t for t in expr.args if t.is_Rational]
        parts = [self.visit(term) for term in terms]
        if isinstance(parts[0], Negative):
            positive = next((i for i, part in enumerate(parts) if not isinstance(part, Negative)), 0)
            parts.insert(0, parts.pop(positive))
        return Sum(with_differences(parts))

    def product(self, expr: Any) -> Expr:
        coefficient, factors = expr.as_coeff_mul()
        if not coefficient.is_Rational:
            raise _unknown(expr)
        over: list[Expr] = []
        under: list[Expr] = []
        for factor in sorted(factors, key=self.factor_rank):
            base, exponent = factor.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                under.append(self.power(base, -exponent))
            else:
                over.append(self.visit(factor))
        value = Fraction(int(coefficient.p), int(coefficient.q))
        turned = one_turned(over) if value < 0 else None
        if turned is not None:  # (1 - x)/(1 + x)^3 for -(x - 1)/(1 + x)^3
            value, over = -value, turned
        if abs(value.numerator) != 1 or not over:
            over.insert(0, integer(abs(value.numerator)))
        if value.denominator != 1:
            under.insert(0, integer(value.denominator))
        top = over[0] if len(over) == 1 else Product(tuple(over))
        if under:
            top = Quotient(top, under[0] if len(under) == 1 else Product(tuple(under)))
        return Negative(top) if value < 0 else top

    def factor_rank(self, factor: Any) -> tuple[int, int, str]:
        """Numbers, constants, letters, exponentials, the rest: 2π x e^y cos(x)"""
        base, exponent = factor.as_base_exp()
        if base in (sympy.E, sympy.pi):
            kind = 3 if exponent.free_symbols else 1
        else:
            kind = 0 if base.is_Rational else 2 if base.is_Symbol else 4
        return (kind, *self.rank(factor))

    def power(self, base: Any, exponent: Any) -> Expr:
        if exponent == 1:
            return self.visit(base)
        if base is not sympy.E and exponent == sympy.Rational(1, 2):
            return Call("sqrt", (self.visit(base),))
        if exponent.is_Rational and exponent < 0:
            return Quotient(integer(1), self.power(base, -exponent))
        return Power(self.visit(base), self.visit(exponent))

    def function(self, expr: Any) -> Expr:
        kind = expr.func
        if kind is sympy.exp:
            return self.power(sympy.E, expr.args[0])
        if kind is sympy.UnevaluatedExpr:
            return self.visit(expr.args[0])
        if function := function_of(expr):
            listed = sorted(expr.args, key=self.rank) if kind in (sympy.Max, sympy.Min) else expr.args
            return Call(function, tuple(map(self.visit, listed)))
        if kind is sympy.Piecewise:
            pairs = [(self.visit(value), when) for value, when in expr.args]
            otherwise = pairs[-1][0] if pairs[-1][1] == True else None  # noqa: E712
            listed = pairs[:-1] if otherwise is not None else pairs
            return Piecewise(tuple((value, self.visit(when)) for value, when in listed), otherwise)
        if kind in _BACK_RELATIONS:
            return Comparison(_BACK_RELATIONS[kind], self.visit(expr.lhs), self.visit(expr.rhs))
        if kind in (sympy.And, sympy.Or):
            parts = tuple(self.visit(a) for a in sorted(expr.args, key=self.rank))
            return Junction("and" if kind is sympy.And else "or", parts)
        if kind is sympy.ITE:  # what SymPy makes of a relation between pieces
            return self.visit(expr.to_nnf())
        if kind in _REWRITTEN and (written := expr.rewrite(_REWRITTEN[kind])) != expr:
            return from_sympy(written, self.order)
        if isinstance(expr, sympy.core.function.AppliedUndef):
            name = expr.func.__name__
            if not name.isidentifier():
                raise JacocalcError(f"a function named {name!r} cannot be written", hint="names are letters and digits")
            return Applied(name, 0, (), tuple(self.visit(a) for a in expr.args))
        raise _unknown(expr)


def function_of(expr: Any) -> str:
    """The name of the function that an expression is a value of, "" for others.

    Raises JacocalcError where the order is no number, and for another branch of Lambert's function.
    """
    name = FUNCTIONS.get(type(expr), "")
    if name in ORDERED:
        order = expr.args[0]
        number = rational(Fraction(int(order.p), int(order.q))) if order.is_Rational else Symbol("n")
        if fault := order_fault(name, (number,)):
            raise JacocalcError(fault)
    elif name in SPECIAL and len(expr.args) != KNOWN[name].arity[0]:
        raise JacocalcError(f"{expr} is another branch of the {KNOWN[name].title}")
    return name


_REWRITTEN = {  # by what they are
    sympy.erfc: sympy.erf, sympy.sinc: sympy.sin, sympy.Heaviside: sympy.Piecewise, sympy.beta: sympy.gamma,
    sympy.factorial: sympy.gamma, sympy.binomial: sympy.gamma, sympy.frac: sympy.floor, sympy.erfcinv: sympy.erfinv,
    sympy.harmonic: sympy.polygamma, sympy.Li: sympy.li,
}  # fmt: skip

_HINTS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((sympy.Sum, sympy.Product, sympy.Integral, sympy.Derivative, sympy.Subs, sympy.Limit),
     ".doit() writes it out where SymPy can"),
    ((sympy.re, sympy.im, sympy.arg, sympy.conjugate), 'variables are real here: Symbol("x", real=True)'),
)  # fmt: skip


def _unknown(expr: Any) -> JacocalcError:
    said = f"{type(expr).__name__} is not among the functions that can be differentiated here"
    return JacocalcError(said, hint=next((hint for kinds, hint in _HINTS if isinstance(expr, kinds)), ""))
