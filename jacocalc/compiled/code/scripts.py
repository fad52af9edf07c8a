"""A draft → a script for Julia, a function file for MATLAB and Octave; run by themselves they check themselves."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from jacocalc.compiled.code.drafts import Draft, head_lines, wrapped_list
from jacocalc.compiled.code.lines import guards
from jacocalc.targets.layout import INDENT, WIDTH, filled, listed

JULIA_FIXED = ("agree", "difference_quotients", "check")
MATLAB_FIXED = ("agree", "difference_quotients", "check", "nargin", "nargout")
_JULIA_CHECK = """\
"(f(x + step) - f(x - step))/(2 step) for every input, a column each."
function difference_quotients(f, x)
    columns = map(eachindex(x)) do j
        change = zero(x)
        change[j] = {step}
        vec(collect(f(x + change)) - collect(f(x - change))) / {twice}
    end
    return reduce(hcat, columns)
end

"Whether two matrices agree, relative to the largest entry."
function agree(name, found, expected)
    error = maximum(abs.(found - expected)) / max(maximum(abs.(expected)), {small})
    println(name, ": relative error ", error)
    return error <= {tolerance}
end

"Compare derivatives with central differences at a point."
function check()
    x = [{point}]
    passed = agree("jacobian", {stem}_jacobian(x{values}), difference_quotients(x -> {stem}_value(x{values}), x))
{hessian}    println(passed ? "check passed" : "check failed")
    return passed
end

if abspath(PROGRAM_FILE) == @__FILE__
    exit(check() ? 0 : 1)
end"""
_JULIA_HESSIAN = """\
    slopes = difference_quotients(x -> {stem}_gradient(x{values}), x)
    passed &= agree("hessian", {stem}_hessian(x{values}), slopes)
"""
_MATLAB_CHECK = """\
function slopes = difference_quotients(f, x)
% (f(x + step) - f(x - step))/(2 step) for every input, a column each.
    slopes = [];
    for j = 1:numel(x)
        change = zeros(size(x));
        change(j) = {step};
        slopes = [slopes, (f(x + change) - f(x - change)) / {twice}];
    end
end

function passed = agree(name, found, expected)
% Whether two matrices agree, relative to the largest entry.
    e = max(abs(found(:) - expected(:))) / max(max(abs(expected(:))), {small});
    fprintf("%s: relative error %.1e\\n", name, e);
    passed = all(abs(found(:) - expected(:)) <= {tolerance} * max(max(abs(expected(:))), {small}));
end

function check()
% Compare derivatives with central differences at a point.
    x = [{point}];
    passed = agree("jacobian", {stem}_jacobian(x{values}), difference_quotients(@(x) {stem}_value(x{values}), x));
{hessian}    if ~passed
        error("check failed");
    end
    disp("check passed");
end"""
_MATLAB_HESSIAN = """\
    slopes = difference_quotients(@(x) {stem}_gradient(x{values}), x);
    passed = agree("hessian", {stem}_hessian(x{values}), slopes) && passed;
"""


# -- Julia --------------------------------------------------------------------------------------------


def julia_file(draft: Draft) -> str:
    """The script: its functions, a blank line apart."""
    n, m, stem = draft.n, draft.m, draft.stem
    known = {**draft.language.helpers, **guards(draft.language)}
    head = "\n".join(head_lines(draft, _julia_layout(draft))).replace("=#", "= #")
    parts = [f"#=\n{head}\n=#", *(known[name] for name in draft.helpers)]
    parts.append(_julia(draft, "value", "The value.", () if draft.scalar else (m,)))
    parts.append(_julia(draft, "jacobian", f"The Jacobian, {m} × {n}.", (m, n)))
    if draft.scalar:
        arguments = ", ".join(draft.arguments)
        parts.append(f'"The gradient: the one row of the Jacobian."\n'
                     f"{stem}_gradient({arguments}) = vec({stem}_jacobian({arguments}))")  # fmt: skip
        parts.append(_julia(draft, "hessian", f"The second derivatives, {n} × {n}.", (n, n)))
    values = _values(draft)
    hessian = _JULIA_HESSIAN.format(stem=stem, values=values) if draft.scalar else ""
    point = wrapped_list([repr(number) for number in draft.point[:n]])
    parts.append(_JULIA_CHECK.format(stem=stem, point=point, values=values, hessian=hessian, **draft.agreement))
    return "\n\n".join(parts) + "\n"


def _values(draft: Draft) -> str:
    return "".join(f", {number!r}" for number in draft.point[draft.n :])


def _julia_layout(draft: Draft) -> list[str]:
    value = "a number" if draft.scalar else f"a vector of length {draft.m}"
    said = [
        f"{draft.vector} is a vector of the inputs {', '.join(draft.inputs)}; {draft.stem}_value gives {value}, "
        f"{draft.stem}_jacobian a {draft.m} × {draft.n} matrix: row i is component i, column j is input j."
    ]
    if draft.scalar:
        said.append(f"{draft.stem}_gradient gives a vector, {draft.stem}_hessian a {draft.n} × {draft.n} matrix.")
    return [*said, "Run as a script, the file checks its derivatives."]


def _julia(draft: Draft, result: str, says: str, shape: Sequence[int]) -> str:
    lines = draft.routines[result]
    body = [f"{draft.inputs[j]} = {draft.vector}[{j + 1}]" for j in range(draft.n) if j in lines.used]
    body += [f"{name} = {text}" for name, text in lines.statements]
    entries = [lines.entries.get(k, "0.0") for k in range(prod(shape))]
    if not shape:
        body.append(f"return {entries[0]}")
    elif len(shape) == 1:
        body += listed("return [", entries, "]").split("\n")
    else:
        rows = (entries[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0]))
        filled_rows = (line for row in rows for line in filled(row, WIDTH - 2 * len(INDENT)))
        body += ["return permutedims(reshape([", *(INDENT + line for line in filled_rows)]
        body.append(f"], {shape[1]}, {shape[0]}))")
    function = listed(f"function {draft.stem}_{result}(", draft.arguments, ")")
    return "\n".join([f'"{says}"', function, *(INDENT + line for line in body), "end"])


# -- MATLAB -------------------------------------------------------------------------------------------


def matlab_file(draft: Draft) -> str:
    """The function file: the function that has its name, then local functions."""
    n, m, stem = draft.n, draft.m, draft.stem
    known = {**draft.language.helpers, **guards(draft.language)}
    parts = [_matlab_main(draft), _matlab(draft, "value", "The value, a column.", (m, 1)),
             _matlab(draft, "jacobian", f"The Jacobian, {m} x {n}.", (m, n))]  # fmt: skip
    if draft.scalar:
        call = f"{stem}_jacobian({', '.join(draft.arguments)})"
        out = draft.results["gradient"]
        parts.append(f"function {out} = {stem}_gradient({', '.join(draft.arguments)})\n"
                     f"% The gradient, a column.\n{INDENT}{out} = {call}';\nend")  # fmt: skip
        parts.append(_matlab(draft, "hessian", f"The second derivatives, {n} x {n}.", (n, n)))
    parts += [known[name] for name in draft.helpers]
    values = _values(draft)
    hessian = _MATLAB_HESSIAN.format(stem=stem, values=values) if draft.scalar else ""
    point = wrapped_list([repr(number) for number in draft.point[:n]], "; ")
    parts.append(_MATLAB_CHECK.format(stem=stem, point=point, values=values, hessian=hessian, **draft.agreement))
    return "\n\n".join(parts) + "\n"


def _matlab_main(draft: Draft) -> str:
    stem, arguments = draft.stem, ", ".join(draft.arguments)
    y, J, H = (draft.results[result] for result in ("value", "jacobian", "hessian"))
    results = f"{y}, {J}, {H}" if draft.scalar else f"{y}, {J}"
    said = [
        f"{draft.vector} is a vector of the inputs {', '.join(draft.inputs)}; {y} is a column of {draft.m}, {J} is "
        f"{draft.m} x {draft.n}: row i is component i, column j is input j."
    ]
    if draft.scalar:
        said.append(f"The gradient is {J}', {H} is {draft.n} x {draft.n}.")
    said.append(f"Save as {matlab_name(stem)}.m; called without arguments it checks its derivatives.")
    body = ["if nargin == 0", "    check();", "    return", "end", f"{y} = {stem}_value({arguments});"]
    body += ["if nargout > 1", f"    {J} = {stem}_jacobian({arguments});", "end"]
    body += ["if nargout > 2", f"    {H} = {stem}_hessian({arguments});", "end"] if draft.scalar else []
    return "\n".join([
        f"function [{results}] = {matlab_name(stem)}({arguments})",
        *(f"% {line}".rstrip() for line in head_lines(draft, said)), *(INDENT + line for line in body), "end",
    ])  # fmt: skip


def matlab_name(stem: str) -> str:
    """The name of the function and its file, which is no function of the language's own."""
    return f"{stem}_of_x"


def _matlab(draft: Draft, result: str, says: str, shape: tuple[int, int]) -> str:
    lines, out = draft.routines[result], draft.results[result]
    body = [f"{draft.inputs[j]} = {draft.vector}({j + 1});" for j in range(draft.n) if j in lines.used]
    body += [f"{name} = {text};" for name, text in lines.statements]
    body.append(f"{out} = zeros({shape[0]}, {shape[1]});")
    body += [f"{out}({k // shape[1] + 1}, {k % shape[1] + 1}) = {text};" for k, text in lines.entries.items()]
    head = f"function {out} = {draft.stem}_{result}({', '.join(draft.arguments)})"
    return "\n".join([head, f"% {says}", *(INDENT + line for line in body), "end"])
