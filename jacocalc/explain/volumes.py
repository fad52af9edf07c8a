"""What is said of volumes: det J, where it vanishes, the inverse, lengths and areas."""

from __future__ import annotations

from jacocalc import steps
from jacocalc.document import (
    Absolute,
    At,
    Block,
    Bracketed,
    Differentials,
    Equation,
    Integral,
    Inverse,
    JacobianRatio,
    Name,
    Prose,
    Section,
    Subscripted,
    Text,
    Times,
    Transpose,
    Written,
    joined,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import arguments, function_name, grid, grid_of_product, jacobian_of, together, volume_name
from jacocalc.functions import VectorFunction
from jacocalc.notation import ONE, PI, ZERO, Call, Expr, Product, Quotient, Sum, Symbol, as_rational, integer, tree_size
from jacocalc.options import Detail
from jacocalc.questions import VolumeOf

MEASURES = ("length", "area", "volume")
LN = Name("ln")
_LONG = 24  # parts of a determinant that is shown once

# -- det J --------------------------------------------------------------------------------------------


def explain_factor(step: steps.VolumeFactor, page: Page) -> list[Section]:
    """det J_f = cos θ · r cos θ − (−r sin θ) sin θ = r, |det J_f| = |r|"""
    stage = page.stage(0)
    name = volume_name(stage, step.at)
    sides = once((name, step.applied, step.determinant))
    blocks: list[Block] = [Equation(sides, (), _expansion(step))]
    blocks += _size(step, name, page)
    blocks += _orientation(step, name, page)
    if step.at:
        blocks += _growth(step, name)
    else:
        blocks.append(_meaning(step, stage))
    heading = "The determinant at the point" if step.at else "The determinant"
    return [Section((heading,), tuple(blocks), Detail.BRIEF, key=bool(step.at) == bool(page.at))]


def _expansion(step: steps.VolumeFactor) -> Text:
    rows = step.matrix.shape[0]
    if step.triangular:
        return ("J is triangular: the product of its diagonal",)
    return ("cofactors of the first row",) if 3 <= rows <= 4 else ()


def _size(step: steps.VolumeFactor, name: Written, page: Page) -> list[Block]:
    """|det J| = ρ² |sin φ|, and where the bars may go."""
    if step.sign == "zero" or (is_long(step.determinant) and step.result == Call("abs", (step.determinant,))):
        return []
    return [Equation((Absolute(name), step.result), (), _bars(step.barred, page))]


def _bars(barred: tuple[Expr, ...], page: Page) -> Text:
    """Where |r| may be left out; nothing of formulas, and nothing where the domain has a say."""
    if len(barred) != 1 or not isinstance(barred[0], Symbol) or page.derivation.assumptions:
        return ()
    return ("the bars may be left out where ", barred[0], " ≥ 0")


_ORIENTATIONS = {
    "positive": (" is positive", ": orientation is kept."),
    "negative": (" is negative", ": orientation is reversed."),
}


def _orientation(step: steps.VolumeFactor, name: Written, page: Page) -> list[Block]:
    if step.sign not in _ORIENTATIONS:
        return []
    relation, words = _ORIENTATIONS[step.sign]
    where = "" if step.at else " within the domain" if page.derivation.assumptions else " everywhere"
    return [Prose((name, f"{relation}{where}{words}"))]


def _growth(step: steps.VolumeFactor, name: Written) -> list[Block]:
    """ln |det J(a)|, which densities need."""
    if step.logarithm is None:
        return []
    return [Equation((At(LN, (Absolute(name),)), step.logarithm))]


def _meaning(step: steps.VolumeFactor, stage: VectorFunction) -> Block:
    if step.sign == "zero":
        return Prose(("The image of every small ", measure(stage.inputs), " has the ", measure(stage.inputs), " 0."))
    small, what = element(stage.inputs), measure(stage.inputs)
    after = f" becomes {'an' if what == 'area' else 'a'} {what} of about "
    where, image = together(arguments(stage)), scaled(again(step.result, stage), small)
    return Prose((f"A small {what} ", small, " at the point ", where, after, image, "."))


def measure(inputs: tuple[str, ...]) -> str:
    """length, area or volume."""
    return MEASURES[min(len(inputs), 3) - 1]


def element(names: tuple[str, ...]) -> Written:
    """dx dy"""
    return Differentials(tuple(map(Symbol, names)))


def scaled(factor: Written, body: Written) -> Written:
    """r dr dθ; dx dy for the factor 1"""
    return body if factor == ONE else Times((factor, body))


def is_long(formula: Expr) -> bool:
    """Whether a determinant is named where it comes again, as |det J_f|."""
    return tree_size(formula) > _LONG


def again(factor: Expr, stage: VectorFunction) -> Written:
    """|r|, which has been shown already; |det J_f| where it is long"""
    if not is_long(factor):
        return factor
    name = volume_name(stage, ())
    return Absolute(name) if stage.n == stage.m else name


# -- where it vanishes --------------------------------------------------------------------------------


def explain_singular(step: steps.SingularSet, page: Page) -> list[Section]:
    """det J_f = 0 where sin φ = 0, that is φ = kπ"""
    stage = page.stage(0)
    square = stage.n == stage.m
    name = volume_name(stage, ())
    words = _SQUARE if square else _CURVE if stage.n == 1 else _LONGER
    sure = all(case.sure for case in step.result)
    within = "Within the domain, " if page.derivation.assumptions and sure else ""
    if step.everywhere:
        said = words["everywhere"].format(measure(stage.inputs))
        text: Text = (name, " is 0 everywhere: ", said, *_no_density(page))
    elif not step.result:
        text = (within, name, " is 0 nowhere: ", words["nowhere"])
    elif len(step.result) == 1 and is_long(step.result[0].equation) and not step.result[0].multiples:
        text = _whole(name, square, stage)
    else:
        cases = joined((_case(case, stage) for case in step.result), ", or where ")
        text = (within, name, " is 0 where ", *cases, ". ", words["elsewhere"])
    heading: Text = ("Where the determinant is 0",) if square else ("Where the factor is 0",)
    return [Section(heading, (Prose(text),), Detail.BRIEF)]


def _whole(name: Written, square: bool, stage: VectorFunction) -> Text:
    """Of a long determinant that has no factors nothing is said but its name."""
    if square:
        return ("Around every point at which ", name, " ≠ 0 there is a local inverse, by the inverse function theorem.")
    dependent = "the tangent vector is 0" if stage.n == 1 else "the columns of the Jacobian are linearly dependent"
    return ("Where ", name, f" = 0, {dependent}.")


def _no_density(page: Page) -> Text:
    """Nothing can be carried where det J = 0 everywhere."""
    asked = isinstance(page.question, VolumeOf) and page.question.density
    return (" So the image of a random point has no density.",) if asked else ()


_SQUARE = {
    "everywhere": "the image has the {} 0, and there is no local inverse anywhere.",
    "nowhere": "around every point at which the formulas hold there is a local inverse, by the inverse function "
    "theorem.",
    "elsewhere": "Around every other point at which the formulas hold there is a local inverse, by the inverse "
    "function theorem.",
}
_LONGER = {
    "everywhere": "the columns of the Jacobian are linearly dependent at every point.",
    "nowhere": "the columns of the Jacobian are linearly independent at every point at which the formulas hold.",
    "elsewhere": "There the columns of the Jacobian are linearly dependent.",
}
_CURVE = {
    "everywhere": "the curve is a single point.",
    "nowhere": "the tangent vector is not 0 at any point at which the formulas hold.",
    "elsewhere": "There the tangent vector is 0.",
}


def _case(case: steps.ZeroCase, stage: VectorFunction) -> Text:
    """sin(φ) = 0, that is φ = kπ with a whole number k"""
    sure: Text = () if case.sure else (", if that happens within the domain",)
    if not case.multiples:
        return (case.equation, *sure)
    letters = [_whole_number(stage, place) for place in range(len(case.multiples))]
    solved = joined((_solved(one, letter) for one, letter in zip(case.multiples, letters, strict=True)), " and ")
    words = " with a whole number " if len(letters) == 1 else " with whole numbers "
    return (case.equation, ", that is ", *solved, words, *joined((letter,) for letter in letters), *sure)


def _solved(multiple: tuple[Expr, Expr, Expr], letter: Expr) -> Text:
    """φ = kπ"""
    argument, start, times = multiple
    turns = _turns(times, letter)
    return (argument, " = ", turns if start == ZERO else Sum((start, turns)))


def _turns(times: Expr, letter: Expr) -> Expr:
    """kπ, 2kπ, kπ/2"""
    factor = as_rational(times)
    assert factor is not None
    whole = (letter, PI) if factor.numerator == 1 else (integer(factor.numerator), letter, PI)
    return Product(whole) if factor.denominator == 1 else Quotient(Product(whole), integer(factor.denominator))


def _whole_number(stage: VectorFunction, place: int) -> Expr:
    """k, l, … unless an input has the name."""
    taken = {*stage.inputs, *stage.parameters}
    return Symbol([letter for letter in "klmnpqij" if letter not in taken][place])


# -- the inverse --------------------------------------------------------------------------------------


def explain_inverse(step: steps.LocalInverse, page: Page) -> list[Section]:
    """J_{f⁻¹}(f(x)) = J_f(x)⁻¹ = (1/det J_f) adj J_f = …"""
    stage = page.stage(0)
    at = step.at or arguments(stage)
    sides = once((_inverse_name(stage, at), Inverse(jacobian_of(stage, at)), *_by_adjugate(step, stage)))
    heading = "The Jacobian of the local inverse at the point" if step.at else "The Jacobian of the local inverse"
    somewhere = any(isinstance(other, steps.SingularSet) and other.result for other in page.derivation.steps)
    where: Text = ("where ", volume_name(stage, ()), " ≠ 0") if somewhere and not step.at else ()
    return [Section((heading,), (Equation(sides, (), where),), Detail.BRIEF)]


def _by_adjugate(step: steps.LocalInverse, stage: VectorFunction) -> tuple[Written, ...]:
    """(1/det J_f) adj J_f, and its entries, if they do not all hold a long determinant"""
    result = grid(step.result)
    if step.determinant == ONE or step.adjugate.shape[0] == 1:
        return (result,)
    if not is_long(step.determinant):
        return (Times((step.reciprocal, grid(step.adjugate))), result)
    product = Times((reciprocal(volume_name(stage, step.at)), grid(step.adjugate)))
    return (product, result) if tree_size(step.result) < 2 * tree_size(step.adjugate) else (product,)


def reciprocal(name: Written) -> Written:
    """(det J_f)⁻¹"""
    return Inverse(Bracketed(name))


def _inverse_name(stage: VectorFunction, at: tuple[Written, ...]) -> Written:
    """J_{f⁻¹}(f(x)), or ∂(u, v)/∂(x, y)"""
    if stage.outputs:
        return JacobianRatio(stage.inputs, stage.outputs)
    return At(Subscripted(Name("J"), inverse_of(stage)), (At(function_name(stage), at),))


def inverse_of(stage: VectorFunction) -> Written:
    """f⁻¹"""
    return Inverse(function_name(stage))


def explain_singular_point(step: steps.SingularPoint, page: Page) -> list[Section]:
    """det J_f(a) = 0: no statement about an inverse"""
    stage = page.stage(0)
    text: list[str | Written] = [
        volume_name(stage, step.at),
        " is 0: the point is singular, and the inverse function theorem says nothing there.",
    ]  # fmt: skip
    if step.result >= 0:
        rank = At(Name("rank"), (jacobian_of(stage, step.at),))
        text += [" ", rank, " = ", integer(step.result), f": to first order, every small {measure(stage.inputs)} is "
                 f"mapped to {_FLAT.get(step.result, 'a set of fewer dimensions')}."]  # fmt: skip
    return [Section(("A singular point",), (Prose(tuple(text)),), Detail.BRIEF)]


_FLAT = {0: "a point", 1: "a line", 2: "a plane"}


def region_of(stage: VectorFunction) -> Written:
    """D, unless an input or a component has the name."""
    return Name(free_letter("DGB", stage))


def free_letter(letters: str, stage: VectorFunction) -> str:
    """The first of these letters that the function does not use."""
    taken = {stage.name, *stage.inputs, *stage.parameters, *stage.labels}
    return next((letter for letter in letters if letter not in taken), letters[0])


# -- lengths and areas --------------------------------------------------------------------------------


def explain_gram(step: steps.GramDeterminant, page: Page) -> list[Section]:
    """√det(JᵀJ) = R² |sin φ|, dS = R² |sin φ| dφ dθ"""
    stage = page.stage(0)
    blocks = _curve(step, page) if len(stage.inputs) == 1 else _surface(step, page)
    small = measure(stage.inputs)
    if not step.at:
        region = region_of(stage)
        factor = again(step.result, stage)
        total = Integral(region, factor, tuple(map(Symbol, stage.inputs)))
        blocks.append(Equation((Name(_ELEMENTS[small]), scaled(factor, element(stage.inputs)))))
        blocks.append(Equation((Name(small), total), (), ("of the image of ", region, ", if it is covered once")))
    heading = f"The {small} factor at the point" if step.at else f"The {small} factor"
    found = [Section((heading,), tuple(blocks), Detail.BRIEF, key=bool(step.at) == bool(page.at))]
    if len(stage.inputs) > 1:
        found.insert(0, _entries(step, stage))
    return found


def _entries(step: steps.GramDeterminant, stage: VectorFunction) -> Section:
    """JᵀJ entry by entry, every term kept."""
    jacobian = jacobian_of(stage, step.at)
    written = grid_of_product(step.matrix.transposed, step.matrix, step.written)
    sides = once((Times((Transpose(jacobian), jacobian)), written, grid(step.product)))
    return Section(("The columns of the Jacobian multiplied with each other",), (Equation(sides),), Detail.FULL)


_ELEMENTS = {"length": "ds", "area": "dS", "volume": "dV"}


def _curve(step: steps.GramDeterminant, page: Page) -> list[Block]:
    """‖df/dt‖ = √(x′² + y′² + z′²)"""
    stage = page.stage(0)
    sides = (volume_name(stage, step.at), _root(step.applied), _root(step.determinant), step.result)
    return [Equation(once(sides), (), _bars(step.barred, page))]


def _root(expr: Expr) -> Expr:
    return Call("sqrt", (expr,))


def _surface(step: steps.GramDeterminant, page: Page) -> list[Block]:
    stage = page.stage(0)
    jacobian = jacobian_of(stage, step.at)
    gram = Times((Transpose(jacobian), jacobian))
    name = volume_name(stage, step.at)
    root = () if is_long(step.determinant) else (_root(step.determinant),)
    blocks: list[Block] = [
        Equation((gram, grid(step.product))),
        Equation(once((At(Name("det"), (Bracketed(gram),)), step.applied, step.determinant))),
        Equation(once((name, *root, step.result)), (), _bars(step.barred, page)),
    ]
    if step.cross is not None:
        blocks.append(Prose(("The cross product of the columns of the Jacobian has the same norm.",)))
        blocks.append(Equation((grid(step.cross),)))
    return blocks


VOLUMES: Wordings = {
    steps.VolumeFactor: explain_factor,
    steps.SingularSet: explain_singular,
    steps.LocalInverse: explain_inverse,
    steps.SingularPoint: explain_singular_point,
    steps.GramDeterminant: explain_gram,
}
