"""What a notebook shows of each kind of value: a page that folds, a formula for MathJax, and plain text.

A value with a page of its own has a method ``document``; data have theirs made here.  LaTeX is one line of amsmath
between dollars, which MathJax, KaTeX and JupyterBook read alike.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any

from jacocalc.document import Document, Section, at_detail
from jacocalc.explain.class_report import class_report
from jacocalc.explain.page import given_stage
from jacocalc.explain.verdicts import verdict_page
from jacocalc.functions import VectorFunction
from jacocalc.marks import ClassSummary, Mark
from jacocalc.options import Detail
from jacocalc.render.latex import block_latex
from jacocalc.render.notebook import notebook_html
from jacocalc.render.text import to_text
from jacocalc.verdicts import Verdict


def mimebundle(item: Any, include: Container[str] | None, exclude: Container[str] | None) -> dict[str, str]:
    """The forms of a value by MIME type: those of ``include``, or all, without those of ``exclude``."""
    made: dict[str, str] = {}
    for kind, make in _FORMS.items():
        wanted = (not include or kind in include) and not (exclude and kind in exclude)
        text = make(item) if wanted else None
        if text is not None:
            made[kind] = text
    return made


def to_html(item: Any) -> str:
    """The value as a fragment of HTML."""
    return notebook_html(page_of(item), _folded(item), _outcome(item), _latex(item) or "")


def to_latex(item: Any) -> str | None:
    """The formula of a value; None for what is no formula."""
    if isinstance(item, VectorFunction):
        return rf"$\displaystyle {', '.join(map(block_latex, given_stage(item)))}$"
    return None


def page_of(item: Any) -> Document:
    """The page of a value.  Raises TypeError for what has none."""
    match item:
        case Document():
            return item
        case Verdict():
            return replace(verdict_page(item, ""), title=())
        case Mark():
            return replace(verdict_page(item.verdict, ""), title=(f"{item.student}, {item.question}: {item.answer}",))
        case VectorFunction():
            return Document((), (Section((), tuple(given_stage(item)), Detail.BRIEF, key=True),))
        case ClassSummary():
            return class_report(item)
        case _ if hasattr(item, "document"):
            found: Document = item.document()
            return found
    raise TypeError(f"no page for {type(item).__name__}")


def _folded(item: Any) -> str:
    """What the part of the page is called that is hidden at first."""
    match item:
        case ClassSummary() | Sequence():
            return "Mistakes"
        case _ if hasattr(item, "stages"):
            return "Stages"
        case _:
            return "Working"


def _outcome(item: Any) -> str:
    """The outcome of a judgement, which the frame of the page shows."""
    match item:
        case Verdict() | Mark():
            return item.outcome
        case _:
            return ""


def _latex(item: Any) -> str | None:
    """On one line: a line of its own would end a formula between dollars in some readers of Markdown."""
    text = item._repr_latex_()
    return None if text is None else " ".join(text.split())


def _plain(item: Any) -> str:
    """The words of a judgement, the briefest page of what is a page, else what Python prints."""
    match item:
        case Verdict():
            return item.message
        case _ if isinstance(item, Document | Mark | ClassSummary) or hasattr(item, "to_text"):
            return to_text(at_detail(page_of(item), Detail.BRIEF)).rstrip()
        case _:
            return repr(item)


_FORMS = {"text/html": to_html, "text/latex": _latex, "text/plain": _plain}
