"""A picture: what a notebook shows, what is saved, what it says in words."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jacocalc.document import Figure as FigureBlock
from jacocalc.document import Text
from jacocalc.errors import JacocalcError
from jacocalc.pictures.canvas import Drawing, format_of, rendered, svg_text
from jacocalc.pictures.typesetting import spoken
from jacocalc.saving import save

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of a function at a point.

    ``.svg`` (text), ``.png`` and ``.pdf`` (bytes), ``.save("map.svg")``; ``.alt`` says in words what is seen,
    ``.title`` what it is a picture of.  The same question gives the same bytes.
    """

    kind: str
    caption: Text
    alt: str
    draw: Drawing

    @property
    def title(self) -> str:
        """What it is a picture of, in one line."""
        return spoken(self.caption)

    @cached_property
    def svg(self) -> str:
        """One <svg> element, with a title and a description for those who cannot see it."""
        return svg_text(self.draw, self.title, self.alt)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, 144 dots an inch."""
        return rendered(self.draw, "png")

    @cached_property
    def pdf(self) -> bytes:
        """The picture as PDF."""
        return rendered(self.draw, "pdf")

    def data(self, form: str) -> bytes:
        """The picture as svg (a file of its own), png or pdf."""
        if form == "svg":
            return f'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n{self.svg}'.encode()
        if form not in ("png", "pdf"):
            raise JacocalcError(f"a picture is written as svg, png or pdf, not {form}")
        return self.png if form == "png" else self.pdf

    def save(self, path: str) -> None:
        """Write the picture in the format that the ending says: .svg, .png or .pdf.  Raises JacocalcError."""
        save(path, self.data(format_of(str(path))))

    def block(self) -> FigureBlock:
        """The picture in a page."""
        return FigureBlock(self.svg, self.caption)

    def __eq__(self, other: object) -> bool:
        """The same picture to who sees it and to who hears it."""
        return isinstance(other, Picture) and (
            self is other or (self._said() == other._said() and self.svg == other.svg)
        )

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[str, str, str]:
        return self.kind, self.title, self.alt

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, str]:
        """SVG for a notebook, PNG for what shows no SVG, words for everything else."""
        del include, exclude
        png = base64.b64encode(self.png).decode("ascii")
        return {"image/svg+xml": self.svg, "image/png": png, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Picture, {self.kind}: {self.alt}>"
