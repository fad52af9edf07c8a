"""The libraries that speed is compared with, one class each, all asked in the same words.

In: a problem.  ``prepare`` writes its function in the library's own symbols; ``derive`` and ``hessian`` turn that
into the matrix of derivatives, and are the part to time.  ``compile`` makes a function from N points, an array
(N, n), to their Jacobians (N, m, n), or to their Hessians (N, n, n) if ``second``: new arrays, point after point in
memory.  ``operations`` counts those of the Jacobian, together with those of the values unless told otherwise, after
the library's own sharing, or says ``None`` where the library keeps no scalar operations to count.

The count, one rule for all: a sum or product of k terms is k − 1, a division 1, a power 1, a function 1; a minus
sign that only makes a subtraction is free.

A library that is missing is named with the reason (``missing``); what takes too long is cut off (``limited``).
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from tests.benchmarks.problems import Problem

Array: TypeAlias = npt.NDArray[np.float64]
Compiled: TypeAlias = Callable[[Array], Array]
T = TypeVar("T")

FUNCTIONS = ("sin", "cos", "exp", "log", "sqrt", "tanh")


class Peer(Protocol):
    """What is asked of every library."""

    @property
    def name(self) -> str: ...
    def prepare(self, problem: Problem) -> Any: ...
    def derive(self, prepared: Any) -> Any: ...
    def hessian(self, prepared: Any) -> Any: ...
    def operations(self, problem: Problem, values: bool = True) -> int | None: ...
    def compile(self, problem: Problem, second: bool = False) -> Compiled: ...


def namespace(library: Any, rational: Callable[[Fraction], Any] = float) -> SimpleNamespace:
    """The ``m`` that problems are written with."""
    return SimpleNamespace(**{name: getattr(library, name) for name in FUNCTIONS}, rational=rational)


def names(problem: Problem) -> list[str]:
    """Names that no library gives to a shared part: SymEngine takes its own ``x0`` for an argument ``x0``."""
    return [f"input_{i}" for i in range(problem.inputs)]


# -- counting in SymPy's and SymEngine's trees ------------------------------------------------------------


def count(expression: Any) -> int:
    """The operations of one tree, by the rule at the module's head."""
    parts = expression.args
    if not parts:
        return 0
    if expression.is_Add:
        leading = any(signless(part)[0] for part in parts)
        return len(parts) - leading + sum(count_product(signless(part)[1]) for part in parts)
    if expression.is_Mul:
        positive, factors = signless(expression)
        return count_product(factors) + (not positive and not is_inverse(factors[0]))
    if is_inverse(expression):
        return count_product((expression,))
    return 1 + sum(map(count, parts))


def signless(term: Any) -> tuple[bool, Sequence[Any]]:
    """Whether a term has no minus sign of its own, and its factors without it; −3x is the product of −3 and x."""
    if not term.is_Mul:
        return True, (term,)
    factors = tuple(factor for factor in term.args if factor != -1)
    return len(factors) == len(term.args), factors


def is_inverse(factor: Any) -> bool:
    """Whether a factor is a denominator."""
    return bool(factor.is_Pow and factor.args[1].is_Number and factor.args[1].is_negative)


def count_product(factors: Sequence[Any]) -> int:
    """The operations of a quotient of products; 1/(xy) is one product and one division."""
    under = [factor.args[0] ** -factor.args[1] for factor in factors if is_inverse(factor)]
    over = [factor for factor in factors if not is_inverse(factor)]
    joined = max(len(over) - 1, 0) + max(len(under) - 1, 0) + bool(under)
    return joined + sum(map(count, over)) + sum(map(count, under))


def count_shared(shared: tuple[Sequence[tuple[Any, Any]], Sequence[Any]]) -> int:
    """The operations of what ``cse`` returns, the parts that are no more than −x put back if that is fewer."""
    replacements, expressions = shared
    minus = {name: part for name, part in replacements if part.is_Mul and len(part.args) == 2 and -1 in part.args}
    kept = [part for name, part in replacements if name not in minus]
    put_back = [part.xreplace(minus) for part in (*kept, *expressions)]
    return min(len(minus) + sum(map(count, (*kept, *expressions))), sum(map(count, put_back)))


# -- the peers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SymPy:
    """Trees in pure Python; compiled by ``lambdify`` for NumPy, with ``cse``."""

    library: Any
    name: str = "SymPy"

    def prepare(self, problem: Problem) -> tuple[list[Any], list[Any]]:
        symbols = [self.library.Symbol(name, real=True) for name in names(problem)]
        m = namespace(self.library, self.library.Rational)
        m.total = lambda terms: self.library.Add(*terms)
        return symbols, [self.library.sympify(value) for value in problem.function(symbols, m)]

    def derive(self, prepared: Any) -> Any:
        symbols, values = prepared
        return self.library.Matrix(values).jacobian(symbols)

    def hessian(self, prepared: Any) -> Any:
        symbols, values = prepared
        return self.library.hessian(values[0], symbols)

    def operations(self, problem: Problem, values: bool = True) -> int:
        prepared = self.prepare(problem)
        entries = [entry for entry in self.derive(prepared) if entry != 0]
        return count_shared(self.library.cse([*prepared[1] * values, *entries]))

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        prepared = self.prepare(problem)
        matrix = self.hessian(prepared) if second else self.derive(prepared)
        places = [i for i, entry in enumerate(matrix) if entry != 0]
        function = self.library.lambdify(
            [prepared[0]], [matrix[i] for i in places], modules="numpy", cse=True, docstring_limit=0
        )

        def compiled(points: Array) -> Array:
            entries = np.zeros((len(matrix), len(points)))  # entry by entry, so that each is written in one go
            for i, entry in zip(places, function(points.T), strict=True):
                entries[i] = entry
            return np.ascontiguousarray(entries.reshape(*matrix.shape, len(points)).transpose(2, 0, 1))

        return compiled


@dataclass(frozen=True)
class SymEngine:
    """Trees in C++; compiled by LLVM where the wheel has it, with ``cse``."""

    library: Any
    name: str = "SymEngine"

    def prepare(self, problem: Problem) -> tuple[list[Any], list[Any]]:
        symbols = [self.library.Symbol(name) for name in names(problem)]
        m = namespace(self.library, lambda value: self.library.Rational(value.numerator, value.denominator))
        return symbols, [self.library.sympify(value) for value in problem.function(symbols, m)]

    def derive(self, prepared: Any) -> Any:
        symbols, values = prepared
        column = self.library.DenseMatrix
        return column(len(values), 1, values).jacobian(column(len(symbols), 1, symbols))

    def hessian(self, prepared: Any) -> Any:
        return self.derive((prepared[0], list(self.derive(prepared))))

    def operations(self, problem: Problem, values: bool = True) -> int:
        prepared = self.prepare(problem)
        entries = [entry for entry in self.derive(prepared) if entry != 0]
        return count_shared(self.library.cse([*prepared[1] * values, *entries]))

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        prepared = self.prepare(problem)
        matrix = self.hessian(prepared) if second else self.derive(prepared)
        backend = "llvm" if self.library.have_llvm else "lambda"
        function: Compiled = self.library.Lambdify(prepared[0], matrix, real=True, backend=backend, cse=True)
        return function


@dataclass(frozen=True)
class CasADi:
    """Graphs in C++ (SX); evaluated by its virtual machine, or by the C that it generates (``generated``)."""

    library: Any
    generated: bool = False

    @property
    def name(self) -> str:
        return "CasADi C" if self.generated else "CasADi"

    def prepare(self, problem: Problem) -> tuple[Any, Any]:
        symbols = self.library.SX.sym("input", problem.inputs)
        elements = [symbols[i] for i in range(problem.inputs)]
        return symbols, self.library.vertcat(*problem.function(elements, namespace(self.library)))

    def derive(self, prepared: Any) -> Any:
        symbols, values = prepared
        return self.library.jacobian(values, symbols)

    def hessian(self, prepared: Any) -> Any:
        symbols, values = prepared
        return self.library.hessian(values, symbols)[0]

    def operations(self, problem: Problem, values: bool = True) -> int:
        prepared = self.prepare(problem)
        outputs = [self.derive(prepared), *prepared[1:] * values]
        program = self.library.Function("program", [prepared[0]], self.library.cse(outputs))
        free = (self.library.OP_INPUT, self.library.OP_OUTPUT, self.library.OP_CONST)
        return sum(program.instruction_id(i) not in free for i in range(program.n_instructions()))

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        prepared = self.prepare(problem)
        matrix = self.hessian(prepared) if second else self.derive(prepared)
        # Matrices are stored by columns there: the transpose by columns is the matrix by rows.
        by_rows = self.library.cse(matrix).T
        if self.generated:
            by_rows = self.library.densify(by_rows)
        program = self.library.Function("program", [prepared[0]], [by_rows])
        return (in_c if self.generated else self.on_machine)(program, matrix.shape)

    def on_machine(self, program: Any, shape: tuple[int, int]) -> Compiled:
        """The virtual machine, called once for all points and writing into the result itself."""
        inputs = self.library.MX.sym("input", program.size_in(0))
        filled = self.library.densify(program(inputs))  # one instruction, instead of one for each zero
        function = self.library.Function("filled", [inputs], [filled])
        mapped = functools.cache(lambda number: function.map(number).buffer())

        def compiled(points: Array) -> Array:
            points = np.ascontiguousarray(points)
            result = np.empty((len(points), *shape))
            buffer, run = mapped(len(points))
            buffer.set_arg(0, memoryview(points))  # type: ignore[arg-type]
            buffer.set_res(0, memoryview(result))  # type: ignore[arg-type]
            run()
            return result

        return compiled


LOOP = """
void points(long number, const double* from, double* to) {{
  static casadi_int iw[{integers} + 1];
  static double w[{reals} + 1];
  const double* arg[{arguments} + 1];
  double* res[{results} + 1];
  for (long i = 0; i < number; ++i) {{
    arg[0] = from + i * {inputs};
    res[0] = to + i * {outputs};
    program(arg, res, iw, w, 0);
  }}
}}
"""


def in_c(function: Any, shape: tuple[int, int]) -> Compiled:
    """The C that CasADi generates for one point, with a loop over points beside it so that no call lies between."""
    generator = importlib.import_module("casadi").CodeGenerator("program.c")
    generator.add(function)
    loop = LOOP.format(
        integers=function.sz_iw(),
        reals=function.sz_w(),
        arguments=function.sz_arg(),
        results=function.sz_res(),
        inputs=function.numel_in(0),
        outputs=shape[0] * shape[1],
    )
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder, "program.c"), Path(folder, "program.so")
        source.write_text(generator.dump() + loop)
        flags = ["-O3", "-march=native", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-o", os.fspath(binary), os.fspath(source), "-lm"], check=True)
        run = ctypes.CDLL(os.fspath(binary)).points
    pointer = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")
    run.argtypes, run.restype = (ctypes.c_long, pointer, pointer), None

    def compiled(points: Array) -> Array:
        result = np.empty((len(points), *shape))
        run(len(points), np.ascontiguousarray(points), result)
        return result

    return compiled


@dataclass(frozen=True)
class Jax:
    """Traced, and compiled by XLA the first time that a number of points is met; ``derive`` traces only."""

    library: Any
    name: str = "JAX"

    def prepare(self, problem: Problem) -> tuple[Problem, Callable[[Any], Any]]:
        numpy = self.library.numpy

        def function(x: Any) -> Any:
            return numpy.stack([numpy.asarray(v, x.dtype) for v in problem.function(list(x), namespace(numpy))])

        return problem, function

    def derive(self, prepared: Any) -> Any:
        problem, function = prepared
        return self.library.make_jaxpr(self.jacobian(problem, function))(point(problem))

    def hessian(self, prepared: Any) -> Any:
        problem, function = prepared
        return self.library.make_jaxpr(self.library.hessian(lambda x: function(x)[0]))(point(problem))

    def jacobian(self, problem: Problem, function: Any) -> Any:
        """Forward or reverse, whichever needs fewer passes."""
        return (self.library.jacrev if problem.outputs < problem.inputs else self.library.jacfwd)(function)

    def operations(self, problem: Problem, values: bool = True) -> None:
        return None

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        _, function = self.prepare(problem)
        one = self.library.hessian(lambda x: function(x)[0]) if second else self.jacobian(problem, function)
        many = self.library.jit(self.library.vmap(one))
        return lambda points: np.asarray(many(points))


@dataclass(frozen=True)
class Torch:
    """Eager: it derives anew whenever it evaluates, so ``derive`` gives the numbers at the problem's point."""

    library: Any
    name: str = "PyTorch"

    def prepare(self, problem: Problem) -> tuple[Problem, Callable[[Any], Any]]:
        torch = self.library

        def function(x: Any) -> Any:
            return torch.stack([x.new_tensor(v) if isinstance(v, int) else v for v in outputs(x)])

        def outputs(x: Any) -> list[Any]:
            return problem.function(list(x.unbind()), namespace(torch))

        return problem, function

    def derive(self, prepared: Any) -> Any:
        problem, function = prepared
        return self.jacobian(problem, function)(self.library.tensor(point(problem)))

    def hessian(self, prepared: Any) -> Any:
        problem, function = prepared
        return self.library.func.hessian(lambda x: function(x)[0])(self.library.tensor(point(problem)))

    def jacobian(self, problem: Problem, function: Any) -> Any:
        """Forward or reverse, whichever needs fewer passes."""
        func = self.library.func
        return (func.jacrev if problem.outputs < problem.inputs else func.jacfwd)(function)

    def operations(self, problem: Problem, values: bool = True) -> None:
        return None

    def compile(self, problem: Problem, second: bool = False) -> Compiled:
        _, function = self.prepare(problem)
        one = self.library.func.hessian(lambda x: function(x)[0]) if second else self.jacobian(problem, function)
        many = self.library.vmap(one)
        return lambda points: np.asarray(many(self.library.from_numpy(np.ascontiguousarray(points))))


def point(problem: Problem) -> Array:
    """The problem's point in float64."""
    return np.array(problem.point, float)


# -- which peers are here ---------------------------------------------------------------------------------


def load(module: str) -> Any:
    """A library, whatever it has to say while it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(module)


def casadi_in_c() -> Peer:
    if shutil.which("cc") is None:
        raise ImportError("no C compiler is called cc")
    return CasADi(load("casadi"), generated=True)


def jax_in_float64() -> Peer:
    library = load("jax")
    library.config.update("jax_enable_x64", True)
    return Jax(library)


PEERS: dict[str, Callable[[], Peer]] = {
    "SymPy": lambda: SymPy(load("sympy")),
    "SymEngine": lambda: SymEngine(load("symengine")),
    "CasADi": lambda: CasADi(load("casadi")),
    "CasADi C": casadi_in_c,
    "JAX": jax_in_float64,
    "PyTorch": lambda: Torch(load("torch")),
}


@functools.cache
def peer(name: str) -> Peer | str:
    """The peer of this name, or why it is missing."""
    try:
        return PEERS[name]()
    except ImportError as error:
        return str(error)


def available() -> list[Peer]:
    """The peers that can be asked."""
    return [found for found in map(peer, PEERS) if not isinstance(found, str)]


def missing() -> dict[str, str]:
    """The names of the others, and why."""
    return {name: reason for name in PEERS if isinstance(reason := peer(name), str)}


# -- what takes too long ----------------------------------------------------------------------------------


def limited(work: Callable[[], T], seconds: float) -> T | None:
    """What the work returns, done in a child process; ``None`` if that is not there after so many seconds."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=tell, args=(work, sender), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX warns of any fork, also of one that never calls it
        child.start()
    sender.close()  # a child that dies is now the end of the pipe
    try:
        if not receiver.poll(seconds):
            return None
        outcome, failure = receiver.recv()
    finally:
        child.kill()
        child.join()
        receiver.close()
    if failure is not None:
        raise failure
    result: T = outcome
    return result


def tell(work: Callable[[], object], sender: multiprocessing.connection.Connection) -> None:
    """In the child: do the work and send its result, or what went wrong."""
    message: tuple[object, Exception | None]
    try:
        message = (work(), None)
    except Exception as error:
        message = (None, error)
    sender.send(message)
