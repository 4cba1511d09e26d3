"""Whom a text speaks of. The sentences are our own; the labelled ones of the archive are read where there is data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from fairoffer.imports.cdr_energy.audience import read_audience

SAID = [
    ("new", "Exclusive to new customers.", ""),
    ("new", "This plan is exclusive to new Origin customers", "Origin Energy"),
    ("new", "Not available to existing customers.", ""),
    ("new", "Existing AGL customers are not eligible for this offer.", "AGL"),
    ("new", "Existing customers cannot switch to this plan.", ""),
    ("new", "Offer excludes current customers of Red Energy.", "Red Energy"),
    ("new", "Only for those who have not been a customer of Acme Power in the last 12 months.", "Acme Power"),
    ("new", "You must not have held an account with us in the past 6 months.", ""),
    ("new", "You haven't been our customer in the last 90 days.", ""),
    ("new", "Available to customers switching to Acme from another retailer.", "Acme Power"),
    ("new", "Only available when you switch from another energy provider", ""),
    ("new", "Available to households transferring from a different retailer.", ""),
    ("new", "For first-time customers only", ""),
    ("new", "You must be new to Acme Power.", "Acme Power"),
    ("new", "customers who are new to us", ""),
    ("new", "New residential electricity customers only. Not available with any other offer.", ""),
    ("new", "Offer available to new small business customers in New South Wales.", ""),
    ("new", "Sign up as a new customer before 30 June and receive $75.", ""),
    ("new", "New Customer Offer", ""),
    ("new", "Only customers that are not currently supplied by Acme are eligible.", "Acme Power"),
    ("new", "Applies to new accounts only", ""),
    ("new", "This product is only available to new customersin the northern area.", ""),
    ("new or moving", "Available to new customers or existing customers moving home.", ""),
    ("new or moving", "Available to new and moving customers.", ""),
    ("new or moving", "New to Acme or Move-in customer", "Acme Power"),
    ("new or moving", "You are a new customer or moving into a new property", ""),
    ("any", "Available to new and existing customers.", ""),
    ("any", "Open to both new & existing residential customers.", ""),
    ("any", "Existing customers can also switch to this plan.", ""),
    ("any", "Offer is not limited to new customers.", ""),
    ("any", "Available to all residential customers, new or existing.", ""),
    ("any", "This plan is open to new customers. Existing customers are welcome too.", ""),
    ("existing", "Only available to existing customers.", ""),
    ("existing", "A special rate for our loyal customers", ""),
    ("existing", "This plan is closed to new customers.", ""),
    ("existing", "This offer is no longer available to new customers.", ""),
    ("existing", "Reserved for customers who have been with Acme for more than 12 months.", "Acme Power"),
    ("unknown", "This plan is for new customers only. You must be an existing customer of ours.", ""),
    ("joining", "A $50 credit on your first invoice after switching to Acme.", "Acme Power"),
    ("", "Available to residents of New South Wales and New Zealand.", ""),
    ("", "Supply address in New South Wales customers only.", ""),
    ("", "Offer only available for a new or existing supply address.", ""),
    ("", "New cars charge for free.", ""),
    ("", "Customers with a new meter or new connection may pay a fee.", ""),
    ("", "Renewable energy for all your needs", ""),
    ("", "$50 credit if referred by an existing customer.", ""),
    ("", "You must be an existing Westpac customer.", "Acme Power"),
    ("", "You are an existing Kogan First member.", "Kogan Energy"),
    ("", "Sign up online to receive a $50 credit.", ""),
    ("", "A welcome credit of $100 is applied to your account.", ""),
    ("", "We may withdraw this offer for new customers at any time.", ""),
    ("", "One credit per new energy account.", ""),
    ("", "Not available to customers on a payment plan.", ""),
    ("", "Contact our new customer service team.", ""),
    ("", "Get a discount when you switch to paperless billing.", ""),
    ("", "This credit is for customers joining our battery program.", ""),
    ("", "Customers who have not paid on time in the last 12 months lose the discount.", ""),
    ("", "", ""),
]


@pytest.mark.parametrize("audience, words, brand", SAID)
def test_sentences(audience: str, words: str, brand: str) -> None:
    heard = read_audience(words, brand)
    said = "" if heard is None else heard.audience + (" or moving" if heard.moving else "")
    assert said == audience, heard


def test_the_sentence_that_decides_is_quoted() -> None:
    heard = read_audience("Rates apply from July. Only for new customers. Call us.", "")
    assert heard is not None
    assert heard.quote == "Only for new customers."


@pytest.mark.parametrize("words", ["new " * 20_000, "a" * 200_000, "not existing " * 5_000, "customers," * 10_000])
def test_long_texts_are_read_in_no_time(words: str) -> None:
    read_audience(words[:4000], "Acme Power")


@pytest.mark.real
def test_labelled_texts(real_data: Path) -> None:
    """Precision and recall of "new to the retailer" over the energy texts; 0.95 each is the promise."""
    right = wrong = missed = 0
    with (real_data / "gold-audience" / "gold_audience_texts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["sector"] != "energy":
                continue
            heard = read_audience(row["text"], row["brand"])
            found, meant = heard is not None and heard.audience == "new", row["label"] in ("NEW_ONLY", "NEW_OR_MOVER")
            right, wrong, missed = (
                right + (found and meant),
                wrong + (found and not meant),
                missed + (meant and not found),
            )
    print(f"new to the retailer: precision {right}/{right + wrong}, recall {right}/{right + missed}")  # noqa: T201
    assert 100 * right >= 95 * (right + wrong)
    assert 100 * right >= 95 * (right + missed)
