"""What is said of volumes: det J, where it vanishes, the inverse, integrals, densities, lengths and areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jacocalc.document import (
    Absolute,
    At,
    Block,
    Bracketed,
    Decimal,
    Difference,
    Differentials,
    Equation,
    Integral,
    Inverse,
    JacobianRatio,
    Name,
    Plus,
    Prose,
    Section,
    Subscripted,
    SumOver,
    Text,
    Times,
    Transpose,
    Tuple,
    Written,
)
from jacocalc.explain.naming import Page
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import arguments, function_name, grid, jacobian_of, volume_name
from jacocalc.functions import VectorFunction
from jacocalc.notation import ONE, PI, ZERO, Call, Expr, Power, Product, Sum, Symbol, integer, tree_size
from jacocalc.options import Detail
from jacocalc.questions import VolumeOf
from jacocalc.steps import (
    CarriedDensity,
    ChangeOfVariables,
    DensityRule,
    GramDeterminant,
    LocalInverse,
    SingularPoint,
    SingularSet,
    TotalProbability,
    VolumeFactor,
    ZeroCase,
)

_SHORT = 15
_MEASURES = ("length", "area", "volume")
_P_X, _P_Y = Subscripted(Name("p"), Name("X")), Subscripted(Name("p"), Name("Y"))
_LN = Name("ln")

# -- det J --------------------------------------------------------------------------------------------


def explain_factor(step: VolumeFactor, page: Page) -> list[Section]:
    """det J_f = cos θ · r cos θ − (−r sin θ) sin θ = r, |det J_f| = |r|"""
    stage = page.stage(0)
    name = volume_name(stage, step.at)
    sides = once((name, step.applied, step.determinant))
    blocks: list[Block] = [Equation(sides, (), _expansion(step))]
    blocks += _size(step, name)
    blocks += _orientation(step, name)
    if step.at:
        blocks += _growth(step, name)
    else:
        blocks.append(_meaning(step, stage))
    heading = "The determinant at the point" if step.at else "The determinant"
    return [Section((heading,), tuple(blocks), Detail.BRIEF, key=bool(step.at) == bool(page.at))]


def _expansion(step: VolumeFactor) -> Text:
    rows = step.matrix.shape[0]
    if step.triangular:
        return ("J is triangular: the product of its diagonal",)
    return ("cofactors of the first row",) if 3 <= rows <= 4 else ()


def _size(step: VolumeFactor, name: Written) -> list[Block]:
    """|det J| = ρ² |sin φ|, and where the bars may go."""
    if step.sign == "zero":
        return []
    return [Equation((Absolute(name), step.result), (), _bars(step.barred))]


def _bars(barred: tuple[Expr, ...]) -> Text:
    """Where |·| may be left out."""
    if not barred or sum(map(tree_size, barred)) > _SHORT:
        return ()
    said: list[str | Written] = ["the bars may be left out where "]
    for i, factor in enumerate(barred):
        said += [" and "] if i else []
        said += [factor, " ≥ 0"]
    return tuple(said)


_ORIENTATIONS = {
    "positive": (" is positive", ": orientation is kept."),
    "negative": (" is negative", ": orientation is reversed."),
}


def _orientation(step: VolumeFactor, name: Written) -> list[Block]:
    if step.sign not in _ORIENTATIONS:
        return []
    relation, words = _ORIENTATIONS[step.sign]
    where = "" if step.at else " everywhere"
    return [Prose((name, f"{relation}{where}{words}"))]


def _growth(step: VolumeFactor, name: Written) -> list[Block]:
    """ln |det J(a)|, which densities need."""
    if step.logarithm is None:
        return []
    return [Equation((At(_LN, (Absolute(name),)), step.logarithm))]


def _meaning(step: VolumeFactor, stage: VectorFunction) -> Block:
    if step.sign == "zero":
        return Prose(("The image of every small ", measure(stage.inputs), " has the ", measure(stage.inputs), " 0."))
    small, what = _element(stage.inputs), measure(stage.inputs)
    after = f" becomes {'an' if what == 'area' else 'a'} {what} of about "
    return Prose(
        (f"A small {what} ", small, " at the point ", _at_point(stage), after, _scaled(step.result, small), ".")
    )


def _at_point(stage: VectorFunction) -> Written:
    letters = arguments(stage)
    return letters[0] if len(letters) == 1 else Tuple(letters)


def measure(inputs: tuple[str, ...]) -> str:
    """length, area or volume."""
    return _MEASURES[min(len(inputs), 3) - 1]


def _element(names: tuple[str, ...]) -> Written:
    return Differentials(tuple(map(Symbol, names)))


def _scaled(factor: Expr, body: Written) -> Written:
    return body if factor == ONE else Times((factor, body))


# -- where it vanishes --------------------------------------------------------------------------------


def explain_singular(step: SingularSet, page: Page) -> list[Section]:
    """det J_f = 0 where sin φ = 0, that is φ = kπ"""
    stage = page.stage(0)
    square = stage.n == stage.m
    name = volume_name(stage, ())
    words = _SQUARE if square else _LONGER
    within = "Within the domain, " if page.derivation.assumptions else ""
    if step.everywhere:
        said = words["everywhere"].format(measure(stage.inputs))
        text: Text = (name, " is 0 everywhere: ", said, *_no_density(page))
    elif not step.result:
        text = (within, name, " is 0 nowhere: ", words["nowhere"])
    else:
        text = (within, name, " is 0 where ", *_cases(step.result, stage), ". ", words["elsewhere"])
    heading: Text = ("Where the determinant is 0",) if square else ("Where the factor is 0",)
    return [Section(heading, (Prose(text),), Detail.BRIEF)]


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


def _cases(cases: tuple[ZeroCase, ...], stage: VectorFunction) -> Text:
    """ρ = 0, or where sin(φ) = 0, that is φ = kπ with a whole number k"""
    said: list[str | Written] = []
    for i, case in enumerate(cases):
        said += [", or where "] if i else []
        said.append(case.equation)
        for place, (argument, start) in enumerate(case.multiples):
            letter = _whole_number(stage, place)
            turns = Product((letter, PI))
            value = turns if start == ZERO else Sum((start, turns))
            said += [", that is " if place == 0 else " and ", argument, " = ", value]
        if case.multiples:
            letters = [_whole_number(stage, place) for place in range(len(case.multiples))]
            said += [" with a whole number " if len(letters) == 1 else " with whole numbers "]
            for place, letter in enumerate(letters):
                said += [", "] if place else []
                said.append(letter)
    return tuple(said)


def _whole_number(stage: VectorFunction, place: int) -> Expr:
    """k, l, … unless an input has the name."""
    taken = {*stage.inputs, *stage.parameters}
    return Symbol([letter for letter in "klmnpqij" if letter not in taken][place])


# -- the inverse --------------------------------------------------------------------------------------


def explain_inverse(step: LocalInverse, page: Page) -> list[Section]:
    """J_{f⁻¹}(f(x)) = J_f(x)⁻¹ = (1/det J_f) adj J_f = …"""
    stage = page.stage(0)
    at = step.at or arguments(stage)
    if step.determinant == ONE or step.adjugate.shape[0] == 1:
        product: tuple[Written, ...] = ()
    else:
        product = (Times((step.reciprocal, grid(step.adjugate))),)
    sides = once((_inverse_name(stage, at), Inverse(jacobian_of(stage, at)), *product, grid(step.result)))
    heading = "The Jacobian of the local inverse at the point" if step.at else "The Jacobian of the local inverse"
    somewhere = any(isinstance(other, SingularSet) and other.result for other in page.derivation.steps)
    where: Text = ("where ", volume_name(stage, ()), " ≠ 0") if somewhere and not step.at else ()
    return [Section((heading,), (Equation(sides, (), where),), Detail.BRIEF)]


def _inverse_name(stage: VectorFunction, at: tuple[Written, ...]) -> Written:
    """J_{f⁻¹}(f(x)), or ∂(u, v)/∂(x, y)"""
    if stage.outputs:
        return JacobianRatio(stage.inputs, stage.outputs)
    return At(Subscripted(Name("J"), _inverse(stage)), (At(function_name(stage), at),))


def _inverse(stage: VectorFunction) -> Written:
    return Inverse(function_name(stage))


def explain_singular_point(step: SingularPoint, page: Page) -> list[Section]:
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

# -- integrals ----------------------------------------------------------------------------------------


def explain_change(step: ChangeOfVariables, page: Page) -> list[Section]:
    """∬ h(x, y) dx dy = ∬ h(r cos θ, r sin θ) |r| dr dθ"""
    stage = page.stage(0)
    inside, outside = _element(stage.inputs), _element(step.outputs)
    h = Name(next(letter for letter in "hgqk" if letter not in {stage.name, *stage.inputs, *step.outputs}))
    region = _region(stage)
    image = _image_region(stage) if stage.outputs else At(function_name(stage), (region,))
    left = Integral(image, At(h, tuple(map(Symbol, step.outputs))), tuple(map(Symbol, step.outputs)))
    under: Written = At(h, step.values)
    whole = under if step.result == ONE else Times((under, step.result))
    right = Integral(region, whole, tuple(map(Symbol, stage.inputs)))
    blocks: list[Block] = [Equation((outside, _scaled(step.result, inside))), Equation((left, right))]
    blocks.append(Prose((*_regions(stage), *_injective(step, stage))))
    return [Section(("Change of variables in an integral",), tuple(blocks), Detail.BRIEF)]


def _region(stage: VectorFunction) -> Written:
    """D, unless an input or a component has the name."""
    return Name(_free("DGB", stage))


def _image_region(stage: VectorFunction) -> Written:
    return Name(_free("RSE", stage))


def _free(letters: str, stage: VectorFunction) -> str:
    taken = {stage.name, *stage.inputs, *stage.parameters, *stage.labels}
    return next((letter for letter in letters if letter not in taken), letters[0])


def _regions(stage: VectorFunction) -> Text:
    return (_image_region(stage), " is the image of the region ", _region(stage), ". ") if stage.outputs else ()


def _injective(step: ChangeOfVariables, stage: VectorFunction) -> Text:
    """What is known of the assumption under which the image is covered once."""
    name = "the map" if stage.outputs else function_name(stage)
    if step.injective in _REASONS:
        return ("The image is covered once: ", name, " is injective, since ", _REASONS[step.injective])
    if step.injective == "refuted":
        return ("The rule holds on a region ", _region(stage), " on which ", name, " is injective. On the whole line "
                "it is not: its derivative takes both signs.")  # fmt: skip
    return ("Assumed, not proved: ", name, " is injective on ", _region(stage), ", up to a set of measure 0, so that "
            "the image is covered once.")  # fmt: skip


_REASONS = {
    "monotone": "its derivative keeps its sign.",
    "triangular": "the equations for its inputs can be solved one after the other, each in one way: J is triangular, "
    "and each entry of its diagonal keeps its sign.",
    "affine": "it is affine, and its determinant is not 0.",
}


# -- densities ----------------------------------------------------------------------------------------


def explain_density(step: DensityRule, page: Page) -> list[Section]:
    """p_Y(y) = p_X(x) |det J_f|⁻¹, and the same read backwards"""
    stage = page.stage(0)
    rule = [Prose(_kept(stage)), *_forward(step, stage)]
    backward = [Prose(("The same rule for the inverse map has the other sign.",)), *_backward(step, stage)]
    return [
        Section(("Change of variables in a density",), tuple(rule), Detail.BRIEF),
        Section(("The density by the inverse map",), tuple(backward), Detail.NORMAL),
    ]


def _kept(stage: VectorFunction) -> Text:
    """Probability is carried along."""
    small = measure(stage.inputs)
    with_y: Text = () if stage.outputs else ("; here ", *_y(stage), " = ", _image(stage))
    return (
        "Let X have the density ", _P_X, ", and let Y be its image. The probability of a small ", small,
        " is carried along: ", _P_X, " times the ", small, " before is ", _P_Y, " times the ", small,
        " after, which is ", Absolute(volume_name(stage, ())), " times as large", *with_y, ".",
    )  # fmt: skip


def _y(stage: VectorFunction) -> tuple[Written, ...]:
    """y, or the x, y of equations."""
    return tuple(map(Symbol, stage.outputs)) or (Name("y", vector=stage.m != 1),)


def _image(stage: VectorFunction) -> Written:
    """f(x₁, x₂)"""
    return At(function_name(stage), arguments(stage))


def _forward(step: DensityRule, stage: VectorFunction) -> list[Block]:
    """p_Y(y) = p_X(x) |det J|⁻¹, ln p_Y(y) = ln p_X(x) − ln |det J|"""
    before = At(_P_X, arguments(stage))
    size = Absolute(volume_name(stage, ()))
    after = At(_P_Y, _y(stage))
    blocks: list[Block] = [
        Equation((after, Times((before, Inverse(size))))),
        Equation((At(_LN, (after,)), Difference(At(_LN, (before,)), At(_LN, (size,))))),
    ]
    if step.result is not None:
        blocks.append(Equation(once((At(_LN, (size,)), *_by_diagonal(step), step.result)), (), _shortcut(step)))
    return blocks


def _by_diagonal(step: DensityRule) -> tuple[Written, ...]:
    """Σ ln |J_ii|"""
    terms = tuple(At(_LN, (Absolute(entry),)) for entry in step.diagonal)
    return (Plus(terms),) if terms else ()


def _shortcut(step: DensityRule) -> Text:
    return ("J is triangular: the diagonal alone",) if step.diagonal else ()


def _backward(step: DensityRule, stage: VectorFunction) -> list[Block]:
    """p_Y(y) = p_X(f⁻¹(y)) |det J_{f⁻¹}(y)|, and both signs compared"""
    y = _y(stage)
    after, size = At(_P_Y, y), Absolute(_inverse_determinant(stage, y))
    before = At(_P_X, arguments(stage) if stage.outputs else (At(_inverse(stage), y),))
    blocks: list[Block] = [
        Equation((after, Times((before, size)))),
        Equation((At(_LN, (after,)), Plus((At(_LN, (before,)), At(_LN, (size,)))))),
    ]
    if step.back is not None:
        back = _inverse_determinant(stage, (_image(stage),))
        sides = once((Times((volume_name(stage, ()), back)), Times((step.determinant, step.back)), ONE))
        blocks.append(Equation((back, step.back), (), ("the determinant of the inverse matrix itself",)))
        blocks.append(Equation(sides, (), ("the two signs agree",)))
    return blocks


def _inverse_determinant(stage: VectorFunction, at: tuple[Written, ...]) -> Written:
    if stage.outputs:
        return At(Name("det"), (JacobianRatio(stage.inputs, stage.outputs),))
    return At(Name("det"), (At(Subscripted(Name("J"), _inverse(stage)), at),))


_INPUTS = {
    "normal": ("Standard normal inputs", "Let the inputs be independent, each standard normal."),
    "uniform": ("Uniform inputs", "Let the inputs be independent, each uniform on (0, 1)."),
}


def explain_carried(step: CarriedDensity, page: Page) -> list[Section]:
    """p_Y(f(x)) = p_X(x)/|det J_f(x)| = …"""
    stage = page.stage(0)
    heading, words = _INPUTS[step.density]
    after = At(_P_Y, _y(stage) if stage.outputs else (_image(stage),))
    blocks: list[Block] = [
        Prose((words,)),
        Equation((At(_P_X, arguments(stage)), step.given)),
        Equation(once((after, step.applied, step.result))),
    ]
    if step.logarithm is not None:
        blocks.append(Equation((At(_LN, (after,)), step.logarithm)))
    return [Section((heading,), tuple(blocks), Detail.BRIEF)]


_NO_SUM = {
    "parameters": "The total probability is not checked: the parameters have no values. Give them with a point.",
    "inputs": "The total probability is not checked for more than three inputs.",
    "unsettled": "The total probability is not checked: at some points of the grid no value could be settled.",
}


def explain_total(step: TotalProbability, page: Page) -> list[Section]:
    """Σ p_Y(f(c)) · (volume of the image of the cell around c) ≈ 1"""
    heading = "The total probability"
    if step.method in _NO_SUM:
        return [Section((heading,), (Prose((_NO_SUM[step.method],)),), Detail.BRIEF)]
    stage = page.stage(0)
    tiny = Power(integer(10), integer(-step.bound))
    remark: Text = ("it differs from 1 by less than ", tiny) if step.bound > 0 else ()
    sides: tuple[Written, ...] = (_sum_over(step, stage), Decimal(step.result))
    blocks = (Prose(_summed(step, stage)), Equation(sides, ("≈",), remark), Prose(_what_it_says(page)))
    return [Section((heading,), blocks, Detail.BRIEF)]


_LETTERS = {"length": Name("L"), "area": Name("A"), "volume": Name("V")}


def _sum_over(step: TotalProbability, stage: VectorFunction) -> Written:
    """Σ_c p_Y(f(c)) · A(c)"""
    centre = Name("c", vector=len(stage.inputs) > 1)
    there = Subscripted(Name("y"), centre) if stage.outputs else At(function_name(stage), (centre,))
    return SumOver(centre, "", Times((At(_P_Y, (there,)), At(_LETTERS[measure(stage.inputs)], (centre,)))))


def _summed(step: TotalProbability, stage: VectorFunction) -> Text:
    """Over which cells the sum is taken."""
    where = {"normal": "from -8 to 8", "uniform": "from 0 to 1"}[step.density]
    small, centre = measure(stage.inputs), Name("c", vector=len(stage.inputs) > 1)
    image: Text = (At(_LETTERS[small], (centre,)), f" is the {small} of the image of the cell around ", centre,
                   ", by differences of values, not by the Jacobian")  # fmt: skip
    if stage.outputs:
        image = (Subscripted(Name("y"), centre), " is the image of ", centre, ", and ", *image)
    if step.method == "intervals":
        return (f"The inputs {where} in {step.points} intervals, whose images lie side by side on the line; ", *image,
                ". The sum is extrapolated from two step sizes.")  # fmt: skip
    axes = " along each axis" if len(stage.inputs) > 1 else ""
    return (f"The inputs {where} in {step.points} cells{axes}; ", *image, ".")


def _what_it_says(page: Page) -> Text:
    """What the sum shows and what it does not."""
    found = next(s for s in page.derivation.steps if isinstance(s, ChangeOfVariables)).injective
    return (_SAYS.get(found, _INJECTIVE),)


_INJECTIVE = "The images do not overlap, so this is the integral of the density of Y: all probability arrives."
_SAYS = {
    "assumed": "No probability is lost or made from cell to cell. That the images do not overlap is the assumption "
    "above; where they do, the density of Y is the sum over all points with the same image.",
    "refuted": "No probability is lost or made from cell to cell. The images overlap: the density of Y at a value is "
    "the sum over all points with that value.",
}

# -- lengths and areas --------------------------------------------------------------------------------


def explain_gram(step: GramDeterminant, page: Page) -> list[Section]:
    """√det(JᵀJ) = R² |sin φ|, dS = R² |sin φ| dφ dθ"""
    stage = page.stage(0)
    blocks = _curve(step, stage) if len(stage.inputs) == 1 else _surface(step, stage)
    small = measure(stage.inputs)
    if not step.at:
        region = _region(stage)
        total = Integral(region, step.result, tuple(map(Symbol, stage.inputs)))
        blocks.append(Equation((Name(_ELEMENTS[small]), _scaled(step.result, _element(stage.inputs)))))
        blocks.append(Equation((Name(small), total), (), ("of the image of ", region, ", if it is covered once")))
    heading = f"The {small} factor at the point" if step.at else f"The {small} factor"
    found = [Section((heading,), tuple(blocks), Detail.BRIEF, key=bool(step.at) == bool(page.at))]
    if len(stage.inputs) > 1:
        found.insert(0, _entries(step, stage))
    return found


def _entries(step: GramDeterminant, stage: VectorFunction) -> Section:
    """JᵀJ entry by entry, every term kept."""
    jacobian = jacobian_of(stage, step.at)
    sides = once((Times((Transpose(jacobian), jacobian)), grid(step.written), grid(step.product)))
    return Section(("The columns of the Jacobian multiplied with each other",), (Equation(sides),), Detail.FULL)


_ELEMENTS = {"length": "ds", "area": "dS", "volume": "dV"}


def _curve(step: GramDeterminant, stage: VectorFunction) -> list[Block]:
    """‖df/dt‖ = √(x′² + y′² + z′²)"""
    sides = (volume_name(stage, step.at), _root(step.applied), _root(step.determinant), step.result)
    return [Equation(once(sides), (), _bars(step.barred))]


def _root(expr: Expr) -> Expr:
    return Call("sqrt", (expr,))


def _surface(step: GramDeterminant, stage: VectorFunction) -> list[Block]:
    jacobian = jacobian_of(stage, step.at)
    gram = Times((Transpose(jacobian), jacobian))
    name = volume_name(stage, step.at)
    blocks: list[Block] = [
        Equation((gram, grid(step.product))),
        Equation(once((At(Name("det"), (Bracketed(gram),)), step.applied, step.determinant))),
        Equation(once((name, _root(step.determinant), step.result)), (), _bars(step.barred)),
    ]
    if step.cross is not None:
        blocks.append(Prose(("The cross product of the columns of the Jacobian has the same norm.",)))
        blocks.append(Equation((grid(step.cross),)))
    return blocks


VOLUMES: dict[type, Callable[[Any, Page], list[Section]]] = {
    VolumeFactor: explain_factor,
    SingularSet: explain_singular,
    LocalInverse: explain_inverse,
    SingularPoint: explain_singular_point,
    ChangeOfVariables: explain_change,
    DensityRule: explain_density,
    CarriedDensity: explain_carried,
    TotalProbability: explain_total,
    GramDeterminant: explain_gram,
}
