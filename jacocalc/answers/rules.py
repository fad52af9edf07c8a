"""The chain rule itself as an answer: J_h(g(f(x))) · J_g(f(x)) · J_f(x), where sizes are symbols."""

from __future__ import annotations

import re

from jacocalc.notation import name_key
from jacocalc.steps import Derivation
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, Verdict

_LAYOUT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|vec|left|right)|[{}$\s]|\\[,;!]")


def judge_rule(derivation: Derivation, text: str) -> Verdict:
    """The verdict on a product of Jacobians, named by their functions; arguments in brackets are not judged."""
    stages = derivation.question.chain.stages
    right = [name_key(stage.name) for stage in reversed(stages)]
    bare = _without_arguments(_LAYOUT.sub("", text).rpartition("=")[2])
    names = "|".join(sorted((re.escape(stage.name) for stage in stages), key=len, reverse=True))
    given = [name_key(name) for name in re.findall(rf"J_?({names})(?![a-z0-9_])", bare)]
    if not given:
        hint = " · ".join(f"J_{stage.name}" for stage in stages[:1])
        return Verdict(UNREADABLE, message=f"a product of Jacobians is expected\nhint: write factors such as {hint}")
    read = " · ".join(f"J_{name}" for name in given)
    if "+" in bare or "⊙" in bare or "\\odot" in bare:
        code = "sum" if "+" in bare else "elementwise"
        return Verdict(WRONG, mistakes=(code,), message="The Jacobians are multiplied as matrices.", read=read)
    if given == right:
        return Verdict(CORRECT, "proved", "", 1.0, message="Correct: the outermost stands on the left.", read=read)
    if sorted(given) == sorted(right):
        message = "The factors stand in another order: the outermost Jacobian is on the left."
        return Verdict(WRONG, mistakes=("order",), message=message, read=read)
    missing = [name for name in right if name not in given]
    said = f"J_{missing[0]} is missing." if missing else "There is a factor too many."
    code = "outer-missing" if missing[:1] == right[:1] else "inner-missing" if missing else "shape"
    return Verdict(WRONG, mistakes=(code,), message=said, read=read)


def _without_arguments(text: str) -> str:
    """The text outside round brackets."""
    depth, kept = 0, []
    for sign in text:
        depth += sign == "("
        if depth == 0:
            kept.append(sign)
        depth -= sign == ")"
    return "".join(kept)
