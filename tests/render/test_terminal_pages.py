"""Pages in a terminal: what belongs together has one colour, at any width nothing runs over or is torn."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from rich.console import Console

import jacocalc as jc
from jacocalc.derive.matrices import written_product
from jacocalc.document import Document, Equation, Section, Times
from jacocalc.explain.symbols import grid, grid_of_product
from jacocalc.notation import Matrix, Symbol, integer
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
