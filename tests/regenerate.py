"""Write the golden solutions of the worked examples and the README's pictures anew.

    python -m tests.regenerate

The tests compare every golden byte for byte with what this writes, but for the two PNGs, which depend on libraries of
the system; the screenshot of the report is taken where Chromium is installed.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from rich.console import Console

from jacocalc import solutions, sources
from jacocalc.asked import Asked, Problem
from jacocalc.document import at_detail
from jacocalc.explain.page import explain
from jacocalc.options import Detail
from jacocalc.pictures.picture import Picture
from jacocalc.render.terminal import to_terminal
from jacocalc.render.text import rows
from jacocalc.solutions import Solution

EXAMPLES = Path(__file__).parent.parent / "worked_examples"
DRAWN = (
    ("polar-coordinates/polar-coordinates", "map"),
    ("computational-graph/computational-graph", "graph"),
    ("vanishing-gradients/vanishing", "flow"),
)
FIRST = EXAMPLES / sources.FIRST_EXAMPLE / sources.FIRST_EXAMPLE
PICTURE = FIRST.with_name("terminal.svg")
SCREENSHOT = PICTURE.with_name("report.png")
MAP = EXAMPLES / "polar-coordinates" / "map.png"
ANIMATIONS = {"chain-rule-for-jacobians": "product.svg", "computational-graph": "sweep.svg"}


def asked() -> dict[Path, tuple[Problem, Asked]]:
    """Each question of each worked example, by the stem of its golden files."""
    problems = {name: sources.example(name) for name in sources.example_names()}
    return {
        EXAMPLES / name / one.name: (problem, one) for name, problem in problems.items() for one in problem.questions
    }


@cache
def solved(stem: Path) -> Solution:
    """The solution of a question."""
    problem, one = asked()[stem]
    listed = dict.fromkeys(one.functions or (one.program,), f"from the worked example {stem.parent.name}")
    return solutions.answer(sources.asked_question(one, problem), sources=listed)


def _terminal(solution: Solution) -> str:
    source = f"{', '.join(solution.sources)}: {next(iter(solution.sources.values()))}"
    page = replace(solution.document("full"), sources=(source,))
    return "\n".join(row.text for row in rows(page, 80)) + "\n"


WRITERS: dict[str, Callable[[Solution], str]] = {
    ".terminal.txt": _terminal,
    ".txt": lambda solution: solution.to_text(detail="full"),
    ".tex": lambda solution: solution.to_latex(detail="full", standalone=True),
    ".md": lambda solution: solution.to_markdown(detail="full"),
    ".html": lambda solution: solution.to_html(detail="full"),
    ".speech.txt": lambda solution: solution.to_speech(detail="full"),
    ".json": lambda solution: solution.to_json(),
}


def _written(stem: Path, write: Callable[[Solution], str]) -> str:
    return write(solved(stem))


def goldens() -> dict[Path, Callable[[], str]]:
    """Every golden file, and how its text is made."""
    found: dict[Path, Callable[[], str]] = {}
    for stem in asked():
        writers = {stem.name + ending: write for ending, write in WRITERS.items()}
        if stem.name in ANIMATIONS:
            writers[ANIMATIONS[stem.name]] = Solution.to_animation
        found |= {stem.with_name(name): partial(_written, stem, write) for name, write in writers.items()}
    return found


def _drawn(stem: Path, kind: str) -> Picture:
    return solved(stem).picture(kind)


def drawn() -> dict[Path, Callable[[], Picture]]:
    """Some of the solutions drawn.  A test compares what they say: each Matplotlib draws a little differently."""
    return {EXAMPLES / f"{stem}.{kind}.svg": partial(_drawn, EXAMPLES / stem, kind) for stem, kind in DRAWN}


def picture() -> str:
    """The first example in the terminal, as SVG."""
    source = f"f and g: from the worked example {FIRST.name}"
    page = at_detail(explain(solved(FIRST).derivation, (source,)), Detail.BRIEF)
    console = Console(record=True, width=84, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    to_terminal(page, console)
    drawn = console.export_svg(title="jacocalc compose f g --at 1,2 --detail brief", unique_id="jacocalc")
    without_web_fonts = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    return without_web_fonts.replace("Fira Code, monospace", "DejaVu Sans Mono, Menlo, Consolas, monospace")


def screenshot() -> bytes | None:
    """The product of the first example in its report, every entry unfolded, as PNG; nothing without a browser."""
    program = shutil.which("chromium")
    if program is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 860, "height": 900}, device_scale_factor=1.5)
        page.set_content(solved(FIRST).to_html())
        page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true })")
        taken: bytes = page.locator("section.key").screenshot()
        browser.close()
    return taken


def main() -> None:
    """Write all of them."""
    for path, text in goldens().items():
        path.write_text(text(), "utf-8")
    PICTURE.write_text(picture(), "utf-8")
    taken = screenshot()
    if taken is not None:
        SCREENSHOT.write_bytes(taken)
    MAP.write_bytes(solved(MAP.with_name("polar-coordinates")).picture("map").png)
    for path, drawing in drawn().items():
        drawing().save(str(path))


if __name__ == "__main__":
    main()
