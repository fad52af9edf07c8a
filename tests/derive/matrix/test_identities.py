"""The derivatives of the matrix cookbook and of machine learning, each beside a NumPy function written by hand.

A row: the program, what it computes, by which variable, the function, and the formula as textbooks write it
(None where there is no one way to write it).  Every row is differentiated on both roads.  Arrays are drawn from
the shapes and facts that the program declares; vectors have one axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.derive.matrix import differentials, pullbacks
from jacocalc.reading.program_words import ELEMENTWISE
from jacocalc.reading.programs import read_program
from jacocalc.terms import SUMS, Elementwise, Operation, Summed, Term, Var, subterms, variables_of

Row = tuple[str, str, str, Callable[..., Any], str | None]

inv, det, norm, tr, eye = np.linalg.inv, np.linalg.det, np.linalg.norm, np.trace, np.eye
erf = np.vectorize(math.erf)


def logdet(A: Any) -> Any:
    return np.log(det(A))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def gelu(z: Any) -> Any:
    return z * (1 + erf(z / math.sqrt(2))) / 2


def lse(z: Any) -> Any:
    return np.log(np.exp(z).sum())


def softmax(z: Any, axis: int = 0) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


# fmt: off
ROWS: list[Row] = [
    # -- linear and quadratic forms
    ("a, x: n; f = a' x", "f", "x", lambda a, x: a @ x, "a"),
    ("a, x: n; f = x' a", "f", "x", lambda a, x: x @ a, "a"),
    ("x: n; A: m x n; f = A x", "f", "x", lambda x, A: A @ x, "A"),
    ("x: n; A: m x n; f = A x", "f", "A", lambda x, A: A @ x, "dA x"),
    ("x: m; A: m x n; f = A' x", "f", "x", lambda x, A: x @ A, "Aᵀ"),
    ("x: n; A: m x n; B: k x m; c: k; f = B A x - c", "f", "x", lambda x, A, B, c: B @ A @ x - c, "B A"),
    ("x: n; f = x' x", "f", "x", lambda x: x @ x, "2 x"),
    ("x: n; A: n x n; f = x' A x", "f", "x", lambda x, A: x @ A @ x, "(A + Aᵀ)x"),
    ("x: n; A: n x n symmetric; f = x' A x", "f", "x", lambda x, A: x @ A @ x, "2 A x"),
    ("x: n; A: n x n symmetric; b: n; f = 1/2 x' A x - b' x", "f", "x", lambda x, A, b: x @ A @ x / 2 - b @ x,
     "A x - b"),
    ("x: n; y: m; A: n x m; f = x' A y", "f", "x", lambda x, y, A: x @ A @ y, "A y"),
    ("x: n; y: m; A: n x m; f = x' A y", "f", "y", lambda x, y, A: x @ A @ y, "Aᵀ x"),
    ("x: n; y: m; A: n x m; f = x' A y", "f", "A", lambda x, y, A: x @ A @ y, "x yᵀ"),
    ("a: m; b: n; X: m x n; f = a' X b", "f", "X", lambda a, b, X: a @ X @ b, "a bᵀ"),
    ("a: n; b: m; X: m x n; f = a' X' b", "f", "X", lambda a, b, X: a @ X.T @ b, "b aᵀ"),
    ("a: n; X: n x n; f = a' X a", "f", "X", lambda a, X: a @ X @ a, "a aᵀ"),
    ("a: n; X: n x n symmetric; f = a' X a", "f", "X", lambda a, X: a @ X @ a, "a aᵀ"),
    ("a, b: n; X: n x n symmetric; f = a' X b", "f", "X", lambda a, b, X: a @ X @ b, "1/2 (a bᵀ + b aᵀ)"),
    ("b, c: n; X: m x n; f = b' X' X c", "f", "X", lambda b, c, X: b @ X.T @ X @ c, "X(c bᵀ + b cᵀ)"),
    ("b, c: n; X: m x n; D: m x m; f = b' X' D X c", "f", "X", lambda b, c, X, D: b @ X.T @ D @ X @ c,
     "D X c bᵀ + Dᵀ X b cᵀ"),
    ("b: n; c: m; X: m x n; D: m x m; f = (X b + c)' D (X b + c)", "f", "X",
     lambda b, c, X, D: (X @ b + c) @ D @ (X @ b + c), "(D + Dᵀ)(X b + c)bᵀ"),
    ("x: n; B: m x n; b: m; C: m x k; D: k x n; d: k; f = (B x + b)' C (D x + d)", "f", "x",
     lambda x, B, b, C, D, d: (B @ x + b) @ C @ (D @ x + d), "Bᵀ C(D x + d) + Dᵀ Cᵀ(B x + b)"),
    ("x: n; s: m; A: n x m; W: n x n symmetric; f = (x - A s)' W (x - A s)", "f", "s",
     lambda x, s, A, W: (x - A @ s) @ W @ (x - A @ s), "-2 Aᵀ W(x - A s)"),
    ("x: n; s: m; A: n x m; W: n x n symmetric; f = (x - A s)' W (x - A s)", "f", "x",
     lambda x, s, A, W: (x - A @ s) @ W @ (x - A @ s), "2 W(x - A s)"),
    ("x: n; s: m; A: n x m; W: n x n symmetric; f = (x - A s)' W (x - A s)", "f", "A",
     lambda x, s, A, W: (x - A @ s) @ W @ (x - A @ s), "-2 W(x - A s)sᵀ"),
    ("a, b: n; X: n x n; f = a' X^2 b", "f", "X", lambda a, b, X: a @ X @ X @ b, "a bᵀ Xᵀ + Xᵀ a bᵀ"),
    ("x: n; A: n x n; f = x' A' A x", "f", "x", lambda x, A: norm(A @ x) ** 2, "2 Aᵀ A x"),
    ("x: n; A: n x n; f = (x' A x)^2", "f", "x", lambda x, A: (x @ A @ x) ** 2, None),
    ("a, b, x: n; f = (a' x)(b' x)", "f", "x", lambda a, b, x: (a @ x) * (b @ x), "(bᵀ x)a + (aᵀ x)b"),
    ("a, b, x: n; f = (a' x)/(b' x)", "f", "x", lambda a, b, x: (a @ x) / (b @ x), "(1/(bᵀ x))(a - (aᵀ x/(bᵀ x))b)"),
    ("x: n; A: n x n; f = (x' A x)/(x' x)", "f", "x", lambda x, A: (x @ A @ x) / (x @ x),
     "(1/(xᵀ x))(A + Aᵀ - (2 xᵀ A x/(xᵀ x))I_n)x"),
    ("x: n; A, B: n x n symmetric; f = (x' A x)/(x' B x)", "f", "x", lambda x, A, B: (x @ A @ x) / (x @ B @ x),
     "(2/(xᵀ B x))(A - (xᵀ A x/(xᵀ B x))B)x"),
    ("x: n; A: n x n; f = exp(x' A x)", "f", "x", lambda x, A: np.exp(x @ A @ x), None),
    ("x: n; A: n x n; f = ln(x' A' A x + 1)", "f", "x", lambda x, A: np.log(x @ A.T @ A @ x + 1),
     "(2/(xᵀ Aᵀ A x + 1))Aᵀ A x"),
    ("x: n; f = ln(1 + x' x)", "f", "x", lambda x: np.log(1 + x @ x), "(2/(1 + xᵀ x))x"),
    ("A: m x n; x: n; f = ||A x||^2/||x||^2", "f", "x", lambda A, x: norm(A @ x) ** 2 / norm(x) ** 2, None),
    ("X: n x n; x: n; f = X' X x", "f", "x", lambda X, x: X.T @ X @ x, "Xᵀ X"),
    ("X: m x n; f = ones(m)' X ones(n)", "f", "X", lambda X: X.sum(), "1_m 1_nᵀ"),
    ("X: m x n; y: n; f = sum(X y)", "f", "X", lambda X, y: (X @ y).sum(), "1_m yᵀ"),
    # -- traces
    ("X: n x n; f = tr(X)", "f", "X", lambda X: tr(X), "I_n"),
    ("A: n x m; X: m x n; f = tr(A X)", "f", "X", lambda A, X: tr(A @ X), "Aᵀ"),
    ("A, X: m x n; f = tr(X' A)", "f", "X", lambda A, X: tr(X.T @ A), "A"),
    ("A, X: m x n; f = tr(A X')", "f", "X", lambda A, X: tr(A @ X.T), "A"),
    ("A: k x m; X: m x n; B: n x k; f = tr(A X B)", "f", "X", lambda A, X, B: tr(A @ X @ B), "Aᵀ Bᵀ"),
    ("A: k x n; X: m x n; B: m x k; f = tr(A X' B)", "f", "X", lambda A, X, B: tr(A @ X.T @ B), "B A"),
    ("X: n x n; f = tr(X^2)", "f", "X", lambda X: tr(X @ X), "2 Xᵀ"),
    ("X: n x n; f = tr(X^3)", "f", "X", lambda X: tr(X @ X @ X), "3 Xᵀ Xᵀ"),
    ("A, X: n x n; f = tr(A X^2)", "f", "X", lambda A, X: tr(A @ X @ X), "Aᵀ Xᵀ + Xᵀ Aᵀ"),
    ("X: m x n; f = tr(X' X)", "f", "X", lambda X: tr(X.T @ X), "2 X"),
    ("X: m x n; f = tr(X X')", "f", "X", lambda X: tr(X @ X.T), "2 X"),
    ("X: m x n; B: m x m; f = tr(X' B X)", "f", "X", lambda X, B: tr(X.T @ B @ X), "(B + Bᵀ)X"),
    ("X: m x n; B: m x m symmetric; f = tr(X' B X)", "f", "X", lambda X, B: tr(X.T @ B @ X), "2 B X"),
    ("X: m x n; B: n x n; f = tr(X B X')", "f", "X", lambda X, B: tr(X @ B @ X.T), "X(B + Bᵀ)"),
    ("A: n x m; B: n x m; X: m x n; f = tr(A X B X)", "f", "X", lambda A, B, X: tr(A @ X @ B @ X),
     "Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ"),
    ("X: m x n; B: m x m; C: n x n; f = tr(X' B X C)", "f", "X", lambda X, B, C: tr(X.T @ B @ X @ C),
     "B X C + Bᵀ X Cᵀ"),
    ("A: k x m; B: n x n; C: m x k; X: m x n; f = tr(A X B X' C)", "f", "X", lambda A, B, C, X: tr(A @ X @ B @ X.T @ C),
     "Aᵀ Cᵀ X Bᵀ + C A X B"),
    ("X: m x n; B: n x k; C: m x m; f = tr(B' X' C X B)", "f", "X", lambda X, B, C: tr(B.T @ X.T @ C @ X @ B),
     "(C + Cᵀ)X B Bᵀ"),
    ("A: k x m; X: m x n; B: n x p; C: k x p; f = tr((A X B + C)(A X B + C)')", "f", "X",
     lambda A, X, B, C: norm(A @ X @ B + C) ** 2, "2 Aᵀ(A X B + C)Bᵀ"),
    ("A, X: n x n symmetric; f = tr(A X)", "f", "X", lambda A, X: tr(A @ X), "A"),
    ("A: n x n; X: n x n symmetric; f = tr(A X)", "f", "X", lambda A, X: tr(A @ X), "1/2 (A + Aᵀ)"),
    ("X: n x n symmetric; f = tr(X^2)", "f", "X", lambda X: tr(X @ X), "2 X"),
    ("a: n; X: n x n; f = tr(X a a')", "f", "X", lambda a, X: a @ X @ a, "a aᵀ"),
    ("X: N x n; A: n x n symmetric; f = tr(X A X')", "f", "A", lambda X, A: tr(X @ A @ X.T), "Xᵀ X"),
    # -- inverses
    ("X: n x n invertible; F = X^-1", "F", "X", lambda X: inv(X), "-F dX F"),
    ("A: k x n; B: n x m; X: n x n invertible; F = A X^-1 B", "F", "X", lambda A, B, X: A @ inv(X) @ B,
     "-A X⁻¹ dX X⁻¹ B"),
    ("A, X: n x n invertible; f = tr(A X^-1)", "f", "X", lambda A, X: tr(A @ inv(X)), "-X⁻ᵀ Aᵀ X⁻ᵀ"),
    ("A: m x n; B: n x m; X: n x n invertible; f = tr(A X^-1 B)", "f", "X", lambda A, B, X: tr(A @ inv(X) @ B),
     "-X⁻ᵀ Aᵀ Bᵀ X⁻ᵀ"),
    ("a, b: n; X: n x n invertible; f = a' X^-1 b", "f", "X", lambda a, b, X: a @ inv(X) @ b, "-X⁻ᵀ a bᵀ X⁻ᵀ"),
    ("b: n; A: n x n invertible; x = A^-1 b", "x", "b", lambda b, A: inv(A) @ b, "A⁻¹"),
    ("b: n; A: n x n invertible; x = A^-1 b", "x", "A", lambda b, A: inv(A) @ b, "-A⁻¹ dA A⁻¹ b"),
    ("b: n; A: n x n invertible; x = A^-T b", "x", "A", lambda b, A: inv(A).T @ b, "-A⁻ᵀ dAᵀ A⁻ᵀ b"),
    ("X, A: n x n; f = tr((X + 9 A' A + 9 I(n))^-1)", "f", "X", lambda X, A: tr(inv(X + 9 * A.T @ A + 9 * eye(3))),
     "-(X + 9 Aᵀ A + 9 I_n)⁻ᵀ (X + 9 Aᵀ A + 9 I_n)⁻ᵀ"),
    ("b: n; X: n x n symmetric, invertible; f = b' X^-1 b", "f", "X", lambda b, X: b @ inv(X) @ b, "-X⁻¹ b bᵀ X⁻¹"),
    ("A: m x n; X: n x n symmetric, invertible; f = tr(A X^-1 A')", "f", "X", lambda A, X: tr(A @ inv(X) @ A.T),
     "-X⁻¹ Aᵀ A X⁻¹"),
    ("X: n x n invertible; f = tr(X^-2)", "f", "X", lambda X: tr(inv(X @ X)), "-2 X⁻ᵀ X⁻ᵀ X⁻ᵀ"),
    ("X: n x m; A: m x m; f = tr((X' X + I(m))^-1 A)", "f", "X", lambda X, A: tr(inv(X.T @ X + eye(2)) @ A), None),
    ("b: n; a: scalar; A: n x n; x = (A' A + a^2 I(n))^-1 b", "x", "a",
     lambda b, a, A: inv(A.T @ A + a**2 * eye(3)) @ b, None),
    ("A, B: n x n invertible; X: n x n; F = A^-1 X B^-1", "F", "X", lambda A, B, X: inv(A) @ X @ inv(B), "A⁻¹ dX B⁻¹"),
    ("X: n x n invertible; F = X^-1 X'", "F", "X", lambda X: inv(X) @ X.T, "X⁻¹ dXᵀ - X⁻¹ dX X⁻¹ Xᵀ"),
    ("X: n x m; F = X (X' X)^-1 X'", "F", "X", lambda X: X @ inv(X.T @ X) @ X.T,
     "dX(Xᵀ X)⁻¹Xᵀ - X(Xᵀ X)⁻¹(dXᵀ X + Xᵀ dX)(Xᵀ X)⁻¹Xᵀ + X(Xᵀ X)⁻¹dXᵀ"),
    ("X: n x n invertible; F = inv(transpose(X))", "F", "X", lambda X: inv(X.T), "-F dXᵀ F"),
    ("x: n; A: n x n; f = tr(diag(x) A diag(x))", "f", "x", lambda x, A: x @ (x * A.diagonal()), "2(x ⊙ diag(A))"),
    ("x, y: n; f = sum(min(x, y))", "f", "x", lambda x, y: np.minimum(x, y).sum(), "[y - x > 0]"),
    ("x: n; W: m x n; Y = W' W; f = tr(Y .* Y)", "f", "W", lambda x, W: tr((W.T @ W) ** 2), None),
    # -- determinants
    ("X: n x n invertible; f = det(X)", "f", "X", lambda X: det(X), "f X⁻ᵀ"),
    ("X: n x n symmetric, invertible; f = det(X)", "f", "X", lambda X: det(X), "f X⁻¹"),
    ("X: n x n invertible; f = logdet(X)", "f", "X", lambda X: logdet(X), "X⁻ᵀ"),
    ("X: n x n symmetric, invertible; f = logdet(X)", "f", "X", lambda X: logdet(X), "X⁻¹"),
    ("X: n x n invertible; f = det(X)^2", "f", "X", lambda X: det(X) ** 2, "2 det(X)^2 X⁻ᵀ"),
    ("X: n x n invertible; f = det(X^-1)", "f", "X", lambda X: 1 / det(X), "-f X⁻ᵀ"),
    ("k: scalar; X: n x n; f = det(X' X)^k", "f", "X", lambda k, X: det(X.T @ X) ** k, "2 k det(Xᵀ X)^k X⁻ᵀ"),
    ("A, B, X: n x n invertible; f = det(A X B)", "f", "X", lambda A, B, X: det(A @ X @ B), "f X⁻ᵀ"),
    ("A: n x n; X: n x m; f = det(X' A X)", "f", "X", lambda A, X: det(X.T @ A @ X),
     "f(A X(Xᵀ A X)⁻¹ + Aᵀ X(Xᵀ Aᵀ X)⁻¹)"),
    ("X: n x m; f = logdet(X' X)", "f", "X", lambda X: logdet(X.T @ X), "2 X(Xᵀ X)⁻¹"),
    ("A: n x n symmetric; X: n x m; f = det(X' A X)", "f", "X", lambda A, X: det(X.T @ A @ X), "2 f A X(Xᵀ A X)⁻¹"),
    ("a: scalar positive; X: n x n invertible; f = logdet(a X)", "f", "a", lambda a, X: logdet(a * X), "n/a"),
    ("t: scalar; A: n x n; f = det(I(n) + t A)", "f", "t", lambda t, A: det(eye(3) + t * A), "f tr((I_n + t A)⁻¹A)"),
    ("u, v: n; f = det(I(n) + u v')", "f", "u", lambda u, v: 1 + v @ u, None),
    ("X: n x n invertible; F = logdet(X) X", "F", "X", lambda X: logdet(X) * X, "tr(X⁻¹ dX) X + log det(X) dX"),
    ("t: scalar; A: n x n; f = ln(det(9 I(n) + t A))", "f", "t", lambda t, A: logdet(9 * eye(3) + t * A),
     "tr((9 I_n + t A)⁻¹A)"),
    # -- norms
    ("x: n; f = ||x||", "f", "x", lambda x: norm(x), "x/f"),
    ("x: n; f = ||x||^2", "f", "x", lambda x: x @ x, "2 x"),
    ("x, a: n; f = ||x - a||", "f", "x", lambda x, a: norm(x - a), "(1/f)(x - a)"),
    ("x, a: n; f = ||x - a||^2", "f", "a", lambda x, a: norm(x - a) ** 2, "-2(x - a)"),
    ("x: n; A: m x n; b: m; f = ||A x - b||^2", "f", "x", lambda x, A, b: norm(A @ x - b) ** 2, "2 Aᵀ(A x - b)"),
    ("x: n; A: m x n; b: m; f = 1/2 ||A x - b||^2", "f", "x", lambda x, A, b: norm(A @ x - b) ** 2 / 2, "Aᵀ(A x - b)"),
    ("x: n; A: m x n; b: m; f = 1/2 ||A x - b||^2", "f", "A", lambda x, A, b: norm(A @ x - b) ** 2 / 2, "(A x - b)xᵀ"),
    ("x: n; A: m x n; b: m; f = ||A x - b||", "f", "x", lambda x, A, b: norm(A @ x - b), "(1/f)Aᵀ(A x - b)"),
    ("x: n; f = ||x||^3", "f", "x", lambda x: norm(x) ** 3, "3 ‖x‖ x"),
    ("x: n; f = 1/||x||", "f", "x", lambda x: 1 / norm(x), "-x/‖x‖^3"),
    ("x: n; f = ||x||_4", "f", "x", lambda x: (x**4).sum() ** (1 / 4), "sum(x.^4)^(-3/4) x.^3"),
    ("x: n; p: scalar positive; f = ||x||_p", "f", "x", lambda x, p: (abs(x) ** p).sum() ** (1 / p),
     "sum(abs(x).^p)^(1/p - 1)(abs(x).^(p - 1) ⊙ sign(x))"),
    ("X: m x n; f = ||X||", "f", "X", lambda X: norm(X), "X/f"),
    ("X: m x n; f = ||X||^2", "f", "X", lambda X: (X * X).sum(), "2 X"),
    ("X: m x n; A: k x m; B: n x p; C: k x p; f = 1/2 ||A X B - C||^2", "f", "X",
     lambda X, A, B, C: norm(A @ X @ B - C) ** 2 / 2, "Aᵀ(A X B - C)Bᵀ"),
    ("X, A: m x n; f = dot(A, X)", "f", "X", lambda X, A: (A * X).sum(), "A"),
    ("x: n; A: n x n; b: m; y = tr(A diag(x)) b", "y", "x", lambda x, A, b: np.trace(A @ np.diag(x)) * b,
     "b diag(A)ᵀ"),
    ("X: m x n; A: m x m; f = dot(A X, X)", "f", "X", lambda X, A: (A @ X * X).sum(), "(A + Aᵀ)X"),
    ("U: m x k; V: n x k; R: m x n; f = 1/2 ||R - U V'||^2", "f", "U", lambda U, V, R: norm(R - U @ V.T) ** 2 / 2,
     "(U Vᵀ - R)V"),
    ("U: m x k; V: n x k; R: m x n; f = 1/2 ||R - U V'||^2", "f", "V", lambda U, V, R: norm(R - U @ V.T) ** 2 / 2,
     "(U Vᵀ - R)ᵀU"),
    ("U: m x k; V: n x k; R, M: m x n; f = 1/2 ||M .* (R - U V')||^2", "f", "U",
     lambda U, V, R, M: norm(M * (R - U @ V.T)) ** 2 / 2, None),
    ("X: n x n symmetric; A: n x n symmetric; f = 1/2 ||X - A||^2", "f", "X", lambda X, A: norm(X - A) ** 2 / 2,
     "X - A"),
    ("W: m x n; f = ||W' W - I(n)||^2", "f", "W", lambda W: norm(W.T @ W - eye(3)) ** 2, "4 W(Wᵀ W - I_n)"),
    ("x: n; e: scalar; f = sqrt(x' x + e^2)", "f", "x", lambda x, e: np.sqrt(x @ x + e**2), "x/f"),
    ("X: n x m; f = ||X' X||", "f", "X", lambda X: norm(X.T @ X), "(2/f)X Xᵀ X"),
    ("a: m; b: n; f = ||outer(a, b)||^2", "f", "a", lambda a, b: (a @ a) * (b @ b), "2(bᵀ b)a"),
    ("x, y: n; f = sqrt(1 + ||x - y||^2)", "f", "x", lambda x, y: np.sqrt(1 + norm(x - y) ** 2), "(1/f)(x - y)"),
    ("x, y: n; f = 1/(1 + ||x - y||^2)", "f", "x", lambda x, y: 1 / (1 + norm(x - y) ** 2),
     "-(2/(1 + ‖x - y‖²)^2)(x - y)"),
    ("B: n x m; x, y: n; f = 1/2 ||B' (x - y)||^2", "f", "B", lambda B, x, y: norm((x - y) @ B) ** 2 / 2,
     "(x - y)(x - y)ᵀB"),
    # -- maps of matrices (Kronecker)
    ("A: k x m; X: m x n; B: n x p; F = A X B", "F", "X", lambda A, X, B: A @ X @ B, "A dX B"),
    ("X: m x n; F = X'", "F", "X", lambda X: X.T, "dXᵀ"),
    ("X: m x n; F = X' X", "F", "X", lambda X: X.T @ X, "dXᵀ X + Xᵀ dX"),
    ("X: n x n; F = X^2", "F", "X", lambda X: X @ X, "dX X + X dX"),
    ("X: n x n; F = X^3", "F", "X", lambda X: X @ X @ X, "dX X X + X dX X + X X dX"),
    ("A, X: n x n; F = A X + X A'", "F", "X", lambda A, X: A @ X + X @ A.T, "A dX + dX Aᵀ"),
    ("X: n x n symmetric; A: m x n; F = A X A'", "F", "X", lambda X, A: A @ X @ A.T, "A dX Aᵀ"),
    ("X, A: m x n; F = A .* X", "F", "X", lambda X, A: A * X, "A ⊙ dX"),
    ("X, A: m x n; f = tr(X' (A .* X))", "f", "X", lambda X, A: (A * X * X).sum(), None),
    ("u: m; v: n; F = u v'", "F", "u", lambda u, v: np.outer(u, v), "du vᵀ"),
    ("u: m; v: n; F = outer(u, v)", "F", "v", lambda u, v: np.outer(u, v), "u dvᵀ"),
    ("x: n; F = x x'", "F", "x", lambda x: np.outer(x, x), "dx xᵀ + x dxᵀ"),
    ("x: n; F = diag(x)", "F", "x", lambda x: np.diag(x), "diag(dx)"),
    ("X: n x n; d = diag(X)", "d", "X", lambda X: np.diag(X), "diag(dX)"),
    ("X: n x n; a: n; f = a' diag(X)", "f", "X", lambda X, a: a @ np.diag(X), "diag(a)"),
    ("x: n; A: m x n; B: n x k; F = A diag(x) B", "F", "x", lambda x, A, B: A @ np.diag(x) @ B, "A diag(dx) B"),
    ("x: n; A: n x n; f = tr(A diag(x))", "f", "x", lambda x, A: tr(A @ np.diag(x)), "diag(A)"),
    ("x, y: n; A: n x n; f = x' diag(y) A x", "f", "y", lambda x, y, A: x * y @ A @ x, None),
    ("a: scalar; X: m x n; F = a X", "F", "a", lambda a, X: a * X, "X"),
    ("a: scalar; X: n x n; f = tr(a X)", "f", "a", lambda a, X: a * tr(X), "tr(X)"),
    ("t: scalar; X: n x n; F = X + t I(n)", "F", "t", lambda t, X: X + t * eye(3), "I_n"),
    ("t: scalar; A: n x n; F = sin(t A)", "F", "t", lambda t, A: np.sin(t * A), "cos(t A) ⊙ A"),
    ("t: scalar; A, B: n x n; F = (A + t B)^-1", "F", "t", lambda t, A, B: inv(A + t * B), "-F B F"),
    ("t: scalar; A, B: n x n; F = t^2 A B + t B", "F", "t", lambda t, A, B: t**2 * A @ B + t * B, "2 t A B + B"),
    ("A, X: n x n; F = A X - X A", "F", "X", lambda A, X: A @ X - X @ A, "A dX - dX A"),
    ("X: n x n; F = 1/2 (X + X')", "F", "X", lambda X: (X + X.T) / 2, "1/2 (dX + dXᵀ)"),
    ("X: n x n; x: n; f = X' X x", "f", "X", lambda X, x: X.T @ X @ x, "dXᵀ X x + Xᵀ dX x"),
    ("x: n; F = (x' x) I(n) - x x'", "F", "x", lambda x: (x @ x) * eye(3) - np.outer(x, x),
     "2(dxᵀ x)I_n - dx xᵀ - x dxᵀ"),
    ("X: n x m; s: m; F = X diag(s)", "F", "s", lambda X, s: X * s, "X diag(ds)"),
    ("d: m; X: m x n; F = d .* X", "F", "d", lambda d, X: d[:, None] * X, "diag(dd) X"),
    ("a: n; F = a a'/(a' a)", "F", "a", lambda a: np.outer(a, a) / (a @ a),
     "(1/(aᵀ a))(da aᵀ + a daᵀ) - (2 daᵀ a/(aᵀ a)^2)a aᵀ"),
    # -- sums, means, variances, entry by entry
    ("x: n; s = sum(x)", "s", "x", lambda x: x.sum(), "1_n"),
    ("x: n; s = ones(n)' x", "s", "x", lambda x: x.sum(), "1_n"),
    ("x: n; s = mean(x)", "s", "x", lambda x: x.mean(), "(1/n)1_n"),
    ("x: n; s = var(x)", "s", "x", lambda x: x.var(), "(2/n)(x - mean(x) 1_n)"),
    ("x: n; s = sqrt(var(x))", "s", "x", lambda x: x.std(), None),
    ("X: m x n; s = sum(X)", "s", "X", lambda X: X.sum(), "1_{m×n}"),
    ("X: m x n; s = mean(X)", "s", "X", lambda X: X.mean(), "(1/(m n))1_{m×n}"),
    ("X: m x n; s = mean(X .* X)", "s", "X", lambda X: (X * X).mean(), "(2/(m n))X"),
    ("X: m x n; r = X ones(n)", "r", "X", lambda X: X.sum(axis=1), "dX 1_n"),
    ("x, y: n; f = x .* y", "f", "x", lambda x, y: x * y, "diag(y)"),
    ("x: n; f = x .* x", "f", "x", lambda x: x * x, "2 diag(x)"),
    ("x: n; f = x .* x .* x", "f", "x", lambda x: x**3, "3 diag(x ⊙ x)"),
    ("x: n; f = x.^3", "f", "x", lambda x: x**3, "3 diag(x ⊙ x)"),
    ("x: n positive; f = x.^(1/2)", "f", "x", lambda x: x**0.5, "1/2 diag(x.^(-1/2))"),
    ("x: n; f = x.^-2", "f", "x", lambda x: x**-2.0, "-2 diag(1_n ⊘ x.^3)"),
    ("x: n; s = sum(x.^4)", "s", "x", lambda x: (x**4).sum(), "4 x.^3"),
    ("x: n positive; p: scalar; f = sum(x.^p)", "f", "p", lambda x, p: (x**p).sum(), "sum(x.^p ⊙ ln(x))"),
    ("x: n positive; p: scalar; f = x.^p", "f", "x", lambda x, p: x**p, "p diag(x.^(p - 1))"),
    ("x, y, z: n; f = sum(x .* y .* z)", "f", "y", lambda x, y, z: (x * y * z).sum(), "x ⊙ z"),
    ("x: n; y: n positive; f = x ./ y", "f", "x", lambda x, y: x / y, "diag(1_n ⊘ y)"),
    ("x: n; y: n positive; f = x ./ y", "f", "y", lambda x, y: x / y, None),
    ("x: n; y: n positive; f = sum(x ./ y)", "f", "y", lambda x, y: (x / y).sum(), "-x ⊘ (y ⊙ y)"),
    ("X: m x n; Y: m x n positive; F = X ./ Y", "F", "Y", lambda X, Y: X / Y, "-(X ⊙ dY) ⊘ (Y ⊙ Y)"),
    ("x: n; A: m x n; y: m; f = y .* (A x)", "f", "x", lambda x, A, y: y * (A @ x), "diag(y) A"),
    ("x: n; A, B: m x n; f = (A x) .* (B x)", "f", "x", lambda x, A, B: (A @ x) * (B @ x), "diag(B x) A + diag(A x) B"),
    ("a: scalar; x: n; f = a x", "f", "x", lambda a, x: a * x, "a I_n"),
    ("a: scalar; x: n; f = a x", "f", "a", lambda a, x: a * x, None),
    ("a: scalar; x: n; f = x/a", "f", "a", lambda a, x: x / a, None),
    ("a: scalar; x, y: n; f = ||y - a x||^2", "f", "a", lambda a, x, y: norm(y - a * x) ** 2, "-2(y - a x)ᵀx"),
    ("x, w: n; f = (w' x) w", "f", "w", lambda x, w: (w @ x) * w, "w xᵀ + (wᵀ x)I_n"),
    ("x: n; f = x/||x||", "f", "x", lambda x: x / norm(x), "(1/‖x‖)(I_n - (1/‖x‖²)x xᵀ)"),
    ("x: n; f = x - mean(x) ones(n)", "f", "x", lambda x: x - x.mean(), "I_n - (1/n)1_n 1_nᵀ"),
    ("x: n positive; f = x/sum(x)", "f", "x", lambda x: x / x.sum(), "(1/sum(x))(I_n - (1/sum(x))x 1_nᵀ)"),
    ("x: n; f = x x' x", "f", "x", lambda x: x * (x @ x), "(xᵀ x)I_n + 2 x xᵀ"),
    ("x, y: n; c = x' y/(||x|| ||y||)", "c", "x", lambda x, y: x @ y / (norm(x) * norm(y)),
     "(1/(‖x‖ ‖y‖))(y - (xᵀ y/‖x‖²)x)"),
    ("x: n; v: n; f = x - 2 v (v' x)/(v' v)", "f", "x", lambda x, v: x - 2 * v * (v @ x) / (v @ v),
     "I_n - (2/(vᵀ v))v vᵀ"),
    ("x: n; v: n; f = x - 2 v (v' x)/(v' v)", "f", "v", lambda x, v: x - 2 * v * (v @ x) / (v @ v), None),
    ("t: scalar; f = t^3 - 2t", "f", "t", lambda t: t**3 - 2 * t, "3 t^2 - 2"),
    ("t: scalar; f = 1/t", "f", "t", lambda t: 1 / t, "-1/t^2"),
    ("t: scalar; f = t e^t", "f", "t", lambda t: t * np.exp(t), "exp(t) + t exp(t)"),
    ("x: n; f = (x' x) x", "f", "x", lambda x: (x @ x) * x, "2 x xᵀ + (xᵀ x)I_n"),
    ("X: m x n; f = sum(X .* X .* X)", "f", "X", lambda X: (X**3).sum(), "3(X ⊙ X)"),
    ("X: m x n; f = mean(abs(X))", "f", "X", lambda X: np.abs(X).mean(), "(1/(m n))sign(X)"),
    ("x: n; A: m x n; f = mean((A x).^2)", "f", "x", lambda x, A: ((A @ x) ** 2).mean(), "(2/m)Aᵀ A x"),
    ("x: n; A: m x n; f = var(A x)", "f", "x", lambda x, A: (A @ x).var(), "(2/m)Aᵀ(A x - mean(A x) 1_m)"),
    ("x: n; y: n; f = sum((x - y).^2)/n", "f", "y", lambda x, y: ((x - y) ** 2).mean(), "-(2/n)(x - y)"),
    ("x: n; s = sum(e^x)", "s", "x", lambda x: np.exp(x).sum(), "exp(x)"),
    ("x: n; f = sin(x) ./ x", "f", "x", lambda x: np.sin(x) / x, None),
    ("x: n; f = 1 ./ (1 + exp(-x))", "f", "x", lambda x: sigmoid(x), None),
    ("a: scalar; x: n; f = x ./ (a^2 + x .* x)", "f", "x", lambda a, x: x / (a**2 + x * x), None),
    ("x: n; A: m x n; f = diag(A x) A x", "f", "x", lambda x, A: (A @ x) ** 2, "2 diag(A x) A"),
    ("a, b: scalar; f = a^2 b + sin(a b)", "f", "a", lambda a, b: a**2 * b + np.sin(a * b), None),
    # -- linear models
    ("X: N x n; y: N; w: n; L = ||X w - y||^2", "L", "w", lambda X, y, w: norm(X @ w - y) ** 2, "2 Xᵀ(X w - y)"),
    ("X: N x n; y: N; w: n; L = 1/N ||X w - y||^2", "L", "w", lambda X, y, w: norm(X @ w - y) ** 2 / 5,
     "(2/N)Xᵀ(X w - y)"),
    ("X: N x n; y: N; w: n; r: scalar; L = 1/2 ||y - X w||^2 + r/2 ||w||^2", "L", "w",
     lambda X, y, w, r: norm(y - X @ w) ** 2 / 2 + r / 2 * (w @ w), "r w - Xᵀ(y - X w)"),
    ("X: N x n; y: N; w: n; r: scalar; L = ||y - X w||^2 + r ||w||^2", "L", "w",
     lambda X, y, w, r: norm(y - X @ w) ** 2 + r * (w @ w), "2(r w - Xᵀ(y - X w))"),
    ("X: N x n; y, s: N; w: n; L = 1/2 (y - X w)' diag(s) (y - X w)", "L", "w",
     lambda X, y, s, w: s @ (y - X @ w) ** 2 / 2, "-Xᵀ diag(s)(y - X w)"),
    ("X: N x n; y: N; w: n; b: scalar; L = 1/2 ||X w + b ones(N) - y||^2", "L", "b",
     lambda X, y, w, b: norm(X @ w + b - y) ** 2 / 2, "sum(X w + b 1_N - y)"),
    ("X: N x n; y: N; w: n; r: scalar; L = 1/2 ||X w - y||^2 + r sum(abs(w))", "L", "w",
     lambda X, y, w, r: norm(X @ w - y) ** 2 / 2 + r * np.abs(w).sum(), "Xᵀ(X w - y) + r sign(w)"),
    ("X: N x n; y: N; w: n; L = sum(softplus(X w)) - y' X w", "L", "w",
     lambda X, y, w: np.log1p(np.exp(X @ w)).sum() - y @ X @ w, "Xᵀ(sigmoid(X w) - y)"),
    ("X: N x n; y: N; w: n; p = sigmoid(X w); L = -y' ln(p) - (ones(N) - y)' ln(1 - p)", "L", "w",
     lambda X, y, w: -y @ np.log(sigmoid(X @ w)) - (1 - y) @ np.log(1 - sigmoid(X @ w)), None),
    ("X: N x n; y: N; w: n; L = sum(softplus(-y .* (X w)))", "L", "w",
     lambda X, y, w: np.log1p(np.exp(-y * (X @ w))).sum(), "-Xᵀ(sigmoid(-y ⊙ (X w)) ⊙ y)"),
    ("X: N x n; y: N; w: n; L = sum(ln(1 + exp(-y .* (X w))))", "L", "w",
     lambda X, y, w: np.log1p(np.exp(-y * (X @ w))).sum(), "-Xᵀ(y ⊙ sigmoid(-y ⊙ (X w)))"),
    ("X: N x n; y: N; w: n; L = sum(exp(X w)) - y' X w", "L", "w", lambda X, y, w: np.exp(X @ w).sum() - y @ X @ w,
     "Xᵀ(exp(X w) - y)"),
    ("W: k x n; x: n; y: k sums to 1; L = logsumexp(W x) - y' W x", "L", "W", lambda W, x, y: lse(W @ x) - y @ W @ x,
     "(softmax(W x) - y)xᵀ"),
    ("X: N x n; W: n x k; Y: N x k; P = softmax_rows(X W); L = -dot(Y, ln(P))", "L", "W",
     lambda X, W, Y: -(Y * np.log(softmax(X @ W, 1))).sum(), "Xᵀ((Y 1_k 1_kᵀ) ⊙ P - Y)"),
    ("X: N x n; W: n x k; Y: N x k rows sum to 1; P = softmax_rows(X W); L = -1/N dot(Y, ln(P))", "L", "W",
     lambda X, W, Y: -(Y * np.log(softmax(X @ W, 1))).sum() / 5, "(1/N)Xᵀ(P - Y)"),
    ("W: k x n; X: n x N; Y: k x N one-hot columns; P = softmax_columns(W X); L = -sum(Y .* ln(P))", "L", "W",
     lambda W, X, Y: -(Y * np.log(softmax(W @ X, 0))).sum(), "(P - Y)Xᵀ"),
    ("x, mu: n; S: n x n symmetric, invertible; d = (x - mu)' S^-1 (x - mu)", "d", "x",
     lambda x, mu, S: (x - mu) @ inv(S) @ (x - mu), "2 S⁻¹(x - μ)"),
    ("x, mu: n; S: n x n symmetric, invertible; d = (x - mu)' S^-1 (x - mu)", "d", "S",
     lambda x, mu, S: (x - mu) @ inv(S) @ (x - mu), "-S⁻¹(x - μ)(x - μ)ᵀS⁻¹"),
    ("x, mu: n; S: n x n symmetric, invertible; d = sqrt((x - mu)' S^-1 (x - mu))", "d", "x",
     lambda x, mu, S: np.sqrt((x - mu) @ inv(S) @ (x - mu)), "(1/d)S⁻¹(x - μ)"),
    ("x, mu: n; S: n x n symmetric, invertible; l = -1/2 logdet(S) - 1/2 (x - mu)' S^-1 (x - mu)", "l", "mu",
     lambda x, mu, S: -logdet(S) / 2 - (x - mu) @ inv(S) @ (x - mu) / 2, "S⁻¹(x - μ)"),
    ("x, mu: n; S: n x n symmetric, invertible; l = -1/2 logdet(S) - 1/2 (x - mu)' S^-1 (x - mu)", "l", "S",
     lambda x, mu, S: -logdet(S) / 2 - (x - mu) @ inv(S) @ (x - mu) / 2, None),
    ("x, mu: n; P: n x n symmetric, invertible; l = 1/2 logdet(P) - 1/2 (x - mu)' P (x - mu)", "l", "P",
     lambda x, mu, P: logdet(P) / 2 - (x - mu) @ P @ (x - mu) / 2, "1/2 (P⁻¹ - (x - μ)(x - μ)ᵀ)"),
    ("x: n; m: n; v: n positive; l = -1/2 sum(ln(v)) - 1/2 sum((x - m).^2 ./ v)", "l", "v",
     lambda x, m, v: -np.log(v).sum() / 2 - ((x - m) ** 2 / v).sum() / 2,
     "1/2 (((x - m) ⊙ (x - m)) ⊘ (v ⊙ v) - 1_n ⊘ v)"),
    ("p, q: n positive; f = sum(p .* ln(p ./ q))", "f", "p", lambda p, q: (p * np.log(p / q)).sum(), "ln(p ⊘ q) + 1_n"),
    ("p, q: n positive; f = sum(p .* ln(p ./ q))", "f", "q", lambda p, q: (p * np.log(p / q)).sum(), "-p ⊘ q"),
    ("p: n positive; f = -sum(p .* ln(p))", "f", "p", lambda p: -(p * np.log(p)).sum(), "-ln(p) - 1_n"),
    ("A: m x n; c, x: n; b: m; f = c' x - sum(ln(9 + sin(A x) - sin(b)))", "f", "x",
     lambda A, c, x, b: c @ x - np.log(9 + np.sin(A @ x) - np.sin(b)).sum(), None),
    ("x, y: n; g: scalar; f = exp(-g ||x - y||^2)", "f", "x", lambda x, y, g: np.exp(-g * norm(x - y) ** 2),
     "-2 f g(x - y)"),
    ("x, a: n; A: m x n; f = sum(ln(cosh(A (x - a))))", "f", "x", lambda x, a, A: np.log(np.cosh(A @ (x - a))).sum(),
     None),
    ("X: N x n; S: n x n symmetric, invertible; l = N/2 logdet(S) + 1/2 tr(S^-1 X' X)", "l", "S",
     lambda X, S: 5 / 2 * logdet(S) + tr(inv(S) @ X.T @ X) / 2, None),
    ("x: n; W: k x n; y: k; z = W x; L = sum(softplus(z) - y .* z)", "L", "x",
     lambda x, W, y: (np.log1p(np.exp(W @ x)) - y * (W @ x)).sum(), "Wᵀ(sigmoid(z) - y)"),
    ("x: n; y: m; W: n x m; L = sigmoid(x' W y)", "L", "W", lambda x, y, W: sigmoid(x @ W @ y), "L(1 - L)x yᵀ"),
    # -- softmax and its relatives
    ("z: n; p = softmax(z)", "p", "z", lambda z: softmax(z), "diag(p) - p pᵀ"),
    ("z: n; s = logsumexp(z)", "s", "z", lambda z: lse(z), "softmax(z)"),
    ("z: n; p = z - logsumexp(z) ones(n)", "p", "z", lambda z: z - lse(z), "I_n - 1_n softmax(z)ᵀ"),
    ("z: n; y: n sums to 1; p = softmax(z); L = -y' ln(p)", "L", "z", lambda z, y: -y @ np.log(softmax(z)), "p - y"),
    ("z: n; y: n; p = softmax(z); L = -y' ln(p)", "L", "z", lambda z, y: -y @ np.log(softmax(z)), "sum(y) p - y"),
    ("z, y: n; p = softmax(z); L = 1/2 ||p - y||^2", "L", "z", lambda z, y: norm(softmax(z) - y) ** 2 / 2,
     "(p - y) ⊙ p + (pᵀ(y - p))p"),
    ("x: n; A: m x n; b: m; s = logsumexp(A x + b)", "s", "x", lambda x, A, b: lse(A @ x + b), "Aᵀ softmax(A x + b)"),
    ("t: scalar; z: n; p = softmax(z/t)", "p", "z", lambda t, z: softmax(z / t), None),
    ("Z: m x n; P = softmax_rows(Z)", "P", "Z", lambda Z: softmax(Z, 1), "P ⊙ dZ - P ⊙ ((P ⊙ dZ)1_n 1_nᵀ)"),
    ("Z: m x n; P = softmax_columns(Z)", "P", "Z", lambda Z: softmax(Z, 0), "P ⊙ dZ - P ⊙ (1_m 1_mᵀ(P ⊙ dZ))"),
    ("q: m; K: n x m; V: n x k; o = V' softmax(K q)", "o", "q", lambda q, K, V: softmax(K @ q) @ V, None),
    ("Q: n x k; K: m x k; S = Q K'/sqrt(k)", "S", "Q", lambda Q, K: Q @ K.T / 2, "(1/sqrt(k))dQ Kᵀ"),
    ("Q: n x k; K: m x k; V: m x p; O = softmax_rows(Q K'/sqrt(k)) V", "O", "V",
     lambda Q, K, V: softmax(Q @ K.T / 2, 1) @ V, None),
    ("Q: n x k; K: m x k; V: m x p; O = softmax_rows(Q K'/sqrt(k)) V", "O", "K",
     lambda Q, K, V: softmax(Q @ K.T / 2, 1) @ V, None),
    ("Q: n x k; K: m x k; Y: n x m; S = Q K'; L = 1/2 ||S - Y||^2", "L", "K",
     lambda Q, K, Y: norm(Q @ K.T - Y) ** 2 / 2, "(S - Y)ᵀQ"),
    ("x: n; W: k x n; y: k sums to 1; z = W x; p = softmax(z); L = -y' ln(p)", "L", "W",
     lambda x, W, y: -y @ np.log(softmax(W @ x)), "(p - y)xᵀ"),
    ("Z, Y: m x N; P = softmax_columns(Z); L = -1/N dot(Y, ln(P))", "L", "Z",
     lambda Z, Y: -(Y * np.log(softmax(Z, 0))).sum() / 5, "(1/N)((1_m 1_mᵀ Y) ⊙ P - Y)"),
    ("Q: n x k; K: m x k; P = softmax_rows(Q K'); V: m x p; Y: n x p; O = P V; L = 1/2 ||O - Y||^2", "L", "Q",
     lambda Q, K, V, Y: norm(softmax(Q @ K.T, 1) @ V - Y) ** 2 / 2,
     "(((O - Y)Vᵀ - (((O - Y)Vᵀ) ⊙ P)1_m 1_mᵀ) ⊙ P)K"),
    ("x: n; s = ln(sum(exp(x)))", "s", "x", lambda x: lse(x), "softmax(x)"),
    ("z: n; l = log(softmax(z))", "l", "z", lambda z: np.log(softmax(z)), "I_n - 1_n softmax(z)ᵀ"),
    ("z: n; q: n sums to 1; p = softmax(z); L = sum(p .* log(p ./ q))", "L", "z",
     lambda z, q: (softmax(z) * np.log(softmax(z) / q)).sum(), "ln(p ⊘ q) ⊙ p - (pᵀ ln(p ⊘ q))p"),
    ("x: n; A: m x n; b: m; f = sum(log(cosh(A x - b)))", "f", "x",
     lambda x, A, b: np.log(np.cosh(A @ x - b)).sum(), "Aᵀ tanh(A x - b)"),
    # -- layers
    ("x: n; W: m x n; b: m; h = sigmoid(W x + b)", "h", "x", lambda x, W, b: sigmoid(W @ x + b),
     "diag(h ⊙ (1_m - h)) W"),
    ("x: n; W: m x n; b: m; h = tanh(W x + b)", "h", "x", lambda x, W, b: np.tanh(W @ x + b), "diag(1_m - h ⊙ h) W"),
    ("x: n; W: m x n; b: m; h = tanh(W x + b)", "h", "W", lambda x, W, b: np.tanh(W @ x + b), "(1_m - h ⊙ h) ⊙ (dW x)"),
    ("x: n; W: m x n; b: m; h = relu(W x + b)", "h", "x", lambda x, W, b: np.maximum(W @ x + b, 0),
     "diag([W x + b > 0]) W"),
    ("x: n; W: m x n; b: m; z = W x + b; h = relu(z); s = sum(h)", "s", "W",
     lambda x, W, b: np.maximum(W @ x + b, 0).sum(), "[z > 0] xᵀ"),
    ("x: n; W: m x n; b: m; h = gelu(W x + b)", "h", "b", lambda x, W, b: gelu(W @ x + b),
     "diag(1/2 (1_m + erf((1/sqrt(2))(W x + b))) + (1/sqrt(2 π))((W x + b) ⊙ exp(-1/2 ((W x + b) ⊙ (W x + b)))))"),
    ("x: n; W: m x n; b: m; h = softplus(W x + b)", "h", "x", lambda x, W, b: np.log1p(np.exp(W @ x + b)),
     "diag(sigmoid(W x + b)) W"),
    ("x: n; W: m x n; b, y: m; h = sigmoid(W x + b); L = 1/2 ||h - y||^2", "L", "W",
     lambda x, W, b, y: norm(sigmoid(W @ x + b) - y) ** 2 / 2, "((h - y) ⊙ h ⊙ (1_m - h))xᵀ"),
    ("x: n; W: m x n; U: k x m; y: k; h = tanh(W x); L = 1/2 ||U h - y||^2", "L", "W",
     lambda x, W, U, y: norm(U @ np.tanh(W @ x) - y) ** 2 / 2, "((Uᵀ(U h - y)) ⊙ (1_m - h ⊙ h))xᵀ"),
    ("x: n; W: m x n; U: k x m; y: k; h = tanh(W x); L = 1/2 ||U h - y||^2", "L", "U",
     lambda x, W, U, y: norm(U @ np.tanh(W @ x) - y) ** 2 / 2, "(U h - y)hᵀ"),
    ("x: n; W: m x n; U: k x m; y: k; h = tanh(W x); L = 1/2 ||U h - y||^2", "L", "x",
     lambda x, W, U, y: norm(U @ np.tanh(W @ x) - y) ** 2 / 2, "Wᵀ((Uᵀ(U h - y)) ⊙ (1_m - h ⊙ h))"),
    ("X: n x N; W: m x n; b: m; Z = W X + b", "Z", "b", lambda X, W, b: W @ X + b[:, None], "db 1_Nᵀ"),
    ("X: n x N; W: m x n; b: m; Y: m x N; L = 1/2 ||W X + b - Y||^2", "L", "W",
     lambda X, W, b, Y: norm(W @ X + b[:, None] - Y) ** 2 / 2, "(W X + b 1_Nᵀ - Y)Xᵀ"),
    ("X: n x N; W: m x n; b: m; Y: m x N; L = 1/2 ||W X + b - Y||^2", "L", "b",
     lambda X, W, b, Y: norm(W @ X + b[:, None] - Y) ** 2 / 2, "(W X + b 1_Nᵀ - Y)1_N"),
    ("X: N x n; W: n x m; b: m; Y: N x m; L = 1/2 ||X W + b' - Y||^2", "L", "b",
     lambda X, W, b, Y: norm(X @ W + b - Y) ** 2 / 2, "(X W + 1_N bᵀ - Y)ᵀ1_N"),
    ("X: N x n; W: n x m; b: m; Y: N x m; H = tanh(X W + b'); L = 1/2 ||H - Y||^2", "L", "W",
     lambda X, W, b, Y: norm(np.tanh(X @ W + b) - Y) ** 2 / 2, "Xᵀ((H - Y) ⊙ (1_{N×m} - H ⊙ H))"),
    ("x: n; W: n x n; y = x + tanh(W x)", "y", "x", lambda x, W: x + np.tanh(W @ x),
     "I_n + diag(1_n - tanh(W x) ⊙ tanh(W x)) W"),
    ("x: n; W: n x n; h = tanh(W x); y = tanh(W h)", "y", "W", lambda x, W: np.tanh(W @ np.tanh(W @ x)),
     "(1_n - y ⊙ y) ⊙ (dW h + W((1_n - h ⊙ h) ⊙ (dW x)))"),
    ("x: n; W: m x n; r = W' W x; L = 1/2 ||x - r||^2", "L", "W", lambda x, W: norm(x - W.T @ W @ x) ** 2 / 2,
     "W(x(r - x)ᵀ + (r - x)xᵀ)"),
    ("x: n; W: m x n; h = relu(W x); r = W' h", "r", "x", lambda x, W: W.T @ np.maximum(W @ x, 0),
     "Wᵀ diag([W x > 0]) W"),
    ("x: n; y: m; W: k x n; V: k x m; h = (W x) .* (V y)", "h", "W", lambda x, y, W, V: (W @ x) * (V @ y),
     "(dW x) ⊙ (V y)"),
    ("x: n; U, W: m x n; h = sigmoid(U x) .* tanh(W x)", "h", "x", lambda x, U, W: sigmoid(U @ x) * np.tanh(W @ x),
     "diag(sigmoid(U x) ⊙ (1_m - sigmoid(U x)) ⊙ tanh(W x)) U + diag(sigmoid(U x) ⊙ (1_m - tanh(W x) ⊙ tanh(W x))) W"),
    ("x: n; U, W: m x n; h = silu(U x) .* (W x)", "h", "W", lambda x, U, W: U @ x * sigmoid(U @ x) * (W @ x),
     "silu(U x) ⊙ (dW x)"),
    ("h, c: n; z = sigmoid(h); g = (1 - z) .* h + z .* c", "g", "h", lambda h, c: (1 - sigmoid(h)) * h + sigmoid(h) * c,
     None),
    ("x, g, b: n; c = x - mean(x) ones(n); h = c/sqrt(var(x)); y = g .* h + b", "y", "x",
     lambda x, g, b: g * (x - x.mean()) / x.std() + b, None),
    ("x, g, b: n; c = x - mean(x) ones(n); h = c/sqrt(var(x)); y = g .* h + b", "y", "g",
     lambda x, g, b: g * (x - x.mean()) / x.std() + b, "diag(h)"),
    ("x, g: n; y = g .* x/sqrt(mean(x .* x))", "y", "x", lambda x, g: g * x / np.sqrt((x * x).mean()), None),
    ("x: n; W: m x n; v = W x; u = v/||v||; y: m; L = -y' u", "L", "W", lambda x, W, y: -y @ (W @ x) / norm(W @ x),
     "(1/‖v‖)((vᵀ y/‖v‖²)v - y)xᵀ"),
    ("w, u, z: n; b: scalar; y = z + u tanh(w' z + b)", "y", "z", lambda w, u, z, b: z + u * np.tanh(w @ z + b),
     "I_n + (1 - tanh(wᵀ z + b)^2)u wᵀ"),
    ("s: n; d: n; x: n; y = exp(s) .* x + d; l = sum(s)", "y", "s", lambda s, d, x: np.exp(s) * x + d,
     "diag(exp(s) ⊙ x)"),
    ("x, y: n; M: n x n; d: scalar; L = relu(d + ||x - y||^2 - x' M y)", "L", "M",
     lambda x, y, M, d: np.maximum(d + norm(x - y) ** 2 - x @ M @ y, 0), None),
    ("x: n; W: m x n; b: m; h = sigma(W x + b)", "h", "x", lambda x, W, b: np.tanh(W @ x + b), "diag(σ′(W x + b)) W"),
    ("x: n; W: m x n; b: m; U: k x m; y: k; h = sigma(W x + b); L = 1/2 ||U h - y||^2", "L", "W",
     lambda x, W, b, U, y: norm(U @ np.tanh(W @ x + b) - y) ** 2 / 2, "((Uᵀ(U h - y)) ⊙ σ′(W x + b))xᵀ"),
    ("z, d: n; g = d .* sigma'(z)", "g", "z", lambda z, d: d * (1 - np.tanh(z) ** 2), "diag(d ⊙ σ′′(z))"),
    ("x: n; W: k x n; V: m x k; f = V relu(W x)", "f", "W", lambda x, W, V: V @ np.maximum(W @ x, 0),
     "V([W x > 0] ⊙ (dW x))"),
    ("x: n; W: k x n; v: k; f = v' relu(W x)", "f", "W", lambda x, W, v: v @ np.maximum(W @ x, 0), "(v ⊙ [W x > 0])xᵀ"),
    ("x: n; W: k x n; v: k; f = v' leaky_relu(W x)", "f", "x",
     lambda x, W, v: v @ np.where(W @ x > 0, W @ x, W @ x / 100), "Wᵀ(v ⊙ ([W x > 0] + 1/100 (1_k - [W x > 0])))"),
    ("x: n; W: k x n; f = sum(elu(W x))", "f", "x", lambda x, W: np.where(W @ x > 0, W @ x, np.expm1(W @ x)).sum(),
     "Wᵀ exp(-relu(-W x))"),
    ("x: n; W: k x n; v: k; f = v' tanh(W x)", "f", "x", lambda x, W, v: v @ np.tanh(W @ x),
     "Wᵀ(v ⊙ (1_k - tanh(W x) ⊙ tanh(W x)))"),
    ("h_0: n; W: n x n; for t = 1..2: h_t = tanh(W h_{t-1})", "h_2", "W", lambda h_0, W: np.tanh(W @ np.tanh(W @ h_0)),
     "(1_n - h₂ ⊙ h₂) ⊙ (dW h₁ + W((1_n - h₁ ⊙ h₁) ⊙ (dW h₀)))"),
    ("x: n; f = x .* sigmoid(2x)", "f", "x", lambda x: x * sigmoid(2 * x), None),
    # -- every elementwise function
    ("x: n; f = sin(x)", "f", "x", lambda x: np.sin(x), "diag(cos(x))"),
    ("x: n; f = cos(x)", "f", "x", lambda x: np.cos(x), "-diag(sin(x))"),
    ("x: n; f = tan(x)", "f", "x", lambda x: np.tan(x), "diag(sec(x) ⊙ sec(x))"),
    ("x: n; f = cot(x)", "f", "x", lambda x: 1 / np.tan(x), "-diag(csc(x) ⊙ csc(x))"),
    ("x: n; f = sec(x)", "f", "x", lambda x: 1 / np.cos(x), "diag(sec(x) ⊙ tan(x))"),
    ("x: n; f = csc(x)", "f", "x", lambda x: 1 / np.sin(x), "-diag(csc(x) ⊙ cot(x))"),
    ("x: n; f = asin(x/4)", "f", "x", lambda x: np.arcsin(x / 4), "1/4 diag(1_n ⊘ sqrt(1_n - 1/16 (x ⊙ x)))"),
    ("x: n; f = acos(x/4)", "f", "x", lambda x: np.arccos(x / 4), "-1/4 diag(1_n ⊘ sqrt(1_n - 1/16 (x ⊙ x)))"),
    ("x: n; f = atan(x)", "f", "x", lambda x: np.arctan(x), "diag(1_n ⊘ (1_n + x ⊙ x))"),
    ("x: n; f = acot(x)", "f", "x", lambda x: np.arctan(1 / x), "-diag(1_n ⊘ (1_n + x ⊙ x))"),
    ("x: n positive; f = asec(1 + x)", "f", "x", lambda x: np.arccos(1 / (1 + x)),
     "diag(1_n ⊘ (abs(1_n + x) ⊙ sqrt((1_n + x) ⊙ (1_n + x) - 1_n)))"),
    ("x: n positive; f = acsc(1 + x)", "f", "x", lambda x: np.arcsin(1 / (1 + x)),
     "-diag(1_n ⊘ (abs(1_n + x) ⊙ sqrt((1_n + x) ⊙ (1_n + x) - 1_n)))"),
    ("x: n; f = sinh(x)", "f", "x", lambda x: np.sinh(x), "diag(cosh(x))"),
    ("x: n; f = cosh(x)", "f", "x", lambda x: np.cosh(x), "diag(sinh(x))"),
    ("x: n; f = coth(x)", "f", "x", lambda x: 1 / np.tanh(x), "-diag(csch(x) ⊙ csch(x))"),
    ("x: n; f = sech(x)", "f", "x", lambda x: 1 / np.cosh(x), "-diag(sech(x) ⊙ tanh(x))"),
    ("x: n; f = csch(x)", "f", "x", lambda x: 1 / np.sinh(x), "-diag(csch(x) ⊙ coth(x))"),
    ("x: n; f = asinh(x)", "f", "x", lambda x: np.arcsinh(x), "diag(1_n ⊘ sqrt(x ⊙ x + 1_n))"),
    ("x: n positive; f = acosh(1 + x)", "f", "x", lambda x: np.arccosh(1 + x),
     "diag(1_n ⊘ sqrt((1_n + x) ⊙ (1_n + x) - 1_n))"),
    ("x: n; f = atanh(x/4)", "f", "x", lambda x: np.arctanh(x / 4), "1/4 diag(1_n ⊘ (1_n - 1/16 (x ⊙ x)))"),
    ("x: n positive; f = acoth(1 + x)", "f", "x", lambda x: np.arctanh(1 / (1 + x)),
     "diag(1_n ⊘ (1_n - (1_n + x) ⊙ (1_n + x)))"),
    ("x: n positive; f = asech(x/4)", "f", "x", lambda x: np.arccosh(4 / x),
     "-diag(1_n ⊘ (x ⊙ sqrt(1_n - 1/16 (x ⊙ x))))"),
    ("x: n; f = acsch(x)", "f", "x", lambda x: np.arcsinh(1 / x), "-diag(1_n ⊘ (abs(x) ⊙ sqrt(1_n + x ⊙ x)))"),
    ("x: n; f = exp(x)", "f", "x", lambda x: np.exp(x), "diag(f)"),
    ("x: n positive; f = ln(x)", "f", "x", lambda x: np.log(x), "diag(1_n ⊘ x)"),
    ("x: n positive; f = sqrt(x)", "f", "x", lambda x: np.sqrt(x), "1/2 diag(1_n ⊘ f)"),
    ("x: n; f = cbrt(x)", "f", "x", lambda x: np.cbrt(x), "1/3 diag(1_n ⊘ (cbrt(x) ⊙ cbrt(x)))"),
    ("x: n; f = abs(x)", "f", "x", lambda x: np.abs(x), "diag(sign(x))"),
    ("x: n; f = x .* sign(x)", "f", "x", lambda x: np.abs(x), "diag(sign(x))"),
    ("x: n; f = x .* step(x)", "f", "x", lambda x: np.maximum(x, 0), "diag([x > 0])"),
    ("x: n; f = relu(x)", "f", "x", lambda x: np.maximum(x, 0), "diag([x > 0])"),
    ("x: n; f = sigmoid(x)", "f", "x", lambda x: sigmoid(x), "diag(f ⊙ (1_n - f))"),
    ("x: n; f = tanh(x)", "f", "x", lambda x: np.tanh(x), "diag(1_n - f ⊙ f)"),
    ("x: n; f = leaky_relu(x)", "f", "x", lambda x: np.where(x > 0, x, x / 100),
     "diag([x > 0] + 1/100 (1_n - [x > 0]))"),
    ("x: n; f = elu(x)", "f", "x", lambda x: np.where(x > 0, x, np.expm1(x)),
     "diag(exp(-relu(-x)))"),
    ("x: n; f = gelu(x)", "f", "x", lambda x: gelu(x),
     "diag(1/2 (1_n + erf(x/sqrt(2))) + (1/sqrt(2 π))(x ⊙ exp(-1/2 (x ⊙ x))))"),
    ("x: n; f = silu(x)", "f", "x", lambda x: x * sigmoid(x), "diag(sigmoid(x) + f ⊙ (1_n - sigmoid(x)))"),
    ("x: n; f = softplus(x)", "f", "x", lambda x: np.log1p(np.exp(x)), "diag(sigmoid(x))"),
    ("x: n; f = erf(x)", "f", "x", lambda x: erf(x), "(2/sqrt(π))diag(exp(-x ⊙ x))"),
    ("X: m x n; F = tanh(X)", "F", "X", lambda X: np.tanh(X), "(1_{m×n} - F ⊙ F) ⊙ dX"),
    ("X: m x n; s = sum(exp(X))", "s", "X", lambda X: np.exp(X).sum(), "exp(X)"),
    ("X: m x n positive; f = sum(X .* ln(X))", "f", "X", lambda X: (X * np.log(X)).sum(), "ln(X) + 1_{m×n}"),
    ("a: scalar; f = sigmoid(a)", "f", "a", lambda a: sigmoid(a), "f(1 - f)"),
]
# fmt: on

SIZES = {"n": 3, "m": 2, "k": 4, "p": 6, "N": 5}
NAMED = [pytest.param(*row, id=f"{row[0]}  by {row[2]}") for row in ROWS]


def drawn(var: Var, rng: np.random.Generator) -> Any:
    """An array for a declared variable, with entries away from 0 and with the facts of its declaration."""
    shape = [SIZES[str(size)] if size != 1 else 1 for size in var.shape]
    value = rng.uniform(0.3, 1.3, shape) * rng.choice([-1, 1], shape)
    if {"positive", *SUMS.values()} & {*var.facts}:
        value = abs(value)
    for fact in {*SUMS.values()} & {*var.facts}:
        value /= value.sum(axis=1 if fact == "rows sum to 1" else 0, keepdims=True)
    if "symmetric" in var.facts:
        value = (value + value.T) / 2
    if "invertible" in var.facts:
        value = 2 * eye(shape[0]) + value / 4
    return value[0, 0] if var.is_scalar else value[:, 0] if shape[1] == 1 else value


def directions(x: Any, symmetric: bool) -> Iterator[Any]:
    """One for every entry: E_ij, or (E_ij + E_ji)/2 where x is symmetric."""
    for place in np.ndindex(x.shape):
        one = np.zeros(x.shape)
        one[place] = 1
        yield (one + one.T) / 2 if symmetric else one


def differences(f: Callable[[Any], Any], x: Any, symmetric: bool) -> Any:
    """(8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h)))/12h, right to h⁴: the axes of f, then those of x."""

    def along(e: Any) -> Any:
        h = 1e-3
        return (8 * (f(x + h * e) - f(x - h * e)) - (f(x + 2 * h * e) - f(x - 2 * h * e))) / (12 * h)

    return np.stack([along(e) for e in directions(x, symmetric)], axis=-1).reshape((*np.shape(f(x)), *x.shape))


def agrees(found: Any, expected: Any) -> bool:
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("text", "out", "by", "function", "formula"), NAMED)
def test_identity(text: str, out: str, by: str, function: Callable[..., Any], formula: str | None) -> None:
    rng = np.random.default_rng([*text.encode()])
    program = read_program(text)
    variables = {var.key: var for var in program.declared}
    values = {key: drawn(var, rng) for key, var in variables.items()}
    generic = {"sigma": "tanh"} if "sigma" in text else {}
    x, value = np.asarray(values[by]), function(**values)
    slopes = differences(lambda new: function(**{**values, by: new}), x, "symmetric" in variables[by].facts)

    forward = jc.differential(text, of=out, wrt=by)
    assert agrees(forward.evaluate({**values, **generic}), slopes)
    assert formula is None or str(forward.result[by]) == formula

    found = program.find(out)
    assert found is not None
    if found.is_scalar:
        backward = jc.backprop(text, loss=out, wrt=[by]).evaluate({**values, **generic})
        assert agrees(backward[out], value)
        assert agrees(backward[by], slopes)
        return
    G = rng.standard_normal(np.shape(value))
    seeded = f"{text}\nG: {' x '.join(map(str, found.shape))}\nloss = dot(G, {out})"
    backward = jc.backprop(seeded, loss="loss", wrt=[by]).evaluate({**values, **generic, "G": G})
    assert agrees(backward["loss"], np.sum(G * value))
    assert agrees(backward[by], np.tensordot(G, slopes, G.ndim))


def crossed() -> Iterator[Term]:
    """The terms of all rows that depend on the variable of the row."""
    for text, _, by, _, _ in ROWS:
        program = read_program(text)
        changing = {var for var in program.declared if var.key == by}
        for assignment in program.assignments:
            found = [term for term in subterms(assignment.term) if changing & {*variables_of(term)}]
            changing |= {assignment.variable} if found else set()
            yield from found


@pytest.mark.parametrize("tables", [pullbacks, differentials])
def test_every_rule_has_a_row(tables: Any) -> None:
    terms = [*crossed()]
    assert {*tables.RULES} - {*map(type, terms)} <= {Summed}  # sums over the steps of a loop stand in loops only
    assert {*tables._OPERATIONS} <= {term.name for term in terms if isinstance(term, Operation)}


def test_every_elementwise_function_has_a_row() -> None:
    assert {*ELEMENTWISE.values()} - {"sigma", "step", "sign"} <= {
        term.function for term in crossed() if isinstance(term, Elementwise)
    }
