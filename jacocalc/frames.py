"""What an animation is made of: scenes, each a row of frames in the order in which they happen.

Frames are written forms and nothing else: whoever draws them sets times and places, and calculates no mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from jacocalc.document import Document, Equation, Grid, Network, Text, Written
from jacocalc.notation import Expr


@dataclass(frozen=True)
class EntryFrame:
    """Entry (row, column) of a product, counted from 0: the factors of its terms, and its value.

    ``sides``: the sum of products as it is written, and the value where that looks different.
    """

    row: int
    column: int
    terms: tuple[tuple[Expr, Expr], ...]
    sides: tuple[Written, ...]


@dataclass(frozen=True)
class ProductScene:
    """``sides`` = left · right = result, formed entry by entry; ``shapes`` is what is said at the end."""

    heading: Text
    sides: tuple[Written, ...]
    left: Grid
    right: Grid
    result: Grid
    frames: tuple[EntryFrame, ...]
    shapes: Equation


@dataclass(frozen=True)
class NodeFrame:
    """A node gets its value, or the ``adjoint``-th of its adjoints; it comes along ``edges``, and ``line`` says how."""

    node: str
    edges: tuple[int, ...]
    line: Text
    adjoint: int = 0


@dataclass(frozen=True)
class SweepScene:
    """The values from the inputs to the outputs, then, pass by pass, the adjoints back to the inputs."""

    network: Network
    forward: tuple[NodeFrame, ...]
    backward: tuple[tuple[NodeFrame, ...], ...]
    headings: tuple[Text, ...]
    result: Text


Scene: TypeAlias = ProductScene | SweepScene


@dataclass(frozen=True)
class Animation:
    """The scenes one after the other, and ``notes``: where the result holds, how it was checked.

    ``words`` tells all of it as a page.
    """

    title: Text
    scenes: tuple[Scene, ...]
    notes: tuple[Text, ...]
    words: Document
