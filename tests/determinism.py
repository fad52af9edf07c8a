"""The same bytes whatever the hash seed, the locale, the encoding, the terminal and the clock of the machine are.

    python -m tests.determinism [EVERY]     every text, or each so-many-th

Texts are the goldens in all formats, the solutions of the exercises, generated exercises with their wrong answers, and
code in every language.  A process with a strange environment writes the digest of each; the environments must agree.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ENVIRONMENTS: list[dict[str, str]] = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "COLUMNS": "80", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "COLUMNS": "20", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "4294967295", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "COLUMNS": "400", "TERM": "dumb"},
    {"PYTHONHASHSEED": "77", "LC_ALL": "de_DE.ISO-8859-1", "LINES": "3", "NO_COLOR": "1", "PYTHONIOENCODING": "ascii"},
    {"PYTHONHASHSEED": "random", "FORCE_COLOR": "1", "COLORTERM": "truecolor", "PYTHONOPTIMIZE": "1"},
]
_TARGETS = ("numpy", "c", "jax", "torch", "julia", "matlab", "latex")
_CODED = (
    ("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"),
    ("f(x, y, z) = max(x, y) |z| + softplus(x z)",),
)


def texts() -> dict[str, Callable[[], str]]:
    """How each text is made, by name."""
    import jacocalc as jc
    from jacocalc import solutions, sources
    from jacocalc.answers.generated import TOPICS, named
    from tests import regenerate

    def exercise(name: str) -> str:
        return solutions.answer(sources.exercise(name).question).to_json()

    def generated(name: str) -> str:
        made = named(name)
        return f"{made.asked} {made.hints} {solutions.answer(made.question).to_text(detail='full')}"

    def code(functions: tuple[str, ...], target: str) -> str:
        return str(jc.compile(*functions).to_code(target))

    found: dict[str, Callable[[], str]] = {}
    for path, text in regenerate.goldens().items():
        found[str(path.relative_to(regenerate.EXAMPLES))] = text
    found |= {name: partial(exercise, name) for name in sources.exercise_names()}
    seeded = [f"{topic}/{level}/5" for topic in TOPICS for level in (1, 2, 3)]
    found |= {name: partial(generated, name) for name in seeded}
    found |= {f"{target} {one[0]}": partial(code, one, target) for one in _CODED for target in _TARGETS}
    return found


def digests(every: int) -> dict[str, str]:
    """The digest of each so-many-th text."""
    return {name: hashlib.sha256(text().encode()).hexdigest() for name, text in [*texts().items()][::every]}


def elsewhere(every: int, environment: dict[str, str]) -> dict[str, str]:
    """The digests that a process in this environment finds."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANG", "PYTHONUTF8")}
    code = f"import json, sys; from tests.determinism import digests; json.dump(digests({every}), sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=kept | environment,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def main() -> int:
    """Run and report."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    found = [elsewhere(every, environment) for environment in ENVIRONMENTS]
    differing = [name for name in found[0] if len({one.get(name) for one in found}) > 1]
    for name in differing:
        print(f"not the same bytes everywhere: {name}")
    print(f"{len(found[0]):,} texts in {len(ENVIRONMENTS)} environments, {len(differing)} differ")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
