"""Overflows that finite results hide, c/∞ = 0: the same passes in a wider precision say whether results are wrong.

float32 is compared with float64, float64 with the long double of the machine where that holds more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jacocalc.compiled.harmless import LEAST, WRONG
from jacocalc.compiled.matrix.graph import Graph
from jacocalc.compiled.matrix.inputs import Array, Inputs, inputs_of

_WORK = {"d": 10**9, "g": 10**7}  # multiplications that may be done again, by the type in which they are done
_POLES = frozenset({"divide", "reciprocal", "log", "log1p", "power"})


def is_harmless(graph: Graph, infinite: Sequence[int]) -> bool:
    """Whether all that is infinite is eᵘ or 1 + eᵘ, and nothing reads it but 1/(1 + eᵘ) = 0, as in a sigmoid."""
    found = set(infinite)
    if any(graph[number].kind not in ("exp", "add") for number in infinite):
        return False
    readers = (node.kind for number, node in enumerate(graph.nodes)
               if number not in found and not found.isdisjoint(node.parts))  # fmt: skip
    return all(kind == "reciprocal" for kind in readers)


def pole(graph: Graph, infinite: Sequence[int]) -> int | None:
    """The first node that is infinite where its parts are finite, as 1/u and ln u are at 0, by no overflow."""
    found = set(infinite)
    return next((number for number in infinite
                 if graph[number].kind in _POLES and found.isdisjoint(graph[number].parts)), None)  # fmt: skip


def widened(inputs: Inputs, graph: Graph) -> Inputs | None:
    """The inputs in a type with a wider range; None where there is none, or where that would be too much work."""
    wide: np.dtype[Any] = np.dtype(np.float64 if inputs.dtype == np.float32 else np.longdouble)
    if np.finfo(wide).maxexp == np.finfo(inputs.dtype).maxexp or _work(graph) > _WORK[wide.char]:
        return None
    arrays = {key: array.astype(wide) for key, array in inputs.arrays.items()}
    return inputs_of(arrays, inputs.sizes, wide)


def _work(graph: Graph) -> int:
    """About how many multiplications all nodes need."""
    inner = (graph[node.parts[0]].shape[1] if node.kind == "matmul" else 1 for node in graph.nodes)
    return sum(math.prod(node.shape) * count for node, count in zip(graph.nodes, inner, strict=True))


def misled(found: Mapping[str, Array], truth: Mapping[str, Array]) -> str | None:
    """The first result with an entry that is not the true one although its type could hold it."""
    return next((key for key, array in found.items() if _is_wrong(array, truth[key])), None)


def _is_wrong(found: Array, truth: Array) -> bool:
    """Whether an entry is off by more than rounding can explain beside the largest one."""
    limits: Any = np.finfo(found.dtype)
    with np.errstate(all="ignore"):
        rounding = np.sqrt(limits.eps) * abs(truth).max(initial=0)
        apart = abs(found - truth)
        return bool(((apart > WRONG * abs(truth) + LEAST * limits.tiny) & (apart > rounding)).any())
