"""The words inside LaTeX formulas, in the languages of textbooks, and what to say of commands that are not read."""

from __future__ import annotations

from jacocalc.reading.lexer import DERIVED, NO_DOMAIN

WORDS = {
    "if": "if", "for": "if", "when": "if", "falls": "if", "wenn": "if", "für": "if", "si": "if", "pour": "if",
    "se": "if", "otherwise": "otherwise", "else": "otherwise", "elsewhere": "otherwise", "sonst": "otherwise",
    "sinon": "otherwise", "altrimenti": "otherwise", "caso contrário": "otherwise", "en otro caso": "otherwise",
    "and": "and", "und": "and", "et": "and", "or": "or", "oder": "or", "ou": "or",
}  # fmt: skip
UNREAD = {
    "sum": ("a sum needs its bounds", "\\sum_{i=1}^{3} x_i^2, with numbers; x_1^2 + x_2^2 + x_3^2 is the same"),
    "end": ("\\end without \\begin", ""),
    "partial": ("a partial derivative is computed here, not read", DERIVED),
    "nabla": ("a gradient is computed here, not read", "give the function itself: f(x, y) = …"),
    "infty": ("infinity is not a real number", ""),
    "over": ("a fraction outside a group is written \\frac{a}{b}", "or {a \\over b}"),
    "\\": ("a line break belongs into a matrix", ""),
    "cr": ("rows end with \\\\ here, not with \\cr", ""),
    "pm": ("± is two numbers", "write one of them, with + or with -"),
    "in": ("∈ is not read here", "leave out what says where the inputs lie"),
    **dict.fromkeys(("setminus", "subset", "subseteq"), ("a set is not read here", NO_DOMAIN)),
    "int": ("an integral is not read here", "write the function that it is, without ∫"),
    "lim": ("a limit is not read here", "write the function that it is"),
    "prod": ("a product over an index needs its bounds", "\\prod_{i=1}^{3} x_i, with numbers; x_1 x_2 x_3 is the same"),
}
