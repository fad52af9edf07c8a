"""Lists on a line, or broken where the line would be long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

INDENT = "    "
WIDTH = 100


def python_tuple(items: Sequence[str]) -> str:
    """(), (a,), (a, b)"""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


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


def filled(items: Iterable[str], width: int) -> list[str]:
    """a, b, c, as many as fit on a line, with a comma behind each."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) + 2 > width:
            lines.append("")
        lines[-1] += f"{item}, "
    return [line.rstrip() for line in lines]
