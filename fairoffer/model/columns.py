"""The columns that conditions may read, table by table: what each holds, and in words what it means.

A condition sees the fixed columns of its table, the facts that its policy declares, and what rows name themselves
(``like_region``, ``fees_setup``), by prefix. The engine is loaded only where types are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from fairoffer.model.condition import tokens_of

if TYPE_CHECKING:
    import polars as pl

TableName = Literal["customers", "offers", "notices", "records", "lines"]
Type = Literal["String", "Boolean", "Int64", "Date", "Decimal"]


class Column(NamedTuple):
    """A column, or with a name such as ``like_<key>`` all columns of one prefix."""

    name: str
    type: Type
    says: str


CUSTOMERS = (
    Column("customer", "String", "the customer's id; null on a segment"),
    Column("segment", "String", "the segment's id; null on a row of a book"),
    Column("supplier", "String", "who sells: as the row says, else the catalog"),
    Column("brand", "String", "brand under which it was sold"),
    Column("product", "String", "id of the product"),
    Column("product_type", "String", "kind of product: as the row says, else the product"),
    Column("jurisdiction", "String", "country of the catalog or case"),
    Column("currency", "String", "currency of all amounts"),
    Column("held_offer", "String", "offer that the segment holds"),
    Column("value_tier", "String", "tier of the customer's value to the firm"),
    Column("event", "String", "why it is looked at: renewal, price-change, benefit-end, contract-end or review"),
    Column("channel", "String", "channel of purchase"),
    Column("channel_renewal", "String", "channel of the renewal"),
    Column("channel_moved_by", "String", "who moved them to the channel of the renewal: customer or firm"),
    Column("payment_method", "String", "how they pay"),
    Column("risk", "String", "their risk, as the firm rates it"),
    Column("rating", "String", "version of the rating"),
    Column("per", "String", "what the price is for: month, year or term (where a row does not say)"),
    Column("contract_rise_type", "String", "what a rise in the contract follows: none, cpi, rpi, percent or money"),
    Column("consumer", "Boolean", "whether they are a consumer"),
    Column("group_policy", "Boolean", "whether they are part of a group's contract"),
    Column("vulnerable", "Boolean", "whether they are in vulnerable circumstances"),
    Column("hardship", "Boolean", "whether they are in financial hardship"),
    Column("renewal_after_old", "Boolean", "whether the renewal follows on the old contract"),
    Column("renewal_notice", "Boolean", "whether a renewal notice was sent"),
    Column("renewal_encouraged", "Boolean", "whether the firm knew of the old contract and encouraged the new one"),
    Column("renewal_same_intermediary", "Boolean", "whether the same intermediary arranged both"),
    Column("tax_included", "Boolean", "whether amounts include tax: as the row says, else the catalog"),
    Column("contract_rise_prominent", "Boolean", "whether the rise is shown prominently before the sale"),
    Column("contract_rise_dated", "Boolean", "whether the contract names the days of the rise"),
    Column("contract_ended", "Boolean", "whether the contract has ended by the judged day, or ends on it"),
    Column("customers", "Int64", "how many customers it stands for"),
    Column("tenure_months", "Int64", "completed months since joining; of a segment where it is one number"),
    Column("tenure_from", "Int64", "fewest completed months since joining"),
    Column("tenure_to", "Int64", "most completed months since joining; null: no end"),
    Column("renewal_no", "Int64", "which renewal it is, counted from 1"),
    Column("contract_months", "Int64", "months of the contract"),
    Column("contract_notice_days", "Int64", "days of notice to leave"),
    Column(
        "months_out_of_contract", "Int64", "completed months since the contract ended; 0 on its last day, null before"
    ),
    Column("months_since_contract_made", "Int64", "completed months since the contract was made; null before"),
    Column("on", "Date", "day of the event"),
    Column("contract_made", "Date", "day on which the contract was made"),
    Column("contract_ends", "Date", "last day of the contract"),
    Column("price", "Decimal", "price that was set, as stated on the row"),
    Column("paid", "Decimal", "price that was paid"),
    Column("expected_cost", "Decimal", "what the customer is expected to cost the firm"),
    Column("rate", "Decimal", "rate of interest, in percent a year"),
    Column("finance_rate", "Decimal", "rate of interest for paying in instalments, in percent a year"),
    Column("tax_rate", "Decimal", "rate of the tax in percent: as the row says, else the catalog"),
    Column("fees", "Decimal", "sum of the fees as they are listed; 0 for an empty list"),
    Column("addons", "Decimal", "sum of the prices of the add-ons; 0 for an empty list"),
    Column("previous_price", "Decimal", "price before"),
    Column("previous_changed_price", "Decimal", "price before, brought up to later changes"),
    Column("previous_fees", "Decimal", "fees before"),
    Column("contract_rise_plus", "Decimal", "points on top of the index, or the percent or money of the rise"),
    Column("quote_new_customer", "Decimal", "price quoted for a new customer"),
    Column("quote_first_renewal", "Decimal", "price quoted for a first renewal"),
    Column("quote_standing_offer", "Decimal", "price of the standing offer"),
    Column("quote_best_open", "Decimal", "best price that anyone may take"),
    Column("quote_front_book", "Decimal", "best price on sale for what they have"),
    Column("quote_own_previous", "Decimal", "price that they had before, as a quote states it"),
)
NOTICES = (
    Column("notice", "String", "id of the notice"),
    Column("kind", "String", "kind of notice"),
    Column("text", "String", "what it says"),
    Column("sent", "Date", "day on which it was sent"),
    Column("event_on", "Date", "day of what it announces"),
    Column("days_before", "Int64", "days from sending to the event; negative if it was sent after"),
    Column("months_since", "Int64", "completed months since it was sent; null before"),
    Column("lists", "Int64", "how many offers it lists"),
    Column("lists_new", "Boolean", "whether it lists an offer that new customers may take"),
    Column("lists_existing", "Boolean", "whether it lists an offer that existing customers may take"),
    Column("lists_price", "Decimal", "least price it lists; null if one that it lists has no price"),
    Column("lists_new_price", "Decimal", "least price it lists for new customers; null if it could be another"),
)
RECORDS = (
    Column("record", "String", "id of the record"),
    Column("kind", "String", "kind of record"),
    Column("subject", "String", "id of whom or what it is about; null: the firm"),
    Column("party", "String", "who did it"),
    Column("dated", "Date", "day of the record"),
    Column("months_since", "Int64", "completed months since that day; null before"),
)
OFFERS = (
    Column("offer", "String", "id of the offer"),
    Column("name", "String", "name as customers see it"),
    Column("product", "String", "id of the product it is for"),
    Column("product_type", "String", "kind of that product"),
    Column("supplier", "String", "who sells"),
    Column("jurisdiction", "String", "country of the catalog"),
    Column("currency", "String", "currency of all amounts"),
    Column("audience", "String", "who may take it: new, existing, any, lapsed or unknown"),
    Column("audience_from", "String", "what says so: declared, code, text, name or not-stated"),
    Column("new_to", "String", "what new customers are new to: supplier, group, product, account or money"),
    Column("access", "String", "listed, on_request or on_leaving"),
    Column("kind", "String", "fixed, variable or standing"),
    Column("per", "String", "what the price of its first phase is for: month, year or term"),
    Column("contract_rise_type", "String", "what a rise in the contract follows: none, cpi, rpi, percent or money"),
    Column("contract_then", "String", "offer that takes over when its phases have ended"),
    Column("once", "Boolean", "whether it is not for those who hold an offer of the product already"),
    Column("on_sale", "Boolean", "whether it can be taken on the judged day"),
    Column("tests_tenure", "Boolean", "whether its eligibility asks for a tenure"),
    Column("contract_rise_prominent", "Boolean", "whether the rise is shown prominently before the sale"),
    Column("contract_rise_dated", "Boolean", "whether the contract names the days of the rise"),
    Column("valid_from", "Date", "first day on which it can be taken"),
    Column("valid_to", "Date", "last day on which it can be taken"),
    Column("price", "Decimal", "price of its first phase, as stated"),
    Column("price_last", "Decimal", "price of its last phase, as stated"),
    Column("rate", "Decimal", "rate of interest at its start on the lowest balance, in percent a year"),
    Column("fees", "Decimal", "sum of the fees as they are listed, without optional ones"),
    Column("incentives", "Decimal", "sum of what its incentives are worth; null if that of one is not known"),
    Column("contract_exit_fee", "Decimal", "fee for leaving within the minimum term"),
    Column("contract_rise_plus", "Decimal", "points on top of the index, or the percent or money of the rise"),
    Column("contract_months", "Int64", "minimum term in months; 0 without a contract"),
    Column("contract_notice_days", "Int64", "days of notice to leave"),
    Column("months", "Int64", "months of its first phase; null: no end"),
)
LINES = (
    Column("line", "String", "what the line is: fee, addon, incentive, part or listed (by a notice)"),
    Column("name", "String", "kind of fee or incentive, id of the add-on, party of the part, product that is listed"),
    Column("when_due", "String", "when a fee is due: start, month, year or end"),
    Column("party", "String", "who sets or gets it, if not the supplier"),
    Column("audience", "String", "whom a listed offer is for: new, existing or any"),
    Column("notice", "String", "id of the notice that lists it"),
    Column("amount", "Decimal", "amount, price or value in money"),
    Column("percent", "Decimal", "value of an incentive in percent of the price"),
    Column("points", "Decimal", "value of an incentive in points"),
    Column("funded", "Decimal", "what the firm pays for an incentive"),
    Column("cash_equivalent", "Boolean", "whether an incentive is as good as money"),
)
CUSTOMER_PREFIXES = (
    Column("like_<key>", "String", "what must be equal on both sides, as the row states it under like"),
    Column("terms_<name>", "Decimal", "the row's value of a term of the catalog's own"),
    Column("fees_<kind>", "Decimal", "sum of the fees of this kind; 0 where fees are listed and none is of it"),
    Column("addons_<id>", "Decimal", "price of this add-on; 0 where add-ons are listed and it is not"),
    Column("parts_<party>", "Decimal", "sum of this party's parts; 0 where parts are listed and none is theirs"),
)
NOTICE_PREFIXES = (
    Column("shows_<item>", "Boolean", "whether the notice shows the item"),
    Column("values_<name>", "Decimal", "the value that the notice gives under this name"),
)


def _with_customers(own: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of a table whose rows are about customers: their own, then those of the customer."""
    names = {column.name for column in own}
    return (*own, *(column for column in CUSTOMERS if column.name not in names))


TABLES: dict[str, tuple[Column, ...]] = {
    "customers": CUSTOMERS,
    "offers": OFFERS,
    "notices": _with_customers(NOTICES),
    "records": _with_customers(RECORDS),
    "lines": _with_customers(LINES),
}
"""The fixed columns of every table. Notices, records and lines have those of the customer they are about, too."""
PREFIXES: dict[str, tuple[Column, ...]] = {
    "customers": CUSTOMER_PREFIXES,
    "offers": (),
    "notices": (*NOTICE_PREFIXES, *CUSTOMER_PREFIXES),
    "records": CUSTOMER_PREFIXES,
    "lines": CUSTOMER_PREFIXES,
}
"""Columns named by the rows themselves. Whatever is no letter, digit or underscore in a name is written ``_``."""
ABOUT: dict[str, str] = {
    "customers": "one row for every row of the book and every segment; scopes of rules read it, too",
    "offers": "one row for every offer of the catalog",
    "notices": "one row for every notice, with the columns of its customer",
    "records": "one row for every record, with the columns of the customer, segment or product it is about",
    "lines": "one row for every fee, add-on, incentive and part of a row, and every offer that a notice lists",
}
"""What the rows of each table are."""
FACT_TYPES: dict[str, Type] = {
    "boolean": "Boolean",
    "text": "String",
    "integer": "Int64",
    "number": "Decimal",
    "date": "Date",
}
"""The column type of each type of fact that a policy may declare."""


def column_name(name: str) -> str:
    """A name as columns write it: ``prior premium`` and ``prior-premium`` are ``prior_premium``."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def prefix_of(table: str, name: str) -> tuple[str, str] | None:
    """Prefix and rest of a column that rows name themselves: ``like_region`` is ``("like_", "region")``."""
    for column in PREFIXES[table]:
        prefix = column.name.partition("<")[0]
        if name.startswith(prefix) and len(name) > len(prefix):
            return prefix, name[len(prefix) :]
    return None


def type_of(table: str, facts: Mapping[str, str], name: str) -> Type | None:
    """The type of a column; a fixed column before a fact of its name before a prefix. ``None``: there is none."""
    for column in TABLES[table]:
        if column.name == name:
            return column.type
    if name in facts:
        return FACT_TYPES[facts[name]]
    named = prefix_of(table, name)
    return None if named is None else next(c.type for c in PREFIXES[table] if c.name.startswith(named[0]))


def columns_of(table: str, facts: Mapping[str, str], names: Iterable[str]) -> dict[str, pl.DataType]:
    """The columns that a condition over ``table`` may read, with their types.

    ``facts`` are those that the policy declares, ``names`` the names that the condition uses: of the columns that
    rows name themselves only these are there, since nobody can list the others.
    """
    import polars as pl

    types: dict[str, pl.DataType] = {
        "String": pl.String(),
        "Boolean": pl.Boolean(),
        "Int64": pl.Int64(),
        "Date": pl.Date(),
        "Decimal": pl.Decimal(38, 8),
    }
    fixed = dict.fromkeys((*(column.name for column in TABLES[table]), *facts, *names))
    found = {name: type_of(table, facts, name) for name in fixed}
    return {name: types[kind] for name, kind in found.items() if kind is not None}


def names_in(text: str) -> tuple[str, ...]:
    """The columns that a condition names, in its order; ``ConditionError`` for a text that is no condition."""
    return tuple(dict.fromkeys(token.value for token in tokens_of(text) if token.kind == "name"))
