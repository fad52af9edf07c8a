"""A job → straight-line statements in a language: every shared part once, in the order of the schedule.

    v1 = x * y
    v2 = np.exp(v1)

What is used once stands inside the line that uses it, so long as the line stays short; the order of the operations, and
with it every rounding, is that of the tape.  What depends on no input is a number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from jacocalc.compiled.code.languages import DOMAINS, Language
from jacocalc.compiled.failures import values_at
from jacocalc.compiled.kernels import Job, constant
from jacocalc.compiled.schedule import FREE
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.fields import Balls, Unsettled, precision
from jacocalc.evaluate.tape import Node, Rational, Tape, compared_in
from jacocalc.known_functions import KNOWN, ORDERED
from jacocalc.programs import Program
from jacocalc.targets.forms import ATOM, POWER, PRODUCT, SIGNED, SUM, Form, Piece, applied
from jacocalc.targets.identifiers import Identifiers
from jacocalc.targets.lines import Plan
from jacocalc.terms import Var

_LONGEST, _LONGEST_ENTRY = 48, 80  # signs of a part that stands inside another line, of one that is an entry
_EXACT = 1 << 53
_BITS = 200
_RECENT = 20  # lines among which the same formula is looked for: max(a, b) as the head of max(a, b, c)
_PREFIXES = ("v", "w", "t", "v_", "w_", "t_")


@dataclass(frozen=True)
class Lines:
    """``statements``: (name, formula); ``entries``: position → formula of all entries that are not 0.

    ``used``: the inputs, by number, that occur; ``helpers``: the functions that are called.
    """

    statements: tuple[tuple[str, str], ...]
    entries: Mapping[int, str]
    used: frozenset[int]
    helpers: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The names of a file: those of the inputs and then of the parameters, and what intermediate values begin with."""

    inputs: tuple[str, ...]
    prefix: str


def free_names(reserved: frozenset[str]) -> Identifiers:
    """Names that a language allows, by the rules for programs."""
    nothing = Plan(Program((), ()), Var("L", (1, 1)), (), (), ())
    return Identifiers(nothing, reserved, "{0}", 0)


def prefix_of(names: Sequence[str]) -> str:
    """The first letter that no name has with a number behind it: v for v1, v2, …"""
    taken = {name.rstrip("_0123456789") for name in names} | {name.rstrip("0123456789") for name in names}
    return next((prefix for prefix in _PREFIXES if prefix not in taken), "jacocalc_v")


def literal(value: Rational | float, language: Language) -> Piece:
    """3.0, 0.5, 1.0/3.0: the double nearest to the number, whichever language reads it."""
    number = float(value)
    if not math.isfinite(number):
        text = language.nan if math.isnan(number) else language.infinity
        return Piece(text) if number > 0 or math.isnan(number) else Piece(f"-{text}", SIGNED)
    text = repr(number)
    if not isinstance(value, float) and Fraction(text) != value:
        top, bottom = Fraction(value).as_integer_ratio()
        if max(abs(top), bottom) < _EXACT:
            return Piece(f"{float(top)!r}/{float(bottom)!r}", PRODUCT)
    return Piece(text, SIGNED if text.startswith("-") else ATOM)


def lines_of(job: Job, language: Language, names: Names, branching: bool) -> Lines:
    """The statements and entries of a job; ``branching``: the function has branches that need not be defined."""
    return _Writer(job, language, names, branching).lines()


def has_branches(job: Job) -> bool:
    """Whether a condition chooses between formulas, of which those not chosen may have no value."""
    tape = job.schedule.tape
    choices = (node for node in job.schedule.order if tape.names[node] == "select")
    values = (part for node in choices for part in tape.arguments[node][: tape.payloads[node][1]])
    return any(tape.names[part] not in FREE for part in values)


class _Writer:
    def __init__(self, job: Job, language: Language, names: Names, branching: bool) -> None:
        self.job = job
        self.tape: Tape = job.schedule.tape
        self.language = language
        self.names = names
        self.closed = self._closed()
        self.order = [node for node in job.schedule.order if node not in self.closed]
        self.branching = branching
        self.uses = Counter(part for node in self.order for part in self._occurring(node))
        self.uses.update(job.schedule.results)
        named = (part for node in self.order if self._key(node) in language.named for part in self.tape.arguments[node])
        self.apart = set(named)
        self.pieces: dict[Node, Piece] = {}
        self.statements: list[tuple[str, str]] = []
        self.helpers: dict[str, None] = {}

    def _closed(self) -> set[Node]:
        """The nodes that depend on no input."""
        found: set[Node] = set()
        wanted = [*self.job.schedule.results, *self.job.constants.values()]
        for node in self.tape.needed(wanted):
            if self.tape.names[node] != "input" and all(part in found for part in self.tape.arguments[node]):
                found.add(node)
        return found

    def _occurring(self, node: Node) -> Sequence[Node]:
        """The parts of a node as often as its formula has them."""
        arguments = self.tape.arguments[node]
        if self.tape.names[node] != "select":
            return arguments
        conditions, count = self.tape.payloads[node]
        return [*arguments[:count], *(part for condition in conditions for part in compared_in(condition))]

    def _key(self, node: Node) -> str:
        name = self.tape.names[node]
        return str(self.tape.payloads[node]) if name == "call" else name

    def lines(self) -> Lines:
        """All of them."""
        results = set(self.job.schedule.results)
        for node in self.order:
            piece = self._written(node)
            longest = _LONGEST_ENTRY if node in results else _LONGEST
            apart = self.uses[node] > 1 or node in self.apart or piece.strength == 0 or len(piece.text) > longest
            self.pieces[node] = self._apart(piece) if apart or self._key(node) == "select" else piece
        found = dict(zip(self.job.positions, self.job.schedule.results, strict=True)) | dict(self.job.constants)
        entries = {position: self._piece(node).text for position, node in sorted(found.items()) if not self._zero(node)}
        read = {part for node in self.order for part in self.tape.arguments[node]} | set(found.values())
        used = frozenset(self.tape.payloads[node] for node in read if self.tape.names[node] == "input")
        return Lines(tuple(self.statements), entries, used, tuple(self.helpers))

    def _apart(self, piece: Piece) -> Piece:
        """The name of a formula, which gets a line of its own unless it has one."""
        for name, text in self.statements[-_RECENT:]:
            if text == piece.text:
                return Piece(name)
        name = f"{self.names.prefix}{len(self.statements) + 1}"
        self.statements.append((name, piece.text))
        return Piece(name)

    def _zero(self, node: Node) -> bool:
        return self.tape.numbers.get(node) == 0

    # -- operands -----------------------------------------------------------------------------------

    def _piece(self, node: Node) -> Piece:
        if node not in self.pieces:
            if self.tape.names[node] == "input":
                self.pieces[node] = Piece(self.names.inputs[self.tape.payloads[node]])
            else:
                self.pieces[node] = self._number(node)
        return self.pieces[node]

    def _number(self, node: Node) -> Piece:
        """A closed node: as it stands where it is a number, else its value, right to the last digit."""
        name = self.tape.names[node]
        if name == "number":
            constant(self.tape, node, np.dtype(np.float64))
            return literal(self.tape.numbers[node], self.language)
        if name == "constant" and self.tape.payloads[node] == "pi":
            return Piece(self.language.pi)
        try:
            with precision(_BITS):
                value = float(self.tape.evaluate([node], [], Balls())[0].mid())
        except (Unsettled, ZeroDivisionError, ValueError, OverflowError, JacocalcError):
            value = self._doubles[node]
        return literal(value, self.language)

    @cached_property
    def _doubles(self) -> dict[Node, float]:
        """The closed nodes as the kernels compute them."""
        schedule = replace(self.job.schedule, results=tuple(sorted(self.closed)))
        found = values_at(replace(self.job, schedule=schedule), np.ones(self.job.inputs))
        return {node: float(found[node]) for node in self.closed}

    def _tensor(self, node: Node) -> Piece:
        """A number as an array of the batch shape."""
        piece = self._piece(node)
        if node not in self.closed:
            return piece
        if self._zero(node):
            return Piece("zero")
        return Piece(f"zero - {piece.text[1:]}" if piece.text.startswith("-") else f"zero + {piece.text}", SUM)

    # -- operations ---------------------------------------------------------------------------------

    def _written(self, node: Node) -> Piece:
        key, arguments = self._key(node), self.tape.arguments[node]
        if key == "select":
            return self._select(node)
        operand = self._tensor if key in self.language.arrays else self._piece
        operands = tuple(operand(part) for part in arguments)
        if len(operands) <= 2:
            return self._applied(key, operands)
        found = operands[0]
        for place, one in enumerate(operands[1:], 1):
            found = self._applied(key, (found, one))
            if key in self.language.named and place < len(operands) - 1:
                found = self._apart(found)
        return found

    def _applied(self, key: str, operands: tuple[Piece, ...]) -> Piece:
        form = self.language.forms.get(key)
        if form is None:
            raise JacocalcError(f"the {KNOWN[key].title} has no code in {self.language.title}")
        if key in ORDERED:
            operands = (Piece(operands[0].text.removesuffix(".0")), *operands[1:])
        if self.branching and self.language.guard and key in DOMAINS:
            name = guard_name(key, self.language)
            self.helpers[name] = None
            form = Form(f"{name}({{0}}, {{1}})" if key == "raise" else f"{name}({{0}})")
        if form.helper:
            self.helpers[form.helper] = None
        if key in self.language.named:
            operands = operands[::-1] if operands[0].text[0].isdigit() else operands
            operands = tuple(p if p.strength in (POWER, ATOM) else Piece(f"({p.text})") for p in operands)
        return Piece(*applied(form, operands))

    def _select(self, node: Node) -> Piece:
        """where(first condition, value, where(…)), NaN where none holds and nothing else is said."""
        conditions, count = self.tape.payloads[node]
        values = self.tape.arguments[node][:count]
        otherwise = values[-1] if count > len(conditions) else None
        found = Piece(self.language.nan) if otherwise is None else self._piece(otherwise)
        plain = otherwise is None or otherwise in self.closed
        form = self.language.forms["select"]
        if form.helper:
            self.helpers[form.helper] = None
        for condition, value in reversed(list(zip(conditions, values, strict=False))):
            piece = self._tensor(value) if plain and "select" in self.language.arrays else self._piece(value)
            plain = False
            found = self._apart(found) if len(found.text) > _LONGEST else found
            found = Piece(form.template.format(self._condition(condition), piece.text, found.text), form.strength)
        return found

    def _condition(self, condition: tuple[object, ...]) -> str:
        if condition[0] == "compare":
            compared = compared_in(condition)
            closed = all(part in self.closed for part in compared) and "compare" in self.language.arrays
            left, right = (self._tensor(part) if closed else self._piece(part) for part in compared)
            relation = str(condition[1])
            return f"{left.text} {self.language.relations.get(relation, relation)} {right.text}"
        parts = [self._condition(part) for part in condition[1:]]  # type: ignore[arg-type]
        word = f" {self.language.forms[str(condition[0])].template} "
        return parts[0] if len(parts) == 1 else word.join(f"({part})" for part in parts)


def guard_name(key: str, language: Language) -> str:
    """sqrt_or_nan"""
    word = "power" if key == "raise" else language.forms[key].template.partition("(")[0]
    return f"{word}_or_nan"


def guards(language: Language) -> dict[str, str]:
    """The definitions of all guarded functions, by their names."""
    found = {}
    for key, inside in DOMAINS.items():
        arguments = "u, v" if key == "raise" else "u"
        call = language.forms[key].template.format("u", "v")
        name = guard_name(key, language)
        found[name] = language.guard.format(name=name, arguments=arguments, inside=inside, call=call)
    return found
