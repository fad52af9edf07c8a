"""``jacocalc grade``: marks for a class.  Its limits hold for every row, so it runs outside those of a command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jacocalc.cli.desk import taken
from jacocalc.cli.options import PagerOption
from jacocalc.cli.output import ENDINGS, Output, progress_bar, tell, write, write_aside, write_data
from jacocalc.errors import JacocalcError

if TYPE_CHECKING:
    from jacocalc.classroom import ClassMarks

INTERRUPTED = 130
_SUMMARIES = (".md", ".html", ".htm", ".txt", ".tex", ".pdf")

Problems = Annotated[str, typer.Argument(metavar="PROBLEMS", help="A problem file, or a topic of exercises.")]
Answers = Annotated[
    str, typer.Argument(metavar="ANSWERS.csv", help="A table with the columns student, question, answer.")
]
MarksOption = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="Write the marks: .csv, .json, or .xml for autograders.")
]
SummaryOption = Annotated[
    str,
    typer.Option(
        "--summary", metavar="FILE", help="Write the summary: .md, .html, .tex, .txt, .pdf; - only prints it."
    ),
]
JobsOption = Annotated[int | None, typer.Option("--jobs", metavar="N", min=1, help="Use N cores instead of all.")]
RowTimeoutOption = Annotated[
    float, typer.Option("--row-timeout", metavar="S", min=0.1, help="An answer is undecided after S seconds.")
]
RowMemoryOption = Annotated[
    int, typer.Option("--memory", metavar="MB", min=100, help="An answer is undecided that needs more memory.")
]
SchedulerOption = Annotated[
    str, typer.Option("--scheduler", metavar="ADDRESS", help="Send the rows to a Dask cluster: tcp://host:8786.")
]


def grade(
    context: typer.Context,
    problems: Problems,
    answers: Answers,
    output: MarksOption = "",
    summary: SummaryOption = "",
    jobs: JobsOption = None,
    pager: PagerOption = False,
    row_timeout: RowTimeoutOption = 10.0,
    memory: RowMemoryOption = 1000,
    scheduler: SchedulerOption = "",
) -> None:
    """Marks for a whole class: a row out for every row in.  Interrupted, the same command goes on where it was."""
    from jacocalc import classroom

    form = _form(summary)
    so_far = Counted()
    try:
        with progress_bar("grading", so_far.count) as progress:
            marks = classroom.grade(
                problems, answers, output=output or None, scheduler=scheduler, jobs=jobs, row_timeout=row_timeout,
                memory=memory, progress=progress,
            )  # fmt: skip
    except KeyboardInterrupt:
        tell(f"interrupted: {so_far.said(bool(output))}")
        raise SystemExit(INTERRUPTED) from None
    if not taken(context.obj, marks, Output("terminal", output)):
        _write(marks, output)
    if form:
        write(marks.document(), Output(form, summary))


@dataclass
class Counted:
    """How many rows of how many are done."""

    done: int = 0
    total: int = 0

    def count(self, done: int, total: int) -> None:
        """As ``progress`` is called."""
        self.done, self.total = done, total

    def said(self, kept: bool) -> str:
        """What an interruption leaves."""
        goes_on = "; the same command goes on from there" if kept and self.done else ""
        return f"{self.done:,} of {self.total:,} rows are done{goes_on}"


def _form(summary: str) -> str:
    """The format that the name of the summary's file says; none where it is the terminal, which gets it anyway."""
    if summary.strip() in ("", "-"):
        return ""
    suffix = Path(summary).suffix.lower()
    if suffix not in _SUMMARIES:
        raise JacocalcError(f"a summary is written as {', '.join(_SUMMARIES)}, not as {summary}")
    return ENDINGS[suffix]


def _write(marks: ClassMarks, output: str) -> None:
    """The summary on stdout, where the marks are in a file; else the marks, and the summary on stderr."""
    if output:
        write(marks.document(), Output("terminal"))
    else:
        write_data(marks.to_csv())
        write_aside(marks.document())
