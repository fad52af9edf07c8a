"""What a page calls the rule of a function, forwards (differentials) and backwards (pullbacks) alike."""

from __future__ import annotations

from jacocalc.terms import Elementwise, Operation

_OPERATIONS = {
    "tr": "trace",
    "det": "determinant",
    "logdet": "log-determinant",
    "sum": "sum of the entries",
    "mean": "mean",
    "var": "variance",
    "norm": "norm",
    "norm2": "squared norm",
    "inner": "inner product",
    "diag": "diagonal matrix",
    "diagonal": "diagonal of a matrix",
    "softmax": "softmax",
    "softmax_rows": "softmax of every row",
    "softmax_columns": "softmax of every column",
    "logsumexp": "log-sum-exp",
}


def function_name(node: Operation | Elementwise) -> str:
    """log-determinant, elementwise tanh"""
    if isinstance(node, Operation):
        return _OPERATIONS[node.name]
    return f"elementwise {'σ' if node.function == 'sigma' else node.function}"
