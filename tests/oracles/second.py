"""Second derivatives: the Hessian of a scalar function, one for each component of a vector function, through chains."""

from __future__ import annotations

from random import Random
from typing import Any

import jacocalc as jc
from tests.oracles.cases import Case, Maker, entries
from tests.oracles.differences import hessians
from tests.oracles.drawing import Drawer


def hessian(rng: Random) -> Case:
    """[∂²f/∂x_i∂x_j] at a point or not."""
    located = rng.random() < 0.5
    stages = rng.choice([1, 1, 1, 2])
    posed = Drawer(rng).posed(stages, m=rng.choice([1, 1, 1, 2]), size=6 if stages == 1 else 4)
    wanted = hessians(posed.function(), posed.place())
    given: dict[str, Any] = {"at": posed.at} if located else {}

    def complaint(solution: Any) -> str:
        found = solution.result
        listed = found if isinstance(found, tuple) else (found,)
        if len(listed) != len(wanted):
            return f"{len(listed)} Hessians of {len(wanted)} components"
        said = (entries(matrix, grid, posed.names()) for matrix, grid in zip(listed, wanted, strict=True))
        return next((one for one in said if one), "")

    asked = f"jc.hessian({', '.join(map(repr, posed.texts))}, {given})"
    return Case(asked, lambda: jc.hessian(*posed.texts, **given), complaint)


KINDS: dict[str, Maker] = {"hessian": hessian}
