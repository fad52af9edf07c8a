"""Derivation → frames: the products of matrices entry by entry, the two passes through a graph node by node.

The frames show what the page says: their formulas are taken from the very sections that explain the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from jacocalc import steps
from jacocalc.asked import CAN_BE_ANIMATED
from jacocalc.document import Block, Document, Equation, Network, Prose, Section, Shape, Text, Times
from jacocalc.errors import JacocalcError, TooLarge
from jacocalc.explain.naming import Page
from jacocalc.explain.page import explain_step, title
from jacocalc.explain.sides import once
from jacocalc.explain.symbols import grid, grid_of_product
from jacocalc.frames import Animation, EntryFrame, NodeFrame, ProductScene, Scene, SweepScene
from jacocalc.linear import paper
from jacocalc.notation import Expr
from jacocalc.options import Detail

_PRODUCTS = (steps.MatrixProduct, steps.GradientChain, steps.VectorProduct)
_PASSES = (steps.GraphNodes, steps.ForwardPass, steps.BackwardPass)
_NOTES = (steps.Assumed, steps.Verified)
_SIDE, _SIGNS, _ENTRIES, _NODES, _BACKWARD = 6, 60, 100, 40, 3


def animate(derivation: steps.Derivation) -> Animation:
    """The frames of a derivation.

    Raises JacocalcError where there is neither a product nor a graph, TooLarge where they do not fit a picture.
    """
    page = Page(derivation)
    products = [step for step in derivation.steps if isinstance(step, _PRODUCTS)]
    graphs = [step for step in derivation.steps if isinstance(step, steps.GraphNodes)]
    if not products and not graphs:
        raise JacocalcError("there is no product of matrices and no graph to animate", hint=CAN_BE_ANIMATED)
    _refuse_many(sum(len(step.result.entries) for step in products))
    scenes: list[Scene] = [_product(step, page) for step in products]
    scenes += [_sweep(step, page) for step in graphs]
    words = chain.from_iterable(_words(step, page) for step in derivation.steps)
    said = [s for step in derivation.steps if isinstance(step, _NOTES) for s in explain_step(step, page)]
    notes = tuple(block.text for section in said for block in section.blocks if isinstance(block, Prose))
    return Animation(title(page), tuple(scenes), notes, Document(title(page), tuple(words)))


def _words(step: steps.Step, page: Page) -> Iterable[Section]:
    """The page's own sections on the step, and every entry of a product."""
    if isinstance(step, _PASSES + _NOTES):
        return explain_step(step, page)
    if not isinstance(step, _PRODUCTS):
        return ()
    entries = tuple(_in_words(frame) for frame in _entries(step))
    return [*explain_step(step, page), Section(("Entry by entry",), entries, Detail.BRIEF)]


def _in_words(frame: EntryFrame) -> Block:
    i, j = frame.row + 1, frame.column + 1
    return Equation(frame.sides, (), (f"entry {i}, {j}: row {i} times column {j}",))


# -- products -----------------------------------------------------------------------------------------


def _product(step: steps.MatrixProduct | steps.GradientChain | steps.VectorProduct, page: Page) -> ProductScene:
    """J_{g∘f}(1, 2) = J_g(3, 4) · J_f(1, 2), and a frame for each entry."""
    for matrix in (step.left, step.right, step.result):
        _refuse_large(matrix.shape, matrix.entries)
    section = explain_step(step, page)[0]
    equation = next(block for block in section.blocks if isinstance(block, Equation))
    left, right = grid(step.left), grid(step.right)
    sides = equation.sides[: equation.sides.index(Times((left, right)))]
    shapes = Equation((Times((Shape(*step.left.shape), Shape(*step.right.shape))), Shape(*step.result.shape)))
    return ProductScene(section.heading, sides, left, right, grid(step.result), _entries(step), shapes)


def _entries(step: steps.MatrixProduct | steps.GradientChain | steps.VectorProduct) -> tuple[EntryFrame, ...]:
    rows, columns = step.result.shape
    written = grid_of_product(step.left, step.right, step.written)
    return tuple(
        EntryFrame(i, j, written.pairs(i, j), once((written.rows[i][j], step.result.rows[i][j])))
        for i in range(rows)
        for j in range(columns)
    )


def _refuse_large(shape: tuple[int, int], entries: Iterable[Expr]) -> None:
    if max(shape) > _SIDE:
        raise TooLarge(
            f"a matrix of {shape[0]}×{shape[1]} is too large to animate",
            hint=f"matrices up to {_SIDE}×{_SIDE} are animated",
        )
    longest = max(len(paper(entry)) for entry in entries)
    if longest > _SIGNS:
        raise TooLarge(
            f"an entry of {longest} signs is too long to animate",
            hint=f"entries up to {_SIGNS} signs are animated; a point with --at, or a simpler one, makes them shorter",
        )


def _refuse_many(entries: int) -> None:
    if entries > _ENTRIES:
        raise TooLarge(f"{entries} entries take too long to watch", hint=f"up to {_ENTRIES} of them are animated")


# -- the graph ----------------------------------------------------------------------------------------


def _sweep(step: steps.GraphNodes, page: Page) -> SweepScene:
    """The graph, its values in the order of the forward pass, its adjoints in the order of each backward pass."""
    passes = [one for one in page.derivation.steps if isinstance(one, steps.BackwardPass)]
    if len(step.nodes) > _NODES:
        raise TooLarge(
            f"a graph of {len(step.nodes)} nodes is too large to animate",
            hint=f"graphs up to {_NODES} nodes are animated; --format dot writes larger ones",
        )
    if len(passes) > _BACKWARD:
        raise TooLarge(
            f"{len(passes)} backward passes are too many to animate",
            hint=f"up to {_BACKWARD} are; with --vector there is one for all outputs",
        )
    network = next(b for s in explain_step(step, page) for b in s.blocks if isinstance(b, Network))
    sections = [explain_step(one, page) for one in passes]
    keys = {node.name: drawn.key for node, drawn in zip(step.nodes, network.nodes, strict=True)}
    backward = tuple(_backward(p, passes, sections[p][0], network, keys) for p in range(len(passes)))
    headings = tuple(found[0].heading for found in sections)
    results = [block for found in sections for s in found if s.key for block in s.blocks if isinstance(block, Equation)]
    return SweepScene(network, _forward(network), backward, headings, _as_text(results[-1]))


def _forward(network: Network) -> tuple[NodeFrame, ...]:
    """v₁ = x y = 6, along the edges that lead to it"""
    frames = []
    for node in network.nodes:
        line: Text = (*node.name, *((" = ", *node.formula) if node.formula else ()), *node.value)
        along = tuple(i for i, edge in enumerate(network.edges) if edge.end == node.key)
        frames.append(NodeFrame(node.key, along, line))
    return tuple(frames)


def _backward(
    place: int, passes: list[steps.BackwardPass], section: Section, network: Network, keys: dict[str, str]
) -> tuple[NodeFrame, ...]:
    """x̄ = v̄₁·y + v̄₂·cos(x) = 1·3 + 1·cos(2) = 3 + cos(2), along the edges back to x"""
    frames = []
    sums = passes[place].sums
    for one, line in zip(sums, section.blocks[len(section.blocks) - len(sums) :], strict=True):
        assert isinstance(line, Equation)
        before = sum(one.node in {other.node for other in earlier.sums} for earlier in passes[:place])
        key, users = keys[one.node], {keys[term.user] for term in one.terms}
        along = tuple(i for i, edge in enumerate(network.edges) if edge.start == key and edge.end in users)
        frames.append(NodeFrame(key, along, _as_text(line), before))
    return tuple(frames)


def _as_text(equation: Equation) -> Text:
    """The sides with their relations between them, and the remark behind."""
    text: Text = (equation.sides[0],)
    for place, side in enumerate(equation.sides[1:], 1):
        text = (*text, f" {equation.relation(place)} ", side)
    return (*text, "   (", *equation.remark, ")") if equation.remark else text
