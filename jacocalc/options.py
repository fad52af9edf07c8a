"""Options and limits: frozen records, handed down, never global."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Detail(StrEnum):
    """How much of the working is written."""

    BRIEF = "brief"
    NORMAL = "normal"
    FULL = "full"


@dataclass(frozen=True)
class Limits:
    """Sizes beyond which nothing is attempted.

    ``operations`` and ``bits`` bound an exact result that is written out; ``proof`` bounds the
    expressions that a proof of equality is tried on (in nodes).
    """

    characters: int = 10_000
    depth: int = 30
    nodes: int = 3_000
    digits: int = 60
    exponent: int = 1_000
    operations: int = 10_000
    bits: int = 4_096
    proof: int = 600
    page: int = 400


@dataclass(frozen=True)
class Options:
    """How a question is answered and written.

    ``digits``: decimals asked for (None: exact only).  ``width``: columns of a text page.
    """

    detail: Detail = Detail.NORMAL
    digits: int | None = None
    width: int = 80
    limits: Limits = field(default_factory=Limits)


LIMITS = Limits()
# Of what we wrote ourselves: where a typed text is short, its derivatives at a point need not be.
WRITTEN = Limits(characters=1_000_000, depth=60, nodes=100_000, digits=4_000, exponent=1_000_000)
