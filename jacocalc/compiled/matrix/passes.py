"""Both passes of a program at numbers for its sizes, in one precision: graph, schedules, and workspaces to lend.

Several threads may run the same passes: each call has a workspace to itself while it runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from jacocalc.compiled.matrix.functions import Named
from jacocalc.compiled.matrix.fusion import least
from jacocalc.compiled.matrix.graph import Sizes, Value
from jacocalc.compiled.matrix.inputs import Array, Flat
from jacocalc.compiled.matrix.lowering import Lowering
from jacocalc.compiled.matrix.outputs import Outputs, plain_shape
from jacocalc.compiled.matrix.overflow import is_harmless, pole
from jacocalc.compiled.matrix.schedule import GIVEN, base_of, entries, read_backward, scheduled, spaced
from jacocalc.compiled.matrix.workspace import Workspaces
from jacocalc.errors import JacocalcError
from jacocalc.notation import name_key
from jacocalc.targets.lines import Plan
from jacocalc.terms import Adjoint, Var

LOSS, BOUND = "", "?"  # the names of the loss and of a bound for gradients among results; no variable has them
Checkpoint = None | str | Sequence[str]


@dataclass(frozen=True)
class Memory:
    """Bytes: the arrays of the caller, what the forward pass keeps for the backward pass, all buffers, the results."""

    inputs: int
    kept: int
    peak: int
    results: int


class Passes:
    """The graph of both passes at sizes; a schedule for the value, one for the gradients, one for both."""

    def __init__(
        self,
        plan: Plan,
        flat: Flat,
        given: Collection[str],
        sizes: Mapping[str, int],
        dtype: np.dtype[Any],
        functions: Mapping[str, Named],
        checkpoint: Checkpoint,
    ) -> None:
        self.dtype = dtype
        self.low = Lowering({**sizes, **flat.ends}, functions)
        self.inputs = {var.key: self.low.declare(var) for var in flat.declared if var.key in given}
        self.low.run(plan.forward, flat.ends)
        self.gradients: dict[str, int] = {}
        self.value = -1
        self.value = self._own(self.low.known[plan.loss], LOSS)
        self.boundary = len(self.low.graph.nodes)
        self.low.run(plan.backward, flat.ends)
        self.variables = dict(_wanted(self.low.known, plan))
        for key, var in self.variables.items():
            self.gradients[key] = self._own(self.low.known[Adjoint(plan.loss.key, var)], key)
        self.keep = self._kept(checkpoint)
        self.bound = self._bound()
        self._workspaces: dict[tuple[bool, bool], Workspaces] = {}

    def _own(self, value: Value, key: str) -> int:
        """A node whose array can be handed out: made here, spread out, and no other result."""
        node = self.low.graph[value.node]
        own = node.kind not in (*GIVEN, "transpose") and node.shape == value.shape
        if own and value.node not in (*self.gradients.values(), self.value):
            return value.node
        return self.low.graph.full(value.node, value.shape, key)

    def _kept(self, checkpoint: Checkpoint) -> Collection[int] | None:
        """The nodes that the forward pass keeps; None for all.  Raises JacocalcError for a name that is not known."""
        if checkpoint is None:
            return None
        if isinstance(checkpoint, str):
            return spaced(self.low.graph, read_backward(self.low.graph, tuple(self.gradients.values()), self.boundary))
        forward = [(var, value.node) for var, value in self.low.known.items() if isinstance(var, Var)]
        kept: set[int] = set()
        for name in checkpoint:
            found = {node for var, node in forward if name_key(name) in (name_key(var.name), name_key(var.key))}
            if not found:
                raise JacocalcError(f"the program computes no {name}, which checkpoint keeps")
            kept |= found
        return kept

    def _bound(self) -> int:
        """Σ‖G‖² over the gradients G, and ‖A‖² + ‖B‖² for a product A B that is larger: where it is finite, all are."""
        graph, squared = self.low.graph, dict[int, None]()
        for node in self.gradients.values():
            kind, parts = graph[node].kind, graph[node].parts
            product = kind == "matmul" or (kind == "multiply" and 1 not in graph[node].shape)
            small = product and sum(entries(graph[part].shape) for part in parts) < entries(graph[node].shape)
            squared |= dict.fromkeys(base_of(graph, part) for part in (parts if small else (node,)))
        total = graph.constant(0.0)
        for node in squared:
            total = graph.make("squares", (total, node), (1, 1))
        return total if squared else graph.full(total, (1, 1), BOUND)

    # -- running ----------------------------------------------------------------------------------------

    @cached_property
    def shapes(self) -> dict[str, Sizes]:
        """The shape of every gradient, with two axes."""
        return {key: self.low.graph[node].shape for key, node in self.gradients.items()}

    @cached_property
    def outputs(self) -> Outputs:
        """The arrays that gradients are handed out in."""
        return Outputs({key: plain_shape(self.variables[key], shape) for key, shape in self.shapes.items()})

    def run(self, inputs: Mapping[str, Array], results: Mapping[str, Array], mode: tuple[bool, bool]) -> bool:
        """Fill the results of a mode, (value, gradients), and say whether something was infinite on the way.

        Raises DomainError.
        """
        return self.workspaces(mode).run(inputs, results, self.low.statement)

    def culprit(self, inputs: Mapping[str, Array], results: Mapping[str, Array], mode: tuple[bool, bool]) -> str:
        """The input or the first statement that is not finite; an empty text where there is none."""
        for key, array in inputs.items():
            if not np.isfinite(array).all():
                return f"the value of {key}"
        nodes = self._not_finite(inputs, results, mode)
        return next((self.low.statement(node) for node in nodes if node in self.low.statements), "")

    def overflowing(self, inputs: Mapping[str, Array], results: Mapping[str, Array], mode: tuple[bool, bool]) -> str:
        """The first statement of which a part is not finite; an empty text where that does no harm."""
        nodes = list(self._not_finite(inputs, results, mode))
        return "" if is_harmless(self.low.graph, nodes) else self.low.statement(nodes[0])

    def divided(self, inputs: Mapping[str, Array], results: Mapping[str, Array], mode: tuple[bool, bool]) -> str:
        """The first statement of which a part is infinite at a pole; an empty text where there is none."""
        found = pole(self.low.graph, list(self._not_finite(inputs, results, mode)))
        return "" if found is None else self.low.statement(found)

    def _not_finite(
        self, inputs: Mapping[str, Array], results: Mapping[str, Array], mode: tuple[bool, bool]
    ) -> Iterator[int]:
        """The nodes that are not finite; the results keep what they hold."""
        copies = {name: np.empty_like(array) for name, array in results.items()}
        with self.workspaces(mode).lent() as workspace:
            yield from workspace.not_finite(inputs, copies)

    def workspaces(self, mode: tuple[bool, bool]) -> Workspaces:
        """The schedule for (value, gradients), and its buffers."""
        found = self._workspaces.get(mode)
        if found is None:
            loss, gradients = {LOSS: self.value}, {**self.gradients, BOUND: self.bound}
            wanted = (loss if mode[0] else {}) | (gradients if mode[1] else {})
            schedule = scheduled(self.low.graph, wanted, self.boundary, self.keep, least(self.dtype))
            found = self._workspaces.setdefault(mode, Workspaces(schedule, self.dtype))
        return found

    def memory(self) -> Memory:
        """Bytes of one call for the value and the gradients."""
        schedule, size = self.workspaces((True, True)).schedule, self.dtype.itemsize
        inputs, results = (
            sum(entries(self.low.graph[node].shape) for node in nodes)
            for nodes in (self.inputs.values(), (*self.gradients.values(), self.value))
        )
        return Memory(inputs * size, schedule.kept * size, sum(schedule.capacities) * size, results * size)


def _wanted(known: Mapping[Any, Value], plan: Plan) -> Iterator[tuple[str, Var]]:
    """The variables whose gradients are wanted, those of a family one by one."""
    for term in known:
        if isinstance(term, Adjoint) and isinstance(term.of, Var) and any(one.stands_for(term.of) for one in plan.wrt):
            yield term.of.key, term.of
