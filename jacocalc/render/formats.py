"""The formats of a page; only those that are asked for are loaded."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from jacocalc.document import Document

_WRITERS = {
    "text": "text:to_text", "latex": "latex:to_latex", "beamer": "latex:to_beamer", "formula": "latex:latex",
    "markdown": "markdown:to_markdown", "html": "html:to_html", "pdf": "pdf:to_pdf", "speech": "speech:to_speech",
    "dot": "dot:to_dot", "mermaid": "mermaid:to_mermaid", "animation": "animation:to_animation",
}  # fmt: skip


def writer(form: str) -> Callable[..., Any]:
    """What writes in this format."""
    room, _, name = _WRITERS[form].partition(":")
    found: Callable[..., Any] = getattr(import_module(f"jacocalc.render.{room}"), name)
    return found


def written(document: Document, form: str, standalone: bool) -> str | bytes | Document:
    """A page in a format; the Document itself for those that depend on where it is shown."""
    if form.startswith("pdf"):
        return bytes(writer("pdf")(document, form[4:]))
    if form in ("latex", "beamer"):
        return str(writer(form)(document, standalone))
    return document if form in ("terminal", "text") else str(writer(form)(document))
