"""What stands on the sheet: numbers that can be read, arrows that point the right way, no line through a pole."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation

import jacocalc as jc
from jacocalc.pictures.draw_flow import draw_flow
from jacocalc.pictures.draw_map import draw_map
from jacocalc.pictures.draw_slopes import draw_slopes
from jacocalc.pictures.flow import flow_scene
from jacocalc.pictures.labels import labels
from jacocalc.pictures.mapping import map_scene
from jacocalc.pictures.slopes import slope_scene
from jacocalc.pictures.stages import stages_of


def drawn(function: str, at: str) -> Figure:
    return draw_slopes(slope_scene(stages_of(jc.gradient(function, at=at).derivation))).figure


def mapped(function: str, at: str) -> Figure:
    return draw_map(map_scene(stages_of(jc.jacobian(function, at=at).derivation))).figure


# -- level curves -------------------------------------------------------------------------------------


def test_the_numbers_of_level_curves_are_upright_on_white_and_keep_their_signs() -> None:
    level = drawn("f(x, y) = x^2 - y^2", "1, -1").axes[0]
    numbers = [text for text in level.texts if text.get_bbox_patch()]
    assert {"−7.5", "−3", "3"} <= {text.get_text() for text in numbers}
    for text in numbers:
        box = text.get_bbox_patch()
        assert box is not None
        assert (text.get_rotation(), to_hex(box.get_facecolor())) == (0, "#ffffff")
    assert not any(text.get_rotation() for text in level.texts)


def test_numbers_keep_away_from_the_frame_the_curve_of_the_point_and_each_other() -> None:
    low, high = np.array([0.0, 0.0]), np.array([10.0, 10.0])
    up = np.linspace(0, 10, 200)
    curves = [(float(x), np.stack([0 * up + x, up], axis=-1)) for x in (0.1, 3.0, 3.4, 5.2, 8.0)]
    through = np.stack([0 * up + 5, up], axis=-1)
    found = labels(curves, through, low, high)
    assert [label.level for label in found] == [3, 3.4, 8]  # 0.1 is at the frame, 5.2 beside the curve
    places = np.array([label.place for label in found])
    assert np.linalg.norm(places[0] - places[1]) > 1.5
    assert ((places > 0.3) & (places < 9.7)).all()


def test_no_number_stands_on_the_tangent() -> None:
    level = drawn("f(x, y) = ln(x y)", "1, 1").axes[0]
    tangent = next(line for line in level.lines if line.get_color() == "#000000" and line.get_marker() == "None")
    for text in level.texts:
        if text.get_bbox_patch():
            apart = np.asarray(tangent.get_xydata()) - np.array(text.get_position())
            assert np.linalg.norm(apart, axis=1).min() > 0.2  # of a width of 4


def test_large_heights_are_powers_of_ten_and_heights_that_look_alike_are_not_written() -> None:
    written = [text.get_text() for text in drawn("f(x, y) = 10^12 (x^2 + y)", "1, 1").axes[0].texts]
    assert r"$7 \cdot 10^{12}$" in written
    assert not any("e+" in text for text in written)
    far = drawn("f(x, y) = x^2 + y", "10^9, 1").axes[0].texts
    assert not any(text.get_bbox_patch() for text in far)


# -- arrows and axes ----------------------------------------------------------------------------------


def test_no_head_is_longer_than_its_arrow() -> None:
    figure = mapped("f(x, y) = [10^-8 x, x y]", "10^-8, 2")
    arrows = [one for axes in figure.axes for one in axes.texts if isinstance(one, Annotation)]
    assert len(arrows) == 3  # the fourth, (0, 10⁻⁸), cannot be seen
    figure = mapped("f(x, y) = [x/15, y]", "1, 1")
    for axes in figure.axes:
        for one in axes.texts:
            if isinstance(one, Annotation):
                assert one.arrow_patch is not None
                ends = axes.transData.transform([one.xy, one.get_position()])
                length = np.linalg.norm(ends[1] - ends[0]) * 72 / figure.dpi
                assert 0.4 * one.arrow_patch.get_mutation_scale() <= length / 2


def test_an_arrow_in_space_has_its_head_in_the_sheet() -> None:
    figure = mapped("f(u, v) = [u cos v, u sin v, v]", "1, 1")
    figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[1]
    arrows = [one for one in axes.get_children() if isinstance(one, FancyArrowPatch)]
    assert len(arrows) == 2
    for one in arrows:
        assert one.get_mutation_scale() > 10  # a head of 4 points, from wherever it is seen


def test_powers_of_ten_stand_apart_from_the_names_of_the_axes() -> None:
    figure = mapped("f(x, y) = [10^-8 x, 10^-8 y]", "1, 1")
    figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[1]
    power, up = axes.xaxis.get_offset_text(), axes.yaxis.get_offset_text()
    assert power.get_text()
    name = next(text for text in axes.texts if text.get_position() == (0, 1.03))
    assert not power.get_window_extent().overlaps(axes.xaxis.label.get_window_extent())
    assert not up.get_window_extent().overlaps(name.get_window_extent())
    heights = drawn("f(x, y) = 10^12 (x^2 + y)", "1, 1").axes[1]
    assert heights.zaxis.label.get_text() == r"$f$ $(\times 10^{13})$"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("outer", "said"),
    [("g(u, v) = u v", ["stage alone, largest", "back to here, the only singular value"]),
     ("g(u, v) = [u, -v]", ["stage alone, largest", "back to here, largest = smallest"]),
     ("g(u, v) = [u, 2v]", ["stage alone, largest", "back to here, smallest", "back to here, largest"])],
)  # fmt: skip
def test_no_line_of_the_flow_lies_under_another(outer: str, said: list[str]) -> None:
    scene = flow_scene(jc.compose("f(x, y) = [y, x]", outer, at="1, 2").derivation)
    legend = draw_flow(scene).figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == said
