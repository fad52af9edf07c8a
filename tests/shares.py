"""How much of a long table a run takes: a share, or under HYPOTHESIS_PROFILE=full the whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"


def share(rows: Iterable[T], every: int) -> list[T]:
    """The first row and then one of every so many."""
    return list(rows)[:: 1 if FULL else every]
