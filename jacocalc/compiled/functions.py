"""A function or a chain, compiled: values and derivatives at many points, as NumPy arrays.

    c = CompiledFunction(tape, inputs, outputs, …)
    c.value(X), c.jacobian(X), c.gradient(X), c.hessian(X), c.jvp(X, V), c.vjp(X, W), c.hvp(X, V)

X has the inputs along its last axis; all axes before it are batch axes and come back as they are.  What a result is
made of is derived once, when it is first asked for; which machine code computes it is the business of a kernel.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from jacocalc.compiled import batches
from jacocalc.compiled.arrays import array_of, can_be_filled, check_out, empty, is_ready, side_by_side, with_last_axis
from jacocalc.compiled.c_kernel import CKernel, NoCompiler
from jacocalc.compiled.c_source import NotInC
from jacocalc.compiled.failures import Loss, Overflowed, first_failure, losses, swallowed
from jacocalc.compiled.harmless import Rarely
from jacocalc.compiled.kernels import Array, Job, Kernel, Seen, job_of
from jacocalc.compiled.numpy_kernel import NumpyKernel
from jacocalc.compiled.recognition import recognised
from jacocalc.compiled.sides import Sides
from jacocalc.displayed import Displayed
from jacocalc.document import Arrow, Document, Section, Space, Table, Text
from jacocalc.errors import JacocalcError, ShapeError
from jacocalc.evaluate.accumulation import hessian, hvp, jacobian, jvp, vjp
from jacocalc.evaluate.tape import Node, Tape
from jacocalc.functions import count

if TYPE_CHECKING:
    from jacocalc.compiled.code.drafts import Written

BACKENDS = ("numpy", "c")
_QUICK = 100_000  # inputs times operations, up to which a Jacobian is made only to be counted
_SECOND = ("hessian", "sparse hessian", "hvp")  # derivatives of the second order
_NUMBERS = (int, float, Fraction, np.floating, np.integer)


class CompiledFunction(Displayed):
    """f: ℝⁿ → ℝᵐ at many points; see the module's head.

    ``n``, ``m``; ``parameters``: their names, given by keyword, one number each or one for each point.  ``backend``:
    "numpy", or "c" (points in the lanes of vectors, by the system's compiler; NumPy where there is none, and for what
    needs functions that C lacks, said once).  Every method takes ``out=`` (an array to fill), ``executor=`` (any of
    ``concurrent.futures``), ``progress=`` (called with the points done and all points), and ``parameters=`` for those
    whose names are taken.  float32 in, float32 out; whole numbers and fractions count as float64.  At a kink a
    derivative is NaN, with a warning that names it, unless all branches have the same one; with ``kink=t``, 0 to 1,
    left or right, each |u| and ReLU takes (1 − t)·left + t·right of its own, max and min the mean over the arguments
    that are equal, and a piecewise part the derivative of the branch that holds.

    Raises ShapeError, JacocalcError.
    """

    def __init__(
        self,
        tape: Tape,
        outputs: Sequence[Node],
        names: Sequence[str],
        parameters: Sequence[str] = (),
        name: str = "f",
        scalar: bool = False,
        backend: str = "numpy",
        kink: Any = None,
    ) -> None:
        if backend not in BACKENDS:
            raise JacocalcError(f"backend is {' or '.join(BACKENDS)}, not {backend!r}")
        self.kink = _kink(kink)
        self.tape, found = recognised(tape, outputs, self.kink)
        self.outputs = tuple(found)
        self.names = tuple(names)
        self.parameters = tuple(parameters)
        self.name = name
        self.scalar = scalar
        self.backend = backend
        self.written: Written | None = None
        self._kernels: dict[tuple[str, np.dtype[Any]], Kernel] = {}
        self._jobs: dict[str, Job] = {}
        self._rarely: dict[str, Rarely] = {}

    @property
    def n(self) -> int:
        """How many inputs."""
        return len(self.names)

    @property
    def m(self) -> int:
        """How many components."""
        return len(self.outputs)

    @cached_property
    def inputs(self) -> list[Node]:
        """The nodes of the inputs, those of the parameters left out."""
        return self.tape.inputs[: self.n]

    def __eq__(self, other: object) -> bool:
        """The same function of the same names, computed in the same way; what is ready by now does not count."""
        if not isinstance(other, CompiledFunction):
            return False
        alike = self._said() == other._said() and self.backend == other.backend
        return self is other or (alike and self._lines() == other._lines())

    def __hash__(self) -> int:
        """Without the back end, which is NumPy where the compiler fails later."""
        return hash(self._said())

    def _said(self) -> tuple[object, ...]:
        return self.name, self.names, self.parameters, self.scalar, self.kink

    def _lines(self) -> tuple[object, ...]:
        return self.tape.lines(self.outputs)

    def __repr__(self) -> str:
        return f"<compiled {self.name}: ℝ^{self.n} → ℝ^{self.m}, {self.backend}>"

    def document(self) -> Document:
        """A short table: what it maps, how it is computed, and what one point costs."""
        listed: list[tuple[Text, Text]] = [
            (("maps",), (Arrow((Space(self.n), Space(self.m))),)),
            (("inputs",), (", ".join(self.names),)),
            (("parameters",), (", ".join(self.parameters),)),
            (("backend",), (self.backend,)),
            (("operations of a value",), (f"{self.operations():,}",)),
        ]
        if self.n * self.operations() < _QUICK:
            listed.append((("operations of a Jacobian",), (f"{self.operations('jacobian'):,}",)))
        rows = tuple(row for row in listed if row[1] != ("",))
        return Document((), (Section((), (Table(((f"compiled {self.name}",), ("",)), rows),), key=True),))

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.__dict__.items() if name not in ("_sides", "_controlled")}
        return {**kept, "_kernels": {}, "_rarely": {}}

    # -- results ------------------------------------------------------------------------------------

    def value(self, X: Any, **options: Any) -> Array:
        """f(x): (…, n) → (…, m), (…) for a scalar function."""
        return self._computed("value", (X,), () if self.scalar else (self.m,), options)

    def jacobian(self, X: Any, *, sparse: bool = False, **options: Any) -> Array:
        """J_f(x): (…, n) → (…, m, n); row i is component i, column j is input j.

        ``sparse``: only the entries that ``sparsity`` lists, in its order: (…, n) → (…, how many they are).
        """
        if sparse:
            return self._computed("sparse jacobian", (X,), (len(self.sparsity),), options)
        return self._computed("jacobian", (X,), (self.m, self.n), options)

    def gradient(self, X: Any, **options: Any) -> Array:
        """∇f(x) of a scalar function: (…, n) → (…, n)."""
        self._only_scalar("gradient")
        return self._computed("jacobian", (X,), (self.n,), options)

    def hessian(self, X: Any, *, sparse: bool = False, **options: Any) -> Array:
        """The second derivatives: (…, n) → (…, n, n) for a scalar function, else (…, m, n, n), one a component.

        ``sparse``: only the entries that ``hessian_sparsity`` lists, in its order: (…, n) → (…, how many they are).
        """
        if sparse:
            return self._computed("sparse hessian", (X,), (len(self.hessian_sparsity),), options)
        shape = (self.n, self.n) if self.scalar else (self.m, self.n, self.n)
        return self._computed("hessian", (X,), shape, options)

    def jvp(self, X: Any, V: Any, **options: Any) -> Array:
        """J v, one forward pass: (…, n), (…, n) → (…, m), (…) for a scalar function."""
        return self._computed("jvp", (X, V), () if self.scalar else (self.m,), options)

    def vjp(self, X: Any, W: Any, **options: Any) -> Array:
        """wᵀJ, one backward pass: (…, n), (…, m) → (…, n); of a scalar function (…, n), (…) → (…, n) as well."""
        return self._computed("vjp", (X, W), (self.n,), options)

    def hvp(self, X: Any, V: Any, **options: Any) -> Array:
        """H v of a scalar function, the backward pass differentiated along v: (…, n), (…, n) → (…, n)."""
        self._only_scalar("Hessian")
        return self._computed("hvp", (X, V), (self.n,), options)

    def _only_scalar(self, what: str) -> None:
        if self.m != 1:
            raise ShapeError(f"a {what} belongs to a scalar function; {self.name} has {self.m} components",
                             hint="jacobian or vjp")  # fmt: skip

    @cached_property
    def sparsity(self) -> tuple[tuple[int, int], ...]:
        """The places (i, j) where J can be other than 0, row by row."""
        return tuple(divmod(place, self.n) for place in self._job("jacobian").places)

    @cached_property
    def hessian_sparsity(self) -> tuple[tuple[int, ...], ...]:
        """The places (i, j), of several components (k, i, j), where a Hessian can be other than 0, row by row."""
        pairs = ((divmod(place // self.n, self.n), place % self.n) for place in self._job("hessian").places)
        return tuple((i, j) if self.scalar else (k, i, j) for (k, i), j in pairs)

    def operations(self, result: str = "value") -> int:
        """How many operations one point costs: of value, jacobian, hessian, jvp, vjp or hvp."""
        return self._job(result).schedule.operations

    def losses(self, x: Any, result: str = "value", **parameters: float) -> list[Loss]:
        """The operations of value, jacobian or hessian that cancel at x: (n,), the worst first.

        Each says how many digits of a double are lost; empty where every entry is right to about 13 of them.
        """
        if result not in ("value", "jacobian", "hessian"):
            raise JacocalcError(f"losses are found for value, jacobian and hessian, not for {result!r}")
        points, batch = self._points(result, (x,), parameters)
        if batch or not np.isfinite(points).all():
            raise JacocalcError(f"losses are found at one point of {self.n} finite numbers")
        return losses(self._job(result), points[0], (*self.names, *self.parameters))

    def to_code(self, target: str = "numpy") -> str:
        """Value and derivatives as a file that checks itself: numpy, c, jax, torch, julia, matlab; latex: equations.

        Raises JacocalcError for unknown targets.
        """
        from jacocalc.compiled.code.drafts import Source
        from jacocalc.compiled.code.files import function_code

        results = ("value", "jacobian", "hessian") if self.scalar else ("value", "jacobian")
        jobs = {result: self._job(result) for result in results}
        return function_code(Source(self.name, self.names, self.parameters, self.scalar, jobs, self.written), target)

    # -- how they are made --------------------------------------------------------------------------

    def _job(self, result: str) -> Job:
        if result not in self._jobs:
            if result not in _ENTRIES:
                raise JacocalcError(f"a result is one of {', '.join(_ENTRIES)}, not {result!r}")
            self._jobs[result] = _ENTRIES[result](self)
        return self._jobs[result]

    @cached_property
    def _sides(self) -> Sides:
        return Sides(self.tape, self.outputs)

    @cached_property
    def _controlled(self) -> CompiledFunction:
        """The function whose choices are made by parameters behind its own."""
        tape, outputs = self._sides.controlled()
        numbers = [f"choice {node}" for node in self._sides.choices]
        return CompiledFunction(tape, outputs, self.names, [*self.parameters, *numbers], self.name, self.scalar)

    def _controlled_kernel(self, result: str, dtype: np.dtype[Any]) -> Kernel:
        """What computes a result with choices that are made, the entries of a sparse one at the same places."""
        if result == "sparse jacobian":
            self._controlled.sparsity = self.sparsity
        if result == "sparse hessian":
            self._controlled.hessian_sparsity = self.hessian_sparsity
        return self._controlled.kernel(result, dtype)

    def _settle(self, result: str, points: Array, found: Array) -> None:
        """Where branches meet smoothly, replace NaN; in second derivatives, where a component has first ones."""
        kernel = partial(self._controlled_kernel, result, points.dtype)
        if result not in _SECOND:
            self._sides.settle(kernel, points, found)
            return
        rows = np.flatnonzero(np.isnan(found).any(axis=1))
        slopes, second = np.full((len(rows), self.m * self.n), np.nan, found.dtype), found[rows]
        slope = partial(self._controlled_kernel, "jacobian", points.dtype)
        self._sides.settle(slope, points[rows, : len(self.tape.inputs)], slopes)
        self._sides.settle(kernel, points[rows], second)
        places = self._job("hessian").places if result == "sparse hessian" else range(found.shape[1])
        kinked: Any = np.isnan(slopes.reshape(-1, self.m, self.n)).any(axis=2)
        found[rows] = np.where(kinked[:, np.array(places, int) // self.n**2], found[rows], second)

    def kernel(self, result: str = "value", dtype: Any = np.float64) -> Kernel:
        """What computes a result in a type of numbers, made when it is first asked for."""
        key = (result, np.dtype(dtype))
        if key not in self._kernels:
            self._kernels[key] = self._made(self._job(result), dtype)
        return self._kernels[key]

    def _made(self, job: Job, dtype: Any) -> Kernel:
        if self.backend == "c":
            try:
                return CKernel(job, dtype)
            except (NoCompiler, NotInC) as error:
                self.backend = "numpy" if isinstance(error, NoCompiler) else "c"
                warnings.warn(f"{error.message}; NumPy is used instead", RuntimeWarning, stacklevel=5)
        return NumpyKernel(job, dtype)

    def _computed(self, result: str, given: Sequence[Any], shape: tuple[int, ...], options: Mapping[str, Any]) -> Array:
        """The result at all points, as an array of the batch shape and then ``shape``."""
        values = dict(options)
        out, executor, progress = values.pop("out", None), values.pop("executor", None), values.pop("progress", None)
        values |= values.pop("parameters", None) or {}
        if executor is not None and (isinstance(executor, type) or not hasattr(executor, "submit")):
            named = f"the class {executor.__name__}" if isinstance(executor, type) else type(executor).__name__
            raise JacocalcError(f"an executor of concurrent.futures is expected, not {named}")
        if progress is not None and not callable(progress):
            raise JacocalcError(f"progress is a function of the points done and all points, not {progress!r}")
        points, batch = self._points(result, given, values)
        check_out(out, (*batch, *shape), points.dtype)
        job = self._job(result)
        direct = out is not None and can_be_filled(out, points)
        whole: Array = out if direct else empty((*batch, *shape), points.dtype)
        found = whole.reshape(len(points), job.width)
        kernel = self.kernel(result, points.dtype)
        seen = batches.run(kernel, points, found, job.schedule.operations + job.width, executor, progress)
        if seen & Seen.NOT_FINITE and result != "value" and self.kink is None and self._sides.choices:
            self._settle(result, points, found)
        if seen:
            self._warn(result, seen, kernel, points, found)
        if direct:
            return whole
        if out is None:
            return whole if whole.ndim else whole[()]
        filled: Array = out
        filled[...] = whole
        return filled

    def _points(self, result: str, given: Sequence[Any], values: Mapping[str, Any]) -> tuple[Array, tuple[int, ...]]:
        """Rows of inputs, parameters and vectors, one after the other in memory; and the batch shape."""
        if len(given) == 1 and not self.parameters and not values and is_ready(given[0], self.n):
            return given[0].reshape(-1, self.n), given[0].shape[:-1]
        widths = {"vjp": self.m, "jvp": self.n, "hvp": self.n}
        sizes = (self.n, widths.get(result, 0))
        arrays = [array_of(value) for value in given]
        if result == "vjp" and self.scalar and arrays[1].shape == arrays[0].shape[:-1]:
            arrays[1] = arrays[1][..., None]  # a cotangent has the shape of the value
        has = (
            f"{self.name} has {count(sizes[0], 'input')}", f"the vector of {self.name} has {count(sizes[1], 'entry')}"
        )  # fmt: skip
        arrays = list(map(with_last_axis, arrays, sizes, has))
        for name in values:
            if name not in self.parameters:
                raise JacocalcError(f"{name} is not a parameter of {self.name}",
                                    hint=f"its parameters are {', '.join(self.parameters) or 'none'}")  # fmt: skip
        for name in self.parameters:
            if name not in values:
                raise JacocalcError(f"the value of the parameter {name} is not given", hint=f"add {name}=…")
        named = [array_of(values[name])[..., None] for name in self.parameters]
        return side_by_side([arrays[0], *named, *arrays[1:]])

    def _warn(self, result: str, seen: Seen, kernel: Kernel, points: Array, found: Array) -> None:
        """Say which operation is the first that has no finite value, and which overflow spoils a finite result."""
        job = self._job(result)
        names = (*self.names, *self.parameters, *(f"v_{i}" for i in range(job.inputs)))
        rows = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if len(rows):
            said = first_failure(job, points[rows[0]], names)
            more = f", and at {len(rows) - 1} more of {len(points)} points" if len(rows) > 1 else ""
            warnings.warn(f"{said}{more}", Overflowed, stacklevel=4)
        again = self._rarely.setdefault(result, Rarely())
        hidden = swallowed(kernel, job, points, found, names) if seen & Seen.INFINITE and again() else ""
        if hidden:
            again.calls = 0
            warnings.warn(hidden, Overflowed, stacklevel=4)


def _kink(value: Any) -> Fraction | None:
    """The weight of the right side, from 0 to 1.  Raises JacocalcError."""
    if value is None:
        return None
    value = {"left": 0, "right": 1}.get(value, value) if isinstance(value, str) else value
    if isinstance(value, bool) or not isinstance(value, _NUMBERS) or not 0 <= value <= 1:
        hint = "or left or right: (1 − t)·left + t·right"
        raise JacocalcError(f"kink is a number from 0 to 1, not {value!r}", hint=hint)
    return Fraction(str(value))


# -- the entries of a result --------------------------------------------------------------------------


def _value(c: CompiledFunction) -> Job:
    return job_of(c.tape, dict(enumerate(c.outputs)), c.m)


def _jacobian(c: CompiledFunction) -> Job:
    rows = jacobian(c.tape, c.outputs, c.inputs)
    return job_of(c.tape, {i * c.n + j: node for i, row in enumerate(rows) for j, node in row.items()}, c.m * c.n)


def _hessian(c: CompiledFunction) -> Job:
    entries: dict[int, Node] = {}
    for k, output in enumerate(c.outputs):
        for i, row in enumerate(hessian(c.tape, output, c.inputs)):
            entries |= {(k * c.n + i) * c.n + j: node for j, node in row.items()}
    return job_of(c.tape, entries, c.m * c.n * c.n)


def _with_vector(c: CompiledFunction, width: int) -> tuple[Tape, list[Node]]:
    """A tape of its own with inputs for a vector behind those of the function."""
    tape = Tape(kept=c.tape.kept, kink=c.kink)
    given = [tape.input() for _ in c.tape.inputs]
    return tape, tape.graft(c.tape, c.outputs, given) + [tape.input() for _ in range(width)]


def _sparse_jacobian(c: CompiledFunction) -> Job:
    return c._job("jacobian").at([i * c.n + j for i, j in c.sparsity])


def _sparse_hessian(c: CompiledFunction) -> Job:
    rows = (place if c.scalar else (place[0] * c.n + place[1], place[2]) for place in c.hessian_sparsity)
    return c._job("hessian").at([i * c.n + j for i, j in rows])


def _jvp(c: CompiledFunction) -> Job:
    tape, nodes = _with_vector(c, c.n)
    found = jvp(tape, nodes[: c.m], tape.inputs[: c.n], nodes[c.m :])
    return job_of(tape, dict(enumerate(found)), c.m)


def _vjp(c: CompiledFunction) -> Job:
    tape, nodes = _with_vector(c, c.m)
    found = vjp(tape, nodes[: c.m], tape.inputs[: c.n], nodes[c.m :])
    return job_of(tape, dict(enumerate(found)), c.n)


def _hvp(c: CompiledFunction) -> Job:
    tape, nodes = _with_vector(c, c.n)
    return job_of(tape, dict(enumerate(hvp(tape, nodes[0], tape.inputs[: c.n], nodes[1:]))), c.n)


_ENTRIES: dict[str, Callable[[CompiledFunction], Job]] = {
    "value": _value, "jacobian": _jacobian, "hessian": _hessian, "jvp": _jvp, "vjp": _vjp, "hvp": _hvp,
    "sparse jacobian": _sparse_jacobian, "sparse hessian": _sparse_hessian,
}  # fmt: skip
