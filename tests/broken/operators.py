"""The ways in which a line of mathematics is broken: source text in, broken source texts out.

Each operator is one function from a node of Python's syntax tree to what may stand in its place, as text; the
docstring is the change, before → after.  Only what can decide mathematics is changed: no words, no annotations, no
messages of exceptions, no places in a list.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

Edit: TypeAlias = tuple[ast.AST, str]  # a node, and the text in its place
Change: TypeAlias = tuple[Edit, ...]


@dataclass(frozen=True)
class Breakage:
    """One change of a source: where, by which operator, in which function or table, and (start, end, text) in bytes."""

    line: int
    column: int
    operator: str
    inside: str
    edits: tuple[tuple[int, int, str], ...]

    def applied(self, source: str) -> str:
        """The source with each text in its place."""
        content = source.encode()
        for start, end, text in sorted(self.edits, reverse=True):
            content = content[:start] + text.encode() + content[end:]
        return content.decode()


def breakages(source: str) -> Iterator[Breakage]:
    """All changes that the operators know, in the order of the text."""
    starts = [0, *accumulate(map(len, source.encode().splitlines(keepends=True)))]
    for node, inside in _mathematics(ast.parse(source), ""):
        for name, operator in OPERATORS.items():
            for change in operator(node):
                edits = tuple((*_bounds(place, starts), text) for place, text in change)
                yield Breakage(node.lineno, node.col_offset, name, inside, edits)


def _bounds(node: Any, starts: list[int]) -> tuple[int, int]:
    """Where a node begins and ends; columns of the syntax tree count bytes."""
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def _mathematics(node: ast.AST, inside: str) -> Iterator[tuple[Any, str]]:
    """The nodes that may decide mathematics, each with the function or table that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _WORDS) or child in _aside(node):
            continue
        name = _named(child) if isinstance(node, ast.Module | ast.ClassDef) else ""
        within = f"{inside}.{name}".strip(".") if name else inside
        if isinstance(child, _DECIDING):
            yield child, within
        yield from _mathematics(child, within)


_DECIDING = (ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Attribute, ast.Subscript,
             ast.keyword, ast.Dict, ast.Tuple, ast.List)  # fmt: skip
_WORDS = (ast.Raise, ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom)


def _aside(node: ast.AST) -> list[ast.AST | None]:
    """The parts of a node that hold no mathematics: annotations, decorators, defaults, places in a list."""
    match node:
        case ast.AnnAssign():
            return [node.annotation]
        case ast.FunctionDef():
            return [node.returns, *node.decorator_list, node.args]
        case ast.ClassDef():
            return list(node.decorator_list)
        case ast.Subscript():
            return [] if isinstance(node.slice, ast.Slice) else [node.slice]
    return []


def _named(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


# -- text -----------------------------------------------------------------------------------------------------------


def _text(node: ast.AST) -> str:
    """A node as text that may stand anywhere."""
    text = ast.unparse(node)
    simple = isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Constant | ast.Subscript | ast.Tuple | ast.List)
    return text if simple else f"({text})"


def _function(node: ast.AST) -> str:
    """The name of what is called."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def _plain(*nodes: ast.AST) -> bool:
    """Whether none is a text, a list, or spread out by a star."""
    lists = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.Dict, ast.Starred)
    return not any(
        isinstance(node, lists) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        or _function(node) in ("list", "tuple", "sorted", "str", "join", "dict", "set", "repr")
        or (isinstance(node, ast.BinOp) and not _plain(node.left, node.right))
        for node in nodes
    )  # fmt: skip


# -- the operators --------------------------------------------------------------------------------------------------


def _sign(node: ast.AST) -> Iterator[Change]:
    """a + b → a − b;  a − b → a + b;  a += b → a −= b"""
    signs: dict[type[ast.operator], ast.operator] = {ast.Add: ast.Sub(), ast.Sub: ast.Add()}
    match node:
        case ast.BinOp(left, op, right) if type(op) in signs and _plain(left, right):
            yield ((node, f"({ast.unparse(ast.BinOp(left, signs[type(op)], right))})"),)
        case ast.AugAssign(target, op, value) if type(op) in signs and _plain(value):
            yield ((node, ast.unparse(ast.AugAssign(target, signs[type(op)], value))),)


def _minus(node: ast.AST) -> Iterator[Change]:
    """−a → a;  Negative(a) → a"""
    match node:
        case ast.UnaryOp(ast.USub(), operand):
            yield ((node, _text(operand)),)
        case ast.Call(args=[operand], keywords=[]) if _function(node) in _NEGATIONS and _plain(operand):
            yield ((node, _text(operand)),)


_NEGATIONS = ("Negative", "Minus", "negate", "opposite", "Opposite", "negation", "_negative", "_negated", "fneg", "neg")


def _order(node: ast.AST) -> Iterator[Change]:
    """a/b → b/a;  a^b → b^a;  A B → B A"""
    match node:
        case ast.BinOp(left, ast.Div() | ast.MatMult() | ast.Pow(), right) if _plain(left, right):
            yield ((left, _text(right)), (right, _text(left)))
        case ast.Call(args=[first, second, *_]) if _function(node) in _ORDERED and _plain(first, second):
            if ast.dump(first) != ast.dump(second):
                yield ((first, ast.unparse(second)), (second, ast.unparse(first)))


_ORDERED = (
    "Quotient", "Power", "Over", "Raised", "over", "raised", "times", "Times", "minus", "subtract", "divide", "matmul",
    "power", "product", "quotient", "written_product", "Comparison", "compose", "substitute", "outer", "kronecker",
    "dot",
)  # fmt: skip


def _transpose(node: ast.AST) -> Iterator[Change]:
    """Aᵀ → A"""
    match node:
        case ast.Attribute(value=value, attr="transposed" | "T"):
            yield ((node, _text(value)),)
        case ast.Call(func=ast.Attribute(value=value, attr="transpose"), args=[]):
            yield ((node, _text(value)),)
        case ast.Call(args=[value], keywords=[]) if _function(node) in ("transpose", "Transposed", "_transposed"):
            yield ((node, _text(value)),)


def _backwards(node: ast.AST) -> Iterator[Change]:
    """reversed(a) → a;  a[::-1] → a;  reverse=True → reverse=False"""
    match node:
        case ast.Call(func=ast.Name(id="reversed"), args=[value]):
            yield ((node, f"iter({ast.unparse(value)})"),)
        case ast.Subscript(value=value, slice=ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))):
            yield ((node, _text(value)),)
        case ast.keyword(arg="reverse", value=ast.Constant(True)):
            yield ((node, "reverse=False"),)


def _rows(node: ast.AST) -> Iterator[Change]:
    """{a: f, b: g} → {a: g, b: f};  the same for the formulas of rows Row(a, f), Row(b, g)"""
    match node:
        case ast.Dict(values=values) if not any(map(_is_prose, values)):
            yield from _exchanged(values)
        case ast.Tuple(elts=rows) | ast.List(elts=rows) if rows and all(isinstance(row, ast.Call) for row in rows):
            for k in range(min(len(row.args) for row in rows)):  # type: ignore[attr-defined]
                column = [row.args[k] for row in rows]  # type: ignore[attr-defined]
                if all(_is_formula(entry) for entry in column):
                    yield from _exchanged(column)


def _exchanged(column: list[ast.expr]) -> Iterator[Change]:
    for one, other in pairwise(column):
        if ast.dump(one) != ast.dump(other):
            yield ((one, _text(other)), (other, _text(one)))


def _is_prose(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def _is_formula(node: ast.AST) -> bool:
    """A function, or some: words and names of rows are none."""
    if isinstance(node, ast.Tuple):
        return all(map(_is_formula, node.elts))
    return isinstance(node, ast.Lambda | ast.Name)


def _number(node: ast.AST) -> Iterator[Change]:
    """2a → 3a;  a² → a³;  integer(2) → integer(3)"""
    match node:
        case ast.BinOp(left, ast.Mult() | ast.Div() | ast.Pow() | ast.Add() | ast.Sub(), right) if _plain(left, right):
            numbers = [left, right]
        case ast.Call(args=args) if _function(node) in ("integer", "Fraction", "Number", "rational", "number"):
            numbers = args
        case _:
            return
    for number in numbers:
        if isinstance(number, ast.Constant) and type(number.value) is int:
            yield ((number, str(number.value + 1)),)


def _comparison(node: ast.AST) -> Iterator[Change]:
    """a < b → a > b;  a ≤ b → a ≥ b;  a > 0 as a condition → a < 0"""
    match node:
        case ast.Compare(left, ops, comparators) if not any(map(_is_limit, (left, *comparators))):
            for k, op in enumerate(ops):
                if type(op) in _TURNED:
                    turned = [*ops[:k], _TURNED[type(op)](), *ops[k + 1 :]]
                    yield ((node, f"({ast.unparse(ast.Compare(left, turned, comparators))})"),)
        case ast.Call(args=[ast.Constant(str(relation)) as said, *_]) if relation in _RELATIONS:
            yield ((said, repr(_RELATIONS[relation])),)


def _is_limit(node: ast.AST) -> bool:
    """A limit of a module: it bounds the work, not the mathematics."""
    return isinstance(node, ast.Name) and node.id.startswith("_") and node.id.isupper()


_TURNED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
_RELATIONS = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "!=", "!=": "="}


def _junction(node: ast.AST) -> Iterator[Change]:
    """a and b → a or b;  all → any"""
    names = {"all": "any", "any": "all"}
    match node:
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield ((node, f"({ast.unparse(ast.BoolOp(other, values))})"),)
        case ast.Call(func=ast.Name(id="all" | "any" as name) as func):
            yield ((func, names[name]),)


def _denial(node: ast.AST) -> Iterator[Change]:
    """not a → a"""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            yield ((node, _text(operand)),)


def _extreme(node: ast.AST) -> Iterator[Change]:
    """max → min"""
    names = {"max": "min", "min": "max"}
    match node:
        case ast.Call(func=ast.Name(id="max" | "min" as name) as func):
            yield ((func, names[name]),)


OPERATORS: dict[str, Callable[[ast.AST], Iterator[Change]]] = {
    "sign": _sign, "minus": _minus, "order": _order, "transpose": _transpose, "backwards": _backwards, "rows": _rows,
    "number": _number, "comparison": _comparison, "junction": _junction, "denial": _denial, "extreme": _extreme,
}  # fmt: skip
