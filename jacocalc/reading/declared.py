"""Functions without formulas that are declared in front of what calls them.

    f: R -> R; z = y f(x^2 - y^2)            f(r); g(s); u = f(x - c t) + g(x + c t)
"""

from __future__ import annotations

import re

_DECLARATION = re.compile(
    r"[\s$]*(?P<head>[^\W\d]\w*\s*(?=[(:\\])(?:\([\w\s,]+\)\s*)?(?:(?::|\\colon)(?=[^=;\n]*[Rℝ])[^=;\n]*+)?)[;\n]"
)


def declarations(text: str) -> tuple[list[tuple[int, str]], str]:
    """The declarations in front and where each begins, and the rest of the text behind as many blanks as they take."""
    found: list[tuple[int, str]] = []
    end = 0
    while (match := _DECLARATION.match(text, end)) and match["head"].count("[") == match["head"].count("]"):
        found.append((match.start("head"), match["head"]))
        end = match.end()
    return found, " " * end + text[end:]
