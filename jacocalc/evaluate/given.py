"""Values that are handed in for the declared variables of a program: which name is which, and what the sizes are.

A value has the shape of its variable, a vector one axis; sizes are read off the arrays, the number of steps of a loop
is given by name or by how many h_1, h_2, … there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from jacocalc.errors import DomainError, JacocalcError, ShapeError
from jacocalc.evaluate.arrays import Array
from jacocalc.known_functions import KNOWN, SPELLINGS
from jacocalc.notation import name_key
from jacocalc.programs import Program, by_name, shape_text
from jacocalc.terms import DEFINITE, Var, subterms


def by_declared_names(program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the names that the program has for them.  Raises JacocalcError for a name that it has not."""
    spelled = {name_key(var.key): var.key for var in program.declared}
    known = {*spelled, "sigma", *program.functions, *program.ends}
    named: dict[str, Any] = {}
    for name, value in by_name(given).items():
        named[spelled.get(name_key(str(name)), str(name))] = value
    for name in named:
        stem, _, number = name.rpartition("_")
        member = number.isdigit() and any(v.name == stem and v.index is not None for v in program.declared)
        if name_key(name) not in known and not member:
            listed = ", ".join(var.key for var in program.declared)
            raise JacocalcError(f"{name} is no declared variable", hint=f"declared are {listed}")
    return named


def ends_of(program: Program, given: Mapping[str, Any]) -> dict[str, int]:
    """The number of steps: given by name, or by how many h_1, h_2, … there are.  Raises JacocalcError."""
    found: dict[str, int] = {}
    for loop in program.loops:
        letter = loop.last.letter
        if letter in given:
            found[letter] = int(np.asarray(given[letter]).reshape(()))
            if found[letter] < loop.first.offset - 1:
                raise JacocalcError(f"{letter} is at least {loop.first.offset - 1}, where the loops begin")
            continue
        names = {v.name for v in program.declared if v.index is not None and v.index.letter == loop.letter}
        steps = [int(key[len(n) + 1 :]) for n in names for key in given
                 if key.startswith(f"{n}_") and key[len(n) + 1 :].isdigit()]  # fmt: skip
        if not steps:
            raise JacocalcError(f"the number of steps {letter} is not known", hint=f"give {letter}=3")
        found[letter] = max(steps)
    return found


def used_variables(program: Program) -> frozenset[Var]:
    """The variables that occur in the terms of a program without symbolic loops."""
    return frozenset(node for a in program.assignments for node in subterms(a.term) if isinstance(node, Var))


def is_given(var: Var, used: Collection[Var], given: Mapping[str, Any]) -> bool:
    """Whether a variable has a value.  Raises JacocalcError where it has none and is used."""
    if var.key not in given and var in used:
        raise JacocalcError(f"no value is given for {var.key}", hint=f"it is {shape_text(var.shape)}")
    return var.key in given


def named_function(name: str, given: Any) -> str | tuple[Callable[[Any], Any], ...]:
    """What a generic function is: the name of a known one, or (σ, σ′).  Raises JacocalcError."""
    if isinstance(given, str) and given in SPELLINGS and KNOWN[SPELLINGS[given]].arity == (1, 1):
        return SPELLINGS[given]
    if isinstance(given, tuple | list) and all(map(callable, given)):
        return tuple(given)
    raise JacocalcError(f"{name} is a generic function: give the name of a known one, or (σ, σ′)", hint='"tanh"')


def as_matrix(var: Var, array: Array, sizes: dict[str, int]) -> Array:
    """The array with two axes, a view of it; symbols among the sizes are learnt from it.  Raises ShapeError."""
    if array.ndim < 2:
        array = array.reshape(-1, 1) if var.shape[1] == 1 else array.reshape(1, -1)
    if array.ndim != 2:
        raise ShapeError(f"{var.key} is {shape_text(var.shape)}, but its value has {array.ndim} axes")
    if array.shape[0] == 1 and var.shape[1] == 1 and array.shape[1] != 1:
        array = array.T
    if not array.size:
        raise ShapeError(f"the value of {var.key} is empty, but a size is at least 1")
    for size, number in zip(var.shape, array.shape, strict=True):
        known = sizes.setdefault(size, number) if isinstance(size, str) else size
        if known != number:
            said = f"{size} is {known} already" if isinstance(size, str) else f"{size} is expected"
            raise ShapeError(
                f"{var.key} is {shape_text(var.shape)}, but its value is {array.shape[0]}×{array.shape[1]}: {said}"
            )
    return array


def _is_definite(array: Array) -> bool:
    """Whether a symmetric matrix has a Cholesky factor."""
    try:
        return bool(np.isfinite(np.linalg.cholesky(array)).all())
    except np.linalg.LinAlgError:
        return False


def check_facts(var: Var, array: Array) -> None:
    """Raise ShapeError or DomainError where a value is not what is declared of its variable."""
    if "symmetric" in var.facts and not np.allclose(array, array.T):
        raise ShapeError(f"{var.key} is declared symmetric, but its value is not")
    if DEFINITE in var.facts and not _is_definite(array):
        raise DomainError(f"{var.key} is declared positive definite, but its value is not")
    if "sums to 1" in var.facts and not np.isclose(array.sum(), 1.0):
        raise DomainError(f"{var.key} is declared to sum to 1, but its entries sum to {array.sum():g}")
    for axis, lines in ((1, "rows"), (0, "columns")):
        sums = array.sum(axis=axis)
        if f"{lines} sum to 1" in var.facts and not np.isclose(sums, 1.0).all():
            off = sums.flat[np.argmax(abs(sums - 1))]
            raise DomainError(f"the {lines} of {var.key} are declared to sum to 1, but one sums to {off:g}")
    if "positive" in var.facts and not (array > 0).all():
        raise DomainError(f"{var.key} is declared positive, but its value is not")
