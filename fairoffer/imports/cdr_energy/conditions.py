"""What a customer must be or choose to take a plan: traits (assumed "no" where a segment is silent) and choices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fairoffer.imports.cdr_energy.audience import sentences
from fairoffer.imports.cdr_energy.tariff import entries, text

YES, NO = "yes", "no"

MAX_TEXT = 4000
"""Characters of one text that are read; published ones have a few hundred."""

CHOICES: dict[str, tuple[str, ...]] = {
    "channel": ("web", "phone", "agent", "third_party", "other"),
    "payment_method": ("direct_debit", "card", "other"),
    "billing": ("electronic", "paper"),
}
"""Attributes that customers choose; a value that no plan asks for stands for all other ways."""

ASSUMED_YES = ("has_smart_meter",)
"""Traits that a retailer provides on request, so that not having one yet closes nothing."""


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CODES: dict[str, tuple[str, str]] = {
    "EXISTING_SOLAR": ("has_solar", YES),
    "EXISTING_BATTERY": ("has_battery", YES),
    "EXISTING_POOL": ("has_pool", YES),
    "EXISTING_SMART_METER": ("has_smart_meter", YES),
    "EXISTING_BASIC_METER": ("has_smart_meter", NO),
    "SENIOR_CARD": ("holds_seniors_card", YES),
    "NO_SOLAR_FIT": ("has_government_feed_in", NO),
    "REQ_EQUIP_SUPPLIER": ("buys_their_equipment", YES),
    "GROUP_BUY_MEMBER": ("in_group_buy", YES),
    "CONTINGENT_PLAN": ("takes_another_plan_too", YES),
    "ONLINE_ONLY": ("channel", "web"),
    "THIRD_PARTY_ONLY": ("channel", "third_party"),
}
_MEMBER_CODES = ("ORG_MEMBER", "SPORT_CLUB_MEMBER", "LOYALTY_MEMBER")
_SILENT_CODES = ("NEW_CUSTOMER", "EXISTING_CUST", "SMALL_BUSINESS", "SPECIFIC_LOCATION", "OTHER", "MINIMUM_USAGE")

_NEED = (
    r"\b(?:must|require[sd]?|requires|only|need|own|have|having|with an?|who|eligible|available to|participation"
    r"|customers? with|your)\b"
)
_TEXTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        _rule(
            rf"{_NEED}[^.]{{0,90}}\belectric (?:vehicles?|cars?)\b|\bown an electric|{_NEED}[^.]{{0,60}}\bEVs?\b"
            r"|^electric car$"
        ),
        "has_electric_vehicle",
        YES,
    ),
    (
        _rule(r"\b(?:must not|do not|don't|without|no)\s+(?:have\s+)?(?:a\s+)?(?:rooftop\s+)?solar\b"),
        "has_solar",
        NO,
    ),
    (
        _rule(
            rf"{_NEED}[^.]{{0,60}}\b(?:solar (?:pv|system|panel|customer|power)|photovoltaic)"
            r"|\bsolar (?:pv )?system (?:must|is net)|\bnet metered solar\b|\bhave solar panels"
        ),
        "has_solar",
        YES,
    ),
    (
        _rule(rf"{_NEED}[^.]{{0,60}}\b(?:batter(?:y|ies)|powerwalls?|energy storage system)\b"),
        "has_battery",
        YES,
    ),
    (_rule(r"\bseniors? card\b"), "holds_seniors_card", YES),
    (_rule(rf"{_NEED}[^.]{{0,60}}\bsmart (?:\([^)]*\) )?meters?\b"), "has_smart_meter", YES),
    (
        _rule(r"\b(?:concession|pension(?:er)?|health ?care) card (?:holders?|required)|\bhold a[^.]{0,30}concession"),
        "holds_concession_card",
        YES,
    ),
    (_rule(r"\binvitation\b|\binvited\b|\binvite[- ]only\b"), "is_invited", YES),
    (
        _rule(r"\bmust be moving (?:house|home)|\bonly (?:available )?to (?:\w+ )?move-?in customers\b"),
        "is_moving",
        YES,
    ),
    (_rule(r"\bhome business(?:es)? customers?\b"), "runs_home_business", YES),
    (
        _rule(
            r"\bcontingent (?:offer|product|plan|on)\b|\b(?:bundled?|combined?) with\b|\bdual fuel\b"
            r"|\balso (?:have|hold|take) an? (?:electricity|gas)\b|\balso switching your\b"
            r"|\bboth (?:an active )?(?:gas and electricity|electricity and gas)"
        ),
        "takes_another_plan_too",
        YES,
    ),
    (_rule(r"\bvirtual power plant\b|\bVPP\b"), "joins_vpp", YES),
    (
        _rule(r"\bpurchased? [^.]{0,60}\bfrom (?:us|one of our|origin|agl|simply)\b|\bembedded network\b"),
        "buys_their_equipment",
        YES,
    ),
    (
        _rule(
            r"\bsophisticated investor|\brestricted plan\b|\b(?:employees?|staff)\b[^.]{0,20}\bonly"
            r"|\bnominated as a director\b"
        ),
        "meets_special_condition",
        YES,
    ),
)
_CHOICE_TEXTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        _rule(
            r"\bcomparators? only\b|\bthird[- ]party\b|\b(?:partner|comparison) (?:site|website|channel|call cent)"
            r"|\bselected (?:third|partner)|\bsigning up through one big switch"
        ),
        "channel",
        "third_party",
    ),
    (_rule(r"\bauthori[sz]ed [^.]{0,20}representative\b|\bdoor[- ]to[- ]door\b"), "channel", "agent"),
    (
        _rule(r"\b(?:contact|call) [^.]{0,40}\bby phone\b|\bby phone only\b|\bover the phone only\b"),
        "channel",
        "phone",
    ),
    (
        _rule(
            r"\bsign(?:ing)?[- ]?ups?[^.]{0,15} (?:online|via (?:the |our )?[\w ]{0,20}website"
            r"|through (?:the |our )?website)|\bonline sign[- ]?ups?\b|\bonline only\b"
        ),
        "channel",
        "web",
    ),
    (_rule(r"\bdirect debit\b"), "payment_method", "direct_debit"),
    (
        _rule(
            r"\be-?bill(?:ing)?\b|\bbills?\b[^.]{0,60}\b(?:electronic\w*|by email|via your nominated email)"
            r"|\belectronic(?:ally)? bill\w*|\bemail bills?\b|\bdigital comms\b"
        ),
        "billing",
        "electronic",
    ),
)
_JOINS = _rule(r"\bagree to\b[^.]{0,60}\b(?:members?|terms|T&Cs)|\bif you're not an? [^.]{0,30}\bmember")
"""Whoever takes the plan becomes a member by it, so nobody is kept out."""

_NO_MEMBERS = _rule(r"\bnot (?:available|open)\b[^.]{0,50}\bmembers?\b")
_MEMBER = re.compile(
    r"\b(?:(?i:current|valid|existing|registered|active|an?|to|hold an?)\s+)+"
    r"(?P<who>(?:[A-Z][\w.&]*|of)(?:\s+(?:[A-Z][\w.&]*)){0,4})\s+(?i:members?(?:hip)?)\b"
)
_LOOSE_MEMBER = re.compile(r"\b(?P<who>[A-Z][\w.&]*(?:\s+[A-Z][\w.&]*){0,3})\s+(?i:members?(?:hip)?)\b")
_PARTNER = re.compile(
    r"(?i:you(?:'re|’re| are)(?: an?)?|available to|only to|also|of)\s+(?P<who>[A-Z][\w.&]*(?:\s[A-Z][\w.&]*){0,2})"
    r"(?:\s+(?i:credit|debit|or|and|regional|home|loan)){0,4}\s+(?i:customers?)\b"
    r"|(?i:customers of)\s+(?P<bank>[A-Z][\w.&]*(?:\s(?:of|[A-Z][\w.&]*)){0,4})"
    r"|\((?P<name>[A-Z][\w.&]*(?:\s[A-Z][\w.&]*){0,3})\s+[Cc]ustomers?\)"
)
_NO_PARTNER = _rule(
    r"^(?:the|our|new|all|any|eligible|small|residential|business|move|market|nsw|vic|sa|qld|act|victorian?|solar|home|existing"
    r"|seniors?|regional|standing|this|these|those|your|online|relevant|gas|electricity|energy|smart|flexible|victoria)\b"
)
_USAGE_BAND = _rule(
    r"(?:less than or equal to|less than|more than|greater than|over|under|up to|at least|minimum"
    r"|consum\w+ [\w ]{0,12}?)\s*([\d,.]+)\s*(?:mwh|kwh|gj|mj)[^.]{0,12}(?:annum|annual|year|p\.?a)"
)
_NAMED_BAND = _rule(r"[<>]?\s?\d+(?:\s?-\s?\d+)?\s?(?:MWh|GJ)\b")
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bEV\b|(?i:electric vehicle)"), "has_electric_vehicle"),
    (_rule(r"\bbattery\b|\bpowerwall\b"), "has_battery"),
    (re.compile(r"\bVPP\b"), "joins_vpp"),
    (_rule(r"\bsolar(?!\s+sponge)"), "has_solar"),
    (_rule(r"\bseniors?\b"), "holds_seniors_card"),
)


@dataclass
class Conditions:
    """``needs`` is the offer's eligibility; ``usage`` names bands of consumption, which belong to the product."""

    needs: dict[str, str] = field(default_factory=dict)
    usage: str = ""
    unread_codes: list[str] = field(default_factory=list)

    def need(self, attribute: str, value: str) -> None:
        """The first that says something about an attribute is kept; codes speak before texts."""
        self.needs.setdefault(attribute, value)


def read_conditions(contracts: list[dict[str, Any]], name: str, brand: str, business: bool) -> Conditions:
    """All conditions of a plan: from codes, from the texts beside them, and from its name."""
    found = Conditions()
    bands = [band[0].lower() for band in _NAMED_BAND.finditer(name)]
    for contract in contracts:
        for entry in entries(contract.get("eligibility")):
            code, words = text(entry.get("type")), eligibility_text(entry)
            _read_code(code, words, brand, found)
            for attribute, value in _read_words(words, brand, code in _MEMBER_CODES):
                found.need(attribute, value)
            bands += [" ".join(band[0].lower().split()) for band in _USAGE_BAND.finditer(words)]
    for attribute in _read_name(name, brand):
        found.need(attribute, YES)
    if (partner := _named_partner(contracts, name, brand)) is not None:
        found.need(partner, YES)
    if business:
        found.needs.pop("runs_home_business", None)
    found.usage = "; ".join(sorted(set(bands)))
    return found


def eligibility_text(entry: dict[str, Any]) -> str:
    """Both texts of one condition, as one."""
    parts = (text(entry.get("information")), text(entry.get("description")))
    return " | ".join(part[:MAX_TEXT] for part in parts if part)


def _read_code(code: str, words: str, brand: str, found: Conditions) -> None:
    if code == "EXISTING_SMART_METER" and re.search(r"\bnot have solar", words):
        return
    if code in _CODES:
        found.need(*_CODES[code])
    elif code in _MEMBER_CODES:
        membership, value = _membership(words) or ("member_of_other", YES)
        found.need(membership, value)
    elif code not in _SILENT_CODES:
        found.unread_codes.append(code or "(none)")


@lru_cache(maxsize=16384)
def _read_words(words: str, brand: str, member: bool) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for sentence in sentences(words):
        for pattern, attribute, value in _TEXTS + _CHOICE_TEXTS:
            if pattern.search(sentence):
                found.append((attribute, value))
    if not member and (membership := _membership(words)):
        found.append(membership)
    partner = read_partner(words, brand)
    if partner:
        found.append((partner, YES))
    return tuple(found)


@lru_cache(maxsize=16384)
def _read_name(name: str, brand: str) -> tuple[str, ...]:
    found = [attribute for pattern, attribute in _NAMES if pattern.search(name)]
    partner = read_partner(name, brand)
    return (*found, partner) if partner else tuple(found)


def _named_partner(contracts: list[dict[str, Any]], name: str, brand: str) -> str | None:
    """A partner whose initials the plan's name carries and whose customers its discounts or incentives are for."""
    for contract in contracts:
        for entry in [*entries(contract.get("discounts")), *entries(contract.get("incentives"))]:
            words = f"{text(entry.get('displayName'))} | {text(entry.get('description'))}"
            initials = re.search(r"\(([A-Z]{2,6})\)", words)
            partner = read_partner(words, brand)
            if partner and initials and re.search(rf"\b{initials[1]}\b", name):
                return partner
    return None


def _membership(words: str) -> tuple[str, str] | None:
    """``member_of_nrma`` from "a current NRMA member", and whether one must be a member or must not."""
    found = _MEMBER.search(words) or _LOOSE_MEMBER.search(words)
    if found and _JOINS.search(words) and not _NO_MEMBERS.search(words):
        return None
    if not found:
        return ("member_of_other", YES) if re.search(r"\bqualifying organi[sz]ation", words) else None
    if found["who"].lower().startswith("senior"):
        return "holds_seniors_card", YES
    return _named("member_of", found["who"]), NO if _NO_MEMBERS.search(words) else YES


@lru_cache(maxsize=32768)
def read_partner(words: str, brand: str) -> str:
    """``customer_of_westpac`` where a text speaks of another firm's customers; empty where it does not."""
    for found in _PARTNER.finditer(words):
        who = found["who"] or found["bank"] or found["name"]
        if _NO_PARTNER.search(who) or (brand and who.split()[0].lower() == brand.split()[0].lower()):
            continue
        return _named("customer_of", who)
    return ""


def _named(prefix: str, who: str) -> str:
    who = re.sub(r"\.com(?:\.au)?\b|\b(?:Regional|Metro)\b", "", who)
    words = [re.sub(r"[^a-z0-9]+", "", word.lower()) for word in who.split()[:4]]
    return "_".join([prefix, *[word for word in words if word]])[:80]


def attribute(name: str) -> dict[str, Any]:
    """The catalog's declaration of an attribute that some plan names."""
    if name in CHOICES:
        return {"choice": True, "values": list(CHOICES[name])}
    return {"values": [YES, NO], "assume": YES if name in ASSUMED_YES else NO}
