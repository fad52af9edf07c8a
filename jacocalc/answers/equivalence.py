"""Two expressions or matrices beside each other, without a question: are they equal, and where?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jacocalc.algebra.domain import without_redundant
from jacocalc.algebra.tidy import tidy
from jacocalc.answers import wording
from jacocalc.answers.comparison import Compared, compare
from jacocalc.answers.domains import restrictions
from jacocalc.answers.reference import as_matrix
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.samples import Samples, sampled
from jacocalc.linear import paper
from jacocalc.notation import (
    Comparison,
    Expr,
    Junction,
    Negative,
    Symbol,
    children,
    name_key,
    names,
    rebuild,
    substitute,
)
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Verdict, Wanted

ASSUMPTIONS = ("positive", "negative", "real")


def judge_pair(left: Expr, right: Expr, assume: Mapping[str, str], wanted: Wanted, flat: bool = False) -> Verdict:
    """The verdict on the second, the first being what is right; ``flat``: one of them is a list without rows."""
    read = paper(right)
    spelled = {name_key(name): Symbol(name) for name in names(left)}  # x_1 is x1
    right = substitute(right, {name: spelled[name_key(name)] for name in names(right) if name_key(name) in spelled})
    signs = _signs(assume, (*names(left), *names(right)))
    flipped = {name: Negative(Symbol(name)) for name, sign in signs.items() if sign == "negative"}
    one, other = as_matrix(left), as_matrix(right)
    if flat and one.shape == other.transposed.shape and 1 in one.shape:
        other = other.transposed
    if one.shape != other.shape:
        shapes = " and ".join("×".join(map(str, m.shape)) for m in (one, other))
        code = "transposed" if one.shape == other.transposed.shape else "shape"
        message = f"The shapes differ: {shapes}."
        return Verdict(WRONG, "none", "", 0.0, float(len(one.entries)), (), (code,), message, read)
    variables = tuple(dict.fromkeys((*names(one), *names(other))))
    samples = sampled(variables, frozenset(name for name, sign in signs.items() if sign in ("positive", "negative")))
    compared = [
        _flipped_back(_both_ways(substitute(a, flipped), substitute(b, flipped), samples, wanted), flipped)
        for a, b in zip(one.entries, other.entries, strict=True)
    ]
    columns = one.shape[1]
    entries = tuple(
        EntryVerdict(f"row {k // columns + 1}, column {k % columns + 1}" if len(compared) > 1 else "value", c.outcome,
                     paper(b), paper(a), (c.code,) if c.code and c.outcome == WRONG else (), wording.of_entry(c, b, a))
        for k, (c, a, b) in enumerate(zip(compared, one.entries, other.entries, strict=True))
    )  # fmt: skip
    score, most = float(sum(c.outcome == CORRECT for c in compared)), float(len(compared))
    if any(c.outcome == WRONG for c in compared):
        codes = tuple(dict.fromkeys(code for entry in entries for code in entry.mistakes))
        return Verdict(WRONG, wording.witness(compared), "", score, most, entries, codes,
                       wording.of_wrong(entries, ""), read)  # fmt: skip
    if any(c.outcome == UNDECIDED for c in compared):
        return Verdict(UNDECIDED, "none", "", score, most, entries, (), wording.of_undecided(entries, compared), read)
    restriction = wording.restriction(compared, both=True)
    message = wording.of_correct(compared, one.entries, both=True)
    return Verdict(CORRECT, wording.certainty(compared), restriction, score, most, entries, (), message, read)


def _flipped_back(found: Compared, flipped: Mapping[str, Expr]) -> Compared:
    """What was found for -x > 0, said of x < 0."""
    if not flipped:
        return found

    def point(place: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((name, f"-{value}" if name in flipped else value) for name, value in place)

    def conditions(listed: Sequence[Expr]) -> tuple[Expr, ...]:
        return without_redundant(tuple(_tidied(substitute(one, flipped)) for one in listed))

    seen = found.witness
    return replace(
        found,
        witness=None if seen is None else replace(seen, point=point(seen.point)),
        undefined_at=point(found.undefined_at),
        restriction=conditions(found.restriction),
        unreached=conditions(found.unreached),
    )


def _tidied(condition: Expr) -> Expr:
    """Each side of the comparisons tidied."""
    if not isinstance(condition, Comparison | Junction):
        return tidy(condition)
    return rebuild(condition, tuple(map(_tidied, children(condition))))


def _both_ways(left: Expr, right: Expr, samples: Samples, wanted: Wanted) -> Compared:
    """The pair, with the conditions that either side adds to the other: x/x is 1 for x ≠ 0 only.

    Of two decimals either may be the rounded one: 0.30000000000000004 and 0.3.
    """
    found = compare(left, right, samples, wanted)
    if found.code == "digits":
        turned = compare(right, left, samples, wanted)
        found = turned if turned.outcome == CORRECT else found
    if found.outcome != CORRECT:
        return found
    conditions = dict.fromkeys((*restrictions(right, left, samples), *found.restriction))
    return replace(found, restriction=tuple(conditions))


def refuse_assumptions(assume: Mapping[str, str]) -> None:
    """Raise JacocalcError for assumptions that are not known."""
    if not isinstance(assume, Mapping):
        raise JacocalcError(f"assumptions are said by name, not as {assume!r}", hint='assume={"x": "positive"}')
    for name, said in assume.items():
        if said not in ASSUMPTIONS:
            raise JacocalcError(f"{name} is assumed to be one of {', '.join(ASSUMPTIONS)}, not {said}")


def _signs(assume: Mapping[str, str], known: Sequence[str]) -> dict[str, str]:
    keys = {name_key(name): name for name in known}
    return {keys[name_key(name)]: said for name, said in assume.items() if name_key(name) in keys}
