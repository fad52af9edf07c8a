"""Sums over an index in programs: over the steps of a loop, or written out where the bounds are numbers.

    sum_{t=1}^T L_t        sum_{t=1}^{T-1} h_t = sum_{t=2}^T h_{t-1}        sum_t L_t        sum(t = 1..T, L_t)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from jacocalc.notation import name_key
from jacocalc.reading.lexer import Token
from jacocalc.terms import Index, Plus, Summed, Term, shifted, variables_of

if TYPE_CHECKING:
    from jacocalc.reading.terms import TermParser

_MOST_TERMS, _MOST_IN_ALL = 100, 400  # of sums with numbers as bounds, and of those in each other
_BOUNDS = re.compile(r"([A-Za-z])=([\w+-]+)\.\.([\w+-]+)")


def over_index(p: TermParser, sign: Token) -> Term:
    """sum_{t=1}^T body"""
    match = _BOUNDS.fullmatch(sign.text)
    assert match is not None
    return _summed(p, match[1], match[2], match[3], p.entrywise, sign)


def over_all_steps(p: TermParser, letter: str, token: Token) -> Term:
    """Σ_t d_t begins where the loop that computes d_t does."""
    first, _, last = p.names.loops[letter].partition("..")
    place = p.at
    found = _summed(p, letter, first, last, p.entrywise, token)
    steps = (Index(letter), Index("", int(first)))
    read = (name_key(var.name) for var in variables_of(found) if var.index in steps)
    begin = max((p.names.begins[name] for name in read if name in p.names.begins), default=int(first))
    if begin == int(first):
        return found
    p.at = place
    return _summed(p, letter, str(begin), last, p.entrywise, token)


def has_bounds(p: TermParser) -> bool:
    """Whether the bracket at the cursor begins as in sum(t = 1..T, …)."""
    texts = [token.text for token in p.tokens[p.at : p.at + 5]]
    return len(texts) == 5 and texts[2] == "=" and texts[4] == ".."


def with_bounds(p: TermParser, token: Token) -> Term:
    """sum(t = 1..T, body)"""
    p.open()
    letter, _, first, _, last = (p.take().text for _ in range(5))
    if p.sees("-", "+"):
        last += p.take().text + p.take().text
    if p.sees(","):
        p.take()
    found = _summed(p, letter, first, last, p.expression, token)
    p.close()
    return Plus((found,))


def _summed(p: TermParser, letter: str, first: str, last: str, body: Callable[[], Term], token: Token) -> Term:
    start, end = p.names.index(first), p.names.index(last)
    if start is None or end is None or (end.letter and (end.offset > 0 or start.letter)):
        ends = re.sub(r"[+-]\d+$", "", last)
        hint = f"what is added up is computed in a loop: for {letter} = {first}..{ends}: L_{letter} = …"
        raise p.error(f"the bounds {first} and {last} are numbers or the end of a loop", token, hint)
    if not start.letter and not end.letter:
        return _written_out(p, letter, range(start.offset, end.offset + 1), body, token)
    with p.names.meaning(letter, Index(letter)):
        inner = body()
    if end.offset:  # Σ_{t=1}^{T-1} h_t is Σ_{t=2}^T h_{t-1}
        p.names.note(f"the sum to {end} is written from {letter} = {start.offset - end.offset} to {end.letter}")
        inner = shifted(inner, letter, Index(letter, end.offset))
        start, end = Index("", start.offset - end.offset), Index(end.letter)
    return Summed(letter, start, end, inner)


def _written_out(p: TermParser, letter: str, steps: range, body: Callable[[], Term], token: Token) -> Term:
    """A sum with numbers as bounds: its terms one by one."""
    if not 1 <= len(steps) <= _MOST_TERMS:
        raise p.error(f"a sum has from 1 to {_MOST_TERMS} terms", token)
    p.summands *= len(steps)
    if p.summands > _MOST_IN_ALL:
        raise p.error(f"sums in each other have at most {_MOST_IN_ALL:,} terms", token)
    place, parts = p.at, []
    for step in steps:
        p.at = place
        with p.names.meaning(letter, Index("", step)):
            parts.append(body())
    p.summands //= len(steps)
    return Plus(tuple(parts)) if len(parts) > 1 else parts[0]
