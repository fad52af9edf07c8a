"""Random and mutated inputs through the readers: nothing but our own errors may come out.

    python -m tests.fuzz [COUNT] [SEED]        200,000 inputs by default; a share of them runs in the tests

Prints the inputs that raised anything else, and the slowest one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from jacocalc.errors import JacocalcError
from jacocalc.reading.definitions import read_definitions, read_function
from jacocalc.reading.points import read_point, read_value
from jacocalc.reading.problems import read_problem
from jacocalc.reading.programs import read_program
from jacocalc.reading.values import read_values
from tests.reading import test_definitions, test_language, test_latex, test_programs

ALPHABET = "xyzuvabefgnit0123456789+-*/^()[]{}|,;:.=<>! \\_'&$%#\"²³½√∛πθσŷ×·−→≤≠xхᵀ\n\t\x00\u200b"
PIECES = [
    "sin", "cos", "ln", "sqrt", "piecewise(", " if ", " otherwise", "\\frac{", "\\begin{bmatrix}", "\\end{bmatrix}",
    "\\\\", "R^", "->", "e^", "log_", "x_{", "||", "1/2", "\\left(", "\\right)", "max(", "f(x, y) = ", "\\sqrt[",
]  # fmt: skip
CORPUS = [
    *(typed for typed, _ in test_language.ACCEPTED),
    *(row[0] for row in test_language.REFUSED),
    *(row[0] for row in test_definitions.DEFINED),
    *(row[0] for row in test_definitions.REFUSED),
    *(row[0] for row in test_latex.SAME),
    *(row[0] for row in test_latex.DEFINITIONS),
    test_definitions.GOOD,
]
PROGRAMS = [
    *(test_programs.HEAD + row[0] for row in test_programs.READ),
    *(test_programs.HEAD + row[0] for row in test_programs.REFUSED),
    "x_t: n; h_0: n\nfor t = 1..T:\n  z_t = h_{t-1} + x_t\n  h_t = tanh(z_t)\nL = sum(h_T)",
    "x: n_0; W^(l): n_l x n_{l-1}\nh^(0) = x\nfor l = 1..L:\n  h^(l) = tanh(W^(l) h^(l-1))\nJ = sum(h^(L))",
    "x: n; W: n x n; h: n; solve h = tanh(W h + x); L = 1/2 ||h||^2",
]


def inputs(count: int, seed: int, corpus: list[str] = CORPUS) -> Iterator[str]:
    """Random texts and mutations of real ones."""
    source = random.Random(seed)
    for _ in range(count):
        if source.random() < 0.25:
            yield "".join(source.choices(ALPHABET, k=source.randrange(1, 40)))
            continue
        text = source.choice(corpus)
        for _ in range(source.randrange(1, 5)):
            text = _mutated(text, source)
        yield text[:3000]


def _mutated(text: str, source: random.Random) -> str:
    at, to = sorted((source.randrange(len(text) + 1), source.randrange(len(text) + 1)))
    match source.randrange(5):
        case 0:
            return text[:at] + source.choice(ALPHABET) + text[at:]
        case 1:
            return text[:at] + text[to:]
        case 2:
            return text[:at] + source.choice(PIECES) + text[to:]
        case 3:
            return text[:at] + text[at:to] * 2 + text[to:]
        case _:
            return text[:at] + source.choice(CORPUS)[: source.randrange(20)] + text[at:]


READERS: list[Callable[[str], object]] = [
    read_function,
    read_definitions,
    lambda text: read_value(text, ["x", "y"]),
    lambda text: read_point(text, ["x", "y"], ["a"]),
    lambda text: read_problem(text, "file"),
]


PROGRAM_READERS: list[Callable[[str], object]] = [read_program, read_values]


def attack(
    count: int, seed: int, corpus: list[str] = CORPUS, readers: list[Callable[[str], object]] = READERS
) -> tuple[list[tuple[str, BaseException]], float, str]:
    """(inputs that raised something else, the longest time in seconds, its input)."""
    broken: list[tuple[str, BaseException]] = []
    slowest, culprit = 0.0, ""
    for i, text in enumerate(inputs(count, seed, corpus)):
        start = time.perf_counter()
        try:
            with suppress(JacocalcError):
                readers[i % len(readers)](text)
        except Exception as error:
            broken.append((text, error))
        spent = time.perf_counter() - start
        if spent > slowest:
            slowest, culprit = spent, text
    return broken, slowest, culprit


def main() -> int:
    """Run and report."""
    given = [int(word) for word in sys.argv[1:3]]
    count, seed = (*given, *(200_000, 1)[len(given) :])
    found = False
    for corpus, readers in ((CORPUS, READERS), (PROGRAMS, PROGRAM_READERS)):
        broken, slowest, culprit = attack(count, seed, corpus, readers)
        for text, error in broken[:20]:
            print(f"{type(error).__name__}: {error}: {text!r}")
        print(f"{count:,} inputs, {len(broken)} broke through, slowest {slowest * 1000:.0f} ms: {culprit[:80]!r}")
        found = found or bool(broken)
    return found


if __name__ == "__main__":
    sys.exit(main())
