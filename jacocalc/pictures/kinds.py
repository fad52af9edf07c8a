"""The door of this room: a kind of picture and a derivation in, a Picture out.

    map        the grid, the square and the parallelogram        any chain in at most three dimensions
    gradient   level curves, gradients, the tangent plane        scalar functions of at most three inputs
    graph      the computational graph, both passes              any chain
    flow       norms of the gradient by depth                    two stages or more
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from jacocalc import questions
from jacocalc.derive.answer import derive
from jacocalc.errors import JacocalcError
from jacocalc.explain.page import explain
from jacocalc.explain.symbols import composition
from jacocalc.options import Options
from jacocalc.pictures.canvas import require_matplotlib
from jacocalc.pictures.draw_flow import draw_flow
from jacocalc.pictures.draw_graph import draw_graph
from jacocalc.pictures.draw_map import draw_map
from jacocalc.pictures.draw_slopes import draw_slopes
from jacocalc.pictures.flow import flow_caption, flow_scene, flow_words
from jacocalc.pictures.mapping import check_dimensions, coordinates, map_caption, map_scene, map_words
from jacocalc.pictures.network import drawn_network, graph_words
from jacocalc.pictures.picture import Picture
from jacocalc.pictures.slopes import curve_scene, slope_caption, slope_scene, slope_words
from jacocalc.pictures.stages import Stages, point_of, stages_of
from jacocalc.pictures.typesetting import spoken
from jacocalc.steps import Derivation

_WITHOUT = (questions.PointReport, questions.ComposeLayers, questions.BackpropOf, questions.ProgramDifferential)


def picture_of(kind: str, derivation: Derivation, options: Options) -> Picture:
    """A picture of what a derivation is about; without a kind the first that fits.

    Raises JacocalcError for kinds that do not fit, MissingExtra, and what ``derive`` raises.
    """
    require_matplotlib()
    fits = fitting(derivation.question)
    kind = kind or (fits[0] if fits else "map")
    if kind not in _KINDS:
        raise JacocalcError(f"a picture is one of {', '.join(_KINDS)}, not {kind}")
    if kind not in fits:
        raise _refused(kind, derivation.question, fits)
    if derivation.question.at is None:
        raise JacocalcError("a picture is drawn at a point, and none is given", hint="--at P, in Python at=(1, 2)")
    return _KINDS[kind](derivation, options)


def fitting(question: questions.Question) -> tuple[str, ...]:
    """The kinds of pictures that fit a question."""
    if isinstance(question, _WITHOUT) or question.chain.symbolic or question.chain.abstract:
        return ()
    scalar, several = question.chain.stages[-1].m == 1, len(question.chain.stages) > 1
    graph = isinstance(question, questions.GraphOf)
    found = ["gradient"] if scalar and not graph else []
    found += ["map", "graph", *(["gradient"] if scalar and not found else []), *(["flow"] if several else [])]
    return ("graph", *(kind for kind in found if kind != "graph")) if graph else tuple(found)


def _refused(kind: str, question: questions.Question, fits: tuple[str, ...]) -> JacocalcError:
    asked = questions.COMMANDS[type(question)]
    if isinstance(question, _WITHOUT):
        return JacocalcError(f"there is no picture of what {asked} answers here",
                             hint="pictures show functions at a point: jacocalc picture map F --at P")  # fmt: skip
    if not fits:
        return JacocalcError("only functions with formulas and sizes in numbers have a picture")
    needs = {"gradient": "shows a scalar function, and this one has several components",
             "flow": "goes through the stages of a composition, and this is one function"}[kind]  # fmt: skip
    return JacocalcError(f"the picture {kind} {needs}", hint=f"what fits: {', '.join(fits)}")


# -- the kinds ----------------------------------------------------------------------------------------


def _map(derivation: Derivation, options: Options) -> Picture:
    check_dimensions(derivation.question.chain)
    stages = _stages(derivation, options)
    sizes = [(stage.n, stage.m) for stage in stages.chain.stages]
    if len(sizes) > 1 and set(sizes) == {(1, 1)}:
        scene = curve_scene(stages)
        return Picture("map", slope_caption(stages), slope_words(stages, scene), partial(draw_slopes, scene))
    if len(sizes) == 1 and sizes[0][1] == 1:
        return _slopes("map", stages)
    spaces = map_scene(stages)
    return Picture("map", map_caption(stages), map_words(stages, spaces), partial(draw_map, spaces))


def _slopes(kind: str, stages: Stages) -> Picture:
    scene = slope_scene(stages)
    return Picture(kind, slope_caption(stages), slope_words(stages, scene), partial(draw_slopes, scene))


def _graph(derivation: Derivation, options: Options) -> Picture:
    if not isinstance(derivation.question, questions.GraphOf):
        derivation = derive(questions.GraphOf(derivation.question.chain, derivation.question.at), options)
    network = drawn_network(explain(derivation))
    name = composition(derivation.question.chain)
    at = coordinates(point_of(derivation.question))
    words = graph_words(network, spoken((name,)), spoken(at).strip().removeprefix("= "))
    caption = ("The computational graph of ", name, " at ", *at[1:], ", with values and adjoints")
    return Picture("graph", caption, words, partial(draw_graph, network))


def _flow(derivation: Derivation, options: Options) -> Picture:
    scene = flow_scene(derivation)
    return Picture("flow", flow_caption(derivation), flow_words(derivation, scene), partial(draw_flow, scene))


def _stages(derivation: Derivation, options: Options) -> Stages:
    """The numbers of a derivation that has a Jacobian of every stage at its point; of another one's chain otherwise."""
    question = derivation.question
    if not isinstance(question, questions.Compose | questions.JacobianOf | questions.GradientOf):
        derivation = derive(questions.Compose(question.chain, question.at, getattr(question, "kink", None)), options)
    return stages_of(derivation)


_KINDS: dict[str, Callable[[Derivation, Options], Picture]] = {
    "map": _map, "gradient": lambda derivation, options: _slopes("gradient", _stages(derivation, options)),
    "graph": _graph, "flow": _flow,
}  # fmt: skip
