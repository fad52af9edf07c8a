"""What the codes of mistakes mean, in general words, for the summary of a class."""

from __future__ import annotations

from collections.abc import Iterable

_OTHERS = {
    "arithmetic": "one entry is wrong and all others are right",
    "shape": "another shape than the one that is wanted",
    "other-reading": "right under another reading of what was typed",
    "digits": "a decimal with too few digits",
    "rounding": "a decimal that is cut off, not rounded",
    "decimals": "a decimal where the exact form is wanted",
    "exists": "said not to exist where it does",
    "exists-not": "an answer where there is no derivative",
    "form-evaluated": "right, but not evaluated",
    "form-expanded": "right, but not expanded",
    "form-factored": "right, but not factored",
    "report": "a wrong answer about a point",
    "partials-suffice": "taken to be differentiable because its partial derivatives exist",
    "activation": "the derivative of an activation is missing",
    "missing-transpose": "a transpose is missing",
    "extra-transpose": "a transpose too much",
    "operand": "another quantity stands in a product",
    "adjoint": "a step of the backward pass is skipped",
    "difference": "a difference the other way round",
    "use": "a contribution is missing: the variable is used more than once",
    "factor": "a factor too much",
    "scale": "a factor is missing",
    "value-for-derivative": "a value where its derivative belongs",
    "activation-derivative": "a slip in the derivative of an activation",
}


def mistake_words(codes: Iterable[str]) -> dict[str, str]:
    """code → words, for codes that are known."""
    wanted = set(codes)
    if not wanted:
        return {}
    from jacocalc.answers.backward_mistakes import SLIPS
    from jacocalc.answers.mistakes import MISTAKES

    found: dict[str, list[str]] = {}
    for mistake in MISTAKES:
        found.setdefault(mistake.code, []).append(mistake.said)
    words = {slip.code: slip.words for slip in SLIPS if "{}" not in slip.words} | _OTHERS
    words |= {code: "; ".join(dict.fromkeys(said)) for code, said in found.items()}
    return {code: words[code] for code in wanted if code in words}
