"""An answer in parts: J_f = …; J_g = …; z = …; J = …, with errors carried forward.

A wrong part is marked once.  What follows is judged against the right parts and, where that fails, against the
student's own: a product that follows from a wrong J_f counts, unless the error made it trivial (a factor that became
0 or the identity, a product that became 0).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jacocalc.answers.cases import Case
from jacocalc.answers.chains import judge_chain
from jacocalc.answers.comparison import compare
from jacocalc.answers.marking import Marker
from jacocalc.answers.naming import flat
from jacocalc.answers.reference import Reference, as_matrix
from jacocalc.evaluate.samples import Samples, sampled
from jacocalc.linear import paper
from jacocalc.notation import ZERO, Expr, Matrix, name_key, names
from jacocalc.questions import Compose, GradientOf, JacobianVector, VectorJacobian
from jacocalc.verdicts import CORRECT, UNDECIDED, WRONG, EntryVerdict, Line, Side, Verdict, Wanted

_OF_PART = re.compile(r"([^()]+)(?:\((?:[^()]|\([^()]*\))*\))?")  # J_g(3,4) and J_g(f(1,2)), not J_g(3,4)J_f(1,2)
_CHAINED = (Compose, GradientOf, VectorJacobian, JacobianVector)


def names_part(case: Case, name: str) -> str:
    """jacobian-K or value-K for a name that stands for a part, "" for the result or anything else."""
    if not isinstance(case.question, _CHAINED) or len(case.stages) < 2 or not name:
        return ""
    bare = _OF_PART.fullmatch(name)
    if not bare:
        return ""
    key = name_key(bare[1])
    for place, stage in enumerate(case.stages):
        if key == name_key(f"J_{stage.name}"):
            return f"jacobian-{place}"
        if place < len(case.stages) - 1 and _is_value(key, name, case, place):
            return f"value-{place}"
    return ""


def _is_value(key: str, name: str, case: Case, place: int) -> bool:
    """f(1, 2), z or z_1: the value of an inner stage; w where the whole is called z."""
    stage = case.stages[place]
    if key == name_key(stage.name) and "(" in name:
        return True
    taken = {other for one in case.stages for other in (one.name, *one.labels, *one.inputs)}
    if len(case.stages) > 2:
        return key == f"z{place + 1}" and "z" not in taken
    whole = case.chain.output_letter
    return key == case.chain.inner_letter(whole) or (key == "z" and "z" not in (whole, *taken))


@dataclass
class _Given:
    """The parts as they were handed in, by place."""

    jacobians: dict[int, Matrix]
    values: dict[int, Matrix]
    wrong: list[str]


def judge_parts(case: Case, marker: Marker, lines: Sequence[Line], wanted: Wanted) -> Verdict:
    """The verdict on parts; every entry of every part counts one."""
    given = _Given({}, {}, [])
    verdicts: list[tuple[str, Verdict]] = []
    latest = {names_part(case, line.name): line for line in lines}
    for line in lines:
        part, side = names_part(case, line.name), line.sides[-1]
        if latest[part] is not line:
            continue  # what stands there twice counts once, as it stands last
        if not part:
            verdicts.append((line.name or "the result", _result(case, marker, line, given, wanted)))
            continue
        kind, place = part.split("-")
        judged = _part(case, kind, int(place), side, given, wanted)
        verdicts.append((line.name, judged))
        kept = given.jacobians if kind == "jacobian" else given.values
        kept[int(place)] = _turned(as_matrix(side.values[0]), side, case, kind, int(place))
        if judged.outcome == WRONG:
            given.wrong.append(line.name)
    if "" not in latest:
        missing = Verdict(WRONG, max_score=float(len(marker.expected)), mistakes=("missing",), message="is missing")
        verdicts.append(("the result", missing))
    return _summed_up(verdicts)


def _turned(matrix: Matrix, side: Side, case: Case, kind: str, place: int) -> Matrix:
    """A flat list is a row where a row is expected."""
    wide = kind == "jacobian" and case.locals[place].shape[0] == 1 and side.flat
    return matrix.transposed if wide else matrix


def _part(case: Case, kind: str, place: int, side: Side, given: _Given, wanted: Wanted) -> Verdict:
    """J_g at the right place, in its own inputs, or at the student's own z."""
    stage = case.stages[place]
    if kind == "value":
        expected = [Matrix(tuple((e,) for e in case.value(stage, case.arguments[place])))]
    else:
        expected = [case.jacobians[place], case.locals[place]]
        own = given.values.get(place - 1)
        if own is not None and own.shape == (stage.n, 1):
            expected.append(case.inserted(case.locals[place], stage, own.entries))
    matrix = _turned(as_matrix(side.values[0]), side, case, kind, place)
    found = [_compared(case, e, matrix, wanted) for e in expected]
    best = next((v for v in found if v.outcome == CORRECT), found[0])
    if best is not found[0] and best is found[-1] and len(found) == 3:
        return replace(best, message="Right for your own value: carried forward.")
    return best


def _compared(case: Case, expected: Matrix, given: Matrix, wanted: Wanted) -> Verdict:
    read = paper(given)
    most = float(len(expected.entries))
    if expected.shape != given.shape:
        turned = expected.shape == given.transposed.shape
        shape = "×".join(map(str, expected.shape))
        return Verdict(WRONG, max_score=most, mistakes=("transposed" if turned else "shape",), read=read,
                       message=f"it is {'×'.join(map(str, given.shape))}, but {shape} is wanted")  # fmt: skip
    samples = _samples(case, (*expected.entries, *given.entries))
    outcomes = [compare(e, g, samples, wanted) for e, g in zip(expected.entries, given.entries, strict=True)]
    right = float(sum(c.outcome == CORRECT for c in outcomes))
    wrong = [k for k, c in enumerate(outcomes) if c.outcome == WRONG]
    outcome = WRONG if wrong else UNDECIDED if right < most else CORRECT
    columns = expected.shape[1]
    listed = [f"row {k // columns + 1}, column {k % columns + 1}" for k in wrong]
    places = " and in ".join(listed) if len(listed) < 3 else f"{len(listed)} entries"
    return Verdict(outcome, "none", "", right, most, read=read, message=f"wrong in {places}" if wrong else "")


def _samples(case: Case, entries: Sequence[Expr]) -> Samples:
    occurring = {name for entry in entries for name in names(entry)}
    order = dict.fromkeys((*case.chain.inputs, *case.chain.parameters, *(n for s in case.stages for n in s.inputs)))
    return sampled([name for name in order if name in occurring])


def _result(case: Case, marker: Marker, line: Line, given: _Given, wanted: Wanted) -> Verdict:
    """The result by the right parts, else by the student's own."""
    side = line.sides[-1]
    straight = marker.mark(side, wanted)
    if straight.outcome == CORRECT and len(line.sides) > 1:
        chain = judge_chain(marker, line, wanted)
        marks = replace(chain, score=straight.score, max_score=straight.max_score)
        return straight if chain.outcome == CORRECT else marks
    if straight.outcome != WRONG or not given.wrong:
        return straight
    own = _own_answer(case, given)
    if own is None:
        return straight
    other = Marker(Reference(marker.reference.derivation, own)).mark(side, wanted)
    if other.outcome != CORRECT:
        return straight
    parts = " and ".join(given.wrong)
    if _trivial(case, given, own, marker):
        return replace(straight, message=f"This follows from your {parts}, but the error made it trivial, so it does "
                       "not count.")  # fmt: skip
    return replace(other, certainty="none", message=f"Right with your own {parts}: carried forward.")


def _own_answer(case: Case, given: _Given) -> tuple[Matrix, ...] | None:
    """The answer from the student's own parts, the right ones where none were given."""
    places = []
    for place, stage in enumerate(case.stages):
        own = given.jacobians.get(place, case.locals[place])
        if own.shape != case.locals[place].shape:
            return None
        before = given.values.get(place - 1)
        arguments = before.entries if before is not None and before.shape == (stage.n, 1) else case.arguments[place]
        places.append(case.inserted(own, stage, arguments))
    values = case.answered(places)
    return None if values is None else tuple(map(as_matrix, values))


def _trivial(case: Case, given: _Given, own: tuple[Matrix, ...], marker: Marker) -> bool:
    """A factor that multiplies without work, a value that became 0, or a result that became 0."""
    for place, matrix in given.jacobians.items():
        if _plain(matrix) and not _plain(case.locals[place]):
            return True
    for place, value in given.values.items():
        right = case.value(case.stages[place], case.arguments[place])
        if all(e == ZERO for e in value.entries) and not all(_is_zero(e, case) for e in right):
            return True
    zero = all(_is_zero(entry, case) for entry in flat(own))
    return zero and not all(_is_zero(entry, case) for entry in marker.expected)


def _is_zero(entry: Expr, case: Case) -> bool:
    return compare(ZERO, entry, _samples(case, (entry,)), Wanted()).outcome == CORRECT


def _plain(matrix: Matrix) -> bool:
    """A matrix with at most one entry in every row: 0, the identity, a multiple of it, a permutation."""
    if matrix.shape[1] == 1:
        return all(entry == ZERO for entry in matrix.entries)
    return all(sum(entry != ZERO for entry in r) <= 1 for r in matrix.rows)


def _summed_up(verdicts: Sequence[tuple[str, Verdict]]) -> Verdict:
    entries = tuple(
        EntryVerdict(name, v.outcome, v.read, "", v.mistakes, v.message) for name, v in verdicts
    )  # fmt: skip
    score, most = sum(v.score for _, v in verdicts), sum(v.max_score for _, v in verdicts)
    outcome = next((o for o in (WRONG, UNDECIDED) if any(v.outcome == o for _, v in verdicts)), CORRECT)
    codes = tuple(dict.fromkeys(code for _, v in verdicts for code in v.mistakes if v.outcome == WRONG))
    said = [f"{name}: {'right' if v.outcome == CORRECT and not v.message.startswith('Right') else v.message}"
            for name, v in verdicts]  # fmt: skip
    plain = outcome == CORRECT and not any("carried" in line for line in said)
    message = "Every part is right." if plain else "\n".join(said)
    certainty = verdicts[-1][1].certainty if outcome == CORRECT else "none"
    read = "; ".join(f"{name} = {v.read}" for name, v in verdicts)
    return Verdict(outcome, certainty, "", score, most, entries, codes, message, read)
