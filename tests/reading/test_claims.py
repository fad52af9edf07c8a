"""What people say of a function at a point: read with certainty, or refused."""

from __future__ import annotations

import pytest

from jacocalc.errors import ReadError
from jacocalc.reading.claims import read_claims

# text: the answers to defined, continuous, partials, differentiable, C1 (y, n, or - where it does not say)
READ = {
    # yes and no
    "no": "---n-", "yes": "---y-", "not": "---n-", "No, it has a kink.": "---n-",
    "no it is not differentiable": "---n-", "Yes, differentiable": "---y-",
    "no, because there is a corner": "---n-", "no, it is undefined": "n--n-",
    "no, the partials exist but it is not continuous": "-nyn-", "yes, it is continuously differentiable": "---yy",
    "Is it differentiable? No.": "---n-", "differentiable? no": "---n-", "differentiable - no": "---n-",
    "not at 2": "---n-", "differentiable = no": "---n-", "no, left and right derivatives are not equal": "---n-",
    "continuous: yes, differentiable: no": "-y-n-", "continuous yes differentiable no": "-y-n-",
    "defined: yes\ncontinuous: yes\ndifferentiable: no": "yy-n-", "discontinuous: yes": "-n---",
    "yes continuous, not differentiable": "-y-n-", "Is it continuous? Yes. Is it differentiable? No.": "-y-n-",
    "partials: yes, differentiable: no": "--yn-", "continuity: yes, differentiability: no": "-y-n-",
    "yes, it is": "---y-", "no it isn't": "---n-", r"\text{not differentiable}": "---n-",
    # neither, nor, or
    "neither continuous nor differentiable": "-n-n-", "is neither differentiable nor continuous": "-n-n-",
    "neither defined nor continuous": "nn---", "neither defined, continuous nor differentiable": "nn-n-",
    "It is neither continuous, nor is it differentiable.": "-n-n-", "neither defined nor continuous nor C1": "nn--n",
    "not continuous or differentiable": "-n-n-", "not continuous, nor differentiable": "-n-n-",
    "neither continuous nor differentiable, but defined": "yn-n-", "neither continuous or differentiable": "-n-n-",
    "neither continuous nor differentiable and not defined": "nn-n-",
    "not continuous and not differentiable": "-n-n-", "not continuous and not differentiable either": "-n-n-",
    "not differentiable, nor is it continuous": "-n-n-",
    # not
    "non-differentiable": "---n-", "nondifferentiable": "---n-", "non differentiable": "---n-",
    "not-differentiable": "---n-", "It fails to be differentiable": "---n-", "fails to be continuous": "-n---",
    "lacks differentiability": "---n-", "isn't differentiable at x=2": "---n-", "isn’t differentiable": "---n-",
    "is not differentiable": "---n-", "cannot be differentiated": "---n-", "nowhere differentiable": "---n-",
    "not differentiable at all": "---n-", "not even continuous": "-n---", "f is not differentiable at (0, 0)": "---n-",
    "f(x) is not differentiable at $x = 2$": "---n-", "clearly not differentiable": "---n-",
    "continuous but not differentiable": "-y-n-", "continuous not differentiable": "-y-n-",
    "continuous everywhere, but not differentiable at 0": "-y-n-", "not differentiable, continuous": "-y-n-",
    "differentiable but not continuous": "-n-y-", "not partially differentiable": "--n--",
    "continuous without being differentiable": "-y-n-", "continuous without a derivative": "-y-n-",
    "has a jump discontinuity": "-n---", "continuous, no derivative": "-y-n-", "fails differentiability": "---n-",
    # yes in spite of a not
    "not only continuous but also differentiable": "-y-y-", "not only continuous but differentiable": "-y-y-",
    "It is not only continuous, it is also differentiable.": "-y-y-", "no doubt differentiable": "---y-",
    "without doubt differentiable": "---y-", "without a doubt not differentiable": "---n-",
    "both continuous and differentiable": "-y-y-", "partially differentiable": "--y--",
    "totally differentiable": "---y-", "differentiable and continuously differentiable": "---yy",
    "C1": "----y", "not C^1": "----n", "of class $C^1$": "----y", "continuous partial derivatives": "----y",
    # defined
    "undefined": "n----", "not defined": "n----", "f is not defined at 3": "n----", "f(3) is undefined": "n----",
    "f(3) does not exist": "n----", "not defined, not continuous, not differentiable": "nn-n-",
    "f(3) is not defined, so it is not continuous": "nn---", "defined, continuous, not differentiable": "yy-n-",
    # derivatives
    "undefined derivative": "---n-", "the derivative does not exist": "---n-", "f'(2) does not exist": "---n-",
    "does not exist": "---n-", "It doesn't exist": "---n-", "the derivative exists": "---y-", "no derivative": "---n-",
    "has no derivative": "---n-", "there is no derivative": "---n-", "does not have a derivative": "---n-",
    "the derivative is undefined": "---n-", "the derivative is not defined": "---n-", "has a derivative": "---y-",
    "partials exist but not differentiable": "--yn-", "the partial derivatives do not exist": "--n--",
    "all partial derivatives exist but f is not differentiable": "--yn-",
    "f'(2) is undefined": "---n-", "f′(2) is not defined": "---n-",
    # values and reasons are set aside
    "not differentiable since f'(2-) = 0 and f'(2+) = 2": "---n-", "differentiable, there is no kink": "---y-",
    "differentiable, f'(0) = 0": "---y-", "differentiable with derivative 0": "---y-",
    "left derivative 0, right derivative 2, so not differentiable": "---n-",
    "The left derivative is 0 and the right derivative is 2, so it is not differentiable.": "---n-",
    "not differentiable because of the kink at 2": "---n-", "f(0) = 0, continuous, not differentiable": "-y-n-",
    "not differentiable since it is not continuous": "-n-n-", "f_x(0,0) = 0, f_y(0,0) = 0, not differentiable": "---n-",
}  # fmt: skip

REFUSED = [
    # words that change the meaning
    "partially differentiable only", "only partially differentiable", "nowhere near differentiable",
    "differentiable except at the origin", "differentiable, except at the origin", "not twice differentiable",
    "twice differentiable", "C^1 but not C^2", "only left differentiable", "left differentiable", "C2", "smooth",
    "differentiable from the left", "left-continuous", "uniformly continuous", "almost differentiable",
    "not necessarily differentiable", "not quite differentiable", "hardly differentiable", "never differentiable",
    "differentiable everywhere but at 0", "not differentiable everywhere", "not both continuous and differentiable",
    "not both", "not clearly differentiable",
    "differentiable in x", "differentiable on the left", "differentiable, left",
    "differentiable, without the corner", "differentiable if x > 0", "directionally differentiable",
    "continuously differentiable only in x", "perhaps", "I am not sure it is differentiable", "could be differentiable",
    "not continuous implies not differentiable", "the derivative is continuous", "partials exist and are continuous",
    "the partial derivatives exist but are not continuous", "the derivative exists and is continuous",
    "g is continuous",
    "continuous not differentiable everywhere", "continuous not clearly differentiable",
    # double negations
    "it is not not differentiable", "not non-differentiable", "not undefined", "not discontinuous",
    "does not fail to be differentiable", "neither discontinuous nor undefined", "no not differentiable",
    "neither not continuous nor not differentiable", "not without a derivative", "undefined: no", "nor not continuous",
    # how far does not reach?
    "continuous: no or differentiable", "discontinuous or differentiable", "yes, it is not C1",
    "yes, it is not continuous",
    "not continuous and differentiable", "not defined, continuous, differentiable", "continuous nor differentiable",
    "neither continuous", "neither continuous and differentiable", "neither", "nor", "not only continuous",
    "neither continuous, differentiable", "either continuous or differentiable", "continuous or differentiable",
    "neither continuous nor differentiable, defined", "neither continuous nor differentiable and defined",
    "not only continuous but not differentiable", "continuous and differentiable: no",
    "not all partial derivatives exist", "no discontinuity", "differentiable but not the kink",
    # yes and no, or neither
    "differentiable with a kink", "differentiable, left and right derivatives differ", "no it is", "yes it isn't",
    "yes, it is, differentiable: no", "differentiable, but f'(0) = 0", "continuous, differentiable: no",
    "differentiable: no, differentiable: yes", "differentiable: yes and no", "no, it is differentiable",
    "yes, not differentiable", "yes, it is continuous", "no, it is continuous", "differentiable, no",
    "Is it differentiable?", "differentiable? continuous? no", "not differentiable since f'(0) = 5",
    "differentiable:", "differentiable or not", "f'(0) = 0", "a kink", "7", "", ".", "but", "is", "derivative",
    "f does not exist", "f exists", "continuous " * 40,
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), READ.items(), ids=range(len(READ)))
def test_what_is_said(text: str, wanted: str) -> None:
    said = read_claims(text).said
    shown = "".join(said.get(name, "-")[0] for name in ("defined", "continuous", "partials", "differentiable", "C1"))
    assert shown == wanted, (text, said)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_certain_is_refused(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        print(read_claims(text))
    assert "differentiable" in caught.value.hint


def test_points_and_notes() -> None:
    found = read_claims("f(x) is continuous at x = 2, f'(2) = 0", "f", ("x",))
    assert (found.points, found.notes) == (("x = 2", "2"), ("f'(2) = 0",))
    assert read_claims("not differentiable at the origin").points == ("origin",)
    assert read_claims("h is continuous at (u, v) = (0, 1)", "h", ("u", "v")).points == ("(0, 1)",)


def test_the_word_that_is_not_known_is_shown() -> None:
    with pytest.raises(ReadError) as caught:
        read_claims("nowhere near differentiable")
    assert "“near” cannot be read here" in caught.value.message
    assert (caught.value.start, caught.value.end) == (8, 12)
