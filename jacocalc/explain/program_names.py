"""What the wordings of programs share: shapes in words, and the loss."""

from __future__ import annotations

from jacocalc.document import Text, Written
from jacocalc.explain.naming import Page
from jacocalc.functions import Size
from jacocalc.program_steps import Gradients
from jacocalc.terms import Extent, Shape, Var


def said_shape(shape: Shape) -> Text:
    """scalar; n (a column); m×n"""
    if shape == (1, 1):
        return ("scalar",)
    return (_size(shape[0]),) if shape[1] == 1 else matrix_shape(shape)


def matrix_shape(shape: Shape) -> Text:
    """m×n, also for columns and rows"""
    return (_size(shape[0]), "×", _size(shape[1]))


def _size(size: Size) -> str | Written:
    return str(size) if isinstance(size, int) else Extent(size)


def loss_of(page: Page) -> Var:
    """The loss of a backward pass, or what a differential is of."""
    result = page.derivation.result
    assert isinstance(result, Gradients)
    return result.of
