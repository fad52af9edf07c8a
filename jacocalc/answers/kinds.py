"""What an answer says behind a Hessian: the kind of the critical point, and values, beside those of the solution.

    [[2, 0], [0, 2]], a maximum        the Hessian is right, the point is a minimum: half of the marks
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jacocalc.answers.hessian_values import correction, without_values, wrong_value
from jacocalc.answers.reference import Reference
from jacocalc.questions import HessianOf
from jacocalc.steps import BesideCritical, CriticalPoint, Derivation
from jacocalc.verdicts import CORRECT, WRONG, EntryVerdict, Submission, Verdict


@dataclass(frozen=True)
class Claim:
    """A kind of point, and the words for it; ``denied``: not a maximum."""

    kind: str
    words: str
    pattern: re.Pattern[str]
    denied: bool = False


_EXTREMES = (
    Claim("minimum", "a local minimum", re.compile(r"\bmin(?:imum|ima)?\b(?!\s+eigen)", re.IGNORECASE)),
    Claim("maximum", "a local maximum", re.compile(r"\bmax(?:imum|ima)?\b(?!\s+eigen)", re.IGNORECASE)),
    Claim("saddle", "a saddle point", re.compile(r"\bsaddle\b", re.IGNORECASE)),
)
_DEFINITE = (
    Claim("minimum", "positive definite", re.compile(r"\bpositive[\s-]+definite\b", re.IGNORECASE)),
    Claim("maximum", "negative definite", re.compile(r"\bnegative[\s-]+definite\b", re.IGNORECASE)),
    Claim("saddle", "indefinite", re.compile(r"\bindefinite\b", re.IGNORECASE)),
)
_WITHOUT_EXTREME = {"neither": "it is neither a minimum nor a maximum", "regular": "the gradient is not 0 there"}
_OTHER_POINT = re.compile(r"\(\s*[-−\d]")
_CLAUSE = re.compile(r".*(?:[,;.:]|=>|[⇒⟹→]|\b(?:but|so|hence|thus|therefore|then|it)\b)", re.DOTALL | re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|no|nor|neither|cannot|can['’]t|isn['’]t)\b", re.IGNORECASE)
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
    """Whether what is left without right values is nothing, or a kind and no reason."""
    left = without_values(reference, said)
    return not left.strip(_LAYOUT) or bool(not _REASONS.search(left) and _claims(reference.derivation, said))


def kind_judged(reference: Reference, submission: Submission, verdict: Verdict) -> Verdict:
    """The verdict on a right Hessian with what is said of the point: where that is wrong, half is left."""
    if verdict.outcome != CORRECT or not isinstance(reference.question, HessianOf):
        return verdict
    beside = wrong_value(reference, submission)
    if beside:
        message = f"The Hessian is right, but {correction(beside)}."
        return _halved(verdict, EntryVerdict(beside.name, WRONG, mistakes=("value-beside",), message=message))
    derivation = reference.derivation
    found = _found(derivation)[-1]
    claims = (claim for said in submission.kinds for claim in _claims(derivation, said))
    wrong = next((claim for claim in claims if (claim.kind == found) == claim.denied), None)
    if wrong is None:
        return verdict
    table, what = (_DEFINITE, "it") if "definite" in wrong.words else (_EXTREMES, "the point")
    right = next((f"it is {claim.words}" for claim in table if claim.kind == found), _WITHOUT_EXTREME.get(found, ""))
    said = f"{what} is {wrong.words}" if wrong.denied else f"{what} is not {wrong.words}: {right}"
    message = f"The Hessian is right, but {said}."
    return _halved(verdict, EntryVerdict("kind of the point", WRONG, wrong.kind, found, ("kind-of-point",), message))


def _halved(verdict: Verdict, entry: EntryVerdict) -> Verdict:
    """Half of the marks, for what the entry says."""
    return replace(verdict, outcome=WRONG, certainty="none", score=verdict.score / 2, mistakes=entry.mistakes,
                   entries=(*verdict.entries, entry), message=entry.message)  # fmt: skip


def _found(derivation: Derivation) -> list[str]:
    """The kind by the eigenvalues, and by the values beside the point where those leave it open."""
    steps = (step for step in derivation.steps if isinstance(step, CriticalPoint | BesideCritical))
    return [step.result.removeprefix("strict ") for step in steps] or [""]


def _claims(derivation: Derivation, said: str) -> list[Claim]:
    """The kinds that are said, where the solution says one; x³ has a saddle for some, so that is left open."""
    by_eigenvalues, found = (kinds := _found(derivation))[0], kinds[-1]
    known = {claim.kind for claim in _EXTREMES}
    extremes = _EXTREMES if found in known | set(_WITHOUT_EXTREME) and not _OTHER_POINT.search(said) else ()
    definite = _DEFINITE if by_eigenvalues in known else ()
    claimed = [one for claim in (*extremes, *definite) if (one := _claimed(claim, said))]
    return [claim for claim in claimed if claim.denied or (found, claim.kind) != ("neither", "saddle")]


def _claimed(claim: Claim, said: str) -> Claim | None:
    """The claim as it is said, or denied; of “cannot not be” and the second of “not a saddle and a maximum” none."""
    match = claim.pattern.search(said)
    clause = _CLAUSE.sub("", said[: match.start()]) if match else ""
    denied = bool(_DENIES.search(clause) or (match and _DENIES_BEHIND.match(said, match.end())))
    unclear = (denied and re.search(r"\band\b", clause)) or _DENIES_TWICE.search(clause)
    return replace(claim, denied=denied) if match and not unclear else None
