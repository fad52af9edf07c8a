"""Linear maps of matrices as one matrix: vec dY = K vec dX."""

from __future__ import annotations

from dataclasses import replace

import pytest

import jacocalc as jc
from jacocalc.derive.matrix.kronecker import as_term
from jacocalc.errors import JacocalcError
from jacocalc.program_steps import KroneckerForm
from jacocalc.term_writing import paper_term

# a program with Y, dY by the parts of the form, the matrix that stands before vec dX
FORMS = [
    ("X: n x m; A: k x n; B: m x l; Y = A X B", "A dX B", "(Bᵀ ⊗ A)"),
    ("X: n x m; A: k x m; B: n x l; Y = A X' B", "A dXᵀ B", "(Bᵀ ⊗ A) K"),
    ("X: n x n; A: n x n; Y = A X' A + 3 X .* A", "A dXᵀ A + 3(A ⊙ dX)", "(Aᵀ ⊗ A) K + 3 diag(vec(A)) (I_n ⊗ I_n)"),
    ("X: n x n; Y = X^2", "dX X + X dX", "(Xᵀ ⊗ I_n) + (I_n ⊗ X)"),
    ("X: n x m; Y = X X'", "dX Xᵀ + X dXᵀ", "(X ⊗ I_n) + (I_n ⊗ X) K"),
    ("X: n x n; a: scalar; Y = a X' + X", "a dXᵀ + dX", "a (I_n ⊗ I_n) K + (I_n ⊗ I_n)"),
    ("X: n x n invertible; Y = X^-1", "-Y dX Y", "-(Yᵀ ⊗ Y)"),
]


@pytest.mark.parametrize(("program", "change", "matrix"), FORMS, ids=[row[0] for row in FORMS])
def test_the_form_says_the_differential(program: str, change: str, matrix: str) -> None:
    solution = jc.differential(program, of="Y", wrt="X", kronecker=True)
    (form,) = (step for step in solution.derivation.steps if isinstance(step, KroneckerForm))
    assert paper_term(as_term(form)) == change
    assert matrix in solution.to_text()


def test_a_part_that_is_turned_is_another_map() -> None:
    """Red where the parts are not looked at: dX and dXᵀ would be one."""
    solution = jc.differential("X: n x n; A: n x n; Y = A X", of="Y", wrt="X", kronecker=True)
    (form,) = (step for step in solution.derivation.steps if isinstance(step, KroneckerForm))
    (part,) = form.result
    turned = replace(form, result=(replace(part, transposed=True),))
    assert (paper_term(as_term(form)), paper_term(as_term(turned))) == ("A dX", "A dXᵀ")


def test_what_is_no_product_has_no_form() -> None:
    with pytest.raises(JacocalcError, match="is no product A dX B"):
        jc.differential("X: n x n invertible; F = logdet(X) X", of="F", wrt="X", kronecker=True)
