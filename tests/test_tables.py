"""Every row of the tables that stand for words, signs and commands is read once, so that none can rot.

What a function means is said by the oracles' own tables (``tests.oracles``); what a sign or command means, by the plain
text beside it.  Rules of differentiation, steps, wordings and mistakes are iterated where they are tested.
"""

from __future__ import annotations

import re
import typing
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import jacocalc as jc
from jacocalc.algebra.convert import to_sympy
from jacocalc.answers.hints import HINTS
from jacocalc.derive import germs
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.evaluate import equality, numpy_functions
from jacocalc.evaluate.arrays import SAMPLE_DERIVATIVES
from jacocalc.evaluate.stable_forms import STABLE
from jacocalc.known_functions import CALLED, KNOWN, ORDERED, POWERS_OF_E, SPELLINGS
from jacocalc.linear import LOWERED, strict
from jacocalc.notation import Call, Number, Symbol, walk
from jacocalc.questions import Question
from jacocalc.reading import answers, lexer, mismatches, program_words, unknown_names
from jacocalc.reading import latex as commands
from jacocalc.reading.parser import read_expression
from jacocalc.reading.points import read_value
from jacocalc.reading.programs import read_program
from jacocalc.reading.scope import Scope
from jacocalc.reading.written_out import ABBREVIATED, WRITTEN_OUT
from jacocalc.render.latex_formulas import latex
from tests.oracles.spaces import REAL, Unfit, real
from tests.oracles.sympy_values import value_of
from tests.oracles.trees import call, name, number, value

NAMES = ["x", "y", "theta"]
PLACES = [Fraction(7, 3), Fraction(-7, 3), Fraction(2, 7), Fraction(-2, 7)]
PAIRS = ("max", "min", "atan2")


def read(text: str) -> str:
    """The strict form of what is read."""
    return strict(read_value(text, NAMES))


# -- functions ----------------------------------------------------------------------------------------


def meant(function: str) -> Any:
    """The function of x as the oracles know it."""
    if function in PAIRS:
        return call(function, name("x"), number(Fraction(5, 2)))
    if function in ORDERED:
        return call(function, number(Fraction(2)), name("x"))
    return call("root5" if function == "root" else function, name("x"))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_function_has_its_value(spelling: str) -> None:
    function = SPELLINGS[spelling]
    more = {"root": ", 5"}.get(function, ", 5/2" if function in PAIRS else "")
    order = "2, " if function in ORDERED else ""
    found, tried = jc.read(f"{spelling}({order}x{more})", variables=["x"]), 0
    for place in PLACES:
        names = {"x": REAL.number(place)}
        try:
            wanted = value(meant(function), REAL, names)
        except Unfit:
            continue
        tried += 1
        assert abs(value_of(found, names) - wanted) < real.mpf(10) ** -60
    assert tried


@pytest.mark.parametrize("spelling", CALLED)
def test_every_name_that_is_a_function_where_it_is_called(spelling: str) -> None:
    """Γ(x), and a product where the name is declared, or its letters are."""
    assert read(f"2{spelling}(x)") == f"2*{CALLED[spelling]}(x)"
    assert strict(read_value(f"{spelling}(x + 1)", [spelling, "x"])) == f"{spelling}*(x + 1)"
    if len(spelling) == 2:
        assert strict(read_value(f"{spelling}(2)", [*spelling])) == f"{spelling[0]}*{spelling[1]}*2"


WRITTEN: dict[str, Any] = {
    "erfcx": lambda x: real.exp(x * x) * real.erfc(x),
    "dawson": lambda x: real.sqrt(real.pi) / 2 * real.exp(-x * x) * real.erfi(x),
    "digamma": real.digamma, "trigamma": lambda x: real.psi(1, x), "tetragamma": lambda x: real.psi(2, x),
    "factorial": real.factorial, **dict.fromkeys(("beta", "Beta"), real.beta),
    **dict.fromkeys(("heaviside", "Heaviside", "HeavisideTheta", "UnitStep"), lambda x: real.mpf(x > 0)),
    "log1p": real.log1p, "expm1": real.expm1, "exp2": lambda x: 2**x, "exp10": lambda x: 10**x, "erfc": real.erfc,
    "sinpi": real.sinpi, "cospi": real.cospi, "tanpi": lambda x: real.sinpi(x) / real.cospi(x),
    "sind": lambda x: real.sin(real.radians(x)), "cosd": lambda x: real.cos(real.radians(x)),
    "tand": lambda x: real.tan(real.radians(x)), "secd": lambda x: real.sec(real.radians(x)),
    "cscd": lambda x: real.csc(real.radians(x)), "cotd": lambda x: real.cot(real.radians(x)),
    "asecd": lambda x: real.degrees(real.asec(x)), "acscd": lambda x: real.degrees(real.acsc(x)),
    "acotd": lambda x: real.degrees(real.acot(x)), "logcosh": lambda x: real.log(real.cosh(x)),
    "log1m": lambda x: real.log(1 - x), "log1psq": lambda x: real.log1p(x * x),
    "log1pexp": lambda x: real.log1p(real.exp(x)), "log1mexp": lambda x: real.log(-real.expm1(x)),
    "log2mexp": lambda x: real.log(1 - real.expm1(x)), "logexpm1": lambda x: real.log(real.expm1(x)),
    "xlog1py": lambda x, y: x * real.log1p(y), "muladd": lambda x, y, z: x * y + z,
    **dict.fromkeys(("betaln", "lbeta", "logbeta"), lambda x, y: real.log(real.beta(x, y))),
    "besselj0": real.j0, "besselj1": real.j1, "bessely0": lambda x: real.bessely(0, x),
    "bessely1": lambda x: real.bessely(1, x), "besseli0": lambda x: real.besseli(0, x),
    "besseli1": lambda x: real.besseli(1, x), "besselk0": lambda x: real.besselk(0, x),
    "besselk1": lambda x: real.besselk(1, x),
    "asind": lambda x: real.degrees(real.asin(x)), "acosd": lambda x: real.degrees(real.acos(x)),
    "atand": lambda x: real.degrees(real.atan(x)), **dict.fromkeys(("radians", "deg2rad"), real.radians),
    **dict.fromkeys(("degrees", "rad2deg"), real.degrees), "abs2": lambda x: x * x,
    "xlogy": lambda x, y: x * real.log(y), "fma": lambda x, y, z: x * y + z,
    **dict.fromkeys(("square", "sqr"), lambda x: x * x), **dict.fromkeys(("reciprocal", "inv"), lambda x: 1 / x),
    "negative": lambda x: -x, "rsqrt": lambda x: x ** real.mpf(-0.5), "logit": lambda x: real.log(x) - real.log(1 - x),
    **dict.fromkeys(("logsigmoid", "log_sigmoid"), lambda x: -real.log(1 + real.exp(-x))),
    "ndtr": real.ncdf, "entr": lambda x: -x * real.log(x), "tanhshrink": lambda x: x - real.tanh(x),
    "xdivy": lambda x, y: x / y, "squared_difference": lambda x, y: (x - y) ** 2, "fdim": lambda x, y: max(x - y, 0),
    **dict.fromkeys(("fabs", "absolute"), abs), "inv_logit": lambda x: 1 / (1 + real.exp(-x)),
    **dict.fromkeys(("maximum", "fmax"), max), **dict.fromkeys(("minimum", "fmin"), min),
    "mish": lambda x: x * real.tanh(real.log(1 + real.exp(x))),
    "softsign": lambda x: x / (1 + abs(x)), "relu6": lambda x: sorted((0, x, 6))[1],
    "hardtanh": lambda x: sorted((-1, x, 1))[1],
    **dict.fromkeys(("clip", "clamp"), lambda x, a, b: sorted((x, a, b))[1]),
    **dict.fromkeys(("pow", "power"), lambda x, p: x**p), "hypot": real.hypot,
    "logaddexp": lambda x, y: x + real.log(1 + real.exp(y - x)), "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y, "divide": lambda x, y: x / y,
}  # fmt: skip


@pytest.mark.parametrize("row", [*WRITTEN_OUT.values()], ids=lambda row: row.name)
def test_every_function_that_is_written_out_has_its_value(row: Any) -> None:
    elsewhere = {"asecd": Fraction(7, 3), "acscd": Fraction(7, 3), "log1mexp": Fraction(-3, 7)}
    places = (elsewhere.get(row.name, Fraction(3, 7)), Fraction(1, 5), Fraction(9, 4))[: len(row.arguments)]
    found = jc.read(f"{row.name}({', '.join(map(str, places))})", variables=["x"])
    wanted = WRITTEN[row.name](*(real.mpf(place.numerator) / place.denominator for place in places))
    assert abs(value_of(found, {}) - wanted) < real.mpf(10) ** -60


@pytest.mark.parametrize("short", ABBREVIATED)
def test_every_short_name_is_the_function(short: str) -> None:
    assert read(f"{short} x") == read(f"{ABBREVIATED[short]}(x)") == read(rf"\{short} x")


def _brings_e(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether exp stands in the formula or the derivatives of a function, or of one that stands there."""
    row = KNOWN[name]
    letters = [Symbol("u"), Number(Fraction(5))][: row.arity[0]]
    letters = letters[::-1] if name in ORDERED else letters
    slopes = row.derivatives[name in ORDERED :]
    parts = [part for written in (*slopes, row.lowered) if written for part in walk(written(*letters))]
    below = {part.function for part in parts if isinstance(part, Call)} - seen - {name}
    return name == "exp" or any(_brings_e(one, seen | {name}) for one in below)


def test_functions_that_bring_eulers_number() -> None:
    assert {name for name in KNOWN if _brings_e(name)} == POWERS_OF_E


@pytest.mark.parametrize("row", [*KNOWN.values()], ids=lambda row: row.name)
def test_every_function_is_read_back_from_its_latex(row: Any) -> None:
    arguments = (Symbol("x"), Number(Fraction(5)) if row.name == "root" else Symbol("y"))
    one = Call(row.name, arguments if row.arity[0] == 2 or row.name in PAIRS else arguments[:1])
    if row.name == "log":
        one = Call("log", (Symbol("x"), Number(Fraction(3))))
    if row.name in ORDERED:
        one = Call(row.name, (Number(Fraction(2)), Symbol("x")))
    written = "root(x, 3)" if row.name == "cbrt" else strict(one)  # both are written ∛
    assert strict(read_expression(latex(one), Scope.of(NAMES))) == written


@pytest.mark.parametrize("spelling", sorted(s for s in SPELLINGS if re.fullmatch("[A-Za-z]+[0-9]?", s)))
def test_every_spelling_is_a_command_or_an_operator_of_latex(spelling: str) -> None:
    more = {"root": ", 5"}.get(SPELLINGS[spelling], ", y" if SPELLINGS[spelling] in PAIRS else "")
    order = "2, " if SPELLINGS[spelling] in ORDERED else ""
    plain = read(f"{spelling}({order}x{more})")
    assert read(rf"\operatorname{{{spelling}}}({order}x{more})") == plain
    if spelling.isalpha() and spelling not in ("sqrt", "root", "sigma"):
        assert read(rf"\{spelling}({order}x{more})") == plain


# -- LaTeX --------------------------------------------------------------------------------------------

SIGNS = {
    "·": (r"x {} y", "x·y"), "*": (r"x {} y", "x*y"), "/": (r"x {} y", "x/y"), "-": ("x {} y", "x - y"),
    "(": (r"{} x + y \rangle", "(x + y)"), ")": (r"\langle x + y {}", "(x + y)"), "{": (r"{} x, y \}", "[x, y]"),
    "}": (r"\{ x, y {}", "[x, y]"), "[": (r"{} x, y \rbrack", "[x, y]"), "]": (r"\lbrack x, y {}", "[x, y]"),
    "⌊": (r"{} x \rfloor", "floor(x)"), "⌋": (r"\lfloor x {}", "floor(x)"), "⌈": (r"{} x \rceil", "ceil(x)"),
    "⌉": (r"\lceil x {}", "ceil(x)"), "|": (r"{} x {}", "|x|"),
    **{relation: (r"\begin{cases} 1 & x {} y \\ 0 & \text{otherwise} \end{cases}",
                  f"piecewise(1 if x {relation} y, 0 otherwise)") for relation in ("<", ">", "<=", ">=", "!=")},
}  # fmt: skip
NO_EXPRESSION = {"%", "->", "...", ":", "||", "="}  # in declarations and programs, or refused by name


@pytest.mark.parametrize("command", commands._SIGNS)
def test_every_sign_of_latex(command: str) -> None:
    sign = commands._SIGNS[command]
    if sign in NO_EXPRESSION:
        assert sign in [token.text for token in commands.tokens_of_latex(rf"x \{command} y")]
        return
    template, plain = SIGNS[sign]
    first, second = ("lvert", "rvert") if command in ("lvert", "rvert") else (command, command)
    assert read(template.replace("{}", f"\\{first}", 1).replace("{}", f"\\{second}")) == read(plain)


@pytest.mark.parametrize("command", sorted(commands._IGNORED))
def test_layout_changes_nothing(command: str) -> None:
    brackets = command in ("left", "right")
    text = r"\left( x + y \right) x" if brackets else rf"\frac{{x}}{{y}} \{command} (x + y)"
    assert read(text) == read("(x + y) x" if brackets else r"\frac{x}{y} (x + y)")


@pytest.mark.parametrize("command", sorted(commands._FONTS))
def test_a_letter_keeps_its_name_in_every_font(command: str) -> None:
    assert read(rf"\{command}{{x}} + y") == read("x + y")


@pytest.mark.parametrize("command", commands._ACCENTS)
def test_every_accent(command: str) -> None:
    names = [f"x{commands._ACCENTS[command]}", "y"]
    assert strict(read_value(rf"\{command}{{x}} + y", names)) == strict(read_value(f"{names[0]} + y", names))


@pytest.mark.parametrize("command", sorted(commands._FRACTIONS))
def test_every_fraction(command: str) -> None:
    assert read(rf"\{command}{{x + 1}}{{y}}") == read("(x + 1)/y")


@pytest.mark.parametrize("environment", sorted(commands._MATRICES - {"vmatrix"}))
def test_every_matrix(environment: str) -> None:
    columns = "{cc}" if environment == "array" else ""
    text = rf"\begin{{{environment}}}{columns} x & y \\ 1 & 2 \end{{{environment}}}"
    assert read(text) == read("[x, y; 1, 2]")


@pytest.mark.parametrize("environment", sorted(commands._WRAPPERS))
def test_every_environment_around_a_formula(environment: str) -> None:
    assert read(rf"\begin{{{environment}}} x^2 + y \end{{{environment}}}") == read("x^2 + y")


@pytest.mark.parametrize(("command", "letter"), [
    *((one, one) for one in sorted(lexer.GREEK_NAMES - {"pi", "omicron"})), *commands._LETTER_NAMES.items(),
])  # fmt: skip
def test_every_command_of_a_letter(command: str, letter: str) -> None:
    assert strict(read_value(rf"2 \{command} x", [letter, "x"])) == strict(read_value(f"2*{letter}*x", [letter, "x"]))


# -- signs of plain text ------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", sorted(set(lexer.GREEK) - set("πσΣ")))
def test_every_greek_letter(letter: str) -> None:
    known = lexer.GREEK[letter]
    assert strict(read_value(f"2{letter}", [known])) == strict(read_value(f"2*{known}", [known]))


@pytest.mark.parametrize(("sign", "plain"), [*lexer._FOLDED.items()])
def test_every_folded_sign(sign: str, plain: str) -> None:
    folded, typed = ("".join(token.text for token in lexer.tokenize(f"x {one} y")) for one in (sign, plain))
    assert folded == typed


@pytest.mark.parametrize(("sign", "digit"), [*zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)])
def test_every_superscript(sign: str, digit: str) -> None:
    assert read(f"x{sign} + y⁻{sign}¹") == read(f"x^{digit} + y^(-{digit}1)")


@pytest.mark.parametrize(("sign", "script"), [*LOWERED.items()])
def test_every_subscript(sign: str, script: str) -> None:
    assert strict(read_value(f"2x{sign}", [f"x_{script}"])) == strict(read_value(f"2*x_{script}", [f"x_{script}"]))


VULGAR = [
    "1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6", "1/7", "1/8", "3/8", "5/8", "7/8",
    "1/9", "1/10",
]  # fmt: skip


@pytest.mark.parametrize(("sign", "fraction"), [*zip(lexer._FRACTIONS, VULGAR, strict=True)])
def test_every_vulgar_fraction(sign: str, fraction: str) -> None:
    assert value_of(jc.read(f"{sign}x", variables=["x"]), {"x": real.mpf(7)}) == 7 * REAL.number(Fraction(fraction))


@pytest.mark.parametrize(("sign", "latin"), [*lexer._LOOKALIKES.items()])
def test_every_lookalike_is_refused_with_the_letter_that_is_meant(sign: str, latin: str) -> None:
    with pytest.raises(ReadError) as raised:
        read(f"2{sign}")
    assert re.search(rf"\b{latin}\b", f"{raised.value.message} {raised.value.hint}")


@pytest.mark.parametrize("sign", lexer._ZERO_WIDTH, ids=lambda s: f"U+{ord(s):04X}")
def test_what_has_no_width_is_not_seen(sign: str) -> None:
    assert read(f"2{sign}x{sign}^2") == read("2x^2")


# -- programs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", program_words.ELEMENTWISE)
def test_every_elementwise_spelling_has_its_value_and_slope_in_a_program(spelling: str) -> None:
    """L = Σ f(x) with ∂L/∂x = f′(x), against differences of the oracles' own value."""
    function = program_words.ELEMENTWISE[spelling]
    solution = jc.backprop(f"x: 2; L = sum({spelling}(x))", wrt="x")
    if function in ("sigma", "step"):
        assert solution.verified in ("agrees", "proved")
        return
    step, tried = real.mpf(10) ** -30, 0
    for place in PLACES:
        at = REAL.number(place)
        try:
            low, wanted, high = (value(meant(function), REAL, {"x": x}) for x in (at - step, at, at + step))
        except Unfit:
            continue
        tried += 1
        found = solution.evaluate({"x": np.array([float(place)] * 2)})
        assert abs(found["L"] - 2 * float(wanted)) < 1e-12 * (1 + abs(found["L"]))
        assert np.abs(found["x"] - float((high - low) / (2 * step))).max() < 1e-11 * (1 + np.abs(found["x"]).max())
    assert tried


TO_SCALAR: dict[str, Any] = {
    "tr": np.trace, "det": np.linalg.det, "logdet": lambda a: np.log(np.linalg.det(a)), "sum": np.sum, "mean": np.mean,
    "var": np.var, "std": np.std, "norm": np.linalg.norm, "logsumexp": lambda a: np.log(np.exp(a).sum()),
}  # fmt: skip
A = np.array([[2.0, 0.5], [-0.25, 1.5]])


@pytest.mark.parametrize("spelling", program_words.TO_SCALAR)
def test_every_scalar_of_a_matrix_has_its_value(spelling: str) -> None:
    function = program_words.TO_SCALAR[spelling]
    vector = function in ("logsumexp", "var", "std")
    given = A[:, 0] if vector else A
    said = f"np.{spelling}" if function == "std" else spelling
    found = jc.backprop(f"A: {'2' if vector else '2 x 2'}; L = {said}(A)").evaluate({"A": given})
    assert abs(found["L"] - TO_SCALAR[function](given)) < 1e-12


@pytest.mark.parametrize("word", program_words.REFUSED)
def test_every_refused_word_says_why(word: str) -> None:
    with pytest.raises(JacocalcError) as raised:
        read_program(f"x: n; L = sum({word}(x))")
    assert word in raised.value.message
    assert "differentiable" in f"{raised.value.message} {raised.value.hint}" or "constant" in raised.value.message


# -- NumPy's functions, traced ------------------------------------------------------------------------


@pytest.mark.parametrize("ufunc", numpy_functions.UFUNCS)
def test_every_function_of_numpy_is_traced_to_its_value(ufunc: str) -> None:
    called: Any = getattr(np, ufunc)
    u, v = (1.75, 0.625) if ufunc == "arccosh" else (0.75, 0.625)
    if called.nin == 1:
        found, wanted = jc.compile(jc.trace(lambda x: called(x), 1)).value([[u]])[0], called(u)
    else:
        found, wanted = jc.compile(jc.trace(lambda x, y: called(x, y), 2)).value([[u, v]])[0], called(u, v)
    assert abs(float(found) - float(wanted)) < 1e-14


# -- identities, each against values of 100 digits ----------------------------------------------------


@pytest.mark.parametrize("kind", equality._RATIOS, ids=lambda kind: kind.__name__)
def test_every_ratio_that_a_proof_uses_is_an_identity(kind: Any) -> None:
    x, tried = sympy.Symbol("x", real=True), 0
    for place in PLACES:
        names = {"x": REAL.number(place)}
        try:
            wanted = value(call(kind.__name__, name("x")), REAL, names)
        except Unfit:
            continue
        tried += 1
        assert abs(value_of(equality._RATIOS[kind](x), names) - wanted) < real.mpf(10) ** -60
    assert tried


@pytest.mark.parametrize(("function", "border"), germs._BORDERS)
def test_every_form_of_a_function_beside_its_border_is_an_identity(function: str, border: int) -> None:
    inside = {"acosh": Fraction(8, 7)}.get(function, Fraction(6 * border, 7))
    names = {"x": REAL.number(inside)}
    found = value_of(to_sympy(germs._BORDERS[function, border](Symbol("x"))), names)
    assert abs(found - value(call(function, name("x")), REAL, names)) < real.mpf(10) ** -60


@pytest.mark.parametrize("order", range(1, len(SAMPLE_DERIVATIVES)))
def test_the_sample_of_a_generic_activation_has_these_derivatives(order: int) -> None:
    step, at = real.mpf(10) ** -30, REAL.number(Fraction(3, 7))
    low, high = (value_of(to_sympy(SAMPLE_DERIVATIVES[order - 1]), {"u": u}) for u in (at - step, at + step))
    found = value_of(to_sympy(SAMPLE_DERIVATIVES[order]), {"u": at})
    assert abs((high - low) / (2 * step) - found) < real.mpf(10) ** -40


STABLE_FORMS: dict[str, Any] = {
    "log1p": lambda u: real.log(1 + u), "expm1": lambda u: real.exp(u) - 1,
    "hypot": lambda u, v: real.sqrt(u * u + v * v),
    "logsumexp": lambda u, v: real.log(real.exp(u) + real.exp(v)),
    "erfc": lambda u: 1 - real.erf(u),
    "inside": lambda u: 1 - u * u,
    "bell": lambda u: 1 / (2 + real.exp(u) + real.exp(-u)),
    "bose": lambda u: 1 / (real.exp(u) - 1),
    "lncosh": lambda u: real.log((real.exp(u) + real.exp(-u)) / 2),
}  # fmt: skip


@pytest.mark.parametrize("row", [*STABLE.values()], ids=lambda row: row.name)
def test_every_stable_form_has_its_value(row: Any) -> None:
    wanted = STABLE_FORMS[row.name]
    letters = "uv"[: wanted.__code__.co_argcount]
    names = {letter: REAL.number(place) for letter, place in zip(letters, PLACES[::2], strict=False)}
    found = value_of(to_sympy(row.lowered(*map(Symbol, letters))), names)
    assert abs(found - wanted(*names.values())) < real.mpf(10) ** -60


# -- questions and refusals ---------------------------------------------------------------------------


def test_every_question_has_hints() -> None:
    assert set(HINTS) == set(typing.get_args(Question))


@pytest.mark.parametrize("word", unknown_names.NOT_REAL)
def test_what_is_no_real_number_is_refused_by_name(word: str) -> None:
    with pytest.raises(ReadError) as raised:
        read(f"2 + {word}")
    assert unknown_names.NOT_REAL[word] in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize(("sign", "words"), [*mismatches._CANNOT.items()])
def test_every_sign_says_which_shapes_it_cannot_join(sign: str, words: str) -> None:
    with pytest.raises(JacocalcError) as raised:
        read_program(f"A: 2 x 3; B: 5 x 7; F = A {sign} B")
    assert words in raised.value.message
    assert "2×3" in raised.value.message


REFUSED_ANSWERS = ["[30°]", "[25%]", "[±2]", "[0.(3)]", "[0{,}5]"]


@pytest.mark.parametrize(("row", "text"), [*zip(answers._REFUSED, REFUSED_ANSWERS, strict=True)], ids=REFUSED_ANSWERS)
def test_every_refused_sign_in_an_answer_is_named(row: Any, text: str) -> None:
    verdict = jc.jacobian("f(x) = 2x", at=1).check(text)
    assert verdict.outcome == "unreadable"
    assert row[1] in verdict.message
