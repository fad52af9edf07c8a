"""A function, or a composition, as a page: its definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jacocalc.document import Arrow, At, Block, Circle, Document, Equation, Name, Prose, Section, Space, Text
from jacocalc.explain.page import given_stage
from jacocalc.explain.symbols import arguments, column_or_scalar
from jacocalc.functions import VectorFunction
from jacocalc.notation import Matrix


def function_page(stages: Sequence[VectorFunction], values: Matrix | None) -> Document:
    """The definition; of a composition that of the whole, with its ``values`` if they are known, and of its stages."""
    listed = [Section((stage.name,), tuple(given_stage(stage))) for stage in stages]
    if len(stages) == 1:
        return Document((), (replace(listed[0], heading=(), key=True),))
    circle = Circle(tuple(Name(stage.name, vector=not stage.scalar) for stage in reversed(stages)))
    arrow: Text = (circle, ": ", Arrow((Space(stages[0].n), Space(stages[-1].m))))
    whole: Block = Prose(arrow)
    if values is not None:
        whole = Equation((At(circle, arguments(stages[0])), column_or_scalar(values, stages[-1])), (), arrow)
    return Document((), (Section((), (whole,), key=True), *listed))
