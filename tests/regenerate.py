"""Write the golden solutions of the worked examples and the README's pictures anew.

    python -m tests.regenerate

The tests compare every golden byte for byte with what this writes, but for the two PNGs, which depend on libraries of
the system; the screenshot of the report is taken where Chromium is installed.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from jacocalc import api, sources
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
PICTURE = EXAMPLES / sources.FIRST_EXAMPLE / "terminal.svg"
SCREENSHOT = PICTURE.with_name("report.png")
MAP = EXAMPLES / "polar-coordinates" / "map.png"
ANIMATIONS = {"chain-rule-for-jacobians": "product.svg", "computational-graph": "sweep.svg"}


def solutions() -> Iterator[tuple[Path, Solution]]:
    """Each question of each worked example: the stem of its golden files, and the solution."""
    for name in sources.example_names():
        problem = sources.example(name)
        for asked in problem.questions:
            question = sources.asked_question(asked, problem)
            listed = dict.fromkeys(asked.functions or (asked.program,), f"from the worked example {name}")
            yield EXAMPLES / name / asked.name, api.answer(question, sources=listed)


def goldens() -> Iterator[tuple[Path, str]]:
    """Every golden file and what must stand in it."""
    for stem, solution in solutions():
        source = f"{', '.join(solution.sources)}: {next(iter(solution.sources.values()))}"
        page = replace(solution.document("full"), sources=(source,))
        terminal = "\n".join(row.text for row in rows(page, 80)) + "\n"
        yield stem.with_name(stem.name + ".terminal.txt"), terminal
        yield stem.with_name(stem.name + ".txt"), solution.to_text(detail="full")
        yield stem.with_name(stem.name + ".tex"), solution.to_latex(detail="full", standalone=True)
        yield stem.with_name(stem.name + ".md"), solution.to_markdown(detail="full")
        yield stem.with_name(stem.name + ".html"), solution.to_html(detail="full")
        yield stem.with_name(stem.name + ".speech.txt"), solution.to_speech(detail="full")
        yield stem.with_name(stem.name + ".json"), solution.to_json()
        if stem.name in ANIMATIONS:
            yield stem.with_name(ANIMATIONS[stem.name]), solution.to_animation()


def pictures(found: Mapping[Path, Solution]) -> Iterator[tuple[Path, Picture]]:
    """Some of the solutions drawn.  A test compares what they say: each Matplotlib draws a little differently."""
    for stem, kind in DRAWN:
        path = EXAMPLES / stem
        yield path.with_name(f"{path.name}.{kind}.svg"), found[path].picture(kind)


def picture() -> str:
    """The first example in the terminal, as SVG."""
    stem, solution = next(solutions())
    page = at_detail(explain(solution.derivation, (f"f and g: from the worked example {stem.name}",)), Detail.BRIEF)
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

    _, solution = next(solutions())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 860, "height": 900}, device_scale_factor=1.5)
        page.set_content(solution.to_html())
        page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true })")
        taken: bytes = page.locator("section.key").screenshot()
        browser.close()
    return taken


def main() -> None:
    """Write all of them."""
    for path, text in goldens():
        path.write_text(text, "utf-8")
    PICTURE.write_text(picture(), "utf-8")
    taken = screenshot()
    if taken is not None:
        SCREENSHOT.write_bytes(taken)
    solved = dict(solutions())
    MAP.write_bytes(solved[MAP.with_name("polar-coordinates")].picture("map").png)
    for path, drawing in pictures(solved):
        drawing.save(str(path))


if __name__ == "__main__":
    main()
