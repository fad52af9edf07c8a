"""A share of the fuzz: nothing but our own errors from random and mutated texts."""

from __future__ import annotations

from tests.fuzz import attack


def test_nothing_but_our_own_errors() -> None:
    broken, _, _ = attack(10_000, seed=7)
    assert broken == []
