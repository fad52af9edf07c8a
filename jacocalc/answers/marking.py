"""Marks for one answer: every entry beside the right one, and what went wrong.

Shape first, then entries, then the form.  An entry that is right counts one; where every value is right but the form
is not as wanted, or variables are left in that should not be there, each counts a half.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jacocalc.answers import wording
from jacocalc.answers.comparison import Compared, compare
from jacocalc.answers.decimals import literals
from jacocalc.answers.forms import missing_form
from jacocalc.answers.left_in import Formulas
from jacocalc.answers.naming import Named, Namer, flat
from jacocalc.answers.other_readings import other_readings
from jacocalc.answers.own_points import at_own_point
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.errors import ReadError
from jacocalc.evaluate.fields import ball_of
from jacocalc.evaluate.samples import Missing
from jacocalc.functions import ordered_by_appearance
from jacocalc.linear import paper, paper_name
from jacocalc.notation import ZERO, Expr, Matrix, in_rows, names, substitute
from jacocalc.questions import GradientOf, HessianOf, JacobianVector, VectorJacobian, VolumeOf
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Side, Verdict, Wanted

_DECIMALS = re.compile(r"[\[(]?\s*[-−]?\d+,\d+(?:\s*;\s*[-−]?\d+,\d+)*\s*[\])]?")
_SPACED_SIGN = re.compile(r"[\w)\]]\s+[-+−](?=[\w(\\])")


class Marker:
    """Marks answers to one question."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.expected = flat(reference.values)
        self.namer = Namer(reference)
        self.formulas = Formulas(reference)
        self.entry_names = [self._entry_name(k) for k in range(len(self.expected))]

    def mark(self, side: Side, wanted: Wanted) -> Verdict:
        """The verdict on an answer."""
        return replace(self._marked(side, wanted), read=", ".join(map(_bare, side.values)))

    def _marked(self, side: Side, wanted: Wanted) -> Verdict:
        left = self._left(side.values)
        values = side.values
        if left:
            values = tuple(substitute(value, self.reference.insertions) for value in values)
            if still := self._left(values):
                said = self.reference.letters.elsewhere(still) or "It has variables that the answer cannot have."
                return self._misfit(("shape",), said)
        given = self._aligned(values, side.flat)
        verdict = self._entries(given, side, wanted) if given is not None else None
        if left and (verdict is None or verdict.outcome == WRONG) and self._is_linear_approximation(side.values):
            slopes = "slopes" if len(self.expected) > 1 else "slope"
            message = f"This is the linear approximation of the function: the derivative is its {slopes}."
            return self._misfit(("linear-approximation",), message)
        if verdict is None:
            if _DECIMALS.fullmatch(side.text) and side.text.count(",") == len(self.expected):
                typed = re.sub(r"(?<=\d),(?=\d)", ".", side.text)
                raise ReadError("a comma may stand in a number", text=side.text, end=len(side.text),
                                hint=f"decimals have a point, {typed}; a list has blanks, 1, 5")  # fmt: skip
            if _SPACED_SIGN.search(side.text):
                raise ReadError("a minus sign between spaces may begin a new entry", text=side.text, end=len(side.text),
                                hint="put commas between the entries: [[1, -2], [3, -4]]")  # fmt: skip
            self._refuse_blanks(side)
            for judged in (self._in_one_list, self._with_missing):
                if (found := judged(values, side, wanted)) is not None:
                    return found
            return self._other_shape(values, side.flat, wanted)
        return self._left_in(verdict, left, side) if left else verdict

    def _refuse_blanks(self, side: Side) -> None:
        """Raise ReadError for (2x y; 1 x), a column of products, where a matrix of two columns is asked for."""
        rows, columns = self.reference.shape
        pieces = [] if re.search(r"[,\\]", side.text) else [row.split() for row in side.text.split(";")]
        if min(rows, columns) > 1 and len(pieces) == rows and min(map(len, pieces)) >= columns:
            raise ReadError("blanks may part entries", text=side.text, end=len(side.text),
                            hint="put commas between the entries: [a, b; c, d]")  # fmt: skip

    def _is_linear_approximation(self, values: Sequence[Expr]) -> bool:
        """5 + 2(x − 1) + 4(y − 2), one number"""
        entries = flat(tuple(map(as_matrix, values)))
        return len(entries) == 1 and self.formulas.is_linear_approximation(entries[0])

    def _left(self, values: Sequence[Expr]) -> list[str]:
        """Variables that the answer must not have: u and v, or x and y where the point is to be inserted."""
        return sorted({name for value in values for name in names(value)} - set(self.reference.variables))

    def _left_in(self, verdict: Verdict, left: Sequence[str], side: Side) -> Verdict:
        code = "intermediates" if set(left) <= set(self.reference.intermediates) else "point-not-inserted"
        if verdict.outcome != CORRECT:
            return replace(verdict, mistakes=tuple(dict.fromkeys((*verdict.mistakes, code))))
        apart = self.formulas.apart(flat(self._aligned(side.values, side.flat) or ()))
        if apart:
            return self._at_the_point_only(verdict, apart)
        message = f"The formula is right, but {self._must_be_inserted(left)}"
        entries = tuple(replace(entry, outcome=WRONG, mistakes=(code,)) for entry in verdict.entries)
        return replace(verdict, outcome=WRONG, certainty="none", score=verdict.max_score / 2, mistakes=(code,),
                       entries=entries, message=message)  # fmt: skip

    def _must_be_inserted(self, left: Sequence[str]) -> str:
        listed = " and ".join(f"{paper_name(name)} = {paper(self.reference.insertions[name])}" for name in left)
        return f"{', '.join(map(paper_name, left))} must not be left in: insert {listed}."

    def _at_the_point_only(self, verdict: Verdict, apart: Mapping[int, Compared]) -> Verdict:
        """3x for 3x² at x = 1: the value is right, the formula is not."""
        entries = tuple(
            replace(entry, outcome=WRONG if k in apart else CORRECT) for k, entry in enumerate(verdict.entries)
        )
        k = min(apart)
        name = f"{self.entry_names[k]}: " if len(entries) > 1 else ""
        said = wording.of_entry(apart[k], self.expected[k], self.expected[k])
        message = f"At the point the value is right, but the formula is not: {name}{said}."
        return replace(verdict, outcome=WRONG, certainty=wording.witness([apart[k]]), entries=entries,
                       score=float(len(entries) - len(apart)) / 2, message=message)  # fmt: skip

    # -- shapes -------------------------------------------------------------------------------------

    def _aligned(self, values: tuple[Expr, ...], flat_list: bool) -> tuple[Matrix, ...] | None:
        """The values as matrices of the right shape; None where they have another."""
        expected = self.reference.values
        rows, columns = self.reference.shape
        if values == (ZERO,) and all(entry == ZERO for entry in self.expected):
            return expected  # ∇f = 0
        if len(values) != len(expected):
            listed = [v.entries for v in values if isinstance(v, Matrix) and 1 in v.shape]
            if not flat_list and len(values) == columns and {as_matrix(v).shape for v in values} == {(rows, 1)}:
                listed = list(zip(*listed, strict=True))  # [a; c], [b; d]: columns side by side
            if len(expected) == 1 and len(listed) == rows and all(len(r) == columns for r in listed):
                return (Matrix(tuple(listed)),)  # (a, b), (c, d): rows side by side
            numbers = len(expected) == 1 and 1 in (rows, columns) and len(values) == rows * columns
            if not numbers or any(isinstance(value, Matrix) for value in values):
                return None
            return (Matrix((values,)) if rows == 1 else Matrix(tuple((value,) for value in values)),)
        found = tuple(map(as_matrix, values))
        if flat_list and rows == 1:
            found = tuple(m.transposed if m.shape == (columns, 1) else m for m in found)
        return found if _fits(found, expected) else None

    def _other_shape(self, values: tuple[Expr, ...], flat_list: bool, wanted: Wanted) -> Verdict:
        found, count = tuple(map(as_matrix, values)), len(self.reference.values)
        shape = " and ".join("×".join(map(str, m.shape)) for m in found)
        if flat_list:
            shape = f"a list of {len(found[0].entries)}"
        right = "×".join(map(str, self.reference.shape))
        what = f"{count} matrices of {right} are" if count > 1 else f"{right} is"
        said = f"Your answer is {shape}, but {what} wanted: {self._orientation()}."
        turned = tuple(m.transposed for m in found)
        if _fits(turned, self.reference.values) and self._right(turned, wanted):
            return self._misfit(("transposed",), f"{said} This matches the transposed matrix.")
        named = self.namer.whole(found)
        return self._misfit(named.codes or ("shape",), f"{said} {named.words or self._order_of_inputs()}".strip())

    def _order_of_inputs(self) -> str:
        """Which letters are inputs, where nobody has told them from parameters: a and x of y = a x."""
        stage, free = self.reference.chain.stages[0], self.reference.free_inputs
        if len(free) == 1 or not ordered_by_appearance(stage):
            return ""
        return (f"The inputs are {', '.join(map(paper_name, free))}, as they first appear; "
                f"{paper_name(stage.labels[0])}(…; …) = … has parameters behind the semicolon.")  # fmt: skip

    def _with_missing(self, values: tuple[Expr, ...], side: Side, wanted: Wanted) -> Verdict | None:
        """A matrix without its last rows: what is there counts, what is missing does not."""
        rows, columns = self.reference.shape
        if len(values) != 1 or len(self.reference.values) != 1 or not isinstance(values[0], Matrix) or side.flat:
            return None
        there, width = values[0].shape
        if width != columns or not 0 < there < rows or 1 in (rows, columns) or self.namer.whole((values[0],)).codes:
            return None
        whole = Matrix((*values[0].rows, *self.reference.values[0].rows[there:]))
        given = [k < there * columns for k in range(rows * columns)]
        found = self._partly((whole,), given, side, f"row {there + 1} is missing", wanted)
        if not found.score:
            return None
        message = f"{found.message} {self._orientation()[:1].upper()}{self._orientation()[1:]}."
        return replace(found, mistakes=(*found.mistakes, "shape"), message=message)

    def _in_one_list(self, values: tuple[Expr, ...], side: Side, wanted: Wanted) -> Verdict | None:
        """6, 8, 8, 4 for a matrix: half of the marks of what is right row by row."""
        (rows, columns), entries = self.reference.shape, flat(tuple(map(as_matrix, values)))
        if not side.flat or 1 in (rows, columns) or not len(entries) == rows * columns == len(self.expected):
            return None
        whole = in_rows(entries, columns)
        found = self._entries((whole,), replace(side, typed=(whole,)), replace(wanted, form=()))
        if not found.score:
            return None
        message = (f"Your answer is a list of {len(entries)}, but {rows}×{columns} is wanted: {self._orientation()}. "
                   f"Row by row, {found.score:g} of {len(entries)} entries are right.")  # fmt: skip
        codes = tuple(dict.fromkeys(("shape", *found.mistakes)))
        return replace(found, outcome=WRONG, certainty="none", score=found.score / 2, mistakes=codes, message=message)

    def mark_some(self, sides: Sequence[Side | None], missing: Sequence[str], wanted: Wanted) -> Verdict | None:
        """Entries or matrices, of which some are not given (None), with their names; None where a point is left out."""
        given = [side for side in sides if side is not None]
        left = self._left([side.values[0] for side in given])
        if left and (self.reference.at_point or not set(left) <= set(self.reference.intermediates)):
            return None
        value = {k: substitute(s.values[0], self.reference.insertions) for k, s in enumerate(sides) if s is not None}
        columns = self.reference.shape[1]
        wholes: tuple[Matrix, ...]
        if len(self.reference.values) == 1:
            entries = [value.get(k, right) for k, right in enumerate(self.expected)]
            wholes = (in_rows(entries, columns),)
        else:
            wholes = tuple(as_matrix(value.get(k, right)) for k, right in enumerate(self.reference.values))
        there = [side is not None for side in sides for _ in range(len(self.expected) // len(sides))]
        said = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        found = self._partly(wholes, there, given[0], said, wanted)
        found = self._some_left_in(found, left) if left else found
        return replace(found, read="; ".join(side.text for side in given))

    def _some_left_in(self, verdict: Verdict, left: Sequence[str]) -> Verdict:
        """dz/ds = 2xyt + x² without dz/dt: half of the marks of what is right when x and y are inserted."""
        entries = tuple(
            replace(entry, outcome=WRONG, mistakes=("intermediates",)) if entry.outcome == CORRECT else entry
            for entry in verdict.entries
        )
        message = f"{verdict.message} {self._must_be_inserted(left)}"
        return replace(verdict, entries=entries, score=verdict.score / 2, message=message,
                       mistakes=(*verdict.mistakes, "intermediates"))  # fmt: skip

    def _partly(
        self, wholes: tuple[Matrix, ...], given: Sequence[bool], side: Side, missing: str, wanted: Wanted
    ) -> Verdict:
        """What is there counts, what is missing does not; ``wholes`` have the right entries in its place."""
        judged = self._entries(wholes, replace(side, typed=wholes), replace(wanted, form=()), sum(given))
        entries = tuple(
            entry if there else replace(entry, outcome=WRONG, given="", mistakes=("missing",), message="is missing")
            for entry, there in zip(judged.entries, given, strict=True)
        )
        right = float(sum(entry.outcome == CORRECT for entry in entries))
        codes = tuple(dict.fromkeys((*judged.mistakes, "missing")))
        why = judged.message.partition(". ")[2] if judged.outcome == WRONG else ""
        message = f"{right:g} of {len(entries)} entries are right; {missing}. {why}".strip()
        return Verdict(WRONG, "none", "", right, judged.max_score, entries, codes, message)

    def _orientation(self) -> str:
        """How the answer lies, in words."""
        match self.reference.question:
            case GradientOf():
                return "a gradient is a column, one entry for each input"
            case VectorJacobian():
                return "vᵀJ is a row, one entry for each input"
            case JacobianVector():
                return "Jv is a column, one entry for each component"
            case VolumeOf():
                return "a determinant is one number"
            case HessianOf():
                return "a Hessian has a row and a column for each input"
            case _:
                return "rows are components, columns are inputs"

    def _misfit(self, codes: tuple[str, ...], message: str) -> Verdict:
        return Verdict(WRONG, "none", "", 0.0, float(len(self.expected)), (), codes, message)

    # -- entries ------------------------------------------------------------------------------------

    def _compared(self, given: Sequence[Matrix], wanted: Wanted) -> list[Compared]:
        pairs = zip(self.expected, flat(given), strict=True)
        return [self._in_the_domain(compare(e, entry, self.reference.samples, wanted)) for e, entry in pairs]

    def _in_the_domain(self, compared: Compared) -> Compared:
        """Without the conditions under which the question itself has an answer: |x|′ is asked for x ≠ 0 only."""
        known = self.reference.assumptions
        return replace(compared, restriction=tuple(c for c in compared.restriction if c not in known))

    def _right(self, given: Sequence[Matrix], wanted: Wanted) -> bool:
        return all(c.outcome == CORRECT for c in self._compared(given, wanted))

    def _entries(self, given: tuple[Matrix, ...], side: Side, wanted: Wanted, count: int | None = None) -> Verdict:
        """The verdict on entries of the right shape, of which so many were typed."""
        compared = self._compared(given, wanted)
        wrong = any(c.outcome == WRONG for c in compared)
        named = self._named(given, side, compared, wanted, count or len(compared)) if wrong else Named()
        entries = tuple(
            EntryVerdict(self.entry_names[k], c.outcome, paper(entry), paper(expected),
                         self._codes(k, given, c, named), wording.of_entry(c, entry, expected))
            for k, (c, expected, entry) in enumerate(zip(compared, self.expected, flat(given), strict=True))
        )  # fmt: skip
        forms = _forms(side, wanted) if all(c.outcome == CORRECT for c in compared) else {}
        return self._verdict(entries, compared, named, forms)

    def _entry_name(self, k: int) -> str:
        """row 1, column 2"""
        rows, columns = self.reference.shape
        matrix, place = divmod(k, rows * columns)
        i, j = divmod(place, columns)
        name = f"row {i + 1}, column {j + 1}"
        if 1 in (rows, columns):
            name = "value" if rows == columns else f"entry {max(i, j) + 1}"
        return f"component {matrix + 1}, {name}" if len(self.reference.values) > 1 else name

    # -- what went wrong ----------------------------------------------------------------------------

    def _named(
        self, given: tuple[Matrix, ...], side: Side, compared: Sequence[Compared], wanted: Wanted, count: int
    ) -> Named:
        whole = self.namer.whole(given) + self._other_reading(side, wanted)
        whole = whole if whole.codes else at_own_point(self.reference, given)
        if whole.codes:
            return whole
        codes = tuple(dict.fromkeys(c.code for c in compared if c.outcome == WRONG and c.code))
        wrong = [k for k, c in enumerate(compared) if c.outcome == WRONG]
        close = next((k for k in wrong if self._within(k, flat(given)[k], wanted)), None)
        if close is not None and not codes:
            return Named((), f"The tolerance is for decimals, and {paper(flat(given)[close])} is exact.")
        return Named(codes, apart=True) if codes else self.namer.entries(wrong, given, self.entry_names, count)

    def _within(self, k: int, entry: Expr, wanted: Wanted) -> bool:
        """Whether an exact entry would be right as a decimal: 22/7 for 3, to 5 of 100."""
        if wanted.rtol is None or literals(entry):
            return False
        tolerance = ball_of(wanted.rtol)
        pairs = zip(self.reference.samples.values(self.expected[k]), self.reference.samples.values(entry), strict=True)
        known = [(a, b) for a, b in pairs if not isinstance(a, Missing) and not isinstance(b, Missing)]
        return bool(known) and all(abs(a - b) <= tolerance * abs(a) for a, b in known)

    def _codes(self, k: int, given: tuple[Matrix, ...], c: Compared, named: Named) -> tuple[str, ...]:
        """The codes of one entry: those of the whole answer that explain it."""
        if c.outcome != WRONG:
            return ()
        if c.code in named.codes:
            return (c.code,)
        own = dict.fromkeys(w.code for w in self.namer.of_entry(k, given))
        found = tuple(code for code in own if code in named.codes)
        return found if found or named.apart else named.codes

    def _other_reading(self, side: Side, wanted: Wanted) -> Named:
        """Right if e^2x is meant as e^(2x), or 2x/x^2 + 1 as 2x/(x^2 + 1)."""
        for typed, meant, values in other_readings(side):
            given = None if self._left(values) else self._aligned(values, side.flat)
            if given is not None and self._right(given, wanted):
                said = f"It is read as {typed}. If you mean {meant}, it is right: write it so."
                return Named(("other-reading",), said)
        return Named()

    # -- the verdict --------------------------------------------------------------------------------

    def _verdict(
        self,
        entries: tuple[EntryVerdict, ...],
        compared: list[Compared],
        named: Named,
        forms: dict[str, str],
    ) -> Verdict:
        right, most = float(sum(c.outcome == CORRECT for c in compared)), float(len(compared))
        if any(c.outcome == WRONG for c in compared):
            message = wording.of_wrong(entries, named.words)
            return Verdict(WRONG, wording.witness(compared), "", right, most, entries, named.codes, message)
        if any(c.outcome == UNDECIDED for c in compared):
            message = wording.of_undecided(entries, compared)
            if all(value is Missing.UNDEFINED for value in self.reference.samples.values(self.expected[0])):
                message += " No point was found at which the function is defined."
            return Verdict(UNDECIDED, "none", "", right, most, entries, (), message)
        restriction = wording.restriction(compared)
        if forms:
            codes = tuple(f"form-{form}" for form in forms)
            message = f"The value is right, but not its form: {'; '.join(forms.values())}."
            marked = tuple(replace(entry, mistakes=codes) for entry in entries)
            return Verdict(WRONG, "none", restriction, right / 2, most, marked, codes, message)
        message = wording.of_correct(compared, self.expected)
        return Verdict(CORRECT, wording.certainty(compared), restriction, right, most, entries, (), message)


def _bare(value: Expr) -> str:
    """A matrix of one entry as that entry."""
    return paper(value.entries[0] if isinstance(value, Matrix) and value.shape == (1, 1) else value)


def _fits(found: Sequence[Matrix], expected: Sequence[Matrix]) -> bool:
    return [m.shape for m in found] == [m.shape for m in expected]


def _forms(side: Side, wanted: Wanted) -> dict[str, str]:
    """The forms that are missing, with what is said."""
    found = {form: next((said for typed in side.typed if (said := missing_form(typed, form))), "")
             for form in wanted.form}  # fmt: skip
    return {form: said for form, said in found.items() if said}
