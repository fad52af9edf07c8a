"""The code of a program runs, checks itself, and gives the gradients that the derivation gives."""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jacocalc as jc
from jacocalc.derive.matrix.backprop import Backward, default_wrt, loss_of
from jacocalc.derive.matrix.checks import evaluated
from jacocalc.errors import DomainError, JacocalcError
from jacocalc.evaluate.arrays import FLOATS, Generic
from jacocalc.evaluate.program_samples import MANNERS, sampled, small_sizes
from jacocalc.evaluate.programs import forward
from jacocalc.programs import Program, small_ends, unrolled
from jacocalc.reading.programs import read_program
from jacocalc.targets.code import TARGETS, program_code
from jacocalc.terms import Index, Term, Var, numbered, shifted
from tests.shares import share
from tests.targets.programs import PROGRAMS

Array = Any
NAMES = tuple(PROGRAMS)
CHECKED = ("numpy", "jax", "torch", "matlab")


def code_of(name: str, target: str) -> str:
    program = read_program(PROGRAMS[name])
    loss = loss_of(program)
    wrt = default_wrt(program, loss)
    return program_code(program, loss, wrt, Backward(program, loss, wrt).run(), target, small_sizes(program))


# -- the files check themselves -----------------------------------------------------------------------

_ALL_IN_PYTHON = """import contextlib, io, json, runpy, sys
found = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            found[path] = f"{said.getvalue()}exit {end.code}"
        except Exception as problem:
            found[path] = repr(problem)
print(json.dumps(found))"""
_ALL_IN_OCTAVE = """for k = 1:{count}
    cd(sprintf("{folder}/%d", k));
    clear -f;
    try
        loss_and_gradients();
        printf("exit 0\\n");
    catch problem
        printf("%s\\n", problem.message);
    end
    printf("----\\n");
end"""


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """What the file of every program says when it runs, one process for each target."""

    @functools.cache
    def run(target: str) -> dict[str, str]:
        folder = tmp_path_factory.mktemp(target)
        return _octave(folder) if target == "matlab" else _python(folder, target)

    return run


def _python(folder: Path, target: str) -> dict[str, str]:
    paths = {name: folder / f"code_{place}.py" for place, name in enumerate(NAMES) if name in checked(target)}
    for name, path in paths.items():
        path.write_text(code_of(name, target), "utf-8")
    command = [sys.executable, "-c", _ALL_IN_PYTHON, *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {name: said[str(path)] for name, path in paths.items()}


def _octave(folder: Path) -> dict[str, str]:
    for place, name in enumerate(NAMES, 1):
        (folder / str(place)).mkdir()
        (folder / str(place) / "loss_and_gradients.m").write_text(code_of(name, "matlab"), "utf-8")
    (folder / "all_of_them.m").write_text(_ALL_IN_OCTAVE.format(count=len(NAMES), folder=folder), "utf-8")
    command = ["octave-cli", "--no-init-file", "--quiet", str(folder / "all_of_them.m")]
    done = subprocess.run(command, capture_output=True, text=True)
    return dict(zip(NAMES, done.stdout.split("----\n"), strict=False))


def checked(target: str) -> Sequence[str]:
    """JAX compiles for a second or two at every shape: every twelfth program, and all in a full run."""
    return share(NAMES, 12) if target == "jax" else NAMES


@pytest.mark.parametrize(("name", "target"), [(name, target) for target in CHECKED for name in checked(target)])
def test_the_gradient_check_passes(name: str, target: str, outcomes: Callable[[str], dict[str, str]]) -> None:
    if target == "matlab" and shutil.which("octave-cli") is None:
        pytest.skip("octave-cli is not installed")
    if target != "matlab" and importlib.util.find_spec(target) is None:
        pytest.skip(f"{target} is not installed")
    assert outcomes(target)[name].split("\n")[-3 if target == "matlab" else -2] == "gradient check passed"


@pytest.mark.parametrize("target", share(["numpy", "jax", "torch"], 2))
def test_an_input_that_the_loss_does_not_use_passes_the_check(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(target) is None:
        pytest.skip(f"{target} is not installed")
    path = tmp_path / "code.py"
    path.write_text(jc.backprop("x: n; q: n; L = ||x||^2", wrt="q").to_code(target), "utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert done.stdout == "q: relative error 0.0e+00\ngradient check passed\n", done.stderr


@pytest.mark.parametrize(
    ("name", "line", "instead"),
    [
        ("two layers", "dz = dh * dsigma(z)", "dz = dh + dsigma(z)"),
        ("two layers", "dx = W.T @ dz", "dx = W.T @ dz * np.nan"),
        ("recurrent", "dx[t] = U.T @ dz[t]", "dx[t] = U.T @ dz[t] * (np.nan if t == 2 else 1)"),
        ("symmetric form", "dB = A", "dB = 2 * A"),
    ],
)
def test_a_wrong_gradient_is_found(name: str, line: str, instead: str, tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    right = code_of(name, "numpy")
    wrong = right.replace(f"    {line}\n", f"    {instead}\n")
    assert wrong != right
    path.write_text(wrong, "utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.endswith("gradient check failed\n")


DEAD = ("x: n; W: m x n; b: m; V: k x m; L = sum(V relu(W x + b - 1/2 ones(m)))", "dW")
SMALL = ("x: n; L = 10^-13 sum(sin(x))", "dx")


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
@pytest.mark.parametrize(("program", "name"), [DEAD, SMALL])
def test_no_gradient_is_right_only_because_it_is_small(program: str, name: str, target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(target) is None:
        pytest.skip(f"{target} is not installed")
    right = jc.backprop(program).to_code(target)
    (line,) = [one for one in right.splitlines() if one.startswith(f"    {name} = ")]
    wrong = right.replace(line, f"    {name} = 7 * ({line.split(' = ')[1]})")
    path = tmp_path / "code.py"
    for code, outcome in ((right, "passed"), (wrong, "failed")):
        path.write_text(code, "utf-8")
        done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
        assert done.stdout.endswith(f"gradient check {outcome}\n"), done.stderr


STEEP = {
    "a large constant": "x: n; L = 10^9 + sum(sin(x))", "a fast wave": "x: n; L = sum(sin(10^4 x))",
    "a very fast wave": "x: n; L = sum(sin(10^9 x))", "small": "x: n; L = 10^-9 sum(sin(x))",
    "no slope": "x: n; L = (sum(softmax(x)) - 1)^2", "kinks": "x: n; L = 10^6 + sum(relu(sin(100 x)))",
    "no slope between kinks": "x: n; L = 1 + sum(relu(sin(100 x) - 0.9))",
}  # fmt: skip


@pytest.mark.parametrize("target", ["numpy", "matlab"])
@pytest.mark.parametrize("name", STEEP)
def test_differences_find_a_step_that_fits(name: str, target: str, tmp_path: Path) -> None:
    if target == "matlab" and shutil.which("octave-cli") is None:
        pytest.skip("octave-cli is not installed")
    code = jc.backprop(STEEP[name]).to_code(target)
    line = next(one for one in code.split("\n") if one.lstrip().startswith("dx = "))
    semicolon = ";" if target == "matlab" else ""
    wrong = code.replace(line, f"{line}\n    dx = dx * 1.001{semicolon}")
    assert says(code, target, tmp_path) == ["passed"]
    assert name.startswith("no slope") or says(wrong, target, tmp_path) == ["failed"]


def says(code: str, target: str, folder: Path) -> list[str]:
    """What a file says of itself, passed or failed."""
    path = folder / ("loss_and_gradients.m" if target == "matlab" else "code.py")
    path.write_text(code, "utf-8")
    command = ["octave-cli", "--no-init-file", "--quiet", "--eval", f"cd {folder}; loss_and_gradients();"]
    command = command if target == "matlab" else [sys.executable, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    return re.findall(r"gradient check (\w+)", done.stdout + done.stderr)


# -- against the derivation ---------------------------------------------------------------------------


def tanh_derivatives(order: int, array: Array) -> Array:
    t = np.tanh(array)
    return (t, 1 - t**2, -2 * t * (1 - t**2), (6 * t**2 - 2) * (1 - t**2))[order]


def plain(array: Array, var: Var) -> Array:
    """An array of two axes as the code has it: vectors with one axis, scalars with none."""
    return array.reshape([size for size, said in zip(array.shape, var.shape, strict=True) if said != 1])


def at_step(var: Var, step: int) -> Var:
    assert var.index is not None
    found = shifted(var, var.index.letter, Index("", step))
    assert isinstance(found, Var)
    return found


def as_code_has_it(var: Var, found: dict[Term, Array], ends: dict[str, int]) -> Array:
    """The array of a variable, or the list of a family."""
    steps = max(ends.values(), default=0)
    if var.index is None or not var.index.letter:
        return plain(found[numbered(var, ends)], var)
    members = (found.get(at_step(var, step)) for step in range(steps + 1))
    return [None if member is None else plain(member, var) for member in members]


def expected(program: Program) -> tuple[dict[str, Array], dict[str, Array]]:
    """Inputs by name, and the gradients that the formulas give there."""
    loss = loss_of(program)
    wrt = default_wrt(program, loss)
    sizes = {size: 2 + place % 3 for place, size in enumerate(program.sizes)} | small_sizes(program)
    ends = {loop.last.letter: sizes[loop.last.letter] for loop in program.loops}
    flat = unrolled(program, ends)
    generic: dict[str, Generic] = dict.fromkeys(("sigma", *program.functions), tanh_derivatives)
    for manner in reversed(MANNERS):
        given: dict[Term, Array] = {
            var: np.array([[float(value) for value in row] for row in grid])
            for var, grid in sampled(flat, sizes, 1, manner).items()
        }
        try:
            with np.errstate(all="ignore"):
                values = forward(flat, given, sizes, FLOATS, generic)
        except DomainError:
            continue
        if np.isfinite(values.known[loss]).all():
            break
    listed = Backward(program, loss, wrt).run()
    adjoints: dict[Term, Array] = {adjoint.of: array for adjoint, array in evaluated(values, loss.key, listed, ends)}
    listed_in = {one for var in program.declared for one in program.members(var) if one != var}
    inputs = {called(var): as_code_has_it(var, given, ends) for var in program.declared if var not in listed_in}
    return inputs, {called(var): as_code_has_it(var, adjoints, ends) for var in wrt if var not in listed_in}


def called(var: Var) -> str:
    """The name of an argument."""
    name = var.name if var.index is None or var.index.letter else var.key
    return {"lambda": "lambda_", "np": "np_", "values": "values_", "sum": "sum_"}.get(name, name)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_gives_the_gradients_of_the_formulas(name: str) -> None:
    program = read_program(PROGRAMS[name])
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(code_of(name, "numpy"), name, "exec"), module)
    inputs, gradients = expected(program)
    wanted = _arguments(module["loss_and_gradients"])
    more = {end: steps for end, steps in small_ends(program).items() if end in wanted}
    functions: dict[str, Any] = module.get("FUNCTIONS", {})
    _, found = module["loss_and_gradients"](**inputs, **more, **functions)
    assert list(found) == list(gradients)
    for key, right in gradients.items():
        for a, b in zip(_members(found[key]), _members(right), strict=True):
            assert np.shape(a) == np.shape(b), key
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11, err_msg=key)


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def _members(value: Array) -> list[Array]:
    return [one for one in value if one is not None] if isinstance(value, list) else [value]


# -- what the text looks like -------------------------------------------------------------------------

_TWO_LAYERS = '''"""L and its gradients in NumPy: forward and backward pass, by jacocalc.

    x: n;  W: m×n;  b: m;  U: k×m;  c: k;  y: k
    z = W x + b
    h = σ(z)
    ŷ = U h + c
    L = 1/2 ‖ŷ - y‖²

Scalars are floats, vectors 1-D and matrices 2-D arrays; a gradient has the shape of its
variable.

    variable  shape   gradient
    x         (n,)    dx
    W         (m, n)  dW
    b         (m,)    db
    U         (k, m)  dU
    c         (k,)    dc
    y         (k,)
    z         (m,)    dz
    h         (m,)    dh
    yhat      (k,)    dyhat
    L         ()

sigma is any function of one number, applied entry by entry, dsigma its first
derivative; the check takes tanh.
"""

import numpy as np


def forward(x, W, b, U, c, y, sigma):
    """All that the program computes, by name."""
    z = W @ x + b
    h = sigma(z)
    yhat = U @ h + c
    L = 0.5 * np.sum((yhat - y) ** 2)
    return {"z": z, "h": h, "yhat": yhat, "L": L}


def backward(x, W, b, U, c, y, values, dsigma):
    """The gradients, by the names of their variables."""
    z, h, yhat = values["z"], values["h"], values["yhat"]
    dyhat = yhat - y
    dU = np.outer(dyhat, h)
    dc = dyhat
    dh = U.T @ dyhat
    dz = dh * dsigma(z)
    dW = np.outer(dz, x)
    db = dz
    dx = W.T @ dz
    return {"x": dx, "W": dW, "b": db, "U": dU, "c": dc}


def loss_and_gradients(x, W, b, U, c, y, sigma, dsigma):
    """The loss and its gradients."""
    values = forward(x, W, b, U, c, y, sigma)
    gradients = backward(x, W, b, U, c, y, values, dsigma)
    return values["L"], gradients


def sample_inputs(rng, above_zero):
    """Random inputs at small sizes."""
    n, m, k = 3, 2, 4

    def draw(*shape):
        values = 0.5 * rng.standard_normal(shape)
        return np.asarray(abs(values) + 0.2 if above_zero else values)

    return {
        "x": draw(n),
        "W": draw(m, n),
        "b": draw(m),
        "U": draw(k, m),
        "c": draw(k),
        "y": draw(k),
    }


FUNCTIONS = {"sigma": np.tanh, "dsigma": lambda u: 1 - np.tanh(u) ** 2}


def relative_error(found, expected, doubt):
    """The largest difference, relative to the largest entry, or to what leaves no room for doubt."""
    return float(abs(found - expected).max() / max(abs(expected).max(), 1e5 * doubt, 1e-20))


def quotients_with(step, loss, array):
    """(8 (L(a + step) - L(a - step)) - (L(a + 2 step) - L(a - 2 step)))/(12 step) for every entry a."""
    slopes, kept = np.zeros_like(array), array.copy()
    for place in np.ndindex(array.shape):
        for times, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
            array[place] += times * step
            slopes[place] += weight * loss() / (12 * step)
            array[...] = kept
    return slopes


def difference_quotients(loss, array):
    """The quotients with the step whose change changes them least, and by how much it does."""
    best, doubt, least, height = np.full_like(array, np.nan), np.inf, np.inf, abs(loss())
    for step in (1e-3, 1e-2, 1e-5, 1e-7, 1e-9, 1e-10, 1e-11):
        slopes = quotients_with(step, loss, array)
        others = quotients_with(0.7 * step, loss, array)
        change = abs(slopes - others).max() + 1e-16 * height / step
        share = change / (abs(slopes).max() + 1e-9 * height + 1e-300)
        if share < 0.3 * least:
            best, doubt, least = slopes, change, share
        if least <= 1e-7:
            break
    return best, doubt


def check_gradients():
    """Compare every gradient with central differences at random inputs where few are all zeros."""
    most = -1
    for seed in range(100):
        rng = np.random.default_rng(seed)
        drawn = sample_inputs(rng, above_zero=seed % 2 == 1)
        with np.errstate(all="ignore"):
            value, found = loss_and_gradients(**drawn, **FUNCTIONS)
        if not np.isfinite(value):
            continue
        alive = [bool(np.any(slope)) for slope in found.values()]
        if sum(alive) > most:
            most, inputs, gradients = sum(alive), drawn, found
        if all(alive) or seed >= 10:
            break
    if most < 0:
        raise ValueError("the loss is not finite at any of the random inputs")

    def loss():
        with np.errstate(all="ignore"):
            return loss_and_gradients(**inputs, **FUNCTIONS)[0]

    passed = True
    for name in gradients:
        expected, doubt = difference_quotients(loss, inputs[name])
        error = relative_error(gradients[name], expected, doubt)
        print(f"{name}: relative error {error:.1e}")
        passed = passed and error <= 1e-5
    print("gradient check passed" if passed else "gradient check failed")
    return passed


if __name__ == "__main__":
    raise SystemExit(0 if check_gradients() else 1)
'''


def test_the_two_layer_network_in_numpy() -> None:
    assert code_of("two layers", "numpy") == _TWO_LAYERS


LINES = [
    ("recurrent", "numpy", "        z[t] = W @ h[t - 1] + U @ x[t] + b"),
    ("recurrent", "numpy", "    for t in range(T, 0, -1):"),
    ("recurrent", "numpy", "        dW += np.outer(dz[t], h[t - 1])"),
    ("recurrent", "numpy", "        dz[t] = dh[t] * (1 - h[t] ** 2)"),
    ("attention", "numpy", "    dS = P * (dP - (P * dP).sum(axis=1, keepdims=True))"),
    ("batch of columns", "numpy", "    Z = W @ X + b[:, None]"),
    ("batch of rows", "numpy", "    Z = X @ W + b"),
    ("batch of rows", "numpy", "    db = dZ.sum(axis=0)"),
    ("cross-entropy", "numpy", "    dz = p - y"),
    ("equilibrium", "numpy", "    w = np.linalg.solve((np.eye(m) - (1 - h**2)[:, None] * W).T, dh)"),
    ("linear system", "numpy", "    u = np.linalg.solve(A, b)"),
    ("linear system", "numpy", "    dA = -np.outer(delta_1, u)"),
    ("log determinant", "numpy", "    dB = A_inv.T"),
    ("names that collide", "numpy", "def forward(lambda_, np_, x, dx, values_, sum_):"),
    ("no input to count", "numpy", "def forward(W, h_0, y, T):"),
    ("attention", "torch", "    S = Q @ K.T / math.sqrt(d)"),
    ("layer norm", "torch", "    v = torch.var(x, correction=0)"),
    ("cross-entropy", "jax", "    p = jax.nn.softmax(z)"),
    ("two layers", "julia", "    h = sigma.(z)"),
    ("two layers", "julia", "    dz = dh .* dsigma.(z)"),
    ("two layers", "julia", "    dW = dz * x'"),
    ("batch of columns", "julia", "    Z = W * X .+ b"),
    ("recurrent", "julia", "        z[t] = W * h[t] + U * x[t] + b"),
    ("recurrent", "julia", "        dz[t] = dh[t + 1] .* (1 .- h[t + 1] .^ 2)"),
    ("equilibrium", "julia", "    w = (Matrix(1.0I, m, m) - (1 .- h.^2) .* W)' \\ dh"),
    ("two layers", "matlab", "    dz = dh .* dsigma(z);"),
    ("recurrent", "matlab", "        dz{t} = dh{t + 1} .* (1 - h{t + 1} .^ 2);"),
    ("layer norm", "matlab", "function values = forward(x, g, b, y, eps_)"),
    ("two layers", "latex", r"z &= W x + b & &\in \mathbb{R}^{m} \\"),
    ("two layers", "latex", r"\frac{\partial L}{\partial b} &= \frac{\partial L}{\partial z} & &\in \mathbb{R}^{m} \\"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "target", "line"), LINES)
def test_lines_as_people_write_them(name: str, target: str, line: str) -> None:
    assert line in code_of(name, target).splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_computed_that_is_not_used(name: str) -> None:
    """Every name that the backward pass assigns is read or returned."""
    tree = ast.parse(code_of(name, "numpy"))
    backward = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "backward")
    names = [node for node in ast.walk(backward) if isinstance(node, ast.Name)]
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    assert stored <= {node.id for node in names if isinstance(node.ctx, ast.Load)}


def test_unknown_target() -> None:
    with pytest.raises(JacocalcError) as caught:
        code_of("two layers", "nunpy")
    assert all(target in caught.value.message for target in TARGETS)
    assert caught.value.hint == "did you mean numpy?"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    body = "\n".join(code_of(name, "latex") for name in NAMES)
    path = tmp_path / "all.tex"
    head = r"\documentclass{article}\usepackage{amsmath,amssymb}\begin{document}"
    path.write_text(f"{head}\n{body}\n\\end{{document}}\n", "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-1500:]


@pytest.mark.parametrize("target", ["numpy", "julia", "matlab"])
def test_a_name_stays_in_the_comment(target: str) -> None:
    program = read_program(PROGRAMS["two layers"], name='net """ \n=# \\ end')
    loss = loss_of(program)
    wrt = default_wrt(program, loss)
    text = program_code(program, loss, wrt, Backward(program, loss, wrt).run(), target, small_sizes(program))
    assert "Net end and its gradients" in text


def test_gradients_of_computed_variables() -> None:
    program = read_program(PROGRAMS["two layers"])
    z, w = program.find("z"), program.find("W")
    assert z is not None
    assert w is not None
    text = program_code(program, loss_of(program), (z, w), Backward(program, loss_of(program), (z, w)).run(), "numpy",
                        small_sizes(program))  # fmt: skip
    assert 'return {"z": dz, "W": dW}' in text
    module: dict[str, Any] = {"__name__": "generated"}
    exec(text, module)
    assert module["check_gradients"]()


def test_the_loss_is_finite_where_the_network_is_sure() -> None:
    """Red where log softmax and log σ are written as they stand: nan or inf comes out."""
    x, y = np.array([1000.0, -1000.0]), np.array([0.0, 1.0])
    softmax = _defined("p = softmax(x)\nL = -y' log(p)")
    loss, found = softmax["loss_and_gradients"](x, y)
    assert (float(loss), found["x"].tolist()) == (2000.0, [1.0, -1.0])
    sigmoid = _defined("q = sigmoid(x)\nL = -sum(y .* log(q) + (1 - y) .* log(1 - q))")
    assert float(sigmoid["forward"](x, y)["L"]) == 2000.0


def _defined(text: str) -> dict[str, Any]:
    """What the module of a program defines."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(jc.backprop(f"x: n; y: n sums to 1\n{text}", wrt=["x"]).to_code("numpy"), names)
    return names
