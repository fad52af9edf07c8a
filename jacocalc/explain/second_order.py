"""What is said of Hessians, critical points, the Laplacian, divergence and curl, and of Newton's method."""

from __future__ import annotations

from collections.abc import Callable

from jacocalc import steps
from jacocalc.document import (
    At,
    Block,
    Circle,
    Decimal,
    Dots,
    Equation,
    Gradient,
    Grid,
    Layered,
    Line,
    Name,
    Operated,
    Operator,
    Opposite,
    PartialOf,
    Plus,
    Prose,
    SecondPartialOf,
    Section,
    Shape,
    Subscripted,
    SumOver,
    Text,
    Times,
    Transpose,
    Written,
    joined,
)
from jacocalc.explain import rules
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import (
    arguments,
    composed_jacobian,
    composition,
    decimals,
    entry_of,
    function_name,
    grid,
    jacobian_name,
    nested,
    path_letters,
    together,
)
from jacocalc.functions import VectorFunction
from jacocalc.notation import ZERO, Comparison, Expr, Matrix, Negative, Symbol, integer, names
from jacocalc.options import Detail


def component_name(stage: VectorFunction, component: int) -> Written:
    """f, or f₂ of a vector function."""
    return function_name(stage) if stage.scalar else Symbol(stage.labels[component])


def hessian_name(stage: VectorFunction, component: int) -> Written:
    """H_f, H_{f₂}."""
    return Subscripted(Name("H"), component_name(stage, component))


def composed_hessian(page: Page, last: int, component: int) -> Written:
    """H_{g∘f}; for one component of a vector function H_{g₂∘f}."""
    if last == 0:
        return hessian_name(page.stage(0), component)
    outer = component_name(page.stage(last), component)
    inner = composition(page.chain, 0, last - 1)
    return Subscripted(Name("H"), _after(outer, inner))


def _after(outer: Written, inner: Written) -> Written:
    return Circle((outer, *(inner.names if isinstance(inner, Circle) else (inner,))))


# -- second partials ----------------------------------------------------------------------------------


def explain_second_partials(step: steps.SecondPartials, page: Page) -> list[Section]:
    """H_f = [∂²f/∂x_i∂x_j] = […], and how each second partial was found"""
    stage = page.stage(step.stage)
    label = Symbol(stage.labels[step.component])
    names = tuple(map(Symbol, stage.inputs))
    total = len(names) == 1
    head = At(hessian_name(stage, step.component), arguments(stage))
    partials = Grid(tuple(tuple(SecondPartialOf(label, i, j, total) for j in names) for i in names))
    shown = Equation((head, partials, grid(step.result)) if stage.specified else (head, partials))
    heading: Text = ("The Hessian of ", component_name(stage, step.component))
    sections = [Section(heading, (shown, *_mixed(step, stage)), Detail.BRIEF)]
    if not stage.specified:
        return sections
    lines = [
        _line(step, i, j, SecondPartialOf(label, a, b, total), PartialOf(label, b, total), a, total, page.named)
        for i, a in enumerate(names) for j, b in enumerate(names)
    ]  # fmt: skip
    return [*sections, Section(("Each second partial derivative of ", label), tuple(lines), Detail.FULL)]


def _line(
    step: steps.SecondPartials, i: int, j: int, left: Written, first: Written, by: Symbol, total: bool,
    named: rules.Names,
) -> Line:  # fmt: skip
    one = step.partials[i][j]
    sides = (left, Operator(by, first, total), Operator(by, one.of, total), one.result)
    return Line(sides, rules.of_partial(one, named))


def _mixed(step: steps.SecondPartials, stage: VectorFunction) -> list[Block]:
    if not stage.specified:
        return [Prose(("Assumed: the second partial derivatives are continuous, so that mixed ones agree (Schwarz).",))]
    if len(step.partials) == 1 or step.mixed != "proved":
        return []
    return [Prose(("The mixed partial derivatives agree, as they must where they are continuous (Schwarz).",))]


def explain_hessian_at(step: steps.HessianAt, page: Page) -> list[Section]:
    """H_f(1, 2) = [… 2·2 …] = [… 4 …]"""
    stage = page.stage(step.stage)
    head = At(hessian_name(stage, step.component), step.arguments)
    remark: Text = ("each entry is the limit of a difference quotient; the rules do not hold here",)
    sides = once((head, grid(step.inserted), grid(step.result)))
    heading: Text = ("The Hessian of ", component_name(stage, step.component), " at ", together(step.arguments))
    blocks: list[Block] = [Equation(sides, (), remark if step.by_limits else ())]
    if step.by_limits and step.result != step.result.transposed:
        blocks.append(Prose((_DIFFER,)))
    return [Section(heading, tuple(blocks), Detail.BRIEF, key=page.last == 0)]


_DIFFER = (
    "The mixed partial derivatives differ here: which variable comes first matters. They are not continuous at the "
    "point, so Schwarz's theorem does not apply."
)


def explain_hessian_inserted(step: steps.HessianInserted, page: Page) -> list[Section]:
    """H_g(f(x)) = […] with f inserted"""
    stage = page.stage(step.stage)
    inner = nested(page.chain.stages[: step.stage])
    head = At(hessian_name(stage, step.component), () if stage.outputs else (inner,))
    heading: Text = ("The inner function inserted into the Hessian of ", component_name(stage, step.component))
    return [Section(heading, (Equation((head, grid(step.result))),), Detail.NORMAL)]


# -- the second-order chain rule ----------------------------------------------------------------------


def explain_second_order(step: steps.SecondOrderChain, page: Page) -> list[Section]:
    """H_{g∘f} = J_fᵀ H_g J_f + Σ_i ∂g/∂z_i H_{f_i}, each term"""
    stage = page.stage(step.stage)
    head = composed_hessian(page, step.stage, step.component)
    jacobian = _inner_jacobian(page, step.stage)
    local = hessian_name(stage, step.component)
    outer = Symbol(stage.labels[step.component])
    terms = [
        Times((PartialOf(outer, Symbol(name), len(stage.inputs) == 1), composed_hessian(page, step.stage - 1, i)))
        for i, name in enumerate(stage.inputs)
    ]  # fmt: skip
    rule = Equation((head, Plus((Times((Transpose(jacobian), local, jacobian)), *terms))))
    quadratic = Equation(once((
        Times((Transpose(jacobian), local, jacobian)),
        Times((grid(step.jacobian.transposed), grid(step.outer), grid(step.jacobian))),
        Times((grid(step.jacobian.transposed), grid(step.half))),
        grid(step.quadratic),
    )))  # fmt: skip
    weighed = [
        Equation(once((name, Times((term.weight, grid(term.hessian))), grid(term.result))))
        for name, term in zip(terms, step.terms, strict=True)
    ]  # fmt: skip
    total = Equation((head, Plus((grid(step.quadratic), *(grid(t.result) for t in step.terms))), grid(step.result)))
    of = component_name(stage, step.component)
    done = step.stage == page.last
    return [
        Section(("The second-order chain rule for ", of), (rule,), Detail.BRIEF),
        Section(("The term with the Hessian of ", of), (quadratic,), Detail.NORMAL),
        Section(("The terms with the Hessians of the inner function",), tuple(weighed), Detail.NORMAL),
        Section(("The sum of the terms",), (total,), Detail.BRIEF, key=done),
    ]


def second_order_rule(page: Page) -> tuple[Written, Written]:
    """H_{g∘f}(x) = J_f(x)ᵀ · H_g(f(x)) · J_f(x) + Σ_k ∂g/∂u_k · H_{f_k}(x); of one function H_f = [∂²f/∂x_j∂x_k]"""
    stages, last = page.chain.stages, page.last
    x, outer = arguments(stages[0]), entry_of(stages[-1], "i")
    if last == 0:
        return At(Subscripted(Name("H"), outer), x), Grid(((SecondPartialOf(outer, Symbol("x_j"), Symbol("x_k")),),))
    (k,) = path_letters(page.chain, 1)
    inner = entry_of(stages[last - 1], k)
    before = composition(page.chain, 0, last - 1)
    jacobian = composed_jacobian(page.chain, 0, last - 1, x)
    local = At(Subscripted(Name("H"), outer), (nested(stages[:last]),))
    within = inner if last == 1 else _after(inner, composition(page.chain, 0, last - 2))
    single = stages[last - 1].m == 1
    rate = PartialOf(outer, Symbol("u" if single else f"u_{k}"), single)
    terms = Times((rate, At(Subscripted(Name("H"), within), x)))
    weighed = terms if single else SumOver(Symbol(k), stages[last - 1].m, terms)
    head = At(Subscripted(Name("H"), _after(outer, before)), x)
    return head, Plus((Times((Transpose(jacobian), local, jacobian)), weighed))


def explain_general_hessian(step: steps.GeneralHessian, page: Page) -> list[Section]:
    """The rule, the shapes, and one entry as a sum over pairs of paths"""
    rule: list[Block] = [Equation(second_order_rule(page))]
    if len(step.result) == 1:
        return [Section(("The Hessian",), (*rule, Prose(("It is ", Shape(step.result[0][1], step.result[0][1]), "."))))]
    (_, m), (_, n) = step.result
    product = Times((Shape(n, m), Shape(m, m), Shape(m, n)))
    rule.append(Equation((Plus((product, Shape(n, n))), Shape(n, n)), (), ("the shapes fit",)))
    return [
        Section(("The second-order chain rule",), tuple(rule), Detail.BRIEF, key=True),
        Section(("Entry by entry",), (Equation(_second_entry(page)),), Detail.BRIEF),
    ]


def _second_entry(page: Page) -> tuple[Written, Written]:
    """∂²g/∂x_i∂x_j = Σ_k Σ_l ∂²g/∂u_k∂u_l ∂f_k/∂x_i ∂f_l/∂x_j + Σ_k ∂g/∂u_k ∂²f_k/∂x_i∂x_j"""
    inner, outer = page.chain.stages[0], Symbol(page.chain.stages[1].name)
    k, l = path_letters(page.chain, 2)  # noqa: E741
    x_i, x_j, u_k, u_l = map(Symbol, ("x_i", "x_j", *(("u", "u") if inner.m == 1 else (f"u_{k}", f"u_{l}"))))
    first, second, total = entry_of(inner, k), entry_of(inner, l), inner.m == 1
    pairs: Written = Times((SecondPartialOf(outer, u_k, u_l, total), PartialOf(first, x_i), PartialOf(second, x_j)))
    single: Written = Times((PartialOf(outer, u_k, total), SecondPartialOf(first, x_i, x_j)))
    if not total:
        pairs = SumOver(Symbol(k), inner.m, SumOver(Symbol(l), inner.m, pairs))
        single = SumOver(Symbol(k), inner.m, single)
    return SecondPartialOf(outer, x_i, x_j), Plus((pairs, single))


def _inner_jacobian(page: Page, stage: int) -> Written:
    return Subscripted(Name("J"), composition(page.chain, 0, stage - 1)) if stage > 1 else jacobian_name(page.stage(0))


# -- what follows -------------------------------------------------------------------------------------


def explain_laplacian(step: steps.Laplacian, page: Page) -> list[Section]:
    """Δf = tr H"""
    name = composition(page.chain)
    second = tuple(SecondPartialOf(name, x, x) for x in map(Symbol, page.stage(0).inputs))
    sides: tuple[Written, ...] = (Operated("Delta", name), step.written, step.result)
    if page.last == 0 and len(second) <= 3:
        sides = (sides[0], Plus(second), *sides[1:])
    inner = "The trace of the Hessian, the Laplacian in these inputs"  # which may be r and t of polar coordinates
    heading = inner if page.last else "The Laplacian, the trace of the Hessian"
    return [Section((heading,), (Equation(once(sides)),))]


def explain_divergence(step: steps.Divergence, page: Page) -> list[Section]:
    """div f = ∂f₁/∂x + ∂f₂/∂y, the trace of J"""
    stage = page.stage(0)
    named = Plus(tuple(PartialOf(Symbol(f), Symbol(x)) for f, x in zip(stage.labels, stage.inputs, strict=True)))
    sides = once((At(Name("div"), (function_name(stage),)), named, step.written, step.result))
    return [Section(("Divergence, the trace of the Jacobian",), (Equation(sides),))]


def explain_curl(step: steps.Curl, page: Page) -> list[Section]:
    """curl f, where f is a vector field"""
    stage = page.stage(0)
    plane = len(step.result.entries) == 1
    shown: list[Written] = [step.written.entries[0], step.result.entries[0]]
    if not plane:
        shown = [grid(step.written), grid(step.result)]
    remark: Text = ("0: the field has no rotation",) if all(entry == ZERO for entry in step.result.entries) else ()
    blocks: list[Block] = [Equation(once((At(Name("curl"), (function_name(stage),)), *shown)), (), remark)]
    if plane:
        blocks.append(Prose(("In the plane the curl is one number, ", _plane_curl(stage), ".")))
    return [Section(("Curl",), tuple(blocks))]


def _plane_curl(stage: VectorFunction) -> Written:
    (one, two), (x, y) = stage.labels, stage.inputs
    minus = Opposite(PartialOf(Symbol(one), Symbol(y)))
    return Plus((PartialOf(Symbol(two), Symbol(x)), minus))


_KINDS = {
    "minimum": "All eigenvalues are positive: the Hessian is positive definite, and the point is a strict local "
    "minimum.",
    "maximum": "All eigenvalues are negative: the Hessian is negative definite, and the point is a strict local "
    "maximum.",
    "saddle": "There are positive and negative eigenvalues: the Hessian is indefinite, and the point is a saddle "
    "point.",
    "degenerate": "No eigenvalues have different signs, but one at least is 0: second derivatives do not decide what "
    "kind of critical point this is.",
    "flat": "The second derivative is 0: it does not decide what kind of critical point this is.",
    "asymmetric": "The Hessian is not symmetric here, so its eigenvalues say nothing about the kind of the point.",
    "undecided": "The kind of the point is undecided: a sign could not be settled.",
}


def explain_critical(step: steps.CriticalPoint, page: Page) -> list[Section]:
    """Minimum, maximum, saddle: by the signs of the eigenvalues"""
    name = composition(page.chain)
    gradient = (At(Gradient(name), page.innermost), grid(step.gradient))
    if step.result == "regular":
        words: Text = ("The gradient is not 0 here, so the point is not a critical point.",)
        return [Section(("No critical point",), (Equation(gradient), Prose(words)))]
    blocks: list[Block] = [Equation(gradient, (), ("a critical point",)), *_eigenvalues(step)]
    if step.discriminant:
        head = At(Name("det"), (Subscripted(Name("H"), name),))
        blocks.append(Equation(once((head, *step.discriminant)), (), ("the product of the eigenvalues",)))
    single = step.result == "degenerate" and len(step.gradient.entries) == 1
    blocks.append(Prose((_KINDS["flat" if single else step.result],)))
    return [Section(("The kind of critical point",), tuple(blocks), Detail.BRIEF)]


def _eigenvalues(step: steps.CriticalPoint) -> list[Block]:
    """λ₁ = 9, or λ₁ ≈ 9.0123"""
    values: list[Written] = [*step.eigenvalues] or [Decimal(text) for text in step.decimals]
    sign = "=" if step.eigenvalues else "≈"
    return [Equation((Symbol(f"lambda_{k}"), value), (sign,)) for k, value in enumerate(values, 1)]


_FOUND = {
    "strict minimum": "Every other value close to the point is greater: the point is a strict local minimum.",
    "strict maximum": "Every other value close to the point is less: the point is a strict local maximum.",
    "minimum": "No value close to the point is less: the point is a local minimum.",
    "maximum": "No value close to the point is greater: the point is a local maximum.",
    "saddle": "Values as close to the point as one likes are greater and less: the point is a saddle point.",
    "neither": "The values are greater on one side and less on the other: no minimum and no maximum.",
    "constant": "The function is constant: no value close to the point is greater or less.",
}
_SIDE = {"minimum": ">=", "maximum": "<="}
_FORM = {"minimum": "positive", "maximum": "negative"}
_VALLEY = {
    "minimum": "Close to the point the function is convex across a curve on which all partial derivatives but one are "
    "0, so that it is least there: its values on this curve decide. The curve begins as follows.",
    "maximum": "Close to the point the function is concave across a curve on which all partial derivatives but one are "
    "0, so that it is greatest there: its values on this curve decide. The curve begins as follows.",
}


def explain_beside(step: steps.BesideCritical, page: Page) -> list[Section]:
    """What f − f(a) beside the point says where the second derivatives do not decide"""
    extreme = step.result.removeprefix("strict ")
    blocks = [*_BESIDE[step.reason](step, page, extreme), Prose((_FOUND[step.result],))]
    return [Section(("The values beside the point",), tuple(blocks), Detail.BRIEF)]


def _on_curves(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    """f(t, t²) − f(0, 0) = −t⁴ + ⋯, negative"""
    del extreme
    said: Text = ("For small positive ", _letter(step), ":")
    return [Prose(said), *(_on_curve(one, page) for one in step.curves)]


def _letter(step: steps.BesideCritical) -> Symbol:
    given = (name for one in step.curves for name in names(Matrix((one.curve,))))
    return Symbol(next(given))


def _on_curve(one: steps.AlongCurve, page: Page) -> Equation:
    remark: Text = (("positive",) if one.sign > 0 else ("negative",)) if one.sign else ()
    return Equation((_change(one.curve, page), _with_rest(one.lowest, one.whole)), (), remark)


def _change(there: tuple[Written, ...], page: Page) -> Written:
    """f(t, 0) − f(0, 0)"""
    name = composition(page.chain)
    return Plus((At(name, there), Opposite(At(name, page.innermost))))


def _with_rest(terms: Expr, whole: bool) -> Written:
    if whole:
        return terms
    return Plus((Opposite(terms.operand) if isinstance(terms, Negative) else terms, Dots()))


def _in_valley(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    return [Prose((_VALLEY[extreme],)), *_on_curves(step, page, extreme)]


def _by_form(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    """f(x, y) − f(0, 0) = x⁴ + y⁴ + ⋯"""
    assert step.terms is not None
    shown = Equation((_change(arguments(page.stage(0)), page), _with_rest(step.terms, step.whole)))
    said: list[str | Written] = ["Away from the point these terms "]
    if not step.whole:
        said = ["The terms of the lowest order decide", *_orders(step, page), ". Away from the point they "]
    return [shown, Prose((*said, f"are {_FORM[extreme]}."))]


def _orders(step: steps.BesideCritical, page: Page) -> Text:
    """, x being of order 2 and y of order 1"""
    if len(set(step.weights)) == 1:
        return ()
    ordered = enumerate(zip(page.stage(0).inputs, step.weights, strict=True))
    parts = ((Symbol(name), f"{'' if k else ' being'} of order {order}") for k, (name, order) in ordered)
    return (", ", *joined(parts, last=" and "))


def _by_sign(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    """f(x, y) − f(0, 0) = (x − y)² ≥ 0"""
    assert step.terms is not None
    bounded = Comparison(_SIDE[extreme], step.terms, ZERO)
    return [Equation((_change(arguments(page.stage(0)), page), bounded), (), ("close to the point",))]


def _by_derivative(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    """The first derivative that is not 0, and whether its order is even"""
    del page
    assert step.terms is not None
    (order,) = step.weights
    said = f"is even and it is {_FORM[extreme]}" if extreme in _FORM else "is odd"
    first = f"The first derivative that is not 0 at the point is the one of order {order}, which is "
    return [Prose((first, step.terms, f". Its order {said}."))]


def _by_constant(step: steps.BesideCritical, page: Page, extreme: str) -> list[Block]:
    """f(x, y) − f(0, 0) = 0"""
    del step, extreme
    return [Equation((_change(arguments(page.stage(0)), page), ZERO))]


_BESIDE: dict[str, Callable[[steps.BesideCritical, Page, str], list[Block]]] = {
    "curves": _on_curves,
    "derivative": _by_derivative,
    "form": _by_form,
    "valley": _in_valley,
    "sign": _by_sign,
    "constant": _by_constant,
}

# -- Newton -------------------------------------------------------------------------------------------


def explain_newton(step: steps.NewtonStep, page: Page) -> list[Section]:
    """J(x) d = −f(x), x⁺ = x + d"""
    name = composition(page.chain)
    value: Written = Gradient(name) if step.minimum else name
    matrix = Subscripted(Name("H" if step.minimum else "J"), name)
    before, after = Layered("x", integer(step.number - 1)), Layered("x", integer(step.number))
    d = Layered("d", integer(step.number - 1))
    equations: list[Block] = [
        Equation((At(value, (before,)), _column(step.value)), ("≈",)),
        Equation((At(matrix, (before,)), decimals(step.matrix)), ("≈",)),
        Equation((Times((At(matrix, (before,)), d)), Opposite(At(value, (before,)))), (), ("solved for ", d)),
        Equation((d, _column(step.change)), ("≈",)),
        Equation((after, Plus((before, d)), _column(step.result)), ("=", "≈")),
    ]
    if step.number == 1:
        zero: Text = ("Newton's method for ", name, " = 0: the linear approximation is set to 0.")
        least: Text = ("Newton's method for ", Gradient(name), " = 0, the Hessian being the Jacobian of the gradient.")
        start = Equation((before, _column(step.start)), ("≈",))
        equations = [Prose(least if step.minimum else zero), start, *equations]
    return [Section((f"Newton's method, step {step.number}",), tuple(equations), Detail.BRIEF)]


def _column(entries: tuple[str, ...]) -> Written:
    return decimals((entry,) for entry in entries)


SECOND_ORDER: Wordings = {
    steps.SecondPartials: explain_second_partials,
    steps.HessianAt: explain_hessian_at,
    steps.HessianInserted: explain_hessian_inserted,
    steps.SecondOrderChain: explain_second_order,
    steps.GeneralHessian: explain_general_hessian,
    steps.Laplacian: explain_laplacian,
    steps.Divergence: explain_divergence,
    steps.Curl: explain_curl,
    steps.CriticalPoint: explain_critical,
    steps.BesideCritical: explain_beside,
    steps.NewtonStep: explain_newton,
}
