"""Written forms → LaTeX mathematics, with amsmath."""

from __future__ import annotations

from jacocalc import document, notation
from jacocalc.document import Written
from jacocalc.known_functions import KNOWN
from jacocalc.linear import is_differential
from jacocalc.notation import ZERO, Expr, as_rational
from jacocalc.precedence import Place, first, is_letter, is_no_coefficient, last
from jacocalc.render.bracketing import Parts, between_factors, signed
from jacocalc.render.latex_signs import fenced, latex_name
from jacocalc.render.term_latex import term_latex
from jacocalc.terms import Term

_RELATIONS = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", "≈": r"\approx"}


def relation_sign(sign: str) -> str:
    """The LaTeX of a relation."""
    return _RELATIONS.get(sign, sign)


def latex(item: Written) -> str:
    """A formula as LaTeX mathematics."""
    match item:
        case Expr():
            return _expression(item)
        case Term():
            return term_latex(item)
        case document.Name(text, vector):
            return latex_name(text, vector)
        case document.Subscripted(base, index):
            return f"{latex(base)}_{{{latex(index)}}}"
        case document.At(head, arguments):
            return _at(head, arguments)
        case document.PartialOf(of, by, total):
            d = _d(total)
            return rf"\frac{{{d} {latex(of)}}}{{{d} {latex(by)}}}"
        case document.Operator(by, body, total):
            d, inner = _d(total), latex(body)
            closed = isinstance(body, notation.Number | notation.Symbol | notation.Constant)
            return rf"\frac{{{d}}}{{{d} {latex(by)}}} {inner if closed else fenced(inner)}"
        case document.JacobianRatio(of, by):
            d = _d(item.total)
            return rf"\frac{{{d} {_names(of)}}}{{{d} {_names(by)}}}"
        case document.Circle(names):
            return r" \circ ".join(map(latex, names))
        case document.Times(factors):
            return between_factors(factors, r" \cdot ").join(map(_PARTS.factor, factors))
        case document.Plus():
            return " ".join(in_terms(item))
        case document.Transpose(body):
            return rf"{_PARTS.marked(body)}^{{\top}}"
        case document.Grid(rows):
            return _matrix(rows)
        case document.Tuple(items):
            return fenced(", ".join(map(latex, items)))
        case document.Shape(rows, columns):
            return rf"({rows} \times {columns})"
        case document.Space(size):
            return r"\mathbb{R}" if size == 1 else rf"\mathbb{{R}}^{{{size}}}"
        case document.Arrow(items):
            return r" \to ".join(map(latex, items))
        case document.SumOver(index, upto, body):
            bounds = f"_{{{latex(index)}=1}}^{{{upto}}}" if upto != "" else f"_{{{latex(index)}}}"
            return rf"\sum{bounds} {latex(body)}"
        case document.Dots():
            return r"\cdots"
        case document.Norm(body):
            return rf"\left\| {latex(body)} \right\|"
        case document.Gradient(of, by):
            return (r"\nabla" if by is None else rf"\nabla_{{{latex(by)}}}") + f" {_PARTS.named(of)}"
        case document.Operated(sign, of):
            letter = r"\Delta " if sign == "Delta" else rf"\mathrm{{{sign}}}"
            return letter + _PARTS.named(of)
        case document.Layered(base, layer):
            return rf"{latex_name(base)}^{{({latex(layer)})}}"
        case document.Decimal():
            return _decimal(item)
        case document.SecondPartialOf(of, outer, inner, total):
            d, one, two = _d(total), latex(outer), latex(inner)
            under = rf"{d} {one}^2" if one == two else rf"{d} {one} \, {d} {two}"
            return rf"\frac{{{d}^2 {latex(of)}}}{{{under}}}"
        case document.Inverse(body):
            return f"{_PARTS.marked(body)}^{{-1}}"
        case document.Absolute(body):
            return rf"\left|{latex(body)}\right|"
        case document.Opposite(body):
            text = _PARTS.factor(body)
            return f"-{fenced(text) if text.startswith('-') else text}"
        case document.Bracketed(body):
            return fenced(latex(body))
        case document.Root(body):
            return rf"\sqrt{{{latex(body)}}}"
        case document.Differentials(variables):
            return r" \, ".join(f"d{latex(variable)}" for variable in variables)
        case document.Integral(region, body, variables):
            sign = f"{_INTEGRALS[min(len(variables), 3)]}_{{{latex(region)}}}"
            return rf"{sign} {_PARTS.factor(body)} \, {latex(document.Differentials(variables))}"
    raise TypeError(f"no LaTeX for {type(item).__name__}")


_PARTS = Parts(latex, fenced)
_INTEGRALS = {1: r"\int", 2: r"\iint", 3: r"\iiint"}
_OPERATORS = {"det": r"\det", "rank": r"\operatorname{rank}"}


def in_terms(item: Written) -> list[str]:
    """Where a formula may be broken: the terms of a sum, each behind its sign."""
    match item:
        case document.Plus(terms):
            head, *others = map(_PARTS.term, terms)
            return [head, *(term if term.startswith("-") else f"+ {term}" for term in others)]
        case notation.Sum(terms):
            later = (f"{sign} {_PARTS.placed(term, Place.TERM)}" for sign, term in signed(terms))
            return [_PARTS.placed(terms[0], Place.FIRST_TERM), *later]
        case _:
            return [latex(item)]


def _d(total: bool) -> str:
    """The d of a total derivative, the ∂ of a partial one."""
    return "d" if total else r"\partial"


def _decimal(item: document.Decimal) -> str:
    if item.bound:
        return rf"|v| < 10^{{{item.bound}}}"
    mantissa, exponent = item.parts
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa


def _names(names: tuple[str, ...]) -> str:
    text = ", ".join(latex_name(name) for name in names)
    return text if len(names) == 1 else f"({text})"


def _at(head: Written, arguments: tuple[Written, ...]) -> str:
    inner = ", ".join(map(latex, arguments))
    if isinstance(head, document.Name) and head.text in _OPERATORS:
        return f"{_OPERATORS[head.text]} {inner}"
    if isinstance(head, document.Name) and head.text == "ln":
        return rf"\ln{fenced(inner)}"
    name = _PARTS.named(head)
    if isinstance(head, document.JacobianRatio) and arguments:
        return rf"\left. {name} \right|_{{({inner})}}"
    return name + fenced(inner) if arguments else name


def _matrix(rows: tuple[tuple[Written, ...], ...]) -> str:
    """A matrix; rows of fractions, which reach 2ex below the line, do not touch."""
    tall = any(r"\frac" in latex(entry) for row in rows for entry in row)
    gap = r" \\[2.5ex]" + "\n" if tall else r" \\" + "\n"
    body = gap.join(" & ".join(latex(entry) for entry in row) for row in rows).replace(r"\frac", r"\dfrac")
    if len(rows[0]) > 10:
        return rf"\left[\begin{{array}}{{{'c' * len(rows[0])}}}" + f"\n{body}\n" + r"\end{array}\right]"
    return "\\begin{bmatrix}\n" + body + "\n\\end{bmatrix}"


# -- notation -----------------------------------------------------------------------------------------


def _expression(expr: Expr) -> str:
    match expr:
        case notation.Number(value, literal):
            return literal or str(value)
        case notation.Constant(name):
            return r"\pi" if name == "pi" else "e"
        case notation.Symbol(name):
            return latex_name(name)
        case notation.Sum():
            return " ".join(in_terms(expr))
        case notation.Minus(operand) | notation.Negative(operand):
            return f"-{_PARTS.placed(operand, Place.NEGATED)}"
        case notation.Product(factors, dot):
            return _product(factors, dot)
        case notation.Quotient(over, under):
            return rf"\frac{{{_expression(over)}}}{{{_expression(under)}}}"
        case notation.Power(base, exponent):
            return _power(base, exponent)
        case notation.Call(function, arguments):
            return _call(function, arguments)
        case notation.Applied():
            return _applied(expr)
        case notation.Comparison(relation, left, right):
            return f"{_expression(left)} {relation_sign(relation)} {_expression(right)}"
        case notation.Junction(word, conditions):
            parts = (f"({_expression(c)})" if isinstance(c, notation.Junction) else _expression(c) for c in conditions)
            return rf" \text{{ {word} }} ".join(parts)
        case notation.Piecewise(branches, otherwise):
            rows = [rf"{_expression(value)} & \text{{if }} {_expression(when)}" for value, when in branches]
            rows += [] if otherwise is None else [rf"{_expression(otherwise)} & \text{{otherwise}}"]
            return "\\begin{cases}\n" + " \\\\\n".join(rows) + "\n\\end{cases}"
        case notation.Matrix(rows):
            return _matrix(rows)
    raise TypeError(f"no LaTeX for {type(expr).__name__}")


def _product(factors: tuple[Expr, ...], dot: bool) -> str:
    text = ""
    for i, factor in enumerate(factors):
        piece = _PARTS.placed(factor, Place.FACTOR if i else Place.FIRST_FACTOR)
        if i:
            text += r" \cdot " if dot or _needs_dot(factors[i - 1], factor) else _gap(factors[i - 1], factor)
        text += piece
    return text


def _needs_dot(left: Expr, right: Expr) -> bool:
    if isinstance(first(right), notation.Number) or is_no_coefficient(last(left)):
        return True
    return isinstance(right, notation.Quotient) and isinstance(left, notation.Number | notation.Quotient)


def _gap(left: Expr, right: Expr) -> str:
    tail, head = last(left), first(right)
    if is_differential(head):
        return r" \, "
    return " " if is_letter(tail) or isinstance(tail, notation.Number | notation.Power | notation.Symbol) else r" \, "


def _power(base: Expr, exponent: Expr) -> str:
    raised = _expression(exponent)
    if isinstance(base, notation.Call) and base.function in _RAISED_NAMES and isinstance(exponent, notation.Number):
        return rf"{KNOWN[base.function].latex}^{{{raised}}}{fenced(_expression(base.arguments[0]))}"
    return f"{_PARTS.base(base)}^{{{raised}}}"


_RAISED_NAMES = (
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "ln",
)  # fmt: skip


def _call(function: str, arguments: tuple[Expr, ...]) -> str:
    inner = ", ".join(map(_expression, arguments))
    match function:
        case "sqrt":
            return rf"\sqrt{{{inner}}}"
        case "cbrt":
            return rf"\sqrt[3]{{{inner}}}"
        case "root":
            return rf"\sqrt[{_expression(arguments[1])}]{{{_expression(arguments[0])}}}"
        case "abs":
            return rf"\left|{inner}\right|"
        case "floor":
            return rf"\left\lfloor {inner} \right\rfloor"
        case "ceil":
            return rf"\left\lceil {inner} \right\rceil"
        case "besselj" | "bessely" | "besseli" | "besselk" if (order := as_rational(arguments[0])) in range(1000):
            return rf"{function[-1].upper()}_{{{order}}}{fenced(_expression(arguments[1]))}"
        case "polygamma" if arguments[0] == ZERO:
            return rf"\operatorname{{digamma}}{fenced(_expression(arguments[1]))}"
        case "log":
            return rf"\log_{{{_expression(arguments[1])}}}{fenced(_expression(arguments[0]))}"
    return KNOWN[function].latex + fenced(inner)


def _applied(expr: notation.Applied) -> str:
    name = latex_name(expr.subscripted_name)
    if not expr.derivatives:
        return name + fenced(", ".join(map(_expression, expr.arguments)))
    order = len(expr.derivatives)
    power = f"^{{{order}}}" if order > 1 else ""
    if not expr.inputs and len(expr.arguments) == 1:
        return name + "'" * order + fenced(_expression(expr.arguments[0]))
    if not expr.inputs:
        return (
            rf"D_{{{''.join(map(str, expr.derivatives))}}} {name}{fenced(', '.join(map(_expression, expr.arguments)))}"
        )
    by = r" \, ".join(rf"\partial {latex_name(expr.inputs[k - 1])}" for k in expr.derivatives)
    if order > 1 and len(set(expr.derivatives)) == 1:
        by = rf"\partial {latex_name(expr.inputs[expr.derivatives[0] - 1])}{power}"
    return rf"\frac{{\partial{power} {name}}}{{{by}}}"
