"""Frames → one animated SVG: styles and keyframes inside, no script, nothing fetched; same frames, same bytes.

It plays in a browser when opened and as an ``<img>``, again and again with a rest on the finished picture.  Where less
motion is preferred, in print, and in a viewer without animation the finished picture stands from the start.
"""

from __future__ import annotations

import re
from html import escape
from zlib import crc32

from jacocalc.document import Text
from jacocalc.errors import TooLarge
from jacocalc.frames import Animation, ProductScene, Scene, SweepScene
from jacocalc.layers import Box
from jacocalc.render.animated_products import lay_product, product_width
from jacocalc.render.animated_sweeps import lay_sweep, sweep_width
from jacocalc.render.inline import prose
from jacocalc.render.plate_formulas import sentence
from jacocalc.render.plates import Plate, beside, drawn, number, toned
from jacocalc.render.speech import to_speech
from jacocalc.render.sprites import Laid, Place, Sprite, grouped, keyframes, lines_of, rectangle

_MARGIN, _TITLE, _NOTE, _BETWEEN = 28.0, 18.0, 14.0, 34.0
_NARROWEST, _WIDEST = 520.0, 1600.0
_EACH, _LONGEST = 2.6, 60.0  # seconds for a frame; all frames together
REST = 6.0  # seconds on the finished picture

LIGHT = {
    "paper": "#ffffff", "line": "#d0d7de", "ink": "#1b1f24", "dim": "#57606a", "strip": "#f3f5f7", "row": "#0b57a4",
    "row-light": "#d6e8fb", "column": "#96400a", "column-light": "#fde5d2", "entry": "#0a6244",
    "entry-light": "#d3f0e2",
}  # fmt: skip
DARK = {
    "paper": "#0d1117", "line": "#30363d", "ink": "#e6edf3", "dim": "#9da7b1", "strip": "#171d25", "row": "#8cc2ff",
    "row-light": "#173656", "column": "#ffb482", "column-light": "#4a2c17", "entry": "#7ee2b0",
    "entry-light": "#14402e",
}  # fmt: skip
BEHIND = ("strip", "row-light", "column-light", "entry-light")
_FONTS = '"STIX Two Text","Times New Roman",Times,"Liberation Serif","Nimbus Roman",STIXGeneral,serif'


def to_animation(animation: Animation) -> str:
    """The animated picture as the text of an SVG file.  Raises TooLarge where it would be too wide."""
    title = toned(sentence(animation.title, _TITLE), "ink")
    width = max(_NARROWEST, title.width, *map(_width, animation.scenes))
    if width > _WIDEST:
        raise TooLarge("the formulas are too wide to animate", hint="a point with --at makes them shorter")
    below = _MARGIN + title.height + 20
    laid = lay(animation, width, below)
    below += sum(one.height + _BETWEEN for one in laid)
    notes = _notes(animation, Place(_MARGIN, below - 18, width, laid[-1].ends))
    sprites = [sprite for one in (*laid, notes) for sprite in one.sprites]
    return _svg(animation, title, (width + 2 * _MARGIN, below + notes.height + 8), sprites, laid[-1].ends + REST)


def lay(animation: Animation, width: float, y: float) -> list[Laid]:
    """The scenes below each other from a height on, each with its places and times."""
    frames = sum(map(_frames, animation.scenes))
    each = min(_EACH, max(_LONGEST / frames, 0.9))
    begins = 0.0
    found: list[Laid] = []
    for scene in animation.scenes:
        place = Place(_MARGIN, y, width, begins)
        one = lay_product(scene, place, each) if isinstance(scene, ProductScene) else lay_sweep(scene, place, each)
        found.append(one)
        y, begins = y + one.height + _BETWEEN, one.ends
    return found


def _notes(animation: Animation, place: Place) -> Laid:
    """Where the result holds and how it was checked, in small letters at the end."""
    body, y = "", place.y
    for text in animation.notes:
        for words in lines_of(_words(text), place.width):
            line = toned(beside(*words), "dim")
            body += drawn(line, place.x, y + line.ascent)
            y += line.height + 4
    return Laid((Sprite(body, place.begins),), y - place.y, place.begins)


def _words(text: Text) -> list[Plate]:
    """Words, each with the space behind it, and formulas."""
    parts: list[Plate] = []
    for item in text:
        spelled = re.findall(r" *[^ ]+ *| +", item) if isinstance(item, str) else [item]
        parts += [sentence((one,), _NOTE) for one in spelled]
    return parts


def _width(scene: Scene) -> float:
    return product_width(scene) if isinstance(scene, ProductScene) else sweep_width(scene)


def _frames(scene: Scene) -> int:
    if isinstance(scene, SweepScene):
        return len(scene.forward) + sum(map(len, scene.backward))
    return len(scene.frames)


# -- the file -----------------------------------------------------------------------------------------


def _svg(animation: Animation, title: Plate, size: tuple[float, float], sprites: list[Sprite], total: float) -> str:
    """The file: names for screen readers, styles, the card, the sprites, the line that shows how far it is."""
    wide, high = map(number, size)
    moving = [sprite for sprite in sprites if not _still(sprite)]
    kinds = {timing: f"k{i}" for i, timing in enumerate(dict.fromkeys(sprite.timing for sprite in moving))}
    body = [rectangle(Box(0.5, 0.5, size[0] - 1, size[1] - 1), "card", 12)]
    body.append(drawn(title, _MARGIN, _MARGIN + title.ascent))
    body += [sprite.body if _still(sprite) else grouped(sprite, kinds[sprite.timing]) for sprite in sprites]
    body.append(_progress(size))
    text = "\n".join(body)
    name = f"j{crc32(text.encode()):08x}"
    rules = {kinds[sprite.timing]: keyframes(sprite, total) for sprite in moving}
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(prose(animation.title))}</title>\n'
        f'<desc id="{name}-desc">{escape(to_speech(animation.words).strip())}</desc>\n'
        f"<style>\n{_style(name, rules, total)}</style>\n{text}\n</svg>\n"
    )


def _still(sprite: Sprite) -> bool:
    """Whether it is there from the first moment to the last."""
    return sprite.comes == 0 and sprite.leaves is None and not sprite.draws


def _progress(size: tuple[float, float]) -> str:
    width = number(size[0] - 2 * _MARGIN)
    place = f'x="{number(_MARGIN)}" y="{number(size[1] - 16)}" width="{width}" height="3" rx="1.5"'
    return f'<rect {place} class="track"/><rect {place} class="m done"/>'


def _style(name: str, rules: dict[str, str], total: float) -> str:
    scope = f".{name}"
    played = 100 * (total - REST) / total
    lines = [
        f"{scope}{{max-width:100%;font-family:{_FONTS}}}",
        f"{scope} .i{{font-style:italic}}{scope} .b{{font-weight:bold}}{scope} text{{white-space:pre}}",
        _colours(scope, LIGHT),
        f"@media (prefers-color-scheme:dark){{{_colours(scope, DARK)}}}",
        f"{scope} .m{{animation:{number(total)}s linear infinite}}",
        f"{scope} .done{{transform-origin:{number(_MARGIN)}px 0;animation-name:{name}done}}",
        f"@keyframes {name}done{{0%{{transform:scaleX(0)}}{played:.2f}%,100%{{transform:scaleX(1)}}}}",
    ]
    for kind, frames in rules.items():
        lines.append(f"{scope} .{kind}{{animation-name:{name}{kind}}}@keyframes {name}{kind}{{{frames}}}")
    lines.append(f"{scope}:hover .m{{animation-play-state:paused}}")
    lines += [f"@media {why}{{{scope} .m{{animation:none}}}}" for why in ("(prefers-reduced-motion:reduce)", "print")]
    return "\n".join(lines) + "\n"


def _colours(scope: str, colour: dict[str, str]) -> str:
    """Letters and lines in the ink, or in the tone that they have; lights behind them."""
    rules = [f"{scope} text{{fill:{colour['ink']}}}{scope} .l{{fill:none;stroke:{colour['ink']}}}"]
    for tone in ("dim", "row", "column", "entry"):
        rules.append(f"{scope} text.{tone}{{fill:{colour[tone]}}}{scope} .l.{tone}{{stroke:{colour[tone]}}}")
    rules += [f"{scope} .{behind}{{fill:{colour[behind]}}}" for behind in BEHIND]
    rules.append(f"{scope} .card{{fill:{colour['paper']};stroke:{colour['line']}}}")
    rules.append(f"{scope} .hole{{fill:none;stroke:{colour['dim']};stroke-dasharray:3 3}}")
    rules.append(f"{scope} .track{{fill:{colour['line']}}}{scope} .done{{fill:{colour['row']}}}")
    rules.append(f"{scope} .node{{fill:{colour['strip']};stroke:{colour['line']}}}")
    rules.append(f"{scope} .tip{{fill:{colour['line']}}}")
    rules.append(f"{scope} .edge{{fill:none;stroke:{colour['line']};stroke-width:1.5}}")
    rules.append(f"{scope} .ahead{{fill:none;stroke:{colour['row']};stroke-width:2.5}}")
    rules.append(f"{scope} .back{{fill:none;stroke:{colour['column']};stroke-width:2.5}}")
    return "".join(rules)
