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
    "activation-rule": "the derivative of another activation: tanh′ for σ′, or the other way round",
    "activation-twice": "the derivative of an activation taken twice",
    "before-activation": "the value before the activation where the one after it belongs",
    "mask-side": "a mask the other way round",
    "upstream": "the adjoint of the next quantity is missing",
    "factor-missing": "a factor of a matrix product is missing",
    "inverse": "a matrix for its inverse, or an inverse for a transpose",
    "next-layer": "the matrix of another layer",
    "time-step": "another step of a loop",
    "last-step": "one step alone: the sum over the steps is missing",
    "use-twice": "a contribution counted twice",
    "term": "a term of a sum is missing",
    "term-factor": "one term of a sum has a factor too much",
    "term-sign": "one term of a sum has the other sign",
    "scale-twice": "a factor taken twice, such as 1/N",
    "denominator": "a denominator is missing",
    "log-derivative": "the logarithm where its derivative belongs",
    "circular": "a gradient explained by itself",
    "missing": "a part that is asked for is missing",
    "undefined": "undefined where the right answer has a value",
    "point-of-own": "values at some point where the formula is asked for",
    "kind-of-point": "another kind of critical point is said",
    "another-function": "the values are said to be the derivative of another function",
    "another-point": "the values are said to be at another point",
    "value-beside": "a wrong determinant, trace, rank or eigenvalue beside a right matrix",
    "said-of-matrix": "something else is said of a right matrix than is so",
    "linear-approximation": "the linear approximation of the function instead of its derivative",
    "point-not-inserted": "right before the point is inserted",
}

_RULES = {  # with many slips each
    "inner-derivative-misplaced": "(F(u))′ = F′(u) u′: F′ is taken at u, and u′ is a factor",
    "product-rule": "(uv)′ = u′v + uv′",
    "quotient-rule": "(u/v)′ = (u′v − uv′)/v²",
    "power-rule": "(uⁿ)′ = n uⁿ⁻¹ u′",
    "exponential-rule": "(aᵘ)′ = aᵘ ln(a) u′",
    "logarithm-rule": "(ln u)′ = u′/u",
    "sine-cosine-rule": "(sin u)′ = cos u · u′ or (cos u)′ = −sin u · u′",
    "trigonometric-rule": "the derivative of tan, arctan or another trigonometric function",
    "sigmoid-rule": "σ′ = σ(1 − σ)",
    "tanh-rule": "tanh′ = 1 − tanh²",
    "absolute-value": "|u|′ is the sign of u times u′",
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
    words |= {code: f"a slip in a rule, {rule}" for code, rule in _RULES.items()}
    return {code: words[code] for code in wanted if code in words}
