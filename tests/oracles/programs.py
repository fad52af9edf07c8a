"""Matrix programs with numeric sizes: backprop and differential against 50-digit differences and PyTorch.

A program declares variables, computes some more (in a loop now and then), and ends in a loss.  Symmetric variables have
the gradient of the symmetric matrices, (G + Gᵀ)/2.  A differential has the axes of the output first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

import jacocalc as jc
from tests.oracles import matrices as m
from tests.oracles.cases import Case, Maker
from tests.oracles.matrices import EXACT, SCALAR, Arrays, Shape, Term
from tests.oracles.spaces import Unfit, real

STEP = real.mpf(10) ** -30
RTOL = 1e-9
ACTIVATIONS = ("tanh", "sigmoid", "sin", "cos", "exp", "softplus", "gelu", "silu", "erf", "atan", "relu", "elu",
               "leaky_relu", "abs", "sech", "asinh", "sinh", "cosh")  # fmt: skip
Names = Mapping[str, Any]


@dataclass(frozen=True)
class Loop:
    """for t = 1..steps: name_t = body, where the body holds name_{t-1}."""

    name: str
    steps: int
    body: Term


@dataclass(frozen=True)
class Program:
    """Declarations name → (shape, fact), statements and loops in order, the loss last."""

    declared: dict[str, tuple[Shape, str]]
    statements: list[tuple[str, Term] | Loop]

    @property
    def text(self) -> str:
        """The program as it is typed."""
        heads = [f"{one}: {_declared(shape)}{fact and ' ' + fact}" for one, (shape, fact) in self.declared.items()]
        return "\n".join(["; ".join(heads), *(_line(one) for one in self.statements)])

    def value(self, arrays: Arrays, given: Names, wanted: str) -> Any:
        """A variable at the values of those that are declared."""
        names = dict(given)
        for one in self.statements:
            if isinstance(one, Loop):
                for t in range(1, one.steps + 1):
                    names[f"{one.name}_{{t-1}}"] = names[f"{one.name}_{t - 1}"]
                    names[f"{one.name}_{t}"] = one.body.value(arrays, names)
            else:
                names[one[0]] = one[1].value(arrays, names)
        return names[wanted]


def _declared(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else str(shape[0]) if shape[1] == 1 else f"{shape[0]} x {shape[1]}"


def _line(one: tuple[str, Term] | Loop) -> str:
    if isinstance(one, Loop):
        return f"for t = 1..{one.steps}: {one.name}_t = {one.body.text}"
    return f"{one[0]} = {one[1].text}"


class Drawer:
    """Draws programs; ``pool`` are the variables that a term may hold."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.declared: dict[str, tuple[Shape, str]] = {}
        self.pool: list[Term] = []
        self.statements: list[tuple[str, Term] | Loop] = []
        n, k = rng.sample([2, 3], 2) if rng.random() < 0.8 else (2, 2)
        self.sizes = (n, k)
        some = {"x": (n, 1), "y": (k, 1), "W": (k, n), "b": (k, 1), "A": (n, n), "S": (n, n), "X": (n, k), "c": SCALAR,
                "v": (n, 1)}  # fmt: skip
        for called in rng.sample(list(some), rng.randint(3, 6)):
            fact = {"A": "invertible", "S": "symmetric"}.get(called, "")
            self.declared[called] = (some[called], fact)
            self.pool.append(m.variable(called, some[called]))

    def leaf(self, shape: Shape) -> Term:
        """A variable of the shape, or one that is made to fit."""
        fitting = [one for one in self.pool if one.shape == shape]
        if fitting:
            return self.rng.choice(fitting)
        flipped = [one for one in self.pool if one.shape == shape[::-1]]
        if flipped and self.rng.random() < 0.7:
            return m.transposed(self.rng.choice(flipped))
        if shape == SCALAR:
            return m.scalar(Fraction(self.rng.randint(1, 3), self.rng.choice([1, 1, 2, 3])))
        for one in self.pool:
            for other in self.pool:
                if (one.shape[0], other.shape[1]) == shape and one.shape[1] == other.shape[0]:
                    return m.times(one, other)
        raise Unfit("nothing has this shape")

    def term(self, shape: Shape, size: int) -> Term:
        """A term of the shape."""
        rng = self.rng
        if size <= 1:
            return self.leaf(shape)
        if shape == SCALAR:
            return self.scalar(size)
        kind = rng.random()
        half = max(1, size // 2)
        if kind < 0.3:
            inner = rng.choice(self.sizes)
            return m.times(self.term((shape[0], inner), half), self.term((inner, shape[1]), half))
        if kind < 0.5:
            return rng.choice([m.plus, m.minus])(self.term(shape, half), self.term(shape, half))
        if kind < 0.58:
            return rng.choice([m.hadamard, m.divided])(self.term(shape, half), self.term(shape, half))
        if kind < 0.63:
            return m.scaled(self.term(SCALAR, half), self.term(shape, half))
        if kind < 0.66:
            return m.over(self.term(shape, half), self.term(SCALAR, half))
        if kind < 0.7:
            return m.transposed(self.term(shape[::-1], size - 1))
        if kind < 0.8:
            return self._special(shape, size)
        if kind < 0.85:
            return m.safe(rng.choice(["sqrt", "ln"]), self.term(shape, size - 1))
        return m.each(rng.choice(ACTIVATIONS), self.term(shape, size - 1))

    def _special(self, shape: Shape, size: int) -> Term:
        rng, square = self.rng, shape[0] == shape[1]
        if shape[1] == 1:
            return rng.choice([m.softmax, m.centred])(self.term(shape, size - 1))
        if square and rng.random() < 0.7:
            invertible = [one for one in self.pool if one.text == "A" and one.shape == shape]
            if invertible and rng.random() < 0.6:
                return m.inverse(invertible[0])
            return m.diagonal(self.term((shape[0], 1), size - 1))
        if rng.random() < 0.4:
            return m.outer(self.term((shape[0], 1), size // 2), self.term((shape[1], 1), size // 2))
        return rng.choice([m.softmax_rows, m.softmax_columns])(self.term(shape, size - 1))

    def scalar(self, size: int) -> Term:
        """A scalar: a norm, a sum, a trace, a form, a product."""
        rng = self.rng
        n, k = rng.choice(self.sizes), rng.choice(self.sizes)
        kind = rng.random()
        if kind < 0.2:
            return m.times(m.transposed(self.term((n, 1), size // 2)), self.term((n, 1), size // 2))
        if kind < 0.32:
            return m.to_scalar("tr", self.term((n, n), size - 1))
        if kind < 0.42 and any(one.text == "A" for one in self.pool):
            return m.to_scalar("det", m.variable("A", self.declared["A"][0]))
        if kind < 0.52:
            return m.each(rng.choice(ACTIVATIONS), self.term(SCALAR, size - 1))
        if kind < 0.62:
            return m.plus(self.term(SCALAR, size // 2), self.term(SCALAR, size // 2))
        if kind < 0.68:
            return m.scaled(self.term(SCALAR, size // 2), self.term(SCALAR, size // 2))
        name = rng.choice(["sum", "mean", "norm2", "norm2", "norm", "var", "logsumexp"])
        shape = (n, 1) if name in ("logsumexp", "var", "norm") else rng.choice([(n, 1), (n, k)])
        return m.to_scalar(name, self.term(shape, size - 1))

    def looped(self, declared: str) -> None:
        """h_t = act(body of h_{t-1}) from h_0 on."""
        n = self.rng.choice(self.sizes)
        self.declared[f"{declared}_0"] = ((n, 1), "")
        inside = m.variable(f"{declared}_{{t-1}}", (n, 1))
        before = list(self.pool)
        self.pool = [*before, inside]
        squares = [one for one in before if one.shape == (n, n)]
        body = m.times(self.rng.choice(squares), inside) if squares else m.hadamard(inside, self.term((n, 1), 2))
        body = m.each(self.rng.choice(["tanh", "sin", "sigmoid"]), m.plus(body, self.leaf((n, 1))))
        steps = self.rng.choice([2, 3])
        self.statements.append(Loop(declared, steps, body))
        self.pool = [*before, m.variable(f"{declared}_{steps}", (n, 1))]

    def program(self, scalar: bool = True) -> Program:
        """A program whose last variable is a loss L, or a vector or matrix F."""
        rng = self.rng
        if rng.random() < 0.25:
            self.looped("h")
        for called in "zpqr"[: rng.randint(0, 2)]:
            shape = rng.choice([(self.sizes[0], 1), (self.sizes[1], 1), (self.sizes[0], self.sizes[0]), SCALAR])
            term = self.term(shape, 4)
            self.statements.append((called, term))
            self.pool += [m.variable(called, shape)] * 3
        if scalar:
            self.statements.append(("L", self.scalar(5)))
        else:
            shape = rng.choice([(self.sizes[0], 1), (self.sizes[1], 1), SCALAR, self.sizes])
            self.statements.append(("F", self.term(shape, 4)))
        return Program(self.declared, self.statements)


def arrays_for(rng: Random, program: Program) -> dict[str, Any]:
    """Doubles for what is declared; an invertible matrix is far from singular, with det > 0."""
    found = {}
    for called, (shape, fact) in program.declared.items():
        array = np.array([[round(rng.uniform(-1.5, 1.5), 3) for _ in range(shape[1])] for _ in range(shape[0])])
        if fact == "symmetric":
            array = array + array.T
        if fact == "invertible":
            array = array / 4 + 2 * np.eye(shape[0])
        found[called] = array
    return found


def plain(array: Any, shape: Shape) -> Any:
    """A float, one axis for a column, else the matrix: how arrays are handed in."""
    return float(array[0, 0]) if shape == SCALAR else array[:, 0] if shape[1] == 1 else array


def derivative(program: Program, given: Mapping[str, Any], of: str, by: str) -> Any:
    """∂of/∂by by differences, with the axes of both: (rows of, columns of, rows by, columns by)."""
    exact = {one: EXACT.stacked(array.tolist()) for one, array in given.items()}
    rows, columns = exact[by].shape
    found: Any = None
    for i in range(rows):
        for j in range(columns):
            ends = []
            for step in (STEP, -STEP):
                moved = exact[by].copy()
                moved[i, j] += step
                ends.append(program.value(EXACT, {**exact, by: moved}, of))
            quotient = ((ends[0] - ends[1]) / (2 * STEP)).astype(float)
            if found is None:
                found = np.zeros((*quotient.shape, rows, columns))
            found[:, :, i, j] = quotient
    return found


def by_torch(program: Program, given: Mapping[str, Any], of: str, wrt: Sequence[str]) -> dict[str, Any] | None:
    """PyTorch's gradients of a scalar; None where it is not installed."""
    try:
        import torch

        arrays = m.torch_arrays()
    except ImportError:
        return None
    names = {one: torch.tensor(array, requires_grad=True) for one, array in given.items()}
    loss = program.value(arrays, names, of)
    if not loss.requires_grad:
        return {one: np.zeros(given[one].shape) for one in wrt}
    found = torch.autograd.grad(loss.sum(), [names[one] for one in wrt], allow_unused=True)
    return {one: np.zeros(given[one].shape) if g is None else g.numpy() for one, g in zip(wrt, found, strict=True)}


def _drawn(rng: Random, scalar: bool) -> tuple[Program, dict[str, Any], str]:
    """A program, values at which it is fit, and the name of what it computes."""
    while True:
        try:
            program = Drawer(rng).program(scalar)
            given = arrays_for(rng, program)
            of = "L" if scalar else "F"
            value = program.value(EXACT, {one: EXACT.stacked(a.tolist()) for one, a in given.items()}, of)
            if np.abs(value.astype(float)).max() < 1e5:
                return program, given, of
        except (Unfit, ZeroDivisionError, IndexError):
            continue


def off(found: Any, wanted: Any) -> bool:
    """Whether doubles differ by more than their rounding."""
    scale = 1.0 + float(np.abs(wanted).max(initial=0))
    return bool(np.abs(np.asarray(found) - wanted).max(initial=0) > RTOL * scale)


def _used(program: Program) -> list[str]:
    text = " ".join(_line(one) for one in program.statements)
    return [one for one in program.declared if re.search(rf"(?<![A-Za-z_]){one}(?![A-Za-z_0-9])", text)]


def _listed(handed: Names) -> dict[str, Any]:
    return {one: np.array(array).tolist() for one, array in handed.items()}


def backprop(rng: Random) -> Case:
    """The loss and its gradients, each in the shape of its variable."""
    while True:
        program, given, of = _drawn(rng, scalar=True)
        wrt = [one for one in _used(program) if rng.random() < 0.7]
        if wrt:
            break
    handed = {one: plain(array, program.declared[one][0]) for one, array in given.items()}
    wanted = {one: derivative(program, given, of, one)[0, 0] for one in wrt}
    other = by_torch(program, given, of, wrt) if rng.random() < 0.2 else None

    def complaint(solution: Any) -> str:
        found = solution.evaluate(handed)
        for one in wrt:
            shape, fact = program.declared[one]
            right = wanted[one]
            if other is not None and off(other[one], right):
                return f"PyTorch says {other[one].tolist()}, differences {right.tolist()} for {one}"
            right = (right + right.T) / 2 if fact == "symmetric" else right
            said = np.reshape(found[one], shape)
            if off(said, right):
                return f"∂L/∂{one} = {said.tolist()}, not {right.tolist()}: {solution.result[one]}"
        return ""

    asked = f"jc.backprop({program.text!r}, wrt={wrt}).evaluate({_listed(handed)})"
    return Case(asked, lambda: jc.backprop(program.text, wrt=wrt), complaint)


def differential(rng: Random) -> Case:
    """The derivative of a variable by another, at arrays: a matrix, a gradient, or four axes."""
    while True:
        program, given, of = _drawn(rng, scalar=False)
        used = [one for one in _used(program) if program.declared[one][1] != "symmetric"]
        if used:
            break
    by = rng.choice(used)
    handed = {one: plain(array, program.declared[one][0]) for one, array in given.items()}
    wanted = derivative(program, given, of, by)
    out = wanted.shape[:2]

    def complaint(solution: Any) -> str:
        found = np.asarray(solution.evaluate(handed))
        right = wanted.reshape([k for k in wanted.shape if k != 1]) if found.ndim != 4 else wanted
        squeezed = np.squeeze(found)
        right = np.squeeze(right)
        if squeezed.shape != right.shape:
            return f"shape {found.shape} for d({out})/d({given[by].shape})"
        return f"{found.tolist()}, not {right.tolist()}" if off(squeezed, right) else ""

    asked = f"jc.differential({program.text!r}, of={of!r}, wrt={by!r}).evaluate({_listed(handed)})"
    return Case(asked, lambda: jc.differential(program.text, of=of, wrt=by), complaint)


KINDS: dict[str, Maker] = {"backprop": backprop, "program differential": differential}
