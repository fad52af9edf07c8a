"""A budget for calls that could run for ever: so many function calls, then LimitReached.

Counting calls instead of seconds gives the same result on every machine.  Nothing global is left behind:
the counter is the calling thread's own, and what was there before is put back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

from jacocalc.errors import LimitReached

T = TypeVar("T")


class _Spent(BaseException):
    """Raised inside the call; no ``except Exception`` on the way can keep it."""


def within(calls: int, work: Callable[[], T]) -> T:
    """The result of ``work``, which may make so many calls.  Raises LimitReached."""
    left = calls

    def count(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(before)
            raise _Spent

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work()
    except (_Spent, RecursionError):
        raise LimitReached("the budget for this step is spent") from None
    finally:
        sys.setprofile(before)
