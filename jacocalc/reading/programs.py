"""Text → matrix-level programs: declarations, statements and loops, one a line or between semicolons.

x: n;  W: m x n;  X: n x n symmetric;  a: scalar;  phi: elementwise
z = W x + b                          every variable is assigned once
solve h = tanh(W h + x)              h is the solution of the equation
for t = 1..T:                        a loop; the lines of its body are indented, or stand behind the colon
    h_t = tanh(W h_{t-1} + x_t)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from jacocalc.errors import JacocalcError, ReadError, ShapeError, did_you_mean
from jacocalc.functions import Size
from jacocalc.notation import name_key
from jacocalc.options import LIMITS
from jacocalc.programs import Assignment, Loop, Program, Statement, body_of, shape_text
from jacocalc.reading.array_signs import NUMPY
from jacocalc.reading.lexer import TIMES_TEN, Token
from jacocalc.reading.loop_letters import in_one_letter
from jacocalc.reading.loop_steps import begin_as_written, from_one_step
from jacocalc.reading.norms import NORM_INDEX
from jacocalc.reading.program_words import is_function
from jacocalc.reading.statements import EXAMPLE, declaration, laid_flat, statements_of
from jacocalc.reading.term_names import Family, Names
from jacocalc.reading.terms import TermParser
from jacocalc.reading.tokens import tokens_of
from jacocalc.terms import (
    DEFINITE,
    ONE_HOT,
    SCALAR,
    SUMS,
    Index,
    Operation,
    Shape,
    Term,
    Var,
    index_of,
    indexed_size,
    shifted,
    tree_size,
    variables_of,
)

FACTS = ("symmetric", "invertible", DEFINITE, *SUMS.values(), ONE_HOT, "positive", "scalar", "elementwise")
_KEPT = FACTS[:-2]
_DEFINITE = re.compile(r"\b(?:symmetric,? (?:and )?positive definite|spd|SPD)\b")
_SEMIDEFINITE = re.compile(r"\b(?:symmetric,? (?:and )?)?(?:positive semi-?definite|psd|PSD)\b")
_STRUCTURED = {  # what is written instead
    "diagonal": "declare the vector, x: n, and write diag(x)", "skew": "write A - A', with A: n x n declared",
    **dict.fromkeys(("lower", "upper", "triangular"), "write M .* X, with the mask M declared"),
    "definite": "did you mean symmetric positive definite?",
}
_HOT = re.compile(r"\b(?:(rows|columns) )?one-hot(?: (rows|columns))?")
_FOR = re.compile(
    r"\s*for\s+(?P<letter>[A-Za-z])\s*(?:=|in)\s*(?P<first>\w+)\s*(?:\.\.\.?|…|to|:|,\s*(?:\.\.\.|…|\\l?dots)\s*,)\s*(?P<last>\w+)(?P<moved>\s*[+-]\s*\d+)?\s*:?"
)
_ASSIGNED = re.compile(r"(?:\A|[;\n])[^\S\n]*+([^\s=;]++)[^\S\n]*+=[^=]")
_BARS_WITH_INDEX = re.compile(rf"([|‖]|\\rVert|\\Vert){NORM_INDEX}")
_FROBENIUS = re.compile(  # ⟨A, B⟩_F
    r"(⟩|>|\\rangle)\s*+_\s*+(?:F\b|\{\s*+(?:\\(?:mathrm|text)\s*+\{\s*+F\s*+\}|F)\s*+\})"
)
_SIGN_AND_LOGARITHM = re.compile(r"(?<!\S)\w+\s*,(\s*\w+\s*=\s*[\w.]*)slogdet(?=\()")  # sign, l = np.linalg.slogdet(A)
_POWER_OF_TEN = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)[eE](?=[+-]?\d{1,2}(?![\w.]))")  # 1e-5
_LOOP_MOST = 50
_COMPARISON = re.compile(r"[<>≤≥]|\\(?:g|l)(?:t|e|eq|eqslant)(?![A-Za-z])")
_ONE = r"(?:\\math(?:bb|bbm|bf|rm|ds)\s*+\{?\s*+[1I]\s*+\}?|(?<![\w.])1|[𝟏𝟙χ]|\\chi)"
_INDICATORS = (  # 1_{z > 0}, I(z > 0), I[z > 0]
    re.compile(rf"{_ONE}\s*+_\s*+\{{([^{{}}]*+)\}}"),
    re.compile(r"(?<![A-Za-z_])I\s*+[(\[]([^()\[\]]*+)[)\]]"),
)
_BLACKBOARD = re.compile(r"[𝟏𝟙]|\\math(?:bb|bbm|ds)\s*(?:\{\s*1\s*\}|1)")


def read_program(text: str, name: str = "") -> Program:
    """The program that a text says.  Raises ReadError, ShapeError, with a caret."""
    if len(text) > LIMITS.characters:
        raise ReadError(f"the text is {len(text):,} characters long; at most {LIMITS.characters:,} are read")
    flat = laid_flat(text)
    try:
        return _Reader(flat, name).read()
    except JacocalcError as error:
        error.text = text if error.text == flat else error.text
        raise
    except RecursionError:
        raise ReadError("a formula is nested too deep", text=text, end=len(text)) from None


def names_of(program: Program, loss: str = "", differentials: bool = False) -> Names:
    """What names mean where a formula about a finished program is read."""
    names = Names(sizes=set(program.sizes), functions=set(program.functions))
    for loop in program.loops:
        names.sizes |= {loop.last.letter} - {""}
        names.letters[loop.letter] = Index(loop.letter)
    written = [(begin_as_written(program, loop), loop) for loop in program.loops]
    begins = sorted(written, key=itemgetter(0), reverse=True)
    names.loops = {loop.letter: f"{begin}..{loop.last}" for begin, loop in begins}
    names.begins = {name_key(one.variable.name): begin for begin, loop in begins for one in loop.body}
    for var in program.variables:
        if var.index is None:
            names.variables[name_key(var.key)] = var
            continue
        if not var.index.letter:
            names.variables[name_key(var.key)] = var
        if var.index.letter or name_key(var.name) not in names.families:
            names.families[name_key(var.name)] = _family(var)
    names.adjoints, names.differentials = loss, differentials
    return names


def read_term(text: str, names: Names) -> Term:
    """One formula.  Raises ReadError, ShapeError."""
    return whole(TermParser(text, tokens_of(in_one_spelling(text), matrix=True), names))


def whole(parser: TermParser) -> Term:
    """The one formula that the text of a parser is.  Raises ReadError, ShapeError."""
    parser.refuse_empty("a formula")
    try:
        found = parser.expression()
    except RecursionError:
        raise ReadError("the formula is nested too deep", text=parser.text, end=len(parser.text)) from None
    parser.expect_end()
    return parser.without_axes(found)


def _family(var: Var) -> Family:
    assert var.index is not None
    letter, offset = var.index.letter, var.index.offset

    def shape(index: Index) -> Shape:
        if not letter:
            return var.size
        return shifted(var, letter, Index(index.letter, index.offset - offset)).shape

    return Family(var.name, shape, var.layered, var.facts)


# -- pieces of text -----------------------------------------------------------------------------------


def in_one_spelling(text: str) -> str:
    """The text with what is only typography blanked, indicators as [z > 0], 1e-5 of NumPy as a number; columns kept."""
    if NUMPY.search(text):
        text = _POWER_OF_TEN.sub(rf"\1{TIMES_TEN}", text)
    for pattern in _INDICATORS:
        text = pattern.sub(_indicator, text)
    text = _BLACKBOARD.sub(lambda found: "1".rjust(len(found[0])), text)
    text = _SIGN_AND_LOGARITHM.sub(lambda m: f"{m[1]}logdet".rjust(len(m[0]) - 1) + " ", text)
    text = _FROBENIUS.sub(lambda m: m[1].ljust(len(m[0])), text)
    return _BARS_WITH_INDEX.sub(lambda m: m[1] + m[2] + " " * len(m[3]), text)


def _indicator(found: re.Match[str]) -> str:
    """[z > 0] for 1_{z > 0}; 1_{n} as it is."""
    return f"[{found[1]}]".rjust(len(found[0])) if _COMPARISON.search(found[1]) else found[0]


@dataclass
class _Frame:
    """An open loop: its letter, bounds, indentation, and the assignments of its body."""

    letter: str
    first: Index
    last: Index
    indent: int
    pieces: list[tuple[int, int]]
    start: int


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.names = Names()
        self.declared: list[Var] = []
        self.assigned: dict[str, tuple[int, int]] = {}
        self.statements: list[Statement] = []
        self.loop: _Frame | None = None
        self.loop_first = 0
        self.numbered: dict[str, set[int]] = {}
        self.starts: set[str] = set()

    def error(self, message: str, start: int, end: int, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, start=start, end=end, hint=hint)

    def read(self) -> Program:
        pieces = list(statements_of(self.text))
        if not pieces:
            raise ReadError("expected a program, found nothing", text=self.text.strip() or " ", hint=EXAMPLE)
        self._loops_ahead()
        for piece in sorted(pieces, key=lambda piece: not self._declares(*piece[:2])):
            self._piece(*piece)
        self._close()
        if not self.statements:
            raise self.error("the program computes nothing", *pieces[-1][:2], hint=f"add a statement: {EXAMPLE}")
        self._number_families()
        self.statements, changed = in_one_letter(self.declared, self.statements, self.text)
        for letter, other in changed.items():
            self.names.note(f"{letter} is written {other}, the letter of the loop that it goes over")
        self.declared, self.statements, begun = from_one_step(self.declared, self.statements, self.text)
        for letter, first in begun.items():
            self.names.note(f"loops over {letter} begin at {letter} = {first}; earlier steps are written out")
        notes = tuple(self.names.notes)
        return Program(tuple(self.declared), tuple(self.statements), tuple(sorted(self.names.functions)), self.name,
                       notes, self.text)  # fmt: skip

    def _number_families(self) -> None:
        """x_t: n stands for x_1, x_2, … where the loops over t have numbers for bounds."""
        looped = {statement.letter for statement in self.statements if isinstance(statement, Loop)}
        made: list[Var] = []
        read = {var for one in self.statements for line in body_of(one) for var in variables_of(line.term)}
        for var in self.declared:
            letter = "" if var.index is None else var.index.letter
            steps = self.numbered.get(letter, set())
            if letter in looped or not steps:
                made.append(var)
            else:
                steps = steps | {one.index.offset for one in read if one.name == var.name and one.index is not None}
                members = (_family(var).at(Index("", step)) for step in sorted(steps))
                made += [one for one in members if one not in self.declared]
        self.declared = made

    def _loops_ahead(self) -> None:
        """The letters of all loops, so that x_t: n declares a family."""
        for match in _FOR.finditer(self.text):
            self.names.loops = {match["letter"]: f"{match['first']}..{match['last']}", **self.names.loops}
            self.starts.add(match["first"])
            if not match["last"].isdigit():
                self.names.sizes.add(match["last"])

    def _declares(self, start: int, end: int) -> bool:
        """Whether a piece is a declaration: all of them are read before the first statement."""
        return not _FOR.match(self.text[start:end]) and declaration(self.text[start:end]) is not None

    def _piece(self, start: int, end: int, indent: int) -> None:
        piece = self.text[start:end]
        if self.loop is not None and not self._inside(self.loop, start, end, indent):
            self._close()
        head = _FOR.match(piece)
        if head:
            self._for(head, start, indent)
            if piece[head.end() :].strip():
                rest = start + head.end() + len(piece[head.end() :]) - len(piece[head.end() :].lstrip())
                self._piece(rest, end, indent)
            return
        if piece.strip() == "end":
            self._close()
            return
        declared = declaration(piece)
        if declared:
            self._declare(declared, start, end)
        elif self.loop is not None:
            self.loop.pieces.append((start, end))
        else:
            self.statements.append(self._assign(start, end))

    def _inside(self, frame: _Frame, start: int, end: int, indent: int) -> bool:
        """Whether a piece belongs to the open loop: indented, or behind its colon with the index on the left of “=”."""
        if "\n" in self.text[frame.start : start]:
            return indent > frame.indent
        return not frame.pieces or self.text[start:end].strip() == "end" or self._at_each_step(frame, start, end)

    def _at_each_step(self, frame: _Frame, start: int, end: int) -> bool:
        left = self.text[start:end].partition("=")[0]
        return any(
            re.search(rf"(?:\A|_){frame.letter}(?:[+-]\d+)?\Z", token.text)
            for token in self._tokens(start, start + len(left))
        )

    # -- declarations -------------------------------------------------------------------------------

    def _declare(self, match: re.Match[str], start: int, end: int) -> None:
        said = _DEFINITE.sub(f"symmetric, invertible, {DEFINITE}", match["facts"] or "")
        said = _SEMIDEFINITE.sub("symmetric", said)
        said = _HOT.sub(lambda m: f"{f'{m[1] or m[2]} sum' if m.lastindex else 'sums'} to 1, {ONE_HOT}", said)
        said = re.sub(r"\breal\b", "" if match["rows"] else "scalar", said)
        facts = tuple(fact for fact in FACTS if fact in said or (match["real"] and fact == "scalar"))
        rest = said
        for fact in (*facts, ",", "and"):
            rest = rest.replace(fact, "")
        if rest.strip() and not match["rows"] and not facts:
            raise self.error(
                "a size is expected here", start + match.start("facts"), start + match.end("facts"), "x: n"
            )
        if rest.strip():
            word = rest.split()[0]
            instead = _STRUCTURED.get(re.split("[-,]", word)[0])
            at = start + match.start("facts") + (match["facts"] or "").find(word)
            hint = instead or did_you_mean(word, FACTS, f"known are {', '.join(_KEPT)}", 0.5)
            raise self.error(f"“{word}” is no property of a variable", at, at + len(word), hint)
        if match["rows"] is None and "scalar" not in facts and "elementwise" not in facts:
            raise self.error("a size is expected here", start + match.end("names"), end, "x: n, or a: scalar")
        shape: Shape = SCALAR
        if "scalar" not in facts and "elementwise" not in facts:
            shape = (_size(match["rows"]), _size(match["columns"] or "1"))
            if 0 in shape:
                raise self.error("a size is at least 1", start + match.start("rows"), end)
        kept = tuple(fact for fact in facts if fact in _KEPT)
        if "symmetric" in kept and shape[0] != shape[1]:
            raise ShapeError(
                f"a symmetric matrix is square, not {shape_text(shape)}", text=self.text, start=start, end=end
            )
        sums = [fact for fact in kept if fact in SUMS.values()]
        if sums and ("sums to 1" in sums) != (shape[1] == 1):
            said = "only a vector sums to 1, of a matrix all rows, or all columns"
            hint = "y: n sums to 1, or Y: N x n rows sum to 1"
            raise ShapeError(said, text=self.text, start=start, end=end, hint=hint)
        if len(sums) + ("symmetric" in kept) > 1 and sums:
            alone = " and ".join(fact for fact in kept if fact in ("symmetric", *sums))
            raise self.error(f"{alone}: both at once are not read here", start, end)
        self.names.sizes |= {str(size) for size in shape if isinstance(size, str)}
        before = len(self.declared)
        for token in self._names_in(match["names"], start + match.start("names")):
            self._declare_one(token, shape, kept, "elementwise" in facts)
        if match["columns"] == "1":
            self.names.columns.update(self.declared[before:])

    def _names_in(self, text: str, start: int) -> Iterator[tuple[Token, Index | None, bool]]:
        """The names before the colon, each with its index and whether that stands above."""
        place = 0
        for part in text.split(","):
            begin = start + place + len(part) - len(part.lstrip())
            place += len(part) + 1
            above = re.fullmatch(r"\s*+([^\s^]++)\s*+\^\s*+[({]++\s*+([A-Za-z0-9]++)\s*+[)}]++\s*+", part)
            tokens = self._tokens(begin, begin + len((above[1] if above else part).strip()))
            if len(tokens) != 2 or tokens[0].kind != "name":
                end = begin + max(len(part.strip()), 1)
                raise self.error("a name is expected here", begin, end, _one_change(tokens))
            if above:
                yield tokens[0], index_of(above[2]), True
            else:
                stem, _, below = tokens[0].text.rpartition("_")
                looped = stem and below in self.names.loops
                name = Token("name", stem, tokens[0].start, tokens[0].end, False) if looped else tokens[0]
                yield name, Index(below) if looped else None, False

    def _declare_one(
        self, one: tuple[Token, Index | None, bool], shape: Shape, facts: tuple[str, ...], generic: bool
    ) -> None:
        token, index, layered = one
        if generic:
            self.names.functions.add(token.text)
            return
        var = Var(token.text, shape, index, layered, facts)
        self._new(var, token.start, token.end, "declared")
        self.declared.append(self._know(var))

    def _new(self, var: Var, start: int, end: int, verb: str) -> None:
        """Raise where the variable is there already."""
        key = name_key(var.key)
        if var.key in self.names.sizes:
            raise self.error(f"{var.key} is a size already", start, end, "give the variable or the size another name")
        if key in self.assigned:
            hint = "a new value needs a new name" if verb == "assigned" else ""
            raise self.error(f"{var.key} is {verb} twice", start, end, hint)
        if key in self.names.variables or (var.index is not None and var.index.letter and name_key(var.name) in
                                           self.names.families and verb == "declared"):  # fmt: skip
            again = (
                f"{var.key} is declared, so it cannot be computed"
                if verb == "assigned"
                else f"{var.key} is declared twice"
            )
            leave = f"a variable computed by a program is not declared: leave out “{var.key}: …”"
            raise self.error(again, start, end, leave if verb == "assigned" else "")
        if verb == "assigned":
            self.assigned[key] = (start, end)

    def _know(self, var: Var) -> Var:
        """The variable, with an index where a loop begins with it: h_0."""
        if var.index is not None and var.index.letter:
            self.names.families[name_key(var.name)] = _family(var)
            return var
        self.names.variables[name_key(var.key)] = var
        stem = re.fullmatch(r"(.+?)_?(\d+)", var.key)
        if var.index is not None:
            self.names.families.setdefault(name_key(var.name), self._from_start(var, var.index))
        elif stem and str(int(stem[2]) + 1) in self.starts:
            started = replace(var, name=stem[1], index=Index("", int(stem[2])))
            self.names.variables[name_key(var.key)] = started
            self.names.families.setdefault(name_key(stem[1]), self._from_start(started, Index("", int(stem[2]))))
            return started
        return var

    def _from_start(self, var: Var, start: Index) -> Family:
        """h_0: n_0 makes h_{t-1} an n_{t-1}; a size without that index stays."""

        def size(old: Size, index: Index) -> Size:
            stem, _, below = str(old).partition("_")
            return indexed_size(stem, index) if below == str(start) else old

        return Family(var.name, lambda i: (size(var.size[0], i), size(var.size[1], i)), var.layered, var.facts)

    # -- statements ---------------------------------------------------------------------------------

    def _tokens(self, start: int, end: int) -> list[Token]:
        """The tokens of a part of the text, with the columns of the whole."""
        try:
            tokens = tokens_of(in_one_spelling(self.text)[start:end], matrix=True)
        except JacocalcError as error:
            error.start, error.end, error.text = error.start + start, error.end + start, self.text
            raise
        return [token._replace(start=token.start + start, end=token.end + start) for token in tokens]

    def _assign(self, start: int, end: int) -> Assignment:
        """variable = term"""
        tokens = self._tokens(start, end)
        implicit = tokens[0].text == "solve" and tokens[1].kind == "name"
        if implicit:
            tokens = tokens[1:]
        sign = next((i for i, token in enumerate(tokens) if token.text == "="), None)
        if sign is None:
            raise self._no_equals(tokens, start, end)
        var = self._target(tokens[:sign], start)
        self.names.notes, kept = [], self.names.notes
        known = self._unsolved(var, tokens[0]) if implicit else None
        self._later(var, tokens[sign + 1 :])
        parser = TermParser(self.text, tokens[sign + 1 :], self.names)
        if parser.token.kind == "end":
            raise self.error("expected a formula after “=”, found nothing", tokens[sign].start, tokens[sign].end)
        term = parser.expression()
        parser.expect_end()
        parser.refuse_unsized(term)
        self.names.notes = list(dict.fromkeys([*kept, *self.names.notes]))
        if tree_size(term) > LIMITS.nodes:
            raise self.error(f"a statement has more than {LIMITS.nodes:,} parts", start, end)
        made = self._finished(var, parser.without_axes(term), known, (tokens[0].start, tokens[max(sign - 1, 0)].end))
        if self.names.is_column(term):
            (self.names.widened if self.names.is_widened(term) else self.names.columns).add(made.variable)
        return replace(made, variable=self._know(made.variable))

    def _no_equals(self, tokens: list[Token], start: int, end: int) -> ReadError:
        piece = self.text[start:end]
        colon = next((token for token in tokens if token.text == ":"), None)
        if colon is not None:
            return self.error("this declaration cannot be read", colon.start, end, "x: n, or W: m x n, or a: scalar")
        hint = f"write “L = {piece.strip()}”" if tokens[0].kind != "end" else ""
        bare = re.fullmatch(r"\s*(\w+)\s+(\w+(?:\s*[x×]\s*\w+)?)\s*", piece)
        if bare and bare[2] not in self.names.variables:
            hint = f"write “{bare[1]}: {bare[2]}” to declare it"
        return self.error("a declaration (x: n) or a statement (z = …) is expected here", start, end, hint)

    def _target(self, tokens: list[Token], start: int) -> Var:
        """The variable on the left; its shape comes with its term."""
        if not tokens or tokens[0].kind != "name":
            end = tokens[-1].end if tokens else start + 1
            raise self.error("the left side of “=” is one name", start, end)
        if colon := next((token for token in tokens if token.text == ":"), None):
            hint = "a declaration ends with a semicolon or a new line: x: n; L = x' x"
            raise self.error("a declaration is expected before what is computed", colon.start, tokens[-1].end, hint)
        name, index, layered = tokens[0].text, None, False
        inner = "".join(t.text for t in tokens[1:] if t.text not in "()^")
        if self._of_variables(tokens):
            self.names.called[name] = tuple(token.text for token in tokens[1:])
        elif len(tokens) > 1:
            if tokens[1].text != "^" or not re.fullmatch(r"\w+", inner):
                end = tokens[-1].end
                hint = _one_change(tokens)
                if tokens[1].text == "(" and inner.isalpha():
                    hint = f"declare what it is of, for example “{inner}: n”"
                raise self.error("the left side of “=” is one name", tokens[0].start, end, hint)
            index, layered = self.names.index(inner), True
        elif "_" in name:
            stem, _, below = name.rpartition("_")
            moved = re.fullmatch(r"([A-Za-z])(?:[+-]\d+)?", below)
            if moved and moved[1] in self.names.letters:
                name, index = stem, self.names.index(below)
                if index is not None and index.letter and index.offset:
                    hint = f"write {stem}_{moved[1]} = … and an index less on the right"
                    raise self.error(f"a loop computes {stem}_{moved[1]}", tokens[0].start, tokens[0].end, hint)
        if layered and index is None:
            raise self.error(f"{inner} is not the index of a loop here", tokens[0].start, tokens[-1].end)
        return Var(name, SCALAR, index, layered)

    def _of_variables(self, tokens: list[Token]) -> bool:
        """Whether f(x, A) stands here, a name and the variables that it is computed from."""
        names, signs = tokens[2:-1:2], [token.text for token in (*tokens[1:-1:2], tokens[-1])]
        bracketed = len(tokens) > 3 and signs[0] == "(" and signs[-1] == ")" and {*signs[1:-1]} <= {",", ";"}
        return bracketed and all(self.names.variable(token.text) is not None for token in names)

    def _unsolved(self, var: Var, token: Token) -> Var:
        """An implicit variable is declared with its shape, and then solved for."""
        known = next((one for one in self.declared if one.key == var.key), None)
        if known is None:
            raise self.error(f"the size of {var.key} is needed before it is solved for", token.start, token.end,
                             f"declare it: “{var.key}: m”")  # fmt: skip
        self.declared.remove(known)
        return known

    def _later(self, var: Var, tokens: list[Token]) -> None:
        """A variable in its own formula, or one that is assigned further down."""
        for token, behind in pairwise([*tokens, tokens[-1]]):
            called = behind.text == "(" and is_function(token.text)
            if token.kind != "name" or called or self.names.variable(token.text) is not None:
                continue
            stem, _, below = token.text.rpartition("_")
            if stem == var.name and var.index is not None and below != str(var.index):
                first = self.loop_first
                raise self.error(f"{var.name} has no value to begin with", token.start, token.end,
                                 f"declare {var.name}_{first - 1}, or compute it before the loop")  # fmt: skip
            if name_key(token.text) == name_key(var.key) and var.index is None:
                raise self.error(
                    f"{token.text} is computed from itself", token.start, token.end,
                    f"for an implicit layer declare {token.text}: m, and write: solve {token.text} = …",
                )  # fmt: skip
            if self._assigned.get(token.text, 0) >= token.end and token.text not in self.names.sizes:
                raise self.error(f"{token.text} is used before it is computed", token.start, token.end,
                                 "statements stand in the order in which they are computed")  # fmt: skip

    @cached_property
    def _assigned(self) -> dict[str, int]:
        """Where each name is assigned for the last time."""
        return {match[1]: match.start() for match in _ASSIGNED.finditer(self.text)}

    def _finished(self, var: Var, term: Term, known: Var | None, place: tuple[int, int]) -> Assignment:
        if known is not None:
            if known.shape != term.shape:
                raise ShapeError(f"{known.key} is {shape_text(known.shape)}, but its equation gives "
                                 f"{shape_text(term.shape)}", text=self.text, start=place[0], end=place[1])  # fmt: skip
            self.assigned[name_key(known.key)] = place
            return Assignment(known, term, True)
        facts = (SUMS[term.name],) if isinstance(term, Operation) and term.name in SUMS else ()
        made = Var(var.name, term.shape, var.index, var.layered, facts)
        self._new(made, *place, "assigned")
        return Assignment(made, term)

    # -- loops --------------------------------------------------------------------------------------

    def _for(self, head: re.Match[str], start: int, indent: int) -> None:
        if self.loop is not None:
            raise self.error("a loop inside a loop is not read", start, start + head.end())
        first, last = head["first"], head["last"]
        if not first.isdigit():
            raise self.error("a loop begins with a number", start + head.start("first"), start + head.end("first"))
        if head["moved"]:
            hint = f"let {last} be its last step, and look a step back: h_{head['letter']}, h_{{{head['letter']}-1}}"
            said = "a loop ends at a number or at a letter"
            raise self.error(said, start + head.start("last"), start + head.end("moved"), hint)
        end = Index("", int(last)) if last.isdigit() else Index(last)
        if last.isdigit() and not int(first) <= int(last) < int(first) + _LOOP_MOST:
            raise self.error(
                f"a loop has from 1 to {_LOOP_MOST} steps", start + head.start("last"), start + head.end("last")
            )
        self.loop = _Frame(head["letter"], Index("", int(first)), end, indent, [], start)

    def _close(self) -> None:
        """The end of a loop: its body is read, once with the letter, or once for every number."""
        if self.loop is None:
            return
        frame, self.loop = self.loop, None
        self.loop_first = frame.first.offset
        if not frame.pieces:
            raise self.error("the loop has no body", frame.start, frame.start + 3, "indent the lines that belong to it")
        for start, end in frame.pieces:
            if not self._at_each_step(frame, start, end):
                name = self.text[start:end].partition("=")[0].strip()
                raise self.error(f"{name} is computed at every step, and has no index", start, start + len(name),
                                 f"{name}_{frame.letter} = …; what is computed once stands after the loop")  # fmt: skip
        if frame.last.letter:
            self.names.letters[frame.letter] = Index(frame.letter)
            body = tuple(self._assign(*piece) for piece in frame.pieces)
            self.statements.append(Loop(frame.letter, frame.first, frame.last, body))
            self.names.begins |= {name_key(one.variable.name): frame.first.offset for one in body}
            self._check_recurrence(body, frame)
        else:
            steps = range(frame.first.offset, frame.last.offset + 1)
            self.numbered.setdefault(frame.letter, set()).update(steps)
            for step in steps:
                self.names.letters[frame.letter] = Index("", step)
                made = [self._assign(*piece) for piece in frame.pieces]
                self.statements += made
                self.names.begins |= {name_key(one.variable.name): frame.first.offset for one in made}
        self.names.letters.pop(frame.letter, None)

    def _check_recurrence(self, body: tuple[Assignment, ...], frame: _Frame) -> None:
        """h_{t-1} must have the shape that h_t has, a step earlier, and a first value; nothing is read ahead."""
        computed = {assignment.variable.name: assignment.variable for assignment in body}
        for used in dict.fromkeys(var for assignment in body for var in variables_of(assignment.term)):
            if used.index is not None and used.index.letter == frame.letter:
                self._check_one(computed.get(used.name), used, frame)

    def _check_one(self, computed: Var | None, used: Var, frame: _Frame) -> None:
        assert used.index is not None
        end = self.text.find("\n", frame.start)
        end = end if end > 0 else len(self.text)
        if used.index.offset > 0:
            hint = f"a loop looks one step back: begin it a step later, with {used.name}_{frame.letter} for this"
            raise self.error(f"{used.name}_{{{used.index}}} lies ahead of the loop", frame.start, end, hint)
        name, letter, back = used.name, frame.letter, -used.index.offset
        if back > 1 and computed is not None:
            before = f"{{{letter}-1}}"
            hint = f"carry it along: in the loop k_{letter} = {name}_{before}, and k_{before} lies 2 steps back"
            raise self.error(f"{name}_{{{used.index}}} lies {back} steps back; a loop may look one step back",
                             frame.start, end, hint)  # fmt: skip
        expected = used if computed is None else shifted(computed, frame.letter, used.index)
        if expected.shape != used.shape:
            raise ShapeError(
                f"{used.key} is {shape_text(used.shape)} where it is used, but the loop computes "
                f"{shape_text(expected.shape)}", text=self.text, start=frame.start, end=end,
            )  # fmt: skip
        first = frame.first.offset + used.index.offset
        if used.index.offset < 0 and not self._has_value(used.name, first):
            raise self.error(f"{used.name}_{first} is needed to begin the loop", frame.start, end,
                             f"declare it: {used.name}_{first}: {shape_text(used.shape)}")  # fmt: skip

    def _has_value(self, name: str, step: int) -> bool:
        """Whether a member of a family is declared, computed before, or among the steps of a loop."""
        begin = self.names.begins.get(name_key(name), step)
        return begin <= step or name_key(f"{name}_{step}") in self.names.variables


def _one_change(tokens: list[Token]) -> str:
    """A hint for ΔW, which is two names here, else nothing."""
    names = [token.text for token in tokens if token.kind == "name"]
    return f"write {names[0]}_{names[1]} for a change, one name" if len(names) == 2 and names[0] == "Delta" else ""


def _size(text: str) -> Size:
    return int(text) if text.isdigit() else text
