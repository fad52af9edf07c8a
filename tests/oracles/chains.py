"""First derivatives of functions and chains: compose, jacobian, gradient, vjp, jvp, differential, graph.

What is compared: the exact result, digit by digit; the entries of the JSON; the digits that ``numeric`` proves.  An
entry that is exactly 0 must be 0 at other points too, if the question has no point of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import sympy

import jacocalc as jc
from jacocalc.errors import TooLarge
from tests.oracles import roads
from tests.oracles.cases import NOTHING, Case, Maker, entries
from tests.oracles.differences import jacobian, product
from tests.oracles.drawing import Drawer, Given, Posed
from tests.oracles.spaces import REAL, Unfit, real
from tests.oracles.trees import Tree, value
from tests.oracles.writing import typed

Grid = list[list[Any]]
DIGITS = 32


def transposed(grid: Sequence[Sequence[Any]]) -> Grid:
    """Aᵀ."""
    return [list(row) for row in zip(*grid, strict=True)]


def wanted_jacobian(posed: Posed, rng: Random) -> tuple[Grid, str]:
    """J by differences, and what another road says against it, or nothing."""
    grid = jacobian(posed.function(), posed.place())
    listed = roads.ROADS + (roads.SLOW if rng.random() < 0.2 else ())
    return grid, roads.spread(posed, grid, rng.choice(listed))


def compared(solution: Any, wanted: Grid, posed: Posed, rng: Random, located: bool) -> str:
    """What is wrong with a solution in any of its forms; what is too long to be written out has digits all the same."""
    try:
        result = solution.result
    except TooLarge:
        if not located:
            raise
        return in_digits(solution, wanted)
    grid = result if isinstance(result, sympy.MatrixBase) else sympy.Matrix([[result]])
    said = entries(grid, wanted, posed.names())
    if not said and rng.random() < 0.25:
        said = in_json(solution, wanted, posed)
    if not said and located and rng.random() < 0.25:
        said = in_digits(solution, wanted)
    return said


def in_json(solution: Any, wanted: Grid, posed: Posed) -> str:
    """What is wrong with the result in the JSON: entries in SymPy's syntax, and doubles."""
    record = json.loads(solution.to_json())["result"]
    if record["kind"] not in ("matrix", "scalar"):
        return f"the JSON has a {record['kind']}"
    texts = record["entries"] if record["kind"] == "matrix" else [[record.get("value", record.get("entry"))]]
    names = {one: sympy.Symbol(one, real=True) for one in posed.names()}
    read = sympy.Matrix([[sympy.parse_expr(text, dict(names)) for text in row] for row in texts])
    said = entries(read, wanted, posed.names())
    numeric = record.get("numeric")
    if said or numeric is None:
        return said and f"in JSON: {said}"
    rows = numeric if isinstance(numeric, list) else [[numeric]]
    for row, other in zip(rows, wanted, strict=True):
        for p, q in zip(row, other, strict=True):
            if abs(p - q) > 1e-14 * abs(q) + NOTHING:
                return f"in JSON the number {p}, not {real.nstr(q, 20)}"
    return ""


def in_digits(solution: Any, wanted: Grid) -> str:
    """What is wrong with the digits that are said to be proved."""
    for row, other in zip(solution.numeric(DIGITS), wanted, strict=True):
        for text, q in zip(row, other, strict=True):
            if text.startswith("|"):
                if abs(q) > NOTHING:
                    return f"{text}, but it is {real.nstr(q, 20)}"
            elif abs(real.mpf(text) - q) > abs(q) * real.mpf(10) ** (1 - DIGITS) + NOTHING:
                return f"the digits {text}, not {real.nstr(q, DIGITS + 3)}"
    return ""


def false_zero(result: Any, posed: Posed, seed: Sequence[Sequence[Any]] | None = None) -> str:
    """An entry that is exactly 0 without being 0 at other points."""
    for shift in (real.mpf(2) / 29, real.sqrt(2) / 31):
        at = [x + shift * (k + 1) for k, x in enumerate(posed.place())]
        try:
            grid = jacobian(posed.function(), at)
        except Unfit:
            continue
        for i, row in enumerate(grid):
            for j, found in enumerate(row):
                if result[i, j] == 0 and abs(found) > NOTHING:
                    return f"[{i}][{j}] is 0, but {real.nstr(found, 15)} beside the point"
    return ""


def _call(name: str, posed: Posed, **options: Any) -> str:
    listed = [repr(text) for text in posed.texts]
    return f"jc.{name}({', '.join([*listed, *(f'{key}={value!r}' for key, value in options.items())])})"


def _vector_text(vector: Sequence[Tree]) -> str:
    return ", ".join(typed(entry) for entry in vector)


def case_of(ask: str, posed: Posed, rng: Random, wanted: Grid, spread: str, at: bool, zeros: bool = False,
            **options: Any) -> Case:  # fmt: skip
    """The question ``ask`` of these functions, whose result should be this grid."""
    given = {**({"at": posed.at} if at else {}), **options}

    def complaint(solution: Any) -> str:
        said = spread or compared(solution, wanted, posed, rng, at)
        return said or (false_zero(solution.result, posed) if zeros and not at else "")

    return Case(_call(ask, posed, **given), lambda: getattr(jc, ask)(*posed.texts, **given), complaint)


def compose(rng: Random) -> Case:
    """Two or three stages, at a point or not, in any order of multiplication."""
    located = rng.random() < 0.6
    count = rng.choice([2, 2, 2, 3])
    posed = Drawer(rng).posed(count, size=6 if count == 2 else 4)
    wanted, spread = wanted_jacobian(posed, rng)
    order = rng.choice(["", "", "", "forward", "reverse", "best"])
    return case_of("compose", posed, rng, wanted, spread, located, True, **({"order": order} if order else {}))


def one(rng: Random) -> Case:
    """J of one function, or of two that are stacked."""
    located = rng.random() < 0.5
    posed = Drawer(rng).posed(1, size=9)
    wanted, spread = wanted_jacobian(posed, rng)
    if posed.m > 1 and rng.random() < 0.2:
        return _stacked(posed, rng, wanted, spread, located)
    return case_of("jacobian", posed, rng, wanted, spread, located, True)


def _stacked(posed: Posed, rng: Random, wanted: Grid, spread: str, at: bool) -> Case:
    whole = posed.stages[0]
    parts = [
        Given(called, whole.inputs, components, whole.parameters, whole.habit)
        for called, components in (("f", whole.components[:1]), ("g", whole.components[1:]))
    ]
    texts = [part.text for part in parts]
    given: dict[str, Any] = {"at": posed.at} if at else {}
    return Case(f"jc.jacobian({texts}, {given})", lambda: jc.jacobian(*texts, **given),
                lambda solution: spread or compared(solution, wanted, posed, rng, at))  # fmt: skip


def gradient(rng: Random) -> Case:
    """∇L, a column, of a scalar function or through a chain."""
    located = rng.random() < 0.5
    posed = Drawer(rng).posed(rng.choice([1, 1, 2]), m=1)
    wanted, spread = wanted_jacobian(posed, rng)
    return case_of("gradient", posed, rng, transposed(wanted), spread, located)


def vjp(rng: Random) -> Case:
    """vᵀJ, a row."""
    drawer, located = Drawer(rng), rng.random() < 0.75
    posed = drawer.posed(rng.choice([1, 1, 2]), size=6)
    vector = drawer.vector(posed.m)
    grid, spread = wanted_jacobian(posed, rng)
    wanted = product([[value(entry, REAL, {}) for entry in vector]], grid)
    return case_of("vjp", posed, rng, wanted, spread, located, vector=_vector_text(vector))


def jvp(rng: Random) -> Case:
    """J v, a column; along v/‖v‖ now and then."""
    drawer, located, unit = Drawer(rng), rng.random() < 0.75, rng.random() < 0.25
    posed = drawer.posed(rng.choice([1, 1, 2]), size=6)
    vector = drawer.vector(len(posed.inputs))
    along = [value(entry, REAL, {}) for entry in vector]
    if unit:
        length = real.sqrt(sum(d * d for d in along))
        along = [d / length for d in along]
    grid, spread = wanted_jacobian(posed, rng)
    wanted = product(grid, [[d] for d in along])
    more = {"unit": True} if unit else {}
    return case_of("jvp", posed, rng, wanted, spread, located, vector=_vector_text(vector), **more)


def differential(rng: Random) -> Case:
    """df = f′(x)[dx] in dx, dy, …, or with numbers for them."""
    drawer, located, numbers = Drawer(rng), rng.random() < 0.6, rng.random() < 0.4
    posed = drawer.posed(1, size=8)
    grid, spread = wanted_jacobian(posed, rng)
    vector = drawer.vector(len(posed.inputs))
    change = [value(entry, REAL, {}) for entry in vector]
    wanted = product(grid, [[d] for d in change])
    options: dict[str, Any] = {"at": posed.at} if located else {}
    if numbers and located:
        options["vector"] = _vector_text(vector)

    def complaint(solution: Any) -> str:
        if spread:
            return spread
        names = {**posed.names(), **{f"d{one}": d for one, d in zip(posed.inputs, change, strict=True)}}
        found = solution.result
        return entries(found if isinstance(found, sympy.MatrixBase) else sympy.Matrix([[found]]), wanted, names)

    return Case(_call("differential", posed, **options), lambda: jc.differential(*posed.texts, **options), complaint)


def graph(rng: Random) -> Case:
    """The adjoints of the inputs after a backward pass: vᵀJ."""
    drawer = Drawer(rng)
    posed = drawer.posed(rng.choice([1, 1, 2]), m=rng.choice([1, 1, 2]), size=6)
    vector = drawer.vector(posed.m) if posed.m > 1 else ()
    grid, spread = wanted_jacobian(posed, rng)
    wanted = product([[value(entry, REAL, {}) for entry in vector]], grid) if vector else grid
    options: dict[str, Any] = {"vector": _vector_text(vector)} if vector else {}
    return case_of("graph", posed, rng, wanted, spread, True, **options)


KINDS: dict[str, Maker] = {
    "compose": compose, "jacobian": one, "gradient": gradient, "vjp": vjp, "jvp": jvp, "differential": differential,
    "graph": graph,
}  # fmt: skip
