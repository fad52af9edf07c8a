"""``%jacocalc`` and ``%%jacocalc`` in a shell that has no more of IPython than the magic is promised."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import subprocess
import sys
import traceback
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
import sympy

import jacocalc as jc
from jacocalc.solutions import Solution
from jacocalc.verdicts import Verdict


class Shell:
    """Registers magics, has a namespace, and keeps what is published."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magics_manager = SimpleNamespace(magics={"line": {}, "cell": {}})
        self.shown: list[Any] = []
        self.display_formatter = SimpleNamespace(format=lambda item: (item._repr_mimebundle_(), {}))
        self.display_pub = SimpleNamespace(publish=lambda data, metadata: self.shown.append(data["text/plain"]))
        jc.load_ipython_extension(self)

    def register_magic_function(self, function: Any, magic_kind: str, magic_name: str) -> None:
        assert magic_kind == "line_cell"
        self.magics_manager.magics["line"][magic_name] = self.magics_manager.magics["cell"][magic_name] = function

    def __call__(self, line: str = "", cell: str | None = None) -> Any:
        return self.magics_manager.magics["line"]["jacocalc"](line, cell)


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.mark.parametrize("outside", [True, False])
def test_a_wrong_input_shows_the_line_of_the_cell_and_the_place_in_the_text(outside: bool) -> None:
    """In IPython, and by Python itself: the caret and the hint, which only the command line would print else."""
    with pytest.raises(jc.errors.ReadError) as caught:
        jc.jacobian("f(x, y) = x^2 + sinn(y)")
    caught.value.add_note("seen")
    caught.value.__notes__ = caught.value.__notes__  # as pickles of tracebacks do
    error = pickle.loads(pickle.dumps(caught.value)) if outside else caught.value
    shown = "".join(traceback.format_exception(error)) if outside else "\n".join(error._render_traceback_())
    assert shown.splitlines()[-5:] == [
        "jacocalc.errors.ReadError: sinn is not a known function",
        "  f(x, y) = x^2 + sinn(y)",
        "                  ^^^^",
        "hint: did you mean sin?",
        "seen",
    ]
    if not outside:
        assert 'jc.jacobian("f(x, y) = x^2 + sinn(y)")' in shown
        assert "parser.py" not in shown


def test_a_fault_of_ours_shows_all_lines() -> None:
    with pytest.raises(jc.errors.RoadsDisagree) as caught:
        raise jc.errors.RoadsDisagree("two results differ")
    assert caught.value._render_traceback_()[0].startswith("Traceback")


def test_a_line_gives_the_solution_of_the_command(shell: Shell) -> None:
    found = shell("compose f g --at 1,2")
    assert isinstance(found, Solution)
    assert found.result == jc.compose("f(x, y) = [x^2 + y, 2xy]", "g(u, v) = [u + v, u^2, sin(v)]", at=(1, 2)).result
    assert shell("jacocalc compose f g --at 1,2") == found
    assert shell('jacobian "f(x) = -x^2" --at -1').result == sympy.ImmutableMatrix([[2]])
    assert not shell.shown


def test_a_cell_of_definitions_and_commands(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    found = shell("", "f(x, y) = [x y,\n  x^3]  # one\n\n# and another\ng(u, v) = u f(u, v)[1]\njacobian f --at 1,2\n")
    assert found is not None, "a definition that cannot be read ends the cell"
    assert "error: " in capsys.readouterr().err
    found = shell(
        "", "f(x, y) = [x y,\n  x^3]  # one\n\ng(u, v) = u + v\njacobian f --at 1,2\ncompose f g \\\n  --at 1,2\n"
    )
    assert found.result == sympy.ImmutableMatrix([[5, 1]])
    assert len(shell.shown) == 1
    assert shell.shown[0].splitlines()[2] == "The Jacobian of f at (x, y) = (1, 2)"
    assert shell.user_ns["f"](1, 2) == sympy.ImmutableMatrix([2, 1]), "a definition is an assignment"
    assert capsys.readouterr() == ("", "")


def test_a_definition_calls_those_before_it(shell: Shell) -> None:
    found = shell("", "h(x) = x^2\nf(x, y) = h(x) + h(y)\ngradient f --at 1,2\n")
    assert found.result == sympy.ImmutableMatrix([2, 4])
    assert repr(shell("p(t) = t^3")) == "function('p(t) = t^3')"
    assert repr(shell("", "p(t) = t^3\nq(t) = 2t\n")) == "function('q(t) = 2t')"
    assert shell.shown == ["function('p(t) = t^3')"]
    assert isinstance(shell("", "gradient p --at 2\nq(t) = 3t\n"), Solution), "a definition takes no solution's place"


def test_a_command_with_its_definitions_below(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    found = shell("compose f g --at 1,2", "f(x, y) = [x^2 + y, 2xy]\ng(u, v) = u v\n")
    assert found.result == sympy.ImmutableMatrix([[20, 10]])
    assert shell("compose f g", "jacobian f\n") is None
    assert "definitions are expected below\n  jacobian f\n  ^^^^^^^^^^" in capsys.readouterr().err


def test_a_program_and_an_answer_below_their_command(shell: Shell) -> None:
    program = "x: n; W: m x n; y: m\nL = 1/2 ||W x - y||^2\n"
    found = shell("backprop --wrt W", program)
    assert str(found.result["W"]) == "(W x - y)xᵀ"
    assert shell("check exercise-1", "[[3e + 2, e + 2], [e + 4, 3]]\n").outcome == "correct"
    shell.user_ns["net"] = program
    assert shell("backprop net --wrt W") == found


def test_names_of_the_notebook(shell: Shell) -> None:
    p, q = sympy.symbols("p q")
    f, g = jc.function("f(x, y) = [x + y, x y]"), jc.function("g(u, v) = u v")
    shell.user_ns |= {
        "chain": g @ f,
        "f": f,
        "text": "h(s) = s^2",
        "own": jc.from_sympy("own", [p, q], [p * q]),
        "g": 9.81,
    }
    assert shell("compose chain text --at 1,2").result == jc.compose(f, g, "h(s) = s^2", at=(1, 2)).result
    assert shell("jacobian own").result.free_symbols == {p, q}
    assert (
        shell("compose f 'F(a, b) = f(a, b)' --at 1,2").result
        == jc.compose(f, "F(a, b) = [a+b, a b]", at=(1, 2)).result
    )
    assert shell("compose f g --at 1,2").sources["g"].startswith("from the worked example"), "9.81 is no function"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("jacobian 'f(x) = x +'", "error: expected a number, a name or a bracket after “+”, found the end of the text\n"
                                  "  f(x) = x +\n            ^"),
        ("jacobian 'f(x) = x", "error: a quotation mark is never closed\n  jacobian 'f(x) = x\n           ^"),
        ("jacobain f", "error: No such command 'jacobain'"),
        ("compose f nosuch", "error: no function is called nosuch"),
        ("compose f g --memory=200", "error: --memory belongs to the command line"),
        ("practice chain-rule --level 2", "error: practice asks its questions in a terminal"),
        ("f(x) = ", "error: "),
    ],
)  # fmt: skip
def test_errors_are_what_the_command_says(
    shell: Shell, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    assert shell(line) is None
    out, err = capsys.readouterr()
    assert err.startswith(said)
    assert "Traceback" not in err
    assert out == ""


def test_an_error_ends_a_cell_and_a_wrong_answer_does_not(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("", "jacobian 'f(x) = +'\njacobian 'f(x) = x'\n") is None
    found = shell("", "check exercise-1 '[1, 2]'\ncheck exercise-1 '[[3e + 2, e + 2], [e + 4, 3]]'\n")
    assert isinstance(found, Verdict)
    assert found.outcome == "correct"
    assert len(shell.shown) == 1


def test_text_where_a_format_is_asked_for(shell: Shell, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    assert shell("jacobian 'f(x) = x^2' --format latex") is None
    assert "\\begin{bmatrix}" in capsys.readouterr().out
    shell("", "--help\ncompose --help\n")
    assert "--order" in capsys.readouterr().out
    shell()
    assert "Usage: jacocalc" in capsys.readouterr().out
    shell(f"jacobian 'f(x) = x^2' -o {tmp_path / 'page.txt'}")
    assert "2x" in (tmp_path / "page.txt").read_text("utf-8")


def test_a_sheet_and_marks_are_shown(shell: Shell, tmp_path: Any) -> None:
    sheet = shell("practice gradient --print 1 --seed 2 --solutions")
    assert "Solution of 1" in sheet._repr_html_()
    assert "gradient/1/2" in sheet._repr_mimebundle_()["text/plain"]
    (tmp_path / "class.csv").write_text("student,question,answer\nAda,exercise-1,1\n", "utf-8")
    assert len(shell(f"grade exercise {tmp_path / 'class.csv'} --jobs 1")) == 1


def test_mathematics_is_not_expanded_as_python(shell: Shell) -> None:
    magic = shell.magics_manager.magics["line"]["jacocalc"]
    assert magic._ipython_magic_no_var_expand
    assert "%%jacocalc" in magic.__doc__
    jc.unload_ipython_extension(shell)
    jc.unload_ipython_extension(shell)
    assert shell.magics_manager.magics == {"line": {}, "cell": {}}


def test_loading_the_extension_loads_no_engine() -> None:
    code = (
        "import sys, types, jacocalc\n"
        "jacocalc.load_ipython_extension(types.SimpleNamespace(register_magic_function=lambda *_: None))\n"
        "assert not {'sympy', 'numpy', 'IPython'} & set(sys.modules), 'too much is loaded'\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_an_interrupt_leaves_nothing_behind(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_signal: int, frame: FrameType | None) -> None:
        module = frame.f_globals.get("__name__", "") if frame else ""
        if not module.startswith("jacocalc.") or module == "jacocalc.magic":
            signal.setitimer(signal.ITIMER_REAL, 0.001)  # what a callback of the collector raises is lost, so not there
            return
        raise KeyboardInterrupt

    text = "f(x, y) = sin(x y)^2 / (1 + x^2 y^4)"
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(KeyboardInterrupt):
            [jc.hessian(text) for _ in range(99)]
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        with pytest.raises(KeyboardInterrupt):  # which ends the cell, and "Run all"
            shell(f'hessian "{text}"')
        assert capsys.readouterr() == ("", "interrupted\n")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert shell(f'gradient "{text}" --at 0,1').result == sympy.ImmutableMatrix([0, 0])
    assert not multiprocessing.active_children()


def test_a_composition_is_not_stacked(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.user_ns["h"] = jc.function("g(x, y) = [x + y, x y]") @ jc.function("f(x, y) = [x^2 + y, 2xy]")
    assert shell("jacobian h") is None
    assert "h is a composition" in capsys.readouterr().err
    assert shell("compose h").result == shell.user_ns["h"].jacobian


def test_stages_in_one_text_are_a_composition(shell: Shell) -> None:
    text = "z = x y, x = s t, y = s"
    shell("", f"{text}\n")
    shell.user_ns["typed"] = text
    assert shell("compose z").result == shell("compose typed").result == jc.compose(text).result


def test_a_picture_is_of_the_notebook_and_is_shown(shell: Shell) -> None:
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    shell.user_ns["f"] = jc.function("f(x, y) = [x - y, x + y]")
    drawn = shell("picture map f --at 1,2")
    assert "(-1, 3)" in drawn.alt.replace("−", "-")


def test_the_completion_of_shells_is_not_installed_from_a_notebook(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("--install-completion") is None
    assert "completion is for shells" in capsys.readouterr().err
