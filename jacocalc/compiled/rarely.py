"""How often to look again at what was found harmless."""

from __future__ import annotations

_FIRST = 5  # calls in which a harmless overflow is looked into


class Rarely:
    """Whether to look again at what was found harmless: in the first calls, then in the 8th, the 16th, the 32nd …"""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> bool:
        self.calls += 1
        return self.calls < _FIRST or self.calls & (self.calls - 1) == 0
