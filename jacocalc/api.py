"""The door for Python and for the command line alike: a question in, a Solution out.

>>> import jacocalc as jc
>>> f = jc.function("f(x, y) = [x^2 + y, 2xy]")
>>> jc.compose(f, "g(u, v) = [u + v, u^2, sin(v)]", at=(1, 2)).result
Matrix([
[       6,        3],
[      12,        6],
[4*cos(4), 2*cos(4)]])
"""

from __future__ import annotations

import itertools
import numbers
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy
from sympy.core.function import AppliedUndef

from jacocalc import questions
from jacocalc.algebra.convert import from_sympy as _notation
from jacocalc.algebra.convert import symbol, to_sympy
from jacocalc.asked import PICTURES
from jacocalc.derive.answer import derive
from jacocalc.derive.jacobians import stage_value
from jacocalc.displayed import Displayed
from jacocalc.document import Arrow, Document, Prose, Section, Space
from jacocalc.errors import DomainError, JacocalcError, ReadError, ShapeError, TooLarge
from jacocalc.evaluate.budget import until
from jacocalc.explain.functions import function_page
from jacocalc.functions import COMPILED, Chain, VectorFunction, chain, count
from jacocalc.handed_in import (
    Where,
    changes_of,
    coordinate,
    entries_of,
    in_order,
    kink_of,
    name_of,
    number_of,
    own_name,
    point_of,
    vector_of,
    whole,
)
from jacocalc.linear import definition
from jacocalc.notation import Expr, Matrix, Symbol, name_key
from jacocalc.options import Options
from jacocalc.programs import Program
from jacocalc.reading.definitions import linked, read_layers
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import read_expression
from jacocalc.reading.program_questions import read_rate
from jacocalc.reading.questions import solved_for
from jacocalc.reading.relations import read_implicit
from jacocalc.reading.scope import Scope
from jacocalc.reading.staged import read_stages, refuse_program
from jacocalc.reading.statements import EXAMPLE, is_program
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.values import given_values, read_values, spelled
from jacocalc.solutions import Solution, whole_digits
from jacocalc.sources import look_up_program

if TYPE_CHECKING:
    from jacocalc.pictures.picture import Picture
    from jacocalc.replaying.report import Report

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
        return compose(self).result if len(self.stages) > 1 else jacobian(self).result

    @property
    def gradient(self) -> sympy.ImmutableMatrix:
        """∇f = J_fᵀ, a column.  Raises ShapeError unless the function is scalar."""
        return gradient(self).result

    @property
    def hessian(self) -> Any:
        """The second derivatives: n×n for a scalar function, else a tuple, one for each component."""
        return hessian(self).result

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


# -- functions in -------------------------------------------------------------------------------------

Given: TypeAlias = "function | VectorFunction | str | Any"  # what is SymPy's: ``with_inputs``


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


# -- questions ----------------------------------------------------------------------------------------


def answer(
    question: questions.Question,
    options: Options | None = None,
    symbols: Mapping[str, sympy.Symbol] | None = None,
    sources: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Solution:
    """The solution of a question, within ``timeout`` seconds.  Raises what ``derive`` raises, LimitReached."""
    used = options or Options()
    if used.digits is not None:
        used = replace(used, digits=whole_digits(used.digits))
    if timeout is not None and not (isinstance(timeout, int | float) and timeout > 0):
        raise JacocalcError(f"timeout is a positive number of seconds, not {timeout!r}")
    derivation = derive(question, used) if timeout is None else until(timeout, derive, question, used)
    return Solution(derivation, used, symbols, sources)


def compose(
    *functions: Given,
    at: Where = None,
    digits: int | None = None,
    timeout: float | None = None,
    kink: Any = None,
    order: str = "",
) -> Solution:
    """J_{h∘g∘f}(x) = J_h(g(f(x))) · J_g(f(x)) · J_f(x) for ``compose(f, g, h)``, the innermost first.

    >>> compose("f(t) = [cos t, sin t]", "g(x, y) = x y", at="0").result
    Matrix([[1]])

    The result is m×n (m components of the outermost, n innermost inputs).  ``order``: forward, reverse, best or
    compare, the order in which the factors are multiplied.  Raises ReadError, ShapeError,
    DomainError, NotDifferentiable, Undecided, and LimitReached after ``timeout`` seconds.
    """
    if layers := read_layers(" ".join(f for f in functions if isinstance(f, str))):
        return answer(questions.ComposeLayers(*layers))
    stages, symbols = chain_of(functions)
    asked = questions.Compose(stages, point_of(at, stages), kink_of(kink), order)
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def jacobian(
    *functions: Given,
    at: Where = None,
    digits: int | None = None,
    timeout: float | None = None,
    kink: Any = None,
    newton: int = 0,
) -> Solution:
    """J_f = [∂f_i/∂x_j], m×n; several functions of the same inputs are stacked, one row for each component.

    ``newton``: so many steps of Newton's method for f(x) = 0 from the point.

    >>> jacobian("f(x, y) = 3x^2 y", "g(x, y) = 2x + y^8", at=(1, 1)).result
    Matrix([
    [6, 3],
    [2, 8]])
    """
    one, symbols = _stacked(functions)
    asked = questions.JacobianOf(one, point_of(at, one), kink_of(kink), whole(newton))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def _as_one(stages: Chain) -> VectorFunction:
    if len(stages.stages) > 1:
        raise ShapeError("a composition is asked with compose", hint="compose f g")
    return stages.stages[0]


def gradient(
    *functions: Given, at: Where = None, digits: int | None = None, timeout: float | None = None, kink: Any = None
) -> Solution:
    """∇L = J_Lᵀ, a column; ``gradient(f, L)`` is ∇_x L = J_fᵀ ∇_f L.  L must be scalar.

    >>> gradient("L(x, y) = x^2 y", at=(1, 2)).result
    Matrix([
    [4],
    [1]])
    """
    stages, symbols = chain_of(functions)
    asked = questions.GradientOf(stages, point_of(at, stages), kink_of(kink))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def hessian(
    *functions: Given, at: Where = None, newton: int = 0, digits: int | None = None, timeout: float | None = None
) -> Solution:
    """H = [∂²f/∂x_i∂x_j], n×n; of a vector function a tuple, one for each component.

    Through a chain, H_{g∘f} = J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i}.  ``newton``: so many steps towards a minimum.

    >>> hessian("f(x, y) = x^2 y", at=(1, 2)).result
    Matrix([
    [4, 2],
    [2, 0]])
    """
    stages, symbols = chain_of(functions)
    asked = questions.HessianOf(stages, point_of(at, stages), whole(newton))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def vjp(
    *functions: Given,
    vector: Any,
    at: Where = None,
    digits: int | None = None,
    timeout: float | None = None,
    kink: Any = None,
) -> Solution:
    """The row vᵀJ (1×n), multiplied from the left, stage by stage.

    >>> vjp("f(x, y) = [x^2 + y, 2xy]", at=(1, 2), vector=(1, 1)).result
    Matrix([[6, 3]])
    """
    stages, symbols = chain_of(functions)
    asked = questions.VectorJacobian(stages, vector_of(vector, stages.m), point_of(at, stages), kink_of(kink))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def jvp(
    *functions: Given,
    vector: Any,
    at: Where = None,
    unit: bool = False,
    digits: int | None = None,
    timeout: float | None = None,
    kink: Any = None,
) -> Solution:
    """The column Jv (m×1), multiplied from the right; ``unit``: along v/‖v‖, the directional derivative.

    >>> jvp("f(x, y) = x^2 y", at=(1, 2), vector=(3, 4), unit=True).result
    Matrix([[16/5]])
    """
    stages, symbols = chain_of(functions)
    change = changes_of(vector, stages.inputs, stages.n)
    asked = questions.JacobianVector(stages, change, point_of(at, stages), kink_of(kink), unit)
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def differential(
    *functions: Given,
    at: Where = None,
    vector: Any = None,
    of: str = "",
    wrt: Any = "",
    second: bool = False,
    kronecker: bool = False,
    digits: int | None = None,
    timeout: float | None = None,
) -> Solution:
    """df = f′(x)[dx], a column in dx, dy, …; ``vector`` gives numbers for dx at the point.

    >>> differential("f(x, y) = [x y, x^2]").result
    Matrix([
    [dx*y + dy*x],
    [     2*dx*x]])

    Of a matrix-level program: the variable ``of`` by the declared variable ``wrt``; ``second`` adds the Hessian,
    ``kronecker`` the matrix K of vec df = K vec dX.

    >>> print(differential("x: n; A: m x n; f = A x", of="f", wrt="x").result["x"])
    A
    """
    first = functions[0] if functions else ""
    if isinstance(first, Program) or of or wrt or (isinstance(first, str) and is_program(first)):
        changed, changing = variable_name("of", of), ", ".join(variable_names(wrt))
        asked = questions.ProgramDifferential(program_of(functions), changed, changing, second, kronecker)
        return answer(asked, Options(digits=digits), timeout=timeout)
    one, symbols = _stacked(functions)
    change = () if vector is None else changes_of(vector, one.inputs, one.n)
    by_components = questions.DifferentialOf(one, point_of(at, one), change)
    return answer(by_components, Options(digits=digits), symbols, timeout=timeout)


def implicit(
    *functions: Given, solve_for: Any, at: Where = None, digits: int | None = None, timeout: float | None = None
) -> Solution:
    """J_y = −[∂F/∂y]⁻¹ ∂F/∂x for F(x, y) = 0; the inputs that are not in ``solve_for`` are independent.

    >>> implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)).result
    Matrix([[-3/4]])
    """
    given = [_implicit(item, place, len(functions)) for place, item in enumerate(_with_own_inputs(functions), 1)]
    one, symbols = _stacked(with_inputs(given, "FGHK"), united=True)
    named = solved_for(", ".join(map(name_of, in_order(solve_for))), one.inputs)
    asked = questions.ImplicitFunction(one, named, point_of(at, one))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def _with_own_inputs(given: Sequence[Given]) -> Iterator[Given]:
    """The equations, and behind each of SymPy's that has no list of inputs its symbols, sorted by name."""
    for item, behind in itertools.zip_longest(given, given[1:]):
        yield item
        if _of_sympy(item) and not isinstance(item, sympy.Lambda) and not _are_inputs(item) and not _are_inputs(behind):
            yield sorted({symbol for part in _of_sympy(item) for symbol in part.free_symbols}, key=str)


def _implicit(item: Given, place: int, count: int) -> Given:
    """F of an equation F = 0: the difference of its sides."""
    match item:
        case str():
            try:
                return read_implicit(item, name=f"F_{place}" if count > 1 else "F")
            except ReadError as refused:
                refuse_program(item, refused)
                raise
        case sympy.Equality():
            return item.lhs - item.rhs
        case list() | tuple():
            return [_implicit(part, place, count) for part in item]
    return item


def volume(
    *functions: Given, at: Where = None, density: str = "", digits: int | None = None, timeout: float | None = None
) -> Solution:
    """det J, and √det(JᵀJ) where m > n: volumes, change of variables in integrals and densities.

    >>> volume("f(r, theta) = [r cos theta, r sin theta]").result
    r
    """
    one, symbols = _stacked(functions)
    return answer(questions.VolumeOf(one, point_of(at, one), density), Options(digits=digits), symbols, timeout=timeout)


def point(*functions: Given, at: Where = None, timeout: float | None = None) -> Solution:
    """Is f defined, continuous, differentiable at the point, and why: ``result`` says yes, no or undecided.

    >>> point("f(x) = |x|", at=0).result["differentiable"]
    'no'
    """
    one, symbols = _stacked(functions)
    return answer(questions.PointReport(one, point_of(at, one)), None, symbols, timeout=timeout)


def graph(
    *functions: Given, at: Where = None, vector: Any = None, digits: int | None = None, timeout: float | None = None
) -> Solution:
    """The computational graph, at a point or in formulas, with the adjoints vᵀJ of a backward pass.

    >>> graph("f(x, y) = x y + sin x", at=(0, 3)).result
    Matrix([[4, 0]])
    >>> graph("f(x, y) = x y + sin x").result
    Matrix([[y + cos(x), x]])
    """
    stages, symbols = chain_of(functions)
    weights = () if vector is None else vector_of(vector, stages.m)
    asked = questions.GraphOf(stages, point_of(at, stages), weights)
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def picture(
    kind: str, *functions: Given, at: Where = None, kink: Any = None, timeout: float | None = None
) -> Picture:
    """A picture of f, or of a composition, at a point: map, gradient, graph or flow.  Needs jacocalc[plot].

    ``.save("map.svg")``, also .png and .pdf; ``.svg``, ``.png``; ``.alt`` says what is seen.  A notebook shows it.

    >>> picture("map", "f(x, y) = [2x, 3y]", at=(1, 2)).title
    'The local linear map of f at a = (1, 2)'

    Raises JacocalcError for what cannot be drawn, MissingExtra, and what the questions behind it raise.
    """
    ask = PICTURES.get(kind)
    if ask is None:
        raise JacocalcError(f"a picture is one of {', '.join(PICTURES)}, not {kind}")
    if ask == "graph":
        return graph(*functions, at=at, timeout=timeout).picture(kind)
    derived = gradient if ask == "gradient" else compose
    return derived(*functions, at=at, kink=kink, timeout=timeout).picture(kind)


def backprop(
    program: Any,
    *,
    wrt: Any = (),
    loss: str = "",
    at: Any = None,
    seed: int | None = None,
    update: Any = "",
    hessian_vector: bool = False,
    gauss_newton: bool = False,
    timeout: float | None = None,
) -> Solution:
    """∂L/∂v of a matrix-level program, in the shape of v, for the variables ``wrt``; the result is a dict.

    >>> s = backprop("x: n; W: m x n; y: m; L = 1/2 ||W x - y||^2", wrt=["W"])
    >>> print(s.result["W"])
    (W x - y)xᵀ

    ``program``: text, or the name of a worked example such as "two-layer".  ``at`` (arrays by name) or ``seed``
    (random ones) add both passes in numbers, ``update`` a step of gradient descent with that rate.
    ``.evaluate({…})`` gives the loss and the gradients at arrays.  Raises ReadError, ShapeError, JacocalcError.
    """
    given = () if at is None else read_values(at) if isinstance(at, str) else given_values(at)
    named, rate = tuple(variable_names(wrt)), read_rate(str(update))
    scalar = variable_name("loss", loss)
    asked = questions.BackpropOf(
        program_of([program]), named, scalar, given, whole(seed), rate, hessian_vector, gauss_newton
    )
    return answer(asked, timeout=timeout)


def program_of(given: Sequence[Any]) -> Program:
    """The program that was handed in, as text, by name or as it is."""
    if len(given) != 1 or not isinstance(given[0], str | Program):
        raise JacocalcError("one program is expected, as text or by name", hint=EXAMPLE)
    return given[0] if isinstance(given[0], Program) else look_up_program(given[0]).program


def variable_names(wrt: Any) -> list[str]:
    """Names from text, or from a list of names."""
    listed = wrt.replace(",", " ").split() if isinstance(wrt, str) else in_order(wrt)
    if not all(isinstance(name, str | sympy.Symbol) for name in listed):
        raise JacocalcError("wrt names variables", hint='wrt=["W", "b"]')
    return [spelled(str(getattr(name, "name", name))) for name in listed]


def variable_name(keyword: str, name: Any) -> str:
    """One name, empty where none is given.  Raises JacocalcError."""
    if not isinstance(name, str | sympy.Symbol):
        raise JacocalcError(f"{keyword} names a variable, not {name!r}", hint=f'{keyword}="L"')
    return spelled(str(name))


def _stacked(functions: Sequence[Given], united: bool = False) -> tuple[Chain, dict[str, sympy.Symbol]]:
    """Functions of the same inputs as one; equations take the inputs of all of them (``united``)."""
    if not functions:
        raise JacocalcError("no function is given")
    found = [chain_of([item]) for item in with_inputs(functions)]
    symbols = {name: s for _, more in found for name, s in more.items()}
    return chain((questions.stacked(tuple(_as_one(stages) for stages, _ in found), united),)), symbols


def from_json(text: str | bytes) -> Solution:
    """The solution that :meth:`Solution.to_json` wrote.

    >>> s = jacobian("f(x, y) = x y", at=(2, 3))
    >>> from_json(s.to_json()) == s
    True

    Raises JacocalcError for anything else.
    """
    from jacocalc import exchange

    if not isinstance(text, str | bytes | bytearray):
        raise JacocalcError(f"the JSON of a solution is text, not {type(text).__name__}")
    derivation, sources = exchange.from_json(text)
    return Solution(derivation, sources=sources)


def replay(text_or_solution: str | bytes | Solution) -> Report:
    """A solution, or the JSON of one, verified step by step without the rules that made it.

    Values come from the functions that the question states, derivatives from differences of such values; the
    report names the first step and field that is wrong.

    >>> s = gradient("f(x, y) = x^2 y", at=(1, 2))
    >>> replay(s).outcome
    'agrees'
    >>> wrong = replay(s.to_json().replace('"2*x*y"', '"3*x*y"'))
    >>> wrong.outcome, wrong.kind, wrong.field
    ('wrong', 'LocalJacobian', 'partials[0][0].result')

    Raises JacocalcError for what is no derivation.
    """
    from jacocalc.replaying.door import replayed

    text = text_or_solution.to_json() if isinstance(text_or_solution, Solution) else text_or_solution
    if isinstance(text, bytes | bytearray):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        raise JacocalcError(f"a solution or its JSON is expected, not {type(text).__name__}")
    return replayed(text, lambda derivation: Solution(derivation).to_json())


def read(text: str, variables: Sequence[Any] = ()) -> Any:
    """The SymPy expression or matrix that a text says: ``read("2xy", variables=["x", "y"])``.

    Variables are strings or SymPy symbols; the result holds the symbols that are handed in.  Raises ReadError.

    >>> read("2xy + sin^2 x", variables=["x", "y"])
    2*x*y + sin(x)**2
    >>> read(r"\\frac{1}{2} x", variables=["x"])
    x/2
    """
    if not isinstance(text, str):
        raise JacocalcError(f"text is expected, not {type(text).__name__}")
    if isinstance(variables, str):
        variables = variables.replace(",", " ").split()
    variables = [variables] if isinstance(variables, sympy.Symbol) else variables
    listed = [v.name if isinstance(v, sympy.Symbol) else tokens_of(str(v))[0].text for v in variables]
    symbols = {str(v.name): v for v in variables if isinstance(v, sympy.Symbol)}
    scope = Scope.of(listed)
    if not listed:
        scope.open = True
    return to_sympy(by_entries(read_expression(text, scope), text), symbols)
