"""How each language writes the operations of a tape: one table of forms a language.

Forms come from the tables that programs are written with (``targets``) where these say the same; the keys are those of
the tape: add, divide, raise, a function's name.  ``select`` and ``and``, ``or`` are forms of text already in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jacocalc.compiled.lowering import KERNEL_FUNCTIONS
from jacocalc.targets.forms import ATOM, POWER, Form, Forms, operators
from jacocalc.targets.julia import RESERVED as JULIA_WORDS
from jacocalc.targets.julia_forms import HELPERS as JULIA_HELPERS
from jacocalc.targets.libraries import JAX, NUMPY, NUMPY_HELPERS, TORCH, TORCH_HELPERS
from jacocalc.targets.matlab import RESERVED as MATLAB_WORDS
from jacocalc.targets.matlab_forms import MATLAB
from jacocalc.targets.python import RESERVED as PYTHON_WORDS

_SHARED = operators("*", "*", "/")
_ARITHMETIC = {
    "add": _SHARED["plus"], "subtract": _SHARED["minus"], "negate": _SHARED["opposite"],
    "multiply": _SHARED["hadamard"], "divide": _SHARED["divide"],
}  # fmt: skip


@dataclass(frozen=True)
class Language:
    """``forms`` by operation; ``helpers``: definitions by name, for the forms that call one.

    ``named``: operations whose operands are names or numbers, since the form repeats them.  ``arrays``: operations
    that take no plain numbers, which are then written ``zero + 2.0``.  ``guard``: where a branch that is not taken
    would raise an error, the template of a function that is NaN outside its domain; "" where none raises.
    """

    title: str
    forms: Forms
    relations: Mapping[str, str]
    pi: str
    nan: str
    infinity: str
    words: frozenset[str]
    helpers: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    guard: str = ""

    @property
    def reserved(self) -> frozenset[str]:
        """Words that no variable may have for a name: those of the language and those of its forms and helpers."""
        used = {word for form in self.forms.values() for word in re.findall(r"[A-Za-z_]\w*", form.template)}
        return self.words | used | set(self.helpers)


def _functions(table: Forms, **more: str) -> Forms:
    """The functions of a table of ``targets`` by their plain names, and what it lacks."""
    known = {name: table[f"f:{name}"] for name in sorted(KERNEL_FUNCTIONS) if f"f:{name}" in table}
    return {**_ARITHMETIC, **known, **{name: Form(template) for name, template in more.items()}}


def _library(title: str, table: Forms, xp: str, helpers: Mapping[str, str], **more: str) -> Language:
    forms = _functions(
        table, atan2=f"{xp}.arctan2({{0}}, {{1}})", hypot=f"{xp}.hypot({{0}}, {{1}})", log1p=f"{xp}.log1p({{0}})",
        expm1=f"{xp}.expm1({{0}})", max=f"{xp}.maximum({{0}}, {{1}})", min=f"{xp}.minimum({{0}}, {{1}})",
        select=f"{xp}.where({{0}}, {{1}}, {{2}})", **more,
    )  # fmt: skip
    tensors = frozenset({"max", "min", "atan2", "hypot", "select", "compare"}) if xp == "torch" else frozenset()
    own = {**forms, "raise": Form("{0} ** {1}", POWER, (ATOM, ATOM)), "and": Form("&"), "or": Form("|")}
    return Language(title, own, {"=": "==", "!=": "!="}, f"{xp}.pi", f"{xp}.nan", f"{xp}.inf", PYTHON_WORDS, helpers,
                    arrays=tensors)  # fmt: skip


_LARGER = "{0} > {1} || {0} != {0} ? {0} : {1}"  # fmax would lose a NaN
_C_WORDS = frozenset(re.findall(r"\w+", """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex
    _Imaginary main NULL NAN INFINITY HUGE_VAL
"""))  # fmt: skip
_C_NAMES = {"ln": "log", "abs": "fabs", "raise": "pow"}
_C_FUNCTIONS = {name: Form(f"{_C_NAMES.get(name, name)}({{0}})") for name in sorted(KERNEL_FUNCTIONS)}
C = Language(
    "C", {
        **_ARITHMETIC, **_C_FUNCTIONS, "raise": Form("pow({0}, {1})"), "atan2": Form("atan2({0}, {1})"),
        "hypot": Form("hypot({0}, {1})"), "max": Form(_LARGER, 0), "min": Form(_LARGER.replace(">", "<"), 0),
        "sign": Form("{0} > 0.0 ? 1.0 : {0} < 0.0 ? -1.0 : {0}", 0), "select": Form("{0} ? {1} : {2}", 0),
        "and": Form("&&"), "or": Form("||"),
    },
    {"=": "==", "!=": "!="}, "3.141592653589793", "NAN", "INFINITY", _C_WORDS,
    named=frozenset({"max", "min", "sign"}),
)  # fmt: skip

_JULIA_FUNCTIONS = {
    name: Form(f"{'log' if name == 'ln' else name}({{0}})", helper=name if name in JULIA_HELPERS else "")
    for name in sorted(KERNEL_FUNCTIONS)
}
JULIA = Language(
    "Julia", {
        **_ARITHMETIC, **_JULIA_FUNCTIONS, "raise": Form("{0}^{1}", POWER, (ATOM, ATOM)),
        "atan2": Form("atan({0}, {1})"), "hypot": Form("hypot({0}, {1})"), "max": Form("max({0}, {1})"),
        "min": Form("min({0}, {1})"), "select": Form("ifelse({0}, {1}, {2})"), "and": Form("&&"), "or": Form("||"),
    },
    {"=": "==", "!=": "!="}, "pi", "NaN", "Inf", JULIA_WORDS, JULIA_HELPERS,
    guard='"{call}, NaN outside its domain."\n{name}({arguments}) = {inside} ? {call} : NaN',
)  # fmt: skip

MATLAB_TABLE = Language(
    "MATLAB", {
        **_functions(
            MATLAB, atan2="atan2({0}, {1})", hypot="hypot({0}, {1})", log1p="log1p({0})", expm1="expm1({0})",
            max="max({0}, {1})", min="min({0}, {1})",
        ),
        "raise": Form("{0}^{1}", POWER, (ATOM, ATOM)), "select": Form("pick({0}, {1}, {2})", helper="pick"),
        "and": Form("&&"), "or": Form("||"),
    },
    {"=": "==", "!=": "~="}, "pi", "NaN", "Inf", MATLAB_WORDS,
    {"pick": "function chosen = pick(condition, a, b)\n% a where the condition holds, else b.\n"
             "    if condition\n        chosen = a;\n    else\n        chosen = b;\n    end\nend"},
    guard="function found = {name}({arguments})\n% {call}, NaN outside its domain.\n    found = NaN;\n"
          "    if {inside}\n        found = {call};\n    end\nend",
)  # fmt: skip

# Where the functions have values that Julia and MATLAB give as real numbers.
DOMAINS = {
    "sqrt": "u >= 0", "ln": "u >= 0", "log1p": "u >= -1", "asin": "abs(u) <= 1", "acos": "abs(u) <= 1",
    "acosh": "u >= 1", "atanh": "abs(u) <= 1", "raise": "u >= 0 || v == round(v)",
    "sin": "abs(u) < Inf", "cos": "abs(u) < Inf", "tan": "abs(u) < Inf",
}  # fmt: skip

LANGUAGES = {
    "numpy": _library("NumPy", NUMPY, "np", NUMPY_HELPERS),
    "c": C,
    "jax": _library("JAX", JAX, "jnp", {}),
    "torch": _library("PyTorch", TORCH, "torch", TORCH_HELPERS),
    "julia": JULIA,
    "matlab": MATLAB_TABLE,
}
