"""A small believable result: broadband, one welcome offer, customers of five years, and one waived finding."""

from __future__ import annotations

from typing import Any

from fairoffer.model.result import (
    Assumption,
    Catalog,
    Comparisons,
    Counts,
    Finding,
    InputFile,
    InputWarning,
    Ledger,
    Money,
    Months,
    Offer,
    Policy,
    Result,
    Rule,
    RuleLedger,
    Side,
    Totals,
    Waiver,
)
from tests.report.parts import CODE, WELCOME, columns, finding, identifier


def _loyal(rule: str, check: str, months: int, values: tuple[str, str, str, str]) -> Finding:
    existing, comparator, gap, year = values
    return finding(
        rule,
        "loyal-5y",
        f"total_cost@{months}",
        check=check,
        existing=Side(offer=WELCOME, value=existing, at="catalog.yaml:24"),
        comparator=Side(offer=WELCOME, value=comparator, at="catalog.yaml:24"),
        gap=gap,
        gap_least=gap,
        gap_percent="80.1",
        customers=12000,
        customers_coming=0,
        gap_per_year=year,
        why=["audience: new"],
        says=f"A stranger pays GBP {comparator} over {months} months, a customer of five years GBP {existing}.",
        customer_view="After 5 years you pay GBP 492.00 over 12 months; someone who joins today pays GBP 273.21.",
        steps=[
            ("41.00 × 18", "738.00"),
            ("24.99 × 18 + 9.99 − 50.00", "409.81"),
            ("(738.00 − 409.81) × 12/18", "218.79"),
        ],
        remedy="open fibre-100-welcome to everyone, or bring month 19 on to 22.77: up to GBP 2,625,520 a year",
    )


def _findings() -> list[Finding]:
    adsl = identifier("adsl-price", WELCOME, kind="fc1")
    return [
        _loyal("by-default", "default-gap", 12, ("492.00", "273.21", "218.79", "2625520.00")),
        _loyal("by-default", "default-gap", 24, ("984.00", "655.81", "328.19", "1969140.00")),
        _loyal("best-within-reach", "reach-gap", 12, ("492.00", "273.21", "218.79", "2625520.00")),
        finding(
            "by-default",
            "old-adsl",
            "total_cost@12",
            product="adsl",
            tenure_months=Months(from_=24),
            cells="some",
            existing=Side(value="456.00", label="pays 38.00 a month"),
            comparator=Side(offer=WELCOME, value="273.21", at="catalog.yaml:24"),
            gap="182.79",
            gap_least="0.00",
            gap_max="232.79",
            gap_percent="66.9",
            customers=3100,
            customers_coming=5100,
            gap_per_year="566659.33",
            cause=adsl,
            why=["audience: new", "product: adsl is closed, its close match is fibre-100"],
            says="A stranger pays GBP 273.21 over 12 months, a customer on old ADSL GBP 456.00.",
            customer_view="After 2 years you pay GBP 456.00; someone who joins today pays less for more speed.",
            steps=[
                ("38.00 × 18", "684.00"),
                ("24.99 × 18 + 9.99 − 50.00", "409.81"),
                ("(684.00 − 409.81) × 12/18", "182.79"),
            ],
            remedy="bring adsl down to 22.77 a month: up to GBP 566,659 a year",
        ),
        finding(
            "open-to-all",
            "loyal-5y",
            "offers",
            check="no-equivalent",
            unit="offers",
            existing=Side(value="0", label="no offer that the customer may choose"),
            comparator=Side(offer=WELCOME, value="1", at="catalog.yaml:24"),
            gap="1",
            gap_least="1",
            customers=12000,
            customers_coming=0,
            why=["audience: new"],
            says="A stranger may choose 1 offer, this customer none.",
            customer_view="After 5 years with us you have no offer to choose from; someone who joins today does.",
            remedy="open fibre-100-welcome to everyone",
        ),
        finding(
            "same-incentives",
            "loyal-5y",
            "incentives",
            check="incentive-gap",
            state="waived",
            existing=Side(value="0", label="no incentive"),
            comparator=Side(offer=WELCOME, value="50.00", at="catalog.yaml:24"),
            gap="50.00",
            gap_least="50.00",
            customers=12000,
            customers_coming=0,
            cause=identifier("gift", kind="fc1"),
            why=["audience: new"],
            says="A stranger gets a gift card of 50.00, this customer none.",
            customer_view="After 5 years you are given nothing; someone who joins today is given GBP 50.00.",
            remedy="give the gift card to those who renew: up to GBP 600,000 a year",
            waiver="waivers.yaml:3",
        ),
    ]


def _rules() -> list[tuple[str, str, str, str]]:
    return [
        (
            "by-default",
            "default-gap",
            "what doing nothing costs, against what a stranger pays",
            "held − comparator > 0",
        ),
        (
            "best-within-reach",
            "reach-gap",
            "the best open to the customer, against a stranger's",
            "reach − comparator > 0",
        ),
        (
            "open-to-all",
            "no-equivalent",
            "a stranger may choose and the customer may not",
            "comparator = 1 and reach = 0",
        ),
        (
            "same-incentives",
            "incentive-gap",
            "a stranger's largest incentive, against the customer's",
            "stranger − customer > 0",
        ),
    ]


def _comparisons(findings: list[Finding]) -> Comparisons:
    rows = [
        {
            "id": one.id,
            "rule": one.rule,
            "product": one.product,
            "segment": one.segment,
            "term": one.term,
            "customers": one.customers,
            "existing": one.existing.value if one.existing else None,
            "comparator": one.comparator.value if one.comparator else None,
            "gap": one.gap,
            "outcome": one.level,
        }
        for one in findings
    ]
    rows += [
        {
            "rule": rule,
            "product": "fibre-100",
            "segment": "first-year",
            "term": "total_cost@12",
            "customers": 26100,
            "existing": "273.21",
            "comparator": "273.21",
            "gap": "0.00",
            "outcome": "pass",
        }
        for rule in ("by-default", "best-within-reach", "same-incentives")
    ]
    rows.append(
        {
            "rule": "by-default",
            "product": "copper-phone",
            "segment": "landline",
            "term": "total_cost@12",
            "customers": 840,
            "outcome": "not-assessable",
            "reason": "no-comparator",
        }
    )
    rows.append(
        {
            "rule": "best-within-reach",
            "product": "adsl",
            "segment": "old-adsl",
            "term": "total_cost@12",
            "customers": 3100,
            "outcome": "out-of-scope",
            "reason": "no-equivalent",
        }
    )
    return columns(rows)


def small() -> Result:
    """The worked example of the design: broadband, one welcome offer, customers of five years."""
    findings = _findings()
    per_rule = {
        "by-default": (5, 1, 3, 0, 1),
        "best-within-reach": (3, 1, 1, 1, 0),
        "open-to-all": (1, 0, 1, 0, 0),
        "same-incentives": (2, 1, 1, 0, 0),
    }
    counts: dict[str, Any] = {
        "all": 11,
        "pass": 3,
        "failed": 6,
        "of_which_waived": 1,
        "out_of_scope": 1,
        "not_assessable": {"no-comparator": 1},
    }
    return Result(
        verdict="failed",
        exit_code=1,
        reasons=[
            "5 findings of level house, best-offer allows 0",
            "by-default: 80% of its comparisons assessed, 95% required",
        ],
        as_of="2026-11-21",
        version="0.1.0",
        catalog=Catalog(id="broadband-2026-q4", supplier="Example Broadband", jurisdiction="UK"),
        policies=[
            Policy(
                id="best-offer",
                version=1,
                sha256="5d" * 32,
                status="house",
                as_of="2026-11-21",
                verdict="failed",
                ledger=Counts.model_validate(counts),
                title="Nobody who stayed gets worse terms than a stranger, or than one who left",
                limits={"breach": 0, "commitment": 0, "house": 0},
                as_read={
                    "compare": {"with": "new-customer", "months": [12, 24], "access": {"existing": ["listed"]}},
                    "rules": [{"id": "by-default", "check": "default-gap", "terms": ["cost"], "formula": "as stated"}],
                    "coverage": {"comparisons": "0.95", "customers": "0.95"},
                },
            )
        ],
        policies_not_run=["uk-ofcom-end-of-contract"],
        inputs=[
            InputFile(path="catalog.yaml", kind="catalog", sha256="9f2c" * 16, rows=7),
            InputFile(path="segments.yaml", kind="segments", sha256="a1b0" * 16, rows=4),
            InputFile(path="waivers.yaml", kind="waivers", sha256="77e1" * 16, rows=1),
        ],
        totals=Totals(
            findings=5,
            causes=2,
            customers=15100,
            customers_coming=5100,
            customers_basis="upper-bound",
            currency="GBP",
            by_default=Money(gross="3192179.33", net="3192179.33", gross_with_waived="3192179.33"),
            unavoidable=Money(gross="2625520.00", net="2625520.00", gross_with_waived="2625520.00"),
        ),
        ledger=Ledger.model_validate(
            counts
            | {
                "customers_compared_share": "0.98",
                "rules": [
                    RuleLedger.model_validate(
                        {
                            "policy": "best-offer",
                            "rule": name,
                            "check": check,
                            "level": "house",
                            "all": numbers[0],
                            "pass": numbers[1],
                            "failed": numbers[2],
                            "out_of_scope": numbers[3],
                            "not_assessable": {"no-comparator": numbers[4]} if numbers[4] else {},
                            "coverage_comparisons": "0.8" if numbers[4] else "1",
                            "coverage_customers": "0.98",
                            "required_comparisons": "0.95",
                            "required_customers": "0.95",
                            "met": not numbers[4],
                        }
                    )
                    for name, check, _, _ in _rules()
                    for numbers in [per_rule[name]]
                ],
                "offers": {
                    "used": 4,
                    "expired": 1,
                    "not-yet-live": 1,
                    "no-cell": 0,
                    "unknown": 0,
                    "lapsed": 1,
                    "on-leaving": 0,
                },
            }
        ),
        assumptions=[
            Assumption(
                id="region-any", says="segments that name no region are in every region", comparisons=4, customers=900
            ),
            Assumption(
                id="staff-assumed-no",
                says="a segment that does not say so is not staff",
                comparisons=11,
                customers=41200,
            ),
        ],
        findings=findings,
        comparisons=_comparisons(findings),
        offers=[
            Offer(
                id=WELCOME,
                name="Fibre 100 welcome",
                product="fibre-100",
                audience="new",
                access="listed",
                at="catalog.yaml:24",
                kind="fixed",
                ledger="used",
                terms={
                    "price": "24.99 a month for 18 months, then 41.00",
                    "setup fee": "9.99 at the start",
                    "gift card": "50.00, as good as cash, for new customers",
                    "contract": "18 months",
                    "audience": "new",
                },
            ),
            Offer(
                id="fibre-100-summer", name="Fibre 100 summer", product="fibre-100", audience="new", ledger="expired"
            ),
        ],
        rules=[
            Rule(
                id=name,
                policy="best-offer",
                check=check,
                level="house",
                words=says,
                formula=formula,
                tolerance="0",
                source=CODE,
            )
            for name, check, says, formula in _rules()
        ],
        waivers=[
            Waiver(
                id="waivers.yaml:3",
                rule="same-incentives",
                match={"segment": "loyal-5y"},
                reason="gift cards end with this quarter's campaign",
                kind="commercial",
                owner="Head of pricing",
                approved_by="Head of risk",
                created="2026-10-01",
                expires="2026-12-31",
                cap={"money": "50.00"},
                ticket="PR-101",
                findings=[findings[-1].id],
            )
        ],
        problems=[
            InputWarning(
                path="catalog.yaml", line=31, column=5, where="offers[fibre-100-summer]", message="ended on 2026-09-30"
            )
        ],
    )
