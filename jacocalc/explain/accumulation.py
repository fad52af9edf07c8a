"""What is said of the order of multiplication, of VJP and JVP, and of gradients that vanish or explode."""

from __future__ import annotations

from jacocalc.document import (
    Block,
    Bracketed,
    Decimal,
    Equation,
    Gradient,
    Name,
    Norm,
    PartialOf,
    Prose,
    Section,
    Shape,
    Sparkline,
    Table,
    Text,
    Times,
    Transpose,
    Written,
)
from jacocalc.explain.naming import Page, Wordings, output_letter
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import (
    arguments,
    composed_jacobian,
    function_name,
    grid,
    grid_of_product,
    jacobian_at,
    jacobian_name,
    together,
)
from jacocalc.functions import Size
from jacocalc.notation import ONE, Symbol, as_rational
from jacocalc.options import Detail
from jacocalc.questions import Compose, JacobianVector
from jacocalc.steps import Bracketing, NormsByDepth, OrderAdvice, RowForm, UnitVector, VectorProduct

# -- the order of multiplication ----------------------------------------------------------------------

_ORDERS = {
    "forward": "Forward order: the innermost Jacobians first",
    "reverse": "Reverse order: the outermost Jacobians first",
    "best": "The best bracketing",
    "best-forward": "The best bracketing is forward order",
    "best-reverse": "The best bracketing is reverse order",
    "only": "Two stages, one product: the order makes no difference",
}
_KEEPS = {
    "forward": "The pass goes with the evaluation, so only the numbers of one stage are needed at a time",
    "reverse": "The pass goes back through the stages, so the inputs of all stages are kept",
    "best": "All stage Jacobians must be there before they are multiplied, so the inputs of all stages are kept",
}


def explain_bracketing(step: Bracketing, page: Page) -> list[Section]:
    """((1×q)(q×p))(p×n) = (1×p)(p×n) = (1×n), and what it costs"""
    if step.order.startswith("best-") and sum(isinstance(s, Bracketing) for s in page.derivation.steps) > 1:
        return []  # it has been shown under its own name
    lines = [_bracketed(line, pair) for line, pair in zip(step.shapes, step.pairs, strict=False)]
    sides: list[Written] = [*lines, Shape(*step.shapes[-1][0])]
    if page.stage(page.last).m == 1:
        sides.append(Transpose(Gradient(_output(page))))
    blocks: list[Block] = [Equation(tuple(sides))]
    blocks.append(Equation(once((Name("multiplications"), step.written, step.result))))
    if step.nonzero is not None and step.nonzero != step.result:
        blocks.append(Prose(("Without the entries that are always 0: ", step.nonzero, " multiplications.")))
    if step.order != "only":
        keeps = _KEEPS[step.order.removeprefix("best-")]
        held: Text = (" numbers; the largest product held has ", step.largest, " entries.")
        blocks.append(Prose((f"{keeps}: ", step.stored, *held)))
    return [Section((_ORDERS[step.order],), tuple(blocks), Detail.BRIEF)]


def _bracketed(shapes: tuple[tuple[Size, Size], ...], pair: int) -> Written:
    """(m×q)[(q×p)(p×n)]: the pair that is multiplied next, in brackets where there are others."""
    factors: list[Written] = [Shape(*shape) for shape in shapes]
    if len(factors) > 2:
        factors[pair : pair + 2] = [Bracketed(Times(tuple(factors[pair : pair + 2])))]
    return Times(tuple(factors))


def _output(page: Page) -> Written:
    """The y of ∇y: the output by its own name, or the letter that the page gives it."""
    outputs = page.stage(page.last).outputs
    return Symbol(outputs[0]) if outputs else output_letter(page.chain)


_ADVICE = {
    "tall": "J is tall: it has more rows than columns. Forward order carries one column for each input, so it is the "
    "cheaper one of the two where there are few inputs.",
    "wide": "J is wide: it has more columns than rows. Reverse order carries one row for each output, so it is the "
    "cheaper one of the two where there are few outputs; for one output this is backpropagation.",
    "square": "J is square: neither order is favoured by its shape; the sizes in between decide.",
    "open": "Which order costs less depends on the sizes: few inputs favour forward, few outputs reverse.",
}
_ENTRIES = 1_000_000


def explain_advice(step: OrderAdvice, page: Page) -> list[Section]:
    """Tall → forward, wide → reverse, and how large a stored Jacobian is"""
    blocks: list[Block] = [Prose((_ADVICE[step.shape],))] if step.shape in _ADVICE else []
    if step.condition is not None:
        blocks.append(Prose(("For these three stages reverse order costs less exactly where ", step.condition, ".")))
    shown = [s for s in page.derivation.steps if isinstance(s, Bracketing)]
    blocks += _about_best(shown, page)
    blocks += _entries(step)
    sections = [_comparison(shown)] if len(shown) > 1 else []
    return [*sections, Section(("Which order?",), tuple(blocks), Detail.BRIEF)]


_BEST = (
    "Best means best among all ways to set the brackets (found by dynamic programming over the sizes); methods that "
    "do not multiply whole Jacobians may cost less still."
)
_BEST_FOR_SYMBOLS = (
    "With one size 1 and all others at least 2 no product of two matrices pays, so this is the best among all ways to "
    "set the brackets; methods that do not multiply whole Jacobians may cost less still."
)
_BEST_DEPENDS = "Which way to set the brackets is best depends on the sizes; with numbers for them it is computed."


def _about_best(shown: list[Bracketing], page: Page) -> list[Block]:
    asked = isinstance(page.question, Compose) and page.question.order in ("best", "compare")
    if not asked or page.last < 2:
        return []
    symbols = any(isinstance(size, str) for stage in page.chain.stages for size in (stage.n, stage.m))
    known = any(one.order.startswith("best") for one in shown)
    return [Prose((_BEST_DEPENDS if not known else _BEST_FOR_SYMBOLS if symbols else _BEST,))]


def _entries(step: OrderAdvice) -> list[Block]:
    count = as_rational(step.largest) if step.largest is not None else None
    if count is None or count < _ENTRIES:
        return []
    return [Prose((
        f"A stored Jacobian of the largest stage has {int(count):,} entries ({int(count) * 8 // 10**6:,} MB in double "
        "precision). A vector-Jacobian product gives vᵀJ without storing it.",
    ))]  # fmt: skip


def _comparison(steps: list[Bracketing]) -> Section:
    sparse = any(step.nonzero is not None for step in steps)
    headings: list[Text] = [("order",), ("multiplications",), ("largest product",), ("numbers kept",)]
    rows: list[tuple[Text, ...]] = []
    for step in steps:
        row: list[Text] = [(step.order.replace("best-", "best: "),), (step.result,), (step.largest,), (step.stored,)]
        if sparse:
            row.insert(2, () if step.nonzero is None else (step.nonzero,))
        rows.append(tuple(row))
    if sparse:
        headings.insert(2, ("without zeros",))
    return Section(("The orders beside each other",), (Table(tuple(headings), tuple(rows)),), Detail.BRIEF, key=True)


# -- vectors ------------------------------------------------------------------------------------------


def explain_unit(step: UnitVector, page: Page) -> list[Section]:
    """v/‖v‖"""
    v = Name("v", vector=True)
    length = Equation(once((Norm(v), step.norm, step.length)))
    scaled = grid(step.vector) if step.length == ONE else Times((1 / step.length, grid(step.vector)))
    unit = Equation(once((Name("u", vector=True), scaled, grid(step.result))))
    return [Section(("The unit vector",), (length, unit), Detail.BRIEF)]


def explain_vector_product(step: VectorProduct, page: Page) -> list[Section]:
    """ȳᵀ J_g(3, 4) = […]·[…] = […], (1×3)(3×2) = (1×2)"""
    stage = page.stage(step.stage)
    local = jacobian_at(stage, step.at) if not stage.outputs else jacobian_name(stage)
    fit: Text = (Times((Shape(*step.left.shape), Shape(*step.right.shape))), " = ", Shape(*step.result.shape))
    done = step.stage == (0 if step.from_left else page.last)
    heading: Text = ("From the left through " if step.from_left else "From the right through ", function_name(stage))
    if done and stage.scalar and _is_unit(page):
        heading = ("The directional derivative",)
    return [Section(
        heading,
        (Equation(once((
            _head(step, page), _factors(step, page, local), Times((grid(step.left), grid(step.right))),
            grid_of_product(step.left, step.right, step.written), grid(step.result),
        )), (), fit),),
        Detail.BRIEF, key=done,
    )]  # fmt: skip


def _is_unit(page: Page) -> bool:
    return isinstance(page.question, JacobianVector) and page.question.unit


def _vector(step: VectorProduct, page: Page) -> Written:
    """vᵀ, v, or u where it was made a unit vector."""
    name = Name("u" if _is_unit(page) else "v", vector=True)
    return Transpose(name) if step.from_left else name


def _in_order(step: VectorProduct, before: Written, matrix: Written) -> Written:
    """before · matrix from the left, matrix · before from the right"""
    return Times((before, matrix)) if step.from_left else Times((matrix, before))


def _head(step: VectorProduct, page: Page) -> Written:
    """vᵀ J_{h∘g}, or J_{g∘f} v"""
    return _in_order(step, _vector(step, page), composed_jacobian(page.chain, step.first, step.last, ()))


def _factors(step: VectorProduct, page: Page, local: Written) -> Written:
    """(vᵀ J_h) · J_g, or J_g · (J_f v), with the local Jacobian written out"""
    vector = _vector(step, page)
    if step.first == step.last:
        return _in_order(step, vector, local)
    first, last = (step.first + 1, step.last) if step.from_left else (step.first, step.last - 1)
    before = _in_order(step, vector, composed_jacobian(page.chain, first, last, ()))
    return _in_order(step, Bracketed(before), local)


# -- the row form -------------------------------------------------------------------------------------


def explain_row_form(step: RowForm, page: Page) -> list[Section]:
    """∂L/∂x = J_L · J_f, the row; the gradient is its transpose"""
    outer = page.stage(page.last)
    head = PartialOf(function_name(outer), together(arguments(page.stage(0))))
    named = Times(tuple(jacobian_name(stage) for stage in reversed(page.chain.stages)))
    product = Times(tuple(grid(factor) for factor in step.factors))
    remark: Text = ("the gradient is this row, transposed",)
    return [Section(("As a row",), (Equation(once((head, named, product, grid(step.result))), (), remark),))]


# -- depth --------------------------------------------------------------------------------------------

BY_DEPTH = {
    "vanishing": "The gradient vanishes with depth",
    "exploding": "The gradient explodes with depth",
    "steady": "The gradient keeps its size",
    "zero": "Nothing of the gradient reaches the inputs: the product is 0",
}
_CAUSES = {
    "vanishing": "The factors of the stages multiply to something small. The smallest is ",
    "exploding": "The factors of the stages multiply to something large. The largest is ",
    "steady": "The factors of the stages are near 1, or make up for each other. The smallest is ",
    "zero": "From here on no change comes through: ",
}
_BOUNDS = {
    "sigmoid": "the derivative of the sigmoid is at most 1/4",
    "tanh": "the derivative of tanh is at most 1, and near 0 where tanh is saturated",
    "relu": "the derivative of relu is 0 where its argument is negative",
    "softplus": "the derivative of softplus is below 1",
    "erf": "the derivative of erf falls like exp(−u²)",
    "atan": "the derivative of atan falls like 1/u²",
    "sin": "the derivative of sin is at most 1 in size",
    "cos": "the derivative of cos is at most 1 in size",
}


def explain_norms(step: NormsByDepth, page: Page) -> list[Section]:
    """The singular values of J_L ⋯ J_k by depth, as a table and as bars, and the cause"""
    headings: tuple[Text, ...] = (
        ("back to",), ("largest singular value of J",), ("of the product so far",), ("smallest",),
    )  # fmt: skip
    rows = tuple(
        ((function_name(page.stage(place)), f" (stage {place + 1})"), *((Decimal(text),) for text in values))
        for place, *values in step.rows
    )
    own = {place: text for place, text, *_ in step.rows}[step.cause]
    cause: list[str | Written] = [_CAUSES[step.result], jacobian_name(page.stage(step.cause))]
    cause += [f" of stage {step.cause + 1}, with the largest singular value ", Decimal(own), "."]
    if step.result in ("vanishing", "zero") and step.functions:
        cause += [f" In this stage {'; '.join(_BOUNDS[name] for name in step.functions)}."]
    caption: Text = (
        f"{BY_DEPTH[step.result]} (largest singular value, from the last stage back to the first; logarithmic)",
    )
    return [Section(
        ("Gradients by depth",), (Table(headings, rows), Sparkline(step.levels, caption), Prose(tuple(cause))),
    )]  # fmt: skip


ACCUMULATION: Wordings = {
    Bracketing: explain_bracketing,
    OrderAdvice: explain_advice,
    UnitVector: explain_unit,
    VectorProduct: explain_vector_product,
    RowForm: explain_row_form,
    NormsByDepth: explain_norms,
}
