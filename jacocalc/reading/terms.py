"""Text → terms: the expressions of matrix-level programs, with their shapes checked at every operator.

    expression   a + b - c                 product   A B x, A*x, a/c (juxtaposition, *, ·, @)
    entrywise    a .* b, a ⊙ b, a ./ b     power     x', A^T, A^-1, a^2, a.^2
    atom         3, x, h_{t-1}, W^(l), f(...), (...), ||...||, I(n), ones(n), 1^T, [z > 0]

A product of juxtaposed factors binds more tightly than ⊙.  A mismatch names both shapes and points at the
operator; what is widened on the way (a vector added to every column) is noted.
"""

from __future__ import annotations

import re
from fractions import Fraction

from jacocalc.errors import ShapeError
from jacocalc.options import LIMITS
from jacocalc.reading import array_signs, axes, comparisons, named_terms, norms, program_calls, step_sums
from jacocalc.reading.cursor import Cursor
from jacocalc.reading.lexer import Token, tokenize
from jacocalc.reading.mismatches import mismatch, sized, typed
from jacocalc.reading.program_words import AXES, ENTRIES, WRITTEN
from jacocalc.reading.scope import Scope
from jacocalc.reading.term_names import Names
from jacocalc.reading.unsized import IDENTITY, VECTOR, in_size, is_unsized, of_one_size, sized_ones
from jacocalc.term_writing import paper_term
from jacocalc.terms import (
    ZERO,
    Elementwise,
    Extent,
    Hadamard,
    Inverted,
    Ones,
    Operation,
    Opposite,
    Over,
    Plus,
    Raised,
    Scalar,
    Scaled,
    Shape,
    Term,
    Times,
    Transposed,
    Zeros,
    occurs,
    parts_of,
    replaced,
    subterms,
    variables_of,
)

_COLUMN_OF_ONES = "the column of n ones is ones(n), or 1_n"
_UNSIZED = (
    (IDENTITY, ("I", "eye"), "the identity is I(n)"),
    (VECTOR, ("1",), _COLUMN_OF_ONES),
)
_COLUMNS = (*(("[", ":", ",", none, "]") for none in ("None", "newaxis")),
            *((".", "unsqueeze", "(", *axis, ")") for axis in (("1",), ("-", "1"))))  # fmt: skip
_ROWS = (*(("[", none, ",", ":", "]") for none in ("None", "newaxis")), (".", "unsqueeze", "(", "0", ")"))
_NUMBERS = re.compile(r"[\d\s,:]+")
_POSITION = re.compile(r"[\w\s,:+-]+")  # of an entry or of several: 1,2 and 0:2 and i,:


def _scaled(matrix: Term, vector: Term, line: str) -> Term:
    """diag(v) A, whose columns are multiplied, A diag(v), whose rows are"""
    scale = Operation("diag", (vector,))
    return Times((scale, matrix) if line == "column" else (matrix, scale))


def _at_lines(vector: Term, line: str, shape: Shape) -> Term:
    """v 1ᵀ, whose columns are v, 1 vᵀ, whose rows are"""
    if line == "column":
        return Times((vector, Transposed(Ones((shape[1], 1)))))
    return Times((Ones((shape[0], 1)), Transposed(vector) if vector.shape[1] == 1 else vector))


class TermParser(Cursor):
    """Expressions of a program; see the module's head."""

    def __init__(self, text: str, tokens: list[Token], names: Names) -> None:
        super().__init__(text, Scope(), tokens)
        self.names = names
        self.nesting = 0
        self.summands = 1  # of sums in each other that are being written out

    # -- sums ---------------------------------------------------------------------------------------

    def expression(self) -> Term:
        """a + b - c"""
        self.nesting += 1
        if self.nesting > LIMITS.depth * 2:
            raise self.error(f"brackets are nested more than {LIMITS.depth} deep")
        sign = self.take().text if self.sees("+", "-") else ""
        total = self.entrywise()
        total = Opposite(total) if sign == "-" else total
        parts = [total]
        while self.sees("+", "-"):
            operator = self.take()
            right = self.entrywise()
            if self.names.entrywise and ZERO in (right, parts[0]):  # the 0 of clip(x, 0, 1)
                parts = parts if right == ZERO else []
            else:
                parts, right = self.fitting(parts, right, operator)
            if right != ZERO or not self.names.entrywise:
                parts.append(Opposite(right) if operator.text == "-" else right)
        self.nesting -= 1
        return Plus(tuple(parts)) if len(parts) > 1 else parts[0]

    def fitting(self, parts: list[Term], right: Term, operator: Token) -> tuple[list[Term], Term]:
        """Both sides of + or − in one shape; a scalar or a vector is spread over a matrix with a note."""
        whole = Plus(tuple(parts)) if len(parts) > 1 else parts[0]
        left, right = of_one_size(whole, right)
        if left is not whole:
            parts = [*left.terms] if len(parts) > 1 and isinstance(left, Plus) else [left]
        left_shape, right_shape = left.shape, right.shape
        self.refuse_two_axes(left, right, operator)
        if left_shape == right_shape:
            return parts, right
        spread = self.spread(right, left_shape)
        if spread is not None:
            return parts, spread
        spread = self.spread(left, right_shape)
        if spread is not None:
            return [spread], right
        column, row = (left, right) if left_shape[1] == 1 else (right, left)
        if column.shape[1] == row.shape[0] == 1 and self.names.is_column(column) and not self.names.verbatim:
            shape = (column.shape[0], row.shape[1])  # x[:, None] + y[None, :]
            return [self.spread(left, shape) or left], self.spread(right, shape) or right
        raise self.mismatch(left, right, operator, "+" if operator.text == "+" else "-")

    def spread(self, term: Term, shape: Shape) -> Term | None:
        """The term at every entry, column or row of a matrix of the shape, if it fits there."""
        if self.names.verbatim:
            return None
        if term.is_scalar:
            if shape[0] == shape[1] and not array_signs.is_numpy(self):
                return None
            self.names.note(f"{paper_term(term)} is added to every entry")
            return Ones(shape) if term == Scalar(Fraction(1)) else Scaled(term, Ones(shape))
        line = self.line_of(term, shape)
        if line is not None:
            self.names.note(f"{paper_term(term)} is added to every {line}")
        return None if line is None else _at_lines(term, line, shape)

    def line_of(self, vector: Term, shape: Shape) -> str | None:
        """Whether a vector is as long as the columns or the rows of a matrix; NumPy takes the rows of a square one."""
        if 1 in shape or 1 not in vector.shape:
            return None
        size = vector.shape[0] if vector.shape[1] == 1 else vector.shape[1]
        square = shape[0] == shape[1] and array_signs.is_numpy(self) and not self.names.is_column(vector)
        upright = vector.shape[1] == 1 and not square
        return "column" if upright and size == shape[0] else "row" if size == shape[1] else None

    def mismatch(self, left: Term, right: Term, operator: Token, sign: str) -> ShapeError:
        """Both shapes, at the operator, and what was probably meant."""
        message, hint = mismatch(left, right, sign)
        return self.misfit(message, operator, hint)

    def misfit(self, message: str, token: Token, hint: str = "", end: int | None = None) -> ShapeError:
        """A ShapeError at a token."""
        return ShapeError(message, text=self.text, start=token.start, end=end or token.end, hint=hint)

    # -- products -----------------------------------------------------------------------------------

    def entrywise(self) -> Term:
        """a .* b ./ c, from the left; what is juxtaposed binds more tightly"""
        start = self.token
        total = self.product()
        factors: list[Term] = []
        while self.sees("⊙", "⊘"):
            operator = self.take()
            right = self.product()
            if self._starred(operator):
                raise self.ambiguous(
                    start.start, self.before.end, "brackets around the entrywise product",
                    "brackets around the matrix product",
                )  # fmt: skip
            total = self.entry_by_entry(total, right, operator, factors)
            factors = list(total.factors) if isinstance(total, Hadamard) and operator.text == "⊙" else []
        return total

    def _starred(self, operator: Token) -> bool:
        """Whether an explicit * follows an entrywise operator in the same product."""
        level, place = 0, self.tokens.index(operator) + 1
        for token in self.tokens[place : self.at]:
            level += (token.text in "([{") - (token.text in ")]}") if token.kind == "op" else 0
            if level == 0 and token.kind == "op" and token.text in ("*", "·"):
                return not self.names.verbatim
        return False

    def entry_by_entry(self, left: Term, right: Term, operator: Token, factors: list[Term]) -> Term:
        """a ⊙ b, a ⊘ b; a scalar scales, a vector scales the rows or the columns of a matrix."""
        left, right = of_one_size(left, right)
        self.refuse_two_axes(left, right, operator)
        if left.shape != right.shape:
            if operator.text == "⊙" and (left.is_scalar or right.is_scalar):
                return Scaled(left, right) if left.is_scalar else Scaled(right, left)
            if operator.text == "⊘" and right.is_scalar:
                return Over(left, right)
            if operator.text == "⊘" and left.is_scalar:
                return Over(
                    Scaled(left, Ones(right.shape)) if left != Scalar(Fraction(1)) else Ones(right.shape), right
                )
            spread = self._scaled_lines(left, right) if operator.text == "⊙" else self._divided_lines(left, right)
            if spread is None:
                raise self.mismatch(left, right, operator, operator.text)
            return spread
        if left.is_scalar:
            return Times((left, right)) if operator.text == "⊙" else Over(left, right)
        if operator.text == "⊘":
            return Over(left, right)
        return Hadamard((*(factors or [left]), right))

    def _scaled_lines(self, left: Term, right: Term) -> Term | None:
        """diag(v) A, A diag(v): a vector times every column, or every row"""
        for vector, matrix in ((left, right), (right, left)):
            line = None if self.names.verbatim else self.line_of(vector, matrix.shape)
            if line is not None:
                self.names.note(f"{paper_term(vector)} multiplies every {line} entry by entry")
                return _scaled(matrix, vector if vector.shape[1] == 1 else Transposed(vector), line)
        return None

    def _divided_lines(self, matrix: Term, below: Term) -> Term | None:
        """diag(1 ⊘ v) A, A diag(1 ⊘ v): every column, or every row, divided by a vector; v 1ᵀ ⊘ A, 1 vᵀ ⊘ A"""
        if not self.names.verbatim and (line := self.line_of(matrix, below.shape)) is not None:
            self.names.note(f"{paper_term(matrix)} is divided by every {line} entry by entry")
            return Over(_at_lines(matrix, line, below.shape), below)
        line = None if self.names.verbatim else self.line_of(below, matrix.shape)
        if line is None:
            return None
        self.names.note(f"{paper_term(below)} divides every {line} entry by entry")
        vector = below if below.shape[1] == 1 else Transposed(below)
        return _scaled(matrix, Over(Ones(vector.shape), vector), line)

    def product(self) -> Term:
        """A B x, a/c"""
        start = self.token
        factors, divided, end, closed = [self.power()], None, 0, False
        while True:
            if self.sees("*", "·", "⊗"):
                operator = self.take()
                divided = None
                right = self.power()
                array_signs.refuse_star(self, start, factors, right, operator)
                by_entries = array_signs.multiplied(self, factors, right, operator)
                factors = self._multiplied(factors, right, operator) if by_entries is None else by_entries
            elif self.sees("/"):
                operator, opener = self.take(), self.token
                below = self.power()
                factors = [self.quotient(self.joined(factors), below, operator)]
                divided, end, closed = below, self.before.end, opener.text == "(" and self.before.text == ")"
            elif self.starts_factor():
                operator = self.token
                self._refuse_entry()
                spaced = operator.spaced
                divides = self.text[self.before.end : operator.start].strip() == "\\"
                right = self.ones_behind(factors, self.power(), start)
                if divides:
                    self.refuse_left_division(start, factors[-1], right)
                if divided is not None:
                    quotient = self.text[start.start : end].strip()
                    self.coefficient(divided, factors[0], right, quotient, start, spaced, closed)
                    divided = None
                begin = start.start if len(factors) == 1 else operator.start
                where = Token("op", "", begin, self.before.end, False)
                factors = self._multiplied(factors, right, where)
            else:
                self._refuse_entry()
                return self.joined(self._ones_before_a_row(factors, start))

    def ones_behind(self, factors: list[Term], right: Term, start: Token) -> Term:
        """A 1 and b 1 for a number b: a vector of ones; A 1/n is refused."""
        if self.names.verbatim or self.before.text != "1" or right != Scalar(Fraction(1)):
            return right
        chain = self.joined(factors)
        if chain.shape[1] == 1 and (not chain.is_scalar or not variables_of(chain) or self.sees("/")):
            return right
        if self.sees("/"):
            a, c = self.text[start.start : self.before.start].strip(), self.following.text
            raise self.ambiguous(start.start, self.following.end, f"({a} 1)/{c}", f"1/{c} {a}")
        return VECTOR

    def _ones_before_a_row(self, factors: list[Term], start: Token) -> list[Term]:
        """1 bᵀ: a column of ones before a row"""
        rest = self.joined(factors[1:]) if len(factors) > 1 else None
        if self.names.verbatim or start.text != "1" or rest is None or rest.is_scalar or rest.shape[0] != 1:
            return factors
        return [VECTOR, *factors[1:]] if factors[0] == Scalar(Fraction(1)) else factors

    def _refuse_entry(self) -> None:
        """x(1), W(1, 2) and x[0], entries to those who write programs; x(1) is x·1 on paper."""
        word, opener = self.before, self.token
        glued = self.sees("(", "[") and not opener.spaced and self.names.variable(word.text) is not None
        end = self.text.find({"(": ")", "[": "]"}[opener.text], opener.end) if glued else -1
        inside = self.text[opener.end : end]
        if self.names.verbatim or end < 0 or not (_POSITION if opener.text == "[" else _NUMBERS).fullmatch(inside):
            return
        typed = self.text[word.start : end + 1]
        if opener.text == "(" and inside.strip().isdigit():
            hint = f"write {inside.strip()}{word.text} for the product; {ENTRIES}"
            raise self.error(f"“{typed}” can be read in two ways", word, hint, end + 1)
        raise self.error(f"{typed} is an entry, which is not read here", word, ENTRIES, end + 1)

    def refuse_left_division(self, start: Token, left: Term, right: Term) -> None:
        """``A \\ b`` is A⁻¹ b in MATLAB, and A b with a blank in LaTeX."""
        if not left.is_scalar and not right.is_scalar:
            a, b = typed(left), typed(right)
            raise self.ambiguous(start.start, self.before.end, f"{a}^-1 {b}", f"{a} {b}")

    def coefficient(
        self, below: Term, fraction: Term, right: Term, typed: str, start: Token, spaced: bool, closed: bool
    ) -> None:
        """``1/2 x``, ``1/(2 s^2) x``: the fraction is the coefficient, unless 1/(2x) could be meant."""
        if self.names.verbatim:
            return
        constant = all(isinstance(part, Scalar | Extent) for part in subterms(below) if not parts_of(part))
        possible = right.is_scalar or below.shape[1] == right.shape[0]
        if ((constant or closed) and spaced) or not (right.is_scalar and possible):
            self.names.note(f"“{typed}” is a factor of what follows: ({typed})·(…)")
            return
        a, b, c = self.typed_since(start.start), paper_term(fraction), paper_term(right)
        raise self.ambiguous(start.start, start.start + len(a), f"({b})·{c}", f"…/({paper_term(below)}·{c})")

    def _multiplied(self, factors: list[Term], right: Term, operator: Token) -> list[Term]:
        """One more factor, each 1 as long as its neighbour."""
        made = self.times(factors, right, operator)
        return made if made[-1].is_scalar and not is_unsized(made[-1]) else sized_ones(made)

    def times(self, factors: list[Term], right: Term, operator: Token) -> list[Term]:
        """One more factor; scalars stand anywhere, matrices must fit their neighbour."""
        chain = self.joined(factors)
        if operator.text == "⊗":
            return [self.outer(chain, right, operator)]
        if factors[-1] == Transposed(VECTOR):  # as long as what stands behind it
            return [*factors, right]
        if right.is_scalar and not chain.is_scalar and (identity := in_size(right, chain.shape[1])) is not None:
            right = identity
        elif chain.is_scalar and not right.is_scalar and (identity := in_size(chain, right.shape[0])) is not None:
            factors, chain = [identity], identity
        if right.is_scalar:
            return [*factors, right]
        left = next((f for f in reversed(factors) if not f.is_scalar), None)
        if chain.is_scalar or (left is not None and chain.shape[1] == right.shape[0]):
            return [*factors, right]
        raise self.mismatch(left if left is not None and len(factors) > 1 else chain, right, operator, "·")

    def joined(self, factors: list[Term]) -> Term:
        """The product of the factors: scalars in front, then the chain of matrices."""
        if len(factors) == 1:
            return factors[0]
        chain: list[Term] = []
        scalars: list[Term] = []
        last = max((place for place, factor in enumerate(factors) if not factor.is_scalar), default=0)
        for place, factor in enumerate(factors):
            (scalars if factor.is_scalar else chain).append(factor)
            if place < last and len(chain) > 1 and chain[0].shape[0] == chain[-1].shape[1] == 1:
                scalars.append(Times(tuple(chain)))  # x' x of x' x x
                chain = []
        if not chain:
            return Times(tuple(scalars))
        body: Term = Times(tuple(chain)) if len(chain) > 1 else chain[0]
        if not scalars:
            return body
        scalar: Term = Times(tuple(scalars)) if len(scalars) > 1 else scalars[0]
        return Times((*scalars, body)) if body.is_scalar else Scaled(scalar, body)

    def inner(self, a: Term, b: Term, token: Token) -> Term:
        """⟨a, b⟩: aᵀb of vectors, tr(AᵀB) of matrices."""
        a, b = of_one_size(a, b)
        if a.shape != b.shape:
            raise self.mismatch(a, b, token, "⊙")
        if a.is_scalar:
            return Times((a, b))
        if self.names.verbatim or a.shape[1] != 1:
            return Operation("inner", (a, b))
        return Times((Transposed(a), b))

    def outer(self, a: Term, b: Term, token: Token) -> Term:
        """a bᵀ of two vectors."""
        if token.text == "⊗" and not a.is_scalar and not b.is_scalar and a.shape[1] != 1 != b.shape[1]:
            hint = f"{WRITTEN['kron']}; of two vectors ⊗ is the outer product"
            raise self.misfit("a Kronecker product of matrices is not read", token, hint)
        if a.shape[1] != 1 or b.shape[1] != 1:
            raise self.mismatch(a, b, token, "·")
        return Times((a, Transposed(b)))

    def quotient(self, above: Term, below: Term, operator: Token) -> Term:
        """a/c with a scalar below."""
        if not below.is_scalar and (entries := array_signs.divided(self, above, below, operator)) is not None:
            return entries
        if not below.is_scalar:
            hint = f"{typed(above)} ./ {typed(below)} divides entry by entry"
            if below.shape[0] == below.shape[1]:
                hint += f"; {typed(above)} {typed(below)}^-1 multiplies by the inverse"
            elif below.shape[0] == 1 and self.starts_factor():
                hint = f"brackets around all that stands below: …/({paper_term(below)} {self.token.text})"
            said = f"only a scalar can stand below /: {sized(below)}"
            raise self.misfit(said, operator, hint)
        if isinstance(below, Zeros):
            raise self.error("division by zero", operator)
        if isinstance(above, Scalar) and isinstance(below, Scalar):
            return Scalar(above.value / below.value)
        return Over(above, below)

    def starts_factor(self) -> bool:
        """Whether another factor follows without a sign."""
        if self.token.kind == "op":
            inside = any(t.text == self.token.text for t in self.opened)
            bars = self.sees("|", "||") and (self.bar_side(self.token) == "l" or not inside)
            return self.token.text in ("(", "√", "∂") or bars or self._opens_indicator()
        return self.token.kind in ("number", "name", "fraction", "sum")

    def _opens_indicator(self) -> bool:
        """1[z > 0], 1{z > 0}"""
        return self.sees("[", "{") and comparisons.opens_comparison(self)

    # -- powers -------------------------------------------------------------------------------------

    def power(self) -> Term:
        """x', A^T, A^-1, a^2, a.^2, -x behind a sign"""
        if self.sees("-"):
            sign = self.take()
            if self.sees("-"):
                raise self.error("two minus signs in a row", sign, "write brackets: -(-x)", self.token.end)
            return Opposite(self.power())
        base = self.atom()
        while True:
            if (widened := self._with_new_axis(base)) is not None:
                base = widened
                continue
            if not self.sees("'", "^", ".^", "."):
                return base
            operator = self.take()
            if operator.text == ".":
                base = program_calls.method(self, base)
            elif operator.text == "'":
                base = self.turned(base, operator)
            elif operator.text == ".^":
                base = Raised(base, self.exponent(operator))
            else:
                base = self.raised(base, operator)

    def _with_new_axis(self, base: Term) -> Term | None:
        """A vector behind which [:, None] stands, a column with two axes, or [None, :], a row; else None"""
        if not self.sees("[", ".") or self.token.spaced or self.names.verbatim or base.is_scalar or base.shape[1] != 1:
            return None
        following = tuple(token.text for token in self.tokens[self.at : self.at + 6])
        words = next((words for words in (*_COLUMNS, *_ROWS) if following[: len(words)] == words), ())
        if not words or self.names.is_widened(base):  # there is no third axis
            return None
        self.at += len(words)
        if words in _ROWS:
            return Transposed(base)
        column = Plus((base,))  # not x itself, which has one axis elsewhere
        self.names.widened.add(column)
        return column

    def refuse_two_axes(self, left: Term, right: Term, token: Token) -> None:
        """x[:, None] - y of one size, which is a matrix in NumPy"""
        if left.shape != right.shape or left.is_scalar or left.shape[1] != 1:
            return
        for side, other in ((left, right), (right, left)):
            if self.names.is_widened(side) and not self.names.is_column(other):
                said = "a column with two axes beside a vector with one"
                raise self.misfit(said, token, "x[:, None] and y[None, :] make a matrix, x and y a vector")

    def _marked(self) -> dict[Term, Term]:
        """What stands for x[:, None], and x."""
        return {one: one.terms[0] for one in self.names.widened if isinstance(one, Plus) and len(one.terms) == 1}

    def without_axes(self, term: Term) -> Term:
        """The term with x for x[:, None]."""
        marked = self._marked()
        return replaced(term, marked) if marked else term

    def raised(self, base: Term, operator: Token) -> Term:
        """A^T, A^-1, A^-T, A^2, s^k"""
        if (entries := array_signs.raised(self, base, operator)) is not None:
            return entries
        word = self.raised_word()
        if word:
            return self.special_power(base, word, operator)
        exponent = self.exponent(operator)
        if (sizes := norms.without_root(base, exponent)) is not None:
            return sizes
        if base.is_scalar:
            return Raised(base, exponent)
        negative = isinstance(exponent, Opposite)
        size = exponent.body if isinstance(exponent, Opposite) else exponent
        if base.shape[0] != base.shape[1]:
            x = typed(base)
            squared = f"; {x}' {x} is the sum of the squares" if base.shape[1] == 1 else ""
            hint = f"{x}.^{paper_term(exponent)} raises every entry{squared}"
            said = f"{sized(base)} and has no powers"
            raise self.misfit(said, operator, hint, self.before.end)
        if not isinstance(size, Scalar) or size.value.denominator != 1 or not 1 <= size.value <= 8:
            raise self.error("a power of a matrix is a whole number from 1 to 8, or from -8 to -1", operator)
        inner: Term = Inverted(base) if negative else base
        return inner if size.value == 1 else Times((inner,) * int(size.value))

    def raised_word(self) -> str:
        """T, -1 or -T behind a caret, also in brackets; nothing for an ordinary exponent."""
        place, words = self.at, ""
        while self.tokens[place].text in ("(", "{"):
            place += 1
        start = place - self.at
        if self.tokens[place].text == "-":
            words, place = "-", place + 1
        self._split_raised(place)
        token = self.tokens[place]
        closes = all(t.text in (")", "}") for t in self.tokens[place + 1 : place + 1 + start])
        if closes and (token.text in ("T", "top", "'") or (token.text == "1" and words)):
            self.at = place + 1 + start
            return words + ("T" if token.text in ("top", "'") else token.text)
        return ""

    def _split_raised(self, place: int) -> None:
        """x^TAx: T, and the factors that are glued to it."""
        token = self.tokens[place]
        glued = token.kind == "name" and token.text[0] == "T" and token.text[1:2].isalpha() and place == self.at
        if glued and self.names.variable(token.text) is None and token.end - token.start == len(token.text):
            turned = Token("name", "T", token.start, token.start + 1, token.spaced)
            rest = Token("name", token.text[1:], token.start + 1, token.end, False)
            self.tokens[place : place + 1] = [turned, rest]

    def turned(self, base: Term, operator: Token) -> Term:
        """baseᵀ"""
        if isinstance(base, Scalar):
            raise self.error("a number has no transpose", operator, _COLUMN_OF_ONES)
        return Transposed(base)

    def special_power(self, base: Term, word: str, operator: Token) -> Term:
        """A^T, A^-1, A^-T"""
        if word == "T":
            return self.turned(base, operator)
        if base.is_scalar:
            return Over(Scalar(Fraction(1)), base)
        if base.shape[0] != base.shape[1]:
            said = f"{sized(base)}: only a square matrix has an inverse"
            raise self.misfit(said, operator, end=self.before.end)
        return Transposed(Inverted(base)) if word == "-T" else Inverted(base)

    def exponent(self, operator: Token) -> Term:
        """A scalar behind ^ or .^"""
        sign = self.take() if self.sees("-") else None
        found = self.atom()
        if not found.is_scalar:
            said = f"an exponent is a scalar, but {sized(found)}"
            raise self.misfit(said, operator, end=self.before.end)
        return Opposite(found) if sign else found

    # -- atoms --------------------------------------------------------------------------------------

    def atom(self) -> Term:
        """A number, a name, a call, a bracket, bars"""
        token = self.token
        if token.text == "1" and self.is_vector():
            self.take()
            return VECTOR
        if token.kind in ("number", "fraction"):
            self.take()
            return Scalar(Fraction(token.text)) if Fraction(token.text) else ZERO
        if token.kind == "sum":
            return step_sums.over_index(self, self.take())
        if token.kind == "product":
            raise self.error("a product over an index is not read in programs", token, "write its factors out: x_1 x_2")
        if token.kind == "name":
            return named_terms.named(self)
        if self.sees("(", "{"):
            self.open()
            inner = self.expression()
            if self.sees(*comparisons.COMPARISONS):
                inner = comparisons.indicator(self, inner)
            elif self.sees(","):
                comma = self.take()
                inner = self.inner(inner, self.expression(), comma)
            self.close()
            return inner
        if self.sees("||", "|"):
            return norms.between_bars(self)
        if self.sees("√"):
            self.take()
            return Elementwise("sqrt", self.atom())
        if self.sees("∂"):
            return named_terms.written_adjoint(self)
        if self.sees("["):
            return self._in_square_brackets()
        raise self.unexpected("a number, a name or a bracket")

    def is_vector(self) -> bool:
        """Whether a 1 is a vector of ones: 1ᵀ, or a 1 before it."""
        again = self.following.text == "1"
        return not self.names.verbatim and self._is_turned(self.at + 1 + again)

    def _is_turned(self, place: int) -> bool:
        """Whether ' or ^T stands here; x^TA x has T and A in one word."""
        if self.tokens[place].text != "^":
            return self.tokens[place].text == "'"
        exponent = next(token for token in self.tokens[place + 1 :] if token.text not in ("(", "{"))
        glued = exponent.text[:1] == "T" and self.names.variable(exponent.text) is None
        return exponent.text in ("'", "top", "T") or glued

    def _in_square_brackets(self) -> Term:
        """[z > 0], the indicator, and nothing else."""
        if not comparisons.opens_comparison(self):
            raise self.error("a matrix of numbers cannot stand here", hint="declare it, and give its entries with --at")
        self.open()
        found = comparisons.indicator(self, self.expression())
        self.close()
        return found

    def special(self, token: Token) -> Term | None:
        """Sizes as numbers, an I without one, e, π, adjoints and differentials."""
        return named_terms.special(self, token)

    def refuse_unsized(self, term: Term) -> None:
        """I and 1 where nothing says how large they are.  Raises ReadError."""
        if self.names.verbatim:
            return
        for part, words, hint in _UNSIZED:
            if occurs(part, term):
                token = next(token for token in self.tokens if token.text in words)
                raise self.error(f"{token.text} needs a size here", token, hint)

    # -- calls --------------------------------------------------------------------------------------

    def formula(self, text: str, names: Names) -> Term:
        """A formula of the language that a name stands for."""
        return TermParser(text, tokenize(text, matrix=True), names).expression()

    def arguments(self, token: Token) -> list[Term]:
        """(a, b), or one factor without brackets."""
        if not self.sees("(", "[", "{") or self._opens_indicator():
            single = self.power()
            if self.starts_factor() and not self.sees("|", "||"):
                raise self.ambiguous(token.start, self.token.end, f"{token.text}(…) with brackets around its argument",
                                     f"{token.text}(…) times the rest")  # fmt: skip
            return [single]
        if token.text == "sum" and step_sums.has_bounds(self):
            return [step_sums.with_bounds(self, token)]
        square = self.sees("[")
        self.open()
        found = [self.argument()]
        while self.sees(","):
            self.take()
            found.append(self.argument())
        self.close()
        if square and self.sees("(", "{") and not self.token.spaced:
            hint = f"the argument stands in round brackets: {token.text}(x)"
            raise self.error(f"{token.text} takes no index in square brackets", token, hint)
        return found

    def argument(self) -> Term:
        """One argument, z > 0 among them; those with a keyword, dim=1, are other languages'."""
        if self.token.kind == "name" and self.following.text == "=":
            hint = AXES if self.token.text in axes.NAMED else ""
            raise self.error(f"{self.token.text}=… is not read here", self.token, hint, self.following.end)
        if self.sees("'", '"'):
            hint = "a loss takes reduction='sum', norm(A, 'fro') a norm"
            raise self.error("a word in quotes is not read here", self.token, hint, self.following.end + 1)
        found = self.expression()
        return comparisons.indicator(self, found) if self.sees(*comparisons.COMPARISONS) else found

    def applied(self, name: str, order: int, arguments: list[Term], token: Token) -> Term:
        """A function at its arguments, whose size must be known."""
        return program_calls.applied(self, name, order, arguments, token)
