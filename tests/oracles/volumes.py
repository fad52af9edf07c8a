"""det J, and √det(JᵀJ) where there are more components than inputs: from differences, by elimination."""

from __future__ import annotations

from random import Random
from typing import Any

import jacocalc as jc
from tests.oracles.cases import NOTHING, Case, Maker, differ
from tests.oracles.chains import transposed
from tests.oracles.differences import determinant, jacobian, product
from tests.oracles.drawing import Drawer
from tests.oracles.spaces import real
from tests.oracles.sympy_values import value_of


def volume(rng: Random) -> Case:
    """The factor by which f changes volumes."""
    located = rng.random() < 0.5
    n = rng.choice([1, 2, 2, 2, 3])
    m = n if n == 3 or rng.random() < 0.7 else rng.randint(n, 3)
    posed = Drawer(rng).posed(1, n, m, size=6 if n < 3 else 4)
    grid = jacobian(posed.function(), posed.place())
    square = m == n
    wanted = determinant(grid) if square else determinant(product(transposed(grid), grid))
    given: dict[str, Any] = {"at": posed.at} if located else {}

    def complaint(solution: Any) -> str:
        found = value_of(solution.result, posed.names())
        if not square and found < -NOTHING:
            return f"the root {solution.result} is negative"
        other = found if square else found**2
        if differ(other, wanted):
            squared = "" if square else " (squared)"
            return f"{solution.result} is {real.nstr(other, 25)}, not {real.nstr(wanted, 25)}{squared}"
        return ""

    return Case(f"jc.volume({posed.texts[0]!r}, {given})", lambda: jc.volume(posed.texts[0], **given), complaint)


KINDS: dict[str, Maker] = {"volume": volume}
