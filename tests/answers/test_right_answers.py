"""Right answers in every way of writing them: our own notation, paper, LaTeX, and the forms that SymPy makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sympy

from jacocalc import sources
from jacocalc.algebra.convert import from_sympy, to_sympy
from jacocalc.answers.judge import judge
from jacocalc.derive.answer import derive
from jacocalc.linear import paper, strict
from jacocalc.notation import Expr
from jacocalc.options import Options
from jacocalc.render.latex_formulas import latex
from jacocalc.verdicts import CORRECT

ALL = [sources.exercise(name) for name in sources.exercise_names()]
FORMULAS = [e.name for e in ALL if not (e.explained or e.asked.program or e.asked.ask == "point")][::2]
FORMS: tuple[Callable[[Any], Any], ...] = (sympy.expand, sympy.factor, sympy.together)


def ways(values: tuple[Expr, ...]) -> Iterator[str]:
    """The same values, written and rewritten."""
    for write in (strict, paper, latex):
        yield ", ".join(map(write, values))
    for form in FORMS:
        made = [to_sympy(value) for value in values]
        changed = [m.applyfunc(form) if isinstance(m, sympy.MatrixBase) else form(m) for m in made]
        yield ", ".join(strict(from_sympy(one)) for one in changed)


@pytest.mark.parametrize("name", FORMULAS)
def test_the_result_is_right_however_it_is_written(name: str) -> None:
    asked = sources.exercise(name)
    derivation = derive(asked.question, Options())
    found = derivation.result
    assert isinstance(found, Expr | tuple)
    for text in ways(found if isinstance(found, tuple) else (found,)):
        verdict = judge(derivation, text)
        assert (verdict.outcome, verdict.restriction) == (CORRECT, ""), (text, verdict)
