"""What other systems print is read as what we type."""

from __future__ import annotations

import pytest

import jacocalc as jc
from jacocalc.errors import ReadError
from jacocalc.linear import strict
from jacocalc.reading.definitions import read_function
from jacocalc.reading.printouts import in_our_words
from jacocalc.reading.tokens import tokens_of

JACOBIAN = [  # of f below, a 2×2 matrix that is not symmetric
    "Matrix([[2*x*y, x**2], [0, -sin(y)]])",
    "ImmutableDenseMatrix([[2*x*y, x**2], [0, -sin(y)]])",
    "Matrix(2, 2, [[2*x*y, x^2], [0, -sin(y)]])",
    "Matrix(2, 2, [2*x*y, x**2, 0, -sin(y)])", "Matrix(2,2,[2*x*y,x^2,max(-1,0),-Sin[y]])",
    "matrix([2*x*y,x^2],[0,-sin(y)])",
    "matrix([[2*x*y, x**2], [0, -np.sin(y)]])",
    "np.array([[2*x*y, x**2], [0, -np.sin(y)]])",
    "{{2 x y, x^2}, {0, -Sin[y]}}",
    "Transpose[{{2 x y, 0}, {x^2, -Sin[y]}}]",
    "transpose(matrix([2*x*y,0],[x^2,-sin(y)]))",
    "transpose(transpose([[2xy, x^2], [0, -sin y]]))",
    "J = matrix([2*x*y,x^2],[0,-sin(y)])",
    "tensor([[2*x*y, x**2], [0, -sin(y)]])",
    "torch.tensor([[2*x*y, x**2], [0, -sin(y)]], dtype=torch.float64, requires_grad=True)",
    "Array([[2*x*y, x**2],\n       [0, -sin(y)]], dtype=float32, weak_type=True)",
    "array([[2*x*y, x**2], [0, -sin(y)]], dtype=object)",
    "tensor([[2*x*y, x**2], [0, -sin(y)]], grad_fn=<MulBackward0>)",
    "tensor([[2*x*y, x**2], [0, -sin(y)]], device='cuda:0')",
]
WRONG = [
    "matrix([2*x*y,0],[x^2,-sin(y)])", "Matrix(2, 2, [2*x*y, 0, x^2, -sin(y)])", "{{2 x y, x^2}, {0, Sin[y]}}",
    "transpose([[2xy, x^2], [0, -sin y]])", "Matrix(1, 4, [2xy, x^2, 0, -sin y])",
]  # fmt: skip
FORMULAS = [
    ("Log[2, 8 x] + Log[y]", "log(8*x, 2) + ln(y)"), ("Log[Log[2, x], y]", "log(y, log(x, 2))"),
    ("E^Sin[Pi x] + Erfc[y]", "e^sin(pi*x) + (1 - erf(y))"), ("Surd[x, 3] Ceiling[y]", "root(x, 3)*ceil(y)"),
    ("ArcTan[x, y] + ArcTan[x y]", "atan2(y, x) + atan(x*y)"),
    ("Sin[x y] + Sqrt[x] Log[y]", "sin(x*y) + sqrt(x)*ln(y)"),
    ("ArcTan[x]^2 Exp[-y]", "atan(x)^2*exp(-y)"), ("Gamma[x] PolyGamma[0, x]", "gammafn(x)*polygamma(0, x)"),
    ("BesselJ[0, x] Floor[x] + Erfi[y]", "besselj(0, x)*floor(x) + erfi(y)"),
    ("%e^(2*x)*%pi + Abs[x - Max[x, y]]", "e^(2*x)*pi + abs(x - max(x, y))"),
]
AS_THEY_STAND = [
    "Matrix(x)", "matrix([x], y)", "transpose(x)", "Sin [x]", "Sin[x", "Matrix(", "matrix", "% e", "5%", "x[1]",
]  # fmt: skip


@pytest.mark.parametrize("answer", JACOBIAN)
def test_matrices_of_other_systems(answer: str) -> None:
    assert jc.jacobian("f(x, y) = [x^2 y, cos y]").check(answer).outcome == "correct"


@pytest.mark.parametrize("answer", WRONG)
def test_rows_stay_rows(answer: str) -> None:
    assert jc.jacobian("f(x, y) = [x^2 y, cos y]").check(answer).outcome == "wrong"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("Matrix([2*x, 2*y])", "correct"), ("matrix([2*x],[2*y])", "correct"), ("Matrix(2, 1, [2*x, 2*y])", "correct"),
     ("matrix([2*x,2*y])", "wrong"), ("transpose(matrix([2*x,2*y]))", "correct"), ("transpose([2x, 2y])", "correct")],
)  # fmt: skip
def test_one_list_is_a_column_to_sympy_and_a_row_to_maxima(answer: str, outcome: str) -> None:
    assert jc.gradient("f(x, y) = x^2 + y^2").check(answer).outcome == outcome


@pytest.mark.parametrize(("typed", "meant"), FORMULAS)
def test_formulas_of_other_systems(typed: str, meant: str) -> None:
    assert strict(read_function(f"f(x, y) = {typed}").values[0]) == meant


@pytest.mark.parametrize("text", AS_THEY_STAND)
def test_what_no_system_prints_is_left_as_it_stands(text: str) -> None:
    tokens = tokens_of(text)
    assert in_our_words(tokens) == tokens
    with pytest.raises(ReadError):
        read_function(f"f(x, y) = {text}")
