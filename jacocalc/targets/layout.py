"""Lists of arguments on a line, or broken where the line would be long."""

from __future__ import annotations

from collections.abc import Sequence

INDENT = "    "
WIDTH = 100


def listed(head: str, items: Sequence[str], tail: str) -> str:
    """head a, b, c tail on one line, or broken inside the brackets."""
    line = f"{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH:
        return line
    pad = " " * (len(head) - len(head.lstrip()))
    inner = f"{pad}{INDENT}{', '.join(items)}"
    if len(inner) <= WIDTH:
        return f"{head.rstrip()}\n{inner}\n{pad}{tail}"
    return "\n".join([head.rstrip(), *(f"{pad}{INDENT}{item}," for item in items), f"{pad}{tail}"])
