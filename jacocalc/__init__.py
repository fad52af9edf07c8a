"""jacocalc: Jacobians and the chain rule, worked out step by step the way a good textbook does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from jacocalc.api import backprop as backprop
    from jacocalc.api import compose as compose
    from jacocalc.api import differential as differential
    from jacocalc.api import from_json as from_json
    from jacocalc.api import from_sympy as from_sympy
    from jacocalc.api import function as function
    from jacocalc.api import gradient as gradient
    from jacocalc.api import graph as graph
    from jacocalc.api import hessian as hessian
    from jacocalc.api import implicit as implicit
    from jacocalc.api import jacobian as jacobian
    from jacocalc.api import jvp as jvp
    from jacocalc.api import point as point
    from jacocalc.api import read as read
    from jacocalc.api import vjp as vjp
    from jacocalc.api import volume as volume
    from jacocalc.checking import check as check
    from jacocalc.checking import equivalent as equivalent
    from jacocalc.classroom import ClassMarks as ClassMarks
    from jacocalc.classroom import assert_correct as assert_correct
    from jacocalc.classroom import grade as grade
    from jacocalc.compiling import compile as compile  # noqa: A004
    from jacocalc.compiling import trace as trace
    from jacocalc.solutions import Solution as Solution

_HOMES = {
    "ClassMarks": "jacocalc.classroom",
    "Solution": "jacocalc.solutions",
    "assert_correct": "jacocalc.classroom",
    "backprop": "jacocalc.api",
    "check": "jacocalc.checking",
    "compile": "jacocalc.compiling",
    "compose": "jacocalc.api",
    "differential": "jacocalc.api",
    "equivalent": "jacocalc.checking",
    "from_json": "jacocalc.api",
    "from_sympy": "jacocalc.api",
    "function": "jacocalc.api",
    "grade": "jacocalc.classroom",
    "gradient": "jacocalc.api",
    "graph": "jacocalc.api",
    "hessian": "jacocalc.api",
    "implicit": "jacocalc.api",
    "jacobian": "jacocalc.api",
    "jvp": "jacocalc.api",
    "point": "jacocalc.api",
    "read": "jacocalc.api",
    "trace": "jacocalc.compiling",
    "vjp": "jacocalc.api",
    "volume": "jacocalc.api",
}

__all__ = [
    "ClassMarks",
    "Solution",
    "assert_correct",
    "backprop",
    "check",
    "compile",
    "compose",
    "differential",
    "equivalent",
    "from_json",
    "from_sympy",
    "function",
    "grade",
    "gradient",
    "graph",
    "hessian",
    "implicit",
    "jacobian",
    "jvp",
    "point",
    "read",
    "trace",
    "vjp",
    "volume",
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
