"""Months of the calendar, as contracts count them: the 31st plus a month is the last day of a shorter month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day that many months later, or the last day of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def completed_months(start: date | None, end: date) -> int | None:
    """How many months have passed; ``None`` where ``start`` is not known or still to come."""
    if start is None or start > end:
        return None
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months_after(start, months) <= end else months - 1
