"""What the commands do: look up, read, ask, print.  SymPy is loaded only once there is something to derive."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jacocalc import sources
from jacocalc.asked import ANIMATED, CAN_BE_ANIMATED, COMPOSING, Asked, Problem
from jacocalc.cli.desk import Desk, taken
from jacocalc.cli.output import Output, refuse_unwritable, tell, write, write_animation
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.options import Detail, Options
from jacocalc.reading.definitions import read_layers
from jacocalc.reading.points import read_point

UNCONFIRMED = 3

if TYPE_CHECKING:
    from jacocalc.document import Document
    from jacocalc.questions import Question
    from jacocalc.solutions import Solution


@dataclass(frozen=True)
class Command:
    """A question as it was typed: what is asked, of which file, how 1/2x is read, where its page goes.

    ``wanted``: how its ``--answer`` is judged, by ``exact``, ``rtol`` and ``form``; ``timeout`` is for a ``desk``: what
    a command does elsewhere is bounded from outside.
    """

    asked: Asked
    page: Output
    options: Options
    file: str = ""
    loose: bool | None = None
    wanted: Mapping[str, Any] = field(default_factory=dict)
    desk: Desk | None = None
    timeout: float | None = None


def solve(command: Command) -> int:
    """Answer a question of the command line and print the page, or judge an answer to it; the exit status."""
    if command.page.animation:
        _refuse_animation(command.asked, command.page)
    if command.asked.answer:
        return _judge(command)
    return 0 if _solve(command) else UNCONFIRMED


def _refuse_animation(asked: Asked, page: Output) -> None:
    """Raise JacocalcError for what can be told before anything is derived."""
    if not page.animation.lower().endswith(".svg"):
        raise JacocalcError(f"an animation is an SVG file, not {page.animation}", hint="--animate product.svg")
    if asked.ask not in ANIMATED:
        raise JacocalcError(f"{asked.ask} shows nothing that is animated", hint=CAN_BE_ANIMATED)
    if asked.answer:
        raise JacocalcError("--animate belongs to a solution; with --answer there is a verdict")
    if page.animation == page.file:
        raise JacocalcError("the page and its animation need two files", hint="-o page.txt --animate product.svg")
    refuse_unwritable(page.animation)


def _judge(command: Command) -> int:
    """The verdict on an answer: 0 where it is right, 1 where it is not, 2 where it cannot be read, 3 undecided."""
    from jacocalc.answers.given import wanted_with
    from jacocalc.cli.check import judged
    from jacocalc.reading.files import text_or_file

    asked, page = command.asked, command.page
    question = _read(replace(command, asked=replace(asked, answer="")))[0]
    wanted = wanted_with(**command.wanted)
    return judged(question, text_or_file(asked.answer), wanted, asked.ask, page, command.options.detail, command.desk)


def _solve(command: Command) -> bool:
    layers = read_layers(" ".join(command.asked.functions)) if command.asked.ask == "compose" else None
    if layers:
        from jacocalc.questions import ComposeLayers

        return _show(ComposeLayers(*layers), "", {}, command)
    return _show(*_read(command), command)


def _read(command: Command) -> tuple[Question, str, dict[str, str]]:
    """The Question that is asked, where its functions or its program come from in words, and by name."""
    asked, file = command.asked, command.file
    if asks_program(asked, file):
        one = sources.look_up_program(asked.program or " ".join(asked.functions), file)
        from jacocalc.reading.program_questions import program_question  # only once the program has been read

        name = one.program.name or "program"
        return program_question(asked, one.program), f"{name}: {one.source}", {name: one.source}
    at_hand = command.desk.at_hand if command.desk else {}
    composing, implicit = asked.ask in COMPOSING, asked.ask == "implicit"
    found = sources.look_up(asked.functions, file, command.loose, composing, implicit, at_hand)
    from jacocalc.reading.questions import question_of  # only once the functions have been read

    question = question_of(asked, tuple(one.function for one in found))
    return question, sources.said(found), {one.function.name: one.source for one in found}


def code(asked: Asked, file: str, target: str, page: Output, desk: Desk | None = None) -> None:
    """Write a function, a chain or both passes of a program as code; what cancels at a point is said on stderr."""
    text = " ".join(asked.functions)
    if not sources.names_program(text, file):
        _function_code(asked, file, target, page, desk)
        return
    if asked.at:
        raise JacocalcError("--at belongs to functions; this is a program")
    from jacocalc.reading.program_questions import program_question
    from jacocalc.solutions import answer

    one = sources.look_up_program(text, file)
    write(answer(program_question(asked, one.program)).to_code(target), page)


def _function_code(asked: Asked, file: str, target: str, page: Output, desk: Desk | None) -> None:
    for name, value in (("--wrt", asked.wrt), ("--loss", asked.loss)):
        if value:
            raise JacocalcError(f"{name} belongs to programs; this is a function")
    stages = [one.function for one in _functions_or_program(asked.functions, file, desk)]
    from jacocalc import compiling

    compiled = compiling.compile(*stages)
    said = list(_losses(compiled, asked.at)) if asked.at else []
    write(compiled.to_code(target), page)
    for line in said:
        tell(f"warning: {line}")


def _functions_or_program(given: Sequence[str], file: str, desk: Desk | None) -> list[sources.Found]:
    """The functions.  Raises ReadError, for a word that is close to the name of a program with that name."""
    try:
        return sources.look_up(given, file, at_hand=desk.at_hand if desk else {})
    except ReadError as error:
        if len(given) == 1 and not error.hint.startswith("did you mean"):
            try:
                sources.look_up_program(given[0], file)
            except ReadError as other:
                if other.hint.startswith("did you mean"):
                    raise other from None
        raise


def _losses(compiled: Any, at: str) -> Iterator[str]:
    """A line for each operation of the code that cancels at the point, and for one without finite value."""
    from jacocalc import compiling

    point = read_point(at, compiled.names, compiled.parameters)
    x = compiling.doubles(point.coordinates)
    names, given = zip(*point.parameters, strict=True) if point.parameters else ((), ())
    values = dict(zip(names, compiling.doubles(given), strict=True))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compiled.value(x, **values)
        if not caught:
            compiled.jacobian(x, **values)
    results = ("value", "jacobian", "hessian") if compiled.scalar else ("value", "jacobian")
    lost = [str(loss) for result in results for loss in compiled.losses(x, result, **values)]
    yield from dict.fromkeys([*lost, *(str(one.message) for one in caught)])


def asks_program(asked: Asked, file: str) -> bool:
    """Whether the question is about a matrix-level program."""
    if asked.program or asked.ask == "backprop":
        return True
    if asked.ask != "differential":
        return False
    options = bool(asked.of or asked.wrt or asked.second or asked.kronecker)
    return options or sources.names_program(" ".join(asked.functions), file)


def examples(name: str, page: Output, options: Options, desk: Desk | None = None) -> bool:
    """The list of worked examples, or the solution of one; False where a result is not confirmed."""
    if not name:
        write(_list_of_examples({one: sources.example(one).title for one in sources.example_names()}, page), page)
        return True
    problem = sources.example(name)
    confirmed = [_example(name, problem, Command(asked, page, options, desk=desk)) for asked in problem.questions]
    return all(confirmed)


def _list_of_examples(titles: Mapping[str, str], page: Output) -> str | Document:
    """Names and titles; in JSON an object with the titles by their names."""
    if page.form == "json":
        return json.dumps(titles, ensure_ascii=False, indent=1) + "\n"
    from jacocalc.document import Document, Prose, Section, Table

    table = Table((("name",), ("what is worked out",)), tuple(((one,), (title,)) for one, title in titles.items()))
    said = Prose(("Show one with: jacocalc examples NAME",))
    return Document(("The worked examples",), (Section(("By name",), (table, said), Detail.BRIEF),))


def _example(name: str, problem: Problem, command: Command) -> bool:
    asked, source = command.asked, f"from the worked example {name}"
    listed = dict.fromkeys(asked.functions or (asked.program,), source)
    options = command.options
    chosen = replace(options, detail=Detail(asked.detail or options.detail), digits=asked.digits or options.digits)
    question = sources.asked_question(asked, problem)
    return _show(question, f"{', '.join(listed)}: {source}", listed, replace(command, options=chosen))


def _show(question: Question, source: str, listed: Mapping[str, str], command: Command) -> bool:
    from jacocalc.solutions import answer

    desk, page = command.desk, command.page
    solution = answer(question, command.options, desk.symbols if desk else None, listed, command.timeout)
    if command.options.digits:
        _say_unless_decimals(solution)
    if not taken(desk, solution, page):
        write(_written(solution, source, page), page)
    if page.animation:
        write_animation(solution.to_animation(), page)
    return solution.verified != "undecided"


def _say_unless_decimals(solution: Solution) -> None:
    """A note on stderr where nothing is written in decimals."""
    from jacocalc.steps import Decimals, StageDecimals

    if not any(isinstance(step, Decimals | StageDecimals) for step in solution.derivation.steps):
        asked = solution.question
        where = ": add --at 1,2" if asked.at is None and asked.chain.stages else ""
        said = "decimals are of a function's result in numbers, at a point"
        tell(f"note: --digits adds nothing here: {said}{where}")


def _written(solution: Solution, source: str, page: Output) -> str | Document:
    if page.form == "json":
        return solution.to_json()
    return solution.illustrated(replace(solution.document(), sources=(source,) if source else ()), page.pictures)
