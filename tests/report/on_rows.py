"""A result about rows: customers of a book, a notice, a record, an offer, the firm; some findings have no sides."""

from __future__ import annotations

from typing import Any

from fairoffer.model.result import (
    Catalog,
    Counts,
    Effective,
    Finding,
    Ledger,
    Money,
    Policy,
    Result,
    Rule,
    Side,
    Source,
    Totals,
)
from tests.report.parts import columns, finding, identifier

LAW = Source(name="The Pricing Act", clause="s. 3", url="https://example.org/act", read="secondary")
RENEWALS: dict[str, Any] = {"policy": "xx-renewals", "level": "breach", "source": LAW, "tenure_months": None}


def _pair(name: str, rule: str, check: str, term: str, values: tuple[str, str, str], **more: Any) -> Finding:
    """A finding on a customer of the book, with both sides."""
    existing, comparator, gap = values
    fields = RENEWALS | {
        "id": identifier(rule, name, term),
        "check": check,
        "product": "motor",
        "customer": name,
        "place": {"channel": "web"},
        "existing": Side(value=existing, at="case.yaml:8", label="renewal price"),
        "comparator": Side(value=comparator, at="case.yaml:9", label="quote for a new customer"),
        "gap": gap,
        "customers": 1,
        "cause": identifier(rule, name, kind="fc1"),
        "says": f"The renewal of customer {name} is worse.",
    }
    return finding(rule, None, term, **fields | more)


def _alone(rule: str, check: str, says: str, **subject: Any) -> Finding:
    """A finding without sides, without a gap, and without customers."""
    fields: dict[str, Any] = RENEWALS | {
        "id": identifier(rule, sorted(subject.items())),
        "check": check,
        "product": None,
        "unit": None,
        "days": None,
        "cause": identifier(rule, kind="fc1"),
        "says": says,
        "customer_view": "Nobody told you what you paid last year.",
        "remedy": "show last year's price on the notice",
    }
    return finding(rule, None, "", **fields | subject).model_copy(update={"term": None})


def findings() -> list[Finding]:
    """Every kind of subject, every unit, with and without sides."""
    return [
        _pair("c1", "renewal-price", "default-gap", "core_price", ("412.00", "362.00", "50.00"), gap_per_year="50.00"),
        _pair("c1", "renewal-fee", "component-gap", "fee:mid_term_change", ("25.00", "0.00", "25.00")),
        _pair(
            "c2",
            "finance",
            "component-gap",
            "finance_rate",
            ("14.90", "9.90", "5.00"),
            unit="percent",
            gap_percent="50.5",
        ),
        _pair(
            "c2",
            "burden",
            "concentration",
            "cost",
            ("0.6000", "0.2500", "0.3500"),
            unit="share",
            gap_least="0.0500",
            customer=None,
        ),
        _pair(
            "c2",
            "walk",
            "price-walk",
            "cost",
            ("1.1200", "1.0000", "0.1200"),
            unit="ratio",
            customer=None,
            product=None,
        ),
        _alone("prior-price", "condition", "Notice n1 does not show the price before.", notice="n1", at="case.yaml:20"),
        _alone(
            "prior-price",
            "condition",
            "Notice n2 does not show the price before.",
            notice="n2",
            customer="c2",
            customers=1,
            at="case.yaml:21",
        ),
        _alone("logged", "condition", "Record r1 has no owner.", record="r1", at="case.yaml:30", level="review"),
        _alone("no-fee", "condition", "Offer o1 has a fee for leaving.", offer="o1", product="motor"),
        _alone("attested", "due", "There is no attestation since 2024-01-31."),
    ]


def rows() -> Result:
    """The result; what could be compared is two rows, what could not has each kind of subject."""
    found = findings()
    lines: list[dict[str, Any]] = [
        {
            name: getattr(one, name)
            for name in ("id", "policy", "rule", "product", "customer", "notice", "record", "offer")
        }
        | {"term": one.term, "gap": one.gap, "outcome": one.level, "level": one.level, "customers": one.customers}
        for one in found
    ]
    blind: tuple[dict[str, Any], ...] = (
        {"rule": "renewal-price", "product": "motor", "customer": "c3", "reason": "no-comparator", "customers": 1},
        {"rule": "prior-price", "notice": "n3", "reason": "missing-value"},
        {"rule": "logged", "reason": "no-data"},
    )
    lines += [{"policy": "xx-renewals", "level": "breach", "outcome": "not-assessable"} | one for one in blind]
    counts: dict[str, Any] = {
        "all": 13,
        "failed": 10,
        "not_assessable": {"no-comparator": 1, "missing-value": 1, "no-data": 1},
    }
    return Result(
        verdict="failed",
        exit_code=1,
        as_of="2026-11-21",
        version="0.1.0",
        catalog=Catalog(id="case", jurisdiction="XX"),
        policies=[
            Policy(
                id="xx-renewals",
                status="law",
                title="Renewals cost no more than new contracts",
                jurisdiction="XX",
                source=LAW,
                effective=Effective(from_="2022-01-01", to="2027-03-31", sure=False),
                as_of="2026-11-20",
                verdict="failed",
                ledger=Counts.model_validate(counts),
            )
        ],
        policies_not_run=["xx-notices"],
        totals=Totals(findings=10, causes=8, currency="EUR", by_default=Money(gross="50.00", net="50.00")),
        ledger=Ledger.model_validate(counts),
        findings=[one.model_copy(update={"unit": "EUR"}) if one.unit == "GBP" else one for one in found],
        comparisons=columns(lines),
        rules=[
            Rule(
                id="renewal-price",
                policy="xx-renewals",
                check="default-gap",
                level="breach",
                title="The renewal costs no more than the same cover costs a new customer",
                words="what doing nothing costs",
                formula="renewal - new",
                comparator="new-customer",
                like_for_like=["product", "channel"],
                tolerance="none",
                scope="consumer AND NOT group_policy",
                applies_to=["consumer", "not group policy"],
                exempt=["Group policies."],
                evidence=["The quote of the day."],
                customer_view="You pay more than somebody new.",
                remedy="Charge the lower price.",
                status="law",
                legal=True,
                effective=Effective(from_="2022-01-01", to="2027-03-31", sure=False),
                source=LAW,
                as_of="2026-11-20",
            ),
            Rule(
                id="attested",
                policy="xx-renewals",
                check="due",
                level="breach",
                formula="an attestation",
                condition="NOT signed",
                status="law",
                legal=True,
            ),
        ],
    )
