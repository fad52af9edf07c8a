"""Chains at a rational point: cost against length, beside substitution and beside SymEngine layer by layer."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from fractions import Fraction

import sympy

from jacocalc.evaluate.numbers import chain_numbers
from jacocalc.functions import Chain, Point, chain
from jacocalc.notation import rational
from jacocalc.reading.definitions import read_function
from tests.benchmarks.peers import limited
from tests.benchmarks.tables import Curve, Table, progress, quickest, ratio, seconds

WIDTH = 8


def sine_layers(length: int) -> tuple[Chain, Point]:
    """y_i = sin(x_i − x_{i+1} x_{i+2}), so many times, at (1/7, 2/7, …)."""
    names = [f"x{i + 1}" for i in range(WIDTH)]
    rows = [f"sin({names[i]} - {names[(i + 1) % WIDTH]} {names[(i + 2) % WIDTH]})" for i in range(WIDTH)]
    layer = read_function(f"f({', '.join(names)}) = [{', '.join(rows)}]")
    return chain((layer,) * length), Point(tuple(rational(Fraction(i + 1, 7)) for i in range(WIDTH)))


def tables(short: bool) -> Iterator[Table]:
    """12 and 50 digits against the length."""
    lengths = (2, 4, 8) if short else (4, 8, 16, 32, 64, 128, 200)
    limit = 1 if short else 60
    rows, ours, theirs = [], [], []
    for length in lengths:
        progress(f"chain of {length} layers")
        stages, point = sine_layers(length)
        few = quickest(lambda: chain_numbers(stages, point, 12), 5)  # noqa: B023
        many = quickest(lambda: chain_numbers(stages, point, 50), 3)  # noqa: B023
        symengine = limited(lambda: symengine_layers(length), limit)  # noqa: B023
        by_sympy = limited(lambda: substituted(length), limit) if length <= 8 else None  # noqa: B023
        ours.append(few)
        theirs.append(symengine or float("nan"))
        rows.append([str(length), seconds(few), seconds(many), seconds(symengine, limit), _over(symengine, few),
                     seconds(by_sympy, limit)])  # fmt: skip
    head = ["layers", "jacocalc, 12 digits", "50 digits", "SymEngine, layer by layer", "× ours", "SymPy, substituted"]
    curves = (
        Curve("jacocalc, 12 certified digits", lengths, ours),
        Curve("SymEngine, layer by layer", lengths, theirs),
    )
    yield Table("A chain of sine layers R⁸ → R⁸ at a rational point (CPU seconds)", head, rows, curves)


def _over(other: float | None, ours: float) -> str:
    return "–" if other is None else ratio(other / ours)


def symengine_layers(length: int) -> float | None:
    """Layer by layer: values and J exact, products of matrices, then numbers; seconds, None without SymEngine."""
    try:
        se = importlib.import_module("symengine")
    except ImportError:
        return None
    x = [se.Symbol(f"x{i}") for i in range(WIDTH)]
    y = se.Matrix([se.sin(x[i] - x[(i + 1) % WIDTH] * x[(i + 2) % WIDTH]) for i in range(WIDTH)])
    jacobian = y.jacobian(se.Matrix(x))
    start = time.process_time()
    at = [se.Rational(i + 1, 7) for i in range(WIDTH)]
    product = None
    for _ in range(length):
        values = dict(zip(x, at, strict=True))
        local = se.Matrix(WIDTH, WIDTH, [entry.subs(values).n(53, real=True) for entry in jacobian])
        at = [entry.subs(values).n(53, real=True) for entry in y]
        product = local if product is None else local * product
    return time.process_time() - start


def substituted(length: int) -> float:
    """The composition written out by SymPy, differentiated, evaluated."""
    x = sympy.symbols(f"x0:{WIDTH}", real=True)
    current = list(x)
    start = time.process_time()
    for _ in range(length):
        current = [sympy.sin(current[i] - current[(i + 1) % WIDTH] * current[(i + 2) % WIDTH]) for i in range(WIDTH)]
    at = {s: sympy.Rational(i + 1, 7) for i, s in enumerate(x)}
    sympy.Matrix(current).jacobian(x).subs(at).evalf(12)
    return time.process_time() - start
