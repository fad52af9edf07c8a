"""Broken on purpose: one rule, sign, transpose or order flipped at a time, and the tests that have to notice.

    python -m tests.broken map [FILE …]             which tests run through which lines: before all else
    python -m tests.broken run [COUNT] [--seed 1]   so many mutants (320), drawn evenly; goes on after a break
    python -m tests.broken report [COUNT]           what is known so far; exit status 1 below 98 %
    python -m tests.broken try NAME …               these mutants: the changed lines and what finds them
    python -m tests.broken fixed                    three mutants and the tests that find them, without a map

``--at-once N`` runs N processes; ``--seconds S`` is the time of each file of tests in the map; ``--again`` tries the
survivors once more; ``--with TEST …`` tries these tests, where the map comes to them too late.  Everything is kept in
.broken_cache; delete it to begin anew.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.broken import covering
from tests.broken.fixed import FIXED
from tests.broken.forks import load_libraries
from tests.broken.mutants import Mutant, all_mutants, chosen
from tests.broken.report import ENOUGH, report, tally
from tests.broken.running import KILLED, ROUNDS, UNKNOWN, Found, Round, fate, run
from tests.broken.trees import CACHE, fresh_tree

_MAP, _RESULTS = CACHE / "map.jsonl", CACHE / "results.jsonl"


def main() -> int:
    """One of the commands above."""
    parser = argparse.ArgumentParser(prog="python -m tests.broken", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("command", choices=("map", "run", "report", "try", "fixed"))
    parser.add_argument("what", nargs="*", help="how many, or which")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--with", dest="named", nargs="+", default=[], metavar="TEST")
    parser.add_argument("--at-once", type=int, default=1)
    asked = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    if asked.command == "map":
        return _map(asked.what, asked.seconds, asked.at_once)
    if asked.command == "fixed":
        return _fixed()
    if asked.command == "try":
        mutants = [mutant for mutant in all_mutants() if mutant.name in asked.what]
    else:
        mutants = chosen(int(asked.what[0]) if asked.what else 320, asked.seed)
    if asked.command != "report":
        _run(mutants, asked.at_once, asked.again or asked.command == "try", asked.named)
    return _report(mutants)


def _shared(count: int, work: Callable[[Path, int], None]) -> None:
    """So many processes, each with a tree of its own; ``work`` gets the tree and the number of the process."""
    load_libraries()
    children = []
    trees = [fresh_tree(f"tree-{os.getpid()}-{k}") for k in range(count)]
    for k, tree in enumerate(trees):
        child = os.fork()
        if child == 0:
            try:
                work(tree, k)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    for tree in trees:
        shutil.rmtree(tree, ignore_errors=True)


def _added(path: Path, record: object) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _map(files: Sequence[str], seconds: float, at_once: int) -> int:
    """The whole map anew, or these files of it."""
    if not files:
        _MAP.unlink(missing_ok=True)
        files = covering.test_files()

    def measure(tree: Path, k: int) -> None:
        for file in files[k::at_once]:
            found = covering.measured(tree, file, seconds)
            _added(_MAP, found)
            red = [name for name, spent in found["tests"].items() if spent is None]
            print(f"{file}: {len(found['tests'])} tests, {len(red)} not green {found.get('ended', '')}", flush=True)

    _shared(at_once, measure)
    return 0


def _results() -> dict[str, Found]:
    if not _RESULTS.exists():
        return {}
    found = (Found(**json.loads(line)) for line in _RESULTS.read_text("utf-8").splitlines())
    return {one.key: one for one in found}


def _run(mutants: Sequence[Mutant], at_once: int, again: bool, named: Sequence[str] = ()) -> None:
    """A few quick tests for every mutant, then many for those that survived them; or those that are named."""
    cover = covering.read(_MAP)
    for rounds in (ROUNDS,) if again else (ROUNDS[:-1], ROUNDS):
        known = _results()
        left = [m for m in mutants if m.key not in known or (
            known[m.key].outcome != KILLED and (again or known[m.key].rounds < len(rounds)))]  # fmt: skip

        def try_all(tree: Path, k: int, left: Sequence[Mutant] = left, rounds: Sequence[Round] = rounds) -> None:
            for mutant in left[k::at_once]:
                found = fate(tree, mutant, named or cover.tests_of(mutant), cover.seconds, rounds)
                found = _checked(tree, found, cover.seconds)
                _added(_RESULTS, found.as_json())
                print(f"{found.outcome} in {found.seconds} s: {mutant.name} {found.by} {found.said[:80]}", flush=True)

        if left:
            _shared(at_once, try_all)


def _checked(tree: Path, found: Found, expected: dict[str, float]) -> Found:
    """A test that is red in the whole tree too has found nothing: an error of ours."""
    if found.outcome == KILLED and found.by not in _GREEN:
        red, said, _ = run(tree, [found.by], 60.0, expected)
        if red:
            sys.stderr.write(f"red without a mutant: {found.by}: {said}\n")
            return replace(found, outcome=UNKNOWN, said=said)
        _GREEN.add(found.by)
    return found


_GREEN: set[str] = set()


def _report(mutants: Sequence[Mutant]) -> int:
    results = _results()
    print("\n".join(report(mutants, results)))
    missing = sum(mutant.key not in results for mutant in mutants)
    if missing:
        print(f"{missing} are not tried yet")
    share = tally((mutant, results[mutant.key]) for mutant in mutants if mutant.key in results).share
    return int(share < ENOUGH or bool(missing))


def _fixed() -> int:
    """Three mutants that the tests beside them must find; a share for every day."""
    load_libraries()
    tree = fresh_tree(f"fixed-{os.getpid()}")
    missed = 0
    for row in FIXED:
        found = fate(tree, row.mutant, row.tests, {})
        print(f"{found.outcome}: {row.mutant.name} {found.by} {found.said}")
        missed += found.outcome != KILLED
    red, said, _ = run(tree, [test for row in FIXED for test in row.tests], 60.0, {})
    if red:
        print(f"red without a mutant: {red}: {said}")
    shutil.rmtree(tree)
    return int(bool(missed or red))


if __name__ == "__main__":
    sys.exit(main())
