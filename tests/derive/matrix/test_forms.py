"""Terms as a person would write them."""

from __future__ import annotations

import pytest

from jacocalc.derive.matrix.factoring import factored
from jacocalc.derive.matrix.forms import simplified
from jacocalc.reading.programs import names_of, read_program, read_term

PROGRAM = read_program(
    "x: n; y: n; u: m; A: n x n; B: n x n; W: m x n; S: n x n symmetric; p: n sums to 1; a: scalar; c: scalar;"
    "P: m x n rows sum to 1; Q: n x m columns sum to 1; q = x"
)

FORMS = [
    ("(A B)'", "Bᵀ Aᵀ"),
    ("A'' x", "A x"),
    ("(W x)'", "xᵀ Wᵀ"),
    ("(A x - y)'", "(A x - y)ᵀ"),
    ("(x' - y' A)'", "x - Aᵀ y"),
    ("S'", "S"),
    ("(A S)'", "S Aᵀ"),
    ("1 x", "x"),
    ("1/2 2 x", "x"),
    ("x'(2 y)", "2 xᵀ y"),
    ("x a", "a x"),
    ("a x c", "a c x"),
    ("A a B", "a A B"),
    ("x y' x", "(yᵀ x)x"),
    ("(x'y) u", "(xᵀ y)u"),
    ("A inv(A) x", "x"),
    ("inv(A) A", "I_n"),
    ("I(n) x", "x"),
    ("A I(n)", "A"),
    ("inv(A B)", "B⁻¹ A⁻¹"),
    ("inv(inv(A))", "A"),
    ("inv(A')", "A⁻ᵀ"),
    ("inv(S)'", "S⁻¹"),
    ("inv(2 A)", "1/2 A⁻¹"),
    ("inv(-A)", "-A⁻¹"),
    ("inv(diag(x))", "diag(1_n ⊘ x)"),
    ("x + x", "2 x"),
    ("2 A x + 3 A x - x", "(5 A - I_n)x"),
    ("x - x", "0_n"),
    ("-(x - y)", "y - x"),
    ("x - (x - y)", "y"),
    ("-x + y", "y - x"),
    ("-x ./ y - (x - 1) ./ (1 - y)", "(1_n - x) ⊘ (1_n - y) - x ⊘ y"), ("-x - (x + 1) ./ y", "-x - (x + 1_n) ⊘ y"),
    ("x'y + y'x", "2 xᵀ y"),
    ("A x + A' x", "(A + Aᵀ)x"), ("A x + y + A' x", "(A + Aᵀ)x + y"), ("2A x + A' x + y", "(2 A + Aᵀ)x + y"),
    ("2 A B x + 2 A x - 2 y", "2(A B x + A x - y)"),
    ("W x + W y", "W(x + y)"), ("u + W x - W y", "u + W(x - y)"), ("A' x + A x", "(A + Aᵀ)x"), ("A' - B'", "(A - B)ᵀ"),
    ("A A x + A B x - B B x + y", "(A(A + B) - B B)x + y"), ("A B B + B A B + B B A", "A B B + B A B + B B A"),
    ("x + A x + a A x", "(I_n + (1 + a)A)x"), ("y + (1 - a) x + c x", "y + (1 - a + c)x"),
    ("(W x) .* u - (W y) .* u", "(W(x - y)) ⊙ u"), ("x .* y - x .* q", "x ⊙ (y - q)"), ("x .* y - x", "x ⊙ y - x"),
    ("a A x + a A' x + c y", "a(A + Aᵀ)x + c y"),
    ("y + x/a - A y/a", "y + (1/a)(x - A y)"),
    ("x ./ y - q ./ y", "(x - q) ⊘ y"), ("p + x .* y .* q - q .* x", "p + x ⊙ y ⊙ q - q ⊙ x"),
    ("relu(x) .* [x > 0] .* y", "relu(x) ⊙ y"), ("[x > 0] .* [x > 0]", "[x > 0]"), ("a relu(c) [c > 0]", "a relu(c)"),
    ("((1 ./ (exp(W) 1)) 1') .* exp(W)", "softmax_rows(W)"),
    ("(1 (1 ./ (exp(W)' 1))') .* exp(W)", "softmax_columns(W)"),
    ("((u ./ (exp(W) 1)) 1') .* exp(W)", "(u 1_nᵀ) ⊙ softmax_rows(W)"),
    ("x - a A x", "(I_n - a A)x"),
    ("x .* (y ./ x)", "y"),
    ("x .* x", "x ⊙ x"),
    ("x.^2 .* x", "x.^3"),
    ("x .* ones(n)", "x"),
    ("(2 x) .* (3 y)", "6(x ⊙ y)"),
    ("-x .* -y", "x ⊙ y"),
    ("x'(y ./ x)", "sum(y)"),
    ("ones(n)'x", "sum(x)"),
    ("ones(n)'ones(n)", "n"),
    ("sum(p)", "1"),
    ("sum(softmax(x))", "1"), ("P ones(n)", "1_m"), ("ones(n)' Q", "1_mᵀ"), ("Q' ones(n)", "1_m"),
    ("sum(P)", "m"), ("sum(Q')", "m"), ("W .* (P ones(n, n))", "W"), ("softmax_rows(W) ones(n)", "1_m"),
    ("sum(3 x)", "3 sum(x)"),
    ("sum(ones(m, n))", "m n"),
    ("tr(A')", "tr(A)"), ("dot(A, A)/a", "‖A‖²/a"), ("dot(A B, A B)", "‖A B‖²"),
    ("tr(x y')", "yᵀ x"),
    ("tr(I(n))", "n"),
    ("tr(2 A)", "2 tr(A)"),
    ("det(A')", "det(A)"),
    ("det(inv(A))", "1/det(A)"),
    ("diag(ones(n))", "I_n"),
    ("diag(diag(x))", "x"),
    ("diag(-x)", "-diag(x)"),
    ("diag(2 x)", "2 diag(x)"),
    ("||-x||^2", "‖x‖²"),
    ("||2 x||^2", "4 ‖x‖²"),
    ("dot(A, 2 B)", "2 ⟨A, B⟩"),
    ("dot(A, x y')", "xᵀ A y"), ("dot(2 u x', W)", "2 uᵀ W x"), ("dot(W, u (A x)')", "uᵀ W A x"),
    ("dot(I(n), A)", "tr(A)"),
    ("dot(2 x y', I(n))", "2 yᵀ x"),
    ("ones(n, n) x", "sum(x) 1_n"),
    ("ones(n, n) A", "1_n 1_nᵀ A"),
    ("diag(x) ones(n, n)", "x 1_nᵀ"),
    ("x ones(1, n)", "x 1_nᵀ"),
    ("2 ones(m, n)", "2·1_{m×n}"),
    ("I(n) ones(n, n)", "1_{n×n}"),
    ("x' .* ones(1, n)", "xᵀ"),
    ("a/a", "1"),
    ("a^2/a", "a"),
    ("(a/c) c", "a"),
    ("a/c/c", "a/c^2"),
    ("x/a", "x/a"),
    ("0 x", "0_n"),
    ("ones(m, n)' u", "sum(u) 1_n"),
    ("(sign(a)/abs(a)) c", "c/a"),
    ("sign(2 a c)/abs(2 a c)", "1/(2 a c)"),
    ("sign(a) abs(a)^3", "a abs(a)^2"),
    ("A/a - (c/a^2) B", "(1/a)(A - (c/a)B)"),
    ("a^3 x + a^2 c y", "a^2(a x + c y)"),
    ("a x + y/a", "a x + y/a"),
    ("sqrt(a)^2 c", "c a"), ("a/sqrt(a)", "sqrt(a)"), ("c/(a sqrt(a))", "c/sqrt(a)^3"),
    ("a sqrt(a)", "a sqrt(a)"), ("sqrt(a)/a^2", "1/sqrt(a)^3"), ("x/sqrt(a)^4", "x/a^2"),
    ("sqrt(x) .* y .* sqrt(x)", "y ⊙ x"),
    ("I(n) .* A .* I(n)", "I_n ⊙ A"),
    ("exp(a)/(1 + exp(a))", "sigmoid(a)"), ("exp(x) ./ (exp(x) + 1)", "sigmoid(x)"),
    ("exp(a)^2/(1 + exp(a))^2", "sigmoid(a)^2"), ("exp(-a)/(1 + exp(-a))^2", "exp(-a)/(1 + exp(-a))^2"),
    ("1 - a/(1 + a)", "1/(1 + a)"), ("2 - 4a/(1 + 2a)", "2/(1 + 2 a)"), ("(a - c)/(c - a)", "-1"),
    ("(x - y).^2 ./ (y - x)", "y - x"), ("sqrt(a c)^3/(a c)", "sqrt(a c)"), ("a c/sqrt(a c)^3", "1/sqrt(a c)"),
    ("exp(x)/sum(exp(x))", "softmax(x)"), ("(A - B) + (A - B)'", "A - B + (A - B)ᵀ"), ("A + (A + A)'", "A + 2 Aᵀ"),
    ("a^(c - 1) a", "a^c"), ("x.^(c - 1) .* x", "x.^c"), ("det(A)^(c - 2) det(A)", "det(A)^(c - 1)"),
    ("sin(a) c a^2", "c a^2 sin(a)"), ("sin(a) exp(c) + exp(c) sin(a)", "2 sin(a) exp(c)"),
    ("sign(x) .* x ./ abs(x)", "1_n"),
    ("sign(x) .* abs(y)", "sign(x) ⊙ abs(y)"),
    ("x + 0 y", "x"),
    ("sinh(x) ./ cosh(x) .* y", "tanh(x) ⊙ y"), ("sin(a)^2/cos(a)", "sin(a) tan(a)"),
    ("x .* x .* y", "x ⊙ x ⊙ y"), ("diag(1 ./ x) x x'", "1_n xᵀ"), ("dot(A, B')", "tr(B A)"),
    ("dot(A, inv(B)')", "tr(B⁻¹ A)"), ("dot(A', B')", "⟨A, B⟩"), ("dot(A .* B, I(n) ./ A)", "tr(B)"),
    ("sum(I(n) .* A)", "tr(A)"),
]


@pytest.mark.parametrize(("text", "written"), FORMS, ids=[row[0] for row in FORMS])
def test_forms(text: str, written: str) -> None:
    assert str(factored(simplified(read_term(text, names_of(PROGRAM))))) == written


@pytest.mark.parametrize("text", [row[0] for row in FORMS])
def test_a_simplified_term_stays(text: str) -> None:
    once = factored(simplified(read_term(text, names_of(PROGRAM))))
    assert factored(simplified(once)) == once
