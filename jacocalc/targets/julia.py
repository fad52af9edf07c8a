"""Plan → a Julia script; run by itself it checks its gradients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jacocalc.targets.drafts import STEPS, Draft, draft_of
from jacocalc.targets.heads import head_lines
from jacocalc.targets.identifiers import Parameter
from jacocalc.targets.julia_forms import HELPERS, JULIA, NEEDS
from jacocalc.targets.layout import listed
from jacocalc.targets.lines import Plan
from jacocalc.targets.samples import Samples
from jacocalc.targets.statements import Syntax
from jacocalc.terms import Shape

SYNTAX = Syntax(
    let="{0} = {1}", add="{0} += {1}", upwards="for {letter} in {first}:{last}",
    downwards="for {letter} in {last}:-1:{first}", last="if {0} == {1}", otherwise="else", end="end",
    room="{0} = Vector{{Any}}(undef, {1})", started="{0} = Any[{1}, fill(nothing, {2})...]",
    settle="{0} = fixed_point({0} -> {1}, {2})", element="{0}[{1}]", based=1, flat=True,
)  # fmt: skip
RESERVED = frozenset(re.findall(r"\w+", """
    baremodule begin break catch const continue do else elseif end export false finally for function
    global if import let local macro module quote return struct true try using while where in isa
    mutable abstract type I pi im eps nothing Any Vector inputs symmetric invertible positive
    summing_to_1 rows_summing_to_1 columns_summing_to_1 with_member
"""))
_LAYOUT = "Vectors are of type Vector, matrices of type Matrix; a gradient has the shape of its variable."
_SLOPES = ("tanh", "u -> 1 - tanh(u)^2", "u -> -2 * tanh(u) * (1 - tanh(u)^2)",
           "u -> (6 * tanh(u)^2 - 2) * (1 - tanh(u)^2)")  # fmt: skip
_FACTS = {
    "symmetric": "symmetric(a) = (a + a') / 2",
    "invertible": "invertible(a) = a + 2I",
    "sums to 1": "summing_to_1(a) = (abs.(a) .+ 0.2) / sum(abs.(a) .+ 0.2)",
    "rows sum to 1": "rows_summing_to_1(a) = (abs.(a) .+ 0.2) ./ sum(abs.(a) .+ 0.2, dims=2)",
    "columns sum to 1": "columns_summing_to_1(a) = (abs.(a) .+ 0.2) ./ sum(abs.(a) .+ 0.2, dims=1)",
    "positive": "positive(a) = abs.(a) .+ 0.2",
}


def julia_script(plan: Plan) -> str:
    """The script: its functions, a blank line apart."""
    draft = draft_of(plan, JULIA, NEEDS, SYNTAX, RESERVED)
    head = head_lines(plan, draft.identifiers, "Julia", _LAYOUT, julia_shape)
    return "\n\n".join([
        "\n".join(["#=", *head, "=#"]), "using LinearAlgebra, Random, Statistics",
        *(HELPERS[name] for name in draft.helpers), _forward(draft), _backward(draft), _both(draft),
        *(_FACTS[fact] for fact in draft.facts), _samples(plan, draft), *_check(draft),
    ]) + "\n"  # fmt: skip


def julia_shape(shape: Shape) -> str:
    """m × n, n, number"""
    sizes = [str(size) for size in shape if size != 1]
    return " × ".join(sizes) or "number"


def _function(name: str, arguments: Sequence[str], says: str, body: Sequence[str]) -> str:
    return "\n".join([f'"{says}"', listed(f"function {name}(", arguments, ")"), *body, "end"])


def _forward(draft: Draft) -> str:
    one = draft.forward
    body = [*one.sizes, *one.body, listed("    return (; ", draft.made, ")")]
    return _function("forward", [*draft.given, *one.generic], "All that the program computes, by name.", body)


def _backward(draft: Draft) -> str:
    one = draft.backward
    unpacked = [listed("    (; ", draft.read, ") = values")] if draft.read else []
    returned = listed("    return (; ", [f"{key} = {name}" for key, name in draft.results], ")")
    arguments = [*draft.given, "values", *one.generic]
    says = "The gradients, by the names of their variables."
    return _function("backward", arguments, says, [*one.sizes, *unpacked, *one.body, returned])


def _both(draft: Draft) -> str:
    body = [
        listed("    values = forward(", [*draft.given, *draft.forward.generic], ")"),
        listed("    gradients = backward(", [*draft.given, "values", *draft.backward.generic], ")"),
        f"    return values.{draft.loss}, gradients",
    ]
    return _function("loss_and_gradients", [*draft.given, *draft.generic], "The loss and its gradients.", body)


# -- the check ----------------------------------------------------------------------------------------


def _samples(plan: Plan, draft: Draft) -> str:
    samples = Samples(plan, draft.identifiers)
    drawn = [f"        {one.name} = {_drawn(one, samples)}," for one in draft.identifiers.parameters]
    body = [
        *(f"    {name} = {value}" for name, value in samples.sizes()),
        f"    signed(shape...) = {samples.scale} * randn(rng, shape...)",
        "    draw(shape...) = above_zero ? abs.(signed(shape...)) .+ 0.2 : signed(shape...)",
        "    return (;", *drawn, *(f"        {end} = {end}," for end in draft.ends), "    )",
    ]  # fmt: skip
    return _function("sample_inputs", ["rng", "above_zero"], "Random inputs at small sizes.", body)


def _drawn(parameter: Parameter, samples: Samples) -> str:
    """draw(m, n), or a list of such arrays."""
    text = samples.flat_array(parameter.var)
    if not parameter.family:
        return text
    letter, first, last = samples.steps(parameter.var)
    return f"[{text} for {letter} in {first}:{last}]"


def _check(draft: Draft) -> Iterator[str]:
    slopes = [_SLOPES[one.order] for one in draft.identifiers.generic]
    yield listed("loss_at(inputs) = loss_and_gradients(", ["inputs...", *slopes], ")")
    yield _DIFFERENCES
    symmetric = f"name in ({', '.join(f':{name}' for name in draft.symmetric)},)" if draft.symmetric else "false"
    compare = _COMPARE_LISTS if draft.has_lists else _COMPARE
    if draft.has_lists:
        yield _WITH_MEMBER
    names = "keys(found)" if draft.all_given else "intersect(keys(found), keys(drawn))"
    yield _CHECK.replace("COMPARE", compare).replace("SYMMETRIC", symmetric).replace("NAMES", names)


_DIFFERENCES = f'''"(8 (L(a + step) - L(a - step)) - (L(a + 2 step) - L(a - 2 step)))/(12 step) for a number."
function quotients_with(step, loss, a::Number, symmetric)
    return (8 * (loss(a + step) - loss(a - step)) - (loss(a + 2 * step) - loss(a - 2 * step))) / (12 * step)
end

"The same for every entry of an array; in a symmetric matrix the entries (i, j) and (j, i) change together."
function quotients_with(step, loss, a, symmetric)
    slopes = zero(a)
    for place in CartesianIndices(a)
        change = zero(a)
        change[place] = step
        if symmetric
            change = (change + change') / 2
        end
        near = loss(a + change) - loss(a - change)
        far = loss(a + 2 * change) - loss(a - 2 * change)
        slopes[place] = (8 * near - far) / (12 * step)
    end
    return slopes
end

"The quotients with the step whose change changes them least, and by how much it does."
function difference_quotients(loss, a, symmetric)
    best, doubt, least, height = zero(a) .+ NaN, Inf, Inf, abs(loss(a))
    for step in ({", ".join(STEPS)})
        slopes = quotients_with(step, loss, a, symmetric)
        others = quotients_with(0.7 * step, loss, a, symmetric)
        change = maximum(abs.(slopes .- others)) + 1e-16 * height / step
        share = change / (maximum(abs.(slopes)) + 1e-9 * height + 1e-300)
        if share < 0.3 * least
            best, doubt, least = slopes, change, share
        end
        least <= 1e-7 && break
    end
    return best, doubt
end

"The largest difference, relative to the largest entry, or to what leaves no room for doubt."
function relative_error(found, expected, doubt)
    return maximum(abs.(found .- expected)) / max(maximum(abs.(expected)), 1e5 * doubt, 1e-20)
end'''
_WITH_MEMBER = '''"A list with another member at one place."
with_member(list, t, a) = [k == t ? a : member for (k, member) in enumerate(list)]'''
_COMPARE = """        a = inputs[name]
        expected, doubt = difference_quotients(a -> loss_at(merge(inputs, (; name => a)))[1], a, SYMMETRIC)
        worst = relative_error(gradients[name], expected, doubt)"""
_COMPARE_LISTS = """        a, symmetric = inputs[name], SYMMETRIC
        if a isa Vector{<:Number} || !(a isa Vector)
            expected, doubt = difference_quotients(a -> loss_at(merge(inputs, (; name => a)))[1], a, symmetric)
            worst = relative_error(gradients[name], expected, doubt)
        else
            worst = maximum(eachindex(a)) do t
                changed(member) = loss_at(merge(inputs, (; name => with_member(a, t, member))))[1]
                relative_error(gradients[name][t], difference_quotients(changed, a[t], symmetric)...)
            end
        end"""
_CHECK = '''"Whether an array is not all zeros, and of a list no member."
alive(slope) = slope isa Vector && !(slope isa Vector{<:Number}) ? all(!iszero, slope) : !iszero(slope)

"Compare every gradient with central differences at random inputs where few of them are all zeros."
function check_gradients()
    local inputs, gradients, names
    most = -1
    for attempt in 1:100
        drawn = sample_inputs(MersenneTwister(attempt), iseven(attempt))
        try
            loss, found = loss_at(drawn)
            isfinite(loss) || continue
            names = NAMES
            living = count(name -> alive(found[name]), names)
            if living > most
                most, inputs, gradients = living, drawn, found
            end
            (living == length(names) || attempt > 10) && break
        catch problem
            problem isa DomainError || rethrow()
        end
    end
    most < 0 && error("the loss is not finite at any of the random inputs")
    passed = true
    for name in names
COMPARE
        println(name, ": relative error ", worst)
        passed = passed && worst <= 1e-5
    end
    println(passed ? "gradient check passed" : "gradient check failed")
    return passed
end

if abspath(PROGRAM_FILE) == @__FILE__
    exit(check_gradients() ? 0 : 1)
end'''
