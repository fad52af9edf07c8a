"""How an answer is laid out: text → lines of sides of pieces, with the columns where they stand.

    J = A \\cdot B \\\\ &= C          one line of three sides         ∂f/∂x = 2x, ∂f/∂y = 2y       two lines
    f_x = 2x \\quad f_y = 2y       two lines       f_x &= 2x & f_y &= 2y                two lines
    The Jacobian is $J = A$.          of a document, only the mathematics

Layout ($, &, \\boxed, \\text, align, spacing) is replaced by spaces one to one, so that columns survive.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from jacocalc.reading.answer_names import (
    LEAD_WORDS,
    another_partial,
    multiple_name,
    names_partials,
    names_result,
    result_name,
    tangent_name,
)
from jacocalc.reading.tokens import is_latex

Place = tuple[int, int]
_KEPT_WORDS = frozenset({"det", "grad", "tr", "div", "curl", "d", "e", "exp", "sin", "cos", "ln", "sinh", "cosh", "T"})
_THEREFORE = frozenset({"then", "so", "thus", "hence", "therefore"})
_PIECES = re.compile(
    r"(?P<wrapper>\\(?:begin|end)\s*\{(?:align|aligned|alignat|alignedat|flalign|equation|gather|gathered|split|multline"
    r"|eqnarray|displaymath|math|center)\*?\}(?:\{[0-9]+\})?)"
    r"|(?P<matrix>\\(?P<edge>begin|end)\s*\{[A-Za-z]+\*?\})"
    r"|(?P<word>\\(?:text|textrm|textbf|textit|mbox)\s*\{(?P<said>[^{}]*)\})"
    r"|(?P<apart>\\q?quad(?![A-Za-z])(?=\s*(?:[A-Za-z∂∇]|\\(?:[dt]?frac|partial|nabla)(?![A-Za-z]))[^=,;&\n]{0,80}=))"
    r"|(?P<dropped>\\(?:tag|label|hspace|vspace|phantom|color)\*?\s*\{[^{}]*\}|\\textcolor\s*\{[^{}]*\}"
    r"|\\(?:displaystyle|ds|textstyle|nonumber|notag|quad|qquad)(?![A-Za-z])|\\[,;: ]|~)"
    r"|(?P<box>\\(?:boxed|fbox|underline)\s*\{)|(?P<brace>\\(?:under|over)brace\s*\{)"
    r"|(?P<row>(?<=[\])}])\.?[ \t]+(?=(?:(?:[Ss]o|[Hh]ence|[Tt]hus|[Tt]herefore|with|and|[Tt]he)[ \t]+)*+"
    r"\\?(?:det(?:erminant)?|rank|tr(?:ace)?)(?![a-z])[^\[\]=,;\n]{0,8}=)"
    r"|\\\\(?:\s*\[[-0-9.]+[a-z]*\])?|\\cr(?![A-Za-z])|;|；|\.(?=\s+[A-Z][a-z]+[\s,])"
    r"|(?:(?<=\S[^\n]{2})|(?<=\S[^\n]{3}))\.(?=[ \t]+[A-Z][ \t]*=))"
    r"|(?P<display>\\[\[\]]|\$\$)|(?P<inline>\\[()]|\$)"
    r"|(?P<arrow>=?=>|\\(?:Rightarrow|Longrightarrow|implies|iff|Leftrightarrow|therefore)(?![A-Za-z])|[⇒⟹⇔⟺∴])"
    r"|(?P<other>[!<>]=)"
    r"|(?P<leads>->|[→⟶]|\\(?:to|rightarrow)(?![A-Za-z])|\b(?:which\s+)?(?:gives|yields)\b)"
    r"|(?P<equals>:=|==|[=＝≈≃≅≡]|\\(?:approx|equiv|simeq|cong|doteq)(?![A-Za-z]))"
    r"|(?P<is>\b(?:is|equals)\b)"
    r"|(?P<open>\\\{|\\l(?:brace|brack|angle)(?![A-Za-z])|\\(?:left|[bB]igg?l?)\s*+<|[(\[{⟨‹（［｛⎸])"
    r"|(?P<close>\\\}|\\r(?:brace|brack|angle)(?![A-Za-z])|\\(?:right|[bB]igg?r?)\s*+>|[)\]}⟩›）］｝⎹])"
    r"|(?P<command>\\(?:[A-Za-z]+|.))|(?P<comma>,|，|\band\b)|(?P<newline>\n)|(?P<align>&)|(?P<colon>:)",
    re.DOTALL,
)
_BOLD = re.compile(
    r"(?:^[ \t]*(?:[-*>•][ \t]+)?|[=:][ \t]*|\bis[ \t]+)(?P<open>\*\*)(?=\S)[^\n]+?(?<=\S)(?P<shut>\*\*)"
    r"(?=[ \t]*[.,]?[ \t]*$|[ \t:=])",
    re.MULTILINE,
)
_TICKS = re.compile(r"(?<!`)(?P<open>`{1,2})(?!`)[^`\n]+(?P<shut>(?P=open))(?!`)")
_TICKED = re.compile(r"(?P<tick>[✓✔✅]\ufe0f?|\\checkmark(?![A-Za-z]))[ \t.$]*$", re.MULTILINE)
_THUS = re.compile(r"^[ \t]*(?P<sign>=>)", re.MULTILINE)
_SYSTEM = re.compile(r"\\begin\{cases\}(?P<rows>(?:(?!\\end\{cases\})[^&<>])*)\\end\{cases\}")
_ITEM = re.compile(r"^[ \t]*(?P<sign>[-−–—*•])(?=[ \t]+(?:([^\s=:][^=:\n]{0,80})[=:]|\S))", re.MULTILINE)
_SO = re.compile(r"(?i)\s*(?:so|thus|hence|therefore)[\s:]+(?=\S)")
_GAP = re.compile(r"[$&]|\\[()]|\\q?quad")
_LABEL = re.compile(r"\s*[_^]\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_GOES_ON = re.compile(r"\s*(?:[+·*/]|\\cdot(?![A-Za-z])|\\times(?![A-Za-z]))")
_OPEN_END = re.compile(r"(?:[-+·*/]|\\cdot|\\times)$")
_OPENS, _CLOSES = r"\s*(?:[\[(<⟨]|\\begin\s*\{[a-z]*matrix\})", r"(?:[\])>⟩]|\\end\s*\{[a-z]*matrix\})\s*"
_LIST = re.compile(rf"{_OPENS}.*{_CLOSES}", re.DOTALL)
_NUMBER = re.compile(r"\s*[-−]?[\d./]+\s*")
_POINT = re.compile(rf"{_OPENS}(?:\s*[A-Za-z]\w*\s*,?)*{_CLOSES}")
_NUMBERS = re.compile(rf"{_OPENS}[-−\d\s,.;/&\\()\[\]√π]*{_CLOSES}(?:$|[.,;])")
_LONGEST_NAME = 80
_SIGN = len(r"\times")


@dataclass(frozen=True)
class Mark:
    """A sign outside brackets that divides: “=”, “,”, “:” or a break between lines."""

    kind: str
    start: int
    end: int


@dataclass
class RawLine:
    """Sides, each a list of pieces between commas; ``labelled``: a colon stands behind the first."""

    sides: list[list[Place]]
    latex: bool
    labelled: bool = False


@dataclass
class _Scan:
    """One pass over a stretch: what is layout becomes spaces, what divides becomes a mark."""

    shown: list[str]
    marks: list[Mark] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    braces: list[str] = field(default_factory=list)
    level: int = 0
    display: int = 0

    def run(self, text: str, start: int, end: int) -> None:
        """Read from start to end."""
        place = start
        self.marks, self.gaps, self.braces, self.level, self.display = [], [], [], 0, 0
        while match := _PIECES.search(text, place, end):
            place = self._piece(text, match, end)

    def _piece(self, text: str, match: re.Match[str], end: int) -> int:
        start, place = match.span()
        kind = str(match.lastgroup)
        if self.level == 0 and _GAP.fullmatch(match[0]):
            self.gaps.append(place)
        if kind == "matrix":
            self.level = max(0, self.level + (1 if match["edge"] == "begin" else -1))
        elif kind == "open":
            self._open(match[0])
        elif kind == "close":
            place = self._close(text, match, end)
        elif kind in ("box", "brace"):
            self.braces.append(kind)
            self.level += kind == "brace"
            self._blank(start, place - (kind == "brace"))
        elif kind == "inline" or (kind == "dropped" and self.level == 0):
            self._blank(start, place)
        elif kind in ("display", "wrapper"):
            self._display(kind, match[0], start, place)
        elif self.level == 0:
            self._outside(kind, match, start, place)
        return place

    def _outside(self, kind: str, match: re.Match[str], start: int, place: int) -> None:
        if kind == "word":
            said = match["said"].strip(" ,.")
            if said in _KEPT_WORDS:
                return
            kind = "comma" if said == "and" else "arrow" if said.lower() in _THEREFORE else "align"
        if kind == "leads" and self._names_a_result(place):
            kind = "arrow"
        if kind in ("is", "leads"):
            kind = "equals" if self._stands_for_equals(kind, start, place) else "other"
        if kind == "newline" and self.display > 0:
            kind = "align"
        if kind == "apart":
            said = self.marks and self.marks[-1].kind == "=" and "".join(self.shown[self.marks[-1].end : start]).strip()
            kind = "comma" if said else "align"
        if kind in ("comma", "colon", "equals"):
            self.marks.append(Mark({"comma": ",", "colon": ":", "equals": "="}[kind], start, place))
        elif kind in ("newline", "row", "arrow"):
            self.marks.append(Mark("break", start, place))
        if kind in ("align", "newline", "row", "arrow"):
            self._blank(start, place)

    def _stands_for_equals(self, kind: str, start: int, end: int) -> bool:
        """∇f is (2x, 2y), f_x → 2x, f_x = 2x → 2 behind an equals sign in the same line, and (2x, 2y) → (2, 4)"""
        if kind == "leads":
            before = next((mark for mark in reversed(self.marks) if mark.kind in ("=", "break")), Mark("break", 0, 0))
            left, right = "".join(self.shown[before.end : start]), "".join(self.shown[end:]).partition("\n")[0]
            lists = _LIST.fullmatch(left) and not _POINT.fullmatch(left) and _NUMBERS.match(right)
            word = "".join(self.shown[start:end]).isalpha()
            row = next((mark.end for mark in reversed(self.marks) if mark.kind == "break"), 0)
            named = not word or _names_derivative("".join(self.shown[row : before.start]).partition("=")[0])
            behind_name = before.kind == "break" and not word and _names_derivative(result_name(self._chunk_to(start)))
            return (before.kind == "=" and named) or bool(lists) or behind_name
        left = self._chunk_to(start)
        first = not re.search(r"\b(?:is|equals)\b", left)
        name = result_name(left)
        return bool(first and name and (_names_derivative(left) or name.startswith("R_")))

    def _chunk_to(self, end: int) -> str:
        """What stands behind the last mark."""
        return "".join(self.shown[max(end - _LONGEST_NAME, self.marks[-1].end if self.marks else 0) : end])

    def _names_a_result(self, start: int) -> bool:
        """Whether “dy/dx =” stands behind an arrow."""
        name, equals, _ = "".join(self.shown[start : start + _LONGEST_NAME]).partition("\n")[0].partition("=")
        return bool(equals) and _names_derivative(result_name(name))

    def _display(self, kind: str, sign: str, start: int, place: int) -> None:
        self._blank(start, place)
        if kind == "wrapper":
            self.display = max(0, self.display + (1 if sign.startswith("\\begin") else -1))
        elif sign == "$$":
            self.display = int(not self.display)
        else:
            self.display = int(sign == "\\[")
        if self.level == 0:
            self.marks.append(Mark("break", start, place))

    def _open(self, sign: str) -> None:
        if sign == "{":
            self.braces.append("plain")
        self.level += 1

    def _close(self, text: str, match: re.Match[str], end: int) -> int:
        start, place = match.span()
        held = self.braces.pop() if match[0] == "}" and self.braces else "plain"
        if held == "box":
            self._blank(start, place)
            return place
        self.level = max(0, self.level - 1)
        label = _LABEL.match(text, place, end) if held == "brace" else None
        if label:
            self._blank(*label.span())
        return label.end() if label else place

    def _blank(self, start: int, end: int) -> None:
        self.shown[start:end] = " " * (end - start)


def laid_out(text: str) -> tuple[str, list[RawLine]]:
    """The text with its layout blanked, and its lines."""
    scan = _Scan(list(text))
    lines: list[RawLine] = []
    for start, end, latex in _stretches(text):
        scan.run(text, start, end)
        shown = "".join(scan.shown)
        marks = [found for before, mark in pairwise([Mark("break", start, start), *scan.marks])
                 for found in (*_names_behind(shown, before, mark, scan.gaps), mark)]  # fmt: skip
        made = [line for row in _rows(shown, marks, start, end) for line in _lines(shown, row, latex)]
        if lines and made and _blank(shown, made[0].sides[0]):
            lines[-1].sides += made.pop(0).sides[1:]
        elif lines and made and _blank(shown, lines[-1].sides[-1]):
            lines[-1].sides[-1:] = made.pop(0).sides
        lines += made
    return "".join(scan.shown), lines


_NAME_BEHIND = re.compile(
    r"(?<=[^\s=,;+*/^(-])\s+(?=(?:(?:[a-zFGH]\d?|[A-Z]\d)'?_[a-z]+|f[t-z]{1,2}|[∂d][a-z]?\w*/[∂d]\w+)'?\s*$)"
)


def _names_behind(shown: str, before: Mark, mark: Mark, gaps: list[int]) -> list[Mark]:
    """f_x = 2x fy = 2y: a new line begins behind the blank, unless all is a formula in names, z_x x_t + z_y y_t."""
    if (before.kind, mark.kind) != ("=", "="):
        return []
    between = gaps[bisect_right(gaps, before.end) : bisect_left(gaps, mark.start)]
    gap = next((place for place in reversed(between) if shown[place : mark.start].strip()), before.end)
    name = result_name(shown[gap : mark.start])
    if shown[before.end : gap].strip() and (_names_derivative(name) or "(" in name):
        return [Mark("break", gap, gap)]
    blank = _NAME_BEHIND.search(shown, before.end, mark.start)
    if not blank or re.search(r"[_∂]|d\w*/d", shown[before.end : blank.start()]):
        return []
    return [Mark("break", *blank.span())]


def _names_derivative(name: str) -> bool:
    return names_result(name) or names_partials(name)


def without_markdown(text: str) -> str:
    """Spaces for **…** and `…` around mathematics, for ✓ behind it, => before it and for bullets; x**2 stays."""
    kept = list(text)
    for match in (*(m for sign in (_BOLD, _TICKS, _TICKED, _THUS) for m in sign.finditer(text)), *_bullets(text)):
        for start, end in {match.span(group) for group in match.re.groupindex}:
            kept[start:end] = " " * (end - start)
    return "".join(kept)


def with_systems(text: str) -> str:
    """\\begin{split} for cases of equations, f_x = 2x \\\\ f_y = 2y, which are no branches."""
    return _SYSTEM.sub(_split_where_equations, text)


def _split_where_equations(match: re.Match[str]) -> str:
    equations = all("=" in row for row in match["rows"].split("\\\\") if row.strip())
    return f"\\begin{{split}}{match['rows']}\\end{{split}}" if equations else match[0]


def _bullets(text: str) -> list[re.Match[str]]:
    """• before anything, * where the text begins so, and - before f_x = 2x and f_y = 2y; a minus is none."""
    items = list(_ITEM.finditer(text))
    named = [item["sign"] for item in items if item[2] and _names_derivative(result_name(item[2]))]
    starred = text.lstrip().startswith("* ")
    return [item for item in items
            if item["sign"] == "•" or named.count(item["sign"]) > 1 or (starred and item["sign"] == "*")]  # fmt: skip


_TYPED = re.compile(r"\S+")


def _blank(shown: str, places: list[Place]) -> bool:
    return not any(shown[start:end].strip(" \t\n.,") for start, end in places)


def _only_words(shown: str, places: list[Place]) -> bool:
    return all(word[0].lower() in LEAD_WORDS for start, end in places for word in _TYPED.finditer(shown, start, end))


Row = list[tuple[str, Place]]


def _rows(shown: str, marks: list[Mark], start: int, end: int) -> Iterator[Row]:
    """Between two breaks: (the mark before, the place of a chunk).  What begins with “=” goes on the row before."""
    row: Row = []
    kind = "break"
    for mark in (*marks, Mark("break", end, end)):
        place = (start, mark.start)
        if kind != "break":
            row.append((kind, place))
        elif not shown[slice(*place)].strip():
            row = row or ([(kind, place)] if mark.kind == "=" else [])
        elif row and _goes_on(shown, row[-1][1], place):
            row[-1] = (row[-1][0], (row[-1][1][0], place[1]))
        else:
            yield row
            row = [(kind, place)]
        kind, start = mark.kind, mark.end
    yield row


def _goes_on(shown: str, before: Place, place: Place) -> bool:
    typed = shown[slice(*before)].rstrip()
    open_end = _OPEN_END.search(typed, max(0, len(typed) - _SIGN))
    return not typed or bool(open_end or _GOES_ON.match(shown[slice(*place)]))


def _lines(shown: str, row: Row, latex: bool) -> Iterator[RawLine]:
    """A row → lines: a comma before “name =” begins a new line, before “so” a side, any other one a new piece."""
    line: RawLine | None = None
    for index, (kind, place) in enumerate(row):
        following = row[index + 1][0] if index + 1 < len(row) else ""
        before, typed = row[0][1], shown[slice(*place)]
        names = kind == "," and _begins_line(line, typed, following)
        beside = names and _stands_beside(typed, shown[slice(*before)])
        if kind == ":" and line is not None and len(line.sides) > 1 and not shown[slice(*place)].strip():
            continue  # a colon at the end of a sentence leads to the display below it
        apart = kind == "," and line is not None and len(line.sides) > 1 and _list_behind_number(shown, line, place)
        if line is None or (names and len(line.sides) > 1) or beside or apart:
            if line is not None:
                yield line
            line = RawLine([[place]], latex)
        elif kind == "," and following != "=" and _SO.match(typed):
            if len(line.sides) > 1:
                yield line
                line = RawLine([[place]], latex)
            else:
                line.sides.append([place])
        elif len(line.sides) == 1 and (
            (kind == ":" and following in ("=", ":") and not _is_equation_of_tangent(shown, line, typed))
            or (kind == "," and _only_words(shown, line.sides[0]))
        ):
            line.sides = [[place]]
        elif kind in ("=", ":"):
            line.labelled = line.labelled or (kind == ":" and len(line.sides) == 1)
            line.sides.append([place])
        else:
            line.sides[-1].append(place)
    if line is not None and (len(line.sides) > 1 or not _blank(shown, line.sides[0])):
        yield line


def _begins_line(line: RawLine | None, typed: str, following: str) -> bool:
    """f_x of a, f_x = b, -∇f and 2f', y - 4 of the equation of a tangent, and “tangent:” before it."""
    if following == "=":
        return bool(result_name(typed) or multiple_name(typed) or tangent_name(typed))
    return bool(_labels(line, following) and result_name(typed)) or bool(following == ":" and _TANGENT.fullmatch(typed))


_TANGENT = re.compile(
    r"(?i)\s*(?:the\s+)?(?:equation\s+of\s+the\s+)?"
    r"(?:(?:tangent|normal)(?:\s+(?:line|plane))?|linear(?:i[sz]ation|\s+approximation))\s*"
)


def _is_equation_of_tangent(shown: str, line: RawLine, typed: str) -> bool:
    """3x + 4y = 25 behind “tangent:”, where y = 6x - 9 and y - 4 = … have names of their own."""
    (label, *more), *_ = line.sides
    named = result_name(typed) or tangent_name(typed)
    return not more and not named and bool(_TANGENT.fullmatch(shown, *label))


def _list_behind_number(shown: str, line: RawLine, place: Place) -> bool:
    """u = x y, [[u, 1], [v, 0]] and f(1, 2) = 5, (2, 4): the list is no entry of the line."""
    (start, end), *more = line.sides[0]
    value = not more and _VALUE_AT.fullmatch(shown, start, end) and _NUMBERS.fullmatch(shown, *place)
    kind = _LIST if value else _MATRIX
    return bool(kind.match(shown, *place)) and not kind.match(shown, *line.sides[-1][0])


_VALUE_AT = re.compile(r"\s*[A-Za-z]\w*\s*\([-−\d\s,./π]+\)\s*")
_MATRIX = re.compile(r"\s*(?:[\[(]\s*[\[(]|\\begin\s*\{[a-zA-Z]*matrix)")


def _stands_beside(name: str, before: str) -> bool:
    """Whether det J or D is said beside a value, as in J, det J = …; beside a list or a number anything may be.

    In f_x(1, 2), f_y(1, 2) = 4, 1 the second partial stands beside the first one, and no value.
    """
    if another_partial(result_name(before), result_name(name)):
        return False
    value = before.strip(" \t\n.,").lower() not in LEAD_WORDS and not names_result(before)
    listed = _LIST.fullmatch(before) and not _POINT.fullmatch(before)
    alone = listed or _NUMBER.fullmatch(before)
    return value and bool(alone or names_result(name) or name.strip() in ("D", "trace") or _VALUE_AT.fullmatch(name))


def _labels(line: RawLine | None, sign: str) -> bool:
    """Whether a colon stands behind a name as it does behind the one before: x: 2x, y: 2y."""
    return sign == ":" and line is not None and line.labelled


# -- documents --------------------------------------------------------------------------------------

_WORDS = r"(?!(?:det|grad|div|curl|and|sin|cos|tan|exp|ln|log|sqrt|if|otherwise)\b)[A-Za-z]{2,}"
_PROSE = re.compile(rf"(?:\b{_WORDS}[,:;]?\s+){{2}}{_WORDS}\b")
_HEADING = re.compile(r"^(?:\s{0,3}#{1,6}\s|```)", re.MULTILINE)
_INLINE = re.compile(r"\$([^$\n]+)\$|\\\((.+?)\\\)")
_UNSPOKEN = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|\\(?:text|textrm|mbox|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+|\{[a-z]+\}")
_BLOCKS = re.compile(
    r"^[ \t]*```(?P<kind>\w*)[^\n]*\n(?P<fenced>.*?)^[ \t]*```"
    r"|\$\$(?P<dollars>.*?)\$\$|\\\[(?P<brackets>.*?)\\\]"
    r"|(?P<environment>\\begin\{(?P<name>align|equation|gather|eqnarray|multline)\*?\}.*?\\end\{(?P=name)\*?\})"
    r"|(?P<line>(?:(?!\$\$|\\\[|\\begin\{(?:align|equation|gather|eqnarray|multline))[^\n])+)",
    re.DOTALL | re.MULTILINE,
)
_BULLET = re.compile(r"\s*(?:[-*>•]\s+|[0-9]+[.)]\s+)?(?:\*\*|__)?")


def looks_like_document(text: str) -> bool:
    """Whether prose stands around the mathematics: a heading, a fence, words in a row, words beside $…=…$."""
    return bool(_HEADING.search(text)) or any(_is_prose(line) for line in text.split("\n"))


def _is_prose(line: str) -> bool:
    around = _UNSPOKEN.sub(" ", line)
    if "=" not in around and re.search(r"[A-Za-z]{2,}", around) and any("=" in m[0] for m in _INLINE.finditer(line)):
        return True
    return bool(_PROSE.search(around))


def _stretches(text: str) -> list[tuple[int, int, bool]]:
    """Where mathematics stands: the whole text, or the parts of a document that count."""
    found = _document(text) if looks_like_document(text) else []
    return found or [(0, len(text), is_latex(text))]


def _document(text: str) -> list[tuple[int, int, bool]]:
    found: list[tuple[int, int, bool]] = []
    spoken: list[tuple[int, int, bool]] = []
    for match in _BLOCKS.finditer(text):
        group = next(g for g in ("fenced", "dollars", "brackets", "environment", "line") if match[g] is not None)
        start, end = match.span(group)
        if group == "line":
            found += _in_line(text, start, end, spoken)
        elif group != "fenced" or match["kind"] in ("math", "latex", "tex"):
            found.append((start, end, True))
    return found or spoken[-1:]


def _in_line(text: str, start: int, end: int, spoken: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """The formulas of one line: $…=…$, else the line itself when it has “=” and little prose."""
    line = text[start:end]
    inline = list(_INLINE.finditer(line))
    spoken += [(start + m.start(), start + m.end(), True) for m in inline]
    around = _UNSPOKEN.sub(lambda m: " " * len(m[0]), line)
    if inline and "=" not in around:
        return [(start + m.start(), start + m.end(), True) for m in inline if "=" in m[0] or "matrix}" in m[0]]
    bullet = _BULLET.match(line)
    place = bullet.end() if bullet else 0
    before, equals, after = line[place:].partition("=")
    if not equals or _PROSE.search(after) or line.lstrip().startswith("#"):
        return []
    if _is_prose(line):
        words = list(re.finditer(rf"\b{_WORDS}[,:]?\s+", before))
        place += words[-1].end() if words else 0
    return [(start + place, start + len(line.rstrip(" *_")), is_latex(line))]
