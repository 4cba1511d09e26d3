"""Customers row by row: what each was set, what others were quoted for the same, what was sent and what was kept."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from fairoffer.model.base import (
    Amount,
    Base,
    Count,
    Day,
    Days,
    Facts,
    Flag,
    Id,
    Months,
    Number,
    Percent,
    SomeMonths,
    Text,
    Word,
    fault,
    read_date,
    read_word,
)
from fairoffer.model.catalog import ItemAudience, Per, Rise, Tax
from fairoffer.model.policy import Comparator

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?", re.ASCII)


def read_moment(value: object) -> date:
    """The day of ``2026-11-05`` or ``2026-11-05T10:30``; the time of day tells nothing apart."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    try:
        return read_date(value if found is None else found[1])
    except PydanticCustomError as error:
        message = error.message()
        raise fault(message.replace("a date like 2026-11-21,", "a date like 2026-11-21 or 2026-11-21T10:30,")) from None


def _one_value(value: object) -> str:
    """One value as text, as segments and offers write the values of attributes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return read_word(str(value) if isinstance(value, int) else value)


def _somebody(count: int) -> int:
    if count == 0:
        raise fault("a row stands for at least 1 customer; leave the row out if there is none")
    return count


def _joined(value: object) -> object:
    if str(value) == "0":
        raise fault("an existing customer has at least 1 month of tenure (0 is a prospect)")
    return value


Moment = Annotated[date, BeforeValidator(read_moment), WithJsonSchema({"type": "string", "format": "date"})]
Value = Annotated[str, BeforeValidator(_one_value), WithJsonSchema({"type": ["string", "integer", "boolean"]})]
Like = dict[Id, Value]
Event = Literal["renewal", "price-change", "benefit-end", "contract-end", "review"]


class LegFee(Base):
    """A fee beside the price."""

    kind: Word = Field(description="name of the fee, such as setup")
    amount: Amount = Field(description="how much")
    when: Literal["start", "month", "year", "end"] = Field("start", description="when it is due")
    party: Word | None = Field(None, description="who gets it, if not the supplier")


class Addon(Base):
    """Something bought on top, with a price of its own."""

    id: Id = Field(description="name of the add-on")
    price: Amount = Field(description="what it costs")
    party: Word | None = Field(None, description="who gets it, if not the supplier")


class LegIncentive(Base):
    """Something given. Exactly one of value, percent and points says how much."""

    kind: Word = Field(description="name of the incentive, such as gift_card")
    value: Amount | None = Field(None, description="value in money")
    percent: Percent | None = Field(None, description="value in percent of the price beside it")
    points: Amount | None = Field(None, description="number of points, whose value is not known")
    cash_equivalent: Flag | None = Field(None, description="whether it is as good as money; left out: not known")
    funded: Amount | None = Field(None, description="what the firm pays for it; left out: all of its value")
    party: Word | None = Field(None, description="who gives it, if not the supplier")
    condition: Text | None = Field(None, description="what the customer has to do for it")

    @model_validator(mode="after")
    def _one_size(self) -> LegIncentive:
        given = [name for name in ("value", "percent", "points") if getattr(self, name) is not None]
        if not given:
            raise fault("must say one of value, percent or points")
        if len(given) > 1:
            raise fault(f"says {' and '.join(given)}; keep one of them")
        return self


class PartOf(Base):
    """What one party has of the price."""

    party: Word = Field(description="who it goes to, such as insurer or broker")
    amount: Amount = Field(description="how much of the price")


class Leg(Base):
    """One side of a comparison, priced. A list that is left out is not known; an empty one says there is none."""

    price: Amount | None = Field(None, description="what was set or offered; left out: not known")
    per: Per | None = Field(None, description="what amounts are for; left out: the term (on a quote: as on the row)")
    rate: Percent | None = Field(None, description="rate of interest, in percent a year; paid on loans, else earned")
    finance_rate: Percent | None = Field(None, description="rate for paying in instalments, in percent a year")
    tax: Tax | None = Field(None, description="tax in the amounts; left out: as in the catalog (quote: as on the row)")
    fees: tuple[LegFee, ...] | None = Field(None, description="fees beside the price; left out: not known")
    addons: tuple[Addon, ...] | None = Field(None, description="what is bought on top; left out: not known")
    incentives: tuple[LegIncentive, ...] | None = Field(None, description="what is given with it; left out: nothing")
    parts: tuple[PartOf, ...] | None = Field(None, description="who has what of the price; left out: not known")
    terms: dict[Id, Number] | None = Field(None, description="values of the catalog's own terms")


class Quote(Leg):
    """What somebody else was or would be offered for the same. What it does not say is as on its row."""

    basis: Comparator = Field(description="who would get it: what a policy compares with")
    label: Text | None = Field(None, description="name of the quote, for people")
    product: Id | None = Field(None, description="product quoted; left out: as on the row")
    brand: Word | None = Field(None, description="brand it is sold under; left out: as on the row")
    channel: Word | None = Field(None, description="where it is sold; left out: as on the row")
    payment_method: Word | None = Field(None, description="how it is paid; left out: as on the row")
    risk: Word | None = Field(None, description="name of the risk that it prices; left out: as on the row")
    rating: Word | None = Field(None, description="version of the rating it was worked out with; left out: the row's")
    at: Moment | None = Field(None, description="day it was quoted, or day and time; left out: no matter")
    like: Like = Field(default_factory=dict, description="what else must be equal on both sides, and its value")


class Renewal(Base):
    """How a renewal came about."""

    after_old: Flag | None = Field(None, description="whether it takes effect when the old contract has ended")
    notice: Flag | None = Field(None, description="whether the firm sent a notice of it")
    encouraged: Flag | None = Field(None, description="whether the firm encouraged it")
    same_intermediary: Flag | None = Field(None, description="whether it is arranged by the same intermediary")


class RowContract(Base):
    """What binds this customer."""

    made: Day | None = Field(None, description="day the contract was made")
    ends: Day | None = Field(None, description="last day of the minimum term")
    months: Months | None = Field(None, description="length of the term that prices per term are for")
    notice_days: Days | None = Field(None, description="notice to leave, in days")
    rise: Rise | None = Field(None, description="how the price may rise")

    @model_validator(mode="after")
    def _ordered(self) -> RowContract:
        if self.made is not None and self.ends is not None and self.ends < self.made:
            raise fault(f"ends on {self.ends}, before it was made on {self.made}")
        return self


class Previous(Base):
    """What this customer had before."""

    price: Amount | None = Field(None, description="price of the term before")
    changed_price: Amount | None = Field(None, description="that price after changes made within the term")
    fees: Amount | None = Field(None, description="fees of the term before, in all")


class BookRow(Leg):
    """An existing customer, or several who are alike. The price is what was set for them, and it is judged."""

    customer: Id = Field(description="name of the customer; several rows may have the same")
    count: Annotated[Count, AfterValidator(_somebody)] = Field(1, description="how many customers the row stands for")
    supplier: Text | None = Field(None, description="who sells; left out: as in the catalog")
    brand: Word | None = Field(None, description="brand it was bought under")
    product: Id | None = Field(None, description="product; one that the catalog does not list is itself only")
    product_type: Word | None = Field(None, description="kind of product; left out: that of the catalog's product")
    consumer: Flag | None = Field(None, description="whether a consumer, not a business")
    group_policy: Flag | None = Field(None, description="whether it is cover for a group, such as by an employer")
    vulnerable: Flag | None = Field(None, description="whether the customer is vulnerable")
    hardship: Flag | None = Field(None, description="whether the customer is in payment difficulty")
    value_tier: Word | None = Field(None, description="tier of value to the firm")
    tenure_months: Annotated[SomeMonths, BeforeValidator(_joined)] | None = Field(
        None, description="completed months since joining, at least 1; left out: not known"
    )
    renewal_no: Count | None = Field(None, description="how many times it has been renewed, this time included")
    event: Event | None = Field(None, description="what the price was set for")
    on: Day | None = Field(None, description="day of the event: from when the price applies")
    renewal: Renewal | None = Field(None, description="how the renewal came about")
    channel: Word | None = Field(None, description="where it was bought")
    channel_renewal: Word | None = Field(None, description="where it is renewed")
    channel_moved_by: Literal["customer", "firm"] | None = Field(None, description="who chose another channel")
    payment_method: Word | None = Field(None, description="how it is paid")
    risk: Word | None = Field(None, description="name of the risk, which must be equal on both sides")
    rating: Word | None = Field(None, description="version of the rating that the price was worked out with")
    like: Like = Field(default_factory=dict, description="what else must be equal on both sides, and its value")
    paid: Amount | None = Field(None, description="what was paid in the end; never judged")
    expected_cost: Amount | None = Field(None, description="what the firm expects this customer to cost")
    contract: RowContract | None = Field(None, description="what binds the customer")
    previous: Previous | None = Field(None, description="what the customer had before")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for")
    quotes: tuple[Quote, ...] | None = Field(None, description="what others were quoted for the same")


class Listed(Base):
    """An offer that a notice shows."""

    audience: ItemAudience | None = Field(None, description="who may take it; left out: not said")
    price: Amount | None = Field(None, description="price shown")
    product: Id | None = Field(None, description="product shown")


class Notice(Base):
    """Something sent to a customer, or published to all of them."""

    id: Id = Field(description="name of the notice")
    kind: Word = Field(description="kind of notice, such as renewal or end-of-contract")
    customer: Id | None = Field(None, description="customer of the book; left out: sent to all")
    sent: Day | None = Field(None, description="day it was sent; left out: not known")
    event_on: Day | None = Field(None, description="day of the event that it tells of")
    shows: tuple[Id, ...] = Field((), description="names of what it shows, such as prior_premium; left out: nothing")
    values: dict[Id, Number] = Field(default_factory=dict, description="numbers that it states, by name")
    lists: tuple[Listed, ...] = Field((), description="offers that it lists; left out: none")
    text: Text | None = Field(None, description="its words")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for")


class Record(Base):
    """Something that the firm did and kept a record of, such as a review."""

    id: Id = Field(description="name of the record")
    kind: Word = Field(description="kind of record, such as pricing-review")
    date: Day | None = Field(None, description="day of it; left out: not known")
    subject: Id | None = Field(None, description="customer, product or segment it is about; left out: the firm")
    party: Word | None = Field(None, description="who did it, if not the supplier")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for")
