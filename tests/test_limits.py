"""Limits that hold whatever is typed: time, memory, and what happens when they are reached."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

import jacocalc as jc
from jacocalc.cli.guard import guarded
from jacocalc.errors import JacocalcError, LimitReached
from jacocalc.evaluate import budget

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork"),
    # A test before this one may have loaded JAX into this process; the children here do not use it.
    pytest.mark.filterwarnings(r"ignore:os\.fork\(\) was called:RuntimeWarning"),
]


def run(code: str, seconds: float = 1.0) -> subprocess.CompletedProcess[str]:
    program = f"import sys\nfrom jacocalc.cli.guard import guarded\ndef work():\n    {code}\n"
    return subprocess.run(
        [sys.executable, "-c", program + f"sys.exit(guarded(work, {seconds}, 400))"], capture_output=True, text=True
    )


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "while True: pass", "10**(10**9)"])
def test_time(code: str) -> None:
    start = time.monotonic()
    done = run(code)
    assert time.monotonic() - start < 20
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[0] == "error: the limit of 1 s is reached"


@pytest.mark.parametrize("code", ["x = bytearray(10**9); return 0", "x = [0]\n    while True: x = x + x"])
def test_memory(code: str) -> None:
    done = run(code, 20.0)
    assert done.returncode == 3
    assert "400 MB of memory is reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_crash_of_a_library_is_one_line() -> None:
    done = run("import os; os.abort()")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 2


def test_what_stands_at_the_fork_is_not_searched_for_cycles() -> None:
    assert run("import gc; return gc.get_freeze_count() > 1000 and gc.get_threshold()[0] > 10_000").returncode == 1


def test_ctrl_c_ends_it_at_once() -> None:
    code = (
        "import sys, time\nfrom jacocalc.cli.guard import guarded\n"
        "def work():\n    print('ready', flush=True)\n    time.sleep(60)\n    return 0\n"
        "sys.exit(guarded(work, 50, 400))"
    )
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "interrupted\n")


def test_a_closed_stdout_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m jacocalc jacobian f >&-"], capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr


def test_the_status_of_the_work_comes_through() -> None:
    assert [run(f"return {status}").returncode for status in (0, 2, 4)] == [0, 2, 4]


def test_a_command_ends_at_its_time() -> None:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "jacocalc", "compose", "f", "g", "--timeout", "0.1"], capture_output=True, text=True
    )
    assert time.monotonic() - start < 20
    assert (done.returncode, done.stdout) == (3, "")


def endless() -> None:
    while True:
        abs(1)


def deaf() -> int:
    """Swallows the exception that says that the budget is spent, as a library may."""
    while True:
        try:
            abs(1)
        except BaseException:
            continue


@pytest.mark.parametrize("may_fork", [True, False])
@pytest.mark.parametrize("work", [endless, deaf])
def test_a_budget_of_calls(monkeypatch: pytest.MonkeyPatch, may_fork: bool, work: Callable[[], object]) -> None:
    monkeypatch.setattr(budget, "_may_fork", lambda: may_fork)
    with pytest.raises(LimitReached):
        budget.within(10_000, work, seconds=0.5)
    assert budget.within(10_000, max, 3, 2) == 3
    with pytest.raises(ZeroDivisionError):
        budget.within(10_000, divmod, 1, 0)


class Ending:
    """What runs when it ends, where exceptions are only reported."""

    def __del__(self) -> None:
        for _ in range(1000):
            len("")


def dropped() -> None:
    for _ in range(100):
        Ending()
    for _ in range(100):
        len("")


def test_a_budget_that_is_spent_at_an_end_is_not_reported(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(budget, "_may_fork", lambda: True)
    with pytest.raises(LimitReached):
        budget.within(500, dropped)
    assert capfd.readouterr().err == ""


class Failing:
    """What fails when it ends, which spends no budget."""

    def __del__(self) -> None:
        raise ValueError("an end")


def failing() -> int:
    Failing()
    return sum(len("x") for _ in range(100))


def test_an_error_at_an_end_spends_no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "_may_fork", lambda: False)
    assert budget.within(10_000, failing) == 100


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system does not count the processor's seconds")
def many() -> int:
    """Some 12,000 calls and returns."""
    return sum(map(abs, range(10))) + len([abs(n) for n in range(6_000)])


def test_a_child_interpreter_has_more_calls_than_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork has the caches of this process; a proof that costs more in a cold child is reached all the same."""
    monkeypatch.setattr(budget, "_may_fork", lambda: False)
    assert budget.within(10_000, many) == 6_045
    monkeypatch.setattr(budget, "_may_fork", lambda: True)
    with pytest.raises(LimitReached):
        budget.within(10_000, many)


@pytest.mark.parametrize("may_fork", [True, False])
def test_a_budget_is_of_the_processors_seconds(monkeypatch: pytest.MonkeyPatch, may_fork: bool) -> None:
    monkeypatch.setattr(budget, "_may_fork", lambda: may_fork)
    budget.within(10_000, time.sleep, 0.4, seconds=0.2)  # a machine that is busy with other things
    with pytest.raises(LimitReached):
        budget.within(10_000, sum, range(10**10), seconds=0.2)  # one call
    assert budget.within(10_000, max, 3, 2) == 3


@pytest.mark.parametrize("selects", [True, False])
def test_a_child_of_ones_own(monkeypatch: pytest.MonkeyPatch, selects: bool) -> None:
    monkeypatch.setattr(budget, "_SELECTS", selects)
    seat = budget.Seat(500)
    assert seat.ask(20, max, 3, 2) == 3
    with pytest.raises(ZeroDivisionError):
        seat.ask(20, divmod, 1, 0)
    with pytest.raises(LimitReached, match="budget"):  # MemoryError is no crash
        seat.ask(20, bytearray, 10**10)
    assert seat.alive
    with pytest.raises(LimitReached, match=r"the limit of 0\.2 s is reached"):
        seat.ask(0.2, endless)
    assert seat.late
    assert not seat.alive
    crashing = budget.Seat(500)
    with pytest.raises(LimitReached, match="ended by the system"):
        crashing.ask(20, os.abort)
    assert not crashing.late
    assert not crashing.alive


def test_without_fork_a_thread_ends_the_program() -> None:
    program = (
        "import os, sys, time\ndel os.fork\nfrom jacocalc.cli.guard import guarded\n"
        "sys.exit(guarded(lambda: time.sleep(30) or 0, 0.5, 100))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 3
    assert "limit of 0.5 s" in done.stderr


def test_guarded_is_what_the_program_runs_under() -> None:
    assert guarded.__module__ == "jacocalc.cli.guard"


@pytest.mark.parametrize("may_fork", [True, False])
def test_a_question_with_a_timeout(monkeypatch: pytest.MonkeyPatch, may_fork: bool) -> None:
    monkeypatch.setattr(budget, "_may_fork", lambda: may_fork)
    monkeypatch.setattr(budget, "_STARTING", 3.0)
    solution = jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = u v", at=(1, 2), timeout=20)
    assert solution == jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = u v", at=(1, 2))
    with pytest.raises(LimitReached, match=r"the limit of 0\.01 s"):
        budget.until(0.01, time.sleep, 5)
    assert budget.until(5, max, 3, 2) == 3


def test_an_impossible_timeout() -> None:
    with pytest.raises(JacocalcError, match="positive number of seconds"):
        jc.jacobian("f(x) = x", timeout=0)


_ENDING = """
import sys
from jacocalc.errors import LimitReached
from jacocalc.evaluate.budget import within
try:
    within(10**6, sys.exit)
except LimitReached:
    print("limit")
finally:
    print("out", flush=True)
"""


def test_a_child_never_goes_on_with_the_program_of_its_parent() -> None:
    done = subprocess.run([sys.executable, "-c", _ENDING], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["limit", "out"]
