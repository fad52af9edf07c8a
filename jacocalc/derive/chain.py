"""The chain rule: J_{h∘g∘f}(x) = J_h(g(f(x))) · J_g(f(x)) · J_f(x), symbolic or carried through a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from jacocalc.algebra.domain import collected, without_redundant
from jacocalc.algebra.tidy import tidy, tidy_inside
from jacocalc.algebra.values import is_rational
from jacocalc.derive.book_forms import printed_entries
from jacocalc.derive.bracketing import Pattern, Plan, order_steps, plan_of
from jacocalc.derive.jacobians import (
    calculated,
    exact_matrix,
    inserted_jacobian,
    local_jacobian,
    parameters_of,
    stage_value,
)
from jacocalc.derive.matrices import written_product
from jacocalc.derive.points import PointCheck
from jacocalc.derive.roads import Claim, combined, verify, verify_on_tape
from jacocalc.derive.sample_functions import verify_unspecified
from jacocalc.derive.short_forms import SEARCHED, short_matrix
from jacocalc.derive.signs import Facts, Sign, facts_of, sign
from jacocalc.errors import TooLarge
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.numbers import chain_numbers, missing_parameter, stage_numbers
from jacocalc.functions import Chain, Point, VectorFunction
from jacocalc.notation import ZERO, Expr, Matrix, Symbol, column, names, substitute, tree_size
from jacocalc.options import LIMITS, WRITTEN, Options
from jacocalc.steps import (
    Composed,
    Decimals,
    Dependencies,
    JacobianAt,
    Leibniz,
    LocalJacobian,
    MatrixProduct,
    Shapes,
    StageDecimals,
    StageValue,
    Step,
    Substituted,
    Verified,
)


@dataclass
class Work:
    """What a derivation gathers on its way: steps, and the outcome for each displayed Jacobian."""

    chain: Chain
    at: Point | None
    options: Options
    steps: list[Step] = field(default_factory=list)
    outcomes: list[tuple[Outcome, int]] = field(default_factory=list)
    kink: Expr | None = None
    order: str = ""
    assumptions: list[Expr] = field(default_factory=list)
    measured: str = "difference quotients of values"

    @property
    def plan(self) -> Plan:
        """In which order the stage Jacobians are multiplied."""
        return plan_of(self.order, self.chain)

    @cached_property
    def composition(self) -> Composed | None:
        """y = g(f(x)) written out, where that is short enough."""
        return composed(self.chain, self.options)

    @property
    def written(self) -> Matrix | None:
        """The components of the composition, where they are written out."""
        return self.composition.written if self.composition else None

    def printed(self, matrix: Matrix) -> Matrix:
        """A result in the innermost inputs as textbooks print it."""
        return printed_entries(matrix, self._given, self.chain.inputs, self.facts)

    def searched(self, matrix: Matrix) -> Matrix:
        """A result that was computed from others, its shortest form looked for where it is short and no polynomial."""
        wanted = not is_rational(matrix) and sum(map(tree_size, matrix.entries)) <= SEARCHED
        return self.printed(short_matrix(matrix, self._given) if wanted else matrix)

    @property
    def _given(self) -> Matrix:
        return self.written or column(self.chain.stages[0].values)

    @cached_property
    def facts(self) -> Facts:
        """The signs that hold wherever the formulas do."""
        return facts_of(conditions(self.chain, self.options))

    def verified(self) -> Verified:
        """The weakest outcome; ``measured``: what agrees where nothing is proved."""
        return combined(self.outcomes, self.measured)


def chain_rule(work: Work) -> Matrix | None:
    """The Jacobian of the whole chain; the steps go into ``work``.  None where it is too large to write."""
    open_chain(work)
    locals_ = local_steps(work)
    if work.order:
        work.steps += order_steps(work.order, work.chain, [_nonzero(local.result) for local in locals_])
    return _symbolic(work, locals_) if work.at is None else _through_point(work, locals_)


def open_chain(work: Work) -> None:
    """The shapes, the composition where it is written out, and what depends on what."""
    work.steps.append(shapes(work.chain))
    work.steps += [work.composition] if work.composition else []
    if all(stage.outputs for stage in work.chain.stages):
        work.steps.append(dependencies(work.chain))


def _nonzero(matrix: Matrix) -> Pattern:
    """Where the entries are not always 0."""
    return tuple(tuple(entry != ZERO for entry in row) for row in matrix.rows)


def shapes(chain: Chain) -> Shapes:
    """(p×q)(q×n) = (p×n), the outermost first."""
    pairs = tuple((stage.m, stage.n) for stage in reversed(chain.stages))
    return Shapes(pairs, (pairs[0][0], pairs[-1][1]))


def composed(chain: Chain, options: Options) -> Composed | None:
    """y = g(f(x)) written out, where that is short enough for a page, and no deeper than what is read back."""
    if composed_size(chain) > options.limits.page or chain.depth > WRITTEN.depth:
        return None
    current = chain.stages[0].at(tuple(map(Symbol, chain.inputs)))
    arguments = []
    for stage in chain.stages[1:]:
        arguments.append(current)
        current = stage.at(current.entries)
    return Composed(tuple(arguments), current, current.map(tidy))


def composed_size(chain: Chain) -> int:
    """The number of nodes of the composition written out, counted without writing it."""
    sizes = dict.fromkeys(chain.inputs, 1)
    total = 0
    for place, stage in enumerate(chain.stages):
        outer = [tree_size(value, sizes) for value in stage.values]
        total = sum(outer)
        if place + 1 < len(chain.stages):
            sizes = dict(zip(chain.stages[place + 1].inputs, outer, strict=True))
    return total


def dependencies(chain: Chain) -> Dependencies:
    """z ← x, y; x ← s, t; … as far as the formulas say."""
    pairs = []
    for stage in reversed(chain.stages):
        for label, value in zip(stage.labels, stage.values, strict=True):
            inner = tuple(name for name in stage.inputs if name in names(value))
            if inner != (label,):
                pairs.append((label, inner))
    return Dependencies(tuple(pairs))


def local_steps(work: Work) -> list[LocalJacobian]:
    """J of every stage by itself, each verified; a stage that stands several times is shown once."""
    found: list[LocalJacobian] = []
    for place, stage in enumerate(work.chain.stages):
        same = next((other for other in range(place) if work.chain.stages[other] == stage), None)
        if same is not None:
            found.append(replace(found[same], stage=place))
            continue
        if not stage.abstract:
            PointCheck(stage, {}).somewhere()
        local = local_jacobian(stage, place)
        if stage.specified:
            work.outcomes.append(verified_whole(Chain((stage,)), column(stage.values), local.result, None))
        work.steps.append(local)
        found.append(local)
    return found


# -- symbolic -----------------------------------------------------------------------------------------


def _symbolic(work: Work, locals_: list[LocalJacobian]) -> Matrix | None:
    """Each local Jacobian in the innermost inputs, multiplied; None where the composition is not written out."""
    if work.composition is None:
        return None
    stages, there = work.chain.stages, substituted(work, locals_)
    work.steps += there[1:]
    held = {(one.stage, one.stage): one.result for one in there}
    if len(stages) == 2 and all(stage.outputs for stage in stages):
        outer, inner = locals_[1].result, locals_[0].result
        work.steps.append(Leibniz(0, paths(outer, inner), _in_all_letters(stages, written_product(outer, inner))))
    product, steps = multiplied(held, work.plan, (), work.printed)
    work.steps += steps
    work.outcomes.append(verified_whole(work.chain, work.written, product, None))
    return product


def _in_all_letters(stages: Sequence[VectorFunction], matrix: Matrix) -> Matrix:
    """A result that names the inner outputs beside the inner inputs, as textbooks print it."""
    given = column(tuple(value for stage in reversed(stages) for value in stage.values))
    return printed_entries(matrix, given, [name for stage in reversed(stages) for name in stage.inputs])


def multiplied(
    held: dict[tuple[int, int], Matrix], plan: Plan, at: tuple[Expr, ...], value: Callable[[Matrix], Matrix]
) -> tuple[Matrix, list[Step]]:
    """The stage Jacobians ``held`` multiplied in the order of the plan, and the products as steps."""
    steps: list[Step] = []
    for first, split, last in plan:
        left, right = held[split + 1, last], held[first, split]
        written = written_product(left, right)
        held[first, last] = value(written)
        steps.append(MatrixProduct(first, split, last, at, left, right, written, held[first, last]))
    return held[0, max(last for _, last in held)], steps


def substituted(work: Work, locals_: Sequence[LocalJacobian]) -> list[Substituted]:
    """J of every stage with the stages before it inserted, innermost first.

    Raises TooLarge where the composition is not written out.
    """
    chain, whole = work.chain, work.composition
    if whole is None and len(chain.stages) > 1:
        raise TooLarge("the composed function is too long to write out", hint="give a point with --at")
    insides = [tuple(map(Symbol, chain.inputs)), *(m.entries for m in (whole.arguments if whole else ()))]
    return [
        Substituted(place, inside, inserted(local.result, dict(zip(stage.inputs, inside, strict=True))))
        for place, (stage, inside, local) in enumerate(zip(chain.stages, insides, locals_, strict=True))
    ]


def inserted(matrix: Matrix, values: dict[str, Expr]) -> Matrix:
    """The matrix with expressions inserted for its variables, tidied, also inside of functions."""
    others = _others(values)
    return matrix.map(lambda entry: tidy(_inserted(entry, others)))


def _others(values: dict[str, Expr]) -> dict[str, Expr]:
    """The variables for which something else than themselves is inserted."""
    return {name: value for name, value in values.items() if value != Symbol(name)}


def _inserted(expr: Expr, others: dict[str, Expr]) -> Expr:
    """Expressions inserted, and tidied with what they stand in; what the author wrote as it stands."""
    if not others:
        return expr
    found = substitute(expr, others)
    return tidy_inside(found) if tree_size(found) <= LIMITS.page else found


def paths(outer: Matrix, inner: Matrix) -> tuple[tuple[tuple[tuple[Expr, Expr], ...], ...], ...]:
    """The pairs (∂z_i/∂u_k, ∂u_k/∂x_j), one for each path from x_j to z_i."""
    return tuple(
        tuple(tuple((outer.rows[i][k], inner.rows[k][j]) for k in range(inner.shape[0])) for j in range(inner.shape[1]))
        for i in range(outer.shape[0])
    )


def verified_whole(chain: Chain, values: Matrix | None, result: Matrix, at: Point | None) -> tuple[Outcome, int]:
    """The outcome for the Jacobian of the whole chain; ``values`` is the composition written out, if it is."""
    if chain.abstract:
        return verify_unspecified(chain, result, at)
    formulas = values.entries if values is not None else ()
    claim = Claim(formulas, chain.inputs, result, chain.stages[0].values)
    return verify(claim, chain, at, direct=values is not None)


def all_parameters(work: Work) -> dict[str, Expr]:
    """The values of the parameters.  Raises JacocalcError where one is missing."""
    given = parameters_of(work.at)
    for name in work.chain.parameters:
        if name not in given:
            raise missing_parameter(name)
    return given


# -- at a point ---------------------------------------------------------------------------------------


def _through_point(work: Work, locals_: list[LocalJacobian]) -> Matrix | None:
    """Carry the point through the stages, evaluate each local Jacobian, multiply from the inside out."""
    assert work.at is not None
    chain = work.chain
    try:
        values, evaluated = stages_at(work, locals_)
        held = {(place, place): one.result for place, one in enumerate(evaluated)}
        product, steps = multiplied(held, work.plan, work.at.coordinates, exact_matrix)
    except TooLarge:
        decimals_only(work)
        return None
    if len(chain.stages) == 2 and all(stage.outputs for stage in chain.stages):
        outer, inner = evaluated[1].result, evaluated[0].result
        steps.insert(0, Leibniz(0, paths(outer, inner), exact_matrix(written_product(outer, inner))))
    work.steps += [*(values[:-1] or values), *evaluated[::-1], *steps]
    if not any(step.conventional for step in evaluated):
        work.outcomes.append(verified_whole(chain, work.written, product, work.at))
    return product


def stages_at(work: Work, locals_: Sequence[LocalJacobian]) -> tuple[list[StageValue], list[JacobianAt]]:
    """The point carried through: the value and J of every stage where it is taken, innermost first.

    Raises DomainError, NotDifferentiable, Undecided, TooLarge, JacocalcError for a missing parameter.
    """
    assert work.at is not None
    parameters = all_parameters(work)
    current = work.at.coordinates
    values: list[StageValue] = []
    written: list[JacobianAt] = []
    sizes = [sum(map(tree_size, current))]
    for place, (stage, local) in enumerate(zip(work.chain.stages, locals_, strict=True)):
        values.append(stage_value(stage, place, current, parameters))
        written.append(inserted_jacobian(stage, local, current, parameters, work.kink))
        current = values[-1].result.entries
        sizes.append(sum(map(tree_size, current)))
        _check_growth(sizes, len(work.chain.stages) - place - 1)
    return values, list(map(calculated, written))


_STEADY = 3  # points in a row from each of which to the next exact values must have grown, and
_FACTOR, _HOPELESS = 1.5, 100  # by how much at least, and how far beyond the limit they would get


def _check_growth(sizes: Sequence[int], left: int) -> None:
    """Raise TooLarge at once where exact values grow so steadily that the last ones cannot be written out."""
    recent = sizes[-_STEADY:]
    factor = min((after / before for before, after in pairwise(recent)), default=0.0)
    if len(recent) < _STEADY or factor < _FACTOR:
        return
    if math.log(recent[-1]) + left * math.log(factor) > math.log(_HOPELESS * LIMITS.operations):
        raise TooLarge("the exact result is too long to write out")


def decimals_only(work: Work, transposed: bool = False, whole: Chain | None = None, start: Point | None = None) -> None:
    """Numbers stage by stage for a chain whose exact values are too long to write.

    ``whole``, ``start``: another chain around it, and its point, whose Jacobian is the result.
    """
    assert work.at is not None
    digits = work.options.digits or 10
    for place, values in enumerate(stage_numbers(work.chain, work.at, digits)):
        work.steps.append(StageDecimals(place, digits, tuple(values)))
    numbers = chain_numbers(whole or work.chain, start or work.at, digits)
    numbers = [list(row) for row in zip(*numbers, strict=True)] if transposed else numbers
    work.steps.append(Decimals(digits, tuple(map(tuple, numbers))))
    work.outcomes.append(verify_on_tape(whole or work.chain, start or work.at))


def conditions(chain: Chain, options: Options) -> tuple[Expr, ...]:
    """Where the formulas hold, as conditions on the innermost inputs where those can be written out."""
    found: list[Expr] = []
    short = composed_size(chain) <= options.limits.page
    inside: tuple[Expr, ...] | None = tuple(map(Symbol, chain.inputs))
    for stage in chain.stages:
        values = dict(zip(stage.inputs, inside, strict=True)) if inside and short and chain.specified else {}
        if stage.specified:
            others = _others(values)
            found += [_inserted(condition, others) for condition in collected(stage.values, stage.inputs)]
        inside = stage.at(tuple(values.values())).entries if values else None
    return tuple(condition for condition in without_redundant(tuple(found)) if not _holds_always(condition))


def _holds_always(condition: Expr) -> bool:
    """tanh u < 1"""
    (*facts,) = facts_of((condition,))
    return bool(facts) and all(sign(value) in (wanted, Sign.POSITIVE) for value, wanted in facts)
