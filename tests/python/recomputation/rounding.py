"""Exact rounding: fractions to decimals, half away from zero, and the Wilson interval."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

RATE_PLACES = 6
SCORE_PLACES = 2
WILSON_Z = Decimal("1.959964")
WILSON_DIGITS = 50


def rounded(value: Fraction, places: int) -> Decimal:
    """Round to a number of decimals, half away from zero."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return Decimal(-whole if value < 0 else whole).scaleb(-places, Context(prec=100))


def rate(numerator: int | None, denominator: int | None) -> Decimal | None:
    """Divide two counts once; a denominator of zero or NULL gives NULL."""
    if numerator is None or not denominator:
        return None
    return rounded(Fraction(numerator, denominator), RATE_PLACES)


def change_rate(current: int, previous: int | None) -> Decimal | None:
    """Return (current - previous) / previous."""
    return None if previous is None else rate(current - previous, previous)


def wilson_interval(successes: int, trials: int) -> tuple[Decimal | None, Decimal | None]:
    """Return the ends of the 95% Wilson score interval, rounded to six decimals."""
    if trials == 0:
        return None, None
    with localcontext(Context(prec=WILSON_DIGITS)):
        n = Decimal(trials)
        p = Decimal(successes) / n
        z_squared = WILSON_Z * WILSON_Z
        centre = p + z_squared / (2 * n)
        spread = WILSON_Z * (p * (1 - p) / n + z_squared / (4 * n * n)).sqrt()
        scale = 1 + z_squared / n
        ends = [(centre - spread) / scale, (centre + spread) / scale]
        unit = Decimal(1).scaleb(-RATE_PLACES)
        low, high = (end.quantize(unit, ROUND_HALF_UP) + 0 for end in ends)
    return low, high
