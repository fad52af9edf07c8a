"""Tokens → notation, by precedence; ambiguous spellings are refused with both readings.

    sum      := ['-'] term (('+' | '-') term)*
    term     := group (('*' | '·' | '/') group)*
    group    := power power …                       juxtaposition: 2xy, 2x(y+1), x sin(y)
    power    := primary ['^' exponent]              right associative
    primary  := number | name | call | '(' sum ')' | '|' sum '|' | '[' rows ']' | '√' primary | piecewise

A juxtaposition after a slash (``1/2x``), a spaced argument (``sin x y``), an exponent that is a product of
letters (``e^xy``) and a number behind a factor (``x 2``) have two readings, so they are refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import filterfalse
from math import factorial

from jacocalc.errors import ReadError
from jacocalc.functions import VectorFunction, call, count
from jacocalc.known_functions import CALLED, KNOWN, SPELLINGS
from jacocalc.linear import paper, paper_factor
from jacocalc.notation import (
    Applied,
    Call,
    Constant,
    E,
    Expr,
    Matrix,
    Minus,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_rational,
    children,
    exponent_value,
    integer,
    name_key,
    spanned,
    tree_size,
    walk,
)
from jacocalc.precedence import is_whole
from jacocalc.reading.brackets import BRACKETS, LISTS, closed_at
from jacocalc.reading.branches import choice, chooses, chosen, piecewise
from jacocalc.reading.changes import change
from jacocalc.reading.cursor import CASES, OPERAND, Cursor, SpacedProduct
from jacocalc.reading.glued_names import OF_NUMBERS, apart, is_function, is_own_word, written
from jacocalc.reading.index_sums import at_index, index_value, over_index, refuse_index, shortened
from jacocalc.reading.known_calls import (
    abbreviated,
    bessel,
    bessel_order,
    called,
    known_call,
    log_base,
    refuse_glued_letter,
    written_out,
)
from jacocalc.reading.lexer import GREEK_NAMES, Token
from jacocalc.reading.lists import rows, rows_in_round_brackets
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.partial_names import applied_named
from jacocalc.reading.scope import CONSTANTS, KEYWORDS, Scope
from jacocalc.reading.unit_vectors import ends_in_unit, unit_vectors
from jacocalc.reading.unknown_names import NOT_REAL, how_to_declare, new_names, undeclared
from jacocalc.reading.written_out import ABBREVIATED, BARE, WRITTEN_OUT

_FACTORIALS = 21  # 20! is the last of fewer than 20 digits


def read_expression(text: str, scope: Scope) -> Expr:
    """The expression (or matrix) that the whole text says.  Raises ReadError."""
    parser = Parser(text, scope)
    parser.refuse_empty("an expression")
    found = parser.sum()
    parser.expect_end()
    return found


class Parser(Cursor):
    """One pass over the tokens of a text; the scope says what names mean and collects notes."""

    # -- sums and terms -----------------------------------------------------------------------------

    def sum(self) -> Expr:
        """A sum, the widest expression."""
        start = self.token.start
        self.descend("the expression is nested too deep")
        around, self.barred = self.barred, None
        terms = self._terms_of(self._signed_term())
        while self.sees("+", "-"):
            minus = self.take().text == "-"
            term = self._signed_term()
            terms += [Minus(term, term.span)] if minus else self._terms_of(term)
        self.depth -= 1
        self.barred = around
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), self.span(start))

    def _terms_of(self, term: Expr) -> list[Expr]:
        """The terms that a sum over an index is written out as, else the term alone."""
        series = self.series.get(term.span) if term.span else None
        return list(children(series)) if series is term else [term]

    def _signed_term(self) -> Expr:
        start = self.token.start
        minus = 0
        while self.sees("+", "-"):
            minus += self.take().text == "-"
            if minus > self.scope.limits.depth:
                raise self.error("too many signs in a row")
        term = self.term()
        for _ in range(minus):
            term = Negative(term, self.span(start))
        return term

    def term(self) -> Expr:
        """A product or quotient, the widest expression without + or − outside brackets."""
        start = self.token.start
        factors = self._group([])
        dotted, quotients = len(factors) == 1, 0
        while self.sees("*", "·", "/"):
            operator = self.take()
            if operator.text == "/":
                quotients += 1
                if quotients > self.scope.limits.depth:
                    raise self.error(f"more than {self.scope.limits.depth} divisions stand in a row", operator)
                factors = self._divided(self.product(factors, start, dotted), start)
                dotted = len(factors) == 1
            else:
                more = self._group_after_sign()
                factors += more
                dotted = dotted and operator.text == "·" and len(more) == 1
        return self.product(factors, start, dotted)

    def _group_after_sign(self) -> list[Expr]:
        if self.sees("-", "+"):
            sign = self.take()
            inner = self.product(self._group([]), sign.start)
            return [Negative(inner, self.span(sign.start)) if sign.text == "-" else inner]
        return self._group([])

    def product(self, factors: list[Expr], start: int, dotted: bool = False) -> Expr:
        """The product of the factors from a column on; one alone is itself."""
        return factors[0] if len(factors) == 1 else Product(tuple(factors), dotted, self.span(start))

    def _divided(self, over: Expr, start: int) -> list[Expr]:
        """What follows a slash: one factor; more factors beside it are ambiguous but for 1/2 x and 1/(2a) x."""
        here = self.token
        if self.sees("-", "+"):
            negative = self.take().text == "-"
            first, *more = self._group([])
            signed = Negative(first, self.span(here.start)) if negative else first
            if more:
                raise self._two_quotients(over, [signed, *more], start)
            return [self.quotient(over, signed, start, here)]
        under = self.power()
        if len(under) == 1 and not self.starts_factor():
            return [self.quotient(over, under[0], start, here)]
        apart = here.text == "(" or (is_whole(over) and is_whole(under[0]))
        coefficient = len(under) == 1 and apart and self.token.spaced
        if coefficient or self.scope.loose is True:
            quotient = self.quotient(over, under[0], start, here)
            factors = self._group([quotient, *under[1:]])
            if coefficient:
                read = paper(quotient)
                self.scope.note(f"{read} before a factor is read as the coefficient ({read})")
            return factors
        under = self._group(under)
        last = under[-1]
        change = isinstance(last, Symbol) and len(under) == 2 and self.scope.is_change(last.name)
        if isinstance(last, Matrix) or change:  # x/2 i, x/y^2 dy
            return [self.quotient(over, self.product(under[:-1], here.start), start, here), last]
        if self.scope.loose is False:
            return [self.quotient(over, self.product(under, here.start), start, here)]
        raise self._two_quotients(over, under, start)

    def _two_quotients(self, over: Expr, under: list[Expr], start: int) -> ReadError:
        """1/2x: (1/2)·x or 1/(2x)."""
        first, rest = paper(Quotient(over, under[0])), paper_factor(self.product(under[1:], start))
        whole = paper(Quotient(over, self.product(under, start)))
        return self.ambiguous(start, self.before.end, f"({first})·{rest}", whole)

    def quotient(self, over: Expr, under: Expr, start: int, here: Token) -> Expr:
        """a/b, unless b is 0"""
        if as_rational(under) == 0:
            raise self.error("division by zero", here)
        return Quotient(over, under, self.span(start))

    # -- juxtaposition ------------------------------------------------------------------------------

    def starts_factor(self) -> bool:
        """Whether another factor follows without a sign."""
        token = self.token
        if token.kind in ("number", "fraction", "sum", "product"):
            return True
        if token.kind == "name":
            return token.text not in KEYWORDS or token.text == "piecewise"
        if token.text in ("|", "||"):
            side = self.bar_side(token)
            inside = bool(self.opened) and self.opened[-1].text in ("|", "||") and not self.bar_side(self.opened[-1])
            return side == "l" if side else not inside
        return token.kind == "op" and token.text in (*BRACKETS, "√", "∛")

    def _group(self, before: list[Expr]) -> list[Expr]:
        """Neighbouring factors without a sign between them."""
        factors = [*before] or self.power()
        while self.starts_factor():
            start = (factors[-1].span or (self.token.start, 0))[0]
            if self.token.kind in ("number", "fraction") and not self._power_behind_bracket():
                left, right = self._number_behind(factors[-1])
                raised = f"({left})" if "^" in left else left
                if power := self._power_typed():
                    listed = bool(self.opened) and self.opened[-1].text == "["
                    second = f"{left}, {power}" if listed else f"{raised}^({power})"
                    raise self.ambiguous(start, self.token.start + len(power), f"{left}·{power}", second)
                second = f"{raised}^{right}"
                if self.opened and self.opened[-1].text == "[":
                    second = f"{left}, {right}"
                elif (whole := as_rational(factors[-1])) is not None and (part := _FRACTION.fullmatch(right)):
                    second = str(whole + Fraction(part[1]))
                elif isinstance(factors[-1], Number):
                    second = f"{left}{right}" if len(right) == 3 else f"{left}, {right}"
                raise self.ambiguous(start, self.token.end, f"{left}·{right}", second)
            self._refuse_number_of_equation(factors[-1])
            glued, word, place = not self.token.spaced, self.token, len(self.spaced_products)
            barred = self._closed_just_before()
            factors += self.power()
            if word.text in ("|", "||"):
                self._refuse_crossed(word)
            else:
                self.barred = barred or self.barred
            if not glued:
                end = self.before.end
                self.spaced_products.insert(place, SpacedProduct(start, word, len(self.opened), end))
            found = factors[-1].base if isinstance(factors[-1], Power) else factors[-1]
            if glued and isinstance(found, Matrix) and found.shape == (1, 1) and id(found) not in self.displayed:
                start, end = found.span or (0, 0)
                vector = factors[-2] if len(factors) > 1 else None
                hint = "write the entry itself; f_2(x, y) is a component of a function f"
                if isinstance(vector, Symbol):
                    hint = f"an entry is a name of its own: {self.scope.head}({vector.name}_1, {vector.name}_2, …)"
                raise ReadError("an index is not read here", text=self.text, start=start, end=end, hint=hint)
        return factors

    def _power_behind_bracket(self) -> bool:
        """ln(2) 2^x and (x + 1) 2^x, where the blank and the brackets leave one reading."""
        raised = self.token.kind == "number" and self.tokens[self.at + 1].text == "^"
        return raised and self.token.spaced and self.before.text == ")"

    def _power_typed(self) -> str:
        """2^x and 2^(x + 1) at the cursor, as they are typed; nothing for a number alone."""
        if self.following.text != "^":
            return ""
        place = self.at + 2 + (self.tokens[self.at + 2].text in ("-", "+"))
        end = closed_at(self.tokens, place) if self.tokens[place].text in BRACKETS else place
        return self.text[self.token.start : self.tokens[end].end]

    def _refuse_number_of_equation(self, factor: Expr) -> None:
        """x + y (2), where (2) ends the text: a factor to some, the number of the equation to others; 3 (2) is 6."""
        opener, number, closer, end = (*self.tokens[self.at : self.at + 4], *[self.tokens[-1]] * 3)[:4]
        bracketed = opener.text == "(" and number.kind == "number" and closer.text == ")" and end.kind == "end"
        if bracketed and opener.spaced and as_rational(factor) is None and not number.text.startswith("0"):
            hint = f"write the factor {number.text} in front, or leave the number of the equation out"
            raise self.error(f"“({number.text})” can be read in two ways", opener, hint, closer.end)

    def _number_behind(self, factor: Expr) -> tuple[str, str]:
        """A factor and the number typed behind it (x 2, x½, x 1/2), as they would be written."""
        left, right = paper_factor(factor), self.token.text
        after = self.tokens[min(self.at + 2, len(self.tokens) - 1)]
        if self.token.kind == "fraction":
            right = f"({right})"
        elif self.following.text == "/" and after.kind == "number":
            right = f"({right}/{after.text})"
        return left, right

    def power(self) -> list[Expr]:
        """The next factor (a name may be cut into several), raised if a caret follows."""
        start = self.token.start
        factors = self._primary()
        if self.sees("!"):
            factors.append(self._factorial(factors.pop()))
        while self.sees("'") or (self._transpose_sign() and any(isinstance(n, Matrix) for n in walk(factors[-1]))):
            factors.append(self._transposed(factors.pop()))
        if self.sees("^"):
            base = factors.pop()
            factors.append(self._raised(base, (base.span or (start, 0))[0]))
        return factors

    def _factorial(self, base: Expr) -> Expr:
        """3! and, in a sum over k, (2k + 1)!: of numbers."""
        sign, value = self.take(), as_rational(shortened(base))
        if value is None or value not in range(_FACTORIALS):
            hint = "" if value is not None else "x! is Γ(x + 1): write gamma(x + 1)"
            raise self.error(f"a factorial is one of a whole number up to {_FACTORIALS - 1} here", sign, hint)
        return Number(Fraction(factorial(int(value))), "", self.span((base.span or (sign.start, 0))[0]))

    def _transpose_sign(self) -> int:
        """The number of tokens of ^T or ^{T} behind a bracket, else 0."""
        if not self.sees("^") or self.before.text not in LISTS.values():
            return 0
        after = [token.text for token in self.tokens[self.at + 1 : self.at + 4]]
        return 2 if after[:1] == ["T"] else 4 if after == ["(", "T", ")"] else 0

    def _transposed(self, base: Expr) -> Expr:
        """[a; b]ᵀ, [[a, b], [c, d]]^T, (A·B)': rows for columns, for matrices that are written out."""
        sign, first = self.token, self.at
        matrix = by_entries(base, self.text)
        if not isinstance(matrix, Matrix):
            if self.sees("'") and not _TURNED.search(self.typed(sign)):
                front = ""
                if isinstance(base, Symbol) and self.following.text == "(":
                    front = f"; of a function without a formula write “{base.name}: R -> R; …” in front"
                hint = f"derivatives are computed; name the function without ′{front}"
                raise self.error("a prime is not read here", hint=hint)
            raise self.error("a transpose cannot stand here", hint="only a matrix that is written out is transposed")
        self.at = first + (self._transpose_sign() or 1)
        turned = spanned(matrix.transposed, self.span((base.span or (sign.start, 0))[0]))
        self.displayed[id(turned)] = turned
        return turned

    def _raised(self, base: Expr, start: int) -> Expr:
        caret = self.take()
        if isinstance(base, Symbol) and base.name == E.name:
            self.scope.note("e is read as the variable e; Euler's number to a power is exp(…)")
        self.descend("powers are nested too deep")
        exponent = self.exponent(base, start)
        self.depth -= 1
        self.check_exponent(base, exponent, caret)
        self._note_fraction(exponent, start, caret)
        return Power(base, exponent, self.span(start))

    def exponent(self, base: Expr, start: int, sign: str = "") -> Expr:
        """What stands behind a caret; ``sign``: the minus before it."""
        here = self.token
        if self.sees("-", "+"):
            minus = self.take().text == "-"
            self.descend("too many signs in a row")
            inner = self.exponent(base, start, "-" if minus else "")
            self.depth -= 1
            return Negative(inner, self.span(here.start)) if minus else inner
        parts = self._primary()
        if here.kind == "name" and self.typed_on() and self.function_next():
            parts += self.power()
        if len(parts) > 1:
            product = self.product(parts, here.start)
            first = paper(Power(base, parts[0]))
            rest = paper(self.product(parts[1:], here.start))
            if sign:
                first = paper(Power(base, Negative(parts[0])))
            raise self.ambiguous(
                start, self.before.end, f"{paper(base)}^({sign}{paper(product)})", f"{first}·{rest}"
            )
        exponent = parts[0]
        if self.sees("^"):
            return self._raised(exponent, here.start)
        if here.kind == "name" and isinstance(exponent, Symbol | Constant) and self.glued_name():
            more = paper(exponent) + self.typed(self.token)
            raise self.ambiguous(
                start,
                self.token.end,
                f"{paper(base)}^({sign}{more})",
                f"{paper(Power(base, Negative(exponent) if sign else exponent))}·{self.typed(self.token)}",
            )
        if (typed := self.text[start : self.token.end]) not in self.noted:
            self.noted.add(typed)
            self._note_exponent(base, exponent, sign)
        return exponent

    def glued_name(self) -> bool:
        """Whether a name, and no function, follows without a blank."""
        return (
            self.token.kind == "name" and not self.token.spaced and self.starts_factor() and not self.function_next()
        )

    def typed_on(self) -> bool:
        """Whether the letters or digits before the cursor go on behind it, as in sin|x and x|sin."""
        joined = self.before.end == self.token.start and self.before.text.isalnum()
        return joined and (self.typed(self.before)[:1] + self.typed(self.token)[:1]).isalnum()

    def _note_exponent(self, base: Expr, exponent: Expr, sign: str) -> None:
        """e^2x and x^1/2 are read by precedence; the reader is told."""
        if not isinstance(exponent, Number):
            return
        if isinstance(base, Constant | Number) and self.token.kind == "name" and not self.token.spaced:
            power = paper(Power(base, exponent)).replace("^", f"^{sign}", 1)
            self.scope.note(f"{power}{self.typed(self.token)} is read as ({power})·{self.typed(self.token)}")
        if self.sees("/") and (sign or exponent.value == 1) and self.following.kind == "number":
            power, under = paper(Power(base, exponent)).rpartition("^")[0] + "^", self.following.text
            raised = f"{sign}{paper(exponent)}"
            note = f"{power}{raised}/{under} is read as ({power}{raised})/{under}; a root is {power}({raised}/{under})"
            self.scope.note(note)

    def _note_fraction(self, exponent: Expr, start: int, caret: Token) -> None:
        """e^-x^2/2 is read by precedence too, though e^(-x^2/2) may be meant."""
        if not isinstance(exponent, Negative) or isinstance(exponent.operand, Number) or self.token.spaced:
            return
        signed = self.text[caret.end : caret.end + 1] in ("-", "−")
        if signed and self.sees("/") and self.following.kind in ("number", "name"):
            power, under = self.typed_since(start), self.typed(self.following)
            self.scope.note(f"{power}/{under} is read as ({power})/{under}")

    def check_exponent(self, base: Expr, exponent: Expr, caret: Token) -> None:
        """Refuse an exponent that is too large, and 0^-1 and the like."""
        size, most = _magnitude(exponent), self.scope.limits.exponent
        if size is not None and size > most:
            raise self.error(f"an exponent over {most:,}", caret, end=self.before.end)
        below, raised = as_rational(base), exponent_value(exponent)
        if below is None or raised is None:
            return
        if below < 0 and raised.denominator != 1:
            size_text = paper(base.operand) if isinstance(base, Negative) else paper(base)
            hint = f"the real cube root is cbrt(-{size_text})" if raised.denominator == 3 else ""
            raise self.error("a negative number has no real power with a fractional exponent", caret, hint)
        if below == 0 and raised < 0:
            raise self.error("division by zero: a negative power of 0", caret)

    # -- atoms --------------------------------------------------------------------------------------

    def _primary(self) -> list[Expr]:
        self.descend("roots, powers and functions are nested too deep")
        found = self._atom()
        self.depth -= 1
        return found

    def _atom(self) -> list[Expr]:
        token = self.token
        if token.kind == "number":
            self.take()
            return [_number(token)]
        if token.kind == "fraction":
            self.take()
            over, under = token.text.split("/")
            span = (token.start, token.end)
            return [Quotient(integer(int(over)), integer(int(under)), span)]
        if token.kind == "name":
            return self._name()
        if token.kind in ("sum", "product"):
            return [over_index(self, self.take())]
        if self.sees("("):
            return [self._round()]
        if self.sees("[", "{", "⟦"):
            return [rows(self)]
        if self.sees("|", "||"):
            return [self._bars()]
        if self.sees("⎸"):
            return [self._determinant()]
        if self.sees("√", "∛"):
            return [self._root()]
        if self.sees("⌊", "⌈"):
            return [self._whole_part()]
        raise self.unexpected(OPERAND)

    def _round(self) -> Expr:
        """(…): brackets around a sum, or a vector or matrix when commas or semicolons stand inside."""
        opener = self.open()
        if self.sees(")"):
            raise self.error("nothing stands between the brackets", opener, end=self.token.end)
        lines = [[choice(self)]]
        while self.sees(",", ";"):
            if self.take().text == ";":
                lines.append([])
            self.refuse_comma(")", "an entry")
            lines[-1].append(self.sum())
        self.close()
        if len(lines) == len(lines[0]) == 1:
            return spanned(lines[0][0], self.span(opener.start))
        return rows_in_round_brackets(self, lines, opener)

    def _determinant(self) -> Expr:
        """|a, b; c, d|"""
        opener, inner = self.token, rows(self)
        return Call("det", (inner,), self.span(opener.start))

    def _bars(self) -> Expr:
        opener = self.open()
        inner = self.sum()
        self.close()
        self.closed_bars = opener, self.before
        square = isinstance(inner, Matrix) and inner.shape[0] == inner.shape[1] > 1
        kind = "det" if square and opener.text == "|" else "norm" if isinstance(inner, Matrix) else "abs"
        kind = "norm" if opener.text == "||" else kind
        return Call(kind, (inner,), self.span(opener.start))

    def _whole_part(self) -> Expr:
        """⌊x⌋ and ⌈x⌉"""
        opener = self.open()
        inner = self.sum()
        self.close()
        return Call("floor" if opener.text == "⌊" else "ceil", (inner,), self.span(opener.start))

    def _closed_just_before(self) -> tuple[Token, Token] | None:
        """The bars that end before the cursor, unless LaTeX or blanks say that the last one closes."""
        if self.closed_bars is None or self.closed_bars[1] is not self.before:
            return None
        closer = self.closed_bars[1]
        return None if self.bar_side(closer) or self.blank_beside(closer) == "r" else self.closed_bars

    def _refuse_crossed(self, opener: Token) -> None:
        """Raise for |a|b|c|, which is |a|·b·|c| or |a·|b|·c|, unless LaTeX or blanks say that the third bar opens."""
        if self.barred is None or self.closed_bars is None or self.bar_side(opener) or self.blank_beside(opener) == "l":
            return
        (first, second), last = self.barred, self.closed_bars[1]
        bar = self.typed(opener)
        outer, between = self.text[first.end : second.start].strip(), self.text[second.end : opener.start].strip()
        inner = self.text[opener.end : last.start].strip()
        dot = "" if inner[0] in "+-−" else "·"
        raise self.ambiguous(
            first.start,
            last.end,
            f"{bar}{outer}{bar} {between} {bar}{inner}{bar}",
            f"{bar}{outer}·{bar}{between}{bar}{dot}{inner}{bar}",
        )

    def _root(self) -> Expr:
        """√x and √(…); a line over √xy, √2x and √x² is lost where they are copied."""
        sign, first = self.take(), self.token
        inner = self._primary()
        bare = self.before.text != ")" and not self.sees("√", "∛")
        glued = self.starts_factor() and not self.token.spaced and bare and not self.unit_next()
        if len(inner) > 1 or glued or (self.sees("^") and first.text != "("):
            hint = f"write {sign.text}(…), or ({sign.text}{paper(inner[0])}) for the root alone"
            raise self.error("a root without brackets can be read in two ways", sign, hint)
        root = Call("sqrt" if sign.text == "√" else "cbrt", (inner[0],), self.span(sign.start))
        if bare:
            self.note_sum_behind(sign, root)
        return root

    def note_sum_behind(self, sign: Token, root: Expr) -> None:
        """√x+1 and sqrt x^2+y^2, where a line over the sum may be lost: what is read is said."""
        another = self.following.text in ("√", "∛")  # √x+√y
        if self.sees("+", "-") and not self.token.spaced and not self.following.spaced and not another:
            typed = f"{self.typed_since(sign.start)}{self.typed(self.token)}{self.typed(self.following)}"
            self.scope.note(f"{typed} is read as {paper(root)} {self.token.text} {self.typed(self.following)}")

    # -- names --------------------------------------------------------------------------------------

    def _name(self) -> list[Expr]:
        return self._name_of(self.take())

    def _name_of(self, token: Token) -> list[Expr]:
        if self.scope.indices and (index := index_value(self, token)):
            return [index]
        if self.scope.indices or "," in token.text:
            token = at_index(self, token)
        name = token.text
        span = (token.start, token.end)
        if self.scope.verbatim and self.sees("("):
            spelled = name in SPELLINGS and name not in KNOWN  # σ(t), and x(t)
            if self._names_unspecified(name) or self.scope.variable(name) is not None or spelled:
                return [self._applied(token)]
        declared = self.scope.variable(name)
        if declared is not None:
            return [Symbol(declared, span)]
        if value := applied_named(name, self.scope.spelled):
            return [self._spelled_value(token, value)]
        if name in self.scope.functions and not self._given_by_a_stage(name):
            return [self._declared_call(token, self.scope.functions[name])]
        if name in ("piecewise", "Piecewise"):
            return [piecewise(self, token)]
        if name in ("norm", "softmax") and self.sees("("):
            return [Call(name, self.arguments(name), self.span(token.start))]
        if name == "det" and self.sees("(", "[", "⟦"):
            return [Call(name, tuple(self._primary()), self.span(token.start))]
        if name in SPELLINGS:
            refuse_glued_letter(self, token)
            return [known_call(self, token, SPELLINGS[name])]
        if self.scope.verbatim and name in KNOWN and self.sees("("):
            return [known_call(self, token, name)]
        if name.startswith("log") and log_base(self, name) is not None:
            return [known_call(self, token, "log")]
        if constant := self.scope.constant(name):
            return [Constant(constant, span)]
        return self._glued_partial(token) or self._unknown(token)

    def _given_by_a_stage(self, name: str) -> bool:
        """Whether a name is the quantity r of a stage r = s², t before, not a function that is called."""
        return self.scope.open and not self.sees("(") and name in self.scope.functions[name].outputs

    @cached_property
    def units(self) -> dict[str, Matrix]:
        """The names that are unit vectors, x i + y j, with a note that they are."""
        found = unit_vectors(self.tokens, self.scope)
        if found:
            listed = sorted(found)
            said = ", ".join("(" + ", ".join(map(paper, found[name].entries)) + ")" for name in listed)
            are = "is read as the unit vector" if len(listed) == 1 else "are read as the unit vectors"
            self.scope.note(f"{', '.join(listed)} {are} {said}")
        return found

    @cached_property
    def has_glued_angles(self) -> bool:
        """Whether bsin, b sin without a blank, stands in the text."""
        words = {word for word in _LETTERS.findall(self.text) if word.endswith(("sin", "cos", "tan"))}
        return any(apart(self.scope, word, True) and not self.scope.variable(word) for word in words - SPELLINGS.keys())

    def unit_next(self) -> bool:
        """Whether a unit vector follows."""
        name = self.token.text
        return self.token.kind == "name" and ends_in_unit(name, self.scope) == ("", name) and name in self.units

    def _with_unit(self, token: Token, before: str, unit: str) -> list[Expr]:
        """j, and yj as y·j."""
        place = token.end - len(unit)
        column = spanned(self.units[unit], (place if before else token.start, token.end))
        if not before:
            return [column]
        return [*self._name_of(Token("name", before, token.start, place, token.spaced)), column]

    def _unknown(self, token: Token) -> list[Expr]:
        name = token.text
        if self.scope.verbatim:
            return [self._applied(token) if self.sees("(") else Symbol(name, (token.start, token.end))]
        if changed := self.scope.variable(change(token, self.token, self.text)):
            return [Symbol(changed, (token.start, self.take().end))]
        if chooses(self, token):
            return [chosen(self, token)]
        if self.indices_before:
            refuse_index(self, token)
        before, unit = ends_in_unit(name, self.scope)
        if unit and unit in self.units:
            return self._with_unit(token, before, unit)
        if self.sees("(") and self.scope.functions.get(name) is None and (component := self._component(name)):
            function, place = component
            whole = self._declared_call(token, function)
            return [whole.entries[place - 1] if isinstance(whole, Matrix) else whole]
        if self.sees("(") and (partial := applied_named(name, self._without_formulas)):
            return [self._partial_call(token, partial)]
        if len(name) > 1 and name in NOT_REAL:
            raise self.error(f"{name} ({NOT_REAL[name]}) is not a real number", token)
        applied = self.sees("(", "^") or self.starts_factor()
        ways = self.scope.cut(name)
        word = len(ways) == 1 and any(len(piece) > 1 for piece in ways[0] if piece not in CONSTANTS)  # cosx in xcosx
        pieces = [] if word else self._pieces(token, applied)
        if len(ways) + len(pieces) > 1:
            listed = ["·".join(way) for way in ways] + [written(way) for way in pieces]
            message = f"{name} can be cut into names in more than one way"
            raise self.error(message, token, f"write {listed[0]} or {listed[1]}")
        if ways:
            return self._cut(token, ways[0])
        if pieces:
            return self._put_apart(token, pieces[0])
        if name in ABBREVIATED and (self.sees("(", "^") or (self.starts_factor() and self.token.spaced)):
            return [abbreviated(self, token)]
        if name in WRITTEN_OUT and self._calls_written_out(token):
            return [written_out(self, token)]
        if name in CALLED and self._calls(token, 1) and not (self.scope.open and self.token.spaced):
            return [called(self, token)]
        if (order := bessel_order(name)) is not None and self.sees("(") and not self.scope.open:
            return [bessel(self, token, order)]
        if name in KEYWORDS:
            hint = "" if name in ("and", "or", "not") else CASES
            raise self.error(f"“{name}” is a word of the language, not a name", token, hint)
        if before := self.scope.factors_before(name, self.sees("(", "'")):
            for letter in filterfalse(CONSTANTS.__contains__, before):
                self.scope.declare(letter)
            return self._put_apart(token, [*before, name.removeprefix(before)])
        if self.scope.open:
            return new_names(self, token)
        raise undeclared(self, token)

    def _pieces(self, token: Token, applied: bool) -> list[list[str]]:
        """The ways to cut xsiny into x, sin and y; none for cost and sin2 where they may be new names."""
        ways = apart(self.scope, token.text, applied) if self.before is token else []
        if self.sees("("):  # xatan2(y, x)
            ways = [way for way in ways if not way[-1].isdigit()]
        number = bool(ways) and ways[0][-1].isdigit()
        alone = number and ways[0][-2] not in OF_NUMBERS and (self.token.kind != "name" or self.token.spaced)
        new = self.scope.open and (alone or is_own_word(token.text, (one.text for one in self.tokens)))
        return [] if new else ways

    def _put_apart(self, token: Token, pieces: list[str]) -> list[Expr]:
        """Put x, sin and y in the place of xsiny, and read the first of them."""
        made: list[Token] = []
        start, exact = token.start, len(token.text) == token.end - token.start
        for piece in pieces:
            kind, end = "number" if piece.isdigit() else "name", start + len(piece)
            span = (start, end) if exact else (token.start, token.end)
            made.append(Token(kind, piece, *span, token.spaced and not made))
            start = end
        called = pieces[-1] in self.scope.functions
        if called or is_function(pieces[-1]):
            factors = [*(self.scope.cut(pieces[0]) or [pieces[:1]])[0], *pieces[1:]]
            self.scope.note(f"{token.text} is read as the product {written(factors, '·')}{'(…)' * called}")
        self.at -= 1
        self.tokens[self.at : self.at + 1] = made
        return self._name()

    def _calls(self, token: Token, size: int) -> bool:
        """Whether a bracket behind a name calls it: so gamma(x) and Γ(x), but not γ(x), nor any where names are new."""
        if self.sees("^") and token.text in CALLED and not self.scope.open:
            return self._raised_call()
        if token.text not in GREEK_NAMES or not self.sees("("):
            return self.sees("(")
        named = self.typed(token) in (token.text, "Γ", r"\Gamma") and not self.token.spaced
        named = named and (self.scope.calling or not self.scope.open)
        return named and self.listed() == size

    def _calls_written_out(self, token: Token) -> bool:
        """Whether erfc(x), erfc x or erfc^2 x follows; raised alone it may be a new name."""
        if token.text not in BARE or self.sees("("):
            return self._calls(token, len(WRITTEN_OUT[token.text].arguments))
        return (self.sees("^") and not self.scope.open) or self.starts_factor()

    def _raised_call(self) -> bool:
        """Whether a bracket follows the exponent at the cursor: Γ^2(x)"""
        behind = self.at + 1
        end = closed_at(self.tokens, behind) if self.following.text == "(" else behind
        return bool(end) and self.tokens[end + 1].text == "("

    def _names_unspecified(self, name: str) -> str:
        """The unspecified function g of which g2 and D1_g2 are a component and its partial, or nothing."""
        _, rest = _told(name)
        return next(
            (g for g in self.scope.unspecified if rest == g or (rest.startswith(g) and rest[len(g) :].isdigit())),
            "",
        )

    def _applied(self, token: Token) -> Expr:
        """g2(u, v) and D1_g2(u, v) of a stage g; f(x - c*t) and D1_f(x - c*t) of an f that a formula calls."""
        by, rest = _told(token.text)
        name = self._names_unspecified(token.text) or rest
        component, inputs = int(rest[len(name) :] or 0), self.scope.unspecified.get(name, ())
        return Applied(name, component, by, self.arguments(token.text), inputs, self.span(token.start))

    def _spelled_value(self, token: Token, value: Applied) -> Expr:
        """f_x and f_x(a, b), f' and f'(a) of one input; f_x (a + b) is a product."""
        size = len(value.inputs)
        while size == 1 and self.sees("'"):
            self.take()
            value = replace(value, derivatives=(*value.derivatives, 1))
        called = self.sees("(") and self.listed() == size and not (size == 1 and self.token.spaced)
        arguments = self.arguments(token.text) if called and not self._as_declared(value.declared) else ()
        return replace(value, arguments=arguments, span=self.span(token.start))

    def _as_declared(self, names: tuple[str, ...]) -> bool:
        """Whether f′(r) and f_u(u, v) stand as f(r) and f(u, v) were declared, not at variables r, u and v; taken."""
        inside = self.tokens[self.at + 1 : closed_at(self.tokens, self.at)]
        same = bool(names) and [token.text for token in inside[::2]] == [*names] and len(inside) == 2 * len(names) - 1
        if not same or any(self.scope.variable(name) is not None for name in names):
            return False
        self.at += len(inside) + 2
        return True

    def _glued_partial(self, token: Token) -> list[Expr]:
        """rf_x as r·f_x and fg′ as f·g′, where no name is written so; else nothing."""
        for k in range(1, len(token.text) if self.scope.spelled else 0):
            before, value = token.text[:k], token.text[k:]
            spelled = applied_named(before, self.scope.spelled)
            known = spelled or self.scope.variable(before) or self.scope.cut(before)
            if known and applied_named(value, self.scope.spelled):
                first = Token("name", before, token.start, token.start + k, token.spaced)
                second = Token("name", value, token.start + k, token.end, False)
                one = [spanned(spelled, (first.start, first.end))] if spelled else self._name_of(first)
                return [*one, *self._name_of(second)]
        return []

    def _cut(self, token: Token, pieces: list[str]) -> list[Expr]:
        factors: list[Expr] = []
        place = token.start
        for piece in pieces:
            span = (place, place + len(piece))
            place += len(piece)
            declared = self.scope.variable(piece)
            if declared is not None:
                factors.append(Symbol(declared, span))
            elif piece in ("e", "pi"):
                factors.append(Constant(piece, span))
            else:
                factors.append(integer(self.scope.indices[piece]))
        return factors

    # -- calls --------------------------------------------------------------------------------------

    def arguments(self, name: str) -> tuple[Expr, ...]:
        """(x, y), or {x, y} behind max"""
        opener = self.open()
        if self.sees(")"):
            raise self.error(f"{name} needs an argument: {name}(x)", opener, end=self.token.end)
        arguments = [choice(self)]
        while self.sees(",", ";"):
            self.take()
            self.refuse_comma(")", "an argument")
            arguments.append(choice(self))
        self.close()
        return tuple(arguments)

    @cached_property
    def _without_formulas(self) -> dict[str, Applied]:
        """f(x, y) of each declared function without a formula, by the names that are read as one."""
        given = self.scope.functions.values()
        values = (one.values[0] for one in given if one.scalar and not one.specified and not one.symbolic)
        return {name_key(value.function): value for value in values if isinstance(value, Applied)}

    def _partial_call(self, token: Token, partial: Applied) -> Expr:
        """f_x(a, b), f_1(a, b) and D1_f(a, b) of a declared f"""
        called = self._declared_call(token, self.scope.functions[partial.function])
        return replace(called, derivatives=partial.derivatives) if isinstance(called, Applied) else called

    def _order_of_call(self, token: Token) -> int:
        """2 of f″(a), 3 of f^(3)(a) and f^{(3)}(a), taken; 0 of f(a).  Raises ReadError for f^2(a)."""
        order = 0
        while self.sees("'"):
            self.take()
            order += 1
        first = self.at + 1
        last = closed_at(self.tokens, first) if self.following.text == "(" else first + (self.following.text == "-")
        opener = self.tokens[last + 1] if self.sees("^") and 0 < last < len(self.tokens) - 1 else self.token
        if order or opener.text != "(" or opener is self.token:
            return order
        raised = self.text[self.following.start : self.tokens[last].end]
        if found := _ORDER.fullmatch(raised):
            self.at = last + 1
            return int(found[1])
        end, name, power = self.tokens[closed_at(self.tokens, last + 1)].end, token.text, raised.strip("{( )}")
        argument = self.text[opener.start : end]
        others = {"2": f" or {name}({name}{argument})", "-1": ", or declare the inverse function"}
        hint = f"write {name}{argument}^{power}{others.get(power, f'; a derivative is {name}^(3){argument}')}"
        raise self.error(f"“{self.text[token.start : end]}” can be read in two ways", token, hint, end)

    def _derivative_call(self, token: Token, function: VectorFunction, order: int) -> Expr:
        """f′(a), f″(a) and f^(3)(a) of a declared f without a formula."""
        if order > self.scope.limits.depth:
            raise self.error(f"more than {self.scope.limits.depth} primes stand in a row", self.before)
        if function.specified or (function.n, function.m) != (1, 1):
            hint = "derivatives are computed; name the function without ′"
            raise self.error("a prime is not read here", self.before, hint)
        called = self._declared_call(token, function)
        return replace(called, derivatives=(1,) * order) if isinstance(called, Applied) else called

    def _declared_call(self, token: Token, function: VectorFunction) -> Expr:
        if order := self._order_of_call(token):
            return self._derivative_call(token, function, order)
        if not self.sees("("):
            raise self.error(
                f"{token.text} is a function; it needs its arguments",
                token,
                f"write {token.text}({', '.join(function.inputs)})",
            )
        arguments = self.arguments(token.text)
        if len(arguments) == 1 and isinstance(arguments[0], Matrix):
            arguments = arguments[0].entries
        if function.symbolic or len(arguments) != function.n:
            raise self.error(
                f"{token.text} takes {count(function.n, 'argument')}, not {len(arguments)}",
                token,
                end=self.before.end,
            )
        for name in function.parameters:
            if self.scope.variable(name) is None:
                raise self.error(
                    f"{token.text} has the parameter {name}, which is not declared here",
                    token,
                    how_to_declare(self, name),
                )
        if not function.specified:
            self.scope.note(f"{function.name} is any differentiable function")
        values = call(function, arguments)
        self.check_length(token, values)
        span = self.span(token.start)
        if len(values) == 1:
            return spanned(values[0], span)
        return Matrix(tuple((value,) for value in values), span)

    def check_length(self, token: Token, values: tuple[Expr, ...]) -> None:
        """Refuse a call that would be too long where the function is written out."""
        if sum(map(tree_size, values)) > self.scope.limits.nodes:
            raise self.error(f"{token.text}(…) written out is longer than {self.scope.limits.nodes:,} symbols", token)

    def _component(self, name: str) -> tuple[VectorFunction, int] | None:
        """f and 2 for f_2; of a scalar function without a formula f_1 is a partial derivative."""
        declared = (one for one in self.scope.functions.values() if one.specified or not one.scalar)
        return next(((one, place) for one in declared if (place := component_of(name, one))), None)

    def function_next(self) -> bool:
        """Whether the name of a function follows, which ends the argument of the one before it."""
        token = self.token
        return (
            token.kind == "name"
            and self.scope.variable(token.text) is None
            and (token.text in self.scope.functions or self.ends_argument(token))
        )

    def ends_argument(self, token: Token) -> bool:
        """Whether a name is or begins with a known function, or is a partial f_x of one without a formula."""
        name = token.text
        known = name in SPELLINGS or name in ABBREVIATED
        if known or applied_named(name, self.scope.spelled) is not None:
            return True
        ways = [] if self.scope.variable(name) or self.scope.cut(name) else apart(self.scope, name, True)
        return bool(ways) and is_function(ways[0][0])


_TURNED = re.compile("T|top|intercal|[ᵀᵗ⊤]")  # of a sign that is a transpose and no prime
_LETTERS = re.compile("[A-Za-z]+")
_ORDER = re.compile(r"\{?\s*\((\d+)\)\s*\}?")  # of f^(3)(x)
_FRACTION = re.compile(r"\((\d+/0*[1-9]\d*)\)")  # of a mixed number, 1 1/2
_APPLIED = re.compile(r"(?:(?P<by>(?:D\d+)+)_)?(?P<rest>\w+)")


def _told(name: str) -> tuple[tuple[int, ...], str]:
    """(1, 2) and g of D1D2_g"""
    match = _APPLIED.fullmatch(name)
    return (tuple(map(int, (match["by"] or "").split("D")[1:])), match["rest"]) if match else ((), name)


def _number(token: Token) -> Number:
    decimal = "." in token.text
    value = Fraction(token.text.rstrip("…")) if decimal else Fraction(int(token.text))
    return Number(value, token.text if decimal else "", (token.start, token.end))


def component_of(name: str, function: VectorFunction) -> int:
    """2 for ``f_2`` or ``f2`` of a declared f with two components or more, else 0."""
    rest = name.removeprefix(function.name).removeprefix("_")
    if rest == name or not rest.isdigit() or isinstance(function.m, str):
        return 0
    return int(rest) if 1 <= int(rest) <= function.m else 0


def _magnitude(expr: Expr) -> float | None:
    """The size of a constant exponent, estimated without building it; None where symbols occur."""
    match expr:
        case Number(value):
            return float(value)
        case Negative(operand) | Minus(operand):
            return _magnitude(operand)
        case Power(base, exponent):
            low, high = _magnitude(base), _magnitude(exponent)
            if low is None or high is None:
                return None
            return float("inf") if low > 1 and high > 400 else low**high if low <= 1e6 else float("inf")
        case Product(factors):
            sizes = [_magnitude(factor) for factor in factors]
            result = 1.0
            for size in sizes:
                if size is None:
                    return None
                result *= size
            return result
        case Sum(terms):
            parts = [_magnitude(term) for term in terms]
            return None if any(part is None for part in parts) else sum(part or 0.0 for part in parts)
        case _:
            return None
