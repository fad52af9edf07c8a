"""Written forms → MathML Core, which browsers draw by themselves.

Each function gives a string of elements; names of functions stand upright, variables in italics, vectors bold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from jacocalc import document, notation
from jacocalc.document import Written
from jacocalc.known_functions import shown
from jacocalc.linear import PAPER_RELATIONS, is_differential
from jacocalc.notation import ZERO, Expr, as_rational
from jacocalc.precedence import Place, first, is_no_coefficient, last
from jacocalc.render.bracketing import Parts, between_factors, signed
from jacocalc.render.mathml_elements import INFIX, fenced, fraction, mathml_name, mathml_size, mo, row
from jacocalc.render.term_mathml import term_mathml
from jacocalc.terms import Term


def commas(items: tuple[Written, ...]) -> str:
    """a, b, c"""
    return mo(",").join(mathml(item) for item in items)


def mathml(item: Written) -> str:
    """A formula as MathML elements."""
    match item:
        case Expr():
            return _expression(item)
        case Term():
            return term_mathml(item)
        case document.Name(text, vector):
            return mathml_name(text, vector)
        case document.Subscripted(base, index):
            return f"<msub>{row(mathml(base))}{row(mathml(index))}</msub>"
        case document.At(head, arguments):
            return _at(head, arguments)
        case document.PartialOf(of, by, total):
            d = _d(total)
            return fraction(d + mathml(of), d + mathml(by))
        case document.Operator(by, body, total):
            d = _d(total)
            closed = isinstance(body, notation.Number | notation.Symbol | notation.Constant)
            inner = mathml(body)
            return fraction(d, d + mathml(by)) + (inner if closed else fenced(inner))
        case document.JacobianRatio(of, by):
            d = _d(item.total)
            return fraction(d + _names(of), d + _names(by))
        case document.Circle(names):
            return row(mo("∘").join(map(mathml, names)))
        case document.Times() | document.Plus():
            return "".join(elements for elements, _ in parts(item))
        case document.Transpose(body):
            return f"<msup>{row(PARTS.marked(body))}<mo>⊤</mo></msup>"
        case document.Grid(rows):
            return matrix(rows)
        case document.Tuple(items):
            return fenced(commas(items))
        case document.Shape(rows, columns):
            return fenced(mathml_size(rows) + mo("×") + mathml_size(columns))
        case document.Space(size):
            return "<mi>ℝ</mi>" if size == 1 else f"<msup><mi>ℝ</mi>{mathml_size(size)}</msup>"
        case document.Arrow(items):
            return mo("→").join(map(mathml, items))
        case document.SumOver(index, upto, body):
            below = row(mathml(index), mo("=") + "<mn>1</mn>" if upto != "" else "")
            above = mathml_size(upto) if upto != "" else "<mrow></mrow>"
            return f"<munderover>{mo('∑')}{below}{above}</munderover>{mathml(body)}"
        case document.Dots():
            return mo("⋯")
        case document.Norm(body):
            return fenced(mathml(body), "‖", "‖")
        case document.Gradient(of, by):
            nabla = "<mo>∇</mo>" if by is None else f"<msub><mo>∇</mo>{row(mathml(by))}</msub>"
            return nabla + PARTS.named(of)
        case document.Operated(sign, of):
            letter = "<mi>Δ</mi>" if sign == "Delta" else f'<mi mathvariant="normal">{sign}</mi>'
            return letter + PARTS.named(of)
        case document.Layered(base, layer):
            return f"<msup>{mathml_name(base)}{fenced(mathml(layer))}</msup>"
        case document.Decimal():
            return _decimal(item)
        case document.SecondPartialOf(of, outer, inner, total):
            d, one, two = _d(total), mathml(outer), mathml(inner)
            under = d + _squared(one) if one == two else d + one + d + two
            return fraction(_squared(d) + mathml(of), under)
        case document.Inverse(body):
            return f"<msup>{row(PARTS.marked(body))}<mn>−1</mn></msup>"
        case document.Absolute(body):
            return fenced(mathml(body), "|", "|")
        case document.Opposite(body):
            return mo("−") + PARTS.factor(body)
        case document.Bracketed(body):
            return fenced(mathml(body))
        case document.Root(body):
            return f"<msqrt>{mathml(body)}</msqrt>"
        case document.Differentials(variables):
            space = '<mspace width="0.2em"/>'
            return row(space.join("<mi>d</mi>" + mathml(variable) for variable in variables))
        case document.Integral(region, body, variables):
            sign = mo("∫∬∭"[min(len(variables), 3) - 1])
            space, changes = '<mspace width="0.2em"/>', mathml(document.Differentials(variables))
            return f"<msub>{sign}{row(mathml(region))}</msub>{PARTS.factor(body)}{space}{changes}"
    raise TypeError(f"no MathML for {type(item).__name__}")


PARTS = Parts(mathml, fenced)


def _d(total: bool) -> str:
    """The d of a total derivative, the ∂ of a partial one."""
    return "<mi>d</mi>" if total else mo("∂")


def parts(item: Written) -> list[tuple[str, Written]]:
    """Where a formula may be broken: the terms of a sum and the factors of a product, each behind its sign."""
    match item:
        case document.Times(factors):
            sign = between_factors(factors, mo("·", INFIX)).strip()
            return [((sign if i else "") + PARTS.factor(factor), factor) for i, factor in enumerate(factors)]
        case document.Plus(terms):
            signs = ["" if i == 0 or isinstance(t, document.Opposite) else mo("+", INFIX) for i, t in enumerate(terms)]
            return [(sign + PARTS.term(term), term) for sign, term in zip(signs, terms, strict=True)]
        case notation.Sum((head, *others)):
            behind = (mo(_minus(sign), INFIX) + PARTS.placed(one, Place.TERM) for sign, one in signed(item.terms))
            return [(PARTS.placed(head, Place.FIRST_TERM), head), *zip(behind, others, strict=True)]
        case _:
            return [(mathml(item), item)]


def _squared(inner: str) -> str:
    return f"<msup>{row(inner)}<mn>2</mn></msup>"


def _decimal(item: document.Decimal) -> str:
    if item.bound:
        power = f"<msup><mn>10</mn><mn>{escape(item.bound)}</mn></msup>"
        return row(mo("|"), "<mi>v</mi>", mo("|"), mo("<"), power)
    mantissa, exponent = item.parts
    digits = f"<mn>{escape(_minus(mantissa))}</mn>"
    return f"{digits}{mo('·')}<msup><mn>10</mn><mn>{_minus(exponent)}</mn></msup>" if exponent else digits


def _minus(digits: str) -> str:
    return digits.replace("-", "−")


def _names(names: tuple[str, ...]) -> str:
    text = mo(",").join(mathml_name(name) for name in names)
    return text if len(names) == 1 else fenced(text)


def _at(head: Written, arguments: tuple[Written, ...]) -> str:
    inner = commas(arguments)
    if isinstance(head, document.Name) and head.text in ("det", "rank"):
        return f'<mi>{head.text}</mi><mspace width="0.2em"/>{inner}'
    name = PARTS.named(head)
    if isinstance(head, document.JacobianRatio) and arguments:
        bar = mo("|", ' stretchy="true" lspace="0" rspace="0"')
        return f"<msub>{row(name, bar)}{fenced(inner)}</msub>"
    return name + (fenced(inner) if arguments else "")


def matrix(rows: Sequence[Sequence[Written]], classes: Callable[[int, int], str] = lambda i, j: "") -> str:
    """A matrix; ``classes`` are those of entry (i, j), for a style sheet."""
    lines = (
        "".join(_cell(entry, classes(i, j)) for j, entry in enumerate(line)) for i, line in enumerate(rows)
    )
    return fenced(f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>", "[", "]")


def _cell(entry: Written, classes: str) -> str:
    return f'<mtd class="{classes}">{mathml(entry)}</mtd>' if classes else f"<mtd>{mathml(entry)}</mtd>"


# -- notation -----------------------------------------------------------------------------------------


def _expression(expr: Expr) -> str:
    match expr:
        case notation.Number(value, literal):
            return f"<mn>{literal or value}</mn>"
        case notation.Constant(name):
            return "<mi>π</mi>" if name == "pi" else "<mi>e</mi>"
        case notation.Symbol(name):
            return mathml_name(name)
        case notation.Sum():
            return row(*(elements for elements, _ in parts(expr)))
        case notation.Minus(operand) | notation.Negative(operand):
            return row(mo("−", ' form="prefix"'), PARTS.placed(operand, Place.NEGATED))
        case notation.Product(factors, dot):
            return _product(factors, dot)
        case notation.Quotient(over, under):
            return fraction(_expression(over), _expression(under))
        case notation.Power(base, exponent):
            return f"<msup>{row(PARTS.base(base))}{row(_expression(exponent))}</msup>"
        case notation.Call(function, arguments):
            return _call(function, arguments)
        case notation.Applied():
            return _applied(expr)
        case notation.Comparison(relation, left, right):
            return row(_expression(left), mo(PAPER_RELATIONS.get(relation, relation)), _expression(right))
        case notation.Junction(word, conditions):
            space = f'<mspace width="0.4em"/><mtext>{word}</mtext><mspace width="0.4em"/>'
            made = ((c, _expression(c)) for c in conditions)
            return row(space.join(fenced(text) if isinstance(c, notation.Junction) else text for c, text in made))
        case notation.Piecewise(branches, otherwise):
            return _piecewise(branches, otherwise)
        case notation.Matrix(rows):
            return matrix(rows)
    raise TypeError(f"no MathML for {type(expr).__name__}")


def _product(factors: tuple[Expr, ...], dot: bool) -> str:
    text = ""
    for i, factor in enumerate(factors):
        if i:
            numeric = isinstance(first(factor), notation.Number) or is_no_coefficient(last(factors[i - 1]))
            named = factor.base if isinstance(factor, notation.Power) else factor
            apart = isinstance(named, notation.Call | notation.Piecewise) or is_differential(first(factor))
            thin = '<mspace width="0.17em"/>' if apart else mo("\u2062")
            text += mo("·") if dot or numeric or isinstance(factor, notation.Quotient) else thin
        text += PARTS.placed(factor, Place.FACTOR if i else Place.FIRST_FACTOR)
    return row(text)


def _call(function: str, arguments: tuple[Expr, ...]) -> str:
    inner = mo(",").join(map(_expression, arguments))
    match function:
        case "sqrt":
            return f"<msqrt>{inner}</msqrt>"
        case "cbrt":
            return f"<mroot>{row(inner)}<mn>3</mn></mroot>"
        case "root":
            return f"<mroot>{row(_expression(arguments[0]))}{row(_expression(arguments[1]))}</mroot>"
        case "abs":
            return fenced(inner, "|", "|")
        case "floor":
            return fenced(inner, "⌊", "⌋")
        case "ceil":
            return fenced(inner, "⌈", "⌉")
        case "gammafn":
            return f"<mi>Γ</mi>{fenced(inner)}"
        case "besselj" | "bessely" | "besseli" | "besselk" if (order := as_rational(arguments[0])) in range(1000):
            return f"<msub><mi>{function[-1].upper()}</mi><mn>{order}</mn></msub>{fenced(_expression(arguments[1]))}"
        case "polygamma" if arguments[0] == ZERO:
            return f"<mi>digamma</mi>{fenced(_expression(arguments[1]))}"
        case "log":
            return f"<msub><mi>log</mi>{row(_expression(arguments[1]))}</msub>{fenced(_expression(arguments[0]))}"
        case "sigmoid":
            return f"<mi>σ</mi>{fenced(inner)}"
    return f"<mi>{shown(function)}</mi>{mo(chr(0x2061))}{fenced(inner)}"


def _piecewise(branches: tuple[tuple[Expr, Expr], ...], otherwise: Expr | None) -> str:
    lines = [(_expression(value), f"<mtext>if&#160;</mtext>{_expression(when)}") for value, when in branches]
    lines += [] if otherwise is None else [(_expression(otherwise), "<mtext>otherwise</mtext>")]
    table = "".join(f"<mtr><mtd>{value}</mtd><mtd>{when}</mtd></mtr>" for value, when in lines)
    return row(mo("{", ' stretchy="true"'), f'<mtable class="cases">{table}</mtable>')


def _applied(expr: notation.Applied) -> str:
    name = mathml_name(expr.subscripted_name)
    if not expr.derivatives:
        return name + fenced(mo(",").join(map(_expression, expr.arguments)))
    d, order = mo("∂"), len(expr.derivatives)
    if not expr.inputs:
        listed = fenced(mo(",").join(map(_expression, expr.arguments)))
        if len(expr.arguments) == 1:
            return f"<msup>{row(name)}{mo('′' * order)}</msup>{listed}"
        return f"<msub><mi>D</mi><mn>{''.join(map(str, expr.derivatives))}</mn></msub>{name}{listed}"
    over = (f"<msup>{d}<mn>{order}</mn></msup>" if order > 1 else d) + name
    names = [expr.inputs[k - 1] for k in expr.derivatives]
    if order > 1 and len(set(names)) == 1:
        return fraction(over, f"{d}<msup>{row(mathml_name(names[0]))}<mn>{order}</mn></msup>")
    return fraction(over, "".join(d + mathml_name(n) for n in names))
