"""A matrix-level program with its backward pass as NumPy calls into buffers that are allocated once.

The program is specialised once for each set of sizes and each precision: both passes are one graph in which equal
parts are one node, every node is one NumPy call that fills a buffer, and a buffer whose value nothing reads any more
takes the next value of its size.  No Jacobian is ever formed.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from jacocalc.compiled.harmless import Rarely
from jacocalc.compiled.matrix.forward import Forward
from jacocalc.compiled.matrix.functions import Named
from jacocalc.compiled.matrix.inputs import Array, Flat, Inputs, Reader, along, inputs_of
from jacocalc.compiled.matrix.overflow import misled, widened
from jacocalc.compiled.matrix.passes import BOUND, LOSS, Checkpoint, Memory, Passes
from jacocalc.displayed import Displayed
from jacocalc.document import Document, Section, Table, Text
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.given import named_function
from jacocalc.program_steps import BackwardStep
from jacocalc.programs import Assignment, Program, by_name, shape_text
from jacocalc.targets.lines import Each, Line
from jacocalc.targets.plan import plan_of
from jacocalc.terms import Elementwise, Term, Var, subterms

_SPECIALISED = 8  # sets of sizes whose buffers are kept


class CompiledProgram(Displayed):
    """A scalar loss L of the declared variables and its gradients, for NumPy arrays.

    ``program`` is prepared for derivation, ``steps`` its backward pass.  ``generic`` says what σ is: the name of a
    known function or (σ, σ′).  ``checkpoint``: None keeps what the backward pass reads, a list of names only these
    variables (the others are computed again), ``"auto"`` about √L of L values.  ``cotangents`` names, for each output
    h of a program whose loss is ⟨v, h⟩, the variable v.  Raises JacocalcError where σ or a checkpoint is not known.

    Arrays: a value has the shape of its variable, a vector one axis; all floats are float64 or all float32.
    """

    def __init__(
        self,
        program: Program,
        loss: Var,
        wrt: tuple[Var, ...],
        steps: Sequence[BackwardStep],
        generic: Mapping[str, Named] | None = None,
        checkpoint: Checkpoint = None,
        cotangents: Mapping[str, str] | None = None,
    ) -> None:
        self._made_of = (program, loss, wrt, tuple(steps), dict(generic or {}), checkpoint, dict(cotangents or {}))
        self.loss = loss
        self.cotangents = dict(cotangents or {})
        self.checkpoint = _checked_checkpoint(checkpoint)
        self._functions = {name: named_function(name, given) for name, given in (generic or {}).items()}
        _check_named(program, self._functions)
        self._plan = plan_of(program, loss, wrt, steps)
        self._reader = Reader(program)
        self._values = Reader(_without(program, loss, self.cotangents)) if self.cotangents else self._reader
        self._ends = {*program.ends}
        self._forwards: OrderedDict[object, Forward] = OrderedDict()
        self._passes: OrderedDict[object, Passes] = OrderedDict()
        self._lock = threading.Lock()
        self._rarely = Rarely()

    def __reduce__(self) -> tuple[object, ...]:
        """Buffers are left behind."""
        return type(self), self._made_of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompiledProgram) and self._made_of == other._made_of

    def __hash__(self) -> int:
        program, loss, wrt, *_ = self._made_of
        return hash((program, loss, wrt))

    def __repr__(self) -> str:
        return f"<compiled program: {self.loss.key} by {', '.join(var.key for var in self._made_of[2])}>"

    def document(self) -> Document:
        """A short table: the loss, and the variables whose gradients are computed, with their shapes."""
        _, loss, wrt, steps, *_ = self._made_of
        rows: list[tuple[Text, Text]] = [(("loss",), (loss,))]
        for var in wrt:
            shape = shape_text(var.size).removesuffix("×1")
            rows.append((("gradient" if var is wrt[0] else "",), (var, f": {shape}")))
        rows.append((("steps of the backward pass",), (f"{len(steps):,}",)))
        return Document((), (Section((), (Table((("compiled program",), ("",)), tuple(rows)),), key=True),))

    def value(self, arrays: Mapping[str, Any]) -> float:
        """L.  Raises ShapeError, DomainError, JacocalcError; warns where L is not finite."""
        self._only_loss()
        return self._run(arrays, (True, False), {})[0]

    def gradient(self, arrays: Mapping[str, Any], out: Mapping[str, Array] | None = None) -> dict[str, Array]:
        """∂L/∂W in the shape of W, by name.  Raises ShapeError, DomainError, JacocalcError; warns where not finite.

        ``out``: arrays by name that take the results; without them results are new arrays.
        """
        self._only_loss()
        return self._run(arrays, (False, True), out or {})[1]

    def value_and_gradient(
        self, arrays: Mapping[str, Any], out: Mapping[str, Array] | None = None
    ) -> tuple[float, dict[str, Array]]:
        """L and ∂L/∂W by name, see :meth:`gradient`."""
        self._only_loss()
        return self._run(arrays, (True, True), out or {})

    def _only_loss(self) -> None:
        """Raise JacocalcError where outputs stand in the place of a loss."""
        if self.cotangents:
            listed = ", ".join(f'"{name}": v' for name in self.cotangents)
            hint = f"vjp(arrays, {{{listed}}}) gives vᵀJ, jvp the change of the outputs along a direction"
            raise JacocalcError("a program that is compiled with outputs= has no loss", hint=hint)

    def vjp(
        self, arrays: Mapping[str, Any], cotangents: Mapping[str, Any], out: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """vᵀJ: Σ vᵢ ∂hᵢ/∂x in the shape of x, by name, for v in the shape of h.  Raises as :meth:`gradient` does."""
        by_name(cotangents)
        unknown = [name for name in cotangents if name not in self.cotangents]
        missing = [name for name in self.cotangents if name not in cotangents]
        if unknown or missing or not self.cotangents:
            listed = ", ".join(self.cotangents) or "none"
            raise JacocalcError(f"vectors are given for {', '.join(cotangents)}, but the outputs are {listed}")
        given = {self.cotangents[name]: vector for name, vector in cotangents.items()}
        return self._run({**arrays, **given}, (False, True), out or {})[1]

    def jvp(self, arrays: Mapping[str, Any], tangents: Mapping[str, Any]) -> dict[str, Any]:
        """J dx of every output h, in the shape of h by name, for directions dx of some variables in their shapes.

        Of a loss it is the number d/dt L(x + t dx).  Raises ShapeError, DomainError, JacocalcError; warns where a
        result is not finite.
        """
        inputs = self._values.read(arrays)
        flat = self._values.flat({letter: inputs.sizes[letter] for letter in self._ends})
        directions = along(flat, self._values.program, inputs, tangents)
        forward = self._forward(inputs, flat, tuple(directions))
        results, infinite = forward.run(inputs.arrays, directions)
        broken = [key for key, array in results.items() if not np.isfinite(array).all()]
        for key in broken:
            warnings.warn(f"the derivative of {key} is not finite", RuntimeWarning, stacklevel=2)
        if infinite and not broken and self._rarely():
            self._warn_of_hidden_tangents(forward, inputs, flat, directions, results)
        return results if self.cotangents else {key: float(array) for key, array in results.items()}

    def _warn_of_hidden_tangents(
        self,
        forward: Forward,
        inputs: Inputs,
        flat: Flat,
        directions: Mapping[str, Array],
        results: Mapping[str, Array],
    ) -> None:
        """Say so where a value overflows and a derivative along a direction is finite and wrong, or may be."""
        wide = widened(inputs, forward.low.graph)
        try:
            along = {key: array.astype(wide.dtype) for key, array in directions.items()} if wide else {}
            truth = self._forward(wide, flat, tuple(along)).run(wide.arrays, along)[0] if wide else {}
        except (TypeError, JacocalcError):
            truth = {}
        wrong = misled(results, truth) if truth else next(iter(results))
        if wrong is not None:
            said = "is finite but wrong" if truth else "may be wrong"
            warnings.warn(f"the derivative of {wrong} {said}: a value overflows in {inputs.dtype}", RuntimeWarning,
                          stacklevel=3)  # fmt: skip

    def memory(self, arrays: Mapping[str, Any]) -> Memory:
        """Bytes of one call at these arrays, or at numbers for the sizes and steps, {"n": 784, "T": 3}.

        What LAPACK, and functions that NumPy has not, allocate for themselves is not counted.
        """
        ends = self._ends
        declared = {var.key for var in self._plan.program.declared}
        numbers = {name: int(value) for name, value in arrays.items() if isinstance(value, Integral)}
        if len(numbers) < len(arrays) or (set(numbers) - ends) & declared:
            return self._specialised(self._reader.read(arrays)).memory()
        for name, value in numbers.items():
            if value < 1:
                raise JacocalcError(f"{name} is {value}, but a size is at least 1")
        missing = ends - set(numbers)
        if missing:
            raise JacocalcError(f"the number of steps {min(missing)} is not known", hint=f"give {min(missing)}=3")
        flat = self._reader.flat({name: numbers[name] for name in numbers if name in ends})
        given = {var.key: np.broadcast_to(0.0, ()) for var in flat.declared}
        return self._specialised(inputs_of(given, numbers, np.dtype(np.float64))).memory()

    # -- one call ---------------------------------------------------------------------------------------

    def _run(
        self, arrays: Mapping[str, Any], mode: tuple[bool, bool], out: Mapping[str, Array]
    ) -> tuple[float, dict[str, Array]]:
        inputs = self._reader.read(arrays)
        passes = self._specialised(inputs)
        results: dict[str, Array] = {}
        filled: dict[str, Array] = {LOSS: np.empty((1, 1), inputs.dtype)} if mode[0] else {}
        if mode[1]:
            results = passes.outputs.arrays(out, inputs, arrays)
            filled |= {key: array.reshape(passes.shapes[key]) for key, array in results.items()}
            filled[BOUND] = np.empty((1, 1), inputs.dtype)
        infinite = passes.run(inputs.arrays, filled, mode)
        wrong = next(_not_finite(filled), None)
        if wrong is not None:
            self._warn(wrong, passes, inputs, filled, mode)
        elif infinite and self._rarely():
            self._warn_of_hidden(passes, inputs, filled, mode)
        return float(filled[LOSS][0, 0]) if mode[0] else 0.0, results

    def _warn(
        self, key: str, passes: Passes, inputs: Inputs, filled: Mapping[str, Array], mode: tuple[bool, bool]
    ) -> None:
        """Say which value is the first that is not finite."""
        culprit = passes.culprit(inputs.arrays, filled, mode)
        first = f": the first value that is not is {culprit}" if culprit else ""
        warnings.warn(f"{self._said(key)} is not finite{first}", RuntimeWarning, stacklevel=4)

    def _said(self, key: str) -> str:
        return self.loss.key if key == LOSS else f"∂{self.loss.key}/∂{key}"

    def _warn_of_hidden(
        self, passes: Passes, inputs: Inputs, filled: Mapping[str, Array], mode: tuple[bool, bool]
    ) -> None:
        """Say which value overflows where results are finite and wrong, or may be and it is not known."""
        statement = passes.overflowing(inputs.arrays, filled, mode)
        if not statement:
            return
        wide = widened(inputs, passes.low.graph)
        found = {key: array for key, array in filled.items() if key != BOUND}
        truth = {key: np.empty(array.shape, wide.dtype) for key, array in filled.items()} if wide else {}
        try:
            if wide:
                self._specialised(wide).run(wide.arrays, truth, mode)
        except (TypeError, JacocalcError):  # LAPACK has no long double
            truth = {}
        overflow = f"a part of {statement} overflows in {inputs.dtype}"
        if not truth:
            warnings.warn(f"{overflow}; results may be wrong by that", RuntimeWarning, stacklevel=4)
            self._rarely.calls = 0
        elif (wrong := misled(found, truth)) is not None:
            self._rarely.calls = 0
            warnings.warn(f"{self._said(wrong)} is finite but wrong: {overflow}", RuntimeWarning, stacklevel=4)
        elif wide and (divided := self._specialised(wide).divided(wide.arrays, truth, mode)):
            self._rarely.calls = 0
            said = f"a part of {divided} is infinite: results that are computed from it have no value there"
            warnings.warn(said, RuntimeWarning, stacklevel=4)

    def _specialised(self, inputs: Inputs) -> Passes:
        key = inputs.key
        with self._lock:
            found = self._passes.get(key)
            if found is None:
                flat = self._reader.flat({letter: inputs.sizes[letter] for letter in self._ends})
                found = Passes(self._plan, flat, inputs.arrays, inputs.sizes, inputs.dtype, self._functions,
                               self.checkpoint)  # fmt: skip
            _remember(self._passes, key, found)
        return found

    def _forward(self, inputs: Inputs, flat: Flat, names: tuple[str, ...]) -> Forward:
        key = (inputs.key, names)
        with self._lock:
            found = self._forwards.get(key)
            if found is None:
                lines = [line for line in self._plan.forward if not self.cotangents or _target(line) != self.loss]
                variables = {var.key: var for var in flat.computed}
                wanted = [variables[name] for name in self.cotangents or (self.loss.key,)]
                found = Forward(lines, wanted, names, flat, inputs.arrays, inputs.sizes, inputs.dtype, self._functions)
            _remember(self._forwards, key, found)
        return found


def _remember(known: OrderedDict[object, Any], key: object, found: Any) -> None:
    """The newest last; the oldest goes where there are many."""
    known[key] = found
    known.move_to_end(key)
    if len(known) > _SPECIALISED:
        known.popitem(last=False)


def _target(line: Line) -> Term | None:
    """What a line outside loops computes."""
    return None if isinstance(line, Each) else line.target


def _without(program: Program, loss: Var, cotangents: Mapping[str, str]) -> Program:
    """The program of the outputs, without the vectors and the loss that pairs them."""
    declared = tuple(var for var in program.declared if var.key not in cotangents.values())
    kept = tuple(one for one in program.statements if not (isinstance(one, Assignment) and one.variable == loss))
    return replace(program, declared=declared, statements=kept)


def _not_finite(filled: Mapping[str, Array]) -> Iterator[str]:
    """The results that are not finite; gradients are looked at only where their bound is not finite."""
    if LOSS in filled and not math.isfinite(filled[LOSS][0, 0]):
        yield LOSS
    if BOUND in filled and not math.isfinite(filled[BOUND][0, 0]):
        yield from (key for key, array in filled.items() if key not in (LOSS, BOUND) and not np.isfinite(array).all())


def _checked_checkpoint(checkpoint: Checkpoint) -> Checkpoint:
    """Raise JacocalcError for what says no checkpoints."""
    if isinstance(checkpoint, str) and checkpoint != "auto":
        raise JacocalcError(f'checkpoint is a list of variables, "auto" or None, not {checkpoint}')
    return checkpoint if checkpoint is None or isinstance(checkpoint, str) else tuple(checkpoint)


def _check_named(program: Program, functions: Mapping[str, Named]) -> None:
    """Raise JacocalcError for a generic function without a name, and for a name without such a function."""
    generic = {"sigma", *program.functions}
    for name in functions:
        if name not in generic:
            raise JacocalcError(f"the program has no generic function {name}")
    for assignment in program.formulas:
        for node in subterms(assignment.term):
            if isinstance(node, Elementwise) and node.function in generic and node.function not in functions:
                said = "σ" if node.function == "sigma" else node.function
                raise JacocalcError(
                    f"{said} is a generic function and has no values",
                    hint=f'say which it is: {{"{node.function}": "tanh"}}',
                )
