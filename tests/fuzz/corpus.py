"""Real inputs: the tables of the tests, the worked examples, the exercises, the commands of the README."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path

import typer

from jacocalc.cli.program import app
from tests import test_cli, test_readme
from tests.answers import test_backward
from tests.reading import (
    test_answers,
    test_definitions,
    test_index_sums,
    test_language,
    test_latex,
    test_programs,
    test_rosters,
)

HOUSE = Path(__file__).parents[2]
EXAMPLES = HOUSE / "worked_examples"

TEXTS = [
    *(typed for typed, _ in test_language.ACCEPTED),
    *(row[0] for row in test_language.REFUSED),
    *(row[0] for row in test_definitions.DEFINED),
    *(row[0] for row in test_definitions.REFUSED),
    *(row[0] for row in test_latex.SAME),
    *(row[0] for row in test_latex.DEFINITIONS),
    *(row[0] for row in test_latex.REFUSED),
    *(f"f(x, y, x_1, x_2, x_3) = {row[0]}" for row in (*test_index_sums.READ, *test_index_sums.REFUSED)),
]

PROGRAMS = [
    *(test_programs.HEAD + row[0] for row in test_programs.READ),
    *(test_programs.HEAD + row[0] for row in test_programs.REFUSED),
    "x_t: n; h_0: n\nfor t = 1..T:\n  z_t = h_{t-1} + x_t\n  h_t = tanh(z_t)\nL = sum(h_T)",
    "x: n_0; W^(l): n_l x n_{l-1}\nh^(0) = x\nfor l = 1..L:\n  h^(l) = tanh(W^(l) h^(l-1))\nJ = sum(h^(L))",
    "x: n; W: n x n; h: n; solve h = tanh(W h + x); L = 1/2 ||h||^2",
]

PROBLEMS = [
    test_definitions.GOOD,
    test_definitions.PRACTICE,
    *(path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/*.toml")) if path.stat().st_size < 8_000),
]

TABLES = [
    test_rosters.HEAD + 'Ada,q1,"[1, 2]"\nBob,q1,x\n',
    "sep=;\r\nstudent;question;answer\r\nAda;q1;[1, 2]\r\n",
    '\ufeff"student"\t"question"\t"answer"\nAda\tq1\t"[1, 2]"',
    test_rosters.HEAD + '=cmd|\' /C calc\'!A0,q1,\'-1/2\n@Ada,q2,"say ""x"""\n',
    "student,name\n1,Ada\n2,Bob\n3,=1+1\n",
    "name;student\nZoë;7\n;8\n",
]

POINTS = [
    "1,2", "x=1, y=2", "pi/2, sqrt(2)", "(1, 2)", "[1; 2]", "x = -1/2; y = 3e + 2", "t=0.1", "1e3, 2", "0, 0",
    "left", "1/3",
    "W = [[1, 2], [3, 4]], x = [1, 2], a = 0.5, sigma = tanh", "A=[1,2;3,4]\nb = 1e-3, yhat = [0.5; 2]", "0.05,-0.04",
    '{"W": [[1, 2], [3, 4]], "x": [1, 2.5], "a": 1e3, "s": "tanh"}', "x = [1, 2]\nW = [[1, 2], [3, 4]]\n",
    *(row[0] for row in test_definitions.POINTS),
]  # fmt: skip


def _answers_of_pairs() -> list[str]:
    """The answers of the table of pairs, each side of each."""
    table = tomllib.loads((HOUSE / "tests" / "answers" / "pairs.toml").read_text("utf-8"))
    rows = [row for group in (*table["pairs"], *table["questions"]) for row in group["rows"]]
    return [row[key] for row in rows for key in ("left", "right", "answer") if key in row]


ANSWERS = [
    *test_answers.CORPUS, *_answers_of_pairs(),
    "J_h(g(f(x))) J_g(f(x)) J_f(x)", "continuous: yes, differentiable: no",
]  # fmt: skip

PASSES = [
    *(row[1] for row in test_backward.RIGHT),
    *(row[1] for row in test_backward.WRONG),
    *test_backward.UNREADABLE,
    *test_backward.LAYOUTS,
]

SOLUTIONS = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/*.json"))]
SMALL_SOLUTIONS = [text for text in SOLUTIONS if len(text) < 4_200]

RECORDS = [
    '{"schema": 1, "exercises": {"gradient/1/3": {"attempts": 2, "solved": 1, "hints": 0}, "volume-1": {"solved": 1}}}',
    json.dumps({"digest": "0" * 32, "verdict": {
        "outcome": "wrong", "certainty": "witness", "restriction": "", "score": 1.0, "max_score": 2.0,
        "entries": [{"name": "J", "outcome": "wrong", "given": "x", "expected": "y", "mistakes": [], "message": ""}],
        "mistakes": ["sign"], "message": "no", "read": "x"}}),
]  # fmt: skip


_COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
OPTIONS = {name: frozenset(word for one in command.params for word in one.opts) for name, command in _COMMANDS.items()}


def _readme() -> list[list[str]]:
    """The commands of the README, as words."""
    return [shlex.split(command) for command, _ in test_readme.EXAMPLES]


def _helps() -> list[list[str]]:
    """The example that the help of each command ends with."""
    epilogs = [command.epilog.partition("Example: jacocalc ")[2].partition(" && ")[0] for command in _COMMANDS.values()]
    return [shlex.split(epilog) for epilog in epilogs]


# Those that draw, write PDFs, start children of their own or wait for a person have tests of their own.
_LONG = {"picture", "grade", "practice"}
COMMANDS = [words for words in (*_readme(), *_helps(), *(row[0] for row in test_cli.ERRORS))
            if words and not _LONG & set(words) and not any(word.endswith(".pdf") for word in words)]  # fmt: skip
