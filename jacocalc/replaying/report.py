"""What a replay found: frozen data; and the question that a check is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from jacocalc.steps import Derivation

Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Report:
    """``outcome``: proved (nothing but exact comparisons), agrees (to 60 digits), wrong or undecided.

    ``place`` (from 0), ``kind`` and ``field`` name the first step that fails, or that could not be settled; the
    place −1 is the result of the whole derivation.
    """

    outcome: str
    message: str
    replayed: int
    place: int | None = None
    kind: str = ""
    field: str = ""

    def __bool__(self) -> bool:
        """Whether nothing is wrong and nothing that was replayed is undecided."""
        return self.outcome in ("proved", "agrees")


class Finding(Exception):
    """What ends a check: the field, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field, why)
        self.field = field
        self.why = why


class Wrong(Finding):
    """A field of a step is not what the step says it is."""


class Unknown(Finding):
    """A field could not be compared anywhere."""


def asked(derivation: Derivation, kind: type[Asked]) -> Asked:
    """The question of a derivation, which is of this kind.  Raises Wrong."""
    if not isinstance(derivation.question, kind):
        raise Wrong("kind", "it has no place in such a derivation")
    return derivation.question
