"""The words in which people say what a function is at a point: text → words of known kinds.

Every word is known or the text is refused at that place: one that is passed over may turn the meaning round
(“twice”, “except”, “hardly”, “from the left”).

    P a property    X its opposite    D a derivative, partials, a value      E exists        J does not exist
    N not           W without         K neither       O not only            H has           : colon before yes or no
    Y yes           Z no              S it, f         A are                 C surely, both  T at all, either
    V everywhere    @ a point         M a value       R what is only a reason
    , a comma       & and             | or            n nor                 b but         ; so, because
    . a full stop
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jacocalc.errors import ReadError
from jacocalc.records import record

HINT = "say yes or no (is it differentiable?), or for example: continuous: yes, differentiable: no"
LONGEST = 300


@record
class Word:
    """A known word or phrase; ``name`` is the property that it is about, or what a point or a value is written as."""

    kind: str
    name: str
    start: int
    end: int


_NUMBER = r"[-−+]?\d+(?:[./]\d+)?"
_IS = r"(?:\s*(?:=|:|\bis\b|\bof\b|\bequals\b)\s*|\s+)"
_SIDED = r"(?:left(?:[- ]hand(?:ed)?|[- ]sided)?|right(?:[- ]hand(?:ed)?|[- ]sided)?|one[- ]sided)"
_SIDES = rf"{_SIDED}(?:\s+and\s+(?:the\s+)?{_SIDED})?"
_COORDINATES = r"\([^()]*\)"
_NAMES = r"(?:\({x}(?:\s*,\s*{x})*\)\s*=\s*)?"
_PLACE = rf"(?:{_COORDINATES}|[-−+]?(?:\d|π|pi\b|sqrt\b|√)(?:[\w/^*π√]|{_COORDINATES}|\.(?=\d))*)"

# (kind, name, pattern): the first that fits is taken; {f} is the name of the function, {x} one of its inputs.
_TABLE: tuple[tuple[str, str, str], ...] = (
    # values and one-sided derivatives, which are not judged
    ("M", "", rf"{{f}}'\s*\([^()]*[-−+]\)\s*=\s*{_NUMBER}"),
    ("M", "derivative", rf"(?:the\s+)?{{f}}'(?:\s*(?P<slope>{_COORDINATES}))?\s*(?:=|\bis\b)\s*{_NUMBER}"),
    ("M", "derivative", rf"(?:the\s+|a\s+)?derivative{_IS}{_NUMBER}"),
    ("M", "", rf"{{f}}(?:_{{x}})?\s*(?P<value>{_COORDINATES})\s*=\s*{_NUMBER}"),
    ("M", "", rf"(?:the\s+)?{_SIDED}\s+derivative{_IS}{_NUMBER}"),
    ("R", "", rf"(?:the\s+|a\s+)?{_SIDES}\s+(?:derivative|limit|slope)s?"),
    # properties
    ("P", "C1", r"(?:of\s+)?(?:class\s+)?c(?:\^?1|\^?\{{1\}}|¹)"),
    ("P", "C1", r"continuously\s+differentiable|continuous\s+(?:partials|partial\s+derivatives)"),
    ("X", "partials", r"(?:non|un)[- ]?partially[- ]differentiable"),
    ("P", "partials", r"partially[- ]differentiable|partial\s+differentiability"),
    ("X", "differentiable", r"(?:non|un)[- ]?differentiable|non[- ]?differentiability"),
    ("P", "differentiable", r"(?:(?:totally|fr[eé]chet)[- ])?differentiable|differentiability|differentiated"),
    ("X", "continuous", r"(?:jump\s+|removable\s+)?discontinuity"),
    ("X", "continuous", r"discontinuous|(?:non|un)[- ]?continuous|non[- ]?continuity"),
    ("P", "continuous", r"continuous|continuity"),
    ("X", "defined", r"undefined|non[- ]?defined|ill[- ]defined"),
    ("P", "defined", r"(?:well[- ])?defined"),
    ("D", "partials", r"partials|(?:both\s+|all\s+)?(?:the\s+)?(?:first\s+)?partial\s+derivatives"),
    ("D", "differentiable", rf"(?:total\s+)?derivative|d{{f}}/d{{x}}|{{f}}'(?:\s*(?P<slope>{_COORDINATES}))?"),
    ("D", "defined", rf"{{f}}\s*(?P<value>{_COORDINATES})"),
    # negations, yes and no
    ("O", "", r"not\s+(?:only|just|merely)"),
    ("C", "", r"(?:no|without(?:\s+(?:a|any))?)\s+doubts?|doubtless|undoubtedly|certainly"),
    ("C", "", r"clearly|obviously|definitely|surely|of\s+course|indeed|in\s+fact|both|also"),
    ("J", "", r"dne|non-?existent"),
    ("N", "", r"not(?=-)-|not|isn'?t|doesn'?t|don'?t|aren'?t|cannot|can'?t|can\s+not|fails?\s+to|nowhere"),
    ("W", "", r"lacks?|lacking|without|fails"),
    ("K", "", r"neither"),
    ("n", "", r"nor"),
    ("Z", "", r"no|false"),
    ("Y", "", r"yes|true"),
    (":", "", r"[:=?→–—-]+>?(?=\s*(?:yes|no|true|false)\b)"),
    # places
    ("T", "", r"at\s+all|either"),
    ("@", "origin", r"(?:at|in)\s+the\s+origin"),
    ("", "", r"(?:at|in)\s+(?:the|this|that)(?:\s+given)?\s+point(?!\s*[-−+(\dπ√x])|(?:at|in)\s+a|here|there"),
    ("", "", rf"(?:at|in|for)\s+(?:the\s+)?(?:point\s+)?{_NAMES}(?P<at>(?:{{x}}\s*=\s*)?{_PLACE})"),
    ("V", "", r"everywhere"),
    # what is only a reason
    ("R", "kink", r"(?:kink|corner|cusp|edge|spike|jump)s?|differs?|different|unequal"),
    ("R", "", r"sharp|vertical|removable|(?:tip|hole|gap|pole|tangent)s?"),
    ("R", "", r"(?:difference\s+)?quotients?|limits?|slopes?|infinite|infinity|unbounded|zero|0/0"),
    ("R", "", r"absolute\s+value|modulus|equal|agrees?|coincides?|denominator"),
    ("R", "", r"(?:division|divided)\s+by\s+(?:zero|0)"),
    # joints
    ("b", "", r"but|yet|(?:even\s+)?though|although|while|whereas|however"),
    (";", "", r"so|thus|hence|therefore|consequently|which\s+(?:means|implies)"),
    (";", "", r"because(?:\s+of)?|since|as|due\s+to|with|it\s+follows|this\s+(?:means|implies|shows)|i\.e\."),
    ("&", "", r"and|&"),
    ("|", "", r"or"),
    (".", "", r"[.;!\n]|\\\\"),
    (",", "", r"[,()–—]|-(?=\s)"),
    # what says nothing
    ("S", "it", r"it'?s?"),
    ("S", "f", r"function|{f}"),
    ("E", "", r"exists?"),
    ("H", "", r"has|have|having"),
    ("A", "", r"are"),
    ("", "", r"(?:the\s+)?answer(?:\s+is)?\s*:?|the|an?|this|that|is|be|being|to|does|do|can|given"),
    ("", "", r"then|even|still|we|get|conclude"),
)


_END = r"(?:(?<!\w)|(?!\w))"  # no word is cut


@lru_cache(maxsize=64)
def _patterns(function: str, inputs: tuple[str, ...]) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    some, name = f"(?:{'|'.join(map(re.escape, inputs)) or 'x'})", re.escape(function)
    whole = [(kind, about, rf"(?:{pattern.format(f=name, x=some)}){_END}") for kind, about, pattern in _TABLE]
    return tuple((kind, about, re.compile(pattern, re.IGNORECASE)) for kind, about, pattern in whole)


_NONE = ("", "", None)
_SIGNS = str.maketrans("’′`$\xa0", "''   ")
_BETWEEN = re.compile(r"(?:\\(?:text(?:rm|bf|it)?|mathrm|mbox)(?=\s*\{)|[{} \t\r\f\v*\"“”~]|\\[,;: ])+")


def read_words(text: str, function: str, inputs: Sequence[str]) -> tuple[Word, ...]:
    """All words of the text but those that say nothing.  Raises ReadError at the first that is not known."""
    if len(text) > LONGEST:
        raise ReadError(f"an answer in words has at most {LONGEST} characters", hint=HINT)
    return tuple(word for word in _words(text, _patterns(function, tuple(inputs))) if word.kind)


def _words(text: str, patterns: Sequence[tuple[str, str, re.Pattern[str]]]) -> Iterator[Word]:
    plain, place = text.translate(_SIGNS), 0
    while place < len(plain):
        if between := _BETWEEN.match(plain, place):
            place = between.end()
            continue
        kind, name, match = next(((k, about, m) for k, about, p in patterns if (m := p.match(plain, place))), _NONE)
        if match is None:
            raise unknown(text, place)
        yield Word(kind, name, place, match.end())
        yield from _places(match)
        place = match.end()


def _places(match: re.Match[str]) -> Iterator[Word]:
    """The point that is named in passing: at x = 2, f(2), f'(2)."""
    for group, written in match.groupdict().items():
        if written:
            bare = written if group == "at" else written[1:-1]
            yield Word("@", bare, match.start(group), match.end(group))


def unknown(text: str, start: int) -> ReadError:
    """A word that cannot be read, with its place."""
    found = re.compile(r"[^\W_]+(?:['’^-][^\W_]+)*|.", re.DOTALL).match(text, start)
    end = found.end() if found else start + 1
    said = f"“{text[start:end]}” cannot be read here; no clear answer was found"
    return ReadError(said, text=text, start=start, end=end, hint=HINT)
