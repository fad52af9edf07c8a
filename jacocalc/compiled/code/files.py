"""A function or a chain → a file of code in a language, or its equations in LaTeX.

recognised → derivative → lowered → scheduled (the jobs, as for kernels) → statements → file
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jacocalc.compiled.code import c99, python, scripts
from jacocalc.compiled.code.drafts import Draft, Source, draft_of
from jacocalc.compiled.code.languages import LANGUAGES
from jacocalc.compiled.code.lines import guards
from jacocalc.compiled.code.special_forms import with_special
from jacocalc.errors import JacocalcError
from jacocalc.targets.code import unknown_target

_FILES: dict[str, tuple[Callable[[Draft], str], Iterable[str]]] = {
    "numpy": (lambda draft: python.python_file(draft, "numpy"), python.FIXED),
    "c": (c99.c_file, c99.FIXED),
    "jax": (lambda draft: python.python_file(draft, "jax"), python.FIXED),
    "torch": (lambda draft: python.python_file(draft, "torch"), python.FIXED),
    "julia": (scripts.julia_file, scripts.JULIA_FIXED),
    "matlab": (scripts.matlab_file, scripts.MATLAB_FIXED),
}
TARGETS = (*_FILES, "latex")


def function_code(source: Source, target: str) -> str:
    """The whole file.  Raises JacocalcError for a target that is not known."""
    if target not in TARGETS:
        raise unknown_target("code", target, TARGETS)
    if target == "latex":
        if source.written is None:
            raise JacocalcError("equations are written for functions that were given as formulas")
        return source.written.equations()
    write, fixed = _FILES[target]
    language = with_special(LANGUAGES[target], target, source.functions)
    own = (*fixed, *(guards(language) if language.guard else ()))
    return write(draft_of(source, language, own))
