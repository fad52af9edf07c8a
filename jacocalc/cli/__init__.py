"""The command line: parse, call api, print."""

from __future__ import annotations

from jacocalc.cli.program import main

__all__ = ["main"]
