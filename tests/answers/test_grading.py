"""A class: rows in order, equal answers once, limits for every row, and nothing lost or doubled by an interruption."""

from __future__ import annotations

import csv
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import jacocalc as jc
from jacocalc import classroom
from jacocalc.answers import grading
from jacocalc.answers.grading import grade_rows
from jacocalc.answers.journal import Journal
from jacocalc.answers.mistake_words import mistake_words
from jacocalc.answers.row_judges import RowLimits
from jacocalc.cli import run_command
from jacocalc.errors import JacocalcError
from jacocalc.marks import AnswerRow, Mark
from jacocalc.reading.rosters import roster_of, rows_of
from tests.answers import fake_judges
from tests.shares import share

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no limits to test")

PROBLEMS = """
title = "A <class> & more"
functions = "f(x, y) = x^2 y"
[[question]]
name = "q1"
ask = "gradient"
functions = ["f"]
[[question]]
name = "q2"
ask = "jacobian"
functions = ["f"]
at = "1, 2"
points = 10
"""
SIGN = "the right result with the opposite sign"
QUICK = RowLimits(20.0, 1000, fake_judges.quick)


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """One judge is enough, unless a test asks for more."""
    monkeypatch.setattr(grading, "cores", lambda: 1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``grade`` and the command judge with."""
    monkeypatch.setattr(classroom, "RowLimits", partial(RowLimits, judge=fake_judges.quick))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the judges write what they judge."""
    monkeypatch.setenv(fake_judges.LOG, str(tmp_path / "log"))
    return tmp_path / "log"


def judged(rows: list[tuple[str, str, str]], limits: RowLimits = QUICK, **options: Any) -> list[Mark]:
    return grade_rows(rows_of(rows), classroom._questions(PROBLEMS)[1], limits=limits, **options)


def texts_of(log: Path) -> list[str]:
    """What was judged, in order."""
    return [line.partition(" ")[2] for line in log.read_text().splitlines()] if log.exists() else []


def test_a_row_for_every_row_in_order(log: Path) -> None:
    rows = [(f"s{i}", ("q1", "q2")[i % 2], "right" if i % 3 else f"wrong {i % 5}") for i in range(40)]
    told: list[tuple[int, int]] = []
    marks = judged(rows, progress=lambda done, total: told.append((done, total)))
    assert [(m.student, m.question, m.answer) for m in marks] == rows
    assert [m.outcome for m in marks] == ["correct" if "right" in answer else "wrong" for _, _, answer in rows]
    assert max(Counter(texts_of(log)).values()) == 2  # once for each of the two questions
    assert told[0] == (0, 40)
    assert told[-1] == (40, 40)
    assert told == sorted(told)


def test_points_and_full_scores() -> None:
    answers = [("q1", "wrong"), ("q1", ""), ("q2", "wrong"), ("q2", "unreadable"), ("q2", "right")]
    marks = judged([("a", *one) for one in answers])
    assert [(m.score, m.max_score) for m in marks] == [(1, 2), (0, 2), (5, 10), (0, 10), (10, 10)]


def test_full_scores_where_no_answer_could_be_judged() -> None:
    assert [(m.score, m.max_score) for m in judged([("a", "q1", "unreadable"), ("a", "q1", "")])] == [(0, 2)] * 2


def test_rows_that_no_judge_sees(log: Path) -> None:
    long = "x" * 10_001
    marks = judged([("a", "q12", "right"), ("a", "zebra", "x"), ("a", "", "x"), ("a", "q1", " "), ("a", "q1", long)])
    assert [m.outcome for m in marks] == ["unreadable"] * 5
    assert [m.score for m in marks] == [0] * 5
    assert [m.message for m in marks] == [
        "There is no question “q12”; did you mean q2?", "There is no question “zebra”.", "The row names no question.",
        "No answer.", "The answer is longer than 10,000 characters.",
    ]  # fmt: skip
    assert not texts_of(log)


def test_the_name_of_a_question_in_other_letters() -> None:
    assert judged([("a", " Q1 ", "right")])[0].outcome == "correct"


def test_a_hostile_answer_costs_its_own_row_its_limit(log: Path) -> None:
    answers = ["right", "endless", "wrong 1", "large", "deadly", "raises", "print", "orphan", "wrong 2"]
    start = time.monotonic()
    marks = judged([("a", "q1", answer) for answer in answers], RowLimits(1.0, 700, fake_judges.hostile), jobs=2)
    assert time.monotonic() - start < 25
    said = {m.answer: (m.outcome, m.message) for m in marks}
    assert {a: said[a][0] for a in ("right", "wrong 1", "wrong 2", "print")} == {
        "right": "correct", "wrong 1": "wrong", "wrong 2": "wrong", "print": "correct"
    }  # fmt: skip
    assert said["endless"] == ("undecided", "This is undecided: the limit of 1 s is reached.")
    assert said["large"] == ("undecided", "This is undecided: the limit of 700 MB of memory is reached.")
    assert said["deadly"][0] == said["raises"][0] == said["orphan"][0] == "undecided"
    assert "crashed" in said["deadly"][1]
    assert "a fault of jacocalc (ValueError)" in said["raises"][1]
    orphan = int(Path(f"{log}.orphan").read_text())
    while lives(orphan) and time.monotonic() - start < 25:  # killed with its parent, but dying takes time
        time.sleep(0.01)
    assert not lives(orphan)


def lives(number: int) -> bool:
    """Whether a process runs; one that is ended but not yet counted off does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children() -> list[int]:
    """The child interpreters of this process that judge."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            mine = int((path / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()
            if mine and b"serve_alone" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no table of processes")
def test_no_child_is_left() -> None:
    before, seen = set(children()), []
    judged([("a", "q1", "right"), ("a", "q1", "wrong")], progress=lambda _done, _total: seen.extend(children()))
    assert set(seen) - before
    end = time.monotonic() + 20
    while not set(children()) <= before and time.monotonic() < end:
        time.sleep(0.1)  # one that is killed is still in the table for a moment
    assert set(children()) <= before


# -- executors ----------------------------------------------------------------------------------------

ROWS = [(f"s{i}", ("q1", "q2")[i % 2], f"wrong {i}") for i in range(50)]


@pytest.fixture(params=["threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    kind = partial(ProcessPoolExecutor, 2, get_context("spawn")) if request.param == "processes" else ThreadPoolExecutor
    with kind() as made:
        yield made


def test_an_executor_gives_the_same_marks(executor: Executor, log: Path) -> None:
    assert judged(ROWS, executor=executor) == judged(ROWS)
    assert set(Counter(texts_of(log)).values()) == {2}  # once in each of the two runs


class Broken(Executor):
    """Loses every second piece of work, and later refuses it."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        self.given += 1
        if self.given > 4:
            raise BrokenExecutor
        future: Future[Any] = Future()
        if self.given % 2:
            future.set_exception(RuntimeError("lost"))
        else:
            future.set_result(work(*arguments))
        return future


def test_what_an_executor_loses_is_judged_here(log: Path) -> None:
    assert judged(ROWS, executor=Broken()) == judged(ROWS)
    assert set(Counter(texts_of(log)).values()) == {2}


# -- the journal --------------------------------------------------------------------------------------

_SCRIPT = """
import sys
from functools import partial
from jacocalc import classroom
from jacocalc.answers.mistake_words import mistake_words
from jacocalc.answers.row_judges import RowLimits
from jacocalc.cli import run_command
from tests.answers import fake_judges

classroom.RowLimits = partial(RowLimits, judge=fake_judges.slow)
sys.exit(run_command(sys.argv[1:]))
"""


def command(folder: Path, *more: str) -> list[str]:
    """The command in a process of its own, judging slowly."""
    (folder / "problems.toml").write_text(PROBLEMS)
    lines = ["student,question,answer", *(f"s{i},q1,a{i}" for i in range(60))]
    (folder / "answers.csv").write_text("\n".join(lines))
    files = [str(folder / name) for name in ("problems.toml", "answers.csv")]
    return [sys.executable, "-c", _SCRIPT, "grade", *files, "-o", str(folder / "marks.csv"), "--jobs", "2", *more]


def interrupted(folder: Path, how: int) -> tuple[int, str]:
    """Start the command and stop it when some rows are done; its status and stderr."""
    process = subprocess.Popen(command(folder), stderr=subprocess.PIPE, text=True)
    journal = folder / "marks.csv.part"
    until = time.monotonic() + 60
    while not journal.exists() or journal.read_bytes().count(b"\n") < 10:
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    return process.returncode, said


@pytest.mark.parametrize("how", share([signal.SIGINT, signal.SIGKILL], 2))
def test_an_interrupted_grading_goes_on(tmp_path: Path, log: Path, how: int) -> None:
    status, said = interrupted(tmp_path, how)
    kept = {json.loads(line)["verdict"]["message"] for line in (tmp_path / "marks.csv.part").read_text().splitlines()}
    assert 10 <= len(kept) < 60
    assert not (tmp_path / "marks.csv").exists()
    if how == signal.SIGINT:
        assert status == 130
        assert said == f"interrupted: {len(kept)} of 60 rows are done; the same command goes on from there\n"
    with (tmp_path / "marks.csv.part").open("a") as file:
        file.write('{"digest": "cut o')  # as a crash in the middle of a line leaves it
    done = subprocess.run(command(tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    times = Counter(texts_of(log))
    assert set(times) == {f"a{i}" for i in range(60)}
    assert all(times[message.removeprefix("wrong: ")] == 1 for message in kept)  # nothing that was kept is done again
    assert sum(times.values()) <= 64  # what two judges were at, or had not yet written down, when they were stopped
    marks = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text())))
    assert [(m["student"], m["message"]) for m in marks] == [(f"s{i}", f"wrong: a{i}") for i in range(60)]
    assert not (tmp_path / "marks.csv.part").exists()


def test_another_question_or_other_limits_are_judged_again(tmp_path: Path, log: Path) -> None:
    path = tmp_path / "part"
    rows = rows_of([("a", "q1", "right")])

    def run(problems: str, limits: RowLimits) -> int:
        with Journal(path) as journal:
            grade_rows(rows, classroom._questions(problems)[1], limits=limits, journal=journal)
        return len(texts_of(log))

    assert run(PROBLEMS, QUICK) == 1
    assert run(PROBLEMS, QUICK) == 1
    assert run(PROBLEMS.replace("x^2 y", "x^2 + y"), QUICK) == 2
    assert run(PROBLEMS, RowLimits(30.0, 1000, fake_judges.quick)) == 3


def test_two_gradings_into_one_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "part"), pytest.raises(JacocalcError, match="another grading"), Journal(tmp_path / "part"):
        pass


def test_digests_are_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "from jacocalc import classroom, sources\n"
        "print([one.digest for name in sources.exercise_names()[::7] for one in classroom._questions([name])[1]])"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in "12"
    }  # fmt: skip
    assert len(said) == 1


# -- what is written ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_marks_as_csv_are_read_again() -> None:
    rows = [("=cmd|' /C calc'!A0", "q1", "-1/2"), ("@Ada", "q2", "=2x\n+1"), ("Bob; =1", "q1", "\ty"),
            ("Z", "q1", "1,2")]  # fmt: skip
    marks = jc.grade(PROBLEMS, rows)
    assert [(m.student, m.question, m.answer) for m in marks] == rows
    text = marks.to_csv()
    table = list(csv.reader(io.StringIO(text)))
    assert table[0] == ["student", "question", "answer", "outcome", "certainty", "score", "max_score", "mistakes",
                        "message"]  # fmt: skip
    assert not [cell for line in table for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert '"\'=2x\n+1"' in text
    assert '"Bob; =1"' in text  # nor where a semicolon is taken for a separator
    assert [(r.student, r.question, r.answer) for r in roster_of(text)] == rows
    assert jc.grade(PROBLEMS, text).to_csv() == text


@pytest.mark.usefixtures("quick")
def test_marks_as_json(tmp_path: Path) -> None:
    answers = "student,question,answer,id\nAda,q1,wrong,7\n"
    jc.grade(PROBLEMS, answers, output=tmp_path / "marks.json")
    record = json.loads((tmp_path / "marks.json").read_text())
    assert record["schema"] == 1
    (mark,) = record["marks"]
    assert (mark["student"], mark["outcome"], mark["score"], mark["max_score"]) == ("Ada", "wrong", 1.0, 2.0)
    assert mark["mistakes"] == ["sign"]
    assert mark["others"] == {"id": "7"}
    assert mark["entries"][1]["message"] == "the sign"
    assert record["summary"]["questions"][0]["mistakes"] == [{"code": "sign", "count": 1, "words": SIGN}]


@pytest.mark.usefixtures("quick")
def test_marks_as_junit(tmp_path: Path) -> None:
    rows = [("A<&>", "q1", "right"), ("B\x00\x1b\ufffe", "q1", "wrong \x08"), ("C", "q1", "unreadable"),
            ("D", "q9", "x")]  # fmt: skip
    jc.grade(PROBLEMS, rows, output=tmp_path / "marks.xml")
    root = ElementTree.fromstring((tmp_path / "marks.xml").read_text())
    suite = root[0]
    assert suite.attrib == {"name": "A <class> & more", "tests": "4", "failures": "1", "errors": "2", "skipped": "0"}
    cases = suite.findall("testcase")
    assert [(case.get("classname"), case.get("name")) for case in cases] == [
        ("q1", "A<&>"), ("q1", "B\ufffd\ufffd\ufffd"), ("q1", "C"), ("q9", "D")
    ]  # fmt: skip
    assert [case.find("failure") is not None for case in cases] == [False, True, False, False]
    assert [case.find("error") is not None for case in cases] == [False, False, True, True]
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "wrong: wrong \ufffd", "type": "sign"}


@pytest.mark.usefixtures("quick")
def test_a_row_of_separators_is_no_student_in_the_summary() -> None:
    """,, at the end of a table is a row of the marks, as every row is."""
    marks = jc.grade(PROBLEMS, "student,question,answer\nAda,q1,right\n,,\n , ,\n,q2,\n,q1,right\n")
    summary = marks.summary()
    assert (len(marks.rows), summary.rows, summary.students) == (5, 2, 2)
    assert [tally.question for tally in (*summary.tallies, *summary.others)] == ["q1"]


@pytest.mark.usefixtures("quick")
def test_the_summary_says_which_mistakes_how_often() -> None:
    answers = ["right", "right", "wrong", "unreadable"]
    marks = jc.grade(PROBLEMS, [*(("a", "q1", one) for one in answers), ("b", "q2", "wrong"), ("b", "q7", "x")])
    summary = marks.summary()
    assert (summary.students, summary.rows) == (2, 6)
    one, two = summary.tallies
    assert dict(one.outcomes) == {"correct": 2, "wrong": 1, "undecided": 0, "unreadable": 1}
    assert one.mean == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    assert two.mean == pytest.approx(0.5)
    assert [(m.code, m.count, m.words) for m in one.mistakes] == [("sign", 1, SIGN)]
    assert [other.question for other in summary.others] == ["q7"]
    assert "q1        4        2        1      0          1           62 %" in marks.to_text()
    assert f"| 1 of 4 | sign | {SIGN} |" in marks.to_markdown()
    assert "A &lt;class&gt; &amp; more" in marks.to_html()
    assert f"<td>1 of 4</td><td>sign</td><td>{SIGN}</td>" in marks._repr_html_()
    assert repr(marks) == "<ClassMarks of 6 answers: 2 correct, 2 wrong, 2 unreadable>"
    again = pickle.loads(pickle.dumps(marks))
    assert len({marks, again}) == 1
    assert again == marks != list(marks)
    assert marks.records()[2]["mistakes"] == "sign"


@pytest.mark.usefixtures("quick")
def test_an_empty_table() -> None:
    marks = jc.grade(PROBLEMS, "student,question,answer\n")
    assert len(marks) == 0
    assert marks.to_csv().count("\n") == 1
    assert "0 answers by 0 students." in marks.to_text()
    assert ElementTree.fromstring(marks.to_junit())[0].get("tests") == "0"


@pytest.mark.usefixtures("quick")
def test_ten_thousand_rows() -> None:
    text = "student,question,answer\n" + "".join(f"s{i},q1,wrong {i % 50}\n" for i in range(10_000))
    start = time.monotonic()
    assert len(jc.grade(PROBLEMS, text).to_csv().splitlines()) == 10_001
    assert time.monotonic() - start < 20


# -- the command --------------------------------------------------------------------------------------


def files(folder: Path, answers: str) -> list[str]:
    (folder / "problems.toml").write_text(PROBLEMS)
    (folder / "answers.csv").write_text(answers)
    return [str(folder / "problems.toml"), str(folder / "answers.csv")]


@pytest.mark.usefixtures("quick")
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, "student,question,answer\nAda,q1,right\nBob,q1,wrong\n")
    output, summary = tmp_path / "marks.csv", tmp_path / "class.md"
    assert run_command(["grade", *given, "-o", str(output), "--summary", str(summary)]) == 0
    said = capsys.readouterr()
    assert "Class summary: A <class> & more" in said.out
    assert said.err == ""
    assert output.read_text().splitlines()[1:] == ["Ada,q1,right,correct,proved,2,2,,",
                                                   "Bob,q1,wrong,wrong,witness,1,2,sign,wrong: wrong"]  # fmt: skip
    assert f"| 1 of 2 | sign | {SIGN} |" in summary.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "class.md", "marks.csv", "problems.toml"]
    assert run_command(["grade", *given, "--summary", "-"]) == 0
    said = capsys.readouterr()
    assert said.out == output.read_text()
    assert "Class summary" in said.err


@pytest.mark.parametrize(
    ("answers", "more", "said"),
    [
        ("name,question,answer\n", [], "has no column student; its columns are name, question, answer"),
        ("student,question,answer\n", ["--summary", "class.docx"], "a summary is written as"),
        ("student,question,answer\n", ["-o", "{folder}/answers.csv"], "the marks need a file of their own"),
        ("student,question,answer\n", ["-o", "{folder}/nosuch/marks.csv"], "cannot be written"),
        ("student,question,answer\n", ["--row-timeout", "0"], "0"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: str, more: list[str], said: str
) -> None:
    given = files(tmp_path, answers)
    assert run_command(["grade", *given, *(word.format(folder=tmp_path) for word in more)]) == 2
    assert said in capsys.readouterr().err.splitlines()[0]


def test_a_file_of_problems_that_is_wrong(tmp_path: Path) -> None:
    rows = [("Ada", "q1", "x")]
    with pytest.raises(JacocalcError, match="has no questions"):
        jc.grade('functions = "f(x) = x"\n', rows)
    with pytest.raises(JacocalcError, match="two questions are called “q1”"):
        jc.grade(PROBLEMS.replace('"q2"', '"q1"'), rows)
    with pytest.raises(JacocalcError, match="question “q2”"):
        jc.grade(PROBLEMS.replace('at = "1, 2"', 'at = "1, 2, 3"'), rows)
    with pytest.raises(JacocalcError, match="points is a positive number"):
        jc.grade(PROBLEMS.replace("points = 10", 'points = "many"'), rows)


@pytest.mark.usefixtures("quick")
def test_a_question_without_an_answer_of_its_own() -> None:
    undefined = PROBLEMS.replace("x^2 y", "[x^2/y, x]").replace('"1, 2"', '"1, 0"').replace("gradient", "jacobian")
    with pytest.raises(JacocalcError, match="question “q2”"):
        jc.grade(undefined, [("Ada", "q2", "x")])
    assert jc.grade(undefined, [("Ada", "q1", "right")])[0].outcome == "correct"


@pytest.mark.usefixtures("quick")
def test_a_stored_answer_that_is_not_the_derived_one() -> None:
    stored = PROBLEMS.replace('name = "q1"', 'name = "q1"\nanswer = "a slip"')
    with pytest.raises(JacocalcError, match="question “q1”: the stored answer a slip is not the derived one"):
        jc.grade(stored, [("Ada", "q1", "right")])
    assert jc.grade(stored.replace("a slip", "right"), [("Ada", "q1", "right")])[0].outcome == "correct"


def test_a_command_without_sympy_until_there_is_something_to_judge(tmp_path: Path) -> None:
    given = files(tmp_path, "name,question,answer\n")
    code = f"import sys\nfrom jacocalc.cli import run_command\nrun_command(['grade', *{given!r}])\n"
    code += "print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_marks_on_stdout_are_utf8_in_any_locale(tmp_path: Path) -> None:
    given = files(tmp_path, "student,question,answer\nZoë,q9,∂x\n")
    done = subprocess.run(
        [sys.executable, "-m", "jacocalc", "grade", *given], capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "Zoë,q9,∂x,unreadable" in done.stdout.decode("utf-8")


def test_grading_has_no_limit_for_all_rows_together(tmp_path: Path) -> None:
    given = files(tmp_path, "student,question,answer\nAda,q9,x\n")
    done = subprocess.run([sys.executable, "-m", "jacocalc", "grade", *given], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[1][:20]) == (0, "Ada,q9,x,unreadable,")


def test_faults_are_kept_with_their_rows() -> None:
    row = AnswerRow("a", "q1", "x", fault="the row has 5 cells")
    assert grade_rows([row], classroom._questions(PROBLEMS)[1], limits=QUICK)[0].message == "The row has 5 cells."


def test_what_the_codes_of_mistakes_mean() -> None:
    from jacocalc.answers.backward_mistakes import SLIPS
    from jacocalc.answers.mistakes import MISTAKES

    codes = {mistake.code for mistake in MISTAKES} | {slip.code for slip in SLIPS}
    words = mistake_words(codes | {"arithmetic", "nosuch"})
    assert set(words) == codes | {"arithmetic"}
    assert not [said for said in words.values() if "{}" in said]
    assert not [said for said in words.values() if said.count("; ") > 1]  # a list of slips is no summary
    assert not [code for code, said in words.items() if code.endswith("-rule") and code.replace("-", " ") in said]
    assert mistake_words([]) == {}
