"""The script that breaks jacocalc on purpose: each operator does what it says, and three mutants are found by tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.broken.forks import in_fork
from tests.broken.mutants import ROOMS, ROOT, chosen, modules, mutants_of
from tests.broken.operators import OPERATORS, breakages
from tests.broken.reasons import REASONS

# source, operator, what it may become
CHANGES = [
    ("a + b", "sign", ["(a - b)"]),
    ("a -= b", "sign", ["a += b"]),
    ("['a'] + b", "sign", []),
    ("f'{a + b}'", "sign", []),
    ("x[a + 1]", "sign", []),
    ("x[: a + 1]", "sign", ["x[: (a - 1)]"]),
    ("def f(a: x + y = -1) -> x + y: return a - 2", "sign", ["def f(a: x + y = -1) -> x + y: return (a + 2)"]),
    ("raise E(a + b)", "sign", []),
    ("f(-a)", "minus", ["f(a)"]),
    ("Negative(a + b)", "minus", ["(a + b)"]),
    ("times(opposite(u), v)", "minus", ["times(u, v)"]),
    ("1 / (u * v)", "order", ["(u * v) / (1)"]),
    ("Quotient(u, v + w)", "order", ["Quotient(v + w, u)"]),
    ("times(g, *after)", "order", []),
    ("a @ b.T", "order", ["b.T @ a"]),
    ("a @ b.T", "transpose", ["a @ b"]),
    ("m.transposed", "transpose", ["m"]),
    ("transpose(f)", "transpose", ["f"]),
    ("list(reversed(a))", "backwards", ["list(iter(a))"]),
    ("a[::-1]", "backwards", ["a"]),
    ("sorted(a, reverse=True)", "backwards", ["sorted(a, reverse=False)"]),
    ("{1: f, 2: g, 3: g}", "rows", ["{1: g, 2: f, 3: g}"]),
    ("{1: 'in words', 2: 'or others'}", "rows", []),
    ("(K('a', sin, 1), K('b', cos, 2))", "rows", ["(K('a', cos, 1), K('b', sin, 2))"]),
    ("2 * u**3", "number", ["3 * u**3", "2 * u**4"]),
    ("integer(2)", "number", ["integer(3)"]),
    ("0 < a <= b", "comparison", ["(0 > a <= b)", "(0 < a >= b)"]),
    ("where('>=', u, 0)", "comparison", ["where('<=', u, 0)"]),
    ("a and b", "junction", ["(a or b)"]),
    ("all(a)", "junction", ["any(a)"]),
    ("not a", "denial", ["a"]),
    ("max(a, b)", "extreme", ["min(a, b)"]),
    ("π + ŷ", "sign", ["(π - ŷ)"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "operator", "broken"), CHANGES)
def test_what_an_operator_makes_of_a_line(source: str, operator: str, broken: list[str]) -> None:
    assert [one.applied(source) for one in breakages(source) if one.operator == operator] == broken


def test_every_operator_is_shown() -> None:
    assert {operator for _, operator, _ in CHANGES} == set(OPERATORS)


def test_a_share_is_even_over_the_rooms_and_the_same_for_the_same_seed() -> None:
    share = chosen(10, 5)
    assert share == chosen(10, 5)
    assert share != chosen(10, 6)
    assert sorted(mutant.room for mutant in share) == sorted([*ROOMS, *ROOMS])
    assert len({mutant.name for mutant in share}) == 10
    for mutant in share:
        assert mutant.was in mutant.diff


def test_every_reason_is_that_of_a_mutant_that_exists() -> None:
    for row in REASONS:
        assert row.why
        room, path = next((r, p) for r in ROOMS for p in modules(r) if p == ROOT / "jacocalc" / row.file)
        places = {(mutant.inside, mutant.operator, mutant.was) for mutant in mutants_of(room, path)}
        assert (row.inside, row.operator, row.was) in places, row


def test_three_mutants_are_found() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.broken", "fixed"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["killed"] * 3


def _shared() -> list[int]:
    from tests.shares import share

    return share(range(5), 2)


def test_mutants_meet_the_whole_tables() -> None:
    assert in_fork(ROOT, _shared, seconds=60) == [0, 1, 2, 3, 4]
