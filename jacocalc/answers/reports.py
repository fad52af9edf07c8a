"""Answers in words: is the function defined, continuous, differentiable here?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jacocalc.steps import Derivation, PointSummary
from jacocalc.verdicts import CORRECT, UNDECIDED, UNREADABLE, WRONG, EntryVerdict, Verdict

_PROPERTIES = {
    "C1": r"c\^?1|continuously differentiable|c¹",
    "differentiable": r"differentiable",
    "partials": r"partial(?:s| derivatives?)(?: exist)?|(?:the )?partials",
    "continuous": r"continuous",
    "defined": r"defined",
}
_NO = r"\b(?:no|not|nowhere|isn'?t|false|neither|nor|without)\b|undefined|discontinuous|nondifferentiable"
# A question, a guess, a double negation, or numbers that nobody judges here.
_UNCLEAR = (
    r"\?|\b(?:perhaps|maybe|probably|possibly|hardly|whether|unsure|unclear|guess|think|know|might|could|sure)\b"
    r"|\bnot\s+(?:not|un|non|dis)|\bnot\b.*\bnot\b.*\bnot\b|[=0-9](?<!c1)(?<!c\^1)"
)
_LONGEST = 300
_YES = r"\b(?:yes|true|is|has|have|exist)\b"


def judge_report(derivation: Derivation, text: str) -> Verdict:
    """The verdict on “continuous but not differentiable”, “differentiable: no”, or yes and no for differentiable.

    What is asked is whether the function is differentiable; other properties are judged where they are named.
    """
    summary = next(step for step in derivation.steps if isinstance(step, PointSummary))
    right = dict(summary.result)
    given = read_report(text)
    if not given:
        hint = "say yes or no (is it differentiable?), or for example: continuous: yes, differentiable: no"
        return Verdict(UNREADABLE, message=f"no clear answer was found in “{text.strip()[:60]}”\nhint: {hint}")
    entries = tuple(_entry(name, said, right) for name, said in given.items())
    if not {"differentiable", "C1"} & set(given):
        entries += (EntryVerdict(_WORDS["differentiable"], WRONG, "", right["differentiable"], ("missing",),
                                 "the answer does not say"),)  # fmt: skip
    score = float(sum(entry.outcome == CORRECT for entry in entries))
    outcome = next((o for o in (WRONG, UNDECIDED) if any(e.outcome == o for e in entries)), CORRECT)
    codes = tuple(dict.fromkeys(code for entry in entries for code in entry.mistakes))
    message = {CORRECT: "Correct.", UNDECIDED: "This is undecided here."}.get(outcome, "")
    wrong = [entry for entry in entries if entry.outcome == WRONG]
    message = message or " ".join(f"{entry.name}: {entry.message}." for entry in wrong)
    certainty = "proved" if outcome == CORRECT else "none"
    read = ", ".join(f"{_WORDS[name]}: {said}" for name, said in given.items())
    return Verdict(outcome, certainty, "", score, float(len(entries)), entries, codes, message, read)


_WORDS = {"C1": "continuously differentiable", "differentiable": "differentiable", "continuous": "continuous",
          "partials": "partial derivatives", "defined": "defined"}  # fmt: skip


def _entry(name: str, said: str, properties: Mapping[str, str]) -> EntryVerdict:
    right = properties.get(name, "undecided")
    if right not in ("yes", "no"):
        return EntryVerdict(_WORDS[name], UNDECIDED, said, right)
    if said == right:
        return EntryVerdict(_WORDS[name], CORRECT, said, right)
    suffice = name == "differentiable" and said == "yes" == properties.get("partials")
    code = "partials-suffice" if suffice else "report"
    return EntryVerdict(_WORDS[name], WRONG, said, right, (code,), f"your answer is {said}, but the answer is {right}")


def read_report(text: str) -> dict[str, str]:
    """Property → yes or no, as far as the text says; a bare yes or no is about differentiability."""
    plain = " ".join(text.lower().replace("’", "'").split())
    found: dict[str, str] = {}
    if re.search(_UNCLEAR, plain) or len(plain) > _LONGEST:
        return {}
    for clause in re.split(r"[,;.\n]|\b(?:but|and|yet|although|though|while)\b", plain):
        for name, pattern in _PROPERTIES.items():
            if re.search(pattern, clause):
                said = "no" if re.search(_NO, clause) else "yes"
                if found.setdefault(name, said) != said:
                    return {}  # yes and no is no answer
                break
    if found:
        return found
    if re.fullmatch(rf"(?:{_NO})\W*.*", plain) and len(plain) < 40:
        return {"differentiable": "no"}
    return {"differentiable": "yes"} if re.fullmatch(rf"(?:{_YES})\W*", plain) else {}
