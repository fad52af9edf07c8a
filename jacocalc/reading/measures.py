"""Differentials as students write them.

Behind a density, r dr dθ, one of each input is no part of the value; changes are written Δx too.

    r dr dt        dA = r \\, dr \\, dt        rho^2 sin(phi) drho dphi dtheta        4(u² + v²)·du·dv
    (2x + 3y)Δx + (3x - 2y)Δy
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from jacocalc.reading.lexer import GREEK

_BETWEEN = r"(?:\s|\\[,;:! ]|\\cdot(?![A-Za-z])|[*·~])*+"
_D = r"(?:(?<![A-Za-z\\])|(?<=d[a-z]))(?:d|\\mathrm\s*\{\s*d\s*\})\s*"
_NEXT = r"(?:(?<=d[a-z])(?=d[a-z])|(?![A-Za-z_0-9]))"  # drdt
_END = r"(?=\s*(?:$|[=,;.$\n]|\\\\|\\[)\]]))"


_CHANGE = r"(?:[Δ∆]|\\Delta(?![A-Za-z])|(?<![A-Za-z\\])Delta(?![A-Za-z]))[\s_{{]*(?P<of>{names})(?![A-Za-z0-9]|_\d)\}}?"


def with_changes(text: str, variables: Sequence[str]) -> str:
    """dx for Δx, \\Delta x and Delta_x of these variables; columns stay."""
    spelled = "|".join(re.escape(one) for name in variables for one in _spellings(name))
    change = re.compile(_CHANGE.format(names=spelled))
    return change.sub(lambda match: f"d{match['of']}".rjust(len(match[0])), text)


def without_measure(text: str, inputs: Sequence[str], declared: Collection[str]) -> str:
    """Spaces for the differentials at the end of a side, in any order, if none is missing or there twice.

    None are read where d or du is a name of the question.
    """
    if any(name in declared for name in ("d", *(f"d{one}" for one in inputs))):
        return text
    spelled = [f"(?:{'|'.join(map(re.escape, _spellings(name)))}){_NEXT}" for name in inputs]
    run = re.compile(rf"(?<=[^\s=])(?:{_BETWEEN}{_D}(?:{'|'.join(spelled)}))+{_END}")

    def blank(match: re.Match[str]) -> str:
        once = all(len(re.findall(_D + spelling, match[0])) == 1 for spelling in spelled)
        return " " * len(match[0]) if once else match[0]

    return run.sub(blank, text)


def _spellings(name: str) -> tuple[str, ...]:
    """theta, \\theta and θ"""
    return (f"\\{name}", name, *(sign for sign, said in GREEK.items() if said == name))
