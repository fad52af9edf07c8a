"""Text → tokens with the columns where they stand.

Unicode that stands for plain mathematics is folded one to one (``²``, ``×``, ``−``, ``π``, italics,
full-width brackets), so that a caret always points at the character that was typed.  Letters of other
scripts that look like Latin ones, control and bidirectional characters are refused by their Unicode name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from jacocalc.errors import ReadError
from jacocalc.linear import ACCENTS, GREEK_LETTERS, LOWERED
from jacocalc.options import LIMITS, Limits
from jacocalc.reading.written_out import WRITTEN_OUT


class Token(NamedTuple):
    """A token: its kind, folded text, columns, and whether space precedes it.

    Kinds: number, fraction, name, op, sum and product (the sign with its bounds, i=1..3), end.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


GREEK = {letter: name for name, letter in GREEK_LETTERS.items()} | {
    "ϵ": "epsilon", "ϑ": "theta", "ο": "omicron", "ς": "sigma", "ϕ": "phi",
}  # fmt: skip
_WRITTEN_OUT = str.maketrans(GREEK | {"{": "", "}": ""})
GREEK_NAMES = frozenset(GREEK.values())

_FOLDED = {
    "×": "·", "⋅": "·", "∙": "·", "•": "·", "∗": "*", "−": "-", "–": "-", "‐": "-", "‑": "-", "‒": "-",
    "—": "-", "≔": "=", "≡": "=", "≜": "=", "≝": "=", "✕": "·", "✖": "·", "÷": "/", "∕": "/",
    "⁄": "/", "≤": "<=", "≥": ">=", "≠": "!=", "∣": "|", "∥": "||", "‖": "||",
    "→": "->", "⟶": "->", "↦": "->", "⟼": "->", "∶": ":", "…": "...", "⋯": "...", "⟨": "(", "⟩": ")",
    "‹": "(", "›": ")",
    "ᵀ": "'", "⊤": "'", "ᵗ": "'",
}  # fmt: skip
_PRIMES = {"′": 1, "’": 1, "″": 2, "‴": 3, "⁗": 4}
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸ", "0123456789+-()nixy", strict=True))
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
ACCENT_NAMES = {mark: name for name, mark in ACCENTS.items()} | {"\u0305": "bar", "\u0308": "ddot"}
_ACCENT = re.compile(rf"[{''.join(ACCENT_NAMES)}]|(?:{'|'.join(ACCENT_NAMES.values())})(?![A-Za-z])")
_APPLIED = "\u2061"  # between a function and its argument, where formulas are copied from a page
_ZERO_WIDTH = "\u2062\u200b\u200c\u200d\u2060\ufeff\u00ad"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+|\.(?![.0-9]))?|\.[0-9]+")
TIMES_TEN = "ᴇ"  # the e of 1e-5, where that can only be a number
_PLAIN_NUMBER = re.compile(rf"(?:[0-9]+(?:\.[0-9]+|\.(?=[\s),]|\Z))?|\.[0-9]+)(?:{TIMES_TEN}[+-]?[0-9]+)?")
_EXPONENT_FORM = re.compile(r"[eE][+-]?[0-9]")
_DOUBLE_FORM = re.compile(r"[eEdD][+-]?[0-9]")  # behind a point also Fortran's 1.5d-3
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+")
FILLED = {"1": "ones", "0": "zeros"}  # 1_n, 0_n
_ONES = re.compile(r"([01])_(?:([1-9](?![0-9])|[A-Za-z][A-Za-z0-9]*)|\{([A-Za-z0-9]+(?: *× *[A-Za-z0-9]+)?)\})")
_GREEK_BELOW = f"[{''.join(GREEK)}]"
_TAIL = re.compile(rf"[0-9]*(?:_(?:[0-9]+|{_GREEK_BELOW}|[A-Za-z][A-Za-z0-9]*|\{{(?:[A-Za-z0-9]+|{_GREEK_BELOW})\}}))?")
_INDEXED_TAIL = re.compile(
    rf"[0-9]*(?:_(?:[A-Za-z0-9]+|{_GREEK_BELOW}|\{{(?:[A-Za-z0-9]+(?:[+-][0-9]+)?|{_GREEK_BELOW})\}}))*"
)
_PART = r"[A-Za-z0-9]++(?:\s*+(?:[*·]|\\cdot(?![A-Za-z]))\s*+[A-Za-z])?+(?:\s*+[+-]\s*+[A-Za-z0-9]++)?+\s*+"
INDICES = re.compile(rf"_\s*+\{{\s*+({_PART}(?:,\s*+{_PART})*+)\}}")
_SIGN = r"(?:(?P<sum>\\sum|sum|[Σ∑])|\\prod|prod|[Π∏])(?:\\(?:no)?limits)?\s*+"
_FROM = (
    r"_\s*+(?P<open>[{(]\s*+)?(?P<letter>[A-Za-z])\s*+=\s*+(?P<first>-?\w++(?(open)(?:\s*+[+-]\s*+\w++)?+))"
    r"(?(open)\s*+[)}])"
)
_TO = r"\^\s*+(?:\{\s*+(?P<last>-?\w++(?:\s*+[+-]\s*+\w++)?+)\s*+\}|(?P<bare>\d++|\w))"
_LOW, _HIGH = "".join(LOWERED), "".join(_SUPERSCRIPTS)
_SMALL = rf"(?P<letter>[{_LOW}])₌(?P<first>[{_LOW}]++)(?P<last>[{_HIGH}]++)"
_FORMS = (rf"{_FROM}\s*+{_TO}", rf"{_TO}\s*+{_FROM}", _SMALL)
_OVER_INDEX = tuple(re.compile(_SIGN + form) for form in _FORMS)
_LEVELLED = str.maketrans(_SUPERSCRIPTS | LOWERED)
_MODULE = re.compile(  # np.sin is sin
    r"(?:np|numpy|jnp|jax\.numpy|jax\.scipy|[Mm]ath|scipy|sp|sympy|torch)\.(?:linalg\.|special\.|nn\.(?:functional\.)?)?(?=[A-Za-z])"
    r"|(?:jax\.nn|tf\.nn|tf\.math|tf\.linalg|nn\.functional)\.(?=[a-z])|nn\.(?=[A-Z])|special\.(?=[A-Za-z])"
    r"|F\.(?=(?:soft[a-z]+|[a-z]*sigmoid|[a-z]*tanh|tanhshrink|[a-z]*elu6?|silu|mish|[a-z]*swish"
    r"|linear|normalize|dropout|[a-z0-9]+(?:_[a-z0-9]+)+)\()"
)
_TURNED = re.compile(r"\.(?:m?T(?![A-Za-z0-9_(])|t\(\))")  # x.T is xᵀ
_DOT = re.compile(r"\.\s+[(\[⟨]")  # (1, 2) . (3, 4)
_METHOD = re.compile(r"\.(?=[A-Za-z]\w*\(|shape\[|size\b)")  # z.sum(), z.shape[0], z.size
_WITH_DIGITS = "|".join(name for name in WRITTEN_OUT if re.search("[0-9][a-z]", name))  # log1p
MARKED = rf"[A-Za-z][{''.join(ACCENT_NAMES)}]"
_LETTERS = re.compile(
    rf"(?:D[0-9]+)+(?:_[A-Za-z]+(?=_[A-Za-z0-9])|(?=_[A-Za-z]))|(?:{_WITH_DIGITS}|(?:Smooth)?L1Loss)(?=\()"
    rf"|[A-Za-z]+?(?={MARKED})|[A-Za-z]+"
)
_SIGNS = "+-*·/^=<>,;:|()[]{}√∛'!&%?~@#$\\\"`°∘"
_OPERATORS = ("...", "**", "<=", ">=", "!=", "==", "->", "|->", "|-->", ":=", "||", *_SIGNS)
_OPERATOR = re.compile("|".join(map(re.escape, _OPERATORS)))
_FOLDED_OPERATORS = {"**": "^", "==": "=", ":=": "=", "|->": "->", "|-->": "->"}
_ENTRYWISE = {".*": "⊙", "./": "⊘", ".^": ".^", ".+": "+", ".-": "-", "..": "..", "@": "·"}
_OF_NUMBERS = (".*", "./", ".^")  # entry by entry, which for numbers is what it is without the point
_MATRIX_SIGNS = {"⊙": "⊙", "∘": "⊙", "⊘": "⊘", "⊗": "⊗", "ᵀ": "'", "⊤": "'", "ᵗ": "'", "∂": "∂", "∑": "sum"}
NO_DOMAIN = "what says where the inputs lie is left out"
DERIVED = "write out what it is; jacobian shows all derivatives of a function such as z = x^2 y"
ONE_SIGN = "write one of the two numbers, with + or with -"
NO_BOUNDS = "a sum has one index, with numbers as bounds: sum_{i=1}^{3} x_i^2; so has a product: prod_{i=1}^{3} x_i"
_INSTEAD = {"∜": "write root(x, 4)", "∂": DERIVED, "∑": NO_BOUNDS, "∏": NO_BOUNDS} | {
    **dict.fromkeys("±∓", ONE_SIGN), **dict.fromkeys("∞∈⊂⊆∖", NO_DOMAIN)
}  # fmt: skip
_LOOKALIKES = {
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "һ": "h",
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T",
    "Х": "X", "У": "y",
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
}  # fmt: skip


def over_index(text: str, start: int) -> tuple[str, str, int, int] | None:
    """``sum_{t=1}^{T-1}`` at a place of a text: sum (or product), what it says (t=1..T-1) and its columns."""
    if text[start] not in "spΣ∑Π∏\\":
        return None
    match = next(filter(None, (order.match(text, start) for order in _OVER_INDEX)), None)
    if match is None:
        return None
    found = match.groupdict()
    bounds = f"{found['letter']}={found['first']}..{found['last'] or found['bare']}"
    bounds = bounds.translate(_LEVELLED) if "₌" in match[0] else "".join(bounds.split())
    return "sum" if match["sum"] else "product", bounds, start, match.end()


def written_indices(found: re.Match[str]) -> str:
    """i+1,j for { i + 1, j }, 2·i for {2*i}."""
    return "".join(found[1].replace("\\cdot", "·").replace("*", "·").split())


def tokenize(text: str, matrix: bool = False, limits: Limits = LIMITS) -> list[Token]:
    """The tokens of the text, closed by an ``end`` token.

    ``matrix``: also the signs of matrix-level programs, ``.*  ./  .^  ⊙  ⊘  ᵀ``, and names such as ``h_{t-1}``.
    Raises ReadError for a character outside the language and for text over the size limit.
    """
    if len(text) > limits.characters:
        raise ReadError(
            f"the text is {len(text):,} characters long; at most {limits.characters:,} are read",
            hint="give the definitions in a file, one a line",
        )
    return _Lexer(text, matrix, limits).run()


class _Lexer:
    def __init__(self, text: str, matrix: bool = False, limits: Limits = LIMITS) -> None:
        self.text = text
        self.matrix = matrix
        self.limits = limits
        self.summed = False
        self.place = 0
        self.tokens: list[Token] = []
        self.spaced = False

    def run(self) -> list[Token]:
        while self.place < len(self.text):
            self._step()
        self._emit("end", "", self.place, self.place)
        return self.tokens

    def _emit(self, kind: str, token: str, start: int, end: int) -> None:
        self.tokens.append(Token(kind, token, start, end, self.spaced))
        self.spaced = False
        self.place = end

    def _step(self) -> None:
        here, start = self.text[self.place], self.place
        if over := over_index(self.text, start):
            self.summed = not self.matrix
            self._emit(*over)
            return
        if here in _ZERO_WIDTH:
            self.place += 1
        elif here.isspace() or here == _APPLIED:
            self.spaced = True
            self.place += 1
        elif self.matrix and here in _MATRIX_SIGNS:
            self._emit("name" if _MATRIX_SIGNS[here] == "sum" else "op", _MATRIX_SIGNS[here], start, start + 1)
        elif here.isascii():
            self._ascii(start)
        elif here in _SUPERSCRIPTS:
            self._superscript(start)
        elif here in _FRACTIONS:
            self._emit("fraction", unicodedata.normalize("NFKC", here).replace("⁄", "/"), start, start + 1)
        elif here in _PRIMES:
            for _ in range(_PRIMES[here]):
                self._emit("op", "'", start, start + 1)
        elif here in _FOLDED:
            self._emit("op", _FOLDED[here], start, start + 1)
        elif here in "√∛·∘°⎸⎹⌊⌋⌈⌉":
            self._emit("op", here, start, start + 1)
        elif here in GREEK:
            self._name(start, GREEK[here], start + 1)
        else:
            self._other(here, start)

    def _ascii(self, start: int) -> None:
        number = (_PLAIN_NUMBER if self.matrix else _NUMBER).match(self.text, start)
        if number:
            self._number(number)
            return
        pair = self.text[start : start + 2]
        if self.matrix and (pair in _ENTRYWISE or pair[:1] in _ENTRYWISE):
            sign = pair if pair in _ENTRYWISE else pair[0]
            self._emit("op", _ENTRYWISE[sign], start, start + len(sign))
            return
        behind = bool(self.tokens) and self.tokens[-1].text in (")", "]") and self.tokens[-1].end == start
        turned = _TURNED.match(self.text, start) if self.matrix or behind else None
        attribute = turned or (_METHOD.match(self.text, start) if self.matrix else None)
        if attribute:
            self._emit("op", "." if attribute[0] == "." else "'", start, attribute.end())
            return
        if pair == ".(" and self.tokens and self.tokens[-1].kind == "name" and self.tokens[-1].end == start:
            self.place += 1  # sin.(x) of Julia
            return
        spaced = self.spaced and bool(self.tokens) and self.tokens[-1].text in (")", "]")
        if (behind and pair in (".(", ".[", ".⟨")) or (spaced and _DOT.match(self.text, start)):
            self._emit("op", "·", start, start + 1)
            return
        if pair in _OF_NUMBERS:
            self._emit("op", pair[1], start, start + 2)
            return
        module = _MODULE.match(self.text, start)
        if module:
            self.place = module.end()
            return
        letters = _LETTERS.match(self.text, start)
        if letters:
            self._name(start, letters.group(), letters.end())
            return
        operator = _OPERATOR.match(self.text, start)
        if operator:
            self._emit("op", _FOLDED_OPERATORS.get(operator.group(), operator.group()), start, operator.end())
            return
        hint = "a subscript is a number or a name: x_1, x_max; log(x, 1/2) has the base 1/2" if pair[:1] == "_" else ""
        if pair[:1] == "_" and self.tokens and self.tokens[-1].text in ("sum", "prod", "Sigma", "Pi"):
            raise self._refused(start, "bounds that are not read here", NO_BOUNDS)
        if pair in ("_,", "_]"):
            hint = "f[x_, y_] := … is f(x, y) = … here"
        if pair[:1] == "_" and self.tokens and self.tokens[-1].end == start:
            raise self._refused(start, "a subscript that is not read here", hint)
        raise self._refused(start, f"the character {_shown(self.text[start])} is not part of the language", hint)

    def _number(self, match: re.Match[str]) -> None:
        start, end = match.span()
        if end - start > self.limits.digits:
            raise ReadError(
                f"a number of {end - start:,} digits; at most {self.limits.digits} are read",
                text=self.text,
                start=start,
                end=end,
            )
        if found := _HEXADECIMAL.match(self.text, start):
            said = f"“{found[0]}” is read in two ways, as a product and as a number to the base 16"
            raise ReadError(said, text=self.text, start=start, end=found.end(), hint="write the number to the base 10")
        form = (_DOUBLE_FORM if "." in match[0] else _EXPONENT_FORM).match(self.text, end)
        if form:
            mantissa, letter, rest = match.group(), form[0][0].replace("E", "e"), form.group()[1:]
            digits = re.match(r"[0-9]*", self.text[form.end() :])
            rest += digits.group() if digits else ""
            sign, size = ("-" if rest[0] == "-" else "+"), rest.lstrip("+-")
            reading = f"{mantissa}·{letter} {sign} {size}" if rest[0] in "+-" else f"{mantissa}·{letter}·{size}"
            raise ReadError(
                f"“{self.text[start : end + 1 + len(rest)]}” can be read in two ways",
                text=self.text,
                start=start,
                end=end + 1 + len(rest),
                hint=f"write {mantissa}·10^{rest.lstrip('+')} or {reading}",
            )
        ones = _ONES.match(self.text, start) if self.matrix else None
        if ones:
            size = ones[2] or ones[3].replace(" ", "")
            self._emit("name", f"{FILLED[ones[1]]}_{size}", start, ones.end())
            return
        self._emit("number", match.group().rstrip(".").replace(TIMES_TEN, "e"), start, end)

    def _name(self, start: int, stem: str, end: int) -> None:
        """A name with its accents, digits and subscripts: ŷ, θdot, x1, x_1, x₁, x_{1}, θ_max."""
        while accent := _ACCENT.match(self.text, end):
            stem += ACCENT_NAMES.get(accent.group(), accent.group())
            end = accent.end()
        tail = (_INDEXED_TAIL if self.matrix or self.summed else _TAIL).match(self.text, end)
        assert tail is not None
        name, end = stem + tail.group().translate(_WRITTEN_OUT), tail.end()
        if self.summed and (indices := INDICES.match(self.text, end)):
            name, end = f"{name}_{written_indices(indices)}", indices.end()
        subscript = ""
        below = LOWERED | {"₋": "-", "₊": "+"} if self.matrix else LOWERED
        while end < len(self.text) and self.text[end] in below:
            subscript += below[self.text[end]]
            end += 1
        if subscript:
            name += subscript if subscript.isdigit() else f"_{subscript}"
        self._emit("name", name, start, end)

    def _superscript(self, start: int) -> None:
        """``x²`` is ``x^2``, ``A⁻ᵀ`` is ``A^-T``: a caret and the exponent, both standing at the superscript."""
        end = start
        while end < len(self.text) and self.text[end] in _SUPERSCRIPTS:
            end += 1
        raised = "".join(_SUPERSCRIPTS[c] for c in self.text[start:end])
        if raised == "-" and self.matrix and _MATRIX_SIGNS.get(self.text[end : end + 1]) == "'":
            raised, end = "-T", end + 1
        self._emit("op", "^", start, end)
        spaced = False
        for inner in _raised_tokens(raised):
            self.tokens.append(Token(inner.kind, inner.text, start, end, spaced))
        self.place = end

    def _other(self, here: str, start: int) -> None:
        decomposed = unicodedata.normalize("NFD", here)
        if len(decomposed) == 2 and decomposed[0].isascii() and decomposed[1] in ACCENT_NAMES:
            self._name(start, decomposed[0] + ACCENT_NAMES[decomposed[1]], start + 1)
            return
        plain = unicodedata.normalize("NFKC", here)
        if len(plain) == 1 and plain in GREEK:
            self._name(start, GREEK[plain], start + 1)
        elif len(plain) == 1 and plain.isascii() and plain.isalpha():
            self._name(start, plain, start + 1)
        elif len(plain) == 1 and plain.isascii() and plain.isprintable() and not plain.isdigit():
            self._emit("op", plain, start, start + 1)
        elif len(plain) == 1 and plain in _FOLDED:
            self._emit("op", _FOLDED[plain], start, start + 1)
        elif plain.isascii() and plain.isdigit() and "WIDTH" in unicodedata.name(here, ""):
            self._emit("number", plain, start, start + 1)
        else:
            name = unicodedata.name(here, f"U+{ord(here):04X}").lower()
            like = _LOOKALIKES.get(here)
            hint = f"did you mean the Latin letter {like}?" if like else _INSTEAD.get(here, "")
            raise self._refused(start, f"{_shown(here)} ({name}) is not part of the language", hint)

    def _refused(self, start: int, message: str, hint: str) -> ReadError:
        return ReadError(message, text=self.text, start=start, end=start + 1, hint=hint)


@lru_cache(maxsize=64)
def _raised_tokens(raised: str) -> tuple[Token, ...]:
    return tuple(_Lexer(f"({raised})").run()[:-1])


def _shown(character: str) -> str:
    return f"“{character}”" if character.isprintable() else f"U+{ord(character):04X}"
