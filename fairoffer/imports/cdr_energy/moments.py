"""Instants of a payload as Australian days: a plan begins and ends where it is sold, not in Greenwich."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)

_OFFSETS = {"0": 570, "2": 600, "3": 600, "4": 600, "5": 570, "6": 480, "7": 600}
_SUMMER = {"2", "3", "5", "7"}
"""First digits of the postcodes of the states that put clocks forward."""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNTIL = r"(?:\b(?:to|and|until|by|before|ends?|expires?|expiring)\b:?|[-–])(?: on)?\s+(?:[\d:]+ ?[ap]m \w{0,4}\s*)?"
_SPOKEN = re.compile(
    _UNTIL + r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)? (?P<m1>[a-z]{3})[a-z]*,? (?P<y1>20\d{2})"
    r"|(?P<m2>[a-z]{3})[a-z]* (?P<d2>\d{1,2}),? (?P<y2>20\d{2})"
    r"|(?P<d3>\d{1,2})/(?P<m3>\d{1,2})/(?:20)?(?P<y3>\d{2})\b)",
    re.IGNORECASE | re.ASCII,
)


@lru_cache(maxsize=16384)
def last_day(words: str) -> date | None:
    """The last day a text names as an end ("between 1 Apr and 30 Jun 2023"); ``None`` where it names none."""
    found = [day for match in _SPOKEN.finditer(words) if (day := _spoken_day(match)) is not None]
    return max(found, default=None)


def _spoken_day(match: re.Match[str]) -> date | None:
    day, month, year = (match[f"{part}1"] or match[f"{part}2"] or match[f"{part}3"] for part in "dmy")
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
        return date(int(year) if len(year) == 4 else 2000 + int(year), number, int(day))
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def local_day(text: str, region: str, end: bool) -> date | None:
    """The day of an instant where the postcode's first digit is ``region``; an end at midnight ends the day before.

    ``None`` for text that is no instant. A bare date stays what it is.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if found[4] is None:
            return date(year, month, day)
        instant = datetime(year, month, day, int(found[4]), int(found[5]), int(found[6] or 0), tzinfo=UTC)
        instant -= timedelta(minutes=_zone(found[7]))
        local = instant + timedelta(minutes=_offset(instant, region))
        if end and (local.hour, local.minute, local.second) == (0, 0, 0):
            local -= timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return local.date()


def _zone(text: str | None) -> int:
    if text is None or text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def _offset(instant: datetime, region: str) -> int:
    """Minutes ahead of UTC. Summer time runs from the first Sunday of October to the first Sunday of April."""
    standard = _OFFSETS.get(region, 600)
    if region not in _SUMMER:
        return standard
    local = (instant + timedelta(minutes=standard)).replace(tzinfo=None)
    begins = _first_sunday(local.year, 10) + timedelta(hours=2)
    ends = _first_sunday(local.year, 4) + timedelta(hours=2)
    return standard if ends <= local < begins else standard + 60


def _first_sunday(year: int, month: int) -> datetime:
    first = datetime(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7)
