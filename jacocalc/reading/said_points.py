"""The points that a line of an answer says, as they were typed.

    f_x(2, 1) = 4        at (2, 1): f_x = 4        f′|_{x=3} = 16        16 at x = 3
    when x = 3, f′ = 16        x = 3: 16        16 for x = 3
"""

from __future__ import annotations

import re

from jacocalc.reading.asides import AT_POINT, NAMED_POINT, WHEN

_CALLED = re.compile(r"(?<=[\w'′’}\])|])\s*(?:\\left\s*)?\((?P<at>[^()=]*?)(?:\\right\s*)?\)")
_UNDER = re.compile(r"(?:\||\\[lr]?vert|\))\s*_\s*(?:\{(?P<at>[^{}]*)\}|(?P<round>\([^()]*\)|\w\s*=\s*[-−]?[\d./]+))")
_BEFORE = re.compile(rf"[\s,;.:]*(?:(?:[Aa]t|{WHEN})\s+(?P<at>{AT_POINT})|(?P<alone>{NAMED_POINT})\s*:)")
_BEHIND = re.compile(rf"(?<![A-Za-z\\])(?:at|when|for|if)\s+(?P<at>{AT_POINT})\)?[\s.$]*\Z")
_LAYOUT = re.compile(r"^the\s+point\s+|\\(?:left|right)(?![A-Za-z])|\\[,;: ]")


def said_points(name: str, line: str) -> tuple[str, ...]:
    """Those behind the name of the derivative, and those in words before and behind."""
    found = [*_CALLED.finditer(name), *_UNDER.finditer(name), _BEFORE.match(line), _BEHIND.search(line)]
    texts = (next(filter(None, match.groups()), "") for match in found if match)
    return tuple(re.sub(r"\sand\s", ", ", _LAYOUT.sub(" ", text)).strip() for text in texts)
