"""A job → C: every variable is a vector of points, one point a lane, and every line one operation on vectors.

The lines are plain IEEE operations in the order of the tape: no fast-math, no contraction.  Functions come from the
vector library of the C library where it has them, else lane by lane from the scalar one.  A compiler is slow with
long straight lines, so they are cut into chunks; what a later chunk needs is kept in a workspace.  Results of a group
of points are gathered in the workspace as well and then written out row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jacocalc.compiled.kernels import Job, Seen, constant
from jacocalc.evaluate.tape import Node

CHUNK = 500  # lines

_HEAD = """\
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#define R {scalar}
#define BYTES {bytes}
#if defined(__AVX512F__)
#define WIDTH 64
#elif defined(__AVX__)
#define WIDTH 32
#else
#define WIDTH 16
#endif
#define LANES (WIDTH / BYTES)
typedef R v __attribute__((vector_size(WIDTH)));
typedef R vu __attribute__((vector_size(WIDTH), aligned(BYTES)));
typedef {integer} m __attribute__((vector_size(WIDTH)));
#define ALL(x) ((v){{0}} + (R)(x))
#define EACH(f, x) ({{ v a_ = (x), r_; for (int i_ = 0; i_ < LANES; i_++) r_[i_] = f(a_[i_]); r_; }})
#define EACH2(f, x, y) \\
    ({{ v a_ = (x), b_ = (y), r_; for (int i_ = 0; i_ < LANES; i_++) r_[i_] = f(a_[i_], b_[i_]); r_; }})
static inline v pick(m c, v a, v b) {{ return (v)((c & (m)a) | (~c & (m)b)); }}
static inline v v_abs(v a) {{ return (v)((m)a & ((m){{0}} + {largest})); }}
static inline v v_max(v a, v b) {{ return pick((a > b) | (a != a), a, b); }}
static inline v v_min(v a, v b) {{ return pick((a < b) | (a != a), a, b); }}
static inline v v_sign(v a) {{ return pick(a > ALL(0), ALL(1), pick(a < ALL(0), ALL(-1), a)); }}
#if defined(__AVX__) && defined(__GNUC__) && !defined(__clang__)
typedef R half __attribute__((vector_size(32)));
static inline v v_sqrt(v a) {{
    v r;
    for (int h = 0; h < WIDTH / 32; h++) ((half *)&r)[h] = __builtin_ia32_sqrtp{kind}256(((half *)&a)[h]);
    return r;
}}
#else
static inline v v_sqrt(v a) {{ return EACH(sqrt{suffix}, a); }}
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
_MAIN = """\
#if LANES >= 4
#define FOUR 1
#define PART(x, h) (*(const q *)((const R *)(x) + (h)))
typedef R q __attribute__((vector_size(4 * BYTES)));
typedef R qu __attribute__((vector_size(4 * BYTES), aligned(BYTES)));
typedef {integer} qm __attribute__((vector_size(4 * BYTES)));
static inline void turn(q a, q b, q c, q d, q *to) {{
    q ab = __builtin_shuffle(a, b, (qm){{0, 4, 2, 6}}), ba = __builtin_shuffle(a, b, (qm){{1, 5, 3, 7}});
    q cd = __builtin_shuffle(c, d, (qm){{0, 4, 2, 6}}), dc = __builtin_shuffle(c, d, (qm){{1, 5, 3, 7}});
    to[0] = __builtin_shuffle(ab, cd, (qm){{0, 1, 4, 5}});
    to[1] = __builtin_shuffle(ba, dc, (qm){{0, 1, 4, 5}});
    to[2] = __builtin_shuffle(ab, cd, (qm){{2, 3, 6, 7}});
    to[3] = __builtin_shuffle(ba, dc, (qm){{2, 3, 6, 7}});
}}
#else
#define FOUR 0
#endif
long lanes(void) {{ return LANES; }}
static void load(const R *x, v *in) {{
    R *to = (R *)in;
    int j = 0;
#if FOUR
    for (; j + 4 <= {inputs}; j += 4)
        for (int h = 0; h < LANES; h += 4) {{
            q t[4];
            const R *at = x + h * {inputs} + j;
            turn(*(qu *)at, *(qu *)(at + {inputs}), *(qu *)(at + 2 * {inputs}), *(qu *)(at + 3 * {inputs}), t);
            for (int i = 0; i < 4; i++) *(q *)(to + (j + i) * LANES + h) = t[i];
        }}
#endif
    for (; j < {inputs}; j++)
        for (int i = 0; i < LANES; i++) to[j * LANES + i] = x[i * {inputs} + j];
}}
static const int from[] = {{ {sources} }};
/* BLOCK entries of every row, each from a vector of all rows */
#if LANES == 8 && BYTES == 8
#define BLOCK 8
#define PAIRS(a, b, h) __builtin_shuffle(a, b, (m){{h, 8 + h, 2 + h, 10 + h, 4 + h, 12 + h, 6 + h, 14 + h}})
#define FOURS(a, b, h) __builtin_shuffle(a, b, (m){{h, 1 + h, 8 + h, 9 + h, 4 + h, 5 + h, 12 + h, 13 + h}})
#define EIGHT(a, b, h) __builtin_shuffle(a, b, (m){{h, 1 + h, 2 + h, 3 + h, 8 + h, 9 + h, 10 + h, 11 + h}})
static inline void write_block(const v *o, const int *f, R *to, long row) {{
    const v a0 = PAIRS(o[f[0]], o[f[1]], 0), a1 = PAIRS(o[f[0]], o[f[1]], 1);
    const v a2 = PAIRS(o[f[2]], o[f[3]], 0), a3 = PAIRS(o[f[2]], o[f[3]], 1);
    const v a4 = PAIRS(o[f[4]], o[f[5]], 0), a5 = PAIRS(o[f[4]], o[f[5]], 1);
    const v a6 = PAIRS(o[f[6]], o[f[7]], 0), a7 = PAIRS(o[f[6]], o[f[7]], 1);
    const v b0 = FOURS(a0, a2, 0), b1 = FOURS(a1, a3, 0), b2 = FOURS(a0, a2, 2), b3 = FOURS(a1, a3, 2);
    const v b4 = FOURS(a4, a6, 0), b5 = FOURS(a5, a7, 0), b6 = FOURS(a4, a6, 2), b7 = FOURS(a5, a7, 2);
    *(vu *)to = EIGHT(b0, b4, 0);
    *(vu *)(to + row) = EIGHT(b1, b5, 0);
    *(vu *)(to + 2 * row) = EIGHT(b2, b6, 0);
    *(vu *)(to + 3 * row) = EIGHT(b3, b7, 0);
    *(vu *)(to + 4 * row) = EIGHT(b0, b4, 4);
    *(vu *)(to + 5 * row) = EIGHT(b1, b5, 4);
    *(vu *)(to + 6 * row) = EIGHT(b2, b6, 4);
    *(vu *)(to + 7 * row) = EIGHT(b3, b7, 4);
}}
#elif FOUR
#define BLOCK 4
static inline void write_block(const v *o, const int *f, R *to, long row) {{
    for (int h = 0; h < LANES; h += 4) {{
        q t[4];
        turn(PART(o + f[0], h), PART(o + f[1], h), PART(o + f[2], h), PART(o + f[3], h), t);
        for (int i = 0; i < 4; i++) *(qu *)(to + (h + i) * row) = t[i];
    }}
}}
#endif
/* A step that does not fit goes back to where it does: entries that are written twice are the same. */
#define PLACE(k, step) ((k) + (step) <= {width} ? (k) : {width} - (step))
/* Lines of the cache that are asked for before they are written to: of these rows, and at their end of the next ones,
   so that they come while those are computed. */
#define LINE (64 / BYTES)
#define AHEAD (4 * LINE)
static void store(const v *o, R *y, int points) {{
#ifdef BLOCK
    if (points == LANES && {width} >= BLOCK) {{
        for (int k = 0; k < {width}; k += BLOCK) {{
            const R *line = y + k + AHEAD + (k + AHEAD < {width} ? 0 : (LANES - 1) * (long){width});
            for (int i = 0; {width} >= AHEAD && k % LINE == 0 && i < LANES; i++)
                __builtin_prefetch(line + i * (long){width}, 1, 3);
            write_block(o, from + PLACE(k, BLOCK), y + PLACE(k, BLOCK), {width});
        }}
        return;
    }}
#endif
    for (int k = 0; k < {width}; k++)
        for (int i = 0; i < points; i++) y[(long)i * {width} + k] = ((const R *)(o + from[k]))[i];
}}
int run(long count, const R *x, R *y, void *space) {{
    m bad = {{0}};
    feclearexcept(FE_OVERFLOW | FE_DIVBYZERO);
    v *w = (v *)(((uintptr_t)space + WIDTH - 1) & ~(uintptr_t)(WIDTH - 1));
    v *in = w, *o = w + {inputs}, *s = o + {kept};
    o[0] = ALL(0);
{constants}
    for (long p = 0; p < count; p += LANES) {{
        int points = count - p < LANES ? (int)(count - p) : LANES;
        if (points == LANES) load(x + p * {inputs}, in);
        else {{
            R rest[LANES * {inputs}];
            for (int i = 0; i < LANES; i++)
                memcpy(rest + i * {inputs}, x + (p + (i < points ? i : points - 1)) * {inputs}, {inputs} * sizeof(R));
            load(rest, in);
        }}
{calls}
        for (int k = 1; k < {varying}; k++) bad |= o[k] * ALL(0) != ALL(0);
        store(o, y + p * {width}, points);
    }}
    int seen = fetestexcept(FE_OVERFLOW | FE_DIVBYZERO) ? {infinite} : 0;
    for (int i = 0; i < LANES; i++)
        if (bad[i]) seen |= {not_finite};
    return seen;
}}
"""

_NAMES = {"ln": "log"}
_OLD = ("sin", "cos", "exp", "ln", "raise")  # in the vector library from its first version, 2.22; the others from 2.35
_PAIRS = ("raise", "atan2", "hypot")
_INLINE = ("abs", "max", "min", "sign", "sqrt")
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def c_source(job: Job, dtype: Any) -> str:
    """The whole file."""
    return _Source(job, np.dtype(dtype)).text()


class _Source:
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
        self.constants = {value: i for i, value in enumerate(fixed, start=1 + len(self.rows))}

    def _slots(self) -> dict[Node, int]:
        """A slot of the workspace for each value that a later chunk reads; a slot is free again after the last one."""
        last: dict[Node, int] = {}
        for i, chunk in enumerate(self.chunks):
            for node in chunk:
                for part in self.tape.arguments[node]:
                    if part in self.chunk_of and self.chunk_of[part] < i:
                        last[part] = i
        slots: dict[Node, int] = {}
        free: list[int] = []
        ends: dict[int, list[int]] = {}
        count = 0
        for i, chunk in enumerate(self.chunks):
            free += ends.pop(i - 1, [])
            for node in chunk:
                if node in last:
                    if not free:
                        free.append(count)
                        count += 1
                    slots[node] = free.pop()
                    ends.setdefault(last[node], []).append(slots[node])
        self.space = count
        return slots

    def text(self) -> str:
        """Head, functions, chunks, main."""
        head = _HEAD.format(
            scalar="double" if self.double else "float", bytes=self.dtype.itemsize, suffix=self.suffix,
            integer="int64_t" if self.double else "int32_t",
            largest="INT64_MAX" if self.double else "INT32_MAX", kind="d" if self.double else "s",
        )  # fmt: skip
        used = dict.fromkeys(filter(None, map(self._function, self.job.schedule.order)))
        parts = [head, *(self._vector(name) for name in sorted(used))]
        parts += [self._chunk(i, chunk) for i, chunk in enumerate(self.chunks)]
        calls = "\n".join(f"        chunk{i}(in, o, s);" for i in range(len(self.chunks)))
        constants = (f"    o[{row}] = ALL({value.hex()});" for value, row in self.constants.items())
        parts.append(_MAIN.format(
            inputs=self.job.inputs, width=self.job.width, calls=calls, kept=self.kept, varying=1 + len(self.rows),
            integer="int64_t" if self.double else "int32_t", constants="\n".join(constants),
            infinite=int(Seen.INFINITE), not_finite=int(Seen.NOT_FINITE),
            sources=", ".join(map(str, self._sources())),
        ))  # fmt: skip
        return "\n".join(parts)

    @property
    def kept(self) -> int:
        """Vectors that a row is made of: zero, what varies, constants."""
        return 1 + len(self.rows) + len(self.constants)

    def _sources(self) -> list[int]:
        """For each entry of a row the vector that it comes from."""
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
        """A function on vectors, from the vector library or lane by lane."""
        function = {"raise": "pow"}.get(name, _NAMES.get(name, name))
        pair = name in _PAIRS
        lanes = (8, 4, 2) if self.double else (16, 8, 4)
        scalar = f"EACH2({function}{self.suffix}, a, b)" if pair else f"EACH({function}{self.suffix}, a)"
        return _VECTOR.format(
            guard="__GLIBC_PREREQ(2, 22)" if name in _OLD else "__GLIBC_PREREQ(2, 35)",
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
        found = a[count - 1] if count > len(conditions) else "ALL(NAN)"
        for condition, value in reversed(list(zip(conditions, a, strict=False))):
            found = f"pick({self._condition(condition)}, {value}, {found})"
        return found

    def _condition(self, condition: Any) -> str:
        if condition[0] == "compare":
            sign = {"=": "=="}.get(condition[1], condition[1])
            return f"({self._operand(condition[2])} {sign} {self._operand(condition[3])})"
        return "(" + (" & " if condition[0] == "and" else " | ").join(map(self._condition, condition[1:])) + ")"
