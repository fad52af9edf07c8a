"""Names of a program → names that a language allows: lambda → lambda_, ∂L/∂W → dW, h_t → h[t].

Variables are named first, then letters, sizes and adjoints; a name that is taken gets an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jacocalc.errors import JacocalcError
from jacocalc.known_functions import KNOWN
from jacocalc.targets.lines import Choice, Each, Line, Plan, Target, each_line, targets_of, terms_of
from jacocalc.targets.plan import Family, family_of, looped_names, variable_of
from jacocalc.terms import Adjoint, Elementwise, Index, Var, subterms

_ORDERS = 3


@dataclass(frozen=True)
class Parameter:
    """An argument of the functions: a declared variable (``var``), with the indices of a family."""

    name: str
    var: Var
    family: bool


@dataclass(frozen=True)
class Generic:
    """A generic function or one of its derivatives: (sigma, sigma, 0), (dsigma, sigma, 1)."""

    name: str
    function: str
    order: int


@dataclass
class Identifiers:
    """The names of one plan in one language; ``element`` writes a member of a list, ``based`` is its first index."""

    plan: Plan
    reserved: frozenset[str]
    element: str
    based: int
    taken: set[str] = field(default_factory=set)
    names: dict[Family, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.looped = looped_names((*self.plan.program.variables, *self.plan.shared))
        self.generic = tuple(self._generic())
        self._name_variables()
        loops = [line for line in self._lines() if isinstance(line, Each | Choice)]
        for text in dict.fromkeys([text for line in loops for text in (line.letter, line.last.letter) if text]):
            self.letters[text] = self.free(text)
        for target in self._targets():
            family = family_of(target, self.looped)
            if family not in self.names:
                name = _plain(variable_of(target), family)
                adjoint = isinstance(target, Adjoint)
                own = self.names.get((False, *family[1:]), name)
                self.names[family] = self.free(f"d{own}" if adjoint else name)

    # -- naming -------------------------------------------------------------------------------------

    def free(self, wanted: str) -> str:
        """The name, or the name with an underscore where it is taken."""
        name = re.sub(r"\W", "_", wanted.encode("ascii", "replace").decode())
        name = name if name[0].isalpha() else f"v{name}"
        while name in self.taken or name in self.reserved:
            name += "_"
        self.taken.add(name)
        return name

    def _generic(self) -> Iterator[Generic]:
        """The generic functions that are called, each with its derivatives."""
        called = dict.fromkeys(
            (node.function, node.order) for line in self._lines() for term in terms_of(line) for node in subterms(term)
            if isinstance(node, Elementwise) and node.function not in KNOWN and node.function != "step"
        )  # fmt: skip
        for function, order in sorted(called):
            if order > _ORDERS:
                raise JacocalcError(f"{function} with {order} derivatives has no code")
            yield Generic(self.free("d" * order + function), function, order)

    def _lines(self) -> Iterator[Line]:
        return each_line((*self.plan.forward, *self.plan.backward))

    def _targets(self) -> Iterator[Target]:
        for line in (*self.plan.forward, *self.plan.backward):
            yield from targets_of(line)

    def _name_variables(self) -> None:
        """Declared and computed variables; a family shares no name with a variable without index."""
        variables: Iterable[Var] = self.plan.program.variables
        for var in sorted(variables, key=lambda var: var.index is not None):
            family = family_of(var, self.looped)
            if family in self.names:
                continue
            name = _plain(var, family)
            if family[2] == "*" and self.names.get((False, var.name, "")) is not None and var.index is not None:
                name = f"{name}_{var.index.letter}"
            self.names[family] = self.free(name)

    # -- reading ------------------------------------------------------------------------------------

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments of the functions, in the order of the declarations."""
        found = []
        for var in self.plan.program.declared:
            family = family_of(var, self.looped)
            if self.in_list(var):
                continue
            if family[2] == "*" and var.index is not None and not var.index.letter:
                found.append(Parameter(self._first_value(var), var, False))
            else:
                found.append(Parameter(self.names[family], var, family[2] == "*"))
        return tuple(found)

    def in_list(self, var: Var) -> bool:
        """Whether a declared variable is a member of an argument that is a list: x_1 where x_t is declared."""
        program = self.plan.program
        return var.index is not None and any(var in program.members(one) and one != var for one in program.declared)

    def _first_value(self, var: Var) -> str:
        """h_0 as an argument, where h is the list."""
        key = (False, var.name, str(var.index))
        if key not in self.names:
            self.names[key] = self.free(var.key)
        return self.names[key]

    def whole(self, target: Target) -> str:
        """The name under which a variable, or all steps of a family, are kept."""
        return self.names[family_of(target, self.looped)]

    def is_family(self, target: Target) -> bool:
        """Whether the name stands for a list."""
        return family_of(target, self.looped)[2] == "*"

    def of(self, target: Target) -> str:
        """A variable or an adjoint where it is read: x, dW, h[t - 1]."""
        var = variable_of(target)
        if not self.is_family(target) or var.index is None:
            return self.whole(target)
        return self.element.format(self.whole(target), self.index(var.index, self.based - self.base(var.name)))

    def index(self, index: Index, shift: int = 0) -> str:
        """t - 1, T, 0"""
        offset = index.offset + shift
        if not index.letter:
            return str(offset)
        letter = self.letters[index.letter]
        return f"{letter} {'-' if offset < 0 else '+'} {abs(offset)}" if offset else letter

    def base(self, name: str) -> int:
        """The lowest index of a family, in languages that count from 1; else the lists begin with 0."""
        return self._lowest(name) if self.based else 0

    def _lowest(self, name: str) -> int:
        known = [var.index.offset for var in self.plan.program.variables
                 if var.name == name and var.index is not None and not var.index.letter]  # fmt: skip
        first = min((line.first.offset for line in self._lines() if isinstance(line, Each)), default=1)
        return min([*known, first])


def _plain(var: Var, family: Family) -> str:
    return var.name if family[2] in ("", "*") else f"{var.name}_{family[2]}"
