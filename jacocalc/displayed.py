"""How a value shows itself in a notebook: the door through which data reach the room that draws them.

``jacocalc.notebooks`` lies above everything that is shown, so it is loaded by name when a notebook asks, never when a
value is made.
"""

from __future__ import annotations

from collections.abc import Container
from importlib import import_module
from typing import Any


class Displayed:
    """HTML, LaTeX and plain text for Jupyter, VS Code, Colab and whatever else speaks of MIME types."""

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Each form that is wanted, by its MIME type."""
        return _room().mimebundle(self, include, exclude)  # type: ignore[no-any-return]

    def _repr_html_(self) -> str:
        return _room().to_html(self)  # type: ignore[no-any-return]

    def _repr_latex_(self) -> str | None:
        return _room().to_latex(self)  # type: ignore[no-any-return]

    def __dir__(self) -> list[str]:
        """What completion offers: the public names."""
        return sorted(name for name in super().__dir__() if not name.startswith("_"))


def _room() -> Any:
    return import_module("jacocalc.notebooks")
