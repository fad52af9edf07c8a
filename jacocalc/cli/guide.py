"""``jacocalc`` alone, in a terminal: one question after the other, the page, the command that does the same.

What is typed is read at once; what cannot be read is shown with its place and offered again for mending.  Enter takes
what is offered, ? explains, q leaves.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count, takewhile
from pathlib import Path
from typing import Any, TypeVar

from jacocalc import sources
from jacocalc.asked import PICTURES, Asked
from jacocalc.cli.talk import Talk
from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import VectorFunction
from jacocalc.reading.points import read_point
from jacocalc.reading.questions import question_of
from jacocalc.reading.relations import is_relation

T = TypeVar("T")

# -- what was typed -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """The texts, what they are, and the functions, the innermost first.

    Kinds are function, scalar, square (as many components as inputs), chain, scalar chain, equation and program; what
    is seen of a function is a curve (1 → 1), a landscape (2 or 3 → 1) or a map (several components).
    """

    texts: tuple[str, ...]
    kinds: frozenset[str]
    functions: tuple[VectorFunction, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether another function can be applied to the result."""
        return not self.kinds & {"equation", "program"}

    def followed_by(self, text: str) -> str:
        """The text of the next function, if it can be applied to the result, or nothing.  Raises as :func:`given`."""
        if text:
            given((*self.texts, text))
        return text


def given(texts: tuple[str, ...]) -> Given:
    """What the texts are, the innermost function first.  Raises ReadError, ShapeError."""
    if len(texts) > 1:
        functions = _looked_up(texts)
        question_of(Asked("chain", "compose", texts), functions)
        return Given(texts, frozenset({"chain", "scalar chain"} if functions[-1].scalar else {"chain"}), functions)
    if sources.names_program(texts[0]):
        sources.look_up_program(texts[0])
        return Given(texts, frozenset({"program"}))
    try:
        (function,) = functions = _looked_up(texts)
    except ReadError:
        if not is_relation(texts[0]):
            raise
        return Given(texts, frozenset({"equation"}), _looked_up(texts, implicit=True))
    kinds = {"function", *(["scalar"] if function.scalar else []), *(["square"] if function.n == function.m else [])}
    return Given(texts, frozenset({*kinds, *_seen(function)}), functions)


def _seen(function: VectorFunction) -> Iterator[str]:
    """What a picture of the function is of; nothing where it has too many dimensions."""
    dimensions = (1, 2, 3)
    if function.n in dimensions and function.m in dimensions:
        yield "map" if function.m != 1 else "curve" if function.n == 1 else "landscape"


def _looked_up(texts: tuple[str, ...], implicit: bool = False) -> tuple[VectorFunction, ...]:
    return tuple(one.function for one in sources.look_up(texts, implicit=implicit))


# -- what there is to see -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A line of the menu: for what, the command with its options, and the options that are asked for."""

    words: str
    kinds: frozenset[str]
    command: tuple[str, ...]
    asks: tuple[str, ...] = ()

    @property
    def ask(self) -> str:
        """The question behind the command."""
        name, *more = self.command
        return PICTURES[more[0]] if name == "picture" else name


def _choice(words: str, kinds: str, command: str, *asks: str) -> Choice:
    return Choice(words, frozenset(kinds.split(", ")), tuple(command.split()), asks)


CHOICES = (
    _choice("the chain rule: every Jacobian, and their product", "chain", "compose", "at"),
    _choice("the gradient", "scalar, scalar chain", "gradient", "at"),
    _choice("every partial derivative, and the Jacobian matrix", "function", "jacobian", "at"),
    _choice("second derivatives: the Hessian", "function, chain", "hessian", "at"),
    _choice("what happens to areas and volumes: det J", "square", "volume", "at"),
    _choice("the derivative along a vector", "function, chain", "jvp", "point", "vector"),
    _choice("whether it is differentiable at a point, and why", "function", "point", "point"),
    _choice("the computational graph, forwards and backwards", "function, chain", "graph", "at"),
    _choice("a picture: what the map does to a square", "map, chain", "picture map -o map.svg", "point"),
    _choice("a picture: the graph and its tangent", "curve", "picture gradient -o gradient.svg", "point"),
    _choice("a picture: level curves and the gradient", "landscape", "picture gradient -o gradient.svg", "point"),
    _choice("the derivative of one variable by the others", "equation", "implicit", "solve-for", "at"),
    _choice("backpropagation: the gradients with their shapes", "program", "backprop"),
    _choice("backpropagation, in random numbers too", "program", "backprop --random 1"),
    _choice("the program and its gradients as code for PyTorch", "program", "code --target torch"),
    _choice("the function and its derivatives as code for NumPy", "function, chain", "code --target numpy"),
    _choice("whether my answer is right: the chain rule", "chain", "compose", "at", "answer"),
    _choice("whether my answer is right: the gradient", "scalar", "gradient", "at", "answer"),
    _choice("whether my answer is right: the Jacobian matrix", "function", "jacobian", "at", "answer"),
)


def fitting(what: Given) -> list[Choice]:
    """The choices that fit what was typed, the usual one first."""
    return [choice for choice in CHOICES if choice.kinds & what.kinds]


def menu(choices: list[Choice]) -> str:
    """1  the gradient"""
    return "\n".join(f"  {i:>2}  {choice.words}" for i, choice in enumerate(choices, 1))


def command(choice: Choice, texts: tuple[str, ...], options: dict[str, str]) -> list[str]:
    """The words of the command line behind ``jacocalc``; a formula that begins with a minus is no option."""
    names = list(takewhile(lambda word: not word.startswith("-"), choice.command))
    said = [word for option, value in options.items() if value for word in (f"--{option}", value)]
    formulas = (f" {text}" if text.startswith("-") else text for text in texts)
    return [*names, *formulas, *said, *map(_unused, choice.command[len(names) :])]


def _unused(word: str) -> str:
    """map.svg, or map-2.svg where that is there already: nothing of the reader's is written over."""
    path = Path(word)
    if word.startswith("-") or not path.suffix:
        return word
    others = (f"{path.stem}-{i}{path.suffix}" for i in count(2))
    return next(name for name in chain((word,), others) if not Path(name).exists())


# -- what is asked ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """A prompt, what is said before it, what ? says, and what Enter takes."""

    prompt: str
    before: str
    explained: str
    default: str = ""


FIRST = "f(x, y) = [x^2 + y, 2xy]"
START = Asking(
    "function> ", f"A function, for example  {FIRST}  (Enter takes it)",
    "Several components stand in brackets: f(x, y) = [x^2 + y, 2xy].  Parameters\n"
    "stand behind a semicolon: f(x; a) = a x^2.  Understood too: an equation such as\n"
    "x^2 + y^2 = 25, a program such as x: n; W: m x n; h = tanh(W x), and names from\n"
    "the worked examples: f, g, two-layer.", FIRST,
)  # fmt: skip
NEXT = Asking(
    "then> ", "A function of its result, for example  g(u, v) = u v  (Enter: none)",
    "For the chain rule, y = g(f(x)): the next function takes the components of the\n"
    "one before as its inputs.",
)  # fmt: skip
MENU = Asking("see> ", "", "Type the number of a line; Enter takes the first.", "1")
OPTIONS = {
    "at": Asking("at> ", "At a point, for example  {point}  (Enter: none, in symbols)",
                 "A value for every input, in their order or by name: 1, 2 or x=1, y=2.\n"
                 "Fractions, pi/2 and sqrt(2) stay exact."),
    "point": Asking("at> ", "At which point?  (Enter takes  {point})",
                    "A value for every input, in their order or by name: 1, 2 or x=1, y=2.", "{point}"),
    "vector": Asking("along> ", "Along which vector?  (Enter takes  {vector})",
                     "A value for every input, in their order: 3, 4.", "{vector}"),
    "solve-for": Asking("for> ", "Which variable depends on the others?  (Enter takes  {last})",
                        "One of the variables of the equation; it is a function of the others nearby.", "{last}"),
    "answer": Asking("answer> ", "Your answer, for example  [[1, 2], [3, 4]]",
                     "The rows of a matrix stand in brackets of their own; what is equal is right."),
}  # fmt: skip


class Left(Exception):
    """The reader typed q."""


class Guide:
    """One way through the questions, from a function to a page."""

    def __init__(self, talk: Talk, run: Callable[[list[str]], int]) -> None:
        """``run`` is handed a command and gives its exit status, 2 where it refuses what it is given."""
        self.talk = talk
        self.run = run

    def lead(self) -> int:
        """Ask, show the page, say the command that does the same; the exit status of that command."""
        self.talk.say("Jacobians and the chain rule, step by step.  ? explains, q leaves.\n")
        what = self._functions()
        while True:
            words = self._wish(what)
            self.talk.say()
            status = self.run(words)
            self.talk.say()
            if status == 0 and "-o" in words:
                self.talk.say(f"{words[words.index('-o') + 1]} is written.")
            if status != 2:
                self.talk.say(f"The command that does the same:\n\n  jacocalc {shlex.join(words)}\n")
                return status

    def _functions(self) -> Given:
        """A function, and functions of its result as long as there are some."""
        what = self._asked(START, lambda text: given((text,)))
        while what.goes_on and (text := self._asked(NEXT, what.followed_by)):
            what = given((*what.texts, text))
        return what

    def _wish(self, what: Given) -> list[str]:
        """What is to be seen, as the words of a command."""
        choices = fitting(what)
        self.talk.say(f"\nWhat do you want to see?  (Enter takes 1)\n{menu(choices)}")
        choice = choices[self._asked(MENU, lambda text: _number(text, len(choices)))]
        options: dict[str, str] = {}
        for name in choice.asks:
            options = self._with_option(name, options, choice, what)
        return command(choice, what.texts, options)

    def _with_option(self, name: str, options: dict[str, str], choice: Choice, what: Given) -> dict[str, str]:
        option = "at" if name == "point" else name
        asking = _about(OPTIONS[name], what.functions[0])
        return self._asked(asking, lambda text: checked(choice, what, {**options, option: text}))

    def _asked(self, asking: Asking, read: Callable[[str], T]) -> T:
        """What is typed, as it was read; an error is shown and the text offered again."""
        if asking.before:
            self.talk.say(asking.before)
        begun = ""
        while True:
            text = " ".join(self.talk.ask(asking.prompt, begun).split())
            if text in ("q", "quit"):
                raise Left
            if text == "?":
                self.talk.say(asking.explained)
                begun = ""
                continue
            try:
                return read(text or asking.default)
            except JacocalcError as error:
                self.talk.say(error.report())
                begun = text if asking is not MENU else ""


def _number(text: str, count: int) -> int:
    """The place in the menu."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= count:
        raise ReadError(f"expected a number from 1 to {count}", text=text, end=len(text))
    return int(text) - 1


def _about(asking: Asking, function: VectorFunction) -> Asking:
    """With an example that fits the inputs."""
    numbers = [str(i) for i in range(1, len(function.inputs) + 1)]
    named = [f"{name}={value}" for name, value in zip(function.inputs, numbers, strict=True)]
    named += [f"{name}=1" for name in function.parameters]
    words = {"point": ", ".join(named), "vector": ", ".join(numbers), "last": "".join(function.inputs[-1:])}
    return Asking(asking.prompt, asking.before.format(**words), asking.explained, asking.default.format(**words))


def checked(choice: Choice, what: Given, options: dict[str, str]) -> dict[str, str]:
    """The options, if the question can be asked with them so far.  Raises a JacocalcError that says why not."""
    first = what.functions[0]
    if options.get("at"):
        read_point(options["at"], first.inputs, first.parameters)
    if "solve-for" in options and options["solve-for"] not in first.inputs:
        raise ReadError("this is no variable of the equation", hint=f"known are {', '.join(first.inputs)}")
    if "answer" in options and not options["answer"]:
        raise ReadError("expected an answer, found nothing", hint="type it, or q to leave")
    if choice.asks[: len(options)] == choice.asks and "answer" not in options:
        own: dict[str, Any] = {name.replace("-", "_"): value for name, value in options.items()}
        question_of(Asked(choice.ask, choice.ask, what.texts, **own), what.functions)
    return options


def converse(run: Callable[[list[str]], int]) -> int:
    """The guide in this terminal; the exit status of what it showed, 0 where the reader leaves before."""
    talk = Talk()
    try:
        return Guide(talk, run).lead()
    except Left:
        return 0
    except EOFError:
        talk.say()
        return 0
    except KeyboardInterrupt:
        talk.say()
        raise
