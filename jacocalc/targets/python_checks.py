"""The part of a Python file that runs: random inputs, and every gradient against an independent one.

NumPy compares with central differences, JAX and PyTorch with their own automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jacocalc.targets.drafts import STEPS, Draft
from jacocalc.targets.identifiers import Parameter
from jacocalc.targets.lines import Plan
from jacocalc.targets.samples import Samples

SLOPES = (
    "{xp}.tanh",
    "lambda u: 1 - {xp}.tanh(u) ** 2",
    "lambda u: -2 * {xp}.tanh(u) * (1 - {xp}.tanh(u) ** 2)",
    "lambda u: (6 * {xp}.tanh(u) ** 2 - 2) * (1 - {xp}.tanh(u) ** 2)",
)
FACTS = {
    "symmetric": "def symmetric(a):\n    return (a + a.T) / 2",
    "invertible": "def invertible(a):\n    return a + 2 * {xp}.eye(len(a))",
    "sums to 1": "def summing_to_1(a):\n    a = abs(a) + 0.2\n    return a / a.sum()",
    "rows sum to 1": "def rows_summing_to_1(a):\n    a = abs(a) + 0.2\n    return a / a.sum(1)[:, None]",
    "columns sum to 1": "def columns_summing_to_1(a):\n    a = abs(a) + 0.2\n    return a / a.sum(0)",
    "positive": "def positive(a):\n    return {xp}.asarray(abs(a) + 0.2)",
}
_DRAW = {
    "numpy": "        values = {scale} * rng.standard_normal(shape)\n"
    "        return np.asarray(abs(values) + 0.2 if above_zero else values)",
    "jax": "        values = {scale} * rng.standard_normal(shape)\n"
    "        return jnp.asarray(abs(values) + 0.2 if above_zero else values)",
    "torch": "        values = {scale} * torch.randn(shape, generator=rng, dtype=torch.float64)\n"
    "        return abs(values) + 0.2 if above_zero else values",
}


def sample_inputs(plan: Plan, draft: Draft, target: str) -> str:
    """def sample_inputs(rng, above_zero)"""
    samples = Samples(plan, draft.identifiers)
    names, values = zip(*samples.sizes(), strict=True) if any(samples.sizes()) else ((), ())
    sizes = [f"    {', '.join(names)} = {', '.join(values)}"] if names else []
    drawn = [f'        "{p.name}": {_drawn(p, samples)},' for p in draft.identifiers.parameters]
    drawn += [f'        "{end}": {end},' for end in draft.ends]
    draw = _DRAW[target].format(scale=samples.scale)
    return "\n".join([
        "def sample_inputs(rng, above_zero):", '    """Random inputs at small sizes."""', *sizes, "",
        "    def draw(*shape):", draw, "", "    return {", *drawn, "    }",
    ])  # fmt: skip


def _drawn(parameter: Parameter, samples: Samples) -> str:
    """draw(m, n), or a list of such arrays."""
    text = samples.flat_array(parameter.var)
    if not parameter.family:
        return text
    letter, first, last = samples.steps(parameter.var)
    nothing = "[None] + " if first == "1" else f"[None] * {first} + " if first != "0" else ""
    return f"{nothing}[{text} for {letter} in range({first}, {last} + 1)]"


# -- checks -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Features:
    """What a check must cope with; ``names`` are those gradients that belong to arguments."""

    generic: bool
    symmetric: bool
    lists: bool
    names: str

    @property
    def functions(self) -> str:
        """The last arguments of a call: what stands for functions without formulas."""
        return ", **FUNCTIONS" if self.generic else ""

    @property
    def slopes(self) -> str:
        """for …: every array among the gradients."""
        return "each in found.values() for slope in arrays(each)" if self.lists else "slope in found.values()"


ARRAYS = '''def arrays(value):
    """The arrays of a list, or the array itself."""
    return [array for array in value if array is not None] if isinstance(value, list) else [value]'''
_DIFFERENCES = '''def quotients_with(step, loss, array{parameter}):
    """(8 (L(a + step) - L(a - step)) - (L(a + 2 step) - L(a - 2 step)))/(12 step) for every entry a{together}"""
    slopes, kept = np.zeros_like(array), array.copy()
    for place in np.ndindex(array.shape):
        for times, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
{moves}
            slopes[place] += weight * loss() / (12 * step)
            array[...] = kept
    return slopes


def difference_quotients(loss, array{parameter}):
    """The quotients with the step whose change changes them least, and by how much it does."""
    best, doubt, least, height = np.full_like(array, np.nan), np.inf, np.inf, abs(loss())
    for step in {steps}:
        slopes = quotients_with(step, loss, array{given})
        others = quotients_with(0.7 * step, loss, array{given})
        change = abs(slopes - others).max() + 1e-16 * height / step
        share = change / (abs(slopes).max() + 1e-9 * height + 1e-300)
        if share < 0.3 * least:
            best, doubt, least = slopes, change, share
        if least <= 1e-7:
            break
    return best, doubt'''
_MOVE = "            array[place] += times * step"
_MOVES = '''            array[place] += times * step / 2
            array[place[::-1] if symmetric else place] += times * step / 2'''
_FOUND = '''def check_gradients():
    """Compare every gradient with {other} at random inputs where few are all zeros."""
    most = -1
    for seed in range(100):
        {rng}
        drawn = sample_inputs(rng, above_zero=seed % 2 == 1)
{attempt}
        if not {finite}(value):
            continue
        alive = [bool({nonzero}) for {slopes}]
        if sum(alive) > most:
            most, inputs, gradients{kept} = sum(alive), drawn, found{value}
        if all(alive) or seed >= 10:
            break
    if most < 0:
        raise ValueError("the loss is not finite at any of the random inputs")
'''
_HEIGHT = {"kept": ", height", "value": ", float(abs(value))"}
_REPORT = '''    passed = True
    for name in {names}:
{compare}
        print(f"{{name}}: relative error {{{worst}:.1e}}")
        passed = passed and {small} <= {tolerance}{every}
    print("gradient check passed" if passed else "gradient check failed")
    return passed'''
_ERROR_BESIDE_DOUBT = '''def relative_error(found, expected, doubt):
    """The largest difference, relative to the largest entry, or to what leaves no room for doubt."""
    return float(abs(found - expected).max() / max(abs(expected).max(), 1e5 * doubt, 1e-20))'''
_ERROR = '''def relative_error(found, expected, height):
    """The largest difference, relative to the largest entry, or to a millionth of what is rounded: the loss, or 1."""
    return float(abs(found - expected).max() / max(abs(expected).max(), 1e-6 * max(height, 1)))'''


def _report(has: Features, compare: str, tolerance: str) -> str:
    said = {"worst": "max(errors)", "small": "all(error", "every": " for error in errors)"}
    one = {"worst": "error", "small": "error", "every": ""}
    return _REPORT.format(names=has.names, compare=compare, tolerance=tolerance, **(said if has.lists else one))


def _numpy_check(has: Features) -> Iterator[str]:
    yield _ERROR_BESIDE_DOUBT
    yield _DIFFERENCES.format(
        parameter=", symmetric=False" if has.symmetric else "", moves=_MOVES if has.symmetric else _MOVE,
        given=", symmetric" if has.symmetric else "", steps=f"({', '.join(STEPS)})",
        together=";\n    a_ij and a_ji change together in a symmetric matrix.\n    " if has.symmetric else ".",
    )  # fmt: skip
    found = _FOUND.format(
        other="central differences", rng="rng = np.random.default_rng(seed)",
        attempt='        with np.errstate(all="ignore"):\n'
        f"            value, found = loss_and_gradients(**drawn{has.functions})",
        finite="np.isfinite", nonzero="np.any(slope)", slopes=has.slopes, kept="", value="",
    )  # fmt: skip
    loss = f'''    def loss():
        with np.errstate(all="ignore"):
            return loss_and_gradients(**inputs{has.functions})[0]

'''
    twins = ", name in SYMMETRIC" if has.symmetric else ""
    if has.lists:
        compare = f"""        pairs = zip(arrays(gradients[name]), arrays(inputs[name]), strict=True)
        errors = [relative_error(g, *difference_quotients(loss, a{twins})) for g, a in pairs]"""
    else:
        compare = f"""        expected, doubt = difference_quotients(loss, inputs[name]{twins})
        error = relative_error(gradients[name], expected, doubt)"""
    yield found + "\n" + loss + _report(has, compare, "1e-5")


def _jax_check(has: Features) -> Iterator[str]:
    yield _ERROR
    found = _FOUND.format(
        other="jax.grad", rng="rng = np.random.default_rng(seed)",
        attempt=f"        value, found = loss_and_gradients(**drawn{has.functions})", finite="jnp.isfinite",
        nonzero="jnp.any(slope)", slopes=has.slopes, **_HEIGHT,
    )  # fmt: skip
    loss = f"""
    def loss(wanted):
        return loss_and_gradients(**{{**inputs, **wanted}}{has.functions})[0]

    expected = jax.grad(loss)({{name: inputs[name] for name in {has.names}}})
"""
    yield found + loss + _report(has, _against(has), "1e-8")


def _torch_check(has: Features) -> Iterator[str]:
    yield _ERROR
    found = _FOUND.format(
        other="torch.autograd", rng="rng = torch.Generator().manual_seed(seed)",
        attempt=f"        value, found = loss_and_gradients(**drawn{has.functions})", finite="torch.isfinite",
        nonzero="torch.as_tensor(slope).any()", slopes=has.slopes, **_HEIGHT,
    )  # fmt: skip
    leaves, one = f"[inputs[name] for name in {has.names}]", "next(slopes)"
    if has.lists:
        leaves = f"[a for name in {has.names} for a in arrays(inputs[name])]"
        one = "[next(slopes) for _ in arrays(inputs[name])]"
    loss = f"""
    leaves = {leaves}
    for leaf in leaves:
        leaf.requires_grad_(True)
    loss = loss_and_gradients(**inputs{has.functions})[0]
    loss = loss + sum(0 * leaf.sum() for leaf in leaves)  # of an unused input autograd gives 0
    slopes = iter(torch.autograd.grad(loss, leaves))
    expected = {{name: {one} for name in {has.names}}}
"""
    yield found + loss + _report(has, _against(has), "1e-8")


def _against(has: Features) -> str:
    """The comparison with what automatic differentiation gave; of a symmetric matrix with its symmetric part."""
    turned = """        if name in SYMMETRIC:
            expected[name] = symmetric(expected[name])
""" if has.symmetric else ""  # fmt: skip
    if has.lists:
        return turned + """        pairs = zip(arrays(gradients[name]), arrays(expected[name]), strict=True)
        errors = [relative_error(g, e, height) for g, e in pairs]"""
    return turned + "        error = relative_error(gradients[name], expected[name], height)"


CHECKS: dict[str, Callable[[Features], Iterator[str]]] = {
    "numpy": _numpy_check, "jax": _jax_check, "torch": _torch_check,
}  # fmt: skip
