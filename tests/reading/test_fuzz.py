"""A share of the fuzz: nothing but our own errors from random and mutated texts."""

from __future__ import annotations

from tests.fuzz import PROGRAM_READERS, PROGRAMS, attack


def test_nothing_but_our_own_errors() -> None:
    broken, _, _ = attack(10_000, seed=7)
    assert broken == []


def test_nothing_but_our_own_errors_from_programs() -> None:
    broken, _, _ = attack(6_000, 7, PROGRAMS, PROGRAM_READERS)
    assert broken == []
