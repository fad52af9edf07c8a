"""Gamma, Bessel and Airy functions and their like as each language writes them, where it or its usual library has them.

A language takes on only the forms of functions that occur, so that ``gamma`` stays a name for variables elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from jacocalc.compiled.code.languages import Language
from jacocalc.known_functions import ORDERED
from jacocalc.targets.forms import ATOM, SIGNED, Form, Forms


def _named(template: str, names: str, helper: str = "") -> Forms:
    """Forms ``name(u)`` and ``name(n, u)``: "besselj=jv" is jv(n, u)."""
    found: dict[str, Form] = {}
    for pair in names.split():
        ours, _, theirs = pair.partition("=")
        arguments = "{0}, {1}" if ours in ORDERED else "{0}"
        found[ours] = Form(template.format(theirs or ours, arguments), helper=helper)
    return found


def _of(helper: str, **templates: str) -> Forms:
    return {name: Form(text, SIGNED if text[0] == "-" else ATOM, helper=helper) for name, text in templates.items()}


_JULIA_HELPER = "SpecialFunctions"
_FORMS: dict[str, Forms] = {
    "numpy": {
        **_named("np.{}({})", "floor ceil"),
        **_named("special.{}({})", "gammafn=gamma loggamma=gammaln polygamma besselj=jv bessely=yv besseli=iv "
                 "besselk=kv erfi erfinv ExpIntegralEi=expi", "special"),
        **_of("special", lambertw="special.lambertw({0}).real", LogIntegral="special.expi(np.log({0}))",
              SinIntegral="special.sici({0})[0]", CosIntegral="special.sici({0})[1]",
              SinhIntegral="special.shichi({0})[0]", CoshIntegral="special.shichi({0})[1]",
              fresnels="special.fresnel({0})[0]", fresnelc="special.fresnel({0})[1]", airyai="special.airy({0})[0]",
              airyaiprime="special.airy({0})[1]", airybi="special.airy({0})[2]",
              airybiprime="special.airy({0})[3]"),
    },
    "c": _named("{}({})", "floor ceil gammafn=tgamma loggamma=lgamma"),
    "jax": {
        **_named("jnp.{}({})", "floor ceil"),
        **_named("jax.scipy.special.{}({})", "gammafn=gamma loggamma=gammaln polygamma erfinv ExpIntegralEi=expi"),
    },
    "torch": {
        **_named("torch.{}({})", "floor ceil loggamma=lgamma erfinv polygamma"), **_of("gamma", gammafn="gamma({0})"),
    },
    "julia": {
        **_named("{}({})", "floor ceil"),
        **_named("{}({})", "gammafn=gamma polygamma besselj bessely besseli besselk erfi erfinv "
                 "ExpIntegralEi=expinti SinIntegral=sinint CosIntegral=cosint airyai airyaiprime airybi airybiprime",
                 _JULIA_HELPER),
        **_of(_JULIA_HELPER, loggamma="logabsgamma({0})[1]", LogIntegral="expinti(log({0}))"),
    },
    "matlab": {
        **_named("{}({})", "floor ceil gammafn=gamma polygamma=psi besselj bessely besseli besselk erfinv "
                 "SinIntegral=sinint CosIntegral=cosint"),
        **_of("", loggamma="gammaln(max({0}, 0))", ExpIntegralEi="-real(expint(-({0})))",
              LogIntegral="-real(expint(-log({0})))", airyai="real(airy(0, {0}))", airyaiprime="real(airy(1, {0}))",
              airybi="real(airy(2, {0}))", airybiprime="real(airy(3, {0}))"),
    },
}  # fmt: skip
_HELPERS = {
    _JULIA_HELPER: "using SpecialFunctions",
    "gamma": 'def gamma(u):\n    """The gamma function, by its logarithm."""\n'
    "    size = torch.exp(torch.lgamma(u))\n"
    "    return torch.where((u > 0) | (torch.floor(u) % 2 == 0), size, -size)\n",
}


def with_special(language: Language, target: str, functions: Collection[Any]) -> Language:
    """The language with the forms of these functions, where it has them."""
    forms = {name: form for name, form in _FORMS[target].items() if name in functions}
    needed = {form.helper: _HELPERS[form.helper] for form in forms.values() if form.helper in _HELPERS}
    return replace(language, forms={**language.forms, **forms}, helpers={**language.helpers, **needed})
