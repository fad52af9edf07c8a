"""Document → the terminal, by rich: the lines of the text page in colour, fractions stacked.

In a product of two matrices every row of the left one and every column of the right one has a colour, and so has what
comes from it in the entries of the product; columns are bold, so that they differ from rows without colour too.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from jacocalc.document import Document
from jacocalc.render.text import Row, rows

_STYLES = {
    "source": "dim", "title": "bold underline", "heading": "bold cyan", "key": "bold green", "formula": "",
    "working": "", "prose": "",
    "row 0": "not bold cyan", "row 1": "not bold yellow", "row 2": "not bold bright_blue",
    "row 3": "not bold bright_green", "row 4": "not bold grey70",
    "column 0": "bold magenta", "column 1": "bold dark_orange", "column 2": "bold red",
    "column 3": "bold deep_pink2", "column 4": "bold violet",
}  # fmt: skip


def to_terminal(document: Document, console: Console, unicode: bool = True) -> None:
    """Print the page; the console decides about colour and knows the width."""
    for row in rows(document, min(console.width, 200), unicode):
        console.print(_styled(row), soft_wrap=True)


def _styled(row: Row) -> Text:
    text = Text(row.text, style=_STYLES[row.role])
    for mark in row.marks:
        text.stylize(_STYLES[mark.role], mark.start, mark.end)
    return text
