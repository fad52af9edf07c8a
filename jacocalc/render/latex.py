"""Document → LaTeX with amsmath: a fragment, or a whole document that compiles as it stands."""

from __future__ import annotations

from itertools import groupby

from jacocalc.document import (
    Block,
    Branches,
    Document,
    Equation,
    Figure,
    Grid,
    Line,
    Network,
    Opposite,
    Plus,
    Prose,
    Sparkline,
    Table,
    Text,
    Times,
    Written,
    as_tree,
)
from jacocalc.notation import Matrix, Minus, Negative, Product, Quotient, Sum, walk
from jacocalc.render.inline import inline
from jacocalc.render.latex_formulas import in_terms, latex, relation_sign
from jacocalc.render.latex_preambles import ARTICLE, BEAMER, FIT, UNFIT
from jacocalc.render.latex_signs import escape

_A4, _FRAME = 88, 56
"""How many letters of a formula are as wide as the page, or as a frame."""


def to_latex(document: Document, standalone: bool = False) -> str:
    """The page as LaTeX; ``standalone`` adds the preamble of a whole document."""
    title = "section" if standalone else "subsection"
    body = [rf"\{title}*{{{_text(document.title)}}}"]
    for section in document.sections:
        body += [rf"\subsubsection*{{{_text(section.heading)}}}", *(_block(block, _A4) for block in section.blocks)]
    return _whole(document, body, ARTICLE if standalone else "")


def to_beamer(document: Document, standalone: bool = False) -> str:
    """The page as frames for beamer, one for each section, which goes on to the next frame where it is long."""
    body = [rf"\begin{{frame}}\centering\Large {_text(document.title)}\end{{frame}}"]
    for section in document.sections:
        blocks = [_in_frame(block) for block in section.blocks]
        start = rf"\begin{{frame}}[allowframebreaks]{{{_text(section.heading)}}}\small"
        body += [start, *blocks, r"\end{frame}"]
    return _whole(document, body, BEAMER if standalone else "")


def _in_frame(block: Block) -> str:
    """A display that is taller than a frame shrinks to it."""
    return rf"\tall{{{_block(block, _FRAME)}}}" if isinstance(block, Equation) else _block(block, _FRAME)


def _whole(document: Document, body: list[str], preamble: str) -> str:
    """The sources as comments, the preamble if there is one, the body; a fragment does not shrink what is too wide."""
    lines = [f"% {_comment(source)}" for source in document.sources]
    if preamble:
        lines += [preamble + FIT, r"\begin{document}", *body, r"\end{document}"]
    else:
        lines += [*([UNFIT] if any(r"\fit{" in part for part in body) else []), *body]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _block(block: Block, page: int) -> str:
    match block:
        case Prose(text) | Figure(_, text):
            return _text(text) + "\n"
        case Equation():
            return _equation(block, page)
        case Line():
            return _line(block, page)
        case Branches():
            return _branches(block)
        case Network():
            return _branches(as_tree(block))
        case Table():
            return _table(block)
        case Sparkline(levels, caption):
            bars = r"\,".join(rf"\rule{{0.6em}}{{{0.15 * (level + 1):.2f}em}}" for level in levels)
            return rf"{bars} \quad {_text(caption)}" + "\n"
    raise TypeError(f"no LaTeX for {type(block).__name__}")


def _branches(block: Branches) -> str:
    return "\n".join(rf"\hspace*{{{1.5 * depth}em}}{_text(text)}\\" for depth, text in block.rows) + "\n"


def _table(block: Table) -> str:
    lines = [_cells(row) for row in block.rows]
    head = " & ".join(map(_text, block.headings)) + r" \\ \hline"
    body = "\n".join([head, *lines])
    table = rf"\begin{{tabular}}{{{'l' * len(block.headings)}}}" + f"\n{body}\n" + r"\end{tabular}"
    return rf"\par\smallskip{{\renewcommand{{\arraystretch}}{{1.3}}\fit{{\text{{{table}}}}}}}\par" + "\n"


def _cells(row: tuple[Text, ...]) -> str:
    cells = " & ".join(map(_text, row))
    return cells + (r" \\[1.2ex]" if "matrix}" in cells else r" \\")


def _equation(block: Equation, page: int) -> str:
    """Sides below each other, aligned at their signs; a side that is wider than the page is listed by entries."""
    sides = [latex(side) for side in block.sides]
    signs = [relation_sign(block.relation(i)) for i in range(1, len(sides))]
    length = len(_text(block.remark))
    widest = max(map(_columns, block.sides[1:]), default=0) + _columns(block.sides[0])
    beside = block.remark and length < 50 and length + widest <= page
    remark = rf" \qquad \text{{({_text(block.remark)})}}" if beside else ""
    after = "" if remark or not block.remark else f"\n({_text(block.remark)})\n"
    if len(sides) == 1:
        return "\\[\n" + sides[0] + remark + "\n\\]" + after
    return _in_order(block, sides, signs, remark, page) + after


def _in_order(block: Equation, sides: list[str], signs: list[str], remark: str, page: int) -> str:
    """Runs of sides that fit, aligned at their signs, and between them the others, each over several lines."""
    head = _columns(block.sides[0])
    parts: list[str] = []
    for fits, run in groupby(range(1, len(sides)), lambda i: head + _columns(block.sides[i]) <= page):
        places = list(run)
        left = rf"\hphantom{{{sides[0]}}}" if parts else sides[0]
        if fits:
            lines = [f"{left if i == places[0] else ''} &{signs[i - 1]} {sides[i]}" for i in places]
            parts.append("\\begin{align*}\n" + " \\\\\n".join(lines) + remark + "\n\\end{align*}")
        else:
            parts += [] if parts else [rf"$\displaystyle {left}$" + "\n"]
            parts += [_listed(block.sides[i], signs[i - 1], page) for i in places]
    return "".join(parts)


def _columns(item: Written) -> int:
    """About how many letters wide a formula is."""
    match item:
        case Matrix(rows) | Grid(rows):
            return sum(max(_columns(row[j]) for row in rows) + 2 for j in range(len(rows[0])))
        case Times(parts) | Plus(parts):
            return sum(map(_columns, parts)) + 2 * len(parts)
        case Quotient(over, under):
            return max(_columns(over), _columns(under))
        case Negative(inner) | Minus(inner) | Opposite(inner):
            return 2 + _columns(inner)
        case Sum(parts) | Product(parts) if _has_height(item):
            return min(len(inline(item)), sum(map(_columns, parts)) + 3 * len(parts))
        case _:
            return len(inline(item))


def _has_height(item: Sum | Product) -> bool:
    """Whether a fraction or a matrix stands in the formula, which is less wide than it is long."""
    return any(isinstance(part, Quotient | Matrix) for part in walk(item))


def _listed(item: Written, sign: str, page: int) -> str:
    """A wide formula: its factors one after the other, matrices by their entries, in lines that may break."""
    match item:
        case Times(factors):
            parts = [_listed(factor, sign if i == 0 else r"\cdot", page) for i, factor in enumerate(factors)]
            return "".join(parts)
        case Matrix(rows) | Grid(rows) if _columns(item) > page:
            entries = "".join(
                f"\\par\\hangindent=2em ${'(' + str(i) + ',' + str(j) + ')'}$\\quad {_fitted(entry, page)}\n"
                for i, row in enumerate(rows, 1)
                for j, entry in enumerate(row, 1)
            )
            return f"\n\\par ${sign}$ the matrix with the entries\n{entries}"
        case _:
            return f"\n\\par\\hangindent=2em {_fitted(item, page, sign)}\n"


def _line(block: Line, page: int) -> str:
    """One line of working; where it is wider than the page, a side a line."""
    indent = rf"\hspace*{{{1.5 * block.depth}em}}" if block.depth else ""
    sides = [latex(side) for side in block.sides]
    remark = rf"\quad {{\small ({_text(block.remark)})}}"
    if sum(_columns(side) + 3 for side in block.sides) + len(_text(block.remark)) // 2 <= page:
        return rf"{indent}$\displaystyle {' = '.join(sides)}$ {remark}" + "\n"
    hanging = rf"\hangindent={1.5 * block.depth + 2:g}em "
    starts = ((hanging if _columns(side) > page else "") + indent for side in block.sides[1:])
    later = [rf"{start}\quad {_fitted(side, page, '=')}" for start, side in zip(starts, block.sides[1:], strict=True)]
    lines = [rf"{indent}$\displaystyle {sides[0]}$", *later]
    return "\\par\n".join(lines) + f"\\par\n{indent}{remark}\n"


def _fitted(item: Written, page: int, sign: str = "") -> str:
    """A formula behind its sign, wider than the page in terms between which the line may break; see FIT."""
    head, *others = in_terms(item) if _columns(item) > page else [latex(item)]
    pieces = f"{sign} {head}".lstrip(), *("{}" + one for one in others)
    return r" \mayend ".join(rf"$\fit{{{piece}}}$" for piece in pieces)


def _text(text: Text) -> str:
    return "".join(escape(part) if isinstance(part, str) else f"${latex(part)}$" for part in text)


def block_latex(block: Block) -> str:
    """An equation or a sentence as one formula, without the display around it."""
    match block:
        case Prose(text):
            return "".join(rf"\text{{{escape(part)}}}" if isinstance(part, str) else latex(part) for part in text)
        case Equation(sides):
            signs = ["", *(f" {relation_sign(block.relation(i))} " for i in range(1, len(sides)))]
            return "".join(sign + latex(side) for sign, side in zip(signs, sides, strict=True))
    raise TypeError(f"no formula for {type(block).__name__}")
