"""What the left side of a line of a backward pass names: a gradient, a value of the forward pass, or a new name.

    dW, dL_dW, dL/dW, ∂L/∂W, \\frac{\\partial L}{\\partial W}, grad_W, g_W, ∇_W L, W (declared) a gradient
    z, h, L (computed)                                                                     a value
    delta, delta_t, δ^(2)                                                                  a name of the writer's own
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from jacocalc.errors import JacocalcError
from jacocalc.linear import paper_name
from jacocalc.notation import name_key
from jacocalc.programs import Program
from jacocalc.reading.lexer import GREEK_NAMES
from jacocalc.reading.term_names import Names
from jacocalc.reading.tokens import tokens_of

GRADIENT, VALUE, OWN, UNKNOWN = "gradient", "value", "own", ""

_FONTS = re.compile(
    r"\\(?:mathbf|mathrm|mathit|mathsf|mathcal|boldsymbol|bm|vec|operatorname|text|left|right|displaystyle)(?![A-Za-z])"
    r"|\\[,;:! ]"
)
_ACCENT = re.compile(r"\\(?:wide)?(hat|bar|tilde|dot)\s*(?:\{\s*(\w)\s*\}|(\w))")
_FRACTION = re.compile(r"\\[dtc]?frac\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{(.*)\}")
_INDEX_ABOVE = re.compile(r"\^?\((\w+)\)$|\^(\w+)$")


@dataclass(frozen=True)
class Target:
    """What is named: its ``kind``, and the key of the variable or the new name; ``index`` stands above a new name."""

    kind: str
    key: str
    index: str = ""
    gradient_like: bool = False


class Targets:
    """Reads left sides for one program; ``names`` may grow by the writer's own, which are no forward pass."""

    def __init__(self, program: Program, loss: str, adjoints: Collection[str], names: Names) -> None:
        self.loss = loss
        self.adjoints = list(adjoints)
        self.declared = {var.key for var in program.declared}
        self.keys = [var.key for var in program.variables]
        self.names = names
        self.forward = replace(names, variables=dict(names.variables), families=dict(names.families))

    def of(self, left: str) -> Target:
        """What a left side names."""
        bare = _cleaned(left)
        variable = self._among(self.keys, bare)
        if variable in self.declared and variable in self.adjoints:
            return Target(GRADIENT, variable)
        if variable or self.forward.variable(bare) is not None:
            return Target(VALUE, variable or bare)
        name = self._behind_the_sign(bare)
        found = self._among(self.adjoints, name)
        if found:
            return Target(GRADIENT, found)
        if name != bare and name_key(name) == name_key(self.loss):
            return Target(VALUE, f"d{self.loss}")
        return self._new(bare, name != bare and self.names.variable(name) is not None, name != bare)

    def gradient(self, name: str) -> str:
        """The variable of a gradient that is named dW or W; what was written where there is none."""
        bare = _cleaned(name)
        return self._among(self.adjoints, bare) or self._among(self.adjoints, self._behind_the_sign(bare)) or bare

    def _behind_the_sign(self, bare: str) -> str:
        """W of dW, dL/dW, ∇_W L."""
        loss = re.escape(self.loss)
        turned = re.sub(rf"^∇_?(.+?){loss}$", r"∇\1", bare)
        return re.sub(rf"^(?:[d∂]{loss}[_/]?[d∂]|grad_|g_|∇_?|[d∂])", "", turned)

    @staticmethod
    def _among(keys: list[str], name: str) -> str:
        key = _INDEX_ABOVE.sub(lambda match: f"_{match[1] or match[2]}", name)
        return next((known for known in keys if name_key(known) == name_key(key) or paper_name(known) == name), "")

    def _new(self, bare: str, taken: bool, signed: bool) -> Target:
        """A name of the writer's own: one name, with an index above or without."""
        try:
            name, *rest = tokens_of(bare, matrix=True)[:-1]
        except (JacocalcError, ValueError):
            return Target(UNKNOWN, bare)
        index = "".join(token.text for token in rest if token.text not in "^()")
        fits = name.kind == "name" and (not rest or (rest[0].text == "^" and re.fullmatch(r"\w+", index)))
        if taken or not fits or name.text in self.names.sizes:
            return Target(UNKNOWN, bare)
        return Target(OWN, name.text, index, signed and name.text.partition("_")[0] not in GREEK_NAMES)


def _cleaned(left: str) -> str:
    """Without fonts, braces and spaces; \\partial, \\nabla, fractions and accents in one spelling."""
    typed = _FONTS.sub("", left)
    typed = _ACCENT.sub(lambda match: f"{match[2] or match[3]}{match[1]}", typed)
    typed = _FRACTION.sub(r"\1/\2", typed)
    typed = typed.replace(r"\partial", "∂").replace(r"\nabla", "∇")
    return re.sub(r"[\s{}$*]+", "", re.sub(r"\\([A-Za-z]+)", r"\1", typed))
