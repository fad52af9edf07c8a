"""Units behind a formula of LaTeX, blanked so that every sign keeps its column: P = 8 T/V \\,\\textrm{atm}."""

from __future__ import annotations

import re

_UNITS = (
    "kWh|kW|W|kPa|hPa|Pa|psi|atm|bar|mm|cm|km|mol|min|miles?|metres?|meters?|m[lLVAsgi]?|inch(?:es)?|in|ft|feet|yd|"
    "seconds?|sec|s|minutes?|hours?|hr?|days?|years?|kg|g|lbs?|oz|kN|N|kJ|kcal|cal|J|V|A|K|C|F|L|l|Hz|rad|degrees|deg|"
    "gallons|dollars|units"
)
_UNIT = rf"(?:{_UNITS})(?![A-Za-z])(?:\s*+(?:\^\s*+)?-?[0-9])?+"
_SPACES = r"(?:\\[,;: !]|\\q?quad(?![A-Za-z])|[~\s])*+"
_NOT_A_NAME = r"(?!\s*\\(?:text(?:rm)?|mbox)\{[A-Za-z]\})"  # r^2 \text{h} is a product, r^2 \text{ m} is not
_BEHIND = (  # a text: compiled for the first LaTeX, not for every start
    rf"(?<=[^\W_]|[)\]}}'])(?<!\\cdot)(?<!\\times)(?<!\\div){_NOT_A_NAME}{_SPACES}"
    r"\\(?:text(?:rm)?|mbox|(?<=\\[,;: ]\\)mathrm)\s*\{\s*"
    rf"(?P<unit>{_UNIT}(?:\s*+(?:[/·*]\s*+)?{_UNIT})*+)\s*\.?\}}(?:\s*\^\s*(?:\{{\s*-?[0-9]\s*\}}|[0-9]))?"
    r"(?=\s*(?:\Z|[-+,;.$&)}]|\\\\|\\[\])]|\\end|\\q?quad|\\text|\\right))"
)


def without_units(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without units, and those that it had; what else stands in it is a name and no unit."""
    units = tuple(dict.fromkeys(found["unit"].strip() for found in re.finditer(_BEHIND, text))) if "\\" in text else ()
    bare = re.sub(_BEHIND, lambda found: " " * len(found[0]), text) if units else text
    words = {word for unit in units for word in re.findall("[A-Za-z]+", unit)}
    return (text, ()) if words.intersection(re.findall(r"(?<!\\)\b[A-Za-z]+", bare)) else (bare, units)
