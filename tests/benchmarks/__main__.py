"""Speed, side by side with SymPy in one run: ``python -m tests.benchmarks [--short]``.

Times are medians of several runs in one process, except for whole commands, which are timed as processes
(user + system time of the child).  Ratios within one run are what counts.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import sympy

import jacocalc as jc
from jacocalc import sources
from jacocalc.answers.cases import Case
from jacocalc.answers.judge import Judge
from jacocalc.derive.answer import derive
from jacocalc.evaluate.numbers import chain_numbers, chain_tape
from jacocalc.functions import chain
from jacocalc.options import Options
from jacocalc.reading.definitions import read_function
from jacocalc.reading.points import read_point
from jacocalc.verdicts import UNDECIDED, Side, Wanted
from tests.answers.test_pairs import CASES, verdict_on


def child(arguments: list[str]) -> float:
    """CPU seconds of a child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONUTF8": "1"}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median(measure: Callable[[], float], runs: int) -> float:
    """The median of several measurements after one warm-up."""
    measure()
    return statistics.median(measure() for _ in range(runs))


def commands(runs: int) -> list[tuple[str, float]]:
    """Whole commands beside ``import sympy``."""
    python = sys.executable
    cases = {
        'python -c "import sympy"': [python, "-c", "import sympy"],
        "jacocalc compose f g --at 1,2": [python, "-m", "jacocalc", "compose", "f", "g", "--at", "1,2"],
        "jacocalc --help": [python, "-m", "jacocalc", "--help"],
        'jacocalc jacobian "f(x) = x +"': [python, "-m", "jacocalc", "jacobian", "f(x) = x +"],
    }
    return [(name, median(lambda case=case: child(case), runs)) for name, case in cases.items()]  # type: ignore[misc]


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """The seconds that a piece of work takes."""

    def measure() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return measure


def chains(runs: int, lengths: tuple[int, ...]) -> list[tuple[str, float]]:
    """A chain of L layers of width 3 at a rational point: 12 certified digits, and the size of the graph."""
    layer = read_function("f(x, y, z) = [sin(x + y z), cos(y) - x, x y + sin(z)]")
    point = read_point("1/2, 1/3, 1/5", layer.inputs)
    rows = []
    for length in lengths:
        stages = chain((layer,) * length)
        seconds = median(timed(lambda stages=stages: chain_numbers(stages, point, 12)), runs)  # type: ignore[misc]
        on_tape = chain_tape(stages)
        on_tape.jacobian()
        rows.append((f"{length} layers of width 3, {len(on_tape.tape):,} operations", seconds))
    return rows


def sympy_chain(length: int) -> float:
    """The same chain of layers, substituted and differentiated by SymPy, in seconds."""
    x, y, z = symbols = sympy.symbols("x y z", real=True)
    current = sympy.Matrix([x, y, z])
    start = time.process_time()
    for _ in range(length):
        a, b, c = current
        current = sympy.Matrix([sympy.sin(a + b * c), sympy.cos(b) - a, a * b + sympy.sin(c)])
    current.jacobian(symbols).subs({x: sympy.Rational(1, 2), y: sympy.Rational(1, 3), z: sympy.Rational(1, 5)}).evalf(
        12
    )
    return time.process_time() - start


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
    """Over the published table of answers: rows, wrong verdicts, undecided ones, seconds of each."""
    wrong = undecided = 0
    seconds = []
    cases = CASES[::step]
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


def main() -> None:
    """Print the tables in Markdown."""
    short = "--short" in sys.argv
    runs = 2 if short else 7
    print(f"Python {sys.version.split()[0]}, SymPy {sympy.__version__}, {os.cpu_count()} cores\n")
    table = commands(runs)
    base = table[0][1]
    print("| command | CPU s | × import sympy |\n|---|---|---|")
    for name, seconds in table:
        print(f"| `{name}` | {seconds:.3f} | {seconds / base:.2f} |")
    print("\n| chain at a point, 12 proved digits | CPU s |\n|---|---|")
    for name, seconds in chains(runs, (5, 10) if short else (5, 10, 50, 100, 200)):
        print(f"| {name} | {seconds:.3f} |")
    for length in (2, 3) if short else (2, 3, 4):
        print(f"| SymPy, substitute and differentiate, {length} layers | {sympy_chain(length):.3f} |")
    rows = 200 if short else 10_000
    different, seconds = a_class(rows)
    print("\n| a class, on all cores | different answers | s | answers per second |\n|---|---|---|---|")
    print(f"| {rows:,} rows | {different:,} | {seconds:.1f} | {rows / seconds:.0f} |")
    answers, wrong, undecided, each = judging(10 if short else 1)
    print("\n| answers of the table | wrong verdicts | undecided | median ms | slowest s |\n|---|---|---|---|---|")
    print(f"| {answers} | {wrong} | {undecided} | {1000 * statistics.median(each):.1f} | {max(each):.2f} |")
    total, named, alone = naming(10 if short else 1)
    print("\n| wrong answers made by mistakes | named | named by one mistake only |\n|---|---|---|")
    print(f"| {total} | {named} | {alone} ({alone / total:.1%}) |")


if __name__ == "__main__":
    main()
