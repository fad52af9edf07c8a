"""Laws of derivatives at matrix level, on generated programs."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import jacocalc as jc
from jacocalc.derive.matrix.differentials import changes_of, differential
from jacocalc.derive.matrix.forms import plus, simplified, times
from jacocalc.derive.matrix.pullbacks import gradient_of
from jacocalc.evaluate.arrays import Values
from jacocalc.reading.programs import names_of, read_program, read_term
from jacocalc.term_writing import strict_term
from jacocalc.terms import Adjoint, Differential, Term, Var, replaced

PROGRAM = read_program("x: n; u: m; A: n x n; B: m x n; S: n x n symmetric; a: scalar; q = x")
SIZES = {"n": 3, "m": 2}
NAMES = names_of(PROGRAM)
VARIABLES = {var.key: var for var in PROGRAM.declared}


def named(text: str) -> Term:
    """A term over the variables above."""
    return read_term(text, NAMES)


UNARY = {
    "vector": ("tanh({})", "A {}", "({}) .* x", "softmax({})", "S ({})", "B' (B ({}))", "a ({})", "exp(({}) / 4)",
               "({}) / (1 + ||{}||^2)", "({}) .* sigmoid({})", "diag(x) ({})", "2 ({}) - x"),
    "square": ("({})'", "({}) A", "A ({})", "({}) .* A", "({}) + S", "softmax_rows({})", "inv(4 I(n) + tanh({}))",
               "x x' ({})", "a ({})", "tanh({})"),
}  # fmt: skip
TO_SCALAR = {
    "vector": ("sum({})", "x' ({})", "||{}||^2", "logsumexp({})", "mean({})", "var({})"),
    "square": ("tr({})", "x' ({}) x", "||{}||^2", "det({})", "sum({})", "dot({}, A)"),
}


@st.composite
def formulas(draw: st.DrawFn, kind: str | None = None) -> tuple[str, str]:
    """(a formula, its kind), a function of functions of a variable."""
    chosen = kind or draw(st.sampled_from(["vector", "square"]))
    text = "x" if chosen == "vector" else draw(st.sampled_from(["A", "S"]))
    for _ in range(draw(st.integers(0, 3))):
        text = draw(st.sampled_from(UNARY[chosen])).replace("{}", f"({text})")
    return text, chosen


@st.composite
def scalars(draw: st.DrawFn) -> str:
    """A scalar formula."""
    text, kind = draw(formulas())
    return draw(st.sampled_from(TO_SCALAR[kind])).replace("{}", f"({text})")


def values(seed: int, extra: dict[Term, Any] | None = None) -> Values:
    """Random numbers for all variables."""
    rng = np.random.default_rng(seed)
    known: dict[Term, Any] = {var: 0.5 * rng.normal(size=tuple(SIZES.get(str(s), 1) for s in var.size))
                              for var in PROGRAM.declared}  # fmt: skip
    known[VARIABLES["S"]] = known[VARIABLES["S"]] + known[VARIABLES["S"]].T
    return Values(known | (extra or {}), SIZES)


def close(left: Any, right: Any) -> bool:
    """The same to rounding."""
    return bool(np.allclose(left, right, rtol=1e-7, atol=1e-9))


@given(formulas(), st.integers(0, 3))
def test_the_pullback_is_the_adjoint_of_the_differential(one: tuple[str, str], seed: int) -> None:
    """⟨dY, G⟩ = ⟨dX, pullback of G⟩ for every variable X."""
    text, _ = one
    term = named(text)
    rng = np.random.default_rng(seed + 10)
    name = Var("Y", term.shape)
    at = values(seed)
    for var in PROGRAM.declared:
        dx, g = rng.normal(size=at.known[var].shape), rng.normal(size=at.of(term).shape)
        dx = dx + dx.T if "symmetric" in var.facts else dx
        at.known |= {Differential(var): dx, Adjoint("L", name): g}
        pushed = at.of(differential(term, changes_of((var,))))
        pulled = at.of(gradient_of(term, var, Adjoint("L", name)))
        assert close((pushed * g).sum(), (pulled * dx).sum()), var.key


@given(formulas("vector"), formulas("vector"), st.integers(0, 3))
def test_differentials_are_linear(one: tuple[str, str], other: tuple[str, str], seed: int) -> None:
    """d(2f + a g) = 2 df + a dg for a constant a"""
    f, g, a = named(one[0]), named(other[0]), VARIABLES["a"]
    changes = changes_of((VARIABLES["x"], VARIABLES["A"]))
    whole = differential(plus(f, f, times(a, g)), changes)
    parts = plus(times(named("2"), differential(f, changes)), times(a, differential(g, changes)))
    extra = {small: np.ones((3, 1 if small.shape[1] == 1 else 3)) for small in changes.values()}
    assert close(values(seed, extra).of(whole), values(seed, extra).of(parts))


@given(formulas("vector"), formulas("vector"), st.integers(0, 3))
def test_the_chain_rule(one: tuple[str, str], other: tuple[str, str], seed: int) -> None:
    """d(g∘f) of the composed formula is dg at f(x) along df."""
    outer, inner, x = named(one[0]), named(other[0]), VARIABLES["x"]
    small = Differential(x)
    at = values(seed, {small: np.ones((3, 1))})
    direct = at.of(differential(replaced(outer, {x: inner}), changes_of((x,))))
    there = values(seed, {x: at.of(inner), small: at.of(differential(inner, changes_of((x,))))})
    assert close(direct, there.of(differential(outer, changes_of((x,)))))


@given(formulas(), st.integers(0, 3))
def test_simplifying_keeps_the_value(one: tuple[str, str], seed: int) -> None:
    term = named(one[0])
    assert close(values(seed).of(term), values(seed).of(simplified(term)))
    assert simplified(term).shape == term.shape


@given(formulas())
def test_what_is_written_strictly_is_read_back(one: tuple[str, str]) -> None:
    names = names_of(PROGRAM)
    names.verbatim = True
    for term in (named(one[0]), simplified(named(one[0]))):
        assert read_term(strict_term(term), names) == term


@given(scalars())
def test_both_doors_give_the_same_gradient(text: str) -> None:
    """backprop and differential, each verified by 50-digit differences, agree with each other."""
    program = f"x: n; u: m; A: n x n; B: m x n; S: n x n symmetric; a: scalar; L = {text}"
    rng = np.random.default_rng(1)
    symmetric = rng.normal(size=(3, 3))
    arrays = {"x": rng.normal(size=3), "A": rng.normal(size=(3, 3)), "B": rng.normal(size=(2, 3)), "a": 0.7,
              "S": symmetric + symmetric.T}  # fmt: skip
    variable = "x" if "x" in text else "A" if "A" in text else "S"
    backward = jc.backprop(program, wrt=variable)
    forward = jc.differential(program, of="L", wrt=variable)
    assert backward.verified == forward.verified
    if backward.verified == "undecided":
        assert "det" in text, "a determinant that is always 0 has no gradient by the rule of determinants"
        return
    assert backward.verified == "agrees"
    assert close(backward.evaluate(arrays)[variable], forward.evaluate(arrays))
    assert jc.from_json(backward.to_json()) == backward
