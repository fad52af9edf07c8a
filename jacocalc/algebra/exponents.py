"""Powers with letters, π or √2 in their exponents as products of letters, so that polynomials see what they share.

    x^(2a − b + 1) → u² x/v        u = x^a, v = x^b

Equal wherever both are defined; what comes back has one power of each base.
"""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy


def lettered(value: Any) -> tuple[Any, dict[Any, Any]]:
    """The value with a letter for each power that has letters in its exponent, and what each letter stands for."""
    letters: dict[Any, Any] = {}
    value = value.replace(_is_power_of_power, lambda power: power.base.base ** (power.base.exp * power.exp))
    exponents = [power.exp for power in value.atoms(sympy.Pow) if _has_letters_above(power)]
    below: dict[Any, int] = {}  # of x^(2a/3) and x^(a/2) the letter is x^(a/6)
    for times, rest in (term.as_coeff_Mul() for exponent in exponents for term in sympy.Add.make_args(exponent)):
        below[rest] = lcm(below.get(rest, 1), int(times.q))
    if not exponents:
        return value, letters

    def parted(power: Any) -> Any:
        return sympy.Mul(*(part(power.base, term) for term in sympy.Add.make_args(power.exp)))

    def part(base: Any, term: Any) -> Any:
        times, rest = term.as_coeff_Mul()
        if rest == 1:
            return base**times
        index = below.get(rest, times.q)
        return letters.setdefault((base, rest / index), sympy.Dummy(f"u{len(letters)}")) ** (times * index)

    found = value.replace(_has_letters_above, parted, simultaneous=False)
    return found, {letter: base**rest for (base, rest), letter in letters.items()}


def _is_power_of_power(node: Any) -> bool:
    return bool(node.is_Pow and node.exp.is_Rational and _has_letters_above(node.base))


def _has_letters_above(node: Any) -> bool:
    """x^a and x^π, not x^2 and 2^a"""
    return bool(node.is_Pow and not node.exp.is_Rational and not node.base.is_number)


def rooted(value: Any) -> tuple[Any, dict[Any, Any]]:
    """The value with a letter r for each square root that has letters, r² for y beside √y, and what r stands for."""
    letters: dict[Any, Any] = {}

    def letter(root: Any) -> Any:
        return letters.setdefault(root.base, sympy.Dummy(f"r{len(letters)}")) ** (2 * root.exp)

    found = value.replace(_is_square_root, letter)
    found = found.xreplace({base: letter**2 for base, letter in letters.items() if base.is_Symbol})
    return found, {letter: sympy.sqrt(base) for base, letter in letters.items()}


def _is_square_root(node: Any) -> bool:
    return bool(node.is_Pow and node.exp.is_Rational and node.exp.q == 2 and node.base.free_symbols)


def joined(value: Any, meant: dict[Any, Any]) -> Any:
    """The value with its letters replaced by what they stand for, x^a x/x^b as x^(a − b + 1)."""
    for letter in reversed(meant):  # what stands in a power was replaced before it
        value = value.xreplace({letter: meant[letter]})
    return sympy.powsimp(value, combine="exp") if meant else value
