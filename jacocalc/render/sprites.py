"""What moves in an animated picture: sprites with the moments at which they come and go, and the keyframes for them.

A viewer that knows no animation, or whose owner wants none, sees every sprite as it is at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jacocalc.layers import Box
from jacocalc.render.plates import Plate, beside, number

FADE = 0.3
LEADING = 8.0


@dataclass(frozen=True)
class Sprite:
    """SVG that comes at a moment and leaves at another, or stays (None).

    ``flies`` is how far away it is when it comes, ``lasting`` how long it takes to its place; ``draws``: lines grow
    from their start for as long.  ``frame`` names the frame that it belongs to, ``box`` is where it is at the end.
    """

    body: str
    comes: float
    leaves: float | None = None
    flies: tuple[float, float] | None = None
    draws: bool = False
    lasting: float = FADE
    frame: str = ""
    box: Box | None = None

    @property
    def timing(self) -> tuple[object, ...]:
        """What its keyframes depend on."""
        return self.comes, self.leaves, self.flies, self.draws, self.lasting


def keyframes(sprite: Sprite, total: float) -> str:
    """The percentages of the whole time and what the sprite looks like then."""

    def at(moment: float) -> str:
        return f"{100 * min(moment, total) / total:.2f}".rstrip("0").rstrip(".") + "%"

    comes, there = at(sprite.comes), at(sprite.comes + sprite.lasting)
    if sprite.draws:
        hidden = "stroke-dasharray:1;stroke-dashoffset:1"
        seen = f"0%,{comes}{{opacity:0;{hidden}}}{at(sprite.comes + 0.01)}{{opacity:1;{hidden}}}"
        shown = "opacity:1;stroke-dasharray:1;stroke-dashoffset:0"
    elif sprite.flies:
        dx, dy = map(number, sprite.flies)
        away = f"transform:translate({dx}px,{dy}px)"
        seen = f"0%,{comes}{{opacity:0;{away}}}{at(sprite.comes + 0.01)}{{opacity:1;{away}}}"
        shown = "opacity:1;transform:none"
    else:
        seen, shown = f"0%,{comes}{{opacity:0}}", "opacity:1"
    if sprite.leaves is None:
        return f"{seen}{there},100%{{{shown}}}"
    gone = at(sprite.leaves + FADE)
    return f"{seen}{there},{at(sprite.leaves)}{{{shown}}}{gone},100%{{{shown.replace('opacity:1', 'opacity:0')}}}"


def grouped(sprite: Sprite, kind: str) -> str:
    """The sprite as a group that is animated by the class ``kind``; what has left at the end is transparent."""
    gone = "" if sprite.leaves is None else ' opacity="0"'
    frame = f' data-frame="{sprite.frame}"' if sprite.frame else ""
    return f'<g class="m {kind}"{gone}{frame}>{sprite.body}</g>'


# -- scenes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a scene stands: its upper left corner, the room to its right, and when it begins."""

    x: float
    y: float
    width: float
    begins: float


@dataclass(frozen=True)
class Laid:
    """A scene with places and times: its sprites, its height, the moment of its end."""

    sprites: tuple[Sprite, ...]
    height: float
    ends: float


def rectangle(box: Box, kind: str, corner: float = 5) -> str:
    """A rounded rectangle."""
    place = f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    return f'<rect {place} rx="{number(corner)}" class="{kind}"/>'


def lines_of(parts: Sequence[Plate], width: float) -> list[list[Plate]]:
    """Parts in lines that fit a width."""
    lines: list[list[Plate]] = [[]]
    for part in parts:
        if lines[-1] and sum(p.width for p in lines[-1]) + part.width > width:
            lines.append([])
        lines[-1].append(part)
    return lines


def stacked_height(lines: Sequence[Sequence[Plate]]) -> float:
    """The height of lines below each other."""
    return sum(beside(*line).height for line in lines) + LEADING * (len(lines) - 1)
