"""Document → one HTML file: MathML, a style sheet inside, no script, nothing fetched."""

from __future__ import annotations

from html import escape

from jacocalc.document import (
    Block,
    Branches,
    Document,
    Equation,
    Line,
    Network,
    Prose,
    Section,
    Sparkline,
    Table,
    Text,
    as_tree,
)
from jacocalc.render.inline import prose
from jacocalc.render.mathml import math, mathml
from jacocalc.render.mathml_elements import mo

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #ffffff; --line: #d0d7de; --key: #0a5c36; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9da7b1; --paper: #0d1117; --line: #30363d; --key: #7ee2a8; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--paper);
  font: 1.05rem/1.55 Georgia, "Times New Roman", serif; }
h1 { font-size: 1.5rem; line-height: 1.3; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.2rem; }
.source, .remark { color: var(--dim); font-size: 0.92em; }
.key h2, .key .equation { color: var(--key); }
.equation, .line { overflow-x: auto; overflow-y: hidden; padding: 0.35rem 0; }
.sides { border-collapse: collapse; }
.sides td { padding: 0.3rem 0.15rem; vertical-align: middle; white-space: nowrap; }
.sides td:first-child { text-align: right; }
math { font-size: 1.08em; }
mi.vector { font-weight: bold; font-style: normal; }
mtd { padding: 0.25em 0.45em; }
mtable.cases mtd { text-align: left; }
.listing table { border-collapse: collapse; }
.listing th, .listing td { text-align: left; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); }
.bars { font-family: monospace; letter-spacing: 0.05em; }
ul.tree { list-style: none; padding-left: 1.2rem; border-left: 1px solid var(--line); }
@media print {
  body { max-width: none; padding: 0; }
  .equation, .line { overflow: visible; }
  section { break-inside: avoid; }
}
"""


def to_html(document: Document) -> str:
    """The page as one self-contained HTML file."""
    title = escape(prose(document.title))
    sources = "".join(f'<p class="source">{escape(source)}</p>\n' for source in document.sources)
    body = "\n".join(_section(section) for section in document.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{sources}"
        f"<h1>{_text(document.title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def fragment(document: Document) -> str:
    """The page without head and body, for a notebook."""
    body = "\n".join(_section(section) for section in document.sections)
    return f'<div class="jacocalc"><h3>{_text(document.title)}</h3>\n{body}</div>'


def _section(section: Section) -> str:
    kind = ' class="key"' if section.key else ""
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f"<section{kind}>\n<h2>{_text(section.heading)}</h2>\n{blocks}\n</section>"


def _text(text: Text) -> str:
    return "".join(escape(part) if isinstance(part, str) else math(part) for part in text)


def _block(block: Block) -> str:
    match block:
        case Prose(text):
            return f"<p>{_text(text)}</p>"
        case Equation():
            return _equation(block)
        case Line():
            sides = mo("=").join(mathml(side) for side in block.sides)
            indent = f' style="margin-left: {1.5 * block.depth}rem"' if block.depth else ""
            formula = f'<math displaystyle="true">{sides}</math>'
            return f'<div class="line"{indent}>{formula} <span class="remark">({_text(block.remark)})</span></div>'
        case Branches(rows):
            return _tree(list(rows))
        case Table(headings, rows):
            head = "".join(f"<th>{_text(heading)}</th>" for heading in headings)
            lines = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in line) + "</tr>" for line in rows)
            table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
            return f'<div class="equation listing">{table}</div>'
        case Network():
            return _tree(list(as_tree(block).rows))
        case Sparkline(levels, caption):
            bars = "".join("▁▂▃▄▅▆▇█"[level] for level in levels)
            return f'<p><span class="bars" aria-hidden="true">{bars}</span> {_text(caption)}</p>'
    raise TypeError(f"no HTML for {type(block).__name__}")


def _equation(block: Equation) -> str:
    """The sides below each other, aligned at their signs."""
    lines = []
    for i in range(1, max(len(block.sides), 2)):
        left = math_cell(mathml(block.sides[0])) if i == 1 else ""
        if len(block.sides) == 1:
            lines.append(f"<tr><td>{left}</td></tr>")
            continue
        sign = math_cell(mo(block.relation(i)))
        lines.append(f"<tr><td>{left}</td><td>{sign}</td><td>{math_cell(mathml(block.sides[i]))}</td></tr>")
    remark = f'<span class="remark">({_text(block.remark)})</span>' if block.remark else ""
    return f'<div class="equation"><table class="sides" role="presentation">{"".join(lines)}</table>{remark}</div>'


def math_cell(inner: str) -> str:
    """A displayed formula in a cell of its own."""
    return f'<math displaystyle="true">{inner}</math>'


def _tree(rows: list[tuple[int, Text]]) -> str:
    """Nested lists."""
    text, depth = "", -1
    for level, item in rows:
        if level > depth:
            text += '<ul class="tree">' * (level - depth)
        else:
            text += "</li>" + "</ul></li>" * (depth - level)
        text += f"<li>{_text(item)}"
        depth = level
    return text + "</li></ul>" * (depth + 1)
