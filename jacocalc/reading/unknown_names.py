"""A name that nothing declares: a new input, where equations declare nothing; else an error that says what is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError
from jacocalc.known_functions import CALLED, KNOWN, SPELLINGS
from jacocalc.notation import PI, Applied, E, Expr, Symbol
from jacocalc.reading.brackets import closed_at
from jacocalc.reading.changes import is_change
from jacocalc.reading.glued_names import meant
from jacocalc.reading.lexer import DERIVED, GREEK_NAMES, Token
from jacocalc.reading.own_stages import as_stages
from jacocalc.reading.scope import CALLED_ELSEWHERE, UNDIFFERENTIATED
from jacocalc.reading.written_out import ABBREVIATED, WRITTEN_OUT

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

FUNCTION_LETTERS = frozenset((*"fghFGH", "phi", "psi", "Phi", "Psi"))  # what others stand before is a factor
_FACTORS = re.compile("[A-Zabcj-z]|[u-z]{2,3}")  # letters in front of f(y) that books use
_LONGEST = 10  # tokens of d^2 x and )/(d t
_VARIABLE = rf"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES))})(?:_?\d+)?"
_CHANGED = re.compile(rf" d(?: \^ (?:\( )?\d(?: \))?)?(?: ?{_VARIABLE}|[A-Za-z]{{2}})?(?= )")
_BY_CHANGE = re.compile(rf"(?: \))* /(?: \()* d ?{_VARIABLE}(?![^ d])")
_SHORT = 60  # characters of a text that a hint repeats
_ABBREVIATIONS = {**ABBREVIATED, "lg": "log10", "lb": "log2", "ld": "log2"}
_ABBREVIATED_CALL = re.compile(
    rf"(?P<before>[A-Za-z]??)(?P<short>{'|'.join(_ABBREVIATIONS)})(?P<argument>[t-z]?)"
)
_GLUED = re.compile(r"(?P<before>[A-Za-z]{2,}?)(?P<word>arc(?:sin|cos|tan)|(?:sin|cos|tan)h?|cot|ln|exp|sqrt)")
NOT_REAL = {
    "i": "the imaginary unit", "I": "the imaginary unit", "j": "the imaginary unit", "inf": "infinity",
    "infinity": "infinity", "oo": "infinity", "nan": "not a number",
}  # fmt: skip


def undeclared(p: Parser, token: Token) -> ReadError:
    """The error for a name that nothing declares, with what is probably meant."""
    name = token.text
    if name in NOT_REAL and not p.sees("("):
        hint = how_to_declare(p, name)
        if name in ("i", "j"):
            hint = "; ".join(filter(None, ("a vector is written a i + 0 j, or [a, 0]", hint)))
        return p.error(f"{name} ({NOT_REAL[name]}) is not a real number here", token, hint)
    _refuse_derivative(p, token)
    base = name.removeprefix("log_")
    if base != name and base.isalpha():
        return p.error(f"the base {base} is not declared", token, how_to_declare(p, base))
    called, powered = p.sees("("), p.scope.powered(name)
    hint = (
        _turned(p, token)
        or _change(p, name)
        or (_called_elsewhere(p, token) if called else "")
        or p.scope.elsewhere(name)
        or meant(p.scope, name + _behind_digits(p, name))
        or (f"write {powered} for the power, else {how_to_declare(p, name)}" if powered and not called else "")
        or ("" if called else _missing_letters(p, name))
        or p.scope.suggestion(name)
        or _missing_letters(p, name)
    )
    if called:
        likely = len(name) == 1 or name in GREEK_NAMES
        stages = (_own_stages(p) or _in_front(p, token)) if likely and p.scope.variables else ""
        hint = hint or stages or f"define it first: {name}(x) = …"
        return p.error(f"{name} is not a known function", token, hint)
    return p.error(f"{name} is not declared", token, hint or how_to_declare(p, name))


def _suggestion(p: Parser, name: str) -> str:
    """A hint for an unknown name that is called."""
    return p.scope.elsewhere(name) or meant(p.scope, name) or p.scope.suggestion(name)


def _refuse_derivative(p: Parser, token: Token) -> None:
    """d/dx, dy/dx, d²y/dx² and d(x²)/dx; d x/(d + y) is a quotient."""
    end = _matched(_CHANGED, p.tokens, p.at - 1) if token.text[0] == "d" else 0
    if end and p.tokens[end].text == "(":
        end = closed_at(p.tokens, end) + 1
    if last := end and _matched(_BY_CHANGE, p.tokens, end):
        raise p.error("a derivative is computed here, not read", token, DERIVED, p.tokens[last - 1].end)


def _matched(pattern: re.Pattern[str], tokens: Sequence[Token], at: int) -> int:
    """The place behind the tokens that match there, else 0."""
    found = pattern.match("".join(f" {token.text}" for token in tokens[at : at + _LONGEST]))
    return at + found[0].count(" ") if found else 0


def _called_elsewhere(p: Parser, token: Token) -> str:
    """What to write for a function of other books, or how one is declared whose derivative is none of those here."""
    if token.text in UNDIFFERENTIATED:
        return f"no formula is known here for its derivative; {_in_front(p, token)}"
    return CALLED_ELSEWHERE.get(token.text, "")


def _turned(p: Parser, token: Token) -> str:
    """A hint for x^T, where x is a name and not a list, else nothing."""
    before = [one.text for one in p.tokens[max(p.at - 3, 0) : p.at - 1] if one.text != "("]
    turned = token.text == "T" and before[-1:] == ["^"]
    return "a name has no transpose: write x_1^2 + x_2^2, or a program: x: n; L = x' x" if turned else ""


def _change(p: Parser, name: str) -> str:
    """A hint for Δt, which is a product here, else nothing."""
    of = _glued_word(p)
    return f"for a change write {name}_{of} or d{of}, and declare it" if name in ("Delta", "delta") and of else ""


def _glued_word(p: Parser) -> str:
    """The name at the cursor if no blank stands before it: t behind Δ."""
    return p.typed(p.token) if p.token.kind == "name" and not p.token.spaced else ""


def _behind_digits(p: Parser, name: str) -> str:
    """x behind sin2, where digits end a name"""
    return _glued_word(p) if name[-1].isdigit() else ""


def _missing_letters(p: Parser, name: str) -> str:
    """w x with x unknown: which letter of a short run is not declared."""
    missing = [letter for letter in dict.fromkeys(name) if p.scope.variable(letter) is None]
    if not (name.isalpha() and name.isascii() and 1 < len(name) <= 3) or len(missing) == len(set(name)):
        return ""
    return f"as the product {'·'.join(name)}, {' and '.join(missing)} would have to be declared"


def how_to_declare(p: Parser, name: str) -> str:
    """f(x, y, a), or as a parameter f(x, y; a), as a hint"""
    if not p.scope.variables:
        return "only numbers and constants can stand here"
    stem = name.rstrip("0123456789").rstrip("_")
    if stem != name and p.scope.variable(stem) and not p.scope.powered(name):
        return f"an entry is a name of its own: {p.scope.head}({stem}_1, {stem}_2, …)"
    return f"declare it: {p.scope.declaration(name)}"


def new_names(p: Parser, token: Token) -> list[Expr]:
    """Equations declare nothing: a letter, a Greek name or a name with a subscript is a new input."""
    if called := _all_of_equation(p, token):
        return [called]
    _refuse_derivative(p, token)
    name = token.text
    span = (token.start, token.end)
    if len(name) > 1 and name.isalpha() and p.sees("[") and not p.token.spaced and name not in GREEK_NAMES:
        raise p.error(f"{name} is not a known function", token, _suggestion(p, name))
    if name == "where":
        hint = "equations are separated by commas; “where f is differentiable” is said of a function that is called"
        raise p.error("“where” is a word, not a name", token, hint)
    if p.sees("(") and not p.token.spaced and not _may_be_factor(p, name):
        known = _called_elsewhere(p, token) or _suggestion(p, name)
        hint = known or (_own_stages(p) if name in GREEK_NAMES else _as_product(name))
        raise p.error(f"{name} is not a known function", token, hint)
    stem = name.split("_")[0].rstrip("0123456789")
    elsewhere = p.scope.elsewhere(name) if len(name) > 2 else ""
    hint = elsewhere or meant(p.scope, name + _behind_digits(p, name)) or meant(p.scope, name)
    if stem not in GREEK_NAMES and hint:
        raise p.error(f"{name} is not a name", token, hint)
    _refuse_abbreviation(p, token)
    _refuse_glued_function(p, token)
    _refuse_applied(p, token)
    if name in CALLED and p.typed(token) == name and p.sees("(") and not p.token.spaced:
        p.scope.note(f"{name}(…) is read as a product; write {_of_a_letter(name, '…')}")
    if is_one_name(name):
        return [Symbol(p.scope.declare(name), span)]
    p.scope.note(f"{name} is read as the product {'·'.join(name)}")
    return [E if letter == "e" else Symbol(p.scope.declare(letter), span) for letter in name]


def _refuse_glued_function(p: Parser, token: Token) -> None:
    """mgsin θ is mg sin θ; mgsin·θ, with a sign, has a name of its own."""
    found = _GLUED.fullmatch(token.text) if p.starts_factor() else None
    if found:
        argument = _shown_next(p)
        called = f"{found['before']} {found['word']}({argument})"
        raise p.ambiguous(token.start, p.token.end, called, f"{token.text}·{argument}")


def _shown_next(p: Parser) -> str:
    """The x of sin x in a hint; what is longer is …"""
    return p.typed(p.token) if p.token.kind in ("name", "number") else "…"


def _refuse_abbreviation(p: Parser, token: Token) -> None:
    """lg x, xlg x and chx are logarithms and cosines to some, products to others: a ReadError."""
    found = _ABBREVIATED_CALL.fullmatch(token.text)
    if not found or not (found["argument"] or (p.starts_factor() and p.token.spaced)):
        return
    glued = bool(found["argument"])
    argument = found["argument"] or _shown_next(p)
    called = f"{found['before']} {_ABBREVIATIONS[found['short']]}({argument})".strip()
    product = "·".join(token.text if glued else (*token.text, argument))
    raise p.ambiguous(token.start, token.end if glued else p.token.end, called, product)


def is_one_name(name: str) -> bool:
    """x, θ, x1, x_max, rate, xhat; xz is a product of letters."""
    stem = name.split("_")[0].rstrip("0123456789")
    whole = len(stem) == 1 or stem in GREEK_NAMES or "_" in name or len(stem) > 3 or name != stem
    return whole or stem[:-3] in GREEK_NAMES or stem.endswith(("hat", "bar"))


def _all_of_equation(p: Parser, token: Token) -> Expr | None:
    """x = g(t) and x = x(s, t): a function without a formula that is all of an equation; else None."""
    before = [one.text for one in p.tokens[max(p.at - 3, 0) : p.at - 1]]
    inside = list(takewhile(lambda inner: inner.text not in (")", "(", ""), p.tokens[p.at + 1 :]))
    given = [inner.text for inner in inside[::2]]
    behind = p.tokens[p.at + len(inside) + 1 : p.at + len(inside) + 3]
    names = all(inner.kind == "name" and is_one_name(inner.text) for inner in inside[::2])
    listed = names and {inner.text for inner in inside[1::2]} <= {","}
    if not (p.sees("(") and listed and len(inside) % 2 and len({*given}) == len(given)):
        return None
    letter = len(token.text.rstrip("0123456789").rstrip("_")) == 1
    named = letter or token.text in (*before[:1], *GREEK_NAMES)
    ends = [one.text for one in behind] in ([")", ","], [")", ";"], [")", ""], [")", "and"])
    taken = any(name in SPELLINGS or name in (E.name, PI.name, token.text) for name in given)
    if taken or not (named and before[1:] == ["="] and ends):
        return None
    if _is_quantity(p, token, p.tokens[p.at - 3]):
        if token.text != before[0]:
            return None
        relation = f"“F({', '.join((token.text, *given))}) = 0”"
        hint = f"where each is a function of the others an equation says so, with implicit: {relation}"
        raise p.error(f"{token.text} is a function here, and stands without its arguments elsewhere", token, hint)
    arguments = p.arguments(token.text)
    p.scope.note(f"{token.text} is any differentiable function")
    return Applied(token.text, 0, (), arguments, (), p.span(token.start))


def _is_quantity(p: Parser, token: Token, left: Token) -> bool:
    """x = b(c), y = b: whether the name stands without a bracket elsewhere than as x of x = x(t)."""
    places = (pair for pair in pairwise(p.tokens) if pair[0].text == token.text and pair[0] is not left)
    return any(after.text != "(" for _, after in places)


def _may_be_factor(p: Parser, name: str) -> bool:
    """x(a - y), μ(1 - x), Δt(v + 1) and rN(1 - N), where N is a variable; longer words are never products."""
    known = len(name) == 2 and (p.scope.variable(name[1]) is not None or _stands_alone(p, name[1]))
    letter = len(name) == 1 or name in GREEK_NAMES or is_change(name)
    return letter or known or _stands_alone(p, name)


def _refuse_applied(p: Parser, token: Token) -> None:
    """g(t), g(s, t) and f(t + 1), where nothing says what g and f are; a(t + 1) is a product."""
    name = token.text
    if not p.sees("(") or _stands_alone(p, name) or (p.token.spaced and not _is_call(p, name)):
        return
    inside = list(takewhile(lambda inner: inner.text not in (")", "(", ""), p.tokens[p.at + 1 :]))
    end = p.tokens[p.at + 1 + len(inside)]
    plain = all(inner.kind in ("name", "number") for inner in inside[::2])
    if end.text != ")" or not (plain and all(comma.text == "," for comma in inside[1::2]) and len(inside) % 2):
        _refuse_composed(p, token)
        return
    typed = p.text[p.token.start : end.end]
    hint = _own_stages(p) or _in_front(p, token)
    if len(inside) == 1:
        function = f", {_of_a_letter(name, p.typed(inside[0]))}" if name in CALLED else ""
        hint = f"write {name}·{p.typed(inside[0])} for the product{function}; {hint}"
        raise p.error(f"“{name}{typed}” can be read in two ways", token, hint, end.end)
    raise p.error(f"{name} is not a known function", token, hint)


def _is_call(p: Parser, name: str) -> bool:
    """f (2s, t), with a blank: r (cos t, sin t) is a product, f is no factor of a list."""
    return name in FUNCTION_LETTERS and p.listed() > 1


def _of_a_letter(name: str, argument: str) -> str:
    """tgamma(x) for the gamma function"""
    row = KNOWN[CALLED[name]]
    return f"{row.spellings[-1]}({argument}) for the {row.title}"


def _refuse_composed(p: Parser, token: Token) -> None:
    """f(x - y) and y² f(x/y): what books write of a function without a formula."""
    if token.text not in FUNCTION_LETTERS:
        return
    end = closed_at(p.tokens, p.at)
    inside = p.tokens[p.at + 1 : end]
    if not _has_variable(inside):
        return
    typed = p.text[token.start : p.tokens[end].end]
    argument = p.text[inside[0].start : inside[-1].end]
    hint = _own_stages(p) or _in_front(p, token)
    if any(inner.text == "," for inner in inside):
        raise p.error(f"{token.text} is not a known function", token, hint)
    hint = f"write {token.text}·({argument}) for the product; {hint}"
    raise p.error(f"“{typed}” can be read in two ways", token, hint, p.tokens[end].end)


def _in_front(p: Parser, unknown: Token) -> str:
    """“f: R -> R; g: R -> R; u = f(x) + g(y)” for an f that nothing declares, as a hint"""
    heads: dict[str, str] = {}
    for at, token in enumerate(p.tokens[:-1]):
        new = p.tokens[at + 1].text == "(" and token.text not in heads
        if new and (token is unknown or (at and _is_unknown_function(p, token))):
            size = p.listed(at + 1)
            heads.setdefault(token.text, f"{token.text}: R{f'^{size}' * (size > 1)} -> R; ")
    typed = p.text.strip() if len(p.text) <= _SHORT and p.text.isprintable() else "…"
    return f"a function without a formula is declared in front: “{''.join(heads.values())}{typed}”"


def _is_unknown_function(p: Parser, token: Token) -> bool:
    """Whether a name in front of a bracket is as unknown as f, g and h are."""
    name = token.text
    words = {*SPELLINGS, *CALLED, *WRITTEN_OUT, *p.scope.functions}
    known = name in words or p.scope.variable(name) is not None
    return token.kind == "name" and not known and (name in FUNCTION_LETTERS or not p.scope.open)


def _own_stages(p: Parser) -> str:
    """The hint for a call of f at the cursor, where nothing says what f is; "" where there is none."""
    scope = p.scope
    listed = [name for name in scope.variables.values() if name not in scope.parameters]
    inside = [one.text for one in p.tokens[p.at + 1 : closed_at(p.tokens, p.at)]]
    if p.at == 1 or (not scope.open and {*inside} <= {*listed, ","}):  # F(x - z, y - z) = 0, F(x, y) = G(x)
        return ""
    inputs = ", ".join(listed)
    parameters = f"; {', '.join(scope.parameters)}" if scope.parameters else ""
    head = f"({inputs}{parameters})" if not scope.open else ""
    stages = as_stages(p.text, p.tokens, p.at - 1, head)
    return f"a function without a formula is a stage of its own, behind its arguments: {stages}" if stages else ""


def glued_call(name: str) -> str:
    """x of xf(y), which is x·f(y) where f is declared, and a name of its own where that is; else nothing."""
    return name[:-1] if name[-1:] in FUNCTION_LETTERS and _FACTORS.fullmatch(name[:-1]) else ""


def _as_product(name: str) -> str:
    """“f: R -> R; …” for the product x·f(y), as a hint"""
    before, last = glued_call(name), name[-1]
    if not before:
        return ""
    product = "·".join((*before, last))
    return f"{product}(…) needs “{last}: R -> R; …” in front, a function {name} “{name}: R -> R; …”"


def _stands_alone(p: Parser, name: str) -> bool:
    """x_1(4 x_1 x_2): a name that stands somewhere without a bracket behind it is no function."""
    return any(
        token.text == name and token.kind == "name" and after.text != "("
        for token, after in pairwise(p.tokens)
    )


def _has_variable(tokens: Sequence[Token]) -> bool:
    return any(one.kind == "name" and one.text not in SPELLINGS and one.text not in ("e", "pi") for one in tokens)
