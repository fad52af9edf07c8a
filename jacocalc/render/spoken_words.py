"""Words that every spoken formula shares: names, what belongs together, signs in plain prose."""

from __future__ import annotations

from jacocalc.linear import split_name

_SPOKEN = {
    "∘": "after", "⋯": "and so on", "→": "to", "×": "by", "∂": "partial", "∇": "gradient", "≠": "is not",
    "≈": "is about", "⊙": "times, entry by entry,", "⊘": "divided, entry by entry, by", "ᵀ": "transposed",
    "′": "prime", "Σ": "sum", "‖": "norm bar",
}  # fmt: skip


def spoken_name(name: str) -> str:
    """y hat 1"""
    stem, accent, subscript = split_name(name)
    return " ".join(part for part in (stem, accent, *subscript.split("_")) if part)


def quantity(said: str) -> str:
    """What belongs together, as brackets say it in print."""
    return f"the quantity {said} end quantity"


def in_words(text: str) -> str:
    """Prose with its signs said as words."""
    for sign, word in _SPOKEN.items():
        text = text.replace(sign, f" {word} ")
    return " ".join(text.split())
