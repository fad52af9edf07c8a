"""What stands behind a value and is no part of it: conditions and words → where they stand, and what to say of them.

    1/x, x > 0        2x for x ≠ 0        2x \\quad (x \\in \\mathbb{R})        “the condition x > 0 is not judged”
    2x by the product rule        4 at (1, 2)                                 “at (1, 2)” is not judged
    2xy (treat y as constant)     2x <- product rule
    2x cos u, where u = x^2       definitions, which are inserted

Names of variables and functions are never taken for words.  Conditions that differ from line to line are the
branches of one value, so they stay, and so does everything that does not reach the end of its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from jacocalc.known_functions import SPELLINGS
from jacocalc.reading.answer_names import LEAD_WORDS, lead_end, names_result, result_name
from jacocalc.reading.glued_names import apart
from jacocalc.reading.lexer import GREEK, GREEK_NAMES
from jacocalc.reading.scope import CONSTANTS, KEYWORDS, Scope


@dataclass(frozen=True)
class Aside:
    """A stretch that is not judged; ``condition`` is what it demands, or nothing; ``defined``: names and formulas.

    ``whole``: a line of its own.
    """

    start: int
    end: int
    said: str
    condition: str = ""
    defined: tuple[tuple[str, tuple[int, int]], ...] = ()
    whole: bool = False

    @property
    def kind(self) -> str:
        """What says of which kind a point is, or what the matrix is, and nothing else: a local minimum, singular."""
        of_matrix = _SAID_OF_MATRIX.fullmatch(f", {self.said.lstrip(',.:; ')}")
        return self.said if of_matrix or only_classifies(self.said.lstrip(":; ")) else ""

    @property
    def note(self) -> str:
        """What the reader is told."""
        return f"the condition {self.condition} is not judged" if self.condition else f"“{self.said}” is not judged"


_LONGEST, _MOST = 200, 4
_FOLDED = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"\\(?:text|textrm|textit|mbox|mathrm)\s*\{([^{}]*)\}", ""), (r"\\mathbb\s*(?:\{\s*R\s*\}|R)", "ℝ"),
        (r"\\geq?(?:slant)?(?![A-Za-z])", "≥"), (r"\\leq?(?:slant)?(?![A-Za-z])", "≤"), (r"\\neq?(?![A-Za-z])", "≠"),
        (r"\\lt(?![A-Za-z])", "<"), (r"\\gt(?![A-Za-z])", ">"), (r"\\in(?![A-Za-z])", "∈"),
        (r"\\notin(?![A-Za-z])", "∉"), (r"\\forall(?![A-Za-z])|∀", "for"), (r"\\infty(?![A-Za-z])", "∞"),
        (r"\\q?quad(?![A-Za-z])", ","), (r"\\(?:left|right)(?![A-Za-z])|(?<!\\)\\[,;: !()]|[$~&]", " "),
        (r"(?<=[\w)]) (?:in (?:the )?(?:R(?:\^\d)?|reals?)|(?:is|are) (?:a )?real(?: numbers?)?)(?!\w)", " ∈ ℝ"),
        (r"\\setminus(?![A-Za-z])", "∖"), (r"\\land(?![A-Za-z])", "and"), (r"\\lor(?![A-Za-z])", "or"),
    )
)  # fmt: skip
_EDGE = re.compile(r"\\[\[\]]|\\(?:begin|end)\s*\{(?:[a-zA-Z]*matrix|array|d?cases)\*?\}|[()\[\]{}⎸⎹]")
_BREAK = re.compile(r"\n|\\\\|;|\\[\[\]]|\$\$")
_TAIL = re.compile(r"(?:[\s.,$]|\\[)\]]|\\end\{[a-z]+\*?\})++")
_STARTER = re.compile(
    r"(?<=[\s,)\]}])(?P<word>for|if|when(?:ever)?|where|with|provided|assuming|given|at|on|by|as|because|since|using|from"
    r"|via|which|after|due|per|according|(?<!\bit )is)\b(?:\s+that\b)?(?=[\s(])\s*"
)
_RELATION = re.compile(r"<=|>=|!=|(?<![-=])>|<(?!-)|[≤≥≠∈∉]")
_JOINT = re.compile(r",|\b(?:and|or)\b")
_OPERAND = re.compile(r"[\w\s()\[\]{},+\-−*/^.|·√'ℝ∞∖\\²³]+")
_EQUATION = re.compile(r"(?:\w+|\([\w\s,]+\))\s*=\s*[-−\d\s/.,()π√]+")
_DEFINITION = re.compile(r"\s*(?P<name>\\?[^\W\d_]\w*(?:_\{\d+\})?)\s*=\s*(?P<formula>[^=]+?)\s*")
_OWN_LETTER = re.compile(r"[a-df-hj-z]|[a-z]_?\d+")  # without e and i
_POINT = re.compile(r"(?:the\s+point\s+)?\([-−\d\s/.,()π√]+\)")
_AT_NUMBER = r"[-−]?[\d./]++"
_LETTERS = r"[^\W\d]\w*"
NAMED_POINT = rf"{_LETTERS}\s*=\s*{_AT_NUMBER}(?:\s*(?:,|and)\s*{_LETTERS}\s*=\s*{_AT_NUMBER})*+"
AT_POINT = rf"(?:the\s+point\s+)?(?:\([-−\d\s/.,π]+\)|{NAMED_POINT})"
WHEN = r"(?:[Ww]hen|[Ll]et|[Ww]ith|[Pp]ut|[Ss]et|[Ff]or)"
_BAR_POINT = re.compile(rf"\|\s*(?P<of>{_LETTERS})\s*=\s*{_AT_NUMBER}(?=\s*(?:[=,;\n]|$))")
_AT_BEFORE = r"(?<![A-Za-z\\])(?:(?:so|then|thus|hence|therefore|evaluated)\s+)?[Aa]t\s+"
_AT = re.compile(
    rf"{_AT_BEFORE}(?:{AT_POINT}|{_AT_NUMBER}(?=\s+is\b))(?=\s*[=:,]\s*\S|[ \t]+(?:is|the|equals|we)\b)"
)
_AT_IS = re.compile(
    rf"(?P<value>=[^=,;\n]*?)?{_AT_BEFORE}{AT_POINT}\s+(?P<it>(?:it|this|that)\s+)?(?:is|equals|gives|yields)(?=\s)"
)
_INTO = re.compile(
    rf"(?:[Pp]lug(?:ging)?|[Ss]ubstitut(?:e|ing)|[Ii]nsert(?:ing)?)\s+(?:in\s+)?{AT_POINT}\s+(?:in)?to\s+"
    r"(?P<formula>[^=\n;]+?)\s*,?\s*(?:(?:we|to)\s+(?:get|obtain|have)|gives|yields)(?=\s)"
)
_INVARIANT_SAID = re.compile(
    r"(?<=[\])}$\d])\s*+(?P<comma>[,;]?)\s*+(?P<words>(?:(?:so|with|which|and|it|J|H|the|its|matrix|whose|has)\s+)*)"
    r"(?P<name>det(?:erminant)?|rank|tr(?:ace)?)(?P<blank>\s+(?:is\s+|(?=[-−]?\d))|\s*:\s*(?=[-−]?\d))"
)
_PLUGGED = re.compile(
    r"(?:(?:[,;]|\.(?=\s))\s*)?(?<![A-Za-z\\])(?:[Ss]tep\s+\d+\s*[:.)]\s*)?(?:(?:[Nn]ow|[Ss]o|[Tt]hen|we)\s+){0,3}+"
    rf"(?:[Pp]lug(?:ging)?(?:\s+in)?|[Ss]ubstitut(?:e|ing)|[Ii]nsert(?:ing)?)\s+{AT_POINT}"
    r"(?:\s*,?\s*(?:(?:we|to)\s+(?:get|obtain|have)|(?:this\s+|which\s+)?(?:gives|yields))\b(?:\s+us\b)?)?\s*[:.,]?"
)
_SO = re.compile(r"(?<=[\w)\]}])(?<![A-Za-z]{3})[ \t](?=(?:so|thus|hence|therefore)[ \t]+(?!that\b))")
_WHEN = re.compile(
    rf"(?:^|(?<=[;\n]))[^\S\n]*(?:{WHEN}\s+{AT_POINT}\s*[:,]|{NAMED_POINT}\s*:)(?=\s*[^\s=])"
)
_SENTENCE_BEFORE = re.compile(
    r"^[ \t]*[A-Za-z]{2,}(?:[ \t]+(?:[A-Za-z]{2,}|a)){3,},\s*(?=so\s+it(?:['’]s|\s+is)\s)", re.MULTILINE
)
_SAYS_POINT = re.compile(
    rf"(?<![A-Za-z\\])(?:[Aa]t|[Ff]or|[Ww]hen)\s+{AT_POINT}|{_AT.pattern}|{_PLUGGED.pattern}|{_WHEN.pattern}"
)
_AT_CLAUSE = re.compile(rf"(?<=[,;.\n])\s{{0,9}}{_AT.pattern}\s*[:,](?=\s*[A-Za-z∂∇\\][^=:;,\n]*=)")
_CLASS = r"saddle|min(?:imum|ima)?|max(?:imum|ima)?|extremum|neither|(?:semi[\s-]*|in)?definite"
_VALUE = r"[-−]?[\d./√]+"
_INVARIANT = rf"(?<![\w|])(?:\|H\||(?:det|tr(?:ace)?|D)(?![A-Za-z])\s*(?:\(H\)|H\b)?)\s*=\s*{_VALUE}"
_OF_HESSIAN = rf"(?<![\w|])(?:\|H\||tr(?:ace)?)\s*=\s*{_VALUE}"  # a determinant may be the answer
_THEREFORE = r"=>|->|[⇒⟹→]|\\(?:Rightarrow|implies|to|rightarrow)(?![A-Za-z])"
_CLASSIFIED = re.compile(
    rf"(?:\s*(?:(?:[^\W\d]|[\\|])[\w \\|{{}}^·*−-]*(?:\([^()]*\))?\s*(?:=[-−+\d./√()·*^ ]+)*[<>]\s*0|\([-−\d\s/.,]+\)"
    r"|\((?:both|all|so)?\s*(?:positive|negative)\)"
    rf"|eigen-?values?\s*(?:are|of\s+\w+\s+are|[=:])?\s*{_VALUE}(?:\s*(?:,|and)\s*{_VALUE})*|{_THEREFORE}"
    rf"|{_INVARIANT}|(?:it['’]s|isn['’]t|can['’]t)"
    rf"|(?:so|hence|thus|therefore|then|and|it|is|are|an?|the|has|f|H|that|this|at|means|which|strict|local|relative|global"
    rf"|point|positive|negative|not|no|nor|neither|but|or|by|second|derivative|test|both|all|eigen-?values?|critical|we"
    rf"|cannot|can\s+not|must\s+be|be|i\.e|have|{_CLASS}"
    r")(?!\w))[\s,.:]*)++",
    re.IGNORECASE,
)
_CLASSIFIES = re.compile(rf"\b(?:{_CLASS}|eigen-?values?)\b|=\s*{_VALUE}\s*[<>]\s*0|{_OF_HESSIAN}", re.IGNORECASE)
_BEFORE_CLASS = re.compile(rf"[,;:]|\.(?=\s)|{_THEREFORE}|(?<=[\])}}])[ \t]")
_SIGNED = re.compile(
    r"(?:=[-−+\d./√()·*^π ]++|(?<![A-Za-z])det[^=,;\n]{0,30}=[^=<>≠,;\n]++)"
    r"(?P<sign>[<>≠]\s*0)(?=\s*(?:[,;\n]|\\\\|(?:and|so|hence|thus|therefore)\b|\Z))"
)
_SIGNED_ENTRY = re.compile(rf"[,;\s]*\w+_\{{?\w+\}}?\s*(?:=[^=<>]*)*{_SIGNED.pattern}")
_QUANTIFIED = re.compile(r"(?:(?:all|every|any|each|real|positive|negative|non-?zero)\s+)+")
_NAMES = re.compile(r"\(?\w+(?:\s*(?:,|and)\s*\w+)*\)?")
_WORD = re.compile(r"[A-Za-z]+")
_ARROW = re.compile(r"(?:<-+|←|\\leftarrow(?![A-Za-z]))\s*(?=[A-Za-z])")
_HELD = (
    r"(?:(?:we\s+)?(?:treat|hold|keep)(?:ing)?\s+)?[A-Za-z]\w*(?:(?:\s*,\s*|\s+and\s+)[A-Za-z]\w*){0,9}"
    r"\s+(?:(?:is|are|as|being)\s+)?(?:held\s+)?(?:an?\s+)?(?:constants?|fixed)"
)
_HELD_CONSTANT = re.compile(rf"(?:(?<=[\w)\]}}])\s*\({_HELD}\)|,\s*{_HELD})(?=\s*(?:[,;.\n$]|\\\\|\Z))")
_LINE_ENDS = r"(?=\s*(?:[,;.\n$]|\\\\|\Z))"
_EQUILIBRIUM = (
    r"(?:an?\s+)?(?:(?:asymptotically|neutrally|linearly|locally|globally|im?proper|star|degenerate|hyperbolic)\s+)*"
    r"(?:(?:un)?stable(?:\s+(?:node|star|spiral|focus|saddle|equilibrium|(?:fixed|critical|equilibrium)\s+point))?"
    r"|node|spiral|focus|cent(?:er|re)|sink|source)(?:\s+point)?"
)
_EVERYWHERE = r"(?:\s+(?:everywhere|at\s+(?:the\s+origin|(?:every|each)\s+point|all\s+points)))?"
_OF_MATRIX = (
    r"(?:(?:not|n[eo](?:ver|where)|neither|nor|isn['’]t)\s+)?(?:(?:locally\s+)?(?:(?:non[\s-]?)?(?:invertible|singular)|regular|(?:of\s+)?full\s+rank|(?:skew-?)?symmetric"
    r"|(?:strictly\s+)?(?:convex|concave)|(?:positive[\s-]+|negative[\s-]+|in)?(?:semi[\s-]*)?definite)"
    rf"{_EVERYWHERE}|{_EQUILIBRIUM})"
)
_REASON = r"(?=\s*(?:[,;.\n$]|\\\\|\Z|(?:since|because|as|by)\b))"
_TWO_EIGENVALUES = re.compile(
    r"[,;]\s*(?:with\s+)?(?:(?:the\s+)?eigen-?values?\s*(?:are|[=:])?|(?:λ|\\lambda|lambda)(?:_?\{?(?:1,\s?2|12|±)\}?)?\s*=)"
    rf"[^=,;\n]*(?:±|\\pm(?![A-Za-z]))[^=,;\n]*{_LINE_ENDS}"
)
_SAID_OF_MATRIX = re.compile(
    r"(?:[,;:]|\.(?=\s)|(?<=[\])}$])[ \t]|(?<=\d)[ \t](?=(?:so|hence|thus|therefore)\b))\s*"
    r"(?:(?:so|hence|thus|therefore|and|it|[JHAf]|[Tt]he\s+(?:matrix|Jacobian|Hessian|function)|which|is|has)\s+)*"
    rf"{_OF_MATRIX}(?:(?:\s+(?:and|but)\s+|\s*,\s*(?:(?:and|but)\s+)?|\s+(?=nor\b)){_OF_MATRIX})*{_REASON}|(?<=[\])}}$])\s*\({_OF_MATRIX}\){_LINE_ENDS}"
    rf"|[,;]\s*(?:an?\s+)?(?:(?:strict|local|relative|global|absolute)\s+)*(?:{_CLASS})(?:\s+point)?"
    r"(?=\s*,\s*\w+\s*\([^()]*\)\s*=)"
)
_NEARLY = re.compile(
    r"\s*(?:[≈≃]|\\(?:approx|simeq)(?![A-Za-z]))\s*[-−]?(?:\d+(?:\.\d*)?|\.\d+)(?=\s*(?:[,;)\]}&⟩›>]|\\\\|\\(?:end|right)))"
)
_COUNT = r"(?:\d{1,2}|one|two|three|four|five|six)"
_DIGITS = (
    rf"{_COUNT}\s*(?:s\.?\s?f\.?|d\.?\s?p\.?|sig(?:nificant|\.)?\s*(?:fig(?:ure)?s?\.?|digits?)"
    r"|decimals?(?:\s+(?:places?|digits?))?|digits?)"
)
_ROUNDED = re.compile(
    rf"(?<=[\d)\]}}])(?:[\s,]*\((?:(?:rounded\s*)?(?:correct\s+)?(?:to\s+)?{_DIGITS}|rounded|approx(?:imately|\.)?|exact(?:ly)?|(?:in\s+)?radians)\)"
    rf"|[\s,]+(?:(?:rounded|correct)\s+)?to\s+{_DIGITS}|[\s,]+(?:approx(?:imately|\.)?|rounded|exactly)){_LINE_ENDS}"
)
_SENTENCE = re.compile(r"[A-Za-z'’,.\s-]+")


def only_classifies(text: str) -> bool:
    """Whether a text says of which kind a point is, and nothing else: a saddle point, since det H < 0."""
    return len(text) < _LONGEST and bool(_CLASSIFIED.fullmatch(text) and _CLASSIFIES.search(text))


def asides(text: str, scope: Scope, inner: Collection[str]) -> list[Aside]:
    """The conditions and words behind the values of a text, those of a piecewise value left out.

    ``inner``: the variables that an answer may define, as it may define letters that are none.
    """
    view = _folded(text)
    levels = _levels(view)
    found: list[Aside] = []
    for start, end in _stretches(view, levels):
        found += _Stretch(text, view, levels, scope, inner).behind(start, end)
    said = _found_in(_SAID_OF_MATRIX, 0, text, view, ())
    found = [aside for aside in found if not any(one.start <= aside.start and aside.end <= one.end for one in said)]
    found += _found_in(_SIGNED, "sign", text, view, found)
    for pattern in (_HELD_CONSTANT, _SAID_OF_MATRIX, _TWO_EIGENVALUES, *_rounding(scope)):
        found += _found_in(pattern, 0, text, view, found)
    found += [aside for aside in _found_in(_NEARLY, 0, text, view, found) if levels[aside.start]]
    conditions = {"".join(aside.condition.split()) for aside in found if aside.condition}
    branches = len(conditions) > 1 or bool(conditions and re.search(r"\b(?:otherwise|else)\b", view))
    return [aside for aside in found if not (aside.condition and branches)]


def _rounding(scope: Scope) -> tuple[re.Pattern[str], ...]:
    """(3 s.f.) and to two decimal places, unless sf or dp is a name or a product."""
    return () if any(scope.variable(word) or scope.cut(word) for word in ("sf", "dp")) else (_ROUNDED,)


def _found_in(
    pattern: re.Pattern[str], group: str | int, text: str, view: str, known: Collection[Aside]
) -> list[Aside]:
    """> 0 of f_xx = 6 > 0, f_xy = 0, f_yy = 2, and (y constant) of f_x = 2xy (y constant), f_y = x^2"""
    places = (match.span(group) for match in pattern.finditer(view))
    free = ((start, end) for start, end in places if not any(a.start < end and start < a.end for a in known))
    return [Aside(start, end, _plain(text[start:end]).strip("()")) for start, end in free]


def own_letter(typed: str) -> str:
    """A letter that people define for themselves, s1, θ and \\theta by name; "" for another name."""
    name = GREEK.get(typed, re.sub(r"[\\{}]", "", typed))
    return name if _OWN_LETTER.fullmatch(name) or (name in GREEK_NAMES and name not in CONSTANTS) else ""


def stands_in(text: str, name: str, never_behind: str) -> bool:
    """Whether a letter stands there by itself: no part of a word or of a name."""
    alone = "" if name.startswith("\\") else r"(?<![A-Za-z_\\∂])"
    return bool(re.search(rf"{alone}{re.escape(name)}(?![{never_behind}])", text))


def says_point(text: str, scope: Scope) -> bool:
    """Whether “at (1, 2)” or “at x = 1, y = 2” stands somewhere."""
    return bool(_SAYS_POINT.search(text)) and not _at_is_a_product(scope)


def without_points(text: str, scope: Scope) -> str:
    """Spaces for “at (1, 2)” and “at x = 1, y = 2” before a value; at an end they are an aside.

    “When x = 3,” and “x = 3:” before a value are left out too; “…, at (1, 2): f_x = 4” and “…, plugging in (1, 2)
    gives 4” begin a line; a comma stands before “so”.  What a sentence explains before “so it is” is left out.
    """
    text = _BAR_POINT.sub(lambda match: " " * len(match[0]) if scope.variable(match["of"]) else match[0], text)
    text = _SENTENCE_BEFORE.sub(lambda match: " " * len(match[0]), text)
    text = _INTO.sub(lambda match: f"{match['formula']} =".rjust(len(match[0])), text)
    text = _INVARIANT_SAID.sub(_equals_behind, text)
    text = _PLUGGED.sub(_line_of_its_own, text)
    text = text if scope.cut("so") else _SO.sub(",", text)
    text = _WHEN.sub(lambda match: " " * len(match[0]) if _of_variables(match[0], scope) else match[0], text)
    if _at_is_a_product(scope):
        return text
    text = _AT_IS.sub(_equals_at, text)
    text = _AT_CLAUSE.sub(lambda match: ";".ljust(len(match[0])), text)
    return _AT.sub(lambda match: " " * len(match[0]), text)


def _of_variables(at: str, scope: Scope) -> bool:
    """x = 3, y = 1 of known variables, or (3, 1)"""
    return all(scope.variable(name) for name in re.findall(r"(\w+)\s*=", at))


def _line_of_its_own(match: re.Match[str]) -> str:
    """(2x, 2y), plugging in (1, 2) gives (2, 4): two lines, but 2x, plugging in x = 3 = 6 one"""
    follows = match.string[match.end() :].lstrip().startswith("=")
    return (" " if follows or not match.string[: match.start()].strip() else ";").ljust(len(match[0]))


def _equals_at(match: re.Match[str]) -> str:
    """f_x = 2x at (1, 2) is 2, 2x at x = 3 gives 6, and 2x, at x = 3 it is 6: an equals sign, but not behind a name"""
    value, before = match["value"] or "", re.split(r"[\n;]", match.string[: match.start()])[-1]
    formula = re.search(r"[\d)\]]", before) and not result_name(before)
    return value + "=".rjust(len(match[0]) - len(value)) if value or match["it"] or formula else match[0]


def _equals_behind(match: re.Match[str]) -> str:
    """[[2, 1], [4, 2]], determinant 0 and [[2, 1], [4, 2]] has determinant 0: a line that says so"""
    said = f"{match['name']}{'='.ljust(len(match['blank']))}"
    comma = match["comma"] or "," * bool(match["words"])
    return comma + said.rjust(len(match[0]) - len(comma))


def _at_is_a_product(scope: Scope) -> bool:
    return bool(scope.cut("at") or scope.variable("at"))


def _folded(text: str) -> str:
    """Commands as the signs that they print, padded so that columns survive."""
    for pattern, sign in _FOLDED:
        text = pattern.sub(_padded(sign), text)
    return text


def _padded(sign: str) -> Callable[[re.Match[str]], str]:
    return lambda match: (sign or f" {match[1]}").ljust(len(match[0]))[: len(match[0])]


def _levels(view: str) -> list[int]:
    """How many brackets are open before each character."""
    changes = [0] * (len(view) + 1)
    for match in _EDGE.finditer(view):
        if match[0] in ("\\[", "\\]"):
            continue
        opens = match[0] in ("(", "[", "{", "⎸") or match[0].startswith("\\begin")
        changes[match.end() if opens else match.start()] += 1 if opens else -1
    levels, level = [], 0
    for change in changes:
        level = max(0, level + change)
        levels.append(level)
    return levels


def _stretches(view: str, levels: list[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(view):
        if levels[match.start()] == 0:
            yield start, match.start()
            start = match.end()
    yield start, len(view)


class _Stretch:
    """One line: what can be cut off at its end."""

    def __init__(self, text: str, view: str, levels: list[int], scope: Scope, inner: Collection[str]) -> None:
        self.text, self.view, self.levels, self.scope, self.inner = text, view, levels, scope, inner
        self.letters = frozenset(name for name in scope.variables if len(name) == 1)

    def behind(self, start: int, end: int) -> list[Aside]:
        """Asides from the last one on; a whole line behind others that is a condition, or says what a Hessian shows."""
        if self.text[:start].strip() and self._is_condition(self.view[start:end], True):
            return [replace(self._aside(start, end, start, end), whole=True)]
        if self.text[:start].strip() and self._classifies(start, end):
            return [replace(self._aside(start, end), whole=True)]
        found: list[Aside] = []
        while len(found) < _MOST:
            end = next((m.start() for m in _TAIL.finditer(self.view, start, end) if m.end() == end), end)
            cut = next(self._cuts(start, end), None)
            if cut is None:
                break
            found.append(cut)
            end = cut.start
        return found

    def _cuts(self, start: int, end: int) -> Iterator[Aside]:
        begin = max(start, end - _LONGEST)
        for match in _ARROW.finditer(self.view, begin, end):
            if self._is_prose(self.view[match.end() : end].strip()) and self._has_value(start, match.start()):
                yield self._aside(match.start(), end)
        for match in _STARTER.finditer(self.view, begin, end):
            value = self._has_value(start, match.start())
            in_names = match["word"] == "where" and names_result(self.view[start : match.start()])  # 2x f'(u)
            if self.levels[match.start()] == 0 and (value or in_names):
                defined = self._defined(start, match.start(), match.end(), end)
                if defined and not self.scope.variable(match["word"]):
                    yield replace(self._aside(match.start(), end), defined=defined)
                if value:
                    yield from self._worded(match, end)
        for place in range(begin, end):
            if self.view[place] == "," and self.levels[place] == 0:
                if defined := self._defined(start, place, place + 1, end):
                    yield replace(self._aside(place, end), defined=defined)
                yield from self._bare(start, place, end)
        yield from self._bracketed(start, end)
        for match in _BEFORE_CLASS.finditer(self.view, begin, end):
            classifies = self.levels[match.start()] == 0 and self._classifies(match.end(), end)
            if classifies and self._has_value(start, match.start()):
                yield self._aside(match.start(), end)

    def _classifies(self, start: int, end: int) -> bool:
        """a local minimum since det = 27 > 0 and f_xx > 0"""
        return end - start < _LONGEST and not self._is_entry(start, end) and only_classifies(self.view[start:end])

    def _is_entry(self, start: int, end: int) -> bool:
        """f_yy = 2 > 0 behind f_xx = 6, f_xy = 0, where no matrix stands"""
        listed = "[" in self.view[:start] or "matrix" in self.view[:start]
        return not listed and bool(_SIGNED_ENTRY.fullmatch(self.view, start, end))

    def _defined(self, start: int, before: int, place: int, end: int) -> tuple[tuple[str, tuple[int, int]], ...]:
        """u = x + y and v = x of letters that stand before, with the places of their formulas; else nothing."""
        found = []
        for part_start, part_end in self._places(place, end):
            match = _DEFINITION.fullmatch(self.view, part_start, part_end)
            if not match or not self._may_be_defined(match["name"]):
                return ()
            found.append((match["name"], match.span("formula")))
        used = (name in self.inner or stands_in(self.view[start:before], name, "A-Za-z_'") for name, _ in found)
        return tuple((own_letter(name) or name, place) for name, place in found) if found and any(used) else ()

    def _may_be_defined(self, name: str) -> bool:
        own = own_letter(name)
        return name in self.inner or own in self.inner or bool(own and not self.scope.variable(own))

    def _worded(self, match: re.Match[str], end: int) -> Iterator[Aside]:
        """for x > 0, at x = 1, by the product rule"""
        rest = self.view[match.end() : end].strip()
        word = match["word"]
        if self.scope.variable(word):
            return
        product = self.scope.cut(word)
        if word in ("because", "since") and rest:
            yield self._aside(match.start(), end)
        elif not product and word not in ("by", "as", "from", "is") and self._demands(rest, word):
            yield self._aside(match.start(), end, match.end())
        elif self._is_prose(rest) or (not product and word == "at" and _POINT.fullmatch(rest)):
            yield self._aside(match.start(), end)

    def _bare(self, start: int, place: int, end: int) -> Iterator[Aside]:
        """, x > 0; in “2x, x, y > 0” the x may belong to either side, so nothing is cut."""
        rest = self.view[place + 1 : end]
        if not (self._is_condition(rest, False) and self._has_value(start, place)):
            return
        before = self.view[start:place]
        listed = _JOINT.split(before)
        if len(listed) == 1 or not self.scope.variable(listed[-1].strip()):
            yield self._aside(place, end, place + 1)

    def _bracketed(self, start: int, end: int) -> Iterator[Aside]:
        """(x > 0), (by the product rule), (product rule), (indefinite)"""
        first = end - 1
        while first > start and not (self.levels[first] == 0 and self.view[first] in "(["):
            first -= 1
        if not self.view[start:end].endswith((")", "]")) or not self._has_value(start, first):
            return
        inner = self.view[first + 1 : end - 1].strip()
        starter = _STARTER.match(f" {inner}", 1)
        rest = inner[starter.end() - 1 :] if starter else inner
        prose = self._is_prose(rest) and (starter or len(_WORD.findall(rest)) > 1)
        if self._is_condition(rest, True):
            yield self._aside(first, end, first + 1, end - 1)
        elif prose or self._classifies(first + 1, end - 1):
            found = self._aside(first, end)
            yield Aside(found.start, found.end, found.said.strip("()[] "))

    def _aside(self, start: int, end: int, inner: int = 0, last: int = 0) -> Aside:
        """From start to end, with the layout around; the condition stands from ``inner`` to ``last``."""
        while start > 0 and self.view[start - 1] in " ," and self.text[start - 1] not in "$)]":
            start -= 1
        while end < len(self.view) and self.view[end] == " " and not re.match(r"\$|\\[)\]]", self.text[end : end + 2]):
            end += 1
        if self.text[start:end].count("$") % 2:
            end = self.text.find("$", end) + 1 or end
        while inner and self.view[inner] == " ":
            inner += 1
        condition = _plain(self.text[inner : last or end]) if inner else ""
        return Aside(start, end, _plain(self.text[start:end]), condition)

    # -- what is what -------------------------------------------------------------------------------

    def _has_value(self, start: int, end: int) -> bool:
        """Whether mathematics stands before, more than words or the bare name of a result."""
        before = self.view[start:end]
        before = before[lead_end(before, self.letters) :].strip(" ,.")
        if not before or before.lower() in LEAD_WORDS or before.endswith(("=", ":")):
            return False
        bare = re.fullmatch(r"[\w']+", before) and not self.scope.variable(before) and not self.scope.cut(before)
        if "=" not in before and ((bare and result_name(before)) or names_result(before)):
            return False
        return bool(re.search(r"[\d)\]}]", before)) or not all(map(self._is_english, set(_WORD.findall(before))))

    def _demands(self, rest: str, word: str) -> bool:
        """all x, x = 1 and y = 2, x > 0"""
        quantified = _QUANTIFIED.match(rest)
        if quantified and _NAMES.fullmatch(rest, quantified.end()):
            return True
        if word in ("at", "for", "when", "if") and all(map(_EQUATION.fullmatch, self._parts(rest))):
            return True
        return self._is_condition(rest[quantified.end() :] if quantified else rest, True)

    def _is_condition(self, said: str, names: bool) -> bool:
        """x > 0, 0 < x < 1 and y ≠ 0; with ``names`` also x, y > 0."""
        parts = self._parts(said)
        if not parts or not _RELATION.search(parts[-1]):
            return False
        for part in parts:
            sides = _RELATION.split(part)
            if len(sides) == 1 and not (names and self.scope.variable(part)):
                return False
            if not all(map(self._is_mathematics, sides)):
                return False
        return True

    def _parts(self, said: str) -> list[str]:
        """Between commas, “and” and “or” outside brackets."""
        inside = _Stretch(said, said, _levels(said), self.scope, self.inner)
        return [said[start:end].strip() for start, end in inside._places(0, len(said))]

    def _places(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where the parts stand."""
        for match in _JOINT.finditer(self.view, start, end):
            if self.levels[match.start()] == 0:
                yield start, match.start()
                start = match.end()
        yield start, end

    def _is_mathematics(self, said: str) -> bool:
        """One side of a condition: signs that are read, brackets in pairs, no words."""
        balanced = sum((sign in "([{") - (sign in ")]}") for sign in said) == 0
        if not (said.strip() and balanced and _OPERAND.fullmatch(said)):
            return False
        return not any(word in KEYWORDS or self._is_english(word) for word in _WORD.findall(said))

    def _is_prose(self, said: str) -> bool:
        """English words; a variable among them only behind two words, as in “with respect to x”."""
        words = _WORD.findall(said)
        if not words or not _SENTENCE.fullmatch(said) or not self._is_english(words[0]):
            return False
        known = [self._is_english(word) or word in ("a", "and", "or", "for", "if") for word in words]
        return all(known[:2]) and all(
            good or self.scope.variable(word) for good, word in zip(known, words, strict=True)
        )

    def _is_english(self, word: str) -> bool:
        name = word in SPELLINGS or word in GREEK_NAMES or word in CONSTANTS or word in KEYWORDS
        known = name or self.scope.variable(word) or self.scope.cut(word) or apart(self.scope, word, True)
        return len(word) > 1 and word.isascii() and not known


def _plain(typed: str) -> str:
    """As typed, on one line, without the signs of layout."""
    bare = re.sub(r"\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}|\\q?quad|\\[,;:! ()]|\$", r" \1 ", typed)
    return " ".join(bare.split()).strip(" ,.")
