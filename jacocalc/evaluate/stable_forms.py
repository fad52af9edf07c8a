"""Functions that lose no digits where the formulas that define them do: one row each.

ln(1 + u) for a small u, e^u − 1, 1/(e^u − 1) (of Bose), √(u² + v²), ln cosh u and ln Σ e^u have operations of their
own in compiled code.
People do not type them; they are recognised when a function is compiled (``compiled.recognition``).  A row has what a
tape needs, as for the functions that are typed (``known_functions``): the formula by other functions, and the
derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.known_functions import KNOWN, Formula, KnownFunction
from jacocalc.notation import Call, Expr, summed


@dataclass(frozen=True)
class StableForm:
    """name(u, …) = lowered(u, …), with the derivative by each argument; one formula serves any number of them."""

    name: str
    lowered: Formula
    derivatives: tuple[Formula, ...]


def _exp(u: Expr) -> Expr:
    return Call("exp", (u,))


def _squares(u: Expr, v: Expr) -> Expr:
    return u**2 + v**2


_ROWS = (
    StableForm("log1p", lambda u: Call("ln", (1 + u,)), (lambda u: 1 / (1 + u),)),
    StableForm("expm1", lambda u: _exp(u) - 1, (lambda u: _exp(u),)),
    StableForm("bose", lambda u: 1 / (_exp(u) - 1), (lambda u: Call("bose", (u,)) * Call("bose", (-u,)),)),
    StableForm("hypot", lambda u, v: Call("sqrt", (_squares(u, v),)),
               (lambda u, v: u / Call("hypot", (u, v)), lambda u, v: v / Call("hypot", (u, v)))),
    StableForm("lncosh", lambda u: Call("ln", (Call("cosh", (u,)),)), (lambda u: Call("tanh", (u,)),)),
    StableForm("logsumexp", lambda *us: Call("ln", (summed([_exp(u) for u in us]),)), ()),
)  # fmt: skip
STABLE: dict[str, StableForm] = {row.name: row for row in _ROWS}
SLOPES: dict[str, tuple[Formula, ...]] = {  # derivatives in compiled code, where those of the table cancel
    "sigmoid": (lambda u: Call("sigmoid", (u,)) * Call("sigmoid", (-u,)),),
    "tanh": (lambda u: Call("sech", (u,)) ** 2,),
}


def formulas_of(function: str) -> KnownFunction | StableForm:
    """The row of a function in either table."""
    row = KNOWN.get(function)
    return STABLE[function] if row is None else row
