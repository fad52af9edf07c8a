"""The judges of rows: each has a child interpreter of its own, and an answer costs at most its limits.

Three places.  The child (``_prepare``, ``_learn``, ``_judge``) knows derivations and judges; it may be killed at any
moment.  A RowJudge, in a thread of some process, owns a child: the child is ended when the time of a row is over, and
the next one is taught what it needs.  ``judge_chunk`` is what an executor runs, in a thread, in another process or on
another machine: it finds the RowJudge of its thread.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from typing import TypeAlias

from jacocalc.errors import DomainError, JacocalcError, LimitReached, NotDifferentiable
from jacocalc.evaluate.budget import Seat
from jacocalc.notation import Matrix
from jacocalc.program_steps import Gradients
from jacocalc.questions import Question
from jacocalc.steps import Derivation
from jacocalc.verdicts import Verdict, Wanted, undecided

Known: TypeAlias = Derivation | JacocalcError  # the answer, or why there is none
JudgeAnswer: TypeAlias = Callable[[Known, str, Wanted], Verdict]
_DERIVING = 60.0
_SLACK = 2.0
_NO_MEMORY = 77


def judged_answer(known: Known, text: str, wanted: Wanted) -> Verdict:
    """The verdict on an answer; the engines are loaded when the first one is judged."""
    from jacocalc.answers.judge import judge, judge_nothing

    return judge_nothing(known, text) if isinstance(known, JacocalcError) else judge(known, text, wanted)


@dataclass(frozen=True)
class RowLimits:
    """What one row may cost: seconds and megabytes; ``judge`` says how it is judged, and must pickle by its name."""

    seconds: float = 10.0
    memory: int = 1000
    judge: JudgeAnswer = judged_answer


@dataclass(frozen=True)
class GradedQuestion:
    """A question of a class: ``stored`` is the answer that its author wrote down, ``points`` what it is worth.

    ``explained``: it is answered in words, and nothing is judged.
    """

    name: str
    question: Question
    wanted: Wanted = field(default_factory=Wanted)
    stored: str = ""
    points: float | None = None
    explained: bool = False

    @property
    def digest(self) -> str:
        """What a judgement of an answer depends on."""
        return sha256(repr((self.question, self.wanted)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """A derived question, packed so that it can be sent to any child; ``parts`` is its full score.

    ``stored`` is the verdict on the answer that its author wrote down, where there is one.
    """

    digest: str
    content: bytes
    parts: float
    stored: Verdict | None = None


# -- in the child -------------------------------------------------------------------------------------

_known: dict[str, tuple[Known, Wanted]] = {}


def _prepare(digest: str, one: GradedQuestion, judge: JudgeAnswer) -> Prepared:
    """The derivation of a question.  Raises what ``derive`` raises.

    Where there is no derivative, that is the right answer if its author wrote so; else it is a mistake of the file.
    """
    from jacocalc.answers.judge import says_nothing_exists
    from jacocalc.derive.answer import derive
    from jacocalc.options import Options

    known: Known
    try:
        known = derive(one.question, Options())
    except (DomainError, NotDifferentiable) as error:
        if not says_nothing_exists(one.stored):
            error.hint = 'if that is the answer, the file says so: answer = "does not exist"'
            raise
        known = error
    stored = judge(known, one.stored, one.wanted) if one.stored else None
    return Prepared(digest, pickle.dumps((known, one.wanted)), _parts(known), stored)


def _parts(known: Known) -> float:
    """How many entries the right answer has."""
    match known.result if isinstance(known, Derivation) else None:
        case Gradients(result=gradients):
            return float(len(gradients))
        case Matrix(rows=rows):
            return float(sum(map(len, rows)))
        case tuple() as matrices:
            return float(sum(len(row) for matrix in matrices for row in matrix.rows))
        case _:
            return 1.0


def _learn(digest: str, content: bytes, judge: JudgeAnswer) -> None:
    """Keep a derivation, and load the engines before the time of a row begins."""
    _known[digest] = pickle.loads(content)
    if judge is judged_answer:
        import_module("jacocalc.answers.judge")


def _judge(digest: str, text: str, seconds: float, judge: JudgeAnswer) -> Verdict:
    """The verdict.  A child that is short of memory ends, and one that nobody ends any more ends by itself."""
    timed = hasattr(signal, "setitimer")
    if timed:
        signal.setitimer(signal.ITIMER_REAL, seconds + _SLACK)
    known, wanted = _known[digest]
    try:
        return judge(known, text, wanted)
    except MemoryError:
        os._exit(_NO_MEMORY)
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_REAL, 0)


# -- beside the child ---------------------------------------------------------------------------------


class RowJudge:
    """One row after another, each within its limits, whatever the answer does."""

    def __init__(self, limits: RowLimits) -> None:
        self.limits = limits
        self._seat: Seat | None = None
        self._taught: set[str] = set()
        self._used = False
        self._closed = False

    def prepare(self, one: GradedQuestion) -> Prepared:
        """Derive a question.  Raises what ``derive`` raises, LimitReached."""
        return self._child().ask(_DERIVING, _prepare, one.digest, one, self.limits.judge)

    def judge(self, prepared: Prepared, text: str) -> Verdict:
        """The verdict on an answer; undecided where it reached a limit.  Never raises for what was typed."""
        while True:
            used = self._used
            try:
                return self._judged(prepared, text)
            except LimitReached as error:
                seat = self._seat
                if seat and not seat.alive and not seat.late and used and not self._closed:
                    self._leave()  # the rows before may have left it short of memory: once more in a fresh child
                    continue
                return undecided(self._reached(error))
            except Exception as error:
                return undecided(f"a fault of jacocalc ({type(error).__name__})")

    def _reached(self, error: LimitReached) -> str:
        """Which limit it was, in words."""
        seat = self._seat
        if seat is None or seat.alive or seat.late:
            return error.message
        limit = f"the limit of {self.limits.memory:,} MB of memory is reached"
        return limit if seat.process.returncode == _NO_MEMORY else f"its computation crashed, or {limit}"

    def _judged(self, prepared: Prepared, text: str) -> Verdict:
        child = self._child()
        if prepared.digest not in self._taught:
            child.ask(_DERIVING, _learn, prepared.digest, prepared.content, self.limits.judge)
            self._taught.add(prepared.digest)
        self._used = True
        return child.ask(self.limits.seconds, _judge, prepared.digest, text, self.limits.seconds, self.limits.judge)

    def _child(self) -> Seat:
        if self._closed:
            raise LimitReached("the grading was ended")
        if self._seat is None or not self._seat.alive:
            self._leave()
            self._seat = Seat(self.limits.memory)
            self._finally = weakref.finalize(self, self._seat.end)
        return self._seat

    def _leave(self) -> None:
        if self._seat is not None:
            self._finally()
        self._seat, self._taught, self._used = None, set(), False

    def close(self) -> None:
        """End the child, from any thread, also in the middle of a row."""
        self._closed = True
        if seat := self._seat:
            seat.kill()


_here = threading.local()


def sit_down(judge: RowJudge) -> None:
    """The judge of this thread."""
    _here.judge = judge


def judge_here(limits: RowLimits) -> RowJudge:
    """The judge of this thread, with these limits."""
    judge: RowJudge | None = getattr(_here, "judge", None)
    if judge is None or judge.limits != limits:
        sit_down(judge := RowJudge(limits))
    return judge


def judge_chunk(prepared: Prepared, texts: Sequence[str], limits: RowLimits) -> list[Verdict]:
    """The verdicts on answers to one question, in order, by the judge of this thread."""
    return [judge_here(limits).judge(prepared, text) for text in texts]
