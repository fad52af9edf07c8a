"""A function with its jobs → what the files of all languages have in common: names, statements, head, sample point."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jacocalc.compiled.code.languages import Language
from jacocalc.compiled.code.lines import Lines, Names, free_names, has_branches, lines_of, prefix_of
from jacocalc.compiled.code.points import Check, check_of
from jacocalc.compiled.kernels import Job
from jacocalc.functions import VectorFunction, arrow
from jacocalc.linear import definition
from jacocalc.notation import tree_size
from jacocalc.targets.heads import WIDTH
from jacocalc.targets.layout import INDENT

_LONG = 400  # parts of a formula that the head repeats
_STEM = 40  # signs
_ARRAYS = {"value": "Y", "jacobian": "J", "gradient": "G", "hessian": "H"}


@dataclass(frozen=True)
class Written:
    """How the author wrote a function: its stages, innermost first, and what makes its equations in LaTeX."""

    stages: tuple[VectorFunction, ...]
    equations: Callable[[], str]


@dataclass(frozen=True)
class Source:
    """A function f: ℝⁿ → ℝᵐ; ``jobs``: value, jacobian, and hessian for a scalar function."""

    name: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    scalar: bool
    jobs: Mapping[str, Job]
    written: Written | None = None

    @property
    def n(self) -> int:
        """How many inputs."""
        return len(self.inputs)

    @property
    def m(self) -> int:
        """How many components."""
        return self.jobs["value"].width

    @property
    def functions(self) -> set[Any]:
        """The functions that are called."""
        made = ((job.schedule.tape, job.schedule.order) for job in self.jobs.values())
        return {tape.payloads[node] for tape, order in made for node in order if tape.names[node] == "call"}


@dataclass(frozen=True)
class Draft:
    """``stem``: what the names of the functions begin with.

    ``vector`` is the array of the inputs, ``results`` are those that are filled.  ``branching``: whether a branch that
    is not taken may have no value.  ``check``: where the file checks itself, inputs and then parameters.
    """

    source: Source
    language: Language
    stem: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    vector: str
    results: Mapping[str, str]
    branching: bool
    routines: Mapping[str, Lines]
    check: Check

    @property
    def n(self) -> int:
        """How many inputs."""
        return self.source.n

    @property
    def m(self) -> int:
        """How many components."""
        return self.source.m

    @property
    def scalar(self) -> bool:
        """Whether f has values in ℝ, a gradient and a Hessian."""
        return self.source.scalar

    @property
    def point(self) -> tuple[float, ...]:
        """Where the file checks itself."""
        return self.check.point

    @property
    def agreement(self) -> dict[str, str]:
        """The step of differences, twice that, the error that is allowed, and what counts as 0, as they are written."""
        step, digits, small = -self.check.step, -self.check.digits, -self.check.small
        return {"step": f"1e{step}", "twice": f"2e{step}", "tolerance": f"1e{digits}", "small": f"1e{small}"}

    @property
    def helpers(self) -> list[str]:
        """The functions that the routines call, each once."""
        return list(dict.fromkeys(name for one in self.routines.values() for name in one.helpers))

    @property
    def arguments(self) -> list[str]:
        """X and the parameters."""
        return [self.vector, *self.parameters]


def draft_of(source: Source, language: Language, fixed: Iterable[str]) -> Draft:
    """The draft in a language; ``fixed``: the names that the file has of itself."""
    stem = stem_of(source.name)
    named = {f"{stem}_{result}" for result in _ARRAYS}
    free = free_names(language.reserved | frozenset(fixed) | named | {stem})
    names = tuple(free.free(name) for name in (*source.inputs, *source.parameters))
    vector = free.free("X")
    results = {result: free.free(letter) for result, letter in _ARRAYS.items()}
    own = Names(names, prefix_of([*names, vector, *results.values(), *language.reserved, *fixed, *named]))
    branching = has_branches(source.jobs["value"])
    routines = {name: lines_of(job, language, own, branching) for name, job in source.jobs.items()}
    check = check_of(source.jobs, source.n)
    inputs, parameters = names[: source.n], names[source.n :]
    return Draft(source, language, stem, inputs, parameters, vector, results, branching, routines, check)


def stem_of(name: str) -> str:
    """f; g_of_f for g∘f; chain for a long composition"""
    stem = re.sub(r"\W", "_", name.replace("∘", "_of_").encode("ascii", "replace").decode())
    stem = "chain" if "∘" in name and len(stem) > _STEM else stem
    return stem if stem[:1].isalpha() else f"f_{stem.strip('_')}".rstrip("_")


# -- the head -----------------------------------------------------------------------------------------


def _defined(stage: VectorFunction) -> str:
    """f(x, y; a) = [a x^2, y]; only the spaces where the formulas are long"""
    long = sum(map(tree_size, stage.components or ())) > _LONG
    return f"{stage.name}: {arrow(stage)}" if long else definition(stage)


def wrapped_list(items: Sequence[str], between: str = ", ") -> str:
    """Names or numbers, as many as fit on a line."""
    return textwrap.fill(between.join(items), WIDTH, subsequent_indent=INDENT * 2, break_on_hyphens=False,
                         break_long_words=False)  # fmt: skip


def head_lines(draft: Draft, layout: Sequence[str]) -> list[str]:
    """What it is, the function in one line for each stage, the layout, names that had to change."""
    source = draft.source
    stages = source.written.stages if source.written else ()
    given = [_defined(stage) for stage in stages] or [f"{source.name}: R^{source.n} -> R^{source.m}"]
    given += [f"y = {_nested(stages)}"] if len(stages) > 1 else []
    said = [*layout, *_renamed(draft)]
    return [
        f"{source.name} and its derivatives in {draft.language.title}, written by jacocalc.", "",
        *(line for one in given for line in textwrap.wrap(one, WIDTH, initial_indent="    ",
                                                          subsequent_indent="        ")), "",
        *(line for one in said for line in textwrap.wrap(one, WIDTH)),
    ]  # fmt: skip


def _nested(stages: Sequence[VectorFunction]) -> str:
    """g(f(x, y))"""
    found = ", ".join(stages[0].inputs)
    for stage in stages:
        found = f"{stage.name}({found})"
    return found


def _renamed(draft: Draft) -> list[str]:
    """Only names are said: a symbol of SymPy may hold what would end a comment, and be run."""
    pairs = zip((*draft.source.inputs, *draft.source.parameters), (*draft.inputs, *draft.parameters), strict=True)
    changed = [f"{old} is {new}" for old, new in pairs if old != new and old.isidentifier()]
    return [f"Renamed: {', '.join(changed)}."] if changed else []
