"""Formulas as trees: what a node is, whatever its depth."""

from __future__ import annotations

from jacocalc.notation import Expr, Symbol


def nested(depth: int, start: Expr) -> Expr:
    """v ↦ v·v + 1, again and again: written out, the shared parts are 2^depth."""
    for _ in range(depth):
        start = start * start + 1
    return start


def test_formulas_of_any_depth_are_hashed_and_compared() -> None:
    assert hash(nested(3_000, Symbol("x"))) == hash(nested(3_000, Symbol("x")))
    assert nested(3_000, Symbol("x")) == nested(3_000, Symbol("x"))
    assert nested(3_000, Symbol("x")) != nested(3_000, Symbol("y"))
    assert nested(3_000, Symbol("x")) != nested(2_999, Symbol("x"))


def test_shared_parts_are_compared_once() -> None:
    assert nested(100, Symbol("x")) == nested(100, Symbol("x"))
