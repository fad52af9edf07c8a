"""Which mistake leads to this answer?  As a whole, else entry by entry.

What mistakes lead to is worked out once for a question, when the first wrong answer comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from jacocalc.answers.comparison import matches
from jacocalc.answers.mistakes import WrongAnswer, wrong_answers
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.evaluate.kinks import points_between
from jacocalc.evaluate.samples import Missing, Samples
from jacocalc.notation import Expr, Matrix, names

_FEW = 4
# What shows only in the whole answer: one entry that is 0, or that stands where another belongs, says nothing.
_WHOLE_ONLY = frozenset(
    {"transposed", "rows-swapped", "columns-swapped", "evaluated-too-early", "value", "components-swapped"}
)


@dataclass(frozen=True)
class Named:
    """Mistakes that explain an answer: their codes, and what is said; ``apart``: each explains entries of its own."""

    codes: tuple[str, ...] = ()
    words: str = ""
    apart: bool = False

    def __add__(self, other: Named) -> Named:
        codes = tuple(dict.fromkeys((*self.codes, *other.codes)))
        return Named(codes, f"{self.words} {other.words}".strip())


@dataclass(frozen=True)
class _Candidate:
    """An answer that a mistake leads to, as matrices."""

    wrong: WrongAnswer
    matrices: tuple[Matrix, ...]

    @property
    def shapes(self) -> list[tuple[int, int]]:
        return [matrix.shape for matrix in self.matrices]


class Namer:
    """Names the mistakes in answers to one question."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.right = flat(reference.values)

    @cached_property
    def few(self) -> Samples:
        """A few points at which the right answer has values."""
        samples = self.reference.samples
        columns = [samples.values(entry) for entry in self.right]
        places = [k for k in range(len(samples.points)) if not any(isinstance(c[k], Missing) for c in columns)]
        return Samples(samples.variables, [samples.points[k] for k in places[:_FEW]])

    @cached_property
    def candidates(self) -> tuple[_Candidate, ...]:
        """What mistakes lead to, where that is another answer than the right one."""
        known = set(self.reference.variables)
        found = []
        for wrong in wrong_answers(self.reference.derivation):
            if {name for value in wrong.values for name in names(value)} <= known:
                candidate = _Candidate(wrong, tuple(map(as_matrix, wrong.values)))
                if not self._same(candidate.matrices, self.reference.values):
                    found.append(candidate)
        return tuple(found)

    def different(self) -> list[tuple[Matrix, ...]]:
        """The wrong answers that mistakes lead to, each value once."""
        found: list[tuple[Matrix, ...]] = []
        for candidate in self.candidates:
            if not any(self._same(candidate.matrices, other) for other in found):
                found.append(candidate.matrices)
        return found

    def _same(self, left: Sequence[Matrix], right: Sequence[Matrix]) -> bool:
        return [m.shape for m in left] == [m.shape for m in right] and all(
            matches(a, b, self.few) for a, b in zip(flat(left), flat(right), strict=True)
        )

    def _everywhere(self, left: Expr, right: Expr) -> bool:
        """Whether two that agree at a few points do so at all, and on both sides of their kinks."""
        samples = self.reference.samples
        points = [*samples.points, *points_between(left, right, samples)]
        return matches(left, right, Samples(samples.variables, points, domain=samples.domain))

    def whole(self, given: Sequence[Matrix], but: frozenset[str] = frozenset()) -> Named:
        """All mistakes that lead to this very answer, but those with some codes."""
        return said(
            c.wrong for c in self.candidates
            if c.wrong.code not in but
            and self._same(c.matrices, given) and all(map(self._everywhere, flat(c.matrices), flat(given)))
        )  # fmt: skip

    def of_entry(self, k: int, given: Sequence[Matrix]) -> list[WrongAnswer]:
        """The mistakes that lead to this entry, and to another one than the right."""
        entry, shapes = flat(given)[k], [m.shape for m in given]
        return [
            c.wrong for c in self.candidates
            if c.shapes == shapes and c.wrong.code not in _WHOLE_ONLY
            and matches(flat(c.matrices)[k], entry, self.few)
            and not matches(flat(c.matrices)[k], self.right[k], self.few)
            and self._everywhere(flat(c.matrices)[k], entry)
        ]  # fmt: skip

    def entries(
        self, wrong: Sequence[int], given: Sequence[Matrix], entry_name: Sequence[str], count: int,
        but: frozenset[str] = frozenset(),
    ) -> Named:  # fmt: skip
        """What explains the wrong ones of so many entries: one mistake all of them, else each its own at least half."""
        explained = [[w for w in self.of_entry(k, given) if w.code not in but] for k in wrong]
        shared = set.intersection(*({w.code for w in answers} for answers in explained))
        if shared:
            few = len(wrong) < len(self.right) and len(wrong) <= 3
            where = f" in {' and '.join(entry_name[k] for k in wrong)}" if few else ""
            return said((replace(w, where="") for w in explained[0] if w.code in shared), where)
        if 2 * sum(map(bool, explained)) >= len(wrong):
            return _each([entry_name[k] for k in wrong], explained)
        if len(wrong) == 1 and count > 1:
            return Named(("arithmetic",), f"Only {entry_name[wrong[0]]} is wrong: look for a slip there.")
        return Named()


def flat(matrices: Sequence[Matrix]) -> tuple[Expr, ...]:
    """All entries, matrix by matrix, row by row."""
    return tuple(entry for matrix in matrices for entry in matrix.entries)


def _each(entry_names: Sequence[str], explained: Sequence[Sequence[WrongAnswer]]) -> Named:
    """Every wrong entry with its own mistakes, where no one mistake explains them all."""
    codes = dict.fromkeys(w.code for answers in explained for w in answers)
    parts = [
        f"{name} matches {' or '.join(dict.fromkeys(w.words for w in answers))}"
        for name, answers in zip(entry_names, explained, strict=True) if answers
    ]  # fmt: skip
    return Named(tuple(codes), f"Of the wrong entries, {'; '.join(parts[:_FEW])}.", apart=True)


def said(answers: Iterable[WrongAnswer], where: str = "") -> Named:
    """All codes, and “this matches …; or …”; of one mistake alone also the step where the ways part."""
    first: dict[str, WrongAnswer] = {}
    for answer in answers:
        first.setdefault(answer.code, answer)
    if not first:
        return Named()
    only = next(iter(first.values()))
    step = f"; {parting}" if len(first) == 1 and (parting := only.parting) else ""
    return Named(tuple(first), f"This matches{where} {'; or '.join(a.words for a in first.values())}{step}.")
