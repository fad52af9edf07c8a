"""The reports as a browser shows them: real Chromium, no network, on a phone, on a desk and on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jacocalc as jc
from tests.regenerate import EXAMPLES
from tests.shares import share

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REPORTS = sorted(EXAMPLES.rglob("*.html"))
PHONE, DESK, PAPER = 360, 1200, 672
"""Widths in CSS pixels; that of paper is A4 less the margins of the style sheet, at 96 to the inch."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        yield page
        browser.close()


MEASURE = """() => {
  const visible = e => e.getClientRects().length > 0;
  const all = selector => [...document.querySelectorAll(selector)].filter(visible);
  const box = e => e.getBoundingClientRect();
  const cut = e => box(e).right > innerWidth + 0.5 || box(e).left < -0.5;
  const inside = e => e.closest('.fit, .listing');
  return {
    width: document.documentElement.scrollWidth,
    formulas: all('math').length,
    flat: all('math').filter(e => box(e).width < 1 || box(e).height < 4).length,
    wordless: all('math').filter(e => !e.getAttribute('alttext')).length,
    cut: all('math, p, h1, h2, td, li, .remark').filter(e => cut(e) && !inside(e)).map(e => e.outerHTML.slice(0, 200)),
    scrolled: all('.fit, .listing').filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 200)),
  };
}"""
OPEN = "() => document.querySelectorAll('details').forEach(e => { e.open = true })"


@pytest.mark.parametrize("path", share(REPORTS, 3), ids=lambda path: path.stem)
def test_a_report_is_whole_at_every_width(page: Any, path: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.emulate_media(media="screen")
    page.goto(path.as_uri())
    page.evaluate(OPEN)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(MEASURE)
        assert found["width"] <= width
        assert found["formulas"] > 0
        assert not found["flat"]
        assert not found["wordless"]
        assert not found["cut"]
        assert width == PHONE or not found["scrolled"]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    printed = page.evaluate(MEASURE)
    assert not printed["cut"]
    assert not printed["scrolled"], "what runs over its box is cut on paper"
    assert not said


STATED = """() => [...document.querySelectorAll('math[style]')].map(e => {
  const letter = parseFloat(getComputedStyle(e).fontSize);
  return [parseFloat(e.style.getPropertyValue('--w')), e.getBoundingClientRect().width / letter];
}).filter(([stated, wide]) => wide > 12)"""


def test_a_formula_is_about_as_wide_as_is_stated(page: Any, tmp_path: Path) -> None:
    """Else it is smaller than there is room for, or runs over its box."""
    path = tmp_path / "page.html"
    path.write_text(jc.jacobian("f(x, y) = sin(x y) e^(x^2 + y^2)/(x^2 + y^2 + 1)").to_html(), "utf-8")
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(path.as_uri())
    widths = page.evaluate(STATED)
    assert widths
    assert all(0.95 * wide < stated < 1.4 * wide for stated, wide in widths), widths


def test_long_entries_and_long_remarks_are_whole(page: Any, tmp_path: Path) -> None:
    hessian = jc.hessian("f(x, y, z) = e^(x y) sin(y z)/(1 + z^2)")
    kink = jc.jacobian("f(x, y) = [relu(x - y), |x + y|]", at="0, 0", kink="1/2")
    for name, solution in (("hessian", hessian), ("kink", kink)):
        path = tmp_path / f"{name}.html"
        path.write_text(solution.to_html(), "utf-8")
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": DESK, "height": 800})
        page.goto(path.as_uri())
        assert not page.evaluate(
            "() => [...document.querySelectorAll('.listed, .remark')].some(e => e.scrollWidth > e.clientWidth + 1)"
        )
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER, "height": 1000})
        printed = page.evaluate(MEASURE)
        assert printed["width"] <= PAPER
        assert not printed["scrolled"]


def test_no_line_of_a_sentence_begins_with_a_comma(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "implicit.html"
    path.write_text(jc.implicit("x^2 + y^2 + z^2 + x y z = 4", solve_for="z", at="1, 1, 1").to_html(), "utf-8")
    page.emulate_media(media="screen")
    page.goto(path.as_uri())
    torn = "() => [...document.querySelectorAll('.kept')].some(e => e.getClientRects().length > 1)"
    for width in range(PHONE, DESK, 20):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(torn)
    rule = page.locator("p", has_text="this gives")
    assert rule.locator("math").count() > 3, "a sum is broken at its signs"
    assert rule.locator(".wide").count() == 0
    assert rule.bounding_box()["height"] < 40


def test_folded_steps_are_printed(page: Any) -> None:
    path = EXAMPLES / "chain-rule-for-jacobians" / "chain-rule-for-jacobians.html"
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    assert "<details>" in path.read_text("utf-8")
    assert page.evaluate("() => [...document.querySelectorAll('details')].some(e => !e.open)")
    hidden = "() => [...document.querySelectorAll('details math')].filter(e => !e.getClientRects().length).length"
    apart = "() => document.querySelectorAll('nav math, .entries:not([open]) math').length"
    assert page.evaluate(hidden) == page.evaluate(apart), "but the contents, and entries that nobody unfolded"
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(pages) >= 2


def test_no_heading_is_the_last_line_of_a_page(page: Any) -> None:
    """What a browser keeps with the block behind it is a block: an inline heading is left at the foot of the page."""
    page.emulate_media(media="print")
    page.goto((EXAMPLES / "chain-rule-for-jacobians" / "chain-rule-for-jacobians.html").as_uri())
    style = "(e => [getComputedStyle(e).display, getComputedStyle(e).breakAfter])"
    found = page.evaluate(f"() => [...document.querySelectorAll('section > h2')].map{style}")
    assert found == [["block", "avoid"]] * len(found) != []
    assert page.evaluate("() => getComputedStyle(document.querySelector('.key')).breakInside") == "avoid"


def test_row_and_column_of_an_entry_are_marked(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "product.html"
    path.write_text(jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, 3v]", at=(1, 2)).to_html(), "utf-8")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(path.as_uri())
    colour = "selector => [...document.querySelectorAll(selector)].map(e => getComputedStyle(e).backgroundColor)"
    none = page.evaluate(colour, "main")[0]
    page.hover(".side .e.r2.c1 >> nth=0")
    marked = page.evaluate(colour, ".side .l.r2")
    assert len(marked) == 2
    assert none not in marked
    assert set(page.evaluate(colour, ".side .l.r1, .side .l.r3")) == {none}
    assert none not in page.evaluate(colour, ".side .k.c1")
    assert set(page.evaluate(colour, ".side .k.c2")) == {none}
    marks = "() => [...document.querySelectorAll('.entries li')].map(e => e.querySelectorAll('.row').length)"
    assert page.evaluate(marks) == [2 + 2] * 6, "two cells of a row, and the left factors of two terms"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(page: Any, tmp_path: Path, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for text, marked cells included."""
    path = tmp_path / "product.html"
    path.write_text(jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, 3v]", at=(1, 2)).to_html(), "utf-8")
    page.emulate_media(media="screen", color_scheme=scheme)
    page.goto(path.as_uri())
    page.evaluate(OPEN)
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('p, h1, h2, .remark, .source, summary, a, mi, mn, mo')].map(e => {
          let under = e;
          while (under && getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)') under = under.parentElement;
          return [getComputedStyle(e).color, getComputedStyle(under || document.body).backgroundColor];
        })"""
    )
    worst = min(_contrast(*pair) for pair in {tuple(pair) for pair in pairs})
    page.emulate_media(color_scheme="light")
    assert worst >= 4.5


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_keyboard_reaches_and_folds_every_step(page: Any) -> None:
    page.emulate_media(media="screen")
    page.goto((EXAMPLES / "chain-rule-for-jacobians" / "chain-rule-for-jacobians.html").as_uri())
    summaries = page.evaluate("() => document.querySelectorAll('summary').length")
    reached: set[int] = set()
    presses = 0
    while not reached >= set(range(summaries)):
        page.keyboard.press("Tab")
        presses += 1
        assert presses < 200, f"only {reached} of {summaries}"
        reached.add(page.evaluate("() => [...document.querySelectorAll('summary')].indexOf(document.activeElement)"))
    page.focus("section summary")
    before = page.evaluate("() => document.querySelector('section details').open")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.querySelector('section details').open") is not before


def test_every_example_has_a_report() -> None:
    assert {path.stem for path in REPORTS} == {path.stem for path in EXAMPLES.rglob("*.tex")}
