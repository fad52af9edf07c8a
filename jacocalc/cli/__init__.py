"""The command line: parse, call api, print."""

from __future__ import annotations

from jacocalc.cli.program import main, run_command

__all__ = ["main", "run_command"]
