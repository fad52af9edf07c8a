"""The functions of matrix-level programs, and what to write for those of other languages: tables of words."""

from __future__ import annotations

from jacocalc.known_functions import ENTRYWISE, SPELLINGS

ELEMENTWISE = {spelling: name for spelling, name in SPELLINGS.items() if name in ENTRYWISE} | {
    "sigma": "sigma", "step": "step",
}  # fmt: skip
TO_SCALAR = {"tr": "tr", "Tr": "tr", "trace": "tr", "det": "det", "logdet": "logdet", "sum": "sum", "mean": "mean",
             "var": "var", "std": "std", "norm": "norm", "logsumexp": "logsumexp"}  # fmt: skip
PRODUCTS = ("dot", "inner", "outer", "ger", "matmul", "mm", "mv")
FUNCTIONS = (*ELEMENTWISE, *TO_SCALAR, *PRODUCTS, "inv", "transpose", "diag", "grad", "softmax", "log_softmax",
             "softmax_rows", "softmax_columns", "where", "einsum", "slogdet", "len")  # fmt: skip
EXTREMES = {"max": "max", "maximum": "max", "min": "min", "minimum": "min"}
MAKERS = ("ones", "zeros", "I", "eye")
REFUSED = {
    "argmax": "argmax is piecewise constant: its derivative is 0 wherever it exists, so nothing flows back; frameworks "
    "stop the gradient there (softmax is the smooth stand-in)",
    "argmin": "argmin is piecewise constant: its derivative is 0 wherever it exists; frameworks stop the gradient",
    "round": "round is piecewise constant: its derivative is 0 or does not exist; frameworks give 0, or use the "
    "straight-through estimator",
    "floor": "floor is piecewise constant: its derivative is 0 or does not exist; frameworks give 0",
    "ceil": "ceil is piecewise constant: its derivative is 0 or does not exist; frameworks give 0",
    "sort": "sort is not differentiable where entries are equal; frameworks send each gradient to where it came from",
    "topk": "topk is not differentiable where entries tie; frameworks send gradients to the chosen entries",
    "max": "the maximum of a vector is not differentiable at ties; frameworks send the gradient to one maximal entry "
    "(logsumexp is the smooth stand-in); exp(z - max(z)) / sum(…) is softmax(z)",
    "min": "the minimum of a vector is not differentiable at ties; frameworks send the gradient to one minimal entry",
}  # fmt: skip
ENTRIES = "entries are not written one by one: sum(x .* y), x' y, sum(x.^2); sum_t goes over a loop"
AXES = "X ones(n) adds up every row, X' ones(m) every column; softmax_rows and softmax_columns go along them"
SECOND_ARGUMENTS = {  # what a second argument would say
    "transpose": "X' has rows for columns",
}  # fmt: skip
NORMS = {  # what an index says, of a vector and of a matrix
    "1": ("", "largest sum of a column"), "2": ("", "largest singular value"),
    **dict.fromkeys(("inf", "infty", "∞"), ("largest absolute value", "largest sum of a row")),
    "*": ("", "sum of singular values"),
}  # fmt: skip
_LAYER = "W x + b, with W and b declared"
_NORMALISED = "(x - mean(x) ones(n)) / sqrt(var(x) + eps)"
_STACKED = "a product in blocks: U x + V y for W times x above y"
FORMULAS: dict[str, str | tuple[str, ...]] = {  # of other languages, read as what they are
    "log1p": "log(1 + x)", "expm1": "exp(x) - 1", "exp2": "exp(log(2) x)", "log2": "log(x) / log(2)",
    "log10": "log(x) / log(10)", "rsqrt": "1 ./ sqrt(x)", "logit": "log(x ./ (1 - x))", "erfc": "1 - erf(x)",
    **dict.fromkeys(("square", "abs2"), "x.^2"), **dict.fromkeys(("power", "pow"), "x.^y"), "reciprocal": "1 ./ x",
    **dict.fromkeys(("multiply", "mul", "hadamard"), "x .* y"), **dict.fromkeys(("divide", "div"), "x ./ y"),
    "add": "x + y", **dict.fromkeys(("subtract", "sub"), "x - y"), **dict.fromkeys(("negative", "neg"), "-x"),
    "vdot": "dot(x, y)", "diagonal": "diag(x)", "inverse": "inv(x)", "solve": "inv(x) y",
    "variance": "var(x)", "average": "mean(x)", "norm1": "norm(x, 1)",
    "norm2": "norm(x, 2)", **dict.fromkeys(("normF", "frobenius", "vecnorm", "vector_norm", "matrix_norm"), "||x||"),
    "dist": "||x - y||", "pairwise_distance": ("sqrt(sum((x - y).^2, axis=1))", "||x - y||"),
    "normalize": ("x / sqrt(sum(x.^2, axis=1, keepdims=True))", "x / ||x||"),
    "cosine_similarity": ("sum(x .* y, axis=1) ./ sqrt(sum(x.^2, axis=1) .* sum(y.^2, axis=1))", "x' y/(||x|| ||y||)"),
    **dict.fromkeys(("mse", "mse_loss", "MSELoss"), "mean((x - y).^2)"),
    **dict.fromkeys(("mae", "l1_loss", "L1Loss"), "mean(abs(x - y))"), "logcosh": "log(cosh(x))",
    **dict.fromkeys(("binary_cross_entropy", "bce", "BCELoss"), "-mean(y .* log(x) + (1 - y) .* log(1 - x))"),
    **dict.fromkeys(("binary_cross_entropy_with_logits", "bce_with_logits", "BCEWithLogitsLoss"),
                    "mean(softplus(x) - y .* x)"),
    "relu6": "relu(x) - relu(x - 6)", **dict.fromkeys(("hardtanh", "hard_tanh"), "relu(x + 1) - relu(x - 1) - 1"),
    "hardsigmoid": "relu(x/6 + 1/2) - relu(x/6 - 1/2)", "hardswish": "x .* (relu(x/6 + 1/2) - relu(x/6 - 1/2))",
    **dict.fromkeys(("logsigmoid", "log_sigmoid"), "-softplus(-x)"), "mish": "x .* tanh(softplus(x))",
    "softsign": "x ./ (1 + abs(x))", "tanhshrink": "x - tanh(x)", "softmin": "softmax(-x)", "heaviside": "step(x)",
    "celu": "elu(x)", "logaddexp": "x + softplus(y - x)",
    "linear": ("x @ y' if y is a matrix", "x @ y' + z if y is a matrix"),
    **dict.fromkeys(("clip", "clamp"), ("y + relu(x - y) - relu(x - z) if y <= z", "min(max(x, y), z)", "max(x, y)",
                                        "min(x, z)")),
    **dict.fromkeys(("cross_entropy", "CrossEntropyLoss"),
                    ("-mean(sum(y .* log_softmax(x, axis=1), axis=1))", "-y' log(softmax(x))")),
    **dict.fromkeys(("nll_loss", "NLLLoss"), ("-mean(sum(y .* x, axis=1))", "-y' x")),
    **dict.fromkeys(("poisson_nll_loss", "PoissonNLLLoss"), "mean(exp(x) - y .* x)"),
    **dict.fromkeys(("huber_loss", "HuberLoss", "smooth_l1_loss", "SmoothL1Loss"),
                    "mean(1/2 (x - y).^2 - 1/2 relu(abs(x - y) - 1).^2)"),
    "hypot": "sqrt(x.^2 + y.^2)", "xlogy": "x .* log(y)",
}  # fmt: skip
OF_ONE_SHAPE = ("cross_entropy", "CrossEntropyLoss", "nll_loss", "NLLLoss")  # their two arguments
EUCLIDEAN = ("pairwise_distance", "normalize", "cosine_similarity")  # with the norm of p=2 alone
ONE_HOT_ROWS = "declare the classes as Y: N x C rows one-hot"
WRITTEN = {  # of NumPy and PyTorch
    "kron": "B X A' for kron(A, B) vec(X)",
    "tensordot": "A B, or tr(A' B) for all axes",
    "dropout": "m .* x, with the mask m declared", "Linear": _LAYER,
    "layer_norm": _NORMALISED, "LayerNorm": _NORMALISED,
    "kl_div": "sum(p .* log(p ./ q))",
    "gaussian_nll_loss": "1/2 mean(log(v) + (y - x).^2 ./ v)",
    "huber": "sum(1/2 r.^2 - 1/2 relu(abs(r) - d).^2), with r = x - y",
    **dict.fromkeys(("eig", "eigh", "eigvals", "eigvalsh", "svd", "cholesky", "qr"),
                    "tr(X), det(X), inv(X) or norm(X): no factorisation is read"),
    **dict.fromkeys(("hinge", "hinge_loss"), "mean(max(0, 1 - y .* s))"),
    "prelu": "max(0, x) + a min(0, x)",
    "selu": "l (max(0, x) + a (exp(min(0, x)) - 1)), with l and a declared",
    "glu": "a .* sigmoid(b), for the halves a and b",
    **dict.fromkeys(("piecewise", "cases", "if"), "where(x > 0, x, y), relu(x) or max(x, y)"),
    **dict.fromkeys(("rms_norm", "RMSNorm"), "x / sqrt(mean(x.^2) + eps)"),
    "stdev": "sqrt(var(x))",
    "pinv": "inv(X' X) X'", **dict.fromkeys(("adj", "adjugate"), "det(X) X^-1, for an invertible X"),
    "cofactor": "det(X) X^-T, for an invertible X",
    "vector": "x + 1, where a number is added to every entry, or ones(n)",
    "bmm": "A B", **dict.fromkeys(("tril", "triu"), "M .* X, with the mask M declared"),
    "cumsum": "C x, with C declared, ones on and below the diagonal", "prod": "exp(sum(log(x))), of positive entries",
    **dict.fromkeys(("expm", "matrix_exp"), "I(n) + A + 1/2 A A for a small A: exp(A) is entry by entry"),
    **dict.fromkeys(("cat", "concat", "concatenate", "hstack", "vstack"), _STACKED),
    **dict.fromkeys(("detach", "stop_gradient"), "a declared variable in its place"),
    **dict.fromkeys(("one_hot", "embedding"), "E x, with a one-hot column x declared"),
    **dict.fromkeys(("attention", "scaled_dot_product_attention"), "softmax_rows(Q K' / sqrt(d)) V"),
    **dict.fromkeys(("vec", "reshape", "view", "flatten", "ravel"), "the matrix itself: sum(X), norm(X), dot(X, Y)"),
}  # fmt: skip


def is_function(name: str) -> bool:
    """Whether the name is a function of the language."""
    return any(name in table for table in (FUNCTIONS, FORMULAS, MAKERS, EXTREMES, REFUSED))
