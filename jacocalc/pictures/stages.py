"""A chain near its point as doubles: values at many points, and the Jacobians that the derivation found.

    stages = stages_of(derivation)
    stages.values          a, f(a), g(f(a)), …
    stages.products        I, J_f, J_g · J_f, …
    stages.images(X)       X, f(X), g(f(X)), …: NaN where undefined
    stages.kink            the weight of the right side, where a Jacobian is that of the convention
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jacocalc.algebra.values import exact
from jacocalc.compiled.functions import CompiledFunction
from jacocalc.derive.jacobians import exact_matrix
from jacocalc.derive.matrices import determinant, written_product
from jacocalc.errors import JacocalcError, LimitReached, Undecided
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.numbers import ChainTape, ball, chain_tape, coordinates_of
from jacocalc.evaluate.stagewise import Stagewise
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.known_functions import KNOWN, sqrt
from jacocalc.notation import Expr, Matrix, Negative, column, tree_size
from jacocalc.questions import Question
from jacocalc.steps import Derivation, JacobianAt, StageValue

Array = NDArray[np.float64]
_BITS = 200
_SHORT = 80  # parts of a value that is evaluated exactly
_LONG = 300  # parts of exact entries that are multiplied further


@dataclass(frozen=True)
class Exactly:
    """An array of doubles, and the same in notation where that is short enough to go on with."""

    numbers: Array
    exact: Matrix | None


class Stages:
    """See the module's head."""

    def __init__(
        self, chain: Chain, at: Point, values: Sequence[Exactly], jacobians: Sequence[Exactly], kink: Expr | None = None
    ) -> None:
        self.chain = chain
        self.at = at
        self.values = tuple(values)
        self.jacobians = tuple(jacobians)
        self.kink = kink

    @property
    def point(self) -> Array:
        """The point a."""
        return self.values[0].numbers

    @cached_property
    def products(self) -> tuple[Exactly, ...]:
        """The Jacobian of the stages up to each one: I, J_f, J_g · J_f, …"""
        n = len(self.point)
        found = [Exactly(np.eye(n), None)]
        for jacobian in self.jacobians:
            inner = found[-1]
            numbers = jacobian.numbers @ inner.numbers
            found.append(Exactly(numbers, jacobian.exact if len(found) == 1 else _multiplied(jacobian, inner)))
        return tuple(found)

    @cached_property
    def compiled(self) -> CompiledFunction:
        """All values of all stages, one after the other."""
        on_tape = ChainTape(self.chain.stages, self.chain.parameters, len(self.chain.inputs), kept=KNOWN)
        nodes = [node for stage in on_tape.values for node in stage]
        return CompiledFunction(on_tape.tape, nodes, self.chain.inputs, self.chain.parameters, "picture")

    @cached_property
    def scalar(self) -> CompiledFunction:
        """The last stage as a function of the innermost inputs."""
        on_tape = ChainTape(self.chain.stages, self.chain.parameters, len(self.chain.inputs), kept=KNOWN)
        return CompiledFunction(on_tape.tape, on_tape.values[-1], self.chain.inputs, self.chain.parameters, "picture")

    def images(self, points: Array) -> list[Array]:
        """The points and their images in every stage; NaN where a stage is undefined."""
        whole = self._quietly(self.compiled.value, points)
        found, start = [np.asarray(points, float)], 0
        for stage in self.chain.stages:
            width = int(stage.m)
            found.append(whole[..., start : start + width])
            start += width
        return found

    def outputs(self, points: Array) -> Array:
        """The values of the last stage."""
        return self._quietly(self.scalar.value, points)

    def slopes(self, points: Array) -> Array:
        """J of the whole at many points; NaN at kinks and where it is undefined."""
        return self._quietly(self.scalar.jacobian, points)

    def _quietly(self, method: Callable[..., Any], points: Array) -> Array:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = np.array(method(np.asarray(points, float), parameters=self._parameters), float)
        found[~np.isfinite(found)] = np.nan
        return found

    @cached_property
    def _parameters(self) -> dict[str, float]:
        given = dict(self.at.parameters)
        return {name: double(given[name]) for name in self.chain.parameters}


def point_of(question: Question) -> Exactly:
    """The point of a question."""
    assert question.at is not None, "a picture has a point"
    return _column(column(question.at.coordinates))


def double(value: Expr) -> float:
    """Closed notation as a double.  Raises JacocalcError beyond their range."""
    with precision(_BITS):
        found = float(ball(value, _BITS).mid())
    if not np.isfinite(found):
        raise JacocalcError("a number is too large to be drawn", hint="a picture is drawn in doubles, up to 10^308")
    return found


def stages_of(derivation: Derivation) -> Stages:
    """The chain of a derivation at its point.  Raises JacocalcError where there are no numbers to draw."""
    chain, at = derivation.question.chain, derivation.question.at
    assert at is not None, "a picture has a point"
    found = {step.stage: step.result for step in derivation.steps if isinstance(step, JacobianAt)}
    numbers = [found.get(place) for place in range(len(chain.stages))]
    jacobians = [_exactly(matrix) for matrix in numbers if matrix is not None]
    if len(jacobians) < len(chain.stages):
        jacobians = [Exactly(one, None) for one in jacobians_by_balls(chain, at)]
    return Stages(chain, at, _values(derivation, chain, at), jacobians, kink_of(derivation))


def kink_of(derivation: Derivation) -> Expr | None:
    """The weight of the convention that a Jacobian follows where no derivative exists."""
    return next((step.kink for step in derivation.steps if isinstance(step, JacobianAt) and step.conventional), None)


def _exactly(matrix: Matrix) -> Exactly:
    return Exactly(np.array([[double(entry) for entry in row] for row in matrix.rows]), matrix)


def _values(derivation: Derivation, chain: Chain, at: Point) -> list[Exactly]:
    """a, f(a), g(f(a)), …, exact as far as that is known or short."""
    known = {step.stage: step.result for step in derivation.steps if isinstance(step, StageValue)}
    start = column(at.coordinates)
    current: Matrix | None = start
    found = [_column(start)]
    for place, (stage, numbers) in enumerate(zip(chain.stages, values_by_balls(chain, at), strict=True)):
        current = known.get(place) or _inserted(stage, current, at)
        found.append(Exactly(numbers, None) if current is None else _column(current))
    return found


def _inserted(stage: VectorFunction, arguments: Matrix | None, at: Point) -> Matrix | None:
    """f(a) in exact numbers; None where it is long."""
    if arguments is None:
        return None
    value = stage.at(arguments.entries, at.parameters)
    return _exact(value) if tree_size(value) <= _SHORT else None


def _exact(matrix: Matrix) -> Matrix | None:
    try:
        return exact_matrix(matrix)
    except (LimitReached, Undecided):
        return None


def _column(matrix: Matrix) -> Exactly:
    return Exactly(np.array([double(entry) for entry in matrix.entries]), matrix)


def _multiplied(outer: Exactly, inner: Exactly) -> Matrix | None:
    """J_g · J_f in exact numbers, while these are short."""
    left, right = outer.exact, inner.exact
    if left is None or right is None or tree_size(left) + tree_size(right) > _LONG:
        return None
    return _exact(written_product(left, right))


def values_by_balls(chain: Chain, at: Point) -> list[Array]:
    """The values of all stages in balls, as doubles."""
    on_tape = chain_tape(chain)
    tape = on_tape.tape
    flat = [node for stage in on_tape.values for node in stage]
    with precision(_BITS):
        balls = tape.evaluate(flat, [ball(c, _BITS) for c in coordinates_of(chain, at)], Balls())
        numbers = iter([float(one.mid()) for one in balls])
    return [np.array([next(numbers) for _ in stage]) for stage in on_tape.values]


def jacobians_by_balls(chain: Chain, at: Point) -> list[Array]:
    """The Jacobian of each stage in ball arithmetic, where no exact one is written out."""
    try:
        with precision(_BITS):
            found = Stagewise(chain).factors([ball(c, _BITS) for c in coordinates_of(chain, at)])
            return [np.array([[float(e.mid()) for e in row] for row in matrix.tolist()]) for matrix in found]
    except (Unsettled, ZeroDivisionError):
        raise JacocalcError("the Jacobian at this point is not settled in numbers, so nothing is drawn") from None


# -- measures -----------------------------------------------------------------------------------------


def size_of(jacobian: Exactly) -> tuple[Expr | None, float]:
    """|det J|, or √det(JᵀJ) for m > n: by how much lengths, areas or volumes grow; exact where that is short."""
    numbers = jacobian.numbers
    rows, columns = numbers.shape
    scale = float(np.prod(np.linalg.svd(numbers, compute_uv=False)))
    if rows != columns:
        exactly = _root(_determinant(_gram(jacobian.exact)))
        return exactly, scale if exactly is None else double(exactly)
    exactly = _determinant(jacobian.exact)
    if exactly is None:
        return None, float(abs(np.linalg.det(numbers)))
    signed = double(exactly)
    return (exact(Negative(exactly)) if signed < 0 else exactly), abs(signed)


def _gram(matrix: Matrix | None) -> Matrix | None:
    """JᵀJ where that is short."""
    if matrix is None or tree_size(matrix) > _SHORT:
        return None
    return _exact(written_product(matrix.transposed, matrix))


def _root(determinant_of: Expr | None) -> Expr | None:
    return None if determinant_of is None else exact(sqrt(determinant_of))


def _determinant(matrix: Matrix | None) -> Expr | None:
    """det J where that is short."""
    if matrix is None or tree_size(matrix) > _LONG:
        return None
    try:
        return determinant(matrix)[1]
    except (LimitReached, Undecided):
        return None
