"""Survivors that cannot matter: where → why.

A row names the file, the function or table, the operator and the line as it was; ``why`` says which values cannot
differ, or that only the work differs and never a result.  A row whose line is gone is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.broken.mutants import Mutant


@dataclass(frozen=True)
class Reason:
    """Why a breakage changes no result."""

    file: str
    inside: str
    operator: str
    was: str
    why: str


REASONS: tuple[Reason, ...] = (
    Reason(
        "derive/norms.py", "norms_by_depth", "extreme",
        "if any(max(int(stage.n), int(stage.m)) > _LARGEST for stage in chain.stages):",
        "a limit of the work: a wide stage with few components is worked out all the same",
    ),
    Reason(
        "algebra/domain.py", "_surely_positive", "junction",
        "return isinstance(base, Constant) or (as_rational(base) or 0) > 0",
        "the power of a positive constant then needs that constant to be > 0, which always holds and is left out later",
    ),
    Reason(
        "algebra/values.py", "_evaluated", "minus",
        "if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) or value.is_real is False:",
        "∞ is asked for twice; −∞ is no real number either, which is asked next",
    ),
    Reason(
        "algebra/values.py", "_node_bits", "sign",
        "return value.numerator.bit_length(), value.denominator.bit_length() - 1",
        "two bits of an estimate that is compared with a limit of 4,096",
    ),
    Reason(
        "evaluate/samples.py", "_FAR_SCALES", "order",
        "_FAR_SCALES = tuple(Fraction(10) ** power for power in (3, 4, 6, 9, 15, 30))",
        "other far scales, from 3^10 to 30^10, at which values are compared as well",
    ),
    Reason(
        "answers/reference.py", "_Curve.whole_points", "minus",
        "for numbers in product((1, 2, 3, 4, 5, 0, -1, -2, -3, -4, -5), repeat=len(self.names)):",
        "which whole numbers are tried first in the search for a point on the curve; there are others",
    ),
    Reason(
        "evaluate/samples.py", "more_points", "sign",
        "source = random.Random(1000 + count)",
        "another seed: further points at the same scales, with signs as random, at which values are compared as well",
    ),
    Reason(
        "evaluate/equality.py", "proof", "rows",
        "left, right = to_sympy(expected, symbols), to_sympy(given, symbols)",
        "the difference changes its sign, and is proved to be 0 with either sign or with none",
    ),
    Reason(
        "derive/matrix/kronecker.py", "as_term", "order",
        "parts.append(times(part.coefficient, body if part.weight is None else hadamard(part.weight, body)))",
        "the coefficient is a scalar, which stands in front in either order; the term is compared by its values only",
    ),
    Reason(
        "derive/matrix/pullbacks.py", "_entries", "order",
        "return times(g, ones(*a.shape))",
        "the adjoint of a sum is a scalar, which stands in front in either order; 1 has no scalar of its own",
    ),
    Reason(
        "derive/matrix/pullbacks.py", "_variance", "order",
        "return times(over(times(number(2), g), _count(x)), centred)",
        "2g/n is a scalar, which stands in front in either order; x − x̄ 1 is a sum and has no scalar of its own",
    ),
    Reason(
        "derive/matrix/differentials.py", "_norm2", "order",
        'return times(number(2), operation("inner", a, da))',
        "2 is a number, which stands in front in either order",
    ),
)  # fmt: skip


def reason_of(mutant: Mutant) -> str:
    """Why this survivor cannot matter; nothing where nobody has said so."""
    place = (mutant.file.removeprefix("jacocalc/"), mutant.inside, mutant.operator, mutant.was)
    return next((row.why for row in REASONS if (row.file, row.inside, row.operator, row.was) == place), "")
