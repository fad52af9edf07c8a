"""Sizes that depend on a step: n_l, n_{l-1}."""

from __future__ import annotations

import re
from collections.abc import Collection

from jacocalc.functions import Size
from jacocalc.terms import Index, index_of

_INDEXED = re.compile(r"(?P<base>[A-Za-z]\w*?)_(?:\{(?P<long>\w+[+-]\d+)\}|(?P<short>\w+))")


def stem_and_index(size: Size) -> tuple[str, Index | None]:
    """(n, l − 1) for n_{l-1}; the size itself and None where it has no index."""
    match = _INDEXED.fullmatch(size) if isinstance(size, str) else None
    if match is None:
        return str(size), None
    return match["base"], index_of(match["long"] or match["short"])


def at_a_step(size: Size, letters: Collection[str]) -> bool:
    """Whether a size changes from step to step of the loops over these letters."""
    index = stem_and_index(size)[1]
    return index is not None and index.letter in letters
