"""Fees of a plan: those that everyone pays are part of its cost, those that depend on an event are optional."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from fairoffer.imports.cdr_energy.numbers import GST, fraction, money
from fairoffer.imports.cdr_energy.tariff import entries, text

_CONTINGENT = {
    "LATE_PAYMENT", "PAPER_BILL", "DD_DISHONOUR", "CHEQUE_DISHONOUR", "CONNECTION", "RECONNECTION", "DISCONNECTION",
    "DISCONNECT_MOVE_OUT", "DISCONNECT_NON_PAY",
}  # fmt: skip
_WHEN = {
    "ANNUAL": ("year", 1),
    "MONTHLY": ("month", 1),
    "DAILY": ("year", 365),
    "WEEKLY": ("year", 52),
    "BIANNUAL": ("year", 2),
}
_AMOUNT = re.compile(r"(?<!per )(?<!every )(?<!each )\$\s?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,4})?")
_PER_DAY = re.compile(r"(\d+(?:\.\d+)?)\s*(?:c|cents)\b[^.]{0,12}\bper day", re.IGNORECASE)
_MONTHLY = re.compile(r"(?:/|\bper |\ba |\beach )month\b|\bmonthly\b", re.IGNORECASE)
_UNTAXED = re.compile(r"\b(?:ex(?:cl(?:uding|usive|\.)?|\.)?)(?: of)?\s*(?:the )?gst\b", re.IGNORECASE)
_MAYBE = re.compile(
    r"\bif\b|\bmay\b|\bto participate\b"
    r"|\boptional\b|\bopt(?:ing|ed)?[- ]in\b|\b(?:when|where) you\b|\bunless\b|\bgreen",
    re.IGNORECASE,
)
_DISTRIBUTOR = re.compile(r"\bdistributor\b|\bpass(?:ed)?[- ](?:on|through)\b", re.IGNORECASE)
"""The network's own fees are the same with every plan, whatever each plan lists of them."""

_VARIES = re.compile(r"\bmay apply\b|\bvar(?:y|ies)\b|\bmaximum\b|\bup to\b", re.IGNORECASE)
_FROM_ANOTHER = re.compile(
    r"\bfrom (?:another|a different|your (?:current|existing)) (?:energy )?retailer\b", re.IGNORECASE
)


@dataclass
class Fees:
    """``paid`` are catalog fees; ``unread`` kinds have no readable amount; ``reason`` if that leaves the cost open.

    ``stated`` are the kinds of fees on events whose amount is said, be it nothing.
    """

    paid: list[dict[str, Any]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)
    exit_fee: Fraction | None = None
    reason: str = ""
    left_out: int = 0


def read_fees(contracts: list[dict[str, Any]]) -> Fees:
    """All fees of a plan. Of several amounts of one kind the highest stands: the customer can count on no less."""
    found = Fees()
    contingent: dict[str, Fraction] = {}
    for contract in contracts:
        for entry in entries(contract.get("fees")):
            _read_fee(entry, found, contingent)
    found.stated = set(contingent) - found.unread
    for kind, amount in sorted(contingent.items()):
        if amount and kind in found.stated:
            found.paid.append({"kind": kind, "amount": money(amount), "optional": True})
    return found


def _read_fee(entry: dict[str, Any], found: Fees, contingent: dict[str, Fraction]) -> None:
    code, term, words = text(entry.get("type")), text(entry.get("term")), text(entry.get("description"))[:4000]
    kind = code.lower()
    amount = _amount(entry, words)
    if code == "EXIT":
        _read_exit(amount, found)
    elif term == "PERCENT_OF_BILL":
        found.left_out += 1
    elif code in _CONTINGENT:
        if amount is None or _DISTRIBUTOR.search(words):
            found.unread.add(kind)
        else:
            contingent[kind] = max(contingent.get(kind, Fraction(0)), amount)
    elif code == "ESTABLISHMENT":
        _read_establishment(kind, amount, words, found)
    elif code == "MEMBERSHIP" or (code == "OTHER" and term in _WHEN and not _MAYBE.search(words)):
        _read_recurring(code, term, amount, words, found)
    else:
        found.left_out += 1


def _read_exit(amount: Fraction | None, found: Fees) -> None:
    if amount is None:
        found.unread.add("exit_fee")
    else:
        found.exit_fee = max(found.exit_fee or Fraction(0), amount)


def _read_establishment(kind: str, amount: Fraction | None, words: str, found: Fees) -> None:
    if amount is None:
        found.unread.add(kind)
        found.reason = found.reason or "establishment fee without an amount"
    elif amount:
        fee: dict[str, Any] = {"kind": kind, "amount": money(amount)}
        if _FROM_ANOTHER.search(words):
            fee["audience"] = "new"
        found.paid.append(fee)


def _read_recurring(code: str, term: str, amount: Fraction | None, words: str, found: Fees) -> None:
    """A fee that everyone pays again and again; a yearly sum may be published as FIXED."""
    name = "membership" if code == "MEMBERSHIP" else "recurring"
    when, times = _WHEN.get(term, ("year", 1))
    daily = _PER_DAY.search(words)
    if amount is None and daily:
        amount = (fraction(daily[1]) or Fraction(0)) * Fraction(365, 100)
    elif amount is not None:
        amount *= times
    if amount is None:
        found.unread.add(name)
        found.reason = found.reason or f"{name} fee without an amount"
    elif amount:
        found.paid.append({"kind": name, "amount": money(amount), "when": when})


def _amount(entry: dict[str, Any], words: str) -> Fraction | None:
    """The amount as published (taxed), else the only one that the description names."""
    amount = fraction(entry.get("amount"))
    spoken, taxed = spoken_amount(words)
    if amount is not None and (amount or not _VARIES.search(words)):
        return amount
    if spoken is None:
        return None
    spoken = spoken if taxed else spoken * GST
    if text(entry.get("term")) == "ANNUAL" and _MONTHLY.search(words):
        return spoken * 12
    return spoken


@lru_cache(maxsize=32768)
def spoken_amounts(words: str) -> tuple[Fraction, ...]:
    """All amounts of dollars in a text, in order and each once; not those that something is counted by (per $1)."""
    found = [fraction(whole.replace(",", "") + part) for whole, part in _AMOUNT.findall(words)]
    return tuple(dict.fromkeys(amount for amount in found if amount is not None))


def spoken_amount(words: str) -> tuple[Fraction | None, bool]:
    """The one amount of dollars in a text, and whether it includes the tax; two different amounts are none."""
    amounts = spoken_amounts(words)
    return (amounts[0] if len(amounts) == 1 else None), not _UNTAXED.search(words)
