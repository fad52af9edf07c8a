"""One family, one letter: where h_t is computed in a loop over t, a loop or a sum over s that uses h_s is over t."""

from __future__ import annotations

from collections.abc import Iterable

from jacocalc.errors import ReadError
from jacocalc.programs import Assignment, Loop, Statement
from jacocalc.terms import Index, Summed, Term, Var, replaced, shifted, subterms, variables_of


def in_one_letter(
    declared: Iterable[Var], statements: Iterable[Statement], text: str
) -> tuple[list[Statement], dict[str, str]]:
    """The statements with the letters of the first loops, and the letters that were changed: s ↦ t.

    Raises ReadError where families over t and over s stand at one index.
    """
    letters = _Letters({var.name: var.index.letter for var in declared if var.index and var.index.letter}, text)
    return [letters.statement(one) for one in statements], letters.changed


class _Letters:
    """The letter of every family so far."""

    def __init__(self, over: dict[str, str], text: str) -> None:
        self.over = over
        self.text = text
        self.changed: dict[str, str] = {}

    def statement(self, statement: Statement) -> Statement:
        """The statement, its own families remembered."""
        if isinstance(statement, Assignment):
            return Assignment(statement.variable, self.term(statement.term), statement.implicit)
        letter = self.meant(statement.letter, [one.term for one in statement.body])
        self.over |= {one.variable.name: letter for one in statement.body}
        if letter == statement.letter:
            return statement
        body = tuple(
            Assignment(moved, shifted(one.term, statement.letter, Index(letter)), one.implicit)
            for one in statement.body
            if isinstance(moved := shifted(one.variable, statement.letter, Index(letter)), Var)
        )
        return Loop(letter, statement.first, statement.last, body)

    def term(self, term: Term) -> Term:
        """Σ_s h_s → Σ_t h_t"""
        sums: dict[Term, Term] = {}
        for node in subterms(term):
            if isinstance(node, Summed) and (letter := self.meant(node.letter, [node.body])) != node.letter:
                sums[node] = Summed(letter, node.first, node.last, shifted(node.body, node.letter, Index(letter)))
        return replaced(term, sums) if sums else term

    def meant(self, letter: str, terms: list[Term]) -> str:
        """The letter of the families that are used at this one, if it is one and means nothing else there."""
        used = [var for term in terms for var in variables_of(term) if var.index is not None]
        here = {self.over[var.name]: var for var in used if var.index == Index(letter) and var.name in self.over}
        found = set(here)
        taken = {node.letter for term in terms for node in subterms(term) if isinstance(node, Summed)}
        taken |= {var.index.letter for var in used if var.index is not None}
        if len(found) > 1:
            raise self.crossed(letter, list(here.items()))
        if len(found) != 1 or found <= taken:
            return letter
        other = found.pop()
        self.changed[letter] = other
        return other

    def crossed(self, letter: str, families: list[tuple[str, Var]]) -> ReadError:
        """h_s of a loop over t beside y_s of one over s."""
        other, var = next(one for one in families if one[0] != letter)
        start = max(self.text.rfind(var.key), 0)
        message = f"{var.name} is computed for {other}, and stands here at {letter}"
        hint = f"write one letter for both loops: {var.name}_{other}"
        return ReadError(message, text=self.text, start=start, end=start + len(var.key), hint=hint)
