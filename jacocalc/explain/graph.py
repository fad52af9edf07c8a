"""What is said of a computational graph: the picture, the forward pass, the backward pass, what is stored."""

from __future__ import annotations

import re
from fractions import Fraction

from jacocalc import notation, steps
from jacocalc.document import (
    Block,
    Decimal,
    Equation,
    Grid,
    Network,
    NetworkEdge,
    NetworkNode,
    PartialOf,
    Prose,
    Section,
    Table,
    Text,
    Times,
    Written,
    joined,
)
from jacocalc.explain.naming import Page, Wordings, result_name
from jacocalc.explain.symbols import grid, plus
from jacocalc.linear import paper, split_name
from jacocalc.notation import ONE, ZERO, Expr, Matrix, Symbol, name_key, walk
from jacocalc.options import Detail

_SHORT = 24
_WIDE = 60
_PLAIN_DECIMAL = re.compile(r"(-?)(\d+(?:\.\d+)?)")

# -- numbers and names --------------------------------------------------------------------------------


def _is_exact(amount: steps.Amount) -> bool:
    """Whether it is written without decimals: a short number, or a formula, which has none."""
    return amount.exact is not None and (not amount.decimal or len(paper(amount.exact)) <= _SHORT)


def _is_stated(amount: steps.Amount) -> bool:
    """Whether it is on the page at all: a formula may be too long for it."""
    return amount.exact is not None or bool(amount.decimal)


def _number(amount: steps.Amount) -> Written:
    """The exact number where it is short, else its decimals."""
    assert amount.exact is not None or amount.decimal
    return amount.exact if _is_exact(amount) and amount.exact is not None else Decimal(amount.decimal)


def _said(amount: steps.Amount) -> Text:
    """3 + cos(2) ≈ 2.58385"""
    if not _is_stated(amount):
        return ("too long for the page",)
    if not _is_exact(amount):
        return ("≈ ", Decimal(amount.decimal))
    return (_number(amount), " ≈ ", Decimal(amount.decimal)) if amount.decimal else (_number(amount),)


def _at_point(page: Page) -> bool:
    return page.question.at is not None


def _passes(page: Page) -> list[steps.BackwardPass]:
    return [step for step in page.derivation.steps if isinstance(step, steps.BackwardPass)]


def _nodes(page: Page) -> dict[str, steps.GraphNode]:
    graph = next(step for step in page.derivation.steps if isinstance(step, steps.GraphNodes))
    return {node.name: node for node in graph.nodes}


def _adjoint(name: str, of: str, page: Page) -> Written:
    """v̄₁; ∂f/∂ŷ for a name that has an accent already, or is longer than a letter."""
    stem, accent, subscript = split_name(name)
    spelled = f"{stem}bar{'_' if '_' in name else ''}{subscript}"
    taken = {name_key(other) for stage in page.chain.stages for other in (*stage.inputs, *stage.parameters)}
    fits = not accent and split_name(spelled) == (stem, "bar", subscript) and name_key(spelled) not in taken
    return Symbol(spelled) if fits else PartialOf(Symbol(of), Symbol(name))


def _called(node: steps.GraphNode) -> Text:
    """f = v₃"""
    return joined(((Symbol(name),) for name in (*node.labels, node.name)), " = ")


# -- the picture --------------------------------------------------------------------------------------


def explain_nodes(step: steps.GraphNodes, page: Page) -> list[Section]:
    """The network, with the values and adjoints that the two passes give."""
    found = _adjoints(page)
    keys = {node.name: f"n{i}" for i, node in enumerate(step.nodes)}
    at_point = _at_point(page)
    nodes = tuple(_network_node(node, keys[node.name], found.get(node.name, []), at_point) for node in step.nodes)
    edges = tuple(_network_edge(edge, keys) for edge in step.result)
    words: Text = (
        "Each operation is a node, and equal subexpressions are one node. An edge leads from a quantity to what is "
        "computed from it and carries the local derivative.",
    )
    return [Section(("The graph",), (Prose(words), Network(nodes, edges)), Detail.BRIEF)]


def _adjoints(page: Page) -> dict[str, list[Text]]:
    """What is said of the adjoints of each node: one number, or one for each component."""
    passes = _passes(page)
    found: dict[str, list[Text]] = {}
    for one in passes:
        for line in one.sums:
            several = PartialOf(Symbol(one.of), Symbol(line.node))
            head = _adjoint(line.node, one.of, page) if len(passes) == 1 else several
            if _is_stated(line.result):
                found.setdefault(line.node, []).append((head, *_equals(line.result)))
    return found


def _equals(amount: steps.Amount) -> Text:
    """= 3, or ≈ 0.73"""
    return (" = " if _is_exact(amount) else " ≈ ", _number(amount))


def _network_node(node: steps.GraphNode, key: str, adjoints: list[Text], at_point: bool) -> NetworkNode:
    """A node with its value, which without a point is what its formula says already."""
    given = node.formula is None or (at_point and node.formula == node.value.exact)
    formula: Text = () if given or node.formula is None else (node.formula,)
    value = _equals(node.value) if at_point else ()
    return NetworkNode(key, node.place, _called(node), formula, value, tuple(adjoints))


def _network_edge(edge: steps.GraphEdge, keys: dict[str, str]) -> NetworkEdge:
    if edge.local is None or edge.value is None:
        return NetworkEdge(keys[edge.start], keys[edge.end], None, ())
    derivative = PartialOf(Symbol(edge.end), Symbol(edge.start))
    local: Text = (edge.local,)
    if edge.local != edge.value.exact and _is_stated(edge.value):
        local = (edge.local, *_equals(edge.value))
    return NetworkEdge(keys[edge.start], keys[edge.end], derivative, local)


# -- the passes ---------------------------------------------------------------------------------------


def explain_forward(step: steps.ForwardPass, page: Page) -> list[Section]:
    """node, formula, value"""
    rows = tuple(
        (_called(node), (node.place,) if node.formula is None else (node.formula,), _said(node.value))
        for node in _nodes(page).values()
    )
    blocks: list[Block] = [Prose(("The values, from the inputs to the outputs.",))]
    formulas = [value for stage in page.chain.stages for value in stage.values]
    if any(isinstance(part, notation.Piecewise) for one in formulas for part in walk(one)):
        blocks[0] = Prose(("The values, from the inputs to the outputs, by the branches that apply at the point.",))
    values: Text = ("value",) if _at_point(page) else ("in the inputs",)
    blocks.append(Table((("node",), ("formula",), values), rows))
    return [Section(("Forward pass",), tuple(blocks), Detail.BRIEF)]


def explain_backward(step: steps.BackwardPass, page: Page) -> list[Section]:
    """v̄ = Σ w̄ · ∂w/∂v, in names, in numbers, and the result"""
    passes = _passes(page)
    heading: Text = ("Backward pass",) if len(passes) == 1 else ("Backward pass from ", Symbol(step.of))
    blocks: list[Block] = _introduced(step, page) if step == passes[0] else []
    blocks += [_sum(line, step.of, page) for line in step.sums]
    sections = [Section(heading, tuple(blocks), Detail.BRIEF)]
    if step == passes[-1]:
        sections += _result(passes, page)
    return sections


def _introduced(step: steps.BackwardPass, page: Page) -> list[Block]:
    """What an adjoint is, and how it is found."""
    of = Symbol(step.of)
    bar = _adjoint("v", step.of, page)
    blocks: list[Block] = []
    if _weighted(page):
        terms = [_weight(weight, label) for label, weight in step.weights]
        blocks.append(Equation((of, notation.summed(notation.with_differences(terms)) if terms else ZERO)))
    words: Text = ("The adjoint ", bar, " of a node ", Symbol("v"), " is ", PartialOf(of, Symbol("v")), ", how fast ",
                   of, " changes with ", Symbol("v"), " when all that is computed from ", Symbol("v"),
                   " changes along. It is the sum, over the nodes that use ", Symbol("v"),
                   ", of the adjoint of the user times the local derivative.")  # fmt: skip
    return [*blocks, Prose(words)]


def _weighted(page: Page) -> bool:
    return bool(getattr(page.question, "vector", ()))


def _weight(weight: Expr, label: str) -> Expr:
    """f₁ for 1·f₁, −2f₁ for (−2)·f₁."""
    if isinstance(weight, notation.Negative):
        return notation.Negative(_weight(weight.operand, label))
    return Symbol(label) if weight == ONE else notation.Product((weight, Symbol(label)))


def _sum(line: steps.AdjointSum, of: str, page: Page) -> Equation:
    """x̄ = v̄₁ · y + v̄₂ · cos(x) = 1 · 3 + 1 · cos(2) = 3 + cos(2)"""
    head = _adjoint(line.node, of, page)
    if not line.terms:
        return _begun(line, head, of, page)
    seed: list[Written] = [] if line.seed is None else [line.seed]
    named = [*seed, *(_product(_adjoint(t.user, of, page), t.local) for t in line.terms)]
    remark: Text = (f"{len(named)} paths add up",) if len(named) > 1 else ()
    amounts = [amount for term in line.terms for amount in (term.adjoint, term.value)]
    if not all(map(_is_stated, (*amounts, line.result))):
        return Equation((head, _plus(named)), (), remark)
    numbers = [*seed, *(_product(_number(t.adjoint), _number(t.value)) for t in line.terms)]
    sides, relations = [head, _plus(named), _plus(numbers)], ["=", "=" if all(map(_is_exact, amounts)) else "≈"]
    return _concluded(sides, relations, line.result, remark)


def _concluded(sides: list[Written], relations: list[str], result: steps.Amount, remark: Text) -> Equation:
    """The result behind the sum, and its decimals."""
    if sides[-1] != _number(result):
        sides.append(_number(result))
        relations.append("=" if _is_exact(result) and relations[-1] == "=" else "≈")
    if _is_exact(result) and result.decimal:
        sides.append(Decimal(result.decimal))
        relations.append("≈")
    return Equation(tuple(sides), tuple(relations), remark)


def _begun(line: steps.AdjointSum, head: Written, of: str, page: Page) -> Equation:
    """The adjoint of an output begins with 1, or with its entry of the vector; that of an unused input is 0."""
    node = _nodes(page)[line.node]
    if line.seed is None:
        return Equation((head, _number(line.result)), (), (Symbol(of), " does not depend on ", Symbol(line.node)))
    remark: Text = ("from the vector",)
    if not _weighted(page):
        remark = () if of == node.name else (PartialOf(Symbol(of), Symbol(of)),)
    return Equation((head, _number(line.result)), (), remark)


def _product(left: Written, right: Written) -> Written:
    """v̄₁·y; in notation where that is possible, which knows about brackets."""
    factors = tuple(map(_as_notation, (left, right)))
    plain = tuple(factor for factor in factors if isinstance(factor, Expr))
    return notation.Product(plain, dot=True) if len(plain) == 2 else Times(factors)


def _as_notation(item: Written) -> Written:
    """A decimal as the number that it is written as."""
    match = _PLAIN_DECIMAL.fullmatch(item.text) if isinstance(item, Decimal) else None
    if match is None:
        return item
    number = notation.Number(Fraction(match[2]), match[2])
    return notation.Negative(number) if match[1] else number


def _plus(terms: list[Written]) -> Written:
    plain = tuple(term for term in terms if isinstance(term, Expr))
    return notation.Sum(plain) if 1 < len(plain) == len(terms) else plus(terms)


def _result(passes: list[steps.BackwardPass], page: Page) -> list[Section]:
    """The adjoints of the inputs are the row vᵀJ, or the rows of J."""
    amounts = [amount for one in passes for amount in one.result]
    remark: Text = ("the adjoints of the inputs" if len(passes) == 1 else "a row for each backward pass",)
    sides, relations = [result_name(page)], []
    if not _at_point(page):
        found = page.derivation.result
        sides.append(grid(found) if isinstance(found, Matrix) else _names_of_adjoints(passes, page))
    elif all(amount.exact is not None and len(paper(amount.exact)) <= _WIDE for amount in amounts):
        sides.append(Grid(tuple(tuple(a.exact or _number(a) for a in one.result) for one in passes)))
        relations.append("=")
    if any(amount.decimal for amount in amounts):
        sides.append(Grid(tuple(tuple(_rounded(a) for a in one.result) for one in passes)))
        relations.append("≈")
    equation = Equation(tuple(sides), tuple(relations), remark)
    return [Section(("The result",), (equation,), Detail.BRIEF, key=True)]


def _names_of_adjoints(passes: list[steps.BackwardPass], page: Page) -> Grid:
    """x̄, ȳ: for a Jacobian that is too long to be written out."""
    if len(passes) == 1:
        return Grid((tuple(_adjoint(name, passes[0].of, page) for name in page.chain.inputs),))
    return Grid(tuple(tuple(PartialOf(Symbol(one.of), Symbol(name)) for name in page.chain.inputs) for one in passes))


def _rounded(amount: steps.Amount) -> Written:
    """The decimals, or the exact number where it is plain."""
    return Decimal(amount.decimal) if amount.decimal else _number(amount)


# -- memory -------------------------------------------------------------------------------------------


def explain_stored(step: steps.StoredValues, page: Page) -> list[Section]:
    """Which values the backward pass needs again, and how much memory they take"""
    heading: Text = ("What the backward pass must remember",)
    if not step.needs:
        words = "Every local derivative is a constant: no value of the forward pass is needed again."
        return [Section(heading, (Prose((words,)),))]
    needs = ((name, joined((Symbol(user),) for user in users)) for name, users in step.needs)
    rows = tuple(((Symbol(name),), users, ("8 bytes",)) for name, users in needs)
    given = len(step.given)
    held = f"; {given} of them {'is' if given == 1 else 'are'} given in any case" if given else ""
    words = (
        f"In double precision {'this takes' if len(rows) == 1 else 'these take'} {step.result} bytes{held}. The longer "
        "the computation, the more values a backward pass must keep. Forward accumulation carries the derivatives "
        "along with the values and needs none of them later."
    )
    table = Table((("value",), ("needed for the local derivatives of",), ("memory",)), rows)
    return [Section(heading, (table, Prose((words,))))]


GRAPH_WORDINGS: Wordings = {
    steps.GraphNodes: explain_nodes,
    steps.ForwardPass: explain_forward,
    steps.BackwardPass: explain_backward,
    steps.StoredValues: explain_stored,
}
