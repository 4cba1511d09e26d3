"""Results that try a renderer: one full of hostile text, and one of any size."""

from __future__ import annotations

from decimal import Decimal

from fairoffer.model.result import (
    Assumption,
    Catalog,
    InputFile,
    InputWarning,
    Ledger,
    Months,
    Offer,
    Result,
    Rule,
    Side,
    Source,
)
from tests.report.parts import columns, identifier
from tests.report.results import small

HOSTILE = (
    '<script>alert(1)</script> =HYPERLINK("x") | `code` ::error::pwned \u202eevil\u2066 \x1b[31m @team '
    "![x](javascript:alert(1))"
)
LONG = "long name " * 1000


def hostile() -> Result:
    """The small result with hostile text wherever text from a catalog, a policy or a waiver may be."""
    result = small()
    texts = {
        "says": HOSTILE,
        "customer_view": f"=1+1 {HOSTILE}",
        "remedy": f"::error::{HOSTILE}",
        "why": [HOSTILE, LONG],
    }
    source = Source(name=HOSTILE, clause=HOSTILE, url="javascript:alert(1)", read="unverified")
    side = Side(value="1.00", label=HOSTILE, at="catalog.yaml:1")
    findings = [
        one.model_copy(
            update={
                **texts,
                "segment": f"::error::{HOSTILE}",
                "product": f"={HOSTILE}",
                "source": source,
                "existing": side,
                "place": {"channel": HOSTILE},
                "steps": [(HOSTILE, LONG)],
            }
        )
        for one in result.findings
    ]
    names = [f'=HYPERLINK("x") {HOSTILE}', LONG]
    offers = [
        one.model_copy(update={"name": name, "terms": {HOSTILE: HOSTILE, "price": LONG}})
        for one, name in zip(result.offers, names, strict=True)
    ]
    long_one = findings[0].model_copy(
        update={
            "id": identifier("long"),
            "cause": identifier("long"),
            "comparator": Side(offer="fibre-100-summer", value="0.50"),
            "says": LONG,
        }
    )
    return result.model_copy(
        update={
            "reasons": [f"::error::{HOSTILE}", LONG],
            "catalog": Catalog(id=HOSTILE, supplier=LONG),
            "findings": [*findings, long_one],
            "offers": offers,
            "assumptions": [Assumption(id=HOSTILE, says=HOSTILE, comparisons=1)],
            "rules": [Rule(id="by-default", words=HOSTILE, formula=HOSTILE, tolerance=HOSTILE, source=source)],
            "policies": [
                result.policies[0].model_copy(update={"title": HOSTILE, "as_read": {HOSTILE: [HOSTILE], "x": LONG}})
            ],
            "policies_not_run": [HOSTILE],
            "inputs": [InputFile(path=HOSTILE, kind="catalog", sha256="0" * 64)],
            "waivers": [
                result.waivers[0].model_copy(update={"reason": HOSTILE, "owner": HOSTILE, "match": {HOSTILE: HOSTILE}})
            ],
            "problems": [InputWarning(path=HOSTILE, line=1, column=HOSTILE, where=HOSTILE, message=HOSTILE)],
            "comparisons": result.comparisons.model_copy(
                update={"segment": [HOSTILE] * 11, "reason": [HOSTILE] * 11, "place": [{"channel": HOSTILE}] * 11}
            ),
        }
    )


def big(findings: int = 10_000, causes: int = 900, comparisons: int | None = None) -> Result:
    """A result of a real audit's size: many products, segments, causes and gaps, all of them different."""
    result = small()
    base = result.findings[0]
    rows = []
    for number in range(findings):
        cause = number % causes
        product, cents = f"fibre-{cause % 250}", 1_000 + (number * 7919) % 40_000
        gap, existing = Decimal(cents).scaleb(-2), Decimal(cents + 20_000 + cause).scaleb(-2)
        people = 10 + (number * 104_729) % 5_000
        rows.append(
            base.model_copy(
                update={
                    "id": identifier(number),
                    "cause": identifier(cause, kind="fc1"),
                    "product": product,
                    "segment": f"{product}-tenure-{12 + number % 100}-{number // 997}",
                    "customers": people,
                    "rule": ("by-default", "best-within-reach")[number % 2],
                    "tenure_months": Months(from_=12 + number % 100),
                    "gap": f"{gap}",
                    "gap_least": f"{gap}",
                    "gap_per_year": f"{gap * people}",
                    "existing": Side(
                        offer=f"{product}-{cause}-held", value=f"{existing}", at=f"catalog.yaml:{24 + cause * 9}"
                    ),
                    "comparator": Side(
                        offer=f"{product}-{cause}-new", value=f"{existing - gap}", at=f"catalog.yaml:{30 + cause * 9}"
                    ),
                }
            )
        )
    offers = [
        Offer(
            id=f"fibre-{cause % 250}-{cause}-{kind}",
            name=f"Fibre {cause} {kind}",
            ledger="used",
            terms=result.offers[0].terms,
        )
        for cause in range(causes)
        for kind in ("held", "new")
    ]
    total = comparisons or findings
    compared = columns(
        [
            {"id": one.id, "rule": one.rule, "product": one.product, "segment": one.segment, "outcome": "house"}
            for one in rows
        ]
        + [
            {"rule": "by-default", "product": f"fibre-{n % 250}", "segment": f"s{n}", "outcome": "pass"}
            for n in range(total - findings)
        ]
    )
    ledger = Ledger.model_validate(
        {"all": total, "failed": findings, "pass": total - findings, "offers": {"used": len(offers)}}
    )
    totals = result.totals.model_copy(update={"findings": findings, "causes": causes})
    return result.model_copy(
        update={
            "findings": rows,
            "offers": offers,
            "comparisons": compared,
            "ledger": ledger,
            "totals": totals,
            "reasons": [f"{findings:,} findings of level house, best-offer allows 0"],
        }
    )
