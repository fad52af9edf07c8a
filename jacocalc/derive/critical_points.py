"""The kind of a critical point: signs of the eigenvalues of the Hessian, exact or certified.

A symmetric matrix has real eigenvalues only, so Descartes' rule of signs is exact for its characteristic
polynomial: the number of sign changes is the number of positive eigenvalues.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import flint
import sympy

from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.algebra.towers import is_towering
from jacocalc.algebra.values import exact, simplest
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.equality import proved_equal, surely_equal
from jacocalc.evaluate.fields import Unsettled, precision
from jacocalc.evaluate.numbers import ball, certified, sign_of
from jacocalc.notation import ZERO, Expr, Matrix, Power, Product, integer
from jacocalc.steps import CriticalPoint

_LARGEST = 8
_DIGITS = 6
_NUMBER = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)?")


def critical_point(gradient: Matrix, hessian: Matrix) -> CriticalPoint:
    """The kind of the point by its gradient (a column) and its Hessian, both of closed entries."""
    zero = _all_zero(gradient)
    if not zero:
        return CriticalPoint(gradient, hessian, (), (), (), "regular" if zero is False else "undecided")
    if not _symmetric(hessian):
        return CriticalPoint(gradient, hessian, (), (), (), "asymmetric")
    if hessian.shape[0] > _LARGEST:
        return CriticalPoint(gradient, hessian, (), (), (), "undecided")
    coefficients = _characteristic(hessian)
    values = _eigenvalues(coefficients)
    decimals = () if values else _decimals(hessian, coefficients)
    return CriticalPoint(gradient, hessian, values, decimals, _discriminant(hessian),
                         kind_of(_inertia(coefficients)))  # fmt: skip


def _all_zero(matrix: Matrix) -> bool | None:
    signs = [_sign(entry) for entry in matrix.entries]
    if any(sign in (1, -1) for sign in signs):
        return False
    return None if None in signs else True


def _sign(entry: Expr) -> int | None:
    found = sign_of(entry)
    if found is not None or is_towering(entry):
        return found
    return 0 if proved_equal(to_sympy(entry), sympy.S.Zero) else None


def _symmetric(hessian: Matrix) -> bool:
    return all(map(surely_equal, hessian.entries, hessian.transposed.entries))


def _characteristic(hessian: Matrix) -> list[Any]:
    """det(λ I − H), the highest power first."""
    letter = sympy.Dummy()
    return [simplest(sympy.expand(c)) for c in to_sympy(hessian).charpoly(letter).all_coeffs()]


def inertia(matrix: Matrix) -> tuple[int, int, int] | None:
    """How many eigenvalues of a symmetric matrix of closed entries are positive, 0, negative; None where unsettled."""
    if matrix.shape[0] != matrix.shape[1] or matrix.shape[0] > _LARGEST or not _symmetric(matrix):
        return None
    return _inertia(_characteristic(matrix))


def _inertia(coefficients: list[Any]) -> tuple[int, int, int] | None:
    signs = [_sign(from_sympy(c)) for c in coefficients]
    if None in signs:
        return None
    zeros = next(k for k, sign in enumerate(reversed(signs)) if sign)
    positive = sum(a != b for a, b in pairwise(filter(None, signs)))
    return positive, zeros, len(signs) - 1 - zeros - positive


def kind_of(signs: tuple[int, int, int] | None) -> str:
    """Minimum, maximum or saddle; degenerate where an eigenvalue is 0 and the others do not tell."""
    if signs is None:
        return "undecided"
    positive, zeros, negative = signs
    if positive and negative:
        return "saddle"
    if zeros:
        return "degenerate"
    return "minimum" if positive else "maximum"


def _eigenvalues(coefficients: list[Any]) -> tuple[Expr, ...]:
    """Exact where the characteristic polynomial has factors of degree 1 and 2; empty otherwise."""
    letter = sympy.Dummy()
    polynomial = sympy.Poly(coefficients, letter)
    factors = sympy.factor_list(polynomial)[1] if all(c.is_Rational for c in coefficients) else [(polynomial, 1)]
    if any(factor.degree() > 2 for factor, _ in factors):
        return ()
    found: list[Any] = []
    for factor, times in factors:
        found += [root for root in sympy.roots(factor, multiple=True) for _ in range(times)]
    try:
        values = [exact(from_sympy(simplest(root))) for root in found]
    except JacocalcError:
        return ()
    return tuple(sorted(values, key=lambda value: -float(to_sympy(value).evalf())))


def _decimals(hessian: Matrix, coefficients: list[Any]) -> tuple[str, ...]:
    """To a few digits, each proved, the greatest first; empty where a value is not told from 0."""
    zeros = next(k for k, c in enumerate(reversed(coefficients)) if _sign(from_sympy(c)) != 0)
    texts = certified(lambda bits: _values(hessian, bits, zeros), _DIGITS, hessian.shape[0] - zeros)
    if not all(map(_NUMBER.fullmatch, texts)):
        return ()
    return tuple(sorted([*texts, *["0"] * zeros], key=Decimal, reverse=True))


def _values(hessian: Matrix, bits: int, zeros: int) -> list[Any]:
    """Balls of the eigenvalues that are not 0.  Raises Unsettled where they are not told from those that are."""
    width = hessian.shape[0]
    entries = [ball(entry, bits) for entry in hessian.entries]
    with precision(bits):
        matrix = flint.acb_mat([entries[k : k + width] for k in range(0, width * width, width)])
        try:
            found = [value.real for value in matrix.eig(multiple=True)]
        except (ValueError, ZeroDivisionError):
            raise Unsettled from None
    others = [value for value in found if not value.contains(0)]
    if len(others) != width - zeros:
        raise Unsettled
    return others


def _discriminant(hessian: Matrix) -> tuple[Expr, ...]:
    """f_xx f_yy − f_xy², written and as a value, for two inputs."""
    if hessian.shape != (2, 2):
        return ()
    (a, b), (_, d) = hessian.rows
    written = Product((a, d), dot=True) - Power(b, integer(2))
    return written, exact(written) if written != ZERO else ZERO
