"""jacocalc: Jacobians and the chain rule, worked out step by step the way a good textbook does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from jacocalc.api import Solution as Solution
    from jacocalc.api import compose as compose
    from jacocalc.api import from_json as from_json
    from jacocalc.api import from_sympy as from_sympy
    from jacocalc.api import function as function
    from jacocalc.api import gradient as gradient
    from jacocalc.api import jacobian as jacobian
    from jacocalc.api import read as read

_HOMES = {
    "Solution": "jacocalc.api",
    "compose": "jacocalc.api",
    "from_json": "jacocalc.api",
    "from_sympy": "jacocalc.api",
    "function": "jacocalc.api",
    "gradient": "jacocalc.api",
    "jacobian": "jacocalc.api",
    "read": "jacocalc.api",
}

__all__ = [
    "Solution",
    "compose",
    "from_json",
    "from_sympy",
    "function",
    "gradient",
    "jacobian",
    "read",
]


def __getattr__(name: str) -> object:
    """The public names are loaded when they are first used (PEP 562)."""
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
