"""Written forms on one line: J_{g∘f}(1, 2), ∂f₁/∂x, (3×2)(2×2)."""

from __future__ import annotations

import re
from unicodedata import normalize

from jacocalc.document import (
    Absolute,
    Arrow,
    At,
    Bracketed,
    Circle,
    Decimal,
    Differentials,
    Dots,
    Gradient,
    Grid,
    Integral,
    Inverse,
    JacobianRatio,
    Layered,
    Name,
    Norm,
    Operated,
    Operator,
    Opposite,
    PartialOf,
    Plus,
    Root,
    SecondPartialOf,
    Shape,
    Space,
    Subscripted,
    SumOver,
    Text,
    Times,
    Transpose,
    Tuple,
    Written,
)
from jacocalc.linear import ACCENTS, GREEK_LETTERS, PAPER, Manner, paper_name, write
from jacocalc.notation import Applied, Call, Constant, Expr, Negative, Number, Sum, Symbol
from jacocalc.precedence import Place, brackets
from jacocalc.term_writing import ATOM, ENTRYWISE, PRODUCT, Linear
from jacocalc.terms import Term

_PLAIN = {
    "∂": "d", "∇": "grad ", "Δ": "Delta ", "→": "->", "∘": " o ", "·": "*", "×": "x", "ℝ": "R", "Σ": "sum", "⋯": "...",
    "…": "...", "⊙": ".*", "⊘": "./", "⟨": "<", "⟩": ">", "∈": "in", "↦": "|->",
    "‖": "||", "≈": "~", "−": "-", "′": "'", "≤": "<=", "≥": ">=", "≠": "!=", "√": "sqrt", "∛": "cbrt",
    "∭": "int int int ", "∬": "int int ", "∫": "int ", "“": '"', "”": '"', "’": "'", "—": "-", "–": "-",
    **{letter: name for name, letter in GREEK_LETTERS.items() if name not in ("Delta", "Sigma")},
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵐᵖᵏˡʳᵀ", "0123456789+-nmpklrT")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₚₛₜₓ", "0123456789aeijklmnpstx")
_SCRIPTS = tuple(
    (re.compile(f"[{''.join(map(chr, table))}]+"), sign, table) for table, sign in ((_RAISED, "^"), (_LOWERED, "_"))
)
_SUPERSCRIPTS = str.maketrans("0123456789nmpklr", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵐᵖᵏˡʳ")


def inline(item: Written, manner: Manner = PAPER) -> str:
    """A formula on one line."""
    text = _inline(item, manner)
    return text if manner.unicode else plain(text)


def plain(text: str) -> str:
    """The text in ASCII."""
    for accent, mark in ACCENTS.items():
        if mark in (parted := normalize("NFD", text)):
            text = normalize("NFC", parted.replace(mark, accent))
    for scripts, sign, table in _SCRIPTS:
        text = scripts.sub(rf"{sign}\g<0>", text).translate(table)
    for sign, spelled in _PLAIN.items():
        text = text.replace(sign, spelled)
    return text.encode("ascii", "replace").decode()


def prose(text: Text, manner: Manner = PAPER) -> str:
    """A paragraph with its formulas on one line."""
    said = "".join(part if isinstance(part, str) else _inline(part, manner) for part in text)
    return said if manner.unicode else plain(said)


def _inline(item: Written, manner: Manner) -> str:
    def each(items: tuple[Written, ...]) -> str:
        return ", ".join(_inline(part, manner) for part in items)

    match item:
        case Expr():
            return write(item, manner)
        case Term():
            return Linear(manner).write(item)
        case Name(text):
            return paper_name(text, manner.unicode)
        case Subscripted(base, index):
            return _subscripted(_inline(base, manner), _inline(index, manner))
        case At(head, arguments):
            return _at(head, _inline(head, manner), arguments, each(arguments))
        case PartialOf(of, by, total):
            d = "d" if total else "∂"
            return f"{d}{_inline(of, manner)}/{d}{_inline(by, manner)}"
        case Operator(by, body, total):
            d, text = "d" if total else "∂", _inline(body, manner)
            closed = isinstance(body, Number | Symbol | Constant | Call)
            return f"{d}/{d}{_inline(by, manner)} {text if closed else f'({text})'}"
        case JacobianRatio(of, by, partial):
            d = "d" if len(by) == 1 and not partial else "∂"
            over, under = (_names(side, manner) for side in (of, by))
            return f"{d}{over}/{d}{under}"
        case Circle(names):
            return "∘".join(_inline(name, manner) for name in names)
        case Times(factors):
            return _times(factors, manner)
        case Plus(terms):
            return _sum(terms, manner)
        case Transpose(body):
            text = _inline(body, manner)
            return f"({text})ᵀ" if is_fraction(body) else f"{text}ᵀ"
        case Grid(rows):
            if len(rows) == 1:
                return f"[{each(rows[0])}]" if len(rows[0]) == 1 else f"[[{each(rows[0])}]]"
            if all(len(row) == 1 for row in rows):
                return f"[{each(tuple(row[0] for row in rows))}]"
            return "[" + ", ".join(f"[{each(row)}]" for row in rows) + "]"
        case Tuple(items):
            return f"({each(items)})"
        case Shape(rows, columns):
            return f"({rows}×{columns})"
        case Space(size):
            if size == 1:
                return "ℝ"
            raised = str(size).translate(_SUPERSCRIPTS)
            return f"ℝ{raised}" if manner.unicode and raised != str(size) else f"ℝ^{size}"
        case Arrow(items):
            return " → ".join(_inline(part, manner) for part in items)
        case SumOver(index, last, body):
            letter = _inline(index, manner)
            bounds = f"Σ_{{{letter}=1}}^{last}" if last != "" else _subscripted("Σ", letter)
            return f"{bounds} {_inline(body, manner)}"
        case Dots():
            return "⋯"
        case Norm(body):
            return f"‖{_inline(body, manner)}‖"
        case Gradient(of, by):
            nabla = "∇" if by is None else _subscripted("∇", _inline(by, manner)) + " "
            name = _inline(of, manner)
            return f"{nabla}({name})" if isinstance(of, Circle) else f"{nabla}{name}"
        case Operated(sign, of):
            letter = "Δ" if sign == "Delta" else sign
            return letter + _bracketed(of, manner, (Circle,))
        case Layered(base, layer):
            return f"{base}^({_inline(layer, manner)})"
        case Decimal(text):
            return text
        case SecondPartialOf(of, outer, inner, total):
            return _second(_inline(of, manner), _inline(outer, manner), _inline(inner, manner), total)
        case Inverse(body):
            text = _inline(body, manner)
            return f"({text})⁻¹" if is_fraction(body) or isinstance(body, Circle) else f"{text}⁻¹"
        case Absolute(body):
            return f"|{_inline(body, manner)}|"
        case Opposite(body):
            text = _bracketed(body, manner, (Negative, Plus))
            return f"-({text})" if text.startswith("-") else f"-{text}"
        case Bracketed(body):
            return f"({_inline(body, manner)})"
        case Root(body):
            return f"√({_inline(body, manner)})"
        case Differentials(variables):
            return " ".join(f"d{_inline(variable, manner)}" for variable in variables)
        case Integral(region, body, variables):
            sign = _subscripted("∫∬∭"[min(len(variables), 3) - 1], _inline(region, manner))
            under = _bracketed(body, manner, (Negative, Plus))
            return f"{sign} {under} {_inline(Differentials(variables), manner)}"
    raise TypeError(f"no way to write {type(item).__name__}")


def _second(of: str, outer: str, inner: str, total: bool) -> str:
    d = "d" if total else "∂"
    under = f"{d}{outer}²" if outer == inner else f"{d}{outer}{d}{inner}"
    return f"{d}²{of}/{under}"


def _names(names: tuple[str, ...], manner: Manner) -> str:
    text = ", ".join(paper_name(name, manner.unicode) for name in names)
    return text if len(names) == 1 else f"({text})"


def _subscripted(base: str, index: str) -> str:
    return f"{base}_{index}" if len(index) == 1 or index.isalnum() else f"{base}_{{{index}}}"


def _at(head: Written, name: str, arguments: tuple[Written, ...], inner: str) -> str:
    if isinstance(head, Name) and head.text in ("det", "rank"):
        return f"{name} {inner}"
    if isinstance(head, JacobianRatio) and arguments:
        return f"{name} at ({inner})"
    bracketed = f"({name})" if isinstance(head, Circle) else name
    return f"{bracketed}({inner})" if arguments else bracketed


def _times(factors: tuple[Written, ...], manner: Manner) -> str:
    if all(is_shape(factor) for factor in factors):
        return "".join(_inline(factor, manner) for factor in factors)
    return " · ".join(_bracketed(factor, manner, (Negative, Plus)) for factor in factors)


def _sum(terms: tuple[Written, ...], manner: Manner) -> str:
    """a + b − c"""
    text = _bracketed(terms[0], manner, (Negative,))
    for term in terms[1:]:
        opposite = isinstance(term, Opposite)
        body = term.body if isinstance(term, Opposite) else term
        text += f" {'-' if opposite else '+'} {_bracketed(body, manner, (Negative,))}"
    return text


def is_fraction(item: Written) -> bool:
    """Whether a raised sign needs brackets: ∂F/∂y, ∂(x, y)/∂(s, t), also at a point; a sum of terms."""
    head = item.head if isinstance(item, At) else item
    return isinstance(head, JacobianRatio | PartialOf) or binds_loosely(head, ATOM)


def is_bracketed_base(base: Expr) -> bool:
    """Whether a power has its base in brackets where print is two-dimensional: (x + 1)², (√x)², (∂g/∂u)²."""
    drawn = isinstance(base, Call) and base.function in ("exp", "sqrt", "cbrt", "root")
    return drawn or (isinstance(base, Applied) and base.is_fraction) or brackets(base, Place.BASE)


def binds_loosely(item: Written, least: int = PRODUCT) -> bool:
    """Whether a term needs brackets at a place that demands a strength; the place of a factor, if none is said."""
    return isinstance(item, Term) and Linear().strength(item) < least


def is_shape(item: Written) -> bool:
    """Whether a factor is a shape, or shapes in brackets: those stand side by side."""
    match item:
        case Bracketed(Times(factors)):
            return all(map(is_shape, factors))
        case _:
            return isinstance(item, Shape)


def _bracketed(item: Written, manner: Manner, kinds: tuple[type, ...]) -> str:
    text = _inline(item, manner)
    sums = isinstance(item, Sum) and Plus in kinds
    loose = binds_loosely(item, PRODUCT if Plus in kinds else ENTRYWISE)
    return f"({text})" if isinstance(item, kinds) or sums or loose else text
