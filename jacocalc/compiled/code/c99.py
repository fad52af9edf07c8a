"""A draft → a C99 file: plain functions on arrays of doubles; compiled with -DJACOCALC_CHECK it checks itself."""

from __future__ import annotations

from jacocalc.compiled.code.drafts import Draft, head_lines, wrapped_list
from jacocalc.functions import count
from jacocalc.targets.layout import INDENT, listed

FIXED = ("ahead", "behind", "found", "expected", "kept", "scale", "passed", "agree", "at", "step")
_MANY = 16  # zeros that are set one by one
_CHECK = """\
#ifdef JACOCALC_CHECK
#include <stdio.h>

static int agree(const char *name, const double *found, const double *expected, int count)
{{
    double scale = {small};
    int passed = 1;
    for (int k = 0; k < count; k++)
        if (fabs(expected[k]) > scale) scale = fabs(expected[k]);
    for (int k = 0; k < count; k++)
        if (!(fabs(found[k] - expected[k]) <= {tolerance} * scale)) passed = 0;
    printf("%s: %s\\n", name, passed ? "agrees with central differences" : "differs from central differences");
    return passed;
}}

int main(void)
{{
    const double step = {step};
    double at[{n}] = {{{point}}};
    int passed = 1;
{checks}
    puts(passed ? "check passed" : "check failed");
    return passed ? 0 : 1;
}}
#endif"""
_ONE = """\
    {{
        double found[{count}], expected[{count}], ahead[{rows}], behind[{rows}];
        {stem}_{result}(at, {values}found);
        for (int j = 0; j < {n}; j++) {{
            const double kept = at[j];
            at[j] = kept + step;
            {stem}_{of}(at, {values}ahead);
            at[j] = kept - step;
            {stem}_{of}(at, {values}behind);
            at[j] = kept;
            for (int i = 0; i < {rows}; i++) expected[i * {n} + j] = (ahead[i] - behind[i]) / (2 * step);
        }}
        passed &= agree("{result}", found, expected, {count});
    }}"""


def c_file(draft: Draft) -> str:
    """Head, functions, check."""
    head = "\n".join(f" * {line}".rstrip() for line in head_lines(draft, _layout(draft)))
    n, m = draft.n, draft.m
    parts = [f"/*\n{head.replace('*/', '* /')}\n */\n#include <math.h>"]
    parts += [_function(draft, "value", m), _function(draft, "jacobian", m * n)]
    if draft.scalar:
        call = ", ".join([*draft.arguments, draft.results["gradient"]])
        parts += [f"{_head(draft, 'gradient')}\n{{\n{INDENT}{draft.stem}_jacobian({call});\n}}",
                  _function(draft, "hessian", n * n)]  # fmt: skip
    return "\n\n".join([*parts, _check(draft)]) + "\n"


def _layout(draft: Draft) -> list[str]:
    stem, n, m, out = draft.stem, draft.n, draft.m, draft.results
    said = [
        f"{draft.vector} holds the inputs {', '.join(draft.inputs)}; {stem}_value fills {out['value']} with "
        f"{count(m, 'number')}, {stem}_jacobian {out['jacobian']} with {m} x {n}, row by row: row i is component i, "
        "column j is input j."
    ]
    if draft.scalar:
        said.append(f"{stem}_gradient fills {out['gradient']} with {count(n, 'number')}, "
                    f"{stem}_hessian {out['hessian']} with {n} x {n}.")  # fmt: skip
    return [*said, "Check: cc -std=c99 -DJACOCALC_CHECK FILE -lm && ./a.out"]


def _head(draft: Draft, result: str) -> str:
    arguments = [f"const double *{draft.vector}", *(f"double {name}" for name in draft.parameters)]
    return listed(f"void {draft.stem}_{result}(", [*arguments, f"double *{draft.results[result]}"], ")")


def _function(draft: Draft, result: str, size: int) -> str:
    lines, out = draft.routines[result], draft.results[result]
    used = (j for j in range(draft.n) if j in lines.used)
    body = [f"const double {draft.inputs[j]} = {draft.vector}[{j}];" for j in used]
    body += [f"const double {name} = {text};" for name, text in lines.statements]
    many = size - len(lines.entries) > _MANY
    if many:
        body.append(f"for (int k = 0; k < {size}; k++) {out}[k] = 0.0;")
    entries = ((k, lines.entries.get(k, "0.0")) for k in range(size) if k in lines.entries or not many)
    body += [f"{out}[{k}] = {text};" for k, text in entries]
    body += [f"(void){name};" for name in _unused(draft, result)]
    return "\n".join([_head(draft, result), "{", *(INDENT + line for line in body), "}"])


def _unused(draft: Draft, result: str) -> list[str]:
    """Arguments that the function has for the sake of the others, said to be unused so that compilers are silent."""
    used = draft.routines[result].used
    found = [] if any(j < draft.n for j in used) else [draft.vector]
    return found + [name for k, name in enumerate(draft.parameters, draft.n) if k not in used]


def _check(draft: Draft) -> str:
    n, m, stem = draft.n, draft.m, draft.stem
    values = "".join(f"{number!r}, " for number in draft.point[n:])
    checks = [_ONE.format(stem=stem, result="jacobian", of="value", n=n, rows=m, count=m * n, values=values)]
    if draft.scalar:
        checks.append(_ONE.format(stem=stem, result="hessian", of="gradient", n=n, rows=n, count=n * n, values=values))
    point = wrapped_list([repr(number) for number in draft.point[:n]])
    return _CHECK.format(n=n, point=point, checks="\n".join(checks), **draft.agreement)
