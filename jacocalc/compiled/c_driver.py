"""What all kernels in C share: vectors of points, and the driver that takes a kernel over all points of a batch.

The driver depends on the type of the numbers alone and is compiled once for each, a kernel for every job.  Results of a
group of points are gathered in a workspace, a vector for each entry that varies, and then written out row by row.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from jacocalc.compiled.kernels import Seen

_TYPES = {
    "d": {"R": "double", "BYTES": "8", "M": "int64_t", "LARGEST": "INT64_MAX",
          "SQRT": "__builtin_sqrt", "SQRTS": "__builtin_ia32_sqrtpd256"},
    "f": {"R": "float", "BYTES": "4", "M": "int32_t", "LARGEST": "INT32_MAX",
          "SQRT": "__builtin_sqrtf", "SQRTS": "__builtin_ia32_sqrtps256"},
}  # fmt: skip
_VECTORS = r"""
#if defined(__AVX512F__)
#define WIDTH 64
#elif defined(__AVX__)
#define WIDTH 32
#else
#define WIDTH 16
#endif
#define LANES (WIDTH / BYTES)
typedef R v __attribute__((vector_size(WIDTH)));
typedef M m __attribute__((vector_size(WIDTH)));
#define ALL(x) ((v){0} + (R)(x))
"""
_DRIVER = r"""
#include <fenv.h>
struct kernel {
    void (*compute)(const v *in, v *o, v *s);
    long inputs, width, varying, kept;  /* of o: 0, what varies, constants */
    const int *from;  /* for each entry of a row the vector of o */
    const R *constants;
};
typedef R vu __attribute__((vector_size(WIDTH), aligned(BYTES)));
#if LANES >= 4
#define FOUR 1
#define PART(x, h) (*(const q *)((const R *)(x) + (h)))
typedef R q __attribute__((vector_size(4 * BYTES)));
typedef R qu __attribute__((vector_size(4 * BYTES), aligned(BYTES)));
typedef M qm __attribute__((vector_size(4 * BYTES)));
static inline void turn(q a, q b, q c, q d, q *to) {
    q ab = __builtin_shuffle(a, b, (qm){0, 4, 2, 6}), ba = __builtin_shuffle(a, b, (qm){1, 5, 3, 7});
    q cd = __builtin_shuffle(c, d, (qm){0, 4, 2, 6}), dc = __builtin_shuffle(c, d, (qm){1, 5, 3, 7});
    to[0] = __builtin_shuffle(ab, cd, (qm){0, 1, 4, 5});
    to[1] = __builtin_shuffle(ba, dc, (qm){0, 1, 4, 5});
    to[2] = __builtin_shuffle(ab, cd, (qm){2, 3, 6, 7});
    to[3] = __builtin_shuffle(ba, dc, (qm){2, 3, 6, 7});
}
#else
#define FOUR 0
#endif
/* The last point stands in for those that are missing. */
static void load(const R *x, v *in, long inputs, int points) {
    R *to = (R *)in;
    long j = 0;
#if FOUR
    for (; points == LANES && j + 4 <= inputs; j += 4)
        for (int h = 0; h < LANES; h += 4) {
            q t[4];
            const R *at = x + h * inputs + j;
            turn(*(qu *)at, *(qu *)(at + inputs), *(qu *)(at + 2 * inputs), *(qu *)(at + 3 * inputs), t);
            for (int i = 0; i < 4; i++) *(q *)(to + (j + i) * LANES + h) = t[i];
        }
#endif
    for (; j < inputs; j++)
        for (int i = 0; i < LANES; i++) to[j * LANES + i] = x[(i < points ? i : points - 1) * inputs + j];
}
/* BLOCK entries of every row, each from a vector of all rows */
#if LANES == 8 && BYTES == 8
#define BLOCK 8
#define PAIRS(a, b, h) __builtin_shuffle(a, b, (m){h, 8 + h, 2 + h, 10 + h, 4 + h, 12 + h, 6 + h, 14 + h})
#define FOURS(a, b, h) __builtin_shuffle(a, b, (m){h, 1 + h, 8 + h, 9 + h, 4 + h, 5 + h, 12 + h, 13 + h})
#define EIGHT(a, b, h) __builtin_shuffle(a, b, (m){h, 1 + h, 2 + h, 3 + h, 8 + h, 9 + h, 10 + h, 11 + h})
static inline void write_block(const v *o, const int *f, R *to, long row) {
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
}
#elif FOUR
#define BLOCK 4
static inline void write_block(const v *o, const int *f, R *to, long row) {
    for (int h = 0; h < LANES; h += 4) {
        q t[4];
        turn(PART(o + f[0], h), PART(o + f[1], h), PART(o + f[2], h), PART(o + f[3], h), t);
        for (int i = 0; i < 4; i++) *(qu *)(to + (h + i) * row) = t[i];
    }
}
#endif
/* Lines of the cache are asked for before they are written to: of these rows, and at their end of the next ones, so
   that they come while those are computed. */
#define LINE (64 / BYTES)
#define AHEAD (4 * LINE)
static void store(const v *o, const int *from, R *y, long width, int points) {
#ifdef BLOCK
    if (points == LANES && width >= BLOCK) {
        for (long k = 0; k < width; k += BLOCK) {
            const R *line = y + k + AHEAD + (k + AHEAD < width ? 0 : (LANES - 1) * width);
            for (int i = 0; width >= AHEAD && k % LINE == 0 && i < LANES; i++)
                __builtin_prefetch(line + i * width, 1, 3);
            /* A block that does not fit goes back to where it does: entries that are written twice are the same. */
            long at = k + BLOCK <= width ? k : width - BLOCK;
            write_block(o, from + at, y + at, width);
        }
        return;
    }
#endif
    for (long k = 0; k < width; k++)
        for (int i = 0; i < points; i++) y[i * width + k] = ((const R *)(o + from[k]))[i];
}
int run(long count, const R *x, R *y, void *space, const struct kernel *of) {
    m bad = {0};
    feclearexcept(FE_OVERFLOW | FE_DIVBYZERO);
    v *in = (v *)(((uintptr_t)space + WIDTH - 1) & ~(uintptr_t)(WIDTH - 1)), *o = in + of->inputs, *s = o + of->kept;
    o[0] = ALL(0);
    for (long k = of->varying; k < of->kept; k++) o[k] = ALL(of->constants[k - of->varying]);
    for (long p = 0; p < count; p += LANES) {
        int points = count - p < LANES ? (int)(count - p) : LANES;
        load(x + p * of->inputs, in, of->inputs, points);
        of->compute(in, o, s);
        for (long k = 1; k < of->varying; k++) bad |= o[k] * ALL(0) != ALL(0);
        store(o, of->from, y + p * of->width, of->width, points);
    }
    int seen = fetestexcept(FE_OVERFLOW | FE_DIVBYZERO) ? INFINITE : 0;
    for (int i = 0; i < LANES; i++)
        if (bad[i]) seen |= NOT_FINITE;
    return seen;
}
"""


class KernelOf(ctypes.Structure):
    """The driver's ``struct kernel``."""

    _fields_ = [
        ("compute", ctypes.c_void_p),
        ("inputs", ctypes.c_long), ("width", ctypes.c_long), ("varying", ctypes.c_long), ("kept", ctypes.c_long),
        ("source", ctypes.c_void_p), ("constants", ctypes.c_void_p),
    ]  # fmt: skip


def vectors(dtype: np.dtype[Any]) -> str:
    """The types of numbers and vectors, the beginning of every file."""
    defined = "\n".join(f"#define {name} {value}" for name, value in _TYPES[dtype.char].items())
    return f"#include <stdint.h>\n{defined}{_VECTORS}"


def driver_source(dtype: np.dtype[Any]) -> str:
    """The whole file of the driver."""
    seen = f"#define INFINITE {int(Seen.INFINITE)}\n#define NOT_FINITE {int(Seen.NOT_FINITE)}"
    return f"{vectors(dtype)}{seen}{_DRIVER}"
