"""The report on a point: a table of textbook functions with known answers, laws, and what is said."""

from __future__ import annotations

import itertools
import json
import time
from functools import cache

import pytest
import sympy

import jacocalc as jc
from jacocalc.derive.germs import Beside
from jacocalc.errors import JacocalcError, NotDifferentiable, ShapeError
from jacocalc.explain.differentiability import CONVENTIONS, REASONS
from jacocalc.steps import ComponentReport, KinkConventions
from tests.derive.test_frameworks import JAX, PYTORCH
from tests.shares import share


def off(body: str, value: str = "0") -> str:
    """A function of x and y by a formula off the origin, and a value there."""
    return f"f(x, y) = piecewise({body} if x != 0 or y != 0, {value} otherwise)"


def beside(body: str, value: str = "0") -> str:
    """A function of x by a formula for x ≠ 0, and a value at 0."""
    return f"f(x) = piecewise({body} if x != 0, {value} otherwise)"


# defined, continuous, partials exist, differentiable, C¹: y, n or ? (undecided)
CASES = [
    # rules hold around the point
    ("f(x) = x^2", "3", "yyyyy"),
    ("f(x) = piecewise(x sin(1)/cos(1) if x > 0, tan(1) x otherwise)", "0", "yyyyy"),
    ("f(x, y) = sin(x y) e^x/(1 + y^2)", "0, 0", "yyyyy"),
    ("f(x; a) = a |x|", "1, a=2", "yyyyy"),
    ("f(x) = |x|", "-2", "yyyyy"),
    ("f(x) = sqrt(x)", "4", "yyyyy"),
    ("f(x) = x^x", "100000", "yyyyy"),
    ("f(x) = gamma(x)", "-1/2", "yyyyy"), ("f(x) = loggamma(x^2)", "-1", "yyyyy"),
    ("f(x) = Si(x)", "0", "yyyyy"), ("f(x) = Shi(x)/x", "0", "nnnnn"), ("f(x) = |Si(x)|", "0", "yynnn"),
    ("f(x) = besselj(0, x)", "0", "yyyyy"), ("f(x) = lambertw(x)", "0", "yyyyy"), ("f(x) = floor(x)", "5/2", "yyyyy"),
    # steps
    ("f(x) = floor(x)", "2", "ynnnn"), ("f(x) = ceil(x)", "2", "ynnnn"), ("f(x) = floor(-x^2)", "0", "ynnnn"),
    ("f(x) = floor(x^2)", "0", "yyyyy"), ("f(x) = (x - 2) floor(x)", "2", "yynnn"), ("f(x) = gamma(x)", "-1", "nnnnn"),
    ("f(x) = (x - 2)^2 ceil(x)", "2", "yyyyy"), ("f(x, y) = floor(x y)", "1, 2", "ynnnn"),
    ("f(x, y) = floor(x y)", "1, 1/2", "yyyyy"), ("f(x) = floor(x) + floor(-x)", "1", "ynnnn"),
    ("f(x) = gamma(x)", "0", "nnnnn"), ("f(x) = Ei(x)", "0", "nnnnn"), ("f(x) = lambertw(x)", "-1", "nnnnn"),
    # kinks
    ("f(x) = |x|", "0", "yynnn"),
    ("f(x) = relu(x)", "0", "yynnn"),
    ("f(x) = |x^2 - 1|", "1", "yynnn"),
    ("f(x) = max(x, 2 - x)", "1", "yynnn"),
    ("f(x) = |sin(x)|", "pi", "yynnn"),
    ("f(x) = |x - sqrt(2)|", "sqrt(2)", "yynnn"),
    ("f(x) = sqrt(x^2)", "0", "yynnn"),
    ("f(x) = piecewise((atan(1/x^2) - pi/2)/x^2 if x != 0, -1 otherwise)", "0", "yyyyy"),
    ("f(x) = piecewise(x max(x, 2x^2) if x != 0, 0 otherwise)", "0", "yyyyy"),
    ("f(x) = x|x|", "0", "yyyyy"),
    ("f(x) = |x|^3", "0", "yyyyy"),
    ("f(x) = |x|^(3/2)", "0", "yyyyy"),
    ("f(x) = relu(x)^2", "0", "yyyyy"),
    ("f(x) = relu(x) - relu(-x)", "0", "yyyyy"),
    ("f(x) = |x| - |-x|", "0", "yyyyy"),
    ("f(x) = max(x, -x) - |x|", "0", "yyyyy"),
    ("f(x) = |x|^(1/2)", "0", "yynnn"),
    ("f(x) = x^sqrt(2)", "0", "yynnn"),
    ("f(x, y) = x^y", "0, 1", "yynnn"),
    ("f(x, y) = |x|^y", "0, 2", "yyyy?"),
    ("f(x, y) = |x|^y", "0, 1", "yynnn"),
    ("f(x, y) = (x^2)^y", "0, 1", "yyyy?"),
    ("f(x, y) = (x^2)^y", "0, 1/2", "yynnn"),
    ("f(x, y) = (x^2 + y^2)^(1 + y)", "0, 0", "yyyyy"),
    ("f(x) = cbrt(x)", "0", "yynnn"),
    ("f(x) = cbrt(x^2)", "0", "yynnn"),
    ("f(x) = cbrt(x)^4", "0", "yyyyy"),
    ("f(x) = cbrt(x)^3", "0", "yyyyy"),
    ("f(x) = x cbrt(x)", "0", "yyyyy"),
    ("f(x) = root(x, 5)", "0", "yynnn"),
    ("f(x) = |x| cbrt(x)", "0", "yyyyy"),
    ("f(x) = e^(-|x|)", "0", "yynnn"),
    ("f(x) = cos(|x|)", "0", "yyyyy"),
    ("f(x) = sin(|x|)", "0", "yynnn"),
    ("f(x) = cos(sqrt(|x|))", "0", "yynnn"),
    ("f(x) = abs(|x| - x)", "0", "yynnn"),
    # borders of pieces
    ("f(x) = sign(x)", "0", "ynnnn"),
    ("f(x) = x sign(x)", "0", "yynnn"),
    ("f(x) = x^2 sign(x)", "0", "yyyyy"),
    ("f(x) = sign(x)^2", "0", "ynnnn"),
    ("f(x) = piecewise(1 if x >= 0, 0 otherwise)", "0", "ynnnn"),
    ("f(x) = piecewise(x^2 if x < 1, 2x - 1 otherwise)", "1", "yyyyy"),
    ("f(x) = piecewise(x^2 if x < 1, 3x - 2 otherwise)", "1", "yynnn"),
    ("f(x) = piecewise(x^2 if x < 1, 2x otherwise)", "1", "ynnnn"),
    ("f(x) = piecewise(x if x < 0, x otherwise)", "0", "yyyyy"),
    ("f(x) = piecewise(sin(x) if x < 0, x otherwise)", "0", "yyyyy"),
    ("f(x) = piecewise(1 if sign(x) > -1/2, 0 otherwise)", "0", "ynnnn"),
    ("f(x) = piecewise(x + 1 if x != 0, 0 otherwise)", "0", "ynnnn"),
    ("f(x) = atan2(x, -1)", "0", "ynnnn"),
    ("f(x) = atan2(x, 1)", "0", "yyyyy"),
    ("f(x, y) = atan2(y, x)", "-1, 0", "ynnnn"),
    ("f(x, y) = atan2(y, x)", "1, 0", "yyyyy"),
    # isolated points of one variable
    (beside("x sin(1/x)"), "0", "yynnn"),
    (beside("x^2 sin(1/x)"), "0", "yyyyn"),
    (beside("x^3 sin(1/x)"), "0", "yyyyy"),
    (beside("x^2 cos(1/x^2)"), "0", "yyyyn"),
    (beside("sin(1/x)"), "0", "ynnnn"),
    (beside("sin(x)/x", "1"), "0", "yyyyy"),
    (beside("sin(x)/x"), "0", "ynnnn"),
    (beside("(1 - cos(x))/x^2", "1/2"), "0", "yyyyy"),
    (beside("(e^x - 1)/x", "1"), "0", "yyyyy"),
    (beside("tan(x)/x", "1"), "0", "yyyyy"),
    (beside("ln(1 + x)/x", "1"), "0", "yyyyy"),
    (beside("e^(-1/x^2)"), "0", "yyyyy"),
    (beside("e^(1/x)"), "0", "ynnnn"),
    (beside("1/(1 + e^(1/x))"), "0", "ynnnn"),
    (beside("x/(1 + e^(1/x))"), "0", "yynnn"),
    (beside("atan(1/x)"), "0", "ynnnn"),
    (beside("x atan(1/x)"), "0", "yynnn"),
    (beside("x ln|x|"), "0", "yynnn"),
    (beside("x^2 ln|x|"), "0", "yyyyy"),
    (beside("ln|x|"), "0", "ynnnn"),
    (beside("1/x"), "0", "ynnnn"),
    (beside("1/x^2", "7"), "0", "ynnnn"),
    (beside("sin(1/x)/x"), "0", "ynnnn"),
    (beside("x^2 + x^3 sin(1/x)"), "0", "yyyyy"),
    (beside("x/2 + x^2 sin(1/x)"), "0", "yyyyn"),
    ("f(x) = piecewise(x^2 sin(1/x) if x > 0, x^2 otherwise)", "0", "yyyyn"),
    ("f(x) = piecewise((x - 2)^2 sin(1/(x - 2)) if x != 2, 0 otherwise)", "2", "yyyyn"),
    # undefined points
    ("f(x) = 1/x", "0", "nnnnn"),
    ("f(x) = (x^2 - 1)/(x - 1)", "1", "nnnnn"),
    ("f(x) = x/x", "0", "nnnnn"),
    ("f(x) = ln(x)", "0", "nnnnn"),
    ("f(x) = sqrt(x)", "-1", "nnnnn"),
    ("f(x) = sin(1/x)", "0", "nnnnn"),
    ("f(x, y) = x y/(x^2 + y^2)", "0, 0", "nnnnn"),
    ("f(x) = piecewise(1 if x > 0)", "-1", "nnnnn"),
    ("f(x) = tan(x)", "pi/2", "nnnnn"),
    # the boundary of the domain
    ("f(x) = piecewise(x sin(1/x) if x > 0, 0 if x = 0)", "0", "yynnn"),
    ("f(x) = piecewise(1 if x = 0)", "0", "yynnn"),
    ("f(x) = sqrt(x)", "0", "yynnn"),
    ("f(x) = x^(3/2)", "0", "yynnn"),
    ("f(x) = asin(x)", "1", "yynnn"),
    ("f(x) = acos(x)", "-1", "yynnn"),
    ("f(x) = sqrt(-x^2)", "0", "yynnn"),
    ("f(x, y) = sqrt(x) + y", "0, 0", "yynnn"),
    ("f(x, y) = sqrt(x y)", "0, 0", "yyynn"),
    # kinks in several variables
    ("f(x, y) = |x| + |y|", "0, 0", "yynnn"),
    ("f(x, y) = max(x, y)", "1, 1", "yynnn"),
    ("f(x, y) = max(x, y)", "2, 1", "yyyyy"),
    ("f(x, y) = max(x, y) + min(x, y)", "1, 1", "yyyyy"),
    ("f(x, y) = max(x, y) min(x, y)", "1, 1", "yyyyy"),
    ("f(x, y) = |x + y| - |x - y|", "0, 0", "yyynn"),
    ("f(x, y) = min(|x|, |y|)", "0, 0", "yyynn"),
    ("f(x, y) = abs(|x| - |y|)", "0, 0", "yynnn"),
    ("f(x, y) = x|y|", "0, 0", "yyyyn"),
    ("f(x, y) = x|y|", "1, 0", "yynnn"),
    ("f(x, y) = |x y|", "0, 0", "yyyyn"),
    ("f(x, y) = x|x| + y", "0, 0", "yyyyy"),
    ("f(x, y) = relu(x)^2 + relu(y)^3", "0, 0", "yyyyy"),
    ("f(x, y) = relu(1 - x y)^2", "1, 1", "yyyyy"),
    ("f(x, y) = max(0, x^2 + y^2 - 1)^2", "1, 0", "yyyyy"),
    ("f(x, y) = max(0, sin(x) - y)^2", "0, 0", "yyyyy"),
    ("f(x, y) = |x^2 - y^2| (x^2 - y^2)", "0, 0", "yyyyy"),
    ("f(x, y) = |x^2 - y^2| (x - y)", "0, 0", "yyyyn"),
    ("f(x, y) = |sin(x)| y", "0, 0", "yyyyn"),
    ("f(x, y) = |e^x - 1 - x| y", "0, 0", "yyyy?"),
    ("f(x, y) = max(x^2, y^2)", "0, 0", "yyyyn"),
    ("f(x, y) = max(|x|, |y|)^2", "0, 0", "yyyyn"),
    ("f(x, y) = piecewise((y - x^2)^2 if y > x^2, 0 otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = (x - y)|x - y|", "2, 2", "yyyyy"),
    ("f(x, y) = max(x, y)^2", "0, 0", "yyyyn"),
    ("f(x, y) = max(x, 0) + min(x, 0) + |y|^3", "0, 0", "yyyyy"),
    ("f(x, y) = max(|x|, |y|) - min(|x|, |y|) - abs(|x| - |y|)", "0, 0", "yyyyy"),
    ("f(x, y) = relu(x + y) - relu(-x - y)", "0, 0", "yyyyy"),
    ("f(x, y) = max(x, y, x + y) - max(x, y)", "0, 0", "yyynn"),
    ("f(x, y, z) = max(x, y, z)", "1, 1, 1", "yynnn"),
    ("f(x, y, z) = x|y| + z", "0, 0, 0", "yyyyn"),
    ("f(x, y, z) = |x| |y| |z|", "0, 0, 0", "yyyyn"),
    ("f(x, y) = sqrt(x^2 + y^2)", "0, 0", "yynnn"),
    ("f(x, y) = sqrt(x^2 + y^2)^3", "0, 0", "yyyyy"),
    ("f(x, y) = sqrt(x^4 + y^4)", "0, 0", "yyyyy"),
    ("f(x, y) = sqrt(|x y|)", "0, 0", "yyynn"),
    ("f(x, y) = cbrt(x y)", "0, 0", "yyynn"),
    ("f(x, y) = cbrt(x^3 + y^3)", "0, 0", "yyynn"),
    ("f(x, y) = cbrt(x) y", "0, 0", "yyyyn"),
    ("f(x, y) = (x^2 + y^2)^(3/2)", "0, 0", "yyyyy"),
    ("f(x, y) = |x|^(3/2) + y^2", "0, 0", "yyyyy"),
    ("f(x, y) = sign(x) y^2", "0, 0", "yyyyn"),
    # isolated points of several variables
    (off("x y/(x^2 + y^2)"), "0, 0", "ynynn"),
    (off("x^2 y/(x^2 + y^2)"), "0, 0", "yyynn"),
    (off("x^2 y^2/(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("x^3/(x^2 + y^2)"), "0, 0", "yyynn"),
    (off("(x^3 - y^3)/(x^2 + y^2)"), "0, 0", "yyynn"),
    (off("(x^2 - y^2)/(x^2 + y^2)"), "0, 0", "ynnnn"),
    (off("x y^2/(x^2 + y^4)"), "0, 0", "ynynn"),
    (off("x^2 y/(x^4 + y^2)"), "0, 0", "ynynn"),
    (off("x^3 y/(x^4 + y^2)"), "0, 0", "yyynn"),
    (off("x^3 y^2/(x^4 + y^2)"), "0, 0", "yyyyy"),
    (off("x y^3/(x^2 + y^6)"), "0, 0", "ynynn"),
    (off("x y/sqrt(x^2 + y^2)"), "0, 0", "yyynn"),
    (off("x^2 y/sqrt(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("(x^2 + y^2)/(|x| + |y|)"), "0, 0", "yynnn"),
    (off("x y/(2|x| + 3|y|)"), "0, 0", "yyynn"),
    (off("x^2 y^2/(|x|^3 + |y|^3)"), "0, 0", "yyynn"),
    (off("x y/(sqrt(|x|) + sqrt(|y|))"), "0, 0", "yyyy?"),
    (off("x/(|x| + |y|)"), "0, 0", "ynnnn"),
    (off("x y (x^2 - y^2)/(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("x y sin(1/(x^2 + y^2))"), "0, 0", "yyyyn"),
    (off("(x^2 + y^2) sin(1/sqrt(x^2 + y^2))"), "0, 0", "yyyyn"),
    (off("(x^2 + y^2) sin(1/(x^2 + y^2))"), "0, 0", "yyyyn"),
    (off("(x^2 + y^2)^2 sin(1/(x^2 + y^2))"), "0, 0", "yyyyy"),
    (off("(x^2 + y^2) ln(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("x^4 y/(x^4 + y^2)"), "0, 0", "yyy?n"),
    (beside("|x|^(3/2) sin(1/x)"), "0", "yyyyn"),
    (off("x y ln(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("e^(-1/(x^2 + y^2))"), "0, 0", "yyyyy"),
    (off("sin(x^2 + y^2)/(x^2 + y^2)", "1"), "0, 0", "yyyyy"),
    (off("sin(x^2 + y^2)/(x^2 + y^2)"), "0, 0", "ynnnn"),
    (off("(1 - cos(x y))/(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("sin(x y)/(x^2 + y^2)"), "0, 0", "ynynn"),
    (off("(x^4 - y^4)/(x^2 + y^2)"), "0, 0", "yyyyy"),
    (off("x^3 y/(2x^2 + x y + y^2)"), "0, 0", "yyyyy"),
    (off("x^2 y^2/(x^2 y^2 + (x - y)^2)"), "0, 0", "ynynn"),
    ("f(x, y) = piecewise(x y/(x^2 + y^2) if x^2 + y^2 > 0, 0 otherwise)", "0, 0", "ynynn"),
    ("f(x, y) = piecewise(0 if x = 0 and y = 0, x^3 y/(x^2 + y^2) otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise((x - 1)(y - 2)/((x - 1)^2 + (y - 2)^2) if x != 1 or y != 2, 0 otherwise)", "1, 2", "ynynn"),
    ("f(x, y, z) = piecewise(x y z/(x^2 + y^2 + z^2) if x^2 + y^2 + z^2 > 0, 0 otherwise)", "0, 0, 0", "yyynn"),
    ("f(x, y, z) = piecewise(x^2 y z/(x^2 + y^2 + z^2) if x^2 + y^2 + z^2 > 0, 0 otherwise)", "0, 0, 0", "yyyyy"),
    # no proof either way
    ("f(x, y) = piecewise(x^2 sin(1/x) + y if x != 0, y otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = |x^2 - y^2|", "0, 0", "yyyyn"),
    ("f(x, y, z) = |x| y z (y - z) + y|y|", "0, 0, 0", "yyyy?"),
    ("f(x) = piecewise(x^3|sin(1/x)| if x != 0, 0 otherwise)", "0", "yyyy?"),
    ("f(x) = piecewise(1/ln|x| if x != 0, 0 otherwise)", "0", "y?nnn"),
    # pieces that meet along a curve
    ("f(x, y) = piecewise(x^2 + y if x > 0, y otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise(x + y if x > 0, y otherwise)", "0, 0", "yynnn"),
    ("f(x, y) = piecewise(x y if x > 0, 0 otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = piecewise(x^2 + y^2 if x > 0, 2 y^2 otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = piecewise(x + y if -x^2 <= 0, |x| otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise(|x| if -x^2 > 0, x + y otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise(1 if y > x, 0 otherwise)", "1, 1", "ynnnn"),
    ("f(x, y) = piecewise(1 if y = x^2 and x > 0, 0 otherwise)", "0, 0", "ynynn"),
    ("f(x, y) = piecewise(1 if x y != 0, 0 otherwise)", "0, 0", "ynynn"),
    # a branch in a region whose border goes through the point, in two inputs
    ("f(x, y) = piecewise(x^2 sin(1/x) if x != 0, 0 otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = 2piecewise(0 if x = 1, (x - 1)^2 cos(1/(x - 1)) otherwise) + y", "1, 2", "yyyyn"),
    ("f(x, y) = piecewise(x^3 cos(1/x) if x != 0, 0 otherwise)", "0, 2", "yyyy?"),
    ("f(x, y) = piecewise(x sin(1/x) if x != 0, 0 otherwise)", "0, 1", "yynnn"),
    ("f(x, y) = piecewise(x^2 y sin(1/x^2) if x < 0 or x > 0, 0 otherwise)", "0, 2", "yyyyn"),
    ("f(x, y) = piecewise(x^2 sin(x^(-1)) + y^2 sin(1/y) if x y != 0, 0 otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = piecewise((y - e)^2 sin(1/(2y - 2e)) if y != e, 0 otherwise)", "1, e", "yyyyn"),
    ("f(x, y) = piecewise(x^2 sin(1/(x - y)) if x != y, 0 otherwise)", "0, 0", "yyyyn"),
    ("f(x, y) = piecewise(x^2 sin(1/(x - 3y)) if x != 0, 0 otherwise)", "0, 0", "y?y?n"),
    # zeros that cancel
    ("f(x, y) = piecewise(sin(x y)/(x y) if x y != 0, 1 if x y = 0)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise((1 - cos(x y))/(x^2 y^2) if x y != 0, 1/2 otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise(sin(x y)/(x y^2) if x y != 0, 0 otherwise)", "0, 0", "ynynn"),
    ("f(x, y) = piecewise((sin(x) - sin(y))/(x - y) if x != y, cos(x) otherwise)", "0, 0", "yyyyy"),
    ("f(x, y) = piecewise(sin(y - x^2)/(y - x^2) if y != x^2, 1 otherwise)", "1, 1", "yyyyy"),
    ("f(x, y) = piecewise(|x y|/(x y) if x y != 0, 1 otherwise)", "0, 0", "ynynn"),
    ("f(x, y, z) = piecewise(sin(x y z)/(x y z) if x y z != 0, 1 otherwise)", "0, 0, 0", "yyyyy"),
    ("f(x, y) = piecewise((x^3 - y^3)/(x - y) if x != y, 0 otherwise)", "0, 0", "yyyy?"),
    # what holds on the line where the other formula applies
    ("f(x, y) = piecewise((e^(x y) - 1)/x if x != 0, y if x = 0)", "0, 2", "yyyyy"),
    ("f(x, y) = piecewise(sin(x y)/x if x != 0, 2y if x = 0)", "0, 3", "ynnnn"),
    ("f(x, y) = piecewise((x^2 - y^2)/(x - y) if x != y, x + y otherwise)", "1, 1", "yyyyy"),
    ("f(x, y) = piecewise((x^2 - y^2)/(x - y) if x != y, x otherwise)", "0, 0", "yyynn"),
    ("f(x, y) = piecewise((x^2 - y^2)/(x - y) if x != y, x otherwise)", "1, 1", "ynnnn"),
    ("f(x, y) = piecewise(x^2 sin(1/x) if x != 0 and y != (9^900)^900, 0 otherwise)", "0, 0", "y?y?n"),
    # values on the border itself, which balls do not settle
    ("f(x, y) = piecewise(x if x > 2/7, x + 2(x - 2/7)^3 otherwise)", "2/7, 1", "yyyyy"),
    ("f(x, y) = piecewise(y if x > sqrt(2), y + (x - sqrt(2))^2 otherwise)", "sqrt(2), 1", "yyyyy"),
    ("f(x, y) = (e^x - e^(-1)) cbrt(e^x - e^(-1))", "-1, 4", "yyyy?"),
]  # fmt: skip


@cache
def solved(text: str, at: str) -> jc.Solution:
    """Each report is made once."""
    return jc.point(text, at=at)


_LETTERS = {"yes": "y", "no": "n", "undecided": "?"}


def said(text: str, at: str) -> str:
    """The five answers in five letters."""
    return "".join(_LETTERS[answer] for answer in solved(text, at).result.values())


@pytest.mark.parametrize(("text", "at", "answers"), CASES)
def test_textbook_functions(text: str, at: str, answers: str) -> None:
    assert said(text, at) == answers


WEAKEST = [
    ("f(x) = [x, |x|]", "0", {"differentiable": "no", "continuous": "yes"}),
    ("f(x, y) = [piecewise(x^2 sin(1/(x - 3y)) if x != 0, 0 otherwise), x]", "0, 0", {"differentiable": "undecided"}),
    ("f(x, y) = [piecewise(x^2 sin(1/(x - 3y)) if x != 0, 0 otherwise), |x|]", "0, 0", {"differentiable": "no"}),
]


@pytest.mark.parametrize(("text", "at", "answers"), WEAKEST)
def test_a_vector_function_is_as_good_as_its_weakest_component(text: str, at: str, answers: dict[str, str]) -> None:
    result = solved(text, at).result
    assert {name: result[name] for name in answers} == answers


@pytest.mark.parametrize(("text", "at", "answers"), CASES)
def test_each_property_implies_those_before_it(text: str, at: str, answers: str) -> None:
    """C¹ ⇒ differentiable ⇒ continuous ⇒ defined, and differentiable ⇒ partials exist."""
    del text, at
    defined, continuous, partials, differentiable, c1 = list(answers)
    for strong, weak in ((c1, differentiable), (differentiable, continuous), (differentiable, partials)):
        assert not (strong == "y" and weak != "y")
        assert not (weak == "n" and strong != "n")
    assert continuous != "y" or defined == "y"


HOLES = [
    ("f(x) = (x^2 - 1)/(x - 1)", "1", "2", "yyyyy"),
    ("f(x) = sin(x)/x", "0", "1", "yyyyy"),
    ("f(x) = x sin(1/x)", "0", "0", "yynnn"),
    ("f(x) = |x|^3/x^2", "0", "0", "yynnn"),
    ("f(x, y) = x^2 y/(x^2 + y^2)", "0, 0", "0", "yyynn"),
    ("f(x, y) = (x^4 - y^4)/(x^2 + y^2)", "0, 0", "0", "yyyyy"),
    ("f(x, y) = sin(x^2 + y^2)/(x^2 + y^2)", "0, 0", "1", "yyyyy"),
]


@pytest.mark.parametrize(("text", "at", "limit", "answers"), HOLES)
def test_a_hole_is_filled_by_the_limit(text: str, at: str, limit: str, answers: str) -> None:
    (report,) = [s for s in solved(text, at).derivation.steps if isinstance(s, ComponentReport)]
    assert "".join(_LETTERS[one.answer] for one in report.extended) == answers
    assert report.extended[0].shown == (report.result[1].shown[0],)
    assert f"its limit is {limit}" in solved(text, at).to_text(width=400)


NO_LIMIT = [
    ("f(x) = 1/x", "0", "along x = t it grows beyond all bounds"),
    ("f(x) = sin(1/x)", "0", "where 1/x = 2kπ it tends to 0, where 1/x = π/2 + 2kπ to 1"),
    ("f(x) = sin(1/x)/x", "0", "where 1/x = π/2 + 2kπ it grows beyond all bounds"),
    ("f(x) = |x|/x", "0", "along x = t it tends to 1, along x = -t to -1"),
    ("f(x, y) = x y/(x^2 + y^2)", "0, 0", "along (x, y) = (t, 0) it tends to 0, along (x, y) = (t, t) to 1/2"),
    ("f(x) = x ln(x)", "0", "from the one side on which it is defined it tends to 0"),
    ("f(x) = ln(x)", "-1", "continuous: no, since it is not defined there."),
]


@pytest.mark.parametrize(("text", "at", "words"), NO_LIMIT)
def test_a_hole_without_a_limit(text: str, at: str, words: str) -> None:
    solution = solved(text, at)
    assert words in solution.to_text(width=400)
    assert not any(step.extended for step in solution.derivation.steps if isinstance(step, ComponentReport))


SAID = [
    ("f(x) = |x|", "0", "by x the derivative is -1 from the left and 1 from the right"),
    ("f(x) = 1/x", "0", "the denominator x is 0 there, and division by 0 has no value"),
    ("f(x) = ln(x)", "-1", "ln(x) needs x > 0"),
    ("f(x) = relu(x) - relu(-x)", "0", "it is the same function as x"),
    ("f(x) = cbrt(x)", "0", "by x the difference quotient grows beyond all bounds"),
    ("f(x) = sqrt(x)", "0", "the other side lies outside the domain"),
    ("f(x) = piecewise(1 if x >= 0, 0 otherwise)", "0", "it tends to 0 from the left and to 1 from the right"),
    ("f(x) = piecewise(x if x != 0, 5 otherwise)", "0", "it tends to 0, but its value there is 5"),
    (beside("x sin(1/x)"), "0", "the difference quotient oscillates and has no limit"),
    (beside("x^2 sin(1/x)"), "0", "where 1/x = 2kπ it tends to -1, where 1/x = π/2 + 2kπ to 0"),
    (off("x y/(x^2 + y^2)"), "0, 0", "along (x, y) = (t, 0) it tends to 0, along (x, y) = (t, t) to 1/2"),
    (off("x y^2/(x^2 + y^4)"), "0, 0", "along (x, y) = (t^2, t) to 1/2"),
    (off("x^2 y/(x^2 + y^2)"), "0, 0", "along (1, 1) the one-sided derivative is 1/2, but the partial derivatives"),
    (
        off("x^3 y/(x^4 + y^2)"),
        "0, 0",
        "its difference from the linear approximation, divided by t, tends to 1/2",
    ),
    ("f(x, y) = sqrt(|x y|)", "0, 0", "along (1, 1) the one-sided derivative is 1, but the partial derivatives"),
    ("f(x, y) = x^y", "0, 0", "x^y needs x > 0 or (x = 0 and y > 0)"),
    ("f(x, y) = x^y", "0, 1", "composed of continuous functions; the point lies on the boundary of its domain"),
    ("f(x) = x^x", "0", "x^x needs x > 0."),
    ("f(x, y) = x^(x y - 1)", "0, 0", "x^(xy - 1) needs x > 0."),
    ("f(x) = x^(x + 1)", "-1", "x^(x + 1) needs x ≥ 0"),
    ("f(x, y) = (x^2 + y^2)^(3/2)", "0, 0", "composed of functions that are continuously differentiable"),
    ("f(x) = x^pi", "-1", "x^π needs x ≥ 0"),
    ("f(x) = x^(-pi)", "0", "x^(-π) needs x > 0"),
    ("f(x, y) = x|y|", "0, 0", "at (x, y) = (t, 0), the derivative by y from one side differs"),
    ("f(t) = piecewise(t^2 sin(1/t) if t != 0, 0 otherwise)", "0", "along t = s"),
]


@pytest.mark.parametrize(("text", "at", "words"), SAID)
def test_the_reason_is_said(text: str, at: str, words: str) -> None:
    assert words in solved(text, at).to_text(width=400)


@pytest.mark.parametrize(("text", "at", "answers"), CASES[::4])
def test_every_format_and_the_round_trip(text: str, at: str, answers: str) -> None:
    solution = solved(text, at)
    record = solution.to_json()
    again = jc.from_json(record)
    assert again.to_json() == record
    assert again.to_text() == solution.to_text()
    assert again.result == solution.result
    assert json.loads(record)["result"]["kind"] == "report"
    assert solution.verified == ("undecided" if "?" in answers else "proved")
    for written in (solution.to_latex(), solution.to_markdown(), solution.to_html(), solution.to_speech()):
        assert written


def test_the_record_holds_the_components() -> None:
    result = json.loads(jc.point("f(x) = [x, |x|]", at=0).to_json())["result"]
    assert result["components"]["f_1"]["C1"] == "yes"
    assert result["components"]["f_2"]["differentiable"] == result["differentiable"] == "no"


# the same germs from another place: answers do not change under shifts and linear maps of the inputs
LINEAR = [(1, 1, 1, -1), (2, 0, 0, 3), (1, 2, 0, 1), (0, 1, 1, 0)]
GERMS = ["x y/(x^2 + y^2)", "x^2 y/(x^2 + y^2)", "x^2 y^2/(x^2 + y^2)", "(x^2 + y^2) sin(1/(x^2 + y^2))"]


@pytest.mark.parametrize(("body", "matrix"), share(itertools.product(GERMS, LINEAR), 3))
def test_answers_do_not_change_under_linear_maps(body: str, matrix: tuple[int, int, int, int]) -> None:
    """f∘A with det A ≠ 0 is continuous, differentiable, C¹ where f is."""
    a, b, c, d = matrix
    mapped = body.replace("x", "#").replace("y", f"({c}x + {d}(y - 1))").replace("#", f"({a}x + {b}(y - 1))")
    one = jc.point(off(body), at="0, 0").result
    moved = f"f(x, y) = piecewise({mapped} if x != 0 or y != 1, 0 otherwise)"
    other = jc.point(moved, at="0, 1").result
    for name in ("continuous", "differentiable", "C1"):
        assert other[name] == one[name]


@pytest.mark.parametrize("body", GERMS)
def test_a_smooth_function_may_be_added(body: str) -> None:
    """f + g with g smooth has the answers of f."""
    one = jc.point(off(body), at="0, 0").result
    other = jc.point(f"f(x, y) = e^x cos(y) + {off(body).split(' = ', 1)[1]}", at="0, 0").result
    assert one == other


CONVENTIONAL = [
    ("f(x) = |x|", "0", ("abs",)), ("f(x) = relu(x) - relu(-x)", "0", ("relu",)),
    ("f(x, y) = max(x, y)", "1, 1", ("max",)), ("f(x, y) = |x| + min(y, 2y)", "0, 0", ("abs", "min")),
    ("f(x) = [1/|x|, |x|]", "0", ("abs",)), ("f(x) = x|x|", "0", ()), ("f(x, y) = |x y|", "0, 0", ()),
    ("f(x) = max(x^2, x^3)", "0", ()), ("f(x) = |x|^3", "0", ()), ("f(x) = 1/|x|", "0", ()), ("f(x) = |x|/x", "0", ()),
    ("f(x) = sqrt(|x|)", "0", ()), ("f(x) = |x - 1|", "0", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "names"), CONVENTIONAL)
def test_a_convention_is_told_only_where_it_decides(text: str, at: str, names: tuple[str, ...]) -> None:
    said = [step.result for step in solved(text, at).derivation.steps if isinstance(step, KinkConventions)]
    assert said == ([names] if names else [])


BAD = [("f(x) = |x|", "1, 2"), ("f(x; a) = a |x|", "0")]


@pytest.mark.parametrize(("text", "at"), BAD)
def test_bad_points(text: str, at: str) -> None:
    with pytest.raises(JacocalcError):
        jc.point(text, at=at)


def test_nothing_is_claimed_of_an_unspecified_function() -> None:
    with pytest.raises(JacocalcError, match="f is unspecified and has no values"):
        jc.point("f: R -> R", at=0)


def test_a_report_needs_one_function_and_a_point() -> None:
    with pytest.raises(JacocalcError, match="needs a point"):
        jc.point("f(x) = x", at=None)
    with pytest.raises(ShapeError):
        jc.point("f(x) = x", "g(u, v) = u", at=0)


def test_an_error_elsewhere_names_the_report() -> None:
    with pytest.raises(NotDifferentiable) as caught:
        jc.jacobian("f(x) = |x|", at=0)
    assert "jacocalc point says more" in caught.value.hint


def test_what_is_said_of_frameworks_is_what_they_return() -> None:
    said = {"abs": "PyTorch returns 0 and JAX 1", "relu": "both PyTorch and JAX return 0", "max": "1/2", "min": "1/2"}
    assert all(said[name] in CONVENTIONS[name] for name in said)
    values = {name: (float(value), {n: v for n, _, v in JAX}[name]) for name, _, value in PYTORCH}
    assert values == {"abs": (0, 1), "relu": (0, 0), "max": (0.5, 0.5), "min": (0.5, 0.5)}


def test_sympys_symbols_may_be_handed_in() -> None:
    x = sympy.Symbol("x")
    assert jc.point(jc.from_sympy("f", [x], sympy.Abs(x)), at={x: 0}).result["differentiable"] == "no"


def test_every_reason_has_its_places() -> None:
    """Each reason is met by some row of the tables above."""
    met = set()
    for text, at, *_ in (*CASES, *NO_LIMIT, *SAID, *HOLES):
        for step in solved(text, at).derivation.steps:
            if isinstance(step, ComponentReport):
                met |= {one.reason for one in (*step.result, *step.extended)}
    assert met <= set(REASONS)
    assert sorted(set(REASONS) - met) == []


@pytest.mark.parametrize(
    ("text", "at", "differentiable"),
    [
        ("f(x) = softplus(sqrt(cbrt(x)))", "3", "yes"),
        ("f(x) = |atan(x) - atan(e/3)|", "e/3", "no"),
    ],
)
def test_coefficients_that_are_no_fractions_do_not_swell(text: str, at: str, differentiable: str) -> None:
    """A few orders of a series are enough there: ten of them took a quarter of a minute, or did not end."""
    begun = time.process_time()
    assert jc.point(text, at=at).result["differentiable"] == differentiable
    assert time.process_time() - begun < 5


def test_what_is_left_out_of_a_product_costs_no_lower_order() -> None:
    """(1 + d + t)(c t³ + t + 1), c d too long to be multiplied out, is 1 + d + (2 + d)t + t² + O(t³)."""
    beside, one = Beside({}, (1,), path=True), sympy.S.One
    c, d = (sum(sympy.sqrt(prime) for prime in sympy.primerange(*ends)) for ends in ((2, 32), (40, 80)))
    product = beside.multiply(beside.made({(0,): one + d, (1,): one}), beside.made({(3,): c, (1,): one, (0,): one}))
    assert product.order == 3
    assert {k: sympy.expand(value) for k, value in product.terms.items()} == {(0,): 1 + d, (1,): d + 2, (2,): one}


@pytest.mark.parametrize(("text", "at", "continuous", "differentiable"), [
    (off("(x^2 + y^2) ln(x^2 + y^2)"), "0, 0", "a constant times r.", "a constant times r^(3/2),"),
    (off("x y ln(x^2 + y^2) cbrt(x)"), "0, 0", "a constant times r^2.", "a constant times r^2,"),
    (off("cbrt(x^4) ln(x^2 + y^2)"), "0, 0", "a constant times r.", "a constant times r^(5/4),"),
])  # fmt: skip
def test_orders_beside_logarithms_are_short(text: str, at: str, continuous: str, differentiable: str) -> None:
    said = " ".join(solved(text, at).to_text().split())
    assert continuous in said
    assert differentiable in said
