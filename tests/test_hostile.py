"""Hostile things, each with its right behaviour: the exit status, what is said, bounded time, nothing lost or run.

What is typed, named, read, written; the machine around the program.  Limits of time and memory as such are in
test_limits, hostile answers to a class in answers/test_grading, random inputs in tests/fuzz.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import sympy

import jacocalc as jc
from jacocalc import classroom
from jacocalc.answers import grading
from jacocalc.answers.journal import Journal
from jacocalc.answers.row_judges import RowLimits
from jacocalc.cli import run_command
from jacocalc.cli.progress import Progress, Record
from jacocalc.digits import fraction, power_of_ten
from jacocalc.errors import JacocalcError, LimitReached
from jacocalc.saving import save
from tests.answers import fake_judges
from tests.shares import FULL

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and limits of a POSIX system")

SOON = 2.0  # seconds of the processor within which what is hostile is refused
BUSY = 1.0 if FULL else 20.0  # seconds of the clock beyond a limit: more where other tests run at the same time
RUNS = "__import__('os').system('touch pwned')"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every test runs in a folder of its own, in which nothing that was typed has been run at its end."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not (tmp_path / "pwned").exists()


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of a command in this process; what is said is short and steers no terminal."""
    start = time.process_time()
    status = run_command([*words])
    out, err = capsys.readouterr()
    assert time.process_time() - start < SOON
    assert len(err.splitlines()) <= 4, err
    assert len(err) < 3_000
    assert all(sign.isprintable() or sign == "\n" for sign in err)
    return status, out, err


# -- what is typed ------------------------------------------------------------------------------------

BOMBS = [  # bodies of a definition, in text and in LaTeX: what is said
    (RUNS, "is not part of the language"),
    ("eval('1')", "eval is not a known function"),
    ("x.__class__.__mro__", "is not part of the language"),
    ("lambda: x", "lambda is not declared"),
    ("[x for x in (1).__class__.__bases__]", ""),
    ("exec(x)", ""),
    ("`touch pwned`", "expected a number, a name or a bracket"),
    ("$(touch pwned)", ""),
    ("10^10^10", ""),
    ("9^9^9^9^9", ""),
    ("x^1001", ""),
    ("x^" * 4_000 + "2", ""),
    ("1" * 61 + " x", ""),
    ("1e10000 x", ""),
    ("(" * 31 + "x" + ")" * 31, "deep"),
    ("(" * 9_000, ""),
    ("-" * 9_000 + "x", ""),
    ("|" * 5_000, ""),
    ("sin " * 2_400 + "x", "functions are nested too deep"),
    ("+".join(["x"] * 4_000), ""),
    ("x" + "/2" * 1_400, "divisions stand in a row"),
    ("x" + "·2" * 4_000, ""),
    ("x" + "'" * 4_000, ""),
    ("x" * 10_001, "10,000"),
    ("[" * 40 + "x" + "]" * 40, ""),
    ("[7" + ", 9(4)" * 700, "“[” is never closed"),
    ("[7" + ", 9(4)" * 1_500 + "]", "symbols or more"),
    ("[" + "[x], " * 400, "“[” is never closed"),
    ("[[2," * 1_400 + r" [1, \\]", "a line break belongs into a matrix"),
    ("piecewise(" * 200, ""),
    ("х^2", "cyrillic small letter ha"),
    ("x\u202e2^", "right-to-left override"),
    ("x\x00", "U+0000"),
    ("x\x1b[2J", "U+001B"),
    ("x + ٣", "arabic-indic digit three"),
    (r"\def\x{\x\x}\x", "not a command"),
    (r"\newcommand{\y}{\y\y}\y", "not a command"),
    (r"\expandafter\def\csname x\endcsname{x}", "not a command"),
    (r"\csname input\endcsname", "not a command"),
    (r"\input{/etc/passwd}", "not a command"),
    (r"\include{/etc/passwd}", "not a command"),
    (r"\write18{touch pwned}", "not a command"),
    (r"\immediate\write18{touch pwned}", "not a command"),
    (r"\directlua{os.execute('touch pwned')}", "not a command"),
    (r"\loop x\repeat", "not a command"),
    (r"\catcode`\x=13", "not a command"),
    (r"\href{javascript:alert(1)}{x}", "not a command"),
    (r"\frac{1}{" * 31 + "x" + "}" * 31, "deep"),
    (r"\frac" * 2_000, ""),
    (r"\sqrt{" * 1_600, ""),
    (r"\left(" * 1_600, ""),
    (r"\begin{bmatrix}" * 600, ""),
    (r"\\" * 5_000, ""),
    (r"\text{" * 1_600, ""),
    ("^^5cinput{/etc/passwd}", ""),
]


@pytest.mark.parametrize(("body", "said"), BOMBS, ids=lambda v: ascii(v)[:30])
def test_a_hostile_formula_is_refused(capsys: pytest.CaptureFixture[str], body: str, said: str) -> None:
    status, out, err = ended(capsys, "jacobian", f"f(x) = {body}")
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert said in err


@pytest.mark.parametrize(("body", "said"), BOMBS, ids=lambda v: ascii(v)[:30])
def test_a_hostile_answer_gets_a_verdict(body: str, said: str) -> None:
    start = time.process_time()
    verdict = SQUARE.check(body)
    assert verdict.outcome in ("unreadable", "wrong", "undecided")
    assert verdict.message
    assert time.process_time() - start < SOON


SQUARE = jc.jacobian("f(x) = x^2")


@pytest.mark.parametrize(
    "words",
    [
        ["backprop", f"x: n; L = {RUNS}"],
        ["backprop", "x: n; L = " + "sum(" * 900],
        ["backprop", "x:" + " " * 9_000 + "?; L = x"],
        ["backprop", "x" + " " * 9_000 + "; L = x"],
        ["backprop", "x: n;" + "\t" * 9_000 + "L"],
        ["backprop", "x: n; L = " + "x' x " * 2_000],
        ["backprop", "x: n; L = sum(x" + "/2" * 3_000 + ")"],
        ["backprop", "x: n; L = sum(x" + "'" * 3_000 + ")"],
        ["backprop", "A: n x n; L = tr(A" + "^T" * 3_000 + ")"],
        ["backprop", "A: n x n invertible; L = tr(A" + "^-1" * 3_000 + ")"],
        ["backprop", "x: n; L = " + "-" * 9_000 + "x' x"],
        ["backprop", "x: n; L = sum(" + "tanh " * 1_800 + "x)"],
        ["backprop", "for t = 1..99999999:\n  x_t = 1"],
        ["backprop", "x: n; L = x' x", "--at", f"x = {RUNS}"],
        ["backprop", "x: n; L = x' x", "--at", "x = 1e999999999"],
        ["backprop", "x: n; L = x' x", "--at", "x = [" * 5_000],
        ["backprop", "x: n; L = x' x", "--random", "9" * 5_000],
        ["backprop", "x: 3; L = x' x", "--random", "1", "--update", "1e999999999"],
        ["jacobian", "f(x) = x", "--at", "9" * 61],
        ["jacobian", "f(x) = x", "--at", "x=" * 4_000],
        ["jacobian", "f(x) = x", "--kink", "1e999999999"],
        ["jacobian", "f(x) = x", "--digits", "9" * 40],
        ["jacobian", "f(x) = x", "--newton", "9" * 40],
        ["jacobian", "f(x) = x", "--timeout", "²"],
        ["jacobian", "f(x) = x", "--answer", "1", "--rtol", "1e-999999999"],
        ["jacobian", "f(x) = x", "--answer", "1", "--form", "x" * 9_000],
        ["jacobian", "f(x) = x", "-o", "a\0b"],
        ["compose", "f(x) = x", "g(x) = x", "--animate", "a\0b.svg"],
        ["jacobian", "f(x) = x", "--from", "a\0b"],
        ["jacobian", "f(x) = x", "--from", "a" * 5_000],
        ["jacobian", "ab\n\x1b[31m\u202ecd"],
        ["jacobian", "\ud800"],
        ["jacobian", "f: R^9999999999999 -> R^99999999999999"],
        ["vjp", "f(x) = x", "--vector", "1," * 5_000],
        ["implicit", "x^2 + y^2 = 25", "--solve-for", "y," * 4_000],
        ["practice", "gradient/1/" + "9" * 5_000, "--print", "1"],
        ["check", "exercise-" + "9" * 5_000, "1"],
        ["check", "gradient/1/" + "9" * 5_000, "1"],
        ["examples", "../../etc/passwd"],
        ["\x1b[31m"],
        ["--\x1b[31m"],
    ],
    ids=lambda words: ascii(" ".join(words))[:40],
)
def test_hostile_words_are_refused(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    status, out, err = ended(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")


def test_what_is_too_large_is_not_begun(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = ended(capsys, "backprop", "x: 99999999999999999999999; L = sum(x)", "--random", "1")
    assert (status, out) == (3, "")
    assert "entries, too many for numbers" in err


@pytest.mark.parametrize("command", ["jacobian", "gradient", "hessian"])
@pytest.mark.parametrize("point", [(), ("--at", "2")])
def test_a_power_that_cannot_be_written_out_is_left_as_it_is(
    capsys: pytest.CaptureFixture[str], command: str, point: tuple[str, ...]
) -> None:
    status, out, err = ended(capsys, command, "f(x) = ((((9^900)^900)^900)^900)^900 x^2", *point)
    assert (status, err) == (0, "")
    assert "difference quotients of values agree" in out


@pytest.mark.parametrize(
    ("text", "read"), [("1e999999999", None), ("1e-999999999", None), ("1e+9999999999999999999999", None),
                       ("-1e-4999", -1), ("1/0", None), ("2.5E-1", 1), ("1_0e1_0", 1), ("x", None)]
)  # fmt: skip
def test_a_number_of_a_billion_digits_is_not_computed(text: str, read: int | None) -> None:
    start = time.process_time()
    if read is None:
        with pytest.raises((ValueError, ZeroDivisionError)):
            fraction(text)
    else:
        number = fraction(text)
        assert (number > 0) - (number < 0) == read
    assert time.process_time() - start < 0.2


def test_powers_of_ten() -> None:
    assert [power_of_ten("-2"), power_of_ten("3")] == [fraction("0.01"), 1000]
    for exponent in ("-999999", "9" * 5_000, "x", ""):
        with pytest.raises(ValueError, match=r"large|invalid"):
            power_of_ten(exponent)


# -- names through the API ----------------------------------------------------------------------------

NAMES = [RUNS, "x'; touch pwned; '", 'a"b', '"""\nimport os; os.system("touch pwned")\n"""', "a\nb", "*/ int x; /*",
         "</script><script>alert(1)</script>", "\\input{/etc/passwd}", "$(touch pwned)", "`touch pwned`", "{x!r}",
         "x\x00", "\u202ex", "x]]>", "-x", "x.__class__"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_hostile_name_is_refused(name: str) -> None:
    x, y = sympy.Symbol("x"), sympy.Symbol(name)
    told: list[Callable[[], object]] = [
        lambda: jc.from_sympy("f", [y], [y**2]),
        lambda: jc.from_sympy(name, [x], [x**2]),
        lambda: jc.from_sympy("f", [x], [x * y], [y]),
        lambda: jc.from_sympy("f", [x], [x * y]),
        lambda: jc.from_sympy("f", [], sympy.Lambda((x, y), x * y)),
        lambda: jc.from_sympy("f", [x], sympy.Matrix([sympy.Function(name.replace("\0", "'"))(x)])),
        lambda: jc.read(name, variables=[y]),
        lambda: jc.function(f"{name}(x) = x"),
        lambda: jc.function(f"f({name}) = x"),
    ]
    for tell in told:
        with pytest.raises(JacocalcError):
            tell()
    assert jc.check("exercise-1", sympy.Matrix([[y, 1], [1, 1]])).outcome in ("unreadable", "wrong")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_hostile_name_is_not_written_into_code(name: str) -> None:
    compiled = jc.compile(sympy.Matrix([sympy.Symbol(name) ** 2]), inputs=(sympy.Symbol(name),))
    made: dict[str, object] = {"__name__": "made"}
    exec(compile(compiled.to_code("numpy"), "made", "exec"), made)
    assert compiled.value([3.0]) == 9
    written = [compiled.to_code(target) for target in ("numpy", "c", "jax", "torch", "julia", "matlab")]
    assert not any(name in code for code in written if name != "-x")


WORDS = ["lambda", "import", "None", "True", "def", "return", "class", "print", "np", "self", "int", "double", "for",
         "x_0", "value", "jacobian", "inputs", "point", "e", "pi", "I", "end", "function", "t0"]  # fmt: skip


@pytest.mark.parametrize("name", WORDS if FULL else WORDS[::3])
def test_a_word_of_a_programming_language_is_a_name(name: str) -> None:
    x, y = sympy.symbols(f"{name},w", real=True)
    f = jc.from_sympy(name, [x, y], [x**2 * y, sympy.sin(x)])
    c = jc.compile(f)
    np.testing.assert_allclose(c.jacobian([2.0, 3.0]), [[12, 4], [np.cos(2), 0]])
    made: dict[str, object] = {"__name__": "made"}
    exec(compile(c.to_code("numpy"), "made", "exec"), made)
    assert all(c.to_code(target) for target in ("c", "jax", "torch", "julia", "matlab", "latex"))
    solution = jc.jacobian(f, at=(2, 3))
    assert jc.from_json(solution.to_json()).derivation == solution.derivation
    assert all((solution.to_html(), solution.to_latex(), solution.to_markdown(), solution.to_text()))


@pytest.mark.parametrize("name", ["sin", "exp", "max", "sigmoid"])
def test_the_name_of_a_function_is_no_name_of_a_symbol(name: str) -> None:
    x = sympy.Symbol(name)
    with pytest.raises(JacocalcError, match="has the name of the function"):
        jc.from_sympy("f", [x], [sympy.sin(x)])


class Executed:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch pwned",))


def test_a_pickle_is_never_opened(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("values.npz", x=np.array([Executed()], dtype=object))
    Path("other.npz").write_bytes(pickle.dumps(Executed()))
    Path("mine.toml").write_bytes(pickle.dumps(Executed()))
    for name in ("values.npz", "other.npz"):
        status, _, err = ended(capsys, "backprop", "x: n; L = x' x", "--at", name)
        assert (status, "is not readable" in err) == (2, True)
    assert ended(capsys, "jacobian", "f", "--from", "mine.toml")[0] == 2


@pytest.mark.parametrize("place", ["name", "inputs", "parameters", "outputs"])
def test_a_hostile_name_in_json(place: str) -> None:
    record = json.loads(SQUARE.to_json())
    function = record["question"]["chain"]["stages"][0]
    function[place] = RUNS if place == "name" else [RUNS]
    with pytest.raises(JacocalcError):
        jc.from_json(json.dumps(record))
    with pytest.raises(JacocalcError):
        jc.replay(json.dumps(record))


# -- what is read -------------------------------------------------------------------------------------


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(300_000_000)


KINDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "is a folder"),
    "a pipe": (_fifo, "is not a file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    "a loop": (lambda path: path.symlink_to(path.name), ""),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "does not exist"),
    "nothing": (lambda path: None, "does not exist"),
    "large": (_sparse, "is larger than"),
    "binary": (lambda path: path.write_bytes(b"\xff\x00\xfe\x01" * 99), "UTF-8"),
    "memory": (lambda path: path.symlink_to("/proc/self/mem"), ""),
}
PLACES = {
    "functions": ("in.toml", ["jacobian", "f", "--from", "in.toml"]),
    "definitions": ("in.txt", ["jacobian", "f", "--from", "in.txt"]),
    "a program": ("in.txt", ["backprop", "in.txt"]),
    "arrays": ("in.json", ["backprop", "x: n; L = x' x", "--at", "in.json"]),
    "an exercise": ("in.toml", ["check", "q", "1", "--from", "in.toml"]),
    "an answer": ("in.md", ["check", "exercise-1", "in.md"]),
    "a solution": ("in.json", ["replay", "in.json"]),
    "problems": ("in.toml", ["grade", "in.toml", "answers.csv"]),
    "answers": ("in.csv", ["grade", "problems.toml", "in.csv"]),
    "a class": ("in.csv", ["practice", "gradient", "--print", "1", "--per-student", "in.csv", "-o", "sheets"]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_is_not_read(
    capsys: pytest.CaptureFixture[str], empty_folder: Path, kind: str, place: str
) -> None:
    Path("problems.toml").write_text(PROBLEMS)
    Path("answers.csv").write_text("student,question,answer\nAda,q,2x\n")
    name, words = PLACES[place]
    KINDS[kind][0](Path(name))
    status, out, err = ended(capsys, *words)
    assert (status, out) == (2, "")
    assert KINDS[kind][1] in err
    assert name in err


PROBLEMS = """
functions = "f(x) = x^2"
[[question]]
name = "q"
ask = "jacobian"
functions = ["f"]
"""


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a loop", "a link to nothing"])
def test_a_jacocalc_toml_that_is_no_file_is_none(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    KINDS[kind][0](Path("jacocalc.toml"))
    status, _, err = ended(capsys, "jacobian", "nosuch")
    assert (status, "no function is called nosuch" in err) == (2, True)


TOML_BOMBS = {
    "deep": "a = " + "[" * 100_000,
    "deep tables": "a = " + "{a=" * 50_000,
    "dotted": "a" + ".a" * 100_000 + " = 1",
    "digits": "title = 1\nx = " + "9" * 100_000,
    "a date": "title = 9999-99-99",
    "dotted tables": "[" + "a . " * 100_000 + "a]",
    "a level of many digits": PROBLEMS + "level = " + "9" * 5_000,
    "a title that steers": 'titel = "\\u001b[31m"\n"\\u001b[2J" = 1',
}  # fmt: skip


@pytest.mark.parametrize("text", TOML_BOMBS.values(), ids=list(TOML_BOMBS))
def test_a_bomb_in_toml(capsys: pytest.CaptureFixture[str], text: str) -> None:
    Path("bomb.toml").write_text(text)
    assert ended(capsys, "jacobian", "f", "--from", "bomb.toml")[0] == 2
    assert ended(capsys, "backprop", "x: n; L = x' x", "--at", "bomb.toml")[0] == 2


JSON_BOMBS = {
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "digits": '{"schema": ' + "9" * 100_000 + "}",
    "deep steps": json.dumps({**json.loads(SQUARE.to_json()), "steps": 9}).replace(": 9", ": " + "[" * 900 + "]" * 900),
    "not a number": '{"schema": NaN}',
    "a text": '"schema"',
    "null": "null",
}  # fmt: skip


@pytest.mark.parametrize("text", JSON_BOMBS.values(), ids=list(JSON_BOMBS))
def test_a_bomb_in_json(capsys: pytest.CaptureFixture[str], text: str) -> None:
    Path("bomb.json").write_text(text)
    assert ended(capsys, "replay", "bomb.json")[0] == 2
    assert ended(capsys, "backprop", "x: n; L = x' x", "--at", "bomb.json")[0] == 2


def test_a_formula_in_json_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(SQUARE.to_json())
    for bomb in ("9^9^9^9", "(" * 9_000, "x^" * 9_000 + "2", "x" * 900_000, RUNS):
        record["steps"][0]["partials"][0][0]["result"] = bomb
        start = time.process_time()
        with suppress(JacocalcError):
            assert jc.replay(json.dumps(record)).outcome in ("wrong", "undecided")
        assert time.process_time() - start < SOON


def test_a_zip_bomb_is_not_unpacked(capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", b"\0" * 60_000_000)
    assert Path("bomb.npz").stat().st_size < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, _, err = ended(capsys, "backprop", "x: n; L = x' x", "--at", "bomb.npz")
    assert (status, "holds more than 50,000,000 bytes" in err) == (2, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes


def test_a_zip_bomb_that_says_it_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    header = np.lib.format.magic(1, 0) + b"\x76\x00" + (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }".ljust(117) + b"\n"
    )  # fmt: skip
    with zipfile.ZipFile("bomb.npz", "w") as packed:
        packed.writestr("x.npy", header + b"\0" * 64)
    status, _, err = ended(capsys, "backprop", "x: n; L = x' x", "--at", "bomb.npz")
    assert (status, "is not readable" in err) == (2, True)


# -- what is written ----------------------------------------------------------------------------------

UNWRITABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda path: path.mkdir(), "Is a directory"),
    "a full device": (lambda path: path.symlink_to("/dev/full"), "No space left on device"),
    "a pipe that nobody reads": (_fifo, "nobody reads this pipe"),
    "a link into nothing": (lambda path: path.symlink_to("nothing/out"), "No such file or directory"),
}  # fmt: skip
WRITERS = {
    "a page": ["jacobian", "f(x) = x", "-o"],
    "code": ["code", "f(x) = x", "-o"],
    "a sheet": ["practice", "gradient", "--print", "1", "-o"],
}


@pytest.mark.parametrize("kind", UNWRITABLE)
@pytest.mark.parametrize("writer", WRITERS)
def test_where_nothing_can_be_written_one_line_says_so(
    capsys: pytest.CaptureFixture[str], kind: str, writer: str
) -> None:
    if writer == "a sheet" and kind != "a full device" and not FULL:
        pytest.skip("one sheet is enough")
    UNWRITABLE[kind][0](Path("out.txt"))
    status = run_command([*WRITERS[writer], "out.txt"])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert err.startswith("error: out.txt cannot be written: ")
    assert UNWRITABLE[kind][1] in err
    assert len(err.splitlines()) == 1


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_costs_no_old_file(empty_folder: Path) -> None:
    Path("real.txt").write_text("old")
    Path("out.txt").symlink_to("real.txt")
    with full_disk(1_000), pytest.raises(JacocalcError, match=r"out\.txt cannot be written"):
        save("out.txt", b"n" * 2_000)
    assert Path("out.txt").read_text() == "old"
    assert sorted(path.name for path in empty_folder.iterdir()) == ["out.txt", "real.txt"]
    os.chmod("real.txt", 0o640)
    save("out.txt", b"new")
    assert (Path("real.txt").read_text(), Path("out.txt").is_symlink()) == ("new", True)
    assert Path("real.txt").stat().st_mode & 0o777 == 0o640


def test_a_pipe_that_is_read_gets_the_page() -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    save("pipe", b"page")
    assert os.read(reader, 99) == b"page"
    os.close(reader)


def test_progress_on_a_full_disk_is_kept_later(empty_folder: Path) -> None:
    told: list[str] = []
    progress = Progress(empty_folder, told.append)
    progress.add("gradient-1", attempts=1)
    kept = (empty_folder / "progress.json").read_bytes()
    with full_disk(10):
        progress.add("gradient-1", attempts=1, solved=1)
        progress.add("gradient-2", hints=1)
    assert (empty_folder / "progress.json").read_bytes() == kept
    assert told == [f"progress is not kept: {empty_folder}: File too large"]
    progress.add("gradient-2", hints=1)
    again = Progress(empty_folder, told.append).read()
    assert again == {"gradient-1": Record(2, 1, 0), "gradient-2": Record(0, 0, 2)}
    assert len(told) == 1


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device"])
def test_progress_that_is_no_file_is_left_alone(empty_folder: Path, kind: str) -> None:
    KINDS[kind][0](empty_folder / "progress.json")
    told: list[str] = []
    progress = Progress(empty_folder, told.append)
    start = time.monotonic()
    progress.add("gradient-1", attempts=1)
    assert progress.read() == {"gradient-1": Record(1)}
    assert time.monotonic() - start < SOON
    assert told == [f"progress is not kept: {empty_folder}: progress.json is not a file"]
    assert not (empty_folder / "progress.json").is_file()


# -- a class ------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> Path:
    """Judges that are quick, and write down what they judge."""
    monkeypatch.setattr(grading, "cores", lambda: 1)
    monkeypatch.setattr(classroom, "RowLimits", partial(RowLimits, judge=fake_judges.quick))
    monkeypatch.setenv(fake_judges.LOG, str(empty_folder / "log"))
    return empty_folder / "log"


ROWS = [(f"s{i}", "q", f"wrong {i}") for i in range(12)]


def test_a_grading_on_a_full_disk_goes_on_later(quick: Path, empty_folder: Path) -> None:
    first = jc.grade(PROBLEMS, ROWS).to_csv()
    quick.unlink()
    with full_disk(1_000), pytest.raises(JacocalcError, match="cannot be written: File too large") as caught:
        jc.grade(PROBLEMS, ROWS, output="marks.csv")
    assert caught.value.exit_status == 2
    assert "goes on from there" in caught.value.hint
    assert not Path("marks.csv").exists()
    with Journal(Path("marks.csv.part")) as journal:
        kept = len(journal.taken)
    assert 0 < kept < len(ROWS)
    before = len(quick.read_text().splitlines())
    jc.grade(PROBLEMS, ROWS, output="marks.csv")
    assert len(quick.read_text().splitlines()) - before == len(ROWS) - kept
    assert Path("marks.csv").read_text() == first
    assert not Path("marks.csv.part").exists()


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device"])
def test_a_journal_that_is_no_file(quick: Path, kind: str) -> None:
    KINDS[kind][0](Path("marks.csv.part"))
    with pytest.raises(JacocalcError, match=r"marks\.csv\.part is not a file"):
        jc.grade(PROBLEMS, ROWS, output="marks.csv")


DAMAGED = [
    ("outcome", "excellent"), ("mistakes", [1]), ("score", "9"), ("score", float("nan")), ("message", 5),
    ("entries", 3), ("entries", [{"name": "x", "outcome": 1}]), ("certainty", None), ("max_score", []), ("points", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), DAMAGED if FULL else DAMAGED[:3])
def test_a_damaged_judgement_is_made_again(quick: Path, field: str, value: object) -> None:
    first = jc.grade(PROBLEMS, ROWS[:2]).to_csv()
    with full_disk(10**9), Journal(Path("marks.csv.part")) as journal:
        grading.grade_rows(
            classroom._rows(ROWS[:2]), classroom._questions(PROBLEMS)[1], journal=journal, version=classroom._version(),
            limits=RowLimits(10.0, 1000, fake_judges.quick),
        )  # fmt: skip
    lines = [json.loads(line) for line in Path("marks.csv.part").read_text().splitlines()]
    lines[0]["verdict"][field] = value
    Path("marks.csv.part").write_text("".join(json.dumps(line) + "\n" for line in lines) + "[" * 100_000)
    before = len(quick.read_text().splitlines())
    jc.grade(PROBLEMS, ROWS[:2], output="marks.csv")
    assert len(quick.read_text().splitlines()) - before == 1
    assert Path("marks.csv").read_text() == first


# -- mathematics that explodes ------------------------------------------------------------------------

EXPLODING = [  # the function, an answer, the outcome
    ("f(x) = sin(10(x + 5)^4)", "40(x+5)^3 cos(10(x+5)^4)", "correct"),
    ("f(x) = sin(10(x + 5)^4)", "40(x+5)^3 cos(10(x+5)^4) + x/10^9", "wrong"),
    ("f(x) = sin(10(x + 5)^4)", "40(x+5)^3 sin(10(x+5)^4)", "wrong"),
    ("f(x) = sin(10(x + 5)^4)", "40(x^3 + 15x^2 + 75x + 125) cos(10(x+5)^4)", "correct"),
    ("f(x) = -cos((x + 1)^7)", "7(x+1)^6 sin((x+1)^7)", "correct"),
    ("f(x) = (x + 1)^400 (x + 2)^400", "400 (x + 1)^399 (x + 2)^399 (2x + 3)", "correct"),
    ("f(x) = (x + 1)^400 (x + 2)^400", "400 (x + 1)^399 (x + 2)^399 (2x + 4)", "wrong"),
    ("f(x) = x", "(x + 1)^500/((x + 1)^500)·(x^2 + 1)^500/((x^2 + 1)^500)", "correct"),
    ("f(x) = x", "(1 + 1/10^50)^1000", "wrong"),
]


@pytest.mark.parametrize(("function", "answer", "outcome"), EXPLODING, ids=lambda v: str(v)[:40])
def test_a_judgement_ends(function: str, answer: str, outcome: str) -> None:
    start = time.monotonic()
    assert jc.jacobian(function).check(answer).outcome == outcome
    assert time.monotonic() - start < 10 + BUSY


def _determinant(n: int) -> str:
    """x ↦ A x for a matrix of n² symbols; its det J has n! terms."""
    names = ", ".join(f"a{i}{j}" for i in range(1, n + 1) for j in range(1, n + 1))
    rows = "; ".join(", ".join(f"a{i}{j}" for j in range(1, n + 1)) for i in range(1, n + 1))
    inputs = [f"x_{i}" for i in range(1, n + 1)]
    sums = ", ".join(" + ".join(f"{entry.strip()} {x}" for entry, x in zip(row.split(","), inputs, strict=True))
                     for row in rows.split(";"))  # fmt: skip
    return f"f({', '.join(inputs)}; {names}) = [{sums}]"


HEAVY = {  # words of a command: it ends by itself or at its time
    "a symbolic 6×6 determinant": ["volume", _determinant(6)],
    "twelve times itself": ["compose", *["f(x) = [x^2 + sin x]"] * 12],
    "twelve times itself at a point": ["compose", *["f(x, y) = [x y + e^x, x - y^2]"] * 12, "--at", "1,2"],
    "a Hessian of large powers": ["hessian", "f(x, y) = (x + y)^500 (x - y)^500 e^((x y)^300)"],
    "a tower at a point": ["jacobian", "f(x) = e^(e^(e^(e^x)))", "--at", "9", "--digits", "50"],
}


VAST = "sinh(cosh(sinh(cosh(sinh(cosh(x))))))"
TOWERS = [VAST, f"|{VAST}|", f"sqrt(1 + {VAST}^2)", f"ln(1 + |{VAST}|)", f"max({VAST}, x)",
          "x/(1 + e^(e^(e^(e^(e^x)))))", "sign(e^(e^(e^(e^(e^(e^x))))) - 2)", "relu(e^(e^(e^(e^(e^x)))) - 3)",
          "piecewise(x if e^(e^(e^(e^(e^x)))) > 2, 0 otherwise)", "sigmoid(x + e^(e^(e^(e^(e^x)))))"]  # fmt: skip


@pytest.mark.parametrize("command", ["jacobian", "gradient", "hessian", "graph", "point"])
@pytest.mark.parametrize("body", TOWERS)
def test_a_number_that_nobody_can_compute_is_left_alone(
    capsys: pytest.CaptureFixture[str], command: str, body: str
) -> None:
    status, out, err = ended(capsys, command, f"f(x) = {body}", "--at", "5")
    assert status == (0 if command == "point" and body in (VAST, TOWERS[-1]) else 3)
    assert out or any(reason in err for reason in ("undecided", "too large", "too long")), err
    assert "(proved)" not in out


def test_a_parameter_that_makes_a_tower(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = ended(capsys, "hessian", f"f(x; a) = {VAST.replace('x', 'a x')}", "--at", "1,a=5")
    assert (status, err) == (3, "")
    assert "(proved)" not in out


def test_what_is_undecided_is_not_called_proved(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ended(capsys, "gradient", f"f(x) = {VAST}", "--at", "5", "--digits", "9")
    assert "[undecided]" in out
    assert "each proved, but for what is undecided" in " ".join(out.split())


@pytest.mark.parametrize("name", HEAVY if FULL else list(HEAVY)[:1])
def test_a_heavy_question_ends_at_its_time(name: str) -> None:
    start = time.monotonic()
    words = [sys.executable, "-m", "jacocalc", *HEAVY[name], "--timeout", "2"]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert time.monotonic() - start < 2 + BUSY
    assert done.returncode in (0, 2, 3), done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert bool(done.stdout) == (done.returncode == 0 or not done.stderr)
    assert "fault" not in done.stderr


def test_a_question_of_python_ends_at_its_time() -> None:
    start = time.monotonic()
    with pytest.raises(LimitReached):
        jc.hessian("f(x, y, z) = " + " ".join(f"(x + {i} y)^90 (y + {i} z)^90 sin(x y z + {i})" for i in range(20)),
                   timeout=0.5)  # fmt: skip
    assert time.monotonic() - start < 0.5 + BUSY


# -- the machine around it ----------------------------------------------------------------------------

SAYS = "Show one with: jacocalc examples NAME"
AROUND = {  # a shell around a command that loads no SymPy: its status, and what it says on stdout and on stderr
    "no standard input": ("{j} examples <&-", 0, SAYS, ""),
    "no standard output": ("{j} examples >&-", 0, "", ""),
    "no standard error": ("{j} jacobian 'f(x) = x(' 2>&-", 2, "", ""),
    "none of them": ("{j} examples <&- >&- 2>&-", 0, "", ""),
    "a full disk as standard output": ("{j} examples > /dev/full", 2, "", "error: the page cannot be written"),
    "no home": ("env -u HOME {j} examples", 0, SAYS, ""),
    "no environment": ("env -i {j} examples", 0, SAYS, ""),
    "the C locale": ("env LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {j} jacobian 'f(x) = х'", 2, "", "(cyrillic"),
    "no columns": ("env COLUMNS=0 FORCE_COLOR=1 {j} examples", 0, SAYS, ""),
    "one column": ("env COLUMNS=1 FORCE_COLOR=1 {j} jacobian 'f(x) = x('", 2, "", "error: "),
    "a billion columns": ("env COLUMNS=1000000000 FORCE_COLOR=1 {j} jacobian 'f(x) = x('", 2, "", "error: "),
    "a folder that is gone": ("mkdir gone; cd gone; rmdir ../gone; {j} jacobian nosuch", 2, "", "no function is"),
    "less memory than is asked for": ("ulimit -v 2000000; {j} examples --memory 3000", 0, SAYS, ""),
    "more than there is": ("{j} examples --memory 99999999999999999999 --timeout 1e300", 0, SAYS, ""),
    "a time that is no number": ("{j} examples --timeout ²", 2, "", "error: Invalid value for '--timeout'"),
    "no files left": ("ulimit -n 3; {j} examples", -1, "", ""),
}  # fmt: skip
_QUICK = ("none of them", "a full disk as standard output", "the C locale", "a folder that is gone",
          "less memory than is asked for", "more than there is", "a time that is no number")  # fmt: skip


@pytest.mark.parametrize("name", AROUND if FULL else _QUICK)
def test_the_machine_around_it(name: str, empty_folder: Path) -> None:
    script, status, out, err = AROUND[name]
    house = str(Path(jc.__file__).parents[1])
    shell = ["bash", "-c", script.format(j=f"env PYTHONPATH={house} {sys.executable} -m jacocalc")]
    done = subprocess.run(shell, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, timeout=30)
    said, told = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status or status < 0, told
    assert out in said
    assert err in told
    assert "Traceback" not in told or status < 0
    assert len(told.splitlines()) <= 4 or status < 0


def test_a_system_that_refuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(*_: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("jacocalc.cli.run.examples", refuse)
    said = "error: the system refuses to go on: Resource temporarily unavailable\n"
    assert ended(capsys, "examples") == (3, "", said)


def test_standard_output_that_is_full_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert run_command(["examples"]) == 2
        monkeypatch.undo()
    assert said.getvalue() == "error: the page cannot be written: No space left on device\n"
