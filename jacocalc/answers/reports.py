"""Answers in words: is the function defined, continuous, differentiable here?"""

from __future__ import annotations

import re

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
_YES = r"\b(?:yes|true|is|has|have|exist)\b"


def judge_report(derivation: Derivation, text: str) -> Verdict:
    """The verdict on “continuous but not differentiable”, “differentiable: no”, or yes and no for differentiable."""
    summary = next(step for step in derivation.steps if isinstance(step, PointSummary))
    right = dict(summary.result)
    given = read_report(text)
    if not given:
        hint = "say yes or no (is it differentiable?), or for example: continuous: yes, differentiable: no"
        return Verdict(UNREADABLE, message=f"no answer was found in “{text.strip()[:60]}”\nhint: {hint}")
    entries = tuple(_entry(name, said, right.get(name, "undecided")) for name, said in given.items())
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


def _entry(name: str, said: str, right: str) -> EntryVerdict:
    if right not in ("yes", "no"):
        return EntryVerdict(_WORDS[name], UNDECIDED, said, right)
    if said == right:
        return EntryVerdict(_WORDS[name], CORRECT, said, right)
    code = "partials-suffice" if name == "differentiable" and said == "yes" else "report"
    return EntryVerdict(_WORDS[name], WRONG, said, right, (code,), f"your answer is {said}, but the answer is {right}")


def read_report(text: str) -> dict[str, str]:
    """Property → yes or no, as far as the text says; a bare yes or no is about differentiability."""
    plain = " ".join(text.lower().replace("’", "'").split())
    found: dict[str, str] = {}
    for clause in re.split(r"[,;.\n]|\b(?:but|and|yet|although|though|while)\b", plain):
        for name, pattern in _PROPERTIES.items():
            if re.search(pattern, clause):
                found.setdefault(name, "no" if re.search(_NO, clause) else "yes")
                break
    if found:
        return found
    if re.fullmatch(rf"(?:{_NO})\W*.*", plain) and len(plain) < 40:
        return {"differentiable": "no"}
    return {"differentiable": "yes"} if re.fullmatch(rf"(?:{_YES})\W*", plain) else {}
