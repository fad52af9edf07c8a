"""Functions in programs: calls, methods as in NumPy and PyTorch, and what a function is of its arguments.

    f(x), σ′(z), tr A, sin^2 x      z.sum(), W.dot(x), W.shape[0]      ones(n), I(n), zeros(m, n)
    max(a, b)                       b + relu(a − b)                    dot(x, y), outer(x, y), grad(L, W)
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError, ShapeError
from jacocalc.functions import Size
from jacocalc.programs import shape_text
from jacocalc.reading import array_signs, axes, comparisons, composed_calls, einsum, norms, step_sums
from jacocalc.reading.mismatches import sized, typed
from jacocalc.reading.program_words import (
    ELEMENTWISE,
    EXTREMES,
    FORMULAS,
    FUNCTIONS,
    MAKERS,
    PRODUCTS,
    REFUSED,
    SECOND_ARGUMENTS,
    TO_SCALAR,
    WRITTEN,
    is_function,
)
from jacocalc.term_writing import paper_term
from jacocalc.terms import (
    SCALAR,
    ZERO,
    Elementwise,
    Eye,
    Ones,
    Operation,
    Opposite,
    Plus,
    Raised,
    Scalar,
    Term,
    Times,
    Transposed,
    Var,
    Zeros,
)

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_MOST_PRIMES = 2
_BOTH_AXES = ({"0", "1"}, {"-1", "-2"})


def call(parser: TermParser) -> Term:
    """f(x), σ′(z), ones(n), tr A"""
    token = parser.take()
    name, order = token.text, 0
    if name in EXTREMES and _holds(parser, "="):
        raise _refused(parser, EXTREMES[name], token)
    if name in EXTREMES and parser.sees("("):
        arguments = parser.arguments(token)
        if len(arguments) > 1:
            return _extreme(parser, EXTREMES[name], arguments, token)
        name = EXTREMES[name]
    if name in REFUSED:
        raise _refused(parser, name, token)
    if name in MAKERS:
        return _made(parser, name, token)
    while parser.sees("'"):
        if order == _MOST_PRIMES and not parser.names.verbatim:
            raise parser.error(f"at most {_MOST_PRIMES} derivatives of {name} are read here")
        parser.take()
        order += 1
    squared = None
    if parser.sees("^") and not parser.names.verbatim:
        parser.take()
        squared = parser.exponent(token)
        if isinstance(squared, Opposite):
            raise parser.error(f"{name}^-1 can be read as the inverse function or as 1/{name}", token)
    if name in ("ln", "log") and parser.sees_word("det"):
        parser.take()
        name = "logdet"
    if not step_sums.has_bounds(parser) and axes.is_given(parser, name):
        found = axes.along(parser, name, token, None)
    elif name == "norm" and _holds(parser, ","):
        found = norms.called(parser, token)
    elif name == "einsum":
        found = einsum.einsum(parser, token)
    elif _is_formula(parser, name) and not order:
        found = composed_calls.called(parser, name, token)
    else:
        found = applied(parser, name, order, parser.arguments(token), token)
    return found if squared is None else Raised(found, squared)


def method(parser: TermParser, base: Term) -> Term:
    """z.sum(), W.dot(x), z.exp(), W.shape[0] as in NumPy and PyTorch"""
    token = parser.take()
    if token.text == "numel" or not parser.sees("(", "["):
        return _count(parser, base)
    if token.text in ("shape", "size"):
        return _length(parser, base, token)
    if token.text not in (*FUNCTIONS, *FORMULAS):
        instead = f"write {WRITTEN[token.text]}" if token.text in WRITTEN else REFUSED.get(token.text, "")
        raise parser.error(f"{token.text} is no method that is read here", token, instead)
    if axes.is_given(parser, token.text, method=True):
        return axes.along(parser, token.text, token, base)
    if _is_formula(parser, token.text):
        return composed_calls.called(parser, token.text, token, base)
    if token.text == "norm" and parser.following.text != ")":
        return norms.called(parser, token, base)
    if parser.following.text != ")":
        return applied(parser, token.text, 0, [base, *parser.arguments(token)], token)
    parser.open()
    parser.close()
    return applied(parser, token.text, 0, [base], token)


def _count(parser: TermParser, base: Term) -> Term:
    """How many entries x.size, x.numel() and W.size have: n, m n"""
    if parser.sees("("):
        parser.open()
        parser.close()
    sizes = [axes.number(size) for size in base.shape if size != 1]
    return Times(tuple(sizes)) if len(sizes) > 1 else sizes[0] if sizes else Scalar(Fraction(1))


def _length(parser: TermParser, base: Term, token: Token) -> Term:
    """The size of W.shape[0], x.size(0) or W.shape[-1] as a number"""
    parser.open()
    sign = "-" if parser.sees("-") and parser.take() else ""
    axes_of = base.shape if base.shape[1] != 1 or parser.names.is_column(base) else base.shape[:1]
    place = next((i for i in range(-len(axes_of), len(axes_of)) if sign + parser.token.text == str(i)), None)
    if place is None:
        raise parser.error(f"{sized(base)}, and has no axis {sign}{parser.token.text}", token, end=parser.token.end)
    parser.take()
    parser.close()
    return axes.number(axes_of[place])


def _refused(parser: TermParser, name: str, token: Token) -> ReadError:
    """argmax and others, which have no derivative"""
    return parser.error(REFUSED[name].partition(":")[0].partition(";")[0], token, REFUSED[name])


def _is_formula(parser: TermParser, name: str) -> bool:
    """Whether the name stands for a formula of the language."""
    return name in FORMULAS and name not in parser.names.functions


def _holds(parser: TermParser, sign: str) -> bool:
    """Whether the brackets at the cursor hold a sign: norm(x, 1), max(X, axis=1)"""
    return parser.sees("(") and any(token.text == sign for token in parser.inside())


def _extreme(parser: TermParser, name: str, arguments: list[Term], token: Token) -> Term:
    """max(a, b, c) = max(max(a, b), c), entry by entry."""
    return reduce(lambda left, right: _extreme_of_two(parser, name, left, right, token), arguments)


def _extreme_of_two(parser: TermParser, name: str, left: Term, right: Term, token: Token) -> Term:
    """max(0, a) = relu(a), max(a, b) = b + relu(a − b); min(0, a) = −relu(−a), min(a, b) = b − relu(b − a)"""
    least = name == "min"
    if isinstance(left, Zeros):
        left, right = right, left
    if isinstance(right, Zeros):
        return Opposite(Elementwise("relu", Opposite(left))) if least else Elementwise("relu", left)
    (left,), right = parser.fitting([left], right, token)
    parser.names.note(f"{name}({paper_term(left)}, {paper_term(right)}) is written with relu")
    above, below = (right, left) if least else (left, right)
    excess = Elementwise("relu", Plus((above, Opposite(below))))
    return Plus((right, Opposite(excess) if least else excess))


def applied(parser: TermParser, name: str, order: int, arguments: list[Term], token: Token) -> Term:
    """A function at its arguments, whose size must be known."""
    first = arguments[0]
    if name not in PRODUCTS:
        parser.refuse_unsized(first)
    if name == "sum" and isinstance(first, Plus) and len(first.terms) == 1 and first not in parser.names.widened:
        return first.terms[0]
    if name in PRODUCTS:
        return _product_named(parser, name, arguments, token)
    if _is_formula(parser, name):
        return composed_calls.applied(parser, name, arguments, token)
    if name == "grad":
        return _gradient(parser, arguments, token)
    if name == "transpose" and {paper_term(axis) for axis in arguments[1:]} in _BOTH_AXES:
        return parser.turned(first, token)
    if name == "where":
        return comparisons.choice(parser, arguments, token)
    if len(arguments) != 1:
        raise parser.error(f"{name} takes one argument, not {len(arguments)}", token, SECOND_ARGUMENTS.get(name, ""))
    if name in parser.names.functions or name in ELEMENTWISE:
        known = name if name in parser.names.functions else ELEMENTWISE[name]
        if known == "ln" and isinstance(first, Operation) and first.name == "det" and not parser.names.verbatim:
            return Operation("logdet", first.arguments)
        if first.shape[0] == first.shape[1] and not first.is_scalar and known in ("exp", "ln", "sqrt"):
            parser.names.note(f"{name} of a matrix is taken entry by entry")
        return Elementwise(known, first, order)
    if order:
        raise parser.error(f"{name} has no elementwise derivative", token)
    if name == "len":
        return axes.number(first.shape[0])
    if name == "slogdet":
        _second_of_two(parser, token)
        name = "logdet"
    if TO_SCALAR.get(name, name) in ("tr", "det", "logdet", "inv") and first.shape[0] != first.shape[1]:
        raise parser.misfit(f"{name} needs a square matrix, but {sized(first)}", token)
    if name == "inv":
        return parser.special_power(first, "-1", token)
    if name == "transpose":
        return Transposed(first)
    if name in TO_SCALAR:
        return _to_scalar(parser, TO_SCALAR[name], first, token)
    if name == "diag":
        if first.shape[1] == 1:
            return Operation("diag", (first,))
        if first.shape[0] != first.shape[1]:
            raise parser.misfit(f"diag takes a vector or a square matrix, not {shape_text(first.shape)}", token)
        return Operation("diagonal", (first,))
    if name in ("softmax", "log_softmax") and first.shape[1] != 1:
        hint = "softmax_rows normalises every row, softmax_columns every column"
        raise _no_vector(parser, name, first, token, hint)
    if name == "log_softmax":
        return Elementwise("ln", Operation("softmax", (first,)))
    return Operation(name, (first,))


def _second_of_two(parser: TermParser, token: Token) -> None:
    """The [1] behind slogdet(A), which gives a sign and log|det A|."""
    if [one.text for one in parser.tokens[parser.at : parser.at + 3]] != ["[", "1", "]"]:
        raise parser.error("slogdet gives a sign and a logarithm", token, "write logdet(X), or slogdet(X)[1]")
    parser.at += 3


def _to_scalar(parser: TermParser, name: str, first: Term, token: Token) -> Term:
    """tr, sum, norm and others, whose values are scalars"""
    if name in ("logsumexp", "var", "std") and first.shape[1] != 1:
        x, (rows, columns) = typed(first), first.shape
        hint = f"mean(({x} - mean({x}) ones({rows}, {columns})).^2) is that of all entries"
        if name == "logsumexp":
            hint = f"log(exp({x}) ones({columns})) has that of every row, log(exp({x})' ones({rows})) of columns"
        raise _no_vector(parser, name, first, token, hint)
    if name == "norm" and parser.sees("^") and parser.following.text == "2":
        parser.take()
        parser.take()
        return Operation("norm2", (first,))
    if name in axes.SPREADS:
        return axes.spread(parser, name, Operation("var", (first,)), first.shape[0], token)
    return Operation(name, (first,))


def _no_vector(parser: TermParser, name: str, term: Term, token: Token, hint: str) -> ShapeError:
    """softmax or logsumexp of a matrix"""
    return parser.misfit(f"{name} takes a vector, but {sized(term)}", token, hint)


def _gradient(parser: TermParser, arguments: list[Term], token: Token) -> Term:
    """grad(L, v): the gradient of a scalar that was computed before, in the shape of v."""
    if len(arguments) != 2 or not all(isinstance(part, Var) for part in arguments):
        raise parser.error("grad takes a loss and a variable", token, "grad(L, W)")
    if not arguments[0].is_scalar:
        said = f"{sized(arguments[0])}: only a scalar has a gradient"
        raise parser.misfit(said, token)
    return Operation("grad", tuple(arguments))


def _product_named(parser: TermParser, name: str, arguments: list[Term], token: Token) -> Term:
    """dot(x, y), outer(x, y); dot(W, x) and all that is dot in NumPy, but of two vectors, is the matrix product.

    NumPy's inner(A, B) is A Bᵀ.
    """
    if len(arguments) != 2:
        raise parser.error(f"{name} takes two arguments", token)
    a, b = arguments
    if name in ("outer", "ger"):
        return parser.outer(a, b, token)
    numpy = is_of_a_module(parser, token)
    if name == "inner" and numpy and a.shape[1] != 1:
        name, b = "matmul", b if b.shape[1] == 1 else Transposed(b)
    if name == "matmul" and numpy and a.shape == b.shape and a.shape[1] == 1:  # of two vectors
        return parser.inner(a, b, token)
    fitting = name == "dot" and a.shape != b.shape and a.shape[1] == b.shape[0]
    if name != "inner" and (turned := array_signs.before_a_matrix(parser, a, b)) is not None:
        return turned
    if name in ("matmul", "mm", "mv") or fitting or (numpy and a.shape[1] != 1):
        return parser.joined(parser.times([a], b, token))
    return parser.inner(a, b, token)


def is_of_a_module(parser: TermParser, token: Token) -> bool:
    """np.mean, also where mean is a variable; products of our own notation have signs."""
    called = parser.names.verbatim and parser.following.text == "("
    return is_function(token.text) and (called or parser.text[max(token.start - 1, 0)] == ".")


def _made(parser: TermParser, name: str, token: Token) -> Term:
    """ones(n), ones(m, n), zeros(n), I(n)"""
    if not parser.sees("("):
        raise parser.error(f"{name} needs a size", token, f"write {name}(n)")
    parser.open()
    sizes = [_extent(parser)]
    while parser.sees(","):
        parser.take()
        sizes.append(_extent(parser))
    parser.close()
    return of_sizes(parser, name, sizes, token)


def of_sizes(parser: TermParser, name: str, sizes: list[Size], token: Token) -> Term:
    """I of one size, ones and zeros of one or two"""
    if name in ("I", "eye"):
        if len(set(sizes)) != 1:
            raise parser.error("the identity is square", token)
        return Eye(sizes[0]) if sizes[0] != 1 or parser.names.verbatim else Scalar(Fraction(1))
    shape = (sizes[0], sizes[1] if len(sizes) > 1 else 1)
    if name == "ones" and shape == SCALAR and not parser.names.verbatim:
        return Scalar(Fraction(1))
    return Ones(shape) if name == "ones" else Zeros(shape) if shape != SCALAR else ZERO


def _extent(parser: TermParser) -> Size:
    """A size: a number, n, n_{l-1}."""
    token = parser.take()
    if token.kind == "number" and token.text.isdigit() and int(token.text) > 0:
        return int(token.text)
    size = parser.names.size(token.text)
    if size is not None:
        return size
    known = ", ".join(sorted(parser.names.sizes)) or "none"
    raise parser.error(f"{token.text or 'nothing'} is not a declared size", token, f"declared sizes: {known}")
