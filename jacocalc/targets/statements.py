"""Lines of a pass → lines of code, in any language that has loops and lists: the language is a table of templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jacocalc.errors import JacocalcError
from jacocalc.functions import Size
from jacocalc.targets.expressions import Expressions
from jacocalc.targets.forms import Forms, Piece, applied
from jacocalc.targets.identifiers import Identifiers
from jacocalc.targets.layout import INDENT
from jacocalc.targets.lines import Add, Choice, Each, Let, Line, Settle, Start, Target, targets_of, terms_of
from jacocalc.targets.plan import Family, families_in, family_of, variable_of
from jacocalc.terms import Adjoint, Index, Var, Zeros, at_a_step, shifted, subterms


@dataclass(frozen=True)
class Syntax:
    """The statements of a language; ``based`` is the first index of its lists, ``end`` closes blocks."""

    let: str
    add: str
    upwards: str
    downwards: str
    last: str
    otherwise: str
    end: str
    room: str
    started: str
    settle: str
    element: str
    based: int
    flat: bool


class Code:
    """The code of one function: its statements, and which sizes and helpers they need."""

    def __init__(self, identifiers: Identifiers, forms: Forms, syntax: Syntax) -> None:
        self.identifiers = identifiers
        self.forms = forms
        self.syntax = syntax
        self.sizes: dict[str, str] = {}
        self.expressions = Expressions(
            forms, identifiers.of, self.size, self._generic, syntax.flat, self._like(), {},
        )  # fmt: skip

    # -- statements ---------------------------------------------------------------------------------

    def block(self, lines: Iterable[Line], depth: int = 1) -> list[str]:
        """The statements of a pass, lists being made before they are filled."""
        listed = list(lines)
        made: list[str] = []
        roomy: set[str] = set()
        for place, line in enumerate(listed):
            if depth == 1:
                for target in targets_of(line):
                    if self.identifiers.is_family(target) and self.identifiers.whole(target) not in roomy:
                        roomy.add(self.identifiers.whole(target))
                        made.append(INDENT * depth + self._room(target, listed[place:]))
            made += self._line(line, depth)
        return made

    def _line(self, line: Line, depth: int) -> Iterator[str]:
        pad, syntax = INDENT * depth, self.syntax
        match line:
            case Let(target, term):
                yield pad + syntax.let.format(self.identifiers.of(target), self.expressions.text(term))
            case Start(target):
                yield pad + syntax.let.format(self.identifiers.of(target), self._zero(target))
            case Add(target, term):
                yield pad + syntax.add.format(self.identifiers.of(target), self.expressions.text(term))
            case Settle(target, term):
                start = self.expressions.text(Zeros(target.shape))
                start = "0.0" if target.is_scalar else start
                yield pad + syntax.settle.format(self.identifiers.of(target), self.expressions.text(term), start)
                self.expressions.helpers["fixed_point"] = None
            case Choice(target, letter, last, at_last, otherwise):
                yield pad + syntax.last.format(self.identifiers.letters[letter], self.index(last))
                yield from self._line(Let(target, at_last), depth + 1)
                yield pad + syntax.otherwise
                yield from self._line(Let(target, otherwise), depth + 1)
                yield from self._end(pad)
            case Each(letter, first, last, body, backwards):
                head = syntax.downwards if backwards else syntax.upwards
                around = Index(first.letter, first.offset - 1), first, last, Index(last.letter, last.offset + 1)
                names = dict(zip(("before", "first", "last", "after"), map(self.index, around), strict=True))
                yield pad + head.format(letter=self.identifiers.letters[letter], **names)
                yield from self.block(body, depth + 1)
                yield from self._end(pad)
            case _:
                raise TypeError(f"no statement for {type(line).__name__}")

    def _end(self, pad: str) -> Iterator[str]:
        if self.syntax.end:
            yield pad + self.syntax.end

    def _zero(self, target: Target) -> str:
        var = variable_of(target)
        if var.is_scalar:
            return "0.0"
        if isinstance(target, Adjoint) and var in self.identifiers.plan.program.declared:
            return applied(self.forms["zeros_like"], (Piece(self.identifiers.of(var)),))[0]
        return self.expressions.text(Zeros(var.shape))

    def _room(self, target: Target, rest: list[Line]) -> str:
        """A list for all steps of a family, with its first value where that is given."""
        name = self.identifiers.whole(target)
        var = variable_of(target)
        loops = [line for line in rest if isinstance(line, Each)]
        own = [line.last for line in loops if any(self.identifiers.whole(t) == name for t in targets_of(line))]
        last = [*own, *(loop.last for loop in self.identifiers.plan.program.loops)][0]
        base = self.identifiers.base(var.name)
        given = {p.var.index.offset: p.name for p in self.identifiers.parameters
                 if p.var.name == var.name and p.var.index and not p.family}  # fmt: skip
        if not given or isinstance(target, Adjoint):
            return self.syntax.room.format(name, self.index(Index(last.letter, last.offset + 1 - base)))
        top = max(given)
        left = self.index(Index(last.letter, last.offset - top))
        begun = ", ".join(given.get(step, "None") for step in range(base, top + 1))
        return self.syntax.started.format(name, begun, f"({left})" if top else left)

    # -- sizes --------------------------------------------------------------------------------------

    def index(self, index: Index) -> str:
        """A bound of a loop; the symbol at its end becomes known to the function."""
        if index.letter and index.letter in self.identifiers.plan.program.ends:
            self.size(index.letter)
        return self.identifiers.index(index)

    def _generic(self, function: str, order: int) -> str:
        return next(g.name for g in self.identifiers.generic if (g.function, g.order) == (function, order))

    def _like(self) -> str:
        """An argument that is no list, or the first member of one."""
        for parameter in self.identifiers.parameters:
            if not parameter.family:
                return parameter.name
        return next((self._first_member(p.var) for p in self.identifiers.parameters), "")

    def _first_member(self, var: Var) -> str:
        loop = self.identifiers.plan.program.loop_of(var)
        return self.identifiers.of(shifted(var, loop.letter, loop.first))

    def size(self, size: Size) -> str:
        """A size as a number: 3, n, m * n, or inside a loop W[l].shape[0]."""
        if isinstance(size, int):
            return str(size)
        if "·" in size:
            return " * ".join(self.size(int(part) if part.isdigit() else part) for part in size.split("·"))
        if size in self.identifiers.plan.program.ends:
            self.sizes.setdefault(size, self.identifiers.letters[size])
            return self.sizes[size]
        if size in self.sizes:
            return self.sizes[size]
        if not at_a_step(size, self.identifiers.plan.program.letters) and self._measured(size):
            self.sizes[size] = size_name(self.identifiers, size)
            return self.sizes[size]
        return self._at_step(size)

    def _measured(self, size: str) -> str:
        """The size of an argument: x.shape[0]."""
        for parameter in self.identifiers.parameters:
            if size in parameter.var.shape:
                name = self._first_member(parameter.var) if parameter.family else parameter.name
                return self._extent(name, parameter.var, parameter.var.shape.index(size))
        return ""

    def _extent(self, name: str, var: Var, axis: int) -> str:
        axis = 0 if self.syntax.flat and 1 in var.shape else axis
        return applied(self.forms["size"], (Piece(name), Piece(str(axis + self.syntax.based))))[0]

    def _at_step(self, size: str) -> str:
        """n_l as the size of W[l]."""
        for var in self.identifiers.plan.program.declared:
            if var.index is None or not var.index.letter:
                continue
            loop = self.identifiers.plan.program.loop_of(var)
            steps = [Index(loop.letter, offset) for offset in (0, 1, -1)] + [loop.first, loop.last]
            for moved in (shifted(var, loop.letter, step) for step in steps):
                if size in moved.shape:
                    return self._extent(self.identifiers.of(moved), moved, moved.shape.index(size))
        raise JacocalcError(f"no argument has the size {size}, so the code cannot know it")

    def bindings(self) -> Iterator[str]:
        """n = x.shape[0] for every size that was used; the end of a loop is counted, or an argument."""
        for size, name in self.sizes.items():
            found = self.counted(size) if size in self.identifiers.plan.program.ends else self._measured(size)
            if found:
                yield INDENT + self.syntax.let.format(name, found)

    def counted(self, end: str) -> str:
        """T as the length of a list that is given; nothing where none is."""
        letters = {loop.letter for loop in self.identifiers.plan.program.loops if loop.last == Index(end)}
        for parameter in self.identifiers.parameters:
            index = parameter.var.index
            if parameter.family and index is not None and index.letter in letters:
                name = self.identifiers.names[family_of(parameter.var, self.identifiers.looped)]
                less = 1 - self.identifiers.base(parameter.var.name)
                return applied(self.forms["count"], (Piece(name),))[0] + (f" - {less}" if less else "")
        return ""


def size_name(identifiers: Identifiers, size: str) -> str:
    """The name of a size, the same in every function."""
    key = (False, f"size of {size}", "")
    if key not in identifiers.names:
        identifiers.names[key] = identifiers.free(size)
    return identifiers.names[key]


def read_values(lines: Iterable[Line], identifiers: Identifiers, made: Iterable[Line]) -> list[str]:
    """The names of what lines read and earlier lines made, in the order in which it was made."""
    read: set[Family] = {f for line in lines for term in terms_of(line) for f in families_in(term, identifiers.looped)}
    found = [target for line in made for target in targets_of(line) if family_of(target, identifiers.looped) in read]
    return list(dict.fromkeys(identifiers.whole(target) for target in found))


def calls_generic(lines: Iterable[Line], identifiers: Identifiers) -> list[str]:
    """The generic functions that lines call."""
    parts = {node for line in lines for term in terms_of(line) for node in subterms(term)}
    called = {(getattr(node, "function", ""), getattr(node, "order", -1)) for node in parts}
    return [one.name for one in identifiers.generic if (one.function, one.order) in called]
