"""Of which function an answer is said to be the derivative: d/dx x² = 3x² is none of x³, whatever the value is.

What is said of another function leads up to the answer, d/dx x² = 2x, d/dx sin x = cos x; alone, it is worth half.
"""

from __future__ import annotations

from collections.abc import Sequence

from jacocalc.answers.comparison import compare
from jacocalc.answers.entry_names import says_result
from jacocalc.answers.kinds import halved
from jacocalc.answers.reference import Reference
from jacocalc.evaluate.samples import sampled
from jacocalc.linear import paper
from jacocalc.notation import Symbol
from jacocalc.questions import Compose, GradientOf, ImplicitFunction, JacobianOf
from jacocalc.verdicts import CORRECT, WRONG, EntryVerdict, Line, Submission, Verdict, Wanted

_CODE = "another-function"


def of_other_functions(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """d/dx x² = 2x beside f′ = … of x² sin x"""
    others = tuple(line for line in lines if _is_of_another(reference, line))
    left = [line for line in lines if line not in others]
    return others if any(not line.name or says_result(line.name) for line in left) else ()


def function_judged(reference: Reference, submission: Submission, verdict: Verdict) -> Verdict:
    """The verdict on right values with the function that they are said to be of: where it is another, half is left."""
    if verdict.outcome != CORRECT or of_other_functions(reference, submission.lines):
        return verdict
    line = next((line for line in submission.lines if _is_of_another(reference, line)), None)
    if line is None or line.of is None:
        return verdict
    values = "value is" if verdict.max_score == 1 else "values are"
    message = f"The {values} right, but {paper(line.of)} is not the function that is differentiated."
    return halved(verdict, EntryVerdict("the function", WRONG, paper(line.of), "", (_CODE,), message))


def _is_of_another(reference: Reference, line: Line) -> bool:
    """Whether a line is the derivative of a formula that is no component of the function: of a stage, an equation."""
    question, (first, *more) = reference.question, reference.chain.stages
    if line.of is None or reference.chain.abstract:
        return False
    if isinstance(question, ImplicitFunction):
        return not any(line.of == Symbol(name) for name in question.solve_for)
    if isinstance(question, Compose | GradientOf) and more:
        return any(line.of in (stage.components or ()) for stage in (first, *more))
    if more or first.components is None or not isinstance(question, GradientOf | JacobianOf):
        return False
    samples = sampled((*first.inputs, *first.parameters))
    return all(compare(component, line.of, samples, Wanted()).outcome == WRONG for component in first.components)
