"""What is said of each kind of step: one function a kind, and the table of them."""

from __future__ import annotations

from itertools import pairwise

from jacocalc import steps
from jacocalc.document import (
    At,
    Block,
    Branches,
    Decimal,
    Dots,
    Equation,
    Gradient,
    Grid,
    Layered,
    Name,
    Norm,
    PartialOf,
    Plus,
    Prose,
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
from jacocalc.explain.accumulation import ACCUMULATION
from jacocalc.explain.densities import DENSITIES
from jacocalc.explain.differentiability import EXPLAIN_REPORTS
from jacocalc.explain.differentials import DIFFERENTIALS
from jacocalc.explain.graph import GRAPH_WORDINGS
from jacocalc.explain.implicit_functions import IMPLICIT
from jacocalc.explain.naming import Page, Wordings, inner_letter, layer, output_letter, result_name
from jacocalc.explain.programs import PROGRAMS
from jacocalc.explain.second_order import SECOND_ORDER
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import (
    INPUT_LETTERS,
    arguments,
    column_or_scalar,
    composed_jacobian,
    composition,
    entry_of,
    function_name,
    grid,
    grid_of_partials,
    grid_of_product,
    jacobian_at,
    jacobian_name,
    nested,
    partial_of,
    path_letters,
    plus,
    together,
    together_named,
)
from jacocalc.explain.volumes import VOLUMES
from jacocalc.functions import Chain, VectorFunction
from jacocalc.linear import paper
from jacocalc.notation import (
    ONE,
    ZERO,
    Applied,
    Comparison,
    Expr,
    Matrix,
    Negative,
    Product,
    Symbol,
    integer,
    summed,
    with_differences,
)
from jacocalc.options import Detail
from jacocalc.questions import BackpropOf, Compose, ComposeLayers, GradientOf, ProgramDifferential, VolumeOf

# -- one function per step ----------------------------------------------------------------------------


def explain_composed(step: steps.Composed, page: Page) -> list[Section]:
    """y = g(f(x, y)) = g(x² + y, 2xy) = […]"""
    outer = page.stage(page.last)
    if outer.outputs:
        pairs = zip(outer.outputs, step.result.entries, strict=True)
        blocks: list[Block] = [Equation((Symbol(name), value)) for name, value in pairs]
    else:
        letter = () if isinstance(page.question, GradientOf) else (output_letter(page.chain),)
        sides: list[Written] = [*letter, nested(page.chain.stages)]
        if outer.specified or not outer.scalar:  # f(t², t³) is the value of an unspecified f already
            sides.append(At(function_name(outer), step.arguments[-1].entries))
        if not _differs_in_brackets_only(step.written, step.result):
            sides.append(column_or_scalar(step.written, outer))
        sides.append(column_or_scalar(step.result, outer))
        blocks = [Equation(once(tuple(sides)))]
    return [Section(("The composed function",), tuple(blocks))]


def _differs_in_brackets_only(written: Matrix, result: Matrix) -> bool:
    bare = [paper(matrix).replace("(", "").replace(")", "") for matrix in (written, result)]
    return bare[0] == bare[1]


def explain_shapes(step: steps.Shapes, page: Page) -> list[Section]:
    """J_{g∘f}(x) = J_g(f(x)) · J_f(x), (3×2)(2×2) = (3×2); nothing of a single function"""
    if page.last == 0:
        return []
    shapes = tuple(Shape(*shape) for shape in step.shapes)
    whole: list[Block] = [Equation((page.whole(), Times(page.factors())))]
    whole.append(Equation((Times(shapes), Shape(*step.result)), (), ("the shapes fit",)))
    letter = output_letter(page.chain)
    if isinstance(page.question, Compose) and not page.stage(page.last).outputs and page.stage(page.last).name != "y":
        i, j = Name("i"), Name("j")
        whole.append(Prose(("Also written ", Subscripted(Name("J"), letter), "; row ", i, " is component ", i,
                            " of the output, column ", j, " is input ", j, ".")))  # fmt: skip
    return [Section(("The chain rule",), tuple(whole))]


def explain_local(step: steps.LocalJacobian, page: Page) -> list[Section]:
    """J_f(x, y) = [∂f_i/∂x_j] = […], and how each partial was found"""
    stage = page.stage(step.stage)
    head = jacobian_at(stage, arguments(stage))
    told = [(label, partial) for label, row in zip(stage.labels, step.partials, strict=True) for partial in row
            if not _says_itself(label, partial)] if stage.specified else []  # fmt: skip
    display = Equation((head, grid_of_partials(stage), *([grid(step.result)] if told else [])))
    heading: Text = ("The Jacobian of ", function_name(stage)) if page.last else ("The Jacobian matrix",)
    if not told:
        return [Section(heading, (display,), Detail.BRIEF)]
    total = len(stage.inputs) == 1
    taken = page.named
    lines = [rules.one_line(partial, partial_of(stage, label, partial.by), total, taken) for label, partial in told]
    deep: list[Block] = [line for _, partial in told for line in rules.tree(partial, total, taken)]
    return [
        Section(heading, (display,), Detail.BRIEF),
        Section(("Each partial derivative of ", function_name(stage)), tuple(lines), Detail.NORMAL),
        Section(("Rule by rule",), tuple(deep), Detail.FULL),
    ]


def _says_itself(label: str, one: steps.Partial) -> bool:
    """∂x/∂s of x = x(s, t)"""
    found = one.result
    return isinstance(found, Applied) and found.is_fraction and found.component_name == label


def explain_value(step: steps.StageValue, page: Page) -> list[Section]:
    """f(1, 2) = [1² + 2, 2·1·2] = [3, 4]"""
    stage = page.stage(step.stage)
    head: list[Written] = [*_letter_of(step, page), At(function_name(stage), step.arguments)]
    sides = once((*head, column_or_scalar(step.inserted, stage), column_or_scalar(step.result, stage)))
    heading: Text = ("The point",) if page.last == 0 else ("The point carried through ", function_name(stage))
    if stage.outputs:
        labelled = zip(stage.labels, step.inserted.entries, step.result.entries, strict=True)
        return [Section(heading, tuple(Equation(once((Symbol(n), a, b))) for n, a, b in labelled), Detail.BRIEF)]
    return [Section(heading, (Equation(sides),), Detail.BRIEF)]


def _letter_of(step: steps.StageValue, page: Page) -> tuple[Name, ...]:
    """The z of y = g(z), z = f(x), where f(a) is that; a gradient has no letter for the whole."""
    whole = "" if isinstance(page.question, GradientOf) else page.chain.output_letter
    letter = inner_letter(page.chain, whole) if step.stage == 0 else None
    return (letter,) if letter else ()


def explain_jacobian_at(step: steps.JacobianAt, page: Page) -> list[Section]:
    """J_g(3, 4) = [… 2·3 …] = [… 6 …]"""
    stage = page.stage(step.stage)
    sides = once((jacobian_at(stage, step.arguments), grid(step.inserted), grid(step.result)))
    remark = _named_rows(stage, step.defined, "by the definition of the derivative, since the rules do not hold here")
    if step.kink is not None:
        said = _named_rows(stage, step.conventional, CONVENTION)
        remark = (*remark, "; " if remark else "", *said, ", t = ", step.kink, FRAMEWORKS)
    heading: Text = ("The Jacobian of ", function_name(stage), " at ", together(step.arguments))
    return [Section(heading, (Equation(sides, (), remark),), Detail.BRIEF)]


CONVENTION = "no derivative exists; by the convention (1 − t)·left + t·right, 1/k each at a tie of k"
FRAMEWORKS = (
    "; PyTorch and JAX take 0 for relu at 0 and 1/2 each at a tie of max or min; for |·| at 0 PyTorch takes 0, JAX 1"
)


def _named_rows(stage: VectorFunction, rows: tuple[int, ...], words: str) -> Text:
    """f₁, f₃: words"""
    return (*joined((Symbol(stage.labels[i]),) for i in rows), f": {words}") if rows else ()


def explain_substituted(step: steps.Substituted, page: Page) -> list[Section]:
    """J_g(f(x, y)) = […] with f inserted"""
    stage = page.stage(step.stage)
    if stage.outputs:
        head: Written = jacobian_name(stage)
    else:
        head = jacobian_at(stage, (nested(page.chain.stages[: step.stage]),))
    inserted = () if stage.outputs or not stage.specified else (jacobian_at(stage, step.arguments),)
    heading: Text = ("The inner function inserted into the Jacobian of ", function_name(stage))
    places = [(function_name(stage), _inner_at(step, page))] if not stage.specified else _called_at(step, stage)
    where = joined((("each partial derivative of ", name, " is taken at ", place) for name, place in places), "; ")
    return [Section(heading, (Equation((head, *inserted, grid(step.result)), (), where),), Detail.NORMAL)]


def _called_at(step: steps.Substituted, stage: VectorFunction) -> list[tuple[Written, Written]]:
    """f and (st, s + t) of w = x f(x, y), where ∂f/∂x does not say it."""
    values = stage.bound(step.arguments)
    named = [one for one in stage.called if one.inputs]
    return [(Symbol(one.function), together(tuple(values.get(name, Symbol(name)) for name in one.inputs)))
            for one in named]  # fmt: skip


def _inner_at(step: steps.Substituted, page: Page) -> Written:
    """(g ∘ f)(x), or the values of what stands between the stages: (r cos(t), r sin(t))."""
    if page.stage(step.stage - 1).outputs:
        return together(step.arguments)
    return nested(page.chain.stages[: step.stage])


def explain_product(step: steps.MatrixProduct, page: Page) -> list[Section]:
    """J_{g∘f}(1, 2) = […]·[…] = [1·2 + 1·4 …] = [6 …]"""
    head = _jacobian_of(step.first, step.last, step, page)
    product = Times((grid(step.left), grid(step.right)))
    written = grid_of_product(step.left, step.right, step.written)
    sides = once((head, _two_factors(step, page), product, written, grid(step.result)))
    done = step.first == 0 and step.last == page.last
    heading: Text = ("The product",)
    if page.last > 1 and step.first == 0:
        heading = ("The product up to ", function_name(page.stage(step.last)))
    elif page.last > 1:
        heading = ("The product of the stages after ", function_name(page.stage(step.first - 1)))
    return [Section(heading, (Equation(sides),), Detail.BRIEF, key=done)]


def _two_factors(step: steps.MatrixProduct, page: Page) -> Written:
    left = _jacobian_of(step.split + 1, step.last, step, page)
    return Times((left, _jacobian_of(step.first, step.split, step, page)))


def _jacobian_of(first: int, last: int, step: steps.MatrixProduct, page: Page) -> Written:
    """J_{h∘g} of the stages first … last, where it is taken."""
    if page.stage(last).outputs:
        return composed_jacobian(page.chain, first, last, step.at if (first, last) == (0, page.last) else ())
    if first == 0:
        return composed_jacobian(page.chain, 0, last, step.at or arguments(page.stage(0)))
    if step.at:
        values = [s for s in page.derivation.steps if isinstance(s, steps.JacobianAt) and s.stage == first]
        return composed_jacobian(page.chain, first, last, values[0].arguments)
    return composed_jacobian(page.chain, first, last, (nested(page.chain.stages[:first]),))


def explain_leibniz(step: steps.Leibniz, page: Page) -> list[Section]:
    """∂z/∂s = ∂z/∂x ∂x/∂s + ∂z/∂y ∂y/∂s, one path for each term"""
    outer, inner = page.stage(step.first + 1), page.stage(step.first)
    blocks: list[Block] = []
    for i, z in enumerate(outer.labels):
        for j, s in enumerate(inner.inputs):
            paths = tuple(Times((partial_of(outer, z, u), partial_of(inner, u, s))) for u in inner.labels)
            values = tuple(Times(pair) for pair in step.sums[i][j])
            blocks.append(Equation((partial_of(inner, z, s), plus(paths), plus(values), step.result.rows[i][j])))
    return [Section(("In Leibniz's notation, one term for each path",), tuple(blocks))]


def explain_dependencies(step: steps.Dependencies, page: Page) -> list[Section]:
    """The tree: z depends on x and y, which depend on s and t"""
    inner = dict(step.result)
    roots = [label for label in page.stage(page.last).labels if label in inner]
    rows: list[tuple[int, Text]] = []

    def visit(name: str, depth: int, above: tuple[str, ...]) -> None:
        rows.append((depth, (Symbol(name),)))
        if name not in above:
            for part in inner.get(name, ()):
                visit(part, depth + 1, (*above, name))

    for root in roots:
        visit(root, 0, ())
    return [Section(("What depends on what",), (Branches(tuple(rows)),))]


def explain_general(step: steps.GeneralRule, page: Page) -> list[Section]:
    """J_{h∘g∘f}(x) = J_h(g(f(x))) · J_g(f(x)) · J_f(x), and its entries as sums over all paths"""
    chain = page.chain
    if len(chain.stages) == 1:
        stage = chain.stages[0]
        return [Section(("The Jacobian",), (Equation((jacobian_name(stage), Shape(stage.m, stage.n)), (":",)),))]
    whole: tuple[Block, ...] = (Equation((page.whole(), Times(page.factors()))),)
    entries = Section(("Entry by entry",), (Equation(_entry_sum(page)),), Detail.BRIEF)
    if len(chain.stages) == 2:
        return [Section(("The rule",), whole, Detail.BRIEF, key=True), entries]
    return [
        Section(("The rule, derived two functions at a time",), tuple(_by_twos(chain)), Detail.NORMAL),
        Section(("All together",), whole, Detail.BRIEF, key=True),
        entries,
    ]


def _by_twos(chain: Chain) -> list[Block]:
    """J_{h∘g∘f} = J_h · J_{g∘f} = J_h · J_g · J_f"""
    blocks: list[Block] = []
    x = arguments(chain.stages[0])
    for last in range(1, len(chain.stages)):
        left = jacobian_at(chain.stages[last], (nested(chain.stages[:last]),))
        right = composed_jacobian(chain, 0, last - 1, x)
        blocks.append(Equation((composed_jacobian(chain, 0, last, x), Times((left, right)))))
    return blocks


def _entry_sum(page: Page) -> tuple[Written, ...]:
    """∂y_i/∂x_j = Σ_k Σ_l ∂h_i/∂v_l ∂g_l/∂u_k ∂f_k/∂x_j; ∂L/∂x_j for a gradient, whose page has no y"""
    chain = page.chain
    count = len(chain.stages) - 1
    letters = path_letters(chain, count)
    outer_indices = ["i", *reversed(letters)]
    inner_indices = [*reversed(letters), "j"]
    factors = []
    for place in range(count, -1, -1):
        stage = chain.stages[place]
        row, column = outer_indices[count - place], inner_indices[count - place]
        factors.append(PartialOf(entry_of(stage, row), Symbol(f"{INPUT_LETTERS[min(place, 9)]}_{column}")))
    body: Written = Times(tuple(factors))
    for place, letter in enumerate(letters):
        if chain.stages[place].m != 1:
            body = SumOver(Symbol(letter), chain.stages[place].m, body)
    letter = chain.stages[-1].name if isinstance(page.question, GradientOf) else chain.output_letter
    return (PartialOf(Symbol(letter if chain.stages[-1].m == 1 else f"{letter}_i"), Symbol("x_j")), body)


def explain_layers(step: steps.LayerRule, page: Page) -> list[Section]:
    """J_y(x) = J_{f_L}(h^(L−1)) ⋯ J_{f_2}(h^(1)) J_{f_1}(x)"""
    assert isinstance(page.question, ComposeLayers)
    name, last = page.question.name, Symbol(step.result)
    before = last - 1
    x, y = Name("x", vector=True), Name("y", vector=True)
    index = Symbol("l")
    forward = Equation((Layered("h", integer(0)), x))
    each = Equation(
        (Layered("h", index), At(layer(name, index), (Layered("h", index - 1),))), (),
        ("for ", index, " = 1, …, ", last, "; ", y, " = ", Layered("h", last)),
    )  # fmt: skip
    rule = Equation((result_name(page), Times(page.factors())))
    first, final = Symbol("k_1"), Subscripted(Name("k"), before)
    paths = Times((
        PartialOf(Symbol("y_i"), Subscripted(Layered("h", before), final)), Dots(),
        PartialOf(Subscripted(Layered("h", integer(1)), first), Symbol("x_j")),
    ))  # fmt: skip
    entries = Equation(
        (
            PartialOf(Symbol("y_i"), Symbol("x_j")),
            SumOver(first, "", Times((Dots(), SumOver(final, "", paths)))),
        )
    )
    induction: Text = (
        "By induction over the number of layers: the rule for two functions, applied to the last layer and to "
        "all the layers before it, multiplies their Jacobian from the left by that of the last layer.",
    )
    return [
        Section(("The layers",), (forward, each), Detail.BRIEF),
        Section(("The chain rule",), (rule,), Detail.BRIEF, key=True),
        Section(("Why",), (Prose(induction),)),
        Section(("Entry by entry, a sum over all paths",), (entries,)),
    ]


def explain_reason(step: steps.MatrixReason, page: Page) -> list[Section]:
    """Why a matrix product: a change travels along every path, and the shapes allow nothing else"""
    if page.last == 0:
        return []
    paths: Text = (
        "A small change of one input reaches one output along every path through the quantities between them. "
        "Along a path the rates multiply; over all paths they add up. Entry (i, j) is therefore a sum of "
        "products, row i of the outer Jacobian with column j of the inner one: a matrix product.",
    )
    outer, inner = step.result[0], step.result[-1]
    shapes: list[str] = [f"({m}×{n})" for m, n in step.result]
    fit: Text = (
        f"The shapes allow nothing else: {''.join(shapes)} = ({outer[0]}×{inner[1]}). An elementwise product needs "
        f"two matrices of one shape, and it would leave out the paths that cross over.",
    )
    return [Section(("Why the Jacobians are multiplied as matrices",), (Prose(paths), Prose(fit)), Detail.NORMAL)]


def explain_determinant(step: steps.Determinant, page: Page) -> list[Section]:
    """det J = ad − bc = …"""
    sides = once((At(Name("det"), (jacobian_name(page.stage(0)),)), step.applied, step.result))
    return [Section(("Determinant",), (Equation(sides),))]


def explain_rank(step: steps.Rank, page: Page) -> list[Section]:
    """rank J = 2"""
    rows, columns = step.matrix.shape
    full = step.result == min(rows, columns)
    remark = "full rank" if full else f"less than {min(rows, columns)}, so the linear map loses a dimension"
    sides = (At(Name("rank"), (jacobian_name(page.stage(0)),)), integer(step.result))
    return [Section(("Rank",), (Equation(sides, (), (remark,)),))]


def explain_linearisation(step: steps.Linearisation, page: Page) -> list[Section]:
    """f(x) ≈ f(a) + J_f(a)(x − a)"""
    stage = page.stage(step.stage)
    shift = Grid(tuple((_shifted(n, a),) for n, a in zip(stage.inputs, step.point, strict=True)))
    row = Times((grid(step.jacobian), shift))
    if stage.scalar and len(stage.inputs) == 1:
        row = Times((step.jacobian.rows[0][0], shift.rows[0][0]))
    head = At(function_name(stage), arguments(stage))
    sides = (head, Plus((column_or_scalar(step.value, stage), row)), column_or_scalar(step.result, stage))
    return [Section(("Linear approximation near the point",), (Equation(sides, ("≈", "=")),))]


def _shifted(name: str, start: Expr) -> Expr:
    """x − a, x + 3 for a = −3, x for a = 0."""
    if start == ZERO:
        return Symbol(name)
    return Symbol(name) + start.operand if isinstance(start, Negative) else Symbol(name) - start


def explain_transposed(step: steps.Transposed, page: Page) -> list[Section]:
    """∇L = J_Lᵀ"""
    stage = page.stage(step.last)
    at = step.at or arguments(stage)
    head = Gradient(function_name(stage), _quantity(page, step.last) if page.last else None)
    sides = (At(head, at), Transpose(jacobian_at(stage, at)), grid(step.result))
    done = page.last == 0 and isinstance(page.question, GradientOf)
    return [Section(("The gradient, a column",), (Equation(sides),), Detail.BRIEF, key=done)]


def _quantity(page: Page, place: int) -> Written:
    """What a stage takes: the inputs x, y for the innermost, f for the one behind f."""
    stage = page.stage(place)
    if place and not stage.outputs:
        once_only = sum(other.name == page.stage(place - 1).name for other in page.chain.stages) == 1
        return function_name(page.stage(place - 1)) if once_only else composition(page.chain, 0, place - 1)
    return together_named(stage.inputs)


def explain_gradient_chain(step: steps.GradientChain, page: Page) -> list[Section]:
    """∇_x L = J_fᵀ ∇_f L"""
    stage, outer = page.stage(step.stage), function_name(page.stage(step.last))
    head = Gradient(outer, _quantity(page, step.stage))
    named = Times((Transpose(jacobian_at(stage, step.at)), Gradient(outer, _quantity(page, step.stage + 1))))
    product = Times((grid(step.left), grid(step.right)))
    written = grid_of_product(step.left, step.right, step.written)
    sides = once((head, named, product, written, grid(step.result)))
    heading: Text = ("The gradient through ", function_name(stage))
    return [Section(heading, (Equation(sides),), Detail.BRIEF, key=step.stage == 0)]


def explain_rate(step: steps.GreatestRate, page: Page) -> list[Section]:
    """‖∇L‖, the greatest rate of change"""
    sides = once((Norm(result_name(page)), step.written, step.result))
    remark: Text = ("the greatest rate of change, in the direction of the gradient",)
    if step.result == ZERO:
        remark = ("the gradient is 0: to first order nothing changes in any direction",)
    return [Section(("Greatest rate of change",), (Equation(sides, (), remark),)), *_level_set(step, page)]


def _level_set(step: steps.GreatestRate, page: Page) -> list[Section]:
    """∂L/∂x (x − a) + ∂L/∂y (y − b) = 0, to which ∇L is normal; where the partials are those of formulas near a."""
    by_definition = any(one.defined for one in page.derivation.steps if isinstance(one, steps.JacobianAt))
    point = page.at.coordinates if page.at else ()
    kind = {2: ("curve", "line"), 3: ("surface", "plane")}.get(len(point))
    if kind is None or step.result == ZERO or by_definition:
        return []
    moved = zip(step.gradient.entries, page.chain.inputs, point, strict=True)
    terms = [_along(slope, _shifted(name, start)) for slope, name, start in moved if slope != ZERO]
    title = f"The tangent {kind[1]} of the level {kind[0]} through the point"
    equation = Equation((summed(with_differences(terms)), ZERO), (), ("the gradient is normal to it",))
    return [Section((title,), (equation,))]


def _along(slope: Expr, shift: Expr) -> Expr:
    """2(x − 1), −2(x − 1) and x − 1 for the slopes 2, −2 and 1."""
    size = slope.operand if isinstance(slope, Negative) else slope
    term = shift if size == ONE else Product((size, shift))
    return Negative(term) if isinstance(slope, Negative) else term


def explain_decimals(step: steps.Decimals, page: Page) -> list[Section]:
    """The result to N significant digits"""
    head = result_name(page)
    shown: Written = Grid(tuple(tuple(map(Decimal, row)) for row in step.result))
    if isinstance(page.question, VolumeOf):
        shown = Decimal(step.result[0][0])
    proved = f"{step.digits} significant digits, each proved"
    if any("undecided" in row for row in step.result):
        proved += ", but for what is undecided: too large or too close to a border for every ball tried"
    return [Section(("In decimals",), (Equation((head, shown), ("≈",), (proved,)),), Detail.BRIEF)]


def explain_stage_decimals(step: steps.StageDecimals, page: Page) -> list[Section]:
    """The value of a stage in decimals"""
    upto = composition(page.chain, 0, step.stage)
    values = tuple(map(Decimal, step.result))
    shown = values[0] if len(values) == 1 else Grid(tuple((value,) for value in values))
    heading: Text = ("The point carried through ", function_name(page.stage(step.stage)))
    return [Section(heading, (Equation((At(upto, page.innermost), shown), ("≈",)),), Detail.NORMAL)]


def explain_assumed(step: steps.Assumed, page: Page) -> list[Section]:
    """The formulas hold where …"""
    words: Text = ("The formulas hold where ", *joined((condition,) for condition in _bounded(step.result)), ".")
    return [Section(("Conditions",), (Prose(words),), Detail.BRIEF)]


def _bounded(conditions: tuple[Expr, ...]) -> list[Expr]:
    """−1 < x < 1 for x > −1 and x < 1"""
    found = list(conditions)
    for above, below in pairwise(conditions):
        match above, below:
            case Comparison(">" | ">=" as up, u, low), Comparison("<" | "<=", v, _) if u == v:
                found[found.index(above)] = Comparison("<" if up == ">" else "<=", low, below)
                found.remove(below)
    return found


_VERIFIED = {
    "proved": "Checked: {method} gives the same result (proved).",
    "agrees": "Checked: {method} agree{at} (not a proof).",
    "undecided": "Not checked: no second road could decide; take the result with care.",
}


def explain_verified(step: steps.Verified, page: Page) -> list[Section]:
    """Which second road led to the result"""
    return [Section(("Check",), (Prose((_checked(step, page),)),), Detail.BRIEF)]


def _checked(step: steps.Verified, page: Page) -> str:
    if isinstance(page.question, BackpropOf | ProgramDifferential) and step.result == "agrees":
        points = f"at {step.points} random points" if step.points > 1 else "at a random point"
        return f"Checked: expanded to components, {step.method} agree {points} with every formula above (not a proof)."
    if step.method.startswith("the definition"):
        return "This is the rule itself; there are no formulas to compare."
    if any(isinstance(other, steps.JacobianAt) and other.conventional for other in page.derivation.steps):
        return "Checked: the symbolic Jacobians. The numbers at the kink follow a convention; they are no derivative."
    if step.result == "proved" and page.last == 0:
        return "Checked: direct differentiation by another road gives the same result (proved)."
    at = f" at {step.points} points" if step.points > 1 else " at the point" if step.points == 1 else ""
    return _VERIFIED[step.result].format(method=step.method, at=at)


EXPLAIN: Wordings = {
    steps.Composed: explain_composed,
    steps.Shapes: explain_shapes,
    steps.LocalJacobian: explain_local,
    steps.StageValue: explain_value,
    steps.JacobianAt: explain_jacobian_at,
    steps.Substituted: explain_substituted,
    steps.MatrixProduct: explain_product,
    steps.Leibniz: explain_leibniz,
    steps.Dependencies: explain_dependencies,
    steps.GeneralRule: explain_general,
    steps.LayerRule: explain_layers,
    steps.MatrixReason: explain_reason,
    steps.Determinant: explain_determinant,
    steps.Rank: explain_rank,
    steps.Linearisation: explain_linearisation,
    steps.Transposed: explain_transposed,
    steps.GradientChain: explain_gradient_chain,
    steps.GreatestRate: explain_rate,
    steps.Decimals: explain_decimals,
    steps.StageDecimals: explain_stage_decimals,
    steps.Assumed: explain_assumed,
    steps.Verified: explain_verified,
    **ACCUMULATION,
    **SECOND_ORDER,
    **IMPLICIT,
    **DIFFERENTIALS,
    **EXPLAIN_REPORTS,
    **GRAPH_WORDINGS,
    **VOLUMES,
    **DENSITIES,
    **PROGRAMS,
}
