"""What exercises are generated about: topic → title.  Nothing is loaded here; ``generators`` has a maker for each."""

from __future__ import annotations

TITLES: dict[str, str] = {
    "chain-rule": "The chain rule for Jacobians",
    "jacobian": "The Jacobian matrix",
    "gradient": "The gradient",
    "hessian": "The Hessian matrix",
    "critical-point": "The Hessian at a critical point",
    "directional-derivative": "The directional derivative",
    "vector-jacobian": "A row times the Jacobian",
    "jacobian-vector": "The Jacobian times a column",
    "differential": "The differential",
    "implicit": "A function given by an equation",
    "volume": "The determinant of the Jacobian",
    "backprop": "A backward pass",
    "matrix-differential": "A derivative by a vector or a matrix",
}


def topic_of(name: str) -> str:
    """chain-rule of chain-rule-7 and of chain-rule/2/7."""
    return name.partition("/")[0] if "/" in name else name.rpartition("-")[0]
