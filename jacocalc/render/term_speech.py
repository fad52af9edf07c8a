"""Terms → words that can be read aloud: ``partial L by partial z times the transpose of x``.

A word in front (the transpose of …) holds for what follows up to the next *times*; what goes on longer, and
what a word behind it marks (… squared), is said as a quantity with an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from jacocalc import terms
from jacocalc.functions import Size
from jacocalc.known_functions import KNOWN
from jacocalc.render.spoken_words import quantity, spoken_name
from jacocalc.term_writing import ATOM, ENTRYWISE, FRACTION, RAISED, Script, split_size, written_sizes

_OPERATIONS = {
    "tr": "the trace of", "det": "the determinant of", "logdet": "the logarithm of the determinant of",
    "sum": "the sum of the entries of", "mean": "the mean of", "var": "the variance of", "norm": "the norm of",
    "norm2": "the squared norm of", "logsumexp": "the log sum exp of", "inner": "the inner product of",
    "softmax": "the softmax of", "softmax_rows": "the softmax by rows of",
    "softmax_columns": "the softmax by columns of", "diag": "the diagonal matrix of",
    "diagonal": "the diagonal of", "vec": "the columns stacked of", "kron": "the Kronecker product of",
    "grad": "the gradient of",
}  # fmt: skip
_POWERS = {"2": "squared", "3": "cubed"}
_PRIMES = ("", " prime", " double prime", " triple prime")


class TermSpeech(Script):
    """The script of speech."""

    @property
    def twice(self) -> bool:
        """A square is said as such."""
        return False

    @property
    def marked(self) -> int:
        """The transpose of, the inverse of: words in front may follow each other."""
        return RAISED

    def argument(self, term: terms.Term) -> str:
        """What a function is taken of is a quantity where it goes on."""
        return self.part(term, RAISED)

    def strength(self, term: terms.Term) -> int:
        """Words in front bind what follows, so that only a word behind needs them as a quantity."""
        match term:
            case terms.Scalar(value) if value.denominator == 1:
                return ATOM
            case terms.Scalar() | terms.Transposed() | terms.Inverted() | terms.Adjoint():
                return RAISED
            case terms.Elementwise() | terms.Operation():
                return RAISED
            case terms.Raised():
                return FRACTION
            case terms.Over():
                return ENTRYWISE
        return super().strength(term)

    def bracketed(self, text: str) -> str:
        return quantity(text)

    def number(self, value: Fraction) -> str:
        return str(value)

    def letter(self, name: str) -> str:
        return name

    def size(self, size: Size) -> str:
        if isinstance(size, int):
            return str(size)
        stem, index = split_size(size)
        return spoken_name(stem) + (_indexed("sub", index) if index else "")

    def variable(self, var: terms.Var) -> str:
        name = spoken_name(var.name)
        return name if var.index is None else name + _indexed("layer" if var.layered else "sub", str(var.index))

    def differential(self, of: terms.Term) -> str:
        return f"d {self.variable(of) if isinstance(of, terms.Var) else quantity(self.write(of))}"

    def adjoint(self, loss: str, of: terms.Term) -> str:
        return f"partial {spoken_name(loss)} by partial {self.part(of, RAISED)}"

    def ones(self, shape: terms.Shape) -> str:
        return self._filled(shape, "ones")

    def zeros(self, shape: terms.Shape) -> str:
        return self._filled(shape, "zeros")

    def _filled(self, shape: terms.Shape, entries: str) -> str:
        sizes = " by ".join(map(self.size, written_sizes(shape)))
        return f"the vector of {sizes} {entries}" if shape[1] == 1 else f"the {sizes} matrix of {entries}"

    def eye(self, size: Size) -> str:
        return f"the identity of size {self.size(size)}"

    def sum(self, parts: Sequence[tuple[bool, str]]) -> str:
        first = ("minus " if parts[0][0] else "") + parts[0][1]
        return first + "".join(f" {'minus' if minus else 'plus'} {text}" for minus, text in parts[1:])

    def opposite(self, text: str) -> str:
        return f"minus {text}"

    def product(self, factors: tuple[terms.Term, ...]) -> str:
        return " times ".join(self.part(factor, FRACTION) for factor in factors)

    def hadamard(self, parts: Sequence[str]) -> str:
        return " times, entry by entry, ".join(parts)

    def over(self, a: terms.Term, b: terms.Term) -> str:
        sign = "over" if b.is_scalar else "divided, entry by entry, by"
        return f"{self.part(a, FRACTION)} {sign} {self.part(b, FRACTION)}"

    def raised(self, base: terms.Term, exponent: terms.Term) -> str:
        raised = self.part(exponent, RAISED)
        power = _POWERS.get(raised, f"to the power {raised}")
        return f"{self.part(base, ATOM)} {power}{'' if base.is_scalar else ' entry by entry'}"

    def transposed(self, text: str) -> str:
        return f"the transpose of {text}"

    def inverse(self, text: str) -> str:
        return f"the inverse of {text}"

    def transposed_inverse(self, text: str) -> str:
        return f"the transpose of the inverse of {text}"

    def elementwise(self, function: str, order: int, argument: str) -> str:
        if function == "step":
            return f"the indicator that {argument} is positive"
        if function in KNOWN:
            return f"the {KNOWN[function].title} of {argument}"
        primes = _PRIMES[order] if order < len(_PRIMES) else f" with {order} primes"
        return f"{spoken_name(function)}{primes} of {argument}"

    def operation(self, name: str, arguments: tuple[terms.Term, ...]) -> str:
        return f"{_OPERATIONS[name]} {' and '.join(map(self.argument, arguments))}"

    def summed(self, letter: str, first: terms.Index, last: terms.Index, body: str) -> str:
        bounds = f"from {_index(str(first))} to {_index(str(last))}"
        return f"the sum over {letter} {bounds} of {body}"


def _index(text: str) -> str:
    return text.replace("-", " minus ").replace("+", " plus ")


def _indexed(word: str, text: str) -> str:
    """x 1, h sub t, h sub t minus 1 end sub, W of layer l"""
    if word == "sub" and text.isdigit():
        return f" {text}"
    lead = " of layer" if word == "layer" else " sub"
    return f"{lead} {text}" if text.isalnum() else f"{lead} {_index(text)} end {word}"


def spoken_term(term: terms.Term) -> str:
    """A term in words."""
    return TermSpeech().write(term)
