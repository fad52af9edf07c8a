"""Numbers written in digits, outside of mathematics: a rate, a tolerance, an entry of an array, a checked decimal.

1e999999999 is eleven characters and a billion digits, so the exponent is bounded before it is computed.
"""

from __future__ import annotations

import re
from fractions import Fraction

_MOST = 5_000  # beyond every double and every decimal that we prove
_EXPONENT = re.compile(r"[eE]\s*([-+]?[\d_]+)\s*$")


def fraction(text: str) -> Fraction:
    """The number that a text says: 1/3, 0.25, 1e-3.  Raises ValueError, ZeroDivisionError.

    >>> fraction("2.5e-1")
    Fraction(1, 4)
    """
    found = _EXPONENT.search(text)
    if found and abs(int(found[1][:20])) > _MOST:
        raise ValueError(f"{text[:20]} is too large or too small")
    return Fraction(text)


def power_of_ten(exponent: str) -> Fraction:
    """10^exponent.  Raises ValueError."""
    if len(exponent) > 6 or abs(int(exponent)) > _MOST:
        raise ValueError(f"10^{exponent[:20]} is too large or too small")
    return Fraction(10) ** int(exponent)
