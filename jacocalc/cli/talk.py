"""A conversation in the terminal, or through a pipe: what is said and what is typed."""

from __future__ import annotations

import sys

from jacocalc.cli.output import Output, write
from jacocalc.document import Document
from jacocalc.options import LIMITS


class Talk:
    """What is said and what is typed."""

    def say(self, text: str = "") -> None:
        """One or more lines."""
        write(text + "\n", Output("text"))
        sys.stdout.flush()

    def show(self, page: Document) -> None:
        """A page."""
        write(page, Output("terminal"))
        self.say()

    def ask(self, prompt: str, begun: str = "") -> str:
        """What is typed, over several lines while brackets are open; an empty line ends it.  Raises EOFError.

        ``begun`` stands there already, to be mended.
        """
        text = self._line(prompt, begun)
        while is_open(text) and len(text) <= LIMITS.characters:
            try:
                line = self._line("...> ".rjust(len(prompt)))
            except EOFError:
                break
            if not line.strip():
                break
            text += "\n" + line
        return text

    def _line(self, prompt: str, begun: str = "") -> str:
        if sys.stdin is None:
            raise EOFError
        try:
            return _typed(prompt, begun) if sys.stdin.isatty() else _piped()
        except UnicodeDecodeError:
            self.say("That is not UTF-8 text.")
            return ""


def _typed(prompt: str, begun: str) -> str:
    """With the editing of lines that the terminal offers."""
    try:
        import readline
    except ImportError:
        return input(prompt)
    readline.set_startup_hook(lambda: readline.insert_text(begun))
    try:
        return input(prompt)
    finally:
        readline.set_startup_hook(None)


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


_OPENING, _CLOSING = "([{", ")]}"


def is_open(text: str) -> bool:
    """Whether a bracket or a LaTeX environment is not closed yet."""
    plain = text.replace("\\left.", "").replace("\\right.", "")
    opened = sum(map(plain.count, _OPENING)) > sum(map(plain.count, _CLOSING))
    return opened or plain.count("\\begin{") > plain.count("\\end{")
