"""Hypothesis strategies: expressions in x, y, z that are smooth and defined where the letters are positive."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from jacocalc.notation import (
    Call,
    Constant,
    Expr,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    integer,
)
from tests.shares import FULL

NAMES = ("x", "y", "z")
_MORE = 20 if FULL else 1


def cases(count: int) -> settings:
    """So many generated cases; twenty times as many in a full run (see conftest)."""
    return settings(max_examples=count * _MORE, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SMOOTH = ("sin", "cos", "exp", "atan", "tanh", "sinh", "cosh", "sigmoid", "softplus", "erf", "asinh", "sech")


def leaves(names: tuple[str, ...] = NAMES) -> st.SearchStrategy[Expr]:
    """Letters, small numbers, e and π."""
    return st.one_of(
        st.sampled_from([Symbol(name) for name in names]),
        st.integers(0, 5).map(lambda n: Number(Fraction(n))),
        st.sampled_from([Constant("e"), Constant("pi")]),
    )


def _extended(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Sum(tuple(terms))),
        pairs.map(lambda p: Sum((p[0], Minus(p[1])))),
        st.lists(inner, min_size=2, max_size=3).map(lambda factors: Product(tuple(factors))),
        pairs.map(lambda p: Quotient(p[0], Sum((Power(p[1], integer(2)), Number(Fraction(1)))))),
        inner.map(Negative),
        st.tuples(inner, st.integers(0, 3)).map(lambda p: Power(p[0], integer(p[1]))),
        st.tuples(st.sampled_from(SMOOTH), inner).map(lambda p: Call(p[0], (Call("atan", (p[1],)),))),
        inner.map(lambda u: Call("ln", (Sum((Power(u, integer(2)), Number(Fraction(2)))),))),
        inner.map(lambda u: Call("sqrt", (Sum((Power(u, integer(2)), Number(Fraction(1)))),))),
        st.sampled_from([Symbol(name) for name in NAMES]).map(lambda s: Power(s, Quotient(integer(1), integer(2)))),
    )


def expressions(names: tuple[str, ...] = NAMES, size: int = 6) -> st.SearchStrategy[Expr]:
    """Expressions, smooth wherever the letters are positive."""
    return st.recursive(leaves(names), _extended, max_leaves=size)


def positive_values(count: int = 3) -> st.SearchStrategy[list[Fraction]]:
    """Positive rational coordinates."""
    one = st.builds(Fraction, st.integers(1, 40), st.integers(7, 23))
    return st.lists(one, min_size=count, max_size=count)
