"""Functions of NumPy, PyTorch and Julia that are formulas of this language: log1p(x) is log(1 + x).

A function has one formula, or several, of which the first is read that has its arguments, fits their sizes, and whose
condition, behind an “if”, holds:

    linear(x, W, b)    x Wᵀ + b           clamp(x, min=a)                  max(x, a)
    cross_entropy(z, y)  −yᵀ ln softmax(z), the mean over the rows of a matrix;  reduction='sum' adds up instead
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError, ShapeError
from jacocalc.reading.mismatches import sized
from jacocalc.reading.program_words import AXES, EUCLIDEAN, FORMULAS, OF_ONE_SHAPE, ONE_HOT_ROWS
from jacocalc.reading.term_names import Names
from jacocalc.terms import ZERO, Operation, Opposite, Scalar, Term, Var, replaced

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_LETTERS = "xyz"
_KEYWORDS = {"input": "x", **dict.fromkeys(("target", "other", "exponent", "weight", "min", "a_min"), "y"),
             **dict.fromkeys(("bias", "max", "a_max"), "z")}  # fmt: skip
_REDUCTIONS = ("mean", "sum", "none")
_COUNTED = ("no argument", "one argument", "two arguments", "three")


def called(parser: TermParser, name: str, token: Token, base: Term | None = None) -> Term:
    """The function at what stands in the brackets, behind what stands before the point of a method."""
    given: list[Term | None] = [] if base is None else [base]
    if not parser.sees("("):
        return applied(parser, name, [*given, *parser.arguments(token)], token)
    named: dict[str, Term] = {}
    reduction, axis = "", "1"
    while parser.sees("("):
        parser.open()
        while not parser.sees(")"):
            keyword = parser.following.text == "="
            if keyword and parser.sees_word("reduction"):
                reduction = _reduction(parser, name)
            elif keyword and parser.sees_word("dim", "axis") and given and "axis=1" in _formulas(name)[0]:
                axis = _axis(parser, given[0])
            elif keyword and parser.sees_word("p") and name in EUCLIDEAN:
                _step_over_order(parser)
            elif keyword and parser.token.text in _KEYWORDS:
                word = parser.take()
                parser.take()
                named |= {} if _is_none(parser) else {word.text: parser.argument()}
            else:
                given.append(None if _is_none(parser) else parser.argument())
            if not parser.sees(","):
                break
            parser.take()
        parser.close()
        if not name[0].isupper():  # MSELoss(reduction='sum')(x, y)
            break
    found = applied(parser, name, given, token, named, axis)
    return _with_reduction(found, reduction) if reduction else found


def _is_none(parser: TermParser) -> bool:
    """Whether None stands here, which is stepped over."""
    return parser.sees_word("None") and bool(parser.take())


def _axis(parser: TermParser, first: Term | None) -> str:
    """0 of dim=0 and dim=-2 of a matrix, 1 of its dim=1 and dim=-1; the one axis of a vector is the last"""
    word = parser.take()
    parser.take()
    sign = "-" if parser.sees("-") and parser.take() else ""
    given = sign + parser.token.text
    axes = {"0": "1", "-1": "1"} if first is None or first.shape[1] == 1 else {"0": "0", "-2": "0", "1": "1", "-1": "1"}
    if given not in axes:
        raise parser.error(f"{word.text}={given} is not read here", word, end=parser.token.end)
    parser.take()
    return axes[given]


def _step_over_order(parser: TermParser) -> None:
    """p=2 of the Euclidean norm, which these functions have"""
    word, _, order = parser.take(), parser.take(), parser.take()
    if order.text not in ("2", "2.0"):
        raise parser.error(f"p={order.text} is not read here", word, end=order.end)


def _reduction(parser: TermParser, name: str) -> str:
    """mean, sum or none, which is said of a loss"""
    words = parser.tokens[parser.at + 2 : parser.at + 5]
    word = words[1].text if words[0].text == words[-1].text in ("'", '"') else ""
    if word not in _REDUCTIONS or not any("mean(" in formula for formula in _formulas(name)):
        raise parser.error("reduction=… is not read here", parser.token, AXES, words[0].end)
    parser.at += 5
    return word


def _with_reduction(loss: Term, reduction: str) -> Term:
    """The sum, or all entries, of what a loss is the mean of"""
    match loss:
        case Opposite(body):
            return Opposite(_with_reduction(body, reduction))
        case Operation("mean", (entries,)):
            return entries if reduction == "none" else Operation(reduction, (entries,))
    return loss


def _formulas(name: str) -> tuple[str, ...]:
    found = FORMULAS[name]
    return (found,) if isinstance(found, str) else found


def _letters(formula: str) -> set[str]:
    """The arguments that a formula has."""
    return {letter for letter in _LETTERS if re.search(rf"\b{letter}\b", formula)}


def _number(term: Term) -> Fraction | None:
    """0, 1/2 or −1, which a formula may read in its own way: max(x, 0)"""
    match term:
        case Scalar(value):
            return value
        case Opposite(Scalar(value)):
            return -value
    return Fraction(0) if term == ZERO else None


def _holds(condition: str, numbers: Mapping[str, Fraction], vectors: Sequence[str]) -> bool:
    """Whether numbers stand in the order that a formula needs, and no vector where it needs a matrix."""
    match condition.split():
        case [lower, "<=", upper]:
            return lower in numbers and upper in numbers and numbers[lower] <= numbers[upper]
        case [letter, "is", "a", "matrix"]:
            return letter not in vectors
    return True


def applied(
    parser: TermParser,
    name: str,
    arguments: Sequence[Term | None],
    token: Token,
    named: Mapping[str, Term] = MappingProxyType({}),
    axis: str = "1",
) -> Term:
    """The formula at the arguments, noted.  Raises ReadError where they do not fit."""
    formulas = [formula.replace("axis=1", f"axis={axis}") for formula in _formulas(name)]
    given = {letter: one for letter, one in zip(_LETTERS, arguments, strict=False) if one is not None}
    given |= {_KEYWORDS[keyword]: one for keyword, one in named.items()}
    fitting = [formula for formula in formulas if _letters(formula) == {*given}]
    if not fitting or sum(one is not None for one in arguments) + len(named) > len(given):
        counts = " or ".join(_COUNTED[n] for n in sorted({len(_letters(formula)) for formula in formulas}))
        hint = f"write {formulas[0].partition(' if ')[0]}"
        raise parser.error(f"{name} takes {counts}, not {len(arguments) + len(named)}", token, hint)
    said = " and ".join(map(sized, given.values()))
    if name in OF_ONE_SHAPE and len({term.shape for term in given.values()}) > 1:
        raise parser.misfit(f"{said}: {name} takes two of one size", token, ONE_HOT_ROWS)
    for left, right in pairwise(given.values()):
        parser.refuse_two_axes(left, right, token)
    places = {letter: Var(letter, term.shape) for letter, term in given.items()}
    columns: set[Term] = {places[letter] for letter, term in given.items() if parser.names.is_column(term)}
    numbers = {letter: value for letter, term in given.items() if (value := _number(term)) is not None}
    vectors = [letter for letter, one in places.items() if one.shape[1] == 1 != one.shape[0] and one not in columns]
    listed = ", ".join(letter for letter in _LETTERS if letter in given)
    if "axis=" in fitting[0] and (columns or any(term.shape[1] != 1 for term in given.values())):
        del fitting[1:]  # the others are of vectors
    for formula, _, condition in (formula.partition(" if ") for formula in fitting):
        if not _holds(condition, numbers, vectors):
            continue
        names = Names(variables=dict(places), entrywise=True, columns=columns)
        text = re.sub(r"\b[xyz]\b", lambda found: f"({numbers.get(found[0], found[0])})", formula)
        try:
            term = parser.formula(text, names)
        except (ReadError, ShapeError):
            continue
        parser.names.note(f"{name}({listed}) is read as {formula}")
        return replaced(term, {places[letter]: one for letter, one in given.items()})
    raise parser.misfit(f"{said}: {name}({listed}) is {fitting[0]}", token)
