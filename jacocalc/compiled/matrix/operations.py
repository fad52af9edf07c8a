"""Operations of a program by name → nodes: traces, norms, means, softmax, what NumPy does to a matrix as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jacocalc.compiled.matrix.graph import Sizes, Value
from jacocalc.targets.chains import inverse_of
from jacocalc.terms import Term, Times, Transposed

if TYPE_CHECKING:
    from jacocalc.compiled.matrix.lowering import Lowering

Arguments = tuple[Term, ...]
Lowered = Callable[["Lowering", Arguments, Sizes], Value]


def _trace(low: Lowering, arguments: Arguments, _: Sizes) -> Value:
    """tr(A B) = ⟨Aᵀ, B⟩"""
    body = arguments[0]
    if isinstance(body, Times) and not body.is_scalar and not any(factor.is_scalar for factor in body.factors):
        first, rest = body.factors[0], body.factors[1:]
        if inverse_of(first) is None:
            return low.inner(low.of(Transposed(first)), low.of(Times(rest) if len(rest) > 1 else rest[0]))
    value = low.of(body)
    if value.shape == (1, 1):
        return value
    return Value(low.graph.make("trace", (low.full(value),), (1, 1)), (1, 1))


def _of_matrix(kind: str) -> Lowered:
    def made(low: Lowering, arguments: Arguments, shape: Sizes) -> Value:
        parts = tuple(low.full(low.of(argument)) for argument in arguments)
        return Value(low.graph.make(kind, parts, shape), shape)

    return made


def _sum(low: Lowering, arguments: Arguments, _: Sizes) -> Value:
    return low.total(low.of(arguments[0]))


def _mean(low: Lowering, arguments: Arguments, _: Sizes) -> Value:
    value = low.of(arguments[0])
    count = low.graph.constant(value.shape[0] * value.shape[1])
    return Value(low.graph.apply("divide", low.total(value).node, count), (1, 1))


def _variance(low: Lowering, arguments: Arguments, shape: Sizes) -> Value:
    value, mean = low.of(arguments[0]), _mean(low, arguments, shape)
    centred = Value(low.graph.apply("subtract", value.node, mean.node), value.shape)
    count = low.graph.constant(value.shape[0] * value.shape[1])
    return Value(low.graph.apply("divide", low.inner(centred, centred).node, count), (1, 1))


def _norm2(low: Lowering, arguments: Arguments, _: Sizes) -> Value:
    value = low.of(arguments[0])
    return low.inner(value, value)


def _norm(low: Lowering, arguments: Arguments, shape: Sizes) -> Value:
    return Value(low.graph.apply("sqrt", _norm2(low, arguments, shape).node), (1, 1))


def _inner(low: Lowering, arguments: Arguments, _: Sizes) -> Value:
    return low.inner(low.of(arguments[0]), low.of(arguments[1]))


def _exponentials(low: Lowering, value: Value, axis: int) -> tuple[int, int, int]:
    """(maximum, exp(z − maximum), its sum) along an axis."""
    node = low.full(value)
    top = low.graph.reduce("max", node, axis)
    powers = low.graph.apply("exp", low.graph.apply("subtract", node, top))
    return top, powers, low.graph.reduce("sum", powers, axis)


def _softmax(axis: int) -> Lowered:
    def made(low: Lowering, arguments: Arguments, shape: Sizes) -> Value:
        _, powers, total = _exponentials(low, low.of(arguments[0]), axis)
        return Value(low.graph.apply("divide", powers, total), shape)

    return made


def _logsumexp(low: Lowering, arguments: Arguments, shape: Sizes) -> Value:
    top, _, total = _exponentials(low, low.of(arguments[0]), 0)
    return Value(low.graph.apply("add", top, low.graph.apply("log", total)), shape)


OPERATIONS: dict[str, Lowered] = {
    "tr": _trace, "det": _of_matrix("det"), "logdet": _of_matrix("logdet"), "sum": _sum, "mean": _mean,
    "var": _variance, "norm": _norm, "norm2": _norm2, "logsumexp": _logsumexp, "inner": _inner,
    "softmax": _softmax(0), "softmax_columns": _softmax(0), "softmax_rows": _softmax(1), "diag": _of_matrix("diag"),
    "diagonal": _of_matrix("diagonal"), "vec": _of_matrix("vec"), "kron": _of_matrix("kron"),
}  # fmt: skip
