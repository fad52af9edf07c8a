"""Notation → one line of text, which our own reader reads back.

Two manners: *paper*, as people write it (``2x^2 y + 4 cos(4)``, ``√2``, ``x₁``), and *strict*
(``2*x^2*y + 4*cos(4)``), from which reading gives the very same tree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jacocalc import notation
from jacocalc.functions import VectorFunction, arrow
from jacocalc.known_functions import shown
from jacocalc.notation import PI, ZERO, Expr, names
from jacocalc.precedence import Place, brackets, first, is_letter, joiner, last


@dataclass(frozen=True)
class Manner:
    """How to write: strictly or as on paper, with or without letters beyond ASCII.

    ``words``: names of several letters that occur, so that x·y is not run together into a name xy.
    """

    strict: bool = False
    unicode: bool = True
    words: frozenset[str] = frozenset()


PAPER = Manner()
ASCII = Manner(unicode=False)
STRICT = Manner(strict=True, unicode=False)

GREEK_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "pi": "π",
}  # fmt: skip
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵐᵖᵏˡʳ", "0123456789+-nmpklr", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₚₛₜₓ", "0123456789aeijklmnpstx", strict=True))
_SUBSCRIPT_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PRIMES = {2: "″", 3: "‴"}
_SUPERSCRIPT_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PAPER_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠"}


def split_name(name: str) -> tuple[str, str, str]:
    """Stem, accent and subscript of a name: ``yhat_max`` → (y, hat, max); ``x12`` → (x, "", 12)."""
    stem, _, subscript = name.partition("_")
    if not subscript:
        bare = stem.rstrip("0123456789")
        stem, subscript = (bare, stem[len(bare) :]) if bare else (stem, "")
    for accent in ACCENTS:
        letter = stem.removesuffix(accent)
        if letter != stem and (len(letter) == 1 or letter in GREEK_LETTERS):
            return letter, accent, subscript
    return stem, "", subscript


def differential_of(stem: str) -> str:
    """The letter of a differential: ``dx`` → x, ``dtheta`` → theta; nothing for other names."""
    letter = stem[1:]
    return letter if stem.startswith("d") and (len(letter) == 1 or letter in GREEK_LETTERS) else ""


def is_differential(expr: Expr) -> bool:
    """Whether an expression is dx, dθ or dx_1 by its name."""
    return isinstance(expr, notation.Symbol) and bool(differential_of(split_name(expr.name)[0]))


def letters(stem: str) -> str:
    """θ for ``theta``, dθ for ``dtheta``, any other stem as it is."""
    inner = differential_of(stem)
    return f"d{GREEK_LETTERS.get(inner, inner)}" if inner else GREEK_LETTERS.get(stem, stem)


def indices(subscript: str) -> list[str]:
    """The parts of a subscript as they are written: θ and 1 of ``theta_1``."""
    return [GREEK_LETTERS.get(part, part) for part in subscript.split("_")]


def paper_name(name: str, unicode: bool = True) -> str:
    """A name as it is written: θ, x₁, ŷ, x_max, f_θ, and f₂₁ for the first component of f₂."""
    if not unicode:
        return name
    stem, accent, subscript = split_name(name)
    letter = letters(stem) + ACCENTS.get(accent, "")
    if accent:
        import unicodedata

        letter = unicodedata.normalize("NFC", letter)
    if subscript.isdigit() or all(len(part) == 1 and part.isdigit() for part in subscript.split("_")):
        return letter + subscript.replace("_", "").translate(_SUBSCRIPT_DIGITS)
    return "_".join([letter, *indices(subscript)]) if subscript else letter


def paper(expr: Expr) -> str:
    """One line as people write it."""
    words = frozenset(name for name in names(expr) if len(name) > 1 and name.isalpha())
    return write(expr, replace(PAPER, words=words) if words else PAPER)


def paper_factor(expr: Expr) -> str:
    """The same as a factor: in brackets where it has a sign or a blank."""
    text = paper(expr)
    return f"({text})" if any(sign in text for sign in "+- ") else text


def definition(function: VectorFunction) -> str:
    """f(x, y; a) = [a x^2, y]; f: R^2 -> R^3 of a function without formulas."""
    if function.components is None:
        return f"{function.name}: {arrow(function)}"
    inside = ", ".join(function.inputs) + (f"; {', '.join(function.parameters)}" if function.parameters else "")
    body = ", ".join(map(paper, function.components))
    return f"{function.name}({inside}) = {body if function.scalar else f'[{body}]'}"


def strict(expr: Expr) -> str:
    """One line from which reading gives the very same tree."""
    return write(expr, STRICT)


def write(expr: Expr, manner: Manner) -> str:
    """One line in the given manner."""
    match expr:
        case notation.Number(value, literal):
            return literal or str(value)
        case notation.Constant(name):
            return "π" if name == "pi" and manner.unicode else name
        case notation.Symbol(name):
            return paper_name(name, manner.unicode)
        case notation.Sum(terms):
            return _sum(terms, manner)
        case notation.Minus(operand) | notation.Negative(operand):
            return "-" + _part(operand, Place.NEGATED, manner)
        case notation.Product(factors, dot):
            return _product(factors, dot, manner)
        case notation.Quotient(over, under):
            return f"{_numerator(over, manner)}/{_part(under, Place.DENOMINATOR, manner)}"
        case notation.Power(base, exponent):
            return f"{_part(base, Place.BASE, manner)}^{_part(exponent, Place.EXPONENT, manner)}"
        case notation.Call(function, arguments):
            return _call(function, arguments, manner)
        case notation.Applied():
            return _applied(expr, manner)
        case notation.Comparison(relation, left, right):
            sign = PAPER_RELATIONS.get(relation, relation) if manner.unicode else relation
            return f"{write(left, manner)} {sign} {write(right, manner)}"
        case notation.Junction(word, conditions):
            return f" {word} ".join(
                f"({write(c, manner)})" if isinstance(c, notation.Junction) else write(c, manner) for c in conditions
            )
        case notation.Piecewise(branches, otherwise):
            parts = [f"{write(value, manner)} if {write(when, manner)}" for value, when in branches]
            parts += [] if otherwise is None else [f"{write(otherwise, manner)} otherwise"]
            return f"piecewise({', '.join(parts)})"
        case notation.Matrix(rows) if not manner.strict and len(rows) > 1 and len(rows[0]) == 1:
            return f"[{', '.join(write(row[0], manner) for row in rows)}]"
        case notation.Matrix(rows):
            return "[" + ", ".join(f"[{', '.join(write(e, manner) for e in row)}]" for row in rows) + "]"
    raise TypeError(f"no way to write {type(expr).__name__}")


def _part(expr: Expr, place: Place, manner: Manner) -> str:
    text = write(expr, manner)
    return f"({text})" if _bracketed(expr, place, manner) else text


def _bracketed(expr: Expr, place: Place, manner: Manner) -> bool:
    root = place in (Place.BASE, Place.EXPONENT) and _written_with_root(expr, manner)
    slashed = place in (Place.BASE, Place.NUMERATOR, Place.DENOMINATOR) and _written_with_slash(expr, manner)
    return root or slashed or brackets(expr, place, manner.strict)


def _written_with_root(expr: Expr, manner: Manner) -> bool:
    drawn = manner.unicode and not manner.strict
    return drawn and isinstance(expr, notation.Call) and expr.function in ("sqrt", "cbrt")


def _written_with_slash(expr: Expr, manner: Manner) -> bool:
    return isinstance(expr, notation.Applied) and expr.is_fraction and manner.unicode and not manner.strict


def _numerator(expr: Expr, manner: Manner) -> str:
    """y(∂f/∂u) before a slash"""
    if isinstance(expr, notation.Product) and _written_with_slash(expr.factors[-1], manner):
        return _product(expr.factors, expr.dot, manner, Place.NUMERATOR)
    return _part(expr, Place.NUMERATOR, manner)


def _sum(terms: tuple[Expr, ...], manner: Manner) -> str:
    text = _part(terms[0], Place.FIRST_TERM, manner)
    for term in terms[1:]:
        if isinstance(term, notation.Minus):
            text += f" - {_part(term.operand, Place.TERM, manner)}"
        else:
            text += f" + {_part(term, Place.TERM, manner)}"
    return text


def _product(factors: tuple[Expr, ...], dot: bool, manner: Manner, end: Place = Place.FACTOR) -> str:
    """``end`` is the place of the last factor."""
    text, previous, closed = "", factors[0], False
    for index, factor in enumerate(factors):
        place = (end if index == len(factors) - 1 else Place.FACTOR) if index else Place.FIRST_FACTOR
        bracketed = _bracketed(factor, place, manner)
        if index and manner.strict:
            text += "·" if dot else "*"
        elif index:
            sign = (
                "·"
                if dot or (manner.words and is_letter(last(previous)) and is_letter(first(factor)))
                else joiner(previous, factor, closed, bracketed)
            )
            text += sign if manner.unicode else _ascii_sign(sign, last(previous), first(factor))
        text += _part(factor, place, manner)
        previous, closed = factor, bracketed
    return text


def _ascii_sign(sign: str, left: Expr, right: Expr) -> str:
    """k pi, where kπ needs no blank"""
    spelled = not sign and PI in (left, right) and is_letter(left) and is_letter(right)
    return " " if spelled else sign.replace("·", "*")


def _call(function: str, arguments: tuple[Expr, ...], manner: Manner) -> str:
    inner = ", ".join(write(argument, manner) for argument in arguments)
    if manner.strict:
        return f"{function}({inner})"
    if function in ("abs", "norm") and "|" not in inner:
        bar = "|" if function == "abs" else "||"
        return f"{bar}{inner}{bar}"
    if function in ("sqrt", "cbrt") and manner.unicode:
        sign = "√" if function == "sqrt" else "∛"
        closed = isinstance(arguments[0], notation.Number | notation.Symbol | notation.Constant)
        return sign + (inner if closed else f"({inner})")
    if function == "log":
        base = arguments[1]
        if isinstance(base, notation.Number):
            return f"log_{write(base, manner)}({write(arguments[0], manner)})"
        return f"log({inner})"
    if function == "sigmoid" and manner.unicode:
        return f"σ({inner})"
    if function == "gammafn" and manner.unicode and "Gamma" not in manner.words:
        return f"Γ({inner})"
    if shown(function) not in manner.words:
        function = shown(function)
    if function in ("floor", "ceil") and manner.unicode:
        return f"⌊{inner}⌋" if function == "floor" else f"⌈{inner}⌉"
    if function == "polygamma" and arguments[0] == ZERO:
        return f"digamma({write(arguments[1], manner)})"
    return f"{function}({inner})"


def _applied(expr: notation.Applied, manner: Manner) -> str:
    inner = ", ".join(write(argument, manner) for argument in expr.arguments)
    if manner.strict or not manner.unicode:
        return f"{expr.name}({inner})"
    name = paper_name(expr.component_name)
    at = f"({inner})" if expr.arguments else ""
    if not expr.derivatives:
        return f"{name}{at}"
    if not expr.is_fraction and len(expr.slots) == 1:
        return f"{name}{_PRIMES.get(len(expr.derivatives), '′' * len(expr.derivatives))}{at}"
    if not expr.is_fraction:
        return f"D{''.join(map(str, expr.derivatives)).translate(_SUBSCRIPT_DIGITS)}{name}{at}"
    letters_ = [paper_name(expr.inputs[k - 1]) for k in expr.derivatives]
    order = len(letters_)
    raised = str(order).translate(_SUPERSCRIPT_DIGITS) if order > 1 else ""
    if order > 1 and len(set(letters_)) == 1:
        return f"∂{raised}{name}/∂{letters_[0]}{raised}"
    return f"∂{raised}{name}/{''.join(f'∂{letter}' for letter in letters_)}"
