"""What a page is made of: sections with levels of detail, and blocks of prose and displayed mathematics.

Formulas are notation, matrix-level terms, or *written* forms that only occur in writing (J_f, ∂f₁/∂x, f(1, 2), g∘f).  A
renderer turns them into signs; it never calculates and never sees a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from jacocalc.displayed import Displayed
from jacocalc.functions import Size
from jacocalc.notation import Expr, Product, Sum
from jacocalc.options import Detail
from jacocalc.records import record
from jacocalc.terms import Term

# -- written forms ------------------------------------------------------------------------------------


@record
class Name:
    """The name of a function or of a vector: f, bold in print where it is a vector."""

    text: str
    vector: bool = False


@record
class Subscripted:
    """J_f, J_{g∘f}."""

    base: Written
    index: Written


@record
class At:
    """f(1, 2), J_g(3, 4)."""

    head: Written
    arguments: tuple[Written, ...]


@record
class PartialOf:
    """∂f₁/∂x, or dx/dt where there is one input only (``total``)."""

    of: Written
    by: Written
    total: bool = False


@record
class Operator:
    """∂/∂x (x² + y), or d/dx: a derivative about to be taken."""

    by: Written
    body: Written
    total: bool = False


@record
class JacobianRatio:
    """∂(x, y)/∂(s, t); d(x, y)/dt of one variable, unless others are held (``partial``)."""

    of: tuple[str, ...]
    by: tuple[str, ...]
    partial: bool = False

    @property
    def total(self) -> bool:
        """Whether it is written with d."""
        return len(self.by) == 1 and not self.partial


@record
class Circle:
    """h∘g∘f, the outermost first."""

    names: tuple[Written, ...]


@record
class Times:
    """A product of matrices or of written forms, with dots."""

    factors: tuple[Written, ...]


@record
class Plus:
    """A sum of written forms."""

    terms: tuple[Written, ...]


@record
class Transpose:
    """Aᵀ."""

    body: Written


@record
class Grid:
    """A matrix of written forms or of notation.

    ``factors``: of a product of two matrices written entry by entry, these two; entry (i, j) comes from row i of the
    left one and column j of the right one.
    """

    rows: tuple[tuple[Written, ...], ...]
    factors: tuple[Grid, Grid] | None = None

    def pairs(self, i: int, j: int) -> tuple[tuple[Expr, Expr], ...]:
        """The factors of the terms left_ik · right_kj of entry (i, j), from first to last; nothing without factors."""
        if self.factors is None:
            return ()
        entry = self.rows[i][j]
        terms = entry.terms if isinstance(entry, Sum) and len(self.factors[1].rows) > 1 else (entry,)
        return tuple((term.factors[0], term.factors[1]) for term in terms if isinstance(term, Product))


@record
class Tuple:
    """(1, 2)."""

    items: tuple[Written, ...]


@record
class Shape:
    """(3×2)."""

    rows: Size
    columns: Size


@record
class Space:
    """ℝⁿ."""

    size: Size


@record
class Arrow:
    """x → f(x) → …"""

    items: tuple[Written, ...]


@record
class SumOver:
    """Σ_{k=1}^{m} body; without a last value the range is understood."""

    index: Written
    last: Size
    body: Written


@record
class Dots:
    """⋯"""


@record
class Norm:
    """‖v‖."""

    body: Written


@record
class Gradient:
    """∇L, or ∇_f L with respect to named quantities."""

    of: Written
    by: Written | None = None


@record
class Operated:
    """Δf, df: ``sign`` is Delta or d."""

    sign: str
    of: Written


@record
class Layered:
    """h^(l): a quantity of layer l."""

    base: str
    layer: Written


@record
class Decimal:
    """A decimal as it was certified: its digits, or a bound ``|v| < 10^-k``."""

    text: str

    @property
    def bound(self) -> str:
        """The −k of a bound; nothing of digits."""
        return self.text.partition("^")[2] if self.text.startswith("|v|") else ""

    @property
    def parts(self) -> tuple[str, str]:
        """1.5 and −7 of 1.5e−7; the whole and nothing of what has no exponent."""
        mantissa, _, exponent = self.text.partition("e")
        return (mantissa, exponent) if exponent.lstrip("-").isdigit() else (self.text, "")


@record
class SecondPartialOf:
    """∂²f/∂x∂y: by y first, then by x; ∂²f/∂x² where both are one, d²f/dx² of one variable (``total``)."""

    of: Written
    outer: Written
    inner: Written
    total: bool = False


@record
class Inverse:
    """A⁻¹."""

    body: Written


@record
class Absolute:
    """|a|, for written forms such as |det J|."""

    body: Written


@record
class Opposite:
    """−A, for written forms."""

    body: Written


@record
class Bracketed:
    """(…), for the factors that are multiplied first."""

    body: Written


@record
class Root:
    """√a, for written forms."""

    body: Written


@record
class Differentials:
    """dx dy."""

    variables: tuple[Written, ...]


@record
class Integral:
    """∬_D body dx dy; one sign for each variable, three at most."""

    region: Written
    body: Written
    variables: tuple[Written, ...]


Written: TypeAlias = (
    Expr | Term | Name | Subscripted | At | PartialOf | Operator | JacobianRatio | Circle | Times | Plus | Transpose
    | Grid | Tuple | Shape | Space | Arrow | SumOver | Dots | Norm | Gradient | Layered | Decimal
    | SecondPartialOf | Operated | Inverse | Absolute | Opposite | Bracketed | Root
    | Differentials | Integral
)  # fmt: skip

Text: TypeAlias = tuple["str | Written", ...]


def joined(parts: Iterable[Text], between: str = ", ", last: str = "") -> Text:
    """a, b, c; with ``last`` before the last one: a, b and c."""
    listed = list(parts)
    signs = ["", *[between] * (len(listed) - 2), last or between]
    return tuple(item for sign, part in zip(signs, listed, strict=False) for item in ((sign, *part) if sign else part))


# -- blocks -------------------------------------------------------------------------------------------


@record
class Prose:
    """A paragraph; formulas may stand in it."""

    text: Text


@record
class Equation:
    """A displayed chain left = right = …; ``relations`` stand between the sides."""

    sides: tuple[Written, ...]
    relations: tuple[str, ...] = ()
    remark: Text = ()

    def relation(self, place: int) -> str:
        """The sign before side ``place`` (1, 2, …)."""
        return self.relations[place - 1] if place <= len(self.relations) else "="


@record
class Line:
    """One line of working with the rule beside it, indented by depth."""

    sides: tuple[Written, ...]
    remark: Text
    depth: int = 0


@record
class Branches:
    """A tree: each row is a depth and what stands there."""

    rows: tuple[tuple[int, Text], ...]


@record
class Table:
    """Rows of cells below their headings."""

    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@record
class Sparkline:
    """A row of bars, each from 0 (lowest) to 7, and what they show."""

    levels: tuple[int, ...]
    caption: Text

    @property
    def bars(self) -> str:
        """▁▃█"""
        return "".join("▁▂▃▄▅▆▇█"[level] for level in self.levels)


@record
class NetworkNode:
    """A quantity: its place (input, parameter, inner, output), its formula, ``= value``, and its adjoints if any."""

    key: str
    place: str
    name: Text
    formula: Text
    value: Text
    adjoints: tuple[Text, ...]


@record
class NetworkEdge:
    """``end`` is computed from ``start``; the local derivative, if one is taken, and what it is equal to."""

    start: str
    end: str
    derivative: Written | None
    local: Text


@record
class Network:
    """A graph of quantities, each computed from those before it."""

    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]


@record
class Figure:
    """A picture as one <svg> element, which says in its own title and description what is seen, and its caption."""

    svg: str
    caption: Text


Block: TypeAlias = Prose | Equation | Line | Branches | Table | Sparkline | Network | Figure


@record
class Section:
    """A heading and its blocks; shown from a level of detail on.  ``key`` marks the result."""

    heading: Text
    blocks: tuple[Block, ...]
    detail: Detail = Detail.NORMAL
    key: bool = False


@record
class Document(Displayed):
    """A page: where the given functions come from, a title, and sections."""

    title: Text
    sections: tuple[Section, ...]
    sources: tuple[str, ...] = ()


_LEVELS = (Detail.BRIEF, Detail.NORMAL, Detail.FULL)


def at_detail(document: Document, detail: Detail) -> Document:
    """The document with only the sections that belong to the level of detail."""
    level = _LEVELS.index(detail)
    kept = tuple(s for s in document.sections if _LEVELS.index(s.detail) <= level and s.blocks)
    return Document(document.title, kept, document.sources)


_DEEPEST = 7


def as_tree(network: Network) -> Branches:
    """The network as trees from the outputs to the inputs.

    What was drawn before is only named again; what lies too deep is drawn as a tree of its own below.
    """
    into: dict[str, list[NetworkEdge]] = {node.key: [] for node in network.nodes}
    for arrow in network.edges:
        into[arrow.end].append(arrow)
    nodes = {node.key: node for node in network.nodes}
    used = {arrow.start for arrow in network.edges}
    roots = [node.key for node in network.nodes if node.place == "output" or node.key not in used]
    drawn: set[str] = set()
    rows: list[tuple[int, Text]] = []
    for root in roots:
        stack: list[tuple[int, str, NetworkEdge | None]] = [] if root in drawn else [(0, root, None)]
        while stack:
            depth, key, edge = stack.pop()
            below = depth == _DEEPEST and bool(into[key]) and key not in drawn
            remark = "(see above)" if key in drawn else "(see below)" if below else ""
            rows.append((depth, _drawn(nodes[key], edge, remark)))
            if below and key not in roots:
                roots.append(key)
            if not remark:
                drawn.add(key)
                stack += [(depth + 1, one.start, one) for one in reversed(into[key])]
    return Branches(tuple(rows))


def _drawn(node: NetworkNode, edge: NetworkEdge | None, remark: str) -> Text:
    """v₁ = x y = 6; v̄₁ = 1; ∂v₃/∂v₁ = 1"""
    parts: list[Text] = [(*node.name, f" {remark}")] if remark else [_valued(node)]
    if not remark:
        parts += node.adjoints
    if edge is not None and edge.derivative is not None:
        parts.append((edge.derivative, " = ", *edge.local))
    return joined(parts, "; ")


def _valued(node: NetworkNode) -> Text:
    formula: Text = (" = ", *node.formula) if node.formula else ()
    return (*node.name, *formula, *node.value)
