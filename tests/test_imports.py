"""The house: imports run downwards only, and no path loads what it does not use."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import jacocalc

PACKAGE = Path(jacocalc.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "worked_examples" not in path.parts)

DATA = {"asked", "errors", "notation", "known_functions", "functions", "questions", "steps", "document", "options",
        "linear", "precedence", "terms", "term_writing", "programs", "program_steps", "verdicts", "marks", "frames",
        "displayed", "layers", "digits", "saving", "records"}  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    "data": DATA,
    "reading": DATA | {"reading"},
    "algebra": DATA | {"algebra"},
    "evaluate": DATA | {"algebra", "evaluate"},
    "derive": DATA | {"algebra", "evaluate", "derive"},
    "explain": DATA | {"explain"},
    "render": DATA | {"render"},
    "replaying": DATA | {"algebra", "evaluate", "exchange", "replaying"},
    "exchange": DATA | {"reading", "algebra", "evaluate", "derive"},
    "answers": DATA | {"reading", "algebra", "evaluate", "derive", "sources", "answers"},
    "targets": DATA | {"render", "targets"},
    "compiled": DATA | {"evaluate", "targets", "compiled"},
    "pictures": DATA | {"algebra", "evaluate", "derive", "compiled", "explain", "render", "pictures"},
    "sources": DATA | {"reading"},
    "handed_in": DATA | {"reading", "algebra"},
    "api": DATA | {"reading", "algebra", "evaluate", "derive", "explain", "exchange", "render", "solutions", "sources",
            "pictures", "replaying", "handed_in", "given_functions"},
    "given_functions": DATA | {"reading", "algebra", "derive", "explain", "render", "handed_in", "solutions"},
    "notebooks": DATA | {"explain", "render"},
    "solutions": DATA | {"reading", "algebra", "evaluate", "derive", "explain", "exchange", "render", "answers",
                         "targets", "pictures"},
    "classroom": DATA | {"reading", "sources", "answers", "explain", "render", "checking"},
    "compiling": DATA | {"reading", "evaluate", "derive", "compiled", "given_functions", "api"},
    "checking": DATA | {"reading", "sources", "algebra", "evaluate", "derive", "answers", "solutions"},
    "magic": DATA | {"reading", "sources", "given_functions", "cli"},
    "cli": DATA | {"reading", "sources", "solutions", "api", "compiling", "classroom", "checking", "answers", "explain",
            "exchange", "render", "pictures", "cli"},
}


def room(name: str) -> str:
    """The room of a module name below the package."""
    first = name.split(".")[0]
    return "data" if first in DATA else first


@cache
def imported(path: Path) -> set[str]:
    """The jacocalc modules that a file imports, and other packages with a leading star."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("jacocalc."):
            found.add(node.module.removeprefix("jacocalc."))
        elif isinstance(node, ast.ImportFrom) and node.module == "jacocalc":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add("*" + node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {"*" + alias.name.split(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    if name in ("__init__", "__main__"):
        return
    for other in imported(path):
        if not other.startswith(("*", "__")):
            assert room(other).split(".")[0] in ALLOWED[room(name)] or other.split(".")[0] in ALLOWED[room(name)], (
                f"{name} must not import {other}"
            )


ENGINES = {"*sympy": {"algebra", "evaluate", "derive", "answers", "solutions", "checking", "api",
                      "given_functions", "handed_in", "compiling"},
           "*flint": {"evaluate", "derive", "answers"}, "*rich": {"render"}, "*typer": {"cli"},
           "*distributed": {"classroom"},
           "*matplotlib": {"pictures"}, "*mpl_toolkits": {"pictures"},
           "*numpy": {"evaluate", "derive", "answers", "reading", "compiled", "pictures"}}  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_engines_stay_in_their_rooms(path: Path) -> None:
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for engine, rooms in ENGINES.items():
        if engine in imported(path):
            assert room(name) in rooms or name == "cli.output", f"{name} must not import {engine[1:]}"


def test_rich_is_used_by_the_terminal_only() -> None:
    users = {path.name for path in MODULES if "*rich" in imported(path)}
    assert users == {"terminal.py", "output.py"}


def loaded_by(code: str) -> set[str]:
    """The top-level modules that are loaded after running the code in a fresh interpreter."""
    program = f"import sys\n{code}\nprint(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["compose", "--help"], ["jacobian", "f(x) = x +"], ["compose", "f", "nosuch"],
     ["grade", "--help"], ["grade", "nosuch.toml", "nosuch.csv"],
     ["backprop", "x: n; z = x +"], ["backprop", "x: n; W: m x k; L = W x"], ["backprop", "nosuch"]],
)  # fmt: skip
def test_help_and_read_errors_load_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    loaded = loaded_by(f"from jacocalc.cli import run_command\nrun_command({arguments!r})")
    assert not loaded & {"sympy", "numpy", "flint", "mpmath"}


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [(["--help"], {"sources", "questions", "functions", "notation", "verdicts"}),
     (["compose", "--help"], {"sources", "questions", "functions", "notation", "verdicts"}),
     (["picture", "--help"], {"sources", "questions", "functions", "notation", "verdicts"}),
     (["jacobian", "f(x) = x +"], {"questions", "verdicts", "programs", "terms", "reading.problems", "reading.latex"}),
     (["backprop", "x: n; z = x +"], {"questions", "verdicts", "reading.problems", "reading.latex", "api"})],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_path_loads_only_what_it_uses(arguments: list[str], unused: set[str]) -> None:
    listed = "print(*(m.removeprefix('jacocalc.') for m in sys.modules if m.startswith('jacocalc.')))"
    code = f"import sys\nfrom jacocalc.cli import run_command\nrun_command({arguments!r})\n{listed}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not unused & set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_no_engine() -> None:
    assert not loaded_by("import jacocalc") & {"sympy", "numpy", "flint", "typer", "rich"}


def test_public_names() -> None:
    assert jacocalc.__all__ == sorted(jacocalc.__all__)
    for name in jacocalc.__all__:
        assert getattr(jacocalc, name) is not None
        assert not (PACKAGE / f"{name}.py").exists(), f"{name} is also a module"
        assert not (PACKAGE / name).exists(), f"{name} is also a package"
    assert set(jacocalc.__all__) <= set(dir(jacocalc))
    with pytest.raises(AttributeError):
        _ = jacocalc.nosuch


def test_no_room_for_leftovers() -> None:
    assert not [path for path in MODULES if path.stem in ("utils", "common", "helpers", "misc")]
