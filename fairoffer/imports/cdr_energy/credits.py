"""Discounts and incentives: what is guaranteed goes into the cost, what depends on the customer is said to depend.

The amount of an incentive stands in its text only. A discount's amount is published with or without tax; where the
text names the same amount, or eleven tenths of it, the text decides, and otherwise it is taken as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from fairoffer.imports.cdr_energy.audience import JOINING, NEW, read_audience, sentences
from fairoffer.imports.cdr_energy.conditions import MAX_TEXT, read_partner
from fairoffer.imports.cdr_energy.fees import spoken_amount, spoken_amounts
from fairoffer.imports.cdr_energy.moments import last_day
from fairoffer.imports.cdr_energy.numbers import GST, fraction, money
from fairoffer.imports.cdr_energy.tariff import DOLLARS, entries, text

Json = dict[str, Any]


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CREDIT = _rule(r"\b(?:credits?|rebate|bonus|cash ?back|off your|bill discount|subsidy)\b")
_CARD = _rule(r"\be?-?gift ?cards?\b|\bpre-?paid\b|\bdigital mastercard\b|\bvisa card\b")
_VOUCHER = _rule(r"\bvouchers?\b")
_PRIZE = _rule(r"\bdraw\b|\bwin\b|\bprize\b|\bgiveaway\b|\bcompetition\b|\bcharity\b|\bcontribute\b|\bdonat\w+")
_REFERRAL = _rule(
    r"\breferrals?\b|\breferrers?\b|\breferred (?:\w+ ){0,3}by\b|\byou(?:'ve| have)? refer(?:red)?\b(?!\s+to\b)"
    r"|\brefer(?:s|ring|red)?[ -](?:(?:an?|any|another|other|each|every|one|your|new|existing|eligible|\d+)[ -]){0,3}"
    r"(?:friends?|family|customers?|mates?|neighbou?rs?|colleagues?|person|people|someone|others?)\b"
    r"|\bmention an existing\b|\byour friends?\b"
)
"""Somebody brought to the retailer; to refer to its website is something else."""

_PERCENT = _rule(r"(\d{1,3}(?:\.\d{1,4})?) ?(?:%|per ?cent\b)")
_COST = _rule(r"\bthe cost is\b|\bcosts?\b|\bcharged? at\b|\boptional add-on\b|/kwh|\bper kwh\b|\bc/|\bcents per\b")
_POINTS = re.compile(r"\b(\d{1,3}(?:,\d{3})+|\d{3,7}),?\s+(?:[\w-]+\s+){0,4}?(?:points?|QPs?)\b", re.IGNORECASE)
_EVERY: tuple[tuple[re.Pattern[str], str, int], ...] = (
    (_rule(r"\bevery (?:3|three) months\b|\b(?:each|every|per) quarter\w*\b"), "year", 4),
    (_rule(r"\b(?:a|per|each|every) month\b|/month\b|\bon each of your monthly bills\b"), "month", 1),
    (_rule(r"\b(?:a|per|each|every) year\b|\bper annum\b|/year\b"), "year", 1),
)
_OFTEN: tuple[tuple[re.Pattern[str], str, int], ...] = (
    (_rule(r"\bquarterly\b"), "year", 4),
    (_rule(r"\bmonthly (?!bill|instal|subscription|invoice)"), "month", 1),
    (_rule(r"\bannual(?:ly)?\b|\banniversary\b"), "year", 1),
)
"""Words that tell how often only where nothing says that it is once."""

_ONCE = _rule(
    r"\bone[- ]off\b|\bsign[- ]?up\b|\bupfront\b|\bsingle\b|\bfirst (?:\w+ )?(?:bill|invoice)\b|\bwelcome\b|\bonce\b"
)
_SIGN_UP = _rule(r"\bsign(?:ing|ed)?[- ]?up\b|\bwelcome\b|\bjoin\w*\b|\bswitch\w*\b")
_FIRST_MONTHS = _rule(r"\bfirst (\d{1,2}) months\b")
_UP_TO = _rule(r"\bup to (?:a maximum of )?\$")


@dataclass
class Credits:
    """``incentives`` are catalog incentives; the two shares are guaranteed parts of the bill that are taken off."""

    incentives: list[Json] = field(default_factory=list)
    off_bill: Fraction = Fraction(0)
    off_usage: Fraction = Fraction(0)
    conditional: list[tuple[Fraction, bool, str, str]] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)

    def count(self, what: str) -> None:
        """One more of something the summary reports."""
        self.counts.append(what)


class Retailer(NamedTuple):
    """What of a plan bears on its incentives: the retailer, whether only new customers may take it, and its needs."""

    brand: str
    plan_is_new: bool
    needs: tuple[str, ...]


def read_credits(contract: Json, form: str, retailer: Retailer, as_of: date) -> Credits:
    """All discounts and incentives of one contract. Percentages come back as shares, for the tariff to apply."""
    found = Credits()
    spoken: set[tuple[str, str]] = set()
    for discount in entries(contract.get("discounts")):
        if _is_given(_words(discount), retailer, as_of, found):
            _read_discount(discount, form, retailer.brand, found, spoken)
    for incentive in entries(contract.get("incentives")):
        if _is_given(_words(incentive), retailer, as_of, found):
            _read_incentive(incentive, retailer.brand, found, spoken)
    if retailer.plan_is_new:
        for entry in found.incentives:
            entry.pop("audience", None)  # nobody else can take the plan
    return found


def _is_given(words: str, retailer: Retailer, as_of: date, found: Credits) -> bool:
    """Whether whoever takes the plan today can have it; what needs something else is left out and counted."""
    if _REFERRAL.search(words):
        found.count("rewards for a referral, left out: nobody has one by taking the plan")
        return False
    last = last_day(words)
    if last is not None and last < as_of:
        found.count("incentives that ended before the day of the import")
        return False
    partner = read_partner(words, retailer.brand)
    if partner and partner not in retailer.needs:
        found.count("incentives for customers of a partner, left out as the plan does not ask for it")
        return False
    return True


def _words(entry: Json) -> str:
    parts = [text(entry.get(key))[:MAX_TEXT] for key in ("displayName", "description", "eligibility")]
    return " | ".join(dict.fromkeys(part for part in parts if part))


def _read_discount(discount: Json, form: str, brand: str, found: Credits, spoken: set[tuple[str, str]]) -> None:
    kind, method = text(discount.get("type")), text(discount.get("methodUType"))
    words = _words(discount)
    share = _share(discount, method, form, words)
    if share is not None and method in ("percentOfBill", "percentOfUse"):
        if kind == "GUARANTEED":
            if method == "percentOfBill":
                found.off_bill += share
            else:
                found.off_usage += share
            found.count("guaranteed percentages taken off the price")
        else:
            found.conditional.append((share, method == "percentOfBill", _kind(words), words[:400]))
            found.count("conditional percentages, kept out of the price")
        return
    amount = _discount_amount(discount, words, found) if method == "fixedAmount" else None
    if amount is None:
        found.count("discounts without a readable amount")
        return
    # A sum for signing up is had by everyone who takes the plan, whatever its type says.
    sure = kind == "GUARANTEED" or (_SIGN_UP.search(words) is not None and not _pays_by(words))
    per = "once" if _period(words)[0] == "once" or _FIRST_MONTHS.search(words) else "year"
    _add(found, spoken, _kind(words), amount, per, words, brand, cash=True if sure else None)


def _pays_by(words: str) -> bool:
    return re.search(r"\bdue date\b|\bon[- ]time\b|\bdirect debit\b", words, re.IGNORECASE) is not None


def _share(discount: Json, method: str, form: str, words: str) -> Fraction | None:
    """The part that is taken off: a rate in the form of the payload, unless its text names the other form of it."""
    holder = discount.get(method)
    rate = fraction(holder.get("rate")) if isinstance(holder, dict) else None
    if rate is None:
        return None
    said = {fraction(number) for number in _PERCENT.findall(words)}
    share = rate if form == DOLLARS else rate / 100
    if form == DOLLARS and rate >= 1 and rate in said:
        share = rate / 100
    if form != DOLLARS and rate < 1 and rate not in said and rate * 100 in said:
        share = rate
    return share if 0 <= share <= 1 else None


def _discount_amount(discount: Json, words: str, found: Credits) -> Fraction | None:
    """The sum with tax. The published one is a year's or a single one; the text tells whether it is taxed."""
    holder = discount.get("fixedAmount")
    amount = fraction(holder.get("amount")) if isinstance(holder, dict) else None
    if amount is None:
        return None
    per, times = _period(words)
    months = _FIRST_MONTHS.search(words)
    yearly = int(months[1]) if months else 12 if per == "month" else times
    for said in spoken_amounts(words):
        for candidate in {said, said * yearly}:
            if abs(candidate - amount) < Fraction(1, 20):
                found.count("discount amounts with tax, as their text confirms")
                return candidate
            if abs(candidate - amount * GST) < Fraction(3, 20):
                found.count("discount amounts without tax, as their text shows")
                return candidate
    found.count("discount amounts taken as they stand (with tax): their text names no such amount")
    return amount


def _period(words: str) -> tuple[str, int]:
    """How often a sum comes: ``per`` of the catalog, and how many of it make one."""
    for pattern, per, times in _EVERY if _ONCE.search(words) else _EVERY + _OFTEN:
        if pattern.search(words):
            return per, times
    return "once", 1


def _read_incentive(incentive: Json, brand: str, found: Credits, spoken: set[tuple[str, str]]) -> None:
    words = _words(incentive)
    category = text(incentive.get("category"))
    if _PRIZE.search(words):
        found.count("incentives that are a prize or a gift to others")
        return
    points, told = _POINTS.search(words), _told_amounts(words)
    if not told and points:
        entry = {"kind": "points", "points": points[1].replace(",", ""), "cash_equivalent": False}
        _finish(found, entry | {"per": _period(words[points.start() :])[0]}, words, brand)
        found.count("incentives in points, whose value is not known")
        return
    cash, kind = _cash(category, words)
    if not told or not kind:
        found.count("incentives without a readable amount" if kind else "incentives that are no money")
        return
    for where, amount, per in told:
        _add(found, spoken, kind, amount, per, where, brand, None if _UP_TO.search(where) else cash)


def _told_amounts(words: str) -> list[tuple[str, Fraction, str]]:
    """What is told of a sum, the sum with tax, and how often it comes.

    Of several sums the one decides that comes again, and one for signing up stands beside it; else the one told first.
    """
    amount, taxed = spoken_amount(words)
    chosen: list[tuple[str, Fraction | None, bool]] = [(words, amount, taxed)]
    alone = True
    if amount is None:
        told = [(sentence, *spoken_amount(sentence)) for sentence in sentences(words)]
        known = [entry for entry in told if entry[1]]
        again = [entry for entry in known if any(pattern.search(entry[0]) for pattern, _, _ in _EVERY)]
        first = [entry for entry in known if entry not in again and _SIGN_UP.search(entry[0])] if again else []
        chosen = (again or known)[:1] + first[:1]
        alone = len(chosen) == 1
    result = []
    for where, sum_told, taxed in chosen:
        per, times = _period(where)
        if sum_told:
            result.append((words if alone else where, sum_told * times * (1 if taxed else GST), per))
    return result


def _cash(category: str, words: str) -> tuple[bool | None, str]:
    """Whether an incentive is as good as money (``None``: not known), and its kind; none: it is no money at all."""
    if _CARD.search(words):
        return True, "gift card"
    if _VOUCHER.search(words):
        return None, "voucher"
    if category == "ACCOUNT_CREDIT" or (_CREDIT.search(words) and not _COST.search(words)):
        return True, "credit"
    return None, "gift" if category == "GIFT" else ""


def _kind(words: str) -> str:
    if _pays_by(words):
        return "pay-on-time discount" if "debit" not in words.lower() else "payment discount"
    return "credit"


@lru_cache(maxsize=16384)
def _item_audience(words: str, brand: str) -> str:
    heard = read_audience(words, brand)
    if heard is None:
        return ""
    if heard.audience in (NEW, JOINING):
        return "new"
    return "existing" if heard.audience == "existing" else ""


def _add(
    found: Credits,
    spoken: set[tuple[str, str]],
    kind: str,
    amount: Fraction,
    per: str,
    words: str,
    brand: str,
    cash: bool | None,
) -> None:
    """One incentive in money. The same sum told twice (as a discount and as an incentive) is one."""
    value = money(amount)
    if not amount or (kind, value) in spoken:
        found.count("incentives told twice or of nothing")
        return
    spoken.add((kind, value))
    entry: Json = {"kind": kind, "value": value, "per": per}
    if cash is not None:
        entry["cash_equivalent"] = cash
    _finish(found, entry, words, brand)
    found.count("incentives read as money" if cash else "incentives in money that depend on the customer")


def _finish(found: Credits, entry: Json, words: str, brand: str) -> None:
    audience = _item_audience(words, brand)
    if audience:
        entry["audience"] = audience
        found.count(f"incentives for {audience} customers only")
    if entry["per"] == "once":
        del entry["per"]
    entry["condition"] = words[:400]
    found.incentives.append(entry)
