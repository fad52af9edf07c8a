"""A program and its backward pass → runnable code, or equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from jacocalc.errors import JacocalcError, did_you_mean
from jacocalc.program_steps import BackwardStep
from jacocalc.programs import Program
from jacocalc.targets.julia import julia_script
from jacocalc.targets.latex import latex_fragment
from jacocalc.targets.lines import Plan
from jacocalc.targets.matlab import matlab_file
from jacocalc.targets.plan import plan_of
from jacocalc.targets.python import python_module
from jacocalc.targets.sharing import shared
from jacocalc.terms import Var

_LANGUAGES: dict[str, Callable[[Plan], str]] = {
    "numpy": lambda plan: python_module(plan, "numpy"),
    "jax": lambda plan: python_module(plan, "jax"),
    "torch": lambda plan: python_module(plan, "torch"),
    "julia": julia_script,
    "matlab": matlab_file,
}
TARGETS = (*_LANGUAGES, "latex")


def program_code(
    program: Program,
    loss: Var,
    wrt: tuple[Var, ...],
    steps: Sequence[BackwardStep],
    target: str,
    sizes: Mapping[str, int],
) -> str:
    """Both passes for a target, which check themselves at ``sizes``.

    Raises JacocalcError for a target that is not known.
    """
    if target == "latex":
        return latex_fragment(program, loss, steps)
    if target not in _LANGUAGES:
        raise unknown_target("code of programs", target, TARGETS)
    return _LANGUAGES[target](replace(shared(plan_of(program, loss, wrt, steps)), sizes=sizes))


def unknown_target(what: str, target: str, known: Sequence[str]) -> JacocalcError:
    """What is said of a target that is not known, with what was probably meant."""
    hint = did_you_mean(target, known, cutoff=0.5)
    return JacocalcError(f"{what} is written for {', '.join(known)}, not for {target}", hint=hint)
