"""A plan in the words of one language, not yet laid out: what the modules of all languages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jacocalc.targets.forms import Forms, Needs, with_needs
from jacocalc.targets.identifiers import Identifiers
from jacocalc.targets.lines import Line, Plan, targets_of
from jacocalc.targets.samples import drawn_facts
from jacocalc.targets.statements import Code, Syntax, calls_generic, read_values
from jacocalc.terms import Adjoint, Var

# Names that the functions around the two passes have in every language.
OWN = ("forward", "backward", "loss_and_gradients", "values", "gradients", "sample_inputs", "check_gradients",
       "relative_error", "difference_quotients", "quotients_with", "arrays", "draw", "loss_at", "FUNCTIONS",
       "SYMMETRIC")  # fmt: skip
# Steps of differences: for most losses, for 10^9 + sin x, and for sin(10^4 x) to sin(10^9 x).
STEPS = ("1e-3", "1e-2", "1e-5", "1e-7", "1e-9", "1e-10", "1e-11")
_CALLED = re.compile(r"(?<![.\w])[A-Za-z_]\w*(?=\(|\.|\{dot\})")


@dataclass(frozen=True)
class Pass:
    """One function: the statements that bind sizes, those of the pass, and the generic functions that it calls."""

    sizes: tuple[str, ...]
    body: tuple[str, ...]
    generic: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """Both passes; ``ends`` are the ends of loops that must be given, ``made`` what the forward pass computes,
    ``read`` what of it the backward pass reads, ``results`` (key, name) of every gradient, ``helpers`` and ``facts``
    the functions that stand before and behind the passes."""

    identifiers: Identifiers
    inputs: tuple[str, ...]
    ends: tuple[str, ...]
    generic: tuple[str, ...]
    forward: Pass
    backward: Pass
    made: tuple[str, ...]
    read: tuple[str, ...]
    results: tuple[tuple[str, str], ...]
    helpers: tuple[str, ...]
    facts: tuple[str, ...]
    loss: str

    @property
    def given(self) -> list[str]:
        """The arguments that both passes share."""
        return [*self.inputs, *self.ends]

    @property
    def has_lists(self) -> bool:
        """Whether an argument is a list over the steps of a loop."""
        return any(parameter.family for parameter in self.identifiers.parameters)

    @property
    def all_given(self) -> bool:
        """Whether every gradient belongs to an argument, so that it can be checked."""
        return all(key in self.inputs for key, _ in self.results)

    @property
    def symmetric(self) -> list[str]:
        """The arguments that are symmetric matrices."""
        return [parameter.name for parameter in self.identifiers.parameters if "symmetric" in parameter.var.facts]


def draft_of(plan: Plan, forms: Forms, needs: Needs, syntax: Syntax, reserved: Iterable[str]) -> Draft:
    """The plan in a language."""
    called = {name for form in forms.values() for name in _CALLED.findall(form.template)}
    helpers = {form.helper for form in forms.values()} | {"fixed_point"}
    identifiers = Identifiers(plan, frozenset({*reserved, *OWN, *called, *helpers}), syntax.element, syntax.based)
    used: dict[str, None] = {}

    def written(lines: tuple[Line, ...]) -> Pass:
        code = Code(identifiers, forms, syntax)
        body = tuple(code.block(lines))
        used.update(code.expressions.helpers)
        return Pass(tuple(code.bindings()), body, tuple(calls_generic(lines, identifiers)))

    counting = Code(identifiers, forms, syntax)
    made = dict.fromkeys(identifiers.whole(target) for line in plan.forward for target in targets_of(line))
    return Draft(
        identifiers=identifiers,
        inputs=tuple(parameter.name for parameter in identifiers.parameters),
        ends=tuple(identifiers.letters[end] for end in plan.program.ends if not counting.counted(end)),
        generic=tuple(one.name for one in identifiers.generic),
        forward=written(plan.forward),
        backward=written(plan.backward),
        made=tuple(made),
        read=tuple(read_values(plan.backward, identifiers, plan.forward)),
        results=tuple(_result(var, plan, identifiers) for var in plan.wrt if not identifiers.in_list(var)),
        helpers=with_needs(used, needs),
        facts=tuple(dict.fromkeys(fact for var in plan.program.declared for fact in drawn_facts(var))),
        loss=identifiers.of(plan.loss),
    )


def _result(var: Var, plan: Plan, identifiers: Identifiers) -> tuple[str, str]:
    """(name of the argument, gradient): of a family the whole list, of h_0 its member dh[0]."""
    given = {parameter.var: parameter.name for parameter in identifiers.parameters}
    adjoint = Adjoint(plan.loss.key, var)
    whole = var.index is not None and bool(var.index.letter)
    return given.get(var, identifiers.whole(var)), identifiers.whole(adjoint) if whole else identifiers.of(adjoint)
