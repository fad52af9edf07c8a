"""A scalar function near a point as geometry: level curves and gradients, the surface and its tangent plane.

    one input       the graph and its tangent          y = f(a) + f′(a)(x − a)
    two inputs      level curves, ∇f at many points, and the surface with its tangent plane
    three inputs    three slices through the point, in each the level curves and the part of ∇f that lies in it
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from jacocalc.document import At, Bracketed, Circle, Gradient, Name, Norm, PartialOf, Text, Tuple, Written
from jacocalc.errors import JacocalcError
from jacocalc.explain.symbols import composition
from jacocalc.functions import Chain
from jacocalc.notation import Symbol, as_rational
from jacocalc.pictures.breaks import without_jumps
from jacocalc.pictures.mapping import by_convention, convention, coordinates
from jacocalc.pictures.stages import Array, Exactly, Stages, size_of
from jacocalc.pictures.typesetting import number, shown, spoken
from jacocalc.pictures.windows import radius

_NET = 121
_FIELD = 9
_SAMPLES = 601


@dataclass(frozen=True, eq=False)
class Curve:
    """The graph of a function of one input: where it stands in a chain, the curve, the point and the slope there."""

    title: Text
    slope_label: Text
    axes: tuple[Written, Written]
    x: Array
    y: Array
    point: tuple[float, float]
    slope: float

    def tangent(self, x: Array) -> Array:
        """f(a) + f′(a)(x − a)"""
        return np.asarray(self.point[1] + self.slope * (x - self.point[0]))


@dataclass(frozen=True, eq=False)
class Slice:
    """Two of the inputs around the point, the others held: heights on a net, and gradients at a few points of it.

    ``heights`` are NaN where f is undefined, and at ``jumps``: one side of each jump and pole between two neighbours.
    ``field``: arrows of the partials by these two inputs, the longest of length 1; ``gradient``: those at the point.
    """

    title: Text
    axes: tuple[Written, Written]
    x: Array
    y: Array
    heights: Array
    jumps: NDArray[np.bool_]
    point: Array
    height: float
    gradient: Array
    at: Array
    field: Array

    def plane(self, x: Array, y: Array) -> Array:
        """The tangent plane: f(a) + ∇f(a) · (x − a)."""
        return np.asarray(self.height + self.gradient[0] * (x - self.point[0]) + self.gradient[1] * (y - self.point[1]))


@dataclass(frozen=True, eq=False)
class SlopeScene:
    """Curves, or slices: one of them has a surface beside it."""

    curves: tuple[Curve, ...]
    slices: tuple[Slice, ...]
    value: Written
    said: tuple[Text, ...]


def slope_scene(stages: Stages) -> SlopeScene:
    """The picture of the last stage as a function of the inputs.  Raises JacocalcError beyond three of them."""
    chain = stages.chain
    n = len(stages.point)
    if n > 3:
        name = spoken((composition(chain),))
        raise JacocalcError(f"{name} has {n} inputs; level curves are drawn for at most three",
                            hint="picture graph and picture flow have no such limit")  # fmt: skip
    value = composition(chain)
    if n == 1:
        return SlopeScene((_whole(stages),), (), value, (_gradient_said(stages), *convention(stages)))
    size = float(radius(lambda points: stages.outputs(points)[..., 0], stages.point))
    slices = tuple(_slice(stages, pair, size) for pair in combinations(range(n), 2))
    return SlopeScene((), slices, value, (_gradient_said(stages), *(convention(stages) or (_rate_said(stages),))))


def curve_scene(stages: Stages) -> SlopeScene:
    """A chain of functions of one input: a graph for each stage, each at its own point."""
    curves = tuple(_curve_of_stage(stages, place) for place in range(len(stages.chain.stages)))
    return SlopeScene(curves, (), composition(stages.chain), (_gradient_said(stages), *convention(stages)))


def _whole(stages: Stages) -> Curve:
    """The whole chain as a function of its one input."""
    names = (Symbol(stages.chain.inputs[0]), _of_input(stages.chain))
    return _curve(stages, names, stages.values[0], stages.values[-1], stages.products[-1])


def _of_input(chain: Chain) -> Written:
    return At(composition(chain), (Symbol(chain.inputs[0]),))


def _curve_of_stage(stages: Stages, place: int) -> Curve:
    """One stage as a function of its own input."""
    stage = Chain((stages.chain.stages[place],))
    alone = Stages(stage, stages.at, stages.values[place : place + 2], stages.jacobians[place : place + 1])
    names = (Symbol(stage.inputs[0]), _of_input(stage))
    return _curve(alone, names, alone.values[0], alone.values[1], alone.jacobians[0])


def _curve(
    stages: Stages, axes: tuple[Written, Written], start: Exactly, end: Exactly, jacobian: Exactly
) -> Curve:
    a = float(start.numbers[0])
    size = float(radius(lambda points: stages.outputs(points)[..., 0], start.numbers))
    x = a + size * np.linspace(-1, 1, _SAMPLES)
    y = without_jumps(stages.outputs, x[:, None], stages.outputs(x[:, None]))[:, 0]
    slope = derivative(composition(stages.chain), stages.chain)
    title: Text = (axes[0], *coordinates(start), ",  ", axes[1], *coordinates(end))
    said: Text = ("slope ", slope, *coordinates(Exactly(jacobian.numbers[0], jacobian.exact)))
    return Curve(title, said, axes, x, _cut(y), (a, float(end.numbers[0])), float(jacobian.numbers[0, 0]))


def _cut(y: Array) -> Array:
    """The curve without what goes to infinity and comes back from the other side."""
    middle = np.nanmedian(y)
    reach = 60 * max(float(np.nanpercentile(np.abs(y - middle), 60)), 1e-300)
    return np.where(np.abs(y - middle) > reach, np.nan, y)


def _slice(stages: Stages, pair: tuple[int, int], size: float) -> Slice:
    i, j = pair
    a = stages.point
    steps = size * np.linspace(-1, 1, _NET)
    x, y = np.meshgrid(a[i] + steps, a[j] + steps)
    net = _points(a, pair, x, y)
    found = stages.outputs(net)
    heights = without_jumps(stages.outputs, net, found)[..., 0]
    jumps = np.isnan(heights) & np.isfinite(found[..., 0])
    inner = size * np.linspace(-1, 1, _FIELD + 2)[1:-1]
    at = np.stack(np.meshgrid(a[i] + inner, a[j] + inner), axis=-1)
    slopes = stages.slopes(_points(a, pair, at[..., 0], at[..., 1]))[..., 0, :]
    names = tuple(map(Symbol, stages.chain.inputs))
    held = [k for k in range(len(a)) if k not in pair]
    title: Text = ()
    for k in held:
        title = (names[k], *coordinates(_entry(stages.values[0], k)))
    return Slice(
        title, (names[i], names[j]), x, y, heights, jumps, a[[i, j]], float(stages.values[-1].numbers[0]),
        stages.products[-1].numbers[0, [i, j]], at, _scaled(slopes[..., [i, j]]),
    )  # fmt: skip


def _entry(values: Exactly, k: int) -> Exactly:
    exact = None if values.exact is None else type(values.exact)((values.exact.rows[k],))
    return Exactly(values.numbers[[k]], exact)


def _points(a: Array, pair: tuple[int, int], x: Array, y: Array) -> Array:
    """Points with these two coordinates, the others those of a."""
    found = np.broadcast_to(a, (*x.shape, len(a))).copy()
    found[..., pair[0]], found[..., pair[1]] = x, y
    return found


def _scaled(field: Array) -> Array:
    """Arrows with the directions of the gradients and lengths that grow like their square roots, at most 1."""
    lengths = np.linalg.norm(field, axis=-1, keepdims=True)
    largest = float(np.nanmax(lengths)) if np.isfinite(lengths).any() else 0.0
    if not largest:
        return np.zeros_like(field)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lengths > 0, field / lengths * np.sqrt(lengths / largest), field)


# -- words --------------------------------------------------------------------------------------------


def _gradient_said(stages: Stages) -> Text:
    """∇f(1, 2) = (4, 1); of one input d(g∘f)/dx = 3"""
    product = stages.products[-1]
    column = Exactly(product.numbers[0], None if product.exact is None else product.exact.transposed)
    of = composition(stages.chain)
    if len(stages.point) == 1:
        return (derivative(of, stages.chain), *coordinates(column))
    return (At(Gradient(of), _point(stages)), *coordinates(column))


def derivative(of: Written, chain: Chain) -> Written:
    """df/dx, d(g∘f)/dx"""
    return PartialOf(Bracketed(of) if isinstance(of, Circle) else of, Symbol(chain.inputs[0]), total=True)


def _point(stages: Stages) -> tuple[Written, ...]:
    values = stages.values[0]
    said = coordinates(values)[-1]
    return said.items if isinstance(said, Tuple) else (said,)  # type: ignore[return-value]


def _rate_said(stages: Stages) -> Text:
    """‖∇f‖ = √17 ≈ 4.123, the greatest rate of change"""
    row = stages.products[-1]
    column = Exactly(row.numbers.T, None if row.exact is None else row.exact.transposed)
    exact, norm = size_of(column)
    sign, length = shown(exact, norm)
    name = Norm(Gradient(composition(stages.chain)))
    if not row.numbers.any():
        return (name, " = 0: a critical point, the tangent plane is level")
    rounded: Text = () if exact is None or sign == "≈" or as_rational(exact) is not None else (" ≈ ", number(norm))
    return (name, f" {sign} ", length, *rounded, ", the greatest rate of change")


_CAPTIONS = ("The tangent of ", "Level curves, gradients and the tangent plane of ", "Level curves and gradients of ")


def slope_caption(stages: Stages) -> Text:
    """The gradient of f at a = (1, 2)"""
    n = len(stages.point)
    what = _CAPTIONS[n - 1]
    a: Written = Name("a")
    return (what, composition(stages.chain), " at ", a, *coordinates(stages.values[0]), *by_convention(stages.kink))


def slope_words(stages: Stages, scene: SlopeScene) -> str:
    """What is seen, in words."""
    said = ", ".join(spoken(text) for text in scene.said)
    point = spoken(coordinates(stages.values[0])).strip().removeprefix("= ")
    name = spoken((composition(stages.chain),))
    if scene.curves:
        curves = "; ".join(f"{spoken(c.title)}, {spoken(c.slope_label)}" for c in scene.curves)
        many = "The graph and the tangent" if len(scene.curves) == 1 else "The graphs of the stages with their tangents"
        return f"{many} at {curves}. The derivative of {name} there: {said}."
    if len(scene.slices) == 1:
        return (
            f"Level curves of {name} with gradients across them, and the surface with its tangent plane at {point}: "
            f"{said}."
        )
    return f"Three slices through {point} with the level curves of {name} and gradients across them: {said}."
