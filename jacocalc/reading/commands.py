"""Commands of other systems, jacobian([x y, y^2], [x, y]), D[Sin[x], x], and formulas that nothing names.

They define no function; ``definition_meant`` is the definition to write in their place, for a hint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from jacocalc.errors import JacocalcError, ReadError
from jacocalc.functions import VectorFunction

Reader = Callable[[str], VectorFunction]

_ASKS = "(?:jacobian|hessian|grad|gradient|diff|derivative|differentiate|divergence|div|curl|rot|laplacian|del|D)"
_CALL = re.compile(rf"\s*+(?P<name>{_ASKS})\s*+[(\[](?P<inside>.*)[)\]][\s;$]*+", re.DOTALL | re.IGNORECASE)
_METHOD = re.compile(rf"\s*+(?P<body>.+)\.(?P<name>{_ASKS})\s*+\((?P<by>.*)\)\s*+", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_ANY = "f(x, y) = …, with all inputs"
_MOST = 200  # characters of what is repeated in a hint


def refuse_command(text: str, read: Reader) -> None:
    """diff(x^2 y, x) and x^2 y, with the definition that is meant: a ReadError for what is one of them."""
    if len(text) > 5 * _MOST or any(sign in text for sign in ("=", ":", "->", "→")):
        return
    meant, asked = definition_meant(text, read), _CALL.fullmatch(text) or _METHOD.fullmatch(text)
    if asked:
        raise ReadError(
            f"{asked['name']} is a command, and defines no function", text=text, start=asked.start("name"),
            end=asked.end("name"), hint=f"write {meant or _ANY}; the command says what is asked of f",
        )  # fmt: skip
    if meant:
        raise ReadError("a definition needs “=” or an arrow", text=text, end=len(text.rstrip()), hint=f"write {meant}")


def definition_meant(text: str, read: Reader) -> str:
    """“f(x; y) = x^2 y” for diff(x^2 y, x), “f(x, y) = x^2 y” for x^2 y; nothing where no formula is found."""
    if len(text) > _MOST or text.strip().isidentifier():
        return ""
    body, by = _parts(text)
    try:
        found = read(f"f = {body}").inputs
    except JacocalcError:
        return ""
    inputs = [*dict.fromkeys(by)] or found
    groups = ", ".join(inputs), ", ".join(name for name in found if name not in inputs)
    return f"f({'; '.join(filter(None, groups))}) = {body}"


def _parts(text: str) -> tuple[str, list[str]]:
    """The formula and the names by which it is differentiated, if these are said."""
    if method := _METHOD.fullmatch(text):
        return method["body"].strip(), _NAME.findall(method["by"])
    if call := _CALL.fullmatch(text):
        body, *rest = _split(call["inside"])
        return body, [name for part in rest for name in _NAME.findall(part)]
    return text.strip(), []


def _split(text: str) -> Iterator[str]:
    """The parts between commas that no bracket holds."""
    level, begin = 0, 0
    for end, sign in enumerate(text):
        level += (sign in "([{") - (sign in ")]}")
        if sign == "," and level == 0:
            yield text[begin:end].strip()
            begin = end + 1
    yield text[begin:].strip()
