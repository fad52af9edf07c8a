"""A share of the fuzz: nothing but our own errors from random and mutated inputs, and from whole commands."""

from __future__ import annotations

import pytest

from tests.fuzz.attack import attack
from tests.fuzz.commands import attack_commands
from tests.fuzz.doors import DOORS, Door

SHARE = {"text": 5_000, "programs": 3_000, "records": 200, "solutions": 200, "passes": 800}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_nothing_but_our_own_errors(door: Door) -> None:
    found = attack(door, SHARE.get(door.name, 1_500), seed=7)
    assert found.broken == []
    assert found.refused < found.count
    assert found.refused or door.name == "records"  # what is damaged there is set aside


def test_whole_commands() -> None:
    ran = attack_commands(60, seed=7)
    assert ran.broken == []
    assert {0, 2} <= set(ran.ended)
