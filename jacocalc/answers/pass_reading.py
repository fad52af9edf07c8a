"""The lines of a backward pass as terms: which gradient a line gives, with the writer's own names inserted.

    delta = (h - y) .* tanh'(z)         a name of one's own: not judged
    dW = delta x' = dz x'               gives dW, by two sides
    z = W x + b                         the forward pass: not judged
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jacocalc.answers.pass_names import GRADIENT, OWN, VALUE, Target, Targets
from jacocalc.derive.matrix.elementwise import without_primes
from jacocalc.errors import JacocalcError, LimitReached, ReadError
from jacocalc.notation import name_key
from jacocalc.options import LIMITS
from jacocalc.program_steps import AdjointOf
from jacocalc.programs import Program
from jacocalc.reading.answer_terms import read_answer_term
from jacocalc.reading.pass_layout import PassLine, pass_lines
from jacocalc.reading.programs import names_of
from jacocalc.reading.term_names import Family, NumberRows
from jacocalc.terms import (
    Adjoint,
    Elementwise,
    Index,
    Shape,
    Term,
    Var,
    parts_of,
    shifted,
    subterms,
    tree_size,
    with_parts,
)


@dataclass(frozen=True)
class GivenLine:
    """A line that gives a gradient: ``shown`` are its sides as read, ``terms`` the same with all names inserted.

    ``numbers``: the matrices of numbers in them.
    """

    name: str
    step: AdjointOf
    given: str
    shown: tuple[Term, ...]
    terms: tuple[Term, ...]
    numbers: Mapping[Term, NumberRows]


@dataclass(frozen=True)
class UnreadLine:
    """A line that does not say a formula; ``step`` where it is known which gradient was meant."""

    line: PassLine
    name: str
    given: str
    error: JacocalcError
    step: AdjointOf | None = None


@dataclass
class _Own:
    """A name of the writer's own: its term, the letter of its loop, and where it was given."""

    term: Term
    letter: str
    line: PassLine
    target: Target
    used: bool = False


class PassReader:
    """Reads one answer.

    ``only``: the one gradient that is asked for, which a formula alone gives; ``numbers``: whether numbers are read.
    """

    def __init__(
        self, program: Program, loss: str, adjoints: Mapping[str, AdjointOf], only: str = "", numbers: bool = False
    ) -> None:  # fmt: skip
        self.adjoints = adjoints
        self.only = only
        self.names = names_of(program, loss)
        self.names.numbers = {} if numbers else None
        self.loss = loss
        self.targets = Targets(program, loss, adjoints, self.names)
        self.functions = {node.function for one in program.formulas for node in subterms(one.term)
                          if isinstance(node, Elementwise)}  # fmt: skip
        self.rectified = {one.variable: one.term.body for one in program.formulas
                          if isinstance(one.term, Elementwise) and one.term.function == "relu"}  # fmt: skip
        self.own: dict[tuple[str, str], _Own] = {}
        self.values: list[str] = []

    def read(self, text: str) -> list[GivenLine | UnreadLine]:
        """The lines that are judged or cannot be read, in their order."""
        lines = pass_lines(text)
        self.names.beside = text
        found = self._read([*lines[:-1], self._alone(lines[-1], lines[:-1])] if lines else lines)
        found += [(own.line.number, self._unknown(own.line)) for own in self.own.values()
                  if own.target.gradient_like and not own.used]  # fmt: skip
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _alone(self, line: PassLine, before: list[PassLine]) -> PassLine:
        """A formula without a name, the last line, is the one gradient that is asked for."""
        given = any(self.targets.of(one.left) == Target(GRADIENT, self.only) for one in before)
        if not self.only or given or (line.sides and line.left):
            return line
        return replace(line, left=f"d{self.only}", sides=line.sides or (line.text,))

    def _read(self, lines: list[PassLine]) -> list[tuple[int, GivenLine | UnreadLine]]:
        """What the lines say; one that cannot be read is read again where a later line has defined a name."""
        found: list[tuple[int, GivenLine | UnreadLine]] = []
        while lines:
            known, again = len(self.own), []
            for line in lines:
                read = list(self._line(line))
                again += [line] if any(isinstance(one, UnreadLine) for one in read) else []
                found += [(line.number, one) for one in read]
            if not again or len(self.own) == known:
                return found
            lines = again
            found = [(number, one) for number, one in found if not isinstance(one, UnreadLine)]
        return found

    def note(self) -> str:
        """What was read and is not judged."""
        own = [own.target.key for own in self.own.values() if own.used or not own.target.gradient_like]
        said = [f"{_listed(names)} {what}" for names, what in ((self.values, "(the forward pass)"),
                (own, "(your own name)" if len(own) == 1 else "(your own names)")) if names]  # fmt: skip
        return f"Not judged: {' and '.join(said)}." if said else ""

    def _line(self, line: PassLine) -> Iterator[GivenLine | UnreadLine]:
        if not line.sides or not line.left:
            yield UnreadLine(line, line.text, line.text, ReadError("a line is dW = formula"))
            return
        target = self.targets.of(line.left)
        if target.kind == GRADIENT:
            yield self._given(line, self.adjoints[target.key], line.sides)
        elif target.kind == VALUE:
            self.values += [target.key] if target.key not in self.values else []
        elif target.kind == OWN:
            yield from self._define(line, target)
        else:
            yield self._unknown(line)

    def _unknown(self, line: PassLine) -> UnreadLine:
        known = ", ".join(f"d{key}" for key in self.adjoints)
        message = f"no gradient is called {line.left}; known are {known}"
        return UnreadLine(line, line.left, " = ".join(line.sides), ReadError(message))

    def _given(self, line: PassLine, step: AdjointOf, sides: tuple[str, ...]) -> GivenLine | UnreadLine:
        """A gradient; a side that is a new name defines it, and one that is the gradient itself says nothing."""
        given = " = ".join(sides)
        try:
            shown: list[Term] = []
            terms: list[Term] = []
            adjoint = Adjoint(self.loss, step.variable)
            for place, side in enumerate(sides):
                if self._names_it(side) and len(sides) > 1:
                    self._remember(line, self.targets.of(side), adjoint)
                    continue
                term = self._term(side, step.variable.shape)
                inserted = self._inserted(term)
                alone = place == len(sides) - 1 and not terms
                if inserted != adjoint or alone:
                    shown.append(term)
                    terms.append(inserted)
            if not terms:
                raise ReadError("no formula stands behind “=”")
        except JacocalcError as error:
            return UnreadLine(line, line.left, given, error, step)
        return GivenLine(line.left, step, given, tuple(shown), tuple(terms), self.names.numbers or {})

    def _names_it(self, side: str) -> bool:
        """Whether a side is a name that has no meaning yet."""
        target = self.targets.of(side)
        new = re.fullmatch(r"\\?[^\W\d]\w*(?:\^\W*\w+\W*)?", side) and self.names.variable(target.key) is None
        return bool(new) and target.kind == OWN and not target.gradient_like and target.key not in ("e", "pi", "I")

    def _define(self, line: PassLine, target: Target) -> Iterator[GivenLine | UnreadLine]:
        """delta = formula; with ``delta = dz = formula`` the line gives dz as well."""
        try:
            term = self._inserted(self._term(line.sides[0]))
            for side in line.sides[1:]:
                self._term(side)
        except JacocalcError as error:
            yield UnreadLine(line, line.left, " = ".join(line.sides), error)
            return
        self._remember(line, target, term)
        step = self.adjoints.get(term.of.key) if isinstance(term, Adjoint) and isinstance(term.of, Var) else None
        if step is not None and len(line.sides) > 1:
            yield self._given(replace(line, left=line.sides[0]), step, line.sides[1:])

    def _remember(self, line: PassLine, target: Target, term: Term) -> None:
        """A name of one's own becomes a variable: plain, of a layer, or one for every step of a loop."""
        stem, _, letter = target.key.rpartition("_")
        name, above = (target.key, target.index) if target.index else (stem, letter) if stem else (target.key, "")
        if above in self.names.loops:
            self.own[name, "loop"] = _Own(term, above, line, target)
            shape = Var(name, term.shape, Index(above))

            def size(index: Index) -> tuple[int | str, int | str]:
                return shifted(shape, above, index).shape

            self.names.families[name_key(name)] = Family(name, size, bool(target.index))
            return
        key = f"{name}_{above}" if above else name
        self.own[key, ""] = _Own(term, "", line, target)
        self.names.variables[name_key(key)] = Var(key, term.shape)
        if target.index:
            self.names.families[name_key(name)] = Family(name, lambda _: term.shape, True)

    # -- formulas -----------------------------------------------------------------------------------

    def _term(self, side: str, shape: Shape | None = None) -> Term:
        """One side as it was written.  Raises ReadError, ShapeError."""
        if not side:
            raise ReadError("no formula stands behind “=”")
        return read_answer_term(_adjoints_in_one_spelling(side, self.loss), self.names, shape)

    def _inserted(self, term: Term) -> Term:
        """All own names and all f′ written out.  Raises LimitReached."""
        if self._size(term) > LIMITS.nodes:
            raise LimitReached(f"the formula has more than {LIMITS.nodes:,} parts when all names are inserted")
        return without_primes(self._without_names(term))

    def _owned(self, node: Term) -> _Own | None:
        if not isinstance(node, Var):
            return None
        return self.own.get((node.key, "")) or (self.own.get((node.name, "loop")) if node.index else None)

    def _size(self, term: Term) -> int:
        own = self._owned(term)
        return tree_size(own.term) if own else 1 + sum(map(self._size, parts_of(term)))

    def _without_names(self, term: Term) -> Term:
        own = self._owned(term)
        if own is not None:
            own.used = True
            assert isinstance(term, Var)
            return shifted(own.term, own.letter, term.index) if own.letter and term.index else own.term
        parts = parts_of(term)
        made = with_parts(term, tuple(map(self._without_names, parts))) if parts else term
        if isinstance(made, Elementwise) and made.function == "step" and isinstance(made.body, Var):
            return replace(made, body=self.rectified.get(made.body, made.body))  # relu(z) > 0 where z > 0
        if isinstance(made, Elementwise) and made.function == "sigma" and "sigma" not in self.functions:
            return replace(made, function=self._activation())
        return made

    def _activation(self) -> str:
        """σ stands for the sigmoid where the program has one."""
        if "sigmoid" in self.functions:
            return "sigmoid"
        known = sorted(self.functions - {"step", "sign"})
        raise ReadError("σ is no function of this program", hint=f"write {known[0]}" if known else "")


def _adjoints_in_one_spelling(side: str, loss: str) -> str:
    """\\frac{\\partial L}{\\partial z}, dL/dz, ∇_z L and, in LaTeX, dz_t as ∂L/∂z."""
    name = rf"(?:\\(?:mathcal|mathrm|mathit)\s*\{{?\s*)?{re.escape(loss)}\s*\}}?"
    small = r"(?:\\partial(?![A-Za-z])|\\mathrm\s*\{\s*d\s*\}|[d∂])\s*"
    side = re.sub(rf"\\[dtc]?frac\s*\{{\s*{small}{name}\s*\}}\s*\{{\s*{small}([^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*)\}}",
                  rf" ∂{loss}/∂\1 ", side)  # fmt: skip
    side = re.sub(rf"(?<![A-Za-z\\])[d∂]{re.escape(loss)}\s*/\s*[d∂](?=[^\W\d]|\\)", f"∂{loss}/∂", side)
    side = re.sub(rf"(?:∇|\\nabla)\s*_\s*\{{?\s*(\w+?)\s*\}}?\s*{name}(?!\w)", rf" ∂{loss}/∂\1 ", side)
    if "\\" in side or "$" in side:
        side = re.sub(r"(?<![A-Za-z\\])d(?=[A-Za-z]_|\\(?:wide)?(?:hat|bar|tilde)|\\math)", f"∂{loss}/∂", side)
    return side


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
