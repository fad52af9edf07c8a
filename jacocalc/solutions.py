"""What a question is answered with: the derivation, its result as SymPy, and the page in every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import sympy

from jacocalc.algebra.convert import to_sympy
from jacocalc.derive.answer import derive, numbers_of
from jacocalc.displayed import Displayed
from jacocalc.document import Document, Section, Times, at_detail
from jacocalc.errors import JacocalcError, ReadError, TooLarge
from jacocalc.evaluate.budget import until
from jacocalc.evaluate.numbers import matrix_numbers
from jacocalc.explain.naming import Page, derivative_name, result_name
from jacocalc.explain.page import explain
from jacocalc.explain.second_order import second_order_rule
from jacocalc.notation import Matrix
from jacocalc.options import Detail, Options
from jacocalc.program_steps import AdjointOf, Gradients, LoopAdjoints
from jacocalc.programs import by_name
from jacocalc.questions import BackpropOf, ComposeLayers, HessianOf, PointReport, ProgramDifferential, Question
from jacocalc.reading.values import spelled
from jacocalc.render.formats import writer
from jacocalc.render.inline import inline
from jacocalc.render.latex_signs import escape
from jacocalc.steps import Derivation, JacobianAt, LocalJacobian, PointSummary

if TYPE_CHECKING:
    from jacocalc.pictures.picture import Picture
    from jacocalc.verdicts import Verdict

_NEXT_ROW = r" \\ "


def _whole_digits(digits: Any) -> int:
    """The number of digits asked for.  Raises JacocalcError."""
    if isinstance(digits, bool) or not hasattr(digits, "__index__") or not 1 <= digits <= 1000:
        raise JacocalcError(f"digits is a whole number from 1 to 1000, not {digits}")
    return int(digits)


class Solution(Displayed):
    """The answer to a question, with its steps.

    ``result``: the SymPy matrix (TooLarge is raised where it cannot be written out, None for symbolic
    sizes); ``factors``: the Jacobians of the stages, innermost first; ``derivation``: the steps.

    >>> import jacocalc as jc
    >>> s = jc.compose("f(t) = [cos t, sin t]", "g(x, y) = x^2 y", at=0)
    >>> s.result, s.verified
    (Matrix([[1]]), 'proved')
    >>> s.formula
    'J_{g∘f}(t) = J_g(f(t)) · J_f(t)'
    >>> s.check("[2]").outcome
    'wrong'
    >>> print(s.to_text(detail="brief").splitlines()[0])
    The chain rule for z = g(f(t)) at t = 0
    """

    def __init__(
        self,
        derivation: Derivation,
        options: Options | None = None,
        symbols: Mapping[str, sympy.Symbol] | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> None:
        self.derivation = derivation
        self.options = options or Options()
        self.sources = dict(sources or {})
        self._symbols = dict(symbols or {})

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.derivation.question

    @property
    def result(self) -> Any:
        """The Jacobian (a matrix), the gradient or Jv (a column), vᵀJ (a row), the Hessian or one of each
        component, det J, the five answers of a report (a dict), of a program a dict variable → formula."""
        found = self.derivation.result
        if isinstance(found, Gradients):
            return {var.key: result for var, result, _ in found.result}
        if isinstance(self.question, PointReport):
            return {name: said for s in self.derivation.steps if isinstance(s, PointSummary) for name, said in s.result}
        if isinstance(found, tuple):
            return tuple(to_sympy(matrix, self._symbols) for matrix in found)
        if found is not None:
            return to_sympy(found, self._symbols)
        if self.question.chain.symbolic or isinstance(self.question, ComposeLayers):
            return None
        raise TooLarge("the exact result is too long to write out", hint="use .factors or .numeric(digits)")

    @property
    def adjoints(self) -> dict[str, Any]:
        """All adjoints of a backward pass, intermediate ones too: variable → formula in later adjoints."""
        found: dict[str, Any] = {}
        for step in self.derivation.steps:
            if isinstance(step, AdjointOf):
                found[step.variable.key] = step.result
            elif isinstance(step, LoopAdjoints):
                found |= {line.variable.key: line.result for line in step.result}
        return found

    @property
    def expanded(self) -> dict[str, Any]:
        """The gradients of a program, each in one formula without other adjoints."""
        found = self.derivation.result
        if not isinstance(found, Gradients):
            raise JacocalcError("only the gradients of a program have an expanded form")
        return {var.key: alone for var, _, alone in found.result}

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Numbers for NumPy arrays: of ``backprop`` the loss and the gradients by name, of ``differential`` an array.

        A value has the shape of its variable (a vector has one axis); sizes are read off the arrays, a generic σ is
        given by name, ``{"sigma": "tanh"}``.  A matrix → matrix derivative has the axes of the output first.
        Raises ShapeError, DomainError, JacocalcError.
        """
        question = self.question
        if not isinstance(question, BackpropOf | ProgramDifferential):
            raise JacocalcError("only questions about programs are evaluated on arrays", hint="use .result or .numeric")
        from jacocalc.derive.matrix.evaluation import evaluated_at

        return evaluated_at(self.derivation, {spelled(str(name)): value for name, value in by_name(values).items()})

    def to_code(self, target: str = "numpy") -> str:
        """Both passes of a program as code that checks its own gradients: numpy, jax, torch, julia, matlab; or latex.

        Raises JacocalcError for other questions and unknown targets.
        """
        question, found = self.question, self.derivation.result
        if not isinstance(question, BackpropOf) or not isinstance(found, Gradients):
            raise JacocalcError("code is written for the backward pass of a program", hint="jc.backprop(…).to_code()")
        from jacocalc.derive.matrix.prepare import prepared, steady
        from jacocalc.evaluate.program_samples import small_sizes
        from jacocalc.targets.code import program_code

        wrt = tuple(var for var, _, _ in found.result)
        program = prepared(question.program)
        runs = program if target == "latex" else steady(program)
        return program_code(runs, found.of, wrt, self.derivation.backward, target, small_sizes(runs))

    def check(
        self, answer: Any, *, exact: bool = False, rtol: Any = None, form: str | Sequence[str] = (), **functions: Any
    ) -> Verdict:
        """The verdict on an answer to this question: outcome, marks for every entry, and which mistake it matches.

        ``answer``: text or LaTeX.  Options: ``exact=True``, ``rtol=0.01``, ``form="expanded"``.  Of a backward pass
        lines ``dW = dz x'``, or a Python function from arrays to gradients by name; a generic σ is said by name then,
        ``check(f, sigma="tanh")``, and is the sigmoid if nothing is said.  Never raises for what a student typed.
        """
        from jacocalc.answers.given import is_function, refuse_options, typed, wanted_with

        if is_function(answer):
            if not isinstance(self.question, BackpropOf):
                raise JacocalcError("a function is checked as a backward pass only", hint="jc.backprop(…).check(f)")
            from jacocalc.answers.backward import check_backward

            return check_backward(self.derivation, answer, functions)
        from jacocalc.answers.judge import judge, unreadable

        refuse_options(functions)
        wanted = wanted_with(exact=exact, rtol=rtol, form=form)
        try:
            text = answer if isinstance(answer, str) else typed(answer)
        except ReadError as error:
            return unreadable(error)
        return judge(self.derivation, text, wanted)

    @property
    def hints(self) -> tuple[str, ...]:
        """What to try first, from the gentlest hint on; none of them is the result."""
        from jacocalc.answers.hints import hints

        return hints(self.derivation)

    @property
    def formula(self) -> str:
        """The rule in one line: J_{g∘f}(x) = J_g(f(x)) · J_f(x).  Raises JacocalcError for a program."""
        if isinstance(self.question, BackpropOf | ProgramDifferential):
            raise JacocalcError("a program has no chain of Jacobians", hint="s.adjoints, s.expanded")
        page = Page(self.derivation)
        if isinstance(self.question, HessianOf):
            return " = ".join(map(inline, second_order_rule(page)))
        return f"{inline(page.whole())} = {inline(Times(page.factors()))}"

    @property
    def factors(self) -> tuple[sympy.ImmutableMatrix, ...]:
        """The Jacobian of each stage, innermost first: at its point where there is one, else of its own inputs."""
        stages = self.question.chain.stages
        evaluated = {s.stage: s.result for s in self.derivation.steps if isinstance(s, JacobianAt)}
        local = {stages[s.stage]: s.result for s in self.derivation.steps if isinstance(s, LocalJacobian)}
        found = (evaluated.get(place, local.get(stage)) for place, stage in enumerate(stages))
        return tuple(to_sympy(matrix, self._symbols) for matrix in found if matrix is not None)

    @property
    def verified(self) -> str:
        """proved, agrees or undecided."""
        return self.derivation.verified.result

    @property
    def assumptions(self) -> tuple[Any, ...]:
        """The conditions under which the formulas hold, as SymPy relations."""
        return tuple(to_sympy(condition, self._symbols) for condition in self.derivation.assumptions)

    def numeric(self, digits: int = 15) -> tuple[tuple[str, ...], ...]:
        """The result at the point to ``digits`` significant digits, each proved by a ball."""
        if self.question.at is None:
            raise JacocalcError("numbers need a point: at=…")
        digits = _whole_digits(digits)
        found = self.derivation.result
        if isinstance(found, Gradients):
            raise JacocalcError("gradients of a program are evaluated", hint="s.evaluate({…})")
        if isinstance(found, tuple):
            raise JacocalcError("a vector function has a Hessian for each component", hint="use --digits or .result")
        if found is not None:
            grid = matrix_numbers(found if isinstance(found, Matrix) else Matrix(((found,),)), digits)
        else:
            grid = numbers_of(self.question, digits)
        return tuple(map(tuple, grid))

    def document(self, detail: str | None = None) -> Document:
        """The page as data, at a level of detail."""
        lines = tuple(f"{name}: {where}" for name, where in self.sources.items())
        if detail not in (None, *Detail):
            raise JacocalcError(f"detail is brief, normal or full, not {detail}")
        return at_detail(explain(self.derivation, lines), Detail(detail) if detail else self.options.detail)

    def to_text(self, width: int = 80, detail: str | None = None) -> str:
        """The worked solution as plain text."""
        if isinstance(width, bool) or not isinstance(width, int) or width < 1:
            raise JacocalcError(f"a width is a whole number from 1 on, not {width!r}")
        return str(writer("text")(self.document(detail), width))

    def to_latex(self, detail: str | None = None, standalone: bool = False) -> str:
        """The worked solution as LaTeX with amsmath."""
        return str(writer("latex")(self.document(detail), standalone))

    def to_beamer(self, detail: str | None = None, standalone: bool = False) -> str:
        """The worked solution as frames for LaTeX's beamer, one for each section."""
        return str(writer("beamer")(self.document(detail), standalone))

    def to_markdown(self, detail: str | None = None) -> str:
        """The worked solution as Markdown with GitHub's mathematics."""
        return str(writer("markdown")(self.document(detail)))

    def to_html(self, detail: str | None = None, pictures: Sequence[str] = ()) -> str:
        """The worked solution as one HTML file with MathML; with ``pictures=("map",)`` also drawn."""
        return str(writer("html")(self.illustrated(self.document(detail), pictures)))

    def picture(self, kind: str = "") -> Picture:
        """A picture of the function at the point: map, gradient, graph or flow; without a kind the first that fits.

        ``.save("map.svg")``, ``.svg``, ``.png``; a notebook shows it.  Raises JacocalcError for kinds that do not fit,
        MissingExtra without Matplotlib.
        """
        from jacocalc.pictures.canvas import require_matplotlib

        require_matplotlib()
        from jacocalc.pictures.kinds import picture_of

        return picture_of(kind, self.derivation, self.options)

    def illustrated(self, page: Document, pictures: Sequence[str]) -> Document:
        """The page with pictures of these kinds at its end."""
        kinds = dict.fromkeys([pictures] if isinstance(pictures, str) else pictures)
        if not kinds:
            return page
        figures = tuple(dict.fromkeys(self.picture(kind).block() for kind in kinds))  # two kinds may be one picture
        heading = ("In a picture",) if len(figures) == 1 else ("In pictures",)
        return replace(page, sections=(*page.sections, Section(heading, figures, Detail.BRIEF)))

    def to_pdf(self, detail: str | None = None, by: str = "") -> bytes:
        """The worked solution as PDF, by LaTeX or Chromium, whichever is installed (``by``: "latex", "html", "beamer").

        Raises MissingExtra where neither is there.
        """
        if by not in ("", "latex", "html", "beamer"):
            raise JacocalcError(f"a PDF is made of latex, html or beamer, not of {by}")
        return bytes(writer("pdf")(self.document(detail), by))

    def to_speech(self, detail: str | None = None) -> str:
        """The worked solution in words."""
        return str(writer("speech")(self.document(detail)))

    def to_dot(self) -> str:
        """The computational graph in the language of Graphviz.  Raises JacocalcError for other questions."""
        return str(writer("dot")(self.document()))

    def to_mermaid(self) -> str:
        """The computational graph in the language of Mermaid.  Raises JacocalcError for other questions."""
        return str(writer("mermaid")(self.document()))

    def to_animation(self) -> str:
        """The product formed entry by entry, or both passes through the graph: one animated SVG, as text.

        Raises JacocalcError where there is neither, TooLarge where they do not fit a picture.
        """
        from jacocalc.explain.animation import animate

        return str(writer("animation")(animate(self.derivation)))

    def to_json(self) -> str:
        """The derivation as JSON, schema 1."""
        from jacocalc import exchange

        found = self.derivation.result
        gradients = {var.key: _latex(term) for var, term, _ in found.result} if isinstance(found, Gradients) else None
        return exchange.to_json(self.derivation, self._latex_result(), self.sources, gradients)

    def _latex_result(self) -> str:
        found = self.derivation.result
        if isinstance(self.question, PointReport):
            return ""
        if isinstance(found, Gradients):
            named = partial(derivative_name, self.derivation, found.of)
            parts = (f"{_latex(named(var))} = {_latex(result)}" for var, result, _ in found.result)
            return r", \quad ".join(parts)
        if found is None:
            return " = ".join(map(_latex, Page(self.derivation).rule()))
        return ", ".join(map(_latex, found)) if isinstance(found, tuple) else _latex(found)

    def _repr_latex_(self) -> str:
        if isinstance(self.question, PointReport):
            rows = (rf"\text{{{escape(name)}}} & \text{{{escape(said)}}}" for name, said in self.result.items())
            return rf"$\displaystyle \begin{{array}}{{ll}} {_NEXT_ROW.join(rows)} \end{{array}}$"
        if isinstance(self.derivation.result, Gradients):
            return rf"$\displaystyle {self._latex_result()}$"
        page = Page(self.derivation)
        head = "" if self.derivation.result is None else f"{_latex(result_name(page))} = "
        return rf"$\displaystyle {head}{self._latex_result()}$"

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Solution of {type(self.question).__name__}: {self.verified}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Solution) and self.derivation == other.derivation

    def __hash__(self) -> int:
        return hash(self.derivation)


def answer(
    question: Question,
    options: Options | None = None,
    symbols: Mapping[str, sympy.Symbol] | None = None,
    sources: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Solution:
    """The solution of a question, within ``timeout`` seconds.  Raises what ``derive`` raises, LimitReached."""
    used = options or Options()
    if used.digits is not None:
        used = replace(used, digits=_whole_digits(used.digits))
    if timeout is not None and not (isinstance(timeout, int | float) and timeout > 0):
        raise JacocalcError(f"timeout is a positive number of seconds, not {timeout!r}")
    derivation = derive(question, used) if timeout is None else until(timeout, derive, question, used)
    return Solution(derivation, used, symbols, sources)


def _latex(item: Any) -> str:
    """A formula as LaTeX."""
    return str(writer("formula")(item))
