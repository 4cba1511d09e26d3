"""Policies: which checks, bound to whom, with what tolerance, on whose word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from pydantic import Field, model_validator

from fairoffer.model.base import (
    Amount,
    Base,
    Count,
    DateRange,
    Day,
    File,
    Flag,
    Id,
    Months,
    Number,
    Percent,
    Sentence,
    Share,
    Some,
    SomeMonths,
    Text,
    Word,
    fault,
    read_bool,
    read_date,
    read_number,
    read_whole,
)
from fairoffer.model.catalog import Access, Audience, OnSale

CHECKS = (
    "default-gap",
    "reach-gap",
    "term-gap",
    "incentive-gap",
    "no-equivalent",
    "price-walk",
    "roll-over",
    "must-ask",
    "tier-gap",
    "component-gap",
    "concentration",
    "uniform-rate",
    "condition",
    "due",
)
"""Ids of all checks a rule may name."""

Comparator = Literal["new-customer", "first-renewal", "standing-offer", "best-open", "front-book", "own-previous"]
Table = Literal["customers", "offers", "notices", "records", "lines"]
Level = Literal["breach", "commitment", "house", "review", "shadow"]
FactType = Literal["boolean", "text", "integer", "number", "date"]
Merged = TypeVar("Merged", bound=Base)
FactValue = bool | str | int | Decimal | date
Read = Literal["primary", "secondary", "unverified"]


class Source(Base):
    """Where a policy or a rule comes from, and whether the text itself was read."""

    name: Text | None = Field(None, description="name of the law, licence, promise or decision")
    url: Text | None = Field(None, description="where it can be read")
    clause: Text | None = Field(None, description="clause of it")
    read: Read | None = Field(None, description="primary: the text was read; secondary: a report on it; unverified")


class Effective(DateRange):
    """The days on which it binds."""

    sure: Flag = Field(True, description="false: after 'to' it may still bind, so findings are for review")


class AccessRule(Base):
    """Which offers count as open, by how one gets to them."""

    existing: tuple[Access, ...] = Field(("listed",), description="for those who stayed")
    comparator: tuple[Access, ...] = Field(("listed",), description="for the comparator")


class Compare(Base):
    """Who is compared with whom, over how long."""

    with_: Literal["new-customer", "first-renewal", "standing-offer", "best-open", "front-book", "own-previous"] = (
        Field("new-customer", description="the comparator")
    )
    like_for_like: tuple[Word, ...] = Field(("product",), description="choices that must be equal on both sides")
    months: Some[SomeMonths] = Field((12,), description="horizons of cost")
    balances: tuple[Amount, ...] = Field((), description="balances that interest is worked out for")
    audiences: Some[Audience] = Field(("new", "any", "lapsed"), description="audiences of the comparator's offers")
    access: AccessRule = Field(default_factory=AccessRule, description="which offers count as open")
    at: Literal["moment", "now"] = Field("moment", description="judge customers where they are free, or now")


class ShareThreshold(Base):
    """Below which share of new business a product counts as closed."""

    on_sale_years_under: Count | None = Field(None, description="for products on sale for less than this many years")
    share: Share = Field(description="share of sales that went to new customers")


class ClosedProduct(Base):
    """When a product that is still sold counts as closed."""

    new_business_share_below: tuple[ShareThreshold, ...] = Field((), description="thresholds; the first that fits")

    def threshold(self, on_sale: OnSale | None, day: date) -> Decimal | None:
        """The share below which a product counts as closed on that day; ``None``: at no share."""
        began = on_sale.from_ if on_sale is not None else None
        for entry in self.new_business_share_below:
            if entry.on_sale_years_under is None:
                return entry.share
            if began is not None and _full_years(began, day) < entry.on_sale_years_under:
                return entry.share
        return None


def _full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


class Tolerance(Base):
    """How large a gap may be; where two are given, the larger decides."""

    money: Amount | None = Field(None, description="in the catalog's currency")
    per: Literal["month", "year", "term"] | None = Field(None, description="what money is for; left out: the horizon")
    percent: Percent | None = Field(None, description="in percent of the comparator's value")
    points: Amount | None = Field(None, description="in percentage points")
    amount: Amount | None = Field(None, description="in the unit of a term that is not money")

    @model_validator(mode="after")
    def _some(self) -> Tolerance:
        if all(getattr(self, name) is None for name in ("money", "percent", "points", "amount")):
            raise fault("must say one of money, percent, points or amount")
        if self.per is not None and self.money is None:
            raise fault("per needs money")
        return self


class Due(Base):
    """Something that must be there, must come again in time, or must not come again too soon."""

    kind: Word = Field(description="kind of notice or record that is due")
    for_: Literal["firm", "customer", "contract", "product", "segment"] = Field(
        "firm", description="what there must be one for"
    )
    every_months: SomeMonths | None = Field(None, description="the latest must not be older than this many months")
    not_within_months: SomeMonths | None = Field(None, description="two must be at least this many months apart")

    @model_validator(mode="after")
    def _one_way(self) -> Due:
        if self.every_months is not None and self.not_within_months is not None:
            raise fault("says every_months and not_within_months; keep one of them, and make a rule of the other")
        return self


class Rule(Base):
    """A check bound to a scope, a comparator, a tolerance, a level and a source."""

    id: Id = Field(description="name of the rule within its policy")
    check: Literal[CHECKS] = Field(description="what is measured")  # type: ignore[valid-type]
    terms: tuple[Word, ...] = Field((), description="terms it is measured on: cost, core_price, fee:setup, * …")
    level: Level = Field(description="what failing it means")
    title: Text | None = Field(None, description="the rule in one sentence")
    tolerance: Tolerance | None = Field(None, description="how large a gap may be; left out: none")
    scope: Sentence | None = Field(None, description="condition on the rows it is for, beside the policy's")
    compare: Compare | None = Field(None, description="what differs from the policy's compare")
    effective: Effective | None = Field(None, description="days on which it binds; left out: the policy's")
    source: Source | None = Field(None, description="what differs from the policy's source")
    table: Table | None = Field(None, description="table whose rows the condition is about (check condition)")
    condition: Sentence | None = Field(None, description="what must not be: a row fails where it is true")
    due: Due | None = Field(None, description="what must be there, and how often (check due)")
    over: Months = Field(0, description="only customers with more months of tenure than this (check uniform-rate)")
    customer_view: Sentence | None = Field(None, description="what a finding means for the customer")
    remedy: Sentence | None = Field(None, description="what mends a finding")
    exempt: tuple[Sentence, ...] = Field((), description="what is allowed all the same, beside the policy's")
    evidence: tuple[Sentence, ...] = Field((), description="what to keep as evidence, beside the policy's")
    formula: Sentence | None = Field(None, description="what is compared, as a formula in words")


class Limits(Base):
    """How many findings of each level the verdict allows."""

    breach: Count = Field(0, description="findings of level breach")
    commitment: Count = Field(0, description="findings of level commitment")
    house: Count = Field(0, description="findings of level house")


class Coverage(Base):
    """Least share that must have been compared, rule by rule."""

    comparisons: Share = Field(Decimal(1), description="of the comparisons")
    customers: Share = Field(Decimal(1), description="of the customers")


class Gate(Base):
    """What fails a comparison of two catalogs."""

    fail_on: tuple[Literal["introduced", "worsened", "lost-sight", "waiver-breached"], ...] = Field(
        ("introduced", "worsened", "lost-sight", "waiver-breached"), description="changes that fail it"
    )
    noise: Amount | None = Field(
        None, description="changes of a gap in money up to this much are none; left out: one minor unit"
    )


class Policy(File):
    """Rules, and what they share."""

    kind_ = "policy"

    id: Id = Field(description="name of the policy")
    version: Count = Field(1, description="counted up with every change of meaning")
    title: Text | None = Field(None, description="the policy in one sentence")
    jurisdiction: Word | None = Field(None, description="country it is for; left out: any")
    product_types: tuple[Word, ...] = Field((), description="kinds of product it is for; left out: any")
    status: Literal["law", "licence", "commitment", "principle", "shadow", "house"] = Field(
        "house", description="what kind of rules these are"
    )
    effective: Effective | None = Field(None, description="days on which it binds; left out: always")
    as_of: Day | None = Field(None, description="when its sources were last read")
    source: Source | None = Field(None, description="where it comes from")
    scope: Sentence | None = Field(None, description="condition on the rows it is for")
    facts: dict[Id, FactType] = Field(default_factory=dict, description="facts it asks for, and their types")
    compare: Compare = Field(default_factory=Compare, description="who is compared with whom")
    closed_product: ClosedProduct | None = Field(None, description="when a product counts as closed")
    rules: Some[Rule] = Field(description="the rules")
    limits: Limits = Field(default_factory=Limits, description="how many findings the verdict allows")
    coverage: Coverage = Field(default_factory=Coverage, description="least share that must have been compared")
    gate: Gate = Field(default_factory=Gate, description="what fails a comparison of two catalogs")
    exempt: tuple[Sentence, ...] = Field((), description="what is allowed all the same, under all of its rules")
    evidence: tuple[Sentence, ...] = Field((), description="what to keep as evidence, for all of its rules")
    assume: dict[Literal["cpi", "rpi"], Number] = Field(default_factory=dict, description="indexes to reckon with")

    def compare_for(self, rule: Rule) -> Compare:
        """The policy's compare with what the rule says differently, key by key."""
        return _merged(self.compare, rule.compare)

    def source_for(self, rule: Rule) -> Source:
        """The policy's source with what the rule says differently, key by key."""
        return _merged(self.source or Source(), rule.source)

    def effective_for(self, rule: Rule) -> Effective | None:
        """The days on which the rule binds."""
        return rule.effective if rule.effective is not None else self.effective

    def scopes_for(self, rule: Rule) -> tuple[str, ...]:
        """The conditions that must all hold for the rule to apply."""
        return tuple(scope for scope in (self.scope, rule.scope) if scope is not None)

    def fact(self, name: str, *levels: Mapping[str, str]) -> FactValue | None:
        """A declared fact, typed; the first level that states it wins. ``None``: nobody states it."""
        for level in levels:
            if name in level:
                return read_fact(self.facts[name], level[name])
        return None


def _merged(base: Merged, over: Merged | None) -> Merged:
    if over is None:
        return base
    return base.model_copy(update={name: getattr(over, name) for name in over.model_fields_set})


def read_fact(kind: FactType, text: str) -> FactValue:
    """The text of a fact as the type that the policy declares; raises an error whose text says what is wrong."""
    if kind == "boolean":
        return read_bool(text)
    if kind == "integer":
        return read_whole(text)
    if kind == "number":
        return read_number(text)
    return read_date(text) if kind == "date" else text


class PolicyList(File):
    """Which policies to run."""

    kind_ = "policies"

    use: Some[Word] = Field(description="names of shipped policies, or files")
