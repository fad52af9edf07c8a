"""Answers in words: is the function defined, continuous, differentiable here?

Each property that is named is judged, and whether the function is differentiable, which is asked.  Where the answer
does not say so in words, it may follow: what is not defined, not continuous, or without partials is not
differentiable, and C¹ is.  What follows from a wrong claim earns nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jacocalc.algebra.values import exact
from jacocalc.errors import ReadError
from jacocalc.functions import Point
from jacocalc.notation import ZERO
from jacocalc.questions import PointReport
from jacocalc.reading.claim_words import HINT
from jacocalc.reading.claims import read_claims
from jacocalc.reading.points import read_point
from jacocalc.steps import Derivation, PointSummary
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Verdict

_WORDS = {"C1": "continuously differentiable", "differentiable": "differentiable", "continuous": "continuous",
          "partials": "partial derivatives", "defined": "defined"}  # fmt: skip
# Claims from which it follows that f is differentiable, or is not.
_SETTLES = (("C1", "yes"), ("continuous", "no"), ("partials", "no"), ("defined", "no"))


def judge_report(derivation: Derivation, text: str) -> Verdict:
    """The verdict on “continuous but not differentiable”, “differentiable: no”, or yes and no for differentiable.

    Raises ReadError for what has no certain meaning, and for what is said of another point.
    """
    question = derivation.question
    assert isinstance(question, PointReport)
    assert question.at is not None
    stage = question.chain.stages[0]
    claims = read_claims(text, stage.name, stage.inputs)
    for place in claims.points:
        _refuse_elsewhere(place, stage.inputs, question.at, text)
    right = dict(next(step for step in derivation.steps if isinstance(step, PointSummary)).result)
    entries = tuple(_entry(name, said, right) for name, said in claims.said.items())
    read = ", ".join(f"{_WORDS[name]}: {said}" for name, said in claims.said.items())
    if not {"differentiable", "C1"} & set(claims.said):
        implied = _implied(claims.said, right)
        read += f", so differentiable: {implied}" if implied else ""
        entries += (_entry("differentiable", implied, right) if implied else _missing(right),)
    return _verdict(entries, read, claims.notes)


def _refuse_elsewhere(place: str, inputs: Sequence[str], at: Point, text: str) -> None:
    """Raises ReadError where something is said of another point."""
    origin = place in ("origin", "0")
    there = (ZERO,) * len(inputs) if origin else read_point(place, inputs).coordinates
    if any(exact(one) != exact(asked) for one, asked in zip(there, at.coordinates, strict=True)):
        start = max(text.find(place), 0)
        raise ReadError("this is another point than the one that is asked about", text=text, start=start,
                        end=start + len(place), hint=HINT)  # fmt: skip


def _implied(said: Mapping[str, str], right: Mapping[str, str]) -> str:
    """Yes or no for differentiable, as it follows from what is rightly said; else nothing."""
    settles = next((name for name, answer in _SETTLES if said.get(name) == answer == right.get(name)), "")
    return said[settles] if settles else ""


def _missing(right: Mapping[str, str]) -> EntryVerdict:
    name = _WORDS["differentiable"]
    return EntryVerdict(name, WRONG, "", right["differentiable"], ("missing",), "the answer does not say")


def _verdict(entries: tuple[EntryVerdict, ...], read: str, notes: Sequence[str]) -> Verdict:
    """The verdict on all that is said."""
    score = float(sum(entry.outcome == CORRECT for entry in entries))
    outcome = next((o for o in (WRONG, UNDECIDED) if any(e.outcome == o for e in entries)), CORRECT)
    codes = tuple(dict.fromkeys(code for entry in entries for code in entry.mistakes))
    message = {CORRECT: "Correct.", UNDECIDED: "This is undecided here."}.get(outcome, "")
    wrong = [entry for entry in entries if entry.outcome == WRONG]
    message = message or " ".join(f"{entry.name}: {entry.message}." for entry in wrong)
    if notes:
        message += f" Note: {', '.join(f'“{note}”' for note in notes)} {'is' if len(notes) == 1 else 'are'} not judged."
    certainty = "proved" if outcome == CORRECT else "none"
    return Verdict(outcome, certainty, "", score, float(len(entries)), entries, codes, message, read)


def _entry(name: str, said: str, properties: Mapping[str, str]) -> EntryVerdict:
    right = properties.get(name, "undecided")
    if right not in ("yes", "no"):
        return EntryVerdict(_WORDS[name], UNDECIDED, said, right)
    if said == right:
        return EntryVerdict(_WORDS[name], CORRECT, said, right)
    suffice = name == "differentiable" and said == "yes" == properties.get("partials")
    code = "partials-suffice" if suffice else "report"
    return EntryVerdict(_WORDS[name], WRONG, said, right, (code,), f"your answer is {said}, but the answer is {right}")
