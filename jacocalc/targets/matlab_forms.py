"""MATLAB and Octave: the table of forms, and the helper functions that a file may need.

Everything has two axes, vectors are columns, and what lacks an axis is spread by the language itself.
"""

from __future__ import annotations

from jacocalc.known_functions import ENTRYWISE
from jacocalc.targets.forms import ATOM, MATRIX, MATRIX_LANGUAGE, POWER, PRODUCT, SUM, Form, Forms, call

_PRODUCT = Form("{0} * {1}", MATRIX, (POWER, POWER), chain=True)
_RENAMED = {"ln": "log"}
_HELPED = ("sigmoid", "softplus", "silu", "elu", "gelu", "leaky_relu")

MATLAB: Forms = {
    **MATRIX_LANGUAGE,
    **{f"f:{name}": call(_RENAMED.get(name, name)) for name in ENTRYWISE},
    **{f"f:{name}": call(name, name) for name in _HELPED},
    "f:erfc": call("erfc"),
    "f:step": Form("double({0} > 0)", ATOM, (SUM,)),
    "f:relu": Form("max({0}, 0)"),
    "f:cbrt": Form("nthroot({0}, 3)"),
    "dot": _PRODUCT,
    "vector_matrix": _PRODUCT,
    "outer": _PRODUCT,
    "solve_row": Form("{0} / {1}", MATRIX, (POWER, POWER)),
    "row_sums": Form("sum({0}, 2)"),
    "row_sums_kept": Form("sum({0}, 2)"),
    "column_sums": Form("sum({0}, 1)"),
    "row": Form("{0}"),
    "zeros_like": Form("zeros(size({0}))"),
    "eye": call("eye"),
    "full": Form("{0} * ones({shape})", PRODUCT, (PRODUCT,)),
    "tr": call("trace"),
    "logdet": Form("log(abs(det({0})))"),
    "sum": Form("sum(sum({0}))"),
    "sum/1": call("sum"),
    "mean": Form("mean(mean({0}))"),
    "mean/1": call("mean"),
    "var": Form("var({0}, 1)"),
    "norm": Form('norm({0}, "fro")'),
    "norm/1": call("norm"),
    "inner": Form("sum(sum({0} .* {1}))", ATOM, (PRODUCT, POWER)),
    "inner/1": Form("sum({0} .* {1})", ATOM, (PRODUCT, POWER)),
    "diag": call("diag"),
    "vec": Form("reshape({0}, [], 1)"),
    "count": call("numel"),
}

NEEDS = {"silu": ("sigmoid",)}

HELPERS = {
    "sigmoid": """function s = sigmoid(u)
% 1/(1 + exp(-u)), without overflow.
    s = 0.5 * (1 + tanh(0.5 * u));
end""",
    "softplus": """function s = softplus(u)
% log(1 + exp(u)), without overflow.
    s = max(u, 0) + log1p(exp(-abs(u)));
end""",
    "silu": """function s = silu(u)
% u sigmoid(u)
    s = u .* sigmoid(u);
end""",
    "elu": """function s = elu(u)
% u for u > 0, else exp(u) - 1.
    s = max(u, 0) + expm1(min(u, 0));
end""",
    "gelu": """function s = gelu(u)
% u times the normal distribution function of u.
    s = 0.5 * u .* (1 + erf(u / sqrt(2)));
end""",
    "leaky_relu": """function s = leaky_relu(u)
% u for u > 0, else u/100.
    s = max(u, 0.01 * u);
end""",
    "softmax": """function p = softmax(z, axis)
% exp(z) over its sum along an axis; the maximum is subtracted first, so that nothing overflows.
    powers = exp(z - max(z, [], axis));
    p = powers ./ sum(powers, axis);
end""",
    "logsumexp": """function s = logsumexp(z)
% log of the sum of exp(z); the maximum is subtracted first, so that nothing overflows.
    top = max(z);
    s = top + log(sum(exp(z - top)));
end""",
    "fixed_point": """function h = fixed_point(equation, start)
% The solution of h = equation(h), by iteration.
    for step = 1:5000
        h = equation(start);
        if max(abs(h(:) - start(:))) <= 8 * eps * (1 + max(abs(h(:))))
            return
        end
        start = h;
    end
    error("iterating the equation does not settle");
end""",
}
