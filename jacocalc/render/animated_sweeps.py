"""The two passes through a graph: values appear from the inputs on, then adjoints travel back along the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from jacocalc.document import Network, NetworkEdge, NetworkNode, Text
from jacocalc.frames import NodeFrame, SweepScene
from jacocalc.layers import Arrow, Box, Layout, Point, in_layers
from jacocalc.notation import Sum
from jacocalc.render.plate_formulas import formula, sentence, terms_of
from jacocalc.render.plates import Plate, beside, drawn, number, run, toned
from jacocalc.render.sprites import FADE, LEADING, Laid, Place, Sprite, lines_of, rectangle, stacked_height

_SIZE, _SMALL, _CAPTION = 17.0, 15.0, 19.0
_PAD, _INSET = 10.0, 14.0
_LABEL, _FORMULA = 130.0, 230.0  # the widest label of an edge, the widest formula in a node
_ACROSS = 1000.0  # wider graphs run from the top down
_INTRODUCED, _TURN, _CONCLUDED = 1.2, 0.8, 1.5  # seconds before the passes, before each way back, after them
_FORTH, _GIVEN = 0.7, 0.4  # of the time of an adjoint: for a value that is computed, for one that is given


def sweep_width(scene: SweepScene) -> float:
    """The least width that the scene takes."""
    captions = (_parts(frame.line) for frame in _all(scene))
    widest = max(part.width for parts in (*captions, _parts(scene.result)) for part in parts)
    return max(_laid(scene.network).width, widest + 2 * _INSET)


def _all(scene: SweepScene) -> Iterator[NodeFrame]:
    yield from scene.forward
    for one in scene.backward:
        yield from one


@dataclass
class _Film:
    """The moment so far, and the sprites up to then: lights lie under letters, captions stand in the strip."""

    moment: float
    lights: list[Sprite] = field(default_factory=list)
    letters: list[Sprite] = field(default_factory=list)
    captions: list[Sprite] = field(default_factory=list)


def lay_sweep(scene: SweepScene, place: Place, each: float) -> Laid:
    """The scene in its place; every adjoint takes ``each`` seconds, every value less."""
    graph = _laid(scene.network)
    picture = _Picture(scene.network, graph, place.x + (place.width - graph.width) / 2, place.y + 4)
    strip = _strip(scene, place, place.y + 4 + graph.height + 22)
    film = _Film(place.begins + _INTRODUCED)
    _forth(film, scene, picture, strip, each)
    _back(film, scene, picture, strip, each)
    ground = Sprite(picture.ground() + rectangle(strip, "strip", 8), 0)
    result = Sprite(_written(_parts(scene.result), ("The result",), strip), film.moment + FADE)
    shown = (ground, *film.lights, *picture.names(), *film.letters, *film.captions, result)
    return Laid(shown, strip.y + strip.height - place.y, film.moment + _CONCLUDED)


def _forth(film: _Film, scene: SweepScene, picture: _Picture, strip: Box, each: float) -> None:
    """The values, from the inputs to the outputs."""
    for frame in scene.forward:
        lasts = each * (_FORTH if frame.edges else _GIVEN)
        film.lights += picture.computed(frame, film.moment, lasts)
        film.letters += picture.valued(frame, film.moment)
        film.captions += _caption(("Forward pass",), frame.line, strip, film.moment, film.moment + lasts)
        film.moment += lasts


def _back(film: _Film, scene: SweepScene, picture: _Picture, strip: Box, each: float) -> None:
    """The adjoints, pass by pass; edges lose the colour of a pass at its end and have that of all at the last."""
    used: set[int] = set()
    now: set[int] = set()
    for left, heading, frames in zip(range(len(scene.backward))[::-1], scene.headings, scene.backward, strict=True):
        film.moment += _TURN
        ends = film.moment + each * len(frames) - FADE if left else None
        now = {i for frame in frames for i in frame.edges}
        for frame in frames:
            film.lights += picture.returned(frame, film.moment, each, ends)
            film.letters += picture.labels(sorted(set(frame.edges) - used), film.moment)
            film.letters += picture.adjoint(frame, film.moment + 0.4 * each)
            film.captions += _caption(heading, frame.line, strip, film.moment, film.moment + each)
            used |= set(frame.edges)
            film.moment += each
    film.lights += picture.coloured(sorted(used - now), film.moment)


# -- what is written below ----------------------------------------------------------------------------


def _parts(line: Text) -> list[Plate]:
    """The sides of an equation, each with the sign before it; a sum may go on in the next line."""
    parts: list[list[Plate]] = [[]]
    for item in line:
        if isinstance(item, str) and item.strip() in ("=", "≈"):
            parts.append([])
        if isinstance(item, Sum):
            first, *others = terms_of(item.terms, _CAPTION)
            parts[-1].append(first)
            parts += [[other] for other in others]
        else:
            parts[-1].append(run(item, _CAPTION) if isinstance(item, str) else formula(item, _CAPTION))
    return [beside(*part) for part in parts]


def _strip(scene: SweepScene, place: Place, y: float) -> Box:
    """The place of the captions, high enough for the longest of them."""
    every = [*(_parts(frame.line) for frame in _all(scene)), _parts(scene.result)]
    highest = max(stacked_height(lines_of(parts, place.width - 2 * _INSET)) for parts in every)
    return Box(place.x, y, place.width, highest + _HEADED + 18)


_HEADED = 1.7 * _SMALL


def _caption(heading: Text, line: Text, strip: Box, comes: float, leaves: float) -> Iterator[Sprite]:
    """What happens now, in the strip."""
    yield Sprite(_written(_parts(line), heading, strip), comes, leaves - FADE)


def _written(parts: list[Plate], heading: Text, strip: Box) -> str:
    """The pass, and below it an equation in as many lines as it takes."""
    x, y = strip.x + _INSET, strip.y + 9
    body = drawn(toned(sentence(heading, _SMALL), "dim"), x, y + 0.8 * _SMALL)
    y += _HEADED
    for line in lines_of(parts, strip.width - 2 * _INSET):
        whole = beside(*line)
        body += drawn(whole, x, y + whole.ascent)
        y += whole.height + LEADING
    return body


# -- the graph ----------------------------------------------------------------------------------------


def _laid(network: Network) -> Layout:
    """From left to right where that is not too wide, else from the top down."""
    across = _graph(network, down=False)
    return across if across.width <= _ACROSS else _graph(network, down=True)


def _graph(network: Network, down: bool) -> Layout:
    sizes = {}
    for node in network.nodes:
        lines = _node_lines(node)
        sizes[node.key] = max(line.width for line in lines) + 2 * _PAD, sum(map(_room, lines)) + _PAD
    labels = [_label(edge) for edge in network.edges]
    arrows = [
        Arrow(edge.start, edge.end, label.width + 6 if label.marks else 0, label.height + 6 if label.marks else 0)
        for edge, label in zip(network.edges, labels, strict=True)
    ]
    return in_layers(sizes, arrows, down)


def _room(line: Plate) -> float:
    """The height of a line in a node."""
    return line.height + 0.4 * _SIZE


def _node_lines(node: NetworkNode) -> list[Plate]:
    """v₁ = x y, then = 6, then v̄₁ = 1 for each pass"""
    first = [beside(sentence(node.name, _SIZE), _computed(node))]
    return [*first, *_valued(node), *(toned(sentence(said, _SIZE), "column") for said in node.adjoints)]


def _computed(node: NetworkNode) -> Plate:
    """Behind the name: = x y, or the value where there is no formula, or one too wide (it is written below)."""
    plate = sentence((" = ", *node.formula), _SIZE) if node.formula else None
    return plate if plate and plate.width <= _FORMULA else sentence(node.value, _SIZE)


def _valued(node: NetworkNode) -> list[Plate]:
    """Below: = 6, if there is a value and it does not stand behind the name."""
    if not node.value:
        return []
    behind = not node.formula or sentence((" = ", *node.formula), _SIZE).width > _FORMULA
    sign, *number_ = node.value
    return [] if behind else [sentence((str(sign).lstrip(), *number_), _SIZE)]


def _label(edge: NetworkEdge) -> Plate:
    """The local derivative and its value; the derivative alone, or the value, where both are too wide."""
    if not edge.local:
        return Plate(0, 0, 0)
    tries = [sentence(text, _SMALL) for text in (edge.local, edge.local[:1], edge.local[-1:])]
    return toned(next((plate for plate in tries if plate.width <= _LABEL), tries[-1]), "column")


class _Picture:
    """The graph at its place in the picture."""

    def __init__(self, network: Network, graph: Layout, x: float, y: float) -> None:
        self.network = network
        self.graph = graph
        self.x, self.y = x, y
        self.nodes = {node.key: node for node in network.nodes}

    def box(self, key: str) -> Box:
        """Where a node is."""
        return self._at(self.graph.nodes[key])

    def _at(self, box: Box) -> Box:
        return Box(box.x + self.x, box.y + self.y, box.width, box.height)

    def ground(self) -> str:
        """Edges and empty nodes."""
        edges = "".join(f'<path d="{self._path(i)}" class="edge"/>' for i in range(len(self.network.edges)))
        tips = "".join(map(self._tip, self.graph.routes))
        return edges + tips + "".join(rectangle(self.box(node.key), "node", 8) for node in self.network.nodes)

    def _tip(self, route: tuple[Point, ...]) -> str:
        """The tip of an arrow at the end of an edge."""
        x, y = route[-1][0] + self.x, route[-1][1] + self.y
        back = [(x - 4, y - 8), (x + 4, y - 8)] if self.graph.down else [(x - 8, y - 4), (x - 8, y + 4)]
        return f'<path d="M{_pair((x, y))}L{_pair(back[0])} {_pair(back[1])}Z" class="tip"/>'

    def names(self) -> Iterator[Sprite]:
        """The name in each node, from the start."""
        for node in self.network.nodes:
            name = sentence(node.name, _SIZE)
            yield Sprite(self._line(node.key, 0, name), 0)

    def computed(self, frame: NodeFrame, moment: float, lasts: float) -> Iterator[Sprite]:
        """The edges that lead to the node are drawn, and the node lights up."""
        for i in frame.edges:
            yield Sprite(self._drawing(i, "ahead"), moment, moment + lasts - FADE, draws=True, lasting=0.4 * lasts)
        light = rectangle(self.box(frame.node), "row-light", 8)
        yield Sprite(light, moment, moment + lasts - FADE, frame=f"value {frame.node}")

    def valued(self, frame: NodeFrame, moment: float) -> Iterator[Sprite]:
        """v₁ = x y, and below it = 6"""
        node = self.nodes[frame.node]
        body = self._line(node.key, 0, _computed(node), sentence(node.name, _SIZE).width)
        body += "".join(self._line(node.key, 1, plate) for plate in _valued(node))
        yield Sprite(body, moment + 0.4 * (1 if frame.edges else 0), box=self.box(node.key))

    def returned(self, frame: NodeFrame, moment: float, each: float, ends: float | None) -> Iterator[Sprite]:
        """Colour travels back along the edges, and the node lights up."""
        for i in frame.edges:
            yield Sprite(self._drawing(i, "back", back=True), moment + 0.1, ends, draws=True, lasting=0.35 * each)
        light = rectangle(self.box(frame.node), "column-light", 8)
        yield Sprite(light, moment, moment + each - FADE, frame=f"adjoint {frame.node}")

    def adjoint(self, frame: NodeFrame, moment: float) -> Iterator[Sprite]:
        """v̄₁ = 1 in the node; a further pass writes below."""
        lines = _node_lines(self.nodes[frame.node])
        place = len(lines) - len(self.nodes[frame.node].adjoints) + frame.adjoint
        yield Sprite(self._line(frame.node, place, lines[place]), moment)

    def labels(self, edges: Iterable[int], moment: float) -> Iterator[Sprite]:
        """The local derivatives of edges."""
        for i in edges:
            label, box = _label(self.network.edges[i]), self._at(self.graph.labels[i])
            x, y = box.x + (5 if self.graph.down else 2), box.y + label.ascent + (3 if self.graph.down else 1)
            yield Sprite(drawn(label, x, y), moment, box=box, frame=f"edge {i}")

    def coloured(self, edges: Iterable[int], moment: float) -> Iterator[Sprite]:
        """Edges in the colour of adjoints, all at once."""
        body = "".join(self._drawing(i, "back", back=True) for i in edges)
        if body:
            yield Sprite(body, moment)

    def _line(self, key: str, place: int, plate: Plate, shift: float = 0) -> str:
        box, lines = self.box(key), _node_lines(self.nodes[key])
        above = sum(map(_room, lines[:place])) + 0.2 * _SIZE + lines[place].ascent
        return drawn(plate, box.x + _PAD + shift, box.y + _PAD / 2 + above)

    def _drawing(self, edge: int, kind: str, back: bool = False) -> str:
        return f'<path d="{self._path(edge, back)}" pathLength="1" class="{kind}"/>'

    def _path(self, edge: int, back: bool = False) -> str:
        """Level through each layer, between layers on a curve."""
        points = [(x + self.x, y + self.y) for x, y in self.graph.routes[edge]]
        return _curve(points[::-1] if back else points, self.graph.down)


def _curve(points: list[Point], down: bool) -> str:
    """A path: straight where two points are level, else a curve that leaves and arrives level."""
    path = f"M{_pair(points[0])}"
    for (x, y), (u, v) in pairwise(points):
        if (x == u) if down else (y == v):
            path += f"L{_pair((u, v))}"
            continue
        pulls = ((x, (y + v) / 2), (u, (y + v) / 2)) if down else (((x + u) / 2, y), ((x + u) / 2, v))
        path += f"C{_pair(pulls[0])} {_pair(pulls[1])} {_pair((u, v))}"
    return path


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
