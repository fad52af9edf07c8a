"""Questions as text: the words of a command or of a problem file, before anything in them is read.

Which options a command takes is a row of OPTIONS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jacocalc.functions import VectorFunction
    from jacocalc.programs import Program

OPTIONS: dict[str, tuple[str, ...]] = {
    "compose": ("at", "kink", "order"),
    "jacobian": ("at", "kink", "newton"),
    "gradient": ("at", "kink"),
    "hessian": ("at", "newton"),
    "vjp": ("at", "vector", "kink"),
    "jvp": ("at", "vector", "unit", "kink"),
    "differential": ("at", "vector", "of", "wrt", "second", "kronecker"),
    "implicit": ("at", "solve_for"),
    "volume": ("at", "density"),
    "point": ("at",),
    "graph": ("at", "vector"),
    "backprop": ("at", "wrt", "loss", "random", "update", "hessian_vector", "gauss_newton"),
}

PICTURES = {"map": "compose", "gradient": "gradient", "graph": "graph", "flow": "compose"}  # what each is a picture of

COMPOSING = ("compose", "gradient", "hessian", "vjp", "jvp", "graph")
ANIMATED = ("compose", "gradient", "vjp", "jvp", "graph")
CAN_BE_ANIMATED = "compose f g, gradient f L, vjp, jvp and graph can be animated"


@dataclass(frozen=True)
class Asked:
    """A question as text, before its functions are looked up: the command and its options.

    The command line and a ``[[question]]`` of a problem file are both this.  For practice it has a ``title``, a
    ``statement`` in words where the generated one does not fit, ``hints`` from the gentlest on, a ``level``, the
    ``form`` in which the answer is wanted; ``explained``: the worked solution is the answer, nothing is checked.
    ``points`` is what a class gets for it, where that is not the number of its entries.
    """

    name: str
    ask: str
    functions: tuple[str, ...]
    at: str = ""
    answer: str = ""
    kink: str = ""
    order: str = ""
    vector: str = ""
    unit: bool = False
    solve_for: str = ""
    newton: int = 0
    density: str = ""
    detail: str = ""
    digits: int | None = None
    program: str = ""
    wrt: str = ""
    of: str = ""
    loss: str = ""
    random: int | None = None
    update: str = ""
    second: bool = False
    kronecker: bool = False
    hessian_vector: bool = False
    gauss_newton: bool = False
    title: str = ""
    statement: str = ""
    hints: tuple[str, ...] = ()
    level: int = 1
    form: tuple[str, ...] = ()
    explained: bool = False
    points: float | None = None


@dataclass(frozen=True)
class Problem:
    """A problem file: definitions and programs, in order, and questions about them."""

    title: str
    functions: tuple[tuple[str, VectorFunction], ...]
    questions: tuple[Asked, ...]
    programs: tuple[tuple[str, Program], ...] = ()
