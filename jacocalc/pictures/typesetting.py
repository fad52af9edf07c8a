"""Text with formulas → what Matplotlib typesets: our LaTeX where its mathtext knows it, plain letters elsewhere."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache

from jacocalc.document import Decimal, Text, Written
from jacocalc.linear import GREEK_LETTERS, paper
from jacocalc.notation import Expr, as_rational
from jacocalc.render.inline import inline, prose
from jacocalc.render.latex_formulas import latex

_SHORT = 18
_LONG_NUMBER = re.compile(r"\d{8}")
_FEW = 7  # letters of a decimal
_LARGE = 10**7  # from here on powers of ten are read more easily
_SPELLED = ((r"\le ", r"\leq "), (r"\ge ", r"\geq "), (r"\ne ", r"\neq "))  # ours, and what mathtext calls it
_BOLD_CALL = re.compile(r"(\\mathbf\{\w+\})\(")  # the hook of a bold f leans into a bracket
_PARTIAL = re.compile(r"\\frac\{(\\partial|d )")  # derivatives are read one by one, so they are not made small
_NUMBER = re.compile(r"-?[\d.]+")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)")
_USUAL = {
    "frac", "dfrac", "sqrt", "partial", "mathbf", "mathrm", "cdot", "circ", "left", "right", "top", "nabla", "det",
    "sin", "cos", "tan", "exp", "ln", "log", "sinh", "cosh", "tanh", "hat", "bar", "tilde", "dot", "vec", ",", "cdots",
    *(name for name in GREEK_LETTERS),
}  # fmt: skip
_SPECIAL = re.compile(r"([$])")


def typeset(text: Text) -> str:
    """A line for Matplotlib: words as they are, formulas between dollar signs."""
    return "".join(_SPECIAL.sub(r"\\\1", part) if isinstance(part, str) else formula(part) for part in text)


def formula(item: Written) -> str:
    """A formula between dollar signs; on one line of plain letters where mathtext cannot show it."""
    text = latex(item)
    for ours, theirs in _SPELLED:
        text = text.replace(ours, theirs)
    text = text.replace(", -", ", {-}")
    text = _BOLD_CALL.sub(r"\1\,(", text)
    text = _PARTIAL.sub(r"\\dfrac{\1", text)
    if _NUMBER.fullmatch(text):  # digits look the same outside of formulas, where they cost nothing
        return text.replace("-", "−")
    return f"${text}$" if _shows(text) else _SPECIAL.sub(r"\\\1", inline(item))


@cache
def _shows(text: str) -> bool:
    """Whether mathtext can show a formula; asked only about what is not among the usual commands."""
    if "\n" in text or r"\begin" in text or not text.isascii():
        return False
    if set(_COMMAND.findall(text)) <= _USUAL:
        return True
    from matplotlib.mathtext import MathTextParser

    try:
        MathTextParser("path").parse(f"${text}$")
    except (ValueError, RuntimeError):
        return False
    return True


def number(value: float) -> Decimal:
    """A double: all its digits where they are few, else four that count."""
    if not math.isfinite(value):
        return Decimal("∞" if value > 0 else "−∞" if value < 0 else "undefined")
    few = f"{value:.7g}"
    if float(few) == value and len(few.lstrip("-")) <= _FEW:
        return Decimal(_plain(few))
    size = int(f"{value:.3e}".partition("e")[2])
    return Decimal(f"{value:.0f}" if 4 <= size < 7 else _plain(f"{value:.3e}" if size >= 7 else f"{value:.4g}"))


def _plain(text: str) -> str:
    """1.5e6 for 1.5e+06"""
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else "0" if text == "-0" else text


def is_short(exact: Expr | None) -> bool:
    """Whether an exact value has room in a picture."""
    return exact is not None and len(paper(exact)) <= _SHORT


def shown(exact: Expr | None, value: float) -> tuple[str, Written]:
    """("=", the exact value) where it is short, or a short decimal that is no less exact; else ("≈", four digits)."""
    plain = None if exact is None else as_rational(exact)
    if plain is None and exact is not None and _LONG_NUMBER.search(paper(exact)):
        return "≈", number(value)
    if plain is not None and not (is_short(exact) and abs(plain) < _LARGE and plain.denominator < _LARGE):
        decimal = number(value)
        if Fraction(decimal.text) == plain:
            return "=", decimal
    return ("=", exact) if exact is not None and is_short(exact) else ("≈", number(value))


def spoken(text: Text) -> str:
    """A text without formulas, for those who cannot see the picture."""
    return prose(text)
