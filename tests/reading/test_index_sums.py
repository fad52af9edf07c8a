"""Sums and products over an index, written out: what is read, and what is refused."""

from __future__ import annotations

import pytest

from jacocalc.errors import ReadError
from jacocalc.linear import paper
from jacocalc.notation import names, tree_size
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
    (r"\sum_{i=1}^{2} [x_i^2 + (1 - x_i)^2]", "(x_1^2 + (1 - x_1)^2) + (x_2^2 + (1 - x_2)^2)"),
    (r"\sum_{i=1}^{2} x [x_i + y]", "x (x_1 + y) + x (x_2 + y)"),
    (r"\sum_{i=2}^{3} x_{i-1} x_i", "x_1 x_2 + x_2 x_3"),
    (r"\sum_{k=0}^{3} \frac{x^k}{k!}", "1 + x + x^2/2 + x^3/6"),
    (r"\sum_{k=0}^{2} (-1)^k \frac{x^{2k+1}}{(2k+1)!}", "x - x^3/6 + x^5/120"),
    ("sum_{k=1}^3 kx^(k-1)", "1 + 2x + 3x^2"), ("sum_{k=0}^3 k x^(k-1)", "1 + 2x + 3x^2"),
    (r"\sum_{i=1}^{2} \sum_{j=1}^{2} a_{ij} x^i y^j", "(a_11 x y + a_12 x y^2) + (a_21 x^2 y + a_22 x^2 y^2)"),
    (r"\prod_{k=1}^{3} (x + k y)", "(x + y)·(x + 2y)·(x + 3y)"),
    (r"x - \prod_{i=1}^{2} \cos\left(\frac{x_i}{i}\right)", "x - cos(x_1)·cos(x_2/2)"),
    ("∏_{i=4}^4 x_i", "x_4"),
    (r"\sum_{i=1}^{2} |x_i - y|", "|x_1 - y| + |x_2 - y|"),
    (r"\sqrt{\sum_{i=1}^2 x_i^2}", "√(x_1^2 + x_2^2)"),
    ("3! x + y/4!", "6x + y/24"),
    ("Σᵢ₌₁³ xᵢ² + ∏ₖ₌₁² xₖ", "x_1^2 + x_2^2 + x_3^2 + x_1·x_2"),
    ("sum_{k=0}^10 y^k", "1 + y + y^2 + y^3 + y^4 + y^5 + y^6 + y^7 + y^8 + y^9 + y^10"),
    (r"\sum^{2}_{i=1} x_i", "x_1 + x_2"),
    (r"\sum\nolimits_{i=1}^{2} x_i", "x_1 + x_2"),
    (r"\sum_{k=-1}^{2} k y^k", "-y^(-1) + y + 2y^2"),
    (r"\sum_{k=1}^{3} \frac{(-1)^k}{k} y^k", "-y + 1/2 y^2 - 1/3 y^3"),
    (r"\sum_{i=1}^{2} (x_{2i-1} - x_{2i})^2", "(x_1 - x_2)^2 + (x_3 - x_4)^2"),
    (r"\sum_{i=1}^{2} x_{3 - i} x_{2 \cdot i}", "x_2·x_2 + x_1 x_4"),
    ("sum_{i=1}^2 a_{2i} + a_{1,2}", "a_21 + a_22 + a_12"),
    ("sum_{i=1}^1 sum_{j=1}^2 (a_{i+1,j} - a_{i, j})", "(a_21 - a_11) + (a_22 - a_12)"),
    (r"\sum_{i=1}^{3} \sum_{j=i+1}^{3} |x_i - x_j| + y", "(|x_1 - x_2| + |x_1 - x_3|) + |x_2 - x_3| + y"),
    (r"\sum_{i=0}^{2} \sum_{j=0}^{2-i} x^i y^j", "(1 + y + y^2) + (x + x y) + x^2"),
    (r"\prod_{i=1}^{2} \sum_{j=1}^{i} x_j", "x_1·(x_1 + x_2)"),
    (r"\prod_{i=1}^{3} \cos\left(\frac{x_i}{\sqrt{i}}\right)", "cos(x_1)·cos(x_2/√2)·cos(x_3/√3)"),
    (r"\prod_{i=1}^{2} |x_i - y|^2", "|x_1 - y|^2·|x_2 - y|^2"),
    (r"\prod_{i=1}^{2} \sum_{j=1}^{2} x_i a_{ij}", "(x_1 a_11 + x_1 a_12)·(x_2 a_21 + x_2 a_22)"),
    (r"\sin^2 \sum_{i=1}^{2} x_i + y", "sin(x_1 + x_2)^2 + y"),
    (r"y^2 \sum_{i=1}^{2} x_i y", "y^2 (x_1 y + x_2 y)"),
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
    (r"\sum_{i=1}^{2} x_{i+k}", "x_{i+k} has an index without a value", 15),
    (r"\sum_{i=1}^{2} \sum_{j=1}^{2} a_{ij+1}", "a_{ij+1} can be read in two ways", 30),
    (r"\sum_{k=0}^10 y^k", "“^10” can be read in two ways", 10),
    ("sum_{i=1}^{²} x_i", "the bounds 1 and ² have to be numbers here", 0),
    (f"sum_{{i=1}}^{{{'9' * 5000}}} x", "have to be numbers here", 0),
    (f"sum_{{i=1}}^2 x_{'i' * 9000}", "9000 indices; at most 9 are read", 12),
    (f"sum_{{i=1}}^9 ({' + '.join(['sum_{j=i}^0 x'] * 300)})", "written out this is longer than 3,000 symbols", None),
    ("sum_{i,j=1}^2 x_i", "bounds that are not read here", 3),
    (r"Σ_{i,j=1}^2 x_i \cdot y", "bounds that are not read here", 1),
    ("y + ∑ x_i", "is not part of the language", 4),
    ("sum_{e=1}^2 e^y", "e is the name of something else here", 0),
    (r"\prod_{i=1}^{3} x_i y", "“\\prod_{i=1}^{3} x_i y” can be read in two ways", 0),
    (r"\prod_{i=1}^{3} \frac{x_i}{y} / y^2", "/ y^2” can be read in two ways", 0),
    (r"\prod_{i=1}^{2} x_i \sum_{j=1}^{2} x_j", "can be read in two ways", 0),
    (r"\sin \sum_{i=1}^{3} x_i \sin y", "“\\sum_{i=1}^{3} x_i \\sin y” can be read in two ways", 5),
    ("1/sum_{i=1}^3 x_i y", "“sum_{i=1}^3 x_i y” can be read in two ways", 2),
    ("√sum_{i=1}^3 x_i^2 y", "“sum_{i=1}^3 x_i^2 y” can be read in two ways", 1),
    (f"sum_{{i=1}}^{{2900}} {'1·' * 900}1", "written out this is longer than 3,000 symbols", 0),
    (r"\sum_{i=10}^{12} \sum_{j=1}^{2} a_{ij}", "two indices above 9 run together", 32),
    (r"\sum_{k=0}^{3} x/k", "division by zero", 17),
    (r"\sum_{i=1}^{9999} x", "written out this is longer than 3,000 symbols", 0),
    (r"\sum_{i=1}^{99} \sum_{j=1}^{99} x", "written out this is longer than 3,000 symbols", 16),
    (r"\sum x_i", "a sum needs its bounds", 0),
    ("x! + y", "a factorial is one of a whole number up to 20 here", 1),
    ("(x + y)!", "a factorial is one of a whole number up to 20 here", 7),
    ("(1/2)! x", "a factorial is one of a whole number up to 20 here", 5),
    ("21! x", "a factorial is one of a whole number up to 20 here", 2),
]


@pytest.mark.parametrize(("text", "written"), READ)
def test_what_is_written_out(text: str, written: str) -> None:
    """Each copy has the value of the index in its place."""
    assert paper(read_expression(text, Scope.of(DECLARED))) == paper(read_expression(written, Scope.of(DECLARED)))


@pytest.mark.parametrize(("text", "message", "column"), REFUSED)
def test_refusals(text: str, message: str, column: int | None) -> None:
    """The place and the reason are told."""
    with pytest.raises(ReadError) as caught:
        read_expression(text, Scope.of(DECLARED))
    assert message in caught.value.message
    assert column in (None, caught.value.start)


def test_equations_declare_the_entries() -> None:
    """w = Σ a_i x_i has the inputs a_1, x_1, a_2, x_2, and never i."""
    scope = Scope(open=True)
    assert names(read_expression("sum_{i=1}^2 a_i x_i", scope)) == ("a_1", "x_1", "a_2", "x_2")
    assert list(scope.variables.values()) == ["a_1", "x_1", "a_2", "x_2"]


def test_a_digit_before_an_index() -> None:
    """x_{2i} is x_2, x_4 where these are declared, and is not guessed at where nothing is."""
    text = "sum_{i=1}^2 x_{2i}"
    assert names(read_expression(text, Scope.of(DECLARED))) == ("x_2", "x_4")
    with pytest.raises(ReadError, match="can be read in two ways") as caught:
        read_expression(text, Scope(open=True))
    assert caught.value.hint == "write x_{2·i}, or x_{2,i} for two indices"
    assert names(read_expression(text.replace("2i", "2·i"), Scope(open=True))) == ("x_2", "x_4")
    assert names(read_expression(text.replace("2i", "2,i"), Scope(open=True))) == ("x_21", "x_22")


def test_powers_of_powers_stay() -> None:
    """Numbers of more than some 300 digits are not multiplied out."""
    assert tree_size(read_expression("sum_{i=8}^9 ((i^(60))^60)^60", Scope.of(DECLARED))) < 20


def test_the_reader_is_told() -> None:
    """A note says that the sum is written out."""
    scope = Scope.of(DECLARED)
    read_expression(r"\sum_{k=0}^{4} x^k", scope)
    assert scope.notes == ["the sum over k = 0, 1, …, 4 is written out"]
