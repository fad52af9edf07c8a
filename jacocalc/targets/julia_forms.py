"""Julia: the table of forms, and the helper functions that a file may need.

Vectors are ``Vector``, rows too; functions and operations act entry by entry with a dot.
"""

from __future__ import annotations

from jacocalc.known_functions import ENTRYWISE
from jacocalc.targets.forms import ATOM, MATRIX, MATRIX_LANGUAGE, POWER, SUM, Form, Forms, call


def _each(name: str, helper: str = "") -> Form:
    """tanh.(z), and tanh(z) of a number."""
    return Form(name + "{dot}({0})", helper=helper)


_HELPED = ("sigmoid", "softplus", "silu", "elu", "gelu", "leaky_relu", "erf", "erfc")

JULIA: Forms = {
    **MATRIX_LANGUAGE,
    **{f"f:{name}": _each({"ln": "log"}.get(name, name)) for name in ENTRYWISE},
    **{f"f:{name}": _each(name, name) for name in _HELPED},
    "dotted": Form(""),
    "plus_spread": Form("{0} .+ {1}", SUM, (SUM, MATRIX)),
    "minus_spread": Form("{0} .- {1}", SUM, (SUM, MATRIX)),
    "f:step": Form("Float64{dot}({0} {dot}> 0)", ATOM, (SUM,)),
    "f:relu": Form("max{dot}({0}, 0)"),
    "dot": Form("dot({0}, {1})"),
    "vector_matrix": Form("{1}' * {0}", MATRIX, (POWER, ATOM)),
    "outer": Form("{0} * {1}'", MATRIX, (POWER, ATOM)),
    "row_sums": Form("vec(sum({0}, dims=2))"),
    "row_sums_kept": Form("sum({0}, dims=2)"),
    "column_sums": Form("vec(sum({0}, dims=1))"),
    "row": Form("{0}'", ATOM, (ATOM,)),
    "zeros_like": call("zero"),
    "eye": Form("Matrix(1.0I, {0}, {0})"),
    "full": Form("fill({0}, {shape})"),
    "tr": call("tr"),
    "logdet": Form("logabsdet({0})[1]"),
    "sum": call("sum"),
    "mean": call("mean"),
    "var": Form("var({0}, corrected=false)"),
    "norm": call("norm"),
    "inner": Form("dot({0}, {1})"),
    "diag": call("diagm"),
    "vec": call("vec"),
    "count": call("length"),
    "shape/1": Form("{0}"),
}

NEEDS = {"silu": ("sigmoid",), "gelu": ("erf",)}

HELPERS = {
    "sigmoid": '"1/(1 + exp(-u)), without overflow."\nsigmoid(u) = 0.5 * (1 + tanh(0.5 * u))',
    "softplus": '"log(1 + exp(u)), without overflow."\nsoftplus(u) = max(u, 0) + log1p(exp(-abs(u)))',
    "silu": '"u sigmoid(u)"\nsilu(u) = u * sigmoid(u)',
    "elu": '"u for u > 0, else exp(u) - 1."\nelu(u) = u > 0 ? u : expm1(u)',
    "erf": '"The error function of the C library."\nerf(u) = ccall((:erf, Base.Math.libm), Float64, (Float64,), u)',
    "erfc": '"1 - erf(u), from the C library."\nerfc(u) = ccall((:erfc, Base.Math.libm), Float64, (Float64,), u)',
    "gelu": '"u times the normal distribution function of u."\ngelu(u) = 0.5 * u * (1 + erf(u / sqrt(2)))',
    "leaky_relu": '"u for u > 0, else u/100."\nleaky_relu(u) = u > 0 ? u : 0.01 * u',
    "softmax": '''"exp(z) over its sum along an axis; the maximum is subtracted first, so that nothing overflows."
function softmax(z, axis)
    powers = exp.(z .- maximum(z, dims=axis))
    return powers ./ sum(powers, dims=axis)
end''',
    "logsumexp": '''"log of the sum of exp(z); the maximum is subtracted first, so that nothing overflows."
function logsumexp(z)
    top = maximum(z)
    return top + log(sum(exp.(z .- top)))
end''',
    "fixed_point": '''"The solution of h = equation(h), by iteration."
function fixed_point(equation, start)
    for _ in 1:5000
        following = equation(start)
        maximum(abs.(following .- start)) <= 8 * eps() * (1 + maximum(abs.(following))) && return following
        start = following
    end
    error("iterating the equation does not settle")
end''',
}
