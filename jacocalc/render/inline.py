"""Written forms on one line: J_{g∘f}(1, 2), ∂f₁/∂x, (3×2)(2×2)."""

from __future__ import annotations

import re
from functools import partial
from unicodedata import normalize

from jacocalc import document
from jacocalc.document import Text, Written
from jacocalc.linear import ACCENTS, GREEK_LETTERS, LOWERED, PAPER, RAISED, Manner, paper_name, write
from jacocalc.notation import Call, Constant, Expr, Number, Symbol
from jacocalc.render.bracketing import Parts, between_factors
from jacocalc.term_writing import Linear
from jacocalc.terms import Term

_PLAIN = {
    "∂": "d", "∇": "grad ", "Δ": "Delta ", "→": "->", "∘": " o ", "·": "*", "×": "x", "ℝ": "R", "Σ": "sum", "⋯": "...",
    "…": "...", "⊙": ".*", "⊘": "./", "⟨": "<", "⟩": ">", "∈": "in", "↦": "|->",
    "‖": "||", "≈": "~", "−": "-", "′": "'", "≤": "<=", "≥": ">=", "≠": "!=", "√": "sqrt", "∛": "cbrt",
    "∭": "int int int ", "∬": "int int ", "∫": "int ", "“": '"', "”": '"', "’": "'", "—": "-", "–": "-",
    **{letter: name for name, letter in GREEK_LETTERS.items() if name not in ("Delta", "Sigma")},
}  # fmt: skip
_SCRIPTS = tuple(
    (re.compile(f"[{''.join(table)}]+"), sign, str.maketrans(table))
    for table, sign in ((RAISED | {"ᵀ": "T"}, "^"), (LOWERED, "_"))
)
_SPACED = (
    (re.compile(r"√(\w+)"), r"sqrt(\1)"),
    (re.compile(r"(?<=\w)∇"), " ∇"),
    (re.compile(r"∇(?=[\s,.;:)]|$)"), "grad"),
)
_SUPERSCRIPTS = str.maketrans({plain: sign for sign, plain in RAISED.items()})


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
    for found, spaced in _SPACED:
        text = found.sub(spaced, text)
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

    parts = Parts(partial(_inline, manner=manner), "({})".format)

    match item:
        case Expr():
            return write(item, manner)
        case Term():
            return Linear(manner).write(item)
        case document.Name(text):
            return paper_name(text, manner.unicode)
        case document.Subscripted(base, index):
            return _subscripted(_inline(base, manner), _inline(index, manner))
        case document.At(head, arguments):
            return _at(head, parts.named(head), arguments, each(arguments))
        case document.PartialOf(of, by, total):
            d = _d(total)
            return f"{d}{_inline(of, manner)}/{d}{_inline(by, manner)}"
        case document.Operator(by, body, total):
            d, text = _d(total), _inline(body, manner)
            closed = isinstance(body, Number | Symbol | Constant | Call)
            return f"{d}/{d}{_inline(by, manner)} {text if closed else f'({text})'}"
        case document.JacobianRatio(of, by):
            d = _d(item.total)
            return f"{d}{_names(of, manner)}/{d}{_names(by, manner)}"
        case document.Circle(names):
            return "∘".join(_inline(name, manner) for name in names)
        case document.Times(factors):
            return between_factors(factors, " · ").join(map(parts.factor, factors))
        case document.Plus(terms):
            return _sum(terms, parts)
        case document.Transpose(body):
            return f"{parts.marked(body)}ᵀ"
        case document.Grid(rows):
            if len(rows) == 1:
                return f"[{each(rows[0])}]" if len(rows[0]) == 1 else f"[[{each(rows[0])}]]"
            if all(len(row) == 1 for row in rows):
                return f"[{each(tuple(row[0] for row in rows))}]"
            return "[" + ", ".join(f"[{each(row)}]" for row in rows) + "]"
        case document.Tuple(items):
            return f"({each(items)})"
        case document.Shape(rows, columns):
            return f"({rows}×{columns})"
        case document.Space(size):
            if size == 1:
                return "ℝ"
            raised = str(size).translate(_SUPERSCRIPTS)
            return f"ℝ{raised}" if manner.unicode and raised != str(size) else f"ℝ^{size}"
        case document.Arrow(items):
            return " → ".join(_inline(part, manner) for part in items)
        case document.SumOver(index, last, body):
            letter = _inline(index, manner)
            bounds = f"Σ_{{{letter}=1}}^{last}" if last != "" else _subscripted("Σ", letter)
            return f"{bounds} {_inline(body, manner)}"
        case document.Dots():
            return "⋯"
        case document.Norm(body):
            return f"‖{_inline(body, manner)}‖"
        case document.Gradient(of, by):
            nabla = "∇" if by is None else _subscripted("∇", _inline(by, manner)) + " "
            return nabla + parts.named(of)
        case document.Operated(sign, of):
            letter = "Δ" if sign == "Delta" else sign
            return letter + parts.named(of)
        case document.Layered(base, layer):
            return f"{base}^({_inline(layer, manner)})"
        case document.Decimal(text):
            return text
        case document.SecondPartialOf(of, outer, inner, total):
            return _second(_inline(of, manner), _inline(outer, manner), _inline(inner, manner), total)
        case document.Inverse(body):
            return f"{parts.marked(body)}⁻¹"
        case document.Absolute(body):
            return f"|{_inline(body, manner)}|"
        case document.Opposite(body):
            text = parts.factor(body)
            return f"-({text})" if text.startswith("-") else f"-{text}"
        case document.Bracketed(body):
            return f"({_inline(body, manner)})"
        case document.Root(body):
            return f"√({_inline(body, manner)})"
        case document.Differentials(variables):
            return " ".join(f"d{_inline(variable, manner)}" for variable in variables)
        case document.Integral(region, body, variables):
            sign = _subscripted("∫∬∭"[min(len(variables), 3) - 1], _inline(region, manner))
            return f"{sign} {parts.factor(body)} {_inline(document.Differentials(variables), manner)}"
    raise TypeError(f"no way to write {type(item).__name__}")


def _d(total: bool) -> str:
    """The d of a total derivative, the ∂ of a partial one."""
    return "d" if total else "∂"


def _second(of: str, outer: str, inner: str, total: bool) -> str:
    d = _d(total)
    under = f"{d}{outer}²" if outer == inner else f"{d}{outer}{d}{inner}"
    return f"{d}²{of}/{under}"


def _names(names: tuple[str, ...], manner: Manner) -> str:
    text = ", ".join(paper_name(name, manner.unicode) for name in names)
    return text if len(names) == 1 else f"({text})"


def _subscripted(base: str, index: str) -> str:
    return f"{base}_{index}" if len(index) == 1 or index.isalnum() else f"{base}_{{{index}}}"


def _at(head: Written, name: str, arguments: tuple[Written, ...], inner: str) -> str:
    if isinstance(head, document.Name) and head.text in ("det", "rank"):
        return f"{name} {inner}"
    if isinstance(head, document.JacobianRatio) and arguments:
        return f"{name} at ({inner})"
    return f"{name}({inner})" if arguments else name


def _sum(terms: tuple[Written, ...], parts: Parts[str]) -> str:
    """a + b − c"""
    text = parts.term(terms[0])
    for term in terms[1:]:
        opposite = isinstance(term, document.Opposite)
        body = term.body if isinstance(term, document.Opposite) else term
        text += f" {'-' if opposite else '+'} {parts.term(body)}"
    return text
