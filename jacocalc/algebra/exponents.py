"""Powers with letters in their exponents as products of letters, so that polynomials see what they have in common.

    x^(2a − b + 1) → u² x/v        u = x^a, v = x^b

Equal wherever both are defined; what comes back has one power of each base.
"""

from __future__ import annotations

from typing import Any

import sympy


def lettered(value: Any) -> tuple[Any, dict[Any, Any]]:
    """The value with a letter for each power that has letters in its exponent, and what each letter stands for."""
    letters: dict[Any, Any] = {}
    if not any(map(_has_letters_above, value.atoms(sympy.Pow))):
        return value, letters

    def parted(power: Any) -> Any:
        return sympy.Mul(*(part(power.base, term) for term in sympy.Add.make_args(power.exp)))

    def part(base: Any, term: Any) -> Any:
        times, rest = term.as_coeff_Mul()
        if rest == 1:
            return base**times
        return letters.setdefault((base, rest / times.q), sympy.Dummy(f"u{len(letters)}")) ** times.p

    found = value.replace(_has_letters_above, parted, simultaneous=False)
    return found, {letter: base**rest for (base, rest), letter in letters.items()}


def _has_letters_above(node: Any) -> bool:
    return bool(node.is_Pow and node.exp.free_symbols and not node.base.is_number)


def joined(value: Any, meant: dict[Any, Any]) -> Any:
    """The value with its letters replaced by what they stand for, x^a x/x^b as x^(a − b + 1)."""
    for letter in reversed(meant):  # what stands in a power was replaced before it
        value = value.xreplace({letter: meant[letter]})
    return sympy.powsimp(value, combine="exp") if meant else value
