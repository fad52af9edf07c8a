"""Animated pictures: one self-contained file whose frames are the steps and whose finished picture is the result."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import jacocalc as jc
from jacocalc.cli import run_command
from jacocalc.document import Grid
from jacocalc.errors import JacocalcError, TooLarge
from jacocalc.explain.animation import animate
from jacocalc.frames import Animation, NodeFrame, ProductScene, SweepScene
from jacocalc.linear import paper
from jacocalc.notation import Expr, Matrix, Symbol, integer
from jacocalc.reading.points import read_value
from jacocalc.render import animation as drawing
from jacocalc.render.plate_formulas import expression
from jacocalc.render.plates import Plate, Run, Stroke
from jacocalc.render.sprites import FADE, Laid
from jacocalc.solutions import Solution
from jacocalc.steps import MatrixProduct

SVG = "{http://www.w3.org/2000/svg}"
F, G = "f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]"
PRODUCTS = {
    "numbers": jc.compose(F, G, at=(1, 2)),
    "symbols": jc.compose(F, G),
    "three": jc.compose(F, G, "h(a, b, c) = [a b c, a/b]", at=(1, 2)),
    "row": jc.vjp(F, G, at=(1, 2), vector=(1, 0, "-1/3")),
    "column": jc.jvp(F, G, at=("-1/2", 2), vector=(3, 4), unit=True),
    "gradient": jc.gradient(F, "L(u, v) = sqrt(u^2 + v^2)", at=(1, 2)),
    "one-by-one": jc.compose("f(x) = sin x", "g(u) = exp(u)/u", at="1/2"),
    "unspecified": jc.compose("f: R^2 -> R^3", "g: R^3 -> R^2"),
    "equations": jc.compose("x = s t, y = s + t^2", "z = x^2 y"),
    "negative": jc.compose("f(x, y) = [x - y, -x]", "g(u, v) = [u - v, -u v]", at=(-1, -2)),
}
GRAPHS = {
    "readme": jc.graph("f(x, y) = x y + sin x", at=(2, 3)),
    "two outputs": jc.graph("f(x, y) = [x y + exp(x), sin(x y)/y]", at=(1, 2)),
    "deep": jc.graph("f(x) = " + "(" * 5 + "x" + "^2 + 1)" * 5, at=1),
    "parameters": jc.graph("n(w, b; x) = sigmoid(w x + b)", "l(p; t) = (p - t)^2", at="w=2, b=-3, x=1, t=1"),
    "in letters": jc.graph("f(x, y) = x y + sin x"),
    "no edges": jc.graph("f(x, y) = [3, x]", at=(1, 2), vector=(1, 2)),
    "a branch": jc.graph("f(x) = piecewise(x^2 if x < 1, 0 otherwise)", at=0),
    "a long sum": jc.graph("f(x) = " + " + ".join(f"x^{k}" for k in range(2, 20)), at=2),
}
ALL = {**PRODUCTS, **GRAPHS}
TEXTS = {name: solution.to_animation() for name, solution in ALL.items()}


def matrix_of(solution: Solution) -> Matrix:
    assert isinstance(solution.derivation.result, Matrix)
    return solution.derivation.result


@cache
def parsed(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(TEXTS[name])


def groups(root: ElementTree.Element, start: str) -> dict[str, ElementTree.Element]:
    """The groups whose frame begins with a word, by their frame."""
    found = ((g.get("data-frame", ""), g) for g in root.iter(f"{SVG}g"))
    return {frame: group for frame, group in found if frame.split()[:1] == [start]}


def letters(element: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{SVG}text")).replace(" ", "")


@cache
def scenes(name: str) -> Animation:
    return animate(ALL[name].derivation)


@cache
def laid(name: str) -> list[Laid]:
    return drawing.lay(scenes(name), 900, 60)


def products(name: str) -> list[ProductScene]:
    return [scene for scene in scenes(name).scenes if isinstance(scene, ProductScene)]


# -- the file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_file_is_well_formed_and_stands_alone(name: str) -> None:
    text, root = TEXTS[name], parsed(name)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "g", "rect", "path", "text",
    }  # fmt: skip
    assert not re.search(r"href|url\(|@import|\son\w+=|<script|\bnan\b|\binf\b", text.replace("xmlns=", ""))
    assert text.count("http") == 1  # the name of the language
    assert root.get("role") == "img"


@pytest.mark.parametrize("name", ["numbers", "readme", "two outputs"])
def test_the_same_question_gives_the_same_bytes(name: str) -> None:
    assert jc.from_json(ALL[name].to_json()).to_animation() == TEXTS[name]


def test_two_pictures_on_one_page_do_not_share_their_styles() -> None:
    scopes = {re.findall(r'class="(j\w+)"', text)[0] for text in TEXTS.values()}
    assert len(scopes) == len(TEXTS)
    for text in TEXTS.values():
        scope = re.findall(r'class="(j\w+)"', text)[0]
        style = text.partition("<style>")[2].partition("</style>")[0]
        for selector in re.findall(r"(?:^|[{}])\s*([^{}@%]+)\{", style):
            assert selector.startswith(f".{scope}") or re.fullmatch(r"0|to|from", selector), selector


@pytest.mark.parametrize("name", ALL)
def test_who_wants_less_motion_and_who_prints_sees_the_finished_picture(name: str) -> None:
    for why in ("(prefers-reduced-motion:reduce)", "print"):
        assert re.search(rf"@media {re.escape(why)}{{\.j\w+ \.m{{animation:none}}}}", TEXTS[name])
    for group in parsed(name).iter(f"{SVG}g"):
        assert (group.get("opacity") == "0") == (group.get("class", "").split()[-1] in leaving(name))


def leaving(name: str) -> set[str]:
    """The classes whose last keyframe is transparent."""
    return {kind for kind, frames in keyframes(name).items() if re.search(r"100%\{opacity:0", frames)}


@cache
def keyframes(name: str) -> dict[str, str]:
    return dict(re.findall(r"@keyframes j[0-9a-f]{8}(k\d+)\{((?:[^{}]+\{[^{}]*\})+)\}", TEXTS[name]))


@pytest.mark.parametrize("name", ALL)
def test_moments_follow_each_other(name: str) -> None:
    found = keyframes(name)
    assert found
    for frames in found.values():
        moments = [float(p) for p in re.findall(r"([\d.]+)%", frames)]
        assert moments == sorted(moments)
        assert (moments[0], moments[-1]) == (0, 100)
    used = {group.get("class", "").split()[-1] for group in parsed(name).iter(f"{SVG}g")}
    assert used == set(found)


@pytest.mark.parametrize("name", ALL)
def test_everything_happens_in_time(name: str) -> None:
    scene_ends = [one.ends for one in laid(name)]
    assert scene_ends == sorted(scene_ends)
    assert scene_ends[-1] < 120
    for one in laid(name):
        for sprite in one.sprites:
            assert 0 <= sprite.comes <= one.ends
            assert sprite.comes + sprite.lasting <= one.ends
            if sprite.leaves is not None:
                assert sprite.comes < sprite.leaves <= one.ends - FADE
    total = float(re.findall(r"animation:([\d.]+)s linear infinite", TEXTS[name])[0])
    assert total - scene_ends[-1] == pytest.approx(drawing.REST, abs=0.1)


def test_the_words_say_the_whole_working() -> None:
    said = parsed("numbers").find(f"{SVG}desc")
    assert said is not None
    assert said.text is not None
    assert "6 times 2 plus 0 times 4, equals 12. Entry 2, 1: row 2 times column 1." in said.text
    graph = parsed("readme").find(f"{SVG}desc")
    assert graph is not None
    assert graph.text is not None
    assert "v bar 1, equals v bar 3 times 1, equals 1 times 1, equals 1." in graph.text


def test_where_the_result_holds_and_how_it_was_checked_stands_below() -> None:
    solution = jc.compose("f(x) = [ln x, x]", "g(u, v) = u/v")
    said = [letters(group) for group in ElementTree.fromstring(solution.to_animation()).iter(f"{SVG}g")]
    (notes,) = [text for text in said if "Checked:" in text]
    assert "Theformulasholdwherex>0" in notes
    assert "(proved)" in notes
    kinked = jc.compose("f(x) = [|x|, relu(x)]", "g(u, v) = u v", at=0, kink="1/2").to_animation()
    assert "they are no derivative" in kinked.partition("<desc")[2].partition("</desc>")[0]


# -- products -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_frame_for_every_entry(name: str) -> None:
    for scene in products(name):
        rows, columns = len(scene.left.rows), len(scene.right.rows[0])
        assert [(frame.row, frame.column) for frame in scene.frames] == list(
            itertools.product(range(rows), range(columns))
        )
        for frame in scene.frames:
            row, column = scene.left.rows[frame.row], [line[frame.column] for line in scene.right.rows]
            assert list(frame.terms) == list(zip(row, column, strict=True))
    shown = [frame for scene in products(name) for frame in scene.frames]
    found = [g.get("data-frame", "") for g in parsed(name).iter(f"{SVG}g")]
    assert sum(frame.startswith("entry ") for frame in found) == len(shown)
    assert sum(frame.startswith("value ") for frame in found) == len(shown)


@pytest.mark.parametrize("name", ["numbers", "symbols", "one-by-one", "negative"])
def test_the_finished_picture_holds_the_result(name: str) -> None:
    values = groups(parsed(name), "value")
    (scene,) = products(name)
    assert scene.result == Grid(matrix_of(ALL[name]).rows)
    for i, row in enumerate(scene.result.rows, 1):
        for j, entry in enumerate(row, 1):
            assert isinstance(entry, Expr)
            group = values[f"value {i} {j}"]
            assert group.get("opacity") is None
            assert letters(group) == "".join(run.text for run in runs(expression(entry, 22))).replace(" ", "")


def test_numbers_and_sums_are_written_as_on_the_page() -> None:
    root = parsed("numbers")
    values = {frame: letters(group) for frame, group in groups(root, "value").items()}
    assert values == {
        "value 1 1": "6", "value 1 2": "3", "value 2 1": "12", "value 2 2": "6", "value 3 1": "4cos(4)",
        "value 3 2": "2cos(4)",
    }  # fmt: skip
    everything = [letters(group) for group in root.iter(f"{SVG}g")]
    for line in ("row1timescolumn1:1·2+1·4", "row2timescolumn1:6·2+0·4", "row3timescolumn2:0·1+cos(4)·2"):
        assert line in everything
    assert "(−1)·" in "".join(letters(group) for group in parsed("negative").iter(f"{SVG}g"))


def test_the_factors_have_the_colours_of_row_and_column() -> None:
    (sum_,) = [g for g in parsed("numbers").iter(f"{SVG}g") if letters(g).startswith("row3timescolumn1:")]
    toned = [(text.text, (text.get("class") or "").split()[-1:]) for text in sum_.iter(f"{SVG}text")]
    assert [text for text, tone in toned if tone == ["row"]][1:] == ["0", "cos", "(", "4", ")"]
    assert [text for text, tone in toned if tone == ["column"]][1:] == ["2", "4"]


def test_what_is_the_same_is_written_once() -> None:
    (scene,) = products("unspecified")
    assert all(len(frame.sides) == 1 for frame in scene.frames)
    assert "=" not in {letters(g) for g in parsed("unspecified").iter(f"{SVG}g")}


def test_a_chain_is_multiplied_in_the_order_of_the_derivation() -> None:
    first, second = products("three")
    assert second.right == first.result
    assert second.result == Grid(matrix_of(PRODUCTS["three"]).rows)
    one, two = laid("three")
    assert max(s.comes for s in one.sprites) <= min(s.comes for s in two.sprites)
    assert two.sprites[0].comes == one.ends


@pytest.mark.parametrize("name", PRODUCTS)
def test_values_come_into_empty_places_and_overlap_nothing(name: str) -> None:
    for one in laid(name):
        values = [s for s in one.sprites if s.frame.startswith("value ")]
        boxes = [s.box for s in values if s.box]
        assert len(boxes) == len(values)
        assert not any(a.meets(b) for a, b in itertools.combinations(boxes, 2))
        assert [s.comes for s in values] == sorted(s.comes for s in values)
        lit = [s for s in one.sprites if s.frame.startswith("entry ")]
        for value, light in zip(values, lit, strict=True):
            assert light.leaves is not None
            assert light.comes < value.comes < value.comes + value.lasting < light.leaves + FADE


@pytest.mark.parametrize("name", ALL)
def test_letters_stay_inside_the_card(name: str) -> None:
    root = parsed(name)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    for text in root.iter(f"{SVG}text"):
        x, y, length = float(text.get("x", "-1")), float(text.get("y", "-1")), float(text.get("textLength", "0"))
        assert x > 20
        assert x + length < width - 20
        assert 20 < y < height - 16


# -- the graph ----------------------------------------------------------------------------------------


def sweep(name: str) -> SweepScene:
    (scene,) = scenes(name).scenes
    assert isinstance(scene, SweepScene)
    return scene


@pytest.mark.parametrize("name", GRAPHS)
def test_every_node_gets_its_value_after_its_arguments(name: str) -> None:
    scene = sweep(name)
    order = [frame.node for frame in scene.forward]
    assert sorted(order) == sorted(node.key for node in scene.network.nodes)
    for edge in scene.network.edges:
        assert order.index(edge.start) < order.index(edge.end)


@pytest.mark.parametrize("name", GRAPHS)
def test_adjoints_travel_back_from_users_that_have_theirs(name: str) -> None:
    scene = sweep(name)
    for frames in scene.backward:
        done: set[str] = set()
        for frame in frames:
            assert {scene.network.edges[i].start for i in frame.edges} <= {frame.node}
            assert {scene.network.edges[i].end for i in frame.edges} <= done
            done.add(frame.node)
    used = {frame.node for frames in scene.backward for frame in frames}
    assert used == {node.key for node in scene.network.nodes if node.adjoints}


def test_a_node_that_is_used_twice_adds_up_two_ways() -> None:
    frame: NodeFrame = next(f for f in sweep("readme").backward[0] if len(f.edges) == 2)
    assert "2 paths add up" in frame.line
    root = parsed("readme")
    assert len(groups(root, "value")) == 5
    assert len(groups(root, "adjoint")) == 5
    assert sorted(letters(g) for g in groups(root, "edge").values()) == ["1", "1", "cos(x)=cos(2)", "x=2", "y=3"]


@pytest.mark.parametrize("name", GRAPHS)
def test_nodes_and_labels_overlap_nothing(name: str) -> None:
    (one,) = laid(name)
    nodes = {(s.box.x, s.box.y): s.box for s in one.sprites if s.box and not s.frame.startswith("edge")}
    labels = [s.box for s in one.sprites if s.box and s.frame.startswith("edge")]
    assert len(nodes) == len(sweep(name).network.nodes)
    assert not any(a.meets(b) for a, b in itertools.combinations([*nodes.values(), *labels], 2))


# -- formulas and colours -----------------------------------------------------------------------------


def runs(plate: Plate) -> list[Run]:
    return [mark for mark in plate.marks if isinstance(mark, Run)]


@pytest.mark.parametrize(
    "text",
    ["x^2 + y", "-3", "x/(y + 1)", "sqrt(x)/2", "root(x, 5)", "log_2(x)", "|x|", "2 x_1 y^(x + 1)", "(x + y)^2",
     "1/2/3", "sin(x)^2 - 4.5", "sigmoid(x)", "exp(-x/2)", "cbrt(-8)", "xhat + ybar", "max(x, y)", "x y cos(x)"],
)  # fmt: skip
def test_marks_stay_inside_their_plate(text: str) -> None:
    plate = expression(read_value(text, ("x", "y", "x_1", "xhat", "ybar")), 22)
    for mark in plate.marks:
        for x, y in mark.points if isinstance(mark, Stroke) else [(mark.x, mark.y)]:
            assert -1.5 <= x <= plate.width + 1.5
            assert -plate.ascent - 1 <= y <= plate.descent + 1


def test_different_formulas_look_different() -> None:
    x = Symbol("x")
    pairs = [((-x) ** 2, -(x**2)), (2 * -x, 2 - x), ((x / 2) ** 2, x / integer(2) ** 2), (-(x + 1), -x + 1)]
    for left, right in pairs:
        assert expression(left, 22).marks != expression(right, 22).marks, paper(left)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [drawing.LIGHT, drawing.DARK], ids=["light", "dark"])
def test_contrast(colours: dict[str, str]) -> None:
    """AA, 4.5 to 1, for every colour of letters on everything that they stand on."""
    pairs = [(ink, paper_) for ink in ("ink", "dim", "row", "column", "entry") for paper_ in ("paper", "strip")]
    pairs += [("ink", light) for light in drawing.BEHIND] + [("column", "column-light"), ("column", "row-light")]
    for ink, paper_ in pairs:
        dark, bright = sorted((luminance(colours[ink]), luminance(colours[paper_])))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, (ink, paper_)


# -- limits and the command line ----------------------------------------------------------------------


def test_what_is_too_large_is_refused_with_what_fits() -> None:
    seven = "abcdpqr"
    wide = jc.compose(f"f({', '.join(seven)}) = [{', '.join(seven)}]", f"g({', '.join(seven)}) = a b c", at=(1,) * 7)
    with pytest.raises(TooLarge, match="1×7 is too large"):
        wide.to_animation()
    with pytest.raises(TooLarge, match="signs is too long"):
        jc.compose(*["f(x, y) = [sin(x + y), x y]"] * 3).to_animation()
    derivation = PRODUCTS["numbers"].derivation
    with pytest.raises(TooLarge, match="102 entries"):
        animate(replace(derivation, steps=17 * tuple(s for s in derivation.steps if isinstance(s, MatrixProduct))))
    with pytest.raises(TooLarge, match="4 backward passes"):
        jc.graph("f(x, y) = [x y, x + y, x - y, x/y]", at=(1, 2)).to_animation()
    with pytest.raises(TooLarge, match="nodes is too large"):
        jc.graph("f(x) = " + " + ".join(f"x^{k}" for k in range(2, 45)), at=0).to_animation()


@pytest.mark.parametrize("solution", [jc.jacobian("f(x) = x^2"), jc.gradient("f(x) = x^2"), jc.compose(
    "f: R^n -> R^p", "g: R^p -> R^m")], ids=["jacobian", "gradient", "sizes"])  # fmt: skip
def test_what_has_neither_product_nor_graph(solution: Solution) -> None:
    with pytest.raises(JacocalcError, match="no product of matrices and no graph") as caught:
        solution.to_animation()
    assert "compose" in caught.value.hint


@pytest.mark.parametrize("form", ["terminal", "json", "html"])
def test_the_command_writes_page_and_animation(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "product.svg"
    assert run_command(["compose", F, G, "--at", "1,2", "--animate", str(path), "--format", form]) == 0
    assert path.read_text("utf-8") == TEXTS["numbers"]
    assert "4" in capsys.readouterr().out


REFUSED = [
    (["jacobian", F, "--animate", "a.svg"], "jacobian shows nothing that is animated"),
    (["compose", F, G, "--animate", "a.gif"], "an animation is an SVG file, not a.gif"),
    (["compose", F, G, "--animate", "nosuch/a.svg"], "nosuch/a.svg cannot be written: No such file or directory"),
    (["compose", F, G, "--animate", "folder.svg"], "folder.svg cannot be written: Is a directory"),
    (["compose", F, G, "--animate", "a.svg", "-f", "text", "-o", "a.svg"], "need two files"),
    (["compose", F, G, "--animate", "a.svg", "--answer", "1"], "with --answer there is a verdict"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_is_refused_before_anything_is_derived(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    assert run_command(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.svg"]


def test_the_page_stays_where_its_animation_is_too_large(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compose", *["f(x, y) = [sin(x + y), x y]"] * 3, "--animate", str(tmp_path / "a.svg")]
    assert run_command(words) == 3
    shown = capsys.readouterr()
    assert "The chain rule" in shown.out
    assert "is too long to animate" in shown.err
    assert not list(tmp_path.iterdir())
