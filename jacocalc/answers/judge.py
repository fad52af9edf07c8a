"""The judge: an answer as it was typed → a Verdict.  One judgement for all kinds of questions.

Whatever is typed, a Verdict comes back: what cannot be read is unreadable, with the place and a hint.  Comparing is
done in balls on a tape; the algebra of a proof runs within a budget, in a child process where it could be costly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jacocalc.answers.assembling import assembled, bare_sides, incomplete, partials_before, rows_joined
from jacocalc.answers.cases import Case
from jacocalc.answers.curve_branches import right_on_a_branch
from jacocalc.answers.entry_names import OF_ENTRIES, by_indices, by_no_input, in_strange_names, says_result, says_whole
from jacocalc.answers.judged_lines import (
    factors_apart,
    last_chain,
    own_points_apart,
    set_aside,
    whole_apart,
    whole_last,
    without_rules,
)
from jacocalc.answers.kept import Kept
from jacocalc.answers.kinds import kind_judged, without_notes
from jacocalc.answers.left_sides import (
    by_places,
    right_by_letters,
    solved_for,
    unsolved,
    without_constants,
    without_multiples,
)
from jacocalc.answers.marking import Marker
from jacocalc.answers.matrix_values import judges
from jacocalc.answers.parts import judge_parts, names_part
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.answers.reports import judge_report
from jacocalc.answers.rules import judge_rule
from jacocalc.answers.said_functions import function_judged, of_other_functions
from jacocalc.answers.said_points import beside_the_point, point_judged
from jacocalc.answers.second_derivatives import seconds_apart, seconds_judged
from jacocalc.answers.volume_factors import factors_judged, of_volume
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.linear import paper_name
from jacocalc.notation import ZERO, Expr, Matrix, substitute
from jacocalc.options import LIMITS
from jacocalc.questions import (
    BackpropOf,
    DifferentialOf,
    HessianOf,
    ImplicitFunction,
    PointReport,
    ProgramDifferential,
    VolumeOf,
)
from jacocalc.reading.answer_names import tangent_name
from jacocalc.reading.answers import answer_echo, inserted, read_answer
from jacocalc.reading.asides import only_classifies
from jacocalc.reading.measures import with_changes, without_measure
from jacocalc.steps import Derivation
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, Line, Submission, Verdict, Wanted, undecided

_NOTHING = re.compile(
    r"(?:it |the (?:derivative|gradient|jacobian|limit) )?"
    r"(?:does not exist|doesn'?t exist|dne|undefined|not differentiable|no derivative|not defined|is undefined|none)",
    re.IGNORECASE,
)


_OF_HESSIAN = re.compile(r"H|[∇D]\^2")
_BLANK = re.compile(
    r"[–—-]*|idk|no (?:idea|answer)|(?:I )?(?:don[’']?t|do not) know(?: (?:this|it))?", re.IGNORECASE
)


def is_blank(text: str) -> bool:
    """Whether nothing is answered: “-”, “I don't know”."""
    return bool(_BLANK.fullmatch(text.strip().rstrip(".")))


def says_nothing_exists(text: str) -> bool:
    """Whether the answer is that there is no derivative."""
    return bool(_NOTHING.fullmatch(" ".join(re.sub(r"\\text|[${}.]", " ", text).split())))


def judge(derivation: Derivation, text: str, wanted: Wanted | None = None) -> Verdict:
    """The verdict on an answer to a derived question.  Never raises for what was typed."""
    try:
        return _judges.of(derivation).verdict(text, wanted or Wanted())
    except JacocalcError as error:
        return replace(unreadable(error), max_score=_judges.of(derivation).most)
    except (RecursionError, MemoryError):
        return undecided("the answer is too long to be compared")


def judge_nothing(error: JacocalcError, text: str) -> Verdict:
    """The verdict where the right answer is that there is no derivative, as ``error`` says."""
    if says_nothing_exists(text):
        return Verdict(CORRECT, "proved", "", 1.0, message=f"Correct: {error.message}.", read=text.strip())
    if is_blank(text):
        return Verdict(UNREADABLE, message="no answer is given")
    return Verdict(WRONG, mistakes=("exists-not",), message=f"There is no derivative here: {error.message}.",
                   read=text.strip())  # fmt: skip


def unreadable(error: JacocalcError) -> Verdict:
    """The verdict on what cannot be read: the place and a hint."""
    return Verdict(UNREADABLE, message=error.report().removeprefix("error: "))


class Judge:
    """Judges the answers to one question."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self._marker: Marker | None = None

    @property
    def marker(self) -> Marker:
        """Marks matrices and numbers; made for the first answer."""
        if self._marker is None:
            self._marker = Marker(Reference(self.derivation))
        return self._marker

    @property
    def most(self) -> float:
        """How many entries count, as far as an answer has been read."""
        return float(len(self._marker.expected)) if self._marker is not None else 1.0

    def verdict(self, text: str, wanted: Wanted) -> Verdict:
        """The verdict, by the kind of the question."""
        if is_blank(text):
            return Verdict(UNREADABLE, message="no answer is given")
        if len(text) > LIMITS.characters:
            return Verdict(UNREADABLE, message=f"the answer is longer than {LIMITS.characters:,} characters")
        match self.derivation.question:
            case BackpropOf():
                from jacocalc.answers.backward import check_backward  # arrays are needed for programs only

                return check_backward(self.derivation, text)
            case ProgramDifferential():
                from jacocalc.answers.term_answers import judge_terms

                return judge_terms(self.derivation, text)
            case PointReport():
                return judge_report(self.derivation, text)
        if self.derivation.result is None and self.derivation.question.chain.symbolic:
            return judge_rule(self.derivation, text)
        refusal = self._cannot_be_checked()
        if refusal:
            return undecided(refusal)
        if says_nothing_exists(text):
            return Verdict(WRONG, max_score=float(len(self.marker.expected)), mistakes=("exists",),
                           message="The derivative exists here.", read=text.strip())  # fmt: skip
        if isinstance(self.derivation.question, HessianOf) and only_classifies(text.strip()):
            hint = f"write it first, then the kind of the point: […], {text.strip()}"
            raise JacocalcError("the Hessian is asked for, and none is given", hint=hint)
        reference, typed = self.marker.reference, self._without_arguments(text)
        question, written = self.derivation.question, typed
        if isinstance(question, VolumeOf):
            typed = without_measure(typed, question.chain.inputs, reference.names)
        elif isinstance(question, DifferentialOf):
            typed = with_changes(typed, (*question.chain.inputs, *question.chain.stages[-1].labels))
        read = self._read(typed, reference.names)
        read = of_volume(read) if isinstance(question, VolumeOf) and typed != written else read
        read = reference.letters.submitted(read) if reference.unspecified else read
        submission = without_notes(reference, without_constants(reference, read))
        lines = rows_joined(reference, by_indices(reference, submission.lines))
        lines = by_places(reference, without_multiples(without_rules(reference, lines)))
        submission = replace(submission, lines=lines)
        submission, seconds = seconds_apart(reference, submission)
        if seconds and not submission.lines:
            return _with_notes(seconds_judged(self.marker, seconds, None, wanted), submission)
        verdict = self._judged(submission, wanted)
        return seconds_judged(self.marker, seconds, verdict, wanted) if seconds else verdict

    def _judged(self, submission: Submission, wanted: Wanted) -> Verdict:
        """The verdict on what was asked for, and on what is said of it beside."""
        reference = self.marker.reference
        verdict = self._submitted(submission, wanted)
        if verdict.outcome == WRONG and (lines := factors_apart(reference, submission.lines)):
            beside = [line for line in submission.lines if line not in lines]
            again = self._submitted(replace(_without(submission, beside), lines=lines), wanted)
            verdict = again if again.outcome == CORRECT else verdict
        verdict = function_judged(reference, submission, kind_judged(reference, submission, verdict))
        return point_judged(reference, submission, verdict)

    def _without_arguments(self, text: str) -> str:
        """y for y(x), where y is the function that the equations define; columns stay."""
        question = self.derivation.question
        if not isinstance(question, ImplicitFunction):
            return text
        return _without_calls(text, question.solve_for, self.marker.reference.free_inputs)

    def _read(self, text: str, known: Sequence[str]) -> Submission:
        """What was handed in; x/r of r = √(x² + y²) is read where it is not read without r."""
        reference = self.marker.reference
        shape = reference.shape if len(reference.values) == 1 else (0, 0)
        try:
            inner, outputs = reference.intermediates, reference.outputs
            return read_answer(text, known, inner, shape, reference.unspecified, outputs)
        except ReadError:
            text = _without_calls(text, tuple(reference.outputs), reference.chain.inputs, "")
            if set(reference.outputs) <= set(known) or _names_partials(text, reference):
                raise
            try:
                read = self._read(text, (*known, *reference.outputs))
            except JacocalcError:
                read = None
            if read is None:
                raise
            return read if reference.at_point else _with_values(read, reference.outputs)

    def _cannot_be_checked(self) -> str:
        """Why no answer can be compared, if none can."""
        found = self.derivation.result
        if found is None:
            return "the result is too long to be written out, so there is no formula to compare with"
        return ""

    def _submitted(self, submission: Submission, wanted: Wanted) -> Verdict:
        """One answer, parts with names of their own, or a chain of equalities."""
        marker = self.marker
        submission = _without(submission, beside_the_point(marker.reference, submission.lines))
        submission = _without(submission, of_other_functions(marker.reference, submission.lines))
        submission = _without(submission, unsolved(marker.reference, submission.lines))
        apart = own_points_apart(marker.reference, whole_apart(marker.reference, submission.lines))
        lines, beside = set_aside(marker.reference, apart)
        submission = _without(submission, [line for line in beside if not judges(marker.reference, line)])
        case = Case(self.derivation) if Case.fits(self.derivation) else None
        if case is not None and any(names_part(case, line.name) for line in lines):
            return _with_notes(judge_parts(case, marker, lines, wanted), submission)
        lines = inserted(lines, marker.reference.intermediates)
        _refuse_other_inputs(marker.reference, [name for line in lines if len(line.names) > 1 for name in line.names])
        submission = replace(submission, lines=lines)
        sides, others = assembled(marker.reference, lines)
        if sides:
            return self._chained(Line("", sides), submission, others, wanted)
        some = incomplete(marker.reference, lines)
        verdict = marker.mark_some(*some, wanted) if some else None
        if verdict is not None:
            return _with_notes(verdict, submission)
        if in_strange_names(marker.reference, lines):
            said = ", ".join(line.name for line in lines)
            raise JacocalcError(f"the parts {said} are not those of this question", hint="give all entries in one list")
        _refuse_other_inputs(marker.reference, [lines[-1].name])
        _refuse_blanks(marker.reference, lines)
        chain, before = last_chain(marker.reference, whole_last(marker.reference, lines))
        chain = solved_for(marker.reference, chain)
        if all(entry == ZERO for entry in marker.expected):
            _refuse_other_zeros(marker.reference, chain)
        partials, before = partials_before(marker.reference, before)
        return self._chained(replace(chain, sides=(*partials, *chain.sides)), submission, before, wanted)

    def _chained(self, line: Line, submission: Submission, others: Sequence[Line], wanted: Wanted) -> Verdict:
        """One side or several that are equal; the other lines are not judged."""
        verdict, others = factors_judged(self.marker, submission, line, others, wanted)
        if others and verdict.mistakes == ("shape",) and not says_result(line.name):
            said = ", ".join(paper_name(other.name) if other.name else "a line" for other in others)
            raise JacocalcError(f"it is not clear what {said} stands for", hint="give all entries in one list")
        if verdict.outcome == WRONG and (not line.name or tangent_name(line.name)):
            _refuse_mixed_sides(self.marker, line)
        if verdict.outcome == WRONG:
            right = right_on_a_branch(self.marker, submission, line, wanted)
            verdict = right or right_by_letters(self.marker, submission, line, wanted) or verdict
        return _with_notes(verdict, _without(submission, others))


def _without_calls(text: str, functions: Sequence[str], inputs: Sequence[str], blanks: str = r"\s*") -> str:
    """y for y(x), and for y (x) where blanks may stand there; columns stay."""
    if not functions:
        return text
    arguments = r"\s*,\s*".join(map(re.escape, inputs))
    call = re.compile(rf"(?<![A-Za-z_])({'|'.join(map(re.escape, functions))})({blanks}\(\s*{arguments}\s*\))")
    return call.sub(lambda match: match[1] + " " * len(match[2]), text)


def _names_partials(text: str, reference: Reference) -> bool:
    """Whether fx or f(2x) stands somewhere, no product of f as f (y, x) is; z of z = … calls nothing, z(x + y)."""
    outputs, inputs = ("|".join(map(re.escape, names)) for names in (reference.outputs, reference.chain.inputs))
    call = "" if reference.chain.stages[-1].outputs else r"\(|\s\((?![^()]*,)|"
    return bool(re.search(rf"(?<![A-Za-z_])(?:{outputs})(?:{call}(?:{inputs})(?![A-Za-z]))", text))


def _with_values(submission: Submission, known: Mapping[str, Expr]) -> Submission:
    """What these letters stand for is inserted in all sides; e^(2x) behind f = e^(2x), whatever f is."""
    own = {
        line.name: substitute(line.sides[0].values[0], known)
        for line in submission.lines
        if line.name in known and len(line.sides[0].values) == 1 and not isinstance(line.sides[0].values[0], Matrix)
    }

    def inserted_in(line: Line) -> Line:
        said = {**known, **{name: value for name, value in own.items() if name != line.name}}
        values = (tuple(substitute(value, said) for value in side.values) for side in line.sides)
        sides = zip(line.sides, values, strict=True)
        return replace(line, sides=tuple(replace(side, values=of_side) for side, of_side in sides))

    return replace(submission, lines=tuple(map(inserted_in, submission.lines)))


def _refuse_blanks(reference: Reference, lines: Sequence[Line]) -> None:
    """Raise JacocalcError for a matrix that is typed with blanks only, where each line is read as a product."""
    sides = bare_sides(lines)
    numbers = all(len(side.values) == 1 and not isinstance(side.values[0], Matrix) for side in sides)
    if numbers and len(sides) == reference.shape[0] > 1 and reference.shape[1] > 1:
        raise JacocalcError("every line is one number, and not a row", hint="commas stand between entries: 2x, 1")


def _refuse_other_zeros(reference: Reference, line: Line) -> None:
    """Raise JacocalcError for ∇f = 0 where a Hessian is asked for, and f = 0: only a whole is 0."""
    zero = line.sides[-1].values == (ZERO,) and reference.shape != (1, 1)
    if not (zero and line.name and isinstance(reference.question, OF_ENTRIES)):
        return
    second = bool(_OF_HESSIAN.match(line.name))
    right = second if isinstance(reference.question, HessianOf) else says_whole(reference, line.name) and not second
    if not right:
        raise JacocalcError(f"{paper_name(line.name)} is not what is asked for", hint="give all entries in one list")


def _refuse_other_inputs(reference: Reference, names: Sequence[str]) -> None:
    """Raise JacocalcError for ∂z/∂θ where the inputs are r and t."""
    first = isinstance(reference.question, OF_ENTRIES) and not isinstance(reference.question, HessianOf)
    name = next((name for name in names if by_no_input(reference, name)), "")
    if first and name:
        listed = ", ".join(map(paper_name, reference.chain.inputs))
        raise JacocalcError(f"{paper_name(name)} is by no input of the question", hint=f"the inputs are {listed}")


def _refuse_mixed_sides(marker: Marker, line: Line) -> None:
    """Raise JacocalcError for 6xy = 12, 3x² = 3, each an entry, and for the tangent where its slope is asked for."""
    sizes = {sum(len(as_matrix(value).entries) for value in side.values) for side in line.sides}
    if len(marker.expected) > 1 < len(sizes) and 1 in sizes:
        hint = "give all entries in one list, or each with its name"
        raise JacocalcError("it is not clear between which entries the equals signs stand", hint=hint)
    if tangent_name(line.name) or (len(line.sides) == 2 and tangent_name(line.sides[0].text)):
        raise JacocalcError("this is the equation of a tangent, and its slope is asked for", hint="write that first")


def _without(submission: Submission, lines: Sequence[Line]) -> Submission:
    """These lines are left out, and that is said."""
    if not lines:
        return submission
    kept = tuple(line for line in submission.lines if line not in lines)
    last = max((submission.lines.index(line) for line in kept), default=len(submission.lines))
    behind = [line for line in submission.lines[last:] if line in lines]
    named = [f"{line.name or 'a value'} at a point" if line.point else line.name
             or f"a line {'behind it' if line in behind else 'before'}" for line in lines]  # fmt: skip
    different = list(dict.fromkeys(named))
    verb = "is" if len(different) == 1 else "are"
    return replace(submission, lines=kept, notes=(*submission.notes, f"{', '.join(different)} {verb} not judged"))


def _with_notes(verdict: Verdict, submission: Submission) -> Verdict:
    """How it was read, said with the verdict; a condition under which it is right has no note."""
    read = verdict.read or answer_echo(submission)
    held = ["".join(one.split()) for one in verdict.restriction.removeprefix("where ").split(" and ")]
    used = [f"the condition {one} is not judged" for one in submission.conditions if "".join(one.split()) in held]
    notes = "; ".join(note for note in submission.notes if note not in used)
    return replace(verdict, read=read, message=f"{verdict.message} Note: {notes}." if notes else verdict.message)


_judges = Kept(Judge)
