"""Text → functions: definitions, unspecified functions, stages written as equations, files of them.

f(x, y) = [x^2 + y, 2xy]        f(x, y; a, b) = a x^2 + b y       inputs; parameters, also f(x, y | a, b)
g: R^2 -> R^3                   g(u, v)                           unspecified
f: R -> R; z = y f(x^2 - y^2)                                     calls what is declared in front
x = s t, y = s + t^2            f = 3x^2 y                        equations, inputs by first appearance
dx/dt = a x - y, dy/dt = b x                                      the states x, y are the inputs, a and b parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import (
    Size,
    VectorFunction,
    by_axes,
    by_rates,
    call,
    count,
    default_inputs,
    is_rate,
    order_note,
    states,
    unspecified,
)
from jacocalc.known_functions import SPELLINGS
from jacocalc.notation import (
    Expr,
    Matrix,
    Symbol,
    column,
    entries_of,
    name_key,
    names,
    names_as_typed,
    substitute,
    tree_size,
)
from jacocalc.options import LIMITS
from jacocalc.reading.book_cases import book_cases, place_left_out, place_note
from jacocalc.reading.brackets import BRACKETS, closed_at, list_end, step
from jacocalc.reading.branches import choice
from jacocalc.reading.changes import with_changes
from jacocalc.reading.coded import without_types
from jacocalc.reading.commands import refuse_command
from jacocalc.reading.decimal_commas import refuse_decimal_commas
from jacocalc.reading.declared import declarations
from jacocalc.reading.domains import without_domain
from jacocalc.reading.glued_names import ends_known
from jacocalc.reading.headers import plain_head
from jacocalc.reading.introductions import without_introduction
from jacocalc.reading.lexer import GREEK_NAMES, NO_DOMAIN, Token
from jacocalc.reading.matrices import by_entries, vector_input
from jacocalc.reading.own_stages import with_commas
from jacocalc.reading.parser import Parser, component_of
from jacocalc.reading.points import read_point
from jacocalc.reading.rates import with_rates, with_steps
from jacocalc.reading.scope import KEYWORDS, Scope, is_known_elsewhere
from jacocalc.reading.tokens import tokens_of
from jacocalc.reading.units import without_units
from jacocalc.reading.unknown_names import glued_call, is_one_name

Functions = Mapping[str, VectorFunction]


def read_function(
    text: str, functions: Functions | None = None, outputs: tuple[str, ...] = (), loose: bool | None = None
) -> VectorFunction:
    """The function that a text defines.

    ``functions``: those defined before, which the text may call.  ``outputs``: the names that the stage
    before gives, for a stage written as equations.  Raises ReadError, ShapeError.
    """
    def read(text: str) -> VectorFunction:
        return replace(_Definition(text, functions or {}, outputs, loose).read(), text=text)

    try:
        return read(text)
    except ReadError:
        refuse_point(text, read)
        refuse_command(text, read_function)
        raise


def refuse_point(text: str, read: Callable[[str], VectorFunction]) -> None:
    """f(x, y) = x^2 y at (1, 2): a point behind what is a definition, or the first of several stages, without it."""
    begins = _BEHIND.finditer(text, max(0, len(text) - _LONGEST_POINT))
    likely = (behind for behind in begins if _POINT.fullmatch(text, behind.end()))
    for behind in islice(likely, _MOST_POINTS):
        point = text[behind.end() :].strip(" $.,")
        try:
            function = read(text[: behind.start()])
            read_point(point, function.inputs, function.parameters)
        except JacocalcError:
            continue
        raise ReadError(
            "a point stands behind the definition", text=text, start=behind.start(), end=len(text),
            hint=f"give it apart: --at “{point}”, in Python at=",
        )  # fmt: skip


def definition_tokens(text: str) -> list[Token]:
    """The tokens of a definition without its introduction and its units.  Raises ReadError."""
    return _Definition(text, {}, (), None).tokens


def is_definition(text: str) -> bool:
    """Whether the text defines something rather than naming it."""
    return any(sign in text for sign in "=:(→\\") or "->" in text


_DOTS = "write the inputs out, f(x_1, x_2, x_3); a program takes vectors: x: n"
_NEW_EQUATION = re.compile(  # a new line begins one
    r"(?<=[\w)\]}])[ \t]*+\n(?=\s*[^\W\d]\w*(?:\{\w+\})?\s*(?:(?:['′]\s*)?(?:\([\w\s,;]*\)\s*)?|/\s*d\w\s*)=)"
)


def _comma(line_break: re.Match[str]) -> str:
    """A comma as long as what it stands for, so that what follows keeps its place."""
    return ",".ljust(len(line_break[0]))


_AT = r"\b(?:at|for|in|near|when)\b(?: the point\b)?"
_BEHIND = re.compile(rf"(?:[;,@]|{_AT}|\\text\w*\s*\{{\s*{_AT}\s*\}})(?:\s|\\[,;: ]|\\q?quad(?![a-z]))*+")
_POINT = re.compile(r"(?:\w+\s*=?)?\s*(?:\\left)?\s*\(.*\)[\s$.,]*|\w+\s*=.*")
_LONGEST_POINT = 60  # characters
_MOST_POINTS = 6  # places where it may begin
_MOST_ENTRIES = 100  # of a vector x in R^n
_LAYERS = re.compile(r"\s*(\w+)_\{?1\}?[\s,]*(?:\1_\{?2\}?[\s,]*)?(?:\.\.\.?|…|⋯)[\s,]*\1_\{?([A-Za-z])\}?\s*")


def read_layers(text: str) -> tuple[str, str] | None:
    """(f, L) for ``f_1 ... f_L``, a chain with a symbolic number of layers; None for anything else."""
    match = _LAYERS.fullmatch(text)
    return (match[1], match[2]) if match else None


def read_definitions(text: str, origin: str = "", first: int = 1) -> dict[str, VectorFunction]:
    """A text with one definition a line (# comments; open brackets go on); later ones may call earlier ones.

    ``first`` is the number of its first line in the file.
    """
    functions: dict[str, VectorFunction] = {}
    for place, line in logical_lines(text):
        number = place + first - 1
        try:
            function = read_function(line, functions)
        except JacocalcError as error:
            error.message = f"{origin + ', ' if origin else ''}line {number}: {error.message}"
            error.args = (error.message,)
            raise
        if function.name in functions:
            raise ReadError(
                f"{origin + ', ' if origin else ''}line {number}: {function.name} is defined twice",
                text=line,
                end=1,
            )
        functions[function.name] = function
    return functions


def logical_lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    held, first, level = "", 0, 0
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.split("#", 1)[0].rstrip()
        if not line.strip() and not held:
            continue
        first = first or number
        held = f"{held} {line.strip()}" if held else line.strip()
        level = sum(held.count(c) for c in "([{") - sum(held.count(c) for c in ")]}")
        if level <= 0:
            lines.append((first, held))
            held, first = "", 0
    if held:
        lines.append((first, held))
    return lines


class _Equation(NamedTuple):
    """The names that an equation of a stage gives, those that it uses, and how it is typed."""

    given: list[str]
    used: Collection[str]
    typed: str


def with_declared(text: str, functions: Functions) -> tuple[Functions, str]:
    """The functions that the text may call, with those that it declares in front, and what stands behind."""
    listed, rest = declarations(text)
    if not listed or not rest.strip():
        return functions, text
    declared: dict[str, VectorFunction] = {}
    for place, head in listed:
        one = _Definition(head, functions, (), None).read()
        if said := _clash(one, declared):
            raise ReadError(said, text=text, start=place, end=place + len(head))
        declared[one.name] = one
    return {**functions, **declared}, rest


def unused(declared: Functions, given: Functions, stages: Iterable[VectorFunction]) -> tuple[str, ...]:
    """A note on each function that is declared in front, is not among those given before, and is not called."""
    listed = list(stages)
    used = {name for stage in listed for name in (stage.name, *(call.function for call in stage.called))}
    return tuple(
        f"{name} is declared, but does not occur" for name, one in declared.items()
        if given.get(name) is not one and name not in used and not any(component_of(other, one) for other in used)
    )  # fmt: skip


def _clash(one: VectorFunction, declared: Functions) -> str:
    """What is wrong with a second f, and with f_1 beside f: R^2 -> R^2; else nothing."""
    if one.name in declared:
        return f"{one.name} is declared twice"
    pairs = (pair for other in declared.values() for pair in ((one, other), (other, one)))
    found = ((part.name, whole.name) for part, whole in pairs if component_of(part.name, whole) and not whole.scalar)
    return next((f"{part} is a component of {whole} too" for part, whole in found), "")


class _Definition:
    def __init__(self, text: str, functions: Functions, outputs: tuple[str, ...], loose: bool | None) -> None:
        self.text = text
        self.outputs = outputs
        self.loose = loose
        self.given = functions
        self.functions, rest = with_declared(text, functions)
        rest, self.domain = without_domain(rest)
        unitless, self.units = without_units(without_types(rest))
        unitless, self.index = with_steps(unitless)
        bare = _without_full_stop(_NEW_EQUATION.sub(_comma, without_introduction(unitless)))
        head = plain_head(with_rates(_without_stop(with_changes(tokens_of(bare), bare)), bare))
        self.tokens = head.tokens
        self.sizes = head.sizes
        self.components = head.components

    def read(self) -> VectorFunction:
        refuse_decimal_commas(self.text, self.tokens)
        function = self._read()
        if any(call.function == function.name for call in function.called):
            raise self._error(f"{function.name} is defined by itself", self.tokens[0], "recursion is not read")
        if not all(self.sizes):
            raise self._error("expected R^n -> R^m", self.tokens[0], "for example f: R^2 -> R, f(x, y) = x y")
        declared = tuple(None if _is_set(part) else self._size(part) for part in self.sizes)
        for size, found, of in zip(declared, (function.n, function.m), ("input", "component"), strict=False):
            if isinstance(size, int) and size != found:
                message = f"{function.name} has {count(found, of)}, but is declared with {size}"
                raise self._error(message, self.sizes[of == "component"][0])
        if self.components and len(self.components) != function.m:
            message = f"{count(len(self.components), 'name')}, but {count(function.m, 'component')}"
            raise self._error(message, self.components[0])
        left_out = [f"the unit {unit} is left out" for unit in self.units]
        left_out += [place_note(self.domain)] if self.domain else []
        return replace(function, notes=(*function.notes, *left_out, *unused(self.functions, self.given, [function])))

    def _read(self) -> VectorFunction:
        first, second = self.tokens[0], self.tokens[min(1, len(self.tokens) - 1)]
        if first.kind == "end":
            raise ReadError(
                "expected a definition, found nothing", text=self.text or " ",
                hint="for example f(x, y) = [x^2 + y, 2xy]",
            )  # fmt: skip
        if first.kind == "name" and second.text == "(" and self._header_end():
            return self._by_components() or self._with_header()
        if first.kind == "name" and second.text == ":":
            return self._unspecified(self._name(first), (), 2)
        if applied := self._applied():
            return applied
        if any(token.text == "=" for token in self.tokens):
            return self._equations()
        raise self._no_definition()

    def _no_definition(self) -> ReadError:
        return ReadError(
            "a definition needs “=” or an arrow", text=self.text, start=self.tokens[0].start, end=self.tokens[-2].end,
            hint="write f(x, y) = … , or g: R^2 -> R^3 for a function without a formula",
        )  # fmt: skip

    def _header_end(self) -> int:
        """The token behind ``f(x, y)`` if a definition or a declaration follows, else 0."""
        level = 0
        for index, token in enumerate(self.tokens[1:], 1):
            level += (token.text == "(") - (token.text == ")")
            if level == 0:
                after = self.tokens[index + 1]
                return index + 1 if after.kind == "end" or after.text in ("=", ":", "->") else 0
        return 0 if any(token.text == "=" for token in self.tokens) and level <= 0 else self._unclosed()

    def _unclosed(self) -> int:
        opener = self.tokens[1]
        raise ReadError("“(” is never closed", text=self.text, start=opener.start, end=opener.end, hint="add “)”")

    def _error(self, message: str, token: Token, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, start=token.start, end=max(token.end, token.start + 1), hint=hint)

    def _name(self, token: Token) -> str:
        name = token.text
        if name in SPELLINGS and name not in ("sigma", "σ"):
            raise self._error(f"{name} is a known function and cannot be defined anew", token, "choose another name")
        if name in KEYWORDS or name in ("e", "pi"):
            raise self._error(f"{name} has a fixed meaning and cannot be defined", token, "choose another name")
        return name

    # -- x(u, v) = …, y(u, v) = … -------------------------------------------------------------------

    def _by_components(self) -> VectorFunction | None:
        """x(u, v) = …, y(u, v) = …, and f_1(x, y) = …, f_2(x, y) = …, each with the same inputs."""
        end = self._header_end()
        parts = [_without_comma(part) for part in self._headed([token.text for token in self.tokens[1 : end + 1]])]
        if len(parts) < 2 or self.tokens[end].text != "=":
            return None
        names = [self._name(part[0]) for part in parts]
        for place, part in enumerate(parts):
            if name_key(names[place]) in map(name_key, names[:place]):
                raise self._error(f"{names[place]} is given twice", part[0])
        inputs, parameters = self._header(self.tokens[2 : end - 1], self.tokens[1])
        scope = self._scope(names[0], inputs, parameters)
        bodies = []
        for part in parts:
            parser = Parser(self.text, scope, [*part[end + 1 :], self.tokens[-1]])
            bodies.append(self._one_number(part[0].text, parser.sum()))
            parser.expect_end()
        self._check_size(tuple(bodies))
        stem = names[0].rstrip("0123456789").rstrip("_")
        numbered = [name_key(name) for name in names] == [f"{stem}{i}" for i in range(1, len(names) + 1)]
        labels = () if numbered else tuple(names)
        name = stem if numbered else f"({', '.join(names)})"
        return VectorFunction(
            name, inputs, tuple(bodies), len(inputs), len(bodies), parameters, labels, False, tuple(scope.notes)
        )

    def _one_number(self, name: str, body: Expr) -> Expr:
        """The body of one component, which is no list.  Raises ReadError."""
        value = by_entries(body, self.text)
        if isinstance(value, Matrix) and value.shape == (1, 1):
            return value.entries[0]
        if isinstance(value, Matrix):
            start, end = body.span or (0, len(self.text))
            raise ReadError(f"{name} is one number here, not a list", text=self.text, start=start, end=end)
        return value

    def _headed(self, header: list[str]) -> list[list[Token]]:
        """The text cut before each name that this header follows, outside brackets."""
        words, level, starts = [token.text for token in self.tokens], 0, [0]
        for at, token in enumerate(self.tokens):
            name = token.kind == "name" and token.text not in KEYWORDS
            if at and not level and name and words[at + 1 : at + 1 + len(header)] == header:
                starts.append(at)
            level += step(token)
        return [self.tokens[start:end] for start, end in pairwise([*starts, len(words) - 1])]

    # -- f(x, y; a) = … -----------------------------------------------------------------------------

    def _with_header(self) -> VectorFunction:
        name = self._name(self.tokens[0])
        end = self._header_end()
        inputs, parameters = self._header(self.tokens[2 : end - 1], self.tokens[1])
        if self.tokens[end].text != "=":
            return self._unspecified(name, inputs, end)
        vector = inputs
        if entries := self._entries_of(inputs, self.tokens[end + 1 :]):
            inputs = entries
        scope = self._scope(name, inputs, parameters)
        if entries:
            scope.note(f"{vector[0]} is the vector ({', '.join(entries)})")
        self._refuse_entries(self.tokens[end + 1 :], scope)
        parser = Parser(self.text, scope, self.tokens)
        parser.at = end + 1
        body = self._body(parser, name, inputs)
        if len(inputs) == 1 and (size := vector_input(body, inputs[0])):
            entries = tuple(f"{inputs[0]}{j}" for j in range(1, size + 1))
            scope.note(f"{inputs[0]} is read as the vector ({', '.join(entries)})")
            body = substitute(body, {inputs[0]: column(tuple(map(Symbol, entries)))})
            inputs = entries
        return self._made(name, inputs, parameters, body, scope)

    def _scope(self, name: str, inputs: tuple[str, ...], parameters: tuple[str, ...]) -> Scope:
        functions = {other: function for other, function in self.functions.items() if other != name}
        scope = Scope.of((*inputs, *parameters), functions, self.loose)
        return replace(scope, head=name, parameters=parameters, defining=True)

    def _entries_of(self, inputs: tuple[str, ...], body: list[Token]) -> tuple[str, ...]:
        """x_1, x_2, x_3 for f: R^3 -> R, f(x) = x_1^2 + x_2 x_3, where x itself does not occur; else nothing."""
        if len(inputs) != 1 or not self.sizes or _is_set(self.sizes[0]) or any(one.text == inputs[0] for one in body):
            return ()
        size = self._size(self.sizes[0])
        indexed = next((one for one in body if one.text.startswith(f"{inputs[0]}_")), None)
        if not isinstance(size, int) or indexed is None or size < 2:
            return ()
        if size > _MOST_ENTRIES:
            raise self._error(f"{inputs[0]} has {size:,} entries; at most {_MOST_ENTRIES} are written out", indexed)
        return tuple(f"{inputs[0]}_{j}" for j in range(1, size + 1))

    def _refuse_entries(self, body: list[Token], scope: Scope) -> None:
        """x(2), the second entry of x to those who write programs, x·2 on paper."""
        for word, opener, inside, closer in zip(body, body[1:], body[2:], body[3:], strict=False):
            glued = word.text in scope.variables.values() and opener.text == "(" and not opener.spaced
            if glued and inside.text.isdigit() and closer.text == ")":
                typed, entry = self.text[word.start : closer.end], f"{scope.head}({word.text}_{inside.text}, …)"
                hint = f"write {inside.text}{word.text} for the product; an entry is a name of its own, {entry}"
                raise self._error(f"“{typed}” can be read in two ways", word._replace(end=closer.end), hint)

    def _body(self, parser: Parser, name: str, inputs: Sequence[str]) -> Expr:
        if parser.token.kind == "end":
            raise self._error(f"expected the body of {name} after “=”", self.tokens[-1])
        noted = tuple(parser.scope.notes)
        try:
            entries = [choice(parser)]
            while parser.sees(",") and not isinstance(entries[0], Matrix):
                parser.take()
                entries.append(choice(parser))
            parser.expect_end()
        except ReadError as error:
            parser.scope.notes[:] = noted
            if cases := self._cases(parser.scope, name, inputs):
                return cases
            if error.message == f"{name} is not a known function":
                raise self._error(f"{name} is defined by itself", self.tokens[0], "recursion is not read") from None
            raise
        if len(entries) > 1:
            comma = next(token for token in self.tokens[parser.at - 2 :: -1] if token.text == ",")
            raise self._error("several entries need brackets", comma, self._bracket_hint(entries))
        return entries[0]

    def _cases(self, scope: Scope, name: str, inputs: Sequence[str]) -> Expr | None:
        """x^2 for x >= 0, -x for x < 0 behind “=”, where that is what stands there."""
        parser = Parser(self.text, scope, self.tokens)
        parser.at = self._header_end() + 1
        with suppress(ReadError):
            return book_cases(parser, name, inputs)
        return None

    def _bracket_hint(self, entries: list[Expr]) -> str:
        return f"write {'[a, b]' if len(entries) == 2 else '[a, b, c]'}; decimals are written with a point: 0.5"

    def _header(self, tokens: list[Token], opener: Token) -> tuple[tuple[str, ...], tuple[str, ...]]:
        groups: list[list[str]] = [[]]
        seen: set[str] = set()
        wanted = True
        for token, behind in pairwise((*tokens, opener)):
            if token.kind == "name" and behind.text == "'":
                raise self._error("an input has no prime", behind, f"name it {token.text}dot, or p")
            if token.text in (";", "|") and len(groups) == 1 and not wanted:
                groups.append([])
                wanted = True
            elif token.text == "," and not wanted:
                wanted = True
            elif token.kind == "name":
                if not wanted:
                    before = groups[-1][-1]
                    change = f"; a change is one name, {before}_{token.text} or d{token.text}"
                    hint = f"did you mean {before}, {token.text}?{change if before in ('Delta', 'delta') else ''}"
                    raise self._error("inputs are separated by commas", token, hint)
                self._check_input(token, seen)
                groups[-1].append(token.text)
                wanted = False
            else:
                hint = _DOTS if token.text == "..." else ""
                typed = self.text[token.start : token.end]
                raise self._error(f"expected the name of an input, found “{typed}”", token, hint)
        if wanted:
            hint = "leave out the comma, or write an input behind it" if tokens and tokens[-1].text == "," else ""
            raise self._error("expected the name of an input", tokens[-1] if tokens else opener, hint)
        return tuple(groups[0]), tuple(groups[1]) if len(groups) > 1 else ()

    def _check_input(self, token: Token, seen: set[str]) -> None:
        key = name_key(token.text)
        if key in seen:
            raise self._error(f"{token.text} is named twice", token)
        if token.text in KEYWORDS or (token.text in SPELLINGS and token.text != "sigma") or token.text == "pi":
            raise self._error(f"{token.text} has a fixed meaning and cannot be an input", token)
        seen.add(key)

    def _made(
        self, name: str, inputs: tuple[str, ...], parameters: tuple[str, ...], body: Expr, scope: Scope
    ) -> VectorFunction:
        value = by_entries(body, self.text)
        scalar = not isinstance(value, Matrix)
        components = entries_of(value)
        if isinstance(value, Matrix) and value.shape[1] != 1 and value.shape[0] != 1:
            start, end = body.span or (0, len(self.text))
            raise ReadError(
                f"{name} gives a {value.shape[0]}×{value.shape[1]} matrix; a function here gives a vector",
                text=self.text, start=start, end=end, hint="write its entries as one list: [a, b, c, d]",
            )  # fmt: skip
        self._check_size(components)
        return VectorFunction(
            name, inputs, components, len(inputs), len(components), parameters, (), scalar, tuple(scope.notes)
        )

    def _check_size(self, components: tuple[Expr, ...]) -> None:
        size = sum(tree_size(component) for component in components)
        if size > LIMITS.nodes:
            raise ReadError(f"the definition has {size:,} symbols; at most {LIMITS.nodes:,} are read")

    # -- g: R^2 -> R^3 ------------------------------------------------------------------------------

    def _unspecified(self, name: str, inputs: tuple[str, ...], at: int) -> VectorFunction:
        if partial := re.fullmatch(r"(?:D\d+)+_(\w+)", name):
            raise self._error(f"{name} is a partial derivative of {partial[1]}", self.tokens[0], "choose another name")
        rest = self.tokens[at:]
        if rest and rest[0].text == ":":
            rest = rest[1:]
        sizes = [self._size(part) for part in _split(rest, "->") if part]
        n: Size = len(inputs) if inputs else 0
        if not sizes and ends_known(name):
            raise self._no_definition()
        if not sizes and inputs:
            return unspecified(name, n, 1, inputs, True)
        if not sizes:
            raise self._error("expected R^n -> R^m", self.tokens[-1], "for example g: R^2 -> R^3")
        m = sizes[-1]
        if len(sizes) == 2:
            if inputs and sizes[0] != n:
                raise self._error(f"{name} names {n} inputs, but is declared on R^{sizes[0]}", rest[0])
            n = sizes[0]
        elif len(sizes) != 1 or not inputs:
            raise self._error("expected R^n -> R^m", rest[0] if rest else self.tokens[-1], "for example g: R^2 -> R^3")
        if not inputs:
            taken = {one for other in self.functions.values() if other.name != name for one in other.inputs}
            inputs = self.outputs if n == len(self.outputs) else default_inputs(name, n, taken)
        return unspecified(name, n, m, inputs)

    def _applied(self) -> VectorFunction | None:
        """u = f(x, y), where nothing says what f is."""
        words = [token.text for token in self.tokens[:-1]]
        kinds = [token.kind for token in self.tokens[:-1]]
        if words[1:2] != ["="] or words[3:4] != ["("] or words[-1] != ")" or kinds[0] != "name" or kinds[2] != "name":
            return None
        name, inside = words[2], words[4:-1]
        inputs = inside[::2]
        listed = len(inside) % 2 == 1 and all(comma == "," for comma in inside[1::2]) and len({*inputs}) == len(inputs)
        plain = all(one.isidentifier() and one not in SPELLINGS and one not in ("e", "pi") for one in (name, *inputs))
        listed = listed and all(is_one_name(one) or one in self.outputs for one in inputs)
        if not (listed and plain) or name in self.functions or name in (*inputs, *self.outputs) or name in KEYWORDS:
            return None
        known = is_known_elsewhere(name) and name not in GREEK_NAMES
        if known or glued_call(name) or ends_known(name) or any(map(name.endswith, self.functions)):
            return None
        return replace(unspecified(name, len(inputs), 1, tuple(inputs), True), outputs=(words[0],))

    def _size(self, tokens: list[Token]) -> Size:
        """R^3, R³, R^n or R."""
        words = [token.text for token in tokens if token.kind != "end" and token.text not in ("(", ")", "{", "}")]
        if not words:
            raise self._error("expected R^n", tokens[0])
        parts = _split(tokens, "·")
        sizes = [self._size(part) for part in parts] if len(parts) > 1 and all(parts) else []
        whole = [size for size in sizes if isinstance(size, int)]
        if sizes and len(whole) == len(sizes):
            return sum(whole)
        if words[0] not in ("R", "ℝ") and words[0][0] in "Rℝ" and words[0][1:].isdigit() and len(words) == 1:
            words = [words[0][0], "^", words[0][1:]]  # R2
        if words[0] in ("R", "ℝ"):
            if len(words) == 1:
                return 1
            if words[1] == "^" and len(words) == 3:
                size = words[2]
                if size.isdigit() and 0 < int(size) <= 10**9:
                    return int(size)
                if size.isalpha() and len(size) == 1:
                    return size
                if size == "+":
                    return 1
        hint = f"for example f: R^2 -> R^3; {NO_DOMAIN}"
        raise self._error("expected R^n with a whole number or a letter n", tokens[0], hint)

    # -- x = s t, y = s + t^2 -----------------------------------------------------------------------

    def _equations(self) -> VectorFunction:
        scope = Scope(functions=self.functions, open=True, loose=self.loose)
        for output in self.outputs:
            scope.declare(output)
        parameters = self._parameters_behind()
        left = [token.text for token, after in pairwise(self.tokens) if after.text == "="]
        scope.states = (*states(left), *self._steps(left))
        for name in (*parameters, *scope.states, *["sigma"] * _is_letter(self.tokens)):
            scope.declare(name)
        if scope.variable("sigma") is None:
            self._refuse_sigma_in_rates()
        self.tokens = with_commas(self.tokens)
        self._refuse_called()
        parser = Parser(self.text, scope, self.tokens)
        equations, bodies = self._sides(parser)
        outputs = [name for equation in equations for name in equation.given]
        if len(bodies) == 1:
            vector = by_entries(bodies[0], self.text)
            if isinstance(vector, Matrix):
                bodies = list(vector.entries)
        if len(outputs) != len(bodies) and len(outputs) > 1:
            message = f"{count(len(outputs), 'name')} on the left, but {count(len(bodies), 'entry')}"
            raise self._error(message, self.tokens[0])
        if len(outputs) == len(bodies):
            bodies = [self._one_number(name, body) for name, body in zip(outputs, bodies, strict=True)]
            bodies = self._with_next_states(outputs, bodies, scope) if self.index else bodies
        seen = tuple(name for name in names_as_typed(bodies) if name not in parameters)
        field = len(outputs) < len(bodies)
        stepped = self._steps(outputs)
        inputs = seen if self.outputs else by_axes(seen) if parser.units else by_rates(outputs, seen)
        order = "axes" if parser.units else "rates"
        if len(stepped) == len(outputs) and {*stepped} & {*seen}:
            inputs, order = stepped, "equations"
        parameters += tuple(name for name in seen if name not in inputs)
        kept = [name for name, body in zip(outputs, bodies, strict=False) if body == Symbol(name)]  # z = z
        self._check_sides([name for name in outputs if name not in kept or len(bodies) == 1], inputs, equations)
        if (len(inputs) > 1 or inputs != seen or order == "equations") and not self.outputs:
            scope.note(order_note(inputs, seen, order))
        self._check_size(tuple(bodies))
        name = outputs[0] if len(outputs) == 1 else f"({', '.join(outputs)})"
        labels = () if field else tuple(outputs)
        return VectorFunction(
            name, inputs, tuple(bodies), len(inputs), len(bodies), parameters, labels,
            not field and len(bodies) == 1, tuple(scope.notes),
        )  # fmt: skip

    def _with_next_states(self, outputs: Sequence[str], bodies: list[Expr], scope: Scope) -> list[Expr]:
        """q_n + h(p_n - h q_n) for q_n + h p_{n+1} beside p_{n+1} = p_n - h q_n."""
        waiting, known = dict(zip(outputs, bodies, strict=True)), dict[str, Expr]()
        for _ in outputs:
            for name, body in list(waiting.items()):
                used = [one for one in outputs if one in names(body)]
                if all(one in known for one in used):
                    known[name] = substitute(waiting.pop(name), known)
                    for one in used:
                        scope.note(f"{self._next(one)} is inserted where {self._next(name)} uses it")
        if waiting:
            listed = " and ".join(map(self._next, waiting))
            itself = "depends on itself" if len(waiting) == 1 else "depend on each other"
            raise self._error(f"{listed} {itself}", self.tokens[0], "solve for the next state first")
        return [known[name] for name in outputs]

    def _next(self, name: str) -> str:
        """x_{n+1} of x_new"""
        return f"{name.removesuffix('new')}{{{self.index}+1}}" if name.endswith("_new") else name

    def _steps(self, outputs: Sequence[str]) -> tuple[str, ...]:
        """x_n and y_n of x_{n+1} = …, y_{n+1} = …"""
        return tuple(name.removesuffix("new") + self.index for name in outputs if self.index and name.endswith("_new"))

    def _refuse_sigma_in_rates(self) -> None:
        """dx/dt = σ(y - x), dy/dt = …: Lorenz's parameter, or a sigmoid."""
        if not is_rate(self.tokens[0].text):
            return
        for token, behind in pairwise(self.tokens):
            if token.text == "sigma" and behind.text == "(":
                hint = "write σ·(…) for the product, sigmoid(…) for the function"
                raise self._error("“σ(…)” can be read in two ways", token, hint)

    def _refuse_called(self) -> None:
        """z = x(t) y and x^2(t), where the stage before gives x and not t: x as a function of t, or x·t."""
        for at, token in enumerate(self.tokens[:-1]):
            opener = _behind_exponent(self.tokens, at + 1)
            if token.text not in self.outputs or opener.text != "(" or opener.spaced:
                continue
            place = self.tokens.index(opener, at)
            end = closed_at(self.tokens, place)
            inside = self.tokens[place + 1 : end]
            if all(one.text == "," or (one.kind == "name" and one.text not in self.outputs) for one in inside):
                called = token._replace(end=self.tokens[end].end)
                value = self.text[token.start : opener.start]
                product = f"{value}·{self.text[opener.start : called.end]}"
                hint = f"write {value} for what the stage before gives, {product} for the product"
                raise self._error(f"“{self.text[called.start : called.end]}” can be read in two ways", called, hint)

    def _sides(self, parser: Parser) -> tuple[list[_Equation], list[Expr]]:
        """The equations of a stage, and their right sides."""
        equations: list[_Equation] = []
        bodies: list[Expr] = []
        while True:
            start = parser.token.start
            given = self._left_side(parser, [name for equation in equations for name in equation.given])
            bodies.append(choice(parser))
            equations.append(_Equation(given, names(bodies[-1]), parser.typed_since(start)))
            while place_left_out(parser):
                pass
            if not (parser.sees(",", ";") or parser.sees_word("and")):
                break
            parser.take()
            if parser.sees_word("where", "with"):
                parser.take()
        if parser.sees("="):
            raise parser.error("one equation, one “=”", hint="equations are separated by commas")
        parser.expect_end()
        return equations, bodies

    def _parameters_behind(self) -> tuple[str, ...]:
        """x = a u, y = a v; a: the names behind the last semicolon, taken off, if the equations use all of them."""
        place = max((at for at, token in enumerate(self.tokens) if token.text == ";"), default=0)
        before, behind = self.tokens[:place], self.tokens[place + 1 : -1]
        used = [token.text for at, token in enumerate(before) if [t.text for t in before[at + 1 : at + 2]] != ["="]]
        listed = behind[::2]
        if not place or len(behind) % 2 == 0 or any(token.text != "," for token in behind[1::2]):
            return ()
        if any(token.kind != "name" or not _occurs(token.text, used) for token in listed):
            return ()
        parameters, _ = self._header(behind, self.tokens[place])
        self.tokens = [*before, self.tokens[-1]]
        return parameters

    def _left_side(self, parser: Parser, outputs: list[str]) -> list[str]:
        """u = …, or (u, v) = … alone."""
        token = parser.token
        end = 0 if outputs else list_end(self.tokens, parser.at)
        if end and self.tokens[end].text == "=":
            listed, parameters = self._header(self.tokens[parser.at + 1 : end - 1], token)
            if parameters:
                raise self._error("no parameter stands on the left", token, f"write ({', '.join(listed + parameters)})")
            parser.at = end + 1
            return list(listed)
        if token.kind != "name" or parser.following.text != "=":
            hint = "write f(x, y) = …, or x = …, y = … ; an equation such as x^2 + y^2 = 25 defines no function"
            raise parser.error("an equation of a stage begins with one name and “=”", hint=hint)
        name = self._name(parser.take())
        if name in outputs:
            raise self._error(f"{name} is given twice", token)
        parser.take()
        return [name]

    def _other_name(self, outputs: list[str], inputs: tuple[str, ...]) -> str:
        """What to write for x = x(t), y = y(t), and for x = x + 1."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        called = {token.text for token, after in pairs if token.text in outputs and after.text == "("}
        if called != set(outputs):
            return "give the new quantity another name"
        sizes = f"R^{len(inputs) - len(called)} -> R^{len(called)}"
        return f"functions without formulas are declared as one map, for example r: {sizes}"

    def _check_sides(self, outputs: list[str], inputs: tuple[str, ...], equations: list[_Equation]) -> None:
        for token in self.tokens:
            if token.kind == "name" and token.text in outputs and token.text in inputs:
                if not any(token.text in used and token.text in given for given, used, _ in equations):
                    hint = _two_stages(equations)
                    raise self._error(f"{token.text} is computed beside what uses it", token, hint)
                raise self._error(f"{token.text} stands on both sides", token, self._other_name(outputs, inputs))
        if not inputs:
            raise self._error("no variable occurs, so there is nothing to differentiate by", self.tokens[0])


def _occurs(name: str, words: Collection[str]) -> bool:
    """Whether a name is among the words, or one of the letters of a product, a in au."""
    letters = len(name) == 1 and any(name in word for word in words if word not in (*SPELLINGS, *GREEK_NAMES))
    return letters or name in words


def _is_letter(tokens: list[Token]) -> bool:
    """Whether σ is a variable: somewhere it has no argument, x = σ τ, y = τ^2 - σ^2, and nowhere one in brackets."""
    followers = [_behind_exponent(tokens, at + 1) for at, token in enumerate(tokens) if token.text == "sigma"]
    alone = any(token.kind in ("op", "end") and token.text not in (*BRACKETS, "^", "|") for token in followers)
    return alone and not any(token.text in BRACKETS for token in followers)


def _behind_exponent(tokens: list[Token], at: int) -> Token:
    """What follows a name, or its exponent: σ^2, σ^{2}."""
    if tokens[at].text != "^":
        return tokens[at]
    kinds, signs = ([getattr(token, of) for token in tokens[at + 1 : at + 4]] for of in ("kind", "text"))
    if kinds[:1] == ["number"]:
        return tokens[at + 2]
    closed = len(signs) == 3 and BRACKETS.get(signs[0]) == signs[2]
    return tokens[at + 4] if kinds[1:2] == ["number"] and closed else tokens[at]


def _two_stages(equations: list[_Equation]) -> str:
    """How w = xy, x = r t is written: “x = r t” “w = xy”."""
    given = {name for equation in equations for name in equation.given}
    inner = [equation for equation in equations if not given.intersection(equation.used)]
    outer = [equation for equation in equations if given.intersection(equation.used)]
    last = {name for equation in outer for name in equation.given}
    if any(last.intersection(equation.used) for equation in outer):
        return "write one stage behind the other, the inner first"
    written = (f"“{', '.join(equation.typed for equation in stage)}”" for stage in (inner, outer))
    return f"write two stages, the inner first: {' '.join(written)}"


def _is_set(tokens: list[Token]) -> bool:
    """Whether a letter stands for a set of inputs, D in f: D -> R, which the formula does not need."""
    return len(tokens) == 1 and tokens[0].kind == "name" and tokens[0].text[0] not in "Rℝ"


def _without_full_stop(text: str) -> str:
    """The text without the full stop that ends a sentence."""
    kept = text.rstrip()
    return kept[:-1] if kept.endswith(".") and not kept[-2:-1].isdigit() and not kept.endswith("..") else text


def _without_stop(tokens: list[Token]) -> list[Token]:
    """Without semicolons and commas at the end, and the colon that ends f := … in Maple."""
    signs = (";", ",", ":") if any(token.text == "=" for token in tokens) else (";", ",")
    end = len(tokens) - 1
    while end and tokens[end - 1].text in signs:
        end -= 1
    return [*tokens[:end], tokens[-1]]


def _without_comma(part: list[Token]) -> list[Token]:
    return part[:-1] if part[-1].text in (",", ";", "and") else part


def _split(tokens: list[Token], sign: str) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == sign:
            groups.append([])
        elif token.kind != "end":
            groups[-1].append(token)
    return groups


def linked(stages: list[VectorFunction]) -> tuple[VectorFunction, ...]:
    """Stages written as equations meet by name: inputs in the order of the outputs before them.

    A name that an earlier stage takes and a later one uses again is carried through as an identity
    component.  Raises ReadError for a name that no stage gives.
    """
    result = list(stages)
    for place in range(len(result) - 1, 0, -1):
        stage, inner = result[place], result[place - 1]
        if not (stage.outputs and inner.outputs):
            continue
        missing = [name for name in stage.inputs if name not in inner.outputs]
        for name in missing:
            if not any(name in earlier.inputs for earlier in result[:place]):
                if set(inner.inputs) & set(stage.outputs) and not set(stage.inputs) & set(inner.outputs):
                    raise ReadError(f"the stage for {stage.name} gives what the stage before it needs",
                                    hint="the inner function comes first: swap them")  # fmt: skip
                raise ReadError(
                    f"{name} in the stage for {stage.name} is given by no stage before it",
                    hint=f"the stage before gives {', '.join(inner.outputs)}; write a constant as a parameter: "
                    f"{stage.name}({', '.join(inner.outputs)}; {name}) = …",
                )
        if missing:
            result[place - 1] = inner = _carrying(inner, tuple(missing))
        result[place] = replace(stage, inputs=inner.outputs, n=len(inner.outputs))
    return tuple(result)


def _carrying(stage: VectorFunction, extra: tuple[str, ...]) -> VectorFunction:
    """The stage with more outputs, each equal to an input of the same name."""
    own = stage.components or call(stage, tuple(map(Symbol, stage.inputs)))
    components = (*own, *map(Symbol, extra))
    inputs = tuple(dict.fromkeys((*stage.inputs, *extra)))
    return replace(
        stage, inputs=inputs, n=len(inputs), components=components, m=len(components),
        outputs=(*stage.outputs, *extra), name=f"({', '.join((*stage.outputs, *extra))})", scalar=False,
        notes=(*stage.notes, _carried_note(extra)),
    )  # fmt: skip


def _carried_note(names: tuple[str, ...]) -> str:
    *others, last = names
    if not others:
        return f"{last} is carried through, since a later stage uses it"
    return f"{', '.join(others)} and {last} are carried through, since a later stage uses them"
