"""Calls of known functions, with the spellings that books have for them: sin 2x, sin^2 x, log_2 x, cos 2 π x, sh x.

The glued monomial is the argument, and the next function ends it, as does a bracket with one in it: cos x (-sin x),
sin x/(1 + cos x).  What has two readings is refused with both.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from typing import TYPE_CHECKING

from jacocalc.errors import ReadError
from jacocalc.functions import count
from jacocalc.known_functions import BESSEL, CALLED, KNOWN, SPELLINGS, KnownFunction, order_fault
from jacocalc.linear import paper, paper_factor
from jacocalc.notation import (
    PI,
    Call,
    E,
    Expr,
    Matrix,
    Negative,
    Number,
    Power,
    Quotient,
    Symbol,
    as_rational,
    integer,
    names,
    spanned,
)
from jacocalc.reading.brackets import closed_at
from jacocalc.reading.lexer import GREEK_NAMES, Token
from jacocalc.reading.unknown_names import how_to_declare
from jacocalc.reading.written_out import ABBREVIATED, WRITTEN_OUT

if TYPE_CHECKING:
    from jacocalc.reading.parser import Parser

_OF_ANGLES = ("sin", "cos", "tan", "cot", "sec", "csc")
_ROOTS = ("sqrt", "cbrt")
_OF_TWO = {
    "atan": "the angle of a point is atan2(y, x)",
    "ln": "a logarithm to a base is log(x, 2)",
    "sqrt": "a root with an index is root(x, 3)",
}


def known_call(p: Parser, token: Token, name: str) -> Expr:
    """sin(x), sin 2x, sin^2 x, log_2 x, max{x, y}, behind the name of the function."""
    row = KNOWN[name]
    if p.sees("'"):
        raise p.error("a prime is not read here", hint=f"derivatives are computed; write what {token.text}′ is")
    exponent = _exponent_of_function(p, token) if p.sees("^") else None
    if name == "sigmoid" and token.text in ("sigma", "σ"):
        p.scope.note("σ is read as the sigmoid 1/(1 + e^(-x))")
    base = log_base(p, token.text) if name == "log" else None
    if name == "log":
        _refuse_glued_base(p, token)
    if name == "sqrt" and p.sees("[") and p.following.kind == "number":
        hint = f"write root(x, {p.following.text}) for sqrt[{p.following.text}](x)"
        raise p.error("a root takes no index in square brackets", token, hint)
    if p.sees("(") or (p.sees("{") and name in ("max", "min")):
        arguments = p.arguments(token.text)
        listed = name in ("max", "min", "relu") or row.arity[0] > 1
        if listed and len(arguments) == 1 and isinstance(arguments[0], Matrix):
            arguments = arguments[0].entries
    else:
        arguments = (_bare_argument(p, token, _raised(exponent)),)
    arguments += () if base is None else (spanned(base, (token.start, token.end)),)
    if token.text == "log" and len(arguments) == 2:
        name, row = "log", KNOWN["log"]
        _refuse_base_first(p, token, *arguments)
    _check_arity(p, token, row, arguments, int(base is not None))
    value: Expr = Call(row.name, arguments, p.span(token.start))
    _check_constant_domain(p, token, name, arguments)
    if name == "sqrt" and p.before.text != ")":
        p.note_sum_behind(token, value)
    return value if exponent is None else Power(value, exponent, p.span(token.start))


def refuse_glued_letter(p: Parser, token: Token) -> None:
    """acos t beside bsin t, or with an a that stands nowhere else, is a cos t to some, arccos t to others."""
    word = token.text[1:]
    called = p.sees("(")
    if token.text[0] != "a" or word not in _OF_ANGLES or (token.text == "atan" and called) or p.scope.verbatim:
        return
    declared = p.scope.variable("a") is not None
    beside = (declared or p.scope.open) and p.has_glued_angles
    if beside or (declared and not called and not _has_a_letter_a(p)):
        raise p.ambiguous(token.start, token.end, f"a {word}", f"arc{word}")


def _has_a_letter_a(p: Parser) -> bool:
    """Whether an a stands in the formula, behind the equals sign if there is one, alone or in a product."""
    body = list(dropwhile(lambda token: token.text != "=", p.tokens)) or p.tokens
    return any(token.text == "a" or any("a" in way for way in p.scope.cut(token.text)) for token in body)


def called(p: Parser, token: Token) -> Expr:
    """Γ(x) and Si(x), whose names are letters elsewhere"""
    row = KNOWN[CALLED[token.text]]
    value = known_call(p, token, row.name)
    p.scope.note(f"{p.typed(token)} is read as the {row.title}".removeprefix("\\"))
    return value


def bessel_order(name: str) -> int | None:
    """2 of J_2"""
    letter, _, order = name.partition("_")
    return int(order) if letter in BESSEL and order.isascii() and order.isdigit() and len(order) < 4 else None


def bessel(p: Parser, token: Token, order: int) -> Expr:
    """J_2(x), which is besselj(2, x)"""
    name = BESSEL[token.text[0]]
    arguments = p.arguments(token.text)
    if len(arguments) != 1 or isinstance(arguments[0], Matrix):
        raise p.error(f"{token.text} takes 1 argument: {token.text}(x)", token, end=p.before.end)
    p.scope.note(f"{token.text} is read as the {KNOWN[name].title}, {name}({order}, …)")
    return Call(name, (integer(order), *arguments), p.span(token.start))


def abbreviated(p: Parser, token: Token) -> Expr:
    """sh x, which is sinh(x)"""
    name = ABBREVIATED[token.text]
    value = known_call(p, token, name)
    p.scope.note(f"{token.text} is read as {name}")
    return value


def written_out(p: Parser, token: Token) -> Expr:
    """erfc(x), which is 1 - erf(x)"""
    row = WRITTEN_OUT[token.text]
    exponent = _exponent_of_function(p, token) if p.sees("^") else None
    arguments = p.arguments(token.text) if p.sees("(") else (_bare_argument(p, token, _raised(exponent)),)
    wanted, end = len(row.arguments), p.before.end
    if len(arguments) != wanted:
        message = f"{token.text} takes {count(wanted, 'argument')}, not {len(arguments)}"
        raise p.error(message, token, end=end)
    if any(isinstance(one, Matrix) for one in arguments):
        raise p.error(f"{token.text} takes a number, not a list", token, end=end)
    value = row.formula(*arguments)
    p.check_length(token, (value,))
    if isinstance(value, Power):
        p.check_exponent(value.base, value.exponent, token)
    if isinstance(value, Quotient):
        p.quotient(value.numerator, value.denominator, token.start, token)
    if not row.is_itself:
        p.scope.note(row.said)
    span = p.span(token.start)
    return spanned(value, span) if exponent is None else Power(value, exponent, span)


def _raised(exponent: Expr | None) -> str:
    """^2 of sin^2 x"""
    return "" if exponent is None else f"^{paper(exponent)}"


def log_base(p: Parser, name: str) -> Expr | None:
    """2 of log2 and log_2, π of log_pi, a of log_a where a is declared or new; None where the name says no base."""
    base = name.removeprefix("log").removeprefix("_")
    if base.isdigit() and len(base) < 6 and int(base) > 1:
        return integer(int(base))
    if not (base and name.startswith("log_")):
        return None
    if base == PI.name:
        return PI
    if p.scope.open and not _has_argument(p):
        return None
    new = p.scope.open and base.isalpha() and (len(base) == 1 or base in GREEK_NAMES)
    declared = p.scope.declare(base) if new else p.scope.variable(base)
    return Symbol(declared) if declared else None


def _has_argument(p: Parser) -> bool:
    """Whether log_b x or log_b^2(x) follows; log_p alone is a name."""
    raised = p.sees("^") and [token.text for token in p.tokens[p.at + 2 : p.at + 3]] == ["("]
    return raised or p.starts_factor()


def _refuse_glued_base(p: Parser, token: Token) -> None:
    """log2x is log₂ x to some, log(2x) to others."""
    typed = p.typed(token)
    if typed.isascii() and "_" not in typed and typed[-1].isdigit() and p.glued_name():
        base, more = typed.removeprefix("log"), p.typed(p.token)
        raise p.ambiguous(token.start, p.token.end, f"log_{base}({more})", f"log({base}{more})")


def _refuse_base_first(p: Parser, token: Token, first: Expr, second: Expr) -> None:
    """log(2, x) is ln x/ln 2 in Julia and Mathematica, ln 2/ln x in Python and SymPy."""
    if p.scope.verbatim or names(first) or not names(second):
        return
    base, value, end = paper(first), paper(second), p.before.end
    raise p.ambiguous(token.start, end, f"log({value}, {base}), the base at the end,", f"ln({base})/ln({value})")


def _check_arity(p: Parser, token: Token, row: KnownFunction, arguments: tuple[Expr, ...], extra: int) -> None:
    least, most = row.arity
    if not least <= len(arguments) <= most:
        wanted = count(least - extra, "argument") if least == most else f"{least} to {most} arguments"
        raise p.error(
            f"{token.text} takes {wanted}, not {len(arguments) - extra}",
            token,
            _OF_TWO.get(row.name, "") if len(arguments) == 2 else "",
            p.before.end,
        )
    if fault := order_fault(row.name, arguments):
        raise p.error(fault, token, end=p.before.end)
    if row.name == "root" and not (
        isinstance(arguments[1], Number) and arguments[1].value.denominator == 1 and arguments[1].value > 0
    ):
        raise p.error(
            "the index of a root is a whole number: root(x, 3)", token, end=p.before.end
        )


def _check_constant_domain(p: Parser, token: Token, name: str, arguments: tuple[Expr, ...]) -> None:
    value = as_rational(arguments[0])
    if value is None or isinstance(arguments[0], Matrix):
        return
    even_root = name == "sqrt" or (name == "root" and (as_rational(arguments[1]) or 0) % 2 == 0)
    if even_root and value < 0:
        raise p.error(
            "the square root of a negative number is not real"
            if name == "sqrt"
            else "an even root of a negative number is not real",
            token,
            end=p.before.end,
        )
    if name in ("ln", "log") and value <= 0:
        raise p.error(
            f"{token.text} is undefined at {paper(arguments[0])}", token, end=p.before.end
        )


def _exponent_of_function(p: Parser, token: Token) -> Expr:
    """sin^2 x is (sin x)^2; sin^-1 x is refused."""
    start = token.start
    p.take()
    exponent = p.exponent(Symbol("x"), start)
    value = as_rational(exponent)
    if value == -1:
        raise _inverse(p, token)
    return exponent


def _inverse_name(name: str) -> str:
    name = ABBREVIATED.get(name, name)
    spelled = (SPELLINGS[start + name] for start in ("arc", "ar") if start + name in SPELLINGS)
    return {"ln": "exp", "log": "exp", "exp": "ln"}.get(name) or next(spelled, "")


def _inverse(p: Parser, token: Token) -> ReadError:
    """sin^-1 x: the inverse function, or one over the sine."""
    arguments = p.arguments(token.text) if p.sees("(") else (_bare_argument(p, token, "^-1"),)
    inner = ", ".join(map(paper, arguments))
    inverse = _inverse_name(token.text)
    first = f"{inverse}({inner})" if inverse else f"the inverse of {token.text}"
    return p.ambiguous(token.start, p.before.end, first, f"1/{token.text}({inner})")


def _bare_argument(p: Parser, token: Token, raised: str) -> Expr:
    """sin 2x, sin xy, sin x^2: the glued monomial is the argument; the next function ends it."""
    name, glued = token.text, p.before is token and p.typed_on()
    ways = p.scope.cut(name)
    if not p.starts_factor() and (ways or not p.sees("-")):
        hint = how_to_declare(p, name) if name == "sigma" else ""
        hint = f"the product is {'·'.join(ways[0])}" if ways else hint
        raise p.error(f"{name} needs an argument: {name}(x)", token, hint)
    start = p.token.start
    p.descend("functions are nested too deep", token)
    negative = bool(p.sees("-")) and bool(p.take())
    factors = p.power()
    while p.starts_factor() and not _ends(p):
        joined = p.token.spaced and p.token.kind == "name" and _is_angle(factors, p.token.text, name)
        if p.token.spaced and not joined:
            break
        if p.sees("(", "[", "|", "||"):
            break
        factors += p.power()
        if joined:
            whole = paper(p.product(factors, start))
            p.scope.note(f"{p.typed_since(token.start)} is read as {name}({whole})")
    if glued and name in _ROOTS and isinstance(factors[0], Number) and len(factors) > 1:
        of, more = paper(factors[0]), paper(p.product(factors[1:], start))
        raise p.ambiguous(token.start, p.before.end, f"{name}({of})·{more}", f"{name}({of}·{more})")
    _refuse_exponential(p, token, factors, raised, "-" if negative else "")
    argument = p.product(factors, start)
    if negative:
        argument = Negative(argument, p.span(start))
        p.scope.note(f"{name} {paper(argument)} is read as {name}({paper(argument)})")
    if not (glued and name in _ROOTS and isinstance(argument, Number)):  # sqrt2/2, as √2/2
        _refuse_more(p, token, argument, raised)
    if glued and not p.scope.indices and (p.scope.open or not isinstance(argument, Symbol)):
        p.scope.note(f"{p.typed_since(token.start)} is read as {name}({paper(argument)})")
    p.depth -= 1
    return spanned(argument, p.span(start))


def _ends(p: Parser) -> bool:
    """Whether an argument without brackets ends: before the next function, a unit vector, dx beside x."""
    change = p.token.kind == "name" and p.scope.is_change(p.token.text)
    return p.function_next() or p.unit_next() or change


def _refuse_exponential(p: Parser, token: Token, factors: list[Expr], raised: str, sign: str) -> None:
    """cos ye^z, where a blank in LaTeX would not show: cos(y)·e^z or cos(y·e^z); cos 2e^z is clear."""
    powers = (at for at, factor in enumerate(factors) if isinstance(factor, Power) and factor.base == E)
    at = next(powers, 0)
    if all(isinstance(one, Number) for one in factors[:at]):
        return
    before, behind = ("·".join(paper_factor(one) for one in some) for some in (factors[:at], factors[at:]))
    called = f"{token.text}({sign}{before}"
    end = p.before.end
    raise p.ambiguous(token.start, end, f"{called}){raised}·{behind}", f"{called}·{behind}){raised}")


def _refuse_more(p: Parser, token: Token, argument: Expr, raised: str) -> None:
    sign = p.token
    if p.sees("*", "·", "/") and p.following.kind == "name" and p.ends_argument(p.following):
        return
    if _function_in_brackets(p) and _is_whole(p, SPELLINGS.get(token.text, token.text), argument):
        p.scope.note(f"{p.typed_since(token.start)} is read as {token.text}({paper(argument)}){raised}")
        return
    if (p.starts_factor() and not _ends(p)) or p.sees("/", "*", "·"):
        operator = p.take().text if p.sees("/", "*", "·") else ""
        if not p.starts_factor():
            return
        rest = p.product(p.power(), sign.start)
        name, inner, more = token.text, paper(argument), paper_factor(rest)
        if inner == "-1" and not operator and (inverse := _inverse_name(name)):
            end = p.before.end
            raise p.ambiguous(token.start, end, f"{inverse}({paper(rest)})", f"{name}(-1)·{more}")
        joined = paper(Quotient(argument, rest)) if operator == "/" else f"{inner}·{more}"
        raise p.ambiguous(
            token.start,
            max(p.before.end, sign.end),
            f"{name}({inner}){raised}{operator or '·'}{more}",
            f"{name}({joined}){raised}",
        )


def _function_in_brackets(p: Parser) -> bool:
    """Whether (-sin x) or /(1 + cos x) follows, a bracket with a function in it, which ends an argument as well."""
    first = p.at + p.sees("*", "·", "/")
    last = closed_at(p.tokens, first) if p.tokens[first].text == "(" else 0
    return any(one.kind == "name" and p.ends_argument(one) for one in p.tokens[first:last])


def _is_whole(p: Parser, function: str, argument: Expr) -> bool:
    """Whether an argument ends there: x of sin x (…), 2 of ln 2 (…), not 2π of cos 2π(…) or x of arctan x/(…)."""
    logarithm = function in ("ln", "log") and (p.token.spaced or not p.sees("("))
    of_ratio = p.sees("/") and function[0] == "a" and function[1:] in SPELLINGS
    return function != "exp" and not of_ratio and (logarithm or bool(names(argument)))


def _is_angle(factors: Sequence[Expr], name: str, function: str) -> bool:
    """Whether an argument goes on behind a blank: cos 2 π x has 2π in it, where no argument of a cosine ends."""
    if SPELLINGS.get(function) not in _OF_ANGLES:
        return False
    constant = all(factor == PI or isinstance(factor, Number) for factor in factors)
    return constant and (PI in factors or name == PI.name)
