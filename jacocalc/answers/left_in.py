"""Letters left in an answer at a point: 2xy and 4x for 2xy at (1, 2) are the formula, 3x for 3x² at 1 is another.

What has the right value only at the point is no formula of what is asked for, and 3x² = 3x no step to its value.  On
a curve other formulas are right too: −x/y, −x/4 and −x/√(25 − x²) at (3, 4), which agree along the curve near it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from jacocalc.answers.cases import Case, hessian_of
from jacocalc.answers.comparison import Compared, compare
from jacocalc.answers.naming import flat
from jacocalc.answers.reference import Reference, as_matrix, near_points
from jacocalc.evaluate.samples import Samples
from jacocalc.notation import Expr, Symbol, names, substitute, summed
from jacocalc.questions import GradientOf, HessianOf, ImplicitFunction, JacobianOf
from jacocalc.verdicts import CORRECT, WRONG, Wanted


class Formulas:
    """The entries of the answer to a question at a point before the point is inserted."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        made = reference.at_point and not reference.own and Case.fits(reference.derivation)
        self.case = Case(reference.derivation).without_point if made else None

    @cached_property
    def everywhere(self) -> Reference:
        """The same question without the point."""
        assert self.case is not None
        return Reference(self.case.derivation)

    def apart(self, given: Sequence[Expr]) -> dict[int, Compared]:
        """The entries that are right at the point only, by their places, each with another point."""
        if self.case is None:
            return {}
        pairs = enumerate(zip(_entries(self.case), given, strict=False))
        found = {k: self.compared(formula, entry, names(entry)) for k, (formula, entry) in pairs}
        return {k: compared for k, compared in found.items() if compared.outcome == WRONG and compared.witness}

    def is_linear_approximation(self, given: Expr) -> bool:
        """Whether it is f(a) + J (x − a) of a scalar function of one stage."""
        reference, at = self.reference, self.reference.question.at
        stages = reference.chain.stages
        if self.case is None or at is None or not isinstance(reference.question, GradientOf | JacobianOf):
            return False
        if len(stages) > 1 or stages[0].m != 1 or not set(names(given)) & set(stages[0].inputs):
            return False
        slopes = zip(reference.values[0].entries, stages[0].inputs, at.coordinates, strict=True)
        rise = tuple(slope * (Symbol(name) - coordinate) for slope, name, coordinate in slopes)
        tangent = summed((*stages[0].at(at.coordinates, at.parameters).entries, *rise))
        return compare(tangent, given, self.everywhere.samples, Wanted()).outcome == CORRECT

    def part_ways(self, before: Expr, after: Expr) -> Compared | None:
        """How two sides that are equal at the point are different formulas, in the letters that stand in both."""
        both = set(names(before)) & set(names(after))
        compared = self.compared(before, after, both) if both and self.case is not None else None
        return compared if compared and compared.outcome == WRONG and compared.witness else None

    def compared(self, formula: Expr, given: Expr, kept: Sequence[str] | set[str]) -> Compared:
        """Two formulas, in which the coordinates that are not kept are inserted: 4x for 2xy."""
        fixed = {name: value for name, value in self.reference.insertions.items() if name not in kept}
        found = [
            compare(self._placed(formula, inserted), self._placed(given, inserted), samples, Wanted())
            for inserted, samples in self._ways(fixed)
        ]  # fmt: skip
        return next((compared for compared in found if compared.outcome == CORRECT), found[-1])

    def _placed(self, expr: Expr, inserted: Mapping[str, Expr]) -> Expr:
        """A formula in the inputs alone, in which some have their values."""
        return substitute(substitute(expr, self.everywhere.insertions), inserted)

    def _ways(self, fixed: Mapping[str, Expr]) -> Iterator[tuple[Mapping[str, Expr], Samples]]:
        """What is inserted, and where the formulas are compared: one way in which they agree is enough."""
        yield fixed, self.everywhere.samples
        question, at = self.reference.question, self.reference.question.at
        if isinstance(question, ImplicitFunction) and at is not None:
            yield {}, self.everywhere.samples
            yield {}, Samples(self.everywhere.samples.variables, list(near_points(question, at, set(fixed))))


def _entries(case: Case) -> tuple[Expr, ...]:
    """The formulas; none of the Hessian of a chain."""
    stage = case.stages[0]
    if not isinstance(case.question, HessianOf):
        values = case.answered(case.jacobians)
    else:
        values = tuple(hessian_of(v, stage.inputs) for v in stage.values) if len(case.stages) == 1 else None
    return flat(tuple(map(as_matrix, values or ())))
