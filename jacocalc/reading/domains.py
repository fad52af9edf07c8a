"""What says in which set the inputs lie, behind a definition, blanked so that every sign keeps its column.

    f(x, y) = x y, (x, y) ∈ ℝ²        f(x) = ln x for all x ∈ (0, ∞)        \\quad (x \\in \\mathbb{R})
"""

from __future__ import annotations

import re

_MEMBER = re.compile(r"∈|\\in(?![A-Za-z])")
_NAME = r"\\?[^\W\d]\w*"
_NAMES = rf"(?:{_NAME}(?:\s*,\s*{_NAME})*|\(\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\))"
_WORDS = r"(?:for|where|with|and|all|every|any)(?![^\W_])"
_LEAD = (
    r"(?:[,;(∀]|\\q?quad(?![A-Za-z])|\\forall(?![A-Za-z])|(?<![^\W_])" + _WORDS
    + rf"|\\(?:text|mbox)\s*\{{\s*(?:{_WORDS}\s*)+\}})(?:\s|\\[,;: !]|\$)*"
)  # fmt: skip
_BEFORE = re.compile(rf"(?:{_LEAD})+{_NAMES}(?:\s|\$)*\Z")
_CASE = r"(?<![^\W_])(?:for|if|when|where|with|otherwise|else)(?![^\W_])"
_SET = re.compile(rf"(?:(?!{_CASE})[^=;↦→\n])*\Z")
_RELATION = re.compile(r"∈|\\in(?![A-Za-z])|[<>≤≥≠]|\\(?:[lg](?:eq?|t)|neq?)(?![A-Za-z])")
_BRACKETED = re.compile(r"[\[\](][^\[\](){}]*[\[\])]|\{[^{}]*\}")
_LONGEST = 80  # characters of the words and names in front of ∈


def without_domain(text: str) -> tuple[str, str]:
    """The text without what says where its inputs lie, and what that is, or nothing."""
    member = _MEMBER.search(text)
    before = _BEFORE.search(text, max(member.start() - _LONGEST, 0), member.start()) if member else None
    if member is None or before is None or not _is_place(text[member.end() :]):
        return text, ""
    said = re.sub(rf"\A(?:{_LEAD})+", lambda lead: "(" * lead[0].count("("), text[before.start() :]).strip(" .$")
    return text[: before.start()].ljust(len(text)), said


def _is_place(behind: str) -> bool:
    """Whether a set follows, and behind commas other places only: [0, 1], y > 0, but no other case of a function."""
    others = _BRACKETED.sub("", behind).split(",")[1:]
    return bool(_SET.match(behind)) and all(map(_RELATION.search, others))
