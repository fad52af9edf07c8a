"""Program and backward pass → a LaTeX fragment: the equations of both passes in align* blocks, shapes beside.

    \\begin{align*}
    z &= W x + b & &\\in \\mathbb{R}^{m} \\\\
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jacocalc.program_steps import AdjointOf, BackwardStep, ImplicitAdjoint, LoopAdjoints, StageJacobian
from jacocalc.programs import Loop, Program, Statement
from jacocalc.render.term_latex import TermLatex, term_latex
from jacocalc.terms import Adjoint, Index, Shape, Term, Var, shifted


def latex_fragment(program: Program, loss: Var, steps: Sequence[BackwardStep]) -> str:
    """What is given, the forward pass, the backward pass."""
    given = ", ".join(f"${term_latex(var)} {_space(var.shape)}$" for var in program.declared)
    forward = [line for statement in program.statements for line in _statement(statement)]
    backward = [line for step in steps for line in _step(step, loss)]
    return "\n".join([f"Given {given}.", *_block("forward pass", forward), *_block("backward pass", backward)]) + "\n"


def _block(name: str, lines: Iterable[str]) -> list[str]:
    return [f"% {name}", r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]


def _line(left: str, right: str, shape: Shape, when: str = "") -> str:
    """left = right, its space, and when it holds"""
    condition = rf", \quad {when}" if when else ""
    return f"{left} &= {right} & &{_space(shape)}{condition}"


def _space(shape: Shape) -> str:
    sizes = r" \times ".join(map(TermLatex().size, shape[:1] if shape[1] == 1 else shape))
    return rf"\in \mathbb{{R}}^{{{sizes}}}" if shape != (1, 1) else r"\in \mathbb{R}"


def _statement(statement: Statement, when: str = "") -> Iterator[str]:
    if isinstance(statement, Loop):
        for one in statement.body:
            yield from _statement(one, _steps(statement.letter, statement.first, statement.last))
        return
    var = statement.variable
    solved = rf"\text{{solved for }} {term_latex(var)}" if statement.implicit else when
    yield _line(term_latex(var), term_latex(statement.term), var.shape, solved)


def _steps(letter: str, first: Index, last: Index) -> str:
    return rf"{letter} = {first}, \dots, {last}"


def _step(step: BackwardStep, loss: Var) -> Iterator[str]:
    match step:
        case AdjointOf(variable, _, _, _, result):
            yield _adjoint(variable, result, loss)
        case ImplicitAdjoint(_, name, _, result):
            yield _line(term_latex(name), term_latex(result), name.shape)
        case StageJacobian(_, _, of, by, result):
            jacobian = rf"\frac{{\partial {term_latex(of)}}}{{\partial {term_latex(by)}}}"
            yield _line(jacobian, term_latex(result), result.shape)
        case LoopAdjoints(letter, first, last, lines):
            for line in lines:
                if line.at_last is None:
                    yield _adjoint(line.variable, line.result, loss, _steps(letter, last, first))
                    continue
                yield _adjoint(shifted(line.variable, letter, last), line.at_last, loss)
                before = Index(last.letter, last.offset - 1)
                yield _adjoint(line.variable, line.result, loss, _steps(letter, before, first))


def _adjoint(variable: Var, term: Term, loss: Var, when: str = "") -> str:
    return _line(term_latex(Adjoint(loss.key, variable)), term_latex(term), variable.shape, when)
