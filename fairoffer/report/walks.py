"""Price by tenure: what the segments of a product get, by doing nothing and at best, against the comparator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fairoffer.model.result import Result, Series, Stand
from fairoffer.report import scale, words

SHOWN = 6  # products drawn, those with the largest gap first
POINTS = 12  # segments of a product drawn, those with the largest gap
LEFT, RIGHT, TOP, BOTTOM = 90, 880, 16, 196
SIDES = (("default-gap", "stayed"), ("reach-gap", "best"))
"""Which check draws which mark; the first is the one whose gap decides what is shown."""


@dataclass(frozen=True)
class Line:
    """A stretch of tenures at one value; the mark stands where it begins."""

    mark: str
    x: str
    end: str
    y: str


@dataclass(frozen=True)
class Walk:
    """One product."""

    title: str
    term: str
    describes: str
    lines: tuple[Line, ...]
    months: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class Walks:
    """The products with the largest gaps, and how many more there are."""

    shown: tuple[Walk, ...]
    marks: frozenset[str]
    left_out: int


def build(result: Result) -> Walks | None:
    """A picture for each product whose segments stand at different tenures; nothing where there is none."""
    found: dict[tuple[object, ...], dict[str, Series]] = {}
    for one in result.series:
        if one.unit == result.totals.currency and one.points:
            key = (one.product, tuple(one.place.items()), one.term)
            found.setdefault(key, {}).setdefault(one.check, one)
    if not found:
        return None
    ranked = sorted(found.values(), key=lambda sides: -_widest(sides))
    shown = tuple(_walk(sides, result.totals.currency) for sides in ranked[:SHOWN])
    marks = frozenset(line.mark for one in shown for line in one.lines)
    return Walks(shown, marks, len(ranked) - len(shown))


def _widest(sides: dict[str, Series]) -> Decimal:
    return max(_gap(line, point) for line in sides.values() for point in line.points)


def _gap(line: Series, point: Stand) -> Decimal:
    """How much worse existing is."""
    gap = Decimal(point.existing) - Decimal(point.comparator)
    return -gap if line.term.startswith("interest_earned") else gap


def _walk(sides: dict[str, Series], currency: str) -> Walk:
    worst: dict[str, Decimal] = {}
    for line in sides.values():
        for one in line.points:
            worst[one.segment] = max(_gap(line, one), worst.get(one.segment, Decimal("-Infinity")))
    kept = set(sorted(worst, key=lambda name: (-worst[name], name))[:POINTS])
    drawn = [(mark, line, [p for p in line.points if p.segment in kept]) for mark, line in _marked(sides)]
    points = [one for _, _, own in drawn for one in own]
    values = [Decimal(value) for one in points for value in (one.existing, one.comparator)]
    low, high, step = scale.axis(min(values), max(values))
    last, every = _last(points)
    lines = [
        Line(mark, _x(start, last), _x(end, last), _y(one.existing, low, high))
        for mark, _, own in drawn
        for one in own
        for start, end in [_stretch(one, last)]
    ]
    lines += [
        Line("stranger", _x(start, last), _x(end, last), _y(value, low, high))
        for value, start, end in _joined(points, last)
    ]
    first = next(iter(sides.values()))
    place = words.place(first.place)
    return Walk(
        title=f"{first.product}{', ' if place else ''}{place}",
        term=f"{words.term(first.term)}, {currency}",
        describes=_describes(drawn),
        lines=tuple(lines),
        months=tuple((_x(month, last), f"{month:,}") for month in range(0, last + 1, every)),
        values=tuple((_y(tick, low, high), words.grouped(f"{tick:f}")) for tick in scale.ticks(low, high, step)),
        rows=tuple(_rows(sides, kept)),
        left_out=len(worst) - len(kept),
    )


def _marked(sides: dict[str, Series]) -> list[tuple[str, Series]]:
    return [(mark, sides[check]) for check, mark in SIDES if check in sides]


def _last(points: Sequence[Stand]) -> tuple[int, int]:
    """The end of the axis of months, and its step: whole years, about eight of them."""
    most = max(max(one.tenure_months.from_ or 0, one.tenure_months.to or 0) for one in points) + 12
    every = next(step for step in (12, 24, 60, 120, 240, 1_200) if most <= 8 * step or step == 1_200)
    return -(-most // every) * every, every


def _stretch(one: Stand, last: int) -> tuple[int, int]:
    """From which month to which a segment stands; an open one to the end of the axis."""
    low, high = one.tenure_months.from_ or 0, one.tenure_months.to
    return low, last if high is None else max(high, low + 1)


def _joined(points: Sequence[Stand], last: int) -> list[tuple[str, int, int]]:
    """The comparator's values, each with the stretches of tenures at which somebody meets it; what meets is one."""
    found: list[tuple[str, int, int]] = []
    for value in dict.fromkeys(one.comparator for one in points):
        for low, high in sorted(_stretch(one, last) for one in points if one.comparator == value):
            if found and found[-1][0] == value and found[-1][2] >= low:
                found[-1] = (value, found[-1][1], max(found[-1][2], high))
            else:
                found.append((value, low, high))
    return found


def _describes(drawn: Sequence[tuple[str, Series, Sequence[Stand]]]) -> str:
    parts = []
    for mark, line, own in drawn:
        worse = sum(_gap(line, one) > 0 for one in own)
        how = "by doing nothing" if mark == "stayed" else "at best"
        parts.append(f"{how}, {worse} of {words.count(len(own), 'segment')} get less than the comparator")
    return f"{words.capital('; '.join(parts))}. The table gives every value."


def _rows(sides: dict[str, Series], kept: set[str]) -> list[tuple[str, ...]]:
    """Segment, tenure, customers, and for each side its value and the comparator's."""
    by_name = {check: {one.segment: one for one in line.points} for check, line in sides.items()}
    order = {one.segment: one for line in sides.values() for one in line.points if one.segment in kept}
    rows = []
    for name, one in order.items():
        cells = [by_name.get(check, {}).get(name) for check, _ in SIDES]
        rows.append(
            (
                name,
                words.tenure(one.tenure_months),
                words.customers(one.customers),
                *(words.grouped(cell.existing) if cell else "–" for cell in cells),
                " / ".join(dict.fromkeys(words.grouped(cell.comparator) for cell in cells if cell)),
            )
        )
    return rows


def _x(month: int, last: int) -> str:
    return scale.at(Decimal(month), Decimal(0), Decimal(last), LEFT, RIGHT)


def _y(value: Decimal | str, low: Decimal, high: Decimal) -> str:
    return scale.at(Decimal(value), low, high, BOTTOM, TOP)
