"""What a question asks for beside its result, and the steps that answer it: none is missing, none was not asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from jacocalc.program_steps import DescentStep, GaussNewton, HessianTerm, HessianVector, KroneckerForm, ProgramNumbers
from jacocalc.questions import BackpropOf, Compose, HessianOf, JacobianOf, ProgramDifferential
from jacocalc.replaying.report import Wrong
from jacocalc.steps import Bracketing, Derivation, NewtonStep, OrderAdvice

Row = tuple[type, str, type, Callable[[Any], int]]  # a question, its field, a kind of step, how many (True: some)


def _has_numbers(question: BackpropOf) -> bool:
    return bool(question.given or question.seed is not None or question.update)


ROWS: tuple[Row, ...] = (
    (JacobianOf, "newton", NewtonStep, lambda question: question.newton),
    (HessianOf, "newton", NewtonStep, lambda question: question.newton),
    (Compose, "order", OrderAdvice, lambda question: bool(question.order) and len(question.chain.stages) > 1),
    (BackpropOf, "hessian_vector", HessianVector, lambda question: question.hessian_vector),
    (BackpropOf, "gauss_newton", GaussNewton, lambda question: question.gauss_newton),
    (BackpropOf, "given", ProgramNumbers, _has_numbers),
    (BackpropOf, "update", DescentStep, lambda question: bool(question.update)),
    (ProgramDifferential, "second", HessianTerm, lambda question: question.second),
    (ProgramDifferential, "kronecker", KroneckerForm, lambda question: question.kronecker),
)


def check_asked_for(derivation: Derivation) -> None:
    """As many steps of each kind as the question asks for.  Raises Wrong."""
    question, counts = derivation.question, Counter(map(type, derivation.steps))
    for kind, field, step, wanted in ROWS:
        if isinstance(question, kind):
            many, found = wanted(question), counts[step]
            if many != (bool(found) if isinstance(many, bool) else found):
                raise Wrong(field, f"there are {found} steps {step.__name__}, which is not what is asked for")
    if isinstance(question, Compose) and question.order and len(question.chain.stages) > 2:
        _check_orders(question.order, derivation)


def _check_orders(order: str, derivation: Derivation) -> None:
    """One order, or all; there is none that is best where a size is a symbol.  Raises Wrong."""
    wanted = {"forward", "reverse", "best"} if order == "compare" else {order}
    found = {step.order.partition("-")[0] for step in derivation.steps if isinstance(step, Bracketing)}
    if not wanted - {"best"} <= found <= wanted:
        raise Wrong("order", f"it asks for {order}, but there is {', '.join(sorted(found)) or 'none'}")
