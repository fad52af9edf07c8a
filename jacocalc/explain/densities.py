"""What is said of integrals and densities under a change of variables."""

from __future__ import annotations

from jacocalc.document import (
    Absolute,
    At,
    Block,
    Decimal,
    Equation,
    Integral,
    Inverse,
    JacobianRatio,
    Name,
    Opposite,
    Plus,
    Prose,
    Section,
    Subscripted,
    SumOver,
    Text,
    Times,
    Written,
)
from jacocalc.explain.naming import Page, Wordings
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import arguments, function_name, plus, volume_name
from jacocalc.explain.volumes import (
    LN,
    again,
    element,
    free_letter,
    inverse_of,
    is_long,
    measure,
    reciprocal,
    region_of,
    scaled,
)
from jacocalc.functions import VectorFunction
from jacocalc.notation import ONE, Power, Symbol, integer, unsigned
from jacocalc.options import Detail
from jacocalc.steps import CarriedDensity, ChangeOfVariables, DensityRule, TotalProbability

_P_X, _P_Y = Subscripted(Name("p"), Name("X")), Subscripted(Name("p"), Name("Y"))

# -- integrals ----------------------------------------------------------------------------------------


def explain_change(step: ChangeOfVariables, page: Page) -> list[Section]:
    """∬ h(x, y) dx dy = ∬ h(r cos θ, r sin θ) |r| dr dθ"""
    stage = page.stage(0)
    inside, outside = element(stage.inputs), element(step.outputs)
    h = Name(free_letter("hgqk", stage))
    region = region_of(stage)
    image = _image_region(stage) if stage.outputs else At(function_name(stage), (region,))
    left = Integral(image, At(h, tuple(map(Symbol, step.outputs))), tuple(map(Symbol, step.outputs)))
    under: Written = At(h, step.values)
    factor = again(step.result, stage)
    whole = under if step.result == ONE else Times((under, factor))
    right = Integral(region, whole, tuple(map(Symbol, stage.inputs)))
    blocks: list[Block] = [Equation((outside, scaled(factor, inside))), Equation((left, right))]
    blocks.append(Prose((*_regions(stage), *_injective(step, stage))))
    return [Section(("Change of variables in an integral",), tuple(blocks), Detail.BRIEF)]


def _image_region(stage: VectorFunction) -> Written:
    return Name(free_letter("RSE", stage))


def _regions(stage: VectorFunction) -> Text:
    return (_image_region(stage), " is the image of the region ", region_of(stage), ". ") if stage.outputs else ()


def _injective(step: ChangeOfVariables, stage: VectorFunction) -> Text:
    """What is known of the assumption under which the image is covered once."""
    name = "the map" if stage.outputs else function_name(stage)
    if step.injective in _REASONS:
        return ("The image is covered once: ", name, " is injective, since ", _REASONS[step.injective])
    if step.injective == "refuted":
        return ("The rule holds on a region ", region_of(stage), " on which ", name, " is injective. On all of its "
                "domain it is not: several points have one image.")  # fmt: skip
    return ("Assumed, not proved: ", name, " is injective on ", region_of(stage), ", up to a set of measure 0, so that "
            "the image is covered once.")  # fmt: skip


_REASONS = {
    "monotone": "its derivative keeps its sign.",
    "rising": "its derivative keeps its sign, and is 0 at single points only.",
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
        Equation((At(LN, (after,)), Plus((At(LN, (before,)), Opposite(At(LN, (size,))))))),
    ]
    if step.result is not None and (step.diagonal or not is_long(step.determinant)):
        remark: Text = ("J is triangular: the diagonal alone",) if step.diagonal else ()
        blocks.append(Equation(once((At(LN, (size,)), *_by_diagonal(step), step.result)), (), remark))
    return blocks


def _by_diagonal(step: DensityRule) -> tuple[Written, ...]:
    """Σ ln |J_ii|"""
    entries = [entry for entry in map(unsigned, step.diagonal) if entry != ONE]
    terms = tuple(At(LN, (Absolute(entry),)) for entry in entries)
    return (plus(terms),) if terms else ()


def _backward(step: DensityRule, stage: VectorFunction) -> list[Block]:
    """p_Y(y) = p_X(f⁻¹(y)) |det J_{f⁻¹}(y)|, and both signs compared"""
    y = _y(stage)
    after, size = At(_P_Y, y), Absolute(_inverse_determinant(stage, y))
    before = At(_P_X, arguments(stage) if stage.outputs else (At(inverse_of(stage), y),))
    blocks: list[Block] = [
        Equation((after, Times((before, size)))),
        Equation((At(LN, (after,)), Plus((At(LN, (before,)), At(LN, (size,)))))),
    ]
    back = _inverse_determinant(stage, (_image(stage),))
    if step.back is not None and is_long(step.determinant):
        blocks.append(Equation((back, reciprocal(volume_name(stage, ())))))
    elif step.back is not None:
        sides = once((Times((volume_name(stage, ()), back)), Times((step.determinant, step.back)), ONE))
        blocks.append(Equation((back, step.back), (), ("the determinant of the inverse matrix itself",)))
        blocks.append(Equation(sides, (), ("the two signs agree",)))
    return blocks


def _inverse_determinant(stage: VectorFunction, at: tuple[Written, ...]) -> Written:
    if stage.outputs:
        return At(Name("det"), (JacobianRatio(stage.inputs, stage.outputs),))
    return At(Name("det"), (At(Subscripted(Name("J"), inverse_of(stage)), at),))


_INPUTS = {
    "normal": ("Standard normal inputs", "Let the inputs be independent, each standard normal."),
    "uniform": ("Uniform inputs", "Let the inputs be independent, each uniform on (0, 1)."),
}


def explain_carried(step: CarriedDensity, page: Page) -> list[Section]:
    """p_Y(f(x)) = p_X(x)/|det J_f(x)| = …"""
    stage = page.stage(0)
    heading, words = _INPUTS[step.density]
    after = At(_P_Y, _y(stage) if stage.outputs else (_image(stage),))
    remark: Text = () if _is_injective(page) else ("if no other point has the same image",)
    blocks: list[Block] = [
        Prose((words,)),
        Equation((At(_P_X, arguments(stage)), step.given)),
        Equation(once((after, step.applied, step.result)), (), remark),
    ]
    if step.logarithm is not None:
        blocks.append(Equation((At(LN, (after,)), step.logarithm)))
    return [Section((heading,), tuple(blocks), Detail.BRIEF)]


def _is_injective(page: Page) -> bool:
    """Whether it is proved that the image is covered once."""
    return any(step.injective in _REASONS for step in page.derivation.steps if isinstance(step, ChangeOfVariables))


_NO_SUM = {
    "refuted": "Several points have the same image here, so the density of Y at a value is a sum over all of them: "
    "p_X/|det J| at each, added up. The rule for one point alone would give too little, and no density is shown.",
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
    sides: tuple[Written, ...] = (_sum_over(stage), Decimal(step.result))
    blocks = (Prose(_summed(step, stage)), Equation(sides, ("≈",), remark), Prose(_what_it_says(step, page)))
    return [Section((heading,), blocks, Detail.BRIEF)]


_LETTERS = {"length": Name("L"), "area": Name("A"), "volume": Name("V")}


def _sum_over(stage: VectorFunction) -> Written:
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


def _what_it_says(step: TotalProbability, page: Page) -> Text:
    """What the sum shows and what it does not."""
    if step.method == "intervals" or _is_injective(page):
        return ("The images do not overlap, so this is the integral of the density of Y: all probability arrives.",)
    return ("No probability is lost or made from cell to cell. That the images do not overlap is the assumption above; "
            "where they do, the density of Y is the sum over all points with the same image.",)  # fmt: skip


DENSITIES: Wordings = {
    ChangeOfVariables: explain_change,
    DensityRule: explain_density,
    CarriedDensity: explain_carried,
    TotalProbability: explain_total,
}
