"""Axes of drawings: round ends, round steps, and where on the paper a value lies."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


def axis(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Round ends and step: from nothing, unless all values are far from it."""
    if low > 0 and low * 2 < high:
        low = Decimal(0)
    span = max(high - low, abs(high) / 10, Decimal(1))
    power = Decimal(10) ** (span / 5).adjusted()
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * 5 >= span)
    return (
        (low / step).to_integral_value(ROUND_FLOOR) * step,
        (high / step).to_integral_value(ROUND_CEILING) * step,
        step,
    )


def ticks(low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    """The values that an axis names, both ends among them."""
    found = [low]
    while found[-1] < high and len(found) < 20:
        found.append(found[-1] + step)
    return found


def at(value: Decimal, low: Decimal, high: Decimal, start: int, end: int) -> str:
    """Where a value lies between `start` and `end`, to a tenth."""
    return f"{start + (value - low) * (end - start) / (high - low or Decimal(1)):.1f}"
