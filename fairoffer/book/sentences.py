"""What a statistic says, in one sentence that claims no more than its numbers do."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from fairoffer.book import bands
from fairoffer.model.statistics import Statistic

PRICE, COMPARATOR = "price", "price over comparator"


def of(entry: Statistic) -> str:
    """The sentence of an entry that has all its numbers; of a thin one, why nothing is claimed."""
    if entry.thin is not None:
        return f"Of {_whom(entry)} nothing is claimed: {entry.thin}."
    if entry.kind == "gradient":
        return _gradient(entry)
    if entry.kind == "matched":
        return _matched(entry)
    return _ratio(entry) if entry.unit == "ratio" else ""


def raw(entry: Statistic) -> str:
    """The sentence of a rise that nothing was held equal for; with the words that say so first."""
    first, last = entry.means[0], entry.means[-1]
    ends = [f"{_money(mean.price)} at {bands.in_words(mean.tenure_months)}" for mean in (first, last)]
    rise = f", {signed(entry.estimate)}" if entry.estimate is not None else ""
    return (
        f"{_upper(_of_product(entry))}unadjusted, the mean price a year is {ends[0]} and {ends[1]}{rise}; customers of "
        "one tenure may differ from those of another in what they bought, so this decides nothing."
    )


def vulnerable(entry: Statistic, customers: float, unknown: int) -> str:
    """The sentence of what falls to vulnerable customers, who are ``customers`` percent of those compared."""
    rule = f"under {entry.rule} ({entry.term})"
    size = f"({between(entry)})"
    they = f"{_upper(_of_product(entry))}vulnerable customers"
    being = f"they are {about(str(customers))}% of the {entry.n:,} customers compared"
    missing = f"; of {unknown:,} more it is not known whether they are vulnerable" if unknown else ""
    if entry.unit == "ratio":
        said = f"bear {about(entry.estimate)} times their share of the gaps in money {rule} {size}"
    elif entry.measure == "share of money":
        said = f"bear {about(entry.estimate)}% of the gaps in money {rule} {size}"
    else:
        said = f"are {about(entry.estimate)}% of those worse off {rule} {size}"
    return f"{they} {said}; {being}{missing}."


def part(some: int, whole: int) -> str:
    """A share of customers as a whole percent, rounded down: ``41%``."""
    return f"{100 * some // whole}%" if whole else "0%"


def about(text: str | None) -> str:
    """A number for reading: two decimals, one from ten on, none from a hundred on."""
    value = Decimal(text or 0)
    places = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    found = value.quantize(Decimal((0, (1,), -places)), rounding=ROUND_HALF_EVEN)
    return f"{found if found else abs(found):,f}".replace("-", "−")


def _money(text: str) -> str:
    return f"{Decimal(text):,f}"


def signed(text: str | None) -> str:
    """A percentage with its sign: ``+1.20%``, ``−0.40%``, ``0.00%``."""
    shown = about(text)
    return f"{'+' if Decimal(shown.replace('−', '-').replace(',', '')) > 0 else ''}{shown}%"


def between(entry: Statistic) -> str:
    """``95% interval +0.90% to +1.50%``; of ratios ``95% interval 1.20 to 1.61``."""
    say = signed if entry.kind in ("gradient", "matched") else about
    unit = "%" if entry.unit == "percent" and say is about else ""
    return f"95% interval {say(entry.low)}{unit} to {say(entry.high)}{unit}"


def _gradient(entry: Statistic) -> str:
    what = "the price" if entry.measure == PRICE else "the price, measured against the customer's own comparator,"
    where = f"{_of_product(entry)}within like-for-like cells"
    size = f"({between(entry)}; {_rests_on(entry)})"
    if not entry.stands:
        change = f"changes by {signed(entry.estimate)} with a year of tenure"
        return f"{_upper(where)} {what} {change} {size}; {_why_not(entry)}."
    verb = "rises" if Decimal(entry.estimate or 0) > 0 else "falls"
    return f"{_upper(where)} {what} {verb} by {_size(entry)} with every year of tenure {size}."


def _matched(entry: Statistic) -> str:
    assert entry.tenure_months is not None
    who = f"{_of_product(entry)}customers of {bands.in_words(entry.tenure_months)}"
    newest = f"customers of {bands.in_words(entry.against_months)}" if entry.against_months else "the newest customers"
    other = f"{newest} in the same like-for-like cell"
    against = "" if entry.measure == PRICE else ", each measured against their own comparator"
    size = f"({between(entry)}; {_rests_on(entry)})"
    if not entry.stands:
        return f"{_upper(who)} pay {signed(entry.estimate)} against {other}{against} {size}; {_why_not(entry)}."
    more = "more" if Decimal(entry.estimate or 0) > 0 else "less"
    return f"{_upper(who)} pay {_size(entry)} {more} than {other}{against} {size}."


def _ratio(entry: Statistic) -> str:
    when = "at equal product and year of tenure " if entry.adjusted else ""
    rest = f"({between(entry)}; {_rests_on(entry)})"
    held = "" if entry.adjusted else "; product and tenure are not held equal"
    doubt = "" if entry.stands else f"; {_why_not(entry)}"
    return (
        f"{_upper(_of_product(entry))}{when}the gap of a vulnerable customer is {about(entry.estimate)} times that "
        f"of another under {entry.rule} ({entry.term}), on average {rest}{held}{doubt}."
    )


def _why_not(entry: Statistic) -> str:
    if entry.p_adjusted is not None and Decimal(entry.p_adjusted) <= Decimal("0.05"):
        return "this is no more than what prices are rounded to"
    return "after allowing for how many groups were looked at, this may be chance alone"


def _size(entry: Statistic) -> str:
    return signed(entry.estimate).lstrip("+−")


def _rests_on(entry: Statistic) -> str:
    matched = int(100 * Decimal(entry.share_matched or 0))
    return f"{entry.n:,} customers, {matched}% of those that it is about"


def _of_product(entry: Statistic) -> str:
    return f"{entry.product}: " if entry.product else "all products together: "


def _whom(entry: Statistic) -> str:
    whom = entry.product or "all products together"
    if entry.kind == "matched" and entry.tenure_months is not None:
        whom = f"{whom}, customers of {bands.in_words(entry.tenure_months)}"
    rule = f"{entry.rule}, {entry.term}, " if entry.rule else ""
    return f"{whom} ({rule}{entry.measure})" if entry.measure else whom


def _upper(text: str) -> str:
    # A product's name keeps its letters.
    return text[0].upper() + text[1:] if text.startswith("all products") else text
