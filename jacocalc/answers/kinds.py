"""What an answer says behind a matrix in words: the kind of the critical point, and what the matrix is → the verdict.

    [[2, 0], [0, 2]], a maximum        the Hessian is right, the point is a minimum: half of the marks
    [[2, 1], [4, 2]], invertible       the Jacobian is right, its rank is 1

What the solution does not decide is not judged: a kind behind formulas, definiteness of what is not symmetric.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from jacocalc.answers.comparison import compare
from jacocalc.answers.matrix_values import correction, letter, of_matrix, without_values, wrong_value
from jacocalc.answers.reference import Reference
from jacocalc.derive.critical_points import inertia, kind_of
from jacocalc.derive.matrices import rank
from jacocalc.notation import names
from jacocalc.questions import HessianOf
from jacocalc.steps import BesideCritical, CriticalPoint
from jacocalc.verdicts import CORRECT, WRONG, EntryVerdict, Submission, Verdict, Wanted


@dataclass(frozen=True)
class Claim:
    """A property, in the words by which it is said; ``denied``: not a maximum; ``holds``: whether it is so."""

    words: str
    pattern: re.Pattern[str]
    of_matrix: bool
    denied: bool = False
    holds: bool = False


def _table(of_matrix: bool, *rows: tuple[str, str]) -> tuple[Claim, ...]:
    return tuple(Claim(words, re.compile(rf"\b(?:{said})\b", re.IGNORECASE), of_matrix) for words, said in rows)


def _definite(sign: str, other: str) -> str:
    """positive definite; positive of “neither positive nor negative definite”; both eigenvalues are positive"""
    both, values, are = r"(?:all|both)\s+", r"eigen-?values\s+", r"(?:are\s+)?"
    named = rf"{sign}(?:[\s-]+definite|(?=\s+n?or\s+{other}[\s-]+definite))"
    return rf"{named}|(?:{both}{values}{are}|{values}{are}{both}){sign}"


_NEITHER = "of neither kind"
_SEMI = r"semi[\s-]*definite"
_EXTREMES = _table(
    False,
    ("a local minimum", r"min(?:imum|ima)?(?!\s+eigen)"),
    ("a local maximum", r"max(?:imum|ima)?(?!\s+eigen)"),
    ("a saddle point", "saddle"),
    (_NEITHER, r"neither(?=\s*(?:[,;.]|$))|(?:no|not\s+an)\s+(?:local\s+)?extremum"),
)
_OF_MATRIX = _table(
    True,
    ("positive definite", _definite("positive", "negative")),
    ("negative definite", _definite("negative", "positive")),
    ("indefinite", "indefinite"),
    ("positive semidefinite", rf"positive[\s-]+{_SEMI}"),
    ("negative semidefinite", rf"negative[\s-]+{_SEMI}"),
    ("symmetric", r"(?<!skew-)(?<!skew)symmetric"),
    ("invertible", r"(?<!non[ -])(?<!locally )invertible|non[\s-]?singular|regular"),
    ("singular", r"(?<!non[ -])singular|non[\s-]?invertible"),
    ("of full rank", r"full\s+rank"),
    ("convex", r"(?<!strictly )convex"),
    ("concave", r"(?<!strictly )concave"),
)
_BY_SIGNS: dict[str, Callable[[int, int, int], bool]] = {  # of how many eigenvalues are positive, 0, negative
    "positive definite": lambda _, zero, negative: not zero and not negative,
    "negative definite": lambda positive, zero, _: not zero and not positive,
    "indefinite": lambda positive, _, negative: bool(positive and negative),
    "positive semidefinite": lambda _positive, _zero, negative: not negative,
    "negative semidefinite": lambda positive, _zero, _negative: not positive,
    "convex": lambda _positive, _zero, negative: not negative,
    "concave": lambda positive, _zero, _negative: not positive,
}
_OF_FUNCTION = ("convex", "concave")  # which one point does not show
_KINDS = {"minimum": "a local minimum", "maximum": "a local maximum", "saddle": "a saddle point"}
_WITHOUT_EXTREME = {"neither": "it is neither a minimum nor a maximum", "regular": "the gradient is not 0 there"}
_MULTIPLIER = re.compile(r"(?:lambda|mu|l)(?:_?\d+)?")
_EVERYWHERE = re.compile(r"\b(?:everywhere|nowhere|never|every|each|all\s+points)\b", re.IGNORECASE)
_OTHER_POINT = re.compile(r"\(\s*[-−\d]")
_CLAUSE = re.compile(r".*(?:[,;.:]|=>|[⇒⟹→]|\b(?:but|so|hence|thus|therefore|then|it)\b)", re.DOTALL | re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|no|nor|neither|never|nowhere|cannot|can['’]t|isn['’]t)\b", re.IGNORECASE)
_DENIES_BEHIND = re.compile(
    rf"\s+(?:point\s+)?(?:it|this|that)(?:['’]s|\s+is)?\s+{_DENIES.pattern}(?:\s+be)?\s*(?:[,;.:]|$)", re.IGNORECASE
)
_DENIES_TWICE = re.compile(rf"{_DENIES.pattern}\s+(?:be\s+)?(?:not|no)\b", re.IGNORECASE)
_LAYOUT = " .,:;()"
_REASONS = re.compile(r"[\d<]|(?<![=-])>")


def without_notes(reference: Reference, submission: Submission) -> Submission:
    """Without the notes that words and values are not judged, where they are."""
    judged = {f"“{said}” is not judged" for said in submission.kinds if _is_judged(reference, said)}
    return replace(submission, notes=tuple(note for note in submission.notes if note not in judged))


def _is_judged(reference: Reference, said: str) -> bool:
    """Whether what is left without right values is nothing, or claims, all of them decided, and no reason."""
    left = without_values(reference, said)
    claimed = [match for claim in (*_EXTREMES, *_OF_MATRIX) for match in claim.pattern.finditer(said)]
    decided = not _REASONS.search(left) and len(_claims(reference, said)) == len(claimed) > 0
    return not left.strip(_LAYOUT) or decided


def kind_judged(reference: Reference, submission: Submission, verdict: Verdict) -> Verdict:
    """The verdict on a right matrix with what is said of it and of the point: where that is wrong, half is left."""
    if verdict.outcome != CORRECT or not of_matrix(reference):
        return verdict
    name = "Hessian" if letter(reference) == "H" else "Jacobian"
    beside = wrong_value(reference, submission)
    if beside:
        message = f"The {name} is right, but {correction(beside)}."
        return halved(verdict, EntryVerdict(beside.name, WRONG, mistakes=("value-beside",), message=message))
    claims = (claim for said in submission.kinds for claim in _claims(reference, said))
    wrong = next((claim for claim in claims if claim.denied == claim.holds), None)
    if wrong is None:
        return verdict
    what = "it" if wrong.of_matrix else "the point" if reference.at_point else "the critical point"
    right = _right_words(reference, wrong)
    said = f"{what} is {wrong.words}" if wrong.denied else f"{what} is not {wrong.words}{right and f': {right}'}"
    part, code = ("the matrix", "said-of-matrix") if wrong.of_matrix else ("kind of the point", "kind-of-point")
    message = f"The {name} is right, but {said}."
    return halved(verdict, EntryVerdict(part, WRONG, wrong.words, right, (code,), message))


def halved(verdict: Verdict, entry: EntryVerdict) -> Verdict:
    """Half of the marks, for what the entry says."""
    return replace(verdict, outcome=WRONG, certainty="none", score=verdict.score / 2, mistakes=entry.mistakes,
                   entries=(*verdict.entries, entry), message=entry.message)  # fmt: skip


# -- what is said ------------------------------------------------------------------------------------


def _claims(reference: Reference, said: str) -> list[Claim]:
    """What is said that the solution decides: nothing of another point, and of all points what this one refutes."""
    if not of_matrix(reference):
        return []
    extremes = () if _OTHER_POINT.search(said) else _EXTREMES
    claimed = (one for claim in (*extremes, *_OF_MATRIX) for one in _claimed(claim, said))
    held = [replace(one, holds=holds) for one in claimed if (holds := _holds(reference, one)) is not None]
    beyond = reference.at_point and _EVERYWHERE.search(said)
    return [one for one in held if not beyond or one.denied == one.holds]


def _claimed(claim: Claim, said: str) -> Iterator[Claim]:
    """The claim as it is said, or denied; of “cannot not be” and the second of “not a saddle and a maximum” none."""
    for match in claim.pattern.finditer(said):
        clause = _CLAUSE.sub("", said[: match.start()])
        denied = bool(_DENIES.search(clause) or _DENIES_BEHIND.match(said, match.end()))
        unclear = re.search(rf"{_DENIES.pattern}.*\band\b", clause) or _DENIES_TWICE.search(clause)
        if not unclear:
            yield replace(claim, denied=denied)


# -- what is so --------------------------------------------------------------------------------------


def _holds(reference: Reference, claim: Claim) -> bool | None:
    """Whether it is as it is said; None where that is not known."""
    matrix = reference.values[0]
    if not claim.of_matrix:
        return _is_of_kind(reference, claim.words)
    if claim.words == "symmetric":
        return is_symmetric(reference)
    if names(matrix) or (claim.words in _OF_FUNCTION and (reference.at_point or letter(reference) == "J")):
        return None
    if claim.words in _BY_SIGNS:
        signs = inertia(matrix)
        return None if signs is None else _BY_SIGNS[claim.words](*signs)
    found = rank(matrix)
    square = matrix.shape[0] == matrix.shape[1]
    if found is None or not (square or claim.words == "of full rank"):
        return None
    return (found == min(matrix.shape)) == (claim.words != "singular")


def is_symmetric(reference: Reference) -> bool | None:
    """Whether the right matrix is so; None where that is not known."""
    matrix = reference.values[0]
    if matrix.shape[0] != matrix.shape[1]:
        return False
    pairs = zip(matrix.entries, matrix.transposed.entries, strict=True)
    outcomes = {compare(one, other, reference.samples, Wanted()).outcome for one, other in pairs}
    return True if outcomes == {CORRECT} else False if WRONG in outcomes else None


def _is_of_kind(reference: Reference, words: str) -> bool | None:
    """x³ has a saddle for some, and L(x, y, λ) an extreme beside its constraint, so those are left open."""
    found = _found(reference)
    if words == _NEITHER:
        return found in ("saddle", "neither") if found in (*_KINDS, "neither") else None
    if found in _KINDS:
        beside = words != _KINDS["saddle"] and any(map(_MULTIPLIER.fullmatch, reference.chain.inputs))
        return None if beside else words == _KINDS[found]
    open_ = found not in _WITHOUT_EXTREME or (found, words) == ("neither", _KINDS["saddle"])
    return None if open_ else False


def _found(reference: Reference) -> str:
    """The kind by the eigenvalues, or by the values beside the point; without a point by a constant Hessian."""
    if not isinstance(reference.question, HessianOf):
        return ""
    matrix = reference.values[0]
    if not reference.at_point:
        return "" if names(matrix) else kind_of(inertia(matrix))
    steps = (step for step in reference.derivation.steps if isinstance(step, CriticalPoint | BesideCritical))
    return [step.result.removeprefix("strict ") for step in steps][-1:][0]


def _right_words(reference: Reference, claim: Claim) -> str:
    """What is so in its place: it is a saddle point, it is indefinite, its rank is 1."""
    if not claim.of_matrix:
        found = _found(reference)
        return f"it is {_KINDS[found]}" if found in _KINDS else _WITHOUT_EXTREME[found]
    if claim.words in _BY_SIGNS:
        signs = inertia(reference.values[0])
        return next((f"it is {words}" for words, holds in _BY_SIGNS.items() if signs and holds(*signs)), "")
    return "" if claim.words == "symmetric" else f"its rank is {rank(reference.values[0])}"
