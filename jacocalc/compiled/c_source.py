"""A job → C: every variable is a vector of points, one point a lane, and every line one operation on vectors.

The lines are plain IEEE operations in the order of the tape: no fast-math, no contraction.  Functions come from the
vector library of the C library where it has them, else lane by lane from the scalar one.  A compiler is slow with
long straight lines, so they are cut into chunks; what a later chunk needs is kept in a workspace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from jacocalc.compiled.c_driver import vectors
from jacocalc.compiled.kernels import Job, constant
from jacocalc.compiled.schedule import Places
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.tape import Node
from jacocalc.known_functions import KNOWN, SPECIAL

CHUNK = 500  # lines

_FUNCTIONS = r"""
#define EACH(f, x) ({ v a_ = (x), r_; for (int i_ = 0; i_ < LANES; i_++) r_[i_] = f(a_[i_]); r_; })
#define EACH2(f, x, y) \
    ({ v a_ = (x), b_ = (y), r_; for (int i_ = 0; i_ < LANES; i_++) r_[i_] = f(a_[i_], b_[i_]); r_; })
static inline v pick(m c, v a, v b) { return (v)((c & (m)a) | (~c & (m)b)); }
static inline v v_abs(v a) { return (v)((m)a & ((m){0} + LARGEST)); }
static inline v v_max(v a, v b) { return pick((a > b) | (a != a), a, b); }
static inline v v_min(v a, v b) { return pick((a < b) | (a != a), a, b); }
static inline v v_sign(v a) { return pick(a > ALL(0), ALL(1), pick(a < ALL(0), ALL(-1), a)); }
#if defined(__AVX__) && defined(__GNUC__) && !defined(__clang__)
typedef R half __attribute__((vector_size(32)));
static inline v v_sqrt(v a) {
    v r;
    for (int h = 0; h < WIDTH / 32; h++) ((half *)&r)[h] = SQRTS(((half *)&a)[h]);
    return r;
}
#else
static inline v v_sqrt(v a) { return EACH(SQRT, a); }
#endif
"""
_VECTOR = """\
#if defined(__x86_64__) && defined(__GLIBC__) && ({guard})
#if defined(__AVX512F__)
#define v_{name} _ZGVeN{wide}{letters}_{function}
#elif defined(__AVX2__)
#define v_{name} _ZGVdN{middle}{letters}_{function}
#elif defined(__AVX__)
#define v_{name} _ZGVcN{middle}{letters}_{function}
#else
#define v_{name} _ZGVbN{narrow}{letters}_{function}
#endif
extern v v_{name}({arguments});
#else
static inline v v_{name}({named}) {{ return {scalar}; }}
#endif
"""
_NAMES = {"raise": "pow", "ln": "log", "gammafn": "tgamma", "loggamma": "lgamma"}
_SCALAR = ("floor", "ceil", "gammafn", "loggamma")  # in the C library, but not in that of vectors
_OLD = ("sin", "cos", "exp", "ln", "raise")  # in the vector library from its first version, 2.22; the others from 2.35
_PAIRS = ("raise", "atan2", "hypot")
_INLINE = ("abs", "max", "min", "sign", "sqrt")
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


class NotInC(JacocalcError):
    """A function that the C library lacks."""


class Source:
    """A job as a function ``compute`` in C, which fills ``o`` from ``in``, and what the driver has to know of it."""

    def __init__(self, job: Job, dtype: np.dtype[Any]) -> None:
        self.job = job
        self.dtype = dtype
        self.tape = job.schedule.tape
        self.double = dtype == np.float64
        self.suffix = "" if self.double else "f"
        order = job.schedule.order
        self.chunks = [order[i : i + CHUNK] for i in range(0, max(len(order), 1), CHUNK)]
        self.chunk_of = {node: i for i, chunk in enumerate(self.chunks) for node in chunk}
        self.slots = self._slots()
        self.rows = {node: i for i, node in enumerate(dict.fromkeys(job.schedule.results), start=1)}
        fixed = dict.fromkeys(float(value) for value in job.template(dtype) if value)
        self.constants = {value: i for i, value in enumerate(fixed, start=self.varying)}

    def _slots(self) -> dict[Node, int]:
        """A slot of the workspace for each value that a later chunk reads; a slot is free again after the last one."""
        numbered = [(i, node) for i, chunk in enumerate(self.chunks) for node in chunk]
        reads = ((i, part) for i, node in numbered for part in self.tape.arguments[node])
        last = {part: i for i, part in reads if self.chunk_of.get(part, i) < i}
        slots: dict[Node, int] = {}
        ended: dict[int, list[int]] = defaultdict(list)
        places = Places()
        for i, chunk in enumerate(self.chunks):
            for slot in ended[i - 1]:
                places.free(slot)
            for node in filter(last.__contains__, chunk):
                slots[node] = places.take()
                ended[last[node]].append(slots[node])
        self.space = places.count
        return slots

    def text(self) -> str:
        """Vectors, functions, chunks, and the call of all chunks."""
        used = dict.fromkeys(filter(None, map(self._function, self.job.schedule.order)))
        parts = [vectors(self.dtype), _FUNCTIONS, *(self._vector(name) for name in sorted(used))]
        parts += [self._chunk(i, chunk) for i, chunk in enumerate(self.chunks)]
        calls = "".join(f"    chunk{i}(in, o, s);\n" for i in range(len(self.chunks)))
        return "\n".join([*parts, f"void compute(const v *in, v *o, v *s) {{\n{calls}}}\n"])

    @property
    def varying(self) -> int:
        """The vectors of ``o`` that are zero or vary."""
        return 1 + len(self.rows)

    @property
    def kept(self) -> int:
        """The vectors of ``o``: zero, what varies, constants."""
        return self.varying + len(self.constants)

    def entries(self) -> list[int]:
        """For each entry of a row the vector of ``o`` that it comes from."""
        template = self.job.template(self.dtype)
        found = [self.constants[float(value)] if value else 0 for value in template]
        for position, node in zip(self.job.positions, self.job.schedule.results, strict=True):
            found[position] = self.rows[node]
        return found

    @property
    def workspace(self) -> int:
        """Vectors of the workspace: inputs, results, what chunks hand on."""
        return self.job.inputs + self.kept + self.space + 1

    def _function(self, node: Node) -> str:
        name = self.tape.names[node]
        name = self.tape.payloads[node] if name == "call" else name
        return name if name in _PAIRS or (self.tape.names[node] == "call" and name not in _INLINE) else ""

    def _vector(self, name: str) -> str:
        """A function on vectors, from the vector library or lane by lane.  Raises NotInC."""
        if name in SPECIAL and name not in _SCALAR:
            raise NotInC(f"the {KNOWN[name].title} is no function of C")
        function = _NAMES.get(name, name)
        pair = name in _PAIRS
        scalar = f"__builtin_{function}{self.suffix}"
        lanes = (8, 4, 2) if self.double else (16, 8, 4)
        scalar = f"EACH2({scalar}, a, b)" if pair else f"EACH({scalar}, a)"
        return _VECTOR.format(
            guard="0" if name in _SCALAR else "__GLIBC_PREREQ(2, 22)" if name in _OLD else "__GLIBC_PREREQ(2, 35)",
            wide=lanes[0], middle=lanes[1], narrow=lanes[2], letters="vv" if pair else "v",
            function=function + self.suffix, name=name, arguments="v, v" if pair else "v",
            named="v a, v b" if pair else "v a", scalar=scalar,
        )  # fmt: skip

    def _chunk(self, number: int, chunk: Sequence[Node]) -> str:
        """One function: what it reads of earlier chunks first."""
        lines = [f"static __attribute__((noinline)) void chunk{number}(const v *in, v *o, v *s) {{"]
        here = set(chunk)
        outside = dict.fromkeys(p for node in chunk for p in self.tape.arguments[node] if p in self.chunk_of)
        lines += [f"    const v t{part} = s[{self.slots[part]}];" for part in outside if part not in here]
        for node in chunk:
            lines.append(f"    const v t{node} = {self._expression(node)};")
            lines += [f"    s[{self.slots[node]}] = t{node};"] if node in self.slots else []
            lines += [f"    o[{self.rows[node]}] = t{node};"] if node in self.rows else []
        if number == 0:
            given = [node for node in self.rows if node not in self.chunk_of]
            lines += [f"    o[{self.rows[node]}] = {self._operand(node)};" for node in given]
        return "\n".join([*lines, "}", ""])

    def _operand(self, node: Node) -> str:
        name = self.tape.names[node]
        if name == "input":
            return f"in[{self.tape.payloads[node]}]"
        if name in ("number", "constant"):
            value = float(constant(self.tape, node, self.dtype))
            return f"ALL({value.hex()})"
        return f"t{node}"

    def _expression(self, node: Node) -> str:
        name, a = self.tape.names[node], [self._operand(part) for part in self.tape.arguments[node]]
        if name in _SIGNS:
            return f"{a[0]} {_SIGNS[name]} {a[1]}"
        if name == "negate":
            return f"-{a[0]}"
        if name == "select":
            return self._select(node, a)
        name = self.tape.payloads[node] if name == "call" else name
        found = f"v_{name}({', '.join(a[:2])})"
        for part in a[2:]:
            found = f"v_{name}({found}, {part})"
        return found

    def _select(self, node: Node, a: Sequence[str]) -> str:
        conditions, count = self.tape.payloads[node]
        found = a[count - 1] if count > len(conditions) else "ALL(__builtin_nan(\"\"))"
        for condition, value in reversed(list(zip(conditions, a, strict=False))):
            found = f"pick({self._condition(condition)}, {value}, {found})"
        return found

    def _condition(self, condition: Any) -> str:
        if condition[0] == "compare":
            sign = {"=": "=="}.get(condition[1], condition[1])
            return f"({self._operand(condition[2])} {sign} {self._operand(condition[3])})"
        return "(" + (" & " if condition[0] == "and" else " | ").join(map(self._condition, condition[1:])) + ")"
