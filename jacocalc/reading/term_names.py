"""What names mean while a program is read: variables, families with an index (h_t, W^(l)), sizes, loops, functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

from jacocalc.notation import name_key
from jacocalc.terms import Index, Shape, Term, Var, index_of, indexed_size, parts_of, stem_and_index

NumberRows = tuple[tuple[tuple[Fraction, Fraction], ...], ...]  # of entries: the number, and how far it is rounded


@dataclass
class Family:
    """A variable with an index: its name, the shape at an index, and which way the index is written."""

    name: str
    shape: Callable[[Index], Shape]
    layered: bool = False
    facts: tuple[str, ...] = ()

    def at(self, index: Index) -> Var:
        """The variable at an index."""
        return Var(self.name, self.shape(index), index, self.layered, self.facts)


@dataclass
class Names:
    """What names mean in a program: variables and families by key, sizes, loop letters, generic functions.

    ``adjoints``: the loss whose adjoints dL_dW, dW may occur; ``differentials``: whether dW is a small change.
    ``loops``: the letters of all loops with their bounds; ``begins``: the first step of each family that a loop
    computes, by its name.  ``verbatim``: names stand as they are written, and
    nothing is widened (our own notation is read back).  ``numbers``: the matrices of numbers that were read, by the
    variables that stand for them; None where there is no place for numbers.  ``called``: the (x, A) of names that were
    computed as f(x, A).  ``entrywise``: 1 + X of a square X is entry by entry, and so are signs, as in NumPy.
    ``columns``: vectors with two axes, as x: n x 1 says; ``widened``: those to which the text gave the second one, by
    keepdims=True or [:, None].  ``beside``: the other lines, which may say that NumPy is written.
    """

    variables: dict[str, Var] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    sizes: set[str] = field(default_factory=set)
    letters: dict[str, Index] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    adjoints: str = ""
    differentials: bool = False
    verbatim: bool = False
    loops: Mapping[str, str] = field(default_factory=dict)
    begins: dict[str, int] = field(default_factory=dict)
    numbers: dict[Term, NumberRows] | None = None
    called: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entrywise: bool = False
    columns: set[Term] = field(default_factory=set)
    widened: set[Term] = field(default_factory=set)
    beside: str = ""

    def is_column(self, vector: Term) -> bool:
        """Whether a vector is n×1 also in NumPy, where others have one axis."""
        return _is_made_of(vector, self.columns | self.widened)

    def is_widened(self, vector: Term) -> bool:
        """Whether a vector has two axes in NumPy because the text says so."""
        return _is_made_of(vector, self.widened)

    def note(self, text: str) -> None:
        """Remember how something was read, once."""
        if text not in self.notes:
            self.notes.append(text)

    @contextmanager
    def meaning(self, letter: str, index: Index) -> Iterator[None]:
        """Inside, the letter stands for an index; behind, for what it stood for before."""
        outside = self.letters.get(letter)
        self.letters[letter] = index
        try:
            yield
        finally:
            self.letters.pop(letter)
            if outside is not None:
                self.letters[letter] = outside

    def index(self, text: str) -> Index | None:
        """t, t-1, T, 3 as the index of a variable, letters of written-out loops replaced by their number."""
        try:
            found = index_of(text)
        except ValueError:
            return None
        bound = self.letters.get(found.letter)
        if bound is not None:
            return Index(bound.letter, bound.offset + found.offset)
        return found if not found.letter or found.letter in self.sizes else None

    def size(self, text: str) -> str | None:
        """n, n_{l-1}; where n_l is a size of layers also n_{l+1}, n_1 and n_N, and 2 in place of an l that is 2."""
        stem, _, index = text.partition("_")
        written = text if not index or index.isalnum() else f"{stem}_{{{index}}}"
        layered = (inner for one, inner in map(stem_and_index, self.sizes) if one == stem and inner is not None)
        at = self.index(index) if any(inner.letter in self.loops for inner in layered) else None
        return indexed_size(stem, at) if at is not None else written if written in self.sizes else None

    def variable(self, name: str) -> Var | None:
        """The variable of this name, W or h_t or h_{t-1}."""
        plain = self.variables.get(name_key(name))
        if plain is not None and (name not in self.letters):
            return plain
        stem, _, text = name.rpartition("_")
        if not stem:
            match = re.fullmatch(r"([A-Za-z]+?)(\d+)", name)
            if match is None:
                return None
            stem, text = match[1], match[2]
        return self.member(stem, text)

    def member(self, stem: str, text: str) -> Var | None:
        """The member of a family: h at t-1."""
        index = self.index(text)
        if index is None:
            return None
        known = self.variables.get(name_key(f"{stem}_{index}"))
        family = self.families.get(name_key(stem))
        return known if known is not None else family.at(index) if family is not None else None


def _is_made_of(vector: Term, columns: set[Term]) -> bool:
    """Whether one of the columns is a vector, or a part of it that is a vector."""
    parts = (part for part in parts_of(vector) if part.shape[1] == 1 and not part.is_scalar)
    return vector in columns or any(_is_made_of(part, columns) for part in parts)
