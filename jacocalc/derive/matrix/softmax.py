"""The Jacobian of softmax, applied: diag(p) − p pᵀ for a vector, row by row or column by column for a matrix.

It is symmetric, so the same function carries a change dZ forward and an adjoint G backward.
"""

from __future__ import annotations

from jacocalc.derive.matrix.forms import hadamard, ones, opposite, plus, times, transpose
from jacocalc.terms import Term


def by_vector(z: Term, v: Term, p: Term) -> Term:
    """p = softmax(z): p ⊙ v − (pᵀv) p = (diag p − p pᵀ) v"""
    return plus(hadamard(p, v), opposite(times(times(transpose(p), v), p)))


def by_rows(z: Term, v: Term, p: Term) -> Term:
    """P = softmax of every row: P ⊙ V − P ⊙ ((P ⊙ V) 1 1ᵀ)"""
    columns = z.shape[1]
    return _centred(p, v, times(hadamard(p, v), ones(columns), transpose(ones(columns))))


def by_columns(z: Term, v: Term, p: Term) -> Term:
    """P = softmax of every column: P ⊙ V − P ⊙ (1 1ᵀ (P ⊙ V))"""
    rows = z.shape[0]
    return _centred(p, v, times(ones(rows), transpose(ones(rows)), hadamard(p, v)))


def _centred(p: Term, v: Term, sums: Term) -> Term:
    return plus(hadamard(p, v), opposite(hadamard(p, sums)))
