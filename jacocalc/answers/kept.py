"""What is made once for a derivation and kept for its next answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from jacocalc.steps import Derivation

_MOST = 64
T = TypeVar("T")


class Kept(Generic[T]):
    """One thing per derivation, by identity; beyond the bound the oldest go."""

    def __init__(self, make: Callable[[Derivation], T]) -> None:
        self._make = make
        self._made: OrderedDict[int, tuple[Derivation, T]] = OrderedDict()

    def of(self, derivation: Derivation) -> T:
        """The thing that was made for a derivation, made now if it is new."""
        found = self._made.get(id(derivation))
        if found is None or found[0] is not derivation:
            found = self._made[id(derivation)] = derivation, self._make(derivation)
            while len(self._made) > _MOST:
                self._made.popitem(last=False)
        return found[1]
