"""The names that stand before an answer, whatever their spelling → one canonical string.

    J_{\\mathbf{g} \\circ \\mathbf{f}}(1, 1) → J_g∘f        \\frac{\\partial f_1}{\\partial x} → ∂f_1/∂x
    grad L → ∇L        f'(x) → f'        |J_f(x)| → |J_f|        f(1, 2) → f(1,2)        Greek letters by name
"""

from __future__ import annotations

import re
import unicodedata

from jacocalc.known_functions import SPELLINGS
from jacocalc.reading.lexer import ACCENT_NAMES, GREEK, GREEK_NAMES

_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_LAYOUT = r"left|right|middle|[bB]igg?[lrm]?|displaystyle|ds|textstyle|limits|quad|qquad|boxed"
_FONTS = (
    r"mathbf|mathrm|mathit|mathsf|mathcal|boldsymbol|bm|pmb|vec|operatorname\*?|text|textbf|textit|textrm|mbox|rm|bf"
)
_ACCENTS = (("bar|overline", "bar"), ("hat|widehat", "hat"), ("tilde|widetilde", "tilde"), ("dot", "dot"))
_BY = r"[A-Za-z]\w*(?:\^\d)?"
_OPERATOR = rf"(?<![A-Za-z_])([d∂](?:\^\d)?)\s*/\s*([d∂]\s*{_BY}(?:\s*∂\s*{_BY})*)"
_CALLED = rf"(?:{'|'.join(sorted(set(SPELLINGS) - set(GREEK_NAMES), key=len, reverse=True))})(?![A-Za-z])"
_OF = r"([A-Za-z]\w*)"
_UNDER_ACCENT = r"(?![A-Za-z])\s*(?:\{\s*(\\?[A-Za-z]+)([^{}]*)\}|(\\[A-Za-z]+|[A-Za-z]))"
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (rf"\\(?:{_LAYOUT}|{_FONTS})(?![A-Za-z])|\\[,;:! ]|[~$&\u200b]", " "),
        *((rf"\\(?:{command}){_UNDER_ACCENT}", rf"\1\3{accent}\2") for command, accent in _ACCENTS),
        (rf"\\(?:[dtc]|nice)?frac\s*{_GROUP}\s*{_GROUP}", r"\1/\2 "),
        (rf"\\(?:[dtc]|nice)?frac\s*{_GROUP}\s*{_GROUP}", r"\1/\2 "),
        (r"\\?\bnabla(?![A-Za-z])|\\?\bgrad(?:ient)?(?![A-Za-z])", "∇"),
        (r"\\?\bpartial(?![A-Za-z])", "∂"),
        (r"(?<![A-Za-z])([d∂])2(?=[A-Za-z]\w*/|\s*/\s*\1)", r"\1^2"),
        (r"([d∂]\^2[^/]*/\s*[d∂]\s*[A-Za-z])2(?![0-9^]|\s*∂|d[A-Za-z])", r"\1^2"),
        (r"\\circ(?![A-Za-z])|(?<=\w)\s+o\s+(?=\w)", "∘"),
        (r"\\prime(?![A-Za-z])|[′’]|\^\s*\{?\s*\\prime\s*\}?", "'"),
        ("″", "''"),
        (r"\^\s*\{?\s*(?:\\top|\\intercal|T)(?![A-Za-z])\s*\}?|[ᵀ⊤ᵗ]", "^T"),
        (r"\\(?:cdot|times)(?![A-Za-z])|[⋅×*]", "·"),
        (r"\\[lr]?vert(?![A-Za-z])|\\mid(?![A-Za-z])|∣", "|"), (r"\\[lr]?Vert(?![A-Za-z])|\\\||∥", "‖"),
        (r"\\([A-Za-z]+)", r" \1 "),
        (r"_\s*[({\[]([\w\s∘,]*)[)}\]]", r"_\1"),
        (rf"^\s*{_OPERATOR}(?:\s*\[.*\]\s*|\s+(?=.*(?:\^|(?<![A-Za-z_]){_CALLED})).*)$", r"\1/\2"),
        (rf"{_OPERATOR}(?:\s+{_OF}|\s*[(\[]{_OF}[)\]])(?![\w^])", r"\1\3\4/\2"),
        (r"[{}\s]", ""),
        (r"(?<=[)\w])\|_.*$", ""),
        (r"^\.", ""),
        (r"^\(([\w∘]+)\)", r"\1"),
        (r"(?<![A-Za-z_0-9])([d∂]|[D∂]_\w)\((\w+(?:∘\w+)+)\)", r"\1\2"),
        (r"^\(([^()]*/[^()]*)\)(?:_?\([^()]*,[^()]*\)|_\([^()]*\)|_[\d.,]+|_\w+=[^()]*)?$", r"\1"),
        (r"^\|\(?(J(?:_[\w∘]+)?)(?:\(.*\))?\)?\|$", r"|\1|"),
        (r"^det\((J(?:_[\w∘]+)?)(?:\(.*\))?\)$", r"det\1"),
        (r"^(tr|rank)(?:ace)?(?:\(?([HJ])\)?)?$", r"\1\2"),
        (r"^(?:∂?(?:with)?(?:wrt|w\.r\.t\.?|respectto)|by|∂)(?=[A-Za-z]\w*$)", "∂/∂"),
        (r"^([JjHAa])_?(?:\[([0-9]),([0-9])\]|\[([0-9])\]\[([0-9])\])$", r"\1_\2\3\4\5"),
        (r"^([JjHAa])_([0-9]),([0-9])$", r"\1_\2\3"),
        (r"^D\^2(?=\(?[A-Za-z])", "∇^2"),
        (r"(?<![A-Za-z_])(D|∇)\(([\w∘]+)\)", r"\1\2"),
        (r"(?<![A-Za-z_0-9])([∂d]?)([A-Za-z])([0-9]+)", r"\1\2_\3"),
        (r"(?<![A-Za-z_0-9])(lambda|mu)([0-9]+)", r"\1_\2"),
        (r"^(H|Hess)\(([A-Za-z]\w*)\)", r"\1\2"),
        (r"\^1(?![0-9])", ""),
    )
)
_SCRIPTS = str.maketrans(
    {**{c: f"_{i}" for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}, **{c: f"^{i}" for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
     **{c: f"{name} " for c, name in GREEK.items()}, **ACCENT_NAMES,
     "\u0308": "''"}
)  # fmt: skip
_ARGUMENTS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_ID = r"[A-Za-z]+(?:_[A-Za-z0-9]+)*"
_PLAIN = rf"{_ID}(?:∘{_ID})*"
_ROW = r"(?:\^T)?"
_FORMS = re.compile(
    rf"\(?[∂d](?:\^\d)?(?:{_PLAIN})?/(?:(?:∂{_ID}(?:\^\d)?)+|d{_ID}(?:\^\d)?)\)?(?:{_PLAIN})?"
    rf"|(?:\|?(?:det)?|tr)(?:J|H|D|Hess|Jac)(?:_[\w∘,]+)?(?:{_PLAIN})?{_ROW}\|?"
    rf"|(?:\|\|?|‖)?∇(?:\^2|_\w+)?(?:{_PLAIN})?{_ROW}(?:\|\|?|‖)?"
    rf"|∂_\w+(?:{_PLAIN})?|(?:{_PLAIN})'+|(?:\|\|?|‖)(?:{_PLAIN})'*(?:\|\|?|‖)|(?:{_PLAIN}){_ROW}"
)
_FORMULA = re.compile(r"[A-Za-z∇∂(|][\w∇∂'·+/()∘,^|‖-]*")
_SIGN = re.compile(
    r"[∇∂']|(?:(?<![A-Za-z])|(?<=\^T))J(?![A-Za-z])|(?<![A-Za-z_])H_|(?<![A-Za-z_])d(?:\^\d)?\w*/d[A-Za-z]|(?<![A-Za-z])det"
    r"|^J[a-z](?:\([^=]*\))?·?J[a-z]|^D(?:_\w+)?[A-Za-z(]|^tr[JH(]|[JH]_|^[A-Z](?:·?[A-Z])+$|^[A-Za-z]+bar(?:_\w+)?$"
)
_IN_PARTIALS = re.compile(
    r"(?=.*(?<![A-Za-z_])[A-Za-z]\w*_[A-Za-z])-?(?:[0-9]+(?:/[0-9]+)?·?)?[A-Za-z(][\w·+/()^-]*"
)
_ENVIRONMENT, _APART = re.compile(r"\\(?:begin|end)\s*\{\w+\*?\}"), re.compile(r"[\[\](),;&\\⟨⟩<>]+")
_PARTIAL = re.compile(r"[A-Za-z]\w*_[A-Za-z]\w*")
_PARTIAL_AT = re.compile(r"([A-Za-z]\w*_[A-Za-z]\w*)\([-\d.,/]+\)$")
_ENTRIES = tuple(map(re.compile, (
    r"[A-Za-z]\w*?'*_[A-Za-z]+'?", r"[A-Za-z]\w*?_[0-9]+", rf"[d∂](?:\^\d)?{_ID}/[d∂][\w∂^]+"
)))  # fmt: skip
_MARKER = re.compile(r"\s*(?:\([a-h]\)|[a-h]\)|[0-9]{1,2}[.)](?=\s)|\(?i+\))\s*")
LEAD_WORDS = frozenset(
    {"so", "thus", "hence", "therefore", "then", "answer", "result", "solution", "is", "the", "are", "we", "get",
     "have", "obtain", "matrix", "with", "where", "equals", "finally", "jacobian", "gradient", "hessian", "derivative",
     "our", "my", "final", "find", "that", "and", "this", "gives", "it", "here", "value", "now", "also", "determinant",
     "first", "second", "next", "for", "of", "slope", "let", "set", "put", "directional"}
)  # fmt: skip
_ORDINALS = {
    name: k for k, names in enumerate((("first", "1st", "one"), ("second", "2nd", "two"), ("third", "3rd", "three"),
    ("fourth", "4th", "four")), 1) for name in names
}  # fmt: skip
_PLACED = re.compile(
    r"(?i)\W*(?:the\s+)?(?:(?P<place>first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:row|component|entry)"
    r"|(?:row|component|entry)\s*_?(?P<behind>[1-9]|one|two|three|four)|(?P<by>[a-z](?:_?[0-9])?)[-\s]+component)\W*"
)
_DONE = re.compile(
    r"1/\((?P<under>[^()]+)\)|\((?P<base>[^()]+)\)\^\d+|-?(?:[1-9]\d*(?:/[1-9]\d*)?)?·?(?P<plain>[^\d-].*)"
)
_TIMES = re.compile(r".*(?:'|(?<![d∂])/[d∂]\w+)\([^()]*[\w)^][-+·][^()]*\)")
_DERIVATIVE = re.compile(r"\bd\s*[A-Za-z]\s*/\s*d\s*[A-Za-z]|\\[dt]?frac\s*\{\s*(?:d|\\partial)\b")
_CHANGE = r"(?<![A-Za-z_])[a-z]?d[xyzt]\b"  # 2dx, y dx, ydx
_EQUATION = re.compile(rf"{_DERIVATIVE.pattern}|{_CHANGE}")
_MULTIPLE = re.compile(
    r"(?P<factor>.*\S)\s*(?:(?<!['A-Za-z])[A-Za-z]'|(?<![A-Za-z])d\s*[A-Za-z]\s*/\s*d\s*[A-Za-z])\s*"
)
_TANGENT = re.compile(r"\s*[A-Za-z]\s*[-+−]\s*[\d./]+\s*")
_TITLES = {"jacobian": "J", "hessian": "H", "gradient": "∇", "determinant": "det"}
_D = r"(?:d|∂|\\partial|\\mathrm\s*\{\s*d\s*\})"
_BY_LETTER = rf"{_D}\s*\w(?:_\w+|_\{{\w+\}})?"
_OF_FORMULA = re.compile(
    rf"\s*(?:{_D}\s*/\s*{_BY_LETTER}|\\[dt]?frac\s*\{{\s*{_D}\s*\}}\s*\{{\s*{_BY_LETTER}\s*\}})"
    r"(?=[\s(\[\\])\s*(?P<of>\S.*?)\s*"
    r"|\s*[(\[](?P<primed>.*)[)\]]\s*(?:['′’]|\^\s*\{?\s*\\prime\s*\}?)\s*",
    re.DOTALL,
)
_LONGEST = 300
_FOUND = re.compile(r"\s*I\s+(?:got|get|think|believe|found|find|have|obtain(?:ed)?)(?:\s+that)?[\s:]+(?=\S)")
_LEAD = re.compile(r"\s*([A-Za-z]+)(?:(?<=[Ii]t)['’]s)?(?:\s+of\s+[A-Za-z]\w*(?=\s+is\b))?(?:[,:]\s*|\s+)(?=\S)")
_OF_PARTIAL = re.compile(r"[Pp]artial\s+(?:derivative\b|[A-Za-z]+_[A-Za-z]+\b(?!\s*/))")  # no ∂f_a/∂x
_BAR = re.compile(
    r"(?P<sized>\\right\s*|\\[bB]igg?[lrm]?\s*)?(?:\||\\[lr]?vert(?![A-Za-z]))\s*_\s*"
    r"(?:\{(?P<under>[^{}]*)\}|(?P<round>\([^()]*\))|[A-Za-z]\s*=\s*[-−]?[\d./]+)[\s.,]*"
)
_DOT = re.compile(r"\s*\\left\s*\.")


def result_name(text: str) -> str:
    """The canonical name that the text writes, J_g∘f for J_{g \\circ f}(1,1); "" where it has no such form."""
    if match := _PLACED.fullmatch(text) if len(text) <= _LONGEST else None:
        place = (match["place"] or match["behind"] or "").lower()
        return f"R_{_ORDINALS.get(place, place) or match['by']}"
    written = text[lead_end(text, frozenset()) :].strip(" \t\n.,:;")
    if written.lower() == "row":
        return ""
    if written.lower() in LEAD_WORDS:
        return _TITLES.get(written.lower(), "")
    name = _canonical(written)
    if len(written) > _LONGEST:
        return ""
    bare, arguments = _without_arguments(name)
    if _FORMS.fullmatch(bare):
        partial = _SIGN.search(bare) or re.search(r"_[A-Za-z]+$|^f[r-z]{1,2}$", bare)
        value = arguments and not partial
        return bare + arguments if value else bare
    return name if _FORMULA.fullmatch(name) and names_result(name) else ""


def product_name(text: str) -> str:
    """y'(x+3y^2) and dy/dx(x-1): a derivative times a bracket, which is no point; "" for anything else."""
    name = _canonical(text)
    return name if _TIMES.fullmatch(name) else ""


def multiple_name(text: str) -> str:
    """-dy/dx, -u_y, 2J, 1/(dy/dx), (dy/dx)^2: a name with what is done to it; "" for anything else."""
    name = _canonical(text)
    name = _PARTIAL_AT.sub(r"\1", name)
    match = _DONE.fullmatch(name)
    of = match and (match["plain"] or match["base"] or match["under"])
    return name if of and result_name(of) and (names_result(of) or _PARTIAL.fullmatch(of)) else ""


def equation_name(text: str) -> str:
    """2x+2ydy/dx, 2ydy and 2x+2zz_x, which lead up to an answer, y-4 of a tangent behind it; "" for anything else."""
    name = _canonical(text)
    beside = names_partials(text) and any("_" not in term for term in re.split(r"[+-]", name) if term)
    return name if beside or _EQUATION.search(text) else tangent_name(text)


def holds_derivative(text: str) -> bool:
    """Whether dy/dx stands in a formula: 6y + 6x dy/dx."""
    return bool(_DERIVATIVE.search(text))


def factor_end(text: str) -> int:
    """Where the factor ends in y dy/dx and (2y - x) y'; 0 for anything else."""
    match = _MULTIPLE.fullmatch(text) if len(text) <= _LONGEST else None
    return match.end("factor") if match else 0


def tangent_name(text: str) -> str:
    """y-4 of y - 4 = 6(x - 3), which is no answer, but the equation of a tangent; "" for anything else."""
    return _canonical(text) if _TANGENT.fullmatch(text) else ""


def derivative_of(text: str) -> tuple[int, int] | None:
    """Where x² stands in d/dx x² and in (x²)′; None where no formula does."""
    match = _OF_FORMULA.fullmatch(text, 0, bar_start(text, 0, len(text))) if len(text) <= _LONGEST else None
    return match.span("of" if match["of"] else "primed") if match else None


def names_result(text: str) -> bool:
    """Whether a text speaks of results by name: J_g · J_f, ∂z/∂u, f', det J."""
    name = _canonical(text)
    return "∘" in name or bool(_SIGN.search(name))


def names_partials(text: str) -> bool:
    """Whether a text is a formula in names of partials, -F_x/F_z, z_x dx + z_y dy, or a list of them, [f_x, f_y]."""
    listed = [one for one in _APART.split(_canonical(_ENVIRONMENT.sub("", text))) if one]
    return bool(_IN_PARTIALS.fullmatch(_canonical(text)) or (len(listed) > 1 and all(map(_PARTIAL.fullmatch, listed))))


def another_partial(name: str, other: str) -> bool:
    """Whether two names are of different partials in the same spelling: f_x and f_y, ∂u/∂x and ∂v/∂y."""
    round_, other_round = (re.sub(r"^d|(?<=/)d", "∂", one) for one in (name, other))
    return round_ != other_round and any(form.fullmatch(name) and form.fullmatch(other) for form in _ENTRIES)


def lead_end(text: str, known: frozenset[str]) -> int:
    """Where the mathematics begins behind “(a)”, \\left. and “so the answer is”; words of known letters stay."""
    marker = _MARKER.match(text) or _DOT.match(text) or _FOUND.match(text)
    place = marker.end() if marker and marker.end() < len(text) else 0
    while (match := _LEAD.match(text, place)) and not set(match[1]) <= known:
        if match[1].lower() not in LEAD_WORDS and not _OF_PARTIAL.match(text, match.start(1)):
            break
        place = match.end()
    return place


def bar_start(text: str, start: int, end: int) -> int:
    """Where a bar with the point below stands at the end of a formula, 3x^2|_{x=2}; the end where there is none."""
    for match in _BAR.finditer(text, start, end):
        point = match["under"] is None or bool(match["sized"] or re.search(r"[=,(]", match["under"]))
        if match.end() == end and point and match.start() > start:
            return match.start()
    return end


def _canonical(text: str) -> str:
    name = unicodedata.normalize("NFD", text[:_LONGEST]).translate(_SCRIPTS)
    for pattern, said in _REWRITTEN:
        name = pattern.sub(said, name)
    return name


def _without_arguments(name: str) -> tuple[str, str]:
    """f(1,2) → f and (1,2); the inner brackets of a fraction are dropped: ∂f(x,y)/∂x → ∂f/∂x."""
    if "/" in name:
        over, _, under = name.partition("/")
        name = f"{re.sub(rf'(?<=[A-Za-z0-9]){_ARGUMENTS}$', '', over)}/{under}"
    match = re.fullmatch(rf"(.*?[\w)'])({_ARGUMENTS})", name)
    if not match:
        return name, ""
    if match[1].startswith("|") and not match[1].endswith("|"):
        return name, ""
    return match[1], match[2]
