"""Student's t distribution: how often chance alone gives at least so much, and how wide an interval has to be."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300
_CLOSE = 1e-15
_STEPS = 10_000
_HALVINGS = 200


def two_sided(t: float, freedom: float) -> float:
    """The chance that |T| is at least |t|: I(v / (v + t²); v/2, 1/2) of the incomplete beta function
    (Abramowitz and Stegun, 26.7.1 and 26.5.27). ``freedom``: degrees of freedom v, above 0, not only whole ones."""
    if t in (inf, -inf):
        return 0.0
    return _beta(freedom / (freedom + t * t), t * t / (freedom + t * t), freedom / 2, 0.5)


@lru_cache(maxsize=4096)
def quantile(outside: float, freedom: float) -> float:
    """The t that |T| exceeds with the chance ``outside``, above 0 and below 1: 1.96 for 0.05 and much freedom.

    ``two_sided`` falls as t grows, so the interval that holds the answer is halved until it is as narrow as floats are.
    """
    low, high = 0.0, 1.0
    while two_sided(high, freedom) > outside and high < 1e150:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if two_sided(middle, freedom) > outside:
            low = middle
        else:
            high = middle
    return high


def _beta(x: float, rest: float, a: float, b: float) -> float:
    """The incomplete beta function I(x; a, b), where ``rest`` is 1 - x: from whichever end the fraction converges."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * _log(x, rest) + b * _log(rest, x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return max(0.0, 1.0 - front * _fraction(rest, b, a) / b)


def _log(x: float, rest: float) -> float:
    """log x of a number near 1 is taken from what is missing to 1."""
    return log1p(-rest) if rest < sqrt(0.5) else log(x)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8), by Lentz's method."""
    c, d = 1.0, 1.0 / _off_zero(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _off_zero(1.0 + part * d)
            c = _off_zero(1.0 + part / c)
            value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
