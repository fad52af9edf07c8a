"""``jacocalc practice``: exercises in the terminal, sheets of them, and a look for accidental agreement.

Its limits hold for every exercise and every judgement, so it runs outside those of a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jacocalc.cli import completion
from jacocalc.cli.desk import Desk
from jacocalc.cli.options import MemoryOption, PagerOption, StandaloneOption
from jacocalc.cli.output import Output, destination, tell, write
from jacocalc.errors import JacocalcError, ReadError

if TYPE_CHECKING:
    from jacocalc.answers.tutoring import Tutor
    from jacocalc.cli.progress import Progress
    from jacocalc.cli.sheets import SheetWish
    from jacocalc.document import Document


class SheetForm(StrEnum):
    """How a sheet is written."""

    TERMINAL = "terminal"
    TEXT = "text"
    MARKDOWN = "markdown"
    LATEX = "latex"
    HTML = "html"


Topic = Annotated[
    str,
    typer.Argument(metavar="TOPIC", help="What to practise.", show_default=False, autocompletion=completion.topics),
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="N", help="Generated exercises from this seed on.")]
LevelOption = Annotated[int | None, typer.Option("--level", min=1, max=3, help="1 is the easiest, 3 the hardest.")]
PrintOption = Annotated[
    int | None, typer.Option("--print", metavar="N", min=1, max=500, help="Write a sheet of N exercises.")
]
SolutionsOption = Annotated[bool, typer.Option("--solutions", help="On a sheet: the worked solution after each.")]
FormOption = Annotated[SheetForm | None, typer.Option("--format", "-f", help="How to write the sheet.")]
FileOption = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Write to a file, or a folder.")]
RosterOption = Annotated[
    str, typer.Option("--per-student", metavar="ROSTER.csv", help="A sheet for each student; columns student, name.")
]
LintOption = Annotated[
    str, typer.Option("--lint", metavar="FILE", help="Warn where a mistake gives the right answer; or a name.")
]
FromOption = Annotated[str, typer.Option("--from", metavar="FILE", help="Practise or print the questions of a file.")]
ResetOption = Annotated[bool, typer.Option("--reset", help="Forget the progress, of the topic or of all.")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="S", min=0.1, help="Give up on one exercise or answer after S seconds.")
]


def practice(
    context: typer.Context,
    topic: Topic = "",
    seed: SeedOption = None,
    level: LevelOption = None,
    sheet: PrintOption = None,
    solutions: SolutionsOption = False,
    form: FormOption = None,
    standalone: StandaloneOption = False,
    output: FileOption = "",
    roster: RosterOption = "",
    lint: LintOption = "",
    file: FromOption = "",
    reset: ResetOption = False,
    pager: PagerOption = False,
    timeout: TimeoutOption = 30.0,
    memory: MemoryOption = 1000,
) -> None:
    """Exercises with hints and a judge.  First those that come with the program, then generated ones without end.

    Without a topic, the list of topics and your score.
    """
    from jacocalc.answers.tutoring import Tutor
    from jacocalc.cli import sheets

    sheets.checked_topic(topic)
    page = destination(form.value if form else "terminal", output, standalone)
    if lint or reset or ((topic or file) and not (sheet or roster)):
        _refuse_page({"--format": form, "-o": output, "--standalone": standalone, "--solutions": solutions,
                      "--pager": pager})  # fmt: skip
    tutor = Tutor(timeout, memory)
    try:
        if lint:
            _lint(tutor, lint)
        elif sheet or roster:
            wish = sheets.SheetWish(topic, sheet or 10, level or 1, 1 if seed is None else seed, solutions, file)
            _print(tutor, wish, roster, page, context.obj)
        elif reset:
            _forget(topic)
        elif topic or file:
            _practise(tutor, topic, level, seed, file)
        else:
            write(_topics(), page)
    finally:
        tutor.end()


def _refuse_page(options: Mapping[str, object]) -> None:
    """Where no sheet is printed, nothing is said of how.  Raises JacocalcError."""
    hint = "--print N, without --lint and --reset, is a sheet of N exercises"
    for name, given in options.items():
        if given:
            raise JacocalcError(f"{name} is for a sheet", hint=hint)


def _progress() -> Progress:
    from jacocalc.cli.progress import Progress, data_folder

    return Progress(data_folder(), lambda line: tell(f"warning: {line}"))


def _practise(tutor: Tutor, topic: str, level: int | None, seed: int | None, file: str) -> None:
    from jacocalc.cli.sessions import Session, in_turn
    from jacocalc.cli.sheets import question_names

    progress = _progress()
    names = iter(question_names(file)) if file else in_turn(topic, level, seed, progress.read)
    Session(tutor, progress, file).run(names)


def _print(tutor: Tutor, wish: SheetWish, roster: str, page: Output, desk: Desk | None) -> None:
    from jacocalc.cli import sheets
    from jacocalc.reading.students import read_students

    if roster and wish.file:
        raise JacocalcError("--per-student draws other numbers for everyone, and the questions of a file have theirs",
                            hint="--print N without --per-student is one sheet for all")  # fmt: skip
    if roster:
        sheets.print_class(tutor, wish, read_students(Path(roster)), page)
    else:
        sheets.print_sheet(tutor, wish, page, desk)


def _lint(tutor: Tutor, what: str) -> None:
    """One line for each mistake that gives the right answer."""
    from jacocalc.cli.sheets import question_names
    from jacocalc.sources import exercise_names, topics

    file = what if Path(what).suffix == ".toml" else ""
    names = question_names(file) if file else exercise_names(what) if what in topics() else [what]
    lines = [line for name in names for line in _warnings(tutor, name, file)]
    write("\n".join(lines or ["No common mistake gives a right answer."]) + "\n", Output("text"))


def _warnings(tutor: Tutor, name: str, file: str) -> list[str]:
    """Of one exercise: mistakes that give the right answer, a stored answer that is not the derived one."""
    from jacocalc.checking import exercise_of, refuse_wrong_answer

    lines = []
    try:
        refuse_wrong_answer(exercise_of(name, file))
        lines += [f"warning: {name}: the mistake “{code}” gives the right answer too"
                  for code in tutor.accidents(name, file)]  # fmt: skip
    except JacocalcError as error:
        if isinstance(error, ReadError):
            raise
        lines.append(f"warning: {name}: {error.message}")
    return lines


def _forget(topic: str) -> None:
    from jacocalc.answers.topics import topic_of

    dropped = _progress().forget(lambda name: not topic or topic_of(name) == topic)
    write(f"Forgotten: the progress of {dropped} exercise{'' if dropped == 1 else 's'}.\n", Output("text"))


def _topics() -> Document:
    """The topics, with what there is and what was solved."""
    from jacocalc.answers.topics import TITLES, topic_of
    from jacocalc.document import Document, Prose, Section, Table, Text
    from jacocalc.sources import exercise_names, topics

    records = _progress().read()
    rows: list[tuple[Text, ...]] = []
    for topic in sorted({*topics(), *TITLES}):
        names = exercise_names(topic) if topic in topics() else []
        own = [(name, record) for name, record in records.items() if topic_of(name) == topic]
        solved = sum(bool(record.solved) for name, record in own if "/" not in name)
        more = sum(bool(record.solved) for name, record in own if "/" in name)
        answers = sum(record.attempts for _, record in own)
        cells = (f"{solved} of {len(names)}" if names else "–", str(more) if topic in TITLES else "–", str(answers))
        rows.append(((topic,), *((cell,) for cell in cells)))
    headings: tuple[Text, ...] = (("topic",), ("solved",), ("generated, solved",), ("answers",))
    said = Prose(("Practise one with: jacocalc practice TOPIC",))
    return Document(("Practice",), (Section(("Topics",), (Table(headings, tuple(rows)), said)),))
