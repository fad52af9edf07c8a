"""x i + y j, as textbooks write vectors: the unit vectors i, j, k as columns, also e_x, e_y, e_z, e_1, x̂.

They are read where two of them stand in a text that declares neither, or one where a vector is asked for; elsewhere
i alone is the imaginary unit, k alone a name.  An equation declares nothing: in F = y i + x j they
end the terms of a sum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jacocalc.known_functions import SPELLINGS
from jacocalc.notation import ONE, ZERO, Matrix, column
from jacocalc.reading.lexer import Token
from jacocalc.reading.scope import CONSTANTS, Scope

_SPELLED = ("i j k", "ihat jhat khat", "xhat yhat zhat", "e_x e_y e_z", "e1 e2 e3", "e_1 e_2 e_3",
            "ehat_x ehat_y ehat_z", "ehat_1 ehat_2 ehat_3")
_AXES = {name: axis for spelled in _SPELLED for axis, name in enumerate(spelled.split())}
_MOST = 1 + max(_AXES.values())
_WORD = re.compile(r"[^\W\d]\w*")


def vectors_of(text: str, shape: tuple[int, int], scope: Scope) -> int:
    """How many entries the vectors have of an answer of this shape, 0 where that is not known.

    As many as a row or column that is asked for; of a matrix as many as the unit vectors of the whole text have, which
    may be those of its rows or of its columns: r_u = i + 2j, r_v = i + k.
    """
    if min(shape) == 1:
        return max(shape) if 1 < max(shape) <= _MOST else 0
    axes = {_AXES.get(ends_in_unit(word, scope)[1], 0) for word in _WORD.findall(text)}
    return 1 + max(axes) if max(axes, default=0) and 1 + max(axes) in shape else 0


def has_units(text: str, scope: Scope) -> bool:
    """Whether a word of the text is a unit vector, or ends in one."""
    return any(ends_in_unit(word, scope)[1] for word in _WORD.findall(text))


def unit_vectors(tokens: Sequence[Token], scope: Scope) -> dict[str, Matrix]:
    """The names that are unit vectors in a text: columns of as many entries as are asked for.

    Elsewhere of three, where k, z or x_3 is known, else of two.
    """
    if scope.verbatim or (scope.open and not _end_the_terms(tokens)):
        return {}
    written = {ends_in_unit(token.text, scope)[1] for token in tokens if token.kind == "name"} - {""}
    axes = {_AXES[name] for name in written}
    if len(axes) < (1 if scope.dimension else 2) or any(name in scope.functions for name in written):
        return {}
    known = {token.text for token in tokens} if scope.open else scope.variables.values()
    spatial = any(name in known for name in ("z", "x_3"))
    size = max(scope.dimension or max(2, 3 * spatial), *(axis + 1 for axis in axes))
    return {name: column(tuple(ONE if i == _AXES[name] else ZERO for i in range(size))) for name in written}


def _end_the_terms(tokens: Sequence[Token]) -> bool:
    """Whether this is one equation in which every unit vector ends a term and one has a factor: F = y i + x j."""
    places = [at for at, token in enumerate(tokens) if token.text in _AXES]
    behind = {tokens[at + 1].text for at in places}
    factors = any(tokens[at - 1].text not in ("+", "-", "=") for at in places)
    return factors and behind <= {"+", "-", ""} and sum(token.text == "=" for token in tokens) == 1


def ends_in_unit(name: str, scope: Scope) -> tuple[str, str]:
    """What stands before a unit vector, and its name: i is “” and i, yj is y and j; “” and “” where there is none."""
    if not name.endswith(tuple(_AXES)) or scope.variable(name) or name in SPELLINGS or name in CONSTANTS:
        return "", ""
    if name in _AXES:
        return "", name
    before, unit = name[:-1], name[-1:]
    product = scope.variable(before) or before in CONSTANTS or scope.is_product(before)
    return (before, unit) if product and unit in _AXES and not scope.variable(unit) else ("", "")
