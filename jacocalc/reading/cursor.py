"""A cursor over the tokens of a text: looking, stepping, brackets, and errors that point."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from jacocalc.errors import ReadError
from jacocalc.notation import Expr
from jacocalc.reading.brackets import BRACKETS, CLOSERS, LISTS, closed_at, own_level, step
from jacocalc.reading.lexer import NO_DOMAIN, Token
from jacocalc.reading.scope import Scope
from jacocalc.reading.tokens import tokens_of

ENDS = {**BRACKETS, "|": "|", "||": "||"}  # what opens, and what ends it
OPERAND = "a number, a name or a bracket"
EXAMPLE = "for example f(x, y) = [x^2 + y, 2xy]"
CASES = "cases are written piecewise(x if x > 0, 0 otherwise)"
_UNKNOWN = "a number or a formula belongs here"
_COMPARED = f"an expression was expected here, not an equation or a condition; {CASES}; {NO_DOMAIN}"
_HINTS = {
    "!": "a factorial is one of a number: 3!, and k! in a sum over k",
    ",": "a comma separates entries; decimals are written with a point: 0.5",
    "^": "a power needs a base; the roots ³√x and ⁴√x are cbrt(x) and root(x, 4)",
    "°": "angles are in radians: 30° is 30π/180",
    "%": "a percentage is a fraction, 5/100",
    "=": "an expression was expected here, not an equation or a condition",
    "!=": "an expression was expected here, not an equation or a condition",
    **dict.fromkeys(("<", ">", "<=", ">="), _COMPARED),
    **dict.fromkeys(("if", "for", "else", "otherwise", "?"), CASES),
}
_BEFORE_A_TERM = (",", ";", "(", "[")  # and before 9(4), which is a product
_SIDED_BAR = re.compile(r"\\(?:m?(left|right)|[bB]igg?(l|r)) *(?:\\?[|∣‖]|\\[vV]ert)$|\\(l|r)[vV]ert$")
_HEAD = 200  # names on the left side of a definition, which are no part of its formulas


class SpacedProduct(NamedTuple):
    """a b, a product by a blank: where a begins, the first word of b, how deep in brackets, and where b ends."""

    start: int
    word: Token
    depth: int
    end: int


@dataclass(frozen=True)
class SpacedRow:
    """A list [2s t] inside a list: its entries if blanks were commas, and the error if they may be.

    ``roomy``: a sign has blanks on both sides, so that blanks are not what parts the entries.
    """

    width: int
    roomy: bool
    error: ReadError | None


class Cursor:
    """Where a parser stands in a text, and which brackets are open there."""

    def __init__(self, text: str, scope: Scope, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.scope = scope
        self.tokens = tokens if tokens is not None else tokens_of(text, limits=scope.limits)
        self._refuse_long()
        self.at = 0
        self.opened: list[Token] = []
        self.depth = 0
        self.written_out = self.read_again = 0
        self.indices_before: set[str] = set()
        self.series: dict[tuple[int, int], Expr] = {}
        self.displayed: dict[int, Expr] = {}
        self.noted: set[str] = set()
        self.closed_bars: tuple[Token, Token] | None = None
        self.barred: tuple[Token, Token] | None = None
        self.spaced_products: list[SpacedProduct] = []
        self.spaced_rows: dict[int, SpacedRow] = {}

    def _refuse_long(self) -> None:
        """Raise before parsing where a long text has too many names, numbers, powers and fractions, or an open end."""
        most = self.scope.limits.nodes
        if 2 * len(self.tokens) <= most:
            return
        names = Counter(token.text for token in self.tokens if token.kind == "name")
        count = sum(token.kind in ("number", "fraction") for token in self.tokens) + names.total()
        triples = zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False)
        count += sum(b.kind == "number" and c.text == "(" and a.text in _BEFORE_A_TERM for a, b, c in triples)
        if self.scope.variables:  # else the names stand elsewhere, and W^T is no power
            count += sum(token.text in ("^", "/") for token in self.tokens)
            count += sum(times for name, times in names.items() if self.scope.is_product(name))
        if count > most + _HEAD:
            raise ReadError(f"the text has {count:,} symbols or more; at most {most:,} are read")
        opener = self._left_open()
        if opener is not None:
            raise self._never_closed(opener)

    def _left_open(self) -> Token | None:
        """The last bracket that is open at the end; None too where brackets cross, which is said where they do."""
        opened: list[Token] = []
        for token in self.tokens:
            if token.text in BRACKETS:
                opened.append(token)
            elif token.text in CLOSERS and not (opened and BRACKETS[opened.pop().text] == token.text):
                return None
        return opened[-1] if opened else None

    def _never_closed(self, opener: Token) -> ReadError:
        hint = f"add “{ENDS[opener.text]}”"
        if opener.text in ("|", "||") and self.closed_bars is not None:
            hint += "; inside bars others open behind a sign: |1 - 2·|x||"
        return self.error(f"“{opener.text}” is never closed", opener, hint)

    @property
    def token(self) -> Token:
        """The token at the cursor."""
        return self.tokens[self.at]

    @property
    def before(self) -> Token:
        """The token that was read last."""
        return self.tokens[self.at - 1]

    @property
    def following(self) -> Token:
        """The token after the cursor."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def inside(self, begin: int | None = None) -> list[Token]:
        """What stands in the bracket at the cursor, or at another place, without what stands in further ones."""
        at = self.at if begin is None else begin
        return own_level(self.tokens[at + 1 : closed_at(self.tokens, at)])

    def listed(self, begin: int | None = None) -> int:
        """How many entries that bracket has."""
        return 1 + sum(token.text == "," for token in self.inside(begin))

    def take(self) -> Token:
        """The token at the cursor, and step on."""
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Whether an operator with one of these texts stands at the cursor."""
        token = self.tokens[self.at]
        return token.kind == "op" and token.text in texts

    def sees_word(self, *words: str) -> bool:
        """Whether one of these keywords stands at the cursor."""
        return self.token.kind == "name" and self.token.text in words

    def error(self, message: str, token: Token | None = None, hint: str = "", end: int | None = None) -> ReadError:
        """A ReadError at a token (default: the one at the cursor)."""
        where = token or self.token
        return ReadError(message, text=self.text, start=where.start, end=end or where.end, hint=hint)

    def bar_side(self, bar: Token) -> str:
        """l of a bar that opens, r of one that closes, if LaTeX says so (\\left|, \\rvert), else nothing."""
        sided = _SIDED_BAR.search(self.text[max(bar.start - 10, 0) : bar.end])
        return sided[sided.lastindex or 0][0] if sided else ""

    def blank_beside(self, bar: Token) -> str:
        """l where blanks say that a bar opens ( |x), r where they say that it closes (x| ), else nothing."""
        before, after = self.text[bar.start - 1 : bar.start] == " ", self.text[bar.end : bar.end + 1] == " "
        return "" if before == after else "l" if before else "r"

    def refuse_empty(self, what: str) -> None:
        """Raise if there is nothing to read."""
        if self.token.kind == "end":
            raise ReadError(f"expected {what}, found nothing", text=self.text.strip("\n") or " ", hint=EXAMPLE)

    def expect_end(self) -> None:
        """Raise unless the whole text has been read."""
        if self.token.kind != "end":
            raise self.unexpected("the end")

    def unexpected(self, wanted: str, hint: str = "") -> ReadError:
        """What stands at the cursor is not what was wanted."""
        token = self.token
        if token.kind == "end":
            if self.opened:
                return self._never_closed(self.opened[-1])
            before = self.before if self.at else None
            after = f" after “{self.typed(before)}”" if before else ""
            return self.error(f"expected {wanted}{after}, found the end of the text", hint=hint)
        if token.text in LISTS.values():
            if not self.opened:
                return self.error(f"“{token.text}” closes nothing")
            opener = self.opened[-1]
            if ENDS[opener.text] != token.text and wanted != OPERAND:
                return self.error(
                    f"“{opener.text}” is closed by “{token.text}”",
                    hint=f"close it with “{ENDS[opener.text]}”",
                )
        alone = not self.at or self.before.text in (*_BEFORE_A_TERM, "=", "?")
        known = _UNKNOWN if alone and token.text in ("?", "...") else _HINTS.get(token.text, "")
        return self.error(f"expected {wanted}, found “{self.typed(token)}”", hint=hint or known)

    def typed(self, token: Token) -> str:
        """The token as it was typed."""
        return self.text[token.start : token.end] or token.text

    def descend(self, refused: str, token: Token | None = None) -> None:
        """One level deeper into what nests; who asks takes it back from ``depth``.  Raises ReadError."""
        self.depth += 1
        if self.depth > 4 * self.scope.limits.depth:
            raise self.error(refused, token)

    def open(self) -> Token:
        """Step over an opening bracket."""
        token = self.take()
        self.opened.append(token)
        if len(self.opened) > self.scope.limits.depth:
            raise self.error(f"brackets are nested more than {self.scope.limits.depth} deep", token)
        return token

    def close(self) -> None:
        """Step over the bracket that closes the last one opened."""
        opener = self.opened[-1]
        wanted = ENDS[opener.text]
        if wanted == "|" and self.sees("||"):
            bars = self.token
            halves = [
                Token("op", "|", bars.start, bars.start + 1, bars.spaced),
                Token("op", "|", bars.end - 1, bars.end, False),
            ]
            self.tokens[self.at : self.at + 1] = halves
        if wanted == "||" and self.sees("|"):
            self._refuse_doubled(opener)
            raise self.error("“||” is closed by “|”", opener, "write |…| for the absolute value, ||…|| for the norm")
        if not self.sees(wanted):
            raise self.unexpected(f"“{wanted}” or an operator")
        self.opened.pop()
        self.take()

    def _refuse_doubled(self, opener: Token) -> None:
        """||x| - |y||, where the first two bars open one after the other, and ||x| + |y|, which lacks a bar."""
        begin, level = self.tokens.index(opener), 0
        for end in range(begin, len(self.tokens)):
            level += step(self.tokens[end])
            if level < 0 or (level == 0 and self.tokens[end].text in (",", ";", "")):
                break
        bars = [token for token in self.tokens[begin:end] if token.text in ("|", "||")]
        if len(bars) == 2:
            return
        typed = self.text[opener.start : self.tokens[end - 1].end]
        if sum(len(token.text) for token in bars) % 2:
            hint = "||…|| is the norm, | |x| - 1| has a blank between the bars"
            raise self.error(f"“{typed}” has an odd number of bars", opener, hint, self.tokens[end - 1].end)
        hint = f"write | |{self.text[opener.end : self.tokens[end - 1].end]}, with a blank between the bars"
        raise self.error("bars can be read in two ways", opener, hint, self.token.end)

    def refuse_comma(self, closer: str, what: str) -> None:
        """Raise for [x, y,], where a comma or a semicolon is the last sign."""
        if self.sees(closer):
            sign = "comma" if self.before.text == "," else "semicolon"
            hint = f"leave out the {sign}, or write the {what.split()[1]} behind it"
            raise self.error(f"{what} is missing here", hint=hint)

    def span(self, start: int) -> tuple[int, int]:
        """From a column to the end of the last token read."""
        return start, self.before.end

    def typed_since(self, start: int) -> str:
        """What was typed from a column to the end of the last token read."""
        return self.text[start : self.before.end]

    def ambiguous(self, start: int, end: int, first: str, second: str) -> ReadError:
        """A spelling with two readings."""
        return ReadError(
            f"“{self.text[start:end].strip()}” can be read in two ways",
            text=self.text,
            start=start,
            end=end,
            hint=f"write {first} or {second}",
        )
