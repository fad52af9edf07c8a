"""Products of sums multiplied out, like terms not collected, and how long a formula is.

    (a + b)(c − d) → ac, −ad, bc, −bd
"""

from __future__ import annotations

from jacocalc.notation import ONE, Expr, Minus, Negative, Number, Power, Product, Quotient, Sum, tree_size, walk


def expanded_terms(expr: Expr, limit: int) -> list[Expr] | None:
    """The terms, as they arise; None where there are more than ``limit``."""
    match expr:
        case Sum(terms):
            parts = [expanded_terms(term, limit) for term in terms]
            flat = [term for part in parts if part is not None for term in part]
            return None if None in parts or len(flat) > limit else flat
        case Minus(operand) | Negative(operand):
            inner = expanded_terms(operand, limit)
            return None if inner is None else [Negative(term) for term in inner]
        case Product(factors):
            result: list[Expr] = [ONE]
            for factor in factors:
                more = expanded_terms(factor, limit)
                if more is None or len(result) * len(more) > limit:
                    return None
                result = [Product((left, right)) for left in result for right in more]
            return result
        case Power(base, Number(value)) if isinstance(base, Sum) and value in (2, 3):
            return expanded_terms(Product((base,) * int(value)), limit)
        case Quotient(over, Number() as number):
            above = expanded_terms(over, limit)
            return None if above is None else [Quotient(term, number) for term in above]
        case _:
            return [expr]


def written_out(expr: Expr) -> int:
    """How many terms there are multiplied out, like terms not collected."""
    return len(expanded_terms(expr, 60) or ())


def length(expr: Expr) -> tuple[int, int]:
    """The nodes first, then the sums: 2x + 3y rather than 2(x + y) + y."""
    return tree_size(expr), sum(isinstance(node, Sum) for node in walk(expr))
