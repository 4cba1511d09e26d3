"""Small books to audit: a synthetic one in a directory, mapped column by column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fairoffer.audit.bind import bind
from fairoffer.book.run import Opened, open_book
from fairoffer.book.synth import write_book
from fairoffer.book.synth_market import AS_OF, Plan
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs, load_inputs

MAPPING = """\
fairoffer: book/1
source: customers.parquet
unique: customer
columns:
  customer: customer
  product: product
  product_type: product_type
  currency: currency
  consumer: consumer
  group_policy: group_policy
  vulnerable: vulnerable
  value_tier: value_tier
  tenure_months: tenure_months
  event: event
  on: "on"
  renewal: {after_old: renewal_after_old, notice: renewal_notice}
  channel: channel
  payment_method: payment_method
  risk: risk
  like: {region: like_region}
  price: price
  per: per
  contract: {months: contract_months}
  quotes:
    - {basis: new-customer, price: quote_new_customer}
    - {basis: first-renewal, price: quote_first_renewal}
    - {basis: best-open, price: quote_best_open}
"""
POLICY = """\
fairoffer: policy/1
id: own
compare: {with: new-customer, like_for_like: [product, channel, payment_method, risk]}
rules:
  - {id: by-default, check: default-gap, terms: [core_price], level: house}
  - {id: first-renewal, check: default-gap, terms: [core_price], level: house, compare: {with: first-renewal}}
  - {id: within-reach, check: reach-gap, terms: [core_price], level: house}
  - {id: walk, check: price-walk, terms: [core_price], level: house, tolerance: {percent: "1"}}
  - {id: who-bears, check: concentration, terms: [core_price], level: review}
coverage: {comparisons: "0.9", customers: "0.9"}
"""
PLAN = Plan(rows=6_000, seed=4)


def synthetic(place: Path, plan: Plan = PLAN, mapping: str = MAPPING, policy: str = POLICY) -> Path:
    """An audit directory with a synthetic book."""
    write_book(place, replace(plan, offers=24))
    (place / "book.yaml").write_text(mapping, encoding="utf-8")
    (place / "policy.yaml").write_text(policy, encoding="utf-8")
    return place


def opened(place: Path) -> tuple[Inputs, Shelf, Opened]:
    """The book of a directory, made ready for the day of synthetic books."""
    inputs = load_inputs(place)
    shelf = Shelf(inputs.catalog, AS_OF, None)
    return inputs, shelf, open_book(inputs, shelf, bind(inputs, AS_OF))
