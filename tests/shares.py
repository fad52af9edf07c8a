"""How much of a long table a run takes: a share, or all with TABLES=whole (mutants) or HYPOTHESIS_PROFILE=full."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
WHOLE = FULL or os.environ.get("TABLES") == "whole"


def share(rows: Iterable[T], every: int) -> list[T]:
    """The first row and then one of every so many."""
    return list(rows)[:: 1 if WHOLE else every]
