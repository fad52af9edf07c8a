"""The chain rule itself as an answer: J_h(g(f(x))) · J_g(f(x)) · J_f(x), where sizes are symbols.

Other spellings: Dg(f(x)) Df(x)        g'(f(x)) f'(x)        ∂g/∂f ∂f/∂x        dy/du du/dx
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jacocalc.notation import name_key
from jacocalc.steps import Derivation
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, Verdict

_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_SPELLED = ((re.compile(r"\\partial(?![A-Za-z])"), "∂"), (re.compile(r"[′’]|\^\{?\\prime\}?"), "'"))
_LAYOUT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|vec|left|right)|[{}$\s]|\\[,;!]")
_QUOTIENT = re.compile(r"[d∂]([A-Za-z])/[d∂]([A-Za-z])")
_TURNED = re.compile(r"\^\\?(?:T|top)(?![a-z])|[ᵀ⊤]")


@dataclass(frozen=True)
class _Factor:
    """J_g(f(x)): of which function, which functions its argument calls, and the letter inside."""

    name: str
    called: tuple[str, ...]
    letter: str


def judge_rule(derivation: Derivation, text: str) -> Verdict:
    """The verdict on a product of Jacobians, named by their functions."""
    stages = derivation.question.chain.stages
    right = [name_key(stage.name) for stage in reversed(stages)]
    factors, bare = _factors(_plain(text).rpartition("=")[2], [stage.name for stage in stages])
    given = [factor.name for factor in factors] if not _is_leibniz(bare, len(right)) else right
    factors = factors if len(factors) == len(given) else []
    if not given:
        hint = " · ".join(f"J_{stage.name}" for stage in stages[:1])
        return Verdict(UNREADABLE, message=f"a product of Jacobians is expected\nhint: write factors such as {hint}")
    read = " · ".join(f"J_{name}" for name in given)
    if "+" in bare or "⊙" in bare or "\\odot" in bare:
        code = "sum" if "+" in bare else "elementwise"
        return Verdict(WRONG, mistakes=(code,), message="The Jacobians are multiplied as matrices.", read=read)
    if sorted(given) == sorted(right) and _TURNED.search(bare):
        return Verdict(WRONG, mistakes=("transposed",), message="None of the Jacobians is transposed.", read=read)
    if given == right:
        return _placed(factors, read)
    if sorted(given) == sorted(right):
        message = "The factors stand in another order: the outermost Jacobian is on the left."
        return Verdict(WRONG, mistakes=("order",), message=message, read=read)
    missing = [name for name in right if name not in given]
    said = f"J_{missing[0]} is missing." if missing else "There is a factor too many."
    code = "outer-missing" if missing[:1] == right[:1] else "inner-missing" if missing else "shape"
    return Verdict(WRONG, mistakes=(code,), message=said, read=read)


def _is_leibniz(bare: str, count: int) -> bool:
    """dy/du du/dx: so many quotients, in which what is below one stands above the next."""
    quotients = _QUOTIENT.findall(bare)
    linked = all(below == above for (_, below), (above, _) in pairwise(quotients))
    return len(quotients) == count > 1 and linked and not _QUOTIENT.sub("", bare).strip("·*∘()")


def _placed(factors: Sequence[_Factor], read: str) -> Verdict:
    """The verdict on the right factors in the right order, by what they are taken at, as far as that is written."""
    inner = [tuple(factor.name for factor in factors[k:]) for k in range(1, len(factors) + 1)]
    inputs = {factor.letter for factor, whole in zip(factors, inner, strict=True) if factor.called == whole} - {""}
    for factor, whole in zip(factors, inner, strict=True):
        begun = factor.called == whole[: len(factor.called)]
        if not begun or (factor.called != whole and factor.letter in inputs):
            at = f"{'('.join(whole)}(…{')' * len(whole)}"
            message = f"J_{factor.name} is to be taken at {at if whole else 'the inputs'}."
            return Verdict(WRONG, mistakes=("outer-at-x",), message=message, read=read)
    return Verdict(CORRECT, "proved", "", 1.0, message="Correct: the outermost stands on the left.", read=read)


def _plain(text: str) -> str:
    """One line without layout: ∂g/∂f, g'."""
    text = _FRACTION.sub(r"\1/\2 ", text)
    for pattern, sign in _SPELLED:
        text = pattern.sub(sign, text)
    return _LAYOUT.sub("", text)


def _factors(text: str, stages: Sequence[str]) -> tuple[list[_Factor], str]:
    """The Jacobians with what they are taken at, and the text without that."""
    names = "|".join(sorted(map(re.escape, stages), key=len, reverse=True))
    jacobian = re.compile(
        rf"[JD]_?(?P<of>{names})(?![a-z0-9_])|(?P<primed>{names})'|[d∂](?P<over>{names})/[d∂](?:{names}|[a-z])"
    )
    found, kept, place = [], "", 0
    while match := jacobian.search(text, place):
        end = _argument_end(text, match.end())
        argument = text[match.end() : end]
        called = tuple(map(name_key, re.findall(rf"(?<![A-Za-z_])(?:{names})(?![a-z0-9_])", argument)))
        letters = re.findall(r"[A-Za-z]\w*", argument)
        found.append(_Factor(name_key(match[str(match.lastgroup)]), called, letters[-1] if letters else ""))
        kept += text[place : match.end()]
        place = end
    return found, kept + text[place:]


def _argument_end(text: str, start: int) -> int:
    """Where the round bracket that begins here is closed, or the text ends; the start itself where there is none."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth <= 0:
            return place + (place > start)
    return len(text)
