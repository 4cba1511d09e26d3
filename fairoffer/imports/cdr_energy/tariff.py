"""What a contract's tariff costs over a year at one declared usage, and the shape that plans must share to be compared.

Amounts are exact fractions in dollars without tax. Usage is spread evenly over the hours of the year; where a tariff
has controlled load, a quarter of the usage runs through it. What cannot be costed says why and keeps its shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fairoffer.imports.cdr_energy.numbers import fraction
from fairoffer.imports.cdr_energy.windows import (
    WEEK,
    YEAR,
    Unreadable,
    Window,
    blocks_a_year,
    season_days,
    week_minutes,
)

CONTROLLED_SHARE = Fraction(1, 4)
"""Part of the usage that runs through controlled load where a tariff has it."""

CENTS, DOLLARS = "cents", "dollars"

_DEAREST = {"electricity": Fraction(2), "gas": Fraction(3, 10)}
"""Dollars for one unit beyond which no tariff goes, which tells cents from dollars where a field's name is misused."""

_UNITS = {None, "", "KWH", "MJ"}

Json = dict[str, Any]


@dataclass
class Reading:
    """One contract's tariff. ``supply`` and ``usage`` are dollars a year without tax, where ``reason`` is empty."""

    fuel: str
    form: str = ""
    supply: Fraction = Fraction(0)
    usage: Fraction = Fraction(0)
    reason: str = ""
    shape: list[str] = field(default_factory=list)
    blank_days: bool = False
    spoken_periods: bool = False

    def fail(self, reason: str) -> None:
        """Keep the first reason; the shape is still read to its end."""
        self.reason = self.reason or reason


def entries(value: object) -> list[Json]:
    """The mappings of a list; anything else that stands there has nothing to say."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Text without spaces around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def read_tariff(contract: Json, fuel: str, usage: Fraction) -> Reading:
    """Cost and shape of one contract. Never raises: what is wrong with a tariff is its ``reason``."""
    reading = Reading(fuel)
    periods = entries(contract.get("tariffPeriod"))
    model = text(contract.get("pricingModel"))
    reading.shape.append(model or "no-pricing-model")
    reading.form = _form(contract, periods, reading)
    loads = _loads(contract)
    if model.endswith("CONT_LOAD") and not loads:
        reading.fail("controlled load without rates")
    if model == "QUOTA":
        reading.fail("quota tariff")
    controlled = usage * CONTROLLED_SHARE if loads else Fraction(0)
    _read_periods(periods, reading, usage - controlled)
    for number, load in enumerate(loads, start=1):
        _read_load(load, number, reading, controlled / len(loads))
    if not reading.reason:
        _check_form(reading, contract)
    return reading


def _form(contract: Json, periods: list[Json], reading: Reading) -> str:
    """Cents or dollars, from the name of the field alone: the same number means a hundred times as much."""
    cents = any("dailySupplyCharges" in period for period in periods)
    dollars = any("dailySupplyCharge" in period or "bandedDailySupplyCharges" in period for period in periods)
    if cents and dollars:
        reading.fail("charges in two units (dailySupplyCharges and dailySupplyCharge)")
        return ""
    if not cents and not dollars:
        reading.fail("unit of the charges not stated (no dailySupplyCharge)" if periods else "no tariff")
        return ""
    return CENTS if cents else DOLLARS


def _check_form(reading: Reading, contract: Json) -> None:
    highest = max(_unit_prices(contract), default=Fraction(0))
    limit = _DEAREST[reading.fuel]
    if reading.form == DOLLARS and highest > limit:
        reading.fail("charges look like cents in a payload that says dollars")
    if reading.form == CENTS and 0 < highest <= limit:
        reading.fail("charges look like dollars in a payload that says cents")


def _unit_prices(contract: Json) -> list[Fraction]:
    found = []
    for period in entries(contract.get("tariffPeriod")):
        single = period.get("singleRate")
        for block in [single] if isinstance(single, dict) else entries(period.get("timeOfUseRates")):
            found += [price for rate in entries(block.get("rates")) if (price := fraction(rate.get("unitPrice")))]
    return found


def _loads(contract: Json) -> list[Json]:
    value = contract.get("controlledLoad")
    return [value] if isinstance(value, dict) else entries(value)


def _read_periods(periods: list[Json], reading: Reading, usage: Fraction) -> None:
    """All seasons. They must cover the year once; a season of demand charges stands beside one of usage."""
    days_left = set(range(YEAR))
    shapes = []
    for period in periods:
        if period.get("demandCharges"):
            reading.fail("demand charges")
            shapes.append("demand " + " ".join(sorted(_demand(charge) for charge in entries(period["demandCharges"]))))
        if "singleRate" not in period and "timeOfUseRates" not in period:
            continue
        try:
            days = season_days(period.get("startDate"), period.get("endDate"))
        except Unreadable as fault:
            reading.fail(str(fault))
            days = []
        if not days_left.issuperset(days):
            reading.fail("seasons overlap")
        days_left.difference_update(days)
        season = "year" if len(days) == YEAR else f"{period.get('startDate')}..{period.get('endDate')}"
        shapes.append(f"{season} {_read_season(period, reading, usage, Fraction(len(days), YEAR))}")
    if days_left:
        reading.fail("seasons leave days out")
    reading.shape += sorted(shapes)


def _demand(charge: Json) -> str:
    parts = [text(charge.get(key)) for key in ("chargePeriod", "measurementPeriod", "startTime", "endTime", "minDemand")]
    return "/".join([*parts, str(charge.get("days", ""))])


def _read_season(period: Json, reading: Reading, usage: Fraction, part: Fraction) -> str:
    """Adds one season's supply and usage; returns its shape."""
    daily = fraction(period.get("dailySupplyCharges" if reading.form == CENTS else "dailySupplyCharge"))
    if text(period.get("dailySupplyChargeType")) == "BAND" or "bandedDailySupplyCharges" in period:
        reading.fail("supply charge in bands")
    if daily is None:
        reading.fail("no daily supply charge")
    else:
        reading.supply += _dollars(daily, reading) * YEAR * part
    return _read_rates(period, reading, usage, part)


def _read_rates(holder: Json, reading: Reading, usage: Fraction, part: Fraction) -> str:
    """Adds the usage of a season or of one controlled load; returns the shape of its rates."""
    single = holder.get("singleRate")
    if isinstance(single, dict):
        if "generalUnitPrice" in single and not entries(single.get("rates")):
            reading.fail("quota tariff")
        return _read_blocks(single, reading, usage, part)
    rates = sorted(entries(holder.get("timeOfUseRates")), key=lambda rate: text(rate.get("type")))
    if not rates:
        reading.fail("no rates")
        return "none"
    windows = tuple(_windows(rate) for rate in rates)
    try:
        minutes, week, blank = week_minutes(windows)
    except Unreadable as fault:
        reading.fail(str(fault))
        minutes, week, blank = (0,) * len(rates), str(windows), False
    reading.blank_days |= blank
    names = []
    for rate, share in zip(rates, minutes, strict=True):
        blocks = _read_blocks(rate, reading, usage * Fraction(share, WEEK), part)
        names.append(f"{text(rate.get('type'))}[{blocks}]")
    return f"{' '.join(names)} {week}"


def _windows(rate: Json) -> tuple[Window, ...]:
    found: list[Window] = []
    for window in entries(rate.get("timeOfUse")):
        days = window.get("days")
        named = tuple(day if isinstance(day, str) else None for day in days) if isinstance(days, list) else ()
        found.append((named, text(window.get("startTime")), text(window.get("endTime"))))
    return tuple(found)


def _read_blocks(rate: Json, reading: Reading, usage: Fraction, part: Fraction) -> str:
    """Adds the usage of one rate through its blocks; ``usage`` is a year's, ``part`` the season's share of it."""
    blocks = entries(rate.get("rates"))
    prices = [fraction(block.get("unitPrice")) for block in blocks]
    volumes = [fraction(block.get("volume")) for block in blocks]
    if any(text(block.get("measureUnit")) not in _UNITS for block in blocks):
        reading.fail("usage in another unit than kWh or MJ")
    if not blocks or None in prices:
        reading.fail("rate without a price")
        return "?"
    if len(blocks) == 1 and volumes[0] is None:
        reading.usage += _dollars(prices[0] or Fraction(0), reading) * usage * part
        return "flat"
    times = blocks_a_year(rate.get("period"), rate.get("description"))
    sizes = ",".join(str(block.get("volume") or "") for block in blocks)
    if times is None:
        reading.fail("blocks without a period")
        return f"blocks {sizes} per ?"
    reading.spoken_periods |= not text(rate.get("period"))
    per_year, name = times
    left = usage / per_year
    for price, volume in zip(prices, volumes, strict=True):
        used = left if volume is None else min(left, volume)
        reading.usage += _dollars(price or Fraction(0), reading) * used * per_year * part
        left -= used
    if left > 0:
        reading.fail("blocks end below the declared usage")
    return f"blocks {sizes} per {name}"


def _read_load(load: Json, number: int, reading: Reading, usage: Fraction) -> None:
    """One controlled load, in either form: rates of its own, or a ``singleRate`` as in a season."""
    holder = load if "rates" not in load else {"singleRate": load}
    inner = holder.get("singleRate")
    daily = fraction(load.get("dailyCharge"))
    if daily is None and isinstance(inner, dict):
        daily = fraction(inner.get("dailySupplyCharge"))
    reading.supply += _dollars(daily or Fraction(0), reading) * YEAR
    shape = _read_rates(holder, reading, usage, Fraction(1))
    name = text(load.get("displayName"))
    label = "".join(letter for letter in name.lower() if letter.isalnum())
    reading.shape.append(f"load {number} {label} {shape}")


def _dollars(amount: Fraction, reading: Reading) -> Fraction:
    return amount / 100 if reading.form == CENTS else amount
