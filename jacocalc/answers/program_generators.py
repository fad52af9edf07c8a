"""Drawn matrix-level programs, as text: a layer, a network, a formula with a matrix."""

from __future__ import annotations

from jacocalc.answers.draws import Draw
from jacocalc.asked import Asked

_ACTIVATIONS = ("tanh", "sigmoid", "relu", "sigma", "exp", "sin")
_SIZES = (("n", "m", "k"), ("n", "m", "k"), ("3", "2", "2"), ("2", "3", "2"), ("d", "h", "c"))


def backprop(draw: Draw, level: int) -> Asked:
    """The gradients of a loss: of a linear layer, of a layer with an activation, of two layers."""
    n, m, k = draw.pick(_SIZES)
    program, variables = (_linear, _activated, _two_layers)[level - 1](draw, n, m, k)
    count = 1 if level == 1 else 2
    chosen = draw.several(variables, count)
    wrt = ", ".join(name for name in variables if name in chosen)
    return Asked("", "backprop", (), program=program, wrt=wrt)


def _loss(draw: Draw, output: str) -> str:
    return draw.pick((f"L = 1/2 ||{output} - y||^2", f"L = ||{output} - y||^2", f"L = 1/2 ||y - {output}||^2"))


def _linear(draw: Draw, n: str, m: str, _: str) -> tuple[str, tuple[str, ...]]:
    bias = draw.chance(60)
    inputs = f"x: {n}; W: {m} x {n}; {f'b: {m}; ' if bias else ''}y: {m}"
    weights = draw.pick(("", "", "2 "))
    program = f"{inputs}; z = {weights}W x{' + b' if bias else ''}; {_loss(draw, 'z')}"
    return program, ("W", "b", "x") if bias else ("W", "x")


def _activated(draw: Draw, n: str, m: str, _: str) -> tuple[str, tuple[str, ...]]:
    if draw.chance(25):
        program = f"x: {n}; W: {m} x {n}; b: {m}; y: {m} sums to 1; z = W x + b; p = softmax(z); L = -y' log(p)"
        return program, ("W", "b", "x")
    activation = draw.pick(_ACTIVATIONS)
    program = f"x: {n}; W: {m} x {n}; b: {m}; y: {m}; z = W x + b; h = {activation}(z); {_loss(draw, 'h')}"
    return program, ("W", "b", "x")


def _two_layers(draw: Draw, n: str, m: str, k: str) -> tuple[str, tuple[str, ...]]:
    activation = draw.pick(_ACTIVATIONS)
    declared = f"x: {n}; W: {m} x {n}; b: {m}; U: {k} x {m}; c: {k}; y: {k}"
    hidden = f"z = W x + b; h = {activation}(z)"
    if draw.chance(30):
        return f"{declared} sums to 1; {hidden}; q = U h + c; p = softmax(q); L = -y' log(p)", ("W", "b", "U", "c")
    if draw.chance(40):
        residual = f"x: {n}; W: {n} x {n}; b: {n}; y: {n}; z = W x + b; h = {activation}(z); r = x + h"
        return f"{residual}; {_loss(draw, 'r')}", ("W", "b", "x")
    return f"{declared}; {hidden}; yhat = U h + c; {_loss(draw, 'yhat')}", ("W", "b", "U", "c")


_FORMULAS: dict[int, tuple[tuple[str, str, str], ...]] = {
    1: (
        ("{a}: {n}; {x}: {n}", "{c}{a}' {x}", "{x}"),
        ("A: {m} x {n}; {x}: {n}; {a}: {m}", "A {x} + {a}", "{x}"),
        ("{a}: {m}; X: {m} x {n}; {x}: {n}", "{c}{a}' X {x}", "X"),
        ("A: {n} x {m}; X: {m} x {n}", "{c}tr(A X)", "X"),
        ("{x}: {n}; {a}: {n}", "{h}||{x} - {a}||^2", "{x}"),
    ),
    2: (
        ("{x}: {n}; A: {n} x {n}", "{c}{x}' A {x}", "{x}"),
        ("{x}: {n}; A: {n} x {n} symmetric; {a}: {n}", "1/2 {x}' A {x} - {a}' {x}", "{x}"),
        ("A: {m} x {n}; {x}: {n}; {a}: {m}", "{h}||A {x} - {a}||^2", "{x}"),
        ("X: {m} x {n}; A: {m} x {m}", "{c}tr(X' A X)", "X"),
        ("X: {m} x {n}; {x}: {n}; {a}: {m}", "{h}||X {x} - {a}||^2", "X"),
        ("A: {n} x {n} symmetric; {x}: {n}; {a}: {n}", "({a}' {x}) A {x}", "{x}"),
    ),
    3: (
        ("X: {n} x {n} invertible", "{c}logdet(X)", "X"),
        ("X: {n} x {n} invertible; A: {n} x {n}", "{c}tr(A X^-1)", "X"),
        ("X: {n} x {n} invertible; {a}: {n}; {x}: {n}", "{a}' X^-1 {x}", "X"),
        ("A: {m} x {n}; {x}: {n}; {a}: {m}", "{h}||{s}(A {x}) - {a}||^2", "{x}"),
        ("A: {m} x {n}; {x}: {n}", "{s}(A {x})", "{x}"),
        ("X: {n} x {n}; {a}: {n}", "{h}||X X {a}||^2", "X"),
        ("{x}: {n}; A: {n} x {n} symmetric; {a}: {n}", "exp(-1/2 {x}' A {x})", "{x}"),
    ),
}  # fmt: skip


def matrix_differential(draw: Draw, level: int) -> Asked:
    """df by a vector or a matrix: linear forms, quadratic forms, inverses and activations."""
    declared, formula, by = draw.pick(_FORMULAS[level])
    x, a = draw.pick((("x", "a"), ("u", "b"), ("v", "c"), ("x", "b")))
    n, m, _ = draw.pick(_SIZES)
    words = {"x": x, "a": a, "n": n, "m": m, "c": draw.pick(("", "", "2 ", "3 ")), "h": draw.pick(("", "1/2 ")),
             "s": draw.pick(_ACTIVATIONS[:3])}  # fmt: skip
    program = f"{declared}; f = {formula}".format(**words)
    return Asked("", "differential", (), program=program, of="f", wrt=by.format(**words))
