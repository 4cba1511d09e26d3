"""Numbers and names as people read them. Every number of a report becomes a string here, and only once.

Text from a catalog is hostile until it is escaped: `visible` shows characters that would hide or reorder text,
`short` keeps a very long name from filling the screen. Escaping for a format is the renderer's own business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal
from functools import cache

from fairoffer.model.result import Effective, Level, Months, Source, Verdict

VERDICTS: dict[Verdict, str] = {"passed": "Passed", "failed": "Failed", "not-proven": "Not proven"}
COMING = "will be there when their deal ends"
NOT_ADVICE = "This report is not legal advice."
NAME = 80  # characters of a name on screen
PROSE = 1_200  # characters of a sentence

LEVELS: dict[Level, str] = {
    "breach": "fails a rule of law or of a licence",
    "commitment": "fails a public promise",
    "house": "fails our own policy",
    "review": "needs a look: a principle, or law that is not settled",
    "shadow": "would fail a rule that never became law",
}
REASONS: dict[str, str] = {
    "no-comparator": "there is no offer (of this product or its close match) and no quote to compare with",
    "no-data": "the table that the rule reads was not given",
    "missing-value": "a value is missing, and it could change the outcome",
    "audience-unknown": "the catalog does not say clearly whom an offer is for, and it matters",
    "risk-differs": "the two sides carry different risks",
    "tax-differs": "one side includes tax and the other does not, and the rate is not known",
    "scope-unknown": "not known whether the rule applies",
    "unclassified-incentive": "an incentive is not said to be as good as cash, or not, and it matters",
    "mixed": "offers that look alike have different prices: something that is not in the catalog differs",
    "below-k": "too few customers, or like-for-like cells, to say anything",
    "unreadable": "a value of the row could not be read",
    "scope": "the policy's scope leaves it out",
    "not-asked": "the segment does not say what it holds",
    "no-equivalent": "already counted as: no offer that the customer may choose",
    "just-joined": "they joined within the last month, so they are nobody who stayed",
    "not-effective": "the rule was not in force on that day",
}
OFFERS: dict[str, str] = {
    "used": "used in a comparison",
    "expired": "expired on the judged day",
    "not-yet-live": "not yet live on the judged day",
    "no-cell": "open to no customer of the segments",
    "unknown": "for an audience that is not known",
    "lapsed": "only for customers who left",
    "on-leaving": "only for customers who are leaving",
}
READ: dict[str | None, str] = {
    "primary": "source read first hand",
    "secondary": "source read at second hand",
    "unverified": "source not verified",
    None: "",
}
_UNITS = {"percent": "%", "share": "%", "ratio": " times"}
PERCENTAGES = frozenset(_UNITS)
"""Units of values that are relative already: a percentage of them says nothing."""
_TERMS = {
    "total_cost": "total cost",
    "core_price": "price without fees",
    "list_price": "price before fees and incentives",
    "interest_earned": "interest earned",
    "interest_paid": "interest paid",
    "contract_months": "contract length",
    "notice_days": "notice",
    "exit_fee": "exit fee",
    "incentives": "incentives",
    "offers": "offers to choose from",
    "cost": "cost",
    "rate": "rate",
    "finance_rate": "rate of finance",
}
_ITEMS = {"fee": "fee", "addon": "add-on", "part": "part"}
# Controls, marks that reorder text, and characters of no width (but the two joiners that scripts and emoji need).
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with controls and reordering marks shown: U+202E becomes ⟨U+202E⟩."""
    return _HIDDEN.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def short(text: str, limit: int = NAME) -> str:
    """At most about `limit` characters, the middle left out and counted."""
    if len(text) <= limit:
        return text
    tail = limit // 4
    return f"{text[: limit - tail]} … ({len(text) - limit:,} more) … {text[-tail:]}"


class Full(str):
    """Text that must not be shortened again."""


def full(text: str) -> Full:
    """The whole text, for the one place that shows it all."""
    return Full(visible(text))


def count(number: int, one: str, many: str | None = None) -> str:
    """1 finding, 3 findings, 12,000 customers."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def customers(number: int | None) -> str:
    """A number of customers, or that it is not known."""
    return "unknown" if number is None else f"{number:,}"


def people(number: str) -> str:
    """1 customer, 12,000 customers, customers unknown, of a number that is already text; nothing of a dash."""
    if number in ("unknown", "–"):
        return "customers unknown" if number == "unknown" else ""
    return f"{number} customer{'s' * (number != '1')}"


def grouped(value: str | None) -> str:
    """A decimal text with its thousands apart."""
    if value is None:
        return "unknown"
    whole, _, _ = value.partition(".")
    if len(whole) < 4 and whole.isdigit() and (whole[0] != "0" or whole == "0"):
        return value
    sign, digits = ("−", value[1:]) if value.startswith("-") else ("", value)
    whole, _, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{'.' + fraction if fraction else ''}"


def money(value: str | None, currency: str) -> str:
    """GBP 2,625,520: pennies only under a thousand."""
    if value is None:
        return "unknown"
    whole, _, fraction = value.partition(".")
    if abs(int(whole)) >= 1_000 and not fraction.strip("0"):
        value = whole
    return f"{currency} {grouped(value)}".strip()


def amount(value: str | None, unit: str | None, currency: str) -> str:
    """A value in its unit: GBP 492.00, 18 months, 4.10%, 1.1200 times."""
    if value is None:
        return "–"
    if unit and unit == currency:
        return f"{currency} {grouped(value)}"
    if unit in _UNITS:
        return bare(value, unit) + _UNITS[unit]
    one = unit[:-1] if unit and unit.endswith("s") and value == "1" else unit
    return f"{grouped(value)} {one or ''}".strip()


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency and not months, points or offers."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def gap(value: str | None, unit: str | None, currency: str) -> str:
    """A difference in its unit: between percentages it is one of percentage points."""
    if value is None or unit not in PERCENTAGES:
        return amount(value, unit, currency)
    return bare(value, unit) if unit == "ratio" else f"{bare(value, unit)} percentage points"


def bare(value: str, unit: str | None) -> str:
    """A value without its unit, as the unit is shown: a share in percent."""
    return grouped(f"{(Decimal(value) * 100).normalize():f}" if unit == "share" else value)


def balance(identifier: str | None) -> str:
    """The balance of a term such as interest_earned@12/20000, as people write it; empty for other terms."""
    rest = (identifier or "").partition("@")[2].partition("/")[2]
    return grouped(rest) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", rest) else ""


def if_every(balances: Iterable[str]) -> str:
    """What money on balances rests on; empty where there are none."""
    sizes = sorted(set(balances) - {""}, key=lambda size: Decimal(size.replace(",", "")))
    if not sizes:
        return ""
    return f"if every balance were {' or '.join(sizes)}" if len(sizes) < 3 else "if balances were as compared"


def share(value: str | None) -> str:
    """A share as a percentage, rounded down: 99.996% must not read as all."""
    if value is None:
        return "nothing in scope"
    hundredths = int((Decimal(value) * 10_000).to_integral_value(ROUND_FLOOR))
    whole, part = divmod(abs(hundredths), 100)
    return f"{'−' * (hundredths < 0)}{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def tenure(months: Months | None) -> str:
    """60 months and more; 12 to 23 months."""
    if months is None or (months.from_ is None and months.to is None):
        return "any"
    if months.to is None:
        return f"{count(months.from_ or 0, 'month')} and more"
    if months.from_ is None:
        return f"up to {count(months.to, 'month')}"
    if months.from_ == months.to:
        return count(months.to, "month")
    return f"{months.from_:,} to {count(months.to, 'month')}"


def band(months: Months) -> str:
    """60+ months; 12–23 months: a band of tenure where there is little room."""
    if months.to is None:
        return f"{months.from_ or 0}+ months"
    return tenure(months) if months.from_ in (None, months.to) else f"{months.from_}–{months.to} months"


def place(values: Mapping[str, str]) -> str:
    """channel web, payment_method card; empty where the policy names no choice."""
    return ", ".join(f"{name} {value}" for name, value in values.items()) if values else ""


@cache
def term(identifier: str | None) -> str:
    """total_cost@12 in words: total cost over 12 months."""
    if identifier is None:
        return ""
    name, _, rest = identifier.partition("@")
    kind, colon, item = name.partition(":")
    if colon and kind in _ITEMS:
        return f"{item.replace('_', ' ')} {_ITEMS[kind]}"
    words = _TERMS.get(name, name)  # a catalog's own term is called as the catalog calls it
    months, _, balance = rest.partition("/")
    if months.isdigit():
        words += f" over {count(int(months), 'month')}"
    return f"{words} on {grouped(balance)}" if re.fullmatch(r"[0-9]+(\.[0-9]+)?", balance) else words


def source(cited: Source) -> str:
    """Name and clause of a source; empty where none is given."""
    return ", ".join(part for part in (cited.name, cited.clause) if part)


def effective(days: Effective | None) -> str:
    """From when to when a rule binds; empty where nothing is said, or where it always does."""
    if days is None or (days.from_ is None and days.to is None):
        return ""
    start = f"from {days.from_}" if days.from_ else ""
    end = f"to {days.to}" if days.to else ""
    open_end = "" if days.sure else "; after that day for review, as nobody confirmed that it ends" if days.to else ""
    return " ".join(part for part in (start, end) if part) + open_end


def link(url: str | None) -> str | None:
    """The address if it is one that a reader may follow, else nothing: no scheme but http and https is a link."""
    return url if url and re.match(r"https?://[^\s\"'<>]+$", url) else None


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
