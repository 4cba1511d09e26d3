"""The statistics of a book: what may be said of it as a whole, what may not, and the raw averages beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from fairoffer.model.result import Result, Statistic
from fairoffer.report import scale, words
from fairoffer.report.where import elided

LINES = 12  # statistics drawn of each unit
SHOWN = 100  # lines of a table; the others are in the JSON
LEFT, RIGHT, ROW = 340, 800, 34  # the drawing's scale, in its own units
UNADJUSTED = (
    "Not adjusted: like is not compared with like here, and new customers may differ from old ones in what they bought "
    "and where they live. These decide nothing."
)
CHANCE = (
    "Several groups were looked at, and some would differ by chance alone: of what is said to stand, no more than "
    "about one in twenty should do so by chance (false discovery rate 5%, Benjamini and Hochberg)."
)
_KINDS = {
    "raw": "averages",
    "matched": "like-for-like gap to the newest customers",
    "gradient": "rise with tenure",
    "vulnerable": "vulnerable customers",
    "disagreement": "two yardsticks disagree",
}
_UNITS = {"percent": "%", "percent a year": "% a year", "ratio": " times"}


class Line(NamedTuple):
    """One statistic as strings."""

    id: str
    label: str
    estimate: str
    between: str
    level: str
    customers: str
    cells: str
    clusters: str
    matched: str
    p: str
    stands: str
    thin: str
    method: str
    says: str

    @property
    def sizes(self) -> str:
        """41,200 customers, 120 cells, 118 clusters, 92% matched."""
        parts = [
            words.people(self.customers),
            f"{self.cells} cells" if self.cells != "–" else "",
            f"{self.clusters} clusters" if self.clusters != "–" else "",
            f"{self.matched} matched" if self.matched != "–" else "",
        ]
        return ", ".join(part for part in parts if part)

    @property
    def sentence(self) -> str:
        """The whole of it on one line; what it is about is said by its own sentence, where it has one."""
        interval = f" ({self.between}, at {self.level})" if self.between != "–" else ""
        stands = f", {self.stands}" if self.stands else ""
        return f"{self.estimate}{interval}{stands}: {self.says or self.label} [{self.sizes}]"


class Mark(NamedTuple):
    """A dot and its interval in a drawing."""

    label: str
    name: str
    y: int
    x: str
    low: str
    high: str
    estimate: str
    stands: bool


@dataclass(frozen=True)
class Drawing:
    """The statistics of one kind and unit, with a line where there is no difference."""

    title: str
    marks: tuple[Mark, ...]
    none: str
    ticks: tuple[tuple[str, str], ...]
    height: int
    describes: str


@dataclass(frozen=True)
class Statistics:
    """What the book shows: notes first, then what is adjusted, then what is too thin, then raw averages."""

    notes: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    adjusted: tuple[Line, ...]
    thin: tuple[Line, ...]
    raw: tuple[Line, ...]
    means: tuple[tuple[str, ...], ...]
    methods: tuple[tuple[str, str], ...]
    chance: str
    left_out: int


def build(result: Result) -> Statistics | None:
    """The statistics as strings; nothing where there are none."""
    if not result.statistics:
        return None
    notes = [one for one in result.statistics if one.estimate is None and one.thin is None]
    thin = [one for one in result.statistics if one.thin is not None]
    rest = [one for one in result.statistics if one.estimate is not None and one.thin is None]
    adjusted = sorted((one for one in rest if one.adjusted), key=lambda one: not one.stands)
    raw = [one for one in rest if not one.adjusted]
    groups = [adjusted, thin, raw]
    return Statistics(
        notes=tuple(one.says or label(one) for one in notes),
        drawings=tuple(_drawings(adjusted)),
        adjusted=tuple(map(_line, adjusted[:SHOWN])),
        thin=tuple(map(_line, thin[:SHOWN])),
        raw=tuple(map(_line, raw[:SHOWN])),
        means=tuple(_means(raw[:SHOWN], result.totals.currency)),
        methods=tuple(_methods([line for group in groups for line in group[:SHOWN]])),
        chance=CHANCE if any(one.p_adjusted is not None for one in rest) else "",
        left_out=sum(max(0, len(group) - SHOWN) for group in groups),
    )


def _means(raw: Iterable[Statistic], currency: str) -> Iterable[tuple[str, ...]]:
    """Product, band of tenure, customers and their average price a year."""
    for one in raw:
        for mean in one.means:
            product = one.product or "all products"
            yield product, words.tenure(mean.tenure_months), f"{mean.n:,}", f"{currency} {words.grouped(mean.price)}"


def _methods(found: Iterable[Statistic]) -> Iterable[tuple[str, str]]:
    """Every method in words, with what was measured by it."""
    used: dict[str, list[str]] = {}
    for one in found:
        if one.method:
            used.setdefault(one.method, []).append(label(one))
    for method, labels in used.items():
        yield method, "; ".join(labels[:6]) + (f"; and {len(labels) - 6:,} more" if len(labels) > 6 else "")


def label(one: Statistic) -> str:
    """fibre-100: rise with tenure (price over comparator); of a book without a product, all products."""
    against = f"against {words.tenure(one.against_months)}" if one.tenure_months and one.against_months else ""
    details = ", ".join(
        filter(None, [one.measure, " ".join(filter(None, [_band(one), against])), one.rule, _term(one)])
    )
    return f"{one.product or 'all products'}: {_kind(one.kind)}{f' ({details})' if details else ''}"


def _about(one: Statistic) -> str:
    """The same without its kind, which stands above the drawing, with a short band: fibre-100, price, 60+ months."""
    band = "" if one.tenure_months is None else words.band(one.tenure_months)
    return ", ".join(part for part in (one.product or "all products", one.measure, band, one.rule) if part)


def _kind(kind: str) -> str:
    return _KINDS.get(kind, kind.replace("-", " ").replace("_", " "))


def _band(one: Statistic) -> str:
    return words.tenure(one.tenure_months) if one.tenure_months is not None else ""


def _term(one: Statistic) -> str:
    return words.term(one.term) if one.term else ""


def _line(one: Statistic) -> Line:
    return Line(
        id=one.id,
        label=label(one),
        estimate=amount(one.estimate, one),
        between=_between(one),
        level=words.share(one.level),
        customers=f"{one.n:,}",
        cells=_count(one.cells),
        clusters=_count(one.clusters),
        matched=words.share(one.share_matched) if one.share_matched is not None else "–",
        p=_chance(one.p_adjusted),
        stands=_stands(one),
        thin=one.thin or "",
        method=one.method,
        says=one.says,
    )


def _stands(one: Statistic) -> str:
    """What is not adjusted is not said to stand, whatever its probability."""
    if not one.adjusted:
        return ""
    return "stands" if one.stands else "not tested" if one.p_adjusted is None else "could be chance"


def amount(value: str | None, one: Statistic) -> str:
    """+3.12% a year, −0.40%, 1.30 times: with a sign where it is a difference."""
    return "–" if value is None else f"{_signed(value, one)}{_UNITS.get(one.unit, f' {one.unit}')}"


def _between(one: Statistic) -> str:
    """−0.21 to +2.02% a year."""
    if one.low is None or one.high is None:
        return "–"
    return f"{_signed(one.low, one)} to {amount(one.high, one)}"


def _signed(value: str, one: Statistic) -> str:
    difference = one.unit != "ratio" and not one.measure.startswith("share")
    return f"{'+' if difference and Decimal(value) > 0 else ''}{words.grouped(value)}"


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _chance(p: str | None) -> str:
    """A probability to four digits after the point; a very small one is said to be that."""
    if p is None:
        return "–"
    return "under 0.0001" if Decimal(p) < Decimal("0.0001") else f"{Decimal(p).quantize(Decimal('0.0001')):f}"


def _drawings(adjusted: Sequence[Statistic]) -> Iterable[Drawing]:
    """A drawing for each kind and unit, since one axis cannot hold two."""
    drawn: dict[tuple[str, str], list[Statistic]] = {}
    for one in adjusted:
        if one.low is not None and one.high is not None:
            drawn.setdefault((one.kind, one.unit), []).append(one)
    for (kind, unit), own in drawn.items():
        first = f"; the first {LINES} of {len(own):,}" if len(own) > LINES else ""
        yield _drawing(f"{words.capital(_kind(kind))}, {unit}{first}", unit, own[:LINES])


def _drawing(title: str, unit: str, own: Sequence[Statistic]) -> Drawing:
    nothing = Decimal(1) if unit == "ratio" else Decimal(0)
    values = [Decimal(end) for one in own for end in (one.low, one.high, one.estimate) if end is not None]
    low, high, step = scale.axis(min(*values, nothing), max(*values, nothing))

    def at(value: Decimal | str | None) -> str:
        return scale.at(Decimal(value or 0), low, high, LEFT, RIGHT)

    marks = [
        Mark(
            label=elided(_about(one), 42),
            name=_about(one),
            y=30 + ROW * index,
            x=at(one.estimate),
            low=at(one.low),
            high=at(one.high),
            estimate=_signed(one.estimate or "0", one),
            stands=one.stands,
        )
        for index, one in enumerate(own)
    ]
    standing = sum(one.stands for one in own)
    describes = (
        f"{standing:,} of {words.count(len(own), 'estimate')} differ{'s' * (standing == 1)} from nothing after "
        "allowing for chance: the filled dots. The lines are the intervals. The table gives every value."
    )
    ticks = tuple((at(mark), words.grouped(f"{mark:f}")) for mark in scale.ticks(low, high, step))
    return Drawing(title, tuple(marks), at(nothing), ticks, 30 + ROW * len(marks), describes)
