"""Document → Markdown with GitHub's mathematics: ```math fences for displays, $`…`$ in the text."""

from __future__ import annotations

import re
from itertools import pairwise

from jacocalc import document
from jacocalc.document import Block, Document, Section, Text
from jacocalc.render.latex_formulas import latex, relation_sign
from jacocalc.render.mermaid import flowchart

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def to_markdown(page: Document) -> str:
    """The page as Markdown."""
    parts = [f"<!-- {_comment(source)} -->\n" for source in page.sources]
    parts.append(f"## {_text(page.title)}\n")
    parts += [_section(section) for section in page.sections]
    return "\n".join(parts)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).replace("--", "- -")


def _section(section: Section) -> str:
    written = [_block(block) for block in section.blocks]
    for place, (block, after) in enumerate(pairwise(section.blocks)):
        if isinstance(block, document.Line) and not isinstance(after, document.Line):
            written[place] += "\n"  # else what follows would belong to the last item of the list
    body = "\n".join(written)
    return f"### {_text(section.heading)}\n\n{body}".rstrip() + "\n"


def _text(text: Text) -> str:
    return "".join(_escaped(part) if isinstance(part, str) else f"$`{latex(part)}`$" for part in text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _block(block: Block) -> str:
    match block:
        case document.Prose(text) | document.Figure(_, text):
            return _text(text) + "\n"
        case document.Equation():
            return _equation(block)
        case document.Line():
            formula = " = ".join(latex(side) for side in block.sides)
            return rf"{'  ' * block.depth}- $`\displaystyle {formula}`$ ({_text(block.remark)})"
        case document.Branches(rows):
            return "\n".join(f"{'  ' * depth}- {_text(text)}" for depth, text in rows) + "\n"
        case document.Table(headings, rows):
            lines = [headings, tuple(("---",) for _ in headings), *rows]
            return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"
        case document.Network():
            return f"```mermaid\n{flowchart(block)}```\n"
        case document.Sparkline(_, caption):
            return f"{block.bars} {_text(caption)}\n"
    raise TypeError(f"no Markdown for {type(block).__name__}")


def _cell(text: Text) -> str:
    """A cell of a table: a bar inside would end it."""
    return "---" if text == ("---",) else _text(text).replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def _equation(block: document.Equation) -> str:
    sides = [latex(side) for side in block.sides]
    signs = [relation_sign(block.relation(i)) for i in range(1, len(sides))]
    body = sides[0]
    if len(sides) == 2:
        body = f"{sides[0]} {signs[0]} {sides[1]}"
    elif len(sides) > 2:
        lines = [f"{sides[0]} &{signs[0]} {sides[1]}"]
        lines += [f"&{sign} {side}" for sign, side in zip(signs[1:], sides[2:], strict=True)]
        body = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
    remark = f"\n({_text(block.remark)})\n" if block.remark else ""
    return f"```math\n{body}\n```\n{remark}"
