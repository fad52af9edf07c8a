"""Sheets of exercises, generated ones or those of a file, with or without solutions: one, or one for each student."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count as counted
from pathlib import Path

from jacocalc.answers.topics import TITLES
from jacocalc.answers.tutoring import Lesson, Tutor
from jacocalc.asked import Asked
from jacocalc.cli.desk import Desk, taken
from jacocalc.cli.output import Output, progress_bar, tell, write
from jacocalc.document import Document, Prose, Section
from jacocalc.errors import JacocalcError, ReadError, did_you_mean
from jacocalc.explain.exercises import sheet
from jacocalc.options import Detail
from jacocalc.reading.problems import read_file
from jacocalc.reading.students import Student
from jacocalc.sources import exercise_names, topics

_SUFFIXES = {"markdown": ".md", "latex": ".tex", "html": ".html", "text": ".txt", "terminal": ".txt"}
_SEEDS = 1_000_000


@dataclass(frozen=True)
class SheetWish:
    """What is wanted on a sheet; without a topic all of them take turns; of a problem file, its questions in order."""

    topic: str
    count: int
    level: int
    seed: int
    solutions: bool
    file: str = ""


def drawn(tutor: Tutor, wish: SheetWish) -> list[Lesson]:
    """So many different exercises, from the seed on.  Raises JacocalcError."""
    found: dict[Asked, Lesson] = {}
    for name in _names(wish):
        lesson = tutor.lesson(name, wish.file)
        found.setdefault(replace(lesson.exercise.asked, name=""), lesson)
        if len(found) == wish.count:
            break
    return list(found.values())


def _names(wish: SheetWish) -> Iterator[str]:
    """Generated exercises, at most so many as may well hold enough different ones; or those of the file, the topic."""
    if wish.file:
        yield from question_names(wish.file)
        return
    if wish.topic and wish.topic not in TITLES:
        yield from exercise_names(wish.topic)
        return
    listed = [wish.topic] if wish.topic else list(TITLES)
    for place in range(20 * wish.count):
        yield f"{listed[place % len(listed)]}/{wish.level}/{wish.seed + place // len(listed)}"


def question_names(file: str) -> list[str]:
    """The names of the questions of a problem file."""
    return [asked.name for asked in read_file(Path(file), file).questions]


def checked_topic(topic: str) -> None:
    """Raises ReadError, with what was probably meant, for a topic without exercises."""
    known = sorted({*topics(), *TITLES})
    if topic and topic not in known:
        hint = did_you_mean(topic, known, f"known are {', '.join(known)}")
        raise ReadError(f"there are no exercises about “{topic}”", hint=hint)


def print_sheet(tutor: Tutor, wish: SheetWish, page: Output, desk: Desk | None = None) -> None:
    """One sheet; what is missing to the number that is asked for is said beside it."""
    level = "" if wish.file or (wish.topic and wish.topic not in TITLES) else f", level {wish.level}"
    about = wish.file or wish.topic or "all topics"
    lessons = drawn(tutor, wish)
    title = read_file(Path(wish.file), wish.file).title if wish.file else ""
    document = _sheet(lessons, wish, title or f"Exercises: {about}{level}")
    if not taken(desk, document, page):
        write(document, page)
    if len(lessons) < wish.count:
        where = f"in {about}" if wish.file else f"about {wish.topic or 'these topics'}"
        tell(f"note: there are only {len(lessons)} different exercises {where}")


def print_class(tutor: Tutor, wish: SheetWish, students: Sequence[Student], page: Output) -> None:
    """One sheet for each student: files in a folder, each as soon as it is drawn; or one document."""
    folder = Path(page.file) if page.file and not Path(page.file).suffix else None
    if folder is None:
        write(_together(list(_drawn_for(tutor, wish, students)), wish), page)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JacocalcError(f"{folder} cannot be made: {error.strerror}") from None
    names = file_names([student.student for student in students])
    for document, name in zip(_drawn_for(tutor, wish, students), names, strict=True):
        write(document, replace(page, file=str(folder / f"{name}{_SUFFIXES[page.form]}")))


def _drawn_for(tutor: Tutor, wish: SheetWish, students: Sequence[Student]) -> Iterator[Document]:
    """The sheet of each student, with a bar that tells how many there are."""
    with progress_bar("drawing", lambda done, total: None) as progress:
        for done, student in enumerate(students, 1):
            own = replace(wish, seed=seed_of(student.student, wish.seed))
            yield _sheet(drawn(tutor, own), own, f"Exercises for {_named(student)}")
            progress(done, len(students))


def seed_of(student: str, seed: int) -> int:
    """The first seed of a student: the same on every machine, another one for another ``seed``."""
    return int.from_bytes(sha256(f"{seed}/{student}".encode()).digest()[:8], "big") % _SEEDS


def file_names(students: Sequence[str]) -> list[str]:
    """A safe and different name of a file for each student."""
    taken: set[str] = set()
    found: list[str] = []
    for student in students:
        plain = re.sub(r"[^\w.-]+", "_", student).strip("._-")[:60] or "student"
        name = next(name for i in counted(1) if (name := plain if i == 1 else f"{plain}-{i}").casefold() not in taken)
        taken.add(name.casefold())
        found.append(name)
    return found


def _named(student: Student) -> str:
    return f"{student.name} ({student.student})" if student.name else student.student


def _sheet(lessons: Sequence[Lesson], wish: SheetWish, title: str) -> Document:
    solutions = [lesson.derivation for lesson in lessons] if wish.solutions else []
    return sheet(title, [lesson.exercise for lesson in lessons], solutions)


def _together(pages: Sequence[Document], wish: SheetWish) -> Document:
    """One document with a part for each student."""
    sections: list[Section] = []
    for document in pages:
        said = f"Level {wish.level}; the name of an exercise says its topic, level and seed."
        sections += [Section(document.title, (Prose((said,)),), Detail.BRIEF), *document.sections]
    return Document((f"Exercises: {wish.topic or 'all topics'}",), tuple(sections))
