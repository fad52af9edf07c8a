"""When an overflow that a finite result hides is harmless: how far off a result may be, and when to look again."""

from __future__ import annotations

WRONG = 1e-3  # of a result: most of its digits are wrong
LEAST = 1e6 * WRONG  # times the least normal number: results as small as that are all alike
_FIRST = 5  # calls in which a harmless overflow is looked into


class Rarely:
    """Whether to look again at what was found harmless: in the first calls, then in the 8th, the 16th, the 32nd …"""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> bool:
        self.calls += 1
        return self.calls < _FIRST or self.calls & (self.calls - 1) == 0
