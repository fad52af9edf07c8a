"""Judging: a class on all cores, the published table of answers, and the mistakes that are named."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import jacocalc as jc
from jacocalc import sources
from jacocalc.answers.cases import Case
from jacocalc.answers.judge import Judge
from jacocalc.derive.answer import derive
from jacocalc.options import Options
from jacocalc.verdicts import UNDECIDED, Side, Wanted
from tests.answers.test_pairs import CASES, verdict_on
from tests.benchmarks.tables import Table, progress

PROBLEMS = """
functions = '''
f(x, y) = [x^2 + y, 2xy]
g(u, v) = [u + v, u^2, sin(v)]
L(x, y) = x^2 y
'''
[[question]]
name = "compose"
ask = "compose"
functions = ["f", "g"]
at = "1, 2"
[[question]]
name = "gradient"
ask = "gradient"
functions = ["L"]
"""
TYPED = (  # # is another number for every few students
    ("compose", "[[6, 3], [12, 6], [4cos(4), 2cos(4)]]"),
    ("compose", "[[6, 3], [12, #], [4cos(4), 2cos(4)]]"),
    ("compose", "[[6, 12, # cos(4)], [3, 6, 2cos(4)]]"),
    ("compose", r"J = \begin{bmatrix} 6 & 3 \\ # & 6 \\ 4\cos 4 & 2\cos 4 \end{bmatrix}"),
    ("gradient", "[2xy + # - #, x^2]"),
    ("gradient", "[# x y, x^2]"),
    ("gradient", "[2x y, sqrt(x^4) + #"),
)


def a_class(rows: int) -> tuple[int, float]:
    """How many answers differ, and the wall-clock seconds, for a class of so many rows on all cores."""
    listed = []
    for i in range(rows):
        question, text = TYPED[i % len(TYPED)]
        listed.append((f"student {i}", question, text.replace("#", str(i // len(TYPED) + 1))))
    start = time.monotonic()
    marks = jc.grade(PROBLEMS, listed)
    seconds = time.monotonic() - start
    assert len(marks) == rows
    return len({row[1:] for row in listed}), seconds


def judging(step: int) -> tuple[int, int, int, list[float]]:
    """Over the published table of answers: rows, wrong verdicts, undecided ones, seconds of each the second time.

    The first time the questions are derived, and with them the mistakes that answers are compared with.
    """
    wrong = undecided = 0
    seconds = []
    cases = CASES[::step]
    for case in cases:
        verdict_on(case)
    for case in cases:
        start = time.monotonic()
        outcome = verdict_on(case).outcome
        seconds.append(time.monotonic() - start)
        undecided += outcome == UNDECIDED
        wrong += outcome not in case.outcomes
    return len(cases), wrong, undecided, seconds


def naming(step: int) -> tuple[int, int, int]:
    """Different wrong answers that mistakes lead to in the exercises: how many, named, named by one mistake only."""
    total = named = alone = 0
    for name in sources.exercise_names()[::step]:
        asked = sources.exercise(name)
        derivation = derive(asked.question, Options())
        if asked.explained or not Case.fits(derivation):
            continue
        marker = Judge(derivation).marker
        for matrices in marker.namer.different():
            mistakes = marker.mark(Side(matrices, matrices, "as typed"), Wanted()).mistakes
            total, named, alone = total + 1, named + bool(mistakes), alone + (len(mistakes) == 1)
    return total, named, alone


def tables(short: bool) -> Iterator[Table]:
    """Answers a second, wrong verdicts, mistakes named."""
    rows = 200 if short else 10_000
    progress(f"a class of {rows:,}")
    different, seconds = a_class(rows)
    yield Table("A class, on all cores", ["rows", "different answers", "s", "answers a second"],
                [[f"{rows:,}", f"{different:,}", f"{seconds:.1f}", f"{rows / seconds:.0f}"]])  # fmt: skip
    progress("the published table of answers")
    answers, wrong, undecided, each = judging(10 if short else 1)
    each.sort()
    yield Table("Answers of the published table, once warm",
                ["answers", "wrong verdicts", "undecided", "median ms", "95 % under ms", "slowest s"],
                [[str(answers), str(wrong), str(undecided), f"{1000 * statistics.median(each):.1f}",
                  f"{1000 * each[int(0.95 * len(each))]:.1f}", f"{each[-1]:.2f}"]])  # fmt: skip
    progress("mistakes")
    total, named, alone = naming(10 if short else 1)
    yield Table("Wrong answers that mistakes lead to", ["answers", "named", "by one mistake only"],
                [[str(total), str(named), f"{alone} ({alone / total:.1%})"]])  # fmt: skip
