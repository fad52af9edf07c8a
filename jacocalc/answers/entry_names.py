"""What the name on a line says: J and ∇f the whole answer, f_x and ∂f/∂x an entry of it, g′ something else.

For every entry of an answer the names that it may have, and the one that it is called by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jacocalc.answers.kinds import is_symmetric
from jacocalc.answers.reference import Reference
from jacocalc.notation import name_key
from jacocalc.questions import Compose, DifferentialOf, GradientOf, GraphOf, HessianOf, JacobianOf, VectorJacobian
from jacocalc.verdicts import Line

OF_ENTRIES = Compose | JacobianOf | GradientOf | HessianOf  # questions whose answer may be given by its entries

_SAYS_RESULT = re.compile(r"J|H|\w+_\w\w$|[A-Za-z]+'$|∇|D|[d∂]\w*/[d∂]")
_SAYS_WHOLE = re.compile(r"J|H|∇|D(?!_)|[A-Za-z]+'$|.*∘")
_ROW = re.compile(r"R_(\w+)")
_INDICES = re.compile(r"(?:[JjHAa]_)?\(?([0-9])(?:_|,\s*)?([0-9])\)?")
_VELOCITY = re.compile(r"v(?:elocity)?(?:\(.*\))?")
_PARTIAL = re.compile(r"[d∂](\w+)/[d∂](\w+)|([A-Za-z]\w*?)_([A-Za-z]\w*)|[∂D]_([A-Za-z]+?)([A-Za-z](?:_\d+)?)")
_SECOND_PARTIAL = re.compile(r"[d∂]\^2(\w+)/|([A-Za-z]\w*?)(?:''$|(?:'')?_)")


def says_result(name: str) -> bool:
    """Whether a name is that of a result or of a partial: J, ∇f, f', f_xy, f_x."""
    return bool(_SAYS_RESULT.match(name) or partial_named(name)[1])


def says_whole(reference: Reference, name: str) -> bool:
    """Whether a name is that of the whole answer: J, ∇L, and v of a curve, whose a is the next derivative."""
    curve = isinstance(reference.question, JacobianOf) and reference.shape[1] == 1
    stage = of_a_stage(reference, name)
    return bool(curve and _VELOCITY.fullmatch(name)) or (bool(_SAYS_WHOLE.match(name)) and not stage)


def of_a_stage(reference: Reference, name: str) -> bool:
    """Whether Df or f' is the derivative of one of several stages."""
    stages = reference.chain.stages
    return len(stages) > 1 and re.sub("^D|'$", "", name) in {stage.name for stage in stages}


def of_an_entry(name: str) -> bool:
    """Whether a name says that it is one of several: it has a subscript or is a quotient."""
    return "_" in name or "/" in name


def partial_named(name: str) -> tuple[str, str]:
    """z and x of ∂z/∂x, z_x and ∂_xz; nothing for another name."""
    match = _PARTIAL.fullmatch(name.replace("'", "", 1))
    if not match:
        return "", ""
    return (match[1], match[2]) if match[2] else (match[3], match[4]) if match[4] else (match[6], match[5])


def names_of_functions(reference: Reference) -> set[str]:
    """The names of all functions, of their components and inputs."""
    stages = reference.chain.stages
    return {name_key(name) for stage in stages for name in (stage.name, *stage.labels, *stage.inputs)}


def keys_of_inputs(reference: Reference) -> set[str]:
    """The names of the inputs of all stages."""
    return {name_key(one) for stage in reference.chain.stages for one in stage.inputs}


def in_strange_names(reference: Reference, lines: Sequence[Line]) -> bool:
    """Whether all lines give partials by the inputs of what the question does not name; y is any function of one."""
    labels = [_label(line.name, reference.chain.inputs) for line in lines]
    if len(reference.chain.inputs) == 1 and labels[-1] == "y":
        return False
    return len(lines) > 1 and "" not in labels and not set(map(name_key, labels)) & names_of_functions(reference)


def by_no_input(reference: Reference, name: str) -> bool:
    """∂z/∂θ and z_θ of a z of r and t; z_rt is a second partial"""
    label, by = partial_named(name)
    inputs = keys_of_inputs(reference)
    if not by.isalpha() or by_two_inputs(reference, name):
        return False
    return name_key(by) not in inputs and name_key(label) in names_of_functions(reference) - inputs


def of_first_order(reference: Reference, name: str) -> bool:
    """f′, f_x and df/dx, where second derivatives are asked for"""
    first = re.fullmatch(r"[A-Za-z]\w*'", name) or name_key(partial_named(name)[1]) in keys_of_inputs(reference)
    return isinstance(reference.question, HessianOf) and bool(first)


def by_two_inputs(reference: Reference, name: str) -> bool:
    """f_xy and ∂²f/∂x∂y of an f of x and y"""
    inputs = reference.chain.inputs
    places = range(len(inputs))
    return any(name_key(name) in second_names(label, inputs, i, j)
               for label in reference.chain.stages[-1].labels for i in places for j in places)  # fmt: skip


def left_over(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that give no entry by its name."""
    known = set().union(*entry_names(reference, lines))
    return tuple(line for line in lines if not known & {name_key(name.removeprefix("-")) for name in line.names})


# -- the names of entries -----------------------------------------------------------------------------


def entry_titles(reference: Reference) -> list[str]:
    """∂f/∂x, …; f_xx, … of a Hessian; H_1, … of several"""
    inputs, labels = reference.free_inputs, reference.labels
    if isinstance(reference.question, HessianOf):
        several = [f"H_{k}" for k, _ in enumerate(labels, 1)]
        return [f"{labels[0]}_{a}{b}" for a in inputs for b in inputs] if len(labels) == 1 else several
    return [f"∂{label}/∂{name}" for label in labels for name in inputs]


def row_named(reference: Reference, name: str) -> int:
    """2 of ∇f_2, f_2, f_2(1, 2), R_2 and R_y, a row of J; 0 of another name"""
    labels = reference.chain.stages[-1].labels
    if match := _ROW.fullmatch(name):
        orders = (tuple("123456789"), labels, tuple("xyz"), reference.free_inputs)
        return next((order.index(match[1]) + 1 for order in orders if match[1] in order), 0)
    bare = re.sub(r"^∇|\([^()]*\)$", "", name)
    if isinstance(reference.question, HessianOf) or len(labels) == 1:
        return 0
    return next((k for k, label in enumerate(labels, 1) if bare == label), 0)


def by_indices(reference: Reference, lines: Sequence[Line]) -> tuple[Line, ...]:
    """J(1, 2) = b and J[0, 1] = b, entries by row and column counted from 1 or from 0, as J_12, if all are given."""
    rows, columns = reference.shape
    places = [_place(line) for line in lines]
    for first in (1, 0):
        all_places = {(i, j) for i in range(first, first + rows) for j in range(first, first + columns)}
        if 1 not in (rows, columns) and sorted(filter(None, places)) == sorted(all_places):
            return tuple(
                line if place is None else replace(line, name=_by_place(line, place, first), point=False, points=())
                for line, place in zip(lines, places, strict=True)
            )
    return tuple(lines)


def _by_place(line: Line, place: tuple[int, int], first: int) -> str:
    """J_12 for J(1, 2), or for J(0, 1) where the first is 0"""
    return f"{line.name[0]}_" + "".join(str(k - first + 1) for k in place)


def _place(line: Line) -> tuple[int, int] | None:
    """1 and 2 of J_12 and J(1, 2), which may also be J at a point; None of another name."""
    said = line.name if not line.points else "".join(line.points) if line.name.partition("(")[0] in ("J", "H") else ""
    match = _INDICES.fullmatch(said)
    return (int(match[1]), int(match[2])) if match else None


def entry_names(reference: Reference, lines: Sequence[Line]) -> list[set[str]]:
    """For every entry of the answer the names that it may have."""
    question, inputs, labels = reference.question, reference.free_inputs, reference.labels
    if isinstance(question, HessianOf):
        several = [_hessian(k, label) for k, label in enumerate(labels, 1)]
        return several if len(reference.values) > 1 else _second_partials(reference, lines)
    rows, columns = reference.shape
    if rows * columns == len(inputs) and (len(labels) == 1 or isinstance(question, GraphOf | VectorJacobian)):
        letters = [labels[0], *_own_labels(reference, lines, 1), *_without_formula(reference, labels[0])]
        letters += _composed(reference)
        return [
            {key for letter in letters for key in partial_names(letter, name, j)}
            | {f"{name_key(name)}bar", f"d{name_key(name)}"}
            | {name_key(one) for one in (f"{labels[0]}_{j}", f"R_{j}", f"R_{name}", f"∂/∂{name}", f"d/d{name}")}
            for j, name in enumerate(inputs, 1)
        ]  # fmt: skip
    if isinstance(question, DifferentialOf) and (rows, columns) == (len(labels), 1):
        return [{name_key(f"d{label}")} for label in labels]
    if rows != len(labels) or columns != len(inputs):
        return []
    own = _own_labels(reference, lines, rows) or [""] * rows
    composed = _composed(reference)
    return [
        {name_key(f"{letter}_{i}{mark}{j}") for letter in "JjAa" for mark in ("", "_")}.union(
            *(partial_names(one, name, j, columns == 1) for one in (label, other) if one),
            *(partial_names(f"{one}_{i}", name, j, columns == 1) for one in composed),
            _of_row(i) if columns == 1 else (),
        )
        for i, (label, other) in enumerate(zip(labels, own, strict=True), 1)
        for j, name in enumerate(inputs, 1)
    ]


def _of_row(i: int) -> set[str]:
    """R_2 and R_y, the second and y-component of the derivative of a curve"""
    return {name_key(f"R_{name}") for name in (str(i), *"xyz"[i - 1 : i])}


def _composed(reference: Reference) -> list[str]:
    """g∘f of several stages"""
    stages = [] if getattr(reference.question, "solve_for", ()) else reference.chain.stages[::-1]
    return ["∘".join(stage.name for stage in stages)] if len(stages) > 1 else []


def _second_partials(reference: Reference, lines: Sequence[Line]) -> list[set[str]]:
    """The names of f_x_i x_j; where none of them is given those of f_x_j x_i, a Hessian being symmetric."""
    inputs, places = reference.chain.inputs, range(len(reference.chain.inputs))
    letters = (reference.chain.stages[-1].labels[0], *_own_letter(reference, lines))
    given = {name_key(name) for line in lines for name in line.names}
    turned = is_symmetric(reference) is False

    def names(i: int, j: int) -> set[str]:
        return {key for letter in letters for key in second_names(letter, inputs, i, j, turned)}

    return [own if (own := names(i, j)) & given else names(j, i) for i in places for j in places]


def _hessian(k: int, label: str) -> set[str]:
    """H_1, H_f1, Hf_1, ∇²f_1, f_1: the matrix of one component"""
    return {name_key(one) for one in (f"H_{k}", f"H_{label}", f"H{label}", f"∇^2{label}", f"Hess{label}", label)}


def second_names(label: str, inputs: Sequence[str], i: int, j: int, turned: bool = False) -> set[str]:
    """f_xy, f″_xy, f_12, D_12 f, H_12, ∂_x∂_y f, ∂²f/∂x∂y, f″; ``turned``: f_xy = (f_x)_y."""
    x, y = inputs[i], inputs[j]
    index, places = (f"{y}{x}", f"{j + 1}{i + 1}") if turned else (f"{x}{y}", f"{i + 1}{j + 1}")
    written = {f"{label}_{index}", f"{label}''_{index}", f"{label}_{places}", f"H_{i + 1}{j + 1}"}
    written |= {f"D_{places}{label}", f"∂_{index}{label}", f"∂_{x}∂_{y}{label}"}
    written |= {f"∂_{x}^2{label}"} if i == j else set()
    written |= {f"{label}''"} if len(inputs) == 1 else set()
    for d in "∂d":
        written |= {f"{d}^2{label}/{d}{x}{d}{y}"} | ({f"{d}^2{label}/{d}{x}^2"} if i == j else set())
    return {name_key(one) for one in written}


def partial_names(label: str, name: str, j: int, alone: bool = False) -> set[str]:
    """∂f/∂x, df/dx, f_x, f'_x, ∂_x f, D_1 f: by the input x or its place; f', ḟ where x is alone"""
    written = {f"∂{label}/∂{name}", f"d{label}/d{name}", f"{label}_{name}", f"{label}'_{name}", f"{label}_{name}'"}
    written |= {f"{label}'", f"{label}dot"} if alone else set()
    written |= {f"{sign}_{by}{label}" for sign in "∂D" for by in (name, j)}
    return {name_key(one) for one in written}


# -- names of the student's own -----------------------------------------------------------------------


def _own_labels(reference: Reference, lines: Sequence[Line], count: int) -> list[str]:
    """z of z_x and z_y, u and v of u_x, …, v_y, h_1 and h_2: names of the student's own, one for each component."""
    names = (name for line in lines for name in line.names)
    found = {label for name in names if (label := _label(name, reference.chain.inputs))}
    own = len(found) == count and not set(map(name_key, found)) & _taken(reference)
    return sorted(found, key=lambda label: (len(label), label)) if own else []


def _label(name: str, inputs: Sequence[str]) -> str:
    """z of ∂z/∂x, z_x and ∂_xz, where x is an input; of z' and ż, where it is the only one."""
    if len(inputs) == 1 and name.endswith(("'", "dot")):
        return name.rstrip("'").removesuffix("dot")
    label, by = partial_named(name.removeprefix("-"))
    return label if by and name_key(by) in map(name_key, inputs) else ""


def _own_letter(reference: Reference, lines: Sequence[Line]) -> set[str]:
    """g of g_xx, g_xy and g_yy, ∂²g/∂x²: a name of the student's own, where the second partials are of one."""
    inputs, places = reference.chain.inputs, range(len(reference.chain.inputs))
    found = set()
    for name in (one for line in lines for one in line.names):
        match = _SECOND_PARTIAL.match(name)
        label = match and (match[1] or match[2])
        if label and any(name_key(name) in second_names(label, inputs, i, j) for i in places for j in places):
            found.add(label)
    own = found - {"H"}
    return own if len(own) == 1 and not set(map(name_key, found)) & _taken(reference) else set()


def _without_formula(reference: Reference, label: str) -> list[str]:
    """f of z = f(x, y) where x and y are no inputs: f_s is z_s."""
    known = reference.unspecified
    value, inputs = known.get(name_key(label)), set(map(name_key, reference.chain.inputs))
    if value is None or inputs & set(map(name_key, value.inputs)):
        return []
    return [name for name, other in known.items() if other == value and name != label]


def _taken(reference: Reference) -> set[str]:
    """What has partials of its own that are numbers: no vector function f, whose f_x is a column."""
    vectors = {name_key(stage.name) for stage in reference.chain.stages if stage.m != 1}
    return names_of_functions(reference) - vectors
