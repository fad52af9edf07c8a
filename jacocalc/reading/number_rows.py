"""Matrices of numbers as people write them, in one spelling: [[0, 0], [10, 20]].

    [0, 0; 10, 20]       \\begin{pmatrix} 0 & 0 \\\\ 10 & 20 \\end{pmatrix}
    [[0. 0.] [10. 20.]]  np.array([[0, 0], [10, 20]])

Nothing but numbers is touched.
"""

from __future__ import annotations

import re

_ENTRIES = r"[-+−0-9./,\s]"
_ENVIRONMENT = re.compile(
    r"(?:\\left\s*[(\[]\s*)?\\begin\s*\{([bpvB]?matrix|smallmatrix|array)\}(?:\s*\{[lcr|]*\})?"
    r"((?:[-+−0-9./&\s]|\\\\|\\[td]?frac\s*\{[0-9]+\}\s*\{[0-9]+\})*)\\end\s*\{\1\}(?:\s*\\right\s*[)\]])?"
)
_MAKER = re.compile(
    r"(?:\b(?:np|numpy|jnp|torch|sp|sympy)\.)?\b(?:array|tensor|Matrix)\s*"
    rf"\((\s*\[(?:{_ENTRIES}|[\[\];])*\]\s*)\)"
)
_SEMICOLONS = re.compile(rf"(?<!\\)\[((?:{_ENTRIES}|;)*;(?:{_ENTRIES}|;)*)(?<!\\)\]")
_BLANKS = re.compile(r"(?<!\\)\[\s*([-+−]?[0-9./]+(?:\s+[-+−]?[0-9./]+)*)\s*(?<!\\)\]")
_FRACTION = re.compile(r"\\[td]?frac\s*\{([0-9]+)\}\s*\{([0-9]+)\}")
_LONGEST = 2_000  # characters that are searched, which takes the square of their number
_POINT_AT_THE_END = re.compile(r"(?<=[0-9])\.(?=[\s,\]])")


def number_rows(text: str) -> str:
    """The text with all its matrices of numbers as lists of rows."""
    if len(text) > _LONGEST or ("[" not in text and "matrix" not in text and "array" not in text):
        return text
    found = _ENVIRONMENT.sub(lambda match: _listed(match[2], r"\\\\", "&"), text)
    found = _MAKER.sub(r"\1", found)
    found = _SEMICOLONS.sub(lambda match: _listed(match[1], ";", r"\s*,\s*|\s+"), found)
    return re.sub(r"\](\s+)\[(?=[-+−0-9])", r"], [", _BLANKS.sub(_by_commas, found))


def _listed(body: str, between_rows: str, between_entries: str) -> str:
    body = _FRACTION.sub(r"\1/\2", body)
    rows = [row.strip() for row in re.split(between_rows, body) if row.strip()]
    return f"[{', '.join(f'[{_joined(re.split(between_entries, row))}]' for row in rows)}]"


def _joined(entries: list[str]) -> str:
    return ", ".join(_POINT_AT_THE_END.sub("", f"{entry.strip()} ").strip() for entry in entries if entry.strip())


def _by_commas(match: re.Match[str]) -> str:
    return f"[{_joined(match[1].split())}]"
