"""Derivation ↔ JSON, versioned; reading and writing again gives the same bytes.

Formulas are written in our own linear notation, which our own reader reads back; the entries of the
result are written in SymPy's syntax for other programs.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NoReturn

from jacocalc import functions, notation, program_steps, programs, questions, steps
from jacocalc.algebra.convert import to_sympy
from jacocalc.errors import JacocalcError
from jacocalc.evaluate.equality import Outcome
from jacocalc.evaluate.numbers import matrix_numbers
from jacocalc.functions import VectorFunction, count
from jacocalc.linear import strict
from jacocalc.notation import Applied, Expr, Matrix, Symbol, name_key, walk
from jacocalc.program_steps import ArrayValue, DescentStep, Gradients, ProgramNumbers
from jacocalc.programs import Program
from jacocalc.questions import COMMANDS, BackpropOf, ComposeLayers, PointReport, ProgramDifferential, Question
from jacocalc.reading.branches import condition as read_condition
from jacocalc.reading.branches import condition_or_sum
from jacocalc.reading.parser import Parser
from jacocalc.reading.programs import names_of, read_program, read_term
from jacocalc.reading.scope import Scope
from jacocalc.reading.term_names import Names
from jacocalc.steps import Derivation, Step
from jacocalc.term_writing import strict_term
from jacocalc.terms import Index, Term, Var, numbered

SCHEMA = 1
_SHOWN = 60  # characters of a piece of JSON in a message


def to_json(
    derivation: Derivation,
    latex: str = "",
    sources: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
) -> str:
    """The derivation as JSON; ``latex`` is the result as LaTeX, ``sources`` say where functions came from.

    ``gradients``: of a program, the LaTeX of each formula by the name of its variable.
    """
    record = {
        "schema": SCHEMA,
        "question": _encoded(derivation.question),
        "sources": dict(sources or {}),
        "result": _result(derivation, latex) if gradients is None else _gradients(derivation, gradients, latex),
        "verified": {
            "method": derivation.verified.method,
            "outcome": derivation.verified.result,
            "points": derivation.verified.points,
        },
        "assumptions": [strict(condition) for condition in derivation.assumptions],
        "notes": list(derivation.notes),
        "steps": [_encoded(step) for step in derivation.steps],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _result(derivation: Derivation, latex: str) -> dict[str, Any]:
    """The result for other programs: entries in SymPy's syntax, floats where there is a point."""
    result = derivation.result
    if isinstance(derivation.question, PointReport):
        return _report(derivation)
    if result is None or isinstance(result, Gradients):
        return {"kind": "formula", "latex": latex}
    if isinstance(result, tuple):
        record: dict[str, Any] = {"kind": "matrices", "matrices": [_matrix(one) for one in result]}
    else:
        record = _matrix(result) if isinstance(result, Matrix) else {"kind": "scalar", "value": str(to_sympy(result))}
    record |= {"linear": _encoded(result), "latex": latex}
    numeric = _numeric(result) if derivation.question.at is not None and not isinstance(result, tuple) else None
    return record if numeric is None else record | {"numeric": numeric}


def _gradients(derivation: Derivation, latex: Mapping[str, str], whole: str) -> dict[str, Any]:
    """Variable → its formula, in adjoints and alone, in linear notation and in LaTeX."""
    result = derivation.result
    assert isinstance(result, Gradients)
    found = {
        var.key: {
            "shape": list(var.shape), "formula": strict_term(formula), "expanded": strict_term(alone),
            "latex": latex[var.key],
        }
        for var, formula, alone in result.result
    }  # fmt: skip
    return {"kind": "gradients", "of": result.of.key, "gradients": found, "latex": whole}


def _report(derivation: Derivation) -> dict[str, Any]:
    """Yes, no or undecided for each of the five questions: of f as a whole, and of each component."""
    labels = derivation.question.chain.stages[0].labels
    record: dict[str, Any] = {"kind": "report"}
    components = {}
    for step in derivation.steps:
        if isinstance(step, steps.PointSummary):
            record |= dict(step.result)
        elif isinstance(step, steps.ComponentReport):
            components[labels[step.component]] = {one.question: one.answer for one in step.result}
    return record | {"components": components}


def _matrix(matrix: Matrix) -> dict[str, Any]:
    entries = [[str(to_sympy(entry)) for entry in row] for row in matrix.rows]
    return {"kind": "matrix", "shape": list(matrix.shape), "entries": entries}


def _numeric(result: Expr) -> Any:
    matrix = result if isinstance(result, Matrix) else Matrix(((result,),))
    if any(isinstance(node, Applied | Symbol) for entry in matrix.entries for node in walk(entry)):
        return None
    floats = [[_float(text) for text in row] for row in matrix_numbers(matrix, 17)]
    return floats if isinstance(result, Matrix) else floats[0][0]


def _float(text: str) -> float | None:
    """The nearest double of a certified decimal; 0 where the value is smaller than any digit shown."""
    if text.startswith("|v|"):
        return 0.0
    return None if text == "undecided" else float(text)


def from_json(text: str | bytes) -> tuple[Derivation, dict[str, str]]:
    """The derivation and the sources of its functions.  Raises JacocalcError for anything else."""
    try:
        record = json.loads(text)
        if record["schema"] != SCHEMA:
            raise JacocalcError(f"schema {record['schema']} is not known; this program reads schema {SCHEMA}")
        sources = {_text(name): _text(where) for name, where in record["sources"].items()}
        return _derivation(record), sources
    except KeyError as error:
        raise JacocalcError(f"this is no solution in JSON: {error.args[0]} is missing") from None
    except ValueError as error:
        raise JacocalcError(f"this is no solution in JSON: {error}") from None
    except (LookupError, TypeError, AttributeError, StopIteration, AssertionError, ArithmeticError, RecursionError):
        raise JacocalcError("this is no solution in JSON: its fields do not fit") from None


# -- out ----------------------------------------------------------------------------------------------


def _encoded(value: Any) -> Any:
    if isinstance(value, Matrix):
        return [[strict(entry) for entry in row] for row in value.rows]
    if isinstance(value, Expr):
        return strict(value)
    if isinstance(value, Term):
        return strict_term(value)
    if isinstance(value, Program):
        return {"kind": "Program", "name": value.name, "text": value.text}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _encoded(getattr(value, f.name)) for f in dataclasses.fields(value) if f.compare}
        return {"kind": _kind(value), **fields}
    if isinstance(value, tuple | list):
        return [_encoded(item) for item in value]
    return value


_SECOND = {ComposeLayers: "-layers", ProgramDifferential: "-program"}  # the second question of one command


def _kind(value: Any) -> str:
    kind = type(value)
    return COMMANDS[kind] + _SECOND.get(kind, "") if kind in COMMANDS else kind.__name__


# -- in -----------------------------------------------------------------------------------------------

_KINDS: dict[str, type] = {
    **{name + _SECOND.get(kind, ""): kind for kind, name in COMMANDS.items()},
    **{kind.__name__: kind for kind in (
        *typing.get_args(Step), functions.Chain, VectorFunction, functions.Point, Program, Index,
        steps.Partial, steps.WeighedHessian, steps.AlongCurve, steps.Decided, steps.OneSided, steps.ZeroCase,
        steps.Amount, steps.GraphNode, steps.GraphEdge, steps.AdjointTerm, steps.AdjointSum,
        program_steps.ProgramLine, program_steps.ProgramBlock, program_steps.Use, program_steps.LoopAdjoint,
        program_steps.PassCost, program_steps.KroneckerPart, ArrayValue, program_steps.HessianVectorLine,
    )},
}  # fmt: skip


_LETTERS = {"t", "s", "r", "tau", "w", "k", "l", "m", "n", "q"}  # of paths and of whole numbers in reports


def _derivation(record: Mapping[str, Any]) -> Derivation:
    question = _Decoder((), {}).question(record["question"])
    if isinstance(question, BackpropOf | ProgramDifferential):
        return _program_derivation(question, record)
    stages = question.chain.stages
    if question.at is not None and len(question.at.coordinates) != len(question.chain.inputs):
        raise JacocalcError(f"the point of this solution has {count(len(question.at.coordinates), 'coordinate')}")
    names = {name for stage in stages for name in (*stage.inputs, *stage.parameters)}
    names |= _LETTERS - {name_key(name) for name in names}
    unspecified = {stage.name: stage.inputs for stage in stages if not stage.specified}
    decoder = _Decoder(names, {**_named_by_inputs(stages), **unspecified})
    linear = record["result"].get("linear")
    result = None if linear is None else decoder.result(linear)
    assumptions = tuple([decoder.condition(text) for text in record["assumptions"]])
    return Derivation(question, _steps(decoder, record), result, _verified(record), assumptions, _notes(record))


def _named_by_inputs(stages: Iterable[VectorFunction]) -> dict[str, tuple[str, ...]]:
    """The functions without formulas of which the formulas take the partials as ∂x/∂s and ∂x/∂t."""
    return {value.function: value.inputs for stage in stages for value in stage.calls if value.inputs}


def _steps(decoder: _Decoder, record: Mapping[str, Any]) -> tuple[Step, ...]:
    found = tuple([decoder.read(step, None) for step in record["steps"]])
    strange = [step for step in found if not isinstance(step, typing.get_args(Step))]
    return found if not strange else _refuse(type(strange[0]).__name__)


def _verified(record: Mapping[str, Any]) -> steps.Verified:
    said = record["verified"]
    return steps.Verified(
        _text(said["method"]), said["points"] if type(said["points"]) is int else _refuse(said["points"]),
        Outcome(said["outcome"]).value,
    )  # fmt: skip


def _notes(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple([_text(note) for note in record["notes"]])


def _program_derivation(question: BackpropOf | ProgramDifferential, record: Mapping[str, Any]) -> Derivation:
    """A derivation about a program: its terms are read with the names of the program."""
    from jacocalc.derive.matrix.prepare import prepared  # only programs need NumPy

    program = prepared(question.program)
    loss = _text(record["result"]["of"]) if isinstance(question, BackpropOf) else ""
    names = names_of(program, loss, differentials=True)
    names.verbatim = True
    for step in record["steps"]:
        if step["kind"] == "ImplicitAdjoint":
            solved, name = read_term(_text(step["variable"]), names), _text(step["name"])
            names.variables[name_key(name)] = Var(name, solved.shape)
    decoder = _Decoder((), {}, names)
    decoded = _with_ends(_steps(decoder, record), program)
    result = next(step for step in decoded if isinstance(step, Gradients)) if loss else _derivative(decoded)
    return Derivation(question, decoded, result, _verified(record), (), _notes(record))


def _with_ends(decoded: tuple[Step, ...], program: Program) -> tuple[Step, ...]:
    """Arrays of variables with numbers for the ends of loops: of y: n_L, where L is 3, that of y: n_3."""
    sizes = dict(pair for step in decoded if isinstance(step, ProgramNumbers) for pair in step.sizes)
    ends = {letter: count for letter, count in sizes.items() if letter in program.ends}

    def at_ends(one: ArrayValue) -> ArrayValue:
        return dataclasses.replace(one, variable=numbered(one.variable, ends))

    def of(step: Step) -> Step:
        if isinstance(step, ProgramNumbers):
            forward, result = (tuple(map(at_ends, arrays)) for arrays in (step.forward, step.result))
            return dataclasses.replace(step, forward=forward, result=result)
        if isinstance(step, DescentStep):
            return dataclasses.replace(step, result=tuple(map(at_ends, step.result)))
        return step

    return tuple(map(of, decoded))


def _derivative(decoded: tuple[Step, ...]) -> Gradients:
    kind = next(step for step in decoded if isinstance(step, program_steps.DifferentialKind))
    found = kind.result if kind.result is not None else kind.change
    return Gradients(kind.of, ((kind.by, found, found),))


class _Decoder:
    """Records → data, by the annotations of the data classes."""

    def __init__(
        self, names: Iterable[str], unspecified: Mapping[str, tuple[str, ...]], program: Names | None = None
    ) -> None:
        self.names = set(names)
        self.unspecified = unspecified
        self.program = program

    def question(self, record: Mapping[str, Any]) -> Question:
        """The question, whose own names are needed to read the rest."""
        found = self.read(record, None)
        if not isinstance(found, typing.get_args(Question)):
            _refuse(type(found).__name__)
        return typing.cast(Question, found)

    def read(self, record: Any, annotation: Any) -> Any:
        """A value of the annotated type, or of any kind that we know.  Raises ValueError for others."""
        if annotation is None:
            return self._record(record)
        origin = typing.get_origin(annotation)
        if origin in (types.UnionType, typing.Union):
            fitting = [option for option in typing.get_args(annotation) if _fits(record, option)]
            return self.read(record, fitting[0]) if fitting else _refuse(record)
        if not _fits(record, annotation):
            return _refuse(record)
        if origin is tuple:
            return self._tuple(record, typing.get_args(annotation))
        if isinstance(record, dict):
            return self._record(record)
        if issubclass(annotation, Term):
            return self._term(record, annotation)
        return self.expression(record) if issubclass(annotation, Expr) else record

    def _term(self, text: str, kind: type) -> Term:
        """A term from our linear notation; a variable where one is wanted."""
        if self.program is None:
            raise ValueError(f"{text} stands outside a program")
        found = read_term(text, self.program)
        if not isinstance(found, kind):
            raise ValueError(f"{text} is no variable")
        return found

    def _tuple(self, record: list[Any], inner: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple([self.read(item, inner[0]) for item in record])
        return tuple([self.read(item, kind) for item, kind in zip(record, inner, strict=True)])

    def _record(self, record: Any) -> Any:
        kind = _KINDS[record["kind"]]
        if kind is VectorFunction:
            return self._function(record)
        if kind is Program:
            return read_program(_text(record["text"]), _text(record["name"]))
        hints, names = _fields(kind)
        return kind(**{name: self.read(record[name], hints[name]) for name in names})

    def _function(self, record: Mapping[str, Any]) -> VectorFunction:
        hints, names = _fields(VectorFunction)
        inner = _Decoder((*record["inputs"], *record["parameters"]), {})
        found = VectorFunction(**{name: inner.read(record[name], hints[name]) for name in names})
        if found.components is not None and (found.n, found.m) != (len(found.inputs), len(found.components)):
            raise ValueError(f"{found.name} has other sizes than {found.n} and {found.m}")
        return found

    def result(self, linear: Any) -> Expr | tuple[Matrix, ...]:
        """A formula, a matrix (lists of formulas), or several matrices."""
        if isinstance(linear, list) and isinstance(linear[0][0], list):
            return tuple(self.read(matrix, Matrix) for matrix in linear)
        return self.expression(linear)

    def expression(self, text: Any) -> Expr:
        """A formula (or a condition) from our linear notation."""
        if isinstance(text, list):
            return Matrix(tuple(tuple(self.expression(entry) for entry in row) for row in text))
        return self._parsed(text, condition=False)

    def condition(self, text: str) -> Expr:
        """A condition from our linear notation."""
        return self._parsed(text, condition=True)

    def _parsed(self, text: str, condition: bool) -> Expr:
        scope = Scope.of(self.names)
        scope.verbatim = True
        scope.unspecified = self.unspecified
        parser = Parser(_text(text), scope)
        found = read_condition(parser) if condition else condition_or_sum(parser)
        parser.expect_end()
        return found


@cache
def _fields(kind: type) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The annotations of a data class, and the names of the fields that are written."""
    known = vars(notation) | vars(functions) | vars(programs) | vars(questions) | vars(program_steps) | vars(steps)
    return typing.get_type_hints(kind, known), tuple(f.name for f in dataclasses.fields(kind) if f.compare)


def _fits(record: Any, annotation: Any) -> bool:
    """Whether a piece of JSON can be a value of the annotated type."""
    if typing.get_origin(annotation) is tuple:
        return isinstance(record, list)
    if annotation in (str, int, bool, type(None)):
        return type(record) is annotation
    if issubclass(annotation, Expr):
        return isinstance(record, list) if annotation is Matrix else isinstance(record, str | list)
    if issubclass(annotation, Term):
        return isinstance(record, str)
    return isinstance(record, dict) and _KINDS.get(str(record.get("kind"))) is annotation


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _refuse(value)


def _refuse(value: Any) -> NoReturn:
    raise ValueError(f"{json.dumps(value)[:_SHOWN]} stands where something else belongs")
