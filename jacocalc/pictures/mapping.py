"""The local linear map as geometry: a grid, the square at a point, their images, and the parallelogram under J.

In each space of the chain, x → f(x) → g(f(x)), stand the image of the grid (the true map, curved) and the
parallelogram that the product of the Jacobians so far makes of the square (the linear map, straight):

    f(a + s)   beside   f(a) + J_f(a) s   for s in the square [0, h]ⁿ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np

from jacocalc.document import (
    Absolute,
    At,
    Bracketed,
    Circle,
    Name,
    Norm,
    PartialOf,
    Root,
    Subscripted,
    Text,
    Times,
    Transpose,
    Tuple,
    Written,
)
from jacocalc.errors import JacocalcError
from jacocalc.explain.symbols import composition, function_name
from jacocalc.explain.volumes import MEASURES
from jacocalc.functions import Chain
from jacocalc.notation import ZERO, Expr, Power, Symbol, as_rational, column, integer, rational
from jacocalc.pictures.breaks import without_jumps
from jacocalc.pictures.stages import Array, Exactly, Stages, size_of
from jacocalc.pictures.typesetting import number, shown, spoken
from jacocalc.pictures.windows import side, squared, view

_SAMPLES = 60
_NOTHING = 1e-9  # of the largest small square
_AROUND = (-2, 3)  # the grid reaches so many squares to the left and to the right of the point
SQUARES = ("interval", "square", "cube")
STRAIGHT = ("tangent vector", "parallelogram", "parallelepiped")  # what J makes of the square
_FLAT = (("it is 0 here", "it is 0 here"), ("its sides are dependent here", "J is singular here"))


@dataclass(frozen=True, eq=False)
class Space:
    """One space of the map; every line is an array of points.

    ``lines``: the image of the grid, a family for each input; ``cell``: of the edges of the square; ``surface``: of the
    square itself, for two inputs, where its boundary does not show it: in space, and where it folds; ``edges``,
    ``arrows``: of the square and its sides under J; ``corner``: f(a).
    """

    title: Text
    axes: tuple[Written, ...]
    corner: Array
    lines: tuple[tuple[Array, ...], ...]
    cell: tuple[Array, ...]
    surface: Array | None
    edges: tuple[Array, ...]
    arrows: tuple[Array, ...]
    labels: tuple[Text, ...]
    measure: Text
    low: Array
    high: Array
    equal: bool


@dataclass(frozen=True, eq=False)
class MapScene:
    """The spaces from the inputs on, and the names of the functions between them; ``inputs`` name the directions.

    ``said``: that a Jacobian is no derivative, where it follows a convention.
    """

    spaces: tuple[Space, ...]
    functions: tuple[Written, ...]
    inputs: tuple[Written, ...]
    side: Fraction
    said: tuple[Text, ...] = ()


def map_scene(stages: Stages) -> MapScene:
    """The spaces of the chain.  Raises JacocalcError where one has more than three dimensions."""
    check_dimensions(stages.chain)
    h = _side(stages)
    spaces = tuple(_space(stages, place, h) for place in range(len(stages.values)))
    names = tuple(function_name(stage) for stage in stages.chain.stages)
    return MapScene(spaces, names, tuple(map(Symbol, stages.chain.inputs)), h, convention(stages))


def check_dimensions(chain: Chain) -> None:
    """Raises JacocalcError for what has no picture in three dimensions."""
    for stage in chain.stages:
        for size, thing in ((stage.n, "inputs"), (stage.m, "components")):
            if isinstance(size, str) or stage.abstract:
                raise JacocalcError(f"{stage.name} has no formula, so there is nothing to draw")
            if size > 3:
                raise JacocalcError(f"{stage.name} has {size} {thing}; a map is drawn in at most three dimensions",
                                    hint="picture graph and picture flow have no such limit")  # fmt: skip
    if len(chain.stages) > 11:
        raise JacocalcError(f"a map of {len(chain.stages)} stages is too long to be drawn",
                            hint="picture flow shows how the gradient goes through all of them")  # fmt: skip


def _side(stages: Stages) -> Fraction:
    """A side of the square that suits every stage."""
    return min(
        side(partial(_image, stages, place), stages.point, stages.products[place].numbers)
        for place in range(1, len(stages.values))
    )


def _image(stages: Stages, place: int, points: Array) -> Array:
    return stages.images(points)[place]


def _space(stages: Stages, place: int, h: Fraction) -> Space:
    n, width = len(stages.point), float(h)
    jacobian = stages.products[place].numbers
    corner = stages.values[place].numbers
    image = partial(_image, stages, place)
    families = _grid(stages.point, width)
    lines = tuple(tuple(without_jumps(image, line, image(line)) for line in family) for family in families)
    cell = tuple(image(stages.point + width * edge) for edge in _edges(n, _SAMPLES + 1))
    edges = tuple(corner + width * edge @ jacobian.T for edge in _edges(n, 2))
    surface = image(stages.point + width * _sheet()) if n == 2 and len(corner) > 1 else None
    if surface is not None and len(corner) == 2 and not _folds(surface):
        surface = None
    arrows = tuple(corner + width * np.stack([0 * column, column]) for column in jacobian.T)
    needed = np.concatenate([*cell, *edges])
    wanted = np.concatenate([needed, *(line for family in lines for line in family)])
    low, high, equal = squared(*view(needed[np.isfinite(needed).all(axis=1)], wanted))
    return Space(
        _title(stages, place), _axes(stages.chain, place), corner, tuple(map(tuple, _cut(lines, low, high))), cell,
        surface, edges, arrows, _labels(stages, place), _measure(stages, place, h), low, high, equal,
    )  # fmt: skip


def _grid(point: Array, h: float) -> Iterator[tuple[Array, ...]]:
    """For each input the lines along which it changes, through the corners of the squares around the point."""
    n = len(point)
    offsets = range(_AROUND[0], _AROUND[1] + 1)
    along = np.linspace(*_AROUND, (_AROUND[1] - _AROUND[0]) * _SAMPLES + 1)
    if n == 3:  # a box of lines would hide the cube
        offsets = range(2)
        along = np.linspace(0, 1, _SAMPLES + 1)
    for i in range(n):
        family = []
        for others in product(offsets, repeat=n - 1):
            family.append(point + h * _line(i, along, others))
        yield tuple(family)


def _edges(n: int, samples: int) -> Iterator[Array]:
    """The edges of the unit cube [0, 1]ⁿ, those along the first direction first."""
    along = np.linspace(0, 1, samples)
    for i in range(n):
        for others in product((0.0, 1.0), repeat=n - 1):
            yield _line(i, along, others)


def _line(i: int, along: Array, others: Sequence[float]) -> Array:
    """The points with ``along`` for coordinate i and the same others."""
    return np.stack([*(np.full(len(along), one) for one in others[:i]), along,
                     *(np.full(len(along), one) for one in others[i:])], axis=1)  # fmt: skip


def _sheet() -> Array:
    """[0, 1]² as a net of 21 × 21 points."""
    along = np.linspace(0, 1, 21)
    return np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1)


def _folds(sheet: Array) -> bool:
    """Whether small squares are turned over in some places and not in others, so that the boundary is not the rim."""
    right, up = sheet[1:, :-1] - sheet[:-1, :-1], sheet[:-1, 1:] - sheet[:-1, :-1]
    areas = right[..., 0] * up[..., 1] - right[..., 1] * up[..., 0]
    small = _NOTHING * float(np.nanmax(np.abs(areas), initial=0.0))
    return bool((areas > small).any() and (areas < -small).any())


def _cut(lines: Sequence[Sequence[Array]], low: Array, high: Array) -> Iterator[list[Array]]:
    """Lines without the parts far outside: what goes to infinity and comes back is not one line."""
    reach = 2 * (high - low) if len(low) < 3 else 0 * low  # a space of three dimensions has no frame that cuts
    for family in lines:
        kept = []
        for line in family:
            inside = np.logical_and(line >= low - reach, line <= high + reach).all(axis=1, keepdims=True)
            kept.append(np.where(inside, line, np.nan))
        yield kept


# -- words --------------------------------------------------------------------------------------------


def coordinates(values: Exactly) -> Text:
    """= (3, 4), or ≈ (3.2, 0.54)"""
    entries = values.exact.entries if values.exact is not None else (None,) * len(values.numbers)
    written = [shown(entry, float(v)) for entry, v in zip(entries, values.numbers, strict=True)]
    sign = "=" if all(sign == "=" for sign, _ in written) else "≈"
    if sign == "≈":
        written = [(sign, number(float(value))) for value in values.numbers]
    listed = tuple(item for _, item in written)
    return (f" {sign} ", listed[0] if len(listed) == 1 else Tuple(listed))


def _title(stages: Stages, place: int) -> Text:
    """a = (1, 2); f(a) = (3, 4); g(f(a)) ≈ (7, 9, −0.7568); (x, y) = (2, 5) of equations"""
    name: Written = Symbol("a")
    for stage in stages.chain.stages[:place]:
        name = Tuple(tuple(map(Symbol, stage.outputs))) if stage.outputs else At(function_name(stage), (name,))
    return (name, *coordinates(stages.values[place]))


def _axes(chain: Chain, place: int) -> tuple[Written, ...]:
    """x, y before the first stage; the inputs of the next stage between two; f_1, f_2 behind the last."""
    if place < len(chain.stages):
        return tuple(map(Symbol, chain.stages[place].inputs))
    return tuple(map(Symbol, chain.stages[-1].labels))


def _labels(stages: Stages, place: int) -> tuple[Text, ...]:
    """∂f/∂x = (2, 4): the columns of J."""
    if place == 0:
        return ()
    jacobian = stages.products[place]
    found = []
    for j, name in enumerate(stages.chain.inputs):
        exact = None if jacobian.exact is None else column(jacobian.exact.transposed.rows[j])
        of = composition(stages.chain, 0, place - 1)
        head = PartialOf(Bracketed(of) if isinstance(of, Circle) else of, Symbol(name), len(stages.point) == 1)
        found.append((head, *coordinates(Exactly(jacobian.numbers[:, j], exact))))
    return tuple(found)


def _measure(stages: Stages, place: int, h: Fraction) -> Text:
    """area = |det J| = 2, of the parallelogram = 0; nothing where a space has fewer dimensions than the square."""
    n, m = len(stages.point), len(stages.values[place].numbers)
    what = MEASURES[n - 1]
    size = rational(h**n)
    if place == 0:
        return (f"{what} = ", size) if h == 1 else ("side ", Symbol("h"), " = ", rational(h), f", {what} = ", size)
    if m < n:
        return ()
    exact, value = size_of(stages.products[place])
    sign, amount = shown(exact, value)
    name = _factor(stages.chain, place, n == m)
    if exact == ZERO:  # beside an image that need not be flat
        return (f"{what} of the {STRAIGHT[n - 1]} = ", name, " = 0: ", _FLAT[n > 1][n == m])
    if h == 1:
        return (f"{what} = ", name, f" {sign} ", amount)
    power: Written = Symbol("h") if n == 1 else Power(Symbol("h"), integer(n))
    plain = None if exact is None else as_rational(exact)
    if plain is not None:
        return (f"{what} = ", name, " · ", power, " = ", shown(rational(plain * h**n), float(plain * h**n))[1])
    return (f"{what} = ", name, " · ", power, f" {sign} ", amount, " · ", size, " ≈ ", number(value * float(h) ** n))


def _factor(chain: Chain, place: int, square: bool) -> Written:
    """|det J|, √det(JᵀJ), or the length of the tangent vector ‖df/dt‖"""
    of = composition(chain, 0, place - 1)
    jacobian = Subscripted(Name("J"), of)
    if len(chain.inputs) == 1:
        by = Symbol(chain.inputs[0])
        return Norm(PartialOf(Bracketed(of) if isinstance(of, Circle) else of, by, total=True))
    if square:
        return Absolute(At(Name("det"), (jacobian,)))
    transposed: Written = Transpose(Name("J"))
    return Root(At(Name("det"), (Bracketed(Times((transposed, Name("J")))),)))


# -- what is said -------------------------------------------------------------------------------------


def map_caption(stages: Stages) -> Text:
    """The local linear map of f at a = (1, 2)"""
    name = composition(stages.chain)
    return ("The local linear map of ", name, " at ", *_title(stages, 0), *by_convention(stages.kink))


def by_convention(kink: Expr | None) -> Text:
    """, by the convention t = 1/2: what a caption ends with at a kink"""
    return () if kink is None else (", by the convention t = ", kink)


def convention(stages: Stages) -> tuple[Text, ...]:
    """What is said below a picture at a kink, where nothing that is drawn as a tangent is one."""
    if stages.kink is None:
        return ()
    what = "linear map" if len(stages.point) > 1 and len(stages.values[-1].numbers) > 1 else "tangent"
    words = f"no derivative exists there; the {what} is that of the convention (1 − t)·left + t·right, t = "
    return ((words, stages.kink),)


def map_words(stages: Stages, scene: MapScene) -> str:
    """What is seen, in words."""
    n = len(stages.point)
    square, straight = SQUARES[n - 1], STRAIGHT[n - 1]
    size = "unit " if scene.side == 1 else ""
    last = scene.spaces[-1]
    whose = "The" if f" of the {straight} " in spoken(last.measure) else "Its"
    measure = f" {whose} {spoken(last.measure)}." if last.measure and scene.side == 1 else ""
    if last.measure and scene.side != 1:
        measure = f" {spoken(last.measure)}."
    columns = "; ".join(spoken(label) for label in last.labels)
    said = "".join(f" Yet {spoken(text)}." for text in scene.said)
    side = "" if scene.side == 1 else f" of side {scene.side}"
    return (
        f"A grid around {spoken(_title(stages, 0))} and its image under {spoken((composition(stages.chain),))}; the "
        f"{size}{square}{side} at a with its image, and the {straight} that the Jacobian makes of it. "
        f"{spoken(last.title)}; {columns}.{measure}{said}"
    )
