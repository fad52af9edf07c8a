"""Pages in a terminal: what belongs together has one colour, at any width nothing runs over or is torn."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from unicodedata import combining

import pytest
from rich.console import Console

import jacocalc as jc
from jacocalc.derive.matrices import written_product
from jacocalc.document import Document, Equation, Grid, Section, Table, Times
from jacocalc.explain.symbols import grid, grid_of_product
from jacocalc.linear import ASCII, PAPER
from jacocalc.notation import Matrix, Symbol, integer
from jacocalc.render.boxes import Drawing, broken, draw, width_of
from jacocalc.render.terminal import to_terminal
from jacocalc.render.text import Row, rows
from jacocalc.sources import examples_folder

STORED = sorted(examples_folder().glob("*/*.json"))


@cache
def page(path: Path) -> Document:
    """A worked example as its golden JSON has it: nothing is derived."""
    return jc.from_json(path.read_text("utf-8")).document("full")


CHAIN = page(examples_folder() / "chain-rule-for-jacobians" / "chain-rule-for-jacobians.json")


def marked(found: list[Row]) -> list[list[tuple[str, str]]]:
    """Of each line with marks: what is marked, and as what."""
    return [[(row.text[mark.start : mark.end], mark.role) for mark in row.marks] for row in found if row.marks]


def test_the_factors_of_every_entry_have_the_colours_of_their_row_and_column() -> None:
    *_, first, second, third = marked(rows(CHAIN, 80))
    assert first == [("1", "row 0"), ("2", "column 0"), ("1", "row 0"), ("4", "column 0"),
                     ("1", "row 0"), ("1", "column 1"), ("1", "row 0"), ("2", "column 1")]  # fmt: skip
    assert second[:2] == [("6", "row 1"), ("2", "column 0")]
    assert third[-2:] == [("cos(4)", "row 2"), ("2", "column 1")]


def test_the_two_matrices_show_their_rows_and_columns() -> None:
    above, middle, below, *_ = marked(rows(CHAIN, 80))
    assert above == [("1", "row 0"), ("1", "row 0")]
    assert middle == [("6", "row 1"), ("0", "row 1"), ("2", "column 0"), ("1", "column 1")]
    assert below == [("0", "row 2"), ("cos(4)", "row 2"), ("4", "column 0"), ("2", "column 1")]


def test_entries_below_each_other_keep_their_colours() -> None:
    left = Matrix(((Symbol("a"), integer(2)), (integer(3), Symbol("b"))))
    right = Matrix(((integer(5), integer(6666)), (integer(7), integer(8888))))
    written = grid_of_product(left, right, written_product(left, right))
    equation = Equation((Symbol("y"), Times((grid(left), grid(right))), written))
    narrow = Document(("A product",), (Section((), (equation,)),))
    *_, last = marked(rows(narrow, 30))
    assert len(marked(rows(narrow, 30))) == 2 + 4
    assert last == [("3", "row 1"), ("6666", "column 1"), ("b", "row 1"), ("8888", "column 1")]


def test_colours_only_where_they_are_wanted() -> None:
    def shown(**given: object) -> str:
        console = Console(file=io.StringIO(), width=80, **given)  # type: ignore[arg-type]
        to_terminal(CHAIN, console)
        return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]

    plain = shown()
    assert "\x1b" not in plain
    assert plain == "\n".join(row.text for row in rows(CHAIN, 80)) + "\n"
    assert "\x1b[33m6\x1b[0m" in shown(force_terminal=True, color_system="standard")
    assert "\x1b[3" not in shown(force_terminal=True, no_color=True)


# -- widths -------------------------------------------------------------------------------------------

_COLUMNS = dict(zip("⎡⎢⎛⎜⎤⎥⎞⎟", "⎢⎢⎜⎜⎥⎥⎟⎟", strict=True))
_ENDS = dict(zip("⎢⎜⎥⎟", "⎣⎝⎦⎠", strict=True))


def unfinished(lines: list[str]) -> list[str]:
    """Lines with a tall bracket that does not go on in the same column of the next line, down to its end."""
    torn = []
    lines = ["".join(sign for sign in line if not combining(sign)) for line in lines]
    for line, below in pairwise([*lines, ""]):
        for column, sign in enumerate(line):
            follows = below[column : column + 1]
            if sign in _COLUMNS and follows not in (_COLUMNS[sign], _ENDS[_COLUMNS[sign]]):
                torn.append(line)
    return torn


@pytest.mark.parametrize("stacked", [True, False], ids=["terminal", "text"])
@pytest.mark.parametrize("width", [60, 120])
def test_every_worked_example_fits_and_no_matrix_is_torn(width: int, stacked: bool) -> None:
    for path in STORED:
        found = rows(page(path), width, stacked=stacked)
        assert [row.text for row in found if width_of(row.text) > width] == [], path.stem
        assert unfinished([row.text for row in found]) == [], path.stem
        assert [row for row in found for mark in row.marks if mark.end > len(row.text)] == [], path.stem


def test_equals_signs_stand_below_each_other() -> None:
    for width in (40, 60, 80):
        product = [row.text for row in rows(CHAIN, width) if row.role == "key"][1:]
        signs = [line.index("= ") for line in product if line.lstrip().startswith("= ")]
        assert len(set(signs)) <= 1, product


def test_a_last_column_without_room_is_broken_before_a_table_is() -> None:
    cells = Table((("no",), ("what it is",)), ((("1",), ("a slip in a rule of this",)), (("2",), ("a sign",))))
    shown = [row.text for row in rows(Document((), (Section((), (cells,)),)), 30) if row.text]
    assert shown == ["  no  what it is", "  " + "─" * 28, "  1   a slip in a rule of this", "  2   a sign"]
    longer = replace(cells, rows=((("1",), ("a slip in a rule, and a sign",)),))
    shown = [row.text for row in rows(Document((), (Section((), (longer,)),)), 30) if row.text]
    assert shown == ["  no  what it is", "  " + "─" * 28, "  1   a slip in a rule, and a", "      sign"]
    named = replace(longer, headings=(("number",), ("what it is",)))
    shown = [row.text for row in rows(Document((), (Section((), (named,)),)), 30) if row.text]
    assert shown == ["  number: 1", "     what it is: a slip in a", "        rule, and a sign"]


def test_a_colour_changes_no_character() -> None:
    """The entries of every product in the worked examples, drawn with marks and without."""
    for path in STORED:
        for section in page(path).sections:
            for block in section.blocks:
                for side in block.sides if isinstance(block, Equation) else ():
                    if isinstance(side, Grid) and side.factors:
                        for drawing in (Drawing(PAPER, True, 80), Drawing(ASCII, False, 80)):
                            assert draw(side, drawing).lines == draw(Grid(side.rows), drawing).lines, path.stem


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a + b", ["a + b"]),
        ("f(x + y, x) + g(x) + h(y)", ["f(x + y, x) + g(x)", "  + h(y)"]),
        ("1 + f(aaaaaaa + bbbbbbbbb + c)", ["1 + f(aaaaaaa", "    + bbbbbbbbb + c)"]),
        ("1" * 23, ["1" * 20, "  111"]),
        ("1 + " + "2" * 23, ["1", "  +", "  " + "2" * 18, "  22222"]),
        ("(aaa + bbb)·(ccc + ddd)", ["(aaa + bbb)", "  ·(ccc + ddd)"]),
        ("(aaa + bbb)(ccc + ddd)", ["(aaa + bbb)", "  (ccc + ddd)"]),
        ("x̄ = ā·y + b̄·z + c̄·xxx", ["x̄ = ā·y + b̄·z", "  + c̄·xxx"]),
        ("x̄ = ā·y + b̄·z + c̄·xx", ["x̄ = ā·y + b̄·z + c̄·xx"]),
    ],
)
def test_long_formulas_are_broken_outside_brackets_and_before_signs(text: str, lines: list[str]) -> None:
    assert broken(text, 20, "  ") == lines
