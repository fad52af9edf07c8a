"""Signs of exact numbers and of forms Σ c_α h^α: is a form definite, with no real zero but 0?"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import sympy

from jacocalc.algebra.convert import from_sympy
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.equality import proved_equal
from jacocalc.evaluate.numbers import sign_of

Exponents: TypeAlias = tuple[Fraction | int, ...]  # whole ones are integers
Terms: TypeAlias = Mapping[Exponents, Any]


class Unknown(Exception):
    """Nothing is proved."""


@lru_cache(maxsize=4096)
def coefficient_sign(value: Any) -> int:
    """−1, 0 or 1 for an exact number.  Raises Unknown."""
    if value.is_Rational:
        return int(value.p > 0) - int(value.p < 0)
    try:
        found = sign_of(from_sympy(value), 1024)
    except JacocalcError:
        raise Unknown from None
    if found is None and proved_equal(value, sympy.S.Zero):
        return 0
    if found is None:
        raise Unknown
    return found


def weak_sign(terms: Terms) -> int:
    """The sign of a sum of even powers with coefficients of one sign."""
    signs = {coefficient_sign(c) for c in terms.values()}
    even = all(e % 2 == 0 for k in terms for e in k)
    return signs.pop() if even and len(signs) == 1 else 0


def even_sign(form: Terms) -> int:
    """A sum of even powers in which every letter has a power of its own vanishes at 0 only."""
    sign = weak_sign(form)
    alone = {next(j for j, e in enumerate(k) if e) for k in form if sum(map(bool, k)) == 1}
    return sign if sign and len(alone) == len(next(iter(form))) else 0


def form_sign(form: Terms) -> int:
    """Two letters: no root of D(±1, s), nor of D(0, ±1), by exact root counting."""
    s = sympy.Symbol("s")
    ends = []
    for side in (1, -1):
        line = sympy.Poly(sum(c * side ** int(i) * s ** int(j) for (i, j), c in form.items()), s)
        ends.append(sum(c * side ** int(j) for (i, j), c in form.items() if i == 0))
        if line.is_zero or not line.get_domain().is_Exact or not _rational(line) or line.count_roots():
            return 0
        ends.append(line.eval(0))
    signs = {coefficient_sign(sympy.sympify(end)) for end in ends}
    return signs.pop() if len(signs) == 1 else 0


def _rational(line: Any) -> bool:
    return all(c.is_Rational for c in line.all_coeffs())


def quadratic_sign(form: Terms) -> int:
    """A quadratic form is definite where its leading minors say so."""
    n = len(next(iter(form)))
    if any(sum(k) != 2 or any(e.denominator != 1 for e in k) for k in form):
        return 0
    matrix = sympy.zeros(n, n)
    for k, c in form.items():
        i, *rest = [j for j, e in enumerate(k) if e]
        j = rest[0] if rest else i
        matrix[i, j] += c / 2
        matrix[j, i] += c / 2
    signs = [coefficient_sign(matrix[:m, :m].det()) for m in range(1, n + 1)]
    if all(sign == 1 for sign in signs):
        return 1
    return -1 if all(sign == (-1) ** m for m, sign in enumerate(signs, 1)) else 0
