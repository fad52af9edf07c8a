"""Gradients by depth as numbers to draw: for every stage the logarithms of the singular values of J_L ⋯ J_k.

Logarithms are read off the decimals of the derivation, so that 10^−400 has its place too; 0 has none and is None.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from jacocalc.derive.norms import norms_by_depth
from jacocalc.document import Text, Written
from jacocalc.errors import JacocalcError
from jacocalc.explain.accumulation import BY_DEPTH
from jacocalc.explain.symbols import composition, function_name
from jacocalc.pictures.mapping import by_convention
from jacocalc.pictures.stages import kink_of
from jacocalc.pictures.typesetting import spoken
from jacocalc.steps import Derivation, NormsByDepth

Logarithms = tuple[float | None, ...]

_WHICH = ("The largest and the smallest singular value", "the largest")


@dataclass(frozen=True)
class FlowScene:
    """A value for each stage, the innermost first: the decimal logarithm, None for 0.

    ``only``: the last stage has one output, so that there is one singular value, the largest and the smallest.
    """

    names: tuple[Written, ...]
    own: Logarithms
    largest: Logarithms
    smallest: Logarithms
    said: str
    only: bool = False


def flow_scene(derivation: Derivation) -> FlowScene:
    """The norms of the chain at its point.  Raises JacocalcError for a single stage, and where they are not settled."""
    chain, at = derivation.question.chain, derivation.question.at
    assert at is not None, "a picture has a point"
    if len(chain.stages) < 2:
        raise JacocalcError("a flow goes through two stages or more, and this is one function",
                            hint="jacocalc picture flow F G … --at P")  # fmt: skip
    step = next((one for one in derivation.steps if isinstance(one, NormsByDepth)), None) or norms_by_depth(chain, at)
    if step is None:
        hint = "they need a derivative of every stage, and at most 40 inputs and components"
        raise JacocalcError("the norms of the gradient are not settled at this point", hint=hint)
    columns = zip(*(row[1:] for row in sorted(step.rows)), strict=True)
    own, largest, smallest = (tuple(map(logarithm, column)) for column in columns)
    return FlowScene(tuple(map(function_name, chain.stages)), own, largest, smallest, _said(step.result),
                     chain.stages[-1].m == 1)  # fmt: skip


def _said(kind: str) -> str:
    words = BY_DEPTH[kind].partition(":")[0]
    return words[0].lower() + words[1:]


def logarithm(decimal: str) -> float | None:
    """log10 of a decimal such as 1.2e-400."""
    mantissa, _, exponent = decimal.partition("e")
    return math.log10(float(mantissa)) + int(exponent or 0) if float(mantissa) > 0 else None


def flow_caption(derivation: Derivation) -> Text:
    """Gradients by depth of g∘f at x = …"""
    return ("Gradients by depth: the singular values of the Jacobian from ", composition(derivation.question.chain),
            " back to each stage", *by_convention(kink_of(derivation)))  # fmt: skip


def flow_words(derivation: Derivation, scene: FlowScene) -> str:
    """What is seen, in words."""
    name = spoken((composition(derivation.question.chain),))
    last, first = (_power(value) for value in (scene.largest[-1], scene.largest[0]))
    which, it = ("The only singular value", "it") if scene.only else _WHICH
    return (
        f"{which} of the Jacobian of {name} from the last stage back to each of "
        f"the {len(scene.names)} stages, on a logarithmic scale: {scene.said}; {it} goes from {last} at the "
        f"last stage to {first} at the first."
    )


def _power(value: float | None) -> str:
    if value is None:
        return "0"
    whole = math.floor(value)
    return f"{10 ** (value - whole):.2f}·10^{whole}" if abs(value) >= 4 else f"{10**value:.4g}"

