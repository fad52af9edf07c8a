"""Answers as students write them, text or LaTeX → a Submission: lines ``name = side = side``, read but not judged.

    J_f = [[2, 1], [4, 2]]·[[1, 0], [0, 3]] = [[2, 3], [4, 6]]          $$J = \\begin{bmatrix} 2x & 1 \\end{bmatrix}$$
    6, 12                   a flat list            ∂f/∂x = 2x, ∂f/∂y = 2y                two lines

The names are known and closed.  Every error points into the text as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from jacocalc.errors import JacocalcError, ReadError, ShapeError
from jacocalc.known_functions import SPELLINGS
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, column, substitute, tree_size
from jacocalc.options import LIMITS
from jacocalc.reading.answer_layout import Place, RawLine, laid_out, looks_like_document, with_systems, without_markdown
from jacocalc.reading.answer_lists import (
    columns_where_turned,
    count_matrices,
    flat_lists,
    has_rows,
    listed_matrices,
    rows_where_needed,
    turned_lists,
    with_diagonals,
    with_rows_by_commas,
    without_outer_brackets,
    without_square_groups,
)
from jacocalc.reading.answer_names import (
    another_partial,
    bar_start,
    derivative_of,
    equation_name,
    factor_end,
    holds_derivative,
    lead_end,
    multiple_name,
    names_partials,
    names_result,
    product_name,
    result_name,
)
from jacocalc.reading.approximations import without_approximately
from jacocalc.reading.asides import Aside, asides, own_letter, says_point, stands_in, without_points
from jacocalc.reading.blank_rows import with_commas
from jacocalc.reading.branch_spellings import with_branches
from jacocalc.reading.lexer import GREEK_NAMES, Token
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import Parser
from jacocalc.reading.partial_names import Unspecified, with_partials
from jacocalc.reading.said_points import said_points
from jacocalc.reading.scope import Scope
from jacocalc.reading.tokens import angled, is_latex, tokens_of
from jacocalc.reading.unit_vectors import has_units, vectors_of
from jacocalc.verdicts import Line, Side, Submission

_MOST_LINES, _MOST_SIDES, _MOST_MATRICES, _MOST_ENTRIES = 200, 50, 60, 400
_EXAMPLE = "for example J = [[6, 3], [12, 6]]"
_REFUSED = (
    (re.compile(r"°|\\degree|\^\s*\{?\s*\\circ"), "degrees are not read", "angles are in radians: 30° is pi/6"),
    (re.compile(r"\\?%(?!(?:e|pi)\b)|％"), "a per cent sign is not read", "write 0.25 or 1/4"),
    (re.compile(r"[±∓]|\\[pm]{2}(?![A-Za-z])"), "± stands for two values", "write the one that is meant"),
    (re.compile(r"\d?\.\(\d+\)|\d?\.\d*\\(?:overline|bar)\s*\{?\s*\d|\d?\.\d+[\u0304\u0305]"),
     "a repeating decimal is not read", "write it as a fraction: 0.(3) is 1/3"),
    (re.compile(r"(?<=\d)\{,\}(?=\d)"), "a comma stands in a number", "decimals are written with a point: 0.75"),
)  # fmt: skip
_UNSOLVED = ("this is an equation that holds the derivative",
             "solve it: only the derivative stands on the left of the last line")  # fmt: skip
_DIFFERENTIAL = ("this is a differential", "the derivative is asked for: what stands before dx, dy, …, in a list")
_DECIMAL_COMMA = re.compile(r"[-−]?(?P<whole>\d+)(?P<comma>,)(?P<after>\d+)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POINT = re.compile(r"\(\s*[-−]?[\d./]+(?:\s*,\s*[-−]?[\d./]+)*\s*\)\s*$")
_GOES_ON = re.compile(r"(?<=\d)\.{3}")
_BY = re.compile(r"[d∂]\w+/[d∂](?P<by>\w+)")
_VECTOR = re.compile(r"[(\[<⟨][^()\[\],]*,.*[)\]>⟩](?:\s*/\s*\S+)?", re.DOTALL)
_WHERE = re.compile(r"\swhere\s")
_FROM_SPREADSHEET = re.compile(r"\A\s*'")
_COLUMN = re.compile(r"(?i)\b(?:first|second|third|1st|2nd|3rd)\s+col|\bcol(?:umn)?s?\s*\d")
_WORDS = re.compile(r"(?:[^\W\d]|[\s(),'^|\\{}:\[\];&]|(?<=[\w(,\s])\d)+")


def read_answer(
    text: str,
    names: Sequence[str],
    inner: Collection[str] = (),
    shape: tuple[int, int] = (0, 0),
    unspecified: Unspecified | None = None,
    results: Collection[str] = (),
) -> Submission:
    """What was handed in; ``names`` are the variables that may occur, ``inner`` those that an answer may define.

    ``shape``: rows and columns of the one matrix that is asked for; ``unspecified``: functions without formulas;
    ``results``: letters of the question that an answer does not make its own.

    Raises ReadError, ShapeError.
    """
    if len(text) > LIMITS.characters:
        raise ReadError(f"the answer is {len(text):,} characters long; at most {LIMITS.characters:,} are read")
    text = with_branches(without_markdown(_FROM_SPREADSHEET.sub(lambda match: " " * len(match[0]), text)))
    known = unspecified or {}
    scope = Scope.of(names)
    scope = replace(scope, spelled=known, dimension=vectors_of(text, shape, scope))
    parted = with_commas(text, *shape, units=has_units(text, scope))
    named = with_partials(without_approximately(parted, shape == (1, 1)), known, is_latex(text))
    whole = plain = without_points(angled(with_systems(named)), scope)
    behind = asides(whole, scope, inner)
    for aside in behind:
        plain = plain[: aside.start] + " " * (aside.end - aside.start) + plain[aside.end :]
    shown, raw = laid_out(plain)
    if not raw:
        raise ReadError("expected an answer, found nothing", text=text.strip() or " ", hint=_EXAMPLE)
    if len(raw) > _MOST_LINES:
        raise ReadError(f"the answer has {len(raw):,} lines; at most {_MOST_LINES} are read")
    for aside in behind:
        seen = any(start <= aside.start <= end for line in raw for side in line.sides for start, end in side)
        if (seen or aside.whole) and not aside.defined:
            scope.note(aside.note)
    defined = {name: value for name, value in _own_letters(shown, raw, scope).items() if name not in results}
    vectors = [name for name, value in defined.items() if _VECTOR.fullmatch(value)]
    letters = [name for name in defined if name not in vectors]
    own = list(dict.fromkeys([*letters, *_defined_behind(behind, scope)]))
    if own:
        scope = replace(Scope.of([*names, *own]), spelled=known, dimension=scope.dimension)
    rows = len(raw) > 1 and shape == (len(raw), 2)
    reader = _Reader(text, shown, scope, len(raw) > 1, shape == (1, 1), vectors, rows)
    lenient = len(raw) > 1 and looks_like_document(plain)
    behind_lines = _Reader(text, whole, scope, False).definitions(behind)
    ends = [line.sides[-1][-1][1] for line in raw]
    read = [
        reader.line(line, line is not raw[-1] and (lenient or reader.is_by_another(line)), begin, end)
        for line, begin, end in zip(raw, [0, *ends], [*ends[:-1], len(text)], strict=False)
    ]
    lines = tuple(line for line in read if line is not None)
    if not lines:  # all in names: what stands in the last one is needed
        reader.several = False
        reader.line(raw[-1], False, 0, len(text))
        raise ReadError("expected an answer, found names of matrices", text=text.strip(), hint=_EXAMPLE)
    conditions = tuple(aside.condition for aside in behind if aside.condition)
    kinds = tuple(aside.kind for aside in behind if aside.kind)
    return Submission(text, inserted((*behind_lines, *lines), own), tuple(reader.scope.notes), conditions, kinds)


def _own_letters(shown: str, raw: Sequence[RawLine], scope: Scope) -> dict[str, str]:
    """u and 3x + 1 of u = 3x + 1, f' = 5u^4·3: letters that a line defines and another one uses, with their values."""
    found = {}
    for k, line in enumerate(raw):
        (start, end), *more = line.sides[0]
        typed = shown[start + lead_end(shown[start:end], frozenset()) : end].strip()
        name = own_letter(typed)
        if name and not more and len(line.sides) > 1 and not scope.variable(name):
            places = [place for other in (*raw[:k], *raw[k + 1 :]) for side in other.sides for place in side]
            others = [shown[slice(*place)] for place in places]
            if any(stands_in(other, typed, "A-Za-z_'(/") for other in others if other.strip() != typed):
                found[name] = shown[slice(line.sides[-1][0][0], line.sides[-1][-1][1])].strip(" .,\n")
    return found


def _defined_behind(behind: Sequence[Aside], scope: Scope) -> list[str]:
    """u of 2x cos u, where u = x^2"""
    return [name for aside in behind for name, _ in aside.defined if not scope.variable(name)]


def inserted(lines: tuple[Line, ...], own: Collection[str]) -> tuple[Line, ...]:
    """The lines with what the lines before say that these letters stand for; what stands behind all others is first."""
    defining = tuple(line for line in lines if line.name in own)
    if not defining:
        return lines
    if lines[-1].name in own:
        lines = (*defining, *(line for line in lines if line.name not in own))
    known: dict[str, Expr] = {}
    changed = []
    for line in lines:
        sides = tuple(replace(s, values=tuple(substitute(v, known) for v in s.values)) for s in line.sides)
        changed.append(replace(line, sides=sides))
        value = sides[-1].values[0] if line.name in own else None
        if isinstance(value, Matrix) and value.shape == (1, 1):
            value = value.entries[0]
        if value is not None and not isinstance(value, Matrix):
            known[line.name] = value
    return tuple(changed)


def answer_echo(submission: Submission) -> str:
    """The last line as it was read, on one line."""
    line = submission.lines[-1]
    sides = [", ".join(map(paper, side.typed)) for side in line.sides]
    return " = ".join(([line.name] if line.name else []) + sides)


@dataclass(frozen=True)
class _Part:
    """One piece of a side: as typed, multiplied out, and whether it is a list without rows."""

    typed: tuple[Expr, ...]
    values: tuple[Expr, ...]
    flat: bool


class _Reader:
    """Lines and sides of one text; the scope collects the notes."""

    def __init__(
        self, text: str, shown: str, scope: Scope, several: bool, number: bool = False, vectors: Sequence[str] = (),
        rows: bool = False,
    ) -> None:  # fmt: skip
        self.vectors = vectors
        self.several = several
        self.number = number
        self.rows = rows
        self.text = text
        self.shown = shown
        self.scope = scope
        self.letters = frozenset(name for name in scope.variables if len(name) == 1)

    # -- lines --------------------------------------------------------------------------------------

    def definitions(self, behind: Sequence[Aside]) -> list[Line]:
        """A line for every name that is defined behind a formula."""
        latex = is_latex(self.text)
        return [Line(name, (self._side([place], latex),)) for aside in behind for name, place in aside.defined]

    def line(self, raw: RawLine, lenient: bool, begin: int, end: int) -> Line | None:
        """A line; None for one of a document that cannot be read (``lenient``), or of names only, with a note.

        ``begin`` and ``end``: of the text around it, which may say a point.
        """
        try:
            found = self._line(raw, begin, end)
            return found if found.sides else None
        except JacocalcError as error:
            if not lenient:
                raise
            typed = " ".join(self.text[raw.sides[0][0][0] : raw.sides[-1][-1][1]].split())
            self.scope.note(f"“{typed[:60]}” is not read: {error.message}")
            return None

    def _is_quotient(self, sides: list[list[Place]]) -> bool:
        """Whether a colon and nothing else stands between two sides, as in 2x : 3; not (2x, 2y), at (1, 2): (2, 4)."""
        start, end = sides[0][-1]
        end = start + len(self.shown[start:end].rstrip())
        return self.text[end : sides[1][0][0]].strip() == ":"

    def is_by_another(self, raw: RawLine) -> bool:
        """dy/du = cos u of a u that is nowhere defined"""
        match = _BY.fullmatch(result_name(self.shown[slice(*raw.sides[0][0])]))
        return match is not None and not self.scope.variable(match["by"])

    def _line(self, raw: RawLine, begin: int, end: int) -> Line:
        sides = raw.sides
        if len(sides) > _MOST_SIDES:
            raise self.error(f"a line has {len(sides)} sides; at most {_MOST_SIDES} are read", sides[_MOST_SIDES][0])
        name = None
        if len(sides) > 1:
            name = "" if self._empty(sides[0]) else self._name(sides[0], raw)
            if not name and self._is_unsolved(sides[-1], raw.latex):
                return self._unsolved(sides)
        if raw.labelled and name is None and self._is_quotient(sides):
            hint = "a quotient has the sign /, a value stands behind an equals sign"
            raise self.error("a colon stands behind a formula", sides[0][0], hint)
        named = self._names_of_equals(name, sides, raw.latex) if name else []
        read: list[Side] = []
        for index in range(len(named) or name is not None, len(sides)):
            last = index == len(sides) - 1
            side = self._side_or_formula(sides[index], raw.latex, last, last and not read and not self.several)
            read += [side] if side else []
        written = self.shown[sides[0][0][0] : sides[0][-1][1]]
        barred = any(bar_start(self.shown, *place) < place[1] for side in sides for place in side)
        point = barred or says_point(self.text[begin : sides[-1][-1][1]], self.scope)
        point = point or bool(name and _POINT.search(written))
        points = said_points(written if name else "", self.text[begin:end])
        return Line(", ".join(named), tuple(read), point, points, self._differentiated(sides[0], raw.latex))

    def _is_unsolved(self, places: list[Place], latex: bool) -> bool:
        """Whether a side is a multiple of the derivative: y y' of -x = y y'."""
        start, end = places[-1]
        end = start + factor_end(self.shown[start:end])
        return len(places) == 1 and bool(self.shown[start:end].strip(" -−")) and self._is_formula([(start, end)], latex)

    def _unsolved(self, sides: list[list[Place]]) -> Line:
        """A line without sides for an equation that leads up to an answer, where there are other lines."""
        place = (sides[0][0][0], sides[-1][-1][1])
        if not self.several:
            raise self.error(_UNSOLVED[0], place, _UNSOLVED[1])
        self.scope.note(f"{' '.join(self.text[slice(*place)].split())[:60]} is not judged")
        return Line("", ())

    def _differentiated(self, places: list[Place], latex: bool) -> Expr | None:
        """x² of d/dx x² and (x²)′; None where none is read."""
        start, end = places[0]
        match = derivative_of(self.shown[start:end]) if len(places) == 1 else None
        try:
            side = self._side([(start + match[0], start + match[1])], latex) if match else None
        except JacocalcError:
            return None
        return side.values[0] if side and not isinstance(side.values[0], Matrix) else None

    def _names_of_equals(self, name: str, sides: list[list[Place]], latex: bool) -> list[str]:
        """f_x and f_y of f_x = f_y = 0, u_y and -v_x of u_y = -v_x = 2: entries that have the same value."""
        names = [name]
        for places in sides[1:-1]:
            written = self.shown[slice(*places[0])].strip()
            other = result_name(written.lstrip("-−"))
            if len(places) > 1 or not another_partial(name.removeprefix("-"), other) or self._is_formula(places, latex):
                break
            names.append(f"-{other}" if written.startswith(("-", "−")) else other)
        return names

    def _is_formula(self, places: list[Place], latex: bool) -> bool:
        """Whether a side is read."""
        try:
            self._side(places, latex)
        except JacocalcError:
            return False
        return True

    def _name(self, places: list[Place], raw: RawLine) -> str | None:
        """The name that the left side says, None if it is an expression."""
        names = [result_name(self.shown[start:end]) for start, end in places]
        joined = ", ".join(names)
        written = self.shown[places[0][0] : places[-1][1]]
        if _COLUMN.search(written):
            raise self.error("columns are not read one by one", (places[0][0], places[-1][1]), "give the rows")
        if _WHERE.search(written):  # f'g where g = e^x
            self._side(places, raw.latex)
        if product := product_name(written):
            return product
        if all(names) and (raw.labelled or names_result(written) or len(names) > 1):
            return joined
        if all(names) and (self.scope.variable(joined) or _names_value(joined)):
            return joined
        try:
            self._side(places, raw.latex)
        except JacocalcError:
            readable = all(names) or raw.labelled or _in_names(written) or _WORDS.fullmatch(written)
            other = multiple_name(written) or equation_name(written)
            if readable or other:
                return joined if all(names) else other
            raise
        return None

    def _side_or_formula(self, places: list[Place], latex: bool, last: bool, needed: bool) -> Side | None:
        """A side; None for a formula in names, as in J = J_g · J_f = …, which says nothing to judge."""
        try:
            return self._side(places, latex)
        except JacocalcError:
            written = self.text[places[0][0] : places[-1][1]]
            in_vectors = not last and any(stands_in(written, name, "A-Za-z_'") for name in self.vectors)
            unsolved = _UNSOLVED if holds_derivative(written) else _DIFFERENTIAL if self._has_changes(written) else ()
            if needed and unsolved:
                raise self.error(unsolved[0], (places[0][0], places[-1][1]), unsolved[1]) from None
            named = unsolved or names_result(written) if last else in_vectors or _in_names(written)
            if needed or not named:
                raise
            self.scope.note(f"{' '.join(written.split())[:60]} is a formula in names and is not judged")
            return None

    def _has_changes(self, written: str) -> bool:
        """2xy dx + x² dy and ydx + xdy where dx and dy are no variables"""
        known = self.scope.variables.values()
        changes = [f"d{name}" for name in known if not self.scope.is_change(f"d{name}")]
        return any(stands_in(written, before + one, "A-Za-z_") for one in changes for before in ("", *known))

    # -- sides --------------------------------------------------------------------------------------

    def _side(self, places: list[Place], latex: bool) -> Side:
        self._refuse_long(places)
        kept = [self._trimmed(place) for place in places]
        while len(kept) > 1 and self._empty(kept[-1:]):
            kept.pop()
        for place in kept:
            if self._empty([place]):
                raise self.error("an entry is missing here" if len(kept) > 1 else "a value is missing here", place)
        kept = self._unwrapped(kept[0]) if len(kept) == 1 else kept
        self._refuse_long(kept)
        self._refuse_decimal_comma(kept)
        entry = self.number or len(kept) > 1
        parts = [self._part(place, latex, entry) for place in kept]
        start, end = kept[0][0], kept[-1][1]
        typed, values = _together(parts)
        if len(parts) > 1 and len({isinstance(value, Matrix) for value in values}) > 1:
            raise ShapeError("matrices and numbers are mixed in one list", text=self.text, start=start, end=end)
        return Side(values, typed, self.text[start:end], start, _flat(parts))

    def _refuse_long(self, places: list[Place]) -> None:
        if len(places) > _MOST_ENTRIES:
            raise self.error(f"a list of {len(places):,} entries; at most {_MOST_ENTRIES:,} are read", places[0])

    def _trimmed(self, place: Place) -> Place:
        """Without words before, a bar with the point behind, and the space and the full stop around; 0.3... stays."""
        start, end = place
        end = bar_start(self.shown, start, end)
        start += lead_end(self.shown[start:end], self.letters)
        typed = self.shown[start:end]
        start += len(typed) - len(typed.lstrip(" \t\n\r,"))
        last = start + len(self.shown[start:end].rstrip(" \t\n\r.,"))
        goes_on = _GOES_ON.match(self.shown, last, end)
        return start, max(start, goes_on.end() if goes_on else last)

    def _empty(self, places: list[Place]) -> bool:
        return not any(self.shown[start:end].strip(" \t\n\r.,") for start, end in places)

    def _unwrapped(self, place: Place) -> list[Place]:
        """[[[a, b], [c, d]], [[e, f], [g, h]]] is a list of matrices."""
        start, end = place
        typed = self.shown[start:end]
        if not (re.match(r"\[\s*\[\s*\[", typed) and typed.endswith("]")):
            return [place]
        found, level, begin = [], 0, start + 1
        for at in range(start + 1, end - 1):
            level += (self.shown[at] in "[(") - (self.shown[at] in "])")
            if self.shown[at] == "," and level == 0:
                found.append((begin, at))
                begin = at + 1
        return [self._trimmed(part) for part in (*found, (begin, end - 1))] if level == 0 else [place]

    def _part(self, place: Place, latex: bool, entry: bool) -> _Part:
        """One expression or matrix; ``entry``: it is no list."""
        start, end = place
        written = self.shown[start:end]
        self._refuse_signs(place)
        try:
            tokens = self._differentials(_decimals_cut_short(tokens_of(written, latex=latex)))
            tokens = without_outer_brackets(tokens) if self.number else with_rows_by_commas(tokens)
            tokens = without_square_groups(with_diagonals(tokens), entry)
            parser = Parser(written, self.scope, list(tokens))
            typed = columns_where_turned(parser.sum(), turned_lists(tokens))
            parser.expect_end()
            flats = flat_lists(tokens)
            typed = by_entries(rows_where_needed(typed, flats, written), written) if parser.units else typed
            self._refuse_large(typed, place)
            listed = listed_matrices(typed) or (typed,)
            values = tuple(by_entries(rows_where_needed(part, flats, written), written) for part in listed)
            for value in values:
                self._refuse_large(value, place)
        except JacocalcError as error:
            raise self._placed(error, place) from None
        except RecursionError:
            raise self.error("this is nested too deep", place) from None
        return _Part(listed, values, not has_rows(tokens))

    def _differentials(self, tokens: list[Token]) -> list[Token]:
        """d and θ, from \\mathrm{d}θ or dθ, are the name dθ where that is known; sin xydx is sin xy dx."""
        made: list[Token] = []
        for token in (part for one in tokens for part in self._before_change(one)):
            before = made[-1] if made else None
            joins = before and before.kind == token.kind == "name" and before.text.endswith("d")
            if joins and before and not self.scope.variable(before.text) and self.scope.variable(f"d{token.text}"):
                made.pop()
                if before.text != "d":
                    made.append(Token("name", before.text[:-1], before.start, before.end - 1, before.spaced))
                spaced = before.spaced and before.text == "d"
                made.append(Token("name", f"d{token.text}", before.end - 1, token.end, spaced))
            else:
                made.append(token)
        return made

    def _before_change(self, token: Token) -> list[Token]:
        """xy and dx for xydx."""
        named = token.kind == "name" and self.scope.variable(token.text) is None
        ways = self.scope.cut(token.text) if named else []
        if len(ways) != 1 or not self.scope.is_change(ways[0][-1]):
            return [token]
        start = token.end - len(ways[0][-1])
        before = token._replace(text=token.text[: start - token.start], end=start)
        return [before, Token("name", ways[0][-1], start, token.end, False)]

    # -- errors -------------------------------------------------------------------------------------

    def error(self, message: str, place: Place, hint: str = "") -> ReadError:
        """A ReadError at a place of the text as it was typed."""
        return ReadError(message, text=self.text, start=place[0], end=max(place[1], place[0] + 1), hint=hint)

    def _placed(self, error: JacocalcError, place: Place) -> JacocalcError:
        """The error of a piece, pointing into the whole text; an answer declares nothing."""
        hint = error.hint.partition("; declare it")[0]
        if hint.startswith(("declare it", "define it", "as the product", "only numbers")):
            known = ", ".join(self.scope.variables.values())
            hint = f"the variables here are {known}" if known else "a number is wanted, without variables"
        start, end = (place[0] + error.start, place[0] + error.end) if error.text else place
        if error.text == self.text:
            start, end = error.start, error.end
        return type(error)(error.message, text=self.text, start=start, end=max(end, start + 1), hint=hint)

    def _refuse_signs(self, place: Place) -> None:
        for pattern, message, hint in _REFUSED:
            match = pattern.search(self.shown, *place)
            if match:
                raise self.error(message, match.span(), hint)

    def _refuse_decimal_comma(self, kept: list[Place]) -> None:
        """0,75 and 3,141 and 1,05 are decimals to those who type them; 1,2 and 3,14 may be lists and are read so, as
        are lines of which each is a row of two."""
        match = _DECIMAL_COMMA.fullmatch(self.shown, kept[0][0], kept[-1][1]) if len(kept) == 2 else None
        thousands = _THOUSANDS.search(self.shown, kept[0][0], kept[-1][1]) if self.number and not match else None
        if thousands:
            raise self.error("a comma stands in a number", thousands.span(), "leave it out: 1000")
        if not match or self.rows:
            return
        whole, after = match["whole"], match["after"]
        if whole == "0" or len(after) > 2 or (after[0] == "0" and len(after) > 1):
            typed = match[0]
            hint = (f"decimals are written with a point: {typed.replace(',', '.')}; "
                    f"a list has a space after its comma: {typed.replace(',', ', ')}")  # fmt: skip
            raise self.error("a comma stands in a number", match.span("comma"), hint)

    def _refuse_large(self, expr: Expr, place: Place) -> None:
        size = tree_size(expr)
        if size > LIMITS.nodes:
            raise self.error(f"this side has {size:,} symbols; at most {LIMITS.nodes:,} are read", place)
        count = count_matrices(expr)
        if count > _MOST_MATRICES:
            raise self.error(f"this side has {count} matrices; at most {_MOST_MATRICES} are read", place)


def _names_value(name: str) -> bool:
    """f(1,2) and g(x,y) are values of functions of a question; ln(2) is a number."""
    function, _, _ = name.partition("(")
    known = function in SPELLINGS and function not in GREEK_NAMES
    return not known and bool(re.search(r"\((?:.*,.*|[-0-9./]+)\)$", name))


def _in_names(written: str) -> bool:
    return names_result(written) or bool(result_name(written)) or names_partials(written)


def _decimals_cut_short(tokens: list[Token]) -> list[Token]:
    """0.333… is one number, of whose digits more follow."""
    made: list[Token] = []
    for token in tokens:
        before = made[-1] if made else None
        if token.text == "..." and before and before.kind == "number" and "." in before.text:
            made[-1] = before._replace(text=f"{before.text}…", end=token.end)
        else:
            made.append(token)
    return made


def _together(parts: list[_Part]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """(typed, values) of all pieces: a list of numbers is one column, matrices stay several."""
    typed = tuple(expr for part in parts for expr in part.typed)
    values = tuple(expr for part in parts for expr in part.values)
    if len(values) > 1 and not any(isinstance(value, Matrix) for value in values):
        return (column(typed),), (column(values),)
    return typed, values


def _flat(parts: list[_Part]) -> bool:
    if len(parts) > 1 and not any(isinstance(value, Matrix) for part in parts for value in part.values):
        return True
    return all(
        part.flat and all(isinstance(value, Matrix) and value.shape[1] == 1 for value in part.values) for part in parts
    )
