"""A derivation, line by line: J = … = … = ….

The first side is judged by the right answer, every other one by the side before it.  The first that does not follow
is named, with a point at which the values differ and the slip that it matches; those after it are judged by their own
predecessors, so an error is marked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

from jacocalc.answers import wording
from jacocalc.answers.comparison import Compared, compare
from jacocalc.answers.marking import Marker
from jacocalc.answers.naming import Named, flat
from jacocalc.answers.reference import as_matrix
from jacocalc.answers.slips import manners
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, names, substitute
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Line, Side, Verdict, Wanted

_RULES = frozenset(manner.code for manner in manners())
_AT_THE_POINT = "at the point they are equal, as formulas they are not: "


def judge_line(marker: Marker, line: Line, wanted: Wanted) -> Verdict:
    """The verdict on one side, or on a chain of several."""
    return marker.mark(line.sides[0], wanted) if len(line.sides) == 1 else judge_chain(marker, line, wanted)


def judge_chain(marker: Marker, line: Line, wanted: Wanted) -> Verdict:
    """The verdict on a chain of two or more equal sides; each is one entry.

    The score is that of the result: all of it where every step follows, else the share of the steps that are right, of
    which those count that do not repeat the side before, or what the entries of a wrong result earn by themselves,
    whichever is more.  From a wrong first side steps lead to half of the marks at most, to none from one of another
    shape; where it ends in the right result, it is what the first side earns by itself, but at least half.
    """
    sides = line.sides
    begun = marker.mark(sides[0], Wanted())
    first = _allowing_intermediates(begun)
    entries = [EntryVerdict(_name(1, line), first.outcome, first.read, "", first.mistakes, first.message)]
    for k, (before, after) in enumerate(pairwise(sides), 2):
        entries.append(_step(marker, k, before, after, line))
    said = sum(a.values == b.values for a, b in pairwise(sides))
    return _summed_up(marker, tuple(entries), _before_rounding(marker, sides, wanted), begun.score, said)


def _before_rounding(marker: Marker, sides: Sequence[Side], wanted: Wanted) -> Verdict:
    """The verdict on the last side; where only its digits are too few, on the exact one before it."""
    last = marker.mark(sides[-1], wanted)
    earlier = (marker.mark(side, wanted) for side in reversed(sides[:-1]))
    return next((verdict for verdict in chain((last,), earlier) if verdict.mistakes != ("digits",)), last)


def _allowing_intermediates(verdict: Verdict) -> Verdict:
    """u and v may stand in a step on the way; they must not in the last one."""
    allowed = verdict.mistakes in (("intermediates",), ("point-not-inserted",))
    return Verdict(CORRECT, "none", read=verdict.read) if allowed else verdict


def _name(k: int, line: Line) -> str:
    text = " ".join(line.sides[k - 1].text.split())
    return f"step {k}: {text[:60]}{'…' if len(text) > 60 else ''}"


def _step(marker: Marker, k: int, before: Side, after: Side, line: Line) -> EntryVerdict:
    """Whether a side follows from the one before it."""
    name = _name(k, line)
    left, right = _alike(_inserted(marker, before), before.flat, _inserted(marker, after), after.flat)
    shown = ", ".join(map(paper, after.values))
    if [m.shape for m in left] != [m.shape for m in right]:
        turned = [m.transposed.shape for m in left] == [m.shape for m in right]
        shapes = " and ".join("×".join(map(str, m[0].shape)) for m in (left, right))
        return EntryVerdict(name, WRONG, shown, "", ("transposed" if turned else "shape",),
                            f"the shapes differ: {shapes}")  # fmt: skip
    compared = [
        _either(a, b, marker) for a, b in zip(flat(left), flat(right), strict=True)
    ]  # fmt: skip
    only = "" if any(c.outcome == WRONG for c in compared) else _AT_THE_POINT
    compared = _as_formulas(marker, before, after, compared) if only else compared
    wrong = [c for c in compared if c.outcome == WRONG]
    if not wrong:
        undecided = any(c.outcome == UNDECIDED for c in compared)
        return EntryVerdict(name, UNDECIDED if undecided else CORRECT, shown)
    place = compared.index(wrong[0])
    entry = flat(right)[place]
    detail = f"{only}{wording.of_entry(wrong[0], entry, flat(left)[place])}"
    i, j = divmod(place, right[0].shape[1])
    where = f"row {i + 1}, column {j + 1}: " if len(compared) > 1 else ""
    named = _slip(marker, right, compared) if _is_right(left, marker) and not only else Named()
    words = f" {named.words}" if named.words else ""
    said = detail.replace("the right value is", "the value before is").replace("yours is", "here it is")
    return EntryVerdict(name, WRONG, shown, "", named.codes, f"{where}{said}.{words}")


def _as_formulas(marker: Marker, before: Side, after: Side, compared: list[Compared]) -> list[Compared]:
    """3x² = 3x is wrong before x = 1 is inserted, though both are 3 there."""
    raw = ([as_matrix(value) for value in side.values] for side in (before, after))
    left, right = (flat(matrices) for matrices in raw)
    return [marker.formulas.part_ways(a, b) or c for a, b, c in zip(left, right, compared, strict=True)]


def _alike(
    left: list[Matrix], left_flat: bool, right: list[Matrix], right_flat: bool
) -> tuple[list[Matrix], list[Matrix]]:
    """A list without rows takes the orientation of the other side."""
    if [m.shape for m in left] != [m.shape for m in right]:
        if right_flat:
            right = [m.transposed for m in right]
        elif left_flat:
            left = [m.transposed for m in left]
    return left, right


def _slip(marker: Marker, given: Sequence[Matrix], compared: Sequence[Compared]) -> Named:
    """The likely slip, where the side before was right: no rule of differentiation, since that is done there."""
    whole = marker.namer.whole(given, _RULES)
    wrong = [k for k, c in enumerate(compared) if c.outcome == WRONG]
    return whole if whole.codes else marker.namer.entries(wrong, given, marker.entry_names, len(compared), _RULES)


def _either(before: Expr, after: Expr, marker: Marker) -> Compared:
    """The two sides of a step; a decimal may stand on either."""
    found = compare(before, after, marker.reference.samples, Wanted())
    if found.code == "digits":
        return Compared(CORRECT)  # 1/3 = 0.33 is a step of rounding
    if found.outcome == WRONG:
        turned = compare(after, before, marker.reference.samples, Wanted())
        return turned if turned.outcome == CORRECT else found
    return found


def _inserted(marker: Marker, side: Side) -> list[Matrix]:
    known = set(marker.reference.variables)
    values = side.values
    if any(set(names(value)) - known for value in values):
        values = tuple(substitute(value, marker.reference.insertions) for value in values)
    return [as_matrix(value) for value in values]


def _is_right(matrices: Sequence[Matrix], marker: Marker) -> bool:
    expected = marker.reference.values
    return [m.shape for m in matrices] == [m.shape for m in expected] and all(
        compare(e, g, marker.reference.samples, Wanted()).outcome == CORRECT
        for e, g in zip(marker.expected, flat(matrices), strict=True)
    )


def _summed_up(marker: Marker, entries: tuple[EntryVerdict, ...], last: Verdict, begun: float, said: int) -> Verdict:
    """``said``: how many sides repeat the one before them."""
    most = float(len(marker.expected))
    right = most * (sum(entry.outcome == CORRECT for entry in entries) - said) / (len(entries) - said)
    if entries[0].outcome == WRONG:
        right = min(right, most / 2) * ("shape" not in entries[0].mistakes)
    if last.outcome != CORRECT:
        right = max(right, last.score) if any(entry.outcome == WRONG for entry in entries) else last.score
    elif entries[0].outcome == WRONG:
        right = max(right, begun, most / 2)
    wrong = next((entry for entry in entries if entry.outcome == WRONG), None)
    if wrong is not None:
        k = entries.index(wrong)
        after = entries[k + 1 :]
        follow = " What comes after it follows from it." if after and all(e.outcome == CORRECT for e in after) else ""
        end = " The result at the end is right all the same." if last.outcome == CORRECT and after else ""
        what = "The first step is not right" if k == 0 else f"Step {k + 1} does not follow from step {k}"
        codes = tuple(dict.fromkeys(code for entry in entries for code in entry.mistakes))
        return Verdict(WRONG, "witness" if "at " in wrong.message else "none", "", right, most, entries, codes,
                       f"{what}: {_lower(wrong.message)}{follow}{end}", last.read)  # fmt: skip
    if last.outcome != CORRECT:
        return Verdict(last.outcome, last.certainty, last.restriction, right, most, entries, last.mistakes,
                       f"Every step follows. {last.message}", last.read)  # fmt: skip
    if any(entry.outcome == UNDECIDED for entry in entries):
        return Verdict(UNDECIDED, "none", "", right, most, entries, (), "One step is undecided; the result is right.",
                       last.read)  # fmt: skip
    return Verdict(CORRECT, last.certainty, last.restriction, right, most, entries, (),
                   f"Every step follows, and the result is right ({last.certainty}).", last.read)  # fmt: skip


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[:2].isalpha() and not text[1:2].isupper() else text
