"""What is given: vector functions, chains of them, and points.  Notation only, no algebra.

f: ℝⁿ → ℝᵐ has n inputs and m components.  Sizes of an unspecified function may be symbols (``"m"``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, permutations
from typing import Any, TypeAlias

from jacocalc.displayed import Displayed
from jacocalc.errors import JacocalcError, ShapeError, TooLarge
from jacocalc.known_functions import POWERS_OF_E
from jacocalc.notation import (
    Applied,
    Call,
    E,
    Expr,
    Matrix,
    Sum,
    Symbol,
    children,
    column,
    listed,
    name_key,
    postorder,
    rebuild,
    substitute,
    tree_depth,
    tree_size,
    unlisted,
    walk,
)

Size: TypeAlias = int | str
_NAME = re.compile(r"[\w(), ∘]+")  # also (f, g), of functions that are stacked
_RATE = re.compile(r"dot(?=_|\d|\Z)")
_LARGEST, _DEEPEST = 50_000, 150  # nodes of formulas that are derived one by one, and how deep they are nested
COMPILED = "jc.compile computes values and derivatives at any length"
_NAMED = "names are letters and digits: f_1"


@dataclass(frozen=True)
class Point:
    """Coordinates in the order of the inputs, and values of parameters by name."""

    coordinates: tuple[Expr, ...]
    parameters: tuple[tuple[str, Expr], ...] = ()

    def __post_init__(self) -> None:
        values = (*self.coordinates, *(value for _, value in self.parameters))
        if any(isinstance(value, Matrix) for value in values):
            raise JacocalcError("a coordinate of a point is a number, not a list")


@dataclass(frozen=True)
class VectorFunction(Displayed):
    """f: ℝⁿ → ℝᵐ.

    ``components`` is None for an unspecified function.  ``outputs`` names the components of a stage
    that was written as equations (x = s t, y = s + t²).  ``n`` and ``m`` are numbers, or symbols of an
    unspecified function.  ``notes`` say how it was read, ``text`` is what was read (for carets).
    """

    name: str
    inputs: tuple[str, ...]
    components: tuple[Expr, ...] | None
    n: Size
    m: Size
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    scalar: bool = False
    notes: tuple[str, ...] = ()
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        """A name is written into pages and programs: quotation marks, new lines and brackets < > belong to no name."""
        for name in (self.name, *self.inputs, *self.parameters, *self.outputs):
            if not (isinstance(name, str) and _NAME.fullmatch(name)):
                raise JacocalcError(f"a function or a variable named {name!r} cannot be written", hint=_NAMED)

    def __getstate__(self) -> dict[str, Any]:
        """The components as one flat list: a traced function may be deeper than pickling can follow."""
        kept = {name: value for name, value in self.__dict__.items() if name != "calls"}
        return {**kept, "components": None if self.components is None else listed(self.components)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        flat = state["components"]
        self.__dict__.update({**state, "components": None if flat is None else unlisted(*flat)})

    @property
    def specified(self) -> bool:
        """Whether the components are given."""
        return self.components is not None

    @cached_property
    def calls(self) -> tuple[Applied, ...]:
        """The values of functions without formulas in the components, each once: f(x² − y²) of y f(x² − y²)."""
        parts = (part for value in self.components or () for part in postorder(value))
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, Applied)))

    @property
    def called(self) -> tuple[Applied, ...]:
        """A call of each function without a formula that the components call."""
        return tuple({part.function: part for part in self.calls}.values())

    @property
    def unknown(self) -> str:
        """The function that has no values: itself, where it is unspecified, or one that it calls; else ""."""
        return self.name if not self.specified else next((call.function for call in self.called), "")

    @property
    def abstract(self) -> bool:
        """Whether it has no values."""
        return bool(self.unknown)

    @property
    def symbolic(self) -> bool:
        """Whether J is not written out: a size is a symbol, or J of an unspecified function would have many entries."""
        if isinstance(self.n, str) or isinstance(self.m, str):
            return True
        return not self.specified and self.n * self.m > _WRITTEN

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the components: x, y of equations; f for a scalar function; else f_1, f_2."""
        if self.outputs:
            return self.outputs
        if self.scalar:
            return (self.name,)
        assert isinstance(self.m, int), "symbolic sizes have no components"
        return tuple(f"{self.name}_{i}" for i in range(1, self.m + 1))

    @property
    def values(self) -> tuple[Expr, ...]:
        """The components; those of an unspecified function are applied undefined functions."""
        if self.components is not None:
            return self.components
        assert isinstance(self.m, int), "symbolic sizes have no components"
        arguments = tuple(Symbol(name) for name in self.inputs)
        if self.scalar:
            return (Applied(self.name, 0, (), arguments, self.inputs),)
        return tuple(Applied(self.name, i, (), arguments, self.inputs) for i in range(1, self.m + 1))

    def bound(self, arguments: tuple[Expr, ...], parameters: tuple[tuple[str, Expr], ...] = ()) -> dict[str, Expr]:
        """The values of the inputs and of the parameters by name."""
        return {**dict(parameters), **dict(zip(self.inputs, arguments, strict=True))}

    def at(self, arguments: tuple[Expr, ...], parameters: tuple[tuple[str, Expr], ...] = ()) -> Matrix:
        """f(a) with the arguments inserted, nothing calculated."""
        values = self.bound(arguments, parameters)
        return column(tuple(substitute(value, values) for value in self.values))

    def renamed(self, old: str, new: str) -> VectorFunction:
        """The same function with one input or parameter spelled otherwise."""
        change = {old: Symbol(new)}
        return replace(
            self,
            inputs=tuple(new if name == old else name for name in self.inputs),
            components=None if self.components is None else tuple(substitute(c, change) for c in self.components),
            parameters=tuple(new if name == old else name for name in self.parameters),
        )


@dataclass(frozen=True)
class Chain:
    """Stages x → f → g → h, the innermost first: y = h(g(f(x))), shapes checked."""

    stages: tuple[VectorFunction, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", told_by_inputs(self.stages))
        for inner, outer in pairwise(self.stages):
            if inner.m != outer.n:
                raise ShapeError(
                    f"{inner.name} gives {count(inner.m, 'component')} ({arrow(inner)}), "
                    f"but {outer.name} takes {count(outer.n, 'input')} ({arrow(outer)})",
                    hint=self._hint(inner, outer),
                )
        self._check_names()
        self._check_parameters()
        self._check_euler()

    def _hint(self, inner: VectorFunction, outer: VectorFunction) -> str:
        """In which order functions are written; that the other order fits, where it does."""
        comes_first = "the inner function comes first"
        if all(later.m == earlier.n for earlier, later in pairwise(self.stages)):
            return f"{comes_first}; in the other order they fit"
        return f"{comes_first}: compose {inner.name} {outer.name} is {outer.name}({inner.name}(x))"

    def _check_names(self) -> None:
        known: dict[str, VectorFunction] = {}
        for stage in self.stages:
            if known.setdefault(stage.name, stage) != stage:
                raise ShapeError(f"two different functions are called {stage.name}", hint="give one another name")
        unknown = [stage for stage in known.values() if not stage.specified]
        for part, whole in permutations(unknown, 2):
            place = name_key(part.name).removeprefix(name_key(whole.name))
            numbered = part.name != whole.name != place and place.isdigit() and not whole.scalar
            if numbered and (isinstance(whole.m, str) or int(place) <= whole.m):
                raise ShapeError(f"{part.name} is a component of {whole.name} too", hint="give one another name")

    def _check_parameters(self) -> None:
        if not self.stages:
            return
        first = {name_key(name) for name in self.stages[0].inputs}
        for place, stage in enumerate(self.stages):
            for name in stage.parameters:
                if place and name_key(name) in first:
                    raise ShapeError(
                        f"the parameter {name} of {stage.name} has the name of an input of {self.stages[0].name}",
                        hint=f"rename it in {stage.name}",
                    )

    def _check_euler(self) -> None:
        """No variable is called e where Euler's number, which is written e, comes out at a point."""
        if not any("e" in (*stage.inputs, *stage.parameters) for stage in self.stages):
            return
        components = (component for stage in self.stages for component in stage.components or ())
        for part in (part for component in components for part in walk(component)):
            if part == E or (isinstance(part, Call) and part.function in POWERS_OF_E):
                raise JacocalcError(
                    f"e is a variable here, and {part.function if isinstance(part, Call) else 'the formula'} "
                    "brings Euler's number, which is written e, too",
                    hint="give the variable another letter, such as k or ε",
                )

    @property
    def n(self) -> Size:
        """The number of inputs of the composition."""
        return self.stages[0].n

    @property
    def m(self) -> Size:
        """The number of components of the composition."""
        return self.stages[-1].m

    @property
    def size(self) -> int:
        """The number of nodes of the composition, written out as a tree."""
        return sum(self._carried(tree_size))

    @property
    def depth(self) -> int:
        """How deep the formulas of the composition are nested."""
        return max(self._carried(tree_depth), default=0)

    @property
    def too_deep(self) -> bool:
        """Whether SymPy cannot hold the composition, since the formulas are nested too deep."""
        return self.depth > _DEEPEST

    def check_length(self) -> None:
        """Raises TooLarge for formulas, of traced code or of SymPy, that are too long to be derived or evaluated."""
        for stage in dict.fromkeys(self.stages):
            whole = Chain((stage,))
            if whole.size > _LARGEST or whole.too_deep:
                raise TooLarge(f"the formulas of {stage.name} are too long to be written out", hint=COMPILED)

    def _carried(self, measure: Callable[[Expr, Mapping[str, int]], int]) -> list[int]:
        """A measure of each component of the composition, from stage to stage."""
        found: list[int] = []
        for stage in self.stages:
            inserted = dict(zip(stage.inputs, found, strict=False))
            found = [measure(component, inserted) for component in stage.components or ()]
        return found

    @property
    def output_letter(self) -> str:
        """y for the value of the composition, or the next letter that no inner function, output or input has."""
        scalar = self.stages[-1].scalar
        taken = {name for stage in self.stages for name in (*stage.outputs, *(stage.inputs if scalar else ()))}
        taken |= {stage.name for stage in self.stages[:-1]}
        return next(letter for letter in ("y", "z", "w", "q", "p", "y_0") if letter not in taken)

    def inner_letter(self, beside: str = "") -> str:
        """z for the value of the inner of two functions, or the next letter that means nothing else; "" for none."""
        if len(self.stages) != 2:
            return ""
        named = ((stage.name, *stage.outputs, *stage.inputs, *stage.parameters) for stage in self.stages)
        taken = {beside, *(name for names in named for name in names)}
        return next((letter for letter in ("z", "w", "q", "p") if letter not in taken), "")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The innermost inputs, the variables of the composition."""
        return self.stages[0].inputs

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameters, shared by name along the chain."""
        return tuple(dict.fromkeys(name for stage in self.stages for name in stage.parameters))

    @property
    def specified(self) -> bool:
        """Whether every stage is given by components."""
        return all(stage.specified for stage in self.stages)

    @property
    def abstract(self) -> bool:
        """Whether some stage has no values."""
        return any(stage.abstract for stage in self.stages)

    @property
    def symbolic(self) -> bool:
        """Whether some size is a symbol."""
        return any(stage.symbolic for stage in self.stages)


def told_by_inputs(stages: tuple[VectorFunction, ...]) -> tuple[VectorFunction, ...]:
    """∂f/∂x where every value of f is f(x, y), D₁f(a, b) where one is not: which partial it is, and where taken."""
    called = {value.component_name for stage in stages for value in stage.calls}
    if not called:
        return stages
    stages = tuple(_as_call(stage, called) for stage in stages)
    letters: dict[str, set[tuple[str, ...]]] = {}
    for value in (value for stage in stages for value in stage.calls):
        letters.setdefault(value.function, set()).add(value.letters)
    inputs = {name: found.pop() if len(found) == 1 else () for name, found in letters.items()}
    return tuple(_with_inputs(stage, inputs) for stage in stages)


def _as_call(stage: VectorFunction, called: AbstractSet[str]) -> VectorFunction:
    """f(x) = f(x) for a stage f without a formula that another stage calls too."""
    if stage.specified or stage.symbolic:
        return stage
    values = call(stage, tuple(map(Symbol, stage.inputs)))
    alone = called.isdisjoint(value.component_name for value in values if isinstance(value, Applied))
    return stage if alone else replace(stage, components=values)


def _with_inputs(stage: VectorFunction, inputs: Mapping[str, tuple[str, ...]]) -> VectorFunction:
    """The stage with these names for the inputs of the functions without formulas that it calls."""
    if all(value.inputs == inputs[value.function] for value in stage.calls):
        return stage
    done: dict[Expr, Expr] = {}
    for node in (node for value in stage.values for node in postorder(value)):
        found = rebuild(node, tuple(done[part] for part in children(node)))
        done[node] = replace(found, inputs=inputs[found.function]) if isinstance(found, Applied) else found
    return replace(stage, components=tuple(done[value] for value in stage.values))


def chain(stages: tuple[VectorFunction, ...]) -> Chain:
    """The chain of these stages: symbolic sizes bound where they meet, parameters spelled alike."""
    return Chain(_same_spelling(_bound_sizes(stages)))


def _bound_sizes(stages: tuple[VectorFunction, ...]) -> tuple[VectorFunction, ...]:
    """Where ℝᵐ meets ℝ³, m is 3 in every stage."""
    values: dict[str, int] = {}
    for inner, outer in pairwise(stages):
        for one, other in ((inner.m, outer.n), (outer.n, inner.m)):
            if isinstance(one, str) and isinstance(other, int):
                values[one] = other
    return tuple(_with_sizes(stage, values) for stage in stages) if values else stages


def _with_sizes(stage: VectorFunction, values: dict[str, int]) -> VectorFunction:
    n = values.get(stage.n, stage.n) if isinstance(stage.n, str) else stage.n
    m = values.get(stage.m, stage.m) if isinstance(stage.m, str) else stage.m
    inputs = default_inputs(stage.name, n) if n != stage.n else stage.inputs
    return VectorFunction(stage.name, inputs, None, n, m) if (n, m) != (stage.n, stage.m) else stage


def _same_spelling(stages: tuple[VectorFunction, ...]) -> tuple[VectorFunction, ...]:
    """One parameter spelled k1 here and k_1 there is one parameter."""
    spelled: dict[str, str] = {}
    result = []
    for stage in stages:
        for name in stage.parameters:
            first = spelled.setdefault(name_key(name), name)
            if first != name:
                stage = stage.renamed(name, first)
        result.append(stage)
    return tuple(result)


def weighted(chain: Chain, weights: tuple[Expr, ...]) -> Chain:
    """The chain with the stage y ↦ Σ v_i y_i behind it: its Jacobian is the row vᵀJ."""
    inputs = tuple(f"y_{i}" for i in range(1, len(weights) + 1))
    total = Sum(tuple(weight * Symbol(name) for weight, name in zip(weights, inputs, strict=True)))
    return Chain((*chain.stages, VectorFunction("vᵀy", inputs, (total,), len(inputs), 1, scalar=True)))


def along(chain: Chain, point: Point, direction: tuple[Expr, ...]) -> Chain:
    """The chain with the stage t ↦ a + t v before it: its Jacobian at t = 0 is Jv."""
    line = tuple(a + Symbol("_t") * v for a, v in zip(point.coordinates, direction, strict=True))
    return Chain((VectorFunction("line", ("_t",), line, 1, len(line)), *chain.stages))


_WRITTEN = 40


def default_inputs(name: str, n: Size, taken: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
    """Names for the inputs of an unspecified function: x for f, u for g, v for h, where they are not taken."""
    if isinstance(n, str) or n > _WRITTEN:
        return ()
    own = {"g": "u", "h": "v", "k": "w"}.get(name, "x")
    lists = [(letter,) if n == 1 else tuple(f"{letter}{j}" for j in range(1, n + 1)) for letter in (own, *"uvwst")]
    return next((listed for listed in lists if taken.isdisjoint(listed)), lists[0])


def unspecified(name: str, n: Size, m: Size, inputs: tuple[str, ...] = (), scalar: bool = False) -> VectorFunction:
    """A function of which only the sizes are known."""
    return VectorFunction(name, inputs or default_inputs(name, n), None, n, m, scalar=scalar or m == 1)


def is_rate(name: str) -> bool:
    """Whether the name is that of a rate, ẋ or ẋ_1."""
    return bool(_RATE.search(name))


def states(outputs: Iterable[str]) -> tuple[str, ...]:
    """x and y of the rates ẋ and ẏ."""
    return tuple(_RATE.sub("", name) for name in outputs if is_rate(name))


def by_rates(outputs: tuple[str, ...] | list[str], seen: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs of equations: the states (x, y) of ẋ = a y, ẏ = -x, in the order of their rates, else what is seen.

    What has no rate, a or the time, is a parameter of a system in which the states occur.
    """
    found = states(outputs)
    return found if len(found) == len(outputs) and set(found) & set(seen) else seen


def by_axes(seen: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs of a field F = -y i + x j in the order of the axes, (x, y): divergence and curl are by them."""
    axes = iter(sorted(name for name in seen if name in ("x", "y", "z")))
    return tuple(next(axes) if name in ("x", "y", "z") else name for name in seen)


_BY_APPEARANCE = "order of first appearance"


def ordered_by_appearance(function: VectorFunction) -> bool:
    """Whether the author has said nothing of the order of the inputs: those of z = y/x are (y, x)."""
    return any(note.startswith(f"inputs in {_BY_APPEARANCE}") for note in function.notes)


def order_note(inputs: tuple[str, ...], seen: tuple[str, ...], order: str = "rates") -> str:
    """How the inputs of equations are ordered: as they were first seen, or as their rates, …; and what is none."""
    article = "the" if order == "axes" else "their"
    others = [name for name in seen if name not in inputs]
    rest = f"; what has no {order.removesuffix('s')} is a parameter: {', '.join(others)}" if others else ""
    where = _BY_APPEARANCE if inputs == seen else f"the order of {article} {order}"
    return f"inputs in {where}: {', '.join(inputs)}{rest}"


def arrow(function: VectorFunction) -> str:
    """ℝ^n → ℝ^m, for messages."""
    return f"R^{function.n} -> R^{function.m}"


def enumerated(names: Sequence[str]) -> str:
    """f, g and h"""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def count(size: Size, thing: str) -> str:
    """``1 input``, ``2 inputs``, ``m inputs``, ``2 entries``."""
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{size} {thing if size == 1 else many}"


def call(function: VectorFunction, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The components of a defined function at these arguments, as notation."""
    values = dict(zip(function.inputs, arguments, strict=True))
    if not function.specified:
        own = () if function.inputs == default_inputs(function.name, function.n) else function.inputs
        names = (value.name for value in function.values if isinstance(value, Applied))
        return tuple(Applied(name, 0, (), arguments, declared=own) for name in names)
    return tuple(substitute(component, values) for component in function.values)
