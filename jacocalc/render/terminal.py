"""Document → the terminal, by rich: the lines of the text page in colour, fractions stacked."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from jacocalc.document import Document
from jacocalc.render.text import rows

_STYLES = {
    "source": "dim", "title": "bold underline", "heading": "bold cyan", "key": "bold green", "formula": "",
    "working": "", "prose": "",
}  # fmt: skip


def to_terminal(document: Document, console: Console, unicode: bool = True) -> None:
    """Print the page; the console decides about colour and knows the width."""
    for row in rows(document, min(console.width, 200), unicode):
        console.print(Text(row.text, style=_STYLES[row.role]), soft_wrap=True)
