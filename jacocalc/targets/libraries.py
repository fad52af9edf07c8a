"""NumPy, JAX and PyTorch: one table of forms each, and the helper functions that a file may need.

Vectors are 1-D arrays: u vᵀ is outer(u, v), xᵀ y is x @ y, A 1 is A.sum(axis=1).
"""

from __future__ import annotations

from jacocalc.known_functions import NUMPY_NAMES
from jacocalc.targets.forms import (
    AT_RECIPROCAL,
    ATOM,
    MATRIX,
    POWER,
    PRODUCT,
    RECIPROCALS,
    SUM,
    Form,
    Forms,
    call,
    operators,
)

_COMMON = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "abs", "sign")


def _shared(xp: str) -> dict[str, Form]:
    """What the three libraries have in common; ``xp`` is the name of the module."""
    renamed = {f"f:{name}": call(f"{xp}.{NUMPY_NAMES.get(name, name)}") for name in (*_COMMON, *NUMPY_NAMES)}
    reciprocal = {f"f:{name}": Form(f"1 / {xp}.{of}({{0}})", PRODUCT) for name, of in RECIPROCALS.items()}
    at_reciprocal = {
        f"f:{name}": Form(f"{xp}.{NUMPY_NAMES.get(of, of)}(1 / {{0}})", ATOM, (POWER,))
        for name, of in AT_RECIPROCAL.items()
    }
    linear = {
        "power": Form("{0} ** {1}", POWER, (ATOM, ATOM), tight="{0}**{1}"),
        "transpose": Form("{0}.T", ATOM, (ATOM,)),
        "dot": Form("{0} @ {1}", MATRIX, (POWER, POWER), chain=True),
        "vector_matrix": Form("{0} @ {1}", MATRIX, (POWER, POWER), chain=True),
        "outer": Form(f"{xp}.outer({{0}}, {{1}})"),
        "solve": Form(f"{xp}.linalg.solve({{0}}, {{1}})"),
        "inverse": call(f"{xp}.linalg.inv"),
        "scale_rows": Form("{0}[:, None] * {1}", PRODUCT, (ATOM, POWER)),
        "scale_columns": Form("{0} * {1}", PRODUCT, (PRODUCT, POWER)),
        "row_sums": Form("{0}.sum(axis=1)", ATOM, (ATOM,)),
        "row_sums_kept": Form("{0}.sum(axis=1, keepdims=True)", ATOM, (ATOM,)),
        "column_sums": Form("{0}.sum(axis=0)", ATOM, (ATOM,)),
        "column": Form("{0}[:, None]", ATOM, (ATOM,)),
        "row": Form("{0}", ATOM),
        "ones": Form(f"{xp}.ones({{shape}})"),
        "zeros": Form(f"{xp}.zeros({{shape}})"),
        "zeros_like": call(f"{xp}.zeros_like"),
        "eye": call(f"{xp}.eye"),
        "full": Form(f"{xp}.full({{shape}}, {{0}})"),
        "tr": call(f"{xp}.trace"),
        "det": call(f"{xp}.linalg.det"),
        "logdet": Form(f"{xp}.linalg.slogdet({{0}})[1]"),
        "sum": call(f"{xp}.sum"),
        "mean": call(f"{xp}.mean"),
        "var": call(f"{xp}.var"),
        "norm": call(f"{xp}.linalg.norm"),
        "inner": Form(f"{xp}.sum({{0}} * {{1}})", ATOM, (PRODUCT, POWER)),
        "inner/1": Form("{0} @ {1}", MATRIX, (POWER, POWER)),
        "diag": call(f"{xp}.diag"),
        "diagonal": call(f"{xp}.diag"),
        "kron": Form(f"{xp}.kron({{0}}, {{1}})"),
        "vec": Form("{0}.T.reshape(-1)", ATOM, (ATOM,)),
        "pi": Form(f"{xp}.pi"),
        "e": Form(f"{xp}.e"),
        "f:step": Form(f"{xp}.where({{0}} > 0, 1.0, 0.0)", ATOM, (SUM,)),
        "size": Form("{0}.shape[{1}]"),
        "count": Form("len({0})"),
        "shape/1": Form("{0}"),
        "shape/2": Form("({0}, {1})"),
    }
    return {**operators("@", "*", "/"), **renamed, **reciprocal, **at_reciprocal, **linear}


NUMPY: Forms = {
    **_shared("np"),
    "softmax": call("softmax", "softmax"),
    "softmax_rows": Form("softmax({0}, axis=1)", helper="softmax"),
    "softmax_columns": call("softmax", "softmax"),
    "logsumexp": call("logsumexp", "logsumexp"),
    "f:cbrt": call("np.cbrt"),
    "f:relu": Form("np.maximum({0}, 0)"),
    "f:softplus": Form("np.logaddexp(0, {0})"),
    **{f"f:{name}": call(name, name) for name in ("sigmoid", "erf", "erfc", "leaky_relu", "elu", "gelu", "silu")},
}

JAX: Forms = {
    **_shared("jnp"),
    "softmax": call("jax.nn.softmax"),
    "softmax_rows": Form("jax.nn.softmax({0}, axis=1)"),
    "softmax_columns": Form("jax.nn.softmax({0}, axis=0)"),
    "logsumexp": call("jax.nn.logsumexp"),
    "f:cbrt": call("jnp.cbrt"),
    "f:erf": call("jax.scipy.special.erf"),
    "f:erfc": call("jax.scipy.special.erfc"),
    "f:gelu": Form("jax.nn.gelu({0}, approximate=False)"),
    **{f"f:{name}": call(f"jax.nn.{name}") for name in ("sigmoid", "relu", "leaky_relu", "elu", "silu", "softplus")},
}

TORCH: Forms = {
    **_shared("torch"),
    "ones": Form("{like}.new_ones({shape})"),
    "zeros": Form("{like}.new_zeros({shape})"),
    "full": Form("{0} * {like}.new_ones({shape})", PRODUCT, (PRODUCT,)),
    "eye": Form("torch.eye({0}).to({like})"),
    "var": Form("torch.var({0}, correction=0)"),
    "row_sums": Form("{0}.sum(dim=1)", ATOM, (ATOM,)),
    "row_sums_kept": Form("{0}.sum(dim=1, keepdim=True)", ATOM, (ATOM,)),
    "column_sums": Form("{0}.sum(dim=0)", ATOM, (ATOM,)),
    "softmax": Form("torch.softmax({0}, dim=0)"),
    "softmax_rows": Form("torch.softmax({0}, dim=1)"),
    "softmax_columns": Form("torch.softmax({0}, dim=0)"),
    "logsumexp": Form("torch.logsumexp({0}, dim=0)"),
    "f:erf": call("torch.erf"),
    "f:erfc": call("torch.erfc"),
    "constant": Form("torch.tensor({0}, dtype=torch.float64)"),
    "f:step": call("step", "step"),
    **{f"c:{name}": call(f"math.{of}", "math") for name, of in (("sqrt", "sqrt"), ("exp", "exp"), ("ln", "log"))},
    "f:cbrt": call("cbrt", "cbrt"),
    "f:softplus": call("softplus", "softplus"),
    "f:sigmoid": call("torch.sigmoid"),
    "f:relu": call("torch.relu"),
    **{f"f:{name}": call(f"torch.nn.functional.{name}") for name in ("leaky_relu", "elu", "gelu", "silu")},
}

_SIGMOID = '''def sigmoid(u):
    """1/(1 + exp(-u)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * u))
'''
_SOFTMAX = '''def softmax(z, axis=0):
    """exp(z) over its sum along an axis; the maximum is subtracted first, so that nothing overflows."""
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
'''
_LOGSUMEXP = '''def logsumexp(z):
    """log of the sum of exp(z); the maximum is subtracted first, so that nothing overflows."""
    top = z.max()
    return top + np.log(np.sum(np.exp(z - top)))
'''
_GELU = '''def gelu(u):
    """u Φ(u) for the normal distribution function Φ."""
    return 0.5 * u * (1 + erf(u / np.sqrt(2)))
'''
_ELU = '''def elu(u):
    """u for u > 0, else exp(u) - 1."""
    return np.where(u > 0, u, np.expm1(np.minimum(u, 0)))
'''
_FIXED_POINT = '''def fixed_point(equation, start):
    """The solution of h = equation(h), by iteration."""
    for _ in range(5000):
        following = equation(start)
        rounding = {eps} * (1 + abs(following).max())
        if abs(following - start).max() <= 8 * rounding:
            return following
        start = following
    raise ValueError("iterating the equation does not settle")
'''

NUMPY_HELPERS = {
    "sigmoid": _SIGMOID,
    "silu": 'def silu(u):\n    """u sigmoid(u)"""\n    return u * sigmoid(u)\n',
    "softmax": _SOFTMAX,
    "logsumexp": _LOGSUMEXP,
    "erf": "erf = np.vectorize(math.erf, otypes=[float])\n",
    "erfc": "erfc = np.vectorize(math.erfc, otypes=[float])\n",
    "gelu": _GELU,
    "leaky_relu": 'def leaky_relu(u):\n    """u for u > 0, else u/100."""\n    return np.where(u > 0, u, 0.01 * u)\n',
    "elu": _ELU,
    "fixed_point": _FIXED_POINT.format(eps="np.finfo(float).eps"),
}
JAX_HELPERS = {"fixed_point": _FIXED_POINT.format(eps="jnp.finfo(following.dtype).eps")}
TORCH_HELPERS = {
    "step": 'def step(u):\n    """1 for u > 0, else 0."""\n    return (u > 0).to(u.dtype)\n',
    "cbrt": 'def cbrt(u):\n    """The real cube root."""\n    return torch.sign(u) * torch.abs(u) ** (1 / 3)\n',
    "softplus": 'def softplus(u):\n    """log(1 + exp(u)), without overflow."""\n'
    "    return torch.logaddexp(u, torch.zeros_like(u))\n",
    "fixed_point": _FIXED_POINT.format(eps="torch.finfo(following.dtype).eps"),
}

# The helpers that a helper calls.
NEEDS = {"silu": ("sigmoid",), "erf": ("math",), "erfc": ("math",), "gelu": ("math", "erf")}
