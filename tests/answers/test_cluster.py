"""Grading on a Dask cluster of two worker processes, one of which is killed midway."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

import jacocalc as jc
from jacocalc import classroom
from jacocalc.answers.row_judges import RowLimits
from jacocalc.errors import LimitReached, MissingExtra
from tests.answers import fake_judges
from tests.answers.test_grading import PROBLEMS

ROWS = [(f"s{i}", "q1", f"a{i}") for i in range(160)]


@pytest.mark.filterwarnings("ignore")  # the cluster's own
def test_a_worker_of_a_cluster_is_killed_midway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    monkeypatch.setattr(classroom, "RowLimits", partial(RowLimits, judge=fake_judges.slow))
    monkeypatch.setenv(fake_judges.LOG, str(tmp_path / "log"))
    told: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        workers = [worker.pid for worker in cluster.workers.values()]
        assert len(set(workers) - {os.getpid()}) == 2

        def progress(done: int, total: int) -> None:
            assert total == len(ROWS)
            if workers and done >= 30:
                os.kill(workers.pop(), signal.SIGKILL)
                workers.clear()
            told.append(done)

        output = tmp_path / "marks.csv"
        marks = jc.grade(PROBLEMS, ROWS, output=output, scheduler=cluster.scheduler_address, progress=progress)
    assert not workers  # one was killed
    assert [(m.student, m.message) for m in marks] == [(f"s{i}", f"wrong: a{i}") for i in range(len(ROWS))]
    assert len(output.read_text().splitlines()) == len(ROWS) + 1
    assert (told[0], told[-1]) == (0, len(ROWS))
    assert told == sorted(set(told))  # no row is counted twice
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert {text for _, text in lines} == {text for _, _, text in ROWS}
    assert len({judge for judge, _ in lines}) >= 2  # both workers had some
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.filterwarnings("ignore")
def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    monkeypatch.setattr(classroom, "_PATIENCE", 1)
    with pytest.raises(LimitReached, match="no scheduler answers at tcp:"):
        jc.grade(PROBLEMS, ROWS, scheduler="tcp://127.0.0.1:9")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra) as caught:
        jc.grade(PROBLEMS, ROWS, scheduler="tcp://127.0.0.1:9")
    assert caught.value.hint == "pip install 'jacocalc[cluster]'"
    assert caught.value.exit_status == 2
