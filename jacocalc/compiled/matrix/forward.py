"""Values' tangents at numbers for sizes, in one precision: J dx of the wanted variables in one forward pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.functions import Named
from jacocalc.compiled.matrix.fusion import least
from jacocalc.compiled.matrix.inputs import Array, Flat
from jacocalc.compiled.matrix.lowering import Lowering
from jacocalc.compiled.matrix.outputs import plain_shape
from jacocalc.compiled.matrix.schedule import scheduled
from jacocalc.compiled.matrix.tangents import Tangents
from jacocalc.compiled.matrix.workspace import Workspaces
from jacocalc.targets.lines import Line
from jacocalc.terms import Var


class Forward:
    """The graph of the forward pass with the tangents of ``wanted``, for directions of the variables ``along``."""

    def __init__(
        self,
        lines: Iterable[Line],
        wanted: Sequence[Var],
        along: Collection[str],
        flat: Flat,
        given: Collection[str],
        sizes: Mapping[str, int],
        dtype: np.dtype[Any],
        functions: Mapping[str, Named],
    ) -> None:
        self.dtype = dtype
        self.low = Lowering({**sizes, **flat.ends}, functions)
        graph = self.low.graph
        inputs = {var.key: self.low.declare(var) for var in flat.declared if var.key in given}
        self.directions = {key: f"d{key}?" for key in along}  # no variable has such a name
        named = {inputs[key]: graph.make("input", (), graph[inputs[key]].shape, name)
                 for key, name in self.directions.items()}  # fmt: skip
        self.low.run(lines, flat.ends)
        tangents = Tangents(graph, named, functions)
        self.wanted: dict[str, Var] = {var.key: var for var in wanted}
        self.results: dict[str, int] = {}
        for var in wanted:
            value = self.low.known[var]
            change = tangents.of(value.node)
            made = graph.constant(0.0) if change is None else change
            self.results[var.key] = graph.full(made, value.shape, var.key)

    def run(self, inputs: Mapping[str, Array], along: Mapping[str, Array]) -> tuple[dict[str, Array], bool]:
        """J dx by the names of what is wanted, and whether something was infinite on the way.  Raises DomainError."""
        filled = {key: np.empty(self.low.graph[node].shape, self.dtype) for key, node in self.results.items()}
        named = {self.directions[key]: array for key, array in along.items()}
        infinite = self._workspaces.run({**inputs, **named}, filled, self.low.statement)
        shaped = {key: array.reshape(plain_shape(self.wanted[key], array.shape)) for key, array in filled.items()}
        return shaped, infinite

    @cached_property
    def _workspaces(self) -> Workspaces:
        graph = self.low.graph
        return Workspaces(scheduled(graph, self.results, len(graph.nodes), None, least(self.dtype)), self.dtype)
