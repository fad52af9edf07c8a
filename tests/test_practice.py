"""Practice as a learner and a teacher meet it: sessions, progress that no crash harms, sheets, the linter."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jacocalc.answers.hints import hints
from jacocalc.answers.tutoring import Lesson, Tutor, without_result
from jacocalc.answers.tutoring import _lesson as lesson_of
from jacocalc.cli import run_command
from jacocalc.cli.output import Output
from jacocalc.cli.progress import Progress, Record
from jacocalc.cli.sessions import in_turn
from jacocalc.cli.sheets import SheetWish, drawn, file_names, print_class, print_sheet, seed_of
from jacocalc.cli.talk import is_open
from jacocalc.errors import JacocalcError, LimitReached, ReadError
from jacocalc.explain.exercises import statement
from jacocalc.reading.students import Student, students_of
from jacocalc.sources import exercise_names
from jacocalc.verdicts import EntryVerdict, Verdict

ONE = "gradient/1/3"
SHORT = ["practice", "gradient", "--seed", "3"]


@pytest.fixture(scope="module")
def tutor() -> Iterator[Tutor]:
    made = Tutor()
    yield made
    made.end()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    folder = tmp_path / "data"
    monkeypatch.setenv("JACOCALC_DATA", str(folder))
    return folder


def session(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, *words: str) -> str:
    """What a session with these lines prints; it ends with status 0."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert run_command([*words]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def kept(folder: Path) -> dict[str, dict[str, int]]:
    found = json.loads((folder / "progress.json").read_text("utf-8"))
    assert found["schema"] == 1
    return found["exercises"]  # type: ignore[no-any-return]


def right_answer(tutor: Tutor, name: str) -> str:
    """The answer of an exercise as a learner would type it."""
    from jacocalc.linear import strict

    result = tutor.lesson(name).derivation.result
    return f"[{', '.join(strict(entry) for entry in result.entries)}]"  # type: ignore[union-attr]


# -- sessions -----------------------------------------------------------------------------------------


def test_a_session_from_the_first_hint_to_the_score(
    data: Path, tutor: Tutor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = tutor.lesson(ONE)
    typed = ["help", "hint", "hint", "hint", "hint", "[1000, 1000,\n 1000]", "[1000, 1000]", "[x +* 2]",
             right_answer(tutor, ONE), "solution", "quit"]  # fmt: skip
    out = session(monkeypatch, capsys, "\n".join(typed) + "\n", *SHORT)
    assert out.index("Compute the gradient") < out.index(lesson.hints[0]) < out.index(lesson.hints[1])
    assert "Step 1 of the worked solution" in out
    assert "Correct" in out
    assert "gradient/1/4" in out, "the next exercise is asked"
    assert out.rstrip().endswith("Solved: 1 of 3 exercises, with 3 answers and 4 hints.")
    assert kept(data) == {ONE: {"attempts": 3, "solved": 1, "hints": 4}}


def test_wrong_answers_do_not_give_the_right_one_away(tutor: Tutor) -> None:
    verdict = tutor.judged(ONE, "", "[1000, 1000]")
    assert verdict.outcome == "wrong"
    for entry in verdict.entries:
        assert f"is {entry.expected}," in verdict.message + entry.message
        assert f"is {entry.expected}," not in without_result(verdict)
    assert "is not right" in without_result(verdict)
    program = Verdict("wrong", entries=(EntryVerdict("dW", "wrong"),), message="dW: wrong. The right one is dW = z xᵀ.")
    assert without_result(program) == "dW: wrong."


@pytest.mark.parametrize("typed", ["", "hint", "[1,"], ids=["nothing", "no last line", "open bracket"])
def test_the_end_of_the_input_is_a_clean_end(
    typed: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = session(monkeypatch, capsys, typed, *SHORT)
    assert out.splitlines()[-1].startswith("Solved: 0 of 1 exercise, with 0 answers")


def test_an_exercise_in_words_shows_its_explanation(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = session(monkeypatch, capsys, "skip\n\nquit\n", "practice", "exercise")
    assert "answered in words" in out
    assert "J_{h∘g∘f}" in out, "the worked solution of exercise 2"


def test_solved_exercises_are_not_asked_again(data: Path) -> None:
    names = exercise_names("chain-rule")
    records = {names[0]: Record(2, 1), "chain-rule/1/1": Record(1, 1), "chain-rule/1/2": Record(1, 1)}
    turn = in_turn("chain-rule", None, None, lambda: records)
    assert [next(turn) for _ in names[1:]] == names[1:]
    assert next(turn) == "chain-rule/1/3"
    records["chain-rule/1/3"] = Record(1, 1)
    assert next(turn) == "chain-rule/2/4", "three are solved, so the next level"
    assert next(in_turn("chain-rule", 3, 7, lambda: records)) == "chain-rule/3/7"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("[[1, 2],", True), ("[[1, 2], [3, 4]]", False), ("2x", False), (r"\begin{bmatrix} 1", True), ("", False),
     (r"\begin{bmatrix} 1 \end{bmatrix}", False), ("(", True), (")", False)],
)  # fmt: skip
def test_open_brackets_go_on(text: str, wanted: bool) -> None:
    assert is_open(text) is wanted


def test_the_list_of_topics_has_the_score(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress(data, pytest.fail)
    progress.add("chain-rule-1", attempts=3, solved=1)
    progress.add("chain-rule/1/2", attempts=2, solved=1)
    out = session(monkeypatch, capsys, "", "practice")
    row = next(line.split() for line in out.splitlines() if line.split()[:1] == ["chain-rule"])
    assert row[1] == "1"
    assert row[-2:] == ["1", "5"]
    assert "1 exercise." not in session(monkeypatch, capsys, "", "practice", "gradient", "--reset")
    assert "2 exercises." in session(monkeypatch, capsys, "", "practice", "chain-rule", "--reset")
    assert kept(data) == {}


def test_a_piece_of_work_has_limits_and_the_next_one_is_done(tutor: Tutor) -> None:
    tutor._ask(time.sleep, 0)
    before, tutor.seconds = tutor.seconds, 0.3
    try:
        with pytest.raises(LimitReached):
            tutor._ask(time.sleep, 60)
    finally:
        tutor.seconds = before
    assert tutor.judged(ONE, "", right_answer(tutor, ONE)).outcome == "correct"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no terminals to be had here")
def test_ctrl_c_at_a_terminal(data: Path) -> None:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "jacocalc", *SHORT])
    screen = read_until(terminal, "answer> ")
    os.write(terminal, b"hint\n")
    screen += read_until(terminal, "answer> ")
    for _ in range(10):  # a signal that comes just before the prompt begins to wait is seen with the next one only
        os.write(terminal, b"\x03")
        screen += read_until(terminal, None, 15)
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert "Traceback" not in screen
    assert "Solved: 0 of 1 exercise, with 0 answers and 1 hint." in screen.splitlines()
    assert kept(data)[ONE]["hints"] == 1


def read_until(terminal: int, words: str | None, seconds: float = 60) -> str:
    """What a terminal shows, until some words or the end, at most so many seconds."""
    text = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (words and text.endswith(words.encode())):
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            more = os.read(terminal, 1024)
        except OSError:
            break
        if not more:
            break
        text += more
    return text.decode("utf-8", "replace")


# -- progress -----------------------------------------------------------------------------------------


def test_progress_outlives_kill_9(data: Path) -> None:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    process = subprocess.Popen([sys.executable, "-m", "jacocalc", *SHORT], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"hint\n")
    process.stdin.flush()
    end = time.monotonic() + 60
    while not (data / "progress.json").exists() and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    assert kept(data)[ONE]["hints"] == 1
    Progress(data, pytest.fail).add(ONE, attempts=1)
    assert kept(data)[ONE] == {"attempts": 1, "solved": 0, "hints": 1}


def count_up(folder: str, times: int) -> None:
    progress = Progress(Path(folder), print)
    for _ in range(times):
        progress.add("shared", attempts=1)


def test_two_programs_at_once_lose_nothing(data: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=count_up, args=(str(data), 40)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert kept(data)["shared"]["attempts"] == 80
    assert {path.name for path in data.iterdir()} <= {"progress.json", "progress.lock"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 1}', b'{"schema": 1, "exercises": {"a": {"attempts": "many"}}}',
     b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_is_set_aside(content: bytes, data: Path) -> None:
    data.mkdir()
    (data / "progress.json").write_bytes(content)
    said: list[str] = []
    progress = Progress(data, said.append)
    assert progress.read() == {}
    progress.add("a", solved=1)
    progress.add("a", solved=1)
    assert (data / "progress.json.damaged").read_bytes() == content
    assert kept(data)["a"]["solved"] == 2
    assert len(said) == 1
    assert "progress.json.damaged" in said[0]
    (data / "progress.json").write_bytes(b"again")
    progress.add("a", solved=1)
    assert (data / "progress.json.damaged").read_bytes() == content, "what was set aside before stays"


def test_a_file_of_a_later_version_is_left_alone(data: Path) -> None:
    data.mkdir()
    (data / "progress.json").write_text('{"schema": 2, "more": 1}')
    said: list[str] = []
    Progress(data, said.append).add("a", solved=1)
    assert (data / "progress.json").read_text() == '{"schema": 2, "more": 1}'
    assert "later version" in said[0]


def test_where_nothing_can_be_kept_practice_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JACOCALC_DATA", str(tmp_path / "file"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("hint\nhint\n"))
    assert run_command(SHORT) == 0
    out, err = capsys.readouterr()
    assert "with 0 answers and 2 hints" in out
    assert err.count("\n") == 1
    assert err.startswith("warning: progress is not kept")


def test_counts_that_could_not_be_kept_are_kept_later(tmp_path: Path) -> None:
    said: list[str] = []
    progress = Progress(tmp_path / "data", said.append)
    (tmp_path / "data").write_text("in the way")
    progress.add("a", attempts=1)
    assert progress.read()["a"].attempts == 1
    (tmp_path / "data").unlink()
    progress.add("a", attempts=1)
    assert kept(tmp_path / "data")["a"]["attempts"] == 2


# -- sheets -------------------------------------------------------------------------------------------

WISH = SheetWish("jacobian", 2, 1, 1, True)


@pytest.mark.parametrize(
    ("form", "signs"),
    [("text", ["1. The Jacobian matrix", "Solution of 2"]), ("markdown", ["### 1. The", "```math"]),
     ("latex", [r"\begin{document}", r"\end{document}"]), ("html", ["<math", "Solution of 1"])],
)  # fmt: skip
def test_sheets_in_all_formats(form: str, signs: list[str], tutor: Tutor, capsys: pytest.CaptureFixture[str]) -> None:
    print_sheet(tutor, WISH, Output(form, "", True))
    out = capsys.readouterr().out
    assert all(sign in out for sign in signs)
    assert "jacobian/1/1" in out
    assert "jacobian/1/2" in out


def test_a_sheet_has_different_exercises_and_solutions_only_where_wanted(
    tutor: Tutor, capsys: pytest.CaptureFixture[str]
) -> None:
    lessons = drawn(tutor, SheetWish("matrix-differential", 8, 1, 1, False))
    assert len({lesson.exercise.asked.program for lesson in lessons}) == 8
    print_sheet(tutor, SheetWish("jacobian", 2, 1, 1, False), Output("text", "", False))
    assert "Solution" not in capsys.readouterr().out


def test_what_follows_a_list_in_markdown_is_no_part_of_it(tutor: Tutor, capsys: pytest.CaptureFixture[str]) -> None:
    print_sheet(tutor, SheetWish("backprop", 1, 1, 1, False), Output("markdown", "", False))
    assert "(scalar)\n\nCompute" in capsys.readouterr().out


def test_the_topics_are_a_page(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["practice", "--format", "markdown"]) == 0
    assert "| chain-rule | 0 of 12 |" in capsys.readouterr().out


_HOMEWORK = """
title = "Homework 5"
[[question]]
name = "slope"
ask = "implicit"
functions = ["x^3 + y^3 = 6xy"]
solve-for = "y"
at = "3, 3"
[[question]]
name = "kink"
ask = "point"
functions = ["a(x) = |x|"]
at = "0"
"""


def test_the_questions_of_a_file_are_printed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, roster = tmp_path / "homework.toml", tmp_path / "roster.csv"
    file.write_text(_HOMEWORK, "utf-8")
    roster.write_text("student\nAda\n", "utf-8")
    out = session(monkeypatch, capsys, "", "practice", "--from", str(file), "--print", "2", "--solutions")
    headings = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert headings == ["Homework 5", "1. slope", "Solution of 1", "2. kink", "Solution of 2", "Answers"]
    assert "Is the equation solvable?\n" in out
    assert "Checked: " in out
    assert "Check.\n" not in out
    answers = out.split("Answers\n")[1]
    assert "dy/dx = -1\n" in answers
    assert "derivative exists: no" in answers
    assert run_command(["practice", "--from", str(file), "--print", "1"]) == 0
    assert "kink" not in capsys.readouterr().out
    assert run_command(["practice", "--from", str(file), "--per-student", str(roster)]) == 2
    assert "the questions of a file have theirs" in capsys.readouterr().err


def test_a_class_gets_a_sheet_each(tutor: Tutor, tmp_path: Path) -> None:
    students = students_of("student,name\ns1,Ada <b>\n../s 2,\n", "class.csv")
    wish = SheetWish("jacobian", 1, 1, 1, False)
    for folder in ("one", "two"):
        print_class(tutor, wish, students, Output("html", str(tmp_path / folder), False))
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["s1.html", "s_2.html"]
    pages = [(tmp_path / "one" / name).read_text("utf-8") for name in names]
    assert pages == [(tmp_path / "two" / name).read_text("utf-8") for name in names], "the same again"
    assert "Ada &lt;b&gt; (s1)" in pages[0]
    assert f"jacobian/1/{seed_of('s1', 1)}" in pages[0]
    print_class(tutor, wish, students, Output("markdown", str(tmp_path / "all.md"), False))
    assert (tmp_path / "all.md").read_text("utf-8").count("Exercises for") == 2


def test_the_seed_of_a_student_is_the_same_on_every_machine() -> None:
    assert seed_of("s1", 1) == 348110
    assert seed_of("s1", 2) != seed_of("s1", 1) != seed_of("s2", 1)


def test_names_of_files_are_safe_and_different() -> None:
    assert file_names(["a/b", "a b", "A_B", "..", "é", "x" * 200]) == [
        "a_b", "a_b-2", "A_B-3", "student", "é", "x" * 60]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty"), ('""\n', "is empty"), (",,\n,", "is empty"), ("name\nAda\n", "has no column student"),
     ("student\n", "lists no students"),
     ("student\na\na\n", "lists a twice"), ("student,name\n,Ada\n", "a row without a student"),
     ('student\n"a\n', "cannot be read")],
)  # fmt: skip
def test_class_lists_that_are_none(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        students_of(text, "class.csv")
    assert message in caught.value.report()


def test_class_lists() -> None:
    assert students_of("\ufeffname;Student\r\nAda;'=1\r\n\r\n".lstrip("\ufeff"), "c") == [Student("=1", "Ada")]


# -- the linter and statements ------------------------------------------------------------------------

_PROBLEMS = """
functions = \"\"\"
f(x, y) = [x^2 + 4y, 2x y]
\"\"\"
[[question]]
name = "bad"
ask = "jacobian"
functions = ["f"]
at = "2, 2"
[[question]]
name = "good"
ask = "jacobian"
functions = ["f"]
at = "3, 5"
"""


def test_the_linter_warns_with_one_line_each(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(_PROBLEMS)
    out = session(monkeypatch, capsys, "", "practice", "--lint", str(path))
    assert "warning: bad: the mistake “transposed” gives the right answer too" in out.splitlines()
    assert "good" not in out


def test_every_exercise_has_words(tutor: Tutor) -> None:
    for name in exercise_names():
        from jacocalc.sources import exercise

        assert statement(exercise(name)), name


@pytest.mark.parametrize(
    ("words", "message"),
    [(["chain-rul"], "did you mean chain-rule?"), (["gradient", "--level", "4"], "level"),
     (["gradient", "--print", "0"], "print"), (["--per-student", "nosuch.csv"], "nosuch.csv does not exist"),
     (["--from", "nosuch.toml"], "nosuch.toml does not exist"), (["--lint", "nosuch-1"], "there is no exercise")],
)  # fmt: skip
def test_errors(words: list[str], message: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["practice", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_hints_are_the_authors_or_derived_ones(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    question = '[[question]]\nname = "{}"\nask = "gradient"\nfunctions = ["f(x, y) = x^2 y"]\n{}'
    path.write_text(question.format("hinted", 'hints = ["Go on."]\n') + question.format("bare", ""), "utf-8")
    assert lesson_of("hinted", str(path)).hints == ("Go on.",)
    bare = lesson_of("bare", str(path))
    assert bare.hints == hints(bare.derivation) != ()


def test_an_unknown_exercise_is_an_error(tutor: Tutor) -> None:
    with pytest.raises(JacocalcError):
        tutor.lesson("chain-rule/9/1")


def test_each_sheet_is_written_as_soon_as_it_is_drawn(
    tutor: Tutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(tutor: Tutor, wish: SheetWish) -> list[Lesson]:
        if wish.seed == seed_of("bob", 1):
            raise KeyboardInterrupt
        return drawn(tutor, wish)

    monkeypatch.setattr("jacocalc.cli.sheets.drawn", interrupted)
    wish, page = SheetWish("gradient", 1, 1, 1, False), Output("text", str(tmp_path / "out"), False)
    with pytest.raises(KeyboardInterrupt):
        print_class(tutor, wish, [Student("ada"), Student("bob")], page)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ada.txt"]
