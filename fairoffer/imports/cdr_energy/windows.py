"""Shares of the year: seasons, the hours of time-of-use windows, and usage in stepped blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

YEAR = 365
WEEK = 7 * 24 * 60

_DAYS = {"MON": 0, "TUE": 1, "WED": 2, "THU": 3, "FRI": 4, "SAT": 5, "SUN": 6}
_GROUPS = {
    "BUSINESS_DAYS": range(5),
    "WEEKDAYS": range(5),
    "WEEKENDS": range(5, 7),
    "ALL": range(7),
    "ALL_DAYS": range(7),
}
_UNNAMED = {1: tuple(range(5)), 2: (5, 6), 3: tuple(range(7))}
"""Days left blank in the payload: business days, the two days of the weekend, or all three groups of them."""

_DAY_OF_YEAR = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_PERIOD = re.compile(r"P(\d{1,3})([DWMY])", re.ASCII)
_SPOKEN = re.compile(r"(?:/|\bper\b|\ba\b|\beach\b)\s*(day|month|quarter|year)\b", re.IGNORECASE)
_PER_YEAR = {"D": (YEAR, 1), "W": (YEAR, 7), "M": (12, 1), "Y": (1, 1)}
_SPOKEN_PERIOD = {"day": "P1D", "month": "P1M", "quarter": "P3M", "year": "P1Y"}

Window = tuple[tuple[str | None, ...], str, str]
"""Days, start and end of one window, as the payload says them."""


class UnreadableError(Exception):
    """A tariff that cannot be costed; the text is the reason, in the words of the summary."""


@lru_cache(maxsize=4096)
def season(start: object, end: object) -> tuple[int, int]:
    """How many days from ``start`` to ``end``, both included, and which, as bits; a season may cross the new year."""
    first, last = _day_of_year(start), _day_of_year(end)
    if first is None or last is None:
        raise UnreadableError("season without dates")
    length = (last - first) % YEAR + 1
    return length, sum(1 << (first + offset) % YEAR for offset in range(length))


@lru_cache(maxsize=4096)
def _read_day(text: str) -> int | None:
    found = _DAY_OF_YEAR.fullmatch(text.strip())
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        return date(2023, month, 28 if (month, day) == (2, 29) else day).timetuple().tm_yday - 1
    except ValueError:
        return None


def _day_of_year(text: object) -> int | None:
    return _read_day(text) if isinstance(text, str) else None


def minute(text: str, end: bool) -> int:
    """Minutes since midnight of ``1430``, ``14:30`` or ``700``; an end of ``1959`` or ``1929`` is the next minute."""
    digits = text.strip().replace(":", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 4:
        raise UnreadableError("time-of-use window without times")
    hours, minutes = divmod(int(digits), 100)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise UnreadableError("time-of-use window without times")
    total = hours * 60 + minutes
    if end and (minutes + 1) % 15 == 0:
        total += 1
    return 24 * 60 if end and total == 0 else total


@lru_cache(maxsize=8192)
def week_minutes(windows: tuple[tuple[Window, ...], ...]) -> tuple[tuple[int, ...], str, bool]:
    """Minutes a week of each rate, a short text of all windows, and whether blank days had to be read.

    The windows of different rates must cover every minute of the week exactly once; everything else raises
    ``UnreadableError``, because a missing hour has no price and a doubled one has two.
    """
    blank = any(None in days for rate in windows for days, _, _ in rate)
    taken = bytearray(WEEK)
    shares = []
    for number, rate in enumerate(windows, start=1):
        if number > 250 or not rate:
            raise UnreadableError("time-of-use rate without windows")
        for days, start, end in rate:
            for begin, stop in _spans(days, start, end):
                piece = taken[begin:stop]
                if any(mark not in (0, number) for mark in set(piece)):
                    raise UnreadableError("time-of-use windows overlap")
                taken[begin:stop] = bytes([number]) * (stop - begin)
        shares.append(taken.count(number))
    if taken.count(0):
        raise UnreadableError("time-of-use windows leave hours out")
    return tuple(shares), _text(taken), blank


def _spans(days: tuple[str | None, ...], start: str, end: str) -> Iterable[tuple[int, int]]:
    begin, stop = minute(start, end=False), minute(end, end=True)
    for day in _days(days):
        base = day * 24 * 60
        if begin < stop:
            yield base + begin, base + stop
        else:  # past midnight: the small hours belong to the same days
            yield base + begin, base + 24 * 60
            yield base, base + stop


def _days(days: tuple[str | None, ...]) -> tuple[int, ...]:
    named = [day.upper() for day in days if day]
    if not named:
        if len(days) in _UNNAMED:
            return _UNNAMED[len(days)]
        raise UnreadableError("time-of-use window without days")
    found: set[int] = set()
    for day in named:
        if day == "PUBLIC_HOLIDAYS":
            continue
        if day in _GROUPS:
            found.update(_GROUPS[day])
        elif day[:3] in _DAYS:
            found.add(_DAYS[day[:3]])
        else:
            raise UnreadableError("time-of-use window without days")
    return tuple(sorted(found))


def _text(taken: bytearray) -> str:
    """The week run by run: rate number and minute of change; equal weeks have equal texts however they were written."""
    parts, last = [], -1
    for at in range(WEEK):
        if taken[at] != last:
            last = taken[at]
            parts.append(f"{last}@{at}")
    return " ".join(parts)


def blocks_a_year(period: object, spoken: object) -> tuple[int, int, str] | None:
    """How many periods of a stepped rate a year has, as a fraction, and its name.

    Where the code is missing the words may tell (``First 340 kWh/Month``); ``None`` where nothing does.
    """
    name = period.strip() if isinstance(period, str) else ""
    if not name and isinstance(spoken, str) and (said := _SPOKEN.search(spoken)):
        name = _SPOKEN_PERIOD[said[1].lower()]
    found = _PERIOD.fullmatch(name)
    if found is None or int(found[1]) not in range(1, 13):
        return None
    times, length = _PER_YEAR[found[2]]
    return times, length * int(found[1]), name
