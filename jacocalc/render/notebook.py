"""Document → the HTML that a cell of a notebook shows: what matters at first sight, the working folded.

No script, no ids, and colours that are those of the page around it: the text inherits, lines and grounds are mixed
from ``currentColor``, and the accents are JupyterLab's where they are defined.  Mathematics is MathML.

A notebook that is not trusted loses the style and the MathML.  Headings, folding and tables still stand there, and a
paragraph appears that the style hides: the formula for MathJax.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

from jacocalc.document import Document, Section
from jacocalc.options import Detail
from jacocalc.render.html import blocks_html, formula_style, text_html

_FRAME = """
.jacocalc { color: inherit; font-size: 1em; line-height: 1.5; max-width: 60rem; padding: 0.1em 0 0.1em 0.8em;
  border-left: 3px solid var(--jp-brand-color1, #2a7ab8); --dim: color-mix(in srgb, currentColor 75%, transparent);
  --line: color-mix(in srgb, currentColor 20%, transparent); --row: color-mix(in srgb, #2f81f7 32%, transparent);
  --column: color-mix(in srgb, #e8912d 38%, transparent); }
.jacocalc.correct { border-left-color: var(--jp-success-color1, #2e8540); }
.jacocalc.wrong { border-left-color: var(--jp-error-color1, #c9372c); }
.jacocalc.undecided, .jacocalc.unreadable { border-left-color: var(--jp-warn-color1, #b7791f); }
.jacocalc.unreadable p:not(.head) { font-family: var(--jp-code-font-family, monospace); white-space: pre-wrap;
  margin: 0; }
.jacocalc p { margin: 0.3em 0; }
.jacocalc .untrusted { display: none; }
.jacocalc .remark { color: var(--dim); font-size: 0.92em; }
.jacocalc summary { cursor: pointer; width: fit-content; }
.jacocalc > details > details { margin: 0.5em 0 0.5em 0.9em; }
.jacocalc > details > details > summary { font-weight: bold; }
"""
_RESET = """
.jacocalc table { border: 0; margin: 0; width: auto; font-size: inherit; color: inherit; }
.jacocalc tr, .jacocalc tr:hover { background: none !important; }
.jacocalc th, .jacocalc td { border-width: 0 0 1px; text-align: left !important; vertical-align: top;
  white-space: normal; }
.jacocalc details > summary { border: 0; }
"""


@cache
def _style() -> str:
    """The frame, and the report's formulas and tables with every selector below the frame's class."""
    rules = re.sub(r"([^{}]+)(\{[^}]*\})", lambda rule: f"{_scoped(rule[1])} {rule[2]}\n", formula_style())
    return f"{_FRAME}{rules}{_RESET}"


def _scoped(selectors: str) -> str:
    return ", ".join(f".jacocalc {one.strip()}" for one in selectors.split(","))


_UNTRUSTED = "(Trust this notebook to see the formulas of the working.)"


def notebook_html(document: Document, folded: str, kind: str, formula: str) -> str:
    """The page as a fragment with its style; ``folded`` names what is hidden at first, ``kind`` is one more class.

    ``formula``: in LaTeX, for a notebook that is not trusted.

    The result (its ``key`` sections) is open; on a page without one, what belongs to the briefest page.
    """
    shown = [section for section in document.sections if section.key]
    shown = shown or [section for section in document.sections if section.detail is Detail.BRIEF]
    hidden = [section for section in document.sections if section not in shown]
    parts = [f'<p class="head"><strong>{text_html(document.title)}</strong></p>'] if document.title else []
    parts += [f'<p class="remark">{escape("; ".join(document.sources))}</p>'] if document.sources else []
    parts += [f'<p class="untrusted">{escape(formula)}<br>{_UNTRUSTED}</p>'] if formula else []
    parts += [_open(section, bool(document.title)) for section in shown]
    parts += _folded(hidden, folded)
    classes = f"jacocalc {kind}".rstrip()
    return f'<div class="{classes}"><style>{_style()}</style>\n' + "\n".join(parts) + "\n</div>"


def _open(section: Section, titled: bool) -> str:
    """A section that is shown; its heading is the smaller one below a title."""
    words = text_html(section.heading)
    head = f'<p class="head remark">{words}</p>' if titled else f'<p class="head"><strong>{words}</strong></p>'
    return f"{head}\n{blocks_html(section.blocks)}" if section.heading else blocks_html(section.blocks)


def _folded(sections: list[Section], name: str) -> list[str]:
    """Nothing, one fold, or a fold of folds that stand open."""
    if len(sections) < 2:
        return [_fold(section, "") for section in sections]
    steps = "\n".join(_fold(section, " open") for section in sections)
    return [f"<details><summary>{name} ({len(sections)} parts)</summary>\n{steps}\n</details>"]


def _fold(section: Section, state: str) -> str:
    return f"<details{state}><summary>{text_html(section.heading)}</summary>\n{blocks_html(section.blocks)}\n</details>"
