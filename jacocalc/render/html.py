"""Document → one HTML file to keep: MathML, a style sheet inside, steps that fold, no script, nothing fetched.

A formula is at most as large as its box is wide: ``--w`` tells the style sheet its width in em.  Long sums and products
are several ``<math>`` elements, which the browser breaks into lines as it does with words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from unicodedata import normalize

from jacocalc import document
from jacocalc.document import Block, Document, Grid, Section, Text, Written, as_tree
from jacocalc.linear import PAPER
from jacocalc.notation import Matrix
from jacocalc.options import Detail
from jacocalc.render.boxes import Drawing, draw
from jacocalc.render.inline import prose
from jacocalc.render.mathml import mathml, parts
from jacocalc.render.mathml_elements import mo, row
from jacocalc.render.mathml_products import factors_of_entry, marked_side, terms_of_entry
from jacocalc.render.plate_formulas import formula as plate
from jacocalc.render.speech import spoken

_UNBOUNDED = Drawing(PAPER, True, 100_000)
_BROKEN_FROM, _INLINE, _SHORT, _LINE, _WIDEST = 48, 28, 6, 60, 120
"""Columns from which a formula is broken at its signs; from which one in a sentence may be scrolled; up to which a left
side has room beside the others on a phone; up to which a chain of equalities is one line; from which a matrix is a list
of its entries."""
_KEPT = re.compile(r"(= )?(<math alttext=[^>]*>.*?</math>)([,.;:)]+)?")
_SPACED = ' form="infix" lspace="0.05em" rspace="0.3em"'


def to_html(page: Document) -> str:
    """The page as one self-contained HTML file."""
    title = escape(prose(page.title))
    sources = "".join(f'<p class="source">{escape(source)}</p>\n' for source in page.sources)
    anchors = _anchors(page.sections)
    body = "\n".join(map(_section, page.sections, anchors))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}{_figure_style(page)}</style>\n</head>\n<body>\n<main>\n{sources}"
        f"<h1>{text_html(page.title)}</h1>\n{_contents(page.sections, anchors)}{body}\n"
        "</main>\n</body>\n</html>\n"
    )


def formula_style() -> str:
    """The part of the style sheet that formulas and tables need on any page."""
    return _style().partition("/* Formulas")[2].partition("*/")[2].partition("@media")[0].strip()


@cache
def _style() -> str:
    return files("jacocalc.render").joinpath("report.css").read_text("utf-8")


_FIGURES = """
figure { margin: 1rem 0; border: 1px solid var(--line); break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { padding: 0.3rem 0.6rem; color: var(--dim); font-size: 0.92em; text-align: center; }
"""


def _figure_style(page: Document) -> str:
    """What figures need, on pages that have some."""
    found = any(isinstance(block, document.Figure) for section in page.sections for block in section.blocks)
    return _FIGURES if found else ""


# -- sections -----------------------------------------------------------------------------------------

_FEW = 4


def _anchors(sections: tuple[Section, ...]) -> list[str]:
    """A name in the page for each section: the words of its heading."""
    made: list[str] = []
    for section in sections:
        letters = normalize("NFKD", prose(section.heading)).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "section"
        same = sum(1 for name in made if re.fullmatch(rf"{re.escape(stem)}(-[0-9]+)?", name))
        made.append(f"{stem}-{same + 1}" if same else stem)
    return made


def _contents(sections: tuple[Section, ...], anchors: list[str]) -> str:
    if len(sections) < _FEW:
        return ""
    lines = "".join(
        f'<li><a href="#{anchor}">{text_html(section.heading)}</a></li>\n'
        for section, anchor in zip(sections, anchors, strict=True)
    )
    folded = f"<details><summary>Contents</summary>\n<ol>\n{lines}</ol>\n</details>"
    return f'<nav aria-label="Contents">\n{folded}\n</nav>\n'


def _section(section: Section, anchor: str) -> str:
    """The result stands open; the steps fold, and those of the finest detail are folded at first."""
    heading = f"<h2>{text_html(section.heading)}</h2>"
    blocks = blocks_html(section.blocks)
    if section.key:
        return f'<section id="{anchor}" class="key">\n{heading}\n{blocks}\n</section>'
    opened = "" if section.detail is Detail.FULL else ' open=""'
    folded = f"<details{opened}>\n<summary>{heading}</summary>\n{blocks}\n</details>"
    return f'<section id="{anchor}">\n{folded}\n</section>'


# -- blocks -------------------------------------------------------------------------------------------


def blocks_html(blocks: tuple[Block, ...]) -> str:
    """The blocks of a section below each other."""
    return "\n".join(map(_block, blocks))


def text_html(text: Text) -> str:
    """A sentence with its formulas; no line begins with the comma behind a formula or ends with the = before it."""
    made = "".join(
        escape(part).replace(" - ", " − ") if isinstance(part, str) else _in_sentence(part) for part in text
    )
    return _KEPT.sub(lambda found: f'<span class="kept">{found[0]}</span>' if found[1] or found[3] else found[0], made)


def _in_sentence(item: Written) -> str:
    """A formula; what is longer than a line of a phone is broken at its signs, as far as it has some."""
    broken = parts(item) if _columns(item) > _INLINE else [(mathml(item), item)]
    return "".join(_inline_part(elements, part) for elements, part in broken)


def _inline_part(elements: str, item: Written) -> str:
    width = "" if _columns(item) <= _INLINE else f' style="{_width(item)}"'
    formula = f'<math{width} alttext="{escape(spoken(item))}">{elements}</math>'
    return f'<span class="fit wide">{formula}</span>' if width else formula


def _block(block: Block) -> str:
    match block:
        case document.Prose(text):
            return f"<p>{text_html(text)}</p>"
        case document.Equation():
            return _equation(block)
        case document.Line(sides, remark, depth):
            chain = " ".join(_side(side, "=" if i else "") for i, side in enumerate(sides))
            indent = f' style="margin-left: {1.5 * depth}rem"' if depth else ""
            beside = f'<div class="remark">{text_html(remark)}</div>' if remark else ""
            return f'<div class="working"{indent}><div class="line fit">{chain}</div>{beside}</div>'
        case document.Branches(rows):
            return _tree(list(rows))
        case document.Table(headings, rows):
            head = "".join(f'<th scope="col">{text_html(heading)}</th>' for heading in headings)
            lines = "".join("<tr>" + "".join(f"<td>{text_html(cell)}</td>" for cell in line) + "</tr>" for line in rows)
            return f'<div class="listing"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
        case document.Network():
            return _tree(list(as_tree(block).rows))
        case document.Sparkline(_, caption):
            return f'<p><span class="bars" aria-hidden="true">{block.bars}</span> {text_html(caption)}</p>'
        case document.Figure(svg, caption):
            return f"<figure>\n{svg}\n<figcaption>{text_html(caption)}</figcaption>\n</figure>"
    raise TypeError(f"no HTML for {type(block).__name__}")


def _equation(block: document.Equation) -> str:
    """The sides below each other, aligned at their signs; of a product also each entry with its row and its column."""
    left, *others = block.sides
    remark = f'<span class="remark">({text_html(block.remark)})</span>' if block.remark else ""
    written = next((side for side in others if isinstance(side, Grid) and side.factors), None)
    if written is None and sum(_columns(side) + 3 for side in block.sides) <= _LINE:
        chain = " ".join(_side(side, block.relation(i) if i else "") for i, side in enumerate(block.sides))
        return f'<div class="equation line fit">{chain} {remark}</div>'
    columns = _columns(left)
    kind = "long" if columns > _INLINE else "short" if columns <= _SHORT else "middling"
    lines = [f'<div class="{"fit" if kind == "long" else "left"}">{_side(left)}</div>']
    for i, side in enumerate(others, 1):
        elements = marked_side(side, written.factors) if written and written.factors else ""
        lines.append(f'<div class="side fit">{_side(side, block.relation(i), elements)}</div>')
    chain = f'<div class="chain {kind}">{"".join(lines)}</div>'
    entries = _entries(written, written.factors, others[-1]) if written and written.factors else ""
    return f'<div class="equation">{chain}{remark}{entries}</div>'


_MOST_ENTRIES = 16


def _entries(written: Grid, factors: tuple[Grid, Grid], values: Written) -> str:
    """Entry by entry: the matrices with row i and column j marked, the terms, the value."""
    places = [(i, j) for i, line in enumerate(written.rows) for j in range(len(line))]
    if len(places) > _MOST_ENTRIES:
        return ""
    lines = "\n".join(f"<li>{_entry(written, factors, values, i, j)}</li>" for i, j in places)
    wide = sum(map(_columns, factors)) > _INLINE or _columns(written) > 2 * _INLINE
    listed = f'<ul class="{"tall" if wide else "level"}">\n{lines}\n</ul>'
    return f'\n<details class="entries">\n<summary>Entry by entry</summary>\n{listed}\n</details>'


def _entry(written: Grid, factors: tuple[Grid, Grid], values: Written, i: int, j: int) -> str:
    entry = written.rows[i][j]
    whole = sum(map(_columns, factors)) + 3 <= _WIDEST  # else the terms, which name row and column, say it better
    matrices = _displayed(factors_of_entry(factors, i, j), document.Times(factors)) if whole else ""
    terms = terms_of_entry(written, i, j)
    if _columns(entry) < _BROKEN_FROM:
        terms = [(row(*(elements for elements, _ in terms)), entry)]
    sides = [_in_parts(terms)]
    sides += [_side(values.rows[i][j], "=")] if isinstance(values, Grid) and values != written else []
    place = f"<span>Row {i + 1}, column {j + 1}</span>"
    shown = f' <div class="fit">{matrices}</div>' if matrices else ""
    return f'{place}{shown} <div class="fit">{" ".join(sides)}</div>'


def _tree(rows: list[tuple[int, Text]]) -> str:
    """Nested lists."""
    text, depth = "", -1
    for level, item in rows:
        if level > depth:
            text += '<ul class="tree">' * (level - depth)
        else:
            text += "</li>" + "</ul></li>" * (depth - level)
        text += f"<li>{text_html(item)}"
        depth = level
    return text + "</li></ul>" * (depth + 1)


# -- formulas -----------------------------------------------------------------------------------------


def _side(side: Written, sign: str = "", elements: str = "") -> str:
    """A side behind its sign; a long one in parts, with spaces at which the line may be broken, a wide product factor
    by factor, a wide matrix entry by entry."""
    columns = _columns(side)
    lead = mo(sign, _SPACED) if sign else ""
    if columns > _WIDEST and isinstance(side, Grid | Matrix):
        return f"{escape(sign)} {_listed(side)}".lstrip()
    if columns > _WIDEST and isinstance(side, document.Times):
        return " ".join(_side(factor, "·" if i else sign) for i, factor in enumerate(side.factors))
    broken = parts(side) if columns >= _BROKEN_FROM and not elements else [(elements or mathml(side), side)]
    (first, item), *others = broken
    return _in_parts([(lead + first, item), *others])


def _in_parts(broken: Sequence[tuple[str, Written]]) -> str:
    """The parts of a formula, with spaces at which the line may be broken."""
    return " ".join(_displayed(elements, part) for elements, part in broken)


def _listed(matrix: Grid | Matrix) -> str:
    """Of a matrix that is wider than a page: the entries below each other."""
    lines = (
        f"<li><span>[{i},{j}]</span> {_side(entry)}</li>"
        for i, line in enumerate(matrix.rows, 1)
        for j, entry in enumerate(line, 1)
    )
    return f'<ul class="listed">{"".join(lines)}</ul>'


def _displayed(elements: str, item: Written) -> str:
    return f'<math displaystyle="true" style="{_width(item)}" alttext="{escape(spoken(item))}">{elements}</math>'


def _columns(item: Written) -> int:
    return draw(item, _UNBOUNDED).width


def _width(item: Written) -> str:
    """The width of a formula behind its sign in em, for letters wider than those of our pictures."""
    return f"--w: {round(_WIDER * plate(item, 1).width + _SIGN, 1):g}"


_WIDER, _SIGN = 1.25, 2
