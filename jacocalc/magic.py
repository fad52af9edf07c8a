"""The command language in a notebook: ``%jacocalc`` and ``%%jacocalc``, which ``%load_ext jacocalc`` adds.

    %jacocalc compose f g --at 1,2            a command, as it stands in a shell after jacocalc
    s = %jacocalc backprop two-layer          its Solution

    %%jacocalc                                commands and definitions, one a line
    f(x, y) = [x^2 + y, 2xy]                  # defines f here, and the function f of the notebook
    jacobian f --at 1,2
    jacobian f --at 3,4

    %%jacocalc compose f g --at 1,2           a command, and below it the functions that it names,
    f(x, y) = [x^2 + y, 2xy]                  the program of backprop, or the answer that check judges
    g(u, v) = u v

A name means what the notebook calls so, a function or a text that defines one or is a program; else what it means on
the command line.  Solutions, verdicts and marks are shown as the notebook shows them, and the last one is returned.
With ``--format`` or ``-o`` a command writes as in a shell.  What is wrong is said as there, and the lines after it do
not run; the notebook goes on.  ``--timeout`` holds where it is typed; ``--memory`` and the questions of ``practice``
belong to a terminal.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jacocalc.cli import run_command
from jacocalc.cli.desk import Desk
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import VectorFunction
from jacocalc.reading.definitions import is_definition, logical_lines
from jacocalc.reading.staged import read_stages
from jacocalc.reading.statements import is_program
from jacocalc.sources import Found

NAME = "jacocalc"
_HERE = "from the notebook"
_COMMAND = re.compile(r"-|[A-Za-z][\w-]*(\s+[^\s=:(]|\s*$)")
_CONTINUED = re.compile(r"(?<!\\)\\\n")
_PROGRAMS = ("backprop", "differential", "code")
_SHEETS = {"--print", "--per-student", "--lint", "--reset", "--help"}
_INTERRUPTED = 130
_WRONG = 1  # the exit status of an answer that is not right: the next line runs all the same


def load(ipython: Any) -> None:
    """Add the magics to a shell."""

    def jacocalc(line: str, cell: str | None = None) -> Any:
        return Cell(ipython).run(line, cell)

    jacocalc.__doc__ = __doc__
    jacocalc._ipython_magic_no_var_expand = True  # type: ignore[attr-defined]  # {x} and $x$ are mathematics here
    ipython.register_magic_function(jacocalc, "line_cell", NAME)


def unload(ipython: Any) -> None:
    """Take the magics away again."""
    for kind in ("line", "cell"):
        ipython.magics_manager.magics[kind].pop(NAME, None)


class Cell:
    """One use of the magic: the lines run in order, each result is shown before the next line, the last returned."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.result: Any = None
        self.defined: list[Any] = []

    def run(self, line: str, cell: str | None) -> Any:
        """The last result, or function where nothing is asked; None where the last line wrote or could not be read."""
        try:
            if cell is None or line.split():
                self._headed(line or "--help", cell or "")
            else:
                self._lines(cell)
        except JacocalcError as error:
            print(error.report(), file=sys.stderr)
        if self.result is None:
            for function in self.defined:
                self._take(function)
        return self.result

    def _headed(self, line: str, body: str) -> None:
        """A line, with what it speaks of below it."""
        if not _is_command(line):
            self._lines(f"{line}\n{body}")
            return
        words = _words(line) or ["--help"]
        if "--help" not in words and words[:1] == ["check"] and body.strip():
            words.append(body.strip())
        elif words[0] in _PROGRAMS and is_program(body):
            words.append(body)
        else:
            self._definitions(body)
        self._command(words)

    def _definitions(self, body: str) -> None:
        for _, text in logical_lines(body):
            if _is_command(text):
                raise ReadError(
                    "a command stands in the first line of the cell, so definitions are expected below", text=text,
                    end=len(text), hint="leave the first line empty after %%jacocalc to give several commands",
                )  # fmt: skip
            self._define(text)

    def _lines(self, body: str) -> None:
        """Commands and definitions; the first that cannot be done is the last."""
        for _, text in logical_lines(_CONTINUED.sub(" ", body)):
            if not _is_command(text):
                self._define(text)
            elif self._command(_words(text)) > _WRONG:
                break

    # -- one line -----------------------------------------------------------------------------------

    def _define(self, text: str) -> None:
        """Like an assignment: f is the function from here on, in the cell and in the notebook."""
        from jacocalc.given_functions import function

        known = {name: stages[0].function for name, stages in self._at_hand().items() if len(stages) == 1}
        stages = read_stages(text, known)
        made = function.of(stages)
        self.shell.user_ns[stages[-1].name] = made
        self.defined.append(made)

    def _command(self, words: list[str]) -> int:
        """The exit status; the result, if there is one, is taken."""
        _refuse(words)
        self._show()
        self.defined = []
        words = [_program_text(self.shell.user_ns.get(word)) or word for word in words]
        at_hand = self._at_hand(words)
        symbols = {name: one for word in words for name, one in _symbols(self.shell.user_ns.get(word)).items()}
        status = run_command(words, Desk(self._take, at_hand, symbols))
        if status == _INTERRUPTED:
            raise KeyboardInterrupt
        return status

    def _take(self, result: Any) -> None:
        self._show()
        self.result = result

    def _show(self) -> None:
        """What came before is shown before what comes next."""
        if self.result is not None:
            data, metadata = self.shell.display_formatter.format(self.result)
            self.shell.display_pub.publish(data=data, metadata=metadata)
        self.result = None

    def _at_hand(self, words: Sequence[str] = ()) -> dict[str, list[Found]]:
        """The functions of the notebook by name; of its texts those that the words name."""
        names: Mapping[str, Any] = self.shell.user_ns
        listed = {name: list(_stages(value)) for name, value in names.items() if not name.startswith("_")}
        for word in words:
            text = names.get(word)
            if isinstance(text, str) and is_definition(text) and not is_program(text):
                listed[word] = list(read_stages(text))
        return {name: [Found(stage, _HERE) for stage in stages] for name, stages in listed.items() if stages}


def _stages(value: Any) -> Iterator[VectorFunction]:
    """The stages of a function; nothing of anything else."""
    if isinstance(value, VectorFunction):
        yield value
    elif type(value).__module__ == "jacocalc.given_functions":
        yield from value.stages


def _symbols(value: Any) -> Mapping[str, Any]:
    """The SymPy symbols that a function was made with."""
    found: Mapping[str, Any] = getattr(value, "symbols", {}) if any(_stages(value)) else {}
    return found


def _program_text(value: Any) -> str:
    return value if isinstance(value, str) and is_program(value) else ""


def _is_command(line: str) -> bool:
    """``jacobian f``, ``--help``; not f(x) = …, f = …, f: R^2 -> R."""
    return _COMMAND.match(line.strip()) is not None


def _words(line: str) -> list[str]:
    """The words of a line as a shell cuts them.  Raises ReadError."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        place = max(line.rfind('"'), line.rfind("'"), 0)
        raise ReadError("a quotation mark is never closed", text=line, start=place, end=place + 1,
                        hint='definitions stand in quotation marks: "f(x) = x^2"') from None  # fmt: skip
    return words[1:] if words[:1] == [NAME] else words


def _refuse(words: Sequence[str]) -> None:
    """Raise JacocalcError for what belongs to a terminal."""
    options = {word.partition("=")[0] for word in words}
    if options & {"--install-completion", "--show-completion"}:
        raise JacocalcError("completion is for shells; a notebook completes by itself")
    if "--memory" in options:
        raise JacocalcError("--memory belongs to the command line; a notebook has the memory of its kernel")
    if words[:1] == ["practice"] and len(words) > 1 and not options & _SHEETS:
        hint = "%%jacocalc check NAME judges the answer below it; --print 3 writes a sheet"
        raise JacocalcError("practice asks its questions in a terminal", hint=hint)
