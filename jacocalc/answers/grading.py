"""The rows of a class → a mark for each, in their order.

Equal answers to the same question are judged once, and what a journal holds is not judged again.  A row whose question
does not exist or that has no answer gets its mark without a judge.  The others are judged side by side, each within
its limits: in threads with a child interpreter each, or by an executor that is given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from hashlib import sha256

from jacocalc.answers.journal import Journal
from jacocalc.answers.keys import refuse_wrong_key
from jacocalc.answers.row_judges import (
    GradedQuestion,
    JudgeAnswer,
    Prepared,
    RowJudge,
    RowLimits,
    judge_chunk,
    judge_here,
    sit_down,
)
from jacocalc.errors import JacocalcError, did_you_mean
from jacocalc.marks import AnswerRow, Mark
from jacocalc.verdicts import UNDECIDED, UNREADABLE, Verdict, undecided

Progress = Callable[[int, int], None]
_CHUNK = 8
_LOST = undecided("its judge was lost")


def grade_rows(
    rows: Sequence[AnswerRow],
    questions: Sequence[GradedQuestion],
    *,
    limits: RowLimits | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    journal: Journal | None = None,
    progress: Progress | None = None,
    version: str = "",
) -> list[Mark]:
    """A mark for every row, in order.  ``progress`` is told how many rows of how many are done.

    Raises JacocalcError for a question that cannot be derived, or whose stored answer is not the derived one.
    """
    run = _Run(list(rows), questions, limits or RowLimits(), journal or Journal(), progress, version)
    todo = run.todo()
    run.said()
    if run.asked():
        with _Threads(jobs or cores(), run.limits) as threads:
            run.prepare(threads.pool)
            left = todo if executor is None else run.judge(todo, executor, _CHUNK)
            for one in run.judge(left, threads.pool, 1):
                run.add([one], [_LOST])
    return run.marks()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class _Todo:
    """An answer to judge: the digest of the judgement, the question and what was typed."""

    digest: str
    question: str
    text: str


@dataclass
class _Run:
    """What is known while a class is graded."""

    rows: list[AnswerRow]
    questions: Sequence[GradedQuestion]
    limits: RowLimits
    journal: Journal
    progress: Progress | None
    version: str
    prepared: dict[str, Prepared] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        self.by_name = {one.name: one for one in self.questions}
        if len(self.by_name) < len(self.questions):
            names = [one.name for one in self.questions]
            double = next(name for name in names if names.count(name) > 1)
            raise JacocalcError(f"two questions are called “{double}”")
        self.rows = [replace(row, question=self._named(row.question)) for row in self.rows]
        bases = {one.name: f"{self.version}\0{one.digest}\0{self.limits.seconds:g}\0{self.limits.memory}"
                 for one in self.questions}  # fmt: skip
        self.digests = [
            _digest(bases[row.question], row.answer) if self._fate(row) is None else "" for row in self.rows
        ]  # fmt: skip
        self.waiting: dict[str, int] = {}

    def _named(self, name: str) -> str:
        """The question's own spelling of its name, whatever the case."""
        if name in self.by_name:
            return name
        found = [known for known in self.by_name if known.casefold() == name.casefold()]
        return found[0] if len(found) == 1 else name

    def _fate(self, row: AnswerRow) -> Verdict | None:
        """The verdict on a row that needs no judge."""
        one = self.by_name.get(row.question)
        if one is None:
            return Verdict(UNREADABLE, message=self._unknown(row.question))
        if row.fault:
            return Verdict(UNREADABLE, message=f"{row.fault[:1].upper()}{row.fault[1:]}.")
        if one.explained:
            return Verdict(UNDECIDED, message="This question is answered in words, which are not judged.")
        return None

    def _unknown(self, name: str) -> str:
        if not name:
            return "The row names no question."
        shown, hint = name if len(name) <= 40 else f"{name[:40]}…", did_you_mean(name, self.by_name)
        return f"There is no question “{shown}”" + (f"; {hint}" if hint else ".")

    def todo(self) -> list[_Todo]:
        """What has to be judged: each answer to a question once."""
        found: dict[str, _Todo] = {}
        for row, digest in zip(self.rows, self.digests, strict=True):
            if digest and digest not in self.journal.taken:
                found.setdefault(digest, _Todo(digest, row.question, row.answer))
                self.waiting[digest] = self.waiting.get(digest, 0) + 1
        self.done = len(self.rows) - sum(self.waiting.values())
        return list(found.values())

    def asked(self) -> list[GradedQuestion]:
        """The questions that there are rows for and that are judged."""
        names = {row.question for row in self.rows}
        return [one for one in self.questions if one.name in names and not one.explained]

    def prepare(self, pool: Executor) -> None:
        """Derive the questions that are asked.  Raises JacocalcError naming the question."""
        waited = [(one, pool.submit(_prepare_here, one, self.limits)) for one in self.asked()]
        for one, future in waited:
            try:
                self.prepared[one.name] = future.result()
            except JacocalcError as error:
                raise placed(error, one.name) from None
            stored = self.prepared[one.name].stored
            if stored is not None:
                refuse_wrong_key(one.name, one.stored, stored)

    def judge(self, todo: Sequence[_Todo], executor: Executor, size: int) -> list[_Todo]:
        """Judge answers, so many at a time; those that the executor lost."""
        lost: list[_Todo] = []
        for chunk, verdicts in _judged(todo, self.prepared, executor, self.limits, size):
            if verdicts is None:
                lost += chunk
            else:
                self.add(chunk, verdicts)
        return lost

    def add(self, chunk: Sequence[_Todo], verdicts: Sequence[Verdict]) -> None:
        """Answers are judged, and with each all rows that have it."""
        for one, verdict in zip(chunk, verdicts, strict=True):
            self.journal.add(one.digest, verdict)
            self.done += self.waiting.get(one.digest, 0)
        self.said()

    def said(self) -> None:
        if self.progress is not None:
            self.progress(self.done, len(self.rows))

    def marks(self) -> list[Mark]:
        """The marks, in the order of the rows."""
        found = []
        for row, digest in zip(self.rows, self.digests, strict=True):
            verdict = self.journal.taken[digest] if digest else self._fate(row)
            assert verdict is not None
            found.append(Mark(row, self._scored(row.question, verdict)))
        return found

    def _scored(self, name: str, verdict: Verdict) -> Verdict:
        """The verdict with its score out of what the question is worth, the same for everybody.

        That is its points, or the number of entries of the right answer; what is not handed in counts as well.
        """
        one, parts = self.by_name.get(name), self.prepared[name].parts if name in self.prepared else 1.0
        worth = parts if one is None or one.points is None else one.points
        score = round(verdict.score * worth / max(verdict.max_score, parts), 9)
        return replace(verdict, score=score, max_score=worth)


def placed(error: JacocalcError, question: str) -> JacocalcError:
    """The same error, which says in which question it is."""
    error.message = f"question “{question}”: {error.message}"
    error.args = (error.message,)
    return error


def _digest(base: str, answer: str) -> str:
    return sha256(f"{base}\0{answer}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


# -- side by side -------------------------------------------------------------------------------------


class _Threads:
    """Threads with a judge each; leaving ends the judges at once, whatever they are doing."""

    def __init__(self, jobs: int, limits: RowLimits) -> None:
        self.limits = limits
        self.judges: list[RowJudge] = []
        self.pool = ThreadPoolExecutor(jobs, initializer=self._enter)

    def _enter(self) -> None:
        judge = RowJudge(self.limits)
        self.judges.append(judge)
        sit_down(judge)

    def __enter__(self) -> _Threads:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)
        for judge in self.judges:
            judge.close()
        self.pool.shutdown()


_derived: dict[tuple[GradedQuestion, JudgeAnswer], Prepared] = {}
_MOST_DERIVED = 200


def _prepare_here(one: GradedQuestion, limits: RowLimits) -> Prepared:
    """The derivation of a question; who grades again in the same session waits for it once."""
    key = one, limits.judge
    if key not in _derived:
        if len(_derived) >= _MOST_DERIVED:
            _derived.clear()
        _derived[key] = judge_here(limits).prepare(one)
    return _derived[key]


def _judged(
    todo: Sequence[_Todo], prepared: Mapping[str, Prepared], executor: Executor, limits: RowLimits, size: int
) -> Iterator[tuple[Sequence[_Todo], list[Verdict] | None]]:
    """The judgements, so many at a time, as they come; None for those that the executor lost."""
    waited: dict[Future[list[Verdict]], Sequence[_Todo]] = {}
    try:
        for chunk in _chunks(todo, size):
            texts = tuple(one.text for one in chunk)
            try:
                waited[executor.submit(judge_chunk, prepared[chunk[0].question], texts, limits)] = chunk
            except BrokenExecutor:
                yield chunk, None
        for future in as_completed(list(waited)):
            chunk = waited.pop(future)
            try:
                verdicts = future.result()
            except Exception:
                verdicts = None
            yield chunk, verdicts
    finally:
        for future in waited:
            future.cancel()


def _chunks(todo: Sequence[_Todo], size: int) -> Iterator[Sequence[_Todo]]:
    """Answers to the same question, so many at a time."""
    by_question: dict[str, list[_Todo]] = {}
    for one in todo:
        by_question.setdefault(one.question, []).append(one)
    for listed in by_question.values():
        for start in range(0, len(listed), size):
            yield listed[start : start + size]
