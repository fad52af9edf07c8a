"""What says that a number is rounded, in an answer: text → text, column by column.

    about 0.354, [4, ≈0.354], (approximately 1.2, 3)     the numbers        (a, b) ~ (0.5, 1)        (a, b) ≈ (0.5, 1)
    2/3 or 0.667, 2/3, i.e. 0.667, 2/3 (≈ 0.667)         2/3 ≈ 0.667

Where two whole values stand, 2 or 2.5, the text stays, and so does all LaTeX means by ~.
"""

from __future__ import annotations

import re

from jacocalc.reading.tokens import is_latex

_WORDS = r"(?:about|approx(?:imately|\.)?|roughly|around|circa|ca\.)(?![A-Za-z])"
_SIGNS = r"[≈≃~]|\\(?:approx|simeq|sim)(?![A-Za-z])"
_DECIMAL = r"[-−]?\s*(?:\d|\.\d)"
_BEFORE_NUMBER = re.compile(
    rf"(?:(?:\A|(?<=[=:,;(\[{{&\n])|(?<=\bis)|(?<=\bare))[^\S\n]*(?P<word>{_WORDS})"
    rf"|(?<=[=:,;(\[{{&])[^\S\n]*(?P<sign>{_SIGNS}))(?=\s*{_DECIMAL})"
)
_OTHERWISE = re.compile(
    r"(?<=[\w)\]}$])\s*+(?P<open>,?\s*\(\s*\$?|,?\s*)"
    rf"(?:(?P<other>(?:or|i\.\s?e\.,?|that\s+is,?|which\s+is)\s+)(?:{_WORDS}|{_SIGNS})?|{_WORDS}|{_SIGNS})\s*"
    r"(?P<number>[-−]?\d*\.\d+)(?:(?P<shut>\$?\s*\))|(?=\s*(?:[.,;\n)\]}]|\Z)))"
)
_BEHIND_VALUE = re.compile(r"[^\s=:,;(\[{&|]\s*\(\Z")
_SHUT = re.compile(r"\s*[-−]?[\d.]+…?\s*\)")
_SIM = re.compile(r"\\sim(?![A-Za-z])")
_WHOLE = re.compile(r"(?:\A|[=:,;\n(\[])\s*[-−]?\d+(?:\.\d+)?\Z")


def without_approximately(text: str, alone: bool) -> str:
    """The text with ≈, or nothing, for what says that a number is rounded; 2/3, about 0.667 where one is asked for."""
    text = _OTHERWISE.sub(lambda match: _equals(match, alone), text)
    text = _BEFORE_NUMBER.sub(lambda match: match[0] if _is_aside(match) else " " * len(match[0]), text)
    return _SIM.sub("≈   ", text) if is_latex(text) else text.replace("~", "≈")


def _equals(match: re.Match[str], alone: bool) -> str:
    """2/3 (or 0.667) → 2/3 ≈ 0.667, bracket for bracket"""
    before = match.string[max(0, match.start() - 80) : match.start()]
    bracketed = "(" in match["open"]
    behind = alone and "," in match["open"]
    two = match["other"] and _WHOLE.search(before)
    if bracketed != bool(match["shut"]) or two or not (match["other"] or bracketed or behind):
        return match[0]
    number = match["number"] + " " * len(match["shut"] or "")
    return "≈".ljust(len(match[0]) - len(number)) + number


def _is_aside(match: re.Match[str]) -> bool:
    """(≈ 0.667) behind a value, which is no factor"""
    before = match.string[max(0, match.start() - 80) : match.start()]
    return bool(_BEHIND_VALUE.search(before) and _SHUT.match(match.string, match.end()))
