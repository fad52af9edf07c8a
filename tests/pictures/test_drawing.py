"""What stands on the sheet: numbers that can be read, arrows that point the right way, no line through a pole."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import jacocalc as jc
from jacocalc.pictures.draw_slopes import draw_slopes
from jacocalc.pictures.labels import labels
from jacocalc.pictures.slopes import slope_scene
from jacocalc.pictures.stages import stages_of


def drawn(function: str, at: str) -> Figure:
    return draw_slopes(slope_scene(stages_of(jc.gradient(function, at=at).derivation))).figure


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
