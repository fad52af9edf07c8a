"""Where a name comes from: the line itself, ``--from FILE``, ``jacocalc.toml``, the worked examples, the exercises."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jacocalc.asked import COMPOSING, Asked, Problem
from jacocalc.errors import JacocalcError, ReadError, ShapeError, did_you_mean
from jacocalc.functions import VectorFunction, enumerated
from jacocalc.reading.commands import refuse_command
from jacocalc.reading.definitions import is_definition, linked, read_function, read_layers
from jacocalc.reading.relations import is_relation, read_implicit, refuse_formula
from jacocalc.reading.staged import read_stages, refuse_program
from jacocalc.reading.statements import EXAMPLE, is_program

if TYPE_CHECKING:
    from jacocalc.programs import Program
    from jacocalc.questions import Question
    from jacocalc.verdicts import Exercise

FIRST_EXAMPLE = "chain-rule-for-jacobians"
SEEDS = "exercise"


def examples_folder() -> Path:
    """The worked examples: inside an installed package, beside the package in a source tree."""
    package = Path(__file__).resolve().parent
    inside = package / "worked_examples"
    return inside if inside.is_dir() else package.parent / "worked_examples"


def example_names() -> list[str]:
    """The worked examples, the seed's section 3 first."""
    found = sorted(path.parent.name for path in examples_folder().glob("*/problem.toml"))
    return sorted(found, key=lambda name: (name != FIRST_EXAMPLE, name))


@cache
def example(name: str) -> Problem:
    """A worked example by name.  Raises ReadError with what was probably meant."""
    names = example_names()
    if name not in names:
        raise ReadError(f"there is no worked example “{name}”", hint=_meant(name, names))
    return _file(examples_folder() / name / "problem.toml", name)


def _file(path: Path, shown: str) -> Problem:
    from jacocalc.reading.problems import read_file  # with all that a file may hold; most commands name none

    return read_file(path, shown)


def topics() -> list[str]:
    """What there are exercises about; ``exercise`` are the document's own, which are worked examples too."""
    return sorted([SEEDS, *(path.stem for path in _exercises_folder().glob("*.toml"))])


def exercise_names(topic: str = "") -> list[str]:
    """The exercises of a topic, or all: chain-rule-2 before chain-rule-10.  Raises ReadError for an unknown topic."""
    known = topics()
    if topic and topic not in known:
        raise ReadError(f"there are no exercises about “{topic}”", hint=_meant(topic, known))
    return [name for one in ([topic] if topic else known) for name in _names(one)]


def exercise(name: str, file: str = "") -> Exercise:
    """An exercise by name, from a problem file if one is given.  Raises ReadError with what was probably meant."""
    from jacocalc.verdicts import Exercise, Wanted

    name = name.strip()
    topic = name.rpartition("-")[0]
    if not file and name not in exercise_names(topic if topic in topics() else ""):
        raise ReadError(f"there is no exercise “{name}”", hint=_meant(name, exercise_names(), topics()))
    problem = _file(Path(file), file) if file else _file(_exercise_file(name), name)
    for asked in problem.questions:
        if asked.name == name:
            return Exercise(
                name, topic, asked.title or problem.title, asked, asked_question(asked, problem), asked.level,
                asked.hints, Wanted(form=asked.form), asked.explained,
            )  # fmt: skip
    raise ReadError(f"{file} has no question “{name}”", hint=_meant(name, [asked.name for asked in problem.questions]))


def _exercises_folder() -> Path:
    return examples_folder() / "exercises"


def _exercise_file(name: str) -> Path:
    """Where an exercise stands: in its topic's file; those of the document are worked examples."""
    topic = name.rpartition("-")[0]
    return examples_folder() / name / "problem.toml" if topic == SEEDS else _exercises_folder() / f"{topic}.toml"


def _names(topic: str) -> list[str]:
    """The names of the exercises of a topic, by their numbers."""
    if topic == SEEDS:
        names = [name for name in example_names() if name.rpartition("-")[0] == SEEDS]
    else:
        names = [asked.name for asked in _file(_exercises_folder() / f"{topic}.toml", topic).questions]
    return sorted(names, key=lambda name: int(name.rpartition("-")[2]))


def _meant(name: str, names: Sequence[str], listed: Sequence[str] = ()) -> str:
    """A hint for a name that is unknown: the nearest, else all that are known or the shorter list given."""
    return did_you_mean(name, names, f"known are {', '.join(listed or names)}")


@dataclass(frozen=True)
class Found:
    """A function and where it was found."""

    function: VectorFunction
    source: str


def look_up(
    given: Sequence[str],
    file: str = "",
    loose: bool | None = None,
    chained: bool = True,
    implicit: bool = False,
    at_hand: Mapping[str, Sequence[Found]] | None = None,
) -> list[Found]:
    """The functions that the words of a command name or define, linked as stages where they are ``chained``.

    Where they are ``implicit``, x^2 + y^2 = 25 stands for F(x, y) = x^2 + y^2 − 25.  ``at_hand`` are functions with
    their stages that are known where the command runs; a file goes before them.

    Raises ReadError for a name that is defined nowhere, with what was probably meant.
    """
    named = at_hand or {}
    known = {name: stages[0] for name, stages in named.items() if len(stages) == 1}
    if file:
        _add(known, _file(Path(file), file), f"from {file}")
    chains = {name: stages for name, stages in named.items() if name not in known}
    return _looked_up(given, known, loose, chained, implicit, chains)


def _looked_up(
    given: Sequence[str],
    known: dict[str, Found],
    loose: bool | None,
    chained: bool,
    implicit: bool,
    chains: Mapping[str, Sequence[Found]] | None = None,
) -> list[Found]:
    """As look_up, where some are ``known`` already; those that are defined on the way are added to them.

    A name of ``chains`` stands for several stages.
    """
    found: list[Found] = []
    for place, text in enumerate(given, 1):
        if chains and text.strip() in chains:
            if not chained:
                raise ShapeError(f"{text.strip()} is a composition", hint=f"ask compose {text.strip()}")
            found += chains[text.strip()]
            continue
        if implicit and not text.strip().isidentifier():
            refuse_formula(text)
        try:
            if implicit and is_relation(text):
                read = [_relation(text, f"F_{place}" if len(given) > 1 else "F", known, loose)]
            elif chained and is_definition(text):
                read = list(_stages(text, known, found, loose))
            else:
                read = [_found(text, known, loose)]
        except ReadError as refused:
            refuse_program(text, refused)
            raise
        found += read
        known |= {one.function.name: one for one in read}
    if not chained:
        return found
    stages = linked([one.function for one in found])
    return [Found(stage, one.source) for stage, one in zip(stages, found, strict=True)]


def asked_question(asked: Asked, problem: Problem) -> Question:
    """The Question of a problem file; its functions and programs are the file's own, or definitions."""
    if asked.program:
        from jacocalc.reading.program_questions import program_question

        programs = dict(problem.programs)
        return program_question(asked, programs.get(asked.program) or look_up_program(asked.program).program)
    from jacocalc.questions import ComposeLayers
    from jacocalc.reading.questions import question_of

    layers = read_layers(" ".join(asked.functions))
    if layers:
        return ComposeLayers(*layers)
    known: dict[str, Found] = {}
    _add(known, problem, "")
    found = _looked_up(asked.functions, known, None, asked.ask in COMPOSING, asked.ask == "implicit")
    return question_of(asked, tuple(one.function for one in found))


@dataclass(frozen=True)
class FoundProgram:
    """A program and where it was found."""

    program: Program
    source: str


def look_up_program(text: str, file: str = "") -> FoundProgram:
    """The program that a word names or a text says.

    Raises ReadError for a name that is defined nowhere, with what was probably meant.
    """
    name = text.strip()
    if any(sign in text for sign in ":=∈\n\\"):
        from jacocalc.reading.programs import read_program

        return FoundProgram(read_program(text), "given on the line")
    if not name:
        raise ReadError("expected a program, found nothing", hint=EXAMPLE)
    if not file and Path(name).suffix in (".txt", ".toml"):
        file = name
    known: list[tuple[str, Program, str]] = []
    if file:
        known += [(key, program, f"from {file}") for key, program in _file(Path(file), file).programs]
        if len(known) == 1 and name in (file, known[0][0]):
            return FoundProgram(known[0][1], known[0][2])
    known += [(key, program, source) for problem, source in _elsewhere() for key, program in problem.programs]
    for key, program, source in known:
        if key == name:
            return FoundProgram(program, source)
    names = [key for key, _, _ in known]
    hint = _meant(name, list(dict.fromkeys(names)))
    raise ReadError(f"no program is called {name}", text=text, end=len(text), hint=hint)


def names_program(text: str, file: str = "") -> bool:
    """Whether a word of a command is a program, by its text or by its name."""
    if is_program(text):
        return True
    try:
        look_up_program(text, file)
    except JacocalcError:
        return False
    return not is_definition(text)


def _relation(text: str, name: str, known: dict[str, Found], loose: bool | None) -> Found:
    functions = {other: one.function for other, one in known.items()}
    return Found(read_implicit(text, functions, loose, name), "given on the line")


def _stages(text: str, known: dict[str, Found], before: list[Found], loose: bool | None) -> Iterator[Found]:
    functions = {name: one.function for name, one in known.items()}
    outputs = before[-1].function.outputs if before else ()
    return (Found(stage, "given on the line") for stage in read_stages(text, functions, outputs, loose))


def _found(text: str, known: dict[str, Found], loose: bool | None) -> Found:
    if is_definition(text):
        functions = {name: one.function for name, one in known.items()}
        return Found(read_function(text, functions, (), loose), "given on the line")
    name = text.strip()
    if not name:
        raise ReadError("expected a function, found nothing", hint='for example "f(x, y) = [x^2 + y, 2xy]"')
    if name in known:
        return known[name]
    for problem, source in _elsewhere():
        for other, function in problem.functions:
            if other == name:
                return Found(function, source)
    raise _not_found(name, known)


def _elsewhere() -> Iterator[tuple[Problem, str]]:
    """jacocalc.toml of this folder or one above, then the worked examples."""
    for depth, folder in enumerate(_folders()):
        path = folder / "jacocalc.toml"
        if os.path.isfile(path):
            shown = "../" * depth + "jacocalc.toml"
            yield _file(path, shown), f"from {shown}"
            break
    for name in example_names():
        yield example(name), f"from the worked example {name}"


def _folders() -> tuple[Path, ...]:
    """This folder and those above it; none where it has been deleted."""
    try:
        here = Path.cwd()
    except OSError:
        return ()
    return (here, *here.parents)


def _add(known: dict[str, Found], problem: Problem, source: str) -> None:
    for name, function in problem.functions:
        known[name] = Found(function, source)


def known_functions(file: str = "") -> list[str]:
    """The names that a function can be called by without being defined on the line."""
    return list(dict.fromkeys(name for problem in _readable(file) for name, _ in problem.functions))


def known_programs(file: str) -> list[str]:
    """The names that a program can be called by."""
    return list(dict.fromkeys(name for problem in _readable(file) for name, _ in problem.programs))


def _readable(file: str) -> Iterator[Problem]:
    """The file, if there is one, then what is found without it."""
    if file:
        yield _file(Path(file), file)
    yield from (problem for problem, _ in _elsewhere())


def _not_found(text: str, known: dict[str, Found]) -> ReadError:
    refuse_command(text, read_function)
    hint = did_you_mean(text, [*known, *known_functions()], f'define it on the line: "{text}(x, y) = …"')
    if os.path.isfile(text):
        hint = f"the functions of a file have names: f --from {text}"
    elif text[:1].isdigit() or not text.replace("_", "").isalnum():
        hint = 'a function is written "f(x, y) = …" or "f = …"'
    return ReadError(f"no function is called {text}", text=text, end=len(text), hint=hint)


def said(found: Sequence[Found]) -> str:
    """One line: ``f and g: from the worked example …; h: given on the line``."""
    groups: dict[str, list[str]] = {}
    for one in found:
        groups.setdefault(one.source, []).append(one.function.name)
    return "; ".join(f"{enumerated(list(dict.fromkeys(names)))}: {source}" for source, names in groups.items())
