"""Derivations in JSON whose structure is broken: fields deleted, of another type, nested wrongly, far too large.

    python -m tests.replaying.structures 20000 7    so many of them, from this seed; what fails is printed
"""

from __future__ import annotations

import copy
import json
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jacocalc as jc
from jacocalc.errors import JacocalcError

EXAMPLES = Path(__file__).parents[2] / "worked_examples"
_LONG = 10  # seconds
_STRANGE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 10**12, -(10**12), 10**400, 0.5, 1e308, "", " ", "x", "0", "-1", "1/0",
    "1e999999999", "10^10^10", "x^1000", "|v| < 10^-999999999", "other", "sin", "\u0000", "(" * 40, "9" * 70, "[[1]]",
    "a = b", "dL_dx",
    [], {}, [None], [[]], [[[]]], {"kind": "other"}, {"kind": "Partial"}, {"kind": "Index", "letter": "t", "offset": 1},
    ["1", "2"], [["1", "2"], ["3"]], [["1"], ["x"]], {"kind": None}, {"kind": []},
)  # fmt: skip


def examples() -> list[str]:
    """The worked examples."""
    return [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*/*.json"))]


def broken(texts: list[str], count: int, seed: int) -> Iterator[str]:
    """So many derivations, each with one to three places changed."""
    seeded = random.Random(seed)
    records = [json.loads(text) for text in texts]
    for _ in range(count):
        record = copy.deepcopy(seeded.choice(records))
        for _ in range(seeded.choice((1, 1, 1, 2, 3))):
            _change(record, seeded)
        yield json.dumps(record)


def _change(record: Any, seeded: random.Random) -> None:
    """One node deleted, replaced, wrapped, doubled or exchanged with another."""
    holder, key = _place(record, seeded)
    if holder is None:
        return
    match seeded.choice(("delete", "strange", "strange", "wrap", "unwrap", "double", "move", "text")):
        case "delete":
            del holder[key]
        case "strange":
            holder[key] = copy.deepcopy(seeded.choice(_STRANGE))
        case "wrap":
            holder[key] = [holder[key]]
        case "unwrap":
            inner = holder[key]
            items = list(inner.values()) if isinstance(inner, dict) else inner if isinstance(inner, list) else []
            holder[key] = seeded.choice(items) if items else None
        case "double":
            holder[key] = [holder[key], copy.deepcopy(holder[key])]
        case "move":
            other, place = _place(record, seeded)
            if other is not None:
                holder[key] = copy.deepcopy(other[place])
        case "text":
            holder[key] = json.dumps(holder[key])


def _place(record: Any, seeded: random.Random) -> tuple[Any, Any]:
    """A random node: what holds it and where."""
    node = record
    found: tuple[Any, Any] = (None, None)
    while isinstance(node, dict | list) and node:
        key = seeded.choice(list(node)) if isinstance(node, dict) else seeded.randrange(len(node))
        found = (node, key)
        if seeded.random() < 0.12:
            break
        node = node[key]
    return found


def fault(text: str) -> str:
    """What is wrong with our answer to a broken derivation; empty where we refuse it, or report on it."""
    try:
        jc.from_json(text)
    except JacocalcError:
        pass
    except Exception as error:
        return f"from_json: {type(error).__name__}: {error}"
    try:
        report = jc.replay(text)
    except JacocalcError:
        return ""
    except Exception as error:
        return f"replay: {type(error).__name__}: {error}"
    return "" if report.message else "replay: a report without words"


def main(count: int, seed: int) -> None:
    """Try so many; print what fails and what takes long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    faults = 0
    for k, text in enumerate(broken(examples(), count, seed)):
        start = time.process_time()
        signal.alarm(_LONG * 3)
        try:
            said = fault(text)
        except TimeoutError:
            said = "it does not end"
        signal.alarm(0)
        if said or time.process_time() - start > _LONG:
            faults += 1
            Path(f"broken-{seed}-{k}.json").write_text(text, "utf-8")
            print(k, said or "it takes long", flush=True)
    print(f"{count} broken derivations, {faults} faults")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
