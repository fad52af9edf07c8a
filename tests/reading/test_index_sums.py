"""Sums and products over an index, written out: what is read, and what is refused."""

from __future__ import annotations

import pytest

from jacocalc.errors import ReadError
from jacocalc.linear import paper
from jacocalc.notation import names
from jacocalc.reading.parser import read_expression
from jacocalc.reading.scope import Scope

DECLARED = ("x", "y", "a", "x_1", "x_2", "x_3", "x_4", "a_11", "a_12", "a_21", "a_22")

READ = [
    (r"\sum_{i=1}^{3} x_i^2", "x_1^2 + x_2^2 + x_3^2"),
    ("Σ_{i=1}^3 i x_i", "x_1 + 2x_2 + 3x_3"),
    ("sum_(i=1)^3 x_i", "x_1 + x_2 + x_3"),
    ("∑_{i=2}^{3} x_i + y", "x_2 + x_3 + y"),
    (r"y - \sum_{i=1}^{2} x_i", "y - (x_1 + x_2)"),
    (r"2\sum\limits_{i=1}^{2} x_i y", "2(x_1 y + x_2 y)"),
    (r"(\sum_{i=1}^{2} x_i) y", "(x_1 + x_2) y"),
    (r"\sum_{i=1}^{3} (x_{i+1} - x_i)", "(x_2 - x_1) + (x_3 - x_2) + (x_4 - x_3)"),
    (r"\sum_{i=2}^{3} x_{i-1} x_i", "x_1 x_2 + x_2 x_3"),
    (r"\sum_{k=0}^{3} \frac{x^k}{k!}", "1 + x + x^2/2 + x^3/6"),
    (r"\sum_{k=0}^{2} (-1)^k \frac{x^{2k+1}}{(2k+1)!}", "x - x^3/6 + x^5/120"),
    ("sum_{k=1}^3 kx^(k-1)", "1 + 2x + 3x^2"),
    (r"\sum_{i=1}^{2} \sum_{j=1}^{2} a_{ij} x^i y^j", "(a_11 x y + a_12 x y^2) + (a_21 x^2 y + a_22 x^2 y^2)"),
    (r"\prod_{k=1}^{3} (x + k y)", "(x + y)·(x + 2y)·(x + 3y)"),
    (r"x - \prod_{i=1}^{2} \cos\left(\frac{x_i}{i}\right)", "x - cos(x_1)·cos(x_2/2)"),
    ("∏_{i=4}^4 x_i", "x_4"),
    (r"\sum_{i=1}^{2} |x_i - y|", "|x_1 - y| + |x_2 - y|"),
    (r"\sqrt{\sum_{i=1}^2 x_i^2}", "√(x_1^2 + x_2^2)"),
    ("3! x + y/4!", "6x + y/24"),
]

REFUSED = [
    (r"\sum_{i=1}^{n} x_i", "the bounds 1 and n have to be numbers here", 0),
    (r"\sum_{i=3}^{1} x_i", "a sum from 3 to 1 is empty", 0),
    (r"\sum_{x=1}^{3} x", "x is the name of something else here", 0),
    (r"\sum_{i=1}^{2} \sum_{i=1}^{2} x_i", "i is the name of something else here", 15),
    (r"\sum_{i=1}^{3} x_i y + x_i", "x_i stands outside the sum over i", 23),
    (r"\sum_{i=1}^{3} x_i + i", "i stands outside the sum over i", 21),
    (r"\sum_{i=1}^{5} x_i", "x_5 is not declared", 15),
    (r"\sum_{i=1}^{3} x_{i-2}", "the index is -1 here", 15),
    (r"\sum_{i=10}^{12} \sum_{j=1}^{2} a_{ij}", "two indices above 9 run together", 32),
    (r"\sum_{k=0}^{3} x/k", "division by zero", 17),
    (r"\sum_{i=1}^{9999} x", "written out this is longer than 3,000 symbols", 0),
    (r"\sum_{i=1}^{99} \sum_{j=1}^{99} x", "written out this is longer than 3,000 symbols", 16),
    (r"\sum x_i", "a sum needs its bounds", 0),
    ("x! + y", "a factorial is one of a whole number up to 20 here", 1),
    ("(1/2)! x", "a factorial is one of a whole number up to 20 here", 5),
    ("21! x", "a factorial is one of a whole number up to 20 here", 2),
]


@pytest.mark.parametrize(("text", "written"), READ)
def test_what_is_written_out(text: str, written: str) -> None:
    """Each copy has the value of the index in its place."""
    assert paper(read_expression(text, Scope.of(DECLARED))) == paper(read_expression(written, Scope.of(DECLARED)))


@pytest.mark.parametrize(("text", "message", "column"), REFUSED)
def test_refusals(text: str, message: str, column: int) -> None:
    """The place and the reason are told."""
    with pytest.raises(ReadError) as caught:
        read_expression(text, Scope.of(DECLARED))
    assert message in caught.value.message
    assert caught.value.start == column


def test_equations_declare_the_entries() -> None:
    """w = Σ a_i x_i has the inputs a_1, x_1, a_2, x_2, and never i."""
    scope = Scope(open=True)
    assert names(read_expression("sum_{i=1}^2 a_i x_i", scope)) == ("a_1", "x_1", "a_2", "x_2")
    assert list(scope.variables.values()) == ["a_1", "x_1", "a_2", "x_2"]


def test_the_reader_is_told() -> None:
    """A note says that the sum is written out."""
    scope = Scope.of(DECLARED)
    read_expression(r"\sum_{k=0}^{4} x^k", scope)
    assert scope.notes == ["the sum over k = 0, 1, …, 4 is written out"]
