"""What people call a command: the words of their course, each with the command that does it."""

from __future__ import annotations

from jacocalc.errors import JacocalcError

_PLANE = ('jacobian "f(x, y) = x^2 y" --at 1,2', "the linear approximation, which is the tangent plane")
_PARTIALS = ('jacobian "f(x, y) = x^2 y"', "every partial derivative")
_FIELD = ('jacobian "F(x, y, z) = [y, z, x]"', "the divergence and the curl")
_KIND = ('hessian "f(x, y) = x^3 - 3x y + y^3" --at 1,1', "the kind of a critical point")
_MULTIPLIER = ('gradient "L(x, y, l) = x y - l (x + y - 10)"', "what has to be 0 where x y is extreme on x + y = 10")
_CHANGE = ('volume "x = r cos t, y = r sin t"', "the determinant and the change of variables")

SYNONYMS = {
    "lagrang": _MULTIPLIER,
    "constrain": _MULTIPLIER,
    "multiplier": _MULTIPLIER,
    "tangent": _PLANE,
    "linear": _PLANE,
    "approx": _PLANE,
    "partial": _PARTIALS,
    "deriv": _PARTIALS,
    "div": _FIELD,
    "curl": _FIELD,
    "critical": _KIND,
    "extrem": _KIND,
    "maxim": _KIND,
    "minim": _KIND,
    "saddle": _KIND,
    "laplac": ('hessian "f(x, y) = x^2 y"', "the Laplacian"),
    "directional": ('jvp "f(x, y) = x^2 y" --at 1,2 --vector 3,4 --unit', "the directional derivative"),
    "chain": ('compose "x = s t, y = s + t^2" "z = x^2 y"', "the chain rule"),
    "det": _CHANGE,
    "substitut": _CHANGE,
    "coordinate": _CHANGE,
    "newton": ('jacobian "f(x, y) = [x^2 + y^2 - 4, x y - 1]" --at 2,0.5 --newton 3', "Newton's method"),
    "continu": ('point "f(x) = |x|" --at 0', "whether it is continuous"),
    "exercise": ("practice", "the topics of the exercises"),
}


def refuse_synonym(word: str) -> None:
    """Raise JacocalcError with the command that does it where ``word`` begins as what people call it."""
    for beginning, (command, shown) in SYNONYMS.items():
        if word.lower().startswith(beginning):
            raise JacocalcError(f"No such command '{word}'.", hint=f"jacocalc {command} shows {shown}")
