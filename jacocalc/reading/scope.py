"""Which names mean what while a text is read, and how a run of letters is cut into names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jacocalc.errors import nearest
from jacocalc.functions import VectorFunction
from jacocalc.known_functions import CALLED, SPELLINGS
from jacocalc.notation import Applied, name_key
from jacocalc.options import LIMITS, WRITTEN, Limits
from jacocalc.reading.lexer import GREEK_NAMES
from jacocalc.reading.written_out import ABBREVIATED, WRITTEN_OUT

_JUMPS = "what jumps is written in its pieces, piecewise(… if …, … otherwise)"
_CASES = "write piecewise(x if x > 0, 0 otherwise)"
ELSEWHERE = {
    **dict.fromkeys(
        ("binom", "dbinom", "tbinom", "choose"),
        "a column is written \\begin{pmatrix} a \\\\ b \\end{pmatrix}, and n over 2 n(n - 1)/2",
    ),
    **dict.fromkeys(("If", "ifelse", "IfElse", "where", "select"), _CASES),
    **dict.fromkeys(("unit_step", "round", "mod", "bmod", "pmod", "remainder", "rem", "fmod", "trunc"), _JUMPS),
    **{short: f"write {name}(x) for {short} x" for short, name in ABBREVIATED.items()},
    "lg": "write log10(x), or log2(x)",
    "lb": "write log2(x) for lb x",
    "ld": "write log2(x) for ld x",
    "sine": "write sin(x)",
    "sinc": "write sin(x)/x, or sin(pi x)/(pi x)",
    "logsumexp": "write ln(e^x + e^y) for logsumexp(x, y)",
    "Rational": "write 1/2 for Rational(1, 2)",
    **dict.fromkeys(
        ("int", "integral", "Integral", "integrate", "Integrate"),
        "an integral is not read: write the function that it is",
    ),
    **dict.fromkeys(("dot", "inner"), "write x_1 y_1 + x_2 y_2, or a program: x: n; y: n; s = dot(x, y)"),
    **dict.fromkeys(("sum", "Sum"), "write sum_{k=1}^{3} x^k, with numbers as bounds, or the terms themselves"),
    **dict.fromkeys(
        ("prod", "product", "Product"),
        "write prod_{k=1}^{3} (x + k), with numbers as bounds, or the factors themselves",
    ),
    **dict.fromkeys(
        ("e_r", "e_rho", "e_theta", "e_phi", "e_s"),
        "unit vectors are i, j, k and e_x, e_y, e_z: e_r is cos(θ) i + sin(θ) j",
    ),
}
_ORDER_IN_FRONT = "the order of a Bessel function is a number: besselj(0, x), bessely, besseli, besselk"
CALLED_ELSEWHERE = {  # where a bracket follows
    "frac": "write x - floor(x)",
    **dict.fromkeys(("expint", "E1", "E_1"), "the exponential integral E₁(x) is -Ei(-x), for x > 0"),
    **dict.fromkeys(("expi", "expinti"), "write Ei(x)"),
    "logabsgamma": "write loggamma(x), or ln(|gamma(x)|)",
    **dict.fromkeys(("psi", "Psi"), "for the digamma function Γ′/Γ write digamma(x)"),
    "W": "for the function of Lambert write lambertw(x)",
    **dict.fromkeys(("binomial", "nchoosek", "comb"), "write gamma(n + 1)/(gamma(k + 1) gamma(n - k + 1))"),
    "rgamma": "write 1/gamma(x)",
    "Phi": "for the normal distribution write (1 + erf(x/sqrt(2)))/2",
    **dict.fromkeys((f"{letter}{n}" for letter in "jyik" for n in "01nv"), _ORDER_IN_FRONT),
    **dict.fromkeys((f"{letter}_{n}" for letter in "JYIK" for n in ("n", "nu", "0", "1", "2", "3")), _ORDER_IN_FRONT),
    **dict.fromkeys((f"bessel{letter}" for letter in "JYIK"), _ORDER_IN_FRONT),
}  # fmt: skip
UNDIFFERENTIATED = frozenset({  # functions that are known elsewhere
    "zeta", "Zeta", "polylog", "PolyLog", "dilog", "spence", "ellipk", "ellipe", "EllipticK", "EllipticE", "elliptic_k",
    "elliptic_e", "elliptic_f", "hyper", "hyp2f1", "hyp1f1", "meijerg", "legendre", "hermite", "laguerre", "chebyshevt",
    "chebyshevu", "gegenbauer", "jacobi", "uppergamma", "lowergamma", "gammainc", "betainc", "hankel1", "hankel2",
    "erfcinv", "DiracDelta",
})  # fmt: skip
KEYWORDS = frozenset({"if", "otherwise", "else", "and", "or", "not", "for", "piecewise"})
_LETTERS = re.compile("[A-Za-z]|[u-z]{2,3}")
_FACTORS = re.compile("[A-Za-z]{1,2}")
_LOGARITHM = re.compile(r"log\d+|(?:log|ln|lg)_\w+")
LONGEST = 40  # letters that are cut into names
CONSTANTS = frozenset({"e", "pi"})
_CAPITAL = {"E": "e", "Pi": "pi"}  # in Mathematica, Maple and SymPy


def is_known_elsewhere(name: str) -> bool:
    """Whether a name that is called is a function in books and libraries, log_2 and ellipk, though perhaps not here."""
    known = any(name in table for table in (ELSEWHERE, WRITTEN_OUT, CALLED, UNDIFFERENTIATED))
    word = len(name) > 2 or "_" in name  # letters such as W are also names of functions without formulas
    return known or (word and name in CALLED_ELSEWHERE) or bool(_LOGARITHM.fullmatch(name))


def is_word(name: str) -> bool:
    """Whether a name is never cut: kappa, otherwise."""
    return name in GREEK_NAMES or name in KEYWORDS


@dataclass
class Scope:
    """Declared variables (canonical key → spelling) and functions.

    ``open``: an unknown name becomes a new variable (equations declare nothing);
    ``calling``: gamma(x + 1) calls even so, no variable having that name.
    ``verbatim``: names stand as they are written, never cut (our own strict notation is read back);
    ``unspecified``: functions without formulas, by name, with the names of their inputs.
    ``spelled``: what functions without formulas are called in an answer;
    ``indices``: the values of the indices of the sums that are being written out;
    ``head``: the function that is defined; ``parameters``: those of the variables that are its parameters;
    ``dimension``: how many entries a vector has that is asked for, so that 2i alone is one; 0 where none is;
    ``states``: x_n and x_1 of recurrences and rates, in front of which ax_n has a factor;
    ``defining``: a function is defined, and E may be a letter of it that was to be declared.
    """

    variables: dict[str, str] = field(default_factory=dict)
    functions: Mapping[str, VectorFunction] = field(default_factory=dict)
    open: bool = False
    notes: list[str] = field(default_factory=list)
    loose: bool | None = None
    unspecified: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spelled: Mapping[str, Applied] = field(default_factory=dict)
    verbatim: bool = False
    indices: dict[str, int] = field(default_factory=dict)
    head: str = "f"
    parameters: tuple[str, ...] = ()
    dimension: int = 0
    states: tuple[str, ...] = ()
    calling: bool = False
    defining: bool = False

    @property
    def limits(self) -> Limits:
        """Sizes of a text beyond which it is not read."""
        return WRITTEN if self.verbatim else LIMITS

    @classmethod
    def of(
        cls,
        names: Iterable[str],
        functions: Mapping[str, VectorFunction] | None = None,
        loose: bool | None = None,
    ) -> Scope:
        """A closed scope with these variables."""
        return cls({name_key(name): name for name in names}, functions or {}, loose=loose)

    def variable(self, name: str) -> str | None:
        """The declared spelling of the name, or None."""
        return self.variables.get(name_key(name))

    def constant(self, name: str) -> str:
        """e and pi, also for E and Pi where no letter can be meant, or nothing."""
        if name in _CAPITAL and not (self.open or self.verbatim or self.defining):
            self.note(f"{name} is read as {_CAPITAL[name]}")
            return _CAPITAL[name]
        return name if name in CONSTANTS else ""

    def is_change(self, name: str) -> bool:
        """Whether a name is the change dx of a variable x, as it stands in a differential."""
        return name[:1] == "d" and self.variable(name) is not None and self.variable(name[1:]) is not None

    def declaration(self, name: str) -> str:
        """How a name is declared beside the others, f(x, y, name; a); as a parameter, f(x, y; a, name)."""
        inputs = ", ".join(one for one in self.variables.values() if one not in self.parameters)
        parameters = "".join(f"{one}, " for one in self.parameters)
        also = f"; {parameters[:-2]}" if parameters else ""
        return f"{self.head}({inputs}, {name}{also}), or as a parameter {self.head}({inputs}; {parameters}{name})"

    def is_product(self, name: str) -> bool:
        """Whether a run of letters is no word of its own but a product of declared names."""
        if self.open or self.verbatim or self.variable(name) is not None or name in self.functions:
            return False
        return name not in SPELLINGS and name not in CONSTANTS and bool(self.cut(name))

    def declare(self, name: str) -> str:
        """Add a variable and give its spelling."""
        return self.variables.setdefault(name_key(name), name)

    def note(self, text: str) -> None:
        """Remember how something was read, once."""
        if text not in self.notes:
            self.notes.append(text)

    def cut(self, name: str) -> list[list[str]]:
        """All ways to cut a run of letters into declared names and constants."""
        if is_word(name) or len(name) > LONGEST:
            return []
        ways: list[list[list[str]]] = [[[]]]
        for end in range(1, len(name) + 1):
            found: list[list[str]] = []
            for start in range(end):
                piece = name[start:end]
                if self.means_one(piece):
                    found += [[*way, piece] for way in ways[start]]
            ways.append(found[:3])
        return [way for way in ways[len(name)] if len(way) > 1]

    def factors_before(self, name: str, called: bool) -> str:
        """x of xf(y) with a declared f and a new letter x, a of ax_n for a state x_n; else nothing."""
        pieces = [(function, _LETTERS) for function in self.functions if called]
        pieces += [(state, _FACTORS) for state in self.states if not state.isalpha()]
        ends = ((name.removesuffix(piece), letters) for piece, letters in pieces if name.endswith(piece))
        return next((before for before, letters in ends if letters.fullmatch(before)), "") if self.open else ""

    def means_one(self, piece: str) -> bool:
        """Whether a piece of a run of letters is a declared name, a constant or an index of a sum."""
        declared = name_key(piece) in self.variables and piece.strip("_") == piece
        return declared or piece in CONSTANTS or piece in self.indices

    def powered(self, name: str) -> str:
        """x^2 for x2, as where raised digits are lost: a declared name and its exponent, or nothing."""
        ends = [end for end in range(1, len(name)) if name[end:].isdigit() and name[end] not in "01"]
        found = next((end for end in reversed(ends) if name[end - 1] != "_" and self.variable(name[:end])), 0)
        return f"{name[:found]}^{name[found:]}" if found else ""

    def elsewhere(self, name: str) -> str:
        """How a function of a library is written here, or nothing."""
        return ELSEWHERE.get(name.partition("_")[0] if name.startswith(("sum_", "prod_")) else name, "")

    def suggestion(self, name: str) -> str:
        """A hint for an unknown name: what was probably meant, or how to declare it."""
        if len(name) > LONGEST:
            return ""
        words = [*self.variables.values(), *self.functions, *SPELLINGS, "piecewise"]
        if "_" in name:  # a subscript of one's own
            words = [word for word in words if "_" in word]
        by_case = [word for word in (*words, "e", "pi") if word.lower() == name.lower()]
        likely = len(name) > 1 and name not in GREEK_NAMES
        longer = [word for word in words if len(word) > 1] if likely else []
        close = by_case or nearest(name, longer)
        if name == "In":
            close = ["ln"]
        return f"did you mean {close[0]}?" if close else ""
