"""A draft → a Python module for NumPy, JAX or PyTorch, batched over leading axes; run as a script it checks itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from jacocalc.compiled.code.drafts import Draft, head_lines, wrapped_list
from jacocalc.compiled.code.lines import Lines
from jacocalc.targets.forms import with_needs
from jacocalc.targets.layout import INDENT, WIDTH, filled, listed, python_tuple
from jacocalc.targets.libraries import NEEDS

FIXED = ("stacked", "zero", "check", "relative_error", "np", "jnp", "jax", "torch", "math", "special")
_STACKED = '''def stacked(entries, shape, zero):
    """Entries of the batch shape, side by side along new last axes."""
    {listed}
    return {joined}.reshape((*zero.shape, *shape))'''
_ERROR = '''def relative_error(found, expected):
    """The largest difference, relative to the largest entry."""
    return float(abs(found - expected).max() / max(abs(expected).max(), {small}))'''
_CHECK = '''def check():
    """Compare derivatives with {others} at a point."""
    point = {point}
    step = {step} * {eye}
    parameters = {parameters}
    passed = True
    for name, derivative, function in {pairs}:
        found = derivative(point, **parameters)
        ahead, behind = function(point + step, **parameters), function(point - step, **parameters)
        error = relative_error(found, ((ahead - behind) / {twice}).reshape({n}, -1).T)
        print(f"{{name}}: relative error {{error:.1e}}")
        passed = passed and error <= {tolerance}
{own}    print("check passed" if passed else "check failed")
    return passed'''
_OWN = """        error = relative_error(found, {own}(function)(point, *parameters.values()).reshape(found.shape))
        print(f"{{name}} by {own}: relative error {{error:.1e}}")
        passed = passed and error <= 1e-8
"""
_MAIN = 'if __name__ == "__main__":\n{doubles}    raise SystemExit(0 if check() else 1)'


@dataclass(frozen=True)
class Library:
    """What differs between the libraries beside their functions; ``own``: their derivative, for the check."""

    imports: str
    prefix: str
    unpacked: str
    parameter: str
    listed: str
    joined: str
    array: str
    eye: str
    own: str = ""
    doubles: str = ""


LIBRARIES = {
    "numpy": Library(
        "import numpy as np", "np", "np.moveaxis(np.asarray({0}), -1, 0)", "",
        "listed = [np.broadcast_to(entry, zero.shape) for entry in entries]",
        'np.stack(listed, axis=-1, dtype=zero.dtype, casting="same_kind")', "np.array({0})", "np.eye({0})",
    ),
    "jax": Library(
        "import jax\nimport jax.numpy as jnp", "jnp", "jnp.moveaxis(jnp.asarray({0}), -1, 0)", "",
        "listed = [jnp.broadcast_to(entry, zero.shape) for entry in entries]",
        "jnp.stack(listed, axis=-1).astype(zero.dtype)", "jnp.array({0})", "jnp.eye({0})", "jax.jacfwd",
        'jax.config.update("jax_enable_x64", True)',
    ),
    "torch": Library(
        "import torch", "torch", "{0}.unbind(-1)", "torch.as_tensor({0}, dtype={1}.dtype, device={1}.device)",
        "listed = [zero + entry for entry in entries]", "torch.stack(listed, dim=-1)",
        "torch.tensor({0}, dtype=torch.float64)", "torch.eye({0}, dtype=torch.float64)", "torch.func.jacrev",
    ),
}  # fmt: skip


def python_file(draft: Draft, target: str) -> str:
    """The module: its parts, two blank lines apart."""
    library = LIBRARIES[target]
    helpers = with_needs(draft.helpers, NEEDS)
    imports = ("import math\n\n" if "math" in helpers else "") + library.imports
    imports += "\nfrom scipy import special" if "special" in helpers else ""
    head = "\n".join(head_lines(draft, _layout(draft)))
    stacked = _STACKED.format(listed=library.listed, joined=library.joined)
    main = _MAIN.format(doubles=f"{INDENT}{library.doubles}\n" if library.doubles else "")
    return "\n\n\n".join([
        f'"""{head}\n"""\n\n{imports}',
        *(draft.language.helpers[name].rstrip() for name in helpers if name not in ("math", "special")),
        stacked, *_functions(draft, library), _ERROR.format(**draft.agreement), _check(draft, library), main,
    ]) + "\n"  # fmt: skip


def _layout(draft: Draft) -> list[str]:
    stem, n, m = draft.stem, draft.n, draft.m
    inputs = f"{draft.vector} has the inputs {', '.join(draft.inputs)} along its last axis, of length {n}"
    said = [f"{inputs}; all axes before it are batch axes, which the results have too."]
    value = "the batch shape" if draft.scalar else f"shape (..., {m})"
    shapes = f"{stem}_value has {value}, {stem}_jacobian (..., {m}, {n}): row i is component i, column j is input j"
    more = f"; {stem}_gradient (..., {n}) and {stem}_hessian (..., {n}, {n})" if draft.scalar else ""
    said.append(f"{shapes}{more}.")
    if draft.parameters:
        said.append(f"Parameters: {', '.join(draft.parameters)}, numbers or arrays of the batch shape.")
    return [*said, "Run as a script, the file checks its derivatives."]


def _functions(draft: Draft, library: Library) -> list[str]:
    n, m = draft.n, draft.m
    found = [
        _function(draft, library, "value", () if draft.scalar else (m,)),
        _function(draft, library, "jacobian", (m, n)),
    ]
    if draft.scalar:
        arguments = ", ".join(draft.arguments)
        says = f"The gradient, (..., {n}): the one row of the Jacobian."
        found.append(f'def {draft.stem}_gradient({arguments}):\n{INDENT}"""{says}"""\n'
                     f"{INDENT}return {draft.stem}_jacobian({arguments})[..., 0, :]")  # fmt: skip
        found.append(_function(draft, library, "hessian", (n, n)))
    return found


_SAYS = {
    "value": "The value, {shape}.", "jacobian": "The Jacobian, {shape}.", "hessian": "The second derivatives, {shape}.",
}  # fmt: skip


def _function(draft: Draft, library: Library, result: str, shape: Sequence[int]) -> str:
    lines = draft.routines[result]
    size = f"(..., {', '.join(map(str, shape))})" if shape else "of the batch shape"
    guarded = draft.branching and library.prefix == "np"
    names = wrapped_list(draft.inputs) + ("," if draft.n == 1 else "")
    names = f"({names})" if "\n" in names else names
    unpacked = library.unpacked.format(draft.vector)
    given = " + ".join([draft.inputs[0], *draft.parameters, "0.0"])
    body = [
        *(f"{name} = {library.parameter.format(name, draft.vector)}" for name in draft.parameters if library.parameter),
        f"{names} = {unpacked}",
        f"zero = {library.prefix}.zeros_like({given})",
        *(f"{name} = {text}" for name, text in lines.statements),
        *_returned(lines, shape),
    ]
    return "\n".join([
        *(['@np.errstate(divide="ignore", invalid="ignore")'] if guarded else []),
        listed(f"def {draft.stem}_{result}(", draft.arguments, "):"),
        f'{INDENT}"""{_SAYS[result].format(shape=size)}"""',
        *(INDENT + line for line in body),
    ])  # fmt: skip


def _returned(lines: Lines, shape: Sequence[int]) -> list[str]:
    """return stacked([…], (m, n), zero), a row of the matrix a line."""
    total = prod(shape)
    entries = [lines.entries.get(position, "0.0") for position in range(total)]
    width = shape[-1] if shape else 1
    tail = f"], {python_tuple(list(map(str, shape)))}, zero)"
    one = f"return stacked([{', '.join(entries)}{tail}"
    if len(one) + len(INDENT) <= WIDTH and len(shape) < 2:
        return [one]
    rows = (entries[start : start + width] for start in range(0, total, width))
    return ["return stacked([", *(INDENT + line for row in rows for line in filled(row, WIDTH - 2 * len(INDENT))), tail]


# -- the check ----------------------------------------------------------------------------------------


def _check(draft: Draft, library: Library) -> str:
    stem, n = draft.stem, draft.n
    numbers = [repr(number) for number in draft.point]
    values = ", ".join(f'"{name}": {number}' for name, number in zip(draft.parameters, numbers[n:], strict=True))
    pairs = [("jacobian", "value"), *([("hessian", "gradient")] if draft.scalar else [])]
    listed_pairs = ", ".join(f'("{result}", {stem}_{result}, {stem}_{of})' for result, of in pairs)
    return _CHECK.format(
        others="central differences" + (f" and {library.own}" if library.own else ""), parameters=f"{{{values}}}",
        point=library.array.format(f"[{wrapped_list(numbers[:n])}]"), eye=library.eye.format(n), n=n,
        pairs=f"[{listed_pairs}]", own=_OWN.format(own=library.own) if library.own else "", **draft.agreement,
    )  # fmt: skip
