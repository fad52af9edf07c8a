"""LaTeX for names, signs and plain words: what stands in formulas and in the text between them, in ASCII."""

from __future__ import annotations

import re
from unicodedata import normalize

from jacocalc.linear import ACCENTS, GREEK_LETTERS, LOWERED, RAISED, differential_of, split_name

SIGNS = {
    "∘": r"\circ", "⋯": r"\cdots", "→": r"\to", "↦": r"\mapsto", "×": r"\times", "·": r"\cdot", "∂": r"\partial",
    "∇": r"\nabla", "√": r"\surd", "−": "-", "ℝ": r"\mathbb{R}", "≠": r"\ne", "≤": r"\le", "≥": r"\ge",
    "≈": r"\approx", "⊙": r"\odot", "⊗": r"\otimes", "⊘": r"\oslash", "‖": r"\Vert", "⟨": r"\langle", "⟩": r"\rangle",
    "∈": r"\in",
    "∞": r"\infty", "±": r"\pm", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∑": r"\sum", "⊤": r"\top",
    "′": "'", "″": "''",
}  # fmt: skip
_RAISED = RAISED | {"ᵀ": r"\top"}
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "…": r"\dots{}", "“": "``", "”": "''", "‘": "`", "’": "'", "—": "---", "–": "--", "|": r"\textbar{}",
    **{sign: f"${code}$" for sign, code in SIGNS.items()},
    **{letter: rf"$\{name}$" for name, letter in GREEK_LETTERS.items()},
}  # fmt: skip
_MARKS = {mark: accent for accent, mark in ACCENTS.items()}
_PIECE = re.compile(rf"[{''.join(_RAISED)}]+|[{''.join(LOWERED)}]+|.[{''.join(_MARKS)}]?", re.DOTALL)
_TALL = (r"\frac", r"\begin", r"\sum", r"\left")


def escape(text: str) -> str:
    """Plain words as LaTeX text."""
    return "".join(map(_escaped, _PIECE.findall(text)))


def _escaped(piece: str) -> str:
    for table, sign in ((_RAISED, "^"), (LOWERED, "_")):
        if piece[0] in table:
            return f"${sign}{{{''.join(table[character] for character in piece)}}}$"
    parted = normalize("NFD", piece)
    if parted[1:] in _MARKS:
        return rf"$\{_MARKS[parted[1:]]}{{{_ESCAPES.get(parted[0], parted[0]).strip('$')}}}$"
    return "".join(_ESCAPES.get(character, character) for character in piece)


def latex_name(name: str, vector: bool = False, below: str = "") -> str:
    """θ, x_{1}, \\hat{y}, \\mathbf{f}; names of several letters upright; ``below``: one more index."""
    stem, accent, subscript = split_name(name)
    if stem in GREEK_LETTERS:
        letter = rf"\boldsymbol{{\{stem}}}" if vector else rf"\{stem}"
    elif len(stem) == 1:
        letter = rf"\mathbf{{{stem}}}" if vector else stem
    elif differential_of(stem):
        letter = rf"\mathrm{{d}}{latex_name(differential_of(stem))}"
    else:
        letter = rf"\{'mathbf' if vector else 'mathrm'}{{{escape(stem)}}}"
    if accent:
        letter = rf"\{accent}{{{letter}}}"
    inner = ", ".join(filter(None, (*map(_index, subscript.split("_")), below)))
    return f"{letter}_{{{inner}}}" if inner else letter


def _index(part: str) -> str:
    """1, i, \\theta, and words upright."""
    if len(part) <= 1 or part.isdigit():
        return part
    return rf"\{part}" if part in GREEK_LETTERS else rf"\mathrm{{{escape(part)}}}"


def fenced(text: str, left: str = "(", right: str = ")") -> str:
    """Brackets that grow where what they hold is tall."""
    grow = (r"\left", r"\right") if any(mark in text for mark in _TALL) else ("", "")
    space = " " if left.startswith("\\") else ""
    return f"{grow[0]}{left}{space}{text}{space}{grow[1]}{right}"
