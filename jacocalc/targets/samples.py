"""Small sizes and ranges for the random inputs of a check, in the names of a language."""

from __future__ import annotations

from collections.abc import Iterator

from jacocalc.functions import Size
from jacocalc.programs import Assignment, small_ends, small_layer_size
from jacocalc.targets.identifiers import Identifiers
from jacocalc.targets.lines import Plan
from jacocalc.targets.statements import size_name
from jacocalc.terms import Var, at_a_step, stem_and_index

# The functions that give an input its properties, in the order in which they are applied.
_FACTS_IN_ORDER = {
    "positive": "positive", "sums to 1": "summing_to_1", "rows sum to 1": "rows_summing_to_1",
    "columns sum to 1": "columns_summing_to_1", "symmetric": "symmetric", "invertible": "invertible",
}  # fmt: skip


def drawn_facts(var: Var) -> Iterator[str]:
    """The facts that random numbers are given, one function each."""
    return (fact for fact in var.facts if fact in _FACTS_IN_ORDER)


def with_facts(text: str, var: Var) -> str:
    """invertible(symmetric(draw(n, n))): random numbers that have the properties of an input."""
    for fact, name in _FACTS_IN_ORDER.items():
        if fact in var.facts:
            text = f"{name}({text})"
    return text


class Samples:
    """The sizes of the random inputs; sizes that depend on a step, n_l, are members of a list n."""

    def __init__(self, plan: Plan, identifiers: Identifiers, element: str = "{0}[{1}]") -> None:
        self.plan = plan
        self.element = element
        self.identifiers = identifiers
        self.letters = {*plan.program.letters, *plan.program.ends}
        solved = any(isinstance(one, Assignment) and one.implicit for one in plan.program.statements)
        self.scale = 0.2 if solved else 0.5

    def sizes(self) -> Iterator[tuple[str, str]]:
        """(n, 3), or (n, [2, 4, 5, 3]) for n_0, …, n_L."""
        ends = small_ends(self.plan.program)
        yield from ((self.identifiers.letters[end], str(steps)) for end, steps in ends.items())
        sizes = [size for var in self.plan.program.declared for size in var.shape]
        declared = dict.fromkeys(size for size in sizes if isinstance(size, str))
        bases = {base for size in declared for base in [self._base(size)] if base}
        plain = [size for size in declared if self._base(size) not in bases and size not in ends]
        yield from ((size_name(self.identifiers, size), str(self.plan.sizes[size])) for size in plain)
        for turn, base in enumerate(sorted(bases)):
            values = [small_layer_size(turn, step) for step in range(max(ends.values()) + 1)]
            yield size_name(self.identifiers, f"{base} of a step"), str(values)

    def _base(self, size: Size) -> str:
        """n for n_l and n_{l-1}, and for n_0 where there is an n_l."""
        stem, index = stem_and_index(size)
        if index is None or (index.letter and index.letter not in self.letters):
            return ""
        sizes = [one for var in self.plan.program.declared for one in var.shape]
        return stem if any(at_a_step(one, self.letters) and stem_and_index(one)[0] == stem for one in sizes) else ""

    def size(self, size: Size) -> str:
        """3, n, n[l - 1]"""
        if isinstance(size, int):
            return str(size)
        base, index = self._base(size), stem_and_index(size)[1]
        if base and index is not None:
            place = self.identifiers.index(index, self.identifiers.based)
            return self.element.format(size_name(self.identifiers, f"{base} of a step"), place)
        ends = self.plan.program.ends
        return self.identifiers.letters[size] if size in ends else size_name(self.identifiers, size)

    def flat_array(self, var: Var) -> str:
        """draw(m, n) with the facts of a variable; axes of length 1 are left out."""
        return with_facts(f"draw({', '.join(self.size(size) for size in var.shape if size != 1)})", var)

    def steps(self, var: Var) -> tuple[str, str, str]:
        """(t, 1, T) for a declared family."""
        loop = self.plan.program.loop_of(var)
        members = [one.index for one in self.plan.program.members(var) if one.index is not None]
        first = min([loop.first.offset, *(index.offset for index in members if not index.letter)])
        return self.identifiers.letters[loop.letter], str(first), self.identifiers.index(loop.last)
