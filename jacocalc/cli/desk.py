"""What a command finds where it runs, beyond its own words, and who takes its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jacocalc.cli.output import Output
    from jacocalc.sources import Found


@dataclass(frozen=True)
class Desk:
    """A place that is no terminal, such as a notebook.

    ``at_hand``: the functions that have a name there, each as its stages; ``symbols``: those that their inputs are
    to be written in; ``take``: is handed a Solution, a Verdict or marks instead of a page being written.
    """

    take: Callable[[Any], None]
    at_hand: Mapping[str, Sequence[Found]] = field(default_factory=dict)
    symbols: Mapping[str, Any] = field(default_factory=dict)


def taken(desk: Desk | None, result: Any, page: Output) -> bool:
    """Hand a result over, where someone takes it and no other format or file is asked for; whether that was done."""
    if desk is None or page.file or page.form != "terminal":
        return False
    desk.take(result)
    return True
