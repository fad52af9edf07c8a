"""Checking in Python: an answer to an exercise or a question, and any two expressions.

>>> import jacocalc as jc
>>> jc.check("exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]").outcome
'correct'
>>> jc.equivalent("1/sqrt(x)", "sqrt(1/x)", assume={"x": "positive"}).outcome
'correct'
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args

from jacocalc.answers.equivalence import judge_pair, refuse_assumptions
from jacocalc.answers.generated import named
from jacocalc.answers.given import is_function, refuse_options, typed, wanted_with
from jacocalc.answers.journal import verdict_record
from jacocalc.answers.judge import judge, judge_nothing, unreadable
from jacocalc.answers.keys import refuse_wrong_key
from jacocalc.derive.answer import derive
from jacocalc.errors import DomainError, JacocalcError, LimitReached, NotDifferentiable, ReadError
from jacocalc.evaluate.budget import until
from jacocalc.known_functions import CALLED
from jacocalc.notation import Expr, names
from jacocalc.options import Options
from jacocalc.questions import Question
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope
from jacocalc.reading.written_out import WRITTEN_OUT
from jacocalc.solutions import Solution
from jacocalc.sources import exercise
from jacocalc.verdicts import WRONG, Exercise, Verdict, Wanted, undecided

_FLAT = re.compile(r"\s*\[[^\[\];\\]*\]\s*")
_STANDS_ALONE = re.compile(rf"\b(?:{'|'.join((*CALLED, *WRITTEN_OUT, 'Γ'))})(?![\w(^]|\\left)")


def check(
    question: Any,
    answer: Any,
    *,
    exact: bool = False,
    rtol: Any = None,
    form: str | Sequence[str] = (),
    timeout: float | None = None,
    **functions: Any,
) -> Verdict:
    """The verdict on an answer: correct, wrong (with a point and both values), undecided or unreadable.

    ``question``: the name of an exercise, an Exercise, a Solution or a Question.  ``answer``: text or LaTeX, a SymPy
    expression or matrix, rows of numbers; for a backward pass also a function from arrays to gradients.
    ``exact``: decimals count only where they are exact.  ``rtol``: decimals may be off by this part of the value.
    ``form``: evaluated, expanded or factored.  What a proof costs is bounded always; with ``timeout`` the whole
    judgement runs in a child process, and is undecided beyond so many seconds.

    >>> verdict = check("exercise-1", "[[3e + 2, e + 2], [e + 4, 4]]")
    >>> verdict.outcome, verdict.score, verdict.max_score
    ('wrong', 3.0, 4.0)

    Never raises for what a student typed; raises ReadError for an unknown exercise, JacocalcError for options.
    """
    asked, wanted = _asked(question)
    wanted = wanted_with(wanted, exact=exact, rtol=rtol, form=form)
    if is_function(answer):
        found = question if isinstance(question, Solution) else Solution(_derived(asked))
        return found.check(answer, **functions)
    refuse_options(functions)
    try:
        text = answer if isinstance(answer, str) else typed(answer)
    except ReadError as error:
        return unreadable(error)
    return verdict_on(asked, text, wanted, timeout)


def verdict_on(
    asked: Question | Solution, text: str, wanted: Wanted, timeout: float | None = None
) -> Verdict:
    """The verdict on typed text, in a child process with a limit of time if there is one."""
    if isinstance(asked, Solution):
        asked = asked.question
    if timeout is None:
        return _verdict_on(asked, text, wanted)
    try:
        return until(timeout, _verdict_on, asked, text, wanted)
    except LimitReached as error:
        return undecided(error.message)


def _verdict_on(asked: Question, text: str, wanted: Wanted) -> Verdict:
    try:
        derivation = _derived(asked)
    except (NotDifferentiable, DomainError) as error:
        return judge_nothing(error, text)
    return judge(derivation, text, wanted)


@lru_cache(maxsize=32)
def _derived(asked: Question) -> Any:
    return derive(asked, Options())


def equivalent(
    left: Any,
    right: Any,
    assume: Mapping[Any, str] | None = None,
    *,
    exact: bool = False,
    rtol: Any = None,
    timeout: float | None = None,
) -> Verdict:
    """The verdict on ``right`` if ``left`` is right: any two expressions or matrices, text, LaTeX or SymPy.

    ``assume``: {"x": "positive"} or "negative", by name or by symbol; every variable is real.  Never raises for what
    was typed, but JacocalcError for other assumptions and options.

    >>> equivalent("(x + 1)^2", "x^2 + 2x + 1").outcome
    'correct'
    >>> equivalent("sqrt(x^2)", "x").outcome
    'wrong'
    """
    wanted = wanted_with(exact=exact, rtol=rtol)
    refuse_assumptions(assume or {})
    try:
        texts = [side if isinstance(side, str) else typed(side) for side in (left, right)]
        pair = [_expression(text, calling=not any(map(_STANDS_ALONE.search, texts))) for text in texts]
        flat = any(isinstance(side, str) and _FLAT.fullmatch(side) for side in (left, right))
        one, other, given = *pair, {str(getattr(name, "name", name)): said for name, said in (assume or {}).items()}
        judged = judge_pair(one, other, given, wanted, flat) if timeout is None else until(
            timeout, judge_pair, one, other, given, wanted, flat)  # fmt: skip
        imaginary = [name for name in ("i", "j") if judged.outcome == WRONG and name in (*names(one), *names(other))]
        note = f" Note: {imaginary[0]} is a real variable here, not the imaginary unit." if len(imaginary) == 1 else ""
        return replace(judged, message=judged.message + note)
    except LimitReached as error:
        return undecided(error.message)
    except JacocalcError as error:
        return unreadable(error)


def _expression(text: str, calling: bool) -> Expr:
    return by_entries(read_expression(text, Scope(open=True, calling=calling)), text)


# -- what is given ------------------------------------------------------------------------------------


def exercise_of(name: str, file: str = "") -> Exercise:
    """An exercise by name: a built-in one, one of a problem file, or a generated one (chain-rule/2/7)."""
    return named(name) if "/" in name and not file else exercise(name, file)


def refuse_unfit(asked: Exercise) -> None:
    """Raise JacocalcError for an exercise that is answered in words, or whose stored answer is not the derived one."""
    if asked.explained:
        raise JacocalcError(f"{asked.name} is answered in words: there is nothing to check",
                            hint=f"jacocalc examples {asked.name} shows the explanation")  # fmt: skip
    refuse_wrong_answer(asked)


def refuse_wrong_answer(asked: Exercise) -> None:
    """Raise JacocalcError where the stored answer is not the derived one."""
    if asked.asked.answer:
        refuse_wrong_key(asked.name, asked.asked.answer, verdict_on(asked.question, asked.asked.answer, Wanted()))


def as_json(verdict: Verdict) -> str:
    """The verdict as JSON, schema 1."""
    record = {"schema": 1, "verdict": verdict_record(verdict)}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _asked(question: Any) -> tuple[Question | Solution, Wanted]:
    if isinstance(question, str):
        question = exercise_of(question)
    if isinstance(question, Exercise):
        refuse_unfit(question)
        return question.question, question.wanted
    if isinstance(question, Solution) or type(question) in get_args(Question):
        return question, Wanted()
    raise JacocalcError(f"an exercise, a solution or a question is expected, not {type(question).__name__}")
