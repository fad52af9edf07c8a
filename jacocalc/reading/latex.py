"""LaTeX → the same tokens that plain text gives, so that one parser gives both their meaning.

    \\frac{a}{b} → ((a)/(b))      \\sqrt[3]{x} → root(x, 3)      x_{1} → the name x1      \\hat{y} → yhat
    \\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix} → [[a, b], [c, d]]      cases → piecewise(… if …, … otherwise)

Every token keeps the columns of what was typed.  Commands that are not mathematics (\\input, \\def, …) are
refused by name; nothing is ever expanded.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise

from jacocalc.errors import ReadError
from jacocalc.known_functions import SPELLINGS
from jacocalc.options import LIMITS
from jacocalc.reading.brackets import BRACKETS, CLOSERS, step
from jacocalc.reading.latex_words import UNREAD, WORDS
from jacocalc.reading.lexer import (
    FILLED,
    GREEK,
    GREEK_NAMES,
    INDICES,
    MARKED,
    NO_BOUNDS,
    Token,
    over_index,
    tokenize,
    written_indices,
)
from jacocalc.reading.rates import begins_with_rate
from jacocalc.reading.scope import ELSEWHERE
from jacocalc.reading.written_out import ABBREVIATED

_SIGNS = {
    "cdot": "·", "times": "·", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=",
    "leqslant": "<=", "geqslant": ">=", "neq": "!=", "lt": "<", "gt": ">", "to": "->", "rightarrow": "->",
    "mapsto": "->", "longmapsto": "->", "coloneqq": "=", "equiv": "=", "triangleq": "=",
    "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|",
    "lVert": "||", "rVert": "||", "Vert": "||", "|": "||", "lbrack": "[", "rbrack": "]", "ldots": "...",
    "dots": "...", "cdots": "...", "colon": ":", "langle": "(", "rangle": ")",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "%": "%",
}  # fmt: skip
_IGNORED = frozenset(
    {"left", "right", "mleft", "mright", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
     "biggl", "biggr", "Biggl", "Biggr", "displaystyle", "ds", "textstyle", "scriptstyle", "underbrace", "overbrace",
     "limits", "nolimits", "rm", "bf", "it", "mathstrut", "nonumber", "notag", ",", ";", "!", ":", " ", "quad", "qquad",
     ">", "/", "thinspace", "medspace", "thickspace", "negthinspace", "negmedspace", "negthickspace", "enspace",
     "enskip", "space", "hline"}
)  # fmt: skip
_SIZED = re.compile(r"m?(?:left|right)|[bB]igg?[lr]?")  # with < and >
_BLANK = frozenset({"label", "tag", "hspace", "phantom", "hphantom", "vphantom", "color", "textcolor"})  # argument too
_FONTS = frozenset(
    {"mathbf", "mathrm", "mathit", "mathsf", "mathcal", "boldsymbol", "bm", "pmb", "vec", "text", "textbf", "textit",
     "textrm", "operatorname", "mathop", "mathbb", "mbox", "boxed", "underline"}
)  # fmt: skip
_ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "dot": "dot"}
_FUNCTIONS = frozenset(SPELLINGS) | frozenset(ABBREVIATED) | {"log", "norm", "softmax", "det", "erfc"}
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac"})
_MATRICES = frozenset({"matrix", "bmatrix", "pmatrix", "vmatrix", "Bmatrix", "smallmatrix", "array"})
_WRAPPERS = frozenset(
    {"equation", "equation*", "align", "align*", "aligned", "gathered", "gather", "gather*", "split", "multline",
     "multline*", "eqnarray", "eqnarray*"}
)  # fmt: skip
_LETTER_NAMES = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma", "imath": "i",
    "jmath": "j", "ell": "l", "hbar": "hbar",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_GREEK = "".join(GREEK)
_LOWERED = rf"\\({'|'.join(sorted(GREEK_NAMES))}|max|min)(?![A-Za-z])"
_SUBSCRIPT = re.compile(
    r"_\s*(?:\{\s*\\(?:mathrm|text)\{\s*([A-Za-z0-9]+)\s*\}\s*\}|\{\s*([A-Za-z0-9]+)\s*\}|([0-9]+|[A-Za-z])"
    rf"|{_LOWERED}|\{{\s*{_LOWERED}\s*\}}|([{_GREEK}])|\{{\s*([{_GREEK}])\s*\}})"
)
_INDEX = re.compile(r"_\s*+\{\s*+\(?\s*+([A-Za-z0-9]++)\s*+([+-])\s*+([0-9]++)\s*+\)?\s*+\}")
_SHAPE = re.compile(r"_\s*+\{\s*+([A-Za-z0-9]++)\s*+(?:\\times(?![A-Za-z])|×)\s*+([A-Za-z0-9]++)\s*+\}")
_BRACKET = re.compile(r"(?:\\left\s*)?\(")
_MINUS = re.compile(r"[-−]\s*[^\s$}&]")
_TRANSPOSE = re.compile(
    r"\^\s*(?:\{\s*(?:\\(?:top|intercal|mathsf\s*\{?\s*T\s*\}?)|(?:\\prime\s*+)+)\s*\}|\\top|\\intercal|\\prime(?![A-Za-z]))"
)
_MATRIX_SIGNS = {
    "odot": "⊙", "circ": "⊙", "oslash": "⊘", "otimes": "⊗", "partial": "∂", "langle": "(", "rangle": ")", "top": "'",
    "intercal": "'",
}  # fmt: skip
_MATRIX_FUNCTIONS = frozenset({"det", "tr", "diag"})
_SINGLE = frozenset(",;()[]+-/=")  # which the plain lexer reads as they are
_LETTERS = rf"{MARKED}+|[A-Za-z]+?(?={MARKED})|[A-Za-z]+(?:[0-9]+|[₀-₉]+)?"
_NUMBER = r"[0-9.]+(?:[eE][+-]?[0-9]+)?"
_SIGNS_OF_TWO = r"\*\*|[<>!=:]=|->|\|\|"
_RUN = re.compile(rf"{_LETTERS}|{_NUMBER}|{_SIGNS_OF_TWO}|.", re.DOTALL)
_SHAPED_RUN = re.compile(rf"{_LETTERS}|\.[*/^.]|[0-9]+(?:\.[0-9]+)?|{_NUMBER}|{_SIGNS_OF_TWO}|.", re.DOTALL)
_WORD = re.compile(r"\s*+\{\s*+((?:[^\W\d_][\w\s]*+)?)[,.]?\s*+\}")
_BELOW = re.compile(r"\s*+(?=_)")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+\*?)\}")
_DECIMAL_COMMA = re.compile(r"([0-9]+)\{,\}([0-9]+)")
_LOOSE = re.compile(r"\^\s*+(\d\d+)")
_FULL_STOP = re.compile(r"\.\s*+(?=\\end\b|(?:[}\s$]|\\[\])])*+\Z)")
_BRACED = re.compile(  # \left\{ before rows that \right. ends, its full stop taken for the end of a sentence
    r"\s*+(\\(?:\{|lbrace(?![A-Za-z])))\s*+\\begin\{(array|matrix|aligned)\}.*?\\end\{\2\}\s*+\\right\s*+(?:\.|$)",
    re.DOTALL,
)
_GAP = re.compile(r"\\q?quad(?![A-Za-z])|\\hspace\*?\s*\{|(?:\\[,;: ]\s*+){2}|[$&]")
_ENDS_COMMAND = re.compile(  # the blank of \\omega t, where TeX needs one, and of \\lambda \\mu; it prints nothing
    rf"\s++(?=[A-Za-z](?![A-Za-z])|\\(?:{'|'.join(sorted(GREEK_NAMES))})(?![A-Za-z]))"
)
_ANGLE = re.compile(r"\s*+([<>])")
_LONGEST_HEAD = 100
_JOINING = ("and", "where", "with")
_LINE_BREAK = re.compile(r"\\\\(?:\\\\)?+\*?(?:\s*\[[-0-9.a-z]*\])?")
_DOUBLED = re.compile(
    r"\\(\\(?:begin|end|[dt]?frac|sqrt|left|right|math\w+|cdot|partial|text)(?![a-z])"
    r"|\\(?<=\A\\\\)[(\[])"
)
_ALIGNED = re.compile(r"\s*\[[lcr]\]")


def tokens_of_latex(text: str, matrix: bool = False) -> list[Token]:
    """The tokens of a LaTeX text; ``matrix``: of a matrix-level program.  Raises ReadError."""
    if len(text) > LIMITS.characters:
        raise ReadError(f"the text is {len(text):,} characters long; at most {LIMITS.characters:,} are read")
    if text.rstrip().endswith("$."):
        text = text.rstrip()[:-1]
    tokens = _Latex(text, matrix).whole()
    return [*tokens, Token("end", "", len(text), len(text), False)]


def _sign(text: str, start: int, end: int) -> Token:
    """A sign that a command stands for."""
    return Token("op", text, start, end, False)


def _whole_fraction(tokens: list[Token]) -> bool:
    """Whether these are the tokens of \\frac{1}{2}, with whole numbers."""
    words = [token.text for token in tokens]
    return words[:2] == ["(", "("] and words[3:6] == [")", "/", "("] and words[7:] == [")", ")"] and (
        words[2].isdigit() and words[6].isdigit() and int(words[6]) > 0
    )


def _is_equation(row: list[list[Token]]) -> bool:
    """Whether a line begins with y =, y' =, dy/dt = or f(x) ="""
    words = [token.text for cell in row for token in cell[:_LONGEST_HEAD]]
    if begins_with_rate(words):
        return True
    ends = [at + 1 for at, word in enumerate(words) if word == ")"] if words[1:2] == ["("] else [1]
    return bool(ends) and words[ends[0] : ends[0] + 1] == ["="]


def _ends_value(tokens: list[Token]) -> bool:
    """Whether an equation may end here: behind a name, a number or a closing bracket."""
    return bool(tokens) and (tokens[-1].kind != "op" or tokens[-1].text in ")]}⟧'|") and tokens[-1].text not in _JOINING


def _beside(row: list[list[Token]]) -> list[list[list[Token]]]:
    """x &= s + t & y &= s - t: the equations that stand beside each other."""
    begins = [at for at in range(1, len(row)) if _is_equation(row[at:])]
    return [row[first:last] for first, last in pairwise([0, *begins, len(row)])]


def _branch(row: list[list[Token]]) -> tuple[list[Token], list[Token]]:
    """The value and the condition of a row of cases, behind & or behind the word if."""
    value, condition = row[0], [token for cell in row[1:] for token in cell]
    if condition:
        return value, condition
    word = next((at for at, token in enumerate(value) if token.text in ("if", "otherwise")), len(value))
    return value[:word], value[word:]


class _Latex:
    def __init__(self, text: str, matrix: bool = False) -> None:
        self.text = text
        self.shaped = matrix
        self.summed = False
        self.place = 0
        self.spaced = False
        self.depth = 0
        self.conditions = False
        self.braced = False

    # -- small pieces -------------------------------------------------------------------------------

    def error(self, message: str, start: int, end: int, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, start=start, end=end, hint=hint)

    def token(self, kind: str, text: str, start: int, end: int) -> Token:
        made = Token(kind, text, start, end, self.spaced)
        self.spaced = False
        return made

    def op(self, text: str, start: int, end: int) -> Token:
        return self.token("op", text, start, end)

    def skip_space(self) -> None:
        while self.place < len(self.text) and (self.text[self.place].isspace() or self.text[self.place] == "~"):
            self.place += 1
            self.spaced = True

    def below(self) -> bool:
        """Whether a subscript follows, to which TeX skips blanks."""
        blank = _BELOW.match(self.text, self.place)
        self.place = blank.end() if blank else self.place
        return bool(blank)

    def peek_command(self) -> str:
        match = _COMMAND.match(self.text, self.place)
        return match[1] if match else ""

    # -- sequences ----------------------------------------------------------------------------------

    def descend(self) -> None:
        """One level deeper into groups and arguments, taken back from ``depth``.  Raises ReadError."""
        self.depth += 1
        if self.depth > LIMITS.depth:
            raise self.error(f"groups are nested more than {LIMITS.depth} deep", self.place, self.place + 1)

    def whole(self) -> list[Token]:
        """The tokens of the text; \\\\ begins an equation of its own, as in a display."""
        found = [[self.until("line")]]
        while self.place < len(self.text):
            start = self.place
            self.line_break()
            found.append([self.until("line")])
            if (line := found[-1][0]) and not _is_equation(found[-1]) and line[0].text not in ("+", "-", "="):
                raise self.error("a line break belongs into a matrix", start, start + 2)
        return self.lines(found) if len(found) > 1 else found[0][0]

    def line_break(self) -> None:
        """\\\\ with the space that it asks for; twice where Markdown takes one of them.  Raises ReadError."""
        doubled = _DOUBLED.match(self.text, self.place)
        if doubled:
            hint = f"write {doubled[1]} for \\{doubled[1]}, and \\\\ between rows"
            raise self.error("the backslashes are doubled", *doubled.span(), hint)
        match = _LINE_BREAK.match(self.text, self.place)
        assert match is not None
        self.place = match.end()

    def until(self, stop: str | None) -> list[Token]:
        """The tokens up to a closing brace (``}``), an ``\\end``, a cell's end, or the end of the text."""
        self.descend()
        result: list[Token] = []
        gaps: set[int] = set()
        while True:
            self.skip_space()
            if self.place >= len(self.text) or self._stops(stop):
                break
            if stop == "line" and _GAP.match(self.text, self.place):
                gaps.add(len(result))
            start, made = self.place, self.piece()
            if result and result[-1].kind == "number" and _whole_fraction(made):
                self._refuse_mixed(result[-1], made, start)
            result += made
        self.depth -= 1
        if stop in ("}", "]") and self.place < len(self.text):
            self.refuse_crossing(result)
        return result if self.shaped else self._parted(result, gaps)

    def refuse_crossing(self, tokens: list[Token], where: str = "the braces") -> None:
        """Raise for \\frac{(x}{y)}, where a bracket that opens in a group closes outside of it."""
        opened: list[Token] = []
        for token in tokens:
            if token.text in CLOSERS and not opened:
                raise self.error(f"“{token.text}” closes nothing inside {where}", token.start, token.end)
            if step(token) < 0:
                opened.pop()
            elif token.text in BRACKETS:
                opened.append(token)
        if opened:
            opener = opened[-1]
            hint = f"add “{BRACKETS[opener.text]}”"
            raise self.error(f"“{opener.text}” is not closed inside {where}", opener.start, opener.end, hint)

    def _parted(self, tokens: list[Token], gaps: set[int]) -> list[Token]:
        """x = s t \\quad y = s + t, and $x = s t$ $y = s + t$: a comma before what begins an equation behind one."""
        equals = next((at for at, token in enumerate(tokens) if token.text == "="), len(tokens))
        for gap in sorted(gaps, reverse=True):
            if equals < gap and _ends_value(tokens[gap - 1 : gap]) and _is_equation([tokens[gap:]]):
                tokens.insert(gap, _sign(",", tokens[gap].start, tokens[gap].start))
        return tokens

    def _refuse_mixed(self, whole: Token, made: list[Token], start: int) -> None:
        """2\\frac12 is 5/2 to some, 1 to others; 0.5\\frac12 is a product."""
        if not whole.text.isdigit():
            return
        over, under, typed = int(made[2].text), int(made[6].text), self.text[start : self.place]
        hint = f"write \\frac{{{int(whole.text) * under + over}}}{{{under}}} or {whole.text} \\cdot {typed}"
        raise self.error(f"“{whole.text}{typed}” can be read in two ways", whole.start, self.place, hint)

    def _stops(self, stop: str | None) -> bool:
        here = self.text[self.place]
        if stop == "line":
            return self.text.startswith("\\\\", self.place)
        if stop == "}":
            return here == "}" or self.peek_command() == "over"
        if stop == "cell":
            return here == "&" or self.text.startswith("\\\\", self.place) or self.peek_command() == "end"
        return stop == "]" and here == "]"

    def piece(self) -> list[Token]:
        """The next command, group, scripted name or run of plain characters."""
        start, here = self.place, self.text[self.place]
        if over := over_index(self.text, start):
            self.summed, self.place = not self.shaped, over[3]
            if loose := _LOOSE.search(self.text, start, over[3]):
                raise self.loose(loose.start(), loose[1], loose.end())
            return [self.token(*over)]
        if here == "\\":
            return self.command()
        if here == "{":
            inner = self.group()
            return [self.op("(", start, start + 1), *inner, self.op(")", self.place - 1, self.place)]
        if here == "}":
            raise self.error("“}” closes nothing", start, start + 1)
        if here in "$&":
            self.place += 1
            return []
        if here == "^":
            return self.superscript()
        if ended := _FULL_STOP.match(self.text, start):
            self.place = ended.end()
            return []
        if here == "_" and self.text[start - 1 : start] in ("Σ", "Π", "∑", "∏"):
            raise self.error("bounds that are not read here", start, start + 1, NO_BOUNDS)
        if here == "_":
            raise self.error("a subscript belongs to a name", start, start + 1)
        return self.plain()

    def group(self) -> list[Token]:
        """The tokens inside {…}."""
        start = self.place
        self.place += 1
        inner = self.until("}")
        if self.peek_command() == "over":
            inner = self.over(inner)
        if self.place >= len(self.text):
            raise self.error("“{” is never closed", start, start + 1, "add “}”")
        self.place += 1
        return inner

    def over(self, above: list[Token]) -> list[Token]:
        """{a \\over b} is \\frac{a}{b}"""
        start, end = self.place, self.place + len("\\over")
        self.place = end
        below = self.until("}")
        if not above or not below:
            raise self.error("\\over needs what stands above and below", start, end)
        if self.peek_command() == "over":
            raise self.error("a group has one \\over", self.place, self.place + len("\\over"), "write \\frac{a}{b}")
        return self._fraction(above, below, start, end)

    def argument(self, command: str) -> list[Token]:
        """A group, or one character: \\frac12, \\frac{a}{b}."""
        self.skip_space()
        if self.place >= len(self.text):
            raise self.error(f"\\{command} needs an argument", self.place - 1, self.place)
        if self.text[self.place] == "{":
            return self.group()
        if self.text[self.place] == "\\":
            self.descend()
            found = self.command()
            self.depth -= 1
            return found
        start = self.place
        self.place += 1
        return self._shifted(self.text[start], start)

    def _shifted(self, part: str, start: int) -> list[Token]:
        tokens = []
        try:
            plain = tokenize(part, self.shaped)[:-1]
        except ReadError as error:
            raise self.error(error.message, start + error.start, start + error.end, error.hint) from None
        for made in plain:
            tokens.append(Token(made.kind, made.text, made.start + start, made.end + start, made.spaced or self.spaced))
            self.spaced = False
        return tokens

    def plain(self) -> list[Token]:
        """A run of plain characters up to the next command, brace or script, read by the plain lexer."""
        start = self.place
        if comma := _DECIMAL_COMMA.match(self.text, start):
            whole, decimals = comma.groups()
            second = f"{whole}{decimals}" if len(decimals) == 3 else f"{whole}, {decimals}"
            hint = f"write {whole}.{decimals} for the decimal, or {second}"
            raise self.error(f"“{comma[0]}” can be read in two ways", *comma.span(), hint)
        match = (_SHAPED_RUN if self.shaped else _RUN).match(self.text, start)
        assert match is not None
        run = match[0]
        self.place = match.end()
        if self.shaped and run in FILLED and self.below():
            return [self.subscripted(FILLED[run], start)]
        if run in _SINGLE:
            return [self.op(run, start, self.place)]
        if not run[0].isalpha() or not run.isascii() or run[-1].isdigit():
            return self._shifted(run, start)
        if self.below() and run not in SPELLINGS:
            head = self._shifted(run[:-1], start) if len(run) > 1 else []
            return [*head, self.subscripted(run[-1], start + len(run) - 1)]
        return [self.name(run, start)]

    def name(self, name: str, start: int) -> Token:
        """A name with its subscript, if one follows."""
        if self.below():
            return self.subscripted(name, start)
        return self.token("name", name, start, self.place)

    def subscripted(self, name: str, start: int) -> Token:
        """x_1, x_{12}, x_{max}, \\theta_i; x_{i+1} behind \\sum; h_{t-1} and 1_{m \\times n} in programs"""
        shape = _SHAPE.match(self.text, self.place) if self.shaped and name in FILLED.values() else None
        if shape:
            self.place = shape.end()
            return self.token("name", f"{name}_{shape[1]}×{shape[2]}", start, self.place)
        indices = INDICES.match(self.text, self.place) if self.summed else None
        if indices:
            self.place = indices.end()
            return self.token("name", f"{name}_{written_indices(indices)}", start, self.place)
        index = _INDEX.match(self.text, self.place) if self.shaped or self.summed else None
        if index:
            self.place = index.end()
            return self.token("name", f"{name}_{''.join(index.groups())}", start, self.place)
        match = _SUBSCRIPT.match(self.text, self.place)
        if not match:
            hint = "a logarithm to another base is log(x, 1/2)" if name == "log" else ""
            raise self.error("a subscript is a number or a name", self.place, self.place + 1, hint)
        self.place = match.end()
        below = match[match.lastindex or 0]
        below = GREEK.get(below, below)
        whole = f"{name}{below}" if name + below in SPELLINGS and name != "log" else f"{name}_{below}"
        return self.token("name", whole, start, self.place)

    def superscript(self) -> list[Token]:
        """^{…} and ^2: one token in TeX, so x^23 is x²·3.  ^(…) and ^-2, where that is no power, as in plain text.

        x^{\\odot 2} is the power of every entry.
        """
        transpose = _TRANSPOSE.match(self.text, self.place)
        if transpose:
            self.place = transpose.end()
            signs = max(1, transpose[0].count("prime"))
            return [self.op("'", transpose.start(), self.place)] * signs
        caret = self.op("^", self.place, self.place + 1)
        self.place += 1
        start = self.place
        self.skip_space()
        self.spaced = False
        if _BRACKET.match(self.text, self.place) or _MINUS.match(self.text, self.place):
            return [caret]
        inner = self.argument("^")
        if inner[:1] and inner[0].text == "⊙":
            caret, inner = self.op(".^", caret.start, caret.end), inner[1:]
        digits = re.match(r"[0-9]+", self.text[start:])
        if digits and start + digits.end() > self.place:
            raise self.loose(caret.start, digits[0], start + digits.end())
        self.spaced = True
        return [caret, _sign("(", start, start), *inner, _sign(")", self.place, self.place)]

    def loose(self, start: int, digits: str, end: int) -> ReadError:
        """x^23 and \\sum_{k=0}^10, where TeX raises one digit."""
        hint = f"write ^{{{digits}}}; without braces only the first digit is raised"
        return self.error(f"“^{digits}” can be read in two ways", start, end, hint)

    # -- commands -----------------------------------------------------------------------------------

    def command(self) -> list[Token]:
        """What a command stands for."""
        start = self.place
        match = _COMMAND.match(self.text, start)
        if match is None:
            raise self.error("a backslash stands alone", start, start + 1)
        name = match[1].rstrip("*") if match[1] != "*" else "*"
        self.place = match.end()
        if name in _IGNORED:
            return self.ignored(name, start)
        if name in _BLANK:
            self.argument(name)
            return []
        if name in ("[", "]", "(", ")"):
            return []
        if self.shaped and name in _MATRIX_SIGNS:
            return [self.op(_MATRIX_SIGNS[name], start, self.place)]
        if self.shaped and name in _MATRIX_FUNCTIONS:
            return [self.name(name, start)]
        if name in _SIGNS:
            return [self.op(_SIGNS[name], start, self.place)]
        if name in _FRACTIONS:
            return self.fraction(name, start)
        if name == "sqrt":
            return self.root(start)
        if name == "begin":
            return self.environment(start)
        if name in GREEK_NAMES or name in _LETTER_NAMES:
            letter = self.name(_LETTER_NAMES.get(name, name), start)
            if blank := _ENDS_COMMAND.match(self.text, self.place):
                self.place = blank.end()
            return [letter]
        if name in _ACCENTS:
            return [self.accented(name, start)]
        if name in _FONTS:
            return self.font(name, start)
        if name in _FUNCTIONS:
            return [self.name(name, start)]
        raise self.unknown(name, start)

    def ignored(self, name: str, start: int) -> list[Token]:
        """\\left and \\quad stand for nothing, with what they ask for: \\right. and the < of \\left<"""
        self.spaced = self.spaced or name not in ("left", "right", "!")
        if _SIZED.fullmatch(name) and (angle := _ANGLE.match(self.text, self.place)):
            self.place = angle.end()
            return [self.op("(" if angle[1] == "<" else ")", start, self.place)]
        if name in ("left", "right") and self.text.startswith(".", self.place):
            self.place += 1
        elif name == "left" and (brace := _BRACED.match(self.text, self.place)):
            self.place, self.braced = brace.end(1), True
        return []

    def unknown(self, name: str, start: int) -> ReadError:
        """A command outside the language."""
        if self.shaped and name == "sum":
            hint = "sum(x .* y) adds up the entries; \\sum_{t=1}^{T} goes over a loop"
            return self.error("\\sum without bounds is not read here", start, self.place, hint)
        if self.shaped and name == "in":
            hint = "x: n; W: m x n, with a semicolon or a new line between them"
            return self.error("a declaration is expected where ∈ stands", start, self.place, hint)
        if name in UNREAD:
            message, hint = UNREAD[name]
            return self.error(message, start, self.place, hint)
        matlab = f"A\\{name} of MATLAB is A^-1 {name} here" if self.shaped and len(name) == 1 else ""
        hint = matlab or ELSEWHERE.get(name, "")
        return self.error(f"\\{name} is not a command of mathematics that is read here", start, self.place, hint)

    def fraction(self, name: str, start: int) -> list[Token]:
        over, under = self.argument(name), self.argument(name)
        return self._fraction(over, under, start, self.place)

    def _fraction(self, over: list[Token], under: list[Token], start: int, end: int) -> list[Token]:
        """((…)/(…))"""
        sign = partial(_sign, start=start, end=end)
        first = self.op("(", start, end)
        return [first, sign("("), *over, sign(")"), sign("/"), sign("("), *under, sign(")"), sign(")")]

    def root(self, start: int) -> list[Token]:
        """\\sqrt{x}, \\sqrt[3]{x}, and \\sqrt(x) as it is typed in haste."""
        index: list[Token] = []
        self.skip_space()
        if self.text.startswith("[", self.place):
            self.place += 1
            index = self.until("]")
            if self.place >= len(self.text):
                raise self.error("“[” is never closed", start, self.place)
            self.place += 1
        self.skip_space()
        if not index and _BRACKET.match(self.text, self.place):
            return [Token("name", "sqrt", start, self.place, self.spaced)]
        inner = self.argument("sqrt")
        end = self.place
        name = Token("name", "root" if index else "sqrt", start, end, self.spaced)
        comma = [_sign(",", start, end), *index] if index else []
        return [name, _sign("(", start, end), *inner, *comma, _sign(")", end - 1, end)]

    def accented(self, name: str, start: int) -> Token:
        inner = self.argument(name)
        if len(inner) != 1 or inner[0].kind != "name":
            raise self.error(f"\\{name} stands over one letter", start, self.place)
        stem = inner[0].text.rstrip("0123456789").partition("_")[0]
        return self.name(stem + _ACCENTS[name] + inner[0].text[len(stem) :], start)

    def font(self, name: str, start: int) -> list[Token]:
        """\\mathbf{f} is f, \\operatorname{sech} is sech, \\text{otherwise} a word."""
        if name in ("text", "mbox", "textrm", "mathrm", "operatorname", "mathop"):
            match = _WORD.match(self.text, self.place)
            if match:
                self.place = match.end()
                word = match[1].rstrip()
                if not word:
                    return []
                return [self.name(WORDS.get(word, word.replace(" ", "")), start)]
        if name == "mathbb":
            inner = self.argument(name)
            return [Token("name", "".join(t.text for t in inner), start, self.place, False)]
        inner = self.argument(name)
        if len(inner) == 1 and inner[0].kind == "name":
            return [self.name(inner[0].text, start)]
        if self.shaped and [token.text for token in inner] in (["1"], ["0"]) and self.below():
            return [self.subscripted(FILLED[inner[0].text], start)]
        return inner

    # -- environments -------------------------------------------------------------------------------

    def environment(self, start: int) -> list[Token]:
        match = _ENVIRONMENT.match(self.text, self.place)
        if not match:
            raise self.error("\\begin needs the name of an environment", start, self.place)
        name, kind = match[1], match[1].rstrip("*") if match[1].rstrip("*") in _MATRICES else match[1]
        self.place = match.end()
        if kind == "array":
            self.skip_space()
            self.argument("array") if self.text.startswith("{", self.place) else None
        if kind not in _MATRICES | _WRAPPERS | {"cases", "dcases"}:
            raise self.error(f"the environment {name} is not read here", start, self.place)
        aligned = _ALIGNED.match(self.text, self.place) if name != kind else None
        self.place = aligned.end() if aligned else self.place
        rows = self.rows(name, start)
        end = self.place
        braced, self.braced = self.braced, False
        if name in _WRAPPERS or (("cases" in name or braced or kind == "array") and all(map(_is_equation, rows))):
            return self.lines(rows)
        if kind == "vmatrix":
            det = self.name("det", start)
            return [det, _sign("(", start, start), *self.matrix(rows, start, end), _sign(")", end, end)]
        return self.piecewise(rows, start, end) if "cases" in name or braced else self.matrix(rows, start, end)

    def lines(self, rows: list[list[list[Token]]]) -> list[Token]:
        """The lines of a display: y = … begins an equation of its own, + … goes on."""
        result: list[Token] = []
        for part in (part for row in rows for part in _beside(row)):
            line = [token for cell in part for token in cell]
            ended = bool(line) and _ends_value(result)
            if ended and _is_equation(part):
                result.append(_sign(",", line[0].start, line[0].start))
            elif ended and (line[0].kind != "op" or line[0].text in "([{⟦"):
                raise self.error("a line break belongs into a matrix", line[0].start, line[0].end)
            result += line
        return result

    def rows(self, name: str, start: int) -> list[list[list[Token]]]:
        """Cells of an environment, row by row."""
        rows: list[list[list[Token]]] = [[]]
        while True:
            rows[-1].append(self.until("cell"))
            if self.place >= len(self.text):
                raise self.error(f"\\begin{{{name}}} without \\end{{{name}}}", start, start + 6)
            if self.text[self.place] == "&":
                self.place += 1
            elif self.text.startswith("\\\\", self.place):
                self.line_break()
                rows.append([])
            else:
                self._close(name)
                break
        if len(rows) > 1 and rows[-1] == [[]]:
            rows.pop()
        return rows

    def _close(self, name: str) -> None:
        start = self.place
        self.place += len("\\end")
        match = _ENVIRONMENT.match(self.text, self.place)
        if not match or match[1] != name:
            raise self.error(f"\\begin{{{name}}} is closed by another \\end", start, self.place)
        self.place = match.end()

    def matrix(self, rows: list[list[list[Token]]], start: int, end: int) -> list[Token]:
        sign = partial(_sign, start=start, end=end)
        lengths = [len(row) for row in rows]
        if len(set(lengths)) > 1:
            raise self.error(f"rows have lengths {', '.join(map(str, lengths))}", start, end)
        result = [Token("op", "⟦", start, end, self.spaced)]
        self.spaced = False
        for i, row in enumerate(rows):
            result += [sign(";")] if i else []
            for j, cell in enumerate(row):
                if not cell:
                    raise self.error("an entry is missing here", start, end)
                self.refuse_crossing(cell, "the entry")
                result += [sign(",")] if j else []
                result += cell
        if len(rows) == 1 and len(rows[0]) > 1:
            result.insert(1, sign("["))
            result.append(sign("]"))
        return [*result, sign("⟧")]

    def piecewise(self, rows: list[list[list[Token]]], start: int, end: int) -> list[Token]:
        sign = partial(_sign, start=start, end=end)
        result = [Token("name", "piecewise", start, end, self.spaced), sign("(")]
        self.spaced = False
        for i, row in enumerate(rows):
            result += [sign(",")] if i else []
            value, condition = _branch(row)
            while value and value[-1].text == ",":
                value.pop()
            if not value:
                raise self.error("an entry is missing here", start, end)
            self.refuse_crossing(value, "the entry")
            while condition and condition[-1].text in (",", "."):
                condition.pop()
            words = {token.text for token in condition}
            if not condition or "otherwise" in words:
                result += [*value, Token("name", "otherwise", end, end, True)]
            else:
                given = condition[0].text == "if"
                result += [*value, *([] if given else [Token("name", "if", end, end, True)]), *condition]
        return [*result, sign(")")]
