"""What stands before a definition in books and is no mathematics, blanked so that every sign keeps its column.

1. …    (b) …    Example 3: …    Let …    Find the Jacobian of …    f: R^2 -> R be given by …    quotation marks

and what is asked of a chain: Find dz/dt if …    If …, find ∂z/∂s and ∂z/∂t.
"""

from __future__ import annotations

import re

_BEGINS = r"(?=[^\W\d]|[$(\[]|\\(?:math|bold|vec|\(|\[))"
_NUMBER = r"\d{1,3}(?:\.\d{1,3})*[a-z]?"
_EXERCISE = rf"(?:example|exercise|problem|question|task|ex|q)(?![^\W\d])\.?\s*(?:{_NUMBER})?\s*(?:\([a-z]\))?\s*[.:)]"
_LABEL = rf"(?:{_EXERCISE}|\(?(?:{_NUMBER}|[a-i]|[ivx]{{2,4}})(?:\)|\.(?=\s)))\s*{_BEGINS}"
_VERBS = (
    "calculate|compute|consider|define|determine|differentiate|evaluate|find|given|let|suppose|take|the|"
    "(?:gegeben )?sei|soit|sean?|sia(?:no)?|sejam?|пусть"
)
_OBJECTS = (
    r"a|all|an|by|derivatives?|determinant|differential|field|first|following|for|function|gradient|hessian|jacobian|"
    r"map|mapping|matrix|of|partial|real|scalar|second|that|the|total|transformation|us|valued|vector|"
    r"die|eine|funktion|abbildung|la|l'application|une|fonction|una|función|funzione|uma|função|функция"
)
_WORDS = rf"(?:{_VERBS})(?:[\s-]+(?:{_OBJECTS}))*"
_IN_TEXT = rf"\\(?:text|mbox|textrm)\s*\{{\s*{_WORDS}\s*:?\s*\}}\s*{_BEGINS}"
_SENTENCE = rf"(?:{_IN_TEXT}|{_WORDS}\s*(?::\s*|\s){_BEGINS})"
_CHANGE = r"(?:d|\\partial)\s*+\\?\w++"
_RATE = rf"\$?(?:[d∂]\w++\s*+/\s*+[d∂]\w++|\\d?frac\s*+\{{\s*+{_CHANGE}\s*+\}}\s*+\{{\s*+{_CHANGE}\s*+\}})\$?"
_FIND = r"(?:use\s++the\s++chain\s++rule\s++to\s++)?(?:calculate|compute|determine|evaluate|find)"
_RATES = rf"{_FIND}\s++{_RATE}(?:(?:\s*+,\s*+|\s++)(?:and\s++)?{_RATE})*+"
_FIRST = rf"{_RATES}(?:\s*+[:.]|\s*+,?\s*+(?:for|given(?:\s++that)?|if|when|where))\s++|if\s++(?=\$?\w++\s*+=)"
_ASKED = re.compile(  # before the equations, and behind them
    rf"\A\s*+(?:{_LABEL})?(?:{_FIRST})|(?:[,;.]\s++)?\b(?:(?:and|then)\s++)?{_RATES}\s*+[.?]?\s*+\Z", re.IGNORECASE
)
_DEFINED_BY = (
    r"(?:(?:be|is)(?:\s+the\s+(?:function|map|mapping))?(?:\s+(?:given|defined)\s+by)?|(?:given|defined)\s+by)\s*:?\s"
)
_NAMED = rf"[^\W\d]\w*\s+{_DEFINED_BY}"
_BEFORE = rf"\s*(?:{_LABEL})?(?:{_SENTENCE})?(?:{_NAMED})?"
_BETWEEN = rf"(?<=\w|[}})])\s+{_DEFINED_BY}"
_INSIDE = r"(?:(?<=:)|(?<=\\colon))\s*(?:[A-ZΩ]\w*|\\Omega)\s*(?:[⊂⊆]|\\subset(?:eq)?(?![A-Za-z]))"  # U ⊂
_PLAIN = re.compile(r"\s*[A-Za-z]\w*\((?!.*(?:\s(?:be|is)\s|[⊂⊆]|\\subset))", re.DOTALL)
_QUOTED = {'"': '"', "“": "”", "„": "“", "'": "'", "‘": "’", "`": "`", "«": "»"}


def without_introduction(text: str) -> str:
    """The definition alone: “Let f(x, y) = xy” is f(x, y) = xy."""
    bare = text.strip()
    if len(bare) > 1 and _QUOTED.get(bare[0]) == bare[-1]:
        text = text.replace(bare, f" {bare[1:-1]} ")
    if _PLAIN.match(text):  # most are; the others are worth their expressions
        return text
    before = re.match(_BEFORE, text, re.IGNORECASE)
    end = before.end() if before else 0
    text = re.sub(_INSIDE, lambda found: " " * len(found[0]), text)
    return " " * end + re.sub(_BETWEEN, lambda found: ",".ljust(len(found[0])), text[end:])


def without_rates_asked(text: str) -> str:
    """The equations alone: “Find dz/dt if z = xy, x = t, y = t^2” asks for what a chain gives anyway."""
    return _ASKED.sub(lambda found: " " * len(found[0]), text)
