"""Several stages in one text, as textbooks write them: equations of which one uses what another gives.

    z = x^2 y, x = s t, y = s + t^2             →  (x, y), then z
    f(x, y) = x^2 y where x = s t and y = s     →  (x, y), then f
    f(x, y) = 1/r where r = sqrt(x^2 + y^2)     →  r(x, y), then f
    z = x(t) y(t), x(t) = t^2, y(t) = t         →  (x, y), then z
    Find dz/dt if z = x y, x = t, y = t^2       →  (x, y), then z
    u = f(x, y), x = r cos t, y = r sin t       →  (x, y), then u by a function f without a formula
    w = a b, b = a + s, a = s t                 →  a, then b, then w
    u = f(w), w = x - c t; c                    →  w with the parameter c, then u
    g(s, t) = f(s + t, s t)                     →  one stage that calls a function f without a formula

What no equation uses is the last stage: that is what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import VectorFunction
from jacocalc.options import LIMITS
from jacocalc.reading.brackets import closed_at, parts
from jacocalc.reading.definitions import (
    Functions,
    definition_tokens,
    read_function,
    refuse_point,
    unused,
    with_declared,
)
from jacocalc.reading.introductions import without_rates_asked
from jacocalc.reading.lexer import Token
from jacocalc.reading.own_stages import split, with_commas
from jacocalc.reading.statements import is_program
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.unknown_names import FUNCTION_LETTERS

_PROGRAM = (
    "backprop PROGRAM gives the gradients of a scalar, and of dot(v, h) vᵀJ; differential PROGRAM --of h --wrt x a "
    "Jacobian, or dh, with --second a Hessian"
)


def refuse_program(text: str, refused: ReadError) -> None:
    """Say of a text that was refused as a function that it is a program, if it is one.  Raises ReadError."""
    if is_program(text):
        said = "this declares matrices: it is a program"
        raise ReadError(said, text=text, end=len(text), hint=_PROGRAM) from refused


class _Equation(NamedTuple):
    """What an equation gives, how it is typed, z = x y or z(x, y; a) = a x y, what it uses and its parameters.

    ``label``: the name as typed; ``head``: the inputs that are named behind it, (x, y; a); ``tail``: = a x y.
    """

    name: str
    label: str
    head: str
    tail: str
    used: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        return f"{self.label}{self.head} {self.tail}"


def read_stages(
    text: str, functions: Functions | None = None, outputs: tuple[str, ...] = (), loose: bool | None = None
) -> tuple[VectorFunction, ...]:
    """The stages of a text, the innermost first; where no equation uses another, the function that it defines.

    The arguments are those of read_function.  Raises ReadError, ShapeError.
    """
    def read(text: str) -> tuple[VectorFunction, ...]:
        return _stages(text, functions or {}, outputs, loose)

    try:
        return read(text)
    except ReadError:
        refuse_point(text, lambda before: read(before)[0])
        raise


def _stages(
    text: str, given: Functions, outputs: tuple[str, ...], loose: bool | None
) -> tuple[VectorFunction, ...]:
    try:
        return (read_function(text, given, outputs, loose),)
    except ReadError as refused:
        refuse_program(text, refused)
        functions, text = with_declared(text, given)
        layers, parameters = _layers(without_rates_asked(text), functions, loose)
        if len(layers) < 2:
            with suppress(JacocalcError):
                return (read_function(_with_own_function(text, functions), given, outputs, loose),)
            raise
    stages: list[VectorFunction] = []
    for layer in layers:
        before = stages[-1].outputs if stages else outputs
        held = [name for name in parameters if any(name in one.used for one in layer)]
        typed = ", ".join(one.typed for one in layer) + (f"; {', '.join(held)}" if held else "")
        stage = read_function(typed, functions, before, loose)
        whole = stage.m == len(layer)
        if not whole and layer is not layers[-1]:
            hint = "each component has a name of its own: z = a x, x = s t, y = s"
            raise ReadError(f"{layer[0].label} has several components", text=text, hint=hint)
        stages.append(replace(stage, outputs=tuple(one.name for one in layer)) if whole else stage)
    notes = unused(functions, given, stages)
    return (*stages[:-1], replace(stages[-1], notes=(*stages[-1].notes, *notes)))


def _with_own_function(text: str, known: Collection[str]) -> str:
    """f: R^2 -> R; g(s, t) = f(s + t, s t) for the second of these, where f is not known; "" for others."""
    tokens = definition_tokens(text)
    at = next((k for k, token in enumerate(tokens) if token.text == "="), len(tokens)) + 1
    letter, opener, *_ = *(token.text for token in tokens[at : at + 2]), "", ""
    end = closed_at(tokens, at + 1) if opener == "(" and letter in FUNCTION_LETTERS.difference(known) else 0
    arguments = parts(tokens[at + 2 : end], ",") if end == len(tokens) - 2 else []
    return f"{letter}: R^{len(arguments)} -> R; {text}" if len(arguments) > 1 else ""


def _read(one: _Equation, given: Sequence[str], functions: Functions, loose: bool | None) -> _Equation:
    """The equation with its inputs and parameters; x of x = x(t) is none."""
    others = tuple(name for name in given if name != one.name)
    function = read_function(one.typed, functions, others, loose)
    return one._replace(used=function.inputs, held=function.parameters)


def _layers(text: str, functions: Functions, loose: bool | None) -> tuple[list[list[_Equation]], list[str]]:
    """The equations of each stage, and the parameters behind all of them.

    Nothing where an equation cannot be read, uses itself or has to do with no other, where there are many, or where a
    parameter is of none.
    """
    try:
        text = _with_quantities(text)
        tokens, parameters = without_parameters(with_commas(definition_tokens(text))[:-1])
        equations = [_equation(text, part) for part in split(tokens)[: LIMITS.depth + 1]]
        given = tuple(one.name for one in equations)
        equations = _by_letters_of_all(equations, lambda one: _read(one, given, functions, loose))
        equations = [_read(one, given, functions, loose) for one in equations]
    except JacocalcError:
        return [], []
    idle = {*parameters}.difference(*((*one.used, *one.held) for one in equations))
    if idle or len(set(given)) < len(given) or len(given) > LIMITS.depth:
        return [], []
    depths = _depths([[given.index(name) for name in one.used if name in given] for one in equations])
    layers = [
        [one for one, place in zip(equations, depths, strict=True) if place == depth]
        for depth in range(max(depths, default=-1) + 1)
    ]
    return layers, parameters


def _by_letters_of_all(equations: list[_Equation], read: Callable[[_Equation], _Equation]) -> list[_Equation]:
    """f(x, y) = 1/r, r = √(x² + y²): x and y are those of r(x, y), since r is no input of f; else as they are."""
    headed = [one for one in equations if one.head]
    letters = re.findall(r"\w+", headed[0].head) if len(headed) == 1 else []
    if not letters or any(one.name in letters for one in equations):
        return equations
    inputs, _, parameters = headed[0].head.strip("()").partition(";")

    def held(one: _Equation) -> str:
        found = {*read(one._replace(head="")).used, *(token.text for token in tokens_of(one.tail))}
        listed = filter(None, map(str.strip, parameters.split(",")))
        names = [name for name in listed if tokens_of(name)[0].text in found]
        return "; " * bool(names) + ", ".join(names)

    return [one._replace(head="", tail=one.tail + held(one)) if one.head else
            one._replace(head=f"({inputs}{held(one)})") for one in equations]  # fmt: skip


def _with_quantities(text: str) -> str:
    """z = x y for z = x(t) y(t) beside x(t) = t^2 and y(t) = t, in as many columns.  Raises ReadError."""
    tokens = definition_tokens(text)
    words = [token.text for token in tokens]
    starts = {one[0].start for one in split(tokens)}
    places = [at for at, token in enumerate(tokens) if token.start in starts and words[at + 1 : at + 2] == ["("]]
    ends = {at: closed_at(tokens, at + 1) + 1 for at in places}
    heads = {words[at]: words[at + 1 : end] for at, end in ends.items() if words[end] == "="}
    for at, word in enumerate(words):
        arguments = heads.get(word, [])
        if arguments and at not in places and words[at + 1 : at + 1 + len(arguments)] == arguments:
            start, end = tokens[at + 1].start, tokens[at + len(arguments)].end
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def without_parameters(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """What stands before the last semicolon, and the names behind it, if nothing else does."""
    place = max((at for at, token in enumerate(tokens) if token.text == ";"), default=len(tokens))
    parts = split(tokens[place:])
    if any(len(part) > 1 or part[0].kind != "name" for part in parts):
        return tokens, []
    return tokens[:place], [part[0].text for part in parts]


def _equation(text: str, part: Sequence[Token]) -> _Equation:
    """Raises ReadError for anything else than z = … and z(x, y) = …."""
    signs = [token.text for token in part]
    place = signs.index("=") if signs.count("=") == 1 else 0
    if part[0].kind != "name" or (place != 1 and signs[1:2] != ["("]):
        raise ReadError("no equation of a stage", text=text, start=part[0].start, end=part[-1].end)
    label, sign = part[0], part[place]
    head, tail = text[part[1].start : sign.start].strip(), text[sign.start : part[-1].end]
    return _Equation(label.text, text[label.start : label.end], head, tail)


def _depths(uses: Sequence[Sequence[int]]) -> list[int]:
    """How many stages come before that of each equation; nothing where they use each other in a circle, or one none.

    >>> _depths([[1, 2], [], []]), _depths([[1], [2], []]), _depths([[1], [0]]), _depths([[1], [], []])
    ([1, 0, 0], [2, 1, 0], [], [])
    """
    depths = [0] * len(uses)
    for _ in uses:
        depths = [max((depths[other] + 1 for other in others), default=0) for others in uses]
    last = max(depths, default=0)
    wanted = {other for others in uses for other in others}
    alone = any(not others and k not in wanted for k, others in enumerate(uses))
    if alone or any(depths[other] >= depths[k] for k, others in enumerate(uses) for other in others):
        return []
    return [depth if k in wanted else last for k, depth in enumerate(depths)]
