"""jacocalc: Jacobians and the chain rule, worked out step by step the way a good textbook does.

>>> import jacocalc as jc
>>> f = jc.function("f(x, y) = [x^2 + y, 2xy]")
>>> g = jc.function("g(u, v) = u v")
>>> jc.compose(f, g, at=(1, 2)).result
Matrix([[20, 10]])
>>> (g @ f)(1, 2)
12

In a notebook every result shows its steps, and ``%load_ext jacocalc`` adds ``%jacocalc`` and ``%%jacocalc``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from jacocalc.api import backprop as backprop
    from jacocalc.api import compose as compose
    from jacocalc.api import differential as differential
    from jacocalc.api import from_json as from_json
    from jacocalc.api import gradient as gradient
    from jacocalc.api import graph as graph
    from jacocalc.api import hessian as hessian
    from jacocalc.api import implicit as implicit
    from jacocalc.api import jacobian as jacobian
    from jacocalc.api import jvp as jvp
    from jacocalc.api import picture as picture
    from jacocalc.api import point as point
    from jacocalc.api import read as read
    from jacocalc.api import replay as replay
    from jacocalc.api import vjp as vjp
    from jacocalc.api import volume as volume
    from jacocalc.checking import check as check
    from jacocalc.checking import equivalent as equivalent
    from jacocalc.classroom import ClassMarks as ClassMarks
    from jacocalc.classroom import assert_correct as assert_correct
    from jacocalc.classroom import grade as grade
    from jacocalc.compiling import compile as compile  # noqa: A004
    from jacocalc.compiling import trace as trace
    from jacocalc.given_functions import from_sympy as from_sympy
    from jacocalc.given_functions import function as function
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
    "from_sympy": "jacocalc.given_functions",
    "function": "jacocalc.given_functions",
    "grade": "jacocalc.classroom",
    "gradient": "jacocalc.api",
    "graph": "jacocalc.api",
    "hessian": "jacocalc.api",
    "implicit": "jacocalc.api",
    "jacobian": "jacocalc.api",
    "jvp": "jacocalc.api",
    "picture": "jacocalc.api",
    "point": "jacocalc.api",
    "read": "jacocalc.api",
    "replay": "jacocalc.api",
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
    "picture",
    "point",
    "read",
    "replay",
    "trace",
    "vjp",
    "volume",
]


def __getattr__(name: str) -> object:
    """The public names, and the module of the errors, are loaded when they are first used (PEP 562)."""
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name == "errors":
        return import_module("jacocalc.errors")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What completion offers: the public names, none of which is loaded by being listed."""
    return sorted([*__all__, "errors", "__all__", "__doc__", "__version__"])


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext jacocalc``: add the magics to the shell."""
    import_module("jacocalc.magic").load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """``%unload_ext jacocalc``: take them away again."""
    import_module("jacocalc.magic").unload(ipython)
