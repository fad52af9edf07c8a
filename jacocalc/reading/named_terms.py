"""Names in formulas of programs: variables, layers, calls, sizes, adjoints, and names run together.

    h_{t-1}, W^(l)     members of a family         n, I_n, 1_n, e, π        sizes and numbers
    Wx                 W x, the only cut           dL_dW, ∂L/∂W, dW         adjoints and differentials

A name that nothing declares is said, with what it may have meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jacocalc.errors import ReadError, did_you_mean
from jacocalc.functions import Size
from jacocalc.known_functions import CALLED, SPELLINGS
from jacocalc.notation import name_key
from jacocalc.reading import program_calls, step_sums
from jacocalc.reading.lexer import Token
from jacocalc.reading.program_words import ENTRIES, FUNCTIONS, REFUSED, WRITTEN, is_function
from jacocalc.reading.term_names import Family
from jacocalc.reading.unsized import IDENTITY
from jacocalc.terms import Adjoint, Differential, Elementwise, Extent, Letter, Opposite, Term, Var

if TYPE_CHECKING:
    from jacocalc.reading.terms import TermParser


def named(parser: TermParser) -> Term:
    """A variable, a call, a size as a number, or names run together."""
    token = parser.token
    if parser.text.startswith("Σ", token.start) and parser.names.variable(token.text) is None:
        token = parser.tokens[parser.at] = token._replace(text=token.text.replace("Sigma", "sum"))
    name = token.text
    generic = name in parser.names.functions
    if not generic and not _is_small_change(parser, name) and not program_calls.is_of_a_module(parser, token):
        found = parser.names.variable(name)
        layered = _family_with_bracket(parser, name)
        if found is not None or layered is not None:
            parser.take()
            _step_over_variables(parser, token)
            return _layered(parser, found, token) if layered is None else _at_layer(parser, token)
    if (generic or is_function(name)) and _is_call(parser, name):
        return program_calls.call(parser)
    special = parser.special(token)
    if special is not None:
        return special
    return _cut(parser, token)


def _step_over_variables(parser: TermParser, token: Token) -> None:
    """The (x) of f(x), where f(x) = … stands before; other brackets behind f are refused."""
    behind = parser.names.called.get(token.text, ())
    if not behind or not parser.sees("(") or parser.token.spaced:
        return
    typed = [one.text for one in parser.tokens[parser.at : parser.at + len(behind)]]
    if typed != [*behind]:
        whole = token.text + "".join(behind)
        raise parser.error(f"{token.text} was computed as {whole}", token, f"write {token.text} or {whole}")
    parser.at += len(behind)


def _is_call(parser: TermParser, name: str) -> bool:
    """Whether what follows the name of a function is its argument, or belongs to it."""
    following = parser.following
    if name in ("I", "eye"):
        return following.text == "("
    return following.text in ("(", "[", "{", "'", "|", "||", "^") or following.kind in ("name", "number")


def _family_with_bracket(parser: TermParser, name: str) -> Family | None:
    """The family W of W^(l), if an index in brackets follows."""
    family = parser.names.families.get(name_key(name))
    return family if family is not None and family.layered and parser.following.text == "^" else None


def _at_layer(parser: TermParser, token: Token) -> Var:
    """W^(l), W^(3): the member of a family at the layer in brackets"""
    family = parser.names.families[name_key(token.text)]
    place = parser.at + 1
    while parser.tokens[place].text == "(":
        place += 1
    depth, words = place - parser.at - 1, ""
    while parser.tokens[place].kind != "end" and parser.tokens[place].text != ")":
        words += parser.tokens[place].text
        place += 1
    index = parser.names.index(words)
    if depth == 0 or index is None:
        raise parser.error(f"{token.text} needs the number of its layer", token, f"write {token.text}^(l)")
    if [closer.text for closer in parser.tokens[place : place + depth]] != [")"] * depth:
        raise parser.error("“(” is never closed", parser.tokens[parser.at + 1], "add “)”")
    parser.at = place + depth
    known = parser.names.variables.get(name_key(f"{family.name}_{index}"))
    return known if known is not None else family.at(index)


def _layered(parser: TermParser, found: Var | None, token: Token) -> Var:
    """The variable that was found; a family without its layer is refused."""
    if found is None:
        raise parser.error(f"{token.text} needs the number of its layer", token, f"write {token.text}^(l)")
    return found


def written_adjoint(parser: TermParser) -> Term:
    """∂L/∂W as it is written on paper."""
    start = parser.take()
    loss = parser.take().text
    if parser.sees("/"):
        parser.take()
        if parser.sees("∂"):
            parser.take()
            name = parser.token
            found = parser.names.variable(name.text)
            if found is not None and loss == parser.names.adjoints:
                parser.take()
                return Adjoint(loss, _layered(parser, found, name))
    raise parser.error(f"“{parser.text[start.start : parser.token.end]}” is no adjoint of this program", start,
                     end=parser.token.end)  # fmt: skip


def special(parser: TermParser, token: Token) -> Term | None:
    """Sizes as numbers, an I without one, e, π, adjoints and differentials."""
    name = token.text
    if name in ("I", "eye") and not parser.names.verbatim:
        parser.take()
        return IDENTITY
    size = parser.names.size(name)
    if size is not None and not _is_small_change(parser, name) and name_key(name) not in parser.names.variables:
        parser.take()
        return Extent(size)
    if name in ("e", "pi"):
        parser.take()
        if name == "e" and parser.sees("^"):
            parser.take()
            exponent = parser.atom() if not parser.sees("-") else Opposite((parser.take(), parser.atom())[1])
            return Elementwise("exp", exponent)
        return Letter(name)
    stem, _, index = name.partition("_")
    if stem == "sum" and index in parser.names.loops:
        parser.take()
        return step_sums.over_all_steps(parser, index, token)
    if stem in ("I", "ones", "zeros") and index and not parser.names.verbatim:
        sizes = [_size_below(parser, size) for size in index.split("×")]
        found = [size for size in sizes if size is not None]
        if len(found) == len(sizes):
            return program_calls.of_sizes(parser, stem, found, parser.take())
    return _small_change(parser, token)


def _size_below(parser: TermParser, text: str) -> Size | None:
    """What stands below I and 1, where it is the size of a variable."""
    if text.isdigit():
        known = {size for var in parser.names.variables.values() for size in var.shape}
        return int(text) if int(text) in known - {1} else None
    return text if text in parser.names.sizes else None


def _is_small_change(parser: TermParser, name: str) -> bool:
    """d(…) in what we write, which has d*(…) for a size or a variable d."""
    return parser.names.verbatim and parser.names.differentials and name == "d" and parser.following.text == "("


def _small_change(parser: TermParser, token: Token) -> Term | None:
    """dL_dW and dW: an adjoint, or a differential."""
    name, loss = token.text, parser.names.adjoints
    changes = parser.names.differentials
    if name == "d" and changes and parser.following.text == "(":
        parser.take()
        parser.open()
        inner = parser.expression()
        parser.close()
        return Differential(inner)
    for prefix in (*([f"d{loss}_d"] if loss else []), *(["d"] if loss or changes else [])):
        if name.startswith(prefix):
            stem = name[len(prefix) :]
            if not stem and prefix != "d" and parser.following.text == "(":
                parser.take()
                parser.open()
                inner = parser.expression()
                parser.close()
                return Adjoint(loss, inner)
            found = parser.names.variable(stem)
            if _family_with_bracket(parser, stem) is not None:
                parser.take()
                found = _at_layer(parser, Token("name", stem, token.start, token.end, False))
            elif found is not None:
                parser.take()
            if found is not None:
                return Differential(found) if prefix == "d" and changes else Adjoint(loss, found)
    return None


def _cut(parser: TermParser, token: Token) -> Term:
    """``Wx`` is W x where just one cut into declared names works; the pieces become tokens."""
    of_a_module = parser.text[max(token.start - 1, 0)] == "."  # torch.bmm(A, B)
    ways = [] if parser.names.verbatim or of_a_module else _ways(parser, token.text)
    if len(ways) == 1:
        pieces, place = [], token.start
        for piece in ways[0]:
            pieces.append(Token("name", piece, place, place + len(piece), False))
            place += len(piece)
        parser.tokens[parser.at : parser.at + 1] = pieces
        return named(parser)
    if len(ways) > 1:
        first, second = ("·".join(way) for way in ways[:2])
        raise parser.ambiguous(token.start, token.end, first.replace("·", " "), second.replace("·", " "))
    raise _unknown(parser, token)


def _ways(parser: TermParser, name: str) -> list[list[str]]:
    """The cuts of a name into declared names, the last perhaps a function: W and x of Wx"""
    if len(name) > 12 or "_" in name:
        return []
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, len(name) + 1):
        found = []
        for start in range(end):
            piece = name[start:end]
            last = end == len(name) and is_function(piece) and parser.following.text in ("(", "'")
            if last or (parser.names.variable(piece) is not None and piece.strip("_") == piece):
                found += [[*way, piece] for way in ways[start]]
        ways.append(found[:3])
    return [way for way in ways[-1] if len(way) > 1]


def _unknown(parser: TermParser, token: Token) -> ReadError:
    """A name that nothing declares."""
    name = token.text
    if name in REFUSED:
        return parser.error(REFUSED[name].partition(":")[0], token, REFUSED[name])
    words = [*parser.names.variables.values()]
    known = [var.key for var in words] + [*FUNCTIONS]
    glued = parser.following.kind == "name" and not parser.following.spaced
    if name == "Delta" and glued:
        hint = f"write Delta_{parser.following.text} for a change, one name"
        return parser.error("a change is one name", token, hint, parser.following.end)
    if name in WRITTEN and (parser.following.text == "(" or parser.following.kind in ("name", "number")):
        end = parser.following.end if glued else token.end
        said = parser.text[token.start : end]
        return parser.error(f"{said} is not a known function", token, f"write {WRITTEN[name]}", end)
    if parser.following.text == "(" and (name in SPELLINGS or name in CALLED):
        hint = f"declare it: “{name}: elementwise”, with {name}'(x) as its derivative"
        return parser.error(f"{name} is known of single numbers only, not in programs", token, hint)
    if parser.following.text == "(":
        hint = did_you_mean(name, FUNCTIONS, f"declare it: “{name}: elementwise”, or write {name}*(…)")
        return parser.error(f"{name} is not a known function", token, hint)
    case = [word for word in known if word.lower() == name.lower()]
    declare = f"declare it, for example “{name}: n”"
    hint = f"did you mean {case[0]}?" if case else did_you_mean(name, known, declare, 0.7)
    stem, _, step = name.rpartition("_")
    if stem == "sum" or parser.names.variable(stem) is not None:
        hint = ENTRIES
    if stem == "ones" and parser.text.startswith("1", token.start):
        sizes = {str(size) for var in words for size in var.shape if size != 1}
        said = f"{parser.text[token.start : token.end]} is a column of {step} ones, but no variable has that size"
        return parser.error(said, token, f"known sizes: {', '.join(sorted(sizes)) or 'none'}")
    if stem and not step.isalnum():
        name, hint = f"{stem}_{{{step}}}", f"steps belong in a loop: for {step[0]} = 1..T: {stem}_{step[0]} = …"
    return parser.error(f"{name} is not declared", token, hint)
