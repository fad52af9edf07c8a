"""Values of unspecified functions and of their partials → letters, independent of each other: f_x for ∂f/∂x.

f may be any function with continuous second partials, so its values and its partials at a point may be any numbers,
but f_xy = f_yx: two formulas are equal if they are so as formulas in these letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

from jacocalc.answers.comparison import compare
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.samples import sampled
from jacocalc.linear import paper
from jacocalc.notation import (
    Applied,
    Expr,
    Matrix,
    Product,
    Sum,
    Symbol,
    children,
    names,
    postorder,
    rebuild,
    substitute,
)
from jacocalc.verdicts import CORRECT, Line, Side, Submission, Wanted

_MOST = 12
Arguments = tuple[Expr, ...]


class Letters:
    """Letters for the values that occur in a result; ``places``: where each function is taken there.

    ``insertions``: what the inputs of the functions stand for in their arguments.
    """

    def __init__(self, values: Sequence[Matrix], insertions: Mapping[str, Expr]) -> None:
        self.insertions = insertions
        self.places: dict[str, list[Arguments]] = {}
        applied = [node for value in values for node in postorder(value) if isinstance(node, Applied)]
        for node in applied:  # the f of f(g(x)) is taken where its g has its letter
            arguments = self._arguments(node)
            if self._place(node.function, arguments) is None:
                self.places.setdefault(node.function, []).append(arguments)
        found = [self.of(node) for node in applied]
        orders = sorted({len(node.derivatives) for node in applied})
        orders += [order for order in range(max(orders, default=0) + 2) if order not in orders]
        for order in orders[: _MOST // max((len(node.slots) for node in applied), default=1)]:
            found += [self.of(other) for node in applied for other in _partials(node, order)]
        self.names = tuple(dict.fromkeys(letter.name for letter in found if isinstance(letter, Symbol)))

    def of(self, expr: Expr) -> Expr:
        """The formula in letters."""
        if not isinstance(expr, Applied):
            return rebuild(expr, tuple(map(self.of, children(expr))))
        parts = self._arguments(expr)
        known = self.places.get(expr.function, [])
        if not parts and len(known) > 1:
            where = f"{_spelled(expr)}({', '.join(map(paper, known[0]))})"
            said = f"{expr.function} is taken at {len(known)} places here"
            raise JacocalcError(said, hint=f"write at which: {where}")
        place = self._place(expr.function, parts) if parts else 0
        if place is None and len(parts) == 1 and not expr.derivatives and self._multiplies(parts[0], known):
            return Product((self.of(replace(expr, arguments=())), *parts))
        return Symbol(_spelled(expr) + ("" if place == 0 else f"({', '.join(map(paper, parts))})"))

    def _arguments(self, node: Applied) -> Arguments:
        return tuple(self.of(substitute(argument, self.insertions)) for argument in node.arguments)

    @staticmethod
    def _multiplies(factor: Expr, known: Sequence[Arguments]) -> bool:
        """Whether x of x(t), taken at one place, stands before a sum that holds derivatives: x(2y x' + x y')."""
        return len(known) == 1 and isinstance(factor, Sum) and any("'" in name for name in names(factor))

    def elsewhere(self, left: Sequence[str]) -> str:
        """That a function is not taken where the answer takes it, in words; nothing for other names."""
        for function, places in self.places.items():
            wrong = next((name for name in left if "(" in name and name.startswith(function)), "")
            if wrong:
                listed = " and at ".join(f"({', '.join(map(paper, place))})" for place in places)
                return f"{wrong} is a value at another place: {function} and its partials are taken at {listed} here."
        return ""

    def submitted(self, submission: Submission) -> Submission:
        """What was handed in, in letters."""
        return replace(submission, lines=tuple(map(self._line, submission.lines)))

    def _line(self, line: Line) -> Line:
        return replace(line, sides=tuple(map(self._side, line.sides)))

    def _side(self, side: Side) -> Side:
        return replace(side, values=tuple(map(self.of, side.values)), typed=tuple(map(self.of, side.typed)))

    def _place(self, function: str, arguments: Arguments) -> int | None:
        """Which of the known places has these arguments."""
        known = self.places.get(function, [])
        return next((k for k, place in enumerate(known) if _same(place, arguments)), None)


def _partials(node: Applied, order: int) -> list[Applied]:
    places = combinations_with_replacement(range(1, len(node.slots) + 1), order)
    return [replace(node, derivatives=by) for by in places]


def _spelled(node: Applied) -> str:
    """f, f_x, f_xy; f' and f'' of one input."""
    if len(node.slots) == 1:
        return node.component_name + "'" * len(node.derivatives)
    by = "".join(node.slots[k - 1] for k in sorted(node.derivatives))
    return f"{node.component_name}_{by}" if by else node.component_name


def _same(place: Arguments, arguments: Arguments) -> bool:
    return len(place) == len(arguments) and all(
        a == b or compare(a, b, sampled(tuple(dict.fromkeys((*names(a), *names(b))))), Wanted()).outcome == CORRECT
        for a, b in zip(place, arguments, strict=True)
    )
