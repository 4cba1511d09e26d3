"""The catalog: products, the offers of each, and the declarations that both rest on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fairoffer.model.base import (
    Amount,
    Base,
    DateRange,
    Days,
    Facts,
    File,
    Flag,
    Id,
    MonthRange,
    Months,
    Number,
    Percent,
    Range,
    Share,
    Some,
    SomeMonths,
    Test,
    Text,
    Whole,
    Word,
    fault,
    read_date,
    shown,
)
from fairoffer.money import CURRENCY_PLACES

LENDING = frozenset({"loan", "loans", "mortgage", "mortgages", "overdraft", "overdrafts", "lending", "finance"})


def is_lending(product_type: str) -> bool:
    """Whether rates of a kind of product cost the customer: its name holds one of the words of LENDING, or is a kind of
    credit. On all other products rates are earned."""
    words = re.split(r"[-_ ]+", product_type.lower())
    return bool(LENDING & set(words)) or words[-1] == "credit" or words[:2] in (["credit", "card"], ["credit", "line"])


_RESERVED = ("tenure_months", "held_months")


def _currency(code: str) -> str:
    if code not in CURRENCY_PLACES:
        near = code.strip().upper()
        hint = f"; write {near}" if near in CURRENCY_PLACES else ""
        raise fault(f"unknown currency {shown(code)}; it must be an ISO 4217 code like GBP{hint}")
    return code


def _attribute_name(name: str) -> str:
    if name in _RESERVED:
        raise fault(f"{name} is known already and cannot be declared as an attribute")
    return name


def _schedule(entry: str) -> str:
    """A day of every year (``04-01``) or one day (``2026-04-01``)."""
    if re.fullmatch(r"\d{2}-\d{2}", entry, re.ASCII):
        try:
            date.fromisoformat(f"2024-{entry}")
        except ValueError:
            raise fault(f"is not a day of the calendar: {shown(entry)}") from None
        return entry
    try:
        read_date(entry)
    except PydanticCustomError:
        raise fault(f"must be a day like 04-01 or 2026-04-01, not {shown(entry)}") from None
    return entry


Currency = Annotated[Word, AfterValidator(_currency)]
AttributeName = Annotated[Id, AfterValidator(_attribute_name)]
ScheduleDay = Annotated[Word, AfterValidator(_schedule)]
ItemAudience = Literal["new", "existing", "any"]
Audience = Literal["new", "existing", "any", "lapsed", "unknown"]
Access = Literal["listed", "on_request", "on_leaving"]
Per = Literal["month", "year", "term"]


class Tax(Base):
    """Whether amounts include tax, and at what rate."""

    included: Flag = Field(description="whether amounts include the tax")
    rate: Percent | None = Field(None, description="rate of the tax in percent; left out: not known")


class Attribute(Base):
    """One thing about a customer that eligibility or segments may test."""

    choice: Flag = Field(False, description="true: customers choose it (channel); false: it is what they are (region)")
    type: Literal["text", "integer", "boolean"] = Field("text", description="what its values are")
    values: Some[Word] | None = Field(None, description="all values (type text)")
    from_: Whole | None = Field(None, description="smallest value (type integer)")
    to: Whole | None = Field(None, description="largest value (type integer)")
    assume: Word | None = Field(None, description="value of a segment that does not name this attribute")

    @model_validator(mode="after")
    def _complete(self) -> Attribute:
        if self.type == "integer":
            self._check_integer()
        elif self.type == "boolean":
            if self.values is not None or self.from_ is not None or self.to is not None:
                raise fault("a boolean attribute has no values, from or to: it is true or false")
        elif self.values is None:
            raise fault("must list its values (or say type: integer with from and to, or type: boolean)")
        elif self.from_ is not None or self.to is not None:
            raise fault("from and to need type: integer")
        elif len(set(self.values)) < len(self.values):
            twice = next(value for value in self.values if self.values.count(value) > 1)
            raise fault(f"lists {shown(twice)} twice")
        return self._check_assume()

    def _check_integer(self) -> None:
        if self.values is not None:
            raise fault("an integer attribute has from and to, not values")
        if self.from_ is None or self.to is None:
            raise fault("an integer attribute must say from and to")
        if self.from_ > self.to:
            raise fault(f"from {self.from_} is greater than to {self.to}")
        if self.to - self.from_ > 100_000:
            raise fault("an integer attribute may have at most 100,001 values")

    def _check_assume(self) -> Attribute:
        if self.assume is None:
            return self
        if self.choice:
            raise fault("assume cannot stand on a choice: customers choose it, so nothing can be assumed")
        if self.type == "integer":
            known = re.fullmatch(r"-?\d{1,15}", self.assume, re.ASCII) is not None and self.span.contains(
                int(self.assume)
            )
        else:
            known = self.assume in self.domain
        if not known:
            raise fault(f"assume {shown(self.assume)} is not one of its values")
        return self

    @property
    def domain(self) -> tuple[str, ...]:
        """All values of a text or boolean attribute; empty for integers, which have a ``span``."""
        if self.type == "boolean":
            return ("false", "true")
        return self.values or ()

    @property
    def span(self) -> Range:
        """All values of an integer attribute."""
        return Range(from_=self.from_, to=self.to)


class TermSpec(Base):
    """One term of the catalog's own that offers may state and checks may compare."""

    unit: Text = Field(description="unit that values are shown with")
    better: Literal["higher", "lower"] = Field(description="which direction is better for the customer")


class OnSale(DateRange):
    """The days on which new customers can buy a product."""

    new_business_share: Share | None = Field(None, description="share of sales that went to new customers")


class Product(Base):
    """What is sold; offers are the terms it is sold at."""

    id: Id = Field(description="name that offers and segments refer to")
    type: Word = Field(description="kind of product, such as broadband, savings or mortgage")
    name: Text | None = Field(None, description="name as customers see it")
    on_sale: OnSale | None = Field(None, description="days on sale; a past 'to' means closed to new customers")
    close_match: Id | None = Field(None, description="product to compare with when this one is closed")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for; nearest to the customer wins")


class AudienceBasis(Base):
    """How the audience of an offer is known."""

    new_to: Literal["supplier", "group", "product", "account", "money"] = Field("supplier", description="new to what")
    also: tuple[Word, ...] = Field((), description="who else may take it, such as moving")
    from_: Literal["declared", "code", "text", "name", "not-stated"] = Field("declared", description="what says so")
    quote: Text | None = Field(None, description="the words that say so")


class Phase(Base):
    """A stretch of months at one price."""

    months: SomeMonths | None = Field(None, description="how long it lasts; left out: open-ended (last phase only)")
    amount: Amount | None = Field(None, description="price; left out: not known")
    per: Per = Field("month", description="what the price is for")
    product: Id | None = Field(None, description="product that the customer moves to with this phase")


class BalanceRange(Base):
    """The slice of a balance that a rate applies to."""

    from_: Amount | None = Field(None, description="where the slice begins")
    to: Amount | None = Field(None, description="where the slice ends; left out: no end")

    @model_validator(mode="after")
    def _ordered(self) -> BalanceRange:
        if self.to is not None and (self.from_ or Decimal(0)) >= self.to:
            raise fault(f"from {self.from_ or 0} is not below to {self.to}")
        return self


class Rate(Base):
    """One rate of interest; all that apply are added."""

    months: SomeMonths | None = Field(None, description="how long it lasts from the start; left out: for good")
    percent: Percent = Field(description="percent a year")
    balance: BalanceRange | None = Field(None, description="slice of the balance it applies to; left out: all of it")
    kind: Word = Field("base", description="name of the rate, such as base or bonus")


class Fee(Base):
    """A fee beside the price."""

    kind: Word = Field(description="name of the fee, such as setup")
    amount: Amount = Field(description="how much")
    when: Literal["start", "month", "year", "end"] = Field("start", description="when it is due")
    optional: Flag = Field(False, description="true: the customer can avoid it, so it is left out of cost")
    party: Word | None = Field(None, description="who gets it, if not the supplier")
    audience: ItemAudience | None = Field(None, description="who pays it; left out: whoever takes the offer")


class Incentive(Base):
    """Something given with the offer. Exactly one of value, percent and points says how much."""

    kind: Word = Field(description="name of the incentive, such as gift_card")
    value: Amount | None = Field(None, description="value in money")
    percent: Percent | None = Field(None, description="value in percent of the first phase")
    points: Amount | None = Field(None, description="number of points, whose value is not known")
    cash_equivalent: Flag | None = Field(None, description="whether it is as good as money; left out: not known")
    funded: Amount | None = Field(None, description="what the firm pays for it; left out: all of its value")
    audience: ItemAudience | None = Field(None, description="who gets it; left out: whoever takes the offer")
    per: Literal["once", "month", "year"] = Field("once", description="how often it is given")
    party: Word | None = Field(None, description="who gives it, if not the supplier")
    condition: Text | None = Field(None, description="what the customer has to do for it")

    @model_validator(mode="after")
    def _one_value(self) -> Incentive:
        given = [name for name in ("value", "percent", "points") if getattr(self, name) is not None]
        if not given:
            raise fault("must say one of value, percent or points")
        if len(given) > 1:
            raise fault(f"says {' and '.join(given)}; keep one of them")
        return self


class Rise(Base):
    """How the price may go up during the contract."""

    type: Literal["none", "cpi", "rpi", "percent", "money"] = Field(description="what the rise follows")
    plus: Number | None = Field(None, description="points on top of an index, or the percent or money itself")
    schedule: tuple[ScheduleDay, ...] = Field((), description="days of the rise: 04-01 for every year, or a date")
    prominent: Flag | None = Field(None, description="whether it is shown prominently before the sale")

    @model_validator(mode="after")
    def _has_size(self) -> Rise:
        if self.type in ("percent", "money") and self.plus is None:
            raise fault(f"a rise of type {self.type} must say plus: by how much")
        if self.type == "none" and self.plus is not None:
            raise fault("a rise of type none has no plus")
        return self


class Contract(Base):
    """What binds the customer."""

    months: Months = Field(0, description="minimum term; 0: none")
    notice_days: Days | None = Field(None, description="notice to leave, in days")
    exit_fee: Amount | None = Field(None, description="fee for leaving within the minimum term")
    rise: Rise | None = Field(None, description="how the price may rise")
    then: Id | None = Field(None, description="offer that takes over when all phases have ended")


class Eligibility(Base):
    """Who may take an offer: a tenure, and tests of declared attributes."""

    model_config = {"extra": "allow"}
    __pydantic_extra__: dict[str, Test]

    tenure_months: MonthRange | None = Field(None, description="months since joining; a prospect has 0")

    @property
    def attributes(self) -> dict[str, tuple[str, ...] | Range]:
        """The test of each attribute: values (text, boolean) or a range (integer). Not named: no restriction."""
        return self.__pydantic_extra__


NOT_STATED = AudienceBasis(from_="not-stated")


class Offer(Base):
    """Terms at which a product can be had, and by whom."""

    id: Id = Field(description="name of the offer")
    name: Text | None = Field(None, description="name as customers see it")
    product: Id = Field(description="product it is for")
    audience: Audience = Field("any", description="who may take it; left out: anyone")
    audience_basis: AudienceBasis | None = Field(None, description="how the audience is known")
    access: Access = Field("listed", description="whether it is shown, given on request, or only to those who leave")
    kind: Literal["fixed", "variable", "standing"] | None = Field(None, description="kind of tariff")
    once: Flag = Field(False, description="true: not for those who hold an offer of the product already")
    eligibility: Eligibility = Field(default_factory=Eligibility, description="who may take it")
    valid: DateRange | None = Field(None, description="days on which it can be taken; left out: always")
    price: tuple[Phase, ...] = Field((), description="price phases, one after another from the start")
    rates: tuple[Rate, ...] = Field((), description="interest rates, for savings and loans")
    fees: tuple[Fee, ...] = Field((), description="fees beside the price")
    incentives: tuple[Incentive, ...] = Field((), description="what is given with it")
    contract: Contract | None = Field(None, description="what binds the customer")
    terms: dict[Id, Number] = Field(default_factory=dict, description="values of the catalog's own terms")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for")

    @property
    def basis(self) -> AudienceBasis:
        """How the audience is known; ``not-stated`` where the offer says nothing about it."""
        if self.audience_basis is not None:
            return self.audience_basis
        return AudienceBasis() if "audience" in self.model_fields_set else NOT_STATED


class Imported(Base):
    """Where an imported catalog comes from."""

    format: Word = Field(description="name of the format it was imported from")


class Catalog(File):
    """All products and offers of one supplier, in one currency."""

    kind_ = "catalog"

    id: Id = Field(description="name of the catalog")
    supplier: Text | None = Field(None, description="who sells")
    jurisdiction: Word | None = Field(None, description="code of the country whose rules apply")
    currency: Currency = Field(description="ISO 4217 code of all amounts")
    tax: Tax | None = Field(None, description="tax in the amounts")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for, of all offers")
    value_tiers: tuple[Word, ...] = Field((), description="tiers of customers' value, worst to best")
    attributes: dict[AttributeName, Attribute] = Field(default_factory=dict, description="what may be tested")
    terms: dict[Id, TermSpec] = Field(default_factory=dict, description="the catalog's own terms")
    products: tuple[Product, ...] = Field((), description="what is sold")
    offers: tuple[Offer, ...] = Field((), description="terms it is sold at")
    imported: Imported | None = Field(None, description="set where the catalog was imported")

    @property
    def places(self) -> int:
        """Decimals of the currency's minor unit."""
        return CURRENCY_PLACES[self.currency]
