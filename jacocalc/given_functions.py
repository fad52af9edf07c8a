"""Functions that are given, as text, as SymPy expressions or as what was made of them before → the stages of a chain.

>>> function("f(x, y) = [x^2 + y, 2xy]").jacobian
Matrix([
[2*x,   1],
[2*y, 2*x]])
"""

from __future__ import annotations

import itertools
import numbers
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import sympy
from sympy.core.function import AppliedUndef

from jacocalc import questions
from jacocalc.algebra.convert import from_sympy as _notation
from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.derive.jacobians import stage_value
from jacocalc.displayed import Displayed
from jacocalc.document import Arrow, Document, Prose, Section, Space
from jacocalc.errors import DomainError, JacocalcError, ShapeError, TooLarge
from jacocalc.explain.functions import function_page
from jacocalc.functions import COMPILED, Chain, VectorFunction, chain, count
from jacocalc.handed_in import coordinate, entries_of, in_order, name_of, number_of, own_name
from jacocalc.linear import definition
from jacocalc.notation import Expr, Matrix, Symbol, name_key
from jacocalc.reading.definitions import linked
from jacocalc.reading.staged import read_stages
from jacocalc.solutions import answer

Given: TypeAlias = "function | VectorFunction | str | Any"  # what is SymPy's: ``with_inputs``

_WRITTEN = 2000  # parts of a formula that is shown
_NAMED = (sympy.Symbol, AppliedUndef)
_WORD = re.compile(r"[^\W\d]\w*")
_UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)


class function(Displayed):
    """f: ℝⁿ → ℝᵐ, from text: ``function("f(x, y; a) = [a x^2 + y, 2xy]")``.

    ``name``; ``inputs``, ``parameters`` (SymPy symbols); ``components`` (SymPy expressions, None where the
    function is unspecified).  ``f(1, 2)`` is a column, ``g @ f`` the composition g∘f, ``f.jacobian`` J_f (m×n);
    of a scalar function ``f.gradient`` is a column and ``f.hessian`` n×n.

    >>> f = function("f(x, y) = [x^2 + y, 2xy]")
    >>> f(1, 2)
    Matrix([
    [3],
    [4]])
    >>> g = function("g(u, v) = u v")
    >>> g @ f
    <composition g∘f: R^2 -> R^1>
    >>> (g @ f)(1, 2)
    12
    >>> f(x=1, y=2) == f(1, 2)
    True

    ``functions``: those that the text may call.  Raises ReadError, ShapeError.
    """

    def __init__(self, text: str, *, functions: Sequence[function] = ()) -> None:
        if not isinstance(text, str):
            raise JacocalcError(f"a function is given as text, not {type(text).__name__}", hint=_as_text(text))
        known = {other.name: other.stages[-1] for other in functions}
        self._set(linked(list(read_stages(text, known))), {})

    def _set(self, stages: tuple[VectorFunction, ...], symbols: Mapping[str, sympy.Symbol]) -> None:
        self.stages = stages
        self.symbols = dict(symbols)

    @classmethod
    def of(cls, stages: tuple[VectorFunction, ...], symbols: Mapping[str, sympy.Symbol] | None = None) -> function:
        """The composition of these stages, in the symbols that were handed in."""
        made = cls.__new__(cls)
        made._set(chain(linked(list(stages))).stages, symbols or {})
        return made

    @property
    def name(self) -> str:
        """f, or g∘f for a composition."""
        return "∘".join(stage.name for stage in reversed(self.stages))

    @property
    def inputs(self) -> tuple[sympy.Symbol, ...]:
        """The input variables."""
        return tuple(symbol(name, self.symbols) for name in self.stages[0].inputs)

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, which are not differentiated by."""
        return tuple(symbol(name, self.symbols) for name in Chain(self.stages).parameters)

    @property
    def components(self) -> tuple[sympy.Expr, ...] | None:
        """f_1, …, f_m.  Raises TooLarge where they are nested too deep for SymPy."""
        whole = Chain(self.stages)
        if not whole.specified:
            return None
        if whole.too_deep:
            raise TooLarge(f"the formulas of {self.name} are nested too deep", hint=COMPILED)
        return tuple(to_sympy(value, self.symbols) for value in self._values().entries)

    def _values(self) -> Matrix:
        current = self.stages[0].at(tuple(map(Symbol, self.stages[0].inputs)))
        for stage in self.stages[1:]:
            current = stage.at(current.entries)
        return current

    @property
    def jacobian(self) -> sympy.ImmutableMatrix:
        """J, m×n: row i is component i, column j is input j; None where a size is a symbol."""
        return self._answer(questions.Compose if len(self.stages) > 1 else questions.JacobianOf)

    @property
    def gradient(self) -> sympy.ImmutableMatrix:
        """∇f = J_fᵀ, a column.  Raises ShapeError unless the function is scalar."""
        return self._answer(questions.GradientOf)

    @property
    def hessian(self) -> Any:
        """The second derivatives: n×n for a scalar function, else a tuple, one for each component."""
        return self._answer(questions.HessianOf)

    def _answer(self, asked: Callable[[Chain], questions.Question]) -> Any:
        return answer(asked(Chain(self.stages)), symbols=self.symbols).result

    def __matmul__(self, inner: function | str) -> function:
        """(g @ f)(x) = g(f(x))."""
        if isinstance(inner, str):
            inner = function(inner)
        if not isinstance(inner, function):
            return NotImplemented
        return function.of((*inner.stages, *self.stages), _symbols_of([inner, self]))

    def __rmatmul__(self, outer: str) -> function:
        """("g(u) = …" @ f)(x) = g(f(x))."""
        return function(outer) @ self if isinstance(outer, str) else NotImplemented

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """f(a): a column of exact values, or a number for a scalar function; inputs and parameters by name too.

        Symbols and expressions may be inserted as well.  Raises ShapeError, DomainError, TooLarge, JacocalcError.
        """
        if len(arguments) == 1 and isinstance(arguments[0], Mapping | sympy.Dict):
            named = {**{name_of(key): value for key, value in arguments[0].items()}, **named}
            arguments = ()
        elif len(arguments) == 1 and not isinstance(arguments[0], str):
            arguments = tuple(entries_of(arguments[0]))
        values = self._bound(arguments, named)
        if Chain(self.stages).abstract:
            raise ShapeError(f"{self.name} is unspecified and has no values")
        inserted = [values[one] for one in self.inputs]
        if not self.parameters and not any(value.free_symbols for value in inserted):
            return self._value_at(tuple(map(coordinate, inserted)))
        column = [component.subs(values, simultaneous=True) for component in self.components or ()]
        for component in column:
            if component.has(*_UNDEFINED):
                where = ", ".join(f"{own_name(one)} = {value}" for one, value in values.items())
                raise DomainError(f"{self.name} has no real value at {where}")
        return column[0] if self.stages[-1].scalar else sympy.ImmutableMatrix(column)

    def _bound(self, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> dict[sympy.Symbol, Any]:
        """The value of each input, in order or by name, and of the parameters that are named."""
        keys = {name_key(name_of(one)): one for one in (*self.inputs, *self.parameters)}
        placed_values: dict[sympy.Symbol, Any] = dict(zip(self.inputs, arguments, strict=False))
        for name, value in named.items():
            one = keys.get(name_key(name))
            if one is None:
                known = ", ".join(map(own_name, keys.values()))
                raise JacocalcError(f"{self.name} has no input {name}", hint=f"it has {known}")
            if one in placed_values:
                raise JacocalcError(f"{self.name} is given {own_name(one)} twice", hint="in order, or by name")
            placed_values[one] = value
        given = max(len(arguments), sum(one in placed_values for one in self.inputs))
        if given != self.stages[0].n:
            raise ShapeError(f"{self.name} takes {count(self.stages[0].n, 'input')}, not {given}",
                             hint=", ".join(map(own_name, self.inputs)))  # fmt: skip
        return {one: number_of(value) for one, value in placed_values.items()}

    def _value_at(self, point: tuple[Expr, ...]) -> Any:
        """Raises DomainError where a stage is undefined, TooLarge."""
        Chain(self.stages).check_length()
        for place, stage in enumerate(self.stages):
            value = stage_value(stage, place, point, {}).result
            point = value.entries
        return to_sympy(value.entries[0] if self.stages[-1].scalar else value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, function):
            return NotImplemented
        return self.stages == other.stages and self.symbols == other.symbols

    def __hash__(self) -> int:
        return hash(self.stages)

    def __repr__(self) -> str:
        if len(self.stages) > 1:
            return f"<composition {self.name}: R^{self.stages[0].n} -> R^{self.stages[-1].m}>"
        if self._long:
            return f"<function {self.name}: R^{self.stages[0].n} -> R^{self.stages[0].m}>"
        return f"function({self._text()!r})"

    def _text(self) -> str:
        stage = self.stages[0]
        return definition(stage if stage.name.isidentifier() else replace(stage, name="F"))

    def document(self) -> Document:
        """The definition as a page; of a composition that of the whole, and folded those of its stages."""
        if self._long:
            return Document((), (Section((), (Prose((repr(self),)),), key=True),))
        return function_page(self.stages, None if self.components is None else self._values())

    @property
    def _long(self) -> bool:
        whole = Chain(self.stages)
        return whole.size > _WRITTEN or whole.too_deep

    def _repr_latex_(self) -> str | None:
        from jacocalc.render.latex_formulas import latex

        if self._long:
            return None
        first, last = self.stages[0], self.stages[-1]
        names = r" \circ ".join(latex(Symbol(stage.name)) for stage in reversed(self.stages))
        if self.components is None:
            return rf"$\displaystyle {names}: {latex(Arrow((Space(first.n), Space(last.m))))}$"
        body = latex(self._values().entries[0] if last.scalar else self._values())
        inside = ", ".join(latex(Symbol(name)) for name in first.inputs)
        head = names if first is last else f"({names})"
        return rf"$\displaystyle {head}({inside}) = {body}$"


def from_sympy(
    name: str, inputs: Sequence[sympy.Symbol], components: Any, parameters: Sequence[sympy.Symbol] = ()
) -> function:
    """A function from SymPy expressions: ``from_sympy("f", [x, y], [x**2 + y, 2*x*y])``; a Matrix or a Lambda too.

    Results hold the very symbols that are handed in; q(t), u[0] and C.x of a coordinate system are inputs as well.
    Raises JacocalcError for functions outside the table.

    >>> p, q = sympy.symbols("p q")
    >>> from_sympy("f", [p, q], [p**2 + q, p * q]).jacobian
    Matrix([
    [2*p, 1],
    [  q, p]])
    """
    if isinstance(components, sympy.Lambda):
        inputs, components = sympy.flatten(components.signature), components.expr
    inputs, parameters = in_order(inputs), in_order(parameters)
    scalar, listed = _components(components)
    if not isinstance(name, str) or not name.isidentifier():
        raise JacocalcError(f"a function named {name!r} cannot be written", hint="names are letters and digits: f_1")
    if not inputs or not listed or not all(isinstance(s, sympy.Basic) and own_name(s) for s in (*inputs, *parameters)):
        raise JacocalcError("inputs are SymPy symbols, at least one; components are SymPy expressions")
    taken, held = (tuple(map(name_of, part)) for part in (inputs, parameters))
    symbols = dict(zip((*taken, *held), (*inputs, *parameters), strict=True))
    if len(set(map(name_key, symbols))) != len(inputs) + len(parameters):
        raise JacocalcError("two inputs have the same name", hint="x1 and x_1 are one name")
    letters = {s: s if s.is_Symbol else sympy.Dummy(own_name(s)) for s in symbols.values()}
    listed = [entry.xreplace(letters) for entry in listed]
    _check_symbols(listed, {letter.name: letter for letter in letters.values()})
    renamed = {letters[s]: sympy.Symbol(name) for name, s in symbols.items() if not s.is_Symbol or name != s.name}
    notation = tuple(_notation(entry.xreplace(renamed)) for entry in listed)
    made = VectorFunction(name, taken, notation, len(taken), len(notation), held, (), scalar)
    return function.of((made,), symbols)


def _components(given: Any) -> tuple[bool, list[sympy.Expr]]:
    """Whether one expression is given, and the expressions.  Raises JacocalcError for text, relations and sets."""
    many = isinstance(given, sympy.MatrixBase) or hasattr(given, "to_matrix")
    return isinstance(given, sympy.Expr | numbers.Number) and not many, _entries(given)


def _entries(given: Any) -> list[sympy.Expr]:
    """The expressions of what stands for components: itself, or those of a matrix, an array or a list, row by row."""
    if hasattr(given, "to_matrix") and len(systems := list(given.separate())) == 1:  # a vector in one system
        given = given.to_matrix(systems[0])
    if hasattr(given, "tolist"):  # matrices and arrays of SymPy and of NumPy
        given = given.tolist()
    if isinstance(given, list | tuple | set | frozenset | sympy.Tuple | Iterator):
        return [entry for part in in_order(given) for entry in _entries(part)]
    try:
        entry = sympy.sympify(given, strict=True)
    except sympy.SympifyError:
        entry = None
    if not isinstance(entry, sympy.Expr) or isinstance(entry, sympy.MatrixExpr):
        hint = _as_text(entry) if isinstance(entry, sympy.Basic) else ""
        raise JacocalcError(f"a component is a SymPy expression, not {given!r}", hint=hint)
    return [entry]


def _check_symbols(expressions: Sequence[Any], symbols: Mapping[str, sympy.Symbol]) -> None:
    for expression in expressions:
        for free in sorted(expression.free_symbols, key=str):
            if symbols.get(free.name) != free:
                raise JacocalcError(
                    f"{free.name} occurs but is not among the inputs",
                    hint="the symbol handed in and the one that occurs differ in their assumptions"
                    if free.name in symbols else f"add {free.name} to the inputs or to parameters=",
                )  # fmt: skip


def chain_of(given: Sequence[Given]) -> tuple[Chain, dict[str, sympy.Symbol]]:
    """The chain of what was handed in, text, functions or SymPy expressions; and the symbols of its inputs."""
    stages: list[VectorFunction] = []
    found: list[function] = []
    for item in with_inputs(given):
        if isinstance(item, function):
            found.append(item)
        elif isinstance(item, VectorFunction):
            found.append(function.of((item,)))
        elif isinstance(item, str):
            known = {stage.name: stage for stage in stages}
            found.append(function.of(read_stages(item, known, stages[-1].outputs if stages else ())))
        else:
            raise JacocalcError(f"a function is expected, not {type(item).__name__}", hint=_as_text(item))
        stages += found[-1].stages
    if not stages:
        raise JacocalcError("no function is given")
    return chain(linked(stages)), _symbols_of(found)


def stacked_of(functions: Sequence[Given], united: bool = False) -> tuple[Chain, dict[str, sympy.Symbol]]:
    """Functions of the same inputs as one; equations take the inputs of all of them (``united``)."""
    if not functions:
        raise JacocalcError("no function is given")
    found = [chain_of([item]) for item in with_inputs(functions)]
    symbols = {name: s for _, more in found for name, s in more.items()}
    return chain((questions.stacked(tuple(_as_one(stages) for stages, _ in found), united),)), symbols


def _as_one(stages: Chain) -> VectorFunction:
    if len(stages.stages) > 1:
        raise ShapeError("a composition is asked with compose", hint="compose f g")
    return stages.stages[0]


def with_inputs(given: Sequence[Given], names: str = "fghk") -> list[Given]:
    """SymPy's expressions and what stands behind them, as in ``hessian(f, [x, y])``, as functions.

    Other symbols are parameters; an expression in one symbol, and a Lambda, need no list.
    """
    made: list[Given] = []
    rest = list(given)
    others = map("f_{}".format, itertools.count(1))
    taken = {name for item in given for name in _names_in(item)}
    while rest:
        item = rest.pop(0)
        name = next(name for name in itertools.chain(names[len(made) :], others) if name not in taken)
        if isinstance(item, sympy.Lambda):
            item = from_sympy(name, item.signature, item)
        elif _of_sympy(item):
            listed = bool(rest) and _are_inputs(rest[0])
            if made and _is_name(item) and not (listed and not _is_name(rest[0])):  # hessian(f, x, y)
                raise JacocalcError(f"{item} is no function", hint="several inputs are one list: hessian(f, [x, y])")
            inputs = in_order(rest.pop(0)) if listed else _only_symbol(item)
            item = from_sympy(name, inputs, item, _free_symbols(item, inputs))
        taken.add(name)
        made.append(item)
    return made


def with_own_inputs(given: Sequence[Given]) -> Iterator[Given]:
    """The equations, and behind each of SymPy's that has no list of inputs its symbols, sorted by name."""
    for item, behind in itertools.zip_longest(given, given[1:]):
        yield item
        if _of_sympy(item) and not isinstance(item, sympy.Lambda) and not _are_inputs(item) and not _are_inputs(behind):
            yield sorted({symbol for part in _of_sympy(item) for symbol in part.free_symbols}, key=str)


def _names_in(item: Given) -> set[str]:
    """The names that a function without a name of its own does not get."""
    match item:
        case str():
            return set(_WORD.findall(item))
        case function():
            return {stage.name for stage in item.stages}
        case VectorFunction():
            return {item.name}
    return {own_name(name) for part in _of_sympy(item) for name in part.atoms(*_NAMED)}


def _is_name(item: Any) -> bool:
    """x and q(t), in no list"""
    return isinstance(item, sympy.Basic) and bool(own_name(item))


def _of_sympy(item: Any) -> list[Any]:
    """What is SymPy's of a list, or the item itself."""
    parts = item if isinstance(item, list | tuple) else [item]
    return [part for part in parts if isinstance(part, sympy.Basic | sympy.MatrixBase)]


def _are_inputs(item: Any) -> bool:
    """Whether SymPy differentiates by all of it: x, [x, y], [q(t)]."""
    return bool(_of_sympy(item)) and all(isinstance(s, sympy.Basic) and own_name(s) for s in in_order(item))


def _only_symbol(components: Any) -> list[sympy.Symbol]:
    """The symbol of expressions in one symbol.  Raises JacocalcError: otherwise SymPy does not say the order."""
    found = _free_symbols(components)
    if len(found) != 1:
        raise JacocalcError(f"a function is expected, not {type(components).__name__}", hint=_as_text(components))
    return found


def _free_symbols(components: Any, inputs: Sequence[sympy.Basic] = ()) -> list[sympy.Symbol]:
    """The symbols of expressions without the inputs, sorted by name."""
    hidden = {one: sympy.Dummy() for one in inputs}
    free = {s for entry in _entries(components) for s in entry.xreplace(hidden).free_symbols}
    taken = {*map(name_of, inputs)}
    return sorted((s for s in free.difference(hidden.values()) if name_of(s) not in taken), key=str)


def _as_text(given: Any) -> str:
    """How what was handed in for a function becomes one."""
    listed = given if isinstance(given, list | tuple) else [given]
    if any(isinstance(one, sympy.Equality) for one in listed):
        return 'an equation is text, "x^2 + y^2 = 25", or a difference: from_sympy("F", [x, y], x**2 + y**2 - 25)'
    if any(isinstance(one, sympy.Basic | sympy.MatrixBase) for one in listed):
        return 'SymPy does not say the order of the inputs: [x**2 + y, 2*x*y], [x, y] or from_sympy("f", [x, y], ...)'
    return 'trace(lambda x: ..., 2) follows a program' if callable(given) else 'for example "f(x, y) = [x^2 + y, 2xy]"'


def _symbols_of(parts: Sequence[function]) -> dict[str, sympy.Symbol]:
    """The symbols of a composition, the innermost first: a name that a part has used is no other symbol's later."""
    taken: set[str] = set()
    merged: dict[str, sympy.Symbol] = {}
    for part in parts:
        merged |= {name: one for name, one in part.symbols.items() if name not in taken}
        taken |= {name for stage in part.stages for name in (*stage.inputs, *stage.parameters)}
    return merged
