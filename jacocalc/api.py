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

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy

from jacocalc import questions
from jacocalc.algebra.convert import to_sympy
from jacocalc.asked import PICTURES
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.given_functions import Given, chain_of, stacked_of, with_inputs, with_own_inputs
from jacocalc.handed_in import Where, changes_of, in_order, kink_of, name_of, point_of, vector_of, whole
from jacocalc.options import Options
from jacocalc.programs import Program
from jacocalc.reading.definitions import read_layers
from jacocalc.reading.matrices import by_entries
from jacocalc.reading.parser import read_expression
from jacocalc.reading.program_questions import read_rate
from jacocalc.reading.questions import solved_for
from jacocalc.reading.relations import read_implicit
from jacocalc.reading.scope import Scope
from jacocalc.reading.staged import refuse_program
from jacocalc.reading.statements import EXAMPLE, is_program
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.values import given_values, read_values, spelled
from jacocalc.solutions import Solution, answer
from jacocalc.sources import look_up_program

if TYPE_CHECKING:
    from jacocalc.pictures.picture import Picture
    from jacocalc.replaying.report import Report


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

    Raises what ``compose`` raises; ShapeError where the inputs of several functions differ.
    """
    one, symbols = stacked_of(functions)
    asked = questions.JacobianOf(one, point_of(at, one), kink_of(kink), whole(newton))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


def gradient(
    *functions: Given, at: Where = None, digits: int | None = None, timeout: float | None = None, kink: Any = None
) -> Solution:
    """∇L = J_Lᵀ, a column; ``gradient(f, L)`` is ∇_x L = J_fᵀ ∇_f L.

    >>> gradient("L(x, y) = x^2 y", at=(1, 2)).result
    Matrix([
    [4],
    [1]])

    Raises what ``compose`` raises; ShapeError where the outermost function is not scalar.
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

    Raises what ``compose`` raises; NotDifferentiable where there are first derivatives only.
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

    Raises what ``compose`` raises; ShapeError for a vector without m entries.
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

    Raises what ``compose`` raises; ShapeError for a vector without n entries, JacocalcError for the direction of 0.
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

    Raises what ``compose`` raises; ShapeError where sizes do not fit.
    """
    first = functions[0] if functions else ""
    if isinstance(first, Program) or of or wrt or (isinstance(first, str) and is_program(first)):
        changed, changing = variable_name("of", of), ", ".join(variable_names(wrt))
        asked = questions.ProgramDifferential(program_of(functions), changed, changing, second, kronecker)
        return answer(asked, Options(digits=digits), timeout=timeout)
    one, symbols = stacked_of(functions)
    change = () if vector is None else changes_of(vector, one.inputs, one.n)
    by_components = questions.DifferentialOf(one, point_of(at, one), change)
    return answer(by_components, Options(digits=digits), symbols, timeout=timeout)


def implicit(
    *functions: Given, solve_for: Any, at: Where = None, digits: int | None = None, timeout: float | None = None
) -> Solution:
    """J_y = −[∂F/∂y]⁻¹ ∂F/∂x for F(x, y) = 0; the inputs that are not in ``solve_for`` are independent.

    >>> implicit("x^2 + y^2 = 25", solve_for="y", at=(3, 4)).result
    Matrix([[-3/4]])

    Raises what ``compose`` raises; JacocalcError at a point off the curve, or where ∂F/∂y is singular.
    """
    given = [_implicit(item, place, len(functions)) for place, item in enumerate(with_own_inputs(functions), 1)]
    one, symbols = stacked_of(with_inputs(given, "FGHK"), united=True)
    named = solved_for(", ".join(map(name_of, in_order(solve_for))), one.inputs)
    asked = questions.ImplicitFunction(one, named, point_of(at, one))
    return answer(asked, Options(digits=digits), symbols, timeout=timeout)


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

    Raises what ``compose`` raises; ShapeError where m < n.
    """
    one, symbols = stacked_of(functions)
    return answer(questions.VolumeOf(one, point_of(at, one), density), Options(digits=digits), symbols, timeout=timeout)


def point(*functions: Given, at: Where = None, timeout: float | None = None) -> Solution:
    """Is f defined, continuous, differentiable at the point, and why: ``result`` says yes, no or undecided.

    >>> point("f(x) = |x|", at=0).result["differentiable"]
    'no'

    Raises ReadError, ShapeError, and JacocalcError without a point.
    """
    one, symbols = stacked_of(functions)
    return answer(questions.PointReport(one, point_of(at, one)), None, symbols, timeout=timeout)


def graph(
    *functions: Given, at: Where = None, vector: Any = None, digits: int | None = None, timeout: float | None = None
) -> Solution:
    """The computational graph, at a point or in formulas, with the adjoints vᵀJ of a backward pass.

    >>> graph("f(x, y) = x y + sin x", at=(0, 3)).result
    Matrix([[4, 0]])
    >>> graph("f(x, y) = x y + sin x").result
    Matrix([[y + cos(x), x]])

    Raises what ``compose`` raises; ShapeError for a vector without m entries.
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
