"""np.einsum('ij,jk->ik', A, B) of vectors and matrices, as products, sums and diagonals.

An operand is a term with a letter for each of its axes.  Letters that the result has not are summed over, one after
the other; what has the same letters meets entry by entry:

    ij,jk->ik   A B        ij,j->i   A x      i,ij,j->   xᵀ A y      ij,ij->   sum(A ⊙ B)      ii->   tr(A)
    ij->ji      Aᵀ         ij->j     Aᵀ 1     i,j->ij    x yᵀ        ij,j->ij  A diag(x)       ii->i  diag(A)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from jacocalc.errors import ReadError
from jacocalc.functions import Size
from jacocalc.term_writing import paper_term
from jacocalc.terms import Hadamard, Ones, Operation, Scaled, Term, Times, Transposed

if TYPE_CHECKING:
    from jacocalc.reading.lexer import Token
    from jacocalc.reading.terms import TermParser

_SUBSCRIPTS = re.compile(r"""\s*(['"])([A-Za-z,\s]+)(?:->([A-Za-z\s]*))?\1""")
_HINT = "np.einsum('ij,jk->ik', A, B) of vectors and matrices, a letter for each axis"


class _Part(NamedTuple):
    """A term and the letters of its axes: none of a number, i of a vector, ij of a matrix."""

    letters: str
    term: Term

    def laid(self, letters: str) -> Term:
        """The term with its axes in this order."""
        return self.term if letters == self.letters else Transposed(self.term)


def einsum(parser: TermParser, token: Token) -> Term:
    """The sum of products that the letters say.  Raises ReadError for what is no product of matrices."""
    said = _SUBSCRIPTS.match(parser.text, parser.following.start) if parser.sees("(") else None
    if said is None:
        raise parser.error("einsum takes the letters of the axes first", token, _HINT)
    parser.open()
    while parser.token.start < said.end():
        parser.take()
    operands: list[Term] = []
    while parser.sees(","):
        parser.take()
        operands.append(parser.argument())
    parser.close()
    given = "".join(said[2].split()).split(",")
    once = sorted(letter for letter in {*"".join(given)} if "".join(given).count(letter) == 1)
    kept = "".join(once if said[3] is None else said[3].split())
    refused = parser.error(f"{said[0].strip()} is not read here", token, _HINT)
    found = _combined(_parts(given, operands, refused), kept, refused)
    parser.names.note(f"einsum {said[0].strip()} is {paper_term(found)}")
    return found


def _parts(given: Sequence[str], operands: Sequence[Term], refused: ReadError) -> list[_Part]:
    """Every operand with its letters, the diagonal of one with the same letter twice; sizes have to agree."""
    if len(given) != len(operands):
        raise refused
    sizes: dict[str, Size] = {}
    made = []
    for letters, term in zip(given, operands, strict=True):
        axes = term.shape[: 0 if term.is_scalar else 1 if term.shape[1] == 1 else 2]
        if len(axes) != len(letters):
            raise refused
        if any(sizes.setdefault(letter, size) != size for letter, size in zip(letters, axes, strict=True)):
            raise refused
        twice = len(letters) == 2 and letters[0] == letters[1]
        made.append(_Part(letters[0], Operation("diagonal", (term,))) if twice else _Part(letters, term))
    return made


def _combined(parts: list[_Part], kept: str, refused: ReadError) -> Term:
    """All parts multiplied, and summed over the letters that are not kept."""
    every = dict.fromkeys("".join(part.letters for part in parts))
    if len(kept) > 2 or len({*kept}) < len(kept) or not {*kept} <= {*every}:
        raise refused
    for letter in reversed(every):
        if letter not in kept:
            holding = [part for part in parts if letter in part.letters]
            ahead = parts.index(holding[0])
            rest = [part for part in parts if letter not in part.letters]
            parts = [*rest[:ahead], _summed(holding, letter, refused), *rest[ahead:]]
    numbers = [part.term for part in parts if not part.letters]
    lines = [part for part in parts if part.letters]
    if not lines:
        return Times(tuple(numbers)) if len(numbers) > 1 else numbers[0]
    whole = _merged(lines, 1)
    if len(whole) == 2:
        body = _product(whole[0].term, Transposed(whole[1].term))
        whole = [_Part(whole[0].letters + whole[1].letters, body)]
    body = whole[0].laid(kept)
    return body if not numbers else Scaled(Times(tuple(numbers)) if len(numbers) > 1 else numbers[0], body)


def _summed(parts: list[_Part], letter: str, refused: ReadError) -> _Part:
    """Σ over a letter: xᵀ y, A x, A B of two parts, sum(x), A 1 of one"""
    parts = _merged(parts, 2)
    if len(parts) == 2 and {*parts[0].letters} == {*parts[1].letters} and len(parts[0].letters) == 2:
        parts = _merged(parts, 1)
    if len(parts) > 2:
        raise refused
    first = parts[0]
    left, right = (part.letters.replace(letter, "") for part in (first, parts[-1]))
    if len(parts) == 1:
        if not left:
            return _Part("", _total(first.term))
        matrix = first.laid(left + letter)
        return _Part(left, matrix if matrix.shape[1] == 1 else _product(matrix, Ones((matrix.shape[1], 1))))
    if not left and right:
        (first, left), (second, right) = (parts[1], right), (parts[0], left)
    else:
        second = parts[1]
    row = first.laid(left + letter) if left else Transposed(first.term)
    return _Part(left + right, _product(row, second.laid(letter + right)))


def _total(vector: Term) -> Term:
    """The sum of the entries of a vector; of the diagonal of A it is tr A, of A 1 the sum of A"""
    match vector:
        case Operation("diagonal", (matrix,)):
            return Operation("tr", (matrix,))
        case Times((matrix, Ones())):
            return Operation("sum", (matrix.body if isinstance(matrix, Transposed) else matrix,))
    return Operation("sum", (vector,))


def _merged(parts: list[_Part], most: int) -> list[_Part]:
    """At most so many parts: entry by entry where one has the letters of the other, A diag(x) and diag(x) A"""
    while len(parts) > most:
        pairs = (pair for pair in permutations(parts, 2) if {*pair[1].letters} <= {*pair[0].letters})
        pair = next(pairs, None)
        if pair is None:
            return parts
        whole, other = pair
        if len(whole.letters) == len(other.letters):
            body: Term = Hadamard((whole.term, other.laid(whole.letters)))
        else:
            scale = Operation("diag", (other.term,))
            body = _product(*((scale, whole.term) if whole.letters[0] == other.letters else (whole.term, scale)))
        parts = [_Part(whole.letters, body), *(part for part in parts if part is not whole and part is not other)]
    return parts


def _product(*factors: Term) -> Term:
    """A B C of A B and C"""
    return Times(tuple(inner for one in factors for inner in (one.factors if isinstance(one, Times) else (one,))))
