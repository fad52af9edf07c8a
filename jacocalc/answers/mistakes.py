"""The wrong answers that people really give, computed on purpose.

A row of the table is one mistake: its code, what is said of an answer that matches it, and how the answer comes
about.  The makers stand with their rows: products of Jacobians, the point, rules of differentiation, kinds of question.
"""

from __future__ import annotations

from dataclasses import dataclass

from jacocalc.answers.cases import Case
from jacocalc.answers.kind_mistakes import KIND_MISTAKES
from jacocalc.answers.making import Mistake, Values, Where
from jacocalc.answers.point_mistakes import POINT_MISTAKES
from jacocalc.answers.product_mistakes import PRODUCT_MISTAKES
from jacocalc.answers.rule_mistakes import RULE_MISTAKES
from jacocalc.notation import tree_size
from jacocalc.steps import Derivation

MISTAKES: tuple[Mistake, ...] = (*PRODUCT_MISTAKES, *POINT_MISTAKES, *RULE_MISTAKES, *KIND_MISTAKES)
_LARGEST = 4_000


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that a mistake leads to; ``where`` is the step of the worked solution where the ways part."""

    code: str
    words: str
    values: Values
    where: Where = ""

    @property
    def parting(self) -> str:
        """That step in words; empty where nothing is known of it."""
        return self.where if isinstance(self.where, str) else self.where()


def wrong_answers(derivation: Derivation) -> list[WrongAnswer]:
    """The answers that the mistakes of the table lead to; none for questions without formulas."""
    if not Case.fits(derivation):
        return []
    case = Case(derivation)
    found: list[WrongAnswer] = []
    for mistake in MISTAKES:
        found += [WrongAnswer(mistake.code, mistake.said, values, where) for values, where in mistake.make(case)
                  if sum(map(tree_size, values)) <= _LARGEST]  # fmt: skip
    return list(dict.fromkeys(found))
