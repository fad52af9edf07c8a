"""Letters left in an answer at a point: 2xy and 4x for 2xy at (1, 2) are the formula, 3x for 3x² at 1 is another.

What has the right value only at the point is no formula of what is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.answers.cases import Case, hessian_of
from jacocalc.answers.comparison import Compared, compare
from jacocalc.answers.naming import flat
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.notation import Expr, names, substitute
from jacocalc.questions import HessianOf, ImplicitFunction
from jacocalc.verdicts import WRONG, Wanted


class Formulas:
    """The entries of the answer to a question at a point before the point is inserted."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.case = Case(reference.derivation).without_point if self._are_made() else None

    def _are_made(self) -> bool:
        """Not of own parts; and on a curve what stands for y may be a formula in x, so that others are right too."""
        reference = self.reference
        made = reference.at_point and not reference.own and not isinstance(reference.question, ImplicitFunction)
        return made and Case.fits(reference.derivation)

    def apart(self, given: Sequence[Expr]) -> dict[int, Compared]:
        """The entries that are right at the point only, by their places, each with another point."""
        if self.case is None:
            return {}
        everywhere = Reference(self.case.derivation)
        pairs = enumerate(zip(_entries(self.case), given, strict=False))
        found = {k: self._compared(everywhere, formula, entry) for k, (formula, entry) in pairs}
        return {k: compared for k, compared in found.items() if compared.outcome == WRONG and compared.witness}

    def _compared(self, everywhere: Reference, formula: Expr, given: Expr) -> Compared:
        """An entry beside its formula, in which the coordinates that it does not hold are inserted: 4x for 2xy."""
        fixed = {name: value for name, value in self.reference.insertions.items() if name not in names(given)}
        formula, given = (substitute(substitute(expr, everywhere.insertions), fixed) for expr in (formula, given))
        return compare(formula, given, everywhere.samples, Wanted())


def _entries(case: Case) -> tuple[Expr, ...]:
    """The formulas; none of the Hessian of a chain."""
    stage = case.stages[0]
    if not isinstance(case.question, HessianOf):
        values = case.answered(case.jacobians)
    else:
        values = tuple(hessian_of(v, stage.inputs) for v in stage.values) if len(case.stages) == 1 else None
    return flat(tuple(map(as_matrix, values or ())))
