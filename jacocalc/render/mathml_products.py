"""Products of matrices as MathML: rows of the left one and columns of the right one can be marked.

The style sheet knows the classes: ``row`` and ``column`` are marked; ``l r2`` is in row 2 of the left matrix, ``k c1``
in column 1 of the right one, ``e r2 c1`` is the entry that they give.
"""

from __future__ import annotations

from jacocalc.document import Grid, Times, Written
from jacocalc.notation import Product, Sum
from jacocalc.precedence import Place
from jacocalc.render.mathml import PARTS, mathml, matrix
from jacocalc.render.mathml_elements import INFIX, mo


def marked_side(side: Written, factors: tuple[Grid, Grid]) -> str:
    """A side of left · right = terms = values, its matrices with the classes of their rows and columns."""
    left, right = factors
    match side:
        case Times(pair) if pair == factors:
            first = matrix(left.rows, lambda i, _: f"l r{i + 1}")
            return first + mo("·") + matrix(right.rows, lambda _, j: f"k c{j + 1}")
        case Grid(rows) if (len(rows), len(rows[0])) == (len(left.rows), len(right.rows[0])):
            return matrix(rows, lambda i, j: f"e r{i + 1} c{j + 1}")
        case _:
            return mathml(side)


def factors_of_entry(factors: tuple[Grid, Grid], i: int, j: int) -> str:
    """[row i marked] · [column j marked]."""
    left, right = factors
    first = matrix(left.rows, lambda k, _: "row" if k == i else "")
    return first + mo("·") + matrix(right.rows, lambda _, k: "column" if k == j else "")


def terms_of_entry(written: Grid, i: int, j: int) -> list[tuple[str, Written]]:
    """left₁·right₁ + left₂·right₂ + … in its terms behind their signs, each factor marked as what it comes from."""
    entry = written.rows[i][j]
    terms = entry.terms if isinstance(entry, Sum) and len(written.pairs(i, j)) > 1 else (entry,)
    return [((mo("+", INFIX) if k else "") + _term(term), term) for k, term in enumerate(terms)]


def _term(term: Written) -> str:
    if not isinstance(term, Product) or len(term.factors) != 2:
        return mathml(term)
    left, right = term.factors
    first = f'<mrow class="row">{PARTS.placed(left, Place.FIRST_FACTOR)}</mrow>'
    return first + mo("·") + f'<mrow class="column">{PARTS.placed(right, Place.FACTOR)}</mrow>'
