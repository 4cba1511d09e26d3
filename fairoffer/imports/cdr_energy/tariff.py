"""What a contract's tariff costs over a year at one declared usage, and the shape that plans must share to be compared.

Amounts are exact fractions in dollars without tax. Usage is spread evenly over the hours of the year; where a tariff
has controlled load, a quarter of the usage runs through it. What cannot be costed says why and keeps its shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fairoffer.imports.cdr_energy.numbers import GST, SCALE, money, scaled
from fairoffer.imports.cdr_energy.windows import (
    WEEK,
    YEAR,
    UnreadableError,
    Window,
    blocks_a_year,
    season,
    week_minutes,
)

CONTROLLED_PART = 4
"""One in so many units runs through controlled load where a tariff has it."""

_UNIT = SCALE * 27720 * 7 * WEEK * CONTROLLED_PART
"""Parts of one kWh that usage is counted in, so that every share of it is a whole number of them.

It can be divided by the minutes of a week and by every length of a block's period up to twelve, and it holds every
decimal of a volume.
"""

CENTS, DOLLARS = "cents", "dollars"

_DEAREST = {"electricity": 2 * SCALE, "gas": 3 * SCALE // 10}
"""Dollars for one unit beyond which no tariff goes, which tells cents from dollars where a field's name is misused."""

_UNITS = {None, "", "KWH", "MJ"}

Json = dict[str, Any]


@dataclass
class Reading:
    """One contract's tariff in dollars a year, where ``reason`` is empty: parts without tax, the ``bill`` with it.

    Plans are compared where their ``shape`` is the same. The sizes of blocks are no part of it: like prices, they are
    how a retailer charges for the same thing; ``steps`` keeps them.
    ``loads`` are the names of the controlled loads, and ``None`` where the payload has room for one only.
    """

    form: str = ""
    supply: Fraction = Fraction(0)
    usage: Fraction = Fraction(0)
    bill: Fraction = Fraction(0)
    bill_text: str = ""
    reason: str = ""
    shape: str = ""
    steps: tuple[str, ...] = ()
    blank_days: bool = False
    spoken_periods: bool = False
    loads: tuple[str, ...] | None = ()


@dataclass
class _Meter:
    """A reading on its way: sums of whole numbers in the units of the payload."""

    usage_unit: int
    form: str = ""
    supply: int = 0
    usage: int = 0
    reason: str = ""
    shape: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    blank_days: bool = False
    spoken_periods: bool = False
    loads: tuple[str, ...] | None = ()

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
    meter = _Meter(_UNIT * usage.denominator)
    periods = entries(contract.get("tariffPeriod"))
    model = text(contract.get("pricingModel"))
    meter.shape.append(model or "no-pricing-model")
    meter.form = _form(periods, meter)
    loads = _loads(contract)
    meter.loads = None if isinstance(contract.get("controlledLoad"), dict) else tuple(map(_load_name, loads))
    if model.endswith("CONT_LOAD") and not loads:
        meter.fail("controlled load without rates")
    if model == "QUOTA":
        meter.fail("quota tariff")
    whole = usage.numerator * _UNIT
    controlled = whole // CONTROLLED_PART if loads else 0
    _read_periods(periods, meter, whole - controlled)
    if loads:
        _read_load(loads[0], meter, controlled)
    if not meter.reason:
        _check_form(meter, contract, fuel)
    return _reading(meter)


def _reading(meter: _Meter) -> Reading:
    cents = 100 if meter.form == CENTS else 1
    supply = Fraction(meter.supply, SCALE * cents)
    usage = Fraction(meter.usage, SCALE * cents * YEAR * meter.usage_unit)
    bill = (supply + usage) * GST
    return Reading(
        form=meter.form,
        supply=supply,
        usage=usage,
        bill=bill,
        bill_text=money(bill),
        reason=meter.reason,
        shape="; ".join(meter.shape),
        steps=tuple(sorted(meter.steps)),
        blank_days=meter.blank_days,
        spoken_periods=meter.spoken_periods,
        loads=meter.loads,
    )


def _form(periods: list[Json], reading: _Meter) -> str:
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


def _check_form(reading: _Meter, contract: Json, fuel: str) -> None:
    highest, limit = max(_unit_prices(contract), default=0), _DEAREST[fuel]
    if reading.form == DOLLARS and highest > limit:
        reading.fail("charges look like cents in a payload that says dollars")
    if reading.form == CENTS and 0 < highest <= limit:
        reading.fail("charges look like dollars in a payload that says cents")


def _unit_prices(contract: Json) -> list[int]:
    found = []
    for period in entries(contract.get("tariffPeriod")):
        single = period.get("singleRate")
        for block in [single] if isinstance(single, dict) else entries(period.get("timeOfUseRates")):
            found += [price for rate in entries(block.get("rates")) if (price := scaled(rate.get("unitPrice")))]
    return found


def _loads(contract: Json) -> list[Json]:
    """The controlled loads by name. The first alone is costed: payloads of 2022 name no other where there are two."""
    value = contract.get("controlledLoad")
    return [value] if isinstance(value, dict) else sorted(entries(value), key=_load_name)


def _load_name(load: Json) -> str:
    return "".join(letter for letter in text(load.get("displayName")).lower() if letter.isalnum())


def _read_periods(periods: list[Json], reading: _Meter, usage: int) -> None:
    """All seasons. They must cover the year once; a season of demand charges stands beside one of usage."""
    covered = 0
    shapes = []
    for period in periods:
        charges = entries(period.get("demandCharges"))
        if charges or "demandCharges" in period:
            reading.fail("demand charges")
            shapes.append("demand " + " ".join(sorted(_demand(charge) for charge in charges)))
        if "singleRate" not in period and "timeOfUseRates" not in period:
            continue
        days, bits = _season(period, reading)
        if covered & bits:
            reading.fail("seasons overlap")
        covered |= bits
        name = "year" if days == YEAR else f"{period.get('startDate')}..{period.get('endDate')}"
        shapes.append(f"{name} {_read_season(period, reading, usage, days)}")
    if covered != (1 << YEAR) - 1:
        reading.fail("seasons leave days out")
    reading.shape += sorted(shapes)


def _season(period: Json, reading: _Meter) -> tuple[int, int]:
    try:
        return season(text(period.get("startDate")), text(period.get("endDate")))
    except UnreadableError as fault:
        reading.fail(str(fault))
        return 0, 0


def _demand(charge: Json) -> str:
    keys = ("chargePeriod", "measurementPeriod", "startTime", "endTime", "minDemand")
    return "/".join([*(text(charge.get(key)) for key in keys), str(charge.get("days", ""))])


def _read_season(period: Json, reading: _Meter, usage: int, days: int) -> str:
    """Adds the supply and usage of so many days; returns the shape."""
    if text(period.get("dailySupplyChargeType")) == "BAND" or "bandedDailySupplyCharges" in period:
        reading.fail("supply charge in bands")
    daily = scaled(period.get("dailySupplyCharges" if reading.form == CENTS else "dailySupplyCharge"))
    if daily is None:
        reading.fail("no daily supply charge")
    else:
        reading.supply += daily * days
    return _read_rates(period, reading, usage, days)


def _read_rates(holder: Json, reading: _Meter, usage: int, days: int) -> str:
    """Adds the usage of a season or of one controlled load; returns the shape of its rates."""
    single = holder.get("singleRate")
    if isinstance(single, dict):
        if "generalUnitPrice" in single:
            reading.fail("quota tariff")
        _read_blocks(single, reading, usage, days)
        return "single"
    rates = sorted(entries(holder.get("timeOfUseRates")), key=lambda rate: text(rate.get("type")))
    if not rates:
        reading.fail("no rates")
        return "none"
    windows = tuple(_windows(rate) for rate in rates)
    try:
        minutes, week, blank = week_minutes(windows)
    except UnreadableError as fault:
        reading.fail(str(fault))
        minutes, week, blank = (0,) * len(rates), str(windows), False
    reading.blank_days |= blank
    names = []
    for rate, share in zip(rates, minutes, strict=True):
        _read_blocks(rate, reading, usage // WEEK * share, days)
        names.append(text(rate.get("type")))
    return f"{' '.join(names)} {week}"


def _windows(rate: Json) -> tuple[Window, ...]:
    found: list[Window] = []
    for window in entries(rate.get("timeOfUse")):
        days = window.get("days")
        named = tuple(day if isinstance(day, str) else None for day in days) if isinstance(days, list) else ()
        found.append((named, text(window.get("startTime")), text(window.get("endTime"))))
    return tuple(found)


def _read_blocks(rate: Json, reading: _Meter, usage: int, days: int) -> None:
    """Adds the usage and the steps of one rate; ``usage`` is a whole year's, of which ``days`` are charged."""
    blocks = entries(rate.get("rates"))
    prices = [price for block in blocks if (price := scaled(block.get("unitPrice"))) is not None]
    if any(text(block.get("measureUnit")) not in _UNITS for block in blocks):
        reading.fail("usage in another unit than kWh or MJ")
    if not blocks or len(prices) < len(blocks):
        reading.fail("rate without a price")
        return
    volumes = [scaled(block.get("volume")) for block in blocks]
    if volumes == [None]:
        reading.usage += prices[0] * usage * days
        return
    period = blocks_a_year(rate.get("period"), rate.get("description"))
    sizes = ",".join(str(block.get("volume") or "") for block in blocks)
    if period is None:
        reading.fail("blocks without a period")
        reading.steps.append(f"{sizes} per ?")
        return
    reading.spoken_periods |= not text(rate.get("period"))
    times, length, name = period
    reading.steps.append(f"{sizes} per {name}")
    left = usage
    for price, volume in zip(prices, volumes, strict=True):
        used = left if volume is None else min(left, volume * (reading.usage_unit // SCALE) * times // length)
        reading.usage += price * used * days
        left -= used
    if left > 0:
        reading.fail("blocks end below the declared usage")


def _read_load(load: Json, reading: _Meter, usage: int) -> None:
    """One controlled load, in either form: rates of its own, or a ``singleRate`` as in a season."""
    holder = load if "rates" not in load else {"singleRate": load}
    inner = holder.get("singleRate")
    daily = scaled(load.get("dailyCharge"))
    if daily is None and isinstance(inner, dict):
        daily = scaled(inner.get("dailySupplyCharge"))
    reading.supply += (daily or 0) * YEAR
    shape = _read_rates(holder, reading, usage, YEAR)
    reading.shape.append(f"load {_load_name(load)} {shape}")
