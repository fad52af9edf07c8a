"""The door for numbers at speed: functions, chains and programs compiled for NumPy arrays; Python code traced.

>>> import numpy as np
>>> import jacocalc as jc
>>> c = jc.compile("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]")
>>> c.jacobian(np.array([1.0, 2.0])).round(3)
array([[ 6.   ,  3.   ],
       [12.   ,  6.   ],
       [-2.615, -1.307]])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import sympy

from jacocalc.api import compose, jacobian, program_of, variable_name, variable_names
from jacocalc.compiled.code.drafts import Written
from jacocalc.compiled.functions import CompiledFunction
from jacocalc.compiled.matrix.cotangents import paired
from jacocalc.compiled.matrix.programs import CompiledProgram
from jacocalc.derive.matrix.answer import variable_of
from jacocalc.derive.matrix.backprop import Backward
from jacocalc.derive.matrix.prepare import prepared, steady
from jacocalc.errors import JacocalcError, ShapeError, TooLarge
from jacocalc.evaluate.fields import precision
from jacocalc.evaluate.numbers import ChainTape, ball
from jacocalc.evaluate.sympy_tape import read_sympy
from jacocalc.evaluate.tape import Tape
from jacocalc.evaluate.tracing import Trace
from jacocalc.evaluate.writing import notation_of
from jacocalc.functions import Chain, VectorFunction
from jacocalc.given_functions import Given, chain_of, function
from jacocalc.known_functions import KNOWN
from jacocalc.notation import Expr, Symbol, name_key, tree_size
from jacocalc.programs import Program, shape_text
from jacocalc.reading.statements import is_program
from jacocalc.reading.values import spelled

_NAME = r"[A-Za-z]\w*"
_BITS = 100
_LONG = 2000  # parts of formulas that are written as equations


def compile(  # noqa: A001 (the name that the design gives it)
    *functions: Given | Program,
    backend: str = "numpy",
    inputs: Sequence[sympy.Symbol] = (),
    wrt: Any = (),
    loss: str = "",
    outputs: Any = (),
    generic: Mapping[str, Any] | None = None,
    checkpoint: Any = None,
    kink: Any = None,
) -> Any:
    """A function, a chain (the innermost first) or a program, compiled for NumPy arrays.

    Functions give a ``CompiledFunction``: ``.value(X)``, ``.jacobian(X)``, ``.gradient(X)``, ``.hessian(X)``,
    ``.jvp(X, V)``, ``.vjp(X, W)``, ``.hvp(X, V)``, batched over the leading axes of X, with ``backend="numpy"`` or
    ``"c"``; at a kink a derivative is NaN, or with ``kink=t`` by convention: (1 − t)·left + t·right of |u| and ReLU,
    the mean at a tie of max or min, of a piecewise part the branch that holds.  SymPy expressions are compiled with
    ``inputs=(x, y)``.

    A program gives a ``CompiledProgram``: ``.value({…})``, ``.gradient({…})``, ``.value_and_gradient({…})`` of its
    loss by the variables ``wrt``, and ``.jvp({…}, {"x": dx})``; ReLU and |x| have the slope 0 at 0 there, as in
    frameworks.  With ``outputs=["h"]`` vᵀJ of these variables,
    ``.vjp({…}, {"h": v})``.  ``generic`` says what σ is, ``checkpoint`` what the backward pass keeps (None: all;
    names; "auto").

    >>> c = compile("f(x, y) = x^2 y")
    >>> c.value([[1.0, 2.0], [3.0, 4.0]])
    array([ 2., 36.])
    >>> c.gradient([1.0, 2.0])
    array([4., 1.])

    Raises ReadError, ShapeError, JacocalcError.
    """
    if not functions:
        raise JacocalcError("no function is given")
    first = functions[0]
    if isinstance(first, Program) or (isinstance(first, str) and is_program(first)):
        if kink is not None or backend != "numpy":
            raise JacocalcError("kink= and backend= belong to functions; programs run on NumPy, with slope 0 at kinks")
        named = variable_names(wrt), variable_name("loss", loss), variable_names(outputs)
        return _program(functions, *named, generic, checkpoint)
    if inputs:
        return _expressions(functions, inputs, backend, kink)
    stages, _ = chain_of(functions)
    return _compiled(stages, backend, kink)


def _compiled(stages: Chain, backend: str, kink: Any) -> CompiledFunction:
    if stages.abstract:
        raise JacocalcError("an unspecified function has no values and cannot be compiled")
    on_tape = ChainTape(stages.stages, stages.parameters, len(stages.inputs), kept=KNOWN)
    last = stages.stages[-1]
    name = "∘".join(stage.name for stage in reversed(stages.stages))
    found = CompiledFunction(
        on_tape.tape, on_tape.values[-1], stages.inputs, stages.parameters, name, last.scalar, backend, kink
    )
    found.written = Written(stages.stages, partial(_equations, stages.stages))
    return found


def _equations(stages: tuple[VectorFunction, ...]) -> str:
    """The definition of every stage and the Jacobian of the whole, each displayed.  Raises TooLarge, JacocalcError."""
    if sum(tree_size(component) for stage in stages for component in stage.components or ()) > _LONG:
        raise TooLarge("the formulas are too long to write out", hint="--target numpy, c, jax, torch, julia or matlab")
    whole = function.of(stages)
    solution = jacobian(whole) if len(stages) == 1 else compose(whole)
    listed: list[Any] = [*(function.of((stage,)) for stage in stages), solution]
    shown = (one._repr_latex_().removeprefix(r"$\displaystyle ").removesuffix("$") for one in listed)
    return "".join(f"\\[\n{text}\n\\]\n" for text in shown)


def _expressions(given: Sequence[Any], inputs: Sequence[sympy.Symbol], backend: str, kink: Any) -> CompiledFunction:
    """SymPy expressions straight onto a tape."""
    listed = sympy.flatten(given) if len(given) > 1 or not isinstance(given[0], sympy.Expr) else list(given)
    entries = [entry for one in listed for entry in (one if isinstance(one, sympy.MatrixBase) else [one])]
    if not entries or not all(isinstance(entry, sympy.Expr) for entry in entries):
        raise JacocalcError("with inputs= SymPy expressions are compiled", hint="jc.compile(x**2*y, inputs=(x, y))")
    if not all(isinstance(one, sympy.Symbol) for one in inputs):
        raise JacocalcError("inputs are SymPy symbols")
    tape = Tape(kept=KNOWN)
    bound = {one: tape.input() for one in inputs}
    nodes = read_sympy(tape, entries, bound)
    scalar = len(given) == 1 and isinstance(given[0], sympy.Expr)
    return CompiledFunction(tape, nodes, [str(one.name) for one in inputs], (), "f", scalar, backend, kink)


def _program(
    given: Sequence[Any],
    wrt: Sequence[str],
    loss: str,
    outputs: Sequence[str],
    generic: Mapping[str, Any] | None,
    checkpoint: Any,
) -> CompiledProgram:
    program = steady(program_of(given))
    named = {spelled(str(name)): function for name, function in (generic or {}).items()}
    asked = {name_key(var.key) for name in wrt for var in program.members(variable_of(program, name))}
    if outputs:
        pair = paired(program, [_found(program, name) for name in outputs])
        whole, target, cotangents = prepared(pair.program), pair.loss, pair.cotangents
        free = [var for var in whole.declared if var.key not in cotangents.values()]
        by = tuple(var for var in free if name_key(var.key) in asked or not wrt)
    else:
        whole, cotangents = prepared(program), {}
        target = _found(whole, loss) if loss else list(whole.assignments)[-1].variable
        found = (one for var in whole.declared if name_key(var.key) in asked or not wrt for one in whole.members(var))
        by = tuple(dict.fromkeys(found))
        if target.size != (1, 1):
            shape = shape_text(target.size)
            raise ShapeError(f"the loss {target} is {shape}, not a scalar", hint=f'outputs=["{target}"] gives vᵀJ')
    missing = sorted(asked - {name_key(var.key) for var in by})
    if missing:
        raise JacocalcError(f"{missing[0]} is not declared in the program",
                            hint=f"declared are {', '.join(var.key for var in program.declared)}")  # fmt: skip
    return CompiledProgram(whole, target, by, Backward(whole, target, by).run(), named, checkpoint, cotangents)


def _found(program: Program, name: str) -> Any:
    for one in program.assignments:
        if name_key(one.variable.key) == name_key(name):
            return one.variable
    raise JacocalcError(f"{name} is not computed in the program")


def doubles(exact: Sequence[Expr]) -> list[float]:
    """Closed notation as doubles: 1/3, √2, π."""
    with precision(_BITS):
        return [float(ball(value, _BITS).mid()) for value in exact]


def trace(python_function: Callable[..., Any], n: int | tuple[int, ...], name: str = "") -> function:
    """The function that ordinary Python or NumPy code computes from n inputs, found by running it on symbols.

    The code gets n numbers if it takes n arguments, else one array of n entries; if ``n`` is a shape, such as (3,) or
    (2, 3), always an array of that shape.  Arrays, given and returned, count row by row: the inputs and components of
    the function are their entries as in ``ravel()``.  Loops run as they are; a branch on a value is refused with its
    line, ``np.where`` is not.

    >>> f = trace(lambda x, y: [x**2 + y, 2*x*y], 2, name="f")
    >>> f
    function('f(x, y) = [x^2 + y, 2xy]')

    Raises JacocalcError.
    """
    if not callable(python_function):
        raise JacocalcError(f"a Python function is traced, not {type(python_function).__name__}")
    if name and not re.fullmatch(_NAME, name):
        raise JacocalcError(f"{name!r} is no name of a function", hint="a letter, then letters, digits and _")
    found = Trace(python_function, n)
    symbols = dict(zip(found.tape.inputs, map(Symbol, found.inputs), strict=True))
    components = tuple(notation_of(found.tape, found.outputs, symbols))
    called = name or str(getattr(python_function, "__name__", "f"))
    stem = called if re.fullmatch(_NAME, called) else "f"
    made = VectorFunction(stem, found.inputs, components, len(found.inputs), len(components), scalar=found.scalar)
    return function.of((made,))
