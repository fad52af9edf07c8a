"""Document → words that can be read aloud: ``partial f 1 by x equals 2 x``."""

from __future__ import annotations

from jacocalc import document, notation
from jacocalc.document import Block, Document, Text, Written
from jacocalc.known_functions import KNOWN, ORDERED
from jacocalc.notation import ZERO, Expr
from jacocalc.render.bracketing import binds_loosely, signed
from jacocalc.render.spoken_words import in_words, quantity, spoken_name
from jacocalc.render.term_speech import spoken_term
from jacocalc.term_writing import ATOM, PRODUCT
from jacocalc.terms import Term, Var

_RELATIONS = {
    "=": "equals", "≈": "is about", "<": "is less than", "<=": "is at most", ">": "is greater than",
    ">=": "is at least", "!=": "is not", ":": "has shape",
}  # fmt: skip
_SIGNS = {"+": "plus", "-": "minus"}
_LONG: tuple[type, ...] = (notation.Sum, notation.Product, notation.Quotient, notation.Negative)


def to_speech(page: Document) -> str:
    """The page in words, a sentence a line."""
    lines = [*(f"{source}." for source in page.sources), f"{_text(page.title)}."]
    for section in page.sections:
        lines += _section(section)
    return "\n".join(_sentence(line) for line in lines if line) + "\n"


def _sentence(line: str) -> str:
    """Words begin with a capital; a symbol stays as it is."""
    word = line.split()[0].rstrip(".,:;")
    return line[0].upper() + line[1:] if len(word) > 2 and word.isalpha() else line


def _section(section: document.Section) -> list[str]:
    heading = _text(section.heading)
    return [
        heading if heading.endswith("?") else f"{heading}.",
        *(line for block in section.blocks for line in _block(block)),
    ]


def _text(text: Text) -> str:
    said = "".join(part if isinstance(part, str) else spoken(part) for part in text)
    return in_words(said).rstrip(".")


def _begun(text: Text) -> str:
    """A remark as a sentence of its own: words begin with a capital, a symbol stays as it is."""
    said = _text(text)
    return said[:1].upper() + said[1:] if isinstance(text[0], str) else _sentence(said)


def _block(block: Block) -> list[str]:
    match block:
        case document.Prose(text):
            said = _text(text)
            return [said if said.endswith(":") else f"{said}."]
        case document.Equation():
            said = spoken(block.sides[0])
            for i, side in enumerate(block.sides[1:], 1):
                said += f", {_RELATIONS.get(block.relation(i), block.relation(i))} {spoken(side)}"
            return [f"{said}." + (f" {_begun(block.remark)}." if block.remark else "")]
        case document.Line():
            return [", equals ".join(spoken(side) for side in block.sides) + f"; {_text(block.remark)}."]
        case document.Branches(rows):
            return [f"Level {depth + 1}: {_text(text)}." for depth, text in rows]
        case document.Table(headings, rows):
            return ["; ".join(f"{_text(h)}: {_text(cell)}" for h, cell in zip(headings, row, strict=True)) + "."
                    for row in rows]  # fmt: skip
        case document.Network(nodes, edges):
            return [f"A graph of {len(nodes)} nodes and {len(edges)} edges.", *map(_node, nodes)]
        case document.Sparkline(_, caption) | document.Figure(_, caption):
            return [f"{_text(caption)}."]
    raise TypeError(f"no words for {type(block).__name__}")


def _node(node: document.NetworkNode) -> str:
    formula = f", equals {_text(node.formula)}" if node.formula else ""
    said = "; ".join([f"{_text(node.name)}{formula}{_text(node.value)}", *map(_text, node.adjoints)])
    return f"{said}.".replace(" = ", " equals ")


def spoken(item: Written) -> str:
    """A formula in words."""
    match item:
        case Expr():
            return _expression(item)
        case Term():
            return spoken_term(item)
        case document.Name(text):
            return spoken_name(text)
        case document.Subscripted(base, index):
            return f"{spoken(base)} sub {spoken(index)}"
        case document.At(head, arguments):
            return f"{spoken(head)} of {_listed(arguments)}" if arguments else spoken(head)
        case document.PartialOf(of, by, total):
            return f"{'d' if total else 'partial'} {spoken(of)} by {spoken(by)}"
        case document.Operator(by, body, total):
            return f"{'the derivative' if total else 'the partial derivative'} by {spoken(by)} of {spoken(body)}"
        case document.JacobianRatio(of, by, _):
            return f"the Jacobian of {' and '.join(map(spoken_name, of))} by {' and '.join(map(spoken_name, by))}"
        case document.Circle(names):
            return " after ".join(map(spoken, names))
        case document.Times(factors):
            return (", " if isinstance(factors[-1], document.SumOver) else " times ").join(map(_whole, factors))
        case document.Plus(terms):
            others = (spoken(t) if isinstance(t, document.Opposite) else f"plus {spoken(t)}" for t in terms[1:])
            return " ".join((spoken(terms[0]), *others))
        case document.Transpose(body):
            return f"{_whole(body, ATOM)} transposed"
        case document.Operated(sign, of):
            return f"{sign} {spoken(of)}"
        case document.Opposite(body):
            return f"minus {_whole(body)}"
        case document.Inverse(body):
            return f"the inverse of {_whole(body, ATOM)}"
        case document.Absolute(body):
            return f"the absolute value of {spoken(body)}"
        case document.Bracketed(notation.Symbol() | Var() as name):
            return spoken(name)
        case document.Bracketed(body):
            return f"the product {spoken(body)},"
        case document.Root(body):
            return f"the square root of {spoken(body)}"
        case document.Differentials(variables):
            return " ".join(f"d {spoken(variable)}" for variable in variables)
        case document.Integral(region, body, variables):
            sign = ("integral", "double integral", "triple integral")[min(len(variables), 3) - 1]
            return f"the {sign} over {spoken(region)} of {spoken(body)}, {spoken(document.Differentials(variables))}"
        case document.SecondPartialOf(of, outer, inner, total):
            said = f"{spoken(inner)} twice" if outer == inner else f"{spoken(inner)} and then {spoken(outer)}"
            return f"the second {'derivative' if total else 'partial'} of {spoken(of)} by {said}"
        case document.Grid(rows):
            return _matrix(rows)
        case document.Tuple(items):
            return f"the point {_listed(items)}"
        case document.Shape(rows, columns):
            return f" {rows} by {columns} "
        case document.Space(size):
            return f"R to the {size}" if size != 1 else "R"
        case document.Arrow(items):
            return " to ".join(map(spoken, items))
        case document.SumOver(index, upto, body):
            bound = f" from 1 to {upto}" if upto != "" else ""
            return f"the sum over {spoken(index)}{bound} of {spoken(body)}"
        case document.Dots():
            return "and so on"
        case document.Norm(body):
            return f"the norm of {spoken(body)}"
        case document.Gradient(of, by):
            return f"the gradient of {spoken(of)}" + (f" by {spoken(by)}" if by else "")
        case document.Layered(base, layer):
            return f"{base} of layer {spoken(layer)}"
        case document.Decimal():
            return _decimal(item)
    raise TypeError(f"no words for {type(item).__name__}")


def _whole(item: Written, least: int = PRODUCT) -> str:
    """A part, as a quantity where it is a term that goes on."""
    said = spoken(item)
    return quantity(said) if binds_loosely(item, least) else said.strip()


def _decimal(item: document.Decimal) -> str:
    """1.5 times 10 to the power minus 7"""
    if item.bound:
        return f"less than 10 to the power {item.bound.replace('-', 'minus ')} in size"
    mantissa, exponent = item.parts
    return f"{mantissa} times 10 to the power {exponent.replace('-', 'minus ')}" if exponent else mantissa


def _listed(items: tuple[Written, ...]) -> str:
    return ", ".join(map(spoken, items))


def _matrix(rows: tuple[tuple[Written, ...], ...]) -> str:
    height, width = len(rows), len(rows[0])
    if width == 1:
        return f"the column with entries {_listed(tuple(row[0] for row in rows))}"
    if height == 1:
        return f"the row with entries {_listed(rows[0])}"
    lines = "; ".join(f"row {i}: {_listed(row)}" for i, row in enumerate(rows, 1))
    return f"the {height} by {width} matrix with {lines}"


def _expression(expr: Expr) -> str:
    match expr:
        case notation.Number(value, literal):
            return literal or str(value)
        case notation.Constant(name):
            return name
        case notation.Symbol(name):
            return spoken_name(name)
        case notation.Sum(terms):
            others = (f"{_SIGNS[sign]} {_grouped(term, (notation.Sum,))}" for sign, term in signed(terms))
            return " ".join((_expression(terms[0]), *others))
        case notation.Minus(operand) | notation.Negative(operand):
            return f"minus {_grouped(operand, (notation.Sum,))}"
        case notation.Product(factors):
            loose = (notation.Sum, notation.Negative, notation.Quotient)
            return " times ".join(_grouped(factor, loose) for factor in factors)
        case notation.Quotient(over, under):
            return f"{_grouped(over, _LONG)} over {_grouped(under, _LONG)}"
        case notation.Power(base, exponent):
            return f"{_grouped(base, (*_LONG, notation.Power, notation.Call))} {_raised(exponent)}"
        case notation.Call(function, arguments):
            return _call(function, arguments)
        case notation.Applied(function, component, derivatives, arguments):
            name = f"{spoken_name(function)} {component or ''}".rstrip()
            taken = f"of {', '.join(map(_expression, arguments))}"
            if not derivatives:
                return f"{name} {taken}"
            if not expr.inputs and len(arguments) == 1:
                return f"{name} {' '.join(['prime'] * len(derivatives))} {taken}"
            if not expr.inputs:
                return f"partial {name} by argument {' and '.join(map(str, derivatives))} {taken}"
            by = [spoken_name(expr.inputs[k - 1]) for k in derivatives]
            return f"partial {name} by {' and '.join(by)}"
        case notation.Comparison(relation, left, right):
            return f"{_expression(left)} {_RELATIONS[relation]} {_expression(right)}"
        case notation.Junction(word, conditions):
            return f" {word} ".join(map(_expression, conditions))
        case notation.Piecewise(branches, otherwise):
            parts = [f"{_expression(value)} if {_expression(when)}" for value, when in branches]
            parts += [] if otherwise is None else [f"{_expression(otherwise)} otherwise"]
            return "; ".join(parts)
        case notation.Matrix(rows):
            return _matrix(rows)
    raise TypeError(f"no words for {type(expr).__name__}")


def _grouped(expr: Expr, kinds: tuple[type, ...]) -> str:
    said = _expression(expr)
    return quantity(said) if isinstance(expr, kinds) else said


def _raised(exponent: Expr) -> str:
    if isinstance(exponent, notation.Number) and exponent.value in (2, 3):
        return "squared" if exponent.value == 2 else "cubed"
    return f"to the power {_grouped(exponent, (*_LONG, notation.Power, notation.Call))}"


def _call(function: str, arguments: tuple[Expr, ...]) -> str:
    inner = [_grouped(argument, (*_LONG, notation.Power)) for argument in arguments]
    if function == "log":
        return f"the logarithm to base {inner[1]} of {inner[0]}"
    if function == "root":
        return f"root {inner[1]} of {inner[0]}"
    if function == "polygamma" and arguments[0] == ZERO:
        return f"the digamma function of {inner[1]}"
    if function in ORDERED:
        return f"the {KNOWN[function].title} of order {inner[0]} of {inner[1]}"
    said = " and ".join(inner)
    return f"the {KNOWN[function].title} of {said}" + (" end" if len(inner) > 1 else "")
