"""Values of functions without formulas and their partials, as books spell them in answers → Applied.

    f_x, f_1, f'_x, D_1 f, ∂_x f, ∂f/∂x, \\frac{\\partial f}{\\partial x}, f_x(x, y) → f_1; f_{xy}, ∂²f/∂x∂y → f_12

Fractions and operators become names in the text, in which all columns stay; names are told apart one by one.  A value
without arguments has none, ``Applied.arguments == ()``: it is taken where the question takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from jacocalc.functions import VectorFunction
from jacocalc.notation import Applied, name_key
from jacocalc.reading.lexer import GREEK

Unspecified = Mapping[str, Applied]

_ROUND = r"(?:∂|\\partial(?![A-Za-z])|(?<![A-Za-z_])partial\s)\s*+"
_STRAIGHT = r"(?<![A-Za-z_])d(?=[^\W\d_]|\s*\^|[²³]|\\[a-z])\s*+"
_D = rf"(?:{_ROUND}|{_STRAIGHT})"
_POWER = r"(?:\s*+\^\s*+\{?\d\}?|[²³])?\s*+"  # blanks are tried once: of thousands no other reading is left
_D_FIRST = r"(?P<by>(?:D\d+)+)_(?P<of>\w+)"  # texts: compiled for the first function without a formula
_D_LAST = r"(?P<of>[A-Za-z]+_\d+)(?P<by>(?:D\d+)+)"
_RATE = re.compile(r"(?P<of>[A-Za-z]\w*?)(?P<order>d{1,3})ot")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉²³", "012345678923")
_LEFT_SIDE = r"\s*(?:\([^()=]*\)\s*)?(?:\}\s*)?&?\s*="
_BAR_AT = re.compile(
    r"(?:\\left\s*\.\s*)?(?P<name>(?:(?<![^\W\d]|\\)|\\)[^\W\d_]+'*(?:_(?:\w+|\{\w+\}))?'*)\s*"
    r"(?:\\(?:right|[bB]igg?[lrm]?)\s*)?(?:\||\\[lr]?vert(?![A-Za-z]))\s*_\s*(?P<brace>\{\s*)?"
    r"(?P<at>\((?:[^()]|\([^()]*\))*\))(?(brace)\s*\})"
    r"(?!\s*(?:[,;\n=)\]}$&]|\\\\|\Z))"  # at the end of an entry it may be said of the whole
)
_PLACE = r"(?![^()]*(?:/\s*[d∂]|['′_]|frac))"  # (dx/dt)(dy/dt) is a product
_LETTERS = {name: "".join(sign for sign, other in GREEK.items() if other == name) for name in GREEK.values()}


def unspecified_in(stages: Iterable[VectorFunction]) -> dict[str, Applied]:
    """What values of functions without formulas are called: f and z of z = f(x, y), g1 and g2 of g: ℝ² → ℝ².

    Of a function that a formula calls, f in y f(x² − y²), the partials are told by their places.
    """
    found: dict[str, Applied] = {}
    for stage in stages:
        alone = zip(stage.outputs, stage.components or (), strict=False)  # x of x = g(t)
        for name, one in [(one.component_name, one) for one in stage.called] + [*alone]:
            if isinstance(one, Applied):
                found[name_key(name)] = replace(one, derivatives=(), arguments=(), inputs=one.slots)
        if not stage.specified and not stage.symbolic:
            for k, value in enumerate(stage.values):
                assert isinstance(value, Applied)
                names = (value.component_name, *stage.outputs[k : k + 1])
                found |= {name_key(name): replace(value, arguments=()) for name in names}
    return found


def applied_named(name: str, known: Unspecified) -> Applied | None:
    """The value that a name stands for: f, f_x, fx, f_12, D1_f, ẋ, and g_2D1 for ∂g₂/∂u₁; None for any other name."""
    if not known:
        return None
    key = name_key(name)
    if key in known:
        return known[key]
    if match := re.fullmatch(_D_FIRST, name) or re.fullmatch(_D_LAST, name):
        of, by = known.get(name_key(match["of"])), tuple(map(int, match["by"].split("D")[1:]))
        return replace(of, derivatives=by) if of and max(by) <= len(of.inputs) else None
    rate = _RATE.fullmatch(key)
    if rate and (of := known.get(rate["of"])) and len(of.inputs) == 1:
        return replace(of, derivatives=(1,) * len(rate["order"]))
    for stem, of in known.items():
        by = _by(key.removeprefix(stem), of) if key.startswith(stem) else ()
        if by:
            return replace(of, derivatives=by)
    return None


def with_partials(text: str, known: Unspecified, latex: bool) -> str:
    """The text, in which derivatives written as fractions and with operators are names, as wide as they were."""
    text = _multiplied(known).sub(_as_factor, text) if known else text
    for name, value in known.items():
        if len(value.inputs) == 1:
            text = _dotted(name).sub(lambda dot: (dot["of"] + "'" * len(dot["order"])).rjust(len(dot[0])), text)
        for pattern in _patterns(name, tuple(dict.fromkeys((*value.inputs, *value.declared)))):
            text = pattern.sub(partial(_as_name, name=name, value=value, latex=latex), text)
    return _BAR_AT.sub(_taken_at, text) if known else text


def _multiplied(known: Unspecified) -> re.Pattern[str]:
    r"""y(dx/dt) and y\left(\frac{dx}{dt}\right), where y has one input: no value of it is taken at a derivative."""
    every = "|".join(map(_spelled, known))
    alone = "|".join(_spelled(name) for name, value in known.items() if len(value.inputs) == 1) or r"(?!)"
    over, under = rf"{_D}{_POWER}(?:{every})\s*+", rf"{_D}[^\W\d_]+{_POWER}"
    quotient = rf"{over}/\s*+{under}|\\[dt]?frac\s*+\{{\s*{over}\}}\s*\{{\s*{under}\}}\s*+"
    opened, closed = r"(?P<open>\s*+(?:\\left\s*+)?\(\s*+)", r"(?P<close>(?:\\right\s*+)?\))"
    of = rf"(?<![A-Za-z_])(?P<of>[A-Za-z]*?(?:{alone}))"
    return re.compile(rf"{of}{opened}(?P<factor>{quotient}){closed}(?!\s*+(?:_|\({_PLACE}))")


def _as_factor(match: re.Match[str]) -> str:
    """y·dx/dt for y(dx/dt), as wide as it was"""
    opened, closed = match["open"], match["close"]
    return f"{match['of']}{'*'.ljust(len(opened))}{match['factor']}{' ' * len(closed)}"


def _dotted(name: str) -> re.Pattern[str]:
    r"""\dot{x} and \ddot x, derivatives of a function of one variable."""
    dot, of = r"\\(?P<order>d{1,3})ot(?![A-Za-z])\s*", rf"(?P<of>{_spelled(name)})"
    return re.compile(rf"{dot}(?P<brace>\{{\s*)?{of}(?(brace)\s*\}}|(?![A-Za-z]))")


def _taken_at(match: re.Match[str]) -> str:
    """f_x(2s + t, s - t) for f_x|_{(2s + t, s - t)}; without \\left. before and \\right"""
    return f"{match['name']}{match['at']}".rjust(len(match[0]))


def _as_name(match: re.Match[str], name: str, value: Applied, latex: bool) -> str:
    """f_1 for ∂f/∂x; what stands on the left of an equation, or has no such name, stays."""
    typed = match[0]
    by = _by(_plain_index(match["by"], (*value.inputs, *value.declared)), value)
    held = match.groupdict().get("held")
    if held is not None and _by(_plain_index(held, value.inputs), value) != _others(by, len(value.inputs)):
        return typed
    before = match.string[: match.start()].rstrip(" \t$&{")
    left_side = re.match(_LEFT_SIDE, match.string[match.end() :]) and (not before or before[-1] in "\n,;\\")
    if not by or max(by) > 9 or left_side:
        return typed
    made = _numbered(name, by, latex)
    bare = typed.rstrip()
    return made.rjust(len(bare)) + typed[len(bare) :] if len(made) <= len(bare) else typed


def _others(by: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The places of what is constant in a partial derivative."""
    return tuple(k for k in range(1, count + 1) if k not in by)


def _numbered(name: str, by: tuple[int, ...], latex: bool) -> str:
    """f_1 and f_12; D1_g2 for ∂g₂/∂u₁, in LaTeX g_{2D1}."""
    stem = name.rstrip("0123456789")
    letter = _LETTERS[stem][0] if stem in _LETTERS and not latex else "\\" * (stem in _LETTERS) + stem
    if stem == name:
        index = "".join(map(str, by))
        return f"{letter}_{{{index}}}" if latex and len(by) > 1 else f"{letter}_{index}"
    order = "".join(f"D{k}" for k in by)
    return f"{letter}_{{{name[len(stem) :]}{order}}}" if latex else f"{order}_{letter}{name[len(stem) :]}"


def _patterns(name: str, inputs: tuple[str, ...]) -> list[re.Pattern[str]]:
    of = rf"(?:{_spelled(name)})(?![A-Za-z])"
    letter = rf"(?:{'|'.join(map(_spelled, inputs))}){_POWER}"
    by = rf"(?P<by>(?:{_ROUND}{letter})+|{_STRAIGHT}{letter})(?!\s*/)"  # dx behind ∂f/∂x is a change
    over, frac = rf"{_D}{_POWER}{of}\s*+", r"\\[dt]?frac\s*+"
    index = r"(?P<by>_\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|_\s*\w|[₁-₉])\s*"
    low, prime = r"_\s*(?P<by>\{[^{}]*\}|[^\W_]+)", r"(?:['′’]|\^\s*\{?\s*(?:\\prime\s*)+\}?)+"
    held = r"\s*+(?:\\right\s*+)?\)\s*+_\s*+(?P<held>\{[^{}]*\}|[^\W_]+)"  # (∂U/∂S)_V
    opened = r"(?:\\left\s*+)?\(\s*+"
    return [
        re.compile(written)
        for written in (
            rf"{opened}{over}/\s*{by}{held}", rf"{opened}{frac}\{{\s*{over}\}}\s*\{{\s*{by}\}}{held}",
            rf"\(\s*{over}/\s*{by}\)(?=\s*\({_PLACE})", rf"{over}/\s*\(\s*{by}\)", rf"{over}/\s*{by}",
            rf"{frac}\{{\s*{over}\}}\s*\{{\s*{by}\}}", rf"{frac}\{{\s*{_D}{_POWER}\}}\s*\{{\s*{by}\}}\s*{of}",
            rf"(?:∂|\\partial\s*|(?<![A-Za-z_])D){index}{of}", rf"(?<![A-Za-z_])(?P<by>(?:D_?\d\s*){{1,3}}){of}",
            rf"{of}\s*{prime}\s*{low}", rf"{of}{low}{prime}",
            rf"(?:(?<![A-Za-z_\\])|(?=\\)){of}_\s*(?P<by>\{{[^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*\}})",
            rf"(?<![A-Za-z_\\]){of}_(?P<by>[{''.join(GREEK)}]{{2,}})",
        )
    ]  # fmt: skip


def _spelled(name: str) -> str:
    r"""A pattern for theta, θ and \theta; x1, x_1, x_{1} and x₁."""
    stem = name_key(name).rstrip("0123456789")
    digits = name_key(name)[len(stem) :]
    letter = rf"(?:\\?{stem}|[{_LETTERS[stem]}])" if stem in _LETTERS else re.escape(stem)
    low = digits.translate({ord(str(k)): sign for k, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")})
    return letter + (rf"\s*(?:_?\s*\{{?\s*{digits}\s*\}}?|{low})" if digits else "")


def _plain_index(written: str, inputs: tuple[str, ...]) -> str:
    """xxy of {xxy}, ∂x²∂y and {x, x, y}; 12 of D_1 D_2"""
    names = "|".join(map(_spelled, inputs))
    powered = re.compile(rf"({names})\s*(?:\^\s*\{{?(\d)\}}?|([²³]))")
    written = powered.sub(lambda match: match[1] * int((match[2] or match[3]).translate(_SUBSCRIPTS)), written)
    for sign, name in GREEK.items():
        written = written.replace(sign, name)
    return re.sub(rf"{_D}|D(?=_?\d)|[\s,{{}}\\_]", "", written).translate(_SUBSCRIPTS)


def _by(index: str, value: Applied) -> tuple[int, ...]:
    """(1, 2) of xy where f(x, y) is taken, and of pq where f(p, q) was declared; nothing where the two disagree."""
    found = {by for names in (value.inputs, value.declared) if (by := _places(index, names))}
    return found.pop() if len(found) == 1 else ()


def _places(index: str, inputs: tuple[str, ...]) -> tuple[int, ...] | None:
    """(1, 2) of xy and of 12; None where it is no list of inputs."""
    if not index:
        return ()
    for k, name in enumerate(inputs, 1):
        for spelled in (name_key(name), str(k)):
            rest = _places(index.removeprefix(spelled), inputs) if index.startswith(spelled) else None
            if rest is not None:
                return (k, *rest)
    return None
