"""Plan → a function file for MATLAB or Octave; called without arguments it checks its gradients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jacocalc.targets.drafts import STEPS, Draft, draft_of
from jacocalc.targets.heads import head_lines
from jacocalc.targets.identifiers import Parameter
from jacocalc.targets.layout import INDENT, WIDTH
from jacocalc.targets.lines import Plan
from jacocalc.targets.matlab_forms import HELPERS, MATLAB, NEEDS
from jacocalc.targets.samples import Samples, with_facts
from jacocalc.targets.statements import Syntax
from jacocalc.terms import Shape

SYNTAX = Syntax(
    let="{0} = {1};", add="{0} = {0} + {1};", upwards="for {letter} = {first}:{last}",
    downwards="for {letter} = {last}:-1:{first}", last="if {0} == {1}", otherwise="else", end="end",
    room="{0} = cell(1, {1});", started="{0} = [{{{1}}}, cell(1, {2})];", settle="{0} = fixed_point(@({0}) {1}, {2});",
    element="{0}{{{1}}}", based=1, flat=False,
)  # fmt: skip
RESERVED = frozenset(re.findall(r"\w+", """
    break case catch classdef continue else elseif end for function global if otherwise parfor
    persistent return do until arguments endif endfor endfunction endwhile methods properties spmd
    switch try while ans pi eps exp log inputs symmetric invertible positive summing_to_1
    rows_summing_to_1 columns_summing_to_1
"""))
_LAYOUT = (
    "Everything is a matrix: vectors are columns, scalars 1 × 1; a gradient has the shape of its variable. "
    "Save as loss_and_gradients.m; called without arguments it checks the gradients."
)
_SLOPES = ("@tanh", "@(u) 1 - tanh(u).^2", "@(u) -2 * tanh(u) .* (1 - tanh(u).^2)",
           "@(u) (6 * tanh(u).^2 - 2) .* (1 - tanh(u).^2)")  # fmt: skip
_FACTS = {
    "symmetric": "function a = symmetric(a)\n    a = (a + a') / 2;\nend",
    "invertible": "function a = invertible(a)\n    a = a + 2 * eye(size(a, 1));\nend",
    "sums to 1": "function a = summing_to_1(a)\n    a = abs(a) + 0.2;\n    a = a / sum(a);\nend",
    "rows sum to 1": "function a = rows_summing_to_1(a)\n    a = abs(a) + 0.2;\n    a = a ./ sum(a, 2);\nend",
    "columns sum to 1": "function a = columns_summing_to_1(a)\n    a = abs(a) + 0.2;\n    a = a ./ sum(a, 1);\nend",
    "positive": "function a = positive(a)\n    a = abs(a) + 0.2;\nend",
}


def matlab_file(plan: Plan) -> str:
    """The function file: its functions, a blank line apart."""
    draft = draft_of(plan, MATLAB, NEEDS, SYNTAX, RESERVED)
    return "\n\n".join([
        _both(plan, draft), _forward(draft), _backward(draft), *(HELPERS[name] for name in draft.helpers),
        *(_FACTS[fact] for fact in draft.facts), _samples(plan, draft), *_check(draft),
    ]) + "\n"  # fmt: skip


def matlab_shape(shape: Shape) -> str:
    """m × n"""
    return f"{shape[0]} × {shape[1]}"


def _listed(head: str, items: Sequence[str], tail: str) -> str:
    """head a, b, c tail, broken with dots where the line is long."""
    lines, line = [], head
    for place, item in enumerate(items):
        piece = item + (", " if place + 1 < len(items) else tail)
        if len(line) + len(piece) > WIDTH:
            lines.append(f"{line.rstrip()} ...")
            line = INDENT * 2
        line += piece
    return "\n".join([*lines, line if items else head + tail])


def _both(plan: Plan, draft: Draft) -> str:
    head = head_lines(plan, draft.identifiers, "MATLAB", _LAYOUT, matlab_shape)
    arguments = [*draft.given, *draft.generic]
    return "\n".join([
        _listed(f"function [{draft.loss}, gradients] = loss_and_gradients(", arguments, ")"),
        *(f"% {line}".rstrip() for line in head),
        "    if nargin == 0", "        check_gradients();", "        return", "    end",
        _listed("    values = forward(", [*draft.given, *draft.forward.generic], ");"),
        f"    {draft.loss} = values.{draft.loss};",
        _listed("    gradients = backward(", [*draft.given, "values", *draft.backward.generic], ");"),
        "end",
    ])  # fmt: skip


def _forward(draft: Draft) -> str:
    one = draft.forward
    return "\n".join([
        _listed("function values = forward(", [*draft.given, *one.generic], ")"),
        "% All that the program computes, by name.", *one.sizes, *one.body,
        *(f"    values.{name} = {name};" for name in draft.made), "end",
    ])  # fmt: skip


def _backward(draft: Draft) -> str:
    one = draft.backward
    return "\n".join([
        _listed("function gradients = backward(", [*draft.given, "values", *one.generic], ")"),
        "% The gradients, by the names of their variables.", *one.sizes,
        *(f"    {name} = values.{name};" for name in draft.read), *one.body,
        *(f"    gradients.{key} = {name};" for key, name in draft.results), "end",
    ])  # fmt: skip


# -- the check ----------------------------------------------------------------------------------------


def _samples(plan: Plan, draft: Draft) -> str:
    samples = Samples(plan, draft.identifiers, "{0}({1})")
    drawn = [line for one in draft.identifiers.parameters for line in _drawn(one, samples)]
    return "\n".join([
        "function inputs = sample_inputs(above_zero)", "% Random inputs at small sizes.",
        *(f"    {name} = {value.replace(',', '')};" for name, value in samples.sizes()), *drawn,
        *(f"    inputs.{end} = {end};" for end in draft.ends), "end", "",
        "function values = draw(rows, columns, above_zero)",
        f"    values = {samples.scale} * randn(rows, columns);",
        "    if above_zero", "        values = abs(values) + 0.2;", "    end", "end",
    ])  # fmt: skip


def _drawn(parameter: Parameter, samples: Samples) -> Iterator[str]:
    """inputs.x = draw(n, 1, above_zero), for a family in a loop."""
    var = parameter.var
    text = with_facts(f"draw({samples.size(var.shape[0])}, {samples.size(var.shape[1])}, above_zero)", var)
    if not parameter.family:
        yield f"    inputs.{parameter.name} = {text};"
        return
    letter, first, last = samples.steps(var)
    yield f"    for {letter} = {first}:{last}"
    yield f"        inputs.{samples.identifiers.of(var)} = {text};"
    yield "    end"


def _check(draft: Draft) -> Iterator[str]:
    slopes = [_SLOPES[one.order] for one in draft.identifiers.generic]
    yield "\n".join([
        "function [loss, gradients] = loss_at(inputs)",
        "    given = struct2cell(inputs);",
        _listed("    [loss, gradients] = loss_and_gradients(", ["given{:}", *slopes], ");"),
        "end",
    ])  # fmt: skip
    named = ", ".join(f'"{name}"' for name in draft.symmetric)
    symmetric = f"any(strcmp(name, {{{named}}}))" if named else "false"
    yield from [_DIFFERENCES, *([_WITH_MEMBER] if draft.has_lists else [])]
    compare = (_COMPARE_LISTS if draft.has_lists else _COMPARE).replace("SYMMETRIC", symmetric)
    names = "fieldnames(gradients)" if draft.all_given else "intersect(fieldnames(gradients), fieldnames(inputs))"
    yield _CHECK.replace("COMPARE", compare).replace("NAMES", names)


_DIFFERENCES = f"""function slopes = quotients_with(step, loss, a, symmetric)
% (8 (L(a + step) - L(a - step)) - (L(a + 2 step) - L(a - 2 step)))/(12 step) for a step of every entry; in a
% symmetric matrix the entries (i, j) and (j, i) change together.
    slopes = zeros(size(a));
    for i = 1:size(a, 1)
        for j = 1:size(a, 2)
            change = zeros(size(a));
            change(i, j) = step;
            if symmetric
                change = (change + change') / 2;
            end
            near = loss(a + change) - loss(a - change);
            far = loss(a + 2 * change) - loss(a - 2 * change);
            slopes(i, j) = (8 * near - far) / (12 * step);
        end
    end
end

function [best, doubt] = difference_quotients(loss, a, symmetric)
% The quotients with the step whose change changes them least, and by how much it does.
    best = NaN(size(a));
    doubt = Inf;
    least = Inf;
    height = abs(loss(a));
    for step = [{" ".join(STEPS)}]
        slopes = quotients_with(step, loss, a, symmetric);
        others = quotients_with(0.7 * step, loss, a, symmetric);
        change = max(abs(slopes(:) - others(:))) + 1e-16 * height / step;
        share = change / (max(abs(slopes(:))) + 1e-9 * height + 1e-300);
        if share < 0.3 * least
            best = slopes;
            doubt = change;
            least = share;
        end
        if least <= 1e-7
            break
        end
    end
end

function e = relative_error(found, expected, doubt)
% The largest difference, relative to the largest entry, or to what leaves no room for doubt.
    e = norm(found(:) - expected(:), Inf) / max([norm(expected(:), Inf), 1e5 * doubt, 1e-20]);
end"""
_CHECK = """function yes = alive(slope)
% Whether an array is not all zeros, and of a list no member.
    if iscell(slope)
        yes = all(cellfun(@alive, slope));
    else
        yes = any(slope(:) ~= 0);
    end
end

function check_gradients()
% Compare every gradient with central differences at random inputs where few of them are all zeros.
    most = -1;
    for attempt = 1:100
        rng(attempt);
        drawn = sample_inputs(mod(attempt, 2) == 0);
        [loss, found] = loss_at(drawn);
        if ~isreal(loss) || ~isfinite(loss)
            continue
        end
        living = structfun(@alive, found);
        if sum(living) > most
            most = sum(living);
            inputs = drawn;
            gradients = found;
        end
        if all(living) || attempt > 10
            break
        end
    end
    if most < 0
        error("the loss is not finite at any of the random inputs");
    end
    names = NAMES;
    passed = true;
    for k = 1:numel(names)
        name = names{k};
COMPARE
        fprintf("%s: relative error %.1e\\n", name, max(errors));
        passed = passed && all(errors <= 1e-5);
    end
    if ~passed
        error("gradient check failed");
    end
    disp("gradient check passed");
end"""
_COMPARE = """        loss = @(a) loss_at(setfield(inputs, name, a));
        [slopes, doubt] = difference_quotients(loss, inputs.(name), SYMMETRIC);
        errors = relative_error(gradients.(name), slopes, doubt);"""
_COMPARE_LISTS = """        symmetric = SYMMETRIC;
        if iscell(inputs.(name))
            errors = zeros(1, numel(inputs.(name)));
            for t = 1:numel(inputs.(name))
                loss = @(a) loss_at(setfield(inputs, name, with_member(inputs.(name), t, a)));
                [slopes, doubt] = difference_quotients(loss, inputs.(name){t}, symmetric);
                errors(t) = relative_error(gradients.(name){t}, slopes, doubt);
            end
        else
            loss = @(a) loss_at(setfield(inputs, name, a));
            [slopes, doubt] = difference_quotients(loss, inputs.(name), symmetric);
            errors = relative_error(gradients.(name), slopes, doubt);
        end"""
_WITH_MEMBER = """function list = with_member(list, t, a)
    list{t} = a;
end"""
