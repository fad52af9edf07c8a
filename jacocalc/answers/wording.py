"""What is said of a judged answer, from what is known of its entries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jacocalc.answers.comparison import Compared
from jacocalc.evaluate.numbers import rational_value
from jacocalc.linear import paper, paper_name
from jacocalc.notation import Expr, as_rational, names
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict

_SHORT, _MANY = 40, 4
_DECIMALS = {
    "digits": "{} has too few digits: at least three significant ones are wanted",
    "rounding": "{} is cut off, not rounded",
    "decimals": "{} is a decimal, the exact form is wanted",
}


def of_entry(c: Compared, entry: Expr, expected: Expr) -> str:
    """What is said of one entry; nothing where it is right."""
    if c.code in _DECIMALS:
        return _DECIMALS[c.code].format(paper(entry))
    if c.code == "undefined":
        return f"{paper(entry)} is undefined{place(c.undefined_at, ' at ')}"
    if c.witness is not None:
        at = place(_few(c.witness.point, {*names(entry), *names(expected)}), "at ", " ")
        right, given = c.witness.expected, c.witness.given
        if not at:
            right, given = _both(expected, right), _both(entry, given)
        return f"{at}the right value is {right}, yours is {given}"
    return f"whether {paper(entry)} is right could not be decided" if c.outcome == UNDECIDED else ""


def _few(point: Sequence[tuple[str, str]], needed: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Of many coordinates those of the names that occur."""
    return tuple(pair for pair in point if len(point) <= _MANY or pair[0] in needed)


def _both(exact: Expr, decimal: str) -> str:
    """4 cos(4) = -2.61457…, where the exact form is short and another"""
    written = paper(exact)
    if written == decimal or len(written) > _SHORT:
        return decimal
    if as_rational(exact) is not None:
        return written
    return f"{written} {'≈' if rational_value(exact) is None else '='} {decimal}"


def of_wrong(entries: Sequence[EntryVerdict], words: str) -> str:
    """How many are right, the first that is wrong, and the mistake."""
    right = sum(entry.outcome == CORRECT for entry in entries)
    first = next(entry for entry in entries if entry.outcome == WRONG)
    count = f"{right} of {len(entries)} entries are right." if len(entries) > 1 else ""
    detail = f"{first.name}: {first.message}" if len(entries) > 1 else first.message
    if detail.startswith(("at ", "the ", "row ", "entry ", "component ")):
        detail = detail[:1].upper() + detail[1:]
    parts = (count, f"{detail}." if first.message else "", words)
    return " ".join(part.strip() for part in parts if part.strip())


def of_undecided(entries: Sequence[EntryVerdict], compared: Sequence[Compared]) -> str:
    """What could not be decided."""
    return f"Undecided: {'; '.join(e.message for e in entries if e.message)}.{unreached(compared)}"


def of_correct(compared: Sequence[Compared], expected: Sequence[Expr], both: bool = False) -> str:
    """Correct, and how surely and where."""
    decimals = [paper(e) for e, c in zip(expected, compared, strict=True) if c.decimal]
    if decimals:
        said = "the exact form is" if len(decimals) == 1 else "the exact forms are"
        return f"Correct as a decimal; {said} {', '.join(decimals)}."
    where, sure = restriction(compared, both), certainty(compared)
    said = f"Correct {where}" if where else "Correct"
    return f"{said} ({sure}{'' if sure == 'proved' else ', not proved'}).{unreached(compared)}"


def restriction(compared: Sequence[Compared], both: bool = False) -> str:
    """where your answer is defined: x > 0 — nothing where it is defined wherever the question has an answer"""
    whose = "both sides are" if both else "your answer is"
    limited = "; ".join(dict.fromkeys(paper(condition) for c in compared for condition in c.restriction))
    gap = next((c.undefined_at for c in compared if c.undefined_at), ())
    if limited:
        return f"where {whose} defined: {limited}"
    return f"where {whose} defined, which is not so{place(gap, ' at ')}" if gap else ""


def certainty(compared: Sequence[Compared]) -> str:
    """proved, or agrees at so many points"""
    if all(c.proved for c in compared):
        return "proved"
    points = min(c.points for c in compared if not c.proved)
    return f"agrees at {points} {'point' if points == 1 else 'points'}"


def witness(compared: Sequence[Compared]) -> str:
    """witness at x = 1: 6 is right, given is 5"""
    found = next((c.witness for c in compared if c.witness is not None), None)
    if found is None:
        return "none"
    return f"witness{place(found.point, ' at ')}: {found.expected} is right, given is {found.given}"


def place(point: Sequence[tuple[str, str]], before: str, behind: str = "") -> str:
    """at x = 1, y = 2"""
    listed = ", ".join(f"{paper_name(name)} = {value}" for name, value in point)
    return f"{before}{listed}{behind}" if listed else ""


def unreached(compared: Sequence[Compared]) -> str:
    """The sides of kinks at which nothing was compared."""
    sides = dict.fromkeys(paper(side) for c in compared if not c.proved for side in c.unreached)
    return f" No point was reached where {' or '.join(sides)}." if sides else ""
