"""Written forms → plates: formulas set in two dimensions, for pictures that are drawn without a browser's MathML."""

from __future__ import annotations

import unicodedata
from functools import partial

from jacocalc import document, notation
from jacocalc.document import Text, Written
from jacocalc.known_functions import shown
from jacocalc.linear import ACCENTS, GREEK_LETTERS, PAPER_RELATIONS, indices, letters, split_name
from jacocalc.notation import ZERO, Expr
from jacocalc.precedence import Place, brackets, joiner
from jacocalc.render.bracketing import Parts, between_factors, signed
from jacocalc.render.inline import inline
from jacocalc.render.plates import (
    Plate,
    Stroke,
    beside,
    fenced,
    fraction,
    gap,
    joined,
    lowered,
    matrix,
    raised,
    rooted,
    run,
    toned,
)

_SCRIPT = 0.7


def formula(item: Written, size: float) -> Plate:
    """A formula as a plate."""
    match item:
        case Expr():
            return expression(item, size)
        case document.Name(text, vector):
            return _name(text, size, vector)
        case document.Subscripted(base, index):
            return lowered(formula(base, size), formula(index, _SCRIPT * size), size)
        case document.At(head, arguments):
            return _at(head, arguments, size)
        case document.PartialOf(of, by, total):
            d = run("d" if total else "∂", size)
            return fraction(beside(d, formula(of, size)), beside(d, formula(by, size)), size)
        case document.JacobianRatio(of, by):
            d = run("d" if item.total else "∂", size)
            return fraction(beside(d, _names(of, size)), beside(d, _names(by, size)), size)
        case document.Circle(names):
            return joined([formula(name, size) for name in names], run("∘", size))
        case document.Times(factors):
            between = _dot(size) if between_factors(factors, "·") == "·" else gap(0)
            return joined([*map(_parts(size).factor, factors)], between)
        case document.Plus(terms):
            return _plus(terms, size)
        case document.Opposite(body):
            return beside(run("−", size), _parts(size).factor(body))
        case document.Transpose(body):
            return raised(_parts(size).marked(body), run("T", _SCRIPT * size), size)
        case document.Grid(rows):
            return matrix([[formula(cell, size) for cell in row] for row in rows], size)
        case document.Tuple(items):
            return fenced(_commas(items, size), size)
        case document.Shape(rows, columns):
            return run(f"({rows}×{columns})", size)
        case document.Norm(body):
            return fenced(fenced(formula(body, size), size, "|"), size, "|")
        case document.Absolute(body):
            return fenced(formula(body, size), size, "|")
        case document.Bracketed(body):
            return fenced(formula(body, size), size)
        case document.Root(body):
            return rooted(formula(body, size), size)
        case document.Gradient(of, by):
            return _gradient(of, by, size)
        case document.Decimal():
            return _decimal(item, size)
        case _:
            return run(inline(item), size)


def sentence(text: Text, size: float) -> Plate:
    """Words and formulas in a row."""
    return beside(*(run(part, size) if isinstance(part, str) else formula(part, size) for part in text))


def _commas(items: tuple[Written, ...], size: float) -> Plate:
    return joined([formula(item, size) for item in items], run(", ", size))


def _dot(size: float) -> Plate:
    return beside(gap(0.12 * size), run("·", size), gap(0.12 * size))


def _parts(size: float) -> Parts[Plate]:
    return Parts(partial(formula, size=size), partial(fenced, size=size))


def _plus(terms: tuple[Written, ...], size: float) -> Plate:
    """a + b − c"""
    parts = _parts(size)
    plates = [parts.term(terms[0])]
    for term in terms[1:]:
        opposite = isinstance(term, document.Opposite)
        body = term.body if isinstance(term, document.Opposite) else term
        plates += [run(" − " if opposite else " + ", size), parts.term(body)]
    return beside(*plates)


def _at(head: Written, arguments: tuple[Written, ...], size: float) -> Plate:
    """J_f(1, 2)"""
    name = _parts(size).named(head)
    if not arguments:
        return name
    where = _commas(arguments, size)
    space = 0.1 if isinstance(head, document.JacobianRatio) else 0.06
    return beside(name, gap(space * size), fenced(where, size))


def _gradient(of: Written, by: Written | None, size: float) -> Plate:
    nabla = run("∇", size)
    if by is not None:
        nabla = beside(lowered(nabla, formula(by, _SCRIPT * size), size), gap(0.1 * size))
    return beside(nabla, _parts(size).named(of))


def _names(names: tuple[str, ...], size: float) -> Plate:
    plate = joined([_name(name, size) for name in names], run(", ", size))
    return plate if len(names) == 1 else fenced(plate, size)


def _decimal(item: document.Decimal, size: float) -> Plate:
    """0.25, and 1.5·10⁻⁷ for 1.5e-7"""
    mantissa, exponent = item.parts
    digits = run(mantissa if item.bound else mantissa.replace("-", "−"), size)
    if not exponent:
        return digits
    power = raised(run("10", size), run(exponent.replace("-", "−"), _SCRIPT * size), size)
    return beside(digits, _dot(size), power)


# -- names --------------------------------------------------------------------------------------------


def _name(name: str, size: float, vector: bool = False) -> Plate:
    """θ, x₁, ŷ, bold f; names of several letters upright."""
    stem, accent, subscript = split_name(name)
    letter = letters(stem)
    face = "bold" if vector else "italic" if len(letter) == 1 or stem in GREEK_LETTERS else "roman"
    base = _accented(letter, accent, size, face)
    if not subscript:
        return base
    below = ",".join(indices(subscript))
    small = run(below, _SCRIPT * size, "italic" if len(below) == 1 and below.isalpha() else "roman")
    return lowered(base, small, size)


def _accented(letter: str, accent: str, size: float, face: str) -> Plate:
    """A letter with its accent; a bar is drawn, since few fonts place it well."""
    if accent != "bar":
        return run(unicodedata.normalize("NFC", letter + ACCENTS.get(accent, "")), size, face)
    base = run(letter, size, face)
    tall = letter.isupper() or letter in "bdfhklβδζθλξ"
    top = -(0.76 if tall else 0.56) * size
    bar = Stroke(((0.06 * size, top), (base.width, top)), 0.05 * size)
    return Plate(base.width, max(base.ascent, -top + 0.05 * size), base.descent, (*base.marks, bar))


# -- notation -----------------------------------------------------------------------------------------


def expression(expr: Expr, size: float) -> Plate:
    """Notation as a plate."""
    match expr:
        case notation.Number(value, literal):
            return run(literal or str(value), size)
        case notation.Constant(name):
            return run("π", size, "italic") if name == "pi" else run("e", size)
        case notation.Symbol(name):
            return _name(name, size)
        case notation.Sum(terms):
            return beside(*terms_of(terms, size))
        case notation.Minus(operand) | notation.Negative(operand):
            near = gap(0.08 * size if isinstance(operand, notation.Quotient) else 0)
            return beside(run("−", size), near, _parts(size).placed(operand, Place.NEGATED))
        case notation.Product(factors, dot):
            return product(factors, dot, size)
        case notation.Quotient(over, under):
            return fraction(expression(over, size), expression(under, size), size)
        case notation.Power(base, exponent):
            return raised(_parts(size).base(base), expression(exponent, _SCRIPT * size), size)
        case notation.Call(function, arguments):
            return _call(function, arguments, size)
        case notation.Applied():
            return _applied(expr, size)
        case notation.Comparison(relation, left, right):
            sign = run(f" {PAPER_RELATIONS.get(relation, relation)} ", size)
            return beside(expression(left, size), sign, expression(right, size))
        case notation.Matrix(rows):
            return matrix([[expression(cell, size) for cell in row] for row in rows], size)
        case _:
            return run(inline(expr), size)


def terms_of(terms: tuple[Expr, ...], size: float) -> list[Plate]:
    """The terms of a sum, each with its sign before it, so that a line may end between two of them."""
    plates = [_parts(size).placed(terms[0], Place.FIRST_TERM)]
    for sign, term in signed(terms):
        plates.append(beside(run(f" {sign.replace('-', '−')} ", size), _parts(size).placed(term, Place.TERM)))
    return plates


def product(factors: tuple[Expr, ...], dot: bool, size: float, tones: tuple[str, ...] = ()) -> Plate:
    """Factors with what stands between them; ``tones`` colour the first ones."""
    plates: list[Plate] = []
    for i, factor in enumerate(factors):
        if i:
            plates.append(_between(factors[i - 1], factor, dot, size))
        plate = _parts(size).placed(factor, Place.FACTOR if i else Place.FIRST_FACTOR)
        plates.append(toned(plate, tones[i]) if i < len(tones) else plate)
    return beside(*plates)


def _between(left: Expr, right: Expr, dot: bool, size: float) -> Plate:
    if dot:
        return _dot(size)
    if isinstance(left, notation.Quotient) or isinstance(right, notation.Quotient):
        return gap(0.14 * size)
    sign = joiner(left, right, False, brackets(right, Place.FACTOR))
    return _dot(size) if sign == "·" else gap((0.2 if sign == " " else 0.05) * size)


def _call(function: str, arguments: tuple[Expr, ...], size: float) -> Plate:
    inner = joined([expression(argument, size) for argument in arguments], run(", ", size))
    match function:
        case "sqrt":
            return rooted(inner, size)
        case "cbrt":
            return rooted(inner, size, run("3", 0.6 * size))
        case "root":
            return rooted(expression(arguments[0], size), size, expression(arguments[1], 0.6 * size))
        case "abs":
            return fenced(inner, size, "|")
        case "floor" | "ceil":
            left, right = "⌊⌋" if function == "floor" else "⌈⌉"
            return beside(run(left, size), inner, run(right, size))
        case "gammafn":
            return beside(run("Γ", size), fenced(inner, size))
        case "polygamma" if arguments[0] == ZERO:
            return beside(run("digamma", size), fenced(expression(arguments[1], size), size))
        case "log":
            name = lowered(run("log", size), expression(arguments[1], _SCRIPT * size), size)
            return beside(name, fenced(expression(arguments[0], size), size))
        case "sigmoid":
            return beside(run("σ", size, "italic"), fenced(inner, size))
        case "exp":
            return raised(run("e", size), expression(arguments[0], _SCRIPT * size), size)
        case _:
            return beside(run(shown(function), size), fenced(inner, size))


def _applied(expr: notation.Applied, size: float) -> Plate:
    """g₁(u, v), ∂g₁/∂u"""
    name = _name(expr.subscripted_name, size)
    if not expr.derivatives:
        return beside(name, fenced(_commas(expr.arguments, size), size))
    if len(expr.derivatives) > 1 or not expr.inputs:
        return run(inline(expr), size)
    below = _name(expr.inputs[expr.derivatives[0] - 1], size)
    d = run("∂", size)
    return fraction(beside(d, name), beside(d, below), size)
