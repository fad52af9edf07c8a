"""What is said of each rule of differentiation: one row per rule."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from jacocalc.document import Line, Operator, Text, Written, joined
from jacocalc.known_functions import KNOWN
from jacocalc.linear import paper
from jacocalc.notation import Call, Expr, Symbol, as_rational, names
from jacocalc.steps import Partial

Names: TypeAlias = AbstractSet[str]

_FAMILY = {"u", "v", "w"}
_INSIDE = ("u", "s", "q", "k", "r", "p", "c")

WORDS: dict[str, str] = {
    "constant": "constant",
    "variable": "the variable itself",
    "sum": "sum rule",
    "constant terms": "0 from every term without",
    "negative": "the sign stays",
    "constant multiple": "constant multiple",
    "product": "product rule",
    "quotient": "quotient rule",
    "reciprocal": "reciprocal rule",
    "power": "power rule",
    "chain power": "power rule and chain rule",
    "exponential": "exponential",
    "chain exponential": "exponential and chain rule",
    "general power": "power with a variable exponent, by the logarithm",
    "function": "derivative of",
    "chain function": "chain rule, derivative of",
    "function of several": "chain rule through both arguments of",
    "maximum": "the derivative of the one that is attained",
    "piecewise": "each piece inside its own set",
    "unspecified": "by its partial derivatives",
    "called": "chain rule",
}


def of_partial(step: Partial, taken: Names) -> Text:
    """The rules that were used from the outside in, and what was held constant."""
    used = (part for part in _walk(step) if part.rule not in ("variable", "constant"))
    said = list(dict.fromkeys(_phrase(part, taken) for part in used))
    said += [held] if (held := _held(step)) else []
    if not said:
        return ("the derivative of a constant is 0" if step.rule == "constant" else "the variable itself",)
    return joined(said)


def _letter(step: Partial, taken: Names) -> Symbol:
    """A name for what is inside that nothing else on the page has: u, but among u, v and w another one."""
    used = {step.by, *names(step.of)}
    avoided = taken | used | (_FAMILY if used & _FAMILY else set())
    return Symbol(next((letter for letter in _INSIDE if letter not in avoided), "u_0"))


def _phrase(step: Partial, taken: Names) -> Text:
    """chain rule, derivative of the sine with u = x²"""
    words = WORDS[step.rule]
    if step.rule == "constant terms":
        return (words, " ", Symbol(step.by))
    if step.rule in ("function", "chain function", "function of several") and isinstance(step.of, Call):
        words = f"{words} the {KNOWN[step.of.function].title}"
    return (words,) if step.inner is None else (words, " with ", _letter(step, taken), " = ", step.inner)


def _walk(step: Partial) -> Iterator[Partial]:
    yield step
    for part in step.parts:
        yield from _walk(part)


def _held(step: Partial) -> Text:
    """y is held constant; nothing where no other letter occurs"""
    others = [(Symbol(name),) for name in names(_moving(step)) if name != step.by]
    return (*joined(others, last=" and "), f" {'is' if len(others) == 1 else 'are'} held constant") if others else ()


def one_line(step: Partial, left: Written, total: bool, taken: Names) -> Line:
    """∂f₁/∂x = ∂/∂x (x² + y) = 2x + 0 = 2x, with the rules beside it."""
    return Line((left, *_sides(step, total)), of_partial(step, taken))


def _sides(step: Partial, total: bool) -> tuple[Written, ...]:
    """∂/∂x (x² + y) = 2x + 0 = 2x; what the rule gives is left out where it is the result."""
    applied = () if paper(step.applied) == paper(step.result) else (step.applied,)
    return (Operator(Symbol(step.by), _moving(step), total), *applied, step.result)


def _moving(step: Partial) -> Expr:
    """What is differentiated, without the many terms that are constant."""
    return step.parts[0].of if step.rule == "constant terms" else step.of


def tree(step: Partial, total: bool, taken: Names, depth: int = 0) -> Iterator[Line]:
    """Every rule on a line of its own, parts below their whole."""
    yield Line(_sides(step, total), _alone(step, taken), depth)
    for part in step.parts[0].parts if step.rule == "constant terms" else step.parts:
        if as_rational(part.of) is None and not isinstance(part.of, Symbol):
            yield from tree(part, total, taken, depth + 1)


def _alone(step: Partial, taken: Names) -> Text:
    if step.rule == "constant terms":
        return joined((_phrase(step, taken), _alone(step.parts[0], taken)))
    return _phrase(step, taken) if step.rule != "constant" else _held(step) or ("a constant",)
