"""The names of things on the page: J_f, ∂f₁/∂x, g∘f, f(1, 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jacocalc.document import (
    At,
    Bracketed,
    Circle,
    Decimal,
    Dots,
    Grid,
    JacobianRatio,
    Name,
    Norm,
    PartialOf,
    Plus,
    Root,
    Subscripted,
    Times,
    Transpose,
    Tuple,
    Written,
)
from jacocalc.functions import Chain, VectorFunction
from jacocalc.notation import Matrix, Symbol

_PATH_LETTERS = "klpqrstabcdmn"
INPUT_LETTERS = "xuvwstabcd"  # of the inputs of the stages, the innermost first

_NESTED = 30  # functions of functions that are written inside each other


def function_name(function: VectorFunction) -> Written:
    """f, bold in print for a vector function."""
    return Name(function.name, vector=not function.scalar)


def arguments(function: VectorFunction) -> tuple[Written, ...]:
    """The inputs as they stand in f(x, y); the vector x where the number of inputs is a symbol."""
    if function.inputs and not function.symbolic:
        return tuple(map(Symbol, function.inputs))
    return (Name("x", vector=True),)


def together(items: Sequence[Written]) -> Written:
    """(x, y); x where it is alone."""
    return items[0] if len(items) == 1 else Tuple(tuple(items))


def plus(terms: Sequence[Written]) -> Written:
    """a + b; a where it is alone."""
    return terms[0] if len(terms) == 1 else Plus(tuple(terms))


def together_named(names: Sequence[str]) -> Written:
    """(x, y), or x, of these names."""
    return together(tuple(map(Symbol, names)))


def jacobian_name(function: VectorFunction) -> Written:
    """J_f, or ∂(x, y)/∂(s, t) for components with names of their own."""
    if function.outputs:
        return JacobianRatio(function.outputs, function.inputs)
    return Subscripted(Name("J"), function_name(function))


def jacobian_at(function: VectorFunction, at: tuple[Written, ...]) -> Written:
    """J_f(3, 4); ∂z/∂(x, y) names its own letters."""
    name = jacobian_name(function)
    return name if function.outputs and at == arguments(function) else At(name, at)


def jacobian_of(function: VectorFunction, at: tuple[Written, ...]) -> Written:
    """J_f(3, 4), or J_f where nothing is inserted."""
    return jacobian_at(function, at) if at and not _are_symbols(at) else jacobian_name(function)


def volume_name(function: VectorFunction, at: tuple[Written, ...]) -> Written:
    """det J_f(3, 4); for more components than inputs √det(J_fᵀ · J_f), which is ‖df/dt‖ for one input."""
    jacobian = jacobian_of(function, at)
    if len(function.inputs) == 1 and function.m != 1:
        speed = PartialOf(function_name(function), Symbol(function.inputs[0]), total=True)
        return Norm(jacobian if function.outputs else At(speed, at))
    if function.n == function.m:
        return At(Name("det"), (jacobian,))
    return Root(At(Name("det"), (Bracketed(Times((Transpose(jacobian), jacobian))),)))


def composition(chain: Chain, first: int = 0, last: int | None = None) -> Written:
    """h∘g∘f of the stages first … last, the outermost first; one stage is just its name."""
    return _circle(chain.stages[first : (len(chain.stages) if last is None else last + 1)])


def _circle(stages: Sequence[VectorFunction]) -> Written:
    if len(stages) == 1:
        return function_name(stages[0])
    names = tuple(function_name(stage) for stage in reversed(stages))
    return Circle((*names[:2], Dots(), names[-1]) if len(names) > 6 else names)


def composed_jacobian(chain: Chain, first: int, last: int, at: tuple[Written, ...]) -> Written:
    """J_{g∘f}(1, 2), or ∂(z)/∂(s, t) where stages were written as equations."""
    outer, inner = chain.stages[last], chain.stages[first]
    if outer.outputs and inner.outputs:
        head: Written = JacobianRatio(outer.outputs, inner.inputs)
        return At(head, at) if at and not _are_symbols(at) else head
    return At(Subscripted(Name("J"), composition(chain, first, last)), at)


def _are_symbols(at: tuple[Written, ...]) -> bool:
    return all(isinstance(item, Symbol) for item in at)


def nested(stages: Sequence[VectorFunction]) -> Written:
    """h(g(f(x, y))), and (h∘g∘⋯∘f)(x, y) where there are many."""
    if len(stages) > _NESTED:
        return At(_circle(stages), arguments(stages[0]))
    current: Written = At(function_name(stages[0]), arguments(stages[0]))
    for stage in stages[1:]:
        current = At(function_name(stage), (current,))
    return current


def implicit_jacobian(independent: tuple[str, ...], dependent: tuple[str, ...]) -> Written:
    """dy/dx, ∂z/∂x of one of several, ∂(y, z)/∂(x, t)."""
    if len(independent) == len(dependent) == 1:
        return PartialOf(Symbol(dependent[0]), Symbol(independent[0]), total=True)
    return JacobianRatio(dependent, independent)


def path_letters(chain: Chain, count: int) -> list[str]:
    """So many letters for indices that name no function, size or input of the chain: k, l, p, …"""
    taken = {stage.name for stage in chain.stages} | {str(s) for stage in chain.stages for s in (stage.n, stage.m)}
    taken |= set(INPUT_LETTERS[: len(chain.stages)])
    free = [letter for letter in _PATH_LETTERS if letter not in taken]
    return [free[p] if p < len(free) else f"k_{p}" for p in range(count)]


def entry_of(stage: VectorFunction, row: str) -> Written:
    """h_i; h where it is scalar; (f_2)_i where the name has an index of its own."""
    if stage.m == 1:
        return Symbol(stage.name)
    return (
        Subscripted(Bracketed(Symbol(stage.name)), Symbol(row)) if "_" in stage.name else Symbol(f"{stage.name}_{row}")
    )


def grid_of_partials(function: VectorFunction) -> Grid:
    """The matrix of ∂f_i/∂x_j."""
    return Grid(
        tuple(tuple(partial_of(function, label, name) for name in function.inputs) for label in function.labels)
    )


def partial_of(function: VectorFunction, label: str, name: str) -> Written:
    """∂f₁/∂x; dx/dt for a function of one variable."""
    return PartialOf(Symbol(label), Symbol(name), total=len(function.inputs) == 1)


def grid(matrix: Matrix) -> Grid:
    """A matrix of notation for the page."""
    return Grid(matrix.rows)


def grid_or_number(matrix: Matrix) -> Written:
    """A matrix for the page; one of a single entry is that entry."""
    return grid(matrix) if (len(matrix.rows), len(matrix.rows[0])) != (1, 1) else matrix.rows[0][0]


def decimals(rows: Iterable[Iterable[str]]) -> Written:
    """A matrix of decimals; one of a single entry is that entry."""
    made = tuple(tuple(map(Decimal, row)) for row in rows)
    return made[0][0] if len(made) == len(made[0]) == 1 else Grid(made)


def grid_of_product(left: Matrix, right: Matrix, written: Matrix) -> Grid:
    """left · right written entry by entry, every term kept."""
    return Grid(written.rows, (grid(left), grid(right)))


def column_or_scalar(matrix: Matrix, function: VectorFunction) -> Written:
    """The value of a function: a column, or a number for a scalar function."""
    return matrix.rows[0][0] if function.scalar else grid(matrix)
