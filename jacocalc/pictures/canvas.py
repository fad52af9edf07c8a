"""The sheet that is drawn on: Matplotlib without its global state, its colours and fonts, and the formats it gives.

Colours are those of Okabe and Ito, which colour-blind eyes tell apart; what they say is said by the kind of line too.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jacocalc.errors import JacocalcError, MissingExtra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE, GREY = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#6B7280",
)  # fmt: skip
DIRECTIONS = (VERMILION, GREEN, PURPLE)  # one colour, and one kind of line, for each input
INK = {VERMILION: "#B04A00", GREEN: "#00785A", PURPLE: "#9D4476", BLUE: "#0072B2"}  # the same for letters: darker
INK_GREY = "#374151"
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)))
FORMATS = ("svg", "png", "pdf")

_LOOK: dict[Any, Any] = {
    "font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 11, "axes.titlesize": 12,
    "axes.labelsize": 11, "xtick.labelsize": 9, "ytick.labelsize": 9, "axes.edgecolor": GREY, "axes.linewidth": 0.8,
    "xtick.color": "#374151", "ytick.color": "#374151", "axes.formatter.useoffset": True, "axes.unicode_minus": True,
    "axes.formatter.use_mathtext": True,
    "svg.fonttype": "path", "svg.hashsalt": "jacocalc", "hatch.linewidth": 0.7, "legend.frameon": False,
    "legend.fontsize": 10, "figure.facecolor": "white", "savefig.facecolor": "white", "path.simplify": True,
}  # fmt: skip
_NO_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": "jacocalc"},
}
_DOTS = 144
_MOST_PIXELS = 12_000



@dataclass(frozen=True)
class Sheet:
    """A drawing; ``trimmed``: its margins are cut off, and what sticks out is kept."""

    figure: Figure
    trimmed: bool = True


Drawing = Callable[[], Sheet]


def require_matplotlib() -> None:
    """Raises MissingExtra where Matplotlib is not installed; it is not loaded yet."""
    if find_spec("matplotlib") is None:
        raise MissingExtra(
            "pictures are drawn by Matplotlib, which is not installed", hint="pip install 'jacocalc[plot]'"
        )


@contextmanager
def _look() -> Iterator[None]:
    """Matplotlib's own defaults and our fonts, whatever the user's settings say; theirs come back afterwards."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK)
        yield


def rendered(draw: Drawing, form: str) -> bytes:
    """The bytes of a drawing in a format."""
    require_matplotlib()
    with _look():
        drawn = draw()
        figure = drawn.figure
        sheet = io.BytesIO()
        dots = min(_DOTS, int(_MOST_PIXELS / max(figure.get_size_inches())))
        trim: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.12} if drawn.trimmed else {}
        figure.savefig(sheet, format=form, dpi=dots, metadata=_NO_METADATA[form], **trim)
    return sheet.getvalue()


def svg_text(draw: Drawing, title: str, described: str) -> str:
    """The drawing as one <svg> element with a title and a description; its ids are no other picture's."""
    text = rendered(draw, "svg").decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    key = sha256((text + described).encode()).hexdigest()[:8]
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>p{key}-", text)
    named = f'<title id="p{key}-title">{escape(title)}</title>\n <desc id="p{key}-desc">{escape(described)}</desc>'
    head, _, rest = text.partition(">")
    return f'{head} role="img" aria-labelledby="p{key}-title p{key}-desc">\n {named}{rest}'


def format_of(path: str, form: str = "") -> str:
    """svg, png or pdf: what the ending says, or ``form`` where there is none.  Raises JacocalcError."""
    name = re.split(r"[/\\]", path)[-1]
    ending = name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""
    if not ending:
        return form or "svg"
    if ending not in FORMATS:
        raise JacocalcError(f"a picture is written as .svg, .png or .pdf, not as .{ending}", hint="-o picture.svg")
    if form and form != ending:
        raise JacocalcError(f"--format {form} and the ending .{ending} say different things", hint="one is enough")
    return ending
