"""Programs in numbers: solutions of equations, sample points, and what counts as the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

import jacocalc as jc
from jacocalc.evaluate.arrays import BALLS, Array, Values
from jacocalc.evaluate.fields import ball_of, precision
from jacocalc.evaluate.numbers import ball
from jacocalc.evaluate.program_quotients import agree, difference_quotient, probes
from jacocalc.evaluate.program_samples import sampled, small_sizes
from jacocalc.evaluate.programs import BITS, forward
from jacocalc.programs import Program
from jacocalc.reading.points import read_value
from jacocalc.reading.programs import read_program
from jacocalc.terms import Term


def column(*entries: str) -> Array:
    return BALLS.array([[ball_of(Fraction(entry))] for entry in entries])


def named(program: Program, name: str) -> Term:
    return next(variable for variable in program.declared if variable.name == name)


SOLVED = [
    ("19/20 h + c", "1/20", "1"),  # 0.05, 0.0975, 0.142625, …: a twentieth of the way each time
    ("9999/10000 h .* h - 19997/10000 h + c", "9999/5000", "1"),  # 1.9998, 1.9996, 1.9992, …: away from 2
]


@pytest.mark.parametrize(("body", "constant", "solution"), SOLVED, ids=[body for body, _, _ in SOLVED])
def test_the_solution_that_iteration_from_0_leads_to_is_found(body: str, constant: str, solution: str) -> None:
    program = read_program(f"c: n; h: n; solve h = {body}; L = sum(h)")
    with precision(BITS):
        found = forward(program, {named(program, "c"): column(constant, constant)}, {"n": 2}, BALLS)
        assert agree(found.known[next(program.assignments).variable], column(solution, solution))


def test_a_difference_quotient_computes_only_what_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x: n; y: n; h: n; p = exp(x); q = p .* y; solve h = 1/2 tanh(h) + q; r = exp(y); L = h'r + sum(p)"
    program = read_program(text)
    terms = {one.variable.name: one.term for one in program.assignments}
    loss = program.output
    computed: list[Term] = []
    of = Values.of

    def noted(values: Values, term: Term) -> Array:
        computed.append(term)
        return of(values, term)

    with precision(BITS):
        probe = next(probes(program, {"n": 2}))
        monkeypatch.setattr(Values, "of", noted)
        for by, again in [("q", "hL"), ("r", "L"), ("x", "pqhL"), ("y", "qhrL"), ("h", "L")]:
            variable = program.find(by)
            assert variable is not None
            computed.clear()
            found = probe.quotient(loss, variable, [(0, 0)])
            assert {name for name, term in terms.items() if term in computed} == set(again)
            whole = difference_quotient(
                lambda at: forward(program, at, {"n": 2}, BALLS).known[loss],
                {**probe.given, variable: probe.values.known[variable]}, variable, [(0, 0)],
            )  # fmt: skip
            assert agree(found, whole)


def test_entries_are_all_sixty_fourths_of_their_range_but_0() -> None:
    program = read_program("A: 60 x 60; L = sum(A)")
    entries = {entry for row in sampled(program, {}, 0, "small")[named(program, "A")] for entry in row}
    assert entries == {Fraction(k, 64) for k in range(-14, 15) if k}


def test_a_program_is_defined_at_every_probe() -> None:
    """Where x < 0, v is defined and L is not."""
    program = read_program("x: n; v = 3 x; L = sum(v .* ln(x))")
    with precision(BITS):
        found = list(probes(program, {"n": 3}))
        assert found
        assert all(entry > 0 for probe in found for entry in probe.values.known[named(program, "x")].flat)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("1", "1", True), ("1", "1 + 5/10^46", True), ("1", "1 + 11/10^46", False), ("0", "5/10^46", True),
     ("0", "-11/10^46", False), ("10^20", "10^20 + 5/10^26", True), ("10^20", "10^20 + 11/10^26", False)],
)  # fmt: skip
def test_to_45_digits_two_numbers_are_the_same(one: str, other: str, same: bool) -> None:
    """The digits of a number below 1 are those behind the point."""
    with precision(BITS):
        assert agree(*(BALLS.array([[ball(read_value(text, []), BITS)]]) for text in (one, other))) is same


WIDE = [  # what is inverted has to be wider than high, or higher than wide
    "X: m x n; f = logdet(X X')", "X: n x m; f = logdet(X' X)", "B: n x m; A: m x n; f = det(B A)",
    "A: k x m; X: m x n; B: n x k; f = det(A X B)", "b: m; A: m x n; x = A' (A A')^-1 b; f = ||x||^2",
    "X: n x p; Y: n x q; Sx = X' X; Sy = Y' Y; Sxy = X' Y; f = logdet(Sx - Sxy Sy^-1 Sxy')",
]  # fmt: skip


@pytest.mark.parametrize("text", WIDE)
def test_sizes_at_which_nothing_is_singular(text: str) -> None:
    assert jc.backprop(text).verified == "agrees"


def test_sizes_are_unequal_and_the_same_every_time() -> None:
    sizes = small_sizes(read_program("A: k x m; X: m x n; B: n x k; f = tr(A X B)"))
    assert list(sizes.values()) == [3, 2, 4]
    wide = read_program("A: k x m; X: m x n; B: n x k; f = det(A X B)")
    assert small_sizes(wide) == small_sizes(wide) == {"k": 2, "m": 3, "n": 4}
