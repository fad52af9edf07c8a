"""Three mutants for every day: a rule, a transpose and a sign, with the tests that have to find each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.broken.mutants import ROOT, Mutant, mutants_of


@dataclass(frozen=True)
class Row:
    """The first breakage of a function by an operator, and tests."""

    room: str
    file: str
    inside: str
    operator: str
    tests: tuple[str, ...]

    @property
    def mutant(self) -> Mutant:
        """The mutant itself."""
        every = mutants_of(self.room, ROOT / self.file)
        return next(one for one in every if (one.inside, one.operator) == (self.inside, self.operator))


FIXED: tuple[Row, ...] = (
    Row("known functions", "jacocalc/known_functions.py", "_ROWS", "minus",
        ("tests/derive/test_rules.py::test_each_derivative_of_the_table_to_fifty_digits[cos]",)),
    Row("derive", "jacocalc/derive/partials.py", "_Rules._quotient", "minus",
        ("tests/derive/test_rules.py::test_the_rule_and_its_result[y/x-reciprocal--y/x^2]",)),
    Row("derive", "jacocalc/derive/matrix/pullbacks.py", "_product", "transpose",
        ("tests/derive/matrix/test_identities.py::test_identity[x: m; A: m x n; f = A' x  by x]",)),
)  # fmt: skip
