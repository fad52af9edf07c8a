"""x i + y j, as textbooks write vectors: the unit vectors i, j, k as columns, also e_x, e_y, e_z, e_1, x̂.

They are read where two of them stand in a text that declares neither, or one where a vector is asked for; elsewhere
i alone is the imaginary unit, k alone a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.known_functions import SPELLINGS
from jacocalc.notation import ONE, ZERO, Matrix, column
from jacocalc.reading.lexer import Token
from jacocalc.reading.scope import CONSTANTS, Scope

_SPELLED = ("i j k", "ihat jhat khat", "xhat yhat zhat", "e_x e_y e_z", "e1 e2 e3", "e_1 e_2 e_3")
_AXES = {name: axis for spelled in _SPELLED for axis, name in enumerate(spelled.split())}


def unit_vectors(tokens: Sequence[Token], scope: Scope) -> dict[str, Matrix]:
    """The names that are unit vectors in a text: columns of as many entries as are asked for.

    Elsewhere of three, where k, z or x_3 is known, else of two.
    """
    if scope.open or scope.verbatim:
        return {}
    written = {ends_in_unit(token.text, scope)[1] for token in tokens if token.kind == "name"} - {""}
    axes = {_AXES[name] for name in written}
    if len(axes) < (1 if scope.dimension else 2) or any(name in scope.functions for name in written):
        return {}
    spatial = any(scope.variable(name) for name in ("z", "x_3"))
    size = max(scope.dimension or 2, 3 * spatial, *(axis + 1 for axis in axes))
    return {name: column(tuple(ONE if i == _AXES[name] else ZERO for i in range(size))) for name in written}


def ends_in_unit(name: str, scope: Scope) -> tuple[str, str]:
    """What stands before a unit vector, and its name: i is “” and i, yj is y and j; “” and “” where there is none."""
    if not name.endswith(tuple(_AXES)) or scope.variable(name) or name in SPELLINGS or name in CONSTANTS:
        return "", ""
    if name in _AXES:
        return "", name
    before, unit = name[:-1], name[-1:]
    product = scope.variable(before) or before in CONSTANTS or scope.is_product(before)
    return (before, unit) if product and unit in _AXES and not scope.variable(unit) else ("", "")
