"""A tree of one's own: a copy of what the tests need, in which one file at a time is broken and mended again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.broken.mutants import ROOT, Mutant

CACHE = ROOT / ".broken_cache"
_NEEDED = ("jacocalc", "tests", "worked_examples", "pyproject.toml", "README.md")


def fresh_tree(name: str) -> Path:
    """A new copy of the tree in the cache; what Python has compiled comes along."""
    tree = CACHE / name
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for part in _NEEDED:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, tree / part)
    return tree


@contextmanager
def broken(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The tree with the mutant's file in it, as it was afterwards."""
    path = tree / mutant.file
    whole = path.read_text("utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()  # it may be as new and as long as what is written now
    path.write_text(mutant.broken, "utf-8")
    try:
        yield
    finally:
        path.write_text(whole, "utf-8")
