"""Plan → a Python module for NumPy, JAX or PyTorch: forward, backward, loss_and_gradients, and a check that runs."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jacocalc.targets.drafts import Draft, draft_of
from jacocalc.targets.forms import Forms
from jacocalc.targets.heads import head_lines
from jacocalc.targets.layout import INDENT, WIDTH, listed, python_tuple
from jacocalc.targets.libraries import JAX, JAX_HELPERS, NEEDS, NUMPY, NUMPY_HELPERS, TORCH, TORCH_HELPERS
from jacocalc.targets.lines import Plan
from jacocalc.targets.python_checks import ARRAYS, CHECKS, FACTS, SLOPES, Features, sample_inputs
from jacocalc.targets.statements import Syntax
from jacocalc.terms import Shape

SYNTAX = Syntax(
    let="{0} = {1}", add="{0} += {1}", upwards="for {letter} in range({first}, {after}):",
    downwards="for {letter} in range({last}, {before}, -1):", last="if {0} == {1}:", otherwise="else:", end="",
    room="{0} = [None] * ({1})", started="{0} = [{1}] + [None] * {2}", settle="{0} = fixed_point(lambda {0}: {1}, {2})",
    element="{0}[{1}]", based=0, flat=True,
)  # fmt: skip
_BUILTINS = [name for name in dir(builtins) if name.islower()]
RESERVED = frozenset({*keyword.kwlist, *_BUILTINS, "np", "jnp", "jax", "torch", "math"})
_LAYOUT = "a gradient has the shape of its variable."
_EXIT = "raise SystemExit(0 if check_gradients() else 1)"


@dataclass(frozen=True)
class Library:
    """An array library: its imports, its table of forms and helpers, what scalars are, and how doubles are set."""

    title: str
    imports: str
    prefix: str
    forms: Forms
    helpers: dict[str, str]
    numbers: str
    doubles: str = ""


LIBRARIES = {
    "numpy": Library("NumPy", "import numpy as np", "np", NUMPY, NUMPY_HELPERS, "floats"),
    "jax": Library("JAX", "import jax\nimport jax.numpy as jnp\nimport numpy as np", "jnp", JAX, JAX_HELPERS, "floats",
                   'jax.config.update("jax_enable_x64", True)'),
    "torch": Library("PyTorch", "import torch", "torch", TORCH, TORCH_HELPERS, "tensors without axes",
                     "torch.set_default_dtype(torch.float64)"),
}  # fmt: skip


def python_module(plan: Plan, target: str) -> str:
    """The module for a library: its parts, two blank lines apart."""
    library = LIBRARIES[target]
    draft = draft_of(plan, library.forms, NEEDS, SYNTAX, RESERVED)
    imports = ("import math\n\n" if "math" in draft.helpers else "") + library.imports
    return "\n\n\n".join([
        f"{_docstring(plan, draft, library)}\n{imports}",
        *(library.helpers[name].rstrip() for name in draft.helpers if name != "math"),
        _forward(draft),
        _backward(draft),
        _both(draft),
        *_check(plan, draft, target),
    ]) + "\n"  # fmt: skip


def python_shape(shape: Shape) -> str:
    """(m, n), (n,), ()"""
    return python_tuple([str(size) for size in shape if size != 1])


def _docstring(plan: Plan, draft: Draft, library: Library) -> str:
    layout = f"Scalars are {library.numbers}, vectors 1-D and matrices 2-D arrays; {_LAYOUT}"
    return '"""' + "\n".join(head_lines(plan, draft.identifiers, library.title, layout, python_shape)) + '\n"""\n'


# -- functions ----------------------------------------------------------------------------------------


def _function(name: str, arguments: Sequence[str], says: str, body: Sequence[str]) -> str:
    return "\n".join([listed(f"def {name}(", arguments, "):"), f'{INDENT}"""{says}"""', *body])


def _forward(draft: Draft) -> str:
    one = draft.forward
    returned = listed(f"{INDENT}return {{", [f'"{name}": {name}' for name in draft.made], "}")
    body = [*one.sizes, *one.body, returned]
    return _function("forward", [*draft.given, *one.generic], "All that the program computes, by name.", body)


def _backward(draft: Draft) -> str:
    one = draft.backward
    returned = listed(f"{INDENT}return {{", [f'"{key}": {name}' for key, name in draft.results], "}")
    body = [*one.sizes, *_unpacked(list(draft.read)), *one.body, returned]
    arguments = [*draft.given, "values", *one.generic]
    return _function("backward", arguments, "The gradients, by the names of their variables.", body)


def _both(draft: Draft) -> str:
    body = [
        listed(f"{INDENT}values = forward(", [*draft.given, *draft.forward.generic], ")"),
        listed(f"{INDENT}gradients = backward(", [*draft.given, "values", *draft.backward.generic], ")"),
        f'{INDENT}return values["{draft.loss}"], gradients',
    ]
    return _function("loss_and_gradients", [*draft.given, *draft.generic], "The loss and its gradients.", body)


def _unpacked(names: list[str]) -> list[str]:
    """z, h = values["z"], values["h"], as many as fit on a line."""
    lines: list[str] = []
    while names:
        count = len(names)
        while count > 1 and len(_unpacking(names[:count])) > WIDTH:
            count -= 1
        lines.append(_unpacking(names[:count]))
        names = names[count:]
    return lines


def _unpacking(names: list[str]) -> str:
    return f"{INDENT}{', '.join(names)} = " + ", ".join(f'values["{name}"]' for name in names)


# -- the check ----------------------------------------------------------------------------------------


def _check(plan: Plan, draft: Draft, target: str) -> Iterator[str]:
    library = LIBRARIES[target]
    if not any(key in draft.inputs for key, _ in draft.results):
        return
    yield from (FACTS[fact].format(xp=library.prefix) for fact in draft.facts)
    yield sample_inputs(plan, draft, target)
    slopes = [f'"{one.name}": {SLOPES[one.order].format(xp=library.prefix)}' for one in draft.identifiers.generic]
    constants = [listed("FUNCTIONS = {", slopes, "}")] if slopes else []
    if draft.symmetric:
        symmetric = python_tuple([f'"{name}"' for name in draft.symmetric])
        constants.append(f"SYMMETRIC = {symmetric}")
    if constants:
        yield "\n".join(constants)
    names = "gradients" if draft.all_given else "(name for name in gradients if name in inputs)"
    if draft.has_lists:
        yield ARRAYS
    yield from CHECKS[target](Features(bool(slopes), bool(draft.symmetric), draft.has_lists, names))
    yield "\n".join(['if __name__ == "__main__":', *(INDENT + line for line in (library.doubles, _EXIT) if line)])

