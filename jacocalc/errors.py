"""Everything that can go wrong, each with the place where it did.

JacocalcError                what every error of ours is
├── ReadError                the text cannot be read                        exit 2
├── ShapeError               sizes do not fit; both are named               exit 2
├── DomainError              a function is undefined at the point           exit 2
├── NotDifferentiable        defined there, but without a derivative        exit 2
├── MissingExtra             an optional part is not installed              exit 2
├── Undecided                the question could not be settled              exit 3
├── LimitReached             a budget of time, memory or size is spent      exit 3
│   └── TooLarge             the exact result is too long to write out      exit 3
└── RoadsDisagree            two derivations differ: a fault of ours        exit 4
"""

from __future__ import annotations

import difflib
import os
import traceback
from collections.abc import Iterable
from typing import ClassVar
from unicodedata import combining, east_asian_width

_LONGEST = 1_000


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", cutoff: float = 0.6) -> str:
    """A hint for a name that is unknown: what is known and begins so, or is the nearest, or ``otherwise``."""
    words = list(known)
    close = [word for word in words if len(name) > 2 and word.startswith(name)] or nearest(name, words, cutoff)
    return f"did you mean {close[0]}?" if close else otherwise


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Words like a name, the likeliest first: of the same letters, as cos is to cso, then the closest and shortest."""
    words = difflib.get_close_matches(name, list(known), 8, cutoff)
    alike = difflib.SequenceMatcher(b=name)

    def distance(word: str) -> tuple[bool, float, int]:
        alike.set_seq1(word)
        return sorted(word) != sorted(name), -alike.ratio(), len(word)

    return sorted(words, key=distance)


class JacocalcError(Exception):
    """An error with one line of message and, where there is one, the place in the text and a hint."""

    exit_status: ClassVar[int] = 2

    def __init__(self, message: str, *, text: str = "", start: int = 0, end: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.start = start
        self.end = end
        self.hint = hint
        self.added: list[str] = []

    def __str__(self) -> str:
        return self.message

    def add_note(self, note: str) -> None:
        """A note of others, behind ours."""
        self.added.append(note)

    def report(self, width: int = 100) -> str:
        """The message, the line of the text with a caret under the place, and the hint."""
        lines = [f"error: {_on_one_line(self.message)}"]
        if self.text:
            lines += _pointed(self.text, self.start, self.end, width)
        if self.hint:
            lines.append(f"hint: {_on_one_line(self.hint)}")
        return "\n".join(lines)

    @property
    def __notes__(self) -> list[str]:
        """What Python and Jupyter print under the message (PEP 678): the place in the text and the hint."""
        return [*self._own_notes(), *self.added]

    @__notes__.setter
    def __notes__(self, notes: list[str]) -> None:
        self.added = [note for note in notes if note not in self._own_notes()]

    def _own_notes(self) -> list[str]:
        return self.report().split("\n")[1:]

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of a wrong input: the lines that led to it outside of this package, and the report."""
        inside = (os.path.join(os.path.dirname(__file__), ""), os.path.join("IPython", "core"))
        frames = [f for f in traceback.extract_tb(self.__traceback__) if not any(part in f.filename for part in inside)]
        return "".join((*traceback.format_list(frames), *traceback.format_exception_only(self))).splitlines()

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.__dict__))


def _restore(kind: type[JacocalcError], fields: dict[str, object]) -> JacocalcError:
    error = kind(str(fields["message"]))
    error.__dict__.update(fields)
    return error


def _on_one_line(text: str) -> str:
    """What a message quotes may hold new lines and what steers a terminal: they are shown, not done."""
    shown = text if text.isprintable() else "".join(map(_printable, text))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _printable(sign: str) -> str:
    return sign if sign.isprintable() else " " if sign.isspace() else sign.encode("unicode_escape").decode("ascii")


def _pointed(text: str, start: int, end: int, width: int) -> list[str]:
    """The line of the text that holds ``start``, cut to the width, and a caret under it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : last if last >= 0 else len(text)]
    column = start - first
    length = max(1, min(end, first + len(line)) - start)
    left = max(0, min(column - width // 2, len(line) - width))
    shown = "".join(c if c.isprintable() else " " for c in line[left : left + width])
    before, under = shown[: column - left], shown[column - left : column - left + length]
    mark = bool(before and under and combining(under[0]))
    blanks, carets = _columns(before) - mark, max(1, _columns(under) + mark)
    return [f"  {shown}", f"  {' ' * blanks}{'^' * carets}"]


def _columns(text: str) -> int:
    """The columns of a terminal that a text takes: a wide character two, a mark above another none."""
    return sum(0 if combining(sign) else 1 + (east_asian_width(sign) in "WF") for sign in text)


class ReadError(JacocalcError):
    """The text is not in the language that people type."""


class ShapeError(JacocalcError):
    """Sizes do not fit together; the message names both."""


class DomainError(JacocalcError):
    """A function is undefined at the point; the message names the part and the reason."""


class NotDifferentiable(JacocalcError):
    """The function is defined at the point but has no derivative there."""


class MissingExtra(JacocalcError):
    """An optional part is not installed; the message says which to install."""


class Undecided(JacocalcError):
    """The question could not be settled either way; a guess is not given."""

    exit_status = 3


class LimitReached(JacocalcError):
    """A budget of time, memory or size is spent."""

    exit_status = 3


class TooLarge(LimitReached):
    """The exact result is longer than what a page can hold; stages and numbers still work."""


class RoadsDisagree(JacocalcError):
    """Two independent derivations of the same result differ, so nothing is shown: a fault of ours."""

    exit_status = 4

    def _render_traceback_(self) -> list[str]:
        """All lines that led to it."""
        return "".join(traceback.format_exception(self)).splitlines()
