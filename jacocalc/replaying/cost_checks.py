"""The costs of both passes, counted again with numbers for the sizes, and what the formulas of a program need.

A product (r×k)(k×c) costs 2 r k c, or r c where k is 1; an operation entry by entry one for each entry; an inverse
or a determinant of an n×n matrix n³; equal parts are counted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from jacocalc import terms
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.arrays import BALLS, Values
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.program_samples import points
from jacocalc.evaluate.programs import in_balls
from jacocalc.functions import Size
from jacocalc.program_steps import AdjointOf, Conditions, LoopAdjoints, PassCosts, Use
from jacocalc.programs import Assignment
from jacocalc.replaying.programs import ProgramCase
from jacocalc.replaying.report import Wrong
from jacocalc.terms import KINKED, numbered, parts_of, subterms, variables_of

_EXAMPLE, _STEPS = 100, 10
_PER_ENTRY = {"tr": 1, "sum": 1, "mean": 1, "softmax": 3, "softmax_rows": 3, "softmax_columns": 3}  # others 2
_CUBIC, _FREE = ("det", "logdet"), ("diag", "diagonal")


@dataclass(frozen=True)
class _Counter:
    """Counts operations where every size is a number: ``sizes``, all others alike."""

    sizes: Mapping[str, int]

    def size(self, size: Size) -> int:
        """The number of a size."""
        return size if isinstance(size, int) else self.sizes[size]

    def entries(self, term: terms.Term) -> int:
        """Rows times columns."""
        return self.size(term.shape[0]) * self.size(term.shape[1])

    def cost(self, term: terms.Term) -> int:
        """All operations of a term; the body of a sum over steps is counted with the sum."""
        return sum(map(self.own, subterms(term, within_sums=False)))

    def own(self, node: terms.Term) -> int:
        """The operations of a node, its parts being known."""
        match node:
            case terms.Times(factors) if not all(factor.is_scalar for factor in factors):
                return self.chain([(self.size(f.shape[0]), self.size(f.shape[1]), f.shape[1] == 1) for f in factors])
            case terms.Plus() | terms.Hadamard() | terms.Times():
                return self.entries(node) * (len(parts_of(node)) - 1)
            case terms.Scaled() | terms.Over() | terms.Raised() | terms.Elementwise():
                return self.entries(node)
            case terms.Inverted():
                return self.size(node.shape[0]) ** 3
            case terms.Operation(name, arguments) if name in _CUBIC:
                return self.size(arguments[0].shape[0]) ** 3
            case terms.Operation(name, arguments):
                return 0 if name in _FREE else self.entries(arguments[0]) * _PER_ENTRY.get(name, 2)
            case terms.Summed(_, _, last, body):
                return self.cost(body) * (self.size(str(last)) if last.letter else 1)
        return 0

    @staticmethod
    def chain(shapes: list[tuple[int, int, bool]]) -> int:
        """A product of many factors: from the right where the last is a column, else from the left."""
        total, (*others, last), from_right = 0, shapes, shapes[-1][2]
        if not from_right:
            rows, inner, column = shapes[0]
            for _, columns, narrow in shapes[1:]:
                total += (1 if column else 2) * rows * inner * columns
                inner, column = columns, narrow
            return total
        columns = last[1]
        for rows, inner, narrow in reversed(others):
            total += (1 if narrow else 2) * rows * inner * columns
        return total


def pass_costs(case: ProgramCase, step: PassCosts) -> None:
    """Every statement counted forward, and what it sends back counted backward; the stored values; an example."""
    uses = list(_uses(case))
    formulas = list(case.program.formulas)
    looped = {one.variable for loop in case.program.loops for one in loop.body}
    case.told("lines", [line.variable for line in step.lines], [one.variable for one in formulas])
    for turn in (2, 5):
        numbers = {size: 3 + (turn * k + turn) % 11 for k, size in enumerate(_symbols(case, step))}
        for k, (line, one) in enumerate(zip(step.lines, formulas, strict=True)):
            forward, backward = _costs(_Counter(numbers), one, uses, one.variable in looped)
            _same(case, f"lines[{k}].forward", line.forward, forward, numbers)
            _same(case, f"lines[{k}].backward", line.backward, backward, numbers)
    example = _Counter({size: _STEPS if size in case.program.ends else _EXAMPLE for size in _symbols(case, step)})
    totals = [0, 0]
    for one in formulas:
        times = _STEPS if one.variable in looped else 1
        for place, cost in enumerate(_costs(example, one, uses, one.variable in looped)):
            totals[place] += times * cost
    case.told("result", list(step.result), totals)
    computed = {one.variable for one in formulas} - {case.of}
    stored = dict.fromkeys(var for use in uses for var in variables_of(use.result) if var in computed)
    case.told("stored", step.stored, tuple(stored))


def _symbols(case: ProgramCase, step: PassCosts) -> list[str]:
    """The symbols among the sizes and the ends of loops."""
    found = [*case.program.sizes, *case.program.ends]
    parts = [part for line in step.lines for cost in (line.forward, line.backward) for part in subterms(cost)]
    return list(dict.fromkeys([*found, *(part.size for part in parts if isinstance(part, terms.Extent))]))


def _uses(case: ProgramCase) -> Iterator[Use]:
    for step in case.derivation.steps:
        if isinstance(step, AdjointOf):
            yield from step.uses
        elif isinstance(step, LoopAdjoints):
            for line in step.result:
                yield from (*line.uses, *line.last)
                for use in line.ahead:  # what h_{t+1} sends back to h_t is what h_t sends back to h_{t−1}
                    yield use.shifted(step.letter, terms.Index(step.letter, -1))


def _costs(counter: _Counter, one: Assignment, uses: list[Use], looped: bool) -> tuple[int, int]:
    """The operations of a statement, forward and backward; of a sum over a loop those of one step."""
    sent = [use.result for use in uses if use.statement == one.variable]
    sent = [term.body if looped and isinstance(term, terms.Summed) else term for term in sent]
    return counter.cost(one.term), sum(map(counter.cost, sent))


def _same(case: ProgramCase, name: str, term: terms.Term, count: int, numbers: Mapping[str, int]) -> None:
    """A formula of sizes against a number."""
    found = Values({}, numbers, BALLS).of(term)
    case.counted += 1
    if found.shape != (1, 1) or not found[0, 0] == ball_of(Fraction(count)):
        raise Wrong(name, f"it is {count} for the sizes {numbers}, not {term}")


# -- conditions ---------------------------------------------------------------------------------------

_BY_VALUE = ("positive", "nonzero", "nonzero entries")


def conditions(case: ProgramCase, step: Conditions) -> None:
    """A fresh look at the formulas: what is stated is needed; what is not stated holds wherever one looks."""
    needed = {one: None for formula in case.program.formulas for node in subterms(formula.term) for one in _needs(node)}
    needed |= {(formula.variable, "solvable"): None for formula in case.program.formulas if formula.implicit}
    if len(set(step.result)) < len(step.result):
        raise Wrong("result", "a condition stands twice")
    for term, word in step.result:
        if (term, word) not in needed:
            raise Wrong("result", f"nothing needs {term} to be {word}")
    for term, word in needed:
        case.counted += 1
        if (term, word) not in step.result and not _holds(case, step, term, word):
            raise Wrong("result", f"{term} must be {word}")


def _holds(case: ProgramCase, step: Conditions, term: terms.Term, word: str) -> bool:
    """Whether what is not stated follows from what is, from what was declared, or from the values."""
    if word == "invertible":
        stronger = {(term, "positive determinant"), (terms.Operation("det", (term,)), "positive")}
        if _declared_invertible(term) or not stronger.isdisjoint(step.result):
            return True
    if word in ("invertible", "positive determinant"):
        return _always_positive(case, terms.Operation("det", (term,)))
    return word in _BY_VALUE and _always_positive(case, term)


def _declared_invertible(term: terms.Term) -> bool:
    """Whether a term is a product of invertible matrices, of their transposes and inverses."""
    if isinstance(term, terms.Times | terms.Transposed | terms.Inverted | terms.Opposite):
        return all(map(_declared_invertible, parts_of(term)))
    return isinstance(term, terms.Eye) or (isinstance(term, terms.Var) and "invertible" in term.facts)


def _needs(node: terms.Term) -> Iterator[tuple[terms.Term, str]]:
    """What a node needs of its parts."""
    match node:
        case terms.Inverted(body):
            yield body, "invertible"
        case terms.Operation("logdet" | "det" | "norm" as name, (body,)):
            yield body, {"logdet": "positive determinant", "det": "invertible", "norm": "nonzero"}[name]
        case terms.Elementwise(function, body) if function in KINKED:
            yield body, "kink"
        case terms.Elementwise("ln" | "sqrt", body) if variables_of(body):
            yield body, "positive"
        case terms.Raised(base, terms.Opposite(terms.Scalar(value))) if value.denominator == 1:
            yield base, "nonzero" if base.is_scalar else "nonzero entries"
        case terms.Raised(base, exponent) if not isinstance(exponent, terms.Extent):
            if not (isinstance(exponent, terms.Scalar) and exponent.value.denominator == 1):
                yield base, "positive"
        case terms.Over(_, terms.Operation("det" | "norm", _) | terms.Elementwise("sqrt", _)):
            return  # what these need is more
        case terms.Over(_, below) if variables_of(below):
            yield below, "nonzero" if below.is_scalar else "nonzero entries"


def _always_positive(case: ProgramCase, term: terms.Term) -> bool:
    """Whether a term is positive at every sample point of the program."""
    zero, term = ball_of(Fraction(0)), numbered(term, case.ends)
    for given in points(case.flat, case.sizes):
        try:
            found = in_balls(case.flat, given, case.sizes).of(term)
        except JacocalcError:
            continue
        if not all(entry > zero for entry in found.flat):
            return False
    return True
